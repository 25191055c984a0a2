"""Finds the meanings in a name: lexicon concepts matched on tokens, token pairs and glued words.

Belongs here: the compiled lexicon and :class:`NameReading`. Does not belong here: context of tables and rules.
The longest phrase wins; where several languages write different things alike, the table's language decides.
"""

import re

from ropa_pipeline.classify.name_reading import Hit, NameReading
from ropa_pipeline.classify.tokens import abbreviated, fold, tokenise
from ropa_pipeline.model.lexicon import Concept, Lexicon

_PART = re.compile(r"[a-z]+~?")
_SPELLED_OUT = re.compile(r"([aou])e")
"""German umlauts written with two letters."""
MAX_ENDING = 4
MAX_PHRASE = 6
MIN_FOREIGN, MIN_FOREIGN_STEM = 3, 6
"""In an English table a word of another language counts from here on: short ones are chance."""
MAX_GLUED = 40
_SHORT_PIECES = frozenset({"id", "ip", "nr", "no", "cc", "os", "dn"})
_NEVER_PIECES = frozenset({"art", "ape", "sin", "ort", "per", "ist", "ser", "all", "the", "pan", "her", "ger"})


class _Node:
    """A place in the tree of phrases: the next parts, and the concepts of a phrase that ends here by language."""

    __slots__ = ("concepts", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.concepts: dict[str, Concept] = {}


class Matcher:
    """A compiled lexicon. Build it once per lexicon; readings are cached per name and language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._root = _Node()
        self._stems: set[str] = set()
        self._exact: set[str] = set()
        self._token_languages: dict[str, set[str]] = {}
        self._stopwords: dict[str, frozenset[str]] = {}
        by_key = {concept.key: concept for concept in lexicon.concepts}
        for file in lexicon.languages:
            self._stopwords[file.language] = frozenset(file.stopwords)
            for key, phrases in file.words.items():
                for phrase in phrases:
                    self._add(phrase, by_key[key], file.language)
        self.languages = tuple(sorted(self._stopwords))
        self._readings: dict[tuple[str, str], NameReading] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        self._patterns: dict[str, tuple[str, ...]] = {}
        self._splits: dict[str, tuple[str, ...]] = {}
        self._votes: dict[str, dict[str, float]] = {}

    def _add(self, phrase: str, concept: Concept, language: str) -> None:
        node = self._root
        parts = _lexicon_parts(phrase)
        for part in parts:
            (self._stems if part.endswith("~") else self._exact).add(part)
            self._token_languages.setdefault(part, set()).add(language)
            node = node.next.setdefault(part, _Node())
        if parts:
            node.concepts.setdefault(language, concept)

    def read(self, name: str, language: str = "en", *, loose: bool = False, mark: str = "") -> NameReading:
        """What a name says, read in a language first, then in English, then in any other.

        ``loose`` takes two or three letters that nobody knows off the front of a word (a maker's mark on a table);
        ``mark`` is a first word that says nothing.
        """
        if loose:
            tokens = self.split(name)
            if mark and len(tokens) > 1 and tokens[0] == mark:
                tokens = tokens[1:]
            return self._read(tuple(self._unmark(token) for token in tokens), language)
        cached = self._readings.get((name, language))
        if cached is None:
            if len(self._readings) > 200_000:
                self._readings.clear()
            cached = self._readings[(name, language)] = self._read(self.split(name), language)
        return cached

    def split(self, name: str) -> tuple[str, ...]:
        """Tokens of a name, glued words taken apart.

        Works in time linear in the name: a token longer than ``MAX_GLUED`` is left whole.
        """
        whole = self._splits.get(name)
        if whole is not None:
            return whole
        result: list[str] = []
        for token in self._joined(name):
            parts = self._parts.get(token)
            if parts is None:
                if len(self._parts) > 200_000:
                    self._parts.clear()
                parts = self._parts[token] = self._unglue(token)
            result.extend(parts)
        if len(self._splits) > 200_000:
            self._splits.clear()
        whole = self._splits[name] = tuple(result)
        return whole

    def _joined(self, name: str) -> tuple[str, ...]:
        """Tokens, single letters joined with a neighbour where the lexicon knows the two as one word."""
        words = abbreviated(name)
        if len(words) < 2:
            return tokenise(name)
        result: list[str] = []
        place = 0
        found = False
        while place < len(words):
            taken = 1
            for length in (4, 3, 2):
                part = words[place : place + length]
                joined = "".join(part)
                if len(part) == length and min(map(len, part)) == 1 and self._whole(joined):
                    result.append(joined)
                    taken, found = length, True
                    break
            else:
                if len(words[place]) > 1:
                    result.append(words[place])
            place += taken
        return tuple(result) if found else tokenise(name)

    def _whole(self, word: str) -> bool:
        """Whether a word by itself means something."""
        node = self._root.next.get(word)
        return node is not None and bool(node.concepts)

    def votes(self, name: str) -> dict[str, float]:
        """How much the words of a name speak for each language; a word of several languages splits its vote."""
        known = self._votes.get(name)
        if known is not None:
            return known
        total: dict[str, float] = {}
        for token in self.split(name):
            languages: set[str] = set()
            for pattern in self._patterns_of(token)[:1]:
                languages |= self._token_languages.get(pattern, set())
            for language in languages:
                total[language] = total.get(language, 0.0) + 1.0 / len(languages)
        if len(self._votes) > 200_000:
            self._votes.clear()
        self._votes[name] = total
        return total

    def _patterns_of(self, token: str) -> tuple[str, ...]:
        found = self._patterns.get(token)
        if found is None:
            names = [token] if token in self._exact else []
            if len(token) > 4 and token.endswith("s") and not token.endswith("ss") and token[:-1] in self._exact:
                names.append(token[:-1])
            for cut in range(min(MAX_ENDING, len(token) - 2) + 1):
                stem = token[: len(token) - cut] + "~"
                if stem in self._stems:
                    names.append(stem)
            if not names and _SPELLED_OUT.search(token):
                names.extend(self._patterns_of(_SPELLED_OUT.sub(r"\1", token)))
            if len(self._patterns) > 200_000:
                self._patterns.clear()
            found = self._patterns[token] = tuple(names)
        return found

    def _unglue(self, token: str) -> tuple[str, ...]:
        if len(token) < 5 or len(token) > MAX_GLUED or self._patterns_of(token):
            return (token,)
        best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * (len(token) + 1)
        best[0] = (0, 0, ())
        for end in range(2, len(token) + 1):
            for start in range(max(0, end - 20), end - 1):
                before = best[start]
                if before is None:
                    continue
                piece = token[start:end]
                if not self._is_piece(piece):
                    continue
                candidate = (before[0] + 1, before[1] - len(piece) ** 2, (*before[2], piece))
                current = best[end]
                if current is None or candidate[:2] < current[:2]:
                    best[end] = candidate
        whole = best[len(token)]
        if whole is not None and whole[0] <= 5:
            return whole[2]
        return (token,)

    def _unmark(self, token: str) -> str:
        if len(token) < 6 or self._patterns_of(token):
            return token
        for cut in (2, 3, 1):
            if len(token) - cut >= 5 - (cut > 1) and token[cut:] in self._exact:
                return token[cut:]
        return token

    def _is_piece(self, piece: str) -> bool:
        if len(piece) < 3:
            return piece in _SHORT_PIECES
        if piece in _NEVER_PIECES:
            return False
        if piece in self._exact:
            return True
        return len(piece) > 4 and any(piece[: len(piece) - cut] + "~" in self._stems for cut in range(4))

    def _read(self, tokens: tuple[str, ...], language: str) -> NameReading:
        stop = self._stopwords.get(language, frozenset()) | self._stopwords.get("en", frozenset())
        hits: list[Hit] = []
        unknown: list[str] = []
        place = 0
        while place < len(tokens):
            length, concept, exact = self._longest(tokens, place, language, stop)
            if concept is None:
                if tokens[place] not in stop:
                    unknown.append(tokens[place])
                place += 1
                continue
            hits.append(Hit(concept, tokens[place : place + length], exact))
            place += length
        return NameReading(
            tokens,
            tuple(hits),
            tuple(unknown),
            frozenset(hit.concept.kind for hit in hits),
            frozenset(hit.concept.key for hit in hits),
        )

    def _longest(
        self, tokens: tuple[str, ...], start: int, language: str, stop: frozenset[str]
    ) -> tuple[int, Concept | None, bool]:
        """The longest phrase from ``start``: tokens taken, its concept, whether every part was written exactly."""
        found: tuple[int, Concept | None, bool] = (0, None, True)
        front: list[tuple[_Node, int]] = [(self._root, 0)]
        for taken in range(1, min(MAX_PHRASE, len(tokens) - start) + 1):
            token = tokens[start + taken - 1]
            following: list[tuple[_Node, int]] = []
            for node, bent in front:
                for pattern in self._patterns_of(token):
                    child = node.next.get(pattern)
                    if child is not None:
                        following.append((child, max(bent, _ending(token, pattern))))
                if taken > 1 and token in stop and node.next:
                    following.append((node, bent))
            if not following:
                break
            front = following
            if token in stop and taken > 1 and all(not node.concepts for node, _ in front):
                continue
            best = _best(front, language, sum(map(len, tokens[start : start + taken])))
            if best is not None:
                found = (taken, *best)
        return found


def _best(front: list[tuple[_Node, int]], language: str, length: int) -> tuple[Concept, bool] | None:
    for wanted in (language, "en"):
        for node, bent in front:
            if wanted in node.concepts:
                return node.concepts[wanted], bent == 0
    for node, bent in front:
        if not node.concepts:
            continue
        if language != "en" or (not bent and length > MIN_FOREIGN) or (bent <= 2 and length > MIN_FOREIGN_STEM):
            return node.concepts[min(node.concepts)], bent == 0
    return None


def _ending(token: str, pattern: str) -> int:
    """How many letters of a token are an ending that the pattern leaves open."""
    return abs(len(token) - len(pattern) + (1 if pattern.endswith("~") else 0))


def _lexicon_parts(phrase: str) -> tuple[str, ...]:
    """Parts of a phrase of the lexicon, ``~`` kept; empty where a part would not survive tokenising."""
    parts = tuple(_PART.findall(fold(phrase).lower()))
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return ("".join(parts),)
    return parts if all(len(part.rstrip("~")) > 1 for part in parts) else ()
