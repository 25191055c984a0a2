"""Sheets of the audit file about what was read: evidence, columns, systems, cookies, documents, the notice.

Belongs here: the ground that the register stands on (GDPR Art. 5(2)). Does not belong here: judgements about it
(``audit_judgement``) and where the links to the evidence lead (``audit_proof``).
"""

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.finding import Evidence, Statement
from ropa_pipeline.model.inventory import ClassifiedColumn, Source, System
from ropa_pipeline.model.register import Assessment, Controller, Cookie
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.audit_proof import EVIDENCE_SHEET
from ropa_pipeline.publish.sections import table_block
from ropa_pipeline.publish.words import NOTHING
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown


def evidence_sheet(parts: AuditParts) -> Sheet:
    """One row per cell and piece of evidence, in the order that ``audit_proof`` counts them."""
    words, language = parts.words, parts.language
    tables = {name: Shown(language.table(name)) for name in {row.record for row in parts.tables.rows(Evidence)}}
    kinds = {kind: Shown(language.term(kind)) for kind in {row.kind for row in parts.tables.rows(Evidence)}}
    methods = {text: Shown(language.value(text)) for text in {row.method for row in parts.tables.rows(Evidence)}}
    cells = {(row.record, row.field) for row in parts.tables.rows(Evidence)}
    fields = {(table, name): Shown(parts.field(table, name)) for table, name in cells}
    sure = {value: Shown(value, "decimal") for value in {row.confidence for row in parts.tables.rows(Evidence)}}
    moments = {row.observed_at for row in parts.tables.rows(Evidence)}
    times = {value: Shown(words.time(value), "time") if value else Shown(NOTHING) for value in moments}
    rows = [
        (
            tables[row.record],
            Shown(row.record_id),
            fields[row.record, row.field],
            kinds[row.kind],
            Shown(row.locator),
            times[row.observed_at],
            sure[row.confidence],
            methods[row.method],
        )
        for row in parts.tables.rows(Evidence)
    ]
    headings = tuple(words.heading(Evidence, name, widest=50) for name in table_spec(Evidence).column_names)
    block = Block(headings, rows, empty=language.phrase("nothing"))
    return Sheet(language.sheet(EVIDENCE_SHEET), language.phrase("about evidence"), (block,))


def columns_sheet(parts: AuditParts) -> Sheet:
    fields = (
        "system", "source_id", "table_name", "column_name", "data_category", "data_subject", "identifiability",
        "special_category", "confidence", "origin", "explanation", "rule", "activities",
    )  # fmt: skip
    block = table_block(parts.tables.rows(ClassifiedColumn), ClassifiedColumn, parts.words, fields)
    return Sheet(parts.language.sheet("Columns"), parts.language.phrase("about columns"), (block,), frozen_columns=4)


def systems_sheet(parts: AuditParts) -> Sheet:
    """How deeply each system was read, and why no deeper; below, its sources."""
    fields = (
        "name", "operator_recipient_id", "location", "depth", "reason", "data_as_of", "last_good", "stale", "origin",
    )  # fmt: skip
    systems = table_block(parts.tables.rows(System), System, parts.words, fields)
    sources = table_block(parts.tables.rows(Source), Source, parts.words, title=parts.language.sheet("Sources"))
    name = parts.language.sheet("Systems read and not read")
    return Sheet(name, parts.language.phrase("about systems"), (systems, sources))


def cookies_sheet(parts: AuditParts) -> Sheet:
    block = table_block(
        parts.tables.rows(Cookie), Cookie, parts.words, empty=parts.language.phrase("no cookie"), proof=parts.proof
    )
    return Sheet(parts.language.sheet("Cookies"), parts.language.phrase("about cookies"), (block,))


def assessments_sheet(parts: AuditParts) -> Sheet:
    fields = tuple(name for name in table_spec(Assessment).column_names if name != "assessment_id")
    empty = parts.language.phrase("no assessment")
    block = table_block(parts.tables.rows(Assessment), Assessment, parts.words, fields, empty=empty)
    return Sheet(parts.language.sheet("Assessments"), parts.language.phrase("about assessments"), (block,))


def notice_sheet(parts: AuditParts) -> Sheet:
    """Which text was read (address, date, SHA-256), what it says, and its lines where the text was supplied."""
    words, language, say = parts.words, parts.language, parts.language.phrase
    rows = sorted(parts.tables.rows(Statement), key=lambda row: (row.line_from or 0, row.statement_id))
    fields = ("section", "value", "subject", "kind", "line_from", "line_to", "confidence", "statement_id")
    statements = table_block(rows, Statement, words, fields, title=say("statements"), empty=say("no statement"))
    blocks = [_notice_facts(parts), statements]
    notice = parts.facts.notice
    if notice is not None and notice.text:
        width = len(str(len(notice.text)))
        lines = [
            (Shown(f"{number:0{width}}", "quiet"), Shown(line or NOTHING))
            for number, line in enumerate(notice.text, start=1)
        ]
        headings = (Heading(say("line")), Heading(say("text of the line")))
        blocks.append(Block(headings, lines, title=say("notice line by line")))
    about = say("about notice held" if notice is not None and notice.text else "about notice not held")
    return Sheet(language.sheet("Notice as read"), about, tuple(blocks))


def _notice_facts(parts: AuditParts) -> Block:
    words, language, say = parts.words, parts.language, parts.language.phrase
    notice = parts.facts.notice
    dated = next((row.notice_date for row in parts.tables.rows(Controller)), None)
    told = [
        (say("notice address"), (notice.address if notice else "")),
        (say("notice date"), language.date(dated) if dated else ""),
        (say("notice language"), (notice.language if notice else "")),
        ("SHA-256", notice.sha256 if notice else ""),
        (say("notice lines"), language.number(notice.lines) if notice else ""),
        (say("notice text"), say(_state(parts))),
    ]
    rows = [(Shown(name, "strong"), words.text(value)) for name, value in told]
    return Block((words.said("field"), words.said("value", widest=60)), rows)


def _state(parts: AuditParts) -> str:
    notice = parts.facts.notice
    if notice is None or not parts.facts.notice_supplied:
        return "notice text not held"
    return "notice text as recorded" if notice.as_recorded else "notice text differs"
