"""A few columns of a dump's rows, read into DuckDB without a general SQL parser.

Belongs here: keeping the wanted columns of ``INSERT`` and of PostgreSQL's ``COPY`` data. Does not belong here: what a
row and a value are (``connectors.sql_values``), which columns are wanted (``connectors.row_columns``) and what is asked
of them (``connectors.row_ages``). No connector.

Only the wanted columns are kept, as text files (``connectors.column_file``) in the caller's private folder until DuckDB
has read them. The key by which values to be compared are hashed is made for one call and forgotten with it.
"""

import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from connectors.column_file import ColumnFile
from connectors.insert_scan import PlainRows, plain_rows
from connectors.sql_file import open_sql
from connectors.sql_text import Dialect, Part, Splitter, Statement
from connectors.sql_values import insert_head, names_in, unquoted

MEMORY_LIMIT = "256MB"
LONGEST_ROW = 16 << 20
"""The longest row of kept columns, in bytes; the buffers in which DuckDB reads are twice that, else they outgrow the
memory limit as the text does."""
# What DuckDB raises; its message can hold a value and is never shown.
ROW_ERRORS = (duckdb.Error,)

_COPY_HEAD = re.compile(
    rb"COPY\s+(?P<name>[^\s(]+(?:\s*\.\s*[^\s(]+)?)\s*(?:\((?P<columns>.*?)\))?\s*FROM\s+stdin", re.I | re.S
)


class LoadedColumns:
    """The wanted columns in DuckDB.

    By table: ``rows`` counts, ``columns`` names what was kept; ``refused`` names tables with rows not understood.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: Mapping[str, ColumnFile], folder: Path) -> None:
        self.connection = connection
        self._folder = folder
        self.rows = {table: file.rows for table, file in sorted(files.items())}
        self.columns = {table: frozenset(file.columns) for table, file in sorted(files.items())}
        self.refused = tuple(sorted(table for table, file in files.items() if file.refused))

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "LoadedColumns":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RowKeeper:
    """Keeps the wanted columns of a dump while its schema is read, so that it is read once.

    The prefix of the tables is known only at the end, so that the columns of every table whose name *ends* in a wanted
    stem are kept until then. Inputs: ``wanted`` and ``hashed`` columns by stem; ``scratch`` as in :func:`load_columns`.
    """

    def __init__(
        self,
        wanted: Mapping[str, frozenset[str]],
        hashed: Mapping[str, frozenset[str]],
        *,
        scratch: Path | None,
        dialect: Dialect,
    ) -> None:
        self._wanted, self._hashed, self._dialect = wanted, hashed, dialect
        self._folder = _private_folder(scratch)
        self._key = secrets.token_bytes(32)
        self._files: dict[str, ColumnFile | None] = {}
        self._whole = True

    def insert(
        self, table: str, statement: Statement, rows_at: int, written: Sequence[str], plain: PlainRows | None
    ) -> None:
        """Take one INSERT; ``written`` are its columns in order, none where the table is not known yet."""
        file = self._file(table, written)
        if file is not None:
            file.insert(statement, rows_at, written, self._dialect, plain)

    def copy(self, table: str, data: bytes, written: Sequence[str]) -> None:
        """Take data lines of COPY."""
        file = self._file(table, written)
        if file is not None:
            file.copy(data, written)

    def loaded(self, names: Mapping[str, str], orders: Mapping[str, Sequence[str]]) -> "LoadedColumns | None":
        """The tables of these names (by stem) in DuckDB; None where rows came before their table's definition.

        Whatever else was kept is forgotten. ``None`` asks for a second reading, by :func:`load_columns`.
        """
        files: dict[str, ColumnFile] = {}
        for number, (stem, table) in enumerate(sorted(names.items())):
            columns = _kept(orders.get(table, ()), self._wanted[stem])
            hashed = self._hashed.get(stem, frozenset())
            file = self._files.get(table)
            if file is None:
                file = ColumnFile(self._folder, -1 - number, columns, hashed, self._key)
            elif not {*columns} <= {*file.columns} or file.hashed != {name.lower() for name in hashed}:
                self._whole = False
            files[table] = file
        if not self._whole:
            self.close()
            return None
        for table, other in self._files.items():
            if other is not None and table not in files:
                other.discard()
        try:
            return _loaded(files, self._folder)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Forget what was kept."""
        for file in self._files.values():
            if file is not None:
                file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, table: str, written: Sequence[str]) -> ColumnFile | None:
        if table not in self._files:
            stems = [stem for stem in self._wanted if table.endswith(stem)]
            if stems and not written:
                self._whole = False
                return None
            columns = _kept(written, frozenset().union(*(self._wanted[stem] for stem in stems)))
            hashed = frozenset[str]().union(*(self._hashed.get(stem, frozenset()) for stem in stems))
            number = len(self._files)
            self._files[table] = ColumnFile(self._folder, number, columns, hashed, self._key) if stems else None
        return self._files[table]


