"""Calls pii-radar: expressions and checks over cells; a column counts once a cell matches, as in its report."""

import importlib
from collections import Counter

from benchmarks.peers.protocol import Label, Peer, PeerColumn, Scanner, ours

_CATEGORIES = ours(
    EMAIL="contact.email",
    PHONE="contact.phone",
    SSN="identity.government_id",
    CREDIT_CARD="payment.card_or_bank",
    IP_ADDRESS="device.ip",
    DATE_OF_BIRTH="identity.birth_date",
)


def _load() -> Scanner:
    detect = importlib.import_module("pii_radar.detectors").detect

    def label(column: PeerColumn) -> Label:
        kinds = Counter(
            match.pii_type for row, value in enumerate(column.values) for match in detect(value, column.name, row)
        )
        return min(kinds, key=lambda kind: (-kinds[kind], kind)) if kinds else None

    return lambda table: [label(column) for column in table.columns]


PEERS = (Peer("pii-radar", "pii-radar", ("pii-radar",), "values", _load, _CATEGORIES),)
