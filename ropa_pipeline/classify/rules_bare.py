"""Rules on one short word that says something of a person only in its place.

Belongs here: words that mean nothing alone and one thing in rows of a certain role, as they are written by those who
make schemas ("ext" beside a contact, "dest" of a message). Does not belong here: words with a meaning of their own
(``mappings/lexicon``), lengths and types (:mod:`...rules_shapes`). GDPR Art. 4(1): what a cell holds shows in its row.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily, is_long_text
from ropa_pipeline.classify.verdicts import DIRECT, FLOW_ROLES, INDIRECT, NUMERIC, STORED, WRITTEN_DOWN, fact, nobodys
from ropa_pipeline.model.lexicon import ConceptKind
from ropa_pipeline.model.terms import Identifiability

_NUMBERED = NUMERIC - {TypeFamily.BOOLEAN, TypeFamily.CHAR}
_ANY = frozenset(TypeFamily) - {TypeFamily.DATE}


class Held(NamedTuple):
    """What such a word holds, on which types, in words; ``beside``: one of these the table must say as well."""

    category: str
    level: Identifiability
    families: frozenset[TypeFamily]
    reason: str
    beside: frozenset[str] = frozenset()


_NAMED = frozenset({"first_name", "last_name", "full_name", "email", "phone"})
_EXTENSION = Held("contact.phone", DIRECT, WRITTEN_DOWN, "the extension of a person's telephone", _NAMED)
_CHAT_NAME = Held("account.username_or_id", DIRECT, WRITTEN_DOWN, "a name in a chat, beside a person", _NAMED)
_SHOWN = Held("identity.name", DIRECT, WRITTEN_DOWN, "the name that is shown of a person", _NAMED)
_BRITISH = Held("identity.government_id", DIRECT, WRITTEN_DOWN, "a National Insurance number beside a name", _NAMED)
_PRINT = Held("special.biometric", DIRECT, frozenset({TypeFamily.BINARY}), "a stored template in a person's row")
_DIALLED = Held("contact.phone", DIRECT, WRITTEN_DOWN, "a number in a list of telephones")
_LISTED = Held("identity.name", DIRECT, WRITTEN_DOWN, "who stands in a list of telephones or addresses")
_WROTE = Held("identity.name", DIRECT, WRITTEN_DOWN, "who a message is from")
_KEPT_BY = Held("account.username_or_id", INDIRECT, _ANY, "who wrote it down")
_TOLD_BY = Held("account.username_or_id", INDIRECT, _NUMBERED, "a key to the person who brought this one")
_ADDRESSEE = Held("contact.email", DIRECT, WRITTEN_DOWN, "where a message goes to")
_ALLOWED = Held("marketing.consent", DIRECT, _ANY, "what somebody allowed")
_PROVEN = Held("legal.consent_record", DIRECT, WRITTEN_DOWN, "the proof of what somebody allowed")
_CAME_BY = Held("marketing.engagement", DIRECT, WRITTEN_DOWN, "how somebody came to a list")
_MAILED = Held("contact.email", DIRECT, WRITTEN_DOWN, "the address that a list is sent to")
_CALLED = Held("contact.address", DIRECT, WRITTEN_DOWN, "what a person calls an address")
_CARD_TOKEN = Held(
    "payment.card_or_bank", DIRECT, WRITTEN_DOWN - {TypeFamily.UNKNOWN}, "what stands for a person's card"
)
_PAID_TO = Held("payment.card_or_bank", DIRECT, WRITTEN_DOWN, "where somebody's money is paid to")
_REACHED = Held("device.other", DIRECT, WRITTEN_DOWN, "the address at which a person's device is reached")
_GRADED = Held("employee.data", DIRECT, _ANY, "the grade of a member of staff")
_RATED = Held("review.rating", DIRECT, _ANY, "how somebody rated")
_MARKED = Held("review.rating", DIRECT, _NUMBERED, "how somebody rated")

_OF_A_PERSON: Mapping[tuple[str, ...], Held] = {
    ("ext",): _EXTENSION, ("im",): _CHAT_NAME, ("icq",): _CHAT_NAME, ("display",): _SHOWN, ("ni",): _BRITISH,
    ("nino",): _BRITISH, ("template",): _PRINT, ("referrer",): _TOLD_BY, ("referer",): _TOLD_BY,
}  # fmt: skip
_OF_A_LIST: Mapping[tuple[str, ...], Held] = {
    ("opt",): _ALLOWED, ("proof",): _PROVEN, ("evidence",): _PROVEN, ("src",): _CAME_BY, ("address",): _MAILED,
    ("addr",): _MAILED, ("rcpt",): _MAILED, ("recipient",): _MAILED, ("to",): _MAILED,
}  # fmt: skip
_PAYING: Mapping[tuple[str, ...], Held] = {
    ("token",): _CARD_TOKEN, ("refund", "to"): _PAID_TO, ("payout", "to"): _PAID_TO, ("pay", "to"): _PAID_TO,
}  # fmt: skip

BARE: Mapping[str, Mapping[tuple[str, ...], Held]] = {
    "person": _OF_A_PERSON,
    "supplier": _OF_A_PERSON,
    "loyalty": {("referrer",): _TOLD_BY, ("referer",): _TOLD_BY},
    "employee": {**_OF_A_PERSON, ("grade",): _GRADED},
    "address": {("label",): _CALLED, ("alias",): _CALLED},
    "message": {
        ("frm",): _WROTE,
        ("by",): _KEPT_BY,
        ("dest",): _ADDRESSEE,
        ("destination",): _ADDRESSEE,
        ("rcpt",): _ADDRESSEE,
        ("addressee",): _ADDRESSEE,
    },
    "subscription": _OF_A_LIST,
    "consent": {("proof",): _PROVEN, ("evidence",): _PROVEN},
    "payment": _PAYING,
    "returns": _PAYING,
    "device": {("endpoint",): _REACHED},
    "review": {("score",): _RATED, ("grade",): _RATED, ("note",): _MARKED, ("mark",): _MARKED},
}
"""By the role of the table: the words of a whole name, and what they hold there."""
BARE_WORDS = frozenset(words[-1] for held in BARE.values() for words in held)
_CHECKED = frozenset({"background", "criminal", "conviction", "convictions", "dbs", "vetting"})
UNITS = frozenset({"unit", "units", "uom"})
_READ = frozenset({"value", "reading", "readings", "quantity", "qty", "amount", "measure", "measured"})
FOUND = frozenset({"result", "results", "finding", "findings", "outcome", "record", "records", "offence", "details"})


def word_in_its_place(ctx: ColumnContext) -> Verdict | None:
    """A word of :data:`BARE`, in the row of a person, on a type that can hold it."""
    held = BARE.get(ctx.table.role.key, {}).get(ctx.reading.tokens)
    if held is None or not ctx.person_row or ctx.family not in held.families:
        return None
    if held.beside and not held.beside & ctx.table.says:
        return None
    if held is _MAILED and ctx.table.places:
        return None
    return Verdict(held.category, held.level, held.reason, ctx.subject)


_OF_NUMBERS: Mapping[tuple[str, ...], Held] = {
    ("num",): _DIALLED,
    ("number",): _DIALLED,
    ("no",): _DIALLED,
    ("label",): _LISTED,
    ("entry",): _LISTED,
}
BOOKED = frozenset(words[0] for words in _OF_NUMBERS)


def entry_of_a_book(ctx: ColumnContext) -> Verdict | None:
    """What stands in somebody's telephone or address book."""
    held = _OF_NUMBERS.get(ctx.reading.tokens)
    if held is None or not ctx.person_row or ctx.family not in held.families:
        return None
    booked = ctx.table.own_words & {"book", "phonebook", "addressbook"}
    if not booked or (held is _DIALLED and not ctx.table.own_words & {"phone", "phonebook"}):
        return None
    return Verdict(held.category, held.level, held.reason, ctx.subject)


