"""Rules about recipients, contracts and transfers (GDPR Art. 26, 28, 30(1)(d), (e), 44 to 49).

Belongs here: what is missing or undeclared about who receives data. Does not belong here: cookies.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.register import Contract, Disclosure, Recipient, Transfer
from ropa_pipeline.model.terms import About, LifeStatus, Origin, RecipientKind, Role, Severity
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule


def _active(context: PolicyContext) -> tuple[Recipient, ...]:
    return tuple(row for row in context.tables.rows(Recipient) if row.status is LifeStatus.ACTIVE)


def _cause(row: Recipient) -> str:
    return f"recipient:{row.recipient_id}"


def _undeclared(context: PolicyContext) -> Iterable[Hit]:
    for row in _active(context):
        if row.origin is Origin.OBSERVED:
            where = ", ".join(row.systems) or "a scan"
            yield Hit(
                row.recipient_id,
                f"{row.brand} was seen in {where} and neither the notice nor a decision names it",
                _cause(row),
                evidence=tuple(f"recipients: {row.recipient_id} in {system}" for system in row.systems),
            )


def _in_no_activity(context: PolicyContext) -> Iterable[Hit]:
    for row in _active(context):
        if row.activities == (NOT_STATED,):
            yield Hit(row.recipient_id, f"{row.brand} belongs to no activity of the register", _cause(row))


def _role_unknown(context: PolicyContext) -> Iterable[Hit]:
    for row in _active(context):
        if row.role is Role.NOT_STATED and row.kind is RecipientKind.NAMED:
            yield Hit(row.recipient_id, f"the role of {row.brand} is not stated or decided")


def _processor_without_contract(context: PolicyContext) -> Iterable[Hit]:
    names = {row.recipient_id: row.brand for row in _active(context)}
    seen = {row.recipient_id for row in context.tables.rows(Contract) if row.evidence_status == "seen"}
    roles: dict[str, set[Role]] = defaultdict(set)
    for disclosure in context.tables.rows(Disclosure):
        if disclosure.status is LifeStatus.ACTIVE:
            roles[disclosure.recipient_id].add(disclosure.recipient_role)
    for recipient_id in sorted(set(names) - seen):
        if Role.PROCESSOR in roles[recipient_id]:
            yield Hit(
                recipient_id,
                f"no processing contract with {names[recipient_id]} has been seen",
            )
        elif Role.JOINT_CONTROLLER in roles[recipient_id]:
            yield Hit(
                recipient_id,
                f"no arrangement between joint controllers with {names[recipient_id]} has been seen",
                law="GDPR Art. 26",
            )


def _category_only(context: PolicyContext) -> Iterable[Hit]:
    for row in _active(context):
        if row.kind is RecipientKind.CATEGORY_ONLY:
            yield Hit(row.recipient_id, f"the recipients called {row.brand!r} are not named")


def _data_unknown(context: PolicyContext) -> Iterable[Hit]:
    for row in _active(context):
        if row.data_categories == (NOT_STATED,):
            yield Hit(row.recipient_id, f"which data {row.brand} gets is not known")


def _country_unknown(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Transfer):
        if row.country == NOT_STATED:
            yield Hit(
                row.row_id,
                f"the third country of the transfer to {row.recipient_id} in {row.activity_id} is not stated",
            )


def _mechanism_unknown(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Transfer):
        if row.mechanism == NOT_STATED:
            yield Hit(
                row.row_id,
                f"no transfer mechanism is stated for {row.recipient_id} in {row.activity_id}",
            )


def _contract_if_processor(context: PolicyContext) -> Iterable[Hit]:
    """The provider's own terms make it a processor, nobody has decided its role, and no contract was seen."""
    seen = {row.recipient_id for row in context.tables.rows(Contract) if row.evidence_status == "seen"}
    for row in _active(context):
        mapping = context.systems.get(row.recipient_id)
        undecided = mapping is not None and row.role is Role.NOT_STATED and row.recipient_id not in seen
        if mapping is None or not undecided:
            continue
        roles = {role.role for role in mapping.roles if role.valid_to is None or role.valid_to >= context.as_of}
        if roles & {Role.PROCESSOR, Role.JOINT_CONTROLLER}:
            yield Hit(
                row.recipient_id,
                f"by its own terms {row.brand} appears to be a {' or '.join(sorted(roles))}, and no contract or"
                " arrangement with it has been seen",
            )


