"""Reads recipients by name and by category. GDPR Art. 13(1)(e), 30(1)(d).

Belongs here: names of the provider catalogue, categories of the lexicon, and capitalised names nobody knows in a
section about recipients. Does not belong here: transfers (``transfers``), providers in cookie tables (``cookies``),
roles (``register``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import RecipientStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.identity import company_names
from ropa_pipeline.notice.passage import Draft, Passage, is_denied, ordered, purposes_in
from ropa_pipeline.notice.phrases import Hit
from ropa_pipeline.notice.purposes import cited_bases
from ropa_pipeline.notice.unnamed import CONFIDENCE, own_words

_BRAND = re.compile(r"(?<![\w@./-])[A-ZĄČĘĖĮŠŲŪŽ][\w&+.'-]*(?:\s+(?:[A-ZĄČĘĖĮŠŲŪŽ][\w&+.'-]*|\d{1,2}(?!\w)))*")
_USED_BRAND = re.compile(
    r"\b(?:[Ww]e (?:also )?use|(?:provided|passed|sent|transferred|disclosed) to the|sent (?:with|by|through)"
    r"|hosted (?:by|on|with|at)|powered by|embed \w+ (?:from|of)|naudojame|talpinam\w+"
    r"|(?:kept|stored|managed|handled|processed|run|made|taken|operated|embedded) (?:in|with|by|through|via|on|from))"
    r"\s+(?:the )?[\"„“]?([A-ZĄČĘĖĮŠŲŪŽ][\w.-]*\w(?:\s[A-Z][\w.-]*\w){0,2})[\"”“]?"
    r"(?=\s(?:to|for|as|which|service|services|platform|tool|and|in|-|–)\b|\s?[,(–]|\.?$|\.\s)"
)
_ALONE = re.compile(r"[\"“”]?\s*(?:[:;(–—]|,\s*(?=[A-ZĄČĘĖĮŠŲŪŽ])|-\s|\.?$|(?:and|ir|or|ar)\s+[A-ZĄČĘĖĮŠŲŪŽ])")
_OURSELVES = re.compile(r"\s*\([\"„“']?(?:we|us|our|mes|toliau|hereinafter|hereafter)\b")
"""What follows the controller's own name: "Example Ltd ("we")"."""
_NO_NAME = re.compile(
    r"(?:Arts?\.?|Articles?|Inc\.?|Ltd\.?|Limited|LLC|GmbH|UAB|MB|AB|DPF|SCCs?|SCC|IDTA|BCRs?|N/A|None|CDN|DPA|DPO"
    r"|PCI DSS|str|d|p|\d+)\b[\s.\d()]*",
    re.IGNORECASE,
)
"""What a capital letter does not make a name: a legal form alone, a provision, a safeguard's initials."""
_KNOWN = (
    "systems",
    "authorities",
    "laws",
    "countries",
    "data_categories",
    "measures",
    "cookie_categories",
    "safeguards",
)


def _in_scope(passage: Passage) -> bool:
    if passage.about("changes", "children", "rights", "complaint", "transfers"):
        return False
    return not (passage.about("security") and not passage.about("recipients"))


def named_systems(passage: Passage) -> list[Hit]:
    """Places where a system of the catalogue is named that may receive data."""
    return [hit for hit in passage.hits("systems") if passage.words.systems[hit.key].is_recipient]


def read_named_recipients(passage: Passage) -> Iterator[Draft]:
    """One statement per system named in a passage that says it is used or receives data."""
    hits = named_systems(passage)
    if not hits or not _in_scope(passage) or "outside" in passage.cues:
        return
    if passage.about("cookies") and not passage.about("recipients") and passage.block.kind == "item":
        return
    hits = [hit for hit in hits if not is_denied(passage, hit.start) or passage.block.kind == "cell"]
    if not hits:
        return
    in_section = passage.about("recipients")
    is_use = bool({"share", "use", "collect"} & (passage.cues | passage.context_cues)) or in_section
    categories = _categories_of(passage) if in_section else {}
    own = _purposes_of(passage, hits)
    shared = ordered(purposes_in(passage.text, passage.words)) if in_section else ordered(passage.purposes)
    for key in dict.fromkeys(hit.key for hit in hits):
        purposes = own.get(key, ()) if own is not None else shared
        value = RecipientStatement(category=categories.get(key, ()), purposes=purposes).render()
        yield Draft(StatementKind.RECIPIENT, key, value, 0.95 if is_use else 0.7)


