"""What a release is told, and what it answers.

Belongs here: the inputs that are not rows (:class:`ReleaseContext`) and the answer (:class:`ReleaseResult`).
Does not belong here: paths (``places``) and the work itself (``release``).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.retention import OverdueTrend

SCHEMA_VERSION = 2
"""The form of what is kept on disk. It grows when a register of this version would lose something in an older tool:
1: the first form; 2: an approval names its open findings and may be signed, snapshots may be pruned."""


class NoticeFacts(Frozen):
    """Which text of the privacy notice stands behind the statements. ``sha256`` is of the file's bytes.

    ``text``: the lines of the supplied file, empty where none was supplied. ``as_recorded``: the supplied text is the
    one that the recorded statements were read from.
    """

    address: str = ""
    language: str = ""
    sha256: str = ""
    lines: int = 0
    as_recorded: bool = False
    text: tuple[str, ...] = ()


class ReleaseFacts(Frozen):
    """What is kept of a context beside the rows, so that a snapshot can be written out again at any time.

    ``run_time`` is the run's one time: 00:00 of ``as_of`` in the controller's zone, in UTC. ``labels`` gives the
    words for keys of categories, data subjects, purposes, measures; ``overdue`` the overdue rows over time, which is
    kept here because figures of earlier nights are in no table; ``notice`` the text that was read.
    ``schema_version`` is 1 where a register was written before there were numbers.
    """

    schema_version: int = 1

    controller_id: str
    controller_name: str
    run_time: datetime
    as_of: date
    timezone: str
    language: str = "en"
    tool_version: str
    built_on_samples: bool
    notice_supplied: bool
    labels: Mapping[str, str] = {}
    overdue: tuple[OverdueTrend, ...] = ()
    notice: NoticeFacts | None = None


class ReleaseContext(ReleaseFacts):
    """The facts of a run, and the home it writes to."""

    schema_version: int = SCHEMA_VERSION
    home: Path

    def facts(self) -> ReleaseFacts:
        return ReleaseFacts(**{name: getattr(self, name) for name in ReleaseFacts.model_fields})


class Outcome(StrEnum):
    """``not published``: as-of is earlier than the last release, so it was computed and shown only."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    NOT_PUBLISHED = "not_published"


class ReleaseResult(Frozen):
    """What came of a release. ``folder`` is what is published now, None before the first release."""

    outcome: Outcome
    snapshot_id: str
    content_hash: str
    changes: int
    reasons: tuple[str, ...] = ()
    folder: Path | None = None
