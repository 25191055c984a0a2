"""Reading DDL: what CREATE TABLE says about a table and its columns.

Belongs here: one CREATE TABLE turned into columns, keys and foreign keys. Does not belong here: views
(``ddl_views``), later statements (``ddl_changes``), cutting text into statements (``sql_text``), files (``sql_dump``).

Two readers look at every CREATE TABLE. The column list is read here token by token, which keeps the type as it
was written (``float unsigned``, ``enum('A','b')``, ``point``); sqlglot reads the same statement, and a difference
in the column names is a problem, because a column must never vanish silently. What sqlglot cannot read at all
(it refuses ``float unsigned``, geometry and ``inet6`` columns and partitions) is given to it without the
part that it refuses; where even that fails the list read here stands alone.
"""

import logging
import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from connectors.ddl_tables import ColumnDefinition, TableDefinition, UnreadableTable
from connectors.ddl_tokens import Cursor, Token, items_of, tokens_of
from connectors.ddl_views import selected
from connectors.sql_text import Dialect
from ropa_pipeline.model.observation import ForeignKey

# sqlglot logs a warning with the statement's text for what it cannot parse; a statement can hold values.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_CREATE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL)\s+)?"
    r"(?P<kept>TEMPORARY\s+|TEMP\s+|UNLOGGED\s+|FOREIGN\s+|EXTERNAL\s+)?TABLE\b",
    re.I,
)
_ANY_CREATE_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL|UNLOGGED|FOREIGN|EXTERNAL)\s+)*TABLE\b", re.I
)
_PROGRAM = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:AGGREGATE\s+)?"
    r"(?:PROCEDURE|FUNCTION|TRIGGER|EVENT|PACKAGE)\b|DO\b",
    re.I,
)


def is_create_table(text: str) -> bool:
    """Whether a statement without comments makes a table that stays (no temporary one)."""
    match = _CREATE.match(text)
    return match is not None and not (match["kept"] or "").upper().startswith("TEMP")


def tables_made(text: str) -> int:
    """How many tables a statement without comments and strings makes. A program that would make some makes none now."""
    return 0 if _PROGRAM.match(text) else len(_ANY_CREATE_TABLE.findall(text))


def read_create_table(text: str, dialect: Dialect, known: "dict[str, TableDefinition]") -> TableDefinition:
    """Read one CREATE TABLE statement without comments. ``known`` are the tables read before it (LIKE, PARTITION OF).

    Raises :class:`UnreadableTable` naming the table.
    """
    match = _CREATE.match(text)
    cursor = Cursor(text, tokens_of(text[match.end() :] if match else text, dialect))
    cursor.text = text[match.end() :] if match else text
    cursor.accept("IF", "NOT", "EXISTS")
    table = TableDefinition(cursor.qualified(dialect))
    if not table.name:
        raise UnreadableTable("", "the name of the table could not be read")
    model = _modelled_on(cursor, dialect)
    if model:
        if model not in known:
            raise UnreadableTable(table.name, f"it is made like {model}, which was not read before it")
        _copy(known[model], table)
        return table
    if cursor.word() == "(":
        body = cursor.group()
        if body is None:
            raise UnreadableTable(table.name, "its list of columns does not end")
        for item in items_of(body):
            read_item(cursor.text, item, table, dialect, known)
        head_end = (match.end() if match else 0) + cursor.tokens[cursor.at - 1].end
        _inherit(cursor, table, dialect, known)
        if table.columns:
            _compare(text[:head_end], table, dialect)
            return table
    columns = selected(text, dialect, known)
    if not columns:
        raise UnreadableTable(table.name, "no column could be read")
    table.columns = columns
    return table


def _modelled_on(cursor: Cursor, dialect: Dialect) -> str:
    """The table after LIKE or PARTITION OF, ``""`` where there is none."""
    if cursor.accept("PARTITION", "OF") or cursor.accept("LIKE") or cursor.accept("(", "LIKE"):
        return cursor.qualified(dialect)
    return ""


def _copy(model: TableDefinition, table: TableDefinition) -> None:
    table.columns = [ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in model.columns]
    table.primary, table.uniques, table.indexes = list(model.primary), list(model.uniques), list(model.indexes)


def _inherit(cursor: Cursor, table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]) -> None:
    """PostgreSQL's INHERITS: the parents' columns come first."""
    if not cursor.accept("INHERITS") or cursor.word() != "(":
        return
    for item in items_of(cursor.group() or []):
        parent = known.get(Cursor(cursor.text, item).qualified(dialect))
        if parent is None:
            raise UnreadableTable(table.name, "it inherits from a table that was not read before it")
        own = {column.name for column in table.columns}
        table.columns[:0] = [
            ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in parent.columns if c.name not in own
        ]


