"""Cookies as a browser or a scanner saw them.

Belongs here: reading HAR, cookie exports of browsers (JSON, Netscape ``cookies.txt``), the EDPS Website
Evidence Collector's ``inspection.json`` and tables of scanners and consent tools. Does not belong here:
comparing with what a notice declares. Values of cookies are never kept; the variable part of a name (which
can single out a person) becomes ``*``; of a domain only the host stays. Lifetimes are ISO 8601.

A browser's export knows when a cookie ends, not when it was set: the lifetime is what remained at export
(stated in the file, the option ``exported_at``, or the file's own date). Serves the cookie
section of a record and Directive 2002/58/EC Art. 5(3).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from connectors.cookie_lists import WORDED_LIVES, cookie_items, lowered, name_in, remains, said_of_consent
from connectors.cookie_names import SESSION, UNKNOWN, host_of, iso_lifetime, starred, worded_lifetime
from connectors.file_tables import Notes, RowTable, observe_files, text_table
from connectors.heading_rows import fold
from connectors.nested import MAX_DOCUMENT
from connectors.text_dates import moment
from connectors.text_files import UnreadableFile, text_of
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import ObservedCookie, SourceObservation, SourceRequest, ValueProfiler

SUFFIXES: tuple[str, ...] = (".har", ".json", ".txt", ".csv", ".tsv", *WORKBOOK_SUFFIXES)
COLUMNS: tuple[str, ...] = ("name", "domain", "lifetime")

HEADINGS: dict[str, frozenset[str]] = {
    "name": frozenset({"name", "cookie", "cookie name", "pavadinimas", "slapukas", "slapuko pavadinimas", "cookie id",
                       "cookie key", "slapuko vardas"}),
    "domain": frozenset({"domain", "host", "provider", "provider / domain", "domenas", "tiekejas", "teikejas",
                         "host name", "cookie domain", "set by"}),
    "lifetime": frozenset(
        {"expiry", "expires", "expiration", "duration", "retention", "retention period", "lifetime", "lifespan",
         "max-age", "max age", "galiojimas", "galiojimo laikas", "trukme", "maximum storage duration", "length",
         "storage period", "expires / max-age", "expiration date", "validity", "galiojimo trukme", "saugojimo laikas"}
    ),
    "consent": frozenset({"before consent", "set before consent", "consent", "consent state", "phase", "scenario"}),
}  # fmt: skip
"""What scanners call the three columns, folded."""


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """The cookies seen, and a table ``cookies`` (name, domain, lifetime) with one row per cookie.

    Option ``before_consent`` (yes or no) says how the scan was made; ``consent_given_at`` (a time) divides a HAR.
    Without them a file's own words count ("before consent"), and the Website Evidence Collector's visit, which gives
    no consent. Raises SourceUnavailable where nothing is readable.
    """
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES)


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    told = {"yes": True, "no": False}.get(request.option("before_consent"))
    consent: dict[tuple[str, str, str], bool | None] = {}
    for name, domain, lifetime, before in _seen(path, request, notes):
        key = (name, domain, lifetime)
        # What was seen before the choice and after it was set before it.
        consent[key] = True if before or consent.get(key) else consent.get(key, before)
    found = sorted(consent)
    notes.cookies.extend(
        ObservedCookie(
            name=name,
            domain=domain,
            lifetime=lifetime,
            before_consent=consent[name, domain, lifetime] if told is None else told,
        )
        for name, domain, lifetime in found
    )
    yield RowTable("cookies", COLUMNS, found, kind="cookies")


Seen = tuple[str, str, str, bool | None]
"""Name, domain, lifetime, and whether it was there before consent was asked; None where the file does not say."""


def _seen(path: Path, request: SourceRequest, notes: Notes) -> Iterable[Seen]:
    name = path.name.lower()
    if name.endswith(WORKBOOK_SUFFIXES):
        return [cookie for table in workbook_tables(path, notes) for cookie in _of_table(path, table)]
    if name.endswith((".har", ".json")):
        return _of_json(path, request, notes)
    if name.endswith(".txt") and "\t" in text_of(path, MAX_DOCUMENT):
        netscape = list(_of_netscape(path, exported_at(path, request, None), notes))
        if netscape:
            return netscape
    return list(_of_table(path, text_table(path, notes)))


def _of_json(path: Path, request: SourceRequest, notes: Notes) -> list[Seen]:
    try:
        document = json.loads(text_of(path, MAX_DOCUMENT))
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"{path.name}: no valid JSON at line {error.lineno}", "export the cookies or the HAR again"
        ) from error
    if isinstance(document, Mapping) and isinstance(document.get("log"), Mapping) and "entries" in document["log"]:
        return list(_of_har(document["log"], moment(request.option("consent_given_at") or ""), notes))
    items = list(cookie_items(document))
    if not items and not (isinstance(document, Mapping) and document.get("cookies") == []) and document != []:
        raise UnreadableFile(
            f"{path.name}: no HAR, no browser's cookie export and no inspection.json",
            "export cookies as JSON, a HAR of the visit, or a table with name, domain and duration",
        )
    stamp = document.get("exported_at") if isinstance(document, Mapping) else None
    when = exported_at(path, request, stamp)
    if any(remains(item) for item, _before in items):
        notes.remarks.append("lifetimes are what remained when the cookies were exported")
    return [(*_of_item(item, when), before) for item, before in items]


def exported_at(path: Path, request: SourceRequest, stamp: object) -> datetime:
    """When a browser's export was made: stated in it or by the option, else the file's own date.

    Never the run's date: what remained of a life would shrink from night to night, and each would be a change.
    """
    stated = moment(request.option("exported_at") or stamp or "")
    if stated is not None:
        return stated
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def _of_item(given: Mapping[str, object], when: datetime) -> tuple[str, str, str]:
    """One cookie of a browser's export, the Website Evidence Collector or a consent tool."""
    item = lowered(given)
    name, domain = starred(name_in(item)), host_of(str(item.get("domain") or item.get("host") or ""))
    worded = next((str(item[key]) for key in WORDED_LIVES if isinstance(item.get(key), str | int)), "")
    if worded and not remains(given):
        # OneTrust counts days and says "0" for a session.
        is_days = "length" in item and worded.isdigit()
        is_session = item.get("issession") is True or worded == "0"
        return name, domain, SESSION if is_session else f"P{worded}D" if is_days else worded_lifetime(worded)
    return _of_browser(name, domain, item, when)


