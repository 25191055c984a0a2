"""Data subjects and data categories of each activity: stated, observed and decided, united (Art. 30(1)(c)).

Belongs here: the union and its evidence. Does not belong here: who receives them (``recipients``).
"""

from collections import defaultdict
from dataclasses import dataclass, field

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import ActivityData
from ropa_pipeline.model.terms import EvidenceKind, Origin
from ropa_pipeline.register.activities import Attribution, is_personal
from ropa_pipeline.register.inputs import Ledger, RegisterInputs


@dataclass
class _Cell:
    statements: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    columns: list[ClassifiedColumn] = field(default_factory=list)


def activity_data(inputs: RegisterInputs, attribution: Attribution, ledger: Ledger) -> tuple[ActivityData, ...]:
    """One row per activity, data subject and data category.

    ``origin`` is ``stated`` where the notice says it (evidence also lists the columns seen), else
    ``decided``, else ``observed``. A proposed tag and a vendor's documented field make no row.
    """
    cells: dict[tuple[str, str, str], _Cell] = defaultdict(_Cell)
    for activity in attribution.activities:
        for group in activity.declared.data if activity.declared else ():
            for category in group.categories:
                cell = cells[(activity.activity_id, group.subject, category)]
                cell.statements.extend(group.statements)
                if group.decision:
                    cell.decisions.append(group.decision)
    for column in inputs.columns:
        if is_personal(column):
            subject = column.data_subject if column.data_subject != "none" else NOT_STATED
            for activity_id in attribution.of_column(column):
                cells[(activity_id, subject, column.data_category)].columns.append(column)
    return tuple(_row(key, cells[key], attribution, ledger) for key in sorted(cells))


def _row(key: tuple[str, str, str], cell: _Cell, attribution: Attribution, ledger: Ledger) -> ActivityData:
    activity_id, subject, category = key
    if cell.statements:
        origin = Origin.STATED
    else:
        origin = Origin.DECIDED if cell.decisions else Origin.OBSERVED
    row = ActivityData(
        activity_id=activity_id,
        data_subject=subject,
        data_category=category,
        origin=origin,
        systems=tuple(sorted({column.system for column in cell.columns})),
    )
    ledger.statements(row, "data_category", cell.statements)
    for decision in cell.decisions:
        ledger.decision(row, "data_category", decision)
    for column in cell.columns:
        table = attribution.tables[(column.source_id, column.table_name)]
        method = f"{column.rule}; what the table is for is inferred" if table.inferred else column.rule
        ledger.note(row, "data_category", EvidenceKind.COLUMN, column_locator(column), method, column.confidence)
    return row


def column_locator(column: ClassifiedColumn) -> str:
    """Where a column is: ``source:table.column``."""
    return f"{column.source_id}:{column.table_name}.{column.column_name}"
