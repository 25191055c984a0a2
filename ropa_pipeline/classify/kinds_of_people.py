"""Kinds of tables whose rows are a person's, whatever they are called: visits, payrolls, tickets, clinics, calls.

Belongs here: one small rule a kind. Does not belong here: kinds that are nobody's (:mod:`...kinds_of_nobody`) and the
order in which they are asked (:mod:`...table_kinds`). GDPR Art. 4(1): a page relates to the visitor who opened it.
"""

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_columns import FLOWS, PEOPLE, TALKS, Columns, Known, begin_so
from ropa_pipeline.classify.table_roles import CALLED, SESSION_MARKS, is_bare_person
from ropa_pipeline.model.lexicon import ConceptKind

_CALLS = ("skamb", "zvan", "kone", "polacz", "rozmow", "anruf", "telefonat", "appel", "llamad", "chiamat", "zvonk",
          "звонк", "call")  # fmt: skip
_OF_CALLS = ("linij", "eile", "eiles", "operator", "kalbet", "pokalb", "iras", "trukm", "agent", "queue", "duration",
             "recording", "talk", "rind", "ilgum", "ierakst", "jarjek", "kestus", "salvest", "kolejk", "nagran", "czas",
             "warteschl", "dauer", "aufzeichn", "file", "duree", "enregistr", "cola", "duracion", "grabac", "coda",
             "durata", "registraz", "ochered", "dlitel", "zapis", "очеред", "длител", "запис")  # fmt: skip
"""Beginnings of words for calls and for what is listed of them, in ten languages."""
_GATES = ("duru", "durys", "door", "gate", "vart", "tur", "tuer", "porte", "porta", "puerta", "drzwi", "brama",
          "durv", "uks", "dver", "двер", "korteles", "kortele", "badge", "card", "karte", "karta", "reader",
          "skaitytuv", "praejim", "acces", "dostep", "tarjet", "tessera",
          "carte", "kaart", "kryptis",
          "direction", "richtung", "kierunek", "sens")  # fmt: skip
_SEVERAL = 2
_ABOUT_VISITS = SESSION_MARKS | {"session", "visitor", "campaign"}


def allowed_flow(known: Known, columns: Columns) -> Known | None:
    """An authorisation of a return or a payment is that return or payment, no right in a software."""
    hits = [hit.concept for hit in columns.name.hits]
    if len(hits) < 2 or hits[-1].key != "permission":
        return None
    flows = [item for item in hits[:-1] if item.kind is ConceptKind.FLOW and item.key != "session"]
    return (flows[-1].role, "none", True, 0.9) if flows and columns.keys & (FLOWS | {"amount"}) else None


_LISTED = ("list", "lists", "campaign", "mailing", "newsletter", "broadcast", "bulk", "segment", "audience",
           "naujienl", "kampan", "jaunum", "uudiskir", "newslett", "rundbrief", "biuletyn", "boletin", "rassylk",
           "рассыл")  # fmt: skip


def mailed(known: Known, columns: Columns) -> Known | None:
    """Who gets a newsletter or a campaign: recipients of mail, not of parcels."""
    if known[0] != "delivery" or "recipient" not in columns.name.keys or not begin_so(columns.words, _LISTED):
        return None
    return None if columns.keys & {"tracking", "street", "postal_code"} else ("subscription", "subscriber", True, 0.85)


_AT_THE_DESK = ("badge", "host", "compan", "purpose", "signed", "arriv", "left", "departed", "kortel", "imon",
                "tiksl", "atej", "atvyk", "isej", "isvyk", "firm", "unternehm", "besuch", "ankunft", "societe", "motif",
                "empresa", "motivo", "azienda", "uznem", "ettevot", "organiz", "компан", "цель")  # fmt: skip