TABLE_ITEMS = frozenset(
    [
        "PRIMARY",
        "UNIQUE",
        "KEY",
        "INDEX",
        "CONSTRAINT",
        "FOREIGN",
        "CHECK",
        "FULLTEXT",
        "SPATIAL",
        "PERIOD",
        "EXCLUDE",
        "LIKE",
        "VECTOR",
    ]
)
# A column may have one of these names unquoted in some dialect: what follows tells.
_AFTER_ITEM = frozenset(["KEY", "INDEX", "(", "FOR", "USING"])
_TYPE_ENDS = frozenset(
    [
        "NOT",
        "NULL",
        "DEFAULT",
        "AUTO_INCREMENT",
        "AUTOINCREMENT",
        "COMMENT",
        "PRIMARY",
        "UNIQUE",
        "KEY",
        "REFERENCES",
        "CHECK",
        "GENERATED",
        "AS",
        "COLLATE",
        "CHARSET",
        "ON",
        "CONSTRAINT",
        "INVISIBLE",
        "VISIBLE",
        "STORED",
        "VIRTUAL",
        "PERSISTENT",
        "COLUMN_FORMAT",
        "STORAGE",
        "SRID",
        "REF_SYSTEM_ID",
        "IDENTITY",
        "COMPRESSED",
        "ENCRYPTED",
        "WITHOUT_SYSTEM",
        "OPTIONS",
        "DEFERRABLE",
        "ENABLE",
        "SPARSE",
        "ROWGUIDCOL",
    ]
)


def read_item(
    text: str, item: list[Token], table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]
) -> None:
    cursor = Cursor(text, item)
    first = cursor.word()
    if first == "LIKE" and dialect is Dialect.POSTGRES:
        cursor.at = 1
        model = known.get(cursor.qualified(dialect))
        if model is None:
            raise UnreadableTable(table.name, "it is made like a table that was not read before it")
        table.columns.extend(ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in model.columns)
        return
    if first in TABLE_ITEMS and _is_table_item(cursor):
        _read_constraint(cursor, table, dialect)
        return
    read_column(cursor, table, dialect)


def _is_table_item(cursor: Cursor) -> bool:
    following = cursor.peek(1)
    if following is None:
        return False
    first = cursor.word()
    if first in ("PRIMARY", "FOREIGN"):
        return following.upper == "KEY"
    if first == "CONSTRAINT" or (
        first in ("UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR") and following.upper in _AFTER_ITEM
    ):
        return True
    if first == "CHECK":
        return following.upper == "("
    if first == "PERIOD":
        return following.upper == "FOR"
    # KEY `name` (columns), KEY (columns), UNIQUE name (columns): the parenthesis tells it from `key varchar(10)`,
    # whose parenthesis holds a number.
    place = 1 if following.upper == "(" else next((n for n in (2, 4) if cursor.word(n) == "("), -1)
    if place < 0:
        return first == "EXCLUDE"
    inside = cursor.peek(place + 1)
    return inside is not None and not inside.text.isdigit() and inside.kind != "string"


