"""What the name of a table says without words that only say that it is a table.

Belongs here: first words that name a part of the software, last words that stand for "table". Does not belong here:
what the other words mean (:mod:`...matcher`) and which role they give (:mod:`...table_roles`).
"""

from collections.abc import Callable

from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.model.lexicon import ConceptKind

_OF_PEOPLE = frozenset({ConceptKind.PARTY, ConceptKind.FLOW})
_OF_SOMETHING = _OF_PEOPLE | {ConceptKind.THING}
_BEFORE_TABLES = {
    **dict.fromkeys(("app", "apps", "plugin", "module", "tmp", "temp"), frozenset(ConceptKind)),
    **dict.fromkeys(("shop", "site", "service", "cms", "api", "mobile", "online"), _OF_PEOPLE),
}
"""Words that say in which part of a software a table is, where a word of one of these kinds follows: a shop's address
is still the shop's."""
_AFTER_TABLES = frozenset({"table", "tab", "tbl", "tabelle", "tabela", "tabla", "tabella", "lentele", "tabula",
                           "tabel", "master", "main", "data", "info", "record", "records",
                           "entity", "entities", "row", "rows"})  # fmt: skip
"""Words behind whom or what a table is about that add nothing."""
_NEVER_SOMEBODY = "master"
"""Alone it is a craftsman; behind another word it is a table of basic data, also where that word is unknown."""

Read = Callable[[tuple[str, ...]], NameReading]


def table_name(whole: NameReading, read: Read) -> NameReading:
    """The reading without such words; ``read`` reads the rest of the words again."""
    return _without_last(_without_first(whole, read), read)


def _without_first(whole: NameReading, read: Read) -> NameReading:
    """ "app_user" and "tmp_orders" are users and orders."""
    first = whole.tokens[0] if len(whole.tokens) > 1 else ""
    kinds = _BEFORE_TABLES.get(first)
    if kinds is None or not whole.hits or whole.hits[0].words != (first,):
        return whole
    rest = read(whole.tokens[1:])
    return rest if rest.kinds & kinds or len(kinds) == len(ConceptKind) else whole


def _without_last(whole: NameReading, read: Read) -> NameReading:
    """ "users_tab" and "customer_master" are users and customers."""
    if len(whole.tokens) < 2 or whole.tokens[-1] not in _AFTER_TABLES:
        return whole
    rest = read(whole.tokens[:-1])
    named = rest.hits and rest.hits[-1].concept.kind in _OF_SOMETHING and not rest.unknown
    return rest if named or whole.tokens[-1] == _NEVER_SOMEBODY else whole
