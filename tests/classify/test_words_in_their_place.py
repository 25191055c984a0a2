"""Short words that say nothing alone and one thing in the rows that they stand in.

Belongs here: one word, one table, what it holds there, and the same word where it holds nothing of a person. Does not
belong here: words with a meaning of their own (``test_names_in_ten_languages.py``).
"""

from typing import Any

import pytest

PERSON = [("id", "int"), ("first_name", "varchar(50)"), ("last_name", "varchar(50)"), ("email", "varchar(90)")]
ORDER = [("id", "int"), ("customer_id", "int"), ("total", "decimal(10,2)")]
PLACES = [
    pytest.param("contacts", PERSON, "ext", "varchar(10)", "contact.phone", "direct", id="an extension"),
    pytest.param("vendor_contacts", PERSON, "im", "varchar(80)", "account.username_or_id", "direct", id="a chat name"),
    pytest.param("contacts", PERSON, "display", "varchar(80)", "identity.name", "direct", id="a shown name"),
    pytest.param("employees", PERSON, "ni", "char(9)", "identity.government_id", "direct", id="a British number"),
    pytest.param("employees", PERSON, "grade", "varchar(8)", "employee.data", "direct", id="a grade of staff"),
    pytest.param("members", PERSON, "referrer", "int", "account.username_or_id", "indirect", id="who brought whom"),
    pytest.param("members", PERSON, "template", "blob", "special.biometric", "direct", id="a stored print"),
    pytest.param("customer_address", [("id_customer", "int"), ("street", "varchar(90)"), ("city", "varchar(60)")],
                 "label", "varchar(32)", "contact.address", "direct", id="what an address is called"),
    pytest.param("card_payments", [("order_id", "int"), ("amount", "decimal(10,2)")], "token", "varchar(90)",
                 "payment.card_or_bank", "direct", id="a card's token"),
    pytest.param("order_returns", ORDER, "refund_to", "varchar(34)", "payment.card_or_bank", "direct", id="a refund"),
    pytest.param("outbox", [("id", "int"), ("body", "text"), ("sent_at", "datetime")], "dest", "varchar(255)",
                 "contact.email", "direct", id="where a message goes"),
    pytest.param("list_recipients", [("list_id", "int"), ("opens", "int")], "rcpt", "varchar(190)", "contact.email",
                 "direct", id="who gets a list"),
    pytest.param("campaign_recipients", [("campaign_id", "int"), ("opened_at", "datetime")], "address", "varchar(255)",
                 "contact.email", "direct", id="who gets a campaign"),
    pytest.param("push_devices", [("user_id", "int"), ("platform", "varchar(9)")], "endpoint", "text", "device.other",
                 "direct", id="where a telephone is reached"),
    pytest.param("applicant_background_checks", [("applicant_id", "int"), ("completed_on", "date")], "findings", "text",
                 "criminal", "direct", id="what a check found"),
    pytest.param("patient_visits", [("patient_id", "int"), ("diagnosis", "text")], "plan", "text", "special.health",
                 "direct", id="a plan of treatment"),
    pytest.param("meter_readings", [("resident_id", "int"), ("reading", "int")], "unit", "varchar(8)", "none", "none",
                 id="a unit of a reading"),
    pytest.param("devices", [("user_id", "int"), ("platform", "varchar(9)")], "hub", "macaddr", "device.other",
                 "direct", id="an address of hardware by its type"),
    pytest.param("orders", ORDER, "seen_from", "inet", "device.ip", "direct", id="an address of the internet by type"),
    pytest.param("expense_claims", [("claimant", "varchar(80)"), ("amt", "decimal(9,2)")], "claim_no", "varchar(20)",
                 "order.reference", "indirect", id="the number of a claim"),
    pytest.param("user_profile_fields", [("profile_id", "int"), ("field_id", "int")], "value", "text",
                 "content.user_generated", "direct", id="a pair kept of a user"),
    pytest.param("sms_gateway_log", [("id", "int"), ("msisdn", "varchar(15)")], "txt", "varchar(480)",
                 "communication.content", "direct", id="what went through a gateway"),
    pytest.param("family_members", [("id", "int"), ("dob", "date")], "allergies", "text", "special.health", "direct",
                 id="a member of a family"),
    pytest.param("checkins", [("id", "int"), ("in_at", "datetime")], "fob", "varchar(16)", "account.username_or_id",
                 "direct", id="a fob at a door"),
    pytest.param("obrascheniya", [("imya", "varchar(90)"), ("email", "varchar(90)"), ("tekst", "text")], "otkuda",
                 "varchar(45)", "device.ip", "direct", id="where a message came from, as long as an address"),
    pytest.param("messaggi", [("email", "varchar(90)"), ("testo", "text")], "provenienza", "varbinary(16)",
                 "device.ip", "direct", id="the same, packed"),
    pytest.param("avis_produit", [("client_id", "int"), ("texte", "text")], "note", "tinyint", "review.rating",
                 "direct", id="a mark in a review"),
    pytest.param("carritos_abandonados", [("correo", "varchar(90)"), ("total", "decimal(9,2)")], "huella", "char(64)",
                 "device.cookie_or_session", "direct", id="a fingerprint as long as a hash"),
    pytest.param("fatture", [("cliente_id", "int"), ("totale", "decimal(9,2)")], "nr_documento", "varchar(20)",
                 "order.reference", "indirect", id="the number of a document"),
    pytest.param("cartellino", [("matricola", "varchar(9)"), ("cognome", "varchar(60)"), ("mansione", "varchar(60)")],
                 "reparto", "varchar(60)", "employee.data", "direct", id="a department that is written out"),
    pytest.param("phone_book", [("label", "varchar(60)"), ("speed_dial", "int")], "num", "varchar(20)",
                 "contact.phone", "direct", id="a number in a telephone book"),
    pytest.param("chatbot_turns", [("convo", "char(36)"), ("intent", "varchar(40)")], "utterance", "text",
                 "communication.content", "direct", id="what was said to a machine"),
    pytest.param("nps_results", [("cust_ref", "varchar(20)"), ("verbatim", "text")], "score", "tinyint",
                 "review.rating", "direct", id="a score in a survey"),
    pytest.param("case_notes", [("case_id", "int"), ("body", "text")], "by", "varchar(40)",
                 "account.username_or_id", "indirect", id="who wrote a note"),
    pytest.param("uzklausos", [("vardas", "varchar(90)"), ("el_pastas", "varchar(90)"), ("zinute", "text")], "is_kur",
                 "varchar(45)", "device.ip", "direct", id="from where in lt, no yes or no"),
    pytest.param("mokejimu_grazinimai", [("uzs_nr", "varchar(20)"), ("suma", "decimal(9,2)")], "i_saskaita",
                 "varchar(34)", "payment.card_or_bank", "direct", id="an account as long as an IBAN"),
    pytest.param("klientai", [("kodas", "varchar(20)"), ("tel", "varchar(20)")], "ep", "varchar(90)", "contact.email",
                 "direct", id="an e-mail in two letters"),
    pytest.param("parduotuves", [("pavadinimas", "varchar(90)"), ("adresas", "varchar(90)")], "vedejas",
                 "varchar(60)", "identity.name", "direct", id="who heads a shop in lt"),
    pytest.param("adresu_knyga", [("kliento_id", "int"), ("gatve", "varchar(90)")], "miestas", "varchar(60)",
                 "contact.city_region_country", "direct", id="an address book in lt"),
    pytest.param("meniu", [("id", "int"), ("antraste", "varchar(90)")], "tevas_id", "int", "none", "none",
                 id="the row above in a menu"),
    pytest.param("warehouses", [("id", "int"), ("code", "varchar(9)"), ("capacity", "int")], "manager_id", "int",
                 "account.username_or_id", "indirect", id="who leads a warehouse"),
]  # fmt: skip
ELSEWHERE = [
    pytest.param("products", [("id", "int"), ("sku", "varchar(20)"), ("price", "decimal(9,2)")], word, kind, id=word)
    for word, kind in (("ext", "varchar(5)"), ("label", "varchar(50)"), ("display", "tinyint(1)"), ("grade", "int"),
                       ("template", "varchar(60)"), ("hub", "macaddr"), ("token", "varchar(40)"))
]  # fmt: skip

