"""What changed between two registers, in sentences, with who must act.

Belongs here: turning changed cells into sentences (``retention of order data: 10 years → 8 years``, ``new recipient
Venipak``) and saying whose they are. Does not belong here: which cells changed (``content``) and printing
(``commands``). Each cell stands below exactly one sentence; a cell that no rule knows has a plain one, so nothing
changes silently (GDPR Art. 5(2), 24(1)).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ropa_pipeline.model.base import NOT_STATED, Row
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.inventory import ClassifiedColumn, Column
from ropa_pipeline.model.register import (
    ActivityData,
    Contract,
    Disclosure,
    LegalBasis,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import TABLE_BY_NAME, RowT, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.change_phrases import PHRASES
from ropa_pipeline.publish.consequences import WHOLE_ROW
from ropa_pipeline.publish.language import Language, language_of

_MOST = 6
_LONGEST_LAW = 60


class Actor(StrEnum):
    """Who must act on a change. The owner of an activity is named where the register names one."""

    CONTROLLER = "controller"
    PRIVACY = "privacy"
    OWNER = "owner"
    SYSTEMS = "systems"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Sentence:
    """One change in words. ``who`` is written out; ``cells`` are the changed cells behind it."""

    actor: Actor
    who: str
    text: str
    cells: tuple[Change, ...]


_TAGS = ("data_category", "data_subject", "native_type", "origin")
_ACTORS: Mapping[str, Actor] = {
    **dict.fromkeys(("sources", "systems", "columns", "classified_columns", "table_readings"), Actor.SYSTEMS),
    **dict.fromkeys(("retention_results", "row_counts"), Actor.SYSTEMS),
    **dict.fromkeys(("controllers", "parties", "holds", "processor_activities"), Actor.CONTROLLER),
    "statements": Actor.NOBODY,
}


class Told:
    """All changes of a comparison, the rows they are about, and the words of one language."""

    def __init__(
        self, changes: Iterable[Change], old: Tables, new: Tables, labels: Mapping[str, str], language: str
    ) -> None:
        self.language: Language = language_of(language)
        self.phrases = PHRASES[language]
        self.labels, self.old, self.new = labels, old, new
        self.changes = tuple(changes)
        self._index: dict[str, dict[str, Row]] = {}
        both = (old, new)
        self.activities = {row.activity_id: row for tables in both for row in tables.rows(ProcessingActivity)}
        self._recipients = {row.recipient_id: row for tables in both for row in tables.rows(Recipient)}

    def of(self, row_class: type[RowT]) -> Iterator[tuple[Change, RowT]]:
        """The changes of a table, each with the row as it is now, or was."""
        name = row_class.TABLE
        for change in self.changes:
            if change.record == name and (row := self.row(name, change.record_id)) is not None:
                assert isinstance(row, row_class)
                yield change, row

    def row(self, table: str, row_id: str) -> Row | None:
        if table not in self._index:
            row_class = TABLE_BY_NAME[table].row_class
            rows: list[Row] = [*self.old.rows(row_class), *self.new.rows(row_class)]
            self._index[table] = {row.row_id: row for row in rows}
        return self._index[table].get(row_id)

    def say(self, key: str, **values: object) -> str:
        return self.phrases[key].format(**values)

    def label(self, key: str) -> str:
        return self.language.mark(self.labels.get(key, key))

    def where(self, activity_ids: str) -> str:
        names = [part.strip() for part in activity_ids.split(",") if part.strip()]
        shown = [self.activities[name].name if name in self.activities else name for name in names]
        return self.listed(shown) or self.say("every activity")

    def recipient(self, recipient_id: str) -> str:
        row = self._recipients.get(recipient_id)
        return row.brand if row else recipient_id

    def listed(self, items: Iterable[str]) -> str:
        """The first few, and how many more."""
        shown = list(dict.fromkeys(items))
        rest = [self.say("more", count=len(shown) - _MOST)] if len(shown) > _MOST else []
        return ", ".join([*shown[:_MOST], *rest])

    def change(self, item: Change, word: Callable[[str], str] | None = None) -> str:
        """``old → new``, each in words; only a list is read as one."""
        columns = {column.name: column for column in TABLE_BY_NAME[item.record].columns}
        of_field = self.value if columns[item.field].is_list else self.label
        return " → ".join(
            (word or of_field)(text) if text else self.say("nothing") for text in (item.old_value, item.new_value)
        )

    def value(self, text: str) -> str:
        """A cell's text: keys as their words, NOT STATED in the language."""
        return self.listed(self.label(part) for part in text.split("; "))

    def field(self, item: Change) -> str:
        return self.language.heading(item.record, item.field).lower()

    def owned(self, activity_ids: str) -> tuple[Actor, str]:
        """The owner of the first activity named, else the controller."""
        row = self.activities.get(activity_ids.split(",")[0].strip())
        if row is None:
            return Actor.CONTROLLER, self.say("controller")
        if row.owner == NOT_STATED:
            return Actor.CONTROLLER, self.say("owner_unknown", activity=row.name)
        return Actor.OWNER, self.say("owner", activity=row.name, owner=row.owner)

    def acting(self, actor: Actor) -> tuple[Actor, str]:
        return actor, self.say(actor.value)


