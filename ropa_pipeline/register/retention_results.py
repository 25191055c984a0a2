"""What the ages of rows mean: one result per rule and table, never better than what was measured.

Belongs here: merging answers, adherence and its reason in words. Does not belong here: questions
(``retention_questions``), SQL, findings (``policy``). GDPR Art. 5(1)(e), 5(2).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fnmatch import fnmatchcase

from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, Clock, ClockKind, TableClocks
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.inventory import TableReading
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import ObservedTable, SourceObservation
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import Adherence, Effect, StartEvent
from ropa_pipeline.register.clock_words import in_words
from ropa_pipeline.register.periods import OPEN_ENDED
from ropa_pipeline.register.retention_questions import NO_CLOCK, questions

NEVER_MEASURED = "backups; copies at recipients"
FEW_ROWS = 5
"""Below this many dated rows only the month of the oldest is shown: a date could single a person out."""

Answered = list[tuple[AgeQuestion, AgeAnswer]]

_DATE_TYPES = ("date", "datetime", "timestamp")
_DATE_NAMES = ("date_add", "created_at", "created", "placed_at", "date", "timestamp", "updated_at")


def results(
    rules: tuple[RetentionRule, ...],
    observations: tuple[SourceObservation, ...],
    *,
    folder: ControllerFolder,
    reference: Reference,
    systems: Mapping[str, SystemMapping],
    as_of: date,
    measured_at: datetime,
    readings: tuple[TableReading, ...] = (),
) -> tuple[RetentionResult, ...]:
    """One result per rule, source and table, sorted by key.

    The questions are those that were put before the source was read; one about a pattern of tables gives a result
    per table that answered. What got no answer is ``cannot tell`` with the reason, and so is a table that, as
    classification read it (``readings``), serves a rule's activity but has no declared clock.
    """
    by_id = {rule.rule_id: rule for rule in rules}
    named = frozenset(rule.rule_id for rule in folder.activities.retention if rule.tables)
    found: dict[str, RetentionResult] = {}
    for observation in observations:
        asked = questions(
            observation.system,
            folder=folder,
            reference=reference,
            systems=systems,
            as_of=as_of,
            timezone=folder.facts.timezone,
            source_id=observation.source_id,
        )
        grouped = _by_rule_and_table(observation, asked, named)
        here = [reading for reading in readings if reading.source_id == observation.source_id]
        for key, unasked in _not_asked(folder, here).items():
            grouped.setdefault(key, unasked)
        for (rule_id, table), answered in grouped.items():
            if rule_id in by_id:
                row = _result(by_id[rule_id], table, answered, observation, measured_at)
                found[row.row_id] = row
    return tuple(found[key] for key in sorted(found))


def _not_asked(folder: ControllerFolder, readings: Iterable[TableReading]) -> dict[tuple[str, str], Answered]:
    """Tables that serve a rule's activity by their reading alone: there was no clock to ask about."""
    covers = {activity.id: activity.covers for activity in folder.activities.activities}
    found: dict[tuple[str, str], Answered] = {}
    for rule in folder.activities.retention:
        purposes = {purpose for activity in rule.activities for purpose in covers.get(activity, ())}
        for reading in readings:
            if rule.tables or reading.data_subject == "none" or not purposes.intersection(reading.purposes):
                continue
            question = AgeQuestion(
                question_id=f"{rule.rule_id}@{reading.table_stem}",
                rule_id=rule.rule_id,
                clock=Clock(kind=ClockKind.NONE, reason=NO_CLOCK),
            )
            answer = AgeAnswer(question_id=question.question_id, rule_id=rule.rule_id, not_measured=NO_CLOCK)
            found[rule.rule_id, reading.table_stem] = [(question, answer)]
    return found


