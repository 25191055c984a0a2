"""Reads the role of a table from its name, the words of its columns and what they mean.

Belongs here: which role a name, a set of meanings or a set of words speaks for. Does not belong here: keys between
tables and whom a row leads to (:mod:`ropa_pipeline.classify.tables`). GDPR Art. 4(1): what a row is about.
"""

from collections.abc import Sequence

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_sums import SUMS, adds_up
from ropa_pipeline.model.lexicon import Concept, ConceptKind

IDENTIFYING = frozenset({"first_name", "last_name", "full_name", "email", "phone", "birth_date", "password",
                          "street", "government_id", "username", "gender"})  # fmt: skip
"""Data that say who a person is."""
SESSION_MARKS = frozenset({"ip", "user_agent", "cookie", "browsing", "device", "browser", "click_id"})
"""Data by which a visit or a session is known."""
ADDRESSED = frozenset({"from", "to", "cc", "bcc", "reply", "sender", "recipient", "recipients"})
"""Words by which the columns of a message name who it went to and came from."""
CALLED = frozenset(
    {"call", "caller", "callee", "calls", "talking", "ringing", "dialled", "dialed", "hangup", "extension"}
)
"""Words of telephone calls."""
_KINDS_OF = frozenset({"type", "types", "kind", "kinds", "reason", "reasons", "model", "models", "group",
                       "prefix", "prefixes", "suffix", "level", "levels", "policy", "policies", "template",
                       "templates", "category", "categories", "format", "scale", "status", "statuses", "office",
                       "offices", "directory", "guide", "dictionary", "definition", "definitions", "provider",
                       "providers", "prices", "pricing", "pricelist", "tariffs", "tariff", "branch", "branches",
                       "synonym", "synonyms", "calendar", "stage", "stages", "priority", "priorities", "budai", "tipai",
                       "rusys", "etapai", "statusai", "kategorijos", "veidi", "viisid", "liigid", "arten", "typen",
                       "stufen", "phasen", "statusi", "kategorijas", "klasifikators", "tuubid", "staatused",
                       "kategooriad", "kategorien", "preisliste", "kainos", "ikainiai", "hinnakiri", "purpose",
                       "purposes", "tier", "tiers", "cenradis"})  # fmt: skip
"""A table whose name ends so lists kinds, unless its columns lead to a person."""
_SERVES = frozenset({"provider", "providers", "gateways", "connectors", "integrations"})
"""What a shop's software is connected with: its telephone and password are the shop's."""
_KINDS_FIRST = frozenset({"sposoby", "sposob", "vidy", "tipy", "spravochnik", "rodzaje", "rodzaj", "typy", "metody",
                          "slownik", "tipos", "metodos", "formas", "tipi", "tipologie", "modalita", "types", "modes",
                          "budai", "tipai", "rusys", "klasifikatorius", "veidi", "klasifikators", "viisid", "liigid",
                          "arten", "typen", "preisliste", "cennik", "kainynas", "kainorastis", "hinnakiri", "cenradis",
                          "listino", "tarifario", "tarifs", "diccionario", "dizionario", "dictionnaire"})  # fmt: skip
"""In languages whose head comes first a table whose name begins so lists kinds."""
_PUBLISHED = frozenset({"isbn", "issn", "ean", "publisher", "editeur", "verlag", "wydawca", "leidykla", "leidejas",
                        "editorial", "editore", "izdatelstvo", "izdevnieciba", "kirjastus", "parution"})  # fmt: skip
"""Words of books and other works that are sold or lent."""
_PAGE_WORDS = frozenset({"slug", "excerpt", "permalink"})
"""Words of pages that a site publishes."""
_SOLD = frozenset({"product", "quantity", "customer"})
_PEOPLE = frozenset({"customer", "employee", "patient", "applicant", "payer", "subscriber", "user", "guest", "visitor"})
_NOT_ALONE = frozenset({"account", "accounts", "profile", "owner", "holder", "membership", "user", "parent", "tenant",
                        "player", "speaker", "rider", "backer", "ward", "kid", "child", "winner"})  # fmt: skip
