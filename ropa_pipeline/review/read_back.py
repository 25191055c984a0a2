"""Reads a review workbook that came back from a person; everything in it is untrusted.

Belongs here: opening the file within limits, its marks, the typed cells. Does not belong here: what the cells mean
(``merge``). A file that cannot be used at all is refused whole, with the remedy; a cell that cannot be used is a
problem with its row and column.
"""

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.publish.language import LANGUAGES, Language, language_of
from ropa_pipeline.review import words
from ropa_pipeline.review.form import (
    COLUMNS,
    EXPORTED,
    FORM,
    HIDDEN,
    MARKS,
    PROPERTIES,
    PROPOSALS,
    README,
    TYPED_COLUMNS,
    TYPED_PROPOSALS,
    ColumnHeading,
    ProposalHeading,
    as_shown,
)
from ropa_pipeline.review.read_edits import SheetUnreadable, TypedRow, read_sheet, sheets_named, text_of

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 60_000_000
LARGEST_WHOLE = 20_000_000
"""Of all parts but the sheets, which alone are read row by row."""
MOST_PARTS = 500
MOST_ROWS = 200_000
LONGEST = 1_000
_SHEETS = "xl/worksheets/"
_HEADING_ROWS = 12
_AGAIN = "Export again: ropa review export"


class ReviewUnreadable(Exception):
    """The workbook cannot be used at all. The message names the file, the place and the remedy."""


class CellProblem(Frozen):
    """A cell that cannot be used."""

    sheet: str
    row: int
    letter: str
    heading: str
    message: str


class ColumnEdit(Frozen):
    """A row of the sheet of columns in which something was typed; ``letters`` say where each heading stands."""

    row: int
    letters: tuple[tuple[str, str], ...]
    source_id: str
    table_name: str
    column_name: str
    native_type: str
    category_now: str
    subject_now: str
    decision_now: str
    category: str
    subject: str
    by: str
    reason: str


class ProposalEdit(Frozen):
    """A row of the sheet of proposals in which something was typed."""

    row: int
    letters: tuple[tuple[str, str], ...]
    proposal_id: str
    answer: str
    by: str
    reason: str
    other: str = ""


class EditedWorkbook(Frozen):
    """What came back. ``left_empty`` counts rows in which nothing was typed.

    ``rows`` are those of the editable sheets; ``exported`` the hashes of their cells as they were exported, ``sheets``
    the names of all sheets in order, ``ignored`` what was not read.
    """

    controller_id: str
    snapshot_id: str
    columns: tuple[ColumnEdit, ...]
    proposals: tuple[ProposalEdit, ...]
    problems: tuple[CellProblem, ...]
    left_empty: int
    language: str = "en"
    sheets: tuple[str, ...] = (COLUMNS, PROPOSALS)
    rows: tuple[TypedRow, ...] = ()
    exported: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()


def read_review(path: Path) -> EditedWorkbook:
    """Read a workbook. Raises ReviewUnreadable for what is no review workbook of this form, or hostile."""
    _look_at(path)
    try:
        workbook = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception:  # openpyxl raises whatever its parts raise; a text of theirs may hold a cell's value
        raise ReviewUnreadable(f"{path}: not an Excel workbook that can be read. {_AGAIN}") from None
    try:
        marks = _marks(path, workbook)
        language = language_of(marks["language"])
        problems: list[CellProblem] = []
        ignored: list[str] = []
        left_empty = 0
        columns: list[ColumnEdit] = []
        for row, letters, texts in _rows(
            path, workbook, COLUMNS, language, tuple(ColumnHeading), TYPED_COLUMNS, problems, ignored
        ):
            if any(texts[name] for name in TYPED_COLUMNS):
                columns.append(_column(row, letters, texts))
            else:
                left_empty += 1
        proposals: list[ProposalEdit] = []
        for row, letters, texts in _rows(
            path, workbook, PROPOSALS, language, tuple(ProposalHeading), TYPED_PROPOSALS, problems, ignored
        ):
            if any(texts[name] for name in TYPED_PROPOSALS):
                proposals.append(_proposal(row, letters, texts))
            else:
                left_empty += 1
        rows, more = _edited(path, workbook, marks["sheets"], language)
        exported = _exported(path, workbook)
    except ReviewUnreadable:
        raise
    except Exception:
        raise ReviewUnreadable(f"{path}: a sheet of this workbook cannot be read. {_AGAIN}") from None
    finally:
        workbook.close()
    return EditedWorkbook(
        controller_id=marks["controller"],
        snapshot_id=marks["snapshot"],
        language=language.code,
        sheets=tuple(workbook.sheetnames),
        rows=tuple(rows),
        exported=exported,
        ignored=(*ignored, *more),
        columns=tuple(columns),
        proposals=tuple(proposals),
        problems=tuple(problems),
        left_empty=left_empty,
    )


