"""What is wrong with a controller now, by what its runs left behind.

Belongs here: one small function per kind, in one visible tuple. Does not belong here: telling it. Everything is read
from the home (attempts, the last release's answer, the manifest, the history, the findings), so that the command line,
Dagster and a timer see the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from ropa_pipeline.alerts.problem import AlertKind, Problem
from ropa_pipeline.alerts.settings import AlertSettings, NewFindings
from ropa_pipeline.light import timezone_of
from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import About, FindingStatus, Severity, SourceStatus
from ropa_pipeline.publish import PublishError, verify
from ropa_pipeline.publish.context import Outcome, ReleaseResult
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.manifest import MANIFEST, read_manifest
from ropa_pipeline.publish.places import Places, published_path
from ropa_pipeline.reading import SourceState
from ropa_pipeline.settings import Settings
from ropa_pipeline.store import Store, StoreError


@dataclass(frozen=True)
class Look:
    """What the functions below are given. ``now`` is aware; ``home``: where the register's state is read."""

    settings: Settings
    controller: str
    alerts: AlertSettings
    now: datetime
    home: Path

    @property
    def build(self) -> Path:
        """The working tables of all controllers, of the state that is looked at."""
        return self.home / "data" / "build"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(timezone_of(self.settings, self.controller))

    def problem(self, kind: AlertKind, subject: str, text: str, remedy: str) -> Problem:
        return Problem(kind=kind, controller=self.controller, subject=subject, text=text, remedy=remedy)


def refused(look: Look) -> Iterator[Problem]:
    """The last night's release was held back."""
    answer = last_answer(look.settings.build / look.controller)
    if answer is not None and answer.outcome is Outcome.REFUSED:
        yield refusal(look.controller)


def sources_not_read(look: Look) -> Iterator[Problem]:
    """A source that was tried and gave nothing, for as many nights as were asked for."""
    for path in sorted((look.build / look.controller / "attempts").glob("*.json")):
        try:
            row = SourceState.model_validate_json(path.read_bytes()).row
        except (OSError, ValidationError):
            continue
        if row.status not in (SourceStatus.STALE, SourceStatus.FAILED) or row.last_attempt is None:
            continue
        nights = (row.last_attempt - row.last_success).days if row.last_success is not None else None
        if nights is not None and nights < look.alerts.stale_source_nights:
            continue
        since = f"not read since {row.last_success:%Y-%m-%d}" if row.last_success else "never read"
        yield look.problem(
            AlertKind.SOURCE_NOT_READ,
            row.source_id,
            f"source {row.source_id} ({row.connector}) is {row.status.value}: {since}",
            f"Run: ropa run {look.controller} (it says why), and correct what the finding names.",
        )


def register_stale(look: Look) -> Iterator[Problem]:
    """No night has verified the published release for too long; nothing is stale before the first."""
    folder = published_path(look.home, look.controller)
    if folder is None:
        return
    verified = read_manifest(folder).last_verified
    days = (look.now.astimezone(look.zone).date() - verified.astimezone(look.zone).date()).days
    if days >= look.alerts.stale_register_days:
        yield look.problem(
            AlertKind.REGISTER_STALE,
            "",
            f"no night has verified the register for {days} days (last: {verified.astimezone(look.zone):%Y-%m-%d})",
            "See that the schedule or timer runs (docs/operations.md), and what the last runs said.",
        )


def history_broken(look: Look) -> Iterator[Problem]:
    """A link of the chain or a file of it does not hold."""
    problems = verify(look.home, look.controller).problems
    if problems:
        yield look.problem(
            AlertKind.HISTORY_BROKEN,
            "",
            f"the history does not verify: {len(problems)} broken links or files, the first at line {problems[0].line}",
            f"Run: ropa verify {look.controller}. Then bring the history back: ropa restore ARCHIVE.",
        )


