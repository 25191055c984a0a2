"""The quick way to the ages of one table: one date column, and how many rows are at or after each cut-off.

Belongs here: when the quick way is exact, its SELECT, and turning its counts into the same groups as the general way.
Does not belong here: the general way (``connectors.row_ages``), which takes every table that is refused here. No
connector. Serves GDPR Art. 5(1)(e) and 30(1)(f).

Grouping ten million rows by what a rule says of them costs three times their bare counting; counting how many are at
or after a cut-off costs next to nothing beside it. Where all questions of a table look at the same date column of the
row itself, a row's outcome follows from between which cut-offs its date lies, and Python can tell it for each interval.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlglot import exp

from connectors.row_dates import FIRST_YEAR
from connectors.row_source import Family, Native, Source, all_of, case, column, number
from connectors.row_sql import DOUBTED, KEPT, OVERDUE, UNDATED, WITHIN
from ropa_pipeline.model.clock import AgeQuestion, Clock, ClockKind, KeepReason

Fetch = Callable[[str], Sequence[Sequence[Any]]]
Group = tuple[tuple[int, ...], str | None, str | None, int]
"""The code of each question, the oldest and newest date as text, and how many rows."""


def groups_by_steps(
    source: Source, fetch: Fetch, table: str, questions: Sequence[AgeQuestion], latest: datetime
) -> tuple[Group, ...] | None:
    """The groups of a table's rows; None where the quick way is not exact, so that the general one has to be taken.

    It is exact for one column of a date type without a zone, without conditions, as long as no row has a date that
    cannot be used: earlier than any real one (a zero date) or after ``latest``.
    """
    name = _only_column(source, table, questions)
    if not name:
        return None
    steps = sorted(
        {
            _local(source, moment)
            for question in questions
            for moment in (question.cutoff, *(keep.cutoff for keep in question.keeps))
            if moment is not None
        }
    )
    found = fetch(_select(source, table, name, steps, latest))[0]
    rows, dated, oldest, newest, usable = int(found[0]), int(found[1]), found[2], found[3], found[4]
    if dated and not usable:
        return None
    at_or_after = [dated, *(int(count) for count in found[5:]), 0]
    groups: list[Group] = [(tuple(UNDATED for _ in questions), None, None, rows - dated)]
    for place in range(len(steps) + 1):
        count = at_or_after[place] - at_or_after[place + 1]
        since = steps[place - 1] if place else ""
        codes = tuple(_code(source, question, since) for question in questions)
        groups.append((codes, str(oldest), str(newest), count))
    return tuple(group for group in groups if group[-1])


def _only_column(source: Source, table: str, questions: Sequence[AgeQuestion]) -> str:
    clocks = {question.clock for question in questions}
    clocks |= {keep.clock for question in questions for keep in question.keeps if keep.clock}
    if len(clocks) != 1 or any(question.condition for question in questions):
        return ""
    clock: Clock = clocks.pop()
    plain = clock.kind in (ClockKind.COLUMN, ClockKind.FALLBACK) and len(clock.columns) == 1
    if not plain or clock.epoch_seconds or source.dialect not in ("mysql", "postgres"):
        return ""
    name = clock.columns[0]
    return name if source.native(table, name) is Native.MOMENT else ""


def _select(source: Source, table: str, name: str, steps: Sequence[str], latest: datetime) -> str:
    value = column("t", name)
    first, last = source.text_literal(FIRST_YEAR, Family.OWN), source.literal(latest, Family.OWN)
    usable = all_of(
        [
            exp.GTE(this=exp.Min(this=value.copy()), expression=first),
            exp.LTE(this=exp.Max(this=value.copy()), expression=last),
        ]
    )

    def as_text(extreme: exp.Expr) -> exp.Expr:
        if source.dialect == "postgres":
            return exp.Anonymous(this="TO_CHAR", expressions=[extreme, exp.Literal.string("YYYY-MM-DD HH24:MI:SS")])
        return exp.cast(extreme, "CHAR")

    # COUNT of a CASE, because SUM adds decimals and costs more than the comparison.
    counts = [
        exp.Count(this=case((exp.GTE(this=value.copy(), expression=source.text_literal(step, Family.OWN)), number(1))))
        for step in steps
    ]
    tree = exp.select(
        exp.Count(this=exp.Star()),
        exp.Count(this=value.copy()),
        as_text(exp.Min(this=value.copy())),
        as_text(exp.Max(this=value.copy())),
        case((usable, number(1)), otherwise=number(0)),
        *counts,
    ).from_(source.table(table, "t"))
    return source.sql(tree)


def _local(source: Source, moment: datetime) -> str:
    """A moment as text in the source's own zone: such texts are in the order of time."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=source.zone)).astimezone(source.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")


def _code(source: Source, question: AgeQuestion, since: str) -> int:
    """The code of rows whose date is at or after ``since`` and before the next step; as ``row_sql.code_of``."""

    def reached(moment: datetime | None) -> bool:
        return moment is not None and since >= _local(source, moment)

    if question.cutoff is None or reached(question.cutoff):
        return WITHIN
    keeps = [(place, keep) for place, keep in enumerate(question.keeps) if keep.cutoff is None or reached(keep.cutoff)]
    for reason in (KeepReason.HOLD, KeepReason.LAW):
        for place, keep in keeps:
            if keep.reason is reason:
                return KEPT + place
    return DOUBTED + keeps[0][0] if keeps else OVERDUE
