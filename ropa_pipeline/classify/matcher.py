"""Finds the meanings in a name: lexicon concepts matched on tokens, token pairs and glued words.

Belongs here: the compiled lexicon and :class:`NameReading`. Does not belong here: context of tables and rules.
The longest phrase wins; where several languages write different things alike, the table's language decides.
"""

import re
from collections.abc import Sequence

from ropa_pipeline.classify.languages import Languages
from ropa_pipeline.classify.name_reading import Hit, NameReading
from ropa_pipeline.classify.short_words import ShortWords
from ropa_pipeline.classify.table_names import table_name
from ropa_pipeline.classify.tokens import MOST_REMEMBERED, abbreviated, fold, singular, tokenise
from ropa_pipeline.model.lexicon import Concept, ConceptKind, Lexicon

_PART = re.compile(r"[a-z]+~?")
_SPELLED_OUT = re.compile(r"([aou])e")
"""German umlauts written with two letters."""
MAX_ENDING = 4
MAX_PHRASE = 6
MAX_JOINED = 4
"""Words of a name that are tried as one where a letter stands by itself (\"e mail\", \"asmens k\")."""
MIN_FOREIGN, MIN_FOREIGN_STEM = 3, 6
"""In an English table a word of another language counts from here on: short ones are chance."""
MIN_GLUED, MAX_GLUED, MAX_PIECE = 5, 40, 20
MIN_TAIL, MIN_BEFORE_TAIL = 5, 3
"""A word nobody knows that ends in a known one of so many letters is read by its end ("debarredcomment")."""
_UNKNOWN = "zzz"
"""Stands for a word of no lexicon, so that the words around it do not become neighbours."""
_TAIL_KINDS = frozenset({ConceptKind.DATUM, ConceptKind.TEXT})
SHORT_PIECES = frozenset({"id", "ip", "nr", "no", "cc", "os", "dn"})
_NEVER_PIECES = frozenset(
    {"art", "ape", "sin", "ort", "per", "ist", "ser", "all", "the", "pan", "her", "ger", "vin", "eta", "rut", "nie"}
)


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
        self._tails: set[str] = set()
        self._token_languages: dict[str, set[str]] = {}
        self._stopwords: dict[str, frozenset[str]] = {}
        by_key = {concept.key: concept for concept in lexicon.concepts}
        for file in lexicon.languages:
            self._stopwords[file.language] = frozenset(file.stopwords)
            for key, phrases in file.words.items():
                for phrase in phrases:
                    self._add(phrase, by_key[key], file.language)
        self.languages = tuple(sorted(self._stopwords))
        english = self._stopwords.get("en", frozenset())
        self._stops = {"": english, **{language: words | english for language, words in self._stopwords.items()}}
        self._beginnings = {part[:3].rstrip("~") for part in self._exact | self._stems}
        english_parts = [part for part in self._exact if "en" in self._token_languages[part]]
        self._short = ShortWords({word: node.concepts for word, node in self._root.next.items()}, english_parts)
        self._readings: dict[tuple[str, str], NameReading] = {}
        self._tables: dict[tuple[str, str, tuple[str, ...]], NameReading] = {}
        self._key_stems: dict[str, tuple[str, ...]] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        self._patterns: dict[str, tuple[str, ...]] = {}
        self._splits: dict[str, tuple[str, ...]] = {}
        self._fronts: dict[str, Sequence[tuple[_Node, int]]] = {}
        self._voices = Languages(self.split, self._patterns_of, self._token_languages)

    def _add(self, phrase: str, concept: Concept, language: str) -> None:
        node = self._root
        parts = _lexicon_parts(phrase)
        for part in parts:
            (self._stems if part.endswith("~") else self._exact).add(part)
            self._token_languages.setdefault(part, set()).add(language)
            node = node.next.setdefault(part, _Node())
        if parts:
            node.concepts.setdefault(language, concept)
        if len(parts) == 1 and len(parts[0]) >= MIN_TAIL and concept.kind in _TAIL_KINDS and not parts[0].endswith("~"):
            self._tails.add(parts[0])

    def read(self, name: str, language: str = "en", *, loose: bool = False, mark: tuple[str, ...] = ()) -> NameReading:
        """What a name says, read in a language first, then in English, then in any other.

        ``loose`` takes two or three letters that nobody knows off the front of a word (a maker's mark on a table);
        ``mark`` is first words that say nothing.
        """
        if loose:
            return self._read_table(name, language, mark)
        cached = self._readings.get((name, language))
        if cached is None:
            if len(self._readings) > MOST_REMEMBERED:
                self._readings.clear()
            cached = self._readings[(name, language)] = self._read(self.split(name), language)
        return cached

    def _read_table(self, name: str, language: str, mark: tuple[str, ...]) -> NameReading:
        found = self._tables.get((name, language, mark))
        if found is None:
            tokens = self.split(name)
            if mark and len(tokens) > len(mark) and tokens[: len(mark)] == mark:
                tokens = tokens[len(mark) :]
            if len(self._tables) > MOST_REMEMBERED:
                self._tables.clear()
            whole = self._read(tuple(self._unmark(token) for token in tokens), language)
            found = table_name(whole, lambda rest: self._read(rest, language))
            self._tables[(name, language, mark)] = found
        return found

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
                if len(self._parts) > MOST_REMEMBERED:
                    self._parts.clear()
                parts = self._parts[token] = self._unglue(token)
            result.extend(parts)
        if len(self._splits) > MOST_REMEMBERED:
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
            for length in range(MAX_JOINED, 1, -1):
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

    def known_words(self, text: str) -> str:
        """A text with every word replaced that is in no lexicon: it says as much to a reading and repeats no more."""
        reading = self._read(self.split(text), "")
        stop = frozenset().union(*self._stopwords.values())
        unknown = frozenset(reading.unknown) - stop
        return " ".join(_UNKNOWN if token in unknown else token for token in reading.tokens)

    def key_stem(self, name: str) -> tuple[str, ...]:
        """What a key by its name points at, in the singular: ``order`` for ``order_id`` and ``id_orders``."""
        found = self._key_stems.get(name)
        if found is None:
            tokens = self.split(name)
            if len(tokens) < 2:
                found = ()
            elif tokens[0] in {"id", "fk", "ref"}:
                found = tuple(singular(token) for token in tokens[1:])
            elif tokens[-1] in {"id", "fk", "key", "uuid"}:
                found = tuple(singular(token) for token in tokens[:-1])
            else:
                found = ()
            if len(self._key_stems) > MOST_REMEMBERED:
                self._key_stems.clear()
            self._key_stems[name] = found
        return found

    def language_of(self, names: Sequence[str]) -> str:
        """The language that most words of names speak for; English where none is well ahead of it."""
        return self._voices.of(names)

    def knows(self, token: str) -> bool:
        """Whether a word, as it is or inflected, is part of some phrase."""
        return bool(self._patterns_of(token))

    def _whole(self, word: str) -> bool:
        """Whether a word by itself means something."""
        node = self._root.next.get(word)
        return node is not None and bool(node.concepts)

    def _patterns_of(self, token: str) -> tuple[str, ...]:
        found = self._patterns.get(token)
        if found is None:
            names = [token] if token in self._exact else []
            if len(token) > 4 and token.endswith("s") and not token.endswith("ss") and token[:-1] in self._exact:
                names.append(token[:-1])
            one = token[:-3] + "y" if token.endswith("ies") else token[:-2] if token.endswith("sses") else ""
            if len(token) > 5 and one in self._exact and not names:
                names.append(one)
            for cut in range(min(MAX_ENDING, len(token) - 2) + 1):
                stem = token[: len(token) - cut] + "~"
                if stem in self._stems:
                    names.append(stem)
            if not names and _SPELLED_OUT.search(token):
                names.extend(self._patterns_of(_SPELLED_OUT.sub(r"\1", token)))
            if len(self._patterns) > MOST_REMEMBERED:
                self._patterns.clear()
            found = self._patterns[token] = tuple(names)
        return found

    def _unglue(self, token: str) -> tuple[str, ...]:
        if len(token) > MAX_GLUED or self._patterns_of(token):
            return (token,)
        if len(token) < MIN_GLUED:
            return (self._short.written_out(token),)
        best: list[tuple[int, int, int, tuple[str, ...]] | None] = [None] * (len(token) + 1)
        best[0] = (0, 0, 0, ())
        for start in range(len(token) - 1):
            before = best[start]
            if before is None:
                continue
            longest = start + (MAX_PIECE if token[start : start + 3] in self._beginnings else 2)
            for end in range(start + 2, min(longest, len(token)) + 1):
                piece = token[start:end]
                if not self._is_piece(piece):
                    continue
                bent = before[1] + (piece not in self._exact)
                candidate = (before[0] + 1, bent, before[2] - len(piece) ** 2, (*before[3], piece))
                current = best[end]
                if current is None or candidate[:3] < current[:3]:
                    best[end] = candidate
        whole = best[len(token)]
        if whole is not None and whole[0] <= 5 and self._one_language(whole[3]):
            return whole[3]
        for start in range(MIN_BEFORE_TAIL, len(token) - MIN_TAIL + 1):
            if token[start:] in self._tails:
                return (token[:start], token[start:])
        return (self._short.written_out(token),)

    def _one_language(self, pieces: tuple[str, ...]) -> bool:
        """Whether one language, or one beside English, knows all pieces: else that they fit together is chance."""
        spoken = [self._spoken(piece) for piece in pieces]
        foreign = [languages for languages in spoken if "en" not in languages]
        return not foreign or bool(frozenset.intersection(*foreign))

    def _spoken(self, piece: str) -> frozenset[str]:
        found: set[str] = set(self._token_languages.get(piece, ()))
        if piece in SHORT_PIECES:
            found.add("en")
        for cut in range(MAX_ENDING + 1):
            found |= self._token_languages.get(piece[: len(piece) - cut] + "~", set())
        return frozenset(found)

    def _unmark(self, token: str) -> str:
        if len(token) < 6 or self._patterns_of(token):
            return token
        for cut in (2, 3, 1):
            if len(token) - cut >= 5 - (cut > 1) and token[cut:] in self._exact:
                return token[cut:]
        return token

    def _is_piece(self, piece: str) -> bool:
        if len(piece) < 3:
            return piece in SHORT_PIECES
        if piece in _NEVER_PIECES:
            return False
        if piece in self._exact:
            return True
        return len(piece) > 4 and any(piece[: len(piece) - cut] + "~" in self._stems for cut in range(4))

    def _read(self, tokens: tuple[str, ...], language: str) -> NameReading:
        stop = self._stops.get(language, self._stops[""])
        own = self._stopwords.get(language, frozenset()) if language != "en" else frozenset()
        hits: list[Hit] = []
        unknown: list[str] = []
        place = 0
        while place < len(tokens):
            length, concept, exact = self._longest(tokens, place, language, stop)
            if length == 1 and tokens[place] in own and self._root.next[tokens[place]].concepts.get(language) is None:
                concept = None  # "ir" is "and" in one language and "is" in its neighbour
            if concept is None and tokens[place] not in stop and language != "en":
                concept = self._short.meaning(tokens[place], language)
                length, exact = 1, False
            if concept is None:
                if tokens[place] not in stop:
                    unknown.append(tokens[place])
                place += 1
                continue
            hits.append(Hit(concept, tokens[place : place + length], exact))
            place += length
        return NameReading(tokens, tuple(hits), tuple(unknown))

    def _longest(
        self, tokens: tuple[str, ...], start: int, language: str, stop: frozenset[str]
    ) -> tuple[int, Concept | None, bool]:
        """The longest phrase from ``start``: tokens taken, its concept, whether every part was written exactly."""
        found: tuple[int, Concept | None, bool] = (0, None, True)
        token = tokens[start]
        known = self._fronts.get(token)
        front = self._front_of(token) if known is None else known
        length, taken = len(token), 1
        while front:
            if taken == 1 or token not in stop or any(node.concepts for node, _ in front):
                best = _best(front, language, length)
                if best is not None:
                    found = (taken, *best)
            if taken == MAX_PHRASE or start + taken == len(tokens):
                break
            token = tokens[start + taken]
            taken += 1
            length += len(token)
            following: list[tuple[_Node, int]] = []
            patterns = self._patterns_of(token)
            for node, bent in front:
                if not node.next:
                    continue
                for pattern in patterns:
                    child = node.next.get(pattern)
                    if child is not None:
                        following.append((child, max(bent, _ending(token, pattern))))
                if token in stop:
                    following.append((node, bent))
            front = following
        return found

    def _front_of(self, token: str) -> Sequence[tuple[_Node, int]]:
        """Where phrases may begin with a word, each with how many letters of it are an ending."""
        if len(self._fronts) > MOST_REMEMBERED:
            self._fronts.clear()
        front = self._fronts[token] = [
            (child, _ending(token, pattern))
            for pattern in self._patterns_of(token)
            if (child := self._root.next.get(pattern)) is not None
        ]
        return front


def _best(front: Sequence[tuple[_Node, int]], language: str, length: int) -> tuple[Concept, bool] | None:
    for wanted in (language, "en") if language != "en" else ("en",):
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
    """Parts of a phrase of the lexicon, ``~`` kept; a letter by itself is joined with its neighbours, as in names.

    Empty where nothing would be left to look for.
    """
    parts = tuple(_PART.findall(fold(phrase).lower()))
    if all(len(part.rstrip("~")) > 1 for part in parts):
        return parts
    joined = "".join(parts)
    whole = 1 < len(parts) <= MAX_JOINED and len(joined) > len(parts[0]) and "~" not in joined
    return (joined,) if whole else ()
