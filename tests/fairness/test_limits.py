"""Fair and bounded: time, memory, turns at a database, one sick shop among well ones, carrying on where one stopped."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from whole_runs import AS_OF, SOURCES_YAML, call, change, clean_environment, night, results, run_small, small_controller

from ropa_pipeline import stages
from ropa_pipeline.limits import DatabaseBusy, RunTooLong, database_turn, time_limit
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import SourceStatus
from ropa_pipeline.orchestration.jobs import _groups, limit_tags
from ropa_pipeline.publish import published_path
from ropa_pipeline.reading import read_source
from ropa_pipeline.settings import Limits, Settings, SettingsError, load_settings

HANGS = 60
"""Seconds that a source which never answers would take, were it not stopped."""
BESIDE = "  - {system: dpd, connector: sql_database, location: "


def with_database(folder: Path, address: str) -> None:
    """A live database beside the controller's files."""
    (folder / "sources.yaml").write_text(
        f'{SOURCES_YAML}{BESIDE}"{address}", options: {{attempts: "1", timeout: "1"}}}}\n', "utf-8"
    )


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Accepts every connection and never says a word, as a database does that hangs."""
    held: list[socket.socket] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                held.append(listening.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()
    for connection in held:
        connection.close()


def test_a_sick_shop_is_bounded_and_the_others_are_published(
    tmp_path: Path, silent_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql_database.CONNECT_SECONDS", 1)
    with_database(small_controller(tmp_path, "a_sick"), f"mysql://reader:x@127.0.0.1:{silent_server}/shop")
    small_controller(tmp_path, "b_well")
    small_controller(tmp_path / "elsewhere")
    begun = time.monotonic()
    assert run_small(tmp_path / "elsewhere").code == 0
    alone = time.monotonic() - begun
    begun = time.monotonic()
    answer = call("run", "a_sick", "b_well", "--as-of", AS_OF, "--home", str(tmp_path), "--no-dagster", "--json")
    sick, well = results(answer)
    assert (sick["outcome"], sick["sources_read"]) == ("published", "2 of 3")
    assert (well["outcome"], well["sources_read"]) == ("published", "2 of 2")
    # Beside a night without a sick shop, because the machine may be busy.
    assert time.monotonic() - begun < 30 + 3 * alone
    found = [row for row in night(tmp_path, "a_sick").read(Finding) if row.rule_id.startswith("source.")]
    assert found, "the sick source is a finding"
    again = call("run", "--all", "--resume", "--as-of", AS_OF, "--home", str(tmp_path), "--no-dagster", "--json")
    assert [row["outcome"] for row in results(again)] == ["done before", "done before"]
    shutil.rmtree(tmp_path / "data" / "published")
    shutil.rmtree(tmp_path / "mappings" / "controllers" / "a_sick")
    again = call("run", "--all", "--resume", "--as-of", AS_OF, "--home", str(tmp_path), "--no-dagster", "--json")
    assert [row["outcome"] for row in results(again)] == ["unchanged"], "one that is not published is made"


def test_a_run_that_takes_too_long_ends_with_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_controller(tmp_path)
    monkeypatch.setenv("ROPA_MAX_RUN_SECONDS", "1")

    def hang(made: object, system: str) -> None:
        try:
            time.sleep(HANGS)
        except Exception:
            pytest.fail("the limit was taken for an error of the source")

    monkeypatch.setattr(stages, "observe_system", hang)
    begun = time.monotonic()
    answer = run_small(tmp_path)
    assert time.monotonic() - begun < HANGS / 2
    assert answer.code == 1
    assert "longer than 1 seconds (ROPA_MAX_RUN_SECONDS)" in answer.err
    assert published_path(tmp_path, "small") is None
    monkeypatch.undo()
    with time_limit(0, "nothing"):
        time.sleep(0.01)


def test_the_alarm_is_put_off_when_the_run_ends() -> None:
    with pytest.raises(RunTooLong), time_limit(1, "it"):
        time.sleep(5)
    with time_limit(1, "it"):
        pass
    time.sleep(1.1)


def test_memory_beyond_the_limit_is_an_error_of_that_run_alone() -> None:
    program = (
        "from ropa_pipeline.limits import memory_limit\n"
        "try:\n"
        "    with memory_limit(400):\n"
        "        bytearray(1 << 30)\n"
        "except MemoryError:\n"
        "    print('bounded')\n"
        "print(len(bytearray(1 << 29)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["bounded", str(1 << 29)]


def test_a_shop_that_wants_too_much_memory_fails_alone(tmp_path: Path) -> None:
    for name in ("a_big", "b_well"):
        small_controller(tmp_path, name)
    program = (
        "from ropa_pipeline import stages\n"
        "from ropa_pipeline.cli import main\n"
        "real = stages.observe_system\n"
        "def greedy(made, system):\n"
        "    if made.controller_id == 'a_big':\n"
        "        bytearray(3 << 32)\n"
        "    return real(made, system)\n"
        "stages.observe_system = greedy\n"
        "main()\n"
    )
    words = ("run", "--all", "--as-of", AS_OF, "--home", str(tmp_path), "--no-dagster")
    done = subprocess.run(
        [sys.executable, "-c", program, *words], env=clean_environment({"ROPA_MEMORY_LIMIT_MB": "8192"}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert (published_path(tmp_path, "a_big"), published_path(tmp_path, "b_well") is None) == (None, False)


def test_one_scan_of_a_database_at_a_time_whoever_asks(tmp_path: Path, silent_server: int) -> None:
    address = f"mysql://reader:x@127.0.0.1:{silent_server}/shop"
    with_database(small_controller(tmp_path), address)
    settings = Settings(tmp_path, load_settings(tmp_path).shipped, limits=Limits(database_wait_seconds=1))
    made = night(tmp_path)
    object.__setattr__(made, "settings", settings)
    (source,) = [item for item in made.sources if item.system == "dpd"]
    with database_turn(settings, address.replace("reader:x", "another")):
        with pytest.raises(DatabaseBusy), database_turn(settings, address):
            pytest.fail("two at once")
        state = read_source(made, source)
    assert state.row.status is SourceStatus.FAILED
    assert state.problems[-1].rule_id == "source.busy"
    assert "reader:x" not in state.row.reason


def test_runs_carry_their_limits_and_share_a_tag_where_they_share_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROPA_MAX_RUN_SECONDS", "7200")
    monkeypatch.setenv("ROPA_RUN_RETRIES", "1")
    monkeypatch.setenv("SHOP_PASSWORD", "x")
    with_database(small_controller(tmp_path, "one"), "mysql://reader:env:SHOP_PASSWORD@db.example/shop")
    with_database(small_controller(tmp_path, "two"), "mysql://other@db.example:3306/shop")
    small_controller(tmp_path, "three")
    monkeypatch.setenv("ROPA_SOURCE_THREE_PRESTASHOP", "mysql://third@db.example/stock")
    _groups.cache_clear()
    settings = load_settings(tmp_path)
    one, two, three = (limit_tags(settings, name) for name in ("one", "two", "three"))
    assert one == two == {"dagster/max_retries": "1", "dagster/max_runtime": "7200", "ropa/databases": "one"}
    assert "ropa/databases" not in three
    _groups.cache_clear()


@pytest.mark.parametrize(("name", "value"), [("ROPA_MAX_RUN_SECONDS", "long"), ("ROPA_STORAGE", "/a/folder")])
def test_a_setting_that_cannot_be_used_says_what_to_write(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}.*write"):
        load_settings(tmp_path)


@pytest.mark.slow
def test_a_run_through_dagster_that_takes_too_long_frees_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_controller(tmp_path)
    monkeypatch.setenv("ROPA_MAX_RUN_SECONDS", "4")
    monkeypatch.setattr(stages, "observe_system", lambda made, system: time.sleep(60))
    answer = call("run", "small", "--as-of", AS_OF, "--home", str(tmp_path))
    assert answer.code == 1
    assert "ROPA_MAX_RUN_SECONDS" in answer.err
    monkeypatch.undo()
    assert call("run", "small", "--as-of", AS_OF, "--home", str(tmp_path)).code == 0


@pytest.mark.slow
def test_a_backfill_that_stopped_goes_on_with_the_partitions_that_are_missing(tmp_path: Path) -> None:
    from ropa_pipeline.orchestration.build import build_definitions
    from ropa_pipeline.orchestration.jobs import JOB_NAME, selection_for
    from ropa_pipeline.orchestration.partitions import CONTROLLERS

    names = ("one", "three", "two")
    for name in names:
        small_controller(tmp_path, name)
    settings = load_settings(tmp_path)
    job = build_definitions(settings).resolve_job_def(JOB_NAME)

    def run(instance: dg.DagsterInstance, name: str) -> bool:
        config = {"resources": {"ropa": {"config": {"home": str(tmp_path), "as_of": AS_OF}}}}
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        return job.execute_in_process(
            partition_key=name,
            asset_selection=selection_for(settings, name),
            instance=instance,
            raise_on_error=False,
            run_config={**config, **quiet},
        ).success

    release = dg.AssetKey("release")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(CONTROLLERS.name), list(names))
        broken = tmp_path / "mappings/controllers/two/controller.yaml"
        change(broken, "timezone: Europe/Vilnius", "time_zone: Europe/Vilnius")
        assert [run(instance, name) for name in ("one", "two")] == [True, False]
        done = instance.get_materialized_partitions(release)
        assert done == {"one"}
        change(broken, "time_zone: Europe/Vilnius", "timezone: Europe/Vilnius")
        assert all(run(instance, name) for name in names if name not in done)
        assert instance.get_materialized_partitions(release) == set(names)
