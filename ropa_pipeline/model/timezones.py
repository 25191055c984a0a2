"""The names of time zones that this machine knows.

Belongs here: the one list that mappings, tables of shops and schedules are held against. Does not belong here: which
zone a controller is in (:mod:`ropa_pipeline.light`).
"""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_timezones() -> frozenset[str]:
    """All names, looked up once: that reads 600 files, and a schedule asks for every controller."""
    return frozenset(available_timezones())
