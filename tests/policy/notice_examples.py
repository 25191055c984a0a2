"""An example in which each rule about notices finds something, and one in which it finds nothing."""

from datetime import date
from typing import Any

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import Activities, Cookies, DeclaredActivity, DeclaredCookie, DeclaredRetention
from ropa_pipeline.model.finding import Drift, Statement
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.law import CatalogueCookie, Reference, StatutoryRule
from ropa_pipeline.model.observation import ObservedCookie
from ropa_pipeline.model.register import ActivityData, Cookie, Disclosure, LegalBasis, Party, Recipient
from ropa_pipeline.model.system import RolePeriod
from ropa_pipeline.model.terms import (
    Applicability,
    Capacity,
    ConsentCategory,
    DriftKind,
    Effect,
    LifeStatus,
    Origin,
    Qualifier,
    Role,
    RuleKind,
    StartEvent,
    StatementKind,
    SystemKind,
)
from ropa_pipeline.policy.rule import PolicyContext
from tests.register.builders import ORDERS, SYSTEMS, column, context, folder, make, observation, statement, system

K = StatementKind
SAID = statement("purpose", K.PURPOSE, "orders", "orders", 1)
PURPOSE_ONLY = context([SAID])
MORE = {
    **SYSTEMS,
    "shop": SYSTEMS["shop"].model_copy(update={"kind": SystemKind.SHOP_PLATFORM}),
    "ledger": system("ledger", kind=SystemKind.LEDGER),
    "meter": system("meter", kind=SystemKind.ANALYTICS),
    "partner": system(
        "partner", kind=SystemKind.ADVERTISING, roles=(RolePeriod(role=Role.JOINT_CONTROLLER, reason="its own terms"),)
    ),
}
CATALOGUE = tuple(
    CatalogueCookie(name=name, system="meter", category=category, lifetime="P1Y", purpose="p", verified=True)
    for name, category in (("__visit_id", ConsentCategory.ANALYTICS), ("basket", ConsentCategory.NECESSARY))
)
REFERENCE = Reference(rules=(), adequacy=(), eea=("IE", "LT"), cookies=CATALOGUE, questionnaires=())


def says(*rows: Any, **given: Any) -> PolicyContext:
    """A notice and what else the rule looks at."""
    return context(rows, **{"systems": MORE, "reference": REFERENCE, **given})


def claim(subject: str, value: str = "about=NOT STATED", line: int = 5) -> Statement:
    return statement(f"claim_{subject}_{line}", K.CLAIM, subject, value, line)


def consent(value: str, line: int = 7, subject: str = "cookies") -> Statement:
    return statement(f"consent_{value}_{line}", K.CONSENT, subject, value, line)


def basis(text: str, activity: str = "orders", **given: Any) -> LegalBasis:
    values = {"part": "whole activity", "layer": "gdpr", "assessment_id": "", "statement_id": "basis", **given}
    return make(LegalBasis, activity_id=activity, basis=text, **values)


def recipient(key: str, *systems: str, **given: Any) -> Recipient:
    values = {"brand": key.upper(), "status": LifeStatus.ACTIVE, "origin": Origin.STATED, **given}
    return make(Recipient, recipient_id=key, systems=systems, **values)


def named(subject: str, value: str = "category=NOT STATED", line: int = 9) -> Statement:
    return statement(f"recipient_{subject}", K.RECIPIENT, subject, value, line)


def cookie(name: str, category: ConsentCategory, life: str = "P1Y", purpose: str = "counts") -> PolicyContext:
    declared = DeclaredCookie(
        name=name, category=category, provider="Meter", system="meter", purpose=purpose, lifetime=life
    )
    return says(SAID, folder=folder(cookies=Cookies(cookies=(declared,))))


def active(activity: str, *covers: str) -> Any:
    item = DeclaredActivity(id=activity, name=activity, purpose=activity, covers=covers, statements=("purpose",))
    return folder(activities=Activities(activities=(item,)))


def periods(one: DeclaredRetention, other: DeclaredRetention) -> PolicyContext:
    return says(SAID, folder=folder(activities=Activities(activities=(ORDERS,), retention=(one, other))))


