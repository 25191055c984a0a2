"""The SQL of row ages, built as a syntax tree once and written out per database.

Belongs here: clocks, conditions and keeps as expressions. Does not belong here: how a date is told from a column
(``connectors.row_dates``), running anything and reading the answer (``connectors.row_ages``), and any judgement.
Serves GDPR Art. 5(1)(e) and 30(1)(f).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from connectors.row_dates import FIRST_YEAR, as_text, moment_of
from connectors.row_source import (
    Family,
    Moment,
    Native,
    NotMeasurable,
    Source,
    all_of,
    any_of,
    case,
    column,
    number,
)
from ropa_pipeline.model.clock import AgeQuestion, Clock, ClockKind, Condition, Keep, KeepReason

NOT_MEANT, UNDATED, WITHIN, OVERDUE = -1, 0, 1, 2
KEPT, DOUBTED = 1000, 2000
"""Codes of a row under one question; ``KEPT + i``: keep number i decided, ``DOUBTED + i``: it may apply."""


@dataclass(frozen=True)
class Told:
    """A clock as expressions. ``newest``: the newest of all moments counts, otherwise the first present."""

    moments: tuple[Moment, ...]
    newest: bool


class Joins:
    """The other tables that one table's questions need, each joined once on keys made unique before."""

    def __init__(self, source: Source, table: str, alias: str) -> None:
        self.source, self.table, self.alias = source, table, alias
        self._known: dict[tuple[str, ...], str] = {}
        self._read_once: dict[tuple[str, bool], tuple[str, Moment]] = {}
        self.joins: list[tuple[exp.Expr, exp.Expr]] = []

    def own(self, name: str, epoch_seconds: bool) -> Moment:
        """The date in one of this table's own columns; one that has to be read from text is read once per row."""
        self.source.require(self.table, name)
        native = self.source.native(self.table, name)
        if native in (Native.MOMENT, Native.INSTANT) or (epoch_seconds and native is Native.NUMBER):
            return moment_of(self.source, self.alias, self.table, name, epoch_seconds)
        if (name, epoch_seconds) not in self._read_once:
            alias = f"_{len(self._read_once)}"
            while alias in self.source.columns[self.table]:
                alias = f"_{alias}"
            self._read_once[name, epoch_seconds] = alias, moment_of(self.source, "r", self.table, name, epoch_seconds)
        alias, moment = self._read_once[name, epoch_seconds]
        return _filled_moment(column(self.alias, alias), moment.family)

    def base(self) -> exp.Expr:
        """The table itself, with the dates that were read from text beside its columns."""
        if not self._read_once:
            return self.source.table(self.table, self.alias)
        dates = [
            exp.alias_(case((moment.present, moment.value)), alias, quoted=True)
            for alias, moment in self._read_once.values()
        ]
        everything = exp.Column(this=exp.Star(), table=exp.to_identifier("r", quoted=True))
        return exp.select(everything, *dates).from_(self.source.table(self.table, "r")).subquery(self.alias)

    def newest(self, parent: str, key: str, names: tuple[str, ...], own_key: str, epoch: bool) -> tuple[Moment, ...]:
        """The newest date in each of the parent's columns for this row's key."""
        self.source.require(parent, key, *names)
        self.source.require(self.table, own_key)
        alias = self._add(("parent", parent, key, own_key, str(epoch), *names))
        moments = tuple(moment_of(self.source, "p", parent, name, epoch) for name in names)
        if alias is not None:
            query = self._grouped(column("p", key), moments).from_(self.source.table(parent, "p"))
            self._join(query.group_by(column("p", key)), alias, parent, key, own_key)
        return self._read(("parent", parent, key, own_key, str(epoch), *names), moments)

    def newest_via(
        self, parent: str, key: str, name: str, own_key: str, via: tuple[str, str, str], epoch: bool
    ) -> tuple[Moment, ...]:
        """The same through a table in between: ``via`` is its stem, the column of our key and of the link."""
        middle, via_key, via_link = via
        self.source.require(parent, key, name)
        self.source.require(middle, via_key, via_link)
        self.source.require(self.table, own_key)
        spec = ("via", parent, key, name, own_key, *via, str(epoch))
        alias = self._add(spec)
        moments = (moment_of(self.source, "p", parent, name, epoch),)
        if alias is not None:
            query = (
                self._grouped(column("v", via_key), moments)
                .from_(self.source.table(middle, "v"))
                .join(
                    self.source.table(parent, "p"),
                    on=equal(self.source, ("p", parent, key), ("v", middle, via_link)),
                )
            )
            self._join(query.group_by(column("v", via_key)), alias, middle, via_key, own_key)
        return self._read(spec, moments)

    def _add(self, spec: tuple[str, ...]) -> str | None:
        if spec in self._known:
            return None
        self._known[spec] = f"j{len(self._known)}"
        return self._known[spec]

    def _grouped(self, key: exp.Expr, moments: tuple[Moment, ...]) -> exp.Select:
        newest = [
            exp.alias_(exp.Max(this=case((item.present, item.value))), f"m{position}", quoted=True)
            for position, item in enumerate(moments)
        ]
        return exp.select(exp.alias_(key, "k", quoted=True), *newest)

    def _join(self, query: exp.Select, alias: str, parent: str, key: str, own_key: str) -> None:
        theirs, ours = column(alias, "k"), column(self.alias, own_key)
        if _family_of_key(self.source, parent, key) != _family_of_key(self.source, self.table, own_key):
            theirs, ours = as_text(self.source, theirs), as_text(self.source, ours)
        self.joins.append((query.subquery(alias), exp.EQ(this=theirs, expression=ours)))

    def _read(self, spec: tuple[str, ...], moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
        alias = self._known[spec]
        return tuple(
            _filled_moment(column(alias, f"m{position}"), item.family) for position, item in enumerate(moments)
        )


def _filled_moment(value: exp.Expr, family: Family) -> Moment:
    """A value that an inner query has already brought to a date or NULL."""
    return Moment(exp.Not(this=exp.Is(this=value.copy(), expression=exp.null())), value, family)


def _family_of_key(source: Source, table: str, name: str) -> Native:
    return Native.TEXT if source.dialect in ("duckdb", "sqlite") else source.native(table, name)


def equal(source: Source, one: tuple[str, str, str], other: tuple[str, str, str]) -> exp.Expr:
    """Equality of two keys, each ``(alias, stem, column)``; as text where their types differ."""
    left, right = column(one[0], one[2]), column(other[0], other[2])
    if _family_of_key(source, *one[1:]) != _family_of_key(source, *other[1:]):
        left, right = as_text(source, left), as_text(source, right)
    return exp.EQ(this=left, expression=right)


def told(source: Source, joins: Joins, clock: Clock) -> Told:
    """A declared clock as expressions. Raises :class:`NotMeasurable` with the reason."""
    match clock.kind:
        case ClockKind.NONE:
            raise NotMeasurable(clock.reason or "no column tells the age of a row")
        case ClockKind.COLUMN | ClockKind.FALLBACK:
            if not clock.columns:
                raise NotMeasurable("the declared clock names no column")
            return Told(tuple(joins.own(name, clock.epoch_seconds) for name in clock.columns), newest=False)
        case ClockKind.INHERITED:
            return Told(
                joins.newest(clock.parent_table, clock.parent_key, clock.columns, clock.own_key, clock.epoch_seconds),
                newest=False,
            )
        case ClockKind.LAST_ACTIVITY:
            moments = [joins.own(name, clock.epoch_seconds) for name in clock.columns]
            for part in clock.parts:
                moments += (
                    joins.newest_via(
                        part.table,
                        part.key,
                        part.column,
                        part.own_key,
                        (part.via, part.via_key, part.via_link),
                        clock.epoch_seconds,
                    )
                    if part.via
                    else joins.newest(part.table, part.key, (part.column,), part.own_key, clock.epoch_seconds)
                )
            return Told(tuple(moments), newest=True)


def decide(
    source: Source,
    clock: Told,
    latest: datetime | None,
    cutoff: datetime | None,
    outcome: tuple[exp.Expr, exp.Expr, exp.Expr],
) -> exp.Expr:
    """One of three outcomes for a row: no usable date, not due, due. ``latest`` None: a future date is not due."""
    undated, within, due = outcome

    def after(item: Moment, moment: datetime, operator: type[exp.Binary]) -> exp.Expr:
        return operator(this=item.value.copy(), expression=source.literal(moment, item.family))

    if not clock.newest:
        branches = []
        for item in clock.moments:
            inner = [(after(item, latest, exp.GT), undated)] if latest else []
            if cutoff:
                inner.append((after(item, cutoff, exp.GTE), within))
            rest = due if cutoff else within
            branches.append((item.present, case(*inner, otherwise=rest) if inner else rest))
        return case(*branches, otherwise=undated)

    def some(test: Callable[[Moment], exp.Expr]) -> exp.Expr:
        return any_of([all_of([item.present, test(item)]) for item in clock.moments])

    steps = [(some(lambda item: after(item, latest, exp.GT)), undated)] if latest else []
    if cutoff:
        steps.append((some(lambda item: after(item, cutoff, exp.GTE)), within))
    steps.append((any_of([item.present for item in clock.moments]), due if cutoff else within))
    return case(*steps, otherwise=undated)


def extremes(source: Source, clock: Told) -> tuple[tuple[exp.Expr, Family], ...]:
    """What MIN and MAX are taken of, each with its family; one entry, or one per way of telling the date."""
    if not clock.newest:
        if len(clock.moments) == 1:
            return ((clock.moments[0].value, clock.moments[0].family),)
        found: list[tuple[exp.Expr, Family]] = []
        for position, item in enumerate(clock.moments):
            earlier: list[tuple[exp.Expr, exp.Expr]] = [
                (before.present, exp.null()) for before in clock.moments[:position]
            ]
            found.append((case(*earlier, (item.present, item.value)), item.family))
        return tuple(found)
    families = {item.family for item in clock.moments}
    if len(families) != 1:
        return ()
    family = families.pop()
    if len(clock.moments) == 1:
        return ((clock.moments[0].value, family),)
    floor = number(0) if family is Family.SECONDS else source.text_literal(FIRST_YEAR, family)
    values = [case((item.present, item.value), otherwise=floor) for item in clock.moments]
    return ((exp.Greatest(this=values[0], expressions=values[1:]), family),)


def condition_of(source: Source, joins: Joins, condition: Condition) -> exp.Expr:
    """Which rows are meant, as one expression that may be NULL (then the row is not meant)."""
    tests: list[exp.Expr] = []
    if condition.column and (condition.equals or condition.not_equals):
        source.require(joins.table, condition.column)
        text = as_text(source, column(joins.alias, condition.column))
        if condition.equals:
            tests.append(exp.EQ(this=text, expression=exp.Literal.string(condition.equals)))
        if condition.not_equals:
            different = exp.NEQ(this=text.copy(), expression=exp.Literal.string(condition.not_equals))
            tests.append(any_of([exp.Is(this=text.copy(), expression=exp.null()), different]))
    for other, wanted in ((condition.exists_table, True), (condition.not_exists_table, False)):
        if other:
            source.require(other, condition.key)
            source.require(joins.table, condition.own_key)
            tests.append(exists(source, joins, other, condition.key, condition.own_key, wanted))
    return all_of(tests) if tests else exp.true()


def exists(source: Source, joins: Joins, other: str, key: str, own_key: str, wanted: bool) -> exp.Expr:
    """Whether the other table has (or has not) a row with this row's key."""
    theirs, ours = column("e", key), column(joins.alias, own_key)
    if _family_of_key(source, other, key) != _family_of_key(source, joins.table, own_key):
        theirs, ours = as_text(source, theirs), as_text(source, ours)
    keys = (
        exp.select(theirs)
        .from_(source.table(other, "e"))
        .where(exp.Not(this=exp.Is(this=theirs.copy(), expression=exp.null())))
    )
    found = exp.In(this=ours, query=keys.subquery())
    outcome = case((found, number(1)), otherwise=number(0))
    return exp.EQ(this=outcome, expression=number(1 if wanted else 0))


def code_of(source: Source, joins: Joins, question: AgeQuestion, clock: Told, latest: datetime) -> exp.Expr:
    """The code of a row under a question (see ``NOT_MEANT`` and the others); first match decides.

    Order: not meant, no usable date, not due, hold, law, doubt, overdue. A keep whose own clock has no date
    for a row, or no column in this source, cannot be shown to have ended: such a row is held (hold) or in
    doubt (law), never overdue.
    """
    due = number(OVERDUE)
    for position, keep in reversed(list(enumerate(question.keeps))):
        if keep.reason is not KeepReason.HOLD:
            due = _keep_or(source, joins, keep, clock, number(DOUBTED + position), number(DOUBTED + position), due)
    for reason in (KeepReason.LAW, KeepReason.HOLD):
        for position, keep in reversed(list(enumerate(question.keeps))):
            if keep.reason is reason:
                kept = number(KEPT + position)
                due = _keep_or(source, joins, keep, clock, kept, kept if reason is KeepReason.HOLD else due, due)
    code = decide(source, clock, latest, question.cutoff, (number(UNDATED), number(WITHIN), due))
    if question.condition is None:
        return code
    return case((condition_of(source, joins, question.condition), code), otherwise=number(NOT_MEANT))


def _keep_or(
    source: Source,
    joins: Joins,
    keep: Keep,
    clock: Told,
    kept: exp.Expr,
    undated: exp.Expr,
    otherwise: exp.Expr,
) -> exp.Expr:
    if keep.cutoff is None:
        return kept
    try:
        own = clock if keep.clock is None else told(source, joins, keep.clock)
    except NotMeasurable:
        return undated
    return decide(source, own, None, keep.cutoff, (undated, kept, otherwise))
