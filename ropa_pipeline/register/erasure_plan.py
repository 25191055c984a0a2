"""A reviewable erasure plan: what is overdue, in which order to erase it, and what must stay.

Belongs here: choosing from retention results what may be planned, ordering tables, and the text for people.
Does not belong here: deleting (the tool never does, and connects read-only), findings. GDPR Art. 5(1)(e),
17(1)(a), 17(3), 19.

A plan is a dated draft. It is never written from a proposed, unverified or conflicting rule, and it names no
person's key: its conditions are about dates, and whoever runs it counts them again first.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.clock import AgeQuestion, TableClocks
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import Applicability, RuleKind
from ropa_pipeline.register.clock_words import in_words
from ropa_pipeline.register.retention_questions import questions
from ropa_pipeline.register.rule_conflicts import BLOCKS_ERASURE, RuleConflict


class ErasureStep(Frozen):
    """One table of one source. ``rows`` were overdue when measured; the other counts stay where they are."""

    position: int
    source_id: str
    system: str
    table: str
    rule_id: str
    period: str
    conditions: tuple[str, ...]
    rows: int
    kept_by_law: int
    on_hold: int
    undecided: int
    without_date: int
    kept_for: tuple[str, ...]
    disposal: str


class LeftOut(Frozen):
    """An overdue set that no plan may touch, and why."""

    source_id: str
    table: str
    rule_id: str
    reason: str


class ErasurePlan(Frozen):
    """A draft for one controller on one day. ``recipients`` are to be told (Art. 19)."""

    controller_id: str
    as_of: date
    approver: str
    steps: tuple[ErasureStep, ...]
    left_out: tuple[LeftOut, ...]
    recipients: tuple[str, ...]

    def text(self) -> str:
        """The plan for reading and signing."""
        lines = [
            f"ERASURE PLAN (draft) · {self.controller_id} · as of {self.as_of.isoformat()}",
            f"Approver: {self.approver}",
            "This tool deletes nothing. Count each condition again before acting: a higher count than written here,",
            "or a new hold, means the plan is out of date.",
        ]
        for step in self.steps:
            lines += [
                "",
                f"{step.position}. {step.source_id} · table {step.table} · rule {step.rule_id} ({step.period})",
                *(f"   Condition: {condition}" for condition in step.conditions),
                f"   Rows overdue: {step.rows}. Disposal: {step.disposal}",
                f"   Stays: kept by law {step.kept_by_law}, on hold {step.on_hold}, undecided {step.undecided}, "
                f"without date {step.without_date}",
            ]
            if step.kept_for:
                lines.append(f"   Never erase what is kept for: {', '.join(step.kept_for)}")
        if not self.steps:
            lines += ["", "Nothing may be erased under this plan."]
        if self.left_out:
            lines += ["", "Left out:"]
            lines += [f"- {item.source_id} · {item.table} · {item.rule_id}: {item.reason}" for item in self.left_out]
        told = ", ".join(self.recipients) or NOT_STATED
        lines += [
            "",
            f"Recipients to be told (GDPR Art. 19): {told}",
            "Backups: erase on their own schedule; not seen.",
        ]
        return "\n".join(lines) + "\n"


def plan(
    results: tuple[RetentionResult, ...],
    rules: tuple[RetentionRule, ...],
    conflicts: tuple[RuleConflict, ...],
    observations: tuple[SourceObservation, ...],
    *,
    folder: ControllerFolder,
    reference: Reference,
    systems: Mapping[str, SystemMapping],
    as_of: date,
    approver: str = NOT_STATED,
) -> ErasurePlan:
    """The plan for all overdue sets of a controller; tables that depend on others come first."""
    by_id = {rule.rule_id: rule for rule in rules}
    asked = {
        item.source_id: questions(
            item.system,
            folder=folder,
            reference=reference,
            systems=systems,
            as_of=as_of,
            timezone=folder.facts.timezone,
            source_id=item.source_id,
        )
        for item in observations
    }
    observed = {item.source_id: item for item in observations}
    steps: list[ErasureStep] = []
    left_out: list[LeftOut] = []
    for row in sorted(results, key=lambda item: item.row_id):
        if not row.rows_overdue:
            continue
        reason = _refusal(row, by_id.get(row.rule_id), conflicts, observed.get(row.source_id))
        if reason:
            left_out.append(LeftOut(source_id=row.source_id, table=row.table_name, rule_id=row.rule_id, reason=reason))
        else:
            steps.append(_step(row, by_id[row.rule_id], asked[row.source_id], row.rows_overdue))
    ordered = _in_order(steps, asked, observed)
    planned = {step.rule_id for step in ordered}
    activities = {
        activity for item in folder.activities.retention if item.rule_id in planned for activity in item.activities
    }
    recipients = {
        recipient.name or recipient.system or recipient.category
        for activity in folder.activities.activities
        if activity.id in activities
        for recipient in activity.recipients
    }
    return ErasurePlan(
        controller_id=folder.facts.controller_id,
        as_of=as_of,
        approver=approver,
        steps=tuple(step.model_copy(update={"position": place}) for place, step in enumerate(ordered, start=1)),
        left_out=tuple(left_out),
        recipients=tuple(sorted(recipients)),
    )


def _refusal(
    row: RetentionResult,
    rule: RetentionRule | None,
    conflicts: tuple[RuleConflict, ...],
    observation: SourceObservation | None,
) -> str:
    """Why no plan may be made from this result; empty where one may."""
    if rule is None or rule.kind is RuleKind.PROPOSED:
        return "the rule is only proposed"
    if not rule.verified:
        return "the rule is not verified by a person"
    if rule.applicability is not Applicability.APPLIES:
        return "it is not confirmed that the rule applies"
    if observation is None or not observation.complete:
        return "the source was not read completely tonight"
    against = sorted(
        {item.kind.value for item in conflicts if row.rule_id in _ids(item) and item.kind in BLOCKS_ERASURE}
    )
    return f"the rule is in conflict: {'; '.join(against)}" if against else ""


def _ids(conflict: RuleConflict) -> tuple[str, str]:
    return conflict.rule_id, conflict.other_rule_id


def _step(row: RetentionResult, rule: RetentionRule, asked: tuple[TableClocks, ...], overdue: int) -> ErasureStep:
    own = [
        question
        for table in asked
        for question in table.questions
        if question.rule_id == row.rule_id and table.table in (row.table_name, "*")
    ]
    return ErasureStep(
        position=0,
        source_id=row.source_id,
        system=row.system,
        table=row.table_name,
        rule_id=row.rule_id,
        period=rule.period,
        conditions=tuple(_condition(question) for question in own),
        rows=overdue,
        kept_by_law=row.rows_kept_by_law or 0,
        on_hold=row.rows_on_hold or 0,
        undecided=row.rows_undecided or 0,
        without_date=row.rows_without_date or 0,
        kept_for=tuple(sorted({keep.rule_id for question in own for keep in question.keeps})),
        disposal=rule.disposal,
    )


def _condition(question: AgeQuestion) -> str:
    before = question.cutoff.isoformat(sep=" ") if question.cutoff else NOT_STATED
    return f"{in_words(question)}; that date is before {before}"


def _in_order(
    steps: list[ErasureStep], asked: Mapping[str, tuple[TableClocks, ...]], observed: Mapping[str, SourceObservation]
) -> list[ErasureStep]:
    """Rows that point at others first, so that nothing is left behind that points at nobody."""
    ordered: list[ErasureStep] = []
    for source_id in sorted({step.source_id for step in steps}):
        here = [step for step in steps if step.source_id == source_id]
        needs = dict(_dependencies(asked[source_id], observed.get(source_id)))
        depth = {step.table: _depth(step.table, needs, frozenset()) for step in here}
        ordered += sorted(here, key=lambda step: (-depth[step.table], step.table, step.rule_id))
    return ordered


def _dependencies(
    asked: tuple[TableClocks, ...], observation: SourceObservation | None
) -> Iterable[tuple[str, frozenset[str]]]:
    """For each table, the tables that its rows point at: by foreign keys, and by declared clocks."""
    points_at: dict[str, set[str]] = {}
    for table in asked:
        for question in table.questions:
            clock = question.clock
            if clock.parent_table and clock.own_key in ("id", f"id_{table.table}"):
                # The clock's table holds our key, so its rows point at ours (a guest's connections).
                points_at.setdefault(clock.parent_table, set()).add(table.table)
            elif clock.parent_table:
                points_at.setdefault(table.table, set()).add(clock.parent_table)
            for part in clock.parts:
                points_at.setdefault(part.via or part.table, set()).add(table.table)
                if part.via:
                    points_at.setdefault(part.table, set()).add(part.via)
    for observed in observation.tables if observation else ():
        for key in observed.foreign_keys:
            points_at.setdefault(observed.stem, set()).add(key.references_table)
    return ((table, frozenset(parents)) for table, parents in points_at.items())


def _depth(table: str, needs: Mapping[str, frozenset[str]], above: frozenset[str]) -> int:
    parents = [item for item in needs.get(table, frozenset()) if item not in above and item != table]
    return 1 + max((_depth(item, needs, above | {table}) for item in parents), default=0)
