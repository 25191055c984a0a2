"""Finds tables in the lines of a notice, in whatever layout they were copied.

Belongs here: rows with cells (HTML, DOCX), pipes, tabs, semicolons, commas, ``Name: value`` records, and the
one-value-per-line layout that copying a web page leaves (a run of header names, then the values in the same order).
Does not belong here: what the cells say (``cookies``, ``read``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ropa_pipeline.notice.cookie_cells import columns_by_cells, may_be_cookie
from ropa_pipeline.notice.documents import Line
from ropa_pipeline.notice.periods import lifetime_of
from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.table_topics import ASKED, NAMES, topic_of, topics_of
from ropa_pipeline.notice.words import Words

COOKIE_COLUMNS = ("name", "category", "provider", "purpose", "lifetime")
_COOKIE_NAME = re.compile(r"[\w.\-*#<>\[\]{}/:%$|&,()…~]+(?:\s[\w.\-*#<>\[\]{}]+){0,2}$")
MAX_TABLE_LINES = 8000
MAX_ROWS_ASKED = 200
"""Rows of a table without a heading that are asked what its columns are."""
_RULE = re.compile(r"^[\s|:+=-]+$")


@dataclass(frozen=True)
class TableRow:
    """One row: the cell of each recognised column, and its lines."""

    cells: tuple[tuple[str, str], ...]
    line_from: int
    line_to: int

    def cell(self, column: str) -> str:
        return next((text for name, text in self.cells if name == column), "")


@dataclass(frozen=True)
class Table:
    """``is_cookies``: the columns are those of :data:`COOKIE_COLUMNS`; else they are topics of sections.

    ``not_read``: headings of columns that say nothing known.
    """

    is_cookies: bool
    rows: tuple[TableRow, ...]
    lines: frozenset[int]
    not_read: tuple[str, ...] = ()


def find_tables(lines: Sequence[Line], words: Words) -> tuple[Table, ...]:
    """All tables whose headings are understood. Lines of other tables are left to be read as paragraphs."""
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        table = (
            _celled(lines, index, words)
            or _stacked(lines, index, words)
            or _stacked_topics(lines, index, words)
            or _stacked_cookies(lines, index, words)
            or _records(lines, index, words)
        )
        if table is None:
            index += 1
            continue
        tables.append(table)
        last = max(table.lines)
        while index < len(lines) and lines[index].number <= last:
            index += 1
    return tuple(tables)


def _cells(line: Line, separator: str = "") -> tuple[str, ...]:
    if line.cells:
        return line.cells
    text = line.text.strip()
    if "|" in text and (not separator or separator == "|"):
        return tuple(cell.strip(" *`") for cell in text.strip("|").split("|"))
    for mark in ("\t", ";", ","):
        if mark in text and (not separator or separator == mark):
            return tuple(cell.strip(' "') for cell in text.split(mark))
    return ()


def _separator(line: Line) -> str:
    return next((mark for mark in ("|", "\t", ";", ",") if not line.cells and mark in line.text.strip()), "")


def _columns(cells: Sequence[str], words: Words) -> tuple[bool, tuple[str, ...]] | None:
    """What the columns of a heading row are; None where it is no heading row that we understand."""
    if len(cells) < 2 or any(len(cell) > 60 for cell in cells):
        return None
    cookie = [words["cookie_columns"].is_whole(cell) for cell in cells]
    known = [name for name in cookie if name and name != "data"]
    is_cookies = (
        len(set(known)) >= 2
        and len(set(known)) >= len(cells) - 1
        and "name" in known
        and ("lifetime" in known or "purpose" in known)
    )
    if is_cookies:
        seen: set[str] = set()
        columns = []
        for name in cookie:
            columns.append("" if name in seen else name)
            seen.add(name)
        return True, tuple(columns)
    topics = topics_of(cells, words)
    return (False, topics) if topics else None


def _celled(lines: Sequence[Line], index: int, words: Words) -> Table | None:
    head = _cells(lines[index])
    separator = _separator(lines[index])
    understood = _columns(head, words) if head else None
    if (
        head
        and len(head) >= 3
        and (lines[index].cells or separator in ("|", "\t"))
        and not (understood and understood[0])
    ):
        # Every row has to show the columns, so that a look at the first spares most tables the look at all.
        below = _cells_below(lines, index, len(head), separator, 1)
        if below and may_be_cookie(below[0], words):
            below = _cells_below(lines, index, len(head), separator, MAX_ROWS_ASKED)
        else:
            below = []
        shown = columns_by_cells(below, words)
        understood = (True, shown) if shown else understood
    if understood is None:
        return None
    is_cookies, columns = understood
    if separator in (",", ";") and not (is_cookies and len(columns) >= 3):
        return None  # a sentence with commas is no table
    rows: list[TableRow] = []
    taken = {lines[index].number}
    for line in lines[index + 1 :]:
        if not line.text.strip():
            if rows and not line.cells and separator not in ("|", "\t"):
                break
            continue
        if _RULE.match(line.text) and "-" in line.text:
            taken.add(line.number)
            continue
        cells = _cells(line, separator)
        if len(cells) < 2 or (not line.cells and not separator):
            break
        if separator in (",", ";") and len(cells) > len(columns):
            # A description with commas: the ends are fixed, the middle is joined.
            spare = len(cells) - len(columns)
            place = columns.index("purpose") if "purpose" in columns else len(columns) - 1
            cells = (
                *cells[:place],
                f"{separator} ".join(cells[place : place + spare + 1]),
                *cells[place + spare + 1 :],
            )
        taken.add(line.number)
        rows.append(TableRow(tuple(_paired(columns, cells)), line.number, line.number))
    not_read = tuple(cell for cell, column in zip(head, columns, strict=False) if cell and not column)
    return Table(is_cookies, tuple(rows), frozenset(taken), not_read) if rows else None


def _cells_below(lines: Sequence[Line], index: int, width: int, separator: str, most: int) -> list[tuple[str, ...]]:
    """The cells of the rows below a heading row, as many as have its width, but not more than ``most``."""
    rows: list[tuple[str, ...]] = []
    for place in range(index + 1, min(len(lines), index + 1 + MAX_TABLE_LINES)):
        line = lines[place]
        if _RULE.match(line.text) or not line.text.strip():
            continue
        cells = _cells(line, separator)
        if len(cells) != width:
            break
        rows.append(cells)
        if len(rows) == most:
            break
    return rows


def _paired(columns: Sequence[str], cells: Sequence[str]) -> list[tuple[str, str]]:
    return [(column, " ".join(cell.split())) for column, cell in zip(columns, cells, strict=False) if column]


def _stacked(lines: Sequence[Line], index: int, words: Words) -> Table | None:
    """One value per line: the headings in a run, then groups of as many values."""
    if not lines[index].text.strip() or not words["cookie_columns"].is_whole(lines[index].text):
        return None
    head: list[str] = []
    for line in [line for line in lines[index : index + 40] if line.text.strip()][:8]:
        column = words["cookie_columns"].is_whole(line.text) if not line.cells else ""
        if not column or column in head:
            break
        head.append(column)
    width = len(head)
    if width < 3 or "name" not in head or not {"lifetime", "purpose"} & set(head):
        return None
    first_row = [line for line in lines[index : index + 80] if line.text.strip()]
    if not _group_size(first_row, width, head, words):
        return None
    filled = [line for line in lines[index : index + MAX_TABLE_LINES] if line.text.strip()]
    rows: list[TableRow] = []
    place = width
    while place < len(filled):
        size = _group_size(filled, place, head, words)
        if not size:
            break
        group = filled[place : place + size]
        columns = head if size == width else _fewer(group, head, words)
        rows.append(
            TableRow(
                tuple((column, " ".join(line.text.split())) for column, line in zip(columns, group, strict=False)),
                group[0].number,
                group[-1].number,
            )
        )
        place += size
    if not rows:
        return None
    return Table(True, tuple(rows), frozenset(range(filled[0].number, rows[-1].line_to + 1)))


def _group_size(filled: Sequence[Line], place: int, head: Sequence[str], words: Words) -> int:
    """How many lines the next row has: as many as headings, or one fewer where a cell is empty; 0 at the end."""
    width = len(head)
    if place >= len(filled):
        return 0
    for size in (width, width - 1, width + 1):
        group = filled[place : place + size]
        if len(group) < size or any(line.level for line in group):
            continue
        name = group[head.index("name") if head.index("name") < size else 0].text.strip()
        if not _is_cookie_name(name):
            continue
        if "lifetime" not in head:
            return size if size == width else 0
        last = head.index("lifetime") if head.index("lifetime") < width - 1 else size - 1
        if lifetime_of(group[last].text, words) != "NOT STATED" and len(group[last].text) <= 80:
            return size
    # No lifetime can be read: the row still counts when the one after it fits.
    following = filled[place + width : place + 2 * width]
    name = filled[place].text.strip()
    if _is_cookie_name(name) and re.search(r"[_\d.#*-]", name) and len(following) == width and "lifetime" in head:
        fits = lifetime_of(following[head.index("lifetime")].text, words) != "NOT STATED"
        return width if fits and _is_cookie_name(following[0].text.strip()) else 0
    return 0


def _fewer(group: Sequence[Line], head: Sequence[str], words: Words) -> list[str]:
    """The columns of a row with one cell missing: the provider, the cell most often left empty, unless it is there."""
    if len(group) > len(head):
        return list(head)
    without = [column for column in head if column != "provider"]
    if "category" in head and "category" not in without:
        return without
    has_category = any(words["cookie_categories"].first(line.text) for line in group[:2] if len(line.text) < 40)
    return without if has_category or "category" not in head else [column for column in head if column != "category"]


def _is_cookie_name(text: str) -> bool:
    return (
        0 < len(text) <= 80
        and bool(_COOKIE_NAME.match(text))
        and not re.match(r"\d+\.\s", text)
        and not text.endswith(".")
    )


def _stacked_cookies(lines: Sequence[Line], index: int, words: Words) -> Table | None:
    """One value per line, under headings of any words: known by the names and lives that come again at equal steps."""
    if not lines[index].text.strip() or lines[index].cells or lines[index].level or len(lines[index].text) > 40:
        return None
    filled = [line for line in lines[index : index + 400] if line.text.strip()]
    if any(words["cookie_columns"].is_whole(line.text) == "name" for line in filled[1:4]):
        return None  # a line above headings that are known
    for width in (5, 4, 3):
        head, rest = filled[:width], filled[width:]
        if len(head) < width or any(
            len(line.text) > 40 or line.cells or re.search(r"[_.:]", line.text) for line in head
        ):
            continue
        rows: list[Sequence[Line]] = []
        shown: tuple[str, ...] = ()
        for start in range(0, len(rest) - width + 1, width):
            group = rest[start : start + width]
            if any(line.cells or line.level for line in group):
                break
            found = columns_by_cells([[line.text for line in row] for row in (*rows, group)], words)
            if not found or (shown and found.index("name") != shown.index("name")):
                break
            rows, shown = [*rows, group], found
        if len(rows) >= 2:
            made = tuple(
                TableRow(tuple(_paired(shown, [line.text for line in row])), row[0].number, row[-1].number)
                for row in rows
            )
            return Table(True, made, frozenset(range(filled[0].number, made[-1].line_to + 1)))
    return None


def _stacked_topics(lines: Sequence[Line], index: int, words: Words) -> Table | None:
    """One value per line under headings that are topics: "Purpose", "Data", "Legal basis", then as many lines a row."""
    if not lines[index].text.strip() or lines[index].cells or not _is_head(lines[index].text, words):
        return None
    filled = [line for line in lines[index : index + MAX_TABLE_LINES] if line.text.strip()]
    head = _head_run(filled, words)
    topics = topics_of([line.text for line in head], words) if len(head) >= 3 else ()
    if not topics or sum(map(bool, topics)) < len(head) - 1:
        return None
    rows = _groups(filled, len(head), topics, words)
    if len(rows) < 2:
        return None
    return Table(False, tuple(rows), frozenset(range(filled[0].number, rows[-1].line_to + 1)))


def _head_run(filled: Sequence[Line], words: Words) -> Sequence[Line]:
    """The headings in a row, as far apart from each other as the first two."""
    width = 0
    for line in filled[:8]:
        if line.cells or line.level or len(line.text) > 40 or not _is_head(line.text, words):
            break
        if width > 1 and line.number - filled[width - 1].number != filled[1].number - filled[0].number:
            break
        width += 1
    return filled[:width] if width <= 7 else ()


def _is_head(text: str, words: Words) -> bool:
    bare = fold(text).strip(" ?:.*")
    known = bool(topic_of(text, words)) or bare in ASKED or bool(NAMES.match(bare))
    return known and len(text.split()) <= 4


def _groups(filled: Sequence[Line], width: int, topics: Sequence[str], words: Words) -> list[TableRow]:
    """The rows below stacked headings: groups of as many lines, apart by empty lines where the first two are."""
    filled_after = {line.number: place for place, line in enumerate(filled)}
    rows: list[TableRow] = []
    place = width
    spaced = place < len(filled) and filled[place].number > filled[place - 1].number + 1
    while place + width <= len(filled):
        group = filled[place : place + width]
        if any(line.level or line.cells or len(line.text) > 300 for line in group):
            break
        together = group[-1].number - group[0].number == width - 1
        apart = group[0].number > filled[place - 1].number + 1
        ends = place + width == len(filled) or filled[place + width].number > group[-1].number + 1
        if spaced and not (together and apart and ends):
            break
        # The heading of the next section is no row: it stands alone, or names another topic as a whole.
        if not spaced and words["sections"].is_whole(group[0].text) and len(rows) >= 1:
            break
        cells = tuple((topic, " ".join(line.text.split())) for topic, line in zip(topics, group, strict=True) if topic)
        rows.append(TableRow(cells, group[0].number, group[-1].number))
        place = filled_after[group[-1].number] + 1
    return rows


def _records(lines: Sequence[Line], index: int, words: Words) -> Table | None:
    """``Name: _ga``, ``Provider: ...``, ``Expiry: ...`` on lines (or in rows of two cells), again and again."""
    if not _labelled(lines[index], words, "name"):
        return None
    rows: list[TableRow] = []
    cells: list[tuple[str, str]] = []
    first = last = lines[index].number
    for line in lines[index:]:
        if not line.text.strip():
            continue
        pair = _labelled(line, words)
        if pair is None or line.level:
            break
        if pair[0] == "name" and cells:
            rows.append(TableRow(tuple(cells), first, last))
            if not (rows[-1].cell("lifetime") or rows[-1].cell("purpose")):
                return None  # lines that begin with "Name:" are not yet a record of a cookie
            cells, first = [], line.number
        cells.append(pair)
        last = line.number
    if len(cells) >= 2:
        rows.append(TableRow(tuple(cells), first, last))
    if rows and not (rows[-1].cell("lifetime") or rows[-1].cell("purpose")):
        rows.pop()
    if not rows:
        return None
    return Table(True, tuple(rows), frozenset(range(lines[index].number, rows[-1].line_to + 1)))


def _labelled(line: Line, words: Words, column: str = "") -> tuple[str, str] | None:
    if line.cells:
        label, colon, value = (line.cells[0].rstrip(": "), ":", line.cells[1]) if len(line.cells) == 2 else ("", "", "")
    else:
        label, colon, value = line.text.strip().lstrip("•*- ").partition(":")
    if not colon or not value.strip() or len(label) > 40:
        return None
    found = words["cookie_columns"].is_whole(label)
    if not found or (column and (found != column or not _is_cookie_name(value.strip()))):
        return None
    return found, value.strip()
