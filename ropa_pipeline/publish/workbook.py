"""Writing an Excel workbook that is safe, readable, printable and the same byte for byte.

Belongs here: the one function that says what stands in a cell, the order of blocks and pictures on a sheet, saving.
Does not belong here: a cell's form in the file (``sheet_cells``), styles (``workbook_styles``), widths and pages
(``workbook_layout``), what stands in the sheets (``record``, ``audit``) and in which words (``words``, ``language``).

Text of sources is untrusted: every string is written as text, so that ``=...`` is never a formula and ``#N/A``
never an error, and control characters are taken out. Saving goes through an archive with fixed dates: openpyxl
writes the clock.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table
from openpyxl.writer.excel import ExcelWriter

from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.sheet_cells import Cells, CellsWriter, CellValue, edges_of
from ropa_pipeline.publish.workbook_layout import (
    LINE_POINTS,
    Wish,
    fits,
    fits_bold,
    footer_text,
    height_of,
    set_up_page,
    widths_of,
    wish_of,
)
from ropa_pipeline.publish.workbook_styles import Styles
from ropa_pipeline.store import write_bytes

FIRST_ROW = 4
"""Of the first block's rows: the sheet's name, what it says about itself and the headings stand above."""
_LONGEST = 32_000
_NOT_IN_A_FILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_PIXELS_ACROSS, _PIXEL_POINTS, _ROW_POINTS = 1500, 0.75, 15.0
_TABLES_FROM = 2  # a table of one column is a list; it needs no filter


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
    """Rows under one set of headings; ``title`` stands above them where a sheet has several blocks.

    ``empty`` is said where there are no rows.
    """

    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Shown]]
    title: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Picture:
    """A PNG below the blocks of a sheet, under its ``title``; ``text`` says in words what it shows.

    ``width`` in pixels of the screen, 0: as wide as the picture is; never wider than a printed page.
    """

    png: bytes
    text: str
    title: str = ""
    width: int = 0


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what it says about itself, its blocks, then its pictures. ``frozen_columns`` stay in view.

    ``printed_columns``: how many columns are printed, 0 for all; what stands to the right is for the screen alone.
    """

    name: str
    about: str
    blocks: tuple[Block, ...]
    frozen_columns: int = 1
    pictures: tuple[Picture, ...] = ()
    printed_columns: int = 0
    filtered: bool = True


@dataclass(frozen=True)
class Book:
    """A whole workbook. ``banner`` stands on every sheet and in its footer; ``marking`` says who may see it.

    ``tables``: blocks are Excel tables with filters of their own. ``protected``: cells are guarded against accidents,
    without a password; filters and widths stay free.
    """

    title: str
    subject: str
    banner: str
    marking: str
    created: datetime
    sheets: tuple[Sheet, ...]
    language: str = "en"
    keywords: str = ""
    tables: bool = False
    protected: bool = False


def text_of(value: str, cut: str = "") -> str:
    """Text as a cell can hold it; ``cut`` is what stands at the end of a text that is too long.

    >>> text_of("a\\x07b")
    'ab'
    """
    cleaned = value if value.isprintable() else _NOT_IN_A_FILE.sub("", value)
    return cleaned if len(cleaned) <= _LONGEST else cleaned[:_LONGEST] + (cut or language_of("en").phrase("cut off"))


def write_workbook(path: Path, book: Book) -> None:
    """Write the workbook. The same book gives the same bytes."""
    write_bytes(path, workbook_bytes(book))


