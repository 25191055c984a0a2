"""Calls sqldoc: word patterns over column names; types only change its own risk figure."""

import importlib
import sys
from types import ModuleType, SimpleNamespace

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner

_CATEGORIES = {
    "Payment Card": frozenset({"payment.card_or_bank"}),
    "National ID / SSN": frozenset({"identity.government_id"}),
    "Passport / Driver License": frozenset({"identity.government_id"}),
    "Bank Account": frozenset({"payment.card_or_bank"}),
    "Health / Medical": frozenset({"special.health"}),
    "Biometric": frozenset({"special.biometric"}),
    "Criminal Record": frozenset({"criminal"}),
    "Credentials": frozenset({"account.credential_secret"}),
    "Date of Birth": frozenset({"identity.birth_date"}),
    "Email Address": frozenset({"contact.email"}),
    "Phone Number": frozenset({"contact.phone"}),
    "Postal Address": frozenset({"contact.address", "contact.postal_code"}),
    "Special Category": frozenset(
        {"identity.title_gender", "special.ethnicity", "special.religion", "special.sexuality",
         "contact.city_region_country"}
    ),
    "Financial": frozenset({"employee.data"}),
    "Geolocation": frozenset({"location.precise"}),
    "Full Name": frozenset({"identity.name"}),
    "Online Identifier": frozenset({"device.ip", "account.username_or_id"}),
    "Device Identifier": frozenset({"device.other", "device.cookie_or_session"}),
    "Age": frozenset({"identity.birth_date"}),
}  # fmt: skip


def _load() -> Scanner:
    # its scanner sits beside its database reader, whose driver needs a system library; nothing connects here
    sys.modules.setdefault("pyodbc", ModuleType("pyodbc"))
    find = importlib.import_module("sqldoc.pii").scan_tables

    def scan(table: PeerTable) -> list[Label]:
        columns = [SimpleNamespace(name=one.name, data_type=one.native_type.partition("(")[0]) for one in table.columns]
        found = find([SimpleNamespace(schema="", name=table.name, columns=columns)])
        labels = {finding.column: finding.category for finding in found}
        return [labels.get(column.name) for column in table.columns]

    return scan


PEERS = (Peer("sqldoc", "sqldoc", ("sqldoc",), "names+types", _load, _CATEGORIES),)