_NO_PERSON = frozenset(
    {ConceptKind.THING, ConceptKind.HEAD, ConceptKind.FLAG, ConceptKind.QUANTITY, ConceptKind.DATE, ConceptKind.AMOUNT,
     ConceptKind.STATE, ConceptKind.TECHNICAL, ConceptKind.REF}
)  # fmt: skip
_SITES = frozenset({"website", "websites", "dashboard", "dashboards", "workspace", "workspaces", "domains", "sites"})
_STAGED = frozenset({"venue", "capacity", "organizer", "organiser", "speaker", "speakers", "doors", "performers"})
_INSTALLED = frozenset({"firmware", "rack", "asset", "warranty", "site", "installed", "serial", "vlan", "vendor",
                        "calibration", "battery", "gateway", "interval", "unit", "threshold"})  # fmt: skip
_GIVEN = frozenset({"first_name", "last_name", "gender"})
_REACHED = frozenset({"email", "phone", "birth_date", "person_number", "customer", "user", "account", "employee"})
_HEADS_OF_DOCUMENTS = frozenset({"header", "headers", "footer", "footers", "antraste", "antrastes", "kopf", "koepfe",
                                 "entete", "entetes", "naglowek", "naglowki", "cabecera", "cabeceras", "testata",
                                 "testate", "galvene", "zagolovok"})  # fmt: skip
"""The head of an order or invoice is that document itself."""
_PLACES = frozenset({"region", "city", "country", "postal_code", "location"})
_NAMES = frozenset({"first_name", "last_name", "full_name", "birth_date", "person_number"})
_CLIENT_SOFTWARE = frozenset({"redirect", "callback", "grant", "scope", "secret", "base", "public", "protocol"})
_TOLD_OFF = frozenset({"total", "count", "send", "do"})
"""Beside these "to" and "from" tell of no correspondent ("to_send", "to_do")."""
_RATED = frozenset({"rate", "per", "average", "avg", "unique"})
_HOSTS = frozenset({"smtp", "imap", "pop3", "host", "port", "ssl", "tls", "protocol", "ttl", "dns", "mx"})


