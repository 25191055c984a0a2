"""Reads what a table is about: its role, whom a row is about, and the way to that person.

Belongs here: the role of a table from its name, its columns, its siblings and its keys. Does not belong here: the
verdict on single columns (:mod:`ropa_pipeline.classify.rules`). GDPR Art. 4(1): data relate to a person also
through a key, so the way through keys (order line, order, customer) is evidence.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.name_marks import mark_of, marks_of
from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.table_columns import TALKS, Columns
from ropa_pipeline.classify.table_context import TableContext, unmarked
from ropa_pipeline.classify.table_kinds import kind_of
from ropa_pipeline.classify.table_opinion import Weights, reconsidered
from ropa_pipeline.classify.table_roles import (
    CALLED,
    IDENTIFYING,
    SESSION_MARKS,
    by_its_words,
    is_bare_person,
    is_person_key,
    looks_like_person,
    role_of_columns,
    role_of_name,
)
from ropa_pipeline.classify.table_ways import points_at, targets_of, through_keys
from ropa_pipeline.classify.tokens import singular
from ropa_pipeline.model.lexicon import ConceptKind, Lexicon, RoleMeaning
from ropa_pipeline.model.observation import ObservedTable

_TRANSLATED = ("_lang", "_translation", "_translations", "_i18n", "_description", "_label")
_PLACES = frozenset({"city", "postal_code", "country", "street", "address", "region"})
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
_ALLOWING = frozenset({("subject", "id"), ("subject",), ("subject", "ref"), ("subject", "uuid"), ("principal", "id")})
"""How the person is called who allowed something."""
_REMARKS = frozenset({"comment", "comments", "post", "posts", "reply", "replies", "note", "notes"})
_NAMED = frozenset({"first_name", "last_name", "full_name", "birth_date", "phone", "person_number"})
_SETTINGS = (ConceptKind.FLAG, ConceptKind.HEAD)
MIN_SETTINGS = 8
"""A table of so many columns, half of them switches and limits, sets a software up."""
_OTHERS = frozenset({"none", "visit", "message", "file", "order"})
_OF_A_DEVICE = frozenset({"device_id", "click_id"})
MIN_SHORTENED, MAX_SHORTENED, MAX_SPELLED = 2, 7, 4
"""Letters of a word shortened after a table's name, and words of a name that may hold one."""


def read_tables(
    tables: Sequence[ObservedTable], matcher: Matcher, lexicon: Lexicon, weights: Weights
) -> tuple[TableContext, ...]:
    """One context per table, in order. Tables of one source see each other through keys and siblings.

    ``weights``: of the second opinion on tables; without any the rules decide alone.
    """
    roles = {role.key: role for role in lexicon.roles}
    stems = {table.stem.lower() for table in tables}
    mark = _shared_mark(tables, matcher)
    words = sorted({word for table in tables for word in matcher.split(table.stem)})
    read = [_by_itself(table, matcher, roles, stems, words, mark) for table in tables]
    alone = [context for context, _ in read]
    targets = targets_of(alone, matcher)
    contexts = [
        reconsidered(context, readings, points_at(alone, keys), roles, weights)
        for (context, readings), keys in zip(read, targets, strict=True)
    ]
    return tuple(through_keys(contexts, targets))


def _shared_mark(tables: Sequence[ObservedTable], matcher: Matcher) -> tuple[str, ...]:
    """First words that most tables of a source share say nothing of any of them (a software's prefix)."""
    if len(tables) < 4:
        return ()
    rest = [tokens for tokens in (matcher.split(table.stem) for table in tables) if len(tokens) > 1]
    least = 0.6 * len(tables)
    mark: tuple[str, ...] = ()
    while rest:
        firsts = [tokens[0] for tokens in rest]
        word = max(sorted(set(firsts)), key=firsts.count)
        if firsts.count(word) <= least:
            break
        mark += (word,)
        rest = [tokens[1:] for tokens in rest if tokens[0] == word and len(tokens) > 2]
    return mark


