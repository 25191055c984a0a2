"""How a record, a published table and its columns are declared.

Belongs here: the base of all frozen models, the description of a column (:class:`Col`) and the
derivation of a :class:`TableSpec` from a row class. Does not belong here: any table or term.

A published table is declared exactly once, as a frozen row class. Frames, Parquet, DuckDB DDL and
comments, Dagster column schemas, Excel headings, expectations and the data dictionary are derived
from the :class:`TableSpec` of that class, so that one concept has one name everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, cached_property
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict

NOT_STATED = "NOT STATED"
NOT_APPLICABLE = "NOT APPLICABLE"
NOT_STATED_LIST: tuple[str, ...] = (NOT_STATED,)


class Frozen(BaseModel):
    """A value that never changes and refuses keys it does not know (a typo is an error)."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class ColumnKind(StrEnum):
    """What a column is for the content hash and for ``changes`` (DESIGN: facts, measurements, history)."""

    FACT = "fact"
    MEASUREMENT = "measurement"
    RUN = "run"


class TableKind(StrEnum):
    """``fact`` tables are hashed and compared; ``derived`` ones are shown; ``history`` is append-only."""

    FACT = "fact"
    DERIVED = "derived"
    HISTORY = "history"


@dataclass(frozen=True)
class Col:
    """What a column means. ``article`` names the provision that asks for it, where there is one."""

    description: str
    kind: ColumnKind = ColumnKind.FACT
    article: str = ""


def measured(description: str, article: str = "") -> Col:
    """A column that time changes although no fact did: counts, ages, percentages."""
    return Col(description, ColumnKind.MEASUREMENT, article)


def run_stamp(description: str) -> Col:
    """A column that says when the pipeline looked."""
    return Col(description, ColumnKind.RUN)


@dataclass(frozen=True)
class ColumnSpec:
    """One column of a published table, as every output derives it."""

    name: str
    python_type: type
    is_list: bool
    is_optional: bool
    sql_type: str
    description: str
    kind: ColumnKind
    article: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class TableSpec:
    """One published table: its name, what one row is, its key and its columns in order."""

    name: str
    title: str
    one_row_per: str
    article: str
    kind: TableKind
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    row_class: "type[Row]"

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def fact_columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.kind is ColumnKind.FACT)


class Row(Frozen):
    """The base of every published table's row class."""

    TABLE: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    ONE_ROW_PER: ClassVar[str] = ""
    ARTICLE: ClassVar[str] = ""
    KIND: ClassVar[TableKind] = TableKind.FACT
    KEY: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def row_id(self) -> str:
        """The row's key as one string: what ``evidence``, ``proposals`` and ``changes`` point at."""
        return join_key([getattr(self, name) for name in self.KEY])

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's; a copy with changed cells asks for its key anew."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            copied.__dict__.pop("row_id", None)
        return copied


def join_key(parts: Iterable[object]) -> str:
    """Join key parts; a part may itself hold a slash, so it is escaped.

    >>> join_key(["orders", "id/1"])
    'orders/id%2F1'
    """
    written = ["" if part is None else str(part) for part in parts]
    whole = "/".join(written)
    if "%" in whole or whole.count("/") >= len(written):  # few keys need it, and every sort asks for every key
        return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in written)
    return whole


def is_filled(value: object) -> bool:
    """Whether a cell says something. Empty, None and NOT STATED say nothing; NOT APPLICABLE does.

    >>> [is_filled(value) for value in ("NOT STATED", ("NOT STATED",), "", None, "NOT APPLICABLE", False)]
    [False, False, False, False, True, True]
    >>> is_filled("NOT STATED for the processing; a ground for storing on the device")
    False
    """
    if isinstance(value, str) and value.startswith(NOT_STATED):
        return False
    return value is not None and value not in ("", NOT_STATED_LIST, ())


_SQL_TYPES: dict[type, str] = {
    str: "VARCHAR",
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    date: "DATE",
    datetime: "TIMESTAMP",
}


@cache
def table_spec(row_class: type[Row]) -> TableSpec:
    """Derive the specification of a table from its row class.

    Raises TypeError for a field whose type has no column type or that lacks a :class:`Col`: a table
    that cannot be described is a fault of ours and must not load.
    """
    columns: list[ColumnSpec] = []
    for name, field in row_class.model_fields.items():
        col = next((item for item in field.metadata if isinstance(item, Col)), None)
        if col is None:
            raise TypeError(f"{row_class.__name__}.{name} has no Col(...) description")
        python_type, is_list, is_optional = _unwrap(field.annotation)
        terms = tuple(term.value for term in python_type) if issubclass(python_type, StrEnum) else ()
        base = str if issubclass(python_type, StrEnum) else python_type
        if base not in _SQL_TYPES:
            raise TypeError(f"{row_class.__name__}.{name}: no column type for {python_type!r}")
        sql_type = _SQL_TYPES[base] + ("[]" if is_list else "")
        columns.append(
            ColumnSpec(name, python_type, is_list, is_optional, sql_type, col.description, col.kind, col.article, terms)
        )
    return TableSpec(
        name=row_class.TABLE,
        title=row_class.TITLE,
        one_row_per=row_class.ONE_ROW_PER,
        article=row_class.ARTICLE,
        kind=row_class.KIND,
        key=row_class.KEY,
        columns=tuple(columns),
        row_class=row_class,
    )


def _unwrap(annotation: Any) -> tuple[type, bool, bool]:
    """Split an annotation into its plain type, whether it is a list and whether it may be None."""
    is_optional = False
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        is_optional = len(members) < len(get_args(annotation))
        annotation = members[0]
    if get_origin(annotation) is tuple:
        return get_args(annotation)[0], True, is_optional
    return annotation, False, is_optional
