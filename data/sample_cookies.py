"""Cookies as a browser's export and as a HAR, with the lifetimes that are wanted.

Belongs here: the two file forms. Does not belong here: which cookies a controller's site sets.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sample_values import Source

GOOGLE = 400 * 86_400
"""The longest lifetime that browsers grant (400 days)."""

Cookies = Sequence[tuple[str, str, int | None]]


def browser_export(cookies: Cookies, source: Source, exported: date) -> dict[str, object]:
    """Cookie-Editor's form with the day of the export, or a cookie's life would seem to shrink each night."""
    start = datetime(exported.year, exported.month, exported.day, tzinfo=UTC).timestamp()
    items = [
        {
            "domain": domain,
            "hostOnly": not domain.startswith("."),
            "httpOnly": name.isupper(),
            "name": name,
            "path": "/",
            "sameSite": "lax",
            "secure": True,
            "session": seconds is None,
            "storeId": None,
            "value": source.hexadecimal(24),
            **({} if seconds is None else {"expirationDate": start + seconds}),
        }
        for name, domain, seconds in cookies
    ]
    return {"exported_at": exported.isoformat(), "cookies": items}


def har(cookies: Cookies, source: Source, visited: date, site: str) -> dict[str, object]:
    """A visit whose first answer sets all cookies."""
    headers = [{"name": "content-type", "value": "text/html"}]
    for name, domain, seconds in cookies:
        age = "" if seconds is None else f"; Max-Age={seconds}"
        where = f"; Domain={domain}" if domain.startswith(".") else ""
        headers.append({"name": "set-cookie", "value": f"{name}={source.hexadecimal(24)}; Path=/{where}{age}; Secure"})
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "samples", "version": "1"},
            "entries": [
                {
                    "startedDateTime": f"{visited.isoformat()}T08:00:00.000Z",
                    "time": 12,
                    "request": {"method": "GET", "url": f"https://{site}/", "headers": [], "cookies": []},
                    "response": {"status": 200, "headers": headers, "cookies": []},
                }
            ],
        }
    }
