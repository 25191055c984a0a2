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
"""
PERSONS = """
en_owner | customer_bank_accounts | id, customer_id, iban, bank, opening_balance | iban
en_named | accounts | id, first_name, last_name, email, bank, opening_balance | first_name, last_name, email
en_push | push_subscriptions | id, user_id, endpoint, p256dh, auth, user_agent | user_agent
en_tokens | push_endpoints | uid, endpoint, idfv, platform, app_ver | idfv
en_switch | switch_requests | id, customer_id, email, mac, note | email, mac, note
"""
FACTS = [
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
