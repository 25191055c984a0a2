"""Connector: a live SQL database (MariaDB/MySQL, PostgreSQL, SQLite), read only.

Belongs here: connecting with a read-only session, retrying, and putting schema, ages and problems together. Does
not belong here: the catalogue queries (``connectors.database_schema``), errors in words
(``connectors.database_errors``), questions to rows (``connectors.row_ages``). Rows leave the server as aggregates
alone; values are looked at only with option ``sample_values=yes``, a few rows, in memory (GDPR Art. 5(1)(c)).

Options: ``prefix``, ``timeout`` (seconds for one query), ``attempts``, ``sample_values=yes``, ``tls`` and ``tls_ca``
(``connectors.database_access``). Without ``tls``, the drivers' own options may stand in the URL's query.
"""

from pathlib import Path
from typing import Any, Literal

import sqlalchemy
import tenacity
from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from connectors.database_access import Tls, TlsOptionError, is_encrypted, is_remote, tls_arguments, writing_rights
from connectors.database_errors import NO_DATABASE_FILE, NOT_ENCRYPTED, Failure, failure_of
from connectors.database_schema import read_tables
from connectors.fingerprint import schema_fingerprint
from connectors.table_prefix import choose_prefix
from connectors.unavailable import unavailable
from ropa_pipeline.model.clock import TableAges
from ropa_pipeline.model.observation import (
    ObservedTable,
    Residue,
    SourceObservation,
    SourceProblem,
    SourceRequest,
    SourceUnavailable,
    ValueProfiler,
)
from ropa_pipeline.model.terms import About, Severity, SourceKind

DatabaseDialect = Literal["mysql", "postgres", "sqlite"]

CONNECT_SECONDS = 10
QUERY_SECONDS = 3600
SAMPLE_ROWS = 20
_MOST_RIGHTS = 6
_DRIVERS: dict[str, tuple[DatabaseDialect, str]] = {
    "mysql": ("mysql", "mysql+pymysql"),
    "mariadb": ("mysql", "mysql+pymysql"),
    "postgresql": ("postgres", "postgresql+psycopg"),
    "postgres": ("postgres", "postgresql+psycopg"),
    "sqlite": ("sqlite", "sqlite"),
}
SQLITE_SUFFIXES = (".sqlite", ".sqlite3", ".db")
_TEXT_TYPES = ("char", "text", "enum", "clob", "json")


