"""Reads shortened words: the first letters of a word ("relig", "fam"), or its consonants ("pvrd").

Belongs here: which word a shortened one stands for, where all that begin so mean the same, and of which word one is
the plural. Does not belong here: words shortened after a table's name (:mod:`ropa_pipeline.classify.tables`) and whole
words (:mod:`...matcher`).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from ropa_pipeline.classify.tokens import MOST_REMEMBERED, singular
from ropa_pipeline.model.lexicon import Concept, ConceptKind

SHORTENED = frozenset({ConceptKind.DATUM, ConceptKind.TEXT, ConceptKind.PARTY})
MIN_SHORT_FORM, MAX_SHORT_FORM, MAX_ALIKE = 5, 10, 40
"""Letters of a shortened word, and how many words may begin with them."""
MIN_BEGUN = 3
"""In a table of one language fewer letters say it, as only that language's words are asked."""
MIN_INFLECTED = 6
_PLURALS = ("en", "n", "e", "es")
"""Endings of more than one, where a word of so many letters is left that the lexicon writes without endings."""
_VOWELS = frozenset("aeiouy")
MIN_CONSONANTS = 4
"""Fewer letters without a vowel are mostly an abbreviation of something else."""
_CURRENCIES = frozenset({"eur", "pln", "usd", "gbp", "rub", "czk", "sek", "chf", "nok", "dkk", "huf"})
_NOT_ASKED = object()


class ShortWords:
    """Single words of a lexicon by language (a stem without its mark), each with its meanings."""

    def __init__(self, words: Mapping[str, Mapping[str, Concept]], parts: Iterable[str]) -> None:
        """``parts``: English words of all phrases, also such as mean nothing alone."""
        self._whole = sorted(
            (word, min((item.key for item in meant.values() if item.kind in SHORTENED), default=""))
            for word, meant in words.items()
            if len(word) > MIN_SHORT_FORM and not word.endswith("~")
        )
        self._singulars = frozenset(word for word in words if not word.endswith("~"))
        self._by_language: dict[str, list[tuple[str, str]]] = {}
        self._concepts: dict[str, Concept] = {}
        for word, meant in words.items():
            for language, concept in meant.items():
                self._concepts[concept.key] = concept
                self._by_language.setdefault(language, []).append((word.rstrip("~"), concept.key))
        for begun in self._by_language.values():
            begun.sort()
        self._consonants: dict[str, set[str]] = {}
        for word in sorted(parts):
            for bare in {_bare(word, "aeiou"), _bare(word, "aeiouy")}:
                if MIN_CONSONANTS <= len(bare) < len(word):
                    self._consonants.setdefault(bare, set()).add(word)
        self._known: dict[tuple[str, str], Concept | object | None] = {}

    def written_out(self, token: str) -> str:
        """The word of which a token is the first letters ("relig") or the consonants ("cstmr"), where only one is."""
        if len(token) >= MIN_CONSONANTS and not set(token) & _VOWELS:
            meant = self._consonants.get(token, set())
            one = {singular(word) for word in meant}
            return min(meant, key=lambda word: (len(word), word)) if len(one) == 1 else token
        alone = self._one_of(token)
        if alone:
            return alone
        if not MIN_SHORT_FORM <= len(token) <= MAX_SHORT_FORM:
            return token
        first = bisect_left(self._whole, (token, ""))
        said = set()
        for word, concept in self._whole[first : first + MAX_ALIKE]:
            if not word.startswith(token):
                break
            said.add(concept)
        else:
            return token
        return self._whole[first][0] if len(said) == 1 and said != {""} else token

    def _one_of(self, token: str) -> str:
        """The known word that a token is several of ("retouren", "sprachen"); empty where there is none."""
        for ending in _PLURALS:
            word = token.removesuffix(ending)
            if MIN_INFLECTED <= len(word) < len(token) and word in self._singulars:
                return word
        return ""

    def meaning(self, token: str, language: str) -> Concept | None:
        """What a shortened word means in a language: all words there that begin so, or whose consonants do, say it."""
        found = self._known.get((token, language), _NOT_ASKED)
        if found is _NOT_ASKED:
            if len(self._known) > MOST_REMEMBERED:
                self._known.clear()
            found = self._known[(token, language)] = self._meant_by(token, language)
        return found  # type: ignore[return-value]  # never the mark of what was not asked yet

    def _meant_by(self, token: str, language: str) -> Concept | None:
        if not MIN_BEGUN <= len(token) <= MAX_SHORT_FORM or token in _CURRENCIES:
            return None
        words = self._by_language.get(language, [])
        first = bisect_left(words, (token, ""))
        meant: dict[str, Concept] = {}
        for word, key in words[first : first + MAX_ALIKE]:
            if not word.startswith(token):
                break
            meant[key] = self._concepts[key]
        if not meant and not set(token) & _VOWELS:
            for word, key in words:
                if word[0] == token[0] and "".join(char for char in word if char not in _VOWELS).startswith(token):
                    meant[key] = self._concepts[key]
        concept = next(iter(meant.values()), None)
        return concept if len(meant) == 1 and concept is not None and concept.kind in SHORTENED else None


def _bare(word: str, vowels: str) -> str:
    """A word without the vowels behind its first letter."""
    return word[0] + "".join(char for char in word[1:] if char not in vowels)
