"""What only a person can answer about a first draft, the most valuable first.

Belongs here: the questions, each with the file and the key to edit. Does not belong here: findings of a night
(``policy``), which go on asking later. GDPR Art. 5(2), 6, 26, 28, 30. Value: what makes processing unlawful first,
then what the register cannot show, then what is merely incomplete.
"""

from collections.abc import Callable, Iterable

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.taxonomy import StandingItem
from ropa_pipeline.model.terms import Role, StartEvent
from ropa_pipeline.onboarding.draft import Draft, Known
from ropa_pipeline.onboarding.facts import GIVEN

THIS_TOOL = "this_tool"


class Question(Frozen):
    """One question. ``about`` are the keys it concerns, in the file's order."""

    text: str
    file: str
    key: str
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = f" {', '.join(self.about)}" if self.about else ""
        return f"{self.text}{named} [{self.file}: {self.key}]"


def questions(draft: Draft, known: Known) -> tuple[Question, ...]:
    """All questions that the draft leaves open, the most valuable first; none twice."""
    return tuple(question for rule in RULES for question in rule(draft, known))


def unanswered(draft: Draft, known: Known) -> tuple[StandingItem, ...]:
    """Items of the standing list that no drafted activity is about."""
    covered = {purpose for item in draft.folder.activities.activities for purpose in item.covers}
    return tuple(
        item
        for item in known.taxonomy.standing_list
        if item.key != THIS_TOOL and not covered.intersection(item.purposes or (item.key,))
    )


def _controller(draft: Draft, known: Known) -> Iterable[Question]:
    facts = draft.folder.facts
    if facts.name.value == NOT_STATED:
        yield Question(text="Who is the controller: name, address, e-mail?", file="controller.yaml", key="name")


def _nothing_known(draft: Draft, known: Known) -> Iterable[Question]:
    if not draft.folder.activities.activities:
        yield Question(
            text="Which notice is published, and which systems are used? Nothing was given that shows an activity;"
            " remove this folder and run ropa init again with --notice and --source, or write the activities.",
            file="activities.yaml",
            key="activities",
        )


def _bases(draft: Draft, known: Known) -> Iterable[Question]:
    missing = tuple(
        item.id
        for item in draft.folder.activities.activities
        if not any(one.layer == "gdpr" for one in item.legal_bases)
    )
    if missing:
        yield Question(
            text="On which legal basis does each rest (a proposal stands beside it):",
            file="activities.yaml",
            key="activities[...].legal_bases, with a decision",
            about=missing,
        )


def _contracts(draft: Draft, known: Known) -> Iterable[Question]:
    processors = tuple(
        system for system in _recipients(draft) if system in known.systems and _is_processor(known.systems[system])
    )
    if processors:
        yield Question(
            text="Is there a contract under Art. 28 with each of these, and what is it called:",
            file="decisions.yaml",
            key="contracts",
            about=processors,
        )


def _is_processor(mapping: SystemMapping) -> bool:
    return any(item.role is Role.PROCESSOR for item in mapping.roles)


def _recipients(draft: Draft) -> list[str]:
    stated = {item.system for one in draft.folder.activities.activities for item in one.recipients if item.system}
    return sorted(stated | {item.system for item in draft.seen.recipients})


def _not_in_notice(draft: Draft, known: Known) -> Iterable[Question]:
    stated = {item.system for one in draft.folder.activities.activities for item in one.recipients}
    unnamed = tuple(sorted({item.system for item in draft.seen.recipients} - stated))
    if unnamed:
        yield Question(
            text="Systems show these recipients and the notice does not name them. Are they in use (a module's table"
            " can be left over), and since when:",
            file="decisions.yaml",
            key="roles; then the notice",
            about=unnamed,
        )


def _places(draft: Draft, known: Known) -> Iterable[Question]:
    facts = draft.folder.facts
    if facts.country is None and draft.place_because != GIVEN:
        yield Question(
            text=f"Is {facts.jurisdiction} with the time zone {facts.timezone} right? It decides which law is looked"
            f" at ({draft.place_because}).",
            file="controller.yaml",
            key="jurisdiction, timezone",
        )


