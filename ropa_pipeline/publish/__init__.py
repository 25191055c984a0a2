"""Publishing: from typed rows to a database, two workbooks, exchange files and a history that can be verified.

Belongs here: everything written below ``data/releases``, ``data/published`` and ``data/history``. Does not belong
here: computing rows (``register``, ``policy``) and the nightly working store (``ropa_pipeline.store``).
"""

from ropa_pipeline.publish.approval import approve, diff, verify, write_record
from ropa_pipeline.publish.backup import backup, restore
from ropa_pipeline.publish.confirm import confirm
from ropa_pipeline.publish.context import Outcome, ReleaseContext, ReleaseResult
from ropa_pipeline.publish.places import PublishError, lock, published_path
from ropa_pipeline.publish.release import last_snapshot, previous_tables, read_published, recover, release

__all__ = [
    "Outcome",
    "PublishError",
    "ReleaseContext",
    "ReleaseResult",
    "approve",
    "backup",
    "confirm",
    "diff",
    "last_snapshot",
    "lock",
    "previous_tables",
    "published_path",
    "read_published",
    "recover",
    "release",
    "restore",
    "verify",
    "write_record",
]
