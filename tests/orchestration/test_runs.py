"""A run through Dagster: what it shows, what fails without stopping the rest, what it never shows."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from whole_runs import AS_OF, Home, all_text, change, night, small_controller

from ropa_pipeline import policy, stages
from ropa_pipeline.orchestration.build import build_definitions
from ropa_pipeline.orchestration.jobs import JOB_NAME, selection_for
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.publish import published_path
from ropa_pipeline.settings import load_settings

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PHONE = re.compile(r"(?<![\w-])\+\d[\d ]{7,}\d")


def execute(home: Path, name: str = "small", raise_on_error: bool = True) -> dg.ExecuteInProcessResult:
    """The nightly job of one controller as the schedule asks for it, on an instance that is forgotten."""
    settings = load_settings(home)
    job = build_definitions(settings).resolve_job_def(JOB_NAME)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(CONTROLLERS.name), [name])
        return job.execute_in_process(
            partition_key=name,
            asset_selection=selection_for(settings, name),
            instance=instance,
            raise_on_error=raise_on_error,
            run_config={
                "resources": {"ropa": {"config": {"home": str(home), "as_of": AS_OF}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )


def made(result: dg.ExecuteInProcessResult) -> list[str]:
    """Names of what a run materialised, once per event."""
    return [event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key]


def checks(result: dg.ExecuteInProcessResult) -> list[dg.AssetCheckEvaluation]:
    return [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type_value == "ASSET_CHECK_EVALUATION"
    ]


@pytest.fixture(scope="module")
def good_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("good")
    small_controller(home)
    return home


@pytest.fixture(scope="module")
def good(good_home: Path) -> dg.ExecuteInProcessResult:
    return execute(good_home)


@pytest.fixture(scope="module")
def late_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("late")
    small_controller(home)
    (home / "inputs" / "parcels.csv").unlink()
    return home


@pytest.fixture(scope="module")
def late(late_home: Path) -> dg.ExecuteInProcessResult:
    """The same with one source that is not there."""
    return execute(late_home)


def test_a_run_materialises_every_table_once_and_publishes(good: dg.ExecuteInProcessResult, good_home: Path) -> None:
    assert good.success
    seen = Counter(
        event.asset_key.to_user_string() for event in good.get_asset_materialization_events() if event.asset_key
    )
    settings = load_settings(good_home)
    assert set(seen) == {key.to_user_string() for key in selection_for(settings, "small")}
    assert set(seen.values()) == {1}
    assert published_path(good_home, "small") is not None


def test_there_is_exactly_one_result_per_family(good: dg.ExecuteInProcessResult) -> None:
    results = checks(good)
    named = Counter(item.check_name for item in results if item.asset_key == dg.AssetKey("findings"))
    assert named == dict.fromkeys(policy.FAMILIES, 1)
    systems = Counter(item.asset_key.to_user_string() for item in results if item.asset_key.path[0] == "schema")
    assert systems == {"schema/prestashop": 1, "schema/omniva": 1}


def test_only_an_untrustworthy_record_is_an_error(good: dg.ExecuteInProcessResult) -> None:
    failed = [item for item in checks(good) if not item.passed]
    assert failed
    assert {item.severity for item in failed} == {dg.AssetCheckSeverity.WARN}


def test_a_check_counts_by_rule(good: dg.ExecuteInProcessResult) -> None:
    counted = next(item for item in checks(good) if item.check_name == "legal_basis")
    told = {name: value.value for name, value in counted.metadata.items()}
    rules = [name for name in told if name.startswith("lawfulness.")]
    assert rules
    assert set(told) == {"controller", "open findings", "offending", *rules}
    assert told["open findings"] == sum(told[name] for name in rules)


def test_every_check_says_whose_it_is(good: dg.ExecuteInProcessResult) -> None:
    """A check's page shows the last run alone; one that found nothing has nothing else that would name it."""
    assert {str(item.metadata["controller"].value) for item in checks(good)} == {"small"}
    nothing = next(item for item in checks(good) if item.passed and item.asset_key == dg.AssetKey("findings"))
    assert nothing.metadata["open findings"].value == 0


def test_a_source_that_fails_leaves_everything_downstream_running(
    late: dg.ExecuteInProcessResult, late_home: Path
) -> None:
    assert late.success
    assert published_path(late_home, "small") is not None
    state = {item.asset_key.path[-1]: item for item in checks(late) if item.check_name == "sources_read"}
    assert state["prestashop"].passed
    assert not state["omniva"].passed
    assert state["omniva"].severity is dg.AssetCheckSeverity.WARN
    assert not state["findings"].passed


