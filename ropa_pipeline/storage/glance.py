"""What a tick must know of a controller before it launches a run: one head and one listing, no other object.

Belongs here: reading that little. Does not belong here: deciding with it (``night_mark``, ``orchestration.jobs``).
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.bucket import Bucket, open_bucket
from ropa_pipeline.storage.head import Head, head_key, parse_head
from ropa_pipeline.storage.inbox import is_plain, lines_of, listed


@dataclass(frozen=True)
class Glance:
    """The mark of the last whole night, the end of the history, and the inbox as it is now."""

    mark: str
    chain_head: str
    inbox: tuple[str, ...]
    as_of: date | None


def glance(settings: Settings, controller_id: str) -> Glance | None:
    """None before the first run. Raises StorageError where the storage does not answer or the head is damaged."""
    bucket = open_bucket(settings.storage)
    head = read_head(bucket, controller_id)
    if head is None:
        return None
    now = {name: stored.token for name, stored in listed(bucket, controller_id).items()}
    return Glance(mark=head.mark, chain_head=head.chain_head, inbox=lines_of(now), as_of=head.as_of)


def read_head(bucket: Bucket, controller_id: str) -> Head | None:
    content = bucket.read(head_key(controller_id))
    return parse_head(content, controller_id) if content is not None else None


def inbox_states(settings: Settings) -> dict[str, str]:
    """A fingerprint of every controller's stored inbox, by one listing for all. Raises StorageError."""
    lines: dict[str, list[str]] = {}
    for name, stored in open_bucket(settings.storage).listed("inbox").items():
        controller_id, _, rest = name.partition("/")
        if rest and is_plain(rest):
            lines.setdefault(controller_id, []).append(f"{rest}|{stored.token}")
    return {name: hashlib.sha256("\n".join(sorted(items)).encode()).hexdigest()[:32] for name, items in lines.items()}
