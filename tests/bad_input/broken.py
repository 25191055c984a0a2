"""One broken input, how it must end, and the marker that no message may repeat.

Belongs here: the shape of a case, the bound of its time. Does not belong here: the cases (one module per kind of file)
and the tests.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

MARKER = "qzmarker7391"
"""Planted in every input as a value: no message, note or observation may repeat it."""
UNAVAILABLE = "unavailable"
READ = "read"
EITHER = "either"
"""Damage that may leave something to read: an observation, with findings or without, or UNAVAILABLE."""


@dataclass(frozen=True)
class Broken:
    """An input of a connector. ``ends``: UNAVAILABLE, READ (untidy, and read all the same), or the rule of a finding.

    ``columns`` must be among those observed: what was whole before or beside the damage is not lost.
    """

    name: str
    connector: str
    file: str
    data: bytes
    ends: str
    columns: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


@cache
def _floor() -> float:
    """Processor seconds of this machine for a fixed piece of plain Python, the quickest of three."""

    def once() -> float:
        started = time.process_time()
        sum(number % 7 for number in range(2_000_000))
        return time.process_time() - started

    return min(once() for _ in range(3))


@contextmanager
def at_most(times: float) -> Iterator[None]:
    """What is done inside takes at most so many times the processor time of the fixed piece (about 0.15 s)."""
    floor, started = _floor(), time.process_time()
    yield
    took = time.process_time() - started
    assert took < times * floor, f"{took / floor:.0f} times the floor"


Generator = Callable[[], Iterable[Broken]]
