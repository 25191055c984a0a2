"""``ropa storage``: what is kept in object storage for several machines, and looking after it.

Belongs here: options and wording. Does not belong here: the storage (:mod:`ropa_pipeline.storage`). fsspec is imported
when a command touches the storage, not before.
"""

from typing import Annotated

import typer

from ropa_pipeline import storage as stored
from ropa_pipeline.commands.terminal import REFUSED, Controller, Home, complain, expected, stop
from ropa_pipeline.publish import PublishError
from ropa_pipeline.run_lock import RunUnderWay, run_lock
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.storage import StorageError, WorkingCopy

app = typer.Typer(name="storage", help="The state of controllers in object storage.", no_args_is_help=True)


def _settings(home: Home) -> Settings:
    settings = load_settings(home)
    if not settings.storage:
        raise stop("no storage is set: ROPA_STORAGE=s3://bucket/prefix or file:///shared/folder (docs/storage.md)")
    return settings


@app.command()
def status(controller: Controller, home: Home = None) -> None:
    """Show what is stored of a controller, and how this home stands to it."""
    settings = _settings(home)
    with expected(StorageError):
        found = stored.status(settings, controller)
    if found is None:
        typer.echo(f"{controller}: nothing is stored in {settings.storage}")
        return
    typer.echo(f"{controller}: generation {found.generation} in {settings.storage}")
    typer.echo(f"published: {found.published or 'nothing yet'}, as of {found.as_of or '-'}")
    typer.echo(f"history: {found.lines} lines; {found.here}")
    typer.echo(f"files: {found.files} ({_mb(found.file_bytes)}); objects: {found.objects} ({_mb(found.object_bytes)})")


@app.command()
def fetch(controller: Controller, home: Home = None) -> None:
    """Bring the stored state of a controller into this home, to look at it or to approve it."""
    settings = _settings(home)
    with expected(StorageError, PublishError, RunUnderWay), run_lock(settings.home, controller):
        moved = WorkingCopy(settings, controller).fetch()
    typer.echo(f"{controller}: {moved.fetched} files fetched, {_mb(moved.received_bytes)}")


@app.command()
def put(controller: Controller, home: Home = None) -> None:
    """Store what was added here (an approval, a restored or an older home's history)."""
    settings = _settings(home)
    with expected(StorageError, PublishError, RunUnderWay), run_lock(settings.home, controller):
        copy = WorkingCopy(settings, controller)
        copy.fetch()
        moved = copy.put()
    typer.echo(f"{controller}: {moved.put} objects put, {_mb(moved.sent_bytes)}")


@app.command()
def verify(
    controller: Controller,
    repair: Annotated[bool, typer.Option("--repair", help="Put damaged objects again from this home.")] = False,
    home: Home = None,
) -> None:
    """Check every stored hash, and the chain of the stored history."""
    settings = _settings(home)
    with expected(StorageError):
        problems = stored.verify(settings, controller, repair)
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(REFUSED)
    typer.echo(f"{controller}: every stored hash and the chain of the history hold")


@app.command()
def gc(controller: Controller, home: Home = None) -> None:
    """Remove objects older than a day that the stored state does not name (of killed runs, of older states)."""
    settings = _settings(home)
    with expected(StorageError):
        count, size = stored.collect_garbage(settings, controller)
    typer.echo(f"{controller}: {count} objects removed, {_mb(size)}")


def _mb(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"
