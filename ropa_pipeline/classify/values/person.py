"""Shapes of persons and places: names, birth dates, coordinates.

Belongs here: weak shapes, which confirm a name or rescue a column without one, never decide against a table.
"""

import re
from datetime import date

_WORD = r"(?:[^\W\d_](?:[^\W\d_]|['’\-.])*)"
_NAME = re.compile(rf"{_WORD}(?:,? {_WORD}){{1,3}}")
_DATE = re.compile(r"(\d{4})[-./](\d{2})[-./](\d{2})(?:[ T]00:00:00(?:\.0+)?)?")
_DATE_DAY_FIRST = re.compile(r"(\d{2})[-./](\d{2})[-./](\d{4})")
_GPS = re.compile(r"\(?\s*(-?\d{1,2}\.\d{3,})\s*[,; ]\s*(-?\d{1,3}\.\d{3,})\s*\)?")
_NOT_NAMES = frozenset(
    [
        "uab",
        "ab",
        "mb",
        "sia",
        "oü",
        "as",
        "gmbh",
        "ltd",
        "llc",
        "inc",
        "srl",
        "sp",
        "zoo",
        "street",
        "st",
        "gatve",
        "g.",
        "credit",
        "card",
        "bank",
        "order",
        "new",
        "red",
        "blue",
        "black",
        "white",
        "large",
        "small",
        "free",
        "standard",
        "express",
        "delivery",
        "shipping",
        "payment",
        "the",
        "and",
        "of",
        "for",
        "with",
    ]
)
_OLDEST, _YOUNGEST = 1905, 2010
"""Years of birth of living customers old enough to buy; fixed, so that the same values give the same profile."""


def is_person_name(text: str) -> bool:
    """Two to four capitalised words without digits and without words of companies or goods.

    >>> is_person_name("Ona Onaitė"), is_person_name("Standard Delivery"), is_person_name("ona")
    (True, False, False)
    """
    if len(text) > 60 or _NAME.fullmatch(text) is None:
        return False
    words = text.replace(",", "").split()
    return all(word[0].isupper() for word in words) and not any(word.lower() in _NOT_NAMES for word in words)


def is_birth_date(text: str) -> bool:
    """A date without time, in the years in which a living customer can be born.

    >>> is_birth_date("1980-02-29"), is_birth_date("1980-02-30"), is_birth_date("1850-01-01")
    (True, False, False)
    """
    found = _DATE.fullmatch(text)
    if found is not None:
        year, month, day = (int(part) for part in found.groups())
    else:
        found = _DATE_DAY_FIRST.fullmatch(text)
        if found is None:
            return False
        day, month, year = (int(part) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return _OLDEST <= year <= _YOUNGEST


def is_gps_pair(text: str) -> bool:
    """A pair of coordinates with at least three decimals each.

    >>> is_gps_pair("54.68716, 25.27965"), is_gps_pair("1.5, 2.5")
    (True, False)
    """
    found = _GPS.fullmatch(text)
    return found is not None and abs(float(found.group(1))) <= 90 and abs(float(found.group(2))) <= 180
