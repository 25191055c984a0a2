"""What a name says: its meanings in order.

Belongs here: :class:`Hit`, :class:`NameReading` and which of several data decides. Does not belong here: how they
are found (:mod:`ropa_pipeline.classify.matcher`).
"""

from dataclasses import dataclass

from ropa_pipeline.model.lexicon import Concept, ConceptKind


@dataclass(frozen=True, slots=True)
class Hit:
    """One meaning found in a name. ``words`` is how it was written, ``exact`` False for an inflected form."""

    concept: Concept
    words: tuple[str, ...]
    exact: bool = True


class NameReading:
    """What a name says: its meanings in order and the words nobody knows. Never changed once it is made.

    The shortcuts (last party, main datum ...) are found once per name, as every rule asks for them. A plain class,
    because one is made for every name that is new and a frozen dataclass takes four times as long to make.
    """

    __slots__ = (
        "datum", "flow", "hits", "inflected", "keys", "kinds", "meanings", "party", "text", "thing", "tokens",
        "unknown", "words",
    )  # fmt: skip

    def __init__(self, tokens: tuple[str, ...], hits: tuple[Hit, ...], unknown: tuple[str, ...]) -> None:
        self.tokens, self.hits, self.unknown = tokens, hits, unknown
        self.words = frozenset(tokens)
        last: dict[ConceptKind, Hit] = {}
        keys: list[str] = []
        self.inflected = False
        for hit in hits:
            concept = hit.concept
            last[concept.kind] = hit
            keys.append(concept.key)
            if not hit.exact:
                self.inflected = True
        self.kinds, self.keys, self.meanings = frozenset(last), frozenset(keys), tuple(keys)
        self.party, self.flow = last.get(ConceptKind.PARTY), last.get(ConceptKind.FLOW)
        self.thing, self.text = last.get(ConceptKind.THING), last.get(ConceptKind.TEXT)
        self.datum = _main_datum(hits) if ConceptKind.DATUM in last else None
        mailed = self.datum is not None and self.datum.concept.key == "email"
        said = self.text.concept.key if mailed and self.text is not None else ""
        if said in _SAID and keys.index(said) > keys.index("email"):
            self.datum = None

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
    if best.concept.key == "url":
        return next((hit for hit in data if hit.concept.key == "social_handle"), best)
    if best.concept.key in {"email", "phone"}:
        for hit in hits:
            if hit.concept.key in _CHOICES:
                return hit
    return best
