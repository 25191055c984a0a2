"""Kinds of tables that only all their columns together tell: whose the rows are, whatever the table is called.

Belongs here: one small rule a kind, each weighing the meanings of a table's columns. Does not belong here: what the
name of a table or its single words say (:mod:`ropa_pipeline.classify.table_roles`), keys between tables
(:mod:`ropa_pipeline.classify.tables`). GDPR Art. 4(1): the shop's own telephone and a manufacturer's address relate to
no natural person, and a visit's page does, though the words are the same. Every rule that calls rows nobody's names
what it must not find, because a missed person is the worse error.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_roles import CALLED, SESSION_MARKS
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.model.lexicon import ConceptKind

Known = tuple[str, str, bool, float]
"""Role, data subject, whether the table's own name gave it, how sure."""

_PERSONS = frozenset({"first_name", "last_name", "birth_date", "password", "person_number", "username",
                      "patient", "applicant", "contact_person"})  # fmt: skip
_PEOPLE = frozenset({"customer", "account", "user", "patient", "subscriber", "guest", "visitor", "recipient"})
_OF_A_COMPANY = frozenset({"company", "tax_number", "company_code", "bank_account", "bank"})
_FLOWS = frozenset({"order", "reference", "tracking", "payer", "transaction_ref", "recipient", "ticket", "cart",
                    "session", "cookie", "ip", "user_agent", "rating", "reviewer"})  # fmt: skip
_TELLS_OF_COMPANY = _OF_A_COMPANY | {"company"}
_NOT_OF_A_COMPANY = (_PERSONS - {"contact_person", "password"}) | (_FLOWS - {"reference", "order", "ticket", "cookie"})
_OF_A_PRODUCT = frozenset({"product", "brand", "amount", "measure", "page", "stock", "image", "portrait", "url",
                           "description", "author", "discount", "tax"})  # fmt: skip
_ONLY_OF_PRODUCTS = frozenset({"brand", "stock", "image", "portrait", "page"})
_OF_A_TARIFF = frozenset({"amount", "measure", "country", "geography", "region", "postal_code", "date", "tax", "part",
                          "id", "currency", "state", "technical", "turn", "name", "carrier", "shipment", "location",
                          "discount", "sender", "number", "classifier"})  # fmt: skip
_WHERE = frozenset({"measure", "country", "geography", "region", "postal_code"})
_OF_A_LIST = frozenset({"id", "name", "title", "note", "technical", "turn", "measure", "state", "description", "code",
                        "number", "classifier", "integration", "image", "date"})  # fmt: skip
_ORDERED = frozenset({"technical", "turn"})
_ABOUT_VISITS = SESSION_MARKS | {"session", "visitor", "campaign"}
_LANGUAGES = frozenset({"language", "locale", "variables", "placeholders", "placeholder"})
_SHOWN = ("logo", "stamp", "favicon", "spaud", "stempel", "pieczat", "tampon", "timbro", "sello", "pechat")
_OF_NUMBERS = ("prefix", "praefix", "prefij", "prefiss", "prefiks", "footer", "format", "next", "kitas", "seri")
_PRICED = frozenset({"amount", "pay"})
_OF_A_MAILBOX = frozenset({"signature", "auto", "autoreply", "encryption", "imap", "smtp", "pop3", "server", "port",
                           "ssl", "tls", "incoming", "outgoing", "in", "out", "host"})  # fmt: skip
_STANDING = frozenset({"street", "house_part", "address"})
_BUILT = ("built", "storeys", "statyb", "baujahr", "construct", "budow", "costruz", "ehitus", "buvniec", "postroy")
_VERBS = frozenset({"verify", "reset", "edit", "duplicate", "notify", "ask", "require", "confirm", "disable"})
_SETS = frozenset({"template", "setting", "integration"})
_SMALL = 8


