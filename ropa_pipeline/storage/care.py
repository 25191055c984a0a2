"""Looking after what is stored of a controller: what there is, whether it holds, and clearing away what nothing names.

Belongs here: reading everything that is stored, removing unreferenced objects. Does not belong here: fetching and
putting a state (``working_copy``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.bucket import Bucket, open_bucket
from ropa_pipeline.storage.errors import StorageDamaged, StorageError
from ropa_pipeline.storage.glance import read_head
from ropa_pipeline.storage.head import Entry, Head, digest, head_key, object_key, objects_prefix, parse_tree
from ropa_pipeline.storage.local_state import chain_of, local_chain

GRACE = timedelta(days=1)
"""A run puts objects before its head names them; within a day it has ended either way."""


@dataclass(frozen=True)
class Status:
    """What is stored of a controller, and how this home stands to it."""

    generation: int
    published: str
    as_of: date | None
    lines: int
    files: int
    file_bytes: int
    objects: int
    object_bytes: int
    here: str


def status(settings: Settings, controller_id: str) -> Status | None:
    """None where nothing is stored. Raises StorageError."""
    bucket = open_bucket(settings.storage)
    head = read_head(bucket, controller_id)
    if head is None:
        return None
    entries = _entries(bucket, head)
    found = bucket.listed(objects_prefix(controller_id))
    here = local_chain(settings.home, controller_id)
    if not here.hashes:
        relation = "nothing of it is here"
    elif not here.continues(head.chain_lines, head.chain_head):
        relation = "the history here is older, or another"
    else:
        ahead = len(here.hashes) - head.chain_lines
        relation = f"the history here has {ahead} more lines" if ahead else "the history here is the stored one"
    return Status(
        generation=head.generation,
        published=head.published,
        as_of=head.as_of,
        lines=head.chain_lines,
        files=len(entries),
        file_bytes=sum(entry.size for entry in entries),
        objects=len(found),
        object_bytes=sum(item.size for item in found.values()),
        here=relation,
    )


def verify(settings: Settings, controller_id: str, repair: bool = False) -> tuple[str, ...]:
    """What is wrong with the stored state, in words; empty where every hash and the chain hold. Raises StorageError.

    ``repair``: an object that is missing or altered is put again where this home holds the very same file.
    """
    bucket = open_bucket(settings.storage)
    head = read_head(bucket, controller_id)
    if head is None:
        raise StorageError(f"{bucket.address}/{head_key(controller_id)}: nothing is stored; run {controller_id} first")
    problems: list[str] = []
    entries: list[Entry] = []
    for tree in head.trees:
        content, reason = _checked(bucket, controller_id, tree)
        if content is None:
            problems.append(f"tree {tree.path} ({tree.sha256}): {reason}")
        else:
            entries += parse_tree(content, head, tree.path).entries
    chain = b""
    for entry in entries:
        content, reason = _checked(bucket, controller_id, entry)
        if content is None and repair:
            content = _put_again(settings, bucket, controller_id, entry)
        if content is None:
            problems.append(f"{entry.path} ({entry.sha256}): {reason}")
        elif entry.path == f"history/{controller_id}/history.jsonl":
            chain = content
    if not problems:
        problems += _chain_problems(head, chain)
    return tuple(problems)


def collect_garbage(settings: Settings, controller_id: str, now: datetime | None = None) -> tuple[int, int]:
    """Remove objects that the head does not name and that are older than a day. Returns how many, and their bytes.

    Raises StorageError, StorageDamaged: where a tree cannot be read nothing is removed.
    """
    bucket = open_bucket(settings.storage)
    found = bucket.listed(objects_prefix(controller_id))
    head = read_head(bucket, controller_id)
    named = {entry.sha256 for entry in _entries(bucket, head)} | {tree.sha256 for tree in head.trees} if head else set()
    before = (now or datetime.now(UTC)) - GRACE
    old = [name for name, item in found.items() if name not in named and item.modified < before]
    bucket.delete([object_key(controller_id, name) for name in old])
    return len(old), sum(found[name].size for name in old)


def _entries(bucket: Bucket, head: Head) -> list[Entry]:
    found: list[Entry] = []
    for tree in head.trees:
        content, reason = _checked(bucket, head.controller_id, tree)
        if content is None:
            raise StorageDamaged(f"{head_key(head.controller_id)}: its tree {tree.path!r} {reason}; restore the object")
        found += parse_tree(content, head, tree.path).entries
    return found


def _checked(bucket: Bucket, controller_id: str, entry: Entry) -> tuple[bytes | None, str]:
    content = bucket.read(object_key(controller_id, entry.sha256))
    if content is None:
        return None, "is missing"
    if len(content) != entry.size:
        return None, f"has {len(content)} bytes instead of {entry.size}"
    return (content, "") if digest(content) == entry.sha256 else (None, "was altered: its hash is another")


def _put_again(settings: Settings, bucket: Bucket, controller_id: str, entry: Entry) -> bytes | None:
    """The files of the home that may hold it: the one of that path first, then those of that size."""
    data = settings.home / "data"
    for path in _candidates(data, entry):
        content = path.read_bytes()
        if digest(content) == entry.sha256:
            bucket.write_many({object_key(controller_id, entry.sha256): partial(bytes, content)})
            return content
    return None


def _candidates(data: Path, entry: Entry) -> Iterable[Path]:
    path = data / entry.path
    if path.is_file():
        yield path
    folder = data.joinpath(*entry.path.split("/")[:2])
    yield from (item for item in folder.rglob("*") if item.is_file() and item.stat().st_size == entry.size)


def _chain_problems(head: Head, text: bytes) -> list[str]:
    chain = chain_of(text)
    if not chain.whole:
        return [f"history.jsonl, line {len(chain.hashes) + 1}: does not follow the line before it"]
    if (len(chain.hashes), chain.head) != (head.chain_lines, head.chain_head):
        return ["history.jsonl: not the chain that the head names"]
    return []
