"""Finds the lists of cookies in the JSON of scanners and consent tools, wherever they stand in it.

Belongs here: the keys by which tools name a cookie, its life and its end, and what a document says of consent. Does not
belong here: reading files and lifetimes (``cookies``, ``cookie_names``). It is a shared reader, no connector.
"""

import re
from collections.abc import Iterator, Mapping

NAME_KEYS = ("name", "cookiename", "cookie_name", "cookie_id", "cookie", "cookiekey")
WORDED_LIVES = (
    "duration",
    "length",
    "retention",
    "lifetime",
    "lifespan",
    "expiryperiod",
    "retentionperiod",
    "expirytime",
)
_ENDS = ("expirationdate", "expires", "expiresutc", "expiry", "expiresdays", "session")
_PLACES = ("domain", "host", "provider", "path", "url")
_DEEPEST = 12
_BEFORE = re.compile(
    r"before[\s_-]*(?:any[\s_-]*)?(?:consent|accept)|no[\s_-]consent|without[\s_-]consent|pre-?consent|\bpries"
)
_AFTER = re.compile(r"after[\s_-]*(?:consent|accept\w*)|with[\s_-]consent|post-?consent|accepted|\bpo sutikim")


def lowered(item: Mapping[str, object]) -> dict[str, object]:
    """The same with keys in lower case: tools disagree on capitals."""
    return {str(key).casefold(): value for key, value in item.items()}


def name_in(item: Mapping[str, object]) -> str:
    """The cookie's name, by whichever key the tool uses; empty where there is none."""
    return next((str(item[key]) for key in NAME_KEYS if isinstance(item.get(key), str)), "")


def remains(item: Mapping[str, object]) -> bool:
    """Whether the item says when the cookie ends rather than how long it lives."""
    given = lowered(item)
    return any(key in given for key in _ENDS) and not any(isinstance(given.get(key), str) for key in WORDED_LIVES)


def said_of_consent(text: str) -> bool | None:
    """Whether words place something before consent (True) or after it (False).

    >>> said_of_consent("Scenario: before consent"), said_of_consent("after accept all"), said_of_consent("home page")
    (True, False, None)
    """
    folded = text.casefold().strip()
    if _BEFORE.search(folded) or folded in ("yes", "true"):
        return True
    return False if _AFTER.search(folded) or folded in ("no", "false") else None


def cookie_items(document: object) -> Iterator[tuple[Mapping[str, object], bool | None]]:
    """Every cookie in a document, and whether it was there before consent as far as the document says."""
    # The Website Evidence Collector visits without choosing; a cookie that it was told to set may be the choice.
    given = document if isinstance(document, Mapping) else {}
    is_visit = "uri_ins" in given and "set-cookie" not in str(given.get("script", ""))
    yield from _items(document, True if is_visit else None, 0)


def _items(part: object, before: bool | None, depth: int) -> Iterator[tuple[Mapping[str, object], bool | None]]:
    if depth > _DEEPEST:
        return
    if isinstance(part, list):
        for item in part:
            if isinstance(item, Mapping) and _is_cookie(item):
                told = lowered(item).get("before_consent")
                yield item, told if isinstance(told, bool) else before
            else:
                yield from _items(item, before, depth + 1)
    elif isinstance(part, Mapping):
        own = said_of_consent(" ".join(str(part[key]) for key in ("name", "scenario", "title", "phase") if key in part))
        for key, value in part.items():
            said = said_of_consent(str(key)) if str(key).casefold() not in ("yes", "no", "true", "false") else None
            inner = next((item for item in (said, own, before) if item is not None), None)
            yield from _items(value, inner, depth + 1)


def _is_cookie(item: Mapping[str, object]) -> bool:
    given = lowered(item)
    if any(isinstance(value, list | Mapping) and value and key.endswith("cookies") for key, value in given.items()):
        return False  # a category of cookies
    return bool(name_in(given)) and any(key in given for key in (*_ENDS, *WORDED_LIVES, *_PLACES))
