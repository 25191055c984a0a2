"""``ropa plan``: a dated draft of what to erase, for a person to approve and run.

Belongs here: options, finding the last run's tables, the dialect of a source. Does not belong here: what may be planned
(``register.erasure_plan``), wording (``register.erasure_text``), SQL (``connectors.erasure_sql``).
"""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from connectors.erasure_sql import DraftedSql, SqlDialect, SqlDraft
from connectors.sql_file import head_of
from connectors.sql_text import Dialect, detect_dialect
from ropa_pipeline.commands.terminal import Controller, Home, expected, stop
from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.terms import SourceStatus
from ropa_pipeline.night import Night
from ropa_pipeline.reading import observations, states
from ropa_pipeline.register.erasure_plan import ErasurePlan, ErasureStep
from ropa_pipeline.register.erasure_plan import plan as planned
from ropa_pipeline.register.erasure_text import Statements, plan_text
from ropa_pipeline.register.rule_conflicts import conflicts
from ropa_pipeline.settings import load_settings
from ropa_pipeline.sources import ResolvedSource, UnknownSource
from ropa_pipeline.store import StoreError, write_bytes
from ropa_pipeline.yaml_files import MappingError

_SCHEMES: dict[str, SqlDialect] = {
    "mysql": "mysql",
    "mariadb": "mysql",
    "postgresql": "postgres",
    "postgres": "postgres",
    "sqlite": "sqlite",
}
_DIALECTS: dict[Dialect, SqlDialect] = {
    Dialect.MYSQL: "mysql",
    Dialect.POSTGRES: "postgres",
    Dialect.SQLITE: "sqlite",
}
_SQL_CONNECTORS = ("prestashop", "sql_dump", "sql_database")


def plan(
    controller: Controller,
    approver: Annotated[str, typer.Option("--approver", help="Who must approve the plan.")] = NOT_STATED,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of the terminal.")] = None,
    home: Home = None,
) -> None:
    """Draft an erasure plan from the last run: what is overdue, in which order, and what must stay. Deletes nothing."""
    night = Night(load_settings(home), controller, datetime.now(UTC).date())
    with expected(MappingError, UnknownSource, StoreError):
        text = plan_text(*_draft(night, approver))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        write_bytes(out.absolute(), text.encode())
    except OSError as error:
        raise stop(f"{out}: {error.strerror or 'it cannot be written'}; choose another place with --out") from None
    typer.echo(f"{controller}: the plan is in {out}; it is a draft, and nothing was deleted")


def _draft(night: Night, approver: str) -> tuple[ErasurePlan, "partial[tuple[Statements, ...]]"]:
    zone = ZoneInfo(night.folder.facts.timezone)
    results = night.read(RetentionResult)
    measured = [row.measured_at for row in results if row.measured_at is not None]
    if not measured:
        raise stop(
            f"{night.controller_id}: no rows were measured yet; run 'ropa run {night.controller_id}' first, then plan"
        )
    as_of = max(measured).astimezone(zone).date()
    fresh = {state.row.source_id for state in states(night) if state.row.status is SourceStatus.FRESH}
    seen = tuple(item for item in observations(night) if item.source_id in fresh)
    sources = {source.source_id: source for source in night.sources}
    catalogue = night.catalogue
    found = planned(
        results,
        night.read(RetentionRule),
        conflicts(night.folder, catalogue.reference, catalogue.systems, as_of),
        seen,
        folder=night.folder,
        reference=catalogue.reference,
        systems=catalogue.systems,
        as_of=as_of,
        approver=approver,
        columns=night.read(ClassifiedColumn),
        timezones={source_id: source.timezone for source_id, source in sources.items()},
    )
    drafts: dict[str, SqlDraft] = {}
    for item in seen:
        dialect = _dialect(sources[item.source_id]) if item.source_id in sources else None
        if dialect:
            drafts[item.source_id] = SqlDraft(dialect, item.tables, sources[item.source_id].timezone)
    return found, partial(_write, drafts)


def _dialect(source: ResolvedSource) -> SqlDialect | None:
    """The dialect that a source's operator would use; None where its rows are in no SQL database."""
    if source.connector not in _SQL_CONNECTORS:
        return None
    scheme, separator, _ = source.location.partition("://")
    if separator:
        return _SCHEMES.get(scheme.partition("+")[0].lower())
    path = Path(source.location)
    if path.suffix.lower() in (".sqlite", ".sqlite3", ".db"):
        return "sqlite"
    try:
        found = _DIALECTS.get(detect_dialect(head_of(path))) if path.is_file() else None
    except (OSError, EOFError):
        found = None
    return found or "mysql"


def _write(drafts: dict[str, SqlDraft], step: ErasureStep) -> tuple[Statements, ...]:
    draft = drafts.get(step.source_id)
    if draft is None or step.latest is None:
        return (Statements(about="This source is no SQL database: erase in the system itself, by the condition."),)
    written: list[Statements] = []
    for asked in step.questions:
        question = asked.question
        if asked.overdue:
            erase = draft.erase(step.table, question, step.latest, asked.overdue)
            written.append(_shown(f"Count again ({asked.overdue} rows were overdue), then erase:", erase))
            if step.may_anonymise and step.personal_columns:
                blank = draft.blank_overdue(step.table, question, step.latest, asked.overdue, step.personal_columns)
                about = "Or anonymise instead, which is only that if nothing left leads to a person:"
                written.append(Statements(about=about, change=blank.change, missing=blank.not_drafted))
        if step.blank_columns and asked.kept_by_law:
            beside = draft.blank_kept(step.table, question, step.latest, asked.kept_by_law, step.blank_columns)
            written.append(_shown(f"Of the {asked.kept_by_law} kept rows, blank what no duty names:", beside))
    return tuple(written)


def _shown(about: str, drafted: DraftedSql) -> Statements:
    return Statements(about=about, count=drafted.count, change=drafted.change, missing=drafted.not_drafted)
