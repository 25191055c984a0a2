"""The way from a table to a person: through the keys of other tables, and into the groups of a structure.

Belongs here: keys between the tables of one source, and what a group inside a structure is about. Does not belong here:
what one table says by itself (:mod:`ropa_pipeline.classify.tables`). GDPR Art. 4(1): data relate to a person also
through a key (order line, order, customer).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.classify.tokens import singular
from ropa_pipeline.model.lexicon import ConceptKind, RoleMeaning

MAX_HOPS = 4
_GROUP_ROLES = frozenset(
    {"device", "visit", "session", "order", "payment", "delivery", "marketing", "consent", "review"}
)
_KEPT = frozenset({ConceptKind.PARTY, ConceptKind.THING, ConceptKind.FLOW})


def targets_of(contexts: Sequence[TableContext], matcher: Matcher) -> list[list[tuple[str, int]]]:
    """For every table its keys to other tables of the source: the column, and the place of the table it points at."""
    places: dict[tuple[str, ...], int] = {}
    for place, context in enumerate(contexts):
        tokens = tuple(singular(token) for token in context.name.tokens)
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
            named = declared.get((place, column.name.lower())) if declared else None
            target = by_name.get(named) if named else places.get(matcher.key_stem(column.name))
            if target is not None and target != place:
                found.append((column.name, target))
        targets.append(found)
    return targets


class Points(StrEnum):
    """Where the keys of a table lead."""

    NOWHERE = "nowhere"
    AT_TABLES = "at tables"
    AT_PERSONS = "at persons"


def points_at(contexts: Sequence[TableContext], targets: Sequence[tuple[str, int]]) -> Points:
    """Whether these keys point at other tables, and one of them at rows of persons, staff and suppliers left out."""
    others = [contexts[target] for _, target in targets]
    if any(other.personal and other.role.key not in {"employee", "supplier"} for other in others):
        return Points.AT_PERSONS
    return Points.AT_TABLES if others else Points.NOWHERE


def through_keys(contexts: list[TableContext], targets: Sequence[Sequence[tuple[str, int]]]) -> list[TableContext]:
    """Follow keys to linked tables, a few steps; a table whose name says "thing" stays nobody's."""
    for place, context in enumerate(contexts):
        context.references.update({name: contexts[target].role.key for name, target in targets[place]})
    result = list(contexts)
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
