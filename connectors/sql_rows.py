"""Rows of a dump: counted, and a few of their columns read into DuckDB, without a general SQL parser.

Belongs here: reading the rows of ``INSERT ... VALUES`` (MySQL's escapes, hexadecimal and binary literals, several
rows in a statement, column lists) and of PostgreSQL's ``COPY`` data. Does not belong here: which columns are
wanted and what is asked of them (``connectors.row_ages``). No connector.

Only the wanted columns are kept, as text files in the caller's private folder until DuckDB has read them.
Columns that are compared by value (an e-mail address) are replaced, while they are read, by a keyed hash whose
key is made for this call and forgotten with it: no such value reaches a disk (DESIGN, idea 5).
"""

import hashlib
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

import duckdb

from connectors.insert_scan import PlainRows, plain_rows
from connectors.sql_text import (
    INSERT_HEAD,
    Dialect,
    Part,
    Splitter,
    Statement,
    decode,
    open_sql,
)

MEMORY_LIMIT = "256MB"
# What DuckDB raises; its message can hold a value and is never shown.
ROW_ERRORS = (duckdb.Error,)

_STRINGS = {
    True: rb"""'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+\"""",
    False: rb"""'[^']*+'|"[^"]*+\"""",
}
_COPY_HEAD = re.compile(
    rb"COPY\s+(?P<name>[^\s(]+(?:\s*\.\s*[^\s(]+)?)\s*(?:\((?P<columns>.*?)\))?\s*FROM\s+stdin", re.I | re.S
)


def _value(backslash: bool) -> bytes:
    """One value of a row: a literal with its introducer, or an expression whose parentheses go two deep.

    A plain number, word or text without escapes comes first: nearly all values are that, and it is matched in one step.
    """
    text = _STRINGS[backslash]
    deep = rb"\((?:[^()'\"]++|" + text + rb")*+\)"
    nested = rb"\((?:[^()'\"]++|" + text + rb"|" + deep + rb")*+\)"
    plain = rb"[\w.+\-]++(?=[,)])|'[^'\\]*+'(?=[,)])"
    return rb"(?:" + plain + rb"|(?:[^\s'\"(),]++|" + text + rb"|" + nested + rb"|\s++(?![,)]))*+)"


@cache
def row_pattern(backslash: bool, count: int, wanted: tuple[int, ...]) -> re.Pattern[bytes]:
    """A pattern for one row of ``count`` values that captures the wanted ones, and last whatever is no row.

    ``count`` 0 matches a row of any width. Searching with it covers a text without a gap: a byte that belongs to
    no row is captured by the last group, so that nothing can be passed over unseen.
    """
    value = rb"\s*+" + _value(backslash) + rb"\s*+"
    if not count:
        inner = value + rb"(?:," + value + rb")*+"
    else:
        capture = rb"\s*+(" + _value(backslash) + rb")\s*+"
        inner = rb",".join(capture if place in wanted else value for place in range(count))
    return re.compile(rb"\(" + inner + rb"\)\s*+,?\s*+|(\S)", re.S)


_TAIL = re.compile(rb"\)\s*+(?:(?:AS\s|ON\s+(?:DUPLICATE|CONFLICT)|RETURNING)\b[^']*+)?;?\s*\Z", re.I | re.S)


def insert_head(statement: Statement) -> "tuple[bytes, bytes | None, int] | None":
    """The table's name and column list as written, and where the rows begin. None where it has no VALUES."""
    match = INSERT_HEAD.match(statement.raw, statement.start)
    return (match["name"], match["columns"], match.end()) if match else None


def unquoted(name: bytes, dialect: Dialect, charset: str = "") -> str:
    """A name as in a column list, without quotes; of a qualified one the last part (with its schema if not public)."""
    parts = re.findall(r"`((?:[^`]|``)*)`|\"((?:[^\"]|\"\")*)\"|([^\s.`\"]+)", decode(name, charset))
    plain = [a.replace("``", "`") or b.replace('""', '"') or c for a, b, c in parts]
    if dialect is Dialect.POSTGRES and len(plain) > 1 and plain[-2] != "public":
        return f"{plain[-2]}.{plain[-1]}"
    return plain[-1] if plain else ""


