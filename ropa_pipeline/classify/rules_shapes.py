"""Rules on what a type, its length and a nameless name say where words say little.

Belongs here: numbered fields of forms, structures in a person's row, addresses, hashes and national codes known by
the room a schema gives them. Does not belong here: what words say (:mod:`...rules_data`) and values of cells.
GDPR Art. 4(1): a field is a person's through its row, whatever it is called.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.tokens import letters_of
from ropa_pipeline.classify.types import TypeFamily, length_of
from ropa_pipeline.classify.verdicts import DIRECT, STORED, WRITTEN_DOWN
from ropa_pipeline.model.lexicon import ConceptKind

_NAMELESS = frozenset(
    {"attr", "attribute", "field", "fld", "custom", "udf", "uf", "cf", "cust", "extra", "free", "param", "opt",
     "option", "col", "column", "data", "value", "val", "text", "txt", "info", "answer", "question", "user",
     "var", "misc", "string", "dop", "other", "add", "additional", "feld", "freifeld", "zusatzfeld", "frei",
     "zusatz", "champ", "libre", "campo", "libero", "personalizzato", "personalizado", "pole", "polya",
     "dodatkowe", "laukas", "papildomas", "lauks", "papildu", "vali", "lisavali", "lisa", "atributas",
     "response", "resp", "antwort", "reponse", "respuesta", "risposta", "odpowiedz", "atsakymas", "vastus",
     "atbilde", "otvet",
     "atribut", "atrybut", "atributo", "attributo", "attribut"}
)  # fmt: skip
"""Words by which forms number the fields that nobody named, in ten languages."""
FILLED_IN = frozenset({"person", "message", "review", "subscription", "applicant", "marketing", "employee", "health",
                        "order", "consent", "address"})  # fmt: skip
KEPT_IN = frozenset({"person", "message", "review", "subscription", "applicant", "marketing"})
_SAYS_NOTHING = frozenset({ConceptKind.HEAD, ConceptKind.PART, ConceptKind.REF})
SEEN_ONLINE = frozenset({"session", "visit", "log", "message", "review", "device", "consent", "subscription"})
_FAR_END = frozenset({"remote", "src", "source", "addr", "peer", "host", "client", "visitor", "address", "from",
                      "adresas", "adrese", "aadress", "adres", "adresse", "direccion", "indirizzo", "adresat", "where",
                      "origin", "skad", "zrodlo", "herkunft", "quelle", "absender", "provenance", "origine", "origen",
                      "procedencia", "provenienza", "fonte", "otkuda", "istochnik", "kurienes", "no", "avots", "kust",
                      "is", "kur", "allikas", "saltinis"})  # fmt: skip
"""Words for the other side of a connection; as long as its address, they hold one in any language."""
_OF_NETWORKS = ("inet", "cidr", "macaddr")
_HOSTS = frozenset({"hostname", "host"})
_OF_VISITS = frozenset({"user", "username", "external_id", "user_agent", "browsing", "url", "email", "cookie", "actor"})
_PACKED = 16
_IP_LENGTHS = frozenset({15, 16, 39, 40, 45, 46, 47, 48})
_HASH_LENGTHS = frozenset({32, 40, 60, 64, 96, 128})
HASH_WORDS = frozenset({"hash", "code", "key", "salt", "checkword", "confirmation", "confirm", "validation"})
_ENDS = frozenset({"exp", "expiry", "expires", "expiration"})
END_OF_CARD = _ENDS | {"date", "month", "year", "mm", "yy", "yyyy"}
BARE_VALUES = frozenset({"value", "hash", "code", "key", "data", "content", "digest", "secret", "hashed"})
_NAMED_KEYS = frozenset({("public", "key"), ("private", "key"), ("key", "hash"), ("key", "digest"), ("hashed", "key")})
_SECRETS = frozenset({"token", "secret", "password"})
_KEPT_SECRET = frozenset({"key", "keys", "credential", "credentials"})
REQUESTS = frozenset({"request", "req", "query", "ref"})
_ONLINE = frozenset({"log", "visit", "session", "marketing"})
_VISITED = frozenset({"ip", "user_agent", "browsing", "cookie", "click_id"})
_CODE_LENGTHS = frozenset({11, 12})
_LEAST_TAX_NUMBER = 9
PAID_OUT = frozenset({"paypal", "cheque", "check", "payoneer", "skrill", "revolut", "wise"})
_WALLET_LENGTHS = frozenset({42, 44, 62, 66})
WALLET_WORDS = frozenset({"addr", "address", "wallet"})
CODE_WORDS = frozenset({"code", "kodas", "kods", "kood", "ak", "pk", "ik"})


def told_by_its_type(ctx: ColumnContext) -> Verdict | None:
    """A type that holds addresses of networks or of hardware alone, in the row of a person."""
    native = ctx.column.native_type.lower()
    if not native.startswith(_OF_NETWORKS) or not ctx.person_row:
        return None
    if native.startswith("mac"):
        return Verdict("device.other", DIRECT, "its type is the address of a device", ctx.subject)
    return Verdict("device.ip", DIRECT, "its type is an address of the internet", ctx.subject)


def numbered_field(ctx: ColumnContext) -> Verdict | None:
    """A numbered field without a name, in a person's row, holds what that person was asked."""
    if not ctx.column.name[-1:].isdigit() or not ctx.person_row or ctx.family not in WRITTEN_DOWN:
        return None
    if ctx.table.role.key not in FILLED_IN or ctx.family is TypeFamily.CHAR:
        return None
    words = letters_of(ctx.column.name)
    if not all(word in _NAMELESS or len(word) == 1 for word in words):
        return None
    return Verdict("content.user_generated", DIRECT, "a numbered field without a name, in a person's row", ctx.subject,
                   "a decision, or values")  # fmt: skip