def _look_at(path: Path) -> None:
    """Refuse, before anything is unpacked or parsed, what no review workbook is: too large, or with an XML DTD."""
    if not os.path.isfile(path):  # is_file() raises where the name is too long
        raise ReviewUnreadable(f"{path}: there is no such file")
    if path.stat().st_size > LARGEST_FILE:
        raise ReviewUnreadable(f"{path}: larger than {LARGEST_FILE // 1_000_000} MB. {_AGAIN}")
    try:
        with zipfile.ZipFile(path) as archive:
            _look_at_parts(path, archive)
    except ReviewUnreadable:
        raise
    except Exception:  # zipfile raises whatever its decompressors raise
        raise ReviewUnreadable(f"{path}: not an Excel workbook (.xlsx). {_AGAIN}") from None


def _look_at_parts(path: Path, archive: zipfile.ZipFile) -> None:
    # zipfile never hands out more than a part says of itself, so what is said is a bound
    parts = archive.infolist()
    whole = sum(part.file_size for part in parts if not part.filename.startswith(_SHEETS))
    for size, most in ((sum(part.file_size for part in parts), LARGEST_UNPACKED), (whole, LARGEST_WHOLE)):
        if size > most or len(parts) > MOST_PARTS:
            raise ReviewUnreadable(
                f"{path}: it unpacks to more than {most // 1_000_000} MB or {MOST_PARTS} parts, which no review"
                f" workbook does; it was not opened. {_AGAIN}"
            )
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as handle:
                if b"<!" in handle.read(2_048).replace(b"\0", b"").replace(b"<!--", b""):
                    raise ReviewUnreadable(f"{path}: it declares XML entities; it was not opened. {_AGAIN}")
        if "vbaproject" in part.filename.lower():
            raise ReviewUnreadable(f"{path}: it holds macros; save it as .xlsx and import that")


def _marks(path: Path, workbook: Any) -> dict[str, str]:
    """Controller, snapshot, language and sheets, from the hidden sheet; the document's properties must not differ."""
    if HIDDEN not in workbook.sheetnames:
        raise ReviewUnreadable(
            f"{path}: no review workbook, or its hidden sheet was removed or renamed, so the snapshot it shows is"
            f" unknown. {_AGAIN}"
        )
    found = {}
    cells = list(workbook[HIDDEN].iter_rows(min_row=1, max_row=len(MARKS), max_col=2, values_only=True))
    for name, place in MARKS.items():
        row = int(place[1:]) - 1
        found[name] = as_shown(str(cells[row][1] or "")) if row < len(cells) and len(cells[row]) > 1 else ""
    if found["form"] != FORM:
        raise ReviewUnreadable(f"{path}: its form is not that of this version ({FORM}). {_AGAIN}")
    properties = {item.name: str(item.value) for item in workbook.custom_doc_props.props}
    for mark, name in PROPERTIES.items():
        if not found[mark] or properties.get(name, found[mark]) != found[mark]:
            raise ReviewUnreadable(
                f"{path}: its {mark} is missing, or its hidden sheet and its properties name different ones. {_AGAIN}"
            )
    if found["language"] not in LANGUAGES:
        raise ReviewUnreadable(f"{path}: its language is missing or unknown. {_AGAIN}")
    return found


def _rows(
    path: Path,
    workbook: Any,
    name: str,
    language: Language,
    headings: Sequence[str],
    typed: Sequence[str],
    problems: list[CellProblem],
    ignored: list[str],
) -> Iterator[tuple[int, tuple[tuple[str, str], ...], dict[str, str]]]:
    """Each row below the headings: its number, where each heading stands, and the texts by heading."""
    sheet = words.sheet_name(name, language)
    worksheet = _sheet(path, workbook, sheet)
    worksheet.reset_dimensions()
    places: dict[str, int] | None = None
    letters: tuple[tuple[str, str], ...] = ()
    for number, cells in enumerate(worksheet.iter_rows(max_row=MOST_ROWS + 1, max_col=100), start=1):
        if places is None:
            places = _places(cells, headings)
            if places is not None:
                letters = tuple((name, get_column_letter(place + 1)) for name, place in places.items())
                _no_heading_missing(path, sheet, headings, places)
                ignored += [
                    f"{sheet}!{get_column_letter(place)}: this column is not one of the sheet's; it was not read"
                    for place, cell in enumerate(cells, start=1)
                    if cell.value is not None and place - 1 not in places.values()
                ]
            elif number >= _HEADING_ROWS:
                break
            continue
        if number > MOST_ROWS:
            raise ReviewUnreadable(f"{path}: sheet {sheet!r} has more than {MOST_ROWS} rows. {_AGAIN}")
        texts = {name: _text(cells, place) for name, place in places.items()}
        if not any(texts.values()):
            continue
        if sum(bool(text) for text in texts.values()) == 1 and texts[headings[0]]:
            continue  # the line that says that nothing waits
        faults = [_fault(sheet, number, cells, places[name], name) for name in typed]
        problems += [fault for fault in faults if fault is not None]
        if any(faults):
            continue
        yield number, letters, texts
    if places is None:
        first = ", ".join(headings[:5])
        raise ReviewUnreadable(f"{path}: sheet {sheet!r} has no row of headings ({first}, ...). {_AGAIN}")