def new_findings(look: Look) -> Iterator[Problem]:
    """Findings about compliance that were not open at the last approval; without one all is a baseline."""
    wanted = {
        NewFindings.NONE: (),
        NewFindings.ERROR: (Severity.ERROR,),
        NewFindings.WARNING: (Severity.ERROR, Severity.WARNING),
    }[look.alerts.new_findings]
    approvals = History(Places(look.home, look.controller)).approvals
    if not wanted or not approvals:
        return
    last = approvals[-1]
    known = {*last.open, *(item.finding_id for item in last.accepted)}
    counted: Counter[str] = Counter()
    for row in Store(look.build).read(look.controller, Finding):
        if row.status is not FindingStatus.OPEN or row.severity not in wanted or row.about is not About.COMPLIANCE:
            continue
        # an approval of an earlier version counted what was open and did not name it
        named = bool(known) or not last.open_findings
        seen_before = row.first_seen is None or row.first_seen <= last.approved_at.date()
        is_old = row.finding_id in known if named else seen_before
        if not is_old:
            counted[row.rule_id] += 1
    for rule_id, count in sorted(counted.items()):
        yield look.problem(
            AlertKind.NEW_FINDING,
            rule_id,
            f"{count} new findings of rule {rule_id} since the approval of {last.in_force_from}",
            f"Read data/build/{look.controller}/today.md or the audit file; then decide, or approve the new draft.",
        )


def refusal(controller: str) -> Problem:
    """The one problem of a release held back, whoever saw it first."""
    return Problem(
        kind=AlertKind.RELEASE_REFUSED,
        controller=controller,
        text="the release was refused, because the record cannot be trusted; the last release stays",
        remedy=f"Run: ropa run {controller} (it says each reason), put the sources or mappings right, and run again.",
    )


KINDS: tuple[tuple[AlertKind, Callable[[Look], Iterator[Problem]]], ...] = (
    (AlertKind.RELEASE_REFUSED, refused),
    (AlertKind.SOURCE_NOT_READ, sources_not_read),
    (AlertKind.HISTORY_BROKEN, history_broken),
    (AlertKind.REGISTER_STALE, register_stale),
    (AlertKind.NEW_FINDING, new_findings),
)


def look(
    settings: Settings,
    controller: str,
    alerts: AlertSettings,
    now: datetime,
    with_history: bool = True,
    home: Path | None = None,
) -> dict[AlertKind, tuple[Problem, ...]]:
    """What is wrong now, by kind; a kind that could not be looked at is missing, so that nothing of it is forgotten.

    ``with_history``: read every file of the history as well, which costs seconds for a long one. ``home``: where the
    register's state is read, if not in the home itself.
    """
    given = Look(settings, controller, alerts, now, home or settings.home)
    found: dict[AlertKind, tuple[Problem, ...]] = {}
    for kind, function in KINDS:
        if kind is AlertKind.HISTORY_BROKEN and not with_history:
            continue
        try:
            found[kind] = tuple(function(given))
        except (PublishError, StoreError, OSError):
            # a broken history or file: verify says so, in its own kind
            continue
    return found


def is_looked_at(path: str) -> bool:
    """Whether :func:`look` reads a file of a controller's state, by its path below ``data``, but for the history."""
    top, _, rest = path.partition("/")
    name = path.rpartition("/")[2]
    if top == "build":
        return "/attempts/" in rest or name.startswith(f"{table_spec(Finding).name}.")
    return (top == "releases" and name == MANIFEST) or name == "history.jsonl"


def last_answer(build: Path) -> ReleaseResult | None:
    """What came of the last night that came to its end."""
    try:
        return ReleaseResult.model_validate_json((build / "release.json").read_bytes())
    except (OSError, ValidationError):
        return None


def answered_at(build: Path) -> float:
    """When that was, by the file's time; 0 where there is none."""
    try:
        return (build / "release.json").stat().st_mtime
    except OSError:
        return 0.0
