"""Rules on facts of a row that leads to a person, and what is left.

Belongs here: amounts, dates, states, the software's own columns, the unknown. Does not belong here: data and keys.
"""

from ropa_pipeline.classify.context import NONE, ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily, is_long_text
from ropa_pipeline.classify.verdicts import (
    DIRECT,
    FLOW_ROLES,
    INDIRECT,
    NUMERIC,
    WRITTEN_DOWN,
    about_work,
    fact,
    nobodys,
)
from ropa_pipeline.model.lexicon import ConceptKind

_TOLD_OF_A_PERSON = frozenset({"person", "subscription", "applicant"})
_CARRIED = frozenset({"delivery", "log"})
_STAMPED = frozenset({"add", "added", "upd", "updated", "update", "created", "modified"})
_STAMP = _STAMPED | {"date", "time", "at", "on"}
_OF_A_PERSON = frozenset({"person", "subscription", "marketing", "loyalty"})
_VISITED = frozenset({"visit", "session"})
_PAGES = frozenset({"path", "uri", "pathname"})
_SAYS_LITTLE = frozenset({ConceptKind.PART, ConceptKind.PARTY, ConceptKind.REF})
"""What is written in a person's row tells of that person, unless another word says what it is."""


NUMBERS_OF_LINES = frozenset(
    {("lp",), ("lfd", "nr"), ("lfdnr",), ("nrpp",), ("npp",), ("pp",), ("jrk",), ("jrk", "nr"), ("nr", "pk"), ("npk",),
     ("eil",), ("eil", "nr"), ("nr", "eil"), ("row", "no"), ("row", "nr"), ("row", "number"), ("row", "num"),
     ("line", "no"), ("nr", "ligne"), ("nr", "orden"), ("sr", "no"), ("progr",)}
)  # fmt: skip
"""How ten languages head the column that counts the lines of a list."""
_COUNTS_LINES = frozenset({"#"})


def number_of_a_line(ctx: ColumnContext) -> Verdict | None:
    """The number of a line in a list is nobody's, whoever stands in that line."""
    if ctx.reading.tokens not in NUMBERS_OF_LINES and ctx.column.name.strip() not in _COUNTS_LINES:
        return None
    return nobodys("it counts the lines of a list")


def fact_of_the_row(ctx: ColumnContext) -> Verdict | None:
    """Amounts, dates, states and counts of a row that leads to a person."""
    if not ctx.person_row:
        return None
    role = ctx.table.role
    dated = ctx.reading.last(ConceptKind.DATE)
    when = (
        dated is not None
        and dated.words[0].startswith(("dat", "fecha", "kuup"))
        and ctx.family is not TypeFamily.DECIMAL
    )
    if (ctx.reading.has(ConceptKind.AMOUNT) and not when) or (
        ctx.family is TypeFamily.DECIMAL and role.key in FLOW_ROLES
    ):
        if role.key == "loyalty":
            return fact(ctx, "loyalty.points", "points of a person")
        if role.key == "employee":
            return Verdict("employee.data", DIRECT, "an amount in the row of a member of staff", ctx.subject)
        return fact(ctx, "payment.amount", "an amount in a row about a person")
    stamp = role.key in _CARRIED and ctx.reading.words <= _STAMP and bool(ctx.reading.words & _STAMPED)
    if stamp and not ctx.table.person_keys:
        return nobodys("when the software wrote the row, not when a parcel or a person moved")
    kinds = (ConceptKind.DATE, ConceptKind.STATE, ConceptKind.QUANTITY)
    if ctx.reading.has(*kinds) or ctx.family is TypeFamily.DATE:
        if ctx.flow is not None and ctx.flow.concept.role == "order" and role.key in _OF_A_PERSON:
            return fact(ctx, "order.history", "when or whether a person ordered")
        if ctx.flow is not None and ctx.flow.concept.role in _VISITED and role.key in {"visit", "device"}:
            return fact(ctx, "behaviour.browsing", "when or how often a person visited")
        if ctx.flow is not None and ctx.flow.concept.role == "delivery" and role.key == "order":
            return fact(ctx, "order.history", "a fact of a person's order")
        if (
            role.key == "employee"
            and ctx.table.name.hits[-1:]
            and ctx.table.name.hits[-1].concept.kind is ConceptKind.DATUM
        ):
            return Verdict(role.fact, DIRECT, "a date or count of a member of staff's work or leave", ctx.subject)
        return fact(ctx, role.fact, "a date, state or count in a row about a person")
    return None