Found = tuple[tuple[Actor, str], str, tuple[Change, ...]]


def sentences(
    changes: Iterable[Change], old: Tables, new: Tables, labels: Mapping[str, str], language: str = "en"
) -> tuple[Sentence, ...]:
    """The changes in words, grouped by who must act, each group in the order of the rules.

    ``labels``: words for keys, as the release has them. Raises PublishError for a language that there is not.
    """
    told = Told(changes, old, new, labels, language)
    left = dict.fromkeys(told.changes)
    found: list[Sentence] = []
    for rule in RULES:
        for (actor, who), text, cells in rule(told):
            mine = tuple(cell for cell in cells if cell in left)
            if mine:
                found.append(Sentence(actor, who, text, mine))
                for cell in mine:
                    del left[cell]
    return tuple(sorted(found, key=lambda item: (tuple(Actor).index(item.actor), item.who)))


def _retention(told: Told) -> Iterator[Found]:
    for item, row in told.of(RetentionRule):
        about = {"what": _subject_of(told, row), "where": told.where(row.activity_id)}
        who = told.owned(row.activity_id) if row.activity_id else told.acting(Actor.PRIVACY)
        if item.field == WHOLE_ROW:
            key = "new_rule" if not item.old_value else "gone_rule"
            yield who, told.say(key, **about, period=told.language.period(row.period)), (item,)
        elif item.field == "period":
            yield who, told.say("retention", **about, change=told.change(item, told.language.period)), (item,)
        else:
            change = f"{told.field(item)}: {told.change(item)}"
            yield who, told.say("retention", **about, change=change), (item,)


def _subject_of(told: Told, row: RetentionRule) -> str:
    """What a rule is about: the law it stands in, its categories where they are few, else its own words."""
    if row.origin in (Origin.DOCUMENTED, Origin.PROPOSED) or not row.activity_id:
        law = row.law if len(row.law) <= _LONGEST_LAW else f"{row.law[:_LONGEST_LAW].rstrip()}…"
        return f"{law} [{row.rule_id}]" if row.law != NOT_STATED else row.rule_id
    categories = row.data_category.split(", ")
    if row.data_category == "all":
        return told.say("everything") if row.scope == NOT_STATED else row.scope
    return told.listed(told.label(key) for key in categories) if len(categories) <= _MOST else row.scope


def _recipients(told: Told) -> Iterator[Found]:
    who = told.acting(Actor.PRIVACY)
    flows = list(told.of(Disclosure))
    for item, row in told.of(Recipient):
        if item.field != WHOLE_ROW:
            yield who, told.say("recipient", name=row.brand, field=told.field(item), change=told.change(item)), (item,)
        elif item.old_value:
            yield who, told.say("gone_recipient", name=row.brand), (item,)
        else:
            own = [(cell, flow) for cell, flow in flows if flow.recipient_id == row.recipient_id]
            text = told.say(
                "new_recipient",
                name=row.brand,
                country=told.language.country(row.country),
                role=told.language.term(row.role),
                data=told.listed(told.label(key) for key in row.data_categories),
                where=told.listed(told.where(key) for key in row.activities),
            )
            yield who, text, (item, *(cell for cell, _ in own))


def _disclosures(told: Told) -> Iterator[Found]:
    groups: dict[tuple[str, str, str, str], list[tuple[Change, Disclosure]]] = {}
    for item, row in told.of(Disclosure):
        what = item.field if item.field != WHOLE_ROW else "gets_not" if item.old_value else "gets"
        change = "" if item.field == WHOLE_ROW else told.change(item)
        groups.setdefault((row.recipient_id, row.activity_id, what, change), []).append((item, row))
    for (recipient_id, activity_id, what, change), members in groups.items():
        name, where = told.recipient(recipient_id), told.where(activity_id)
        if what in ("gets", "gets_not"):
            data = told.listed(told.label(row.data_category) for _, row in members)
            text = told.say(what, name=name, data=data, where=where)
        else:
            text = told.say("flow", name=name, where=where, field=told.field(members[0][0]), change=change)
        yield told.acting(Actor.PRIVACY), text, tuple(item for item, _ in members)


def _data(told: Told) -> Iterator[Found]:
    groups: dict[tuple[str, str], list[tuple[Change, ActivityData]]] = {}
    for item, row in told.of(ActivityData):
        if item.field == WHOLE_ROW:
            groups.setdefault((row.activity_id, "gone_data" if item.old_value else "new_data"), []).append((item, row))
    for (activity_id, key), members in groups.items():
        data = told.listed(f"{told.label(row.data_category)} ({told.label(row.data_subject)})" for _, row in members)
        text = told.say(key, where=told.where(activity_id), data=data)
        yield told.owned(activity_id), text, tuple(item for item, _ in members)


