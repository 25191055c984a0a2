"""Periods decided, rules of law that apply, and holds (Art. 5(1)(e), 17(3), 30(1)(f)).

Belongs here: the three sheets about how long data are kept. Does not belong here: what a rule does to rows
(``register.retention``).
"""

from collections.abc import Mapping
from datetime import date

from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.terms import Applicability, Effect, Qualifier, StartEvent
from ropa_pipeline.publish.language import Language
from ropa_pipeline.review.cells import Choice, Day, Kind, PeriodOf, Several, Text, Value, option_of
from ropa_pipeline.review.edits.activities import FILE as ACTIVITIES_FILE
from ropa_pipeline.review.edits.activities import YES_NO, activity_choice
from ropa_pipeline.review.edits.model import EditSheet, Entry, Fault, Field, Known, Place, Step, said
from ropa_pipeline.review.edits.recipients import FILE

_TABLE = RetentionRule.TABLE
_RULE = (
    Field("period", (_TABLE, "period"), PeriodOf(), empty_as="NOT STATED", width=16),
    Field(
        "qualifier",
        (_TABLE, "qualifier"),
        Choice(tuple(option_of(item) for item in Qualifier if item is not Qualifier.NOT_STATED)),
        width=20,
    ),
    Field(
        "starts_at",
        (_TABLE, "starts_at"),
        Choice(tuple(option_of(item) for item in StartEvent if item is not StartEvent.NOT_STATED)),
        width=26,
    ),
    Field("effect", (_TABLE, "effect"), Choice(tuple(option_of(item) for item in Effect)), needed=True),
    Field("condition", (_TABLE, "condition"), Text(), width=30),
    Field("exception", (_TABLE, "exception"), Text(), width=30),
    Field("disposal", (_TABLE, "disposal"), Text()),
    Field("law", (_TABLE, "law"), Text()),
)


def _periods(known: Known, language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=item.rule_id,
            shown=(
                item.rule_id,
                "; ".join(known.activity(name) for name in item.activities),
                item.scope,
                ", ".join(item.statements),
            ),
            values={field.key: said(getattr(item, field.key)) for field in _RULE},
            places=(Place(ACTIVITIES_FILE, (Step("retention", (("rule_id", item.rule_id),)),)),),
        )
        for item in known.folder.activities.retention
    )


PERIODS = EditSheet(
    name="Retention rules",
    context=((_TABLE, "rule_id"), (_TABLE, "activity_id"), (_TABLE, "scope"), (_TABLE, "statement_id")),
    fields=_RULE,
    entries=_periods,
)


def _duties(known: Known, language: Language) -> tuple[Entry, ...]:
    """Rules of law and of vendors: those of the release, and those that somebody decided about."""
    own = {item.rule_id for item in known.folder.activities.retention}
    rows = {row.rule_id: row for row in known.tables.rows(RetentionRule) if row.rule_id not in own}
    decided = {item.rule_id: item for item in known.folder.decisions.rules}
    entries = []
    for rule_id in sorted({*rows, *decided}):
        row, item = rows.get(rule_id), decided.get(rule_id)
        shown = (
            (language.mark(row.law), language.period(row.period), language.term(row.kind), row.scope,
             language.mark(row.condition))
            if row
            else ("", "", "", "", "")
        )  # fmt: skip
        entries.append(
            Entry(
                id=rule_id,
                shown=(rule_id, *shown),
                values={
                    "applicability": said(item.applicability) if item else None,
                    "verified": item.verified if item else None,
                    "activities": said(item.activities) if item else None,
                },
                places=(Place(FILE, (Step("rules", (("rule_id", rule_id),)),), removable=True),),
            )
        )
    return tuple(entries)


def _duty_kinds(known: Known) -> Mapping[str, Kind]:
    return {"activities": Several(activity_choice(known).options)}


DUTIES = EditSheet(
    name="Rules of law",
    context=(
        (_TABLE, "rule_id"), (_TABLE, "law"), (_TABLE, "period"), (_TABLE, "kind"), (_TABLE, "scope"),
        (_TABLE, "condition"),
    ),
    fields=(
        Field(
            "applicability",
            (_TABLE, "applicability"),
            Choice(tuple(option_of(item) for item in (Applicability.APPLIES, Applicability.NOT_APPLICABLE))),
            lead=True,
            width=26,
        ),
        Field("verified", (_TABLE, "verified"), YES_NO, unknown="", width=14),
        Field("activities", ("", "in_activities"), Several(), unknown="", width=34),
    ),
    entries=_duties,
    options=_duty_kinds,
)  # fmt: skip


def _holds(known: Known, language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=item.hold_id,
            shown=(
                item.hold_id,
                language.value(item.kind),
                known.activity(item.activity) if item.activity else "",
                ", ".join(item.tables) or item.system,
                item.valid_from.isoformat(),
            ),
            values={"review_on": item.review_on, "valid_to": item.valid_to},
            places=(Place(FILE, (Step("holds", (("hold_id", item.hold_id),)),)),),
        )
        for item in known.folder.decisions.holds
    )


def _hold_dates(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    until = values["valid_to"]
    if isinstance(until, date) and until.isoformat() < entry.shown[-1]:
        return (("valid_to", "the hold would end before it begins; write a later day"),)
    return ()


HOLDS = EditSheet(
    name="Holds",
    context=(
        ("holds", "hold_id"), ("holds", "kind"), ("holds", "activity_id"), ("holds", "scope"),
        ("holds", "valid_from"),
    ),
    fields=(
        Field("review_on", ("holds", "review_on"), Day(), lead=True, width=16),
        Field("valid_to", ("holds", "valid_to"), Day(), unknown="", width=16),
    ),
    entries=_holds,
    check=_hold_dates,
)  # fmt: skip
