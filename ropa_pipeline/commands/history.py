"""``ropa approve``, ``verify``, ``diff``, ``prune``, ``backup``, ``restore``: sign-off and looking back.

Belongs here: options and wording. Does not belong here: the history itself (``publish``).
"""

from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ropa_pipeline import publish
from ropa_pipeline.catalogue import load_controller
from ropa_pipeline.commands.terminal import REFUSED, Controller, Home, complain, day, expected, stop
from ropa_pipeline.file_modes import close_home
from ropa_pipeline.publish import PublishError
from ropa_pipeline.publish.approval import compared
from ropa_pipeline.publish.backup import known_controllers
from ropa_pipeline.publish.chain import SigningProgram
from ropa_pipeline.publish.change_words import Sentence, sentences
from ropa_pipeline.publish.history import read_context, read_facts
from ropa_pipeline.publish.places import Places
from ropa_pipeline.publish.prune import HOW_TO_DECIDE, Due, OwnRule, due, hold_in_force, own_rules
from ropa_pipeline.publish.prune import prune as remove
from ropa_pipeline.publish.unpacking import unpack
from ropa_pipeline.register.periods import PeriodError, cutoff, read_if_any
from ropa_pipeline.review.typed import personal_value
from ropa_pipeline.run_lock import RunUnderWay
from ropa_pipeline.scratch import private_folder
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.storage import StorageError, newest, on_newest
from ropa_pipeline.yaml_files import MappingError


def approve(
    controller: Controller,
    by: Annotated[str, typer.Option("--by", help="Who approves: a name.")],
    role: Annotated[str, typer.Option("--role", help="In what role.")] = "",
    note: Annotated[str, typer.Option("--note", help="What the approver wants to be on record.")] = "",
    sign: Annotated[
        SigningProgram | None, typer.Option("--sign", help="Sign the approval with this program of yours.")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="GPG: key id or fingerprint; minisign: the secret key's file.")
    ] = "",
    home: Home = None,
) -> None:
    """Put the published draft in force, in a person's name."""
    settings = load_settings(home)
    if key and sign is None:
        raise stop("--key says what to sign with; add --sign gpg or --sign minisign")
    held = personal_value(note)
    if held:
        raise stop(f"--note holds {held}: it stays in the history for years, so write it without personal data")
    with expected(PublishError, StorageError, RunUnderWay):
        snapshot = on_newest(
            settings,
            (controller,),
            lambda: publish.approve(settings.home, controller, by, role, datetime.now(UTC), note, sign, key),
        )
    typer.echo(f"{controller}: {snapshot.snapshot_id} is approved by {snapshot.approved_by}")
    typer.echo(f"open findings: {snapshot.open_findings}; accepted: {snapshot.accepted_findings or 0}")
    if snapshot.signature:
        typer.echo(f"signed: {snapshot.signature}")


def verify(controller: Controller, home: Home = None) -> None:
    """Check the chain of releases, every file of the history, and signatures."""
    settings = load_settings(home)
    with expected(PublishError):
        result = publish.verify(settings.home, controller)
    for note in result.notes:
        complain(note)
    if result.problems:
        for problem in result.problems:
            where = f"line {problem.line} of the history, " if problem.line else ""
            complain(f"{where}{problem.file}: {problem.reason}")
        raise typer.Exit(REFUSED)
    if not result.lines:
        raise stop(f"{controller} has no history in {settings.home}; run it first: ropa run {controller}")
    pruned = f", {result.pruned} of {result.snapshots} snapshots pruned" if result.pruned else ""
    typer.echo(f"{controller}: the history is whole ({result.lines} lines{pruned})")


def diff(
    controller: Controller,
    old: Annotated[str, typer.Argument(help="A snapshot; default: the last approved one, else the one before.")] = "",
    new: Annotated[str, typer.Argument(help="A snapshot; default: the newest.")] = "",
    language: Annotated[str, typer.Option("--lang", help="Language of the sentences: en or lt.")] = "",
    home: Home = None,
) -> None:
    """Show what changed between two releases in words, by who must act, with the cells below."""
    settings = load_settings(home)
    with expected(PublishError):
        older, newer = compared(settings.home, controller, old, new)
        changes = publish.diff(settings.home, controller, older, newer) if older else ()
        told: tuple[Sentence, ...] = ()
        if changes:
            places = Places(settings.home, controller)
            facts = read_context(places, newer)
            before, after = read_facts(places, older), read_facts(places, newer)
            told = sentences(changes, before, after, facts.labels, language or facts.language)
    for who, mine in groupby(told, key=lambda item: item.who):
        typer.echo(f"{who}:")
        for sentence in mine:
            typer.echo(f"  - {sentence.text}")
            for change in sentence.cells:
                where = f"{change.record}/{change.record_id}"
                if change.field != "*":
                    where += f".{change.field}"
                typer.echo(
                    f"      {change.act.value:8} {where}: {change.old_value or '-'} -> {change.new_value or '-'}"
                )
    compared_with = f" from {older} to {newer}" if older else f"; {newer} is the first release"
    typer.echo(f"{len(changes)} changed cells{compared_with}")


