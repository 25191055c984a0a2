"""Tables of the portfolio: what an operator sees across all the controllers whose registers it keeps.

Belongs here: row classes and their list. Does not belong here: making them (``ropa_pipeline.portfolio``) and the
published tables of one controller (``model.tables``), which never hold a row of another's. GDPR Art. 28, 30(2). Rows
are the operator's: nothing of them goes into a controller's own release.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Row, TableKind, TableSpec, measured, run_stamp, table_spec
from ropa_pipeline.model.register import ProcessorActivity
from ropa_pipeline.model.terms import About, Applicability, Role, Severity, SourceKind, SourceStatus


class RegisterState(StrEnum):
    """Where one controller's register stands."""

    APPROVED = "approved"
    DRAFT = "draft"
    NOT_PUBLISHED = "not published"
    CANNOT_BE_READ = "cannot be read"


class Attention(StrEnum):
    """Why a person must look at a register."""

    CANNOT_BE_READ = "cannot be read"
    NOT_PUBLISHED = "never published"
    NOT_APPROVED = "never approved"
    CHANGED_SINCE = "changed since it was approved"
    APPROVAL_OLD = "approval is old"
    NOT_VERIFIED = "not verified lately"


class DifferenceKind(StrEnum):
    """Which fact similar controllers state differently."""

    PERIOD = "retention period"
    LEGAL_BASIS = "legal basis"
    ROLE = "role of a recipient"
    MECHANISM = "transfer mechanism"


class ChangeKind(StrEnum):
    """What changed in the law or at a provider."""

    ROLE = "role of a provider"
    RULE = "statutory rule"
    ADEQUACY = "adequacy decision"


class ReviewState(StrEnum):
    """Whether a register was looked at since a change."""

    TO_REVIEW = "to review"
    REVIEWED = "reviewed"
    UPCOMING = "upcoming"


class ContractState(StrEnum):
    """Where an Art. 28 contract stands on the portfolio's day."""

    IN_FORCE = "in force"
    ENDS_SOON = "ends within 30 days"
    ENDED = "ended"
    NOT_YET = "not yet in force"


class PortfolioRun(Row):
    TABLE: ClassVar[str] = "portfolio"
    TITLE: ClassVar[str] = "Portfolio"
    ONE_ROW_PER: ClassVar[str] = "portfolio; the operator's alone, never to be handed to a controller"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("as_of",)

    as_of: Annotated[date, Col("The day it was made for")]
    operator: Annotated[str, Col("The operator, as declared; NOT STATED where nobody declared one", article="30(2)(a)")]
    controllers: Annotated[int, measured("Controllers found")]
    registers_read: Annotated[int, measured("Registers that could be read")]
    verified_within_days: Annotated[int, Col("A register verified longer ago counts as stale")]
    approved_within_days: Annotated[int, Col("An approval older than this counts as stale")]
    tool_version: Annotated[str, Col("Version of this tool")]


class RegisterStatus(Row):
    TABLE: ClassVar[str] = "registers"
    TITLE: ClassVar[str] = "Registers"
    ONE_ROW_PER: ClassVar[str] = "controller"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("controller_id",)

    controller_id: Annotated[str, Col("The controller")]
    name: Annotated[str, Col("Its name")]
    country: Annotated[str, Col("Country of establishment, ISO 3166")]
    law: Annotated[str, Col("Law that applies")]
    state: Annotated[RegisterState, Col("approved, draft, not published, cannot be read")]
    attention: Annotated[tuple[Attention, ...], Col("Why a person must look: not approved, stale, unread")]
    snapshot_id: Annotated[str, Col("The published release")]
    verified_on: Annotated[date | None, run_stamp("The last night that verified it")]
    approved_on: Annotated[date | None, Col("When a release was last approved")]
    open_errors: Annotated[int | None, measured("Open findings: errors")]
    open_warnings: Annotated[int | None, measured("Open findings: warnings")]
    open_checks: Annotated[int | None, measured("Open findings: to check")]
    open_infos: Annotated[int | None, measured("Open findings: for information")]
    rows_overdue: Annotated[int | None, measured("Rows overdue for erasure", article="5(1)(e)")]
    sources_late: Annotated[int | None, measured("Sources that were not read freshly")]
    recipients: Annotated[int | None, measured("Active recipients", article="30(1)(d)")]
    changes_to_review: Annotated[int | None, measured("Changes of law or of providers not yet reviewed")]
    on_samples: Annotated[bool, Col("Built on samples")]
    problem: Annotated[str, Col("Why it cannot be read, and the remedy; empty where it can")]


