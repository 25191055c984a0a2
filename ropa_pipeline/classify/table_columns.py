"""What is known of all columns of a table together, before its role is decided.

Belongs here: :class:`Columns` and words that several kinds of tables share. Does not belong here: the kinds
(:mod:`...kinds_of_nobody`, :mod:`...kinds_of_people`). GDPR Art. 4(1): what a row relates to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.model.lexicon import ConceptKind

Known = tuple[str, str, bool, float]
"""Role, data subject, whether the table's own name gave it, how sure."""

PERSONS = frozenset({"first_name", "last_name", "birth_date", "password", "person_number", "username",
                      "patient", "applicant", "contact_person"})  # fmt: skip
PEOPLE = frozenset({"customer", "account", "user", "patient", "subscriber", "guest", "visitor", "recipient"})
FLOWS = frozenset({"order", "reference", "tracking", "payer", "transaction_ref", "recipient", "ticket", "cart",
                    "session", "cookie", "ip", "user_agent", "rating", "reviewer"})  # fmt: skip
TALKS = frozenset({"conversation", "thread", "chat", "dialog", "dialogue"})
_VERBS = frozenset({"verify", "reset", "edit", "duplicate", "notify", "ask", "require", "confirm", "disable"})
SMALL = 8


@dataclass(frozen=True)
class Columns:
    """What is known of a table before its role is decided: its name and the readings of its columns, in order.

    ``keys``: the meanings of all its columns.
    """

    name: NameReading
    words: tuple[str, ...]
    readings: Sequence[NameReading]
    has_person_key: bool
    keys: frozenset[str]

    @cached_property
    def names_a_person(self) -> bool:
        """Whether a column leads to a person or says who somebody is."""
        return self.has_person_key or bool(self.keys & PERSONS) or self.count(lambda said: bool(_people(said))) > 0

    @cached_property
    def names_somebody(self) -> bool:
        """Whether a key leads to a person, or more than one column in eight holds who somebody is."""
        if self.has_person_key:
            return True
        told = PERSONS - {"password", "username", "contact_person"} | {"full_name", "email", "phone", "street"}
        held = self.count(lambda said: bool(said.keys & told) and not _asks(said))
        return held * SMALL > len(self.readings)

    def count(self, wanted: Callable[[NameReading], bool]) -> int:
        """How many columns are so. What every table is asked, ``wanted`` should remember: names occur often."""
        return sum(map(wanted, self.readings))

    def about(self, keys: frozenset[str]) -> int:
        """How many columns speak of one of these."""
        return self.count(lambda said: bool(said.keys & keys))


def _people(said: NameReading) -> frozenset[str]:
    return said.keys & PEOPLE if ConceptKind.REF in said.kinds or said.datum is not None else frozenset()


def _asks(said: NameReading) -> bool:
    """Whether a name sets or asks for something instead of holding it."""
    return said.has(ConceptKind.HEAD, ConceptKind.FLAG, ConceptKind.THING) or bool(said.words & _VERBS)


_SAFE = 4
"""A beginning of fewer letters must be the whole word ("dam" begins "damaged")."""


def begin_so(words: tuple[str, ...], beginnings: tuple[str, ...]) -> bool:
    """Whether one of these words is or begins like one of ``beginnings``."""
    return any(_begins_so(word, beginnings) for word in words)


@lru_cache(maxsize=MOST_REMEMBERED)
def _begins_so(word: str, beginnings: tuple[str, ...]) -> bool:
    return word in beginnings or word.startswith(_long(beginnings))


@lru_cache(maxsize=MOST_REMEMBERED)
def _long(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in beginnings if len(item) >= _SAFE)
