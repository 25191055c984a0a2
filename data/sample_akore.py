"""The sample sources of the controller ``akore``: one file per source.

Planted: models kept more than 90 days after their order was completed, orders past the periods of the
notice, personal codes in the payment export and the bank statement, empty and zero dates, a wallet beside a
named client, and one cookie that the notice does not mention.
"""

from datetime import UTC, timedelta
from pathlib import Path

import sample_deliveries as deliveries
from sample_cookies import GOOGLE, har
from sample_files import database, document, tab_rows, text_table
from sample_schemas import ga4_events
from sample_values import AS_OF, Person, Source

SCHEMA = """
CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT, language TEXT,
  created_at TEXT, last_login_at TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES clients(id), order_number TEXT,
  status TEXT, delivery_method TEXT, delivery_address TEXT, delivery_city TEXT, delivery_postcode TEXT,
  total_eur NUMERIC, placed_at TEXT, completed_at TEXT, delivered_at TEXT, invoice_number TEXT, invoice_date TEXT);
CREATE TABLE order_items (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), material TEXT,
  color TEXT, infill INTEGER, quantity INTEGER, price_eur NUMERIC);
CREATE TABLE quotes (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients(id), material TEXT, color TEXT,
  infill INTEGER, note TEXT, price_eur NUMERIC, created_at TEXT);
CREATE TABLE uploaded_files (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders(id),
  client_id INTEGER REFERENCES clients(id), original_name TEXT, format TEXT, size_bytes INTEGER, storage_key TEXT,
  uploaded_at TEXT, deleted_at TEXT);
CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id), method TEXT,
  transaction_id TEXT, solana_signature TEXT, payer_wallet TEXT, amount_eur NUMERIC, paid_at TEXT);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, client_id INTEGER REFERENCES clients(id), token TEXT, ip_address TEXT,
  user_agent TEXT, started_at TEXT, last_seen_at TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, client_id INTEGER NOT NULL REFERENCES clients(id),
  order_id INTEGER REFERENCES orders(id), subject TEXT, body TEXT, sent_at TEXT);
CREATE TABLE materials (id INTEGER PRIMARY KEY, name TEXT, color TEXT, price_per_gram NUMERIC);
CREATE TABLE page_settings (setting TEXT PRIMARY KEY, content TEXT);
"""
OPAY = (
    "Operacijos Nr.",
    "Užsakymo Nr.",
    "Data",
    "Būsena",
    "Suma",
    "Valiuta",
    "Komisinis mokestis",
    "Mokėjimo būdas",
    "Bankas",
    "Mokėtojas",
    "Mokėtojo sąskaita",
    "Mokėtojo asmens kodas",
    "El. paštas",
    "Tel. nr.",
    "Mokėjimo paskirtis",
)
FILES = ("file_name", "size", "modified", "order_reference", "order_completed")
_DAY = 86_400
COOKIES: tuple[tuple[str, str, int | None], ...] = (
    ("akore_session", "akore.lt", None),
    ("cart", "akore.lt", 7 * _DAY),
    ("lang", "akore.lt", 365 * _DAY),
    ("cookie_consent", "akore.lt", 180 * _DAY),
    ("_ga", ".akore.lt", GOOGLE),
    ("_ga_2XPQB48YH3", ".akore.lt", GOOGLE),
    ("_clck", ".akore.lt", 365 * _DAY),
)
"""Name, domain and lifetime in seconds (None: session). The last one is mentioned nowhere."""

_MATERIALS = ("PLA", "PETG", "ABS", "TPU")
_COLORS = ("black", "white", "red", "grey")
_FORMATS = ("stl", "3mf", "obj")


