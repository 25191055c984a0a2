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
from ropa_pipeline.model.terms import Origin, ProposalStatus, RecipientKind, Role
from ropa_pipeline.publish.register_view import RegisterView
from ropa_pipeline.publish.words import origin_style
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown

_LOCATORS_SHOWN = 3

Contracts = dict[str, list[Contract]]
Locators = dict[tuple[str, str], list[str]]


def is_processor(recipient: Recipient, disclosures: Iterable[Disclosure]) -> bool:
    """A processor in some flow. A couriers' or payment institution's other flows do not matter for that."""
    return recipient.role is Role.PROCESSOR or any(item.recipient_role is Role.PROCESSOR for item in disclosures)


def inventory_sheet(view: RegisterView) -> Sheet:
    """The processor inventory (Art. 28, 30(1)(d)): one row per recipient that is a processor in some flow."""
    say = view.language.phrase
    about = say("about inventory")
    undecided = sum(row.role is Role.NOT_STATED for row in view.tables.rows(Recipient))
    if undecided:
        about += " " + view.language.counted("roles undecided", undecided)
    blocks = [Block(_headings(view), _rows(view, processors=True), empty=say("no processor"))]
    if view.proof:
        blocks.append(_proposed_roles(view))
    return Sheet(view.language.sheet("Processor inventory"), about, tuple(blocks))


def recipients_sheet(view: RegisterView, only_others: bool) -> Sheet:
    """Recipients in any role; with ``only_others`` those that are in no flow a processor."""
    say = view.language.phrase
    rows = _rows(view, processors=False if only_others else None)
    about = say("about recipients") + (f" {say('about other recipients')}" if only_others else "")
    return Sheet(view.language.sheet("Recipients"), about, (Block(_headings(view), rows, empty=say("no recipient")),))


def _rows(view: RegisterView, processors: bool | None) -> list[tuple[Shown, ...]]:
    """A row per recipient: processors only, the others only, or (None) all."""
    contracts: Contracts = defaultdict(list)
    for contract in view.tables.rows(Contract):
        if contract.origin is not Origin.PROPOSED:
            contracts[contract.recipient_id].append(contract)
    locators = _locators(view.tables) if view.proof else {}
    rows = []
    for recipient in view.words.in_order(view.tables.rows(Recipient), lambda row: row.brand):
        flows = view.flows.get(recipient.recipient_id, [])
        wanted = processors is None or processors == is_processor(recipient, flows)
        if wanted and recipient.origin is not Origin.PROPOSED:
            rows.append(_row(view, recipient, flows, contracts[recipient.recipient_id], locators))
    return rows


def _headings(view: RegisterView) -> tuple[Heading, ...]:
    said = view.words.said
    headings = [
        said("recipient", widest=20),
        said("legal entity, code", "30(1)(d)", widest=22),
        said("country", widest=15),
        said("role, since when", "4(7), 26, 28", widest=30),
        said("why this role", widest=20),
        said("contract and its state", "28(3)", widest=30),
        said("sub-processors", "28(2)", widest=20),
        said("at the end", "28(3)(g)", widest=17),
        said("what it receives", "30(1)(c)", widest=34),
        said("activities", widest=22),
        said("third countries", "30(1)(e)", widest=22),
        said("status, origin", widest=14),
    ]
    if view.proof:
        headings += [said("evidence in words", widest=30), view.proof.heading()]
    return tuple(headings)


