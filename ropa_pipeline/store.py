"""The working store: one Parquet file per controller and table, one JSON file per observed source.

Belongs here: writing and reading typed rows as Parquet through DuckDB, and observations as JSON. Does not
belong here: releases, history and their chain (``ropa_pipeline.publish``); those use :func:`write_rows` and
:func:`read_rows` so that a row has one form on disk.

Every column has the type of its :class:`~ropa_pipeline.model.base.TableSpec`; nothing is inferred from values.
Rows travel as JSON lines into DuckDB's own reader, because that keeps lists, empty lists, NULL and 64-bit
integers apart without pyarrow, and thousands of rows take hundredths of a second.
Timestamps are stored in UTC without a zone and come back aware, in UTC.
"""

import errno
import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ropa_pipeline.model.base import Row, TableSpec, table_spec
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.tables import RowT
from ropa_pipeline.scratch import private_folder

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")

_FRAME_TYPES: dict[str, Any] = {
    "BOOLEAN": "boolean",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "TIMESTAMP": "datetime64[ns, UTC]",
}


class StoreError(Exception):
    """A file of the store cannot be used. The message names the file and the remedy."""


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskTrouble(Exception):
    """A disk takes no more. The message is what :func:`disk_trouble` says, for people."""


def disk_trouble(error: BaseException, home: Path | None = None) -> str:
    """What a person must do about a disk that takes no more; empty where the error is another.

    The place is named only where it lies in the home: elsewhere a path may be a value. What caused the error counts as
    well: libraries put their own errors before the system's. DuckDB and SQLite have errors of their own.
    """
    if isinstance(error, DiskTrouble):
        return str(error)
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen and not _errno(cause):
        seen.append(cause)
        cause = getattr(cause, "orig", None) or cause.__cause__ or cause.__context__
    if cause is None or not _errno(cause):
        return ""
    number = _errno(cause)
    name = str(getattr(cause, "filename", None) or "")
    place = f"{home or 'the home'} or the folder for temporary files"
    place = name if home is not None and name.startswith(str(home)) else place
    if number in _NO_ROOM:
        return f"{place}: no room is left; the last release stays. Make room on that disk, then run again"
    if number in _NOT_ALLOWED:
        return f"{place}: cannot be written; the last release stays. Let this account write there, then run again"
    return f"{place}: the disk answers with an error; the last release stays. Look at its room, then run again"


def _errno(error: BaseException) -> int:
    """The system's number of a disk that takes no more; 0 for every other error."""
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    text = str(error) if isinstance(error, duckdb.IOException | sqlite3.OperationalError) else ""
    if "No space left" in text or "disk is full" in text:
        number = errno.ENOSPC
    elif "Read-only file system" in text or "Permission denied" in text or "readonly database" in text:
        number = errno.EROFS
    elif "disk I/O error" in text:
        number = errno.EIO
    return number if number in (*_NO_ROOM, *_NOT_ALLOWED, errno.EIO) else 0


class Store:
    """Typed tables of each controller below ``root``.

    >>> import tempfile
    >>> from ropa_pipeline.model.inventory import RowCount
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> store.write("akore", RowCount, [])
    >>> store.exists("akore", RowCount), store.read("akore", RowCount)
    (True, ())
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        # What this object has written or read: several stages ask for it, and one of 300 tables takes long to read.
        self._observed: dict[Path, SourceObservation] = {}

    def path(self, controller_id: str, row_class: type[Row]) -> Path:
        return self._folder(controller_id) / f"{table_spec(row_class).name}.parquet"

    def exists(self, controller_id: str, row_class: type[Row]) -> bool:
        return self.path(controller_id, row_class).is_file()

    def write(self, controller_id: str, row_class: type[Row], rows: Iterable[Row]) -> None:
        """Replace a table whole. A reader sees the old file or the new one, never a part."""
        write_rows(self.path(controller_id, row_class), rows, row_class)

    def read(self, controller_id: str, row_class: type[RowT]) -> tuple[RowT, ...]:
        """The rows of a table, sorted by key; a table that was never written is empty.

        Raises StoreError for a file that is no Parquet file or whose rows do not fit the table.
        """
        path = self.path(controller_id, row_class)
        return read_rows(path, row_class) if path.is_file() else ()

    def write_observation(self, controller_id: str, observation: SourceObservation) -> None:
        """Keep what was observed in one source (names, types, counts; an observation holds no values)."""
        path = self._observation(controller_id, observation.source_id)
        write_bytes(path, observation.model_dump_json(indent=1).encode() + b"\n")
        self._observed[path] = observation

    def read_observation(self, controller_id: str, source_id: str) -> SourceObservation | None:
        """What was kept of one source, None where nothing was. Raises StoreError for an unreadable file."""
        path = self._observation(controller_id, source_id)
        if not path.is_file():
            return None
        try:
            if path not in self._observed:
                self._observed[path] = SourceObservation.model_validate_json(path.read_bytes())
            return self._observed[path]
        except ValueError as error:
            raise StoreError(f"{path}: not an observation of this version; delete it and run again ({error})") from None

    def forget_observation(self, controller_id: str, source_id: str) -> None:
        path = self._observation(controller_id, source_id)
        self._observed.pop(path, None)
        path.unlink(missing_ok=True)

    def _observation(self, controller_id: str, source_id: str) -> Path:
        return self._folder(controller_id) / "observations" / f"{_safe(source_id)}.json"

    def _folder(self, controller_id: str) -> Path:
        return self.root / _safe(controller_id)


def write_rows(path: Path, rows: Iterable[Row], row_class: type[Row]) -> None:
    """Write rows as one Parquet file with explicit column types, sorted by key; identical rows, identical bytes."""
    held = tuple(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if held:
            _write_parquet(temporary, held, table_spec(row_class))
        else:
            temporary.write_bytes(_without_rows(row_class))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@cache
def _without_rows(row_class: type[Row]) -> bytes:
    """The file of an empty table: half of a controller's tables are, and DuckDB writes each of them the same."""
    with private_folder("ropa-rows-") as scratch:
        _write_parquet(scratch / "empty.parquet", (), table_spec(row_class))
        return (scratch / "empty.parquet").read_bytes()


