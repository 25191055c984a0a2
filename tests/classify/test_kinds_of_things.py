"""Tables of things that have names, births, sexes and network addresses of their own, and the owners beside them.

Belongs here: animals, vehicles, equipment, samples and recipes in ten languages, each kind with tables of persons that
are easily taken for it. Does not belong here: a controller's own lists and settings (``test_kinds_of_tables.py``).
"""

# ruff: noqa: E501 - a table stands on one line

from typing import Any

import pytest

from tests.classify.tables_in_lines import levels_of, tables_in, tagged

ANIMALS = """
en | cattle | id, ear_tag, name, sex, birth_date, breed, sire_name, dam_name, herd_id, milk_yield, last_calving
en_stud | horses | id, name, gender, date_of_birth, breed, sire, dam, colour, pedigree_no
lt | galvijai | id, ausies_nr, vardas, lytis, gim_data, veisle, motinos_nr, bandos_id, vid_primilzis
lt_export | Žirgų sąrašas.xlsx | Vardas, Lytis, Gimimo data, Veislė, Spalva, Kaimenė, Svoris kg
lv | govis | id, vards, dzimums, dzimsanas_datums, skirne, ganampulks_id, izslaukums
et | lehmad | id, nimi, sugu, synniaeg, toug, korvamark, kari_id
pl | krowy | id, imie, plec, data_urodzenia, rasa, nr_kolczyka, stado_id, udoj
de | rinder | id, name, geschlecht, geburtsdatum, rasse, ohrmarke, herde_id, letzte_kalbung
fr | vaches | id, nom, sexe, date_naissance, race, num_boucle, troupeau_id, dernier_velage
es | ganado | id, nombre, sexo, fecha_nacimiento, raza, crotal, rebano_id
it | bovini | id, nome, sesso, data_nascita, razza, mandria_id, mungitura
ru | korovy | id, klichka, pol, data_rozhdeniya, poroda, stado_id, udoj
ru_cyrillic | Коровы | Кличка, Пол, Дата рождения, Порода, Стадо, Удой
"""
VEHICLES = """
en | fleet | id, vin, make, model, plate, mileage, fuel_type, registration_date
lt | automobiliai | id, vin, marke, modelis, rida, kuro_tipas, gamybos_metai
de | fuhrpark | id, fahrgestellnummer, marke, modell, laufleistung, kraftstoff
pl | pojazdy | id, vin, marka, model, przebieg, rodzaj_paliwa
fr | vehicules | id, chassis, marque, modele, kilometrage, carburant
es | vehiculos | id, bastidor, marca, modelo, kilometraje, combustible
"""
EQUIPMENT = """
en | door_controllers | id, name, ip_address, mac, controller_model, firmware, password, zone_id
en_sensors | sensors | id, name, serial_no, mac_address, firmware_version, battery, last_seen
lt | durys | durys_id, pavadinimas, ip_adresas, mac, valdiklio_modelis, slaptazodis, zona_id, paskutinis_rysys
lv | sensori | id, nosaukums, ip_adrese, mac, kontrolieris, baterija
et | andurid | id, nimi, ip_aadress, mac, anduri_tyyp, firmware
pl | czujniki | id, nazwa, adres_ip, mac, model, sterownik, bateria
de | steuerungen | id, name, ip_adresse, mac, steuerung_modell, firmware, zone
fr | capteurs | id, nom, adresse_ip, mac, capteur_modele, protocole
ru | datchiki | id, nazvanie, ip_adres, mac, datchik_model, protokol
"""
SAMPLES = """
en | water_samples | sample_no, taken_on, ph, nitrate, coli, turbidity, conclusion
lt | vandens_tyrimai.xlsx | Mėginio Nr., Paėmimo data, Vandenvietė, Seniūnija, Geležis mg/l, Žarninės lazdelės, Išvada
pl | probki_wody | nr_probki, data_pobrania, ph, azotany_mg, woda, wynik
de | bodenproben | probe_nr, datum, ph, konzentration_mg, boden, befund
"""
RECIPES = """
en | recipes | id, name, calories, allergens, ingredients, yield_g, age_group, notes
lt | tech_korteles | ID, RECEPTO_NR, GAMINYS, ISEIGA_G, KALORIJOS, ALERGENAI, AMZIAUS_GR, SAVIKAINA
de | rezepte | id, rezept_nr, name, zutaten, kalorien, allergene, portionen
fr | recettes | id, recette_no, nom, ingredients, calories, allergenes, portions
pl | receptury | id, nazwa, skladniki, kalorie, alergeny, porcje
"""
THINGS = {"animals": ANIMALS, "vehicles": VEHICLES, "equipment": EQUIPMENT, "samples": SAMPLES, "recipes": RECIPES}

