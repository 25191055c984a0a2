"""The audit file: everything, for the controller and its auditor. Marked INTERNAL.

Belongs here: which sheets it has beyond the record's, and the links from register cells to their evidence. Does
not belong here: the sheets shared with the record (``sections``, ``register_view``). An auditor who has nothing
but this file must be able to answer from it (GDPR Art. 5(2)).
"""

from collections.abc import Callable

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.finding import Coverage, Drift, Evidence, Finding, Proposal, Statement
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.inventory import ClassifiedColumn, Source, System
from ropa_pipeline.model.register import Assessment, Cookie
from ropa_pipeline.model.retention import Hold, RetentionResult, RetentionRule
from ropa_pipeline.model.tables import TABLE_BY_NAME, TABLES, Tables
from ropa_pipeline.model.terms import FindingStatus, Severity
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.inventory import inventory_sheet, recipients_sheet
from ropa_pipeline.publish.record import banner, facts_of, readme_sheet
from ropa_pipeline.publish.register_view import EVIDENCE_SHEET, RegisterView
from ropa_pipeline.publish.sections import (
    approval_sheet,
    controller_sheet,
    data_sheet,
    gaps_sheet,
    measures_sheet,
    processing_for_others_sheet,
    table_block,
    table_sheet,
    transfers_sheet,
)
from ropa_pipeline.publish.words import Words, heading, heading_of
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown

CANNOT_KNOW = (
    "Paper files, telephone calls, what people keep on their own devices, back-ups, what recipients do with data, "
    "systems nobody has named, and whether a sentence of the notice is true where no system was read. "
    "Tags of columns are readings of names, types and patterns: a person confirms them."
)

_SEVERITIES = tuple(Severity)
_FIRST_EVIDENCE_ROW = 4


