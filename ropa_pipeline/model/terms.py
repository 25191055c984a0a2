"""The controlled vocabularies: every word that may stand in a cell with a fixed choice.

Belongs here: enumerations and the constants for "unknown". Does not belong here: data categories,
data subjects and purposes, which are data (``mappings/taxonomy``) and live in
:mod:`ropa_pipeline.model.taxonomy`.
Sources: GDPR Art. 4, 6, 9, 26, 28, 30; the definitions of the project's own words are in the
docstrings and reach the workbook's glossary from here.
"""

from enum import StrEnum


class Origin(StrEnum):
    """Where a fact comes from. Precedence is fixed and written in docs/architecture.md."""

    STATED = "stated"
    OBSERVED = "observed"
    DOCUMENTED = "documented"
    DECIDED = "decided"
    PROPOSED = "proposed"
    NOT_STATED = "NOT STATED"


class Identifiability(StrEnum):
    """``direct``: identifies or singles out on its own; ``indirect``: only through the row's key."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    NONE = "none"


class Role(StrEnum):
    """The capacity of a recipient in one flow at one time (GDPR Art. 4(7), 4(8), 26, 28)."""

    PROCESSOR = "processor"
    JOINT_CONTROLLER = "joint controller"
    CONTROLLER = "controller"
    AUTHORITY = "authority"
    PUBLIC_LEDGER = "public ledger"
    SEVERAL = "several"
    NOT_STATED = "NOT STATED"


class RecipientKind(StrEnum):
    """Art. 30(1)(d) accepts categories; a register should name whom it can."""

    NAMED = "named"
    CATEGORY_ONLY = "category only"


class LifeStatus(StrEnum):
    """Whether something goes on; a recipient no longer seen becomes ``ended``, never deleted."""

    ACTIVE = "active"
    PLANNED = "planned"
    ENDED = "ended"
    NOT_STATED = "NOT STATED"


class ActivityStatus(StrEnum):
    """State of a processing activity; the last three answer the standing list."""

    ACTIVE = "active"
    PLANNED = "planned"
    ENDED = "ended"
    DOES_NOT_EXIST = "does not exist"
    NOT_YET_ANSWERED = "not yet answered"


class Effect(StrEnum):
    """What a rule may do. Only ``erase_after`` makes a row due; only ``keep_until`` suspends that."""

    ERASE_AFTER = "erase_after"
    KEEP_UNTIL = "keep_until"
    INFORMS = "informs"


class RuleKind(StrEnum):
    """Where a retention rule comes from."""

    STATED = "stated"
    STATUTORY_MINIMUM = "statutory minimum"
    STATUTORY_MAXIMUM = "statutory maximum"
    LIMITATION = "limitation period"
    GUIDANCE = "guidance"
    VENDOR = "vendor setting"
    DECIDED = "decided"
    PROPOSED = "proposed"


class Qualifier(StrEnum):
    """How firmly a period is worded."""

    EXACTLY = "exactly"
    UP_TO = "up to"
    TYPICALLY = "typically"
    AT_LEAST = "at least"
    AS_LONG_AS = "as long as"
    NOT_STATED = "NOT STATED"


class StartEvent(StrEnum):
    """The event a period runs from. ``NOT STATED`` is a finding, not a default."""

    INVOICE_ISSUED = "invoice_issued"
    DOCUMENT_CREATED = "document_created"
    CALENDAR_YEAR_END = "calendar_year_end"
    FINANCIAL_YEAR_END = "financial_year_end"
    ACCOUNTING_PERIOD_END = "accounting_period_end"
    ORDER_COMPLETED = "order_completed"
    GOODS_DELIVERED = "goods_delivered"
    CONTRACT_ENDED = "contract_ended"
    CLAIM_ACCRUED = "claim_accrued"
    COMPLAINT_RECEIVED = "complaint_received"
    DISPUTE_CLOSED = "dispute_closed"
    ACCOUNT_CLOSED = "account_closed"
    LAST_LOGIN = "last_login"
    LAST_CONTACT = "last_contact"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION_RECEIVED = "objection_received"
    COOKIE_SET = "cookie_set"
    COOKIE_REFRESHED = "cookie_refreshed"
    EVENT_COLLECTED = "event_collected"
    LOG_CREATED = "log_created"
    RELATIONSHIP_ENDED = "relationship_ended"
    FILE_UPLOADED = "file_uploaded"
    NOT_STATED = "NOT STATED"


class Adherence(StrEnum):
    """Whether rows follow a rule. ``cannot tell`` is never shown as compliant."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    CANNOT_TELL = "cannot tell"


