"""The sample sources of the controller ``ak3d``, a British shop of unknown platform.

Planted: accounts closed years ago that still hold contact and account data, marketing preferences withdrawn
long ago, addresses of the internet beside pages viewed.
"""

from datetime import timedelta
from pathlib import Path

from sample_cookies import GOOGLE, browser_export
from sample_files import database, document
from sample_values import AS_OF, Person, Source

SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT NOT NULL, phone TEXT,
  address_line_1 TEXT, address_line_2 TEXT, town TEXT, postcode TEXT, country TEXT, password_hash TEXT, status TEXT,
  registered_at TEXT, last_login_at TEXT, closed_at TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), order_number TEXT,
  total_gbp NUMERIC, card_brand TEXT, card_last4 TEXT, sort_code TEXT, account_number TEXT, placed_at TEXT,
  dispatched_at TEXT, delivered_at TEXT);
CREATE TABLE licences (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), licence_key TEXT,
  product TEXT, business_use INTEGER, issued_at TEXT, revoked_at TEXT, revocation_reason TEXT);
CREATE TABLE loyalty_accounts (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  points INTEGER, tier TEXT, joined_at TEXT, last_activity_at TEXT);
CREATE TABLE marketing_preferences (customer_id INTEGER PRIMARY KEY REFERENCES customers(id), email_opt_in INTEGER,
  sms_opt_in INTEGER, location_town TEXT, updated_at TEXT, withdrawn_at TEXT);
CREATE TABLE page_views (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), session_key TEXT,
  ip_address TEXT, user_agent TEXT, page TEXT, referrer TEXT, viewed_at TEXT);
CREATE TABLE support_cases (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  category TEXT, text TEXT, opened_at TEXT, closed_at TEXT);
CREATE TABLE catalogue (id INTEGER PRIMARY KEY, sku TEXT, title TEXT, price_gbp NUMERIC);
"""
_DAY = 86_400
COOKIES: tuple[tuple[str, str, int | None], ...] = (
    ("session", "ak3dstudio.com", None),
    ("basket", "ak3dstudio.com", 30 * _DAY),
    ("_ga", ".ak3dstudio.com", GOOGLE),
    ("_ga_4U5V6W7X8Y", ".ak3dstudio.com", GOOGLE),
    ("_fbp", ".ak3dstudio.com", 90 * _DAY),
)


def write(folder: Path) -> None:
    """All files of the controller."""
    source = Source("ak3d")
    people = source.people(45, british=True)
    _shop(folder / "web_shop.sqlite", source, people)
    document(folder / "cookies.json", browser_export(COOKIES, source, AS_OF))


def _shop(path: Path, source: Source, people: tuple[Person, ...]) -> None:
    customers, orders, licences, loyalty, marketing, views, cases = ([] for _ in range(7))  # type: ignore[var-annotated]
    for person in people:
        joined = source.when(2_400, 1_600)
        # every sixth account was closed years ago, and its data are still there
        closed = (joined + timedelta(days=300)).isoformat(" ") if person.number % 6 == 0 else None
        customers.append(
            (
                person.number,
                person.first,
                person.last,
                person.email,
                person.phone,
                person.street,
                "",
                person.town,
                person.postcode,
                "GB",
                "$2y$10$" + source.base58(53),
                "closed" if closed else "active",
                joined.isoformat(" "),
                source.when(1_500, 1).isoformat(" "),
                closed,
            )
        )
        licences.append(
            (
                person.number,
                person.number,
                source.hexadecimal(20).upper(),
                "Sample model pack",
                int(person.number % 4 == 0),
                joined.isoformat(" "),
                closed,
                "business use" if closed else None,
            )
        )
        loyalty.append(
            (
                person.number,
                person.number,
                10 * person.number,
                source.one("bronze", "silver", "gold"),
                joined.isoformat(" "),
                source.when(1_500, 1).isoformat(" "),
            )
        )
        withdrawn = source.when(1_400, 900).isoformat(" ") if person.number % 5 == 0 else None
        marketing.append(
            (person.number, int(not withdrawn), 0, person.town, source.when(800, 1).isoformat(" "), withdrawn)
        )
        opened = source.when(1_500, 10)
        if person.number % 3 == 0:
            cases.append(
                (
                    len(cases) + 1,
                    person.number,
                    source.one("guarantee", "complaint", "fraud"),
                    f"Please help. {person.name}",
                    opened.isoformat(" "),
                    (opened + timedelta(days=9)).isoformat(" "),
                )
            )
    for number in range(1, 81):
        person, placed = source.random.choice(people), source.when(2_700, 2)
        orders.append(
            (
                number,
                person.number,
                f"A3-{number:05d}",
                source.amount(),
                source.one("visa", "mastercard"),
                source.digits(4),
                "00-00-00",
                source.digits(8),
                placed.isoformat(" "),
                (placed + timedelta(days=2)).isoformat(" "),
                source.one("", (placed + timedelta(days=4)).isoformat(" ")) or None,
            )
        )
        views.append(
            (
                number,
                person.number if number % 2 else None,
                source.hexadecimal(24),
                source.address(),
                "Mozilla/5.0",
                "/models/sample",
                "https://www.example.org/",
                source.when(1_200, 1).isoformat(" "),
            )
        )
    catalogue = [(number, f"A3-{number}", f"Sample model {number}", "9.99") for number in range(1, 6)]
    database(
        path,
        SCHEMA,
        (
            ("customers", customers),
            ("orders", orders),
            ("licences", licences),
            ("loyalty_accounts", loyalty),
            ("marketing_preferences", marketing),
            ("page_views", views),
            ("support_cases", cases),
            ("catalogue", catalogue),
        ),
    )
