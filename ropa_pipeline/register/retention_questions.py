"""Which questions about the age of rows are put to a source, before it is read.

Belongs here: which rule concerns which table, which declared clock tells its start event, the cut-off, and
what suspends erasure (duties, holds, doubts). Does not belong here: SQL and the judgement of answers.
GDPR Art. 5(1)(b), 5(1)(e), 17(3), 18.

How a rule is tested, decided here once:

* A rule is tested only on a clock that stands for its start event. There is none: the table is "cannot tell".
* A stated period without a start event is measured on the table's declared clock, from the end of the calendar
  year (the latest plausible start), so that no row is called overdue which a stated event could still defend.
* An exception that no row shows makes rows past the period undecided, until a person decides that the rule
  applies (decisions.yaml, ``rules``) or the exception is recorded as a hold.
* A rule that only informs gets no cut-off: its rows are counted, none is due.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from ropa_pipeline.model.clock import (
    AgeQuestion,
    Clock,
    ClockKind,
    Condition,
    Keep,
    KeepReason,
    TableClock,
    TableClocks,
)
from ropa_pipeline.model.controller import ControllerFolder, DeclaredRetention
from ropa_pipeline.model.decisions import HoldDecision
from ropa_pipeline.model.law import Reference, StatutoryRule
from ropa_pipeline.model.system import SystemMapping, TableMapping
from ropa_pipeline.model.terms import Applicability, Effect, RuleKind, StartEvent
from ropa_pipeline.register.periods import cutoff
from ropa_pipeline.register.retention_rules import acts, decision_on, declared_kind, law_of, period_of

_FROM_A_DOCUMENT = (StartEvent.INVOICE_ISSUED, StartEvent.DOCUMENT_CREATED)
_YEAR_ENDS = frozenset({StartEvent.CALENDAR_YEAR_END, StartEvent.FINANCIAL_YEAR_END, StartEvent.ACCOUNTING_PERIOD_END})
EXCEPTION = "the exception of {rule_id}"
NO_CLOCK = "no clock is declared for the table"


def questions(
    system: str,
    *,
    folder: ControllerFolder,
    reference: Reference,
    systems: Mapping[str, SystemMapping],
    as_of: date,
    timezone: str,
    source_id: str = "",
) -> tuple[TableClocks, ...]:
    """The questions for one source, one entry per table (stem or pattern), sorted.

    A day begins at midnight of ``timezone``. Cut-offs carry it, so that the connector can convert them into the
    zone that the source's dates are written in.
    """
    asker = _Asker(source_id or system, system, folder, reference, systems, as_of, timezone)
    found: dict[str, list[AgeQuestion]] = {}
    for rule in folder.activities.retention:
        for table in asker.tables_of_rule(rule):
            found.setdefault(table, []).extend(asker.ask(rule, table))
    for law in asker.law:
        if law.effect is Effect.ERASE_AFTER and acts(law, decision_on(law.rule_id, folder)):
            for table in asker.tables_of_law(law):
                found.setdefault(table, []).extend(asker.ask_of_law(law, table))
    latest = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=ZoneInfo(timezone or "UTC"))
    return tuple(
        TableClocks(table=table, questions=tuple(sorted(asked, key=lambda item: item.question_id)), latest=latest)
        for table, asked in sorted(found.items())
    )


class _Asker:
    """The declared facts of one source while its questions are made."""

    def __init__(
        self,
        source_id: str,
        system: str,
        folder: ControllerFolder,
        reference: Reference,
        systems: Mapping[str, SystemMapping],
        as_of: date,
        timezone: str,
    ) -> None:
        self.source_id, self.system, self.folder = source_id, system, folder
        self.as_of, self.timezone = as_of, timezone
        mapping = systems.get(system)
        self.mapped: tuple[TableMapping, ...] = mapping.tables if mapping else ()
        self.clocks = clocks_of(source_id, system, folder, systems)
        self.law = law_of(folder, reference, systems, as_of)
        self._mapping_of: dict[str, TableMapping | None] = {}
        self.covers = {activity.id: frozenset(activity.covers) for activity in folder.activities.activities}

    # --- which tables -----------------------------------------------------------------------------

    def tables_of_rule(self, rule: DeclaredRetention) -> tuple[str, ...]:
        """Tables (stems or patterns) that a stated or decided rule is about in this source."""
        if rule.tables:
            found: set[str] = set()
            for stem in filter(None, map(self._here, rule.tables)):
                meant = {table for table in self._known() if _overlap(stem, table)}
                # A named table is asked by its name, although its clock may be declared for a pattern.
                found |= {stem if "*" in table and "*" not in stem else table for table in meant} or {stem}
            return tuple(sorted(found))
        purposes = frozenset().union(*(self.covers.get(activity, frozenset()) for activity in rule.activities))
        return self._of_purposes(purposes, rule.categories)

    def tables_of_law(self, law: StatutoryRule) -> tuple[str, ...]:
        """Tables that a statutory maximum or a vendor's limit is about in this source."""
        if law.systems and self.system not in law.systems:
            return ()
        if not law.purposes:
            return tuple(self._known()) if law.systems else ()
        return self._of_purposes(frozenset(law.purposes), law.categories)

    def _of_purposes(self, purposes: frozenset[str], categories: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            table
            for table in self._known()
            if purposes.intersection(self._purposes(table))
            and (not categories or _share(self._categories(table), categories))
        )

    def _known(self) -> list[str]:
        mapped = {item.table for item in self.mapped if any(column.category != "none" for column in item.columns)}
        clocked = {item.table for item in self.clocks}
        spelt = {table for table in clocked if "*" not in table}
        # A mapped pattern stands for the tables with a clock of their own where there are any.
        return sorted({table for table in mapped if not _spelt_out(table, spelt)} | clocked)

    def _here(self, pattern: str) -> str:
        """The stem of ``system:stem`` or ``source_id:stem`` if it is about this source, else empty."""
        where, colon, stem = _parted(pattern)
        return stem if not colon or where in (self.source_id, self.system) else ""

    def _mapping(self, table: str) -> TableMapping | None:
        if table not in self._mapping_of:
            exact = next((item for item in self.mapped if item.table == table), None)
            fitting = exact or next((item for item in self.mapped if _overlap(item.table, table)), None)
            self._mapping_of[table] = fitting
        return self._mapping_of[table]

    def _purposes(self, table: str) -> tuple[str, ...]:
        mapping = self._mapping(table)
        return mapping.purposes if mapping else ()

    def _categories(self, table: str) -> tuple[str, ...]:
        mapping = self._mapping(table)
        return tuple(column.category for column in mapping.columns) if mapping else ()

    # --- which clock ------------------------------------------------------------------------------

    def _clocks_for(self, table: str, event: StartEvent) -> tuple[TableClock, ...]:
        """The declared clocks that stand for an event: one without a condition, or all with conditions."""
        own = [item for item in self.clocks if item.table == table]
        if not own:
            own = [item for item in self.clocks if _overlap(item.table, table)]
        if event is StartEvent.NOT_STATED:
            usable = [item for item in own if item.clock.kind is not ClockKind.NONE]
            fitting = sorted(usable, key=lambda item: not set(item.events).intersection(_FROM_A_DOCUMENT))
            fitting = fitting or own
        else:
            fitting = [item for item in own if event in item.events]
            if not fitting and event in _YEAR_ENDS:
                fitting = [item for item in own if set(item.events).intersection(_FROM_A_DOCUMENT)]
        plain = [item for item in fitting if item.condition is None]
        return tuple(plain[:1]) if plain else tuple(fitting)

    def _or_none(self, table: str, event: StartEvent) -> tuple[tuple[Clock, Condition | None], ...]:
        fitting = self._clocks_for(table, event)
        if fitting:
            return tuple((item.clock, item.condition) for item in fitting)
        others = sorted({other.value for item in self.clocks if _overlap(item.table, table) for other in item.events})
        reason = (
            f"no clock of the table stands for {event.value}; declared clocks stand for {', '.join(others)}"
            if others
            else NO_CLOCK
        )
        return ((Clock(kind=ClockKind.NONE, reason=reason), None),)

    # --- the questions ----------------------------------------------------------------------------

    def ask(self, rule: DeclaredRetention, table: str) -> list[AgeQuestion]:
        """The questions of a stated or decided rule for one table: one, or one per conditional clock."""
        period = period_of(rule.period)
        limits = rule.effect is Effect.ERASE_AFTER and declared_kind(rule) is not RuleKind.PROPOSED
        end = cutoff(self.as_of, period, rule.starts_at, self.timezone) if period and limits else None
        keeps: tuple[Keep, ...] = ()
        if end is not None:
            duties = self._duties(rule.activities, table, rule.categories)
            keeps = (*self._holds(rule.activities, table), *duties, *self._doubt(rule))
        return self._questions(rule.rule_id, table, rule.starts_at, end, keeps)

    def ask_of_law(self, law: StatutoryRule, table: str) -> list[AgeQuestion]:
        """The questions of a statutory maximum or vendor limit that applies."""
        period = period_of(law.period)
        end = cutoff(self.as_of, period, law.starts_at, self.timezone) if period else None
        keeps = (*self._holds((), table), *self._duties((), table)) if end is not None else ()
        return self._questions(law.rule_id, table, law.starts_at, end, keeps)

    def _questions(
        self, rule_id: str, table: str, event: StartEvent, end: datetime | None, keeps: tuple[Keep, ...]
    ) -> list[AgeQuestion]:
        clocks = self._or_none(table, event)
        return [
            AgeQuestion(
                question_id=f"{rule_id}@{table}" + (f"#{position + 1}" if len(clocks) > 1 else ""),
                rule_id=rule_id,
                clock=clock,
                condition=condition,
                cutoff=end,
                keeps=keeps,
            )
            for position, (clock, condition) in enumerate(clocks)
        ]

    def _doubt(self, rule: DeclaredRetention) -> tuple[Keep, ...]:
        decision = decision_on(rule.rule_id, self.folder)
        confirmed = decision is not None and decision.applicability is Applicability.APPLIES
        if not rule.exception or rule.exception_shown_by or confirmed:
            return ()
        return (Keep(rule_id=EXCEPTION.format(rule_id=rule.rule_id), reason=KeepReason.UNDECIDED),)

    def _duties(self, activities: tuple[str, ...], table: str, categories: tuple[str, ...] = ()) -> tuple[Keep, ...]:
        """Statutory duties to keep that can concern the table, each with what it may do.

        ``categories``: those that the tested rule is limited to; a duty that names none of them keeps nothing from it.
        """
        return tuple(
            self._duty(law, table)
            for law in self.law
            if law.effect is Effect.KEEP_UNTIL
            and law.kind is RuleKind.STATUTORY_MINIMUM
            and self._concerns(law, activities, table)
            and (not categories or not law.categories or _either_way(categories, law.categories))
        )

    def _concerns(self, law: StatutoryRule, activities: tuple[str, ...], table: str) -> bool:
        decision = decision_on(law.rule_id, self.folder)
        if decision is not None and decision.applicability is Applicability.NOT_APPLICABLE:
            return False
        if law.systems and self.system not in law.systems:
            return False
        purposes = frozenset(self._purposes(table))
        if not purposes:
            # A table that no mapping knows serves what the tested rule's activities are for.
            purposes = frozenset().union(*(self.covers.get(item, frozenset()) for item in activities))
        if decision is not None and decision.activities:
            covered = frozenset().union(*(self.covers.get(item, frozenset()) for item in decision.activities))
            if not purposes.intersection(covered):
                return False
        if law.purposes and not purposes.intersection(law.purposes):
            return False
        categories = self._categories(table)
        return not law.categories or not categories or _share(categories, law.categories)

    def _duty(self, law: StatutoryRule, table: str) -> Keep:
        certain = acts(law, decision_on(law.rule_id, self.folder))
        period, fitting = period_of(law.period), self._clocks_for(table, law.starts_at)
        usable = [item for item in fitting if item.clock.kind is not ClockKind.NONE]
        if period is None or not usable:
            # Nothing says when the duty ends for a row, so it cannot be shown to have ended.
            return Keep(rule_id=law.rule_id, reason=KeepReason.UNDECIDED)
        return Keep(
            rule_id=law.rule_id,
            reason=KeepReason.LAW if certain else KeepReason.UNDECIDED,
            clock=usable[0].clock,
            cutoff=cutoff(self.as_of, period, law.starts_at, self.timezone),
        )

    def _holds(self, activities: tuple[str, ...], table: str) -> tuple[Keep, ...]:
        return tuple(
            Keep(rule_id=hold.hold_id, reason=KeepReason.HOLD)
            for hold in self.folder.decisions.holds
            if hold.valid_from <= self.as_of
            and (hold.valid_to is None or self.as_of <= hold.valid_to)
            and self._is_held(hold, activities, table)
        )

    def _is_held(self, hold: HoldDecision, activities: tuple[str, ...], table: str) -> bool:
        if hold.system and hold.system not in (self.system, self.source_id):
            return False
        if hold.tables:
            return any(stem and _overlap(stem, table) for stem in map(self._here, hold.tables))
        if hold.activity:
            covered = self.covers.get(hold.activity, frozenset())
            return hold.activity in activities or bool(covered.intersection(self._purposes(table)))
        return True


