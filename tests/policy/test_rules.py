"""Every policy rule, with an example in which it finds something and one in which it finds nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED
from ropa_pipeline.model.controller import Activities, DeclaredRetention
from ropa_pipeline.model.finding import Drift, Evidence, Statement
from ropa_pipeline.model.inventory import Column, Source
from ropa_pipeline.model.observation import Residue, SourceProblem
from ropa_pipeline.model.register import (
    ActivityData,
    Assessment,
    Contract,
    Controller,
    Cookie,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.system import ResidueCheck
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    About,
    ActivityStatus,
    Adherence,
    Applicability,
    DriftKind,
    LifeStatus,
    Origin,
    RecipientKind,
    Role,
    Severity,
    SourceStatus,
    StatementKind,
)
from ropa_pipeline.policy import RULES, record_quality
from ropa_pipeline.policy.notice_law import Replaced
from ropa_pipeline.policy.rule import Hit, PolicyContext
from tests.policy import notice_examples, notice_law_examples
from tests.register.builders import (
    ORDERS,
    SYSTEMS,
    column,
    context,
    folder,
    make,
    observation,
    source,
    statement,
)

Case = tuple[PolicyContext, set[str]]
# The anti-patterns of inspected records have their examples, several each, in test_record_quality.
RULE = {rule.rule_id: rule for rule in RULES if rule.family != record_quality.FAMILY}


def hits(rule_id: str, given: PolicyContext) -> list[Hit]:
    return list(RULE[rule_id].find(given))


def activity(key: str = "orders", **given: object) -> ProcessingActivity:
    return make(ProcessingActivity, activity_id=key, name=key, **{"status": ActivityStatus.ACTIVE, **given})


def recipient(key: str = "adverts", **given: object) -> Recipient:
    values = {"brand": key.upper(), "status": LifeStatus.ACTIVE, "role": Role.NOT_STATED, "origin": Origin.STATED}
    return make(Recipient, recipient_id=key, **{"activities": ("orders",), **values, **given})


def disclosure(role: Role, **given: object) -> Disclosure:
    return make(Disclosure, disclosure_id="d", recipient_id="adverts", recipient_role=role, **given)


def basis(text: str, layer: str = "gdpr") -> LegalBasis:
    return make(LegalBasis, activity_id="orders", part="whole activity", layer=layer, basis=text, assessment_id="")


def evidence(record: str, record_id: str, field: str = "*") -> Evidence:
    return make(Evidence, record=record, record_id=record_id, field=field)


def result(adherence: Adherence) -> RetentionResult:
    return make(RetentionResult, rule_id="r1", source_id="shop", table_name="orders", adherence=adherence)


def drift_row(subject: str, kind: DriftKind = DriftKind.SYSTEM_NOT_IN_NOTICE, **given: object) -> Drift:
    values = {"severity": Severity.WARNING, "activity_id": "orders", "remedy": "state it"}
    return make(Drift, drift_id=f"{subject}{given}", kind=kind, subject=subject, **{**values, **given})


def notice(*kinds: StatementKind, rights: Iterable[str] = ()) -> tuple[Statement, ...]:
    stated = tuple(statement(f"s_{kind.value}", kind) for kind in kinds)
    return stated + tuple(statement(f"s_{right}", StatementKind.RIGHT, right) for right in rights)


def with_rows(*rows: Any, **given: Any) -> PolicyContext:
    return context(rows, **given)


ALL_RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection")
OBSERVED_COLUMN = make(Column, source_id="shop", table_name="orders", column_name="email", position=1)
WAS = (source(), column("email", "contact.email"))
RESIDUE = SYSTEMS["shop"].model_copy(
    update={"residue": (ResidueCheck(check_id="c1", table="guest", column="id", grade="left behind", remedy="erase"),)}
)
LEFT_BEHIND = observation("shop", "guest", residue=(Residue(check_id="c1", table="guest", rows=3),))
NONE_LEFT = observation("shop", "guest", residue=(Residue(check_id="c1", table="guest", rows=0),))
OPEN_ENDED = folder(
    activities=Activities(
        activities=(ORDERS,),
        retention=(DeclaredRetention(rule_id="r1", activities=("orders",), period="OPEN ENDED", statements=("a",)),),
    )
)

FINDS: dict[str, Case] = {
    "record.source_problem": (
        context(problems=(SourceProblem(rule_id="sql.lost_table", subject="shop", message="m", remedy="r"),)),
        {"shop"},
    ),
    "record.source_not_fresh": (with_rows(source(status=SourceStatus.STALE)), {"shop"}),
    "record.row_without_evidence": (with_rows(recipient()), {"recipients/adverts"}),
    "record.cell_without_evidence": (
        with_rows(activity(), evidence("processing_activities", "orders", "purpose")),
        {"orders.data_subjects", "orders.data_categories", "orders.recipients", "orders.transfers",
         "orders.retention", "orders.security_measures"},
    ),
    "record.blank_cell": (with_rows(activity(purpose="")), {"orders.purpose"}),
    "record.column_not_classified": (with_rows(OBSERVED_COLUMN), {"shop:orders.email"}),
    "record.data_subject_unknown": (
        with_rows(make(ActivityData, activity_id="a", data_category="device.ip"),
                  make(ActivityData, activity_id="b", data_category="device.ip")),
        {"device.ip"},
    ),
    "record.not_yet_answered": (with_rows(activity(status=ActivityStatus.NOT_YET_ANSWERED)), {"standing list"}),
    "lawfulness.no_legal_basis": (with_rows(basis(NOT_STATED)), {"orders"}),
    "lawfulness.device_basis_only": (with_rows(basis(NOT_STATED), basis("6(1)(a)", layer="eprivacy")), {"orders"}),
    "lawfulness.device_storage_on_interest": (
        with_rows(basis("6(1)(f)", layer="eprivacy")), {"orders:whole activity"}
    ),
    "lawfulness.alternatives_left_open": (with_rows(basis("6(1)(b) or 6(1)(f)")), {"orders:whole activity"}),
    "lawfulness.interest_without_assessment": (with_rows(basis("6(1)(f)")), {"orders:whole activity"}),
    "lawfulness.special_category_without_article_9_condition": (
        with_rows(activity(special_categories=("special.health",))), {"orders"}
    ),
    "lawfulness.national_identifier_not_stated": (
        with_rows(*(make(ActivityData, activity_id=key, data_subject="payer", origin=Origin.OBSERVED,
                         data_category="identity.government_id") for key in ("orders", "payments"))),
        {"payer"},
    ),
    "lawfulness.purpose_not_stated": (with_rows(activity()), {"orders"}),
    "lawfulness.no_data_category": (with_rows(activity()), {"orders"}),
    "disclosure.undeclared_recipient": (with_rows(recipient(origin=Origin.OBSERVED)), {"adverts"}),
    "disclosure.recipient_in_no_activity": (with_rows(recipient(activities=(NOT_STATED,))), {"adverts"}),
    "disclosure.role_not_stated": (with_rows(recipient()), {"adverts"}),
    "disclosure.no_contract_seen": (with_rows(recipient(), disclosure(Role.PROCESSOR)), {"adverts"}),
    "disclosure.contract_if_processor": (with_rows(recipient()), {"adverts"}),
    "disclosure.category_only": (with_rows(recipient(kind=RecipientKind.CATEGORY_ONLY)), {"adverts"}),
    "disclosure.data_unknown": (with_rows(recipient()), {"adverts"}),
    "disclosure.third_country_not_stated": (
        with_rows(make(Transfer, activity_id="orders", recipient_id="adverts")), {"orders/adverts/NOT STATED"}
    ),
    "disclosure.mechanism_not_stated": (
        with_rows(make(Transfer, activity_id="orders", recipient_id="adverts", country="US")), {"orders/adverts/US"}
    ),
    "disclosure.transfer_not_stated": (with_rows(recipient()), {"adverts"}),
    "retention.rows_overdue": (with_rows(result(Adherence.NO)), {"r1:shop:orders"}),
    "retention.rows_undecided": (with_rows(result(Adherence.UNDECIDED)), {"r1:shop:orders"}),
    "retention.cannot_tell": (with_rows(result(Adherence.CANNOT_TELL)), {"r1"}),
    "retention.rules_conflict": (context(folder=OPEN_ENDED), {"r1"}),
    "retention.erasure_residue": (
        context(systems={"shop": RESIDUE}, observations=(LEFT_BEHIND,)), {"shop:c1"}
    ),
    "transparency.controller_identity": (
        with_rows(make(Controller, name="Example", email="a@example.org")), {"controller.address"}
    ),
    "transparency.right_not_mentioned": (with_rows(*notice(rights=ALL_RIGHTS[1:])), {"right.access"}),
    "transparency.no_complaint_authority": (with_rows(*notice(StatementKind.PURPOSE)), {"complaint"}),
    "transparency.no_notice_date": (with_rows(*notice(StatementKind.PURPOSE)), {"notice date"}),
    "transparency.no_notice": (context(), {"notice"}),
    "transparency.parties_not_answered": (
        with_rows(make(Party, applicability=Applicability.NOT_STATED)), {"parties"}
    ),
    "transparency.cookie_not_declared": (
        with_rows(make(Cookie, name="_id", provider="Adverts", status="not declared")), {"_id/Adverts"}
    ),
    "transparency.cookie_life_differs": (
        with_rows(make(Cookie, name="_id", provider="Adverts", status="differs")), {"_id/Adverts"}
    ),
    "transparency.measure_not_evidenced": (with_rows(make(SecurityMeasure, measure="backups")), {"measures"}),
    "transparency.drift": (
        with_rows(drift_row("data:device.ip"), drift_row("data:device.ip", activity_id="delivery")),
        {"in a system, not in the notice|data:device.ip"},
    ),
    "change.new_personal_column": (
        with_rows(*WAS, column("birthday", "identity.birth_date"), previous=Tables(WAS)), {"shop:orders.birthday"}
    ),
    "change.table_gone": (
        with_rows(source(), column("email", "contact.email", table="other"), previous=Tables(WAS)),
        {"shop:orders"},
    ),
    "change.column_changed_meaning": (
        with_rows(source(), column("email", "contact.phone"), previous=Tables(WAS)), {"shop:orders"}
    ),
    "change.new_recipient": (
        with_rows(recipient("adverts"), recipient("courier"), previous=Tables([recipient("courier")])), {"adverts"}
    ),
    "columns.waiting_for_review": (
        with_rows(column("note", "special.health", origin=Origin.PROPOSED)), {"shop:orders"}
    ),
    "columns.mapping_contradicted": (
        with_rows(column("email", "none").model_copy(update={"rule": "mapping+contradicted"})), {"shop:orders"}
    ),
    "columns.in_no_activity": (with_rows(column("ip", "device.ip")), {"shop:orders"}),
}  # fmt: skip

SEEN_CONTRACT = make(Contract, contract_id="c", recipient_id="adverts", evidence_status="seen")
FINDS_NOTHING: dict[str, PolicyContext] = {
    "record.source_problem": context(),
    "record.source_not_fresh": with_rows(source()),
    "record.row_without_evidence": with_rows(recipient(), evidence("recipients", "adverts")),
    "record.cell_without_evidence": with_rows(activity(), evidence("processing_activities", "orders")),
    "record.blank_cell": with_rows(activity(purpose=NOT_STATED), make(Controller), make(Party)),
    "record.column_not_classified": with_rows(OBSERVED_COLUMN, column("email", "none")),
    "record.data_subject_unknown": with_rows(make(ActivityData, data_subject="customer")),
    "record.not_yet_answered": with_rows(activity(), activity("b", status=ActivityStatus.DOES_NOT_EXIST)),
    "lawfulness.no_legal_basis": with_rows(basis(NOT_STATED), basis("6(1)(a)", layer="eprivacy")),
    "lawfulness.device_basis_only": with_rows(basis("6(1)(b)"), basis("6(1)(a)", layer="eprivacy")),
    "lawfulness.device_storage_on_interest": with_rows(basis("6(1)(f)"), basis("6(1)(a)", layer="eprivacy")),
    "lawfulness.alternatives_left_open": with_rows(basis("6(1)(b) and 6(1)(c)")),
    "lawfulness.interest_without_assessment": with_rows(
        basis("6(1)(f)"), make(Assessment, assessment_id="lia", kind="LIA", activity_id="orders")
    ),
    "lawfulness.special_category_without_article_9_condition": with_rows(
        activity(special_categories=("special.health",)), activity("b", special_categories=(NOT_APPLICABLE,)),
        basis("6(1)(a) and 9(2)(a)"),
    ),
    "lawfulness.national_identifier_not_stated": with_rows(
        make(ActivityData, data_category="identity.government_id", origin=Origin.STATED)
    ),
    "lawfulness.purpose_not_stated": with_rows(
        activity(purpose="to deliver"), activity("b", status=ActivityStatus.NOT_YET_ANSWERED)
    ),
    "lawfulness.no_data_category": with_rows(activity(data_categories=("contact.email",))),
    "disclosure.undeclared_recipient": with_rows(
        recipient(), recipient("courier", origin=Origin.OBSERVED, status=LifeStatus.ENDED)
    ),
    "disclosure.recipient_in_no_activity": with_rows(recipient()),
    "disclosure.role_not_stated": with_rows(recipient(role=Role.PROCESSOR)),
    "disclosure.no_contract_seen": with_rows(recipient(), disclosure(Role.PROCESSOR), SEEN_CONTRACT),
    "disclosure.contract_if_processor": with_rows(recipient("courier"), recipient(role=Role.CONTROLLER)),
    "disclosure.category_only": with_rows(recipient(kind=RecipientKind.NAMED)),
    "disclosure.data_unknown": with_rows(recipient(data_categories=("device.ip",))),
    "disclosure.third_country_not_stated": with_rows(make(Transfer, country="US")),
    "disclosure.mechanism_not_stated": with_rows(make(Transfer, country="US", mechanism="adequacy decision")),
    "disclosure.transfer_not_stated": with_rows(recipient(), make(Transfer, recipient_id="adverts")),
    "retention.rows_overdue": with_rows(result(Adherence.YES), result(Adherence.UNDECIDED)),
    "retention.rows_undecided": with_rows(result(Adherence.YES)),
    "retention.cannot_tell": with_rows(result(Adherence.YES)),
    "retention.rules_conflict": context(),
    "retention.erasure_residue": context(systems={"shop": RESIDUE}, observations=(NONE_LEFT,)),
    "transparency.controller_identity": with_rows(
        make(Controller, name="Example", address="Street 1", email="a@example.org")
    ),
    "transparency.right_not_mentioned": with_rows(*notice(rights=ALL_RIGHTS)),
    "transparency.no_complaint_authority": with_rows(*notice(StatementKind.AUTHORITY)),
    "transparency.no_notice_date": with_rows(*notice(StatementKind.NOTICE_DATE)),
    "transparency.no_notice": with_rows(*notice(StatementKind.PURPOSE)),
    "transparency.parties_not_answered": with_rows(make(Party, applicability=Applicability.NOT_APPLICABLE)),
    "transparency.cookie_not_declared": with_rows(make(Cookie, status="agrees")),
    "transparency.cookie_life_differs": with_rows(make(Cookie, status="agrees, not observed")),
    "transparency.measure_not_evidenced": with_rows(make(SecurityMeasure, evidenced="the server's settings")),
    "transparency.drift": with_rows(
        drift_row("data:device.ip", severity=Severity.INFO), drift_row("cookie:_id"), drift_row("recipient:adverts")
    ),
    "change.new_personal_column": with_rows(
        *WAS, column("colour", "none"), column("ip", "device.ip", source_id="new_source"),
        column("f", "device.ip", origin=Origin.DOCUMENTED), previous=Tables(WAS),
    ),
    "change.table_gone": with_rows(source(status=SourceStatus.STALE), previous=Tables(WAS)),
    "change.column_changed_meaning": with_rows(*WAS, previous=Tables(WAS)),
    "change.new_recipient": with_rows(recipient()),
    "columns.waiting_for_review": with_rows(column("ip", "device.ip")),
    "columns.mapping_contradicted": with_rows(column("email", "none").model_copy(update={"rule": "mapping"})),
    "columns.in_no_activity": with_rows(
        column("ip", "device.ip").model_copy(update={"activities": ("orders",)}),
        column("f", "device.ip", origin=Origin.DOCUMENTED),
    ),
}  # fmt: skip


FINDS |= notice_examples.FINDS | notice_law_examples.FINDS
FINDS_NOTHING |= notice_examples.FINDS_NOTHING | notice_law_examples.FINDS_NOTHING


def test_no_rule_goes_without_an_example_of_each_kind() -> None:
    """A check that finds nothing has to prove that it could have."""
    assert not set(RULE) - set(FINDS), "rules without an example in which they find something"
    assert not set(RULE) - set(FINDS_NOTHING), "rules without an example in which they find nothing"
    assert set(FINDS) | set(FINDS_NOTHING) <= set(RULE), "examples of rules that are no more"


@pytest.mark.parametrize("rule_id", RULE)
def test_the_rule_finds_what_it_is_for(rule_id: str) -> None:
    given, subjects = FINDS[rule_id]
    found = hits(rule_id, given)
    assert {hit.subject for hit in found} == subjects
    assert all(hit.message for hit in found)


@pytest.mark.parametrize("rule_id", RULE)
def test_the_rule_finds_nothing_where_nothing_is(rule_id: str) -> None:
    assert hits(rule_id, FINDS_NOTHING[rule_id]) == []


@pytest.mark.parametrize(("rule_id", "day", "found"), notice_law_examples.BY_DATE)
def test_a_rule_of_dated_law_finds_from_its_day_on(rule_id: str, day: date, found: bool) -> None:
    given, _ = FINDS[rule_id]
    assert bool(hits(rule_id, replace(given, as_of=day))) is found


@pytest.mark.parametrize("item", notice_law_examples.REPLACED, ids=lambda item: item.key)
def test_a_law_is_replaced_from_its_day_on_and_where_it_applied(item: Replaced) -> None:
    row = (
        notice_law_examples.transfer("ledger", f"modality=transfers; safeguards={item.key}")
        if item.kind is StatementKind.TRANSFER
        else notice_law_examples.statement("law", item.kind, item.key, "named")
    )
    given = notice_law_examples.says(row)
    for jurisdiction in item.jurisdictions or ("lt", "uk", "eu"):
        facts = given.folder.facts.model_copy(update={"jurisdiction": jurisdiction})
        here = replace(given, folder=given.folder.model_copy(update={"facts": facts}), as_of=item.since)
        (hit,) = hits("transparency.replaced_law_named", here)
        assert (hit.law, hit.verified) == (item.law, item.verified)
        assert not hits("transparency.replaced_law_named", replace(here, as_of=item.since - timedelta(days=1)))
    if item.jurisdictions:
        facts = given.folder.facts.model_copy(update={"jurisdiction": "eu"})
        elsewhere = replace(given, folder=given.folder.model_copy(update={"facts": facts}), as_of=item.since)
        assert not hits("transparency.replaced_law_named", elsewhere)


def test_each_rule_names_its_law_remedy_and_family() -> None:
    assert len({rule.rule_id for rule in RULES}) == len(RULES)
    assert all(rule.law and rule.remedy and rule.family for rule in RULES)


def test_only_what_makes_the_record_untrustworthy_blocks() -> None:
    assert {rule.about for rule in RULES if rule.blocks} == {About.RECORD}


# --- what single rules promise beyond that


def test_a_joint_controller_without_an_arrangement_is_found_under_article_26() -> None:
    found = hits("disclosure.no_contract_seen", with_rows(recipient(), disclosure(Role.JOINT_CONTROLLER)))
    assert [hit.law for hit in found] == ["GDPR Art. 26"]


def test_a_role_that_ended_needs_no_contract_now() -> None:
    past = {"adverts": SYSTEMS["adverts"].model_copy(update={"roles": SYSTEMS["adverts"].roles[:1]})}
    assert hits("disclosure.contract_if_processor", with_rows(recipient(), systems=past)) == []


def test_what_rests_on_providers_terms_only_appears_so_and_is_at_most_a_check() -> None:
    for rule_id in ("disclosure.contract_if_processor", "disclosure.transfer_not_stated"):
        assert RULE[rule_id].severity is Severity.CHECK
    assert "appears" in hits("disclosure.contract_if_processor", with_rows(recipient()))[0].message


def test_legitimate_interests_for_a_device_are_no_missing_assessment() -> None:
    assert hits("lawfulness.interest_without_assessment", with_rows(basis("6(1)(f)", layer="eprivacy"))) == []


def test_all_data_that_the_notice_leaves_out_have_one_cause() -> None:
    rows = with_rows(drift_row("data:device.ip"), drift_row("data:contact.phone"), drift_row("disclosure:courier"))
    causes = [hit.root_cause for hit in hits("transparency.drift", rows)]
    assert sorted(causes) == ["in a system, not in the notice: data"] * 2 + ["recipient:courier"]


def test_a_changed_notice_text_is_one_cause_whatever_changed() -> None:
    kind = DriftKind.NOTICE_TEXT_CHANGED
    found = hits("transparency.drift", with_rows(drift_row("cookie:_id", kind), drift_row("recipient:adverts", kind)))
    assert [hit.root_cause for hit in found] == ["another notice text"] * 2


def test_a_new_table_is_one_finding_and_a_new_column_of_a_known_table_is_its_own() -> None:
    given = with_rows(
        *WAS,
        column("birthday", "identity.birth_date"),
        column("name", "identity.name", table="club"),
        column("ip", "device.ip", table="club"),
        previous=Tables(WAS),
    )
    found = hits("change.new_personal_column", given)
    assert [hit.subject for hit in found] == ["shop:club", "shop:orders.birthday"]


def test_a_column_that_was_there_and_is_now_read_as_personal_is_not_new() -> None:
    before = Tables([source(), column("note", "none")])
    given = with_rows(source(), column("note", "contact.email"), previous=before)
    assert hits("change.new_personal_column", given) == []
    assert len(hits("change.column_changed_meaning", given)) == 1


def test_a_role_announced_for_later_asks_for_its_contract_already() -> None:
    old = {"adverts": SYSTEMS["adverts"]}
    before = with_rows(recipient(), systems=old, as_of=date(2026, 4, 1))
    assert "processor" in hits("disclosure.contract_if_processor", before)[0].message


@pytest.mark.parametrize("now", [source(kind="sample"), source("other")], ids=["a sample instead", "another source"])
def test_a_source_that_was_replaced_lost_no_table(now: Source) -> None:
    assert hits("change.table_gone", with_rows(now, previous=Tables(WAS))) == []
