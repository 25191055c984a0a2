"""Reads transfers outside the EEA or the UK with their safeguards. GDPR Art. 13(1)(f), 30(1)(e), 44 to 49.

Belongs here: who, where and under which safeguard, as far as said, and the denial of transfers. Does not belong here:
whether a safeguard holds (``register``, ``policy``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import TransferStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.passage import Draft, Passage, ordered
from ropa_pipeline.notice.recipients import named_systems

_EEA = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    )
)
_GROUPS = {
    "google": "Google",
    "meta": "Meta",
    "facebook": "Meta",
    "microsoft": "Microsoft",
    "amazon": "Amazon",
    "apple": "Apple",
}
_IN_NAME = re.compile(r"\b(\w+)\s+(?:ltd|limited|llc|inc|gmbh|plc|b\.?v|uab|ab)\b")
_NO_PLACE = re.compile(
    r"\buk (?:gdpr|data protection|addendum|extension)|\buk adequacy|\b(?:eu|uk)-u\.?s\.?\b"
    r"|\b(?:and|under) (?:the )?uk (?:addendum|extension)"
)
"""Countries as part of the name of a law or a safeguard."""
_LEFT = re.compile(r"outside|beyond|overseas|abroad|leav|non|ne\b|uz\b|is\b")
"""How a cue begins that says what data leave ("outside the UK"); the others say where they go ("to the US")."""


def read_transfers(passage: Passage) -> Iterator[Draft]:
    """Transfers outside the EEA or the UK, per provider named, with countries and safeguards; and their denial."""
    safeguards = ordered(passage.keys("safeguards"))
    outside = "outside" in passage.cues
    countries = _countries(passage)
    if passage.about("complaint", "rights", "cookies", "controller", "contact"):
        return
    in_section = passage.about("transfers") and not passage.block.is_lead
    if passage.block.kind == "cell" and not (outside or countries):
        return  # a country of the EEA
    is_transfer = (
        outside
        or (in_section and (safeguards or countries or named_systems(passage)))
        or (countries and {"transfer", "share"} <= passage.cues)
        or (
            countries and passage.about("recipients") and passage.block.kind in ("item", "cell") and _importers(passage)
        )
        or (safeguards and re.search(r"transfer|perdav|perduod", passage.folded))
    )
    if not is_transfer:
        return
    denied = bool(
        re.search(
            r"(?:not|never) (?:\w+ ){0,2}(?:transfer|send|share|process)|neperduod|nesiuncia|nera perduod|neteikia"
            r"|no (?:\w+ ){0,3}(?:leaves?|transferred)|\b(?:stays?|remains?) (?:in|within)\b",
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
    other = [
        (hit.start, hit.end)
        for hit in passage.words.cues["outside"].find_folded(passage.folded)
        if _LEFT.match(passage.folded, hit.start)
    ]
    other += [(hit.start, hit.end) for hit in passage.hits("laws")]
    other += [match.span() for match in _NO_PLACE.finditer(passage.folded)]
    # "Example Payments UK Ltd", "DPD UK": part of a name.
    other += [match.span(1) for match in _IN_NAME.finditer(passage.folded)]
    other += [
        (hit.start, hit.end)
        for hit in passage.hits("countries")
        if any(
            not passage.folded[system.end : hit.start].strip()
            for system in named_systems(passage)
            if system.end <= hit.start
        )
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
