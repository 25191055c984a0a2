"""Recognises a cookie table by what its cells hold, where nobody knows the words of its headings.

Belongs here: which column holds names, lives, categories and providers. Does not belong here: finding the rows of a
table (``tables``), reading them (``cookies``).
"""

import re
from collections.abc import Sequence

from ropa_pipeline.notice.periods import lifetime_of
from ropa_pipeline.notice.words import Words

_NAME = re.compile(
    r"[\"'“„`]?(?=[\w.*#<>\[\]{}-]*(?:_|[a-z][A-Z]|[*#\d]))[\w.*#<>\[\]{}-]{2,60}[\"'”“`]?$|[A-Z]{2,12}$|[\"'„`][\w.-]{2,40}[\"'”“`]$"
)
_LONGEST_LIFE = 60


def columns_by_cells(rows: Sequence[Sequence[str]], words: Words) -> tuple[str, ...]:
    """The columns of a cookie table; empty where no column holds names, or none holds lives.

    Every row has to show them: a name such as ``_ga`` in one column, a period or the end of a session in another.
    """
    width = min((len(row) for row in rows), default=0)
    if width < 3:
        return ()
    names = [place for place in range(width) if all(_NAME.match(row[place].strip()) for row in rows)]
    lives = [place for place in range(width) if all(_is_life(row[place], words) for row in rows)]
    lives = [place for place in lives if place not in names[:1]]
    if not names or not lives or (len(rows) < 2 and not re.search(r"_|\d", rows[0][names[0]])):
        return ()
    columns = [""] * width
    columns[names[0]], columns[lives[0]] = "name", "lifetime"
    for place in range(width):
        cells = [row[place] for row in rows]
        if columns[place]:
            continue
        if "category" not in columns and all(_is_category(cell, words) for cell in cells):
            columns[place] = "category"
        elif "provider" not in columns and all(len(cell.split()) <= 4 for cell in cells):
            columns[place] = "provider"
        elif "purpose" not in columns:
            columns[place] = "purpose"
    return tuple(columns)


def may_be_cookie(row: Sequence[str], words: Words) -> bool:
    """Whether a row shows a name and a life at all.

    Takes the cells of a row; without both of them no column of its table can be told.
    """
    return any(_NAME.match(cell.strip()) for cell in row) and any(_is_life(cell, words) for cell in row)


def _is_life(cell: str, words: Words) -> bool:
    return len(cell) <= _LONGEST_LIFE and lifetime_of(cell, words) != "NOT STATED"


def _is_category(cell: str, words: Words) -> bool:
    return len(cell.split()) <= 4 and bool(words["cookie_categories"].first(cell))
