"""Calls dbmask: value patterns that column words must confirm; its language model stays off, as by default."""

import importlib

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = ours(
    email="contact.email",
    ip_address="device.ip",
    ssn="identity.government_id",
    credit_card="payment.card_or_bank",
    zip_code="contact.postal_code",
    phone="contact.phone",
    address="contact.address",
    city="contact.city_region_country",
    full_name="identity.name",
)


def _load() -> Scanner:
    match = importlib.import_module("dbmask.detection.patterns").PatternMatcher().match

    def scan(table: PeerTable) -> list[Label]:
        found = [match(column.values, column.name, column.native_type) for column in table.columns]
        # its pipeline calls every match sensitive, dates and web addresses too
        return [one.name if one else None for one in found]

    return scan


PEERS = (Peer("dbmask", "dbmask", ("dbmask",), "names+types+values", _load, _CATEGORIES),)
