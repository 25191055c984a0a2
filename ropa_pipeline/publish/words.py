"""From keys and typed cells to words that an auditor reads.

Belongs here: what a cell shows, where it comes from, and what stands where nothing is known. Does not belong here:
which cells a sheet has (``record``, ``audit``) and the words of a language (``language``). A code that nobody explains
was rejected by inspectors, so keys appear in the data dictionary alone; a blank is never shown.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from functools import cache
from typing import TypeVar

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, ColumnKind, ColumnSpec, Row, TableKind, table_spec
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.register import ProcessingActivity, Recipient
from ropa_pipeline.model.tables import TABLE_BY_NAME, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.language import Language, SortKey, language_of
from ropa_pipeline.publish.sheet_cells import CellValue
from ropa_pipeline.publish.workbook import Heading, Shown
from ropa_pipeline.publish.workbook_styles import FILLS

NOTHING = "–"

Item = TypeVar("Item")

_KEY = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+"
_DOTTED = re.compile(rf"(?<![\w./:]){_KEY}(?![\w/])")
_DURATION = re.compile(r"\bP(?=\d|T\d)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?\b")
_LIST_OF_KEYS = re.compile(r"[a-z0-9_.]+(?:, [a-z0-9_.]+)+")

_UNKNOWN = (NOT_STATED, NOT_APPLICABLE)
_NO_END = frozenset(
    {
        "ended_on", "valid_to", "in_force_until", "in_force_from", "approved_at", "accepted_until", "pruned_on",
        "decided_at", "due_on",
    }
)  # fmt: skip
_LABELLED = frozenset(
    {
        "data_category", "data_categories", "special_categories", "data_subject", "data_subjects", "purposes",
        "measure", "security_measures", "processing_categories",
    }
)  # fmt: skip
_OF_ACTIVITY = frozenset({"activity_id", "activities"})
_OF_RECIPIENT = frozenset({"recipient_id", "operator_recipient_id", "recipients"})
_OF_COUNTRY = frozenset({"country", "location"})
_OF_PERIOD = frozenset({"period", "lifetime_declared", "lifetime_catalogue", "lifetime_observed"})
_OF_SYSTEM = frozenset({"system", "systems", "system_id", "recipient_system"})
_OF_BASIS = frozenset({"legal_basis", "basis"})
_WITH_KEYS = frozenset({"message", "record_value", "notice_value", "observed_value"})
_OPEN_CHOICE = frozenset(
    {
        "category", "status", "evidence_status", "mechanism_status", "path", "kind", "filled", "claimed_in", "layer",
        "part", "disposal", "law", "not_measured", "method", "role_reason", "unit", "role", "reason",
    }
)  # fmt: skip


class Words:
    """Turns cells into words of one language, knowing the labels of keys and the names of the register's own rows.

    ``zone``: the clock that times are shown by. A file is read by people of the controller, and midnight of the day
    that it is about would otherwise stand there as the evening before.
    """

    def __init__(
        self, tables: Tables, labels: Mapping[str, str], language: Language | None = None, zone: tzinfo = UTC
    ) -> None:
        self.labels, self.language, self.zone = labels, language or language_of("en"), zone
        self.not_stated = self.language.mark(NOT_STATED)
        self._activities = {row.activity_id: row.name for row in tables.rows(ProcessingActivity)}
        self._recipients = {row.recipient_id: row.brand or row.legal_entity for row in tables.rows(Recipient)}
        self._systems = {row.system_id: row.name for row in tables.rows(System)}
        self._marks = (*_UNKNOWN, self.not_stated, self.language.mark(NOT_APPLICABLE))

    def key(self, key: str) -> str:
        """The word for a key of the taxonomy; without a label the key itself, made readable."""
        if key == "all":
            return self.language.phrase("all data")
        if key in _UNKNOWN:
            return self.language.mark(key)
        return self.labels.get(key) or key.replace("_", " ")

    def activity(self, activity_id: str) -> str:
        """The name of an activity; one of the standing list in this language, where a label has it."""
        label = self.labels.get(activity_id) if activity_id.startswith("standing.") else None
        return label or self._activities.get(activity_id, activity_id)

    def recipient(self, recipient_id: str) -> str:
        return self._recipients.get(recipient_id, recipient_id)

    def system(self, system_id: str) -> str:
        return self._systems.get(system_id) or self.labels.get(system_id, system_id)

    def keys_in(self, text: str) -> str:
        """A sentence of a rule, the keys of categories and the periods in it in words.

        What follows a colon is a column (``source:table.column``), which may be called as a category is.

        >>> Words(Tables(), {"contact.email": "E-mail"}).keys_in("contact.email for P2Y, seen in shop:contact.email")
        'E-mail for 2 years, seen in shop:contact.email'
        >>> Words(Tables(), {}).keys_in("PT15M, catalogue: P1DT1H")
        '15 minutes, catalogue: 1 day 1 hour'
        """
        named = _DOTTED.sub(lambda found: self.labels.get(found[0], found[0]), text)
        return _DURATION.sub(lambda found: self.language.period(found[0]), named)

    def subject(self, subject: str) -> str:
        """What something is about: a name, the key of a row whose first part is an activity, or ``kind:key``.

        >>> Words(Tables(), {"contact.email": "E-mail"}).subject("data:contact.email")
        'data: E-mail'
        """
        first, *rest = subject.split("/")
        if rest and first in self._activities:
            return " / ".join((self.activity(first), *(self.key(self.recipient(part)) for part in rest)))
        kind, _, key = subject.partition(":")
        by_kind = {"data": self.labels, "recipient": self._recipients, "disclosure": self._recipients}
        if key in by_kind.get(kind, {}):
            return f"{kind}: {by_kind[kind][key]}"
        return self._activities.get(subject) or self._recipients.get(subject) or self.labels.get(subject, subject)

    def time(self, moment: datetime) -> datetime:
        """A time (UTC where it does not say) by the clock of the controller's zone."""
        told = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return told.astimezone(self.zone).replace(tzinfo=None)

    def one(self, name: str, value: str) -> str:
        """One string of the column ``name``, in words."""
        if value in _UNKNOWN:
            return self.language.mark(value)
        if value == "none" and name in ("data_category", "data_categories"):
            return self.language.phrase("not personal data")
        for names, worded in _WORDED:
            if name in names:
                return worded(self, value)
        return value

    def cell(self, column: ColumnSpec, value: object) -> CellValue:
        """A typed cell as it is shown: never blank."""
        if value is None:
            if column.kind is ColumnKind.MEASUREMENT:
                return self.language.phrase("not measured")
            return NOTHING if column.name in _NO_END or column.kind is ColumnKind.RUN else self.not_stated
        if isinstance(value, bool):
            return self.language.phrase("yes" if value else "no")
        if isinstance(value, tuple):
            return "\n".join(self.one(column.name, str(item)) for item in value) or NOTHING
        if isinstance(value, StrEnum):
            return self.language.term(value)
        if isinstance(value, str):
            return self.one(column.name, value) if value else NOTHING
        if isinstance(value, datetime):
            return self.time(value)
        if isinstance(value, int | float | date):
            return value
        return str(value)

    def shown(self, row: Row, name: str) -> Shown:
        """The cell ``name`` of a row with the style of its type or origin."""
        column = column_spec(row.TABLE, name)
        value = getattr(row, name)
        if value is None and row.KIND is not TableKind.FACT:
            return Shown(NOTHING)
        if isinstance(row, ProcessingActivity) and name == "name":
            return Shown(self.activity(row.activity_id), "strong")
        shown = self.cell(column, value)
        if name == "origin":
            return Shown(shown, origin_style(str(value)))
        if name == "severity" and str(value) in ("error", "warning"):
            return Shown(shown, str(value))
        return Shown(shown, self.style_of(shown))

    def origin(self, row: Row) -> Shown:
        """The origin of a row, by colour and by text."""
        return self.shown(row, "origin")

    def style_of(self, value: CellValue) -> str:
        """The style that follows from a value's type; NOT STATED stands out."""
        if isinstance(value, str):
            return "not_stated" if value.startswith((NOT_STATED, self.not_stated)) else "text"
        if isinstance(value, datetime):
            return "time"
        if isinstance(value, date):
            return "date"
        return "decimal" if isinstance(value, float) else "number"

    def text(self, value: str) -> Shown:
        """A text in its style; nothing at all is NOT STATED."""
        shown = self.language.mark(value or NOT_STATED)
        return Shown(shown, self.style_of(shown))

    def marked(self, items: Iterable[tuple[str, str]], otherwise: str = NOT_STATED, link: str = "") -> Shown:
        """Lines of one cell, each with its origin in brackets; the colour says the same as the text.

        >>> Words(Tables(), {}).marked([("E-mail", "stated"), ("Phone", "observed")]).value
        'E-mail [stated]\\nPhone [observed]'
        """
        held = list(dict.fromkeys(items))
        if not held:
            shown = self.language.mark(otherwise)
            return Shown(shown, self.style_of(shown), link)
        origins = {origin for text, origin in held if origin and not text.startswith(self._marks)}
        lines = [
            self.language.mark(text) if not origin or text.startswith(self._marks) else f"{text} [{self._from(origin)}]"
            for text, origin in held
        ]
        if len(origins) == 1:
            style = origin_style(next(iter(origins)))
        else:
            style = "several" if origins else self.style_of(lines[0])
        return Shown("\n".join(lines), style, link)

    def _from(self, origin: str) -> str:
        return self.language.term(Origin(origin))

    def heading(self, row_class: type[Row], name: str, width: int = 0, widest: int = 42) -> Heading:
        """A column's heading as a sheet shows it: its words, and the provision that asks for it."""
        return Heading(self.language.titled(table_spec(row_class).name, name), width, widest)

    def said(self, key: str, article: str = "", width: int = 0, widest: int = 42) -> Heading:
        """A heading that no single column gives."""
        words = self.language.phrase(key)
        return Heading(f"{words}\n{self.language.article(article)}" if article else words, width, widest)

    def in_order(self, rows: Iterable[Item], by: Callable[[Item], str]) -> list[Item]:
        """Rows in the alphabetical order of this language; rows of the same name keep their order."""
        order: Callable[[Item], SortKey] = lambda row: self.language.sort_key(by(row))  # noqa: E731
        return sorted(rows, key=order)

    def joined(self, texts: Iterable[str]) -> str:
        """Texts once each, in alphabetical order, with commas."""
        return ", ".join(sorted(set(texts), key=self.language.sort_key))


