"""Reads what a table is about: its role, whom a row is about, and the way to that person.

Belongs here: the role of a table from its name, its columns, its siblings and its keys. Does not belong here: the
verdict on single columns (:mod:`ropa_pipeline.classify.rules`). GDPR Art. 4(1): data relate to a person also
through a key, so the way through keys (order line, order, customer) is evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ropa_pipeline.classify.matcher import Matcher, NameReading
from ropa_pipeline.model.lexicon import Concept, ConceptKind, Lexicon, RoleMeaning
from ropa_pipeline.model.observation import ObservedTable

_PERSON_ROLES = frozenset(
    {"person", "employee", "supplier", "applicant", "subscription", "health", "address", "device"}
)
_TRANSLATED = ("_lang", "_translation", "_translations", "_i18n", "_description", "_label")
_IDENTIFYING = frozenset({"first_name", "last_name", "full_name", "email", "phone", "birth_date", "password",
                          "street", "government_id", "username", "gender"})  # fmt: skip
_PLACES = frozenset({"city", "postal_code", "country", "street", "address", "region"})
_SESSION_MARKS = frozenset({"ip", "user_agent", "cookie", "browsing", "device", "browser", "click_id"})
_FLOWS = frozenset(
    {
        "rating",
        "author",
        "order",
        "cart",
        "ticket",
        "shipment",
        "payment",
        "session",
        "invoice",
        "reference",
        "tracking",
    }
)
_NEED_A_WAY = frozenset({"message", "file", "log", "review", "alert", "wishlist", "marketing", "loyalty", "consent",
                         "delivery", "session", "visit", "device"})  # fmt: skip
"""Roles whose rows are a person's only where a column leads to one (a message may be a text of the shop)."""
ADDRESSED = frozenset({"from", "to", "cc", "bcc", "reply", "sender", "recipient", "recipients"})
"""Words by which the columns of a message name who it went to and came from."""
_KINDS_OF = frozenset({"type", "types", "kind", "kinds", "reason", "reasons", "model", "models",
                       "group", "prefix", "prefixes", "suffix", "level", "levels", "policy", "policies", "template",
                       "templates", "category", "categories", "format", "scale", "status", "statuses", "office",
                       "offices", "synonym", "synonyms", "calendar"})  # fmt: skip
"""A table whose name ends so lists kinds, unless its columns lead to a person."""
_SOLD = frozenset({"product", "quantity", "customer"})
_HOSTS = frozenset({"smtp", "imap", "pop3", "host", "port", "ssl", "tls", "protocol"})
_REMARKS = frozenset({"comment", "comments", "post", "posts", "reply", "replies", "note", "notes"})
MAX_HOPS = 4


@dataclass(frozen=True, slots=True)
class TableContext:
    """One table as read. ``linked``: its rows lead to a person; ``path`` says how; ``sure`` 0 to 1.

    ``by_name``: the table's own name gave the role. ``language``: the language its names are written in.
    """

    table: ObservedTable
    language: str
    name: NameReading
    role: RoleMeaning
    subject: str
    linked: bool
    by_name: bool
    path: str
    sure: float
    person_keys: frozenset[str] = frozenset()
    has_payer: bool = False
    places: bool = False
    half_name: bool = False
    has_order: bool = False
    own_words: frozenset[str] = frozenset()
    references: Mapping[str, str] | None = None
    says: frozenset[str] = frozenset()

    @property
    def personal(self) -> bool:
        """Whether facts of a row are facts of a person."""
        return self.linked and self.role.personal

    @property
    def nobody(self) -> bool:
        """Whether the table by its own name is about things, not persons."""
        return not self.role.personal and self.role.key != "none"


def read_tables(tables: Sequence[ObservedTable], matcher: Matcher, lexicon: Lexicon) -> tuple[TableContext, ...]:
    """One context per table, in order. Tables of one source see each other through keys and siblings."""
    roles = {role.key: role for role in lexicon.roles}
    stems = {table.stem.lower() for table in tables}
    mark = _shared_mark(tables, matcher)
    contexts = [_by_itself(table, matcher, roles, stems, mark) for table in tables]
    return tuple(_through_keys(contexts, matcher, roles))


