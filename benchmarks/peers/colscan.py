"""Calls colscan: header words in several languages, and checked value rules; it keeps *certain* from *to verify*."""

import importlib
from collections.abc import Mapping
from typing import Any

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = ours(
    person_name_full="identity.name",
    person_given="identity.name",
    person_surname="identity.name",
    gender_label="identity.title_gender",
    fiscal_code_it="identity.government_id",
    national_id="identity.government_id",
    email="contact.email",
    phone="contact.phone",
    street_address="contact.address",
    house_number="contact.address",
    iban="payment.card_or_bank",
    credit_card="payment.card_or_bank",
    icd_code="special.health",
    atc_code="special.health",
)


def _certain(answer: Mapping[str, Any]) -> Label:
    if not answer["gdpr"]["personal"]:
        return None
    if answer["type"] in _CATEGORIES or not answer["contains"]:
        return str(answer["type"])
    return str(answer["contains"][0]["type"])


def _certain_or_hinted(answer: Mapping[str, Any]) -> Label:
    hinted = (one["type"] for one in answer["gdpr"]["to_verify"] if one["type"] in _CATEGORIES)
    return _certain(answer) or next(hinted, None)


def _load(*, values: bool, hints: bool) -> Scanner:
    scan_column = importlib.import_module("colscan").scan_column
    read = _certain_or_hinted if hints else _certain

    def scan(table: PeerTable) -> list[Label]:
        # one empty cell makes it read the header alone
        return [read(scan_column(column.values if values else [""], column.name)) for column in table.columns]

    return scan


def _header() -> Scanner:
    scan_column = importlib.import_module("colscan").scan_column

    def scan(table: PeerTable) -> list[Label]:
        hints = [scan_column([""], column.name)["name_hint"] for column in table.columns]
        return [hint if hint in _CATEGORIES else None for hint in hints]

    return scan


PEERS = (
    Peer("colscan-names", "colscan, header hints", ("colscan",), "names", _header, _CATEGORIES),
    Peer(
        "colscan-hinted", "colscan, certain or hinted", ("colscan",), "names+values",
        lambda: _load(values=True, hints=True), _CATEGORIES,
    ),
    Peer(
        "colscan-certain", "colscan, certain only", ("colscan",), "names+values",
        lambda: _load(values=True, hints=False), _CATEGORIES,
    ),
)  # fmt: skip
