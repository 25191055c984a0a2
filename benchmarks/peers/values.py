"""Cells for tools that read values: drawn from a personal column's label, look-alikes for any other.

Belongs here: one seeded choice of cells per column. Does not belong here: what single values look like
(``data.sample_values``: reserved ranges, nobody's codes). Cells are drawn from the label itself, so every figure of a
tool that reads values is optimistic; look-alikes keep it from being a gift (a shop's own telephone, a brand named like
a person, a town in a list of shipping zones).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from data.sample_values import Person, Source

CELLS = 20
Draw = Callable[[Source, Person, str], str]
"""One cell, from a source of chance, a made-up person, and the column's name in plain letters."""

_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
)
_NOTES = (
    "Please ring the bell twice", "Palikite prie durų", "Arrived a day late, otherwise fine", "Skambinti po 17 val.",
    "Size M was too small", "Ačiū, viskas puiku", "Can I change the colour of my order?",
)  # fmt: skip
_THINGS = (
    ("Oak table 120 cm", "Wool socks", "LED lamp E27", "Medinė lentyna", "Paper bag", "Desk lamp, black"),
    ("Standard delivery", "Express delivery", "In stock", "Out of stock", "New", "Sale"),
    ("Vilnietis Home", "Greta Ceramics", "James & Moor", "Ruta Linen", "Tomas Design"),  # brands named like persons
    ("Blue", "Green", "Small", "Large", "Cotton", "Oak"),
)
_CODES = ("EUR", "LT", "en", "A-100", "standard", "pending", "SKU-4411", "M", "fixed", "v2", "XL", "21")
_SUBJECTS = ("Bronchitis", "Asthma", "Migraine", "Peanut allergy")

_PERSONAL: dict[str, Draw] = {
    "identity.name": lambda source, who, name: _name(who, name),
    "identity.title_gender": lambda source, who, name: source.one("Mr", "Mrs", "Ms", "M", "F"),
    "identity.birth_date": lambda source, who, name: f"{source.when(25_000, 7_000):%Y-%m-%d}",
    "identity.government_id": lambda source, who, name: (
        f"LT{source.company_code()}" if re.search("vat|pvm|tax", name) else who.personal_code
    ),
    "identity.company": lambda source, who, name: source.one("UAB Pavyzdys", "Example Ltd", "MB Bandymas"),
    "contact.email": lambda source, who, name: who.email,
    # every third in the form that most tools were made for, from the range kept for fiction
    "contact.phone": lambda source, who, name: source.one(who.phone, who.phone, f"(202) 555-01{source.digits(2)}"),
    "contact.address": lambda source, who, name: who.street,
    "contact.postal_code": lambda source, who, name: who.postcode,
    "contact.city_region_country": lambda source, who, name: (
        source.one("LT", "Lithuania", "GB") if re.search("countr|salis|land", name) else who.town
    ),
    "account.username_or_id": lambda source, who, name: (
        who.email.partition("@")[0] if re.search("user|login|nick|name", name) else str(who.number + 1000)
    ),
    "account.credential_secret": lambda source, who, name: source.hexadecimal(40),
    "account.preferences": lambda source, who, name: source.one("0", "1", "lt", "en"),
    "order.history": lambda source, who, name: source.one("paid", "shipped", "2", "1", "courier"),
    "order.reference": lambda source, who, name: str(10_000 + source.random.randrange(9_000)),
    "payment.card_or_bank": lambda source, who, name: _means(source, who, name),
    "payment.transaction_ref": lambda source, who, name: source.hexadecimal(16),
    "payment.amount": lambda source, who, name: source.amount(),
    "delivery.tracking": lambda source, who, name: "CE" + source.digits(9) + "EE",
    "device.ip": lambda source, who, name: source.address(),
    "device.user_agent": lambda source, who, name: source.one(*_AGENTS),
    "device.cookie_or_session": lambda source, who, name: source.hexadecimal(32),
    "device.other": lambda source, who, name: source.one("Linux", "1920x1080", "mobile", "lt-LT"),
    "behaviour.browsing": lambda source, who, name: f"https://www.example.com/{source.digits(3)}-product",
    "location.precise": lambda source, who, name: f"{source.random.uniform(54, 56):.6f}",
    "marketing.consent": lambda source, who, name: source.one("0", "1"),
    "marketing.engagement": lambda source, who, name: str(source.random.randrange(30)),
    "communication.content": lambda source, who, name: source.one(*_NOTES),
    "content.user_generated": lambda source, who, name: source.one(*_NOTES),
    "content.user_file": lambda source, who, name: f"upload/{source.hexadecimal(12)}.jpg",
    "review.rating": lambda source, who, name: str(source.random.randint(1, 5)),
    "loyalty.points": lambda source, who, name: str(source.random.randint(0, 900)),
    "legal.consent_record": lambda source, who, name: f"{source.when(900, 1):%Y-%m-%d %H:%M:%S}",
    "employee.data": lambda source, who, name: source.one("Sales", "Warehouse", "Manager", "1", "0"),
    "special.health": lambda source, who, name: source.one(*_SUBJECTS),
}  # fmt: skip

