"""A controller's state in this home, on loan from the storage: fetched before a run, put back after it.

Belongs here: what is fetched, kept or refused, the order of writing. Does not belong here: the run itself and its lock
(``run_lock``), the form of what is stored (``head``), servers (``bucket``).

Order of putting: objects, then trees, then the head in one conditional write. A reader sees the old state or the new
one; whoever dies before leaves objects that nothing names. The history only grows (GDPR Art. 5(2)): a head whose chain
does not continue the stored one is refused, and a history here that the stored one does not continue is set aside,
never overwritten.
"""

import logging
import os
import secrets
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ropa_pipeline.publish.history import drop_torn_end
from ropa_pipeline.publish.manifest import MANIFEST, read_manifest
from ropa_pipeline.publish.places import (
    BUILDING,
    REFRESHED,
    Places,
    PublishError,
    discard,
    flush_folder,
    flush_tree,
    lock,
    published_path,
    switch,
)
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.bucket import open_bucket
from ropa_pipeline.storage.errors import HistoryRefused, StorageDamaged, StorageError
from ropa_pipeline.storage.head import (
    GROUPS,
    Entry,
    Head,
    Tree,
    digest,
    head_key,
    object_key,
    parse_head,
    parse_tree,
)
from ropa_pipeline.storage.inbox import fetch_inbox
from ropa_pipeline.storage.local_state import (
    NIGHT_MARK,
    Chain,
    chain_of,
    is_same,
    local_chain,
    local_files,
    local_trees,
)
from ropa_pipeline.store import write_bytes

_LOG = logging.getLogger(__name__)
_BATCH = 16
TRIES = 3
"""How often a run is made again on the state that another machine put meanwhile."""


@dataclass(frozen=True)
class Moved:
    """What a fetch or a put moved: objects and bytes, both ways."""

    fetched: int = 0
    put: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0