def is_database_location(location: str) -> bool:
    """Whether this connector reads that location: a database URL or an SQLite file.

    >>> is_database_location("mysql://a@localhost/shop"), is_database_location("dump.sql")
    (True, False)
    """
    scheme = location.split("://", 1)[0].split("+", 1)[0].lower()
    return ("://" in location and scheme in _DRIVERS) or location.lower().endswith(SQLITE_SUFFIXES)


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Read the schema and, where asked, the ages of rows.

    Input: a request whose location is a database URL or an SQLite file. Output: one observation, one table per
    table and view that the account may see. Errors: :class:`SourceUnavailable` after bounded retries.
    """
    dialect, url = _url(request)
    try:
        attempts = max(1, int(request.option("attempts", "3")))
    except ValueError:
        raise unavailable(
            request, f"source {request.source_id}: option 'attempts' is no number", "write a number"
        ) from None
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential_jitter(multiplier=0.5, max=5),
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, SourceUnavailable) and error.retryable),
        reraise=True,
    )
    return retrying(_observe_once, request, dialect, url, profiler)


def _observe_once(
    request: SourceRequest, dialect: DatabaseDialect, url: URL, profiler: ValueProfiler | None
) -> SourceObservation:
    try:
        engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args=_arguments(request, dialect))
        with engine.connect() as connection:
            _make_read_only(connection, dialect)
            in_clear = not is_encrypted(connection, dialect)
            if in_clear and request.option("tls") not in ("", Tls.OFF):
                raise _unavailable(request, NOT_ENCRYPTED)
            problems = (_unencrypted(request),) if in_clear and is_remote(url) else ()
            return _read(connection, request, dialect, profiler, problems)
    except SourceUnavailable:
        raise
    except (exc.SQLAlchemyError, OSError, ValueError, TypeError, RuntimeError) as error:
        failure = failure_of(error, dialect)
        # from None: the driver's exception can hold the password or a row
        raise _unavailable(request, failure) from None


def _read(
    connection: sqlalchemy.Connection,
    request: SourceRequest,
    dialect: DatabaseDialect,
    profiler: ValueProfiler | None,
    on_connecting: tuple[SourceProblem, ...],
) -> SourceObservation:
    tables = read_tables(connection, dialect)
    if not tables:
        raise unavailable(
            request,
            f"{request.shown_location}: the account sees no table",
            "check the name of the database, and grant the account SELECT on it",
        )
    prefix = choose_prefix((table.name for table in tables), dict(request.options).get("prefix"))
    tables = tuple(table.model_copy(update={"stem": prefix.stem(table.name)}) for table in tables)
    problems = list(on_connecting)
    rights = writing_rights(connection, dialect)
    if rights:
        problems.append(_writing_account(request, rights))
    ages, residue = _ages(connection, request, dialect, tables)
    counts = _counts(connection, request, tables, ages)
    tables = tuple(table.model_copy(update={"rows": counts.get(table.stem)}) for table in tables)
    if profiler is not None and request.sample_values and request.option("sample_values") == "yes":
        tables = tuple(_profiled(connection, table, profiler) for table in tables)
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.SAMPLE if request.is_sample else SourceKind.LIVE,
        tables=tables,
        prefix=prefix.text,
        fingerprint=schema_fingerprint(tables),
        has_rows=bool(ages or residue or counts),
        ages=ages,
        residue=residue,
        problems=tuple(problems),
        notes=prefix.notes,
    )


# -- connecting ---------------------------------------------------------------------------------------------------


def _url(request: SourceRequest) -> tuple[DatabaseDialect, URL]:
    location = request.location
    if "://" not in location and location.lower().endswith(SQLITE_SUFFIXES):
        location = f"sqlite:///{location}"
    remedy = "write mysql://account@host/database, postgresql://account@host/database or sqlite:///path"
    try:
        url = make_url(location)
    except (exc.ArgumentError, ValueError):
        raise unavailable(request, f"source {request.source_id}: the database URL cannot be read", remedy) from None
    known = _DRIVERS.get(url.get_backend_name())
    if known is None:
        raise unavailable(request, f"source {request.source_id}: no driver for this kind of database", remedy)
    dialect, driver = known
    if dialect == "sqlite":
        return dialect, _sqlite_url(request, url)
    if not url.database:
        raise unavailable(request, f"source {request.source_id}: the database URL names no database", remedy)
    return dialect, url.set(drivername=driver)


def _sqlite_url(request: SourceRequest, url: URL) -> URL:
    path = Path(url.database or "")
    if not path.is_file():
        raise _unavailable(request, NO_DATABASE_FILE)
    # mode=ro refuses every write and creates no file; immutable is left out, because a file that another program
    # is writing would then be read wrongly.
    return URL.create("sqlite", database=f"file:{_quoted(path)}", query={"mode": "ro", "uri": "true"})


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.resolve()))


def _arguments(request: SourceRequest, dialect: DatabaseDialect) -> dict[str, Any]:
    try:
        seconds = int(request.option("timeout", str(QUERY_SECONDS)))
    except ValueError:
        raise unavailable(
            request, f"source {request.source_id}: option 'timeout' is no number", "write seconds"
        ) from None
    try:
        tls = tls_arguments(dialect, request.option("tls"), request.option("tls_ca"))
    except TlsOptionError as error:
        raise unavailable(
            request, f"source {request.source_id}: {error}", "correct the option in sources.yaml"
        ) from None
    if dialect == "mysql":
        return {"connect_timeout": CONNECT_SECONDS, "read_timeout": seconds, "charset": "utf8mb4", **tls}
    if dialect == "postgres":
        options = f"-c default_transaction_read_only=on -c statement_timeout={seconds * 1000}"
        return {"connect_timeout": CONNECT_SECONDS, "options": options, "application_name": "ropa", **tls}
    return {"timeout": CONNECT_SECONDS}


def _make_read_only(connection: sqlalchemy.Connection, dialect: DatabaseDialect) -> None:
    if dialect == "mysql":
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        # the setting holds from the next transaction on
        connection.commit()
    elif dialect == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")


# -- rows ---------------------------------------------------------------------------------------------------------


def _ages(
    connection: sqlalchemy.Connection,
    request: SourceRequest,
    dialect: DatabaseDialect,
    tables: tuple[ObservedTable, ...],
) -> tuple[tuple[TableAges, ...], tuple[Residue, ...]]:
    if not request.clocks and not request.residue:
        return (), ()
    from connectors import row_ages, row_columns

    by_stem = {table.stem: table for table in tables}
    needed = row_columns.needed_columns(request.clocks, request.residue)
    names = {stem: by_stem[stem].name for stem in needed if stem in by_stem}
    columns = {stem: frozenset(column.name for column in by_stem[stem].columns) for stem in names}
    return row_ages.answer_with_sqlalchemy(
        connection, dialect, request.clocks, request.residue, names, columns, request.timezone
    )


def _counts(
    connection: sqlalchemy.Connection,
    request: SourceRequest,
    tables: tuple[ObservedTable, ...],
    ages: tuple[TableAges, ...],
) -> dict[str, int]:
    """Exact row counts by stem, for tables with clocks. A question without a condition has counted them already."""
    unconditional = {
        question.question_id for table in request.clocks for question in table.questions if question.condition is None
    }
    counts = {
        table.table: answer.rows
        for table in ages
        for answer in table.answers
        if answer.question_id in unconditional and not answer.not_measured
    }
    asked = {table.table for table in request.clocks}
    for table in tables:
        if table.stem in asked and table.stem not in counts and table.kind == "table":
            query = sqlalchemy.select(sqlalchemy.func.count()).select_from(_selectable(table.name))
            try:
                counts[table.stem] = int(connection.execute(query).scalar_one())
            except exc.DBAPIError:
                connection.rollback()
    return counts


def _profiled(connection: sqlalchemy.Connection, table: ObservedTable, profiler: ValueProfiler) -> ObservedTable:
    """Look at a few rows of the text columns, in memory; what is kept is the profile."""
    texts = [column for column in table.columns if any(kind in column.native_type.lower() for kind in _TEXT_TYPES)]
    if not texts:
        return table
    selected: list[sqlalchemy.ColumnClause[Any]] = [
        sqlalchemy.column(sqlalchemy.sql.quoted_name(column.name, True)) for column in texts
    ]
    query = sqlalchemy.select(*selected).select_from(_selectable(table.name)).limit(SAMPLE_ROWS)
    try:
        rows = connection.execute(query).all()
    except exc.DBAPIError:
        connection.rollback()
        return table
    profiles = {column.name: profiler([row[place] for row in rows]) for place, column in enumerate(texts)}
    columns = tuple(column.model_copy(update={"profile": profiles.get(column.name)}) for column in table.columns)
    return table.model_copy(update={"columns": columns})


def _selectable(name: str) -> sqlalchemy.TableClause:
    return sqlalchemy.table(sqlalchemy.sql.quoted_name(name, True))


# -- problems -----------------------------------------------------------------------------------------------------


def _writing_account(request: SourceRequest, rights: tuple[str, ...]) -> SourceProblem:
    shown = ", ".join(rights[:_MOST_RIGHTS]) + (" and more" if len(rights) > _MOST_RIGHTS else "")
    return SourceProblem(
        rule_id="source.account_can_write",
        subject=request.source_id,
        message=f"{request.shown_location}: the account used for reading may also change things ({shown})",
        remedy="use an account with SELECT only (GRANT SELECT ON database.* TO account); see docs/security.md",
        severity=Severity.WARNING,
        about=About.COMPLIANCE,
    )


def _unencrypted(request: SourceRequest) -> SourceProblem:
    return SourceProblem(
        rule_id="source.not_encrypted",
        subject=request.source_id,
        message=f"{request.shown_location}: the connection to another machine is not encrypted",
        remedy="turn TLS on at the server and give the source option tls: verify-full (with tls_ca), or use a tunnel",
        severity=Severity.WARNING,
        about=About.COMPLIANCE,
    )


def _unavailable(request: SourceRequest, failure: Failure) -> SourceUnavailable:
    message = f"{request.shown_location}: {failure.what}"
    return unavailable(request, message, failure.remedy, failure.rule_id, retryable=failure.retryable)
