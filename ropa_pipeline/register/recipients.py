"""Recipients, disclosures and contracts, made from the flows (Art. 26, 28, 30(1)(d)).

Belongs here: roles (decided, else stated, else NOT STATED; the provider's documented role is a proposal),
contracts, and that a recipient no longer seen becomes ``ended`` instead of vanishing. Does not belong here:
finding the flows (``flows``) and transfers (``transfers``).
"""

from collections import defaultdict
from datetime import date

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.register import Contract, Disclosure, Recipient
from ropa_pipeline.model.system import RolePeriod, SystemMapping
from ropa_pipeline.model.terms import EvidenceKind, LifeStatus, Origin, RecipientKind, Role
from ropa_pipeline.register.activities import Attribution
from ropa_pipeline.register.flows import Flow
from ropa_pipeline.register.inputs import Ledger, RegisterInputs
from ropa_pipeline.register.past import Past

_NO_ROLE = "neither the notice nor a decision gives the role"


def contracts(inputs: RegisterInputs, flows: tuple[Flow, ...], ledger: Ledger) -> tuple[Contract, ...]:
    """One row per instrument: those a person saw, then the terms that a recipient's provider offers."""
    used = sorted({flow.system for flow in flows if flow.system})
    rows: list[Contract] = []
    for entry in inputs.folder.decisions.contracts:
        row = Contract(
            contract_id=f"{entry.system}.art{entry.article}",
            recipient_id=entry.system,
            article=entry.article,
            document=entry.document,
            version=entry.version or NOT_STATED,
            accepted_on=entry.accepted_on,
            sub_processors=entry.sub_processors or NOT_STATED_LIST,
            end_of_contract=entry.end_of_contract or NOT_STATED,
            evidence_status="seen",
            origin=Origin.DECIDED,
        )
        ledger.decision(row, "*", entry.decision)
        rows.append(row)
    seen = {row.contract_id for row in rows}
    for system in used:
        mapping = inputs.systems.get(system)
        for offered in mapping.contracts if mapping else ():
            contract_id = f"{system}.art{offered.article}"
            if contract_id in seen:
                continue
            seen.add(contract_id)
            row = Contract(
                contract_id=contract_id,
                recipient_id=system,
                article=offered.article,
                document=offered.document,
                version=offered.version or NOT_STATED,
                accepted_on=None,
                sub_processors=(offered.sub_processors,) if offered.sub_processors else NOT_STATED_LIST,
                end_of_contract=offered.end_of_contract or NOT_STATED,
                evidence_status="offered by the provider",
                origin=Origin.DOCUMENTED,
            )
            ledger.note(row, "*", EvidenceKind.DOCUMENTATION, offered.source or offered.document, "provider's terms")
            ledger.not_stated(row, "accepted_on", "no decision records that this controller accepted these terms")
            reason = "the provider makes this document part of its terms; nobody recorded having accepted them"
            law = f"GDPR Art. {offered.article}"
            ledger.propose(row, "evidence_status", "accepted with the provider's terms", reason, law)
            rows.append(row)
    return tuple(rows)


def disclosures(
    inputs: RegisterInputs, flows: tuple[Flow, ...], known_contracts: tuple[Contract, ...], ledger: Ledger
) -> tuple[Disclosure, ...]:
    """One row per activity, recipient, data subject, data category and role period; ended ones are kept."""
    decided = {row.recipient_id: row.contract_id for row in known_contracts if row.origin is Origin.DECIDED}
    rows = [row for flow in flows for row in _disclosures_of(inputs, flow, decided, ledger)]
    present = {_pair(row) for row in rows}
    known = {(row.activity_id, row.recipient_id) for row in rows}
    past = Past(inputs)
    for old in inputs.previous.rows(Disclosure):
        goes_on = (old.activity_id, old.recipient_id) in known
        if _pair(old) not in present and not (goes_on and old.data_category == NOT_STATED):
            kept = past.of(old, ledger, flow_goes_on=goes_on)
            rows += [kept] if kept else []
    return tuple(rows)


def _pair(row: Disclosure) -> tuple[str, str, str, str]:
    """What is disclosed to whom, whatever the role period: a role that was decided since ends no disclosure."""
    return row.activity_id, row.recipient_id, row.data_subject, row.data_category


