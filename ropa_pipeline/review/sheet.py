"""Writes the review workbook: what waits for a person and what a person may edit, locked where nothing is to be typed.

Belongs here: the sheets of columns and proposals, which cells may be typed in, the hidden sheets of choices, marks and
hashes. Does not belong here: what waits (``queue``), the editable sheets (``edit_sheets``), the one cell writer and the
look of a sheet (``publish.workbook``).

The marks (form, controller, snapshot) stand in the hidden sheet and in the document's properties, so that a workbook
can be told from another controller's and merged with the snapshot it shows. The same queue gives the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter

from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.publish.language import Language, language_of
from ropa_pipeline.publish.workbook import (
    FIRST_ROW,
    Block,
    Book,
    Heading,
    Sheet,
    Shown,
    canonical_bytes,
    text_of,
    write_workbook,
)
from ropa_pipeline.review import words
from ropa_pipeline.review.cell_merge import exported_marks
from ropa_pipeline.review.edit_sheets import EditRows, Lists, finish, offer, open_cells, sheet_of, widths_of
from ropa_pipeline.review.edits import SHEETS, Known
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
    choice,
)
from ropa_pipeline.review.queue import ProposalItem, ReviewItem
from ropa_pipeline.store import write_bytes

_FIRST_LIST = 4  # column of the hidden sheet: the marks stand to the left

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
    ProposalHeading.ANSWER: 16,
    ProposalHeading.OTHER: 30,
}
"""For a screen: the sheet is filled in there, while the cell writer narrows columns to a printed page."""
_LINE_POINTS, _TALLEST = 13.5, 409.0


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
    known: Known | None = None
    """What the editable sheets are made from; without it there are none."""


def write_review(path: Path, review: ReviewSheet) -> None:
    """Write the workbook to ``path``. The same input gives the same bytes."""
    language = language_of(review.language)
    edited = _edited(review, language)
    columns, proposals = words.sheet_name(COLUMNS, language), words.sheet_name(PROPOSALS, language)
    write_workbook(path, _book(review, edited, language))
    workbook = load_workbook(path)
    lists = _hide_marks(workbook, review, edited)
    categories = [choice(item, language.code) for item in review.taxonomy.data_categories]
    subjects = [choice(item, language.code) for item in review.taxonomy.data_subjects]
    offered: dict[str, str] = {
        ColumnHeading.DECIDED_CATEGORY: lists.named(categories, "ropa_categories"),
        ColumnHeading.DECIDED_SUBJECT: lists.named(subjects, "ropa_subjects"),
    }
    _open_cells(workbook[columns], tuple(ColumnHeading), TYPED_COLUMNS, len(review.columns), offered, language)
    answers = tuple(words.of(both, language) for both in words.ANSWERS.values())
    _open_cells(
        workbook[proposals],
        tuple(ProposalHeading),
        TYPED_PROPOSALS,
        len(review.proposals),
        {ProposalHeading.ANSWER: lists.named(answers, "ropa_answers")},
        language,
    )
    _for_a_screen(workbook[columns], [_WIDTHS[name] for name in ColumnHeading], len(review.columns))
    _for_a_screen(workbook[proposals], [_WIDTHS[name] for name in ProposalHeading], len(review.proposals))
    for rows in edited:
        finish(workbook, rows, lists)
        name = words.sheet_name(rows.sheet.name, language)
        _for_a_screen(workbook[name], widths_of(rows.sheet), len(rows.entries))
    for worksheet in workbook.worksheets:
        _protect(worksheet)
        worksheet.sheet_view.tabSelected = worksheet.title == columns
    workbook.active = workbook.index(workbook[columns])
    write_bytes(path, canonical_bytes(workbook))


def _edited(review: ReviewSheet, language: Language) -> tuple[EditRows, ...]:
    """The editable sheets with their rows; one without rows is left out."""
    known = review.known
    if known is None:
        return ()
    made = (EditRows(sheet, sheet.entries(known, language), known, language) for sheet in SHEETS)
    return tuple(rows for rows in made if rows.entries)


def _book(review: ReviewSheet, edited: Sequence[EditRows], language: Language) -> Book:
    def said(text: str) -> str:
        return words.said(text, language)

    banner = said("{name}: review of snapshot {snapshot}.").format(
        name=review.controller_name, snapshot=review.snapshot_id
    )
    readme = Block(
        headings=(Heading(said("about").capitalize(), 24), Heading(said("what to know").capitalize(), 110)),
        rows=[
            (Shown(words.of(about, language), "strong"), Shown(words.of(text, language)))
            for about, text in words.READ_ME
        ],
    )
    columns = Block(
        headings=_headings(tuple(ColumnHeading), language),
        rows=[_column_row(item, language) for item in review.columns],
        empty=said("No column waits for review."),
    )
    proposals = Block(
        headings=_headings(tuple(ProposalHeading), language),
        rows=[_proposal_row(item, language) for item in review.proposals],
        empty=said("No proposal waits for an answer."),
    )
    fixed = ((README, readme, 1), (COLUMNS, columns, 5), (PROPOSALS, proposals, 1))
    return Book(
        title=said("Review for {name}").format(name=review.controller_name),
        subject=said("Decisions of people about this record"),
        banner=banner,
        marking=said("Internal"),
        created=review.created,
        sheets=(
            *(
                Sheet(words.sheet_name(name, language), words.of(words.ABOUT[name], language), (block,), frozen)
                for name, block, frozen in fixed
            ),
            *(sheet_of(rows) for rows in edited),
        ),
        language=review.language,
        keywords=f"{review.controller_id} {review.snapshot_id}",
    )


def _headings(names: Iterable[str], language: Language) -> tuple[Heading, ...]:
    return tuple(Heading(words.heading(name, language)) for name in names)


def _column_row(item: ReviewItem, language: Language) -> tuple[Shown, ...]:
    special = words.said(", special category", language) if item.special_category else ""
    level = language.term(item.identifiability) + special
    reasons = "; ".join(words.said(reason, language) for reason in item.reasons)
    return (
        Shown(reasons or words.said("does not wait; shown on request", language), "quiet"),
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


def _proposal_row(item: ProposalItem, language: Language) -> tuple[Shown, ...]:
    return (
        Shown(item.proposal_id, "quiet"),
        Shown(item.record),
        Shown(item.record_id),
        Shown(item.field, "strong"),
        Shown(item.proposed_value),
        Shown(item.reason, "quiet"),
        Shown(item.law, "quiet"),
        Shown(words.said("yes" if item.verified else "no", language)),
        *(Shown(None, "decided") for _ in TYPED_PROPOSALS),
    )


def _hide_marks(workbook: Workbook, review: ReviewSheet, edited: Sequence[EditRows]) -> Lists:
    """The sheets that no program offers to show: marks, the lists behind the drop-downs, and what was exported."""
    hidden = workbook.create_sheet(HIDDEN)
    marks = {
        "form": FORM,
        "controller": review.controller_id,
        "snapshot": review.snapshot_id,
        "language": review.language,
        "sheets": "; ".join(rows.sheet.name for rows in edited),
    }
    for name, place in MARKS.items():
        hidden[place.replace("B", "A")] = name
        hidden[place] = text_of(marks[name])
    for mark, name in PROPERTIES.items():
        workbook.custom_doc_props.append(StringProperty(name=name, value=marks[mark]))
    exported = workbook.create_sheet(EXPORTED)
    found: frozenset[str] = frozenset()
    if review.known is not None:
        found = exported_marks(review.known, language_of(review.language), [rows.sheet for rows in edited])
    for row, mark in enumerate(sorted(found), start=1):
        exported.cell(row, 1).value = mark
    hidden.sheet_state = exported.sheet_state = "veryHidden"
    return Lists(workbook, _FIRST_LIST)


def _open_cells(
    worksheet: Any,
    headings: Sequence[str],
    typed: Sequence[str],
    rows: int,
    lists: Mapping[str, str],
    language: Language,
) -> None:
    """Unlock the cells to type in and give them their drop-downs."""
    if not rows:
        return
    last = FIRST_ROW + rows - 1
    for heading in typed:
        place = headings.index(heading) + 1
        open_cells([worksheet.cell(row, place) for row in range(FIRST_ROW, last + 1)], "@")
        if heading in lists:
            letter = get_column_letter(place)
            offer(worksheet, lists[heading], f"{letter}{FIRST_ROW}:{letter}{last}", language)


def _for_a_screen(worksheet: Any, widths: Sequence[int], rows: int) -> None:
    """Widths to read and type in, and rows as tall as their text then needs."""
    for place, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(place)].width = width
    worksheet.row_dimensions[2].height = 2 * _LINE_POINTS + 1.5
    worksheet.row_dimensions[FIRST_ROW - 1].height = 3 * _LINE_POINTS + 1.5
    for number in range(FIRST_ROW, FIRST_ROW + rows):
        lines = 1
        for place, width in enumerate(widths, start=1):
            value = worksheet.cell(number, place).value
            if isinstance(value, str) and len(value) > width * 0.85:
                lines = max(lines, 1 + int(len(value) / (width * 0.85)))
        worksheet.row_dimensions[number].height = min(lines * _LINE_POINTS + 1.5, _TALLEST)


def _protect(worksheet: Any) -> None:
    """Against accidents, not against intent: no password; widths, heights, filters and sorting stay free."""
    protection = worksheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.autoFilter = protection.sort = False
