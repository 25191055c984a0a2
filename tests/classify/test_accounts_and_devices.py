"""Accounts of a firm, devices that get notifications, rights of a user: whose a row is when the words mean two things.

Belongs here: tables whose words are a person's in one place and a firm's in another. Does not belong here: things with
names and births (``test_kinds_of_things.py``), lists and settings (``test_kinds_of_tables.py``).
"""

# ruff: noqa: E501 - a table stands on one line

from typing import Any

import pytest

from tests.classify.tables_in_lines import levels_of, tables_in, tagged

NOBODYS = """
en_bank | bank_accounts | id, name, iban, bank, currency, opening_balance, active
en_accounts | accounts | id, name, number, currency_code, opening_balance, bank_name, bank_phone, bank_address, enabled
de_bank | bankkonten | id, bezeichnung, iban, bank, anfangssaldo
lt_bank | banko_saskaitos | id, pavadinimas, iban, bankas, valiuta, pradinis_likutis
en_switches | switches | host_name, mgmt_ip, mac_address, serial_number, firmware_version, ssh_fingerprint, snmp_contact_email
en_merge | merge_tags | tag_id, tag_token, sample_email, sample_first_name, fallback_salutation, last_name_required
en_sms | sms_providers | id, name, sender_name, api_phone, api_password, price_per_sms
en_dns | dns_records | zone_id, host, type, ip, ttl, contact_email
en_languages | languages | id, iso, native_name, address_format, phone_format
en_vacancies | vacancies | id, title, salary_from, salary_to, education_level, published_at
lt_vacancies | vakansijos | id, pareigos, atlyginimas_nuo, atlyginimas_iki, issilavinimas, paskelbta
de_vacancies | stellenangebote | id, titel, gehalt_von, gehalt_bis, abschluss, veroeffentlicht
en_mails | mail_log_daily | day, sent, opened, clicked, unsubscribed, bounced, emails_total
en_tiers | tier_definitions | tier_id, tier_name, points_per_euro, birthday_bonus_points, welcome_message, min_annual_spend
en_jerseys | jerseys | sku, player, number, team, price
en_posters | posters | id, title, artist_name, price, stock
de_jerseys | trikots | artikelnr, ean, spieler, groesse, preis
en_surveys | surveys | id, title, owner, starts_at, note
lt_jerseys | marskineliai | prekes_kodas, zaidejas, numeris, dydis, kaina
en_insurers | insurers | insurer_id, insurer_name, claims_hotline, contract_until
lt_insurers | draudikai | id, pavadinimas, telefonas, el_pastas, sutarties_nr
en_articles | product_master | id, name, maker
en_purposes | consent_purposes | id, name, description, legal_text
"""
PERSONS = """
en_master | customer_master | cust_no, name1, street | cust_no, name1, street
en_table | user_table | id, name, city, note | name, city, note
en_tab | users_tab | id, name, city | name, city
en_desk | visitors | id, name, badge, time_in, time_out, host_name, company | name, badge
lt_list | naujienlaiskio_gavejai | id, kampanijos_id, adresas, atidaryta, atsisake | adresas
en_survey | survey | respondent, q1, q2, comment | respondent, q1, q2, comment
lt_survey | apklausa | respondentas, k1, k2, komentaras | respondentas, k1, komentaras
en_reset | reset_password | id, user, hash, ip | hash, ip
en_player | players | id, player_name, email, birth_date | player_name, email, birth_date
en_buyer | shirt_orders | id, customer_id, sku, player, price, customer_name | customer_name
en_owner | customer_bank_accounts | id, customer_id, iban, bank, opening_balance | iban
en_named | accounts | id, first_name, last_name, email, bank, opening_balance | first_name, last_name, email
en_push | push_subscriptions | id, user_id, endpoint, p256dh, auth, user_agent | user_agent
en_tokens | push_endpoints | uid, endpoint, idfv, platform, app_ver | idfv
en_switch | switch_requests | id, customer_id, email, mac, note | email, mac, note
"""
FACTS = [
    pytest.param("orders", [("id", "int"), ("customer_id", "int"), ("payment", "varchar(30)")], "payment",
                 "order.history", id="how an order was paid"),
    pytest.param("užsakymai.csv", ["Nr.", "Data", "Klientas", "Apmokėjimas", "Nuolaida", "Suma"], "Apmokėjimas",
                 "order.history", id="the same in lt"),
    pytest.param("užsakymai.csv", ["Nr.", "Data", "Klientas", "Apmokėjimas", "Nuolaida", "Suma"], "Nuolaida",
                 "payment.amount", id="a discount of an order"),
    pytest.param("zamowienia.csv", ["Numer zamówienia", "Data", "Klient", "Wartość"], "Wartość", "payment.amount",
                 id="the value of an order in pl"),
    pytest.param("orders_export", ["Order", "Email", "Discount Code", "Total"], "Discount Code", "order.history",
                 id="the code of a discount"),
    pytest.param("klienci", [("id", "int"), ("nazwisko", "varchar(90)"), ("rabat", "decimal(5,2)")], "rabat",
                 "account.preferences", id="the discount of a customer"),
    pytest.param("consents", [("id", "int"), ("subject_id", "int"), ("granted", "tinyint(1)")], "granted",
                 "legal.consent_record", id="whether somebody allowed it"),
    pytest.param("users", [("id", "int"), ("email", "varchar(90)"), ("role", "varchar(20)")], "role",
                 "account.preferences", id="a role of a user"),
    pytest.param("roles", [("id", "int"), ("role", "varchar(20)")], "role", "none", id="a role in a list"),
    pytest.param("subscribers", [("email", "varchar(90)"), ("htmlemail", "tinyint(4)")], "htmlemail",
                 "account.preferences", id="whether mail is html"),
    pytest.param("users", [("id", "int"), ("name", "varchar(90)"), ("default_email_id", "int")], "default_email_id",
                 "contact.email", id="a key to an address"),
    pytest.param("visitors", [("id", "bigint"), ("user_agent", "text"), ("first_session_year", "int")],
                 "first_session_year", "behaviour.browsing", id="when a visitor came"),
    pytest.param("page_hits", [("visitor_id", "int"), ("ip", "varchar(45)"), ("ua", "text"), ("path", "varchar(255)")],
                 "path", "behaviour.browsing", id="a page as a path"),
    pytest.param("user_activity", [("id", "int"), ("user_id", "int"), ("activity_type", "varchar(50)"),
                                   ("activity_started", "int")], "activity_type", "behaviour.browsing",
                 id="what a user did"),
    pytest.param("subscribers", ["E-mail", "Group"], "Group", "account.preferences", id="a group of a subscriber"),
    pytest.param("prenumeratoriai", ["El. paštas", "Grupės"], "Grupės", "account.preferences", id="the same in lt"),
    pytest.param("loyalty_cards", [("customer_id", "int"), ("points", "int"), ("level", "varchar(9)")], "level",
                 "loyalty.points", id="a level beside points"),
    pytest.param("lojalumo_korteles", [("kliento_id", "int"), ("taskai", "int"), ("lygis", "varchar(9)")], "lygis",
                 "loyalty.points", id="the same level in lt"),
    pytest.param("fixed_assets", [("inv_no", "varchar(9)"), ("name", "text"), ("bought", "date")], "inv_no", "none",
                 id="a number of an inventory"),
    pytest.param("search_history", [("id", "int"), ("session_id", "varchar(64)"), ("searched_at", "datetime"),
                                    ("results", "int")], "results", "behaviour.browsing", id="what was looked for"),
    pytest.param("crm_user_table", [("id", "int"), ("username", "varchar(90)"), ("email", "varchar(90)")], "id",
                 "account.username_or_id", id="the key of a table of users"),
    pytest.param("survey_participants", [("first_name", "varchar(50)"), ("email", "varchar(90)"), ("remindercount", "int")],
                 "remindercount", "account.preferences", id="how often a person was reminded"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "columns"), tables_in(NOBODYS))
