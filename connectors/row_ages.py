"""Ages of rows as aggregates: one SELECT per table, in the database or in DuckDB over a dump's columns.

Belongs here: running the questions, and reading counts and dates back. Does not belong here: which columns they need
(``connectors.row_columns``), how an expression looks (``connectors.row_sql``), counts of residue
(``connectors.row_residue``), cut-offs (``register.periods``) and what the counts mean (``register.retention``).
Nothing but counts and the oldest and newest date leaves a source; the connection needs SELECT only.
Serves GDPR Art. 5(1)(e), 17 and 30(1)(f).
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlglot import exp

from connectors.row_columns import date_columns, needed_columns
from connectors.row_dates import date_in_text
from connectors.row_residue import residue_of
from connectors.row_select import Place, Refused, select_of
from connectors.row_source import Family, Native, Part, Source, case, column, native_of, part_of
from connectors.row_sql import DOUBTED, KEPT, NOT_MEANT, OVERDUE, UNDATED, WITHIN
from connectors.row_steps import groups_by_steps
from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, KeepReason, TableAges, TableClocks
from ropa_pipeline.model.observation import Residue
from ropa_pipeline.model.system import ResidueCheck

log = logging.getLogger(__name__)

Fetch = Callable[[str], Sequence[Sequence[Any]]]
Answers = tuple[tuple[TableAges, ...], tuple[Residue, ...]]


def answer_in_duckdb(
    connection: Any,
    clocks: tuple[TableClocks, ...],
    residue: tuple[ResidueCheck, ...],
    tables: Mapping[str, str],
    columns: Mapping[str, frozenset[str]],
    timezone: str,
    *,
    may_change: bool = False,
) -> Answers:
    """Answer over tables of raw text (VARCHAR) in DuckDB, as a dump's or export's columns were loaded.

    ``tables`` maps a stem to the table's name in DuckDB, ``columns`` a stem to its columns, ``timezone`` is the
    one the dates are written in. ``may_change``: the tables are this call's alone, so that their dates may be read
    once and kept as dates. Values compared by a residue check are hashed with a key made here.
    """
    source = Source("duckdb", _zone(timezone), tables, columns)
    if may_change:
        source.natives = _dates_read(connection, source, date_columns(clocks, residue))
    return _answer(source, lambda sql: connection.execute(sql).fetchall(), clocks, residue, secrets.token_hex(16))


def answer_with_sqlalchemy(
    connection: sqlalchemy.Connection,
    dialect: Literal["mysql", "postgres", "sqlite"],
    clocks: tuple[TableClocks, ...],
    residue: tuple[ResidueCheck, ...],
    tables: Mapping[str, str],
    columns: Mapping[str, frozenset[str]],
    timezone: str,
    schema: str = "",
) -> Answers:
    """Answer in a live database. Compared values are compared inside the server: nothing but counts leaves it.

    ``timezone`` is the zone in which columns without a zone are written; columns with one (PostgreSQL
    ``timestamptz``, MySQL ``TIMESTAMP``) are compared as instants. A table that the account may not read is
    ``not_measured``; a lost connection is the caller's to retry.
    """
    wanted = needed_columns(clocks, residue)
    source = Source(dialect, _zone(timezone), tables, columns, schema=schema)
    source.natives = _natives(connection, source, wanted)

    def fetch(sql: str) -> Sequence[Sequence[Any]]:
        # No parameters: a percent sign in a table's name must reach the driver as it is.
        result = connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
        return [tuple(row) for row in result]

    return _answer(source, fetch, clocks, residue, "")


def _dates_read(connection: Any, source: Source, dates: Mapping[str, set[str]]) -> dict[tuple[str, str], Native]:
    """Replace text by dates in tables of our own: several questions read the same column."""
    here = {stem: wanted & source.columns.get(stem, frozenset()) for stem, wanted in dates.items()}
    read = {stem: frozenset(names) for stem, names in here.items() if stem in source.names and names}
    held = part_of(source, {stem: set(source.columns[stem]) for stem in read})
    for statement in _with_dates(held, tuple(read.items())):
        connection.execute(statement)
    return {(stem, name): Native.MOMENT for stem, names in read.items() for name in names}


@lru_cache(maxsize=64)  # platforms and versions, with some ten kilobytes each
def _with_dates(part: Part, dates: tuple[tuple[str, frozenset[str]], ...]) -> tuple[str, ...]:
    """The statements, written once for all nights and shops of one platform."""
    source = part.source()
    moment = date_in_text(source, exp.column("raw"))
    # A macro, because writing the expression anew for every column would take longer than reading small tables.
    statements = [f"CREATE TEMP MACRO date_in_text(raw) AS {source.sql(case((moment.present, moment.value)))}"]
    for stem, wanted in dates:
        values = [
            exp.alias_(exp.Anonymous(this="date_in_text", expressions=[column("r", name)]), name, quoted=True)
            if name in wanted
            else column("r", name)
            for name in sorted(source.columns[stem])
        ]
        name = exp.to_identifier(source.names[stem], quoted=True)
        tree = exp.select(*values).from_(source.table(stem, "r"))
        statements.append(f"CREATE OR REPLACE TABLE {name.sql(dialect='duckdb')} AS {source.sql(tree)}")
    return tuple(statements)


def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone or "UTC")


def _natives(
    connection: sqlalchemy.Connection, source: Source, wanted: Mapping[str, set[str]]
) -> dict[tuple[str, str], Native]:
    """What the needed columns are, from the database's own catalogue. In SQLite a date is always text or a number.

    ``information_schema`` is asked directly: reading DDL back fails under some SQL modes of MySQL.
    """
    if source.dialect == "sqlite":
        return {}
    here = sqlalchemy.func.database() if source.dialect == "mysql" else sqlalchemy.func.current_schema()
    place = sqlalchemy.literal(source.schema) if source.schema else here
    listed = sqlalchemy.table(
        "columns",
        *map(sqlalchemy.column, ("column_name", "data_type", "table_name", "table_schema")),
        schema="information_schema",
    )
    natives: dict[tuple[str, str], Native] = {}
    for stem, names in wanted.items():
        if stem not in source.names or not names:
            continue
        query = sqlalchemy.select(listed.c.column_name, listed.c.data_type).where(
            listed.c.table_name == source.names[stem], listed.c.table_schema == place
        )
        try:
            described = connection.execute(query).all()
        except sqlalchemy.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
            continue
        for name, kind in described:
            if name in names:
                natives[stem, name] = native_of(source.dialect, str(kind).lower())
    return natives


def _answer(
    source: Source,
    fetch: Fetch,
    clocks: tuple[TableClocks, ...],
    residue: tuple[ResidueCheck, ...],
    key: str,
) -> Answers:
    ages = tuple(_table_ages(source, fetch, table) for table in clocks)
    counts = (residue_of(source, fetch, check, key) for check in residue)
    return ages, tuple(count for count in counts if count is not None)


def _table_ages(source: Source, fetch: Fetch, table: TableClocks) -> TableAges:
    """All questions of one table in one SELECT: rows grouped by what each question says of them."""
    select = select_of(source, table)
    both = list(zip(table.questions, select.questions, strict=True))
    asked = [(question, place) for question, place in both if isinstance(place, Place)]
    refused = {question.question_id: place.reason for question, place in both if isinstance(place, Refused)}
    answers: dict[str, AgeAnswer] = {}
    if asked:
        try:
            groups = groups_by_steps(source, fetch, table.table, [question for question, _ in asked], table.latest)
            if groups is None:
                rows = fetch(select.sql)
            else:
                # The quick way's groups as rows of the general SELECT.
                rows = [(*codes, oldest, newest, count) for codes, oldest, newest, count in groups]
                asked = [
                    (question, Place(number, tuple((len(asked), family) for _, family in place.dates)))
                    for number, (question, place) in enumerate(asked)
                ]
        except sqlalchemy.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
            # The driver's own text is left out: it can quote a value.
            log.debug("ages of %s could not be read: %s", table.table, type(error.orig).__name__)
            reason_text = f"the database refused to read table {table.table} (check the account's SELECT right)"
            refused |= {question.question_id: reason_text for question, _ in asked}
        else:
            answers = {question.question_id: _answer_in(rows, question, place, source) for question, place in asked}
    for question in table.questions:
        if question.question_id in refused:
            answers[question.question_id] = AgeAnswer(
                question_id=question.question_id,
                rule_id=question.rule_id,
                not_measured=refused[question.question_id],
            )
    return TableAges(table=table.table, answers=tuple(answers[item.question_id] for item in table.questions))


def _answer_in(rows: Sequence[Sequence[Any]], question: AgeQuestion, place: Place, source: Source) -> AgeAnswer:
    by_code: dict[int, int] = defaultdict(int)
    seen: list[date] = []
    for row in rows:
        code, count = int(row[place.code_at]), int(row[-1])
        by_code[code] += count
        if code in (NOT_MEANT, UNDATED):
            continue
        for position, family in place.dates:
            seen += [day for day in (_day(row[position + side], family, source.zone) for side in (0, 1)) if day]
    keeps = question.keeps
    due = {code: count for code, count in by_code.items() if code >= OVERDUE}
    kept = {code: keeps[code - KEPT] for code in due if KEPT <= code < DOUBTED}
    doubted = {code: keeps[code - DOUBTED] for code in due if code >= DOUBTED}
    deciding = {keep.rule_id for keep in (*kept.values(), *doubted.values())}
    if OVERDUE in due:
        deciding.add(question.rule_id)
    return AgeAnswer(
        question_id=question.question_id,
        rule_id=question.rule_id,
        rows=sum(count for code, count in by_code.items() if code != NOT_MEANT),
        within=by_code[WITHIN],
        kept_by_law=sum(due[code] for code, keep in kept.items() if keep.reason is KeepReason.LAW),
        on_hold=sum(due[code] for code, keep in kept.items() if keep.reason is KeepReason.HOLD),
        undecided=sum(due[code] for code in doubted),
        overdue=by_code[OVERDUE],
        without_date=by_code[UNDATED],
        oldest=min(seen, default=None),
        newest=max(seen, default=None),
        deciding_rule=", ".join(sorted(deciding)),
    )


def _day(text: Any, family: Family, zone: ZoneInfo) -> date | None:
    if text is None:
        return None
    try:
        if family is Family.SECONDS:
            return datetime.fromtimestamp(int(float(text)), tz=UTC).astimezone(zone).date()
        return date.fromisoformat(str(text)[:10])
    except (ValueError, OverflowError, OSError):
        return None
