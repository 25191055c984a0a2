"""Which language a table's names are written in.

Belongs here: how much words speak for each language. Does not belong here: what the words mean (:mod:`...matcher`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ropa_pipeline.classify.tokens import MOST_REMEMBERED

AHEAD = 1.25
"""How far ahead of English another language must be in a table's words."""


class _Vote(NamedTuple):
    """How much a name or a word speaks for each language, for English, and for others by words that English lacks."""

    each: tuple[tuple[str, float], ...]
    english: float
    foreign: float


class Languages:
    """Votes of names and of their words, kept once they were counted."""

    def __init__(
        self,
        split: Callable[[str], tuple[str, ...]],
        patterns_of: Callable[[str], tuple[str, ...]],
        spoken: Mapping[str, set[str]],
    ) -> None:
        self._split, self._patterns_of, self._spoken = split, patterns_of, spoken
        self._votes: dict[str, _Vote] = {}
        self._words: dict[str, _Vote] = {}

    def of(self, names: Sequence[str]) -> str:
        """The language that most words of names speak for; English where none is well ahead of it.

        A word of several languages splits its vote. What no count of the other words could change is not counted.
        """
        votes = [self._votes.get(name) or self._vote_of(name) for name in names]
        english = sum([vote.english for vote in votes])
        if sum([vote.foreign for vote in votes]) <= (AHEAD - 1) * english:
            return "en"
        total: dict[str, float] = {}
        for vote in votes:
            for language, each in vote.each:
                total[language] = total.get(language, 0.0) + each
        best = max(sorted(total), key=lambda language: total[language], default="en")
        return best if total.get(best, 0.0) > AHEAD * english else "en"

    def _vote_of(self, name: str) -> _Vote:
        """The sum of its words' votes."""
        words = [self._words.get(token) or self._vote_of_word(token) for token in self._split(name)]
        if len(words) == 1:
            found = words[0]
        else:
            total: dict[str, float] = {}
            for word in words:
                for language, each in word.each:
                    total[language] = total.get(language, 0.0) + each
            foreign = sum([word.foreign for word in words])
            found = _Vote(tuple(total.items()), total.get("en", 0.0), foreign)
        if len(self._votes) > MOST_REMEMBERED:
            self._votes.clear()
        self._votes[name] = found
        return found

    def _vote_of_word(self, token: str) -> _Vote:
        patterns = self._patterns_of(token)
        languages = sorted(self._spoken.get(patterns[0], ())) if patterns else []
        each = 1.0 / len(languages) if languages else 0.0
        votes = tuple([(language, each) for language in languages])
        found = _Vote(votes, each, 0.0) if "en" in languages else _Vote(votes, 0.0, each)
        if len(self._words) > MOST_REMEMBERED:
            self._words.clear()
        self._words[token] = found
        return found