def at_the_desk(known: Known, columns: Columns) -> Known | None:
    """Who came to a building: visitors with a badge and somebody to see, and nothing of a browser."""
    party = columns.name.party
    if known[0] not in {"device", "log", "visit", "session"} or party is None or party.concept.key != "visitor":
        return None
    if columns.keys & (SESSION_MARKS - {"device"} | {"url", "page", "campaign"}):
        return None
    came = columns.count(lambda said: begin_so(said.tokens, _AT_THE_DESK))
    return ("person", "visitor", False, 0.75) if came >= _SEVERAL else None


def given_away(known: Known, columns: Columns) -> Known | None:
    """Gift vouchers: bought by somebody for somebody, with words for the one who gets it."""
    if known[0] not in {"lookup", "catalogue"} or not columns.name.keys & {"discount", "loyalty"}:
        return None
    got = columns.count(lambda said: "recipient" in said.keys)
    return ("order", "customer", False, 0.9) if got and columns.keys & {"email", "message_text", "phone"} else None


def of_a_family(known: Known, columns: Columns) -> Known | None:
    """Who belongs to a household: persons, though the words are also how many they are."""
    if known[0] not in {"none", "lookup"} or "civil_status" not in columns.name.keys:
        return None
    return ("person", "customer", True, 0.8) if columns.words[-1:] in (("members",), ("member",)) else None


def secrets_of_somebody(known: Known, columns: Columns) -> Known | None:
    """Requests for a new password, tokens: the table is called after a secret, and a column says whose it is."""
    if known[0] != "none" or not columns.name.keys & {"password", "secret", "token"}:
        return None
    of_somebody = columns.has_person_key or columns.keys & {"email", "username", "user", "customer", "employee"}
    return ("person", "customer", False, 0.7) if of_somebody else None


_KEPT_UNDER = frozenset({("key",), ("k",), ("field",), ("attribute",), ("field", "id"), ("attribute", "id"),
                         ("option",), ("name",), ("property",), ("meta", "key"), ("question",),
                         ("question", "id")})  # fmt: skip
_KEPT = frozenset({("value",), ("v",), ("val",), ("data",), ("meta", "value"), ("answer",), ("content",)})


def kept_of_a_person(known: Known, columns: Columns) -> Known | None:
    """Fields that a software keeps of its users as pairs: a key to the user, what a field is called, what it holds."""
    party = columns.name.party
    if known[0] not in {"lookup", "configuration"} or party is None or party.concept.key not in PEOPLE:
        return None
    said = {reading.tokens for reading in columns.readings}
    keyed = columns.has_person_key or any("external_id" in reading.keys for reading in columns.readings)
    return ("person", "customer", True, 0.8) if keyed and said & _KEPT_UNDER and said & _KEPT else None


_KEPT_LOGS = frozenset({"log", "logs", "history", "journal", "outbox", "inbox", "archive", "messages"})


def written_to(known: Known, columns: Columns) -> Known | None:
    """What went through a gateway for messages: a number or an address beside a text, kept one a row."""
    if known[0] not in {"configuration", "lookup", "log", "queue"} or not _KEPT_LOGS & set(columns.words):
        return None
    reached = columns.count(lambda said: bool(said.keys & {"phone", "email"}) and not said.has(ConceptKind.HEAD))
    text = columns.keys & {"message_text", "container", "note"}
    settings = columns.keys & {"password", "template"} or any("host" in said.words for said in columns.readings)
    return ("message", "customer", False, 0.75) if reached and text and not settings else None


_TURNS = TALKS | {"convo"}


def spoken(known: Known, columns: Columns) -> Known | None:
    """What was said to a machine: turns of a conversation, each with its words."""
    if known[0] not in {"configuration", "lookup"} or "template" in columns.name.keys:
        return None
    talks = columns.count(lambda said: bool(_TURNS & said.words))
    return ("message", "customer", False, 0.75) if talks and "message_text" in columns.keys else None


_SURVEYS = ("survey", "poll", "polls", "quiz", "questionn", "apklaus", "anket", "ankiet", "umfrage", "opros", "опрос",
            "sondag", "encuest", "aptauj", "kusitl")  # fmt: skip