def _transfers(told: Told) -> Iterator[Found]:
    for item, row in told.of(Transfer):
        if item.field == WHOLE_ROW:
            key = "gone_transfer" if item.old_value else "new_transfer"
            text = told.say(
                key,
                country=told.language.country(row.country),
                name=told.recipient(row.recipient_id),
                where=told.where(row.activity_id),
                mechanism=told.language.mark(row.mechanism),
            )
            yield told.acting(Actor.PRIVACY), text, (item,)


def _bases(told: Told) -> Iterator[Found]:
    for item, row in told.of(LegalBasis):
        if item.field in ("basis", WHOLE_ROW):
            change = told.change(item, told.language.legal_basis) if item.field == "basis" else ""
            if item.field == WHOLE_ROW:
                word = told.language.legal_basis(row.basis)
                change = f"{told.say('gone')} {word}" if item.old_value else f"{told.say('new')} {word}"
            text = told.say("basis", where=told.where(row.activity_id), part=row.part, change=change)
            yield told.owned(row.activity_id), text, (item,)


def _activities(told: Told) -> Iterator[Found]:
    for item, row in told.of(ProcessingActivity):
        if item.field == WHOLE_ROW:
            key = "gone_activity" if item.old_value else "new_activity"
            yield told.acting(Actor.CONTROLLER), told.say(key, name=row.name), (item,)
        else:
            text = told.say("activity", where=row.name, field=told.field(item), change=told.change(item))
            yield told.owned(row.activity_id), text, (item,)


def _contracts(told: Told) -> Iterator[Found]:
    for item, row in told.of(Contract):
        about = {"article": row.article, "name": told.recipient(row.recipient_id)}
        if item.field == WHOLE_ROW:
            key = "gone_contract" if item.old_value else "new_contract"
            text = told.say(key, **about, document=told.language.mark(row.document))
        else:
            text = told.say("contract", **about, field=told.field(item), change=told.change(item))
        yield told.acting(Actor.PRIVACY), text, (item,)


def _columns(told: Told) -> Iterator[Found]:
    """New, lost and changed columns by table: a module that was installed is one sentence, not forty."""
    tags = {row.row_id: row for tables in (told.old, told.new) for row in tables.rows(ClassifiedColumn)}
    groups: dict[tuple[str, str, str], list[Change]] = {}
    data: dict[tuple[str, str, str], list[str]] = {}
    rows: list[tuple[Change, Column | ClassifiedColumn]] = [*told.of(Column), *told.of(ClassifiedColumn)]
    for item, row in rows:
        if item.field == WHOLE_ROW:
            key = (row.source_id, row.table_name, "gone_columns" if item.old_value else "new_columns")
            groups.setdefault(key, []).append(item)
            tag = tags.get(item.record_id)
            data.setdefault(key, []).extend([told.label(tag.data_category)] if tag else [])
    for key, cells in groups.items():
        source_id, table, what = key
        count = len({cell.record_id for cell in cells})
        text = told.say(what, count=count, table=f"{source_id}:{table}", data=told.listed(sorted(data[key])))
        yield told.acting(Actor.SYSTEMS), text, tuple(cells)
    fields: dict[tuple[str, str, str], list[tuple[Change, Column | ClassifiedColumn]]] = {}
    for item, row in rows:
        if item.field != WHOLE_ROW:
            fields.setdefault((row.source_id, row.table_name, item.field), []).append((item, row))
    for (source_id, table, field), members in fields.items():
        if field in _TAGS or len(members) == 1:
            change = told.listed(f"{row.column_name}: {told.change(item)}" for item, row in members)
        else:
            change = told.say("many", count=len(members))
        text = told.say("columns", table=f"{source_id}:{table}", field=told.field(members[0][0]), change=change)
        yield told.acting(Actor.SYSTEMS), text, tuple(item for item, _ in members)


def _others(told: Told) -> Iterator[Found]:
    for item in told.changes:
        about = {"table": told.language.table(item.record), "name": item.record_id}
        if item.field == WHOLE_ROW:
            text = told.say("gone_other" if item.old_value else "new_other", **about)
        else:
            text = told.say("other", **about, field=told.field(item), change=told.change(item))
        yield _answers_for(told, item), text, (item,)


def _answers_for(told: Told, item: Change) -> tuple[Actor, str]:
    if item.record in _ACTORS:
        return told.acting(_ACTORS[item.record])
    activity = str(getattr(told.row(item.record, item.record_id), "activity_id", ""))
    return told.owned(activity) if activity else told.acting(Actor.PRIVACY)


RULES: tuple[Callable[[Told], Iterator[Found]], ...] = (
    _activities,
    _bases,
    _retention,
    _recipients,
    _disclosures,
    _data,
    _transfers,
    _contracts,
    _columns,
    _others,
)
"""In the order in which they speak; the last one knows every cell."""
