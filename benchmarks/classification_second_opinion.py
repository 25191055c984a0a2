"""Learns the weights of both second opinions: ``python -m benchmarks.classification_second_opinion [--write]``.

Belongs here: learning from the labelled columns of this repository, and what each part gains when its own labels are
left out. Does not belong here: how the weights are used (:mod:`ropa_pipeline.classify.second_opinion` for columns,
:mod:`ropa_pipeline.classify.table_opinion` for tables). A multinomial logistic regression over marks that at least two
columns or tables have; the order is fixed, so the same labels give the same file. Run it again after the lexicon's
meanings or the labels change.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.classification import HEADINGS, as_inputs, tags_of
from benchmarks.classification_holdout import PARTS, read_holdout
from benchmarks.classification_score import Labelled, measure, print_score
from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.classify import column_rows, engine, table_opinion
from ropa_pipeline.classify.second_opinion import SCALE, Weights, marks, seen_of
from ropa_pipeline.classify.tables import read_tables
from ropa_pipeline.settings import Settings, shipped_root

FILE = Path(engine.__file__).parent / "second_opinion.csv"
TABLES_FILE = FILE.with_name("table_opinion.csv")
HEADING, TABLES_HEADING = "mark,direct,indirect,none", "mark,person"
ROUNDS, STEP, AT_LEAST = 10, 0.2, 2
_PLACES = {"direct": 0, "indirect": 1, "none": 2}

_MEASURE_ONLY = frozenset({"fresh8", *PARTS[PARTS.index("fresh10") :]})
"""These call pay, posts and facts of a visit indirect, the others direct: they measure, and are not learnt from."""
LEARNT_FROM = tuple(name for name in PARTS if name not in _MEASURE_ONLY)
TABLES_MEASURE_ONLY = frozenset(PARTS[PARTS.index("fresh14") :])
"""Of a table only whether it is about persons is learnt, and there all parts agree: the last ones measure."""
TABLES_LEARNT_FROM = tuple(name for name in PARTS if name not in TABLES_MEASURE_ONLY)
FOLDS = 4


def folds() -> tuple[tuple[str, ...], ...]:
    """The parts in groups that are left out together: who learns for each part alone learns four times as long."""
    return tuple(PARTS[first::FOLDS] for first in range(FOLDS))


Example = tuple[tuple[str, ...], int]


def examples(rows: Sequence[Labelled], catalogue: Catalogue) -> list[Example]:
    """Marks and level of every column that counts."""
    inputs = as_inputs(rows, "")
    seen = engine.contexts(inputs, taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon)
    by_key: dict[tuple[str, str, str], list[tuple[str, ...]]] = {}
    columns = [(item.source_id, table.name, column.name) for item in inputs for table in item.tables
               for column in table.columns]  # fmt: skip
    for key, ctx in zip(columns, seen, strict=True):
        by_key.setdefault(key, []).append(marks(seen_of(ctx)))
    return [
        (by_key[(row.group, row.table, row.column)].pop(0), _PLACES[row.level]) for row in rows if not row.ambiguous
    ]


def table_examples(rows: Sequence[Labelled], catalogue: Catalogue) -> list[Example]:
    """Marks of every table that is clearly about persons (half of its columns, one by itself) or about nobody."""
    levels: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if not row.ambiguous:
            levels.setdefault((row.group, row.table), Counter())[row.level] += 1
    matcher = engine.matcher_of(catalogue.lexicon)
    found: list[Example] = []
    for item in as_inputs(rows, ""):
        for context in read_tables(item.tables, matcher, catalogue.lexicon, {}):
            counts = levels.get((item.source_id, context.table.name), Counter())
            personal = counts["direct"] + counts["indirect"]
            told = personal * 2 >= counts.total() and (counts["direct"] or counts["indirect"] > 1)
            if not counts or (personal and not told):
                continue
            readings = [matcher.read(context.unmarked(c.name), context.language) for c in context.table.columns]
            seen = table_opinion.marks(context.name, readings, bool(context.person_keys))
            found.append((seen, _PLACES["direct" if personal else "none"]))
    return found


def learn_tables(known: Sequence[Example]) -> table_opinion.Weights:
    """Weights for a person's rows against nobody's, in hundredths of log-odds."""
    return {mark: weight[0] - weight[2] for mark, weight in learn(known).items() if weight[0] != weight[2]}


def learn(known: Sequence[Example]) -> Weights:
    """Weights in hundredths of log-odds, by stochastic gradient descent with a step for each weight (AdaGrad)."""
    counts = Counter(mark for found, _ in known for mark in found)
    place = {mark: number for number, mark in enumerate(sorted(m for m, count in counts.items() if count >= AT_LEAST))}
    rows = [np.array([place[mark] for mark in found if mark in place], dtype=np.int64) for found, _ in known]
    weight = np.zeros((len(place), 3))
    seen = np.ones((len(place), 3))
    order = np.random.default_rng(0)
    for _ in range(ROUNDS):
        for number in order.permutation(len(rows)):
            at = rows[number]
            score = weight[at].sum(axis=0)
            share = np.exp(score - score.max())
            share /= share.sum()
            share[known[number][1]] -= 1.0
            seen[at] += share**2
            weight[at] -= STEP * share / np.sqrt(seen[at])
    rounded = np.rint(weight * SCALE).astype(int)
    return {mark: (int(rounded[at][0]), int(rounded[at][1]), int(rounded[at][2])) for mark, at in place.items()}


def write(heading: str, found: Mapping[str, tuple[int, ...]], path: Path) -> None:
    """One line a mark, sorted."""
    lines = [heading, *(",".join((mark, *map(str, weight))) for mark, weight in sorted(found.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each part gains from the labels of the others; with ``--write`` replace the shipped weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="learn from all parts and write the file")
    options = parser.parse_args(arguments)
    catalogue = load_shared(Settings(home=Path.cwd(), shipped=shipped_root()))
    parts = {name: read_holdout(name) for name in PARTS}
    tables = {name: table_examples(rows, catalogue) for name, rows in parts.items()}
    if options.write:
        of_tables = learn_tables([item for name in TABLES_LEARNT_FROM for item in tables[name]])
        write(TABLES_HEADING, {mark: (weight,) for mark, weight in of_tables.items()}, TABLES_FILE)
        table_opinion.weights.cache_clear()
        known = {name: examples(rows, catalogue) for name, rows in parts.items()}
        write(HEADING, learn([item for name in LEARNT_FROM for item in known[name]]), FILE)
        return 0
    known = {name: examples(rows, catalogue) for name, rows in parts.items()}
    out = sys.stdout
    out.write(HEADINGS)
    for name, rows in parts.items():
        others = learn([item for part in LEARNT_FROM if part != name for item in known[part]])
        of_tables = learn_tables([item for part in TABLES_LEARNT_FROM if part != name for item in tables[part]])
        for title, weights, on_tables in (
            ("the rules alone", {}, {}),
            ("and a second opinion on columns of the other parts", others, {}),
            ("and on tables", others, of_tables),
        ):
            tags = tags_with(rows, catalogue, weights, on_tables)
            print_score(out, f"{name}: {title}", measure(rows, tags))
    return 0


def tags_with(
    rows: Sequence[Labelled], catalogue: Catalogue, weights: Weights, tables: table_opinion.Weights
) -> list[engine.ClassifiedColumn]:
    """Tags of rows, asked with other weights; without any the rules decide alone."""
    with (
        patch.object(column_rows, "weights", lambda: weights),
        patch.object(engine, "table_weights", lambda: tables),
    ):
        return tags_of(rows, "", catalogue, use_mappings=False)


if __name__ == "__main__":
    raise SystemExit(main())
