"""What drift compares, one disagreement, and the evidence of its three sides.

Belongs here: the typed input and output of a comparison. Does not belong here: any comparison (``drift``,
``drift_record``). GDPR Art. 5(2).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Evidence, Statement
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import DriftKind, EvidenceKind, Severity
from ropa_pipeline.register.inputs import RegisterInputs, statement_locator

_SEEN = (EvidenceKind.COLUMN, EvidenceKind.ROWS, EvidenceKind.COOKIE)
_MOST = 8


@dataclass(frozen=True)
class Difference:
    """One disagreement with its three values. ``rows`` are the register's rows about it, and carry evidence;
    ``statements`` are named where the rows' own evidence is not what the notice says."""

    kind: DriftKind
    subject: str
    notice: str
    record: str
    observed: str
    severity: Severity
    remedy: str
    activity_id: str = ""
    rows: tuple[Row, ...] = ()
    statements: tuple[Statement, ...] = ()
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """The register tonight, what was declared, and the reading of a supplied notice text, if any."""

    inputs: RegisterInputs
    tables: Tables
    reading: NoticeReading | None
    same_text: bool
    earlier: NoticeReading | None = None

    @property
    def has_notice(self) -> bool:
        return bool(self.inputs.statements)

    def statements(self, ids: Iterable[str]) -> tuple[Statement, ...]:
        """Statements of the notice by id."""
        wanted = set(ids)
        return tuple(item for item in self.inputs.statements if item.statement_id in wanted)

    def stating(self, rows: Iterable[Row]) -> tuple[Statement, ...]:
        """Statements of the notice that rows of the register rest on."""
        places = {
            item.locator
            for row in rows
            for item in self._evidence.get((row.TABLE, row.row_id), ())
            if item.kind is EvidenceKind.STATEMENT
        }
        return tuple(item for item in self.inputs.statements if statement_locator(item) in places)

    @cached_property
    def _evidence(self) -> dict[tuple[str, str], list[Evidence]]:
        found: dict[tuple[str, str], list[Evidence]] = {}
        for item in self.tables.rows(Evidence):
            found.setdefault((item.record, item.record_id), []).append(item)
        return found

    def _of(self, item: Difference, *kinds: EvidenceKind) -> list[str]:
        return sorted(
            {
                piece.locator
                for row in item.rows
                for piece in self._evidence.get((row.TABLE, row.row_id), ())
                if piece.kind in kinds
            }
        )

    def in_notice(self, item: Difference) -> tuple[str, ...]:
        """Where the notice says it, else through how many statements was looked."""
        stated = sorted({statement_locator(row) for row in item.statements}) or self._of(item, EvidenceKind.STATEMENT)
        if not stated and item.kind is DriftKind.NOTICE_TEXT_CHANGED and self.reading is not None:
            return (f"new text: none of its {len(self.reading.statements)} statements says so",)
        return _some(stated) or (f"notice: none of its {len(self.inputs.statements)} statements says so",)

    def observed(self, item: Difference) -> tuple[str, ...]:
        """Where it was seen, else what was looked through."""
        looked = sorted({row.source_id for row in self.inputs.sources})
        return _some(sorted(item.seen) or self._of(item, *_SEEN)) or (f"looked through: {', '.join(looked) or '-'}",)


def _some(places: list[str]) -> tuple[str, ...]:
    more = len(places) - _MOST
    return (*places[:_MOST], f"and {more} more") if more > 0 else tuple(places)


Comparison = Callable[[Compared], Iterable[Difference]]
