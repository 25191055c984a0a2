"""Calls piiscope: expressions and checks over cells; the finding it ranks first names the column."""

import importlib

from benchmarks.peers.protocol import Label, Peer, PeerTable, Scanner, ours

_CATEGORIES = ours(
    given_name="identity.name",
    surname="identity.name",
    medical_condition="special.health",
    drug_name="special.health",
    hospital_name="special.health",
    medical_record="special.health",
    email="contact.email",
    credit_card="payment.card_or_bank",
    iban="payment.card_or_bank",
    iban_tr="payment.card_or_bank",
    swift_bic="payment.card_or_bank",
    tc_kimlik="identity.government_id",
    national_id="identity.government_id",
    us_ssn="identity.government_id",
    passport="identity.government_id",
    passport_tr="identity.government_id",
    passport_de="identity.government_id",
    passport_uk="identity.government_id",
    vat="identity.government_id",
    vat_de="identity.government_id",
    vat_tr="identity.government_id",
    eu_phone="contact.phone",
    us_phone="contact.phone",
    tr_phone="contact.phone",
    tr_phone_strict="contact.phone",
    ipv4_address="device.ip",
    ipv6_address="device.ip",
    date="identity.birth_date",
)
# its own taxonomy calls a web address internal, not personal
_NOT_COUNTED = frozenset({"url"})


def _load() -> Scanner:
    pandas, scan_frame = importlib.import_module("pandas"), importlib.import_module("piiscope").scan

    def scan(table: PeerTable) -> list[Label]:
        frame = pandas.DataFrame({column.name: column.values for column in table.columns})
        labels: dict[str, str] = {}
        for finding in scan_frame(frame, include_metrics=False).findings:
            if finding.detector not in _NOT_COUNTED:
                labels.setdefault(finding.column, finding.detector)
        return [labels.get(column.name) for column in table.columns]

    return scan


PEERS = (Peer("piiscope", "piiscope", ("piiscope",), "values", _load, _CATEGORIES),)
