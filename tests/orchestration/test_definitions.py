"""What Dagster loads: one code location, controllers as partitions, everything described for people."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from whole_runs import EXAMPLES, ROOT, clean_environment, small_controller

from ropa_pipeline import policy
from ropa_pipeline.light import all_systems, systems_of, timezones
from ropa_pipeline.model.tables import TABLE_BY_NAME
from ropa_pipeline.orchestration.build import build_definitions
from ropa_pipeline.orchestration.jobs import JOB_NAME, schedules, selection_for, sensors
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.settings import load_settings

HISTORY = {"snapshots", "changes"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_definitions(load_settings(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def specs(loaded: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in loaded.resolve_all_asset_specs()}


def test_the_definitions_load_and_are_loadable(loaded: dg.Definitions) -> None:
    assert loaded.resolve_job_def(JOB_NAME).partitions_def == CONTROLLERS


def test_loading_imports_neither_great_expectations_nor_a_database_driver() -> None:
    code = (
        "import sys, ropa_pipeline.definitions; "
        "print([name for name in ('great_expectations', 'pymysql', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_table_is_an_asset_of_the_same_name(specs: dict[str, dg.AssetSpec]) -> None:
    tables = set(TABLE_BY_NAME) - HISTORY
    schemas = {f"schema/{system}" for system in all_systems(load_settings(ROOT))}
    assert set(specs) == tables | schemas | {"today", "release", "last_verified", "portfolio"}


def test_every_asset_has_group_owner_kind_and_description(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        assert spec.group_name not in (None, "default"), name
        assert spec.owners, name
        assert spec.kinds, name
        assert len(spec.description or "") > 20, name


def test_groups_sort_in_reading_order(specs: dict[str, dg.AssetSpec]) -> None:
    group = {name: spec.group_name or "" for name, spec in specs.items()}
    order = [
        group["schema/prestashop"], group["columns"], group["statements"], group["retention_results"],
        group["processing_activities"], group["findings"], group["release"],
    ]  # fmt: skip
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_dependencies_are_assets_and_everything_leads_to_the_release(specs: dict[str, dg.AssetSpec]) -> None:
    above = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    reached, waiting = set[str](), ["release"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(above[name])
    assert {name for deps in above.values() for name in deps} <= set(specs)
    assert {name for name in specs if name.startswith("schema/")} <= reached


@pytest.mark.parametrize("name", sorted(set(TABLE_BY_NAME) - HISTORY))
def test_the_column_schema_is_the_tables_own(specs: dict[str, dg.AssetSpec], name: str) -> None:
    schema = specs[name].metadata["dagster/column_schema"]
    assert isinstance(schema, dg.TableSchema)
    declared = TABLE_BY_NAME[name].columns
    assert [column.name for column in schema.columns] == [column.name for column in declared]
    assert [column.type for column in schema.columns] == [column.sql_type.lower() for column in declared]
    for shown, column in zip(schema.columns, declared, strict=True):
        assert (shown.description or "").startswith(column.description)


def test_column_lineage_names_columns_that_exist(specs: dict[str, dg.AssetSpec]) -> None:
    with_lineage = 0
    for name, spec in specs.items():
        lineage = spec.metadata.get("dagster/column_lineage")
        if not isinstance(lineage, dg.TableColumnLineage):
            continue
        with_lineage += 1
        for column, deps in lineage.deps_by_column.items():
            assert column in TABLE_BY_NAME[name].column_names, f"{name}.{column}"
            for dep in deps:
                table = dep.asset_key.to_user_string()
                assert dep.column_name in TABLE_BY_NAME[table].column_names, f"{table}.{dep.column_name}"
    assert with_lineage >= 5


def test_one_dynamic_set_of_partitions_for_all_assets(specs: dict[str, dg.AssetSpec]) -> None:
    assert {spec.partitions_def for name, spec in specs.items() if name != "portfolio"} == {CONTROLLERS}
    assert specs["portfolio"].partitions_def is None
    assert isinstance(CONTROLLERS, dg.DynamicPartitionsDefinition)


def test_a_check_is_a_family_of_rules(loaded: dg.Definitions) -> None:
    keys = loaded.resolve_asset_graph().asset_check_keys
    families = {key.name for key in keys if key.asset_key == dg.AssetKey("findings")}
    assert families == set(policy.FAMILIES)
    assert 15 <= len(families) <= 60
    assert {key.name for key in keys if key.asset_key.path[0] == "schema"} == {"sources_read"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_controllers_run_selects_its_own_systems_alone(name: str) -> None:
    settings = load_settings(ROOT)
    chosen = {key.path[-1] for key in selection_for(settings, name) if key.path[0] == "schema"}
    assert chosen == set(systems_of(settings, name))


@cache
def instance_with(registered: tuple[str, ...]) -> dg.DagsterInstance:
    """An instance with a folder, which a schedule's context needs. Kept for the whole process: Dagster keeps a weak
    reference to the first one and fails when that is gone."""
    folder = tempfile.mkdtemp(prefix="ropa-instance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    instance = dg.DagsterInstance.local_temp(folder)
    instance.add_dynamic_partitions(str(CONTROLLERS.name), list(registered))
    return instance


class TestSchedules:
    def test_one_per_zone_at_two_in_the_morning_and_on(self) -> None:
        settings = load_settings(ROOT)
        made = {schedule.execution_timezone: schedule for schedule in schedules(settings)}
        assert set(made) == set(timezones(settings)) == {"Europe/London", "Europe/Vilnius"}
        for schedule in made.values():
            assert schedule.cron_schedule == "0 2 * * *"
            assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
            assert schedule.job_name == JOB_NAME

    @staticmethod
    def tick(zone: str, when: datetime, registered: tuple[str, ...] = EXAMPLES) -> list[dg.RunRequest]:
        settings = load_settings(ROOT)
        schedule = next(item for item in schedules(settings) if item.execution_timezone == zone)
        context = dg.build_schedule_context(instance=instance_with(registered), scheduled_execution_time=when)
        return list(cast(Iterator[dg.RunRequest], schedule(context)))

    @pytest.mark.parametrize(
        ("zone", "local", "day"),
        [
            ("Europe/Vilnius", datetime(2026, 11, 1, 2), "2026-11-01"),
            ("Europe/Vilnius", datetime(2026, 3, 29, 2), "2026-03-29"),
            ("Europe/Vilnius", datetime(2026, 10, 25, 2), "2026-10-25"),
            ("Europe/London", datetime(2026, 3, 29, 2), "2026-03-29"),
            ("Europe/London", datetime(2026, 10, 25, 2), "2026-10-25"),
            ("Europe/Vilnius", datetime(2027, 1, 1, 2), "2027-01-01"),
        ],
        ids=["winter", "clocks forward", "clocks back", "London forward", "London back", "new year"],
    )
    def test_a_tick_asks_for_one_run_per_controller_as_of_its_own_date(
        self, zone: str, local: datetime, day: str
    ) -> None:
        requests = self.tick(zone, local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
        assert [item.partition_key for item in requests] == list(timezones(load_settings(ROOT))[zone])
        for item in requests:
            assert item.run_config["resources"]["ropa"]["config"]["as_of"] == day
            assert item.run_key == f"{item.partition_key}:{day}"
            assert set(item.run_config["resources"]["ropa"]["config"]) == {"home", "as_of"}

    def test_two_nights_have_two_run_keys(self) -> None:
        first = datetime(2026, 11, 1, 0, tzinfo=UTC)
        keys = [self.tick("Europe/Vilnius", first + timedelta(days=n))[0].run_key for n in (0, 1)]
        assert len(set(keys)) == 2

    def test_a_controller_that_is_no_partition_yet_waits_for_the_sensor(self) -> None:
        requests = self.tick("Europe/Vilnius", datetime(2026, 11, 1, 0, tzinfo=UTC), registered=("komoda",))
        assert [item.partition_key for item in requests] == ["komoda"]


class TestSensors:
    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        small_controller(tmp_path)
        return tmp_path

    @staticmethod
    def evaluate(home: Path, name: str, known: tuple[str, ...], cursor: str | None = None) -> dg.SensorResult:
        sensor = next(item for item in sensors(load_settings(home)) if item.name == name)
        with dg.DagsterInstance.ephemeral() as instance:
            instance.add_dynamic_partitions(str(CONTROLLERS.name), list(known))
            answer = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
        return answer if isinstance(answer, dg.SensorResult) else dg.SensorResult()

    def test_both_are_on_by_default(self, home: Path) -> None:
        assert {item.default_status for item in sensors(load_settings(home))} == {dg.DefaultSensorStatus.RUNNING}

    def test_a_new_controller_becomes_a_partition(self, home: Path) -> None:
        result = self.evaluate(home, "controllers", known=())
        assert [list(item.partition_keys) for item in result.dynamic_partitions_requests or []] == [["small"]]

    def test_a_known_controller_changes_nothing(self, home: Path) -> None:
        assert self.evaluate(home, "controllers", known=("small",)).dynamic_partitions_requests == []

    def test_a_file_in_the_inbox_starts_one_run(self, home: Path) -> None:
        inbox = home / "data" / "inbox" / "small" / "omniva"
        inbox.mkdir(parents=True)
        quiet = self.evaluate(home, "inbox", known=("small",))
        assert not quiet.run_requests
        (inbox / "Ona Onaite.csv").write_text("Barcode\n", "utf-8")
        started = self.evaluate(home, "inbox", known=("small",), cursor=quiet.cursor)
        assert [item.partition_key for item in started.run_requests or []] == ["small"]
        assert "Onaite" not in str(started)
        again = self.evaluate(home, "inbox", known=("small",), cursor=started.cursor)
        assert not again.run_requests

    def test_a_broken_controller_does_not_stop_loading(self, home: Path) -> None:
        folder = home / "mappings" / "controllers" / "small"
        (folder / "controller.yaml").write_text("{{{", "utf-8")
        (folder / "sources.yaml").write_bytes(b"\xff\xfe: [")
        assert build_definitions(load_settings(home)).resolve_job_def(JOB_NAME)

    def test_no_controller_at_all_loads(self, tmp_path: Path) -> None:
        (tmp_path / "mappings" / "controllers" / "empty").mkdir(parents=True)
        assert build_definitions(load_settings(tmp_path)).resolve_job_def(JOB_NAME)


@pytest.mark.slow
def test_dagsters_own_command_validates_the_location(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "ropa_pipeline.definitions"],
        capture_output=True,
        text=True,
        env=clean_environment({"ROPA_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)}),
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_workspace_file_names_a_location_that_loads(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", str(ROOT / "workspace.yaml")],
        capture_output=True,
        text=True,
        env=clean_environment({"ROPA_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)}),
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
