# ruff: noqa: PT017  (an archive may be restored or refused, so pytest.raises does not fit)
"""A backup that cannot be used says so, changes nothing that was there, and takes neither time nor memory.

The sound archive is that of the home of an earlier version (``tests/upgrade``): two releases of one controller.
"""

import os
import random
import resource
import shutil
import tarfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import broken_archives
import pytest
from broken import at_most
from broken_archives import BrokenArchive, Sound, packed
from whole_runs import call, sums

from ropa_pipeline.publish import PublishError, backup, restore, verify

FROZEN = Path(__file__).resolve().parents[1] / "upgrade" / "data" / "home_0_1_0.tar.xz"
TIMES, MEGABYTES = 80, 60


def _sound_bytes() -> bytes:
    """Made once for all workers' parameters: the bytes of a backup differ in times alone, its files do not."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        with tarfile.open(FROZEN) as archive:
            archive.extractall(home, filter="data")
        backup(home, Path(folder) / "sound.tar.gz")
        return (Path(folder) / "sound.tar.gz").read_bytes()


SOUND = Sound.of(_sound_bytes())
CASES = {case.name: case for make in broken_archives.GENERATORS for case in make(SOUND)}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose history is that of the sound archive."""
    home = tmp_path_factory.mktemp("kept")
    with tarfile.open(FROZEN) as archive:
        archive.extractall(home, filter="data")
    return home


def state(home: Path) -> dict[str, str]:
    return {name: digest for name, digest in sums(home / "data").items() if not name.endswith(".lock")}


def refused(home: Path, case: BrokenArchive, folder: Path) -> str:
    """What the command says of an archive; the home is as it was, and nothing is left beside it."""
    archive = folder / "copy.tar.gz"
    archive.write_bytes(case.data)
    before = state(home)
    with at_most(TIMES):
        answer = call("restore", str(archive), "--home", str(home))
    assert answer.code == 2, answer.said
    assert "Traceback" not in answer.said
    assert answer.out == ""
    assert str(archive) in answer.err
    assert ".restore-" not in answer.err
    assert "\x1b" not in answer.err
    assert state(home) == before
    assert not list((home / "data" / "history").glob(".restore-*[!k]"))
    assert not (folder.parent / "evil").exists()
    assert not Path("/tmp/evil").exists()
    return answer.err


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_broken_archive_says_what_is_wrong_and_restores_nothing(kept: Path, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    said = refused(kept, case, tmp_path)
    assert case.says in said
    empty = tmp_path / "empty"
    empty.mkdir()
    refused(empty, case, tmp_path)


def test_there_are_as_many_kinds_of_damage_as_are_told_of() -> None:
    names = [case.name for make in broken_archives.GENERATORS for case in make(SOUND)]
    assert len(names) == len(set(names)) >= 90


def test_the_sound_archive_is_restored(tmp_path: Path) -> None:
    """Otherwise the tests of this file would prove nothing."""
    archive = tmp_path / "copy.tar.gz"
    for number, data in enumerate((SOUND.packed, packed(SOUND.tar), packed(SOUND.tar.rstrip(b"\0") + b"\0" * 9000))):
        archive.write_bytes(data)
        home = tmp_path / f"home{number}"
        assert restore(home, archive) == ("small",)
        assert verify(home, "small").ok
    shutil.rmtree(tmp_path / "unpacked", ignore_errors=True)
    # somebody unpacked it, and packed it again with the folders and a point before every name
    with tarfile.open(archive) as held:
        held.extractall(tmp_path / "unpacked", filter="data")
    with tarfile.open(archive, "w:gz") as again:
        again.add(tmp_path / "unpacked", arcname=".")
    assert restore(tmp_path / "last", archive) == ("small",)


@pytest.mark.parametrize("name", [case.name for case in broken_archives.bombs(SOUND)])
def test_a_bomb_takes_no_memory_and_no_disk(tmp_path: Path, name: str) -> None:
    archive, home = tmp_path / "bomb.tar.gz", tmp_path / "home"
    archive.write_bytes(CASES[name].data)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000_000, before[1]))
    tracemalloc.start()
    try:
        with pytest.raises(PublishError):
            restore(home, archive)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 1_000_000
    finally:
        tracemalloc.stop()
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in home.rglob("*") if path.is_file() and not path.name.endswith(".lock")] == []


# -- anywhere -----------------------------------------------------------------------------------------------------


def damaged(seed: int) -> Iterator[tuple[str, bytes]]:
    """The archive, and what it was made of, with a byte flipped or cut off, at places of chance."""
    chance = random.Random(seed)
    for layer, data in (("packed", SOUND.packed), ("tar", SOUND.tar)):
        at = chance.randrange(len(data))
        flipped = bytearray(data)
        flipped[at] ^= 1 << chance.randrange(8)
        for kind, made in (("flipped", bytes(flipped)), ("cut", data[:at])):
            yield f"{layer} {kind} at {at}", made if layer == "packed" else packed(made)


@pytest.mark.parametrize("part", range(8))
def test_damage_anywhere_restores_what_was_written_or_nothing(tmp_path: Path, part: int) -> None:
    """A bit that no sum covers (a time, an owner, the empty end) may differ; a file's content never."""
    archive = tmp_path / "copy.tar.gz"
    before = {name.partition("/")[2]: data for name, data in SOUND.files.items()}
    ended = {"restored": 0, "refused": 0}
    for seed in range(part * 15, part * 15 + 15):
        for name, data in damaged(seed):
            home = tmp_path / "home"
            archive.write_bytes(data)
            try:
                names = restore(home, archive)
            except PublishError as error:
                ended["refused"] += 1
                assert str(archive) in str(error), name
                left = [path for path in home.rglob("*") if path.is_file() and not path.name.endswith(".lock")]
                assert left == [], name
            else:
                ended["restored"] += 1
                (found,) = names
                folder = home / "data" / "history" / found
                now = {
                    path.relative_to(folder).as_posix(): path.read_bytes()
                    for path in folder.rglob("*")
                    if path.is_file()
                }
                differ = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
                # one bit of a name or of a file that no line vouches for, in an archive whose sum was made anew
                assert not differ or (name.startswith("tar flipped") and len(differ) <= 2), (name, differ)
            shutil.rmtree(home)
    assert ended["refused"] > 45, ended


# -- places that cannot be used -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["missing", "folder", "pipe"])
def test_an_archive_that_cannot_be_opened_says_why(tmp_path: Path, what: str) -> None:
    archive = tmp_path / "copy.tar.gz"
    if what == "folder":
        archive.mkdir()
    elif what == "pipe":
        os.mkfifo(archive)
    answer = call("restore", str(archive), "--home", str(tmp_path / "home"))
    assert (answer.code, str(archive) in answer.err) == (2, True)


@pytest.mark.parametrize("place", [".", "/", "folder", "file/copy.tar.gz", "/dev/full/copy.tar.gz"])
def test_a_backup_that_cannot_be_written_says_why(kept: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("no folder", "utf-8")
    answer = call("backup", str(tmp_path / place if place not in (".", "/") else place), "--home", str(kept))
    assert answer.code == 2, answer.said
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_restore_where_the_home_cannot_be_written_says_why(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder", "utf-8")
    (tmp_path / "copy.tar.gz").write_bytes(SOUND.packed)
    answer = call("restore", str(tmp_path / "copy.tar.gz"), "--home", str(tmp_path / "home"))
    assert (answer.code, str(tmp_path / "home") in answer.err) == (2, True)
