"""Courier exports, written alike for every controller that uses the courier.

Belongs here: rows of Omniva, DPD, LP EXPRESS and Venipak exports with what is planted in them. Does not
belong here: which controller uses whom.
"""

from datetime import timedelta
from pathlib import Path

from sample_files import text_table, workbook
from sample_values import Person, Source

OMNIVA = (
    "Siuntos Nr.",
    "Užsakymo Nr.",
    "Gavėjas",
    "Gavėjo telefonas",
    "Gavėjo el. paštas",
    "Gavėjo adresas",
    "Miestas",
    "Pašto kodas",
    "Šalis",
    "Paštomatas",
    "Apmokėjimas pristatymo metu (COD), EUR",
    "Svoris, kg",
    "Pastabos",
    "Būsena",
    "Sukurta",
    "Pristatymo data",
    "Siuntą priėmė",
)
OMNIVA_COD = (
    "Siuntos Nr.",
    "Užsakymo Nr.",
    "Gavėjas",
    "COD suma",
    "Surinkimo data",
    "Pervedimo data",
    "Mokėjimo paskirtis",
    "Banko sąskaita",
)
DPD = (
    "Parcel number",
    "Order number",
    "Recipient name",
    "Recipient phone",
    "Recipient e-mail",
    "Recipient street",
    "Recipient city",
    "Recipient postcode",
    "Recipient country",
    "Pickup point",
    "COD amount",
    "COD bank account",
    "Remark",
    "Status",
    "Created at",
    "Delivery date",
    "GpsLat",
    "GpsLon",
)
LP_EXPRESS = (
    "Siuntos Nr.",
    "Užsakymo Nr.",
    "Gavėjas",
    "Gavėjo telefonas",
    "Gavėjo el. paštas",
    "Šalis",
    "Miestas",
    "Adreso eilutė 1",
    "Adreso eilutė 2",
    "Pašto kodas",
    "Paštomatas",
    "Pristatymo pastabos",
    "Siuntinio vertė",
    "Siuntinio svoris",
    "Siuntinio tipas",
    "Pardavimo data",
    "Pristatymo data",
)
VENIPAK = (
    "pack_no",
    "shipment_no",
    "consignee_name",
    "contact_person",
    "company_code",
    "contact_tel",
    "contact_email",
    "address",
    "city",
    "post_code",
    "country",
    "comment_door_code",
    "comment_office_no",
    "comment_text",
    "cod",
    "cod_type",
    "courier_name",
    "courier_tel",
    "car_reg_no",
    "date",
    "status",
    "terminal",
)

_REMARKS = ("", "", "", "palikti prie durų", "skambinti iš anksto", "laiptinės kodas 12#34")


def _omniva_rows(source: Source, people: tuple[Person, ...], count: int) -> list[list[object]]:
    rows: list[list[object]] = []
    for number in range(count):
        person, sent = source.random.choice(people), source.when(900, 2)
        locker = source.one("", "Klaipėdos Pavyzdžių paštomatas", "Vilniaus Bandymų paštomatas")
        rows.append(
            [
                f"CE{source.digits(9)}EE",
                10_000 + number,
                person.name,
                person.phone,
                person.email,
                "" if locker else person.street,
                person.town,
                person.postcode,
                "LT",
                locker,
                source.one("", "", source.amount()),
                f"{source.random.randint(1, 40) / 10:.1f}".replace(".", ","),
                source.one(*_REMARKS),
                source.one("Pristatyta", "Kelyje"),
                sent.strftime("%Y.%m.%d %H:%M"),
                source.one("", (sent + timedelta(days=2)).strftime("%Y.%m.%d %H:%M")),
                source.one("", person.name),
            ]
        )
    return rows


