"""What a night keeps so as not to make it twice is never older than the rows it is about."""

import gc
from datetime import date
from itertools import product
from pathlib import Path

from ropa_pipeline import stages
from ropa_pipeline.model.base import join_key
from ropa_pipeline.model.register import SecurityMeasure
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.night import Night
from ropa_pipeline.policy import evaluate
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.settings import load_settings


def measure(wording: str) -> SecurityMeasure:
    return SecurityMeasure.model_validate(
        {"measure": "doors", "wording": wording, "dpv": "", "claimed_in": "", "evidenced": "", "origin": "stated"}
    )


def test_rows_that_a_stage_writes_are_seen_at_once(tmp_path: Path) -> None:
    night = Night(load_settings(tmp_path), "small", date(2026, 11, 1))
    for wording in ("locked doors", "open doors"):
        stages._write(night, Tables([measure(wording)]), (SecurityMeasure,))
        assert [row.wording for row in stages.stored(night).rows(SecurityMeasure)] == [wording]
        assert stages.stored(night) is stages.stored(night)


def test_replaced_rows_have_a_hash_of_their_own() -> None:
    before = Tables([measure("locked doors")])
    first = content_hash(before)
    after = before.with_rows([measure("open doors")])
    assert content_hash(after) != first
    assert content_hash(before) == first
    assert content_hash(after.with_rows([measure("locked doors")])) == first


def test_no_two_keys_are_written_alike() -> None:
    parts = ("", "a", "a/b", "a%2Fb", "/", "%", "b")
    keys = list(product(parts, parts))
    assert len({join_key(key) for key in keys}) == len(keys)


def test_the_collector_runs_again_after_the_large_import() -> None:
    evaluate._great_expectations()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
