"""CREATE VIEW: the columns that a view selects.

Belongs here: views of dumps, also those inside conditional comments. Does not belong here: tables
(``connectors.sql_ddl``). No connector.
"""

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from connectors.ddl_tables import ColumnDefinition, TableDefinition, UnreadableTable
from connectors.ddl_tokens import Cursor, items_of, tokens_of
from connectors.sql_text import Dialect

_VIEW = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?"
    r"(?:SQL\s+SECURITY\s+\w+\s+)?(?:TEMP(?:ORARY)?\s+)?(?:MATERIALIZED\s+|RECURSIVE\s+)?VIEW\b",
    re.I,
)


def is_create_view(text: str) -> bool:
    """Whether a statement without comments makes a view."""
    return bool(_VIEW.match(text))


def read_create_view(text: str, dialect: Dialect, known: dict[str, TableDefinition]) -> TableDefinition:
    """Read one CREATE VIEW without comments. A column that is plainly a table's column gets that column's type.

    Raises :class:`UnreadableTable` where its columns cannot be told, as with ``SELECT *`` from an unknown table.
    """
    match = _VIEW.match(text)
    rest = text[match.end() :] if match else text
    cursor = Cursor(rest, tokens_of(rest, dialect))
    cursor.accept("IF", "NOT", "EXISTS")
    view = TableDefinition(cursor.qualified(dialect), kind="view")
    if not view.name:
        raise UnreadableTable("", "the name of the view could not be read")
    named = [item[0].value for item in items_of(cursor.group() or [])] if cursor.word() == "(" else []
    while cursor.peek() is not None and cursor.word() != "AS":
        cursor.at += 1
    following = cursor.peek(1)
    columns = _selected_columns(rest[following.start :], dialect, known) if following else []
    if named:
        types = columns if len(columns) == len(named) else [ColumnDefinition("")] * len(named)
        columns = [
            ColumnDefinition(name, item.native_type, item.nullable) for name, item in zip(named, types, strict=True)
        ]
    if not columns:
        raise UnreadableTable(view.name, "the columns of the view could not be told from its definition")
    view.columns = columns
    return view


def selected(text: str, dialect: Dialect, known: dict[str, TableDefinition]) -> list[ColumnDefinition]:
    """The columns of ``CREATE TABLE ... AS SELECT``."""
    match = re.search(r"\b(?:SELECT|WITH)\b", text, re.I)
    return _selected_columns(text[match.start() :], dialect, known) if match else []


def _selected_columns(select: str, dialect: Dialect, known: dict[str, TableDefinition]) -> list[ColumnDefinition]:
    try:
        tree = sqlglot.parse_one(select.rstrip().rstrip(";"), dialect=str(dialect) or None)
    except (SqlglotError, RecursionError, ValueError):
        return []
    if not isinstance(tree, exp.Query):
        return []
    first = tree
    while isinstance(first, exp.SetOperation):
        first = first.left
    if not isinstance(first, exp.Select):
        return []
    sources = {item.alias_or_name: known.get(item.name) for item in first.find_all(exp.Table)}
    columns: list[ColumnDefinition] = []
    for item in first.expressions:
        plain = item.unalias() if isinstance(item, exp.Alias) else item
        if item.is_star:
            table = item.table if isinstance(item, exp.Column) else ""
            wanted = [sources.get(table)] if table else list(sources.values())
            if any(source is None for source in wanted):
                return []
            columns.extend(ColumnDefinition(c.name, c.native_type, c.nullable) for s in wanted if s for c in s.columns)
            continue
        found = None
        if isinstance(plain, exp.Column):
            candidates = [sources.get(plain.table)] if plain.table else list(sources.values())
            found = next((c for s in candidates if s and (c := s.column(plain.name))), None)
        name = item.alias_or_name or item.sql(dialect=str(dialect) or None)
        columns.append(ColumnDefinition(name, found.native_type if found else "", found.nullable if found else None))
    return columns
