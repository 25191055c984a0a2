"""The operator's own record (GDPR Art. 30(2)) and what is missing in it (Art. 28(3), 28(4), 30(2)).

Belongs here: the rows of the record, one per controller served and category of processing, and the operator's findings,
one rule each in a visible tuple. Does not belong here: findings about a controller: a shop without an Art. 28 contract
is the operator's omission towards it, so it stands here and never in the shop's register.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.operator import Operator, OperatorContract, OperatorParty
from ropa_pipeline.model.portfolio import (
    ContractState,
    OperatorFinding,
    OperatorMeasure,
    OperatorRow,
    OperatorTransferRow,
    ServedContract,
    SubProcessorRow,
)
from ropa_pipeline.model.register import ProcessorActivity
from ropa_pipeline.model.terms import Applicability, Origin, Severity
from ropa_pipeline.portfolio.view import View

SOON = timedelta(days=30)
_LIVE = (ContractState.IN_FORCE, ContractState.ENDS_SOON)
_FILE = "mappings/operator.yaml"


@dataclass(frozen=True)
class Served:
    """What the rules look at. ``operator`` None: nobody declared one; ``unreadable``: the file cannot be used."""

    operator: Operator | None
    unreadable: str
    views: tuple[View, ...]
    as_of: date

    @property
    def clients(self) -> tuple[View, ...]:
        """The controllers served: all that are kept here and are not the operator's own."""
        own = set(self.operator.own_controllers) if self.operator else set()
        return tuple(view for view in self.views if view.controller_id not in own)

    def contracts_with(self, controller_id: str) -> tuple[OperatorContract, ...]:
        every = self.operator.contracts if self.operator else ()
        return tuple(item for item in every if item.controller == controller_id)

    def contract_now(self, controller_id: str) -> OperatorContract | None:
        """The contract in force on the day that runs longest."""
        live = [item for item in self.contracts_with(controller_id) if state_of(item, self.as_of) in _LIVE]
        return max(live, key=lambda item: (item.valid_to or date.max, item.id), default=None)


def state_of(contract: OperatorContract, as_of: date) -> ContractState:
    """Where a contract stands on a day."""
    if contract.valid_from > as_of:
        return ContractState.NOT_YET
    if contract.valid_to is None or contract.valid_to > as_of + SOON:
        return ContractState.IN_FORCE
    return ContractState.ENDED if contract.valid_to < as_of else ContractState.ENDS_SOON


def operator_rows(served: Served) -> tuple[Row, ...]:
    """The record, and the findings. Without a declared operator there are findings alone."""
    rows: list[Row] = [finding for rule in RULES for finding in rule(served)]
    operator = served.operator
    if operator is None:
        return tuple(rows)
    rows += _identity(operator)
    rows += [row for view in served.clients for row in _activities(view, served, operator)]
    rows += [_contract(item, served) for item in operator.contracts]
    rows += [
        SubProcessorRow(
            sub_processor_id=item.id,
            name=item.name,
            legal_entity=item.legal_entity or NOT_STATED,
            country=item.country or NOT_STATED,
            purpose=item.purpose or NOT_STATED,
            contract=item.contract or NOT_STATED,
        )
        for item in operator.sub_processors
    ]
    rows += [
        OperatorTransferRow(
            importer=_name(operator, item.importer),
            country=item.country,
            mechanism=item.mechanism or NOT_STATED,
            safeguard_document=item.safeguard_document or NOT_STATED,
        )
        for item in operator.transfers
    ]
    rows += [OperatorMeasure(measure=item) for item in dict.fromkeys(operator.security_measures)]
    return tuple(rows)


def _name(operator: Operator, sub_processor: str) -> str:
    return next((item.name for item in operator.sub_processors if item.id == sub_processor), sub_processor)