OWNED = """
en_pets | pets | id, owner_id, name, species, breed, birth_date, notes | notes
en_vet | vet_clients | first_name, last_name, phone, pet_name, breed, species | first_name, last_name, phone
en_cars | customer_cars | customer_id, vin, plate, make, model, mileage | plate
en_devices | devices | id, user_id, ip, mac, model, firmware, last_seen | ip, mac
en_patients | blood_samples | sample_no, patient_id, taken_on, ph, haemoglobin_mg, conclusion | conclusion
en_prescriptions | prescriptions | id, patient_id, recipe_no, drug, dose, calories | drug
lt_pets | gyvunai | id, kliento_id, vardas, veisle, gimimo_data, pastabos | pastabos
lt_owners | augintiniu_savininkai | vardas, pavarde, tel, el_pastas, augintinio_vardas, veisle | vardas, pavarde, tel, el_pastas
lt_cars | klientu_automobiliai | kliento_id, vin, valst_nr, marke, modelis, rida | valst_nr
lt_samples | kraujo_meginiai | meginio_nr, paciento_id, data, ph, gelezis_mg, isvada | isvada
lt_children | vaikai | vardas, pavarde, gimimo_data, lytis, alergenai, kalorijos, pastabos | vardas, pavarde, gimimo_data
de_pets | tiere | id, kunde_id, name, rasse, geburtsdatum, bemerkung | bemerkung
"""
GATES = """
lt | durų_žurnalas | laikas, durys, kortelė, darbuotojas, rezultatas | darbuotojas, kortelė
en | door_log | time, door, badge_no, employee, result | employee
"""
NEWSLETTERS = """
de | newsletter_empfaenger | id, email, anrede, vorname, status, doi_ip, abgemeldet_am | email, vorname, doi_ip
"""
CALLS = """
lt | skambučių_ataskaita.csv | Skamb. ID, Pradžia, Kas skambino, Operatorė, Kalbėta s, Tema, Įrašas | Operatorė, Tema, Įrašas
lt_schema | skambuciai | id, nuo, kam, trukme, operatorius, irasas, pastaba | irasas, pastaba
de | anrufe | id, anrufer, agent, warteschlange, dauer, aufzeichnung, notiz | anrufer, notiz
fr | appels | id, appelant, agent, duree, enregistrement, note | note
"""
SENT = """
lt | siuntimo_zurnalas | id, kampanijos_id, gavejas, tekstas, kaina_ct, busenos_kodas, issiusta_at | gavejas, tekstas
en | sms_log | id, recipient, message, status, sent_at, price | recipient, message
pl | dziennik_wysylki | id, odbiorca, tresc, status, data | odbiorca, tresc
"""
PERSONS = {"owned": OWNED, "calls": CALLS, "sent": SENT, "gates": GATES, "newsletters": NEWSLETTERS}


def _tables(kinds: dict[str, str]) -> list[Any]:
    return [table for kind, lines in kinds.items() for table in tables_in(lines, f"{kind}-")]


@pytest.mark.parametrize(("table", "columns"), _tables(THINGS))
def test_a_thing_has_a_name_and_a_birth_and_is_nobody(table: str, columns: list[str], tag: Any) -> None:
    assert not tagged(tag(table, columns).columns)