def filled_in(known: Known, columns: Columns) -> Known | None:
    """A survey by its answers: who answered beside what was said, not a list of surveys with titles and dates."""
    if known[0] != "catalogue" or not begin_so(columns.words, _SURVEYS):
        return None
    somebody = columns.has_person_key or columns.count(is_bare_person) or columns.keys & {"reviewer", "full_name"}
    said = columns.keys & {"rating", "note", "user_content", "message_text"}
    asked = len({reading.tokens for reading in columns.readings}) < len(columns.readings)  # q1, q2
    return ("review", "reviewer", False, 0.9) if somebody and (said or asked) else None


def lent(known: Known, columns: Columns) -> Known | None:
    """Things that somebody has taken: a catalogue does not say whose name and telephone it is."""
    if known[0] != "catalogue":
        return None
    of_people = columns.count(lambda said: bool(said.keys & PEOPLE) and said.datum is not None)
    return ("order", "customer", False, 0.7) if of_people >= 2 else None


def visits(known: Known, columns: Columns) -> Known | None:
    """Pages that somebody looked at: an address of a page beside where from, with what, in which session."""
    if known[0] not in {"none", "lookup", "configuration", "catalogue", "queue", "session", "log"}:
        return None
    pages = columns.count(lambda said: bool(said.keys & {"page", "url"}))
    marks = len(_ABOUT_VISITS & columns.keys)
    direct = columns.keys & {"ip", "user_agent", "cookie", "click_id", "visitor", "session"}
    if not pages or marks < 3 or not direct or "smtp" in columns.words:
        return None
    return "visit", "visitor", False, 0.8


def payroll(known: Known, columns: Columns) -> Known | None:
    """What members of staff are paid: several kinds of pay beside whom, whatever the account it goes to."""
    if known[0] not in {"none", "payment", "order", "person"}:
        return None
    who = columns.keys & {"employee", "government_id", "first_name", "last_name", "full_name", "person_number"}
    return ("employee", "employee", False, 0.8) if who and columns.about(frozenset({"pay"})) >= 3 else None


def admissions(known: Known, columns: Columns) -> Known | None:
    """Tickets that are sold: a price, a seat or an event, and nothing that somebody wrote."""
    if known[0] != "message" or "ticket" not in columns.name.keys or not {"amount"} <= columns.keys:
        return None
    written = columns.keys & {"message_text", "subject_line", "description", "actor", "employee"}
    return None if written else ("order", "customer", True, 0.8)


def appointments(known: Known, columns: Columns) -> Known | None:
    """Visits to a doctor: a patient or a doctor beside a day, and nothing of a browser."""
    if known[0] != "visit" or not columns.keys & {"doctor", "patient"} or columns.keys & (SESSION_MARKS - {"browsing"}):
        return None
    return "health", "customer", True, 0.8


def calls(known: Known, columns: Columns) -> Known | None:
    """Telephone calls: from whom, to whom, and how long they rang or talked."""
    if known[0] not in {"none", "log", "lookup", "message"} or not columns.count(_of_a_call):
        return None
    if not {("from",), ("to",)} <= {said.tokens for said in columns.readings}:
        return None
    return "message", "customer", False, 0.75


def answered(known: Known, columns: Columns) -> Known | None:
    """What a call centre lists: a line, a queue, who talked and how long, in a table that is called after calls."""
    if not begin_so(columns.words, _CALLS) or columns.keys & {"tracking", "product", "template"}:
        return None
    told = columns.count(lambda said: begin_so(said.tokens, _CALLS + _OF_CALLS))
    return ("message", "customer", False, 0.75) if told >= _SEVERAL else None


