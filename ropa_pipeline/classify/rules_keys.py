"""Rules on keys, numbers and parties: whom a row points at.

Belongs here: validators, keys to persons, orders and lookups, numbers people and orders are known by. Does not belong
here: data themselves.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily, length_of
from ropa_pipeline.classify.verdicts import (
    DIRECT,
    FLOW_ROLES,
    INDIRECT,
    fact,
    nobodys,
    thing_in_row,
)
from ropa_pipeline.model.lexicon import ConceptKind

VALIDATORS: dict[str, str] = {
    "isEmail": "contact.email",
    "isPhoneNumber": "contact.phone",
    "isBirthDate": "identity.birth_date",
    "isIp2Long": "device.ip",
    "isIpAddress": "device.ip",
    "isHashedPassword": "account.credential_secret",
    "isPasswd": "account.credential_secret",
    "isPlaintextPassword": "account.credential_secret",
    "isCustomerName": "identity.name",
    "isAddress": "contact.address",
    "isPostCode": "contact.postal_code",
    "isCityName": "contact.city_region_country",
    "isDniLite": "identity.government_id",
    "isSiret": "identity.government_id",
}

_NO_HEAD = (ConceptKind.REF, ConceptKind.PART)
_NOT_ONE = (ConceptKind.QUANTITY, ConceptKind.FLAG, ConceptKind.AMOUNT, ConceptKind.HEAD, ConceptKind.DATE,
            ConceptKind.THING)  # fmt: skip
_SUPERIORS = frozenset({"manager", "supervisor", "superior", "boss", "chief"})

_OF_DOCUMENTS = frozenset({"dok", "doc", "document", "dokument", "dokumento", "documento", "dokumenta", "docnum",
                           "nr", "no", "num", "number", "numer", "numero", "numeris", "numurs", "nomer"})  # fmt: skip
_PAID_OUT = frozenset({"payout", "payouts", "import", "importas", "imports", "outgoing", "payroll", "auszahlung",
                       "auszahlungen", "statement", "israsas", "valjavote", "wyciag", "kontoauszug", "releve",
                       "extracto", "estratto", "izraksts", "vypiska", "virements", "transferencias",
                       "bonifici"})  # fmt: skip
"""Payments that the controller makes, statements of its account: there the receiver can be a person."""
_SIDES = frozenset({"billing", "shipping", "mailing", "bill", "ship", "home"})

_PERSONAL_TARGETS = frozenset(
    [
        "person",
        "address",
        "employee",
        "supplier",
        "order",
        "returns",
        "payment",
        "delivery",
        "session",
        "visit",
        "device",
        "message",
        "consent",
        "review",
        "subscription",
        "marketing",
        "wishlist",
        "loyalty",
        "alert",
        "applicant",
        "log",
        "file",
        "health",
    ]
)


def validator(ctx: ColumnContext) -> Verdict | None:
    """The validator that the schema carries names the datum (PrestaShop's ``format=isEmail``)."""
    category = VALIDATORS.get(ctx.column.validator)
    if category is None or ctx.table.nobody or (ctx.thing is not None and not ctx.person_row):
        return None
    return Verdict(category, DIRECT, f"the schema validates it as {ctx.column.validator}", ctx.subject)


_IBAN = 34
"""As many letters as the longest of the world; an invoice's number has no such room."""


def account_or_invoice(ctx: ColumnContext) -> Verdict | None:
    """One word for a bank account and an invoice: in an order's row it is the invoice, in a payment's the account."""
    if "account_or_invoice" not in ctx.reading.keys or ctx.reading.has(ConceptKind.DATUM, ConceptKind.TEXT):
        return None
    if ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.DATE, ConceptKind.STATE) or ctx.table.nobody:
        return None
    iban = length_of(ctx.column.native_type) == _IBAN
    if ctx.table.role.key in {"order", "returns"} and ctx.party is None and not iban:
        return fact(ctx, "order.reference", "the invoice of a person's order")
    if ctx.table.role.key == "delivery" and ctx.party is None:
        return nobodys("the account money is paid out to is the merchant's own, not the buyer's")
    if ctx.table.role.key == "payment" and ctx.party is None and _of_a_statement(ctx):
        return nobodys("the first column of a statement is the account of whoever got the statement")
    return Verdict("payment.card_or_bank", DIRECT, "the account of a person or payment", ctx.subject)