@pytest.mark.parametrize(("table", "columns", "direct"), _tables(PERSONS))
def test_whoever_owns_a_thing_or_was_called_is_somebody(
    table: str, columns: list[str], direct: list[str], tag: Any
) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert [name for name in direct if levels[name] != "direct"] == []


def test_the_memo_of_a_payment_makes_no_letter_of_it(tag: Any) -> None:
    result = tag(
        "transfers", ["signature", "block_time", "sender", "recipient", "amount", "currency", "wallet", "message"]
    )
    assert result.tables[0].role in {"payment", "none"}


def test_who_worked_on_a_thing_is_somebody(tag: Any) -> None:
    columns = ["id", "ausies_nr", "vardas", "veisle", "bandos_id", "vet_gydytojas"]
    levels = {row.column_name: row for row in tag("galvijai", columns).columns}
    assert levels["vet_gydytojas"].data_category == "identity.name"
    assert levels["vet_gydytojas"].data_subject == "employee"
    assert levels["vardas"].data_category == "none"


def test_the_companys_own_data_may_name_its_manager(tag: Any) -> None:
    columns = ["id", "imones_pavad", "im_kodas", "pvm_kodas", "reg_adresas", "direktorius", "info_tel", "info_email",
               "logo", "saskaitos_serija"]  # fmt: skip
    direct = [row.column_name for row in tag("rekvizitai", columns).columns if row.data_category != "none"]
    assert direct == ["direktorius"]


@pytest.mark.parametrize("column", ["trukme_min", "duration_min", "Trukmė min."])
def test_minutes_that_a_visit_took_are_a_fact_of_it(column: str, tag: Any) -> None:
    levels = levels_of(tag("vizitai", ["paciento_id", column]).columns)
    assert levels[column] == "indirect"


def test_the_least_amount_of_a_lookup_stays_nobodys(tag: Any) -> None:
    levels = [row.identifiability.value for row in tag("delivery_zones", ["zone", "amount_min", "price"]).columns]
    assert levels == ["none", "none", "none"]


@pytest.mark.parametrize("column", ["sph_os", "cyl_od"])
def test_os_of_an_eye_is_no_operating_system(column: str, tag: Any) -> None:
    levels = {
        row.column_name: row.data_category
        for row in tag("receptai (optika)", ["id", "paciento_id", "gydytojas", column]).columns
    }
    assert levels[column] == "special.health"


@pytest.mark.parametrize(
    ("table", "column"),
    [("parduotuves", "vadovas"), ("stores", "manager"), ("sklepy", "kierownik")],
)
def test_who_answers_for_a_shop_is_somebody(table: str, column: str, tag: Any) -> None:
    columns = (
        ["id", "pavadinimas", "adresas", "telefonas", column] if table == "parduotuves" else ["id", "name", column]
    )
    levels = {row.column_name: row.data_category for row in tag(table, columns).columns}
    assert levels[column] == "identity.name"


def test_the_name_of_the_chosen_locker_is_where_the_parcel_went(tag: Any) -> None:
    levels = {row.column_name: row.data_category for row in tag(
        "omniva_siuntos", ["barkodas", "gavejo_vardas", "gavejo_tel", "terminalo_pav"]).columns}  # fmt: skip
    assert levels["terminalo_pav"] == "contact.address"


@pytest.mark.parametrize(
    ("table", "columns", "kept"),
    [
        ("kassenbuch", ["beleg_nr", "datum", "text", "einnahme", "kunde"], "einnahme"),
        ("draudimas", ["poliso_nr", "draudejas", "objektas", "zala"], "zala"),
    ],
)
def test_what_stands_beside_a_customer_in_an_unread_table_is_about_that_customer(
    table: str, columns: list[str], kept: str, tag: Any
) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert levels[kept] == "indirect"


