"""Who gives data, where they are held, who gets them, in which country: the flows behind the data-flow picture.

Belongs here: reading nodes and links off the published rows (GDPR Art. 30(1)(c) to (e)), and folding small ones
together. Does not belong here: drawing (``pictures``). A link weighs as many data categories as pass along it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED
from ropa_pipeline.model.register import ActivityData, Disclosure, Recipient, Transfer
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import LifeStatus, Origin

NO_SYSTEM = "no system"
"""The key of the box for data that are stated but were seen in no system."""
OTHERS = "others"
SOME_THIRD_COUNTRY = "third country"
"""The key of the box for transfers whose country nobody states."""
_UNKNOWN = frozenset({"", NOT_STATED, NOT_APPLICABLE, "none"})


class Layer(IntEnum):
    """The columns of the picture, from left to right."""

    PEOPLE = 0
    SYSTEMS = 1
    RECIPIENTS = 2
    COUNTRIES = 3


MOST: Mapping[Layer, int] = {Layer.PEOPLE: 8, Layer.SYSTEMS: 14, Layer.RECIPIENTS: 26, Layer.COUNTRIES: 12}
"""How many boxes a column shows by name; the smallest beyond that share one."""


@dataclass(frozen=True)
class Node:
    """One box. ``holds``: how many it stands for; ``third``: a country outside the law's area."""

    layer: Layer
    key: str
    label: str
    holds: int = 1
    third: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Link:
    """From one box to one of the next column, with the number of data categories that pass."""

    source: Node
    target: Node
    weight: int


@dataclass(frozen=True)
class Passage:
    """What one recipient gets: the line of the sheet that says in words what the picture shows."""

    recipient: str
    people: tuple[str, ...]
    systems: tuple[str, ...]
    country: str
    third_countries: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """How keys are written in the picture's language."""

    key: Callable[[str], str]
    system: Callable[[str], str]
    country: Callable[[str], str]
    no_system: str
    no_country: str
    no_third_country: str
    others: Callable[[int], str]


def passages(tables: Tables) -> tuple[Passage, ...]:
    """One per active recipient, sorted by its name. Proposed rows count for nothing."""
    people: dict[str, set[str]] = defaultdict(set)
    categories: dict[str, set[str]] = defaultdict(set)
    for row in tables.rows(Disclosure):
        if row.status is LifeStatus.ACTIVE and row.origin is not Origin.PROPOSED:
            people[row.recipient_id].add(row.data_subject)
            categories[row.recipient_id].add(row.data_category)
    third: dict[str, set[str]] = defaultdict(set)
    for transfer in tables.rows(Transfer):
        if transfer.origin is not Origin.PROPOSED:
            known = transfer.country not in _UNKNOWN
            third[transfer.recipient_id].add(transfer.country if known else SOME_THIRD_COUNTRY)
    found = [
        Passage(
            recipient=row.recipient_id,
            people=_known(people[row.recipient_id]),
            systems=_known(row.systems),
            country=row.country if row.country not in _UNKNOWN else NOT_STATED,
            third_countries=tuple(sorted(third[row.recipient_id])),
            categories=_known(categories[row.recipient_id] | set(row.data_categories)),
        )
        for row in tables.rows(Recipient)
        if row.status is LifeStatus.ACTIVE and row.origin is not Origin.PROPOSED
    ]
    return tuple(sorted(found, key=lambda item: item.recipient))


def links(tables: Tables, names: Names) -> tuple[Link, ...]:
    """The links of the picture, small boxes folded together, sorted. Empty where nothing flows."""
    weights: dict[tuple[tuple[Layer, str], tuple[Layer, str]], set[str]] = defaultdict(set)
    for row in tables.rows(ActivityData):
        if row.origin is Origin.PROPOSED or row.data_subject in _UNKNOWN:
            continue
        for system in _known(row.systems) or (NO_SYSTEM,):
            weights[((Layer.PEOPLE, row.data_subject), (Layer.SYSTEMS, system))].add(row.data_category)
    third: set[str] = set()
    for item in passages(tables):
        here = (Layer.RECIPIENTS, item.recipient)
        data = set(item.categories) or {NOT_STATED}
        for system in item.systems or (NO_SYSTEM,):
            weights[((Layer.SYSTEMS, system), here)] |= data
        third |= set(item.third_countries)
        for country in {item.country, *item.third_countries}:
            weights[(here, (Layer.COUNTRIES, country))] |= data
    brands = {row.recipient_id: row.brand for row in tables.rows(Recipient)}
    folded = _folded({pair: frozenset(data) for pair, data in weights.items()})
    nodes = {key: _node(key, count, brands, third, names) for key, count in folded.boxes.items()}
    return tuple(
        sorted(
            (Link(nodes[source], nodes[target], len(data)) for (source, target), data in folded.weights.items()),
            key=lambda link: (link.source.layer, link.source.key, link.target.key),
        )
    )


