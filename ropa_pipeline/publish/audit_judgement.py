"""Sheets of the audit file that judge: findings, drift, proposals, changes, coverage (GDPR Art. 5(2), 24(1)).

Belongs here: how judgements are shown, most pressing first. Does not belong here: judging (``ropa_pipeline.policy``).
Messages of findings are written by the rules, in English; the sheet says so where the workbook is in another language.
"""

from collections.abc import Iterable

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.finding import Coverage, Drift, Finding, Proposal, SuggestedClause
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, Severity
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.change_words import sentences
from ropa_pipeline.publish.sections import table_block
from ropa_pipeline.publish.workbook import Block, Sheet, Shown

_SEVERITIES = tuple(Severity)
_FINDING_FIELDS: tuple[tuple[str, int], ...] = (
    ("severity", 12), ("message", 52), ("remedy", 40), ("law", 24), ("law_condition", 26), ("law_source", 26),
    ("law_verified", 12), ("confirmed_by", 16), ("status", 16), ("subject", 28), ("found_in", 30),
    ("root_cause", 20), ("owner", 14), ("due_on", 12), ("first_seen", 13), ("about", 12), ("rule_id", 22),
)  # fmt: skip
_DRIFT_FIELDS: tuple[tuple[str, int], ...] = (
    ("severity", 12), ("kind", 20), ("subject", 24), ("notice_value", 28), ("record_value", 28),
    ("observed_value", 28), ("activity_id", 22), ("remedy", 34), ("first_seen", 13), ("notice_evidence", 24),
    ("record_evidence", 24), ("observed_evidence", 24),
)  # fmt: skip


def findings_sheet(parts: AuditParts) -> Sheet:
    words, language = parts.words, parts.language
    found = sorted(
        parts.tables.rows(Finding),
        key=lambda row: (row.status is not FindingStatus.OPEN, _SEVERITIES.index(row.severity), row.finding_id),
    )
    names = [name for name, _ in _FINDING_FIELDS]
    rows = []
    for row in found:
        cells = [words.shown(row, name) for name in names]
        if row.accepted_by:
            until = f" {language.phrase('until')} {language.date(row.accepted_until)}" if row.accepted_until else ""
            told = language.phrase("accepted by", who=f"{row.accepted_by}{until}", reason=row.accepted_reason)
            cells[names.index("status")] = Shown(told, "decided")
        rows.append(tuple(cells))
    headings = tuple(words.heading(Finding, name, widest=widest) for name, widest in _FINDING_FIELDS)
    block = Block(headings, rows, empty=language.phrase("nothing found"))
    return Sheet(language.sheet("Findings"), _with_note(parts, "about findings"), (block,))


def drift_sheet(parts: AuditParts) -> Sheet:
    """Notice, register and reality side by side; the most severe first."""
    words, language = parts.words, parts.language
    rows = sorted(parts.tables.rows(Drift), key=lambda row: (_SEVERITIES.index(row.severity), row.drift_id))
    shown = [tuple(words.shown(row, name) for name, _ in _DRIFT_FIELDS) for row in rows]
    headings = tuple(words.heading(Drift, name, widest=widest) for name, widest in _DRIFT_FIELDS)
    block = Block(headings, shown, empty=language.phrase("no drift"))
    return Sheet(language.sheet("Drift"), _with_note(parts, "about drift"), (block,))


def clauses_sheet(parts: AuditParts) -> Sheet:
    """Wording that findings and drift suggest for the notice."""
    empty = parts.language.phrase("no clause")
    block = table_block(parts.tables.rows(SuggestedClause), SuggestedClause, parts.words, empty=empty)
    return Sheet(parts.language.sheet("Suggested text"), parts.language.phrase("about clauses"), (block,))


def proposals_sheet(parts: AuditParts) -> Sheet:
    names = tuple(name for name in table_spec(Proposal).column_names if name != "proposal_id")
    rows = []
    for row in parts.tables.rows(Proposal):
        cells = [parts.words.shown(row, name) for name in names]
        cells[names.index("record")] = Shown(parts.language.table(row.record))
        cells[names.index("field")] = Shown(parts.field(row.record, row.field))
        cells[names.index("record_id")] = Shown(parts.words.subject(row.record_id))
        worded = parts.words.one(row.field, row.proposed_value)
        cells[names.index("proposed_value")] = Shown(parts.words.keys_in(worded), "proposed")
        rows.append(tuple(cells))
    headings = tuple(parts.words.heading(Proposal, name) for name in names)
    block = Block(headings, rows, empty=parts.language.phrase("nothing"))
    return Sheet(parts.language.sheet("Proposals"), _with_note(parts, "about proposals"), (block,))


def changes_sheet(parts: AuditParts) -> Sheet:
    """The changes since the last approval first, in words and with who must act; the earlier ones below."""
    say, new = parts.language.phrase, parts.new_changes
    known = set(new)
    old = [row for row in parts.tables.rows(Change) if row not in known]
    approved = parts.last_approved
    about = (
        say("about changes since", snapshot=approved.snapshot_id, who=approved.approved_by)
        if approved
        else say("about changes all")
    )
    blocks = [_changes(parts, new, "", say("no change since approval" if approved else "no change at all"))]
    if old:
        blocks.append(_changes(parts, old, say("changes before approval"), ""))
    return Sheet(parts.language.sheet("Changes"), about, tuple(blocks))


def _changes(parts: AuditParts, changes: Iterable[Change], title: str, empty: str) -> Block:
    words, language = parts.words, parts.language
    rows = list(changes)
    told = {
        cell: sentence
        for sentence in sentences(rows, Tables(), parts.tables, parts.facts.labels, language.code)
        for cell in sentence.cells
    }
    fields = ("snapshot_id", "act", "record_id", "old_value", "new_value")
    shown = []
    for row in rows:
        cells = {name: words.shown(row, name) for name in fields}
        shown.append(
            (
                cells["snapshot_id"],
                Shown(told[row].text, "strong"),
                Shown(told[row].who),
                cells["act"],
                Shown(language.table(row.record)),
                cells["record_id"],
                Shown(parts.field(row.record, row.field)),
                cells["old_value"],
                cells["new_value"],
            )
        )
    headings = (
        words.heading(Change, "snapshot_id", widest=24),
        words.said("what changed", widest=50),
        words.said("who must act", widest=30),
        *(words.heading(Change, name) for name in ("act", "record", "record_id", "field", "old_value", "new_value")),
    )
    return Block(headings, shown, title=title, empty=empty or language.phrase("nothing"))


def coverage_sheet(parts: AuditParts) -> Sheet:
    block = table_block(parts.tables.rows(Coverage), Coverage, parts.words)
    return Sheet(parts.language.sheet("Coverage"), _with_note(parts, "about coverage"), (block,))


def _with_note(parts: AuditParts, key: str) -> str:
    """What a sheet says about itself, and that its sentences stay in English where the workbook is not."""
    told = parts.language.phrase(key)
    return told if parts.language.code == "en" else f"{told} {parts.language.phrase('texts in english')}"
