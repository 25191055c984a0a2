"""Published copies of the history: snapshots and changes. The history itself is ``data/history``.

Belongs here: row classes. Does not belong here: the chain (``publish.history``).
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Row, TableKind, measured
from ropa_pipeline.model.terms import Act, SnapshotState


class Snapshot(Row):
    TABLE: ClassVar[str] = "snapshots"
    TITLE: ClassVar[str] = "Approvals"
    ONE_ROW_PER: ClassVar[str] = "release"
    KIND: ClassVar[TableKind] = TableKind.HISTORY
    KEY: ClassVar[tuple[str, ...]] = ("snapshot_id",)

    snapshot_id: Annotated[str, Col("Key of the release")]
    created_at: Annotated[datetime | None, Col("The run's time (UTC)")]
    content_hash: Annotated[str, Col("SHA-256 over the facts")]
    previous_hash: Annotated[str, Col("Chain hash of the line before; empty for the first")]
    state: Annotated[SnapshotState, Col("draft, approved, superseded")]
    in_force_from: Annotated[date | None, Col("Approved as of")]
    in_force_until: Annotated[date | None, Col("Superseded as of")]
    approved_by: Annotated[str, Col("Who approved")]
    approved_role: Annotated[str, Col("In what role")]
    approved_at: Annotated[datetime | None, Col("When (UTC)")]
    approval_note: Annotated[str, Col("What the approver noted")] = ""
    signature: Annotated[str, Col("Detached signature of the approval: program, key, file; empty: typed only")] = ""
    accepted_findings: Annotated[int | None, measured("Findings accepted when it was approved")] = None
    pruned_on: Annotated[
        date | None, Col("Its facts were removed under the tool's own retention rule; hash and note stay")
    ] = None
    open_findings: Annotated[int | None, measured("Findings open at that time")]
    open_errors: Annotated[int | None, measured("Errors among them; empty where they were not counted apart")] = None
    open_warnings: Annotated[int | None, measured("Warnings among them")] = None
    open_checks: Annotated[int | None, measured("Things to check among them")] = None
    open_proposals: Annotated[int | None, measured("Proposals open at that time")]
    tool_version: Annotated[str, Col("Version of this tool")]


class Change(Row):
    TABLE: ClassVar[str] = "changes"
    TITLE: ClassVar[str] = "Changes"
    ONE_ROW_PER: ClassVar[str] = "changed cell between releases"
    KIND: ClassVar[TableKind] = TableKind.HISTORY
    KEY: ClassVar[tuple[str, ...]] = ("snapshot_id", "record", "record_id", "field")

    snapshot_id: Annotated[str, Col("The release that brought it")]
    record: Annotated[str, Col("The table")]
    record_id: Annotated[str, Col("The row")]
    field: Annotated[str, Col("The column; * for a whole row")]
    old_value: Annotated[str, Col("Before")]
    new_value: Annotated[str, Col("After")]
    act: Annotated[Act, Col("added, changed, removed")]
