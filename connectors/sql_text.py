"""Reading SQL text: which dialect, and where one statement ends.

Belongs here: recognising the dialect, splitting a dump of any size into statements with flat memory.
Does not belong here: opening files (``connectors.sql_file``), a statement's characters (``connectors.sql_words``), what
it means (``connectors.sql_ddl``) and the rows of INSERT statements (``connectors.sql_rows``). No connector; shared by
those that read SQL.

The splitter loses nothing: joined together, the ``raw`` parts of all statements are the text again. It
understands quotes and their escapes, comments, MySQL's conditional comments (``/*!40101 ... */``, MariaDB's
``/*M! ... */``), ``DELIMITER``, PostgreSQL's dollar quotes and the data lines of ``COPY ... FROM stdin``.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import BinaryIO, cast

from connectors.insert_scan import LEAST, MOST, Marks, marks_of
from connectors.sql_file import HEAD

CHUNK = 4 << 20
LONGEST_STATEMENT = 256 << 20


class Dialect(StrEnum):
    """The dialects that differ in how their text is cut into statements. Values are sqlglot's names."""

    MYSQL = "mysql"
    POSTGRES = "postgres"
    SQLITE = "sqlite"
    ANSI = ""


class Part(StrEnum):
    """What a piece of the text is."""

    STATEMENT = "statement"
    INSERT = "insert"
    COPY_DATA = "copy data"
    CLIENT_COMMAND = "client command"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of the text. ``raw[start:]`` begins at its first word; ``offset`` is where ``raw`` begins in the file.

    ``terminated`` is False for a last statement without its end: the file was cut, or is not finished. ``marks`` are
    those of an INSERT's rows, where finding its end made them.
    """

    raw: bytes
    start: int
    offset: int
    part: Part
    terminated: bool = True
    marks: Marks | None = field(default=None, compare=False, repr=False)

    @property
    def body(self) -> bytes:
        """The statement from its first word on, its delimiter included."""
        return self.raw[self.start :]


class StatementTooLong(ValueError):
    """A statement longer than :data:`LONGEST_STATEMENT`: most often a quote that is never closed."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the statement at byte {offset} is longer than {LONGEST_STATEMENT >> 20} MB")
        self.offset = offset


# -- dialect ------------------------------------------------------------------------------------------------------

_DIALECT_SIGNS: tuple[tuple[Dialect, re.Pattern[bytes]], ...] = (
    (Dialect.POSTGRES, re.compile(rb"^-- PostgreSQL database(?: cluster)? dump", re.M)),
    (Dialect.MYSQL, re.compile(rb"^-- (?:MySQL dump|MariaDB dump|Adminer [^\n]*(?:MySQL|MariaDB)|phpMyAdmin)", re.M)),
    (
        Dialect.MYSQL,
        re.compile(rb"/\*M?!\d{5,6}|\bENGINE\s*=|\bAUTO_INCREMENT\b|\bCREATE TABLE[^(;]*`|\bunsigned\b", re.I),
    ),
    (Dialect.SQLITE, re.compile(rb"^PRAGMA \w+|\bAUTOINCREMENT\b|\bWITHOUT ROWID\b|\bsqlite_sequence\b", re.M | re.I)),
    (
        Dialect.POSTGRES,
        re.compile(
            rb"\$\$|\bcharacter varying\b|::\w+|\b(?:small|big)?serial\b|\bFROM stdin;|\bCREATE SEQUENCE\b|\bjsonb\b"
            rb"|\btimestamptz\b|\bOWNER TO\b",
            re.I,
        ),
    ),
)


def detect_dialect(head: bytes) -> Dialect:
    """The dialect of a text by its first bytes; the first sign that is found decides.

    >>> detect_dialect(b"-- PostgreSQL database dump").name, detect_dialect(b"CREATE TABLE `a` (b int);").name
    ('POSTGRES', 'MYSQL')
    """
    return next((dialect for dialect, sign in _DIALECT_SIGNS if sign.search(head)), Dialect.ANSI)


# -- splitting ----------------------------------------------------------------------------------------------------

_BACKSLASH_QUOTES = rb"""'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+"|`[^`]*+`"""
_PLAIN_QUOTES = rb"""'[^']*+'|"[^"]*+"|`[^`]*+`"""
_POSTGRES_QUOTES = (
    rb"""(?<![\w$])[eE]'(?:[^'\\]++|\\.)*+'|'[^']*+'|"[^"]*+"|(?<![\w$])\$(?P<tag>[A-Za-z_]\w*|)\$.*?\$(?P=tag)\$"""
)
_BLOCK_COMMENT = rb"/\*(?!M?!).*?\*/"
_CONDITIONAL = rb"""/\*M?!(?:[^'"`*#\-]++|""" + _BACKSLASH_QUOTES + rb"""|\#[^\n]*+|--[ \t][^\n]*+|-|\*(?!/))*+\*/"""
_MYSQL_LINE = rb"--(?=[\s\x00]|\Z)[^\n]*+|\#[^\n]*+"
_PLAIN_LINE = rb"--[^\n]*+"

