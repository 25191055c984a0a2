"""The floor below which the classifier must not fall on the labelled columns."""

from pathlib import Path

import pytest

from benchmarks.classification import read_exports, read_prestashop, tags_of
from benchmarks.classification_holdout import read_holdout, score_of, traps
from benchmarks.classification_score import measure, reliability
from ropa_pipeline.catalogue import Catalogue


def test_prestashop_without_mappings(shared: Path, catalogue: Catalogue) -> None:
    rows = read_prestashop(shared / "labels")
    score = measure(rows, tags_of(rows, "prestashop", catalogue, use_mappings=False))
    assert score.any_f1 >= 0.975
    assert score.direct_recall >= 0.99
    assert score.category >= 0.98


def test_prestashop_with_mappings(shared: Path, catalogue: Catalogue) -> None:
    if "prestashop" not in catalogue.systems:
        pytest.skip("no curated mapping of PrestaShop")
    rows = read_prestashop(shared / "labels")
    score = measure(rows, tags_of(rows, "prestashop", catalogue, use_mappings=True))
    assert score.any_f1 >= 0.98
    assert score.category >= 0.97


def test_exports_from_names_alone(shared: Path, catalogue: Catalogue) -> None:
    rows = read_exports(shared / "labels")
    score = measure(rows, tags_of(rows, "", catalogue, use_mappings=False))
    assert score.any_f1 >= 0.93
    assert score.category >= 0.92


@pytest.mark.parametrize(
    ("name", "direct_f1", "mcc", "any_f1", "category", "hidden"),
    [("dev", 0.96, 0.92, 0.98, 0.94, 0.9), ("test", 0.92, 0.82, 0.95, 0.87, 0.7)],
    ids=["looked at while building", "only measured"],
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
    assert wrong <= 0.05 * alike
    assert found >= hidden * all_hidden


def test_of_sure_tags_nine_in_ten_are_right_on_columns_never_looked_at(catalogue: Catalogue) -> None:
    rows = read_holdout("test")
    bands = reliability(zip(rows, tags_of(rows, "", catalogue, use_mappings=False), strict=True))
    assert bands[-1][0].startswith("0.9")
    assert bands[-1][3] >= 0.9
