"""Rules on data: what is personal by itself, in its row, as free text, or as a bare word for a person.

Belongs here: GDPR Art. 4(1) by meaning. Does not belong here: keys and facts of rows.
"""

from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.classify.verdicts import (
    DIRECT,
    FLOW_ROLES,
    INDIRECT,
    NUMERIC,
    WRITTEN_DOWN,
    fact,
    nobodys,
)
from ropa_pipeline.model.lexicon import ConceptKind

_POINTED_AT = frozenset({"contact.address", "contact.city_region_country", "content.user_file", "device.other"})
_SAID_OF_A_PERSON = frozenset({"browser", "device", "search_query", "browsing"})
_FACTS = (ConceptKind.REF, ConceptKind.DATE, ConceptKind.QUANTITY, ConceptKind.AMOUNT, ConceptKind.STATE)

_PLACE_WORDS = frozenset({"address", "postal_code", "tax_number", "wallet", "house_part", "company"})

_ADDRESSED_WORDS = frozenset({"billing", "shipping", "delivery", "invoice", "ship", "bill", "from", "to"})

_CONFIRMED = frozenset({("confirmation", "code"), ("confirm", "code"), ("confirmation", "number")})
_WHEN = frozenset({TypeFamily.INTEGER, TypeFamily.DATE})

_WRITTEN = frozenset({"note", "message_text", "raw_body"})
MANY = 8
"""Of so many columns one would lead to a person, were the table about one."""

_AGENTS = frozenset({("agent",), ("agentas",), ("agents",), ("agente",), ("agens",)})
_WORK_ROLES = frozenset({"employee", "applicant", "person", "supplier", "health"})


def personal_by_itself(ctx: ColumnContext) -> Verdict | None:
    """Words that name a datum of a person whatever the table."""
    if ctx.datum is None or not ctx.datum.concept.strong:
        return None
    concept = ctx.datum.concept
    if ctx.family in (TypeFamily.DECIMAL, TypeFamily.DATE) and concept.shape == "text":
        return None
    if ctx.family is TypeFamily.INTEGER and concept.key == "email" and ctx.person_row:
        category = concept.category if "id" in ctx.reading.words else "account.preferences"
        return fact(ctx, category, "a whole number holds no address; it points at one or says something of it")
    if ctx.reading.has(ConceptKind.AMOUNT) and concept.key not in {"bank_account", "card", "phone"}:
        return None
    if concept.key == "username" and ctx.datum.words[-1] == "login" and ctx.family in _WHEN and ctx.person_row:
        return fact(ctx, "account.preferences", "when a person logged in")
    if ctx.reading.tokens == ("account", "name") and ctx.table.says & {"first_name", "last_name"}:
        return Verdict("identity.company", DIRECT, "the firm of a person, beside the name", ctx.subject)
    confirmed = concept.key == "secret" and ctx.reading.tokens in _CONFIRMED
    if confirmed and ctx.table.role.key == "order" and ctx.person_row:
        return fact(ctx, "order.reference", "the number by which a booking is confirmed")
    if concept.key == "username" and ctx.datum.words[0] == "nick" and ctx.table.says >= {"first_name", "last_name"}:
        return Verdict("identity.name", DIRECT, "what a person is called, beside the name", ctx.subject)
    if concept.key == "tracking" and ctx.table.role.key in {"session", "visit", "device"}:
        return Verdict("device.cookie_or_session", DIRECT, "the mark by which a visitor is followed", ctx.subject)
    if concept.key == "tracking":
        return Verdict(concept.category, INDIRECT, "the number of a person's parcel", ctx.subject)
    return Verdict(
        concept.category, DIRECT if concept.direct else INDIRECT, f"'{ctx.words(ctx.datum)}' names it", ctx.subject,
        "a table or a word that makes it a thing's, or a decision",
    )  # fmt: skip


