"""Settings, payrolls, clinics, hotels, calls, ledgers: what all columns of a table together say, and what not.

Each case names one column of a table and what it is. Beside every kind that is somebody's or nobody's stands a table
that is easily taken for it and is the other.
"""

from typing import Any

import pytest

from ropa_pipeline.classify.confidence import at_first_sight

SETTINGS = ("id", "name", "enabled", "verify_email", "reset_password_allowed", "login_theme", "email_theme",
            "password_policy", "session_idle_timeout", "ssl_required", "default_locale")  # fmt: skip
PAYSLIP = ("Employee", "Basic Pay", "Overtime", "Pension Ee", "Net Pay", "Account")
CALLS = ("id", ("from", "varchar(100)"), ("to", "varchar(100)"), "call_id", ("talking_time", "integer"), "state")
STATEMENT = ("Sąskaitos Nr.", "Data", "Mokėtojas / Gavėjas", "Suma", "Paskirtis")
OBSERVATION = ("obs_id", "patient_id", ("value_numeric", "double"), ("value_boolean", "tinyint(1)"), "comments")

CASES: dict[str, tuple[str, tuple[Any, ...], str, str, str]] = {
    "settings": ("realm", SETTINGS, "reset_password_allowed", "none", "none"),
    "name of settings": ("realm", SETTINGS, "name", "none", "none"),
    "but not a user's": ("member", ("id", "name", "email", "birth_date", "newsletter_enabled"), "name",
                         "identity.name", "direct"),
    "payroll": ("Pay run.xlsx", PAYSLIP, "Basic Pay", "employee.data", "direct"),
    "account of a payroll": ("Pay run.xlsx", PAYSLIP, "Account", "payment.card_or_bank", "direct"),
    "but not a shop's payments": ("payments", ("customer_id", "amount", "net_amount", "fee"), "net_amount",
                                  "payment.amount", "indirect"),
    "sold ticket": ("ticket", ("id", "event_id", "price", "full_name"), "price", "payment.amount", "indirect"),
    "but a help desk's ticket": ("ticket", ("id", "customer_id", "subject", "body"), "body", "communication.content",
                                 "direct"),
    "visit to a doctor": ("apsilankymas", ("id", "pacientas", "gydytojas", "data"), "data", "special.health",
                          "indirect"),
    "but a visit to a page": ("visits", ("id", "ip", "user_agent", ("visited_at", "datetime")), "visited_at",
                              "behaviour.browsing", "indirect"),
    "guest of a hotel": ("Presenze ospiti", ("N. prenotazione", "Cognome e nome", "Cittadinanza", "Camera"), "Camera",
                         "order.history", "indirect"),
    "but a guest of a shop": ("guest", ("id_guest", "user_agent", "browser"), "user_agent", "device.user_agent",
                              "direct"),
    "who called": ("cti_logs", CALLS, "from", "contact.phone", "direct"),
    "but from when": ("price_rules", ("id", ("from", "date"), ("to", "date"), "price"), "from", "none", "none"),
    "mailing to be sent": ("campaigns", ("id", "name", "subject", "from_email", "body", "to_send", "sent"), "subject",
                           "none", "none"),
    "own account of a statement": ("Išrašas.csv", STATEMENT, "Sąskaitos Nr.", "none", "none"),
    "but the other side of it": ("Išrašas.csv", STATEMENT, "Mokėtojas / Gavėjas", "identity.name", "direct"),
    "value of an examination": ("obs", OBSERVATION, "value_boolean", "special.health", "direct"),
    "but of an attribute": ("customer_attribute_value", ("id", "customer_attribute_id", "name", "display_order"),
                            "name", "none", "none"),
    "list of illnesses": ("liga", ("ligos_nr", "pavadinimas", "tlk_kodas", "simptomai"), "pavadinimas", "none", "none"),
    "but an illness of somebody": ("person_medical_condition", ("person_id", "name", "medication"), "name",
                                   "special.health", "direct"),
    "tax number of a partner": ("customer_affiliate", ("customer_id", "commission", ("tax", "varchar(64)")), "tax",
                                "identity.government_id", "direct"),
    "but tax of an order": ("orders", ("customer_id", ("tax", "decimal(10,2)")), "tax", "payment.amount", "indirect"),
    "paid out to": ("customer_affiliate", ("customer_id", "commission", ("paypal", "varchar(64)")), "paypal",
                    "payment.card_or_bank", "direct"),
    "place of a sale": ("transactions export", ("Transaction ID", "Customer Name", "Tip", "Location"), "Location",
                        "none", "none"),
    "log of requests": ("logi_www", (("czas", "datetime"), ("adres_ip", "varchar(45)"), "przegladarka"), "adres_ip",
                        "device.ip", "direct"),
    "table behind app_": ("app_orders", ("id", "customer_id", "note"), "note", "communication.content", "direct"),
    "but settings behind it": ("app_settings", ("id", "name", "value"), "name", "none", "none"),
    "shop's address stays its own": ("shop_address", ("id", "street", "city", "phone"), "phone", "none", "none"),
    "without vowels": ("cstmr", ("id", "frst_nm", "lst_nm", "brth_dt", "phn"), "phn", "contact.phone", "direct"),
    "house that is looked after": ("namai", ("id", "gatve", "namo_nr", "statybos_metai"), "gatve", "none", "none"),
    "but where somebody lives": ("gyventojai", ("id", "vardas", "gatve", "namo_nr"), "gatve", "contact.address",
                                 "direct"),
    "illness's cost": ("procedures", ("patient_id", "procedure", ("procedure_price", "decimal(8,2)")),
                       "procedure_price", "payment.amount", "indirect"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "columns", "column", "category", "level"), CASES.values(), ids=CASES)
def test_all_columns_together_say_what_one_is(
    table: str, columns: tuple[Any, ...], column: str, category: str, level: str, tag: Any
) -> None:
    row = next(row for row in tag(table, list(columns)).columns if row.column_name == column)
    assert (row.data_category, row.identifiability.value) == (category, level), row.explanation


def test_a_stop_word_of_a_language_is_no_word_of_its_neighbour(tag: Any) -> None:
    """Lithuanian "ir" (and) is Latvian "ir" (is): a street and a house are no yes/no mark."""
    rows = tag("Užsakymai", ["Užsakymo numeris", "Gatvė, namo ir buto nr.", "Miestas", "Pirkėjo pastaba"]).columns
    assert rows[1].data_category == "contact.address"


def test_what_is_published_is_less_sure_than_what_was_learnt() -> None:
    said = [at_first_sight(place / 100) for place in range(101)]
    assert said == sorted(said)
    assert (said[0], said[100]) == (0.0, 1.0)
    assert all(after < place / 100 for place, after in enumerate(said) if 0 < place < 100)
