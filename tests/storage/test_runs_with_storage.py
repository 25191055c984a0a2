"""Whole nights of one controller on two machines that share nothing but the storage."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from whole_runs import AS_OF, change, night, results, run_small, small_controller

from ropa_pipeline import storage
from ropa_pipeline.night_mark import quiet_expected
from ropa_pipeline.orchestration.build import build_definitions
from ropa_pipeline.orchestration.jobs import JOB_NAME, LAST_VERIFIED, request_for
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.publish.history import verify_chain
from ropa_pipeline.publish.places import Places
from ropa_pipeline.quiet import make_night
from ropa_pipeline.settings import load_settings
from ropa_pipeline.storage import StateMoved, WorkingCopy
from tests.storage.states import state_of

LATER = (date.fromisoformat(AS_OF) + timedelta(days=1)).isoformat()


def machine(tmp_path: Path, name: str) -> Path:
    home = tmp_path / name
    small_controller(home, "shop")
    return home


def outcome(home: Path, as_of: str, *more: str) -> object:
    (row,) = results(run_small(home, *more, as_of=as_of, name="shop"))
    return row["outcome"], row["message"]


def test_a_register_goes_on_from_machine_to_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROPA_STORAGE", f"file://{tmp_path}/stored")
    one, two, daemon = (machine(tmp_path, name) for name in ("one", "two", "daemon"))
    assert outcome(one, AS_OF) == ("published", "")
    # Sizes are the same on every machine, times are not: only the content may count.
    settings = load_settings(daemon)
    day = date.fromisoformat(LATER)
    assert request_for(settings, "shop", LATER, "tick").asset_selection == [dg.AssetKey(LAST_VERIFIED)]
    assert not (daemon / "data" / "build" / "shop").exists(), "the tick fetched no state"
    before = {path: path.read_bytes() for path in (two / "data").rglob("*.xlsx")} if (two / "data").exists() else {}
    assert before == {}
    assert outcome(two, LATER) == ("unchanged", "")
    found = storage.glance(settings, "shop")
    assert found is not None
    assert found.as_of == day
    mark = json.loads(found.mark)
    assert mark["as_of"] == AS_OF, "the second night was a short one: it made no whole night's mark"
    WorkingCopy(load_settings(one), "shop").fetch()
    assert verify_chain(Places(one, "shop")).ok
    # A new file in the stored inbox is news to the tick, and to the next machine.
    inbox = tmp_path / "stored" / "inbox" / "shop" / "omniva"
    inbox.mkdir(parents=True)
    shutil.copy(one / "inputs" / "parcels.csv", inbox / "parcels.csv")
    assert not quiet_expected(settings, "shop", day, stored=storage.glance(settings, "shop"))
    assert outcome(one, LATER, "--resume") == ("done before", "")


@pytest.mark.slow
def test_the_loser_of_a_race_makes_its_night_again_on_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROPA_STORAGE", f"file://{tmp_path}/stored")
    one, two = machine(tmp_path, "one"), machine(tmp_path, "two")
    assert outcome(one, AS_OF)[0] == "published"
    for home in (one, two):
        change(home / "mappings/controllers/shop/controller.yaml", "value: Small Shop", "value: Another Shop")
    put, puts = WorkingCopy.put, []

    def overtaken(copy: WorkingCopy) -> storage.Moved:
        """The other machine's whole night happens just before the first put."""
        puts.append(copy)
        if len(puts) == 1:
            other = WorkingCopy(load_settings(two), "shop")
            other.fetch()
            make_night(night(two, "shop", LATER))
            put(other)
        return put(copy)

    monkeypatch.setattr(WorkingCopy, "put", overtaken)
    job = build_definitions(load_settings(one)).resolve_job_def(JOB_NAME)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(CONTROLLERS.name), ["shop"])
        request = request_for(load_settings(one), "shop", LATER, "tick")
        result = job.execute_in_process(
            partition_key="shop",
            asset_selection=request.asset_selection,
            instance=instance,
            run_config={**request.run_config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    assert result.success
    assert len(puts) >= 2
    places = Places(one, "shop")
    assert verify_chain(places).ok
    assert verify_chain(places).snapshots == 2, "the change was recorded once, by the one who won"
    WorkingCopy(load_settings(two), "shop").fetch()
    assert state_of(two, "shop") == state_of(one, "shop")


@pytest.mark.slow
def test_a_storage_that_always_moves_ends_with_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROPA_STORAGE", f"file://{tmp_path}/stored")
    monkeypatch.setattr("ropa_pipeline.commands.run.time.sleep", lambda seconds: None)
    one = machine(tmp_path, "one")
    tries = []

    def always(copy: WorkingCopy) -> storage.Moved:
        tries.append(copy)
        raise StateMoved("another machine put a newer state meanwhile")

    monkeypatch.setattr(WorkingCopy, "put", always)
    answer = run_small(one, as_of=AS_OF, name="shop")
    assert answer.code == 2
    assert "newer state" in answer.err
    assert len(tries) == storage.TRIES
