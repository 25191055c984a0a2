# ruff: noqa: PT017  (an input may be recognised or refused, so pytest.raises does not fit)
"""Whatever a command is told to read, or to write to, it ends in words with code 2, and never waits or fills memory.

Belongs here: paths, days and ends of the command line. Does not belong here: what stands in a file (the other
modules of this folder) and what is found in an inbox (``test_broken_inbox``).
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_broken_sources import CASES
from whole_runs import ROOT, call, clean_environment, ropa, run_small, small_controller

from connectors.detect import detect
from ropa_pipeline.model.observation import SourceUnavailable

READERS: dict[str, tuple[str, ...]] = {
    "classify": ("classify",),
    "notice read": ("notice", "read"),
    "notice check": ("notice", "check"),
    "review import": ("review", "import", "small"),
    "restore": ("restore",),
    "run with a notice": ("run", "small", "--as-of", "2026-11-01", "--notice"),
    "init with a notice": ("init", "new", "--notice"),
    "init of many": ("init", "--table"),
}
PLACES: dict[str, Callable[[Path], str]] = {
    "a pipe that nobody writes to": lambda folder: str(folder / "pipe.csv"),
    "a folder of a pipe": lambda folder: str(folder / "pipes"),
    "a device without end": lambda folder: "/dev/zero",
    "the memory of this process": lambda folder: "/proc/self/mem",
    "a link to itself": lambda folder: str(folder / "loop.csv"),
    "a name of 300 letters": lambda folder: "x" * 300 + ".csv",
    "a path of 6,000 letters": lambda folder: "x/" * 3000,
    "a name that is no text": lambda folder: os.fsdecode(os.fsencode(folder) + b"/a\xff.csv"),
}  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> Path:
    (tmp_path / "pipes").mkdir()
    for pipe in (tmp_path / "pipe.csv", tmp_path / "pipes" / "a.csv"):
        os.mkfifo(pipe)
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    Path(PLACES["a name that is no text"](tmp_path)).write_bytes(b"\x00\x01")
    small_controller(tmp_path)
    return tmp_path


@pytest.mark.timeout(60)
@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("reader", sorted(READERS))
def test_what_is_no_file_is_refused_in_words(places: Path, reader: str, place: str) -> None:
    answer = call(*READERS[reader], PLACES[place](places), "--home", str(places))
    # A notice that cannot be read is a finding; the register is published all the same.
    assert answer.code == (0 if "all" in answer.out and reader == "run with a notice" else 2), answer.said
    assert "Traceback" not in answer.said
    assert answer.said.strip()
    answer.said.encode("utf-8")


def test_what_classify_cannot_recognise_is_refused_in_words(tmp_path: Path) -> None:
    """Which reader fits is found out before any of them reads: by then a file may already be broken."""
    for number, case in enumerate(CASES):
        path = tmp_path / str(number) / case.file
        path.parent.mkdir()
        path.write_bytes(case.data)
        for place in (path, path.parent):
            try:
                assert detect(str(place))
            except SourceUnavailable as error:
                assert place.name in error.problem.message, case.name
                assert error.problem.remedy


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "1969-12-31", "0001-01-01"])
@pytest.mark.parametrize("command", [("run", "small"), ("portfolio",)], ids=" ".join)
def test_a_day_that_no_night_can_have_is_wrong_use(tmp_path: Path, command: tuple[str, ...], day: str) -> None:
    small_controller(tmp_path)
    answer = call(*command, "--as-of", day, "--home", str(tmp_path))
    assert (answer.code, "1970" in answer.err) == (2, True), answer.said


@pytest.mark.parametrize("day", ["1970-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_are_nights(tmp_path: Path, day: str) -> None:
    small_controller(tmp_path)
    answer = run_small(tmp_path, "--as-of", day)
    assert answer.code == 0, answer.said


_ROPA = [sys.executable, "-c", "import sys; sys.argv[0] = 'ropa'; from ropa_pipeline.cli import main; main()"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_output_that_takes_no_more_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Name;Email\n1;2\n", "utf-8")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*_ROPA, "classify", str(tmp_path / "a.csv")],
            stdout=full, stderr=subprocess.PIPE, text=True, env=clean_environment(), cwd=ROOT, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert "no room is left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(";".join(f"Name {n}" for n in range(9_000)) + "\n", "utf-8")
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*_ROPA, "classify", str(tmp_path / "a.csv")],
        stdout=write_end, stderr=subprocess.PIPE, text=True, env=clean_environment(), cwd=ROOT, check=False,
        timeout=120,
    )  # fmt: skip
    os.close(write_end)
    assert done.stderr == ""


def test_a_folder_that_went_away_is_said_in_words(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f'cd {gone} && rmdir {gone} && exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *_ROPA, "portfolio"],
        capture_output=True, text=True, env={**clean_environment(), "PYTHONPATH": str(ROOT)}, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "--home" in done.stderr


def test_a_home_whose_name_is_no_text_is_wrong_use(tmp_path: Path) -> None:
    answer = ropa("portfolio", "--home", os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    assert (answer.code, "UTF-8" in answer.err) == (2, True), answer.said
