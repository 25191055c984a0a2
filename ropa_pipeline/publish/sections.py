"""Sheets that the record and the audit file share.

Belongs here: controller and parties, data by activity, processor inventory, recipients, transfers, retention rules,
measures, processing for others, what is not answered, approval. Does not belong here: the register sheet
(``register_view``) and which workbook holds what (``record``, ``audit``). Only facts are read, so that the record
of any past snapshot can be written again from the history (GDPR Art. 30(4)).
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
from ropa_pipeline.publish.register_view import RegisterView, parts
from ropa_pipeline.publish.words import Words, country, heading, marked, origin_style, period
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown

_LOCATORS_SHOWN = 6


def table_sheet(
    name: str, about: str, rows: Iterable[Row], row_class: type[Row], words: Words, fields: Sequence[str] = ()
) -> Sheet:
    """A sheet with one row per row of a table, all its columns (or ``fields``) in order."""
    return Sheet(name, about, (table_block(rows, row_class, words, fields),))


def table_block(
    rows: Iterable[Row], row_class: type[Row], words: Words, fields: Sequence[str] = (), title: str = ""
) -> Block:
    names = tuple(fields) or table_spec(row_class).column_names
    headings = tuple(Heading(heading(row_class, name)) for name in names)
    return Block(headings, [tuple(words.shown(row, name) for name in names) for row in rows], title=title)


def controller_sheet(tables: Tables, words: Words) -> Sheet:
    """The controller as field and value; below, each capacity of Art. 30(1)(a), also those that do not apply."""
    rows = []
    for controller in tables.rows(Controller):
        for column in table_spec(Controller).columns:
            if column.name == "controller_id":
                continue
            title = heading(Controller, column.name).split("\n")[0]
            rows.append(
                (Shown(title, "strong"), words.shown(controller, column.name), Shown(column.article or "–", "quiet"))
            )
    parties = table_block(
        tables.rows(Party),
        Party,
        words,
        (
            "capacity",
            "name",
            "applicability",
            "reason",
            "address",
            "email",
            "phone",
            "arrangement",
            "decided_by",
            "origin",
        ),
        title="Parties under Art. 30(1)(a)",
    )
    facts = Block((Heading("Field", widest=30), Heading("Value", widest=60), Heading("Provision")), rows)
    return Sheet("Controller", "Who is responsible (Art. 30(1)(a)).", (facts, parties))


def data_sheet(view: RegisterView) -> Sheet:
    """One row per activity, data subject and data category, with who gets it and how long it is kept."""
    words, rows = view.words, []
    for activity_id in sorted(view.data, key=words.activity):
        for row in sorted(view.data[activity_id], key=lambda item: (item.data_subject, item.data_category)):
            concerned = [
                item
                for item in view.disclosures.get(activity_id, [])
                if item.data_category == row.data_category and item.data_subject == row.data_subject
            ]
            rules = [rule for rule in view.rules.get(activity_id, []) if concerns(rule, row.data_category)]
            rows.append(
                (
                    Shown(words.activity(activity_id), "strong"),
                    Shown(words.key(row.data_subject)),
                    Shown(words.key(row.data_category)),
                    marked(view.recipients_of(concerned), otherwise="no recipient recorded"),
                    marked(map(view.rule_line, rules)),
                    Shown("\n".join(words.system(item) for item in row.systems) or "–"),
                    Shown(str(row.origin), origin_style(str(row.origin))),
                )
            )
    headings = (
        Heading("Processing activity", widest=30),
        Heading("Data subject\nArt. 30(1)(c)"),
        Heading("Data category\nArt. 30(1)(c)"),
        Heading("Recipients of this category\nArt. 30(1)(d)"),
        Heading("Time limit for this category\nArt. 30(1)(f)", widest=50),
        Heading("Seen in"),
        Heading("Origin"),
    )
    return Sheet("Data by activity", "One row per activity, data subject and data category.", (Block(headings, rows),))


def concerns(rule: RetentionRule, category: str) -> bool:
    """Whether a rule is about a category: the same, one above it, or all."""
    about = parts(rule.data_category)
    return not about or any(
        item in ("all", NOT_STATED) or category == item or category.startswith(item + ".") for item in about
    )


def transfers_sheet(tables: Tables, words: Words) -> Sheet:
    rows = [row for row in tables.rows(Transfer) if row.origin is not Origin.PROPOSED]
    return table_sheet("Transfers", "One row per activity, recipient and third country.", rows, Transfer, words)


def rules_sheet(view: RegisterView) -> Sheet:
    """Time limits as rules; what only informs or is proposed is no part of the record."""
    shown = [rule for rules in view.rules.values() for rule in rules]
    fields = (
        "activity_id", "data_category", "period", "qualifier", "starts_at", "scope", "condition", "exception",
        "disposal", "law", "kind", "applicability", "origin",
    )  # fmt: skip
    rows = sorted(shown, key=lambda rule: (view.words.activity(rule.activity_id), rule.rule_id))
    return table_sheet("Retention rules", "Envisaged time limits for erasure.", rows, RetentionRule, view.words, fields)


def measures_sheet(tables: Tables, words: Words) -> Sheet:
    rows = [row for row in tables.rows(SecurityMeasure) if row.origin is not Origin.PROPOSED]
    fields = ("wording", "claimed_in", "evidenced", "origin")
    about = "Technical and organisational measures: claimed, and what shows that they are in place."
    return table_sheet("Security measures", about, rows, SecurityMeasure, words, fields)


def processing_for_others_sheet(tables: Tables, words: Words) -> Sheet:
    rows = [row for row in tables.rows(ProcessorActivity) if row.origin is not Origin.PROPOSED]
    fields = tuple(name for name in table_spec(ProcessorActivity).column_names if name != "processor_activity_id")
    block = table_block(rows, ProcessorActivity, words, fields)
    empty = "No processing on behalf of another controller is recorded (Art. 30(2))."
    return Sheet(
        "Processing for others",
        "Categories of processing carried out for other controllers (Art. 30(2)).",
        (Block(block.headings, block.rows, empty=empty),),
    )


def approval_sheet(tables: Tables, words: Words, name: str) -> Sheet:
    fields = (
        "snapshot_id", "state", "created_at", "approved_by", "approved_role", "approved_at", "in_force_from",
        "in_force_until", "content_hash", "tool_version",
    )  # fmt: skip
    rows = sorted(tables.rows(Snapshot), key=lambda row: (row.created_at is None, row.created_at, row.row_id))
    about = "Each release, and who put it in force. A release is a draft until a named person approves it."
    return table_sheet(name, about, rows, Snapshot, words, fields)


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


def gaps_sheet(tables: Tables, words: Words, with_proposals: bool) -> Sheet:
    """Every cell that the GDPR asks for and nobody has answered; the audit file shows proposals beside it."""
    looked, proposed = _looked_through(tables), _proposals_by_cell(tables)
    rows = []
    for row_class in _ASKED:
        spec = table_spec(row_class)
        for row in tables.rows(row_class):
            status = getattr(row, "status", None)
            if getattr(row, "origin", None) is Origin.PROPOSED or status is ActivityStatus.DOES_NOT_EXIST:
                continue
            whole = status is ActivityStatus.NOT_YET_ANSWERED
            for column in spec.columns:
                if not column.article or column.kind is not ColumnKind.FACT:
                    continue
                if not _is_open(getattr(row, column.name)) or (whole and column.name != "purpose"):
                    continue
                cell = (spec.name, row.row_id, column.name)
                shown = [
                    Shown(spec.title),
                    Shown(_called(row, words), "strong"),
                    Shown(heading(row_class, column.name).split("\n")[0]),
                    Shown(column.article),
                    Shown(NOT_STATED, "not_stated"),
                    Shown("\n".join(looked.get(cell, ())) or "–"),
                ]
                if with_proposals:
                    shown.append(marked(((item, "proposed") for item in proposed.get(cell, ())), otherwise="–"))
                rows.append(tuple(shown))
    headings = [
        Heading("Part"),
        Heading("Of what"),
        Heading("What is missing"),
        Heading("GDPR Art."),
        Heading("Value"),
        Heading("What was looked through", widest=50),
    ]
    if with_proposals:
        headings.append(Heading("Proposed, to be decided by a person", widest=50))
    about = "What the controller does not know, or has not said. Unknown is shown, never guessed."
    return Sheet("Not yet answered", about, (Block(tuple(headings), rows, empty="Every asked cell is answered."),))


def _is_open(value: object) -> bool:
    return value is None or value == NOT_STATED_LIST or (isinstance(value, str) and value == NOT_STATED)


def _called(row: Row, words: Words) -> str:
    """What a row is called by people."""
    if isinstance(row, ProcessingActivity | Controller):
        return row.name
    if isinstance(row, Recipient):
        return row.brand
    if isinstance(row, Party):
        return str(row.capacity)
    if isinstance(row, Transfer):
        return f"{words.recipient(row.recipient_id)}, {country(row.country)}; {words.activity(row.activity_id)}"
    if isinstance(row, Contract):
        return words.recipient(row.recipient_id)
    if isinstance(row, RetentionRule):
        what = words.key(row.data_category) or row.scope
        return f"{words.activity(row.activity_id)}: {what}, {period(row.period)}"
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
