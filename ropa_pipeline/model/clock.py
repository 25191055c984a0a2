"""Clocks: which date says how old a row is, and what is asked of rows.

Belongs here: declared clocks (from ``mappings/systems``), the questions put to a source (cut-offs that
Python computed) and the answers (aggregates). Does not belong here: SQL (``connectors.row_ages``) and
the judgement (``register.retention``). GDPR Art. 5(1)(e), 30(1)(f).
"""

from datetime import date, datetime
from enum import StrEnum

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import StartEvent


class ClockKind(StrEnum):
    """How a table's rows get their date."""

    COLUMN = "column"
    FALLBACK = "fallback"
    INHERITED = "inherited"
    LAST_ACTIVITY = "last_activity"
    NONE = "none"


class ActivityPart(Frozen):
    """One table of a last-activity clock: newest ``column`` of ``table`` where ``table.key`` = this row's ``own_key``.

    ``via`` names a table in between (``guest`` between ``customer`` and ``connections``): its ``via_key``
    equals this row's ``own_key`` and its ``via_link`` equals ``table.key``.
    """

    table: str
    column: str
    key: str
    own_key: str
    via: str = ""
    via_key: str = ""
    via_link: str = ""


class Condition(Frozen):
    """Which rows a clock or rule is about. All given parts must hold.

    ``not_exists``/``exists`` name a table (stem) and a pair of columns: rows of that table with
    ``key`` = this row's ``own_key``. ``column``/``equals`` compare this row's own column with a number or word.
    """

    column: str = ""
    equals: str = ""
    not_equals: str = ""
    exists_table: str = ""
    not_exists_table: str = ""
    key: str = ""
    own_key: str = ""


class Clock(Frozen):
    """The declared clock of a table for one start event.

    ``columns``: tried in order, the first that is neither NULL nor a zero date counts (``fallback``).
    ``inherited``: the parent's date by its ``columns`` (``parent_table.parent_key`` = this row's ``own_key``).
    ``epoch_seconds``: the column holds seconds since 1970 rather than a date.
    """

    kind: ClockKind
    columns: tuple[str, ...] = ()
    parent_table: str = ""
    parent_key: str = ""
    own_key: str = ""
    parts: tuple[ActivityPart, ...] = ()
    epoch_seconds: bool = False
    reason: str = ""


class TableClock(Frozen):
    """A clock declared for a table (stem) in a system mapping. ``events`` are the start events it stands for."""

    table: str
    events: tuple[StartEvent, ...]
    clock: Clock
    condition: Condition | None = None


class KeepReason(StrEnum):
    """Why a due row is not overdue."""

    LAW = "law"
    HOLD = "hold"
    UNDECIDED = "undecided"


class Keep(Frozen):
    """A rule that suspends erasure of rows whose ``clock`` is at or after ``cutoff`` (None: all rows)."""

    rule_id: str
    reason: KeepReason
    clock: Clock | None = None
    cutoff: datetime | None = None


class AgeQuestion(Frozen):
    """One rule put to one table: rows are due when their clock is before ``cutoff``.

    ``cutoff`` None: the rule has no end that can be computed; only rows, oldest and undatable are counted.
    """

    question_id: str
    rule_id: str
    clock: Clock
    condition: Condition | None = None
    cutoff: datetime | None = None
    keeps: tuple[Keep, ...] = ()


class TableClocks(Frozen):
    """All questions for one table of a source (stem), answered in one pass."""

    table: str
    questions: tuple[AgeQuestion, ...]
    latest: datetime


class AgeAnswer(Frozen):
    """The answer to one question. ``within + kept_by_law + on_hold + undecided + overdue + without_date = rows``.

    ``oldest`` is the oldest usable date; a date after the request's ``latest`` or a zero date has no use.
    ``not_measured`` says why nothing could be counted (a missing table or column, no rows in the source).
    """

    question_id: str
    rule_id: str
    rows: int = 0
    within: int = 0
    kept_by_law: int = 0
    on_hold: int = 0
    undecided: int = 0
    overdue: int = 0
    without_date: int = 0
    oldest: date | None = None
    newest: date | None = None
    deciding_rule: str = ""
    not_measured: str = ""


class TableAges(Frozen):
    """Answers for one table."""

    table: str
    answers: tuple[AgeAnswer, ...]
