"""A dump whose kept columns are larger than the memory that the database may take is read like any other."""

from datetime import date, datetime
from pathlib import Path

import pytest

from connectors import sql_rows
from connectors.sql_dump import observe
from ropa_pipeline.model.clock import AgeQuestion, Clock, TableClocks
from ropa_pipeline.model.observation import SourceRequest

STATEMENTS, ROWS = 130, 4_800
VISIT = b"(1,3221225985,'%d-03-04 05:06:07','" + b"x" * 220 + b"')"


@pytest.mark.slow
def test_kept_columns_larger_than_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_rows, "MEMORY_LIMIT", "128MB")
    dump = tmp_path / "shop.sql"
    visits = b",".join(VISIT % (2010 + number % 16) for number in range(ROWS))
    with dump.open("wb") as file:
        file.write(b"-- MySQL dump 10.13  Distrib 8.0.40\n")
        file.write(b"CREATE TABLE `visit` (`id` int, `ip` bigint, `seen` datetime, `page` varchar(255));\n")
        for _ in range(STATEMENTS):
            file.write(b"INSERT INTO `visit` VALUES " + visits + b";\n")
        file.write(b"-- Dump completed on 2026-11-23  0:00:00\n")
    clock = Clock.model_validate({"kind": "fallback", "columns": ["seen", "page"]})
    question = AgeQuestion(question_id="visit", rule_id="r", clock=clock, cutoff=datetime(2018, 1, 1))
    observed = observe(
        SourceRequest(
            controller_id="c",
            source_id="s",
            system="shop",
            connector="sql_dump",
            location=str(dump),
            shown_location="shop.sql",
            as_of=date(2026, 11, 22),
            clocks=(TableClocks(table="visit", questions=(question,), latest=datetime(2026, 11, 23)),),
            scratch=str(tmp_path / "scratch"),
        )
    )
    dump.unlink()
    answer = observed.ages[0].answers[0]
    assert (observed.problems, answer.not_measured) == ((), "")
    assert (answer.rows, answer.overdue) == (STATEMENTS * ROWS, STATEMENTS * ROWS // 2)