@dataclass(frozen=True)
class Columns:
    """What is known of a table before its role is decided: its name and the readings of its columns, in order.

    ``keys``: the meanings of all its columns.
    """

    name: NameReading
    words: tuple[str, ...]
    readings: Sequence[NameReading]
    has_person_key: bool
    keys: frozenset[str]

    @cached_property
    def names_a_person(self) -> bool:
        """Whether a column leads to a person or says who somebody is."""
        return self.has_person_key or bool(self.keys & _PERSONS) or self.count(lambda said: bool(_people(said))) > 0

    @cached_property
    def names_somebody(self) -> bool:
        """Whether a key leads to a person, or more than one column in eight holds who somebody is."""
        if self.has_person_key:
            return True
        told = _PERSONS - {"password", "username", "contact_person"} | {"full_name", "email", "phone", "street"}
        held = self.count(lambda said: bool(said.keys & told) and not _asks(said))
        return held * _SMALL > len(self.readings)

    def count(self, wanted: Callable[[NameReading], bool]) -> int:
        return sum(map(wanted, self.readings))

    def about(self, keys: frozenset[str]) -> int:
        """How many columns speak of one of these."""
        return self.count(lambda said: bool(said.keys & keys))


def kind_of(known: Known, columns: Columns) -> Known:
    """The role by the first rule that speaks, else what was known."""
    return next((told for rule in KINDS if (told := rule(known, columns)) is not None), known)


def _people(said: NameReading) -> frozenset[str]:
    return said.keys & _PEOPLE if ConceptKind.REF in said.kinds or said.datum is not None else frozenset()


def _asks(said: NameReading) -> bool:
    """Whether a name sets or asks for something instead of holding it."""
    return said.has(ConceptKind.HEAD, ConceptKind.FLAG, ConceptKind.THING) or bool(said.words & _VERBS)


def _begins(said: NameReading, beginnings: tuple[str, ...]) -> bool:
    return _one_begins(said.tokens, beginnings)


@lru_cache(maxsize=MOST_REMEMBERED)
def _one_begins(words: tuple[str, ...], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) or word.endswith(("praefix", "prefix")) for word in words)


def _the_company_itself(known: Known, columns: Columns) -> Known | None:
    """One row of the company's own data: how to reach and pay it, its logo, currency, the prefix of its invoices."""
    keys = columns.keys
    if columns.has_person_key or (not keys & _TELLS_OF_COMPANY and "setting" not in columns.name.keys):
        return None
    if keys & _NOT_OF_A_COMPANY:
        return None
    if columns.count(lambda said: "full_name" in said.keys and "legal" not in said.words):
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
    if (called and (company >= 2 or marks)) or (company >= 2 and marks >= 2 and any(shown)):
        return "configuration", "none", True, 0.92
    return None


def _templates(known: Known, columns: Columns) -> Known | None:
    """Texts that are sent again and again: a subject, a body, a language or variables, and nobody it went to."""
    keys = columns.keys
    if known[0] in {"configuration", "review"} or keys & _FLOWS or columns.has_person_key:
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


def _mailbox(known: Known, columns: Columns) -> Known | None:
    """An address that a shop answers under: its signature, its automatic answer, how its server is reached."""
    called = "email" in columns.name.keys or any(
        word in {"email", "mail", "smtp"} or word.startswith(("mailbox", "inbox")) for word in columns.words
    )
    if not called or columns.has_person_key or columns.keys & {"recipient", "cookie", "ip"}:
        return None
    served = columns.count(lambda said: bool(said.words & _OF_A_MAILBOX))
    return ("configuration", "none", True, 0.92) if served >= 2 else None


def _tariff(known: Known, columns: Columns) -> Known | None:
    """Prices by zone, country or weight: no parcel, no recipient."""
    if known[0] not in {"delivery", "none"} or "amount" not in columns.keys or not columns.keys & _WHERE:
        return None
    if columns.names_a_person:
        return None
    return ("lookup", "none", True, 0.92) if columns.keys <= _OF_A_TARIFF else None


def _catalogue(known: Known, columns: Columns) -> Known | None:
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
    if keys & _FLOWS or reached or (known[0] == "person" and known[2]):
        return None
    if offered:
        return ("catalogue", "none", True, 0.92) if keys & {"product", "description", "measure", "stock"} else None
    goods = columns.about(_OF_A_PRODUCT)
    only = columns.about(_ONLY_OF_PRODUCTS)
    return ("catalogue", "none", True, 0.92) if only and goods >= 4 and goods * 2 >= len(columns.readings) else None