def _kept(order: Sequence[str], wanted: frozenset[str]) -> list[str]:
    lower = {name.lower() for name in wanted}
    return [name for name in order if name.lower() in lower]


def _private_folder(scratch: Path | None) -> Path:
    """A folder readable by this account alone; without a scratch folder, in the system's one for temporary files."""
    if scratch is not None:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="rows-", dir=scratch))


def _loaded(files: Mapping[str, ColumnFile], folder: Path) -> LoadedColumns:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    for table, file in files.items():
        _import(connection, table, file)
    return LoadedColumns(connection, files, folder)


def load_columns(
    path: Path,
    wanted: Mapping[str, frozenset[str]],
    orders: Mapping[str, Sequence[str]],
    *,
    scratch: Path | None,
    dialect: Dialect,
    hashed: Mapping[str, frozenset[str]] | None = None,
) -> LoadedColumns:
    """Read the wanted columns of a dump into an in-memory DuckDB database, one table per wanted table.

    Inputs: ``wanted`` and ``hashed`` by table name as the dump writes it; ``orders``: each table's columns in order,
    for INSERT statements without a column list. Output: tables of VARCHAR columns, one row per row of the dump,
    NULL as NULL, in the spelling of ``orders``. Memory is bounded: text files in a private
    folder of ``scratch`` (None: of the system's temporary folder), removed on close;
    DuckDB spills there. Raises what reading raises (OSError, EOFError, zlib.error, StatementTooLong).
    """
    folder = _private_folder(scratch)
    key = secrets.token_bytes(32)
    files: dict[str, ColumnFile] = {}
    for number, (table, columns) in enumerate(sorted(wanted.items())):
        kept = _kept(orders.get(table, ()), columns)
        files[table] = ColumnFile(folder, number, kept, (hashed or {}).get(table, frozenset()), key)
    try:
        _fill(path, files, orders, dialect)
        return _loaded(files, folder)
    except BaseException:
        for file in files.values():
            file.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(path: Path, files: Mapping[str, ColumnFile], orders: Mapping[str, Sequence[str]], dialect: Dialect) -> None:
    copying: tuple[str, list[str]] | None = None
    with open_sql(path) as stream:
        for statement in Splitter(stream, dialect):
            if statement.part is Part.INSERT:
                head = insert_head(statement)
                table = unquoted(head[0], dialect) if head else ""
                if head and table in files:
                    written = names_in(head[1], dialect) if head[1] is not None else orders.get(table, ())
                    plain = plain_rows(statement.marks, len(written)) if statement.marks else None
                    files[table].insert(statement, head[2], written, dialect, plain)
            elif statement.part is Part.COPY_DATA:
                if copying and copying[0] in files:
                    files[copying[0]].copy(statement.raw, copying[1])
            elif statement.part is Part.STATEMENT and dialect is Dialect.POSTGRES:
                copying = copy_head(statement, dialect, orders)


def copy_head(
    statement: Statement, dialect: Dialect, orders: Mapping[str, Sequence[str]]
) -> "tuple[str, list[str]] | None":
    """The table and the columns of a COPY statement, None where it is none."""
    match = _COPY_HEAD.match(statement.body)
    if not match:
        return None
    table = unquoted(match["name"], dialect)
    return table, names_in(match["columns"], dialect) if match["columns"] else list(orders.get(table, ()))


def _import(connection: duckdb.DuckDBPyConnection, table: str, file: ColumnFile) -> None:
    file.close()
    columns = file.columns or ("nothing wanted",)
    defined = ", ".join(f"{identifier(name)} VARCHAR" for name in columns)
    connection.execute(f"CREATE TABLE {identifier(table)} ({defined})")
    if not file.path.exists():
        return
    connection.execute(
        f"INSERT INTO {identifier(table)} SELECT * FROM read_csv(?, header=false, auto_detect=false, delim=',', "  # noqa: S608
        "quote='''', escape='''', nullstr='NULL', allow_quoted_nulls=false, "
        f"max_line_size={LONGEST_ROW}, buffer_size={2 * LONGEST_ROW}, "
        f"parallel={'false' if file.several_lines else 'true'}, columns=?)",
        [str(file.path), {f"c{place}": "VARCHAR" for place in range(len(columns))}],
    )
    file.path.unlink()


def identifier(name: str) -> str:
    """A name as an identifier of DuckDB, whatever characters it holds.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'
