"""Rules about the periods that a notice gives, against each other and against duties (GDPR Art. 5(1)(e), 13(2)(a)).

Belongs here: what can be told from the notice's own words. Does not belong here: conflicts between the register's
rules (``register.rule_conflicts``) and rows (``retention``).
"""

from collections.abc import Iterable
from itertools import combinations

from ropa_pipeline.model.controller import DeclaredRetention
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import RetentionStatement
from ropa_pipeline.model.terms import About, Effect, Qualifier, RuleKind, Severity, StartEvent, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located
from ropa_pipeline.policy.rule import Hit, PolicyContext, Rule, applies
from ropa_pipeline.register.periods import PeriodError, longer_than, read, read_if_any, same_length
from ropa_pipeline.register.retention_rules import law_of, period_of
from ropa_pipeline.register.rule_conflicts import ConflictKind, conflicts


def _said(context: PolicyContext, rule: DeclaredRetention) -> tuple[str, ...]:
    return NoticeView(context).places(rule.statements)


def _periods_not_told_apart(context: PolicyContext) -> Iterable[Hit]:
    """Two stated periods that both cover the same data, and nothing says which of them holds for which part.

    Where each names its own start, people can tell when which one ends. Two periods for one activity without such a
    difference are a conflict of rules already.
    """
    stated = [rule for rule in context.folder.activities.retention if rule.statements and _amount(rule)]
    told = {
        frozenset((item.rule_id, item.other_rule_id))
        for item in conflicts(context.folder, context.reference, context.systems, context.as_of)
        if item.kind is ConflictKind.TWO_PERIODS
    }
    for one, other in combinations(stated, 2):
        first, second = read(one.period), read(other.period)
        each_starts = StartEvent.NOT_STATED not in (one.starts_at, other.starts_at) and one.starts_at != other.starts_at
        if same_length(first, second) or each_starts or frozenset((one.rule_id, other.rule_id)) in told:
            continue
        shared = _shared_data(context, one, other)
        if shared:
            yield Hit(
                f"{one.rule_id}:{other.rule_id}",
                f"the notice gives {first.words} and {second.words}, and both cover {shared}: which one holds for what"
                " is not said",
                root_cause=f"rule:{one.rule_id}",
                evidence=tuple(sorted({*_said(context, one), *_said(context, other)})),
            )


def _amount(rule: DeclaredRetention) -> bool:
    try:
        return read_if_any(rule.period) is not None
    except PeriodError:
        return False


def _shared_data(context: PolicyContext, one: DeclaredRetention, other: DeclaredRetention) -> str:
    """What two rules both cover: tables, an activity, or categories that law asks to keep for one of them."""
    if one.categories and other.categories and not _overlapping(one.categories, other.categories):
        return ""
    shared = sorted({*one.tables} & {*other.tables}) or sorted({*one.activities} & {*other.activities})
    if not shared and bool(one.categories) != bool(other.categories):
        # One names its data, the other a purpose such as accounting: do the books hold all that the first names?
        named, books = (one, other) if one.categories else (other, one)
        held = _overlapping(named.categories, _categories(context, books))
        shared = sorted(held) if held >= {*named.categories} else []
    return ", ".join(shared)


def _categories(context: PolicyContext, rule: DeclaredRetention) -> tuple[str, ...]:
    """The categories a rule names; for one about a purpose alone, those that statutory duties name for it."""
    if rule.categories:
        return rule.categories
    covers = {
        purpose
        for item in context.folder.activities.activities
        if item.id in rule.activities
        for purpose in item.covers
    }
    for row in context.tables.rows(Statement):
        value = _as_read(row) if row.statement_id in rule.statements else None
        covers |= {*value.scope} if value else set()
    duties = (
        duty
        for duty in context.reference.rules
        if duty.jurisdiction == context.folder.facts.jurisdiction and duty.effect is Effect.KEEP_UNTIL
    )
    return tuple({key for duty in duties if covers & {*duty.purposes} & _BOOKS for key in duty.categories})


_BOOKS = {"accounting", "bookkeeping"}
_BOOKS_AS_READ = {*_BOOKS, "order.reference"}
"""The same as the reader gives it: invoices are the data ``order.reference`` where no purpose stands beside them."""


def _as_read(row: Statement) -> RetentionStatement | None:
    """A statement about a period in the reader's form; None for one that a person worded."""
    if row.kind is not StatementKind.RETENTION or "period=" not in row.value:
        return None
    try:
        return RetentionStatement.parse(row.value)
    except ValueError:
        return None


def _said_below_minimum(context: PolicyContext) -> Iterable[Hit]:
    """A period that the notice gives for a purpose, shorter than a duty to keep for that very purpose.

    For a notice as it was read: what a person declared of it is compared by ``rules_conflict``.
    """
    compared = {
        statement
        for item in conflicts(context.folder, context.reference, context.systems, context.as_of)
        if item.kind is ConflictKind.BELOW_MINIMUM
        for rule in context.folder.activities.retention
        if rule.rule_id == item.rule_id
        for statement in rule.statements
    }
    duties = [
        duty
        for duty in law_of(context.folder, context.reference, context.systems, context.as_of)
        if duty.kind is RuleKind.STATUTORY_MINIMUM
        and duty.effect is Effect.KEEP_UNTIL
        and applies(context, duty.rule_id)
    ]
    for row in context.tables.rows(Statement):
        value = _as_read(row) if row.statement_id not in compared else None
        period = period_of(value.period) if value else None
        if value is None or period is None or value.qualifier in (Qualifier.AT_LEAST, Qualifier.AS_LONG_AS):
            continue
        for duty in duties:
            minimum = period_of(duty.period)
            of_books = {*duty.purposes} & _BOOKS and {*value.scope} & _BOOKS_AS_READ
            if minimum and of_books and longer_than(minimum, period):
                yield Hit(
                    f"{row.statement_id}:{duty.rule_id}",
                    f"the {period.words} that the notice gives for accounting appear below {minimum.words}"
                    f" ({duty.title})",
                    root_cause=f"rule:{duty.rule_id}",
                    law=duty.law,
                    evidence=located([row]),
                    source=duty.source,
                    verified=duty.verified,
                    condition=duty.condition or "the duty applies to this controller",
                    duty=duty.rule_id,
                )


def _overlapping(some: tuple[str, ...], others: tuple[str, ...]) -> set[str]:
    return {a for a in some for b in others if a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.")}


RULES: tuple[Rule, ...] = (
    Rule(
        "retention.stated_below_minimum",
        "retention_lawful",
        About.LAW,
        Severity.ERROR,
        "GDPR Art. 5(1)(c), 6(1)(c)",
        "Confirm the duty under rules in decisions.yaml; then correct the period in the notice.",
        _said_below_minimum,
    ),
    Rule(
        "retention.periods_not_told_apart",
        "retention_lawful",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 12(1), 13(2)(a)",
        "Say in the notice which data each period is for, and what it runs from.",
        _periods_not_told_apart,
        condition="both periods are meant for the same data",
    ),
)
