"""Connector: a dump of an SQL database, as a file.

Belongs here: mysqldump, mariadb-dump, Adminer and pg_dump files and plain DDL, compressed or not, turned into an
observation with problems in words for people. Does not belong here: the reading itself (``connectors.sql_text``,
``sql_ddl``, ``dump_schema``, ``sql_rows``). A table must never vanish silently: the CREATE TABLEs in the text are
counted against the tables read, and any difference is a problem that names the table (GDPR Art. 30(1)(c)).

Options: ``dialect`` (mysql, postgres, sqlite, ansi), ``encoding``, ``prefix``, ``sample_values=yes``.
"""

import lzma
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.dump_schema import DumpSchema, SchemaReader
from connectors.fingerprint import schema_fingerprint
from connectors.row_unmeasured import not_measured
from connectors.sql_file import head_of, open_sql
from connectors.sql_rows import ROW_ERRORS, RowKeeper, load_columns
from connectors.sql_text import Dialect, Splitter, StatementTooLong, detect_dialect
from connectors.table_prefix import Prefix, choose_prefix
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

SUFFIXES = (".sql", ".sql.gz", ".sql.bz2", ".sql.xz", ".ddl", ".dump")
_READ_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, StatementTooLong)
_DIALECTS = {
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MYSQL,
    "postgres": Dialect.POSTGRES,
    "postgresql": Dialect.POSTGRES,
    "sqlite": Dialect.SQLITE,
    "ansi": Dialect.ANSI,
}
_AGAIN = "make the dump again and see that there is room on the disk; findings do not resolve on this one"
_TEST = "copy or make the dump again, and test it with 'gzip -t' (bzip2 -t, xz -t)"
_TEXT_TYPES = ("char", "text", "enum", "set", "clob", "json")


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Read the schema, the row counts and, where asked, the ages of a dump's rows.

    Inputs: a request whose location is a file, or a folder with one dump in it. Output: one observation, one table
    per table and view, sorted by name. Errors: :class:`SourceUnavailable` where no table at all could be read;
    everything less is a problem of the observation.
    """
    path, notes = _find(request)
    sampling = request.sample_values and request.option("sample_values") == "yes" and profiler is not None
    dialect = _dialect_of(path, request)
    keeper = _keeper(request, dialect)
    try:
        return _observe(path, request, notes, dialect, keeper, profiler if sampling else None)
    finally:
        if keeper is not None:
            keeper.close()


def _observe(
    path: Path,
    request: SourceRequest,
    notes: tuple[str, ...],
    dialect: Dialect,
    keeper: RowKeeper | None,
    profiler: ValueProfiler | None,
) -> SourceObservation:
    problems: list[SourceProblem] = []
    found, whole = _read(
        path, request, problems, SchemaReader(dialect, request.option("encoding"), bool(profiler), keeper)
    )
    if not found.tables:
        if problems:
            raise unavailable(request, problems[0].message, problems[0].remedy)
        if found.cut_in:
            raise unavailable(
                request,
                f"{request.shown_location}: no whole table could be read: it ends in the middle of {found.cut_in}",
                _AGAIN,
            )
        raise unavailable(
            request,
            f"{request.shown_location}: no table could be read from this file",
            "give a dump that holds CREATE TABLE statements (mysqldump without --no-create-info), or name its "
            "dialect with option 'dialect'",
        )
    prefix = choose_prefix(found.tables, dict(request.options).get("prefix"))
    tables = _tables(found, prefix, profiler)
    problems.extend(_unread(request, found))
    complete = whole and not _cut(request, found, problems) and not found.unread and not found.undefined
    ages, residue, rows_whole = _ages(path, request, found, tables, problems, keeper if whole else None, found.order)
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.SAMPLE if request.is_sample else SourceKind.FILE,
        tables=tables,
        prefix=prefix.text,
        fingerprint=schema_fingerprint(tables),
        complete=complete and rows_whole,
        has_rows=found.has_rows,
        data_as_of=_utc(found.completed_at, request.timezone),
        ages=ages,
        residue=residue,
        problems=tuple(problems),
        notes=(*notes, *prefix.notes),
    )


def ask_again(request: SourceRequest, earlier: SourceObservation) -> SourceObservation | None:
    """The earlier observation of the same, unchanged file with the ages of today; nothing else of it is read.

    None where the file has to be read whole, because ``earlier`` is no whole reading of it or rows could not be read.
    """
    if not (earlier.complete and earlier.has_rows and (request.clocks or request.residue)):
        return None
    path, _ = _find(request)
    found = DumpSchema(_dialect_of(path, request), has_rows=True)
    order = {table.name: [column.name for column in table.columns] for table in earlier.tables}
    problems: list[SourceProblem] = []
    ages, residue, rows_whole = _ages(path, request, found, earlier.tables, problems, None, order)
    if problems or not rows_whole:
        return None
    return earlier.model_copy(update={"ages": ages, "residue": residue})


def _find(request: SourceRequest) -> tuple[Path, tuple[str, ...]]:
    path = Path(request.location)
    try:
        if path.is_dir():
            dumps = sorted(
                (item for item in path.iterdir() if item.is_file() and item.name.lower().endswith(SUFFIXES)),
                key=lambda item: (item.stat().st_mtime, item.name),
            )
            if not dumps:
                raise unavailable(
                    request,
                    f"{request.shown_location}: the folder holds no dump",
                    f"put one file into it whose name ends in {', '.join(SUFFIXES[:2])}",
                )
            others = len(dumps) - 1
            note = (
                f"{request.shown_location}: {dumps[-1].name} was read, the newest of {len(dumps)} dumps in the folder"
            )
            return dumps[-1], (note,) if others else ()
        if path.is_file():
            return path, ()
    except OSError as error:
        raise _cannot_open(request, error) from None
    raise unavailable(
        request, f"{request.shown_location}: there is no such file", "check the path, or put the dump there"
    )


def _dialect_of(path: Path, request: SourceRequest) -> Dialect:
    try:
        return _dialect(request, head_of(path))
    except _READ_ERRORS as error:
        # what a damaged archive raises is an OSError too, without a number of the system's
        if isinstance(error, OSError) and error.errno is not None:
            raise _cannot_open(request, error) from None
        raise unavailable(
            request, f"{request.shown_location}: the compressed file is damaged from its beginning", _TEST
        ) from None


def _keeper(request: SourceRequest, dialect: Dialect) -> RowKeeper | None:
    """What keeps the columns that the questions need; None where nothing is asked about rows."""
    if not request.clocks and not request.residue:
        return None
    from connectors import row_columns

    return RowKeeper(
        _frozen(row_columns.needed_columns(request.clocks, request.residue)),
        _frozen(row_columns.value_columns(request.residue)),
        scratch=Path(request.scratch) if request.scratch else None,
        dialect=dialect,
    )


def _frozen(columns: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {stem: frozenset(names) for stem, names in columns.items()}


def _read(
    path: Path, request: SourceRequest, problems: list[SourceProblem], reader: SchemaReader
) -> tuple[DumpSchema, bool]:
    """Read the text once. What was read before a damaged place is kept."""
    dialect = reader.found.dialect
    try:
        with open_sql(path) as stream:
            reader.read(Splitter(stream, dialect))
    except StatementTooLong as error:
        problems.append(
            _problem(
                request,
                "record.source_truncated",
                f"{request.shown_location}: {error}; what follows it was not read",
                "look for a quotation mark that is never closed near that byte, or name the dialect with option "
                "'dialect'",
            )
        )
        return reader.found, False
    except _READ_ERRORS:
        problems.append(
            _problem(
                request,
                "record.source_truncated",
                f"{request.shown_location}: the file is damaged after {len(reader.found.tables)} tables; "
                "the rest was not read",
                _TEST,
            )
        )
        return reader.found, False
    return reader.found, True


def _dialect(request: SourceRequest, head: bytes) -> Dialect:
    named = request.option("dialect").lower()
    if named and named not in _DIALECTS:
        raise unavailable(
            request,
            f"source {request.source_id}: option 'dialect' is {named!r}",
            f"use one of {', '.join(_DIALECTS)}, or leave it out",
        )
    return _DIALECTS[named] if named else detect_dialect(head)


def _tables(found: DumpSchema, prefix: Prefix, profiler: ValueProfiler | None) -> tuple[ObservedTable, ...]:
    tables = []
    for name, definition in sorted(found.tables.items()):
        counted = found.rows[name] if found.has_rows and definition.kind == "table" else None
        table = definition.observed(prefix.stem(name), counted)
        if profiler is not None and found.samples.get(name):
            table = _profiled(table, found.samples[name], profiler)
        tables.append(table)
    return tuple(tables)


def _profiled(table: ObservedTable, rows: list[list[bytes | None]], profiler: ValueProfiler) -> ObservedTable:
    columns = tuple(
        column.model_copy(
            update={"profile": profiler([None if v is None else v.decode("utf-8", "replace") for v in values])}
        )
        if any(kind in column.native_type.lower() for kind in _TEXT_TYPES)
        else column
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    )
    return table.model_copy(update={"columns": columns})


def _unread(request: SourceRequest, found: DumpSchema) -> list[SourceProblem]:
    """One problem per table that vanished, and one where the count differs although no name is known."""
    problems = [
        _problem(
            request,
            "record.table_unread",
            f"{request.shown_location}: table {name or '(name not readable)'} could not be read: {reason}",
            "report the CREATE TABLE statement of this table, without its rows; until then the record lacks the table",
            subject=name or request.source_id,
            blocks=True,
        )
        for name, reason in found.unread
    ]
    problems += [
        _problem(
            request,
            "record.table_unread",
            f"{request.shown_location}: table {name} has rows in this dump and no CREATE TABLE: no column is known",
            "make the dump with the definitions of all tables (mysqldump without --no-create-info)",
            subject=name,
        )
        for name in found.undefined
    ]
    missing = found.made - found.read - len({name for name, _ in found.unread})
    if missing > 0:
        problems.append(
            _problem(
                request,
                "record.table_unread",
                f"{request.shown_location}: the text has {found.made} CREATE TABLE statements, {found.read} were read",
                "name the dialect with option 'dialect', or make the dump again with mysqldump or pg_dump",
                blocks=True,
            )
        )
    return problems


def _cut(request: SourceRequest, found: DumpSchema, problems: list[SourceProblem]) -> bool:
    if not found.cut_in and not found.footer_missing:
        return False
    where = f"it ends in the middle of {found.cut_in}" if found.cut_in else "the line that ends every dump is missing"
    problems.append(
        _problem(
            request,
            "record.source_truncated",
            f"{request.shown_location}: the dump is not whole: {where}; tables after that place are missing",
            _AGAIN,
        )
    )
    return True


def _ages(
    path: Path,
    request: SourceRequest,
    found: DumpSchema,
    tables: tuple[ObservedTable, ...],
    problems: list[SourceProblem],
    keeper: RowKeeper | None,
    order: Mapping[str, Sequence[str]],
) -> tuple[tuple[TableAges, ...], tuple[Residue, ...], bool]:
    """Ask what was kept; the file is read for it where nothing was, or rows stood before their table's definition."""
    if not request.clocks and not request.residue:
        return (), (), True
    if not found.has_rows:
        return not_measured(request.clocks, "the dump holds no rows"), (), True
    from connectors import row_ages, row_columns

    by_stem = {table.stem: table for table in tables if table.kind == "table"}
    needed = row_columns.needed_columns(request.clocks, request.residue)
    compared = row_columns.value_columns(request.residue)
    names = {stem: by_stem[stem].name for stem in needed if stem in by_stem}
    try:
        kept = keeper.loaded(names, order) if keeper is not None else None
        loaded = kept or load_columns(
            path,
            {name: frozenset(needed[stem]) for stem, name in names.items()},
            order,
            scratch=Path(request.scratch) if request.scratch else None,
            dialect=found.dialect,
            hashed={name: frozenset(compared.get(stem, ())) for stem, name in names.items()},
        )
    except (*_READ_ERRORS, *ROW_ERRORS):
        problems.append(_rows_unread(request, request.source_id, "they could not be taken out of the file"))
        return not_measured(request.clocks, "the rows of the dump could not be read"), (), False
    with loaded:
        held = loaded.columns
        problems.extend(
            _rows_unread(request, table, "some of its INSERT statements are of a form that is not known")
            for table in loaded.refused
        )
        unread = {stem for stem, name in names.items() if name in loaded.refused}
        ages, residue = row_ages.answer_in_duckdb(
            loaded.connection,
            request.clocks,
            # A row that was not read is not a row that is gone.
            tuple(check for check in request.residue if not {check.table, check.parent_table} & unread),
            names,
            {stem: held.get(name, frozenset()) for stem, name in names.items()},
            request.timezone,
            may_change=True,
        )
        return ages, residue, not loaded.refused


def _rows_unread(request: SourceRequest, subject: str, reason: str) -> SourceProblem:
    return _problem(
        request,
        "record.rows_unread",
        f"{request.shown_location}: rows of {subject} were not all read: {reason}",
        "make the dump again with mysqldump, mariadb-dump, Adminer or pg_dump; its ages are incomplete until then",
        subject=subject,
    )


def _utc(moment: datetime | None, timezone: str) -> datetime | None:
    return moment.replace(tzinfo=ZoneInfo(timezone or "UTC")).astimezone(UTC) if moment else None


def _problem(
    request: SourceRequest, rule_id: str, message: str, remedy: str, *, subject: str = "", blocks: bool = False
) -> SourceProblem:
    return SourceProblem(
        rule_id=rule_id,
        subject=subject or request.source_id,
        message=message,
        remedy=remedy,
        severity=Severity.ERROR,
        about=About.RECORD,
        blocks=blocks,
    )


def _cannot_open(request: SourceRequest, error: OSError) -> SourceUnavailable:
    reason = error.strerror or "it cannot be opened"
    return unavailable(
        request, f"{request.shown_location}: {reason}", "check the path and that this account may read the file"
    )