def sent(known: Known, columns: Columns) -> Known | None:
    """What was sent to whom: a recipient beside a text and what became of it. A parcel has none."""
    if (
        known[0] not in {"delivery", "none", "log", "marketing", "message"}
        or not {"recipient", "message_text"} <= columns.keys
    ):
        return None
    carried = columns.keys & {"tracking", "address", "street", "postal_code", "city", "measure", "pickup_choice"}
    carried |= columns.keys & {"transaction_ref", "wallet", "payer", "payee", "bank_account", "bank"}
    became = columns.keys & {"state", "engagement", "campaign", "date"}
    role = "marketing" if columns.keys & {"engagement", "campaign"} else "message"
    return (role, "customer", False, 0.75) if became and not carried else None


def subscribed(known: Known, columns: Columns) -> Known | None:
    """Who gets a newsletter: its recipients have an e-mail address and no parcel."""
    party = columns.name.party
    if known[0] != "delivery" or party is None or party.concept.key != "recipient":
        return None
    told = "email" in columns.keys and columns.keys & {"marketing_consent", "engagement"}
    carried = columns.keys & {"tracking", "shipment", "street", "address", "postal_code", "pickup_choice", "order"}
    return ("subscription", "subscriber", True, 0.85) if told and not carried else None


def passed(known: Known, columns: Columns) -> Known | None:
    """Who of the staff went through which door: a log of passages, kept by the card or the name."""
    if known[0] not in {"log", "none"} or "employee" not in columns.keys or columns.keys & SESSION_MARKS:
        return None
    gates = columns.count(lambda said: begin_so(said.tokens, _GATES)) + begin_so(columns.words, _GATES)
    return ("employee", "employee", False, 0.75) if gates >= _SEVERAL else None


def followed(known: Known, columns: Columns) -> Known | None:
    """What users did, by kind and time: an activity of theirs is no message unless something was written."""
    if known[0] != "message" or not columns.words or columns.words[-1] not in {"activity", "activities"}:
        return None
    party = columns.name.party
    if party is None or party.concept.key not in PEOPLE:
        return None
    written = columns.keys & {"message_text", "subject_line", "note", "description", "email", "phone", "recipient"}
    return None if written else ("visit", "customer", True, 0.75)


def searches(known: Known, columns: Columns) -> Known | None:
    """What was looked for and by whom or in which session; a list of keywords has neither."""
    if "search_query" not in columns.name.keys or known[0] in {"configuration", "visit"}:
        return None
    seeker = columns.has_person_key or columns.keys & {"session", "cookie", "ip", "visitor", "user_agent"}
    return ("visit", "visitor", True, 0.8) if seeker and "page" not in columns.name.keys else None


_PUSHED = frozenset({"push", "pushes"})
_REGISTERED = ("endpoint", "subscription", "device", "token", "registration", "recipient")


def pushed(known: Known, columns: Columns) -> Known | None:
    """The browsers and telephones that get notifications: each is somebody's, whatever an endpoint is elsewhere."""
    if not set(columns.words) & _PUSHED or not begin_so(columns.words, _REGISTERED):
        return None
    keyed = columns.keys & {"device_id", "token", "user_agent", "device"} or columns.has_person_key
    sent = columns.keys & {"message_text", "subject_line", "template"}
    return ("device", "website_user", True, 0.8) if keyed and not sent else None


def _of_a_call(said: NameReading) -> bool:
    return bool(said.words & CALLED)


def lodging(known: Known, columns: Columns) -> Known | None:
    """Guests of a house, not of a web site: a paper, a nationality, a room or nights, and nothing of a browser."""
    guests = columns.name.party
    if known[0] not in {"device", "session"} or guests is None or guests.concept.key != "guest":
        return None
    papers = columns.keys & {"government_id", "nationality", "birth_date", "first_name", "last_name", "full_name"}
    if not papers or columns.keys & SESSION_MARKS - {"browsing"}:
        return None
    booked = columns.keys & {"order", "reference", "amount", "quantity"}
    return ("order", "customer", True, 0.8) if booked else ("person", "customer", True, 0.8)
