"""Writes the review workbook: columns and proposals to decide, with drop-downs and cells locked against accidents.

Belongs here: which cell shows what, which may be typed in, the hidden sheet of choices and marks. Does not belong
here: what waits (``queue``), the one cell writer and the look of a sheet (``publish.workbook``).

The marks (form, controller, snapshot) stand in the hidden sheet and in the document's properties, so that a workbook
can be told from another controller's and merged with the snapshot it shows. The same queue gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown, canonical_bytes, text_of, write_workbook
from ropa_pipeline.review.form import (
    ACCEPT,
    COLUMNS,
    FORM,
    HIDDEN,
    MARKS,
    PROPERTIES,
    PROPOSALS,
    README,
    REJECT,
    TYPED_COLUMNS,
    TYPED_PROPOSALS,
    ColumnHeading,
    ProposalHeading,
    choice,
)
from ropa_pipeline.review.queue import ProposalItem, ReviewItem
from ropa_pipeline.store import write_bytes

FIRST_ROW = 4
"""Of a sheet: title, banner and headings stand above."""

_WIDTHS: dict[str, int] = {
    ColumnHeading.WHY: 24,
    ColumnHeading.SOURCE: 18,
    ColumnHeading.SYSTEM: 18,
    ColumnHeading.TABLE: 24,
    ColumnHeading.COLUMN: 26,
    ColumnHeading.TYPE: 16,
    ColumnHeading.CATEGORY: 26,
    ColumnHeading.SUBJECT: 16,
    ColumnHeading.LEVEL: 16,
    ColumnHeading.CONFIDENCE: 12,
    ColumnHeading.RULE: 22,
    ColumnHeading.EXPLANATION: 70,
    ColumnHeading.ROWS: 10,
    ColumnHeading.DECISION: 22,
    ColumnHeading.DECIDED_CATEGORY: 38,
    ColumnHeading.DECIDED_SUBJECT: 30,
    ColumnHeading.DECIDED_BY: 20,
    ColumnHeading.REASON: 46,
    ProposalHeading.PROPOSAL: 44,
    ProposalHeading.RECORD: 22,
    ProposalHeading.RECORD_ID: 30,
    ProposalHeading.FIELD: 18,
    ProposalHeading.VALUE: 40,
    ProposalHeading.WHY: 60,
    ProposalHeading.LAW: 26,
    ProposalHeading.VERIFIED: 12,
    ProposalHeading.ANSWER: 14,
}
"""For a screen: the sheet is filled in there, while the cell writer narrows columns to a printed page."""
_LINE_POINTS, _TALLEST = 13.5, 409.0
_README = (
    ("What this is", "Columns whose tag waits for a person, and proposals that nobody has answered. It shows names of "
     "tables and columns and never a value of a cell."),
    ("What to fill in", "Only the yellow cells. For a column: the category, whom it is about, who decided and why. "
     "Leave a row empty where you decide nothing. A confirmation of what is shown is a decision too."),
    ("Categories", "Choose from the drop-down; a key (contact.email) or a label in English or Lithuanian will do. "
     "'none' says that the column holds no personal data; then the data subject may stay empty."),
    ("Proposals", f"Write {ACCEPT} or {REJECT}, by whom and why. An accepted proposal is still entered by a person "
     "where it belongs: a decision never fills a cell by itself."),
    ("Reasons", "One or two sentences. No e-mail address, telephone number, account number or personal code: such a "
     "reason is refused."),
    ("Bringing it back", "ropa review import CONTROLLER FILE shows what would happen and writes nothing; with --apply "
     "all decisions are written, or none. What changed in the record since this was exported is a conflict, cell by "
     "cell."),
    ("Please leave", "the sheets' names, the headings and the locked cells as they are. Rows may be filtered or "
     "hidden."),
)  # fmt: skip


@dataclass(frozen=True)
class ReviewSheet:
    """All that a review workbook shows. ``created`` is the snapshot's time: the clock is left out of the bytes."""

    controller_id: str
    controller_name: str
    snapshot_id: str
    created: datetime
    language: str
    columns: Sequence[ReviewItem]
    proposals: Sequence[ProposalItem]
    taxonomy: Taxonomy


def write_review(path: Path, review: ReviewSheet) -> None:
    """Write the workbook to ``path``. The same input gives the same bytes."""
    write_workbook(path, _book(review))
    workbook = load_workbook(path)
    _hide_choices(workbook, review)
    _open_cells(
        workbook[COLUMNS],
        tuple(ColumnHeading),
        TYPED_COLUMNS,
        len(review.columns),
        {ColumnHeading.DECIDED_CATEGORY: "ropa_categories", ColumnHeading.DECIDED_SUBJECT: "ropa_subjects"},
    )
    _open_cells(
        workbook[PROPOSALS],
        tuple(ProposalHeading),
        TYPED_PROPOSALS,
        len(review.proposals),
        {ProposalHeading.ANSWER: "ropa_answers"},
    )
    _for_a_screen(workbook[COLUMNS], tuple(ColumnHeading), len(review.columns))
    _for_a_screen(workbook[PROPOSALS], tuple(ProposalHeading), len(review.proposals))
    for name in (README, COLUMNS, PROPOSALS, HIDDEN):
        _protect(workbook[name])
    workbook.active = workbook.index(workbook[COLUMNS])
    for worksheet in workbook.worksheets:
        worksheet.sheet_view.tabSelected = worksheet.title == COLUMNS
    write_bytes(path, canonical_bytes(workbook))


