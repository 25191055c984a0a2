"""Each value detector: what has the shape and what only looks like it. All values are made up or reserved."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from ropa_pipeline.classify.values import DETECTORS, profile_values
from tests.growth import grows_with_its_size

SHAPES = [
    ("email", "ona@example.com", True),
    ("email", "@handle", False),
    ("phone", "+370 600 00000", True),
    ("phone", "2024-05-01", False),
    ("iban", "LT121000011101001000", True),
    ("iban", "LT121000011101001001", False),
    ("card", "4111 1111 1111 1111", True),
    ("card", "4111 1111 1111 1112", False),
    ("card_masked", "411111******1111", True),
    ("personal_code_lt_ee", "38703181745", True),
    ("personal_code_lt_ee", "38703181746", False),
    ("personal_code_pl", "44051401359", True),
    ("nhs_uk", "943 476 5919", True),
    ("nino_uk", "QQ123456C", False),
    ("ip", "203.0.113.9", True),
    ("ip", "1.2.3.4.5", False),
    ("ip_integer", "3405803783", True),
    ("mac", "00:00:5E:00:53:01", True),
    ("user_agent", "Mozilla/5.0 (X11; Linux x86_64)", True),
    ("uuid", "00000000-0000-4000-8000-000000000000", True),
    ("password_hash", "$2y$10$" + "a" * 53, True),
    ("hex_token", "0123456789abcdef0123456789abcdef", True),
    ("wallet_address", "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", True),
    ("gps_pair", "54.68716, 25.27965", True),
    ("birth_date", "1980-02-29", True),
    ("birth_date", "2025-01-01", False),
    ("person_name", "Vardenis Pavardenis", True),
    ("person_name", "UAB Pavyzdys", False),
]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"), SHAPES, ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(SHAPES)]
)
def test_shape(pattern: str, text: str, expected: bool) -> None:
    assert dict(DETECTORS)[pattern](text) is expected


@given(st.lists(st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.none(), st.booleans()), max_size=15))
def test_no_value_makes_profiling_fail_and_nothing_of_a_value_is_kept(values: list[object]) -> None:
    profile = profile_values([*values, "kept.nowhere@example.com"])
    assert "kept.nowhere" not in profile.model_dump_json()
    assert profile.looked_at + profile.empty == len(values) + 1


def test_one_column_can_hold_two_kinds_of_codes(tag: object) -> None:
    from ropa_pipeline.model.observation import ObservedColumn

    profile = profile_values(["38703181745"] * 6 + ["111111114", "222222228"] * 2)
    shares = {item.pattern: item.matched for item in profile.patterns}
    assert shares["personal_code_lt_ee"] == 6
    row = tag("payments", ["payer", ObservedColumn(name="identifikacinis kodas", position=2, profile=profile)]).columns[
        1
    ]  # type: ignore[operator]
    assert row.data_category == "identity.government_id"


def test_a_key_that_is_itself_a_value_is_not_shown() -> None:
    profile = profile_values([json.dumps({"person@example.com": 1, "status": "x"})])
    assert [key.path for key in profile.nested] == ["*", "status"]


def test_zero_dates_and_blanks_are_empty() -> None:
    assert profile_values(["0000-00-00", "", None, " ", "NULL"]).empty == 5


def test_luhn_is_what_makes_a_card() -> None:
    assert luhn.is_valid("4111111111111111")


COLUMNS: dict[str, Callable[[int], list[object]]] = {
    "more cells": lambda size: [f"Kaunas street {n}, note {n % 7}" for n in range(size)],
    "a longer cell of text": lambda size: ["Kaunas street 5, " * size],
    "a longer cell of digits": lambda size: ["12 " * size],
    "a longer cell of address marks": lambda size: ["a.@" * size],
    "a longer cell of braces": lambda size: ["{" * size],
    "a longer cell of keys": lambda size: [json.dumps({f"key_{n}": n for n in range(size)})],
}


@pytest.mark.parametrize("column", COLUMNS)
def test_twice_the_cells_or_their_length_takes_about_twice_the_time(column: str) -> None:
    def took(size: int) -> float:
        cells = COLUMNS[column](size)
        started = time.process_time()
        profile_values(cells)
        return time.process_time() - started

    assert grows_with_its_size(took, 4_000)
