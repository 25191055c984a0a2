"""As of which night people last approved the record: what is new is new since then.

Belongs here: reading that date from the last release. Does not belong here: approving (``publish``).
"""

from datetime import UTC, date
from zoneinfo import ZoneInfo

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.tables import Tables


def approved_as_of(previous: Tables, timezone: str) -> date | None:
    """The night of the newest approved snapshot, in the controller's zone; None where nothing was approved yet."""
    nights = _nights(previous, timezone, approved_only=True)
    return max(nights) if nights else None


def first_release(previous: Tables, timezone: str) -> date | None:
    """The night of the first release: the baseline while nothing is approved. None before it."""
    nights = _nights(previous, timezone, approved_only=False)
    return min(nights) if nights else None


def _nights(previous: Tables, timezone: str, *, approved_only: bool) -> list[date]:
    """A snapshot's time is 00:00 of its night in the controller's zone, kept in UTC."""
    zone = ZoneInfo(timezone)
    return [
        row.created_at.replace(tzinfo=UTC).astimezone(zone).date()
        for row in previous.rows(Snapshot)
        if row.created_at is not None and (row.approved_by or not approved_only)
    ]
