"""Calls piilint: recognisers over the cells of a CSV file, its defaults, findings by column."""

import csv
import importlib
import tempfile
from pathlib import Path

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = ours(
    CREDIT_CARD="payment.card_or_bank",
    IBAN="payment.card_or_bank",
    SSN_US="identity.government_id",
    SIN_CA="identity.government_id",
    EMAIL="contact.email",
    PHONE="contact.phone",
    DOB="identity.birth_date",
)


def _load() -> Scanner:
    scan_path = importlib.import_module("piilint.engine").scan_path
    # it sets aside reserved domains and numbers as test data, and all our cells are such: that would be no comparison
    policy = importlib.import_module("piilint.policy")
    vars(policy)["is_test_data"] = lambda finding: False

    def scan(table: PeerTable) -> list[Label]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            with path.open("w", encoding="utf-8", newline="") as handle:
                rows = csv.writer(handle)
                rows.writerow(column.name for column in table.columns)
                rows.writerows(zip(*(column.values for column in table.columns), strict=True))
            findings = scan_path(path).findings
        labels: dict[str, str] = {}
        for finding in sorted(findings, key=lambda one: -(one.matched_count or 0)):
            labels.setdefault(finding.location.column, finding.entity.value)
        return [labels.get(column.name) for column in table.columns]

    return scan


PEERS = (Peer("piilint", "piilint", ("piilint",), "values", _load, _CATEGORIES),)
