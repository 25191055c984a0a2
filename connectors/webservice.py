"""Connector: PrestaShop's Webservice, by its schema answers (``?schema=synopsis``) alone.

Belongs here: asking a live shop for the schema of each resource, or reading such answers from a folder, archive or
file, and turning them into tables. Does not belong here: rows. A row is never asked for: a customer's answer would
hold password hashes (GDPR Art. 5(1)(c), 25). What comes out is part of the shop only, and the notes say which
kinds of tables the Webservice never shows.

A synopsis has no SQL type, but a validator's name (``isEmail``, ``isBirthDate``), which says more of a field.

The table a resource stands for is named like the answer's root element (``<customer>`` is table ``customer``),
except where :data:`TABLE_OF` says otherwise. Option: ``key`` (or the URL's user name) for a live shop.
"""

import ipaddress
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError

import requests
import tenacity
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from connectors.fingerprint import schema_fingerprint
from ropa_pipeline.model.observation import (
    ObservedColumn,
    ObservedTable,
    SourceObservation,
    SourceProblem,
    SourceRequest,
    SourceUnavailable,
    ValueProfiler,
)
from ropa_pipeline.model.terms import About, Severity, SourceKind

LONGEST_ANSWER = 2 << 20
MOST_RESOURCES = 1000
TIMEOUT = (10.0, 30.0)
ATTEMPTS = 3
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
# RuntimeError: a part is locked by a password, or packed in a way that is not known here
_READ_ERRORS = (OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)

# Root elements whose table has another name: PrestaShop's classes were renamed for the Webservice.
TABLE_OF: dict[str, str] = {
    "order": "orders",
    "content": "cms",
    "language": "lang",
    "combination": "product_attribute",
    "product_option": "attribute_group",
    "product_option_value": "attribute",
    "product_feature": "feature",
    "product_feature_value": "feature_value",
    "product_customization_field": "customization_field",
    "customization_field": "customization_field",
    "price_range": "range_price",
    "weight_range": "range_weight",
    "stock_movement": "stock_mvt",
    "stock_movement_reason": "stock_mvt_reason",
    "tax_rule_group": "tax_rules_group",
    "translated_configuration": "configuration_lang",
    "order_discount": "order_cart_rule",
}
NEVER_SHOWN = (
    "the Webservice shows part of the shop only: it never shows visits and their sources (connections), sessions of "
    "customers and staff, sent e-mails (mail), logs, products in carts, personalised texts and files, returns and "
    "credit-note lines, nor any table of a module (newsletter, wishlist, reviews, alerts, privacy log, payments); "
    "read the database or a dump for these"
)
_REMEDY_URL = "write https://KEY@shop/api, and switch the Webservice on under Advanced parameters"