_LOOK_ALIKES: tuple[tuple[str, Draw], ...] = (
    ("mail", lambda source, who, name: f"{source.one('info', 'orders', 'shop')}@example.com"),
    ("phone|fax|telef", lambda source, who, name: who.phone),
    (r"\bip\b", lambda source, who, name: source.address()),
    ("url|link|uri|domain|image|logo|file|path", lambda source, who, name: f"/img/{source.digits(3)}.jpg"),
    ("latitude|longitude|lat|lng", lambda source, who, name: f"{source.random.uniform(54, 56):.6f}"),
    ("date|time|created|updated|upd", lambda source, who, name: f"{source.when(900, 1):%Y-%m-%d %H:%M:%S}"),
    ("iban|bank", lambda source, who, name: source.iban()),
    ("address|street", lambda source, who, name: f"Pavyzdžių g. {source.random.randint(1, 90)}"),
    ("postcode|postal|zip", lambda source, who, name: who.postcode),
    ("city|town|zone|region|state", lambda source, who, name: who.town),
    ("price|amount|total|rate|tax|weight|width", lambda source, who, name: source.amount()),
    (r"\b(id|position|count|qty|quantity|number|nr)\b", lambda source, who, name: str(source.random.randrange(1, 500))),
    (r"^(is|has)\b|active|enabled|deleted|required", lambda source, who, name: source.one("0", "1")),
    (
        "name|title|label|description|text|author|brand|content",
        lambda source, who, name: _thing(source, name),
    ),
    ("code|iso|type|status|key|lang|currency", lambda source, who, name: source.one(*_CODES)),
)
_NO_CLUE: tuple[Draw, ...] = (
    lambda source, who, name: _thing(source, name),
    lambda source, who, name: source.one(*_CODES),
    lambda source, who, name: str(source.random.randrange(1, 500)),
)

_BY_TYPE: tuple[tuple[str, Draw], ...] = (
    (r"tinyint\(1\)|bool|bit", lambda source, who, name: source.one("0", "1")),
    ("int|serial", lambda source, who, name: str(source.random.randrange(1, 5_000))),
    ("decimal|numeric|float|double|real|money", lambda source, who, name: source.amount()),
    ("date|time", lambda source, who, name: f"{source.when(900, 1):%Y-%m-%d %H:%M:%S}"),
)
# categories whose cells may well stand in a typed column as they are
_ANY_TYPE = frozenset({"identity.birth_date", "location.precise", "payment.amount", "review.rating", "loyalty.points"})


def cells(
    table: str, column: str, native_type: str, category: str, *, personal: bool, count: int = CELLS
) -> tuple[str, ...]:
    """``count`` cells of a column, the same for the same arguments.

    >>> cells("customer", "email", "", "contact.email", personal=True, count=1)[0].partition("@")[2][:8]
    'example.'
    """
    source = Source(f"peers/{table}.{column}")
    people = source.people(count, british=source.random.random() < 0.5)
    plain = _plain(column)
    draw = _draw(source, plain, native_type.lower(), category if personal else "")
    return tuple(draw(source, who, plain) for who in people)


def _draw(source: Source, plain: str, native: str, category: str) -> Draw:
    typed = next((draw for pattern, draw in _BY_TYPE if re.match(pattern, native)), None)
    if typed is not None and category not in _ANY_TYPE:
        return typed
    if category:
        return _PERSONAL.get(category, _PERSONAL["communication.content"])
    clue = next((draw for pattern, draw in _LOOK_ALIKES if re.search(pattern, plain)), None)
    return clue or _choose(source.random.random(), _NO_CLUE)


def _thing(source: Source, plain: str) -> str:
    """A column holds things of one kind; its name chooses which, evenly."""
    return source.one(*_THINGS[sum(map(ord, plain)) % len(_THINGS)])


def _choose(chance: float, draws: Sequence[Draw]) -> Draw:
    return draws[int(chance * len(draws))]


def _means(source: Source, who: Person, plain: str) -> str:
    if "card" not in plain:
        return who.wallet if "wallet" in plain else who.iban
    # 4111... is the number that every payment provider publishes for tests
    return "4111 1111 1111 1111" if re.search(r"number|\bpan\b|\bnr\b", plain) else f"**** {source.digits(4)}"


def _name(who: Person, plain: str) -> str:
    if re.search(r"first|given|fname|vardas|vorname|prenom|imie|\bvards\b|eesnimi", plain):
        return who.first
    if re.search(r"last|sur|family|lname|pavarde|nachname|nazwisko|uzvards|perekonnanimi", plain):
        return who.last
    return who.name


def _plain(column: str) -> str:
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", column)
    folded = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", folded.lower()).strip()