_LEAD = {
    True: re.compile(rb"(?:\s++|--(?:[ \t\r][^\n]*+)?+\n|\#[^\n]*+\n|" + _BLOCK_COMMENT + rb")*+", re.S),
    False: re.compile(rb"(?:\s++|--[^\n]*+\n|" + _BLOCK_COMMENT + rb")*+", re.S),
}
_LAST_LEAD = re.compile(rb"(?:\s++|--[^\n]*+|\#[^\n]*+|" + _BLOCK_COMMENT + rb")*+", re.S)
_DELIMITER = re.compile(rb"DELIMITER[ \t]++([^\s]++)[^\n]*+(?:\n|\Z)", re.I)
_CLIENT = re.compile(rb"\\[A-Za-z!][^\n]*+(?:\n|\Z)")
_INSERT = re.compile(rb"(?:INSERT|REPLACE)\b", re.I)
_COPY = re.compile(rb"COPY\s.*\bFROM\s+stdin\b", re.I | re.S)
_NAME = rb"""(?:`(?:[^`]|``)++`|"(?:[^"]|"")++"|[\w$]++)"""
INSERT_HEAD = re.compile(
    rb"(?:INSERT|REPLACE)(?:\s++(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE))*+(?:\s++INTO)?\s++(?:ONLY\s++)?"
    rb"(?P<name>" + _NAME + rb"(?:\.(?:" + _NAME + rb"))*+)\s*+"
    rb"(?:\((?P<columns>[^()]*+)\)\s*+)?(?:OVERRIDING\s++\w++\s++VALUE\s*+)?VALUES?\s*+",
    re.I,
)


@cache
def _statement_pattern(dialect: Dialect, delimiter: bytes) -> re.Pattern[bytes]:
    """A pattern from the first word of a statement to its delimiter; it matches nothing while that is not all there."""
    first, rest = re.escape(delimiter[:1]), re.escape(delimiter[1:])
    in_class = first if delimiter[:1] not in b"-/#'\"`" else b""
    stop = first + rb"(?!" + rest + rb")|" if rest else b""
    if dialect is Dialect.MYSQL:
        quotes, comments = _BACKSLASH_QUOTES, _CONDITIONAL + rb"|" + _BLOCK_COMMENT + rb"|" + _MYSQL_LINE
        specials, lone = rb"'\"`\#/\-", rb"-(?!-[\s\x00])|/(?!\*)"
    elif dialect is Dialect.POSTGRES:
        quotes, comments = _POSTGRES_QUOTES, rb"/\*.*?\*/|" + _PLAIN_LINE
        specials, lone = rb"'\"$/\-eE", rb"-(?!-)|/(?!\*)|[$eE]"
    else:
        quotes, comments = _PLAIN_QUOTES, rb"/\*.*?\*/|" + _PLAIN_LINE
        specials, lone = rb"'\"`/\-", rb"-(?!-)|/(?!\*)"
    body = rb"(?:[^" + specials + in_class + rb"]++|" + quotes + rb"|" + comments + rb"|" + stop + lone + rb")*+"
    return re.compile(body + re.escape(delimiter), re.S)


