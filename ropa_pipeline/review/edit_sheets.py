"""Writes the editable sheets: what the record says, cells to edit with drop-downs, and a hidden id on every row.

Belongs here: the rows of a sheet and which of its cells are open, of which kind. Does not belong here: what the rows
are (``edits``), the other sheets and saving (``sheet``).
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ropa_pipeline.publish.language import Language
from ropa_pipeline.publish.workbook import FIRST_ROW, Block, Heading, Sheet, Shown, text_of
from ropa_pipeline.review import words
from ropa_pipeline.review.cell_merge import shown_as
from ropa_pipeline.review.cells import Day
from ropa_pipeline.review.edits import EditSheet, Entry, Known
from ropa_pipeline.review.form import HIDDEN

CONTEXT_WIDTH, BY_WIDTH, WHY_WIDTH = 26, 20, 40
_WIDTHS = {
    "severity": 12, "status": 14, "layer": 14, "valid_from": 14, "message": 60, "remedy": 50, "question": 50,
    "purpose": 36, "scope": 30, "condition": 34, "kind": 18, "article": 14,
}  # fmt: skip
_MOST_OFFERED = 400


@dataclass(frozen=True)
class EditRows:
    """One editable sheet with its rows, as they are written."""

    sheet: EditSheet
    entries: Sequence[Entry]
    known: Known
    language: Language


def sheet_of(rows: EditRows) -> Sheet:
    """The sheet as the one cell writer takes it."""
    sheet, known, language = rows.sheet, rows.known, rows.language
    return Sheet(
        words.sheet_name(sheet.name, language),
        words.of(words.ABOUT[sheet.name], language),
        (
            Block(
                headings=tuple(Heading(text) for text in words.headings(sheet, language)),
                rows=[_row(sheet, entry, known, language) for entry in rows.entries],
                empty=words.said("Nothing to edit here.", language),
            ),
        ),
        frozen_columns=1,
    )


def _row(sheet: EditSheet, entry: Entry, known: Known, language: Language) -> tuple[Shown, ...]:
    edited = []
    for item in sheet.fields:
        value = entry.values[item.key]
        shown = shown_as(sheet, item, value, known, language)
        style = "quiet" if item.key in entry.locked else "decided"
        edited.append(Shown(value if isinstance(value, date) else shown or None, style))
    return (
        *(Shown(text or None, "strong" if place == 0 else "quiet") for place, text in enumerate(entry.shown)),
        *edited,
        Shown(None, "decided"),
        Shown(None, "decided"),
        Shown(text_of(entry.id), "quiet"),
    )


def widths_of(sheet: EditSheet) -> tuple[int, ...]:
    """How wide each column is on a screen."""
    return (
        *(_WIDTHS.get(name, CONTEXT_WIDTH) for _, name in sheet.context),
        *(item.width for item in sheet.fields),
        BY_WIDTH,
        WHY_WIDTH,
        CONTEXT_WIDTH,
    )


def finish(workbook: Any, rows: EditRows, lists: Any) -> None:
    """Open the cells to edit, give them their drop-downs, and hide the ids. ``lists``: see :class:`Lists`."""
    sheet = rows.sheet
    worksheet = workbook[words.sheet_name(sheet.name, rows.language)]
    first = len(sheet.context) + 1
    last_row = FIRST_ROW + len(rows.entries) - 1
    worksheet.column_dimensions[get_column_letter(first + len(sheet.fields) + 2)].hidden = True
    if not rows.entries:
        return
    locked = {(number, item) for number, entry in enumerate(rows.entries, start=FIRST_ROW) for item in entry.locked}
    keys = [*(item.key for item in sheet.fields), words.BY, words.WHY]
    days = {item.key for item in sheet.fields if isinstance(sheet.kind(item, rows.known), Day)}
    for place, key in enumerate(keys, start=first):
        cells = [
            (row, worksheet.cell(row, place)) for row in range(FIRST_ROW, last_row + 1) if (row, key) not in locked
        ]
        open_cells([cell for _, cell in cells], "yyyy-mm-dd" if key in days else "@")
    for place, item in enumerate(sheet.fields, start=first):
        offered = sheet.kind(item, rows.known).offers(rows.language)
        letter = get_column_letter(place)
        reference = f"{letter}{FIRST_ROW}:{letter}{last_row}"
        if offered:
            name = lists.named(offered[:_MOST_OFFERED])
            offer(worksheet, name, reference, rows.language)
        elif item.key in days:
            offer_day(worksheet, reference, rows.language)


def open_cells(cells: Sequence[Any], number_format: str) -> None:
    """Unlock cells, with one shared style: text stays text (``@``), so that "2.0" is no number."""
    style: Any = None
    for cell in cells:
        if style is None:
            cell.protection = Protection(locked=False)
            cell.number_format = number_format
            cell.alignment = Alignment(vertical="top", horizontal="left", wrap_text=True)
            style = copy(cell._style)
        cell._style = style


def offer(worksheet: Any, name: str, reference: str, language: Language) -> None:
    """A drop-down. A warning and not a stop: a key typed by hand is as good as the offered words."""
    offered = DataValidation(type="list", formula1=f"={name}", allow_blank=True)
    offered.showErrorMessage, offered.errorStyle = True, "warning"
    offered.errorTitle = words.said("Not in the list", language)
    offered.error = words.said("Use an entry of the list or its key.", language)
    offered.add(reference)
    worksheet.add_data_validation(offered)


def offer_day(worksheet: Any, reference: str, language: Language) -> None:
    """What a date looks like, where the cell is chosen; nothing typed is stopped."""
    shown = DataValidation(type="none", allow_blank=True)
    shown.showInputMessage = True
    shown.prompt = "2026-12-31"
    shown.add(reference)
    worksheet.add_data_validation(shown)


class Lists:
    """The lists behind drop-downs, on the hidden sheet: one for each set of words, whichever cells offer it."""

    def __init__(self, workbook: Any, first_column: int) -> None:
        self._workbook, self._hidden, self._next = workbook, workbook[HIDDEN], first_column
        self._names: dict[tuple[str, ...], str] = {}

    def named(self, offered: Sequence[str], name: str = "") -> str:
        """The name that a drop-down gives for this list."""
        key = tuple(offered)
        if key not in self._names:
            letter = get_column_letter(self._next)
            self._next += 1
            self._names[key] = name or f"ropa_list_{len(self._names) + 1}"
            for row, text in enumerate(key, start=1):
                self._hidden[f"{letter}{row}"] = text_of(text)
            place = f"'{HIDDEN}'!${letter}$1:${letter}${max(len(key), 1)}"
            self._workbook.defined_names[self._names[key]] = DefinedName(self._names[key], attr_text=place)
        return self._names[key]
