"""What the classifier remembers of names is bounded: a worker that meets shop after shop must not grow with them."""

import gc
from collections.abc import Callable

import pytest

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify import languages, matcher, short_words
from ropa_pipeline.classify.matcher import Matcher
from ropa_pipeline.classify.name_reading import NameReading

MOST = 200


def readings() -> int:
    gc.collect()
    return sum(isinstance(item, NameReading) for item in gc.get_objects())


WAYS: dict[str, Callable[[Matcher, str], object]] = {
    "columns": lambda matcher, name: matcher.read(name, "en"),
    "tables": lambda matcher, name: matcher.read(name, "en", loose=True),
}


@pytest.mark.parametrize("way", WAYS)
def test_new_names_without_end_are_not_all_remembered(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for module in (matcher, languages, short_words):
        monkeypatch.setattr(module, "MOST_REMEMBERED", MOST)
    reader = Matcher(catalogue.lexicon)
    before = readings()
    seen = []
    for number in range(5 * MOST):
        WAYS[way](reader, f"customer_email_{number:x}_of_shop")
        if number % 50 == 0:
            seen.append(readings() - before)
    assert max(seen) >= MOST // 2, "they are remembered at all"
    assert max(seen) <= MOST + 1