def technical(ctx: ColumnContext) -> Verdict | None:
    """Columns of the software."""
    if ctx.reading.has(ConceptKind.TECHNICAL) and not ctx.reading.has(ConceptKind.DATUM, ConceptKind.TEXT):
        if ctx.person_row and ctx.table.role.key in _VISITED and ctx.reading.tokens[-1] in _PAGES:
            return fact(ctx, "behaviour.browsing", "the page that a person visited")
        return nobodys("a column of the software")
    return None


_DONE_BESIDE = FLOW_ROLES | {"person", "subscription"}


def what_was_done(ctx: ColumnContext) -> Verdict | None:
    """A bare payment, delivery or order in a row that leads to a person is how or when it was done, not who did it."""
    reading, role = ctx.reading, ctx.table.role
    if not ctx.person_row or ctx.flow is None or reading.kinds != {ConceptKind.FLOW} or reading.unknown:
        return None
    if "account_or_invoice" in reading.keys:
        return None
    if ctx.flow.concept.role not in FLOW_ROLES or role.key not in _DONE_BESIDE or is_long_text(ctx.column.native_type):
        return None
    ordered = role.key == "person" and ctx.flow.concept.role == "order"
    return fact(ctx, "order.history" if ordered else role.fact, "how or when it was paid, sent or ordered")


def rest_of_a_persons_row(ctx: ColumnContext) -> Verdict | None:
    """What nobody knows, in a row that leads to a person: a fact of that row, to be reviewed."""
    if not ctx.person_row:
        return None
    role = ctx.table.role
    if ctx.reading.tokens and ctx.reading.kinds <= _SAYS_LITTLE and is_long_text(ctx.column.native_type):
        category = role.text if role.text != NONE else role.fact
        return Verdict(category, DIRECT, "free text by its type, in a row about a person", ctx.subject, "a decision")
    if role.key in {"delivery", "message", "file", "log", "address"} and not ctx.reading.hits:
        return None
    if role.key == "log" and ctx.family in NUMERIC and ctx.reading.kinds <= {ConceptKind.PART, ConceptKind.REF}:
        return None
    if ctx.reading.hits and ctx.reading.kinds <= {ConceptKind.PART, ConceptKind.FLAG} and not ctx.reading.unknown:
        return None
    numeric = ctx.family in NUMERIC and not (about_work(ctx) and ctx.family is TypeFamily.DECIMAL)
    if role.key in {"employee", "health", "applicant"} and not numeric:
        return Verdict(role.fact, DIRECT, "something told of a person, in the row of that person", ctx.subject)
    if (
        ctx.flow is not None
        and ctx.flow.concept.role == "order"
        and role.key in {"person", "subscription", "marketing"}
    ):
        return fact(ctx, "order.history", "something about a person's orders")
    if ctx.reading.tokens[-1:] == ("id",) and role.key in {"person", "subscription"} and ctx.family in WRITTEN_DOWN:
        level = DIRECT if ctx.family is TypeFamily.UNKNOWN else INDIRECT
        return Verdict("account.username_or_id", level, "a number of some system, in a row about a person", ctx.subject)
    told = role.key in _TOLD_OF_A_PERSON and ctx.flow is None and ctx.reading.kinds <= _SAYS_LITTLE
    if told and ctx.reading.unknown and ctx.family in WRITTEN_DOWN:
        return Verdict(
            "content.user_generated", DIRECT, "words nobody knows, in a person's own row", ctx.subject,
            "a decision, or values",
        )  # fmt: skip
    return fact(ctx, role.fact, "something in a row that leads to a person")


def not_personal(ctx: ColumnContext) -> Verdict:
    """Nothing in the name, the table or the keys leads to a person."""
    return nobodys("nothing in its name, table or keys leads to a person")
