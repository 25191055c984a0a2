"""What ``mappings/controllers/<name>/decisions.yaml`` holds: what named persons decided, when and why.

Belongs here: the typed form of that file. Does not belong here: what a notice states and a controller declares
(:mod:`controller`), and checking that each entry names a decision that is there (``ropa_pipeline.catalogue``).
"""

from datetime import date

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import Applicability, Role


class Decision(Frozen):
    """A decision of a named person: who, when, why. Other files point at it by ``id``."""

    id: str
    by: str
    on: date
    reason: str


class ColumnDecision(Frozen):
    """What a person decided about a column. Re-opened when ``native_type`` or the table changed.

    ``seen_as``: what inference took it for at that time (``category/subject``); another reading asks the person again.
    """

    system: str
    table: str
    column: str
    category: str
    subject: str
    native_type: str = ""
    seen_as: str = ""
    decision: str


class HoldDecision(Frozen):
    hold_id: str
    kind: str
    activity: str = ""
    system: str = ""
    tables: tuple[str, ...] = ()
    law: str = ""
    valid_from: date
    review_on: date
    valid_to: date | None = None
    decision: str


class RuleDecision(Frozen):
    """Whether a statutory rule applies to this controller, and whether its source was verified here."""

    rule_id: str
    applicability: Applicability
    verified: bool = False
    activities: tuple[str, ...] = ()
    decision: str


class Acceptance(Frozen):
    """A finding accepted for at most a year."""

    finding_id: str
    until: date
    decision: str


class FindingAssignment(Frozen):
    """Who deals with a finding, and by when."""

    finding_id: str
    owner: str = ""
    due_on: date | None = None
    decision: str


class ContractDecision(Frozen):
    """A contract that this controller has, with the person who saw it."""

    system: str
    article: str = "28"
    document: str
    version: str = ""
    accepted_on: date | None = None
    sub_processors: tuple[str, ...] = ()
    end_of_contract: str = ""
    decision: str


class ProposalDecision(Frozen):
    proposal_id: str
    accepted: bool
    decision: str


class RoleDecision(Frozen):
    """The role of a recipient, decided by a person, for one activity or all."""

    system: str
    activity: str = "*"
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    decision: str


class ServedController(Frozen):
    """A controller on whose behalf this one processes (Art. 30(2))."""

    id: str
    served_controller: str
    served_contact: str = ""
    processing_categories: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    sub_processors: tuple[str, ...] = ()
    contract_id: str = ""
    statements: tuple[str, ...] = ()
    decision: str = ""


class LinkedAssessment(Frozen):
    """A LIA, DPIA, transfer assessment, breach or requests register that exists elsewhere."""

    assessment_id: str
    kind: str
    activity: str = ""
    status: str
    result: str = ""
    document: str = ""
    dated: date | None = None
    owner: str = ""
    next_review: date | None = None
    decision: str


class Decisions(Frozen):
    """decisions.yaml. Every entry's ``decision`` names an id in ``decisions``."""

    decisions: tuple[Decision, ...] = ()
    columns: tuple[ColumnDecision, ...] = ()
    holds: tuple[HoldDecision, ...] = ()
    rules: tuple[RuleDecision, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    assignments: tuple[FindingAssignment, ...] = ()
    contracts: tuple[ContractDecision, ...] = ()
    roles: tuple[RoleDecision, ...] = ()
    proposals: tuple[ProposalDecision, ...] = ()
    assessments: tuple[LinkedAssessment, ...] = ()
    served: tuple[ServedController, ...] = ()
