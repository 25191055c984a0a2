"""The floor below which the classifier must not fall on the labelled columns."""

from pathlib import Path

import pytest

from benchmarks.classification import measure, read_exports, read_prestashop, tags_of
from ropa_pipeline.catalogue import Catalogue


def test_prestashop_without_mappings(shared: Path, catalogue: Catalogue) -> None:
    rows = read_prestashop(shared / "labels")
    score = measure(rows, tags_of(rows, "prestashop", catalogue, use_mappings=False))
    assert score.any_f1 >= 0.97
    assert score.direct_recall >= 0.99
    assert score.category >= 0.95


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
    assert score.category >= 0.88
