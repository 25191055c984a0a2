"""Activities, their legal bases, and the standing list (Art. 5(2), 6, 9, 22, 30(1)).

Belongs here: the three sheets that edit activities.yaml. Does not belong here: retention (``retention``).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from ropa_pipeline.model.controller import DeclaredActivity, DeclaredBasis, Sourced, StandingAnswer
from ropa_pipeline.model.register import ProcessingActivity
from ropa_pipeline.model.terms import ActivityStatus
from ropa_pipeline.publish.language import LANGUAGES, Language
from ropa_pipeline.review.cells import Basis, Choice, Day, Kind, Option, Text, Value, option_of
from ropa_pipeline.review.edits.model import EditSheet, Entry, Fault, Field, Known, Place, Step, key_of, said

FILE = "activities.yaml"
YES_NO = Choice(
    tuple(Option(key, tuple((code, item.phrase(key)) for code, item in LANGUAGES.items())) for key in ("yes", "no")),
    boolean=True,
)
_STATUSES = (ActivityStatus.ACTIVE, ActivityStatus.PLANNED, ActivityStatus.ENDED)
_TABLE = ProcessingActivity.TABLE
_WHOLE, _GDPR = "whole activity", "gdpr"


def _activities(known: Known, language: Language) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=item.id,
            shown=(item.name, item.purpose),
            values={
                **{name: _sourced(getattr(item, name)) for name in ("owner", "source_of_data", "automated_decisions")},
                **{
                    name: said(getattr(item, name))
                    for name in ("reviewed_by", "reviewed_on", "next_review", "status", "started_on", "ended_on")
                },
            },
            places=(_place(item), _place(item, "review_decision")),
        )
        for item in known.folder.activities.activities
    )


def _sourced(fact: Sourced | None) -> Value:
    return said(fact.value) if fact else None


def _place(item: DeclaredActivity, decision: str = "decision") -> Place:
    return Place(FILE, (Step("activities", (("id", item.id),)),), decision)


def _in_order(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    faults = []
    started, ended = values["started_on"], values["ended_on"]
    reviewed, due = values["reviewed_on"], values["next_review"]
    if isinstance(started, date) and isinstance(ended, date) and ended < started:
        faults.append(("ended_on", "it would have ended before it began; correct one of the two dates"))
    if isinstance(reviewed, date) and reviewed > on:
        faults.append(("reviewed_on", "a review has taken place on a day that was; write that day"))
    if isinstance(reviewed, date) and isinstance(due, date) and due <= reviewed:
        faults.append(("next_review", "the next review would not be after the last one; write a later day"))
    return tuple(faults)


ACTIVITIES = EditSheet(
    name="Activities",
    context=((_TABLE, "name"), (_TABLE, "purpose")),
    fields=(
        Field("owner", (_TABLE, "owner"), Text(), sourced=True),
        Field("reviewed_by", (_TABLE, "reviewed_by"), Text(), place=1),
        Field("reviewed_on", (_TABLE, "reviewed_on"), Day(), place=1, width=14),
        Field("next_review", (_TABLE, "next_review"), Day(), place=1, width=14),
        Field("source_of_data", (_TABLE, "source_of_data"), Text(), sourced=True, width=26),
        Field("automated_decisions", (_TABLE, "automated_decisions"), Text(), sourced=True, width=26),
        Field(
            "status",
            (_TABLE, "status"),
            Choice(tuple(option_of(item) for item in _STATUSES)),
            needed=True,
        ),
        Field("started_on", (_TABLE, "started_on"), Day(), width=14),
        Field("ended_on", (_TABLE, "ended_on"), Day(), width=14),
    ),
    entries=_activities,
    check=_in_order,
)


def _bases(known: Known, language: Language) -> tuple[Entry, ...]:
    entries = []
    for item in known.folder.activities.activities:
        counts: Counter[tuple[str, str]] = Counter()
        for basis in item.legal_bases:
            entries.append(_basis(item, basis, counts[(basis.part, basis.layer)], language))
            counts[(basis.part, basis.layer)] += 1
        if not any(layer == _GDPR for _, layer in counts):
            entries.append(_basis(item, DeclaredBasis(basis=""), 0, language))
    return tuple(entries)


def _basis(item: DeclaredActivity, basis: DeclaredBasis, nth: int, language: Language) -> Entry:
    match = (("part", basis.part), ("layer", basis.layer))
    step = Step("legal_bases", match, nth, defaults=(("part", _WHOLE), ("layer", _GDPR)))
    stated = ", ".join(basis.statements)
    return Entry(
        id=key_of(item.id, basis.part, basis.layer, str(nth)),
        shown=(item.name, language.value(basis.part), language.value(basis.layer), stated),
        values={name: said(getattr(basis, name)) for name in ("basis", "law", "interest_text", "assessment_id")},
        places=(Place(FILE, (Step("activities", (("id", item.id),)), step), removable=not basis.statements),),
    )


LEGAL_BASES = EditSheet(
    name="Legal bases",
    context=(
        ("legal_bases", "activity_id"), ("legal_bases", "part"), ("legal_bases", "layer"),
        ("legal_bases", "statement_id"),
    ),
    fields=(
        Field("basis", ("legal_bases", "basis"), Basis(), lead=True, width=28),
        Field("law", ("legal_bases", "law"), Text(), width=30),
        Field("interest_text", ("legal_bases", "interest_text"), Text(), width=40),
        Field("assessment_id", ("legal_bases", "assessment_id"), Text(), unknown=""),
    ),
    entries=_bases,
)  # fmt: skip


def _standing(known: Known, language: Language) -> tuple[Entry, ...]:
    answers = {answer.item: answer for answer in known.folder.activities.standing}
    rows = {row.activity_id: row for row in known.tables.rows(ProcessingActivity)}
    entries = []
    for item in known.taxonomy.standing_list:
        answer = answers.get(item.key)
        row = rows.get(f"standing.{item.key}")
        label = item.label.lt if language.code == "lt" else item.label.en
        now = language.term(row.status) if row else _answered_by(known, answer, item.purposes)
        stated = answer is not None and bool(answer.statements)
        entries.append(
            Entry(
                id=item.key,
                shown=(label, item.question, now),
                values={
                    "exists": answer.exists if answer else None,
                    "activity": said(answer.activity) if answer else None,
                },
                places=(Place(FILE, (Step("standing", (("item", item.key),)),), removable=not stated),),
            )
        )
    return tuple(entries)


def _answered_by(known: Known, answer: StandingAnswer | None, purposes: tuple[str, ...]) -> str:
    """The activities that an item is answered by."""
    if answer is not None and answer.activity:
        return known.activity(answer.activity)
    covering = [item.name for item in known.folder.activities.activities if set(item.covers) & set(purposes)]
    return "; ".join(covering)


def activity_choice(known: Known) -> Choice:
    """One of the controller's activities."""
    return Choice(
        tuple(
            Option(item.id, tuple((code, item.name) for code in LANGUAGES))
            for item in known.folder.activities.activities
        )
    )


def _standing_kinds(known: Known) -> Mapping[str, Kind]:
    return {"activity": activity_choice(known)}


STANDING = EditSheet(
    name="Standing list",
    context=(("", "item"), ("", "question"), ("", "status_now")),
    fields=(
        Field("exists", ("", "exists"), YES_NO, lead=True, width=16),
        Field("activity", ("", "covered_by"), Text(), unknown="", width=30),
    ),
    entries=_standing,
    options=_standing_kinds,
)
