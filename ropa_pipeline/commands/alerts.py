"""``ropa alerts check`` and ``test``: look for what is wrong, and try whether a message arrives.

Belongs here: options and wording. Does not belong here: what is wrong (``alerts``).
"""

import json
from typing import Annotated

import typer

from ropa_pipeline import alerts
from ropa_pipeline.alerts.problem import Message, NotSent
from ropa_pipeline.alerts.settings import channels
from ropa_pipeline.catalogue import controller_names
from ropa_pipeline.commands.terminal import DONE, WRONG_USE, Home, complain, expected, stop
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.yaml_files import MappingError

app = typer.Typer(help="Tell people when a night went wrong: one message per new problem.", no_args_is_help=True)


@app.command()
def check(
    controllers: Annotated[list[str] | None, typer.Argument(help="Controllers; default: all.")] = None,
    home: Home = None,
    strict: Annotated[bool, typer.Option("--strict", help="A problem that stands ends with code 2.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Look for stale registers, unread sources, broken histories; tell what is new. For a timer."""
    settings = load_settings(home)
    with expected(MappingError):
        alerts.load_alert_settings(settings.home)
    names = _chosen(settings, controllers or [])
    answers = {name: alerts.check(settings, name) for name in names}
    if as_json:
        shown = {name: answer.model_dump(mode="json") for name, answer in answers.items()}
        typer.echo(json.dumps(shown, indent=1, sort_keys=True))
    else:
        for name, answer in answers.items():
            for key in answer.standing:
                typer.echo(f"{key}{' (told now)' if key in answer.told else ''}")
            if not answer.standing:
                typer.echo(f"{name}: nothing is wrong")
    failures = sorted({failure for answer in answers.values() for failure in answer.failures})
    for failure in failures:
        complain(failure)
    wrong = failures or (strict and any(answer.standing for answer in answers.values()))
    raise typer.Exit(WRONG_USE if wrong else DONE)


@app.command("test")
def try_out(home: Home = None) -> None:
    """Send one test message through every channel that is set up."""
    settings = load_settings(home)
    with expected(MappingError):
        ways = channels(alerts.load_alert_settings(settings.home))
    problem = alerts.Problem(
        kind=alerts.AlertKind.TEST,
        controller="all controllers",
        text="this is a test: alerts of this register arrive",
        remedy="nothing",
    )
    if not ways:
        raise stop("no channel is set up: see docs/operations.md, Alerts")
    failed = False
    for way in ways:
        try:
            way.send(Message(problem=problem))
            typer.echo(f"{way.name}: sent")
        except NotSent as error:
            failed = True
            complain(f"{way.name}: {error}")
    raise typer.Exit(WRONG_USE if failed else DONE)


def _chosen(settings: Settings, names: list[str]) -> tuple[str, ...]:
    known = controller_names(settings)
    for name in names:
        if name not in known:
            raise stop(f"there is no controller {name!r}; known: {', '.join(known) or 'none'}")
    return tuple(dict.fromkeys(names)) or known
