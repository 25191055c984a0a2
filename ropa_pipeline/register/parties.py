"""The controller and the capacities of Art. 30(1)(a); who it processes for (Art. 30(2)).

Belongs here: rows of ``controllers``, ``parties``, ``processor_activities``. Does not belong here:
recipients (``recipients``).
"""

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.controller import DeclaredParty, Sourced
from ropa_pipeline.model.register import Controller, Party, ProcessorActivity
from ropa_pipeline.model.terms import Applicability, Capacity, EvidenceKind, Origin
from ropa_pipeline.register.inputs import Ledger, RegisterInputs

_LAWS = {
    "lt": "EU GDPR; Lithuanian law",
    "uk": "UK GDPR; Data Protection Act 2018",
    "eu": "EU GDPR",
}
_AUTHORITIES = {
    "lt": "State Data Protection Inspectorate (VDAI), Lithuania",
    "uk": "Information Commissioner's Office (ICO), United Kingdom",
}
_FIELDS = (
    "name",
    "company_code",
    "address",
    "email",
    "phone",
    "website",
    "country",
    "supervisory_authority",
    "art30_5_assessment",
)
_LOOKED = "notice and decisions"
_NO_ARRANGEMENT = "Art. 26 asks for an arrangement with joint controllers; it stands with them"


def controllers(inputs: RegisterInputs, ledger: Ledger) -> tuple[Controller, ...]:
    """Exactly one row: the controller, with NOT STATED where neither notice nor decision says more."""
    facts = inputs.folder.facts
    values: dict[str, Sourced | None] = {name: getattr(facts, name) for name in _FIELDS}
    notice = inputs.folder.notice
    row = Controller(
        controller_id=inputs.controller_id,
        **{name: (value.value if value else NOT_STATED) for name, value in values.items()},
        notice_date=notice.notice.dated if notice else None,
        law=_LAWS.get(facts.jurisdiction, facts.jurisdiction),
    )
    for name, value in values.items():
        if value is None:
            ledger.not_stated(row, name, _LOOKED)
        else:
            ledger.sourced(row, name, value.statements, value.decision, _LOOKED)
    dated = [item.statement_id for item in inputs.statements if item.kind.value == "notice_date"]
    ledger.sourced(row, "notice_date", dated, "", "notice")
    ledger.note(row, "law", EvidenceKind.MAPPING, f"{_folder(inputs)}/controller.yaml#jurisdiction", "declared")
    if row.supervisory_authority == NOT_STATED and facts.jurisdiction in _AUTHORITIES:
        reason = "the authority of the declared jurisdiction"
        ledger.propose(row, "supervisory_authority", _AUTHORITIES[facts.jurisdiction], reason, "GDPR Art. 55, 77")
    if row.art30_5_assessment == NOT_STATED:
        reason = "processing orders and accounts is not occasional, so the exemption cannot be relied on for it"
        ledger.propose(row, "art30_5_assessment", "a record is required", reason, "GDPR Art. 30(5)")
    return (row,)


def parties(inputs: RegisterInputs, ledger: Ledger) -> tuple[Party, ...]:
    """One row per capacity of Art. 30(1)(a); a capacity nobody answered is NOT STATED, never missing."""
    declared = list(inputs.folder.facts.parties)
    for capacity in Capacity:
        if not any(party.capacity is capacity for party in declared):
            declared.append(_unanswered(inputs, capacity))
    rows = []
    counts: dict[Capacity, int] = {}
    for party in declared:
        counts[party.capacity] = counts.get(party.capacity, 0) + 1
        row = _party(inputs, party, counts[party.capacity])
        _party_evidence(inputs, row, party, ledger)
        rows.append(row)
    return tuple(rows)


def _unanswered(inputs: RegisterInputs, capacity: Capacity) -> DeclaredParty:
    facts = inputs.folder.facts
    if capacity is Capacity.CONTROLLER:
        return DeclaredParty(
            capacity=capacity,
            applicability=Applicability.APPLIES,
            statements=facts.name.statements,
            decision=facts.name.decision,
        )
    return DeclaredParty(capacity=capacity, applicability=Applicability.NOT_STATED, reason="nobody has answered")


