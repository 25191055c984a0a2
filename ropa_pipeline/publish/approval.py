"""Sign-off and looking back: approve, verify, differences between snapshots, the record of a past date.

Belongs here: what a person asks of the history. Does not belong here: making releases (``release``), the chain's
form (``history``), copies for safe-keeping (``backup``). A typed approval proves no identity: it says who
answered for the record, and when (GDPR Art. 5(2), 24).
"""

import hashlib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus
from ropa_pipeline.publish.build import accepted_findings, open_findings, open_proposals, with_history
from ropa_pipeline.publish.chain import AcceptedFinding, Approval, SigningProgram
from ropa_pipeline.publish.content import compare
from ropa_pipeline.publish.history import History, Problem, Verification, read_context, read_facts, verify_chain
from ropa_pipeline.publish.manifest import MANIFEST, read_manifest
from ropa_pipeline.publish.places import Places, PublishError, lock, published_path
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.release import read_published, recover, reissue
from ropa_pipeline.publish.signature import Unchecked, check, sign
from ropa_pipeline.publish.workbook import write_workbook


def approve(
    home: Path,
    controller_id: str,
    by: str,
    role: str,
    now: datetime,
    note: str = "",
    program: SigningProgram | None = None,
    key: str = "",
) -> Snapshot:
    """Put the published release in force: one line in the history, then its files are issued again.

    The line names every finding that was open and every one that stood accepted. ``now`` is aware; the release is in
    force from its date in the controller's zone. With ``program`` the approval is signed first (:mod:`signature`).
    Raises PublishError where nothing is published, no name is given, the history is broken, the release is already
    approved or the program does not sign; nothing is approved then.
    """
    if not by.strip():
        raise PublishError("an approval needs a name: ropa approve CONTROLLER --by WHO")
    places = Places(home, controller_id)
    with lock(home, controller_id):
        recover(home, controller_id)
        must_hold(home, controller_id)
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
            note=note.strip(),
            open=tuple(row.finding_id for row in tables.rows(Finding) if row.status is FindingStatus.OPEN),
            accepted=_accepted(tables),
        )
        if program is not None:
            signature = sign(places, approval, last.content_hash, history.head, program, key)
            approval = approval.model_copy(update={"signature": signature})
        history.append(history.following([approval]))
        reissue(places, history)
        return next(row for row in history.snapshot_rows() if row.snapshot_id == last.snapshot_id)


def verify(home: Path, controller_id: str) -> Verification:
    """Check the chain, the facts of every snapshot, the signatures and the published files. Reads only.

    The first problem is the first broken link, with its line. A signature that cannot be checked here is a note.
    """
    places = Places(home, controller_id)
    checked = verify_chain(places)
    if checked.problems:
        return checked.model_copy(update={"problems": (*checked.problems, *_published_problems(places, checked))})
    broken, notes = _signatures(places)
    problems = (*broken, *_published_problems(places, checked))
    return checked.model_copy(update={"problems": problems, "notes": notes})


def diff(home: Path, controller_id: str, a: str = "", b: str = "") -> tuple[Change, ...]:
    """The fact cells that differ from snapshot ``a`` to ``b``.

    Without ``b``: the last one; without ``a``: the last approved one before it, else the one before it. One
    snapshot alone differs from nothing. Raises PublishError for an id that the history does not know.
    """
    older, newer = compared(home, controller_id, a, b)
    if not older:
        return ()
    places = Places(home, controller_id)
    return compare(read_facts(places, older), read_facts(places, newer), newer)


def compared(home: Path, controller_id: str, a: str = "", b: str = "") -> tuple[str, str]:
    """The two snapshots that :func:`diff` compares; the older one is empty where there is none."""
    places = Places(home, controller_id)
    history = History(places)
    last = history.last
    if last is None:
        raise PublishError(f"{places.chain}: no snapshot yet; run the controller first")
    newer = history.snapshot(b).snapshot_id if b else last.snapshot_id
    return history.snapshot(a).snapshot_id if a else _base_of(history, newer), newer


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


def _accepted(tables: Tables) -> tuple[AcceptedFinding, ...]:
    return tuple(
        AcceptedFinding(
            finding_id=row.finding_id, by=row.accepted_by, until=row.accepted_until, reason=row.accepted_reason
        )
        for row in tables.rows(Finding)
        if row.status is FindingStatus.ACCEPTED
    )


def _signatures(places: Places) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Signatures that do not hold, and in words those that cannot be checked here."""
    history = History(places)
    problems: list[Problem] = []
    notes: list[str] = []
    for line in history.lines:
        if not isinstance(line.entry, Approval) or line.entry.signature is None:
            continue
        name = f"signatures/{line.entry.snapshot_id}/{line.entry.signature.file.name}"
        try:
            reason = check(places, line, history.snapshot(line.entry.snapshot_id).content_hash)
        except Unchecked as error:
            notes.append(f"{name}: {error}")
            continue
        if reason:
            problems.append(Problem(line=line.number, file=name, reason=reason))
    return tuple(problems), tuple(notes)


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
    before = [item for item in ids[: ids.index(newer)] if item in history.kept]
    approved = [item for item in before if any(approval.snapshot_id == item for approval in history.approvals)]
    return approved[-1] if approved else before[-1] if before else ""


def must_hold(home: Path, controller_id: str) -> None:
    """Raises PublishError naming the first broken link of the history or of what is published."""
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
