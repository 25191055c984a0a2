"""The audit file's sheets with pictures: data flows, and findings and overdue rows over time.

Belongs here: which picture stands on which sheet, with its figures in cells beside it. Does not belong here: drawing
(``pictures``) and what flows (``flows``). Where there is nothing to draw the sheet says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.terms import FindingStatus, Severity
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.flows import SOME_THIRD_COUNTRY, Layer, Link, Names, links, passages
from ropa_pipeline.publish.picture_words import WORDS
from ropa_pipeline.publish.pictures import FlowWords, Line, chart_picture, flow_picture
from ropa_pipeline.publish.words import NOTHING
from ropa_pipeline.publish.workbook import Block, Heading, Picture, Sheet, Shown

_MOST_LINES = 6
_WIDE = 32  # six columns as wide as the picture below them, or its right side would not be printed
_SEVERITIES = (("errors", Severity.ERROR), ("warnings", Severity.WARNING), ("checks", Severity.CHECK))


def flows_sheet(parts: AuditParts) -> Sheet:
    """Every recipient in a row: whose data, from which systems, to which countries; below, the picture."""
    say = _Words(parts)
    brands = {row.recipient_id: row.brand for row in parts.tables.rows(Recipient)}
    unknown = parts.language.mark(NOT_STATED)
    rows = [
        (
            Shown(brands[item.recipient], "strong"),
            Shown(say.listed(parts.words.key(key) for key in item.people) or unknown),
            Shown(say.listed(parts.words.system(key) for key in item.systems) or say("unseen")),
            Shown(parts.language.country(item.country)),
            Shown(say.listed(say.country(key) for key in item.third_countries) or NOTHING),
            Shown(say.listed(parts.words.key(key) for key in item.categories) or unknown),
            Shown(len(item.categories), "number"),
        )
        for item in parts.words.in_order(passages(parts.tables), lambda item: brands[item.recipient])
    ]
    keys = ("recipient", "people", "systems", "country", "third countries", "data", "how many")
    widths = (30, 30, 34, 24, 30, 60, 11)
    headings = tuple(Heading(say(key), widest=widest) for key, widest in zip(keys, widths, strict=True))
    found = links(parts.tables, say.names)
    picture = () if not found else (Picture(_drawn(found, say), _flows_in_words(found, say), say("flows")),)
    empty = say("no recipients") if found else say("no flows")
    return Sheet(
        parts.language.sheet("Data flows"), say("about flows"), (Block(headings, rows, empty=empty),), pictures=picture
    )


def trends_sheet(parts: AuditParts) -> Sheet:
    """Open findings of each release by severity, and overdue rows over time; pictures where there are two days."""
    say = _Words(parts)
    counted = _counted(parts)
    rows = [
        (
            Shown(day, "date"),
            Shown(name, "strong"),
            *(Shown(say("not counted") if count is None else count, "number") for count in figures),
        )
        for day, name, figures in counted
    ]
    keys = ("day", "release", "open", *(key for key, _ in _SEVERITIES))
    headings = tuple(Heading(say(key), width=_WIDE) for key in keys)
    by_severity = [
        Line(say(key), tuple((day, figures[place]) for day, _, figures in counted if figures[place] is not None))
        for place, key in enumerate(("open", *(key for key, _ in _SEVERITIES)))
    ]
    days = {day for line in by_severity for day, _ in line.points}
    overdue = _overdue_lines(parts)
    measured = {day for line in overdue for day, _ in line.points}
    pictures = [
        _chart(lines, say(unit), say(title), parts, say)
        for lines, unit, title, dated in (
            (by_severity, "open", "findings title", days),
            (overdue, "overdue", "overdue title", measured),
        )
        if len(dated) > 1
    ]
    said = [] if len(days) > 1 else [say("one release")]
    said += [] if len(measured) > 1 else [say("one measurement") if measured else say("no overdue")]
    about = " ".join([say("about trends"), *said])
    return Sheet(parts.language.sheet("Trends"), about, (Block(headings, rows),), pictures=tuple(pictures))


class _Words:
    """The sheets' own words in the language of the file, and how keys are written."""

    def __init__(self, parts: AuditParts) -> None:
        self._parts = parts
        self._language = replace(parts.language, phrases=WORDS[parts.language.code])
        self.counted = self._language.counted

    def __call__(self, key: str, **values: object) -> str:
        return self._language.phrase(key, **values)

    def country(self, code: str) -> str:
        return self("no third country") if code == SOME_THIRD_COUNTRY else self._parts.language.country(code)

    def listed(self, items: Iterable[str]) -> str:
        return ", ".join(sorted(set(items), key=self._language.sort_key))

    @property
    def names(self) -> Names:
        return Names(
            key=self._parts.words.key,
            system=self._parts.words.system,
            country=self.country,
            no_system=self("unseen"),
            no_country=self("no country"),
            no_third_country=self("no third country"),
            others=partial(self.counted, "others"),
        )


