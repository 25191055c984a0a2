"""What ``mappings/controllers/<name>`` declares: one controller's own facts and decisions.

Belongs here: the typed form of controller.yaml, notice.yaml, activities.yaml, sources.yaml and cookies.yaml, and the
folder as a whole. Does not belong here: what named persons decided (:mod:`decisions`), and facts about systems or law
that all share.
Each stated fact names the statement of the notice that says so; what has neither a statement nor a
decision is NOT STATED, and a proposal stands apart.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.clock import TableClock
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.terms import (
    ActivityStatus,
    Applicability,
    Capacity,
    ConsentCategory,
    Effect,
    Qualifier,
    Role,
    StartEvent,
    StatementKind,
)


class Sourced(Frozen):
    """A value with the statements or the decision behind it. Both empty: not allowed for a value."""

    value: str
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredParty(Frozen):
    """A capacity of Art. 30(1)(a). ``reason`` says why it is not applicable or what is missing."""

    capacity: Capacity
    applicability: Applicability
    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    arrangement: str = ""
    reason: str = ""
    statements: tuple[str, ...] = ()
    decision: str = ""


class ControllerFacts(Frozen):
    """controller.yaml. Fields left out are NOT STATED."""

    controller_id: str
    timezone: str
    jurisdiction: str
    language: Literal["en", "lt"] = "en"
    name: Sourced
    company_code: Sourced | None = None
    address: Sourced | None = None
    email: Sourced | None = None
    phone: Sourced | None = None
    website: Sourced | None = None
    country: Sourced | None = None
    supervisory_authority: Sourced | None = None
    art30_5_assessment: Sourced | None = None
    parties: tuple[DeclaredParty, ...] = ()


class DeclaredStatement(Frozen):
    """One statement of the notice, in our own words. ``lines`` counts from 1 in the text that was read.

    ``confidence`` below 1: drafted by the reader and not yet checked by a person.
    """

    id: str
    kind: StatementKind
    section: str
    lines: tuple[int, int]
    subject: str = ""
    value: str = ""
    confidence: float = Field(default=1.0, ge=0, le=1)


class NoticeRecord(Frozen):
    """The head of notice.yaml: which text was read. ``sha256`` is of the file's bytes."""

    address: str = ""
    dated: date | None = None
    language: str
    sha256: str
    lines: int


class Notice(Frozen):
    """notice.yaml."""

    notice: NoticeRecord
    statements: tuple[DeclaredStatement, ...]


class DeclaredBasis(Frozen):
    """A legal basis of (a part of) an activity. ``basis`` e.g. ``6(1)(b)``, ``6(1)(b) or 6(1)(f)``."""

    part: str = "whole activity"
    layer: str = "gdpr"
    basis: str
    law: str = ""
    interest_text: str = ""
    statements: tuple[str, ...] = ()
    decision: str = ""
    assessment_id: str = ""


class DeclaredData(Frozen):
    """Data of an activity: one group of data subjects with its categories."""

    subject: str
    categories: tuple[str, ...]
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredRecipient(Frozen):
    """A recipient of an activity. ``system`` names a system mapping; without one, ``category`` describes it.

    ``categories``: what it receives as far as stated; empty: NOT STATED (observation may add).
    ``role`` only where the notice or a decision gives one; else the system mapping's documented role is proposed.
    """

    system: str = ""
    category: str = ""
    name: str = ""
    categories: tuple[str, ...] = ()
    role: Role | None = None
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredTransferFact(Frozen):
    """A transfer that the notice or a decision states. ``country`` NOT STATED where only "outside the EEA" is said."""

    system: str
    country: str = "NOT STATED"
    mechanism: str = ""
    safeguard_document: str = ""
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredRetention(Frozen):
    """A stated or decided retention rule. ``clock_purposes``: which tables it is tested on (by their purposes).

    ``tables`` narrows that to table stems (``system:stem``); ``categories`` are what it is about.
    ``exception_shown_by``: what tells the rows of the exception: ``hold`` (a decided hold) or ``clock`` (the
    clock's condition leaves them out). Empty: nothing does, so rows past the period are undecided.
    """

    rule_id: str
    activities: tuple[str, ...]
    categories: tuple[str, ...] = ()
    period: str
    qualifier: Qualifier = Qualifier.NOT_STATED
    starts_at: StartEvent = StartEvent.NOT_STATED
    effect: Effect = Effect.ERASE_AFTER
    scope: str = ""
    condition: str = ""
    exception: str = ""
    exception_shown_by: Literal["", "hold", "clock"] = ""
    disposal: str = ""
    law: str = ""
    tables: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredProposal(Frozen):
    """Our inference for a cell that is NOT STATED. Never enters the cell."""

    field: str
    value: str
    reason: str
    law: str = ""
    verified: bool = False


