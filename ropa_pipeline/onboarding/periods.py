"""Periods of a first draft: what the notice states as rules, and what law asks as proposals.

Belongs here: which activities a stated period is about, and whether its rows can be told apart. Does not belong
here: testing them (``register.retention``). GDPR Art. 5(1)(e), 30(1)(f). Deleting unlawfully is worse than keeping a
day longer: where the notice gives two periods for the same data, both only inform until a person tells them apart.
"""

import re
from collections import Counter
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredActivity, DeclaredProposal, DeclaredRetention
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.law import Reference, StatutoryRule
from ropa_pipeline.model.notice import RetentionStatement
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.template import Templates
from ropa_pipeline.model.terms import Effect, Qualifier, RuleKind, StatementKind

_EXCEPTIONS = frozenset({"dispute pending", "longer retention necessary", "settings changed", "incident"})
_ELSEWHERE = "as in this section"
_COOKIES = "cookies"
_ANY_DUTY = "legal_compliance"
_BINDING = (RuleKind.STATUTORY_MINIMUM, RuleKind.STATUTORY_MAXIMUM)


def draft_retention(
    said: Iterable[Statement],
    activities: tuple[DeclaredActivity, ...],
    templates: Templates,
    taxonomy: Taxonomy,
    controller_id: str,
) -> tuple[tuple[DeclaredRetention, ...], tuple[str, ...]]:
    """One rule per stated period, and the ids of rules whose rows a person must tell apart.

    A principle without data, purpose or number is no rule; it stays a statement.
    """
    labels = {item.key: item.label.en for item in taxonomy.purposes}
    labels |= {item.key: item.label.en for item in taxonomy.data_categories}
    rules: list[DeclaredRetention] = []
    used: Counter[str] = Counter()
    for item in said:
        if item.kind is not StatementKind.RETENTION:
            continue
        value = RetentionStatement.parse(item.value)
        has_end = value.period not in (NOT_STATED, "OPEN ENDED")
        scope = tuple(key for key in value.scope if key != NOT_STATED)
        if value.period == NOT_STATED or (not has_end and (not scope or _ELSEWHERE in value.condition)):
            continue
        slug = re.sub(r"[^a-z0-9]+", "_", item.subject.lower()).strip("_") if item.subject != NOT_STATED else "all"
        used[slug] += 1
        conditions = [key for key in value.condition if key not in (NOT_STATED, *_EXCEPTIONS)]
        exceptions = [key for key in value.condition if key in _EXCEPTIONS]
        rules.append(
            DeclaredRetention(
                rule_id=f"{controller_id}_{slug}" + (f"_{used[slug]}" if used[slug] > 1 else ""),
                activities=_activities(item.subject, scope, activities, templates),
                categories=_categories(item.subject, scope, activities, taxonomy),
                period=value.period,
                qualifier=value.qualifier,
                starts_at=value.starts_at,
                effect=_effect(value, scope),
                scope=", ".join(labels.get(key, key) for key in scope),
                condition="; ".join(conditions),
                exception="; ".join(exceptions),
                disposal="; ".join(key for key in value.disposal if key != NOT_STATED),
                statements=(item.statement_id,),
            )
        )
    unclear = _unclear(rules)
    return (
        tuple(
            rule.model_copy(update={"effect": Effect.INFORMS}) if rule.rule_id in unclear else rule for rule in rules
        ),
        unclear,
    )


def _effect(value: RetentionStatement, scope: tuple[str, ...]) -> Effect:
    """A cookie's life is the browser's to end, and what usually lasts some days is no limit: both only inform."""
    informs = _COOKIES in scope or value.qualifier is Qualifier.TYPICALLY
    return Effect.INFORMS if informs else Effect.ERASE_AFTER


def _activities(
    subject: str, scope: tuple[str, ...], activities: tuple[DeclaredActivity, ...], templates: Templates
) -> tuple[str, ...]:
    """Activities whose purposes are in the scope, and those that the data of the rule belong to."""
    purposes = {key for key in scope if templates.of(key)}
    if len(purposes) > 1:
        purposes.discard(_ANY_DUTY)
    # A rule about data names other data only to mark itself off; a rule about a purpose names what it holds.
    about = [subject] if subject not in purposes and subject != NOT_STATED else list(scope)
    for key in about:
        if key not in purposes:
            purposes.update(_owners(key, templates))
    found = tuple(item.id for item in activities if purposes.intersection(item.covers))
    if found:
        return found
    part = {item.purpose for item in templates.activities if item.joins in purposes}
    return tuple(item.id for item in activities if part.intersection(item.covers))


def _owners(category: str, templates: Templates) -> set[str]:
    """Purposes that a category belongs to: exactly, by being above or below it, else by its family."""

    def near(one: str, other: str) -> bool:
        return one == other or one.startswith(other + ".") or other.startswith(one + ".")

    exact = {item.purpose for item in templates.activities if any(near(own, category) for own in item.owns)}
    family = category.split(".")[0]
    wider = {item.purpose for item in templates.activities if any(own.split(".")[0] == family for own in item.owns)}
    return exact or wider


def _categories(
    subject: str, scope: tuple[str, ...], activities: tuple[DeclaredActivity, ...], taxonomy: Taxonomy
) -> tuple[str, ...]:
    """What narrows the rule: its own category, or those of its scope; a general word stands for what is below it.

    Some purposes are called as families of data are (delivery, marketing, payment). A purpose narrows nothing: whoever
    keeps "orders and deliveries" for five years does not mean the tracking numbers alone.
    """
    known = [item.key for item in taxonomy.data_categories]
    purposes = {item.key for item in taxonomy.purposes}

    def below(word: str) -> list[str]:
        return [key for key in known if key == word or key.startswith(word + ".")]

    if subject in purposes:
        return tuple(dict.fromkeys(key for word in scope if word not in purposes for key in below(word)))
    return tuple(below(subject))


def _unclear(rules: list[DeclaredRetention]) -> tuple[str, ...]:
    """Rules with a number that share activity and data with another one: no row says which of them it follows."""
    numbered = [rule for rule in rules if rule.period.startswith("P")]
    found = set()
    for one in numbered:
        for other in numbered:
            shares = set(one.activities) & set(other.activities)
            same = not one.categories or not other.categories or set(one.categories) & set(other.categories)
            if one is not other and shares and same and (one.period, one.starts_at) != (other.period, other.starts_at):
                found.add(one.rule_id)
    return tuple(sorted(found))


def law_periods(activity: DeclaredActivity, reference: Reference, jurisdiction: str) -> tuple[DeclaredProposal, ...]:
    """Periods that law lays down for the activity's purposes, as proposals, sorted by rule."""
    fitting = sorted(
        (rule for rule in reference.rules if _concerns(rule, activity, jurisdiction)), key=lambda rule: rule.rule_id
    )
    return tuple(
        DeclaredProposal(
            field="retention", value=_period_text(rule), reason=rule.title, law=rule.law, verified=rule.verified
        )
        for rule in fitting
    )


def _concerns(rule: StatutoryRule, activity: DeclaredActivity, jurisdiction: str) -> bool:
    return (
        rule.jurisdiction in (jurisdiction, "eu")
        and rule.kind in _BINDING
        and rule.effect is not Effect.INFORMS
        and rule.period.startswith("P")
        and not rule.systems
        and bool(set(rule.purposes) & set(activity.covers))
    )


def _period_text(rule: StatutoryRule) -> str:
    how = "" if rule.qualifier is Qualifier.NOT_STATED else f"{rule.qualifier.value} "
    return f"{how}{rule.period} from {rule.starts_at.value}"
