"""How legal findings are worded and weighed: the same for every rule, whatever it is about."""

import sys
from datetime import date
from typing import Any

import pytest

from ropa_pipeline.model.controller import Activities, DeclaredRetention
from ropa_pipeline.model.decisions import Decisions, RuleDecision
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.law import Reference, StatutoryRule
from ropa_pipeline.model.terms import (
    About,
    Applicability,
    Effect,
    Origin,
    Qualifier,
    RuleKind,
    Severity,
    StartEvent,
    StatementKind,
)
from ropa_pipeline.policy import RULES
from ropa_pipeline.policy.findings import findings
from ropa_pipeline.policy.national_law import PROVISIONS, in_force
from ropa_pipeline.policy.rule import EVERY_CONTROLLER, GDPR_TEXT, Hit, PolicyContext, Rule, weighed
from tests.policy.notice_examples import MORE, SAID, named, recipient, says, transfer, uk
from tests.policy.test_rules import FINDS
from tests.register.builders import DECIDED, ORDERS, context, folder, statement

LEGAL = {rule.rule_id: rule for rule in RULES if rule.about is not About.RECORD}
AT_MOST_CHECK = (Severity.CHECK, Severity.INFO)


@pytest.fixture(autouse=True)
def no_table_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[findings.__module__], "contract_breaches", lambda tables: ())


def found(rule_id: str, given: PolicyContext) -> list[Finding]:
    return [row for row in findings(given) if row.rule_id == rule_id]


def decided(rule_id: str, applicability: Applicability, *, verified: bool = False) -> Any:
    decision = RuleDecision(rule_id=rule_id, applicability=applicability, verified=verified, decision="d1")
    return Decisions(decisions=(DECIDED,), rules=(decision,))


def with_decision(given: PolicyContext, rule_id: str, applicability: Applicability, **how: Any) -> PolicyContext:
    changed = given.folder.model_copy(update={"decisions": decided(rule_id, applicability, **how)})
    return PolicyContext(**{**given.__dict__, "folder": changed})


@pytest.mark.parametrize("rule_id", LEGAL)
def test_a_legal_finding_names_rule_source_and_condition_and_only_appears(rule_id: str) -> None:
    rule, (given, _) = LEGAL[rule_id], FINDS[rule_id]
    for hit in rule.find(given):
        said = weighed(given, rule, hit)
        assert said.law
        assert said.law_source
        assert said.law_condition
        assert "appear" in said.message
        certain = said.law_verified and said.law_condition == EVERY_CONTROLLER
        assert certain or said.severity in AT_MOST_CHECK
        assert not said.confirmed_by


@pytest.mark.parametrize("rule_id", LEGAL)
def test_a_person_who_confirms_lifts_the_cap_and_is_named(rule_id: str) -> None:
    rule, (given, _) = LEGAL[rule_id], FINDS[rule_id]
    confirmed = with_decision(given, rule_id, Applicability.APPLIES, verified=True)
    for hit in rule.find(given):
        if (hit.duty or hit.rule_id or rule_id) != rule_id:
            continue  # such a hit is confirmed under the rule that it names
        said = weighed(confirmed, rule, hit)
        assert said.confirmed_by == f"{DECIDED.by}, {DECIDED.on.isoformat()}"
        assert said.severity is (hit.severity or rule.severity)
        assert said.message == hit.message


def test_every_rule_whose_law_is_not_the_regulation_alone_names_its_own_source() -> None:
    other = [rule.rule_id for rule in LEGAL.values() if not rule.law.startswith("GDPR") and rule.source == GDPR_TEXT]
    assert set(other) <= {"transparency.cookie_not_declared", "transparency.cookie_before_consent"}
    directive = "Directive 2002/58/EC"
    assert all(directive in LEGAL[key].law for key in other), "their source is added with the national provision"


def test_a_rule_that_somebody_decided_does_not_apply_finds_nothing() -> None:
    rule_id = "transparency.no_notice_date"
    given = FINDS[rule_id][0]
    assert found(rule_id, given)
    assert not found(rule_id, with_decision(given, rule_id, Applicability.NOT_APPLICABLE))


def test_what_is_not_verified_stays_a_check_even_when_it_is_said_to_apply() -> None:
    rule_id = "transparency.children_consent_age"
    given = with_decision(FINDS[rule_id][0], rule_id, Applicability.APPLIES)
    assert [row.law_verified for row in found(rule_id, given)] == [False]
    assert all(row.severity in AT_MOST_CHECK for row in found(rule_id, given))


