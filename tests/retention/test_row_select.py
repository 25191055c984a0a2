"""The SELECT of a table is written once for each form of question; a night only puts its own moments into it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors import row_select
from connectors.row_select import select_of
from connectors.row_source import Dialect, Source
from ropa_pipeline.model.clock import AgeQuestion, Clock, ClockKind, Keep, KeepReason, TableClocks

DIALECTS: tuple[Dialect, ...] = ("duckdb", "mysql", "postgres", "sqlite")


def source(dialect: Dialect = "duckdb") -> Source:
    return Source(
        dialect, ZoneInfo("Europe/Vilnius"), {"orders": "ps_orders"}, {"orders": frozenset({"added", "stamp"})}
    )


def asked(day: datetime, *, names: str = "ours", seconds: bool = False) -> TableClocks:
    clock = Clock(kind=ClockKind.COLUMN, columns=("stamp" if seconds else "added",), epoch_seconds=seconds)
    keep = Keep(rule_id=f"{names} law", reason=KeepReason.LAW, cutoff=day.replace(year=day.year - 9))
    question = AgeQuestion(
        question_id=f"{names} question", rule_id=f"{names} rule", clock=clock,
        cutoff=day.replace(year=day.year - 5), keeps=(keep,),
    )  # fmt: skip
    return TableClocks(table="orders", questions=(question,), latest=day)


@pytest.mark.parametrize("seconds", [False, True], ids=["dates", "seconds"])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "day",
    [
        pytest.param(datetime(2026, 11, 2), id="the next night"),
        pytest.param(datetime(2026, 7, 1, tzinfo=UTC), id="summer time, with a zone"),
        pytest.param(datetime(1974, 1, 1), id="cut-offs before 1970"),
    ],
)
def test_another_night_asks_what_it_would_have_written_itself(dialect: Dialect, day: datetime, seconds: bool) -> None:
    row_select._form.cache_clear()
    select_of(source(dialect), asked(datetime(2026, 11, 1), seconds=seconds))
    kept = select_of(source(dialect), asked(day, seconds=seconds))
    assert row_select._form.cache_info().hits == 1
    for moment in (day, day.replace(year=day.year - 5), day.replace(year=day.year - 9)):
        local = moment.astimezone(ZoneInfo("Europe/Vilnius")) if moment.tzinfo else moment
        local = local.replace(tzinfo=ZoneInfo("Europe/Vilnius"))
        assert (str(int(local.timestamp())) if seconds else local.strftime("%Y-%m-%d %H:%M:%S")) in kept.sql
    assert "7213" not in kept.sql


def test_another_controller_with_the_same_tables_asks_in_the_same_words() -> None:
    row_select._form.cache_clear()
    day = datetime(2026, 11, 1)
    one, other = (select_of(source(), asked(day, names=names)) for names in ("ours", "theirs"))
    assert one == other
    assert row_select._form.cache_info().misses == 1


def test_a_table_with_other_columns_is_asked_anew() -> None:
    other = source()
    other.columns = {"orders": frozenset({"stamp"})}
    assert select_of(source(), asked(datetime(2026, 11, 1))).sql
    assert select_of(other, asked(datetime(2026, 11, 1))).sql == ""
