"""What inspectors rejected in real records, as rules that run on every release (GDPR Art. 5(2), 30).

Belongs here: the eleven anti-patterns that the Irish regulator's sweep of records (Data Protection Commission,
guidance of April 2023) found, each one rule. Does not belong here: whether the record can be trusted (``record``),
and the wording (``record_quality_words``).

None blocks: a record that reads badly is still the controller's record, and is needed most. Where another family
already finds each single case (a recipient without data), the rule here names them together.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, Row
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import (
    Controller,
    LegalBasis,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose
from ropa_pipeline.model.terms import About, ActivityStatus, LifeStatus, RuleKind, Severity
from ropa_pipeline.policy.record_quality_words import (
    ACRONYM,
    BY_POLICY,
    COUNTRY,
    EXEMPT,
    GENERIC,
    GENERIC_STEMS,
    KNOWN_SHORT,
    LINK,
    NAMED_STANDARD,
    NOT_EXEMPT,
    PARTS,
    POINTING,
    VAGUE_MEASURE,
    WORDS,
)
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule

FAMILY = "record_quality"
SOURCE = "Data Protection Commission (IE), records of processing, April 2023, as summarised by law firms"
TEN_DAYS = timedelta(days=10)
_MOST_PURPOSES = 6
_MOST_NAMED = 5
_OWN_RULES = (RuleKind.STATED, RuleKind.DECIDED)
_UNKNOWN = frozenset({"", NOT_STATED, NOT_APPLICABLE})

CONTENT_CELLS: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
    (Controller, ("name", "address", "art30_5_assessment")),
    (Party, ("name", "address", "reason", "arrangement")),
    (ProcessingActivity, ("name", "purpose", "owner", "source_of_data", "automated_decisions")),
    (LegalBasis, ("law", "interest_text")),
    (Recipient, ("brand", "legal_entity")),
    (Transfer, ("importer", "mechanism")),
    (RetentionRule, ("scope", "condition", "exception", "disposal")),
    (SecurityMeasure, ("wording",)),
    (ProcessorActivity, ("served_controller", "processing_categories")),
)
"""The cells that people write and an authority reads."""
_PLAIN_CELLS = tuple(
    (row_class, tuple(name for name in names if name not in ("legal_entity", "brand", "law", "mechanism")))
    for row_class, names in CONTENT_CELLS
    if row_class not in (Controller, Party)
)


@dataclass(frozen=True)
class Seen:
    """One case of an anti-pattern: its subject, and what fills the sentence."""

    subject: str
    cell: str
    code: str = ""


def _link_instead_of_content(context: PolicyContext) -> Iterator[Seen]:
    for where, text in _cells(context, CONTENT_CELLS):
        rest = [word for word in _words(LINK.sub(" ", text)) if word not in POINTING]
        if LINK.search(text) and not rest:
            yield Seen(where, where)


def _not_by_function(context: PolicyContext) -> Iterator[Seen]:
    existing = _existing(context)
    if existing and all(row.owner in _UNKNOWN for row in existing):
        yield Seen("functions", _part(context, "no_function"))
    for item in context.folder.activities.activities:
        if len(item.covers) > _MOST_PURPOSES:
            yield Seen(item.id, _part(context, "one_for_all", name=item.name, count=len(item.covers)))


def _generic_purpose(context: PolicyContext) -> Iterator[Seen]:
    for row in _existing(context):
        if row.purpose not in _UNKNOWN and all(_says_nothing(word) for word in _words(row.purpose)):
            yield Seen(row.activity_id, row.name)


def _period_by_policy(context: PolicyContext) -> Iterator[Seen]:
    for row in context.tables.rows(RetentionRule):
        told = " ".join((row.period, row.scope, row.condition))
        if row.kind in _OWN_RULES and row.amount is None and BY_POLICY.search(told):
            yield Seen(row.rule_id, row.rule_id)


def _vague_measure(context: PolicyContext) -> Iterator[Seen]:
    for row in context.tables.rows(SecurityMeasure):
        if VAGUE_MEASURE.search(row.wording) and not NAMED_STANDARD.search(row.wording):
            yield Seen(row.measure, row.measure)


def _unexplained_code(context: PolicyContext) -> Iterator[Seen]:
    known = _known_names(context)
    found: dict[str, list[str]] = {}
    for where, text in _cells(context, _PLAIN_CELLS):
        capitals = sum(sign.isupper() for sign in text)
        if capitals > sum(sign.isalpha() for sign in text) // 2 and " " in text:
            continue
        for match in ACRONYM.finditer(text):
            code = match.group(0)
            explained = f"({code})" in text or text[match.end() :].lstrip().startswith("(")
            if not explained and code.upper() not in KNOWN_SHORT and code.casefold() not in known:
                found.setdefault(code, []).append(where)
    for code, places in sorted(found.items()):
        yield Seen(code, _some(context, places), code)


def _country_as_yes_or_no(context: PolicyContext) -> Iterator[Seen]:
    rows: tuple[Transfer | Recipient | Controller, ...] = (
        *context.tables.rows(Transfer),
        *context.tables.rows(Recipient),
        *context.tables.rows(Controller),
    )
    for row in rows:
        if row.country not in _UNKNOWN and not COUNTRY.fullmatch(row.country):
            where = f"{row.TABLE}/{row.row_id}.country"
            yield Seen(where, where)


def _recipients_without_data(context: PolicyContext) -> Iterator[Seen]:
    names = [
        row.brand
        for row in context.tables.rows(Recipient)
        if row.status is LifeStatus.ACTIVE and _UNKNOWN.issuperset(row.data_categories)
    ]
    if names:
        yield Seen("recipients", _some(context, names))


def waiting_since(rows: Iterable[Snapshot], timezone: str) -> tuple[date | None, bool]:
    """Since when releases wait for approval, None where none does; and whether an earlier one was approved."""
    ordered = sorted(rows, key=lambda row: (str(row.created_at or ""), row.snapshot_id))
    approved = [place for place, row in enumerate(ordered) if row.approved_by]
    waiting = ordered[approved[-1] + 1 :] if approved else ordered
    first = waiting[0].created_at if waiting else None
    return (first.astimezone(ZoneInfo(timezone)).date() if first else None), bool(approved)


def _not_producible(context: PolicyContext) -> Iterator[Seen]:
    """Measured against the last release: a draft that nobody approved for more than ten days."""
    since, approved = waiting_since(context.previous.rows(Snapshot), context.folder.facts.timezone)
    if since is not None and context.as_of - since > TEN_DAYS:
        yield Seen("approval", _part(context, "behind" if approved else "never_approved", since=since))


def _no_owner_or_review(context: PolicyContext) -> Iterator[Seen]:
    existing = _existing(context)
    owned = [row for row in existing if row.owner not in _UNKNOWN]
    without = [row.name for row in existing if row.owner in _UNKNOWN] if owned else []
    undated = [row.name for row in existing if row.next_review is None]
    late = [row.name for row in existing if row.next_review is not None and row.next_review < context.as_of]
    for subject, key, names in (
        ("owner", "no_owner", without),
        ("next review", "never_reviewed", undated),
        ("review overdue", "review_over", late),
    ):
        if names:
            yield Seen(subject, _part(context, key, names=_some(context, names)))


def _exemption_over_read(context: PolicyContext) -> Iterator[Seen]:
    going_on = [row for row in _existing(context) if row.status is ActivityStatus.ACTIVE]
    for row in context.tables.rows(Controller):
        text = row.art30_5_assessment
        if going_on and EXEMPT.search(text) and not NOT_EXEMPT.search(text):
            yield Seen("art30_5_assessment", _part(context, "activities", count=len(going_on)))


@dataclass(frozen=True)
class AntiPattern:
    """One of the eleven, in the order of the guidance. ``key`` names its words and, with the family, its rule."""

    key: str
    severity: Severity
    law: str
    look: Callable[[PolicyContext], Iterable[Seen]]


ANTI_PATTERNS: tuple[AntiPattern, ...] = (
    AntiPattern("link_instead_of_content", Severity.WARNING, "GDPR Art. 30(1), 30(4)", _link_instead_of_content),
    AntiPattern("not_by_function", Severity.CHECK, "GDPR Art. 30(1)", _not_by_function),
    AntiPattern("generic_purpose", Severity.CHECK, "GDPR Art. 5(1)(b), 30(1)(b)", _generic_purpose),
    AntiPattern("period_by_policy", Severity.WARNING, "GDPR Art. 30(1)(f)", _period_by_policy),
    AntiPattern("vague_measure", Severity.CHECK, "GDPR Art. 30(1)(g), 32(1)", _vague_measure),
    AntiPattern("unexplained_code", Severity.CHECK, "GDPR Art. 30(1), 30(4)", _unexplained_code),
    AntiPattern("country_as_yes_or_no", Severity.WARNING, "GDPR Art. 30(1)(e)", _country_as_yes_or_no),
    AntiPattern("recipients_without_data", Severity.CHECK, "GDPR Art. 30(1)(d)", _recipients_without_data),
    AntiPattern("not_producible", Severity.CHECK, "GDPR Art. 30(4)", _not_producible),
    AntiPattern("no_owner_or_review", Severity.CHECK, "GDPR Art. 5(2), 24(1)", _no_owner_or_review),
    AntiPattern("exemption_over_read", Severity.WARNING, "GDPR Art. 30(5)", _exemption_over_read),
)


def _rule(pattern: AntiPattern) -> Rule:
    def find(context: PolicyContext) -> Iterable[Hit]:
        words = WORDS[pattern.key][_language(context)]
        for seen in pattern.look(context):
            message = words.message.format(cell=seen.cell, code=seen.code)
            yield Hit(seen.subject, message, remedy=words.remedy, root_cause=words.title)

    words = WORDS[pattern.key]["en"]
    return Rule(
        f"{FAMILY}.{pattern.key}",
        FAMILY,
        About.RECORD,
        pattern.severity,
        pattern.law,
        words.remedy,
        find,
        root_cause=words.title,
        source=SOURCE,
        verified=False,
    )


RULES: tuple[Rule, ...] = tuple(_rule(pattern) for pattern in ANTI_PATTERNS)


def _existing(context: PolicyContext) -> list[ProcessingActivity]:
    there = (ActivityStatus.ACTIVE, ActivityStatus.PLANNED)
    return [row for row in context.tables.rows(ProcessingActivity) if row.status in there]


def _cells(context: PolicyContext, wanted: Iterable[tuple[type[Row], tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    """``table/row.column`` and its text; lists item by item, unknown cells left out."""
    for row_class, names in wanted:
        for row in context.tables.rows(row_class):
            if isinstance(row, RetentionRule) and row.kind not in _OWN_RULES:
                continue
            for name in names:
                value = getattr(row, name)
                for text in value if isinstance(value, tuple) else (value,):
                    if text not in _UNKNOWN:
                        yield f"{row.TABLE}/{row.row_id}.{name}", text


def _words(text: str) -> list[str]:
    return [word for word in "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split() if word]


def _says_nothing(word: str) -> bool:
    return word in GENERIC or word.startswith(GENERIC_STEMS)


def _known_names(context: PolicyContext) -> frozenset[str]:
    """Words that the workbook explains elsewhere: names of systems, recipients, the controller, taxonomy labels."""
    taxonomy = context.taxonomy
    items: tuple[DataCategory | DataSubject | Purpose | Measure, ...] = (
        *taxonomy.data_categories,
        *taxonomy.data_subjects,
        *taxonomy.purposes,
        *taxonomy.measures,
    )
    labels = [text for item in items for text in (item.key, item.label.en, item.label.lt)]
    names = [mapping.name for mapping in context.systems.values()]
    names += [row.brand for row in context.tables.rows(Recipient)]
    names += [row.legal_entity for row in context.tables.rows(Recipient)]
    names += [row.name for row in context.tables.rows(Controller)]
    return frozenset(word for text in (*labels, *names) for word in _words(text))


def _language(context: PolicyContext) -> str:
    return "lt" if context.folder.facts.language == "lt" else "en"


def _part(context: PolicyContext, key: str, **values: object) -> str:
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return PARTS[key][_language(context)].format(**shown)


def _some(context: PolicyContext, names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    every = list(dict.fromkeys(names))
    rest = [_part(context, "more", count=len(every) - _MOST_NAMED)] if len(every) > _MOST_NAMED else []
    return ", ".join([*every[:_MOST_NAMED], *rest])
