"""Reads purposes, legal bases per purpose and legitimate interests. GDPR Art. 13(1)(c), (d), 6, 9, 30(1)(b).

Belongs here: which basis is said to carry which purpose. Does not belong here: whether it can (``policy``).
A basis is bound to the purpose of its table row, its item's label, its list's lead-in or its own sentence, in this
order.
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import BasisStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.passage import Draft, Passage, is_denied, ordered, purposes_in
from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.unnamed import CONFIDENCE, OTHER, own_words

_BRACKETED = re.compile(
    r"\b([69])\s*\(\s*([12])\s*\)\s*(?:,?\s*(?:lit\.?|point|letter)\s*)?\(?\s*([a-j])\b\s*\)?"
    r"((?:\s*(?:,|/|;|and|or|ir|arba|ar|&)+\s*(?:or\s+|and\s+)?\(\s*[a-j]\s*\))*)"
)
_WORDED = re.compile(
    r"\b([69])\s*(?:straipsni\w*|str\.?|para\w*\.?|abs\.?|\(|d\.)?\s*([12])\s*(?:\)|dal\w*|d\.?)?\s*,?\s*"
    r"(?:lit\.?|dali\w*|d\.|punkt\w*|point|letter)?\s*[\"'(]?\s*([a-j])\s*[\"')]*\s*"
    r"((?:(?:,|/|ir|arba|ar|and|or)\s*[\"'(]?[a-j][\"')]*\s*)*)(?:punkt\w*|p\.|papunk\w*|lit\b|\)|(?<=\d)\))"
)
_PARA_LIT = re.compile(
    r"\b([69])\s*(?:\(\s*([12])\s*\)|para\w*\.?\s*([12])|abs\.?\s*([12]))\s*,?\s*(?:(?:sentence|s\.)\s*1\s*,?\s*)?(?:lit\.?|point|letter)\s*\(?([a-j])\b"
)
_LETTER = re.compile(r"\b([a-j])\b(?!\w)")
_OR = re.compile(r"\b(?:or|arba|ar)\b|/")
_USES = re.compile(r"\bwe (?:may |will |also )?use your (?:personal )?(?:data|information)\b|\bjusu duomenis naudo")
_FOR_PURPOSE = re.compile(r"\bfor (?:the )?purposes? of\b|\btikslu\b")
_AIMS = re.compile(
    r"in order to|for the purpose|used (?:for|to)\b|need\w* (?:for|to)\b|necessary (?:for|to)\b|\bour newsletter\b"
    r"|\bto (?:help|count|fulfil|fulfill|process|provide|answer|deliver|send|perform|handle|manage|protect|prevent"
    r"|improve|analy[sz]e)\b"
    r"|siekdami|siekiant|tikslu|tikslais|\b\w{2,30}(?:ams|ems|oms|ims|ui|iai|ei) \w{2,30}ti\b"
)
_IN_BRACKETS = re.compile(r"\(((?:[\w'-]+\s?){1,5})\)")
_SERVED_BY = {
    "order.history": "order_fulfilment",
    "order.reference": "accounting",
    "account": "account_administration",
    "payment": "payment",
    "marketing.consent": "newsletter",
    "communication.content": "customer_service",
}
"""What records are kept for, where a list of legal bases names the records: "Invoices: legal obligation"."""
_DEFINITION = re.compile(r"\bwhen we refer\b|\bmeans that\b|\brefers to\b|\breiskia\b|\bkai nurodom")


def read_purposes(passage: Passage) -> Iterator[Draft]:
    """One statement per purpose that the notice says data are used for."""
    block = passage.block
    if block.kind == "cell" and (block.purposes or block.topics == {"purposes"}):
        if "purposes" in block.topics:
            named = purposes_in(passage.text, passage.words)
            said = "" if named else own_words(passage)
            for key in named or ((OTHER + said,) if said else ()):
                yield Draft(StatementKind.PURPOSE, key, "stated", 0.9 if named else CONFIDENCE)
        return
    unnamed = _unnamed_label(passage)
    if unnamed:
        yield Draft(StatementKind.PURPOSE, OTHER + unnamed, "stated", CONFIDENCE)
        return
    if not _states_purpose(passage):
        return
    if block.label and passage.about("purposes") and (block.kind == "item" or purposes_in(block.label, passage.words)):
        # The label of an item names the purpose; what follows explains it.
        named = purposes_in(block.label, passage.words)
        if passage.index == 0:
            for key in named or purposes_in(passage.text, passage.words):
                yield Draft(StatementKind.PURPOSE, key, "stated", 0.9)
            return
        if named and not _USES.search(passage.folded):
            return
    named = tuple(dict.fromkeys(hit.key for hit in passage.hits("purposes") if not is_denied(passage, hit.start)))
    for key in named:
        yield Draft(StatementKind.PURPOSE, key, "stated", 0.85)
    if not named and not passage.about("data", "cookies", "legal_basis") and not passage.hits("data_categories"):
        said = own_words(passage)
        if said and not passage.hits("legal_bases") and not passage.hits("recipients"):
            yield Draft(StatementKind.PURPOSE, OTHER + said, "stated", CONFIDENCE)


_LT_PURPOSE = re.compile(r"(?:\d[\d.]*\s*)?([^;:]{3,120}?),? tikslu\s*(?:[–—:-]|$)")
"""In Lithuanian rules: "6.4. recording of lessons" in the genitive, "for the purpose of", a dash, then the data."""


def _unnamed_label(passage: Passage) -> str:
    """A label that no lexicon knows, before a basis: "To keep the lockers safe: legitimate interest, Art. 6(1)(f)"."""
    block = passage.block
    named = _LT_PURPOSE.match(block.text) if not passage.index and passage.about("purposes") else None
    if named and not purposes_in(named[1], passage.words):
        return named[1][:60]
    label = block.label.strip(" *_")
    if passage.index or not label or not passage.about("purposes", "legal_basis") or passage.about("cookies", "rights"):
        return ""
    known = ("purposes", "sections", "legal_bases", "data_categories", "records", "recipients", "systems")
    if any(passage.words[name].first(label) for name in known) or purposes_in(block.text, passage.words):
        return ""
    if not cited_bases(block.text) or len(label.split()) > 9 or not label[:1].isupper():
        return ""
    return label[:60]


def read_heading_purposes(passage: Passage) -> Iterator[Draft]:
    """A heading that introduces what is done for a purpose: "4. For the purpose of direct marketing:"."""
    if not passage.about("purposes") or not (passage.block.is_lead or _FOR_PURPOSE.search(passage.folded)):
        return
    for key in purposes_in(passage.text, passage.words):
        yield Draft(StatementKind.PURPOSE, key, "stated", 0.8)


def _states_purpose(passage: Passage) -> bool:
    if passage.about("rights", "retention", "security", "changes", "complaint", "transfers", "children", "breach"):
        return False
    if "basis" in passage.cues and passage.block.is_lead:
        return False
    if "provision of data" in passage.keys("claims") and not passage.about("purposes"):
        return False  # "without these data we cannot provide our services"
    if _is_definition(passage) or re.search(r"\bnever\b|\bniekada\b", passage.folded):
        return False
    if passage.about("purposes") and not passage.about("data"):
        labelled = passage.index == 0 and bool(purposes_in(passage.block.label, passage.words))
        if passage.is_negated and not ({"use", "collect"} & passage.cues):
            return False
        speaks = re.search(r"\bwe\b|\bour\b|\bmes\b|\b\w{3,30}(?:ame|ome)\b", passage.folded)
        return passage.block.kind == "item" or labelled or bool({"use", "collect"} & passage.cues) or bool(speaks)
    if "collect" in passage.cues and "use" in passage.cues and passage.block.is_lead:
        return True
    if passage.block.kind == "item" and "use" in passage.context_cues and passage.about("purposes"):
        return bool(purposes_in(passage.text, passage.words)) and not passage.keys("data_categories")
    is_first = passage.index == 0 and passage.block.kind in ("paragraph", "item")
    if is_first and passage.about("legal_basis") and purposes_in(passage.block.label, passage.words):
        return bool(passage.words["legal_bases"].found(passage.text))  # "Invoices: because the law says so"
    if passage.about("data") and passage.index == 0 and purposes_in(passage.block.label, passage.words):
        return passage.block.kind == "paragraph"
    if passage.about("cookies") and passage.keys("systems") and "use" in passage.cues and not passage.is_negated:
        return passage.block.kind != "item"
    in_prose = passage.about("data", "intro", "controller", "cookies") or not passage.block.topics
    return in_prose and bool(
        _AIMS.search(passage.folded)
        and bool({"collect", "use", "share"} & passage.cues)
        and (not passage.about("cookies") or "share" in passage.cues)
        and passage.block.kind != "item"
    )


def _is_definition(passage: Passage) -> bool:
    return bool(_DEFINITION.search(passage.folded))


def cited_bases(text: str) -> list[tuple[str, int, int]]:
    """Provisions of Art. 6 and 9 in a text, with their places.

    >>> [basis for basis, _, _ in cited_bases("Article 6(1)(b), (c) and (f) GDPR")]
    ['6(1)(b)', '6(1)(c)', '6(1)(f)']
    >>> [basis for basis, _, _ in cited_bases("BDAR 6 str. 1 d. b p.")]
    ['6(1)(b)']
    """
    folded = fold(text)
    found: list[tuple[str, int, int]] = []
    for match in _PARA_LIT.finditer(folded):
        paragraph = match[2] or match[3] or match[4]
        found.append((f"{match[1]}({paragraph})({match[5]})", match.start(), match.end()))
    for pattern in (_BRACKETED, _WORDED):
        for match in pattern.finditer(folded):
            if any(start < match.end() and match.start() < end for _, start, end in found):
                continue
            letters = [match[3], *_LETTER.findall(re.sub(r"\b(?:and|or|ir|arba|ar|punkt\w*)\b", " ", match[4]))]
            found.extend((f"{match[1]}({match[2]})({letter})", match.start(), match.end()) for letter in letters)
    return sorted(found, key=lambda item: (item[1], item[0]))


def read_legal_bases(passage: Passage) -> Iterator[Draft]:
    """One statement per purpose with the basis or bases that the sentence gives for it."""
    if passage.about("rights", "transfers", "changes", "complaint", "breach") or _is_definition(passage):
        return
    if re.search(r"\b(?:not|never|don't) rely\b|\bnesiremi", passage.folded):
        return
    cited = cited_bases(passage.text) or _bare_letters(passage)
    if cited:
        keys = list(dict.fromkeys(basis for basis, _, _ in cited))
        joined = passage.folded[cited[0][1] : cited[-1][2]]
    else:
        found = _worded_bases(passage)
        keys = list(dict.fromkeys(key for key, _, _ in found))
        joined = passage.folded[found[0][1] : found[-1][2]] if found else ""
    if not keys:
        return
    basis = (" or " if _OR.search(joined) else " and ").join(sorted(keys))
    layer = "eprivacy" if not cited and passage.about("cookies") else "gdpr"
    for subject in _subjects(passage):
        yield Draft(
            StatementKind.LEGAL_BASIS,
            subject,
            BasisStatement(basis=basis, layer=layer).render(),
            0.95 if cited else 0.8,
        )


_BARE = re.compile(r"^\W{0,2}\(([a-f])\)\s|\(([a-f]) (?:punktas|p\.)\)|^([a-f]) (?:punktas|p\.)")


def _bare_letters(passage: Passage) -> list[tuple[str, int, int]]:
    """ "(b) contract" in a column of legal bases: the article stands in the heading, or goes without saying."""
    if not (passage.about("legal_basis") and passage.block.kind == "cell"):
        return []
    return [
        (f"6(1)({match[1] or match[2] or match[3]})", match.start(), match.end())
        for match in _BARE.finditer(passage.folded)
    ]


def _worded_bases(passage: Passage) -> list[tuple[str, int, int]]:
    """Bases by name, only where the passage says that bases are named."""
    block = passage.block
    if block.is_lead and "basis" in passage.cues and block.kind != "item":
        return []
    in_list = block.kind == "item" and "basis" in passage.context_cues
    said = "basis" in passage.cues and not passage.about("cookies", "security", "retention")
    in_brackets = [
        match for match in _IN_BRACKETS.finditer(passage.text) if passage.words["legal_bases"].found(match[1])
    ]
    in_prose = passage.about("purposes", "legal_basis") or not block.topics
    if in_brackets and in_prose and block.kind != "cell" and not said:
        first = in_brackets[0]
        offset = first.start(1)
        return [(hit.key, hit.start + offset, hit.end + offset) for hit in passage.words["legal_bases"].find(first[1])]
    in_section = (passage.about("legal_basis") and block.kind in ("item", "cell") and passage.index == 0) or (
        # "Sending your order: because we have a contract": the label names the purpose, the rest the basis.
        passage.about("legal_basis")
        and bool(block.label)
        and block.text[len(block.label) :].startswith((":", " –", " -"))
    )
    if block.parent and passage.words["legal_bases"].found(block.parent):
        return []
    # "newsletters – your consent": a short rest after the purpose's name is its basis.
    is_pair = (
        block.kind == "item"
        and passage.index == 0
        and passage.about("purposes")
        and len(block.body.split()) <= 8
        and bool(purposes_in(block.label, passage.words))
    )
    in_section = in_section or is_pair
    if not (in_list or said or in_section) or passage.about("children", "retention", "recipients", "controller"):
        return []
    if is_pair:
        offset = len(block.text) - len(block.body)
        return [
            (hit.key, hit.start + offset, hit.end + offset) for hit in passage.words["legal_bases"].find(block.body)
        ]
    text = (
        block.label if in_section and block.label and passage.words["legal_bases"].found(block.label) else passage.text
    )
    if in_list and not block.label and len(text.split()) > 12 and passage.index:
        return []
    return [(hit.key, hit.start, hit.end) for hit in passage.words["legal_bases"].find(text)]


def _subjects(passage: Passage) -> tuple[str, ...]:
    """What the basis is for."""
    own = purposes_in(passage.text, passage.words)
    cookies = _cookie_subjects(passage)
    if cookies:
        return cookies
    if (
        "basis" not in passage.cues
        and own
        and passage.block.kind == "item"
        and passage.index
        and cited_bases(passage.text)
    ):
        return own
    label = passage.block.label
    labelled = label and passage.index == 0 and passage.block.text[len(label) :].startswith(":")
    if label and passage.about("legal_basis") and passage.index == 0 and not passage.purposes:
        named = tuple(_SERVED_BY[key] for key in passage.words["records"].found(label) if key in _SERVED_BY)
        if named:
            return tuple(dict.fromkeys(named))
    if labelled and not passage.words["sections"].found(label) and not passage.words["legal_bases"].found(label):
        return passage.purposes or ("NOT STATED",)  # it is about what the label says, known or not
    return passage.purposes or passage.carried or ("NOT STATED",)


def _cookie_subjects(passage: Passage) -> tuple[str, ...]:
    """``essential cookies``: the class of cookies that a sentence gives a basis for."""
    match = re.search(
        r"\b([a-z-]+|(?:butin|analitini|statistini|rinkodaros|reklamini|funkcini)\w*)\s+(?:cookies|slapuk\w+)",
        passage.folded,
    )
    if not match:
        return ()
    category = passage.words["cookie_categories"].first(match[1])
    return (f"{category} cookies",) if category else ()


def read_legitimate_interests(passage: Passage) -> Iterator[Draft]:
    """What the interest is, as keys of the lexicon's interests; NOT STATED where it is only invoked."""
    if passage.about("rights", "transfers", "complaint", "changes"):
        return
    block = passage.block
    nested = "6(1)(f)" in passage.words["legal_bases"].found(block.parent) if block.parent else False
    named = (
        "interest" in passage.cues
        and not block.is_lead
        and (bool(cited_bases(passage.text)) or passage.about("legal_basis", "purposes") or "basis" in passage.cues)
    )
    if not (nested or named):
        return
    start = (
        0 if nested else max((hit.end for hit in passage.words.cues["interest"].find_folded(passage.folded)), default=0)
    )
    interests = ordered(
        hit.key for hit in passage.words["interests"].find(passage.text[start:] if not nested else passage.text)
    )
    value = ", ".join(interests) or "NOT STATED"
    if nested:
        subjects = purposes_in(passage.text, passage.words) or passage.purposes
        if not interests and passage.index:
            return
    else:
        subjects = _subjects(passage)
    for subject in subjects or ("NOT STATED",):
        yield Draft(StatementKind.LEGITIMATE_INTEREST, subject, value, 0.75)
