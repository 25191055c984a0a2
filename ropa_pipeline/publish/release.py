"""A release: whole or not at all.

Belongs here: the order of steps from rows to what is published, refusing, refreshing, recovering after a killed
run. Does not belong here: how a file is written (``build``) and what a chain line holds (``history``).

A release becomes real with its line in the history (:data:`STEPS`, ``append_lines``). Whatever a killed run did
before that is discarded at the next start; whatever it had left to do afterwards is completed. A reader sees the
old release or the new one at every moment (GDPR Art. 30(4): the record is available on request).
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus
from ropa_pipeline.publish.build import (
    build_release,
    database_name,
    open_findings,
    open_proposals,
    severity_counts,
    with_history,
)
from ropa_pipeline.publish.chain import ChangeSet, FileEntry, Line, SnapshotTaken
from ropa_pipeline.publish.content import compare, content_hash, duplicate_keys
from ropa_pipeline.publish.context import Outcome, ReleaseContext, ReleaseFacts, ReleaseResult
from ropa_pipeline.publish.database import read_database
from ropa_pipeline.publish.history import History, drop_torn_end, keep_facts, read_facts, settle_restore, verify_chain
from ropa_pipeline.publish.manifest import read_manifest
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
from ropa_pipeline.publish.versions import refuse_newer
from ropa_pipeline.store import private_database


def release(tables: Tables, context: ReleaseContext) -> ReleaseResult:
    """Publish the rows of a run, or say why not. The last release stays as it was unless this one is whole.

    Refused: an open finding with ``blocks``, a key that stands on two rows, a broken history. Not published: an
    ``as_of`` before the last release. Unchanged: no fact differs, so measurements and ``last_verified`` are
    refreshed and no snapshot is made. Raises Busy when another run holds the controller.
    """
    places = Places(context.home, context.controller_id)
    content = content_hash(tables)
    with lock(context.home, context.controller_id), private_database():
        reasons = _broken(places) or refusals(tables)
        if reasons:
            return _answer(places, Outcome.REFUSED, content, reasons=reasons)
        history = History(places)
        latest = _latest(places, history)
        if latest is not None and context.as_of < latest:
            reason = f"as of {context.as_of} is before the last release ({latest}): computed and shown, not published"
            return _answer(places, Outcome.NOT_PUBLISHED, content, reasons=(reason,))
        last = history.last
        if last is not None and last.content_hash == content:
            refresh(places, history, tables, context.facts())
            return _answer(places, Outcome.UNCHANGED, content)
        work = Work(places, history, tables, context.facts(), content)
        for step in STEPS:
            step(work)
        return _answer(places, Outcome.PUBLISHED, content, changes=len(work.changes))


def refusals(tables: Tables) -> tuple[str, ...]:
    """Why these rows may not be released; empty where they may. Only what makes the record untrustworthy counts."""
    reasons = [
        f"{finding.rule_id}, {finding.subject}: {finding.message} Remedy: {finding.remedy}"
        for finding in tables.rows(Finding)
        if finding.blocks and finding.status is FindingStatus.OPEN
    ]
    reasons += [f"two rows have the same key, {key}" for key in duplicate_keys(tables)]
    return tuple(reasons)


@dataclass
class Work:
    """A release on its way: what it is made of, and what each step found out for the next."""

    places: Places
    history: History
    tables: Tables
    facts: ReleaseFacts
    content: str
    snapshot_id: str = ""
    changes: tuple[Change, ...] = ()
    entries: tuple[FileEntry, ...] = ()
    lines: tuple[Line, ...] = field(default=())

    @property
    def building(self) -> Path:
        return self.places.release_folder(self.snapshot_id + BUILDING)


def name_snapshot(work: Work) -> None:
    """The key follows from date and content; content that comes back on the same day gets a number."""
    taken = {entry.snapshot_id for entry in work.history.taken}
    base = f"{work.facts.as_of.isoformat()}-{work.content[:8]}"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    work.snapshot_id = next(name for name in names if name not in taken)


def find_changes(work: Work) -> None:
    """Against the last snapshot; the first run is a baseline and changes nothing."""
    last = work.history.last
    if last is not None:
        work.changes = compare(read_facts(work.places, last.snapshot_id), work.tables, work.snapshot_id)


def keep_history(work: Work) -> None:
    """The facts go into the history first: they are what must never be lost."""
    work.entries = keep_facts(work.places, work.snapshot_id, work.tables, work.facts)


def build_files(work: Work) -> None:
    """Every file, in a folder that nobody reads yet. The chain lines are made now and written later."""
    taken = SnapshotTaken(
        snapshot_id=work.snapshot_id,
        as_of=work.facts.as_of,
        created_at=work.facts.run_time,
        content_hash=work.content,
        files=work.entries,
        open_findings=open_findings(work.tables),
        open_proposals=open_proposals(work.tables),
        tool_version=work.facts.tool_version,
        severities=severity_counts(work.tables),
    )
    change_sets = (ChangeSet(snapshot_id=work.snapshot_id, changes=work.changes),) if work.changes else ()
    work.lines = work.history.following([*change_sets, taken])
    _build(work.building, work.history, work.lines, work.tables, work.facts, work.snapshot_id)


def place_folder(work: Work) -> None:
    """Flushed to the disk, then named."""
    flush_tree(work.building)
    folder = work.places.release_folder(work.snapshot_id)
    discard(folder)
    os.replace(work.building, folder)
    flush_folder(folder.parent)


def append_lines(work: Work) -> None:
    """From here on the release is real."""
    work.history.append(work.lines)


def publish_folder(work: Work) -> None:
    switch(work.places, work.places.release_folder(work.snapshot_id))


STEPS: tuple[Callable[[Work], None], ...] = (
    name_snapshot,
    find_changes,
    keep_history,
    build_files,
    place_folder,
    append_lines,
    publish_folder,
)


def refresh(places: Places, history: History, tables: Tables, facts: ReleaseFacts) -> None:
    """Build the files of the last snapshot anew (measurements, approval) and put them in place of the old ones."""
    last = history.last
    if last is None:
        raise PublishError(f"{places.history}: nothing was released yet; run the controller first")
    building = places.release_folder(last.snapshot_id + BUILDING)
    _build(building, history, (), tables, facts, last.snapshot_id)
    flush_tree(building)
    fresh = places.release_folder(last.snapshot_id + REFRESHED)
    discard(fresh)
    os.replace(building, fresh)
    flush_folder(fresh.parent)
    switch(places, fresh)
    _settle(places, fresh)


def _settle(places: Places, fresh: Path) -> None:
    """Give a refreshed, already published folder its proper name; every moment in between has a whole release."""
    proper = fresh.with_name(fresh.name.removesuffix(REFRESHED))
    building = proper.with_name(proper.name + BUILDING)
    discard(proper)
    discard(building)
    shutil.copytree(fresh, building, copy_function=_link_or_copy)
    flush_tree(building)
    os.replace(building, proper)
    flush_folder(proper.parent)
    switch(places, proper)
    discard(fresh)


def recover(home: Path, controller_id: str) -> tuple[str, ...]:
    """Complete or discard what a killed run left. Returns what was done, in words. Takes the controller's lock.

    Raises PublishError where the history itself is broken: nothing is touched then.
    """
    places = Places(home, controller_id)
    refuse_newer(places)
    with lock(home, controller_id):
        done = [settle_restore(places), drop_torn_end(places)]
        _discard_unfinished(places)
        history = History(places)
        current = published_path(home, controller_id)
        _must_be_known(places, history, current)
        if current is not None and current.name.endswith(REFRESHED):
            _settle(places, current)
            done.append(f"{current.name}: finished refreshing")
        done += _discard_leftovers(places.releases, history.kept)
        done += _discard_leftovers(places.snapshots, history.kept)
        signed = frozenset(approval.snapshot_id for approval in history.approvals if approval.signature)
        done += _discard_leftovers(places.signatures, signed)
        done.append(_complete(places, history))
        return tuple(item for item in done if item)


def _must_be_known(places: Places, history: History, current: Path | None) -> None:
    """A published release that the history does not know means that history was lost: nothing may be removed."""
    if current is None:
        return
    manifest = read_manifest(current)
    known = {line.line_hash for line in history.lines}
    if manifest.history_head not in known:
        raise PublishError(
            f"{places.chain}: the published release {manifest.snapshot_id} rests on a line that is no longer there; "
            "restore the history from a backup (ropa restore)"
        )


def _complete(places: Places, history: History) -> str:
    """Publish what the history says was released; issue again what it says was approved."""
    last = history.last
    if last is None or not places.release_folder(last.snapshot_id).is_dir():
        return ""
    done = ""
    folder = places.release_folder(last.snapshot_id)
    if published_path(places.home, places.controller_id) != folder:
        switch(places, folder)
        done = f"{last.snapshot_id}: finished publishing"
    if read_manifest(folder).history_head != history.head:
        reissue(places, history)
        done = f"{last.snapshot_id}: issued again with the whole history"
    return done


def reissue(places: Places, history: History) -> None:
    """Write the published files anew with the history as it is now (a new approval shows on every sheet)."""
    folder = published_path(places.home, places.controller_id)
    if folder is None:
        raise PublishError(f"{places.pointer}: nothing is published; run the controller first")
    labels = json.loads((folder / "exchange" / "labels.json").read_bytes())
    facts = read_manifest(folder).release.model_copy(update={"labels": labels})
    refresh(places, history, read_database(folder / database_name(places.controller_id)), facts)


def read_published(home: Path, controller_id: str) -> Tables:
    """All rows of the published release, from its database; empty before the first release."""
    folder = published_path(home, controller_id)
    return read_database(folder / database_name(controller_id)) if folder is not None else Tables()


def previous_tables(home: Path, controller_id: str) -> Tables:
    """What was published before tonight, so that findings, recipients and drift keep ``first_seen``."""
    return read_published(home, controller_id)


def last_snapshot(home: Path, controller_id: str) -> Snapshot | None:
    """The newest snapshot with its state, from the history; None before the first release."""
    rows = {row.snapshot_id: row for row in History(Places(home, controller_id)).snapshot_rows()}
    last = History(Places(home, controller_id)).last
    return rows[last.snapshot_id] if last is not None else None


def _build(
    building: Path, history: History, lines: tuple[Line, ...], tables: Tables, facts: ReleaseFacts, snapshot_id: str
) -> None:
    discard(building)
    building.mkdir(parents=True)
    snapshots = history.snapshot_rows(lines)
    whole = with_history(tables, snapshots, history.change_rows(lines))
    own = next(row for row in snapshots if row.snapshot_id == snapshot_id)
    build_release(building, whole, facts, own, lines[-1].line_hash if lines else history.head)


def _broken(places: Places) -> tuple[str, ...]:
    """Recover, then verify: nothing is released on top of a history that does not hold."""
    try:
        recover(places.home, places.controller_id)
    except PublishError as error:
        return (str(error),)
    return tuple(
        f"{places.history / problem.file}, line {problem.line} of the history: {problem.reason}; restore the history"
        for problem in verify_chain(places).problems
    )


def _latest(places: Places, history: History) -> date | None:
    """The newest date of which something is known: of the last snapshot, or of its last refresh."""
    dates = [history.last.as_of] if history.last is not None else []
    folder = published_path(places.home, places.controller_id)
    if folder is not None:
        dates.append(read_manifest(folder).release.as_of)
    return max(dates, default=None)


def _discard_leftovers(parent: Path, kept: frozenset[str]) -> list[str]:
    """Folders of releases that never became real, and of snapshots that were pruned."""
    leftovers = [item for item in sorted(parent.glob("*")) if item.is_dir() and item.name not in kept]
    for item in leftovers:
        discard(item)
    return [f"{item.name}: discarded, unfinished or pruned" for item in leftovers]


def _discard_unfinished(places: Places) -> None:
    """Files that were being written beside their place, and a pointer that was not switched: nobody reads those."""
    unfinished = [
        *places.releases.glob(f"*/.*{BUILDING}"),
        *places.pointer.parent.glob(f".{places.pointer.name}{BUILDING}"),
    ]
    for path in unfinished:
        path.unlink(missing_ok=True)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _answer(
    places: Places, outcome: Outcome, content: str, changes: int = 0, reasons: tuple[str, ...] = ()
) -> ReleaseResult:
    folder = published_path(places.home, places.controller_id)
    return ReleaseResult(
        outcome=outcome,
        snapshot_id=folder.name if folder is not None else "",
        content_hash=content,
        changes=changes,
        reasons=reasons,
        folder=folder,
    )