def personal_in_its_row(ctx: ColumnContext) -> Verdict | None:
    """Words that name a datum of a person when the row, or another word, is about one."""
    if ctx.datum is None or ctx.datum.concept.strong:
        return None
    concept = ctx.datum.concept
    qualified = ctx.party is not None and ctx.party.concept.key not in {"payee", "sender"}
    qualified = qualified or "relative" in ctx.reading.keys
    delivered = ctx.flow is not None and ctx.flow.concept.key in {"shipment", "invoice", "payment", "order"}
    role = ctx.table.role
    if concept.shape == "text" and ctx.family in (TypeFamily.DECIMAL, TypeFamily.DATE):
        return None
    if concept.key == "name":
        if ctx.table.half_name and ctx.person_row and not ctx.reading.unknown and len(ctx.reading.hits) == 1:
            return Verdict(concept.category, DIRECT, "the other half of a person's name", ctx.subject)
        if qualified or (role.bare_name and ctx.person_row and len(ctx.reading.unknown) == 0):
            return Verdict(concept.category, DIRECT, "a name in a row about a person", ctx.subject)
        if role.key in {"order", "payment", "delivery"} and _ADDRESSED_WORDS & set(ctx.reading.tokens):
            return Verdict(concept.category, DIRECT, "the name an order or parcel is addressed to", ctx.subject)
        if delivered and ctx.thing is None and not ctx.table.nobody and ctx.family not in NUMERIC:
            return Verdict(concept.category, DIRECT, "the name an order or parcel is addressed to", ctx.subject)
        if (
            role.key in {"delivery", "payment"}
            and not ctx.reading.unknown
            and (ctx.person_row or not ctx.table.by_name)
        ):
            return Verdict(concept.category, DIRECT, "a name in a parcel's or payment's row", ctx.subject)
        return fact(ctx, role.fact, "a name in a row that leads to a person") if ctx.person_row else None
    if concept.key == "rating" and ctx.text is not None and ctx.reading.hits[-1] is ctx.text and ctx.person_row:
        return None
    if concept.key == "title":
        if ctx.person_row and role.key in {"person", "employee", "address", "applicant", "subscription", "health"}:
            return Verdict(concept.category, DIRECT, "a title in a row about a person", ctx.subject)
        if ctx.person_row and ctx.table.says >= {"first_name", "last_name"}:
            return Verdict(concept.category, DIRECT, "a title beside a person's name", ctx.subject)
        if ctx.person_row:
            return Verdict(role.text, DIRECT, "a heading a person wrote", ctx.subject)
        return None
    if concept.key == "url" and ctx.person_row:
        if role.key in {"session", "visit", "log", "device", "message", "subscription"}:
            level = DIRECT if role.key in {"session", "visit"} and ctx.family in WRITTEN_DOWN else INDIRECT
            return Verdict(concept.category, level, "an address a person visited", ctx.subject)
        return fact(ctx, role.fact, "an address in a person's row")
    if concept.key == "user_file" and not (ctx.person_row or qualified):
        return None
    if not (ctx.person_row or qualified or delivered):
        if ctx.table.role.key == NONE and concept.key in _PLACE_WORDS and not ctx.table.by_name:
            return Verdict(concept.category, DIRECT, f"'{ctx.words(ctx.datum)}' may be a person's", ctx.subject)
        return None
    if concept.category == "employee.data" and not qualified and role.key not in _WORK_ROLES:
        category = "payment.amount" if concept.key == "pay" and role.key in FLOW_ROLES else role.fact
        return fact(ctx, category, "something in a row that leads to a person") if ctx.person_row else None
    if ctx.family is TypeFamily.INTEGER and concept.category in _POINTED_AT and ctx.person_row:
        return fact(ctx, concept.category, "a key that resolves to it, in a person's row")
    if concept.key == "external_id" and ctx.family is TypeFamily.INTEGER and ctx.person_row:
        return fact(ctx, concept.category, "a key to a person")
    if concept.key == "civil_status" and role.key in {"employee", "applicant"}:
        return Verdict("employee.data", DIRECT, "the family of a member of staff", ctx.subject)
    if concept.key == "device" and ctx.reading.tokens == ("resolution",) and role.key == "message":
        return Verdict("communication.content", DIRECT, "how a case was resolved", ctx.subject)
    if concept.key in _SAID_OF_A_PERSON and ctx.family in WRITTEN_DOWN and not ctx.reading.has(*_FACTS):
        return Verdict(concept.category, DIRECT, f"'{ctx.words(ctx.datum)}' in a row about a person", ctx.subject)
    if role.key == "payment" and concept.key == "token" and ctx.party is None:
        return fact(ctx, role.fact, "the token of a payment")
    if role.key == "device" and concept.category == "account.preferences":
        return fact(ctx, "device.other", "a setting of a person's device")
    if role.key == "delivery" and concept.key in {"location"} and "shop" in ctx.reading.keys:
        return None
    return Verdict(
        concept.category,
        DIRECT if concept.direct else INDIRECT,
        f"'{ctx.words(ctx.datum)}' in a row about a person",
        ctx.subject,
        "a row that leads to no person",
    )


