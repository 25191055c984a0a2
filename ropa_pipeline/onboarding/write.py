"""The text of the six files of a drafted folder, with a mark on every line that says where it comes from.

Belongs here: YAML that people go on editing, deterministic, with comments. Does not belong here: what it says
(``draft``) and writing to disk (``commands.init``). Marks: ``stated (line N)``, ``observed (table)``,
``proposed: confirm``. Only values of the drafted models are written, so no sentence of the notice is.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.controller import DeclaredActivity
from ropa_pipeline.onboarding.draft import Draft, Known
from ropa_pipeline.onboarding.facts import GIVEN
from ropa_pipeline.onboarding.questions import unanswered

_PLAIN = re.compile(r"[^\W\d_][\w ./@()+*-]*")
_WORDS_OF_YAML = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
_TABLES_SHOWN = 4
PROPOSED = "proposed: confirm"


def files(draft: Draft, known: Known) -> dict[str, str]:
    """File name -> text, for the six files of the folder, in reading order. The same draft gives the same bytes."""
    return {name: "\n".join(make(draft, known)) + "\n" for name, make in FILES}


def scalar(value: Any) -> str:
    """One value as YAML that reads back as the same value, in block and in flow style.

    >>> scalar("P10Y"), scalar("6(1)(b)"), scalar("NO"), scalar("a: b"), scalar(True)
    ('P10Y', '"6(1)(b)"', '"NO"', '"a: b"', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML and not text.endswith(" "):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def flow(value: Any) -> str:
    """A value as one line: models and mappings in braces, sequences in brackets, defaults left out."""
    if isinstance(value, Frozen):
        return flow({name: getattr(value, name) for name in _written(value)})
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def _written(value: Frozen) -> list[str]:
    """Fields in declared order that are required or differ from their default."""
    fields = type(value).model_fields
    return [
        name
        for name, field in fields.items()
        if field.is_required() or getattr(value, name) != field.get_default(call_default_factory=True)
    ]


class _Marks:
    """Where a declared value comes from, as a comment."""

    def __init__(self, draft: Draft) -> None:
        self._lines = draft.lines

    def of(self, statements: tuple[str, ...]) -> str:
        lines = sorted({self._lines[name] for name in statements if name in self._lines})
        if not lines:
            return PROPOSED
        words = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in lines)
        return f"stated ({'line' if words.isdigit() else 'lines'} {words})"


def _line(text: str, mark: str) -> str:
    return f"{text}  # {_one_line(mark)}" if mark else text


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _observed(tables: Iterable[str]) -> str:
    named = list(tables)
    more = f" and {len(named) - _TABLES_SHOWN} more" if len(named) > _TABLES_SHOWN else ""
    return f"observed ({', '.join(named[:_TABLES_SHOWN])}{more})"


def _controller(draft: Draft, known: Known) -> Iterable[str]:
    facts, marks = draft.folder.facts, _Marks(draft)
    yield "# Drafted by `ropa init`. Each line says where it comes from; what is left out is NOT STATED."
    yield f"controller_id: {scalar(facts.controller_id)}"
    because = GIVEN if draft.place_because == GIVEN else f"{PROPOSED} ({draft.place_because})"
    yield _line(f"timezone: {scalar(facts.timezone)}", because)
    yield _line(f"jurisdiction: {scalar(facts.jurisdiction)}", because)
    yield _line(f"language: {scalar(facts.language)}", "of the workbooks: en or lt")
    names = ("name", "company_code", "address", "email", "phone", "website", "country", "supervisory_authority")
    for name in (*names, "art30_5_assessment"):
        value = getattr(facts, name)
        if value is None:
            yield f"# {name}: NOT STATED"
        else:
            stated = marks.of(value.statements) if value.statements else "NOT STATED: write it, with a decision"
            yield _line(f"{name}: {flow(value)}", stated)
    if not facts.parties:
        yield "parties: []  # joint controllers, representative, data protection officer: NOT STATED"
        return
    yield "parties:  # joint controllers, representative, data protection officer: NOT STATED"
    for party in facts.parties:
        yield _line(f"  - {flow(party)}", marks.of(party.statements))


def _notice(draft: Draft, known: Known) -> Iterable[str]:
    notice = draft.folder.notice
    yield "# What the notice says, in keys and normalised values. `lines` count from 1 in the text whose hash is here."
    if notice is None:
        yield "# No notice was given. `ropa notice read FILE` lists the statements; or draft again with --notice FILE."
        return
    yield "# `confidence` is the reader's. Remove it once a person has compared the statement with its line."
    yield "notice:"
    for name in _written(notice.notice):
        yield f"  {name}: {scalar(getattr(notice.notice, name))}"
    yield "statements:" + ("" if notice.statements else " []")
    section = None
    for item in notice.statements:
        if item.section != section:
            section = item.section
            yield f"  # {_one_line(section) or 'before the first heading'}"
        yield f"  - {flow(item)}"


