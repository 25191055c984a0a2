"""The diary that ``ropa run`` keeps in SQLite is Dagster's own: other programs read it, whoever wrote it."""

import sqlite3
from pathlib import Path

import dagster as dg
import pytest

from ropa_pipeline.orchestration.kept_sqlite import KeptEventLog, kept_instance
from ropa_pipeline.orchestration.runner import instance_of, prepare_instance
from ropa_pipeline.settings import load_settings


@dg.asset(check_specs=[dg.AssetCheckSpec("whole", asset="made")])
def made() -> dg.MaterializeResult:  # type: ignore[type-arg]
    return dg.MaterializeResult(metadata={"rows": 3}, check_results=[dg.AssetCheckResult(passed=True)])


def run_in(instance: dg.DagsterInstance) -> str:
    result = dg.materialize([made], instance=instance)
    assert result.success
    return result.run_id


def form_of(database: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        return [*found, *connection.execute("SELECT version_num FROM alembic_version")]


def test_dagster_itself_reads_what_was_written_and_goes_on(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with instance_of(settings) as instance:
        assert isinstance(instance.event_log_storage, KeptEventLog)
        runs = [run_in(instance) for _ in range(4)]
        said = {run: [event.message for event in instance.all_logs(run)] for run in runs}
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as plain:
        assert not isinstance(plain.event_log_storage, KeptEventLog)
        assert {run.run_id for run in plain.get_runs()} == set(runs)
        assert {run: [event.message for event in plain.all_logs(run)] for run in runs} == said
        assert len(plain.fetch_materializations(dg.AssetKey("made"), limit=10).records) == 4
        by_plain = run_in(plain)
    with instance_of(settings) as instance:
        assert {run.run_id for run in instance.get_runs()} == {*runs, by_plain}


def test_each_runs_file_has_the_form_that_dagster_gives_it(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    folder = settings.dagster_home / "history" / "runs"
    with instance_of(settings) as instance:
        first, second = run_in(instance), run_in(instance)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as plain:
        own = run_in(plain)
    assert form_of(folder / f"{first}.db") == form_of(folder / f"{own}.db")
    assert form_of(folder / f"{second}.db") == form_of(folder / f"{own}.db")


def test_only_the_newest_files_stay_open(tmp_path: Path) -> None:
    with instance_of(load_settings(tmp_path)) as instance:
        for _ in range(4):
            run_in(instance)
        log = instance.event_log_storage
        assert isinstance(log, KeptEventLog)
        assert len(log._kept) == 3, "the index and the two newest runs"
    assert log._kept == {}


def test_an_open_instance_is_used_again(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with instance_of(settings) as outer, instance_of(settings) as inner:
        assert inner is outer


def test_a_storage_that_the_home_names_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = prepare_instance(load_settings(tmp_path))
    (folder / "dagster.yaml").write_text(f"storage: {{sqlite: {{base_dir: {tmp_path}/elsewhere}}}}\n", "utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    with kept_instance(folder) as instance:
        assert not isinstance(instance.event_log_storage, KeptEventLog)
    assert (tmp_path / "elsewhere").is_dir()
