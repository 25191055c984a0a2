"""A review workbook that cannot be used says so, with the file and the remedy, and decides nothing.

Each is imported with ``--apply``: what may not be applied leaves the three files of the controller as they were.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from broken import MARKER, at_most
from broken_reviews import BOMBS, DAMAGES, Damage, _noise
from whole_runs import ROOT, Answer, call, clean_environment, run_small, small_controller, sums

TIMES = 80
TIMES_SOUND = 12
MEGABYTES = 1_200


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published controller with its review workbook."""
    made = tmp_path_factory.mktemp("reviews") / "home"
    made.mkdir()
    small_controller(made)
    with pytest.MonkeyPatch.context() as patch:
        # By import_module: the package has a function of the module's name.
        patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())
        assert run_small(made).code == 0
    answer = call("review", "export", "small", "--all-columns", "--out", str(made / "sound.xlsx"), "--home", str(made))
    assert answer.code == 0, answer.said
    return made


@pytest.fixture(scope="module")
def sound(home: Path) -> bytes:
    return (home / "sound.xlsx").read_bytes()


@pytest.fixture
def back(home: Path, tmp_path: Path) -> Iterator[Path]:
    """Where the workbook comes back; whatever it is, nothing is decided and nothing is left behind."""
    before = sums(home)
    yield tmp_path / "review.xlsx"
    now = {name: digest for name, digest in sums(home).items() if not name.endswith(".lock")}
    assert now == {name: digest for name, digest in before.items() if not name.endswith(".lock")}


def brought_back(home: Path, path: Path, data: bytes) -> Answer:
    path.write_bytes(data)
    with at_most(TIMES):
        answer = call("review", "import", "small", str(path), "--apply", "--home", str(home))
    assert "Traceback" not in answer.said
    assert MARKER not in answer.said
    assert "\x1b" not in answer.said
    return answer


def must_be_clear(answer: Answer, path: Path, damage: Damage) -> None:
    """A refusal names the file or the cell, and what to do; where it was read, there was nothing to decide."""
    assert answer.code in ((2,) if damage.says else (0, 2)), answer.said
    assert damage.says in answer.err
    if answer.code == 2:
        assert str(path) in answer.err or "correct these cells" in answer.err, answer.said
        assert any(word in answer.err for word in ("xport again", "save it as", "Give it back", "correct these cells"))
    else:
        assert "nothing to write" in answer.out


def test_the_sound_workbook_is_read(home: Path, back: Path, sound: bytes) -> None:
    answer = brought_back(home, back, sound)
    assert (answer.code, "nothing to write" in answer.out) == (0, True)


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_a_broken_review_says_what_is_wrong_and_decides_nothing(
    home: Path, back: Path, sound: bytes, name: str
) -> None:
    data = DAMAGES[name].make(sound)
    assert data != sound, "this damage changes nothing"
    must_be_clear(brought_back(home, back, data), back, DAMAGES[name])


@pytest.mark.parametrize("part", range(8))
def test_damage_anywhere_is_read_or_refused(home: Path, back: Path, sound: bytes, part: int) -> None:
    for seed in range(1000 + part * 12, 1012 + part * 12):
        for data in (_noise(seed)(sound), sound[: len(sound) * (seed % 97) // 97]):
            must_be_clear(brought_back(home, back, data), back, Damage(_noise(seed)))


_CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (%d, %d))
from ropa_pipeline.cli import main
sys.argv = ["ropa", *sys.argv[1:]]
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_takes_neither_memory_nor_time(home: Path, back: Path, sound: bytes, name: str) -> None:
    """In a process of its own with a limit of memory: running into it is a fault of the tool, and fails here."""
    back.write_bytes(sound)
    _, floor = alone(home, back)
    back.write_bytes(BOMBS[name].make(sound))
    answer, took = alone(home, back)
    must_be_clear(answer, back, BOMBS[name])
    assert took < TIMES_SOUND * floor, f"{took / floor:.0f} times the sound workbook: {answer.err}"


def alone(home: Path, path: Path) -> tuple[Answer, float]:
    """What a process of its own says of a workbook, and its processor time, its start included."""
    limit = MEGABYTES * 1_000_000
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD % (limit, limit), "review", "import", "small", str(path), "--apply", "--home",
         str(home)],
        capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=False, timeout=200,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Answer(done.returncode, done.stdout, done.stderr), took
