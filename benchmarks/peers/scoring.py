"""Scores what a tool said about labelled columns: the figures of one row of the comparison.

Belongs here: counting. Does not belong here: running tools, printing. Rows marked ambiguous do not count.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Truth:
    """One labelled column: ``level`` is direct, indirect or none.

    ``kind`` is ``trap`` for a column that looks personal and is not, ``hidden`` for one whose name does not show what
    it holds, else anything; ``language`` is that of the names, empty where the label file does not say.
    """

    level: str
    categories: frozenset[str]
    ambiguous: bool = False
    kind: str = ""
    language: str = ""


@dataclass(frozen=True)
class Said:
    """What a tool said. ``direct``: personal on its own (a tool that knows one kind says it of every column it flags).

    ``categories``: what its label means in our words, empty where nothing of ours fits.
    """

    direct: bool = False
    flagged: bool = False
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Binary:
    """Precision, recall, F1 and Matthews correlation of yes-or-no answers; 0 where there is nothing to divide."""

    precision: float
    recall: float
    f1: float
    mcc: float


@dataclass(frozen=True)
class Figures:
    """One tool on one set. ``category``: the share right of ``mapped`` found personal columns; None if there are none.

    ``trap_hits`` of ``traps`` look-alikes were flagged, ``hidden_found`` of ``hidden`` hidden columns. F1 by language
    is of *direct*; None where no name is in it.
    """

    direct: Binary
    either: Binary
    category: float | None
    mapped: int
    trap_hits: int
    traps: int
    hidden_found: int
    hidden: int
    lithuanian_f1: float | None
    other_languages_f1: float | None


def binary(pairs: Iterable[tuple[bool, bool]]) -> Binary:
    """Figures of (truth, said) pairs.

    >>> binary([(True, True), (True, False), (False, False), (False, True)])
    Binary(precision=0.5, recall=0.5, f1=0.5, mcc=0.0)
    """
    tp = fp = fn = tn = 0
    for truth, said in pairs:
        tp += truth and said
        fp += said and not truth
        fn += truth and not said
        tn += not truth and not said
    below = math.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    return Binary(
        precision=tp / (tp + fp) if tp else 0.0,
        recall=tp / (tp + fn) if tp else 0.0,
        f1=2 * tp / (2 * tp + fp + fn) if tp else 0.0,
        mcc=(tp * tn - fp * fn) / below if below else 0.0,
    )


def figures(truths: Sequence[Truth], said: Sequence[Said]) -> Figures:
    """The figures of one tool on one set; both sequences in the same order.

    *direct* leaves out columns that are personal only through their key; *either* counts them as personal.
    """
    pairs = [(truth, answer) for truth, answer in zip(truths, said, strict=True) if not truth.ambiguous]
    right = [
        bool(answer.categories & truth.categories)
        for truth, answer in pairs
        if truth.level != "none" and answer.flagged and answer.categories
    ]
    traps = [answer.flagged for truth, answer in pairs if truth.kind == "trap" and truth.level == "none"]
    hidden = [answer.direct for truth, answer in pairs if truth.kind == "hidden" and truth.level == "direct"]
    return Figures(
        direct=_direct(pairs),
        either=binary((truth.level != "none", answer.flagged) for truth, answer in pairs),
        category=sum(right) / len(right) if right else None,
        mapped=len(right),
        trap_hits=sum(traps),
        traps=len(traps),
        hidden_found=sum(hidden),
        hidden=len(hidden),
        lithuanian_f1=_f1_in(pairs, lambda language: language == "lt"),
        other_languages_f1=_f1_in(pairs, lambda language: language not in {"", "en", "lt"}),
    )


def _direct(pairs: Iterable[tuple[Truth, Said]]) -> Binary:
    return binary((truth.level == "direct", answer.direct) for truth, answer in pairs if truth.level != "indirect")


def _f1_in(pairs: Iterable[tuple[Truth, Said]], wanted: Callable[[str], bool]) -> float | None:
    part = [(truth, answer) for truth, answer in pairs if wanted(truth.language)]
    return _direct(part).f1 if part else None
