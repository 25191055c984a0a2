"""What all commands share: exit codes, messages on standard error, the home option.

Exit codes: 0 done; 1 a fault of ours; 2 wrong use or a controller's own configuration unreadable; 3 release
refused because the record cannot be trusted. Of several: 1 over 3 over 2 over 0.
"""

import os
import re
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.text import Text

DONE, FAULT, WRONG_USE, REFUSED = 0, 1, 2, 3
_RANK = {DONE: 0, WRONG_USE: 1, REFUSED: 2, FAULT: 3}

Home = Annotated[
    Path | None, typer.Option("--home", help="The folder worked in; default: ROPA_HOME or the current folder.")
]


def _controller_name(name: str) -> str:
    """Names become paths; one that could lead to another controller's folder ends the command."""
    if not re.fullmatch(r"[\w][\w .-]*", name):
        raise stop(f"{name!r} is no name of a controller; write its folder's name below mappings/controllers")
    return name


Controller = Annotated[
    str,
    typer.Argument(help="A controller's folder name under mappings/controllers.", callback=_controller_name),
]


def worst(codes: Iterable[int]) -> int:
    """The code that wins.

    >>> worst([0, 2, 3]), worst([])
    (3, 0)
    """
    return max(codes, key=lambda code: _RANK[code], default=DONE)


def complain(message: str) -> None:
    """One message for people on standard error; control characters of a source's names are shown, not obeyed."""
    sys.stderr.write(f"ropa: {shown(message)}\n")


def shown(text: str) -> str:
    """Text as a terminal may have it: what would move the cursor or turn the direction of writing is spelled out.

    >>> shown("a\\x1b[2Jb"), shown("x\u202ey")
    ('a\\\\x1b[2Jb', 'x\\\\u202ey')
    """
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode("ascii") for char in text
    )


def cell(text: str) -> "Text":
    """A cell of a table as it stands: no markup of Rich's in it counts."""
    from rich.text import Text

    return Text(shown(text))


def stop(message: str, code: int = WRONG_USE) -> typer.Exit:
    """Say what is wrong and give the exception that ends the command with that code."""
    complain(message)
    return typer.Exit(code)


def there(option: str, path: Path) -> None:
    """End the command where an option's file is not there, or stands where this account may not look.

    The two are told apart: a service's account sees no file of the person who typed the command, and would be told
    that a file which they see does not exist.
    """
    if os.path.isfile(path):  # is_file() raises where the name is too long
        return
    try:
        path.stat()
    except PermissionError:
        raise stop(f"{option} {path}: the account that runs this may not look there; put it where it may") from None
    except (OSError, ValueError):
        pass
    raise stop(f"{option} {path}: there is no such file")


def day(text: str, option: str = "--as-of") -> date:
    """A date option. Ends the command with a clear message where it is none."""
    from ropa_pipeline.night import night_day  # late: most commands need no night

    try:
        return night_day(text)
    except ValueError as error:
        raise stop(f"{option} {error}") from None


@contextmanager
def expected(*errors: type[Exception]) -> Generator[None, None, None]:
    """Turn errors that are meant for people into their message and exit code 2."""
    try:
        yield
    except errors as error:
        raise stop(str(error)) from None
