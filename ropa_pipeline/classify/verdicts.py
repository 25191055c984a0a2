"""How rules answer: nobody's, a fact of the row, a thing in the row.

Belongs here: what several families of rules share. Does not belong here: any rule.
"""

from functools import lru_cache

from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.model.lexicon import ConceptKind
from ropa_pipeline.model.terms import Identifiability

DIRECT, INDIRECT, NOTHING = Identifiability.DIRECT, Identifiability.INDIRECT, Identifiability.NONE

FLOW_ROLES = frozenset({"order", "payment", "delivery", "returns"})

NUMERIC = frozenset({TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.BOOLEAN, TypeFamily.CHAR})

WRITTEN_DOWN = frozenset(
    {TypeFamily.TEXT, TypeFamily.UNKNOWN, TypeFamily.CHAR, TypeFamily.CHOICE, TypeFamily.STRUCTURE}
)
"""Families in which something can be written."""
STORED = WRITTEN_DOWN | {TypeFamily.BINARY}
"""The same, and what is kept as raw bytes."""

ART_9_10 = ("special.", "criminal")


@lru_cache(maxsize=MOST_REMEMBERED)
def nobodys(reason: str, change: str = "a decision, or values of persons") -> Verdict:
    """The cell is nobody's, and why."""
    return Verdict(NONE, NOTHING, reason, NONE, change)


def fact(ctx: ColumnContext, category: str, reason: str) -> Verdict:
    """The cell is about a person through the row's key only."""
    return _fact(category, reason, ctx.subject)


@lru_cache(maxsize=MOST_REMEMBERED)
def _fact(category: str, reason: str, subject: str) -> Verdict:
    return Verdict(category, INDIRECT, reason, subject, "a row that leads to no person")


def about_work(ctx: ColumnContext) -> bool:
    """Whether the rows are a member of staff's leave, pay or time, not the member's own."""
    hits = ctx.table.name.hits
    return bool(hits) and hits[-1].concept.kind is ConceptKind.DATUM and hits[-1].concept.role == "employee"


_VOUCHERS = ("kupon", "coupon", "cupon", "gutschein", "vouch", "bon", "buon", "talon", "promo", "dovan", "gift")


def _is_discount(ctx: ColumnContext) -> bool:
    """Whether a name is a discount by itself, not the code or kind of one; a bare voucher in an export is its code."""
    thing, family = ctx.thing, ctx.family
    if thing is None or thing.concept.key != "discount":
        return False
    if family is TypeFamily.DECIMAL:
        return True
    alone = len(ctx.reading.tokens) == 1
    typed = family is TypeFamily.UNKNOWN or family is TypeFamily.INTEGER
    return alone and typed and not thing.words[0].startswith(_VOUCHERS)


def thing_in_row(ctx: ColumnContext) -> Verdict | None:
    """A thing that is a fact of an order, a wish list or a visit (what was bought, wished for, viewed)."""
    if ctx.thing is None or not ctx.person_row:
        return None
    role = ctx.table.role
    if ctx.thing.concept.key == "page" and role.key in {"session", "visit"}:
        return fact(ctx, "behaviour.browsing", "a page a person visited")
    if role.key == "device":
        return fact(ctx, role.fact, "a fact of a person's device")
    if ctx.thing.concept.key == "locker" and role.key in {"order", "delivery"} and thing_is_last(ctx):
        chosen = ctx.family in WRITTEN_DOWN and (ctx.family is TypeFamily.UNKNOWN or "id" not in ctx.reading.keys)
        return Verdict(
            "contact.address", DIRECT if chosen else INDIRECT, "where a person fetches a parcel", ctx.subject
        )
    if ctx.thing.concept.key == "classifier" and ctx.datum is not None and role.key in {"session", "visit"}:
        return fact(ctx, role.fact, "a kind of a person's visit")
    if ctx.thing.words == ("client", "id") and role.key in {"session", "visit"}:
        return Verdict("device.cookie_or_session", DIRECT, "the number of a visitor's browser", ctx.subject)
    if ctx.thing.concept.key == "campaign" and role.key in {"session", "visit", "marketing"}:
        return fact(ctx, "marketing.engagement", "the campaign that brought a person")
    if role.key in {"session", "visit"} and ctx.thing.concept.key == "software" and ctx.reading.has(ConceptKind.DATE):
        return fact(ctx, role.fact, "when a person visited")
    if not ctx.thing.concept.fact:
        return None
    if ctx.reading.has(ConceptKind.TECHNICAL):
        return None
    if role.key in {"order", "returns"} or (
        role.key in {"person", "payment", "delivery"} and ctx.table.has_order and ctx.thing.concept.key == "product"
    ):
        sum_of_it = ctx.reading.has(ConceptKind.AMOUNT)
        sum_of_it = sum_of_it or _is_discount(ctx)
        category = "payment.amount" if sum_of_it else "order.history"
        return fact(ctx, category, "what a person ordered")
    if role.key == "person" and _is_discount(ctx):
        return fact(ctx, "account.preferences", "the discount that a person gets")
    if role.key == "payment" and (ctx.reading.has(ConceptKind.AMOUNT) or ctx.thing.concept.key == "discount"):
        return fact(ctx, "payment.amount", "an amount of a person's payment")
    if ctx.thing.concept.key == "classifier" and role.key in {"consent", "message", "employee", "person", "delivery"}:
        return fact(ctx, role.fact, "a kind or state of a person's row")
    if ctx.thing.concept.key == "classifier" and role.key == "visit" and ctx.flow is not None:
        return fact(ctx, role.fact, "a kind of what a person did")
    if (
        role.key in {"wishlist", "alert", "visit", "session", "review", "marketing"}
        and ctx.thing.concept.key == "product"
    ):
        return fact(ctx, role.fact, "what a person looked at or asked about")
    return None


def thing_is_last(ctx: ColumnContext) -> bool:
    hits = [hit for hit in ctx.reading.hits if hit.concept.kind not in (ConceptKind.REF, ConceptKind.PART)]
    return bool(hits) and hits[-1].concept.kind is ConceptKind.THING
