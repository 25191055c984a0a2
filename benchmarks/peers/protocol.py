"""What crosses between the comparison and a peer: columns in, one label or nothing per column out.

Belongs here: the plain values that both sides of the process boundary share. Does not belong here: any peer. Standard
library only, because a peer's own environment holds nothing of this project.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class PeerColumn:
    """One column as a peer gets it. ``native_type`` is empty where the label file states none."""

    name: str
    native_type: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeerTable:
    """One table; the names of its columns differ from each other."""

    name: str
    columns: tuple[PeerColumn, ...]


Label = str | None
Scanner = Callable[[PeerTable], Sequence[Label]]
"""One label per column of the table, in order; None where the tool says nothing."""


@dataclass(frozen=True)
class Peer:
    """One way of calling one tool.

    ``categories`` maps the tool's labels to ours; several of ours may stand behind a wide one, and a label that is left
    out (none of ours fits) does not count in the column *category*. ``load`` imports the tool and loads its models;
    what it returns is what is timed. ``packages`` are the distributions whose versions are named, the tool first.
    """

    key: str
    title: str
    packages: tuple[str, ...]
    reads: str
    load: Callable[[], Scanner]
    categories: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """What a peer said: a label or None per column of each table, its versions, and the processor time it took."""

    labels: tuple[tuple[Label, ...], ...]
    versions: tuple[str, ...]
    seconds: float


def ours(**categories: str) -> dict[str, frozenset[str]]:
    """A mapping of labels to our categories, written shortly.

    >>> sorted(ours(Address="contact.address contact.city_region_country")["Address"])
    ['contact.address', 'contact.city_region_country']
    """
    return {label: frozenset(names.split()) for label, names in categories.items()}


def encode_tables(tables: Sequence[PeerTable]) -> list[dict[str, Any]]:
    """The tables as JSON can hold them."""
    return [asdict(table) for table in tables]


def decode_tables(raw: Sequence[Mapping[str, Any]]) -> tuple[PeerTable, ...]:
    """The inverse of :func:`encode_tables`."""
    return tuple(
        PeerTable(
            name=table["name"],
            columns=tuple(
                PeerColumn(column["name"], column["native_type"], tuple(column["values"]))
                for column in table["columns"]
            ),
        )
        for table in raw
    )


def decode_answers(raw: Mapping[str, Any], tables: Sequence[PeerTable]) -> Answers:
    """What a worker wrote, checked against what was asked: one label per column, or ``ValueError``."""
    labels = tuple(tuple(row) for row in raw["labels"])
    asked = [len(table.columns) for table in tables]
    if [len(row) for row in labels] != asked:
        raise ValueError("the peer did not answer once per column: look at its adapter in benchmarks/peers")
    return Answers(labels, tuple(raw["versions"]), float(raw["seconds"]))
