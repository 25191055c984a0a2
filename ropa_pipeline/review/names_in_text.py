"""A person's name inside a typed sentence, known by what stands before it.

Belongs here: words that a name follows, in ten languages, and the form of a name. Does not belong here: values with a
form of their own (:mod:`ropa_pipeline.review.typed`). Who decided may be (GDPR Art. 5(2)), so a name alone, or
with a title and a role, is not refused; a sentence that tells of a customer by name is.
"""

import re

_SUBJECTS = (
    "customer client buyer shopper patient guest recipient payer applicant candidate subscriber complainant "
    "claimant student member visitor employee pirkejas pirkėjas pirkėja pirkėjo pirkėjai "
    "klientas klientė klientei kliento klientės klientui gavėjas gavėja gavėjo darbuotojas darbuotoja darbuotojo "
    "darbuotojos pacientas pacientė klients kliente klienta pircējs pircēja pacients darbinieks ostja klient "
    "kliendi patsient töötaja klientka kupujący pacjent pacjentka pracownik kunde kundin kunden käufer käuferin "
    "patientin mitarbeiter mitarbeiterin cliente acheteur acheteuse patiente salarié comprador compradora "
    "paciente empleado empleada acquirente paziente dipendente клиент клиентка клиента покупатель пациент "
    "пациентка сотрудник получатель"
)
_TITLES = (
    "mr mrs ms miss dr ponas ponia p kungs kundze härra proua pan pani herr frau monsieur madame mme señor señora "
    "signor signora господин госпожа"
)
_NAMED = "name vardas pavardė vārds nimi imię nazwisko heißt nom prénom nombre nome cognome имя фио "
_LINKS = (
    r"(?:'s name|'s|is|is called|is named|named|called|vardu|vārdā|nimega|o imieniu|namens|nommé|nommée|llamado|"
    r"di nome|по имени)"
)
_WORD = r"[^\W\d_]{2,}(?:['’\-][^\W\d_]{2,})*"


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=lambda word: (-len(word), word)))


_AFTER = re.compile(
    rf"(?<!\w)(?:(?P<title>{_any(_TITLES)})\.?|(?:{_any(_SUBJECTS)})(?:\s*[:,]|(?:\s*{_LINKS})+)?"
    rf"|(?:{_any(_NAMED)})(?:\s*:|\s+is))"
    rf"\s+(?P<first>{_WORD})\s+(?P<last>{_WORD})",
    re.IGNORECASE,
)
_NO_NAME_WORDS = (
    "account address admin agreement api area care centre chat code contact council data day database dashboard "
    "deletion department desk details export field file form google group history id import journey key law level "
    "lifetime list loyalty management master microsoft number office order orders park payment platform policy "
    "portal privacy programme protection rate record records register registry relations relationship reviews "
    "rights satisfaction sector segment self service services site status success support table tables team terms "
    "type types union value view zone prestashop omnisend the art article gdpr duomenų"
)
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())


def names_a_person(text: str) -> bool:
    """Whether a sentence names a person by first and last name after a word that says who that is.

    >>> names_a_person("customer Ona Onaitė asked for it"), names_a_person("checked with Customer Service Desk")
    (True, False)
    >>> names_a_person("Mr Jonas Jonaitis, data protection officer"), names_a_person("told by Mr Jonas Jonaitis")
    (False, True)
    """
    for found in _AFTER.finditer(text):
        words = (found["first"], found["last"])
        if not all(_is_a_name(word) for word in words):
            continue
        rest = text[found.end() :].lstrip()
        signs = found.start() == 0 and found["title"] and (not rest or not rest[0].isalpha())
        if not signs:
            return True
    return False


def _is_a_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper() and word.lower() not in _NO_NAMES