def _disclosures_of(
    inputs: RegisterInputs, flow: Flow, decided_contracts: dict[str, str], ledger: Ledger
) -> list[Disclosure]:
    pairs = sorted(flow.stated_pairs | set(flow.observed_pairs)) or [(NOT_STATED, NOT_STATED)]
    rows = []
    for role, reason, valid_from, valid_to, role_decision in roles_of(inputs, flow):
        for subject, category in pairs:
            stated = (subject, category) in flow.stated_pairs
            observed = flow.observed_pairs.get((subject, category), set())
            origin = Origin.OBSERVED if observed and not stated else _flow_origin(flow)
            since = valid_from.isoformat() if valid_from else ""
            row = Disclosure(
                disclosure_id="|".join((flow.activity_id, flow.recipient_id, subject, category, since)).rstrip("|"),
                activity_id=flow.activity_id,
                recipient_id=flow.recipient_id,
                data_subject=subject,
                data_category=category,
                recipient_role=role,
                role_reason=reason,
                contract_id=decided_contracts.get(flow.recipient_id, NOT_STATED),
                valid_from=valid_from,
                valid_to=valid_to,
                status=LifeStatus.ACTIVE,
                origin=origin,
            )
            if stated:
                ledger.sourced(row, "data_category", sorted(flow.statements), _first(flow.decisions), "")
            for locator in sorted(observed):
                kind = EvidenceKind.COLUMN if "." in locator.partition(":")[2] else EvidenceKind.COOKIE
                ledger.note(row, "data_category", kind, locator, "seen in the recipient's data")
            if category == NOT_STATED:
                ledger.not_stated(row, "data_category", "notice, exports and module tables")
                ledger.statements(row, "recipient_id", sorted(flow.statements))
                for kind, locator in sorted(flow.seen):
                    ledger.note(row, "recipient_id", kind, locator, "seen in use")
            if role_decision:
                ledger.decision(row, "recipient_role", role_decision)
            elif role is Role.NOT_STATED:
                ledger.not_stated(row, "recipient_role", "notice and decisions")
            else:
                ledger.statements(row, "recipient_role", sorted(flow.statements))
            rows.append(row)
    return rows


def _flow_origin(flow: Flow) -> Origin:
    if flow.statements:
        return Origin.STATED
    return Origin.DECIDED if flow.decisions else Origin.OBSERVED


def _first(items: set[str]) -> str:
    return min(items) if items else ""


def roles_of(inputs: RegisterInputs, flow: Flow) -> list[tuple[Role, str, date | None, date | None, str]]:
    """Role periods of a flow as (role, reason, from, until, decision id): decided, else stated, else NOT STATED."""
    decided = [
        entry
        for entry in inputs.folder.decisions.roles
        if entry.system == flow.recipient_id and entry.activity in ("*", flow.activity_id)
    ]
    if decided:
        exact = [entry for entry in decided if entry.activity != "*"] or decided
        return [(item.role, "decided", item.valid_from, item.valid_to, item.decision) for item in exact]
    if flow.stated_role is not None:
        return [(flow.stated_role, "the notice says so", None, None, "")]
    return [(Role.NOT_STATED, _NO_ROLE, None, None, "")]


def documented_roles(mapping: SystemMapping, purposes: frozenset[str]) -> tuple[RolePeriod, ...]:
    """The provider's documented roles for flows of these purposes; a named flow beats ``*``."""
    named = tuple(item for item in mapping.roles if item.flow in purposes)
    return named or tuple(item for item in mapping.roles if item.flow == "*")


def recipients(
    inputs: RegisterInputs,
    attribution: Attribution,
    flows: tuple[Flow, ...],
    made: tuple[Disclosure, ...],
    ledger: Ledger,
) -> tuple[Recipient, ...]:
    """One row per recipient in any role. Those of earlier releases that are no longer seen are ``ended``."""
    by_recipient: dict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_recipient[flow.recipient_id].append(flow)
    roles: dict[str, set[Role]] = defaultdict(set)
    categories: dict[str, set[str]] = defaultdict(set)
    for disclosure in made:
        if disclosure.status is LifeStatus.ACTIVE:
            roles[disclosure.recipient_id].add(disclosure.recipient_role)
            if disclosure.data_category != NOT_STATED:
                categories[disclosure.recipient_id].add(disclosure.data_category)
    earlier = {row.recipient_id: row for row in inputs.previous.rows(Recipient)}
    rows = []
    for recipient_id in sorted(by_recipient):
        row = _recipient(inputs, by_recipient[recipient_id], roles, categories, earlier.get(recipient_id))
        _recipient_evidence(inputs, attribution, row, by_recipient[recipient_id], ledger)
        rows.append(row)
    past = Past(inputs)
    for recipient_id in sorted(set(earlier) - set(by_recipient)):
        kept = past.of(earlier[recipient_id], ledger)
        rows += [kept] if kept else []
    return tuple(rows)