class Applicability(StrEnum):
    """Whether a rule or an Art. 30(1)(a) capacity applies to this controller."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not applicable"
    NOT_STATED = "NOT STATED"


class Capacity(StrEnum):
    """The capacities of Art. 30(1)(a)."""

    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint controller"
    REPRESENTATIVE = "representative"
    DATA_PROTECTION_OFFICER = "data protection officer"


class Severity(StrEnum):
    """How soon a person must look. ``error`` first."""

    ERROR = "error"
    WARNING = "warning"
    CHECK = "check"
    INFO = "info"


class About(StrEnum):
    """What a finding is about. Only ``record`` may block a release."""

    RECORD = "record"
    COMPLIANCE = "compliance"
    LAW = "law"


class FindingStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    NOT_RE_CHECKED = "not re-checked"


class ProposalStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class SnapshotState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class Depth(StrEnum):
    """How deeply a system was read."""

    ROWS = "rows"
    SCHEMA = "schema"
    DOCUMENTED = "documented"
    NOT_CONNECTED = "not connected"


class SourceKind(StrEnum):
    LIVE = "live"
    FILE = "file"
    DOCUMENTED = "documented"
    SAMPLE = "sample"


class SourceStatus(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    FAILED = "failed"
    NEVER = "never"


class EvidenceKind(StrEnum):
    """What a piece of evidence is. The locator's form depends on it (docs/architecture.md)."""

    STATEMENT = "statement"
    COLUMN = "column"
    ROWS = "rows"
    COOKIE = "cookie"
    MAPPING = "mapping"
    DOCUMENTATION = "documentation"
    LAW = "law"
    DECISION = "decision"
    DERIVED = "derived"
    NOT_STATED = "not_stated"
    NOT_APPLICABLE = "not_applicable"


class StatementKind(StrEnum):
    """What a sentence of a privacy notice says (GDPR Art. 13, 14)."""

    CONTROLLER = "controller"
    CONTACT = "contact"
    NOTICE_DATE = "notice_date"
    DATA_CATEGORY = "data_category"
    DATA_SUBJECT = "data_subject"
    PURPOSE = "purpose"
    LEGAL_BASIS = "legal_basis"
    LEGITIMATE_INTEREST = "legitimate_interest"
    RECIPIENT = "recipient"
    TRANSFER = "transfer"
    RETENTION = "retention"
    COOKIE = "cookie"
    CONSENT = "consent"
    RIGHT = "right"
    AUTHORITY = "authority"
    SECURITY_MEASURE = "security_measure"
    AUTOMATED_DECISION = "automated_decision"
    SPECIAL_CATEGORY = "special_category"
    CHILDREN = "children"
    DATA_SOURCE = "data_source"
    LAW = "law"
    BREACH = "breach"
    CHANGE = "change"
    CLAIM = "claim"
    NOT_UNDERSTOOD = "not_understood"


class DriftKind(StrEnum):
    """Which two of notice, register and reality disagree."""

    NOTICE_NOT_IN_SYSTEMS = "in the notice, in no system"
    SYSTEM_NOT_IN_NOTICE = "in a system, not in the notice"
    NOTICE_AGAINST_RECORD = "notice and record differ"
    RECORD_AGAINST_SYSTEM = "record and system differ"
    NOTICE_TEXT_CHANGED = "notice text changed"


class TransferRegime(StrEnum):
    EU = "EU GDPR"
    UK = "UK GDPR"


class SystemKind(StrEnum):
    SHOP_PLATFORM = "shop platform"
    PAYMENT = "payment"
    BANK = "bank"
    COURIER = "courier"
    ANALYTICS = "analytics"
    ADVERTISING = "advertising"
    MARKETING = "marketing"
    SECURITY = "security"
    LOGIN = "login"
    REVIEWS = "reviews"
    FILE_STORE = "file store"
    LEDGER = "public ledger"
    COOKIES = "cookies"
    DATABASE = "database"
    OTHER = "other"


class ConsentCategory(StrEnum):
    NECESSARY = "necessary"
    FUNCTIONAL = "functional"
    ANALYTICS = "analytics"
    MARKETING = "marketing"
    NOT_STATED = "NOT STATED"


class Act(StrEnum):
    """What happened to a cell between two releases."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