def names_in(columns: bytes, dialect: Dialect) -> list[str]:
    """The names of a column list as written."""
    found = re.findall(rb"`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|[^\s,`\"]+", columns)
    return [unquoted(name, dialect) for name in found]


def count_rows(statement: Statement, dialect: Dialect, newlines_escaped: bool = False) -> int:
    """How many rows an INSERT statement holds; 0 where it has no VALUES (INSERT ... SELECT).

    ``newlines_escaped`` says that the text comes from a tool that never writes a line end inside a value: then rows
    that stand on lines of their own are counted by their lines.
    """
    head = insert_head(statement)
    if head is None:
        return 0
    raw, at = statement.raw, head[2]
    if newlines_escaped:
        lines = raw.count(b"\n", at)
        if lines and lines == raw.count(b"),\n(", at):
            return lines + 1
        if not lines and raw.find(b"),(", at) < 0:
            return 1
    return sum(
        1 for bad in row_pattern(dialect is Dialect.MYSQL, 0, ()).findall(raw, at, _rows_end(raw, at)) if not bad
    )


def _rows_end(raw: bytes, at: int) -> int:
    """Where the rows end: before the delimiter, or before ON DUPLICATE KEY and its like."""
    tail = max(raw.rfind(word, at) for word in (b"ON DUPLICATE", b"ON CONFLICT", b"on duplicate", b"on conflict"))
    if tail >= 0 and raw[at:tail].rstrip().endswith(b")"):
        return tail
    end = len(raw)
    while end > at and raw[end - 1 : end] in (b";", b"\n", b"\r", b" "):
        end -= 1
    return end


# -- values -------------------------------------------------------------------------------------------------------

_ESCAPES = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
_ESCAPE = re.compile(rb"\\(.)", re.S)
_INTRODUCED = re.compile(rb"(?:_[A-Za-z0-9]+|[nN]|[eE])\s*(?=['\"0xX])")


def value_of(token: bytes, backslash: bool = True) -> "bytes | None":
    """The value that a literal stands for, as the bytes a client would be given; None for NULL.

    >>> value_of(rb"'O\\'Neil'"), value_of(b"0x6162"), value_of(b"_binary 'x'"), value_of(b"NULL"), value_of(b"-1.5")
    (b"O'Neil", b'ab', b'x', None, b'-1.5')
    """
    escapes = backslash or token[:1] in b"eE"
    if token[:1] in b"_nNeE":
        introduced = _INTRODUCED.match(token)
        token = token[introduced.end() :] if introduced else token
    if token[:1] in (b"'", b'"'):
        quote = token[:1]
        inner = token[1:-1].replace(quote + quote, quote)
        return _ESCAPE.sub(lambda found: _ESCAPES.get(found.group(1), found.group(1)), inner) if escapes else inner
    if token.upper() == b"NULL":
        return None
    if token[:2] in (b"0x", b"0X"):
        return _from_hex(token[2:])
    if token[:2] in (b"x'", b"X'"):
        return _from_hex(token[2:-1])
    if token[:2] in (b"b'", b"B'"):
        return str(int(token[2:-1] or b"0", 2)).encode()
    return token


