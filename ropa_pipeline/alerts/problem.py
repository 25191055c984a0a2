"""A problem that somebody should hear of, and the interface of a way to tell it.

Belongs here: kinds, the typed problem, its key, the channel's protocol. Does not belong here: finding problems
(``problems``) and remembering them (``memory``).
"""

from enum import StrEnum
from typing import Protocol

from ropa_pipeline.model.base import Frozen


class AlertKind(StrEnum):
    """What may go wrong. The runbook of docs/operations.md has one paragraph for each."""

    RUN_FAILED = "run_failed"
    RELEASE_REFUSED = "release_refused"
    SOURCE_NOT_READ = "source_not_read"
    REGISTER_STALE = "register_stale"
    HISTORY_BROKEN = "history_broken"
    NEW_FINDING = "new_finding"
    TEST = "test"


class Problem(Frozen):
    """One thing that is wrong with one controller. ``subject`` names the part of it: a source, a rule; may be empty."""

    kind: AlertKind
    controller: str
    subject: str = ""
    text: str
    remedy: str

    @property
    def key(self) -> str:
        """The same problem has the same key every night; its words may change with the days."""
        return f"{self.controller}/{self.kind.value}/{self.subject}"


class Message(Frozen):
    """What a channel sends. ``state``: ``new`` or ``resolved``."""

    problem: Problem
    state: str = "new"

    @property
    def subject(self) -> str:
        what = self.problem.kind.value.replace("_", " ")
        about = f" {self.problem.subject}" if self.problem.subject else ""
        return f"[ropa] {self.problem.controller}: {'resolved: ' if self.state == 'resolved' else ''}{what}{about}"

    @property
    def body(self) -> str:
        if self.state == "resolved":
            return f"{self.problem.controller}: this is no longer so: {self.problem.text}"
        return f"{self.problem.controller}: {self.problem.text}\nWhat to do: {self.problem.remedy}"


class NotSent(Exception):
    """A channel could not deliver. The text names the kind of failure, never an address or a secret."""


class Channel(Protocol):
    """A way to tell. ``name`` stands in the memory of what was told; ``send`` raises NotSent."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None: ...
