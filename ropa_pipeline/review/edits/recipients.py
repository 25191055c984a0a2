"""Recipients' roles and the contracts with them (Art. 4(7), 4(8), 26, 28, 30(1)(d)).

Belongs here: the two sheets about recipients, which edit decisions.yaml. Does not belong here: which recipients
there are: that is observed and stated.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.decisions import ContractDecision, RoleDecision
from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.register import Contract, Recipient
from ropa_pipeline.model.terms import Origin, Role
from ropa_pipeline.publish.language import Language
from ropa_pipeline.review.cells import Choice, Day, Several, Text, Value, option_of
from ropa_pipeline.review.edits.model import EditSheet, Entry, Fault, Field, Known, Place, Step, key_of, said

FILE = "decisions.yaml"
ALL = "*"
_ROLES = Choice(
    tuple(
        option_of(role)
        for role in (Role.PROCESSOR, Role.JOINT_CONTROLLER, Role.CONTROLLER, Role.AUTHORITY, Role.PUBLIC_LEDGER)
    )
)


def _roles(known: Known, language: Language) -> tuple[Entry, ...]:
    """Each recipient as a whole, each activity where it has several, and a next period where one is decided."""
    decided: dict[tuple[str, str], list[RoleDecision]] = {}
    for item in known.folder.decisions.roles:
        decided.setdefault((item.system, item.activity), []).append(item)
    rows = {row.recipient_id: row for row in known.tables.rows(Recipient)}
    proposed: dict[str, list[str]] = {}
    for proposal in known.tables.rows(Proposal):
        if (proposal.record, proposal.field) == (Recipient.TABLE, "role"):
            proposed.setdefault(proposal.record_id, []).append(proposal.proposed_value)
    places = dict.fromkeys((*_flows(rows.values()), *decided))
    entries = []
    for recipient_id, activity in sorted(places):
        periods: list[RoleDecision | None] = [*decided.get((recipient_id, activity), []), None]
        row = rows.get(recipient_id)
        for nth, period in enumerate(periods):
            match = (("system", recipient_id), ("activity", activity))
            step = Step("roles", match, nth, defaults=(("activity", ALL),))
            entries.append(
                Entry(
                    id=key_of(recipient_id, activity, str(nth)),
                    shown=(
                        known.recipient(recipient_id),
                        activity if activity == ALL else known.activity(activity),
                        language.term(row.role) if row else "",
                        "; ".join(proposed.get(recipient_id, ())),
                    ),
                    values={name: said(getattr(period, name, None)) for name in ("role", "valid_from", "valid_to")},
                    places=(Place(FILE, (step,), removable=True),),
                )
            )
    return tuple(entries)


def _flows(rows: Iterable[Recipient]) -> Iterable[tuple[str, str]]:
    for row in rows:
        yield row.recipient_id, ALL
        if len(row.activities) > 1:
            yield from ((row.recipient_id, activity) for activity in row.activities if activity != NOT_STATED)


def _period(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    since, until = values["valid_from"], values["valid_to"]
    if isinstance(since, date) and isinstance(until, date) and until < since:
        return (("valid_to", "the role would end before it begins; correct one of the two dates"),)
    return ()


ROLES = EditSheet(
    name="Roles",
    context=(("recipients", "brand"), ("", "in_activity"), ("", "role_now"), ("", "role_documented")),
    fields=(
        Field("role", ("", "role_decided"), _ROLES, lead=True, unknown="", width=28),
        Field("valid_from", ("", "since"), Day(), unknown="", width=14),
        Field("valid_to", ("", "until"), Day(), unknown="", width=14),
    ),
    entries=_roles,
    check=_period,
)


def _contracts(known: Known, language: Language) -> tuple[Entry, ...]:
    """Art. 28 with every recipient, and every other article that a contract decided or offered is about."""
    decided: dict[tuple[str, str], list[ContractDecision]] = {}
    for item in known.folder.decisions.contracts:
        decided.setdefault((item.system, item.article), []).append(item)
    published = known.tables.rows(Contract)
    offered: dict[tuple[str, str], list[str]] = {}
    for contract in published:
        if contract.origin is not Origin.DECIDED:
            offered.setdefault((contract.recipient_id, contract.article), []).append(contract.document)
    rows = {row.recipient_id: row for row in known.tables.rows(Recipient)}
    wanted = {*((row, "28") for row in rows), *decided, *offered}
    entries = []
    for recipient_id, article in sorted(wanted):
        row = rows.get(recipient_id)
        seen: list[ContractDecision | None] = [*decided.get((recipient_id, article), [])]
        for nth, contract_seen in enumerate(seen or [None]):
            step = Step("contracts", (("system", recipient_id), ("article", article)), nth, (("article", "28"),))
            entries.append(
                Entry(
                    id=key_of(recipient_id, article, str(nth)),
                    shown=(
                        known.recipient(recipient_id),
                        language.mark(row.legal_entity) if row else "",
                        language.term(row.role) if row else "",
                        language.article(article),
                        "; ".join(offered.get((recipient_id, article), ())),
                    ),
                    values={item.key: said(getattr(contract_seen, item.key, None)) for item in _CONTRACT},
                    places=(Place(FILE, (step,), removable=True),),
                )
            )
    return tuple(entries)


_CONTRACT = (
    Field("document", ("contracts", "document"), Text(), lead=True, unknown="", width=34),
    Field("version", ("contracts", "version"), Text(), unknown="", width=14),
    Field("accepted_on", ("contracts", "accepted_on"), Day(), unknown="", width=14),
    Field("sub_processors", ("contracts", "sub_processors"), Several(), unknown="", width=34),
    Field("end_of_contract", ("contracts", "end_of_contract"), Text(), unknown="", width=34),
)


def _accepted(entry: Entry, values: Mapping[str, Value], on: date) -> tuple[Fault, ...]:
    accepted = values["accepted_on"]
    if isinstance(accepted, date) and accepted > on:
        return (("accepted_on", "a contract has been accepted on a day that was; write that day"),)
    return ()


CONTRACTS = EditSheet(
    name="Contracts",
    context=(
        ("recipients", "brand"), ("recipients", "legal_entity"), ("", "role_now"), ("contracts", "article"),
        ("", "offered"),
    ),
    fields=_CONTRACT,
    entries=_contracts,
    check=_accepted,
)  # fmt: skip
