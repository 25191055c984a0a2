"""Reading a dump: which tables it holds, how many rows each, and whether it is whole.

Belongs here: what a stream of statements adds up to. Does not belong here: cutting text
(``connectors.sql_text``), reading one statement (``connectors.sql_ddl``), the wanted columns' rows
(``connectors.sql_rows``) and problems in words for people (``connectors.sql_dump``). No connector.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from connectors.ddl_changes import apply_statement, dropped
from connectors.ddl_tables import TableDefinition, UnreadableTable
from connectors.ddl_views import is_create_view, read_create_view
from connectors.insert_scan import plain_rows
from connectors.sql_ddl import is_create_table, read_create_table, tables_made
from connectors.sql_rows import RowKeeper, copy_head
from connectors.sql_text import Dialect, Part, Splitter, Statement
from connectors.sql_values import count_rows, insert_head, names_in, row_pattern, unquoted, value_of
from connectors.sql_words import charset_of, decode, without_comments, without_strings

SAMPLE_ROWS = 20
_TAIL = 600
_MADE_BY_DUMPER = re.compile(rb"^-- (?:MySQL|MariaDB) dump ", re.M)
_POSTGRES_DUMP = re.compile(rb"^-- PostgreSQL database dump\s*$", re.M)
_COMPLETED = re.compile(rb"^-- Dump completed(?: on (\d{4}-\d\d-\d\d\s+\d{1,2}:\d\d:\d\d))?", re.M)
_POSTGRES_COMPLETED = re.compile(rb"^-- PostgreSQL database (?:cluster )?dump complete", re.M)
_ADMINER_END = re.compile(rb"^-- (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: UTC)?\s*\Z", re.M)
_OF_THE_SYSTEM = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4", "sqlite_master"})
_STARTS = re.compile(r"\bCREATE\s+(?:OR\s+REPLACE\s+)?TABLE\b", re.I)


@dataclass
class DumpSchema:
    """What was found. ``unread`` holds (table, reason); ``made`` and ``read`` count CREATE TABLE statements."""

    dialect: Dialect
    charset: str = ""
    tables: dict[str, TableDefinition] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    unread: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0
    read: int = 0
    has_rows: bool = False
    cut_in: str = ""
    footer_missing: bool = False
    completed_at: datetime | None = None
    samples: dict[str, list[list[bytes | None]]] = field(default_factory=dict)

    @property
    def undefined(self) -> tuple[str, ...]:
        """Tables that have rows and no definition, sorted: those of the database system itself aside."""
        unread = {name for name, _ in self.unread}
        return tuple(
            sorted(
                name
                for name, rows in self.rows.items()
                if rows and name and name not in self.tables and name not in unread and name not in _OF_THE_SYSTEM
            )
        )

    @property
    def order(self) -> dict[str, list[str]]:
        """Each table's columns in order, as INSERT without a column list writes them."""
        return {name: [column.name for column in table.columns] for name, table in self.tables.items()}


