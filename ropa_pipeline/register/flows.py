"""Who receives what, in which activity, and how we know: the raw flows behind recipients and disclosures.

Belongs here: collecting flows from the notice (declared), from exports and databases of a recipient's
system, from shop-module tables that show a recipient, and from cookies. Does not belong here: roles,
contracts, the published rows (``recipients``, ``disclosures``). GDPR Art. 4(9), 30(1)(d).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import DeclaredActivity, DeclaredRecipient
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.observation import ObservedCookie
from ropa_pipeline.model.providers import Providers, Resolved, Trace
from ropa_pipeline.model.terms import EvidenceKind, Role, SourceKind
from ropa_pipeline.register.activities import Attribution, is_personal
from ropa_pipeline.register.activity_data import column_locator
from ropa_pipeline.register.inputs import RegisterInputs


@dataclass
class Flow:
    """One recipient in one activity. ``pairs``: (data subject, category) -> locators of columns that show it."""

    activity_id: str
    recipient_id: str
    system: str
    category_text: str = ""
    name: str = ""
    statements: set[str] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)
    stated_role: Role | None = None
    seen: set[tuple[EvidenceKind, str]] = field(default_factory=set)
    stated_pairs: set[tuple[str, str]] = field(default_factory=set)
    observed_pairs: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    systems: set[str] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)


def collect_flows(inputs: RegisterInputs, attribution: Attribution) -> tuple[Flow, ...]:
    """All flows, one per activity and recipient, sorted.

    A recipient that was seen but belongs to no activity of this controller has ``activity_id`` NOT STATED:
    it is never dropped.
    """
    flows: dict[tuple[str, str], Flow] = {}
    for activity in attribution.activities:
        for recipient in activity.declared.recipients if activity.declared else ():
            assert activity.declared is not None
            _declare(flows, activity.declared, recipient)
    _from_sources(inputs, attribution, flows)
    _from_tables(inputs, attribution, flows)
    _from_cookies(inputs, attribution, flows)
    _from_counterparties(inputs, attribution, flows)
    return tuple(flows[key] for key in sorted(flows))


def recipient_key(recipient: DeclaredRecipient) -> str:
    """The recipient's id: its system, or a readable key made of its category or name.

    >>> recipient_key(DeclaredRecipient(category="Hosting providers"))
    'hosting_providers'
    """
    if recipient.system:
        return recipient.system
    folded = unicodedata.normalize("NFKD", recipient.name or recipient.category)
    plain = folded.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _flow(flows: dict[tuple[str, str], Flow], activity_id: str, recipient_id: str, system: str) -> Flow:
    return flows.setdefault((activity_id, recipient_id), Flow(activity_id, recipient_id, system))


def _declare(flows: dict[tuple[str, str], Flow], activity: DeclaredActivity, recipient: DeclaredRecipient) -> None:
    flow = _flow(flows, activity.id, recipient_key(recipient), recipient.system)
    flow.category_text = recipient.category
    flow.name = recipient.name
    flow.statements.update(recipient.statements)
    flow.stated_role = recipient.role
    if recipient.decision:
        flow.decisions.add(recipient.decision)
    for category in recipient.categories:
        subjects = {group.subject for group in activity.data if category in group.categories}
        flow.stated_pairs.update((subject, category) for subject in subjects or {NOT_STATED})


def _activities_for(attribution: Attribution, purposes: Iterable[str]) -> tuple[str, ...]:
    return attribution.covering(frozenset(purposes)) or (NOT_STATED,)


def _show(flow: Flow, column: ClassifiedColumn) -> None:
    subject = column.data_subject if column.data_subject != "none" else NOT_STATED
    flow.observed_pairs.setdefault((subject, column.data_category), set()).add(column_locator(column))


def _from_sources(inputs: RegisterInputs, attribution: Attribution, flows: dict[tuple[str, str], Flow]) -> None:
    """An export or database of a recipient's own system shows the recipient and what it holds.

    Documented fields show neither: they say what the vendor offers, not what this controller sends.
    """
    for observation in inputs.observations:
        mapping = inputs.systems.get(observation.system)
        if mapping is None or not mapping.is_recipient or observation.kind is SourceKind.DOCUMENTED:
            continue
        for activity_id in _activities_for(attribution, mapping.purposes):
            flow = _flow(flows, activity_id, mapping.system, mapping.system)
            flow.seen.add((EvidenceKind.ROWS, f"{observation.source_id}:*"))
            flow.systems.add(observation.system)
        for column in inputs.columns_of(observation.source_id):
            if is_personal(column):
                for activity_id in attribution.of_column(column) or _activities_for(attribution, mapping.purposes):
                    flow = _flow(flows, activity_id, mapping.system, mapping.system)
                    flow.systems.add(observation.system)
                    _show(flow, column)


def _from_tables(inputs: RegisterInputs, attribution: Attribution, flows: dict[tuple[str, str], Flow]) -> None:
    """A module's table shows that its provider is (or was) used: modules often leave their tables behind."""
    documented = {item.source_id for item in inputs.observations if item.kind is SourceKind.DOCUMENTED}
    for table in inputs.tables:
        mapping = inputs.systems.get(table.recipient_system)
        if mapping is None or not mapping.is_recipient or table.source_id in documented:
            continue
        for activity_id in _activities_for(attribution, table.purposes or mapping.purposes):
            flow = _flow(flows, activity_id, mapping.system, mapping.system)
            flow.seen.add((EvidenceKind.ROWS, f"{table.source_id}:{table.table_name}"))
            flow.systems.add(table.system)
        for column in inputs.columns_of(table.source_id):
            if column.table_name == table.table_name and is_personal(column):
                for activity_id in attribution.of_column(column) or _activities_for(attribution, mapping.purposes):
                    flow = _flow(flows, activity_id, mapping.system, mapping.system)
                    flow.systems.add(table.system)
                    _show(flow, column)


