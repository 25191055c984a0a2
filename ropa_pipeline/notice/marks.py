"""Marks and numbers of items, and lines that hang below them.

Belongs here: their forms. Does not belong here: what they make of a line (``structure``).
"""

import re
from collections.abc import Sequence

from ropa_pipeline.notice.documents import Line

BULLET = re.compile(r"^\s*(?:[•◦▪●○‣·∙■□➢✓✔]|[-*+–—](?=\s)|o(?=\s{2,}))\s*")
NUMBER = re.compile(
    r"^\s*(?:(\d{1,2})(?:((?:\.\d{1,2})+)[.)]?|[.)])|([IVX]{1,5}|[a-z])[.)]|\(([ivx]{1,5}|[a-z]|\d{1,2})\))\s+(?=\S)"
)
WRAPPED_FROM = 50
"""A line shorter than this was not broken by a page's width."""


def hangs(rows: Sequence[Line], first: int, place: int) -> bool:
    """Whether a line is set under the words of a numbered or marked line and not under its number: it hangs."""
    opening, line = rows[first], rows[place]
    mark = NUMBER.match(opening.text) or BULLET.match(opening.text)
    if mark is None or opening.level or line.level or line.is_item or line.cells or opening.cells:
        return False
    indent = len(line.text) - len(line.text.lstrip())
    text = line.text.strip()
    is_next = line.number == rows[place - 1].number + 1
    return (
        is_next
        and bool(text)
        and indent == mark.end() > len(opening.text) - len(opening.text.lstrip())
        and len(rows[place - 1].text.strip()) >= WRAPPED_FROM
        and not (NUMBER.match(line.text) or BULLET.match(line.text))
    )
