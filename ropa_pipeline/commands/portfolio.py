"""``ropa portfolio``: the view across all controllers of a home, and the operator's own record.

Belongs here: options, what is said on the screen. Does not belong here: what the portfolio holds
(``ropa_pipeline.portfolio``). It reads what is published and changes nothing of it. GDPR Art. 28, 30(2).
"""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.commands.terminal import WRONG_USE, Home, complain, day, expected, stop
from ropa_pipeline.model.portfolio import (
    Attention,
    ChangeTouches,
    DatedChange,
    Difference,
    OperatorFinding,
    RecipientUse,
    RegisterStatus,
)
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Severity
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.portfolio import Limits, Written, build_portfolio, write_portfolio
from ropa_pipeline.portfolio_inputs import labels_in, portfolio_folder, portfolio_inputs
from ropa_pipeline.publish.language import LANGUAGES
from ropa_pipeline.settings import load_settings
from ropa_pipeline.storage import StorageError
from ropa_pipeline.yaml_files import MappingError

_SHOWN = 12


def portfolio(
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; default: data/portfolio.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the workbooks: en or lt.")] = "en",
    as_of: Annotated[str, typer.Option("--as-of", help="The day it is made for, YYYY-MM-DD; default: today.")] = "",
    verified_within: Annotated[
        int, typer.Option("--verified-within", min=1, help="Days until a register is stale.")
    ] = 7,
    approved_within: Annotated[
        int, typer.Option("--approved-within", min=1, help="Days until an approval is stale.")
    ] = 365,
    as_json: Annotated[bool, typer.Option("--json", help="Registers, changes and findings as JSON.")] = False,
    home: Home = None,
) -> None:
    """Look across all controllers: findings, recipients, differences, changes, and the operator's own duties."""
    settings = load_settings(home)
    if lang not in LANGUAGES:
        raise stop(f"--lang {lang}: the workbooks are written in {' or '.join(LANGUAGES)}")
    when = day(as_of) if as_of else datetime.now(UTC).date()
    with expected(MappingError):
        catalogue: Catalogue = shared_catalogue(settings)
    limits = Limits(verified_within_days=verified_within, approved_within_days=approved_within)
    with expected(StorageError):
        inputs = portfolio_inputs(settings, catalogue, when, limits)
    if not inputs.controllers:
        raise stop(f"there is no controller in {settings.home}; bring some in: ropa init --table shops.csv")
    with Progress(
        TextColumn("reading registers"), BarColumn(), MofNCompleteColumn(), transient=True, disable=as_json,
        console=Console(stderr=True),
    ) as progress:  # fmt: skip
        task = progress.add_task("read", total=len(inputs.controllers))
        tables = build_portfolio(inputs, lambda name: progress.advance(task))
    folder = (out or portfolio_folder(settings)).absolute()
    try:
        written = write_portfolio(folder, tables, labels_in(catalogue, lang), lang)
    except OSError as error:
        raise stop(f"{folder} cannot be written ({error.strerror or 'full or not allowed'}); choose --out") from None
    if as_json:
        typer.echo(json.dumps(_as_json(tables, written), indent=1, sort_keys=True))
    else:
        _show(tables, written)
    if inputs.unreadable:
        complain(inputs.unreadable)
        raise typer.Exit(WRONG_USE)


def _as_json(tables: Tables, written: Written) -> dict[str, object]:
    shown = (RegisterStatus, DatedChange, ChangeTouches, Difference, OperatorFinding)
    rows = {item.TABLE: [row.model_dump(mode="json") for row in tables.rows(item)] for item in shown}
    files = [str(path) for path in (written.database, written.workbook, written.record) if path]
    return {**rows, "files": files}


def _show(tables: Tables, written: Written) -> None:
    registers = tables.rows(RegisterStatus)
    _registers_table(registers)
    why = Counter(item for row in registers for item in row.attention)
    reasons = ", ".join(f"{why[item]} {item.value}" for item in Attention if why[item])
    typer.echo(f"{_counted(len(registers), 'register')}: {reasons or 'all approved and verified'}")
    unread = [row for row in registers if row.problem]
    for row in unread[:_SHOWN]:
        complain(f"{row.controller_id}: {row.problem}")
    if len(unread) > _SHOWN:
        complain(f"and {len(unread) - _SHOWN} more that cannot be read: see the workbook")
    recipients = {row.recipient_id for row in tables.rows(RecipientUse)}
    differing = {row.difference_id for row in tables.rows(Difference)}
    typer.echo(f"{_counted(len(recipients), 'recipient')} in use")
    typer.echo(f"{_counted(len(differing), 'fact')} that similar controllers state differently")
    for change in sorted(tables.rows(DatedChange), key=lambda row: (-row.to_review, row.row_id)):
        if change.to_review:
            typer.echo(f"  {_in_words(change)}: {_counted(change.to_review, 'register')} to review")
    _findings(tables.rows(OperatorFinding))
    typer.echo(f"database: {written.database}\nworkbook: {written.workbook}")
    if written.record:
        typer.echo(f"operator's record (Art. 30(2)): {written.record}")
    if written.left:
        complain(f"{written.left} is of an earlier day and no operator is declared now; remove it, or declare one")


def _counted(count: int, what: str) -> str:
    """``1 register``, ``2 registers``."""
    return f"{count} {what}" if count == 1 else f"{count:,} {what}s"


def _in_words(change: DatedChange) -> str:
    """What changed, on one line."""
    turned = " -> ".join(item for item in (change.before, change.after) if item)
    return f"{change.subject}, {change.kind.value} on {change.changed_on}: {turned}"


def _findings(findings: tuple[OperatorFinding, ...]) -> None:
    if findings:
        typer.echo(f"{_counted(len(findings), 'finding')} about the operator, never a controller's:")
    order = tuple(Severity)
    for row in sorted(findings, key=lambda row: (order.index(row.severity), row.row_id))[:_SHOWN]:
        typer.echo(f"  [{row.severity.value}] {row.message}. {row.remedy} (Art. {row.law})")
    if len(findings) > _SHOWN:
        typer.echo(f"  and {len(findings) - _SHOWN} more: see the workbook")


def _registers_table(registers: tuple[RegisterStatus, ...]) -> None:
    table = Table(title="Registers that need a person most")
    for heading in ("controller", "state", "to look at"):
        table.add_column(heading)
    for heading in ("errors", "warnings", "rows overdue", "sources not read", "changes to review"):
        table.add_column(heading, justify="right")
    order = sorted(registers, key=lambda row: (bool(row.snapshot_id), -(row.open_errors or 0), row.controller_id))
    for row in order[:_SHOWN]:
        counts = (row.open_errors, row.open_warnings, row.rows_overdue, row.sources_late, row.changes_to_review)
        shown = ("-" if item is None else str(item) for item in counts)
        table.add_row(row.controller_id, row.state.value, ", ".join(item.value for item in row.attention), *shown)
    Console(width=None if Console().is_terminal else 140).print(table)
