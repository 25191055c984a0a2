"""Suggested clauses: built from what the register states, with a blank for what it does not."""

from typing import Any

import pytest

from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.model.base import NOT_STATED, Row
from ropa_pipeline.model.controller import Activities, DeclaredRetention, Notice, NoticeRecord
from ropa_pipeline.model.finding import Drift, Finding, SuggestedClause
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Controller,
    Cookie,
    LegalBasis,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import Label
from ropa_pipeline.model.template import BLANK, PLACES, ClauseTemplate, ClauseTemplates
from ropa_pipeline.model.terms import (
    About,
    DriftKind,
    FindingStatus,
    LifeStatus,
    Origin,
    RuleKind,
    StartEvent,
)
from ropa_pipeline.policy import RULES
from ropa_pipeline.register.clause_places import ClausePlaces
from ropa_pipeline.register.clauses import clause_language, suggested_clauses
from ropa_pipeline.register.rule_conflicts import ConflictKind
from ropa_pipeline.settings import load_settings
from tests.register.builders import ORDERS, TAXONOMY, column, folder, make, reading


@pytest.fixture(scope="module")
def templates() -> ClauseTemplates:
    return load_shared(load_settings()).clauses


def finding(rule_id: str, subject: str, **given: Any) -> Finding:
    values = {"status": FindingStatus.OPEN, **given}
    return make(Finding, finding_id=f"{rule_id}|{subject}", rule_id=rule_id, subject=subject, **values)


def drift_row(subject: str, kind: DriftKind = DriftKind.SYSTEM_NOT_IN_NOTICE, activity: str = "") -> Drift:
    return make(Drift, drift_id=f"{kind.value}|{subject}", kind=kind, subject=subject, activity_id=activity)


ACTIVITY = make(
    ProcessingActivity, activity_id="orders", name="Orders", purpose="to fulfil orders or return goods",
    origin=Origin.STATED,
)  # fmt: skip
STATED = make(
    LegalBasis, activity_id="orders", part="whole activity", layer="gdpr", basis="6(1)(b)", origin=Origin.STATED
)
PHONE = make(ActivityData, activity_id="orders", data_category="contact.phone", origin=Origin.OBSERVED)
COURIER = make(
    Recipient, recipient_id="courier", brand="COURIER", legal_entity="Courier UAB", country="LT",
    status=LifeStatus.ACTIVE, data_categories=("contact.phone",), origin=Origin.OBSERVED,
)  # fmt: skip
SHOP = make(Controller, controller_id="example", name="Example Shop UAB", email="shop@example.org")


def clauses(templates: ClauseTemplates, *rows: Row, language: str = "en", **given: Any) -> list[SuggestedClause]:
    notice = Notice(notice=NoticeRecord(language=language, sha256="0" * 64, lines=9), statements=())
    return list(suggested_clauses(Tables(rows), folder(notice=notice, **given), TAXONOMY, templates))


def text(templates: ClauseTemplates, *rows: Row, **given: Any) -> str:
    (row,) = clauses(templates, *rows, **given)
    return row.clause


def test_a_stated_basis_is_written_out_and_an_unknown_one_is_a_blank(templates: ClauseTemplates) -> None:
    missing = finding("lawfulness.no_legal_basis", "orders")
    assert text(templates, missing, ACTIVITY) == (
        "Orders. We process personal data for this purpose: to fulfil orders or return goods. Legal basis: [...]."
    )
    told = text(templates, missing, ACTIVITY, STATED)
    assert told.endswith("Legal basis: performance of a contract with you (Article 6(1)(b) GDPR).")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"basis": "6(1)(b) or 6(1)(f)"}, id="an alternative left open"),
        pytest.param({"origin": Origin.PROPOSED}, id="proposed only"),
        pytest.param({"basis": NOT_STATED}, id="not stated"),
        pytest.param({"layer": "eprivacy"}, id="for the device only"),
    ],
)
def test_what_is_open_or_proposed_is_a_blank(templates: ClauseTemplates, given: dict[str, Any]) -> None:
    row = STATED.model_copy(update=given)
    (made,) = clauses(templates, finding("lawfulness.no_legal_basis", "orders"), ACTIVITY, row)
    assert made.clause.endswith(f"Legal basis: {BLANK}.")
    assert made.blanks == 1
    assert "legal_bases: orders/whole activity/gdpr" not in made.built_from


