"""What the sheets of one audit file are made from: rows, words of one language, the joined register, the evidence.

Belongs here: what several sheets of the audit file need. Does not belong here: any sheet.
"""

from functools import cached_property
from zoneinfo import ZoneInfo

from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.audit_proof import Proof
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.register_view import RegisterView
from ropa_pipeline.publish.words import Words


class AuditParts:
    """Built once per audit file. Raises UnknownLanguage."""

    def __init__(self, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> None:
        self.tables, self.facts, self.snapshot = tables, facts, snapshot
        self.language = language_of(facts.language)
        self.words = Words(tables, facts.labels, self.language, ZoneInfo(facts.timezone))
        self.proof = Proof(tables, self.language)
        self.view = RegisterView(tables, self.words, self.proof)

    def field(self, table: str, name: str) -> str:
        """The heading of a cell's column; ``*`` is the whole row."""
        if name == "*":
            return self.language.phrase("whole row")
        try:
            return self.language.heading(table, name)
        except KeyError:  # a column of an earlier version of the tool
            return name

    @cached_property
    def last_approved(self) -> Snapshot | None:
        """The latest release that somebody approved, None where nobody ever did."""
        approved = [row for row in self._releases if row.approved_by]
        return approved[-1] if approved else None

    @cached_property
    def new_changes(self) -> tuple[Change, ...]:
        """The changes since the last approved release; all there are where none was approved."""
        ordered = [row.snapshot_id for row in self._releases]
        last = self.last_approved
        since = set(ordered[ordered.index(last.snapshot_id) + 1 :] if last else ordered)
        return tuple(row for row in self.tables.rows(Change) if row.snapshot_id in since)

    @cached_property
    def _releases(self) -> list[Snapshot]:
        rows = self.tables.rows(Snapshot)
        return sorted(rows, key=lambda row: (row.created_at is None, row.created_at, row.row_id))