def workbook_bytes(book: Book) -> bytes:
    """The workbook as it stands in a file."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    writer = _Writer(workbook, book)
    for sheet in book.sheets:
        writer.write(sheet)
    properties = workbook.properties
    properties.title, properties.subject, properties.creator = book.title, book.subject, "ropa-pipeline"
    properties.keywords, properties.language, properties.category = book.keywords, book.language, book.marking
    properties.description = book.banner
    properties.created = book.created.astimezone(UTC).replace(tzinfo=None)
    texts = [item.text for sheet in book.sheets for item in sheet.pictures]
    return canonical_bytes(workbook, texts, writer.cells)


class _Writer:
    """Writes the sheets of one book."""

    def __init__(self, workbook: Workbook, book: Book) -> None:
        self.workbook, self.book = workbook, book
        self.language = language_of(book.language)
        self.styles = Styles(workbook, self.language)
        self.cut = self.language.phrase("cut off")
        self.table_names: set[str] = set()
        self.cells: dict[str, Cells] = {}
        self._edges: dict[str, tuple[int, int] | None] = {}

    def write(self, sheet: Sheet) -> None:
        worksheet = self.workbook.create_sheet(sheet.name)
        cells = self.cells[worksheet.title] = Cells()
        widths = _widths(sheet)
        printed = sheet.printed_columns or len(widths)
        letters = [fits(width) for width in widths]
        told = " ".join(part for part in (self.book.banner, sheet.about) if part)
        self.put(cells, 1, 1, sheet.name, "title")
        self.across(cells, 2, told, "banner", printed)
        cells.height(1, 24)
        across = max(sum(widths[:printed]), 20)
        cells.height(2, height_of([told], [fits(across)]) + 4)
        row = FIRST_ROW - 1
        for place, block in enumerate(sheet.blocks):
            row = self._block(worksheet, cells, sheet, block, row, letters, first=place == 0)
        for column, width in enumerate(widths, start=1):
            worksheet.column_dimensions[get_column_letter(column)].width = width
        row = self._pictures(worksheet, cells, sheet, row)
        worksheet.print_area = f"A1:{get_column_letter(printed)}{max(row - 1, 2)}"
        pages = self.language.phrase("footer pages")
        set_up_page(worksheet, footer_text(self.book.marking), footer_text(self.book.title), f"&A, {pages}")
        if self.book.protected:
            _protect(worksheet)

    def _block(
        self,
        worksheet: Any,
        cells: Cells,
        sheet: Sheet,
        block: Block,
        row: int,
        letters: Sequence[int],
        first: bool,
    ) -> int:
        """Write one block from ``row`` on; returns the next free row."""
        if block.title:
            row += 0 if first else 1
            self.across(cells, row, block.title, "block", len(block.headings))
            row += 1
        top = row
        for column, heading in enumerate(block.headings, start=1):
            self.put(cells, row, column, heading.text, "heading")
        bold = [fits_bold(room) for room in letters]
        cells.height(row, height_of([heading.text for heading in block.headings], bold))
        row = self._rows(cells, block, row + 1, letters)
        reference = f"A{top}:{get_column_letter(len(block.headings))}{row - 1}"
        if first:
            worksheet.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{top + 1}"
            worksheet.print_title_rows = f"{top}:{top}"
        if block.rows and sheet.filtered:
            if self.book.tables and len(block.headings) >= _TABLES_FROM:
                worksheet.add_table(self._table(sheet.name, reference, block))
            elif first:
                worksheet.auto_filter.ref = reference
        return row

    def _rows(self, cells: Cells, block: Block, row: int, letters: Sequence[int]) -> int:
        if not block.rows:
            said = block.empty or self.language.phrase("nothing")
            self.across(cells, row, said, "quiet", len(block.headings))
            return row + 1
        for shown_row in block.rows:
            for column, (value, style, link) in enumerate(shown_row, start=1):
                self.put(cells, row, column, value, style, link)
            height = height_of([value for value, _, _ in shown_row], letters)
            if height > LINE_POINTS:
                cells.height(row, height)
            row += 1
        return row

    def put(self, cells: Cells, row: int, column: int, value: CellValue, style: str, link: str = "") -> None:
        """The one place that writes a cell. A string is text whatever it begins with."""
        if isinstance(value, str):
            value = text_of(value, self.cut)
        cells.put(row, column, value, self.styles.by_name[style].number, link)

    def across(self, cells: Cells, row: int, value: CellValue, style: str, width: int) -> None:
        """One cell as wide as so many columns."""
        self.put(cells, row, 1, value, style)
        if width > 1:
            if style not in self._edges:
                self._edges[style] = edges_of(self.workbook, self.styles.by_name[style])
            cells.merge(row, width, self._edges[style])

    def _pictures(self, worksheet: Any, cells: Cells, sheet: Sheet, row: int) -> int:
        """Each picture under its title and above the next; returns the next free row."""
        for picture in sheet.pictures:
            from openpyxl.drawing.image import Image  # late: it loads the picture library

            row += 1
            if sheet.blocks:
                worksheet.row_breaks.append(Break(id=row - 1))  # a picture begins a page, or it would be cut in two
            if picture.title:
                self.put(cells, row, 1, picture.title, "block")
                row += 1
            image = Image(io.BytesIO(picture.png))
            wide = min(picture.width or image.width, _PIXELS_ACROSS)
            image.width, image.height = wide, round(image.height * wide / image.width)
            worksheet.add_image(image, f"A{row}")
            row += int(image.height * _PIXEL_POINTS / _ROW_POINTS) + 2
        return row

    def _table(self, sheet: str, reference: str, block: Block) -> Table:
        """An Excel table with its columns named here: left to itself openpyxl reads every cell to find the headings."""
        table = Table(displayName=self._table_name(sheet), ref=reference)
        table._initialise_columns()
        for column, heading in zip(table.tableColumns, block.headings, strict=True):
            column.name = heading.text
        return table

    def _table_name(self, sheet: str) -> str:
        """A name for an Excel table: letters and digits only, once in a workbook."""
        plain = unicodedata.normalize("NFD", sheet).encode("ascii", "ignore").decode()
        base = "ropa_" + re.sub(r"\W+", "_", plain).strip("_").lower()
        name = next(item for item in _numbered(base) if item not in self.table_names)
        self.table_names.add(name)
        return name


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1


def _widths(sheet: Sheet) -> list[int]:
    """Column widths that fit; those that are printed together fit across a page."""
    wishes = [Wish(8, 7, 0.0)] * max((len(block.headings) for block in sheet.blocks), default=1)
    for block in sheet.blocks:
        for place, heading in enumerate(block.headings):
            values = list({row[place].value for row in block.rows}) if not heading.width else []
            own, other = wish_of(heading, values), wishes[place]
            wishes[place] = Wish(max(own.width, other.width), max(own.least, other.least), max(own.load, other.load))
    printed = sheet.printed_columns or len(wishes)
    return [*widths_of(wishes[:printed]), *(wish.width for wish in wishes[printed:])]


def _protect(worksheet: Any) -> None:
    """Guarded against accidents: no password. False means allowed."""
    guard = worksheet.protection
    guard.sheet = True
    guard.autoFilter = guard.sort = guard.formatColumns = guard.formatRows = guard.formatCells = False
    guard.selectLockedCells = guard.selectUnlockedCells = False


def canonical_bytes(
    workbook: Workbook, picture_texts: Sequence[str] = (), cells: Mapping[str, Cells] | None = None
) -> bytes:
    """The workbook's bytes without the clock: fixed entry dates, ``modified`` as created.

    ``picture_texts``: the alternative texts of the pictures, in the order of sheets and pictures. ``cells``: those of
    each sheet by its title, where openpyxl does not have them.
    """
    loose = io.BytesIO()
    archive = zipfile.ZipFile(loose, "w", zipfile.ZIP_STORED)
    (ExcelWriter(workbook, archive) if cells is None else CellsWriter(workbook, archive, cells)).save()
    stamp = workbook.properties.created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    texts = iter(picture_texts)
    tight = io.BytesIO()
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            elif entry.filename.startswith("xl/drawings/drawing"):
                content = re.sub(
                    rb'(<[\w:]*cNvPr id="\d+" name="Image \d+" descr=)"[^"]*"',
                    lambda match: match[1] + quoteattr(next(texts, "")).encode(),
                    content,
                )
            fixed = zipfile.ZipInfo(entry.filename, _FIXED_DATE)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, content)
    return tight.getvalue()
