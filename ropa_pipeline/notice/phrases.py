"""Finds the phrases of the lexicon in a text.

Belongs here: folding of text and matching of phrases. Does not belong here: the phrases (``mappings/lexicon/notice``)
and what follows from a match (the readers).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_DASHES = "‐‑‒–—―−"
_QUOTES = {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return _QUOTES[char]
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def fold(text: str) -> str:
    """Lower case, without accents, one dash and one quote; as long as the text, so that places agree.

    >>> fold("El. paštas – „Žinutė“")
    'el. pastas - "zinute"'
    """
    return "".join(map(_fold_char, text))


_LONGEST = 200
"""No phrase is longer, whatever stands in its gaps."""
_FIRST_WORD = re.compile(r"\w+|\W")


@dataclass(frozen=True)
class Hit:
    """One place where a phrase stands: the key it is for, and where in the text."""

    key: str
    start: int
    end: int


class Vocabulary:
    """Phrases by key, compiled. The longest phrase wins where several begin at one place; it may be of several keys.

    >>> words = Vocabulary({"contact.email": ("e-mail", "email address*"), "contact.address": ("address*",)})
    >>> [hit.key for hit in words.find("Your email address, and postal addresses")]
    ['contact.email', 'contact.address']
    """

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        keys: dict[str, set[str]] = {}
        for key, group in phrases.items():
            for phrase in group:
                keys.setdefault(fold(phrase).strip(), set()).add(key)
        keys.pop("", None)
        ordered = sorted(keys, key=lambda phrase: (-len(phrase), phrase))
        grouped = _by_beginning(ordered)
        placed = [phrase for _, phrases in grouped for phrase in phrases]
        self._keys = [tuple(sorted(keys[phrase])) for phrase in placed]
        self._gaps = ["~" in phrase.split() for phrase in placed]
        branches = "|".join(
            f"{beginning}(?:{'|'.join(f'{_pattern(phrase)}()' for phrase in phrases)})"
            for beginning, phrases in grouped
        )
        self._regex = re.compile(rf"(?<!\w)(?:{branches})(?!\w)") if ordered else None

    def find(self, text: str) -> Iterator[Hit]:
        """All matches, left to right; none overlap, save within the gap of a phrase that has one."""
        return self.find_folded(fold(text))

    def find_folded(self, folded: str) -> Iterator[Hit]:
        """The same for text that is folded already."""
        if self._regex is None:
            return
        place = 0
        while (match := self._regex.search(folded, place)) is not None:
            if match.end() == match.start():
                place = match.end() + 1
                continue
            index = (match.lastindex or 1) - 1
            for key in self._keys[index]:
                yield Hit(key, match.start(), match.end())
            # A phrase with a gap may hold another one: "process and deliver your order" is two purposes.
            place = match.start() + _FIRST_WORD.match(match[0]).end() if self._gaps[index] else match.end()  # type: ignore[union-attr]

    def found(self, text: str) -> tuple[str, ...]:
        """The keys found, in order of first appearance."""
        return tuple(dict.fromkeys(hit.key for hit in self.find(text)))

    def first(self, text: str) -> str:
        """The key found first, or nothing."""
        return next((hit.key for hit in self.find(text)), "")

    def is_whole(self, text: str) -> str:
        """The key whose phrase is the whole text (but for a colon, bullets, numbers), or nothing."""
        folded = fold(text).strip(" \t:.*#-|")
        if self._regex is None or not folded or len(folded) > _LONGEST:
            return ""
        match = self._regex.fullmatch(folded)
        return self._keys[(match.lastindex or 1) - 1][0] if match else ""


def _by_beginning(ordered: list[str]) -> list[tuple[str, list[str]]]:
    """Phrases by the letter that they begin with, after a look at that letter: of a thousand, a few need be tried.

    Within a letter the order stays, so that the longest phrase still wins.
    """
    groups: dict[str, list[str]] = {}
    for phrase in ordered:
        first = next((word for word in phrase.split() if word != "~"), "")
        if first[:1] in ("", "*", "-"):
            return [("", ordered)]
        for letter in (first[0], *("t'" if first == "until" else "")):
            groups.setdefault(letter, []).append(phrase)
    return [(f"(?={re.escape(letter)})", phrases) for letter, phrases in sorted(groups.items())]


def _pattern(phrase: str) -> str:
    pieces: list[str] = []
    gap = False
    for word in phrase.split():
        if word == "~":
            gap = True
            continue
        if pieces:
            pieces.append(r"\W+(?:[\w'/-]+\W+){0,4}?" if gap else r"\s+")
        gap = False
        stem = word.endswith("*")
        body = re.escape(word[:-1] if stem else word).replace(r"\-", r"[-\s]?")
        body = "(?:until|till|'?til)" if word == "until" else body
        pieces.append(body + (r"[\w]*" if stem else ""))
    return "".join(pieces)
