"""A PrestaShop that answers now: its Webservice is asked for the schema of each resource, and for nothing else.

Belongs here: address, key, attempts, bounds and refusals. Does not belong here: what an answer says
(:mod:`connectors.webservice`). The key is never shown: messages name the location without it.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
import tenacity

from connectors.unavailable import unavailable
from connectors.webservice_saved import LONGEST_ANSWER, MOST_RESOURCES
from connectors.webservice_schema import UnreadableAnswer, read_index
from ropa_pipeline.model.observation import SourceProblem, SourceRequest, SourceUnavailable
from ropa_pipeline.model.terms import About

TIMEOUT = (10.0, 30.0)
ATTEMPTS = 3
_REMEDY_URL = "write https://KEY@shop/api, and switch the Webservice on under Advanced parameters"


def live_answers(request: SourceRequest, problems: list[SourceProblem]) -> Iterator[tuple[str, bytes]]:
    """Resource and answer; what goes wrong with one resource is added to ``problems``. Raises SourceUnavailable."""
    parts = urlsplit(request.location)
    key = unquote(parts.username or "") or request.option("key")
    host = parts.hostname or ""
    if not key or not host:
        raise unavailable(
            request, f"source {request.source_id}: the Webservice's address or key is missing", _REMEDY_URL
        )
    netloc = (f"[{host}]" if ":" in host else host) + (f":{parts.port}" if parts.port else "")
    path = parts.path.rstrip("/")
    if not path.endswith((".php", "/api")):
        path += "/api"
    base = urlunsplit((parts.scheme, netloc, path, "", ""))
    if parts.scheme.lower() == "http" and not _is_loopback(host):
        problems.append(
            SourceProblem(
                rule_id="source.not_encrypted",
                subject=request.source_id,
                message=f"{request.shown_location}: the key is sent without encryption",
                remedy="use https",
                about=About.COMPLIANCE,
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
        found = read_index(index)
    except UnreadableAnswer:
        raise unavailable(
            request, f"{request.shown_location}: the answer is no Webservice index", _REMEDY_URL
        ) from None
    if found is None:
        raise unavailable(request, f"{request.shown_location}: the key has no right to any resource", _REMEDY_URL)
    return found[:MOST_RESOURCES]


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
        raise unavailable(
            request, f"{what}: the server's certificate cannot be verified", "renew the certificate", "source.tls"
        ) from None
    except (requests.RequestException, _TryAgain):
        raise unavailable(
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
            raise unavailable(
                request,
                f"{what}: the shop refused the key",
                "check the key under Advanced parameters, Webservice, and that it is enabled",
                "source.access_denied",
            )
        if 300 <= status < 400:
            raise unavailable(
                request, f"{what}: the shop sends on to another address", "give the final address, with https"
            )
        if status >= 400:
            raise unavailable(request, f"{what}: the shop answered with status {status}", _REMEDY_URL)
        return _bounded(response, request, what)


def _bounded(response: Any, request: SourceRequest, what: str) -> bytes:
    answer = b""
    for piece in response.iter_content(1 << 16):
        answer += piece
        if len(answer) > LONGEST_ANSWER:
            raise unavailable(request, f"{what}: the answer is longer than a schema ever is", _REMEDY_URL)
    return answer


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
