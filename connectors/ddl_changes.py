"""What statements after a CREATE TABLE add to it: ALTER TABLE, CREATE INDEX, COMMENT ON, DROP.

Belongs here: later statements of a dump, as ``pg_dump`` writes keys. Does not belong here: CREATE TABLE itself
(``connectors.sql_ddl``). No connector.
"""

import re

from connectors.ddl_tables import TableDefinition
from connectors.ddl_tokens import Cursor, items_of, tokens_of
from connectors.sql_ddl import TABLE_ITEMS, key_columns, read_column, read_item
from connectors.sql_text import Dialect

_ALTER = re.compile(r"ALTER\s+TABLE\b", re.I)
_CREATE_INDEX = re.compile(r"CREATE\s+(?P<unique>UNIQUE\s+)?(?:FULLTEXT\s+|SPATIAL\s+)?INDEX\b", re.I)
_COMMENT_ON = re.compile(r"COMMENT\s+ON\s+COLUMN\b", re.I)
_DROP = re.compile(r"DROP\s+(?:TABLE|VIEW)\b", re.I)


def apply_statement(text: str, dialect: Dialect, known: dict[str, TableDefinition]) -> None:
    """Let a later statement (ALTER TABLE, CREATE INDEX, COMMENT ON COLUMN) change the tables read so far."""
    for pattern, act in ((_ALTER, _alter), (_CREATE_INDEX, _create_index), (_COMMENT_ON, _comment_on)):
        match = pattern.match(text)
        if match:
            rest = text[match.end() :].rstrip().rstrip(";")
            act(Cursor(rest, tokens_of(rest, dialect)), dialect, known, bool(match.groupdict().get("unique")))
            return


def _alter(cursor: Cursor, dialect: Dialect, known: dict[str, TableDefinition], _: bool) -> None:
    cursor.accept("IF", "EXISTS")
    cursor.accept("ONLY")
    table = known.get(cursor.qualified(dialect))
    if table is None:
        return
    for item in items_of(cursor.tokens[cursor.at :]):
        _alter_one(Cursor(cursor.text, item), table, dialect, known)


def _alter_one(part: Cursor, table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]) -> None:
    if part.accept("ADD"):
        part.accept("COLUMN")
        part.accept("IF", "NOT", "EXISTS")
        rest = part.tokens[part.at :]
        if rest and rest[0].upper == "(":
            rest = Cursor(part.text, rest).group() or []
        for item in items_of(rest):
            if Cursor(part.text, item).word() in TABLE_ITEMS or table.column(item[0].value) is None:
                read_item(part.text, item, table, dialect, known)
    elif part.accept("MODIFY") or part.accept("CHANGE"):
        changed = part.tokens[part.at - 1].upper == "CHANGE"
        part.accept("COLUMN")
        old = table.column(part.name() if changed else (part.peek().value if part.peek() else ""))  # type: ignore[union-attr]
        if old is not None and part.peek() is not None:
            fresh = TableDefinition(table.name)
            read_column(Cursor(part.text, part.tokens[part.at :]), fresh, dialect)
            table.columns[table.columns.index(old)] = fresh.columns[0]
    elif part.accept("DROP"):
        part.accept("COLUMN")
        if part.word() not in ("PRIMARY", "KEY", "INDEX", "CONSTRAINT", "FOREIGN", "CHECK"):
            gone = part.name()
            table.columns = [column for column in table.columns if column.name != gone]
    elif part.accept("ALTER"):
        part.accept("COLUMN")
        column = table.column(part.name())
        if column is not None and part.accept("SET", "NOT", "NULL"):
            column.nullable = False


def _create_index(cursor: Cursor, dialect: Dialect, known: dict[str, TableDefinition], unique: bool) -> None:
    while cursor.peek() is not None and cursor.word() != "ON":
        cursor.at += 1
    cursor.accept("ON")
    cursor.accept("ONLY")
    table = known.get(cursor.qualified(dialect))
    columns, whole = key_columns(cursor)
    if table is None or not columns:
        return
    if unique:
        table.uniques.append((columns, whole))
    else:
        table.indexes.append(columns[0])


def _comment_on(cursor: Cursor, dialect: Dialect, known: dict[str, TableDefinition], _: bool) -> None:
    parts: list[str] = []
    while (token := cursor.peek()) is not None and token.upper != "IS":
        if token.kind in ("name", "word"):
            parts.append(token.value)
        cursor.at += 1
    text = cursor.peek(1)
    table = known.get(".".join(parts[:-1])) or known.get(parts[-2] if len(parts) > 1 else "")
    column = table.column(parts[-1]) if table and parts else None
    if column is not None and text is not None and text.kind == "string":
        column.comment = text.value


def dropped(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The tables and views that a DROP statement without comments names."""
    match = _DROP.match(text)
    if not match:
        return ()
    rest = text[match.end() :].rstrip().rstrip(";")
    cursor = Cursor(rest, tokens_of(rest, dialect))
    cursor.accept("IF", "EXISTS")
    return tuple(Cursor(rest, item).qualified(dialect) for item in items_of(cursor.tokens[cursor.at :]))
