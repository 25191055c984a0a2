"""The analyst's first screen: what to know and what to decide today, at most one screen per controller.

Belongs here: choosing and wording; markdown in, markdown out. Does not belong here: finding anything.
New findings are grouped by root cause; a quiet night is one line; the first run is a baseline.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Finding, Proposal
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.register import Assessment, ProcessingActivity
from ropa_pipeline.model.retention import Hold, OverdueTrend
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, ProposalStatus, Severity, SourceKind, SourceStatus
from ropa_pipeline.policy.approved import approved_as_of, first_release

_MOST_CAUSES = 8
_MOST_DECISIONS = 7
_MOST_NAMED = 5
_MOST_ENDING = 5
_MOST_TRENDS = 4
_SOON = timedelta(days=30)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.CHECK: 2, Severity.INFO: 3}


@dataclass(frozen=True)
class Decision:
    """One kind of decision: the cell it is about, in words, and where it is taken."""

    record: str
    field: str
    words: str
    where: str


DECISIONS: tuple[Decision, ...] = (
    Decision("processing_activities", "legal_basis", "legal bases", "`activities.yaml`, legal_bases"),
    Decision("processing_activities", "purpose", "purposes", "`activities.yaml`, activities"),
    Decision("recipients", "role", "roles of recipients", "`decisions.yaml`, roles"),
    Decision("transfers", "country", "third countries of transfers", "`activities.yaml`, transfers"),
    Decision("processing_activities", "transfers", "transfers that providers' terms describe", "`activities.yaml`"),
    Decision("processing_activities", "retention", "retention periods", "`activities.yaml`, retention"),
    Decision("contracts", "evidence_status", "contracts to confirm", "`decisions.yaml`, contracts"),
    Decision("processing_activities", "data_categories", "data of activities", "`activities.yaml`, data"),
    Decision("processing_activities", "recipients", "recipients of activities", "`activities.yaml`, recipients"),
    Decision("recipients", "data_categories", "what recipients may get", "`activities.yaml`, recipients"),
    Decision("classified_columns", "data_category", "columns to review", "`decisions.yaml`, columns"),
    Decision("table_readings", "purposes", "tables whose purpose is inferred", "`decisions.yaml`, proposals"),
)
"""The most valuable first: what makes processing lawful, then who receives data, where, and for how long."""


def today(
    tables: Tables,
    previous: Tables,
    folder: ControllerFolder,
    as_of: date,
    overdue: tuple[OverdueTrend, ...] = (),
) -> str:
    """Markdown of at most 40 lines. Names of tables and columns are escaped; no value stands in it.

    What is new is new since the last approved release, else since the first one. ``previous`` without a
    register: the first run, which reports nothing as new. A quiet night is one line under the heading. ``overdue``:
    overdue rows over time; one line tells which of them became more or fewer tonight.
    """
    rows = tables.rows(Finding)
    open_now = [row for row in rows if row.status is FindingStatus.OPEN]
    resolved = [row for row in rows if row.status is FindingStatus.RESOLVED]
    heading = [f"# {plain(folder.facts.name.value)}, {as_of.isoformat()}", ""]
    if not previous.rows(ProcessingActivity):
        lines = [*_sources(tables.rows(Source)), _summary(rows), "", "**First run: this is the baseline.**"]
        lines += _grouped("Most urgent", open_now)
        return _page([*heading, *lines, *_decisions(tables.rows(Proposal)), *_ending(tables, as_of)])
    known = {row.finding_id for row in previous.rows(Finding) if row.status is not FindingStatus.RESOLVED}
    since = _since(previous, folder)
    new = [row for row in open_now if row.finding_id not in known or _later(row.first_seen, since)]
    ending = _ending(tables, as_of)
    late = any(row.status is not SourceStatus.FRESH for row in tables.rows(Source))
    if not (new or resolved or ending or late):
        return _page([*heading, _quiet(tables, rows), *_overdue(overdue, as_of)])
    title = f"New since {since.isoformat()}" if since else "New since the last release"
    lines = [*_sources(tables.rows(Source)), _summary(rows), *_overdue(overdue, as_of)]
    if resolved:
        lines.append(f"Resolved tonight: {len(resolved)} ({_some(sorted({row.root_cause for row in resolved}))}).")
    return _page([*heading, *lines, *_grouped(title, new), *_decisions(tables.rows(Proposal)), *ending])


def _page(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _overdue(trends: Iterable[OverdueTrend], as_of: date) -> list[str]:
    """One line about the trends that changed tonight, the greatest change first."""
    changed = [trend for trend in trends if len(trend.points) > 1 and trend.points[-1].on == as_of]
    if not changed:
        return []
    changed.sort(key=lambda trend: (-_step(trend), trend.source_id, trend.table, trend.rule_id))
    shown = [f"{trend.source_id}:{trend.table} past {trend.rule_id}: {trend.in_words()}" for trend in changed]
    more = f"; {len(shown) - _MOST_TRENDS} more" if len(shown) > _MOST_TRENDS else ""
    return ["", f"Changed tonight: {plain('; '.join(_short(text, 120) for text in shown[:_MOST_TRENDS]))}{more}."]


def _step(trend: OverdueTrend) -> int:
    """By how many rows a trend changed last; what could not be measured counts as none."""
    before, now = (point.overdue or 0 for point in trend.points[-2:])
    return abs(now - before)


def _since(previous: Tables, folder: ControllerFolder) -> date | None:
    zone = folder.facts.timezone
    return approved_as_of(previous, zone) or first_release(previous, zone)


def _later(seen: date | None, since: date | None) -> bool:
    return seen is not None and since is not None and seen > since


def _quiet(tables: Tables, rows: Iterable[Finding]) -> str:
    waiting = sum(row.status is ProposalStatus.OPEN for row in tables.rows(Proposal))
    sources = len(tables.rows(Source))
    return (
        f"A quiet night: {sources} of {sources} sources read, nothing new. {_summary(rows)} {waiting} decisions wait."
    )


def plain(text: str) -> str:
    """Text that markdown shows as it is: names come from sources and may hold anything.

    >>> plain("a|b `c` <d>")
    'a\\\\|b \\\\`c\\\\` \\\\<d\\\\>'
    """
    printable = "".join(char if char.isprintable() else " " for char in text)
    return re.sub(r"([\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|:(?=//)|(?<=www)\.)", r"\\\1", printable)


def _sources(rows: Iterable[Source]) -> list[str]:
    rows = tuple(rows)
    counts = Counter(row.status for row in rows)
    late = [row for row in rows if row.status is not SourceStatus.FRESH]
    samples = sum(row.kind is SourceKind.SAMPLE for row in rows)
    line = f"Sources: {counts[SourceStatus.FRESH]} of {len(rows)} read"
    lines = [line + (f"; {samples} of them are synthetic samples." if samples else ".")]
    lines += [f"- {row.source_id}: **{row.status.value}**: {plain(_short(row.reason))}" for row in late[:_MOST_NAMED]]
    return lines + ([f"- and {len(late) - _MOST_NAMED} more: see sources"] if len(late) > _MOST_NAMED else [])


def _summary(rows: Iterable[Finding]) -> str:
    counts = Counter(row.severity for row in rows if row.status is FindingStatus.OPEN)
    shown = ", ".join(f"{counts[severity]} {severity.value}" for severity in _ORDER if counts[severity])
    return f"Open findings: {shown or 'none'}."


def _grouped(title: str, rows: list[Finding]) -> list[str]:
    """Findings by root cause: the most severe first, then those with the most findings."""
    causes: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        causes[row.root_cause].append(row)
    groups = [sorted(group, key=lambda row: (_ORDER[row.severity], row.finding_id)) for group in causes.values()]
    groups.sort(key=lambda group: (_ORDER[group[0].severity], -len(group), group[0].finding_id))
    if not groups:
        return []
    lines = ["", f"## {title}", "", "| severity | what | remedy |", "|---|---|---|"]
    for group in groups[:_MOST_CAUSES]:
        worst = group[0]
        others = [_name(row) for row in group[1:]]
        more = f" (and {len(others)} more of the same cause: {_some(others)})" if others else ""
        lines.append(f"| {worst.severity.value} | {plain(_short(worst.message) + more)} | {plain(worst.remedy)} |")
    if len(groups) > _MOST_CAUSES:
        lines.append(f"| | {len(groups) - _MOST_CAUSES} more root causes: see findings | |")
    return lines


def _name(row: Finding) -> str:
    """A finding's subject, without what its root cause says already."""
    name = row.subject.rpartition("|")[2].removeprefix(row.root_cause.partition(":")[2] + ":")
    return _short(name.removeprefix(row.root_cause.rpartition(": ")[2] + ":"), 40)


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return shown + (" ..." if len(names) > _MOST_NAMED else "")


