"""Secrets are named where they are needed and stand elsewhere: ``env:NAME`` or ``file:/absolute/path``.

Belongs here: finding such references in a text and putting the secret in. Does not belong here: what the text is for
(:mod:`ropa_pipeline.sources`, :mod:`ropa_pipeline.alerts`). A file of a secret is read only where nobody else may
read or change it (GDPR Art. 32(1)(b)); no message ever holds what a reference stands for.
"""

import os
import re
import stat
from pathlib import Path

from ropa_pipeline.file_modes import group_may_read

_REFERENCE = re.compile(r"(?<![A-Za-z0-9_])(?:env:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<path>/(?!/)[^@\s]*))")
_PASSWORD_BEFORE = re.compile(r"://[^/@:\s]*:\Z")
_LARGEST = 4096
# What would end a password early. "%" stays, so that a secret that is written for a URL already stays what it is.
_ENDS_A_PASSWORD = {char: f"%{ord(char):02X}" for char in "@/:?#[] "}


class SecretUnavailable(Exception):
    """A reference stands for nothing that may be used. ``remedy`` says what to do; neither holds a secret."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def has_reference(text: str) -> bool:
    """Whether a text names a secret.

    >>> has_reference("mysql://reader:file:/run/secrets/shop@db/shop"), has_reference("file:///dumps/shop.sql")
    (True, False)
    """
    return _REFERENCE.search(text) is not None


def resolve(text: str) -> str:
    """The text with every reference replaced by its secret.

    In the place of a URL's password, characters that would end it are written as a URL needs them. Raises
    SecretUnavailable for a variable that is not set and for a file that is missing, too open, or no single line.
    """
    return _REFERENCE.sub(lambda found: _secret(found, text[: found.start()]), text)


def _secret(found: re.Match[str], before: str) -> str:
    secret = _from_environment(found["name"]) if found["name"] else _from_file(Path(found["path"]))
    if _PASSWORD_BEFORE.search(before):
        return "".join(_ENDS_A_PASSWORD.get(char, char) for char in secret)
    return secret


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SecretUnavailable(
            f"the environment variable {name} is not set", "Set the variable for the process that runs the pipeline."
        )
    return value


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if os.name == "posix":
                _must_be_private(path, os.fstat(file.fileno()))
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise SecretUnavailable(
            f"the secret's file {path} cannot be read ({type(error).__name__})",
            "Make the file, owned by the account that runs the pipeline, mode 0600.",
        ) from None
    try:
        secret = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > _LARGEST or "\n" in secret or "\0" in secret:
        raise SecretUnavailable(
            f"the secret's file {path} does not hold one line of text",
            "Write the secret alone into it. To read a dump or an export, write its path without file:.",
        )
    return secret


def _must_be_private(path: Path, status: os.stat_result) -> None:
    forbidden = 0o037 if group_may_read() else 0o077
    mode = stat.S_IMODE(status.st_mode)
    if mode & forbidden:
        raise SecretUnavailable(
            f"the secret's file {path} is open to other accounts (mode {mode:04o})", f"Run: chmod 600 {path}"
        )
    if status.st_uid not in (0, os.geteuid()):
        raise SecretUnavailable(
            f"the secret's file {path} belongs to another account", "Give it to the account that runs the pipeline."
        )
