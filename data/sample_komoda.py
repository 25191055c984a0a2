"""The sample sources of the controller ``komoda``: one file per source.

Planted: personal codes in the bank's column for company codes, the merchant's IBAN in courier pay-outs and
in every payment, subscribers who left long ago, two cookies that the notice does not declare and one with
another lifetime, and what :mod:`sample_prestashop` plants.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sample_deliveries as deliveries
import sample_prestashop
from sample_cookies import GOOGLE, browser_export
from sample_files import document, text_table
from sample_schemas import ga4_events, logpush_fields
from sample_values import AS_OF, Person, Source

NEOPAY = (
    "transactionId",
    "internalId",
    "endToEndId",
    "status",
    "action",
    "amount",
    "currency",
    "paymentPurpose",
    "payerAccountNumber",
    "receiverName",
    "receiverAccountNumber",
    "bank.bic",
    "bank.name",
    "createdAt",
    "updatedAt",
)
SWEDBANK = (
    "Operacijos data",
    "Knyg. data",
    "Dok. Nr.",
    "Mokėjimo kodas / Banko žyma",
    "Gavėjas/Mokėtojas",
    "Gavėjo/Mokėtojo sąskaita",
    "Įmonės kodas",
    "Suma",
    "D/K",
    "Operacijos paskirtis",
    "Valiuta",
)
OMNISEND = (
    "Email",
    "Phone",
    "First Name",
    "Last Name",
    "Birthdate",
    "Gender",
    "City",
    "State/Region",
    "Country",
    "Postal Code",
    "Address",
    "Tags",
    "Email status",
    "Email opt-in date",
    "Email opt-out date",
    "SMS opt-in date",
    "SMS opt-out date",
    "Last active",
)
_BANKS = (("ZZZZLT00", "Pavyzdžių bankas"), ("ZZZZLT01", "Bandymų bankas"))
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60

COOKIES: tuple[tuple[str, str, int | None], ...] = (
    ("PHPSESSID", "www.komoda.lt", None),
    ("PrestaShop-5f4dcc3b5aa765d61d8327deb882cf99", "www.komoda.lt", 20 * _DAY),
    ("_ga", ".komoda.lt", GOOGLE),
    ("_ga_7Q2W3E4R5T", ".komoda.lt", GOOGLE),
    ("_gid", ".komoda.lt", _DAY),
    ("_gcl_au", ".komoda.lt", 90 * _DAY),
    ("_fbp", ".komoda.lt", 90 * _DAY),
    ("_cf_bm", ".forms.soundestlink.com", 30 * _MINUTE),
    ("soundestID", ".komoda.lt", None),
    ("omnisendSessionID", ".komoda.lt", _DAY),
    ("page-views", ".komoda.lt", None),
    ("session_id", "evertink.lt", 90 * _DAY),
    ("IDE", ".doubleclick.net", 390 * _DAY),
    ("_GRECAPTCHA", "www.google.com", 180 * _DAY),
    ("NID", ".google.com", 183 * _DAY),
)
"""Name, domain and lifetime in seconds (None: session). The last two are declared nowhere."""


def write(folder: Path) -> None:
    """All files of the controller."""
    source = Source("komoda")
    people = source.people(60)
    couriers = Source("komoda couriers").people(5)
    merchant = source.iban()
    sample_prestashop.write(folder / "prestashop.sql.gz", people)
    _neopay(folder / "neopay.csv", source, people, merchant)
    _swedbank(folder / "bank_swedbank.csv", source, people)
    deliveries.omniva_workbook(folder / "omniva.xlsx", source, people, merchant)
    deliveries.dpd(folder / "dpd.csv", source, people, merchant)
    deliveries.lp_express(folder / "lp_express.csv", source, people, titled=True)
    deliveries.venipak(folder / "venipak.csv", source, people, couriers)
    document(folder / "google_analytics_4.json", ga4_events())
    _omnisend(folder / "omnisend.csv", source, people)
    document(folder / "cloudflare.json", logpush_fields())
    document(folder / "cookies.json", browser_export(COOKIES, source, AS_OF))


def _neopay(path: Path, source: Source, people: tuple[Person, ...], merchant: str) -> None:
    rows: list[list[object]] = []
    for number in range(80):
        person = source.random.choice(people)
        # the first ten are eleven years old
        made = (source.when(4_300, 4_020) if number < 10 else source.when(2_000, 1)).replace(tzinfo=UTC)
        bic, bank = source.random.choice(_BANKS)
        rows.append(
            [
                source.digits(9),
                f"KOM{number:06d}",
                source.hexadecimal(20),
                source.one("success", "success", "rejected"),
                "payment",
                source.amount(),
                "EUR",
                f"Užsakymas {10_000 + number}",
                person.iban,
                "KOMODA SAMPLE",
                merchant,
                bic,
                bank,
                made.isoformat(),
                (made + timedelta(minutes=2)).isoformat(),
            ]
        )
    text_table(path, NEOPAY, rows, delimiter=",")


def _swedbank(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    rows: list[list[object]] = []
    for number in range(70):
        person, made = source.random.choice(people), source.when(4_100, 1)
        company = number % 4 == 0
        day = made.strftime("%Y.%m.%d")
        rows.append(
            [
                day,
                day,
                source.digits(6),
                source.digits(12),
                f"UAB Pavyzdys {number}" if company else person.name,
                person.iban,
                source.company_code() if company else person.personal_code,
                source.amount().replace(".", ","),
                source.one("K", "K", "D"),
                f"Užsakymas {10_000 + number}, {person.name}",
                "EUR",
            ]
        )
    text_table(path, SWEDBANK, rows, delimiter=",")


def _omnisend(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    rows: list[list[object]] = []
    for person in people[:50]:
        joined = source.when(2_200, 200)
        left = joined + timedelta(days=source.random.randint(5, 190)) if person.number % 3 == 0 else None
        rows.append(
            [
                person.email,
                "'" + person.phone.replace(" ", ""),
                person.first,
                person.last,
                "1990-01-01" if person.number % 4 == 0 else "",
                source.one("f", "m", ""),
                person.town,
                "",
                "Lithuania",
                person.postcode,
                person.street,
                source.one("", "vip", "source: popup"),
                "unsubscribed" if left else "subscribed",
                _stamp(joined),
                _stamp(left),
                "",
                "",
                _stamp(joined + timedelta(days=100)),
            ]
        )
    text_table(path, OMNISEND, rows, delimiter=",", encoding="utf-8-sig")


def _stamp(when: datetime | None) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""
