"""Reading untidy text tables: encoding, separator, the row that holds the headings, bounded lines.

Belongs here: what every file connector needs to turn bytes into rows of cells. Does not belong here:
what the cells mean (``classify``), dates (:mod:`connectors.text_dates`), observations
(:mod:`connectors.file_tables`). It is a shared reader, no connector.

Rules, from exports of Lithuanian banks, couriers and shops: encodings are tried in the order of
:data:`ENCODINGS`; the separator is decided by heading words and by rows of equal length, never by
counting commas; the headings may stand below title rows; a file may have no headings at all, and then
its first row is data and must not become names. Nothing is read whole: a line has a limit.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connectors.heading_rows import filled_width, heading_position, unique_headings

ENCODINGS: tuple[str, ...] = ("utf-8-sig", "utf-8", "utf-16", "windows-1257", "iso-8859-13", "cp1252")
DELIMITERS: tuple[str, ...] = (";", "\t", "|", ",")
NO_DELIMITER = "\x1f"
MAX_LINE = 4_000_000
MAX_CELL = 1_000_000
MAX_COLUMNS = 20_000
_CHUNK = 1 << 20
_SNIFF_LINES = 60


class UnreadableFile(Exception):
    """A file (or one part of it) cannot be read. ``message`` and ``remedy`` are for people and hold no value."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Layout:
    """How a text table is written: its encoding, separator and the headings' row (None: there are none)."""

    encoding: str
    delimiter: str
    heading_row: int | None


