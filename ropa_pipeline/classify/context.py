"""What a rule sees of one column, and what it answers.

Belongs here: :class:`ColumnContext` and :class:`Verdict`. Does not belong here: any rule.
"""

from dataclasses import dataclass, field

from ropa_pipeline.classify.name_reading import Hit, NameReading
from ropa_pipeline.classify.tables import TableContext
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.model.lexicon import ConceptKind
from ropa_pipeline.model.observation import ObservedColumn
from ropa_pipeline.model.terms import Identifiability

NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule's answer. ``reason`` is a clause in words; ``change`` says what would alter the answer."""

    category: str
    identifiability: Identifiability
    reason: str
    subject: str = ""
    change: str = ""


@dataclass(slots=True)
class ColumnContext:
    """One column with its table. The shortcuts are computed once, as every rule asks for them."""

    column: ObservedColumn
    reading: NameReading
    family: TypeFamily
    table: TableContext
    datum: Hit | None = field(init=False)
    text: Hit | None = field(init=False)
    party: Hit | None = field(init=False)
    flow: Hit | None = field(init=False)
    thing: Hit | None = field(init=False)
    person_row: bool = field(init=False)

    def __post_init__(self) -> None:
        reading = self.reading
        self.party = reading.last(ConceptKind.PARTY) if ConceptKind.PARTY in reading.kinds else None
        self.flow = reading.last(ConceptKind.FLOW) if ConceptKind.FLOW in reading.kinds else None
        self.thing = reading.last(ConceptKind.THING) if ConceptKind.THING in reading.kinds else None
        self.text = reading.last(ConceptKind.TEXT) if ConceptKind.TEXT in reading.kinds else None
        self.datum = _main_datum(reading) if ConceptKind.DATUM in reading.kinds else None
        self.person_row = self.table.personal
        if self.text is not None and self.datum is not None and self.datum.concept.key == "email":
            said = self.text.concept.key in {"subject_line", "message_text", "container", "raw_body"}
            if said and reading.hits.index(self.text) > reading.hits.index(self.datum):
                self.datum = None
        if self.text is not None and len(reading.tokens) > len(self.text.words):
            own = self.text.words[0] in self.table.own_words and reading.hits[0] is self.text
            if own and ConceptKind.REF not in reading.kinds:
                self.text = None

    @property
    def subject(self) -> str:
        """Whom the cell is about: the person the column names, else the table's."""
        if self.party is not None and self.party.concept.subject not in ("", NONE):
            own = self.party.concept.key
            if own in {"account", "contact_person"} and self.table.subject != NONE:
                return self.table.subject
            return self.party.concept.subject
        return self.table.subject if self.table.subject != NONE else "customer"

    def words(self, hit: Hit) -> str:
        return " ".join(hit.words)


_MODIFIERS = frozenset({"card", "ip", "email", "phone", "bank_account", "cookie", "portrait"})
_HEADS = frozenset({"city", "region", "country", "postal_code", "address", "house_part", "transaction_ref", "name",
                    "marketing_consent", "legal_consent", "engagement", "location", "device", "browser"})  # fmt: skip
_CHOICES = frozenset({"marketing_consent", "legal_consent", "engagement"})
"""What a person allowed or did about an e-mail address or number is not that address or number."""


def _main_datum(reading: NameReading) -> Hit:
    """The datum that decides: a strong one before a weak one, the last of equals (the head of a name)."""
    best: Hit | None = None
    for hit in reading.hits:
        if hit.concept.kind is not ConceptKind.DATUM:
            continue
        if best is None or hit.concept.strong >= best.concept.strong:
            best = hit
    assert best is not None
    last = next(hit for hit in reversed(reading.hits) if hit.concept.kind is ConceptKind.DATUM)
    place = last.concept.key not in {"address", "name"} or best.concept.key in {"card", "bank_account"}
    if last is not best and best.concept.key in _MODIFIERS and last.concept.key in _HEADS and place:
        return last
    if best.concept.key in {"email", "phone"}:
        for hit in reading.hits:
            if hit.concept.key in _CHOICES:
                return hit
    return best
