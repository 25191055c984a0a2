"""Rows at the end of an export that add up those above: they are no row of anybody.

Belongs here: telling them, and leaving them out while rows pass by. Does not belong here: headings
(:mod:`connectors.heading_rows`) and counting (:mod:`connectors.file_tables`). A total counted as a row would be one
more person's datum that no date tells the age of (GDPR Art. 5(1)(e)). Only the end of a file is looked at, and what was
left out is said in a remark: a customer may be called "Total", too.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from connectors.heading_rows import fold
from connectors.text_dates import is_number

_MOST = 3
"""Rows at the end that may be totals: a sum, its tax, both together."""
_TOTAL = re.compile(
    r"(?:is\s?viso|viso|bendra suma|bendrai|suma|(?:grand |sub)?totals?|sum|total general|totale|totaux|somme|"
    r"kopa|pavisam|kopsumma|kokku|summa|razem|[lł]acznie|ogolem|summe|gesamt(?:summe|betrag)?|insgesamt|suma total|"
    r"итого|всего|сумма|itogo|vsego)\b[^a-z\u0430-\u044f]*(?:(?:eur|usd|gbp|pln)\b)?[^a-z\u0430-\u044f]*"
)
_CURRENCY = re.compile(r"\s*(?:€|\$|£|zł|eur|usd|gbp|pln)\s*", re.IGNORECASE)


_TAX = re.compile(r"(?:\S{2,8} )?(?:pvm|pvn|km|vat|tax|mwst|ust|tva|iva|ндс|nds)\b[^a-z\u0430-\u044f]*")
"""What may stand between a sum and another one; alone at the end it is no sum."""


def is_total(row: Sequence[object], width: int, words: re.Pattern[str] = _TOTAL) -> bool:
    """Whether a row of a table of ``width`` columns says a word for a sum, holds numbers beside it and is not full.

    >>> is_total(["Iš viso:", "", "", "1 234,50 €"], 4), is_total(["Ona", "", "", "12,00"], 4)
    (True, False)
    """
    filled = [cell for cell in row if fold("" if cell is None else cell)]
    texts = [cell for cell in filled if not _is_amount(cell)]
    if len(texts) != 1 or not isinstance(texts[0], str) or not len(texts) < len(filled) < width:
        return False
    return words.fullmatch(fold(texts[0])) is not None


def _is_amount(cell: object) -> bool:
    if isinstance(cell, str):
        return is_number(_CURRENCY.sub("", fold(cell)))
    return not isinstance(cell, date | bool)


def without_totals(rows: Iterable[Sequence[object]], width: int, remarks: list[str]) -> Iterator[Sequence[object]]:
    """The rows without those at the end that add up the others; ``remarks`` gets a line that says how many."""
    end: deque[Sequence[object]] = deque()
    try:
        for row in rows:
            end.append(row)
            if len(end) > _MOST:
                yield end.popleft()
    except Exception:
        yield from end  # a file that breaks off keeps what was read of it
        raise
    left_out = 0
    while end and (is_total(end[-1], width) or (left_out and is_total(end[-1], width, _TAX))):
        end.pop()
        left_out += 1
    if left_out:
        remarks.append(f"{left_out} of the last rows add up the others and are not counted as rows")
    yield from end
