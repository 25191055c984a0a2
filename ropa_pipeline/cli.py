"""The ``ropa`` command. Thin: the commands are in :mod:`ropa_pipeline.commands`.

Belongs here: the list of commands and the last line of defence against a traceback. Exit codes are in
``commands.terminal``.
"""

import os
import sys

import typer

from ropa_pipeline import __version__
from ropa_pipeline.commands import (
    alerts,
    classify,
    export,
    history,
    init,
    inspect,
    notice,
    plan,
    portfolio,
    review,
    run,
    storage,
)
from ropa_pipeline.commands.terminal import FAULT, WRONG_USE, complain
from ropa_pipeline.file_modes import private_from_now_on
from ropa_pipeline.settings import SettingsError

app = typer.Typer(
    name="ropa",
    help="A GDPR Article 30 record of processing activities, kept true from the real systems.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(init.init)
app.command()(inspect.sources)
app.command()(classify.classify)
app.command()(inspect.check)
app.command()(history.diff)
app.command()(export.export)
app.command()(inspect.explain)
app.command()(plan.plan)
app.add_typer(notice.notice, name="notice")
app.add_typer(review.app, name="review")
app.add_typer(alerts.app, name="alerts")
app.command()(portfolio.portfolio)
app.command()(history.approve)
app.command()(history.verify)
app.command()(history.prune)
app.command()(history.backup)
app.command()(history.restore)
app.add_typer(storage.app, name="storage")


@app.command()
def version() -> None:
    """Show the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command; an unexpected error is one line with its kind, never its text or a traceback."""
    private_from_now_on()
    try:
        app()
    except KeyboardInterrupt:
        complain("interrupted; the last release stays as it was")
        sys.exit(130)
    except SettingsError as error:
        complain(str(error))
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        _say_no_more()
    except Exception as error:
        from ropa_pipeline.store import disk_trouble  # late: no command without a fault needs it here

        if os.environ.get("ROPA_DEBUG"):
            raise
        told = disk_trouble(error)
        complain(told or f"a fault of the tool ({type(error).__name__}); set ROPA_DEBUG=1 to see where")
        if told:
            _say_no_more()
        sys.exit(FAULT)


def _say_no_more() -> None:
    """What is still held back for an output that takes nothing must not fail a second time at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
