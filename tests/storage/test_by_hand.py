"""What a person does with ``ROPA_STORAGE`` set: on the newest state, put at once, or not done at all."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pytest
from whole_runs import AS_OF, call, change, results, run_small, small_controller

from ropa_pipeline import alerts, storage
from ropa_pipeline.model.portfolio import RegisterStatus
from ropa_pipeline.publish.history import verify_chain
from ropa_pipeline.publish.places import Places, PublishError
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.storage import StateMoved, StorageError, WorkingCopy, newest, on_newest, stored_part
from tests.storage.states import SHOP, make_night, settings_of, state_of


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A storage of each kind, empty."""
    if request.param == "folder":
        return f"file://{tmp_path}/stored"
    return f"{request.getfixturevalue('server')}/{tmp_path.name}"


def put_night(home: Path, address: str, number: int, facts: str = "") -> None:
    copy = WorkingCopy(settings_of(home, address), SHOP)
    copy.fetch()
    make_night(home, number, facts)
    copy.put()


def fetched(home: Path, address: str) -> dict[str, bytes]:
    WorkingCopy(settings_of(home, address), SHOP).fetch()
    return state_of(home)


def test_a_change_is_made_on_the_newest_state_and_put(tmp_path: Path, address: str) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    put_night(one, address, 1)
    seen = []

    def change() -> str:
        seen.append(len(verify_chain(Places(two, SHOP)).problems) or verify_chain(Places(two, SHOP)).snapshots)
        make_night(two, 2)
        return "done"

    assert on_newest(settings_of(two, address), (SHOP,), change) == "done"
    assert seen == [1], "the state was fetched first"
    assert fetched(three, address) == state_of(two)
    assert verify_chain(Places(three, SHOP)).snapshots == 2


