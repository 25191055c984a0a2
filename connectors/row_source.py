"""What is known of one source while SQL about the ages of its rows is written, and the small pieces of that SQL.

Belongs here: the source's names, types, zone and dialect, and expressions that every part needs. Does not belong here:
what a date is (``connectors.row_dates``), clocks and keeps (``connectors.row_sql``), running anything. No connector.
Serves GDPR Art. 5(1)(e) and 30(1)(f).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlglot import exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.generators.mysql import MySQLGenerator

Dialect = Literal["mysql", "postgres", "sqlite", "duckdb"]


_NUMBERS = frozenset(
    {"tinyint", "smallint", "mediumint", "int", "integer", "bigint"}
    | {"decimal", "numeric", "float", "double", "real", "double precision"}
)


class MariaDBToo(MySQL):
    """MySQL as MariaDB and MySQL 5.7 read it too: they know the operator REGEXP and no function REGEXP_LIKE."""

    class Generator(MySQLGenerator):
        TRANSFORMS: ClassVar = {
            **MySQLGenerator.TRANSFORMS,
            exp.RegexpLike: lambda self, node: self.binary(node, "REGEXP"),
        }


class NotMeasurable(Exception):
    """A question that this source cannot answer; the message is the reason, in words for people."""


class Native(StrEnum):
    """What a live column is, as far as telling a date from it goes."""

    MOMENT = "moment"
    INSTANT = "instant"
    NUMBER = "number"
    TEXT = "text"


class Family(StrEnum):
    """How a date value is compared: as the database's own type, as text, or as seconds since 1970 (UTC)."""

    OWN = "own"
    TEXT = "text"
    SECONDS = "seconds"


@dataclass(frozen=True)
class Moment:
    """A date told from one column: the ``value``, and when there is one at all (``present``)."""

    present: exp.Expr
    value: exp.Expr
    family: Family


@dataclass
class Source:
    """What is known of one source while its SQL is written. ``names`` and ``columns`` are by stem."""

    dialect: Dialect
    zone: ZoneInfo
    names: Mapping[str, str]
    columns: Mapping[str, frozenset[str]]
    natives: Mapping[tuple[str, str], Native] = field(default_factory=dict)
    unique: frozenset[tuple[str, str]] = frozenset()
    schema: str = ""

    def require(self, table: str, *names: str) -> None:
        """Raise :class:`NotMeasurable` unless the table with these columns is there."""
        if table not in self.names:
            raise NotMeasurable(f"the source has no table {table}")
        missing = sorted({name for name in names if name and name not in self.columns.get(table, frozenset())})
        if missing:
            raise NotMeasurable(f"table {table} has no column {', '.join(missing)}")

    def table(self, stem: str, alias: str) -> exp.Expr:
        database = exp.to_identifier(self.schema, quoted=True) if self.schema else None
        return exp.Table(
            this=exp.to_identifier(self.names[stem], quoted=True),
            db=database,
            alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
        )

    def native(self, table: str, column: str) -> Native:
        return self.natives.get((table, column), Native.TEXT)

    def literal(self, moment: datetime, family: Family) -> exp.Expr:
        """A cut-off in the source's own time zone; a moment without a zone is already in it."""
        if family is Family.SECONDS:
            return exp.Literal.number(int(self.text_of(moment, family)))
        return self.text_literal(self.text_of(moment, family), family)

    def text_of(self, moment: datetime, family: Family) -> str:
        """What :meth:`literal` writes of a moment."""
        local = (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(self.zone)
        if family is Family.SECONDS:
            return str(int(local.timestamp()))
        return local.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")

    def text_literal(self, text: str, family: Family) -> exp.Expr:
        if family is Family.OWN and self.dialect != "mysql":
            return exp.cast(exp.Literal.string(text), "TIMESTAMP")
        return exp.Literal.string(text)

    def sql(self, tree: exp.Expr) -> str:
        written = MariaDBToo if self.dialect == "mysql" else self.dialect
        return tree.sql(dialect=written, identify=True)


class Part(NamedTuple):
    """As much of a source as some questions need: hashable, so that SQL is written once for sources alike in it."""

    dialect: Dialect
    zone: str
    schema: str
    columns: tuple[tuple[str, str, tuple[tuple[str, Native], ...]], ...]
    """Stem, name and columns of each table."""
    unique: frozenset[tuple[str, str]]

    def source(self) -> Source:
        return Source(
            self.dialect,
            ZoneInfo(self.zone),
            {stem: name for stem, name, _ in self.columns},
            {stem: frozenset(name for name, _ in held) for stem, _, held in self.columns},
            {(stem, name): native for stem, _, held in self.columns for name, native in held},
            self.unique,
            self.schema,
        )


def part_of(source: Source, needed: Mapping[str, set[str]]) -> Part:
    """The part with the needed columns, by stem. Other columns do not make another part.

    Columns that begin as our own names do matter, because those step aside for them.
    """
    columns = tuple(
        (
            stem,
            source.names[stem],
            tuple(
                (name, source.native(stem, name))
                for name in sorted(source.columns.get(stem, ()))
                if name in names or name.startswith("_")
            ),
        )
        for stem, names in sorted(needed.items())
        if stem in source.names
    )
    return Part(source.dialect, str(source.zone), source.schema, columns, source.unique)


def column(alias: str, name: str) -> exp.Expr:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias, quoted=True))


def case(*branches: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    node = exp.Case()
    for condition, value in branches:
        node = node.when(condition.copy(), value.copy(), copy=False)
    return node.else_(otherwise.copy(), copy=False) if otherwise is not None else node


def number(value: int) -> exp.Expr:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def all_of(conditions: list[exp.Expr]) -> exp.Expr:
    return exp.and_(*conditions)


def any_of(conditions: list[exp.Expr]) -> exp.Expr:
    return exp.or_(*conditions)


def native_of(dialect: str, kind: str) -> Native:
    """What a column of a type is, by the type's name as ``information_schema`` gives it."""
    if kind == "timestamp with time zone" or (dialect == "mysql" and kind == "timestamp"):
        return Native.INSTANT
    if kind in ("date", "datetime") or kind.startswith("timestamp"):
        return Native.MOMENT
    return Native.NUMBER if kind in _NUMBERS else Native.TEXT
