"""``ropa review export`` and ``ropa review import``: what only a person can decide goes out, and comes back decided.

Belongs here: options, where files are, wording. Does not belong here: what waits, the workbook and the merge
(``ropa_pipeline.review``).
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ropa_pipeline import publish, review
from ropa_pipeline.catalogue import load_controller
from ropa_pipeline.classify import ClassifyInput, classify
from ropa_pipeline.commands.terminal import WRONG_USE, Controller, Home, complain, expected, stop
from ropa_pipeline.journal import WriteInterrupted, settle, write_files
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.night import Night
from ropa_pipeline.publish import PublishError
from ropa_pipeline.publish.approval import facts_on
from ropa_pipeline.publish.language import LANGUAGES
from ropa_pipeline.reading import observations
from ropa_pipeline.review import ApplyRefused, Known, NowAndThen, Preview, ReviewSheet, ReviewUnreadable, Verdict
from ropa_pipeline.run_lock import RunUnderWay
from ropa_pipeline.scratch import private_folder
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.sources import UnknownSource
from ropa_pipeline.storage import StorageError, newest
from ropa_pipeline.store import StoreError
from ropa_pipeline.yaml_files import MappingError

app = typer.Typer(help="What only a person can decide, in Excel: out, and back as decisions.", no_args_is_help=True)

_EXPECTED = (
    MappingError, UnknownSource, PublishError, StoreError, ReviewUnreadable, ApplyRefused, WriteInterrupted,
    StorageError, RunUnderWay,
)  # fmt: skip


@app.callback()
def _group() -> None:
    """What only a person can decide, in Excel: out, and back as decisions."""


@app.command("export")
def export(
    controller: Controller,
    out: Annotated[Path | None, typer.Option("--out", help="The workbook to write (.xlsx).")] = None,
    all_columns: Annotated[bool, typer.Option("--all-columns", help="Also columns that do not wait.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or lt; default: the controller's language.")] = "",
    home: Home = None,
) -> None:
    """Write a workbook with what waits for a person and what a person may edit."""
    night = _night(load_settings(home), controller)
    if lang and lang not in LANGUAGES:
        raise stop(f"--lang {lang}: the workbook is written in {' or '.join(LANGUAGES)}")
    path = out or Path(f"review_{controller}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise stop(f"--out {path}: the workbook's name must end in .xlsx")
    with expected(*_EXPECTED), newest(night.settings, controller):
        settle(night.settings.controllers / controller)
        folder, catalogue = night.folder, night.catalogue
        snapshot = _published(night)
        tables = publish.read_published(night.settings.home, controller)
        items = review.review_items(tables, _approved(night), folder.decisions, _without_decisions(night))
        shown = items if all_columns else tuple(item for item in items if item.reasons)
        proposals = review.open_proposals(tables, folder.decisions)
        lost = review.lost_decisions(tables, folder.decisions)
    sheet = ReviewSheet(
        controller_id=controller,
        controller_name=folder.facts.name.value,
        snapshot_id=snapshot.snapshot_id,
        created=snapshot.created_at or datetime(1980, 1, 1, tzinfo=UTC),
        language=lang or (folder.facts.language if folder.facts.language in LANGUAGES else "en"),
        columns=shown,
        proposals=proposals,
        taxonomy=catalogue.taxonomy,
        known=Known(folder, tables, catalogue.taxonomy, _today(night)),
    )
    try:
        review.write_review(path, sheet)
    except OSError as error:
        raise stop(f"--out {path}: cannot be written ({error.strerror})") from None
    waiting = sum(bool(item.reasons) for item in items)
    typer.echo(f"{path}: {waiting} columns and {len(proposals)} proposals wait (snapshot {snapshot.snapshot_id})")
    for item in lost:
        typer.echo(f"decided, but no longer there: {item.system}: {item.table}.{item.column} ({item.decision})")


@app.command("import")
def import_(
    controller: Annotated[str, typer.Argument(help="A controller's folder name (or the workbook: either order).")],
    file: Annotated[str, typer.Argument(help="A workbook of ropa review export, filled in.", metavar="FILE")],
    apply: Annotated[bool, typer.Option("--apply", help="Write the decisions; without it nothing is written.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decided, where a row names nobody.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, where a row gives no reason.")] = "",
    on: Annotated[str, typer.Option("--date", help="The date of the decisions, YYYY-MM-DD; default: today.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The preview as JSON.")] = False,
    home: Home = None,
) -> None:
    """Show what a filled-in workbook would decide; with --apply, write all of it or nothing."""
    if controller.lower().endswith((".xlsx", ".xlsm")):
        controller, file = file, controller
    path = Path(file)
    settings = load_settings(home)
    night = _night(settings, controller)
    with expected(*_EXPECTED), newest(settings, controller) as still_newest:
        settle(settings.controllers / controller)
        before = _texts(settings, controller)
        workbook = review.read_review(path)
        if workbook.controller_id != controller:
            raise stop(f"{path}: it is a review of {workbook.controller_id!r}, not of {controller!r}")
        snapshot = _published(night)
        now, day = publish.read_published(settings.home, controller), _day(on, _zone(night))
        known = Known(night.folder, now, night.catalogue.taxonomy, day)
        sides = NowAndThen(
            then=_facts(night, workbook.snapshot_id, path),
            now=now,
            decisions=night.folder.decisions,
            inferred=_without_decisions(night),
            taxonomy=night.catalogue.taxonomy,
            by=by.strip(),
            on=day,
            reason=reason.strip(),
            known=known,
        )
        preview = review.merge(workbook, sides)
        new = preview.new
        if apply and preview.may_apply and new:
            with publish.lock(settings.home, controller):
                still_newest()
                _write(night, before, preview, known)
    _show(preview, snapshot.snapshot_id, as_json)
    if not preview.may_apply:
        complain("nothing was written: correct these cells, or export again, then import the whole file again")
        raise typer.Exit(WRONG_USE)
    if not as_json:
        done = f"{new} decisions written; the next run shows them" if apply else f"{new} decisions to write (--apply)"
        typer.echo(done if new else "nothing to write")


def _night(settings: Settings, controller: str) -> Night:
    return Night(settings, controller, datetime.now(UTC).date())


def _published(night: Night) -> Snapshot:
    """The newest snapshot. Ends the command where there is none: a review is always of a release."""
    _ = night.folder  # an unknown controller is said first
    snapshot = publish.last_snapshot(night.settings.home, night.controller_id)
    if snapshot is None:
        raise stop(f"{night.controller_id}: nothing is published yet; run it first: ropa run {night.controller_id}")
    return snapshot


def _approved(night: Night) -> Tables | None:
    """The facts that are in force; None before the first approval."""
    try:
        return facts_on(night.settings.home, night.controller_id)[1]
    except PublishError:
        return None


def _facts(night: Night, snapshot_id: str, file: Path) -> Tables:
    """The facts of the snapshot that a workbook shows."""
    try:
        return facts_on(night.settings.home, night.controller_id, snapshot_id=snapshot_id)[1]
    except PublishError as error:
        raise ReviewUnreadable(
            f"{file}: it shows snapshot {snapshot_id!r}, with which it cannot be merged ({error}). Export again"
        ) from None


def _without_decisions(night: Night) -> tuple[ClassifiedColumn, ...]:
    """What inference and mappings say of the columns seen last, whatever was decided."""
    catalogue = night.catalogue
    inputs = [
        ClassifyInput(system=item.system, source_id=item.source_id, tables=item.tables) for item in observations(night)
    ]
    return classify(inputs, taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems=catalogue.systems).columns


def _zone(night: Night) -> ZoneInfo:
    return ZoneInfo(night.folder.facts.timezone)


def _today(night: Night) -> date:
    return datetime.now(UTC).astimezone(_zone(night)).date()


def _day(text: str, zone: ZoneInfo) -> date:
    today = datetime.now(UTC).astimezone(zone).date()
    if not text:
        return today
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        raise stop(f"--date {text!r} is no date; write YYYY-MM-DD") from None
    if chosen > today:
        raise stop(f"--date {text} is in the future; a decision has been taken on a day that was")
    return chosen


_WRITTEN = ("activities.yaml", "controller.yaml", "decisions.yaml")


def _texts(settings: Settings, controller: str) -> dict[str, str]:
    """The files as they are before anything is compared with them; the catalogue says what is wrong with them."""
    folder = settings.controllers / controller
    return {
        name: (folder / name).read_bytes().decode("utf-8", "replace") if (folder / name).is_file() else ""
        for name in _WRITTEN
    }


def _write(night: Night, before: dict[str, str], preview: Preview, known: Known) -> None:
    """Write the controller's files in the home, once the whole folder loads with them and says what was shown."""
    settings, controller = night.settings, night.controller_id
    own, shipped = settings.home / "mappings" / "controllers", settings.controllers
    after = review.changed_files(before, preview, known, f"mappings/controllers/{controller}")
    tried = _tried(night, after)
    wrong = review.not_as_shown(known, replace(known, folder=tried), preview)
    if wrong:
        raise ApplyRefused(
            f"mappings/controllers/{controller}: written so, it would not say what was shown ({'; '.join(wrong[:3])});"
            " nothing was written. Edit these entries in the YAML by hand"
        )
    if shipped != own:
        _bring_home(shipped, own)
    write_files(own / controller, {name: (before[name], text) for name, text in after.items()})


