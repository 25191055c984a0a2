"""Measures a packed workbook (XLSX, XLSM, XLSB; of ODS its parts alone) before a reader opens it.

Belongs here: what its parts really unpack to, and how large a table its cells span. Does not belong here: the text that
cells share (``workbook_text``), reading cells (``workbooks``). It is a shared reader, no connector.

A reader of sheets makes a table of every cell between the first and the last: two cells in far corners of a file of a
kilobyte are a table of terabytes, and a reader that gets no memory ends the process, which no ``except`` can catch. And
the sizes that an archive declares need not be true. So each part is unpacked once, in pieces, and counted.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from connectors.text_files import UnreadableFile
from connectors.workbook_text import number_at, text_held

MAX_UNPACKED = 1_000_000_000
MAX_UNPACKED_RATIO = 300
MAX_SPANNED = 30_000_000
"""Cells between the first and the last: about a gigabyte in memory, a million rows of thirty columns."""
MAX_TEXT = 500_000_000
"""Bytes of text in all cells, each with a copy of its own."""
_FREE_UNPACKED = 50_000_000
_FREE_SPANNED = 5_000_000
_SPARSEST = 20
_MAX_ROWS, _MAX_COLUMNS = 1 << 20, 1 << 14
_PIECE = 1 << 20
_OVERLAP = 64
_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)(\d+)""")
_LAST_CELL_RECORD = 11


def measure(path: Path) -> None:
    """Raise UnreadableFile for an archive that unpacks to, spans or repeats too much, or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if unpacked > MAX_UNPACKED or (
                unpacked > _FREE_UNPACKED and unpacked > MAX_UNPACKED_RATIO * max(packed, 1)
            ):
                raise _too_much(path, unpacked)
            for part in parts:
                _measure_part(path, part, stream)
            sizes = {part.filename: part.file_size for part in parts}
            if text_held({part.filename: partial(_pieces, part, stream) for part in parts}, sizes, MAX_TEXT) > MAX_TEXT:
                raise UnreadableFile(
                    f"{path.name}: the cells of the workbook repeat more than {MAX_TEXT:,} bytes of text",
                    "export it as CSV, or split it",
                )
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError) as error:
        raise UnreadableFile(f"{path.name}: the workbook is damaged", "save it again") from error


def _too_much(path: Path, unpacked: int) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name}: the workbook would unpack to {unpacked:,} bytes", "export it as CSV, or split it"
    )


def _measure_part(path: Path, part: zipfile.ZipInfo, stream: BinaryIO) -> None:
    held = _Span(path)
    length, before = 0, b""
    binary = bytearray()
    for piece in _pieces(part, stream):
        length += len(piece)
        if length > part.file_size:
            raise UnreadableFile(
                f"{path.name}: a part of the workbook is longer than the workbook says", "save it again"
            )
        if part.filename.endswith(".xml"):
            # what the overlap holds is seen twice, which changes no extreme
            held.placed(before + piece)
            before = piece[-_OVERLAP:]
        elif part.filename.startswith("xl/worksheets/") and part.filename.endswith(".bin"):
            binary += piece
    held.read(bytes(binary))
    held.check()


def _pieces(part: zipfile.ZipInfo, stream: BinaryIO) -> Iterator[bytes]:
    """A part's content in pieces of bounded length, whatever length it declares."""
    stream.seek(part.header_offset)
    name, extra = struct.unpack("<HH", stream.read(30)[26:30])
    stream.seek(name + extra, 1)
    left = part.compress_size
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0 and (packed := stream.read(min(_PIECE, left))):
        left -= len(packed)
        if part.compress_type == zipfile.ZIP_STORED:
            yield packed
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            while packed:
                yield engine.decompress(packed, _PIECE)
                packed = engine.unconsumed_tail
        else:
            raise ValueError("packed in a way that no office program uses")


class _Span:
    """The rectangle that cells of one sheet span, and how many cells there are at least."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: tuple[int, int] | None = None
        self._columns: tuple[int, int] | None = None
        self._cells = 0

    def placed(self, text: bytes) -> None:
        """Cells of XLSX, each with its place."""
        places = _PLACE.findall(text)
        if not places:
            return
        self._cells += len(places)
        letters, numbers = {letter for letter, _ in places}, {number for _, number in places}
        if max(map(len, letters)) > 3 or max(map(len, numbers)) > 7:
            raise self._refused()
        columns = [_column(letter) for letter in letters if letter]
        rows = [int(number) for number in numbers]
        self._rows = _widened(self._rows, rows)
        self._columns = _widened(self._columns, columns)
        if (self._rows and self._rows[1] > _MAX_ROWS) or (self._columns and self._columns[1] > _MAX_COLUMNS):
            raise self._refused()

    def read(self, data: bytes) -> None:
        """Cells of XLSB: records of a number, a length and a content, rows and cells told apart by the number."""
        at, end = 0, len(data)
        rows: list[int] = []
        columns: set[int] = set()
        while at < end:
            kind, at = number_at(data, at, 2)
            length, at = number_at(data, at, 4)
            if kind <= _LAST_CELL_RECORD and length >= 4:
                place = int.from_bytes(data[at : at + 4], "little")
                if kind == 0:
                    rows.append(place)
                else:
                    columns.add(place)
                    self._cells += 1
            at += length
        self._rows, self._columns = _widened(self._rows, rows), _widened(self._columns, list(columns))

    def check(self) -> None:
        """Raise UnreadableFile where the rectangle is larger than any filled sheet's."""
        if not self._rows or not self._columns:
            return
        spanned = (self._rows[1] - self._rows[0] + 1) * (self._columns[1] - self._columns[0] + 1)
        if spanned > MAX_SPANNED or (spanned > _FREE_SPANNED and spanned > _SPARSEST * self._cells):
            raise self._refused()

    def _refused(self) -> UnreadableFile:
        return UnreadableFile(
            f"{self._path.name}: the cells of a sheet lie too far apart to be read as a table",
            "delete the cells that stand alone in far rows or columns, or export the sheet as CSV",
        )


def _widened(span: tuple[int, int] | None, found: list[int]) -> tuple[int, int] | None:
    if not found:
        return span
    return (min(found), max(found)) if span is None else (min(span[0], *found), max(span[1], *found))


def _column(letters: bytes) -> int:
    """The number of a column.

    >>> _column(b"A"), _column(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
