"""The rules, in the order in which they are asked: the first that knows an answer gives it.

Belongs here: small functions from one column in its table to a :class:`Verdict`. Does not belong here: words
(``mappings/lexicon``), curated systems, values and confidence. The order is the reasoning of a careful reader:
keys first, then words that turn a meaning away, then what is personal on its own, then what is personal because of
the row, then facts of the row. GDPR Art. 4(1); which error is worse: missing personal data.
"""

from collections.abc import Callable

from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.model.lexicon import ConceptKind
from ropa_pipeline.model.terms import Identifiability

Rule = Callable[[ColumnContext], Verdict | None]

DIRECT, INDIRECT, NOTHING = Identifiability.DIRECT, Identifiability.INDIRECT, Identifiability.NONE
_FLOW_ROLES = frozenset({"order", "payment", "delivery", "returns"})
_NUMERIC = frozenset({TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.BOOLEAN, TypeFamily.CHAR})
_ALWAYS_PERSONS = frozenset(
    {"first_name", "last_name", "birth_date", "government_id", "user_agent", "cookie", "click_id", "person_number"}
)
_PLACE_WORDS = frozenset({"address", "postal_code", "tax_number", "wallet", "house_part", "company"})
_SECRETS = frozenset({"password", "secret", "token"})
_WORK_ROLES = frozenset({"employee", "applicant", "person", "supplier", "health"})
_ART_9_10 = ("special.", "criminal")


def _none(reason: str, change: str = "a decision, or values of persons") -> Verdict:
    return Verdict(NONE, NOTHING, reason, NONE, change)


def _fact(ctx: ColumnContext, category: str, reason: str) -> Verdict:
    return Verdict(category, INDIRECT, reason, ctx.subject, "if the row led to no person, it would be nobody's")


def validator(ctx: ColumnContext) -> Verdict | None:
    """The validator that the schema carries names the datum (PrestaShop's ``format=isEmail``)."""
    category = VALIDATORS.get(ctx.column.validator)
    if category is None or ctx.table.nobody or (ctx.thing is not None and not ctx.person_row):
        return None
    return Verdict(category, DIRECT, f"the schema validates it as {ctx.column.validator}", ctx.subject)


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


def account_or_invoice(ctx: ColumnContext) -> Verdict | None:
    """One word for a bank account and an invoice: in an order's row it is the invoice, in a payment's the account."""
    if "account_or_invoice" not in ctx.reading.keys or ctx.reading.has(ConceptKind.DATUM, ConceptKind.TEXT):
        return None
    if ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.DATE, ConceptKind.STATE) or ctx.table.nobody:
        return None
    if ctx.table.role.key in {"order", "returns"} and ctx.party is None:
        return _fact(ctx, "order.reference", "the invoice of a person's order")
    if ctx.table.role.key == "delivery" and ctx.party is None:
        return _none("the account money is paid out to is the merchant's own, not the buyer's")
    return Verdict("payment.card_or_bank", DIRECT, "the account of a person or payment", ctx.subject)


def handled_by(ctx: ColumnContext) -> Verdict | None:
    """Marks of who made or changed a row: a key to staff."""
    if ctx.party is None or ctx.party.concept.key != "actor" or ctx.thing is not None or ctx.text is not None:
        return None
    if ctx.datum is not None and ctx.datum.concept.strong:
        return None
    if ctx.reading.has(ConceptKind.DATE) or ctx.family in (TypeFamily.DATE, TypeFamily.BOOLEAN):
        return None
    return Verdict("account.username_or_id", INDIRECT, "it names who handled the row", "employee")


def merchants_account(ctx: ColumnContext) -> Verdict | None:
    """An account beside cash on delivery, or of the payee, is the merchant's own."""
    if ctx.datum is None or ctx.datum.concept.key not in {"bank_account", "wallet", "bank"}:
        return None
    own = {"payee", "sender"} & ctx.reading.keys or (ctx.reading.has(ConceptKind.AMOUNT) and not ctx.party)
    shop = ctx.table.role.key == "delivery" and ctx.party is None
    paid_to = ctx.table.role.key == "payment" and "recipient" in ctx.reading.keys
    if own or shop or paid_to:
        return _none("the account money is paid out to is the merchant's own, not the buyer's")
    return None