def structure_in_a_persons_row(ctx: ColumnContext) -> Verdict | None:
    """A structure whose name says nothing holds what a software keeps of the person."""
    if ctx.family is not TypeFamily.STRUCTURE or not ctx.person_row or not ctx.reading.kinds <= _SAYS_NOTHING:
        return None
    if ctx.table.role.key not in KEPT_IN:
        return None
    return Verdict("content.user_generated", DIRECT, "a structure in a person's own row", ctx.subject,
                   "values, or a decision")  # fmt: skip


def address_by_its_length(ctx: ColumnContext) -> Verdict | None:
    """The far end of a connection, as long as an address of the internet; the host a visitor came from."""
    tokens = ctx.reading.tokens
    clicked = ctx.table.role.key == "marketing" and "click_id" in ctx.table.says
    if not ctx.person_row or not (clicked or ctx.table.role.key in SEEN_ONLINE) or not 1 <= len(tokens) <= 2:
        return None
    native = ctx.column.native_type.lower()
    if "".join(tokens) in _HOSTS and ctx.family in WRITTEN_DOWN:
        if ctx.table.role.key != "log" or ctx.table.says & _OF_VISITS or ctx.table.person_keys:
            return Verdict("device.ip", DIRECT, "the host that a person's connection came from", ctx.subject)
        return None
    packed = native.startswith("varbinary") and length_of(native) == _PACKED
    if not _FAR_END.issuperset(tokens) or not (packed or length_of(native) in _IP_LENGTHS):
        return None
    return Verdict("device.ip", DIRECT, "the far end of a connection, as long as its address", ctx.subject)


def print_of_a_device(ctx: ColumnContext) -> Verdict | None:
    """A fingerprint as long as a hash, of nobody's finger: what a browser or a device is known by again."""
    if not ctx.person_row or ctx.datum is None or ctx.datum.concept.category != "special.biometric":
        return None
    if ctx.table.role.key in {"employee", "health"} or length_of(ctx.column.native_type) not in _HASH_LENGTHS:
        return None
    return Verdict("device.cookie_or_session", DIRECT, "a fingerprint as long as a hash is a device's", ctx.subject)


def secret_by_its_length(ctx: ColumnContext) -> Verdict | None:
    """A key or code as long as a hash, in the row of a person who logs in or confirms something."""
    if not ctx.person_row or ctx.table.role.key not in {"person", "employee", "session", "subscription"}:
        return None
    tokens = ctx.reading.tokens
    if not 1 <= len(tokens) <= 2 or tokens[-1] not in HASH_WORDS or ctx.family is not TypeFamily.TEXT:
        return None
    if ctx.reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.FLOW, ConceptKind.PARTY):
        return None
    long_enough = tokens == ("hash",) or length_of(ctx.column.native_type) in _HASH_LENGTHS
    if not long_enough or not ctx.table.says & {"email", "username", "password"}:
        return None
    return Verdict("account.credential_secret", DIRECT, "a key as long as a hash, in a person's row", ctx.subject)


