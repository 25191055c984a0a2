"""Reads recipients by name and by category, and transfers with their safeguards.

GDPR Art. 13(1)(e), (f), 30(1)(d), (e).

Belongs here: names of the provider catalogue, categories of the lexicon, and capitalised names nobody knows in a
section about recipients. Does not belong here: providers in cookie tables (``cookies``), roles (``register``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import RecipientStatement, TransferStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.identity import company_names
from ropa_pipeline.notice.passage import Draft, Passage, ordered, purposes_in
from ropa_pipeline.notice.phrases import Hit

_BRAND = re.compile(r"(?<![\w@./-])[A-ZĄČĘĖĮŠŲŪŽ][\w&+.'-]*(?:\s+(?:[A-ZĄČĘĖĮŠŲŪŽ][\w&+.'-]*|\d{1,2}(?!\w)))*")
_NOT_USED = re.compile(r"\b(?:do not|don't|does not|never|no longer|nenaudoj\w*|neperduod\w*)\b")
_EEA = frozenset({"LT", "LV", "EE", "PL", "DE", "FR", "NL", "IE"})
_GROUPS = {
    "google": "Google",
    "meta": "Meta",
    "facebook": "Meta",
    "microsoft": "Microsoft",
    "amazon": "Amazon",
    "apple": "Apple",
}


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
    denied = _NOT_USED.search(passage.folded[: hits[0].start])
    if denied and not passage.about("recipients"):
        return
    in_section = passage.about("recipients")
    is_use = bool({"share", "use", "collect"} & (passage.cues | passage.context_cues)) or in_section
    categories = _categories_of(passage) if in_section else {}
    purposes = ordered(purposes_in(passage.text, passage.words)) if in_section else ordered(passage.purposes)
    for key in dict.fromkeys(hit.key for hit in hits):
        value = RecipientStatement(category=categories.get(key, ()), purposes=purposes).render()
        yield Draft(StatementKind.RECIPIENT, key, value, 0.95 if is_use else 0.7)


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
    if not _in_scope(passage) or not _says_who_receives(passage) or _unknown_brands(passage):
        return
    named = {key for keys in _categories_of(passage).values() for key in keys}
    if named_systems(passage) and (passage.block.kind != "paragraph" or not named):
        return  # an item about a named recipient describes it
    for key in passage.keys("recipients"):
        if key in named:
            continue
        value = RecipientStatement(category=(key,), purposes=ordered(purposes_in(passage.text, passage.words)))
        yield Draft(StatementKind.RECIPIENT, f"category: {key}", value.render(), 0.85)


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
    for name in _unknown_brands(passage):
        yield Draft(StatementKind.RECIPIENT, name, RecipientStatement(category=categories).render(), 0.5)


def _companies(passage: Passage) -> Iterator[Draft]:
    """Companies named in full as collecting, hosting or providing, outside a section about recipients."""
    if passage.about("controller", "contact", "complaint") or "lead_controller" in passage.cues:
        return
    if "share" not in passage.cues or _NOT_USED.search(passage.folded) or named_systems(passage):
        return
    for name in company_names(passage.text):
        yield Draft(StatementKind.RECIPIENT, name, RecipientStatement(purposes=ordered(passage.purposes)).render(), 0.6)


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
    known += [(place, place + len(name)) for name in found if (place := passage.text.find(name)) >= 0]
    for match in _BRAND.finditer(passage.text):
        words = match[0].rstrip(".'").split()
        start = match.start()
        while words and words[0] in passage.words.ordinary:
            start += len(words[0]) + 1
            words = words[1:]
        while words and words[-1] in passage.words.ordinary:
            words = words[:-1]
        name = " ".join(words)
        end = start + len(name)
        if len(name) < 2 or any(first < end and start < last for first, last in known):
            continue
        opens = not passage.text[:start].strip(' "“„(–-') or passage.text[:start].rstrip().endswith((":", "."))
        # An ordinary word that opens a sentence is capitalised too: it must look like a list's name to count.
        stands_alone = re.match(r"[\"“”]?\s*(?:[,:;(–—]|-\s|$|(?:and|ir|or|ar)\s+[A-ZĄČĘĖĮŠŲŪŽ])", passage.text[end:])
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


def read_transfers(passage: Passage) -> Iterator[Draft]:
    """Transfers outside the EEA or the UK, per provider named, with countries and safeguards; and their denial."""
    safeguards = ordered(passage.keys("safeguards"))
    outside = "outside" in passage.cues
    countries = _countries(passage)
    if passage.about("complaint", "rights", "cookies", "controller", "contact"):
        return
    in_section = passage.about("transfers") and not passage.block.is_lead
    is_transfer = (
        outside
        or (in_section and (safeguards or countries or named_systems(passage)))
        or (countries and {"transfer", "share"} <= passage.cues)
        or (safeguards and re.search(r"transfer|perdav|perduod", passage.folded))
    )
    if not is_transfer:
        return
    denied = passage.is_negated and bool(
        re.search(
            r"not (?:\w+ ){0,2}(?:transfer|send|share|process)|neperduod|nesiuncia|nera perduod|neteikia",
            passage.folded,
        )
    )
    says_where = outside or bool(countries)
    modality = "does not transfer" if denied else "may transfer" if "possibly" in passage.cues else "transfers"
    modality = modality if says_where or denied else "NOT STATED"
    value = TransferStatement(modality=modality, countries=countries, safeguards=safeguards).render()
    subjects = _importers(passage) or ["NOT STATED"]
    for subject in subjects:
        yield Draft(StatementKind.TRANSFER, subject, value, 0.9 if outside else 0.75)


def _countries(passage: Passage) -> tuple[str, ...]:
    """Third countries named as a place; not as part of "outside the UK" or of the name of a law."""
    other = [(hit.start, hit.end) for hit in passage.words.cues["outside"].find_folded(passage.folded)]
    other += [(hit.start, hit.end) for hit in passage.hits("laws")]
    other += [
        match.span()
        for match in re.finditer(r"\buk (?:gdpr|data protection)|\buk adequacy|\beu-u\.?s\.?\b", passage.folded)
    ]
    return ordered(
        hit.key
        for hit in passage.hits("countries")
        if hit.key not in _EEA and not any(first <= hit.start < last for first, last in other)
    )


def _importers(passage: Passage) -> list[str]:
    """Systems and groups of companies named in the passage, in order."""
    systems = [(hit.start, hit.key) for hit in named_systems(passage)]
    spans = [(hit.start, hit.end) for hit in named_systems(passage)]
    groups = [
        (match.start(), _GROUPS[match[1]])
        for match in re.finditer(rf"\b({'|'.join(_GROUPS)})\b", passage.folded)
        if not any(first <= match.start() < last for first, last in spans)
    ]
    found = list(dict.fromkeys(name for _, name in sorted(systems + groups)))
    record = re.match(r"organi[sz]ation name:\s*([^;]{2,60})", passage.text, re.IGNORECASE)
    return found or ([record[1].strip()] if record else [])
