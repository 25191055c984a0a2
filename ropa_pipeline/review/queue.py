"""Which columns and proposals wait for a person, and in which order.

Belongs here: the reasons why a column waits and what is most valuable to decide first. Does not belong here: the
workbook (``sheet``) and what came back (``merge``).

A decision stands until its column's type or table is another one (then inference tags it again) or until the column
reads as something else than when it was decided (then the decision stands and is asked about again: our own
inference never alters a decided cell). Art. 4(1), 30(1)(c).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.decisions import ColumnDecision, Decisions
from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.inventory import CONTRADICTED, ClassifiedColumn, Column, RowCount
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Identifiability, Origin, ProposalStatus

Key = tuple[str, str, str]
"""Source, table and column, as the source names them."""


class ReviewReason(StrEnum):
    """Why a column waits for a person; the words stand in the sheet."""

    REOPENED_TYPE = "decided, but its type changed"
    REOPENED_TABLE = "decided in a table that is gone: was it renamed?"
    REOPENED_MEANING = "decided, but it reads as something else now"
    CONTRADICTED = "mapping and inference differ"
    CHANGED = "tag changed since the approval"
    NEW = "new since the approval"
    UNSURE = "low confidence"


class ReviewItem(Frozen):
    """A column as a reviewer sees it. ``reasons`` empty: it does not wait. ``seen_as``: what inference says."""

    source_id: str
    system: str
    table_name: str
    table_stem: str
    column_name: str
    native_type: str
    data_category: str
    data_subject: str
    identifiability: Identifiability
    special_category: bool
    confidence: float
    origin: Origin
    rule: str
    explanation: str
    rows: int | None
    decision: str
    in_force: bool
    seen_as: str
    reasons: tuple[ReviewReason, ...]

    @property
    def key(self) -> Key:
        return (self.source_id, self.table_name, self.column_name)


class ProposalItem(Frozen):
    """An open proposal as a reviewer sees it."""

    proposal_id: str
    record: str
    record_id: str
    field: str
    proposed_value: str
    reason: str
    law: str
    verified: bool


class DecidedColumns:
    """Column decisions by the place they are about, found as classification finds them (without case)."""

    def __init__(self, decisions: Iterable[ColumnDecision]) -> None:
        self._by_place = {place_of(item.system, item.table, item.column): item for item in decisions}

    def of(
        self, system: str, names: Iterable[str], column: str, native_type: str
    ) -> tuple[ColumnDecision | None, bool]:
        """The decision on a column and whether it is in force: of another type, it is not.

        ``names`` are the names its table goes by, the stem first.
        """
        stale: ColumnDecision | None = None
        for name in names:
            found = self._by_place.get(place_of(system, name, column))
            if found is not None and found.native_type in ("", native_type):
                return found, True
            stale = stale or found
        return stale, False


def place_of(system: str, table: str, column: str) -> Key:
    """System, table and column as decisions are compared: without case."""
    return system.lower(), table.lower(), column.lower()


def read_as(column: ClassifiedColumn) -> str:
    """What a column is taken for, as ``ColumnDecision.seen_as`` keeps it: category and data subject."""
    return f"{column.data_category}/{column.data_subject}"


def key_of(row: ClassifiedColumn | Column) -> Key:
    """The key of a column in its source."""
    return (row.source_id, row.table_name, row.column_name)


def review_items(
    tables: Tables, approved: Tables | None, decisions: Decisions, inferred: Sequence[ClassifiedColumn]
) -> tuple[ReviewItem, ...]:
    """One item per classified column, the most valuable to decide first.

    ``tables``: the published release; ``approved``: the facts of the approved one, None before the first approval;
    ``inferred``: the same columns tagged without decisions.
    """
    seen = {key_of(row): read_as(row) for row in inferred}
    types = {key_of(row): row.native_type for row in tables.rows(Column)}
    counts = {(row.source_id, row.table_name): row.rows for row in tables.rows(RowCount)}
    decided = DecidedColumns(decisions.columns)
    before = {key_of(row): row for row in approved.rows(ClassifiedColumn)} if approved is not None else None
    renamed = _renamed(tables.rows(ClassifiedColumn), decisions.columns, before)
    items = []
    for row in tables.rows(ClassifiedColumn):
        key = key_of(row)
        native_type = types.get(key, "")
        decision, in_force = decided.of(row.system, (row.table_stem, row.table_name), row.column_name, native_type)
        fallback = read_as(row) if row.origin is not Origin.DECIDED else ""
        seen_as = seen.get(key, fallback)
        reasons: tuple[ReviewReason, ...]
        if decision is not None and in_force:
            moved = decision.seen_as and seen_as and decision.seen_as != seen_as
            reasons = (ReviewReason.REOPENED_MEANING,) if moved else ()
        else:
            reasons = _reasons(row, decision, key in renamed, before)
        items.append(
            ReviewItem(
                **{name: getattr(row, name) for name in _COPIED},
                native_type=native_type,
                rows=counts.get((row.source_id, row.table_name)),
                decision=decision.decision if decision else "",
                in_force=in_force,
                seen_as=seen_as,
                reasons=reasons,
            )
        )
    return tuple(sorted(items, key=_value))


_COPIED = (
    "source_id", "system", "table_name", "table_stem", "column_name", "data_category", "data_subject",
    "identifiability", "special_category", "confidence", "origin", "rule", "explanation",
)  # fmt: skip


def _reasons(
    row: ClassifiedColumn, stale: ColumnDecision | None, renamed: bool, before: Mapping[Key, ClassifiedColumn] | None
) -> tuple[ReviewReason, ...]:
    """Why an undecided column waits, the strongest reason first."""
    found = []
    if stale is not None:
        found.append(ReviewReason.REOPENED_TYPE)
    if renamed:
        found.append(ReviewReason.REOPENED_TABLE)
    if row.rule.endswith(CONTRADICTED):
        found.append(ReviewReason.CONTRADICTED)
    if before is not None:
        earlier = before.get(key_of(row))
        if earlier is None:
            found.append(ReviewReason.NEW)
        elif read_as(earlier) != read_as(row):
            found.append(ReviewReason.CHANGED)
    if row.origin is Origin.PROPOSED:
        found.append(ReviewReason.UNSURE)
    return tuple(found)


_RANK = {Identifiability.DIRECT: 0, Identifiability.INDIRECT: 1, Identifiability.NONE: 2}


def _value(item: ReviewItem) -> tuple[object, ...]:
    """Direct before indirect, special categories, many rows (by order of magnitude), low confidence, then by name."""
    rank = 0 if ReviewReason.CONTRADICTED in item.reasons else _RANK[item.identifiability]
    magnitude = len(str(item.rows)) if item.rows else 0
    return (not item.reasons, rank, not item.special_category, -magnitude, item.confidence, item.key)


def _renamed(
    columns: Sequence[ClassifiedColumn],
    decisions: Sequence[ColumnDecision],
    before: Mapping[Key, ClassifiedColumn] | None,
) -> frozenset[Key]:
    """Columns that may be the decided ones of a table that is gone.

    A candidate table has all columns that were decided in the gone one and is new since the approval; before the
    first approval it must be the only one.
    """
    by_table: dict[tuple[str, str, str], dict[str, Key]] = defaultdict(dict)
    names: dict[str, set[str]] = defaultdict(set)
    for row in columns:
        by_table[(row.system, row.source_id, row.table_name)][row.column_name.lower()] = key_of(row)
        names[row.system.lower()] |= {row.table_name.lower(), row.table_stem.lower()}
    gone: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in decisions:
        if item.table.lower() not in names[item.system.lower()]:
            gone[(item.system.lower(), item.table.lower())].add(item.column.lower())
    known = {key[:2] for key in before} if before is not None else None
    found: set[Key] = set()
    for (system, _), wanted in gone.items():
        candidates = [
            held
            for (owner, source_id, table), held in by_table.items()
            if owner.lower() == system and wanted <= held.keys() and (known is None or (source_id, table) not in known)
        ]
        if known is not None or len(candidates) == 1:
            found |= {held[name] for held in candidates for name in wanted}
    return frozenset(found)


def lost_decisions(tables: Tables, decisions: Decisions) -> tuple[ColumnDecision, ...]:
    """Column decisions that are about no column of the release any more, in their order. They are kept."""
    seen = {
        place_of(row.system, name, row.column_name)
        for row in tables.rows(ClassifiedColumn)
        for name in (row.table_stem, row.table_name)
    }
    return tuple(item for item in decisions.columns if place_of(item.system, item.table, item.column) not in seen)


def open_proposals(tables: Tables, decisions: Decisions) -> tuple[ProposalItem, ...]:
    """Proposals that nobody decided: those with a verified source first, then by their cell.

    What is proposed for the tag of a column is left out: the column itself waits, and deciding it ends the proposal.
    """
    decided = {item.proposal_id for item in decisions.proposals}
    waiting = [
        row
        for row in tables.rows(Proposal)
        if row.status is ProposalStatus.OPEN and row.proposal_id not in decided and row.record != ClassifiedColumn.TABLE
    ]
    ordered = sorted(waiting, key=lambda row: (not row.verified, row.record, row.record_id, row.field, row.proposal_id))
    return tuple(ProposalItem(**{name: getattr(row, name) for name in ProposalItem.model_fields}) for row in ordered)