def test_who_loses_a_race_is_told_and_nothing_is_changed(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    put_night(one, address, 1)

    def overtaken() -> None:
        put_night(one, address, 2, "of the other machine")
        make_night(two, 2, "by hand")

    with pytest.raises(StateMoved, match="nothing was changed"):
        on_newest(settings_of(two, address), (SHOP,), overtaken)
    assert state_of(two) == state_of(one)
    assert fetched(tmp_path / "three", address) == state_of(one)
    (kept,) = (two / "data" / "storage" / "aside").rglob("history.jsonl")
    assert len(kept.read_text("utf-8").splitlines()) == 2, "what was decided too late is kept aside"


def test_a_quiet_night_of_another_machine_is_a_race_too(tmp_path: Path, address: str) -> None:
    """Its history is the same, so only the state as a whole tells that something moved."""
    one, two = tmp_path / "one", tmp_path / "two"
    put_night(one, address, 1)

    def overtaken() -> None:
        copy = WorkingCopy(settings_of(one, address), SHOP)
        copy.fetch()
        (one / "data" / "build" / SHOP / "row_counts.parquet").write_text("counts of a quiet night", "utf-8")
        copy.put()
        make_night(two, 2, "by hand")

    with pytest.raises(StateMoved):
        on_newest(settings_of(two, address), (SHOP,), overtaken)
    assert state_of(two) == state_of(one)


def test_a_change_that_fails_puts_nothing(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    put_night(one, address, 1)
    before = storage.status(settings_of(one, address), SHOP)

    def fail() -> None:
        raise PublishError("already approved")

    with pytest.raises(PublishError, match="already approved"):
        on_newest(settings_of(two, address), (SHOP,), fail)
    after = storage.status(settings_of(one, address), SHOP)
    assert before is not None
    assert after is not None
    assert after.generation == before.generation


def test_where_the_storage_falls_silent_after_the_change_the_message_says_how_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path / "one", f"file://{tmp_path}/stored")

    def silent(copy: WorkingCopy) -> storage.Moved:
        raise StorageError("the storage does not answer")

    monkeypatch.setattr(WorkingCopy, "put", silent)
    with pytest.raises(StorageError, match=f"does not answer.*ropa storage put {SHOP}"):
        on_newest(settings, (SHOP,), lambda: make_night(settings.home, 1))


def test_a_decision_is_not_written_once_the_state_it_was_read_from_is_not_the_newest(
    tmp_path: Path, address: str
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    put_night(one, address, 1)
    with newest(settings_of(two, address), SHOP) as still:
        still()
        put_night(one, address, 2)
        with pytest.raises(StateMoved, match="nothing was written"):
            still()


def test_without_a_storage_only_the_change_is_made(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, shipped=tmp_path)
    assert on_newest(settings, (SHOP,), lambda: 7) == 7
    assert list(tmp_path.iterdir()) == []


def test_whoever_only_looks_fetches_only_that(tmp_path: Path, address: str) -> None:
    put_night(tmp_path / "one", address, 1)
    settings = settings_of(tmp_path / "two", address)
    with stored_part(settings, SHOP, lambda path: path.endswith("manifest.json")) as home:
        files = [path.relative_to(home).as_posix() for path in sorted(home.rglob("*")) if path.is_file()]
        assert [name.rpartition("/")[2] for name in files if name.startswith("data/releases")] == ["manifest.json"]
        assert (home / "data" / "published" / SHOP / "manifest.json").is_file()
    assert not home.exists()
    assert not (tmp_path / "two").exists()
    assert storage.stored_names(settings) == (SHOP,)
    with stored_part(settings, "nobody", lambda path: True) as home:
        assert list(home.iterdir()) == []


@pytest.fixture
def machines(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Homes that share a storage, each with the controller's mappings; the first has run a night."""
    monkeypatch.setenv("ROPA_STORAGE", address)

    def machine(name: str) -> Path:
        home = tmp_path / name
        small_controller(home, "shop")
        return home

    (row,) = results(run_small(machine("one"), as_of=AS_OF, name="shop"))
    assert row["outcome"] == "published"
    return machine


def test_approval_portfolio_and_alerts_on_machines_that_never_ran(machines: Callable[[str], Path]) -> None:
    two, three = machines("two"), machines("three")
    answer = call("approve", "shop", "--by", "Example Officer", "--home", str(two))
    assert answer.code == 0, answer.said
    again = call("approve", "shop", "--by", "Example Officer", "--home", str(machines("four")))
    assert again.code == 2
    assert "already approved" in again.err
    said = call("portfolio", "--json", "--as-of", AS_OF, "--home", str(three))
    assert said.code == 0, said.said
    (row,) = json.loads(said.out)[RegisterStatus.TABLE]
    assert (row["controller_id"], row["state"]) == ("shop", "approved")
    assert not (three / "data" / "releases").exists(), "nothing of the register stays where it was looked at"
    found = call("alerts", "check", "--json", "--home", str(three))
    assert json.loads(found.out)["shop"] == {"failures": [], "gone": [], "standing": [], "told": []}, found.said
    later = alerts.check(load_settings(three), "shop", now=datetime.now(UTC) + timedelta(days=5))
    assert ["register_stale" in key for key in later.standing] == [True]
    assert not (three / "data" / "history").exists()


def test_restoring_and_pruning_go_through_the_storage(machines: Callable[[str], Path], tmp_path: Path) -> None:
    one, two = load_settings(tmp_path / "one").home, machines("two")
    archive = tmp_path / "backup.tar.gz"
    assert call("backup", str(archive), "--home", str(one)).code == 0
    assert call("approve", "shop", "--by", "Example Officer", "--home", str(two)).code == 0
    shorter = call("restore", str(archive), "--home", str(machines("three")))
    assert shorter.code == 2, "the stored history is longer"
    assert "does not continue" in shorter.err
    shown = call("prune", "shop", "--home", str(machines("four")))
    assert shown.code == 0, shown.said


OWN_RULE = """\
  - {rule_id: own_history, activities: [own], period: P7D, starts_at: log_created, decision: d1}
"""
OWN_ENTRY = """\
activities:
  - {id: own, name: This record, purpose: Keeping the record, covers: [this_tool]}
"""
DECISION = """\
decisions:
  - {id: d1, by: the office manager, on: 2026-10-01, reason: superseded records are of no use after a week}
"""


def later(days: int) -> str:
    return (date.fromisoformat(AS_OF) + timedelta(days=days)).isoformat()


def stored_facts(tmp_path: Path) -> set[str]:
    """The days whose facts the newest stored state of the shop holds."""
    home = tmp_path / f"looked at {len(list(tmp_path.iterdir()))}"
    WorkingCopy(load_settings(home), SHOP).fetch()
    return {path.name[:10] for path in Places(home, SHOP).snapshots.iterdir()}


def lose(address: str) -> None:
    """Everything that a storage holds is gone; the storage itself answers."""
    files, folder = fsspec.core.url_to_fs(address, skip_instance_cache=True)
    files.rm(folder, recursive=True)
    assert not files.exists(folder)


def renamed(home: Path, name: str) -> Path:
    change(home / "mappings/controllers/shop/controller.yaml", "value: Small Shop", f"value: {name}")
    return home


def test_a_lost_storage_is_filled_again_from_a_backup_and_the_next_night_goes_on(
    machines: Callable[[str], Path], address: str, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar.gz"
    assert call("backup", str(archive), "--home", str(tmp_path / "one")).code == 0
    lose(address)
    restored = call("restore", str(archive), "--home", str(machines("two")))
    assert (restored.code, restored.out) == (0, "restored: shop\n"), restored.said
    assert stored_facts(tmp_path) == {AS_OF}, "the storage holds it, not only the machine where it was restored"
    three = renamed(machines("three"), "Another Shop")
    (row,) = results(run_small(three, as_of=later(1), name="shop"))
    assert row["outcome"] == "published"
    checked = call("verify", "shop", "--home", str(three))
    assert checked.code == 0, checked.said
    assert verify_chain(Places(three, SHOP)).snapshots == 2
    assert stored_facts(tmp_path) == {AS_OF, later(1)}


def test_pruning_removes_from_the_storage_what_the_rule_says_and_nothing_else(
    machines: Callable[[str], Path], tmp_path: Path
) -> None:
    for number in (1, 2):
        home = renamed(machines(f"night {number}"), f"Shop {number}")
        (row,) = results(run_small(home, as_of=later(number), name="shop"))
        assert row["outcome"] == "published"
    assert stored_facts(tmp_path) == {AS_OF, later(1), later(2)}
    two = machines("two")
    mappings = two / "mappings/controllers/shop"
    change(mappings / "activities.yaml", "activities:\n", OWN_ENTRY)
    with (mappings / "activities.yaml").open("a", encoding="utf-8") as file:
        file.write(OWN_RULE)
    (mappings / "decisions.yaml").write_text(DECISION, "utf-8")
    # On the eighth day after the first of three was superseded, a week is over for that one alone.
    on = ("--as-of", later(9), "--home", str(two))
    shown = call("prune", "shop", *on)
    assert (shown.code, shown.out.count("superseded on")) == (0, 1), shown.said
    assert stored_facts(tmp_path) == {AS_OF, later(1), later(2)}, "showing removes nothing"
    done = call("prune", "shop", "--apply", *on)
    assert done.code == 0, done.said
    assert "1 snapshots removed" in done.out
    assert stored_facts(tmp_path) == {later(1), later(2)}
    WorkingCopy(load_settings(machines("three")), SHOP).fetch()
    checked = verify_chain(Places(tmp_path / "three", SHOP))
    assert (checked.ok, checked.snapshots, checked.pruned) == (True, 3, 1)


def test_a_storage_that_is_gone_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_controller(tmp_path / "home", "shop")
    monkeypatch.setenv("ROPA_STORAGE", "nonsense://nowhere")
    for command in (("approve", "shop", "--by", "Example Officer"), ("portfolio",)):
        answer = call(*command, "--home", str(tmp_path / "home"))
        assert (answer.code, answer.err.count("\n")) == (2, 1), answer.said
        assert "nonsense" in answer.err