def _sheet(path: Path, workbook: Any, title: str) -> Any:
    if title not in workbook.sheetnames:
        shown = ", ".join(name for name in workbook.sheetnames if name not in (HIDDEN, EXPORTED))
        raise ReviewUnreadable(f"{path}: the sheet {title!r} is missing; there are: {shown}. Give it back its name")
    return workbook[title]


def _edited(path: Path, workbook: Any, named: str, language: Language) -> tuple[list[TypedRow], list[str]]:
    """The rows of the editable sheets that the workbook was written with, and what was not read."""
    rows: list[TypedRow] = []
    ignored: list[str] = []
    own = {words.sheet_name(name, language) for name in (README, COLUMNS, PROPOSALS)} | {HIDDEN, EXPORTED}
    for sheet in sheets_named(named):
        title = words.sheet_name(sheet.name, language)
        own.add(title)
        try:
            found, notes = read_sheet(_sheet(path, workbook, title), sheet, language)
        except SheetUnreadable as error:
            raise ReviewUnreadable(f"{path}: sheet {title!r}: {error}. {_AGAIN}") from None
        rows += found
        ignored += notes
    ignored += [f"{title}: this sheet is not one of the review's; it was not read" for title in workbook.sheetnames
                if title not in own]  # fmt: skip
    return rows, ignored


def _exported(path: Path, workbook: Any) -> frozenset[str]:
    """The hashes of the editable cells as they were exported; none where there was no such sheet."""
    if EXPORTED not in workbook.sheetnames:
        raise ReviewUnreadable(f"{path}: its hidden sheet of what was exported was removed. {_AGAIN}")
    rows = workbook[EXPORTED].iter_rows(max_col=1, values_only=True)
    return frozenset(str(row[0]) for row in rows if row and row[0])


def _places(cells: Sequence[Any], headings: Sequence[str]) -> dict[str, int] | None:
    """Where each heading stands, where a row has at least half of them."""
    texts = [
        as_shown(str(cell.value)) if isinstance(cell.value, str) and len(cell.value) < 100 else "" for cell in cells
    ]
    found = {}
    for name in headings:
        place = next((place for place, text in enumerate(texts) if text in words.spellings(name)), None)
        if place is not None:
            found[name] = place
    return found if len(found) * 2 >= len(headings) else None


def _no_heading_missing(path: Path, sheet: str, headings: Sequence[str], places: dict[str, int]) -> None:
    missing = [str(name) for name in headings if name not in places]
    if missing:
        raise ReviewUnreadable(
            f"{path}: sheet {sheet!r} lacks the column(s) {', '.join(missing)}; they were removed or renamed. {_AGAIN}"
        )


def _text(cells: Sequence[Any], place: int) -> str:
    value = cells[place].value if place < len(cells) else None
    return text_of(value)


def _fault(sheet: str, row: int, cells: Sequence[Any], place: int, heading: str) -> CellProblem | None:
    """A typed cell that cannot be used, whatever it says."""
    cell = cells[place] if place < len(cells) else None
    if cell is None or cell.value is None:
        return None
    kind, text = getattr(cell, "data_type", ""), str(cell.value)
    message = ""
    if kind == "f" or text.startswith("="):
        message = "it holds a formula; type the words themselves"
    elif kind == "e":
        message = "it holds an error of the spreadsheet; type the words themselves"
    elif len(text) > LONGEST:
        message = f"it is longer than {LONGEST} characters; a reason is one or two sentences"
    if not message:
        return None
    return CellProblem(sheet=sheet, row=row, letter=get_column_letter(place + 1), heading=heading, message=message)


def _column(row: int, letters: tuple[tuple[str, str], ...], texts: dict[str, str]) -> ColumnEdit:
    return ColumnEdit(
        row=row,
        letters=letters,
        source_id=texts[ColumnHeading.SOURCE],
        table_name=texts[ColumnHeading.TABLE],
        column_name=texts[ColumnHeading.COLUMN],
        native_type=texts[ColumnHeading.TYPE],
        category_now=texts[ColumnHeading.CATEGORY],
        subject_now=texts[ColumnHeading.SUBJECT],
        decision_now=texts[ColumnHeading.DECISION],
        category=texts[ColumnHeading.DECIDED_CATEGORY],
        subject=texts[ColumnHeading.DECIDED_SUBJECT],
        by=texts[ColumnHeading.DECIDED_BY],
        reason=texts[ColumnHeading.REASON],
    )


def _proposal(row: int, letters: tuple[tuple[str, str], ...], texts: dict[str, str]) -> ProposalEdit:
    return ProposalEdit(
        row=row,
        letters=letters,
        proposal_id=texts[ProposalHeading.PROPOSAL],
        answer=texts[ProposalHeading.ANSWER],
        other=texts[ProposalHeading.OTHER],
        by=texts[ProposalHeading.DECIDED_BY],
        reason=texts[ProposalHeading.REASON],
    )
