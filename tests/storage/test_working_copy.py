"""A controller's state on loan: whole or not at all, one winner, a history that only grows. In a shared folder."""

import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ropa_pipeline import storage
from ropa_pipeline.publish.history import verify_chain
from ropa_pipeline.publish.places import Places, published_path
from ropa_pipeline.storage import HistoryRefused, StateMoved, StorageDamaged, WorkingCopy, bucket, working_copy
from ropa_pipeline.storage.working_copy import put_what_there_is
from tests.storage.states import SHOP, make_night, measure, settings_of, state_of


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"file://{tmp_path}/stored"


def night(home: Path, address: str, make: Callable[[], None]) -> WorkingCopy:
    """A run on one machine: fetch, work, put."""
    copy = WorkingCopy(settings_of(home, address), SHOP)
    copy.fetch()
    make()
    copy.put()
    return copy


def stored_objects(address: str) -> list[Path]:
    return sorted((Path(address.removeprefix("file://")) / "controllers" / SHOP / "objects").iterdir())


def test_without_a_storage_nothing_is_done(tmp_path: Path) -> None:
    with working_copy(settings_of(tmp_path, ""), SHOP) as copy:
        assert copy is None
    assert list(tmp_path.iterdir()) == []


def test_another_machine_finds_the_same_bytes(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    night(two, address, lambda: make_night(two, 2))
    copy = WorkingCopy(settings_of(one, address), SHOP)
    copy.fetch()
    assert state_of(one) == state_of(two)
    assert copy.base is not None
    assert (copy.base.generation, copy.base.previous_generation, copy.base.chain_lines) == (2, 1, 2)
    assert verify_chain(Places(one, SHOP)).ok
    assert storage.verify(settings_of(one, address), SHOP) == ()
    assert len(list(Places(one, SHOP).releases.iterdir())) == 2, "a release that was made here stays here"


def test_only_what_differs_moves(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    copy = WorkingCopy(settings_of(two, address), SHOP)
    assert copy.fetch().fetched == len(state_of(one))
    assert copy.fetch().fetched == 0
    measure(two, "a quiet night")
    # four files, the trees of working tables and release, the head
    assert copy.put().put == 7
    again = WorkingCopy(settings_of(one, address), SHOP)
    assert again.fetch().fetched == 4
    assert again.put().put == 0, "nothing changed, so no generation is made"


def test_a_table_that_is_gone_is_gone_elsewhere_too(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    night(two, address, lambda: (two / "data/build" / SHOP / "row_counts.parquet").unlink())
    WorkingCopy(settings_of(one, address), SHOP).fetch()
    assert state_of(one) == state_of(two)
    assert not (one / "data/build" / SHOP / "row_counts.parquet").exists()


def test_two_machines_cannot_both_win_and_the_loser_goes_on(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    first = WorkingCopy(settings_of(one, address), SHOP)
    second = WorkingCopy(settings_of(two, address), SHOP)
    first.fetch()
    second.fetch()
    make_night(one, 2, "what the first saw")
    make_night(two, 2, "what the second saw")
    first.put()
    with pytest.raises(StateMoved, match="another machine"):
        second.put()
    put_what_there_is(second)
    assert storage.verify(settings_of(one, address), SHOP) == ()
    second.fetch()
    assert state_of(one) == state_of(two)
    aside = list((two / "data/storage/aside").iterdir())
    assert len(aside) == 1, "what the loser had written is set aside, not lost"
    make_night(two, 3)
    second.put()
    assert second.base is not None
    assert (second.base.generation, second.base.chain_lines) == (3, 3)


def test_an_approval_given_between_two_nights_is_kept_and_put(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    make_night(one, 2)
    night(one, address, lambda: None)
    WorkingCopy(settings_of(two, address), SHOP).fetch()
    assert state_of(one) == state_of(two)


def test_a_shorter_or_forked_history_is_refused(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    night(one, address, lambda: make_night(one, 2))
    copy = WorkingCopy(settings_of(two, address), SHOP)
    copy.fetch()
    chain = Places(two, SHOP).chain
    lines = chain.read_bytes().splitlines(keepends=True)
    chain.write_bytes(lines[0])
    with pytest.raises(HistoryRefused, match="do not continue"):
        copy.put()
    make_night(two, 3)
    with pytest.raises(HistoryRefused, match="do not continue"):
        copy.put()
    chain.write_bytes(lines[0].replace(b'"open_findings":0', b'"open_findings":7') + lines[1])
    with pytest.raises(HistoryRefused, match="line 1"):
        copy.put()
    assert storage.verify(settings_of(one, address), SHOP) == ()


@pytest.mark.parametrize("damage", ["cut", "altered", "gone"])
def test_a_damaged_object_is_found_and_never_published(tmp_path: Path, address: str, damage: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    (record,) = [path for path in stored_objects(address) if path.read_bytes() == b"record 1"]
    record.unlink()
    if damage != "gone":
        record.write_bytes(b"rec" if damage == "cut" else b"RECORD 1")
    with pytest.raises(StorageDamaged, match=r"record\.xlsx"):
        WorkingCopy(settings_of(two, address), SHOP).fetch()
    assert published_path(two, SHOP) is None
    (problem,) = storage.verify(settings_of(two, address), SHOP)
    assert problem.startswith("releases/shop/")
    assert storage.verify(settings_of(one, address), SHOP, repair=True) == ()
    WorkingCopy(settings_of(two, address), SHOP).fetch()
    assert state_of(one) == state_of(two)


def test_a_head_cannot_lead_out_of_the_controllers_folders(tmp_path: Path, address: str) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    copy = night(one, address, lambda: make_night(one, 1))
    assert copy.base is not None
    bad = json.dumps({"entries": [{"path": f"build/{SHOP}/../../../x", "size": 1, "sha256": "00"}]}).encode()
    digest = bucket._token_of(bad)
    (stored_objects(address)[0].parent / digest).write_bytes(bad)
    head = Path(address.removeprefix("file://")) / "controllers" / SHOP / "head.json"
    content = json.loads(head.read_text("utf-8"))
    content["trees"] = [
        {"path": "build", "size": len(bad), "sha256": digest} if tree["path"] == "build" else tree
        for tree in content["trees"]
    ]
    head.write_text(json.dumps(content), "utf-8")
    with pytest.raises(StorageDamaged, match="outside"):
        WorkingCopy(settings_of(two, address), SHOP).fetch()


def _killed_at(home: Path, address: str, number: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A put in a child that is killed while it writes its nth object; whether it was killed."""
    child = os.fork()
    if child == 0:
        count = 0
        write = bucket.write_bytes

        def kill_or_write(path: Path, content: bytes) -> None:
            nonlocal count
            if count == number:
                path.with_name(f".{path.name}.tmp").write_bytes(content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1
            write(path, content)

        try:
            copy = WorkingCopy(settings_of(home, address), SHOP)
            copy.fetch()
            make_night(home, 2 + number, f"try {number}")
            monkeypatch.setattr(bucket, "write_bytes", kill_or_write)
            copy.put()
        finally:
            os._exit(0)
    _, ended = os.waitpid(child, 0)
    return os.WIFSIGNALED(ended)


def test_a_machine_killed_at_any_object_leaves_the_old_state_whole(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    night(one, address, lambda: make_night(one, 1))
    before = state_of(one)
    killed = 0
    for number in range(30):
        if not _killed_at(tmp_path / f"killed{number}", address, number, monkeypatch):
            break
        killed += 1
        copy = WorkingCopy(settings_of(other, address), SHOP)
        copy.fetch()
        assert state_of(other) == before
        assert storage.verify(settings_of(other, address), SHOP) == ()
    assert killed >= 10, "every object, the trees and the head were tried"
    copy = WorkingCopy(settings_of(other, address), SHOP)
    copy.fetch()
    assert copy.base is not None
    assert (copy.base.generation, copy.base.chain_lines) == (2, 2), "the put that was not killed"
    assert storage.verify(settings_of(other, address), SHOP) == ()


def test_what_a_killed_machine_left_is_cleared_after_a_day(tmp_path: Path, address: str) -> None:
    one = tmp_path / "one"
    settings = settings_of(one, address)
    night(one, address, lambda: make_night(one, 1))
    night(one, address, lambda: measure(one, "later"))
    named = len(stored_objects(address))
    (stored_objects(address)[0].parent / ("0" * 64)).write_bytes(b"left by a killed run")
    assert storage.collect_garbage(settings, SHOP) == (0, 0)
    # the left object, four files and two trees of the first night
    count, size = storage.collect_garbage(settings, SHOP, datetime.now(UTC) + timedelta(days=2))
    assert (count, size > 0) == (7, True)
    assert len(stored_objects(address)) == named + 1 - count
    assert storage.verify(settings, SHOP) == ()


def test_the_inbox_comes_with_its_times_and_only_what_changed(tmp_path: Path, address: str) -> None:
    one = tmp_path / "one"
    settings = settings_of(one, address)
    inbox = Path(address.removeprefix("file://")) / "inbox" / SHOP / "prestashop"
    inbox.mkdir(parents=True)
    (inbox / "old.sql").write_text("old", "utf-8")
    (inbox / "new.sql").write_text("new", "utf-8")
    os.utime(inbox / "old.sql", (1_700_000_000, 1_700_000_000))
    copy = WorkingCopy(settings, SHOP)
    assert copy.fetch().fetched == 2
    here = settings.inbox / SHOP / "prestashop"
    assert (here / "old.sql").stat().st_mtime == 1_700_000_000
    assert copy.fetch().fetched == 0
    states = storage.inbox_states(settings)
    (inbox / "old.sql").unlink()
    (here / "by_hand.csv").write_text("a,b", "utf-8")
    copy.fetch()
    assert sorted(path.name for path in here.iterdir()) == ["by_hand.csv", "new.sql"]
    assert storage.inbox_states(settings) != states


def test_a_storage_without_conditions_switches_under_a_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "LOCK_SECONDS", 1.0)
    address = f"memory://{tmp_path.name}"
    one, two = tmp_path / "one", tmp_path / "two"
    night(one, address, lambda: make_night(one, 1))
    first, second = (WorkingCopy(settings_of(home, address), SHOP) for home in (one, two))
    first.fetch()
    second.fetch()
    assert state_of(one) == state_of(two)
    measure(one, "first")
    measure(two, "second")
    first.put()
    with pytest.raises(StateMoved):
        second.put()
    held = {"owner": "x", "until": datetime.now(UTC).timestamp() + 60}
    second.fetch()
    measure(two, "third")
    second.bucket.write_many({f"controllers/{SHOP}/head.json.lock": lambda: json.dumps(held).encode()})
    with pytest.raises(storage.StorageError, match="held for"):
        second.put()
