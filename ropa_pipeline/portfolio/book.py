"""The portfolio's workbook: one sheet per question that an operator asks across all controllers.

Belongs here: which sheets there are and what is put together for reading; the database has every row. Does not belong
here: words (``words``), writing cells (``publish.workbook``) and the operator's record (``operator_book``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time

from ropa_pipeline.model.base import NOT_STATED, Row
from ropa_pipeline.model.portfolio import (
    ChangeTouches,
    DatedChange,
    Difference,
    DifferenceKind,
    LateSource,
    OpenFinding,
    OperatorFinding,
    OverdueTable,
    PortfolioRun,
    RecipientUse,
    RegisterStatus,
    ReviewState,
    ServedContract,
)
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Role, Severity, StartEvent
from ropa_pipeline.portfolio.said import NOT_RECORDED, SEVERAL, START
from ropa_pipeline.portfolio.words import PortfolioWords
from ropa_pipeline.publish.audit_proof import link_to
from ropa_pipeline.publish.workbook import Block, Book, Heading, Sheet, Shown

_SEVERITIES = tuple(Severity)
_REGISTER = (
    "controller_id", "name", "country", "state", "attention", "verified_on", "approved_on", "open_errors",
    "open_warnings", "open_checks", "rows_overdue", "sources_late", "recipients", "changes_to_review", "problem",
)  # fmt: skip
Rows = Sequence[Sequence[Shown]]


def portfolio_book(tables: Tables, words: PortfolioWords) -> Book:
    """The whole workbook. The same tables give the same book."""
    sheets = tuple(make(tables, words) for make in SHEETS)
    run = run_of(tables)
    lines = (
        (words.say("r.what"), words.say("r.what portfolio")),
        (words.say("r.who"), words.say("r.who portfolio")),
        (words.say("r.registers"), words.say("r.registers read", read=run.registers_read, count=run.controllers)),
    )
    return book_of(words, run, "portfolio", lines, sheets)


def run_of(tables: Tables) -> PortfolioRun:
    return tables.rows(PortfolioRun)[0]


def book_of(
    words: PortfolioWords, run: PortfolioRun, which: str, lines: tuple[tuple[str, str], ...], sheets: tuple[Sheet, ...]
) -> Book:
    """A workbook of the operator: its first sheet says what it is, who may see it and what each sheet holds."""
    operator = words.say("t.no operator") if run.operator == NOT_STATED else run.operator
    day = words.language.date(run.as_of)
    prefix = "" if which == "portfolio" else f"{which} "
    title = words.say(f"t.{which}")
    told = (
        *lines,
        (words.say("r.operator"), operator),
        (words.say("r.day"), day),
        (words.say("r.tool"), f"ropa-pipeline {run.tool_version}"),
    )
    about = [(Shown(name, "strong"), Shown(text)) for name, text in told]
    listed = [(Shown(sheet.name, "link", link_to(sheet.name)), Shown(sheet.about)) for sheet in sheets]
    blocks = (
        Block((Heading(words.language.phrase("about"), width=30), Heading(title, width=120)), about),
        Block((Heading(words.say("r.sheet")), Heading(words.say("r.holds"))), listed, title=words.say("r.sheets")),
    )
    first = Sheet(words.language.sheet("Read me"), "", blocks, filtered=False)
    return Book(
        title=f"{title}: {operator}",
        subject=words.say(f"t.{prefix}subject"),
        banner=words.say("t.banner", operator=operator, day=day),
        marking=words.say(f"t.{prefix}marking"),
        created=datetime.combine(run.as_of, time(), UTC),
        sheets=(first, *sheets),
        language=words.language.code,
        tables=True,
    )


def sheet_of(words: PortfolioWords, key: str, headings: Sequence[Heading], rows: Rows, **values: object) -> Sheet:
    block = Block(tuple(headings), rows, empty=words.say("c.nothing"))
    return Sheet(words.say(f"s.{key}"), words.say(f"a.{key}", **values), (block,))


def plain_sheet(words: PortfolioWords, key: str, rows: Iterable[Row], names: Sequence[str]) -> Sheet:
    """A sheet that shows columns of one table as they are."""
    shown = [[words.cell(row, name) for name in names] for row in rows]
    return sheet_of(words, key, [words.heading(name) for name in names], shown)


def _registers(tables: Tables, words: PortfolioWords) -> Sheet:
    run = run_of(tables)
    rows = sorted(tables.rows(RegisterStatus), key=lambda row: (-(row.open_errors or 0), row.controller_id))
    rows.sort(key=lambda row: bool(row.snapshot_id))  # what cannot be read comes first
    shown = [[words.cell(row, name) for name in _REGISTER] for row in rows]
    return sheet_of(
        words, "registers", [words.heading(name) for name in _REGISTER], shown,
        verified=run.verified_within_days, approved=run.approved_within_days,
    )  # fmt: skip


def _findings(tables: Tables, words: PortfolioWords) -> Sheet:
    grouped: dict[tuple[int, str], list[OpenFinding]] = defaultdict(list)
    for row in tables.rows(OpenFinding):
        grouped[_SEVERITIES.index(row.severity), row.rule_id].append(row)
    shown = [
        [
            words.cell(rows[0], "severity"),
            Shown(rule_id.replace("_", " "), "strong"),
            words.cell(rows[0], "about"),
            words.plain(len(rows)),
            words.plain(sum(row.findings for row in rows)),
            words.cell(rows[0], "law"),
            _day(words, [row.oldest for row in rows]),
            words.plain(words.names(tuple(sorted(row.controller_id for row in rows)))),
        ]
        for (_, rule_id), rows in sorted(grouped.items())
    ]
    names = ("severity", "rule_id", "about", "controllers", "findings", "law", "oldest", "who")
    return sheet_of(words, "findings", [words.heading(name) for name in names], shown)


def _day(words: PortfolioWords, days: Iterable[date | None]) -> Shown:
    known = [day for day in days if day is not None]
    return words.plain(min(known)) if known else words.plain("–")


def _recipients(tables: Tables, words: PortfolioWords) -> Sheet:
    grouped: dict[tuple[str, Role], list[RecipientUse]] = defaultdict(list)
    for row in tables.rows(RecipientUse):
        grouped[row.recipient_id, row.recipient_role].append(row)
    shown = [
        [
            Shown(rows[0].brand or recipient_id, "strong"),
            words.plain(_all({row.legal_entity for row in rows}, words)),
            words.plain(_all({words.language.country(row.country) for row in rows}, words)),
            words.cell(rows[0], "recipient_role"),
            words.plain(len(rows)),
            words.plain(sum(row.contract == "seen" for row in rows)),
            words.plain(words.names(tuple(sorted(row.controller_id for row in rows)))),
        ]
        for (recipient_id, _), rows in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    names = ("brand", "legal_entity", "country", "recipient_role", "controllers", "contracts_seen", "who")
    return sheet_of(words, "recipients", [words.heading(name) for name in names], shown)


def _all(texts: set[str], words: PortfolioWords) -> str:
    return "\n".join(sorted(words.language.mark(text) for text in texts))


def _differences(tables: Tables, words: PortfolioWords) -> Sheet:
    brands = {row.recipient_id: row.brand for row in tables.rows(RecipientUse)}
    order = tuple(DifferenceKind)
    rows = sorted(
        tables.rows(Difference),
        key=lambda row: (order.index(row.kind), row.place, row.subject, row.purposes, -row.controllers, row.value),
    )
    shown = [
        [
            words.cell(row, "kind"),
            words.plain(words.language.country(row.place)),
            words.plain(_subject(row, brands, words)),
            words.plain(words.keys(row.purposes)),
            Shown(_value(row, words), "not_stated" if row.value in (NOT_STATED, NOT_RECORDED) else "strong"),
            words.plain(row.controllers),
            words.plain(words.names(row.controller_ids)),
        ]
        for row in rows
    ]
    names = ("kind", "place", "subject", "purposes", "value", "controllers", "who")
    return sheet_of(words, "differences", [words.heading(name) for name in names], shown)


def _subject(row: Difference, brands: dict[str, str], words: PortfolioWords) -> str:
    if row.kind is DifferenceKind.ROLE:
        return brands.get(row.subject, row.subject)
    if row.kind is DifferenceKind.MECHANISM:
        recipient, _, country = row.subject.partition(", ")
        return f"{brands.get(recipient, recipient)}: {words.language.country(country)}"
    return words.keys(tuple(filter(None, row.subject.split(", "))))


def _value(row: Difference, words: PortfolioWords) -> str:
    return "\n".join(_one_value(row.kind, item, words) for item in row.value.split(SEVERAL))


def _one_value(kind: DifferenceKind, value: str, words: PortfolioWords) -> str:
    language = words.language
    if kind is DifferenceKind.LEGAL_BASIS:
        return language.legal_basis(value)
    if kind is DifferenceKind.ROLE:
        return language.term(Role(value))
    if kind is DifferenceKind.MECHANISM:
        return language.mark(words.choice(value))
    period, _, start = value.partition(START)
    shown = language.period(period)
    return f"{shown}, {words.say('c.from')} {language.term(StartEvent(start))}" if start else shown


def _changes(tables: Tables, words: PortfolioWords) -> Sheet:
    waiting: dict[str, list[str]] = defaultdict(list)
    for row in tables.rows(ChangeTouches):
        if row.state is not ReviewState.REVIEWED:
            waiting[row.change_id].append(row.controller_id)
    rows = sorted(tables.rows(DatedChange), key=lambda row: (-row.to_review, -row.changed_on.toordinal(), row.row_id))
    shown = [
        [
            words.cell(row, "kind"),
            words.plain(words.language.country(row.subject), "strong"),
            words.plain(_role_word(row.before, words)),
            words.plain(_role_word(row.after, words)),
            words.cell(row, "changed_on"),
            words.plain(row.to_review),
            words.plain(row.reviewed),
            words.plain(words.names(tuple(sorted(waiting[row.change_id])))),
            words.cell(row, "source"),
            words.cell(row, "verified"),
        ]
        for row in rows
    ]
    names = (
        "kind", "subject", "before", "after", "changed_on", "to_review", "reviewed", "who", "source", "verified",
    )  # fmt: skip
    return sheet_of(words, "changes", [words.heading(name) for name in names], shown)


def _role_word(value: str, words: PortfolioWords) -> str:
    return words.language.term(Role(value)) if value in {role.value for role in Role} else value or "–"


def _overdue(tables: Tables, words: PortfolioWords) -> Sheet:
    rows = sorted(tables.rows(OverdueTable), key=lambda row: (-row.rows_overdue, row.row_id))
    return plain_sheet(
        words, "overdue", rows, ("controller_id", "rule_id", "source_id", "table_name", "rows_overdue", "oldest")
    )


def _late(tables: Tables, words: PortfolioWords) -> Sheet:
    names = ("controller_id", "source_id", "system", "kind", "status", "last_success", "reason")
    return plain_sheet(words, "late", tables.rows(LateSource), names)


def _operator_findings(tables: Tables, words: PortfolioWords) -> Sheet:
    rows = sorted(tables.rows(OperatorFinding), key=lambda row: (_SEVERITIES.index(row.severity), row.row_id))
    names = ("severity", "controller_id", "message", "remedy", "law", "due_on")
    return plain_sheet(words, "operator_findings", rows, names)


def contracts_sheet(tables: Tables, words: PortfolioWords) -> Sheet:
    names = (
        "contract_id", "served_controller", "controller_id", "document", "version", "valid_from", "valid_to", "state",
    )  # fmt: skip
    return plain_sheet(words, "contracts", tables.rows(ServedContract), names)


SHEETS: tuple[Callable[[Tables, PortfolioWords], Sheet], ...] = (
    _registers,
    _findings,
    _recipients,
    _differences,
    _changes,
    _overdue,
    _late,
    _operator_findings,
    contracts_sheet,
)
