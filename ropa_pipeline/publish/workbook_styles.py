"""The shared styles of a workbook: one per kind of cell, in colours that can be read.

Belongs here: fonts, fills, number formats. Does not belong here: which cell has which style (``words``) and writing
cells (``workbook``). Styles are few and shared, because a style per cell costs half as much again as the bare write.
Every text stands on its fill with a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), and no colour says anything
that the text does not say too.
"""

from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from ropa_pipeline.publish.language import Language

FILLS: dict[str, str] = {
    "stated": "DCE9F7",
    "observed": "DDF1E1",
    "documented": "ECE4F5",
    "decided": "FFF1C9",
    "proposed": "FBE0CC",
    "several": "E3EEEA",
    "not_stated": "F3D9D9",
    "error": "F3D9D9",
    "warning": "FBE0CC",
}
_INK, _GREY, _BLUE, _LINK, _WHITE = "1B2733", "44515E", "23415F", "0B4F8A", "FFFFFF"
_THIN = Side(style="thin", color="C8CDD3")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_RIGHT = Alignment(vertical="top", horizontal="right")
_LEFT = Alignment(vertical="top", horizontal="left")


class Look(NamedTuple):
    """How one kind of cell looks. ``fill`` empty: white paper."""

    colour: str = _INK
    fill: str = ""
    size: int = 10
    bold: bool = False
    underline: bool = False
    alignment: Alignment = _WRAPPED
    number_format: str = "General"
    grid: bool = True


def looks(language: Language) -> dict[str, Look]:
    """Every style by its name; the formats of dates and numbers follow the language."""
    return {
        "text": Look(),
        "quiet": Look(_GREY),
        "number": Look(alignment=_RIGHT, number_format=language.number_format),
        "decimal": Look(alignment=_RIGHT, number_format=language.decimal_format),
        "date": Look(alignment=_LEFT, number_format=language.date_format),
        "time": Look(alignment=_LEFT, number_format=language.time_format),
        "strong": Look(bold=True),
        "link": Look(_LINK, underline=True),
        "heading": Look(_WHITE, fill=_BLUE, bold=True),
        "block": Look(_BLUE, size=12, bold=True, grid=False),
        "title": Look(_BLUE, size=15, bold=True, alignment=Alignment(vertical="center"), grid=False),
        "banner": Look(_GREY, grid=False),
        **{name: Look(fill=colour) for name, colour in FILLS.items()},
    }


class Style(NamedTuple):
    """A style as cells are given it: openpyxl's array, and its number in the workbook, so that nobody looks it up."""

    array: Any
    number: int


class Styles:
    """The styles of one workbook."""

    def __init__(self, workbook: Workbook, language: Language) -> None:
        self.by_name: dict[str, Style] = {}
        for name, look in looks(language).items():
            font = Font(
                name="Calibri",
                size=look.size,
                bold=look.bold,
                color=look.colour,
                underline="single" if look.underline else None,
            )
            style = NamedStyle(
                name=f"ropa {name}", font=font, alignment=look.alignment, number_format=look.number_format
            )
            if look.grid:
                style.border = _GRID
            if look.fill:
                style.fill = PatternFill("solid", start_color=look.fill)
            workbook.add_named_style(style)
            array = style.as_tuple()
            self.by_name[name] = Style(array, workbook._cell_styles.add(array))

    def __getitem__(self, name: str) -> Style:
        return self.by_name[name]
