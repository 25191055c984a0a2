"""Rules about what changed since the last release (GDPR Art. 5(2), 24(1), 30).

Belongs here: new or changed personal columns and recipients. Does not belong here: the list of changed
cells (``publish``).
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.inventory import ClassifiedColumn, Source
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.terms import About, Identifiability, Origin, Severity
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule


def _personal(rows: tuple[ClassifiedColumn, ...]) -> dict[tuple[str, str, str], ClassifiedColumn]:
    return {
        (row.source_id, row.table_name, row.column_name): row
        for row in rows
        if row.identifiability is not Identifiability.NONE
    }


def _new_columns(context: PolicyContext) -> Iterable[Hit]:
    """Personal columns that the last release did not have, one finding per table; a new source is no change."""
    before = _personal(context.previous.rows(ClassifiedColumn))
    known_sources = {row.source_id for row in context.previous.rows(Source)}
    added: dict[tuple[str, str], list[ClassifiedColumn]] = defaultdict(list)
    for key, row in _personal(context.tables.rows(ClassifiedColumn)).items():
        if row.source_id in known_sources and key not in before:
            added[(row.source_id, row.table_name)].append(row)
    for (source_id, table), rows in sorted(added.items()):
        shown = ", ".join(sorted(f"{row.column_name} ({row.data_category})" for row in rows))
        yield Hit(f"{source_id}:{table}", f"new personal columns in {source_id}:{table}: {shown}", f"table:{table}")


def _changed_meaning(context: PolicyContext) -> Iterable[Hit]:
    before = _personal(context.previous.rows(ClassifiedColumn))
    for key, row in sorted(_personal(context.tables.rows(ClassifiedColumn)).items()):
        old = before.get(key)
        if old is not None and old.data_category != row.data_category:
            yield Hit(
                f"{row.source_id}:{row.table_name}.{row.column_name}",
                f"the category of {row.source_id}:{row.table_name}.{row.column_name} changed from"
                f" {old.data_category} to {row.data_category}",
                f"table:{row.table_name}",
            )


def _review_queue(context: PolicyContext) -> Iterable[Hit]:
    """Columns whose tag waits for a person, one finding per table."""
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in context.tables.rows(ClassifiedColumn):
        if row.origin is Origin.PROPOSED and row.identifiability is not Identifiability.NONE:
            waiting[(row.source_id, row.table_name)].append(row.column_name)
    for (source_id, table), names in sorted(waiting.items()):
        yield Hit(
            f"{source_id}:{table}",
            f"columns of {source_id}:{table} wait for a person's review: {', '.join(sorted(names))}",
            f"table:{table}",
        )


def _in_no_activity(context: PolicyContext) -> Iterable[Hit]:
    lost: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in context.tables.rows(ClassifiedColumn):
        observed = row.origin in (Origin.OBSERVED, Origin.DECIDED)
        if observed and row.identifiability is not Identifiability.NONE and not row.activities:
            lost[(row.source_id, row.table_name)].append(row.column_name)
    for (source_id, table), names in sorted(lost.items()):
        yield Hit(
            f"{source_id}:{table}",
            f"personal columns of {source_id}:{table} belong to no activity: {', '.join(sorted(names))}",
            f"table:{table}",
        )


def _new_recipients(context: PolicyContext) -> Iterable[Hit]:
    before = {row.recipient_id for row in context.previous.rows(Recipient)}
    if not before:
        return
    for row in context.tables.rows(Recipient):
        if row.recipient_id not in before:
            yield Hit(row.recipient_id, f"{row.brand} is new among the recipients", f"recipient:{row.recipient_id}")


RULES: tuple[Rule, ...] = (
    Rule(
        "change.new_personal_column",
        "changes_reviewed",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(c), 30(1)(c)",
        "Check why it is collected; add it to the activity and the notice, or drop it.",
        _new_columns,
    ),
    Rule(
        "change.column_changed_meaning",
        "changes_reviewed",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "Confirm the new category in decisions.yaml (columns).",
        _changed_meaning,
    ),
    Rule(
        "change.new_recipient",
        "changes_reviewed",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(e), 30(1)(d)",
        "Check the notice, the role and the contract.",
        _new_recipients,
    ),
    Rule(
        "columns.waiting_for_review",
        "columns_classified",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "Decide under columns in decisions.yaml.",
        _review_queue,
    ),
    Rule(
        "columns.in_no_activity",
        "columns_classified",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 30(1)(b), (c)",
        "Say in activities.yaml which activity covers the purpose of this table.",
        _in_no_activity,
    ),
)