def by_its_words(
    known: tuple[str, str, bool, float], name: NameReading, words: tuple[str, ...], written: Sequence[frozenset[str]],
    said_at_all: frozenset[str], keys: set[str], has_person_key: bool, identifying: set[str],
) -> tuple[str, str, bool, float]:  # fmt: skip
    """What the words of a table and its columns say where single meanings mislead: lists of kinds, mail, mail hosts."""
    about_person = has_person_key or "person_number" in keys or len(identifying) >= 2
    if words and words[-1] in _KINDS_OF and not about_person and known[0] not in {"configuration", "catalogue"}:
        return "lookup", "none", True, 0.9
    if known[0] in {"none", "review", "message"} and not has_person_key and said_at_all & _PAGE_WORDS:
        return "catalogue", "none", True, 0.8
    if words[:1] and words[0] in _KINDS_FIRST and not about_person and len(words) > 1:
        return "lookup", "none", True, 0.85
    if words[-1:] and words[-1] in _SERVES and not has_person_key and not identifying & _NAMES:
        return "configuration", "none", True, 0.9
    if words == ("languages",) and not has_person_key and not identifying - _GIVEN:
        return "lookup", "none", True, 0.9
    if words[-1:] in (("admin",), ("admins",)) and identifying:
        return "employee", "employee", True, 0.8
    if known[0] == "person" and {"pay", "employment"} <= keys and known[1] in {"customer", "none", "website_user"}:
        return "employee", "employee", known[2], 0.8
    if known[0] == "payment" and "account_or_invoice" in name.keys and "payer" not in keys and keys & _SOLD:
        return "order", "customer", True, 0.7
    if known[0] == "payment" and known[2] and {"job", "pay"} <= keys and keys & {"department", "employment"}:
        return "employee", "employee", True, 0.8
    if words[-1:] and words[-1] in _SITES and not identifying and known[0] in {"person", "none", "catalogue"}:
        return "catalogue", "none", True, 0.8
    if not about_person and known[0] not in {"configuration", "lookup"} and adds_up(words, written, identifying):
        return "queue", "none", True, 0.92 if words[-1:] and words[-1] in SUMS else 0.8
    staged = known[0] in {"visit", "message"} and not has_person_key and said_at_all & _STAGED
    if staged and words[-1:] in (("event",), ("events",)) and not SESSION_MARKS - {"browsing"} & keys:
        return "catalogue", "none", True, 0.8
    timed = {"start", "end"} <= said_at_all
    met = words[-1:] in (("event",), ("events",)) and known[0] == "visit" and identifying and timed
    if met and not SESSION_MARKS - {"browsing"} & keys:
        return "order", "customer", True, 0.7
    installed = known[0] == "device" and not has_person_key and not name.has(ConceptKind.PARTY)
    installed = installed and not keys & {"user", "employee", "customer", "account", "click_id", "user_agent"}
    if installed and sum(bool(said & _INSTALLED) for said in written) >= 2:
        return "configuration", "none", True, 0.75
    summed = "cache" in name.keys and not has_person_key and not keys & _REACHED - {"birth_date", "employee"}
    if (
        summed
        and identifying <= _GIVEN | {"birth_date"}
        and known[0] in {"person", "none", "order", "message", "queue"}
    ):
        return "queue", "none", True, 0.92
    of_names = bool(identifying) and identifying <= _GIVEN and not has_person_key and not keys & _REACHED
    if of_names and len(written) <= 6 and (name.has(ConceptKind.THING) or set(words) & _KINDS_OF or _is_of_names(name)):
        return "lookup", "none", True, 0.92
    works = known[0] in {"file", "visit", "none"} and sum(bool(said & _PUBLISHED) for said in written)
    if works and not has_person_key and not keys & _REACHED - {"email"}:
        return "catalogue", "none", True, 0.8
    if known[0] == "payment" and words[-1:] and words[-1] in _HEADS_OF_DOCUMENTS and "account_or_invoice" in name.keys:
        return "order", "customer", True, 0.8
    if known[0] == "file" and known[2] and "amount" in keys and keys & {"customer", "product", "payment_method", "tax"}:
        return "order", "customer", True, 0.7
    mailboxes = "email" in name.keys or "mail" in words
    if known[0] in {"message", "address"} and mailboxes and {"addresses", "address"} & set(words):
        return "person", known[1], True, 0.8
    head = name.hits[-1].concept if name.hits else None
    own = {head.key} if head is not None else set()
    if (
        head is not None
        and head.kind is ConceptKind.DATUM
        and (head.category.startswith(("special", "criminal", "identity")) or head.key == "job")
        and len(name.tokens) <= 2
        and not has_person_key
        and not identifying - own
        and written
        and len(written) <= 12
        and not name.has(ConceptKind.PARTY, ConceptKind.FLOW)
        and not keys
        & {"patient", "person_number", "company_code", "tax_number", "health", "note", "ip", "user_agent"} - own
    ):
        return "lookup", "none", True, 0.8
    served = sum(bool(said & _HOSTS) for said in written) if said_at_all & _HOSTS else 0
    if served >= 2 and not {"last_name", "first_name"} & identifying:
        return "configuration", "none", True, 0.92
    nameless = known[0] == "person" and not has_person_key and not keys & _NAMES and len(written) >= 4
    if nameless and sum(bool(said & _CLIENT_SOFTWARE) for said in written) >= 2:
        return "configuration", "none", True, 0.85
    if (
        head is not None
        and head.key in _PLACES
        and not has_person_key
        and not keys & _NAMES
        and len(name.tokens) <= 2
        and not name.has(ConceptKind.PARTY, ConceptKind.FLOW)
    ):
        return "lookup", "none", True, 0.8
    of_nobody = not about_person and not keys & {"employee", "user", "actor", "account"} and len(written) >= 3
    if head is not None and head.key == "employment" and known[0] == "employee" and of_nobody:
        return "lookup", "none", True, 0.7
    rated = sum(bool(said & _RATED) for said in written) if said_at_all & _RATED else 0
    if rated >= 2 and rated * 4 >= len(written) and not about_person and known[0] in {"none", "order", "message"}:
        return "queue", "none", True, 0.7
    paid = {"amount", "transaction_ref"} <= keys
    corresponds = (
        0
        if paid or not said_at_all & ADDRESSED
        else sum(bool(said & ADDRESSED) and len(said) <= 3 and not said & _TOLD_OFF for said in written)
    )
    if corresponds >= 2 and keys & {"subject_line", "message_text"} and known[0] not in {"configuration"}:
        if any({"sent", "count"} <= said or {"read", "count"} <= said for said in written) and not has_person_key:
            return "catalogue", "none", True, 0.7
        if known[0] in {"none", "lookup", "message", "log", "catalogue"} and "template" not in name.keys:
            return "message", "customer", known[2], 0.8
    pairs = [said for said in written if said & {"email", "name", "mail"}] if known[0] == "catalogue" else []
    if any("from" in said for said in pairs) and any("to" in said for said in pairs):
        return "order", "customer", True, 0.7
    return known