class DeclaredActivity(Frozen):
    """One processing activity: one purpose. ``covers``: purpose keys whose columns and recipients belong here.

    ``review_decision``: who recorded its review and when the next one is due.
    """

    id: str
    name: str
    purpose: str
    covers: tuple[str, ...]
    status: ActivityStatus = ActivityStatus.ACTIVE
    statements: tuple[str, ...] = ()
    decision: str = ""
    legal_bases: tuple[DeclaredBasis, ...] = ()
    data: tuple[DeclaredData, ...] = ()
    recipients: tuple[DeclaredRecipient, ...] = ()
    transfers: tuple[DeclaredTransferFact, ...] = ()
    source_of_data: Sourced | None = None
    automated_decisions: Sourced | None = None
    owner: Sourced | None = None
    started_on: date | None = None
    ended_on: date | None = None
    reviewed_by: str = ""
    reviewed_on: date | None = None
    next_review: date | None = None
    review_decision: str = ""
    proposals: tuple[DeclaredProposal, ...] = ()


class StandingAnswer(Frozen):
    """An answer to an item of the standing list: exists or does not exist, stated or decided."""

    item: str
    exists: bool
    activity: str = ""
    statements: tuple[str, ...] = ()
    decision: str = ""


class DeclaredMeasure(Frozen):
    measure: str
    wording: str
    statements: tuple[str, ...] = ()
    decision: str = ""
    evidenced: str = ""


class Activities(Frozen):
    """activities.yaml."""

    activities: tuple[DeclaredActivity, ...]
    retention: tuple[DeclaredRetention, ...] = ()
    measures: tuple[DeclaredMeasure, ...] = ()
    standing: tuple[StandingAnswer, ...] = ()


class DeclaredSource(Frozen):
    """One entry of sources.yaml. ``location`` may hold ``env:NAME``; ``sample`` is under data/samples/<controller>."""

    source_id: str = ""
    system: str
    connector: str
    location: str = ""
    sample: str = ""
    timezone: str = ""
    options: dict[str, str] = Field(default_factory=dict)
    sample_values: bool = True

    @property
    def id(self) -> str:
        return self.source_id or self.system


class NotConnected(Frozen):
    system: str
    reason: str
    statements: tuple[str, ...] = ()


class Sources(Frozen):
    """sources.yaml. ``not_connected``: systems in use for which there is nothing to read, with the reason.

    ``clocks`` are those of the controller's own tables, which no system mapping knows; their ``table`` is
    ``source_id:stem``, ``system:stem`` or a bare stem.
    """

    sources: tuple[DeclaredSource, ...] = ()
    not_connected: tuple[NotConnected, ...] = ()
    clocks: tuple[TableClock, ...] = ()


class DeclaredCookie(Frozen):
    """A cookie as the notice declares it. ``lifetime`` ISO 8601 as written, SESSION or NOT STATED."""

    name: str
    category: ConsentCategory
    provider: str
    system: str = ""
    purpose: str
    lifetime: str
    statements: tuple[str, ...] = ()


class Cookies(Frozen):
    """cookies.yaml."""

    cookies: tuple[DeclaredCookie, ...] = ()


class ControllerFolder(Frozen):
    """Everything that one folder of ``mappings/controllers`` declares."""

    facts: ControllerFacts
    notice: Notice | None = None
    activities: Activities
    sources: Sources
    cookies: Cookies
    decisions: Decisions