def _of_browser(name: str, domain: str, item: Mapping[str, object], when: datetime) -> tuple[str, str, str]:
    """A cookie whose end is given as a moment."""
    days = item.get("expiresdays")
    ends = item.get("expirationdate", item.get("expires", item.get("expiresutc", item.get("expiry"))))
    if item.get("session") is True or (ends in (None, "", -1, 0) and not days):
        return name, domain, SESSION
    if isinstance(days, int | float) and not isinstance(days, bool):
        return name, domain, iso_lifetime(float(days) * 86_400)
    end = moment(ends, epoch=isinstance(ends, int | float))
    return name, domain, iso_lifetime((end - when).total_seconds()) if end else UNKNOWN


def _of_har(log: Mapping[str, object], consent_given: datetime | None, notes: Notes) -> Iterator[Seen]:
    """Cookies that responses set. Before consent: by the moment it was given, else by a comment on the visit."""
    entries = log.get("entries")
    pages = log.get("pages")
    comments = {
        str(page.get("id")): f"{page.get('comment', '')} {page.get('title', '')}"
        for page in (pages if isinstance(pages, list) else ())
        if isinstance(page, Mapping)
    }
    whole = said_of_consent(str(log.get("comment", "")))
    if not isinstance(entries, list):
        raise UnreadableFile("the HAR holds no list of entries", "record the visit again and export it as HAR")
    odd = 0
    for entry in entries:
        request, headers = _har_entry(entry)
        if not isinstance(entry, Mapping) or headers is None:
            odd += 1
            continue
        host = host_of(str(request.get("url", "")))
        when = moment(entry.get("startedDateTime"))
        page = said_of_consent(f"{entry.get('comment', '')} {comments.get(str(entry.get('pageref')), '')}")
        before = when < consent_given if when and consent_given else page if page is not None else whole
        for header in headers:
            if not isinstance(header, Mapping):
                odd += 1
            elif str(header.get("name", "")).casefold() == "set-cookie":
                # one HAR header may hold several cookies, one a line
                for line in str(header.get("value", "")).splitlines():
                    yield from ((*cookie, before) for cookie in _of_header(line, host, when))
    if odd:
        notes.partial.append(f"{odd} of its entries and headers are not of the form of a HAR and were left out")