def payee(ctx: ColumnContext) -> Verdict | None:
    """In a payment the receiver is who is paid: the merchant."""
    if ctx.party is None or (ctx.party.concept.key == "recipient" and ctx.table.role.key != "payment"):
        return None
    if ctx.party.concept.key not in {"recipient", "payee"} or "payer" in ctx.reading.keys:
        return None
    if ctx.party.concept.key == "recipient" and not ctx.table.has_payer and ctx.datum is not None:
        return None
    return _none("in a payment the receiver is who is paid, the merchant")


def key_to_observed_table(ctx: ColumnContext) -> Verdict | None:
    """A key whose table was observed means what that table is: a lookup's key is a fact of a person's row."""
    role = (ctx.table.references or {}).get(ctx.column.name)
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
        return _fact(ctx, ctx.table.role.fact, "a key to a lookup, in a row about a person")
    if ctx.person_row and ctx.flow is not None:
        return _fact(ctx, ctx.table.role.fact, "a key to a lookup, in a row about a person")
    return _none("a key to a lookup")


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


def state_of_an_address(ctx: ColumnContext) -> Verdict | None:
    """Beside a city or a postal code, "state" is a region."""
    if not ctx.table.places or "state" not in ctx.reading.tokens or not ctx.person_row:
        return None
    if ctx.table.role.key in _FLOW_ROLES and ctx.flow is None and ctx.table.role.key != "delivery":
        return None
    if ctx.reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.HEAD, ConceptKind.TEXT, ConceptKind.DATE):
        return None
    level = INDIRECT if "id" in ctx.reading.keys else DIRECT
    return Verdict("contact.city_region_country", level, "a region, beside a city or postal code", ctx.subject)


def key_to_person(ctx: ColumnContext) -> Verdict | None:
    """A key that points at a person."""
    if ctx.party is None or "id" not in ctx.reading.keys or ctx.party.concept.key == "payee":
        return None
    last = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)][-1]
    if last.concept.kind is not ConceptKind.PARTY:
        return None
    if ctx.table.nobody and _names_own_table(ctx):
        return _none("the surrogate key of a row says nothing")
    if ctx.thing is not None and (ctx.table.nobody or ctx.party.concept.key == "account"):
        return _none(f"a key to {ctx.words(ctx.thing)}, which is nobody's")
    if ctx.party.concept.key == "supplier" and not ctx.person_row:
        return _none("a key to a supplier says nothing of a person here")
    category = ctx.party.concept.own_key or "account.username_or_id"
    online = ctx.table.role.key == "visit" and ctx.party.concept.key in {"user", "visitor"}
    level = DIRECT if online else INDIRECT
    return Verdict(category, level, f"a key to a person ({ctx.words(ctx.party)})", ctx.subject)