def _shared_mark(tables: Sequence[ObservedTable], matcher: Matcher) -> str:
    """A first word that most tables of a source share says nothing of any of them (a software's prefix)."""
    firsts = [tokens[0] for tokens in (matcher.split(table.stem) for table in tables) if len(tokens) > 1]
    if len(tables) < 4 or not firsts:
        return ""
    word = max(sorted(set(firsts)), key=firsts.count)
    return word if firsts.count(word) > 0.6 * len(tables) else ""


def _language(table: ObservedTable, matcher: Matcher) -> str:
    votes: dict[str, float] = {}
    names = [column.name for column in table.columns] or [table.stem]
    for name in names[:200]:
        for language, vote in matcher.votes(name).items():
            votes[language] = votes.get(language, 0.0) + vote
    best = max(sorted(votes), key=lambda language: votes[language], default="en")
    return best if votes.get(best, 0.0) > 1.25 * votes.get("en", 0.0) else "en"


def _by_itself(
    table: ObservedTable, matcher: Matcher, roles: Mapping[str, RoleMeaning], stems: set[str], mark: str = ""
) -> TableContext:
    language = _language(table, matcher)
    name = matcher.read(table.stem, language, loose=True, mark=mark)
    readings = [matcher.read(column.name, language) for column in table.columns]
    keys: set[str] = set().union(*(reading.keys for reading in readings)) if readings else set()
    stem = table.stem.lower()
    base = next((stem.removesuffix(ending) for ending in _TRANSLATED if stem.endswith(ending)), stem)
    translated = base != stem or any(stem + ending in stems for ending in _TRANSLATED)
    own = matcher.split(base) if translated else ()
    person_keys = frozenset(
        column.name
        for column, reading in zip(table.columns, readings, strict=True)
        if is_person_key(reading) and not (own and _key_stem(column.name, matcher) == own)
    )
    identifying = set(_IDENTIFYING & keys)
    if len(identifying) == 2 and identifying == {"username", "password"}:
        identifying = set()
    role, subject, by_name, sure = _role_of_name(name, bool(person_keys) or "person_number" in keys, identifying)
    written = [frozenset(reading.tokens) for reading in readings]
    role, subject, by_name, sure = _by_its_words(
        (role, subject, by_name, sure), name, matcher.split(table.stem), written, keys, bool(person_keys), identifying
    )
    if translated and len(identifying) < 2 and not person_keys:
        role, subject, by_name, sure = "lookup", "none", True, 0.95
    if role == "order" and "tracking" in keys and "measure" in keys and not person_keys:
        role, subject = "delivery", "none"
    if role == "order" and name.first(ConceptKind.THING, ConceptKind.FLOW) is not None and not person_keys:
        leading = name.first(ConceptKind.THING, ConceptKind.FLOW)
        if (
            leading is not None
            and leading.concept.key == "product"
            and not any(reading.keys >= {"id", "order"} for reading in readings)
        ):
            role, subject, by_name = "catalogue", "none", True
    if role == "catalogue" and identifying and keys >= {"message_text", "order"}:
        role, subject, by_name = "order", "none", False
    if role == "none" or (not roles[role].personal and _looks_like_person(keys, identifying) and sure < 0.9):
        role, subject, sure = _role_of_columns(keys, identifying, bool(person_keys), role, sure)
        by_name = False if role != "none" else by_name
    if role in _NEED_A_WAY and table.columns and "ticket" not in name.keys:
        others = _keys_but_own(table, readings, matcher)
        flows = _FLOWS & others
        linked = bool(person_keys or identifying or flows or (_SESSION_MARKS & others) or name.has(ConceptKind.PARTY))
        linked = linked or (role == "delivery" and bool({"tracking", "pickup_choice", "address"} & keys))
    else:
        linked = roles[role].personal
    if role in {"review", "message"} and {"actor", "message_text"} <= keys and _REMARKS & set(name.tokens):
        linked = True
    if not linked and person_keys and not (by_name and not roles[role].personal):
        linked = True
    meaning = roles[role]
    party = name.last(ConceptKind.PARTY)
    if party is not None and party.concept.subject and meaning.personal:
        subject = party.concept.subject
    elif not subject or subject == "none":
        subject = meaning.subject
    path = "its own columns" if identifying else (f"key {min(person_keys)}" if person_keys else "its name")
    return TableContext(
        table,
        language,
        name,
        meaning,
        subject,
        linked,
        by_name,
        path if linked else "",
        sure,
        person_keys,
        "payer" in keys,
        len(_PLACES & keys) >= 2,
        ("last_name" in keys and "first_name" not in keys) or ("first_name" in keys and "last_name" not in keys),
        bool({"reference", "order"} & keys) and bool({"amount", "quantity"} & keys),
        frozenset(_singular(token) for token in name.tokens) | frozenset(name.tokens),
        says=frozenset(keys),
    )


