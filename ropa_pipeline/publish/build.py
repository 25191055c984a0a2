"""Building all files of one release in a folder.

Belongs here: which files a release has, in which order they are written. Does not belong here: where the folder
stands and when it becomes the published one (``release``).
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from ropa_pipeline.model.finding import Finding, Proposal
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, ProposalStatus, Severity, SourceKind
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.chain import SeverityCount, file_entries
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.database import write_database
from ropa_pipeline.publish.exchange import write_exchange
from ropa_pipeline.publish.manifest import Manifest, SourceEntry, write_manifest
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.workbook import write_workbook


def database_name(controller_id: str) -> str:
    return f"ropa_{controller_id}.duckdb"


def record_name(controller_id: str) -> str:
    return f"ropa_{controller_id}_record.xlsx"


def audit_name(controller_id: str) -> str:
    return f"ropa_{controller_id}_audit.xlsx"


def with_history(tables: Tables, snapshots: tuple[Snapshot, ...], changes: tuple[Change, ...]) -> Tables:
    """The rows with the published copies of the history in place of whatever copies they held."""
    rest = [row for row in tables if not isinstance(row, Snapshot | Change)]
    return Tables([*rest, *snapshots, *changes])


def open_findings(tables: Tables) -> int:
    return sum(finding.status is FindingStatus.OPEN for finding in tables.rows(Finding))


def severity_counts(tables: Tables) -> tuple[SeverityCount, ...]:
    """The open findings of each severity, most severe first."""
    opened = Counter(row.severity for row in tables.rows(Finding) if row.status is FindingStatus.OPEN)
    return tuple(SeverityCount(severity=severity, open=opened[severity]) for severity in Severity)


def accepted_findings(tables: Tables) -> int:
    return sum(finding.status is FindingStatus.ACCEPTED for finding in tables.rows(Finding))


def open_proposals(tables: Tables) -> int:
    return sum(proposal.status is ProposalStatus.OPEN for proposal in tables.rows(Proposal))


def build_release(folder: Path, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot, history_head: str) -> None:
    """Write every file of a release into an empty folder, the manifest last.

    ``tables`` already hold the copies of the history; ``snapshot`` is the row of this release among them.
    """
    name = facts.controller_id
    content = content_hash(tables)
    write_database(folder / database_name(name), tables)
    write_workbook(folder / record_name(name), record_book(tables, facts, snapshot))
    write_workbook(folder / audit_name(name), audit_book(tables, facts, snapshot))
    write_exchange(folder / "exchange", tables, facts, snapshot.snapshot_id, content)
    now = datetime.now(UTC)
    manifest = Manifest(
        snapshot_id=snapshot.snapshot_id,
        content_hash=content,
        state=snapshot.state,
        history_head=history_head,
        release=facts.model_copy(update={"labels": {}}),
        notice_text="supplied and read" if facts.notice_supplied else "notice text not supplied",
        open_findings=open_findings(tables),
        open_proposals=open_proposals(tables),
        sources=tuple(
            SourceEntry(
                source_id=source.source_id,
                system=source.system,
                kind=source.kind,
                status=source.status,
                sample=source.kind is SourceKind.SAMPLE,
            )
            for source in tables.rows(Source)
        ),
        files=file_entries(folder),
        written_at=now,
        last_verified=now,
    )
    write_manifest(folder, manifest)
