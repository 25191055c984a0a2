"""Rules about what changed since the last release (GDPR Art. 5(2), 24(1), 30).

Belongs here: new or changed personal columns and recipients. Does not belong here: the list of changed
cells (``publish``).
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import CONTRADICTED, ClassifiedColumn, Source
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.terms import About, FindingStatus, Identifiability, LifeStatus, Origin, Severity, SourceStatus
from ropa_pipeline.policy.approved import approved_as_of
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

Place = tuple[str, str, str]


def _columns(rows: tuple[ClassifiedColumn, ...]) -> dict[Place, ClassifiedColumn]:
    return {(row.source_id, row.table_name, row.column_name): row for row in rows}


def _is_personal(row: ClassifiedColumn) -> bool:
    return row.identifiability is not Identifiability.NONE and row.origin is not Origin.DOCUMENTED


def _new_columns(context: PolicyContext) -> Iterable[Hit]:
    """Personal columns that the last release did not have: one finding per new table, or per column of a known one.

    A new source is no change of the source. A column that was there and is read otherwise has a rule of its own.
    """
    before = _columns(context.previous.rows(ClassifiedColumn))
    known_sources = {row.source_id for row in context.previous.rows(Source)}
    known_tables = {place[:2] for place in before}
    waiting = _waiting(context, "change.new_personal_column")
    added: dict[str, list[ClassifiedColumn]] = defaultdict(list)
    for place, row in _columns(context.tables.rows(ClassifiedColumn)).items():
        if not _is_personal(row) or row.source_id not in known_sources:
            continue
        table, column = f"{row.source_id}:{row.table_name}", f"{row.source_id}:{row.table_name}.{row.column_name}"
        if table in waiting or (place not in before and place[:2] not in known_tables):
            added[table].append(row)
        elif column in waiting or place not in before:
            added[column].append(row)
    for subject, rows in sorted(added.items()):
        shown = ", ".join(sorted(f"{row.column_name} ({row.data_category})" for row in rows))
        table = f"{rows[0].source_id}:{rows[0].table_name}"
        yield Hit(subject, f"new personal columns in {table}: {shown}", f"table:{table}")


def _changed_meaning(context: PolicyContext) -> Iterable[Hit]:
    """Known columns that are now read otherwise, one finding per table."""
    before = _columns(context.previous.rows(ClassifiedColumn))
    changed: dict[str, list[str]] = defaultdict(list)
    for place, row in _columns(context.tables.rows(ClassifiedColumn)).items():
        old = before.get(place)
        if old is not None and old.data_category != row.data_category:
            shown = f"{row.column_name} from {old.data_category} to {row.data_category}"
            changed[f"{row.source_id}:{row.table_name}"].append(shown)
    for table, shown_changes in sorted(changed.items()):
        message = f"columns of {table} are read otherwise than in the last release: {', '.join(sorted(shown_changes))}"
        yield Hit(table, message, "columns read otherwise")


def _tables_gone(context: PolicyContext) -> Iterable[Hit]:
    """Tables with personal columns that the last release had and a fresh read of the same source has not.

    News until the record is approved or the table is back. What replaced a sample, or was not read, lost nothing;
    a new table that goes before anybody approved it is a change that was undone.
    """
    fresh = {row.source_id: row.kind for row in context.tables.rows(Source) if row.status is SourceStatus.FRESH}
    same = {row.source_id for row in context.previous.rows(Source) if fresh.get(row.source_id) is row.kind}
    now = {(row.source_id, row.table_name) for row in context.tables.rows(ClassifiedColumn)}
    gone = {
        f"{row.source_id}:{row.table_name}"
        for row in context.previous.rows(ClassifiedColumn)
        if row.source_id in same and _is_personal(row) and (row.source_id, row.table_name) not in now
    }
    present = {f"{source_id}:{table}" for source_id, table in now}
    gone |= {
        subject for subject in _waiting(context, "change.table_gone") - present if subject.partition(":")[0] in fresh
    }
    for table in sorted(gone - _waiting(context, "change.new_personal_column")):
        yield Hit(table, f"{table}, which held personal data, is no longer in its source", f"table:{table}")


def _waiting(context: PolicyContext, rule_id: str) -> frozenset[str]:
    """Subjects of a rule's findings that nobody has approved since: news stays news until the record is approved."""
    since = approved_as_of(context.previous, context.folder.facts.timezone)
    return frozenset(
        row.subject
        for row in context.previous.rows(Finding)
        if row.rule_id == rule_id
        and row.status is not FindingStatus.RESOLVED
        and (since is None or row.first_seen is None or row.first_seen > since)
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
        )


def _mapping_contradicted(context: PolicyContext) -> Iterable[Hit]:
    """Columns that a curated mapping calls nobody's although name, table or values clearly say otherwise."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in context.tables.rows(ClassifiedColumn):
        if row.rule.endswith(CONTRADICTED):
            found[(row.source_id, row.table_name)].append(row.column_name)
    for (source_id, table), names in sorted(found.items()):
        yield Hit(
            f"{source_id}:{table}",
            f"the mapping and the columns of {source_id}:{table} contradict each other: {', '.join(sorted(names))}",
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
        )


def _new_recipients(context: PolicyContext) -> Iterable[Hit]:
    before = {row.recipient_id for row in context.previous.rows(Recipient)}
    waiting = _waiting(context, "change.new_recipient")
    if not before:
        return
    for row in context.tables.rows(Recipient):
        new = row.recipient_id not in before or row.recipient_id in waiting
        if new and row.status is LifeStatus.ACTIVE:
            yield Hit(row.recipient_id, f"{row.brand} is new among the recipients", f"recipient:{row.recipient_id}")


RULES: tuple[Rule, ...] = (
    Rule(
        "change.new_personal_column",
        "changes_reviewed",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(c), 30(1)(c)",
        "Check why it is collected; add it to the activity and the notice, or drop it (ropa review export).",
        _new_columns,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "change.table_gone",
        "changes_reviewed",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 5(1)(e), 5(2), 30",
        "Confirm that the data were erased or moved, then approve the record; else find why the table is missing.",
        _tables_gone,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "change.column_changed_meaning",
        "changes_reviewed",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "Confirm the new category: ropa review export lists the columns, or decide in decisions.yaml (columns).",
        _changed_meaning,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "change.new_recipient",
        "changes_reviewed",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(e), 30(1)(d)",
        "Check the notice, the role and the contract.",
        _new_recipients,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "columns.waiting_for_review",
        "columns_classified",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "Decide in the sheet that ropa review export writes, or under columns in decisions.yaml.",
        _review_queue,
        depends=Depends.SCHEMA,
        root_cause="columns waiting for review",
    ),
    Rule(
        "columns.mapping_contradicted",
        "columns_classified",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 4(1), 30(1)(c)",
        "Look at the columns and decide: ropa review export lists them.",
        _mapping_contradicted,
    ),
    Rule(
        "columns.in_no_activity",
        "columns_classified",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 30(1)(b), (c)",
        "Say in activities.yaml which activity covers the purpose of this table.",
        _in_no_activity,
        depends=Depends.SCHEMA,
        root_cause="columns in no activity",
    ),
)
