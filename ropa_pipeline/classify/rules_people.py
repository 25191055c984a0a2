"""Rules on words that mean a person only by their place: correspondents, affixes of names, who made a row.

Belongs here: "from", "to", "cc" of a message, "prefix" beside a name, "<verb> by", a title beside a salutation, a card
that is no payment card. Does not belong here: words that say by themselves what they hold (:mod:`...rules_data`).
GDPR Art. 4(1).
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.classify.table_roles import ADDRESSED, CALLED
from ropa_pipeline.classify.tokens import letters_of
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.classify.verdicts import DIRECT, INDIRECT, NUMERIC, WRITTEN_DOWN, about_work, fact, nobodys
from ropa_pipeline.model.lexicon import ConceptKind

_ACCOUNTS = frozenset({"person", "subscription", "marketing", "loyalty"})
OF_VISITS = frozenset({"visit", "session", "log"})
_VISIT_MARKS = frozenset({("uuid",), ("guid",), ("sess",), ("session",), ("visit",), ("visitor",)})
_ENDS_OF_MARKS = frozenset({"uuid", "guid", "sessionid", "id"})
_SEEN_BY = frozenset({"ip", "cookie", "click_id"})
CODES = frozenset(
    {("ref",), ("increment", "id"), ("barcode",), ("rfid",), ("qr",), ("qrcode",), ("qr", "code"), ("bar", "code")}
)
_NAMED = frozenset({"first_name", "last_name"})
_BARE_NAMES = frozenset({("name",), ("title",), ("display", "name"), ("legal", "name")})
_HOMES = frozenset({"lease", "leases", "tenancy", "tenancies", "rent", "rental", "rentals", "apartment", "apartments",
                    "flat", "property", "landlord", "unit", "bedrooms", "dwelling", "building"})  # fmt: skip
_SALUTED = frozenset({"department", "employment", "job"})
_HOLDERS = frozenset({"account", "customer", "user", "employee", "patient", "subscriber"})
_COUNTS = frozenset({"n", "nb", "cnt"})
VALUES = frozenset({"value", "wartosc", "wert", "valeur", "valor", "valore", "verte", "vertiba", "vaartus", "stoimost"})
SENT = frozenset({"shipping"})
_KEYED = frozenset({"key", "attribute", "option", "field", "param", "parameter", "property"})
"""Beside one of these a value is whatever it names."""
_MESSAGE_WORDS = frozenset({"string", "address", "addresses", "email", "emails", "mail", "list", "bcc", "recipients"})


def correspondent(ctx: ColumnContext) -> Verdict | None:
    """In a message's row "from", "to", "cc" and "reply to" hold addresses."""
    words = set(ctx.reading.tokens)
    if ctx.table.role.key != "message" or not ctx.person_row or not words & ADDRESSED:
        return None
    if not words <= ADDRESSED | _MESSAGE_WORDS or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.table.words & CALLED:
        return Verdict("contact.phone", DIRECT, "who called and who was called", ctx.subject)
    return Verdict("contact.email", DIRECT, "whom a message went to or came from", ctx.subject)


def value_of_an_order(ctx: ColumnContext) -> Verdict | None:
    """The bare value of an order, a deal or a payment is its amount."""
    if (
        not ctx.reading.words <= VALUES | SENT
        or len(ctx.reading.tokens) != 1
        or ctx.table.role.key not in {"order", "payment", "returns"}
        or not ctx.person_row
    ):
        return None
    if ctx.reading.words <= VALUES and ctx.table.words & _KEYED:
        return None
    if (ctx.reading.words & SENT and ctx.table.language != "en") or ctx.family not in (
        TypeFamily.UNKNOWN,
        TypeFamily.DECIMAL,
        TypeFamily.INTEGER,
    ):
        return None
    return fact(ctx, "payment.amount", "the value of a person's order or payment")


def address_of_a_mailbox(ctx: ColumnContext) -> Verdict | None:
    """In a table of e-mail addresses a bare address is one."""
    if ctx.datum is None or ctx.datum.concept.key != "address" or len(ctx.reading.hits) != 1 or not ctx.person_row:
        return None
    listed = ctx.table.role.key == "subscription" and not ctx.table.places
    if not (listed or "email" in ctx.table.name.keys) or ctx.reading.unknown or ctx.family not in WRITTEN_DOWN:
        return None
    return Verdict("contact.email", DIRECT, "an address in a table of e-mail addresses", ctx.subject)


