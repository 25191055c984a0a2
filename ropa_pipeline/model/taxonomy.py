"""Data categories, data subjects, purposes and measures, with their cross-walks.

Belongs here: the typed form of ``mappings/taxonomy``. Does not belong here: reading YAML
(:mod:`ropa_pipeline.catalogue`) and recognising columns (:mod:`ropa_pipeline.classify`).
Cross-walks: W3C Data Privacy Vocabulary 2.3 (``dpv``) and Ethyca's fideslang (``fides``).
"""

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import Identifiability


class Label(Frozen):
    """A human word in the languages the workbooks are written in."""

    en: str
    lt: str


class DataCategory(Frozen):
    """A category of personal data (Art. 30(1)(c)). ``key`` is hierarchical: ``contact.email``.

    ``part_of``: the category whose plain word says this one too: who states an address has stated its postal code.
    """

    key: str
    label: Label
    identifiability: Identifiability
    special_category: bool = False
    dpv: str = ""
    dpv_broader: str = ""
    fides: str = ""
    part_of: str = ""


class DataSubject(Frozen):
    """A category of data subjects (Art. 30(1)(c))."""

    key: str
    label: Label
    dpv: str = ""
    dpv_broader: str = ""
    fides: str = ""


class Purpose(Frozen):
    """A purpose that system mappings point at; controllers' activities say which ones they cover."""

    key: str
    label: Label
    dpv: str = ""
    fides: str = ""


class Measure(Frozen):
    """A technical or organisational measure (Art. 32(1), 30(1)(g)). ``words`` recognise it in a notice."""

    key: str
    label: Label
    dpv: str = ""
    words: tuple[str, ...] = ()


class StandingItem(Frozen):
    """A processing that every controller must answer for, beyond what its notice mentions."""

    key: str
    label: Label
    question: str
    purposes: tuple[str, ...] = ()


class Taxonomy(Frozen):
    data_categories: tuple[DataCategory, ...]
    data_subjects: tuple[DataSubject, ...]
    purposes: tuple[Purpose, ...]
    measures: tuple[Measure, ...]
    standing_list: tuple[StandingItem, ...]

    def category(self, key: str) -> DataCategory:
        """The category of that key; KeyError names it where the taxonomy has none."""
        return next((item for item in self.data_categories if item.key == key), None) or _unknown(key)


def _unknown(key: str) -> DataCategory:
    raise KeyError(f"no data category {key!r} in mappings/taxonomy/data_categories.yaml")
