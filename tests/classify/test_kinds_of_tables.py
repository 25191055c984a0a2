"""Kinds of tables that are known by all their columns together, in ten languages: whose the rows are.

Every table is one that some software has or could have. A kind is listed with the tables it is easily taken for, as a
rule that calls a table nobody's is worth nothing if it swallows the customers beside it.
"""

# ruff: noqa: E501 - a table stands on one line

from typing import Any

import pytest

from tests.classify.tables_in_lines import levels_of, tables_in, tagged

OWN_SETTINGS = """
en | company_info | company_name, vat_number, iban, bank_name, phone, email, logo, invoice_prefix
en_key_value | app_options | option_key, option_value, autoload
en_business_profile | business_profile | legal_name, tax_id, support_email, support_phone, logo_url, currency, timezone, date_format
en_billing_identity | org_billing_identity | org_name, vat_id, iban, swift, contact_email, invoice_footer, next_invoice_number
lt | parduotuves_duomenys | pavadinimas, imones_kodas, pvm_kodas, iban, telefonas, el_pastas, logotipas, valiuta
lt_invoice | saskaitu_nustatymai | serija, kitas_numeris, imones_pavadinimas, pvm_moketojo_kodas, bankas, saskaita, spaudas, logotipas
lt_key_value | sistemos_parametrai | raktas, reiksme, aprasymas, pakeista
lv | uznemuma_iestatijumi | nosaukums, reg_nr, pvn_nr, konts, talrunis, epasts, logotips, valuta
et | ettevotte_seaded | nimi, registrikood, kmkr_number, iban, telefon, epost, logo, valuuta
pl | dane_sklepu | nazwa_firmy, nip, regon, numer_konta, telefon, email, logo, waluta, prefiks_faktury
pl_settings | ustawienia_sklepu | nazwa_sklepu, email_nadawcy, telefon, konto_bankowe, waluta, strefa_czasowa, logo
de | firmendaten | firmenname, ust_idnr, iban, bic, telefon, email, logo, rechnungspraefix, waehrung
de_settings | shop_einstellungen | shopname, absender_email, telefon, bankverbindung, waehrung, zeitzone, logo
fr | parametres_societe | raison_sociale, siret, tva_intra, iban, telephone, courriel, logo, devise, prefixe_facture
es | ajustes_empresa | razon_social, cif, iban, telefono, correo, logotipo, moneda, prefijo_factura
it | impostazioni_azienda | ragione_sociale, partita_iva, iban, telefono, email, logo, valuta, prefisso_fattura
ru | nastrojki_magazina | nazvanie_magazina, inn, raschetnyj_schet, telefon, email, logotip, valyuta, prefiks_scheta
ru_cyrillic | Настройки организации | Название, ИНН, Расчетный счет, Телефон, Email, Логотип, Валюта
"""
TEMPLATES = """
en | mail_contents | id, code, language, subject, body_html, body_text, updated_at
en_notifications | notification_texts | event, locale, subject, body, html, active
en_transactional | transactional_emails | id, name, subject, html, text, from_name, from_email, variables
en_sms | sms_texts | id, code, locale, body, placeholders
lt | pranesimu_tekstai | kodas, kalba, tema, tekstas, html, kintamieji, aktyvus
lt_letters | laisku_tekstai | id, raktas, kalba, antraste, turinys_html, turinys_txt
lv | vestulu_sabloni | sablona_id, kods, valoda, tema, saturs, sutitaja_vards, sutitaja_epasts, aktivs
et | kirjamallid | malli_id, kood, keel, teema, sisu, saatja_nimi, saatja_epost, aktiivne
pl | szablony_wiadomosci | id, kod, jezyk, temat, tresc, tresc_html, nadawca_nazwa, nadawca_email
de | mailvorlagen | id, schluessel, sprache, betreff, inhalt_html, inhalt_text, absender_name, absender_email
fr | modeles_courriel | id, code, langue, objet, corps_html, corps_texte, expediteur_nom, expediteur_email
es | plantillas_correo | id, codigo, idioma, asunto, cuerpo_html, cuerpo_texto, remitente_nombre, remitente_email
it | modelli_email | id, codice, lingua, oggetto, corpo_html, corpo_testo, mittente_nome, mittente_email
ru | shablony_pisem | id, kod, yazyk, tema, tekst_html, tekst, imya_otpravitelya, email_otpravitelya
"""
MAILBOXES = """
en_imap | mail_fetchers | id, name, email, imap_host, imap_port, imap_user, imap_password, folder, active
en_departments | support_inboxes | id, name, email, signature, auto_reply_subject, auto_reply_message, ticket_status, smtp_server
en_channels | email_channels | id, display_name, address, incoming_server, incoming_port, outgoing_server, outgoing_port, ssl
lt | pasto_dezutes | id, pavadinimas, el_pastas, smtp_serveris, smtp_prievadas, slaptazodis, parasas, auto_atsakymas
pl | skrzynki_pocztowe | id, nazwa, email, serwer_imap, port, haslo, podpis, autoodpowiedz
de | postfaecher | id, name, email, imap_server, imap_port, passwort, signatur, verschluesselung
fr | boites_mail | id, nom, email, serveur_imap, port_imap, mot_de_passe, signature, chiffrement
"""
TARIFFS = """
en | courier_rates | zone, weight_from, weight_to, price, fuel_surcharge, valid_from, valid_to
en_export | Parcel price list | Zone, Country, Max weight (kg), Net price, Surcharge, Valid from
en_shipping | shipping_rate_table | id, country_code, zip_from, zip_to, weight_max, rate
lt | siuntu_kainynas | zona, svoris_iki, kaina, pvm, galioja_nuo
lt_delivery | pristatymo_kainos | salis, svoris_nuo, svoris_iki, kaina, terminas_d_d
lt_export | Siuntimo įkainiai | Zona, Svoris iki (kg), Kaina be PVM, Degalų priedas, Galioja nuo
lv | piegades_cenas | zona, svars_lidz, cena, deriga_no
et | paki_hinnakiri | tsoon, kaal_kuni, hind, kehtib_alates
pl | cennik_przesylek | strefa, waga_od, waga_do, cena_netto, obowiazuje_od
de | versandkosten | zone, land, gewicht_von, gewicht_bis, preis_netto, gueltig_ab
fr | grille_tarifaire | zone, poids_min, poids_max, prix_ht, date_debut_validite
es | tarifas_envio | zona, peso_desde, peso_hasta, precio, vigente_desde
it | listino_spedizioni | zona, peso_da, peso_a, prezzo, valido_dal
ru | tarify_dostavki | zona, ves_ot, ves_do, cena, dejstvuet_s
ru_cyrillic | Тарифы посылок | Зона, Вес до, Цена, Срок доставки, Действует с
"""
CATALOGUES = """
en | google_feed | id, title, description, link, image_link, price, brand, gtin, gender, age_group, size, color
en_books | title_list | isbn, title, author, translator, publisher, pages, language, shelf, price
en_stock | stock_export | SKU, Name, Supplier code, Barcode, Price, Weight, Manufacturer, Manufacturer e-mail
lt | asortimentas | sku, pavadinimas, gamintojas, gamintojo_adresas, kaina, svoris, lytis, amziaus_grupe
lt_books | fondas | isbn, antraste, autorius, leidykla, metai, puslapiai, kalba, lentyna
lt_feed | kaina24_eksportas | ean, pavadinimas, kategorija, kaina, sena_kaina, nuotrauka, likutis, pristatymo_laikas
lv | gramatu_katalogs | isbn, nosaukums, autors, izdevejs, gads, lappuses, valoda, cena
et | tootevoog | ean, nimetus, tootja, kategooria, hind, vana_hind, laos, sugu, pildi_url
pl | oferta_ceneo | id, ean, nazwa, producent, kategoria, cena, stan, waga, plec, grupa_wiekowa, zdjecie
pl_books | zbiory | isbn, tytul, autor, wydawca, rok_wydania, liczba_stron, jezyk
de | medienbestand | isbn, titel, autor, verlag, erscheinungsjahr, seiten, sprache, standort
de_feed | idealo_export | ean, artikelnummer, bezeichnung, hersteller, preis, versandkosten, geschlecht, altersgruppe, bild_url
fr | flux_produits | ean, nom, marque, categorie, prix, prix_barre, poids, genre, tranche_age, url_image
fr_books | ouvrages | isbn, titre, auteur, editeur, annee, nombre_pages, langue, resume
es | fondo_bibliografico | isbn, titulo, autor, editorial, anio, paginas, idioma, estante
it | feed_prodotti | ean, nome, produttore, categoria, prezzo, peso, genere, fascia_eta, immagine
it_books | volumi | isbn, titolo, autore, editore, anno, pagine, lingua, collocazione
ru | vygruzka_tovarov | artikul, shtrihkod, naimenovanie, proizvoditel, cena, ves, pol, foto
ru_books | Фонд библиотеки | ISBN, Название, Автор, Издательство, Год издания, Страниц, Язык
"""
WAYS = """
en | pickup_methods | id, name, price, phone_required, sort_order, active
en_delivery | fulfilment_methods | method_id, method_name, fee, needs_address, position
lt | atsiemimo_budai | budo_id, pavadinimas, kaina, reikia_adreso, eiliskumas
lt_payment | apmokejimo_budai | id, pavadinimas, mokestis, aktyvus, rikiavimas
lv | sanemsanas_veidi | veida_id, nosaukums, cena, vajag_talruni, seciba
et | kattesaamisviisid | viisi_id, nimetus, hind, jarjekord, aktiivne
pl | sposoby_odbioru | id, nazwa, cena, wymagany_telefon, kolejnosc
de | abholarten | id, name, preis, telefon_erforderlich, reihenfolge
fr | modes_de_retrait | id, nom, prix, telephone_requis, ordre
es | formas_de_entrega | id, nombre, precio, requiere_telefono, orden
it | modalita_ritiro | id, nome, prezzo, telefono_obbligatorio, ordine
ru | sposoby_vydachi | id, nazvanie, cena, nuzhen_telefon, poryadok
"""
STAGES = """
en | deal_stages | id, name, probability, sort_order, pipeline_id, color
en_candidates | candidate_stages | id, title, position, is_final
en_tickets | ticket_priorities | id, name, colour, sort_order
lt | sandoriu_etapai | etapo_id, pavadinimas, tikimybe, eiliskumas, spalva
pl | etapy_sprzedazy | id, nazwa, prawdopodobienstwo, kolejnosc, kolor
de | verkaufsphasen | id, bezeichnung, wahrscheinlichkeit, reihenfolge, farbe
fr | etapes_vente | id, libelle, probabilite, ordre, couleur
es | etapas_venta | id, nombre, probabilidad, orden, color
it | fasi_vendita | id, nome, probabilita, ordine, colore
ru | etapy_sdelok | id, nazvanie, veroyatnost, poryadok, cvet
"""
ACTIVITIES = """
en | activities | id, project_id, name, visible, color, hourly_rate, billable
en_tasks | project_tasks | id, project_id, name, budget, time_budget, billable, visible
lt | veiklos | id, projekto_id, pavadinimas, valandos_ikainis, biudzetas, spalva
pl | czynnosci | id, projekt_id, nazwa, stawka, budzet, kolor
de | taetigkeiten | id, projekt_id, bezeichnung, stundensatz, budget, farbe
"""

