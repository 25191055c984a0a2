"""Calls exmergo-dex-core: word patterns over column names, gated by type."""

import importlib

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = ours(
    name="identity.name",
    email="contact.email",
    phone="contact.phone",
    address="contact.address contact.postal_code contact.city_region_country",
    government_id="identity.government_id",
    financial="payment.card_or_bank payment.amount employee.data",
    credential="account.credential_secret",
    location="location.precise",
    date_of_birth="identity.birth_date",
    free_text="communication.content content.user_generated",
)


def _load() -> Scanner:
    detect = importlib.import_module("exmergo_dex_core.explore.profile").detect_pii

    def scan(table: PeerTable) -> list[Label]:
        # it asks for a type; text is what an export column is read as
        flags = [detect(column.name, column.native_type or "varchar") for column in table.columns]
        return [flag.category.value if flag else None for flag in flags]

    return scan


PEERS = (Peer("exmergo-dex-core", "exmergo-dex-core", ("exmergo-dex-core",), "names+types", _load, _CATEGORIES),)
