"""The record workbook: what a supervisory authority gets on request (GDPR Art. 30(1), 30(2), 30(4)).

Belongs here: which sheets the record has and what it says of itself. Does not belong here: findings, drift,
proposals and internal notes; those are in the audit file. It is built from facts alone, so that the record of any
past snapshot can be written again from the history.
"""

from datetime import UTC, datetime

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import SnapshotState, SourceKind
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.inventory import inventory_sheet, recipients_sheet
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
from ropa_pipeline.publish.words import Words
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown

ORIGIN_MARKS: tuple[tuple[str, str], ...] = (
    ("stated", "The published privacy notice says so."),
    ("observed", "Seen in a schema, in rows, in an export or as a cookie."),
    ("documented", "The vendor's own documentation says so: what is offered, not what this controller has."),
    ("decided", "A named person decided it, with date and reason."),
    ("several", "More than one origin in one cell; each line says its own."),
    ("not_stated", "NOT STATED: nobody has said it and nothing shows it. It is no statement that there is none."),
)


def record_book(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Book:
    """The record of one snapshot as a workbook."""
    words = Words(tables, facts.labels)
    view = RegisterView(tables, words)
    readme = readme_sheet(
        "Record of processing activities",
        (
            ("What this is", "The record of processing activities under Art. 30 GDPR, with the processor inventory."),
            (
                "How to read it",
                "Each cell holds its value. Words in [brackets] and the colour say where it comes from.",
            ),
            *facts_of(tables, facts, snapshot),
        ),
    )
    return Book(
        title=f"Record of processing activities: {facts.controller_name}",
        subject="GDPR Art. 30",
        banner=banner(facts, snapshot, tables),
        marking="For the supervisory authority (Art. 30(4))",
        created=facts.run_time,
        language=facts.language,
        keywords=f"GDPR; Art. 30; snapshot {snapshot.snapshot_id}",
        sheets=(
            readme,
            controller_sheet(tables, words),
            Sheet("Register", "One row per processing activity (Art. 30(1)).", view.blocks()),
            data_sheet(view),
            recipients_sheet(view, only_others=False),
            inventory_sheet(view, with_evidence=False),
            transfers_sheet(tables, words),
            rules_sheet(view),
            measures_sheet(tables, words),
            processing_for_others_sheet(tables, words),
            gaps_sheet(tables, words, with_proposals=False),
            approval_sheet(tables, words, "Approval"),
        ),
    )


def banner(facts: ReleaseFacts, snapshot: Snapshot, tables: Tables) -> str:
    """The line on every sheet: whose, as of when, draft or approved, samples or not."""
    sample = " SAMPLE DATA: not a real record." if facts.built_on_samples or _sampled(tables) else ""
    return f"{facts.controller_name}, as of {facts.as_of}. {state_of(snapshot)}{sample}"


def state_of(snapshot: Snapshot) -> str:
    """``DRAFT`` until somebody approved it."""
    if snapshot.approved_by:
        role = f" ({snapshot.approved_role})" if snapshot.approved_role else ""
        until = f" until {snapshot.in_force_until}" if snapshot.in_force_until else ""
        return f"APPROVED by {snapshot.approved_by}{role}, in force from {snapshot.in_force_from}{until}."
    if snapshot.state is SnapshotState.SUPERSEDED:
        return "DRAFT, never approved, followed by a later release."
    return "DRAFT: not yet approved by anybody."


def facts_of(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """What both workbooks say of themselves on their first sheet."""
    created = snapshot.created_at.astimezone(UTC) if isinstance(snapshot.created_at, datetime) else None
    lines = [
        ("Controller", facts.controller_name),
        ("As of", f"{facts.as_of} (time zone {facts.timezone})"),
        ("State", state_of(snapshot)),
        ("Snapshot", snapshot.snapshot_id),
        ("Snapshot taken", f"{created:%Y-%m-%d %H:%M} UTC" if created else "–"),
        ("Content hash", f"SHA-256 {content_hash(tables)}"),
        ("Tool", f"ropa-pipeline {facts.tool_version}"),
        ("Privacy notice", "Its text was supplied and read." if facts.notice_supplied else "Notice text not supplied; "
         "the statements recorded earlier stand."),
    ]  # fmt: skip
    if facts.built_on_samples or _sampled(tables):
        lines.insert(
            0, ("Warning", "Built on SAMPLE DATA that this tool generated. It is no record of a real controller.")
        )
    return tuple(lines)


def readme_sheet(title: str, lines: tuple[tuple[str, str], ...], contents: tuple[tuple[str, str], ...] = ()) -> Sheet:
    """The first sheet: what this is, then how origin is marked, then optionally what each sheet holds."""
    rows = [(Shown(name, "strong"), Shown(text, "warning" if name == "Warning" else "text")) for name, text in lines]
    marks = [(Shown(name.replace("_", " "), name), Shown(meaning)) for name, meaning in ORIGIN_MARKS]
    wide = (Heading("About", width=26), Heading(title, width=110))
    blocks = [Block(wide, rows), Block((Heading("Mark"), Heading("Meaning")), marks, title="Marks of origin")]
    if contents:
        listed = [(Shown(name, "link", f"'{name}'!A1"), Shown(what)) for name, what in contents]
        blocks.append(Block((Heading("Sheet"), Heading("What it holds")), listed, title="Sheets"))
    return Sheet("Read me", "", tuple(blocks))


def _sampled(tables: Tables) -> bool:
    return any(source.kind is SourceKind.SAMPLE for source in tables.rows(Source))
