"""``ropa run``: the nightly job for one or more controllers, with a table of results.

Belongs here: options, per-controller isolation, exit codes, the table. Does not belong here: stages.
"""

import json
import logging
import os
import re
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from ropa_pipeline import alerts
from ropa_pipeline.catalogue import controller_names
from ropa_pipeline.commands.terminal import (
    DONE,
    FAULT,
    REFUSED,
    WRONG_USE,
    Home,
    cell,
    complain,
    day,
    stop,
    there,
    worst,
)
from ropa_pipeline.fault_place import fault_place, fault_stack
from ropa_pipeline.light import systems_of, timezone_of
from ropa_pipeline.limits import RunTooLong, memory_limit, time_limit
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.register import ProcessingActivity, Recipient
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.terms import ActivityStatus, FindingStatus, Severity, SourceStatus
from ropa_pipeline.night import Night, shared_catalogue
from ropa_pipeline.publish import Outcome, PublishError, ReleaseResult, published_path
from ropa_pipeline.publish.language import LANGUAGES
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.quiet import make_night
from ropa_pipeline.run_lock import RunUnderWay, run_lock
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.sources import UnknownSource
from ropa_pipeline.storage import TRIES, StateMoved, StorageError, glance, working_copy
from ropa_pipeline.store import StoreError, disk_trouble
from ropa_pipeline.yaml_files import MappingError

_LOG = logging.getLogger(__name__)
EXPECTED = (MappingError, UnknownSource, RunUnderWay, PublishError, StoreError, StorageError)


class Outcomes(Frozen):
    """The result of one controller, for the table and for ``--json``. Counts only."""

    controller: str
    outcome: str
    exit_code: int
    message: str = ""
    snapshot_id: str = ""
    activities: int = 0
    recipients: int = 0
    sources_read: str = ""
    open_findings: int = 0
    errors: int = 0
    rows_overdue: int = 0
    published: str = ""
    fault: str = ""


