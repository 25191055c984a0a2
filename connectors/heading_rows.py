"""Which row of a table holds its headings, and column names that hold no value.

Belongs here: telling headings from titles above them and from data, folding a heading for comparison, and names that
are filled, different and no value of a row. Does not belong here: encodings and separators (``text_files``),
workbooks (``workbooks``). A name, telephone number or account that became a column's name would be published
(GDPR Art. 5(1)(c), 25).
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from connectors.text_dates import is_date, is_number

_TITLE_ROWS = 15
_MAX_HEADING = 120

HEADING_WORDS: tuple[str, ...] = (
    # the stems, folded, that headings of shops, banks, couriers and mailing tools are made of
    "data", "date", "laikas", "time", "suma", "amount", "valiuta", "currency", "sask", "account", "iban", "gavej",
    "recipient", "receiver", "consignee", "moketoj", "payer", "payee", "siunt", "parcel", "shipment", "order",
    "uzsakym", "telef", "phone", "mobil", "pastas", "pasto", "email", "e-mail", "mail", "adres", "address", "street",
    "gatve", "miest", "city", "town", "zip", "post", "salis", "country", "vard", "pavard", "name", "surname", "kod",
    "code", "nr", "no.", "number", "numer", "status", "busen", "state", "type", "tip", "paskirt", "purpose", "detal",
    "detail", "note", "pastab", "comment", "remark", "weight", "svor", "cod", "bank", "price", "kaina", "id", "key",
    "table", "column", "system", "artifact", "provider", "size", "modified", "created", "updated", "birth", "gim",
    "gender", "lyt", "tag", "consent", "sutik", "value", "cookie", "domain", "expir", "purpose", "categor", "company",
    "imon", "verte", "kalba", "language", "ip", "url", "user", "client", "klient", "customer", "product", "prek",
    "debet", "kredit", "d/k", "c/d", "dok", "reference", "token", "message", "subject", "text", "file", "tracking",
)  # fmt: skip


def fold(text: object) -> str:
    """A heading without case, diacritics and repeated spaces, for comparing.

    >>> fold("  Gavėjo  El. PAŠTAS ")
    'gavejo el. pastas'
    """
    decomposed = unicodedata.normalize("NFKD", str(text))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("\ufeff", "").split())


def heading_position(rows: Sequence[Sequence[object]], least_width: int = 2) -> tuple[float, int | None] | None:
    """The most likely heading row among the first rows: (score, index), index None where rows are all data.

    None where no row is at least ``least_width`` cells wide.
    """
    best: tuple[float, int] | None = None
    for index, row in enumerate(rows[:_TITLE_ROWS]):
        width = filled_width(row)
        if width < least_width:
            continue
        below = [len(other) for other in rows[index + 1 :] if filled_width(other)]
        same = sum(1 for length in below if abs(length - len(row)) <= 1 or length == width)
        consistency = same / len(below) if below else 0.5
        score = _heading_score(row[:width]) + 2.0 * consistency + 0.1 * min(width, 15) - 0.05 * index
        if best is None or score > best[0]:
            best = (score, index)
    if best is None:
        return None
    return best[0], None if _is_data(rows, best[1]) else best[1]


def _heading_score(row: Sequence[object]) -> float:
    return sum(_cell_score(cell) for cell in row) / len(row)


def _cell_score(cell: object) -> float:
    text = fold(cell)
    if not text:
        return -0.3
    if not isinstance(cell, str) or looks_like_value(text):
        return -2.0
    if len(text) > _MAX_HEADING or not any(char.isalpha() for char in text):
        return -1.0
    return 2.0 if any(word in text for word in HEADING_WORDS) else 1.0


_VALUE_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}"),  # e-mail
    re.compile(r"[a-z]{2}\d{2}[a-z0-9 ]{10,32}"),  # IBAN
    re.compile(r"\+?\d[\d ()-]{6,}"),  # telephone, personal code
    re.compile(r"[0-9a-f]{16,}"),  # token
    re.compile(r"https?://\S+"),
)


def looks_like_value(text: str) -> bool:
    """Whether a cell is a value (date, number, e-mail, account ...) rather than a heading.

    >>> looks_like_value("jonas@example.com"), looks_like_value("El. paštas")
    (True, False)
    """
    text = text.strip().casefold()
    return is_number(text) or is_date(text) or any(pattern.fullmatch(text) for pattern in _VALUE_PATTERNS)


def _is_data(rows: Sequence[Sequence[object]], index: int) -> bool:
    """Whether the best row is itself data: then the file has no headings, and no cell may become a name.

    One value that can be no heading is enough (an address, an account, a telephone), and so is a date or an amount
    above dates or amounts: the name of a person that stands beside it would be published as a column.
    """
    row = [cell for cell in rows[index] if fold(cell)]
    words = sum(1 for cell in row if _cell_score(cell) == 2.0)
    if any(isinstance(cell, str) and _never_a_heading(fold(cell)) for cell in row):
        return True
    values = sum(1 for cell in row if not isinstance(cell, str) or looks_like_value(str(cell)))
    if words * 2 >= len(row):
        return False
    return (values > 0 and values * 2 >= len(row)) or _as_below(rows, index)


def _never_a_heading(text: str) -> bool:
    """An e-mail address, an IBAN, a telephone number or a token; a month or a day heads a column of a summary."""
    return any(pattern.fullmatch(text) for pattern in _VALUE_PATTERNS[:4]) and not _A_TIME.fullmatch(text)


_A_TIME = re.compile(
    r"(?:19|20)\d\d(?:\W?(?:0?[1-9]|1[0-2]))?(?:\W?(?:0?[1-9]|[12]\d|3[01]))?"  # a year, a month, a day
    r"|(?:19|20)\d\d\W+(?:19|20)\d\d"
)


def _as_below(rows: Sequence[Sequence[object]], index: int) -> bool:
    """Whether a column of the row goes on below with values of the same kind, as only data do."""
    for position, cell in enumerate(rows[index]):
        kind = _kind(cell)
        below = [other[position] for other in rows[index + 1 :] if position < len(other) and fold(other[position])]
        if kind and below and 2 * sum(_kind(other) == kind for other in below) > len(below):
            return True
    return False


def _kind(cell: object) -> str:
    """What a value is: a date or a number; a year, which may head a column, and a word are neither."""
    text = fold(cell)
    if _A_YEAR.fullmatch(text):
        return ""
    if isinstance(cell, date) or is_date(text):
        return "date"
    return "number" if is_number(text) else ""


_A_YEAR = re.compile(r"(?:19|20)\d\d")


def filled_width(row: Sequence[object]) -> int:
    """The number of cells up to the last one that is filled."""
    return max((position for position, cell in enumerate(row, 1) if fold(cell)), default=0)


def unique_headings(row: Sequence[object]) -> tuple[str, ...]:
    """Headings as column names: every one filled and different, none of them a value.

    >>> unique_headings(["Name", "", "name", "Name"])
    ('Name', 'column 2', 'name', 'Name (2)')
    """
    names: list[str] = []
    seen: set[str] = set()
    last: dict[str, int] = {}  # the number a heading had last: thousands of one name must not be counted anew each time
    for position, cell in enumerate(row, 1):
        text = " ".join(str(cell if cell is not None else "").replace("\ufeff", "").split())
        folded = text.casefold()
        if (
            not text
            or len(text) > _MAX_HEADING
            or any(pattern.fullmatch(folded) for pattern in _VALUE_PATTERNS)
            or _VALUE_PATTERNS[0].search(folded)
        ):
            text = f"column {position}"
        name, count = text, last.get(text, 1)
        while name in seen:
            count += 1
            name = f"{text} ({count})"
        last[text] = count
        seen.add(name)
        names.append(name)
    return tuple(names)