def test_it_is_written_in_the_language_of_the_notice(templates: ClauseTemplates) -> None:
    row = finding("transparency.no_complaint_authority", "complaint")
    assert text(templates, row, SHOP, language="lt").startswith("Jūs turite teisę pateikti skundą")
    assert text(templates, row, SHOP, language="en").startswith("You have the right to lodge a complaint")
    assert clause_language(folder(notice=None)) == "en"
    assert text(templates, row, SHOP, language="de").startswith("You have")


def test_a_recipient_is_named_with_what_it_gets_and_an_unknown_entity_is_a_blank(templates: ClauseTemplates) -> None:
    row = drift_row("recipient:courier")
    assert text(templates, row, COURIER) == (
        "We disclose personal data to COURIER (Courier UAB, LT). It receives: contact.phone."
    )
    nameless = COURIER.model_copy(update={"legal_entity": NOT_STATED, "country": NOT_STATED})
    assert "COURIER ([...])" in text(templates, row, nameless)


def test_data_of_one_activity_name_that_activity_only(templates: ClauseTemplates) -> None:
    other = ACTIVITY.model_copy(update={"activity_id": "delivery", "name": "Delivery"})
    (made,) = clauses(templates, drift_row("data:contact.phone", activity="orders"), ACTIVITY, other, PHONE)
    assert made.clause == "Orders. For this purpose we also process: contact.phone."
    assert made.built_from == (f"activity_data: {PHONE.row_id}", "processing_activities: orders")


def test_a_module_tells_its_purpose_and_data_although_no_activity_covers_it(templates: ClauseTemplates) -> None:
    module: TableReading = reading("product_comment", ("reviews",)).model_copy(update={"module": "productcomments"})
    grade: ClassifiedColumn = column("content", "contact.email", table="product_comment")
    told = text(templates, drift_row("module:productcomments"), module, grade)
    assert "Data: contact.email" in told
    assert told.startswith("[...]. We process personal data for this purpose: [...]")


def test_a_period_in_dispute_stays_blank_until_somebody_decides_it(templates: ClauseTemplates) -> None:
    own = DeclaredRetention(rule_id="books", activities=("orders",), period="P5Y", statements=("orders",))
    rule = make(
        RetentionRule, rule_id="books", activity_id="orders", period="P5Y", kind=RuleKind.STATED, origin=Origin.STATED,
        starts_at=StartEvent.NOT_STATED,
    )  # fmt: skip
    given = {"activities": Activities(activities=(ORDERS,), retention=(own,))}
    row = finding("retention.below_minimum", "books:LT-TAX")
    assert text(templates, row, ACTIVITY, rule, **given) == "Orders. We keep these data for [...], from [...]."
    decided = rule.model_copy(
        update={
            "rule_id": "decided", "period": "P10Y", "kind": RuleKind.DECIDED, "origin": Origin.DECIDED,
            "starts_at": StartEvent.INVOICE_ISSUED,
        }
    )  # fmt: skip
    told = text(templates, row, ACTIVITY, rule, decided, **given)
    assert told == "Orders. We keep these data for 10 years, from the issue of the invoice."
    lithuanian = text(templates, row, ACTIVITY, rule, decided, language="lt", **given)
    assert "10 m., nuo: sąskaitos išrašymo" in lithuanian


