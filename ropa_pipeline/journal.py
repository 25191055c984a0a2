"""Writes several files of one folder as one: all of them or none, also when the process is killed in between.

Belongs here: new texts beside the old ones, the journal that says which belong together, and bringing an interrupted
write to its end. Does not belong here: what is written (``review``) and who may (the caller holds the lock).

The journal is the moment of truth: before it stands, nothing was written and leftovers are removed by the next write;
once it stands, whoever reads the folder next completes it (:func:`settle`), and every step may be done twice.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

JOURNAL = ".ropa-write.json"
_PREFIX, _SUFFIX = ".ropa-write.", ".new"


class WriteInterrupted(Exception):
    """An interrupted write cannot be completed by itself. The message names the files and the remedy."""


def write_files(folder: Path, files: Mapping[str, tuple[str, str]]) -> None:
    """Replace each file of ``folder``, given as (what it says, what it shall say), all or none.

    A file that does not exist says "". Raises WriteInterrupted where a file says something else by now: nothing was
    written then.
    """
    settle(folder)
    for leftover in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        leftover.unlink()
    changed = {name: texts for name, texts in sorted(files.items()) if texts[0] != texts[1]}
    for name, (before, _) in changed.items():
        if _read(folder / name) != before.encode():
            raise WriteInterrupted(f"{folder / name}: somebody changed it meanwhile; nothing was written. Try again")
    if not changed:
        return
    for name, (_, after) in changed.items():
        _write(_fresh(folder, name), after.encode())
    entries = {name: [_digest(before.encode()), _digest(after.encode())] for name, (before, after) in changed.items()}
    building = folder / f"{_PREFIX}journal{_SUFFIX}"
    _write(building, json.dumps(entries, indent=1).encode())
    os.replace(building, folder / JOURNAL)
    _flush(folder)
    settle(folder)


def settle(folder: Path) -> tuple[str, ...]:
    """Complete an interrupted write. Returns the names of the files that were put in place; usually none.

    Raises WriteInterrupted where somebody changed one of the files since, or a new text is gone: which of the two is
    right only a person can say.
    """
    journal = folder / JOURNAL
    try:
        entries = json.loads(journal.read_bytes())
    except FileNotFoundError:
        return ()
    except ValueError:
        raise WriteInterrupted(
            f"{journal}: it cannot be read; compare the files of this folder, then delete it"
        ) from None
    waiting = []
    for name, (before, after) in sorted(entries.items()):
        now = _digest(_read(folder / name))
        if now == after:
            continue
        if now != before or _digest(_read(_fresh(folder, name))) != after:
            raise WriteInterrupted(
                f"{folder / name}: a write to this folder was interrupted and the file is not what it was then; compare"
                f" it with {_fresh(folder, name).name}, put right what is to be said, then delete {journal.name}"
            )
        waiting.append(name)
    done = []
    for name in waiting:
        try:
            os.replace(_fresh(folder, name), folder / name)
        except FileNotFoundError:
            continue  # another process completed it at the same moment
        done.append(name)
    _flush(folder)
    journal.unlink(missing_ok=True)
    return tuple(done)


def _fresh(folder: Path, name: str) -> Path:
    return folder / f"{_PREFIX}{name}{_SUFFIX}"


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _flush(folder: Path) -> None:
    """Make the names in a folder last; not every system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