def _named(countries: list[str]) -> str:
    return ", ".join(item for item in countries if item != NOT_STATED) or "to countries that they do not name"


def _unstated_transfer(context: PolicyContext) -> Iterable[Hit]:
    """A recipient's own terms name a third country, and neither notice nor decision mentions a transfer to it."""
    known = {row.recipient_id for row in context.tables.rows(Transfer)}
    for row in _active(context):
        mapping = context.systems.get(row.recipient_id)
        countries = sorted({item.country for item in mapping.transfers} if mapping else ())
        if countries and row.recipient_id not in known:
            yield Hit(
                row.recipient_id,
                f"the own terms of {row.brand} describe transfers ({_named(countries)}); none is stated for"
                f" {', '.join(row.activities)}",
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "disclosure.undeclared_recipient",
        "recipients_declared",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(1)(e), 30(1)(d)",
        "Name the recipient in the notice and in activities.yaml, or remove its module, tag or export.",
        _undeclared,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "disclosure.recipient_in_no_activity",
        "recipients_declared",
        About.RECORD,
        Severity.WARNING,
        "GDPR Art. 30(1)(d)",
        "Say in activities.yaml for which purpose it receives data.",
        _in_no_activity,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "disclosure.role_not_stated",
        "roles_decided",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 4(7), 4(8), 26, 28",
        "Decide the role under roles in decisions.yaml; proposals lists what the provider's terms say.",
        _role_unknown,
        depends=Depends.SCHEMA,
        root_cause="roles of recipients",
    ),
    Rule(
        "disclosure.no_contract_seen",
        "contracts_seen",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 28(3)",
        "Record the contract under contracts in decisions.yaml.",
        _processor_without_contract,
        root_cause="contracts with recipients",
    ),
    Rule(
        "disclosure.contract_if_processor",
        "contracts_seen",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 26, 28(3)",
        "Decide its role under roles in decisions.yaml; if it is so, record the contract under contracts.",
        _contract_if_processor,
        depends=Depends.SCHEMA,
        condition="the provider acts in the role that its own terms give it",
        root_cause="contracts with recipients",
    ),
    Rule(
        "disclosure.category_only",
        "recipients_declared",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 30(1)(d)",
        "Name them in activities.yaml.",
        _category_only,
        root_cause="recipients not named",
    ),
    Rule(
        "disclosure.data_unknown",
        "recipients_declared",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 30(1)(d)",
        "Say which categories it gets, or connect its export.",
        _data_unknown,
        depends=Depends.SCHEMA,
        root_cause="what recipients get",
    ),
    Rule(
        "disclosure.third_country_not_stated",
        "transfers_described",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 30(1)(e)",
        "Identify the country; proposals lists what the provider's terms say.",
        _country_unknown,
        root_cause="transfers",
    ),
    Rule(
        "disclosure.mechanism_not_stated",
        "transfers_described",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 44-49",
        "Decide on which mechanism the transfer rests.",
        _mechanism_unknown,
        root_cause="transfers",
    ),
    Rule(
        "disclosure.transfer_not_stated",
        "transfers_described",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 13(1)(f), 30(1)(e)",
        "Appears to need a statement: check whether data leave, then state the transfer or decide that there is none.",
        _unstated_transfer,
        depends=Depends.SCHEMA,
        condition="this controller's data take the path that the provider's terms describe",
        root_cause="transfers",
    ),
)
