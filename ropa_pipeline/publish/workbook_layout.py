"""Column widths and row heights that let every text be read, and the set-up of the printed page.

Belongs here: measuring texts. Does not belong here: writing cells (``workbook``). Programs do not all work out the
height of a wrapped row by themselves, and a font that stands in for Calibri is wider: both are reckoned with here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

LINE_POINTS = 12.9
TALLEST = 409.0  # Excel's limit
ACROSS = 230  # characters that fit across an A3 page at a size that is read at arm's length
_NARROWEST = 7
_LONGEST_WORD = 22  # a longer one is broken
_A3 = 8


class Column(Protocol):
    """What a column's width depends on: its heading, a fixed width or none, the widest it may get."""

    @property
    def text(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def widest(self) -> int: ...


def fits(width: int) -> int:
    """How many letters of a line a column holds."""
    return max(int(width * 1.2), 1)


def fits_bold(letters: int) -> int:
    """How many bold letters a line holds that has room for so many."""
    return max(int(letters * 0.85), 1)


def lines_of(text: str, room: int) -> int:
    """How many lines a text takes where so many letters fit in one; words go over to the next line whole.

    >>> lines_of("one two three", 7), lines_of("a\\nb", 7), lines_of("abcdefghij", 4)
    (2, 2, 3)
    """
    return sum(1 if len(line) <= room else _wrapped(line, room) for line in text.split("\n"))


def _wrapped(line: str, room: int) -> int:
    lines, used = 1, 0
    for word in line.split(" "):
        size = len(word)
        if used and used + 1 + size > room:
            lines, used = lines + 1, 0
        if size > room:
            lines, size = lines + (size - 1) // room, (size - 1) % room + 1
        used += size + (1 if used else 0)
    return lines


def height_of(texts: Sequence[object], letters: Sequence[int]) -> float:
    """Points a row needs so that no wrapped line is cut off; one line in ten is kept for wider fonts."""
    most = 1
    for text, room in zip(texts, letters, strict=False):
        if isinstance(text, str) and (len(text) > room or "\n" in text):
            most = max(most, lines_of(text, room))
    return min((most + most // 10) * LINE_POINTS + 1.5, TALLEST) if most > 1 else LINE_POINTS


class Wish(NamedTuple):
    """What a column would like: the width that fits its longest line, the least it can do with, and its load.

    ``load``: letters of a typical long cell; a column with much text should be the last to get narrower.
    """

    width: int
    least: int
    load: float


def wish_of(heading: Column, values: Sequence[object]) -> Wish:
    """The wish of a column with these values (each once)."""
    if heading.width:
        return Wish(heading.width, heading.width, 0.0)
    word = longest = max((len(item) for item in heading.text.split()), default=0) + 2
    total = squares = 0
    for value in values:
        if isinstance(value, str):
            size = len(value)
            total, squares = total + size, squares + size * size
            if size > longest:
                longest = max(longest, max(map(len, value.split("\n"))))
            if word < min(size + 1, _LONGEST_WORD):
                word = max(word, min(max(map(len, value.split()), default=0) + 1, _LONGEST_WORD))
        elif value is not None:
            needed = 16 if isinstance(value, datetime) else 11 if isinstance(value, date) else 8
            longest, word = max(longest, needed), max(word, needed)
    width = min(int(longest / 1.1) + 2, heading.widest)
    return Wish(width, min(max(int(word / 1.1) + 1, _NARROWEST), width), squares / total if total else 0.0)


def widths_of(wishes: Sequence[Wish], across: int = ACROSS) -> list[int]:
    """Widths that fit across a page: what is too much is taken where the fewest lines are needed."""
    widths = [wish.width for wish in wishes]
    while sum(widths) > across:
        able = [place for place, wish in enumerate(wishes) if widths[place] > wish.least]
        if not able:
            break
        widths[min(able, key=lambda place: wishes[place].load / widths[place])] -= 1
    return widths


def set_up_page(worksheet: Any, left: str, centre: str, right: str) -> None:
    """A3 landscape, one page wide, with the three texts in the footer."""
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A3
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top, worksheet.page_margins.bottom = 0.5, 0.8
    worksheet.page_margins.footer = 0.35
    worksheet.oddFooter.left.text = left
    worksheet.oddFooter.center.text = centre
    worksheet.oddFooter.right.text = right
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 100


def footer_text(text: str) -> str:
    """Footers have codes that begin with &; a name's own & must be doubled."""
    return text.replace("&", "&&")[:200]