NAMES_OF_THINGS = """
en_systems | operating_system | id_operating_system, name
en_browsers | web_browser | id_web_browser, name
en_devices | device_model | device_model_id, title, position
"""

KINDS = {"own_settings": OWN_SETTINGS, "templates": TEMPLATES, "mailboxes": MAILBOXES, "tariffs": TARIFFS,
         "catalogues": CATALOGUES, "ways": WAYS, "stages": STAGES, "activities": ACTIVITIES, "names": NAMES_OF_THINGS}  # fmt: skip


def _tables(kinds: dict[str, str]) -> list[Any]:
    return [table for kind, lines in kinds.items() for table in tables_in(lines, f"{kind}-")]


@pytest.mark.parametrize(("table", "columns"), _tables(KINDS))
def test_nobodys(table: str, columns: list[str], tag: Any) -> None:
    assert not tagged(tag(table, columns).columns)


BESIDE_SETTINGS = """
en_customers | companies | company_name, vat_number, iban, phone, email, contact_person, logo, customer_id | phone, email, iban
en_payees | bank_details | customer_id, account_holder, iban, bic, bank_name | account_holder, iban
lt_clients | klientai | pavadinimas, imones_kodas, pvm_kodas, iban, telefonas, el_pastas, miestas | telefonas, el_pastas, iban
lt_suppliers | tiekejai | pavadinimas, imones_kodas, pvm_kodas, saskaita, telefonas, el_pastas | telefonas, el_pastas
pl_clients | kontrahenci | nazwa, nip, regon, numer_konta, telefon, email, ulica, kod_pocztowy | telefon, email, numer_konta
de_clients | firmenkunden | firma, ust_idnr, iban, telefon, email, ansprechpartner | telefon, email, ansprechpartner
fr_clients | clients | raison_sociale, siret, iban, telephone, courriel, nom_contact | telephone, courriel, nom_contact
ru_clients | Контрагенты | Наименование, ИНН, Расчетный счет, Телефон, Email, Контактное лицо | Телефон, Email
en_user_settings | user_settings | user_id, email, timezone, date_format, avatar | email
"""
BESIDE_NAMES = """
en_patients | patient | id_patient, name | name
en_sessions | login_session | login_session_id, user_id, ip | ip
"""
BESIDE_TEMPLATES = """
en_sent | sent_emails | id, template, language, subject, body_html, body_text, to_email, sent_at | body_html, to_email
en_messages | messages | id, customer_id, subject, body, html, language | subject, body
lt_messages | laiskai | id, gavejas, el_pastas, tema, turinys, html, issiusta | el_pastas, turinys
pl_messages | wiadomosci | id, klient_id, temat, tresc, data | temat, tresc
de_messages | nachrichten | id, kunde_id, betreff, inhalt, gesendet_am | betreff, inhalt
fr_messages | messages_clients | id, client_id, objet, message, date_envoi | objet, message
"""
BESIDE_TARIFFS = """
en_parcels | parcels | tracking_number, recipient_name, recipient_phone, zone, weight, price | recipient_name, recipient_phone
lt_parcels | siuntos | siuntos_nr, gavejas, gavejo_telefonas, zona, svoris, kaina | gavejas, gavejo_telefonas
de_parcels | sendungen | sendungsnummer, empfaenger, telefon, zone, gewicht, preis | empfaenger, telefon
pl_parcels | przesylki | numer, odbiorca, telefon, strefa, waga, cena | odbiorca, telefon
fr_parcels | colis | numero_suivi, destinataire, telephone, zone, poids, prix | destinataire, telephone
"""
BESIDE_CATALOGUES = """
en_lines | order_items | order_id, sku, ean, name, price, weight, gift_message | gift_message
en_reviews | product_reviews | sku, product_name, author, author_email, rating, review | author, author_email, review
en_sizes | customers | first_name, email, gender, age_group, price_list, manufacturer_discount | first_name, email, gender
lt_loans | isduotos_knygos | isbn, antraste, skaitytojo_vardas, skaitytojo_telefonas, paimta, grazinti_iki | skaitytojo_vardas, skaitytojo_telefonas
lt_orders | uzsakymai | uzsakymo_nr, pirkejas, telefonas, ean, preke, kaina, svoris | pirkejas, telefonas
de_loans | ausleihen | isbn, titel, leser_name, leser_email, ausgeliehen_am | leser_name, leser_email
pl_readers | czytelnicy | imie, nazwisko, plec, grupa_wiekowa, pesel | imie, nazwisko, plec, pesel
fr_orders | commandes | numero, client, telephone, ean, produit, prix, poids | client, telephone
"""
VISITS = """
en_events | collector_events | event_id, collector_tstamp, page_url, page_title, page_referrer, user_ipaddress, useragent, network_userid, geo_city, br_name, os_name | user_ipaddress, useragent, network_userid
en_hits | hits | id, page_url, referrer, user_agent, session_id, screen_width | user_agent, session_id
en_web | web_events | event, event_time, url, referer, ip, ua, device_type, utm_source | ip, ua
en_clicks | clickstream | ts, visitor_id, page_path, referrer_host, browser, os, country | visitor_id
lt | lankytoju_veiksmai | laikas, puslapio_url, nukreipe, ip, narsykle, irenginys, sesijos_id | ip, sesijos_id
pl | zdarzenia_www | czas, adres_strony, referer, ip, przegladarka, id_sesji | ip, id_sesji
de | seitenaufrufe | zeitpunkt, seite_url, referrer, ip_adresse, browser, sitzungs_id | ip_adresse, sitzungs_id
fr | evenements_web | horodatage, url_page, referent, adresse_ip, navigateur, id_session | adresse_ip, id_session
es | eventos_web | fecha, url_pagina, referente, direccion_ip, navegador, id_sesion | direccion_ip, id_sesion
it | eventi_web | data, url_pagina, referrer, indirizzo_ip, browser, id_sessione | indirizzo_ip, id_sessione
ru | sobytiya_sajta | vremya, url_stranicy, referer, ip_adres, brauzer, id_sessii | ip_adres, id_sessii
"""
RETURNS = """
en | return_authorizations | number, state, order_id, memo, created_at, return_reason_id | memo
en_rma | rma_authorisations | rma_number, order_number, customer_note, status, amount | customer_note
en_payments | payment_authorizations | id, order_id, amount, card_last4, created_at |
lt | grazinimu_prasymai | nr, uzsakymo_id, busena, komentaras, suma | komentaras
"""
PERSONS = {"beside_settings": BESIDE_SETTINGS, "beside_names": BESIDE_NAMES, "beside_templates": BESIDE_TEMPLATES, "beside_tariffs": BESIDE_TARIFFS,
           "beside_catalogues": BESIDE_CATALOGUES, "visits": VISITS, "returns": RETURNS}  # fmt: skip


@pytest.mark.parametrize(("table", "columns", "direct"), _tables(PERSONS))
def test_somebodys(table: str, columns: list[str], direct: list[str], tag: Any) -> None:
    result = tag(table, columns)
    levels = levels_of(result.columns)
    assert [name for name in direct if name and levels[name] != "direct"] == []
    assert result.tables[0].data_subject != "none" or any(level != "none" for level in levels.values())
    assert sum(level == "none" for level in levels.values()) * 3 <= len(levels), levels
