"""The suite of the retention stage, made of the rules in force: what each may find, and that results are sound.

Belongs here: a frame of the results and what is expected of its columns, declared. Does not belong here: running it
(``evaluate``), findings about overdue rows (``retention``). GDPR Art. 5(1)(e), 5(2), 30(1)(f).

It looks at the results a second time and in another way than the rules of ``retention`` do. That no row is overdue
under a rule may well not be met: that is a finding about the controller, and ``findings`` must have it. If it has not,
or if a result says more than its counts show, the tool is at fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Adherence, Effect

STAGE = "retention"
OVERDUE_UNDER = "overdue under "
KEY = ("rule_id", "source_id", "table_name")


@dataclass(frozen=True)
class Expected:
    """What is expected of a column: at least, at most, or the same as another column. Empty cells are passed over."""

    column: str
    least: float | None = None
    most: float | None = None
    equals: str = ""


@dataclass(frozen=True, eq=False)
class StageSuite:
    """The expectations of one stage, and the frame that they are about."""

    stage: str
    key: tuple[str, ...]
    data: pd.DataFrame
    rules: tuple[Expected, ...]


SOUND: tuple[Expected, ...] = (
    Expected("rows", equals="rows_counted"),
    Expected("rows_of_compliant", least=1),
    Expected("dated_rows_of_compliant", least=1),
    Expected("due_rows_of_compliant", most=0),
    Expected("clock_of_compliant", least=1),
    Expected("overdue_under_what_sets_no_end", most=0),
)
"""What holds of every result, whatever the rule: the six counts add up, and "yes" only where rows show it."""


RULE, MOST, LEAST, ONE, OTHER = "rule", "above the most", "above the least", "one", "other"
EACH_KIND: tuple[Expected, ...] = (Expected(MOST, most=0), Expected(LEAST, least=0), Expected(ONE, equals=OTHER))
"""One expectation for all rules of a kind, of the cells that :func:`cells_of_rules` lays under one another."""


def cells_of_rules(suite: StageSuite) -> pd.DataFrame:
    """The cells of a suite, one row each, with their rule's column: how far they lie from what is expected."""
    parts = []
    for rule in suite.rules:
        part = pd.DataFrame(dict.fromkeys((MOST, LEAST, ONE, OTHER), float("nan")), index=suite.data.index)
        part[RULE] = rule.column
        cells = pd.to_numeric(suite.data[rule.column])
        if rule.equals:
            part[ONE], part[OTHER] = cells, pd.to_numeric(suite.data[rule.equals])
        else:
            part[MOST] = cells - (float("inf") if rule.most is None else rule.most)
            part[LEAST] = cells - (float("-inf") if rule.least is None else rule.least)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def retention_suite(tables: Tables) -> StageSuite:
    """One expectation per rule that was measured (no row is overdue under it), and what holds of every result.

    Without results the suite has no expectations.
    """
    results = tables.rows(RetentionResult)
    effects = {rule.rule_id: rule.effect for rule in tables.rows(RetentionRule)}
    data = pd.DataFrame([dict(_cells(row, effects.get(row.rule_id))) for row in results])
    measured = sorted({row.rule_id for row in results if row.rows_overdue is not None})
    per_rule = tuple(Expected(OVERDUE_UNDER + rule_id, most=0) for rule_id in measured)
    present = tuple(rule for rule in SOUND if rule.column in data and data[rule.column].notna().any())
    return StageSuite(STAGE, KEY, data, (*per_rule, *present))


def reported_as(column: str, key: str) -> str:
    """The finding that must exist where an expectation about a rule is not met; empty for what may never be unmet.

    >>> reported_as("overdue under ten_years", "ten_years/shop/orders")
    'retention.rows_overdue|ten_years:shop:orders'
    """
    return f"retention.rows_overdue|{key.replace('/', ':')}" if column.startswith(OVERDUE_UNDER) else ""


def _cells(row: RetentionResult, effect: Effect | None) -> Iterator[tuple[str, object]]:
    yield from ((name, getattr(row, name)) for name in KEY)
    counts = (
        row.rows_within, row.rows_kept_by_law, row.rows_on_hold,
        row.rows_undecided, row.rows_overdue, row.rows_without_date,
    )  # fmt: skip
    yield "rows", row.rows
    yield "rows_counted", None if row.rows is None else sum(count or 0 for count in counts)
    yes = row.adherence is Adherence.YES
    yield "rows_of_compliant", (row.rows or 0) if yes else None
    yield "dated_rows_of_compliant", (row.rows or 0) - (row.rows_without_date or 0) if yes else None
    yield "due_rows_of_compliant", (row.rows_overdue or 0) + (row.rows_undecided or 0) if yes else None
    yield "clock_of_compliant", int(row.clock not in ("", "none")) if yes else None
    yield "overdue_under_what_sets_no_end", None if effect in (Effect.ERASE_AFTER, None) else row.rows_overdue
    yield OVERDUE_UNDER + row.rule_id, row.rows_overdue
