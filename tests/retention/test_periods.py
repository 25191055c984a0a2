"""Periods: kept as written, and counted as Regulation 1182/71 counts them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropa_pipeline.model.terms import StartEvent
from ropa_pipeline.register.periods import (
    PeriodError,
    cutoff,
    end_of,
    longer_than,
    read,
    read_if_any,
    same_length,
)

EVENT = StartEvent.LOG_CREATED
YEAR_END = StartEvent.CALENDAR_YEAR_END


@pytest.mark.parametrize(
    ("text", "amount", "unit", "words"),
    [
        ("P13M", 13, "months", "13 months"),
        ("P10Y", 10, "years", "10 years"),
        ("P1Y", 1, "years", "1 year"),
        ("P90D", 90, "days", "90 days"),
        ("P2W", 2, "weeks", "2 weeks"),
        ("PT480H", 480, "hours", "480 hours"),
        ("PT30M", 30, "minutes", "30 minutes"),
        ("P1Y14D", None, "", "1 year and 14 days"),
    ],
)
def test_a_period_stays_as_written(text: str, amount: int | None, unit: str, words: str) -> None:
    period = read(text)
    assert (period.text, period.amount, period.unit, period.words) == (text, amount, unit, words)


@pytest.mark.parametrize("text", ["", "P", "PT", "10 years", "P1.5Y", "-P1Y", "P1H", "P5YT", "p10y", "P１Y"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PeriodError, match="P10Y"):
        read(text)


@pytest.mark.parametrize("text", ["OPEN ENDED", "SESSION", "NOT STATED", ""])
def test_open_ended_wording_is_a_value_and_no_period(text: str) -> None:
    assert read_if_any(text) is None


@pytest.mark.parametrize(
    ("clock", "period", "event", "first_due"),
    [
        pytest.param(date(2026, 1, 15), "P1M", EVENT, date(2026, 2, 16), id="the last day still counts"),
        pytest.param(date(2026, 1, 31), "P1M", EVENT, date(2026, 3, 1), id="a month without the day ends on its last"),
        pytest.param(date(2024, 2, 29), "P1Y", EVENT, date(2025, 3, 1), id="leap day, common year"),
        pytest.param(date(2024, 2, 29), "P4Y", EVENT, date(2028, 3, 1), id="leap day, leap year"),
        pytest.param(date(2023, 12, 31), "P14M", EVENT, date(2025, 3, 1), id="fourteen months"),
        pytest.param(date(2026, 3, 1), "P90D", EVENT, date(2026, 5, 31), id="days"),
        pytest.param(
            date(2015, 1, 1), "P10Y", YEAR_END, date(2026, 1, 1), id="ten years after the year's end, first day"
        ),
        pytest.param(
            date(2015, 12, 31), "P10Y", YEAR_END, date(2026, 1, 1), id="ten years after the year's end, last day"
        ),
        pytest.param(
            date(2015, 6, 1), "P10Y", StartEvent.NOT_STATED, date(2026, 1, 1), id="no start: latest plausible"
        ),
        pytest.param(
            date(2015, 6, 1),
            "P10Y",
            StartEvent.FINANCIAL_YEAR_END,
            date(2026, 6, 2),
            id="a financial year nobody declared",
        ),
    ],
)
def test_the_first_day_on_which_a_row_is_due(clock: date, period: str, event: StartEvent, first_due: date) -> None:
    moment = datetime(clock.year, clock.month, clock.day, 23, 59, 59)
    assert moment < cutoff(first_due, read(period), event, "UTC").replace(tzinfo=None)
    assert moment >= cutoff(first_due - timedelta(days=1), read(period), event, "UTC").replace(tzinfo=None)


def test_a_day_begins_at_midnight_of_the_zone() -> None:
    found = cutoff(date(2026, 7, 2), read("P1D"), EVENT, "Europe/Vilnius")
    assert found == datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Vilnius"))
    assert found.astimezone(ZoneInfo("UTC")) == datetime(2026, 6, 30, 21, tzinfo=ZoneInfo("UTC"))


def test_hours_are_counted_by_the_clock_over_a_change_to_summer_time() -> None:
    found = cutoff(date(2026, 3, 30), read("PT24H"), EVENT, "Europe/Vilnius")
    assert found.astimezone(ZoneInfo("UTC")) == datetime(2026, 3, 28, 21, tzinfo=ZoneInfo("UTC"))


def test_a_period_longer_than_history_makes_nothing_due() -> None:
    assert cutoff(date(2026, 1, 1), read("P9000Y"), EVENT, "UTC").year == 1000


PERIODS = st.one_of(
    st.integers(1, 60).map(lambda n: f"P{n}Y"),
    st.integers(1, 200).map(lambda n: f"P{n}M"),
    st.integers(1, 4000).map(lambda n: f"P{n}D"),
    st.tuples(st.integers(1, 9), st.integers(1, 40)).map(lambda both: f"P{both[0]}Y{both[1]}D"),
    st.integers(1, 5000).map(lambda n: f"PT{n}H"),
)
DAYS = st.dates(date(1995, 1, 1), date(2060, 1, 1))
EVENTS = st.sampled_from([EVENT, YEAR_END, StartEvent.FINANCIAL_YEAR_END, StartEvent.NOT_STATED])


@given(DAYS, st.integers(0, 500), PERIODS, EVENTS)
def test_a_cutoff_never_goes_back_as_time_goes_by(day: date, later: int, text: str, event: StartEvent) -> None:
    period = read(text)
    assert cutoff(day, period, event, "Europe/Vilnius") <= cutoff(
        day + timedelta(days=later), period, event, "Europe/Vilnius"
    )


@given(DAYS, DAYS, PERIODS.filter(lambda text: "T" not in text))
def test_going_back_is_the_exact_inverse_of_going_forward(as_of: date, clock: date, text: str) -> None:
    due = datetime(clock.year, clock.month, clock.day) < cutoff(as_of, read(text), EVENT, "UTC").replace(tzinfo=None)
    assert due == (end_of(clock, read(text)) < as_of)


@given(DAYS, PERIODS)
def test_a_later_start_is_never_due_earlier(day: date, text: str) -> None:
    assert cutoff(day, read(text), YEAR_END, "UTC") <= cutoff(day, read(text), EVENT, "UTC")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("P90D", "P3M", True),
        ("P400D", "P13M", True),
        ("P365D", "P1Y", True),
        ("P12M", "P1Y", True),
        ("PT24H", "P1D", True),
        ("P24M", "P13M", False),
        ("P13M", "P14M", False),
        ("P1D", "PT1H", False),
    ],
)
def test_lifetimes_in_other_units_are_compared_with_a_tolerance(one: str, other: str, same: bool) -> None:
    assert same_length(read(one), read(other)) is same
    assert same_length(read(other), read(one)) is same
    assert not (same and longer_than(read(one), read(other)))


@given(PERIODS, PERIODS)
def test_of_two_periods_at_most_one_is_longer(one: str, other: str) -> None:
    assert not (longer_than(read(one), read(other)) and longer_than(read(other), read(one)))