class SchemaReader:
    """Adds up the statements of one text. ``sampling`` keeps the first rows of each table in memory, and no more.

    ``keeper``, where one is given, is handed every INSERT and all data of COPY.
    """

    def __init__(
        self, dialect: Dialect, charset: str = "", sampling: bool = False, keeper: RowKeeper | None = None
    ) -> None:
        self.found = DumpSchema(dialect, charset)
        self._keeper = keeper
        self._copied: list[str] = []
        self._sampling = sampling
        self._gone: dict[str, TableDefinition] = {}
        self._copying = ""
        self._newlines_escaped = False
        self._head = b""
        self._tail = b""

    def read(self, splitter: Splitter) -> None:
        """Read to the end. Raises what the splitter raises; what was found until then stands in ``found``."""
        for statement in splitter:
            if len(self._head) < _TAIL:
                self._head = (self._head + statement.raw)[: 4 * _TAIL]
                self._newlines_escaped = bool(_MADE_BY_DUMPER.search(self._head))
            self._tail = (self._tail + statement.raw[-_TAIL:])[-_TAIL:]
            self._take(statement)
        self._finish()

    def _take(self, statement: Statement) -> None:
        if statement.part is Part.INSERT:
            self._insert(statement)
        elif statement.part is Part.COPY_DATA:
            self._copy(statement)
        elif statement.part is Part.STATEMENT:
            self._statement(statement)

    def _insert(self, statement: Statement) -> None:
        head = insert_head(statement)
        self.found.has_rows = True
        if not statement.terminated:
            self.found.cut_in = "an INSERT statement"
        if head is None:
            return
        table = unquoted(head[0], self.found.dialect)
        written = names_in(head[1], self.found.dialect) if head[1] is not None else self._order(table)
        plain = plain_rows(statement.marks, len(written)) if statement.marks else None
        counted = plain.count if plain else count_rows(statement, self.found.dialect, self._newlines_escaped)
        self.found.rows[table] += counted
        if self._keeper is not None:
            # The definition, not this list, says which columns there are: without one yet, the keeper is told so.
            known = written if table in self.found.tables else ()
            self._keeper.insert(table, statement, head[2], known, plain)
        if self._sampling and table not in self.found.samples and head[1] is None:
            self.found.samples[table] = self._first_rows(statement, head[2])

    def _order(self, table: str) -> list[str]:
        definition = self.found.tables.get(table)
        return [column.name for column in definition.columns] if definition else []

    def _first_rows(self, statement: Statement, at: int) -> list[list[bytes | None]]:
        backslash = self.found.dialect is Dialect.MYSQL
        definition = self.found.tables.get(unquoted((insert_head(statement) or (b"",))[0], self.found.dialect))
        width = len(definition.columns) if definition else 0
        if not width:
            return []
        pattern = row_pattern(backslash, width, tuple(range(width)))
        found = islice(pattern.finditer(statement.raw, at), SAMPLE_ROWS)
        return [
            [value_of(token, backslash) for token in match.groups()[:-1]] for match in found if match[1] is not None
        ]

    def _copy(self, statement: Statement) -> None:
        self.found.has_rows = True
        lines = [line for line in statement.raw.split(b"\n") if line.rstrip(b"\r") not in (b"", b"\\.")]
        self.found.rows[self._copying] += len(lines)
        if self._keeper is not None and self._copying:
            known = self._copying in self.found.tables
            self._keeper.copy(self._copying, statement.raw, self._copied if known else ())
        if not statement.terminated:
            self.found.cut_in = "the rows of a COPY statement"

    def _statement(self, statement: Statement) -> None:
        found = self.found
        found.charset = charset_of(statement.body) or found.charset
        text = without_comments(decode(statement.body, found.charset), found.dialect)
        if found.dialect is Dialect.POSTGRES:
            copied = copy_head(statement, found.dialect, found.order)
            self._copying, self._copied = copied or ("", [])
        words = without_strings(text, found.dialect)
        made = tables_made(words)
        found.made += made
        if made > 1:
            # statements without a delimiter between them, as other tools' scripts separate them by GO
            for piece in _pieces(text, words):
                self._table(piece)
        elif is_create_table(text):
            self._table(text)
        elif made:
            found.unread.append((_name_after(text), "its statement is none that is known"))
        elif is_create_view(text):
            self._view(text)
        elif gone := dropped(text, found.dialect):
            for name in gone:
                if name in found.tables:
                    self._gone[name] = found.tables.pop(name)
                    found.rows.pop(name, None)
        else:
            apply_statement(text, found.dialect, found.tables)
        if not statement.terminated and not _is_whole(text):
            found.cut_in = "a statement"

    def _table(self, text: str) -> None:
        try:
            table = read_create_table(text, self.found.dialect, self.found.tables)
        except UnreadableTable as error:
            self.found.unread.append((error.table, error.reason))
            return
        self.found.tables[table.name] = table
        self.found.read += 1
        if table.readers_differ:
            self.found.unread.append(
                (table.name, f"a second reader sees further columns: {', '.join(table.readers_differ)}")
            )

    def _view(self, text: str) -> None:
        known = self.found.tables
        try:
            view = read_create_view(text, self.found.dialect, known)
        except UnreadableTable as error:
            placeholder = known.get(error.table) or self._gone.get(error.table)
            if placeholder is None:
                self.found.unread.append((error.table, error.reason))
                return
            view = TableDefinition(error.table, kind="view", columns=placeholder.columns)
        before = known.pop(view.name, None) or self._gone.get(view.name)
        # The first of the two statements that mysqldump writes for a view says only ``1 AS name``.
        if before is not None and [c.name for c in before.columns] != [c.name for c in view.columns]:
            view.columns = view.columns or before.columns
        known[view.name] = view

    def _finish(self) -> None:
        completed = _COMPLETED.search(self._tail)
        stamp = completed.group(1) if completed else None
        adminer = _ADMINER_END.search(self._tail) if b"Adminer" in self._head else None
        if adminer:
            stamp = adminer.group(1)
        if stamp:
            self.found.completed_at = datetime.strptime(" ".join(stamp.decode().split()), "%Y-%m-%d %H:%M:%S")
        if _MADE_BY_DUMPER.search(self._head):
            self.found.footer_missing = completed is None
        elif _POSTGRES_DUMP.search(self._head):
            self.found.footer_missing = _POSTGRES_COMPLETED.search(self._tail) is None


def _pieces(text: str, words: str) -> list[str]:
    """Cut a text at every CREATE TABLE. Used only where the words outside quotes say that there are several."""
    starts = [match.start() for match in _STARTS.finditer(text)]
    if len(starts) != len(_STARTS.findall(words)):
        return [text]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _name_after(text: str) -> str:
    match = re.search(r"\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?[`\"\[]?([^\s`\"\](;]+)", text, re.I)
    return match.group(1) if match else ""


def _is_whole(text: str) -> bool:
    """Whether a last statement without its semicolon is nevertheless whole: all that opens in it closes."""
    plain = re.sub(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|`[^`]*`", "", text)
    return plain.count("(") == plain.count(")") and not any(sign in plain for sign in ("'", '"', "`", "/*"))