def _drawn(found: Sequence[Link], say: _Words) -> bytes:
    headings = (say("people"), say("systems"), say("recipients"), say("countries"))
    return flow_picture(
        found, FlowWords(headings, partial(say.counted, "categories"), say("legend third"), say("legend unknown"))
    )


def _flows_in_words(found: Sequence[Link], say: _Words) -> str:
    nodes = {node for link in found for node in (link.source, link.target)}
    counted = {layer: sum(node.holds for node in nodes if node.layer is layer) for layer in Layer}
    return say(
        "flows in words",
        people=counted[Layer.PEOPLE],
        systems=counted[Layer.SYSTEMS],
        recipients=counted[Layer.RECIPIENTS],
        countries=counted[Layer.COUNTRIES],
    )


def _counted(parts: AuditParts) -> list[tuple[date, str, tuple[int | None, ...]]]:
    """Each release with its open findings, in all and by severity; the last line is this file's own findings."""
    found: list[tuple[date, str, tuple[int | None, ...]]] = []
    rows = parts.tables.rows(Snapshot)
    for row in sorted(rows, key=lambda item: (str(item.created_at or ""), item.snapshot_id)):
        if row.created_at is not None:
            figures = (row.open_findings, row.open_errors, row.open_warnings, row.open_checks)
            found.append((parts.words.time(row.created_at).date(), row.snapshot_id, figures))
    opened = [row.severity for row in parts.tables.rows(Finding) if row.status is FindingStatus.OPEN]
    now = (len(opened), *(opened.count(severity) for _, severity in _SEVERITIES))
    found = [item for item in found if item[0] != parts.facts.as_of or item[1] != parts.snapshot.snapshot_id]
    return [*found, (parts.facts.as_of, parts.snapshot.snapshot_id, now)]


def _overdue_lines(parts: AuditParts) -> list[Line]:
    """The rules and tables that had most overdue rows, up to the day of the file; equal ones share a line."""
    until = parts.facts.as_of
    every = sorted(
        parts.facts.overdue,
        key=lambda item: (-max(point.overdue or 0 for point in item.points), item.source_id, item.table, item.rule_id),
    )
    alike: dict[tuple[tuple[date, int | None], ...], list[str]] = {}
    for trend in every:
        points = [(point.on, point.overdue) for point in trend.points]
        if points[-1][0] < until:
            points.append((until, points[-1][1]))
        alike.setdefault(tuple(points), []).append(f"{parts.words.system(trend.source_id)}, {trend.table}")
    return [Line(_label(names), same) for same, names in list(alike.items())[:_MOST_LINES]]


def _label(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    return f"{different[0]} (+{len(different) - 1})" if len(different) > 1 else different[0]


def _chart(lines: Sequence[Line], unit: str, title: str, parts: AuditParts, say: _Words) -> Picture:
    days = sorted({day for line in lines for day, _ in line.points})
    dated = {day: parts.language.date(day) for day in days}
    text = say("trend in words", lines=len(lines), first=dated[days[0]], last=dated[days[-1]])
    return Picture(chart_picture(lines, unit, dated), text, title)
