"""A reviewable erasure plan: what is overdue, in which order to erase it, and what must stay.

Belongs here: choosing from retention results what may be planned, what stays, and ordering tables. Does not belong
here: the text for people (``erasure_text``), SQL (``connectors.erasure_sql``), findings, deleting (the tool never
does, and connects read-only). GDPR Art. 5(1)(e), 17(1)(a), 17(3), 19.

A plan is a dated draft. It is never written from a proposed, unverified or conflicting rule, and it names no
person's key: its conditions are about dates, and whoever runs it counts them again first.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.clock import AgeQuestion, KeepReason, TableClocks
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import Applicability, RuleKind
from ropa_pipeline.register.clock_words import in_words
from ropa_pipeline.register.retention_questions import questions
from ropa_pipeline.register.retention_rules import holds
from ropa_pipeline.register.rule_conflicts import BLOCKS_ERASURE, RuleConflict


class AskedRows(Frozen):
    """A condition, and how many rows met it when they were measured."""

    question: AgeQuestion
    overdue: int
    kept_by_law: int


class ErasureStep(Frozen):
    """One table of one source. ``rows`` were overdue when measured; the other counts stay where they are.

    ``keep_columns`` are those that a duty names in rows that it keeps; ``blank_columns`` the other personal ones: the
    duty keeps the document, not what stands beside it. ``questions`` are the conditions, each with how many rows it
    found, for who writes SQL of them.
    """

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
    keep_columns: tuple[str, ...] = ()
    blank_columns: tuple[str, ...] = ()
    personal_columns: tuple[str, ...] = ()
    questions: tuple[AskedRows, ...] = ()
    latest: datetime | None = None

    @property
    def may_anonymise(self) -> bool:
        """Whether the rule lets data be anonymised instead of erased."""
        return "anonymi" in self.disposal.lower()


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
    holds: tuple[str, ...] = ()


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
    columns: tuple[ClassifiedColumn, ...] = (),
    timezones: Mapping[str, str] | None = None,
) -> ErasurePlan:
    """The plan for all overdue sets of a controller; tables that depend on others come first.

    ``observations`` are those of sources read tonight. ``columns`` tell which columns are personal; ``timezones``, by
    source, in which zone its days begin (default: the controller's), as when its rows were measured.
    """
    by_id = {rule.rule_id: rule for rule in rules}
    asked = {
        item.source_id: questions(
            item.system,
            folder=folder,
            reference=reference,
            systems=systems,
            as_of=as_of,
            timezone=(timezones or {}).get(item.source_id, folder.facts.timezone),
            source_id=item.source_id,
        )
        for item in observations
    }
    observed = {item.source_id: item for item in observations}
    steps: list[ErasureStep] = []
    left_out: list[LeftOut] = []
    for row in sorted(results, key=lambda item: item.row_id):
        if not row.rows_overdue and not row.rows_kept_by_law:
            continue
        reason = _refusal(row, by_id.get(row.rule_id), conflicts, observed.get(row.source_id))
        if reason and row.rows_overdue:
            left_out.append(LeftOut(source_id=row.source_id, table=row.table_name, rule_id=row.rule_id, reason=reason))
        elif not reason:
            known = _Columns(columns, reference, row)
            step = _step(row, by_id[row.rule_id], asked[row.source_id], observed[row.source_id], known)
            if step.rows or step.blank_columns:
                steps.append(step)
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
        holds=tuple(
            f"{hold.hold_id} ({hold.kind}; {hold.scope}; to be reviewed on {hold.review_on})"
            for hold in holds(folder)
            if (hold.valid_from is None or hold.valid_from <= as_of)
            and (hold.valid_to is None or as_of <= hold.valid_to)
        ),
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


class _Columns:
    """The personal columns of one result's table, parted by what a duty names."""

    def __init__(self, columns: tuple[ClassifiedColumn, ...], reference: Reference, row: RetentionResult) -> None:
        self.personal = {
            item.column_name: item.data_category
            for item in columns
            if item.source_id == row.source_id
            and item.table_stem == row.table_name
            and item.data_category not in ("", "none", NOT_STATED)
            and "." not in item.column_name
        }
        self._named = {law.rule_id: law.categories for law in reference.rules}

    def named_by(self, duties: Iterable[str]) -> frozenset[str]:
        """The personal columns that any of these duties names; a duty without categories names all."""
        kept: set[str] = set()
        for duty in duties:
            named = self._named.get(duty, ())
            kept |= {name for name, category in self.personal.items() if not named or _is_or_below(category, named)}
        return frozenset(kept)


def _is_or_below(category: str, named: tuple[str, ...]) -> bool:
    return any(category == item or category.startswith(f"{item}.") for item in named)


def _step(
    row: RetentionResult,
    rule: RetentionRule,
    asked: tuple[TableClocks, ...],
    observation: SourceObservation,
    columns: _Columns,
) -> ErasureStep:
    about = [table for table in asked if table.table in (row.table_name, "*")]
    own = [question for table in about for question in table.questions if question.rule_id == row.rule_id]
    duties = {keep.rule_id for question in own for keep in question.keeps if keep.reason is KeepReason.LAW}
    keep = columns.named_by(duties) if row.rows_kept_by_law else frozenset()
    # Dates tell the age of a row and keys hold it together: neither is blanked.
    fixed = {name for question in own for name in (*question.clock.columns, question.clock.own_key)}
    beside = {*columns.personal} - keep - fixed if row.rows_kept_by_law and duties else set()
    return ErasureStep(
        position=0,
        source_id=row.source_id,
        system=row.system,
        table=row.table_name,
        rule_id=row.rule_id,
        period=rule.period,
        conditions=tuple(_condition(question) for question in own),
        rows=row.rows_overdue or 0,
        kept_by_law=row.rows_kept_by_law or 0,
        on_hold=row.rows_on_hold or 0,
        undecided=row.rows_undecided or 0,
        without_date=row.rows_without_date or 0,
        kept_for=tuple(sorted({keep.rule_id for question in own for keep in question.keeps})),
        disposal=rule.disposal,
        keep_columns=tuple(sorted(keep)),
        blank_columns=tuple(sorted(beside)),
        personal_columns=tuple(sorted({*columns.personal} - fixed)),
        questions=tuple(_rows_of(question, row.table_name, observation) for question in own),
        latest=about[0].latest if about else None,
    )


def _rows_of(question: AgeQuestion, table: str, observation: SourceObservation) -> AskedRows:
    answers = [
        answer
        for ages in observation.ages
        if ages.table in (table, "*")
        for answer in ages.answers
        if answer.question_id == question.question_id
    ]
    return AskedRows(
        question=question,
        overdue=sum(answer.overdue for answer in answers),
        kept_by_law=sum(answer.kept_by_law for answer in answers),
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
