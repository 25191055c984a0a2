"""The fingerprint of a schema: one hash that changes when, and only when, the schema does.

Belongs here: the hash that every connector puts on its observation. Does not belong here: row counts,
comments, the position of a column and anything else that may change while the data stay the same kind
of data. Supports GDPR Art. 30 by telling a changed source from an unchanged one.
"""

import hashlib
import re
from collections.abc import Iterable

from ropa_pipeline.model.observation import ObservedTable

_SPACE = re.compile(r"\s+")
_DISPLAY_WIDTH = re.compile(r"\b((?:tiny|small|medium|big)?int|integer)\s*\(\s*\d+\s*\)", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


def normal_type(native_type: str) -> str:
    """A type without what servers and dump tools write differently: spacing and letter case.

    Values of an enum or set are kept letter by letter; a display width stays, because it is part of
    MariaDB's ``COLUMN_TYPE``.

    >>> normal_type("DECIMAL(20, 6)  UNSIGNED")
    'decimal(20,6) unsigned'
    >>> normal_type("ENUM('Yes', 'no')")
    "enum('Yes','no')"
    """
    parts: list[str] = []
    last = 0
    for match in _QUOTED.finditer(native_type):
        parts.extend((_squeezed(native_type[last : match.start()]), match.group()))
        last = match.end()
    parts.append(_squeezed(native_type[last:]))
    return "".join(parts).strip()


def without_display_width(native_type: str) -> str:
    """A normal type without the display width of integers, which MySQL 8.0.19 and later no longer print.

    >>> without_display_width("int(10) unsigned")
    'int unsigned'
    """
    return _DISPLAY_WIDTH.sub(r"\1", normal_type(native_type))


def schema_fingerprint(tables: Iterable[ObservedTable]) -> str:
    """SHA-256 over the sorted (table, column, type, nullable, key) of all tables, as 64 hexadecimal digits.

    Inputs: tables in any order. A table without columns counts with its name. Two reads of the same
    schema give the same hash, whatever the order, the letter case of types or the rows.
    """
    digest = hashlib.sha256()
    lines: list[str] = []
    for table in tables:
        if not table.columns:
            lines.append(_line(table.name, "", "", None, ""))
        lines.extend(
            _line(table.name, column.name, without_display_width(column.native_type), column.nullable, column.key)
            for column in table.columns
        )
    for line in sorted(lines):
        digest.update(line.encode("utf-8", "surrogatepass"))
        digest.update(b"\n")
    return digest.hexdigest()


def _line(*parts: object) -> str:
    # repr keeps a name that itself holds the separator or a line end apart from its neighbours
    return "|".join(repr(part) for part in parts)


def _squeezed(text: str) -> str:
    text = _SPACE.sub(" ", text.lower())
    text = re.sub(r"\s*([(,])\s*", r"\1", text)
    return re.sub(r"\s*\)\s*", ") ", text).replace(") )", "))").replace(") ,", "),")