def found_by_a_check(ctx: ColumnContext) -> Verdict | None:
    """The result of a check of somebody's record (Art. 10), in a table called after such checks."""
    if not ctx.person_row or not _CHECKED & ctx.table.own_words or len(ctx.reading.tokens) != 1:
        return None
    if ctx.reading.tokens[0] not in FOUND or ctx.family not in STORED:
        return None
    return Verdict("criminal", DIRECT, "what a check of a person's record found", ctx.subject)


def written_of_a_patient(ctx: ColumnContext) -> Verdict | None:
    """A long text in a patient's row whose word is a thing's elsewhere ("plan")."""
    if ctx.table.role.key != "health" or not ctx.person_row or not is_long_text(ctx.column.native_type):
        return None
    if ctx.reading.kinds != {ConceptKind.THING} or len(ctx.reading.tokens) != 1:
        return None
    return Verdict("special.health", DIRECT, "what was written of a patient", ctx.subject)


_CASES = (frozenset({ConceptKind.TEXT, ConceptKind.REF}), frozenset({ConceptKind.DATUM, ConceptKind.REF}))


def number_of_a_case(ctx: ColumnContext) -> Verdict | None:
    """The number of a complaint, a claim or a document is neither the text nor the file that it stands on."""
    reading = ctx.reading
    if not ctx.person_row or "number" not in reading.keys or reading.unknown or reading.kinds not in _CASES:
        return None
    of_a_case = ctx.text is not None and ctx.text.concept.key == "message_text"
    filed = ctx.datum is not None and ctx.datum.concept.key == "user_file" and ctx.table.role.key in FLOW_ROLES
    if not of_a_case and not filed:
        return None
    if is_long_text(ctx.column.native_type):
        return None
    return fact(ctx, "order.reference", "the number of a person's complaint, claim or request")


def words_for_a_picture(ctx: ColumnContext) -> Verdict | None:
    """What is read out where a picture cannot be shown is no picture of anybody."""
    if ctx.reading.tokens[-1:] != ("alt",) or ctx.datum is None or ctx.datum.concept.category != "content.user_file":
        return None
    return nobodys("what is read out in place of a picture")


def unit_of_a_measure(ctx: ColumnContext) -> Verdict | None:
    """The unit of what was read or counted is nobody's, whoever's home it was."""
    if len(ctx.reading.tokens) != 1 or ctx.reading.tokens[0] not in UNITS or not ctx.table.words & _READ:
        return None
    return nobodys("the unit of a measure")