def test_a_transfer_whose_mechanism_is_a_list_of_possibilities_is_a_blank(templates: ClauseTemplates) -> None:
    moved = make(
        Transfer, activity_id="orders", recipient_id="courier", country="US", origin=Origin.STATED,
        mechanism="adequacy decision, contractual clauses or other safeguards",
    )  # fmt: skip
    told = text(templates, finding("disclosure.mechanism_not_stated", "orders/courier/US"), COURIER, moved)
    assert "in US. The transfer rests on [...]." in told


def test_a_cookie_has_the_life_that_was_seen_and_never_the_vendors_alone(templates: ClauseTemplates) -> None:
    row = make(
        Cookie, name="_id", provider="Meter", purpose="counts", lifetime_catalogue="P1Y", lifetime_observed="P90D",
        status="not declared",
    )  # fmt: skip
    cookie = drift_row("cookie:_id (Meter)")
    assert text(templates, cookie, row) == "_id (Meter): counts; 90 days."
    assert text(templates, cookie, row.model_copy(update={"lifetime_observed": NOT_STATED})).endswith("[...].")


def test_what_no_system_shows_is_to_be_taken_out(templates: ClauseTemplates) -> None:
    gone = drift_row("data:contact.phone", DriftKind.NOTICE_NOT_IN_SYSTEMS)
    assert text(templates, gone, ACTIVITY, PHONE).startswith("(To be taken out")


def test_a_changed_notice_an_accepted_finding_and_the_standing_list_need_no_clause(templates: ClauseTemplates) -> None:
    rule = "lawfulness.no_legal_basis"
    assert not clauses(
        templates,
        drift_row("recipient:courier", DriftKind.NOTICE_TEXT_CHANGED),
        finding(rule, "orders", status=FindingStatus.ACCEPTED),
        finding(rule, "standing.staff"),
        ACTIVITY,
        COURIER,
    )


def test_the_finding_of_a_disagreement_gets_the_clause_of_the_disagreement(templates: ClauseTemplates) -> None:
    row = drift_row("recipient:courier")
    told = clauses(templates, row, finding("transparency.drift", f"{row.kind.value}|{row.subject}"), COURIER)
    assert len({item.clause for item in told}) == 1
    assert {(bool(item.finding_id), bool(item.drift_id)) for item in told} == {(True, False), (False, True)}


# --- the templates as shipped

NOT_THE_NOTICES_MATTER = {
    "disclosure.role_not_stated", "disclosure.no_contract_seen", "disclosure.contract_if_processor",
    "lawfulness.interest_without_assessment", "lawfulness.national_identifier_not_stated",
    "retention.rows_overdue", "retention.rows_undecided", "retention.erasure_residue",
    "transparency.parties_not_answered", "transparency.measure_not_evidenced", "transparency.drift",
    "change.new_personal_column",
}  # fmt: skip
"""Rules whose remedy is a decision, a contract or an erasure, or whose clause is another row's."""


def test_every_rule_that_a_text_can_answer_has_a_clause(templates: ClauseTemplates) -> None:
    answered = {rule for item in templates.clauses for rule in item.rules}
    conflicts = {f"retention.{kind.name.lower()}" for kind in ConflictKind}
    legal = {rule.rule_id for rule in RULES if rule.about is not About.RECORD} | conflicts
    assert legal - answered == NOT_THE_NOTICES_MATTER
    assert answered <= legal, "clauses for rules that are no more"


def test_both_languages_have_the_same_places_and_every_place_can_be_filled(templates: ClauseTemplates) -> None:
    import re

    for item in templates.clauses:
        assert re.findall(r"{\w+}", item.text.en) == re.findall(r"{\w+}", item.text.lt), item.key
        assert item.text.en.count("[...") == item.text.lt.count("[..."), item.key
    assert all(hasattr(ClausePlaces, f"_{place}_words") for place in PLACES)
    assert {f"start.{event.value}" for event in StartEvent} - {"start.NOT STATED"} <= set(templates.words)


def test_a_place_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no such place: basiss"):
        ClauseTemplate(key="k", text=Label(en="{basiss}", lt="{basis}"))
