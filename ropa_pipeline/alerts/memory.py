"""What was told before, so that an old problem is not told again: ``data/build/alerts.json``.

Belongs here: the file, its lock, and what becomes of an entry. Does not belong here: what is a problem. A memory
that is lost or of another version is forgotten: telling twice is better than telling never.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock
from pydantic import Field, ValidationError

from ropa_pipeline.alerts.problem import Problem
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.store import write_bytes


class Entry(Frozen):
    """A problem that stands, since when, and the channels that have told it."""

    problem: Problem
    since: datetime
    told: tuple[str, ...] = ()


class Memory(Frozen):
    """All problems that stand, by key."""

    entries: dict[str, Entry] = Field(default_factory=dict)


def path_of(home: Path) -> Path:
    return home / "data" / "build" / "alerts.json"


@contextmanager
def locked(home: Path) -> Generator[None, None, None]:
    """One at a time: two controllers' runs end at the same moment. Raises filelock.Timeout, OSError."""
    path = path_of(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(".alerts.lock")), timeout=120):
        yield


def read(home: Path) -> Memory:
    try:
        return Memory.model_validate_json(path_of(home).read_bytes())
    except (OSError, ValidationError):
        return Memory()


def write(home: Path, memory: Memory) -> None:
    ordered = Memory(entries=dict(sorted(memory.entries.items())))
    write_bytes(path_of(home), ordered.model_dump_json(indent=1).encode() + b"\n")