def shown(events: list[dg.DagsterEvent]) -> Iterator[str]:
    """Everything a page of the run shows: metadata of materialisations and checks, and messages."""
    for event in events:
        yield event.message or ""
        if event.event_type_value == "ASSET_MATERIALIZATION":
            yield str({key: value.value for key, value in event.materialization.metadata.items()})
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            yield str({key: value.value for key, value in event.asset_check_evaluation_data.metadata.items()})


def test_nothing_shown_holds_an_address_or_a_number(good: dg.ExecuteInProcessResult) -> None:
    text = "\n".join(shown(good.all_events))
    assert "zz_customer" in text
    assert MAIL.findall(text) == []
    assert PHONE.findall(text) == []


def test_the_demos_own_storage_holds_no_address_of_a_person(demo: Home) -> None:
    """The instance keeps every event; samples have reserved addresses, so one of those would have come from rows."""
    storage = demo.path / "data" / "dagster"
    files = [path for path in storage.rglob("*") if path.is_file()]
    assert files
    found = {
        mail for mail in MAIL.findall(all_text(files)) if re.search(r"@(?:[\w-]+\.)*example\.(?:com|org|net)", mail)
    }
    assert found == set()


def test_previews_are_small(good: dg.ExecuteInProcessResult) -> None:
    for event in good.get_asset_materialization_events():
        for value in event.materialization.metadata.values():
            assert len(str(value.value)) < 8000, event.asset_key


def test_today_is_at_most_one_screen(good: dg.ExecuteInProcessResult) -> None:
    (event,) = [item for item in good.get_asset_materialization_events() if item.asset_key == dg.AssetKey("today")]
    text = str(event.materialization.metadata["today"].value)
    assert text.startswith("# Small Shop")
    assert len(text.splitlines()) <= 45


class TestFailures:
    def test_a_failed_step_leaves_a_note_without_the_errors_text(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small_controller(tmp_path)

        def fault(_: object) -> None:
            raise RuntimeError("Ona Onaite, ona@example.com")

        monkeypatch.setattr("ropa_pipeline.orchestration.assets.stages.classify", fault)
        result = execute(tmp_path, raise_on_error=False)
        assert not result.success
        (note,) = (tmp_path / "data" / "build" / "failures").glob("*.json")
        content = json.loads(note.read_text("utf-8"))
        assert content["step"] == "classification"
        assert content["what to do"]
        assert "Onaite" not in note.read_text("utf-8")
        assert published_path(tmp_path, "small") is None

    def test_a_broken_controller_fails_its_own_run_with_its_own_words(self, tmp_path: Path) -> None:
        folder = small_controller(tmp_path)
        (folder / "activities.yaml").write_text("activities: none\n", "utf-8")
        result = execute(tmp_path, raise_on_error=False)
        assert not result.success
        assert published_path(tmp_path, "small") is None

    def test_a_vanished_table_holds_the_release_and_keeps_today(self, tmp_path: Path) -> None:
        small_controller(tmp_path)
        shop = tmp_path / "inputs" / "shop.sql"
        change(shop, "CREATE TABLE `zz_guest` (", "CREATE TABLE `zz_guest` (((,,")
        result = execute(tmp_path, raise_on_error=False)
        assert not result.success
        assert "today" in made(result)
        assert "release" not in made(result)
        blocked = [item for item in checks(result) if item.severity is dg.AssetCheckSeverity.ERROR]
        assert [item.passed for item in blocked] == [False]
        assert stages.released(night(tmp_path)).outcome.value == "refused"
        assert published_path(tmp_path, "small") is None


def test_the_runs_of_the_command_line_are_in_the_homes_instance(demo: Home) -> None:
    folder = demo.path / "data" / "dagster"
    assert "enabled: false" in (folder / "dagster.yaml").read_text("utf-8")
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        runs = instance.get_runs()
        assert {run.tags["ropa/controller"] for run in runs} == {"ak3d", "akore", "komoda"}
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        assert {run.tags["ropa/as_of"] for run in runs} == {AS_OF}
        assert set(instance.get_dynamic_partitions(str(CONTROLLERS.name))) == {"ak3d", "akore", "komoda"}
