"""What a table was read as: its role, whom a row is about, and the way to that person.

Belongs here: :class:`TableContext`. Does not belong here: how it is found (:mod:`...tables`, :mod:`...table_ways`).
GDPR Art. 4(1): whom a row relates to decides what its columns are.
"""

from dataclasses import dataclass, field

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.model.lexicon import RoleMeaning
from ropa_pipeline.model.observation import ObservedTable


@dataclass(frozen=True, slots=True)
class TableContext:
    """One table as read. ``linked``: its rows lead to a person; ``path`` says how; ``sure`` 0 to 1.

    ``by_name``: the table's own name gave the role. ``language``: the language its names are written in.
    """

    table: ObservedTable
    language: str
    name: NameReading
    role: RoleMeaning
    subject: str
    linked: bool
    by_name: bool
    path: str
    sure: float
    person_keys: frozenset[str] = frozenset()
    has_payer: bool = False
    places: bool = False
    half_name: bool = False
    has_order: bool = False
    own_words: frozenset[str] = frozenset()
    references: dict[str, str] = field(default_factory=dict)
    says: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """What its columns mean, and the words they are written with."""
    spelled: dict[str, str] = field(default_factory=dict)
    """Columns with shortened words, written out."""
    marks: tuple[str, ...] = ()
    """What its columns begin with and which says nothing."""
    by_others: bool = False
    """Whether labelled tables with such columns decided, against its name and single columns."""

    def unmarked(self, name: str) -> str:
        """A column's name without the table's mark, its shortened words written out."""
        return self.spelled.get(name) or unmarked(name, self.marks)

    @property
    def personal(self) -> bool:
        """Whether facts of a row are facts of a person."""
        return self.linked and self.role.personal

    @property
    def nobody(self) -> bool:
        """Whether the table by its own name is about things, not persons."""
        return not self.role.personal and self.role.key != "none"


def unmarked(name: str, marks: tuple[str, ...]) -> str:
    """A name without the first of these marks that it begins with."""
    lowered = name.lower()
    for mark in marks:
        if lowered.startswith(mark):
            return name[len(mark) :] or name
    return name
