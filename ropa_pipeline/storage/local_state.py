"""Which files of the home are a controller's state.

Belongs here: the list of files by group, with their hashes, and how the history here relates to the stored one. Does
not belong here: the storage. Not part of the state: old releases (the history holds their facts), the inbox, locks and
temporary files, and ``release.json``, which is one run's message to itself.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from ropa_pipeline.publish.chain import check_line
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places, published_path
from ropa_pipeline.storage.head import GROUPS, Entry, Tree, digest

_OWN = "release.json"
NIGHT_MARK = "night.json"


@dataclass(frozen=True)
class Chain:
    """The hashes of the lines that hold, in order; ``whole`` is False where something follows that does not."""

    hashes: tuple[str, ...]
    whole: bool

    @property
    def head(self) -> str:
        return self.hashes[-1] if self.hashes else ""

    def continues(self, lines: int, head: str) -> bool:
        """Whether this is a chain of at least so many lines whose line of that number has that hash."""
        return lines == 0 or (len(self.hashes) >= lines and self.hashes[lines - 1] == head)


def chain_of(text: bytes) -> Chain:
    """The chain of a ``history.jsonl``, each line checked against the one before."""
    hashes: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        line, _ = check_line(raw, number, hashes[-1] if hashes else "")
        if line is None:
            return Chain(tuple(hashes), whole=False)
        hashes.append(line.line_hash)
    return Chain(tuple(hashes), whole=not text or text.endswith(b"\n"))


def local_chain(home: Path, controller_id: str) -> Chain:
    path = Places(home, controller_id).chain
    return chain_of(path.read_bytes() if path.is_file() else b"")


def local_files(home: Path, controller_id: str) -> dict[str, tuple[Path, ...]]:
    """The files of each group, sorted."""
    places = Places(home, controller_id)
    history = _below(places.history)
    folders = {folder for folder in (published_path(home, controller_id), _last_release(places)) if folder is not None}
    return {
        "history": tuple(path for path in history if places.snapshots not in path.parents),
        "snapshots": tuple(path for path in history if places.snapshots in path.parents),
        "build": tuple(path for path in _below(home / "data" / "build" / controller_id) if path.name != _OWN),
        "release": tuple(path for folder in sorted(folders) for path in _below(folder)),
    }


def local_trees(home: Path, controller_id: str) -> dict[str, Tree]:
    """The state as it is now, every file hashed."""
    files = local_files(home, controller_id)
    return {group: Tree(entries=tuple(entry_of(home, path) for path in files[group])) for group in GROUPS}


def entry_of(home: Path, path: Path) -> Entry:
    content = path.read_bytes()
    shown = path.relative_to(home / "data").as_posix()
    return Entry(path=shown, size=len(content), sha256=digest(content))


def is_same(path: Path, entry: Entry) -> bool:
    """Whether the file is there with that size and content."""
    return path.is_file() and path.stat().st_size == entry.size and digest(path.read_bytes()) == entry.sha256


def _last_release(places: Places) -> Path | None:
    """The release that the history says was made last: a killed run may not have pointed at it yet."""
    if not places.chain.is_file() or not local_chain(places.home, places.controller_id).whole:
        return None
    last = History(places).last
    folder = places.release_folder(last.snapshot_id) if last is not None else None
    return folder if folder is not None and folder.is_dir() else None


def _below(folder: Path) -> tuple[Path, ...]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(".tmp"))
        found += [Path(parent) / name for name in names if not name.startswith(".") and not name.endswith(".tmp")]
    return tuple(sorted(found))
