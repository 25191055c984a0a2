"""A cookie's name without its variable part, its host, and its lifetime as ISO 8601.

Belongs here: the small rules by which observed cookies become comparable with declared ones. Does not
belong here: reading files. It is a shared reader, no connector. The variable part of a name can single out
a person (GDPR Art. 4(5), recital 30), so it is replaced before anything else sees the name.
"""

import re
from urllib.parse import urlsplit

from connectors.heading_rows import fold

SESSION = "SESSION"
UNKNOWN = "NOT STATED"

KNOWN_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"_ga_.+"), "_ga_*"),
    (re.compile(r"_gat_.+"), "_gat_*"),
    (re.compile(r"_dc_gtm_.+"), "_dc_gtm_*"),
    (re.compile(r"_gac_.+"), "_gac_*"),
    (re.compile(r"PrestaShop-.+"), "PrestaShop-*"),
    (re.compile(r"wordpress_logged_in_.+"), "wordpress_logged_in_*"),
    (re.compile(r"wp_woocommerce_session_.+"), "wp_woocommerce_session_*"),
)
"""Families of names; the first that fits counts. Elsewhere long hexadecimal or mixed parts and numbers become ``*``."""

_VARIABLE = re.compile(
    r"\d+|[0-9a-fA-F]{8,}|(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{12,}|\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-\w{12}\}?"
)
_EMAIL = re.compile(r"[^\s/|=;@]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNITS: tuple[tuple[re.Pattern[str], int, str], ...] = (
    (re.compile(r"(?:years?|yrs?|y|met\w*|m\.)$"), 0, "Y"),
    (re.compile(r"(?:months?|mths?|mos?|men\w*\.?)$"), 1, "M"),
    (re.compile(r"(?:weeks?|wks?|w|sav\w*\.?)$"), 2, "W"),
    (re.compile(r"(?:days?|d|dien\w*|d\.)$"), 3, "D"),
    (re.compile(r"(?:hours?|hrs?|h|val\w*\.?)$"), 4, "H"),
    (re.compile(r"(?:minutes?|mins?|min\.|minut\w*)$"), 5, "M"),
    (re.compile(r"(?:seconds?|secs?|s|sek\w*\.?)$"), 6, "S"),
)


def starred(name: str) -> str:
    """A cookie's name with its variable parts replaced by ``*``.

    >>> starred("_ga_G1AB2CD3"), starred("PrestaShop-0a1b2c3d4e5f"), starred("wp-settings-17"), starred("PHPSESSID")
    ('_ga_*', 'PrestaShop-*', 'wp-settings-*', 'PHPSESSID')
    >>> starred("seen=ona@example.com"), starred("wishlist_ona%40example.com")
    ('seen=*', '*')
    """
    # half a pair of UTF-16, which JSON may hold, is no text that can be written
    name = name[:4000].encode("utf-8", "replace").decode("utf-8")
    for pattern, family in KNOWN_NAMES:
        if pattern.fullmatch(name):
            return family
    parts = re.split(r"([_\-.:|/%=@]+)", _UUID.sub("*", _EMAIL.sub("*", name[:4000]))[:200])
    return "".join("*" if _VARIABLE.fullmatch(part) else part for part in parts) or "*"


def host_of(place: str) -> str:
    """The host of a domain, URL or a provider's cell, without a leading dot, port or path; empty where it is none.

    >>> host_of(".Example.com"), host_of("https://shop.example.org:443/cart?x=1"), host_of("Google")
    ('example.com', 'shop.example.org', '')
    """
    text = place.strip().split()[-1] if place.strip() else ""
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = (parts.hostname or "").strip(".").casefold()
    except ValueError:
        return ""
    return host if re.fullmatch(r"[\w-]+(\.[\w-]+)+|localhost", host) else ""


def iso_lifetime(seconds: float) -> str:
    """Seconds as one whole ISO 8601 unit: days from two days on (or for whole days), else hours, minutes or seconds.

    A lifetime measured as a difference of moments is a little short of what was set, so it is rounded to
    the unit. What has ended already says nothing about the lifetime.

    >>> iso_lifetime(7_776_000), iso_lifetime(1799.2), iso_lifetime(86_400), iso_lifetime(-5)
    ('P90D', 'PT30M', 'P1D', 'NOT STATED')
    """
    if seconds <= 0:
        return UNKNOWN
    for unit, size in (("D", 86_400), ("H", 3_600), ("M", 60)):
        count = round(seconds / size)
        near = abs(seconds - count * size) <= max(0.02 * size, 0.001 * seconds)
        if count and (near or (unit == "D" and count >= 3)):
            return f"P{count}D" if unit == "D" else f"PT{count}{unit}"
    return f"PT{max(1, round(seconds))}S" if seconds < 120 else f"PT{round(seconds / 60)}M"


def worded_lifetime(text: str) -> str:
    """A scanner's words for a lifetime as ISO 8601.

    >>> worded_lifetime("1 year 1 month"), worded_lifetime("480 hours"), worded_lifetime("Sesija"), worded_lifetime("?")
    ('P1Y1M', 'PT480H', 'SESSION', 'NOT STATED')
    """
    folded = fold(text)
    if re.search(r"\bses(s?ion|ij|jos|ijos)", folded):
        return SESSION
    if re.fullmatch(r"p(\d+[ymwd])*(t(\d+[hms])+)?", folded) and folded != "p":
        return folded.upper()
    if re.fullmatch(r"\d+", folded):
        return iso_lifetime(int(folded))
    found: dict[int, str] = {}
    for number, word in re.findall(r"(\d+)\s*([^\W\d]+\.?)", folded):
        unit = next(((order, letter) for pattern, order, letter in _UNITS if pattern.match(word)), None)
        if unit is None:
            return UNKNOWN
        found[unit[0]] = number + unit[1]
    if not found:
        return UNKNOWN
    if set(found) == {2}:
        return f"P{found[2]}"
    days = "".join(found[order] for order in sorted(found) if order in (0, 1, 3))
    if 2 in found:
        days += f"{7 * int(found[2][:-1])}D"
    hours = "".join(found[order] for order in sorted(found) if order > 3)
    return f"P{days}" + (f"T{hours}" if hours else "")