def _by_its_words(
    known: tuple[str, str, bool, float], name: NameReading, words: tuple[str, ...], written: Sequence[frozenset[str]],
    keys: set[str], has_person_key: bool, identifying: set[str],
) -> tuple[str, str, bool, float]:  # fmt: skip
    """What the words of a table and its columns say where single meanings mislead: lists of kinds, mail, mail hosts."""
    about_person = has_person_key or "person_number" in keys or len(identifying) >= 2
    if words and words[-1] in _KINDS_OF and not about_person and known[0] not in {"configuration", "catalogue"}:
        return "lookup", "none", True, 0.9
    if words[-1:] in (("admin",), ("admins",)) and identifying:
        return "employee", "employee", True, 0.8
    if known[0] == "person" and {"pay", "employment"} <= keys and known[1] in {"customer", "none", "website_user"}:
        return "employee", "employee", known[2], 0.8
    if known[0] == "payment" and "account_or_invoice" in name.keys and "payer" not in keys and keys & _SOLD:
        return "order", "customer", True, 0.7
    if known[0] in {"message", "address"} and {"email", "address"} & name.keys and {"addresses", "address"} & set(words):
        if "email" in name.keys or "mail" in words:
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
        and not name.has(ConceptKind.PARTY)
        and not keys & {"company_code", "tax_number", "health", "note"} - own
    ):
        return "lookup", "none", True, 0.8
    if sum(bool(said & _HOSTS) for said in written) >= 2 and not {"last_name", "first_name"} & identifying:
        return "configuration", "none", True, 0.85
    rated = sum(bool(said & {"rate", "per", "average", "avg", "unique"}) for said in written)
    if rated >= 2 and rated * 4 >= len(written) and not about_person and known[0] in {"none", "order", "message"}:
        return "queue", "none", True, 0.7
    corresponds = sum(bool(said & ADDRESSED) and len(said) <= 3 and not said & {"total", "count"} for said in written)
    if corresponds >= 2 and keys & {"subject_line", "message_text"} and known[0] not in {"configuration"}:
        if any({"sent", "count"} <= said or {"read", "count"} <= said for said in written) and not has_person_key:
            return "catalogue", "none", True, 0.7
        if known[0] in {"none", "lookup", "message", "log", "catalogue"} and "template" not in name.keys:
            return "message", "customer", known[2], 0.8
    pairs = [said for said in written if said & {"email", "name", "mail"}]
    if known[0] == "catalogue" and any("from" in said for said in pairs) and any("to" in said for said in pairs):
        return "order", "customer", True, 0.7
    return known


def _keys_but_own(table: ObservedTable, readings: Sequence[NameReading], matcher: Matcher) -> set[str]:
    own = tuple(_singular(token) for token in matcher.split(table.stem))
    found: set[str] = set()
    for column, reading in zip(table.columns, readings, strict=True):
        if _key_stem(column.name, matcher) != own:
            found |= reading.keys
    return found


def is_person_key(reading: NameReading) -> bool:
    """Whether a column points at a person who is the matter of the row (not at who handled it)."""
    if ConceptKind.REF not in reading.kinds and ConceptKind.PARTY in reading.kinds:
        return False
    party = reading.last(ConceptKind.PARTY)
    if party is None or party.concept.key in {"actor", "doctor", "employee", "supplier", "sender", "payee", "author"}:
        return False
    return not reading.has(ConceptKind.DATUM, ConceptKind.THING, ConceptKind.HEAD)


def _role_of_name(name: NameReading, has_person_key: bool, identifying: set[str]) -> tuple[str, str, bool, float]:
    """Role, subject, whether the name gave it, how sure. The last meaning of a name is its head."""
    meanings = [hit.concept for hit in name.hits if hit.concept.kind not in {ConceptKind.PART, ConceptKind.REF}]
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
        if earlier and (head.key != "carrier" or earlier[0].key in {"order", "shipment"}):
            return earlier[-1].role, subject, True, 0.8
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


