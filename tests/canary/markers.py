"""Values that stand in every source of the canary tests, and the search for them in whatever was written.

Belongs here: the marker values, their disguises (other encodings, digests), and looking into containers (Parquet,
DuckDB, SQLite, zip, gzip, tar, PNG). Does not belong here: the sources (``sources``). Nothing in them is real.
"""
# ruff: noqa: S608  (only the tests' own values are put into SQL)

import base64
import gzip
import hashlib
import io
import re
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb

CORE = "Qzvxkan"
NAME, SURNAME = f"{CORE}as", f"{CORE}aitis"
EMAIL = f"{CORE.lower()}.one@{CORE.lower()}.example"
PHONE = "+37061937482"
ADDRESS = f"{CORE} g. 12-3"
IBAN = "LT027044061937482055"
CARD = "4061937482050019"
CODE = "33704190219"
BORN = "1937-04-19"
IP = "198.51.219.37"
NOTE = f"{SURNAME}, caller 61937482, wants {CORE.upper()} back"
VALUES = (f"{NAME} {SURNAME}", NAME, SURNAME, EMAIL, PHONE, ADDRESS, IBAN, CARD, CODE, BORN, IP, NOTE)

_DIGITS = ("61937482", CODE)
_DEPTH = 4


def _disguises() -> Iterator[bytes]:
    """Patterns of every form in which a marker might slip out."""
    for core in {CORE, CORE.lower(), CORE.upper()}:
        for utf in ("utf-16-le", "utf-16-be"):
            yield re.escape(core.encode(utf))
        for offset in range(3):
            # Only the middle of a base64 text depends on nothing around it.
            text = base64.b64encode(b"\0" * offset + core.encode())
            yield re.escape(text[-(-offset * 4 // 3) : len(core) * 4 // 3 - 1])
        yield b"(?i:" + core.encode().hex().encode() + b")"
        yield b"(?i:" + "".join(f"%{byte:02x}" for byte in core.encode()).encode() + b")"
    yield b"(?i:" + CORE.encode() + b")"
    for digits in _DIGITS:
        yield b"(?<![0-9a-fA-F.])(?:370)?" + digits.encode() + b"(?![0-9a-fA-F])"
        yield re.escape(digits.encode("utf-16-le"))
        yield digits.encode().hex().encode()
    yield from (re.escape(item.encode()) for item in (IBAN, CARD, IP, BORN, "19.04.1937", "1937.04.19", "19/04/1937"))
    for value in {*VALUES, *(item.lower() for item in VALUES)}:
        if value != quote(value):
            yield re.escape(quote(value, safe="").encode())
        for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            yield b"(?i:" + digest(value.encode()).hexdigest().encode() + b")"


_FOUND = re.compile(b"|".join(sorted(set(_disguises()))))


def find(data: bytes) -> list[str]:
    """What a piece of bytes holds of the markers, with a little around it."""
    return [
        repr(data[max(0, hit.start() - 40) : hit.end() + 40])
        for hit, _ in zip(_FOUND.finditer(data), range(3), strict=False)
    ]


def hits(paths: Iterable[Path]) -> list[str]:
    """Where a marker stands in files, in whatever container: one line per place."""
    found = []
    for path in sorted(paths):
        if path.is_symlink() or not path.is_file():
            continue
        found += [f"{path}: name" for _ in find(path.name.encode())]
        for place, data in contents(path.name, path.read_bytes(), path):
            found += [f"{path}{place}: {text}" for text in find(data)]
    return found


def contents(name: str, data: bytes, path: Path | None = None, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes of a file, and what is inside where it is a container, by place."""
    yield "", data
    if depth > _DEPTH:
        return
    inner: Iterable[tuple[str, bytes]] = ()
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = [(item, archive.read(item)) for item in archive.namelist()]
    elif data[:2] == b"\x1f\x8b":
        inner = [("gunzipped", gzip.decompress(data))]
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            files = [(item.name, tar.extractfile(item)) for item in tar.getmembers()]
            inner = [(item, handle.read() if handle else b"") for item, handle in files]
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        inner = list(_png_texts(data))
    elif path is not None and data[:4] == b"PAR1":
        inner = list(_rows_of(f"SELECT * FROM read_parquet('{_sql(path)}')"))
    elif path is not None and data[8:12] == b"DUCK":
        inner = list(_database_rows(path))
    elif path is not None and data[:15] == b"SQLite format 3":
        inner = list(_sqlite_rows(path))
    for place, part in inner:
        for more, deeper in contents(place, part, None, depth + 1):
            yield f"!{place}{more}", deeper


def _sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _rows_of(query: str, database: duckdb.DuckDBPyConnection | None = None) -> Iterator[tuple[str, bytes]]:
    for row in (database or duckdb.connect(":memory:")).execute(query).fetchall():
        yield "row", " | ".join(str(cell) for cell in row).encode("utf-8", "replace")


def _database_rows(path: Path) -> Iterator[tuple[str, bytes]]:
    with duckdb.connect(":memory:") as database:
        database.execute(f"ATTACH '{_sql(path)}' AS held (READ_ONLY)")
        found = "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE database_name = 'held'"
        tables = database.execute(found).fetchall()
        yield "comments", repr(tables).encode()
        for schema, table, _ in tables:
            yield from _rows_of(f'SELECT * FROM held."{schema}"."{table}"', database)


def _sqlite_rows(path: Path) -> Iterator[tuple[str, bytes]]:
    """Cells one by one: a long one is spread over pages in the file; Dagster compresses some."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        database.text_factory = bytes
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table.decode()}"'):
                for cell in row:
                    data = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield "cell", data
                    if data[:1] == b"\x78":
                        try:
                            yield "cell, inflated", zlib.decompress(data)
                        except zlib.error:
                            continue


def _png_texts(data: bytes) -> Iterator[tuple[str, bytes]]:
    place = 8
    while place + 8 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        if kind == b"zTXt":
            yield "zTXt", zlib.decompress(body.split(b"\0", 1)[1][1:])
        place += 12 + length
