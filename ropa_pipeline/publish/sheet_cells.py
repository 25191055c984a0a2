"""The cells of one sheet as the XML that stands in the file, and the writer that puts them there.

Belongs here: a cell, a merged row of cells, a row's height as text, and handing the rest of the sheet to openpyxl.
Does not belong here: which cells a sheet has and what may stand in one (``workbook``).

openpyxl makes an object of every cell and walks all of them again to write it, which is most of what a workbook
costs; these cells are written once, when they are known. Everything else of a sheet (views, widths, tables, pictures,
protection) stays openpyxl's, and so does the form of a cell: the bytes are those that openpyxl would write.
"""

import io
import zipfile
from collections.abc import Mapping
from copy import copy
from datetime import UTC, date, datetime
from functools import cache
from math import isfinite
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from ropa_pipeline.publish.workbook_styles import Style

CellValue = str | int | float | bool | date | datetime | None

_NO_ROWS = b"<sheetData></sheetData>"
_CARRIAGE_RETURN = {"\r": "&#13;"}


class Cells:
    """The cells of one sheet, given row by row and from left to right."""

    def __init__(self) -> None:
        self._rows: dict[int, list[str]] = {}
        self._heights: dict[int, float] = {}
        self._widest = 1
        self.links: list[Hyperlink] = []
        self.merged: list[CellRange] = []

    def put(self, row: int, column: int, value: CellValue, style: int, link: str = "") -> None:
        """One cell. A string is text whatever it begins with; the caller has taken out what no file can hold."""
        letter = _letter(column)
        if link:
            self.links.append(Hyperlink(ref=f"{letter}{row}", location=link))
        head = f'<c r="{letter}{row}" s="{style}" t="'
        if isinstance(value, str):
            text = f'{head}inlineStr"><is>{_text(value)}</is></c>' if value else f'{head}inlineStr"></c>'
        elif value is None:
            text = f'{head}n"></c>'
        elif isinstance(value, bool):
            text = f'{head}b"><v>{value:d}</v></c>'
        else:
            number = _number(value)
            text = f'{head}n"><v>{number:.16g}</v></c>' if isfinite(number) else f'{head}n"><v></v></c>'
        self._rows.setdefault(row, []).append(text)
        self._widest = max(self._widest, column)

    def merge(self, row: int, width: int, edges: tuple[int, int] | None) -> None:
        """The cells of a row from the first to ``width`` become one; ``edges``: styles of those between and the last.

        Without a frame (None) the other cells leave no trace.
        """
        self.merged.append(CellRange(min_row=row, max_row=row, min_col=1, max_col=width))
        self._widest = max(self._widest, width)
        if edges is not None:
            between, last = edges
            for column in range(2, width):
                self.put(row, column, None, between)
            self.put(row, width, None, last)

    def height(self, row: int, points: float) -> None:
        self._heights[row] = points

    @property
    def dimension(self) -> str:
        return f"A{min(self._rows)}:{_letter(self._widest)}{max(self._rows)}" if self._rows else "A1:A1"

    def xml(self) -> bytes:
        parts = ["<sheetData>"]
        for row in sorted(self._rows):
            height = self._heights.get(row)
            parts.append(
                f'<row r="{row}">' if height is None else f'<row r="{row}" ht="{height:.16g}" customHeight="1">'
            )
            parts += self._rows[row]
            parts.append("</row>")
        parts.append("</sheetData>")
        return "".join(parts).encode("ascii", "xmlcharrefreplace")


class CellsWriter(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's writer with the cells of each sheet, by the sheet's title, in place of openpyxl's own."""

    def __init__(self, workbook: Workbook, archive: zipfile.ZipFile, cells: Mapping[str, Cells]) -> None:
        super().__init__(workbook, archive)
        self._cells = cells

    def write_worksheet(self, ws: Worksheet) -> None:
        cells = self._cells[ws.title]
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        for merged in cells.merged:
            ws.merged_cells.add(merged)
        writer = _RestOfSheet(ws, cells)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read().replace(_NO_ROWS, cells.xml(), 1))
        self.manifest.append(ws)


class _RestOfSheet(WorksheetWriter):  # type: ignore[misc]
    """Everything of a sheet but its cells."""

    def __init__(self, ws: Worksheet, cells: Cells) -> None:
        super().__init__(ws, io.BytesIO())
        self._dimension = cells.dimension
        ws._hyperlinks = cells.links

    def write_dimensions(self) -> None:
        self.xf.send(SheetDimension(self._dimension).to_tree())

    def write_rows(self) -> None:
        stream = self.xf.send(True)
        with stream.element("sheetData"):
            stream.write("")  # so that the element has an end of its own
        self.xf.send(None)


def edges_of(workbook: Workbook, style: Style) -> tuple[int, int] | None:
    """The styles that merging gives to the cells after the first: those between, and the last; None without a frame."""
    sheet = Worksheet(workbook)
    first = Cell(sheet, row=1, column=1)
    first._style = copy(style.array)
    sheet._cells[1, 1] = first
    sheet.merge_cells("A1:C1")
    between, last = sheet._cells[1, 2], sheet._cells[1, 3]
    return (between.style_id, last.style_id) if last.has_style else None


@cache
def _letter(column: int) -> str:
    return str(get_column_letter(column))


def _number(value: float | date | datetime) -> float:
    """What stands in the file for a number or a date."""
    if isinstance(value, datetime):
        return float(to_excel(value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value))
    if isinstance(value, date):
        return float(to_excel(value))
    return value


def _text(value: str) -> str:
    """Spaces at an end stay only where the file says so."""
    escaped = escape(value, _CARRIAGE_RETURN)
    return f"<t>{escaped}</t>" if value == value.strip() else f'<t xml:space="preserve">{escaped}</t>'
