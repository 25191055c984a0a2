"""What one controller may take, and turns at a database that several controllers read (docs/storage.md).

Belongs here: a run's time and memory in this process, one scan of a database at a time on this machine, and which
controllers share a database. Does not belong here: the figures (``settings``), queues between machines
(``orchestration.jobs`` gives runs that share a database one tag), time limits of a single query (``connectors``).
"""

import hashlib
import signal
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from types import FrameType
from urllib.parse import parse_qs, urlsplit

from filelock import FileLock, Timeout

from ropa_pipeline.settings import Settings

_MEGABYTE = 1 << 20
_PORTS = {"mysql": 3306, "mariadb": 3306, "postgresql": 5432, "postgres": 5432, "http": 80, "https": 443}


class RunTooLong(KeyboardInterrupt):
    """A run exceeded its time. An interruption, not an error: nothing on the way may take it for a source's failure."""


class DatabaseBusy(Exception):
    """Another run reads the same database, and it did not end in time."""


@contextmanager
def time_limit(seconds: int, what: str) -> Generator[None, None, None]:
    """Interrupt the block after so many seconds with RunTooLong. 0: no limit; outside the main thread: none either."""
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    told = RunTooLong(
        f"{what} took longer than {seconds} seconds (ROPA_MAX_RUN_SECONDS) and was stopped; the last release stays"
    )
    rang: list[bool] = []

    def ring(_number: int, _frame: FrameType | None) -> None:
        rang.append(True)
        raise told

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except Exception:
        # Dagster makes a failed step of an interruption: what ended the run was the clock all the same.
        if rang:
            raise told from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def memory_limit(megabytes: int) -> Generator[None, None, None]:
    """Let this process address at most so much memory; what goes beyond is a MemoryError, not a killed machine.

    0: no limit. A limit that already stands and is lower is kept. Where the system has no such limit, none is set.
    """
    if not megabytes:
        yield
        return
    try:
        import resource
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * _MEGABYTE
    lowest = min(limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def database_turn(settings: Settings, location: str) -> Generator[None, None, None]:
    """Hold the one turn at a database on this machine. Raises DatabaseBusy after the wait that the settings allow."""
    folder = settings.build / ".databases"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{database_key(location)}.lock")
    try:
        lock.acquire(timeout=settings.limits.database_wait_seconds or -1)
    except Timeout:
        raise DatabaseBusy from None
    try:
        yield
    finally:
        lock.release()


def database_key(location: str) -> str:
    """The same for two addresses of one database, whoever reads it: host, port and name; a hash, so nothing is shown.

    >>> one = database_key("mysql://reader:secret@DB.example/shop")
    >>> one == database_key("mysql+pymysql://other@db.example:3306/shop?charset=utf8mb4")
    True
    >>> one == database_key("mysql://reader:secret@db.example/stock")
    False
    """
    try:
        parts = urlsplit(location)
        kind = parts.scheme.partition("+")[0].lower()
        query = parse_qs(parts.query)
        socket = query.get("unix_socket", query.get("host", [""]))[0]
        port = parts.port or _PORTS.get(kind, 0)
        # Of a web service the whole host counts: its addresses all lead to one shop.
        name = "" if kind in ("http", "https") else parts.path.strip("/")
        text = f"{(parts.hostname or socket).lower()}:{port}/{name}"
    except ValueError:
        text = location
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shared_databases(locations: dict[str, Iterable[str]]) -> dict[str, str]:
    """For controllers that read a database which others read too: the name of their group. Others are not in it.

    Who shares a database with somebody that shares another with a third is in one group with both.

    >>> groups = shared_databases({"a": ["mysql://h/x"], "b": ["mysql://h/x", "mysql://h/y"], "c": ["mysql://h/y"],
    ...                            "d": ["mysql://h/z"]})
    >>> sorted(groups), len(set(groups.values()))
    (['a', 'b', 'c'], 1)
    """
    leader = {name: name for name in locations}

    def first(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    readers: dict[str, list[str]] = {}
    for name, places in sorted(locations.items()):
        for key in sorted({database_key(place) for place in places}):
            readers.setdefault(key, []).append(name)
    for names in readers.values():
        for other in names[1:]:
            one, two = sorted((first(names[0]), first(other)))
            leader[two] = one
    members: dict[str, list[str]] = {}
    for name in sorted(locations):
        members.setdefault(first(name), []).append(name)
    return {name: top for top, names in members.items() if len(names) > 1 for name in names}