def _is_of_names(name: NameReading) -> bool:
    """Whether a table is called after names alone ("first names", a calendar of name days)."""
    return bool(name.hits) and all(hit.concept.key in _GIVEN for hit in name.hits)


def is_bare_person(reading: NameReading) -> bool:
    """Whether a column is merely called "customer", or holds the name of one."""
    party = reading.party
    if party is None or reading.unknown:
        return False
    if party.concept.key not in _PEOPLE and (party.concept.key != "account" or party.words[-1] in _NOT_ALONE):
        return False
    return not reading.kinds & _NO_PERSON


_NOT_THE_MATTER = frozenset({"actor", "doctor", "employee", "supplier", "sender", "payee", "author"})


def is_person_key(reading: NameReading) -> bool:
    """Whether a column points at a person who is the matter of the row (not at who handled it)."""
    party = reading.party
    if party is None or ConceptKind.REF not in reading.kinds or party.concept.key in _NOT_THE_MATTER:
        return False
    return not reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.HEAD)


def role_of_name(name: NameReading, has_person_key: bool, identifying: set[str]) -> tuple[str, str, bool, float]:
    """Role, subject, whether the name gave it, how sure. The last meaning of a name is its head."""
    meanings = [hit.concept for hit in name.hits if hit.concept.kind not in {ConceptKind.PART, ConceptKind.REF}]
    if len(meanings) > 1 and name.hits[-1].words[-1] in _HEADS_OF_DOCUMENTS:
        meanings = meanings[:-1]
    if len(meanings) > 1 and meanings[-1].key == "cache" and has_person_key:
        meanings = meanings[:-1]
    if not meanings:
        return "none", "none", False, 0.3
    head = meanings[-1]
    if meanings[0].key == "template":
        return "configuration", "none", True, 0.9
    party = name.last(ConceptKind.PARTY)
    subject = party.concept.subject if party is not None else "none"
    flow = name.last(ConceptKind.FLOW)
    about_person = has_person_key or len(identifying) >= 2
    if head.kind is ConceptKind.THING and head.key in {"product", "measure", "tax", "discount", "carrier"}:
        earlier = [item for item in meanings[:-1] if item.kind is ConceptKind.FLOW]
        carried = any(item.key in {"order", "shipment"} for item in earlier)
        if any(item.role == "review" for item in meanings[:-1]):
            return "review", subject, True, 0.85
        if earlier and (head.key != "carrier" or carried):
            return earlier[-1].role, subject, True, 0.8
    if head.key == "cache" and "gdpr" in name.keys:
        return "consent", subject, True, 0.8
    if head.key == "page" and any(item.role == "visit" for item in meanings[:-1]):
        return "visit", subject, True, 0.8
    if head.kind is ConceptKind.THING or (head.kind is ConceptKind.DATUM and _is_lookup(head)):
        if party is not None and about_person:
            return party.concept.role or "person", subject, True, 0.7
        return head.role or "lookup", "none", True, 0.95
    if head.kind in {ConceptKind.HEAD, ConceptKind.TECHNICAL, ConceptKind.STATE} and not about_person:
        return "lookup", "none", True, 0.8
    things = [item for item in meanings if item.kind is ConceptKind.THING]
    if head.kind is ConceptKind.PARTY:
        if things and not about_person and head.key in {"supplier", "actor", "account"}:
            return things[-1].role, "none", True, 0.8
        earlier = [item for item in meanings[:-1] if item.kind is ConceptKind.FLOW]
        if head.key == "supplier" and earlier and earlier[-1].key in {"order", "invoice"} and not has_person_key:
            return "catalogue", "none", True, 0.8
        return (earlier[-1].role if earlier else head.role or "person"), subject, True, 0.9
    if flow is not None and flow.concept.key == "log":
        earlier = [item for item in meanings if item.role and item.key != "log" and item.kind is not ConceptKind.PARTY]
        if earlier:
            return earlier[-1].role, subject, True, 0.8
    if flow is not None:
        before = meanings[: [item.key for item in meanings].index(flow.concept.key)]
        if any(item.key in {"stock", "software", "integration", "template", "setting"} for item in before):
            return (things[0].role if things else "lookup"), "none", True, 0.8
        return flow.concept.role, subject, True, 0.9
    if head.role == "marketing" and len(identifying) >= 2:
        return "person", subject, True, 0.8
    if head.key == "job" and not about_person:
        return "lookup", "none", True, 0.7
    if head.role:
        if things and head.kind is ConceptKind.TEXT and head.role != "review":
            return things[-1].role, "none", True, 0.7
        return head.role, subject, True, 0.85
    if party is not None:
        return party.concept.role or "person", subject, True, 0.85
    for item in reversed(meanings):
        if item.role:
            return item.role, "none", True, 0.7
    return "none", "none", False, 0.3


