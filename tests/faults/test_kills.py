"""A process killed at any moment leaves a whole release, a whole history, and nothing that needs a hand or grows."""

import json
import os
import random
import shutil
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


def started(home: Path, as_of: str) -> subprocess.Popen[str]:
    """The command as people start it, in a process of its own."""
    command = [sys.executable, "-c", "from ropa_pipeline.cli import main; main()", "run", "small", "--home", str(home)]
    return subprocess.Popen(
        [*command, "--as-of", as_of], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=clean_environment(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A home after its first night, made once for all kills, and how many seconds that night took."""
    home = tmp_path_factory.mktemp("first") / "home"
    home.mkdir()
    small_controller(home)
    began = time.monotonic()
    first = started(home, "2026-11-01")
    said, _ = first.communicate()
    assert first.returncode == 0, said
    return home, time.monotonic() - began


@pytest.mark.parametrize("part", [0.35, 0.6, 0.85])
def test_a_fresh_process_killed_in_a_run_through_dagster_needs_no_hand(
    tmp_path: Path, first_night: tuple[Path, float], part: float
) -> None:
    """The command as people start it, with Great Expectations and Dagster's own storage, killed somewhere."""
    kept, took = first_night
    home = tmp_path / "home"
    shutil.copytree(kept, home, symlinks=True)
    before, chain = publish.published_path(home, "small"), Places(home, "small").chain.read_bytes()
    assert before is not None
    change(home / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
    killed = started(home, "2026-11-02")
    time.sleep(took * part * random.Random(part).uniform(0.9, 1.1))
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert publish.published_path(home, "small") is not None
    assert Places(home, "small").chain.read_bytes().startswith(chain)
    again = started(home, "2026-11-02")
    said, _ = again.communicate()
    assert again.returncode == 0, said
    assert publish.verify(home, "small").ok
    assert verify_chain(Places(home, "small")).snapshots == 2
    assert not list((home / "data" / "scratch").iterdir())
    assert not list((home / "data").rglob(".*.tmp"))
    assert night(home).previous.rows