def _recipient(
    inputs: RegisterInputs,
    flows: list[Flow],
    roles: dict[str, set[Role]],
    categories: dict[str, set[str]],
    earlier: Recipient | None,
) -> Recipient:
    first = flows[0]
    mapping = inputs.systems.get(first.system)
    entity = inputs.entities.get(mapping.operator) if mapping and mapping.operator else None
    named = bool(mapping) or any(flow.name for flow in flows)
    known_roles = roles[first.recipient_id]
    origins = {_flow_origin(flow) for flow in flows}
    origin = next(item for item in (Origin.STATED, Origin.DECIDED, Origin.OBSERVED) if item in origins)
    return Recipient(
        recipient_id=first.recipient_id,
        brand=mapping.name if mapping else next((flow.name for flow in flows if flow.name), "") or first.category_text,
        legal_entity=entity.legal_entity if entity else NOT_STATED,
        company_code=(entity.company_code if entity else "") or NOT_STATED,
        country=(entity.country if entity else "") or NOT_STATED,
        kind=RecipientKind.NAMED if named else RecipientKind.CATEGORY_ONLY,
        role=known_roles.copy().pop() if len(known_roles) == 1 else Role.SEVERAL,
        origin=origin,
        activities=tuple(sorted({flow.activity_id for flow in flows} - {NOT_STATED})) or NOT_STATED_LIST,
        data_categories=tuple(sorted(categories[first.recipient_id])) or NOT_STATED_LIST,
        systems=tuple(sorted({system for flow in flows for system in flow.systems})),
        first_seen=(earlier.first_seen if earlier else None) or inputs.as_of,
        last_seen=inputs.as_of,
        status=LifeStatus.ACTIVE,
    )


def _recipient_evidence(
    inputs: RegisterInputs, attribution: Attribution, row: Recipient, flows: list[Flow], ledger: Ledger
) -> None:
    covers = {activity.activity_id: activity.covers for activity in attribution.activities}
    for flow in flows:
        ledger.statements(row, "brand", sorted(flow.statements))
        for decision in sorted(flow.decisions):
            ledger.decision(row, "brand", decision)
        by = f" (recognised by {', '.join(sorted(flow.traces))})" if flow.traces else ""
        for kind, locator in sorted(flow.seen):
            ledger.note(row, "brand", kind, locator, f"seen in use{by}")
    mapping = inputs.systems.get(flows[0].system)
    entity = inputs.entities.get(mapping.operator) if mapping and mapping.operator else None
    if entity is not None:
        locator = f"mappings/reference/entities.yaml#{entity.entity_id}" + (
            f" ({entity.source})" if entity.source else ""
        )
        for name in ("legal_entity", "country"):
            kind = EvidenceKind.DOCUMENTATION if getattr(row, name) != NOT_STATED else EvidenceKind.NOT_STATED
            ledger.note(row, name, kind, locator, "reference data", 1.0 if entity.verified else 0.7)
    else:
        for name in ("legal_entity", "country"):
            ledger.not_stated(row, name, "notice, decisions and reference data")
    if row.activities == NOT_STATED_LIST:
        ledger.not_stated(row, "activities", "activities.yaml: none covers what it gets data for")
    if row.data_categories == NOT_STATED_LIST:
        ledger.not_stated(row, "data_categories", "notice, exports and module tables")
    else:
        ledger.note(row, "data_categories", EvidenceKind.DERIVED, f"disclosures: {row.recipient_id}", "its disclosures")
    if row.role is Role.NOT_STATED:
        ledger.not_stated(row, "role", "notice and decisions")
    else:
        ledger.note(row, "role", EvidenceKind.DERIVED, f"disclosures: {row.recipient_id}", "its disclosures")
    if mapping is not None:
        if row.role is Role.NOT_STATED:
            _propose_roles(mapping, row, flows, covers, ledger)
        _propose_data(inputs, mapping, row, ledger)


def _propose_roles(
    mapping: SystemMapping, row: Recipient, flows: list[Flow], covers: dict[str, frozenset[str]], ledger: Ledger
) -> None:
    """Every documented role period, past ones too: what the role was when data flowed is part of the record."""
    for flow in flows:
        for role in documented_roles(mapping, covers.get(flow.activity_id, frozenset())):
            since = f" from {role.valid_from.isoformat()}" if role.valid_from else ""
            until = f" until {role.valid_to.isoformat()}" if role.valid_to else ""
            where = f" in {flow.activity_id}" if flow.activity_id != NOT_STATED else ""
            source = f" Source: {role.source}" if role.source else ""
            if role.role is not Role.NOT_STATED:
                value = f"{role.role.value}{since}{until}{where}"
                ledger.propose(row, "role", value, role.reason + source, "GDPR Art. 4(7), 4(8), 26, 28", role.verified)


def _propose_data(inputs: RegisterInputs, mapping: SystemMapping, row: Recipient, ledger: Ledger) -> None:
    """What the provider's documentation offers beyond what is known: never shown as received."""
    offered = {
        column.data_category
        for observation in inputs.observations
        if observation.system == mapping.system
        for column in inputs.columns_of(observation.source_id)
        if column.origin is Origin.DOCUMENTED and column.data_category != "none"
    }
    more = sorted(offered - set(row.data_categories))
    if more:
        reason = f"{mapping.name} documents fields for these data; whether this controller sends them is not known"
        ledger.propose(row, "data_categories", ", ".join(more), reason, "GDPR Art. 30(1)(d)")
