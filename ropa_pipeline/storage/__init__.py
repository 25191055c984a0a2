"""The state of every controller in object storage, so that a run may happen on any machine (docs/storage.md).

Belongs here: fetching a controller's state into the home before a run and putting it back after it, looking after what
is stored. Does not belong here: what the state consists of is decided by ``publish`` and ``store``; this package moves
files and switches one pointer. Without ``ROPA_STORAGE`` nothing of it does anything, and fsspec is not imported.
"""

from ropa_pipeline.storage.by_hand import newest, on_newest
from ropa_pipeline.storage.care import Status, collect_garbage, status, verify
from ropa_pipeline.storage.errors import HistoryRefused, StateMoved, StorageDamaged, StorageError
from ropa_pipeline.storage.glance import Glance, glance, inbox_states
from ropa_pipeline.storage.part import stored_names, stored_part
from ropa_pipeline.storage.working_copy import TRIES, Moved, WorkingCopy, working_copy

__all__ = [
    "TRIES",
    "Glance",
    "HistoryRefused",
    "Moved",
    "StateMoved",
    "Status",
    "StorageDamaged",
    "StorageError",
    "WorkingCopy",
    "collect_garbage",
    "glance",
    "inbox_states",
    "newest",
    "on_newest",
    "status",
    "stored_names",
    "stored_part",
    "verify",
    "working_copy",
]
