"""The words and signs of one SQL statement, and a cursor over them.

Belongs here: cutting a statement into tokens by dialect and walking through them. Does not belong here: what the
tokens mean (``connectors.sql_ddl``). No connector.
"""

import re
from dataclasses import dataclass

from connectors.sql_text import Dialect

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
class Token:
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


def tokens_of(text: str, dialect: Dialect) -> list[Token]:
    pattern = _TOKENS[dialect is Dialect.MYSQL]
    return [
        Token(match.lastgroup, match.group(), match.start(), match.end())
        for match in pattern.finditer(text)
        if match.lastgroup
    ]


class Cursor:
    """A place in a list of tokens."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token | None:
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

    def group(self) -> "list[Token] | None":
        """The tokens inside the parentheses that open here, and move behind them. None where they never close."""
        depth, start = 0, self.at + 1
        for place in range(self.at, len(self.tokens)):
            sign = self.tokens[place].upper
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                self.at = place + 1
                return self.tokens[start:place]
        return None


def items_of(tokens: list[Token]) -> list[list[Token]]:
    """Split at the commas that stand in no parentheses."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.upper == "(") - (token.upper == ")")
        if token.upper == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return [item for item in items if item]