def other_key(ctx: ColumnContext) -> Verdict | None:
    """A key to an order, a payment, a session, an address, a lookup, a thing; or the row's own key."""
    if "id" not in ctx.reading.keys:
        return None
    hits = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)]
    strong = ctx.datum is not None and ctx.datum.concept.strong
    if _names_own_table(ctx) and (strong or ctx.table.nobody or ctx.reading.unknown or not ctx.person_row):
        return _none("the surrogate key of a row says nothing")
    if not hits:
        return None if ctx.reading.unknown else _own_key(ctx)
    last = hits[-1].concept
    if "address" in ctx.reading.keys and not ctx.thing:
        if ctx.person_row and ctx.table.role.key != "address":
            return _fact(ctx, "contact.address", "a key to a person's address")
        return _none("the surrogate key of a row says nothing")
    if last.kind is ConceptKind.FLOW:
        if last.own_key and not (ctx.thing is not None and last.key in {"shipment"}):
            own = ctx.table.name.tokens and set(hits[-1].words) <= set(ctx.table.name.tokens)
            if last.key in {"session", "ticket", "log"} and not ctx.person_row:
                return None
            if last.key == "ticket" and own:
                return _none("the surrogate key of a row says nothing")
            if ctx.table.role.key == "lookup" and own:
                return _none("the key of a lookup row says nothing")
            return _fact(ctx, last.own_key, f"a key to {ctx.words(hits[-1])}, which leads to a person")
        return _none("the surrogate key of a row says nothing")
    if last.kind is ConceptKind.DATUM and not last.strong:
        if ctx.person_row and last.key not in {"bank", "url", "preference", "title", "name", "browsing"}:
            return _fact(ctx, last.category, f"a key that resolves to {ctx.words(hits[-1])} in a person's row")
        if ctx.person_row and last.key == "browsing":
            return _fact(ctx, "behaviour.browsing", "a key to what was visited")
        if ctx.family is TypeFamily.TEXT and ctx.person_row:
            return None
        return _none("a key to a lookup or to a surrogate row")
    if last.kind is ConceptKind.DATUM:
        if last.key in {"gender", "title"}:
            if ctx.person_row:
                return Verdict(last.category, DIRECT, "a key that resolves to it in a person's row", ctx.subject)
            return _none("a key to a lookup or to a surrogate row")
        return None
    if last.kind is ConceptKind.THING:
        return _thing_in_row(ctx) or _none(f"a key to {ctx.words(hits[-1])}, which is nobody's")
    if last.kind in (ConceptKind.AMOUNT, ConceptKind.TECHNICAL, ConceptKind.FLAG):
        return _none("a key to a lookup")
    if last.kind is ConceptKind.TEXT:
        if last.key in {"container", "custom_field"} and ctx.family is TypeFamily.TEXT:
            return None
        return _none("the surrogate key of a row says nothing")
    return None


def _names_own_table(ctx: ColumnContext) -> bool:
    tokens = ctx.reading.tokens
    if not tokens:
        return False
    inner = tokens[1:] if tokens[0] == "id" else tokens[:-1] if tokens[-1] == "id" else ()
    return bool(inner) and "".join(inner).rstrip("s") == "".join(ctx.table.name.tokens).rstrip("s")


def _own_key(ctx: ColumnContext) -> Verdict:
    meanings = [hit.concept.kind for hit in ctx.table.name.hits if hit.concept.kind is not ConceptKind.REF]
    of_the_person = bool(meanings) and meanings[-1] in (ConceptKind.PARTY, ConceptKind.FLOW, ConceptKind.DATUM)
    role = ctx.table.role
    if ctx.person_row and role.own_key and (of_the_person or not ctx.table.by_name):
        return _fact(ctx, role.own_key, "the key of a row about a person")
    return _none("the surrogate key of a row says nothing")


def person_number(ctx: ColumnContext) -> Verdict | None:
    """A number or code a person is known by."""
    if ctx.party is None or ctx.thing is not None or ctx.datum is not None or ctx.text is not None:
        return None
    if not ctx.reading.keys & {"number", "code", "reference"} or ctx.flow is not None:
        return None
    if ctx.party.concept.key in {"payee", "supplier"} and not ctx.person_row:
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
    elif ctx.person_row and "number" in refs and ctx.table.role.key in _FLOW_ROLES and not ctx.reading.unknown:
        category = ctx.table.role.own_key
    else:
        return None
    if ctx.table.nobody and ctx.table.role.key != "store" and ctx.flow is None:
        return None
    return _fact(ctx, category, "the number of an order, invoice, parcel or payment of a person")


