"""Rules about recipients and transfers as the notice words them (GDPR Art. 13(1)(e), (f), 14(1)(e), (f), 44 to 49).

Belongs here: what the notice itself says or fails to say of who receives data and where. Does not belong here: the
register's own gaps about recipients (``disclosure``). A contract party inside the EEA whose group may process data
outside contradicts nothing: only the denial of a transfer can be contradicted.
"""

import re
from collections.abc import Iterable

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Drift, Statement
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.terms import About, DriftKind, LifeStatus, Severity, StatementKind
from ropa_pipeline.policy.notice_view import NoticeView, located
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

_FAMILY = "recipients_declared"
_VAGUE = re.compile(
    r"(?:category: )?(?:our |other |trusted |selected |the )*"
    r"(?:third part(?:y|ies)|partners?|business partners?|suppliers?|service providers?|providers?|group company|"
    r"group companies|affiliates?|successor|partneri\w*|treči\w+ šal\w+|paslaugų teikėj\w+|tiekėj\w+)"
)


def _active(context: PolicyContext) -> list[Recipient]:
    return [row for row in context.tables.rows(Recipient) if row.status is LifeStatus.ACTIVE]


def _none_stated(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    if notice and not notice.of(StatementKind.RECIPIENT):
        seen = [row for row in _active(context) if row.systems]
        told = f", but {', '.join(sorted(row.brand for row in seen))} were seen" if seen else ""
        yield Hit(
            "recipients",
            f"the notice names no recipient and no category of recipients{told}",
            condition="" if seen else "data are disclosed to somebody, processors included",
            evidence=(*notice.silent, *(f"recipients: {row.recipient_id}" for row in seen)),
        )


def _only_vague(context: PolicyContext) -> Iterable[Hit]:
    """Nothing but "partners" or "third parties": that tells nobody who receives the data."""
    stated = NoticeView(context).of(StatementKind.RECIPIENT)
    if stated and all(_VAGUE.fullmatch(row.subject.casefold()) for row in stated):
        yield Hit(
            "recipients",
            f"recipients are called {', '.join(sorted({row.subject for row in stated}))} and nothing else",
            evidence=located(stated),
        )


def _only_in_cookie_table(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(Drift):
        what, _, recipient_id = row.subject.partition(":")
        if row.kind is DriftKind.NOTICE_AGAINST_RECORD and what == "recipient":
            name = context.systems[recipient_id].name if recipient_id in context.systems else recipient_id
            yield Hit(
                recipient_id,
                f"{name} stands in the cookie table only, not among the recipients",
                f"recipient:{recipient_id}",
                evidence=row.notice_evidence,
            )


_ABROAD = re.compile(r"\b(?:Inc|Corp|Corporation|LLC|L\.L\.C|Pty|K\.K)\b\.?")


def _group_abroad(context: PolicyContext) -> Iterable[Hit]:
    """A company with a foreign legal form is named, and the notice speaks of no transfer at all."""
    notice = NoticeView(context)
    if notice.of(StatementKind.TRANSFER):
        return
    for row in notice.of(StatementKind.RECIPIENT):
        name = _ABROAD.search(f"{row.subject} {row.value}")
        known = row.subject in context.systems
        if name and not known:
            yield Hit(
                row.subject,
                f"{row.subject} appears to be a company outside the EEA, and the notice says nothing of transfers",
                f"recipient:{row.subject}",
                evidence=located([row]),
            )


def _no_safeguard(context: PolicyContext) -> Iterable[Hit]:
    """Transfers are stated, and neither a decision nor a safeguard is named for any of them."""
    moved = _stated_transfers(context)
    if moved and not any(_safeguards(row) for row in NoticeView(context).of(StatementKind.TRANSFER)):
        yield Hit(
            "safeguards",
            "the notice speaks of transfers and names neither an adequacy decision nor a safeguard",
            evidence=located(moved),
        )


def _open_safeguards(context: PolicyContext) -> Iterable[Hit]:
    """Several safeguards as examples: nobody learns which of them covers which recipient."""
    told = [row for row in NoticeView(context).of(StatementKind.TRANSFER) if _safeguards(row)]
    several = {name for row in told for name in _safeguards(row)}
    generic = [row for row in told if row.subject in ("", NOT_STATED) or row.subject in _WORDS_OF_SAFEGUARDS]
    if len(several) > 1 and len(generic) == len(told):
        yield Hit(
            "which safeguard",
            f"{', '.join(sorted(several))} are named as possibilities, without saying which covers which recipient or"
            " where a copy can be had",
            evidence=located(told),
        )


_SAFEGUARDS = {
    "adequacy decision": r"adequacy",
    "standard contractual clauses": r"contractual clauses|\bscc\b",
    "data privacy framework": r"privacy framework",
    "binding corporate rules": r"corporate rules",
    "international data transfer agreement": r"transfer agreement",
    "other safeguards": r"other (?:lawful )?safeguards",
}
_WORDS_OF_SAFEGUARDS = frozenset({"safeguards", "safeguard", "mechanism", "transfers", *_SAFEGUARDS})


def _safeguards(row: Statement) -> tuple[str, ...]:
    text = f"{row.subject} {row.value}".casefold()
    return tuple(name for name, words in _SAFEGUARDS.items() if re.search(words, text))


def _stated_transfers(context: PolicyContext) -> tuple[Statement, ...]:
    return tuple(row for row in NoticeView(context).of(StatementKind.TRANSFER) if not _denies(row))


def _denies(row: Statement) -> bool:
    return re.search(r"modality=does not transfer|\bnot transferred\b|\bno transfer", row.value) is not None


def _denied(context: PolicyContext) -> Iterable[Hit]:
    """The notice denies transfers, and a recipient's own terms describe one."""
    denials = [row for row in NoticeView(context).of(StatementKind.TRANSFER) if _denies(row)]
    for row in _active(context) if denials else ():
        mapping = context.systems.get(row.recipient_id)
        countries = sorted({item.country for item in mapping.transfers} - {NOT_STATED}) if mapping else []
        if countries:
            yield Hit(
                row.recipient_id,
                f"the notice says that no data leave, but the own terms of {row.brand} describe transfers to"
                f" {', '.join(countries)}",
                f"recipient:{row.recipient_id}",
                evidence=(*located(denials), f"mappings/systems/{row.recipient_id}.yaml#transfers"),
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "disclosure.no_recipient_stated",
        _FAMILY,
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(1)(e)",
        "Name the recipients, or at least their categories.",
        _none_stated,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "disclosure.recipients_only_vague",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 12(1), 13(1)(e)",
        "Name the recipients, or say what they do and for which purpose.",
        _only_vague,
        root_cause="recipients not named",
    ),
    Rule(
        "disclosure.only_in_cookie_table",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(e)",
        "Name the recipient among the recipients too.",
        _only_in_cookie_table,
    ),
    Rule(
        "disclosure.company_abroad_without_transfer",
        "transfers_described",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(f)",
        "Find out whether data leave; then state the transfer with its safeguard, or that there is none.",
        _group_abroad,
        condition="data of people are transferred to it",
    ),
    Rule(
        "disclosure.safeguard_not_named",
        "transfers_described",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 13(1)(f), 44-49",
        "Name the decision or the safeguard for each recipient, and where a copy can be had.",
        _no_safeguard,
    ),
    Rule(
        "disclosure.safeguard_left_open",
        "transfers_described",
        About.COMPLIANCE,
        Severity.CHECK,
        "GDPR Art. 13(1)(f)",
        "Say for each recipient which one it is, and where a copy can be had.",
        _open_safeguards,
    ),
    Rule(
        "disclosure.transfer_denied",
        "transfers_described",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 13(1)(f), 44",
        "Check with the provider; then correct the notice or the setting.",
        _denied,
        condition="this controller's data take the path that the provider's terms describe",
    ),
)