def prune(
    controller: Controller,
    apply: Annotated[bool, typer.Option("--apply", help="Remove; without it, only shown.")] = False,
    as_of: Annotated[str, typer.Option("--as-of", help="Another day than today, not a later one.")] = "",
    home: Home = None,
) -> None:
    """Remove the facts of superseded releases past the period that was decided for this tool's own entry."""
    settings = load_settings(home)
    with expected(PublishError, MappingError, PeriodError, StorageError, RunUnderWay):
        folder = load_controller(settings, controller)
        real = datetime.now(ZoneInfo(folder.facts.timezone)).date()
        today = day(as_of) if as_of else real
        if today > real:
            raise stop(f"--as-of {today} is not over yet: nothing is removed before its period has ended")
        rules = own_rules(folder)
        if not rules:
            typer.echo(f"{controller}: {HOW_TO_DECIDE}")
            return
        hold = hold_in_force(folder, today)
        if hold:
            typer.echo(f"{controller}: the hold {hold} is in force, so nothing is removed")
            return
        own, cut_off = _latest_to_end(rules, today, folder.facts.timezone)
        found = (
            on_newest(settings, (controller,), lambda: remove(settings.home, controller, cut_off, own, today))
            if apply
            else _due(settings, controller, cut_off)
        )
    for item in found:
        typer.echo(f"{item.snapshot_id}: superseded on {item.superseded_on}")
    done = "removed; their hashes stay in the history" if apply else "past the period; add --apply to remove them"
    typer.echo(f"{controller}: {len(found)} snapshots {done} ({own.rule.rule_id}, {own.rule.period})")


def _due(settings: Settings, controller: str, cut_off: date) -> tuple[Due, ...]:
    """What would be removed from the newest state."""
    with newest(settings, controller):
        return due(settings.home, controller, cut_off)


def _latest_to_end(rules: tuple[OwnRule, ...], today: date, timezone: str) -> tuple[OwnRule, date]:
    """Of several rules the one that keeps longest. Raises PublishError for a period that no calendar can count."""
    ends = []
    for item in rules:
        period = read_if_any(item.rule.period)
        if period is None:
            raise PublishError(f"retention.{item.rule.rule_id}: {item.rule.period} never ends, so nothing is removed")
        ends.append((cutoff(today, period, item.rule.starts_at, timezone).date(), item))
    cut_off, own = min(ends, key=lambda pair: pair[0])
    return own, cut_off


def backup(archive: Annotated[Path, typer.Argument(help="The archive to write (.tar.gz).")], home: Home = None) -> None:
    """Copy the history of all controllers into one archive."""
    settings = load_settings(home)
    with expected(PublishError):
        names = publish.backup(settings.home, archive)
    typer.echo(f"{archive}: history of {', '.join(names) or 'no controller'}")


def restore(archive: Annotated[Path, typer.Argument(help="An archive of ropa backup.")], home: Home = None) -> None:
    """Bring the history back from an archive; a longer history is never shortened."""
    settings = load_settings(home)
    try:
        close_home(settings.home)
    except OSError as error:
        raise stop(f"{settings.home}: {error.strerror}; let this account write there, or give another --home") from None
    with expected(PublishError, StorageError, RunUnderWay):
        held = _controllers_in(archive, settings.home) if settings.storage else ()
        names = on_newest(settings, held, lambda: publish.restore(settings.home, archive))
    typer.echo(f"restored: {', '.join(names) or 'nothing'}")


def _controllers_in(archive: Path, home: Path) -> tuple[str, ...]:
    """Whose histories an archive holds. Raises PublishError where it is none, before anything is fetched."""
    with private_folder("ropa-archive-") as folder:
        histories = folder / "data" / "history"
        histories.mkdir(parents=True)
        unpack(archive, histories, home)
        return known_controllers(folder)