def _from_cookies(inputs: RegisterInputs, attribution: Attribution, flows: dict[tuple[str, str], Flow]) -> None:
    for observation in inputs.observations:
        for cookie in observation.cookies:
            found = resolve_cookie(inputs, cookie)
            mapping = inputs.systems.get(found.system) if found else None
            if found is None or mapping is None or not mapping.is_recipient:
                continue
            for activity_id in _activities_for(attribution, mapping.purposes):
                flow = _flow(flows, activity_id, mapping.system, mapping.system)
                flow.seen.add((EvidenceKind.COOKIE, f"{observation.source_id}:{cookie.name}"))
                flow.traces.add(found.trace.value)
                pair = ("visitor", "device.cookie_or_session")
                flow.observed_pairs.setdefault(pair, set()).add(f"{observation.source_id}:{cookie.name}")
                flow.systems.add(observation.system)


def _from_counterparties(inputs: RegisterInputs, attribution: Attribution, flows: dict[tuple[str, str], Flow]) -> None:
    """A provider that a bank statement names as a payer or payee is in use; a person's name is never kept."""
    catalogue = Providers(inputs.systems, inputs.entities)
    for observation in inputs.observations:
        for party in observation.parties:
            found = catalogue.of_entity(party.entity_id, Trace(party.matched_by))
            mapping = inputs.systems.get(found.system) if found else None
            if found is None or mapping is None:
                continue  # one company runs several systems: which of them is paid, the statement does not say
            for activity_id in _activities_for(attribution, mapping.purposes):
                flow = _flow(flows, activity_id, mapping.system, mapping.system)
                flow.seen.add((EvidenceKind.ROWS, f"{observation.source_id}:counterparty {party.entity_id}"))
                flow.traces.add(found.trace.value)
                flow.systems.add(observation.system)


def cookie_system(inputs: RegisterInputs, cookie: ObservedCookie) -> str:
    """The system behind an observed cookie, empty where its provider is not known."""
    found = resolve_cookie(inputs, cookie)
    return found.system if found else ""


def resolve_cookie(inputs: RegisterInputs, cookie: ObservedCookie) -> Resolved | None:
    """The provider of an observed cookie and by which trace it was recognised."""
    catalogue = Providers(inputs.systems, inputs.entities, inputs.reference.cookies)
    return catalogue.by_cookie(cookie.name, cookie.domain)
