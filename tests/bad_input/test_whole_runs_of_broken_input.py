"""Broken sources in a whole run: each is a finding, the good ones are published, the last release stays."""

from pathlib import Path

import broken_documents
import broken_dumps
import broken_exports
import broken_workbooks
import pytest
from broken import MARKER, UNAVAILABLE, Broken
from whole_runs import Answer, Home, all_text, call, results, small_controller

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import Column, Source
from ropa_pipeline.model.terms import SourceStatus

MODULES = (broken_dumps, broken_exports, broken_workbooks, broken_documents)
_EVERY = 17


def samples() -> list[Broken]:
    """Every so many of the inputs of which nothing can be read."""
    cases = [case for module in MODULES for make in module.GENERATORS for case in make()]
    return [case for case in cases if case.ends == UNAVAILABLE and not case.options][::_EVERY]


@pytest.mark.slow
def test_several_broken_sources_at_once_lose_nothing_else(tmp_path: Path) -> None:
    folder = small_controller(tmp_path)
    small_controller(tmp_path, "other")
    arguments = ("run", "--all", "--as-of", "2026-11-01", "--home", str(tmp_path), "--no-dagster", "--json")
    assert call(*arguments).code == 0
    cases = samples()
    assert len(cases) >= 10
    lines = ["sources:", "  - {system: prestashop, connector: prestashop, location: inputs/shop.sql}"]
    for number, case in enumerate(cases):
        place = tmp_path / "inputs" / f"n{number}"
        place.mkdir()
        (place / case.file).write_bytes(case.data)
        where = f"inputs/n{number}/{case.file}"
        lines.append(
            f"  - {{source_id: broken_{number}, system: omniva, connector: {case.connector}, location: {where}}}"
        )
    (folder / "sources.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    answer: Answer = call(*arguments)
    assert answer.code == 0, answer.said
    assert "Traceback" not in answer.said
    rows = {str(row["controller"]): row for row in results(answer)}
    assert rows["small"]["outcome"] == "published"
    assert rows["small"]["sources_read"] == f"1 of {len(cases) + 1}"
    assert rows["other"]["exit_code"] == 0
    tables = Home(tmp_path, answer).tables("small")
    failed = {row.source_id for row in tables.rows(Source) if row.status is SourceStatus.FAILED}
    assert failed == {f"broken_{number}" for number in range(len(cases))}
    told = {row.subject: row for row in tables.rows(Finding)}
    for number, case in enumerate(cases):
        assert case.file in told[f"broken_{number}"].message
        assert told[f"broken_{number}"].remedy
    assert {row.source_id for row in tables.rows(Column)} == {"prestashop"}
    assert MARKER not in answer.said + all_text((tmp_path / "data").rglob("*"))
