"""Rules about legal bases, special categories and national identifiers (GDPR Art. 6, 9, 87).

Belongs here: what an activity lacks to be lawful on paper. Does not belong here: retention, recipients.
"""

from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.register import ActivityData, Assessment, LegalBasis, ProcessingActivity
from ropa_pipeline.model.terms import About, ActivityStatus, Origin, Severity
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule


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
        if "6(1)(f)" in row.basis and not row.assessment_id and row.activity_id not in assessed:
            yield Hit(
                f"{row.activity_id}:{row.part}",
                f"{row.activity_id} relies on legitimate interests and no assessment is linked",
                root_cause="legitimate interests without assessment",
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
    for row in context.tables.rows(ActivityData):
        if row.data_category == "identity.government_id" and row.origin is Origin.OBSERVED:
            yield Hit(
                f"{row.activity_id}:{row.data_subject}",
                f"national or tax identifiers of {row.data_subject} were seen in {', '.join(row.systems)}"
                f" and the notice does not state them for {row.activity_id}",
                root_cause="national identifiers",
            )


def _no_purpose(context: PolicyContext) -> Iterable[Hit]:
    for row in existing(context):
        if row.purpose == NOT_STATED:
            yield Hit(row.activity_id, f"{row.name} exists but its purpose is not stated", root_cause="standing list")


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
    ),
    Rule(
        "lawfulness.device_basis_only",
        "legal_basis",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 6(1); Directive 2002/58/EC Art. 5(3)",
        "State the basis for the processing besides the one for storing.",
        _device_basis_only,
    ),
    Rule(
        "lawfulness.alternatives_left_open",
        "legal_basis",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 5(2), 13(1)(c)",
        "Decide which basis covers which part.",
        _alternatives,
    ),
    Rule(
        "lawfulness.interest_without_assessment",
        "legal_basis",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 6(1)(f), 5(2)",
        "Make the assessment and link it under assessments in decisions.yaml.",
        _interest_without_assessment,
    ),
    Rule(
        "lawfulness.special_category_without_article_9_condition",
        "special_categories",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 9(2)",
        "Decide the condition, or stop collecting.",
        _special_without_condition,
    ),
    Rule(
        "lawfulness.national_identifier_not_stated",
        "special_categories",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(c), 87",
        "Check whether the identifier is needed; mask it in exports, or state it with its basis.",
        _national_identifier,
    ),
    Rule(
        "lawfulness.purpose_not_stated",
        "purposes",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 30(1)(b)",
        "Add the activity with its purpose to activities.yaml.",
        _no_purpose,
    ),
    Rule(
        "lawfulness.no_data_category",
        "purposes",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "State the categories, or connect the system that holds them.",
        _no_data,
    ),
)