ELSEWHERE += [
    pytest.param("page_blocks", [("id", "int"), ("headline", "text")], "person_photo_alt", "varchar(90)", id="alt"),
    pytest.param("Seitenbericht", [("Seite", ""), ("Aufrufe", ""), ("Sitzungen", "")], "Nutzer", "", id="Nutzer"),
    pytest.param("bot_intents", [("id", "int"), ("intent", "varchar(40)")], "message", "text", id="a bot's answer"),
    pytest.param("product_attributes", [("product_id", "int"), ("key", "varchar(9)")], "value", "text", id="value"),
]


@pytest.mark.parametrize(("table", "columns", "word", "kind", "category", "level"), PLACES)
def test_a_word_holds_in_its_place(
    table: str, columns: list[tuple[str, str]], word: str, kind: str, category: str, level: str, tag: Any
) -> None:
    row = tag(table, [*columns, (word, kind)]).columns[-1]
    assert (row.data_category, row.identifiability.value) == (category, level), row.explanation


@pytest.mark.parametrize(("table", "columns", "word", "kind"), ELSEWHERE)
def test_the_same_word_elsewhere_is_nobodys(
    table: str, columns: list[tuple[str, str]], word: str, kind: str, tag: Any
) -> None:
    row = tag(table, [*columns, (word, kind)]).columns[-1]
    assert row.data_category == "none", row.explanation
