"""Which form a register on disk has, and refusing one that a newer version of the tool has written.

Belongs here: the number, and looking for it before anything is read or written. Does not belong here: reading an older
register: columns, fields and tables that it lacks have defaults (``store``, ``chain``, ``database``), so nothing is
ever converted. An older tool that wrote on a newer register would lose what it does not know (GDPR Art. 5(2)).
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ropa_pipeline.publish.context import SCHEMA_VERSION
from ropa_pipeline.publish.places import Places, PublishError


class NewerRegister(PublishError):
    """A newer version of this tool has written here; nothing was touched."""


def refuse_newer(places: Places) -> None:
    """Raises NewerRegister where the newest facts or the published files are of a later form than this tool's."""
    for path in (*_newest_context(places), *_published_manifest(places)):
        found, tool = _version_in(path)
        if found > SCHEMA_VERSION:
            raise NewerRegister(
                f"{path}: written by version {tool} of this tool (schema {found}); this one reads up to schema "
                f"{SCHEMA_VERSION}. Install that version or a later one; nothing was touched"
            )


def _newest_context(places: Places) -> Iterator[Path]:
    """Of the last two snapshots: their names begin with a date, and a killed run may have left one half made."""
    yield from sorted(places.snapshots.glob("*/context.json"))[-2:]


def _published_manifest(places: Places) -> Iterator[Path]:
    pointer = places.pointer
    if pointer.is_symlink():
        yield pointer.parent / os.readlink(pointer) / "manifest.json"
    elif pointer.is_file():
        yield pointer.parent / pointer.read_text(encoding="utf-8").strip() / "manifest.json"


def _version_in(path: Path) -> tuple[int, str]:
    """The schema and the tool's version in a file, read without its model, which may know less than the file says."""
    try:
        body = json.loads(path.read_bytes())
        facts = body.get("release", body)
        return int(facts.get("schema_version", 1)), str(facts.get("tool_version", "unknown"))
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        # unreadable is another complaint, made by whoever reads it
        return 1, "unknown"
