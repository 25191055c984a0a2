"""Redis in place of RabbitMQ, with the files of ``deploy/`` as they are: two workers lost in one night.

Redis does not see that a worker died: it gives a task out again when it was not acknowledged for a time longer than any
run. One worker is killed and started again by its unit, as systemd does; another is killed for good, and its time is
made to have passed. Nobody lends a hand to runs, and all controllers are published once.
"""

import base64
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
import redis
from whole_runs import AS_OF, small_controller

from ropa_pipeline.publish import published_path, verify
from ropa_pipeline.settings import Limits
from tests.deploy.installation import DEPLOY, Installation, kill_in_the_middle, private_redis
from tests.live import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CONTROLLERS = tuple(f"shop_{number}" for number in range(1, 6))
UNIT = "ropa-worker@.service"


@dataclass(frozen=True)
class Night:
    """What the night left: the installation, how the launcher ended, and the runs that lost their workers."""

    installation: Installation
    launched: int
    said: str
    lost: tuple[str, str]
    instance: dg.DagsterInstance

    @property
    def home(self) -> Path:
        return self.installation.home


def kill_whole(installation: Installation, instance: dg.DagsterInstance, number: str) -> str:
    """Kill a worker with all its processes in the middle of a run; the run's id."""
    name = UNIT.replace("@.", f"@{number}.")
    process = installation.running[name]
    lost = kill_in_the_middle(instance, {process.pid: name}, lambda worker: os.killpg(worker, signal.SIGKILL), 240)
    process.wait(30)
    return lost


def let_its_time_pass(address: str, run_id: str) -> None:
    """Make it long ago that a run's task was handed out, for that task alone."""
    with redis.Redis.from_url(address) as server:
        for tag, message in server.hgetall("unacked").items():  # type: ignore[union-attr]
            body = base64.b64decode(json.loads(message)[0]["body"])
            if run_id.encode() in body:
                server.zadd("unacked_index", {tag: 1})
                return
    raise AssertionError(f"Redis holds no task of {run_id} that waits for its worker")


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, postgres: LiveServer) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("installation")
    for name in CONTROLLERS:
        small_controller(folder / "home", name)
    database = postgres.new_database()
    storage = postgres.url(database).replace("postgresql", "postgresql+psycopg2", 1)
    try:
        with private_redis(folder / "redis") as broker, pytest.MonkeyPatch.context() as patch:
            installation = Installation(folder / "home", broker, storage)
            for name, value in installation.environment.items():
                patch.setenv(name, value)
            try:
                installation.serve()
                with dg.DagsterInstance.get() as instance:
                    launcher = subprocess.Popen(
                        installation.launch_command(AS_OF, "--wait", "400"), env=installation.environment,
                        cwd=installation.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                    )  # fmt: skip
                    first = kill_whole(installation, instance, "1")
                    installation.start(UNIT, "1")
                    second = kill_whole(installation, instance, "2")
                    let_its_time_pass(broker, second)
                    installation.start(UNIT, "3")
                    said, _ = launcher.communicate(timeout=440)
                    yield Night(installation, launcher.returncode, said, (first, second), instance)
            finally:
                installation.stop()
    finally:
        postgres.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def test_all_are_published_once_and_hash_chains_verify(after: Night) -> None:
    assert after.launched == 0, after.said
    seen = {name: verify(after.home, name) for name in CONTROLLERS}
    assert {name: result.problems for name, result in seen.items() if not result.ok} == {}
    assert {name: result.snapshots for name, result in seen.items()} == dict.fromkeys(CONTROLLERS, 1)
    assert [name for name in CONTROLLERS if published_path(after.home, name) is None] == []


def test_both_lost_runs_were_started_anew_and_no_other_was(after: Night) -> None:
    by_status = {run.run_id: run.status for run in after.instance.get_runs()}
    assert [by_status.pop(run_id) for run_id in after.lost] == [dg.DagsterRunStatus.FAILURE] * 2
    assert list(by_status.values()) == [dg.DagsterRunStatus.SUCCESS] * len(CONTROLLERS)
    parents = {run.parent_run_id for run in after.instance.get_runs() if run.parent_run_id}
    assert parents == set(after.lost)


def test_units_start_a_killed_worker_again_which_is_what_finds_its_run(after: Night) -> None:
    unit = (DEPLOY / "systemd" / UNIT).read_text("utf-8")
    assert "\nRestart=always\n" in unit
    assert re.search(r" -n %i@%H ", unit), "the name by which a worker knows its predecessor's run"


def longest_wait(after: Night, **more: str) -> int:
    code = (
        "from ropa_pipeline.orchestration.celery_app import app\n"
        "print(app.conf.broker_transport_options['visibility_timeout'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**after.installation.environment, **more}, cwd=after.home,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


def test_no_run_that_is_allowed_is_taken_for_a_lost_one(after: Night) -> None:
    assert longest_wait(after) > Limits().run_seconds
    assert longest_wait(after, ROPA_MAX_RUN_SECONDS="40000") > 40000
    assert longest_wait(after, ROPA_MAX_RUN_SECONDS="0") > Limits().run_seconds