def test_a_product_order_with_its_buyer_is_an_order(tag: Any) -> None:
    columns = ["bilieto_nr", "pirkejas", "el_pastas", "kategorija", "kaina", "vieta"]
    levels = levels_of(tag("renginio_bilietai", columns).columns)
    assert (levels["pirkejas"], levels["el_pastas"], levels["kaina"]) == ("direct", "direct", "indirect")


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("slapukai", ["pavadinimas", "teikejas", "domenas", "paskirtis", "galiojimas", "tipas"]),
        ("cookies", ["name", "provider", "domain", "purpose", "duration", "category"]),
        ("Cookie-Liste", ["Name", "Anbieter", "Zweck", "Laufzeit", "Kategorie"]),
    ],
)
def test_a_list_of_the_cookies_of_a_site_is_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert not [row.column_name for row in tag(table, columns).columns if row.data_category != "none"]


def test_a_cookie_that_a_visitor_has_is_that_visitors(tag: Any) -> None:
    columns = ["cookie_id", "value", "ip", "user_agent", "domain", "expires", "type", "created_at"]
    levels = levels_of(tag("cookies", columns).columns)
    assert (levels["cookie_id"], levels["ip"]) == ("direct", "direct")


@pytest.mark.parametrize(
    "heading",
    ["Eil. nr.", "Nr. eil.", "Row no", "Lp.", "L.p.", "Lfd. Nr.", "Jrk nr", "Jrk.", "N.p.k.", "Nr. p.k.", "№ п/п", "п/п",
     "N° ligne", "Nº orden", "Sr. No.", "#"],
)  # fmt: skip
def test_the_number_of_a_line_is_no_number_of_a_customer(heading: str, tag: Any) -> None:
    columns = [heading, "first_name", "email", "phone", "debt"]
    levels = levels_of(tag("clients", columns).columns)
    assert levels[heading] == "none"


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("pets", ["id", "owner_id", "name", "species", "breed", "sex", "birth_date", "vaccinations"]),
        ("zwierzeta", ["id", "wlasciciel_id", "imie", "gatunek", "rasa", "plec", "data_ur", "szczepienia"]),
    ],
)
def test_what_is_told_of_a_pet_is_a_fact_of_its_owner(table: str, columns: list[str], tag: Any) -> None:
    rows = {row.column_name: row for row in tag(table, columns).columns}
    assert {rows[name].identifiability.value for name in (columns[2], columns[5], columns[6])} == {"indirect"}
    assert not [name for name, row in rows.items() if row.special_category]


def test_the_race_of_a_patient_stays_what_it_is(tag: Any) -> None:
    rows = {row.column_name: row for row in tag("patients", ["patient_id", "race", "sex", "birth_date"]).columns}
    assert rows["race"].data_category == "special.ethnicity"


@pytest.mark.parametrize(
    ("table", "columns", "direct"),
    [
        ("lab_results", ["id", "patient_mrn", "test", "value", "unit", "flag"], ["patient_mrn", "value"]),
        ("Arbeitszeiten", ["PersNr", "Name", "Datum", "Kommen", "Gehen"], ["PersNr", "Name"]),
        ("accesos", ["hora", "puerta", "tarjeta", "empleado", "resultado"], ["empleado"]),
        ("tiendas", ["codigo", "nombre", "direccion", "encargado"], ["encargado"]),
        ("filialen", ["id", "bezeichnung", "strasse", "leiter"], ["leiter"]),
    ],
)
def test_persons_that_stand_in_rows_of_other_things_are_found(
    table: str, columns: list[str], direct: list[str], tag: Any
) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert [name for name in direct if levels[name] != "direct"] == []


def test_days_of_leave_are_no_number_of_an_identity_card(tag: Any) -> None:
    rows = {row.column_name: row for row in tag("Urlopy", ["Pracownik", "Rodzaj", "Od", "Do", "Dni"]).columns}
    assert rows["Dni"].data_category == "employee.data"