def _read_constraint(cursor: Cursor, table: TableDefinition, dialect: Dialect) -> None:
    if cursor.accept("CONSTRAINT") and cursor.word() not in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"):
        cursor.name()
    if cursor.accept("PRIMARY", "KEY"):
        columns, _ = key_columns(cursor)
        table.primary = list(columns)
    elif cursor.accept("FOREIGN", "KEY"):
        columns, _ = key_columns(cursor)
        _read_references(cursor, table, columns, dialect)
    elif cursor.accept("UNIQUE"):
        columns, whole = key_columns(cursor)
        if columns:
            table.uniques.append((columns, whole))
    elif cursor.word() in ("KEY", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR"):
        columns, _ = key_columns(cursor)
        if columns:
            table.indexes.append(columns[0])


def key_columns(cursor: Cursor) -> tuple[tuple[str, ...], bool]:
    """The columns of a key, and whether each is taken whole (no prefix such as ``recipient(10)``)."""
    while cursor.peek() is not None and cursor.word() != "(":
        cursor.at += 1
    items = items_of(cursor.group() or []) if cursor.peek() is not None else []
    names = tuple(item[0].value for item in items if item[0].upper != "(")
    whole = all(not any(token.upper == "(" for token in item) for item in items)
    return names, whole and len(names) == len(items)


def _read_references(cursor: Cursor, table: TableDefinition, columns: tuple[str, ...], dialect: Dialect) -> None:
    if not cursor.accept("REFERENCES"):
        return
    parent = cursor.qualified(dialect)
    targets = key_columns(cursor)[0] if cursor.word() == "(" else ()
    table.foreign_keys.extend(
        ForeignKey(
            column=column,
            references_table=parent,
            references_column=targets[place] if place < len(targets) else "",
        )
        for place, column in enumerate(columns)
    )


def read_column(cursor: Cursor, table: TableDefinition, dialect: Dialect) -> None:
    token = cursor.peek()
    if token is None or not token.may_name:
        raise UnreadableTable(table.name, "its list of columns holds something that is no column")
    column = ColumnDefinition(token.value, nullable=True)
    cursor.at = 1
    start = cursor.peek()
    last: Token | None = None
    while (token := cursor.peek()) is not None and not _ends_type(cursor, token):
        last = token
        if token.upper == "(":
            if cursor.group() is None:
                raise UnreadableTable(table.name, "a parenthesis in its list of columns does not close")
            last = cursor.tokens[cursor.at - 1]
        else:
            cursor.at += 1
    if start is not None and last is not None:
        column.native_type = (
            re.sub(r"\s+", " ", cursor.text[start.start : last.end])
            if "'" not in cursor.text[start.start : last.end]
            else cursor.text[start.start : last.end]
        )
    if re.fullmatch(r"(?:small|big)?serial\d?", column.native_type, re.I):
        column.nullable = False
    table.columns.append(column)
    _read_attributes(cursor, column, table, dialect)


def _ends_type(cursor: Cursor, token: Token) -> bool:
    word = token.upper
    if word in _TYPE_ENDS:
        return True
    following = cursor.word(1)
    if word == "CHARACTER":
        return following == "SET"
    return word in ("WITH", "WITHOUT") and following not in ("TIME", "LOCAL")


def _read_attributes(cursor: Cursor, column: ColumnDefinition, table: TableDefinition, dialect: Dialect) -> None:
    while (token := cursor.peek()) is not None:
        if cursor.accept("NOT", "NULL"):
            column.nullable = False
        elif cursor.accept("PRIMARY", "KEY") or (token.upper == "KEY" and cursor.accept("KEY")):
            table.primary = [column.name]
        elif cursor.accept("UNIQUE"):
            cursor.accept("KEY")
            table.uniques.append(((column.name,), True))
        elif cursor.accept("COMMENT"):
            following = cursor.peek()
            if following is not None and following.kind == "string":
                column.comment = following.value
                cursor.at += 1
        elif token.upper == "REFERENCES":
            before = cursor.at
            _read_references(cursor, table, (column.name,), dialect)
            cursor.at = max(cursor.at, before + 1)
        elif cursor.accept("DEFAULT"):
            # a default may be any word, also one that reads like an attribute
            if cursor.word() == "(":
                cursor.at = cursor.at if cursor.group() is not None else len(cursor.tokens)
            elif cursor.peek() is not None:
                cursor.at += 1
        elif token.upper == "(":
            if cursor.group() is None:
                return
        else:
            cursor.at += 1


_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(float|double(?:\s+precision)?|real)(\s*\([^)]*\))?\s+unsigned\b", re.I), r"\1\2"),
    (
        re.compile(
            r"\b(?:geometrycollection|geomcollection|geometry|multipoint|multilinestring|multipolygon|linestring|polygon|point)\b",
            re.I,
        ),
        "blob",
    ),
    (re.compile(r"\b(?:inet4|inet6)\b", re.I), "varchar(45)"),
    (re.compile(r"\bzerofill\b", re.I), ""),
)
_OUTSIDE_QUOTES = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)""", re.S)


def without_refused_parts(text: str) -> str:
    """The statement without what sqlglot is known to refuse; what stands in quotes is left alone.

    >>> without_refused_parts("CREATE TABLE `t` (`point` float unsigned)")
    'CREATE TABLE `t` (`point` float)'
    """
    pieces = _OUTSIDE_QUOTES.split(text)
    for place in range(0, len(pieces), 2):
        for pattern, replacement in _REFUSED:
            pieces[place] = pattern.sub(replacement, pieces[place])
    return "".join(pieces)


def _compare(head: str, table: TableDefinition, dialect: Dialect) -> None:
    """Read the statement's head (no table options, no partitions) with sqlglot and note columns it sees differently."""
    own = {column.name.lower() for column in table.columns}
    table.readers_differ = tuple(sorted(_second_reading(head, dialect) - own))


@lru_cache(maxsize=8192)
def _second_reading(head: str, dialect: Dialect) -> frozenset[str]:
    """The column names that sqlglot sees, in lower case; empty where it cannot read the statement.

    Kept for the statements of some twenty shops: shops of one platform make the same tables, and sqlglot is the larger
    part of reading a dump without many rows.
    """
    try:
        tree = sqlglot.parse_one(without_refused_parts(head), dialect=str(dialect) or None)
    except (SqlglotError, RecursionError, ValueError):
        return frozenset()
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Schema):
        return frozenset()
    columns = (item for item in tree.this.expressions if isinstance(item, exp.ColumnDef | exp.Identifier))
    return frozenset(item.name.lower() for item in columns)