def _of_a_statement(ctx: ColumnContext) -> bool:
    """Whether a bare account stands first in an export that names the other side elsewhere."""
    first = ctx.table.table.columns[0].name == ctx.column.name
    return first and ctx.family is TypeFamily.UNKNOWN and bool(ctx.table.says & {"payer", "payee", "recipient"})


def merchants_account(ctx: ColumnContext) -> Verdict | None:
    """An account beside cash on delivery, or of the payee, is the merchant's own."""
    if ctx.datum is None or ctx.datum.concept.key not in {"bank_account", "wallet", "bank"}:
        return None
    own = {"payee", "sender"} & ctx.reading.keys or (ctx.reading.has(ConceptKind.AMOUNT) and not ctx.party)
    shop = ctx.table.role.key == "delivery" and ctx.party is None
    if _PAID_OUT & ctx.table.own_words and not shop:
        return None
    paid_to = ctx.table.role.key == "payment" and "recipient" in ctx.reading.keys
    if own or shop or paid_to:
        return nobodys("the account money is paid out to is the merchant's own, not the buyer's")
    return None


def number_of_a_document(ctx: ColumnContext) -> Verdict | None:
    """The number of a document in an order's or payment's row is that order's or payment's, not a person's paper."""
    if ctx.datum is None or ctx.datum.concept.key != "government_id" or ctx.party is not None or not ctx.person_row:
        return None
    if (
        not ctx.reading.words <= _OF_DOCUMENTS
        or ctx.table.says & {"birth_date", "nationality"}
        or ctx.table.role.key not in FLOW_ROLES
    ):
        return None
    return fact(ctx, ctx.table.role.own_key or "order.reference", "the number of an order's or payment's document")


def sender_of_a_parcel(ctx: ColumnContext) -> Verdict | None:
    """In a courier's file the sender is the shop that gave the parcel."""
    if "sender" not in ctx.reading.keys or ctx.table.role.key != "delivery" or ctx.family is not TypeFamily.UNKNOWN:
        return None
    if "recipient" in ctx.reading.keys or ctx.reading.has(ConceptKind.REF):
        return None
    return nobodys("the sender of the parcels is the shop itself")


def payee(ctx: ColumnContext) -> Verdict | None:
    """In a payment the receiver is who is paid: the merchant."""
    if ctx.party is None or (ctx.party.concept.key == "recipient" and ctx.table.role.key != "payment"):
        return None
    if _PAID_OUT & ctx.table.own_words:
        return None
    if ctx.party.concept.key not in {"recipient", "payee"} or "payer" in ctx.reading.keys:
        return None
    if ctx.party.concept.key == "recipient" and not ctx.table.has_payer and ctx.datum is not None:
        return None
    return nobodys("in a payment the receiver is who is paid, the merchant")


def key_to_observed_table(ctx: ColumnContext) -> Verdict | None:
    """A key whose table was observed means what that table is: a lookup's key is a fact of a person's row."""
    role = ctx.table.references.get(ctx.column.name)
    if role is None or role in _PERSONAL_TARGETS or ctx.thing is not None or ctx.datum is not None:
        return None
    if ctx.reading.has(ConceptKind.AMOUNT):
        return None
    if role == "none" or (ctx.party is not None and ctx.party.concept.key != "account"):
        return (
            None if role == "none" or ctx.party is None or role not in {"lookup", "configuration"} else _looked_up(ctx)
        )
    return _looked_up(ctx)


def _looked_up(ctx: ColumnContext) -> Verdict:
    if ctx.person_row and ctx.table.role.key in {"employee", "order", "person"} and ctx.flow is None:
        return fact(ctx, ctx.table.role.fact, "a key to a lookup, in a row about a person")
    if ctx.person_row and ctx.flow is not None:
        return fact(ctx, ctx.table.role.fact, "a key to a lookup, in a row about a person")
    return nobodys("a key to a lookup")