def is_webservice_location(location: str) -> bool:
    """Whether this connector reads that location: a web address, saved XML, a folder or an archive of it.

    >>> is_webservice_location("https://shop.example.com/api"), is_webservice_location("dump.sql.gz")
    (True, False)
    """
    if location.lower().startswith(("http://", "https://")):
        return True
    path = Path(location)
    if path.is_dir():
        return any(item.suffix.lower() == ".xml" for item in path.iterdir())
    return location.lower().endswith((*_ARCHIVES, ".xml"))


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Read the schema of every resource that can be read. The profiler is not used: there are no values.

    Output: one table per resource, ``name`` the resource, ``stem`` the database table it stands for, one column per
    field (``association.field`` for associations). ``complete`` is always False. Errors: SourceUnavailable.
    """
    live = request.location.lower().startswith(("http://", "https://"))
    problems: list[SourceProblem] = []
    notes: list[str] = [NEVER_SHOWN]
    tables: dict[str, ObservedTable] = {}
    for resource, answer in _live(request, problems) if live else _saved(request):
        try:
            table = read_synopsis(resource, answer)
        except (ParseError, DefusedXmlException, ValueError):
            problems.append(
                _problem(
                    request,
                    "record.resource_unread",
                    f"{request.shown_location}: the answer of resource {resource} is no XML that can be read",
                    "save the answer again; in a shop, look for a warning that PHP prints before the XML",
                    resource,
                )
            )
            continue
        if table is None:
            notes.append(f"resource {resource} has no schema")
        else:
            tables[table.name] = table
    if not tables:
        raise _unavailable(
            request,
            f"{request.shown_location}: no schema could be read",
            "save the answers of '?schema=synopsis' as XML, or give the key the right to GET each resource",
        )
    observed = tuple(table for _, table in sorted(tables.items()))
    saved = SourceKind.SAMPLE if request.is_sample else SourceKind.FILE
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.LIVE if live else saved,
        tables=observed,
        fingerprint=schema_fingerprint(observed),
        complete=False,
        problems=tuple(problems),
        notes=tuple(notes),
    )


# -- one answer ---------------------------------------------------------------------------------------------------


def read_synopsis(resource: str, answer: bytes) -> ObservedTable | None:
    """One resource's answer as a table; None where the answer is an error document or holds no field.

    Raises ParseError, DefusedXmlException or ValueError for what is no XML.
    """
    root = SafeTree.fromstring(answer, forbid_dtd=True)
    body = next((child for child in root if _tag(child) != "errors"), None)
    if _tag(root) != "prestashop" or body is None:
        return None
    fields: list[tuple[str, Element]] = []
    for child in body:
        if _tag(child) == "associations":
            fields.extend(_associations(child))
        elif not any(name.endswith("href") for name in child.attrib):
            fields.append((_tag(child), child))
    if not fields:
        return None
    columns = {
        name: ObservedColumn(
            name=name,
            nullable=element.get("required") != "true",
            key="PRI" if name == "id" else "",
            position=position,
            max_length=_number(element.get("maxSize", "")),
            validator=element.get("format", ""),
        )
        for position, (name, element) in enumerate(dict(fields).items(), start=1)
    }
    return ObservedTable(
        name=resource, stem=TABLE_OF.get(_tag(body), _tag(body)), kind="resource", columns=tuple(columns.values())
    )


def _associations(element: Element) -> Iterator[tuple[str, Element]]:
    for association in element:
        entries = list(association)
        fields = [field for entry in entries for field in entry]
        if not fields:
            yield _tag(association), association
        for field in fields:
            yield f"{_tag(association)}.{_tag(field)}", field


def _tag(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


# -- saved answers ------------------------------------------------------------------------------------------------


def _saved(request: SourceRequest) -> Iterator[tuple[str, bytes]]:
    path = Path(request.location)
    found: dict[str, bytes] = {}
    try:
        for name, stream, size in _files(path):
            if size > LONGEST_ANSWER or len(found) >= MOST_RESOURCES:
                raise _unavailable(
                    request,
                    f"{request.shown_location}: more or longer files than schema answers ever are",
                    f"keep only the answers of '?schema=synopsis': at most {MOST_RESOURCES}, each under 2 MB",
                )
            # a size that an archive declares need not be true
            found[_resource(name)] = stream.read(LONGEST_ANSWER + 1)[:LONGEST_ANSWER]
    except _READ_ERRORS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the archive is damaged"
        raise _unavailable(
            request, f"{request.shown_location}: {reason}", "check the path, and save the answers again"
        ) from None
    yield from sorted(found.items())


def _files(path: Path) -> Iterator[tuple[str, IO[bytes], int]]:
    lower = path.name.lower()
    if path.is_dir():
        for item in sorted(path.iterdir()):
            if item.suffix.lower() == ".xml" and item.is_file():
                with item.open("rb") as stream:
                    yield item.name, stream, item.stat().st_size
    elif lower.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.lower().endswith(".xml"):
                    with archive.open(info) as stream:
                        yield info.filename, stream, info.file_size
    elif lower.endswith(_ARCHIVES):
        with tarfile.open(path) as tar:
            for member in tar:
                extracted = tar.extractfile(member) if member.isfile() else None
                if extracted is not None and member.name.lower().endswith(".xml"):
                    yield member.name, extracted, member.size
    else:
        with path.open("rb") as stream:
            yield path.name, stream, path.stat().st_size


def _resource(file_name: str) -> str:
    """The resource that a saved answer belongs to, from its file name.

    >>> _resource("answers/syn_order_details.xml"), _resource("customers_synopsis.xml")
    ('order_details', 'customers')
    """
    name = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    for part in ("syn_", "synopsis_", "schema_"):
        name = name.removeprefix(part)
    return name.removesuffix("_synopsis").removesuffix("_schema")


# -- a live shop --------------------------------------------------------------------------------------------------


def _live(request: SourceRequest, problems: list[SourceProblem]) -> Iterator[tuple[str, bytes]]:
    parts = urlsplit(request.location)
    key = unquote(parts.username or "") or request.option("key")
    host = parts.hostname or ""
    if not key or not host:
        raise _unavailable(
            request, f"source {request.source_id}: the Webservice's address or key is missing", _REMEDY_URL
        )
    netloc = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
    path = parts.path.rstrip("/")
    if not path.endswith((".php", "/api")):
        path += "/api"
    base = urlunsplit((parts.scheme, netloc, path, "", ""))
    if parts.scheme.lower() == "http" and not _is_loopback(host):
        problems.append(
            _problem(
                request,
                "source.not_encrypted",
                f"{request.shown_location}: the key is sent without encryption",
                "use https",
                request.source_id,
                About.COMPLIANCE,
            )
        )
    with requests.Session() as session:
        session.auth = (key, "")
        index = _get(session, base, "", request)
        for resource in _resources(index, request):
            try:
                yield resource, _get(session, base, resource, request)
            except SourceUnavailable as error:
                problems.append(
                    error.problem.model_copy(update={"rule_id": "record.resource_unread", "subject": resource})
                )
                if error.problem.rule_id in ("source.unreachable", "source.tls"):
                    return


def _resources(index: bytes, request: SourceRequest) -> list[str]:
    """The resources that the index offers a schema for."""
    try:
        root = SafeTree.fromstring(index, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise _unavailable(
            request, f"{request.shown_location}: the answer is no Webservice index", _REMEDY_URL
        ) from None
    api = next((child for child in root if _tag(child) == "api"), None)
    if api is None:
        raise _unavailable(request, f"{request.shown_location}: the key has no right to any resource", _REMEDY_URL)
    found = [_tag(item) for item in api if any(_tag(child) == "schema" for child in item)]
    return sorted(found)[:MOST_RESOURCES]


class _TryAgain(Exception):
    """An answer that may be better in a moment."""


def _get(session: requests.Session, base: str, resource: str, request: SourceRequest) -> bytes:
    """One schema answer, or the index where ``resource`` is empty. Nothing else is ever requested."""
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=3),
        retry=tenacity.retry_if_exception_type((_TryAgain, requests.ConnectionError, requests.Timeout)),
        reraise=True,
    )
    what = f"{request.shown_location}" + (f", resource {resource}" if resource else "")
    try:
        return retrying(_get_once, session, base, resource, request, what)
    except requests.exceptions.SSLError:
        raise _unavailable(
            request, f"{what}: the server's certificate cannot be verified", "renew the certificate", "source.tls"
        ) from None
    except (requests.RequestException, _TryAgain):
        raise _unavailable(
            request,
            f"{what}: the shop does not answer",
            "check the address, that the shop is up, and that a firewall lets this machine through",
            "source.unreachable",
            retryable=True,
        ) from None


def _get_once(session: requests.Session, base: str, resource: str, request: SourceRequest, what: str) -> bytes:
    address, parameters = base, {}
    if base.endswith(".php"):
        # without URL rewriting a shop is asked through webservice/dispatcher.php?url=
        parameters["url"] = resource
    elif resource:
        address = f"{base}/{resource}"
    else:
        address = f"{base}/"
    if resource:
        parameters["schema"] = "synopsis"
    with session.get(address, params=parameters, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
        status = response.status_code
        if status == 429 or status >= 500:
            raise _TryAgain
        if status == 401:
            raise _unavailable(
                request,
                f"{what}: the shop refused the key",
                "check the key under Advanced parameters, Webservice, and that it is enabled",
                "source.access_denied",
            )
        if 300 <= status < 400:
            raise _unavailable(
                request, f"{what}: the shop sends on to another address", "give the final address, with https"
            )
        if status >= 400:
            raise _unavailable(request, f"{what}: the shop answered with status {status}", _REMEDY_URL)
        return _bounded(response, request, what)


def _bounded(response: Any, request: SourceRequest, what: str) -> bytes:
    answer = b""
    for piece in response.iter_content(1 << 16):
        answer += piece
        if len(answer) > LONGEST_ANSWER:
            raise _unavailable(request, f"{what}: the answer is longer than a schema ever is", _REMEDY_URL)
    return answer


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# -- problems -----------------------------------------------------------------------------------------------------


def _problem(
    request: SourceRequest,
    rule_id: str,
    message: str,
    remedy: str,
    subject: str,
    about: About = About.RECORD,
) -> SourceProblem:
    return SourceProblem(
        rule_id=rule_id, subject=subject or request.source_id, message=message, remedy=remedy, about=about
    )


def _unavailable(
    request: SourceRequest, message: str, remedy: str, rule_id: str = "source.unreadable", retryable: bool = False
) -> SourceUnavailable:
    problem = SourceProblem(
        rule_id=rule_id, subject=request.source_id, message=message, remedy=remedy, severity=Severity.ERROR
    )
    return SourceUnavailable(problem, retryable)
