"""How much text the cells of a packed workbook hold once each has its own copy.

Belongs here: counting, over the unpacked parts. Does not belong here: unpacking and refusing (``workbook_bounds``),
reading cells (``workbooks``). It is a shared reader, no connector.

Office files store a text once and point to it (the shared strings of XLSX and XLSB), or say how often a cell or a row
is repeated (ODS). A reader of sheets copies the text into each cell: a file of fifty kilobytes becomes ten gigabytes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

Pieces = Callable[[], Iterator[bytes]]
"""A part, unpacked anew each time."""

_SHARED = ("sharedstrings.xml", "sharedstrings.bin")
_SHORTEST_POINTER = 12
"""Bytes of a sheet that point to one text: a record of XLSB; a cell of XLSX takes more."""
_CELL_RECORD, _TEXT_RECORD = 7, 19
_OF_A_CELL = 24
"""Bytes that a filled cell takes besides its text."""
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_VALUES = ("string-value", "value", "date-value", "time-value", "boolean-value")


def text_held(parts: Mapping[str, Pieces], sizes: Mapping[str, int], enough: int) -> int:
    """Bytes of text in all cells of a workbook; 0 where a glance at ``sizes`` tells that it is less than ``enough``.

    Raises ValueError for XML that is damaged or has a document type: no office program writes such.
    """
    if "content.xml" in parts:
        return _of_repeated(parts["content.xml"]())
    shared = next((name for name in parts if name.lower().replace("\\", "/").endswith(_SHARED)), None)
    if shared is None:
        return 0
    sheets = [name for name in parts if name != shared and name.lower().endswith((".xml", ".bin"))]
    most = sum(sizes[name] for name in sheets) // _SHORTEST_POINTER
    if sizes[shared] * most <= enough:
        return 0
    lengths = _texts(parts[shared]()) if shared.lower().endswith(".xml") else _text_records(parts[shared]())
    if max(lengths, default=0) * most <= enough:
        return 0
    pointed: Counter[int] = Counter()
    for name in sheets:
        pointed += (_pointed if name.lower().endswith(".xml") else _pointed_records)(parts[name]())
    return sum(count * lengths[number] for number, count in pointed.items() if 0 <= number < len(lengths))


class _Xml:
    """One walk over a part: what elements are called without their prefix, and no document type."""

    def walk(self, pieces: Iterator[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: self.start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            for piece in pieces:
                parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise ValueError("damaged XML") from error

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; nothing to do where a part has no use for it, as in the two below."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text of the element that began last."""


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


class _Texts(_Xml):
    """The lengths of the shared texts of XLSX."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text.encode("utf-8", "replace"))


class _Pointers(_Xml):
    """How often a sheet of XLSX points to each shared text."""

    def __init__(self) -> None:
        self.pointed: Counter[int] = Counter()
        self._points, self._number = False, ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._points, self._number = attributes.get("t") == "s", ""

    def end(self, name: str) -> None:
        if name == "c" and self._points and self._number.strip().isdecimal():
            self.pointed[int(self._number)] += 1
            self._points = False

    def text(self, text: str) -> None:
        if self._points and len(self._number) < 20:
            self._number += text


class _Repeated(_Xml):
    """The text of a workbook of ODS, row by row."""

    def __init__(self) -> None:
        self.held = 0
        self._row, self._rows, self._cells, self._text = 0, 1, 1, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table-row":
            self._row, self._rows = 0, _times(attributes, "number-rows-repeated", _MOST_ROWS)
        elif name in ("table-cell", "covered-table-cell"):
            self._cells = _times(attributes, "number-columns-repeated", _MOST_COLUMNS)
            self._text = sum(
                len(value.encode("utf-8", "replace"))
                for key, value in attributes.items()
                if key.rpartition(":")[2] in _VALUES
            )

    def end(self, name: str) -> None:
        if name in ("table-cell", "covered-table-cell"):
            # Every office program repeats empty cells down to the last row: they are not kept.
            self._row += (self._text + _OF_A_CELL) * self._cells if self._text else 0
            self._text = 0
        elif name == "table-row":
            self.held += self._row * self._rows
            self._row = 0

    def text(self, text: str) -> None:
        self._text += len(text.strip().encode("utf-8", "replace"))


def _times(attributes: dict[str, str], what: str, most: int) -> int:
    """How often something is repeated; what is no small number counts as the most that a sheet can have."""
    written = next((value for key, value in attributes.items() if key.rpartition(":")[2] == what), "1")
    return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 20 else most


def _texts(pieces: Iterator[bytes]) -> list[int]:
    found = _Texts()
    found.walk(pieces)
    return found.lengths


def _pointed(pieces: Iterator[bytes]) -> Counter[int]:
    found = _Pointers()
    found.walk(pieces)
    return found.pointed


def _of_repeated(pieces: Iterator[bytes]) -> int:
    found = _Repeated()
    found.walk(pieces)
    return found.held


def _text_records(pieces: Iterator[bytes]) -> list[int]:
    """The lengths of the shared texts of XLSB."""
    return [len(content) for kind, content in _records(b"".join(pieces)) if kind == _TEXT_RECORD]


def _pointed_records(pieces: Iterator[bytes]) -> Counter[int]:
    """How often a sheet of XLSB points to each shared text: after its column and its style."""
    return Counter(
        int.from_bytes(content[8:12], "little")
        for kind, content in _records(b"".join(pieces))
        if kind == _CELL_RECORD and len(content) >= 12
    )


def _records(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Records of XLSB: a number of up to two bytes, a length of up to four, the content."""
    view, at = memoryview(data), 0
    while at < len(data):
        kind, at = number_at(data, at, 2)
        length, at = number_at(data, at, 4)
        yield kind, view[at : at + length]
        at += length


def number_at(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to ``most`` bytes of seven bits, the lowest first, and where it ends."""
    number = 0
    for place in range(most):
        if at >= len(data):
            break
        number |= (data[at] & 0x7F) << (7 * place)
        at += 1
        if data[at - 1] < 0x80:
            break
    return number, at
