"""What the register is assembled from, and the ledger that collects evidence while it is.

Belongs here: the typed input of :func:`ropa_pipeline.register.assemble` and :class:`Ledger`. Does not
belong here: any rule of assembly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.decisions import Decision
from ropa_pipeline.model.finding import Evidence, Proposal, Statement
from ropa_pipeline.model.inventory import ClassifiedColumn, Source, TableReading
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import EvidenceKind, ProposalStatus


@dataclass(frozen=True)
class RegisterInputs:
    """Everything known tonight about one controller. ``previous`` is the last published register, or empty."""

    controller_id: str
    folder: ControllerFolder
    taxonomy: Taxonomy
    systems: Mapping[str, SystemMapping]
    entities: Mapping[str, Entity]
    reference: Reference
    observations: tuple[SourceObservation, ...]
    sources: tuple[Source, ...]
    columns: tuple[ClassifiedColumn, ...]
    tables: tuple[TableReading, ...]
    statements: tuple[Statement, ...]
    rules: tuple[RetentionRule, ...]
    as_of: date
    run_time: datetime
    previous: Tables = field(default_factory=Tables)

    @cached_property
    def _columns_by_source(self) -> dict[str, tuple[ClassifiedColumn, ...]]:
        grouped: dict[str, list[ClassifiedColumn]] = {}
        for column in self.columns:
            grouped.setdefault(column.source_id, []).append(column)
        return {source_id: tuple(items) for source_id, items in grouped.items()}

    def columns_of(self, source_id: str) -> tuple[ClassifiedColumn, ...]:
        """The classified columns of one source."""
        return self._columns_by_source.get(source_id, ())


class Ledger:
    """Collects evidence and proposals while rows are made; every cell's support is written where the cell is."""

    def __init__(self, inputs: RegisterInputs) -> None:
        self._at = inputs.run_time
        self._statements = {item.statement_id: item for item in inputs.statements}
        self._decisions: dict[str, Decision] = {item.id: item for item in inputs.folder.decisions.decisions}
        self._decided = {item.proposal_id: item for item in inputs.folder.decisions.proposals}
        self._evidence: dict[str, Evidence] = {}
        self._proposals: dict[str, Proposal] = {}
        self._earlier: dict[tuple[str, str], list[Evidence]] = {}
        for item in inputs.previous.rows(Evidence):
            self._earlier.setdefault((item.record, item.record_id), []).append(item)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(self._evidence.values())

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return tuple(self._proposals.values())

    def note(
        self, row: Row, field_name: str, kind: EvidenceKind, locator: str, method: str, confidence: float = 1.0
    ) -> None:
        """One piece of evidence for one cell (``*`` for the whole row)."""
        item = Evidence(
            record=row.TABLE,
            record_id=row.row_id,
            field=field_name,
            kind=kind,
            locator=locator,
            observed_at=self._at,
            confidence=confidence,
            method=method,
        )
        self._evidence[item.row_id] = item

    def earlier(self, row: Row) -> tuple[Evidence, ...]:
        """The evidence that the last release had for a row."""
        return tuple(self._earlier.get((row.TABLE, row.row_id), ()))

    def keep(self, row: Row) -> None:
        """Carry the last release's evidence of a row that ended: what was disclosed stays provable."""
        for item in self.earlier(row):
            self._evidence.setdefault(item.row_id, item)

    def statements(self, row: Row, field_name: str, ids: Iterable[str]) -> None:
        """Evidence from the notice, by statement id; the locator names section and lines."""
        for statement_id in ids:
            statement = self._statements.get(statement_id)
            locator = statement_locator(statement) if statement else statement_id
            confidence = statement.confidence if statement else 1.0
            self.note(row, field_name, EvidenceKind.STATEMENT, locator, "published notice", confidence)

    def decision(self, row: Row, field_name: str, decision_id: str) -> None:
        """Evidence that a named person decided."""
        decision = self._decisions.get(decision_id)
        shown = f"{decision_id} ({decision.by}, {decision.on.isoformat()})" if decision else decision_id
        self.note(row, field_name, EvidenceKind.DECISION, shown, "decided by a person")

    def sourced(self, row: Row, field_name: str, statements: Iterable[str], decision: str, nothing: str) -> None:
        """Statements and a decision, or a ``not_stated`` entry that says where was looked."""
        named = tuple(statements)
        self.statements(row, field_name, named)
        if decision:
            self.decision(row, field_name, decision)
        if not named and not decision:
            self.not_stated(row, field_name, nothing)

    def not_stated(self, row: Row, field_name: str, looked_through: str) -> None:
        """The cell is unknown; says what was looked through."""
        self.note(row, field_name, EvidenceKind.NOT_STATED, looked_through, "nothing found")

    def propose(
        self, row: Row, field_name: str, value: str, reason: str, law: str = "", verified: bool = False
    ) -> None:
        """A value that a person should decide on. It never enters the cell."""
        proposal_id = f"{row.TABLE}:{row.row_id}:{field_name}={value}"
        decided = self._decided.get(proposal_id)
        decision = self._decisions.get(decided.decision) if decided else None
        status = ProposalStatus.OPEN
        if decided:
            status = ProposalStatus.ACCEPTED if decided.accepted else ProposalStatus.REJECTED
        item = Proposal(
            proposal_id=proposal_id,
            record=row.TABLE,
            record_id=row.row_id,
            field=field_name,
            proposed_value=value,
            reason=reason,
            law=law,
            verified=verified,
            status=status,
            decided_by=decision.by if decision else "",
            decided_at=decision.on if decision else None,
            decision_reason=decision.reason if decision else "",
        )
        self._proposals[proposal_id] = item


def statement_locator(statement: Statement) -> str:
    """Where a statement stands, as people look it up.

    The form is fixed in docs/architecture.md ("Evidence").
    """
    if statement.line_from is None:
        return f"{statement.statement_id} ({statement.section})"
    lines = (
        f"line {statement.line_from}"
        if statement.line_from == statement.line_to
        else f"lines {statement.line_from}-{statement.line_to}"
    )
    return f"{statement.statement_id} ({statement.section}, {lines})"
