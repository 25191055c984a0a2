"""The same meaning is found in every language the lexicon speaks; words are chosen by meaning."""

from typing import Any

import pytest

PERSONS = {
    "en": ("clients", {"First name": "identity.name", "Surname": "identity.name",
                       "Date of birth": "identity.birth_date",
                       "Phone no.": "contact.phone", "E-mail": "contact.email", "Postcode": "contact.postal_code",
                       "Remarks": "communication.content", "Sick leave": "special.health"}),
    "lt": ("klientai", {"Vardas": "identity.name", "Pavardė": "identity.name", "Gimimo data": "identity.birth_date",
                        "Asmens kodas": "identity.government_id", "Tel. nr.": "contact.phone",
                        "El. paštas": "contact.email", "Gatvė": "contact.address",
                        "Pastabos": "communication.content"}),
    "lv": ("klienti", {"Vārds": "identity.name", "Uzvārds": "identity.name", "Personas kods": "identity.government_id",
                       "Tālrunis": "contact.phone", "E-pasts": "contact.email", "Pasta indekss": "contact.postal_code",
                       "Dzimšanas datums": "identity.birth_date"}),
    "et": ("kliendid", {"Eesnimi": "identity.name", "Perekonnanimi": "identity.name",
                        "Isikukood": "identity.government_id", "Telefoninumber": "contact.phone",
                        "E-post": "contact.email", "Sünniaeg": "identity.birth_date",
                        "Märkused": "communication.content"}),
    "pl": ("klienci", {"Imię": "identity.name", "Nazwisko": "identity.name", "PESEL": "identity.government_id",
                       "Nr telefonu": "contact.phone", "Adres e-mail": "contact.email", "Ulica": "contact.address",
                       "Data urodzenia": "identity.birth_date", "Uwagi": "communication.content"}),
    "de": ("Kunden", {"Vorname": "identity.name", "Nachname": "identity.name", "Geburtsdatum": "identity.birth_date",
                      "Handynummer": "contact.phone", "E-Mail-Adresse": "contact.email", "PLZ": "contact.postal_code",
                      "Straße": "contact.address", "Kundennummer": "account.username_or_id"}),
    "fr": ("clients", {"Prénom": "identity.name", "Nom": "identity.name", "Date de naissance": "identity.birth_date",
                       "Téléphone portable": "contact.phone", "Courriel": "contact.email",
                       "Code postal": "contact.postal_code", "Mot de passe": "account.credential_secret"}),
    "es": ("clientes", {"Apellidos": "identity.name", "Nombre": "identity.name", "DNI": "identity.government_id",
                        "Fecha de nacimiento": "identity.birth_date", "Teléfono": "contact.phone",
                        "Correo electrónico": "contact.email", "Observaciones": "communication.content"}),
    "it": ("clienti", {"Cognome": "identity.name", "Nome": "identity.name",
                       "Codice fiscale": "identity.government_id", "Data di nascita": "identity.birth_date",
                       "Cellulare": "contact.phone", "CAP": "contact.postal_code", "Indirizzo": "contact.address"}),
    "ru": ("Клиенты", {"Фамилия": "identity.name", "Имя": "identity.name", "Отчество": "identity.name",
                       "Дата рождения": "identity.birth_date", "Телефон": "contact.phone",
                       "Эл. почта": "contact.email", "Паспорт": "identity.government_id",
                       "Комментарий": "communication.content"}),
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(PERSONS))
def test_a_customer_list_is_read_in_its_language(language: str, tag: Any) -> None:
    table, wanted = PERSONS[language]
    found = {row.column_name: row.data_category for row in tag(table, list(wanted)).columns}
    assert found == wanted


@pytest.mark.parametrize(
    ("form", "category"),
    [
        ("gavėjo telefonas", "contact.phone"),
        ("gavėjų telefonai", "contact.phone"),
        ("pirkėjo_el_pastas", "contact.email"),
        ("darbuotojo_asmens_kodas", "identity.government_id"),
        ("klientoAdresas", "contact.address"),
    ],
)
def test_case_endings_and_missing_diacritics_do_not_hide_a_lithuanian_word(form: str, category: str, tag: Any) -> None:
    assert tag("sarasas", [form, "suma"]).columns[0].data_category == category


@pytest.mark.parametrize("form", ["firstname", "FirstName", "first_name", "strFirstName", "FIRST-NAME", "first name 2"])
def test_the_way_a_name_is_written_does_not_matter(form: str, tag: Any) -> None:
    assert tag("customer", [form]).columns[0].data_category == "identity.name"
