"""What a reader is given (one sentence in its place) and what it returns.

Belongs here: the passage, the draft of a statement, and what several readers need to know of a passage: its cues and
its purposes. Does not belong here: any one kind of statement.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.phrases import Hit, fold
from ropa_pipeline.notice.structure import Block
from ropa_pipeline.notice.words import Words


@dataclass(frozen=True)
class Draft:
    """A statement without its id. ``from_lead``: its lines begin at the lead-in."""

    kind: StatementKind
    subject: str
    value: str
    confidence: float = 0.9


@dataclass(frozen=True)
class Passage:
    """One sentence of a block. ``index`` counts the sentences of the block from 0."""

    text: str
    block: Block
    words: Words
    index: int = 0

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def context(self) -> str:
        """The lead-in sentences that the passage inherits."""
        return " ".join(part for part in (self.block.lead, self.block.parent) if part)

    def hits(self, vocabulary: str) -> list[Hit]:
        return list(self.words[vocabulary].find_folded(self.folded))

    def keys(self, vocabulary: str) -> tuple[str, ...]:
        """The keys found in the sentence, in order of first appearance."""
        return tuple(dict.fromkeys(hit.key for hit in self.hits(vocabulary)))

    @cached_property
    def cues(self) -> frozenset[str]:
        return self.words.cues_in(self.folded)

    @cached_property
    def context_cues(self) -> frozenset[str]:
        return self.words.cues_in(fold(self.context)) if self.context else frozenset()

    def about(self, *topics: str) -> bool:
        """Whether the section is about one of these."""
        return not self.block.topics.isdisjoint(topics)

    @cached_property
    def is_negated(self) -> bool:
        return "negation" in self.cues

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """What the passage is for: its table row, its label, its lead-in, else what the sentence itself names."""
        block = self.block
        if block.purposes:
            return block.purposes
        # A label as long as the item is the item's whole text, such as "Order fulfilment".
        for text in (block.label if block.kind == "item" or self.about("purposes") else "", block.lead):
            found = purposes_in(text, self.words) if text else ()
            if found:
                return found
        return purposes_in(self.text, self.words)


def purposes_in(text: str, words: Words) -> tuple[str, ...]:
    """Purpose keys in order of appearance."""
    return tuple(dict.fromkeys(hit.key for hit in words["purposes"].find(text)))


def ordered(keys: Iterable[str]) -> tuple[str, ...]:
    """Sorted and without repetition."""
    return tuple(sorted(set(keys)))


def between(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", text[start:end]).strip(" ,;:.-–—()\"'“”„")


Reader = Callable[[Passage], Iterable[Draft]]