def turned_away(ctx: ColumnContext) -> Verdict | None:
    """A word that turns the meaning: the format, the count, the template of a datum is no datum."""
    if not ctx.reading.has(ConceptKind.HEAD):
        return None
    if ctx.datum is not None and ctx.datum.concept.key in {"marketing_consent", "legal_consent"} and ctx.person_row:
        return None
    if ctx.flow is None and ctx.person_row and (ctx.datum is not None or ctx.party is not None or ctx.text is not None):
        if ctx.thing is None and ctx.table.role.key in {
            "person",
            "employee",
            "subscription",
            "device",
            "session",
            "visit",
        }:
            return _fact(ctx, "account.preferences", "a setting or count about the datum, in a person's row")
        return None if ctx.table.role.key in _FLOW_ROLES else _none("it describes a datum and does not hold one")
    if ctx.person_row and ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.QUANTITY, ConceptKind.FLOW):
        return None
    if ctx.person_row and ctx.table.role.key == "device":
        return None
    head = ctx.reading.first(ConceptKind.HEAD)
    assert head is not None
    return _none(f"'{ctx.words(head)}' turns it: it describes a datum and does not hold one")


def system_secret(ctx: ColumnContext) -> Verdict | None:
    """Secrets of the software are not of a person."""
    if ctx.datum is None or ctx.datum.concept.key not in _SECRETS:
        return None
    if ctx.party is not None and ctx.party.concept.key not in {"sender", "payee"}:
        return None
    if ctx.table.nobody or ctx.thing is not None:
        return _none("a secret of the software, not of a person")
    if ctx.datum.concept.key == "token" and not ctx.person_row:
        return _none("a token of the software, as far as the table says")
    return None


def yes_or_no(ctx: ColumnContext) -> Verdict | None:
    """A mark about a datum (verified, has, is) is a state of the row, not the datum."""
    flagged = ctx.reading.has(ConceptKind.FLAG)
    boolean = ctx.family in (TypeFamily.BOOLEAN, TypeFamily.CHAR)
    if not flagged and not boolean:
        return None
    if ctx.datum is not None:
        concept = ctx.datum.concept
        if concept.key in {"marketing_consent", "legal_consent", "gender", "civil_status", "rating"}:
            return None
        if concept.category.startswith(_ART_9_10):
            return None
        if concept.category in {"device.other", "employee.data"} and ctx.person_row:
            return _fact(ctx, concept.category, "a mark in a person's row")
    if ctx.person_row and ctx.thing is None and ctx.table.role.key not in {"address", "delivery"}:
        return _fact(ctx, ctx.table.role.fact, "a yes/no mark in a row about a person")
    return _none("a yes/no mark, in a row that is nobody's")


def dated_datum(ctx: ColumnContext) -> Verdict | None:
    """When something happened to a datum (password changed, opted in) is a fact of the row."""
    if ctx.datum is None and ctx.text is None:
        return None
    concept = (ctx.datum or ctx.text).concept  # type: ignore[union-attr]
    when = ctx.reading.last(ConceptKind.DATE)
    dated = ctx.family is TypeFamily.DATE or (when is not None and when.words != ("from",))
    if not dated or concept.key in {"birth_date", "age", "last_login", "employment"}:
        return None
    if concept.category in {"marketing.consent", "legal.consent_record", "marketing.engagement", "behaviour.browsing",
                            "delivery.tracking", "payment.transaction_ref", "employee.data", "payment.card_or_bank",
                            "special.health", "device.cookie_or_session"}:  # fmt: skip
        if not ctx.person_row and not concept.strong and ctx.table.nobody:
            return _none("a date in a row that is nobody's")
        if concept.category.startswith(("special", "payment.card", "employee")):
            return None
        return _fact(ctx, concept.category, "a date of what a person did or allowed")
    if ctx.family is not TypeFamily.DATE and concept.kind is ConceptKind.TEXT:
        return None
    if ctx.person_row:
        return _fact(ctx, ctx.table.role.fact, "a date in a row about a person")
    return _none("a date in a row that is nobody's")


def special_category(ctx: ColumnContext) -> Verdict | None:
    """Art. 9 and 10 by the plain meaning, in a person's row."""
    found = [hit for hit in ctx.reading.hits if hit.concept.category.startswith(_ART_9_10)]
    if not found:
        return None
    hit = found[0]
    if ctx.thing is not None and ctx.party is None and ctx.table.role.key not in {"employee", "health"}:
        return _none("the word describes a thing, not a person")
    if ctx.person_row or ctx.party is not None or (hit.concept.strong and not ctx.table.nobody):
        return Verdict(hit.concept.category, DIRECT, f"'{ctx.words(hit)}' in a row about a person", ctx.subject)
    if ctx.table.nobody or not ctx.table.linked:
        return _none("the word stands in a row that is nobody's")
    return None


