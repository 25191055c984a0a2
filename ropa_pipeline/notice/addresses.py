"""Finds postal addresses that no word announces, by their form.

Belongs here: a street with its number, a town, a postal code, in the ways of the countries of these notices. Does not
belong here: whose address it is (``identity``).
"""

import re

_LETTERS = "A-ZĄČĘĖĮŠŲŪŽÄÖÕÜŁŚŻ"
_WORD = rf"(?![A-Z]{{1,2}}\d)[{_LETTERS}][\w'’-]*"
_WORDS = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_GB_CODE = r"[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}"
_TOWN = rf",\s*(?:[A-Z]{{2}}-)?(?:\d{{4,6}}\s+)?{_WORDS}(?:\s{_GB_CODE})?"
_HOUSE = r"\d{1,4}[a-zA-Z]?(?:[-–/]\d{1,4}[a-zA-Z]?)?"
_BALTIC_STREET = r"(?:g|pr|al|pl|tak|skg|tn|mnt|pst|iela|ul)"
_BRITISH_STREET = (
    r"(?:Street|Road|Lane|Avenue|Square|Drive|Way|Close|Place|Court|Row|Terrace|Gardens|Park|Hill|Green|Yard|Quay|St|Rd"
    r"|Ave|Boulevard)"
)
FORMS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"(?:[{_LETTERS}]\.\s?)?{_WORDS}\s{_BALTIC_STREET}\.?\s?{_HOUSE}(?:{_TOWN}){{1,3}}"),
    re.compile(
        rf"\b\d{{1,4}}[A-Za-z]?\s{_WORD}(?:\s{_WORD}){{0,3}}?\s{_BRITISH_STREET}\b(?:{_TOWN}){{0,3}}"
        rf"(?:,?\s*{_GB_CODE})?(?:,\s*[A-Z]{{2}}(?!\w))?"
    ),
    re.compile(rf"{_WORDS}\.?\s{_HOUSE},\s*(?:[A-Z]{{2}}-)?\d{{4,6}}(?:\s[A-Z]{{2}})?\s{_WORD}(?:,\s*{_WORD})?"),
)
"""Street and house as the Baltic states write them; house and street as Britain does; a street with a postal code."""


def find_address(text: str) -> str:
    """The first address in a text, or nothing.

    >>> find_address("Contact us at 5 Sample Lane, Leeds, LS1 1AA, GB.")
    '5 Sample Lane, Leeds, LS1 1AA, GB'
    >>> find_address("UAB Pavyzdys, Bandymų g. 3-2, LT-01234 Vilnius, tel. 1")
    'Bandymų g. 3-2, LT-01234 Vilnius'
    """
    found = next((match for form in FORMS if (match := form.search(text))), None)
    return found[0].strip(" ,.") if found else ""
