"""Rules on what turns a meaning away: formats, yes/no marks, dates, things, software.

Belongs here: why a word that looks personal is not. Does not belong here: what is personal. GDPR Art. 9 and 10 words
stand here because a thing in the name turns them.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily, is_long_text, length_of
from ropa_pipeline.classify.verdicts import (
    ART_9_10,
    DIRECT,
    FLOW_ROLES,
    INDIRECT,
    about_work,
    fact,
    nobodys,
    thing_in_row,
    thing_is_last,
)
from ropa_pipeline.model.lexicon import ConceptKind

_ALWAYS_PERSONS = frozenset({"birth_date", "government_id", "user_agent", "cookie", "click_id", "person_number"})

_BESIDE_A_NAME = frozenset({"phone", "email", "employee", "first_name", "last_name", "birth_date"})

_MARKS_OF_MANY = frozenset({("vid",), ("cid",), ("gid",), ("ga",), ("sid",), ("badge",), ("badges",)})
"""Short marks of a visitor or member that are numbers of other things in a table of things."""

_MEASURED = frozenset({("bps",), ("bpd",), ("pulse",), ("mood",), ("dose",), ("steps",)})
"""Measures of a patient that mean other things elsewhere."""
_ASKING = frozenset({("can",), ("do",), ("was",), ("should",), ("must",), ("needs",)})

_PERMITTED = frozenset({"allowed", "enabled", "required", "supported", "permitted", "mandatory"})

_OF_ONE = frozenset({"person", "employee", "subscription", "session", "visit", "device"})
_LOGS_IN = frozenset({"username", "password", "email", "first_name", "last_name", "full_name"})
_LOGGED_IN = frozenset({"person", "employee", "session"})

SECRETS = frozenset({"password", "secret", "token"})


def turned_away(ctx: ColumnContext) -> Verdict | None:
    """A word that turns the meaning: the format, the count, the template of a datum is no datum."""
    if not ctx.reading.has(ConceptKind.HEAD):
        return None
    if ctx.datum is not None and ctx.datum.concept.key in {"marketing_consent", "legal_consent"} and ctx.person_row:
        return None
    if ctx.flow is None and ctx.person_row and (ctx.datum is not None or ctx.party is not None or ctx.text is not None):
        if ctx.thing is None and ctx.table.role.key in _OF_ONE:
            return fact(ctx, "account.preferences", "a setting or count about the datum, in a person's row")
        return None if ctx.table.role.key in FLOW_ROLES else nobodys("it describes a datum and does not hold one")
    if ctx.person_row and ctx.thing is None and ctx.flow is None and _counts(ctx) and ctx.table.role.key in _OF_ONE:
        return fact(ctx, ctx.table.role.fact, "a count in a row about a person")
    if ctx.table.role.key in FLOW_ROLES and _PERMITTED & set(ctx.reading.tokens):
        return nobodys("what a service allows or asks for, not what a person did")
    if ctx.person_row and ctx.reading.has(ConceptKind.AMOUNT, ConceptKind.QUANTITY, ConceptKind.FLOW):
        return None
    if ctx.person_row and ctx.table.role.key == "device":
        return None
    head = ctx.reading.first(ConceptKind.HEAD)
    assert head is not None
    if head.words == ("min",) and ctx.reading.tokens[-1] == "min" and ctx.reading.has(ConceptKind.DATE):
        return None  # minutes that something took, no least
    return nobodys(f"'{ctx.words(head)}' turns it: it describes a datum and does not hold one")


def _counts(ctx: ColumnContext) -> bool:
    """Whether the word that turns a meaning is a count, of an integer."""
    head = ctx.reading.first(ConceptKind.HEAD)
    return head is not None and head.words == ("count",) and ctx.family is TypeFamily.INTEGER


def system_secret(ctx: ColumnContext) -> Verdict | None:
    """Secrets of the software are not of a person."""
    if ctx.datum is None or ctx.datum.concept.key not in SECRETS:
        return None
    if ctx.party is not None and ctx.party.concept.key not in {"sender", "payee"}:
        return None
    if ctx.table.nobody or ctx.thing is not None:
        return nobodys("a secret of the software, not of a person")
    if ctx.datum.concept.key == "token" and not ctx.person_row:
        return nobodys("a token of the software, as far as the table says")
    return None


_MOST_OF_A_MARK = 12
"""Letters in which a yes or a no is written; what has more room holds something else ("is" is "from" in Lithuanian)."""


def yes_or_no(ctx: ColumnContext) -> Verdict | None:
    """A mark about a datum (verified, has, is) is a state of the row, not the datum."""
    asked = ctx.reading.first(ConceptKind.FLAG)
    if asked is not None and asked.words in _ASKING and ctx.reading.hits[0] is not asked:
        asked = None if ctx.family is not TypeFamily.BOOLEAN else asked
    flagged = asked is not None and (ctx.reading.tokens[-1] != "is" or len(ctx.reading.tokens) == 1)
    boolean = ctx.family in (TypeFamily.BOOLEAN, TypeFamily.CHAR)
    if not flagged and not boolean:
        return None
    if ctx.family is TypeFamily.TEXT and length_of(ctx.column.native_type) > _MOST_OF_A_MARK:
        return None
    if ctx.datum is not None:
        concept = ctx.datum.concept
        if concept.key in {"marketing_consent", "legal_consent", "gender", "civil_status", "rating"}:
            return None
        if concept.category.startswith(ART_9_10):
            return None
        if concept.category in {"device.other", "employee.data"} and ctx.person_row:
            return fact(ctx, concept.category, "a mark in a person's row")
    if ctx.person_row and ctx.thing is None and ctx.table.role.key not in {"address", "delivery"}:
        return fact(ctx, ctx.table.role.fact, "a yes/no mark in a row about a person")
    return nobodys("a yes/no mark, in a row that is nobody's")


def dated_datum(ctx: ColumnContext) -> Verdict | None:
    """When something happened to a datum (password changed, opted in) is a fact of the row."""
    if ctx.datum is None and ctx.text is None:
        return None
    concept = (ctx.datum or ctx.text).concept  # type: ignore[union-attr]
    when = ctx.reading.last(ConceptKind.DATE)
    dated = ctx.family is TypeFamily.DATE or (when is not None and when.words != ("from",))
    if not dated or concept.key in {"birth_date", "age", "last_login", "employment"}:
        return None
    if concept.key == "government_id" and ctx.person_row and not ctx.reading.has(ConceptKind.HEAD, ConceptKind.FLAG):
        return Verdict(concept.category, DIRECT, "when a person's document was issued or ends", ctx.subject)
    if concept.category in {"marketing.consent", "legal.consent_record", "marketing.engagement", "behaviour.browsing",
                            "delivery.tracking", "payment.transaction_ref", "employee.data", "payment.card_or_bank",
                            "special.health", "device.cookie_or_session"}:  # fmt: skip
        if not ctx.person_row and not concept.strong and ctx.table.nobody:
            return nobodys("a date in a row that is nobody's")
        if concept.category.startswith(("special", "payment.card", "employee")):
            return None
        return fact(ctx, concept.category, "a date of what a person did or allowed")
    if ctx.family is not TypeFamily.DATE and concept.kind is ConceptKind.TEXT:
        return None
    if ctx.person_row:
        return fact(ctx, ctx.table.role.fact, "a date in a row about a person")
    return nobodys("a date in a row that is nobody's")


def special_category(ctx: ColumnContext) -> Verdict | None:
    """Art. 9 and 10 by the plain meaning, in a person's row."""
    found = [hit for hit in ctx.reading.hits if hit.concept.category.startswith(ART_9_10)]
    if not found:
        return None
    hit = found[0]
    if ctx.table.role.key == "health" and ctx.person_row and ctx.reading.has(ConceptKind.AMOUNT):
        return fact(ctx, "payment.amount", "what a treatment of a person costs")
    if hit.words in _MEASURED and ctx.table.role.key != "health":
        return None
    if ctx.thing is not None and ctx.party is None and ctx.table.role.key not in {"employee", "health"}:
        return nobodys("the word describes a thing, not a person")
    if ctx.person_row or ctx.party is not None or (hit.concept.strong and not ctx.table.nobody):
        return Verdict(hit.concept.category, DIRECT, f"'{ctx.words(hit)}' in a row about a person", ctx.subject)
    if ctx.table.nobody or not ctx.table.linked:
        return nobodys("the word stands in a row that is nobody's")
    return None


