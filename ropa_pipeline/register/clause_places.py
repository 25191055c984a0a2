"""What stands in the places of a clause: values of the register, and a blank where it states none.

Belongs here: finding the rows that a finding's subject is about, and putting them into words. Does not belong here:
choosing a template (``clauses``). A proposed value, an open alternative ("(b) or (f)") and NOT STATED are blanks.
"""

import re
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, Row
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Controller,
    Cookie,
    LegalBasis,
    Party,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.template import BLANK, ClauseTemplates
from ropa_pipeline.model.terms import Applicability, Capacity, LifeStatus, Origin, RuleKind, StartEvent
from ropa_pipeline.register.periods import OPEN_ENDED, SESSION, PeriodError, read

_UNKNOWN = ("", NOT_STATED, NOT_APPLICABLE)
_KNOWN = (Origin.STATED, Origin.OBSERVED, Origin.DECIDED)
_OPEN = re.compile(r" or |;|\bexamples?\b|\barba\b")
_SETTLED = ("mechanism", "law", "country")
"""Columns in which an "or" leaves open what applies; elsewhere it is a word of a sentence."""
_OWN = (RuleKind.STATED, RuleKind.DECIDED)


class ClausePlaces:
    """The places of one clause. ``built_from`` are the rows that were put in, as ``table: key``."""

    def __init__(
        self,
        tables: Tables,
        folder: ControllerFolder,
        taxonomy: Taxonomy,
        templates: ClauseTemplates,
        language: str,
        subject: str,
        activity_id: str,
    ) -> None:
        self._tables, self._words, self._language, self._subject = tables, templates.words, language, subject
        self._labels = {item.key: self._in(item.label) for item in taxonomy.data_categories}
        parts = {part.strip() for part in re.split(r"[|:/,]", subject)} | {activity_id, subject}
        self._categories = sorted(parts & set(self._labels))
        declared = {item.rule_id: item for item in folder.activities.retention}
        self._rules = [row for row in tables.rows(RetentionRule) if row.rule_id in parts & set(declared)]
        wanted = parts | {name for row in self._rules for name in declared[row.rule_id].activities}
        self._activities = [row for row in tables.rows(ProcessingActivity) if row.activity_id in wanted]
        if not self._activities and self._categories:
            about = {row.activity_id for row in tables.rows(ActivityData) if row.data_category in self._categories}
            self._activities = [row for row in tables.rows(ProcessingActivity) if row.activity_id in about]
        self._tables_seen = [
            row
            for row in tables.rows(TableReading)
            if subject in (f"module:{row.module}", f"module:{row.source_id}:{row.table_stem}")
        ]
        self._purposes = {item.key: self._in(item.label) for item in taxonomy.purposes}
        self._recipients = [row for row in tables.rows(Recipient) if row.recipient_id in parts]
        self._rights = sorted(f"right.{part.removeprefix('right.')}" for part in parts)
        self._used: set[str] = set()

    @property
    def built_from(self) -> tuple[str, ...]:
        return tuple(sorted(self._used))

    def fill(self, place: str) -> str:
        """The words for a place, or a blank. ``place`` is one of :data:`~ropa_pipeline.model.template.PLACES`."""
        words: str = getattr(self, f"_{place}_words")()
        return words or BLANK

    def _in(self, label: object) -> str:
        return str(getattr(label, self._language))

    def _word(self, key: str) -> str:
        return self._in(self._words[key]) if key in self._words else ""

    def _use(self, row: Row) -> None:
        self._used.add(f"{row.TABLE}: {row.row_id}")

    def _first(self, rows: Iterable[Row], name: str) -> str:
        """The known values of a column, in order; nothing where there are none."""
        found: list[str] = []
        for row in rows:
            value = str(getattr(row, name))
            if value not in _UNKNOWN and not (name in _SETTLED and _OPEN.search(value)):
                self._use(row)
                found.append(value)
        return "; ".join(dict.fromkeys(found))

    # --- activities

    def _activity_words(self) -> str:
        return self._first(self._activities, "name")

    def _purpose_words(self) -> str:
        """As the register has it; for a module that no activity covers, the purposes that its tables serve."""
        stated = self._first((row for row in self._activities if row.origin in _KNOWN), "purpose")
        if stated:
            return stated
        for row in self._tables_seen:
            self._use(row)
        served = {key for row in self._tables_seen for key in row.purposes}
        return "; ".join(sorted(self._purposes[key] for key in served if key in self._purposes))

    def _bases(self) -> list[LegalBasis]:
        known = {row.activity_id for row in self._activities}
        rows = [row for row in self._tables.rows(LegalBasis) if row.activity_id in known and row.layer == "gdpr"]
        return [row for row in rows if row.origin in _KNOWN]

    def _basis_words(self) -> str:
        """The bases that are settled; one open alternative makes the whole a blank."""
        rows = self._bases()
        articles = [article for row in rows for article in re.findall(r"6\(1\)\([a-f]\)", row.basis)]
        if not articles or any(_OPEN.search(row.basis) for row in rows):
            return ""
        for row in rows:
            self._use(row)
        joined = [self._word(article) or article for article in dict.fromkeys(articles)]
        return f" {self._word('and')} ".join(joined)

    def _law_words(self) -> str:
        return self._first((row for row in self._bases() if "6(1)(c)" in row.basis), "law")

    def _interest_words(self) -> str:
        return self._first((row for row in self._bases() if "6(1)(f)" in row.basis), "interest_text")

    def _data_words(self) -> str:
        known = {row.activity_id for row in self._activities}
        rows = [row for row in self._tables.rows(ActivityData) if row.activity_id in known and row.origin in _KNOWN]
        for row in rows:
            self._use(row)
        seen = {(row.source_id, row.table_name) for row in self._tables_seen}
        columns = (row for row in self._tables.rows(ClassifiedColumn) if (row.source_id, row.table_name) in seen)
        return self._labelled([row.data_category for row in rows] or [row.data_category for row in columns])

    def _category_words(self) -> str:
        for row in self._tables.rows(ActivityData):
            if row.data_category in self._categories and row.activity_id in {
                item.activity_id for item in self._activities
            }:
                self._use(row)
        return self._labelled(self._categories)

    def _labelled(self, keys: Iterable[str]) -> str:
        known = {self._labels[key] for key in keys if key in self._labels and key != "none"}
        return "; ".join(sorted(known, key=str.casefold))

    # --- recipients and transfers

    def _recipient_words(self) -> str:
        return "; ".join(self._named(row) for row in self._recipients)

    def _named(self, row: Recipient) -> str:
        self._use(row)
        entity = row.legal_entity if row.legal_entity not in _UNKNOWN else BLANK
        country = f", {row.country}" if row.country not in _UNKNOWN else ""
        return f"{row.brand} ({entity}{country})"

    def _recipient_data_words(self) -> str:
        return self._labelled(key for row in self._recipients for key in row.data_categories)

    def _active(self) -> list[Recipient]:
        return [row for row in self._tables.rows(Recipient) if row.status is LifeStatus.ACTIVE]

    def _recipients_words(self) -> str:
        return "; ".join(self._named(row) for row in self._active())

    def _moved(self) -> list[Transfer]:
        known = {row.recipient_id for row in self._recipients}
        return [row for row in self._tables.rows(Transfer) if row.recipient_id in known and row.origin in _KNOWN]

    def _country_words(self) -> str:
        return self._first(self._moved(), "country")

    def _mechanism_words(self) -> str:
        return self._first(self._moved(), "mechanism")

    def _transfers_words(self) -> str:
        brands = {row.recipient_id: row for row in self._active()}
        told: dict[str, str] = {}
        for row in self._tables.rows(Transfer):
            if row.recipient_id in brands and row.origin in _KNOWN:
                country = self._first([row], "country") or BLANK
                mechanism = self._first([row], "mechanism") or BLANK
                told.setdefault(f"{self._named(brands[row.recipient_id])}: {country}, {mechanism}", "")
        return "; ".join(told)

    # --- periods

    def _retention_words(self) -> str:
        for row in self._rules:
            self._use(row)
        return self._activity_words()

    def _period_words(self) -> str:
        return self._periods(self._rules)

    def _decided_period_words(self) -> str:
        """A period in dispute is shown only once somebody has decided it."""
        return self._periods(self._decided())

    def _decided(self) -> list[RetentionRule]:
        known = {row.activity_id for row in self._activities}
        return [
            row
            for row in self._tables.rows(RetentionRule)
            if row.origin is Origin.DECIDED and known & {name.strip() for name in row.activity_id.split(",")}
        ]

    def _periods(self, rows: Iterable[RetentionRule]) -> str:
        told = []
        for row in rows:
            words = self._duration(row.period) if row.kind in _OWN and row.origin in _KNOWN else ""
            if words:
                self._use(row)
                told.append(words)
        return "; ".join(dict.fromkeys(told))

    def _duration(self, period: str) -> str:
        if period == SESSION:
            return self._word("session")
        if period in (*_UNKNOWN, OPEN_ENDED):
            return ""
        try:
            parts = read(period).parts
        except PeriodError:
            return ""
        said = [f"{amount} {self._unit(amount, unit)}" for amount, unit in parts]
        return f" {self._word('and')} ".join(said)

    def _unit(self, amount: int, unit: str) -> str:
        """English has a singular; Lithuanian is written with abbreviations, which do not change."""
        word = self._word(unit) or unit
        return word.removesuffix("s") if self._language == "en" and amount == 1 else word

    def _starts_at_words(self) -> str:
        rows = [row for row in (*self._decided(), *self._rules) if row.starts_at is not StartEvent.NOT_STATED]
        for row in rows:
            self._use(row)
        return "; ".join(dict.fromkeys(self._word(f"start.{row.starts_at.value}") for row in rows))

    # --- what the notice says of the controller

    def _controller(self, name: str) -> str:
        rows = self._tables.rows(Controller)
        for row in rows:
            self._use(row)
        return self._first(rows, name)

    def _name_words(self) -> str:
        return self._controller("name")

    def _code_words(self) -> str:
        return self._controller("company_code")

    def _address_words(self) -> str:
        return self._controller("address")

    def _email_words(self) -> str:
        return self._controller("email")

    def _phone_words(self) -> str:
        return self._controller("phone")

    def _authority_words(self) -> str:
        return self._controller("supervisory_authority")

    def _officer_words(self) -> str:
        rows = [
            row
            for row in self._tables.rows(Party)
            if row.capacity is Capacity.DATA_PROTECTION_OFFICER and row.applicability is Applicability.APPLIES
        ]
        return self._first(rows, "email") or self._first(rows, "phone") or self._first(rows, "address")

    def _right_words(self) -> str:
        return next(filter(None, (self._word(key) for key in self._rights)), "")

    # --- cookies

    def _cookie_words(self) -> str:
        return "; ".join(self._described(row, self._life(row)) for row in self._these_cookies())

    def _cookie_open_words(self) -> str:
        """With its life left open, because that is in question."""
        return "; ".join(self._described(row, "") for row in self._these_cookies())

    def _these_cookies(self) -> list[Cookie]:
        subject = self._subject.removeprefix("cookie:")
        names = (subject, subject.partition(" (")[0])
        rows = self._tables.rows(Cookie)
        return [row for row in rows if subject in (row.row_id, f"{row.name} ({row.provider})")] or [
            row for row in rows if row.name in names
        ]

    def _cookies_words(self) -> str:
        return "; ".join(self._described(row, self._life(row)) for row in self._tables.rows(Cookie))

    def _life(self, row: Cookie) -> str:
        """A life that was seen, else the declared one where nothing contradicts it; never the vendor's alone."""
        seen = row.lifetime_observed
        if seen not in _UNKNOWN:
            return self._duration(seen)
        return "" if row.status.startswith("differs") else self._duration(row.lifetime_declared)

    def _described(self, row: Cookie, life: str) -> str:
        """Name, provider, purpose and life."""
        self._use(row)
        purpose = row.purpose if row.purpose not in _UNKNOWN else BLANK
        return f"{row.name} ({row.provider}): {purpose}; {life or BLANK}"

    def _what_words(self) -> str:
        """What a disagreement is about: a category, a recipient or a cookie."""
        return self._category_words() or self._recipient_words() or self._cookie_words()