def _purposes_of(passage: Passage, hits: list[Hit]) -> dict[str, tuple[str, ...]] | None:
    """What each is for, where the sentence says it of each on its own; None where it says it of all together."""
    ends = [*(hit.start for hit in hits[1:]), len(passage.text)]
    after = []
    for hit, end in zip(hits, ends, strict=True):
        rest = passage.text[hit.end : end]
        # What follows the name closely is said of it; what follows later may be said of a name nobody knows.
        close = re.split(r"\)|,|\b(?:and|ir)\b", rest, maxsplit=1)[0]
        after.append(ordered(purposes_in(close, passage.words) or purposes_in(rest, passage.words)))
    if not any(after[:-1]):
        return None  # "A, B and C: delivery", "Couriers: A, B"
    found: dict[str, tuple[str, ...]] = {}
    for hit, purposes in zip(hits, after, strict=True):
        found[hit.key] = ordered((*found.get(hit.key, ()), *purposes))
    return found


def _categories_of(passage: Passage) -> dict[str, tuple[str, ...]]:
    """What each named system is said to be: the category named last before it, else the first after it."""
    categories = [(hit.start, hit.key) for hit in passage.hits("recipients")]
    found: dict[str, tuple[str, ...]] = {}
    for hit in named_systems(passage):
        before = [key for start, key in categories if start < hit.start]
        after = [key for start, key in categories if start >= hit.start]
        found.setdefault(hit.key, tuple(before[-1:] or after[:1]))
    return found


def read_recipient_categories(passage: Passage) -> Iterator[Draft]:
    """Unnamed recipients: the category is the subject. Where the passage names who it is, the name stands alone."""
    if not _in_scope(passage) or not _says_who_receives(passage):
        return
    brands = [(passage.text.find(name), len(name)) for name in _unknown_brands(passage)]
    if brands and passage.block.kind == "item":
        return  # an item about a named recipient describes it
    named = {key for keys in _categories_of(passage).values() for key in keys}
    if named_systems(passage) and (passage.block.kind != "paragraph" or not named):
        return  # an item about a named recipient describes it
    data = passage.hits("data_categories")
    for hit in passage.hits("recipients"):
        key = hit.key
        if any(item.start <= hit.start and hit.end < item.end for item in data):
            continue  # the bank of "bank account" receives nothing
        if key in named or any(_in_one_part(passage.text, hit.start, place, place + size) for place, size in brands):
            continue
        value = RecipientStatement(category=(key,), purposes=ordered(purposes_in(passage.text, passage.words)))
        yield Draft(StatementKind.RECIPIENT, f"category: {key}", value.render(), 0.85)


def _in_one_part(text: str, place: int, start: int, end: int) -> bool:
    """Whether a category stands beside a name: "our accountant Books Ltd", not "accountant, Tax Board"."""
    first, last = (place, start) if place < start else (end, place)
    return not re.search(r"[,;|]|\b(?:and|ir|bei)\b", text[first:last])


def _says_who_receives(passage: Passage) -> bool:
    block = passage.block
    if passage.is_negated and block.kind != "item":
        return False
    is_name = len(passage.text.split()) <= 6 and passage.text[-1:] not in ".:?"
    if passage.about("recipients") and (block.kind in ("item", "cell") or is_name or "share" in passage.cues):
        return True
    shares = re.search(
        r"\b(?:shar\w+|disclos\w+|pass\w*|transferred|provided|made available)\b.{0,40}\b(?:with|to)\b"
        r"|perduo\w+|teiki\w+|atskleid\w+",
        passage.folded,
    )
    return bool(shares) and "share" in passage.cues and not passage.about("retention", "data", "breach")


