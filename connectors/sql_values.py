"""Rows and values of a dump as they are written, without a general SQL parser.

Belongs here: the rows of ``INSERT ... VALUES`` (MySQL's escapes, hexadecimal and binary literals, several rows in a
statement, column lists), counted and cut into values, and cells of PostgreSQL's ``COPY`` data. Does not belong here:
keeping them (``connectors.sql_rows``). No connector.
"""

import re
from functools import cache

from connectors.sql_text import INSERT_HEAD, Dialect, Statement
from connectors.sql_words import decode

_STRINGS = {
    True: rb"""'[^'\\]*+(?:\\.[^'\\]*+)*+'|"[^"\\]*+(?:\\.[^"\\]*+)*+\"""",
    False: rb"""'[^']*+'|"[^"]*+\"""",
}


def _value(backslash: bool) -> bytes:
    """One value of a row: a literal with its introducer, or an expression whose parentheses go two deep.

    A plain number, word or text without escapes comes first: nearly all values are that, and it is matched in one step.
    The group is atomic: no second way to read a value is tried in a row that has too few (2 to the power of its width).
    """
    text = _STRINGS[backslash]
    deep = rb"\((?:[^()'\"]++|" + text + rb")*+\)"
    nested = rb"\((?:[^()'\"]++|" + text + rb"|" + deep + rb")*+\)"
    plain = rb"[\w.+\-]++(?=[,)])|'[^'\\]*+'(?=[,)])"
    return rb"(?>" + plain + rb"|(?:[^\s'\"(),]++|" + text + rb"|" + nested + rb"|\s++(?![,)]))*+)"


@cache
def row_pattern(backslash: bool, count: int, wanted: tuple[int, ...]) -> re.Pattern[bytes]:
    """A pattern for one row of ``count`` values that captures the wanted ones, and last whatever is no row.

    ``count`` 0 matches a row of any width. Searching with it covers a text without a gap: a byte that belongs to
    no row is captured by the last group, so that nothing can be passed over unseen.
    """
    value = rb"\s*+" + _value(backslash) + rb"\s*+"
    if not count:
        inner = value + rb"(?:," + value + rb")*+"
    else:
        capture = rb"\s*+(" + _value(backslash) + rb")\s*+"
        inner = rb",".join(capture if place in wanted else value for place in range(count))
    return re.compile(rb"\(" + inner + rb"\)\s*+,?\s*+|(\S)", re.S)


_TAIL = re.compile(rb"\)\s*+(?:(?:AS\s|ON\s+(?:DUPLICATE|CONFLICT)|RETURNING)\b[^']*+)?;?\s*\Z", re.I | re.S)


def insert_head(statement: Statement) -> "tuple[bytes, bytes | None, int] | None":
    """The table's name and column list as written, and where the rows begin. None where it has no VALUES."""
    match = INSERT_HEAD.match(statement.raw, statement.start)
    return (match["name"], match["columns"], match.end()) if match else None


def unquoted(name: bytes, dialect: Dialect, charset: str = "") -> str:
    """A name as in a column list, without quotes; of a qualified one the last part (with its schema if not public)."""
    parts = re.findall(r"`((?:[^`]|``)*)`|\"((?:[^\"]|\"\")*)\"|([^\s.`\"]+)", decode(name, charset))
    plain = [a.replace("``", "`") or b.replace('""', '"') or c for a, b, c in parts]
    if dialect is Dialect.POSTGRES and len(plain) > 1 and plain[-2] != "public":
        return f"{plain[-2]}.{plain[-1]}"
    return plain[-1] if plain else ""


def names_in(columns: bytes, dialect: Dialect) -> list[str]:
    """The names of a column list as written."""
    found = re.findall(rb"`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|[^\s,`\"]+", columns)
    return [unquoted(name, dialect) for name in found]


def count_rows(statement: Statement, dialect: Dialect, newlines_escaped: bool = False) -> int:
    """How many rows an INSERT statement holds; 0 where it has no VALUES (INSERT ... SELECT).

    ``newlines_escaped`` says that the text comes from a tool that never writes a line end inside a value: then rows
    that stand on lines of their own are counted by their lines.
    """
    head = insert_head(statement)
    if head is None:
        return 0
    raw, at = statement.raw, head[2]
    if newlines_escaped:
        lines = raw.count(b"\n", at)
        if lines and lines == raw.count(b"),\n(", at):
            return lines + 1
        if not lines and raw.find(b"),(", at) < 0:
            return 1
    return sum(1 for bad in row_pattern(dialect is Dialect.MYSQL, 0, ()).findall(raw, at, rows_end(raw, at)) if not bad)


def rows_end(raw: bytes, at: int) -> int:
    """Where the rows end: before the delimiter, or before ON DUPLICATE KEY and its like."""
    tail = max(raw.rfind(word, at) for word in (b"ON DUPLICATE", b"ON CONFLICT", b"on duplicate", b"on conflict"))
    if tail >= 0 and raw[at:tail].rstrip().endswith(b")"):
        return tail
    end = len(raw)
    while end > at and raw[end - 1 : end] in (b";", b"\n", b"\r", b" "):
        end -= 1
    return end


_ESCAPES = {b"0": b"\0", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
_ESCAPE = re.compile(rb"\\(.)", re.S)
_INTRODUCED = re.compile(rb"(?:_[A-Za-z0-9]+|[nN]|[eE])\s*(?=['\"0xX])")


def value_of(token: bytes, backslash: bool = True) -> "bytes | None":
    """The value that a literal stands for, as the bytes a client would be given; None for NULL.

    >>> value_of(rb"'O\\'Neil'"), value_of(b"0x6162"), value_of(b"_binary 'x'"), value_of(b"NULL"), value_of(b"-1.5")
    (b"O'Neil", b'ab', b'x', None, b'-1.5')
    """
    escapes = backslash or token[:1] in b"eE"
    if token[:1] in b"_nNeE":
        introduced = _INTRODUCED.match(token)
        token = token[introduced.end() :] if introduced else token
    if token[:1] in (b"'", b'"'):
        quote = token[:1]
        inner = token[1:-1].replace(quote + quote, quote)
        return _ESCAPE.sub(lambda found: _ESCAPES.get(found.group(1), found.group(1)), inner) if escapes else inner
    if token.upper() == b"NULL":
        return None
    if token[:2] in (b"0x", b"0X"):
        return _from_hex(token[2:])
    if token[:2] in (b"x'", b"X'"):
        return _from_hex(token[2:-1])
    if token[:2] in (b"b'", b"B'"):
        return str(int(token[2:-1] or b"0", 2)).encode()
    return token


def _from_hex(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return digits


_COPY_ESCAPE = re.compile(rb"\\(.)", re.S)
_COPY_ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def copy_value(cell: bytes) -> "bytes | None":
    if cell == rb"\N":
        return None
    if b"\\" not in cell:
        return cell
    return _COPY_ESCAPE.sub(lambda found: _COPY_ESCAPES.get(found.group(1), found.group(1)), cell)