def audit_book(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Book:
    """The audit file of one release as a workbook."""
    parts = AuditParts(tables, facts, snapshot)
    sheets = tuple(make(parts) for make in SHEETS)
    contents = tuple((sheet.name, sheet.about) for sheet in sheets)
    readme = readme_sheet("Audit file (INTERNAL)", parts.about, contents)
    return Book(
        title=f"Audit file: {facts.controller_name}",
        subject="GDPR Art. 5(2), 30; internal",
        banner=f"INTERNAL. {banner(facts, snapshot, tables)}",
        marking="INTERNAL: not for publication",
        created=facts.run_time,
        language=facts.language,
        keywords=f"GDPR; Art. 30; audit; snapshot {snapshot.snapshot_id}",
        sheets=(readme, *sheets),
    )


class AuditParts:
    """What the sheets of one audit file are made from."""

    def __init__(self, tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> None:
        self.tables, self.facts, self.snapshot = tables, facts, snapshot
        self.words = Words(tables, facts.labels)
        self.view = RegisterView(tables, self.words, _evidence_rows(tables))

    @property
    def about(self) -> tuple[tuple[str, str], ...]:
        open_ones = [row for row in self.tables.rows(Finding) if row.status is FindingStatus.OPEN]
        counted = [f"{sum(row.severity is level for row in open_ones)} {level}" for level in _SEVERITIES]
        return (
            (
                "What this is",
                "Everything behind the record of processing activities: the register, the processor inventory, what "
                "was found, what disagrees, what is proposed, and the evidence of every cell. Internal: the record "
                "for an authority is a file of its own.",
            ),
            (
                "How to read it",
                "Each cell holds its value. Words in [brackets] and the colour say where it comes from. The last "
                "column of the register leads to the evidence, which names table, row and column. "
                f"{NOTHING_WORDS}",
            ),
            *facts_of(self.tables, self.facts, self.snapshot),
            ("Open findings", f"{len(open_ones)}: {', '.join(counted)}"),
            ("What it cannot know", CANNOT_KNOW),
        )


NOTHING_WORDS = "NOT STATED is an open question, NOT APPLICABLE has a reason, – means that there is nothing to say."


def _controller(parts: AuditParts) -> Sheet:
    return controller_sheet(parts.tables, parts.words)


def _register(parts: AuditParts) -> Sheet:
    return Sheet("Register", "One row per processing activity (Art. 30(1)).", parts.view.blocks())


def _gaps(parts: AuditParts) -> Sheet:
    return gaps_sheet(parts.tables, parts.words, with_proposals=True)


def _data(parts: AuditParts) -> Sheet:
    return data_sheet(parts.view)


def _inventory(parts: AuditParts) -> Sheet:
    return inventory_sheet(parts.view, with_evidence=True)


def _recipients(parts: AuditParts) -> Sheet:
    return recipients_sheet(parts.view, only_others=True)


def _transfers(parts: AuditParts) -> Sheet:
    return transfers_sheet(parts.tables, parts.words)


def _retention(parts: AuditParts) -> Sheet:
    """Rule and what the rows show, side by side; below, every rule, and what is on hold."""
    words, rules = parts.words, {rule.rule_id: rule for rule in parts.tables.rows(RetentionRule)}
    fields = (
        "system", "table_name", "adherence", "reason", "rows", "oldest", "rows_within", "rows_kept_by_law",
        "rows_on_hold", "rows_undecided", "rows_overdue", "rows_without_date", "clock", "not_measured",
    )  # fmt: skip
    widest = {
        "system": 14,
        "table_name": 18,
        "adherence": 11,
        "reason": 34,
        "oldest": 11,
        "clock": 30,
        "not_measured": 20,
    }
    rows = []
    for result in parts.tables.rows(RetentionResult):
        rule = rules.get(result.rule_id)
        told, origin = parts.view.rule_line(rule) if rule else (result.rule_id, "")
        activity = words.activity(rule.activity_id) if rule and rule.activity_id else "several"
        cells = [words.shown(result, name) for name in fields]
        adherence = cells[fields.index("adherence")]
        style = {"no": "error", "yes": "observed"}.get(str(adherence.value), "warning")
        cells[fields.index("adherence")] = Shown(adherence.value, style)
        rows.append((Shown(activity, "strong"), Shown(f"{told} [{origin}]" if origin else told), *cells))
    headings = (
        Heading("Activity", widest=22),
        Heading("Rule\nArt. 30(1)(f)", widest=34),
        *(Heading(heading(RetentionResult, name), widest=widest.get(name, 11)) for name in fields),
    )
    results = Block(headings, rows, empty="No table's age was measured.")
    rule_fields = (
        "activity_id", "data_category", "period", "qualifier", "starts_at", "effect", "kind", "scope", "condition",
        "exception", "disposal", "law", "verified", "applicability", "valid_from", "valid_to", "origin",
    )  # fmt: skip
    all_rules = table_block(
        parts.tables.rows(RetentionRule), RetentionRule, words, rule_fields, title="All rules, proposed ones too"
    )
    hold_fields = tuple(name for name in table_spec(Hold).column_names if name != "hold_id")
    holds = table_block(parts.tables.rows(Hold), Hold, words, hold_fields, title="Holds")
    about = "How long data are kept, how old the rows really are, and whether the two agree."
    return Sheet("Retention", about, (results, all_rules, holds))


def _cookies(parts: AuditParts) -> Sheet:
    about = "Cookies: in the notice, in the vendor's documentation, and as seen."
    return table_sheet("Cookies", about, parts.tables.rows(Cookie), Cookie, parts.words)


def _measures(parts: AuditParts) -> Sheet:
    return measures_sheet(parts.tables, parts.words)


def _others(parts: AuditParts) -> Sheet:
    return processing_for_others_sheet(parts.tables, parts.words)


def _findings(parts: AuditParts) -> Sheet:
    fields = (
        "severity",
        "message",
        "remedy",
        "law",
        "status",
        "subject",
        "root_cause",
        "first_seen",
        "about",
        "rule_id",
    )
    widest = {"message": 52, "remedy": 40, "law": 24, "subject": 30, "root_cause": 24, "rule_id": 26}
    found = sorted(
        parts.tables.rows(Finding),
        key=lambda row: (row.status is not FindingStatus.OPEN, _SEVERITIES.index(row.severity), row.finding_id),
    )
    headings = tuple(Heading(heading(Finding, name), widest=widest.get(name, 12)) for name in fields)
    rows = []
    for row in found:
        cells = [parts.words.shown(row, name) for name in fields]
        if row.accepted_by:
            until = f" until {row.accepted_until}" if row.accepted_until else ""
            accepted = f"accepted by {row.accepted_by}{until}: {row.accepted_reason}"
            cells[fields.index("status")] = Shown(accepted, "decided")
        rows.append(tuple(cells))
    about = "What rules found: open first, most severe first. Each is about the record, compliance or the law."
    return Sheet("Findings", about, (Block(headings, rows, empty="Nothing was found."),))


def _drift(parts: AuditParts) -> Sheet:
    fields = (
        "kind", "subject", "notice_value", "record_value", "observed_value", "activity_id", "severity", "remedy",
        "first_seen",
    )  # fmt: skip
    about = "Where notice, register and reality disagree, side by side."
    return table_sheet("Drift", about, parts.tables.rows(Drift), Drift, parts.words, fields)


def _proposals(parts: AuditParts) -> Sheet:
    names = tuple(name for name in table_spec(Proposal).column_names if name != "proposal_id")
    rows = []
    for row in parts.tables.rows(Proposal):
        cells = [parts.words.shown(row, name) for name in names]
        cells[names.index("record")] = Shown(_title(row.record))
        cells[names.index("proposed_value")] = Shown(row.proposed_value, "proposed")
        rows.append(tuple(cells))
    headings = tuple(Heading(heading(Proposal, name)) for name in names)
    about = "What the tool proposes. Nothing here is part of the record until a person decides."
    return Sheet("Proposals", about, (Block(headings, rows),))


def _changes(parts: AuditParts) -> Sheet:
    """The changes since the last approval first; the whole history of changes below."""
    since = _since_approval(parts.tables)
    names = ("snapshot_id", "record", "record_id", "field", "old_value", "new_value", "act")
    headings = tuple(Heading(heading(Change, name)) for name in names)

    def rows(wanted: Callable[[Change], bool]) -> list[tuple[Shown, ...]]:
        shown = []
        for row in parts.tables.rows(Change):
            if wanted(row):
                cells = [parts.words.shown(row, name) for name in names]
                cells[1] = Shown(_title(row.record))
                shown.append(tuple(cells))
        return shown

    new = rows(lambda row: row.snapshot_id in since)
    old = rows(lambda row: row.snapshot_id not in since)
    blocks = [Block(headings, new, empty="No fact changed since the last approval (or since the first release).")]
    if old:
        blocks.append(Block(headings, old, title="Before the last approval"))
    return Sheet("Changes", "Changed cells since the last approved release; * means a whole row.", tuple(blocks))


def _evidence(parts: AuditParts) -> Sheet:
    names = table_spec(Evidence).column_names
    rows = []
    for row in parts.tables.rows(Evidence):
        seen = row.observed_at
        rows.append(
            (
                Shown(_title(row.record)),
                Shown(row.record_id),
                Shown(row.field),
                Shown(str(row.kind).replace("_", " ")),
                Shown(row.locator),
                Shown(seen, "time") if seen else Shown("–"),
                Shown(row.confidence, "decimal"),
                Shown(row.method),
            )
        )
    headings = tuple(Heading(heading(Evidence, name), widest=50) for name in names)
    return Sheet(EVIDENCE_SHEET, "One row per cell and piece of evidence.", (Block(headings, rows),))


def _coverage(parts: AuditParts) -> Sheet:
    about = "Each regulator's questions, and how far this record answers them."
    return table_sheet("Coverage", about, parts.tables.rows(Coverage), Coverage, parts.words)


def _columns(parts: AuditParts) -> Sheet:
    fields = (
        "system", "source_id", "table_name", "column_name", "data_category", "data_subject", "identifiability",
        "special_category", "confidence", "origin", "explanation", "rule", "activities",
    )  # fmt: skip
    about = "Every column that was seen or is documented, and what it holds."
    return table_sheet("Columns", about, parts.tables.rows(ClassifiedColumn), ClassifiedColumn, parts.words, fields)


def _systems(parts: AuditParts) -> Sheet:
    fields = (
        "name", "operator_recipient_id", "location", "depth", "reason", "data_as_of", "last_good", "stale", "origin",
    )  # fmt: skip
    sources = table_block(parts.tables.rows(Source), Source, parts.words, title="Sources")
    systems = table_block(parts.tables.rows(System), System, parts.words, fields)
    return Sheet("Systems read and not read", "How deeply each system was read, and why no deeper.", (systems, sources))


def _assessments(parts: AuditParts) -> Sheet:
    fields = tuple(name for name in table_spec(Assessment).column_names if name != "assessment_id")
    about = "Linked documents: interest assessments, impact assessments, transfer assessments, registers."
    return table_sheet("Assessments", about, parts.tables.rows(Assessment), Assessment, parts.words, fields)


def _notice(parts: AuditParts) -> Sheet:
    held = (
        "Statements of the privacy notice in our own words, with section and lines. "
        + ("Its text was supplied for this run" if parts.facts.notice_supplied else "Its text was not supplied")
        + " and is not held in this file."
    )
    rows = sorted(parts.tables.rows(Statement), key=lambda row: (row.line_from or 0, row.statement_id))
    fields = ("line_from", "line_to", "section", "kind", "subject", "value", "confidence", "statement_id")
    return table_sheet("Notice as read", held, rows, Statement, parts.words, fields)


def _approvals(parts: AuditParts) -> Sheet:
    return approval_sheet(parts.tables, parts.words, "Approvals")


def _glossary(parts: AuditParts) -> Sheet:
    """Every term with a fixed choice, every key with its word, every published column with its meaning."""
    choices: dict[str, tuple[str, ...]] = {}
    for spec in TABLES:
        for column in spec.columns:
            if column.terms:
                choices.setdefault(f"{heading_of(column).split(chr(10))[0]} ({spec.title})", column.terms)
    terms = [
        (Shown(name, "strong"), Shown(", ".join(item.replace("_", " ") for item in values)), Shown("–"), Shown("–"))
        for name, values in choices.items()
    ]
    keys = [
        (Shown(word, "strong"), Shown(key), Shown("–"), Shown("–")) for key, word in sorted(parts.facts.labels.items())
    ]
    columns = [
        (
            Shown(spec.title, "strong"),
            Shown(f"{spec.name}.{column.name}"),
            Shown(column.description),
            Shown(column.article or "–"),
        )
        for spec in TABLES
        for column in spec.columns
    ]
    return Sheet(
        "Glossary and dictionary",
        "What the words, keys and columns mean.",
        (
            Block(
                (
                    Heading("Table", widest=36),
                    Heading("Column in the database", widest=60),
                    Heading("Meaning", widest=80),
                    Heading("GDPR Art."),
                ),
                columns,
            ),
            Block((Heading("Term"), Heading("Possible values"), Heading(" "), Heading(" ")), terms, title="Terms"),
            Block((Heading("Word"), Heading("Key"), Heading(" "), Heading(" ")), keys, title="Keys and their words"),
        ),
    )  # fmt: skip


SHEETS: tuple[Callable[[AuditParts], Sheet], ...] = (
    _controller,
    _register,
    _gaps,
    _data,
    _inventory,
    _recipients,
    _transfers,
    _retention,
    _cookies,
    _measures,
    _others,
    _findings,
    _drift,
    _proposals,
    _changes,
    _evidence,
    _coverage,
    _columns,
    _systems,
    _assessments,
    _notice,
    _approvals,
    _glossary,
)


def _evidence_rows(tables: Tables) -> dict[tuple[str, str], tuple[int, int]]:
    """Where the evidence about each row begins and ends on its sheet; it is sorted, so it stands together."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for place, row in enumerate(tables.rows(Evidence), start=_FIRST_EVIDENCE_ROW):
        first, _ = found.get((row.record, row.record_id), (place, place))
        found[(row.record, row.record_id)] = (first, place)
    return found


def _title(table: str) -> str:
    spec = TABLE_BY_NAME.get(table)
    return spec.title if spec else table


def _since_approval(tables: Tables) -> frozenset[str]:
    """Snapshots after the last approved one; all of them where none was approved."""
    ordered = sorted(tables.rows(Snapshot), key=lambda row: (row.created_at is None, row.created_at, row.row_id))
    approved = [place for place, row in enumerate(ordered) if row.approved_by]
    return frozenset(row.snapshot_id for row in ordered[(approved[-1] + 1 if approved else 0) :])