def read_unknown_recipients(passage: Passage) -> Iterator[Draft]:
    """Names that no mapping knows, where a section or list says who receives data."""
    if not _in_scope(passage):
        return
    if not (passage.about("recipients") and _says_who_receives(passage)):
        yield from _companies(passage)
        return
    categories = ordered(passage.keys("recipients"))
    brands = _unknown_brands(passage)
    known = categories or named_systems(passage) or passage.hits("authorities")
    said = own_words(passage) if not brands and not known and not passage.about("transfers") else ""
    if said and not any(passage.hits(name) for name in ("data_categories", "legal_bases", "systems")):
        yield Draft(StatementKind.RECIPIENT, f"category: {said}", RecipientStatement().render(), CONFIDENCE)
    for name in brands:
        yield Draft(StatementKind.RECIPIENT, name, RecipientStatement(category=categories).render(), 0.5)


def _companies(passage: Passage) -> Iterator[Draft]:
    """Companies named in full as collecting, hosting or providing, outside a section about recipients."""
    if passage.about("controller", "contact", "complaint") or "lead_controller" in passage.cues:
        return
    if "share" not in passage.cues or any(not is_denied(passage, hit.start) for hit in named_systems(passage)):
        return
    named = [
        name
        for name in company_names(passage.text)
        if not is_denied(passage, passage.text.find(name)) and not _OURSELVES.match(passage.text.partition(name)[2])
    ]
    for name in (*named, *(_used_brands(passage) if not named else ())):
        yield Draft(StatementKind.RECIPIENT, name, RecipientStatement(purposes=ordered(passage.purposes)).render(), 0.6)


def _used_brands(passage: Passage) -> list[str]:
    """Names that nobody knows in "we use X", "passed to the X service", outside a section about recipients."""
    found: list[str] = []
    for match in _USED_BRAND.finditer(passage.text):
        name = match[1]
        known = [hit for vocabulary in _KNOWN for hit in passage.hits(vocabulary) if hit.start < match.end(1)]
        if passage.words.is_ordinary(name.split()[0]) or any(hit.end > match.start(1) for hit in known):
            continue
        if not is_denied(passage, match.start(1)) and not passage.about("controller", "rights", "changes"):
            found.append(name)
    return list(dict.fromkeys(found))


def cited_in(text: str, place: int) -> bool:
    """Whether a provision of Art. 6 or 9 stands at a place."""
    return any(start - 6 <= place < end for _, start, end in cited_bases(text))


def _unknown_brands(passage: Passage) -> list[str]:
    if not passage.about("recipients"):
        return []
    known = [
        (hit.start, hit.end) for name in ("systems", "authorities", "laws", "countries") for hit in passage.hits(name)
    ]
    phrases = [
        (hit.start, hit.end)
        for name in ("recipients", "purposes", "sections", "data_categories", "rights", "measures")
        for hit in passage.hits(name)
    ]
    phrases += [(hit.start, hit.end) for cue in passage.words.cues.values() for hit in cue.find_folded(passage.folded)]
    found = [name for name in company_names(passage.text) if not passage.words["systems"].found(name)]
    categories = [(hit.start, hit.end) for hit in passage.hits("recipients")]
    known += [(place, place + len(name)) for name in found if (place := passage.text.find(name)) >= 0]
    for match in _BRAND.finditer(passage.text):
        words = match[0].rstrip(".'").split()
        start = match.start()
        while words and passage.words.is_ordinary(words[0]):
            start += len(words[0]) + 1
            words = words[1:]
        while words and words[-1] in passage.words.ordinary:
            words = words[:-1]
        name = " ".join(words)
        end = start + len(name)
        if _NO_NAME.fullmatch(name) or cited_in(passage.text, start):
            continue
        if len(name) < 2 or any(first < end and start < last for first, last in known):
            continue
        if any(first <= start and end <= last for first, last in categories) or is_denied(passage, start):
            continue  # "Tax and Customs Board" is a kind of recipient, "we do not work with X" names none
        opens = not passage.text[:start].strip(' "“„(–-') or passage.text[:start].rstrip().endswith((":", "."))
        # An ordinary word that opens a sentence is capitalised too: it must look like a list's name to count.
        stands_alone = _ALONE.match(passage.text[end:])
        if opens and (not stands_alone or any(first <= start < last for first, last in phrases)):
            continue
        if (
            opens
            and len(words) == 1
            and passage.block.label
            and passage.text[:end] == passage.block.label
            and name.islower()
        ):
            continue
        found.append(name)
    return list(dict.fromkeys(found))