class Splitter:
    """Cuts a stream into statements. Iterate over it once.

    Memory: one read buffer and the longest statement. Raises :class:`StatementTooLong`, and whatever reading
    the stream raises (a damaged archive: EOFError, OSError, zlib.error, lzma.LZMAError).
    """

    def __init__(self, stream: BinaryIO, dialect: Dialect, chunk: int = CHUNK) -> None:
        self._read = cast(io.BufferedReader, stream).read1
        self._dialect = dialect
        self._chunk = chunk
        self._buffer = b""
        self._at = 0
        self._offset = 0
        self._ended = False
        self._delimiter = b";"
        self._no_line_end_before = -1
        self._line_end = b";\n"
        self._marks: Marks | None = None

    def __iter__(self) -> Iterator[Statement]:
        self._more()
        if b";\r\n" in self._buffer[:HEAD]:
            self._line_end = b";\r\n"
        while (piece := self._next()) is not None:
            yield piece
            if piece.part is Part.STATEMENT and self._dialect is Dialect.POSTGRES and _COPY.match(piece.body):
                yield from self._copy_data()

    # The buffer keeps what is not handed out yet; a statement that is not whole asks for twice as much.
    def _more(self) -> bool:
        if self._ended:
            return False
        waiting = len(self._buffer) - self._at
        if waiting > LONGEST_STATEMENT:
            raise StatementTooLong(self._offset)
        # read1: what comes before a damaged place must not be lost with it
        piece = self._read(max(self._chunk, waiting))
        self._ended = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        self._no_line_end_before = -1
        return not self._ended

    def _take(self, start: int, end: int, part: Part, terminated: bool = True) -> Statement:
        raw = self._buffer[self._at : end]
        found = Statement(raw, start - self._at, self._offset, part, terminated, self._marks)
        self._marks = None
        self._offset += len(raw)
        self._at = end
        return found

    def _next(self) -> Statement | None:
        mysql = self._dialect is Dialect.MYSQL
        while True:
            buffer = self._buffer
            lead = _LEAD[mysql].match(buffer, self._at)
            start = lead.end() if lead else self._at
            if start == len(buffer) and not self._ended:
                self._more()
                continue
            if self._ended:
                last = _LAST_LEAD.match(buffer, self._at)
                if last and last.end() == len(buffer):
                    return self._take(len(buffer), len(buffer), Part.BLANK) if self._at < len(buffer) else None
            part, end = self._end_of(start)
            if end >= 0:
                return self._take(start, end, part)
            if self._ended:
                return self._take(start, len(buffer), part, terminated=False)
            self._more()

    def _end_of(self, start: int) -> tuple[Part, int]:
        """Where the statement beginning at ``start`` ends, or -1 while that is not in the buffer."""
        buffer = self._buffer
        client = (_DELIMITER if self._dialect is Dialect.MYSQL else _CLIENT).match(buffer, start)
        if client:
            if client.end() == len(buffer) and not self._ended:
                return Part.CLIENT_COMMAND, -1
            if self._dialect is Dialect.MYSQL:
                self._delimiter = client.group(1)
            return Part.CLIENT_COMMAND, client.end()
        part = Part.STATEMENT
        if _INSERT.match(buffer, start):
            part = Part.INSERT
            if self._dialect is Dialect.MYSQL and self._delimiter == b";":
                quick = self._quick_end(start)
                if quick >= 0:
                    return part, quick
                if not self._ended and start < self._no_line_end_before and len(buffer) - start < MOST:
                    # most likely the statement is not all there yet; searching it by a pattern would be in vain
                    return part, -1
        whole = _statement_pattern(self._dialect, self._delimiter).match(buffer, start)
        return part, whole.end() if whole else -1

    def _quick_end(self, start: int) -> int:
        """The end of an INSERT as dump tools write it, found by counting quotes; -1 where that is not certain.

        It is certain where nothing but single quotes can hide a semicolon at a line's end. Counting costs a fraction
        of matching.
        """
        buffer = self._buffer
        if start < self._no_line_end_before:
            return -1
        end = self._line_end_after(start)
        if end < 0:
            self._no_line_end_before = len(buffer)
            return -1
        head = INSERT_HEAD.match(buffer, start, end)
        if not head:
            return -1
        at = head.end()
        if LEAST <= end - at <= MOST:
            self._marks = marks_of(buffer, at, end, backslash=True)
            return -1 if self._marks is None else end + 1
        if not only_single_quotes(buffer, at, end):
            return -1
        return end + 1 if quotes_balance(buffer, at, end) else -1

    def _line_end_after(self, start: int) -> int:
        """The next semicolon before a line's end; one sign is found much faster than two, and mostly suffices."""
        line = self._buffer.find(b"\n", start)
        end = line + 1 - len(self._line_end)
        if line < 0 or (end >= start and self._buffer.startswith(self._line_end, end)):
            return end if line >= 0 else -1
        return self._buffer.find(self._line_end, start)

    def _copy_data(self) -> Iterator[Statement]:
        """The data lines after COPY, in pieces that end with a line, up to and with the line ``\\.``."""
        while True:
            buffer = self._buffer
            stop = _COPY_END.search(buffer, self._at)
            if stop and (stop.end() < len(buffer) or self._ended):
                yield self._take(self._at, stop.end(), Part.COPY_DATA)
                return
            last = buffer.rfind(b"\n", self._at)
            if last > self._at:
                yield self._take(self._at, last, Part.COPY_DATA)
            if not self._more() and self._ended:
                stop = _COPY_END.search(self._buffer, self._at)
                if stop:
                    yield self._take(self._at, stop.end(), Part.COPY_DATA)
                elif self._at < len(self._buffer):
                    yield self._take(self._at, len(self._buffer), Part.COPY_DATA, terminated=False)
                return


_COPY_END = re.compile(rb"\n\\\.\r?(?:\n|\Z)")


def only_single_quotes(buffer: bytes, start: int, end: int) -> bool:
    """Whether between the two places nothing but single quotes can quote: then counting them is exact."""
    if any(buffer.find(sign, start, end) >= 0 for sign in (b"`", b"#", b"--", b"/*")):
        return False
    if buffer.find(b'"', start, end) < 0:
        return True
    body = buffer[start:end].replace(b"\\\\", b"")
    return body.count(b'"') == body.count(b'\\"')


def quotes_balance(buffer: bytes, start: int, end: int) -> bool:
    """Whether a place outside any string is reached: an even number of single quotes that are not escaped."""
    if buffer.find(b"\\", start, end) < 0:
        return buffer.count(b"'", start, end) % 2 == 0
    # Two backslashes are one escaped backslash, whatever follows; taken away from the left, what is left of
    # a run of them is at most one, and that one escapes.
    body = buffer[start:end].replace(b"\\\\", b"")
    return (body.count(b"'") - body.count(b"\\'")) % 2 == 0
