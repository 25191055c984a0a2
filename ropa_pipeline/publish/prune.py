"""Removing the facts of superseded snapshots, when the tool's own retention rule says so.

Belongs here: finding that rule, which snapshots are past it, removing them. Does not belong here: calendar
arithmetic (the caller gives the cut-off) and the form of a line (``chain``). The history holds declared people, so it
too is kept no longer than decided (GDPR Art. 5(1)(e)).

The rule stands in the controller's own register: an activity that covers ``this_tool``, and a *decided* retention
rule about it. Without one nothing is removed: losing history is worse than keeping it a day longer. What is removed
is the folder of fact Parquet and the release built from it; the chain keeps the line with every hash, who decided
the rule and when it was carried out, so it still verifies. First the lines are written, then the folders go: what a
killed pruning left is finished at the next start (``release.recover``).
"""

from datetime import date
from itertools import pairwise
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import ControllerFolder, DeclaredRetention
from ropa_pipeline.model.decisions import Decision
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.terms import Effect
from ropa_pipeline.publish.approval import must_hold
from ropa_pipeline.publish.chain import Pruned
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places, PublishError, lock
from ropa_pipeline.publish.release import recover

THIS_TOOL = "this_tool"
HOW_TO_DECIDE = (
    "no retention rule about this tool's own entry is decided, so nothing is removed. In activities.yaml declare an "
    "activity that covers this_tool, and below retention a rule for it with a period, effect erase_after and the id of "
    "a decision"
)


class OwnRule(Frozen):
    """A decided rule about the tool's own entry, with the person who decided it."""

    rule: DeclaredRetention
    decision: Decision


class Due(Frozen):
    """A superseded snapshot whose period has ended."""

    snapshot_id: str
    superseded_on: date


def own_rules(folder: ControllerFolder) -> tuple[OwnRule, ...]:
    """The decided rules about how long this tool's history is kept; at least one erases, or there are none.

    Raises PublishError for a rule that no machine can carry out (a condition, an exception).
    """
    own = {item.id for item in folder.activities.activities if THIS_TOOL in item.covers}
    decisions = {item.id: item for item in folder.decisions.decisions}
    found = [
        OwnRule(rule=rule, decision=decisions[rule.decision])
        for rule in folder.activities.retention
        if rule.decision in decisions and own & set(rule.activities) and rule.effect is not Effect.INFORMS
    ]
    for item in found:
        if item.rule.condition or item.rule.exception:
            raise PublishError(
                f"retention.{item.rule.rule_id}: it has a condition or an exception that only a person can judge, so "
                "nothing is removed"
            )
    return tuple(found) if any(item.rule.effect is Effect.ERASE_AFTER for item in found) else ()


def hold_in_force(folder: ControllerFolder, today: date) -> str:
    """The decided hold that keeps the history today, empty where there is none."""
    own = {item.id for item in folder.activities.activities if THIS_TOOL in item.covers}
    for hold in folder.decisions.holds:
        about_it = hold.activity in own or not (hold.activity or hold.system or hold.tables)
        if about_it and hold.valid_from <= today and (hold.valid_to is None or today <= hold.valid_to):
            return hold.hold_id
    return ""


def due(home: Path, controller_id: str, cut_off: date) -> tuple[Due, ...]:
    """Superseded snapshots whose period has ended, oldest first: superseded before ``cut_off``.

    Never the newest, never one in force, never one already pruned. An approved snapshot was superseded when the next
    one came into force, a draft when the next snapshot was made.
    """
    history = History(Places(home, controller_id))
    rows = {row.snapshot_id: row for row in history.snapshot_rows()}
    found = []
    for entry, following in pairwise(history.taken):
        ended = _superseded_on(rows[entry.snapshot_id], following.as_of)
        if entry.snapshot_id in history.kept and ended is not None and ended < cut_off:
            found.append(Due(snapshot_id=entry.snapshot_id, superseded_on=ended))
    return tuple(found)


def _superseded_on(row: Snapshot, next_one: date) -> date | None:
    """None for what is in force. A snapshot approved after its successor was made counts from the later of both."""
    if not row.approved_by:
        return next_one
    return max(row.in_force_until, next_one) if row.in_force_until else None


def prune(home: Path, controller_id: str, cut_off: date, own: OwnRule, today: date) -> tuple[Due, ...]:
    """Remove what is :func:`due`; returns it. Raises PublishError where the history is broken, Busy where in use."""
    places = Places(home, controller_id)
    with lock(home, controller_id):
        recover(home, controller_id)
        must_hold(home, controller_id)
        found = due(home, controller_id, cut_off)
        if not found:
            return ()
        history = History(places)
        lines = [
            Pruned(
                snapshot_id=item.snapshot_id,
                pruned_on=today,
                superseded_on=item.superseded_on,
                rule_id=own.rule.rule_id,
                period=own.rule.period,
                decided_by=own.decision.by,
                reason=own.decision.reason,
            )
            for item in found
        ]
        history.append(history.following(lines))
        recover(home, controller_id)
        return found