def _short(text: str, most: int = 220) -> str:
    """One line of bounded length: a screen is a screen."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 4].rstrip() + " ..."


def _decisions(rows: Iterable[Proposal]) -> list[str]:
    """Decisions waiting by kind, the most valuable first, each with a cell as an example and where it is taken."""
    waiting: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for row in rows:
        if row.status is ProposalStatus.OPEN:
            waiting[(row.record, row.field)].append(row)
    if not waiting:
        return []
    total = sum(map(len, waiting.values()))
    lines = ["", f"## Decisions waiting: {total}", ""]
    known = [decision for decision in DECISIONS if (decision.record, decision.field) in waiting]
    for decision in known[:_MOST_DECISIONS]:
        items = waiting[(decision.record, decision.field)]
        example = f"{items[0].record_id}: {_short(items[0].proposed_value, 60)}"
        lines.append(f"- {len(items)} {decision.words} (such as {plain(example)}): {decision.where}")
        total -= len(items)
    if total:
        lines.append(f"- {total} more: see proposals")
    return [*lines, "", "`ropa explain` shows the reasons for each."]


def _ending(tables: Tables, as_of: date) -> list[str]:
    """Acceptances, contracts' reviews, holds, assessments and reviews that end within 30 days or are past."""
    soon: list[tuple[date, str]] = []
    soon += [
        (row.accepted_until, f"acceptance of {row.finding_id}")
        for row in tables.rows(Finding)
        if row.status is FindingStatus.ACCEPTED and row.accepted_until
    ]
    soon += [(row.review_on, f"hold {row.hold_id}") for row in tables.rows(Hold) if row.review_on]
    soon += [(row.next_review, f"assessment {row.assessment_id}") for row in tables.rows(Assessment) if row.next_review]
    soon += [
        (row.next_review, f"review of {row.activity_id}") for row in tables.rows(ProcessingActivity) if row.next_review
    ]
    due = sorted(item for item in soon if item[0] <= as_of + _SOON)
    if not due:
        return []
    lines = [f"- {when.isoformat()}: {plain(_short(what, 100))}" for when, what in due[:_MOST_ENDING]]
    return ["", "## Ending within 30 days", "", *lines]
