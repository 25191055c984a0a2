"""Payment institutions' exports and the messages they send: OPAY, NEOPAY, Solana Pay.

Belongs here: opening what hides fields (OPAY's ``encoded`` parameter, NEOPAY's JWT, Solana Pay URLs) and
naming the message. Does not belong here: what a field means. Signatures are not checked: only names and
profiles are wanted. A transaction id that is a JSON key becomes ``*`` (:mod:`connectors.nested`).

Sources: OPAY_8.1 and NEOPAY integrations as published by their users; the Solana Pay specification.
Payment institutions are controllers of their own (GDPR Art. 4(7)); what is observed is the shop's copy.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from connectors.file_tables import Notes, RowTable, observe_files, text_table
from connectors.nested import MAX_DOCUMENT, Flat, as_rows, flatten, headings_of, records
from connectors.text_files import UnreadableFile, text_of
from connectors.workbooks import WORKBOOK_SUFFIXES, workbook_tables
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, ValueProfiler

SUFFIXES: tuple[str, ...] = (
    ".csv", ".tsv", ".txt", ".log", ".json", ".ndjson", ".jsonl", *WORKBOOK_SUFFIXES
)  # fmt: skip

MESSAGES: tuple[tuple[str, Callable[[Flat], bool]], ...] = (
    ("payment_callback", lambda flat: any(name.startswith("transactions.*") for name in flat)),
    ("payment_callback", lambda flat: "payerAccountNumber" in flat or {"transactionId", "status"} <= flat.keys()),
    ("payment_request", lambda flat: "projectId" in flat or "serviceType" in flat),
    ("payment_callback", lambda flat: bool({"p_token", "p_amount", "p_bank"} & flat.keys())),
    ("payment_request", lambda flat: {"order_nr", "website_id"} <= flat.keys() or "c_email" in flat),
    ("transaction_request", lambda flat: "link" in flat or {"account", "transaction"} <= flat.keys()),
    ("transfer_request", lambda flat: {"recipient", "amount"} <= flat.keys() and "payer" not in flat),
)
"""Message name and how its opened fields give it away; the first that fits counts."""


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per export, or per kind of message in a capture (``payment_callback``, ``transfer_request`` ...).

    A capture is text that holds requests as they came (a query string, a form, a log line, JSON). Raises
    SourceUnavailable where nothing is readable.
    """
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES)


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    name = path.name.lower()
    if name.endswith(WORKBOOK_SUFFIXES):
        yield from workbook_tables(path, notes)
        return
    if name.endswith((".csv", ".tsv")):
        table = text_table(path, notes)
        if not {"encoded", "token"} & set(table.headings):
            yield table
            return
        opened = [_opened(dict(zip(table.headings, row, strict=False))) for row in table.rows or ()]
    else:
        opened = [_opened(message) for message in _messages(path)]
    if not opened:
        raise UnreadableFile(
            f"{path.name}: no payment message in it", "export transactions as CSV, or save the requests as they came"
        )
    by_kind: dict[str, list[Flat]] = {}
    for flat in opened:
        kind = next((kind for kind, fits in MESSAGES if fits(flat)), path.stem)
        by_kind.setdefault(kind, []).append(flat)
    for kind, flats in by_kind.items():
        headings = headings_of(flats)
        yield RowTable(kind, headings, as_rows(flats, headings), kind="message")


def _messages(path: Path) -> Iterator[Flat]:
    text = text_of(path, MAX_DOCUMENT)
    try:
        for record in records(json.loads(text)):
            yield from _of_record(record)
        return
    except json.JSONDecodeError:
        pass
    for line in text.splitlines():
        yield from _of_line(line.strip())


def _of_record(record: object) -> Iterator[Flat]:
    if isinstance(record, str):
        yield from _of_line(record.strip())
    elif isinstance(record, Mapping):
        yield flatten(record)


def _of_line(line: str) -> Iterator[Flat]:
    if not line:
        return
    if line.startswith("{"):
        try:
            yield flatten(json.loads(line))
            return
        except (json.JSONDecodeError, RecursionError):
            return
    if (match := _SOLANA.search(line)) is not None:
        yield solana_fields(match.group())
    elif _JWT.fullmatch(line):
        yield {"token": line}
    elif (match := _QUERY.search(line)) is not None:
        yield dict(parse_qsl(match.group(1), keep_blank_values=True))


_SOLANA = re.compile(r"solana:[^\s\"'<>]+")
_JWT = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_QUERY = re.compile(r"(?:^|[?\s\"'])([\w.\[\]-]+=[^\s\"'&]*(?:&[\w.\[\]-]+=[^\s\"'&]*)*)")


def _opened(message: Flat) -> Flat:
    """The message with its hidden fields beside it."""
    flat = dict(message)
    encoded, token = flat.get("encoded"), flat.get("token")
    if isinstance(encoded, str):
        flat |= {name: value for name, value in opay_fields(encoded).items() if name not in flat}
    if isinstance(token, str):
        flat |= {name: value for name, value in neopay_fields(token).items() if name not in flat}
    return flat


def opay_fields(encoded: str) -> Flat:
    """The fields inside OPAY's ``encoded``; empty where it cannot be opened.

    It is a query string in base64, with ``-``, ``_`` and ``,`` for ``+``, ``/`` and ``=``.

    >>> opay_fields("b3JkZXJfbnI9MTImc3RhdHVzPTE,")
    {'order_nr': '12', 'status': '1'}
    """
    text = unquote(encoded).strip().translate(str.maketrans("-_,", "+/="))
    try:
        opened = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return {}
    return dict(parse_qsl(opened, keep_blank_values=True))


def neopay_fields(token: str) -> Flat:
    """The claims inside a NEOPAY token (JWT), without checking its signature; empty where it is none."""
    parts = token.strip().split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return flatten(claims) if isinstance(claims, Mapping) else {}


def solana_fields(url: str) -> Flat:
    """The parts of a Solana Pay URL: a transfer request's fields, or the ``link`` of a transaction request.

    >>> solana_fields("solana:Abc?amount=1&memo=order7")
    {'recipient': 'Abc', 'amount': '1', 'memo': 'order7'}
    """
    path, _, query = url.removeprefix("solana:").partition("?")
    link = unquote(path)
    if link.startswith("https:"):
        return {"link": link, **dict(parse_qsl(query))}
    return {"recipient": link, **dict(parse_qsl(query, keep_blank_values=True))}
