"""The whole draft of a controller's folder: facts, notice, cookies, measures, activities, sources.

Belongs here: assembling what the notice states and the systems show into the typed folder, and the facts that
need no activity. Does not belong here: activities (``activities``), periods (``periods``), the files' text
(``write``). GDPR Art. 30(1)(a), (g). What nothing states stays NOT STATED; a draft never decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import (
    Activities,
    ControllerFolder,
    Cookies,
    DeclaredActivity,
    DeclaredCookie,
    DeclaredMeasure,
    DeclaredRetention,
    DeclaredSource,
    DeclaredStatement,
    NotConnected,
    Notice,
    NoticeRecord,
    Sources,
)
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.notice import CookieStatement, NoticeLexicon, NoticeReading
from ropa_pipeline.model.providers import Providers
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.template import Place, Templates
from ropa_pipeline.model.terms import StartEvent, StatementKind
from ropa_pipeline.onboarding.activities import DraftedActivities, draft_activities
from ropa_pipeline.onboarding.facts import GIVEN, facts, of_kind, place_of
from ropa_pipeline.onboarding.periods import draft_retention, law_periods
from ropa_pipeline.onboarding.sources import Seen

_CLASS_OF_COOKIES = re.compile(r"^(?:[\w -]+ )?cookies$", re.IGNORECASE)
_LONGEST_SECTION = 40


@dataclass(frozen=True)
class Known:
    """The shared mappings that a draft is made with."""

    taxonomy: Taxonomy
    systems: Mapping[str, SystemMapping]
    entities: Mapping[str, Entity]
    reference: Reference
    lexicon: NoticeLexicon
    templates: Templates


@dataclass(frozen=True)
class Draft:
    """A drafted folder, with what marks and questions need beside it.

    ``place_because``: why this jurisdiction is proposed. ``tables``: what shows an activity that the notice does not
    state. ``unplaced``: recipients of the notice that no activity could be found for, as (name, line).
    ``not_understood``: line ranges of the notice that gave no statement. ``unread``: given sources that could not
    be read or recognised, as (what, why). ``unclear_periods``: rules whose rows a person must tell apart.
    """

    folder: ControllerFolder
    place_because: str
    seen: Seen
    drafted: DraftedActivities
    unclear_periods: tuple[str, ...] = ()
    not_understood: tuple[tuple[int, int], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> dict[str, tuple[int, int]]:
        """Lines of each statement of the drafted notice."""
        notice = self.folder.notice
        return {item.id: item.lines for item in notice.statements} if notice else {}


def draft(
    controller_id: str,
    known: Known,
    reading: NoticeReading | None = None,
    sources: tuple[DeclaredSource, ...] = (),
    seen: Seen | None = None,
    reasons: Mapping[str, str] | None = None,
    unread: tuple[tuple[str, str], ...] = (),
    chosen: Place | None = None,
) -> Draft:
    """Draft a controller's folder out of its notice and what its sources show; both may be absent.

    ``reasons``: why each source is taken for its system, by source id. ``chosen``: where the controller is, by the
    user's own word, which goes before what the notice points at. One statement of the draft's notice per
    understood statement of the reading. Nothing is read or written.
    """
    shown = seen or Seen()
    said = tuple(
        item for item in (reading.statements if reading else ()) if item.kind is not StatementKind.NOT_UNDERSTOOD
    )
    place, because = (chosen, GIVEN) if chosen else place_of(said, known.templates, known.lexicon)
    language = "lt" if reading is not None and reading.language == "lt" else "en"
    drafted = draft_activities(said, shown, known.taxonomy, known.systems, known.entities, known.templates, language)
    rules, unclear = draft_retention(said, drafted.activities, known.templates, known.taxonomy, controller_id)
    activities = _with_law(drafted, rules, known.reference, place.jurisdiction)
    folder = ControllerFolder(
        facts=facts(controller_id, said, place, language, known.lexicon),
        notice=_notice(reading, said) if reading is not None else None,
        activities=Activities(activities=activities, retention=rules, measures=_measures(said, known.taxonomy)),
        sources=_sources(sources, drafted, known.systems),
        cookies=Cookies(cookies=_cookies(said, known)),
        decisions=Decisions(),
    )
    return Draft(
        folder=folder,
        place_because=because,
        seen=shown,
        drafted=drafted,
        unclear_periods=unclear,
        not_understood=reading.not_understood if reading is not None else (),
        unread=unread,
        reasons=tuple(sorted((reasons or {}).items())),
    )


def _notice(reading: NoticeReading, said: tuple[Statement, ...]) -> Notice:
    statements = tuple(
        DeclaredStatement(
            id=item.statement_id,
            kind=item.kind,
            section=_short(item.section),
            lines=(item.line_from or 1, item.line_to or item.line_from or 1),
            subject=item.subject,
            value=item.value,
            confidence=item.confidence,
        )
        for item in said
    )
    address = next((item.value for item in said if item.subject == "website"), "")
    record = NoticeRecord(
        address=address,
        dated=reading.notice_date,
        language=reading.language,
        sha256=reading.sha256,
        lines=reading.lines,
    )
    return Notice(notice=record, statements=statements)


def _short(section: str) -> str:
    """A heading is a place, not a text: a long one is cut at a word."""
    if len(section) <= _LONGEST_SECTION:
        return section
    return section[:_LONGEST_SECTION].rpartition(" ")[0] + " ..."


def _measures(said: tuple[Statement, ...], taxonomy: Taxonomy) -> tuple[DeclaredMeasure, ...]:
    found: list[DeclaredMeasure] = []
    for measure in taxonomy.measures:
        statements = of_kind(said, StatementKind.SECURITY_MEASURE, measure.key)
        if statements:
            possible = all(item.value == "may be used" for item in statements)
            wording = f"{measure.label.en}, may be used" if possible else measure.label.en
            ids = tuple(item.statement_id for item in statements)
            found.append(DeclaredMeasure(measure=measure.key, wording=wording, statements=ids))
    return tuple(found)


def _cookies(said: tuple[Statement, ...], known: Known) -> tuple[DeclaredCookie, ...]:
    """The cookies that the notice names one by one; a sentence about a class of cookies declares none."""
    labels = {item.key: item.label.en for item in known.taxonomy.purposes}
    catalogue = Providers(known.systems, known.entities, known.reference.cookies)
    found: dict[tuple[str, str], DeclaredCookie] = {}
    for item in of_kind(said, StatementKind.COOKIE):
        if _CLASS_OF_COOKIES.match(item.subject):
            continue
        value = CookieStatement.parse(item.value)
        resolved = catalogue.by_cookie_row(item.subject, "" if value.provider == NOT_STATED else value.provider)
        cookie = DeclaredCookie(
            name=item.subject,
            category=value.category,
            provider=value.provider,
            system=resolved.system if resolved else "",
            purpose="; ".join(labels.get(key, key) for key in value.purposes if key != NOT_STATED) or NOT_STATED,
            lifetime=value.lifetime,
            statements=(item.statement_id,),
        )
        found.setdefault((cookie.name, cookie.provider), cookie)
    return tuple(found.values())


def _sources(
    sources: tuple[DeclaredSource, ...], drafted: DraftedActivities, systems: Mapping[str, SystemMapping]
) -> Sources:
    """The given sources; documented ones for recipients that have no file; the rest is not connected yet."""
    read = {item.system for item in sources}
    stated: dict[str, list[str]] = {}
    for activity in drafted.activities:
        for recipient in activity.recipients:
            if recipient.system and recipient.system not in read:
                stated.setdefault(recipient.system, []).extend(recipient.statements)
    documented = [
        DeclaredSource(system=system, connector="documented")
        for system in sorted(stated)
        if systems[system].connector == "documented" and systems[system].documented
    ]
    have = {item.system for item in documented}
    waiting = tuple(
        NotConnected(
            system=system, reason="no file or address was given", statements=tuple(dict.fromkeys(stated[system]))
        )
        for system in sorted(set(stated) - have)
    )
    return Sources(sources=(*sources, *documented), not_connected=waiting)


def _with_law(
    drafted: DraftedActivities, rules: tuple[DeclaredRetention, ...], reference: Reference, jurisdiction: str
) -> tuple[DeclaredActivity, ...]:
    """Activities with the law's periods as proposals, where the notice gives none with an end and a start."""
    clear = {
        activity
        for rule in rules
        if rule.period.startswith("P") and rule.starts_at is not StartEvent.NOT_STATED
        for activity in rule.activities
    }
    return tuple(
        item
        if item.id in clear
        else item.model_copy(update={"proposals": (*item.proposals, *law_periods(item, reference, jurisdiction))})
        for item in drafted.activities
    )
