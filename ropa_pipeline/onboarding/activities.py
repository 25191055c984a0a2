"""Which activities a first draft has: those that the notice states, then those that only systems show.

Belongs here: grouping purposes into activities. Does not belong here: what stands in their cells (``cells``),
periods (``periods``). GDPR Art. 30(1)(b). An activity that the notice does not name has no statements, its purpose
is NOT STATED, and the usual purpose stands beside it as a proposal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredActivity, DeclaredProposal
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import CookieStatement, DataStatement
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.template import ActivityTemplate, Templates
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.onboarding.cells import Cells
from ropa_pipeline.onboarding.placing import Placed, hosts, place_recipients
from ropa_pipeline.onboarding.sources import Seen


@dataclass(frozen=True)
class DraftedActivities:
    """The activities, and what only systems show: tables by activity, recipients as (activity, system, where).

    ``unplaced``: statements about a recipient or a basis that no activity could be found for, as (what, line).
    """

    activities: tuple[DeclaredActivity, ...]
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_recipients: tuple[tuple[str, str, str], ...] = ()
    unplaced: tuple[tuple[str, int], ...] = ()


@dataclass
class Group:
    """An activity while it is drafted: its template, its purposes, and for stated ones what states them."""

    template: ActivityTemplate
    purposes: list[str]
    stated: dict[str, list[str]] = field(default_factory=dict)
    shown_by: list[str] = field(default_factory=list)


def draft_activities(
    said: tuple[Statement, ...],
    seen: Seen,
    taxonomy: Taxonomy,
    systems: Mapping[str, SystemMapping],
    entities: Mapping[str, Entity],
    templates: Templates,
    language: str,
) -> DraftedActivities:
    """One activity per purpose that is stated or seen; purposes named in one breath share one.

    Order: as the notice has them, then seen ones in the templates' order.
    """
    placed = tuple(place_recipients(said, systems, entities, templates))
    groups = _stated(said, placed, templates)
    _add_seen(groups, seen, systems, templates)
    cells = Cells(said, placed, taxonomy, systems, entities, templates)
    labels = {item.key: item.label.lt if language == "lt" else item.label.en for item in taxonomy.purposes}
    activities = tuple(_activity(group, groups, cells, labels, language) for group in groups)
    by_purpose = {purpose: group.template.activity for group in groups for purpose in group.purposes}
    observed = {
        (by_purpose.get(purpose, NOT_STATED), item.system, item.where)
        for item in seen.recipients
        for purpose in ([one for one in item.purposes if one in by_purpose] or [NOT_STATED])
    }
    return DraftedActivities(
        activities=activities,
        seen={group.template.activity: seen.tables_of(group.purposes) for group in groups if not group.stated}
        | {group.template.activity: tuple(group.shown_by) for group in groups if group.shown_by},
        seen_recipients=tuple(sorted(observed)),
        unplaced=tuple(cells.unplaced(groups_covers(groups))),
    )


def groups_covers(groups: Iterable[Group]) -> frozenset[str]:
    """All purposes that the groups cover."""
    return frozenset(purpose for group in groups for purpose in group.purposes)


def _stated(said: tuple[Statement, ...], placed: tuple[Placed, ...], templates: Templates) -> list[Group]:
    """Groups of stated purposes, in the order of the notice."""
    strong: dict[str, list[Statement]] = {}
    about = hosts(said)
    weak: dict[str, list[Statement]] = {}
    for item in said:
        if item.kind is StatementKind.PURPOSE and templates.of(item.subject):
            strong.setdefault(item.subject, []).append(item)
        elif item.kind is StatementKind.LEGAL_BASIS and templates.of(item.subject):
            if about[item.statement_id] != item.subject:
                continue
            weak.setdefault(item.subject, []).append(item)
        elif item.kind is StatementKind.COOKIE:
            for purpose in CookieStatement.parse(item.value).purposes:
                weak.setdefault(purpose, []).append(item)
    for recipient in placed:
        for purpose in recipient.stated_for:
            weak.setdefault(purpose, []).append(recipient.statement)
    groups: list[Group] = []
    order = sorted(strong, key=lambda purpose: strong[purpose][0].line_from or 0)
    order += [purpose for purpose in weak if purpose not in strong and templates.of(purpose)]
    lines = {purpose: {item.line_from for item in strong.get(purpose, ())} for purpose in order}
    main = [purpose for purpose in order if not _home(purpose, order, lines, templates)]
    for purpose in order:
        template = templates.of(_home(purpose, order, lines, templates) or purpose)
        assert template is not None
        group = next((one for one in groups if one.template is template), None)
        if group is None:
            group = Group(template, [])
            groups.append(group)
        group.purposes.append(purpose)
        group.stated[purpose] = [item.statement_id for item in strong.get(purpose) or weak[purpose]]
    _from_data_and_recipients(groups, said, placed, templates)
    first = {purpose: place for place, purpose in enumerate(main)}
    return sorted(groups, key=lambda group: first.get(group.template.purpose, len(first)))


def _home(purpose: str, stated: list[str], lines: Mapping[str, set[int | None]], templates: Templates) -> str:
    """The purpose whose activity this one is part of: named in the same lines, or itself hardly named at all."""
    template = templates.of(purpose)
    if template is None or template.joins not in stated:
        return ""
    if lines[purpose] and not lines[purpose] & lines[template.joins]:
        return ""
    return _home(template.joins, stated, lines, templates) or template.joins


def _from_data_and_recipients(
    groups: list[Group], said: tuple[Statement, ...], placed: tuple[Placed, ...], templates: Templates
) -> None:
    """Activities that a recipient or a kind of data shows although their purpose is not worded."""
    covered = set(groups_covers(groups))
    for recipient in placed:
        if recipient.usually_for and not covered.intersection(recipient.usually_for):
            purpose = recipient.usually_for[0]
            _shown(groups, templates, purpose, recipient.statement.statement_id)
            covered.add(purpose)
    for item in said:
        if item.kind is not StatementKind.DATA_CATEGORY:
            continue
        value = DataStatement.parse(item.value)
        if value.collected != "yes" or any(purpose != NOT_STATED for purpose in value.purposes):
            continue
        for template in templates.activities:
            if item.subject in template.owns and not {template.purpose, template.joins} & covered:
                _shown(groups, templates, template.purpose, item.statement_id)
                covered.add(template.purpose)


def _shown(groups: list[Group], templates: Templates, purpose: str, statement: str) -> None:
    template = templates.of(purpose)
    if template is not None:
        groups.append(Group(template, [purpose], {NOT_STATED: [statement]}))


def _add_seen(groups: list[Group], seen: Seen, systems: Mapping[str, SystemMapping], templates: Templates) -> None:
    """Purposes that only systems show: part of a stated activity where they usually are, else their own."""
    found = {purpose: list(tables) for purpose, tables in seen.purposes}
    covered = set(groups_covers(groups))
    for recipient in seen.recipients:
        if not {*covered, *found}.intersection(recipient.purposes):
            for purpose in recipient.purposes[:1]:
                found.setdefault(purpose, []).append(recipient.where)
    # The standing list answers for its own items; an activity of the same purpose would answer them unasked.
    new = [item for item in templates.activities if item.purpose in found and not item.standing]
    for template in [*(item for item in new if not item.joins), *(item for item in new if item.joins)]:
        if template.purpose in covered:
            continue
        covered.add(template.purpose)
        home = next((group for group in groups if template.joins in group.purposes), None)
        if home is not None:
            home.purposes.append(template.purpose)
        else:
            groups.append(Group(template, [template.purpose], shown_by=sorted(found[template.purpose])))


def _activity(
    group: Group, groups: list[Group], cells: Cells, labels: Mapping[str, str], language: str
) -> DeclaredActivity:
    template = group.template
    stated = [purpose for purpose in group.stated if purpose != NOT_STATED]
    statements = tuple(dict.fromkeys(name for names in group.stated.values() for name in names))
    bases = cells.bases(stated)
    has_basis = any(item.layer == "gdpr" for item in bases)
    data, open_data = cells.data(group.purposes, template.subject)
    proposals = [item for item in template.proposals if item.field != "legal_basis" or not has_basis]
    if not stated:
        reason = "The notice words no purpose for it." if statements else "Systems show it; the notice does not."
        value = labels[template.purpose]
        proposals.insert(0, DeclaredProposal(field="purpose", value=value, reason=reason, law="GDPR Art. 30(1)(b)"))
    if open_data:
        proposals.append(open_data)
    if template.purpose == "order_fulfilment":
        proposals.extend(cells.data_without_purpose(groups_covers(groups)))
    recipients = cells.recipients(group.purposes)
    if recipients:
        proposals = [item for item in proposals if item.field != "recipients"]
    source = cells.source_of_data(statements)
    return DeclaredActivity(
        id=template.activity,
        name=template.name.lt if language == "lt" else template.name.en,
        purpose="; ".join(labels[purpose] for purpose in stated) or NOT_STATED,
        covers=tuple(group.purposes),
        statements=statements,
        legal_bases=bases,
        data=data,
        recipients=recipients,
        transfers=cells.transfers(recipients),
        source_of_data=source,
        automated_decisions=cells.automated_decisions() if statements else None,
        proposals=tuple(proposals),
    )