class OpenFinding(Row):
    TABLE: ClassVar[str] = "open_findings"
    TITLE: ClassVar[str] = "Open findings"
    ONE_ROW_PER: ClassVar[str] = "controller + rule + severity"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("controller_id", "rule_id", "severity")

    controller_id: Annotated[str, Col("The controller")]
    rule_id: Annotated[str, Col("The rule that found it")]
    severity: Annotated[Severity, Col("error, warning, check, info")]
    about: Annotated[About, Col("The record, the controller's compliance, or the law")]
    findings: Annotated[int, measured("Open findings")]
    law: Annotated[str, Col("The provision")]
    oldest: Annotated[date | None, run_stamp("Since when the oldest of them is open")]


class RecipientUse(Row):
    TABLE: ClassVar[str] = "recipients_used"
    TITLE: ClassVar[str] = "Recipients used"
    ONE_ROW_PER: ClassVar[str] = "controller + recipient + role on the day"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    ARTICLE: ClassVar[str] = "30(1)(d)"
    KEY: ClassVar[tuple[str, ...]] = ("controller_id", "recipient_id", "recipient_role")

    controller_id: Annotated[str, Col("The controller")]
    recipient_id: Annotated[str, Col("The recipient")]
    recipient_role: Annotated[Role, Col("Its role in these flows on the portfolio's day", article="4, 26, 28")]
    brand: Annotated[str, Col("Name people know it by")]
    legal_entity: Annotated[str, Col("Legal entity, as this controller's register has it")]
    country: Annotated[str, Col("Country of establishment, ISO 3166")]
    activities: Annotated[tuple[str, ...], Col("Activities in which it receives data in that role")]
    contract: Annotated[str, Col("seen, offered by the vendor, missing or NOT STATED", article="28(3)")]


class Difference(Row):
    TABLE: ClassVar[str] = "differences"
    TITLE: ClassVar[str] = "Stated differently"
    ONE_ROW_PER: ClassVar[str] = "fact that similar controllers state differently + value"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("difference_id", "value")

    difference_id: Annotated[str, Col("Stable key: kind, place and subject")]
    kind: Annotated[DifferenceKind, Col("Which fact differs")]
    place: Annotated[str, Col("What makes the controllers similar: country, else the law that applies")]
    purposes: Annotated[tuple[str, ...], Col("The purposes compared; empty where purpose plays no part")]
    subject: Annotated[str, Col("What it is about: a data category, a recipient, a recipient and a country")]
    value: Annotated[str, Col("What is stated")]
    controllers: Annotated[int, measured("How many say so")]
    controller_ids: Annotated[tuple[str, ...], Col("Who says so")]
    most_common: Annotated[bool, Col("Whether no other value is stated more often")]


class DatedChange(Row):
    TABLE: ClassVar[str] = "dated_changes"
    TITLE: ClassVar[str] = "Changes of law and providers"
    ONE_ROW_PER: ClassVar[str] = "change of law or of a provider"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("change_id",)

    change_id: Annotated[str, Col("Stable key")]
    kind: Annotated[ChangeKind, Col("Role of a provider, statutory rule, adequacy decision")]
    subject: Annotated[str, Col("The provider, rule or country")]
    before: Annotated[str, Col("How it was; empty where there was none")]
    after: Annotated[str, Col("How it is; empty where it ends")]
    changed_on: Annotated[date, Col("From when")]
    source: Annotated[str, Col("Where that was read")]
    verified: Annotated[bool, Col("Whether that was a primary text, or a person verified it")]
    to_review: Annotated[int, measured("Registers that nobody reviewed since")]
    reviewed: Annotated[int, measured("Registers that it touches and that were reviewed since")]


