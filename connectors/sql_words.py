"""A statement's characters: its text in the right encoding, without comments or strings.

Belongs here: SET NAMES, decoding, blanking what a server does not read. Does not belong here: where a statement ends
(``connectors.sql_text``) and what it means (``connectors.sql_ddl``). No connector.
"""

import codecs
import re

from connectors.sql_text import Dialect

_CHARSETS = {
    "latin1": "cp1252",
    "latin2": "iso8859-2",
    "latin7": "iso8859-13",
    "cp1257": "cp1257",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "latin5": "iso8859-9",
    "greek": "iso8859-7",
    "binary": "utf-8",
    "utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
}
_SET_NAMES = re.compile(rb"(?:SET\s+NAMES\s+|SET\s+client_encoding\s*=\s*)'?([A-Za-z0-9_\-]+)'?", re.I)


def charset_of(statement: bytes) -> str:
    """The Python codec that a ``SET NAMES`` or ``SET client_encoding`` statement names, or ``""``.

    >>> charset_of(b"/*!40101 SET NAMES latin7 */;")
    'iso8859-13'
    """
    match = _SET_NAMES.search(statement[:200])
    if not match:
        return ""
    name = match.group(1).decode("ascii").lower()
    try:
        return codecs.lookup(_CHARSETS.get(name, name)).name
    except LookupError:
        return ""


def decode(body: bytes, charset: str = "") -> str:
    """A statement as text: UTF-8 where it is that, else the named charset, else Windows-1252 without ever failing."""
    for codec in ("utf-8", charset):
        if codec:
            try:
                return body.decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("cp1252", "replace")


_OPEN_CONDITIONAL = re.compile(r"/\*M?!(\d{5,6})?")
_TOKEN_MYSQL = re.compile(
    r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|/\*M?!\d*|\*/|/\*.*?\*/|--(?=\s|\Z)[^\n]*|\#[^\n]*""", re.S
)
_TOKEN_PLAIN = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|/\*.*?\*/|--[^\n]*""", re.S)


def without_comments(text: str, dialect: Dialect) -> str:
    """The statement as the server reads it: comments become a blank, conditional comments their content.

    >>> without_comments("/*!50001 VIEW `v` AS select '/*' */ -- x", Dialect.MYSQL)
    "VIEW `v` AS select '/*'"
    """
    mysql = dialect is Dialect.MYSQL

    def kept(match: re.Match[str]) -> str:
        found = match.group()
        return found if found[0] in "'\"`$" else " "

    return (_TOKEN_MYSQL if mysql else _TOKEN_PLAIN).sub(kept, text).strip()


def without_strings(text: str, dialect: Dialect) -> str:
    """The same with what stands in quotes blanked: for counting words that are really words."""

    def blank(match: re.Match[str]) -> str:
        found = match.group()
        return found[0] + found[-1] if found[0] in "'\"`" else " "

    return (_TOKEN_MYSQL if dialect is Dialect.MYSQL else _TOKEN_PLAIN).sub(blank, text)
