"""The record workbook: what a supervisory authority gets on request (GDPR Art. 30(1), 30(2), 30(4)).

Belongs here: which sheets the record has and what it says of itself. Does not belong here: findings, drift,
proposals and internal notes; those are in the audit file. It is built from facts alone, so that the record of any
past snapshot can be written again from the history.
"""

from zoneinfo import ZoneInfo

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import SnapshotState, SourceKind
from ropa_pipeline.publish.audit_proof import link_to
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.inventory import inventory_sheet, recipients_sheet
from ropa_pipeline.publish.language import Language, language_of
from ropa_pipeline.publish.register_view import RegisterView
from ropa_pipeline.publish.sections import (
    approval_sheet,
    controller_sheet,
    data_sheet,
    gaps_sheet,
    measures_sheet,
    processing_for_others_sheet,
    rules_sheet,
    transfers_sheet,
)
from ropa_pipeline.publish.words import NOTHING, Words
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown

_MARKS = ("stated", "observed", "documented", "decided", "several", "not_stated")
Lines = tuple[tuple[str, str], ...]


def record_book(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Book:
    """The record of one snapshot as a workbook. Raises UnknownLanguage."""
    language = language_of(facts.language)
    say = language.phrase
    view = RegisterView(tables, Words(tables, facts.labels, language, ZoneInfo(facts.timezone)))
    sheets = (
        controller_sheet(view),
        view.sheet(),
        data_sheet(view),
        recipients_sheet(view, only_others=False),
        inventory_sheet(view),
        transfers_sheet(view),
        rules_sheet(view),
        measures_sheet(view),
        processing_for_others_sheet(view),
        gaps_sheet(view),
        approval_sheet(view, "Approval"),
    )
    lines = (
        (say("what this is"), say("what the record is")),
        (say("how to read it"), say("how to read the record")),
        *facts_of(tables, facts, snapshot),
    )
    title = say("record of processing activities")
    return Book(
        title=f"{title}: {facts.controller_name}",
        subject=say("subject of the record"),
        banner=banner(facts, snapshot, tables),
        marking=say("for the authority"),
        created=facts.run_time,
        language=facts.language,
        keywords=say("keywords", snapshot=snapshot.snapshot_id),
        sheets=(readme_sheet(language, title, lines, sheets), *sheets),
        tables=True,
    )


def banner(facts: ReleaseFacts, snapshot: Snapshot, tables: Tables) -> str:
    """The line on every sheet: whose, as of when, draft or approved, samples or not."""
    language = language_of(facts.language)
    sample = f" {language.phrase('sample banner')}" if facts.built_on_samples or _sampled(tables) else ""
    as_of = language.phrase("as of", day=language.date(facts.as_of))
    return f"{facts.controller_name}, {as_of}. {state_of(snapshot, language)}{sample}"


def state_of(snapshot: Snapshot, language: Language) -> str:
    """``DRAFT`` until somebody approved it."""
    say = language.phrase
    if snapshot.approved_by:
        role = f" ({snapshot.approved_role})" if snapshot.approved_role else ""
        until = f" {say('until')} {language.date(snapshot.in_force_until)}" if snapshot.in_force_until else ""
        begins = language.date(snapshot.in_force_from) if snapshot.in_force_from else language.mark("NOT STATED")
        return say("approved by", who=f"{snapshot.approved_by}{role}", since=f"{begins}{until}")
    return say("draft superseded" if snapshot.state is SnapshotState.SUPERSEDED else "draft not approved")


def facts_of(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Lines:
    """What both workbooks say of themselves on their first sheet."""
    language = language_of(facts.language)
    say = language.phrase
    words = Words(tables, facts.labels, language, ZoneInfo(facts.timezone))
    created = snapshot.created_at
    lines = [
        (language.sheet("Controller"), facts.controller_name),
        (say("as of date"), say("date in zone", day=language.date(facts.as_of), zone=facts.timezone)),
        (say("state"), state_of(snapshot, language)),
        (say("snapshot"), snapshot.snapshot_id),
        (say("snapshot taken"), language.date(words.time(created)) if created else NOTHING),
        (say("content hash"), f"SHA-256 {content_hash(tables)}"),
        (say("tool"), f"ropa-pipeline {facts.tool_version}"),
        (say("privacy notice"), say("notice supplied" if facts.notice_supplied else "notice not supplied")),
        (say("languages"), say("what is not translated")),
    ]
    if facts.built_on_samples or _sampled(tables):
        lines.insert(0, (say("warning"), say("built on samples")))
    return tuple(lines)


def readme_sheet(
    language: Language, title: str, lines: Lines, sheets: tuple[Sheet, ...], more: tuple[Block, ...] = ()
) -> Sheet:
    """The first sheet: what this is, ``more`` blocks, how origin is marked, and what each sheet holds."""
    say = language.phrase
    rows = [
        (Shown(name, "strong"), Shown(text, "warning" if name == say("warning") else "text")) for name, text in lines
    ]
    marks = [(Shown(say(f"mark {name}"), name), Shown(say(f"meaning {name}"))) for name in _MARKS]
    listed = [(Shown(sheet.name, "link", link_to(sheet.name)), Shown(sheet.about)) for sheet in sheets]
    blocks = (
        Block((Heading(say("about"), width=30), Heading(title, width=140)), rows),
        *more,
        Block((Heading(say("mark")), Heading(say("meaning"))), marks, title=say("marks of origin")),
        Block((Heading(say("sheet")), Heading(say("what it holds"))), listed, title=say("sheets")),
    )
    return Sheet(language.sheet("Read me"), "", blocks, filtered=False)


def _sampled(tables: Tables) -> bool:
    return any(source.kind is SourceKind.SAMPLE for source in tables.rows(Source))
