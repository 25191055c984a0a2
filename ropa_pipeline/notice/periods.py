"""Finds periods of time in a text and writes them in ISO 8601, as they are worded.

Belongs here: numbers in digits and words, units, several units in a row. Does not belong here: what the period is
about (``retention``). Nothing is converted: 480 hours stay ``PT480H``.
"""

import re
from dataclasses import dataclass

from ropa_pipeline.notice.phrases import Vocabulary, fold
from ropa_pipeline.notice.words import Words

_DATE_UNITS = ("Y", "M", "W", "D")
_TIME_UNITS = (("H", "H"), ("MIN", "M"), ("S", "S"))
_DIGITS = re.compile(
    r"(?<![\w.,/-])(\d{1,4})(?:-?(?:ies|iu|iai|ius|ju|uju|eriu|erius|eri|is|tis|us|os|uo|ti))?(?![\w])"
)
_BETWEEN = re.compile(
    r"\s*(?:\(\s*[\w\s-]{1,20}\s*\)\s*)?-?\s*(?:full |calendar |kalendorini\w+ |pilnu |darbo |business |working )?"
)
_HALF = re.compile(
    r"\b(?:pusmet\w+|puse?s? metu|half a year|half-year)\b|\b(pusantru metu|a year and a half|one and a half years)\b"
)
"""Six months, or eighteen."""
_ONE = re.compile(
    r"(?:(?:[-:]|\b(?:saugo\w+|laik\w+|dar|iki|bent|apie|daugiau nei|ilgiau kaip|ilgiau nei))"
    r" ?\|(?:metus|menesi|savaite)"
    r"|\bper ?\|(?:menesi|savaite))$"
)
"""A unit in the accusative without a number is one: "Žinutes – metus", "atsakysime per mėnesį"."""
_LINK = re.compile(r"(?:\s|,|\band\b|\bir\b|\(|\))*")
_CITED = re.compile(r"\b(?:str\w*|straipsni\w*|art\w*|sec\w*|dal\w*)\.?\s*$")
_BARE_ARTICLE = re.compile(
    r"(?:\b(?:for|of|after|within|than|to|is|per|plus|in|about|around|roughly|approximately|over|least|most|another|every|once"
    r"|up to|or|every)|[:(–—-])\s*$"
)


@dataclass(frozen=True)
class Period:
    """A period, and where in the text it stands."""

    iso: str
    start: int
    end: int


def find_periods(text: str, words: Words) -> list[Period]:
    """All periods, left to right. ``1 year 1 month`` is one period; dates and plain numbers are none."""
    folded = fold(text)
    singles = sorted(_singles(folded, words["units"], words["numbers"]), key=lambda item: (item[2], -item[3]))
    found: list[Period] = []
    parts: dict[str, int] = {}
    start = end = -1
    for unit, amount, first, last in singles:
        if first < end:
            continue
        if parts and unit not in parts and _LINK.fullmatch(folded[end:first]) and folded[end:first] != "":
            parts[unit] = amount
            end = last
            continue
        if parts:
            found.append(Period(_iso(parts), start, end))
        parts, start, end = {unit: amount}, first, last
    if parts:
        found.append(Period(_iso(parts), start, end))
    return found


def lifetime_of(text: str, words: Words) -> str:
    """The lifetime in a cookie table's cell: ISO 8601, ``SESSION``, ``PERSISTENT`` or ``NOT STATED``."""
    periods = find_periods(text, words)
    if periods:
        return periods[0].iso
    folded = fold(text)
    if re.search(
        r"session|sesij|seans|browser clos|clos\w+ (?:the|your) browser|narsykles uzdary|uzdar\w+ narsykl", folded
    ):
        return "SESSION"
    if re.search(r"persistent|permanent|never expire|unlimited|neriboto|nuolatin|pastov|neterminuot", folded):
        return "PERSISTENT"
    return "NOT STATED"


def _singles(folded: str, units: Vocabulary, numbers: Vocabulary) -> list[tuple[str, int, int, int]]:
    amounts = [(int(match[1]), match.start(), match.end()) for match in _DIGITS.finditer(folded)]
    amounts += [
        (int(hit.key), hit.start, hit.end)
        for hit in numbers.find_folded(folded)
        if folded[hit.start : hit.end] not in ("a", "an") or _BARE_ARTICLE.search(folded[: hit.start])
    ]
    amounts = _compounds(sorted(amounts, key=lambda item: item[1]), folded)
    by_start: dict[int, tuple[str, int]] = {hit.start: (hit.key, hit.end) for hit in units.find_folded(folded)}
    glued = re.compile(r"(?<![\w.,])(?!3d)(\d{1,4})(d|h|m|y|mo|min)(?!\w)")
    letters = {"d": "D", "h": "H", "m": "M", "y": "Y", "mo": "M", "min": "MIN"}
    singles = [(letters[match[2]], int(match[1]), match.start(), match.end()) for match in glued.finditer(folded)]
    for amount, first, last in amounts:
        gap = _BETWEEN.match(folded, last)
        near = re.compile(r"[\s-]*").match(folded, last)
        unit = by_start.get(near.end() if near else last) or by_start.get(gap.end() if gap else last)
        # "2026 m." is a year and "6 str. 1 d." a paragraph of a law: neither is a period.
        if unit and amount and not (unit[0] == "Y" and amount > 99) and not _CITED.search(folded[:first]):
            singles.append((unit[0], amount, first, unit[1]))
    singles += [("D", 14, match.start(), match.end()) for match in re.finditer(r"\bfortnight\b", folded)]
    singles += [("M", 3, match.start(), match.end()) for match in re.finditer(r"\bketvirt\w+ metu\b", folded)]
    singles += [("M", 18 if match[1] else 6, match.start(), match.end()) for match in _HALF.finditer(folded)]
    numbered = {item[2] for item in singles} | {item[3] for item in singles}
    singles += [
        (hit.key, 1, hit.start, hit.end)
        for hit in units.find_folded(folded)
        if hit.end not in numbered
        and _ONE.search(folded[max(0, hit.start - 24) : hit.start] + "|" + folded[hit.start : hit.end])
    ]
    # Lithuanian shop texts also write the number after the unit's noun away: "vienerius metus" is in numbers.
    return singles


def _compounds(amounts: list[tuple[int, int, int]], folded: str) -> list[tuple[int, int, int]]:
    """ "twenty-eight" is 28, not 20 and 8; the parts stay where another unit follows them."""
    joined: list[tuple[int, int, int]] = []
    for amount, first, last in amounts:
        before = joined[-1] if joined else (0, -1, -1)
        if before[0] in range(20, 100, 10) and amount < 10 and folded[before[2] : first] in ("-", " "):
            joined[-1] = (before[0] + amount, before[1], last)
        else:
            joined.append((amount, first, last))
    return joined


def _iso(parts: dict[str, int]) -> str:
    day = "".join(f"{parts[unit]}{unit}" for unit in _DATE_UNITS if unit in parts)
    time = "".join(f"{parts[unit]}{letter}" for unit, letter in _TIME_UNITS if unit in parts)
    return "P" + day + (f"T{time}" if time else "")