def detect_encoding(path: Path) -> str:
    """The encoding of a text file, by its byte order mark or by what decodes without an error.

    Raises UnreadableFile where the file is no text.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        stream.seek(0)
        utf8 = codecs.getincrementaldecoder("utf-8")()
        valid = {"utf-8": True, "windows-1257": True}
        controls = False
        while chunk := stream.read(_CHUNK):
            if b"\x00" in chunk:
                raise UnreadableFile(
                    f"{path.name}: the file is not text (it holds zero bytes)",
                    "export it as CSV or XLSX; UTF-16 text needs a byte order mark",
                )
            if len(chunk.translate(None, _TEXT)) > max(_FEW_CONTROLS, len(chunk) // 50):
                raise UnreadableFile(
                    f"{path.name}: the file is not text (it holds control characters)", "export it as CSV or XLSX"
                )
            if valid["utf-8"]:
                valid["utf-8"] = _decodes(utf8, chunk)
            if valid["windows-1257"]:
                valid["windows-1257"] = _decodes(codecs.getincrementaldecoder("windows-1257")(), chunk)
            controls = controls or bool(_C1.search(chunk))
        if valid["utf-8"] and _decodes(utf8, b"", final=True):
            return "utf-8"
    if valid["windows-1257"]:
        return "windows-1257"
    # 0x80-0x9F are letters and quotes in the Windows pages, control characters in ISO 8859-13
    return "cp1252" if controls else "iso-8859-13"


_C1 = re.compile(rb"[\x80-\x9f]")
_FEW_CONTROLS = 16
_TEXT = bytes(range(32, 127)) + bytes(range(128, 256)) + b"\t\n\v\f\r\x1a\x1b"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def bounded_lines(path: Path, encoding: str, too_long: list[int] | None = None) -> Iterator[str]:
    """The lines of a file, line ends kept. One over :data:`MAX_LINE` is left out; its number goes to ``too_long``."""
    with path.open("r", encoding=encoding, errors="replace", newline="") as stream:
        number = 0
        while line := stream.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
                while (rest := stream.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
                    pass
                if too_long is not None:
                    too_long.append(number)
                continue
            yield line.replace("\x00", "")


def cells(lines: Iterable[str], delimiter: str, *, quoted: bool = True) -> Iterator[list[str]]:
    """Split lines into cells; quoted cells may hold line ends. Raises UnreadableFile for an unclosed quote."""
    if csv.field_size_limit() < MAX_CELL:
        csv.field_size_limit(MAX_CELL)
    held: list[str] = []
    unclosed = 0
    reader = csv.reader(
        _noted(lines, held), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    try:
        for row in reader:
            # a quote that the file never closes makes one cell of all lines below it, without an error
            odd = len(held) > 1 and sum(line.count('"') for line in held) % 2
            unclosed = reader.line_num - len(held) + 1 if odd else 0
            held.clear()
            yield row
    except csv.Error as error:
        raise UnreadableFile(
            f"near line {reader.line_num}: a cell exceeds {MAX_CELL:,} characters, or a quotation mark is not closed",
            "export the file again, or close the quotation mark",
        ) from error
    if unclosed and quoted:
        raise UnreadableFile(
            f"line {unclosed}: a quotation mark is not closed, so the lines below it are one cell",
            "export the file again, or close the quotation mark",
        )


def _noted(lines: Iterable[str], held: list[str]) -> Iterator[str]:
    for line in lines:
        held.append(line)
        yield line


def detect_layout(path: Path, encoding: str) -> Layout:
    """Separator and heading row of a text table, by heading words and rows of equal length.

    Raises UnreadableFile where the file is empty.
    """
    sample: list[str] = []
    size = 0
    for line in bounded_lines(path, encoding):
        sample.append(line)
        size += len(line)
        if len(sample) >= _SNIFF_LINES or size >= MAX_LINE:
            break
    if not any(line.strip("\ufeff \t\r\n;,|") for line in sample):
        raise UnreadableFile(
            f"{path.name}: the file holds no line that can be read", "export it again with its headings"
        )
    if _OTHER_FORMAT.match("".join(sample)[:_OTHER_HEAD]):
        raise UnreadableFile(
            f"{path.name}: the file is JSON, a web page or XML, not rows under headings",
            "export it as CSV; a web page here is often the message of a portal that refused the export",
        )
    # Excel's own hint of the separator
    hint = re.match(r"\ufeff?sep=(.)\s*$", sample[0])
    best: tuple[float, Layout] | None = None
    for delimiter in (hint.group(1),) if hint else DELIMITERS:
        rows = _sample_rows(sample, delimiter)
        if hint:
            rows[0] = []
        found = heading_position(rows)
        if found is not None and (best is None or found[0] > best[0]):
            best = (found[0], Layout(encoding, delimiter, found[1]))
    if best is None:
        single = heading_position([[line.strip()] for line in sample], least_width=1)
        return Layout(encoding, NO_DELIMITER, single[1] if single else None)
    return best[1]


_OTHER_FORMAT = re.compile(r"\ufeff?\s*(?:<[!?A-Za-z]|\{\s*[\"'}]|\[\s*[\[{\]\"])")
_OTHER_HEAD = 2_000


def _sample_rows(sample: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(UnreadableFile):
        rows.extend(cells(sample, delimiter))
    return rows


def text_rows(path: Path, partial: list[str]) -> tuple[Layout, tuple[str, ...], Iterator[list[str]]]:
    """Layout, headings and data rows of a text table. ``partial`` receives what was left out, while reading.

    Raises UnreadableFile where the file is no text table.
    """
    encoding = detect_encoding(path)
    layout = detect_layout(path, encoding)
    if layout.heading_row is None:
        first = next(_rows(path, layout, []), [])
        headings = tuple(f"column {position}" for position in range(1, len(first) + 1))
    else:
        row = next(row for number, row in enumerate(_rows(path, layout, [])) if number == layout.heading_row)
        if any(layout.delimiter in cell and "\n" in cell for cell in row):
            raise UnreadableFile(
                f"{path.name}: a quotation mark in the headings is not closed", "export it again, or close the mark"
            )
        if not filled_width(row):
            raise UnreadableFile(f"{path.name}: the file holds no filled cell", "export it again with its headings")
        headings = unique_headings(row[: filled_width(row)])
    if len(headings) > MAX_COLUMNS:
        raise UnreadableFile(
            f"{path.name}: {len(headings):,} columns; at most {MAX_COLUMNS:,} are read", "split the file"
        )
    return layout, headings, _data_rows(path, layout, partial)


def _data_rows(path: Path, layout: Layout, partial: list[str]) -> Iterator[list[str]]:
    too_long: list[int] = []
    start = -1 if layout.heading_row is None else layout.heading_row
    for number, row in enumerate(_rows(path, layout, too_long)):
        if number > start and any(cell.strip() for cell in row):
            yield row
    if too_long:
        partial.append(
            f"{len(too_long)} line(s) longer than {MAX_LINE:,} characters left out, first at line {too_long[0]}"
        )


def _rows(path: Path, layout: Layout, too_long: list[int]) -> Iterator[list[str]]:
    return cells(bounded_lines(path, layout.encoding, too_long), layout.delimiter)


def text_of(path: Path, limit: int) -> str:
    """The whole text of a file of at most ``limit`` bytes, decoded. Raises UnreadableFile for a larger one."""
    size = path.stat().st_size
    if size > limit:
        raise UnreadableFile(
            f"{path.name}: {size:,} bytes; at most {limit:,} are read at once",
            "split the file, or export a schema instead of data",
        )
    encoding = detect_encoding(path)
    with io.open(path, encoding=encoding, errors="replace", newline=None) as stream:  # noqa: UP020
        return stream.read()
