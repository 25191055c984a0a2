"""Dates and numbers as exports write them.

Belongs here: turning a cell into a moment or telling that it is one; the formats are listed once, in
:data:`DATE_FORMATS`. Does not belong here: which column is a clock (mappings) and calendar arithmetic
(``register``). A clock decides how old a row is (GDPR Art. 5(1)(e)), so an unreadable date is None and
counted as "without date", never guessed. Source of the five formats: exports of Lithuanian banks and
couriers, where 22/11/2026 is day first; month first is read only where nothing else is possible.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

DATE_FORMATS: tuple[tuple[str, re.Pattern[str], tuple[int, int, int]], ...] = (
    ("2026-11-22", re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
    ("2026.11.22", re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\.?"), (1, 2, 3)),
    ("22.11.2026", re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), (3, 2, 1)),
    ("22/11/2026", re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 2, 1)),
    ("11/22/2026", re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 1, 2)),
    ("20261122", re.compile(r"(\d{4})(\d{2})(\d{2})(?=\d{6}$|[T ]|$)"), (1, 2, 3)),
)
"""Name, pattern and the groups of year, month and day. Tried in order; the first real date counts."""

_TIME = re.compile(
    r"[T ,]*(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?|(\d{2})(\d{2})(\d{2}))?\s*"
    r"(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d+)?|[+-]?\d+(?:[.,]\d+)*")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_MOST = 1e40
_EARLIEST, _LATEST = 1900, 2200


def moment(value: object, zone: tzinfo = UTC, *, epoch: bool = False) -> datetime | None:
    """The moment a cell stands for, as naive time of ``zone``; None where it is none or a zero date.

    ``epoch`` says that the column is declared to hold seconds since 1970; longer digit strings
    (milliseconds, microseconds, nanoseconds) are recognised by their length in any case.

    >>> moment("22.11.2026 14:05")
    datetime.datetime(2026, 11, 22, 14, 5)
    >>> moment("2026-11-22T14:05:00+02:00")
    datetime.datetime(2026, 11, 22, 12, 5)
    >>> moment("0000-00-00") is None
    True
    """
    if isinstance(value, datetime):
        return _sensible(_local(value, zone))
    if isinstance(value, date):
        return _sensible(datetime(value.year, value.month, value.day))
    if isinstance(value, bool) or value is None or isinstance(value, timedelta):
        return None
    if isinstance(value, int | float):
        # a number that JSON writes may be infinite, or longer than any float
        return _from_number(float(value), zone, epoch) if abs(value) < _MOST else None
    text = str(value).strip().lstrip("'")
    if len(text) > 40:
        return None
    if _EPOCH.fullmatch(text):
        return _from_number(float(text), zone, epoch)
    return _from_text(text, zone)


def is_date(text: str) -> bool:
    """Whether a cell is written as a date (epoch seconds are not: they look like any number).

    >>> is_date("2026.11.22"), is_date("0000-00-00 00:00:00"), is_date("Suma")
    (True, True, False)
    """
    text = text.strip()
    return text.startswith("0000-00-00") or (len(text) <= 40 and _from_text(text, UTC) is not None)


def is_number(text: str) -> bool:
    """Whether a cell is a number: ``1 234,56`` (also with a no-break space), ``1234.56`` or bare cents.

    >>> is_number("1\\u00a0234,56"), is_number("-12.50"), is_number("12 Main St")
    (True, True, False)
    """
    return bool(_NUMBER.fullmatch(text.strip().replace("\u2212", "-")))


def _from_text(text: str, zone: tzinfo) -> datetime | None:
    for _name, pattern, (year, month, day) in DATE_FORMATS:
        match = pattern.match(text)
        if match is None:
            continue
        rest = _TIME.match(text, match.end())
        if rest is None:
            continue
        try:
            found = datetime(int(match[year]), int(match[month]), int(match[day]), *_clock_time(rest))
        except ValueError:
            continue
        return _sensible(_zoned(found, rest[7], zone))
    return None


def _clock_time(match: re.Match[str]) -> tuple[int, int, int]:
    hours, minutes, seconds = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    return int(hours or 0), int(minutes or 0), int(seconds or 0)


def _zoned(found: datetime, offset: str | None, zone: tzinfo) -> datetime:
    if not offset:
        return found
    if offset.upper() in ("Z", "UTC"):
        return _local(found.replace(tzinfo=UTC), zone)
    digits = offset[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    try:
        shifted = found - shift if offset[0] == "+" else found + shift
    except OverflowError:
        return found
    return _local(shifted.replace(tzinfo=UTC), zone)


def _from_number(number: float, zone: tzinfo, epoch: bool) -> datetime | None:
    if not epoch and 20_000 <= number < 80_000:
        # the day count of spreadsheets: 20 000 is the year 1954, 80 000 the year 2119
        return _sensible((_EXCEL_EPOCH + timedelta(days=number)).replace(microsecond=0))
    if not epoch and 19_000_101 <= number < 22_000_101:
        return _from_text(str(int(number)), zone)
    while number >= 1e11:
        number /= 1000
    if number < 1e8 and not (epoch and number > 0):
        return None
    return _sensible(_local(datetime.fromtimestamp(int(number), UTC), zone))


def _local(value: datetime, zone: tzinfo) -> datetime:
    if value.tzinfo is None:
        return value.replace(microsecond=0)
    try:
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    except OverflowError:
        return value.replace(tzinfo=None, microsecond=0)


def _sensible(value: datetime) -> datetime | None:
    return value if _EARLIEST <= value.year < _LATEST else None
