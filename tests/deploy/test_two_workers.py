"""PostgreSQL, RabbitMQ and two Celery workers as ``deploy/`` starts them; one worker is killed in the middle.

Twenty controllers are launched as the schedule launches them. All are published, none twice, every hash chain
verifies, and nobody lent a hand.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from whole_runs import AS_OF, small_controller

from ropa_pipeline.publish import published_path, verify
from tests.deploy.installation import DEPLOY, Installation, kill_in_the_middle, private_rabbitmq
from tests.live import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

CONTROLLERS = tuple(f"shop_{number:02d}" for number in range(1, 21))
WORKERS = ("ropa-worker@1.service", "ropa-worker@2.service")


@dataclass(frozen=True)
class Night:
    """What the night left: the installation, how the launcher ended, the run that lost its worker."""

    installation: Installation
    launched: int
    said: str
    lost: str
    published_before: int
    instance: dg.DagsterInstance

    @property
    def home(self) -> Path:
        return self.installation.home


def kill_one_in_the_middle(installation: Installation, instance: dg.DagsterInstance) -> tuple[str, int]:
    """Kill one of the workers in the middle of a run, once a few controllers are published; the run, how many were."""
    workers = {installation.running[name].pid: name for name in WORKERS}
    until = time.monotonic() + 500
    while (published := sum(published_path(installation.home, name) is not None for name in CONTROLLERS)) < 4:
        assert time.monotonic() < until, "no controller is published"
        time.sleep(0.05)
    return kill_in_the_middle(instance, workers, lambda worker: os.kill(worker, signal.SIGKILL), 500), published


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, postgres: LiveServer) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("installation")
    for name in CONTROLLERS:
        small_controller(folder / "home", name)
    database = postgres.new_database()
    storage = postgres.url(database).replace("postgresql", "postgresql+psycopg2", 1)
    try:
        with private_rabbitmq(folder / "rabbitmq") as broker, pytest.MonkeyPatch.context() as patch:
            installation = Installation(folder / "home", broker, storage)
            for name, value in installation.environment.items():
                patch.setenv(name, value)
            try:
                installation.serve()
                with dg.DagsterInstance.get() as instance:
                    launcher = subprocess.Popen(
                        installation.launch_command(AS_OF, "--wait", "900"), env=installation.environment,
                        cwd=installation.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    )  # fmt: skip
                    lost, published = kill_one_in_the_middle(installation, instance)
                    said, _ = launcher.communicate(timeout=940)
                    yield Night(installation, launcher.returncode, said, lost, published, instance)
            finally:
                installation.stop()
    finally:
        postgres.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def test_all_are_published(after: Night) -> None:
    assert after.launched == 0, after.said
    assert [name for name in CONTROLLERS if published_path(after.home, name) is None] == []


def test_one_worker_was_killed_while_others_waited_and_nobody_put_it_back(after: Night) -> None:
    assert 4 <= after.published_before < len(CONTROLLERS) - 4
    states = [after.installation.running[name].poll() for name in WORKERS]
    assert sorted(states, key=str) == [-signal.SIGKILL, None]


def test_none_is_published_twice_and_hash_chains_verify(after: Night) -> None:
    seen = {name: verify(after.home, name) for name in CONTROLLERS}
    assert {name: result.problems for name, result in seen.items() if not result.ok} == {}
    assert {name: result.snapshots for name, result in seen.items()} == dict.fromkeys(CONTROLLERS, 1)
    for name in CONTROLLERS:
        assert len(list((after.home / "data" / "history" / name / "snapshots").iterdir())) == 1
        folder = published_path(after.home, name)
        assert folder is not None
        assert (folder / f"ropa_{name}.duckdb").is_file()


def test_the_lost_run_was_started_anew_by_itself_and_no_other_was(after: Night) -> None:
    runs = after.instance.get_runs()
    by_status = {run.run_id: run.status for run in runs}
    assert by_status.pop(after.lost) is dg.DagsterRunStatus.FAILURE
    assert set(by_status.values()) == {dg.DagsterRunStatus.SUCCESS}
    assert len(by_status) == len(CONTROLLERS)
    (again,) = [run for run in runs if run.parent_run_id == after.lost]
    assert again.tags["dagster/retry_number"] == "1"
    said = [
        record.dagster_event for record in after.instance.all_logs(after.lost, of_type=dg.DagsterEventType.RUN_FAILURE)
    ]
    assert any("worker" in (event.message or "") for event in said if event)


def test_a_run_is_whole_in_one_worker(after: Night) -> None:
    """One process for every step of a run: the run's launcher hands out runs, not steps. (The lost one's task came to a
    second worker, which ignored it.)"""
    for run in [run for run in after.instance.get_runs() if run.run_id != after.lost]:
        starts = [
            record
            for record in after.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
            if "Started process for run" in record.message
        ]
        assert len(starts) <= 1, run.run_id


def test_the_workers_logs_repeat_no_events(after: Night) -> None:
    for name in WORKERS:
        assert "ASSET_MATERIALIZATION" not in after.installation.log(name).read_text("utf-8", "replace")


def test_the_launcher_refuses_a_controller_that_is_not_there(after: Night) -> None:
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "launch_all.py"), "nobody"],
        env=after.installation.environment, cwd=after.home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "nobody" in done.stderr