def affix_of_a_name(ctx: ColumnContext) -> Verdict | None:
    """Beside a first or last name, a bare prefix is a form of address and a bare suffix part of the name."""
    if not ctx.person_row or not ctx.table.says & _NAMED or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.reading.tokens == ("prefix",):
        return Verdict("identity.title_gender", DIRECT, "a prefix beside a person's name", ctx.subject)
    if ctx.reading.tokens == ("suffix",):
        return Verdict("identity.name", DIRECT, "a suffix beside a person's name", ctx.subject)
    return None


def post_of_a_person(ctx: ColumnContext) -> Verdict | None:
    """Beside a salutation or a department, a title is a post."""
    if ctx.datum is None or ctx.datum.concept.key != "title" or not ctx.person_row:
        return None
    role = ctx.table.role.key
    if ctx.reading.tokens != ("title",) or role not in {"person", "employee", "applicant", "subscription"}:
        return None
    if role != "employee" and ctx.table.subject != "employee" and not ctx.table.says & _SALUTED:
        return None
    return Verdict("employee.data", DIRECT, "a post, beside a department or other work data", ctx.subject)


def card_of_a_member(ctx: ColumnContext) -> Verdict | None:
    """A card's number beside points is a loyalty card's; a patient's card is a file number."""
    if ctx.datum is None or ctx.datum.concept.key != "card" or not ctx.person_row or not _is_number(ctx):
        return None
    if ctx.table.role.key == "health":
        return Verdict("account.username_or_id", DIRECT, "the number of a patient's file", ctx.subject)
    numbered = set(ctx.reading.tokens) & {"number", "no", "nr", "num", "id", "code"}
    if ctx.party is not None and ctx.party.concept.key in _HOLDERS and ctx.table.role.key != "payment" and numbered:
        return Verdict("account.username_or_id", DIRECT, "the number of a member's card", ctx.subject)
    named = ctx.table.says >= {"first_name", "last_name"} and ctx.table.role.key == "person"
    if named and numbered and _only_card(ctx):
        return Verdict("account.username_or_id", DIRECT, "a card's number where nobody pays by card", ctx.subject)
    if "loyalty" in ctx.table.says and ctx.table.role.key in {"person", "subscription", "loyalty"}:
        return Verdict("loyalty.points", DIRECT, "a card's number beside loyalty points", ctx.subject)
    return None


def _only_card(ctx: ColumnContext) -> bool:
    """Whether nothing else of the table is about a payment card."""
    if ctx.table.says & {"account_holder", "payment_method", "transaction_ref", "bank_account", "loyalty", "amount"}:
        return False
    words = [column.name.lower() for column in ctx.table.table.columns if column is not ctx.column]
    return not any("card" in word or "cvv" in word or "cvc" in word or word.startswith("cc") for word in words)


def _is_number(ctx: ColumnContext) -> bool:
    said = "".join(ctx.reading.tokens)
    return not any(word in said for word in ("credit", "kredit", "debit", "bank", "cvv", "cvc", "exp", "last"))


def heading_of_a_message(ctx: ColumnContext) -> Verdict | None:
    """The name of a case, a call or a mail is its subject; a message with an e-mail beside it was sent by a name."""
    if ctx.table.role.key != "message" or not ctx.person_row or len(ctx.reading.tokens) != 1:
        return None
    if ctx.datum is None or ctx.datum.concept.key not in {"name", "title"} or ctx.table.says & {"email", "phone"}:
        return None
    if ctx.family not in WRITTEN_DOWN:
        return None
    return Verdict("communication.content", DIRECT, "the heading of a message", ctx.subject)


def counted(ctx: ColumnContext) -> Verdict | None:
    """How many orders, items or payments: a fact of what a person ordered, whatever else the name says."""
    if not ctx.person_row or "quantity" not in ctx.reading.keys:
        return None
    if ctx.datum is not None and (ctx.datum.concept.key != "civil_status" or ctx.table.role.key != "order"):
        return None
    if ctx.reading.has(ConceptKind.REF, ConceptKind.TEXT):
        return None
    role = ctx.table.role
    if role.key == "employee" and about_work(ctx):
        return Verdict(role.fact, DIRECT, "a count of a member of staff's work or leave", ctx.subject)
    category = "order.history" if role.key in _ACCOUNTS else role.fact
    return fact(ctx, category, "a count in a row about a person")


