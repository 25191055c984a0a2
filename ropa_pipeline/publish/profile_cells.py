"""What stands in one cell of a regulator's form: which rows it is about, in whose words, and whether it says anything.

Belongs here: from a column of a form and one activity to lines of text with their origin. Does not belong here: the
forms (``mappings/profiles``) and their sheets (``profiles``). GDPR Art. 30(1), 30(2). A cell that nobody answered is
NOT STATED, never blank; rows of origin ``proposed`` are not seen here at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeVar

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, Row, is_filled
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.law import is_answer, rows_meant
from ropa_pipeline.model.profile import ProfileColumn
from ropa_pipeline.model.register import (
    ActivityData,
    Contract,
    Controller,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
)
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import TABLE_BY_NAME, Tables
from ropa_pipeline.model.terms import Applicability, Origin, Qualifier
from ropa_pipeline.publish.language import Language

Joined = TypeVar("Joined", Disclosure, ActivityData)

_ALL_DATA = "all"
_RECIPIENTS = frozenset({"recipient_id", "recipients", "operator_recipient_id"})
_COUNTRIES = frozenset({"country", "location"})
_SYSTEMS = frozenset({"system", "systems", "system_id"})
_LABELLED = frozenset(
    {"data_category", "data_categories", "data_subject", "data_subjects", "special_categories", "purposes", "measure"}
    | {"security_measures", "processing_categories", "subject"}
)


class Line(NamedTuple):
    """One line of a cell. ``stated``: it says something, be it that something does not apply."""

    text: str
    origin: Origin
    stated: bool


class Filled(NamedTuple):
    """A cell: its lines, at least one of them; ``stated`` where any line says something."""

    lines: tuple[Line, ...]

    @property
    def stated(self) -> bool:
        return any(line.stated for line in self.lines)


class Cells:
    """Fills cells of forms from the rows of one register, in one language."""

    def __init__(self, tables: Tables, labels: Mapping[str, str], language: Language) -> None:
        self.tables, self.labels, self.language = tables, labels, language
        self._names = {row.recipient_id: row.brand or row.legal_entity for row in tables.rows(Recipient)}
        self._systems = {row.system_id: row.name for row in tables.rows(System)}

    def fill(self, column: ProfileColumn, subject: Row | None) -> Filled:
        """The cell of ``column`` in the row about ``subject``; None is the controller as a whole."""
        by_table: dict[str, list[str]] = defaultdict(list)
        for name in column.columns:
            table, _, field = name.partition(".")
            by_table[table].append(field)
        asked = frozenset(name.partition(".")[2] for name in column.asks)
        for place, (table, fields) in enumerate(by_table.items()):
            rows = rows_meant(self._related(table, subject), column.only if place == 0 else None)
            wanted = asked & set(fields) or set(fields)
            lines = _WRITERS.get(table, Cells._plain_lines)(self, rows, fields, wanted)
            if lines:
                return Filled(tuple(dict.fromkeys(lines)))
        return Filled((Line(self.language.mark(NOT_STATED), Origin.NOT_STATED, stated=False),))

    def _related(self, table: str, subject: Row | None) -> Sequence[Row]:
        """The rows of a table that are about the subject; those of tables that know no activity are about all."""
        row_class = TABLE_BY_NAME[table].row_class
        rows: Sequence[Row] = self.tables.rows(row_class)
        if subject is None or row_class in (Controller, Party):
            return rows
        if isinstance(subject, row_class):
            return (subject,)
        if isinstance(subject, ProcessorActivity):
            return [row for row in rows if isinstance(row, Contract) and row.contract_id == subject.contract_id]
        if not isinstance(subject, ProcessingActivity):
            return ()
        find = _RELATED.get(row_class)
        if find is not None:
            return find(self, subject)
        if "activity_id" in TABLE_BY_NAME[table].column_names:
            return [row for row in rows if subject.activity_id in _parts(getattr(row, "activity_id", ""))]
        return rows

    @cached_property
    def _flows(self) -> Mapping[str, Sequence[Disclosure]]:
        return _grouped(self.tables.rows(Disclosure))

    @cached_property
    def _data(self) -> Mapping[str, Sequence[ActivityData]]:
        return _grouped(self.tables.rows(ActivityData))

    def _recipients(self, activity: ProcessingActivity) -> Sequence[Row]:
        """The recipients of an activity, each once per role that it has there."""
        roles: dict[str, set[str]] = defaultdict(set)
        for flow in self._flows.get(activity.activity_id, ()):
            roles[flow.recipient_id].add(flow.recipient_role)
        return [
            row.model_copy(update={"role": role})
            for row in self.tables.rows(Recipient)
            if row.recipient_id in roles or row.recipient_id in activity.recipients
            for role in sorted(roles.get(row.recipient_id) or {row.role})
        ]

    def _contracts(self, activity: ProcessingActivity) -> Sequence[Row]:
        named = {flow.recipient_id for flow in self._flows.get(activity.activity_id, ())} | set(activity.recipients)
        return [row for row in self.tables.rows(Contract) if row.recipient_id in named]

    def _used_systems(self, activity: ProcessingActivity) -> Sequence[Row]:
        used = {system for row in self._data.get(activity.activity_id, ()) for system in row.systems}
        return [row for row in self.tables.rows(System) if row.system_id in used]

    def _measures(self, activity: ProcessingActivity) -> Sequence[Row]:
        return [row for row in self.tables.rows(SecurityMeasure) if row.measure in activity.security_measures]

    def _rules(self, activity: ProcessingActivity) -> Sequence[RetentionRule]:
        """What was stated or decided; law and guidance fill no cell of Art. 30(1)(f)."""
        return [
            row
            for row in self.tables.rows(RetentionRule)
            if row.origin in (Origin.STATED, Origin.DECIDED) and activity.activity_id in _parts(row.activity_id)
        ]

    def _results(self, activity: ProcessingActivity) -> Sequence[Row]:
        rules = {rule.rule_id for rule in self._rules(activity)}
        return [row for row in self.tables.rows(RetentionResult) if row.rule_id in rules]

    def value(self, field: str, value: object) -> str:
        """A cell's value in words; a list is joined with commas."""
        if isinstance(value, tuple):
            return ", ".join(self.value(field, item) for item in value)
        if isinstance(value, StrEnum):
            return self.language.term(value)
        if isinstance(value, bool):
            return self.language.phrase("yes" if value else "no")
        if isinstance(value, date):
            return self.language.date(value)
        text = self.language.mark(NOT_STATED) if value in (None, "") else str(value)
        if text in (NOT_STATED, NOT_APPLICABLE):
            return self.language.mark(text)
        if field in _RECIPIENTS:
            return self._names.get(text) or self.key(text)
        if field in _SYSTEMS:
            return self._systems.get(text) or self.key(text)
        if field in _COUNTRIES:
            return self.language.country(text)
        if field in ("legal_basis", "basis"):
            return self.language.legal_basis(text)
        if field == "period":
            return self.language.period(text)
        return self.key(text) if field in _LABELLED else self.language.value(text)

    def key(self, key: str) -> str:
        """The word for a key of the taxonomy; without a label the key itself, made readable."""
        return self.labels.get(key) or self.language.value(key.replace("_", " "))

    def _joined(self, row: Row, fields: Sequence[str]) -> str:
        """The fields of a row; one that nobody answered says which it is, unless it is the only one."""
        shown = []
        for field in fields:
            text = self.value(field, getattr(row, field))
            if not is_filled(getattr(row, field)) and len(fields) > 1:
                text = f"{self.language.heading(row.TABLE, field)}: {self.language.mark(NOT_STATED)}"
            shown.append(text)
        return ", ".join(dict.fromkeys(shown))

    def _plain_lines(self, rows: Sequence[Row], fields: Sequence[str], asked: Set[str]) -> list[Line]:
        """One line per row that says anything, after the recipient it is about; ``asked`` fields are the answer."""
        lines = []
        for row in rows:
            values = [getattr(row, field) for field in fields]
            if not any(is_filled(value) for value in values):
                continue
            stated = any(is_answer(getattr(row, field)) for field in asked)
            origin = getattr(row, "origin", None) or Origin.NOT_STATED
            if len(fields) == 1 and isinstance(values[0], tuple):
                lines += [Line(self.value(fields[0], item), Origin.NOT_STATED, stated) for item in values[0]]
                continue
            about = getattr(row, "recipient_id", "") if not isinstance(row, Recipient) else ""
            named = f"{self.value('recipient_id', about)}: " if about and "recipient_id" not in fields else ""
            shows_origin = not isinstance(row, ProcessingActivity) or "purpose" in fields
            lines.append(Line(named + self._joined(row, fields), origin if shows_origin else Origin.NOT_STATED, stated))
        return lines

    def _party_lines(self, rows: Sequence[Row], fields: Sequence[str], asked: Set[str]) -> list[Line]:
        """A party's contact, or why there is none."""
        lines = []
        for row in rows:
            if not isinstance(row, Party):
                continue
            contact = [field for field in fields if field not in ("applicability", "reason")]
            if row.applicability is Applicability.NOT_APPLICABLE:
                text, stated = f"{self.language.mark(NOT_APPLICABLE)}: {row.reason}", True
            elif is_filled(row.name):
                text, stated = self._joined(row, contact), True
            else:
                reason = f": {row.reason}" if is_filled(row.reason) else ""
                text, stated = f"{self.language.mark(NOT_STATED)}{reason}", False
            lines.append(Line(text, row.origin, stated))
        return lines

    def _data_lines(self, rows: Sequence[Row], fields: Sequence[str], asked: Set[str]) -> list[Line]:
        """``Customers: E-mail, Name``: one line per value of the first field and origin."""
        grouped: dict[tuple[str, Origin, bool], set[str]] = defaultdict(set)
        for row in rows:
            first = self.value(fields[0], getattr(row, fields[0]))
            rest = self._joined(row, fields[1:]) if fields[1:] else ""
            stated = any(is_answer(getattr(row, field)) for field in asked)
            grouped[(first, getattr(row, "origin", Origin.NOT_STATED), stated)].add(rest)
        order = self.language.sort_key
        return [
            Line(f"{first}: {', '.join(sorted(found, key=order))}" if fields[1:] else first, origin, stated)
            for (first, origin, stated), found in sorted(grouped.items(), key=lambda item: (order(item[0][0]), item[0]))
        ]

    def _rule_lines(self, rows: Sequence[Row], fields: Sequence[str], asked: Set[str]) -> list[Line]:
        """A period as people read it; other fields of a rule stand after what the rule is about."""
        lines = []
        for row in rows:
            if not isinstance(row, RetentionRule):
                continue
            named = [self.key(item) for item in _parts(row.data_category) if item not in (_ALL_DATA, NOT_STATED)]
            about = row.scope if is_filled(row.scope) else ", ".join(named)
            if "period" in fields:
                firm = row.qualifier not in (Qualifier.EXACTLY, Qualifier.NOT_STATED)
                said = f"{self.language.term(row.qualifier)} {self.value('period', row.period)}" if firm else ""
                start = f"{self.language.heading(row.TABLE, 'starts_at')}: {self.language.term(row.starts_at)}"
                extra = [item for item in (row.condition, row.exception, row.law) if is_filled(item)]
                text = "; ".join([said or self.value("period", row.period), start, *extra])
                stated = is_filled(row.period)
            else:
                rest = [field for field in fields if field != "data_category"]
                text, stated = self._joined(row, rest), any(is_filled(getattr(row, field)) for field in rest)
            lines.append(Line(f"{about}: {text}" if about else text, row.origin, stated))
        return lines

    def _basis_lines(self, rows: Sequence[Row], fields: Sequence[str], asked: Set[str]) -> list[Line]:
        """Each part's basis; one that only allows storing on a device is no basis of the processing."""
        if "basis" not in fields:
            return self._plain_lines(rows, fields, asked)
        lines = []
        for row in rows:
            if not isinstance(row, LegalBasis):
                continue
            part = "" if row.part in ("", "whole activity") else f"{row.part}: "
            device = "" if row.layer in ("", "gdpr") else f" ({self.language.value(row.layer)})"
            origin = row.origin if is_filled(row.basis) else Origin.NOT_STATED
            text = f"{part}{self.value('basis', row.basis)}{device}"
            lines.append(Line(text, origin, stated=is_filled(row.basis) and not device))
        return lines


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in listed.split(",") if item.strip())


def _grouped(rows: Iterable[Joined]) -> dict[str, list[Joined]]:
    grouped: dict[str, list[Joined]] = defaultdict(list)
    for row in rows_meant(rows):
        grouped[row.activity_id].append(row)
    return dict(grouped)


_Writer = Callable[[Cells, Sequence[Row], Sequence[str], Set[str]], list[Line]]
_RELATED: Mapping[type[Row], Callable[[Cells, ProcessingActivity], Sequence[Row]]] = {
    Recipient: Cells._recipients,
    Contract: Cells._contracts,
    System: Cells._used_systems,
    SecurityMeasure: Cells._measures,
    RetentionRule: Cells._rules,
    RetentionResult: Cells._results,
}
_WRITERS: Mapping[str, _Writer] = {
    Party.TABLE: Cells._party_lines,
    ActivityData.TABLE: Cells._data_lines,
    Disclosure.TABLE: Cells._data_lines,
    RetentionResult.TABLE: Cells._data_lines,
    RetentionRule.TABLE: Cells._rule_lines,
    LegalBasis.TABLE: Cells._basis_lines,
}
