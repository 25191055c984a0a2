"""Rules about promises that the notice itself or the systems contradict (GDPR Art. 4(1), 5(1)(a), 12(1)).

Belongs here: claims against what is stated or seen elsewhere. Does not belong here: what a recipient gets beyond the
notice (``register.drift``) and omissions (``notice_content``). A claim and its contradiction both stand in the
finding's evidence. What a claim does not say is never held against it.
"""

from collections.abc import Iterable

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import Cookie, Recipient
from ropa_pipeline.model.terms import (
    About,
    ConsentCategory,
    Identifiability,
    LifeStatus,
    Origin,
    Severity,
    StatementKind,
    SystemKind,
)
from ropa_pipeline.policy.notice_view import NoticeView, located
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

_FAMILY = "claims_true"
_SHOWN = 5
_SINGLES_OUT = ("device.", "behaviour.", "location.")
_HANDLED_BY: dict[SystemKind, tuple[str, ...]] = {
    SystemKind.PAYMENT: ("payment.",),
    SystemKind.LEDGER: ("payment.",),
    SystemKind.BANK: ("payment.",),
    SystemKind.COURIER: ("delivery.",),
    SystemKind.ANALYTICS: _SINGLES_OUT,
    SystemKind.ADVERTISING: _SINGLES_OUT,
}
"""Data that a shop collects whenever it uses a system of a kind, and says so of itself."""


def _personal(context: PolicyContext) -> Iterable[ClassifiedColumn]:
    for row in context.tables.rows(ClassifiedColumn):
        if row.origin in (Origin.OBSERVED, Origin.DECIDED) and row.identifiability is not Identifiability.NONE:
            yield row


def _columns_of(context: PolicyContext, system: str) -> tuple[str, ...]:
    """Personal columns seen in a system's own export or in its tables of the shop."""
    own = {
        (row.source_id, row.table_name) for row in context.tables.rows(TableReading) if row.recipient_system == system
    }
    return tuple(
        sorted(
            f"{row.source_id}:{row.table_name}.{row.column_name}"
            for row in _personal(context)
            if row.system == system or (row.source_id, row.table_name) in own
        )
    )


def _data_stated(context: PolicyContext, system: str) -> tuple[Statement, ...]:
    """Data that the notice says are collected, of the kind that this system handles."""
    notice = NoticeView(context)
    kind = notice.kind_of(system)
    prefixes = _HANDLED_BY.get(kind, ()) if kind else ()
    return tuple(
        row
        for row in notice.of(StatementKind.DATA_CATEGORY)
        if prefixes and row.subject.startswith(prefixes) and "collected=no" not in row.value
    )