class WorkingCopy:
    """The loan of one controller's state. The caller holds the run's lock of this home."""

    def __init__(self, settings: Settings, controller_id: str) -> None:
        self.settings = settings
        self.places = Places(settings.home, controller_id)
        self.controller_id = controller_id
        self.bucket = open_bucket(settings.storage)
        self.base: Head | None = None
        self.is_put = False
        self._token = ""
        self._trees: Mapping[str, Tree] = {}

    def fetch(self) -> Moved:
        """Make the home hold the stored state. Raises StorageError, StorageDamaged; PublishError where it is locked.

        What is stored wins, but for a history here that continues the stored one (an approval given here, a run that
        was killed before it was put): that is kept, and goes to the storage with the next put.
        """
        received, count = self.bucket.received, 0
        for left in reversed(range(TRIES)):
            content, self._token = self.bucket.read_to_switch(head_key(self.controller_id))
            self.base = parse_head(content, self.controller_id) if content is not None else None
            try:
                count = self._restore(self.base) if self.base is not None else 0
                break
            except StorageDamaged:
                # A newer head may have come, and what the older one named been cleared away.
                if not left or self.bucket.read(head_key(self.controller_id)) == content:
                    raise
        count += fetch_inbox(self.settings, self.controller_id, self.bucket)
        self.is_put = False
        return Moved(fetched=count, received_bytes=self.bucket.received - received)

    def put(self) -> Moved:
        """Store the state as it is here. Raises StateMoved where another machine was quicker, HistoryRefused."""
        sent = self.bucket.sent
        with lock(self.places.home, self.controller_id, wait_seconds=10):
            chain = self._own_chain()
            trees = local_trees(self.places.home, self.controller_id)
            known = {entry.sha256 for tree in self._trees.values() for entry in tree.entries}
            fresh = {
                entry.sha256: self.places.home / "data" / entry.path
                for group in GROUPS
                for entry in trees[group].entries
                if entry.sha256 not in known
            }
            head = self._following(chain, trees)
            if self.base is not None and _same_state(self.base, head):
                self.is_put = True
                return Moved(sent_bytes=self.bucket.sent - sent)
            self.bucket.write_many(
                {
                    object_key(self.controller_id, sha256): _content_of(path, sha256)
                    for sha256, path in sorted(fresh.items())
                }
            )
        old = {entry.sha256 for entry in self.base.trees} if self.base is not None else set()
        texts = {digest(text.encode()): text for text in map(_text, trees.values())}
        new_trees = {object_key(self.controller_id, key): text for key, text in texts.items() if key not in old}
        self.bucket.write_many({key: partial(str.encode, text) for key, text in new_trees.items()})
        content = head.model_dump_json(indent=1).encode() + b"\n"
        self.bucket.switch(head_key(self.controller_id), content, self._token)
        self.base, self._trees, self.is_put = head, trees, True
        self._token = ""
        return Moved(put=len(fresh) + len(new_trees) + 1, sent_bytes=self.bucket.sent - sent)

    def _own_chain(self) -> Chain:
        """The history here; refused where it does not hold or does not continue the stored one."""
        drop_torn_end(self.places)
        chain = local_chain(self.places.home, self.controller_id)
        if not chain.whole:
            raise HistoryRefused(
                f"{self.places.chain}, line {len(chain.hashes) + 1}: does not follow the one before; nothing was put"
            )
        if self.base is not None and not chain.continues(self.base.chain_lines, self.base.chain_head):
            raise HistoryRefused(
                f"{self.places.chain}: {len(chain.hashes)} lines do not continue the stored history of "
                f"{self.base.chain_lines}; nothing was put. Fetch the stored state: ropa storage fetch "
                f"{self.controller_id}"
            )
        return chain

    def _following(self, chain: Chain, trees: Mapping[str, Tree]) -> Head:
        folder = published_path(self.places.home, self.controller_id)
        mark = self.settings.build / self.controller_id / NIGHT_MARK
        try:
            as_of = read_manifest(folder).release.as_of if folder is not None else None
        except PublishError:
            as_of = None
        base = self.base
        return Head(
            controller_id=self.controller_id,
            generation=base.generation + 1 if base else 1,
            previous_generation=base.generation if base else 0,
            previous=digest(base.model_dump_json(indent=1).encode() + b"\n") if base else "",
            writer=secrets.token_hex(8),
            trees=tuple(_tree_entry(group, trees[group]) for group in GROUPS),
            published=folder.name if folder is not None else "",
            as_of=as_of,
            chain_lines=len(chain.hashes),
            chain_head=chain.head,
            mark=mark.read_text("utf-8") if mark.is_file() else "",
        )

    def _restore(self, head: Head) -> int:
        with lock(self.places.home, self.controller_id, wait_seconds=10):
            self._trees = self._read_trees(head)
            here = local_chain(self.places.home, self.controller_id)
            if here.continues(head.chain_lines, head.chain_head) and len(here.hashes) > head.chain_lines:
                _LOG.warning("%s: the history here continues the stored one and is kept", self.controller_id)
                return 0
            self._set_aside_a_fork(here, head)
            count = self._restore_files() + self._restore_release(head)
        return count

    def _read_trees(self, head: Head) -> Mapping[str, Tree]:
        """The four lists of files: from this home where they are still right, else from the storage."""
        mine = {
            group: _text(tree).encode() for group, tree in local_trees(self.places.home, self.controller_id).items()
        }
        found = {}
        for entry in head.trees:
            text = mine.get(entry.path, b"")
            if digest(text) != entry.sha256:
                text = self._objects([entry])[entry.sha256]
            found[entry.path] = parse_tree(text, head, entry.path)
        if set(found) != set(GROUPS):
            raise StorageDamaged(
                f"{head_key(self.controller_id)}: not the trees of this version; upgrade every machine"
            )
        return found

    def _objects(self, entries: list[Entry]) -> dict[str, bytes]:
        """The content of entries, by hash; size and hash are checked."""
        keys = {object_key(self.controller_id, entry.sha256): entry for entry in entries}
        found = self.bucket.read_many(list(keys))
        for key, entry in keys.items():
            content = found.get(key)
            if content is None or len(content) != entry.size or digest(content) != entry.sha256:
                what = "is missing" if content is None else "is cut short or altered"
                raise StorageDamaged(
                    f"{self.bucket.address}/{key} ({entry.path}) {what}; nothing was run. Restore the object from a "
                    f"backup of the storage, or from a home that holds the file: ropa storage verify --repair "
                    f"{self.controller_id}"
                )
        return {keys[key].sha256: content for key, content in found.items()}

    def _set_aside_a_fork(self, here: Chain, head: Head) -> None:
        """A history here that is no beginning of the stored one (a run that lost a race) is moved, never removed."""
        if not here.hashes:
            return
        data = self.places.home / "data"
        lines = [entry for entry in self._trees["history"].entries if data / entry.path == self.places.chain]
        stored = chain_of(self._objects(lines)[lines[0].sha256]) if lines else Chain((), whole=True)
        if stored.head != head.chain_head or not stored.whole:
            raise StorageDamaged(f"{head_key(self.controller_id)}: the stored history does not hold; restore a backup")
        if stored.continues(len(here.hashes), here.head):
            return
        aside = self.places.home / "data" / "storage" / "aside" / f"{self.controller_id}-{here.head[:16]}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        if aside.exists():
            shutil.rmtree(self.places.history)
        else:
            os.replace(self.places.history, aside)
        _LOG.warning("%s: a history that the stored one does not continue was moved to %s", self.controller_id, aside)

    def _restore_files(self) -> int:
        """Write what is missing or differs, the chain's own file last; then remove what the state does not have."""
        data, groups = self.places.home / "data", ("snapshots", "build", "history")
        wanted = [entry for group in groups for entry in self._trees[group].entries]
        wanted.sort(key=lambda entry: (data / entry.path == self.places.chain, entry.path))
        missing = [entry for entry in wanted if not is_same(data / entry.path, entry)]
        for place in range(0, len(missing), _BATCH):
            batch = missing[place : place + _BATCH]
            contents = self._objects(batch)
            for entry in batch:
                write_bytes(data / entry.path, contents[entry.sha256])
        names = {data / entry.path for entry in wanted}
        here = local_files(self.places.home, self.controller_id)
        for path in (path for group in groups for path in here[group] if path not in names):
            path.unlink()
        return len(missing)

    def _restore_release(self, head: Head) -> int:
        """Put the published release in place whole, so that a reader here sees the old one or the new one."""
        entries = self._trees["release"].entries
        folders = {entry.path.split("/")[2] for entry in entries}
        count = 0
        for name in sorted(folders):
            count += self._restore_folder(name, [entry for entry in entries if entry.path.split("/")[2] == name])
        if head.published:
            current = published_path(self.places.home, self.controller_id)
            folder = self.places.release_folder(head.published)
            if current != folder:
                switch(self.places, folder)
        return count

    def _restore_folder(self, name: str, entries: list[Entry]) -> int:
        folder, data = self.places.release_folder(name), self.places.home / "data"
        missing = [entry for entry in entries if not is_same(data / entry.path, entry)]
        contents = self._objects(missing) if missing else {}
        if folder.is_dir() and all(Path(entry.path).name == MANIFEST for entry in missing):
            for entry in missing:
                write_bytes(data / entry.path, contents[entry.sha256])
            return len(missing)
        building = folder.with_name(name + BUILDING)
        discard(building)
        for entry in entries:
            target = building / Path(entry.path).relative_to(Path("releases") / self.controller_id / name)
            content = contents.get(entry.sha256)
            write_bytes(target, content if content is not None else (data / entry.path).read_bytes())
        flush_tree(building)
        if published_path(self.places.home, self.controller_id) == folder:
            # The old files stay readable until the new ones stand beside them under another name.
            old = folder.with_name(name.removesuffix(REFRESHED) + REFRESHED + BUILDING)
            discard(old)
            shutil.copytree(folder, old)
            switch(self.places, old)
            discard(folder)
            os.replace(building, folder)
            switch(self.places, folder)
            discard(old)
        else:
            discard(folder)
            os.replace(building, folder)
        flush_folder(folder.parent)
        return len(missing)