def write(folder: Path) -> None:
    """All files of the controller."""
    source = Source("akore")
    people = source.people(40)
    merchant = source.iban()
    _shop(folder / "web_shop.sqlite", source, people)
    _opay(folder / "opay.csv", source, people)
    _solana(folder / "solana.json", source, people)
    deliveries.lp_express(folder / "lp_express.csv", source, people, titled=False, count=30)
    deliveries.dpd(folder / "dpd.csv", source, people, merchant, count=30)
    deliveries.omniva_text(folder / "omniva.csv", source, people)
    document(folder / "google_analytics_4.json", ga4_events())
    _models(folder / "model_file_store.csv", source, people)
    document(folder / "cookies.har", har(COOKIES, source, AS_OF, "akore.lt"))
    _statement(folder / "bank.acc", source, people, merchant)


def _shop(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    clients, orders, items, quotes, files, payments, sessions, messages = ([] for _ in range(8))  # type: ignore[var-annotated]
    for person in people:
        joined = source.when(2_300, 20)
        clients.append(
            (
                person.number,
                person.name,
                person.email,
                person.phone,
                source.one("lt", "en", "ru"),
                joined.isoformat(" "),
                source.one("", source.when(700, 1).isoformat(" ")),
            )
        )
        quotes.append(
            (
                person.number,
                person.number,
                source.random.choice(_MATERIALS),
                source.random.choice(_COLORS),
                20,
                "",
                source.amount(),
                joined.isoformat(" "),
            )
        )
        started = source.when(500, 1)
        sessions.append(
            (
                person.number,
                person.number if person.number % 3 else None,
                source.hexadecimal(32),
                source.address(),
                "Mozilla/5.0",
                started.isoformat(" "),
                (started + timedelta(hours=1)).isoformat(" "),
            )
        )
        messages.append(
            (
                person.number,
                person.number,
                None,
                "Klausimas",
                f"Laba diena, kada bus? {person.first}",
                source.when(900, 2).isoformat(" "),
            )
        )
    for number in range(1, 91):
        person = people[number % len(people)]
        # the first fifteen are six to seven years old: past the five of the notice
        placed = source.when(2_500, 2_100) if number <= 15 else source.when(1_700, 2)
        completed, open_order = placed + timedelta(days=5), number > 84
        day = "" if open_order else completed.isoformat(" ")
        invoiced = "0000-00-00" if number % 17 == 0 else placed.date().isoformat()
        orders.append(
            (
                number,
                person.number,
                f"AK-{number:05d}",
                "open" if open_order else "completed",
                source.one("LP EXPRESS", "DPD", "Omniva"),
                person.street,
                person.town,
                person.postcode,
                source.amount(),
                placed.isoformat(" "),
                day or None,
                None if open_order else (completed + timedelta(days=2)).isoformat(" "),
                f"SF-{number:05d}",
                invoiced,
            )
        )
        items.append(
            (number, number, source.random.choice(_MATERIALS), source.random.choice(_COLORS), 20, 1, source.amount())
        )
        kind = source.random.choice(_FORMATS)
        deleted = (completed + timedelta(days=90)).isoformat(" ") if number % 3 == 0 and not open_order else None
        files.append(
            (
                number,
                number,
                person.number,
                f"detale_{number}.{kind}",
                kind,
                source.random.randint(10_000, 9_000_000),
                source.hexadecimal(32),
                placed.isoformat(" "),
                deleted,
            )
        )
        solana = number % 4 == 0
        payments.append(
            (
                number,
                number,
                "solana" if solana else "opay",
                None if solana else source.digits(10),
                source.base58(88) if solana else None,
                person.wallet if solana else None,
                source.amount(),
                placed.isoformat(" "),
            )
        )
    materials = [
        (number, name, color, "0.05") for number, (name, color) in enumerate(zip(_MATERIALS, _COLORS, strict=True), 1)
    ]
    database(
        path,
        SCHEMA,
        (
            ("clients", clients),
            ("orders", orders),
            ("order_items", items),
            ("quotes", quotes),
            ("uploaded_files", files),
            ("payments", payments),
            ("sessions", sessions),
            ("messages", messages),
            ("materials", materials),
            ("page_settings", [("currency", "EUR"), ("default_language", "lt")]),
        ),
    )


def _opay(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    rows: list[list[object]] = []
    for number in range(1, 61):
        person = source.random.choice(people)
        made = source.when(2_400, 2_000) if number <= 8 else source.when(1_500, 1)
        rows.append(
            [
                source.digits(10),
                f"AK-{number:05d}",
                made.strftime("%d.%m.%Y %H:%M"),
                source.one("Apmokėta", "Apmokėta", "Atšaukta"),
                f"1\u00a0{source.amount(100, 240)}".replace(".", ",")
                if number % 20 == 0
                else source.amount().replace(".", ","),
                "EUR",
                "0,35",
                "banklink",
                source.one("Pavyzdžių bankas", "Bandymų bankas"),
                person.name,
                person.iban,
                person.personal_code if number % 3 == 0 else "",
                person.email,
                person.phone.replace(" ", ""),
                f"Užsakymas AK-{number:05d}",
            ]
        )
    text_table(path, OPAY, rows, encoding="windows-1257")


def _solana(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    shop = source.base58(44)
    records: list[dict[str, object]] = []
    for number in range(1, 26):
        person, asked = source.random.choice(people), source.when(1_200, 1).replace(tzinfo=UTC)
        records.append(
            {
                "local_id": f"AK-{number * 4:05d}",
                "id": source.hexadecimal(32),
                "amount": source.amount(),
                "currency": "USDC",
                "recipient": shop,
                "payer": person.wallet,
                "reference": source.base58(44),
                "transaction": source.base58(88),
                "label": "Sample print shop",
                "message": f"Order AK-{number * 4:05d}",
                "memo": f"AK-{number * 4:05d}",
                "received": asked.isoformat(),
                "paid": (asked + timedelta(minutes=1)).isoformat(),
                "confirmed": True,
            }
        )
    document(path, records)


def _models(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    rows: list[list[object]] = []
    for number in range(1, 81):
        # the first thirty should have gone: completed more than 90 days ago
        completed = source.when(900, 100) if number <= 30 else source.when(85, 1)
        person = source.random.choice(people)
        ending = source.one("stl", "stl", "3mf", "obj", "step", "zip", "jpg")
        name = f"{person.last.lower()}_detale_{number}.{ending}"
        modified = (completed - timedelta(days=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
        open_order = number > 74
        day = "" if open_order else completed.strftime("%Y-%m-%d")
        rows.append([name, source.random.randint(10_000, 9_000_000), modified, f"AK-{number:05d}", day])
    text_table(path, FILES, rows, delimiter=",")


def _statement(path: Path, source: Source, people: tuple[Person, ...], own: str) -> None:
    """LITAS-ESIS: a header, one row per operation, two balances; amounts in cents, codes of persons and companies."""
    rows: list[list[object]] = [
        ["000", "", "", "99999", "", "", "", "", "", "", "", "", "", "", "", "", own, "EUR"],
        ["020", "LikutisPR", "20240101", "", "100000", "100000", "C"],
    ]
    for number in range(1, 51):
        person, made = source.random.choice(people), source.when(2_300, 1)
        cents = source.amount().replace(".", "")
        company = number % 5 == 0
        rows.append(
            [
                "010",
                "MK",
                made.strftime("%Y%m%d"),
                made.strftime("%H%M%S"),
                cents,
                cents,
                source.one("C", "C", "D"),
                cents,
                "EUR",
                str(number),
                source.digits(14),
                "",
                source.digits(6),
                f"Užsakymas AK-{number:05d}",
                "99999",
                "Pavyzdžių bankas",
                person.iban,
                f"MB Pavyzdys {number}" if company else person.name,
                source.company_code() if company else person.personal_code,
                "",
            ]
        )
    rows.append(["020", "LikutisPB", "20261031", "", "250000", "250000", "C"])
    tab_rows(path, rows, "windows-1257")