def _tried(night: Night, after: Mapping[str, str]) -> ControllerFolder:
    """The folder as it would be. Raises MappingError where it would not load."""
    controller = night.controller_id
    with private_folder("ropa-review-") as scratch:
        tried = scratch / "mappings" / "controllers" / controller
        shutil.copytree(night.settings.controllers / controller, tried)
        for name, text in after.items():
            (tried / name).write_text(text, "utf-8", newline="")
        return load_controller(Settings(scratch, night.settings.shipped), controller, night.catalogue)


def _bring_home(shipped: Path, own: Path) -> None:
    """Copy the shipped controllers into the home: its first own folder would hide the others."""
    building = own.with_name(".controllers.tmp")
    shutil.rmtree(building, ignore_errors=True)
    shutil.copytree(shipped, building)
    if own.is_dir():
        shutil.copytree(own, building, dirs_exist_ok=True)  # files alone: it holds no controller
        shutil.rmtree(own)
    building.rename(own)
    complain(f"the controllers came with the tool; they were copied to {own}, which is used from now on")


def _show(preview: Preview, newest: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(preview.model_dump(mode="json"), indent=1, ensure_ascii=False))
        return
    if preview.snapshot_id != newest:
        typer.echo(f"the workbook shows {preview.snapshot_id}, the newest is {newest}: merged cell by cell")
    for cell in preview.cells:
        where = f"{cell.sheet}!{cell.letter}{cell.row} ({cell.heading})"
        line = f"{cell.verdict.value:9} {where}: {cell.subject + ': ' if cell.subject else ''}{cell.message}"
        line += f" [{cell.file}]" if cell.file else ""
        typer.echo("".join(char if char.isprintable() else " " for char in line))
    for note in preview.ignored:
        typer.echo("not read  " + "".join(char if char.isprintable() else " " for char in note))
    counts = ", ".join(f"{preview.count(verdict)} {verdict.value}" for verdict in Verdict)
    typer.echo(f"{counts}; {preview.left_empty} rows left empty")