def told_of_work(ctx: ColumnContext) -> Verdict | None:
    """The name and the notes of a leave, a pay or a shift tell of the member of staff."""
    if ctx.table.role.key != "employee" or not ctx.person_row or not about_work(ctx) or ctx.party is not None:
        return None
    if ctx.family not in WRITTEN_DOWN or ctx.reading.has(ConceptKind.REF, ConceptKind.THING, ConceptKind.HEAD):
        return None
    if ctx.text is None and (ctx.datum is None or ctx.datum.concept.key != "name"):
        return None
    return Verdict("employee.data", DIRECT, "what was written of a member of staff's work or leave", ctx.subject)


def known_by_a_code(ctx: ColumnContext) -> Verdict | None:
    """A bare reference or bar code of a person's own row is what that person is known by."""
    if not ctx.person_row or ctx.reading.tokens not in CODES or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.table.role.key not in {"person", "employee", "subscription"}:
        return None
    if not ctx.table.says & {"email", "phone", "first_name", "last_name", "full_name"}:
        return None
    return Verdict("account.username_or_id", DIRECT, "a code of the person's own row", ctx.subject)


def name_of_an_order(ctx: ColumnContext) -> Verdict | None:
    """The bare name of an order is its number."""
    if ctx.table.role.key != "order" or not ctx.person_row or ctx.reading.tokens != ("name",):
        return None
    words = ctx.table.name
    if ctx.table.half_name or not words.has(ConceptKind.FLOW) or words.has(ConceptKind.PARTY):
        return None
    if ctx.family not in WRITTEN_DOWN or {"item", "items", "line", "lines", "row", "rows"} & set(words.tokens):
        return None
    return fact(ctx, "order.reference", "the name of an order is its number")


def agent_of_a_visitor(ctx: ColumnContext) -> Verdict | None:
    """The agent beside an address of the internet is a browser."""
    if ctx.reading.tokens[-1:] != ("agent",) or not ctx.person_row or not ctx.table.says & _SEEN_BY:
        return None
    if (
        ctx.table.role.key not in {"message", "review", "log", "session", "visit", "marketing"}
        or ctx.family not in WRITTEN_DOWN
    ):
        return None
    return Verdict("device.user_agent", DIRECT, "the agent beside an address is a browser", ctx.subject)


def signature_of_a_person(ctx: ColumnContext) -> Verdict | None:
    """A written signature in a person's own row stands under that person's messages."""
    if ctx.reading.tokens[-1:] not in {("signature",), ("sig",)} or not ctx.person_row or len(ctx.reading.hits) > 2:
        return None
    if ctx.table.role.key not in {"person", "employee"} or ctx.family is not TypeFamily.TEXT:
        return None
    return Verdict("communication.content", DIRECT, "what stands under a person's messages", ctx.subject)


def chosen_by_a_person(ctx: ColumnContext) -> Verdict | None:
    """A language or time zone written out in a person's row; as a key it is a fact through the row."""
    if ctx.datum is None or ctx.datum.concept.category != "account.preferences" or not ctx.person_row:
        return None
    role = ctx.table.role.key
    if role not in {"person", "employee", "applicant", "subscription"} or "id" in ctx.reading.keys:
        return None
    if ctx.family not in WRITTEN_DOWN or ctx.reading.has(ConceptKind.HEAD, ConceptKind.FLAG, ConceptKind.DATE):
        return None
    spoken = ctx.datum.concept.key == "language" or set(ctx.datum.words) & {"timezone", "zone", "tz"}
    if not spoken or ctx.thing is not None:
        return None
    return Verdict("account.preferences", DIRECT, "a language or time zone in a person's row", ctx.subject)


def known_by_a_name(ctx: ColumnContext) -> Verdict | None:
    """A bare word for a user or member in writing is the name that user goes by."""
    if ctx.party is None or len(ctx.reading.hits) != 1 or ctx.reading.unknown or ctx.family in NUMERIC:
        return None
    if ctx.party.concept.key not in {"user", "actor"} or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.party.concept.key == "actor" and (ctx.table.role.key != "log" or ctx.reading.tokens[-1] == "by"):
        return None
    return Verdict("account.username_or_id", DIRECT, f"'{ctx.words(ctx.party)}' names an account", ctx.subject)