def state_of_an_address(ctx: ColumnContext) -> Verdict | None:
    """Beside a city or a postal code, "state" is a region."""
    tokens = ctx.reading.tokens
    if (
        not ctx.table.places
        or not ctx.person_row
        or not ("state" in tokens or tokens[-1:] == ("zone",) or (tokens[-2:] == ("zone", "id")))
    ):
        return None
    if "zone" in tokens and ctx.datum is None and "time" not in tokens:
        level = INDIRECT if "id" in ctx.reading.keys else DIRECT
        return Verdict("contact.city_region_country", level, "a region, beside a city or postal code", ctx.subject)
    of_order = ctx.table.role.key in FLOW_ROLES - {"delivery"} and "address" not in ctx.table.name.keys
    if of_order and ctx.flow is None and not _SIDES & set(tokens):
        return None
    if ctx.reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.HEAD, ConceptKind.TEXT, ConceptKind.DATE):
        return None
    level = INDIRECT if "id" in ctx.reading.keys else DIRECT
    return Verdict("contact.city_region_country", level, "a region, beside a city or postal code", ctx.subject)


_PARENTS = ("tev", "vecak", "vanem", "rodzic", "eltern", "parent", "padre", "genitor", "roditel")


def key_to_person(ctx: ColumnContext) -> Verdict | None:
    """A key that points at a person: by its sign, or a whole number that is merely called after one."""
    if ctx.party is None or ctx.party.concept.key == "payee":
        return None
    if "id" not in ctx.reading.keys and not _number_of_one(ctx):
        return None
    last = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)][-1]
    if last.concept.kind is not ConceptKind.PARTY:
        return None
    if ctx.table.nobody and _names_own_table(ctx):
        return nobodys("the surrogate key of a row says nothing")
    if ctx.reading.tokens == ("account", "id") and ctx.table.role.key in {"configuration", "lookup", "queue"}:
        return nobodys("the account that a software is set up for, not a person's")
    if ctx.table.nobody and ctx.reading.tokens[0].startswith(_PARENTS):
        return nobodys("the row above this one")
    if ctx.thing is not None and (ctx.table.nobody or ctx.party.concept.key == "account"):
        return nobodys(f"a key to {ctx.words(ctx.thing)}, which is nobody's")
    if ctx.party.concept.key == "supplier" and not ctx.person_row:
        return nobodys("a key to a supplier says nothing of a person here")
    category = ctx.party.concept.own_key or "account.username_or_id"
    online = ctx.table.role.key == "visit" and ctx.party.concept.key in {"user", "visitor"}
    level = DIRECT if online or _known_by_it(ctx) else INDIRECT
    return Verdict(category, level, f"a key to a person ({ctx.words(ctx.party)})", ctx.subject)


def _number_of_one(ctx: ColumnContext) -> bool:
    """Whether a whole number is called after one person ("post_edit_user"), not counted in the plural."""
    if ctx.family is not TypeFamily.INTEGER or not ctx.person_row or ctx.party is None:
        return False
    hits = ctx.reading.hits
    last = hits[-1] is ctx.party and ctx.reading.tokens[-1:] == ctx.party.words[-1:]
    one = last and len(ctx.reading.tokens) > len(ctx.party.words) and not ctx.party.words[-1].endswith("s")
    return one and not ctx.reading.has(*_NOT_ONE)


def _known_by_it(ctx: ColumnContext) -> bool:
    """Whether the written user id of a person's own row is what that person logs in with."""
    return (
        ctx.party is not None
        and ctx.party.concept.key in {"user", "employee"}
        and (
            ctx.family is TypeFamily.TEXT or (ctx.family is TypeFamily.UNKNOWN and ctx.party.concept.key == "employee")
        )
        and ctx.table.role.key in {"person", "employee"}
        and bool(ctx.table.says & {"first_name", "last_name", "full_name"})
        and sum(hit.concept.kind is not ConceptKind.REF for hit in ctx.reading.hits) == 1
    )