def _parted(pattern: str) -> tuple[str, str, str]:
    """``where:stem``; a table's own name may hold a colon, that of a source or a system cannot."""
    where, colon, stem = pattern.partition(":")
    return (where, colon, stem) if colon else ("", "", pattern)


def clocks_of(
    source_id: str, system: str, folder: ControllerFolder, systems: Mapping[str, SystemMapping]
) -> tuple[TableClock, ...]:
    """Declared clocks of a source, the controller's own first; its own replace the mapping's for the same event.

    A clock declared for a table that is named like the system stands for every table of the source.
    """
    own: list[TableClock] = []
    for item in folder.sources.clocks:
        where, colon, stem = _parted(item.table)
        if not colon or where in (source_id, system):
            own.append(item.model_copy(update={"table": stem}))
    mapping = systems.get(system)
    taken = {(item.table, event) for item in own for event in item.events}
    shared: list[TableClock] = []
    for item in mapping.clocks if mapping else ():
        events = tuple(event for event in item.events if (item.table, event) not in taken)
        if events or not item.events:
            stem = "*" if item.table == system else item.table
            shared.append(item.model_copy(update={"events": events, "table": stem}))
    return (*own, *shared)


def _overlap(one: str, other: str) -> bool:
    """Whether two stems or patterns can mean the same table."""
    return one == other or fnmatchcase(one, other) or fnmatchcase(other, one)


def _spelt_out(pattern: str, stems: Iterable[str]) -> bool:
    return "*" in pattern and any(fnmatchcase(stem, pattern) for stem in stems)


def _either_way(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return _share(some, others) or _share(others, some)


def _share(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a category of one list is, or stands below, one of the other."""
    wanted = tuple(others)
    return any(one == other or one.startswith(f"{other}.") for one in some for other in wanted)
