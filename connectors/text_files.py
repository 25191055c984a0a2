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
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from connectors.text_dates import is_date, is_number

ENCODINGS: tuple[str, ...] = ("utf-8-sig", "utf-8", "utf-16", "windows-1257", "iso-8859-13", "cp1252")
DELIMITERS: tuple[str, ...] = (";", "\t", "|", ",")
NO_DELIMITER = "\x1f"
MAX_LINE = 4_000_000
MAX_CELL = 1_000_000
MAX_COLUMNS = 20_000
_CHUNK = 1 << 20
_SNIFF_LINES = 60
_TITLE_ROWS = 15
_MAX_HEADING = 120

HEADING_WORDS: tuple[str, ...] = (
    # the stems, folded, that headings of shops, banks, couriers and mailing tools are made of
    "data", "date", "laikas", "time", "suma", "amount", "valiuta", "currency", "sask", "account", "iban", "gavej",
    "recipient", "receiver", "consignee", "moketoj", "payer", "payee", "siunt", "parcel", "shipment", "order",
    "uzsakym", "telef", "phone", "mobil", "pastas", "pasto", "email", "e-mail", "mail", "adres", "address", "street",
    "gatve", "miest", "city", "town", "zip", "post", "salis", "country", "vard", "pavard", "name", "surname", "kod",
    "code", "nr", "no.", "number", "numer", "status", "busen", "state", "type", "tip", "paskirt", "purpose", "detal",
    "detail", "note", "pastab", "comment", "remark", "weight", "svor", "cod", "bank", "price", "kaina", "id", "key",
    "table", "column", "system", "artifact", "provider", "size", "modified", "created", "updated", "birth", "gim",
    "gender", "lyt", "tag", "consent", "sutik", "value", "cookie", "domain", "expir", "purpose", "categor", "company",
    "imon", "verte", "kalba", "language", "ip", "url", "user", "client", "klient", "customer", "product", "prek",
    "debet", "kredit", "d/k", "c/d", "dok", "reference", "token", "message", "subject", "text", "file", "tracking",
)  # fmt: skip


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


def fold(text: object) -> str:
    """A heading without case, diacritics and repeated spaces, for comparing.

    >>> fold("  Gavėjo  El. PAŠTAS ")
    'gavejo el. pastas'
    """
    decomposed = unicodedata.normalize("NFKD", str(text))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("\ufeff", "").split())


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


def heading_position(rows: Sequence[Sequence[object]], least_width: int = 2) -> tuple[float, int | None] | None:
    """The most likely heading row among the first rows: (score, index), index None where rows are all data.

    None where no row is at least ``least_width`` cells wide.
    """
    best: tuple[float, int] | None = None
    for index, row in enumerate(rows[:_TITLE_ROWS]):
        width = _width(row)
        if width < least_width:
            continue
        below = [len(other) for other in rows[index + 1 :] if _width(other)]
        same = sum(1 for length in below if abs(length - len(row)) <= 1 or length == width)
        consistency = same / len(below) if below else 0.5
        score = _heading_score(row[:width]) + 2.0 * consistency + 0.1 * min(width, 15) - 0.05 * index
        if best is None or score > best[0]:
            best = (score, index)
    if best is None:
        return None
    return best[0], None if _is_data(rows, best[1]) else best[1]


def _heading_score(row: Sequence[object]) -> float:
    return sum(_cell_score(cell) for cell in row) / len(row)


def _cell_score(cell: object) -> float:
    text = fold(cell)
    if not text:
        return -0.3
    if not isinstance(cell, str) or looks_like_value(text):
        return -2.0
    if len(text) > _MAX_HEADING or not any(char.isalpha() for char in text):
        return -1.0
    return 2.0 if any(word in text for word in HEADING_WORDS) else 1.0


_VALUE_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}"),  # e-mail
    re.compile(r"[a-z]{2}\d{2}[a-z0-9 ]{10,32}"),  # IBAN
    re.compile(r"\+?\d[\d ()-]{6,}"),  # telephone, personal code
    re.compile(r"[0-9a-f]{16,}"),  # token
    re.compile(r"https?://\S+"),
)


def looks_like_value(text: str) -> bool:
    """Whether a cell is a value (date, number, e-mail, account ...) rather than a heading.

    >>> looks_like_value("jonas@example.com"), looks_like_value("El. paštas")
    (True, False)
    """
    text = text.strip().casefold()
    return is_number(text) or is_date(text) or any(pattern.fullmatch(text) for pattern in _VALUE_PATTERNS)


def _is_data(rows: Sequence[Sequence[object]], index: int) -> bool:
    """Whether the best row is itself data: then the file has no headings, and no cell may become a name."""
    row = [cell for cell in rows[index] if fold(cell)]
    words = sum(1 for cell in row if _cell_score(cell) == 2.0)
    if any(isinstance(cell, str) and pattern.fullmatch(fold(cell)) for cell in row for pattern in _VALUE_PATTERNS[:2]):
        return True
    values = sum(1 for cell in row if not isinstance(cell, str) or looks_like_value(str(cell)))
    return values > 0 and values * 2 >= len(row) and words * 2 < len(row)


def _width(row: Sequence[object]) -> int:
    """The number of cells up to the last one that is filled."""
    return max((position for position, cell in enumerate(row, 1) if fold(cell)), default=0)


def unique_headings(row: Sequence[object]) -> tuple[str, ...]:
    """Headings as column names: every one filled and different, none of them a value.

    >>> unique_headings(["Name", "", "name", "Name"])
    ('Name', 'column 2', 'name', 'Name (2)')
    """
    names: list[str] = []
    seen: set[str] = set()
    last: dict[str, int] = {}  # the number a heading had last: thousands of one name must not be counted anew each time
    for position, cell in enumerate(row, 1):
        text = " ".join(str(cell if cell is not None else "").replace("\ufeff", "").split())
        folded = text.casefold()
        if (
            not text
            or len(text) > _MAX_HEADING
            or any(pattern.fullmatch(folded) for pattern in _VALUE_PATTERNS)
            or _VALUE_PATTERNS[0].search(folded)
        ):
            text = f"column {position}"
        name, count = text, last.get(text, 1)
        while name in seen:
            count += 1
            name = f"{text} ({count})"
        last[text] = count
        seen.add(name)
        names.append(name)
    return tuple(names)


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
        if not _width(row):
            raise UnreadableFile(f"{path.name}: the file holds no filled cell", "export it again with its headings")
        headings = unique_headings(row[: _width(row)])
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
