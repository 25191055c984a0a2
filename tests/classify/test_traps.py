"""Look-alikes are nobody's, and opaque names can be somebody's: context decides."""

from typing import Any

import pytest

NOBODYS = [
    ("settings", "address_format"), ("settings", "email_template_id"), ("settings", "password_min_length"),
    ("settings", "smtp_password"), ("products", "name"), ("products", "gender"), ("products", "author"),
    ("products", "health_claim"), ("products", "product_name"), ("store", "latitude"), ("store", "store_phone"),
    ("memcached_servers", "ip"), ("gender_lang", "name"), ("mail_template", "subject"), ("country", "phone_prefix"),
    ("country", "country_iso_code"), ("tax_rule", "zipcode_from"), ("carrier", "name"), ("cms_page", "title"),
    ("parcel_lockers", "address"), ("brands", "nickname"), ("currency", "name"), ("order_state", "name"),
    ("form_fields", "email_required"), ("warehouse", "city"), ("product_attribute", "card_type"),
]  # fmt: skip

SOMEBODYS = [
    ("visits", ["visitor_id", "gclid"], "gclid", "device.cookie_or_session"),
    ("logins", ["user_id", "ua"], "ua", "device.user_agent"),
    ("orders", ["id_customer", "gift_message"], "gift_message", "communication.content"),
    ("customer", ["email", "dni"], "dni", "identity.government_id"),
    ("patients", ["first_name", "last_name", "allergies"], "allergies", "special.health"),
    ("employees", ["lastname", "email", "union_member"], "union_member", "special.union"),
    ("stock_movement", ["id_product", "employee_lastname"], "employee_lastname", "identity.name"),
    ("user_profile", ["user_id", "extra"], "extra", "content.user_generated"),
]


@pytest.mark.parametrize(("table", "column"), NOBODYS, ids=[f"{t}.{c}" for t, c in NOBODYS])
def test_a_look_alike_is_nobodys(table: str, column: str, tag: Any) -> None:
    assert tag(table, ["id", column]).columns[1].data_category == "none"


@pytest.mark.parametrize(("table", "columns", "column", "category"), SOMEBODYS, ids=[row[2] for row in SOMEBODYS])
def test_an_opaque_name_in_a_persons_row_is_found(
    table: str, columns: list[str], column: str, category: str, tag: Any
) -> None:
    found = {row.column_name: row for row in tag(table, columns).columns}
    assert found[column].data_category == category
    assert found[column].special_category == category.startswith("special.")


def test_the_receiver_is_the_customer_of_a_parcel_and_the_merchant_of_a_payment(tag: Any) -> None:
    parcel = tag("siuntos", ["Siuntos Nr.", "Gavėjas", "Gavėjo telefonas", "Paštomatas"]).columns
    payment = tag("mokejimai", ["Operacijos Nr.", "Mokėtojas", "Mokėtojo sąskaita", "Suma", "Gavėjas"]).columns
    assert parcel[1].data_category == "identity.name"
    assert parcel[1].data_subject == "recipient"
    assert payment[1].data_subject == "payer"
    assert payment[4].data_category == "none"


def test_the_account_beside_cash_on_delivery_is_the_merchants(tag: Any) -> None:
    rows = tag("shipments", ["tracking_number", "receiver_name", "cod_amount", "cod_bank_account_no"]).columns
    assert rows[3].data_category == "none"
    assert rows[3].rule == "merchants_account"


def test_a_fact_three_keys_away_from_the_customer_is_personal(tag: Any) -> None:
    rows = tag(
        "order_line_extra",
        ["id_order_line_extra", "id_order_line", "quantity"],
        order_line=["id_order_line", "id_order"],
        orders=["id_order", "id_customer", "reference"],
        customer=["id_customer", "email", "lastname"],
    ).columns
    assert rows[2].identifiability.value == "indirect"


def test_a_mark_about_a_datum_is_not_the_datum(tag: Any) -> None:
    row = tag("customer", ["lastname", "email", ("email_verified", "tinyint(1)")]).columns[2]
    assert row.identifiability.value != "direct"


def test_free_text_says_why(tag: Any) -> None:
    row = tag("customer", ["lastname", "email", ("note", "text")]).columns[2]
    assert "free text about a person's row" in row.explanation
