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
    """One sentence of a block. ``index`` counts the sentences of the block from 0.

    ``carried``: the purposes of the sentence before in the same section, for one that goes on about them.
    """

    text: str
    block: Block
    words: Words
    index: int = 0
    carried: tuple[str, ...] = ()

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def context(self) -> str:
        """The lead-in sentences that the passage inherits."""
        return " ".join(part for part in (self.block.lead, self.block.parent) if part)

    @cached_property
    def _found(self) -> dict[str, list[Hit]]:
        return {}

    def hits(self, vocabulary: str) -> list[Hit]:
        """All places where a phrase of the vocabulary stands; looked for once."""
        if vocabulary not in self._found:
            self._found[vocabulary] = list(self.words[vocabulary].find_folded(self.folded))
        return self._found[vocabulary]

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
    def clauses(self) -> list[int]:
        """Where its clauses begin: what one of them denies another may assert."""
        return [0, *(match.end() for match in _CLAUSE.finditer(self.folded))]

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


_CLAUSE = re.compile(
    r";|(?<=,)\s+but\s|\sbut\s|\bhowever\b|\s-\s(?=(?:ju?os|jas|jie|tai|they|it|this|that|these|we|instead|those)\b)"
    r"|,\s(?=taciau\b|o\b|bet\b)|\stik\s(?=gav)|,\sand nothing\b"
)


_DENIED_AFTER = re.compile(
    r"^(?:[\w'/-]+[\s,]+){1,6}?(?:(?:is|are|was|were) (?:never|not) |never )"
    r"(?:used|collected|stored|processed|reach\w*|shared|kept|seen|recorded|needed|requested|asked)\b"
    r"|^(?:[\w'\"/-]+[\s,]+){1,6}?ne(?:renk|saug|tvark|kaup|naudo|fiksuo|prasom|gaun|praso|mat|zin|laik)\w+"
)


def is_denied(passage: "Passage", place: int) -> bool:
    """Whether their own clause denies what stands at a place ("we do not use X", "card details never reach us")."""
    start = max(begin for begin in passage.clauses if begin <= place)
    end = min((begin for begin in passage.clauses if begin > place), default=len(passage.folded))
    if any(passage.words.cues["negation"].find_folded(passage.folded[start:place])):
        return True
    return bool(_DENIED_AFTER.search(passage.folded[place:end]))


def purposes_in(text: str, words: Words) -> tuple[str, ...]:
    """Purpose keys in order of appearance."""
    return tuple(dict.fromkeys(hit.key for hit in words["purposes"].find(text)))


def ordered(keys: Iterable[str]) -> tuple[str, ...]:
    """Sorted and without repetition."""
    return tuple(sorted(set(keys)))


def between(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", text[start:end]).strip(" ,;:.-–—()\"'“”„")


Reader = Callable[[Passage], Iterable[Draft]]
