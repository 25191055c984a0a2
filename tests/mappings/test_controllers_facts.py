"""What the three controllers' folders declare is complete in itself and points only at what exists.

A legal basis that a notice lists without saying what it covers is written with semicolons
(``6(1)(a); 6(1)(b)``); alternatives are joined by ``or``, cumulative ones by ``and``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import (
    Activities,
    ControllerFacts,
    ControllerFolder,
    Cookies,
    DeclaredStatement,
    Notice,
    Sources,
)
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.register import ProcessingActivity
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose, StandingItem
from ropa_pipeline.model.terms import Effect, Origin, Qualifier, StartEvent, StatementKind
from ropa_pipeline.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
CONTROLLERS = ("akore", "ak3d", "komoda")
PARTS: dict[str, Any] = {
    "facts": ("controller.yaml", ControllerFacts),
    "notice": ("notice.yaml", Notice),
    "activities": ("activities.yaml", Activities),
    "sources": ("sources.yaml", Sources),
    "cookies": ("cookies.yaml", Cookies),
    "decisions": ("decisions.yaml", Decisions),
}
# Statements of these kinds say something of the notice itself or stand in the table of statements alone.
STAND_ALONE = {
    StatementKind.CONTROLLER,
    StatementKind.CONTACT,
    StatementKind.NOTICE_DATE,
    StatementKind.DATA_SUBJECT,
    StatementKind.COOKIE,
    StatementKind.CONSENT,
    StatementKind.RIGHT,
    StatementKind.AUTHORITY,
    StatementKind.SPECIAL_CATEGORY,
    StatementKind.CHILDREN,
    StatementKind.LAW,
    StatementKind.BREACH,
    StatementKind.CHANGE,
    StatementKind.CLAIM,
}
PERIOD = re.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?|OPEN ENDED|SESSION|NOT STATED")
BASIS = re.compile(r"6\(1\)\([a-f]\)((; | and | or )6\(1\)\([a-f]\))*")
each_controller = pytest.mark.parametrize("name", CONTROLLERS)


@cache
def folder(name: str) -> ControllerFolder:
    base = ROOT / "mappings" / "controllers" / name
    parts = {part: read_yaml(base / file, model, f"{name}/{file}") for part, (file, model) in PARTS.items()}
    return ControllerFolder(**parts)


def statements(name: str) -> tuple[DeclaredStatement, ...]:
    notice = folder(name).notice
    assert notice is not None
    return notice.statements


@cache
def keys(file: str, model: Any) -> frozenset[str]:
    items = read_yaml(ROOT / "mappings" / "taxonomy" / file, tuple[model, ...], file)
    return frozenset(item.key for item in items)


def categories() -> frozenset[str]:
    return keys("data_categories.yaml", DataCategory)


@dataclass(frozen=True)
class Reference:
    place: str
    statement: str


def references(part: Any, place: str = "") -> Iterator[Reference]:
    """Every statement id that any field called ``statements`` names, with its place."""
    if isinstance(part, Notice):
        return
    if isinstance(part, Frozen):
        for field in type(part).model_fields:
            value = getattr(part, field)
            if field == "statements":
                yield from (Reference(place, item) for item in value)
            else:
                yield from references(value, f"{place}.{field}")
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from references(item, f"{place}[{index}]")


@each_controller
def test_the_folder_s_name_is_the_controller_s_id(name: str) -> None:
    assert folder(name).facts.controller_id == name


@each_controller
def test_statement_ids_are_unique(name: str) -> None:
    counts = Counter(item.id for item in statements(name))
    assert [key for key, count in counts.items() if count > 1] == []


@each_controller
def test_every_statement_that_is_pointed_at_exists(name: str) -> None:
    known = {item.id for item in statements(name)}
    assert [item for item in references(folder(name)) if item.statement not in known] == []


@each_controller
def test_every_statement_is_used_unless_it_stands_alone(name: str) -> None:
    used = {item.statement for item in references(folder(name))}
    unused = [item.id for item in statements(name) if item.kind not in STAND_ALONE and item.id not in used]
    assert unused == []


@each_controller
def test_every_statement_says_something_of_something(name: str) -> None:
    assert [item.id for item in statements(name) if not item.subject or not item.value] == []


@each_controller
def test_every_value_has_a_statement_behind_it(name: str) -> None:
    loaded = folder(name)
    bare: list[str] = []
    for field in type(loaded.facts).model_fields:
        value = getattr(loaded.facts, field)
        if hasattr(value, "statements") and not value.statements and not value.decision:
            bare.append(f"controller.{field}")
    for activity in loaded.activities.activities:
        parts: list[Any] = [activity, *activity.legal_bases, *activity.data, *activity.recipients, *activity.transfers]
        parts += [item for item in (activity.source_of_data, activity.automated_decisions, activity.owner) if item]
        bare += [f"{activity.id}: {part!r}" for part in parts if not part.statements and not part.decision]
    rest: list[Any] = [*loaded.activities.retention, *loaded.activities.measures, *loaded.activities.standing]
    bare += [repr(part) for part in rest if not part.statements and not part.decision]
    bare += [item.name for item in loaded.cookies.cookies if not item.statements]
    assert bare == []


@each_controller
def test_a_purpose_key_lands_in_one_activity(name: str) -> None:
    counts = Counter(key for activity in folder(name).activities.activities for key in activity.covers)
    assert [key for key, count in counts.items() if count > 1] == []
    assert set(counts) <= keys("purposes.yaml", Purpose)


@each_controller
def test_activity_rule_and_source_ids_are_unique(name: str) -> None:
    loaded = folder(name)
    for ids in (
        [item.id for item in loaded.activities.activities],
        [item.rule_id for item in loaded.activities.retention],
        [item.id for item in loaded.sources.sources],
    ):
        assert len(ids) == len(set(ids))


@each_controller
def test_categories_and_data_subjects_stand_in_the_taxonomy(name: str) -> None:
    subjects = keys("data_subjects.yaml", DataSubject)
    for activity in folder(name).activities.activities:
        for group in activity.data:
            assert group.subject in subjects - {"none"}
            assert set(group.categories) <= categories() - {"none"}
        for recipient in activity.recipients:
            assert set(recipient.categories) <= categories()
    for rule in folder(name).activities.retention:
        assert set(rule.categories) <= categories()


@each_controller
def test_stated_data_name_a_category_or_the_family_of_one(name: str) -> None:
    families = {key.split(".")[0] for key in categories()}
    stated = [item for item in statements(name) if item.kind is StatementKind.DATA_CATEGORY]
    assert [item.id for item in stated if item.subject not in categories() | families] == []


@each_controller
def test_data_stand_in_an_activity_once_for_each_person_and_category(name: str) -> None:
    for activity in folder(name).activities.activities:
        counts = Counter((group.subject, key) for group in activity.data for key in group.categories)
        assert [item for item, count in counts.items() if count > 1] == []


@each_controller
def test_retention_rules_name_activities_and_a_period_as_written(name: str) -> None:
    ids = {item.id for item in folder(name).activities.activities}
    for rule in folder(name).activities.retention:
        assert rule.activities
        assert set(rule.activities) <= ids
        assert PERIOD.fullmatch(rule.period), rule.rule_id
        assert re.fullmatch(r"[a-z0-9_]+", rule.rule_id)


@each_controller
def test_legal_bases_are_articles_and_alternatives_stay_alternatives(name: str) -> None:
    for activity in folder(name).activities.activities:
        for basis in activity.legal_bases:
            assert BASIS.fullmatch(basis.basis), activity.id
            assert basis.layer in {"gdpr", "eprivacy"}


@each_controller
def test_a_proposal_is_for_a_column_of_the_register_and_never_verified(name: str) -> None:
    for activity in folder(name).activities.activities:
        for proposal in activity.proposals:
            assert proposal.field in ProcessingActivity.model_fields
            assert proposal.field != "origin"
            assert not proposal.verified
            assert proposal.reason
            assert proposal.value not in {item.value for item in Origin}


@each_controller
def test_measures_and_standing_items_are_known(name: str) -> None:
    loaded = folder(name).activities
    assert {item.measure for item in loaded.measures} <= keys("measures.yaml", Measure)
    assert {item.item for item in loaded.standing} <= keys("standing_list.yaml", StandingItem)
    ids = {item.id for item in loaded.activities}
    assert {item.activity for item in loaded.standing if item.activity} <= ids


@each_controller
def test_every_named_recipient_has_a_system_mapping(name: str) -> None:
    systems = {path.stem for path in (ROOT / "mappings" / "systems").glob("*.yaml")}
    loaded = folder(name)
    named = {r.system for a in loaded.activities.activities for r in a.recipients if r.system}
    named |= {t.system for a in loaded.activities.activities for t in a.transfers}
    named |= {item.system for item in loaded.cookies.cookies if item.system}
    named |= {item.system for item in loaded.sources.sources}
    assert named <= systems


@each_controller
def test_samples_that_sources_name_are_there(name: str) -> None:
    for source in folder(name).sources.sources:
        assert source.connector == "documented" or (ROOT / "data" / "samples" / name / source.sample).is_file()


@each_controller
def test_no_decision_is_invented(name: str) -> None:
    assert folder(name).decisions == Decisions()


COOKIES = [
    ("PHPSESSID", "necessary", "komoda.lt", "SESSION"),
    ("PrestaShop-#", "necessary", "komoda.lt", "PT480H"),
    ("_cf_bm", "necessary", "Cloudflare / forms.soundestlink.com", "PT30M"),
    ("_gid", "analytics", "Google", "P1D"),
    ("_ga", "analytics", "Google", "P1Y1M"),
    ("_ga_*", "analytics", "Google", "P1Y1M"),
    ("_gcl_au", "marketing", "Google", "P3M"),
    ("IDE", "marketing", "Google / DoubleClick", "P1Y24D"),
    ("_fbp", "marketing", "Meta / Facebook", "P3M"),
    ("test_cookie", "marketing", "Google / DoubleClick", "PT15M"),
    ("soundestID", "marketing", "Omnisend / komoda.lt", "SESSION"),
    ("omnisendSessionID", "marketing", "Omnisend / komoda.lt", "PT1H"),
    ("page-views", "marketing", "Omnisend / komoda.lt", "SESSION"),
    ("session_id", "functional", "evertink.lt", "P3M"),
]


def test_komoda_declares_its_fourteen_cookies_in_the_order_of_its_table() -> None:
    declared = [
        (item.name, item.category.value, item.provider, item.lifetime) for item in folder("komoda").cookies.cookies
    ]
    assert declared == COOKIES


@pytest.mark.parametrize("name", ["akore", "ak3d"])
def test_a_notice_that_names_no_cookie_declares_none(name: str) -> None:
    assert folder(name).cookies.cookies == ()


RULES = [
    ("akore", "akore_active_order", "P30D", Qualifier.TYPICALLY, StartEvent.GOODS_DELIVERED, Effect.INFORMS),
    ("akore", "akore_accounting", "P5Y", Qualifier.UP_TO, StartEvent.NOT_STATED, Effect.ERASE_AFTER),
    ("akore", "akore_model_files", "P90D", Qualifier.EXACTLY, StartEvent.ORDER_COMPLETED, Effect.ERASE_AFTER),
    ("akore", "akore_analytics", "P14M", Qualifier.UP_TO, StartEvent.NOT_STATED, Effect.ERASE_AFTER),
    ("ak3d", "ak3d_account", "OPEN ENDED", Qualifier.AS_LONG_AS, StartEvent.NOT_STATED, Effect.ERASE_AFTER),
    ("ak3d", "ak3d_account_closed", "OPEN ENDED", Qualifier.NOT_STATED, StartEvent.ACCOUNT_CLOSED, Effect.ERASE_AFTER),
    ("komoda", "komoda_accounting", "P10Y", Qualifier.UP_TO, StartEvent.NOT_STATED, Effect.ERASE_AFTER),
    ("komoda", "komoda_general_inquiries", "P12M", Qualifier.UP_TO, StartEvent.LAST_CONTACT, Effect.ERASE_AFTER),
    ("komoda", "komoda_order_communications", "P3Y", Qualifier.UP_TO, StartEvent.DISPUTE_CLOSED, Effect.ERASE_AFTER),
]


@pytest.mark.parametrize(
    ("name", "rule_id", "period", "qualifier", "starts_at", "effect"), RULES, ids=[row[1] for row in RULES]
)
def test_stated_periods_keep_their_qualifier_and_start_event(
    name: str, rule_id: str, period: str, qualifier: Qualifier, starts_at: StartEvent, effect: Effect
) -> None:
    rule = next(item for item in folder(name).activities.retention if item.rule_id == rule_id)
    assert (rule.period, rule.qualifier, rule.starts_at, rule.effect) == (period, qualifier, starts_at, effect)


def test_ak3d_states_no_recipient_transfer_measure_or_number() -> None:
    declared = folder("ak3d").activities
    assert not any(item.recipients or item.transfers for item in declared.activities)
    assert declared.measures == ()
    assert {item.period for item in declared.retention} == {"OPEN ENDED"}


def test_akore_states_a_legal_basis_for_cookies_alone() -> None:
    bases = [basis for item in folder("akore").activities.activities for basis in item.legal_bases]
    assert {basis.layer for basis in bases} == {"eprivacy"}
    assert {basis.basis for basis in bases} == {"6(1)(a)", "6(1)(f)"}


@pytest.mark.parametrize("activity", ["analytics", "advertising"])
def test_komoda_s_consent_to_cookies_is_not_turned_into_a_legal_basis(activity: str) -> None:
    declared = next(item for item in folder("komoda").activities.activities if item.id == activity)
    assert declared.legal_bases == ()
    assert any(item.field == "legal_basis" for item in declared.proposals)
    kinds = {item.id: item.kind for item in statements("komoda")}
    assert StatementKind.CONSENT in {kinds[item] for item in declared.statements}


KOMODA_BASES = {
    "orders": ["6(1)(b)"],
    "guest_purchases": ["6(1)(b) and 6(1)(c)"],
    "accounts": ["6(1)(b) and 6(1)(f)"],
    "wishlist": ["6(1)(b) or 6(1)(f)", "6(1)(a)"],
    "payments": ["6(1)(b) and 6(1)(c)"],
    "delivery": ["6(1)(b)"],
    "customer_service": ["6(1)(b) and 6(1)(c) and 6(1)(f)"],
    "accounting": ["6(1)(c)"],
    "newsletter": ["6(1)(a)"],
    "analytics": [],
    "advertising": [],
    "social_login": ["6(1)(b)"],
    "security": ["6(1)(f)"],
}


@pytest.mark.parametrize("activity", KOMODA_BASES)
def test_each_of_komoda_s_thirteen_purposes_has_the_basis_it_states(activity: str) -> None:
    declared = next(item for item in folder("komoda").activities.activities if item.id == activity)
    assert [basis.basis for basis in declared.legal_bases] == KOMODA_BASES[activity]


def test_a_provider_that_only_the_cookie_table_names_rests_on_that_table() -> None:
    by_id = {item.id: item for item in statements("komoda")}
    declared = [
        recipient
        for activity in folder("komoda").activities.activities
        for recipient in activity.recipients
        if recipient.system == "evertink"
    ]
    assert len(declared) == 1
    assert {by_id[item].section[:2] for item in declared[0].statements} == {"6."}