def _numbering(known: Known, columns: Columns) -> Known | None:
    """How documents are numbered: a prefix, the next number, its length; it counts invoices and is none."""
    counted = columns.count(lambda said: _begins(said, _OF_NUMBERS) or bool(said.words & {"pad", "padding", "suffix"}))
    if counted < 2 or columns.names_a_person or columns.keys & {"amount", "email", "phone", "full_name"}:
        return None
    return ("lookup", "none", True, 0.92) if counted * 3 >= len(columns.readings) else None


def _ways(known: Known, columns: Columns) -> Known | None:
    """Ways to pay, to collect, to deliver: a name, a price, whether a telephone is needed, an order on the screen."""
    keys = columns.keys
    if known[2] or len(columns.readings) > _SMALL or columns.names_a_person or not {"name", "amount"} <= keys:
        return None
    if keys & _FLOWS or keys & {"date", "quantity", "email", "full_name"}:
        return None
    return ("lookup", "none", True, 0.9) if columns.about(_ORDERED) else None


def _stages(known: Known, columns: Columns) -> Known | None:
    """Steps and labels in an order, with a colour or a probability: a list that other tables point at."""
    keys = columns.keys
    if len(columns.readings) > _SMALL or columns.names_a_person or not keys <= _OF_A_LIST:
        return None
    placed = columns.count(lambda said: "technical" in said.keys and not said.keys & {"date"})
    labelled = bool(keys & {"name", "title", "note"})
    coloured = columns.count(lambda said: "measure" in said.keys or not said.hits)
    told = known[0] in {"order", "person", "message", "none"} and placed and labelled and coloured
    return ("lookup", "none", True, 0.92) if told else None


def _names_of_things(known: Known, columns: Columns) -> Known | None:
    """A key called after the table and a name beside it ("operating system"): a list that other tables point at."""
    if known[0] not in {"none", "session", "device"} or len(columns.readings) > 4 or columns.names_a_person:
        return None
    own = columns.count(lambda said: ConceptKind.REF in said.kinds and set(columns.words) <= set(said.tokens))
    rest = columns.count(lambda said: bool(said.keys) and said.keys <= _OF_A_LIST - {"date", "note"})
    told = own == 1 and rest >= len(columns.readings) - 1 and {"name", "title"} & columns.keys
    return ("lookup", "none", True, 0.92) if told and columns.name.party is None else None


def _activities(known: Known, columns: Columns) -> Known | None:
    """What work is booked on: an activity of a project with its rate, never what somebody wrote or did."""
    keys = columns.keys
    told = known[0] == "message" and "name" in keys and keys & _PRICED
    if not told or columns.names_a_person or len(columns.readings) > 3 * _SMALL:
        return None
    spoken = {"message_text", "subject_line", "actor", "employee", "sender", "author", "email", "phone"}
    return None if keys & (_FLOWS | spoken) else ("lookup", "none", True, 0.9)


def _visits(known: Known, columns: Columns) -> Known | None:
    """Pages that somebody looked at: an address of a page beside where from, with what, in which session."""
    if known[0] not in {"none", "lookup", "configuration", "catalogue", "queue", "session", "log"}:
        return None
    pages = columns.count(lambda said: bool(said.keys & {"page", "url"}))
    marks = len(_ABOUT_VISITS & columns.keys)
    direct = columns.keys & {"ip", "user_agent", "cookie", "click_id", "visitor", "session"}
    if not pages or marks < 3 or not direct or "smtp" in columns.words:
        return None
    return "visit", "visitor", False, 0.8


def _allowed_flow(known: Known, columns: Columns) -> Known | None:
    """An authorisation of a return or a payment is that return or payment, no right in a software."""
    hits = [hit.concept for hit in columns.name.hits]
    if len(hits) < 2 or hits[-1].key != "permission":
        return None
    flows = [item for item in hits[:-1] if item.kind is ConceptKind.FLOW and item.key != "session"]
    return (flows[-1].role, "none", True, 0.9) if flows and columns.keys & (_FLOWS | {"amount"}) else None


