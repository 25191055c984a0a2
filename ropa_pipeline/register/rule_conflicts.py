"""Retention rules against each other, without looking at any row.

Belongs here: pure functions that find rules which contradict law, a vendor's limit or each other, and what
has no usable rule at all. Does not belong here: rows (``retention_results``), cookies' lifetimes
(``register.cookies``), severities and remedies (``policy``). GDPR Art. 5(1)(e), 13(2)(a), 30(1)(f).

A statutory rule that nobody confirmed only *appears* to be contradicted: the message says so, and
``verified`` is False. A shorter stated period is a conflict for a person, never a reason to erase.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from itertools import combinations

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.controller import ControllerFolder, DeclaredRetention
from ropa_pipeline.model.law import Reference, StatutoryRule
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import ActivityStatus, Applicability, Effect, Qualifier, RuleKind, StartEvent
from ropa_pipeline.register.periods import OPEN_ENDED, PeriodError, longer_than, read_if_any, same_length
from ropa_pipeline.register.retention_rules import acts, decision_on, law_of, period_of


class ConflictKind(StrEnum):
    BELOW_MINIMUM = "below a statutory minimum"
    ABOVE_MAXIMUM = "above a maximum"
    TWO_PERIODS = "two periods for the same data"
    NO_START_EVENT = "no start event"
    OPEN_ENDED = "open-ended"
    NO_PERIOD = "no period"
    UNREADABLE_PERIOD = "a period that cannot be read"
    ACTIVITY_WITHOUT_RULE = "an activity without a rule"
    CATEGORY_WITHOUT_RULE = "a category without a rule"


BLOCKS_ERASURE = frozenset(
    {
        ConflictKind.BELOW_MINIMUM,
        ConflictKind.TWO_PERIODS,
        ConflictKind.NO_START_EVENT,
        ConflictKind.OPEN_ENDED,
        ConflictKind.NO_PERIOD,
        ConflictKind.UNREADABLE_PERIOD,
    }
)
"""Conflicts that keep a rule out of every erasure plan until a person has settled them."""


class RuleConflict(Frozen):
    """One contradiction. ``rule_id`` is empty where an activity or category has no rule; then ``subject`` names it."""

    kind: ConflictKind
    rule_id: str = ""
    other_rule_id: str = ""
    activities: tuple[str, ...] = ()
    subject: str = ""
    message: str
    law: str = ""
    verified: bool = True


class _Rules:
    """What the checks look at: the controller's own rules, and the law in force for it."""

    def __init__(
        self, folder: ControllerFolder, reference: Reference, systems: Mapping[str, SystemMapping], as_of: date
    ) -> None:
        self.folder = folder
        self.own = folder.activities.retention
        self.law = tuple(
            rule
            for rule in law_of(folder, reference, systems, as_of)
            if self._applicability(rule) is not Applicability.NOT_APPLICABLE
        )
        self.covers = {activity.id: frozenset(activity.covers) for activity in folder.activities.activities}

    def _applicability(self, rule: StatutoryRule) -> Applicability:
        decision = decision_on(rule.rule_id, self.folder)
        return decision.applicability if decision else Applicability.NOT_STATED

    def certain(self, rule: StatutoryRule) -> bool:
        return acts(rule, decision_on(rule.rule_id, self.folder))

    def concerns(self, law: StatutoryRule, own: DeclaredRetention) -> bool:
        """Whether both can be about the same data: a shared purpose, and categories that do not exclude it."""
        purposes = frozenset().union(*(self.covers.get(item, frozenset()) for item in own.activities))
        if not purposes.intersection(law.purposes) or not _same_matter(law.starts_at, own.starts_at):
            return False
        return not law.categories or not own.categories or _overlap(law.categories, own.categories)


def conflicts(
    folder: ControllerFolder, reference: Reference, systems: Mapping[str, SystemMapping], as_of: date
) -> tuple[RuleConflict, ...]:
    """All contradictions among a controller's retention rules on a day, sorted; one row per pair or gap."""
    rules = _Rules(folder, reference, systems, as_of)
    found = [conflict for check in CHECKS for conflict in check(rules)]
    return tuple(sorted(found, key=lambda item: (item.rule_id, item.kind, item.other_rule_id, item.subject)))


def below_minimum(rules: _Rules) -> Iterable[RuleConflict]:
    """A period after which data go, shorter than a statutory duty to keep them."""
    for own in rules.own:
        period = period_of(own.period)
        if period is None or not _limits(own):
            continue
        for law in rules.law:
            minimum = period_of(law.period)
            if law.effect is not Effect.KEEP_UNTIL or law.kind is not RuleKind.STATUTORY_MINIMUM or minimum is None:
                continue
            if rules.concerns(law, own) and longer_than(minimum, period):
                certain = rules.certain(law)
                says = "is below" if certain else "appears below"
                proviso = "" if certain else ", if that applies: nobody has confirmed it yet"
                yield RuleConflict(
                    kind=ConflictKind.BELOW_MINIMUM,
                    rule_id=own.rule_id,
                    other_rule_id=law.rule_id,
                    activities=own.activities,
                    message=f"The period {own.period} {says} {law.period} ({law.title}){proviso}.",
                    law=law.law,
                    verified=certain,
                )


def above_maximum(rules: _Rules) -> Iterable[RuleConflict]:
    """A period longer than a statutory maximum, or than the longest setting that a vendor offers."""
    limits = [law for law in rules.law if law.effect is Effect.ERASE_AFTER and period_of(law.period)]
    for own in rules.own:
        period = period_of(own.period)
        if period is None:
            continue
        for law in _longest(law for law in limits if rules.concerns(law, own)):
            maximum = period_of(law.period)
            if maximum is not None and longer_than(period, maximum):
                certain = rules.certain(law)
                says = "is above" if certain else "appears above"
                yield RuleConflict(
                    kind=ConflictKind.ABOVE_MAXIMUM,
                    rule_id=own.rule_id,
                    other_rule_id=law.rule_id,
                    activities=own.activities,
                    message=f"The period {own.period} {says} {law.period} ({law.title}).",
                    law=law.law,
                    verified=certain,
                )


