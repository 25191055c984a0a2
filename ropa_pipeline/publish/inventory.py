"""Recipients and the processor inventory (GDPR Art. 26, 28, 30(1)(d)).

Belongs here: one row per recipient, with role, contract, what it receives and where. Does not belong here: the
other sheets (``sections``). Roles that are only proposed stand in a block of their own, never among the entries.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.finding import Evidence, Proposal
from ropa_pipeline.model.register import Contract, Disclosure, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Origin, ProposalStatus, Role
from ropa_pipeline.publish.register_view import RegisterView
from ropa_pipeline.publish.words import Words, country, marked, origin_style
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown

_LOCATORS_SHOWN = 6


def is_processor(recipient: Recipient, disclosures: Iterable[Disclosure]) -> bool:
    """A processor in some flow. A couriers' or payment institution's other flows do not matter for that."""
    return recipient.role is Role.PROCESSOR or any(item.recipient_role is Role.PROCESSOR for item in disclosures)


def inventory_sheet(view: RegisterView, with_evidence: bool) -> Sheet:
    """The processor inventory (Art. 28, 30(1)(d)): one row per recipient that is a processor in some flow."""
    flows = _flows(view)
    contracts: dict[str, list[Contract]] = defaultdict(list)
    for contract in view.tables.rows(Contract):
        if contract.origin is not Origin.PROPOSED:
            contracts[contract.recipient_id].append(contract)
    proof = _evidence_of(view.tables) if with_evidence else {}
    rows = []
    for recipient in view.tables.rows(Recipient):
        mine = flows.get(recipient.recipient_id, [])
        if not is_processor(recipient, mine):
            continue
        held = contracts.get(recipient.recipient_id, [])
        subs = [(sub, str(item.origin)) for item in held for sub in item.sub_processors]
        ends = [(item.end_of_contract or NOT_STATED, str(item.origin)) for item in held]
        row = [*_recipient_cells(view, recipient, mine)]
        row[5:5] = [marked(map(_contract_line, held)), marked(subs), marked(ends)]
        if with_evidence:
            row.append(_proof_cell(proof, recipient, mine, held))
        rows.append(tuple(row))
    headings = [*_RECIPIENT_HEADINGS]
    headings[5:5] = [
        Heading("Contract and its state\nArt. 28(3)", widest=32),
        Heading("Sub-processors\nArt. 28(2)", widest=24),
        Heading("At the end of the contract\nArt. 28(3)(g)", widest=24),
    ]
    if with_evidence:
        headings.append(Heading("Evidence", widest=44))
    about = "Recipients that are processors in some flow (Art. 28). The others stand under Recipients."
    undecided = sum(row.role is Role.NOT_STATED for row in view.tables.rows(Recipient))
    if undecided:
        about += f" The role of {undecided} recipients is NOT STATED: a person must decide it."
    blocks = [Block(tuple(headings), rows, empty="No processor is recorded.")]
    if with_evidence:
        blocks.append(_proposed_roles(view))
    return Sheet("Processor inventory", about, tuple(blocks))


def _proposed_roles(view: RegisterView) -> Block:
    """Roles that providers' own terms describe: proposals beside the inventory, never entries of it."""
    offered: dict[str, list[Contract]] = defaultdict(list)
    for contract in view.tables.rows(Contract):
        offered[contract.recipient_id].append(contract)
    rows = []
    for proposal in view.tables.rows(Proposal):
        recipient = view.recipient_rows.get(proposal.record_id)
        if proposal.record != Recipient.TABLE or proposal.field != "role" or recipient is None:
            continue
        if proposal.status is not ProposalStatus.OPEN:
            continue
        rows.append(
            (
                Shown(recipient.brand, "strong"),
                Shown(recipient.legal_entity),
                marked([(country(recipient.country), "")]),
                Shown(f"{proposal.proposed_value} [proposed]", origin_style("proposed")),
                Shown(proposal.reason),
                marked(map(_contract_line, offered[recipient.recipient_id]), otherwise="none known"),
                Shown("yes" if proposal.verified else "no"),
            )
        )
    headings = (
        Heading("Recipient", widest=22),
        Heading("Legal entity", widest=26),
        Heading("Country", widest=18),
        Heading("Proposed role, flow and since when", widest=36),
        Heading("Reason and source", widest=60),
        Heading("Terms the provider offers\nArt. 28(3)", widest=32),
        Heading("Source verified"),
    )
    title = "Roles proposed from the providers' own terms: to be decided by a person, not part of the record"
    return Block(headings, rows, title=title, empty="No role is proposed.")