def _from_hex(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return digits


_COPY_ESCAPE = re.compile(rb"\\(.)", re.S)
_COPY_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _copy_value(cell: bytes) -> "bytes | None":
    if cell == rb"\N":
        return None
    if b"\\" not in cell:
        return cell
    return _COPY_ESCAPE.sub(lambda found: _COPY_ESCAPES.get(found.group(1), found.group(1)), cell)


# -- the wanted columns -------------------------------------------------------------------------------------------

# Anything in the captured values that is more than a plain number, NULL or a quoted text without escapes.
_NOT_PLAIN = re.compile(rb"[\\\"(]|''|(?:^|[,\n])(?:0[xXbB]|(?!NULL\b)[A-Za-z_@])")


_DATES_AND_NUMBERS = b"0123456789,\n'-:. +"


def _is_plain(text: bytes) -> bool:
    """Whether captured values can be handed on as they are. Dates and numbers alone are told without a search."""
    if b"' '" not in text and not text.translate(None, _DATES_AND_NUMBERS).replace(b"NULL", b""):
        return True
    return _NOT_PLAIN.search(text) is None


class _TableFile:
    """The text file of one table's wanted columns: one line per row, values quoted as in the dump."""

    def __init__(self, folder: Path, number: int, columns: Sequence[str], hashed: frozenset[str], key: bytes) -> None:
        self.path = folder / f"{number}.csv"
        self.columns = tuple(columns)
        self.order = {name.lower(): place for place, name in enumerate(self.columns)}
        self.hashed = frozenset(name.lower() for name in hashed)
        self.rows = 0
        self.refused = 0
        self.several_lines = False
        self._key = key
        self._file: IO[bytes] | None = None

    def insert(
        self,
        statement: Statement,
        rows_at: int,
        written: Sequence[str],
        dialect: Dialect,
        plain: PlainRows | None = None,
    ) -> None:
        """Take the wanted values out of one INSERT statement whose values stand in the order ``written``.

        ``plain``: its rows, where they could be found without a pattern.
        """
        backslash = dialect is Dialect.MYSQL
        places = tuple(place for place, name in enumerate(written) if name.lower() in self.order)
        names = [written[place].lower() for place in places]
        if plain is not None and places and self._insert_plain(plain, places, names, backslash):
            return
        pattern = row_pattern(backslash, len(written), places)
        found = pattern.findall(statement.raw, rows_at, _rows_end(statement.raw, rows_at))
        if not places:
            self._empty_rows(sum(1 for bad in found if not bad))
            return
        if any(row[-1] for row in found):
            self.refused += 1
            found = [row for row in found if not row[-1]]
        self.rows += len(found)
        if not found:
            return
        if self._as_written(names):
            text = b"\n".join([b",".join(row[:-1]) for row in found])
            if _is_plain(text):
                self.several_lines = self.several_lines or text.count(b"\n") >= len(found)
                self._write(text)
                return
        self._values(names, ((value_of(token, backslash) for token in row[:-1]) for row in found))

    def _as_written(self, names: Sequence[str]) -> bool:
        """Whether values can be handed on as they are: in our order, and none to be hashed."""
        return not self.hashed and [name.lower() for name in self.columns] == list(names)

    def _insert_plain(self, plain: PlainRows, places: Sequence[int], names: Sequence[str], backslash: bool) -> bool:
        """Take the values without a pattern; False where a value is more than one line, so that it would be cut."""
        if self._as_written(names):
            text = plain.values(places)
            if _is_plain(text):
                self.several_lines = self.several_lines or text.count(b"\n") >= plain.count
                self.rows += plain.count
                self._write(text)
                return True
        columns = [plain.values((place,)).split(b"\n") for place in places]
        if any(len(column) != plain.count for column in columns):
            return False
        self.rows += plain.count
        self._values(names, ((value_of(token, backslash) for token in row) for row in zip(*columns, strict=True)))
        return True

    def copy(self, data: bytes, written: Sequence[str]) -> None:
        """Take the wanted values out of the data lines of COPY."""
        places = [(place, name.lower()) for place, name in enumerate(written) if name.lower() in self.order]
        lines = [line for line in data.replace(b"\r\n", b"\n").split(b"\n") if line and line != b"\\."]
        rows = [line.split(b"\t") for line in lines]
        whole = [row for row in rows if len(row) == len(written)]
        self.refused += len(rows) - len(whole)
        self.rows += len(whole)
        if not places:
            self._empty_rows(len(whole), counted=True)
        elif whole:
            self._values(
                [name for _, name in places], ([_copy_value(row[place]) for place, _ in places] for row in whole)
            )

    def _empty_rows(self, count: int, counted: bool = False) -> None:
        self.rows += 0 if counted else count
        if count:
            self._write(b"\n".join([b",".join([b"NULL"] * max(1, len(self.columns)))] * count))

    def _values(self, names: Sequence[str], rows: Iterable[Iterable["bytes | None"]]) -> None:
        lines: list[bytes] = []
        for row in rows:
            cells = [b"NULL"] * len(self.columns)
            for name, value in zip(names, row, strict=True):
                if value is not None:
                    kept = self._hash(value) if name in self.hashed else value
                    self.several_lines = self.several_lines or b"\n" in kept or b"\r" in kept
                    # NUL ends a text in many readers; a key or a date never holds one
                    cells[self.order[name]] = b"'" + kept.replace(b"\0", b"").replace(b"'", b"''") + b"'"
            lines.append(b",".join(cells))
        if lines:
            self._write(b"\n".join(lines))

    def _hash(self, value: bytes) -> bytes:
        # Compared as databases do by default: without regard to letter case and trailing blanks. Empty and
        # zero are kept, because they mean "nobody".
        plain = decode(value).rstrip().casefold().encode("utf-8", "surrogatepass")
        return (
            plain
            if plain in (b"", b"0")
            else hashlib.blake2b(plain, key=self._key, digest_size=16).hexdigest().encode()
        )

    def _write(self, text: bytes) -> None:
        if self._file is None:
            self._file = self.path.open("wb", buffering=1 << 20)
        self._file.write(_as_utf8(text))
        self._file.write(b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def discard(self) -> None:
        """Close and delete what was written."""
        self.close()
        self.path.unlink(missing_ok=True)


def _as_utf8(text: bytes) -> bytes:
    """The same bytes where they are UTF-8; else read as Windows-1252: a key or a date is ASCII in either."""
    if text.isascii():
        return text
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").encode("utf-8")
    return text


class LoadedColumns:
    """The wanted columns in DuckDB.

    By table: ``rows`` counts, ``columns`` names what was kept; ``refused`` names tables with rows not understood.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: "Mapping[str, _TableFile]", folder: Path) -> None:
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
        self._files: dict[str, _TableFile | None] = {}
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
        files: dict[str, _TableFile] = {}
        for number, (stem, table) in enumerate(sorted(names.items())):
            columns = _kept(orders.get(table, ()), self._wanted[stem])
            hashed = self._hashed.get(stem, frozenset())
            file = self._files.get(table)
            if file is None:
                file = _TableFile(self._folder, -1 - number, columns, hashed, self._key)
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

    def _file(self, table: str, written: Sequence[str]) -> _TableFile | None:
        if table not in self._files:
            stems = [stem for stem in self._wanted if table.endswith(stem)]
            if stems and not written:
                self._whole = False
                return None
            columns = _kept(written, frozenset().union(*(self._wanted[stem] for stem in stems)))
            hashed = frozenset[str]().union(*(self._hashed.get(stem, frozenset()) for stem in stems))
            number = len(self._files)
            self._files[table] = _TableFile(self._folder, number, columns, hashed, self._key) if stems else None
        return self._files[table]


def _kept(order: Sequence[str], wanted: frozenset[str]) -> list[str]:
    lower = {name.lower() for name in wanted}
    return [name for name in order if name.lower() in lower]


def _private_folder(scratch: Path | None) -> Path:
    """A folder readable by this account alone; without a scratch folder, in the system's one for temporary files."""
    if scratch is not None:
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="rows-", dir=scratch))