def _periods(draft: Draft, known: Known) -> Iterable[Question]:
    rules = draft.folder.activities.retention
    numbered = {name for rule in rules if rule.period.startswith("P") for name in rule.activities}
    missing = tuple(item.id for item in draft.folder.activities.activities if item.id not in numbered)
    if missing:
        yield Question(
            text="How long are the data kept, from which event (the law's periods stand as proposals):",
            file="activities.yaml",
            key="retention",
            about=missing,
        )
    open_start = tuple(
        rule.rule_id for rule in rules if rule.period.startswith("P") and rule.starts_at is StartEvent.NOT_STATED
    )
    if open_start:
        yield Question(
            text="From which event does each of these stated periods run:",
            file="activities.yaml",
            key="retention[...].starts_at, with a decision",
            about=open_start,
        )
    if draft.unclear_periods:
        yield Question(
            text="The notice gives these periods for the same data. Which tables is each about? Until then they only"
            " inform and make no row overdue:",
            file="activities.yaml",
            key="retention[...].tables, effect",
            about=draft.unclear_periods,
        )
    nowhere = tuple(rule.rule_id for rule in rules if not rule.activities)
    if nowhere:
        yield Question(
            text="Which activities are these stated periods about:",
            file="activities.yaml",
            key="retention[...].activities",
            about=nowhere,
        )


def _purposes(draft: Draft, known: Known) -> Iterable[Question]:
    unnamed = tuple(item.id for item in draft.folder.activities.activities if item.purpose == NOT_STATED)
    if unnamed:
        yield Question(
            text="The notice words no purpose for these. What are they for:",
            file="activities.yaml",
            key="activities[...].purpose, with a decision",
            about=unnamed,
        )


def _unplaced(draft: Draft, known: Known) -> Iterable[Question]:
    if draft.drafted.unplaced:
        yield Question(
            text="The notice states these without an activity they could belong to. Where do they belong:",
            file="activities.yaml",
            key="activities",
            about=tuple(dict.fromkeys(f"{what} (line {line})" for what, line in draft.drafted.unplaced)),
        )


def _standing(draft: Draft, known: Known) -> Iterable[Question]:
    items = unanswered(draft, known)
    if items:
        yield Question(
            text="Which of these exist in your business:",
            file="activities.yaml",
            key="standing",
            about=tuple(item.key for item in items),
        )


def _sources(draft: Draft, known: Known) -> Iterable[Question]:
    for what, why in draft.unread:
        yield Question(text=f"{what} was not taken: {why}.", file="sources.yaml", key="sources")
    waiting = tuple(item.system for item in draft.folder.sources.not_connected)
    if waiting:
        yield Question(
            text="Is there an export or an address to read for these (put files into"
            f" data/inbox/{draft.folder.facts.controller_id}/SYSTEM/ and move the entry to sources):",
            file="sources.yaml",
            key="not_connected",
            about=waiting,
        )


def _reading(draft: Draft, known: Known) -> Iterable[Question]:
    if draft.folder.notice is None:
        if draft.folder.activities.activities:
            yield Question(
                text="Where is the privacy notice? Without one every legal cell stays NOT STATED.",
                file="notice.yaml",
                key="run ropa init with --notice",
            )
        return
    if draft.not_understood:
        lines = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in draft.not_understood)
        yield Question(
            text=f"What do these lines of the notice say? They gave no statement: {lines}.",
            file="notice.yaml",
            key="statements",
        )
    yield Question(
        text="Is each drafted statement of the notice right? Remove its confidence once you have read the line.",
        file="notice.yaml",
        key="statements[...].confidence",
    )


Rule = Callable[[Draft, Known], Iterable[Question]]

RULES: tuple[Rule, ...] = (
    _nothing_known,
    _controller,
    _bases,
    _contracts,
    _not_in_notice,
    _periods,
    _purposes,
    _places,
    _standing,
    _unplaced,
    _sources,
    _reading,
)