def _thing_in_row(ctx: ColumnContext) -> Verdict | None:
    """A thing that is a fact of an order, a wish list or a visit (what was bought, wished for, viewed)."""
    if ctx.thing is None or not ctx.person_row:
        return None
    role = ctx.table.role
    if ctx.thing.concept.key == "page" and role.key in {"session", "visit"}:
        return _fact(ctx, "behaviour.browsing", "a page a person visited")
    if role.key == "device":
        return _fact(ctx, role.fact, "a fact of a person's device")
    if ctx.thing.words == ("client", "id") and role.key in {"session", "visit"}:
        return Verdict("device.cookie_or_session", DIRECT, "the number of a visitor's browser", ctx.subject)
    if not ctx.thing.concept.fact:
        return None
    if ctx.reading.has(ConceptKind.TECHNICAL):
        return None
    if role.key in {"order", "returns"} or (
        role.key in {"person", "payment", "delivery"} and ctx.table.has_order and ctx.thing.concept.key == "product"
    ):
        category = "payment.amount" if ctx.reading.has(ConceptKind.AMOUNT) else "order.history"
        return _fact(ctx, category, "what a person ordered")
    if role.key == "payment" and ctx.reading.has(ConceptKind.AMOUNT):
        return _fact(ctx, "payment.amount", "an amount of a person's payment")
    if ctx.thing.concept.key == "classifier" and role.key in {"consent", "message", "employee", "person", "delivery"}:
        return _fact(ctx, role.fact, "a kind or state of a person's row")
    if (
        role.key in {"wishlist", "alert", "visit", "session", "review", "marketing"}
        and ctx.thing.concept.key == "product"
    ):
        return _fact(ctx, role.fact, "what a person looked at or asked about")
    return None


def of_a_thing(ctx: ColumnContext) -> Verdict | None:
    """A datum of a product, shop, template or setting is nobody's."""
    if ctx.thing is None:
        return None
    named = ctx.party is not None and ctx.party.concept.key not in {"sender", "payee"}
    if named and (ctx.datum is not None or ctx.text is not None) and not _thing_is_last(ctx):
        return None
    in_row = _thing_in_row(ctx)
    if in_row is not None:
        return in_row
    strong = ctx.datum is not None and ctx.datum.concept.strong and ctx.thing.concept.role != "store"
    if ctx.person_row and strong and not _thing_is_last(ctx):
        return None
    if ctx.person_row and ctx.text is not None and not _thing_is_last(ctx):
        return None
    if (
        ctx.person_row
        and ctx.reading.has(ConceptKind.AMOUNT)
        and ctx.thing.concept.key in {"tax", "discount", "carrier"}
    ):
        return _fact(ctx, "payment.amount", "an amount in a row about a person")
    return _none(f"it belongs to {ctx.words(ctx.thing)}, which is nobody's")


def _thing_is_last(ctx: ColumnContext) -> bool:
    hits = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)]
    return bool(hits) and hits[-1].concept.kind is ConceptKind.THING


def nobodys_row(ctx: ColumnContext) -> Verdict | None:
    """In a table of things only what can be a person's alone is a person's."""
    if not ctx.table.nobody:
        return None
    if ctx.datum is not None:
        concept = ctx.datum.concept
        if concept.strong and ctx.party is not None and ctx.party.concept.key not in {"supplier", "sender"}:
            return None
        if concept.key == "full_name" and {"contact", "manager", "owner", "director"} & set(ctx.reading.tokens):
            return Verdict(concept.category, DIRECT, "the name of who answers for it", "store_contact")
        if concept.key in _ALWAYS_PERSONS and ctx.table.role.key not in {"lookup", "configuration"}:
            return None
        if concept.key in {"first_name", "last_name"}:
            return None
    if ctx.party is not None and ctx.party.concept.key in {"customer", "user"} and _bare(ctx):
        return None
    return _none(f"the table is about {ctx.table.role.key}, and the word alone is nobody's")


