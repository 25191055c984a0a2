"""Retention rules as dated data: what is stated, decided, law, or a vendor's setting.

Belongs here: turning declarations and the law's mapping into published :class:`RetentionRule` rows, and
which of them may act. Does not belong here: clocks and rows (``retention_questions``,
``retention_results``) and rules against each other (``rule_conflicts``). GDPR Art. 5(1)(e), 30(1)(f).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED
from ropa_pipeline.model.controller import ControllerFolder, DeclaredRetention
from ropa_pipeline.model.decisions import RuleDecision
from ropa_pipeline.model.law import Reference, StatutoryRule
from ropa_pipeline.model.retention import Hold, RetentionRule
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import Applicability, Effect, Origin, RuleKind
from ropa_pipeline.register.periods import Period, PeriodError, read_if_any

EVERYWHERE = "eu"
"""The jurisdiction of rules that apply to every controller."""

_NEVER_ACTS = frozenset({RuleKind.LIMITATION, RuleKind.GUIDANCE, RuleKind.PROPOSED})


def rules(
    folder: ControllerFolder, reference: Reference, systems: Mapping[str, SystemMapping], as_of: date
) -> tuple[RetentionRule, ...]:
    """All retention rules of a controller on a day, sorted by key.

    One row per rule: those its notice states or a person decided; statutory rules of its jurisdiction that are
    in force; settings of the vendors it uses. Whether a statutory rule applies is NOT STATED until a named person
    decided, and it is verified only where the mapping *and* that person say so.
    """
    own = [_declared(item, folder) for item in folder.activities.retention]
    law = [_statutory(item, decision_on(item.rule_id, folder)) for item in law_of(folder, reference, systems, as_of)]
    return tuple(sorted([*own, *law], key=lambda rule: rule.rule_id))


def holds(folder: ControllerFolder) -> tuple[Hold, ...]:
    """Decided holds, past ones too: they explain why rows were kept."""
    decisions = {item.id: item for item in folder.decisions.decisions}
    rows = [
        Hold(
            hold_id=item.hold_id,
            kind=item.kind,
            activity_id=item.activity,
            system=item.system,
            scope=", ".join(item.tables) or item.system or item.activity or "all",
            law=item.law or NOT_STATED,
            valid_from=item.valid_from,
            review_on=item.review_on,
            valid_to=item.valid_to,
            decided_by=decisions[item.decision].by if item.decision in decisions else NOT_STATED,
            reason=decisions[item.decision].reason if item.decision in decisions else NOT_STATED,
            origin=Origin.DECIDED,
        )
        for item in folder.decisions.holds
    ]
    return tuple(sorted(rows, key=lambda row: row.hold_id))


def systems_in_use(folder: ControllerFolder) -> frozenset[str]:
    """Systems that are read, declared as not connected, or named as recipients."""
    named = {item.system for item in folder.sources.sources} | {item.system for item in folder.sources.not_connected}
    recipients = {item.system for activity in folder.activities.activities for item in activity.recipients}
    return frozenset((named | recipients) - {""})


def law_of(
    folder: ControllerFolder, reference: Reference, systems: Mapping[str, SystemMapping], as_of: date
) -> tuple[StatutoryRule, ...]:
    """The rules of law and of vendors that can concern this controller on a day, sorted."""
    in_use = systems_in_use(folder)
    return tuple(
        sorted(
            (
                rule
                for rule in reference.rules
                if _in_force(rule, as_of)
                and (not rule.systems or in_use.intersection(rule.systems))
                and (
                    rule.jurisdiction in (folder.facts.jurisdiction, EVERYWHERE)
                    or (rule.kind is RuleKind.VENDOR and rule.systems)
                )
            ),
            key=lambda rule: rule.rule_id,
        )
    )


def decision_on(rule_id: str, folder: ControllerFolder) -> RuleDecision | None:
    """What was decided about a rule, if anything."""
    return next((item for item in folder.decisions.rules if item.rule_id == rule_id), None)


def acts(rule: StatutoryRule, decision: RuleDecision | None) -> bool:
    """Whether a statutory rule may decide about rows: verified twice, and confirmed to apply."""
    return (
        rule.verified
        and decision is not None
        and decision.verified
        and decision.applicability is Applicability.APPLIES
        and rule.kind not in _NEVER_ACTS
    )


def period_of(text: str) -> Period | None:
    """A rule's period; None where it has none or none that can be read (then it is a conflict, not an error)."""
    try:
        return read_if_any(text)
    except PeriodError:
        return None


def _in_force(rule: StatutoryRule, as_of: date) -> bool:
    return (rule.valid_from is None or rule.valid_from <= as_of) and (rule.valid_to is None or as_of <= rule.valid_to)


def declared_kind(item: DeclaredRetention) -> RuleKind:
    """Decided where a person decided, else stated; with neither it is a proposal and decides nothing."""
    if item.decision:
        return RuleKind.DECIDED
    return RuleKind.STATED if item.statements else RuleKind.PROPOSED


def _declared(item: DeclaredRetention, folder: ControllerFolder) -> RetentionRule:
    kind = declared_kind(item)
    period = period_of(item.period)
    statements = {statement.id for statement in folder.notice.statements} if folder.notice else set()
    decided = {decision.id for decision in folder.decisions.decisions}
    verified = item.decision in decided if item.decision else bool(item.statements) and statements >= {*item.statements}
    origins = {RuleKind.DECIDED: Origin.DECIDED, RuleKind.STATED: Origin.STATED}
    return RetentionRule(
        rule_id=item.rule_id,
        activity_id=", ".join(item.activities),
        data_category=_words(item.categories) or "all",
        period=item.period or NOT_STATED,
        amount=period.amount if period else None,
        unit=period.unit if period else "",
        qualifier=item.qualifier,
        starts_at=item.starts_at,
        effect=Effect.INFORMS if kind is RuleKind.PROPOSED else item.effect,
        kind=kind,
        scope=item.scope or NOT_STATED,
        condition=item.condition or NOT_STATED,
        exception=item.exception or NOT_STATED,
        disposal=item.disposal or NOT_STATED,
        law=item.law or NOT_STATED,
        verified=verified,
        applicability=Applicability.NOT_STATED if kind is RuleKind.PROPOSED else Applicability.APPLIES,
        valid_from=None,
        valid_to=None,
        statement_id=_words(item.statements) or NOT_STATED,
        origin=origins.get(kind, Origin.PROPOSED),
    )


def _statutory(rule: StatutoryRule, decision: RuleDecision | None) -> RetentionRule:
    period = period_of(rule.period)
    activities = decision.activities if decision else ()
    return RetentionRule(
        rule_id=rule.rule_id,
        activity_id=activities[0] if len(activities) == 1 else "",
        data_category=_words((*rule.records, *rule.categories)) or "all",
        period=rule.period or NOT_STATED,
        amount=period.amount if period else None,
        unit=period.unit if period else "",
        qualifier=rule.qualifier,
        starts_at=rule.starts_at,
        effect=Effect.INFORMS if rule.kind in _NEVER_ACTS else rule.effect,
        kind=rule.kind,
        scope=rule.scope or rule.title,
        condition=rule.condition or NOT_STATED,
        exception=rule.exception or NOT_STATED,
        disposal=NOT_STATED,
        law=rule.law or NOT_STATED,
        verified=rule.verified and decision is not None and decision.verified,
        applicability=decision.applicability if decision else Applicability.NOT_STATED,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        statement_id=NOT_APPLICABLE,
        origin=Origin.DECIDED if decision else Origin.DOCUMENTED,
    )


def _words(items: Iterable[str]) -> str:
    return ", ".join(sorted(items))
