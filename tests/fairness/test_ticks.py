"""A tick of the schedule: it decides whether anything changed, and one shop's files never cost the others a night."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import dagster as dg
import pytest
from whole_runs import AS_OF, call, results, small_controller

from ropa_pipeline.orchestration.jobs import _groups, schedules
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.settings import load_settings

NAMES = ("one", "three", "two")


def asked_for(home: Path) -> dict[str, int]:
    """How many assets a tick asks for of each controller."""
    folder = tempfile.mkdtemp(prefix="ropa-instance-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # not closed: Dagster keeps a weak reference to a context's instance
    instance = dg.DagsterInstance.local_temp(folder)
    instance.add_dynamic_partitions(str(CONTROLLERS.name), list(NAMES))
    _groups.cache_clear()
    found: dict[str, int] = {}
    for schedule in schedules(load_settings(home)):
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=datetime(2026, 11, 2, tzinfo=UTC)
        )
        for request in cast(Iterator[dg.RunRequest], schedule(context)):
            found[str(request.partition_key)] = len(request.asset_selection or ())
    return found


def written(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(content)


def source(location: str) -> Callable[[Path], object]:
    text = f'sources:\n  - {{system: dpd, connector: sql_database, location: "{location}"}}\n'
    return written("sources.yaml", text.encode())


def a_folder_in_its_place(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    (folder / "sources.yaml").mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no yaml": written("sources.yaml", b"sources: [}{"),
    "no list": written("sources.yaml", b"sources: 7\n"),
    "no text": written("sources.yaml", b"\xff\xfe\x00\x01"),
    "no file": lambda folder: (folder / "sources.yaml").unlink(),
    "a folder": a_folder_in_its_place,
    "a password that nobody set": source("mysql://reader:env:NOWHERE@db.example/shop"),
    "a file of a password that is gone": source("file:/no/such"),
    "an address without an end": source("mysql://reader@[::1/shop"),
    "a port that is no number": source("mysql://reader@db.example:shop/shop"),
    "a controller that cannot be read": written("controller.yaml", b"timezone: ["),
    "a time zone that nobody has": written("controller.yaml", b"controller_id: two\ntimezone: Mars/Base\n"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_broken_shop_is_asked_for_like_the_others(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    for name in NAMES:
        small_controller(tmp_path, name)
    damage(tmp_path / "mappings" / "controllers" / "two")
    assert set(asked_for(tmp_path)) == set(NAMES)


def test_whether_anything_changed_is_decided_before_a_run_is_launched(tmp_path: Path) -> None:
    for name in NAMES:
        small_controller(tmp_path, name)
    whole = asked_for(tmp_path)
    answer = call("run", "--all", "--as-of", AS_OF, "--home", str(tmp_path), "--no-dagster", "--json")
    assert [row["outcome"] for row in results(answer)] == ["published"] * 3
    assert asked_for(tmp_path) == dict.fromkeys(NAMES, 1), "nothing is new: one short step each"
    with (tmp_path / "mappings" / "controllers" / "one" / "controller.yaml").open("a", encoding="utf-8") as file:
        file.write("# reviewed\n")
    (tmp_path / "data" / "build" / "two" / "night.json").write_bytes(b"\x00 a damaged mark")
    assert asked_for(tmp_path) == {**whole, "three": 1}