_NAMED_PLACE = frozenset({ConceptKind.THING, ConceptKind.DATUM, ConceptKind.REF, ConceptKind.PART})


def of_a_thing(ctx: ColumnContext) -> Verdict | None:
    """A datum of a product, shop, template or setting is nobody's."""
    if ctx.thing is None:
        return None
    if ctx.thing.concept.key == "integration" and ctx.person_row:
        own = _of_a_person(ctx)
        if own is not None:
            return own
    named = ctx.party is not None and ctx.party.concept.key not in {"sender", "payee"}
    if named and (ctx.datum is not None or ctx.text is not None) and not thing_is_last(ctx):
        return None
    role, word = ctx.table.role.key, ctx.thing.concept.key
    if ctx.person_row and role in {"visit", "session", "device"} and word == "setting" and ctx.datum is not None:
        return None
    if ctx.person_row and role == "employee" and ctx.thing.words in {("job",), ("length",)}:
        level = INDIRECT if "id" in ctx.reading.keys else DIRECT
        return Verdict("employee.data", level, "the work of a member of staff", ctx.subject)
    of_work = about_work(ctx) or (ctx.datum is not None and ctx.datum.concept.category == "employee.data")
    if ctx.person_row and role == "employee" and word == "classifier" and thing_is_last(ctx) and of_work:
        level = INDIRECT if "id" in ctx.reading.keys else DIRECT
        return Verdict("employee.data", level, "the kind of a member of staff's work or leave", ctx.subject)
    if ctx.person_row and ctx.thing.words == ("office",) and ctx.datum is not None and ctx.datum.concept.strong:
        return None
    if (
        ctx.table.role.key == "health"
        and ctx.person_row
        and (ctx.thing.concept.key == "measure" or ctx.thing.words[0].startswith("exam"))
    ):
        return Verdict("special.health", DIRECT, "a measure of a patient", ctx.subject)
    in_row = thing_in_row(ctx)
    if in_row is not None:
        return in_row
    if word == "permission" and ctx.person_row and role in {"person", "employee"} and ctx.table.says & _LOGS_IN:
        return fact(ctx, "account.preferences", "what a person may do, in the row of that person")
    if word == "locker" and ctx.person_row and role in {"delivery", "order"} and ctx.reading.kinds <= _NAMED_PLACE:
        return Verdict("contact.address", DIRECT, "the locker that was chosen for a parcel", ctx.subject)
    strong = ctx.datum is not None and ctx.datum.concept.strong and ctx.thing.concept.role != "store"
    if ctx.person_row and strong and not thing_is_last(ctx):
        return None
    if ctx.person_row and ctx.text is not None and not thing_is_last(ctx):
        return None
    if (
        ctx.person_row
        and ctx.reading.has(ConceptKind.AMOUNT)
        and ctx.thing.concept.key in {"tax", "discount", "carrier"}
    ):
        return fact(ctx, "payment.amount", "an amount in a row about a person")
    if ctx.thing.concept.key == "tax" and ctx.person_row and ctx.table.role.key in FLOW_ROLES and thing_is_last(ctx):
        return fact(ctx, "payment.amount", "an amount in a row about a person")
    return nobodys(f"it belongs to {ctx.words(ctx.thing)}, which is nobody's")