def _identity(operator: Operator) -> Iterable[OperatorRow]:
    own = operator.operator
    yield OperatorRow(
        capacity="processor",
        applicability=Applicability.APPLIES,
        name=own.name,
        company_code=own.company_code or NOT_STATED,
        address=own.address or NOT_STATED,
        email=own.email or NOT_STATED,
        phone=own.phone or NOT_STATED,
        country=own.country or NOT_STATED,
        reason="",
    )
    for capacity, party in _parties(operator):
        declared = party or OperatorParty(applicability=Applicability.NOT_STATED)
        empty = "" if declared.applicability is Applicability.NOT_APPLICABLE else NOT_STATED
        yield OperatorRow(
            capacity=capacity,
            applicability=declared.applicability,
            name=declared.name or empty,
            company_code="",
            address=declared.address or empty,
            email=declared.email or empty,
            phone=declared.phone or empty,
            country="",
            reason=declared.reason,
        )


def _parties(operator: Operator) -> tuple[tuple[str, OperatorParty | None], ...]:
    return ("representative", operator.representative), ("data protection officer", operator.data_protection_officer)


def _activities(view: View, served: Served, operator: Operator) -> Iterable[ProcessorActivity]:
    """One row per category of processing; what is done without a contract is done all the same, and recorded."""
    contract = served.contract_now(view.controller_id)
    said = contract.processing_categories if contract else ()
    subs = (contract.sub_processors if contract else ()) or tuple(item.id for item in operator.sub_processors)
    transfers = tuple(
        f"{item.country}: {_name(operator, item.importer)}, {item.mechanism or NOT_STATED}"
        for item in operator.transfers
    )
    for category in dict.fromkeys(said or operator.processing_categories or NOT_STATED_LIST):
        yield ProcessorActivity(
            processor_activity_id=f"{view.controller_id}|{category}",
            served_controller=_served_name(view, contract),
            served_contact=_known(view.contact) or (contract.served_contact if contract else "") or NOT_STATED,
            processing_categories=(category,),
            transfers=transfers or NOT_STATED_LIST,
            sub_processors=tuple(_name(operator, item) for item in subs) or NOT_STATED_LIST,
            security_measures=operator.security_measures or NOT_STATED_LIST,
            contract_id=contract.id if contract else NOT_STATED,
            origin=Origin.DECIDED,
        )


def _known(text: str) -> str:
    return "" if text == NOT_STATED else text


def _served_name(view: View | None, contract: OperatorContract | None) -> str:
    declared = contract.served_name if contract else ""
    own = _known(view.name) if view else ""
    return own or declared or (view.controller_id if view else contract.controller if contract else "")


def _contract(item: OperatorContract, served: Served) -> ServedContract:
    view = next((view for view in served.views if view.controller_id == item.controller), None)
    return ServedContract(
        contract_id=item.id,
        controller_id=item.controller,
        served_controller=_served_name(view, item),
        document=item.document,
        version=item.version or NOT_STATED,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        state=state_of(item, served.as_of),
    )


def _finding(
    rule_id: str, severity: Severity, law: str, message: str, remedy: str, subject: str = "", about: str = "",
    due_on: date | None = None,
) -> OperatorFinding:  # fmt: skip
    return OperatorFinding(
        finding_id=f"{rule_id}|{subject or about}".rstrip("|"),
        rule_id=rule_id,
        severity=severity,
        controller_id=subject,
        message=message,
        remedy=remedy,
        law=law,
        due_on=due_on,
    )


def not_declared(served: Served) -> Iterable[OperatorFinding]:
    if served.unreadable:
        yield _finding(
            "operator_unreadable", Severity.ERROR, "30(2)", f"{_FILE} cannot be used: {served.unreadable}",
            "Correct it and check it: ropa check",
        )  # fmt: skip
    elif served.operator is None:
        yield _finding(
            "operator_not_declared", Severity.WARNING, "30(2)",
            "no operator declared: who runs this for others must declare one",
            f"Write {_FILE} after the example mappings/operator.example.yaml; list registers of your own there.",
        )  # fmt: skip


