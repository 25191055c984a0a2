"""The notice against the systems about kinds of data: what is seen and not stated, and stated and not seen.

Belongs here: comparisons of data categories. Does not belong here: recipients, cookies and texts (``drift``) and what
people decided (``drift_record``). Whatever the notice says of a category anywhere is its side of the disagreement,
also where no activity of the register carries it. GDPR Art. 5(1)(a), 13, 14.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.register import ActivityData
from ropa_pipeline.model.terms import Depth, DriftKind, Origin, Severity
from ropa_pipeline.register.compared import Compared, Comparison, Difference
from ropa_pipeline.register.stated_data import StatedData

_ADD = "State the category in the notice for this purpose, or stop collecting it."
_DENIED = "Correct the notice, or stop collecting it: the notice says that it is not collected."


def _data_not_in_notice(compared: Compared) -> Iterable[Difference]:
    """A category seen in an activity's tables that the notice does not state for it."""
    notice = StatedData(compared.inputs.statements, compared.inputs.taxonomy)
    rows = compared.tables.rows(ActivityData)
    stated: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.origin is Origin.STATED:
            stated[row.activity_id].add(row.data_category)
    unstated: dict[tuple[str, str], list[ActivityData]] = defaultdict(list)
    for row in rows:
        here, observed = stated[row.activity_id], row.origin is Origin.OBSERVED
        said_here = row.data_category in here or any(notice.is_part(row.data_category, wider) for wider in here)
        if observed and not said_here and not row.activity_id.startswith("standing."):
            unstated[(row.activity_id, row.data_category)].append(row)
    for (activity_id, category), found in sorted(unstated.items()):
        systems = {system for row in found for system in row.systems}
        value, severity, remedy, said = _what_the_notice_says(notice, category, activity_id, stated)
        yield Difference(
            DriftKind.SYSTEM_NOT_IN_NOTICE,
            f"data:{category}",
            value,
            f"{category} in {activity_id} (observed)",
            f"seen in {', '.join(sorted(systems))}",
            severity,
            remedy,
            activity_id,
            rows=tuple(found),
            statements=said or compared.stating(row for row in rows if row.data_category == category),
        )


def _what_the_notice_says(
    notice: StatedData, category: str, activity_id: str, stated: dict[str, set[str]]
) -> tuple[str, Severity, str, tuple[Statement, ...]]:
    """The notice's side of a category that it does not state for this activity, and how grave that is.

    An address stated for the delivery says nothing of a town that analytics infers: parts count where their whole
    does, and where the notice gives the whole for no purpose.
    """
    placed = {name for named in stated.values() for name in named}
    denied = notice.denied(category)
    collected = tuple(
        item
        for item in notice.collected(category)
        if not (notice.is_part(category, item.subject) and item.subject in placed)
    )
    if denied and not collected:
        return "says that it is not collected", Severity.WARNING, _DENIED, denied
    words = [word for word in notice.wider(category) if not notice.is_part(category, word)]
    wider = [word for word in words if word in stated[activity_id]]
    if wider:
        return f"stated only as {wider[0]}", Severity.INFO, _ADD, collected
    if placed.intersection((category, *words)):
        return "stated for another purpose only", Severity.INFO, _ADD, collected
    if collected and category not in {item.subject for item in collected}:
        return f"stated only as {collected[0].subject}", Severity.INFO, _ADD, collected
    if collected:
        return "stated, in no activity", Severity.INFO, f"{_ADD} Say in activities.yaml what it is for.", collected
    return NOT_STATED, Severity.WARNING, _ADD, ()


def _data_in_no_system(compared: Compared) -> Iterable[Difference]:
    """A category that the notice states and no system read tonight holds."""
    depths = {row.depth for row in compared.tables.rows(System)}
    if not depths & {Depth.ROWS, Depth.SCHEMA}:
        return
    notice = StatedData(compared.inputs.statements, compared.inputs.taxonomy)
    rows = compared.tables.rows(ActivityData)
    seen = {row.data_category for row in rows if row.systems}
    placed = {row.data_category for row in rows if row.origin is Origin.STATED}
    for category in sorted((placed | notice.categories.keys()) - seen):
        if any(other.startswith(category + ".") or category.startswith(other + ".") for other in seen):
            continue
        yield Difference(
            DriftKind.NOTICE_NOT_IN_SYSTEMS,
            f"data:{category}",
            f"{category} is collected",
            f"{category} (stated)" if category in placed else "in no activity",
            "in none of the systems read",
            Severity.CHECK,
            "Find the system that holds it and connect it, or remove it from the notice.",
            rows=tuple(row for row in rows if row.data_category == category and row.origin is Origin.STATED),
            statements=() if category in placed else notice.categories[category],
        )


COMPARISONS: tuple[Comparison, ...] = (_data_not_in_notice, _data_in_no_system)
