"""Splits a block into sentences of bounded length.

Belongs here: where a sentence ends, abbreviations of both languages. Does not belong here: blocks (``structure``).
"""

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|art|arts|no|nr|st|str|g|d|p|pr|al|pl|k|m|mr|mrs|ms|dr|inc|ltd|co|corp|vs|etc|approx|tel|el|pan|pvz"
    r"|t\.y|t\. y|vol|sec|para|lit|kt|mob|fax|plg|proc|r|min|val|s\.a|u\.s|atn|im|reg)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?…])[\"”“)]?\s+(?=[\"„“(]?[A-ZĄČĘĖĮŠŲŪŽ0-9])|(?<=[a-ząčęėįšųūž]\.)(?=[A-ZĄČĘĖĮŠŲŪŽ][a-z])")
MAX_SENTENCE = 1500
"""A longer one is no sentence: it is cut, so that the time to read a text grows with its length alone."""


def sentences(text: str) -> list[str]:
    """Split into sentences; abbreviations of both languages do not end one.

    >>> sentences("See Art. 6(1)(b) GDPR, e.g. Order data. We keep it.")
    ['See Art. 6(1)(b) GDPR, e.g. Order data.', 'We keep it.']
    """
    found: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        piece = text[start : match.start()]
        if _ABBREVIATION.search(piece[-12:]):
            continue
        found.append(piece.strip())
        start = match.end()
    found.append(text[start:].strip())
    return [part for piece in found if piece for part in _bounded(piece)]


def _bounded(piece: str) -> list[str]:
    """A sentence in parts of bounded length: what is said within one is compared with all else in it."""
    parts: list[str] = []
    while len(piece) > MAX_SENTENCE:
        end = max(piece.rfind(mark, 0, MAX_SENTENCE) for mark in ("; ", ", ", " "))
        end = end + 1 if end > 0 else MAX_SENTENCE
        parts.append(piece[:end].strip())
        piece = piece[end:].strip()
    return [part for part in (*parts, piece) if part]
