"""A clock in words, for people who read the record.

Belongs here: rendering a declared clock and its condition. Does not belong here: reading rows.
"""

from ropa_pipeline.model.clock import ActivityPart, AgeQuestion, Clock, ClockKind, Condition


def in_words(question: AgeQuestion) -> str:
    """How a row's age is told under a question.

    >>> clock = Clock(kind=ClockKind.FALLBACK, columns=("invoice_date", "date_add"))
    >>> in_words(AgeQuestion(question_id="q", rule_id="r", clock=clock))
    'invoice_date, where that is empty or zero date_add'
    """
    said = _clock(question.clock)
    return f"{said}; {_condition(question.condition)}" if question.condition else said


def _clock(clock: Clock) -> str:
    match clock.kind:
        case ClockKind.NONE:
            return "none"
        case ClockKind.COLUMN | ClockKind.FALLBACK:
            return ", where that is empty or zero ".join(clock.columns)
        case ClockKind.INHERITED:
            columns = ", where that is empty or zero ".join(clock.columns)
            return f"newest {columns} in {clock.parent_table} (by {clock.own_key})"
        case ClockKind.LAST_ACTIVITY:
            return "newest of " + ", ".join([*clock.columns, *map(_part, clock.parts)])


def _part(part: ActivityPart) -> str:
    through = f" through {part.via}" if part.via else ""
    return f"{part.table}.{part.column}{through}"


def _condition(condition: Condition) -> str:
    tests: list[str] = []
    if condition.column and condition.equals:
        tests.append(f"{condition.column} is {condition.equals}")
    if condition.column and condition.not_equals:
        tests.append(f"{condition.column} is not {condition.not_equals}")
    if condition.exists_table:
        tests.append(f"there is a row in {condition.exists_table} (by {condition.own_key})")
    if condition.not_exists_table:
        tests.append(f"there is no row in {condition.not_exists_table} (by {condition.own_key})")
    return "only rows where " + " and ".join(tests)
