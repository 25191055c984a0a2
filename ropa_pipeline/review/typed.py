"""What people type by hand: a reason or a name must not hold somebody's personal data.

Belongs here: looking for values inside a sentence with the detectors it is given. Does not belong here: the detectors
(``classify.values``), which look at whole cells, and the forms of names (``names_in_text``). Who decided is part of
the record (GDPR Art. 5(2)), so a name alone is not refused; an address, a number, a code, or a customer told of by
name is.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.observation import ValueProfile
from ropa_pipeline.review.names_in_text import names_a_person

REFUSED: tuple[tuple[str, str], ...] = (
    ("email", "an e-mail address"),
    ("phone", "a telephone number"),
    ("iban", "a bank account number"),
    ("card", "a card number"),
    ("card_masked", "a card number"),
    ("personal_code_lt_ee", "a personal code"),
    ("personal_code_lv", "a personal code"),
    ("personal_code_pl", "a personal code"),
    ("nino_uk", "a national insurance number"),
    ("nhs_uk", "a health service number"),
    ("birth_date", "a date of birth"),
    ("ip", "an IP address"),
    ("mac", "a device address"),
    ("user_agent", "a browser's identification"),
    ("uuid", "an identifier"),
    ("jwt", "a token"),
    ("hex_token", "a token"),
    ("password_hash", "a password's hash"),
    ("wallet_address", "a wallet address"),
    ("signature", "a signature"),
    ("gps_pair", "coordinates"),
)
"""Patterns that a typed text is refused for, and what they are called."""

_MOST_WORDS = 9  # an IBAN in groups of four
_EDGES = ".,;:!?()[]{}<>\"'„“”«»"
_PARTS = re.compile(r"[\s,;:/|<>()=\"']+")


@lru_cache(maxsize=4096)
def personal_value(text: str) -> str:
    """What kind of personal value a text holds, in words; empty where none was recognised. Never the value.

    >>> personal_value("asked at ona@example.com."), personal_value("the courier's own field, checked on 2026-03-02")
    ('an e-mail address', '')
    """
    found = _patterns(profile_values(_windows(text)))
    kind = next((words for name, words in REFUSED if name in found), "")
    return kind or ("a person's name" if names_a_person(text) else "")


def _windows(text: str) -> Iterator[str]:
    """The text, and every run of up to nine words that could be a value: a value always has a digit or an @."""
    yield text
    seen: set[str] = set()
    for words in ([word.strip(_EDGES) for word in text.split()], _PARTS.split(text), text.split()):
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MOST_WORDS, len(words)) + 1):
                window = " ".join(words[start:end])
                if window not in seen and any(char.isdigit() or char == "@" for char in window):
                    seen.add(window)
                    yield window


def _patterns(profile: ValueProfile) -> set[str]:
    found = {share.pattern for share in profile.patterns if share.matched}
    for key in profile.nested:
        found |= _patterns(key.profile)
    return found