def _spelled_out(
    table: ObservedTable, readings: list[NameReading], words: Sequence[str], matcher: Matcher, language: str
) -> dict[str, str]:
    """Columns whose shortened words begin a word of a table's name ("ord_no" in "orders"), written out.

    The readings are replaced in place. The table's own name goes before those of the other tables of the source.
    """
    found: dict[str, str] = {}
    own: Sequence[str] | None = None
    for place, (column, reading) in enumerate(zip(table.columns, readings, strict=True)):
        if not reading.unknown or len(reading.tokens) > MAX_SPELLED:
            continue
        if own is None:
            own = sorted(set(matcher.split(table.stem)))
        meant = {token: _begun(token, own) or _begun(token, words) for token in reading.unknown}
        if any(meant.values()):
            spelled = " ".join(meant.get(token) or token for token in reading.tokens)
            found[column.name] = spelled
            readings[place] = matcher.read(spelled, language)
    return found


def _begun(token: str, words: Sequence[str]) -> str:
    """The one word that a shortened word begins, or nothing. ``words``: sorted, as there may be thousands."""
    if not MIN_SHORTENED <= len(token) <= MAX_SHORTENED:
        return ""
    meant = ""
    for word in words[bisect_left(words, token) :]:
        if not word.startswith(token):
            break
        if len(word) > len(token) + 1:
            if meant:
                return ""
            meant = word
    return meant


def _by_itself(
    table: ObservedTable,
    matcher: Matcher,
    roles: Mapping[str, RoleMeaning],
    stems: set[str],
    words: Sequence[str],
    mark: tuple[str, ...],
) -> tuple[TableContext, list[NameReading]]:
    names = [column.name for column in table.columns]
    own_mark = mark_of(names, matcher)
    marks = (own_mark,) if own_mark else marks_of(names, matcher)
    if marks:
        names = [unmarked(name, marks) for name in names]
    language = matcher.language_of(names[:200] or [table.stem])
    name = matcher.read(table.stem, language, loose=True, mark=mark)
    readings = [matcher.read(column_name, language) for column_name in names]
    spelled = _spelled_out(table, readings, words, matcher, language)
    keys: set[str] = set().union(*(reading.keys for reading in readings)) if readings else set()
    stem = table.stem.lower()
    base = next((stem.removesuffix(ending) for ending in _TRANSLATED if stem.endswith(ending)), stem)
    translated = base != stem or any(stem + ending in stems for ending in _TRANSLATED)
    own = matcher.split(base) if translated else ()
    person_keys = frozenset(
        column.name
        for column, reading in zip(table.columns, readings, strict=True)
        if is_person_key(reading) and not (own and matcher.key_stem(column.name) == own)
    )
    identifying = set(IDENTIFYING & _held(readings))
    if len(identifying) == 2 and identifying == {"username", "password"}:
        identifying = set()
    role, subject, by_name, sure = role_of_name(name, bool(person_keys) or "person_number" in keys, identifying)
    written = [reading.words for reading in readings]
    tokens = matcher.split(table.stem)
    said = frozenset().union(*written)
    known = by_its_words(
        (role, subject, by_name, sure), name, tokens, written, said, keys, bool(person_keys), identifying
    )
    role, subject, by_name, sure = kind_of(known, Columns(name, tokens, readings, bool(person_keys), frozenset(keys)))
    if role in {"catalogue", "none"} and any(
        is_bare_person(reading)
        and not reading.keys & {"employee", "user"}
        and reading.keys & {"name", "full_name", "last_name"}
        for reading in readings
    ):
        guessed = role_of_columns(keys, identifying | {"full_name"}, True, "none", sure)[0]
        role, subject, by_name, sure = (guessed if guessed != "none" else "person"), "none", False, 0.6
    elif role == "none" and keys & _DONE and _names_its_matter(table, readings):
        role, subject, by_name, sure = "order", "customer", False, 0.5
    elif role == "catalogue" and "campaign" in name.keys and len(SESSION_MARKS & keys) >= 2:
        role, subject, by_name, sure = "visit", "visitor", False, 0.6
    if translated and len(identifying) < 2 and not person_keys:
        role, subject, by_name, sure = "lookup", "none", True, 0.95
    if role == "order" and "tracking" in keys and "measure" in keys and not person_keys:
        role, subject = "delivery", "none"
    if role == "order" and by_name and name.first(ConceptKind.THING, ConceptKind.FLOW) is not None and not person_keys:
        leading = name.first(ConceptKind.THING, ConceptKind.FLOW)
        if (
            leading is not None
            and leading.concept.key == "product"
            and not any(reading.keys >= {"id", "order"} for reading in readings)
            and not _names_its_matter(table, readings)
        ):
            role, subject, by_name = "catalogue", "none", True
    if role == "catalogue" and identifying and keys >= {"message_text", "order"}:
        role, subject, by_name = "order", "none", False
    if role == "none" or (not roles[role].personal and looks_like_person(keys, identifying) and sure < 0.9):
        role, subject, sure = role_of_columns(keys, identifying, bool(person_keys), role, sure)
        by_name = False if role != "none" else by_name
    nameless = role == "person" and not person_keys and not keys & _NAMED and len(readings) >= MIN_SETTINGS
    if nameless and sum(reading.has(*_SETTINGS) for reading in readings) >= 0.5 * len(readings):
        role, subject, by_name, sure = "configuration", "none", True, 0.75
    told = sum("health" in reading.keys for reading in readings) >= 2
    listed = role == "lookup" and "name" in keys and "date" not in keys
    if told and (role in _OTHERS or (role == "lookup" and "health" in name.keys and not listed)):
        role, subject, by_name, sure, linked = "health", "none", False, 0.6, True
    elif role == "none" and sum(bool(reading.keys & _OF_A_DEVICE) for reading in readings) >= 2:
        role, subject, by_name, sure, linked = "device", "visitor", False, 0.6, True
    elif role in _NEED_A_WAY and table.columns and "ticket" not in name.keys:
        others = _keys_but_own(table, readings, matcher)
        flows = _FLOWS & others
        linked = bool(person_keys or identifying or flows or (SESSION_MARKS & others) or name.has(ConceptKind.PARTY))
        linked = linked or any(is_bare_person(reading) for reading in readings)
        linked = linked or (role == "delivery" and bool({"tracking", "pickup_choice", "address"} & keys))
    else:
        linked = roles[role].personal
    if role in {"message", "marketing"} and {"recipient", "message_text"} <= keys:
        linked = True
    if role == "consent" and any(said.tokens in _ALLOWING for said in readings):
        linked = True
    if role in {"review", "message"} and {"actor", "message_text"} <= keys and _REMARKS & set(name.tokens):
        linked = True
    if not linked and role == "message" and written:
        linked = any("id" in said.keys and _corresponds(said) for said in readings)
        sides = sum(said.tokens in _SIDES for said in readings)
        linked = linked or (sides == len(_SIDES) and any(CALLED & said for said in written))
    if not linked and person_keys and not (by_name and not roles[role].personal):
        linked = True
    meaning = roles[role]
    party = name.last(ConceptKind.PARTY)
    if party is not None and party.concept.subject and meaning.personal:
        subject = party.concept.subject
    elif not subject or subject == "none":
        subject = meaning.subject
    path = "its own columns" if identifying else (f"key {min(person_keys)}" if person_keys else "its name")
    context = TableContext(
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
        frozenset(singular(token) for token in name.tokens) | frozenset(name.tokens),
        says=frozenset(keys),
        words=said,
        spelled=spelled,
        marks=marks,
    )
    return context, readings


