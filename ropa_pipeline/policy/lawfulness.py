"""Rules about legal bases, special categories and national identifiers (GDPR Art. 6, 9, 87).

Belongs here: what an activity lacks to be lawful on paper. Does not belong here: retention, recipients.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.register import ActivityData, Assessment, LegalBasis, ProcessingActivity
from ropa_pipeline.model.terms import About, ActivityStatus, Origin, Severity
from ropa_pipeline.policy.notice_view import NoticeView
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule


def existing(context: PolicyContext) -> tuple[ProcessingActivity, ...]:
    """Activities that go on."""
    return tuple(
        row
        for row in context.tables.rows(ProcessingActivity)
        if row.status in (ActivityStatus.ACTIVE, ActivityStatus.PLANNED)
    )


def _stated_in(context: PolicyContext, activity_id: str) -> tuple[str, ...]:
    """Where the notice speaks of an activity."""
    declared = (item for item in context.folder.activities.activities if item.id == activity_id)
    return NoticeView(context).places(statement for item in declared for statement in item.statements)


def _given_in(context: PolicyContext, row: LegalBasis) -> tuple[str, ...]:
    """Where the notice gives a basis; else where it speaks of the activity."""
    return NoticeView(context).basis_places(row) or _stated_in(context, row.activity_id)


def _no_basis(context: PolicyContext) -> Iterable[Hit]:
    device_only = {row.activity_id for row in context.tables.rows(LegalBasis) if row.layer != "gdpr"}
    for row in context.tables.rows(LegalBasis):
        if row.layer == "gdpr" and row.basis == NOT_STATED and row.activity_id not in device_only:
            message = f"no legal basis is stated for {row.activity_id}"
            yield Hit(row.activity_id, message, evidence=_stated_in(context, row.activity_id))


def _device_basis_only(context: PolicyContext) -> Iterable[Hit]:
    rows = context.tables.rows(LegalBasis)
    missing = {row.activity_id for row in rows if row.layer == "gdpr" and row.basis == NOT_STATED}
    for activity_id in sorted(missing & {row.activity_id for row in rows if row.layer != "gdpr"}):
        yield Hit(
            activity_id,
            f"{activity_id} has a basis for storing on the device, none for the processing that follows",
            evidence=_stated_in(context, activity_id),
        )


def _alternatives(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(LegalBasis):
        if " or " in row.basis:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"the basis of {row.activity_id} is left open: {row.basis}",
                evidence=_given_in(context, row),
            )
        elif ";" in row.basis:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"several bases are listed for {row.activity_id} without saying which covers what: {row.basis}",
                evidence=_given_in(context, row),
            )


def _interest_without_assessment(context: PolicyContext) -> Iterable[Hit]:
    assessed = {row.activity_id for row in context.tables.rows(Assessment) if row.kind.upper() == "LIA"}
    for row in context.tables.rows(LegalBasis):
        if "6(1)(f)" in row.basis and row.layer == "gdpr" and not row.assessment_id and row.activity_id not in assessed:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} relies on legitimate interests and no assessment is linked",
                evidence=_given_in(context, row),
            )


def _device_storage_on_interest(context: PolicyContext) -> Iterable[Hit]:
    """Storing on the device needs consent or strict necessity; Art. 6(1)(f) GDPR is neither."""
    for row in context.tables.rows(LegalBasis):
        if row.layer != "gdpr" and "6(1)(f)" in row.basis:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} names legitimate interests for storing on the device ({row.part}); it appears to"
                " need consent, or that the storing is strictly necessary for what the person asked for",
                evidence=_given_in(context, row),
            )


_MESSAGES = frozenset({"marketing", "newsletter", "advertising"})


def _marketing_on_interest(context: PolicyContext) -> Iterable[Hit]:
    """Marketing that rests on legitimate interests and on nothing else."""
    covers = {item.id: frozenset(item.covers) for item in context.folder.activities.activities}
    bases: dict[str, list[LegalBasis]] = defaultdict(list)
    for row in context.tables.rows(LegalBasis):
        bases[row.activity_id].append(row)
    for activity_id, rows in sorted(bases.items()):
        given = " ".join(row.basis for row in rows if row.basis != NOT_STATED)
        if not covers.get(activity_id, frozenset()) & _MESSAGES or "6(1)(f)" not in given:
            continue
        if "6(1)(a)" in given or "13(2)" in given:
            continue
        used = sorted(
            {
                row.data_category
                for row in context.tables.rows(ActivityData)
                if row.activity_id == activity_id
                and row.data_category.startswith(("behaviour.", "location.", "device."))
            }
        )
        tracking = f", with {', '.join(used)}" if used else ""
        yield Hit(
            activity_id,
            f"{activity_id} rests on legitimate interests alone{tracking}; messages and tracking appear to need"
            " consent",
            evidence=tuple(sorted({place for row in rows for place in _given_in(context, row)})),
        )


def _law_not_named(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(LegalBasis):
        if "6(1)(c)" in row.basis and row.law in ("", NOT_STATED):
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} rests on a legal obligation and no law is named",
                evidence=_given_in(context, row),
            )


def _offences(context: PolicyContext) -> Iterable[Hit]:
    """A purpose that is about offences: data on offences need more than Art. 6."""
    for item in context.folder.activities.activities:
        if "crime_prevention" in item.covers:
            yield Hit(
                item.id,
                f"{item.id} is about crime: data on offences appear to need a law that allows them, and none is named",
                evidence=_stated_in(context, item.id),
            )


def _special_without_condition(context: PolicyContext) -> Iterable[Hit]:
    conditions = {row.activity_id for row in context.tables.rows(LegalBasis) if "9(2)" in row.basis}
    for row in existing(context):
        special = set(row.special_categories) - {NOT_STATED, NOT_APPLICABLE}
        if special and row.activity_id not in conditions:
            yield Hit(
                row.activity_id,
                f"{row.activity_id} holds {', '.join(sorted(special))} and no condition of Art. 9(2) is stated",
            )


def _national_identifier(context: PolicyContext) -> Iterable[Hit]:
    """One finding per group of persons: the identifiers stand in the same columns whatever the activity."""
    activities: dict[str, set[str]] = defaultdict(set)
    systems: dict[str, set[str]] = defaultdict(set)
    for row in context.tables.rows(ActivityData):
        if row.data_category == "identity.government_id" and row.origin is Origin.OBSERVED:
            activities[row.data_subject].add(row.activity_id)
            systems[row.data_subject].update(row.systems)
    for subject in sorted(activities):
        yield Hit(
            subject,
            f"national or tax identifiers of {subject} were seen in {', '.join(sorted(systems[subject]))} and the"
            f" notice does not state them for {', '.join(sorted(activities[subject]))}",
        )


def _no_purpose(context: PolicyContext) -> Iterable[Hit]:
    for row in existing(context):
        if row.purpose == NOT_STATED:
            yield Hit(row.activity_id, f"{row.name} exists but its purpose is not stated")


def _no_data(context: PolicyContext) -> Iterable[Hit]:
    for row in existing(context):
        if row.data_categories == NOT_STATED_LIST:
            yield Hit(row.activity_id, f"no data category is known for {row.activity_id}")


RULES: tuple[Rule, ...] = (
    Rule(
        "lawfulness.no_legal_basis",
        "legal_basis",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 6(1), 13(1)(c)",
        "Decide the legal basis and state it in the notice; proposals lists ours.",
        _no_basis,
        root_cause="legal bases",
    ),
    Rule(
        "lawfulness.device_basis_only",
        "legal_basis",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 6(1); Directive 2002/58/EC Art. 5(3)",
        "State the basis for the processing besides the one for storing.",
        _device_basis_only,
        root_cause="legal bases",
    ),
    Rule(
        "lawfulness.alternatives_left_open",
        "legal_basis",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 5(2), 13(1)(c)",
        "Decide which basis covers which part.",
        _alternatives,
        root_cause="legal bases left open",
    ),
    Rule(
        "lawfulness.interest_without_assessment",
        "legal_basis",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 6(1)(f), 5(2)",
        "Make the assessment and link it under assessments in decisions.yaml.",
        _interest_without_assessment,
        root_cause="legitimate interests without assessment",
    ),
    Rule(
        "lawfulness.device_storage_on_interest",
        "legal_basis",
        About.COMPLIANCE,
        Severity.CHECK,
        "Directive 2002/58/EC Art. 5(3)",
        "Decide per cookie whether it is strictly necessary; ask for consent for the others.",
        _device_storage_on_interest,
        root_cause="legal bases left open",
        source="Directive 2002/58/EC, the text itself",
        condition="the storing is not strictly necessary for what the person asked for",
    ),
    Rule(
        "lawfulness.marketing_on_interest_alone",
        "legal_basis",
        About.COMPLIANCE,
        Severity.WARNING,
        "Directive 2002/58/EC Art. 13; GDPR Art. 6(1), 21(2)",
        "Ask for consent, or record that only customers hear of similar goods and can object each time.",
        _marketing_on_interest,
        root_cause="marketing without consent",
        source="the texts themselves; C-654/23 (2025-11-13) on customers and similar goods, as reported",
        condition="messages go by e-mail or telephone to people who are no customers for similar goods, or follow"
        " their conduct",
    ),
    Rule(
        "lawfulness.obligation_without_law",
        "legal_basis",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 6(1)(c), 6(3)",
        "Name the law under law in activities.yaml, and in the notice.",
        _law_not_named,
        root_cause="legal obligations without a law",
    ),
    Rule(
        "lawfulness.offences_without_law",
        "special_categories",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 10",
        "Name the law that allows it, or say that no data on offences are kept.",
        _offences,
        root_cause="data on offences",
        condition="data on offences or convictions are kept",
    ),
    Rule(
        "lawfulness.special_category_without_article_9_condition",
        "special_categories",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 9(2)",
        "Decide the condition, or stop collecting.",
        _special_without_condition,
        depends=Depends.SCHEMA,
        root_cause="special categories",
    ),
    Rule(
        "lawfulness.national_identifier_not_stated",
        "special_categories",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(c), 87",
        "Check whether the identifier is needed; mask it in exports, or state it with its basis.",
        _national_identifier,
        depends=Depends.SCHEMA,
        root_cause="national identifiers",
    ),
    Rule(
        "lawfulness.purpose_not_stated",
        "purposes",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 30(1)(b)",
        "Add the activity with its purpose to activities.yaml.",
        _no_purpose,
        root_cause="standing list",
    ),
    Rule(
        "lawfulness.no_data_category",
        "purposes",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "State the categories, or connect the system that holds them.",
        _no_data,
        depends=Depends.SCHEMA,
        root_cause="activities without data categories",
    ),
)
