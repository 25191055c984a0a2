"""Whether command lines are ones that the installed programs have: ``python -m tests.deploy.command_lines``.

Belongs here: walking the programs' own trees of commands. Does not belong here: where command lines stand. A process of
its own, because the libraries of the ``scale`` extra are not loaded into the tests. Reads a list of lists of words as
JSON, writes what is wrong with each, or nothing.
"""

import importlib.util
import json
import sys
from typing import Any


def programs() -> dict[str, Any]:
    """Each program by the name that it is installed under."""
    import typer.main
    from celery.bin.celery import celery  # type: ignore[import-untyped]
    from dagster._cli import create_dagster_cli
    from dagster._daemon.cli import create_dagster_daemon_cli
    from dagster_webserver.cli import dagster_webserver

    from ropa_pipeline.cli import app

    return {
        "ropa": typer.main.get_command(app),
        "dagster": create_dagster_cli(),
        "dagster-daemon": create_dagster_daemon_cli(),
        "dagster-webserver": dagster_webserver,
        "celery": celery,
    }


def problem(words: list[str], known: dict[str, Any]) -> str:
    """What is wrong with one command line; nothing where its program would take it."""
    name, *left = words
    command, given = known.get(name), 0
    if command is None:
        return f"{name}: no such program"
    while left:
        word = left.pop(0)
        commands = getattr(command, "commands", None)
        if word.startswith("-") and word != "-":
            text = _option(command, word, left)
            if text:
                return f"{name}: {text}"
        elif commands is None:
            given += 1
        elif word in commands:
            name, command = f"{name} {word}", commands[word]
        else:
            return f"{name}: no command {word}"
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    if given < sum(item.required for item in arguments):
        return f"{name}: an argument is missing"
    if given > len(arguments) and not any(item.nargs == -1 for item in arguments):
        return f"{name}: too many arguments"
    return ""


def _option(command: Any, word: str, left: list[str]) -> str:
    option, _, joined = word.partition("=")
    if option == "--help":
        return ""
    for item in command.params:
        if option in (*item.opts, *item.secondary_opts):
            if item.is_flag or getattr(item, "count", False) or joined:
                return ""
            if len(left) < item.nargs:
                return f"{option} has no value"
            values = [left.pop(0) for _ in range(item.nargs)]
            if option in ("-m", "-A") and importlib.util.find_spec(values[0]) is None:
                return f"{option} {values[0]}: no such module"
            return ""
    return f"no option {option}"


if __name__ == "__main__":
    known = programs()
    json.dump([problem(words, known) for words in json.load(sys.stdin)], sys.stdout)
