"""Rules about the record itself: can it be trusted tonight (GDPR Art. 5(2), 30)?

Belongs here: evidence, empty cells, unread sources, unclassified columns. Only these may block a release.
Does not belong here: the controller's compliance.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, Source
from ropa_pipeline.model.register import ActivityData, Controller, Party, ProcessingActivity
from ropa_pipeline.model.terms import About, ActivityStatus, Severity, SourceStatus
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

ART_30_CELLS = (
    "purpose",
    "data_subjects",
    "data_categories",
    "recipients",
    "transfers",
    "retention",
    "security_measures",
)


def _source_problems(context: PolicyContext) -> Iterable[Hit]:
    """What connectors could not read, as they said it."""
    for problem in context.problems:
        yield Hit(
            subject=problem.subject,
            message=problem.message,
            remedy=problem.remedy,
            severity=problem.severity,
            rule_id=problem.rule_id,
            about=problem.about,
            blocks=problem.blocks,
            root_cause=f"source:{problem.subject}",
        )


def _stale_sources(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Source):
        if row.status is SourceStatus.STALE:
            since = row.last_success.date().isoformat() if row.last_success else "an earlier night"
            yield Hit(row.source_id, f"the source was not read tonight; its figures are of {since}")
        elif row.status in (SourceStatus.FAILED, SourceStatus.NEVER):
            yield Hit(row.source_id, "the source has never been read: the register does not see this system")


def _evidence_missing(context: PolicyContext) -> Iterable[Hit]:
    """A row whose origin claims something, without a single piece of evidence."""
    supported = {(row.record, row.record_id) for row in context.tables.rows(Evidence)}
    for row in context.tables:
        if hasattr(row, "origin") and (row.TABLE, row.row_id) not in supported:
            yield Hit(f"{row.TABLE}/{row.row_id}", f"a row of {row.TABLE} has no evidence")


def _empty_cells(context: PolicyContext) -> Iterable[Hit]:
    """A blank in an Art. 30(1) cell: unknown must read NOT STATED."""
    for row in context.tables.rows(ProcessingActivity):
        for name in ART_30_CELLS:
            if getattr(row, name) in ("", (), ("",)):
                yield Hit(f"{row.activity_id}.{name}", f"the cell {name} of {row.activity_id} is blank")
    for name in ("name", "address", "email", "phone"):
        people: tuple[Controller | Party, ...] = (*context.tables.rows(Controller), *context.tables.rows(Party))
        for person in people:
            if getattr(person, name) == "":
                yield Hit(f"{person.TABLE}/{person.row_id}.{name}", f"the cell {name} of {person.row_id} is blank")


def _cells_without_support(context: PolicyContext) -> Iterable[Hit]:
    """An Art. 30(1) cell of an existing activity without its own evidence row (value or not stated alike)."""
    supported: dict[str, set[str]] = defaultdict(set)
    for evidence in context.tables.rows(Evidence):
        if evidence.record == "processing_activities":
            supported[evidence.record_id].add(evidence.field)
    for row in context.tables.rows(ProcessingActivity):
        have = supported[row.row_id]
        if "*" in have:
            continue
        for name in ART_30_CELLS:
            if name not in have:
                yield Hit(f"{row.activity_id}.{name}", f"the cell {name} of {row.activity_id} has no evidence")


def _unclassified(context: PolicyContext) -> Iterable[Hit]:
    """An observed column that classification lost: it must never vanish silently."""
    known = {(row.source_id, row.table_name, row.column_name) for row in context.tables.rows(ClassifiedColumn)}
    for row in context.tables.rows(Column):
        if (row.source_id, row.table_name, row.column_name) not in known:
            yield Hit(f"{row.source_id}:{row.table_name}.{row.column_name}", "an observed column was not classified")


def _unknown_subject(context: PolicyContext) -> Iterable[Hit]:
    activities: dict[str, set[str]] = defaultdict(set)
    for row in context.tables.rows(ActivityData):
        if row.data_subject == NOT_STATED:
            activities[row.data_category].add(row.activity_id)
    for category in sorted(activities):
        yield Hit(category, f"whose {category} it is in {', '.join(sorted(activities[category]))} is not known")


def _standing_list(context: PolicyContext) -> Iterable[Hit]:
    open_items = [
        row.name for row in context.tables.rows(ProcessingActivity) if row.status is ActivityStatus.NOT_YET_ANSWERED
    ]
    if open_items:
        yield Hit(
            "standing list",
            "not yet answered whether these exist: " + ", ".join(sorted(open_items)),
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "record.source_problem",
        "sources_read",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 5(2)",
        "Correct the source and run again.",
        _source_problems,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "record.source_not_fresh",
        "sources_read",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 5(1)(d)",
        "Make the source readable; ropa sources shows where it is looked for.",
        _stale_sources,
    ),
    Rule(
        "record.row_without_evidence",
        "evidence_complete",
        About.RECORD,
        Severity.ERROR,
        "GDPR Art. 5(2)",
        "This is a fault of the tool: report it.",
        _evidence_missing,
        blocks=True,
    ),
    Rule(
        "record.cell_without_evidence",
        "evidence_complete",
        About.RECORD,
        Severity.ERROR,
        "GDPR Art. 5(2), 30(1)",
        "This is a fault of the tool: report it.",
        _cells_without_support,
        blocks=True,
    ),
    Rule(
        "record.blank_cell",
        "cells_answered",
        About.RECORD,
        Severity.ERROR,
        "GDPR Art. 30(1)",
        "This is a fault of the tool: report it.",
        _empty_cells,
        blocks=True,
    ),
    Rule(
        "record.column_not_classified",
        "columns_classified",
        About.RECORD,
        Severity.ERROR,
        "GDPR Art. 30(1)(c)",
        "This is a fault of the tool: report it.",
        _unclassified,
        blocks=True,
    ),
    Rule(
        "record.data_subject_unknown",
        "cells_answered",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 30(1)(c)",
        "Decide in decisions.yaml (columns) whose data it is.",
        _unknown_subject,
        depends=Depends.SCHEMA,
        root_cause="whose data it is",
    ),
    Rule(
        "record.not_yet_answered",
        "standing_list",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 30(1)",
        "Answer each under standing in activities.yaml: exists or does not exist.",
        _standing_list,
        depends=Depends.SCHEMA,
        root_cause="standing list",
    ),
)
