"""One run per controller at a time, in the command line and in Dagster alike.

Belongs here: the lock of a whole run. Does not belong here: the lock of a release (``publish``), which a run
takes as well, shortly, and which approval and backup take without running.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ropa_pipeline.file_modes import close_home
from ropa_pipeline.publish.places import Places
from ropa_pipeline.publish.versions import refuse_newer
from ropa_pipeline.scratch import READING, sweep


class RunUnderWay(Exception):
    """Another run of the same controller is under way."""


@contextmanager
def run_lock(home: Path, controller_id: str) -> Generator[None, None, None]:
    """Hold the controller's run lock; raises RunUnderWay at once when somebody else does.

    Raises PublishError, before anything is touched, where a newer version of the tool has written this register.

    The operating system frees the lock of a killed process, so a crash needs no hand. What a killed run left of the
    rows it was reading, and half-written files of the controller's working tables, are removed first.
    """
    refuse_newer(Places(home, controller_id))
    close_home(home)
    folder = home / "data" / "build"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f".{controller_id}.run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunUnderWay(
            f"a run of {controller_id} is under way (lock {lock.lock_file}); wait for it to end"
        ) from None
    try:
        sweep(home / "data" / "scratch", READING)
        for unfinished in (folder / controller_id).rglob(".*.tmp"):
            unfinished.unlink(missing_ok=True)
        yield
    finally:
        lock.release()