def _har_entry(entry: object) -> tuple[Mapping[str, object], list[object] | None]:
    """An entry's request and the headers of its response; no headers where the entry is not of the form of a HAR."""
    given = entry if isinstance(entry, Mapping) else {}
    request, response = given.get("request") or {}, given.get("response") or {}
    if not isinstance(request, Mapping) or not isinstance(response, Mapping):
        return {}, None
    headers = response.get("headers") or []
    return request, headers if isinstance(headers, list) else None


def _of_header(line: str, host: str, when: datetime | None) -> Iterator[tuple[str, str, str]]:
    first, *rest = line.split(";")
    name = first.split("=", 1)[0].strip()
    if not name:
        return
    attributes = {key.strip().casefold(): value.strip() for key, _, value in (part.partition("=") for part in rest)}
    domain = host_of(attributes.get("domain", "")) or host
    yield starred(name), domain, _header_lifetime(attributes, when)


def _header_lifetime(attributes: Mapping[str, str], when: datetime | None) -> str:
    """Max-Age counts before Expires (RFC 6265, 5.3); neither: the browser's session."""
    if re.fullmatch(r"-?\d+", attributes.get("max-age", "")):
        return iso_lifetime(int(attributes["max-age"]))
    if "expires" not in attributes:
        return SESSION
    try:
        ends = datetime.strptime(_http_date(attributes["expires"]), "%d %b %Y %H:%M:%S")
    except ValueError:
        return UNKNOWN
    return iso_lifetime((ends - when).total_seconds()) if when else UNKNOWN


def _http_date(text: str) -> str:
    """``Sun, 22-Nov-2026 10:00:00 GMT`` without its day's name and zone (always GMT)."""
    return " ".join(text.split(",", 1)[-1].replace("-", " ").removesuffix("GMT").split())


def _of_netscape(path: Path, when: datetime, notes: Notes) -> Iterator[Seen]:
    """``domain flag path secure expiry name value``, tab separated; ``#HttpOnly_`` may stand before the domain."""
    for line in text_of(path, MAX_DOCUMENT).splitlines():
        parts = line.removeprefix("#HttpOnly_").split("\t")
        if line.startswith("# ") or len(parts) < 6 or parts[1].upper() not in ("TRUE", "FALSE"):
            continue
        ends = moment(parts[4], epoch=True) if parts[4] not in ("0", "") else None
        lifetime = iso_lifetime((ends - when).total_seconds()) if ends else SESSION
        yield starred(parts[5]), host_of(parts[0]), lifetime, None


def _of_table(path: Path, table: RowTable) -> Iterator[Seen]:
    """A scanner's or consent tool's table, by its headings; other columns (values, purposes) are not read."""
    folded = [fold(heading) for heading in table.headings]
    places = {
        column: next((place for place, name in enumerate(folded) if name in words), None)
        for column, words in HEADINGS.items()
    }
    name_at = places["name"]
    if name_at is None:
        raise UnreadableFile(
            f"{path.name}: no column of cookie names found", "the table needs the headings name, domain and duration"
        )
    for row in table.rows or ():
        cell = {
            column: str(row[place]).strip() if place is not None and place < len(row) else ""
            for column, place in places.items()
        }
        if cell["name"]:
            before = said_of_consent(cell["consent"])
            yield starred(cell["name"]), host_of(cell["domain"]), worded_lifetime(cell["lifetime"]), before