def _by_rule_and_table(
    observation: SourceObservation, asked: tuple[TableClocks, ...], named: frozenset[str]
) -> dict[tuple[str, str], Answered]:
    """Answers grouped for results. A mapped table that this source does not have is no result, unless a rule of
    the controller's own (``named``) names its tables."""
    answers: dict[str, list[tuple[str, AgeAnswer]]] = {}
    for ages in observation.ages:
        for answer in ages.answers:
            answers.setdefault(answer.question_id, []).append((ages.table, answer))
    observed = {item.stem for item in observation.tables}
    spelt: dict[str, list[str]] = {}
    for stem in sorted(observed):
        spelt.setdefault(stem.casefold(), []).append(stem)
    grouped: dict[tuple[str, str], Answered] = {}
    for table in asked:
        meant = _meant(table.table, spelt) or [table.table]
        for question in table.questions:
            unanswered = [(stem, _unanswered(question, observation)) for stem in meant]
            for stem, answer in answers.get(question.question_id) or unanswered:
                if stem in observed or question.rule_id in named:
                    grouped.setdefault((question.rule_id, stem), []).append((question, answer))
    return grouped


def _meant(pattern: str, spelt: Mapping[str, list[str]]) -> list[str]:
    """The stems that a stem or pattern means, in whatever case; most are plain, and a shop has hundreds of tables."""
    folded = pattern.casefold()
    if not any(mark in folded for mark in "*?["):
        return spelt.get(folded, [])
    return sorted(stem for name, stems in spelt.items() if fnmatchcase(name, folded) for stem in stems)


def _unanswered(question: AgeQuestion, observation: SourceObservation) -> AgeAnswer:
    reason = "the source gave no answer" if observation.has_rows else "only the schema was read, no rows"
    return AgeAnswer(question_id=question.question_id, rule_id=question.rule_id, not_measured=reason)


def _result(
    rule: RetentionRule, table: str, answered: Answered, observation: SourceObservation, measured_at: datetime
) -> RetentionResult:
    reasons = tuple(dict.fromkeys(_why_not(question, answer, observation) for question, answer in answered))
    missing = tuple(reason for reason in reasons if reason)
    measured = None if missing else _together([answer for _, answer in answered])
    if missing:
        adherence, reason = Adherence.CANNOT_TELL, _no_clock_remedy("; ".join(missing), table, observation)
    else:
        assert measured is not None
        adherence, reason = _judge(rule, [question for question, _ in answered], measured)
    return RetentionResult(
        rule_id=rule.rule_id,
        system=observation.system,
        source_id=observation.source_id,
        table_name=table,
        clock="; or ".join(dict.fromkeys(in_words(question) for question, _ in answered)),
        rows=measured.rows if measured else None,
        oldest=coarse(measured) if measured else None,
        rows_within=measured.within if measured else None,
        rows_kept_by_law=measured.kept_by_law if measured else None,
        rows_on_hold=measured.on_hold if measured else None,
        rows_undecided=measured.undecided if measured else None,
        rows_overdue=measured.overdue if measured else None,
        rows_without_date=measured.without_date if measured else None,
        deciding_rule=measured.deciding_rule if measured else "",
        adherence=adherence,
        reason=reason,
        not_measured="; ".join([NEVER_MEASURED, *missing, *_partial(observation)]),
        measured_at=measured_at,
        data_as_of=observation.data_as_of,
    )


def coarse(answer: AgeAnswer) -> date | None:
    """The oldest date, as the first of its month where fewer than five rows have one."""
    if answer.oldest is None or answer.rows - answer.without_date >= FEW_ROWS:
        return answer.oldest
    return answer.oldest.replace(day=1)


def _why_not(question: AgeQuestion, answer: AgeAnswer, observation: SourceObservation) -> str:
    if question.clock.kind is ClockKind.NONE:
        return question.clock.reason or NO_CLOCK
    if answer.not_measured:
        return answer.not_measured
    return "" if observation.has_rows else "only the schema was read, no rows"


