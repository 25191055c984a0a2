"""Sign-off and looking back: approve, verify, differences between snapshots, the record of a past date.

Belongs here: what a person asks of the history. Does not belong here: making releases (``release``), the chain's
form (``history``), copies for safe-keeping (``backup``). A typed approval proves no identity: it says who
answered for the record, and when (GDPR Art. 5(2), 24).
"""

import hashlib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.build import accepted_findings, open_findings, open_proposals, with_history
from ropa_pipeline.publish.content import compare
from ropa_pipeline.publish.history import (
    Approval,
    History,
    Problem,
    Verification,
    read_context,
    read_facts,
    verify_chain,
)
from ropa_pipeline.publish.manifest import MANIFEST, read_manifest
from ropa_pipeline.publish.places import Places, PublishError, lock, published_path
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.release import read_published, recover, reissue
from ropa_pipeline.publish.workbook import write_workbook


def approve(home: Path, controller_id: str, by: str, role: str, now: datetime) -> Snapshot:
    """Put the published release in force: one line in the history, then its files are issued again.

    ``now`` is aware; the release is in force from its date in the controller's zone. Raises PublishError where
    nothing is published, no name is given, the history is broken or the release is already approved.
    """
    if not by.strip():
        raise PublishError("an approval needs a name: ropa approve CONTROLLER --by WHO")
    places = Places(home, controller_id)
    with lock(home, controller_id):
        recover(home, controller_id)
        _must_hold(home, controller_id)
        folder, history = published_path(home, controller_id), History(places)
        last = history.last
        if folder is None or last is None:
            raise PublishError(f"{places.pointer}: nothing is published; run the controller first")
        before = next(row for row in history.snapshot_rows() if row.snapshot_id == last.snapshot_id)
        if before.approved_by:
            raise PublishError(
                f"{last.snapshot_id} was already approved by {before.approved_by}; nothing new to approve"
            )
        tables = read_published(home, controller_id)
        zone = ZoneInfo(read_manifest(folder).release.timezone)
        approval = Approval(
            snapshot_id=last.snapshot_id,
            approved_by=by.strip(),
            approved_role=role.strip(),
            approved_at=now,
            in_force_from=now.astimezone(zone).date(),
            open_findings=open_findings(tables),
            accepted_findings=accepted_findings(tables),
            open_proposals=open_proposals(tables),
        )
        history.append(history.following([approval]))
        reissue(places, history)
        return next(row for row in history.snapshot_rows() if row.snapshot_id == last.snapshot_id)


def verify(home: Path, controller_id: str) -> Verification:
    """Check the chain, the facts of every snapshot and the published files. Reads only.

    The first problem is the first broken link, with its line.
    """
    places = Places(home, controller_id)
    checked = verify_chain(places)
    return checked.model_copy(update={"problems": (*checked.problems, *_published_problems(places, checked))})


def diff(home: Path, controller_id: str, a: str = "", b: str = "") -> tuple[Change, ...]:
    """The fact cells that differ from snapshot ``a`` to ``b``.

    Without ``b``: the last one; without ``a``: the last approved one before it, else the one before it. One
    snapshot alone differs from nothing. Raises PublishError for an id that the history does not know.
    """
    places = Places(home, controller_id)
    history = History(places)
    last = history.last
    if last is None:
        raise PublishError(f"{places.chain}: no snapshot yet; run the controller first")
    newer = history.snapshot(b).snapshot_id if b else last.snapshot_id
    older = history.snapshot(a).snapshot_id if a else _base_of(history, newer)
    if not older:
        return ()
    return compare(read_facts(places, older), read_facts(places, newer), newer)


def write_record(home: Path, controller_id: str, path: Path, on: date | None = None, snapshot_id: str = "") -> Snapshot:
    """Write the record workbook of a snapshot from the history alone; every source may be down.

    ``on``: the approved snapshot in force on that date; ``snapshot_id``: that one; neither: the last approved one.
    Raises PublishError where no snapshot was in force, and says which snapshots there are.
    """
    places = Places(home, controller_id)
    history = History(places)
    rows = history.snapshot_rows()
    chosen = _named(history, rows, snapshot_id) if snapshot_id else _in_force(places, rows, on)
    tables = with_history(read_facts(places, chosen.snapshot_id), rows, history.change_rows())
    write_workbook(path, record_book(tables, read_context(places, chosen.snapshot_id), chosen))
    return chosen


def facts_on(home: Path, controller_id: str, on: date | None = None, snapshot_id: str = "") -> tuple[Snapshot, Tables]:
    """The facts behind :func:`write_record`, for other forms of the record."""
    places = Places(home, controller_id)
    history = History(places)
    rows = history.snapshot_rows()
    chosen = _named(history, rows, snapshot_id) if snapshot_id else _in_force(places, rows, on)
    return chosen, read_facts(places, chosen.snapshot_id)


def _named(history: History, rows: tuple[Snapshot, ...], snapshot_id: str) -> Snapshot:
    wanted = history.snapshot(snapshot_id).snapshot_id
    return next(row for row in rows if row.snapshot_id == wanted)


def _in_force(places: Places, rows: tuple[Snapshot, ...], on: date | None) -> Snapshot:
    for row in sorted(rows, key=lambda item: str(item.approved_at or ""), reverse=True):
        if row.in_force_from is None:
            continue
        ended = row.in_force_until is not None and (on is None or row.in_force_until <= on)
        if not ended and (on is None or row.in_force_from <= on):
            return row
    known = ", ".join(row.snapshot_id for row in rows) or "none"
    when = f"on {on}" if on else "now"
    raise PublishError(
        f"{places.controller_id}: no approved record was in force {when}; approve one (ropa approve) or name a "
        f"snapshot: {known}"
    )


def _base_of(history: History, newer: str) -> str:
    ids = [entry.snapshot_id for entry in history.taken]
    before = ids[: ids.index(newer)]
    approved = [item for item in before if any(approval.snapshot_id == item for approval in history.approvals)]
    return approved[-1] if approved else before[-1] if before else ""


def _must_hold(home: Path, controller_id: str) -> None:
    problems = verify(home, controller_id).problems
    if problems:
        first = problems[0]
        raise PublishError(f"{first.file}, line {first.line} of the history: {first.reason}; restore from a backup")


def _published_problems(places: Places, checked: Verification) -> list[Problem]:
    """The published files against their manifest, and the manifest against the end of the chain."""
    folder = published_path(places.home, places.controller_id)
    if folder is None:
        return []
    try:
        manifest = read_manifest(folder)
    except PublishError as error:
        return [Problem(line=0, file=MANIFEST, reason=str(error))]
    problems = []
    if not checked.problems and manifest.history_head != checked.head:
        reason = "the published release names another end of the history: lines are missing or were added"
        problems.append(Problem(line=checked.lines, file=places.chain.name, reason=reason))
    for listed in manifest.files:
        path = folder / listed.name
        if not path.is_file():
            problems.append(Problem(line=0, file=listed.name, reason="missing from the published release"))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != listed.sha256:
            problems.append(Problem(line=0, file=listed.name, reason="changed since it was published"))
    return problems
