"""The append-only history of a controller: a hash chain of lines, and the facts of every snapshot.

Belongs here: ``data/history/<controller>/history.jsonl`` and ``snapshots/<id>/``, reading, appending, verifying.
Does not belong here: what is published; the tables ``snapshots`` and ``changes`` are copies made from here.

Each line carries the hash of the line before and its own, so that no line can be altered, taken out or put in
unnoticed; each snapshot line carries the hashes of its files. The end of the chain is also named in the published
manifest, so that cutting lines off the end shows as well. A change-set stands before its snapshot: the snapshot's
line is what makes both count.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from ropa_pipeline.model.base import Frozen, Row
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import SnapshotState
from ropa_pipeline.publish.content import FACT_CLASSES
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.places import BUILDING, Places, PublishError, discard, flush_folder, flush_tree
from ropa_pipeline.store import private_database, read_rows, write_bytes, write_rows

CONTEXT_FILE = "context.json"


class FileEntry(Frozen):
    """A file by its name below its folder, with size in bytes and SHA-256."""

    name: str
    sha256: str
    size: int


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


class Approval(Frozen):
    """A named person put a snapshot in force. Typed words prove no identity."""

    kind: Literal["approval"] = "approval"
    snapshot_id: str
    approved_by: str
    approved_role: str
    approved_at: datetime
    in_force_from: date
    open_findings: int
    accepted_findings: int
    open_proposals: int


Entry = ChangeSet | SnapshotTaken | Approval


class Line(Frozen):
    """One line of the chain."""

    number: int
    previous_hash: str
    line_hash: str
    entry: Annotated[Entry, Field(discriminator="kind")]


class Problem(Frozen):
    """A broken link or file. ``line`` counts from 1; 0 where no line can be named."""

    line: int
    file: str
    reason: str


class Verification(Frozen):
    """The answer of :func:`verify`: how much was looked at, and what is broken, the first break first."""

    lines: int
    snapshots: int
    head: str
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


_LINE: TypeAdapter[Line] = TypeAdapter(Line)


class History:
    """The history of one controller, read once. Appending writes to the disk and to this object."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.lines: list[Line] = _read_lines(places.chain)

    @property
    def head(self) -> str:
        """The hash of the last line; empty before the first."""
        return self.lines[-1].line_hash if self.lines else ""

    @property
    def taken(self) -> tuple[SnapshotTaken, ...]:
        return tuple(line.entry for line in self.lines if isinstance(line.entry, SnapshotTaken))

    @property
    def approvals(self) -> tuple[Approval, ...]:
        return tuple(line.entry for line in self.lines if isinstance(line.entry, Approval))

    @property
    def last(self) -> SnapshotTaken | None:
        return self.taken[-1] if self.taken else None

    def snapshot(self, snapshot_id: str) -> SnapshotTaken:
        """Raises PublishError naming the ids there are."""
        for entry in self.taken:
            if entry.snapshot_id == snapshot_id:
                return entry
        known = ", ".join(entry.snapshot_id for entry in self.taken) or "none"
        raise PublishError(f"{self.places.chain}: no snapshot {snapshot_id!r}; there are: {known}")

    def following(self, entries: Sequence[Entry]) -> tuple[Line, ...]:
        """The lines these entries would become, without writing them."""
        lines: list[Line] = []
        previous, number = self.head, len(self.lines)
        for entry in entries:
            number += 1
            line = Line(number=number, previous_hash=previous, line_hash="", entry=entry)
            previous = hash_line(line.model_dump(mode="json"))
            lines.append(line.model_copy(update={"line_hash": previous}))
        return tuple(lines)

    def append(self, lines: Sequence[Line]) -> None:
        """Write lines to the end in one go and flush file and folder."""
        chain = self.places.chain
        chain.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(_canonical(line.model_dump(mode="json")) + "\n" for line in lines)
        number = os.open(chain, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(number, text.encode())
            os.fsync(number)
        finally:
            os.close(number)
        flush_folder(chain.parent)
        self.lines.extend(lines)

    def snapshot_rows(self, also: Sequence[Line] = ()) -> tuple[Snapshot, ...]:
        """The published copy: one row per snapshot, with its approval and how long it was in force."""
        lines = [*self.lines, *also]
        approvals = [line.entry for line in lines if isinstance(line.entry, Approval)]
        taken = [line for line in lines if isinstance(line.entry, SnapshotTaken)]
        return tuple(_snapshot_row(line, approvals, line is taken[-1]) for line in taken)

    def change_rows(self, also: Sequence[Line] = ()) -> tuple[Change, ...]:
        lines = [*self.lines, *also]
        rows = [change for line in lines if isinstance(line.entry, ChangeSet) for change in line.entry.changes]
        return tuple(sorted(rows, key=lambda change: change.row_id))


def hash_line(body: dict[str, object]) -> str:
    """SHA-256 of a line's canonical JSON without its own hash."""
    rest = {name: value for name, value in body.items() if name != "line_hash"}
    return hashlib.sha256(_canonical(rest).encode()).hexdigest()


def keep_facts(places: Places, snapshot_id: str, tables: Tables, facts: ReleaseFacts) -> tuple[FileEntry, ...]:
    """Write the fact tables of a snapshot whole, then put the folder in place. Returns its files."""
    folder = places.snapshots / snapshot_id
    building = folder.with_name(folder.name + BUILDING)
    discard(building)
    building.mkdir(parents=True)
    with private_database():
        for row_class in FACT_CLASSES:
            write_rows(building / f"{row_class.TABLE}.parquet", tables.rows(row_class), row_class)
    write_bytes(building / CONTEXT_FILE, facts.model_dump_json(indent=1).encode() + b"\n")
    entries = file_entries(building)
    flush_tree(building)
    discard(folder)
    os.replace(building, folder)
    flush_folder(folder.parent)
    return entries


def read_facts(places: Places, snapshot_id: str) -> Tables:
    """The fact tables of a snapshot. Raises PublishError where the folder is gone."""
    folder = places.snapshots / snapshot_id
    if not folder.is_dir():
        raise PublishError(f"{folder}: the facts of this snapshot are missing; restore the history from a backup")
    rows: list[Row] = []
    with private_database():
        for row_class in FACT_CLASSES:
            path = folder / f"{row_class.TABLE}.parquet"
            if path.is_file():
                rows += read_rows(path, row_class)
    return Tables(rows)


def read_context(places: Places, snapshot_id: str) -> ReleaseFacts:
    """What the release of a snapshot was told. Raises PublishError where it cannot be read."""
    path = places.snapshots / snapshot_id / CONTEXT_FILE
    try:
        return ReleaseFacts.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        raise PublishError(f"{path}: missing or unreadable; restore the history from a backup") from None


def file_entries(folder: Path) -> tuple[FileEntry, ...]:
    """Every file below a folder, sorted by name."""
    entries = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        entries.append(FileEntry(name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content)))
    return tuple(entries)