_SEXES = frozenset({"gender", "sex"})


def other_key(ctx: ColumnContext) -> Verdict | None:
    """A key to an order, a payment, a session, an address, a lookup, a thing; or the row's own key."""
    if "id" not in ctx.reading.keys:
        return None
    hits = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)]
    strong = ctx.datum is not None and ctx.datum.concept.strong
    mailing = ctx.datum is not None and ctx.datum.words == ("email",) and ctx.family is TypeFamily.INTEGER
    if mailing and len(hits) == 1 and "id" in ctx.reading.keys:
        if ctx.person_row:
            return fact(ctx, ctx.table.role.fact, "a key to a mailing or message, in a person's row")
        return nobodys("a key to a mailing or message")
    elsewhere = ctx.reading.tokens[-1:] == ("identifier",) and ctx.family is TypeFamily.TEXT and not hits
    if elsewhere and ctx.person_row and ctx.table.role.key in {"person", "employee", "subscription"}:
        return Verdict("account.username_or_id", DIRECT, "what a person is known by elsewhere", ctx.subject)
    if _names_own_table(ctx) and (strong or ctx.table.nobody or ctx.reading.unknown or not ctx.person_row):
        return nobodys("the surrogate key of a row says nothing")
    if not hits:
        return None if ctx.reading.unknown else _own_key(ctx)
    last = hits[-1].concept
    if last.key == "pickup_choice" and ctx.family is TypeFamily.UNKNOWN and ctx.person_row:
        return Verdict("contact.address", DIRECT, "where a person fetches a parcel", ctx.subject)
    if "address" in ctx.reading.keys and not ctx.thing:
        if ctx.person_row and ctx.table.role.key != "address":
            return fact(ctx, "contact.address", "a key to a person's address")
        return nobodys("the surrogate key of a row says nothing")
    if last.kind is ConceptKind.FLOW:
        if last.own_key and not (ctx.thing is not None and last.key in {"shipment"}):
            own = ctx.table.name.tokens and set(hits[-1].words) <= set(ctx.table.name.tokens)
            if last.key in {"session", "ticket", "log"} and not ctx.person_row:
                return None
            if last.key == "ticket" and own:
                return nobodys("the surrogate key of a row says nothing")
            if ctx.table.role.key == "lookup" and own:
                return nobodys("the key of a lookup row says nothing")
            return fact(ctx, last.own_key, f"a key to {ctx.words(hits[-1])}, which leads to a person")
        return nobodys("the surrogate key of a row says nothing")
    if last.kind is ConceptKind.DATUM and not last.strong:
        if ctx.person_row and last.key == "external_id" and ctx.family is TypeFamily.TEXT:
            return Verdict(last.category, DIRECT, "what a person is known by elsewhere", ctx.subject)
        if ctx.person_row and last.key == "employment" and _SUPERIORS & set(hits[-1].words):
            return fact(ctx, "account.username_or_id", "a key to who leads a member of staff")
        if ctx.person_row and last.key == "token" and ctx.table.role.key in FLOW_ROLES - {"payment"}:
            return fact(ctx, ctx.table.role.fact, "a key to what was ordered")
        if ctx.person_row and last.key == "bank" and "bank" in ctx.table.name.keys:
            return fact(ctx, "payment.card_or_bank", "a key to the bank of a person")
        if ctx.person_row and last.key not in {"bank", "url", "preference", "title", "name", "browsing"}:
            return fact(ctx, last.category, f"a key that resolves to {ctx.words(hits[-1])} in a person's row")
        if ctx.person_row and last.key == "browsing":
            return fact(ctx, "behaviour.browsing", "a key to what was visited")
        if ctx.family is TypeFamily.TEXT and ctx.person_row:
            return None
        return nobodys("a key to a lookup or to a surrogate row")
    if last.kind is ConceptKind.DATUM:
        if last.key in {"gender", "title"}:
            if ctx.person_row and not _SEXES & set(hits[-1].words):
                return fact(ctx, last.category, "a key that resolves to it in a person's row")
            if ctx.person_row:
                return Verdict(last.category, DIRECT, "one of so few that the key says it", ctx.subject)
            return nobodys("a key to a lookup or to a surrogate row")
        return None
    if last.kind is ConceptKind.THING and hits[-1].words == ("job",) and ctx.table.role.key == "employee":
        return fact(ctx, "employee.data", "a key to the post of a member of staff") if ctx.person_row else None
    if last.kind is ConceptKind.THING:
        return thing_in_row(ctx) or nobodys(f"a key to {ctx.words(hits[-1])}, which is nobody's")
    if last.kind in (ConceptKind.AMOUNT, ConceptKind.TECHNICAL, ConceptKind.FLAG):
        return nobodys("a key to a lookup")
    if last.kind is ConceptKind.TEXT:
        if last.key in {"container", "custom_field"} and ctx.family is TypeFamily.TEXT:
            return None
        return nobodys("the surrogate key of a row says nothing")
    return None


