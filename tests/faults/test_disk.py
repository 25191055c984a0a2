"""A disk that is full or may not be written costs the night and nothing else, and the message says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from killing import Fault, FaultPoints, forked
from scenarios import changed, next_night, quick, run
from whole_runs import call, sums

from ropa_pipeline import publish
from ropa_pipeline.publish.chain import SnapshotTaken
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places
from ropa_pipeline.store import disk_trouble

NEXT = "2026-11-02"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published controller with a changed declaration that waits for its night."""
    home = tmp_path_factory.mktemp("disk") / "home"
    home.mkdir()

    def make() -> None:
        quick()
        changed(home)

    forked(make)
    shutil.copytree(home, home.with_name("kept"), symlinks=True)
    return home


@pytest.fixture
def home(ready: Path) -> Path:
    """The same folder for every test, as it was: shared mappings are read once for all children."""
    shutil.rmtree(ready)
    shutil.copytree(ready.with_name("kept"), ready, symlinks=True)
    return ready


@pytest.fixture(scope="module")
def points(ready: Path) -> int:
    """How many changes of the disk the next night makes."""

    def counted() -> int:
        quick()
        points = FaultPoints((ready,))
        points.install()
        next_night(ready)
        return len(points.seen)

    number: int = forked(counted)
    return number


def struck(home: Path, fault: Fault, at: int) -> dict[str, object]:
    """The next night in a child whose disk fails from point ``at`` on."""

    def work() -> object:
        quick()
        FaultPoints((home,), fault, at).install()
        return next_night(home)

    answer: dict[str, object] = forked(work)
    return answer


def healed(home: Path) -> dict[str, object]:
    def work() -> object:
        quick()
        return run(home, NEXT)

    answer: dict[str, object] = forked(work)
    return answer


def holds(home: Path, chain: bytes, before: Path | None) -> None:
    assert before is not None
    shown = publish.published_path(home, "small")
    assert shown is not None
    assert Places(home, "small").chain.read_bytes().startswith(chain)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Fault.FULL, Fault.READ_ONLY], ids=["full", "read-only"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.8, 0.95])
def test_a_disk_that_fails_anywhere_in_a_night_leaves_the_release_and_says_what_to_do(
    home: Path, points: int, fault: Fault, share: float
) -> None:
    chain, before = Places(home, "small").chain.read_bytes(), publish.published_path(home, "small")
    kept = sums(before) if before else {}
    answer = struck(home, fault, 1 + int(share * points))
    said = str(answer["said"])
    assert "Traceback" not in said
    holds(home, chain, before)
    if answer["code"]:
        assert "run again" in said, said
        assert before is not None
        assert sums(before) == kept
    assert healed(home)["outcome"] in ("published", "unchanged")
    assert publish.verify(home, "small").ok


def test_a_line_of_the_history_that_a_full_disk_takes_in_part_is_taken_back(home: Path) -> None:
    """``os.write`` may take a part without an error; half a line must not be taken for a release."""

    def work() -> list[object]:
        real, chain = os.write, Places(home, "small").chain
        before = chain.read_bytes()

        def full(number: int, data: bytes) -> int:
            os.write = real
            taken = real(number, data[: len(data) // 2])

            def then(_: int, __: bytes) -> int:
                raise OSError(28, "No space left on device")

            os.write = then  # type: ignore[assignment]
            return taken

        history = History(Places(home, "small"))
        taken = next(line.entry for line in history.lines if isinstance(line.entry, SnapshotTaken))
        os.write = full  # type: ignore[assignment]
        try:
            history.append(history.following([taken]))
        except OSError as error:
            said = disk_trouble(error, home)
        finally:
            os.write = real
        return [chain.read_bytes() == before, said]

    same, said = forked(work)
    assert same
    assert "no room is left" in said


def test_a_short_write_of_the_history_is_finished(home: Path) -> None:
    def work() -> int:
        real = os.write
        os.write = lambda number, data: real(number, data[:7])
        history = History(Places(home, "small"))
        taken = next(line.entry for line in history.lines if isinstance(line.entry, SnapshotTaken))
        history.append(history.following([taken]))
        os.write = real
        return len(History(Places(home, "small")).lines)

    assert forked(work) == 2


@pytest.mark.skipif(os.name != "posix", reason="a small file system of its own needs POSIX")
@pytest.mark.slow
def test_a_file_that_may_not_grow_is_said_in_words(home: Path) -> None:
    """The system's own limit, of which DuckDB and zip files learn without us."""
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000));"
        "from ropa_pipeline.cli import main; main()"
    )
    before = publish.published_path(home, "small")
    assert before is not None
    kept = sums(before)
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "small", "--as-of", NEXT, "--home", str(home), "--no-dagster"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "run again" in done.stderr, done.stderr
    assert sums(before) == kept
    assert healed(home)["outcome"] == "published"


@pytest.mark.slow
def test_damaged_working_files_are_made_again(home: Path) -> None:
    """After a power cut a file may be empty or cut off; nothing in ``data/build`` is more than work in progress."""
    assert healed(home)["outcome"] == "published"
    for path in sorted((home / "data" / "build" / "small").rglob("*")):
        if path.is_file() and path.name != "night.json":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    answer = healed(home)
    assert (answer["code"], answer["outcome"]) == (0, "unchanged"), answer
    assert publish.verify(home, "small").ok


def test_a_home_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    answer = call("run", "--all", "--home", str(tmp_path / "file" / "home"), "--no-dagster")
    assert answer.code in (1, 2)
    assert "Traceback" not in answer.said
