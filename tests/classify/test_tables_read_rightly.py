"""Tables that a wrong reading costs most: sums, lists of names, events, devices; words shortened after a table."""

from typing import Any

import pytest

NOBODYS: tuple[tuple[str, list[object]], ...] = (
    ("traffic_daily", [("day", "date"), ("source", "varchar(64)"), ("users", "int"), ("new_users", "int")]),
    ("product_reviews_summary", [("product_id", "int"), ("average_rating", "decimal(3,2)"), ("newest", "datetime")]),
    ("statystyka_imion", [("imie", "varchar(64)"), ("plec", "char(1)"), ("liczba", "int")]),
    ("slownik_imion", [("imie", "varchar(64)"), ("plec", "char(1)")]),
    ("events", [("title", "varchar(255)"), ("venue", "varchar(255)"), ("city", "varchar(64)"), ("capacity", "int")]),
    ("devices", [("serial_number", "varchar(32)"), ("firmware", "varchar(32)"), ("site_id", "int"), ("ip", "inet")]),
    ("websites", [("name", "varchar(100)"), ("user_id", "int"), ("domain", "varchar(100)")]),
    ("sposoby_dostavki", [("nazvanie", "varchar(100)"), ("srok", "int"), ("cena", "decimal(12,2)")]),
)  # fmt: skip


@pytest.mark.parametrize(("table", "columns"), NOBODYS, ids=[table for table, _ in NOBODYS])
def test_the_rows_are_nobodys(table: str, columns: list[object], tag: Any) -> None:
    rows = [row for row in tag(table, columns).columns if not row.column_name.endswith("user_id")]
    assert {row.data_category for row in rows} == {"none"}, [row.explanation for row in rows]


SHORTENED = (
    ("zamowienia", ["zam_id", "klient_id", "kwota"], "zam_id", "order.reference"),
    ("orders", ["ord_no", "customer_id", "total"], "ord_no", "order.reference"),
    ("klientai", ["pvrd", "vrd", "telefonas", "miestas"], "pvrd", "identity.name"),
    ("kunden", ["kd_nachname", "kd_vorname", "kd_strasse", "kd_ort", "kd_plz"], "kd_nachname", "identity.name"),
)


@pytest.mark.parametrize(("table", "columns", "column", "category"), SHORTENED, ids=[row[2] for row in SHORTENED])
def test_words_shortened_or_marked_are_read(
    table: str, columns: list[str], column: str, category: str, tag: Any
) -> None:
    found = {row.column_name: row for row in tag(table, columns).columns}
    assert found[column].data_category == category, found[column].explanation


PLACES: tuple[tuple[str, list[object], str, str, str], ...] = (
    ("leases", [("tenant_id", "int"), ("rent", "decimal(10,2)")], "tenant_id", "account.username_or_id", "indirect"),
    ("configs", [("tenant_id", "int"), ("key", "varchar(64)")], "tenant_id", "none", "none"),
    ("companies", [("name", "varchar(255)"), ("phone", "varchar(32)")], "name", "identity.company", "direct"),
    ("tickets", [("requester_id", "int"), ("collaborator_ids", "json")], "collaborator_ids",
     "account.username_or_id", "indirect"),
    ("tickets", ["Ticket ID", "Requester email", "Assignee"], "Assignee", "identity.name", "direct"),
    ("tickets", [("requester_id", "int"), ("assignee_id", "int")], "assignee_id", "account.username_or_id", "indirect"),
    ("mint_orders", [("buyer_addr", "char(42)"), ("quantity", "int")], "buyer_addr", "payment.card_or_bank", "direct"),
    ("vendite", [("data", "date"), ("n_clienti", "int"), ("totale", "decimal(10,2)")], "n_clienti", "none", "none"),
    ("siuntos", ["Siuntos Nr.", "Gavėjas", "Gavėjo telefonas", "Siuntėjo adresas"], "Siuntėjo adresas", "none", "none"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("table", "columns", "column", "category", "level"), PLACES, ids=[f"{row[0]}.{row[2]}" for row in PLACES]
)
def test_a_place_says_whose_it_is(
    table: str, columns: list[object], column: str, category: str, level: str, tag: Any
) -> None:
    row = next(row for row in tag(table, columns).columns if row.column_name == column)
    assert (row.data_category, row.identifiability.value) == (category, level), row.explanation
