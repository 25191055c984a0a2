"""What becomes of recipients and disclosures of the last release that tonight's systems do not show (Art. 30(1)(d)).

Belongs here: telling an end from a correction and from not having looked. Does not belong here: making tonight's
rows (``recipients``). A disclosure that took place stays on the record; one that only ever stood there because
of a sample, or of a reading that was since corrected, does not.
"""

from collections.abc import Iterable
from typing import TypeVar

from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.register import Disclosure, Recipient
from ropa_pipeline.model.terms import EvidenceKind, LifeStatus, SourceKind, SourceStatus
from ropa_pipeline.register.activity_data import column_locator
from ropa_pipeline.register.inputs import Ledger, RegisterInputs

Kept = TypeVar("Kept", Recipient, Disclosure)

_OBSERVED = frozenset({EvidenceKind.COLUMN, EvidenceKind.ROWS, EvidenceKind.COOKIE})


class Past:
    """Judges rows of the last release, by the evidence that they had."""

    def __init__(self, inputs: RegisterInputs) -> None:
        before = {row.source_id: row for row in inputs.previous.rows(Source)}
        now = {row.source_id: row for row in inputs.sources}
        self._replaced = {
            source_id
            for source_id, row in before.items()
            if row.kind is SourceKind.SAMPLE and (source_id not in now or now[source_id].kind is not SourceKind.SAMPLE)
        }
        self._unread = {
            source_id for source_id, row in now.items() if row.status in (SourceStatus.FAILED, SourceStatus.NEVER)
        }
        self._columns = {column_locator(column) for column in inputs.columns}
        self._statements = {row.statement_id for row in inputs.statements}

    def of(self, row: Kept, ledger: Ledger, *, flow_goes_on: bool = False) -> Kept | None:
        """The row as it stands tonight: ended, unchanged (its source was not read), or None (it never was so).

        ``flow_goes_on``: the recipient still gets data in that activity, so what is missing may be a correction.
        """
        evidence = [item for item in ledger.earlier(row) if item.kind is not EvidenceKind.NOT_STATED]
        if row.status is LifeStatus.ENDED:
            return self._kept(row, ledger, "no longer seen; Art. 30(1)(d) covers the past")
        seen = [item for item in evidence if item.kind in _OBSERVED and _source(item) not in self._replaced]
        said = [item for item in evidence if item.kind in (EvidenceKind.STATEMENT, EvidenceKind.DECISION)]
        if evidence and not seen and not said:
            return None
        if flow_goes_on and self._corrected(seen, said):
            return None
        if any(_source(item) in self._unread for item in seen):
            return self._kept(row, ledger, "its source was not read tonight")
        ended = row.model_copy(update={"status": LifeStatus.ENDED})
        return self._kept(ended, ledger, "no longer seen; Art. 30(1)(d) covers the past")

    def _corrected(self, seen: Iterable[Evidence], said: Iterable[Evidence]) -> bool:
        """Whether what showed it is still there and is now read otherwise."""
        columns = (item.locator in self._columns for item in seen if item.kind is EvidenceKind.COLUMN)
        statements = (
            item.locator.partition(" (")[0] in self._statements for item in said if item.kind is EvidenceKind.STATEMENT
        )
        return any(columns) or any(statements)

    def _kept(self, row: Kept, ledger: Ledger, why: str) -> Kept:
        ledger.keep(row)
        ledger.note(row, "*", EvidenceKind.DERIVED, "earlier releases", why)
        return row


def _source(item: Evidence) -> str:
    return item.locator.partition(":")[0]
