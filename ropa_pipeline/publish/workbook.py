"""Writing an Excel workbook that is safe, readable, printable and the same byte for byte.

Belongs here: the one function that writes a cell, shared styles, the lay-out of a sheet, saving. Does not belong
here: what stands in the sheets (``record``, ``audit``) and in which words (``words``).

Text of sources is untrusted: every string is written as text, so that ``=...`` is never a formula and ``#N/A``
never an error, and control characters are taken out. Styles are few and shared, because a style per cell costs
half as much again as the bare write. Saving goes through an archive with fixed dates: openpyxl writes the clock.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter

from ropa_pipeline.store import write_bytes

CellValue = str | int | float | bool | date | datetime | None

_LONGEST = 32_000
_CUT = " … [cut off here: a cell holds no more; the whole text is in the database]"
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_A3 = 8
_ACROSS = 230  # characters that fit across an A3 page at a size that is read at arm's length
_NARROWEST = 11
_LINE_POINTS = 13.5
_TALLEST = 409.0  # Excel's limit
_THIN = Side(style="thin", color="C8CDD3")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)

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


class Shown(NamedTuple):
    """One cell: its value, the style it has and, optionally, a place in the workbook it leads to."""

    value: CellValue
    style: str = "text"
    link: str = ""


@dataclass(frozen=True)
class Heading:
    """A column of a sheet. ``width`` 0 fits it to what stands in it, up to ``widest``."""

    text: str
    width: int = 0
    widest: int = 42


@dataclass(frozen=True)
class Block:
    """Rows under one set of headings; ``title`` stands above them where a sheet has several blocks."""

    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Shown]]
    title: str = ""
    empty: str = "Nothing to show."


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what it says about itself, and its blocks. ``frozen_columns`` stay in view."""

    name: str
    about: str
    blocks: tuple[Block, ...]
    frozen_columns: int = 1


@dataclass(frozen=True)
class Book:
    """A whole workbook. ``banner`` stands on every sheet and in its footer; ``marking`` says who may see it."""

    title: str
    subject: str
    banner: str
    marking: str
    created: datetime
    sheets: tuple[Sheet, ...]
    language: str = "en"
    keywords: str = ""


def text_of(value: str) -> str:
    """Text as a cell can hold it.

    >>> text_of("a\\x07b")
    'ab'
    """
    cleaned = value if value.isprintable() else str(ILLEGAL_CHARACTERS_RE.sub("", value))
    return cleaned if len(cleaned) <= _LONGEST else cleaned[:_LONGEST] + _CUT


def write_workbook(path: Path, book: Book) -> None:
    """Write the workbook. The same book gives the same bytes."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    styles = _Styles(workbook)
    for sheet in book.sheets:
        _write_sheet(workbook, sheet, book, styles)
    properties = workbook.properties
    properties.title, properties.subject, properties.creator = book.title, book.subject, "ropa-pipeline"
    properties.keywords, properties.language, properties.category = book.keywords, book.language, book.marking
    properties.description = book.banner
    properties.created = book.created.astimezone(UTC).replace(tzinfo=None)
    write_bytes(path, canonical_bytes(workbook))


@dataclass
class _Styles:
    """The shared styles of a workbook: one style array each, given to cells as it is."""

    workbook: Workbook
    arrays: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plain, small = Font(name="Calibri", size=10, color="1B2733"), Font(name="Calibri", size=10, color="44515E")
        wrapped = Alignment(vertical="top", wrap_text=True)
        number = Alignment(vertical="top", horizontal="right")
        self._add("text", plain, wrapped)
        self._add("quiet", small, wrapped)
        self._add("number", plain, number, number_format="#,##0")
        self._add("decimal", plain, number, number_format="0.00")
        self._add("date", plain, Alignment(vertical="top", horizontal="left"), number_format="yyyy-mm-dd")
        self._add("time", plain, Alignment(vertical="top", horizontal="left"), number_format="yyyy-mm-dd hh:mm")
        self._add("strong", Font(name="Calibri", size=10, bold=True, color="1B2733"), wrapped)
        self._add("link", Font(name="Calibri", size=10, color="0B4F8A", underline="single"), wrapped)
        self._add("heading", Font(name="Calibri", size=10, bold=True, color="FFFFFF"), wrapped, fill="23415F")
        self._add("block", Font(name="Calibri", size=12, bold=True, color="23415F"), wrapped, grid=False)
        self._add(
            "title", Font(name="Calibri", size=15, bold=True, color="23415F"), Alignment(vertical="center"), grid=False
        )
        self._add("banner", small, Alignment(vertical="top", wrap_text=True), grid=False)
        for name, colour in FILLS.items():
            self._add(name, plain, wrapped, fill=colour)

    def _add(
        self,
        name: str,
        font: Font,
        alignment: Alignment,
        *,
        fill: str = "",
        number_format: str = "General",
        grid: bool = True,
    ) -> None:
        style = NamedStyle(name=f"ropa {name}", font=font, alignment=alignment, number_format=number_format)
        if grid:
            style.border = _GRID
        if fill:
            style.fill = PatternFill("solid", start_color=fill)
        self.workbook.add_named_style(style)
        self.arrays[name] = style.as_tuple()

    def __getitem__(self, name: str) -> Any:
        return self.arrays[name]


def _write_sheet(workbook: Workbook, sheet: Sheet, book: Book, styles: _Styles) -> None:
    worksheet = workbook.create_sheet(sheet.name)
    columns = max(len(block.headings) for block in sheet.blocks)
    last_letter = get_column_letter(columns)
    _put(worksheet, 1, 1, sheet.name, styles["title"])
    _put(worksheet, 2, 1, f"{book.banner} {sheet.about}", styles["banner"])
    widths = _widths(sheet.blocks, columns)
    fits = [_fits(width) for width in widths]
    if columns > 1:
        worksheet.merge_cells(f"A2:{last_letter}2")
    worksheet.row_dimensions[1].height = 24
    across = max(sum(widths), 20)
    worksheet.row_dimensions[2].height = 14 * (1 + len(book.banner + sheet.about) // int(across * 1.05)) + 4
    row = 3
    for place, block in enumerate(sheet.blocks):
        if block.title:
            row += 1 if place else 0
            _put(worksheet, row, 1, block.title, styles["block"])
            if len(block.headings) > 1:
                worksheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(block.headings))
            row += 1
        top = row
        for column, heading in enumerate(block.headings, start=1):
            _put(worksheet, row, column, heading.text, styles["heading"])
        worksheet.row_dimensions[row].height = _height([heading.text for heading in block.headings], fits)
        row = _write_rows(worksheet, block, row + 1, styles, fits)
        if place == 0:
            worksheet.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{top + 1}"
            worksheet.print_title_rows = f"{top}:{top}"
            if block.rows:
                worksheet.auto_filter.ref = f"A{top}:{get_column_letter(len(block.headings))}{row - 1}"
    for column, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = width
    worksheet.print_area = f"A1:{last_letter}{row - 1}"
    _print_setup(worksheet, book)


def _write_rows(worksheet: Any, block: Block, row: int, styles: _Styles, fits: Sequence[int]) -> int:
    """Write a block's rows from ``row`` on; returns the next free row."""
    if not block.rows:
        _put(worksheet, row, 1, block.empty, styles["quiet"])
        if len(block.headings) > 1:
            worksheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(block.headings))
        return row + 1
    arrays = styles.arrays
    for shown_row in block.rows:
        for column, (value, style, link) in enumerate(shown_row, start=1):
            cell = _put(worksheet, row, column, value, arrays[style])
            if link:
                cell.hyperlink = Hyperlink(ref=cell.coordinate, location=link)
                cell._style = arrays[style]
        height = _height([value for value, _, _ in shown_row], fits)
        if height > _LINE_POINTS:
            worksheet.row_dimensions[row].height = height
        row += 1
    return row


