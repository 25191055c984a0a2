"""The hold-out: labelled columns of public platforms, exports in ten languages, look-alikes and hidden columns.

Belongs here: reading ``tests/classify/holdout`` and its figures by language and kind. Does not belong here: scoring
(:mod:`benchmarks.classification_score`). The labels are of our own making, written from knowledge of the platforms
before the classifier was run on them; the README beside them says when each part was first measured, and the first
figures, which alone are blind.
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from benchmarks.classification_score import Labelled, Score, measure, print_score
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.terms import Identifiability

PARTS = (
    "dev",
    "test",
    "fresh",
    "fresh2",
    "fresh3",
    "fresh4",
    "fresh5",
    "fresh6",
    "fresh7",
    "fresh8",
    "fresh9",
    "fresh10",
    "fresh11",
    "fresh12",
    "fresh13",
    "fresh14",
    "fresh15",
    "fresh16",
    "fresh17",
    "fresh18",
    "fresh19",
    "fresh20",
    "fresh21",
    "fresh22",
)
"""In the order in which they were written; each was blind when it was first measured (README beside them)."""
HOLDOUT = Path(__file__).parent.parent / "tests" / "classify" / "holdout"
_LEVELS = {"yes": "direct", "indirect": "indirect", "no": "none"}

Pairs = Sequence[tuple[Labelled, ClassifiedColumn]]


def read_holdout(name: str) -> list[Labelled]:
    """The columns of one of ``PARTS``, in file order."""
    with (HOLDOUT / f"{name}.csv").open(encoding="utf-8") as handle:
        return [
            Labelled(
                row["system"], row["table"], row["column"], _LEVELS[row["is_personal"]], _accepted(row["category"]),
                row["ambiguous"] == "yes", row["type"], "", row["language"], row["kind"],
            )
            for row in csv.DictReader(handle)
        ]  # fmt: skip


def _accepted(category: str) -> frozenset[str]:
    """The label's categories (``|`` between alternatives), and for order keys what the guide accepts beside them."""
    accepted = set(category.split("|"))
    return frozenset(accepted | {"account.username_or_id"} if "order.reference" in accepted else accepted)


def score_of(pairs: Pairs, wanted: Callable[[Labelled], bool]) -> Score:
    """The figures of a part of the hold-out."""
    part = [(row, tag) for row, tag in pairs if wanted(row)]
    return measure([row for row, _ in part], [tag for _, tag in part])


def traps(pairs: Pairs) -> tuple[int, int, int, int]:
    """Look-alikes tagged direct, look-alikes, hidden direct columns found, hidden direct columns."""
    unsure = [(row, tag) for row, tag in pairs if not row.ambiguous]
    alike = [tag for row, tag in unsure if row.kind == "trap" and row.level == "none"]
    hidden = [tag for row, tag in unsure if row.kind == "hidden" and row.level == "direct"]
    direct = Identifiability.DIRECT
    return (
        sum(tag.identifiability is not Identifiability.NONE for tag in alike),
        len(alike),
        sum(tag.identifiability is direct for tag in hidden),
        len(hidden),
    )


def print_holdout(out: TextIO, title: str, pairs: Pairs) -> None:
    """The figures of a set: whole, by language, by kind, look-alikes and hidden columns."""
    print_score(out, title, score_of(pairs, lambda row: True))
    print_score(out, "    names in English", score_of(pairs, lambda row: row.language == "en"))
    print_score(out, "    names in Lithuanian", score_of(pairs, lambda row: row.language == "lt"))
    print_score(out, "    names in other languages", score_of(pairs, lambda row: row.language not in {"en", "lt"}))
    for language in sorted({row.language for row, _ in pairs} - {"en", "lt"}):
        print_score(out, f"        {language}", score_of(pairs, lambda row, code=language: row.language == code))  # type: ignore[misc]
    for kind in ("schema", "export"):
        print_score(out, f"    {kind}s", score_of(pairs, lambda row, kind=kind: row.kind == kind))  # type: ignore[misc]
    wrong, alike, found, hidden = traps(pairs)
    out.write(f"    look-alikes tagged: {wrong} of {alike}; hidden columns found: {found} of {hidden}"
              f" ({found / max(1, hidden):.3f})\n")  # fmt: skip