def test_accounts_and_equipment_of_a_firm_are_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert not tagged(tag(table, columns).columns)


@pytest.mark.parametrize(("table", "columns", "direct"), tables_in(PERSONS))
def test_accounts_and_devices_of_persons_are_theirs(
    table: str, columns: list[str], direct: list[str], tag: Any
) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert [name for name in direct if levels[name] != "direct"] == []


@pytest.mark.parametrize(("table", "columns", "column", "category"), FACTS)
def test_a_mark_or_count_is_a_fact_of_its_row(
    table: str, columns: list[object], column: str, category: str, tag: Any
) -> None:
    row = next(row for row in tag(table, columns).columns if row.column_name == column)
    assert row.data_category == category, row.explanation
    assert row.identifiability.value == ("none" if category == "none" else "indirect"), row.explanation


@pytest.mark.parametrize("table", ["ssh_keys", "api_keys", "passkeys", "one_time_codes", "access_tokens"])
@pytest.mark.parametrize("column", ["key", "digest", "public_key", "code"])
def test_the_bare_value_in_a_table_of_somebodys_secrets_is_the_secret(tag: Any, table: str, column: str) -> None:
    rows = tag(table, [("id", "int"), ("user_id", "int"), (column, "varchar(80)"), ("created_at", "datetime")]).columns
    (row,) = [row for row in rows if row.column_name == column]
    assert (row.data_category, row.identifiability.value) == ("account.credential_secret", "direct")


def test_who_heads_a_shop_is_read_in_words_written_as_one(tag: Any) -> None:
    rows = tag("Filialen", ["Filialnummer", "Filialleiter", "Telefon", "PLZ"]).columns
    assert [row.column_name for row in rows if row.data_category != "none"] == ["Filialleiter"]


def test_several_of_a_word_are_read_as_that_word_and_not_as_a_longer_one(tag: Any) -> None:
    rows = tag("Retouren", ["Bestellnummer", "Kunde", "Betrag"]).columns
    assert levels_of(rows) == {"Bestellnummer": "indirect", "Kunde": "direct", "Betrag": "indirect"}
