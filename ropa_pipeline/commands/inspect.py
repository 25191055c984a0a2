"""``ropa check``, ``sources``, ``explain``, ``plan``: looking at declarations and at what a run made.

Belongs here: options and wording. Does not belong here: rules.
"""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ropa_pipeline.catalogue import controller_names, load_controller
from ropa_pipeline.classify import explain as explain_column
from ropa_pipeline.commands.terminal import WRONG_USE, Controller, Home, cell, complain, expected, stop
from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Evidence, Finding, Proposal
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import Controller as ControllerRow
from ropa_pipeline.model.terms import ProposalStatus
from ropa_pipeline.night import Night, shared_catalogue
from ropa_pipeline.portfolio_inputs import load_operator
from ropa_pipeline.publish import PublishError, read_published
from ropa_pipeline.settings import load_settings
from ropa_pipeline.sources import UnknownSource
from ropa_pipeline.yaml_files import MappingError


def check(home: Home = None) -> None:
    """Validate the shared mappings, the operator's declaration and every controller's folder."""
    settings = load_settings(home)
    with expected(MappingError):
        catalogue = shared_catalogue(settings)
    broken = False
    try:
        if load_operator(settings, catalogue) is not None:
            typer.echo("operator: ok")
    except MappingError as error:
        broken = True
        complain(str(error))
    for name in controller_names(settings):
        try:
            load_controller(settings, name, catalogue)
            typer.echo(f"{name}: ok")
        except MappingError as error:
            broken = True
            complain(str(error))
    if broken:
        raise typer.Exit(WRONG_USE)


def sources(controller: Controller, home: Home = None) -> None:
    """Show where each source of a controller would be read from tonight."""
    from datetime import UTC, datetime

    settings = load_settings(home)
    night = Night(settings, controller, datetime.now(UTC).date())
    with expected(MappingError, UnknownSource):
        found = night.sources
    table = Table(title=cell(f"Sources of {controller}"))
    for heading in ("source", "system", "connector", "kind", "read from"):
        table.add_column(heading)
    for source in found:
        where = source.shown_location or (source.problem.message if source.problem else "")
        cells = (source.source_id, source.system, source.connector, source.kind.value, where)
        table.add_row(*map(cell, cells))
    Console(width=None if Console().is_terminal else 140).print(table)


def explain(
    controller: Controller,
    subject: Annotated[
        str, typer.Argument(help="table.column, a finding, an activity, a recipient, or part of a key.")
    ],
    home: Home = None,
) -> None:
    """Show why a cell says what it says: rows of that name, their evidence, findings and proposals."""
    settings = load_settings(home)
    with expected(PublishError):
        tables = read_published(settings.home, controller)
    if not tables.rows(ControllerRow):
        raise stop(f"nothing is published of {controller} in {settings.home}; run it first: ropa run {controller}")
    wanted = subject.lower()
    shown = False
    for column in tables.rows(ClassifiedColumn):
        if wanted in (
            f"{column.table_name}.{column.column_name}".lower(),
            f"{column.table_stem}.{column.column_name}".lower(),
        ):
            typer.echo(explain_column(column))
            shown = True
    for row in tables:
        if isinstance(row, (Evidence, Proposal, ClassifiedColumn)) or wanted not in row.row_id.lower().split("/"):
            continue
        shown = True
        typer.echo(f"{row.TABLE}/{row.row_id}")
        _cells(row)
        _support(tables.rows(Evidence), tables.rows(Proposal), row)
    for finding in tables.rows(Finding):
        if wanted in finding.finding_id.lower() or wanted == finding.subject.lower():
            shown = True
            typer.echo(f"finding {finding.finding_id} [{finding.status.value}]: {finding.message}. {finding.remedy}")
    if not shown:
        raise stop(f"nothing in the register of {controller} is called {subject!r}; try table.column or a key")


def _cells(row: Row) -> None:
    for name in type(row).model_fields:
        value = getattr(row, name)
        if value not in (None, "", ()):
            typer.echo(f"  {name}: {', '.join(value) if isinstance(value, tuple) else value}")


def _support(evidence: tuple[Evidence, ...], proposals: tuple[Proposal, ...], row: Row) -> None:
    for item in evidence:
        if (item.record, item.record_id) == (row.TABLE, row.row_id):
            typer.echo(f"  evidence for {item.field}: {item.kind.value}: {item.locator} ({item.method})")
    for proposal in proposals:
        if (proposal.record, proposal.record_id) == (row.TABLE, row.row_id) and proposal.status is ProposalStatus.OPEN:
            typer.echo(f"  proposed for {proposal.field}: {proposal.proposed_value} ({proposal.reason})")
