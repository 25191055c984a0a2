"""The lines of a controller's history: what is recorded of a release, an approval, a pruning.

Belongs here: the typed form of each entry, a line's hash, and checking one line against the one before. Does not
belong here: the file of lines and the facts beside it (``history``). New fields have defaults: a line written by an
earlier version must keep its hash and be read for ever (GDPR Art. 5(2)).
"""

import hashlib
import json
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.terms import Severity


class FileEntry(Frozen):
    """A file by its name below its folder, with size in bytes and SHA-256."""

    name: str
    sha256: str
    size: int


class SeverityCount(Frozen):
    """How many open findings of one severity a release had."""

    severity: Severity
    open: int


class SigningProgram(StrEnum):
    """The programs that a person may sign with; they hold the key and ask for its passphrase."""

    GPG = "gpg"
    MINISIGN = "minisign"


class ChangeSet(Frozen):
    """The cells that the following snapshot changed."""

    kind: Literal["changes"] = "changes"
    snapshot_id: str
    changes: tuple[Change, ...]


class SnapshotTaken(Frozen):
    """A release. ``created_at`` is the run's time; the real clock stands in the manifest alone."""

    kind: Literal["snapshot"] = "snapshot"
    snapshot_id: str
    as_of: date
    created_at: datetime
    content_hash: str
    files: tuple[FileEntry, ...]
    open_findings: int
    open_proposals: int
    tool_version: str
    severities: tuple[SeverityCount, ...] = ()


class AcceptedFinding(Frozen):
    """A finding that stood accepted when a release was approved: by whom, until when, and why."""

    finding_id: str
    by: str
    until: date | None
    reason: str


class Signature(Frozen):
    """A detached signature of an approval. ``key`` names the public key: GPG's fingerprint, minisign's key itself.

    ``signed`` is the file that was signed, word for word, so that anybody can check it without this tool.
    """

    program: SigningProgram
    key: str
    signed: FileEntry
    file: FileEntry


class Approval(Frozen):
    """A named person put a snapshot in force: what was open, what was accepted. Typed words prove no identity."""

    kind: Literal["approval"] = "approval"
    snapshot_id: str
    approved_by: str
    approved_role: str
    approved_at: datetime
    in_force_from: date
    open_findings: int
    accepted_findings: int
    open_proposals: int
    note: str = ""
    open: tuple[str, ...] = ()
    accepted: tuple[AcceptedFinding, ...] = ()
    signature: Signature | None = None


class Pruned(Frozen):
    """The facts of a superseded snapshot were removed; its line, with the hash of every file, stays."""

    kind: Literal["pruned"] = "pruned"
    snapshot_id: str
    pruned_on: date
    superseded_on: date
    rule_id: str
    period: str
    decided_by: str
    reason: str


Entry = ChangeSet | SnapshotTaken | Approval | Pruned


class Line(Frozen):
    """One line of the chain."""

    number: int
    previous_hash: str
    line_hash: str
    entry: Annotated[Entry, Field(discriminator="kind")]


_LINE: TypeAdapter[Line] = TypeAdapter(Line)


def hash_line(body: dict[str, object]) -> str:
    """SHA-256 of a line's canonical JSON without its own hash."""
    rest = {name: value for name, value in body.items() if name != "line_hash"}
    return hashlib.sha256(canonical(rest).encode()).hexdigest()


def file_entries(folder: Path) -> tuple[FileEntry, ...]:
    """Every file below a folder, sorted by name."""
    entries = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        entries.append(FileEntry(name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content)))
    return tuple(entries)


def check_line(raw: bytes, number: int, previous: str) -> tuple[Line | None, str]:
    """The line, or None and what is wrong with it. ``previous`` is the hash of the line before it."""
    try:
        body = json.loads(raw)
        line = _LINE.validate_python(body)
        found = hash_line(body)
    except (ValueError, ValidationError, RecursionError):
        return None, "not a line of the history"
    if line.number != number:
        return None, f"numbered {line.number}: a line was taken out, put in or moved"
    if line.previous_hash != previous:
        return None, "does not follow the line before it"
    if found != line.line_hash:
        return None, "its content does not match its hash"
    return line, ""


def canonical(body: object) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