def _party(inputs: RegisterInputs, party: DeclaredParty, number: int) -> Party:
    facts = inputs.folder.facts
    own, joint = party.capacity is Capacity.CONTROLLER, party.capacity is Capacity.JOINT_CONTROLLER
    unknown = NOT_APPLICABLE if party.applicability is Applicability.NOT_APPLICABLE else NOT_STATED

    def value(given: str, name: str) -> str:
        fact: Sourced | None = getattr(facts, name) if own else None
        return given or (fact.value if fact else unknown)

    key = party.capacity.value.replace(" ", "_")
    if party.decision:
        origin = Origin.DECIDED
    else:
        origin = Origin.STATED if party.statements else Origin.NOT_STATED
    return Party(
        party_id=key if number == 1 else f"{key}_{number}",
        controller_id=inputs.controller_id,
        capacity=party.capacity,
        applicability=party.applicability,
        reason=party.reason,
        decided_by=_decider(inputs, party.decision),
        name=value(party.name, "name"),
        address=value(party.address, "address"),
        email=value(party.email, "email"),
        phone=value(party.phone, "phone"),
        arrangement=party.arrangement or (unknown if joint else NOT_APPLICABLE),
        origin=origin,
    )


def _party_evidence(inputs: RegisterInputs, row: Party, party: DeclaredParty, ledger: Ledger) -> None:
    if row.applicability is Applicability.NOT_APPLICABLE and not party.decision and not party.statements:
        ledger.note(row, "*", EvidenceKind.NOT_APPLICABLE, party.reason or "declared", "declared")
    else:
        ledger.sourced(row, "*", party.statements, party.decision, _LOOKED)
    facts = inputs.folder.facts
    if row.arrangement == NOT_APPLICABLE and row.applicability is not Applicability.NOT_APPLICABLE:
        ledger.note(row, "arrangement", EvidenceKind.NOT_APPLICABLE, _NO_ARRANGEMENT, "declared")
    elif row.arrangement == NOT_STATED:
        ledger.not_stated(row, "arrangement", _LOOKED)
    for name in ("name", "address", "email", "phone"):
        value = getattr(row, name)
        if value == NOT_APPLICABLE:
            ledger.note(row, name, EvidenceKind.NOT_APPLICABLE, row.reason or "no such party", "declared")
        elif value == NOT_STATED:
            ledger.not_stated(row, name, _LOOKED)
        else:
            fact: Sourced | None = getattr(facts, name) if row.capacity is Capacity.CONTROLLER else None
            statements = fact.statements if fact and not getattr(party, name) else party.statements
            decision = fact.decision if fact and not getattr(party, name) else party.decision
            ledger.sourced(row, name, statements, decision, _LOOKED)


def _decider(inputs: RegisterInputs, decision_id: str) -> str:
    found = next((item for item in inputs.folder.decisions.decisions if item.id == decision_id), None)
    return found.by if found else ""


def _folder(inputs: RegisterInputs) -> str:
    return f"mappings/controllers/{inputs.controller_id}"


def processor_activities(inputs: RegisterInputs, ledger: Ledger) -> tuple[ProcessorActivity, ...]:
    """Art. 30(2): one row per controller served; usually none for a shop."""
    rows = []
    for served in inputs.folder.decisions.served:
        row = ProcessorActivity(
            processor_activity_id=served.id,
            served_controller=served.served_controller,
            served_contact=served.served_contact or NOT_STATED,
            processing_categories=served.processing_categories or NOT_STATED_LIST,
            transfers=served.transfers or NOT_STATED_LIST,
            sub_processors=served.sub_processors or NOT_STATED_LIST,
            security_measures=tuple(sorted({item.measure for item in inputs.folder.activities.measures}))
            or NOT_STATED_LIST,
            contract_id=served.contract_id or NOT_STATED,
            origin=Origin.DECIDED if served.decision else Origin.STATED,
        )
        ledger.sourced(row, "*", served.statements, served.decision, _LOOKED)
        rows.append(row)
    return tuple(rows)