def _write_parquet(path: Path, rows: Iterable[Row], spec: TableSpec) -> None:
    with private_database() as (database, scratch):
        query = rows_query(scratch, rows, spec)
        database.execute(f"COPY ({query}) TO {text_literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def read_rows(path: Path, row_class: type[RowT]) -> tuple[RowT, ...]:
    """Read a file that :func:`write_rows` wrote.

    A column the file lacks is filled from the row class's default; without one, StoreError names it.
    """
    try:
        with private_database() as (database, _):
            found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names, values = [column[0] for column in found.description or ()], found.fetchall()
    except (duckdb.Error, OSError):
        raise StoreError(f"{path}: not a readable Parquet file; restore it from a backup or run again") from None
    try:
        return rows_from(names, values, row_class)
    except ValueError as error:
        raise StoreError(f"{path}: rows do not fit table {row_class.TABLE} of this version ({error})") from None


def rows_from(names: list[str], values: Iterable[tuple[object, ...]], row_class: type[RowT]) -> tuple[RowT, ...]:
    """Typed rows from fetched tuples, sorted by key. Raises ValueError where they do not fit."""
    known = set(row_class.model_fields)
    kept = [(place, name) for place, name in enumerate(names) if name in known]
    rows = [row_class.model_validate({name: _aware(value[place]) for place, name in kept}) for value in values]
    return tuple(sorted(rows, key=lambda row: row.row_id))


def rows_query(scratch: Path, rows: Iterable[Row], spec: TableSpec) -> str:
    """A query that gives the rows, typed by the specification, sorted by key (then by content).

    They stand in a file of ``scratch`` until the next rows of the table.
    """
    stamps = tuple(column.name for column in spec.columns if column.sql_type == "TIMESTAMP")
    lines = sorted((row.row_id, _in_utc(row, stamps).model_dump_json()) for row in rows)
    source = scratch / f"{spec.name}.jsonl"
    source.write_text("".join(line + "\n" for _, line in lines), encoding="utf-8")
    columns = ", ".join(f"{text_literal(column.name)}: {text_literal(column.sql_type)}" for column in spec.columns)
    return (
        f"FROM read_json({text_literal(str(source))}, columns={{{columns}}}, "
        f"format='newline_delimited', maximum_object_size={1 << 26})"
    )


def text_literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


_OPEN = threading.local()


@contextmanager
def private_database() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """:func:`fresh_database`, or the one this thread has open already: opening costs more than a small table."""
    held: tuple[duckdb.DuckDBPyConnection, Path] | None = getattr(_OPEN, "held", None)
    if held is not None:
        yield held
        return
    with fresh_database() as opened:
        _OPEN.held = opened
        try:
            yield opened
        finally:
            _OPEN.held = None


@contextmanager
def fresh_database() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """An in-memory DuckDB that downloads nothing and spills only into a private folder, emptied afterwards.

    One thread: the order of rows in a file must not depend on how work was shared out.
    """
    with private_folder("ropa-rows-") as scratch:
        database = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": str(scratch / "spill"),
                "threads": "1",
            },
        )
        try:
            yield database, scratch
        finally:
            database.close()


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file whole: written beside it, flushed to the disk, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def frame(rows: Iterable[Row], row_class: type[Row]) -> pd.DataFrame:
    """The rows as a data frame: one row per row, columns in the table's order, nullable types; lists stay lists."""
    spec = table_spec(row_class)
    held = list(rows)
    data = {}
    for column in spec.columns:
        values = [getattr(row, column.name) for row in held]
        if column.is_list:
            series = pd.Series([list(value) for value in values], dtype="object")
        elif column.sql_type == "VARCHAR":
            series = pd.Series([None if value is None else str(value) for value in values], dtype="object")
        elif column.sql_type in _FRAME_TYPES:
            series = pd.Series(pd.array([_aware(value) for value in values], dtype=_FRAME_TYPES[column.sql_type]))
        else:
            series = pd.Series(values, dtype="object")
        data[column.name] = series
    return pd.DataFrame(data, columns=list(spec.column_names))


def _in_utc(row: Row, stamps: tuple[str, ...]) -> Row:
    """DuckDB's JSON reader drops an offset without converting, so times are brought to UTC before."""
    moved = {}
    for name in stamps:
        value = getattr(row, name)
        if isinstance(value, datetime) and value.tzinfo is not None and value.utcoffset():
            moved[name] = value.astimezone(UTC)
    return row.model_copy(update=moved) if moved else row


def _aware(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def _safe(name: str) -> str:
    """Names become file names; one that could leave the folder is refused."""
    if not _SAFE_NAME.match(name):
        raise StoreError(f"{name!r} cannot be a file name: use letters, digits, '.', '_' and '-'")
    return name
