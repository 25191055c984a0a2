"""Sheets of workbooks (XLSX, XLSM, XLSB, XLS, ODS) as rows of cells.

Belongs here: opening a workbook safely and finding each sheet's headings. Does not belong here: which
connector asks. It is a shared reader, no connector. Nothing is executed: formulas come as their stored
result or as text. A compressed workbook is measured before it is opened (a small archive can unpack to
gigabytes). Reader: python-calamine.
"""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import python_calamine

from connectors import workbook_bounds
from connectors.file_tables import NO_HEADINGS, Notes, RowTable
from connectors.heading_rows import heading_position, unique_headings
from connectors.text_files import MAX_CELL, MAX_COLUMNS, UnreadableFile

WORKBOOK_SUFFIXES: tuple[str, ...] = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MAX_WORKBOOK = 500_000_000
_SNIFF_ROWS = 60


def workbook_tables(path: Path, notes: Notes) -> Iterator[RowTable]:
    """One table per sheet that holds anything; named by the file, and by the sheet too where there are several.

    Raises UnreadableFile for a file that is no workbook, is protected, or unpacks to too much.
    """
    measure(path)
    try:
        workbook = _opened(path)
    except python_calamine.PasswordError as error:
        raise UnreadableFile(f"{path.name}: the workbook is protected by a password", "save it without one") from error
    except (python_calamine.CalamineError, OSError) as error:
        raise UnreadableFile(f"{path.name}: not a workbook that can be read", "save it again as XLSX or CSV") from error
    with workbook:
        sheets = []
        for metadata in workbook.sheets_metadata:
            if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            try:
                sheet = workbook.get_sheet_by_name(metadata.name)
            except (python_calamine.CalamineError, ValueError):
                notes.partial.append("a sheet cannot be read and was left out")
                continue
            if sheet.height:
                sheets.append(sheet)
        if not sheets:
            raise UnreadableFile(
                f"{path.name}: the workbook holds no filled sheet", "export it again with its headings"
            )
        for sheet in sheets:
            name = path.stem if len(sheets) == 1 else f"{path.stem}.{sheet.name}"
            yield _table(path, name, sheet, notes)


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    """The workbook by what its name says it is, else by what it is: XLSX is often named .xls."""
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise
    except python_calamine.CalamineError:
        with path.open("rb") as stream:
            return python_calamine.CalamineWorkbook.from_filelike(stream)


def measure(path: Path) -> None:
    """Raise UnreadableFile for a workbook that must not be opened (``workbook_bounds``)."""
    if path.stat().st_size > MAX_WORKBOOK:
        raise UnreadableFile(f"{path.name}: over {MAX_WORKBOOK:,} bytes", "export it as CSV")
    if zipfile.is_zipfile(path):
        workbook_bounds.measure(path)


def _table(path: Path, name: str, sheet: python_calamine.CalamineSheet, notes: Notes) -> RowTable:
    if sheet.width > MAX_COLUMNS:
        raise UnreadableFile(
            f"{path.name}: a sheet has {sheet.width:,} columns; at most {MAX_COLUMNS:,} are read", "split the sheet"
        )
    first: list[list[object]] = []
    for row in sheet.iter_rows():
        first.append(list(row))
        if len(first) >= _SNIFF_ROWS:
            break
    found = heading_position(first) or heading_position(first, least_width=1)
    if found is None or found[1] is None:
        notes.doubts.append(f"sheet {name}: {NO_HEADINGS}" if name != path.stem else NO_HEADINGS)
        return RowTable(name, tuple(f"column {place}" for place in range(1, sheet.width + 1)), _rows(sheet, -1))
    headings = list(first[found[1]])
    while headings and str(headings[-1]).strip() == "":
        headings.pop()
    return RowTable(name, unique_headings(headings), _rows(sheet, found[1]))


def _rows(sheet: python_calamine.CalamineSheet, heading_row: int) -> Iterator[Sequence[object]]:
    for number, row in enumerate(sheet.iter_rows()):
        if number > heading_row and any(cell != "" for cell in row):
            yield [cell[:MAX_CELL] if isinstance(cell, str) else cell for cell in row]
