"""What a native column type can hold.

Belongs here: families of types. Does not belong here: which datum fits which family (:mod:`...rules`).
"""

import re
from enum import StrEnum
from functools import lru_cache

_HEAD = re.compile(r"[a-z]+")
_LENGTH = re.compile(r"\((\d+)")


class TypeFamily(StrEnum):
    TEXT = "text"
    CHAR = "one character"
    BOOLEAN = "yes/no"
    INTEGER = "whole number"
    DECIMAL = "decimal"
    DATE = "date"
    STRUCTURE = "structure"
    BINARY = "binary"
    CHOICE = "choice"
    UNKNOWN = "unknown"


_FAMILIES: dict[TypeFamily, frozenset[str]] = {
    TypeFamily.TEXT: frozenset(
        [
            "char",
            "varchar",
            "text",
            "tinytext",
            "mediumtext",
            "longtext",
            "string",
            "nvarchar",
            "nchar",
            "ntext",
            "clob",
            "character",
            "citext",
            "bpchar",
            "email",
            "url",
            "phone",
            "textarea",
            "picklist",
            "reference",
            "inet",
            "uuid",
            "str",
        ]
    ),
    TypeFamily.BOOLEAN: frozenset({"bool", "boolean", "bit", "logical"}),
    TypeFamily.INTEGER: frozenset(
        [
            "int",
            "integer",
            "smallint",
            "mediumint",
            "bigint",
            "tinyint",
            "serial",
            "bigserial",
            "long",
            "number",
            "int2",
            "int4",
            "int8",
            "int64",
        ]
    ),
    TypeFamily.DECIMAL: frozenset(
        ["decimal", "numeric", "float", "double", "real", "money", "currency", "percent", "float8", "float64"]
    ),
    TypeFamily.DATE: frozenset(
        ["date", "datetime", "timestamp", "time", "year", "timestamptz", "interval", "smalldatetime"]
    ),
    TypeFamily.STRUCTURE: frozenset(["json", "jsonb", "xml", "array", "record", "hstore", "struct", "map", "object"]),
    TypeFamily.BINARY: frozenset(
        ["blob", "longblob", "mediumblob", "tinyblob", "binary", "varbinary", "bytea", "image", "bytes"]
    ),
    TypeFamily.CHOICE: frozenset({"enum", "set"}),
}
_BY_WORD = {word: family for family, words in _FAMILIES.items() for word in words}


@lru_cache(maxsize=10_000)
def type_family(native_type: str) -> TypeFamily:
    """The family of a native type, ``unknown`` where the source names none.

    >>> type_family("varchar(255)").value, type_family("tinyint(1) unsigned").value, type_family("").value
    ('text', 'yes/no', 'unknown')
    """
    lowered = native_type.lower()
    head = _HEAD.match(lowered)
    if head is None:
        return TypeFamily.UNKNOWN
    family = _BY_WORD.get(head.group(), TypeFamily.UNKNOWN)
    length = _LENGTH.search(lowered)
    if head.group() == "tinyint" and length and length.group(1) == "1":
        return TypeFamily.BOOLEAN
    if family is TypeFamily.TEXT and length and length.group(1) == "1":
        return TypeFamily.CHAR
    return family


_LONG_TEXT = ("text", "mediumtext", "longtext", "clob", "ntext", "json", "jsonb", "nclob", "long varchar")


@lru_cache(maxsize=10_000)
def is_long_text(native_type: str) -> bool:
    """Whether a type is for free text or structures, not for codes and short values.

    >>> is_long_text("mediumtext"), is_long_text("varchar(255)"), is_long_text("")
    (True, False, False)
    """
    return native_type.lower().startswith(_LONG_TEXT)


@lru_cache(maxsize=10_000)
def length_of(native_type: str) -> int:
    """The length a type states, 0 where it states none.

    >>> length_of("varchar(45)"), length_of("decimal(12,4)"), length_of("text")
    (45, 12, 0)
    """
    found = _LENGTH.search(native_type)
    return int(found.group(1)[:9]) if found else 0
