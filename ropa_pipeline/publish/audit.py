"""The audit file: everything, for the controller and its auditor. Marked INTERNAL.

Belongs here: which sheets it has, in which order, and what its first sheet says. Does not belong here: the sheets
shared with the record (``sections``, ``inventory``, ``register_view``) and its own (``audit_judgement``,
``audit_retention``, ``audit_sources``, ``audit_glossary``). An auditor who has nothing but this file must be able to
answer from it (GDPR Art. 5(2)).
"""

from collections.abc import Callable

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, Severity
from ropa_pipeline.publish.audit_glossary import glossary_sheet
from ropa_pipeline.publish.audit_judgement import (
    changes_sheet,
    clauses_sheet,
    coverage_sheet,
    drift_sheet,
    findings_sheet,
    proposals_sheet,
)
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.audit_questions import questions_block
from ropa_pipeline.publish.audit_retention import all_rules_sheet, retention_sheet
from ropa_pipeline.publish.audit_sources import (
    assessments_sheet,
    columns_sheet,
    cookies_sheet,
    evidence_sheet,
    notice_sheet,
    systems_sheet,
)
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.inventory import inventory_sheet, recipients_sheet
from ropa_pipeline.publish.picture_sheets import flows_sheet, trends_sheet
from ropa_pipeline.publish.record import banner, facts_of, readme_sheet
from ropa_pipeline.publish.sections import (
    approval_sheet,
    controller_sheet,
    data_sheet,
    gaps_sheet,
    measures_sheet,
    processing_for_others_sheet,
    transfers_sheet,
)
from ropa_pipeline.publish.workbook import Book, Sheet


def audit_book(tables: Tables, facts: ReleaseFacts, snapshot: Snapshot) -> Book:
    """The audit file of one release as a workbook. Raises UnknownLanguage."""
    parts = AuditParts(tables, facts, snapshot)
    say = parts.language.phrase
    sheets = tuple(make(parts) for make in SHEETS)
    readme = readme_sheet(
        parts.language, say("audit file internal"), _about(parts), sheets, more=(questions_block(parts),)
    )
    return Book(
        title=f"{say('audit file')}: {facts.controller_name}",
        subject=say("subject of the audit file"),
        banner=f"{say('internal')} {banner(facts, snapshot, tables)}",
        marking=say("not for publication"),
        created=facts.run_time,
        language=facts.language,
        keywords=say("keywords of the audit file", snapshot=snapshot.snapshot_id),
        sheets=(readme, *sheets),
        tables=True,
        protected=True,
    )


def _about(parts: AuditParts) -> tuple[tuple[str, str], ...]:
    say, language = parts.language.phrase, parts.language
    open_ones = [row for row in parts.tables.rows(Finding) if row.status is FindingStatus.OPEN]
    counted = [f"{language.term(level)}: {sum(row.severity is level for row in open_ones)}" for level in Severity]
    return (
        (say("what this is"), say("what the audit file is")),
        (say("how to read it"), f"{say('how to read the audit file')} {say('nothing words')}"),
        *facts_of(parts.tables, parts.facts, parts.snapshot),
        (say("open findings"), f"{len(open_ones)} ({', '.join(counted)})"),
        (say("what it cannot know"), say("cannot know")),
    )


SHEETS: tuple[Callable[[AuditParts], Sheet], ...] = (
    lambda parts: controller_sheet(parts.view),
    lambda parts: parts.view.sheet(),
    lambda parts: gaps_sheet(parts.view),
    lambda parts: data_sheet(parts.view),
    lambda parts: inventory_sheet(parts.view),
    lambda parts: recipients_sheet(parts.view, only_others=True),
    lambda parts: transfers_sheet(parts.view),
    flows_sheet,
    retention_sheet,
    all_rules_sheet,
    cookies_sheet,
    lambda parts: measures_sheet(parts.view),
    lambda parts: processing_for_others_sheet(parts.view),
    findings_sheet,
    trends_sheet,
    drift_sheet,
    clauses_sheet,
    proposals_sheet,
    changes_sheet,
    evidence_sheet,
    coverage_sheet,
    columns_sheet,
    systems_sheet,
    assessments_sheet,
    notice_sheet,
    lambda parts: approval_sheet(parts.view, "Approvals"),
    glossary_sheet,
)
