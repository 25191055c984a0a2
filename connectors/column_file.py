"""The wanted columns of one table of a dump, as a text file: one line per row, values quoted as in the dump.

Belongs here: handing plain values on as they are, writing others anew, hashing. Does not belong here: which tables and
what becomes of the files (``connectors.sql_rows``). No connector.

Columns that are compared by value (an e-mail address) are replaced, while they are read, by a keyed hash: no such value
reaches a disk (DESIGN, idea 5).
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from connectors.insert_scan import PlainRows
from connectors.sql_text import Dialect, Statement
from connectors.sql_values import copy_value, row_pattern, rows_end, value_of
from connectors.sql_words import decode

# Anything in the captured values that is more than a plain number, NULL or a quoted text without escapes.
_NOT_PLAIN = re.compile(rb"[\\\"(]|''|(?:^|[,\n])(?:0[xXbB]|(?!NULL\b)[A-Za-z_@])")


_DATES_AND_NUMBERS = b"0123456789,\n'-:. +"


def _is_plain(text: bytes) -> bool:
    """Whether captured values can be handed on as they are. Dates and numbers alone are told without a search."""
    if b"' '" not in text and not text.translate(None, _DATES_AND_NUMBERS).replace(b"NULL", b""):
        return True
    return _NOT_PLAIN.search(text) is None


class ColumnFile:
    """The text file of one table's wanted columns: one line per row, values quoted as in the dump."""

    def __init__(self, folder: Path, number: int, columns: Sequence[str], hashed: frozenset[str], key: bytes) -> None:
        self.path = folder / f"{number}.csv"
        self.columns = tuple(columns)
        self.order = {name.lower(): place for place, name in enumerate(self.columns)}
        self.hashed = frozenset(name.lower() for name in hashed)
        self.rows = 0
        self.refused = 0
        self.several_lines = False
        self._key = key
        self._file: IO[bytes] | None = None

    def insert(
        self,
        statement: Statement,
        rows_at: int,
        written: Sequence[str],
        dialect: Dialect,
        plain: PlainRows | None = None,
    ) -> None:
        """Take the wanted values out of one INSERT statement whose values stand in the order ``written``.

        ``plain``: its rows, where they could be found without a pattern.
        """
        backslash = dialect is Dialect.MYSQL
        places = tuple(place for place, name in enumerate(written) if name.lower() in self.order)
        names = [written[place].lower() for place in places]
        if plain is not None and places and self._insert_plain(plain, places, names, backslash):
            return
        pattern = row_pattern(backslash, len(written), places)
        found = pattern.findall(statement.raw, rows_at, rows_end(statement.raw, rows_at))
        if not places:
            self._empty_rows(sum(1 for bad in found if not bad))
            return
        if any(row[-1] for row in found):
            self.refused += 1
            found = [row for row in found if not row[-1]]
        self.rows += len(found)
        if not found:
            return
        if self._as_written(names):
            text = b"\n".join([b",".join(row[:-1]) for row in found])
            if _is_plain(text):
                self.several_lines = self.several_lines or text.count(b"\n") >= len(found)
                self._write(text)
                return
        self._values(names, ((value_of(token, backslash) for token in row[:-1]) for row in found))

    def _as_written(self, names: Sequence[str]) -> bool:
        """Whether values can be handed on as they are: in our order, and none to be hashed."""
        return not self.hashed and [name.lower() for name in self.columns] == list(names)

    def _insert_plain(self, plain: PlainRows, places: Sequence[int], names: Sequence[str], backslash: bool) -> bool:
        """Take the values without a pattern; False where a value is more than one line, so that it would be cut."""
        if self._as_written(names):
            text = plain.values(places)
            if _is_plain(text):
                self.several_lines = self.several_lines or text.count(b"\n") >= plain.count
                self.rows += plain.count
                self._write(text)
                return True
        columns = [plain.values((place,)).split(b"\n") for place in places]
        if any(len(column) != plain.count for column in columns):
            return False
        self.rows += plain.count
        self._values(names, ((value_of(token, backslash) for token in row) for row in zip(*columns, strict=True)))
        return True

    def copy(self, data: bytes, written: Sequence[str]) -> None:
        """Take the wanted values out of the data lines of COPY."""
        places = [(place, name.lower()) for place, name in enumerate(written) if name.lower() in self.order]
        lines = [line for line in data.replace(b"\r\n", b"\n").split(b"\n") if line and line != b"\\."]
        rows = [line.split(b"\t") for line in lines]
        whole = [row for row in rows if len(row) == len(written)]
        self.refused += len(rows) - len(whole)
        self.rows += len(whole)
        if not places:
            self._empty_rows(len(whole), counted=True)
        elif whole:
            self._values(
                [name for _, name in places], ([copy_value(row[place]) for place, _ in places] for row in whole)
            )

    def _empty_rows(self, count: int, counted: bool = False) -> None:
        self.rows += 0 if counted else count
        if count:
            self._write(b"\n".join([b",".join([b"NULL"] * max(1, len(self.columns)))] * count))

    def _values(self, names: Sequence[str], rows: Iterable[Iterable["bytes | None"]]) -> None:
        lines: list[bytes] = []
        for row in rows:
            cells = [b"NULL"] * len(self.columns)
            for name, value in zip(names, row, strict=True):
                if value is not None:
                    kept = self._hash(value) if name in self.hashed else value
                    self.several_lines = self.several_lines or b"\n" in kept or b"\r" in kept
                    # NUL ends a text in many readers; a key or a date never holds one
                    cells[self.order[name]] = b"'" + kept.replace(b"\0", b"").replace(b"'", b"''") + b"'"
            lines.append(b",".join(cells))
        if lines:
            self._write(b"\n".join(lines))

    def _hash(self, value: bytes) -> bytes:
        # Compared as databases do by default: without regard to letter case and trailing blanks. Empty and
        # zero are kept, because they mean "nobody".
        plain = decode(value).rstrip().casefold().encode("utf-8", "surrogatepass")
        return (
            plain
            if plain in (b"", b"0")
            else hashlib.blake2b(plain, key=self._key, digest_size=16).hexdigest().encode()
        )

    def _write(self, text: bytes) -> None:
        if self._file is None:
            self._file = self.path.open("wb", buffering=1 << 20)
        self._file.write(_as_utf8(text))
        self._file.write(b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def discard(self) -> None:
        """Close and delete what was written."""
        self.close()
        self.path.unlink(missing_ok=True)


def _as_utf8(text: bytes) -> bytes:
    """The same bytes where they are UTF-8; else read as Windows-1252: a key or a date is ASCII in either."""
    if text.isascii():
        return text
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("cp1252", "replace").encode("utf-8")
    return text
