"""The manifest of a published release: what it is, what it was built from, and the hash of each of its files.

Belongs here: the typed form of ``manifest.json``. Does not belong here: building the files (``build``). It is the
only file that holds the real clock (``written_at``, ``last_verified``), and it is written last.
"""

from datetime import datetime
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import SnapshotState, SourceKind, SourceStatus
from ropa_pipeline.publish.chain import FileEntry
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.places import PublishError
from ropa_pipeline.store import write_bytes

MANIFEST = "manifest.json"


class SourceEntry(Frozen):
    """A source the release was built from."""

    source_id: str
    system: str
    kind: SourceKind
    status: SourceStatus
    sample: bool


class Manifest(Frozen):
    """``history_head`` is the hash of the last line of the history when the files were written."""

    snapshot_id: str
    content_hash: str
    state: SnapshotState
    history_head: str
    release: ReleaseFacts
    notice_text: str
    open_findings: int
    open_proposals: int
    sources: tuple[SourceEntry, ...]
    files: tuple[FileEntry, ...]
    written_at: datetime
    last_verified: datetime


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_bytes(folder / MANIFEST, manifest.model_dump_json(indent=1).encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Raises PublishError where the manifest is missing or of another version."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        raise PublishError(f"{path}: missing or unreadable; run the controller again to build it anew") from None