@contextmanager
def working_copy(settings: Settings, controller_id: str) -> Generator[WorkingCopy | None, None, None]:
    """Fetch the state, hand over the home, put the state back. None, and nothing done, without ``ROPA_STORAGE``.

    Raises what :meth:`WorkingCopy.fetch` and :meth:`WorkingCopy.put` raise. After an error of the run the state is put
    as far as it goes: what was observed tonight is the last good observation of tomorrow.
    """
    if not settings.storage:
        yield None
        return
    copy = WorkingCopy(settings, controller_id)
    told(copy, copy.fetch())
    try:
        yield copy
    except Exception:
        put_what_there_is(copy)
        raise
    if not copy.is_put:
        told(copy, copy.put())


def put_what_there_is(copy: WorkingCopy) -> None:
    """After a failed run: put the state, and only log where that fails too."""
    if copy.is_put:
        return
    try:
        told(copy, copy.put())
    except (StorageError, PublishError) as error:
        _LOG.warning("%s: the state of the failed run was not put: %s", copy.controller_id, error)


def told(copy: WorkingCopy, moved: Moved) -> Moved:
    _LOG.info(
        "%s: %d objects (%d bytes) fetched, %d (%d bytes) put",
        copy.controller_id, moved.fetched, moved.received_bytes, moved.put, moved.sent_bytes,
    )  # fmt: skip
    return moved


def _content_of(path: Path, sha256: str) -> Callable[[], bytes]:
    def read() -> bytes:
        content = path.read_bytes()
        if digest(content) != sha256:
            raise StorageError(f"{path}: changed while it was put; run again when nothing else writes there")
        return content

    return read


def _same_state(old: Head, new: Head) -> bool:
    return old.trees == new.trees and (old.published, old.chain_head) == (new.published, new.chain_head)


def _tree_entry(group: str, tree: Tree) -> Entry:
    content = _text(tree).encode()
    return Entry(path=group, size=len(content), sha256=digest(content))


def _text(tree: Tree) -> str:
    return tree.model_dump_json() + "\n"