def kept(rule_id: str, period: str, **given: Any) -> DeclaredRetention:
    values = {"statements": ("purpose",), "activities": (rule_id,), "tables": ("shop:orders",), **given}
    return DeclaredRetention(rule_id=rule_id, period=period, **values)


TAX = REFERENCE.model_copy(
    update={
        "rules": (
            StatutoryRule(
                rule_id="LT-TAX", jurisdiction="lt", title="Invoices", period="P10Y", qualifier=Qualifier.AT_LEAST,
                starts_at=StartEvent.INVOICE_ISSUED, kind=RuleKind.STATUTORY_MINIMUM, effect=Effect.KEEP_UNTIL,
                purposes=("accounting",), law="Tax Act 78", source="register of laws", verified=True,
            ),
        )
    }
)  # fmt: skip


def kept_for(period: str, purpose: str) -> Statement:
    """A period as the reader gives it."""
    return statement("kept", K.RETENTION, purpose, f"period={period}; qualifier=up to; scope={purpose}")


def wallet(system_id: str) -> ClassifiedColumn:
    return column("wallet", "payment.card_or_bank", table="payments", source_id=system_id, system_id=system_id)


def uk(**given: Any) -> Any:
    made = folder(**given)
    return made.model_copy(update={"facts": made.facts.model_copy(update={"jurisdiction": "uk"})})


def transfer(subject: str, value: str) -> Statement:
    return statement(f"transfer_{subject}", K.TRANSFER, subject, value, 12)


IN_CLEARING = (
    consent("withdraw any time"), consent("withdraw by clearing browser"), consent("accept all", 4),
)  # fmt: skip
SCANNED = observation(
    "scan", cookies=(ObservedCookie(name="_v", domain="m.test", lifetime="P1Y", before_consent=True),)
)
ASKS_FIRST = observation("scan", cookies=(ObservedCookie(name="_v", domain="m.test", lifetime="P1Y"),))
COUNTS = make(Cookie, name="_v", provider="Meter", category="analytics", origin=Origin.OBSERVED, status="not declared")
OFFICER = make(Party, capacity=Capacity.DATA_PROTECTION_OFFICER, applicability=Applicability.APPLIES)
SHARED = make(
    Disclosure, recipient_id="partner", disclosure_id="d", status=LifeStatus.ACTIVE, recipient_role=Role.NOT_STATED
)
TRANSACTION = statement("transaction", K.DATA_CATEGORY, "payment.transaction_ref", "collected=yes", 3)
ONLY_A_COOKIE = make(
    Drift, drift_id="d", kind=DriftKind.NOTICE_AGAINST_RECORD, subject="recipient:adverts", notice_evidence=("row",)
)

