"""Reads data categories, special categories, data subjects and sources of data.

GDPR Art. 13, 14(1)(d), (2)(f), 30(1)(c).

Belongs here: what is said to be collected, of whom and from where. Does not belong here: data named only to say how
long they are kept (``retention``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import DataStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.passage import Draft, Passage, is_denied, purposes_in
from ropa_pipeline.notice.periods import find_periods
from ropa_pipeline.notice.phrases import Hit, fold
from ropa_pipeline.notice.unnamed import CONFIDENCE, OTHER, own_words

_NOT_HERE = (
    "rights",
    "security",
    "retention",
    "changes",
    "complaint",
    "breach",
    "transfers",
    "children",
    "automated",
    "dated",
)
_CODES = re.compile(
    r"\b(?:company|registration|registry|vat|imones|juridinio asmens|im\.|pvm)\s?(?:code|number|k\b|kod)"
)
_TO_OTHERS = re.compile(r"\b(?:to|with) (?:any |other )?third")
_FOR_PURPOSE = re.compile(r"\bfor (?:the )?purposes? of\b|\btikslu\b|\bin order to\b")
_HANDED_ON = re.compile(
    r"\bwe (?:\w+ )?(?:share|pass|transfer|send|provide|disclose|transmit)\b[^.;]{0,20}\byour\b"
    r"|\byour [^.;]{3,60} (?:is|are) (?:passed|shared|transferred|sent|disclosed|transmitted|forwarded|provided)\b"
)
_CHANNEL = re.compile(r"\b(?:by|via|through|over) (?:an? |the )?(?:e-?mail|phone|telephone|post|sms)$|pastu$|telefonu$")
"""What is sent by e-mail or said by telephone: a way, no data."""
_EXPLAINS = re.compile(r"[(:]|\s-\s|\b(?:such as|including|e\.g|i\.e|like|namely|tokie|pvz|t\. ?y|iskaitant)\b")
"""What may stand between a wide word and the words that say what it is made of."""
_PARENTHESIS = re.compile(r"\(([^()]*)\)")


def is_collected(passage: Passage) -> bool:
    """Whether the passage says what data are collected: by its section, its words or its lead-in."""
    if passage.about(*_NOT_HERE):
        return False
    if _CODES.search(passage.folded) and passage.about("controller", "contact", "intro"):
        return False  # the controller's own codes and address
    if passage.about("data") and (passage.block.kind in ("item", "cell") or "collect" in passage.cues):
        return True
    if passage.about("data") and not passage.about("purposes") and not passage.is_negated:
        # "Your name, your e-mail address, what you bought." An enumeration needs no verb.
        listed = {hit.key for hit in passage.hits("data_categories")}
        return len(listed) >= 3 and passage.text.count(",") >= 2
    # The items of a list of purposes name data only where they say so themselves.
    cues = passage.cues if passage.about("purposes") else passage.cues | passage.context_cues
    return ("collect" in cues and not passage.about("legal_basis", "cookies", "recipients")) or (
        "collect" in passage.cues and passage.about("purposes")
    )


def read_data_categories(passage: Passage) -> Iterator[Draft]:
    """One statement per category named where the notice says what it collects, or what it shares."""
    collected = is_collected(passage)
    shared = not collected and (
        ("share" in passage.cues and passage.about("recipients") and "only" in passage.folded)
        or (bool(_HANDED_ON.search(passage.folded)) and not passage.about(*_NOT_HERE))
    )
    if passage.text.endswith(":") and not passage.block.label:
        return  # the lead-in of a list names its purpose; the items name the data
    if "delete" in passage.cues and "collect" not in passage.cues:
        return  # a sentence about the end of the data
    if "keep" in passage.cues and "collect" not in passage.cues and find_periods(passage.text, passage.words):
        return  # it says how long, among the items that say what
    if not (collected or shared) or _is_special_denial(passage):
        return
    text = passage.text if shared else _without_asides(passage)
    label = passage.block.label if passage.index == 0 and text.startswith(passage.block.label) else ""
    listed = [hit.key for hit in passage.words["data_categories"].find(text[len(label) :])] if label else []
    # "Contact data: name, e-mail": the list says what the heading word stands for.
    keys = listed or [
        hit.key
        for hit in passage.words["data_categories"].find(text)
        if not is_denied(passage, hit.start)
        and not _is_part_of_purpose(passage, hit)
        and not _CHANNEL.search(passage.folded[max(0, hit.start - 16) : hit.end])
    ]
    purposes = _purposes(passage)
    found = _most_specific(keys, passage.folded)
    if not found and not shared and passage.about("data") and not _other_subject(passage):
        said = own_words(passage)
        if said:
            value = DataStatement(purposes=purposes).render()
            yield Draft(StatementKind.DATA_CATEGORY, OTHER + said, value, CONFIDENCE)
    for key in found:
        value = DataStatement(purposes=purposes).render()
        yield Draft(StatementKind.DATA_CATEGORY, key, value, 0.9 if passage.block.kind == "item" else 0.8)


def _other_subject(passage: Passage) -> bool:
    """Whether an item says something else that is known: a purpose, a recipient, a basis, a source, a period."""
    others = ("purposes", "recipients", "legal_bases", "data_sources", "systems", "special_categories", "rights")
    return any(passage.hits(name) for name in others) or bool(find_periods(passage.text, passage.words))


def _is_part_of_purpose(passage: Passage, hit: Hit) -> bool:
    """Whether the words only name a purpose: the messages of "marketing messages" are no data collected."""
    return any(
        other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
        for other in passage.hits("purposes")
    )


def _purposes(passage: Passage) -> tuple[str, ...]:
    block = passage.block
    if block.purposes:
        return block.purposes
    source = block.label if block.kind == "item" and passage.about("purposes") and passage.index else block.lead
    # "For direct marketing we process your e-mail": the sentence itself says what for.
    own = not source and _FOR_PURPOSE.search(passage.folded) and passage.about("purposes")
    return purposes_in(passage.text if own else source, passage.words)


def _without_asides(passage: Passage) -> str:
    """Without what stands in brackets about who else handles data."""

    def aside(match: re.Match[str]) -> str:
        cues = passage.words.cues_in(fold(match[1]))
        return (
            " " * len(match[0])
            if cues & {"share", "negation"} or passage.words["systems"].found(match[1])
            else match[0]
        )

    return _PARENTHESIS.sub(aside, passage.text)


def _most_specific(keys: list[str], folded: str) -> list[str]:
    """Without ``contact`` where the passage also says which contacts; in a plain enumeration it stands on its own."""
    unique = list(dict.fromkeys(keys))
    is_plain = not _EXPLAINS.search(folded)
    return [key for key in unique if is_plain or not any(other.startswith(f"{key}.") for other in unique)]


def _is_special_denial(passage: Passage) -> bool:
    return bool(passage.keys("special_categories")) and passage.is_negated


def read_special_categories(passage: Passage) -> Iterator[Draft]:
    """Special categories (Art. 9) and offences (Art. 10): collected, not collected, or only when volunteered."""
    keys = passage.keys("special_categories")
    if not keys or passage.about("security", "cookies", "rights", "legal_basis"):
        return
    if not ("collect" in passage.cues | passage.context_cues or passage.about("special", "data") or "special" in keys):
        return
    collected = "no" if passage.is_negated else "yes"
    if collected == "no" and re.search(r"unless|except|voluntar|nebent|savanor|issky", passage.folded):
        collected = "if volunteered"
    for key in keys:
        yield Draft(StatementKind.SPECIAL_CATEGORY, key, DataStatement(collected=collected).render(), 0.9)


def read_data_subjects(passage: Passage) -> Iterator[Draft]:
    """Groups of people whose data the notice says are collected."""
    keys = passage.keys("data_subjects")
    if not keys or passage.about("security", "breach", "changes", "retention", "legal_basis", "transfers", "children"):
        return
    # "is the controller of your data when you visit the site, place an order, ...": each is a group of people.
    for_whom = re.search(r"\b(?:when|if) you\b|\bkai (?:jus|naudojat|lankot|perkat)|\bpotential\b", passage.folded)
    says_so = (
        ("lead_controller" in passage.cues and for_whom is not None)
        or ("collect" in passage.cues and passage.about("data", "intro", "controller"))
        or (passage.about("cookies") and "use" in passage.cues and bool(passage.keys("systems")))
    )
    title = re.fullmatch(r".*\b(customer|visitor|client)s? privacy (?:notice|policy)", passage.folded)
    if says_so or (title and passage.block.line_from <= 8):
        for key in keys:
            yield Draft(StatementKind.DATA_SUBJECT, key, "named where data are collected", 0.75)


def read_data_sources(passage: Passage) -> Iterator[Draft]:
    """Where data come from, when it is said."""
    if passage.about("recipients") and not passage.about("sources"):
        return
    keys = passage.keys("data_sources")
    about_sources = passage.about("sources")
    if about_sources:
        named = passage.keys("systems") or (
            tuple(f"category: {key}" for key in passage.keys("recipients")) if not keys else ()
        )
        for key in (*keys, *named):
            yield Draft(StatementKind.DATA_SOURCE, key, "stated", 0.9)
        return
    if keys and ("collect" in passage.cues or passage.about("data", "purposes")) and not passage.about(*_NOT_HERE):
        if passage.is_negated and "special" in passage.keys("special_categories"):
            return
        for key in keys:
            if key == "third parties" and (passage.is_negated or _TO_OTHERS.search(passage.folded)):
                continue  # who receives data is no source of them
            yield Draft(StatementKind.DATA_SOURCE, key, "stated", 0.75)
