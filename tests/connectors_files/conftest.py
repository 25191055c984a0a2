"""How the tests of file connectors ask, and a profiler that only counts."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors import registry
from ropa_pipeline.model.clock import AgeQuestion, Clock, ClockKind, TableClocks
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, ValueProfile

Observe = Callable[..., SourceObservation]


def count(values: Iterable[object]) -> ValueProfile:
    held = [str(value) for value in values]
    return ValueProfile(looked_at=len(held), distinct=len(set(held)), empty=held.count(""))


@pytest.fixture
def observe() -> Observe:
    """Observe a path with a connector; keyword arguments go into the request."""

    def ask(connector: str, path: Path, **more: object) -> SourceObservation:
        fields: dict[str, object] = {
            "controller_id": "sample", "source_id": "source", "system": "system", "connector": connector,
            "location": str(path), "shown_location": path.name, "as_of": date(2026, 11, 1),
            "timezone": "Europe/Vilnius", **more,
        }  # fmt: skip
        return registry.observe(SourceRequest.model_validate(fields), count)

    return ask


@pytest.fixture
def question() -> Callable[..., TableClocks]:
    """A question: rows of ``table`` dated by the first usable of ``columns``, due before 2024."""

    def make(table: str, *columns: str, **more: object) -> TableClocks:
        clock = Clock.model_validate({"kind": ClockKind.FALLBACK, "columns": columns, **more})
        asked = AgeQuestion(question_id="q", rule_id="r", clock=clock, cutoff=datetime(2024, 1, 1))
        return TableClocks(table=table, questions=(asked,), latest=datetime(2026, 11, 1))

    return make
