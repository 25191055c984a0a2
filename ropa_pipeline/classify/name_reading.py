"""What a name says: its meanings in order.

Belongs here: :class:`Hit` and :class:`NameReading`. Does not belong here: how they are found
(:mod:`ropa_pipeline.classify.matcher`).
"""

from dataclasses import dataclass

from ropa_pipeline.model.lexicon import Concept, ConceptKind


@dataclass(frozen=True, slots=True)
class Hit:
    """One meaning found in a name. ``words`` is how it was written, ``exact`` False for an inflected form."""

    concept: Concept
    words: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a name says: its meanings in order and the words nobody knows."""

    tokens: tuple[str, ...]
    hits: tuple[Hit, ...]
    unknown: tuple[str, ...]
    kinds: frozenset[ConceptKind]
    keys: frozenset[str]

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
        return any(kind in self.kinds for kind in kinds)