def _activities(draft: Draft, known: Known) -> Iterable[str]:
    marks, content = _Marks(draft), draft.folder.activities
    yield "# Drafted by `ropa init`: activities that the notice states, then those that only systems show."
    yield "# `covers` routes observed columns and recipients; it states nothing. A proposal never fills a cell: to"
    yield "# accept one, write the value with a decision of decisions.yaml. What systems show is read anew every night."
    yield "activities:" + ("" if content.activities else " []")
    for activity in content.activities:
        yield ""
        yield from _activity(activity, draft, marks)
    yield ""
    yield "retention:" + ("" if content.retention else " []")
    for rule in content.retention:
        doubt = "; which tables: " + PROPOSED if rule.rule_id in draft.unclear_periods else ""
        yield f"  # {marks.of(rule.statements)}; activities and categories: {PROPOSED}{doubt}"
        yield from _block(rule)
    yield ""
    yield "measures:" + ("" if content.measures else " []")
    for measure in content.measures:
        yield _line(f"  - {flow(measure)}", marks.of(measure.statements))
    yield ""
    yield "# Not yet answered. Each: - {item: staff, exists: false, decision: d1}, with d1 in decisions.yaml."
    yield "standing: []"
    for item in unanswered(draft, known):
        yield f"  # {item.key}: {item.question}"


def _activity(activity: DeclaredActivity, draft: Draft, marks: _Marks) -> Iterable[str]:
    shown = draft.drafted.seen.get(activity.id, ())
    where = marks.of(activity.statements) if activity.statements else _observed(shown)
    yield _line(f"  - id: {scalar(activity.id)}", where)
    yield f"    name: {scalar(activity.name)}"
    worded = "" if activity.purpose == NOT_STATED else marks.of(activity.statements)
    yield _line(f"    purpose: {scalar(activity.purpose)}", worded or "write it, with a decision")
    tables = draft.seen.tables_of(activity.covers)
    yield _line(f"    covers: {flow(activity.covers)}", _observed(tables) if tables else "")
    if activity.statements:
        yield f"    statements: {flow(activity.statements)}"
    for name in ("legal_bases", "data", "recipients", "transfers"):
        items = getattr(activity, name)
        if items:
            yield f"    {name}:"
        for item in items:
            yield _line(f"      - {flow(item)}", marks.of(item.statements))
        if name == "recipients":
            own = {item.system for item in items}
            for one, system, place in draft.drafted.seen_recipients:
                if one == activity.id and system not in own:
                    yield f"      # {system}: observed ({_one_line(place)}), not in the notice"
    for name in ("source_of_data", "automated_decisions"):
        value = getattr(activity, name)
        if value is not None:
            yield _line(f"    {name}: {flow(value)}", marks.of(value.statements))
    if activity.proposals:
        yield "    proposals:"
    for proposal in activity.proposals:
        yield _line(f"      - {flow(proposal)}", PROPOSED)


def _block(value: Frozen) -> Iterable[str]:
    for index, name in enumerate(_written(value)):
        yield f"  {'-' if index == 0 else ' '} {name}: {flow(getattr(value, name))}"


def _sources(draft: Draft, known: Known) -> Iterable[str]:
    sources, marks, reasons = draft.folder.sources, _Marks(draft), dict(draft.reasons)
    yield "# Where the systems are read. A password stands in no file: `env:VARIABLE` names the variable that holds the"
    yield "# address. `documented`: nothing to read; the operator's documented fields stand in for it."
    yield "sources:" + ("" if sources.sources else " []")
    for source in sources.sources:
        stated = marks.of(_statements_about(draft, source.system))
        why = reasons.get(source.id, "")
        yield _line(f"  - {flow(source)}", f"recognised by {why}" if why else stated)
    yield "not_connected:" + ("" if sources.not_connected else " []")
    for item in sources.not_connected:
        yield _line(f"  - {flow(item)}", marks.of(item.statements))


def _statements_about(draft: Draft, system: str) -> tuple[str, ...]:
    found = [item for one in draft.folder.activities.activities for item in one.recipients if item.system == system]
    return tuple(name for item in found for name in item.statements)


def _cookies(draft: Draft, known: Known) -> Iterable[str]:
    marks, cookies = _Marks(draft), draft.folder.cookies.cookies
    yield "# The cookies that the notice names one by one, in its order and spelling. lifetime: ISO 8601 as written."
    yield "cookies:" + ("" if cookies else " []")
    for cookie in cookies:
        yield _line(f"  - {flow(cookie)}", marks.of(cookie.statements))


def _decisions(draft: Draft, known: Known) -> Iterable[str]:
    yield "# Decisions of named people about this record: none so far. `decisions` says who, when and why; every entry"
    yield "# of the other lists names one by its id (keys: docs/mappings.md). Reasons hold no personal data."
    yield "#   decisions:"
    yield '#     - {id: d1, by: "office manager", on: 2026-03-02, reason: "there are no employees besides the manager"}'
    for name in type(draft.folder.decisions).model_fields:
        yield f"{name}: []"


FILES: tuple[tuple[str, Callable[[Draft, Known], Iterable[str]]], ...] = (
    ("controller.yaml", _controller),
    ("notice.yaml", _notice),
    ("activities.yaml", _activities),
    ("sources.yaml", _sources),
    ("cookies.yaml", _cookies),
    ("decisions.yaml", _decisions),
)