def _activities(words: Words, value: str) -> str:
    return ", ".join(words.activity(item.strip()) for item in value.split(","))


def _keys(words: Words, value: str) -> str:
    """One key, or several with commas; another text, which may hold commas of its own, stays one."""
    return words.joined(map(words.key, value.split(", "))) if _LIST_OF_KEYS.fullmatch(value) else words.key(value)


_WORDED: tuple[tuple[frozenset[str], Callable[[Words, str], str]], ...] = (
    (_LABELLED, _keys),
    (_OF_ACTIVITY, _activities),
    (_OF_RECIPIENT, Words.recipient),
    (_OF_COUNTRY, lambda words, value: words.language.country(value)),
    (_OF_PERIOD, lambda words, value: words.language.period(value)),
    (_OF_SYSTEM, Words.system),
    (_OF_BASIS, lambda words, value: words.language.legal_basis(value)),
    (frozenset({"purpose"}), lambda words, value: words.labels.get(value, value)),
    (frozenset({"subject"}), Words.subject),
    (_WITH_KEYS, Words.keys_in),
    (_OPEN_CHOICE, lambda words, value: words.language.value(value)),
)


def origin_style(origin: str) -> str:
    return "not_stated" if origin == Origin.NOT_STATED else origin if origin in FILLS else "text"


@cache
def column_spec(table: str, name: str) -> ColumnSpec:
    return next(column for column in TABLE_BY_NAME[table].columns if column.name == name)