def free_text(ctx: ColumnContext) -> Verdict | None:
    """Free text about a person's row is personal by default."""
    if ctx.text is None or ctx.family in (TypeFamily.DECIMAL, TypeFamily.DATE, TypeFamily.BOOLEAN):
        return None
    concept = ctx.text.concept
    if ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.QUANTITY):
        return None
    if ctx.family is TypeFamily.INTEGER:
        return None
    role = ctx.table.role
    if role.key == "payment" and "signature" in ctx.reading.tokens:
        return fact(ctx, role.fact, "the signature of a payment")
    if concept.key == "description" and ctx.party is None and role.key in {"order", "returns", "payment"}:
        return fact(ctx, role.fact, "the description of what was ordered or paid")
    if ctx.person_row or ctx.party is not None:
        category = concept.category
        if role.key == "review" and concept.key in {"note", "message_text", "description", "subject_line"}:
            category = "content.user_generated"
        elif role.key == "session" and concept.key == "container" and ctx.party is None:
            category = "device.cookie_or_session"
        elif role.key == "message" and concept.key in {"user_content", "container"}:
            category = "communication.content"
        elif role.key == "health":
            category = "special.health" if concept.key in {"note", "description", "container"} else category
        return Verdict(
            category, DIRECT, "free text about a person's row", ctx.subject, "values that are codes, not text"
        )
    alone = len(ctx.table.table.columns) < MANY or "actor" in ctx.table.says
    if concept.key in _WRITTEN and alone and not ctx.table.by_name and not ctx.reading.unknown:
        return Verdict(concept.category, DIRECT, "free text, and nothing says that it is nobody's", ctx.subject)
    return None


def bare_party(ctx: ColumnContext) -> Verdict | None:
    """A column merely called "recipient" or "customer" holds a name, or a key where it is a number."""
    if ctx.party is None or ctx.datum is not None or ctx.text is not None or ctx.thing is not None:
        return None
    if ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.QUANTITY, ConceptKind.DATE, ConceptKind.STATE, ConceptKind.HEAD):
        return None
    if ctx.flow is not None or ctx.reading.has(ConceptKind.TECHNICAL) or ctx.reading.unknown:
        return None
    if ctx.family in (TypeFamily.DATE, TypeFamily.DECIMAL):
        return None
    if ctx.party.concept.key == "supplier" and not ctx.person_row:
        return None
    if sum(hit.concept.kind is ConceptKind.PARTY for hit in ctx.reading.hits) > 1 and "payer" in ctx.reading.keys:
        return nobodys("which side pays, not who") if ctx.table.role.key == "delivery" else None
    if ctx.reading.tokens in _AGENTS and ctx.table.role.key in {"device", "session", "visit"}:
        return Verdict("device.user_agent", DIRECT, "the agent of a visit is a browser", ctx.subject)
    if ctx.family in NUMERIC:
        return Verdict("account.username_or_id", INDIRECT, "a key to a person", ctx.subject)
    if ctx.table.role.key == "message" and ctx.party.concept.key in {"recipient", "sender"}:
        if "name" in ctx.reading.tokens:
            return Verdict("identity.name", DIRECT, "the name of who a message went to or came from", ctx.table.subject)
        return Verdict("contact.email", DIRECT, "whom a message went to or came from", ctx.table.subject)
    if ctx.party.concept.key in {"account"} and ctx.table.role.key in {"payment", "employee"}:
        return Verdict("payment.card_or_bank", DIRECT, "the account of a payment", ctx.subject)
    return Verdict("identity.name", DIRECT, f"'{ctx.words(ctx.party)}' names a person", ctx.subject)
