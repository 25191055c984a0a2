"""Ordinary Lithuanian tables, as offices export them and programmers call them: whose the rows are.

Every table that is nobody's shares its words with tables of persons: a store has a telephone, a letter a sender, a
camera an address of the internet. A missed person is the worse error, so the persons' tables stand beside them.
"""

# ruff: noqa: E501 - a table stands on one line

from typing import Any

import pytest

from tests.classify.tables_in_lines import levels_of, tables_in, tagged

NOBODYS = """
stores | parduotuves | id, pavadinimas, adresas, miestas, pasto_kodas, telefonas, el_pastas, darbo_laikas, platuma, ilguma
own_details | imones_rekvizitai | pavadinimas, imones_kodas, pvm_kodas, adresas, telefonas, el_pastas, bankas, banko_saskaita, swift, logotipas
price_list | Tiekėjo kainynas | Tiekėjo prekės kodas, EAN, Pavadinimas, Pirkimo kaina, Min. užsakymo kiekis, Likutis pas tiekėją, Pristatymo terminas
parcel_prices | Siuntų kainynas | Vežėjas, Paštomato dydis, Svoris iki, Kaina be PVM, Kaina su PVM, Kuro mokestis
cameras | Vaizdo kamerų sąrašas | Kamera, Vieta, Modelis, IP adresas, MAC adresas, Serijos nr., Įrašų saugojimo trukmė (d.)
production | gamybos_uzsakymai | id, gaminys_id, kiekis, pradzia, pabaiga, busena, linija, brokas
absence_codes | nebuvimo_kodai | kodas, pavadinimas, apmokama, spalva
tree | kategorijos | id, tevine_id, pavadinimas, nuoroda, aprasymas, paveikslelis, rikiavimas
questions | duk | id, klausimas, atsakymas, kategorija, rikiavimas
vehicles | Kelionės lapų normos | Automobilis, Kuro rūšis, Norma vasarą, Norma žiemą, Įsakymo nr.
banks | banko_kodai | kodas, bankas, bic, adresas, tel
cookies | slapuku_sarasas | id, pavadinimas, paskirtis, galiojimas, tiekejas, kategorija, domenas
"""
PERSONS = """
time_sheets | darbo_laiko_ziniarastis | darb_id, data, dirbta_val, virsvalandziai, naktines_val, nebuvimo_kodas, tvirtino |
leave | Atostogų prašymai | Darbuotojas, Atostogų rūšis, Darbo dienų sk., Prašymo data, Patvirtino, Atostogų likutis | Darbuotojas, Atostogų likutis
accidents | Nelaimingi atsitikimai darbe | Data, Nukentėjęs darbuotojas, Pareigos, Sužalojimo pobūdis, Aplinkybės, Liudytojas | Nukentėjęs darbuotojas, Sužalojimo pobūdis
policies | Draudimo polisai | Poliso Nr., Draudėjas, Draudėjo a. k., Automobilio valst. nr., Įmoka, Galioja nuo, Naudos gavėjas | Draudėjas, Draudėjo a. k.
data_requests | Duomenų subjektų prašymai | Prašymo Nr., Gavimo data, Asmens vardas pavardė, El. paštas, Terminas, Atsakymas išsiųstas | Asmens vardas pavardė, El. paštas
bank_statement | Sąskaitos išrašas | Data, Mokėtojas / Gavėjas, Sąskaitos Nr., Debetas, Kreditas, Paskirtis, Įmokos kodas | Mokėtojas / Gavėjas, Sąskaitos Nr., Paskirtis
parcels | Omniva siuntos | Siuntos numeris, Gavėjo vardas pavardė, Gavėjo mob. tel., Paštomatas, COD suma, Įteikimo data | Gavėjo vardas pavardė, Gavėjo mob. tel., Paštomatas
utilities | abonentai | abonento_nr, vardas_pavarde, objekto_adresas, tel, permoka | abonento_nr, vardas_pavarde, objekto_adresas, tel
"""


@pytest.mark.parametrize(("table", "columns"), tables_in(NOBODYS))
def test_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert not tagged(tag(table, columns).columns)


@pytest.mark.parametrize(("table", "columns", "direct"), tables_in(PERSONS))
def test_somebodys(table: str, columns: list[str], direct: list[str], tag: Any) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert [name for name in direct if name and levels[name] != "direct"] == []
    assert [name for name, level in levels.items() if level == "none"] == []
