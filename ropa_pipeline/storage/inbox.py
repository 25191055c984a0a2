"""The inbox of a controller in the storage: ``inbox/<controller>/<source>/<file>``.

Belongs here: bringing what lies there into the home's inbox, and what it looked like. Does not belong here: which file
of an inbox is read (``sources``). A file is fetched again only when its listing changed; its time is the stored one,
because the newest dump of a folder is the one that is read. Names of files stay on this machine: they may be values.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.bucket import Bucket, Stored
from ropa_pipeline.storage.errors import StorageDamaged
from ropa_pipeline.storage.head import inbox_prefix
from ropa_pipeline.store import write_bytes


class Fetched(Frozen):
    """One file as it was fetched: what the listing said, and what it is here."""

    name: str
    token: str
    size: int
    modified_ns: int


class FetchedInbox(Frozen):
    files: tuple[Fetched, ...] = ()


def fetch_inbox(settings: Settings, controller_id: str, bucket: Bucket) -> int:
    """Make the home's inbox hold what the stored one holds; how many files came. Files put here by hand stay.

    Raises StorageDamaged for a file that came shorter than listed (it is still being written).
    """
    folder = settings.inbox / controller_id
    before = {item.name: item for item in _read(settings, controller_id).files}
    now: list[Fetched] = []
    came = 0
    for name, stored in listed(bucket, controller_id).items():
        target = folder / name
        known = before.get(name)
        if known is None or known.token != stored.token or not _is_as_fetched(target, known):
            _fetch(bucket, f"{inbox_prefix(controller_id)}/{name}", stored, target)
            came += 1
        stat = target.stat()
        now.append(Fetched(name=name, token=stored.token, size=stat.st_size, modified_ns=stat.st_mtime_ns))
    for name in before.keys() - {item.name for item in now}:
        (folder / name).unlink(missing_ok=True)
    content = FetchedInbox(files=tuple(now)).model_dump_json(indent=1).encode() + b"\n"
    write_bytes(_path(settings, controller_id), content)
    return came


def inbox_lines(settings: Settings, controller_id: str) -> tuple[str, ...]:
    """The inbox for the night's fingerprint: the listing it was fetched by, and files put here by hand."""
    fetched = _read(settings, controller_id).files
    known = {item.name for item in fetched}
    folder = settings.inbox / controller_id
    own = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    by_hand = [path for path in own if path.relative_to(folder).as_posix() not in known]
    return (
        *lines_of({item.name: item.token for item in fetched}),
        *(f"by hand|{path.relative_to(folder).as_posix()}|{path.stat().st_size}" for path in by_hand),
    )


def lines_of(tokens: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"stored|{name}|{token}" for name, token in sorted(tokens.items()))


def listed(bucket: Bucket, controller_id: str) -> dict[str, Stored]:
    """The stored inbox; what a name would put outside the folder, and hidden files, are left alone."""
    found = bucket.listed(inbox_prefix(controller_id))
    return {name: stored for name, stored in found.items() if is_plain(name)}


def is_plain(name: str) -> bool:
    parts = name.split("/")
    return not any(part in ("", "..") or part.startswith(".") or "\\" in part for part in parts)


def _fetch(bucket: Bucket, key: str, stored: Stored, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        bucket.get(key, temporary)
        if temporary.stat().st_size != stored.size:
            raise StorageDamaged(f"{bucket.address}/{key.rpartition('/')[0]}: a file there is being written; run later")
        moment = int(stored.modified.timestamp() * 1_000_000_000)
        os.utime(temporary, ns=(moment, moment))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _is_as_fetched(target: Path, known: Fetched) -> bool:
    if not target.is_file():
        return False
    stat = target.stat()
    return stat.st_size == known.size and stat.st_mtime_ns == known.modified_ns


def _read(settings: Settings, controller_id: str) -> FetchedInbox:
    try:
        return FetchedInbox.model_validate(json.loads(_path(settings, controller_id).read_bytes()))
    except (OSError, ValueError):
        return FetchedInbox()


def _path(settings: Settings, controller_id: str) -> Path:
    return settings.home / "data" / "storage" / f"{controller_id}.inbox.json"