def _fits(width: int) -> int:
    """How many letters of an average line a column holds; fonts that stand in for Calibri are wider."""
    return max(int(width * 0.88), 1)


def _height(texts: Sequence[object], fits: Sequence[int]) -> float:
    """Points a row needs so that no wrapped line is cut off; programs do not all work it out by themselves."""
    most = 1
    for text, letters in zip(texts, fits, strict=False):
        if isinstance(text, str) and (len(text) > letters or "\n" in text):
            most = max(most, sum(1 + max(len(line) - 1, 0) // letters for line in text.split("\n")))
    return min(most * _LINE_POINTS + 1.5, _TALLEST) if most > 1 else _LINE_POINTS


def _put(worksheet: Any, row: int, column: int, value: CellValue, style: Any) -> Cell:
    """The one place that writes a cell. A string is text whatever it begins with."""
    cell = Cell(worksheet, row=row, column=column)
    cell._style = style
    if isinstance(value, str):
        cell._value = text_of(value)
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    elif value is not None:
        cell.value = value
    worksheet._cells[(row, column)] = cell
    return cell


def _widths(blocks: Iterable[Block], columns: int) -> list[int]:
    """Column widths that fit: the longest line, between a readable least and the heading's ``widest``."""
    widths = [8] * columns
    for block in blocks:
        for place, heading in enumerate(block.headings):
            if heading.width:
                widths[place] = max(widths[place], heading.width)
                continue
            longest = max((len(word) for word in heading.text.split()), default=0) + 3
            for value in {shown_row[place].value for shown_row in block.rows}:
                if isinstance(value, str):
                    if len(value) > longest:
                        longest = max(longest, max(map(len, value.split("\n"))))
                elif value is not None:
                    longest = max(longest, 16 if isinstance(value, datetime) else 11)
            widths[place] = max(widths[place], min(int(longest / 0.88) + 2, heading.widest))
    return _narrowed(widths)


def _narrowed(widths: list[int]) -> list[int]:
    """Take from the widest columns until all fit across a page; text wraps, it does not shrink."""
    while sum(widths) > _ACROSS and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _print_setup(worksheet: Any, book: Book) -> None:
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = _A3
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top, worksheet.page_margins.bottom = 0.5, 0.8
    worksheet.page_margins.footer = 0.35
    worksheet.oddFooter.left.text = _footer(book.marking)
    worksheet.oddFooter.center.text = _footer(book.title)
    worksheet.oddFooter.right.text = "&A, page &P of &N"
    worksheet.sheet_view.showGridLines = False
    worksheet.sheet_view.zoomScale = 100


def _footer(text: str) -> str:
    """Footers have codes that begin with &; a name's own & must be doubled."""
    return text.replace("&", "&&")[:200]


def canonical_bytes(workbook: Workbook) -> bytes:
    """The workbook's bytes without the clock: fixed entry dates, ``modified`` as created."""
    loose = io.BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(loose, "w", zipfile.ZIP_STORED)).save()
    stamp = workbook.properties.created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    tight = io.BytesIO()
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            fixed = zipfile.ZipInfo(entry.filename, _FIXED_DATE)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, content)
    return tight.getvalue()