def national_code_by_its_length(ctx: ColumnContext) -> Verdict | None:
    """A bare code of eleven or twelve characters beside a person's name is a national one."""
    if not ctx.person_row or len(ctx.reading.tokens) != 1 or ctx.reading.tokens[0] not in CODE_WORDS:
        return None
    if ctx.table.language == "en" or not ctx.table.says & {"first_name", "last_name", "full_name"}:
        return None
    if length_of(ctx.column.native_type) not in _CODE_LENGTHS:
        return None
    return Verdict("identity.government_id", DIRECT, "a code as long as a national one, beside a name", ctx.subject)


def tax_number_by_its_type(ctx: ColumnContext) -> Verdict | None:
    """A bare "tax" that is written, not counted, in the row of who is paid or buys is the number for the tax office."""
    if ctx.reading.tokens != ("tax",) or not ctx.person_row or ctx.family is not TypeFamily.TEXT:
        return None
    if ctx.table.role.key not in {"person", "address", "supplier", "marketing", "payment"}:
        return None
    if length_of(ctx.column.native_type) < _LEAST_TAX_NUMBER:
        return None
    return Verdict("identity.government_id", DIRECT, "a tax number: a text in a person's row", ctx.subject)


def paid_out_to(ctx: ColumnContext) -> Verdict | None:
    """How somebody is paid out: the account at a payment service, or whom a cheque is made out to."""
    if len(ctx.reading.tokens) != 1 or ctx.reading.tokens[0] not in PAID_OUT or not ctx.person_row:
        return None
    if ctx.family is not TypeFamily.TEXT or ctx.table.role.key in {"order", "message", "review"}:
        return None
    return Verdict("payment.card_or_bank", DIRECT, "where somebody's money is paid out to", ctx.subject)


def line_of_an_address(ctx: ColumnContext) -> Verdict | None:
    """A first, second or third line beside a postal code or a town, or of whom something is sent to."""
    name = ctx.column.name
    if name[-1:] not in {"1", "2", "3", "4"} or ctx.reading.tokens[-1:] != ("line",):
        return None
    if ctx.reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.TEXT) or ctx.family not in WRITTEN_DOWN:
        return None
    if not ctx.person_row or not (ctx.table.places or ctx.party is not None or ctx.table.says & {"postal_code"}):
        return None
    return Verdict("contact.address", DIRECT, "a line of an address", ctx.subject)


def end_of_a_card(ctx: ColumnContext) -> Verdict | None:
    """In the row of a payment card its month, year or end is the card's."""
    words = set(ctx.reading.tokens)
    if not words or not ctx.person_row or not words <= END_OF_CARD:
        return None
    if not ("card" in ctx.table.name.keys or (words & _ENDS and "card" in ctx.table.says)):
        return None
    if ctx.table.role.key not in {"payment", "person", "order"}:
        return None
    return Verdict("payment.card_or_bank", DIRECT, "the end of a person's card", ctx.subject)


def value_among_secrets(ctx: ColumnContext) -> Verdict | None:
    """In a table of tokens, keys or passwords of persons, the bare value is the secret."""
    of_secrets = _SECRETS & ctx.table.name.keys or _KEPT_SECRET & ctx.table.name.words
    if not ctx.person_row or not of_secrets or ctx.family not in STORED:
        return None
    tokens = ctx.reading.tokens
    if (len(tokens) != 1 or tokens[0] not in BARE_VALUES) and tokens not in _NAMED_KEYS:
        return None
    return Verdict("account.credential_secret", DIRECT, "the value in a table of secrets", ctx.subject)


def wallet_by_its_length(ctx: ColumnContext) -> Verdict | None:
    """An address as long as one of a block chain is a wallet, not a street."""
    if not ctx.reading.words & WALLET_WORDS or length_of(ctx.column.native_type) not in _WALLET_LENGTHS:
        return None
    if not ctx.person_row or ctx.reading.has(ConceptKind.THING, ConceptKind.FLOW) or "city" in ctx.table.says:
        return None
    return Verdict("payment.card_or_bank", DIRECT, "an address as long as one of a block chain", ctx.subject)


def request_of_a_visitor(ctx: ColumnContext) -> Verdict | None:
    """What a visitor asked a server for, in a log of visits."""
    if len(ctx.reading.tokens) != 1 or ctx.reading.tokens[0] not in REQUESTS or ctx.family not in WRITTEN_DOWN:
        return None
    if not ctx.person_row or ctx.table.role.key not in _ONLINE or not ctx.table.says & _VISITED:
        return None
    return Verdict("behaviour.browsing", DIRECT, "what a visitor asked for", ctx.subject)