def verify_chain(places: Places) -> Verification:
    """Check every link, then the files of every snapshot. Reads only."""
    problems: list[Problem] = []
    lines: list[Line] = []
    previous = ""
    text = places.chain.read_bytes() if places.chain.is_file() else b""
    for number, raw in enumerate(text.splitlines(), start=1):
        line, reason = _check_line(raw, number, previous)
        if line is None:
            problems.append(Problem(line=number, file=places.chain.name, reason=reason))
            break
        lines.append(line)
        previous = line.line_hash
    if text and not text.endswith(b"\n") and not problems:
        problems.append(Problem(line=len(lines), file=places.chain.name, reason="the last line is cut off"))
    taken = [line for line in lines if isinstance(line.entry, SnapshotTaken)]
    for line in taken:
        problems += _check_files(places, line)
    return Verification(lines=len(lines), snapshots=len(taken), head=previous, problems=tuple(problems))


def drop_torn_end(places: Places) -> str:
    """Cut off what an interrupted append left: half a line, or a change-set without its snapshot.

    Returns what was dropped, in words; empty where nothing was.
    """
    if not places.chain.is_file():
        return ""
    text = places.chain.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    kept = whole.splitlines(keepends=True)
    if kept and _kind(kept[-1]) == "changes":
        kept.pop()
    length = sum(len(raw) for raw in kept)
    if length == len(text):
        return ""
    with places.chain.open("r+b") as handle:
        handle.truncate(length)
        os.fsync(handle.fileno())
    return f"{places.chain.name}: dropped the unfinished end after line {len(kept)}"


def _kind(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["entry"]["kind"])
    except (ValueError, KeyError, TypeError):
        return ""


def _read_lines(chain: Path) -> list[Line]:
    if not chain.is_file():
        return []
    lines: list[Line] = []
    for number, raw in enumerate(chain.read_bytes().splitlines(), start=1):
        previous = lines[-1].line_hash if lines else ""
        line, reason = _check_line(raw, number, previous)
        if line is None:
            raise PublishError(f"{chain}, line {number}: {reason}; restore the history from a backup (ropa restore)")
        lines.append(line)
    return lines


def _check_line(raw: bytes, number: int, previous: str) -> tuple[Line | None, str]:
    try:
        body = json.loads(raw)
        line = _LINE.validate_python(body)
    except (ValueError, ValidationError):
        return None, "not a line of the history"
    if line.number != number:
        return None, f"numbered {line.number}: a line was taken out, put in or moved"
    if line.previous_hash != previous:
        return None, "does not follow the line before it"
    if hash_line(body) != line.line_hash:
        return None, "its content does not match its hash"
    return line, ""


def _check_files(places: Places, line: Line) -> list[Problem]:
    entry = line.entry
    if not isinstance(entry, SnapshotTaken):
        return []
    folder = places.snapshots / entry.snapshot_id
    problems = []
    for listed in entry.files:
        path = folder / listed.name
        shown = f"snapshots/{entry.snapshot_id}/{listed.name}"
        if not path.is_file():
            problems.append(Problem(line=line.number, file=shown, reason="missing"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed.sha256:
            problems.append(Problem(line=line.number, file=shown, reason="changed since the release"))
    return problems


def _snapshot_row(line: Line, approvals: Sequence[Approval], is_last: bool) -> Snapshot:
    entry = line.entry
    assert isinstance(entry, SnapshotTaken)
    mine = [place for place, approval in enumerate(approvals) if approval.snapshot_id == entry.snapshot_id]
    approval = approvals[mine[-1]] if mine else None
    later = [item for item in approvals[mine[-1] + 1 :] if item.snapshot_id != entry.snapshot_id] if mine else []
    if approval is not None:
        state = SnapshotState.SUPERSEDED if later else SnapshotState.APPROVED
    else:
        state = SnapshotState.DRAFT if is_last else SnapshotState.SUPERSEDED
    return Snapshot(
        snapshot_id=entry.snapshot_id,
        created_at=entry.created_at,
        content_hash=entry.content_hash,
        previous_hash=line.previous_hash,
        state=state,
        in_force_from=approval.in_force_from if approval else None,
        in_force_until=later[0].in_force_from if later else None,
        approved_by=approval.approved_by if approval else "",
        approved_role=approval.approved_role if approval else "",
        approved_at=approval.approved_at if approval else None,
        open_findings=entry.open_findings,
        open_proposals=entry.open_proposals,
        tool_version=entry.tool_version,
    )


def _canonical(body: object) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