def _loaded(files: "Mapping[str, _TableFile]", folder: Path) -> LoadedColumns:
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
    files: dict[str, _TableFile] = {}
    for number, (table, columns) in enumerate(sorted(wanted.items())):
        kept = _kept(orders.get(table, ()), columns)
        files[table] = _TableFile(folder, number, kept, (hashed or {}).get(table, frozenset()), key)
    try:
        _fill(path, files, orders, dialect)
        return _loaded(files, folder)
    except BaseException:
        for file in files.values():
            file.close()
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(path: Path, files: Mapping[str, _TableFile], orders: Mapping[str, Sequence[str]], dialect: Dialect) -> None:
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


def _import(connection: duckdb.DuckDBPyConnection, table: str, file: _TableFile) -> None:
    file.close()
    columns = file.columns or ("nothing wanted",)
    defined = ", ".join(f"{identifier(name)} VARCHAR" for name in columns)
    connection.execute(f"CREATE TABLE {identifier(table)} ({defined})")
    if not file.path.exists():
        return
    connection.execute(
        f"INSERT INTO {identifier(table)} SELECT * FROM read_csv(?, header=false, auto_detect=false, delim=',', "  # noqa: S608
        "quote='''', escape='''', nullstr='NULL', allow_quoted_nulls=false, max_line_size=16777216, "
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
