"""The words that name personal data, typed: concepts, words by language, table roles.

Belongs here: the typed form of ``mappings/lexicon``. Does not belong here: how names are split or matched
(:mod:`ropa_pipeline.classify`) and reading YAML (:mod:`ropa_pipeline.catalogue`).

Files: ``concepts.yaml`` is one :class:`ConceptFile`, ``roles.yaml`` one :class:`RoleFile`, and each
``words_<language>.yaml`` one :class:`WordFile`. A concept is a meaning (GDPR Art. 4(1): what a cell says about a
person); a word file lists how one language writes it. In words, ``~`` at the end of a part stands for any
ending of up to five letters (``gavej~`` matches gavėjas, gavėjo, gavėjui); several parts are written with blanks.
"""

from enum import StrEnum

from pydantic import Field

from ropa_pipeline.model.base import Frozen


class ConceptKind(StrEnum):
    """What a word does to the meaning of a name.

    ``datum`` names a datum of a person; ``text`` free text; ``party`` a person or group of persons; ``flow`` what
    happens with persons (order, payment, parcel, session); ``thing`` something that is nobody's (product,
    template); ``head`` turns the meaning away from the datum (format, count); ``ref`` a key or number; ``amount``,
    ``date``, ``state``, ``quantity`` facts of a row; ``flag`` marks a yes/no; ``part`` carries no meaning of its own
    (item, detail); ``technical`` is the software's own.
    """

    DATUM = "datum"
    TEXT = "text"
    PARTY = "party"
    FLOW = "flow"
    THING = "thing"
    HEAD = "head"
    REF = "ref"
    AMOUNT = "amount"
    DATE = "date"
    STATE = "state"
    QUANTITY = "quantity"
    FLAG = "flag"
    PART = "part"
    TECHNICAL = "technical"


class Concept(Frozen):
    """One meaning. ``strong``: personal whatever the table, unless turned away; else it needs a person's row.

    ``direct``: a cell identifies or tells something by itself (guide: yes), else only through the row's key.
    ``role``: the role that a table named so has. ``subject``: the person a party word means. ``shape``: the type of
    cell it can hold (``text``, ``date``, ``number``, ``any``). ``fact``: a thing that is a fact of an order when it
    stands in an order's row. ``own_key``: category of a key to such a row, empty where the key says nothing.
    """

    key: str
    kind: ConceptKind
    category: str = "none"
    strong: bool = False
    direct: bool = True
    role: str = ""
    subject: str = ""
    shape: str = "any"
    fact: bool = False
    own_key: str = ""


class ConceptFile(Frozen):
    """``mappings/lexicon/concepts.yaml``."""

    concepts: tuple[Concept, ...]


class RoleMeaning(Frozen):
    """What a table of this role is. ``personal``: its rows are about persons.

    ``fact``: category of a row's facts (dates, states); ``text``: category of free text in it; ``key``: category of
    the row's own key (empty: a surrogate key that says nothing); ``subject``: whom a row is about where no word
    says so; ``purposes``: purpose keys its personal columns serve. ``bare_name``: a column that is merely called
    "name" is a person's.
    """

    key: str
    personal: bool = False
    fact: str = "none"
    text: str = "none"
    own_key: str = ""
    subject: str = "none"
    purposes: tuple[str, ...] = ()
    bare_name: bool = False


class RoleFile(Frozen):
    """``mappings/lexicon/roles.yaml``."""

    roles: tuple[RoleMeaning, ...]


class WordFile(Frozen):
    """``mappings/lexicon/words_<language>.yaml``: how one language writes the concepts."""

    language: str
    stopwords: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Lexicon(Frozen):
    """Everything of ``mappings/lexicon``."""

    concepts: tuple[Concept, ...]
    roles: tuple[RoleMeaning, ...]
    languages: tuple[WordFile, ...]

    def concept(self, key: str) -> Concept:
        """The concept of that key; KeyError says which file lacks it."""
        for item in self.concepts:
            if item.key == key:
                return item
        raise KeyError(f"no concept {key!r} in mappings/lexicon/concepts.yaml")

    def role(self, key: str) -> RoleMeaning:
        """The role of that key; KeyError says which file lacks it."""
        for item in self.roles:
            if item.key == key:
                return item
        raise KeyError(f"no role {key!r} in mappings/lexicon/roles.yaml")