Box = tuple[Layer, str]


@dataclass(frozen=True)
class _Folded:
    weights: Mapping[tuple[Box, Box], frozenset[str]]
    boxes: Mapping[Box, int]


def _folded(weights: Mapping[tuple[Box, Box], frozenset[str]]) -> _Folded:
    """Of each column the heaviest boxes stay; the others share one, so that sixty recipients can still be read."""
    sizes: dict[Box, int] = defaultdict(int)
    for pair, data in weights.items():
        for box in pair:
            sizes[box] += len(data)
    shared: dict[Box, Box] = {}
    boxes: dict[Box, int] = {}
    for layer in Layer:
        ordered = sorted((box for box in sizes if box[0] is layer), key=lambda box: (-sizes[box], box[1]))
        kept = ordered if len(ordered) <= MOST[layer] else ordered[: MOST[layer] - 1]
        boxes |= dict.fromkeys(kept, 1)
        rest = ordered[len(kept) :]
        if rest:
            boxes[(layer, OTHERS)] = len(rest)
            shared |= dict.fromkeys(rest, (layer, OTHERS))
    joined: dict[tuple[Box, Box], frozenset[str]] = {}
    for (source, target), data in weights.items():
        pair = (shared.get(source, source), shared.get(target, target))
        joined[pair] = joined.get(pair, frozenset()) | data
    return _Folded(joined, boxes)


def _node(box: Box, count: int, brands: Mapping[str, str], third: set[str], names: Names) -> Node:
    layer, key = box
    if key == OTHERS and count > 1:
        return Node(layer, key, names.others(count), holds=count)
    if layer is Layer.PEOPLE:
        return Node(layer, key, names.key(key))
    if layer is Layer.SYSTEMS:
        unseen = key == NO_SYSTEM
        return Node(layer, key, names.no_system if unseen else names.system(key), unknown=unseen)
    if layer is Layer.RECIPIENTS:
        return Node(layer, key, brands.get(key, key))
    if key == SOME_THIRD_COUNTRY:
        return Node(layer, key, names.no_third_country, third=True, unknown=True)
    unknown = key in _UNKNOWN
    return Node(layer, key, names.no_country if unknown else names.country(key), third=key in third, unknown=unknown)


def _known(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(keys) - _UNKNOWN))


def in_order(found: Sequence[Link]) -> Mapping[Layer, tuple[Node, ...]]:
    """The boxes of each column from top to bottom, near to what they are linked with, so that few links cross."""
    nodes = {node for link in found for node in (link.source, link.target)}
    columns = {
        layer: sorted((node for node in nodes if node.layer is layer), key=lambda node: (node.unknown, node.label))
        for layer in Layer
    }
    for _ in range(4):
        for layers, towards in ((tuple(Layer), -1), (tuple(reversed(Layer)), 1)):
            for layer in layers[1:]:
                places = {node: place for place, node in enumerate(columns[Layer(layer + towards)])}
                size = max(len(places), 1)

                def middle(node: Node, places: Mapping[Node, int] = places, size: int = size) -> tuple[float, str]:
                    near = [
                        (places[other], link.weight)
                        for link in found
                        for other in ((link.source,) if link.target == node else (link.target,))
                        if node in (link.source, link.target) and other in places
                    ]
                    total = sum(weight for _, weight in near)
                    return (sum(place * weight for place, weight in near) / total if total else size, node.label)

                columns[layer] = sorted(columns[layer], key=middle)
    return {layer: tuple(column) for layer, column in columns.items()}