def _together(answers: list[AgeAnswer]) -> AgeAnswer:
    """Several conditional clocks of one table are about different rows: their counts add up."""
    first = answers[0]
    if len(answers) == 1:
        return first
    deciding = {rule for answer in answers for rule in answer.deciding_rule.split(", ") if rule}
    return AgeAnswer(
        question_id=first.question_id,
        rule_id=first.rule_id,
        rows=sum(answer.rows for answer in answers),
        within=sum(answer.within for answer in answers),
        kept_by_law=sum(answer.kept_by_law for answer in answers),
        on_hold=sum(answer.on_hold for answer in answers),
        undecided=sum(answer.undecided for answer in answers),
        overdue=sum(answer.overdue for answer in answers),
        without_date=sum(answer.without_date for answer in answers),
        oldest=min((answer.oldest for answer in answers if answer.oldest), default=None),
        newest=max((answer.newest for answer in answers if answer.newest), default=None),
        deciding_rule=", ".join(sorted(deciding)),
    )


def _judge(rule: RetentionRule, questions: list[AgeQuestion], answer: AgeAnswer) -> tuple[Adherence, str]:
    """Adherence with its reason; the first that fits, and "yes" only when nothing speaks against it."""
    start = (
        " The rule states no start event: the end of the calendar year of the row's date was taken."
        if rule.starts_at is StartEvent.NOT_STATED
        else ""
    )
    if any(question.cutoff is None for question in questions):
        return Adherence.CANNOT_TELL, _no_end(rule)
    if answer.rows == 0:
        return Adherence.CANNOT_TELL, "There are no rows in scope; whether any were expected is not known."
    if answer.overdue:
        more = " Others are due but undecided." if answer.undecided else ""
        return Adherence.NO, f"Rows are past the period, and no rule or hold keeps them.{more}{start}"
    if answer.undecided:
        doubts = ", ".join(sorted({keep.rule_id for item in questions for keep in item.keeps} & _deciding(answer)))
        return (
            Adherence.UNDECIDED,
            f"Rows are past the period, but it is not decided whether they must be kept: {doubts}.{start}",
        )
    if answer.without_date == answer.rows:
        return Adherence.CANNOT_TELL, "No row has a usable date: all are empty, zero or in the future."
    kept = [
        words
        for count, words in (
            (answer.kept_by_law, "a duty that applies keeps rows past the period"),
            (answer.on_hold, "rows past the period are on hold"),
        )
        if count
    ]
    undated = " Some rows have no usable date and could not be judged." if answer.without_date else ""
    if kept:
        return Adherence.YES, f"No row is overdue: {' and '.join(kept)}.{undated}{start}"
    return Adherence.YES, f"All dated rows are within the period.{undated}{start}"


def _deciding(answer: AgeAnswer) -> set[str]:
    return set(answer.deciding_rule.split(", "))


def _no_end(rule: RetentionRule) -> str:
    if rule.effect is not Effect.ERASE_AFTER:
        return "The rule informs and sets no end: rows were counted, none is due under it."
    if rule.period == OPEN_ENDED:
        return "The period is open-ended: no end can be computed."
    return f"No end can be computed from the period {rule.period}."


def _partial(observation: SourceObservation) -> Iterable[str]:
    return () if observation.complete else ("parts of the source that the read did not reach",)


def _no_clock_remedy(reason: str, table: str, observation: SourceObservation) -> str:
    """Name a column that could be a clock: a proposal for a person, never used by itself."""
    if NO_CLOCK not in reason:
        return reason
    observed = next((item for item in observation.tables if table in (item.stem, item.name)), None)
    candidate = _candidate(observed) if observed else ""
    if not candidate:
        return f"{reason}; no column looks like one"
    return f"{reason}; {candidate} looks like one: declare it under clocks in sources.yaml if it is"


def _candidate(table: ObservedTable) -> str:
    dated = [
        column.name
        for column in table.columns
        if column.native_type.lower().startswith(_DATE_TYPES)
        or column.name.lower() in _DATE_NAMES
        or column.name.lower().endswith("_at")
    ]
    preferred = [name for wanted in _DATE_NAMES for name in dated if name.lower() == wanted]
    return (preferred or sorted(dated) or [""])[0]
