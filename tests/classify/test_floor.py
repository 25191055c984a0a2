"""The floor below which the classifier must not fall on the labelled columns."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.classification import read_exports, read_prestashop, tags_of
from benchmarks.classification_crossval import without_fold
from benchmarks.classification_holdout import PARTS, read_holdout, score_of, traps
from benchmarks.classification_score import measure, reliability
from ropa_pipeline.catalogue import Catalogue


def test_prestashop_without_mappings(shared: Path, catalogue: Catalogue) -> None:
    rows = read_prestashop(shared / "labels")
    score = measure(rows, tags_of(rows, "prestashop", catalogue, use_mappings=False))
    assert score.any_f1 >= 0.98
    assert score.direct_f1 >= 0.99
    assert score.direct_recall >= 0.99
    assert score.category >= 0.99


def test_prestashop_with_mappings(shared: Path, catalogue: Catalogue) -> None:
    if "prestashop" not in catalogue.systems:
        pytest.skip("no curated mapping of PrestaShop")
    rows = read_prestashop(shared / "labels")
    score = measure(rows, tags_of(rows, "prestashop", catalogue, use_mappings=True))
    assert score.any_f1 >= 0.985
    assert score.category >= 0.99


def test_exports_from_names_alone(shared: Path, catalogue: Catalogue) -> None:
    rows = read_exports(shared / "labels")
    score = measure(rows, tags_of(rows, "", catalogue, use_mappings=False))
    assert score.any_f1 >= 0.95
    assert score.category >= 0.935


MOST_ALIKE = {
    "fresh8": 4,
    "fresh12": 9,
    "fresh14": 7,
    "fresh15": 6,
    "fresh16": 6,
    "fresh19": 4,
    "fresh21": 4,
    "fresh22": 5,
}
"""Look-alikes that a part may have tagged; three in 111 where nothing is said."""


@pytest.mark.parametrize(
    ("name", "direct_f1", "mcc", "any_f1", "category", "hidden"),
    [
        ("dev", 0.975, 0.945, 0.99, 0.95, 0.93),
        ("test", 0.98, 0.95, 0.985, 0.935, 0.97),
        ("fresh", 0.985, 0.945, 0.99, 0.955, 0.94),
        ("fresh2", 0.98, 0.91, 0.98, 0.965, 0.93),
        ("fresh3", 0.975, 0.93, 0.985, 0.965, 0.95),
        ("fresh4", 0.985, 0.97, 0.965, 0.935, 0.95),
        ("fresh5", 0.975, 0.955, 0.97, 0.945, 0.95),
        ("fresh6", 0.975, 0.955, 0.97, 0.935, 0.85),
        ("fresh7", 0.96, 0.94, 0.965, 0.91, 0.75),
        ("fresh8", 0.97, 0.95, 0.965, 0.89, 0.85),
        ("fresh9", 0.965, 0.935, 0.965, 0.915, 0.9),
        ("fresh10", 0.955, 0.925, 0.95, 0.91, 0.65),
        ("fresh11", 0.975, 0.955, 0.98, 0.91, 0.88),
        ("fresh12", 0.965, 0.94, 0.955, 0.925, 0.93),
        ("fresh13", 0.965, 0.95, 0.96, 0.92, 0.86),
        ("fresh14", 0.96, 0.93, 0.96, 0.89, 0.86),
        ("fresh15", 0.88, 0.81, 0.92, 0.77, 0.64),
        ("fresh16", 0.915, 0.86, 0.94, 0.85, 0.77),
        ("fresh17", 0.96, 0.93, 0.97, 0.93, 0.8),
        ("fresh18", 0.98, 0.965, 0.98, 0.915, 0.95),
        ("fresh19", 0.965, 0.945, 0.97, 0.895, 0.94),
        ("fresh20", 0.945, 0.87, 0.97, 0.92, 0.0),
        ("fresh21", 0.955, 0.9, 0.975, 0.885, 0.82),
        ("fresh22", 0.915, 0.88, 0.92, 0.89, 0.87),
    ],
)
def test_schemas_and_exports_held_out(
    name: str, direct_f1: float, mcc: float, any_f1: float, category: float, hidden: float, catalogue: Catalogue
) -> None:
    rows = read_holdout(name)
    pairs = list(zip(rows, tags_of(rows, "", catalogue, use_mappings=False), strict=True))
    score = score_of(pairs, lambda row: True)
    assert score.direct_f1 >= direct_f1
    assert score.mcc >= mcc
    assert score.any_f1 >= any_f1
    assert score.category >= category
    wrong, alike, found, all_hidden = traps(pairs)
    assert wrong <= MOST_ALIKE.get(name, max(2, 3 / 111 * alike))
    assert found >= hidden * all_hidden


@pytest.mark.parametrize("name", PARTS[1:])
def test_of_sure_tags_nine_in_ten_are_right(name: str, catalogue: Catalogue) -> None:
    rows = read_holdout(name)
    bands = reliability(zip(rows, tags_of(rows, "", catalogue, use_mappings=False), strict=True))
    assert bands[-1][0].startswith("0.9")
    assert bands[-1][3] >= 0.9


def test_without_a_tenth_of_its_words_it_still_reads_most_columns(catalogue: Catalogue) -> None:
    rows = read_holdout("test")
    lexicon = without_fold(catalogue.lexicon, 0)
    assert sum(map(len, lexicon.languages[0].words.values())) < sum(
        map(len, catalogue.lexicon.languages[0].words.values())
    )
    score = measure(rows, tags_of(rows, "", replace(catalogue, lexicon=lexicon), use_mappings=False))
    assert score.direct_f1 >= 0.92
    assert score.any_f1 >= 0.94
