"""Rules about legal bases, special categories and national identifiers (GDPR Art. 6, 9, 87).

Belongs here: what an activity lacks to be lawful on paper. Does not belong here: retention, recipients.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.register import ActivityData, Assessment, LegalBasis, ProcessingActivity
from ropa_pipeline.model.terms import About, ActivityStatus, Origin, Severity
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule


def existing(context: PolicyContext) -> tuple[ProcessingActivity, ...]:
    """Activities that go on."""
    return tuple(
        row
        for row in context.tables.rows(ProcessingActivity)
        if row.status in (ActivityStatus.ACTIVE, ActivityStatus.PLANNED)
    )


def _no_basis(context: PolicyContext) -> Iterable[Hit]:
    device_only = {row.activity_id for row in context.tables.rows(LegalBasis) if row.layer != "gdpr"}
    for row in context.tables.rows(LegalBasis):
        if row.layer == "gdpr" and row.basis == NOT_STATED and row.activity_id not in device_only:
            yield Hit(row.activity_id, f"no legal basis is stated for {row.activity_id}")


def _device_basis_only(context: PolicyContext) -> Iterable[Hit]:
    rows = context.tables.rows(LegalBasis)
    missing = {row.activity_id for row in rows if row.layer == "gdpr" and row.basis == NOT_STATED}
    for activity_id in sorted(missing & {row.activity_id for row in rows if row.layer != "gdpr"}):
        yield Hit(
            activity_id, f"{activity_id} has a basis for storing on the device, none for the processing that follows"
        )


def _alternatives(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(LegalBasis):
        if " or " in row.basis:
            yield Hit(f"{row.activity_id}:{row.part}", f"the basis of {row.activity_id} is left open: {row.basis}")
        elif ";" in row.basis:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"several bases are listed for {row.activity_id} without saying which covers what: {row.basis}",
            )


def _interest_without_assessment(context: PolicyContext) -> Iterable[Hit]:
    assessed = {row.activity_id for row in context.tables.rows(Assessment) if row.kind.upper() == "LIA"}
    for row in context.tables.rows(LegalBasis):
        if "6(1)(f)" in row.basis and row.layer == "gdpr" and not row.assessment_id and row.activity_id not in assessed:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} relies on legitimate interests and no assessment is linked",
            )


def _device_storage_on_interest(context: PolicyContext) -> Iterable[Hit]:
    """Storing on the device needs consent or strict necessity; Art. 6(1)(f) GDPR is neither."""
    for row in context.tables.rows(LegalBasis):
        if row.layer != "gdpr" and "6(1)(f)" in row.basis:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} names legitimate interests for storing on the device ({row.part}); it appears to"
                " need consent, or that the storing is strictly necessary for what the person asked for",
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