def recipients_sheet(view: RegisterView, only_others: bool) -> Sheet:
    """Recipients in any role; with ``only_others`` those that are in no flow a processor."""
    flows = _flows(view)
    rows = [
        tuple(_recipient_cells(view, recipient, flows.get(recipient.recipient_id, [])))
        for recipient in view.tables.rows(Recipient)
        if recipient.origin is not Origin.PROPOSED
        and not (only_others and is_processor(recipient, flows.get(recipient.recipient_id, [])))
    ]
    about = "Who receives data (Art. 30(1)(d)); couriers and payment institutions are usually controllers."
    if only_others:
        about += " Processors stand in the processor inventory."
    return Sheet("Recipients", about, (Block(_RECIPIENT_HEADINGS, rows, empty="No recipient is recorded."),))


_RECIPIENT_HEADINGS = (
    Heading("Recipient", widest=22),
    Heading("Legal entity, code\nArt. 30(1)(d)", widest=26),
    Heading("Country", widest=18),
    Heading("Role by activity, since when\nArt. 4, 26, 28", widest=36),
    Heading("Why this role", widest=30),
    Heading("What it receives\nArt. 30(1)(c)", widest=34),
    Heading("Activities", widest=26),
    Heading("Third countries\nArt. 30(1)(e)", widest=26),
    Heading("Status"),
    Heading("Origin"),
)


def _recipient_cells(view: RegisterView, recipient: Recipient, flows: Sequence[Disclosure]) -> list[Shown]:
    words = view.words
    received: dict[tuple[str, str], set[str]] = defaultdict(set)
    for flow in flows:
        received[(words.key(flow.data_subject), str(flow.origin))].add(words.key(flow.data_category))
    lines = [
        (f"{subject}: {', '.join(sorted(found))}", origin) for (subject, origin), found in sorted(received.items())
    ]
    third = [
        view.transfer_line(row)
        for rows in view.transfers.values()
        for row in rows
        if row.recipient_id == recipient.recipient_id
    ]
    code = recipient.company_code or NOT_STATED
    return [
        Shown(recipient.brand, "strong"),
        marked([(f"{recipient.legal_entity or NOT_STATED}\ncode: {code}", "")]),
        marked([(country(recipient.country), "")]),
        marked((_role_line(words, flow) for flow in flows), otherwise=str(recipient.role)),
        marked((flow.role_reason, "") for flow in flows if flow.role_reason),
        marked(lines)
        if lines
        else marked((words.key(item), "") for item in recipient.data_categories or NOT_STATED_LIST),
        marked((words.activity(item), "") for item in recipient.activities or NOT_STATED_LIST),
        marked(third, otherwise="none recorded"),
        Shown(str(recipient.status)),
        Shown(str(recipient.origin), origin_style(str(recipient.origin))),
    ]


def _flows(view: RegisterView) -> dict[str, list[Disclosure]]:
    flows: dict[str, list[Disclosure]] = defaultdict(list)
    for rows in view.disclosures.values():
        for row in rows:
            flows[row.recipient_id].append(row)
    return flows


def _role_line(words: Words, flow: Disclosure) -> tuple[str, str]:
    since = f" from {flow.valid_from}" if flow.valid_from else ""
    until = f" until {flow.valid_to}" if flow.valid_to else ""
    return f"{words.activity(flow.activity_id)}: {flow.recipient_role}{since}{until}", str(flow.origin)


def _contract_line(contract: Contract) -> tuple[str, str]:
    version = f", {contract.version}" if contract.version not in ("", NOT_STATED) else ""
    accepted = f", accepted {contract.accepted_on}" if contract.accepted_on else ", acceptance NOT STATED"
    text = f"{contract.document or NOT_STATED}{version}{accepted}; {contract.evidence_status or NOT_STATED}"
    return text, str(contract.origin)


def _evidence_of(tables: Tables) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    wanted = {Recipient.TABLE, Disclosure.TABLE, Contract.TABLE}
    for row in tables.rows(Evidence):
        if row.record in wanted:
            found[(row.record, row.record_id)].append(f"{row.kind}: {row.locator}")
    return found


def _proof_cell(
    proof: dict[tuple[str, str], list[str]], recipient: Recipient, flows: Sequence[Disclosure], held: Sequence[Contract]
) -> Shown:
    """The pieces of evidence behind a row of the inventory; the first few, and how many more there are."""
    found: dict[str, None] = {}
    for row in (recipient, *flows, *held):
        found.update(dict.fromkeys(proof.get((row.TABLE, row.row_id), ())))
    lines = list(found)
    more = f"\nand {len(lines) - _LOCATORS_SHOWN} more, see Evidence" if len(lines) > _LOCATORS_SHOWN else ""
    return Shown("\n".join(lines[:_LOCATORS_SHOWN]) + more if lines else NOT_STATED, "text" if lines else "not_stated")