_DONE = frozenset({"date", "invoice", "order", "reference", "amount"})
_MATTERS = frozenset({"customer", "patient"})


def _names_its_matter(table: ObservedTable, readings: Sequence[NameReading]) -> bool:
    """Whether a column is merely called "customer": then its rows are what that person did ("n_customers" counts)."""
    return any(
        column.name.isalpha() and bool(_MATTERS & reading.keys) and is_bare_person(reading)
        for column, reading in zip(table.columns, readings, strict=True)
    )


def _held(readings: Sequence[NameReading]) -> set[str]:
    """Meanings of columns that hold what they name: "reset password allowed" sets something, and holds no password."""
    held: set[str] = set()
    for reading in readings:
        if ConceptKind.HEAD not in reading.kinds:
            held |= reading.keys
    return held


_SIDES = (("from",), ("to",))


def _corresponds(reading: NameReading) -> bool:
    """Whether a key says that somebody wrote: who sent or got it, which talk it is part of."""
    return bool({"sender", "author", "recipient"} & reading.keys or TALKS & set(reading.tokens))


def _keys_but_own(table: ObservedTable, readings: Sequence[NameReading], matcher: Matcher) -> set[str]:
    own = tuple(singular(token) for token in matcher.split(table.stem))
    found: set[str] = set()
    for column, reading in zip(table.columns, readings, strict=True):
        if matcher.key_stem(column.name) != own:
            found |= reading.keys
    return found