def run(
    controllers: Annotated[list[str] | None, typer.Argument(help="Controllers to run.")] = None,
    run_all: Annotated[bool, typer.Option("--all", help="Run every controller.")] = False,
    source: Annotated[list[str] | None, typer.Option("--source", help="ID=PATH_OR_URL; may be repeated.")] = None,
    notice: Annotated[Path | None, typer.Option("--notice", help="The privacy notice as published.")] = None,
    as_of: Annotated[str, typer.Option("--as-of", help="Date of the run, YYYY-MM-DD; default: today.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="Language of the workbooks: en or lt.")] = "",
    home: Home = None,
    no_dagster: Annotated[bool, typer.Option("--no-dagster", help="Call the stages alone.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Read and make everything anew, although nothing changed.")] = (
        False
    ),
    resume: Annotated[bool, typer.Option("--resume", help="Leave out who is published as of that day.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="A source that failed ends with code 2.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Results as JSON.")] = False,
) -> None:
    """Read the systems of controllers and publish their registers."""
    settings = load_settings(home)
    names = _chosen(settings, controllers or [], run_all)
    given = _given(source or [], names)
    when = day(as_of) if as_of else None
    if notice is not None:
        there("--notice", notice)
    if lang and lang not in LANGUAGES:
        raise stop(f"--lang {lang}: the workbooks are written in {' or '.join(LANGUAGES)}")
    if notice is not None and len(names) > 1:
        raise stop("--notice is for one controller at a time")
    try:
        shared_catalogue(settings)
    except MappingError as error:
        raise stop(f"the shared mappings cannot be used, nothing was run:\n{error}") from None
    results = []
    with (
        nullcontext() if no_dagster else _instance(settings),
        Progress(
            SpinnerColumn(), TextColumn("{task.description}"), transient=True, disable=quiet or as_json,
            console=_console(),
        ) as progress,
    ):  # fmt: skip
        for name in names:
            if resume and _is_done(settings, name, when):
                results.append(Outcomes(controller=name, outcome="done before", exit_code=DONE))
                continue
            task = progress.add_task(f"{name}: reading and publishing", total=None)
            results.append(_run_one(settings, name, when, given, notice, not no_dagster, strict, force, lang))
            _alert(settings, results[-1])
            progress.remove_task(task)
    if as_json:
        typer.echo(json.dumps([item.model_dump() for item in results], indent=1, sort_keys=True))
    elif not quiet:
        _show(results)
    for item in results:
        if item.message:
            complain(f"{item.controller}: {item.message}")
    raise typer.Exit(worst(item.exit_code for item in results))


def _console() -> Console:
    return Console(stderr=True)


def _chosen(settings: Settings, names: list[str], run_all: bool) -> tuple[str, ...]:
    known = controller_names(settings)
    if run_all:
        return known or _none(settings)
    if not names:
        raise stop(f"name a controller or give --all; known: {', '.join(known) or 'none'}")
    for name in names:
        if name not in known:
            raise stop(
                f"there is no controller {name!r} in {settings.controllers}; known: {', '.join(known) or 'none'}"
            )
    return tuple(dict.fromkeys(names))


def _none(settings: Settings) -> tuple[str, ...]:
    raise stop(f"there is no controller in {settings.controllers}; make one with: ropa init NAME")


def _given(options: list[str], names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for option in options:
        source_id, sign, location = option.partition("=")
        if not sign or not source_id or not location:
            raise stop("--source takes ID=PATH_OR_URL, for example --source prestashop=dump.sql.gz")
        found[source_id] = location
    if found and len(names) > 1:
        raise stop("--source is for one controller at a time")
    return found


def _run_one(
    settings: Settings,
    controller_id: str,
    when: date | None,
    given: Mapping[str, str],
    notice: Path | None,
    with_dagster: bool,
    strict: bool,
    force: bool,
    lang: str,
) -> Outcomes:
    """One controller; whatever goes wrong with it, the others go on and its last release stays.

    Where another machine put a newer state meanwhile, the night is made again on it, a few times at most.
    """
    limits = settings.limits
    night = Night(
        settings,
        controller_id,
        when or _today(settings, controller_id),
        given_sources=given,
        notice=notice.resolve() if notice else None,
        force=force,
        language=lang,
    )
    try:
        with time_limit(limits.run_seconds, controller_id), memory_limit(limits.memory_mb):
            for attempt in range(TRIES):
                try:
                    # A fresh night each time: one keeps what it has read.
                    night = replace(night)
                    result = _through_dagster(night) if with_dagster else _alone(night)
                    break
                except StateMoved:
                    if attempt + 1 == TRIES:
                        raise
                    time.sleep(2**attempt)
    except RunTooLong as error:
        kind = type(error).__name__
        return Outcomes(controller=controller_id, outcome="stopped", exit_code=FAULT, message=str(error), fault=kind)
    except EXPECTED as error:
        return Outcomes(controller=controller_id, outcome="not run", exit_code=WRONG_USE, message=str(error))
    except Exception as error:
        disk = disk_trouble(error, settings.home)
        if disk:
            return Outcomes(controller=controller_id, outcome="not run", exit_code=FAULT, message=disk)
        path = _write_fault(settings, controller_id, error)
        message = f"a fault of the tool ({type(error).__name__}); the last release stays. Details: {path}"
        kind = type(error).__name__
        return Outcomes(controller=controller_id, outcome="fault", exit_code=FAULT, message=message, fault=kind)
    return _outcome(night, result, strict)


def _alert(settings: Settings, result: Outcomes) -> None:
    """Tell what is new about this controller; a run that did not begin is the caller's to see."""
    if result.exit_code == FAULT:
        alerts.run_failed(settings, result.controller, result.fault)
    elif result.outcome not in ("not run", Outcome.NOT_PUBLISHED.value):
        alerts.after_run(settings, result.controller)


def _today(settings: Settings, controller_id: str) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(timezone_of(settings, controller_id))).date()


def _is_done(settings: Settings, controller_id: str, when: date | None) -> bool:
    """Whether the register is published, or verified, as of that day: here, or in the storage."""
    try:
        if settings.storage:
            stored = glance(settings, controller_id)
            as_of = stored.as_of if stored is not None else None
        else:
            folder = published_path(settings.home, controller_id)
            as_of = read_manifest(folder).release.as_of if folder is not None else None
    except (PublishError, StorageError):
        # The run itself says what is wrong.
        return False
    return as_of is not None and as_of >= (when or _today(settings, controller_id))


def _alone(night: Night) -> ReleaseResult:
    with run_lock(night.settings.home, night.controller_id), working_copy(night.settings, night.controller_id):
        return make_night(night)


@contextmanager
def _instance(settings: Settings) -> Generator[None]:
    """Dagster's instance, opened once for all controllers: opening it costs as much as a short night."""
    from ropa_pipeline.orchestration.runner import instance_of

    with ExitStack() as stack:
        # Where it cannot be opened (a full disk, its configuration) each controller's own run says so.
        with suppress(Exception):
            stack.enter_context(instance_of(settings))
        yield


def _through_dagster(night: Night) -> ReleaseResult:
    # Imported here: commands that do not run anything should not wait for Dagster.
    from ropa_pipeline.orchestration.runner import run_in_dagster

    with run_lock(night.settings.home, night.controller_id), working_copy(night.settings, night.controller_id):
        systems = tuple(sorted({source.system for source in night.sources}))
        more = tuple(item for item in systems if item not in systems_of(night.settings, night.controller_id))
        return run_in_dagster(night, more)


def _outcome(night: Night, result: ReleaseResult, strict: bool) -> Outcomes:
    findings = [row for row in night.read(Finding) if row.status is FindingStatus.OPEN]
    sources = night.read(Source)
    fresh = sum(row.status is SourceStatus.FRESH for row in sources)
    code, message = DONE, ""
    if result.outcome is Outcome.REFUSED:
        code = REFUSED
        message = "release refused, the last one stays:\n  " + "\n  ".join(result.reasons)
    elif result.outcome is Outcome.NOT_PUBLISHED:
        message = "computed, not published: " + "; ".join(result.reasons)
    elif strict and fresh < len(sources):
        code = WRONG_USE
        late = ", ".join(row.source_id for row in sources if row.status is not SourceStatus.FRESH)
        message = f"--strict: not read tonight: {late}"
    elif fresh < len(sources):
        late = "\n  ".join(
            f"{row.source_id} ({row.status.value}): {row.reason}"
            for row in sources
            if row.status is not SourceStatus.FRESH
        )
        message = f"published, but not every source was read:\n  {late}"
    return Outcomes(
        controller=night.controller_id,
        outcome=result.outcome.value,
        exit_code=code,
        message=message,
        snapshot_id=result.snapshot_id,
        activities=sum(row.status is ActivityStatus.ACTIVE for row in night.read(ProcessingActivity)),
        recipients=len(night.read(Recipient)),
        sources_read=f"{fresh} of {len(sources)}",
        open_findings=len(findings),
        errors=sum(row.severity is Severity.ERROR for row in findings),
        rows_overdue=sum(row.rows_overdue or 0 for row in night.read(RetentionResult)),
        published=_shown_path(night.settings.published / night.controller_id, night.settings.home),
    )


def _shown_path(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) and path.exists() else ""


def _show(results: list[Outcomes]) -> None:
    table = Table(title="Registers")
    for heading in ("controller", "outcome", "activities", "recipients", "sources read"):
        table.add_column(heading)
    for heading in ("open findings", "errors", "rows overdue"):
        table.add_column(heading, justify="right")
    table.add_column("published in")
    for item in results:
        table.add_row(
            cell(item.controller),
            item.outcome,
            str(item.activities),
            str(item.recipients),
            item.sources_read,
            str(item.open_findings),
            str(item.errors),
            str(item.rows_overdue),
            cell(item.published),
        )
    width = None if Console().is_terminal else 140
    Console(width=width).print(table)


def _write_fault(settings: Settings, controller_id: str, error: Exception) -> str:
    """The stack without the exception's text, which may hold a value from a source. Where it went, in words."""
    folder = settings.build / "failures"
    path = folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', controller_id)}_{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(fault_stack(error), "utf-8")
    except OSError as unwritten:
        return f"they could not be written to {folder} ({unwritten.strerror}); the fault was in {fault_place(error)}"
    _LOG.debug("fault written to %s", path)
    return str(path)