def _longest(limits: Iterable[StatutoryRule]) -> tuple[StatutoryRule, ...]:
    """Statutory maxima all; of a vendor's alternative settings only the longest, for any of them may be chosen."""
    kept: list[StatutoryRule] = []
    settings: dict[tuple[str, ...], StatutoryRule] = {}
    for law in limits:
        if law.kind is not RuleKind.VENDOR:
            kept.append(law)
            continue
        period, before = period_of(law.period), settings.get(law.systems)
        known = period_of(before.period) if before else None
        if known is None or (period is not None and longer_than(period, known)):
            settings[law.systems] = law
    return (*kept, *settings.values())


def two_periods(rules: _Rules) -> Iterable[RuleConflict]:
    """Two different periods of the controller's own for the same activity, data and start."""
    for one, other in combinations(rules.own, 2):
        first, second = period_of(one.period), period_of(other.period)
        if first is None or second is None or not (_limits(one) and _limits(other)) or same_length(first, second):
            continue
        shared = sorted(set(one.activities) & set(other.activities))
        starts = {one.starts_at, other.starts_at} - {StartEvent.NOT_STATED}
        apart = (
            (one.categories and other.categories and not _overlap(one.categories, other.categories))
            or (one.tables and other.tables and not set(one.tables) & set(other.tables))
            or (one.condition and other.condition and one.condition != other.condition)
        )
        if shared and len(starts) <= 1 and not apart:
            yield RuleConflict(
                kind=ConflictKind.TWO_PERIODS,
                rule_id=one.rule_id,
                other_rule_id=other.rule_id,
                activities=tuple(shared),
                message=f"{one.period} and {other.period} are both given for {', '.join(shared)}: which one holds?",
            )


def without_start(rules: _Rules) -> Iterable[RuleConflict]:
    """A period of which nothing says when it begins."""
    for own in rules.own:
        if period_of(own.period) and own.starts_at is StartEvent.NOT_STATED:
            yield RuleConflict(
                kind=ConflictKind.NO_START_EVENT,
                rule_id=own.rule_id,
                activities=own.activities,
                message=f"The period {own.period} has no start event, so its end cannot be computed.",
            )


def without_amount(rules: _Rules) -> Iterable[RuleConflict]:
    """Open-ended wording, no period at all, or one that cannot be read."""
    for own in rules.own:
        if own.period == OPEN_ENDED:
            event = own.starts_at.value
            told = f"; it names an event ({event}) but no time" if own.starts_at is not StartEvent.NOT_STATED else ""
            yield _gap(ConflictKind.OPEN_ENDED, own, f"The period is open-ended{told}.")
        elif own.period in ("", NOT_STATED):
            yield _gap(ConflictKind.NO_PERIOD, own, "The rule states no period.")
        else:
            try:
                read_if_any(own.period)
            except PeriodError as error:
                yield _gap(ConflictKind.UNREADABLE_PERIOD, own, f"{error}.")


def _gap(kind: ConflictKind, own: DeclaredRetention, message: str) -> RuleConflict:
    return RuleConflict(kind=kind, rule_id=own.rule_id, activities=own.activities, message=message)


def without_rule(rules: _Rules) -> Iterable[RuleConflict]:
    """An activity that goes on, or one of its stated categories, for which no rule of the controller's exists."""
    for activity in rules.folder.activities.activities:
        if activity.status not in (ActivityStatus.ACTIVE, ActivityStatus.PLANNED):
            continue
        about = [own for own in rules.own if activity.id in own.activities]
        if not about:
            yield RuleConflict(
                kind=ConflictKind.ACTIVITY_WITHOUT_RULE,
                activities=(activity.id,),
                subject=activity.id,
                message=f"No retention rule is stated or decided for the activity {activity.id}.",
            )
            continue
        if any(not own.categories for own in about):
            continue
        named = tuple(category for own in about for category in own.categories)
        for category in sorted({item for data in activity.data for item in data.categories}):
            if not _overlap((category,), named):
                yield RuleConflict(
                    kind=ConflictKind.CATEGORY_WITHOUT_RULE,
                    activities=(activity.id,),
                    subject=f"{activity.id}/{category}",
                    message=f"No retention rule is stated or decided for {category} in the activity {activity.id}.",
                )


_OF_A_DISPUTE = frozenset(
    {StartEvent.DISPUTE_CLOSED, StartEvent.COMPLAINT_RECEIVED, StartEvent.CLAIM_ACCRUED, StartEvent.NOT_STATED}
)


def _same_matter(law: StartEvent, own: StartEvent) -> bool:
    """Whether two start events can belong to the same records: what ends otherwise was no dispute."""
    return law is not StartEvent.DISPUTE_CLOSED or own in _OF_A_DISPUTE


def _limits(own: DeclaredRetention) -> bool:
    """Whether the rule sets an end: "at least" and "as long as" do not."""
    return own.effect is Effect.ERASE_AFTER and own.qualifier not in (Qualifier.AT_LEAST, Qualifier.AS_LONG_AS)


def _overlap(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a category of one list is, or stands below or above, one of the other."""
    return any(a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a in some for b in others)


CHECKS: tuple[Callable[[_Rules], Iterable[RuleConflict]], ...] = (
    below_minimum,
    above_maximum,
    two_periods,
    without_start,
    without_amount,
    without_rule,
)
"""All checks, in the order in which they are run."""
