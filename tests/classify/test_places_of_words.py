"""The same word means different things by its place: beside a name, in a message, in a comment, as a letter."""

from typing import Any

import pytest

from ropa_pipeline.model.observation import ObservedColumn

PLACES = [
    ("customer", ["firstname", "lastname", "prefix"], "prefix", "identity.title_gender"),
    ("customer", ["firstname", "lastname", "suffix"], "suffix", "identity.name"),
    ("settings", ["key", "prefix"], "prefix", "none"),
    ("ticket_message", ["from", "to", "subject", "body"], "to", "contact.email"),
    ("contacts", ["first_name", "last_name", "department", "title"], "title", "employee.data"),
    ("support_calls", ["customer_id", "name", "description"], "name", "communication.content"),
    ("loyalty", ["Vardas", "Pavardė", "Taškai", "Kortelės Nr."], "Kortelės Nr.", "loyalty.points"),
    ("customers", ["email", "last_name", "Card Address City"], "Card Address City", "contact.city_region_country"),
    ("customers", ["email", "last_name", "Email opt out"], "Email opt out", "marketing.consent"),
    ("klientai", ["Vardas", "Pavardė", "A. k."], "A. k.", "identity.government_id"),
    ("klientai", ["Vardas", "Pavardė", "El. p."], "El. p.", "contact.email"),
    ("clienti", ["Nome", "Cognome", "P.IVA"], "P.IVA", "identity.government_id"),
    ("clients", ["Nom", "Prénom", "C.P."], "C.P.", "contact.postal_code"),
    ("payments", ["payer_name", "amount", "last4"], "last4", "payment.card_or_bank"),
    ("patients", ["surname", "dob", "Gydytojas"], "Gydytojas", "identity.name"),
]


@pytest.mark.parametrize(("table", "columns", "column", "category"), PLACES, ids=[f"{r[0]}.{r[2]}" for r in PLACES])
def test_the_place_of_a_word_decides(table: str, columns: list[str], column: str, category: str, tag: Any) -> None:
    assert {row.column_name: row.data_category for row in tag(table, columns).columns}[column] == category


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("card_type", ["id", "card_type", "number_length", "cvv_required"]),
        ("gender", ["id", "gender_name", "code"]),
        ("blood_group", ["id", "label"]),
        ("mail_account", ["id", "name", "smtp_host", "smtp_port", "username"]),
        ("campaign_report", ["Name", "Total Recipients", "Open Rate", "Click Rate", "Revenue per Recipient"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_table_that_lists_kinds_or_rates_is_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert {row.data_category for row in tag(table, columns).columns} == {"none"}


def test_a_comment_in_the_schema_is_read_and_never_repeated(tag: Any) -> None:
    column = ObservedColumn(
        name="f17", native_type="varchar(80)", position=3, comment="date of birth as zanzibar writes it"
    )
    row = tag("customer", ["firstname", "lastname", column]).columns[2]
    assert row.data_category == "identity.birth_date"
    assert row.rule == "words_of_the_comment"
    assert "birth" not in row.explanation
    assert "zanzibar" not in row.explanation


def test_a_word_nobody_knows_in_a_persons_row_waits_for_review(tag: Any) -> None:
    row = tag("customer", ["firstname", "lastname", ("zorbl", "varchar(40)")]).columns[2]
    assert row.data_category != "none"
    assert row.confidence < 0.8
