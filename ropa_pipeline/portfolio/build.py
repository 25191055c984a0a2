"""The portfolio's tables out of the published registers and the operator's declaration.

Belongs here: the order of work: one register after the other, then what can only be told across them. Does not belong
here: files (``write``) and reading mappings, whose objects are handed in. The same inputs give the same rows.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ropa_pipeline.model.base import NOT_STATED, Row
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.operator import Operator
from ropa_pipeline.model.portfolio import PortfolioRun, RegisterStatus, ReviewState
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Severity
from ropa_pipeline.portfolio.changes import dated_changes, touching
from ropa_pipeline.portfolio.differences import differences
from ropa_pipeline.portfolio.operator import Served, operator_rows
from ropa_pipeline.portfolio.view import Declared, Limits, View, counted, unreadable, view_of
from ropa_pipeline.publish.places import PublishError


@dataclass(frozen=True)
class PortfolioInputs:
    """What a portfolio is made of. ``declared``: what a controller's folder says, asked for one at a time.

    ``unreadable``: why the operator's file cannot be used, empty where it can or is absent. ``opened``: the home in
    which a controller's published register is read, open while it is; PublishError where there is no getting at it.
    """

    home: Path
    as_of: date
    controllers: tuple[str, ...]
    declared: Callable[[str], Declared]
    systems: Mapping[str, SystemMapping]
    reference: Reference
    tool_version: str
    operator: Operator | None = None
    unreadable: str = ""
    limits: Limits = field(default_factory=Limits)
    opened: Callable[[str], AbstractContextManager[Path]] | None = None


def build_portfolio(inputs: PortfolioInputs, read: Callable[[str], None] = lambda name: None) -> Tables:
    """All tables of the portfolio. ``read`` is told of each controller that was looked at.

    A register that is missing or broken is a row that says so; it never stops the others.
    """
    views: list[View] = []
    for name in sorted(inputs.controllers):
        views.append(_view(inputs, name))
        read(name)
    changes, touches = touching(dated_changes(inputs.systems, inputs.reference, inputs.as_of), views, inputs.as_of)
    waiting = Counter(row.controller_id for row in touches if row.state is ReviewState.TO_REVIEW)
    rows: list[Row] = [_run(inputs, views)]
    rows += [_status(view, waiting[view.controller_id]) for view in views]
    for view in views:
        rows += [*view.findings, *view.uses, *view.overdue, *view.late]
    rows += differences(views)
    rows += changes
    rows += touches
    rows += operator_rows(Served(inputs.operator, inputs.unreadable, tuple(views), inputs.as_of))
    return Tables(rows)


def _view(inputs: PortfolioInputs, name: str) -> View:
    try:
        with inputs.opened(name) if inputs.opened else nullcontext(inputs.home) as home:
            return view_of(home, name, inputs.as_of, inputs.limits, inputs.declared)
    except PublishError as error:
        return unreadable(name, str(error))


def _run(inputs: PortfolioInputs, views: list[View]) -> PortfolioRun:
    return PortfolioRun(
        as_of=inputs.as_of,
        operator=inputs.operator.operator.name if inputs.operator else NOT_STATED,
        controllers=len(views),
        registers_read=sum(view.is_read for view in views),
        verified_within_days=inputs.limits.verified_within_days,
        approved_within_days=inputs.limits.approved_within_days,
        tool_version=inputs.tool_version,
    )


def _status(view: View, to_review: int) -> RegisterStatus:
    found = counted(view.findings)

    def measure(number: int) -> int | None:
        return number if view.is_read else None

    return RegisterStatus(
        controller_id=view.controller_id,
        name=view.name,
        country=view.country,
        law=view.law,
        state=view.state,
        attention=view.attention,
        snapshot_id=view.snapshot_id,
        verified_on=view.verified_on,
        approved_on=view.approved_on,
        open_errors=measure(found[Severity.ERROR]),
        open_warnings=measure(found[Severity.WARNING]),
        open_checks=measure(found[Severity.CHECK]),
        open_infos=measure(found[Severity.INFO]),
        rows_overdue=measure(sum(row.rows_overdue for row in view.overdue)),
        sources_late=measure(len(view.late)),
        recipients=measure(len({row.recipient_id for row in view.uses})),
        changes_to_review=measure(to_review),
        on_samples=view.on_samples,
        problem=view.problem,
    )