def test_a_finding_about_the_record_claims_no_breach() -> None:
    rule = Rule("r", "f", About.RECORD, Severity.ERROR, "GDPR Art. 30", "m", lambda _: ())
    said = weighed(context(), rule, Hit("s", "a cell is blank"))
    assert (said.message, said.severity) == ("a cell is blank", Severity.ERROR)


# --- a statutory duty


def duty(*, verified: bool) -> Reference:
    rule = StatutoryRule(
        rule_id="LT-TAX", jurisdiction="lt", title="Invoices", period="P10Y", qualifier=Qualifier.AT_LEAST,
        starts_at=StartEvent.INVOICE_ISSUED, kind=RuleKind.STATUTORY_MINIMUM, effect=Effect.KEEP_UNTIL,
        purposes=("order_fulfilment",), condition="invoices are issued", law="Tax Act 78", source="register of laws",
        verified=verified,
    )  # fmt: skip
    return Reference(rules=(rule,), adequacy=(), eea=(), cookies=(), questionnaires=())


def below(*, verified: bool, **more: Any) -> list[Finding]:
    own = DeclaredRetention(rule_id="own", activities=("orders",), period="P5Y", statements=("purpose",))
    given = folder(activities=Activities(activities=(ORDERS,), retention=(own,)), **more)
    return found("retention.below_minimum", says(SAID, folder=given, reference=duty(verified=verified)))


def test_a_period_below_a_duty_that_nobody_confirmed_is_a_check_with_its_source_and_condition() -> None:
    (row,) = below(verified=True)
    assert (row.severity, row.law_source, row.law_condition) == (
        Severity.CHECK, "register of laws", "invoices are issued",
    )  # fmt: skip
    assert "appears below" in row.message
    assert row.found_in


def test_a_verified_duty_that_somebody_confirmed_is_an_error() -> None:
    (row,) = below(verified=True, decisions=decided("LT-TAX", Applicability.APPLIES, verified=True))
    assert (row.severity, "is below" in row.message, "appear" in row.message) == (Severity.ERROR, True, False)


# --- law by country and date


@pytest.mark.parametrize("item", PROVISIONS, ids=lambda item: f"{item.jurisdiction} {item.provision}"[:40])
def test_a_national_provision_holds_within_its_dates_and_country(item: Any) -> None:
    inside = item.valid_from or item.valid_to or date(2026, 11, 1)
    assert item.provision in in_force(item.instead_of, "text", item.jurisdiction, inside)[0]
    assert in_force(item.instead_of, "text", "eu", inside) == (item.instead_of, "text")


def test_new_law_is_tested_on_what_the_notice_says_and_not_on_its_date() -> None:
    """An old notice that already offers complaints to the controller has nothing to correct."""
    rule_id = "transparency.no_complaints_procedure"
    old = statement("dated", StatementKind.NOTICE_DATE, "last updated", "2024-07-11")
    offers = statement("complain", StatementKind.RIGHT, "complaint", "to=the controller")
    assert not found(rule_id, says(old, offers, folder=uk()))
    assert found(rule_id, says(old, folder=uk()))
    assert not found(rule_id, says(old, folder=uk(), as_of=date(2026, 6, 18))), "before the act was in force"
    assert not found(rule_id, says(old)), "another country"


# --- transfers


def test_a_party_in_the_eea_with_onward_transfers_contradicts_no_may_process_outside() -> None:
    """ "May process outside the EEA" beside a contract party inside it: both are true."""
    inside = {**MORE, "adverts": MORE["adverts"].model_copy(update={"transfers": ()})}
    for systems in (MORE, inside):
        may = transfer("adverts", "may process data outside the EEA; safeguards=standard contractual clauses")
        rows = findings(says(may, named("adverts"), recipient("adverts"), systems=systems))
        assert not [row for row in rows if row.rule_id in ("disclosure.transfer_denied", "disclosure.drift")]


def test_the_authority_for_breaches_is_none_for_complaints() -> None:
    breaches = statement("centre", StatementKind.AUTHORITY, "nksc", "part=notification of breaches or incidents")
    assert found("transparency.no_complaint_authority", says(breaches))
    told = statement("told", StatementKind.RIGHT, "complaint", "to=vdai")
    assert not found("transparency.no_complaint_authority", says(breaches, told))


def test_a_cookie_of_which_nothing_is_known_may_be_necessary() -> None:
    from tests.policy.notice_examples import COUNTS

    unknown = COUNTS.model_copy(update={"name": "x", "category": "NOT STATED"})
    severities = {row.subject: row.severity for row in found("transparency.cookie_not_declared", says(COUNTS, unknown))}
    assert severities == {"_v/Meter": Severity.WARNING, "x/Meter": Severity.CHECK}
    assert COUNTS.origin is Origin.OBSERVED