def key_without_number_sign(ctx: ColumnContext) -> Verdict | None:
    """A whole number that is merely called after an order, a cart or an invoice is the key to it."""
    if ctx.flow is None or ctx.family is not TypeFamily.INTEGER or not ctx.person_row:
        return None
    if len(ctx.reading.hits) != 1 or ctx.reading.unknown or ctx.flow.concept.own_key != "order.reference":
        return None
    return fact(ctx, ctx.flow.concept.own_key, "a key to an order")


def mark_of_a_visit(ctx: ColumnContext) -> Verdict | None:
    """A written number of a visit or session is the mark of the visitor's browser."""
    if not ctx.person_row or ctx.table.role.key not in OF_VISITS or ctx.family is not TypeFamily.TEXT:
        return None
    tokens = ctx.reading.tokens
    session = "session" in ctx.reading.keys and (len(tokens) == 1 or tokens[-1] in _ENDS_OF_MARKS)
    if (tokens not in _VISIT_MARKS or ctx.table.role.key == "log") and not session:
        return None
    return Verdict("device.cookie_or_session", DIRECT, "the mark of a visitor's browser", ctx.subject)


def link_to_a_person(ctx: ColumnContext) -> Verdict | None:
    """A parent's key in a table that merely belongs to persons leads to the person."""
    if set(ctx.reading.tokens) != {"parent", "id"} or not ctx.person_row:
        return None
    return parent_of(ctx.table, ctx)


def parent_of(table: TableContext, ctx: ColumnContext) -> Verdict | None:
    """Whom the parent of a row is: the order of a payment, the person of an address."""
    if table.role.key in {"payment", "returns", "delivery"}:
        return fact(ctx, "order.reference", "a key to the order that the row belongs to")
    if table.role.key in {"address", "marketing"}:
        return fact(ctx, "account.username_or_id", "a key to the person that the row belongs to")
    return None


def how_many_persons(ctx: ColumnContext) -> Verdict | None:
    """ "n_clients" counts persons; it is no key to one."""
    if ctx.family is not TypeFamily.INTEGER or len(ctx.reading.hits) != 1 or ctx.party is None:
        return None
    if letters_of(ctx.column.name)[0] not in _COUNTS or ctx.column.name.lower().endswith("id"):
        return None
    if ctx.person_row:
        return fact(ctx, ctx.table.role.fact, "a count in a row about a person")
    return nobodys("a count of persons")


def name_of_a_company(ctx: ColumnContext) -> Verdict | None:
    """In a table of customers' companies the bare name is the company's."""
    if not ctx.person_row or ctx.reading.tokens not in _BARE_NAMES or ctx.family not in WRITTEN_DOWN:
        return None
    hits = ctx.table.name.hits
    own = bool(hits) and hits[-1].concept.key == "company" and not ctx.table.name.has(ConceptKind.PARTY)
    if not own or ctx.table.says & _NAMED or ctx.table.role.key != "person":
        return None
    return Verdict("identity.company", DIRECT, "the name in a table of companies", ctx.subject)


def tenant_of_a_home(ctx: ColumnContext) -> Verdict | None:
    """Who rents a home is a person; the tenant of a software is not."""
    if ctx.reading.tokens[:1] != ("tenant",) or not _HOMES & (ctx.table.own_words | ctx.table.words):
        return None
    if ctx.reading.tokens == ("tenant", "id") or ctx.family in NUMERIC:
        return Verdict("account.username_or_id", INDIRECT, "a key to who rents", "customer")
    if len(ctx.reading.tokens) > 1 and ctx.reading.tokens[1:] != ("name",):
        return None
    return Verdict("identity.name", DIRECT, "who rents", "customer")


def keys_to_persons(ctx: ColumnContext) -> Verdict | None:
    """A list of keys to persons ("collaborator_ids") is one key many times."""
    if ctx.reading.tokens[-1:] != ("ids",) or ctx.party is None or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.thing is not None or ctx.datum is not None or ctx.party.concept.key == "payee":
        return None
    return Verdict("account.username_or_id", INDIRECT, "keys to persons", ctx.subject)
