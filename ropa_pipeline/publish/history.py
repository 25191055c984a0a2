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
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ropa_pipeline.model.base import Frozen, Row
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Severity, SnapshotState
from ropa_pipeline.publish.chain import (
    Approval,
    ChangeSet,
    Entry,
    FileEntry,
    Line,
    Pruned,
    Signature,
    SnapshotTaken,
    canonical,
    check_line,
    file_entries,
    hash_line,
)
from ropa_pipeline.publish.content import FACT_CLASSES
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.places import BUILDING, Places, PublishError, discard, flush_folder, flush_tree
from ropa_pipeline.publish.versions import refuse_newer
from ropa_pipeline.store import private_database, read_rows, write_bytes, write_rows

CONTEXT_FILE = "context.json"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}\Z")


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
    pruned: int = 0
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems


class History:
    """The history of one controller, read once. Appending writes to the disk and to this object."""

    def __init__(self, places: Places) -> None:
        refuse_newer(places)
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
    def pruned(self) -> Mapping[str, Pruned]:
        """The snapshots whose facts were removed, by id."""
        return {line.entry.snapshot_id: line.entry for line in self.lines if isinstance(line.entry, Pruned)}

    @property
    def kept(self) -> frozenset[str]:
        """The snapshots whose facts are still there."""
        return frozenset(entry.snapshot_id for entry in self.taken) - self.pruned.keys()

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
        text = "".join(canonical(line.model_dump(mode="json")) + "\n" for line in lines)
        number = os.open(chain, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        before = os.fstat(number).st_size
        try:
            _write_all(number, text.encode())
            os.fsync(number)
        except OSError:
            # A full disk takes a part: without this a half line would stand until the next start.
            os.ftruncate(number, before)
            raise
        finally:
            os.close(number)
        flush_folder(chain.parent)
        self.lines.extend(lines)

    def snapshot_rows(self, also: Sequence[Line] = ()) -> tuple[Snapshot, ...]:
        """The published copy: one row per snapshot, with its approval and how long it was in force."""
        lines = [*self.lines, *also]
        approvals = [line.entry for line in lines if isinstance(line.entry, Approval)]
        taken = [line for line in lines if isinstance(line.entry, SnapshotTaken)]
        pruned = {line.entry.snapshot_id: line.entry for line in lines if isinstance(line.entry, Pruned)}
        return tuple(_snapshot_row(line, approvals, pruned, line is taken[-1]) for line in taken)

    def change_rows(self, also: Sequence[Line] = ()) -> tuple[Change, ...]:
        lines = [*self.lines, *also]
        rows = [change for line in lines if isinstance(line.entry, ChangeSet) for change in line.entry.changes]
        return tuple(sorted(rows, key=lambda change: change.row_id))


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
    """The fact tables of a snapshot. Raises PublishError where they were pruned, or where the folder is gone."""
    folder = places.snapshots / snapshot_id
    if not folder.is_dir():
        gone = History(places).pruned.get(snapshot_id)
        if gone is not None:
            raise PublishError(
                f"{snapshot_id}: its facts were removed on {gone.pruned_on} under the retention rule {gone.rule_id} "
                f"({gone.period}, decided by {gone.decided_by}); only its hashes remain. A backup made earlier holds it"
            )
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


def verify_chain(places: Places) -> Verification:
    """Check every link, then the files of every snapshot. Reads only.

    Raises PublishError for a history that a newer version has written: this one cannot tell whether it is whole.
    """
    refuse_newer(places)
    problems: list[Problem] = []
    lines: list[Line] = []
    previous = ""
    text = places.chain.read_bytes() if places.chain.is_file() else b""
    for number, raw in enumerate(text.splitlines(), start=1):
        line, reason = check_line(raw, number, previous)
        if line is None:
            problems.append(Problem(line=number, file=places.chain.name, reason=reason))
            break
        lines.append(line)
        previous = line.line_hash
    if text and not text.endswith(b"\n") and not problems:
        problems.append(Problem(line=len(lines), file=places.chain.name, reason="the last line is cut off"))
    taken = [line for line in lines if isinstance(line.entry, SnapshotTaken)]
    pruned = {line.entry.snapshot_id for line in lines if isinstance(line.entry, Pruned)}
    for line in lines:
        problems += _check_files(places, line, pruned)
    return Verification(
        lines=len(lines), snapshots=len(taken), head=previous, problems=tuple(problems), pruned=len(pruned)
    )


def settle_restore(places: Places) -> str:
    """Finish what a killed restore left: the history that it replaced goes back, or goes where the new one stands.

    Returns what was done, in words; empty where nothing was. The caller holds the controller's lock.
    """
    aside = places.before_restore
    if not aside.is_dir():
        return ""
    if places.history.is_dir():
        discard(aside)
        return f"{aside.name}: removed, the restored history stands"
    os.replace(aside, places.history)
    flush_folder(places.history.parent)
    return f"{places.history.name}: put back, a restore was interrupted"


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


def _write_all(number: int, data: bytes) -> None:
    """``os.write`` may take less than it is given, and on a full disk does so without an error."""
    while data:
        data = data[os.write(number, data) :]


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
        line, reason = check_line(raw, number, previous)
        if line is None:
            raise PublishError(f"{chain}, line {number}: {reason}; restore the history from a backup (ropa restore)")
        lines.append(line)
    return lines


def _check_files(places: Places, line: Line, pruned: set[str]) -> list[Problem]:
    """The files that a line vouches for: the facts of a snapshot that is not pruned, the signature of an approval."""
    entry = line.entry
    if isinstance(entry, SnapshotTaken) and entry.snapshot_id not in pruned:
        folder, files = places.snapshots / entry.snapshot_id, entry.files
    elif isinstance(entry, Approval) and entry.signature is not None:
        folder, files = places.signatures / entry.snapshot_id, (entry.signature.signed, entry.signature.file)
    else:
        return []
    problems = []
    for listed in files:
        path = folder / listed.name
        if not _stays_below(entry.snapshot_id, listed.name):
            reason = "names a file outside of the history"
            problems.append(Problem(line=line.number, file=places.chain.name, reason=reason))
            continue
        shown = path.relative_to(places.history).as_posix()
        if not path.is_file():
            problems.append(Problem(line=line.number, file=shown, reason="missing"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed.sha256:
            problems.append(Problem(line=line.number, file=shown, reason="changed since the release"))
    return problems


def _stays_below(*names: str) -> bool:
    """Whether names that a line gives are plain: a foreign history must not have other files looked at."""
    parts = [part for name in names for part in name.split("/")]
    return all(_PLAIN.match(part) for part in parts)


def _snapshot_row(line: Line, approvals: Sequence[Approval], pruned: Mapping[str, Pruned], is_last: bool) -> Snapshot:
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
        approval_note=approval.note if approval else "",
        signature=_signed_with(approval.signature) if approval else "",
        accepted_findings=approval.accepted_findings if approval else None,
        pruned_on=pruned[entry.snapshot_id].pruned_on if entry.snapshot_id in pruned else None,
        open_findings=entry.open_findings,
        open_errors=_counted(entry, Severity.ERROR),
        open_warnings=_counted(entry, Severity.WARNING),
        open_checks=_counted(entry, Severity.CHECK),
        open_proposals=entry.open_proposals,
        tool_version=entry.tool_version,
    )


def _counted(entry: SnapshotTaken, severity: Severity) -> int | None:
    """None for a release of an earlier version, which did not count them apart."""
    if not entry.severities:
        return None
    return sum(item.open for item in entry.severities if item.severity is severity)


def _signed_with(signature: Signature | None) -> str:
    return f"{signature.program.value}, key {signature.key}, file {signature.file.name}" if signature else ""
