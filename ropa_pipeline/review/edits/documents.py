"""Findings, the controller's own facts and parties, measures and linked documents (Art. 24, 26, 27, 30, 32, 35, 37).

Belongs here: the sheets about what a person answers for beside the processing itself. Does not belong here:
activities, recipients, retention (files of those names).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from ropa_pipeline.model.controller import DeclaredParty
from ropa_pipeline.model.decisions import LinkedAssessment
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import Applicability, Capacity, FindingStatus, Severity
from ropa_pipeline.publish.language import LANGUAGES, Language
from ropa_pipeline.review.cells import Choice, Day, Option, Text, Value, option_of
from ropa_pipeline.review.edits.activities import FILE as ACTIVITIES_FILE
from ropa_pipeline.review.edits.model import EditSheet, Entry, Fault, Field, Known, Place, Step, key_of, said
from ropa_pipeline.review.edits.recipients import FILE

CONTROLLER_FILE = "controller.yaml"
_YEAR = timedelta(days=366)
_SEVERITIES = tuple(Severity)


def _findings(known: Known, language: Language) -> tuple[Entry, ...]:
    """What is open or accepted, the most severe first; what a record cannot be trusted for is never accepted."""
    accepted = {item.finding_id: item for item in known.folder.decisions.acceptances}
    assigned = {item.finding_id: item for item in known.folder.decisions.assignments}
    rows = [row for row in known.tables.rows(Finding) if row.status is not FindingStatus.RESOLVED]
    entries = []
    for row in sorted(rows, key=lambda row: (_SEVERITIES.index(row.severity), row.finding_id)):
        acceptance, assignment = accepted.get(row.finding_id), assigned.get(row.finding_id)
        match = (("finding_id", row.finding_id),)
        why = "the record cannot be trusted while this stands, so it cannot be accepted; remove the cause"
        entries.append(
            Entry(
                id=row.finding_id,
                shown=(language.term(row.severity), row.subject, row.message, row.remedy, language.term(row.status)),
                values={
                    "until": acceptance.until if acceptance else None,
                    "owner": said(assignment.owner) if assignment else None,
                    "due_on": assignment.due_on if assignment else None,
                },
                places=(
                    Place(FILE, (Step("acceptances", match),), removable=True),
                    Place(FILE, (Step("assignments", match),), removable=True),
                ),
                locked={"until": why} if row.blocks else {},
            )
        )
    return tuple(entries)


def _acceptance(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    until, before = values["until"], entry.values["until"]
    if until == before or not isinstance(until, date):
        return ()
    if until <= on:
        return (("until", "an acceptance ends on a day to come; write a later day"),)
    if until - on > _YEAR:
        return (("until", "a finding is accepted for at most a year; write an earlier day"),)
    return ()


FINDINGS = EditSheet(
    name="Findings",
    context=tuple(("findings", name) for name in ("severity", "subject", "message", "remedy", "status")),
    fields=(
        Field("until", ("findings", "accepted_until"), Day(), unknown="", width=16),
        Field("owner", ("findings", "owner"), Text(), place=1, unknown="", width=20),
        Field("due_on", ("findings", "due_on"), Day(), place=1, unknown="", width=14),
    ),
    entries=_findings,
    check=_acceptance,
)
CONTROLLER_FACTS = (
    "name", "company_code", "address", "email", "phone", "website", "country", "supervisory_authority",
    "art30_5_assessment",
)  # fmt: skip


def _controller(known: Known, language: Language) -> tuple[Entry, ...]:
    entries = []
    for name in CONTROLLER_FACTS:
        fact = getattr(known.folder.facts, name)
        stated = fact.statements if fact else ()
        removable = name != "name" and not stated
        entries.append(
            Entry(
                id=name,
                shown=(language.heading("controllers", name), ", ".join(stated)),
                values={"value": said(fact.value) if fact else None},
                places=(Place(CONTROLLER_FILE, (Step(name),), removable=removable),),
            )
        )
    return tuple(entries)


CONTROLLER = EditSheet(
    name="Controller",
    context=(("", "fact"), ("legal_bases", "statement_id")),
    fields=(Field("value", ("", "fact_value"), Text(contact=True), lead=True, width=50),),
    entries=_controller,
)
_PARTY = ("applicability", "name", "address", "email", "phone", "arrangement", "reason")


def _parties(known: Known, language: Language) -> tuple[Entry, ...]:
    """Every capacity of Art. 30(1)(a), also those that nobody has answered for."""
    declared = list(known.folder.facts.parties)
    there = {party.capacity for party in declared}
    declared += [
        DeclaredParty(capacity=capacity, applicability=Applicability.NOT_STATED)
        for capacity in Capacity
        if capacity not in there
    ]
    counts: Counter[Capacity] = Counter()
    entries = []
    for party in declared:
        nth = counts[party.capacity]
        counts[party.capacity] += 1
        step = Step("parties", (("capacity", party.capacity.value),), nth)
        if party.capacity is Capacity.CONTROLLER and party.capacity not in there:
            continue  # the controller's own facts have their sheet
        entries.append(
            Entry(
                id=key_of(party.capacity.value, str(nth)),
                shown=(language.term(party.capacity), ", ".join(party.statements)),
                values={name: said(getattr(party, name)) for name in _PARTY},
                places=(Place(CONTROLLER_FILE, (step,)),),
            )
        )
    return tuple(entries)


PARTIES = EditSheet(
    name="Parties",
    context=(("parties", "capacity"), ("legal_bases", "statement_id")),
    fields=(
        Field(
            "applicability",
            ("parties", "applicability"),
            Choice(tuple(option_of(item) for item in (Applicability.APPLIES, Applicability.NOT_APPLICABLE))),
            empty_as=Applicability.NOT_STATED.value,
            width=26,
        ),
        *(
            Field(name, ("parties", name), Text(contact=True), width=26)
            for name in ("name", "address", "email", "phone", "arrangement")
        ),
        Field("reason", ("parties", "reason"), Text(), width=44),
    ),
    entries=_parties,
)


def _measures(known: Known, language: Language) -> tuple[Entry, ...]:
    labels = {item.key: item.label for item in known.taxonomy.measures}
    counts: Counter[str] = Counter()
    entries = []
    for item in known.folder.activities.measures:
        nth = counts[item.measure]
        counts[item.measure] += 1
        label = labels.get(item.measure)
        words = (label.lt if language.code == "lt" else label.en) if label else item.measure
        step = Step("measures", (("measure", item.measure),), nth)
        entries.append(
            Entry(
                id=key_of(item.measure, str(nth)),
                shown=(words, item.wording, ", ".join(item.statements)),
                values={"evidenced": said(item.evidenced)},
                places=(Place(ACTIVITIES_FILE, (step,)),),
            )
        )
    return tuple(entries)


MEASURES = EditSheet(
    name="Security measures",
    context=(("security_measures", "measure"), ("security_measures", "wording"), ("legal_bases", "statement_id")),
    fields=(Field("evidenced", ("security_measures", "evidenced"), Text(), width=60),),
    entries=_measures,
)
_ASSESSED = ("status", "result", "document", "dated", "owner", "next_review")
_OF_CONTROLLER = ("DPIA screening", "breach register", "requests register")
_STATUSES = tuple(
    Option(key, tuple((code, item.value(key)) for code, item in LANGUAGES.items()))
    for key in ("done", "needed", "not needed")
)


def _assessments(known: Known, language: Language) -> tuple[Entry, ...]:
    """Linked documents, and rows for those a record usually has: a LIA where 6(1)(f) is relied on, the registers."""
    linked = list(known.folder.decisions.assessments)
    there = {(item.kind, item.activity) for item in linked}
    wanted = [("LIA", item.id) for item in known.folder.activities.activities
              if any("6(1)(f)" in basis.basis for basis in item.legal_bases)]  # fmt: skip
    wanted += [(kind, "") for kind in _OF_CONTROLLER]
    entries = [_assessment(known, language, item.assessment_id, item.kind, item.activity, item) for item in linked]
    for kind, activity in wanted:
        if (kind, activity) not in there:
            name = "_".join((kind.lower().replace(" ", "_"), activity)).rstrip("_")
            entries.append(_assessment(known, language, name, kind, activity, None))
    return tuple(sorted(entries, key=lambda entry: entry.id))


def _assessment(
    known: Known, language: Language, name: str, kind: str, activity: str, item: LinkedAssessment | None
) -> Entry:
    made_with = (("kind", kind), *((("activity", activity),) if activity else ()))
    step = Step("assessments", (("assessment_id", name),), made_with=made_with)
    return Entry(
        id=name,
        shown=(name, language.value(kind), known.activity(activity) if activity else ""),
        values={key: said(getattr(item, key, None)) for key in _ASSESSED},
        places=(Place(FILE, (step,), removable=True),),
    )


ASSESSMENTS = EditSheet(
    name="Assessments",
    context=tuple(("assessments", name) for name in ("assessment_id", "kind", "activity_id")),
    fields=(
        Field("status", ("assessments", "status"), Choice(_STATUSES), lead=True, unknown="", width=26),
        Field("result", ("assessments", "result"), Text(), unknown="", width=30),
        Field("document", ("assessments", "document"), Text(), unknown="", width=34),
        Field("dated", ("assessments", "dated"), Day(), unknown="", width=14),
        Field("owner", ("assessments", "owner"), Text(), unknown="", width=20),
        Field("next_review", ("assessments", "next_review"), Day(), unknown="", width=14),
    ),
    entries=_assessments,
)
