"""Finds lists whose marks were lost, as copying a web page leaves them: short lines below a lead-in or a heading.

Belongs here: how far such a list goes. Does not belong here: lists with marks or numbers, headings (``structure``).
"""

import re
from collections.abc import Sequence

from ropa_pipeline.notice.documents import Line
from ropa_pipeline.notice.words import Words

MAX_ITEMS = 60
_LONGEST_ITEM = 14
_SHORT = 8
_FEWEST_BELOW_HEADING = 3
_MARKED = re.compile(
    r"\s*(?:[•◦▪●○‣·∙■□➢✓✔]|[-*+–—]\s|\d{1,2}(?:\.\d{1,2})+[.)]?\s|(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s|\(\w{1,3}\)\s)"
)
_ITEMS_OF = ("data_categories", "purposes", "recipients", "rights", "data_sources", "legal_bases", "systems")
_ADDRESSES = frozenset({"contact", "controller", "complaint"})
"""Below these, short lines are the parts of an address."""
_LISTED = frozenset({"data", "purposes", "recipients", "rights", "sources"})


def below_lead(rows: Sequence[Line], start: int, words: Words, topics: frozenset[str]) -> frozenset[int]:
    """The indices of the lines that are items of the lead-in before ``start``; none where the list has marks."""
    if topics & _ADDRESSES:
        return frozenset()
    found = _run(rows, start, words, topics)
    if len(found) == 1 and len(rows[found[0]].text.split()) > _SHORT:
        return frozenset()
    return frozenset(found)


def below_heading(rows: Sequence[Line], start: int, words: Words, topics: frozenset[str]) -> frozenset[int]:
    """The same below a heading about data, purposes, recipients or rights, without any lead-in."""
    if not topics & _LISTED or topics & {"cookies", *_ADDRESSES}:
        return frozenset()
    found = _run(rows, start, words, topics)
    known = [place for place in found if any(words[name].first(rows[place].text) for name in _ITEMS_OF)]
    return frozenset(found) if len(found) >= _FEWEST_BELOW_HEADING and 2 * len(known) >= len(found) else frozenset()


def _run(rows: Sequence[Line], start: int, words: Words, topics: frozenset[str]) -> list[int]:
    """Short lines in a row. Items stand alike: all with an empty line between them, or none."""
    found: list[int] = []
    gaps: list[int] = []
    place, gap = start, 0
    while place < len(rows) and len(found) < MAX_ITEMS:
        line = rows[place]
        text = " ".join(line.text.split())
        if not text:
            gap, place = gap + 1, place + 1
            continue
        if not _is_item(line, text, not found) or _opens_other(text, words, topics):
            break
        if found:
            if gaps and bool(gap) != bool(gaps[0]):
                break
            gaps.append(gap)
        found.append(place)
        place, gap = place + 1, 0
    while found and _heads_a_text(rows, found, words):
        found.pop()
    return found


def _is_item(line: Line, text: str, is_first: bool) -> bool:
    if line.level or line.is_item or line.cells or _MARKED.match(line.text) or re.search(r"[:?|\t]\s*$|\||@", text):
        return False
    limit = _SHORT if text.endswith(".") else _LONGEST_ITEM
    return len(text.split()) <= limit and (is_first or not text.endswith("."))


def _opens_other(text: str, words: Words, topics: frozenset[str]) -> bool:
    """Whether a line is the heading of another section ("Retention"), and no item of this list."""
    topic = words["sections"].is_whole(text)
    return bool(topic) and topic not in topics and not any(words[name].is_whole(text) for name in _ITEMS_OF)


def _heads_a_text(rows: Sequence[Line], found: Sequence[int], words: Words) -> bool:
    """Whether the last line is no item but the heading of what follows: a sentence, a lead-in, a list with marks."""
    last = found[-1]
    text = rows[last].text.strip()
    following = next((row for row in rows[last + 1 : last + 6] if row.text.strip()), None)
    if following is None or following.level or text.endswith((".", ";", ",")) or not text[:1].isupper():
        return False
    if any(words[name].is_whole(text) for name in _ITEMS_OF) or not words["sections"].first(text):
        return False
    after = following.text.strip()
    return len(after) > 60 or after.endswith((".", ":")) or bool(_MARKED.match(following.text)) or ":" in after
