"""What a name says: its meanings in order.

Belongs here: :class:`Hit`, :class:`NameReading` and which of several data decides. Does not belong here: how they
are found (:mod:`ropa_pipeline.classify.matcher`).
"""

from dataclasses import dataclass, field

from ropa_pipeline.model.lexicon import Concept, ConceptKind


@dataclass(frozen=True, slots=True)
class Hit:
    """One meaning found in a name. ``words`` is how it was written, ``exact`` False for an inflected form."""

    concept: Concept
    words: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a name says: its meanings in order and the words nobody knows.

    The shortcuts (last party, main datum ...) are found once per name, as every rule asks for them.
    """

    tokens: tuple[str, ...]
    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]
    kinds: frozenset[ConceptKind] = field(init=False)
    keys: frozenset[str] = field(init=False)
    words: frozenset[str] = field(init=False)
    party: Hit | None = field(init=False)
    flow: Hit | None = field(init=False)
    thing: Hit | None = field(init=False)
    text: Hit | None = field(init=False)
    datum: Hit | None = field(init=False)
    inflected: bool = field(init=False)

    def __post_init__(self) -> None:
        last = {hit.concept.kind: hit for hit in self.hits}
        text = last.get(ConceptKind.TEXT)
        datum = _main_datum(self.hits) if ConceptKind.DATUM in last else None
        said = text is not None and text.concept.key in _SAID and datum is not None and datum.concept.key == "email"
        if said and self.hits.index(text) > self.hits.index(datum):
            datum = None
        for name, value in (
            ("kinds", frozenset(last)),
            ("keys", frozenset(hit.concept.key for hit in self.hits)),
            ("words", frozenset(self.tokens)),
            ("party", last.get(ConceptKind.PARTY)),
            ("flow", last.get(ConceptKind.FLOW)),
            ("thing", last.get(ConceptKind.THING)),
            ("text", text),
            ("datum", datum),
            ("inflected", not all(hit.exact for hit in self.hits)),
        ):
            object.__setattr__(self, name, value)

    def first(self, *kinds: ConceptKind) -> Hit | None:
        """The first meaning of one of these kinds."""
        for hit in self.hits:
            if hit.concept.kind in kinds:
                return hit
        return None

    def last(self, *kinds: ConceptKind) -> Hit | None:
        """The last meaning of one of these kinds."""
        for hit in reversed(self.hits):
            if hit.concept.kind in kinds:
                return hit
        return None

    def has(self, *kinds: ConceptKind) -> bool:
        return not self.kinds.isdisjoint(kinds)


_SAID = frozenset({"subject_line", "message_text", "container", "raw_body"})
"""What an e-mail said is not its address."""
_MODIFIERS = frozenset({"card", "ip", "email", "phone", "bank_account", "cookie", "portrait"})
_HEADS = frozenset({"city", "region", "country", "postal_code", "address", "house_part", "transaction_ref", "name",
                    "marketing_consent", "legal_consent", "engagement", "location", "device", "browser"})  # fmt: skip
_NAMED_PLACES = frozenset({"city", "region", "country", "company", "department", "bank", "browser", "device"})
_CHOICES = frozenset({"marketing_consent", "legal_consent", "engagement"})
"""What a person allowed or did about an e-mail address or number is not that address or number."""


def _main_datum(hits: tuple[Hit, ...]) -> Hit:
    """The datum that decides: a strong one before a weak one, the last of equals (the head of a name)."""
    best: Hit | None = None
    for hit in hits:
        if hit.concept.kind is not ConceptKind.DATUM:
            continue
        if best is None or hit.concept.strong >= best.concept.strong:
            best = hit
    assert best is not None
    data = [hit for hit in hits if hit.concept.kind is ConceptKind.DATUM]
    last = data[-1]
    if last is best and last.concept.key == "name" and len(data) > 1 and data[-2].concept.key in _NAMED_PLACES:
        return data[-2]
    place = last.concept.key not in {"address", "name"} or best.concept.key in {"card", "bank_account"}
    if last is not best and best.concept.key in _MODIFIERS and last.concept.key in _HEADS and place:
        return last
    if best.concept.key in {"email", "phone"}:
        for hit in hits:
            if hit.concept.key in _CHOICES:
                return hit
    return best