def _of_a_person(ctx: ColumnContext) -> Verdict | None:
    """ "client id" in an order is the client's; a private key in a person's own row is that person's."""
    assert ctx.thing is not None
    words, role = ctx.thing.words, ctx.table.role.key
    online = role in {"session", "visit", "device", "consent", "log"} or ctx.table.says & {"secret", "token"}
    if words == ("client", "id") and not online:
        return fact(ctx, "account.username_or_id", "a key to a client")
    if words[-1] in {"key", "secret"} and words[0] in {"private", "encryption", "signing"} and role in _LOGGED_IN:
        return Verdict("account.credential_secret", DIRECT, "a key in a person's own row", ctx.subject)
    return None


def place_of_a_sale(ctx: ColumnContext) -> Verdict | None:
    """The bare "location" of an order or payment in an export is the shop where it was made."""
    if ctx.reading.tokens not in {("location",), ("locations",)} or ctx.family is not TypeFamily.UNKNOWN:
        return None
    if ctx.table.role.key not in {"order", "payment", "returns"}:
        return None
    return nobodys("the shop where it was ordered or paid")


_ANSWERS = ("contact", "manager", "owner", "director", "direktor", "vadov", "vedej", "atsaking", "kontakt", "juhataj",
            "vaditaj",
            "prezes", "kierownik", "geschaftsf", "geschaeftsf", "inhaber", "leiter", "encargad", "dirigeant", "gerant",
            "directeur", "administrador", "gerente", "direttor", "amministrator", "titolare", "rukovodit", "директор",
            "руководит")  # fmt: skip