def omniva_workbook(path: Path, source: Source, people: tuple[Person, ...], merchant_iban: str) -> None:
    """Two sheets: shipments, and pay-outs of cash on delivery to the merchant's account (not the customer's)."""
    shipments = _omniva_rows(source, people, 60)
    payouts: list[list[object]] = []
    for row in shipments[:25]:
        collected = source.when(400, 5)
        payouts.append(
            [
                row[0],
                row[1],
                row[2],
                source.amount().replace(".", ","),
                collected.strftime("%d.%m.%Y"),
                (collected + timedelta(days=3)).strftime("%d.%m.%Y"),
                f"COD už užsakymą {row[1]}",
                merchant_iban,
            ]
        )
    workbook(path, (("Siuntos", OMNIVA, shipments), ("COD", OMNIVA_COD, payouts)))


def omniva_text(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    text_table(path, OMNIVA, _omniva_rows(source, people, 40), delimiter="\t", encoding="utf-8-sig")


def dpd(path: Path, source: Source, people: tuple[Person, ...], merchant_iban: str, count: int = 50) -> None:
    rows: list[list[object]] = []
    for number in range(count):
        person, sent = source.random.choice(people), source.when(800, 1)
        cod = source.one("", "", source.amount())
        delivered = source.random.random() < 0.8
        rows.append(
            [
                f"0560{source.digits(10)}",
                20_000 + number,
                person.name,
                person.phone.replace(" ", ""),
                person.email,
                person.street,
                person.town,
                person.postcode,
                "LT",
                source.one("", "LT90001", "LT10017"),
                cod,
                merchant_iban if cod else "",
                source.one(*_REMARKS),
                "DELIVERED" if delivered else "IN TRANSIT",
                sent.strftime("%d/%m/%Y %H:%M"),
                (sent + timedelta(days=1)).strftime("%d/%m/%Y %H:%M") if delivered else "00/00/0000",
                f"55.{source.digits(5)}" if delivered else "",
                f"21.{source.digits(5)}" if delivered else "",
            ]
        )
    text_table(path, DPD, rows)


def lp_express(path: Path, source: Source, people: tuple[Person, ...], *, titled: bool, count: int = 45) -> None:
    rows: list[list[object]] = []
    for number in range(count):
        person, sold = source.random.choice(people), source.when(1_200, 3)
        rows.append(
            [
                f"CE{source.digits(9)}LT",
                30_000 + number,
                person.name,
                "8" + person.phone[4:].replace(" ", ""),
                person.email,
                "Lietuva",
                person.town,
                person.street,
                "",
                person.postcode,
                source.one("", "Paštomatas 0101"),
                source.one(*_REMARKS),
                source.amount().replace(".", ","),
                f"0,{source.random.randint(1, 9)}",
                source.one("S", "M", "L"),
                sold.strftime("%Y-%m-%d"),
                source.one("", (sold + timedelta(days=2)).strftime("%Y-%m-%d")),
            ]
        )
    text_table(path, LP_EXPRESS, rows, encoding="windows-1257", title="Siuntų ataskaita" if titled else "")


def venipak(path: Path, source: Source, people: tuple[Person, ...], couriers: tuple[Person, ...]) -> None:
    """With personal codes where a company's code is expected, and with the couriers' own data."""
    rows: list[list[object]] = []
    for number in range(40):
        person, courier, sent = source.random.choice(people), source.random.choice(couriers), source.when(700, 2)
        cod = source.one("", "", source.amount())
        rows.append(
            [
                f"V99999E{number:07d}",
                40_000 + number,
                person.name,
                person.name,
                source.one("", person.personal_code, source.company_code()),
                person.phone.replace(" ", ""),
                person.email,
                person.street,
                person.town,
                person.postcode,
                "LT",
                source.one("", "12#34", "#0456"),
                "",
                source.one(*_REMARKS),
                cod,
                "EUR" if cod else "",
                courier.name,
                courier.phone.replace(" ", ""),
                f"ZZZ {source.digits(3)}",
                sent.strftime("%Y-%m-%d %H:%M:%S"),
                source.one("Delivered", "At terminal"),
                source.one("Klaipėda", "Vilnius"),
            ]
        )
    text_table(path, VENIPAK, rows, delimiter=",")
