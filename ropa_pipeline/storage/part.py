"""A few files of a stored state, in a folder of their own, for whoever only looks at them.

Belongs here: fetching just what is asked for, checked like everything that is fetched. Does not belong here: what is
looked for (``portfolio``, ``alerts``), a home that is worked in (``working_copy``). The home of the one who looks is
neither read nor changed.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from ropa_pipeline.publish.places import Places, switch
from ropa_pipeline.scratch import private_folder
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.bucket import Bucket, open_bucket
from ropa_pipeline.storage.errors import StorageDamaged
from ropa_pipeline.storage.glance import read_head
from ropa_pipeline.storage.head import Entry, Head, digest, object_key, parse_tree
from ropa_pipeline.store import write_bytes

_TRIES = 3


@contextmanager
def stored_part(settings: Settings, controller_id: str, wanted: Callable[[str], bool]) -> Generator[Path]:
    """A private home with the wanted files of the controller's newest stored state; empty where nothing is stored.

    ``wanted`` is asked with each file's path below ``data``. Raises StorageError and StorageDamaged.
    """
    bucket = open_bucket(settings.storage)
    with private_folder("ropa-part-") as home:
        for left in reversed(range(_TRIES)):
            head = read_head(bucket, controller_id)
            if head is None:
                break
            try:
                _bring(bucket, head, home, wanted)
                break
            except StorageDamaged:
                # A newer head may have come, and what the older one named been cleared away.
                if not left or read_head(bucket, controller_id) == head:
                    raise
        yield home


def stored_names(settings: Settings) -> tuple[str, ...]:
    """The controllers of which a state is stored, sorted. Raises StorageError."""
    return tuple(open_bucket(settings.storage).folders("controllers"))


def _bring(bucket: Bucket, head: Head, home: Path, wanted: Callable[[str], bool]) -> None:
    texts = _objects(bucket, head, list(head.trees))
    trees = [parse_tree(texts[entry.sha256], head, entry.path) for entry in head.trees]
    entries = [entry for tree in trees for entry in tree.entries if wanted(entry.path)]
    contents = _objects(bucket, head, entries)
    for entry in entries:
        write_bytes(home / "data" / entry.path, contents[entry.sha256])
    places = Places(home, head.controller_id)
    if head.published and places.release_folder(head.published).is_dir():
        switch(places, places.release_folder(head.published))


def _objects(bucket: Bucket, head: Head, entries: list[Entry]) -> dict[str, bytes]:
    keys = {object_key(head.controller_id, entry.sha256): entry for entry in entries}
    found = bucket.read_many(list(keys))
    for key, entry in keys.items():
        content = found.get(key)
        if content is None or len(content) != entry.size or digest(content) != entry.sha256:
            raise StorageDamaged(
                f"{bucket.address}/{key} ({entry.path}) is missing, cut short or altered; look at all of it: "
                f"ropa storage verify {head.controller_id}"
            )
    return {entry.sha256: found[key] for key, entry in keys.items()}
