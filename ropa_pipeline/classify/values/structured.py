"""Opens structured cells: JSON, serialised PHP, base64 of either, JWT.

Belongs here: turning a cell into keys and values, in memory. Nothing of it is kept: the caller profiles the values
by key. Cells that are too long or too deep are opened as far as the bounds allow, never with an error.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

MAX_CELL = 200_000
MAX_DEPTH = 6
MAX_ITEMS = 2_000
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{16,}[=,]{0,2}")
_QUERY = re.compile(r"[A-Za-z_][\w.\[\]-]{0,40}=[^\s&=]*(?:&[A-Za-z_][\w.\[\]-]{0,40}=[^\s&]*)+")


def open_cell(text: str) -> object | None:
    """The structure inside a cell, or None where it holds none.

    >>> open_cell('{"email": "a@example.com"}'), open_cell('a:1:{s:1:"k";i:5;}'), open_cell("plain")
    ({'email': 'a@example.com'}, {'k': 5}, None)
    """
    if len(text) < 5 or len(text) > MAX_CELL:
        return None
    first = text[0]
    if first in "{[":
        return _json(text)
    if first in "aO" and text[1] == ":":
        return _php(text)
    if text.startswith("eyJ") and text.count(".") == 2:
        inner = _decode(text.split(".")[1])
        return _json(inner) if inner else None
    if _QUERY.fullmatch(text):
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=None))
    if len(text) >= 16 and _BASE64.fullmatch(text):
        inner = _decode(text.replace(",", "="))
        if inner and inner[0] in "{[":
            return _json(inner)
        if inner and inner[:2] in ("a:", "O:"):
            return _php(inner)
        if inner and _QUERY.fullmatch(inner):
            return dict(parse_qsl(inner, keep_blank_values=True))
    return None


def leaves(value: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Paths and plain values inside a structure; list places are not part of a path.

    >>> list(leaves({"to": [{"name": "x"}], "n": 1}))
    [('to.name', 'x'), ('n', 1)]
    """
    if isinstance(value, dict) and depth < MAX_DEPTH:
        for key, inner in list(value.items())[:MAX_ITEMS]:
            yield from leaves(inner, f"{path}.{_key(key)}" if path else _key(key), depth + 1)
    elif isinstance(value, list) and depth < MAX_DEPTH:
        for inner in value[:50]:
            yield from leaves(inner, path, depth + 1)
    elif path:
        yield path, value if isinstance(value, str | int | float | bool) else None


def _key(key: object) -> str:
    """A key as it may be shown: keys that are data themselves (numbers, addresses, long texts) become ``*``."""
    text = str(key)
    if len(text) > 64 or not re.fullmatch(r"[^\W\d][\w \-./:()\[\]]*", text) or "@" in text:
        return "*"
    return "*" if sum(char.isdigit() for char in text) > 4 else text


def _json(text: str) -> object | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) and found else None


def _decode(text: str) -> str:
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
        return raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return ""


def _php(text: str) -> object | None:
    try:
        value, _ = _php_value(text.encode("utf-8"), 0, 0)
    except (ValueError, IndexError):
        return None
    return value if isinstance(value, dict) and value else None


def _php_value(raw: bytes, place: int, depth: int) -> tuple[object, int]:
    """One value of PHP's serialize(); lengths count bytes. ValueError where the text is not of that form."""
    if depth > MAX_DEPTH:
        raise ValueError("too deep")
    kind = raw[place : place + 1]
    if kind == b"N":
        return None, place + 2
    if kind in (b"i", b"b", b"d"):
        end = raw.index(b";", place)
        number = float(raw[place + 2 : end])
        return (int(number) if kind != b"d" else number), end + 1
    if kind == b"s":
        colon = raw.index(b":", place + 2)
        size = int(raw[place + 2 : colon])
        start = colon + 2
        return raw[start : start + size].decode("utf-8", "replace"), start + size + 2
    if kind == b"O":
        colon = raw.index(b":", place + 2)
        place = colon + 2 + int(raw[place + 2 : colon])
    elif kind != b"a":
        raise ValueError("not serialised PHP")
    colon = raw.index(b":", place + 2)
    count = int(raw[place + 2 : colon])
    if count > MAX_ITEMS:
        raise ValueError("too many items")
    place = colon + 2
    found: dict[str, object] = {}
    for _ in range(count):
        key, place = _php_value(raw, place, depth + 1)
        value, place = _php_value(raw, place, depth + 1)
        found[str(key)] = value
    return found, place + 1
