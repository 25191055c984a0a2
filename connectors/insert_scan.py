"""The rows of one INSERT statement, found by arrays of bytes instead of a pattern: for statements of dump tools.

Belongs here: deciding whether a statement is plain enough, and cutting wanted values out of it. Does not belong here:
what else a literal can be (``connectors.sql_rows``, which takes every statement refused here). No connector.

What is plain: single quotes are the only quotes and nothing is commented outside them; then a byte is inside a text
where the number of quotes before it is odd, and outside stand commas, parentheses, numbers and words. Nothing is
guessed: a statement whose parentheses and commas do not add up to whole rows of the known width is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 4 << 10, 24 << 20
"""Shorter statements are read faster, longer ones with less memory, by a pattern."""

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_COMMA, _QUOTE, _OPEN, _CLOSE, _LINE_END, _BACKSLASH, _HARMLESS = b",'()\n\\."
_QUOTE_OR_COMMENT = b'"`#/\\$'
_BLANKS = b" \t\r\n"


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """A text; which of its bytes are inside quotes (1, the opening quote included); and it with those bytes as NUL."""

    text: Bytes
    inside: Bytes
    outside: bytes


def marks_of(text: bytes, start: int, end: int, *, backslash: bool) -> Marks | None:
    """Mark what stands in quotes between the two places.

    None where a text is left open at the end, or where another quote or a comment begins outside single quotes, so
    that counting them would not be certain. ``backslash``: whether it escapes inside quotes.
    """
    view = np.frombuffer(text, dtype=np.uint8, count=end - start, offset=start)
    bare = view
    if text.find(b"\\", start, end) >= 0:
        if not backslash:
            return None
        bare = _without_escapes(view)
    inside = _odd_before(bare == _QUOTE)
    if len(inside) and inside[-1]:
        return None
    outside = (bare * (inside ^ 1)).tobytes()
    if any(sign in outside for sign in _QUOTE_OR_COMMENT) or (b"-" in outside and b"--" in outside):
        return None
    return Marks(view, inside, outside)


def _without_escapes(text: Bytes) -> Bytes:
    """The text with every backslash that escapes, and what it escapes, made harmless; of the same length."""
    slashes = np.flatnonzero(text == _BACKSLASH)
    # In a run of backslashes the first, third, ... escape what follows them.
    number = np.arange(len(slashes))
    begins = np.append(True, np.diff(slashes) != 1)
    escaping = (number - np.maximum.accumulate(np.where(begins, number, 0))) % 2 == 0
    bare = text.copy()
    bare[slashes] = _HARMLESS
    bare[np.minimum(slashes[escaping] + 1, len(text) - 1)] = _HARMLESS
    return bare


def _odd_before(signs: NDArray[np.bool_]) -> Bytes:
    """For each place 1 where the number of signs up to and with it is odd; by words of 64 bits, in a few steps.

    >>> _odd_before(np.array([False, True, False, True, True])).tolist()
    [0, 1, 1, 0, 1]
    """
    packed = np.packbits(signs, bitorder="little")
    words = np.zeros(-(-len(packed) // 8), dtype="<u8")
    words.view(np.uint8)[: len(packed)] = packed
    for step in (1, 2, 4, 8, 16, 32):
        words ^= words << np.uint64(step)
    odd = np.bitwise_xor.accumulate(words >> np.uint64(63))
    words[1:] ^= np.uint64(0) - odd[:-1]
    return np.unpackbits(words.view(np.uint8), count=len(signs), bitorder="little")


class PlainRows:
    """The rows of one statement: ``count`` of them, each with the same number of values."""

    def __init__(self, text: Bytes, ends: Places) -> None:
        self.count = ends.shape[0]
        self._text = text
        self._ends = ends

    def values(self, places: Sequence[int]) -> bytes:
        """The values at these places as they are written, one line per row, without a last line end."""
        last = self._ends.shape[1] - 1
        starts = np.empty((self.count, len(places)), dtype=np.int64)
        ends = np.empty_like(starts)
        for position, place in enumerate(places):
            # A row's last value is followed by its parenthesis; the next row's first one by ``,(``.
            ends[:, position] = self._ends[:, place] - (place == last)
            if place:
                starts[:, position] = self._ends[:, place - 1] + 1
            else:
                starts[0, position] = 1
                starts[1:, position] = self._ends[:-1, -1] + 2
        lengths = (ends - starts).ravel() + 1
        after = np.cumsum(lengths)
        shift = (starts.ravel() - after + lengths).astype(np.int32)
        found = self._text[np.repeat(shift, lengths) + np.arange(after[-1], dtype=np.int32)]
        found[after - 1] = _COMMA
        found[after[len(places) - 1 :: len(places)] - 1] = _LINE_END
        return found[:-1].tobytes()


def plain_rows(marks: Marks, width: int) -> PlainRows | None:
    """The rows of what stands between VALUES and the end of the statement; None where that is not certain.

    >>> text = b"(1,'a,(b)',NULL),(2,'it''s',0)"
    >>> marks = marks_of(text, 0, len(text), backslash=True)
    >>> rows = plain_rows(marks, 3)
    >>> rows.count, rows.values((0, 1)), plain_rows(marks, 2)
    (2, b"1,'a,(b)'\\n2,'it''s'", None)
    """
    text, outside = marks.text, np.frombuffer(marks.outside, dtype=np.uint8)
    if any(blank in marks.outside for blank in _BLANKS):
        blank = np.zeros(256, dtype=bool)
        blank[list(_BLANKS)] = True
        kept = ~blank[outside]
        text, outside = text[kept], outside[kept]
    opened, closed = np.flatnonzero(outside == _OPEN), np.flatnonzero(outside == _CLOSE)
    commas = np.flatnonzero(outside == _COMMA)
    count = len(opened)
    if not width or not count or len(closed) != count or len(commas) + 1 != count * width:
        return None
    between = commas[width - 1 :: width]
    if opened[0] or closed[-1] + 1 != len(text):
        return None
    if not (np.array_equal(closed[:-1] + 1, between) and np.array_equal(opened[1:] - 1, between)):
        return None
    return PlainRows(text, np.append(commas, len(text)).reshape(count, width))
