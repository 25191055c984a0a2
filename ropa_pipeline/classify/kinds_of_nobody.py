"""Kinds of tables that are nobody's, whatever they are called: the shop's own data, texts, prices, lists, settings.

Belongs here: one small rule a kind. Does not belong here: kinds whose rows are a person's (:mod:`...kinds_of_people`)
and the order in which they are asked (:mod:`...table_kinds`). GDPR Art. 4(1): the shop's own telephone and a
manufacturer's address relate to no natural person. Every rule names what it must not find, because a missed person is
the worse error.
"""

import operator
from functools import lru_cache

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_columns import FLOWS, PERSONS, SMALL, Columns, Known, begin_so
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.model.lexicon import ConceptKind

_OF_A_COMPANY = frozenset({"company", "tax_number", "company_code", "bank_account", "bank"})
_NOT_OF_A_COMPANY = (PERSONS - {"contact_person", "password"}) | (FLOWS - {"reference", "order", "ticket", "cookie"})
_OF_A_PRODUCT = frozenset({"product", "brand", "amount", "measure", "page", "stock", "image", "portrait", "url",
                           "description", "author", "discount", "tax"})  # fmt: skip
_ONLY_OF_PRODUCTS = frozenset({"brand", "stock", "image", "portrait", "page"})
_OF_A_TARIFF = frozenset({"amount", "measure", "country", "geography", "region", "postal_code", "date", "tax", "part",
                          "id", "currency", "state", "technical", "turn", "name", "carrier", "shipment", "location",
                          "discount", "sender", "number", "classifier"})  # fmt: skip
_WHERE = frozenset({"measure", "country", "geography", "region", "postal_code"})
_OF_A_LIST = frozenset({"id", "name", "title", "note", "technical", "turn", "measure", "state", "description", "code",
                        "number", "classifier", "integration", "image", "date", "gender", "flag",
                        "part"})  # fmt: skip
_ORDERED = frozenset({"technical", "turn"})
_OF_COOKIES = ("provider", "domain", "purpose", "duration", "expir", "lifetime", "categor", "kategor", "teikej",
               "domen", "paskirt", "galioj", "trukm", "tipas", "type", "anbieter", "zweck", "laufzeit", "dauer",
               "dostawc", "okres", "fournisseur", "finalit", "duree", "proveedor", "finalidad", "duracion",
               "fornitore", "scopo", "durata", "nodrosin", "merk", "termin", "pakkuj", "eesmark", "kehtiv", "srok",
               "cel", "postavshchik", "поставщик", "цель", "срок")  # fmt: skip
_AT_THE_START = ("opening", "initial", "starting", "pradin", "anfang", "eroffnung", "eroeffnung", "initiau", "ouvertur",
                 "inicial", "apertura", "inizial", "poczatk", "otwarc", "sakum", "alg", "nachal", "начал")  # fmt: skip
_OFFERED = ("vacanc", "vakans", "vakanc", "vakants", "opening", "stellenangebot", "stellenanzeig",
            "stellenausschreib", "offre", "vacante", "wakat", "вакан")  # fmt: skip
_INSURERS = ("insurer", "underwriter", "draudik", "apdrosinataj", "kindlustusand", "ubezpieczyciel", "versicherer",
             "assureur", "aseguradora", "assicurator", "strahovshchik", "страховщик")  # fmt: skip
_MANY = 3
_LANGUAGES = frozenset({"language", "locale", "variables", "placeholders", "placeholder"})
_SHOWN = ("logo", "stamp", "favicon", "spaud", "stempel", "pieczat", "tampon", "timbro", "sello", "pechat")
_OF_NUMBERS = ("prefix", "praefix", "prefij", "prefiss", "prefiks", "footer", "format", "next", "kitas", "seri")
_PRICED = frozenset({"amount", "pay"})
_OF_A_MAILBOX = frozenset({"signature", "auto", "autoreply", "encryption", "imap", "smtp", "pop3", "server", "port",
                           "ssl", "tls", "incoming", "outgoing", "in", "out", "host"})  # fmt: skip
_STANDING = frozenset({"street", "house_part", "address"})
_BUILT = ("built", "storeys", "statyb", "baujahr", "construct", "budow", "costruz", "ehitus", "buvniec", "postroy")
_SETS = frozenset({"template", "setting", "integration"})


def _begins(said: NameReading, beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) or word.endswith(("praefix", "prefix")) for word in said.tokens)