def _no_data(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    for claim in notice.claims("no data collected by us"):
        for system in notice.systems_of(claim):
            stored, stated = _columns_of(context, system), _data_stated(context, system)
            if stored or stated:
                name = context.systems[system].name
                what = " and ".join(
                    part
                    for part in (
                        f"the notice lists {', '.join(sorted({row.subject for row in stated}))}" if stated else "",
                        f"its data hold {len(stored)} personal columns" if stored else "",
                    )
                    if part
                )
                yield Hit(
                    system,
                    f"the notice says that no data is collected with {name}, but {what}",
                    f"recipient:{system}",
                    evidence=(*located([claim, *stated]), *stored[:_SHOWN]),
                )


def _anonymous(context: PolicyContext) -> Iterable[Hit]:
    """Analytics called anonymous although a visitor is told apart by cookie, identifier or address."""
    notice = NoticeView(context)
    claims = [
        row
        for row in notice.claims("anonymous")
        if not notice.systems_of(row)
        or any(notice.kind_of(key) in (SystemKind.ANALYTICS, SystemKind.ADVERTISING) for key in notice.systems_of(row))
    ]
    if not claims:
        return
    used = [
        row
        for row in context.tables.rows(Recipient)
        if row.status is LifeStatus.ACTIVE and notice.kind_of(row.recipient_id) is SystemKind.ANALYTICS
    ]
    stated = [
        row
        for row in notice.of(StatementKind.DATA_CATEGORY)
        if row.subject.startswith(_SINGLES_OUT) and "collected=no" not in row.value
    ]
    cookies = [row for row in context.tables.rows(Cookie) if row.category == ConsentCategory.ANALYTICS.value]
    if used or cookies:
        tools = ", ".join(sorted({row.brand for row in used} | {f"the cookie {row.name}" for row in cookies}))
        yield Hit(
            "analytics",
            f"analytics is called anonymous, but {tools} tells visitors apart: that is personal data",
            evidence=(*located([*claims, *stated]), *(f"cookies: {row.row_id}" for row in cookies)),
        )


def _not_disclosed(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    named = [row for row in context.tables.rows(Recipient) if row.status is LifeStatus.ACTIVE]
    for claim in notice.claims("no disclosure to third parties")[:1]:
        if named:
            shown = ", ".join(sorted(row.brand for row in named)[:_SHOWN])
            yield Hit(
                "no disclosure",
                f"the notice says that data are not given to third parties, but {shown} receive them",
                evidence=(*located([claim]), *(f"recipients: {row.recipient_id}" for row in named[:_SHOWN])),
            )


def _stored_elsewhere(context: PolicyContext) -> Iterable[Hit]:
    """Payment data said to stay with the provider, and card or account numbers in the shop's own tables."""
    notice = NoticeView(context)
    claims = notice.claims("processed elsewhere")
    kept = sorted(
        f"{row.source_id}:{row.table_name}.{row.column_name}"
        for row in _personal(context)
        if row.data_category == "payment.card_or_bank" and notice.kind_of(row.system) is SystemKind.SHOP_PLATFORM
    )
    if claims and kept:
        yield Hit(
            "payment data",
            "payment data are said to stay with the payment provider, but the shop's own tables hold card, account or"
            " wallet numbers",
            evidence=(*located(claims), *kept[:_SHOWN]),
        )


def _no_advertising(context: PolicyContext) -> Iterable[Hit]:
    notice = NoticeView(context)
    claims = notice.claims("advertising features off")
    seen = [
        row
        for row in context.tables.rows(Recipient)
        if row.status is LifeStatus.ACTIVE
        and row.systems
        and notice.kind_of(row.recipient_id) is SystemKind.ADVERTISING
    ]
    cookies = [
        row
        for row in context.tables.rows(Cookie)
        if row.category == ConsentCategory.MARKETING.value and row.origin is Origin.OBSERVED
    ]
    if claims and (seen or cookies):
        shown = ", ".join(sorted({row.brand for row in seen} | {f"the cookie {row.name}" for row in cookies}))
        yield Hit(
            "advertising",
            f"the notice says that nothing is used for advertising, but {shown} was seen",
            evidence=(*located(claims), *(f"cookies: {row.row_id}" for row in cookies)),
        )


def _before_consent(context: PolicyContext) -> Iterable[Hit]:
    """Cookies that need consent, seen in a scan before anybody had consented."""
    notice = NoticeView(context)
    promised = (*notice.claims("no data before consent"), *notice.consents("only with consent"))
    categories = {row.name: row.category for row in context.tables.rows(Cookie)}
    asks = (ConsentCategory.ANALYTICS.value, ConsentCategory.MARKETING.value)
    found = sorted(
        {
            (cookie.name, observation.source_id)
            for observation in context.observations
            for cookie in observation.cookies
            if cookie.before_consent and categories.get(cookie.name) in asks
        }
    )
    for name, source_id in found:
        told = "; the notice promises that none is" if promised else ""
        yield Hit(
            name,
            f"the cookie {name} was set before consent was given{told}",
            evidence=(*located(promised[:1]), f"{source_id}:{name}"),
        )


RULES: tuple[Rule, ...] = (
    Rule(
        "transparency.no_data_claim_contradicted",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), 13(1)",
        "Say which data are collected there, or stop collecting them.",
        _no_data,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "transparency.anonymous_claim",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 4(1), 5(1)(a)",
        "Call it statistics by identifiers, not anonymous.",
        _anonymous,
        depends=Depends.SCHEMA,
        condition="the tool gives visitors an identifier or receives their address, as its documentation says",
    ),
    Rule(
        "transparency.no_disclosure_claim_contradicted",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), 13(1)(e)",
        "Name the recipients instead.",
        _not_disclosed,
        depends=Depends.SCHEMA,
        condition="the sentence means recipients of every kind, processors included",
    ),
    Rule(
        "transparency.payment_claim_contradicted",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), (c)",
        "Empty these columns and stop filling them, or correct the notice.",
        _stored_elsewhere,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "transparency.no_advertising_claim_contradicted",
        _FAMILY,
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(a), 13(1)(c)",
        "Remove the tag, or correct the notice.",
        _no_advertising,
        depends=Depends.SCHEMA,
    ),
    Rule(
        "transparency.cookie_before_consent",
        "cookies_declared",
        About.COMPLIANCE,
        Severity.ERROR,
        "Directive 2002/58/EC Art. 5(3); GDPR Art. 7(1)",
        "Set it only after consent.",
        _before_consent,
        depends=Depends.SCHEMA,
        root_cause="cookies before consent",
    ),
)
