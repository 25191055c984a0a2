"""The register as it is read: one row per processing activity, lists inside the cells (GDPR Art. 30(1)).

Belongs here: what stands in a register row, gathered from the finer tables with the origin of each item. Does not
belong here: the other sheets (``sections``). No row is a cartesian product; what waits for an answer stands below.
Nothing of origin ``proposed`` is shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.register import (
    ActivityData,
    Disclosure,
    LegalBasis,
    ProcessingActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ActivityStatus, LifeStatus, Origin, Qualifier, Role, StartEvent
from ropa_pipeline.publish.audit_proof import Proof
from ropa_pipeline.publish.words import Words
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown

Item = TypeVar("Item", ActivityData, Disclosure, LegalBasis, Transfer)

_UNANSWERED = (ActivityStatus.NOT_YET_ANSWERED,)
_ABSENT = (ActivityStatus.DOES_NOT_EXIST,)


class RegisterView:
    """The rows of the register, joined by activity. Built once per workbook; ``proof`` only in the audit file."""

    def __init__(self, tables: Tables, words: Words, proof: Proof | None = None) -> None:
        self.tables, self.words, self.proof = tables, words, proof
        self.language = words.language

    @cached_property
    def data(self) -> dict[str, list[ActivityData]]:
        return _by_activity(self.tables.rows(ActivityData))

    @cached_property
    def disclosures(self) -> dict[str, list[Disclosure]]:
        return _by_activity(self.tables.rows(Disclosure))

    @cached_property
    def flows(self) -> dict[str, list[Disclosure]]:
        """The same disclosures, by recipient."""
        grouped: dict[str, list[Disclosure]] = defaultdict(list)
        for rows in self.disclosures.values():
            for row in rows:
                grouped[row.recipient_id].append(row)
        return dict(grouped)

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

    def sheet(self) -> Sheet:
        """The register, then what does not exist, then what is not yet answered."""
        say = self.language.phrase
        activities = self.words.in_order(
            self.tables.rows(ProcessingActivity), lambda row: self.words.activity(row.activity_id)
        )
        going = [row for row in activities if row.status not in _UNANSWERED + _ABSENT]
        absent = [row for row in activities if row.status in _ABSENT]
        unanswered = [row for row in activities if row.status in _UNANSWERED]
        headings = self._headings()
        blocks = [Block(headings, [self._row(row) for row in going], empty=say("no activity"))]
        short = (
            self.words.said("activity"),
            *(self.words.heading(ProcessingActivity, name) for name in ("purpose", "status", "owner")),
        )
        if absent:
            blocks.append(Block(short, [self._short(row) for row in absent], title=say("does not exist here")))
        if unanswered:
            blocks.append(Block(short, [self._short(row) for row in unanswered], title=say("not yet answered")))
        about = say("about register") + (f" {say('about register links')}" if self.proof else "")
        return Sheet(
            self.language.sheet("Register"),
            about,
            tuple(blocks),
            printed_columns=sum(not heading.width for heading in headings),
        )

    def _headings(self) -> tuple[Heading, ...]:
        words = self.words
        named = [words.said(key, article, widest=widest) for key, article, widest, _ in _COLUMNS]
        if self.proof:
            evidence = self.language.phrase("evidence")
            named += [
                Heading(f"{evidence}:\n{self.language.phrase(key).lower()}", width=15)
                for key, _, _, provable in _COLUMNS
                if provable
            ]
        return tuple(named)

    def _row(self, row: ProcessingActivity) -> tuple[Shown, ...]:
        words, activity_id, say = self.words, row.activity_id, self.language.phrase

        def listed(field: str, values: Sequence[str]) -> Shown:
            return words.marked((words.one(field, value), "") for value in values)

        bases = self.bases.get(activity_id, [])
        recipients = self.recipients_of(self.disclosures.get(activity_id, []))
        cells = (
            words.shown(row, "name"),
            words.marked([(words.one("purpose", row.purpose), str(row.origin))]),
            Shown(f"{self.language.term(row.role)}\n{self.language.term(row.status)}"),
            words.marked(map(self.basis_line, bases)) if bases else listed("legal_basis", [row.legal_basis]),
            words.marked(self._data_lines(activity_id))
            if activity_id in self.data
            else listed("data_categories", row.data_categories),
            listed("special_categories", row.special_categories or (say("none seen or stated"),)),
            words.marked(recipients) if recipients else listed("recipients", row.recipients),
            words.marked(map(self.transfer_line, self.transfers[activity_id]))
            if activity_id in self.transfers
            else listed("transfers", row.transfers or NOT_STATED_LIST),
            words.marked(map(self.rule_line, self.rules[activity_id]))
            if activity_id in self.rules
            else listed("retention", row.retention or NOT_STATED_LIST),
            words.text(words.joined(map(words.key, row.security_measures or NOT_STATED_LIST))),
            words.marked(
                [
                    (f"{say('source of data')}: {words.text(row.source_of_data).value}", ""),
                    (f"{say('automated decisions')}: {words.text(row.automated_decisions).value}", ""),
                ]
            ),
            Shown(self._review(row)),
        )
        return (*cells, *self._proofs(row)) if self.proof else cells

    def _proofs(self, row: ProcessingActivity) -> list[Shown]:
        """For each column that evidence can be about, the link to it: that of the finer rows where there are any."""
        activity_id, measures = row.activity_id, set(row.security_measures)
        finer: dict[str, Sequence[Row]] = {
            "legal basis": self.bases.get(activity_id, ()),
            "data": self.data.get(activity_id, ()),
            "recipients": self.disclosures.get(activity_id, ()),
            "transfers": self.transfers.get(activity_id, ()),
            "time limits": self.rules.get(activity_id, ()),
            "measures": [item for item in self.tables.rows(SecurityMeasure) if item.measure in measures],
        }
        found = []
        for key, _, _, fields in _COLUMNS:
            if self.proof and fields:
                rows = finer.get(key, ())
                found.append(self.proof.cell(rows) if self.proof.place(rows) else self.proof.cell([row], fields))
        return found

    def _short(self, row: ProcessingActivity) -> tuple[Shown, ...]:
        return (
            self.words.shown(row, "name"),
            self.words.marked([(self.words.one("purpose", row.purpose), "")]),
            self.words.shown(row, "status"),
            self.words.text(row.owner),
        )

    def basis_line(self, basis: LegalBasis) -> tuple[str, str]:
        say, words = self.language.phrase, self.words
        part = "" if basis.part in ("", "whole activity") else f"{basis.part}: "
        layer = "" if basis.layer in ("", "gdpr") else f" ({words.one('layer', basis.layer)})"
        law = f"; {basis.law}" if basis.law and basis.law != NOT_STATED else ""
        interest = (
            f"; {say('interest')}: {basis.interest_text}"
            if basis.interest_text and basis.interest_text != NOT_STATED
            else ""
        )
        return f"{part}{self.language.legal_basis(basis.basis)}{layer}{law}{interest}", str(basis.origin)

    def _data_lines(self, activity_id: str) -> list[tuple[str, str]]:
        """One line per data subject and origin: ``Customers: e-mail, name``."""
        grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in self.data[activity_id]:
            grouped[(self.words.key(row.data_subject), str(row.origin))].append(self.words.key(row.data_category))
        lines = [(f"{subject}: {self.words.joined(found)}", origin) for (subject, origin), found in grouped.items()]
        return self.words.in_order(lines, lambda line: line[0])

    def recipients_of(self, disclosures: Iterable[Disclosure]) -> list[tuple[str, str]]:
        """``Brand (role)``, once each; its origin is the strongest by which the recipient itself is known."""
        origins: dict[str, set[Origin]] = defaultdict(set)
        for row in disclosures:
            role = self.language.term(row.recipient_role)
            if row.recipient_role is Role.NOT_STATED:
                role = f"{self.language.phrase('role')} {role}"
            ended = f", {self.language.term(row.status)}" if row.status is LifeStatus.ENDED else ""
            known = self.recipient_rows.get(row.recipient_id)
            line = f"{self.words.recipient(row.recipient_id)} ({role}{ended})"
            origins[line] |= {row.origin, known.origin} if known else {row.origin}
        lines = [(line, str(next(item for item in _STRONGEST if item in found))) for line, found in origins.items()]
        return self.words.in_order(lines, lambda line: line[0])

    def transfer_line(self, row: Transfer) -> tuple[str, str]:
        say, who = self.language.phrase, self.words.recipient(row.recipient_id)
        where = say("country not stated") if row.country == NOT_STATED else self.language.country(row.country)
        how = say("mechanism not stated") if row.mechanism in ("", NOT_STATED) else self.language.mark(row.mechanism)
        known = row.mechanism_status not in ("", NOT_STATED)
        status = f" ({self.words.one('mechanism_status', row.mechanism_status)})" if known else ""
        return f"{who}: {where}; {how}{status}", str(row.origin)

    def rule_line(self, rule: RetentionRule) -> tuple[str, str]:
        """``Order history: up to 10 years from invoice issued; law``."""
        say, term = self.language.phrase, self.language.term
        named = [self.words.key(item) for item in parts(rule.data_category) if item not in ("all", NOT_STATED)]
        what = rule.scope if rule.scope not in ("", NOT_STATED) else ", ".join(named)
        plain = rule.qualifier in (Qualifier.EXACTLY, Qualifier.NOT_STATED) or rule.period == "OPEN ENDED"
        period = self.language.period(rule.period)
        line = f"{what or say('all data')}: " + (
            period if plain else say("qualified period", qualifier=term(rule.qualifier), period=period)
        )
        unknown = rule.starts_at is StartEvent.NOT_STATED
        line += f", {say('start not stated')}" if unknown else f" {say('from')} {term(rule.starts_at)}"
        for key, text in (("if", rule.condition), ("except", rule.exception), ("", rule.law)):
            if text not in ("", NOT_STATED):
                line += f"; {say(key)} {text}" if key else f"; {text}"
        return line, str(rule.origin)

    def _review(self, row: ProcessingActivity) -> str:
        say, words = self.language.phrase, self.words
        reviewed = words.not_stated
        if row.reviewed_on:
            by = words.text(row.reviewed_by).value
            reviewed = say("reviewed by", day=self.language.date(row.reviewed_on), who=by)
        following = self.language.date(row.next_review) if row.next_review else words.not_stated
        return "\n".join(
            (
                f"{say('owner')}: {words.text(row.owner).value}",
                f"{say('reviewed')}: {reviewed}",
                f"{say('next review')}: {following}",
            )
        )


# Key of the heading, the provision, the widest it may get, and the fields of the activity whose evidence it shows.
_COLUMNS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("activity", "", 22, ("name", "status")),
    ("purpose", "30(1)(b)", 26, ("purpose",)),
    ("capacity, status", "4(7)", 14, ("role", "status")),
    ("legal basis", "6, 9", 25, ("legal_basis",)),
    ("data", "30(1)(c)", 52, ("data_categories", "data_subjects")),
    ("special categories", "9, 10", 15, ("special_categories",)),
    ("recipients", "30(1)(d)", 30, ("recipients",)),
    ("transfers", "30(1)(e)", 25, ("transfers",)),
    ("time limits", "30(1)(f)", 34, ("retention",)),
    ("measures", "30(1)(g)", 40, ("security_measures",)),
    ("source, automated decisions", "14(2)(f), 22", 20, ("source_of_data", "automated_decisions")),
    ("owner, review", "", 18, ("owner", "reviewed_by", "reviewed_on", "next_review")),
)
_STRONGEST = (Origin.STATED, Origin.DECIDED, Origin.OBSERVED, Origin.DOCUMENTED, Origin.PROPOSED, Origin.NOT_STATED)


def parts(listed: str) -> tuple[str, ...]:
    """The items of a cell that names several with commas.

    >>> parts("orders, payments")
    ('orders', 'payments')
    """
    return tuple(item.strip() for item in listed.split(",") if item.strip())


def _by_activity(rows: Iterable[Item]) -> dict[str, list[Item]]:
    grouped: dict[str, list[Item]] = defaultdict(list)
    for row in rows:
        if row.origin is not Origin.PROPOSED:
            grouped[row.activity_id].append(row)
    return dict(grouped)
