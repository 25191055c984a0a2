"""Scores tags against labels: F1, MCC, category, reliability.

Belongs here: the labelled row and the figures. Does not belong here: reading label files
(:mod:`benchmarks.classification`, :mod:`benchmarks.classification_holdout`) and the classifier.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.terms import Identifiability


@dataclass(frozen=True)
class Labelled:
    """One labelled column. ``group`` is what a hold-out leaves out whole: a module, a provider."""

    group: str
    table: str
    column: str
    level: str
    categories: frozenset[str]
    ambiguous: bool
    native_type: str = ""
    key: str = ""
    language: str = "en"
    kind: str = "schema"


@dataclass(frozen=True)
class Score:
    """Figures over the unambiguous rows of one set."""

    rows: int
    direct_f1: float
    direct_recall: float
    mcc: float
    any_f1: float
    category: float


def measure(rows: Sequence[Labelled], tags: Sequence[ClassifiedColumn]) -> Score:
    """The figures of one set; rows and tags in the same order."""
    pairs = [(row, tag) for row, tag in zip(rows, tags, strict=True) if not row.ambiguous]
    direct = [(row.level == "direct", tag.identifiability is Identifiability.DIRECT) for row, tag in pairs
              if row.level != "indirect"]  # fmt: skip
    either = [(row.level != "none", tag.identifiability is not Identifiability.NONE) for row, tag in pairs]
    found = [tag.data_category in row.categories for row, tag in pairs
             if row.level != "none" and tag.data_category != "none"]  # fmt: skip
    direct_f1, recall, mcc = _binary(direct)
    return Score(len(pairs), direct_f1, recall, mcc, _binary(either)[0], sum(found) / max(1, len(found)))


def _binary(pairs: Iterable[tuple[bool, bool]]) -> tuple[float, float, float]:
    tp = fp = fn = tn = 0
    for truth, said in pairs:
        tp += truth and said
        fp += said and not truth
        fn += truth and not said
        tn += not truth and not said
    f1 = 2 * tp / (2 * tp + fp + fn) if tp else 0.0
    below = math.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    return f1, tp / max(1, tp + fn), (tp * tn - fp * fn) / below if below else 0.0


def reliability(pairs: Iterable[tuple[Labelled, ClassifiedColumn]]) -> list[tuple[str, int, float, float]]:
    """Of tags in each band of confidence: how many, how sure on average, how many right (kind and category)."""
    bands: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row, tag in pairs:
        if row.ambiguous:
            continue
        right = (tag.data_category == "none") == (row.level == "none") and (
            row.level == "none" or tag.data_category in row.categories
        )
        bands[min(9, int(tag.confidence * 10))].append((tag.confidence, right))
    return [
        (f"{band / 10:.1f}-{band / 10 + 0.1:.1f}", len(items), sum(sure for sure, _ in items) / len(items),
         sum(right for _, right in items) / len(items))
        for band, items in sorted(bands.items())
    ]  # fmt: skip


def errors(rows: Sequence[Labelled], tags: Sequence[ClassifiedColumn]) -> Iterable[str]:
    """One line per unambiguous row that is wrong."""
    for row, tag in zip(rows, tags, strict=True):
        if row.ambiguous:
            continue
        said = tag.identifiability.value
        kind = (row.level == "none") != (said == "none") or (row.level == "direct" and said != "direct")
        if kind or (row.level != "none" and tag.data_category not in row.categories):
            wanted = "|".join(sorted(row.categories))
            yield (f"{row.table}.{row.column}: {row.level} {wanted} -> {said} {tag.data_category} "
                   f"[{tag.rule} {tag.confidence:.2f}] {tag.explanation[:140]}")  # fmt: skip


def print_score(out: TextIO, title: str, score: Score) -> None:
    """One line of the table."""
    out.write(f"{title:44}{score.rows:>6}{score.direct_f1:>11.3f}{score.direct_recall:>9.3f}{score.mcc:>7.3f}"
              f"{score.any_f1:>9.3f}{score.category:>10.3f}\n")  # fmt: skip


def print_reliability(out: TextIO, title: str, pairs: Iterable[tuple[Labelled, ClassifiedColumn]]) -> None:
    """The reliability table of a set."""
    out.write(f"\nreliability, {title} (kind and category right)\nconfidence   rows   said   right\n")
    for band, count, said, right in reliability(pairs):
        out.write(f"{band:10}{count:>7}{said:>7.2f}{right:>8.2f}\n")
    out.write("\n")