def _book(review: ReviewSheet) -> Book:
    banner = f"{review.controller_name}: review of snapshot {review.snapshot_id}."
    readme = Block(
        headings=(Heading("About", 24), Heading("What to know", 110)),
        rows=[(Shown(about, "strong"), Shown(text)) for about, text in _README],
    )
    columns = Block(
        headings=_headings(tuple(ColumnHeading)),
        rows=[_column_row(item) for item in review.columns],
        empty="No column waits for review.",
    )
    proposals = Block(
        headings=_headings(tuple(ProposalHeading)),
        rows=[_proposal_row(item) for item in review.proposals],
        empty="No proposal waits for an answer.",
    )
    return Book(
        title=f"Review for {review.controller_name}",
        subject="Decisions on columns and proposals",
        banner=banner,
        marking="Internal",
        created=review.created,
        sheets=(
            Sheet(README, "How to fill this in and bring it back.", (readme,)),
            Sheet(COLUMNS, "The most valuable to decide stand first. Fill in the yellow cells.", (columns,), 5),
            Sheet(PROPOSALS, "Values that we propose for empty cells. Fill in the yellow cells.", (proposals,), 1),
        ),
        language=review.language,
        keywords=f"{review.controller_id} {review.snapshot_id}",
    )


def _headings(names: Iterable[str]) -> tuple[Heading, ...]:
    return tuple(Heading(str(name)) for name in names)


def _column_row(item: ReviewItem) -> tuple[Shown, ...]:
    level = item.identifiability.value + (", special category" if item.special_category else "")
    return (
        Shown("; ".join(item.reasons) or "does not wait; shown on request", "quiet"),
        Shown(item.source_id),
        Shown(item.system),
        Shown(item.table_name),
        Shown(item.column_name, "strong"),
        Shown(item.native_type, "quiet"),
        Shown(item.data_category),
        Shown(item.data_subject),
        Shown(level),
        Shown(round(item.confidence, 2), "decimal"),
        Shown(item.rule, "quiet"),
        Shown(item.explanation, "quiet"),
        Shown(item.rows, "number"),
        Shown(item.decision, "quiet"),
        *(Shown(None, "decided") for _ in TYPED_COLUMNS),
    )


def _proposal_row(item: ProposalItem) -> tuple[Shown, ...]:
    return (
        Shown(item.proposal_id, "quiet"),
        Shown(item.record),
        Shown(item.record_id),
        Shown(item.field, "strong"),
        Shown(item.proposed_value),
        Shown(item.reason, "quiet"),
        Shown(item.law, "quiet"),
        Shown("yes" if item.verified else "no"),
        *(Shown(None, "decided") for _ in TYPED_PROPOSALS),
    )


def _hide_choices(workbook: Workbook, review: ReviewSheet) -> None:
    """The sheet that no program offers to show: marks, and the lists behind the drop-downs."""
    hidden = workbook.create_sheet(HIDDEN)
    hidden.sheet_state = "veryHidden"
    marks = {"form": FORM, "controller": review.controller_id, "snapshot": review.snapshot_id}
    for name, place in MARKS.items():
        hidden[place.replace("B", "A")] = name
        hidden[place] = text_of(marks[name])
    lists = (
        ("ropa_categories", "D", [choice(item, review.language) for item in review.taxonomy.data_categories]),
        ("ropa_subjects", "E", [choice(item, review.language) for item in review.taxonomy.data_subjects]),
        ("ropa_answers", "F", [ACCEPT, REJECT]),
    )
    for name, letter, words in lists:
        for row, word in enumerate(words, start=1):
            hidden[f"{letter}{row}"] = text_of(word)
        place = f"'{HIDDEN}'!${letter}$1:${letter}${max(len(words), 1)}"
        workbook.defined_names[name] = DefinedName(name, attr_text=place)
    for mark, name in PROPERTIES.items():
        workbook.custom_doc_props.append(StringProperty(name=name, value=marks[mark]))


def _open_cells(
    worksheet: Any, headings: Sequence[str], typed: Sequence[str], rows: int, lists: dict[Any, str]
) -> None:
    """Unlock the cells to type in (one shared style) and give them their drop-downs."""
    if not rows:
        return
    last = FIRST_ROW + rows - 1
    style: Any = None
    for heading in typed:
        place = headings.index(heading) + 1
        for row in range(FIRST_ROW, last + 1):
            cell = worksheet.cell(row, place)
            if style is None:
                cell.protection = Protection(locked=False)
                style = copy(cell._style)
            cell._style = style
        if heading in lists:
            # A warning and not a stop: a key typed by hand is as good as the offered words.
            offered = DataValidation(type="list", formula1=f"={lists[heading]}", allow_blank=True)
            offered.showErrorMessage, offered.errorStyle = True, "warning"
            offered.errorTitle, offered.error = "Not in the list", "Use an entry of the list or its key."
            letter = get_column_letter(place)
            offered.add(f"{letter}{FIRST_ROW}:{letter}{last}")
            worksheet.add_data_validation(offered)


def _for_a_screen(worksheet: Any, headings: Sequence[str], rows: int) -> None:
    """Widths to read and type in, and rows as tall as their text then needs."""
    widths = [_WIDTHS[name] for name in headings]
    for place, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(place)].width = width
    worksheet.row_dimensions[FIRST_ROW - 1].height = 2 * _LINE_POINTS + 1.5
    for number in range(FIRST_ROW, FIRST_ROW + rows):
        lines = 1
        for place, width in enumerate(widths, start=1):
            value = worksheet.cell(number, place).value
            if isinstance(value, str) and len(value) > width * 0.85:
                lines = max(lines, 1 + int(len(value) / (width * 0.85)))
        worksheet.row_dimensions[number].height = min(lines * _LINE_POINTS + 1.5, _TALLEST)


def _protect(worksheet: Any) -> None:
    """Against accidents, not against intent: no password; widths, heights and filters stay free."""
    protection = worksheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.autoFilter = False
