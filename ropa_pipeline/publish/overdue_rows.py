"""Overdue rows over time, as a block of the audit file's retention sheet (GDPR Art. 5(1)(e), 5(2)).

Belongs here: one line per rule and table that ever had overdue rows. Does not belong here: measuring, and which figures
are kept (``ropa_pipeline.measurements``); they reach a release as ``ReleaseFacts.overdue``.
"""

from collections.abc import Iterable

from ropa_pipeline.model.retention import OverduePoint, OverdueTrend, RetentionRule
from ropa_pipeline.publish.register_view import RegisterView
from ropa_pipeline.publish.workbook import Block, Shown


def overdue_block(trends: Iterable[OverdueTrend], view: RegisterView, rules: dict[str, RetentionRule]) -> Block:
    """First, highest and latest figure of each, and every change; what is overdue now first, the most rows first."""
    said, language = view.words.said, view.language
    headings = (
        said("source", widest=22),
        said("table", widest=34),
        said("rule", widest=18),
        said("overdue first", widest=12),
        said("overdue most", widest=12),
        said("overdue now", widest=12),
        said("changes over time", widest=40),
        said("since", widest=12),
    )

    def figure(point: OverduePoint) -> str:
        return language.phrase("not measured") if point.overdue is None else language.number(point.overdue)

    rows = []
    for trend in sorted(trends, key=lambda item: (-(item.points[-1].overdue or 0), item.source_id, item.table)):
        first, last = trend.points[0], trend.points[-1]
        rule = rules.get(trend.rule_id)
        style = "warning" if last.overdue is None else "error" if last.overdue else "observed"
        rows.append(
            (
                Shown(trend.source_id, "strong"),
                Shown(trend.table),
                Shown(view.rule_line(rule)[0] if rule else trend.rule_id),
                Shown(figure(first) if first.overdue is None else first.overdue, "number"),
                Shown(max(point.overdue or 0 for point in trend.points), "number"),
                Shown(figure(last) if last.overdue is None else last.overdue, style),
                Shown("; ".join(f"{language.date(point.on)}: {figure(point)}" for point in trend.points)),
                Shown(last.on, "date"),
            )
        )
    return Block(headings, rows, title=language.phrase("overdue over time"), empty=language.phrase("never overdue"))
