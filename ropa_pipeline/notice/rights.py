"""Reads rights, how they are exercised, and the authorities. GDPR Art. 12(3), 13(2)(b) to (d), 15 to 22, 77.

Belongs here: statements about rights and complaints. Does not belong here: whether any is missing (``policy``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.passage import Draft, Passage
from ropa_pipeline.notice.periods import find_periods

_EXCEPT = re.compile(r"\b(?:except|other than|isskyrus)\b[^.;]*$")
_ANSWERS = re.compile(
    r"\b(?:answer|respond|reply|react|act on|deal with|fulfil|comply)\w*\b|atsaky|atsakome|isnagrin|pateik\w+ atsakym"
)
_TURNS = re.compile(
    r"\b(?:go|turn|speak|talk|write|apply|appeal|report|refer|tell|contact|complain)\b|kreip\w+|skus\w+|apskus\w+"
)
_PHONE = re.compile(r"\+?\d[\d\s()-]{6,16}\d")
_SITE = re.compile(r"(?:https?://|www\.)[\w./-]+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,80}\w")


def read_rights(passage: Passage) -> Iterator[Draft]:
    """One statement per right; how long an answer takes, what it costs and how identity is checked as well."""
    to_authority = passage.keys("authorities") and not passage.about("breach")
    turns = bool(_TURNS.search(passage.folded)) and passage.about("rights", "complaint", "contact")
    if to_authority and ("complaint" in passage.keys("rights") or turns):
        yield Draft(StatementKind.RIGHT, "complaint", _manner("complaint", passage), 0.8)
        if not (passage.about("rights", "complaint") or "right" in passage.cues):
            return
    about_requests = re.search(r"\brequests?\b|prasym", passage.folded) and _ANSWERS.search(passage.folded)
    if not (passage.about("rights", "complaint") or "right" in passage.cues or about_requests):
        return
    if passage.about("cookies", "data", "security", "breach", "retention") and not (
        "right" in passage.cues or about_requests
    ):
        return
    if passage.about("cookies") and not re.search(r"\brights?\b|\bteis[eiy]", passage.folded):
        return  # "you can withdraw your consent in the cookie settings" is said of consent
    if passage.about("legal_basis", "purposes") and not re.search(
        r"\bright to\b|\bright of\b|teis[ei] ", passage.folded
    ):
        return
    keys = tuple(
        dict.fromkeys(hit.key for hit in passage.hits("rights") if not _EXCEPT.search(passage.folded[: hit.start]))
    )
    answers = _ANSWERS.search(passage.folded) and find_periods(passage.text, passage.words)
    if answers and "response_time" not in keys:
        keys = (*keys, "response_time")
    for key in keys:
        if key == "how_to" and not passage.about("rights", "contact", "complaint"):
            continue
        if key == "complaint" and to_authority:
            continue
        if key == "complaint" and not (passage.about("rights", "complaint") or "right" in passage.cues):
            continue
        yield Draft(
            StatementKind.RIGHT, key, _manner(key, passage), 0.9 if passage.about("rights", "complaint") else 0.75
        )


def _manner(key: str, passage: Passage) -> str:
    if key == "response_time":
        answer = _ANSWERS.search(passage.folded)
        place = answer.start() if answer else 0
        found = find_periods(passage.text, passage.words)
        periods = [item for item in found if item.start >= place] or found
        return periods[0].iso if periods else "NOT STATED"
    if key == "fee":
        return (
            "usually free"
            if passage.is_negated or "free" in passage.folded or "nemokam" in passage.folded
            else "NOT STATED"
        )
    if key == "complaint":
        authority = passage.words["authorities"].first(passage.text)
        return f"to={authority or 'the controller' if authority or ' us ' in passage.folded else 'NOT STATED'}"
    return (
        "with a condition"
        if re.search(r"\bwhere\b|\bif\b|in certain|\bkai\b|\bjei|tam tikr", passage.folded)
        else "stated"
    )


def read_authorities(passage: Passage) -> Iterator[Draft]:
    """Supervisory and other authorities, with the part they play and the contacts given for them."""
    keys = passage.keys("authorities")
    if len(keys) > 1:
        keys = tuple(key for key in keys if key != "supervisory authority")
    if passage.about("recipients") and not passage.about("complaint", "rights"):
        return
    for key in keys:
        yield Draft(StatementKind.AUTHORITY, key, _part(passage), 0.9)
    # Its address, telephone and website stand on lines of their own below "The authority's address:".
    of = passage.words["authorities"].first(passage.context) or (keys[0] if keys else "")
    site, phone = _SITE.search(passage.text), _PHONE.search(passage.text)
    if of and site:
        name = "e-mail" if "@" in site[0] else "website"
        yield Draft(StatementKind.AUTHORITY, of, f"{name}={site[0].rstrip('./')}", 0.8)
    if of and phone and passage.about("complaint", "rights"):
        yield Draft(StatementKind.AUTHORITY, of, f"telephone={' '.join(phone[0].split())}", 0.8)
    elif of and not keys and not site and len(passage.text.split()) <= 8 and passage.text[-1:] not in ".:?":
        yield Draft(StatementKind.AUTHORITY, of, f"address line={passage.text}", 0.7)


def _part(passage: Passage) -> str:
    """What the authority is named for; a link to its website in passing is for none of it."""
    if passage.about("breach") or re.search(r"breach|incident|pazeidim|incident", passage.folded):
        return "part=notification of breaches or incidents"
    complains = passage.about("complaint") or re.search(
        r"complain|lodge|skund|skust|apskus|kreiptis|supervis|violat|pazeid", passage.folded
    )
    return "part=complaints" if complains else "part=NOT STATED"