Found = dict[str, tuple[PolicyContext, set[str]]]
FINDS: Found = {
    "lawfulness.marketing_on_interest_alone": (
        says(basis("6(1)(f)", "marketing"), folder=active("marketing", "marketing")), {"marketing"}
    ),
    "lawfulness.obligation_without_law": (says(basis("6(1)(c)")), {"orders:whole activity"}),
    "lawfulness.offences_without_law": (says(SAID, folder=active("crime", "crime_prevention")), {"crime"}),
    "retention.stated_below_minimum": (
        says(kept_for("P5Y", "accounting"), reference=TAX), {"kept:LT-TAX"}
    ),
    "retention.periods_not_told_apart": (periods(kept("a", "P30D"), kept("b", "P5Y")), {"a:b"}),
    "transparency.withdrawal_not_mentioned": (says(SAID, basis("6(1)(a)")), {"withdrawal"}),
    "transparency.withdrawal_harder_than_consent": (says(*IN_CLEARING), {"withdrawal of consent to cookies"}),
    "transparency.agreed_by_use": (says(claim("terms accepted by use")), {"acceptance by use"}),
    "transparency.officer_contact_missing": (says(SAID, OFFICER), {"data protection officer"}),
    "transparency.no_contact": (PURPOSE_ONLY, {"contact"}),
    "transparency.provision_not_explained": (says(SAID, basis("6(1)(b)")), {"provision of data"}),
    "transparency.profiling_not_mentioned": (
        says(statement("ads", K.PURPOSE, "advertising", "stated")), {"automated decisions"}
    ),
    "transparency.source_not_named": (
        says(statement("source", K.DATA_SOURCE, "third parties", "stated")), {"source of data"}
    ),
    "transparency.joint_control_not_mentioned": (says(SAID, SHARED), {"partner"}),
    "transparency.children_consent_age": (
        says(statement("children", K.CHILDREN, "children", "intended=yes; age=13")), {"children"}
    ),
    "transparency.response_time_too_long": (
        says(statement("answer", K.RIGHT, "response_time", "P2M")), {"response time"}
    ),
    "transparency.no_complaints_procedure": (says(SAID, folder=uk()), {"complaints to the controller"}),
    "transparency.interest_not_described": (says(SAID, basis("6(1)(f)")), {"orders:whole activity"}),
    "transparency.no_data_claim_contradicted": (
        says(claim("no data collected by us", "about=ledger"), TRANSACTION), {"ledger"}
    ),
    "transparency.anonymous_claim": (says(claim("anonymous", "about=meter"), recipient("meter")), {"analytics"}),
    "transparency.no_disclosure_claim_contradicted": (
        says(claim("no disclosure to third parties"), recipient("courier")), {"no disclosure"}
    ),
    "transparency.payment_claim_contradicted": (
        says(claim("processed elsewhere", "about=ledger"), wallet("shop")), {"payment data"}
    ),
    "transparency.no_advertising_claim_contradicted": (
        says(claim("advertising features off"), recipient("partner", "scan")), {"advertising"}
    ),
    "transparency.cookie_before_consent": (says(COUNTS, observations=(SCANNED,)), {"_v"}),
    "transparency.cookie_misspelt": (cookie("_visit_id", ConsentCategory.ANALYTICS), {"_visit_id"}),
    "transparency.cookie_misclassified": (cookie("__visit_id", ConsentCategory.NECESSARY), {"__visit_id"}),
    "transparency.session_cookie_lives_on": (cookie("session_id", ConsentCategory.FUNCTIONAL, "P3M"), {"session_id"}),
    "transparency.cookies_not_named": (
        says(statement("kinds", K.COOKIE, "analytics cookies", "category=analytics")), {"cookie table"}
    ),
    "transparency.cookie_life_not_stated": (cookie("basket", ConsentCategory.NECESSARY, NOT_STATED), {"cookie lives"}),
    "disclosure.no_recipient_stated": (PURPOSE_ONLY, {"recipients"}),
    "disclosure.recipients_only_vague": (says(named("our trusted partners"), named("third parties")), {"recipients"}),
    "disclosure.only_in_cookie_table": (says(ONLY_A_COOKIE), {"adverts"}),
    "disclosure.company_abroad_without_transfer": (says(named("Example Analytics Inc.")), {"Example Analytics Inc."}),
    "disclosure.safeguard_not_named": (says(transfer("ledger", "modality=may transfer")), {"safeguards"}),
    "disclosure.safeguard_left_open": (
        says(transfer(NOT_STATED, "safeguards=adequacy decision,standard contractual clauses")), {"which safeguard"}
    ),
    "disclosure.transfer_denied": (
        says(transfer(NOT_STATED, "modality=does not transfer"), recipient("adverts")), {"adverts"}
    ),
}  # fmt: skip