def _bare(ctx: ColumnContext) -> bool:
    return len(ctx.reading.hits) == 1 and not ctx.reading.unknown


def personal_by_itself(ctx: ColumnContext) -> Verdict | None:
    """Words that name a datum of a person whatever the table."""
    if ctx.datum is None or not ctx.datum.concept.strong:
        return None
    concept = ctx.datum.concept
    if ctx.family in (TypeFamily.DECIMAL, TypeFamily.DATE) and concept.shape == "text":
        return None
    if ctx.reading.has(ConceptKind.AMOUNT) and concept.key not in {"bank_account", "card", "phone"}:
        return None
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
    qualified = ctx.party is not None and ctx.party.concept.key != "payee"
    delivered = ctx.flow is not None and ctx.flow.concept.key in {"shipment", "invoice", "payment", "order"}
    role = ctx.table.role
    if concept.shape == "text" and ctx.family in (TypeFamily.DECIMAL, TypeFamily.DATE):
        return None
    if concept.key == "name":
        if ctx.table.half_name and ctx.person_row and not ctx.reading.unknown and len(ctx.reading.hits) == 1:
            return Verdict(concept.category, DIRECT, "the other half of a person's name", ctx.subject)
        if qualified or (role.bare_name and ctx.person_row and len(ctx.reading.unknown) == 0):
            return Verdict(concept.category, DIRECT, "a name in a row about a person", ctx.subject)
        if delivered and not ctx.table.nobody and ctx.family not in _NUMERIC:
            return Verdict(concept.category, DIRECT, "the name an order or parcel is addressed to", ctx.subject)
        if role.key in {"delivery", "payment"} and not ctx.reading.unknown:
            return Verdict(concept.category, DIRECT, "a name in a parcel's or payment's row", ctx.subject)
        return _fact(ctx, role.fact, "a name in a row that leads to a person") if ctx.person_row else None
    if concept.key == "title":
        if ctx.person_row and role.key in {"person", "employee", "address", "applicant", "subscription", "health"}:
            return Verdict(concept.category, DIRECT, "a title in a row about a person", ctx.subject)
        if ctx.person_row:
            return Verdict(role.text, DIRECT, "a heading a person wrote", ctx.subject)
        return None
    if concept.key == "url" and ctx.person_row:
        if role.key in {"session", "visit", "log", "device", "message", "subscription"}:
            return _fact(ctx, concept.category, "an address a person visited")
        return _fact(ctx, role.fact, "an address in a person's row")
    if concept.key == "user_file" and not (ctx.person_row or qualified):
        return None
    if not (ctx.person_row or qualified or delivered):
        if ctx.table.role.key == NONE and concept.key in _PLACE_WORDS and not ctx.table.by_name:
            return Verdict(concept.category, DIRECT, f"'{ctx.words(ctx.datum)}' may be a person's", ctx.subject)
        return None
    if concept.category == "employee.data" and not qualified and role.key not in _WORK_ROLES:
        return _fact(ctx, role.fact, "something in a row that leads to a person") if ctx.person_row else None
    if role.key == "payment" and concept.key == "token" and ctx.party is None:
        return _fact(ctx, role.fact, "the token of a payment")
    if role.key == "device" and concept.category == "account.preferences":
        return _fact(ctx, "device.other", "a setting of a person's device")
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
        return _fact(ctx, role.fact, "the signature of a payment")
    if concept.key == "description" and role.key in {"order", "returns", "payment"}:
        return _fact(ctx, role.fact, "the description of what was ordered or paid")
    if ctx.person_row or ctx.party is not None:
        category = concept.category
        if role.key == "review" and concept.key in {"note", "message_text", "description", "subject_line"}:
            category = "content.user_generated"
        elif concept.key in {"user_content"} and role.key == "message":
            category = "communication.content"
        elif role.key == "health":
            category = "special.health" if concept.key in {"note", "description"} else category
        return Verdict(
            category, DIRECT, "free text about a person's row", ctx.subject, "values that are codes, not text"
        )
    if concept.key in {"note", "message_text", "raw_body"} and not ctx.table.by_name and not ctx.reading.unknown:
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
    if ctx.family in _NUMERIC:
        return Verdict("account.username_or_id", INDIRECT, "a key to a person", ctx.subject)
    if ctx.table.role.key == "message" and ctx.party.concept.key in {"recipient", "sender"}:
        return Verdict("contact.email", DIRECT, "whom a message went to or came from", ctx.table.subject)
    if ctx.party.concept.key in {"account"} and ctx.table.role.key == "payment":
        return Verdict("payment.card_or_bank", DIRECT, "the account of a payment", ctx.subject)
    return Verdict("identity.name", DIRECT, f"'{ctx.words(ctx.party)}' names a person", ctx.subject)


