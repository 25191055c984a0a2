"""The tool answers for itself: every register asks who sees it, where it runs and how long it is kept."""

import json
from pathlib import Path

import pytest
from whole_runs import EXAMPLES, Home, call, demo

from ropa_pipeline.model.register import ProcessingActivity
from ropa_pipeline.publish import read_published
from ropa_pipeline.register.activities import THIS_TOOL

__all__ = ["demo"]
OWN = f"standing.{THIS_TOOL}"


@pytest.mark.parametrize("controller", EXAMPLES)
def test_every_example_register_has_the_tools_own_entry(demo: Home, controller: str) -> None:
    entries = [row for row in demo.tables(controller).rows(ProcessingActivity) if row.activity_id == OWN]
    assert len(entries) == 1
    assert (entries[0].status, entries[0].purpose) != ("", "")


@pytest.mark.slow
def test_a_draft_of_a_new_controller_has_it_too(tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text("Privacy notice of Example Shop\n\n1. Purposes\nWe process names and e-mails to fulfil orders.\n")
    answer = call("init", "drafted", "--notice", str(notice), "--home", str(tmp_path), "--no-dagster")
    assert answer.code == 0, answer.said
    entries = {row.activity_id for row in read_published(tmp_path, "drafted").rows(ProcessingActivity)}
    assert OWN in entries, json.dumps(sorted(entries))
