"""What a run writes is private whatever the umask is; one controller's folders do not lead to another's."""

import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_runs import call, ropa, small_controller

from ropa_pipeline.file_modes import close_home, private_from_now_on
from ropa_pipeline.publish import PublishError, backup, restore, verify
from ropa_pipeline.publish.places import Places, published_path

FROZEN = Path(__file__).resolve().parents[1] / "upgrade" / "data" / "home_0_1_0.tar.xz"


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one published controller, its files as open as an older version left them."""
    folder = tmp_path / "home"
    folder.mkdir()
    with tarfile.open(FROZEN) as archive:
        archive.extractall(folder, filter="data")
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(folder: Path, mask: int) -> list[str]:
    found = [path for path in [folder, *folder.rglob("*")] if not path.is_symlink() and mode(path) & mask]
    return sorted(str(path) for path in found)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_run_leaves_nothing_that_others_can_read_under_the_laxest_umask(tmp_path: Path) -> None:
    small_controller(tmp_path)
    os.umask(0)
    assert ropa("run", "small", "--as-of", "2026-11-22", "--home", str(tmp_path)).code == 0
    for name in ("history", "releases", "published", "build", "scratch", "dagster"):
        assert open_to_others(tmp_path / "data" / name, 0o077) == []
    archive = tmp_path / "backup.tar.gz"
    assert ropa("backup", str(archive), "--home", str(tmp_path)).code == 0
    assert mode(archive) == 0o600


def test_folders_that_stood_open_are_closed_and_the_group_is_let_in_by_decision(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "data" / "history").chmod(0o777)
    close_home(home)
    assert {mode(folder) for folder in (home / "data").iterdir()} == {0o700}
    monkeypatch.setenv("ROPA_GROUP_READABLE", "1")
    close_home(home)
    private_from_now_on()
    assert {mode(folder) for folder in (home / "data").iterdir()} == {0o750}
    (home / "data" / "history" / "made").write_text("x")
    assert mode(home / "data" / "history" / "made") == 0o640


def test_a_backup_is_private_and_a_restore_into_an_empty_home_keeps_it_so(home: Path, tmp_path: Path) -> None:
    os.umask(0)
    for path in Places(home, "small").history.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    archive, empty = tmp_path / "backup.tar.gz", tmp_path / "empty"
    backup(home, archive)
    assert mode(archive) == 0o600
    answer = call("restore", str(archive), "--home", str(empty))
    assert (answer.code, answer.out) == (0, "restored: small\n")
    assert verify(empty, "small").ok
    assert mode(empty / "data" / "history") == 0o700
    files = [path for path in Places(empty, "small").history.rglob("*") if path.is_file()]
    assert {mode(path) for path in files} == {0o600}
    assert len(files) == len([path for path in Places(home, "small").history.rglob("*") if path.is_file()])


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_backup_restores_nothing(home: Path, tmp_path: Path, damage: str, place: float) -> None:
    archive, empty = tmp_path / "backup.tar.gz", tmp_path / "empty"
    backup(home, archive)
    content = bytearray(archive.read_bytes())
    at = int(len(content) * place)
    if damage == "cut":
        del content[at:]
    else:
        content[at] ^= 0xFF
    archive.write_bytes(bytes(content))
    with pytest.raises(PublishError):
        restore(empty, archive)
    assert [path for path in empty.rglob("*") if path.is_file() and not path.name.endswith(".lock")] == []
    answer = call("restore", str(archive), "--home", str(empty))
    assert (answer.code, "Traceback" in answer.said) == (2, False)


# -- one controller's folders -------------------------------------------------------------------------------------

LEADING_OUT = ("../small", "other/../small", "small/", "/small", ".", "..", "a\\b", "a\nb", "")
COMMANDS = (
    ("export",), ("verify",), ("diff",), ("explain", "x"), ("plan",), ("prune",), ("sources",), ("review", "export"),
    ("approve", "--by", "x"),
)  # fmt: skip


@pytest.mark.parametrize("name", LEADING_OUT)
def test_no_name_leads_to_another_controllers_folder(home: Path, name: str) -> None:
    with pytest.raises(PublishError, match="no name of a controller"):
        Places(home, name)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_every_command_refuses_such_a_name(home: Path, command: tuple[str, ...]) -> None:
    words = command[:2] if command[0] == "review" else command[:1]
    more = () if command[0] == "review" else command[1:]
    answer = call(*words, "other/../small", *more, "--home", str(home))
    assert (answer.code, "no name of a controller" in answer.err) == (2, True)
    assert "Small Shop" not in answer.said


def test_a_run_refuses_such_a_name(home: Path) -> None:
    assert call("run", "other/../small", "--home", str(home)).code == 2


@pytest.mark.parametrize("target", ["../releases/small/2026-11-02-ce360239", "/etc", "../../mappings", "../releases"])
def test_a_pointer_into_another_controllers_folder_is_not_followed(home: Path, target: str) -> None:
    (home / "data" / "published" / "other").symlink_to(target)
    with pytest.raises(PublishError, match="points out of"):
        published_path(home, "other")
    assert call("explain", "other", "selling", "--home", str(home)).code == 2


def test_a_pointer_file_is_judged_like_a_link(home: Path) -> None:
    (home / "data" / "published" / "other").write_text("../releases/small/2026-11-02-ce360239\n", "utf-8")
    with pytest.raises(PublishError, match="points out of"):
        published_path(home, "other")


def test_a_release_folder_that_is_a_link_is_not_followed(home: Path) -> None:
    releases = home / "data" / "releases"
    (releases / "other").mkdir()
    (releases / "other" / "2026-11-02-ce360239").symlink_to(releases / "small" / "2026-11-02-ce360239")
    (home / "data" / "published" / "other").symlink_to("../releases/other/2026-11-02-ce360239")
    with pytest.raises(PublishError, match="points out of"):
        published_path(home, "other")


def test_a_home_below_a_link_works(home: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home)
    assert published_path(tmp_path / "link", "small") is not None
    shutil.rmtree(home / "data" / "published")
    assert published_path(tmp_path / "link", "small") is None
