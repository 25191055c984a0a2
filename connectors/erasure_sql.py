"""SQL that a person may run for an erasure plan: a count to repeat, and what would be changed, as comments.

Belongs here: one question about the age of rows as statements in a source's dialect. Does not belong here: running
anything (the tool never deletes), which rows may be erased (``register.erasure_plan``), how a clock becomes an
expression (``connectors.row_sql``, the same that counts every night). No connector. GDPR Art. 5(1)(e), 17.

A statement names columns and dates, never a person's key: the rows are found again by their age when it is run, and it
changes nothing where they are not as many as were planned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from connectors.row_source import MariaDBToo, Native, NotMeasurable, Source, column, native_of, number
from connectors.row_sql import KEPT, OVERDUE, Joins, code_of, told
from ropa_pipeline.model.clock import AgeQuestion, KeepReason
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable

SqlDialect = Literal["mysql", "postgres", "sqlite"]


@dataclass(frozen=True)
class DraftedSql:
    """The statements of one set of rows. ``count`` may be run as it is; ``change`` is what a person decides about.

    ``not_drafted`` says why there is no statement (a table without a primary key, an unknown column).
    """

    count: str = ""
    change: str = ""
    not_drafted: str = ""


class SqlDraft:
    """Writes statements for one source. Inputs: its dialect, its tables as observed, the zone its dates are in."""

    def __init__(self, dialect: SqlDialect, tables: Iterable[ObservedTable], timezone: str) -> None:
        self._tables = {table.stem: table for table in tables if table.kind == "table"}
        self._source = Source(
            dialect,
            ZoneInfo(timezone or "UTC"),
            {stem: table.name for stem, table in self._tables.items()},
            {stem: frozenset(column.name for column in table.columns) for stem, table in self._tables.items()},
            _natives(dialect, self._tables),
        )

    def erase(self, table: str, question: AgeQuestion, latest: datetime, planned: int) -> DraftedSql:
        """Delete the ``planned`` rows that are overdue: neither kept, on hold, in doubt nor without a date."""
        return self._drafted(table, question, latest, planned, (OVERDUE,), ())

    def blank_overdue(
        self, table: str, question: AgeQuestion, latest: datetime, planned: int, columns: tuple[str, ...]
    ) -> DraftedSql:
        """Blank these columns in the overdue rows, where the rule's disposal allows to anonymise."""
        return self._drafted(table, question, latest, planned, (OVERDUE,), columns)

    def blank_kept(
        self, table: str, question: AgeQuestion, latest: datetime, planned: int, columns: tuple[str, ...]
    ) -> DraftedSql:
        """Blank these columns in rows that a duty keeps: the columns that the duty does not name."""
        kept = tuple(KEPT + place for place, keep in enumerate(question.keeps) if keep.reason is KeepReason.LAW)
        if not kept or not columns:
            return DraftedSql(not_drafted="no duty keeps rows here, or it names every column")
        return self._drafted(table, question, latest, planned, kept, columns)

    def _drafted(
        self,
        table: str,
        question: AgeQuestion,
        latest: datetime,
        planned: int,
        codes: tuple[int, ...],
        blank: tuple[str, ...],
    ) -> DraftedSql:
        observed = self._tables.get(table)
        if observed is None:
            return DraftedSql(not_drafted=f"the source has no table {table}")
        joins = Joins(self._source, table, "t")
        try:
            code = code_of(self._source, joins, question, told(self._source, joins, question.clock), latest)
        except NotMeasurable as reason:
            return DraftedSql(not_drafted=str(reason))
        due = exp.In(this=code, expressions=[number(item) for item in codes])

        def rows(*selected: exp.Expr) -> exp.Select:
            tree = exp.select(*selected).from_(joins.base())
            for subquery, on in joins.joins:
                tree = tree.join(subquery, on=on, join_type="left")
            return tree.where(due.copy())

        count = self._written(rows(exp.Count(this=exp.Star())))
        keys = [item.name for item in observed.columns if item.key == "PRI"]
        if not keys:
            return DraftedSql(count=count, not_drafted="the table has no primary key: write the statement by hand")
        # The inner queries stand in tables of their own, because MySQL does not change a table that it selects from;
        # DISTINCT, because it would otherwise merge such a table with the query around it.
        found = exp.select(*[_quoted(name) for name in keys]).from_(
            rows(*[column("t", name) for name in keys]).distinct().subquery("due")
        )
        left = exp.Tuple(expressions=[_quoted(name) for name in keys]) if len(keys) > 1 else _quoted(keys[0])
        counted = exp.select(_quoted("found")).from_(
            rows(exp.alias_(exp.Count(this=exp.Star()), "found", quoted=True)).subquery("counted")
        )
        as_planned = exp.EQ(this=number(planned), expression=counted.subquery())
        meant = exp.And(this=exp.In(this=left, query=found.subquery()), expression=as_planned)
        target = exp.Table(this=exp.to_identifier(observed.name, quoted=True))
        if not blank:
            change: exp.Expr = exp.Delete(this=target, where=exp.Where(this=meant))
        else:
            by_name = {item.name: item for item in observed.columns}
            settings = [
                exp.EQ(this=_quoted(name), expression=_nothing(by_name[name])) for name in blank if name in by_name
            ]
            change = exp.Update(this=target, expressions=settings, where=exp.Where(this=meant))
        return DraftedSql(count=count, change=self._written(change))

    def _written(self, tree: exp.Expr) -> str:
        dialect = MariaDBToo if self._source.dialect == "mysql" else self._source.dialect
        return tree.sql(dialect=dialect, identify=True, pretty=True) + ";"


def _quoted(name: str) -> exp.Expr:
    return exp.column(exp.to_identifier(name, quoted=True))


def _nothing(observed: ObservedColumn) -> exp.Expr:
    """What says "nothing" in a column: NULL where that is allowed, else zero or empty text."""
    if observed.nullable:
        return exp.null()
    return number(0) if native_of("mysql", _kind(observed.native_type)) is Native.NUMBER else exp.Literal.string("")


def _kind(native_type: str) -> str:
    """The type's name alone, as ``information_schema`` gives it.

    >>> _kind("int(10) unsigned"), _kind("timestamp with time zone"), _kind("timestamp(6) without time zone")
    ('int', 'timestamp with time zone', 'timestamp without time zone')
    """
    before, _, rest = native_type.lower().partition("(")
    words = f"{before} {rest.partition(')')[2]}".split()
    return " ".join(word for word in words if word not in ("unsigned", "zerofill", "signed"))


def _natives(dialect: str, tables: Mapping[str, ObservedTable]) -> dict[tuple[str, str], Native]:
    if dialect == "sqlite":
        return {}
    return {
        (stem, item.name): native_of(dialect, _kind(item.native_type))
        for stem, table in tables.items()
        for item in table.columns
    }
