"""Reads everything else a notice declares: measures, automated decisions, children, breaches, changes, laws, claims.

Belongs here: statements whose subject is a key of one vocabulary. Does not belong here: judging them (``policy``).
GDPR Art. 5, 8, 13(2)(f), 22, 32 to 34.
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.passage import Draft, Passage
from ropa_pipeline.notice.periods import find_periods
from ropa_pipeline.notice.unnamed import CONFIDENCE, OTHER, own_words

_AGE = re.compile(
    r"\b(1[0-8])\s*(?:years? (?:of age|old)|year-old|-?\s*(?:metu|mecio))"
    r"|(?:under|younger than)(?: the age of)? (1[0-8])\b|jaunes\w+ (?:nei|kaip) (1[0-8])|\b(?:iki|nuo) (1[0-8]) metu"
)
_AGED = re.compile(
    r"\b(?:1[0-8]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen)\b|parent|guardian|tev\w*|globej"
    r"|metu\b|adult|suaugus"
)
"""What a sentence in a section about children speaks of, whatever it calls them."""
_ADULTS = re.compile(r"age of majority|full age|adults only|nera skirt|pilnamec")
_CHILD = re.compile(
    r"\bchild|\bminor|\bfull age"
    r"|\bunder 1[0-8]|younger than 1[0-8]|\bunder the age|age of majority|vaik[aou]|nepilnamec|jaunesn"
)


def read_measures(passage: Passage) -> Iterator[Draft]:
    """Technical and organisational measures (Art. 32): in a section about security, or where words leave no doubt."""
    if not passage.about("security", "breach"):
        in_cookies = (
            passage.about("cookies") and passage.block.kind == "item" and "anonymisation" in passage.keys("measures")
        )
        if not in_cookies and not re.search(
            r"security measures|safeguards|these measures|measures include|\btaiko\w* (?:\w+ ){0,2}priemon"
            r"|saugumo priemon|technin\w+ ir organizac",
            passage.folded,
        ):
            return
    if passage.about("breach") and not re.search(
        r"procedure|plan|assessment|control measures|proced|valdym", passage.folded
    ):
        return
    if passage.is_negated and re.search(r"100 ?%|guarantee|garantuo", passage.folded):
        return
    if passage.block.topics == {"security"} and passage.block.kind == "item" and not passage.keys("measures"):
        said = own_words(passage, is_sentence_fine=True)
        if said:
            yield Draft(StatementKind.SECURITY_MEASURE, OTHER + said, "stated", CONFIDENCE)
    for key in passage.keys("measures"):
        value = "may be used" if "possibly" in passage.cues else "stated"
        yield Draft(StatementKind.SECURITY_MEASURE, key, value, 0.9 if passage.about("security") else 0.7)


_WE_DO_NOT = re.compile(r"(?:we|bendrove|imone|mes)\b.{0,30}\b(?:not|never|no|nepriim\w+|netaik\w+|nevykd\w+)\b")
"""A denial among the rights is one of the controller's own doing; what a person may refuse is a right."""


def read_automated_decisions(passage: Passage) -> Iterator[Draft]:
    """Automated decisions and profiling (Art. 22): made or not made."""
    if passage.about("rights") and not passage.about("automated") and not _WE_DO_NOT.match(passage.folded):
        return
    keys = passage.keys("automated")
    # A denial holds the words of the assertion: it wins.
    answer = "no" if "no" in keys else "yes" if "yes" in keys else ""
    if answer:
        yield Draft(StatementKind.AUTOMATED_DECISION, "automated decisions", f"made={answer}", 0.85)
    elif passage.about("automated"):
        yield Draft(
            StatementKind.AUTOMATED_DECISION,
            "automated decisions",
            "made=" + ("no" if passage.is_negated else "NOT STATED"),
            0.6,
        )


def read_children(passage: Passage) -> Iterator[Draft]:
    """Whether the service is meant for children, from which age, and what happens to their data."""
    speaks = bool(_CHILD.search(passage.folded)) and (
        passage.about("children")
        or bool(_AGE.search(passage.folded))
        or bool(_ADULTS.search(passage.folded))
        or passage.is_negated
    )
    speaks = speaks or bool(re.match(r"(?:children|minors|kids|vaik\w+|nepilname\w+)\b", passage.folded))
    in_own_section = passage.block.topics == {"children"} and bool(_AGED.search(passage.folded))
    if not speaks and not in_own_section:
        return
    if passage.about("rights", "retention", "recipients") and not passage.about("children"):
        return
    age = _AGE.search(passage.folded)
    number = next((group for group in age.groups() if group), "") if age else ""
    removal = bool(re.search(r"remove|delete|istrin|panaikin|pasalin", passage.folded))
    subject = "data of minors" if removal else "children"
    intended = "NOT STATED" if removal else "no" if passage.is_negated or _ADULTS.search(passage.folded) else "yes"
    parts = [f"intended={intended}", f"age={number or 'NOT STATED'}", f"removed={'yes' if removal else 'NOT STATED'}"]
    yield Draft(StatementKind.CHILDREN, subject, "; ".join(parts), 0.85)


def read_breaches(passage: Passage) -> Iterator[Draft]:
    """What is promised for personal-data breaches and incidents (Art. 33, 34)."""
    if not passage.about("breach") and not re.search(
        r"data breach|personal data breach|saugumo pazeidim", passage.folded
    ):
        return
    if not re.search(r"breach|incident|pazeidim", passage.folded):
        return
    periods = find_periods(passage.text, passage.words)
    to_people = bool(
        re.search(
            r"affected individual|data subject|inform you|notify you|individuals|jus informuo|duomenu subjekt",
            passage.folded,
        )
    )
    authorities = passage.keys("authorities")
    subject = authorities[0] if authorities else "data subjects" if to_people else "breach"
    yield Draft(StatementKind.BREACH, subject, f"within={periods[0].iso if periods else 'NOT STATED'}", 0.8)


def read_changes(passage: Passage) -> Iterator[Draft]:
    """That the notice may change, and how people learn of it."""
    keys = passage.keys("changes")
    if not keys or not (
        passage.about("changes")
        or re.search(r"policy|notice|politik|pranesim|\bpage\b|taisykl|statement", passage.folded)
    ):
        return
    if not passage.about("changes") and "may change" not in keys:
        return
    for key in keys:
        yield Draft(StatementKind.CHANGE, "notice", key, 0.85)


def read_laws(passage: Passage) -> Iterator[Draft]:
    """Laws that the notice names; a mere "under the GDPR" beside an article is part of the basis, not a statement."""
    keys = passage.keys("laws")
    if re.search(
        r"prepared in accordance|in accordance with|comply with|pursuant|under the|vadovau|laikom|parengt|pagal",
        passage.folded,
    ):
        others = [key for key in keys if key != "GDPR"]
        if others or not passage.about("purposes", "legal_basis", "rights", "transfers", "breach"):
            for key in keys:
                yield Draft(StatementKind.LAW, key, "named", 0.8)


def read_claims(passage: Passage) -> Iterator[Draft]:
    """Promises and assertions that reality can contradict."""
    for key in passage.keys("claims"):
        if key == "anonymous" and ("delete" in passage.cues or passage.about("retention")):
            continue  # data made anonymous at the end of their period
        systems = passage.keys("systems")
        yield Draft(StatementKind.CLAIM, key, f"about={','.join(systems) or 'NOT STATED'}", 0.8)