def _looks_like_person(keys: set[str], identifying: set[str]) -> bool:
    return len(identifying) >= 3 and bool(identifying & {"first_name", "last_name", "birth_date", "password"})


def _role_of_columns(
    keys: set[str], identifying: set[str], has_person_key: bool, role: str, sure: float
) -> tuple[str, str, float]:
    """Role from the set of columns, where the name says none."""
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
    if len(_SESSION_MARKS & keys) >= 2 or "cookie" in keys:
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
    if role == "none" and has_person_key:
        return "person", "customer", 0.5
    return role, "none", sure


def _through_keys(
    contexts: list[TableContext], matcher: Matcher, roles: Mapping[str, RoleMeaning]
) -> list[TableContext]:
    """Follow keys to linked tables, a few steps; a table whose name says "thing" stays nobody's."""
    places: dict[tuple[str, ...], int] = {}
    for place, context in enumerate(contexts):
        tokens = tuple(_singular(token) for token in context.name.tokens)
        if tokens:
            places.setdefault(tokens, place)
    declared = {
        (place, key.column.lower()): key.references_table.lower()
        for place, context in enumerate(contexts)
        for key in context.table.foreign_keys
    }
    by_name = {context.table.name.lower(): place for place, context in enumerate(contexts)}
    by_name.update({context.table.stem.lower(): place for place, context in enumerate(contexts)})
    targets: list[list[tuple[str, int]]] = []
    for place, context in enumerate(contexts):
        found: list[tuple[str, int]] = []
        for column in context.table.columns:
            named = declared.get((place, column.name.lower()))
            target = by_name.get(named) if named else places.get(_key_stem(column.name, matcher))
            if target is not None and target != place:
                found.append((column.name, target))
        targets.append(found)
    result = [
        replace(context, references={name: contexts[target].role.key for name, target in targets[place]})
        for place, context in enumerate(contexts)
    ]
    for _ in range(MAX_HOPS):
        changed = False
        for place, context in enumerate(result):
            if context.linked or context.nobody:
                continue
            for column_name, target in targets[place]:
                other = result[target]
                if other.linked and other.role.personal and other.role.key not in {"employee", "supplier"}:
                    role = context.role if context.role.personal else other.role
                    result[place] = replace(
                        context,
                        role=role,
                        linked=True,
                        subject=other.subject,
                        path=f"{column_name} leads to {other.table.stem}, linked by {other.path}",
                        sure=min(context.sure, 0.6) if context.by_name else 0.5,
                    )
                    changed = True
                    break
        if not changed:
            break
    return result


def _key_stem(name: str, matcher: Matcher) -> tuple[str, ...]:
    tokens = matcher.split(name)
    if len(tokens) < 2:
        return ()
    if tokens[0] in {"id", "fk", "ref"}:
        return tuple(_singular(token) for token in tokens[1:])
    if tokens[-1] in {"id", "fk", "key", "uuid"}:
        return tuple(_singular(token) for token in tokens[:-1])
    return ()


def _singular(token: str) -> str:
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith("ss") else token


_GROUP_ROLES = frozenset(
    {"device", "visit", "session", "order", "payment", "delivery", "marketing", "consent", "review"}
)


def inside(
    context: TableContext, name: str, matcher: Matcher, roles: Mapping[str, RoleMeaning]
) -> tuple[TableContext, str]:
    """The context and the rest of the name of a field inside a structure (``group.field``)."""
    group, _, field = name.rpartition(".")
    reading = matcher.read(group, context.language)
    kept = [token for hit in reading.hits if hit.concept.kind in _KEPT for token in hit.words]
    name = " ".join([*kept, field])
    if context.role.personal and context.linked:
        for hit in reversed(reading.hits):
            role = "order" if hit.concept.key == "product" else hit.concept.role
            if hit.concept.key == "user":
                break
            if role in _GROUP_ROLES:
                meaning = roles[role]
                kept = [
                    token for item in reading.hits if item.concept.kind is ConceptKind.PARTY for token in item.words
                ]
                return replace(context, role=meaning), " ".join([*kept, field])
    return context, name


_KEPT = frozenset({ConceptKind.PARTY, ConceptKind.THING, ConceptKind.FLOW})
