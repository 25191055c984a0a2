"""The eleven anti-patterns of inspected records: each is found where it is, in both languages, and not elsewhere."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import Activities
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Controller, ProcessingActivity, Recipient, SecurityMeasure, Transfer
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import About, ActivityStatus, LifeStatus, RuleKind
from ropa_pipeline.policy import FAMILIES
from ropa_pipeline.policy.record_quality import ANTI_PATTERNS, FAMILY, RULES
from ropa_pipeline.policy.record_quality_words import WORDS
from ropa_pipeline.policy.rule import Hit, PolicyContext
from tests.register.builders import AS_OF, ORDERS, context, folder, make

RULE = {rule.rule_id.removeprefix(f"{FAMILY}."): rule for rule in RULES}


def hits(key: str, given: PolicyContext) -> list[Hit]:
    return list(RULE[key].find(given))


def activity(key: str = "orders", **given: object) -> ProcessingActivity:
    values = {"status": ActivityStatus.ACTIVE, "name": key, "owner": "office manager", "next_review": AS_OF}
    return make(ProcessingActivity, activity_id=key, **{**values, **given})


def measure(wording: str) -> PolicyContext:
    return context([make(SecurityMeasure, measure="m", wording=wording)])


def purpose(text: str) -> PolicyContext:
    return context([activity(purpose=text)])


def rule(**given: object) -> PolicyContext:
    values = {"rule_id": "r", "kind": RuleKind.STATED, "period": "OPEN ENDED", "amount": None, "scope": "orders"}
    return context([make(RetentionRule, **{**values, "condition": "", **given})])


def exemption(text: str, *rows: Any) -> PolicyContext:
    return context([make(Controller, controller_id="example", art30_5_assessment=text), *(rows or (activity(),))])


def released(*approved: str, day: int) -> PolicyContext:
    """A last release made on a day of October; ``approved`` names who approved each of the earlier ones."""
    rows = [
        make(Snapshot, snapshot_id=f"s{place}", approved_by=by, created_at=datetime(2026, 9, 1 + place, tzinfo=UTC))
        for place, by in enumerate(approved)
    ]
    last = make(Snapshot, snapshot_id="s9", approved_by="", created_at=datetime(2026, 10, day, tzinfo=UTC))
    return context(previous=Tables([*rows, last]))


def covering(count: int) -> PolicyContext:
    wide = ORDERS.model_copy(update={"covers": tuple(f"purpose_{number}" for number in range(count))})
    return context([activity()], folder=folder(activities=Activities(activities=(wide,))))


def getting(*categories: str, status: LifeStatus = LifeStatus.ACTIVE) -> PolicyContext:
    return context([make(Recipient, recipient_id="r", brand="Courier", data_categories=categories, status=status)])


FOUND: Mapping[str, tuple[PolicyContext, ...]] = {
    "link_instead_of_content": (
        purpose("https://intranet.example.com/purposes"),
        purpose("See: www.example.com/policy.pdf"),
        measure("žr. https://example.com/saugumas"),
        rule(scope="\\\\server\\share\\retention.xlsx"),
    ),
    "not_by_function": (context([activity(owner=NOT_STATED)]), covering(9)),
    "generic_purpose": (
        purpose("Business purposes"),
        purpose("Improving our services and developing new ones"),
        purpose("Marketing"),
        purpose("Paslaugų kokybės gerinimas"),
        purpose("Vidaus administravimo tikslais"),
    ),
    "period_by_policy": (
        rule(scope="in accordance with our retention policy"),
        rule(condition="as long as necessary", kind=RuleKind.DECIDED),
        rule(scope="pagal saugojimo politiką"),
        rule(condition="kol tai būtina"),
    ),
    "vague_measure": (
        measure("Industry-standard security"),
        measure("Appropriate technical and organisational measures"),
        measure("Taikomos tinkamos techninės priemonės"),
        measure("Saugoma pagal pramonės standartus"),
    ),
    "unexplained_code": (
        purpose("Handling of QXR cases"),
        purpose("Entered in sys_04 by the front desk"),
        measure("Prieiga per ZKT sistemą"),
    ),
    "country_as_yes_or_no": (
        context([make(Transfer, country="yes")]),
        context([make(Transfer, country="outside the EEA")]),
        context([make(Recipient, country="užsienis")]),
    ),
    "recipients_without_data": (getting(NOT_STATED),),
    "not_producible": (released(day=1), released("Example Approver", day=12)),
    "no_owner_or_review": (
        context([activity(), activity("other", owner=NOT_STATED)]),
        context([activity(next_review=None)]),
        context([activity(next_review=AS_OF.replace(month=10))]),
    ),
    "exemption_over_read": (
        exemption("Exempt: fewer than 250 employees"),
        exemption("No record is needed, we do not have to keep one"),
        exemption("Taikoma išimtis, nes dirba mažiau kaip 250 žmonių"),
    ),
}
NOT_FOUND: Mapping[str, tuple[PolicyContext, ...]] = {
    "link_instead_of_content": (
        purpose("Printing what customers order (details: https://example.com/print)"),
        context([make(Controller, website="https://shop.example.com")]),
    ),
    "not_by_function": (context(), context([activity()]), covering(2)),
    "generic_purpose": (
        purpose("Delivering orders through couriers"),
        purpose("Preventing payment fraud"),
        purpose("Naujienlaiškio siuntimas prenumeratoriams"),
        purpose(NOT_STATED),
        context([activity(purpose="Marketing", status=ActivityStatus.DOES_NOT_EXIST)]),
    ),
    "period_by_policy": (
        rule(period="P5Y", amount=5, scope="documents that our retention policy names"),
        rule(scope="data of registered accounts", condition="the account is active"),
        rule(scope="as long as necessary", kind=RuleKind.GUIDANCE),
    ),
    "vague_measure": (
        measure("Disks of the shop's server are encrypted"),
        measure("Suitable measures: TLS 1.3 on every connection"),
        measure("Atsarginės kopijos kas naktį"),
    ),
    "unexplained_code": (
        purpose("Accounting for VAT"),
        purpose("Handling of Quality Exception Reports (QXR)"),
        purpose("PVM apskaita"),
        context([activity(purpose="Delivery by DPX"), make(Recipient, recipient_id="dpx", brand="DPX")]),
        purpose("HANDLING OF ORDERS"),
    ),
    "country_as_yes_or_no": (
        context([make(Transfer, country="US"), make(Recipient, country="LT")]),
        context([make(Transfer, country=NOT_STATED)]),
    ),
    "recipients_without_data": (getting("contact.phone"), getting(NOT_STATED, status=LifeStatus.ENDED)),
    "not_producible": (context(), released(day=25), released("Example Approver", day=30)),
    "no_owner_or_review": (context([activity()]), context()),
    "exemption_over_read": (
        exemption("The exemption cannot be relied on: orders are not occasional"),
        exemption("A record is kept although fewer than 250 people work here: not exempt"),
        exemption("Išimtimi remtis negalima"),
        exemption(NOT_STATED),
        exemption("Exempt: fewer than 250 employees", activity(status=ActivityStatus.NOT_YET_ANSWERED)),
    ),
}


def cases(given: Mapping[str, tuple[PolicyContext, ...]]) -> list[Any]:
    return [
        pytest.param(key, case, id=f"{key}-{place}") for key, all_ in given.items() for place, case in enumerate(all_)
    ]


def test_all_eleven_have_examples_on_both_sides() -> None:
    assert len(ANTI_PATTERNS) == 11
    assert list(FOUND) == list(NOT_FOUND) == [item.key for item in ANTI_PATTERNS]


@pytest.mark.parametrize(("key", "given"), cases(FOUND))
def test_an_anti_pattern_is_found(key: str, given: PolicyContext) -> None:
    assert len(hits(key, given)) == 1


@pytest.mark.parametrize(("key", "given"), cases(NOT_FOUND))
def test_what_only_looks_like_one_is_not(key: str, given: PolicyContext) -> None:
    assert hits(key, given) == []


def test_none_blocks_and_all_are_one_check() -> None:
    assert not any(rule.blocks for rule in RULES)
    assert {rule.about for rule in RULES} == {About.RECORD}
    assert {rule.family for rule in RULES} == {FAMILY} <= set(FAMILIES)


def test_the_finding_is_written_in_the_controllers_language_and_keeps_its_subject() -> None:
    english = context([activity(purpose="Marketing")])
    facts = english.folder.facts.model_copy(update={"language": "lt"})
    lithuanian = context([activity(purpose="Marketing")], folder=english.folder.model_copy(update={"facts": facts}))
    (first,), (second,) = hits("generic_purpose", english), hits("generic_purpose", lithuanian)
    assert first.subject == second.subject
    assert second.remedy == WORDS["generic_purpose"]["lt"].remedy
    assert "tikslas" in second.message
    assert "purpose" in first.message


def test_a_finding_names_the_cell_and_never_the_value() -> None:
    (hit,) = hits("link_instead_of_content", purpose("https://intranet.example.com/secret"))
    assert "processing_activities/orders.purpose" in hit.message
    assert "intranet" not in hit.message + hit.subject


def test_many_recipients_without_data_are_one_finding() -> None:
    rows = [make(Recipient, recipient_id=f"r{number}", brand=f"R{number}") for number in range(9)]
    (hit,) = hits("recipients_without_data", context(rows))
    assert hit.message.endswith("R0, R1, R2, R3, R4, and 4 more")
