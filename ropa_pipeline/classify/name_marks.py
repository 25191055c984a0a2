"""Finds what the columns of a table begin with and which says nothing of any of them ("kh_Symbol", "OXFNAME").

Belongs here: marks that columns share. Does not belong here: marks of tables (:mod:`ropa_pipeline.classify.tables`).
"""

import re
from collections import Counter
from collections.abc import Sequence

from ropa_pipeline.classify.matcher import SHORT_PIECES, Matcher
from ropa_pipeline.classify.tokens import shared_start

MIN_SHARED_MARK = 3
"""So many columns make a beginning before an underscore a mark."""
MIN_MARKED, MARKED_SHARE, MAX_MARK = 5, 0.8, 4
MAX_KNOWN_MARK = 3
_COUNTING = frozenset({"nb", "cnt", "num", "is", "has"})


def mark_of(names: Sequence[str], matcher: Matcher) -> str:
    """What most columns of a table begin with and which says nothing (``kh_Symbol``, ``OXFNAME``), or nothing."""
    if len(names) < MIN_MARKED:
        return ""
    starts = Counter([name[:2].lower() for name in names])
    start, count = max(sorted(starts.items()), key=lambda item: item[1])
    if len(start) < 2 or not start.isascii() or not start[0].isalpha() or count < MARKED_SHARE * len(names):
        return ""
    alike = [name.lower() for name in names if name[:2].lower() == start]
    shared = shared_start(min(alike), max(alike))
    word = re.match(r"[a-z]{1,8}(?=[_ .\-]|$)", shared)
    if word is not None:
        shared_by_all = (
            len(word.group()) <= MAX_KNOWN_MARK and len(alike) == len(names) and word.group() not in SHORT_PIECES
        )
        known = len(word.group()) > 1 and not shared_by_all and matcher.knows(word.group())
        return "" if known or len(word.group()) == len(min(alike, key=len)) else shared[: word.end() + 1]
    best, gained = "", 0.5 * len(alike)
    for length in range(2, min(MAX_MARK, len(shared)) + 1):
        gain = sum(_known(matcher, name[length:]) - _known(matcher, name) for name in alike)
        if gain > gained:
            best, gained = shared[:length], gain
    return best


def marks_of(names: Sequence[str], matcher: Matcher) -> tuple[str, ...]:
    """Beginnings before an underscore that several columns share and are no word ("kh_", "odb_")."""
    if len(names) < MIN_MARKED or not any("_" in name for name in names):
        return ()
    starts = Counter([name.partition("_")[0].lower() for name in names if 0 < name.find("_") <= MAX_MARK])
    return tuple(
        f"{start}_"
        for start, count in sorted(starts.items())
        if count >= MIN_SHARED_MARK and len(start) > 1 and start.isalpha() and not matcher.knows(start)
        and start not in SHORT_PIECES and start not in _COUNTING
    )  # fmt: skip


def _known(matcher: Matcher, name: str) -> bool:
    """Whether every word of a name is known."""
    tokens = matcher.split(name)
    return bool(tokens) and all(matcher.knows(token) for token in tokens)
