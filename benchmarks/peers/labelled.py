"""The labelled columns of the comparison, and the tables that every tool gets of them.

Belongs here: reading label files into sets, and sets into tables with cells. Does not belong here: running tools. The
label files beside the repository and the hold-out's ``dev`` part were looked at while the classifier was built; how
far the ``test`` part was not is told in ``docs/benchmarks.md``.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.classification import read_exports, read_prestashop
from benchmarks.classification_holdout import read_holdout
from benchmarks.classification_score import Labelled
from benchmarks.peers.protocol import PeerColumn, PeerTable
from benchmarks.peers.scoring import Truth
from benchmarks.peers.values import cells


@dataclass(frozen=True)
class LabelledSet:
    """One set of columns. ``system`` is what the classifier is told of it, empty where each group is a system."""

    title: str
    rows: tuple[Labelled, ...]
    truths: tuple[Truth, ...]
    system: str = ""


@dataclass(frozen=True)
class Asked:
    """What every tool is asked, and which row (set, place in it) each column of each table stands for."""

    tables: tuple[PeerTable, ...]
    places: tuple[tuple[tuple[int, int], ...], ...]


def read_sets(labels: Path) -> tuple[LabelledSet, ...]:
    """The hold-out's parts, then the shop's and the exports' label files."""
    shop, exports = read_prestashop(labels), read_exports(labels)
    return (
        _holdout_set("Hold-out, test part", "test"),
        *(_holdout_set(f"Hold-out, {part}", part) for part in ("fresh", "fresh2", "fresh3")),
        _holdout_set("Hold-out, development part", "dev"),
        _labelled_set("PrestaShop 8.1.2", shop, _notes(labels / "prestashop_8_1_2.csv"), "prestashop"),
        _labelled_set("Exports of providers", exports, _notes(labels / "exports_dev.csv"), ""),
    )


def _notes(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as handle:
        return [row["notes"] for row in csv.DictReader(handle)]


def _labelled_set(title: str, rows: Sequence[Labelled], notes: Sequence[str], system: str) -> LabelledSet:
    kinds = ("trap" if note.startswith("TRAP") else "" for note in notes)
    truths = tuple(Truth(row.level, row.categories, row.ambiguous, kind) for row, kind in zip(rows, kinds, strict=True))
    return LabelledSet(title, tuple(rows), truths, system)


def _holdout_set(title: str, part: str) -> LabelledSet:
    rows = tuple(read_holdout(part))
    truths = tuple(Truth(row.level, row.categories, row.ambiguous, row.kind, row.language) for row in rows)
    return LabelledSet(title, rows, truths)


def ask(sets: Sequence[LabelledSet]) -> Asked:
    """Tables of the sets, with cells. A name that a table holds twice goes to a second table of the same name."""
    columns: dict[tuple[int, str, str, int], list[PeerColumn]] = {}
    places: dict[tuple[int, str, str, int], list[tuple[int, int]]] = {}
    for number, one in enumerate(sets):
        seen: dict[tuple[str, str, str], int] = {}
        for place, row in enumerate(one.rows):
            name = (row.group, row.table, row.column.lower())
            part = seen[name] = seen.get(name, -1) + 1
            # the shop's modules share one database, so a table of the same name is the same table
            key = (number, "" if one.system else row.group, row.table, part)
            columns.setdefault(key, []).append(as_peer_column(row))
            places.setdefault(key, []).append((number, place))
    return Asked(
        tables=tuple(PeerTable(key[2], tuple(found)) for key, found in columns.items()),
        places=tuple(tuple(found) for found in places.values()),
    )


@cache
def as_peer_column(row: Labelled) -> PeerColumn:
    """A row's column with its cells."""
    category = min(row.categories - {"none"}, default="none")
    drawn = cells(row.table, row.column, row.native_type, category, personal=row.level != "none")
    return PeerColumn(row.column, row.native_type, drawn)


def spread(asked: Asked, labels: Iterable[Sequence[str | None]], sizes: Sequence[int]) -> list[list[str | None]]:
    """Labels by table put back in the order of each set's rows."""
    by_set: list[list[str | None]] = [[None] * size for size in sizes]
    for places, row in zip(asked.places, labels, strict=True):
        for (number, place), label in zip(places, row, strict=True):
            by_set[number][place] = label
    return by_set
