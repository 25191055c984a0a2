"""A database that does not answer at once is asked again, after growing pauses, a few times and no more."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
import tenacity
from sqlalchemy import exc

from connectors import sql_database
from connectors.registry import observe
from ropa_pipeline.model.observation import SourceRequest, SourceUnavailable
from tests.live import free_port


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without their time."""
    made: list[float] = []
    monkeypatch.setattr(tenacity.nap.time, "sleep", made.append)
    return made


def request_for(location: str, **options: str) -> SourceRequest:
    return SourceRequest(
        controller_id="example",
        source_id="shop",
        system="prestashop",
        connector="sql_database",
        location=location,
        shown_location="the shop's database",
        as_of=date(2026, 11, 22),
        options=tuple(options.items()),
    )


def test_nobody_listens_is_tried_three_times_with_growing_pauses(pauses: list[float]) -> None:
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(f"mysql://reader@127.0.0.1:{free_port()}/shop"))
    assert raised.value.problem.rule_id == "source.unreachable"
    # half a second, then one, and up to one more that no two machines share
    least = (0.5, 1.0)
    assert [low <= pause <= low + 1 for low, pause in zip(least, pauses, strict=True)] == [True, True]


def test_a_source_may_say_how_often(pauses: list[float]) -> None:
    with pytest.raises(SourceUnavailable):
        observe(request_for(f"mysql://reader@127.0.0.1:{free_port()}/shop", attempts="6"))
    assert (len(pauses), max(pauses) <= 5) == (5, True), "no pause is longer than five seconds"


def test_one_that_answers_the_second_time_is_read(
    tmp_path: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT)")
    real, answers = sql_database._make_read_only, iter((False, True))

    def busy_at_first(*given: object) -> None:
        if not next(answers):
            raise exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sql_database, "_make_read_only", busy_at_first)
    assert [table.name for table in observe(request_for(str(tmp_path / "shop.sqlite"))).tables] == ["customers"]
    assert len(pauses) == 1


def test_what_no_second_try_can_help_is_not_tried_again(tmp_path: Path, pauses: list[float]) -> None:
    with pytest.raises(SourceUnavailable):
        observe(request_for(str(tmp_path / "missing.sqlite")))
    assert pauses == []