def contract_missing(served: Served) -> Iterable[OperatorFinding]:
    """Each controller served needs a contract in force; none without a declared operator: then that comes first."""
    if served.operator is None:
        return
    for view in served.clients:
        name = view.controller_id
        if served.contract_now(name) is not None:
            continue
        held = served.contracts_with(name)
        remedy = f"Agree on one, and declare it in {_FILE} under contracts (controller: {name})."
        if not held:
            message = f"{name} is served without a contract"
        elif later := [item for item in held if state_of(item, served.as_of) is ContractState.NOT_YET]:
            first = min(later, key=lambda item: item.valid_from)
            message = f"{name} is served before its contract {first.id} begins on {first.valid_from}"
        else:
            last = max(held, key=lambda item: item.valid_to or date.max)
            message = f"{name} is served although its contract {last.id} ended on {last.valid_to}"
        yield _finding("contract_missing", Severity.ERROR, "28(3)", message, remedy, subject=name)


def contract_ends(served: Served) -> Iterable[OperatorFinding]:
    """A contract that ends within 30 days and that no other follows without a gap."""
    for view in served.clients:
        now = served.contract_now(view.controller_id)
        if now is None or now.valid_to is None or state_of(now, served.as_of) is not ContractState.ENDS_SOON:
            continue
        next_day = now.valid_to + timedelta(days=1)
        if any(
            item.valid_from <= next_day and (item.valid_to is None or item.valid_to > now.valid_to)
            for item in served.contracts_with(view.controller_id)
        ):
            continue
        yield _finding(
            "contract_ends_soon", Severity.WARNING, "28(3)",
            f"the contract {now.id} with {view.controller_id} ends on {now.valid_to}",
            "Renew it, or give back or erase the data as it says (Art. 28(3)(g)).",
            subject=view.controller_id, due_on=now.valid_to,
        )  # fmt: skip


def nobody_served(served: Served) -> Iterable[OperatorFinding]:
    """Controllers that operator.yaml names and that have no folder here: a typing error, or a client that left."""
    if served.operator is None:
        return
    known = {view.controller_id for view in served.views}
    named = {item.controller for item in served.operator.contracts} | set(served.operator.own_controllers)
    for name in sorted(named - known):
        yield _finding(
            "controller_unknown", Severity.CHECK, "30(2)(a)", f"{_FILE} names {name}, which is not kept here",
            "Correct the name, or bring the controller in: ropa init", about=name,
        )  # fmt: skip


def record_incomplete(served: Served) -> Iterable[OperatorFinding]:
    """What Art. 30(2) asks of the operator itself and nobody answered."""
    operator = served.operator
    if operator is None:
        return
    own = operator.operator
    asked = (
        ("contact details of the operator", "30(2)(a)", bool(own.address and (own.email or own.phone))),
        ("a category of processing", "30(2)(b)", bool(operator.processing_categories)),
        ("a security measure", "30(2)(d)", bool(operator.security_measures)),
        *((f"whether there is a {capacity}", "30(2)(a)", party is not None) for capacity, party in _parties(operator)),
    )
    for what, law, answered in asked:
        if not answered:
            yield _finding(
                "record_incomplete", Severity.WARNING, law, f"{_FILE} does not say: {what}", "Declare it.", about=what
            )


def sub_processors_bound(served: Served) -> Iterable[OperatorFinding]:
    for item in served.operator.sub_processors if served.operator else ():
        if not item.contract:
            yield _finding(
                "sub_processor_without_contract", Severity.WARNING, "28(4)",
                f"no contract with the sub-processor {item.name} is declared", "Name the document.", about=item.id,
            )  # fmt: skip


def transfers_safeguarded(served: Served) -> Iterable[OperatorFinding]:
    for item in served.operator.transfers if served.operator else ():
        if not item.mechanism:
            yield _finding(
                "transfer_without_mechanism", Severity.WARNING, "30(2)(c), 44",
                f"no mechanism is declared for the transfer to {item.importer}, {item.country}",
                "Name the adequacy decision or the safeguards.", about=f"{item.importer}, {item.country}",
            )  # fmt: skip


RULES: tuple[Callable[[Served], Iterable[OperatorFinding]], ...] = (
    not_declared,
    contract_missing,
    contract_ends,
    nobody_served,
    record_incomplete,
    sub_processors_bound,
    transfers_safeguarded,
)
