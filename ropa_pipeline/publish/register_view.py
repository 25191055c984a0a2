"""The register as it is read: one row per processing activity, lists inside the cells (GDPR Art. 30(1)).

Belongs here: what stands in a register row, gathered from the finer tables with the origin of each item. Does not
belong here: the other sheets (``sections``). No row is a cartesian product; what waits for an answer stands below.
Nothing of origin ``proposed`` is shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.register import ActivityData, Disclosure, LegalBasis, ProcessingActivity, Recipient, Transfer
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ActivityStatus, Origin, Role, StartEvent
from ropa_pipeline.publish.words import Words, country, heading, legal_basis, marked, period
from ropa_pipeline.publish.workbook import Block, Heading, Shown

Item = TypeVar("Item", ActivityData, Disclosure, LegalBasis, Transfer)

# First and last row of the evidence sheet about one row of a table.
EvidenceRows = Mapping[tuple[str, str], tuple[int, int]]
EVIDENCE_SHEET = "Evidence"

_UNANSWERED = (ActivityStatus.NOT_YET_ANSWERED,)
_ABSENT = (ActivityStatus.DOES_NOT_EXIST,)


class RegisterView:
    """The rows of the register, joined by activity. Built once per workbook."""

    def __init__(self, tables: Tables, words: Words, evidence_rows: EvidenceRows | None = None) -> None:
        self.tables, self.words, self.evidence_rows = tables, words, evidence_rows or {}

    @cached_property
    def data(self) -> dict[str, list[ActivityData]]:
        return _by_activity(self.tables.rows(ActivityData))

    @cached_property
    def disclosures(self) -> dict[str, list[Disclosure]]:
        return _by_activity(self.tables.rows(Disclosure))

    @cached_property
    def bases(self) -> dict[str, list[LegalBasis]]:
        return _by_activity(self.tables.rows(LegalBasis))

    @cached_property
    def transfers(self) -> dict[str, list[Transfer]]:
        return _by_activity(self.tables.rows(Transfer))

    @cached_property
    def rules(self) -> dict[str, list[RetentionRule]]:
        """The periods that were stated or decided for an activity; law and proposals fill no Art. 30 cell."""
        grouped: dict[str, list[RetentionRule]] = defaultdict(list)
        for rule in self.tables.rows(RetentionRule):
            if rule.origin in (Origin.STATED, Origin.DECIDED):
                for activity_id in parts(rule.activity_id):
                    grouped[activity_id].append(rule)
        return dict(grouped)

    @cached_property
    def recipient_rows(self) -> dict[str, Recipient]:
        return {row.recipient_id: row for row in self.tables.rows(Recipient)}

    def blocks(self) -> tuple[Block, ...]:
        """The register, then what does not exist, then what is not yet answered."""
        activities = self.tables.rows(ProcessingActivity)
        going = [row for row in activities if row.status not in _UNANSWERED + _ABSENT]
        absent = [row for row in activities if row.status in _ABSENT]
        unanswered = [row for row in activities if row.status in _UNANSWERED]
        blocks = [Block(self._headings(), [self._row(row) for row in going], empty="No activity is recorded yet.")]
        if absent:
            blocks.append(Block(_SHORT, [self._short(row) for row in absent], title="Does not exist here"))
        if unanswered:
            blocks.append(Block(_SHORT, [self._short(row) for row in unanswered], title="Not yet answered"))
        return tuple(blocks)

    def _headings(self) -> tuple[Heading, ...]:
        named = {
            "name": Heading("Processing activity", widest=22),
            "purpose": Heading(heading(ProcessingActivity, "purpose"), widest=26),
            "role": Heading("Capacity, status", widest=13),
            "legal_basis": Heading(heading(ProcessingActivity, "legal_basis"), widest=25),
            "data": Heading("Data subjects and categories of data\nArt. 30(1)(c)", widest=52),
            "special": Heading("Special categories\nArt. 9, 10", widest=15),
            "recipients": Heading("Recipients and their role\nArt. 30(1)(d)", widest=30),
            "transfers": Heading("Transfers to third countries\nArt. 30(1)(e)", widest=25),
            "retention": Heading("Time limits for erasure\nArt. 30(1)(f)", widest=34),
            "measures": Heading("Security measures\nArt. 30(1)(g)", widest=22),
            "source": Heading("Source of data, automated decisions\nArt. 14(2)(f), 22", widest=20),
            "owner": Heading("Owner, review", widest=18),
        }
        if self.evidence_rows:
            named["evidence"] = Heading("Evidence", width=15)
        return tuple(named.values())

    def _row(self, row: ProcessingActivity) -> tuple[Shown, ...]:
        words, activity_id = self.words, row.activity_id

        def listed(field: str, values: Sequence[str]) -> Shown:
            return marked((words.one(field, value), "") for value in values)

        bases = self.bases.get(activity_id, [])
        recipients = self.recipients_of(self.disclosures.get(activity_id, []))
        cells = (
            Shown(row.name, "strong"),
            marked([(words.one("purpose", row.purpose), str(row.origin))]),
            Shown(f"{row.role}\n{row.status}"),
            marked(map(self._basis, bases)) if bases else listed("legal_basis", [row.legal_basis]),
            marked(self._data_lines(activity_id))
            if activity_id in self.data
            else listed("data_categories", row.data_categories),
            listed("special_categories", row.special_categories or ("none seen or stated",)),
            marked(recipients) if recipients else listed("recipients", row.recipients),
            marked(map(self.transfer_line, self.transfers[activity_id]))
            if activity_id in self.transfers
            else listed("transfers", row.transfers or NOT_STATED_LIST),
            marked(map(self.rule_line, self.rules[activity_id]))
            if activity_id in self.rules
            else listed("retention", row.retention or NOT_STATED_LIST),
            listed("security_measures", row.security_measures or NOT_STATED_LIST),
            marked(
                [
                    (f"Source: {row.source_of_data or NOT_STATED}", ""),
                    (f"Automated decisions: {row.automated_decisions or NOT_STATED}", ""),
                ]
            ),
            Shown(_review(row)),
        )
        return (*cells, self._proof(row)) if self.evidence_rows else cells

    def _proof(self, row: ProcessingActivity) -> Shown:
        """A short cell that leads to the evidence. A link on a value's own cell makes LibreOffice stop wrapping it."""
        found = self.evidence_rows.get((row.TABLE, row.row_id))
        if found is None:
            return Shown(NOT_STATED, "not_stated")
        first, last = found
        return Shown(f"rows {first} to {last}", "link", f"'{EVIDENCE_SHEET}'!A{first}")

    def _short(self, row: ProcessingActivity) -> tuple[Shown, ...]:
        return (
            Shown(row.name, "strong"),
            marked([(self.words.one("purpose", row.purpose), "")]),
            Shown(str(row.status)),
            Shown(row.owner or NOT_STATED, "not_stated" if row.owner in ("", NOT_STATED) else "text"),
        )

    def _basis(self, basis: LegalBasis) -> tuple[str, str]:
        part = "" if basis.part in ("", "whole activity") else f"{basis.part}: "
        layer = "" if basis.layer in ("", "gdpr") else f" ({basis.layer})"
        law = f"; {basis.law}" if basis.law and basis.law != NOT_STATED else ""
        interest = (
            f"; interest: {basis.interest_text}" if basis.interest_text and basis.interest_text != NOT_STATED else ""
        )
        return f"{part}{legal_basis(basis.basis)}{layer}{law}{interest}", str(basis.origin)

    def _data_lines(self, activity_id: str) -> list[tuple[str, str]]:
        """One line per data subject and origin: ``Customer: e-mail, name``."""
        grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.data[activity_id]:
            grouped[(self.words.key(row.data_subject), str(row.origin))].append(self.words.key(row.data_category))
        return [
            (f"{subject}: {', '.join(sorted(set(found)))}", origin)
            for (subject, origin), found in sorted(grouped.items())
        ]

    def recipients_of(self, disclosures: Iterable[Disclosure]) -> list[tuple[str, str]]:
        """``Brand (role)``, once each; its origin is the strongest by which the recipient itself is known."""
        origins: dict[str, set[Origin]] = defaultdict(set)
        for row in disclosures:
            role = "role NOT STATED" if row.recipient_role is Role.NOT_STATED else str(row.recipient_role)
            ended = ", ended" if row.status == "ended" else ""
            known = self.recipient_rows.get(row.recipient_id)
            line = f"{self.words.recipient(row.recipient_id)} ({role}{ended})"
            origins[line] |= {row.origin, known.origin} if known else {row.origin}
        return [
            (line, str(next(item for item in _STRONGEST if item in found))) for line, found in sorted(origins.items())
        ]

    def transfer_line(self, row: Transfer) -> tuple[str, str]:
        status = f" ({row.mechanism_status})" if row.mechanism_status else ""
        where, who = country(row.country), self.words.recipient(row.recipient_id)
        return f"{where}: {who}; {row.mechanism or NOT_STATED}{status}", str(row.origin)

    def rule_line(self, rule: RetentionRule) -> tuple[str, str]:
        """``Order history: up to 10 years from invoice issued; law``."""
        named = [self.words.key(item) for item in parts(rule.data_category) if item not in ("all", NOT_STATED)]
        what = rule.scope if rule.scope not in ("", NOT_STATED) else ", ".join(named)
        firmness = "" if rule.qualifier in ("exactly", NOT_STATED) else f"{rule.qualifier} "
        start = " from " + (
            "start NOT STATED" if rule.starts_at is StartEvent.NOT_STATED else rule.starts_at.replace("_", " ")
        )
        law = f"; {rule.law}" if rule.law and rule.law != NOT_STATED else ""
        when = f"; if {rule.condition}" if rule.condition not in ("", NOT_STATED) else ""
        unless = f"; except {rule.exception}" if rule.exception not in ("", NOT_STATED) else ""
        return f"{what or 'All data'}: {firmness}{period(rule.period)}{start}{when}{unless}{law}", str(rule.origin)


_STRONGEST = (Origin.STATED, Origin.DECIDED, Origin.OBSERVED, Origin.DOCUMENTED, Origin.PROPOSED, Origin.NOT_STATED)


def parts(listed: str) -> tuple[str, ...]:
    """The items of a cell that names several with commas.

    >>> parts("orders, payments")
    ('orders', 'payments')
    """
    return tuple(item.strip() for item in listed.split(",") if item.strip())


_SHORT = (Heading("Processing activity"), Heading("Purpose\nArt. 30(1)(b)"), Heading("Status"), Heading("Owner"))


def _review(row: ProcessingActivity) -> str:
    reviewed = f"{row.reviewed_on} by {row.reviewed_by or NOT_STATED}" if row.reviewed_on else NOT_STATED
    return f"Owner: {row.owner or NOT_STATED}\nReviewed: {reviewed}\nNext: {row.next_review or NOT_STATED}"


def _by_activity(rows: Iterable[Item]) -> dict[str, list[Item]]:
    grouped: dict[str, list[Item]] = defaultdict(list)
    for row in rows:
        if row.origin is not Origin.PROPOSED:
            grouped[row.activity_id].append(row)
    return dict(grouped)