class ChangeTouches(Row):
    TABLE: ClassVar[str] = "changes_touching"
    TITLE: ClassVar[str] = "Registers touched"
    ONE_ROW_PER: ClassVar[str] = "change + controller that it touches"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("change_id", "controller_id")

    change_id: Annotated[str, Col("The change")]
    controller_id: Annotated[str, Col("The controller")]
    activities: Annotated[tuple[str, ...], Col("Its activities that are touched and were not reviewed since; else all")]
    state: Annotated[ReviewState, Col("to review, reviewed, upcoming")]
    looked_at_on: Annotated[date | None, Col("When the register was last approved or these activities last reviewed")]


class OverdueTable(Row):
    TABLE: ClassVar[str] = "overdue"
    TITLE: ClassVar[str] = "Overdue rows"
    ONE_ROW_PER: ClassVar[str] = "controller + rule + table with rows overdue for erasure"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    ARTICLE: ClassVar[str] = "5(1)(e)"
    KEY: ClassVar[tuple[str, ...]] = ("controller_id", "rule_id", "source_id", "table_name")

    controller_id: Annotated[str, Col("The controller")]
    rule_id: Annotated[str, Col("The retention rule")]
    source_id: Annotated[str, Col("The source")]
    table_name: Annotated[str, Col("The table, without prefix")]
    rows_overdue: Annotated[int, measured("Due and not kept: overdue for erasure")]
    oldest: Annotated[date | None, measured("Oldest usable date; first of its month where few rows are meant")]


class LateSource(Row):
    TABLE: ClassVar[str] = "late_sources"
    TITLE: ClassVar[str] = "Sources not read"
    ONE_ROW_PER: ClassVar[str] = "source that was not read freshly"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("controller_id", "source_id")

    controller_id: Annotated[str, Col("The controller")]
    source_id: Annotated[str, Col("The source")]
    system: Annotated[str, Col("The system it belongs to")]
    kind: Annotated[SourceKind, Col("Live system, file, documented fields, or a sample")]
    status: Annotated[SourceStatus, run_stamp("stale, failed or never read")]
    last_success: Annotated[date | None, run_stamp("The day it was last read")]
    reason: Annotated[str, run_stamp("Why it was not read")]


class ServedContract(Row):
    TABLE: ClassVar[str] = "contracts_served"
    TITLE: ClassVar[str] = "Contracts"
    ONE_ROW_PER: ClassVar[str] = "contract with a controller served"
    ARTICLE: ClassVar[str] = "28(3)"
    KEY: ClassVar[tuple[str, ...]] = ("contract_id",)

    contract_id: Annotated[str, Col("Key of the contract")]
    controller_id: Annotated[str, Col("The controller served")]
    served_controller: Annotated[str, Col("Its name", article="30(2)(a)")]
    document: Annotated[str, Col("Document, and where it is kept", article="28(3), 28(9)")]
    version: Annotated[str, Col("Version or date of the document")]
    valid_from: Annotated[date, Col("In force from")]
    valid_to: Annotated[date | None, Col("In force until; empty: no end is agreed")]
    state: Annotated[ContractState, Col("in force, ends within 30 days, ended, not yet in force")]


class OperatorRow(Row):
    TABLE: ClassVar[str] = "operator"
    TITLE: ClassVar[str] = "Operator"
    ONE_ROW_PER: ClassVar[str] = "capacity under Art. 30(2)(a)"
    ARTICLE: ClassVar[str] = "30(2)(a)"
    KEY: ClassVar[tuple[str, ...]] = ("capacity",)

    capacity: Annotated[str, Col("processor, representative, data protection officer", article="30(2)(a)")]
    applicability: Annotated[Applicability, Col("Whether there is or must be one", article="27, 37")]
    name: Annotated[str, Col("Name", article="30(2)(a)")]
    company_code: Annotated[str, Col("Number in the register of companies")]
    address: Annotated[str, Col("Address", article="30(2)(a)")]
    email: Annotated[str, Col("E-mail", article="30(2)(a)")]
    phone: Annotated[str, Col("Telephone", article="30(2)(a)")]
    country: Annotated[str, Col("Country of establishment, ISO 3166")]
    reason: Annotated[str, Col("Why not, or what is missing")]


