"""Published tables of judgement: findings, drift, proposals, coverage; and statements and evidence.

Belongs here: row classes of derived tables. Does not belong here: the rules that make findings
(``ropa_pipeline.policy``).
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Row, TableKind, run_stamp
from ropa_pipeline.model.terms import (
    About,
    DriftKind,
    EvidenceKind,
    FindingStatus,
    ProposalStatus,
    Severity,
    StatementKind,
)


class Finding(Row):
    TABLE: ClassVar[str] = "findings"
    TITLE: ClassVar[str] = "Findings"
    ONE_ROW_PER: ClassVar[str] = "finding"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("finding_id",)

    finding_id: Annotated[str, Col("Stable key: rule and subject")]
    rule_id: Annotated[str, Col("The rule that found it")]
    about: Annotated[About, Col("The record, the controller's compliance, or the law")]
    severity: Annotated[Severity, Col("error, warning, check, info")]
    subject: Annotated[str, Col("What it is about: an activity, column, recipient, rule, source")]
    message: Annotated[str, Col("What is the matter; never a value")]
    remedy: Annotated[str, Col("What to do")]
    law: Annotated[str, Col("The provision")]
    blocks: Annotated[bool, Col("Whether it makes the record untrustworthy, so that no release may be made")]
    status: Annotated[FindingStatus, Col("open, accepted, resolved, not re-checked")]
    owner: Annotated[str, Col("Who deals with it")]
    due_on: Annotated[date | None, Col("By when")]
    accepted_by: Annotated[str, Col("Who accepted it")]
    accepted_until: Annotated[date | None, Col("Until when")]
    accepted_reason: Annotated[str, Col("Why")]
    root_cause: Annotated[str, Col("What it has in common with others: a module, a recipient, a rule")]
    first_seen: Annotated[date | None, run_stamp("First night")]
    last_seen: Annotated[date | None, run_stamp("Last night")]
    found_in: Annotated[tuple[str, ...], Col("Where it can be looked up: notice section and lines, table, cookie")] = ()
    law_source: Annotated[str, Col("Where the provision was read")] = ""
    law_verified: Annotated[bool, Col("Whether that was a primary text, or a person verified it")] = False
    law_condition: Annotated[str, Col("What must be the case for the provision to apply")] = ""
    confirmed_by: Annotated[str, Col("Who confirmed that it applies; empty: it only appears to")] = ""


class Drift(Row):
    TABLE: ClassVar[str] = "drift"
    TITLE: ClassVar[str] = "Drift"
    ONE_ROW_PER: ClassVar[str] = "disagreement"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    ARTICLE: ClassVar[str] = "5(1)(a), 13, 14"
    KEY: ClassVar[tuple[str, ...]] = ("drift_id",)

    drift_id: Annotated[str, Col("Stable key")]
    kind: Annotated[DriftKind, Col("Which two disagree")]
    subject: Annotated[str, Col("What they disagree about")]
    notice_value: Annotated[str, Col("What the notice says")]
    record_value: Annotated[str, Col("What the record says")]
    observed_value: Annotated[str, Col("What was seen")]
    activity_id: Annotated[str, Col("The activity")]
    severity: Annotated[Severity, Col("error, warning, check, info")]
    remedy: Annotated[str, Col("What to do")]
    first_seen: Annotated[date | None, run_stamp("First night")]
    notice_evidence: Annotated[tuple[str, ...], Col("Where the notice says it: section and lines")] = ()
    record_evidence: Annotated[tuple[str, ...], Col("Which rows of the register say it")] = ()
    observed_evidence: Annotated[tuple[str, ...], Col("Where it was seen: source, table and column, or cookie")] = ()


class SuggestedClause(Row):
    TABLE: ClassVar[str] = "suggested_clauses"
    TITLE: ClassVar[str] = "Suggested text"
    ONE_ROW_PER: ClassVar[str] = "finding or drift row + clause"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    ARTICLE: ClassVar[str] = "12, 13, 14"
    KEY: ClassVar[tuple[str, ...]] = ("finding_id", "drift_id")

    finding_id: Annotated[str, Col("The finding that it answers; empty where it answers a disagreement")]
    drift_id: Annotated[str, Col("The disagreement that it answers; empty where it answers a finding")]
    language: Annotated[str, Col("Language of the notice: en, lt")]
    clause: Annotated[str, Col("Suggested wording; [...] is a blank that a person has to fill")]
    built_from: Annotated[tuple[str, ...], Col("The rows of the register that the wording was built from")]
    blanks: Annotated[int, Col("How many blanks a person has to fill")]


class Proposal(Row):
    TABLE: ClassVar[str] = "proposals"
    TITLE: ClassVar[str] = "Proposals"
    ONE_ROW_PER: ClassVar[str] = "proposed value of a cell"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("proposal_id",)

    proposal_id: Annotated[str, Col("Stable key: the cell and the proposed value")]
    record: Annotated[str, Col("The table of the cell")]
    record_id: Annotated[str, Col("The row of the cell")]
    field: Annotated[str, Col("The column of the cell")]
    proposed_value: Annotated[str, Col("What we propose; to be decided by a person")]
    reason: Annotated[str, Col("Why")]
    law: Annotated[str, Col("The provision")]
    verified: Annotated[bool, Col("Whether its source was verified")]
    status: Annotated[ProposalStatus, Col("open, accepted, rejected")]
    decided_by: Annotated[str, Col("Who decided")]
    decided_at: Annotated[date | None, Col("When")]
    decision_reason: Annotated[str, Col("Why")]


class Evidence(Row):
    TABLE: ClassVar[str] = "evidence"
    TITLE: ClassVar[str] = "Evidence"
    ONE_ROW_PER: ClassVar[str] = "cell + piece of evidence"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    ARTICLE: ClassVar[str] = "5(2)"
    KEY: ClassVar[tuple[str, ...]] = ("record", "record_id", "field", "kind", "locator")

    record: Annotated[str, Col("The table of the cell")]
    record_id: Annotated[str, Col("The row of the cell")]
    field: Annotated[str, Col("The column of the cell")]
    kind: Annotated[EvidenceKind, Col("What the evidence is")]
    locator: Annotated[
        str, Col("Where it is: notice section and lines, source table.column, mapping file and key, decision")
    ]
    observed_at: Annotated[datetime | None, run_stamp("When it was seen (UTC)")]
    confidence: Annotated[float, Col("How sure, 0 to 1")]
    method: Annotated[str, Col("How it was obtained")]


class Statement(Row):
    TABLE: ClassVar[str] = "statements"
    TITLE: ClassVar[str] = "Notice as read"
    ONE_ROW_PER: ClassVar[str] = "statement of the notice"
    ARTICLE: ClassVar[str] = "13, 14"
    KEY: ClassVar[tuple[str, ...]] = ("statement_id",)

    statement_id: Annotated[str, Col("Key of the statement")]
    kind: Annotated[StatementKind, Col("What it says")]
    section: Annotated[str, Col("Section of the notice")]
    line_from: Annotated[int | None, Col("First line, counted from 1")]
    line_to: Annotated[int | None, Col("Last line")]
    subject: Annotated[str, Col("What it is about: a key of a category, recipient, purpose, cookie, right")]
    value: Annotated[str, Col("What it says of it, in our own words")]
    confidence: Annotated[float, Col("How sure the reading is, 0 to 1")]


class Coverage(Row):
    TABLE: ClassVar[str] = "coverage"
    TITLE: ClassVar[str] = "Coverage"
    ONE_ROW_PER: ClassVar[str] = "regulator's question"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("profile", "question_id")

    profile: Annotated[str, Col("The regulator's questionnaire")]
    question_id: Annotated[str, Col("Key of the question")]
    question: Annotated[str, Col("The question, in our words")]
    article: Annotated[str, Col("The provision behind it")]
    filled: Annotated[str, Col("full, partial, decided by a person, not stated, not held")]
    how: Annotated[str, Col("From which columns, and for how many of the activities")]
