"""What an import would do: the verdict on each typed cell, and the decisions that would be written.

Belongs here: the types, and what every decision needs: who and why. Does not belong here: the rules of the merge
(``merge``, ``cell_merge``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.review.cells import Value
from ropa_pipeline.review.edits import Known
from ropa_pipeline.review.typed import personal_value

_LONGEST_NAME = 120


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    INVALID = "invalid"


class ReviewedCell(Frozen):
    """What becomes of a typed cell (of its row, where it is accepted or unchanged). ``file``: where it is written."""

    verdict: Verdict
    sheet: str
    row: int
    letter: str
    heading: str
    subject: str
    message: str
    file: str = ""


class NewColumnDecision(Frozen):
    """A column decision to be written."""

    row: int
    system: str
    table: str
    column: str
    category: str
    subject: str
    native_type: str
    seen_as: str
    by: str
    reason: str


class NewProposalDecision(Frozen):
    """An answer to a proposal to be written."""

    row: int
    proposal_id: str
    accepted: bool
    by: str
    reason: str


class NewCell(Frozen):
    """An edited cell to be written: sheet, row and field name its place (``review.edits``)."""

    row: int
    sheet: str
    entry: str
    field: str
    value: Value
    shown: str
    by: str
    reason: str


class Preview(Frozen):
    """All that an import would do. ``may_apply``: no cell is in conflict or invalid. ``ignored``: what was not read."""

    controller_id: str
    snapshot_id: str
    on: date
    cells: tuple[ReviewedCell, ...]
    columns: tuple[NewColumnDecision, ...]
    proposals: tuple[NewProposalDecision, ...]
    left_empty: int
    edits: tuple[NewCell, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def may_apply(self) -> bool:
        return not any(cell.verdict in (Verdict.CONFLICT, Verdict.INVALID) for cell in self.cells)

    @property
    def new(self) -> int:
        """How many decisions would be written."""
        return len(self.columns) + len(self.proposals) + len(self.edits)

    def count(self, verdict: Verdict) -> int:
        return sum(cell.verdict is verdict for cell in self.cells)


@dataclass(frozen=True)
class NowAndThen:
    """What the typed cells are merged with.

    ``then``: the facts of the snapshot that the workbook shows; ``now``: the published release; ``decisions``: as the
    file says now; ``inferred``: the columns of now tagged without decisions; ``by`` and ``reason``: who decided, and
    why, where a row does not say; ``on``: the date of the decisions; ``known``: what the edited rows are made from.
    """

    then: Tables
    now: Tables
    decisions: Decisions
    inferred: Sequence[ClassifiedColumn]
    taxonomy: Taxonomy
    by: str
    on: date
    reason: str = ""
    known: Known | None = None


def signature(by_heading: str, by: str, reason_heading: str, reason: str) -> list[tuple[str, str]]:
    """Who and why: both are needed, and neither may hold a personal value."""
    who = personal_value(by) if by else ""
    why = personal_value(reason) if reason else ""
    missing_by = "" if any(char.isalpha() for char in by) else "who decided is missing (or give --by)"
    too_long = f"a name longer than {_LONGEST_NAME} characters" if len(by) > _LONGEST_NAME else ""
    missing_reason = "" if any(char.isalpha() for char in reason) else "the reason is missing (or give --reason)"
    return [
        (by_heading, missing_by or too_long or (f"it holds {who}; give the name or role alone" if who else "")),
        (reason_heading, missing_reason or (f"it holds {why}; say it without the value" if why else "")),
    ]
