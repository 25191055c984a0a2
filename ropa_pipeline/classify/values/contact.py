"""Shapes of contact data: e-mail addresses and telephone numbers.

Belongs here: detectors of what reaches a person. A detector answers whether one text has the shape, no more.
"""

import re

import phonenumbers

_EMAIL = re.compile(r"[^\s@<>\"',;:()]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_PHONE_FORM = re.compile(r"(?:\+|00)?[\d\s().\-/]{7,22}")
_REGIONS = ("LT", "LV", "EE", "PL", "DE", "GB")
_DATE_LIKE = re.compile(r"\d{2,4}[-./]\d{1,2}[-./]\d{2,4}")


def is_email(text: str) -> bool:
    """Whether the text is an e-mail address.

    >>> is_email("ona@example.com"), is_email("@example")
    (True, False)
    """
    return "@" in text and len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether the text is a telephone number: international, or national with the marks of one.

    Bare digits are only taken where a trunk prefix (0 or 8) opens them, as codes and sums look alike.

    >>> is_phone("+370 612 34567"), is_phone("304567890"), is_phone("2024-05-01")
    (True, False, False)
    """
    if _PHONE_FORM.fullmatch(text) is None or _DATE_LIKE.fullmatch(text):
        return False
    digits = sum(char.isdigit() for char in text)
    if not 7 <= digits <= 15:
        return False
    if text.startswith(("+", "00")):
        return _possible("+" + text.lstrip("+0") if text.startswith("00") else text, None)
    if not text.startswith(("0", "8", "(0", "(8")) or digits < 8 or digits > 12:
        return False
    return any(_possible(text, region) for region in _REGIONS)


def _possible(text: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number) if region is None else phonenumbers.is_valid_number(number)
