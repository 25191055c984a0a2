"""Codes with check digits: national personal numbers, companies, VAT, IBAN, cards.

Belongs here: detectors that compute a checksum (python-stdnum, ISO 13616, Luhn). Lithuania and Estonia share one
number (same form and check digit), so they share one pattern.
"""

import re

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.ee import ik
from stdnum.gb import nhs
from stdnum.lt import pvm
from stdnum.lv import pvn
from stdnum.pl import nip, pesel, regon

_DIGITS_11 = re.compile(r"\d{11}")
_LATVIAN = re.compile(r"\d{6}-?\d{5}")
_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]")
_VAT = re.compile(r"(?=.*\d)(?:LT|LV|EE|PL|DE|FR|ES|IT|GB|AT|BE|NL|FI|SE|DK)[A-Z0-9]{8,12}")
_CARD = re.compile(r"(?:\d[ -]?){12,18}\d")
_CARD_MASKED = re.compile(r"\d{0,6}[ -]?(?:[*xX•·.][ -]?){4,12}\d{4}")
_LT_COMPANY = re.compile(r"\d{9}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{10,38}")
_CARD_START = frozenset("23456")


def is_personal_code_lt_ee(text: str) -> bool:
    """A Lithuanian or Estonian personal code: date and check digit hold."""
    return _DIGITS_11.fullmatch(text) is not None and bool(ik.is_valid(text))


def is_personal_code_lv(text: str) -> bool:
    """A Latvian personal code: by date and check digit, or of the dateless form that starts with 32."""
    if _LATVIAN.fullmatch(text) is None:
        return False
    if text.startswith("32"):
        return "-" in text
    return bool(pvn.is_valid(text)) and text[0] in "0123"


def is_personal_code_pl(text: str) -> bool:
    """A Polish PESEL: date and check digit hold."""
    return _DIGITS_11.fullmatch(text) is not None and bool(pesel.is_valid(text))


def is_nino_uk(text: str) -> bool:
    """A UK National Insurance number by its form (it has no check digit).

    >>> is_nino_uk("AB 12 34 56 C"), is_nino_uk("GB123456C")
    (True, False)
    """
    return _NINO.fullmatch(text) is not None


def is_nhs_uk(text: str) -> bool:
    """A UK NHS number by its check digit, written in its usual groups or as ten digits."""
    plain = text.replace(" ", "").replace("-", "")
    return len(plain) == 10 and plain.isdigit() and bool(nhs.is_valid(plain))


def is_company_code(text: str) -> bool:
    """A company code of Lithuania (9 digits, check digit) or Poland (REGON, NIP)."""
    if _LT_COMPANY.fullmatch(text):
        return _lt_company_check(text) or bool(regon.is_valid(text))
    return len(text) == 10 and text.isdigit() and bool(nip.is_valid(text))


def _lt_company_check(text: str) -> bool:
    digits = [int(char) for char in text]
    check = sum((place + 1) * digit for place, digit in enumerate(digits[:8])) % 11
    if check == 10:
        check = sum(((place + 2) % 9 + 1) * digit for place, digit in enumerate(digits[:8])) % 11
    return check % 10 == digits[8]


def is_vat_code(text: str) -> bool:
    """A VAT number with its country's prefix; the Lithuanian check digit is computed."""
    plain = text.replace(" ", "").upper()
    if _VAT.fullmatch(plain) is None:
        return False
    return bool(pvm.is_valid(plain)) if plain.startswith("LT") else True


def is_iban(text: str) -> bool:
    """An IBAN whose check digits hold (ISO 13616)."""
    return _IBAN.fullmatch(text) is not None and bool(iban_number.is_valid(text, check_country=False))


def is_card(text: str) -> bool:
    """A payment card number: 13 to 19 digits, a card issuer's first digit, and Luhn's check digit."""
    if _CARD.fullmatch(text) is None or text[0] not in _CARD_START:
        return False
    plain = text.replace(" ", "").replace("-", "")
    return bool(luhn.is_valid(plain)) and len(set(plain)) > 1


def is_card_masked(text: str) -> bool:
    """A card number of which the middle is hidden.

    >>> is_card_masked("411111******1111"), is_card_masked("1234")
    (True, False)
    """
    return _CARD_MASKED.fullmatch(text) is not None