def _row(
    view: RegisterView, recipient: Recipient, flows: Sequence[Disclosure], held: Sequence[Contract], locators: Locators
) -> tuple[Shown, ...]:
    words, language, say = view.words, view.language, view.language.phrase
    received: dict[tuple[str, str], set[str]] = defaultdict(set)
    for flow in flows:
        received[(words.key(flow.data_subject), str(flow.origin))].add(words.key(flow.data_category))
    lines = [
        (words.not_stated if {subject, *found} == {words.not_stated} else f"{subject}: {words.joined(found)}", origin)
        for (subject, origin), found in sorted(received.items())
    ]
    third = [
        view.transfer_line(row)
        for rows in view.transfers.values()
        for row in rows
        if row.recipient_id == recipient.recipient_id
    ]
    category = f"\n({language.term(recipient.kind)})" if recipient.kind is RecipientKind.CATEGORY_ONLY else ""
    cells = (
        Shown(recipient.brand + category, "strong"),
        words.marked(
            [
                (
                    f"{words.text(recipient.legal_entity).value}\n"
                    f"{say('code')}: {words.text(recipient.company_code).value}",
                    "",
                )
            ]
        ),
        words.marked([(language.country(recipient.country or NOT_STATED), "")]),
        words.marked((_role_line(view, flow) for flow in flows), otherwise=language.term(recipient.role)),
        words.marked((words.one("role_reason", flow.role_reason), "") for flow in flows if flow.role_reason),
        words.marked(_contract_line(view, contract) for contract in held),
        words.marked((sub, str(item.origin)) for item in held for sub in item.sub_processors),
        words.marked((item.end_of_contract or NOT_STATED, str(item.origin)) for item in held),
        words.marked(lines)
        if lines
        else words.marked((words.key(item), "") for item in recipient.data_categories or NOT_STATED_LIST),
        words.marked((words.one("activities", item), "") for item in recipient.activities or NOT_STATED_LIST),
        words.marked(third, otherwise=say("none recorded")),
        words.marked([(language.term(recipient.status), str(recipient.origin))]),
    )
    if view.proof is None:
        return cells
    about = (recipient, *flows, *held)
    return (*cells, _in_words(view, [item for row in about for item in locators.get((row.TABLE, row.row_id), ())]),
            view.proof.cell(about))  # fmt: skip


def _role_line(view: RegisterView, flow: Disclosure) -> tuple[str, str]:
    language = view.language
    since = f" {language.phrase('from')} {language.date(flow.valid_from)}" if flow.valid_from else ""
    until = f" {language.phrase('until')} {language.date(flow.valid_to)}" if flow.valid_to else ""
    role = language.term(flow.recipient_role)
    return f"{view.words.one('activity_id', flow.activity_id)}: {role}{since}{until}", str(flow.origin)


def _contract_line(view: RegisterView, contract: Contract) -> tuple[str, str]:
    say = view.language.phrase
    version = f", {contract.version}" if contract.version not in ("", NOT_STATED) else ""
    accepted = (
        say("accepted on", day=view.language.date(contract.accepted_on))
        if contract.accepted_on
        else say("acceptance not stated")
    )
    state = view.words.one("evidence_status", contract.evidence_status or NOT_STATED)
    cited = view.language.article(contract.article)
    document = view.language.mark(contract.document or NOT_STATED)
    return f"{document}{version} ({cited}), {accepted}; {state}", str(contract.origin)


def _locators(tables: Tables) -> Locators:
    found: Locators = defaultdict(list)
    wanted = {Recipient.TABLE, Disclosure.TABLE, Contract.TABLE}
    for row in tables.rows(Evidence):
        if row.record in wanted:
            found[(row.record, row.record_id)].append(row.locator)
    return found


def _in_words(view: RegisterView, locators: Iterable[str]) -> Shown:
    """The pieces of evidence behind a row; the first few, and how many more there are."""
    lines = list(dict.fromkeys(locators))
    if not lines:
        return view.words.text(NOT_STATED)
    more = len(lines) - _LOCATORS_SHOWN
    shown = lines[:_LOCATORS_SHOWN]
    return Shown("\n".join([*shown, view.language.counted("and more", more)] if more > 0 else shown))


def _proposed_roles(view: RegisterView) -> Block:
    """Roles that providers' own terms describe: proposals beside the inventory, never entries of it."""
    words, say = view.words, view.language.phrase
    offered: Contracts = defaultdict(list)
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
                words.text(recipient.legal_entity),
                words.text(view.language.country(recipient.country or NOT_STATED)),
                Shown(f"{proposal.proposed_value} [{view.language.term(Origin.PROPOSED)}]", origin_style("proposed")),
                Shown(say("source verified" if proposal.verified else "source not verified")),
                words.marked(
                    (_contract_line(view, item) for item in offered[recipient.recipient_id]),
                    otherwise=say("none known"),
                ),
                Shown(proposal.reason),
            )
        )
    headings = (
        words.said("recipient"),
        words.said("legal entity"),
        words.said("country"),
        words.said("proposed role"),
        words.said("verified"),
        words.said("terms offered", "28(3)"),
        words.said("reason and source"),
    )
    return Block(headings, rows, title=say("proposed roles"), empty=say("no role proposed"))
