"""Sheets that the record and the audit file share.

Belongs here: controller and parties, data by activity, transfers, retention rules, measures, processing for others,
what is not answered, approval. Does not belong here: the register sheet (``register_view``), recipients
(``inventory``) and which workbook holds what (``record``, ``audit``). Only facts are read, so that the record of any
past snapshot can be written again from the history (GDPR Art. 30(4)).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, ColumnKind, Row, table_spec
from ropa_pipeline.model.finding import Evidence, Proposal
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import (
    Contract,
    Controller,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ActivityStatus, EvidenceKind, Origin, ProposalStatus
from ropa_pipeline.publish.audit_proof import Proof
from ropa_pipeline.publish.register_view import RegisterView, parts
from ropa_pipeline.publish.words import NOTHING, Words
from ropa_pipeline.publish.workbook import Block, Sheet, Shown


def table_block(
    rows: Iterable[Row],
    row_class: type[Row],
    words: Words,
    fields: Sequence[str] = (),
    title: str = "",
    empty: str = "",
    proof: Proof | None = None,
) -> Block:
    """One row per row of a table: all its columns, or ``fields``, in order; with ``proof`` a link to the evidence."""
    names = tuple(fields) or table_spec(row_class).column_names
    headings = [words.heading(row_class, name) for name in names]
    shown = [tuple(words.shown(row, name) for name in names) for row in rows]
    if proof is not None:
        headings.append(proof.heading())
        shown = [(*cells, proof.cell([row])) for cells, row in zip(shown, rows, strict=True)]
    return Block(tuple(headings), shown, title=title, empty=empty or words.language.phrase("nothing"))


def controller_sheet(view: RegisterView) -> Sheet:
    """The controller as field and value; below, each capacity of Art. 30(1)(a), also those that do not apply."""
    words, language, proof = view.words, view.language, view.proof
    rows = []
    for controller in view.tables.rows(Controller):
        for column in table_spec(Controller).columns:
            if column.name == "controller_id":
                continue
            cells = [
                Shown(language.heading(Controller.TABLE, column.name), "strong"),
                words.shown(controller, column.name),
                Shown(language.article(column.article) if column.article else NOTHING, "quiet"),
            ]
            if proof:
                cells.append(proof.cell([controller], (column.name,)))
            rows.append(tuple(cells))
    fields = (
        "capacity", "name", "applicability", "reason", "address", "email", "phone", "arrangement", "decided_by",
        "origin",
    )  # fmt: skip
    parties = table_block(view.tables.rows(Party), Party, words, fields, title=language.phrase("parties"), proof=proof)
    headings = [words.said("field", widest=30), words.said("value", widest=60), words.said("provision")]
    if proof:
        headings.append(proof.heading())
    return Sheet(
        language.sheet("Controller"), language.phrase("about controller"), (Block(tuple(headings), rows), parties)
    )


def data_sheet(view: RegisterView) -> Sheet:
    """One row per activity, data subject and data category, with who gets it and how long it is kept."""
    words, rows, say = view.words, [], view.language.phrase
    for activity_id in words.in_order(view.data, words.activity):
        for row in words.in_order(
            view.data[activity_id], lambda item: f"{words.key(item.data_subject)}\0{words.key(item.data_category)}"
        ):
            concerned = [
                item
                for item in view.disclosures.get(activity_id, [])
                if item.data_category == row.data_category and item.data_subject == row.data_subject
            ]
            rules = [rule for rule in view.rules.get(activity_id, []) if concerns(rule, row.data_category)]
            cells = [
                Shown(words.activity(activity_id), "strong"),
                words.shown(row, "data_subject"),
                words.shown(row, "data_category"),
                words.marked(view.recipients_of(concerned), otherwise=say("no recipient for category")),
                words.marked(map(view.rule_line, rules)),
                Shown("\n".join(words.system(item) for item in row.systems) or NOTHING),
                words.origin(row),
            ]
            rows.append((*cells, view.proof.cell([row])) if view.proof else tuple(cells))
    headings = [
        words.said("activity", widest=30),
        words.said("data subject", "30(1)(c)"),
        words.said("data category", "30(1)(c)"),
        words.said("recipients of category", "30(1)(d)"),
        words.said("time limit for category", "30(1)(f)", widest=50),
        words.said("seen in"),
        words.said("origin"),
    ]
    if view.proof:
        headings.append(view.proof.heading())
    return Sheet(view.language.sheet("Data by activity"), say("about data"), (Block(tuple(headings), rows),))


def concerns(rule: RetentionRule, category: str) -> bool:
    """Whether a rule is about a category: the same, one above it, or all."""
    about = parts(rule.data_category)
    return not about or any(
        item in ("all", NOT_STATED) or category == item or category.startswith(item + ".") for item in about
    )


def transfers_sheet(view: RegisterView) -> Sheet:
    words = view.words
    rows = words.in_order(
        (row for row in view.tables.rows(Transfer) if row.origin is not Origin.PROPOSED),
        lambda row: f"{words.activity(row.activity_id)}\0{words.recipient(row.recipient_id)}",
    )
    block = table_block(rows, Transfer, view.words, empty=view.language.phrase("no transfer"), proof=view.proof)
    return Sheet(view.language.sheet("Transfers"), view.language.phrase("about transfers"), (block,))


def rules_sheet(view: RegisterView) -> Sheet:
    """Time limits as rules; what only informs or is proposed is no part of the record."""
    shown = {rule.rule_id: rule for rules in view.rules.values() for rule in rules}
    fields = (
        "activity_id", "data_category", "period", "qualifier", "starts_at", "scope", "condition", "exception",
        "disposal", "law", "kind", "applicability", "origin",
    )  # fmt: skip
    ordered = sorted(shown.values(), key=lambda rule: rule.rule_id)
    rows = view.words.in_order(ordered, lambda rule: view.words.one("activity_id", rule.activity_id))
    block = table_block(rows, RetentionRule, view.words, fields, empty=view.language.phrase("no rule"))
    return Sheet(view.language.sheet("Retention rules"), view.language.phrase("about rules"), (block,))


def measures_sheet(view: RegisterView) -> Sheet:
    rows = view.words.in_order(
        (row for row in view.tables.rows(SecurityMeasure) if row.origin is not Origin.PROPOSED),
        lambda row: view.words.key(row.measure),
    )
    headings = [view.words.heading(SecurityMeasure, name) for name in ("measure", "wording", "claimed_in", "evidenced")]
    headings.append(view.words.said("origin"))
    if view.proof:
        headings.append(view.proof.heading())
    shown = []
    for row in rows:
        cells = [
            view.words.shown(row, "measure"),
            *(view.words.shown(row, name) for name in ("wording", "claimed_in", "evidenced", "origin")),
        ]
        shown.append((*cells, view.proof.cell([row])) if view.proof else tuple(cells))
    empty = view.language.phrase("no measure")
    return Sheet(
        view.language.sheet("Security measures"),
        view.language.phrase("about measures"),
        (Block(tuple(headings), shown, empty=empty),),
    )


def processing_for_others_sheet(view: RegisterView) -> Sheet:
    rows = [row for row in view.tables.rows(ProcessorActivity) if row.origin is not Origin.PROPOSED]
    fields = tuple(name for name in table_spec(ProcessorActivity).column_names if name != "processor_activity_id")
    empty = view.language.phrase("no processing for others")
    block = table_block(rows, ProcessorActivity, view.words, fields, empty=empty, proof=view.proof)
    return Sheet(
        view.language.sheet("Processing for others"), view.language.phrase("about processing for others"), (block,)
    )


def approval_sheet(view: RegisterView, name: str) -> Sheet:
    """Each release, and who put it in force."""
    fields = (
        "snapshot_id", "state", "created_at", "approved_by", "approved_role", "approved_at", "in_force_from",
        "in_force_until", "signature", "content_hash", "tool_version",
        *(("open_findings", "accepted_findings", "approval_note", "pruned_on") if name == "Approvals" else ()),
    )  # fmt: skip
    rows = sorted(view.tables.rows(Snapshot), key=lambda row: (row.created_at is None, row.created_at, row.row_id))
    block = table_block(rows, Snapshot, view.words, fields)
    return Sheet(view.language.sheet(name), view.language.phrase("about approval"), (block,))


_ASKED: tuple[type[Row], ...] = (
    Controller,
    Party,
    ProcessingActivity,
    Recipient,
    Contract,
    Transfer,
    RetentionRule,
    SecurityMeasure,
)


def gaps_sheet(view: RegisterView) -> Sheet:
    """Every cell that the GDPR asks for and nobody has answered; the audit file shows proposals beside it."""
    looked, proposed = _looked_through(view.tables), _proposals_by_cell(view.tables)
    words, language, with_proposals = view.words, view.language, view.proof is not None
    rows = []
    order = {spec.TABLE: place for place, spec in enumerate(_ASKED)}
    found = words.in_order(open_cells(view.tables), lambda item: called(item[0], view))
    for row, name, article in sorted(found, key=lambda item: order[item[0].TABLE]):
        cell = (row.TABLE, row.row_id, name)
        shown = [
            Shown(language.table(row.TABLE)),
            Shown(called(row, view), "strong"),
            Shown(language.heading(row.TABLE, name)),
            Shown(language.article(article)),
            words.text(NOT_STATED),
            Shown("\n".join(looked.get(cell, ())) or NOTHING),
        ]
        if with_proposals:
            shown.append(words.marked(((item, "proposed") for item in proposed.get(cell, ())), otherwise=NOTHING))
        rows.append(tuple(shown))
    headings = [
        words.said("part"),
        words.said("of what"),
        words.said("what is missing"),
        words.said("provision"),
        words.said("value"),
        words.said("looked through", widest=50),
    ]
    if with_proposals:
        headings.append(words.said("proposed, to be decided", widest=50))
    block = Block(tuple(headings), rows, empty=language.phrase("all answered"))
    return Sheet(language.sheet("Not yet answered"), language.phrase("about gaps"), (block,))


def open_cells(tables: Tables) -> list[tuple[Row, str, str]]:
    """Row, column and provision of every cell that the GDPR asks for and nobody has answered."""
    found = []
    for row_class in _ASKED:
        for row in tables.rows(row_class):
            status = getattr(row, "status", None)
            if getattr(row, "origin", None) is Origin.PROPOSED or status is ActivityStatus.DOES_NOT_EXIST:
                continue
            if isinstance(row, RetentionRule) and row.origin is Origin.DOCUMENTED and not row.activity_id:
                continue  # a law or a guide that gives no number is no answer that the controller owes
            whole = status is ActivityStatus.NOT_YET_ANSWERED
            for column in table_spec(row_class).columns:
                if not column.article or column.kind is not ColumnKind.FACT:
                    continue
                if _is_open(getattr(row, column.name)) and not (whole and column.name != "purpose"):
                    found.append((row, column.name, column.article))
    return found


def _is_open(value: object) -> bool:
    return value is None or value == NOT_STATED_LIST or (isinstance(value, str) and value == NOT_STATED)


def called(row: Row, view: RegisterView) -> str:
    """What a row is called by people."""
    words, language = view.words, view.language
    if isinstance(row, ProcessingActivity):
        return words.activity(row.activity_id)
    if isinstance(row, Controller):
        return row.name
    if isinstance(row, Recipient):
        return row.brand
    if isinstance(row, Party):
        return language.term(row.capacity)
    if isinstance(row, Transfer):
        where = language.country(row.country)
        return f"{words.recipient(row.recipient_id)}, {where}; {words.activity(row.activity_id)}"
    if isinstance(row, Contract):
        return words.recipient(row.recipient_id)
    if isinstance(row, RetentionRule):
        what = ", ".join(words.key(item) for item in parts(row.data_category)) or row.scope
        whose = words.one("activity_id", row.activity_id) if row.activity_id else row.rule_id
        return f"{whose}: {what}, {language.period(row.period)}"
    return words.key(str(getattr(row, "measure", row.row_id)))


def _looked_through(tables: Tables) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in tables.rows(Evidence):
        if row.kind is EvidenceKind.NOT_STATED:
            found[(row.record, row.record_id, row.field)].append(row.locator)
    return found


def _proposals_by_cell(tables: Tables) -> dict[tuple[str, str, str], list[str]]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in tables.rows(Proposal):
        if row.status is ProposalStatus.OPEN:
            found[(row.record, row.record_id, row.field)].append(row.proposed_value)
    return found
