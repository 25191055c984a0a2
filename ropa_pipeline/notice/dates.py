"""Finds calendar dates in a text.

Belongs here: the ways notices write dates in English and Lithuanian. Numeric dates with the day or month first are
read day first, as the countries of these notices write them. Does not belong here: what the date is of.
"""

import re
from dataclasses import dataclass
from datetime import date

from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.words import Words


@dataclass(frozen=True)
class FoundDate:
    """A date and where it stands. ``day`` None: only month and year are given (``text`` is ``2025-03``)."""

    text: str
    day: date | None
    start: int


_ISO = re.compile(r"(?<!\d)(20\d\d)\s?[-./ ]\s?(0?[1-9]|1[0-2])\s?[-./ ]\s?(0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[-./](0?[1-9]|1[0-2])[-./](20\d\d)(?!\d)")


def find_dates(text: str, words: Words) -> list[FoundDate]:
    """All dates in the text, left to right."""
    folded = fold(text)
    found = [
        item
        for match in _ISO.finditer(folded)
        if (item := _dated(match[1], match[2], match[3], match.start())) is not None
    ]
    found += [
        item
        for match in _NUMERIC.finditer(folded)
        if (item := _dated(match[3], match[2], match[1], match.start())) is not None
    ]
    for hit in words["months"].find_folded(folded):
        item = _around(folded, hit.start, hit.end, hit.key)
        if item is not None:
            found.append(item)
    return sorted(found, key=lambda item: item.start)


def _around(folded: str, start: int, end: int, month: str) -> FoundDate | None:
    """Day and year on either side of a month's name."""
    before, after = folded[max(0, start - 24) : start], folded[end : end + 20]
    year_first = re.search(r"(20\d\d)\s*(?:m(?:et[au]\w*)?\.?)?\s*,?\s*$", before)
    if year_first:
        day = re.match(r"\s*(?:men\w*\.?\s*)?(\d{1,2})(?!\d)", after)
        return _dated(year_first[1], month, day[1] if day else "", start)
    year_after = re.match(r"\.?,?\s*(?:of\s+)?(20\d\d)(?!\d)", after)
    day_before = re.search(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?\.?\s*(?:of\s+)?$", before)
    if year_after:
        return _dated(year_after[1], month, day_before[1] if day_before else "", start)
    day_after = re.match(r"\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d\d)(?!\d)", after)
    return _dated(day_after[2], month, day_after[1], start) if day_after else None


def _dated(year: str, month: str, day: str, start: int) -> FoundDate | None:
    if not day:
        return FoundDate(f"{int(year):04d}-{int(month):02d}", None, start)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return FoundDate(found.isoformat(), found, start)