def the_company_itself(known: Known, columns: Columns) -> Known | None:
    """One row of the company's own data: how to reach and pay it, its logo, currency, the prefix of its invoices."""
    keys = columns.keys
    if columns.has_person_key or (not keys & _OF_A_COMPANY and "setting" not in columns.name.keys):
        return None
    if keys & _NOT_OF_A_COMPANY:
        return None
    party = columns.name.party
    if party is not None and (party.concept.key != "account" or "company" not in columns.name.keys):
        return None
    company = columns.about(_OF_A_COMPANY) + ("company" in columns.name.keys)
    called = "setting" in columns.name.keys and ("company" in columns.name.keys or company > 0)
    if not called and company < 2:
        return None
    shown = [_begins(said, _SHOWN + _OF_NUMBERS) for said in columns.readings]
    chosen = [bool(said.keys & {"currency", "preference"}) for said in columns.readings]
    marks = sum(map(operator.or_, shown, chosen))
    named = columns.count(lambda said: "full_name" in said.keys and "legal" not in said.words)
    if named and not (named == 1 and company >= _MANY and marks >= 2 and any(shown)):
        return None  # one name beside so much of a company is its manager's
    if (called and (company >= 2 or marks)) or (company >= 2 and marks >= 2 and any(shown)):
        return "configuration", "none", True, 0.92
    return None


def accounts_at_banks(known: Known, columns: Columns) -> Known | None:
    """The accounts a company keeps its money in: a bank, a currency, an opening balance, and nobody who owns them."""
    party = columns.name.party
    own = (party is not None and party.concept.key == "account") or "bank_account" in columns.name.keys
    if not own or columns.names_a_person or not columns.keys & {"bank", "bank_account"}:
        return None
    if columns.keys & (FLOWS | {"customer", "employee", "full_name", "email", "street", "wallet", "card"}):
        return None
    kept = columns.count(lambda said: "amount" in said.keys and begin_so(said.tokens, _AT_THE_START))
    return ("configuration", "none", True, 0.92) if kept else None


def vacancies(known: Known, columns: Columns) -> Known | None:
    """Posts that are offered, with their pay: whoever gets one is not known yet."""
    told = begin_so(columns.words, _OFFERED) and not columns.has_person_key
    held = columns.keys & (FLOWS - {"reference"} | {"first_name", "last_name", "birth_date", "applicant"})
    return ("lookup", "none", True, 0.92) if told and not held else None


def templates(known: Known, columns: Columns) -> Known | None:
    """Texts that are sent again and again: a subject, a body, a language or variables, and nobody it went to."""
    keys = columns.keys
    if known[0] in {"configuration", "review"} or keys & FLOWS or columns.has_person_key:
        return None
    text = "message_text" in keys or columns.count(lambda said: "html" in said.words) > 0
    if not text:
        return None
    addressed = keys & {"recipient"} or columns.count(lambda said: bool(said.words & {"to", "cc", "sent", "read"}))
    spoken = columns.count(lambda said: bool(said.words & _LANGUAGES))
    if not ("subject_line" in keys or spoken >= 2) or columns.names_a_person or addressed:
        return None
    told = {"setting", "template", "language"} & keys or spoken
    return ("configuration", "none", True, 0.92) if told else None


def insurers(known: Known, columns: Columns) -> Known | None:
    """Companies that insure: their telephones, and the codes under which they are billed."""
    if len(columns.words) > 2 or not begin_so(columns.words[-1:], _INSURERS):
        return None
    held = {"patient", "customer", "user", "first_name", "last_name", "birth_date", "contact_person"}
    return None if columns.keys & held else ("lookup", "none", True, 0.85)


def mailbox(known: Known, columns: Columns) -> Known | None:
    """An address that a shop answers under: its signature, its automatic answer, how its server is reached."""
    called = "email" in columns.name.keys or any(
        word in {"email", "mail", "smtp"} or word.startswith(("mailbox", "inbox")) for word in columns.words
    )
    if not called or columns.has_person_key or columns.keys & {"recipient", "cookie", "ip"}:
        return None
    served = columns.count(lambda said: bool(said.words & _OF_A_MAILBOX))
    return ("configuration", "none", True, 0.92) if served >= 2 else None


def cookies_listed(known: Known, columns: Columns) -> Known | None:
    """The cookies that a site sets, with who provides them, what for and how long; nobody's cookie is in it."""
    if known[0] not in {"session", "none"} or "cookie" not in columns.name.keys or columns.has_person_key:
        return None
    if columns.keys & {"ip", "user_agent", "user", "customer", "visitor", "guest", "session", "token", "email"}:
        return None
    told = columns.count(lambda said: begin_so(said.tokens, _OF_COOKIES))
    return ("configuration", "none", True, 0.92) if told >= _MANY else None


def tariff(known: Known, columns: Columns) -> Known | None:
    """Prices by zone, country or weight: no parcel, no recipient."""
    if known[0] not in {"delivery", "none"} or "amount" not in columns.keys or not columns.keys & _WHERE:
        return None
    if columns.names_a_person:
        return None
    return ("lookup", "none", True, 0.92) if columns.keys <= _OF_A_TARIFF else None


