"""Which snapshot an export is made from, and its rows: read from the history alone.

Belongs here: choosing, and saying that a draft was chosen. Does not belong here: any form of export. Every source may
be down and nothing needs to run: the record for an authority is there on request (GDPR Art. 30(4)).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ropa_pipeline.model.finding import Drift, Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.approval import facts_on
from ropa_pipeline.publish.build import with_history
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.history import History, read_context
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.publish.places import Places, PublishError, published_path
from ropa_pipeline.publish.release import read_published


@dataclass(frozen=True)
class Chosen:
    """A snapshot with its rows, the copies of the history and what the release was told."""

    snapshot: Snapshot
    tables: Tables
    facts: ReleaseFacts


def choose(home: Path, controller_id: str, on: date | None = None, snapshot_id: str = "") -> Chosen:
    """The snapshot of that id, or the approved one in force on that date, or the newest approved one.

    With neither, and nothing approved yet: the newest draft; its state says so on every sheet. Raises PublishError
    where there is no such snapshot, naming those there are. Findings and drift come along for the published one only.
    """
    places = Places(home, controller_id)
    history = History(places)
    rows = history.snapshot_rows()
    if not rows:
        raise PublishError(f"{places.chain}: nothing was released yet; run it first: ropa run {controller_id}")
    if not snapshot_id and on is None:
        approved = [row for row in rows if row.approved_by]
        snapshot_id = (
            max(approved, key=lambda row: str(row.approved_at)).snapshot_id if approved else rows[-1].snapshot_id
        )
    snapshot, tables = facts_on(home, controller_id, on, snapshot_id)
    whole = with_history(tables, rows, history.change_rows())
    judged = _judged(home, controller_id, snapshot.snapshot_id)
    facts = read_context(places, snapshot.snapshot_id)
    return Chosen(snapshot, Tables([*whole, *judged]), facts)


def _judged(home: Path, controller_id: str, snapshot_id: str) -> list[Finding | Drift]:
    """Findings and drift of a snapshot. They are kept for the published one; a damaged release is no obstacle."""
    folder = published_path(home, controller_id)
    try:
        if folder is None or read_manifest(folder).snapshot_id != snapshot_id:
            return []
        tables = read_published(home, controller_id)
    except PublishError:
        return []
    return [*tables.rows(Finding), *tables.rows(Drift)]
