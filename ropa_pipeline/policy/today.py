"""The analyst's first screen: what to know and what to decide today, at most one screen per controller.

Belongs here: choosing and wording; markdown in, markdown out. Does not belong here: finding anything.
New findings are grouped by root cause; a quiet night is one line; the first run is a baseline.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Finding, Proposal
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.register import Assessment, ProcessingActivity
from ropa_pipeline.model.retention import Hold
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, ProposalStatus, Severity, SourceStatus

_MOST = 8
_SOON = timedelta(days=30)
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.CHECK: 2, Severity.INFO: 3}


def today(tables: Tables, previous: Tables, folder: ControllerFolder, as_of: date) -> str:
    """Markdown of at most about 40 lines. Names of tables and columns are escaped; no value stands in it."""
    open_now = [row for row in tables.rows(Finding) if row.status is FindingStatus.OPEN]
    before = {row.finding_id for row in previous.rows(Finding) if row.status is not FindingStatus.RESOLVED}
    resolved = [row for row in tables.rows(Finding) if row.status is FindingStatus.RESOLVED]
    first_run = not previous.rows(ProcessingActivity)
    new = [row for row in open_now if row.finding_id not in before]
    lines = [f"# {plain(folder.facts.name.value)}, {as_of.isoformat()}", ""]
    lines += _sources(tables.rows(Source))
    lines += _summary(open_now)
    if first_run:
        lines += ["", "**First run: this is the baseline.** Nothing is reported as new.", ""]
        lines += _grouped("Most urgent", open_now)
    elif not new and not resolved:
        lines += ["", "**A quiet night: nothing is new.**"]
    else:
        lines += _grouped("New since the last release", new)
        if resolved:
            lines += ["", f"Resolved: {len(resolved)}"]
    lines += _decisions(tables.rows(Proposal))
    lines += _ending(tables, folder, as_of)
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Text that markdown shows as it is: names come from sources and may hold anything.

    >>> plain("a|b `c` <d>")
    'a\\\\|b \\\\`c\\\\` \\\\<d\\\\>'
    """
    printable = "".join(char if char.isprintable() else " " for char in text)
    return re.sub(r"([\\`*\[\]<>|#])", r"\\\1", printable)


def _sources(rows: Iterable[Source]) -> list[str]:
    rows = tuple(rows)
    counts = Counter(row.status for row in rows)
    late = [row for row in rows if row.status is not SourceStatus.FRESH]
    samples = sum(row.kind.value == "sample" for row in rows)
    line = f"Sources: {counts[SourceStatus.FRESH]} of {len(rows)} read"
    lines = [line + (f"; {samples} of them are synthetic samples." if samples else ".")]
    lines += [f"- {row.source_id}: **{row.status.value}**: {plain(row.reason)}" for row in late]
    return lines


def _summary(open_now: list[Finding]) -> list[str]:
    counts = Counter(row.severity for row in open_now)
    shown = ", ".join(f"{counts[severity]} {severity.value}" for severity in _ORDER if counts[severity])
    return [f"Open findings: {shown or 'none'}."]


def _grouped(title: str, rows: list[Finding]) -> list[str]:
    """Findings by root cause, the worst first, at most a screen's worth."""
    causes: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        causes[row.root_cause].append(row)
    ranked = sorted(causes.items(), key=lambda item: (min(_ORDER[row.severity] for row in item[1]), item[0]))
    if not ranked:
        return []
    lines = ["", f"## {title}", "", "| severity | what | remedy |", "|---|---|---|"]
    for _, group in ranked[:_MOST]:
        worst = min(group, key=lambda row: (_ORDER[row.severity], row.finding_id))
        more = f" (and {len(group) - 1} more of the same cause)" if len(group) > 1 else ""
        lines.append(f"| {worst.severity.value} | {plain(worst.message)}{more} | {plain(worst.remedy)} |")
    if len(ranked) > _MOST:
        lines.append(f"| | {len(ranked) - _MOST} more root causes: see findings | |")
    return lines


def _decisions(rows: Iterable[Proposal]) -> list[str]:
    """Decisions waiting, grouped by the kind of cell: the most cells first."""
    waiting = [row for row in rows if row.status is ProposalStatus.OPEN]
    if not waiting:
        return []
    groups = Counter((row.record, row.field) for row in waiting)
    lines = ["", f"## Decisions waiting: {len(waiting)}", ""]
    lines += [f"- {count} x {record}.{field}" for (record, field), count in groups.most_common(5)]
    return [*lines, "", "Decide in `decisions.yaml` or `activities.yaml`; `ropa explain` shows the reasons."]


def _ending(tables: Tables, folder: ControllerFolder, as_of: date) -> list[str]:
    """Acceptances, holds, assessments and reviews that end within 30 days."""
    soon: list[tuple[date, str]] = []
    soon += [(entry.until, f"acceptance of {entry.finding_id}") for entry in folder.decisions.acceptances]
    soon += [(row.review_on, f"hold {row.hold_id}") for row in tables.rows(Hold) if row.review_on]
    soon += [(row.next_review, f"assessment {row.assessment_id}") for row in tables.rows(Assessment) if row.next_review]
    soon += [
        (row.next_review, f"review of {row.activity_id}") for row in tables.rows(ProcessingActivity) if row.next_review
    ]
    due = sorted(item for item in soon if item[0] <= as_of + _SOON)
    if not due:
        return []
    return ["", "## Ending within 30 days", "", *(f"- {when.isoformat()}: {plain(what)}" for when, what in due[:_MOST])]