def fact_of_the_row(ctx: ColumnContext) -> Verdict | None:
    """Amounts, dates, states and counts of a row that leads to a person."""
    if not ctx.person_row:
        return None
    role = ctx.table.role
    if ctx.reading.has(ConceptKind.AMOUNT) or (ctx.family is TypeFamily.DECIMAL and role.key in _FLOW_ROLES):
        if role.key == "loyalty":
            return _fact(ctx, "loyalty.points", "points of a person")
        if role.key == "employee":
            return _fact(ctx, "employee.data", "an amount in the row of a member of staff")
        return _fact(ctx, "payment.amount", "an amount in a row about a person")
    kinds = (ConceptKind.DATE, ConceptKind.STATE, ConceptKind.QUANTITY)
    if ctx.reading.has(*kinds) or ctx.family is TypeFamily.DATE:
        if ctx.flow is not None and ctx.flow.concept.role == "delivery" and role.key == "order":
            return _fact(ctx, "order.history", "a fact of a person's order")
        return _fact(ctx, role.fact, "a date, state or count in a row about a person")
    return None


def technical(ctx: ColumnContext) -> Verdict | None:
    """Columns of the software."""
    if ctx.reading.has(ConceptKind.TECHNICAL) and not ctx.reading.has(ConceptKind.DATUM, ConceptKind.TEXT):
        return _none("a column of the software")
    return None


def rest_of_a_persons_row(ctx: ColumnContext) -> Verdict | None:
    """What nobody knows, in a row that leads to a person: a fact of that row, to be reviewed."""
    if not ctx.person_row:
        return None
    role = ctx.table.role
    if role.key in {"delivery", "message", "file", "log", "address"} and not ctx.reading.hits:
        return None
    if ctx.reading.hits and ctx.reading.kinds <= {ConceptKind.PART, ConceptKind.FLAG} and not ctx.reading.unknown:
        return None
    if role.key in {"employee", "health", "applicant"} and ctx.family not in _NUMERIC:
        return Verdict(role.fact, DIRECT, "something told of a person, in the row of that person", ctx.subject)
    return _fact(ctx, role.fact, "something in a row that leads to a person")


def not_personal(ctx: ColumnContext) -> Verdict:
    """Nothing in the name, the table or the keys leads to a person."""
    return _none("nothing in its name, table or keys leads to a person")


RULES: tuple[Rule, ...] = (
    validator,
    account_or_invoice,
    handled_by,
    merchants_account,
    payee,
    state_of_an_address,
    key_to_observed_table,
    key_to_person,
    other_key,
    person_number,
    reference_of_flow,
    turned_away,
    special_category,
    system_secret,
    yes_or_no,
    dated_datum,
    of_a_thing,
    nobodys_row,
    personal_by_itself,
    personal_in_its_row,
    free_text,
    bare_party,
    fact_of_the_row,
    technical,
    rest_of_a_persons_row,
)
"""Asked in this order; ``not_personal`` answers where none of them does."""
