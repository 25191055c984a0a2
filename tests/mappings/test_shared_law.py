"""Statutory rules, adequacy decisions, cookies and questionnaires: dated, sourced, and unverified never decides."""

from datetime import date
from pathlib import Path

import pytest

from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.model.law import Questionnaire, StatutoryRule
from ropa_pipeline.model.tables import TABLE_BY_NAME
from ropa_pipeline.model.terms import Effect, RuleKind
from ropa_pipeline.register.periods import read_if_any
from ropa_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_shared(Settings(home=ROOT, shipped=ROOT))
REFERENCE = CATALOGUE.reference
RULES = [pytest.param(rule, id=rule.rule_id) for rule in REFERENCE.rules]
FORMS = [pytest.param(form, id=form.profile) for form in REFERENCE.questionnaires]


def test_rule_ids_are_unique_and_begin_with_their_jurisdiction() -> None:
    ids = [rule.rule_id for rule in REFERENCE.rules]
    assert len(ids) == len(set(ids))
    for rule in REFERENCE.rules:
        assert rule.jurisdiction in {"eu", "lt", "uk"}
        assert rule.jurisdiction == "eu" or rule.rule_id.startswith(rule.jurisdiction.upper() + "-")


@pytest.mark.parametrize("rule", RULES)
def test_effect_follows_from_the_kind(rule: StatutoryRule) -> None:
    """Only a floor keeps, only a ceiling or a vendor's setting erases; an argument for keeping informs."""
    allowed = {
        RuleKind.STATUTORY_MINIMUM: {Effect.KEEP_UNTIL, Effect.INFORMS},
        RuleKind.STATUTORY_MAXIMUM: {Effect.ERASE_AFTER, Effect.INFORMS},
        RuleKind.VENDOR: {Effect.ERASE_AFTER, Effect.INFORMS},
    }
    assert rule.effect in allowed.get(rule.kind, {Effect.INFORMS})


@pytest.mark.parametrize("rule", RULES)
def test_references_of_a_rule_exist(rule: StatutoryRule) -> None:
    taxonomy = CATALOGUE.taxonomy
    assert set(rule.purposes) <= {item.key for item in taxonomy.purposes}
    assert set(rule.categories) <= {item.key for item in taxonomy.data_categories}
    assert set(rule.systems) <= set(CATALOGUE.systems)
    assert rule.law
    assert rule.source


@pytest.mark.parametrize("rule", RULES)
def test_the_period_can_be_computed_or_is_not_stated(rule: StatutoryRule) -> None:
    assert rule.period == "NOT STATED" or read_if_any(rule.period) is not None


@pytest.mark.parametrize(
    ("rule_id", "period", "verified"),
    [
        pytest.param("LT-VAT-INV", "P10Y", True, id="VAT invoices in Lithuania: ten years, read in the law"),
        pytest.param("LT-ACC-DOC", "P10Y", False, id="accounting documents in Lithuania: index not read"),
        pytest.param("UK-CA-388", "P3Y", True, id="Companies Act is three years, not six"),
        pytest.param("UK-TAX-CO", "P6Y", True, id="six years is tax law"),
        pytest.param("LT-LIM-DEF", "P2Y", True, id="defects in Lithuania: two years since 2022"),
        pytest.param("UK-LIM", "P6Y", False, id="limitation in the United Kingdom: no source read"),
    ],
)
def test_well_known_rules(rule_id: str, period: str, verified: bool) -> None:
    rule = next(rule for rule in REFERENCE.rules if rule.rule_id == rule_id)
    assert (rule.period, rule.verified) == (period, verified)


def test_the_economic_area_has_thirty_states_and_norway_is_not_false() -> None:
    assert len(REFERENCE.eea) == len(set(REFERENCE.eea)) == 30
    assert {"NO", "IS", "LI", "LT"} <= set(REFERENCE.eea)
    assert "GB" not in REFERENCE.eea


def test_one_adequacy_decision_per_country_and_regime() -> None:
    keys = [(item.country, item.regime) for item in REFERENCE.adequacy]
    assert len(keys) == len(set(keys))
    assert {item.regime for item in REFERENCE.adequacy} == {"EU GDPR", "UK GDPR"}
    eu = {item.country: item for item in REFERENCE.adequacy if item.regime == "EU GDPR"}
    assert eu["GB"].valid_to == date(2031, 12, 27)
    assert "list" in eu["US"].scope
    assert "IN" not in eu
    assert "CN" not in eu


def test_catalogue_cookies_belong_to_declared_systems_and_have_a_lifetime() -> None:
    keys = [(item.name, item.system) for item in REFERENCE.cookies]
    assert len(keys) == len(set(keys))
    for item in REFERENCE.cookies:
        assert item.system in CATALOGUE.systems, item.name
        assert item.lifetime in {"SESSION", "NOT STATED"} or read_if_any(item.lifetime) is not None, item.name


def test_a_misspelt_cookie_name_is_known() -> None:
    cookie = next(item for item in REFERENCE.cookies if item.name == "__cf_bm")
    assert "_cf_bm" in cookie.also_named


def test_every_profile_is_there() -> None:
    assert {form.profile for form in REFERENCE.questionnaires} == {
        "art30_minimal",
        "cnil_simplified",
        "dpc",
        "dsk",
        "edps_two_part",
        "ico_controller",
        "ico_processor",
        "vdai_2024",
    }


@pytest.mark.parametrize("form", FORMS)
def test_questions_point_at_published_columns(form: Questionnaire) -> None:
    ids = [question.question_id for question in form.questions]
    assert len(ids) == len(set(ids))
    for question in form.questions:
        assert question.question.endswith("?")
        assert question.per in {"activity", "controller"}
        for name in question.columns:
            table, _, column = name.partition(".")
            assert column in TABLE_BY_NAME[table].column_names, name


@pytest.mark.parametrize("form", FORMS)
def test_every_form_asks_what_article_30_asks(form: Questionnaire) -> None:
    asked = {column for question in form.questions for column in question.columns}
    wanted = (
        {"processor_activities.served_controller", "processor_activities.processing_categories"}
        if form.profile == "ico_processor"
        else {f"processing_activities.{name}" for name in ("purpose", "data_categories", "recipients", "retention")}
    )
    assert wanted <= asked


def test_a_form_that_was_not_seen_says_so() -> None:
    unseen = {form.profile for form in REFERENCE.questionnaires if not form.verified}
    assert "vdai_2024" in unseen
