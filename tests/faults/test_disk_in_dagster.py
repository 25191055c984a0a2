"""A disk that is full in the middle of a run through Dagster is said as that, not as a fault of the tool."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import sqlalchemy
from whole_runs import ROOT, Answer, change, clean_environment, ropa, small_controller, sums

from ropa_pipeline import publish
from ropa_pipeline.orchestration.faults import guarded
from ropa_pipeline.publish.places import Places
from ropa_pipeline.store import DiskTrouble, disk_trouble

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def wrapped(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FULL, "no room is left"),
        (OSError(errno.EDQUOT, "quota"), "no room is left"),
        (PermissionError(errno.EACCES, "no"), "cannot be written"),
        (duckdb.IOException("IO Error: Could not write: No space left on device"), "no room is left"),
        (sqlite3.OperationalError("database or disk is full"), "no room is left"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlalchemy.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
         "no room is left"),
        (wrapped(RuntimeError("a library's own"), FULL), "no room is left"),
        (sqlite3.OperationalError("disk I/O error"), "answers with an error"),
        (OSError(errno.EIO, "Input/output error"), "answers with an error"),
        (sqlite3.OperationalError("no such table: full"), ""),
        (ValueError("No space left"), ""),
        (ConnectionRefusedError(111, "no"), ""),
    ],
)  # fmt: skip
def test_every_way_to_say_that_a_disk_is_full_is_understood(error: Exception, says: str) -> None:
    told = disk_trouble(error, Path("/nowhere"))
    assert (says in told) if says else (told == "")


def test_a_step_says_what_to_do_and_keeps_no_text_of_the_error() -> None:
    def make() -> None:
        raise wrapped(RuntimeError("qz-a-value"), FULL)

    with pytest.raises(DiskTrouble, match="Make room on that disk, then run again") as caught:
        guarded(make)
    assert "qz-a-value" not in str(caught.value)
    assert caught.value.__context__ is None


_STRUCK = """
import sys
sys.path[:0] = ["tests/faults", "tests/pipeline"]
from pathlib import Path
from killing import Fault, FaultPoints
import ropa_pipeline.orchestration.runner
home, at = Path(sys.argv[1]), int(sys.argv[2])
points = FaultPoints((home / "data" / "build", home / "data" / "history", home / "data" / "releases"),
                     Fault.FULL if at else Fault.NONE, at)
points.install()
sys.argv = ["ropa", "run", "small", "--as-of", "2026-11-02", "--home", str(home), "--quiet"]
from ropa_pipeline.cli import main
try:
    main()
finally:
    print(len(points.seen))
"""


def night(home: Path, at: int) -> Answer:
    """A night through Dagster in a process of its own, whose disk takes no more from that change on (0: never)."""
    done = subprocess.run(
        [sys.executable, "-c", _STRUCK, str(home), str(at)],
        capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_disk_that_is_full_in_a_run_through_dagster_says_so_and_leaves_the_release(tmp_path: Path) -> None:
    small_controller(tmp_path)
    assert ropa("run", "small", "--as-of", "2026-11-01", "--home", str(tmp_path)).code == 0
    before = publish.published_path(tmp_path, "small")
    assert before is not None
    kept, chain = sums(before), Places(tmp_path, "small").chain.read_bytes()
    for at in (1, 30, 60):
        change(tmp_path / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
        struck = night(tmp_path, at)
        assert struck.code == 1, struck.said
        assert "no room is left" in struck.err, struck.err
        assert "then run again" in struck.err
        assert "RunFailed" not in struck.err
        assert "Traceback" not in struck.err
        assert publish.published_path(tmp_path, "small") == before
        assert sums(before) == kept
        assert Places(tmp_path, "small").chain.read_bytes() == chain
        change(tmp_path / "mappings/controllers/small/activities.yaml", "period: P6Y", "period: P5Y")
    change(tmp_path / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
    healed = night(tmp_path, 0)
    assert healed.code == 0, healed.said
    assert int(healed.out.split()[-1]) > 60
    assert publish.verify(tmp_path, "small").ok


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("limit", [60_000, 300_000])
def test_files_of_dagster_that_may_not_grow_are_said_in_words(tmp_path: Path, limit: int) -> None:
    """The system's own limit, of which SQLite learns without us."""
    small_controller(tmp_path)
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from ropa_pipeline.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "small", "--as-of", "2026-11-01", "--home", str(tmp_path), "--json"],
        capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "run again" in json.loads(done.stdout)[0]["message"]
    assert ropa("run", "small", "--as-of", "2026-11-01", "--home", str(tmp_path)).code == 0