"""Beginnings of words for who answers for a company or a place."""
_ANSWERS_AT_END = ("leiter", "leiterin", "vorstand", "juhataja", "chef")
"""Ends of such words where two are written as one."""
_WORKING = frozenset({"employee", "doctor", "courier_person"})
_WRITTEN = frozenset({TypeFamily.TEXT, TypeFamily.UNKNOWN})
"""Who drove, examined or served is a person in rows of everything; a number or mark under that word is none."""


def nobodys_row(ctx: ColumnContext) -> Verdict | None:
    """In a table of things only what can be a person's alone is a person's."""
    if not ctx.table.nobody:
        return None
    unread = ctx.table.role.key == "store" and ctx.family in _WRITTEN and not ctx.reading.hits
    if unread and len(ctx.reading.tokens) == 1 and _answers(ctx.reading.tokens[0]):
        return Verdict("identity.name", DIRECT, "the name of who answers for it", "store_contact")
    if ctx.table.role.key == "thing" and ctx.party is None:
        return nobodys("it is said of a thing, which has names, addresses and a birth of its own")
    if ctx.datum is not None:
        concept = ctx.datum.concept
        if concept.strong and ctx.party is not None and ctx.party.concept.key not in {"supplier", "sender"}:
            if concept.key == "email" and is_long_text(ctx.column.native_type):
                return nobodys("a long text in a table of settings is what an e-mail says, not an address")
            reached = concept.key in {"email", "phone"} and ctx.party.concept.key == "contact_person"
            if not reached or ctx.table.role.key not in {"store", "configuration", "lookup", "thing"}:
                return None
        post = ctx.table.role.key == "store" and concept.key in {"employment", "job"} and ctx.family in _WRITTEN
        if post and _bare(ctx) and _answers(ctx.reading.tokens[0]):
            return Verdict("identity.name", DIRECT, "the name of who answers for it", "store_contact")
        if concept.key == "username" and "permission" in ctx.table.name.keys:
            return None
        if concept.key == "full_name" and any(map(_answers, ctx.reading.tokens)):
            return Verdict(concept.category, DIRECT, "the name of who answers for it", "store_contact")
        always = concept.key in _ALWAYS_PERSONS and ctx.datum.words not in _MARKS_OF_MANY
        if always and ctx.table.role.key not in {"lookup", "configuration"}:
            return None
        if ctx.datum.words in _MARKS_OF_MANY:
            return nobodys(f"the table is about {ctx.table.role.key}, and the word alone is nobody's")
        beside = ctx.table.says & _BESIDE_A_NAME - {concept.key}
        if ctx.table.role.key == "lookup":
            beside -= {"first_name", "last_name"}
        if concept.key in {"first_name", "last_name"} and beside and "sender" not in ctx.reading.keys:
            return None
        if concept.key == "name" and ctx.table.role.key == "catalogue" and ctx.reading.keys & {"employee", "patient"}:
            return None
    counted = ctx.table.role.key == "queue" and ctx.family is not TypeFamily.TEXT and ctx.reading.tokens[-1:] != ("id",)
    if ctx.party is not None and ctx.party.concept.key in {"customer", "user"} and _bare(ctx) and not counted:
        return None
    if ctx.party is not None and ctx.party.concept.key in _WORKING and ctx.family in _WRITTEN and _worked(ctx):
        return Verdict("identity.name", DIRECT, "who worked on a thing", "employee")
    return nobodys(f"the table is about {ctx.table.role.key}, and the word alone is nobody's")


def _worked(ctx: ColumnContext) -> bool:
    """Whether the word stands for a person: an operator of a condition is a sign, and a driver of a server software."""
    if ctx.reading.tokens == ("operator",):
        return False
    if ctx.table.role.key == "thing":
        return ctx.reading.kinds <= {ConceptKind.PARTY, ConceptKind.PART}
    return _bare(ctx) and ctx.table.role.key != "configuration"


def _answers(word: str) -> bool:
    """Whether a word names who answers for a company or a place."""
    return word.startswith(_ANSWERS) or word.endswith(_ANSWERS_AT_END)


def _bare(ctx: ColumnContext) -> bool:
    return len(ctx.reading.hits) == 1 and not ctx.reading.unknown
