"""A process killed at any moment leaves a whole release, a whole history, and nothing that needs a hand or grows."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from whole_runs import change, clean_environment, night, small_controller

from ropa_pipeline import publish
from ropa_pipeline.publish.history import verify_chain
from ropa_pipeline.publish.places import Places

CAMPAIGN = Path(__file__).with_name("campaign.py")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One campaign for all these tests: about 370 seconds of processor time, shared by two workers."""
    folder = tmp_path_factory.mktemp("kills") / "homes"
    done = subprocess.run(
        [sys.executable, str(CAMPAIGN), str(folder)],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_nothing_is_broken_after_any_kill(reports: list[dict[str, Any]]) -> None:
    assert [text for report in reports for text in report["violations"]] == []


def test_the_campaign_kills_often_and_at_many_places(reports: list[dict[str, Any]]) -> None:
    """Otherwise the test above proves little: a kill that came too late to happen is not counted."""
    assert sum(report["killed"] for report in reports) >= 200
    assert len({place for report in reports for place in report["places"]}) >= 40
    assert all(report["killed"] >= 8 for report in reports)


@pytest.mark.parametrize("part", [0.35, 0.6, 0.85])
def test_a_fresh_process_killed_in_a_run_through_dagster_needs_no_hand(tmp_path: Path, part: float) -> None:
    """The command as people start it, with Great Expectations and Dagster's own storage, killed somewhere."""
    small_controller(tmp_path)
    command = [
        sys.executable,
        "-c",
        "from ropa_pipeline.cli import main; main()",
        "run",
        "small",
        "--home",
        str(tmp_path),
    ]

    def start(as_of: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, "--as-of", as_of], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=clean_environment(),
        )  # fmt: skip

    began = time.monotonic()
    first = start("2026-11-01")
    assert first.wait() == 0, first.stdout and first.stdout.read()
    took = time.monotonic() - began
    before, chain = publish.published_path(tmp_path, "small"), Places(tmp_path, "small").chain.read_bytes()
    change(tmp_path / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
    killed = start("2026-11-02")
    time.sleep(took * part * random.Random(part).uniform(0.9, 1.1))
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert publish.published_path(tmp_path, "small") is not None
    assert before is not None
    assert Places(tmp_path, "small").chain.read_bytes().startswith(chain)
    again = start("2026-11-02")
    assert again.wait() == 0, again.stdout and again.stdout.read()
    assert publish.verify(tmp_path, "small").ok
    assert verify_chain(Places(tmp_path, "small")).snapshots == 2
    assert not list((tmp_path / "data" / "scratch").iterdir())
    assert not list((tmp_path / "data").rglob(".*.tmp"))
    assert night(tmp_path).previous.rows
