"""Reading DDL: what CREATE TABLE, CREATE VIEW and ALTER TABLE say about tables and columns.

Belongs here: one statement of data definition turned into tables, columns, keys and foreign keys.
Does not belong here: cutting a text into statements (``connectors.sql_text``) and files (``connectors.sql_dump``).

Two readers look at every CREATE TABLE. The column list is read here token by token, which keeps the type as it
was written (``float unsigned``, ``enum('A','b')``, ``point``); sqlglot reads the same statement, and a difference
in the column names is a problem, because a column must never vanish silently. What sqlglot cannot read at all
(it refuses ``float unsigned``, geometry and ``inet6`` columns and partitions) is given to it without the
part that it refuses; where even that fails the list read here stands alone.
"""

import logging
import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from connectors.sql_text import Dialect
from ropa_pipeline.model.observation import ForeignKey, ObservedColumn, ObservedTable

# sqlglot logs a warning with the statement's text for what it cannot parse; a statement can hold values.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


class UnreadableTable(ValueError):
    """A statement that makes a table but whose columns could not be read. ``table`` is its name, or ``""``."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table or 'a table without a readable name'}: {reason}")
        self.table = table
        self.reason = reason


@dataclass
class ColumnDefinition:
    """A column while its table is being read."""

    name: str
    native_type: str = ""
    nullable: bool | None = None
    comment: str = ""


@dataclass
class TableDefinition:
    """A table while the text that defines it is being read; later statements add to it."""

    name: str
    kind: str = "table"
    columns: list[ColumnDefinition] = field(default_factory=list)
    primary: list[str] = field(default_factory=list)
    uniques: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    readers_differ: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnDefinition | None:
        found = next((item for item in self.columns if item.name == name), None)
        return found or next((item for item in self.columns if item.name.lower() == name.lower()), None)

    def observed(self, stem: str = "", rows: int | None = None) -> ObservedTable:
        """The table as it crosses into the pipeline."""
        keys = self._keys()
        return ObservedTable(
            name=self.name,
            stem=stem or self.name,
            kind=self.kind,
            columns=tuple(
                ObservedColumn(
                    name=column.name,
                    native_type=column.native_type,
                    nullable=False if column.name.lower() in self._primary_names() else column.nullable,
                    key=keys.get(column.name.lower(), ""),
                    position=position,
                    max_length=max_length(column.native_type),
                    comment=column.comment,
                )
                for position, column in enumerate(self.columns, start=1)
            ),
            foreign_keys=tuple(sorted(self.foreign_keys, key=lambda key: (key.column, key.references_table))),
            rows=rows,
        )

    def _primary_names(self) -> set[str]:
        return {name.lower() for name in self.primary}

    def _keys(self) -> dict[str, str]:
        """PRI, UNI or MUL as MySQL's information_schema says it: a first column of an index, the strongest wins.

        Without a primary key the first unique index whose columns may not be empty is shown as PRI.
        """
        keys: dict[str, str] = {}
        for column in self.indexes:
            keys[column.lower()] = "MUL"
        for columns, _ in self.uniques:
            if keys.get(columns[0].lower()) != "UNI":
                keys[columns[0].lower()] = "UNI" if len(columns) == 1 else "MUL"
        primary = list(self.primary)
        if not primary:
            primary = next((list(columns) for columns, whole in self.uniques if whole and self._filled(columns)), [])
        for column in primary:
            keys[column.lower()] = "PRI"
        return keys

    def _filled(self, columns: tuple[str, ...]) -> bool:
        found = [self.column(name) for name in columns]
        return all(column is not None and column.nullable is False for column in found)


_LENGTH = re.compile(r"(?:var|n|nvar|bp)?char(?:acter)?(?:\s+varying)?2?\s*\(\s*(\d+)\s*\)", re.I)


def max_length(native_type: str) -> int | None:
    """The longest text a character column holds, where its type says so.

    >>> max_length("varchar(255)"), max_length("character varying(20)"), max_length("int(10) unsigned")
    (255, 20, None)
    """
    match = _LENGTH.match(native_type)
    return int(match.group(1)) if match else None


# -- tokens -------------------------------------------------------------------------------------------------------

_TOKENS = {
    True: re.compile(
        r"""\s+|(?P<string>[xXnNbB]?'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?P<name>`(?:[^`]|``)*`)"""
        r"""|(?P<word>[^\W\d][\w$]*|\d[\w.$]*|@+\w+)|(?P<sign>.)""",
        re.S,
    ),
    False: re.compile(
        r"""\s+|(?P<string>[eEnNbBxX]?'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]\[\d][^\]\[]*\])"""
        r"""|(?P<word>[^\W\d][\w$]*|\d[\w.$]*)|(?P<sign>.)""",
        re.S,
    ),
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word in capitals, ``""`` for what is quoted: a column may be called `key`."""
        return self.text.upper() if self.kind in ("word", "sign") else ""

    @property
    def may_name(self) -> bool:
        """Whether it can be a name; text in double quotes is one in a dump that was made with ANSI quotes."""
        return self.kind in ("name", "word") or (self.kind == "string" and self.text[0] == '"')

    @property
    def value(self) -> str:
        if self.kind not in ("name", "string"):
            return self.text
        first, last = self.text[0], self.text[-1]
        inner = self.text[1:-1]
        if first == "[":
            return inner
        inner = inner.replace(last * 2, last)
        return re.sub(r"\\(.)", r"\1", inner, flags=re.S) if self.kind == "string" else inner


def _tokens(text: str, dialect: Dialect) -> list[_Token]:
    pattern = _TOKENS[dialect is Dialect.MYSQL]
    return [
        _Token(match.lastgroup, match.group(), match.start(), match.end())
        for match in pattern.finditer(text)
        if match.lastgroup
    ]


class _Cursor:
    """A place in a list of tokens."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> _Token | None:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def word(self, ahead: int = 0) -> str:
        token = self.peek(ahead)
        return token.upper if token else ""

    def accept(self, *words: str) -> bool:
        """Pass over these words if they come next, in this order."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def name(self) -> str:
        """A possibly qualified name: ``public.t`` and ``db.t`` give ``t``, another schema stays."""
        parts: list[str] = []
        while (token := self.peek()) and token.may_name:
            parts.append(token.value)
            self.at += 1
            if self.word() != ".":
                break
            self.at += 1
        return parts[-1] if parts else ""

    def qualified(self, dialect: Dialect) -> str:
        before = self.at
        name = self.name()
        schema = self.tokens[before].value if self.at - before >= 3 else ""
        return f"{schema}.{name}" if dialect is Dialect.POSTGRES and schema not in ("", "public") else name

    def group(self) -> "list[_Token] | None":
        """The tokens inside the parentheses that open here, and move behind them. None where they never close."""
        depth, start = 0, self.at + 1
        for place in range(self.at, len(self.tokens)):
            sign = self.tokens[place].upper
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                self.at = place + 1
                return self.tokens[start:place]
        return None


def _items(tokens: list[_Token]) -> list[list[_Token]]:
    """Split at the commas that stand in no parentheses."""
    items: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.upper == "(") - (token.upper == ")")
        if token.upper == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return [item for item in items if item]


# -- statements ---------------------------------------------------------------------------------------------------

_CREATE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL)\s+)?"
    r"(?P<kept>TEMPORARY\s+|TEMP\s+|UNLOGGED\s+|FOREIGN\s+|EXTERNAL\s+)?TABLE\b",
    re.I,
)
_ANY_CREATE_TABLE = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL|UNLOGGED|FOREIGN|EXTERNAL)\s+)*TABLE\b", re.I
)
_VIEW = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:ALGORITHM\s*=\s*\w+\s+)?(?:DEFINER\s*=\s*\S+\s+)?"
    r"(?:SQL\s+SECURITY\s+\w+\s+)?(?:TEMP(?:ORARY)?\s+)?(?:MATERIALIZED\s+|RECURSIVE\s+)?VIEW\b",
    re.I,
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


def is_create_view(text: str) -> bool:
    return bool(_VIEW.match(text))


def tables_made(text: str) -> int:
    """How many tables a statement without comments and strings makes. A program that would make some makes none now."""
    return 0 if _PROGRAM.match(text) else len(_ANY_CREATE_TABLE.findall(text))


def read_create_table(text: str, dialect: Dialect, known: "dict[str, TableDefinition]") -> TableDefinition:
    """Read one CREATE TABLE statement without comments. ``known`` are the tables read before it (LIKE, PARTITION OF).

    Raises :class:`UnreadableTable` naming the table.
    """
    match = _CREATE.match(text)
    cursor = _Cursor(text, _tokens(text[match.end() :] if match else text, dialect))
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
        for item in _items(body):
            _read_item(cursor.text, item, table, dialect, known)
        head_end = (match.end() if match else 0) + cursor.tokens[cursor.at - 1].end
        _inherit(cursor, table, dialect, known)
        if table.columns:
            _compare(text[:head_end], table, dialect)
            return table
    columns = _selected(text, dialect, known)
    if not columns:
        raise UnreadableTable(table.name, "no column could be read")
    table.columns = columns
    return table


def _modelled_on(cursor: _Cursor, dialect: Dialect) -> str:
    """The table after LIKE or PARTITION OF, ``""`` where there is none."""
    if cursor.accept("PARTITION", "OF") or cursor.accept("LIKE") or cursor.accept("(", "LIKE"):
        return cursor.qualified(dialect)
    return ""


def _copy(model: TableDefinition, table: TableDefinition) -> None:
    table.columns = [ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in model.columns]
    table.primary, table.uniques, table.indexes = list(model.primary), list(model.uniques), list(model.indexes)


def _inherit(cursor: _Cursor, table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]) -> None:
    """PostgreSQL's INHERITS: the parents' columns come first."""
    if not cursor.accept("INHERITS") or cursor.word() != "(":
        return
    for item in _items(cursor.group() or []):
        parent = known.get(_Cursor(cursor.text, item).qualified(dialect))
        if parent is None:
            raise UnreadableTable(table.name, "it inherits from a table that was not read before it")
        own = {column.name for column in table.columns}
        table.columns[:0] = [
            ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in parent.columns if c.name not in own
        ]


_TABLE_ITEMS = frozenset(
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


def _read_item(
    text: str, item: list[_Token], table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]
) -> None:
    cursor = _Cursor(text, item)
    first = cursor.word()
    if first == "LIKE" and dialect is Dialect.POSTGRES:
        cursor.at = 1
        model = known.get(cursor.qualified(dialect))
        if model is None:
            raise UnreadableTable(table.name, "it is made like a table that was not read before it")
        table.columns.extend(ColumnDefinition(c.name, c.native_type, c.nullable, c.comment) for c in model.columns)
        return
    if first in _TABLE_ITEMS and _is_table_item(cursor):
        _read_constraint(cursor, table, dialect)
        return
    _read_column(cursor, table, dialect)


def _is_table_item(cursor: _Cursor) -> bool:
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


def _read_constraint(cursor: _Cursor, table: TableDefinition, dialect: Dialect) -> None:
    if cursor.accept("CONSTRAINT") and cursor.word() not in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"):
        cursor.name()
    if cursor.accept("PRIMARY", "KEY"):
        columns, _ = _key_columns(cursor)
        table.primary = list(columns)
    elif cursor.accept("FOREIGN", "KEY"):
        columns, _ = _key_columns(cursor)
        _read_references(cursor, table, columns, dialect)
    elif cursor.accept("UNIQUE"):
        columns, whole = _key_columns(cursor)
        if columns:
            table.uniques.append((columns, whole))
    elif cursor.word() in ("KEY", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR"):
        columns, _ = _key_columns(cursor)
        if columns:
            table.indexes.append(columns[0])


def _key_columns(cursor: _Cursor) -> tuple[tuple[str, ...], bool]:
    """The columns of a key, and whether each is taken whole (no prefix such as ``recipient(10)``)."""
    while cursor.peek() is not None and cursor.word() != "(":
        cursor.at += 1
    items = _items(cursor.group() or []) if cursor.peek() is not None else []
    names = tuple(item[0].value for item in items if item[0].upper != "(")
    whole = all(not any(token.upper == "(" for token in item) for item in items)
    return names, whole and len(names) == len(items)


def _read_references(cursor: _Cursor, table: TableDefinition, columns: tuple[str, ...], dialect: Dialect) -> None:
    if not cursor.accept("REFERENCES"):
        return
    parent = cursor.qualified(dialect)
    targets = _key_columns(cursor)[0] if cursor.word() == "(" else ()
    table.foreign_keys.extend(
        ForeignKey(
            column=column,
            references_table=parent,
            references_column=targets[place] if place < len(targets) else "",
        )
        for place, column in enumerate(columns)
    )


def _read_column(cursor: _Cursor, table: TableDefinition, dialect: Dialect) -> None:
    token = cursor.peek()
    if token is None or not token.may_name:
        raise UnreadableTable(table.name, "its list of columns holds something that is no column")
    column = ColumnDefinition(token.value, nullable=True)
    cursor.at = 1
    start = cursor.peek()
    last: _Token | None = None
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


def _ends_type(cursor: _Cursor, token: _Token) -> bool:
    word = token.upper
    if word in _TYPE_ENDS:
        return True
    following = cursor.word(1)
    if word == "CHARACTER":
        return following == "SET"
    return word in ("WITH", "WITHOUT") and following not in ("TIME", "LOCAL")


def _read_attributes(cursor: _Cursor, column: ColumnDefinition, table: TableDefinition, dialect: Dialect) -> None:
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


# -- the second reader --------------------------------------------------------------------------------------------

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
    try:
        tree = sqlglot.parse_one(without_refused_parts(head), dialect=str(dialect) or None)
    except (SqlglotError, RecursionError, ValueError):
        return
    if not isinstance(tree, exp.Create) or not isinstance(tree.this, exp.Schema):
        return
    seen = {item.name.lower() for item in tree.this.expressions if isinstance(item, exp.ColumnDef)}
    seen |= {item.name.lower() for item in tree.this.expressions if isinstance(item, exp.Identifier)}
    own = {column.name.lower() for column in table.columns}
    table.readers_differ = tuple(sorted(seen - own))


# -- views --------------------------------------------------------------------------------------------------------


def read_create_view(text: str, dialect: Dialect, known: dict[str, TableDefinition]) -> TableDefinition:
    """Read one CREATE VIEW without comments. A column that is plainly a table's column gets that column's type.

    Raises :class:`UnreadableTable` where its columns cannot be told, as with ``SELECT *`` from an unknown table.
    """
    match = _VIEW.match(text)
    rest = text[match.end() :] if match else text
    cursor = _Cursor(rest, _tokens(rest, dialect))
    cursor.accept("IF", "NOT", "EXISTS")
    view = TableDefinition(cursor.qualified(dialect), kind="view")
    if not view.name:
        raise UnreadableTable("", "the name of the view could not be read")
    named = [item[0].value for item in _items(cursor.group() or [])] if cursor.word() == "(" else []
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


def _selected(text: str, dialect: Dialect, known: dict[str, TableDefinition]) -> list[ColumnDefinition]:
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


# -- later statements ---------------------------------------------------------------------------------------------

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
            act(_Cursor(rest, _tokens(rest, dialect)), dialect, known, bool(match.groupdict().get("unique")))
            return


def _alter(cursor: _Cursor, dialect: Dialect, known: dict[str, TableDefinition], _: bool) -> None:
    cursor.accept("IF", "EXISTS")
    cursor.accept("ONLY")
    table = known.get(cursor.qualified(dialect))
    if table is None:
        return
    for item in _items(cursor.tokens[cursor.at :]):
        _alter_one(_Cursor(cursor.text, item), table, dialect, known)


def _alter_one(part: _Cursor, table: TableDefinition, dialect: Dialect, known: dict[str, TableDefinition]) -> None:
    if part.accept("ADD"):
        part.accept("COLUMN")
        part.accept("IF", "NOT", "EXISTS")
        rest = part.tokens[part.at :]
        if rest and rest[0].upper == "(":
            rest = _Cursor(part.text, rest).group() or []
        for item in _items(rest):
            if _Cursor(part.text, item).word() in _TABLE_ITEMS or table.column(item[0].value) is None:
                _read_item(part.text, item, table, dialect, known)
    elif part.accept("MODIFY") or part.accept("CHANGE"):
        changed = part.tokens[part.at - 1].upper == "CHANGE"
        part.accept("COLUMN")
        old = table.column(part.name() if changed else (part.peek().value if part.peek() else ""))  # type: ignore[union-attr]
        if old is not None and part.peek() is not None:
            fresh = TableDefinition(table.name)
            _read_column(_Cursor(part.text, part.tokens[part.at :]), fresh, dialect)
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


def _create_index(cursor: _Cursor, dialect: Dialect, known: dict[str, TableDefinition], unique: bool) -> None:
    while cursor.peek() is not None and cursor.word() != "ON":
        cursor.at += 1
    cursor.accept("ON")
    cursor.accept("ONLY")
    table = known.get(cursor.qualified(dialect))
    columns, whole = _key_columns(cursor)
    if table is None or not columns:
        return
    if unique:
        table.uniques.append((columns, whole))
    else:
        table.indexes.append(columns[0])


def _comment_on(cursor: _Cursor, dialect: Dialect, known: dict[str, TableDefinition], _: bool) -> None:
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
    cursor = _Cursor(rest, _tokens(rest, dialect))
    cursor.accept("IF", "EXISTS")
    return tuple(_Cursor(rest, item).qualified(dialect) for item in _items(cursor.tokens[cursor.at :]))
