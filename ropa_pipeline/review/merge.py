"""Merges what a person typed with what is true now: accepted, unchanged, conflict or invalid, row by row.

Belongs here: the rules of the merge. Does not belong here: reading the workbook (``read_back``), writing decisions
(``apply``).

Three sides meet: the snapshot that the workbook shows (from the history, never from the workbook itself), the release
and decisions.yaml of now, and the typed cells. A newer night conflicts only where the same column's type, tag or
decision is another one. Pure: the same sides give the same preview.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.inventory import ClassifiedColumn, Column
from ropa_pipeline.model.register import Controller, ProcessingActivity, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.language import Language, language_of
from ropa_pipeline.review import words
from ropa_pipeline.review.cell_merge import CellMerge
from ropa_pipeline.review.edits import CONTROLLER_FACTS
from ropa_pipeline.review.edits.model import key_of as row_key
from ropa_pipeline.review.form import (
    ACCEPT,
    COLUMNS,
    NONE,
    OTHER,
    PROPOSALS,
    REJECT,
    ColumnHeading,
    ProposalHeading,
    as_shown,
    choices,
    chosen,
)
from ropa_pipeline.review.preview import (
    NewCell,
    NewColumnDecision,
    NewProposalDecision,
    NowAndThen,
    Preview,
    ReviewedCell,
    Verdict,
    signature,
)
from ropa_pipeline.review.queue import DecidedColumns, Key, key_of, place_of, read_as
from ropa_pipeline.review.read_back import ColumnEdit, EditedWorkbook, ProposalEdit

_CELL_OF: Mapping[tuple[str, str], tuple[str, str]] = {
    **{
        (ProcessingActivity.TABLE, name): ("Activities", name)
        for name in ("owner", "source_of_data", "automated_decisions")
    },
    (ProcessingActivity.TABLE, "legal_basis"): ("Legal bases", "basis"),
    (Recipient.TABLE, "role"): ("Roles", "role"),
    **{(Controller.TABLE, name): ("Controller", "value") for name in CONTROLLER_FACTS},
}
"""Which editable cell a proposal is about, by its table and column."""


def merge(workbook: EditedWorkbook, sides: NowAndThen) -> Preview:
    """What would become of each typed cell, in the order of the sheets. Nothing is written."""
    language = language_of(workbook.language)
    run = _Merge(sides, language, workbook.exported)
    for edit in workbook.columns:
        run.column(edit)
    for row in workbook.rows:
        if run.edited is not None:
            run.edited.row(row)
    for answer in workbook.proposals:
        run.proposal(answer)
    problems = [
        ReviewedCell(verdict=Verdict.INVALID, subject="", **problem.model_dump()) for problem in workbook.problems
    ]
    found = [*problems, *run.cells, *(run.edited.cells if run.edited else ())]
    order = {title: place for place, title in enumerate(workbook.sheets)}
    cells = sorted(found, key=lambda cell: (order.get(cell.sheet, len(order)), cell.row, cell.letter))
    return Preview(
        edits=run.edited.edits if run.edited else (),
        ignored=workbook.ignored,
        controller_id=workbook.controller_id,
        snapshot_id=workbook.snapshot_id,
        on=sides.on,
        cells=tuple(cells),
        columns=tuple(run.columns),
        proposals=tuple(run.proposals),
        left_empty=workbook.left_empty,
    )


@dataclass(frozen=True)
class _Seen:
    """A column on one side: its tag and its type."""

    row: ClassifiedColumn
    native_type: str


class _Merge:
    def __init__(self, sides: NowAndThen, language: Language, exported: frozenset[str]) -> None:
        self._sides, self._language = sides, language
        self.edited = CellMerge(sides, sides.known, language, exported) if sides.known is not None else None
        self._then, self._now = _columns(sides.then), _columns(sides.now)
        self._inferred = {key_of(row): row for row in sides.inferred}
        self._decided = DecidedColumns(sides.decisions.columns)
        self._categories = choices(sides.taxonomy.data_categories)
        self._subjects = choices(sides.taxonomy.data_subjects)
        self._open = {as_shown(row.proposal_id): row for row in sides.now.rows(Proposal)}
        self._answers = {as_shown(item.proposal_id): item for item in sides.decisions.proposals}
        self._stems: dict[Key, set[str]] = defaultdict(set)
        for row in sides.now.rows(ClassifiedColumn):
            self._stems[(row.source_id, row.system, row.table_stem.lower())].add(row.table_name)
        self._places: dict[Key, NewColumnDecision] = {}
        self._answered: dict[str, NewProposalDecision] = {}
        self.cells: list[ReviewedCell] = []
        self.columns: list[NewColumnDecision] = []
        self.proposals: list[NewProposalDecision] = []

    def column(self, edit: ColumnEdit) -> None:
        """One row of the sheet of columns."""
        category = chosen(edit.category, self._categories)
        subject = chosen(edit.subject, self._subjects)
        if category == NONE and not edit.subject:
            subject = NONE
        by, reason = edit.by or self._sides.by, edit.reason or self._sides.reason
        faults = [
            (ColumnHeading.DECIDED_CATEGORY, _unknown("category", edit.category, category)),
            (
                ColumnHeading.DECIDED_SUBJECT,
                _unknown("data subject", edit.subject, subject) or _misfit(category, subject),
            ),
            *signature(ColumnHeading.DECIDED_BY, by, ColumnHeading.REASON, reason),
        ]
        if self._note(edit, _named(edit), Verdict.INVALID, faults):
            return
        key = (edit.source_id, edit.table_name, edit.column_name)
        then, now = self._then.get(key, []), self._now.get(key, [])
        unusable = _unusable(then, now) or _altered(edit, then[0])
        if unusable:
            self._note(edit, _named(edit), Verdict.INVALID, [unusable])
            return
        if not now:
            gone = "the column is not in the newest release any more; export again"
            self._note(edit, _named(edit), Verdict.CONFLICT, [(ColumnHeading.DECIDED_CATEGORY, gone)])
            return
        self._against_now(edit, then[0], now[0], category, subject, by)

    def _against_now(self, edit: ColumnEdit, then: _Seen, now: _Seen, category: str, subject: str, by: str) -> None:
        row = now.row
        names = (row.table_stem, row.table_name)
        decision, in_force = self._decided.of(row.system, names, row.column_name, now.native_type)
        inferred = self._inferred.get(key_of(row))
        seen_as = read_as(inferred) if inferred is not None else "" if row.origin is Origin.DECIDED else read_as(row)
        same = decision is not None and in_force and (decision.category, decision.subject) == (category, subject)
        moved = decision is not None and bool(decision.seen_as and seen_as) and decision.seen_as != seen_as
        heading = ColumnHeading.DECIDED_CATEGORY
        if same and not moved:
            self._note(edit, _named(edit), Verdict.UNCHANGED, [(heading, "this is decided already")])
            return
        conflict = ""
        if then.native_type != now.native_type:
            conflict = f"its type was {then.native_type or 'unknown'} and is {now.native_type or 'unknown'} now"
        elif as_shown(decision.decision if decision else "") != edit.decision_now:
            conflict = f"another decision exists now: {decision.decision if decision else 'it was taken back'}"
        elif read_as(then.row) != read_as(row) and not (in_force and row.origin is Origin.DECIDED):
            conflict = f"its tag was {read_as(then.row)} and is {read_as(row)} now"
        if conflict:
            self._note(edit, _named(edit), Verdict.CONFLICT, [(heading, f"{conflict}; export again")])
            return
        # The stem outlives another table prefix; where two tables share it, only the name tells them apart.
        shared = len(self._stems[(row.source_id, row.system, row.table_stem.lower())]) > 1
        new = NewColumnDecision(
            row=edit.row,
            system=row.system,
            table=row.table_name if shared else row.table_stem,
            column=row.column_name,
            category=category,
            subject=subject,
            native_type=now.native_type,
            seen_as=seen_as,
            by=by,
            reason=edit.reason or self._sides.reason,
        )
        self._take(edit, new)

    def _take(self, edit: ColumnEdit, new: NewColumnDecision) -> None:
        """Accept, unless an earlier row decides the same column (of another source of the system) differently."""
        place = place_of(new.system, new.table, new.column)
        earlier = self._places.setdefault(place, new)
        heading = ColumnHeading.DECIDED_CATEGORY
        if (earlier.category, earlier.subject, earlier.native_type) != (new.category, new.subject, new.native_type):
            message = (
                f"row {earlier.row} decides the same column of system {new.system} differently, and a decision is"
                " about a system's column in all its sources"
            )
            self._note(edit, _named(edit), Verdict.INVALID, [(heading, message)])
            return
        if earlier is new:
            self.columns.append(new)
        about = f"{new.category} of {new.subject}" if new.category != NONE else "not personal data"
        self._note(edit, _named(edit), Verdict.ACCEPTED, [(heading, f"{about}, decided by {new.by}")])

    def proposal(self, edit: ProposalEdit) -> None:
        """One row of the sheet of proposals."""
        answer = words.answer(edit.answer)
        by, reason = edit.by or self._sides.by, edit.reason or self._sides.reason
        other = ""
        if answer == OTHER and not edit.other:
            other = "the value that is right is missing"
        elif answer and answer != OTHER and edit.other:
            other = f"a value of your own goes with the answer '{OTHER}' alone; empty this cell or change the answer"
        faults = [
            (ProposalHeading.ANSWER, "" if answer else f"write {ACCEPT}, {REJECT} or '{OTHER}'"),
            (ProposalHeading.OTHER, other),
            *signature(ProposalHeading.DECIDED_BY, by, ProposalHeading.REASON, reason),
        ]
        if not edit.proposal_id:
            faults.append((ProposalHeading.PROPOSAL, "the row names no proposal; it was added or emptied"))
        name = edit.proposal_id
        if self._note(edit, name, Verdict.INVALID, faults):
            return
        accepted = answer == ACCEPT
        decided, open_now = self._answers.get(name), self._open.get(name)
        heading = ProposalHeading.ANSWER
        if decided is not None and decided.accepted is accepted:
            self._note(edit, name, Verdict.UNCHANGED, [(heading, "this is decided already")])
        elif decided is not None:
            message = f"it was decided otherwise meanwhile: {decided.decision}; export again"
            self._note(edit, name, Verdict.CONFLICT, [(heading, message)])
        elif open_now is None:
            self._note(edit, name, Verdict.CONFLICT, [(heading, "it is not proposed any more; export again")])
        else:
            new = NewProposalDecision(
                row=edit.row, proposal_id=open_now.proposal_id, accepted=accepted, by=by, reason=reason
            )
            earlier = self._answered.setdefault(name, new)
            if earlier.accepted is not accepted:
                other = f"row {earlier.row} answers the same proposal differently"
                self._note(edit, name, Verdict.INVALID, [(heading, other)])
                return
            told, fault = self._enter(open_now, answer, edit, new)
            if fault:
                self._note(
                    edit, name, Verdict.INVALID, [(ProposalHeading.OTHER if answer == OTHER else heading, fault)]
                )
                return
            if earlier is new:
                self.proposals.append(new)
            self._note(edit, name, Verdict.ACCEPTED, [(heading, f"{answer}, decided by {by}{told}")])

    def _enter(self, proposal: Proposal, answer: str, edit: ProposalEdit, new: NewProposalDecision) -> tuple[str, str]:
        """Put the value that a person chose into the cell it is about: what to say of it, and what is wrong.

        An accepted proposal whose cell has no place here, or says something already, is an answer and no more.
        """
        if answer == REJECT or self.edited is None:
            return "", ""
        target = _CELL_OF.get((proposal.record, proposal.field))
        nowhere = "this cell has no place in the workbook; reject the proposal, and enter the value where it belongs"
        if target is None:
            return ("; enter it where it belongs", "") if answer == ACCEPT else ("", nowhere)
        sheet, field = target
        entry = {
            "Legal bases": row_key(proposal.record_id, "whole activity", "gdpr", "0"),
            "Roles": row_key(proposal.record_id, "*", "0"),
            "Controller": proposal.field,
        }.get(sheet, proposal.record_id)
        if answer == ACCEPT and not self.edited.unknown_now(sheet, entry, field):
            return "; its cell says something already and stays", ""
        text = edit.other if answer == OTHER else proposal.proposed_value
        made = NewCell(
            row=edit.row, sheet=sheet, entry=entry, field=field, value=None, shown="", by=new.by, reason=new.reason
        )
        fault = self.edited.fill(sheet, entry, field, text, made)
        if not fault:
            return f"; its cell becomes {text!r}", ""
        if answer == ACCEPT and not fault.startswith("row "):
            return "; enter it where it belongs", ""
        return "", fault

    def _note(
        self, edit: ColumnEdit | ProposalEdit, subject: str, verdict: Verdict, notes: Iterable[tuple[str, str]]
    ) -> bool:
        """One cell per note that says something; whether there was any."""
        letters = dict(edit.letters)
        said = [(heading, message) for heading, message in notes if message]
        sheet = words.sheet_name(COLUMNS if isinstance(edit, ColumnEdit) else PROPOSALS, self._language)
        self.cells += [
            ReviewedCell(
                verdict=verdict,
                sheet=sheet,
                row=edit.row,
                letter=letters[heading],
                heading=words.heading(heading, self._language),
                subject=subject,
                message=message,
                file="decisions.yaml" if verdict is Verdict.ACCEPTED else "",
            )
            for heading, message in said
        ]
        return bool(said)


def _columns(tables: Tables) -> Mapping[Key, list[_Seen]]:
    """Columns by the key that a sheet shows; two whose names read alike stand under one key."""
    types = {key_of(row): row.native_type for row in tables.rows(Column)}
    found: dict[Key, list[_Seen]] = defaultdict(list)
    for row in tables.rows(ClassifiedColumn):
        source, table, column = key_of(row)
        found[(as_shown(source), as_shown(table), as_shown(column))].append(_Seen(row, types.get(key_of(row), "")))
    return found


def _named(edit: ColumnEdit) -> str:
    return f"{edit.source_id}:{edit.table_name}.{edit.column_name}"


def _unknown(what: str, text: str, key: str) -> str:
    if key:
        return ""
    return (
        f"no {what} of that name is in the taxonomy; choose one of the drop-down" if text else f"the {what} is missing"
    )


def _misfit(category: str, subject: str) -> str:
    """A category without a person, or a person without a category, is no tag."""
    if category and subject and (category == NONE) != (subject == NONE):
        return "either both the category and the data subject are 'none', or neither is"
    return ""


def _unusable(then: Sequence[_Seen], now: Sequence[_Seen]) -> tuple[str, str] | None:
    """A row that names no column, or more than one."""
    if not then:
        return ColumnHeading.COLUMN, "the snapshot that this workbook shows has no such column; the row was altered"
    if len(then) > 1 or len(now) > 1:
        return ColumnHeading.COLUMN, "two columns have names that read alike; decide in decisions.yaml"
    return None


def _altered(edit: ColumnEdit, then: _Seen) -> tuple[str, str] | None:
    """A locked cell that does not say what the snapshot says: the person may have seen something else."""
    shown = (
        (ColumnHeading.TYPE, edit.native_type, then.native_type),
        (ColumnHeading.CATEGORY, edit.category_now, then.row.data_category),
        (ColumnHeading.SUBJECT, edit.subject_now, then.row.data_subject),
    )
    for heading, text, fact in shown:
        if text != as_shown(fact):
            return heading, "this locked cell does not say what the snapshot says; export again"
    return None
