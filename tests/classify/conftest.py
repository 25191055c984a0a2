"""Fixtures of the classifier's tests: the shipped catalogue and a short way to tag one table."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.classify import Classification, ClassifyInput, classify
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable
from ropa_pipeline.settings import Settings, shipped_root

Tag = Callable[..., Classification]


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    home: Path = tmp_path_factory.mktemp("home")
    return load_shared(Settings(home=home, shipped=shipped_root()))


@pytest.fixture(scope="session")
def tag(catalogue: Catalogue) -> Tag:
    """``tag("customer", ["email", ("age", "int")])``: tags of one table without mappings."""

    def run(table: str, columns: list[object], **others: list[object]) -> Classification:
        tables = tuple(_table(name, items) for name, items in {table: columns, **others}.items())
        return classify(
            [ClassifyInput(system="any", source_id="any", tables=tables)],
            taxonomy=catalogue.taxonomy,
            lexicon=catalogue.lexicon,
            systems={},
            use_mappings=False,
        )

    return run


def _table(name: str, columns: list[object]) -> ObservedTable:
    made = []
    for place, item in enumerate(columns, 1):
        if isinstance(item, ObservedColumn):
            made.append(item)
            continue
        column, native = item if isinstance(item, tuple) else (item, "")
        made.append(ObservedColumn(name=str(column), native_type=native, position=place))
    return ObservedTable(name=name, stem=name, columns=tuple(made))
