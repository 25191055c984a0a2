"""Which language a table's names are written in.

Belongs here: how much words speak for each language. Does not belong here: what the words mean (:mod:`...matcher`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ropa_pipeline.classify.tokens import MOST_REMEMBERED

AHEAD = 1.25
"""How far ahead of English another language must be in a table's words."""


class _Vote(NamedTuple):
    """Which languages a word speaks for, how much for each, for English, and for others where English lacks it."""

    languages: tuple[str, ...]
    each: float
    english: float
    foreign: float


class Languages:
    """Votes of words, kept once they were counted."""

    def __init__(
        self,
        split: Callable[[str], tuple[str, ...]],
        patterns_of: Callable[[str], tuple[str, ...]],
        spoken: Mapping[str, set[str]],
    ) -> None:
        self._split, self._patterns_of, self._spoken = split, patterns_of, spoken
        self._votes: dict[str, _Vote] = {}

    def of(self, names: Sequence[str]) -> str:
        """The language that most words of names speak for; English where none is well ahead of it.

        A word of several languages splits its vote. What no count of the other words could change is not counted.
        """
        votes = [self._vote_of(token) for name in names for token in self._split(name)]
        english = sum(vote.english for vote in votes)
        if sum(vote.foreign for vote in votes) <= (AHEAD - 1) * english:
            return "en"
        total: dict[str, float] = {}
        for vote in votes:
            for language in vote.languages:
                total[language] = total.get(language, 0.0) + vote.each
        best = max(sorted(total), key=lambda language: total[language], default="en")
        return best if total.get(best, 0.0) > AHEAD * english else "en"

    def _vote_of(self, token: str) -> "_Vote":
        known = self._votes.get(token)
        if known is None:
            patterns = self._patterns_of(token)
            languages = tuple(sorted(self._spoken.get(patterns[0], ()))) if patterns else ()
            each = 1.0 / len(languages) if languages else 0.0
            spoken = "en" in languages
            if len(self._votes) > MOST_REMEMBERED:
                self._votes.clear()
            known = _Vote(languages, each, each if spoken else 0.0, 0.0 if spoken else each)
            self._votes[token] = known
        return known
