"""Ordinary Latvian, Estonian, Polish and Russian tables, as offices export them and programmers call them.

Every table that is nobody's shares its words with tables of persons: a bank has a telephone, a queue has tasks, a
price list speaks of couriers. A missed person is the worse error, so the persons' tables stand beside them.
"""

# ruff: noqa: E501 - a table stands on one line

from typing import Any

import pytest

from tests.classify.tables_in_lines import levels_of, tables_in, tagged

NOBODYS = """
lv_own_details | Uzņēmuma rekvizīti | Uzņēmuma nosaukums, Reģ. Nr., PVN Nr., Juridiskā adrese, Banka, Konts, SWIFT, Tālrunis, E-pasts
lv_tasks_of_software | uzdevumu_rinda | id, uzdevums, parametri, statuss, meginajumi, izveidots, izpildits, kluda
lv_questions | buj | id, jautajums, atbilde, kategorija, seciba
lv_cameras | Kameru saraksts | Kamera, Vieta, Modelis, IP adrese, MAC adrese, Ierakstu glabāšana (dienas)
lv_medicines | zalu_katalogs | registracijas_nr, nosaukums, aktiva_viela, zalu_forma, razotajs, atc_kods, cena, recepsu_zales, kompensacija
et_own_details | Ettevõtte rekvisiidid | Ärinimi, Registrikood, KMKR number, Aadress, Pank, IBAN, SWIFT, Telefon, E-post
et_banks | Pankade nimekiri | BIC, Panga nimi, Aadress, Telefon, Koduleht
et_budget | eelarve | aasta, kood, kirje, planeeritud, taitmine, halve, rahastusallikas
et_cameras | Kaamerate loetelu | Kaamera, Asukoht, Mudel, IP-aadress, MAC-aadress, Salvestiste säilitusaeg (päeva)
et_terms | maksetingimused | kood, nimetus, tahtaeg_paevades, meeldetuletus
pl_own_details | Dane firmy do faktur | Nazwa firmy, NIP, REGON, Adres siedziby, Nazwa banku, Nr rachunku, SWIFT, Telefon, E-mail
pl_rooms | sale | id, nazwa, pietro, liczba_miejsc, rzutnik, budynek
pl_cameras | Wykaz kamer | Kamera, Lokalizacja, Model, Adres IP, Adres MAC, Retencja nagrań (dni)
pl_terms | terminy_platnosci | kod, nazwa, dni, przypomnienie
ru_own_details | Реквизиты организации | Наименование, ИНН, КПП, ОГРН, Юридический адрес, Банк, Расчётный счёт, БИК, Телефон, Эл. почта
ru_couriers_prices | tarify_kurera | id, zona, ves_ot, ves_do, cena_bez_nds, toplivnaya_nadbavka, deystvuet_s
ru_positions | Штатное расписание | Код должности, Должность, Подразделение, Количество ставок, Оклад мин., Оклад макс.
ru_tasks_of_software | ochered_zadach | id, zadacha, parametry, status, popytok, sozdano, vypolneno, oshibka
ru_translations | perevody_interfeisa | id, klyuch, yazyk, perevod, modul
ru_questions | Частые вопросы | ID, Вопрос, Ответ, Категория, Порядок
"""
PERSONS = """
lv_time_sheets | darba_laika_uzskaite | darb_id, datums, nostradatas_stundas, virsstundas, nakts_stundas, prombutnes_kods, apstiprinaja |
lv_accidents | Nelaimes gadījumi darbā | Datums, Cietušais, Amats, Traumas veids, Apstākļi, Liecinieki | Cietušais, Traumas veids, Apstākļi, Liecinieki
lv_applications | iesniegumi (pašvaldība) | Reģ. Nr., Saņemts, Iesniedzējs, Adrese saziņai, Iesnieguma saturs, Atbildīgais, Atbildes termiņš | Iesniedzējs, Adrese saziņai, Iesnieguma saturs
lv_donations | ziedojumi | ziedotajs, ziedotaja_epasts, summa, datums, merkis, anonims | ziedotajs, ziedotaja_epasts
et_leave | Puhkuseavaldused | Töötaja, Puhkuse liik, Algus, Lõpp, Tööpäevi, Avalduse kuupäev, Kinnitaja, Puhkusejääk | Töötaja
et_data_requests | Andmesubjekti taotlused | Nr, Saabunud, Taotleja, Kontakt e-post, Taotluse liik, Tähtaeg, Vastus saadetud, Märkused | Taotleja, Kontakt e-post, Märkused
et_policies | Kindlustuspoliisid | Poliisi nr, Kindlustusvõtja, Kindlustatu isikukood, Auto reg. nr, Kindlustusmakse, Kehtiv alates, Soodustatud isik | Kindlustusvõtja, Kindlustatu isikukood, Auto reg. nr, Soodustatud isik
et_accidents | Tööõnnetused | Kuupäev, Kannatanu, Ametikoht, Vigastuse liik, Asjaolud, Tunnistajad | Kannatanu, Vigastuse liik, Asjaolud, Tunnistajad
pl_shop_orders | Zamówienia ze sklepu | Nr zamówienia, Data, Kupujący, E-mail, Telefon, Adres dostawy, Wybrany paczkomat, Razem brutto, Uwagi klienta | Kupujący, E-mail, Telefon, Adres dostawy, Wybrany paczkomat, Uwagi klienta
pl_time_sheets | ewidencja_czasu_pracy | prac_id, data, godz_przepracowane, nadgodziny, godz_nocne, kod_nieobecnosci, zatwierdzil |
pl_donations | darowizny | darczynca, email_darczyncy, kwota, data, cel, anonimowa | darczynca, email_darczyncy
pl_visits | ruch_na_stronie | id_sesji, ip, przegladarka, strona_wejscia, odsylacz, czas_na_stronie, urzadzenie | ip
pl_accidents | Wypadki przy pracy | Data, Poszkodowany, Stanowisko, Rodzaj urazu, Okoliczności, Świadkowie | Poszkodowany, Rodzaj urazu, Okoliczności, Świadkowie
ru_shop_orders | Заказы интернет-магазина | Дата, Покупатель, Email, Телефон, Адрес доставки, Пункт выдачи, Сумма с НДС, Комментарий покупателя | Покупатель, Email, Телефон, Адрес доставки, Пункт выдачи, Комментарий покупателя
ru_trips | Командировки | Сотрудник, Место назначения, Дата выезда, Дата возвращения, Суточные, Аванс, Номер приказа | Сотрудник
ru_policies | Полисы | № полиса, Страхователь, Паспорт застрахованного, Гос. номер авто, Страховая премия, Выгодоприобретатель | Страхователь, Паспорт застрахованного, Гос. номер авто, Выгодоприобретатель
ru_donations | pozhertvovaniya | zhertvovatel, email_zhertvovatelya, summa, data, cel, anonimno | zhertvovatel, email_zhertvovatelya
ru_accidents | Несчастные случаи | Дата, Пострадавший, Должность, Характер травмы, Обстоятельства, Свидетели | Пострадавший, Характер травмы, Обстоятельства, Свидетели
"""


@pytest.mark.parametrize(("table", "columns"), tables_in(NOBODYS))
def test_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert not tagged(tag(table, columns).columns)


@pytest.mark.parametrize(("table", "columns", "direct"), tables_in(PERSONS))
def test_somebodys(table: str, columns: list[str], direct: list[str], tag: Any) -> None:
    levels = levels_of(tag(table, columns).columns)
    assert [name for name in direct if name and levels[name] != "direct"] == []
    assert [name for name, level in levels.items() if level == "none"] == []
