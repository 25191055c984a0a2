"""Periods: ISO 8601 durations kept as written, and the calendar arithmetic of retention.

Belongs here: reading a duration, the cut-off of a rule on a day, and comparing two durations. Does not
belong here: rules, rows and SQL. How a period is counted follows Regulation (EEC, Euratom) No 1182/71,
Art. 3: the day of the event is not counted, a period ends with the last hour of its last day, and a day
that the last month does not have is that month's last day. So a row is due on the day *after*.
"""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.terms import StartEvent

OPEN_ENDED = "OPEN ENDED"
SESSION = "SESSION"
WORDS_WITHOUT_AMOUNT = (OPEN_ENDED, SESSION, NOT_STATED)

UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_DURATION = re.compile(
    r"P(?!$)(?:(\d{1,5})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?"
    r"(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)
_EARLIEST = date(1000, 1, 1)
_DAYS_OF = {"years": 365.25, "months": 365.25 / 12, "weeks": 7.0, "days": 1.0}
_TOLERANCE = 0.02
_RUNS_FROM_YEAR_END = frozenset({StartEvent.CALENDAR_YEAR_END, StartEvent.NOT_STATED})
_RUNS_FROM_OWN_YEAR_END = frozenset({StartEvent.FINANCIAL_YEAR_END, StartEvent.ACCOUNTING_PERIOD_END})


class PeriodError(ValueError):
    """A period that cannot be read; the message quotes it and says what is expected."""


class Period(Frozen):
    """A duration. ``text`` is as written; the parts are never normalised (13 months stay 13 months)."""

    text: str
    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0

    @property
    def parts(self) -> tuple[tuple[int, str], ...]:
        """The amounts that are written, with their unit; one for ``P13M``, two for ``P1Y14D``."""
        return tuple((getattr(self, unit), unit) for unit in UNITS if getattr(self, unit))

    @property
    def amount(self) -> int | None:
        """The number, where there is exactly one."""
        return self.parts[0][0] if len(self.parts) == 1 else None

    @property
    def unit(self) -> str:
        """The unit of :attr:`amount`; empty where there is not exactly one."""
        return self.parts[0][1] if len(self.parts) == 1 else ""

    @property
    def words(self) -> str:
        """The period for people.

        >>> read("P1Y14D").words, read("PT480H").words
        ('1 year and 14 days', '480 hours')
        """
        said = [f"{amount} {unit if amount != 1 else unit.rstrip('s')}" for amount, unit in self.parts]
        return " and ".join(said) if said else "no time"

    @property
    def clock_time(self) -> timedelta:
        """The part that is counted in hours rather than in days."""
        return timedelta(hours=self.hours, minutes=self.minutes, seconds=self.seconds)

    @property
    def length_in_days(self) -> float:
        """Mean length, for comparing lifetimes only; never for deciding about a row."""
        return sum(amount * _DAYS_OF.get(unit, 0.0) for amount, unit in self.parts) + self.clock_time / timedelta(1)


def read(text: str) -> Period:
    """Read an ISO 8601 duration.

    >>> read("P13M").amount, read("P13M").unit, read("P13M").text
    (13, 'months', 'P13M')

    Raises :class:`PeriodError` for anything else, also for OPEN ENDED, SESSION and NOT STATED, which are no
    durations (see :func:`read_if_any`), and for fractions, which no source uses.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise PeriodError(f"{text!r} is no period: write an ISO 8601 duration such as P10Y, P13M, P90D or PT480H")
    amounts = {unit: int(value or 0) for unit, value in zip(UNITS, match.groups(), strict=True)}
    return Period(text=text.strip(), **amounts)


def read_if_any(text: str) -> Period | None:
    """The duration, or None for an open-ended wording, a session or an unstated period.

    >>> read_if_any("OPEN ENDED") is None
    True
    """
    return None if text.strip() in ("", *WORDS_WITHOUT_AMOUNT) else read(text)


@lru_cache(maxsize=4096)  # in one night the same few for every table of every controller
def cutoff(as_of: date, period: Period, starts_at: StartEvent, timezone: str) -> datetime:
    """The moment before which rows are due on ``as_of``: a clock at or after it is not due.

    Periods that run from a year end are counted from 31 December of the clock's year. Where the start event
    is NOT STATED the latest plausible one, that year end, is taken, so that no row is called overdue which a
    stated event could still defend. A financial year or accounting period that nobody declared ends at most
    a year after the clock. All other events are what the clock shows.

    >>> cutoff(date(2026, 3, 1), read("P1M"), StartEvent.LOG_CREATED, "UTC").date()
    datetime.date(2026, 2, 1)
    >>> cutoff(date(2026, 1, 1), read("P10Y"), StartEvent.CALENDAR_YEAR_END, "UTC").date()
    datetime.date(2016, 1, 1)
    >>> cutoff(date(2025, 12, 31), read("P10Y"), StartEvent.CALENDAR_YEAR_END, "UTC").date()
    datetime.date(2015, 1, 1)
    """
    if starts_at in _RUNS_FROM_YEAR_END:
        first = _first_year_not_due(as_of, period)
    elif starts_at in _RUNS_FROM_OWN_YEAR_END:
        first = _first_day_not_due(_first_day_not_due(as_of, period), Period(text="P1Y", years=1))
    else:
        first = _first_day_not_due(as_of, period)
    zone = ZoneInfo(timezone or "UTC")
    midnight = datetime.combine(first, time.min, tzinfo=zone)
    if not period.clock_time or first <= _EARLIEST:
        return midnight
    return datetime.fromtimestamp(midnight.timestamp() - period.clock_time.total_seconds(), tz=zone)


def end_of(start: date, period: Period) -> date:
    """The last day of a period whose event was on ``start`` (hours are left out).

    >>> end_of(date(2024, 2, 29), read("P1Y")), end_of(date(2026, 1, 31), read("P1M"))
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    try:
        return start + relativedelta(years=period.years, months=period.months, weeks=period.weeks, days=period.days)
    except (ValueError, OverflowError):
        return date.max


def _first_day_not_due(as_of: date, period: Period) -> date:
    """The first day whose period has not ended before ``as_of``.

    Only hours: the day itself, from which :func:`cutoff` goes back.
    """
    if not (period.years or period.months or period.weeks or period.days):
        return as_of
    try:
        day = as_of - relativedelta(years=period.years, months=period.months, weeks=period.weeks, days=period.days)
    except (ValueError, OverflowError):
        return _EARLIEST
    # Going back and coming forward differ at month ends, by at most the three days that months differ in.
    day = max(day - timedelta(days=4), _EARLIEST) if day > _EARLIEST else _EARLIEST
    while end_of(day, period) < as_of:
        day += timedelta(days=1)
    return day


def _first_year_not_due(as_of: date, period: Period) -> date:
    year = max(_first_day_not_due(as_of, period).year - 1, _EARLIEST.year)
    while end_of(date(year, 12, 31), period) < as_of:
        year += 1
    return date(year, 1, 1)


def same_length(one: Period, other: Period) -> bool:
    """Whether two lifetimes mean the same although they are written in other units, within two per cent.

    >>> same_length(read("P90D"), read("P3M")), same_length(read("P400D"), read("P13M"))
    (True, True)
    >>> same_length(read("P2Y"), read("P25M"))
    False
    """
    if (months := _in_months(one)) is not None and months == _in_months(other):
        return True
    longer = max(one.length_in_days, other.length_in_days)
    return abs(one.length_in_days - other.length_in_days) <= longer * _TOLERANCE


def longer_than(one: Period, other: Period) -> bool:
    """Whether the first is clearly longer: months are compared exactly, mixed units beyond the tolerance.

    >>> longer_than(read("P10Y"), read("P5Y")), longer_than(read("P36M"), read("P3Y"))
    (True, False)
    """
    months, others = _in_months(one), _in_months(other)
    if months is not None and others is not None:
        return months > others
    return one.length_in_days > other.length_in_days and not same_length(one, other)


def _in_months(period: Period) -> int | None:
    if period.weeks or period.days or period.clock_time:
        return None
    return period.years * 12 + period.months