WITHDRAWAL = statement("withdraw", K.RIGHT, "withdraw_consent", "stated")
FINDS_NOTHING: dict[str, PolicyContext] = {
    "lawfulness.marketing_on_interest_alone": says(
        basis("6(1)(f)", "marketing"), basis("6(1)(a)", "marketing", layer="eprivacy"),
        folder=active("marketing", "marketing"),
    ),
    "lawfulness.obligation_without_law": says(basis("6(1)(c)", law="the VAT act")),
    "lawfulness.offences_without_law": says(SAID, folder=active("fraud", "fraud_prevention")),
    "retention.stated_below_minimum": says(
        kept_for("P10Y", "accounting"), kept_for("P5Y", "newsletter").model_copy(update={"statement_id": "other"}),
        reference=TAX,
    ),
    "retention.periods_not_told_apart": periods(
        kept("a", "P30D", starts_at=StartEvent.GOODS_DELIVERED), kept("b", "P5Y", starts_at=StartEvent.INVOICE_ISSUED)
    ),
    "transparency.withdrawal_not_mentioned": says(WITHDRAWAL, basis("6(1)(a)")),
    "transparency.withdrawal_harder_than_consent": says(
        *IN_CLEARING, consent("withdraw any time", 8), consent("banner", 8)
    ),
    "transparency.agreed_by_use": says(claim("values privacy")),
    "transparency.officer_contact_missing": says(
        OFFICER, statement("dpo", K.CONTACT, "data protection officer e-mail", "dpo@example.org")
    ),
    "transparency.no_contact": says(statement("mail", K.CONTACT, "e-mail", "shop@example.org")),
    "transparency.provision_not_explained": says(
        basis("6(1)(b)"), claim("data", "an address must be given, or nothing can be delivered")
    ),
    "transparency.profiling_not_mentioned": says(
        statement("ads", K.PURPOSE, "advertising"), statement("machines", K.AUTOMATED_DECISION, "", "made=no")
    ),
    "transparency.source_not_named": says(
        statement("source", K.DATA_SOURCE, "third parties", "stated", 5), claim("never sold", line=5)
    ),
    "transparency.joint_control_not_mentioned": says(SHARED, claim("joint control", "we and Partner jointly control")),
    "transparency.children_consent_age": says(statement("children", K.CHILDREN, "children", "intended=no; age=14")),
    "transparency.response_time_too_long": says(statement("answer", K.RIGHT, "response_time", "P1M")),
    "transparency.no_complaints_procedure": says(
        statement("complain", K.RIGHT, "complaint", "to=the controller"), folder=uk()
    ),
    "transparency.interest_not_described": says(SAID, basis("6(1)(f)", interest_text="that accounts are secure")),
    "transparency.no_data_claim_contradicted": says(claim("no data collected by us", "about=ledger"), wallet("shop")),
    "transparency.anonymous_claim": says(claim("anonymous", "about=courier"), recipient("meter")),
    "transparency.no_disclosure_claim_contradicted": says(claim("never sold"), recipient("courier")),
    "transparency.payment_claim_contradicted": says(claim("processed elsewhere", "about=ledger"), wallet("ledger")),
    "transparency.no_advertising_claim_contradicted": says(
        claim("advertising features off"), recipient("partner"), recipient("meter", "scan")
    ),
    "transparency.cookie_before_consent": says(COUNTS, observations=(ASKS_FIRST,)),
    "transparency.cookie_misspelt": cookie("basket", ConsentCategory.NECESSARY),
    "transparency.cookie_misclassified": cookie("basket", ConsentCategory.NECESSARY),
    "transparency.session_cookie_lives_on": cookie("session_id", ConsentCategory.FUNCTIONAL, "SESSION"),
    "transparency.cookies_not_named": says(statement("kinds", K.COOKIE, "__visit_id", "category=analytics")),
    "transparency.cookie_life_not_stated": cookie("basket", ConsentCategory.NECESSARY, "SESSION"),
    "disclosure.no_recipient_stated": says(SAID, named("courier")),
    "disclosure.recipients_only_vague": says(named("third parties"), named("courier")),
    "disclosure.only_in_cookie_table": says(
        ONLY_A_COOKIE.model_copy(update={"subject": "legal basis:orders"}),
        ONLY_A_COOKIE.model_copy(update={"drift_id": "e", "kind": DriftKind.SYSTEM_NOT_IN_NOTICE}),
    ),
    "disclosure.company_abroad_without_transfer": says(
        named("Example Analytics Inc."), transfer("Example Analytics Inc.", "countries=US")
    ),
    "disclosure.safeguard_not_named": says(transfer("ledger", "safeguards=adequacy decision")),
    "disclosure.safeguard_left_open": says(
        transfer("ledger", "safeguards=adequacy decision"), transfer("meter", "safeguards=standard contractual clauses")
    ),
    "disclosure.transfer_denied": says(transfer("adverts", "modality=may transfer"), recipient("adverts")),
}  # fmt: skip

BEFORE_THE_ACT = date(2026, 6, 18)
TRACKED = make(ActivityData, activity_id="marketing", data_category="location.precise", origin=Origin.STATED)
