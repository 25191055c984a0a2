"""What a rule sees of one column, and what it answers.

Belongs here: :class:`ColumnContext` and :class:`Verdict`. Does not belong here: any rule.
"""

from dataclasses import dataclass, field

from ropa_pipeline.classify.name_reading import Hit, NameReading
from ropa_pipeline.classify.table_context import TableContext
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
        self.party, self.flow, self.thing = reading.party, reading.flow, reading.thing
        self.text, self.datum = reading.text, reading.datum
        self.person_row = self.table.personal
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