def _is_lookup(concept: Concept) -> bool:
    return concept.role == "lookup"


def looks_like_person(keys: set[str], identifying: set[str]) -> bool:
    return len(identifying) >= 3 and bool(identifying & {"first_name", "last_name", "birth_date", "password"})


def role_of_columns(
    keys: set[str], identifying: set[str], has_person_key: bool, role: str, sure: float
) -> tuple[str, str, float]:
    """Role from the set of columns, where the name says none."""
    if {"job", "pay"} <= keys and keys & {"department", "employment"}:
        return "employee", "employee", 0.8
    ordered = {"reference", "amount"} <= keys and not keys & {"payer", "transaction_ref"}
    if ordered and keys & {"product", "quantity"}:
        return "order", "customer", 0.8
    if "tracking" in keys and ("recipient" in keys or "shipment" in keys or "pickup_choice" in keys):
        return "delivery", "recipient", 0.8
    if "bank" in keys and "amount" in keys and keys & {"reference", "order"}:
        return "payment", "payer", 0.7
    if keys & {"card", "transaction_ref", "bank_account"} and ("amount" in keys or "payer" in keys):
        return "payment", "payer", 0.8
    work = {"pay", "employment", "job"} & keys
    if work and (identifying or ("employee" in keys and len(work) > 1)):
        return "employee", "employee", 0.8
    if "rating" in keys and keys & {"user_content", "reviewer", "note", "name"}:
        return "review", "reviewer", 0.7
    if "order" in keys and "amount" in keys:
        return "order", "customer", 0.7
    if ordered and not keys & {"marketing_consent", "loyalty", "birth_date"}:
        return "order", "customer", 0.7
    if len(identifying) >= 2:
        return "person", "customer", 0.8
    if len(SESSION_MARKS & keys) >= 2 or "cookie" in keys:
        return "session", "visitor", 0.7
    if "email" in keys and keys & {"marketing_consent", "legal_consent"}:
        return "subscription", "subscriber", 0.8
    if keys & {"message_text", "ticket"} and (identifying or has_person_key):
        return "message", "customer", 0.7
    if (
        role == "none"
        and len(identifying) == 1
        and (has_person_key or keys & {"name", "address", "city", "company", "token"})
    ):
        return "person", "customer", 0.6
    if role == "none" and "person_number" in keys and keys & {"name", "full_name"}:
        return "person", "customer", 0.6
    if role == "none" and (has_person_key or ("person_number" in keys and "health" not in keys)):
        return "person", "customer", 0.5
    return role, "none", sure
