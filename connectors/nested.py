"""Structured values (JSON, messages, elements) as flat rows with dotted column names.

Belongs here: flattening, and keeping keys that are values out of column names. Does not belong here: what
a format means. It is a shared reader, no connector. A key can itself be personal data (a transaction id,
an e-mail address): such keys are collapsed to ``*`` before anything is named after them (GDPR Art. 25).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import overload

from connectors.text_files import UnreadableFile

Flat = dict[str, object]

MAX_DEPTH = 40
MAX_DOCUMENT = 200_000_000
MAX_COLUMNS = 20_000
KEYED_BY_VALUE: frozenset[str] = frozenset({"transactions"})
"""Objects whose keys are always values: NEOPAY's callback holds one object per transaction id."""

_NAME_LIKE = re.compile(r"[^\W\d][\w$ .:/()#-]{0,79}|@[A-Za-z]\w{0,79}")
_ID_LIKE = re.compile(
    r"\d+|.*\d{5,}.*|.*[0-9a-f]{8}-[0-9a-f]{4}.*|(?=.*\d)[0-9a-f]{8,}|(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])\w{16,}"
)
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def key_name(key: str) -> str:
    """A key as part of a column name; ``*`` where the key is itself a value.

    >>> key_name("payerAccountNumber"), key_name("9041732"), key_name("ona@example.com")
    ('payerAccountNumber', '*', '*')
    """
    return key if _NAME_LIKE.fullmatch(key) and not _ID_LIKE.fullmatch(key) else "*"


def flatten(value: object, prefix: str = "", depth: int = 0) -> Flat:
    """One value as column name to scalar; items of arrays share a column, the first filled one is kept.

    >>> flatten({"transactions": {"a1": {"status": "success"}}, "tags": ["x", "y"]})
    {'transactions.*.status': 'success', 'tags': 'x'}
    """
    if depth > MAX_DEPTH:
        return {prefix: None} if prefix else {}
    flat: Flat = {}
    if isinstance(value, Mapping):
        by_value = prefix.rsplit(".", 1)[-1] in KEYED_BY_VALUE and all(
            isinstance(item, Mapping) for item in value.values()
        )
        for key, item in value.items():
            name = "*" if by_value else key_name(str(key))
            _merge(flat, flatten(item, f"{prefix}.{name}" if prefix else name, depth + 1))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        if prefix and not value:
            return {prefix: None}
        for item in value:
            _merge(flat, _parameter(item, prefix, depth) or flatten(item, prefix, depth + 1))
    elif prefix:
        flat[prefix] = value
    return flat


def _parameter(item: object, prefix: str, depth: int) -> Flat | None:
    """A key and value pair of an event (``event_params``) as a column of that name."""
    if not isinstance(item, Mapping) or set(item) != {"key", "value"} or not isinstance(item["key"], str):
        return None
    if not _PARAMETER.fullmatch(item["key"]):
        return None
    held = item["value"]
    if isinstance(held, Mapping):
        held = next((scalar for scalar in held.values() if scalar is not None), None)
    return flatten(held, f"{prefix}.{key_name(item['key'])}", depth + 1)


def _merge(into: Flat, new: Flat) -> None:
    for name, value in new.items():
        if into.get(name) in (None, ""):
            into[name] = value


def records(document: object) -> list[object]:
    """The records of a JSON document: the items of a list, or of the one list that an object wraps."""
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping):
        lists = [value for value in document.values() if isinstance(value, list) and value]
        if len(lists) == 1 and all(isinstance(item, Mapping) for item in lists[0]) and len(document) <= 5:
            return list(lists[0])
    return [document]


def headings_of(rows: Iterable[Flat]) -> tuple[str, ...]:
    """All column names in order of first appearance. Raises UnreadableFile where there are too many."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > MAX_COLUMNS:
            raise UnreadableFile(
                f"more than {MAX_COLUMNS:,} different keys: keys seem to be values",
                "export rows with fixed field names",
            )
    return tuple(names)


class _Cells(Sequence[object]):
    """A flat row as cells in the order of the headings, each looked up when asked for: most rows are only counted."""

    def __init__(self, flat: Flat, headings: tuple[str, ...]) -> None:
        self._flat, self._headings = flat, headings

    def __len__(self) -> int:
        return len(self._headings)

    @overload
    def __getitem__(self, place: int) -> object: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[object]: ...
    def __getitem__(self, place: int | slice) -> object | Sequence[object]:
        if isinstance(place, slice):
            return [self._flat.get(name) for name in self._headings[place]]
        return self._flat.get(self._headings[place])


def as_rows(rows: Iterable[Flat], headings: tuple[str, ...]) -> Iterable[Sequence[object]]:
    """Flat rows as cells in the order of the headings."""
    return (_Cells(row, headings) for row in rows)
