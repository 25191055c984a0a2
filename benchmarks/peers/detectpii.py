"""Calls detectpii: regular expressions over column names, English and Spanish, and over values."""

import importlib

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = {
    **ours(
        Phone="contact.phone", Email="contact.email", Address="contact.address contact.city_region_country",
        Person="identity.name", Gender="identity.title_gender", Nationality="contact.city_region_country",
        SSN="identity.government_id", Password="account.credential_secret",
    ),
    **{label: frozenset({category}) for label, category in (
        ("Credit Card", "payment.card_or_bank"), ("Birth Date", "identity.birth_date"),
        ("Zip Code", "contact.postal_code"), ("PO Box", "contact.address"),
        ("User Name", "account.username_or_id"), ("IP Address", "device.ip"),
    )},
}  # fmt: skip


def _names(*languages: str) -> Scanner:
    detector, model = importlib.import_module("detectpii.detector"), importlib.import_module("detectpii.model")
    detectors = [getattr(detector, f"{language}ColumnNameRegexDetector")() for language in languages]

    def scan(table: PeerTable) -> list[Label]:
        labels: list[Label] = []
        for column in table.columns:
            found = (one.detect(model.Column(name=column.name)) for one in detectors)
            labels.append(next((kind.name for kind in found if kind), None))
        return labels

    return scan


def _names_and_values() -> Scanner:
    detector, model = importlib.import_module("detectpii.detector"), importlib.import_module("detectpii.model")
    by_name, by_value = detector.EnglishColumnNameRegexDetector(), detector.ColumnValueRegexDetector()

    def scan(table: PeerTable) -> list[Label]:
        labels: list[Label] = []
        for column in table.columns:
            asked = model.Column(name=column.name)
            kinds = [by_name.detect(asked), *(by_value.detect(asked, sample=value) for value in column.values)]
            labels.append(next((kind.name for kind in kinds if kind), None))
        return labels

    return scan


PEERS = (
    Peer("detectpii-en", "detectpii, English", ("detectpii",), "names", lambda: _names("English"), _CATEGORIES),
    Peer(
        "detectpii-en-es", "detectpii, English and Spanish", ("detectpii",), "names",
        lambda: _names("English", "Spanish"), _CATEGORIES,
    ),
    Peer(
        "detectpii-values", "detectpii, English, and value expressions", ("detectpii",), "names+values",
        _names_and_values, _CATEGORIES,
    ),
)  # fmt: skip