def _names_own_table(ctx: ColumnContext) -> bool:
    tokens = ctx.reading.tokens
    if not tokens:
        return False
    inner = tokens[1:] if tokens[0] == "id" else tokens[:-1] if tokens[-1] == "id" else ()
    return bool(inner) and "".join(inner).rstrip("s") == "".join(ctx.table.name.tokens).rstrip("s")


def _own_key(ctx: ColumnContext) -> Verdict:
    meanings = [hit.concept.kind for hit in ctx.table.name.hits if hit.concept.kind not in _NO_HEAD]
    if len(meanings) > 1 and ctx.table.name.tokens[-1] == "table":
        meanings = meanings[:-1]  # "user_table" is about users
    of_the_person = bool(meanings) and meanings[-1] in (ConceptKind.PARTY, ConceptKind.FLOW, ConceptKind.DATUM)
    role = ctx.table.role
    if ctx.person_row and role.own_key and (of_the_person or not ctx.table.by_name):
        return fact(ctx, role.own_key, "the key of a row about a person")
    return nobodys("the surrogate key of a row says nothing")


def person_number(ctx: ColumnContext) -> Verdict | None:
    """A number or code a person is known by."""
    if ctx.party is None or ctx.thing is not None or ctx.datum is not None or ctx.text is not None:
        return None
    if not ctx.reading.keys & {"number", "code", "reference"} or ctx.flow is not None:
        return None
    if ctx.party.concept.key in {"payee", "supplier"} and not ctx.person_row:
        return None
    if ctx.reading.has(ConceptKind.QUANTITY):
        return None
    return Verdict("account.username_or_id", DIRECT, "a number a person is known by", ctx.subject)


def reference_of_flow(ctx: ColumnContext) -> Verdict | None:
    """Numbers of orders, invoices, parcels, payments."""
    refs = ctx.reading.keys & {"reference", "number", "code"}
    if not refs or ctx.reading.has(ConceptKind.HEAD, ConceptKind.DATUM, ConceptKind.THING, ConceptKind.TEXT):
        return None
    if ctx.reading.has(ConceptKind.STATE, ConceptKind.QUANTITY, ConceptKind.AMOUNT):
        return None
    if ctx.flow is not None and ctx.flow.concept.own_key:
        numbered = ctx.flow.concept.key == "shipment" and ctx.table.role.key == "order"
        category = "order.reference" if numbered else ctx.flow.concept.own_key
    elif "reference" in refs and (ctx.person_row or not ctx.table.nobody):
        category = "order.reference"
    elif ctx.person_row and "number" in refs and ctx.table.role.key in FLOW_ROLES and not ctx.reading.unknown:
        category = ctx.table.role.own_key
    else:
        return None
    unsaid = ctx.table.role.key != "store" if ctx.flow is None else ctx.flow.words == ("inv",)  # "inv": of an inventory
    if ctx.table.nobody and unsaid:
        return None
    return fact(ctx, category, "the number of an order, invoice, parcel or payment of a person")