def catalogue(known: Known, columns: Columns) -> Known | None:
    """Goods: codes, prices, makers, pictures; whom they are made for (gender, age) and how the maker is reached."""
    keys = columns.keys
    offered = known[0] == "supplier" and "amount" in keys
    if not offered and (known[0] not in {"none", "visit", "catalogue", "person"} or "product" not in keys):
        return None
    if columns.names_a_person:
        return None
    others = {"email", "phone", "street", "government_id"}
    if keys & {"birth_date", "address", "city"}:  # goods have a full name, too: the one that is printed
        others |= {"full_name"}
    reached = columns.count(lambda said: bool(said.keys & others) and not said.keys & {"brand", "supplier"})
    if keys & FLOWS or reached or (known[0] == "person" and known[2]):
        return None
    if offered:
        return ("catalogue", "none", True, 0.92) if keys & {"product", "description", "measure", "stock"} else None
    goods = columns.about(_OF_A_PRODUCT)
    only = columns.about(_ONLY_OF_PRODUCTS)
    return ("catalogue", "none", True, 0.92) if only and goods >= 4 and goods * 2 >= len(columns.readings) else None


@lru_cache(maxsize=MOST_REMEMBERED)
def _of_a_number(said: NameReading) -> bool:
    return _begins(said, _OF_NUMBERS) or bool(said.words & {"pad", "padding", "suffix"})


def numbering(known: Known, columns: Columns) -> Known | None:
    """How documents are numbered: a prefix, the next number, its length; it counts invoices and is none."""
    counted = columns.count(_of_a_number)
    if counted < 2 or columns.names_a_person or columns.keys & {"amount", "email", "phone", "full_name"}:
        return None
    return ("lookup", "none", True, 0.92) if counted * 3 >= len(columns.readings) else None


def ways(known: Known, columns: Columns) -> Known | None:
    """Ways to pay, to collect, to deliver: a name, a price, whether a telephone is needed, an order on the screen."""
    keys = columns.keys
    if known[2] or len(columns.readings) > SMALL or columns.names_a_person or not {"name", "amount"} <= keys:
        return None
    if keys & FLOWS or keys & {"date", "quantity", "email", "full_name"}:
        return None
    return ("lookup", "none", True, 0.9) if columns.about(_ORDERED) else None


def stages(known: Known, columns: Columns) -> Known | None:
    """Steps and labels in an order, with a colour or a probability: a list that other tables point at."""
    keys = columns.keys
    if len(columns.readings) > SMALL or columns.names_a_person or not keys <= _OF_A_LIST:
        return None
    placed = columns.count(lambda said: "technical" in said.keys and not said.keys & {"date"})
    labelled = bool(keys & {"name", "title", "note"})
    coloured = columns.count(lambda said: bool(said.keys & {"measure", "gender"}) or not said.hits)
    told = known[0] in {"order", "person", "message", "none"} and placed and labelled and coloured
    return ("lookup", "none", True, 0.92) if told else None


def names_of_things(known: Known, columns: Columns) -> Known | None:
    """A key called after the table and a name beside it ("operating system"): a list that other tables point at."""
    if known[0] not in {"none", "session", "device"} or len(columns.readings) > 4 or columns.names_a_person:
        return None
    own = columns.count(lambda said: ConceptKind.REF in said.kinds and set(columns.words) <= set(said.tokens))
    rest = columns.count(lambda said: bool(said.keys) and said.keys <= _OF_A_LIST - {"date", "note"})
    told = own == 1 and rest >= len(columns.readings) - 1 and {"name", "title"} & columns.keys
    return ("lookup", "none", True, 0.92) if told and columns.name.party is None else None


def activities(known: Known, columns: Columns) -> Known | None:
    """What work is booked on: an activity of a project with its rate, never what somebody wrote or did."""
    keys = columns.keys
    told = known[0] == "message" and "name" in keys and keys & _PRICED
    if not told or columns.names_a_person or len(columns.readings) > 3 * SMALL:
        return None
    spoken = {"message_text", "subject_line", "actor", "employee", "sender", "author", "email", "phone"}
    return None if keys & (FLOWS | spoken) else ("lookup", "none", True, 0.9)


@lru_cache(maxsize=MOST_REMEMBERED)
def _sets(said: NameReading) -> bool:
    return said.has(ConceptKind.HEAD, ConceptKind.FLAG) or bool(said.keys & _SETS)


def settings(known: Known, columns: Columns) -> Known | None:
    """What a software allows, asks for and how long: most columns are switches, limits and themes."""
    if known[0] not in {"none", "person", "message", "employee", "subscription"} or columns.names_somebody:
        return None
    if len(columns.readings) < SMALL or columns.keys & FLOWS - {"reference", "session", "cookie", "ip"}:
        return None
    sets = columns.count(_sets)
    return ("configuration", "none", True, 0.92) if sets * 2 >= len(columns.readings) else None


def buildings(known: Known, columns: Columns) -> Known | None:
    """Houses that are looked after: a street beside a year of building, and nobody who lives there."""
    if known[0] not in {"person", "address", "none", "order"} or columns.names_a_person:
        return None
    if columns.keys & {"email", "phone", "full_name", "customer", "recipient"} or not columns.about(_STANDING):
        return None
    built = columns.count(lambda said: any(word.startswith(_BUILT) for word in said.tokens))
    return ("lookup", "none", True, 0.92) if built else None
