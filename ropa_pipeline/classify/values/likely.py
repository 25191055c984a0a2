"""Which detectors a cell's form lets through: a cell of digits is no name, a word without digits no account.

Belongs here: necessary marks of each shape, read once per cell. Does not belong here: the shapes themselves. Saves
time and changes no answer: a detector that is left out would have answered no.
"""

_TRUNK = frozenset("+08(")
_CARD_START = frozenset("23456")
_HIDDEN = frozenset("*xX•·.")
_DIGITS = frozenset("0123456789")
MAX_NAME, MAX_SHORT = 60, 40
_SHORT_NUMBER = 6


def likely(text: str) -> tuple[str, ...]:
    """Names of the patterns that a text of one to 512 characters can be, by its length and marks.

    >>> likely("42"), likely("ona@example.com")
    (('number_small',), ('email',))
    """
    if text.isdigit():
        return _of_digits(text)
    found: list[str] = []
    size, first = len(text), text[0]
    if "@" in text:
        found.append("email")
    if not _DIGITS.isdisjoint(text) or not text.isascii():
        found.extend(_with_digits(text, size, first))
    colons = text.count(":")
    if colons >= 2 or text.count(".") == 3:
        found.append("ip")
    if size == 17:
        found.append("mac")
    if "/" in text:
        found.append("user_agent")
    if 36 <= size <= 38 and "-" in text:
        found.append("uuid")
    if first in "$p" or (size >= 35 and colons):
        found.append("password_hash")
    if first == "e" and text.startswith("eyJ"):
        found.append("jwt")
    if first.isupper() and size <= MAX_NAME and " " in text:
        found.append("person_name")
    return tuple(found)


def _of_digits(text: str) -> tuple[str, ...]:
    size = len(text)
    if size <= _SHORT_NUMBER:
        return ("number_small",)
    found: list[str] = []
    if text[0] in _TRUNK or not text.isascii():
        found.append("phone")
    if size == 11:
        found += ("personal_code_lt_ee", "personal_code_lv", "personal_code_pl")
    elif size == 10:
        found.append("nhs_uk")
    if size in (9, 10):
        found.append("company_code")
    if 8 <= size <= 10:
        found.append("ip_integer")
    if size >= 13 and text[0] in _CARD_START:
        found.append("card")
    return tuple(found)


def _with_digits(text: str, size: int, first: str) -> list[str]:
    found: list[str] = []
    if size <= MAX_SHORT:
        if first in _TRUNK or not text.isascii():
            found.append("phone")
        if size >= 13 and first in _CARD_START:
            found.append("card")
        if not _HIDDEN.isdisjoint(text):
            found.append("card_masked")
        if size == 12 and text[6] == "-":
            found.append("personal_code_lv")
        if 9 <= size <= 13 and first.isupper():
            found.append("nino_uk")
        if size > 10 and (" " in text or "-" in text):
            found.append("nhs_uk")
        if size >= 10 and (first.isalpha() or first == " "):
            found.append("vat_code")
        if size >= 10:
            found.append("birth_date")
    if size >= 14 and first.isupper():
        found.append("iban")
    if size >= 26:
        if size <= 128:
            found.append("hex_token")
        if size <= 44:
            found.append("wallet_address")
        if 86 <= size <= 88:
            found.append("signature")
    if "." in text:
        found.append("gps_pair")
    return found
