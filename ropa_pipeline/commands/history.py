"""``ropa approve``, ``verify``, ``diff``, ``backup``, ``restore``: sign-off and looking back.

Belongs here: options and wording. Does not belong here: the history itself (``publish``).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ropa_pipeline import publish
from ropa_pipeline.commands.terminal import REFUSED, Controller, Home, complain, expected, stop
from ropa_pipeline.publish import PublishError
from ropa_pipeline.settings import load_settings


def approve(
    controller: Controller,
    by: Annotated[str, typer.Option("--by", help="Who approves: a name.")],
    role: Annotated[str, typer.Option("--role", help="In what role.")] = "",
    home: Home = None,
) -> None:
    """Put the published draft in force, in a person's name."""
    settings = load_settings(home)
    with expected(PublishError):
        snapshot = publish.approve(settings.home, controller, by, role, datetime.now(UTC))
    typer.echo(f"{controller}: {snapshot.snapshot_id} is approved by {snapshot.approved_by}")


def verify(controller: Controller, home: Home = None) -> None:
    """Check the chain of releases and every file of the history."""
    settings = load_settings(home)
    with expected(PublishError):
        result = publish.verify(settings.home, controller)
    if result.problems:
        for problem in result.problems:
            complain(str(problem))
        raise typer.Exit(REFUSED)
    if not result.lines:
        raise stop(f"{controller} has no history in {settings.home}; run it first: ropa run {controller}")
    typer.echo(f"{controller}: the history is whole ({result.lines} lines)")


def diff(
    controller: Controller,
    old: Annotated[str, typer.Argument(help="A snapshot; default: the one before.")] = "",
    new: Annotated[str, typer.Argument(help="A snapshot; default: the newest.")] = "",
    home: Home = None,
) -> None:
    """Show what changed between two releases, cell by cell."""
    settings = load_settings(home)
    with expected(PublishError):
        changes = publish.diff(settings.home, controller, old, new)
    for change in changes:
        where = f"{change.record}/{change.record_id}"
        if change.field != "*":
            where += f".{change.field}"
        typer.echo(f"{change.act.value:8} {where}: {change.old_value or '-'} -> {change.new_value or '-'}")
    typer.echo(f"{len(changes)} changed cells")


def backup(archive: Annotated[Path, typer.Argument(help="The archive to write (.tar.gz).")], home: Home = None) -> None:
    """Copy the history of all controllers into one archive."""
    settings = load_settings(home)
    with expected(PublishError):
        names = publish.backup(settings.home, archive)
    typer.echo(f"{archive}: history of {', '.join(names) or 'no controller'}")


def restore(archive: Annotated[Path, typer.Argument(help="An archive of ropa backup.")], home: Home = None) -> None:
    """Bring the history back from an archive; a longer history is never shortened."""
    settings = load_settings(home)
    with expected(PublishError):
        names = publish.restore(settings.home, archive)
    typer.echo(f"restored: {', '.join(names) or 'nothing'}")
