"""The same against an S3 server: conditional writes, a race, a server that is gone or ignores conditions."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ropa_pipeline import storage
from ropa_pipeline.storage import StateMoved, StorageError, WorkingCopy
from ropa_pipeline.storage.bucket import S3
from tests.live import free_port
from tests.storage.states import SHOP, make_night, measure, settings_of, state_of

pytestmark = pytest.mark.slow


def night(home: Path, address: str, number: int) -> WorkingCopy:
    copy = WorkingCopy(settings_of(home, address), SHOP)
    copy.fetch()
    make_night(home, number)
    copy.put()
    return copy


def test_the_same_bytes_on_another_machine_and_a_quiet_night_costs_little(tmp_path: Path, server: str) -> None:
    address, one, two = f"{server}/round", tmp_path / "one", tmp_path / "two"
    night(one, address, 1)
    copy = night(two, address, 2)
    assert isinstance(copy.bucket, S3)
    assert copy.bucket.conditional, "the server keeps conditions, so no lock is needed"
    measure(two, "quiet")
    again = WorkingCopy(settings_of(two, address), SHOP)
    measure(one, "something else")
    assert WorkingCopy(settings_of(one, address), SHOP).fetch().fetched > 0
    assert again.fetch().received_bytes < 5_000
    measure(two, "quiet")
    moved = again.put()
    assert moved.sent_bytes < 5_000
    WorkingCopy(settings_of(one, address), SHOP).fetch()
    assert state_of(one) == state_of(two)
    assert storage.verify(settings_of(one, address), SHOP) == ()
    found = storage.status(settings_of(one, address), SHOP)
    assert found is not None
    assert (found.generation, found.lines, found.here) == (3, 2, "the history here is the stored one")


@pytest.mark.parametrize("conditional", [True, False], ids=["conditions", "lease"])
def test_of_many_that_put_at_once_one_wins(tmp_path: Path, server: str, conditional: bool) -> None:
    address, first = f"{server}/race{conditional}", tmp_path / "first"
    night(first, address, 1)

    def run(number: int) -> str:
        home = tmp_path / f"home{number}"
        copy = WorkingCopy(settings_of(home, address), SHOP)
        assert isinstance(copy.bucket, S3)
        # A server that ignores conditions is found out by a probe; here the answer of the probe is given.
        copy.bucket.conditional = conditional
        copy.fetch()
        make_night(home, 2, f"machine {number}")
        copies.append(copy)
        return str(home)

    copies: list[WorkingCopy] = []
    for number in range(3):
        run(number)

    def put(copy: WorkingCopy) -> str:
        try:
            copy.put()
        except StateMoved:
            return "lost"
        return "won"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(put, copies)) == ["lost", "lost", "won"]
    assert storage.verify(settings_of(first, address), SHOP) == ()


def test_a_server_that_accepts_every_write_is_found_out(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = S3(f"{server}/naive")
    monkeypatch.setattr(bucket, "_put_if", lambda key, content, condition: True)
    assert not bucket._keeps_conditions()


def test_garbage_and_a_damaged_object(tmp_path: Path, server: str) -> None:
    address, one, two = f"{server}/damage", tmp_path / "one", tmp_path / "two"
    night(one, address, 1)
    settings = settings_of(one, address)
    bucket = WorkingCopy(settings, SHOP).bucket
    prefix = f"controllers/{SHOP}/objects"
    (record,) = [name for name in bucket.listed(prefix) if bucket.read(f"{prefix}/{name}") == b"record 1"]
    bucket.write_many({f"{prefix}/{record}": lambda: b"rec"})
    with pytest.raises(storage.StorageDamaged, match="cut short"):
        WorkingCopy(settings_of(two, address), SHOP).fetch()
    assert storage.collect_garbage(settings, SHOP) == (0, 0)
    assert storage.verify(settings, SHOP, repair=True) == ()


def test_a_server_that_is_gone_is_one_line_without_credentials(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StorageError, match="does not answer") as raised:
        WorkingCopy(settings_of(tmp_path, f"{server}/gone"), SHOP).fetch()
    assert "made-up" not in str(raised.value)
