"""Changes of law and of providers, and the registers they touch: "reCAPTCHA's role changed: 412 registers to review".

Belongs here: dated changes out of the shared mappings (roles, statutory rules, adequacy decisions) and which registers
each touches. Does not belong here: deciding what follows from a change, which a person does in the register (review or
approval); that is what ``reviewed`` means here. GDPR Art. 24(1), 28, 45, 46.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from ropa_pipeline.model.base import is_filled
from ropa_pipeline.model.law import Adequacy, Reference, StatutoryRule
from ropa_pipeline.model.portfolio import ChangeKind, ChangeTouches, DatedChange, ReviewState
from ropa_pipeline.model.system import RolePeriod, SystemMapping
from ropa_pipeline.portfolio.view import Touchable, View

LOOK_BACK_DAYS, LOOK_AHEAD_DAYS = 730, 90
_ONE_DAY = timedelta(days=1)


class _Change(NamedTuple):
    """A change on its way to a row, with what it is matched by."""

    row: DatedChange
    system: str = ""
    flow: str = "*"
    rule: StatutoryRule | None = None
    adequacy: Adequacy | None = None


def dated_changes(systems: Mapping[str, SystemMapping], reference: Reference, as_of: date) -> tuple[_Change, ...]:
    """What changed in the last two years or will within 90 days, oldest first."""
    first, last = as_of - timedelta(days=LOOK_BACK_DAYS), as_of + timedelta(days=LOOK_AHEAD_DAYS)
    every = (*_roles(systems), *_rules(reference.rules), *_adequacy(reference.adequacy))
    near = (item for item in every if first <= item.row.changed_on <= last)
    return tuple(sorted(near, key=lambda item: (item.row.changed_on, item.row.change_id)))


def touching(
    changes: Iterable[_Change], views: Iterable[View], as_of: date
) -> tuple[tuple[DatedChange, ...], tuple[ChangeTouches, ...]]:
    """The changes with their counts, and one row per register that one touches."""
    read = tuple(view for view in views if view.is_read)
    rows: list[DatedChange] = []
    touches: list[ChangeTouches] = []
    for change in changes:
        mine = [row for view in read if (row := _touch(change, view, as_of)) is not None]
        reviewed = sum(row.state is ReviewState.REVIEWED for row in mine)
        rows.append(change.row.model_copy(update={"reviewed": reviewed, "to_review": len(mine) - reviewed}))
        touches += mine
    return tuple(rows), tuple(touches)


def _touch(change: _Change, view: View, as_of: date) -> ChangeTouches | None:
    touched = _touched(change, view.touchable)
    if not touched:
        return None
    looked = {name: view.touchable.looked_at.get(name) or view.touchable.approved_on for name in touched}
    since = change.row.changed_on
    waiting = tuple(name for name in touched if (day := looked[name]) is None or day < since)
    days = [looked[name] for name in waiting or touched]
    known = [day for day in days if day is not None]
    state = ReviewState.TO_REVIEW if waiting else ReviewState.REVIEWED
    return ChangeTouches(
        change_id=change.row.change_id,
        controller_id=view.controller_id,
        activities=waiting or touched,
        state=ReviewState.UPCOMING if since > as_of else state,
        looked_at_on=min(known) if len(known) == len(days) else None,
    )


def _touched(change: _Change, seen: Touchable) -> tuple[str, ...]:
    """The activities of one register that a change touches, sorted; none: it is not touched."""
    if change.system:
        names = seen.systems.get(change.system, ())
        return tuple(name for name in names if change.flow == "*" or change.flow in seen.purposes.get(name, ()))
    if change.adequacy is not None:
        return seen.transfers.get((change.adequacy.regime, change.adequacy.country), ())
    rule = change.rule
    if rule is None or rule.rule_id in seen.not_applicable or not _is_law_of(rule.jurisdiction, seen.jurisdiction):
        return ()
    if rule.systems and not set(rule.systems) & set(seen.systems):
        return ()
    return tuple(sorted(name for name, keys in seen.purposes.items() if set(keys) & set(rule.purposes)))


def _is_law_of(jurisdiction: str, controller: str) -> bool:
    """Whether a jurisdiction's law is a controller's: its own, or the Union's in a Member State."""
    return jurisdiction == controller or (jurisdiction == "eu" and controller not in ("", "uk"))


def _roles(systems: Mapping[str, SystemMapping]) -> Iterable[_Change]:
    for key, mapping in sorted(systems.items()):
        for period in mapping.roles:
            before = _before(period, mapping.roles)
            if period.valid_from is not None and before is not None and before.role is not period.role:
                row = _row(
                    ChangeKind.ROLE, f"{key}|{period.flow}", mapping.name, before.role.value, period.role.value,
                    period.valid_from, period.source, period.verified,
                )  # fmt: skip
                yield _Change(row, system=key, flow=period.flow)


def _before(period: RolePeriod, every: Iterable[RolePeriod]) -> RolePeriod | None:
    """The role just before a period begins, in the same flow, else in all flows."""
    if period.valid_from is None:
        return None
    day = period.valid_from - _ONE_DAY
    held = [
        item
        for item in every
        if item is not period
        and item.flow in (period.flow, "*")
        and (item.valid_from is None or item.valid_from <= day)
        and (item.valid_to is None or item.valid_to >= day)
    ]
    return max(held, key=lambda item: (item.flow == period.flow, item.valid_from or date.min), default=None)


def _rules(rules: Iterable[StatutoryRule]) -> Iterable[_Change]:
    for rule in rules:
        said = f"{rule.title}: {rule.qualifier.value} {rule.period}" if is_filled(rule.period) else rule.title
        if rule.valid_from is not None:
            yield _Change(_dated(ChangeKind.RULE, rule.rule_id, rule.law, "", said, rule.valid_from, rule), rule=rule)
        if rule.valid_to is not None:
            ends = rule.valid_to + _ONE_DAY
            yield _Change(_dated(ChangeKind.RULE, rule.rule_id, rule.law, said, "", ends, rule), rule=rule)


def _adequacy(decisions: Iterable[Adequacy]) -> Iterable[_Change]:
    for item in decisions:
        key = f"{item.country}|{item.regime}"
        if item.valid_from is not None:
            row = _dated(ChangeKind.ADEQUACY, key, item.country, "", item.decision, item.valid_from, item)
            yield _Change(row, adequacy=item)
        if item.valid_to is not None:
            ends = item.valid_to + _ONE_DAY
            yield _Change(_dated(ChangeKind.ADEQUACY, key, item.country, item.decision, "", ends, item), adequacy=item)


def _dated(
    kind: ChangeKind, key: str, subject: str, before: str, after: str, day: date, item: StatutoryRule | Adequacy
) -> DatedChange:
    return _row(kind, key, subject, before, after, day, item.source, item.verified)


def _row(
    kind: ChangeKind, key: str, subject: str, before: str, after: str, day: date, source: str, verified: bool
) -> DatedChange:
    return DatedChange(
        change_id=f"{kind.name.lower()}|{key}|{day.isoformat()}",
        kind=kind,
        subject=subject,
        before=before,
        after=after,
        changed_on=day,
        source=source,
        verified=verified,
        to_review=0,
        reviewed=0,
    )
