"""Reads the editable sheets of a review workbook that came back; everything in them is untrusted.

Belongs here: which row and cell a text stands in, and cells that cannot be used whatever they say. Does not belong
here: opening the file and its marks (``read_back``), what the cells mean (``cell_merge``). Rows are known by the hidden
id, columns by their heading: rows may be sorted, filtered or deleted, columns moved, sheets and columns added.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl.utils import get_column_letter

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.publish.language import Language
from ropa_pipeline.review import words
from ropa_pipeline.review.edits import BY_NAME, EditSheet
from ropa_pipeline.review.form import as_shown

MOST_ROWS = 200_000
LONGEST = 1_000
_MOST_COLUMNS = 100
_MOST_LETTERS = 40_000  # more than a cell of a spreadsheet holds
_HEADING_ROWS = 12


class SheetUnreadable(Exception):
    """A sheet cannot be used at all; the message says why, without the file's name."""


class TypedCell(Frozen):
    """A cell as it came back. ``fault``: why it cannot be used, whatever it says."""

    field: str
    heading: str
    letter: str
    text: str
    fault: str = ""


class TypedRow(Frozen):
    """A row of an editable sheet, by its English name; ``row`` and ``title`` are where the person sees it."""

    sheet: str
    title: str
    row: int
    entry: str
    cells: tuple[TypedCell, ...]
    by: TypedCell
    reason: TypedCell


def read_sheet(worksheet: Any, sheet: EditSheet, language: Language) -> tuple[list[TypedRow], list[str]]:
    """The rows of one sheet, and what was not read. Raises SheetUnreadable where a heading that is needed is gone."""
    worksheet.reset_dimensions()
    places: dict[str, int] | None = None
    notes: list[str] = []
    rows: list[TypedRow] = []
    wanted = {
        **{item.key: words.field_heading(item, language) for item in sheet.fields},
        **{key: words.heading(key, language) for key in (words.BY, words.WHY, words.ID)},
    }
    for number, cells in enumerate(worksheet.iter_rows(max_row=MOST_ROWS + 1, max_col=_MOST_COLUMNS), start=1):
        if number > MOST_ROWS:
            raise SheetUnreadable(f"it has more than {MOST_ROWS} rows")
        if places is None:
            places = _places(cells, wanted)
            if places is not None:
                notes = _unknown(cells, sheet, language, worksheet.title)
            elif number >= _HEADING_ROWS:
                break
            continue
        row = _row(worksheet.title, sheet, number, cells, places, wanted)
        if row is not None:
            rows.append(row)
    if places is None:
        raise SheetUnreadable(f"it has no row of headings with all of: {', '.join(wanted.values())}")
    return rows, notes


def _places(cells: Sequence[Any], wanted: dict[str, str]) -> dict[str, int] | None:
    """Where each heading stands, in a row that has the id and most of them."""
    texts = [as_shown(str(cell.value)) if isinstance(cell.value, str) else "" for cell in cells]
    found = {key: texts.index(as_shown(text)) for key, text in wanted.items() if as_shown(text) in texts}
    if words.ID not in found or 2 * len(found) < len(wanted):
        return None
    missing = [text for key, text in wanted.items() if key not in found]
    if missing:
        raise SheetUnreadable(f"it lacks the column(s) {', '.join(missing)}; they were removed or renamed")
    return found


def _unknown(cells: Sequence[Any], sheet: EditSheet, language: Language, title: str) -> list[str]:
    """Headings that the sheet was not written with: a column of the person's own is said, and not read."""
    own = {as_shown(text) for text in words.headings(sheet, language)}
    return [
        f"{title}!{get_column_letter(place)}: this column is not one of the sheet's; it was not read"
        for place, cell in enumerate(cells, start=1)
        if cell.value is not None and as_shown(str(cell.value)) not in own
    ]


def _row(
    title: str, sheet: EditSheet, number: int, cells: Sequence[Any], places: dict[str, int], wanted: dict[str, str]
) -> TypedRow | None:
    typed = {key: _cell(cells, place, key, wanted[key]) for key, place in places.items()}
    entry = typed[words.ID].text
    if not entry and not any(cell.text or cell.fault for cell in typed.values()):
        return None
    return TypedRow(
        sheet=sheet.name,
        title=title,
        row=number,
        entry=entry,
        cells=tuple(typed[item.key] for item in sheet.fields),
        by=typed[words.BY],
        reason=typed[words.WHY],
    )


def _cell(cells: Sequence[Any], place: int, key: str, heading: str) -> TypedCell:
    cell = cells[place] if place < len(cells) else None
    value = None if cell is None else cell.value
    kind = getattr(cell, "data_type", "")
    fault = ""
    if kind == "f":
        fault = "it holds a formula; type the words themselves"
    elif kind == "e":
        fault = "it holds an error of the spreadsheet; type the words themselves"
    text = "" if fault else text_of(value)[:_MOST_LETTERS]
    return TypedCell(field=key, heading=heading, letter=get_column_letter(place + 1), text=text, fault=fault)


def text_of(value: object) -> str:
    """What a cell says, as one line of text: dates as ISO 8601, whole numbers without a point.

    >>> text_of(datetime(2026, 12, 1)), text_of(3.0), text_of(True), text_of(None)
    ('2026-12-01', '3', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return as_shown(str(value))


def sheets_named(text: str) -> tuple[EditSheet, ...]:
    """The editable sheets that a workbook says it has; names of no sheet are left out."""
    return tuple(BY_NAME[name] for name in text.split("; ") if name in BY_NAME)
