"""Where a controller's releases, published files and history stand below a home, and the one lock on them.

Belongs here: paths, the pointer to what is published, the lock, flushing to the disk. Does not belong here: what
is written (``release``, ``history``). A reader of ``data/published/<controller>`` sees one whole release at any
moment: the pointer is switched by one rename.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

BUILDING = ".tmp"
REFRESHED = ".new"
_CONTROLLER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class PublishError(Exception):
    """Something about a release or its history that a person must put right. The message names file and remedy."""


class Busy(PublishError):
    """Another run holds the lock of this controller."""


@dataclass(frozen=True)
class Places:
    """All folders of one controller below ``home``."""

    home: Path
    controller_id: str

    def __post_init__(self) -> None:
        """Raises PublishError for a name that could lead out of the controller's own folders."""
        if not _CONTROLLER.fullmatch(self.controller_id):
            raise PublishError(
                f"{self.controller_id!r} is no name of a controller: letters, digits, '.', '_' and '-' alone, as its "
                "folder below mappings/controllers is called"
            )

    @property
    def releases(self) -> Path:
        return self.home / "data" / "releases" / self.controller_id

    @property
    def history(self) -> Path:
        return self.home / "data" / "history" / self.controller_id

    @property
    def chain(self) -> Path:
        return self.history / "history.jsonl"

    @property
    def snapshots(self) -> Path:
        return self.history / "snapshots"

    @property
    def signatures(self) -> Path:
        return self.history / "signatures"

    @property
    def pointer(self) -> Path:
        return self.home / "data" / "published" / self.controller_id

    @property
    def lock_file(self) -> Path:
        return self.home / "data" / "history" / f".{self.controller_id}.lock"

    @property
    def before_restore(self) -> Path:
        """Where a restore keeps the history that it replaces until the new one stands."""
        return self.history.with_name(f".{self.history.name}.before-restore")

    def release_folder(self, snapshot_id: str) -> Path:
        return self.releases / snapshot_id


@contextmanager
def lock(home: Path, controller_id: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the one exclusive lock of a controller; the same thread may take it again inside.

    Raises Busy when another process or thread holds it longer than ``wait_seconds``.
    """
    path = Places(home, controller_id).lock_file
    path.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(str(path), timeout=wait_seconds, is_singleton=True)
    try:
        held.acquire()
    except Timeout:
        raise Busy(
            f"controller {controller_id}: another run is at work (lock {path}); wait for it, then run again"
        ) from None
    try:
        yield
    finally:
        held.release()


def published_path(home: Path, controller_id: str) -> Path | None:
    """The folder of the release that is published now; None before the first."""
    places = Places(home, controller_id)
    pointer = places.pointer
    if pointer.is_symlink():
        target = pointer.parent / os.readlink(pointer)
    elif pointer.is_file():
        target = pointer.parent / pointer.read_text(encoding="utf-8").strip()
    else:
        return None
    folder = Path(os.path.normpath(target))
    if folder.parent != Path(os.path.normpath(places.releases)) or (folder.is_dir() and folder.is_symlink()):
        raise PublishError(
            f"{pointer}: points out of {places.releases}; put it right by hand or remove it, then run the controller"
        )
    return folder if folder.is_dir() else None


def switch(places: Places, folder: Path) -> None:
    """Make ``folder`` the published release in one rename (a relative symlink, or a pointer file without links)."""
    pointer = places.pointer
    pointer.parent.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(folder, pointer.parent)
    temporary = pointer.with_name(f".{pointer.name}{BUILDING}")
    if temporary.is_symlink() or temporary.exists():
        temporary.unlink()
    try:
        temporary.symlink_to(target, target_is_directory=True)
    except (OSError, NotImplementedError):
        temporary.write_text(target + "\n", encoding="utf-8")
    os.replace(temporary, pointer)
    flush_folder(pointer.parent)


def flush_tree(folder: Path) -> None:
    """Flush every file below ``folder``, then the folders, to the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            flush_file(Path(parent) / name)
        flush_folder(Path(parent))


def flush_file(path: Path) -> None:
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def flush_folder(path: Path) -> None:
    """Make renames in a folder last. Windows cannot open a folder; there the rename alone must do."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def discard(folder: Path) -> None:
    """Remove a folder that nothing points at."""
    if folder.is_dir():
        shutil.rmtree(folder)