def _lent(known: Known, columns: Columns) -> Known | None:
    """Things that somebody has taken: a catalogue does not say whose name and telephone it is."""
    if known[0] != "catalogue":
        return None
    of_people = columns.count(lambda said: bool(said.keys & _PEOPLE) and said.datum is not None)
    return ("order", "customer", False, 0.7) if of_people >= 2 else None


def _settings(known: Known, columns: Columns) -> Known | None:
    """What a software allows, asks for and how long: most columns are switches, limits and themes."""
    if known[0] not in {"none", "person", "message", "employee", "subscription"} or columns.names_somebody:
        return None
    if len(columns.readings) < _SMALL or columns.keys & _FLOWS - {"reference", "session", "cookie", "ip"}:
        return None
    sets = columns.count(lambda said: said.has(ConceptKind.HEAD, ConceptKind.FLAG) or bool(said.keys & _SETS))
    return ("configuration", "none", True, 0.92) if sets * 2 >= len(columns.readings) else None


def _payroll(known: Known, columns: Columns) -> Known | None:
    """What members of staff are paid: several kinds of pay beside whom, whatever the account it goes to."""
    if known[0] not in {"none", "payment", "order", "person"}:
        return None
    who = columns.keys & {"employee", "government_id", "first_name", "last_name", "full_name", "person_number"}
    return ("employee", "employee", False, 0.8) if who and columns.about(frozenset({"pay"})) >= 3 else None


def _admissions(known: Known, columns: Columns) -> Known | None:
    """Tickets that are sold: a price, a seat or an event, and nothing that somebody wrote."""
    if known[0] != "message" or "ticket" not in columns.name.keys or not {"amount"} <= columns.keys:
        return None
    written = columns.keys & {"message_text", "subject_line", "description", "actor", "employee"}
    return None if written else ("order", "customer", True, 0.8)


def _appointments(known: Known, columns: Columns) -> Known | None:
    """Visits to a doctor: a patient or a doctor beside a day, and nothing of a browser."""
    if known[0] != "visit" or not columns.keys & {"doctor", "patient"} or columns.keys & (SESSION_MARKS - {"browsing"}):
        return None
    return "health", "customer", True, 0.8


def _calls(known: Known, columns: Columns) -> Known | None:
    """Telephone calls: from whom, to whom, and how long they rang or talked."""
    if known[0] not in {"none", "log", "lookup", "message"} or not columns.count(_of_a_call):
        return None
    if not all(columns.count(lambda said, side=side: said.tokens == (side,)) for side in ("from", "to")):  # type: ignore[misc]
        return None
    return "message", "customer", False, 0.75


def _of_a_call(said: NameReading) -> bool:
    return bool(said.words & CALLED)


def _buildings(known: Known, columns: Columns) -> Known | None:
    """Houses that are looked after: a street beside a year of building, and nobody who lives there."""
    if known[0] not in {"person", "address", "none", "order"} or columns.names_a_person:
        return None
    if columns.keys & {"email", "phone", "full_name", "customer", "recipient"} or not columns.about(_STANDING):
        return None
    built = columns.count(lambda said: any(word.startswith(_BUILT) for word in said.tokens))
    return ("lookup", "none", True, 0.92) if built else None


def _lodging(known: Known, columns: Columns) -> Known | None:
    """Guests of a house, not of a web site: a paper, a nationality, a room or nights, and nothing of a browser."""
    guests = columns.name.party
    if known[0] not in {"device", "session"} or guests is None or guests.concept.key != "guest":
        return None
    papers = columns.keys & {"government_id", "nationality", "birth_date", "first_name", "last_name", "full_name"}
    if not papers or columns.keys & SESSION_MARKS - {"browsing"}:
        return None
    booked = columns.keys & {"order", "reference", "amount", "quantity"}
    return ("order", "customer", True, 0.8) if booked else ("person", "customer", True, 0.8)


KINDS: tuple[Callable[[Known, Columns], Known | None], ...] = (
    _the_company_itself, _allowed_flow, _mailbox, _templates, _lent, _tariff, _catalogue, _numbering, _ways,
    _stages, _names_of_things, _activities, _visits, _settings, _payroll, _admissions,
    _appointments, _calls, _lodging, _buildings,
)  # fmt: skip
"""In this order; the first that speaks decides."""