class SubProcessorRow(Row):
    TABLE: ClassVar[str] = "sub_processors"
    TITLE: ClassVar[str] = "Sub-processors"
    ONE_ROW_PER: ClassVar[str] = "processor that the operator engages"
    ARTICLE: ClassVar[str] = "28(2), 28(4)"
    KEY: ClassVar[tuple[str, ...]] = ("sub_processor_id",)

    sub_processor_id: Annotated[str, Col("Key of the sub-processor")]
    name: Annotated[str, Col("Name")]
    legal_entity: Annotated[str, Col("Legal entity")]
    country: Annotated[str, Col("Country of establishment, ISO 3166")]
    purpose: Annotated[str, Col("What it is engaged for")]
    contract: Annotated[str, Col("Document that passes the duties on", article="28(4)")]


class OperatorTransferRow(Row):
    TABLE: ClassVar[str] = "operator_transfers"
    TITLE: ClassVar[str] = "Transfers"
    ONE_ROW_PER: ClassVar[str] = "importer + third country"
    ARTICLE: ClassVar[str] = "30(2)(c)"
    KEY: ClassVar[tuple[str, ...]] = ("importer", "country")

    importer: Annotated[str, Col("Who receives it there", article="30(2)(c)")]
    country: Annotated[str, Col("Third country, ISO 3166", article="30(2)(c)")]
    mechanism: Annotated[str, Col("Adequacy decision, contractual clauses, ...", article="45, 46, 49")]
    safeguard_document: Annotated[str, Col("Document of suitable safeguards", article="30(2)(c)")]


class OperatorMeasure(Row):
    TABLE: ClassVar[str] = "operator_measures"
    TITLE: ClassVar[str] = "Security measures"
    ONE_ROW_PER: ClassVar[str] = "measure of the operator"
    ARTICLE: ClassVar[str] = "30(2)(d), 32(1)"
    KEY: ClassVar[tuple[str, ...]] = ("measure",)

    measure: Annotated[str, Col("Key of the measure, or its words", article="30(2)(d)")]


class OperatorFinding(Row):
    TABLE: ClassVar[str] = "operator_findings"
    TITLE: ClassVar[str] = "Operator's findings"
    ONE_ROW_PER: ClassVar[str] = "finding about the operator, never about a controller"
    KIND: ClassVar[TableKind] = TableKind.DERIVED
    KEY: ClassVar[tuple[str, ...]] = ("finding_id",)

    finding_id: Annotated[str, Col("Stable key: rule and subject")]
    rule_id: Annotated[str, Col("The rule that found it")]
    severity: Annotated[Severity, Col("error, warning, check, info")]
    controller_id: Annotated[str, Col("The controller served; empty: the operator as a whole")]
    message: Annotated[str, Col("What is the matter")]
    remedy: Annotated[str, Col("What to do")]
    law: Annotated[str, Col("The provision")]
    due_on: Annotated[date | None, Col("By when")]


PORTFOLIO_CLASSES: tuple[type[Row], ...] = (
    PortfolioRun,
    RegisterStatus,
    OpenFinding,
    RecipientUse,
    Difference,
    DatedChange,
    ChangeTouches,
    OverdueTable,
    LateSource,
    OperatorFinding,
    OperatorRow,
    ProcessorActivity,
    ServedContract,
    SubProcessorRow,
    OperatorTransferRow,
    OperatorMeasure,
)
PORTFOLIO_TABLES: tuple[TableSpec, ...] = tuple(table_spec(row_class) for row_class in PORTFOLIO_CLASSES)
