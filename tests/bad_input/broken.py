"""One broken input, how it must end, and the marker that no message may repeat.

Belongs here: the shape of a case. Does not belong here: the cases (one module per kind of file) and the tests.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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


Generator = Callable[[], Iterable[Broken]]
