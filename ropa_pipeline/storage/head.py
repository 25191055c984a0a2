"""What is stored of a controller: one small head, the trees it names, and content-addressed objects.

Belongs here: the typed form of head and trees, and where they stand below the address. Does not belong here: moving
them. Objects never change, so whatever a head names is one whole state for ever; a killed worker leaves only objects
that no head names.
"""

import hashlib
import re
from datetime import date
from typing import Literal

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.storage.errors import StorageDamaged

GROUPS = ("history", "snapshots", "build", "release")
_CONTROLLER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class Entry(Frozen):
    """A file by its path below ``data``, with size and SHA-256 of its content."""

    path: str
    size: int
    sha256: str


class Tree(Frozen):
    """The files of one group, sorted by path. Groups change at different times, so a quiet night sends few."""

    entries: tuple[Entry, ...]


class Head(Frozen):
    """The state of a controller. ``chain_head``: the hash of the last line of its history, ``chain_lines`` of them.

    ``previous``: the SHA-256 of the head before this one; ``writer`` makes every head unlike any other; ``mark``: what
    the last whole night rested on (``night_mark``), so that a tick needs no other object.
    """

    format: Literal[1] = 1
    controller_id: str
    generation: int
    previous_generation: int
    previous: str
    writer: str
    trees: tuple[Entry, ...]
    published: str
    as_of: date | None
    chain_lines: int
    chain_head: str
    mark: str


def head_key(controller_id: str) -> str:
    return f"controllers/{_safe(controller_id)}/head.json"


def objects_prefix(controller_id: str) -> str:
    """Objects of a controller stand apart from all others': nothing is shared, and leaving is one folder less."""
    return f"controllers/{_safe(controller_id)}/objects"


def object_key(controller_id: str, sha256: str) -> str:
    return f"{objects_prefix(controller_id)}/{sha256}"


def inbox_prefix(controller_id: str) -> str:
    return f"inbox/{_safe(controller_id)}"


def parse_head(content: bytes, controller_id: str) -> Head:
    """Raises StorageDamaged for anything but a head of this version and of this controller."""
    try:
        head = Head.model_validate_json(content)
    except ValueError:
        raise StorageDamaged(
            f"{head_key(controller_id)}: no head of this version; upgrade every machine, or restore the object"
        ) from None
    if head.controller_id != controller_id:
        raise StorageDamaged(f"{head_key(controller_id)}: belongs to another controller; restore the object")
    return head


def parse_tree(content: bytes, head: Head, group: str) -> Tree:
    """Raises StorageDamaged where it is no tree, or where a path would leave the controller's own folders."""
    try:
        tree = Tree.model_validate_json(content)
    except ValueError:
        raise StorageDamaged(f"{head_key(head.controller_id)}: its tree {group!r} is unreadable") from None
    for entry in tree.entries:
        parts = entry.path.split("/")
        if len(parts) < 3 or parts[1] != head.controller_id or not _inside(parts, group):
            raise StorageDamaged(f"{head_key(head.controller_id)}: its tree {group!r} names a file outside its folders")
    return tree


def _inside(parts: list[str], group: str) -> bool:
    top = {"snapshots": "history", "release": "releases"}.get(group, group)
    return parts[0] == top and not {"", ".", ".."} & set(parts) and not any("\\" in part for part in parts)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _safe(controller_id: str) -> str:
    if not _CONTROLLER.match(controller_id):
        raise StorageDamaged(f"{controller_id!r} cannot be part of a key")
    return controller_id
