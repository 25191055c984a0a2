"""Private folders for temporary files, removed when they are done with, and by the next process where one was killed.

Belongs here: making such a folder, and sweeping up those that nobody holds any more. Does not belong here: what is put
in (``store``: rows of the register; ``reading`` and the commands: rows of a source, GDPR Art. 5(1)(e), 32).

A lock file stands beside each folder for as long as its process lives; the operating system frees the lock of a killed
one. The lock is there before the folder and goes after it, so a folder without an owner is always recognised.
"""

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

READING = "read-"
"""What the folders of sources that are being read are called, below a home's scratch folder."""
_LOCK = ".lock"


@contextmanager
def private_folder(prefix: str, parent: Path | None = None) -> Generator[Path, None, None]:
    """An empty folder for this account alone, below ``parent`` (default: the system's folder for temporary files).

    Removed with all that is in it, whatever happens; what killed processes left under the same prefix goes first.
    Raises OSError where it cannot be made.
    """
    place = parent or Path(tempfile.gettempdir())
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    _swept(place, prefix, os.getpid())
    folder = place / f"{prefix}{secrets.token_hex(8)}"
    held = FileLock(f"{folder}{_LOCK}", mode=0o600)
    held.acquire()
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            Path(held.lock_file).unlink()
        held.release()


def sweep(place: Path, prefix: str) -> None:
    """Remove the private folders of processes that are gone. Other accounts' and living ones' are left alone."""
    for path in sorted(place.glob(f"{prefix}*{_LOCK}")):
        with suppress(OSError, Timeout):
            if not _own_file(path):
                continue
            with FileLock(path, timeout=0):
                shutil.rmtree(path.with_name(path.name.removesuffix(_LOCK)), ignore_errors=True)
                path.unlink(missing_ok=True)


@cache
def _swept(place: Path, prefix: str, process: int) -> None:
    """Once in every process: a night opens many such folders."""
    sweep(place, prefix)


def _own_file(path: Path) -> bool:
    """Whether a plain file of this account: the system's folder for temporary files is open to everybody."""
    info = path.lstat()
    return stat.S_ISREG(info.st_mode) and (not hasattr(os, "getuid") or info.st_uid == os.getuid())
