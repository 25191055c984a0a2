"""One changed decision is one row of changes; the rows are told in sentences, with who must act."""

from collections.abc import Iterable
from datetime import date

import pytest
from sample_tables import LABELS, activity, contract, disclosure, recipient, result, sample_rows, sample_tables

from ropa_pipeline.model.base import NOT_APPLICABLE, Row
from ropa_pipeline.model.history import Change
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import ActivityData, LegalBasis, Party, Transfer
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.change_phrases import PHRASES
from ropa_pipeline.publish.change_words import Actor, Sentence, sentences
from ropa_pipeline.publish.content import compare
from ropa_pipeline.publish.language import UnknownLanguage

OLD = sample_tables()


def the(row_class: type[Row], **named: object) -> Row:
    """The sample's row of a class."""
    return next(
        row for row in sample_rows()
        if isinstance(row, row_class) and all(getattr(row, name) == value for name, value in named.items())
    )  # fmt: skip


def altered(row_class: type[Row], named: dict[str, object], **update: object) -> Row:
    return the(row_class, **named).model_copy(update=update)


def cells(changes: Iterable[Change]) -> list[tuple[str, str]]:
    return [(change.record, change.field) for change in changes]


def changed(*rows: Row, old: Tables = OLD) -> tuple[Change, ...]:
    return compare(old, sample_tables(rows), "s2")


def told(*rows: Row, language: str = "en") -> tuple[Sentence, ...]:
    new = sample_tables(rows)
    return sentences(compare(OLD, new, "s2"), OLD, new, LABELS, language)


RULE = altered(RetentionRule, {"rule_id": "orders_10y"}, period="P8Y", amount=8)
ONE_CAUSE = {
    "a period": (
        (RULE, activity("orders", "Sending orders", data_categories=("contact.email", "contact.phone", "identity.name"),
                        retention=("up to P8Y",)), result(adherence="yes")),
        ("retention_rules", "period"),
    ),
    "a legal basis that was decided": (
        (altered(LegalBasis, {"activity_id": "orders"}, basis="6(1)(b)", origin="decided"),
         activity("orders", "Sending orders", data_categories=("contact.email", "contact.phone", "identity.name"),
                  legal_basis="GDPR Art. 6(1)(b)")),
        ("legal_bases", "basis"),
    ),
    "a role in all flows": (
        (recipient("courier", "Example Courier", role="processor"),
         *(disclosure(key, "courier", category, recipient_role="processor", role_reason="decided")
           for key, category in (("d1", "contact.phone"), ("d2", "identity.name")))),
        ("recipients", "role"),
    ),
    "a new contract": (
        (contract(contract_id="courier_dpa", recipient_id="courier"),
         *(disclosure(key, "courier", category, contract_id="courier_dpa")
           for key, category in (("d1", "contact.phone"), ("d2", "identity.name")))),
        ("contracts", "*"),
    ),
    "a column's category": (
        (altered(ClassifiedColumn, {}, data_category="contact.phone", confidence=1.0, rule="decided",
                 explanation="decided", origin="decided"),),
        ("classified_columns", "data_category"),
    ),
    "a column's tag confirmed": (
        (altered(ClassifiedColumn, {}, confidence=1.0, rule="decided", explanation="decided", origin="decided"),),
        ("classified_columns", "origin"),
    ),
    "a column that is somebody's after all": (
        (altered(ClassifiedColumn, {}, data_category="none", data_subject="none", identifiability="none"),),
        ("classified_columns", "data_category"),
    ),
    "a party that need not be": (
        (altered(Party, {"party_id": "dpo"}, applicability="not applicable", reason="No Art. 37 case", origin="decided",
                 decided_by="Owner", name=NOT_APPLICABLE, address=NOT_APPLICABLE, email=NOT_APPLICABLE,
                 phone=NOT_APPLICABLE),),
        ("parties", "applicability"),
    ),
    "something of the standing list that does not exist": (
        (activity("payroll", "Staff and pay", status="does not exist", purpose=NOT_APPLICABLE, origin="decided",
                  data_subjects=(NOT_APPLICABLE,), data_categories=(NOT_APPLICABLE,),
                  security_measures=(NOT_APPLICABLE,)),),
        ("processing_activities", "status"),
    ),
    "the document of a contract, now seen": (
        (contract(version="2026-10", evidence_status="offered"),),
        ("contracts", "version"),
    ),
    "an owner": (
        (activity("newsletter", "Newsletter", owner="Head of sales", reviewed_by="Head of marketing",
                  reviewed_on=date(2026, 1, 15), next_review=date(2027, 1, 15)),),
        ("processing_activities", "owner"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_CAUSE)
def test_one_changed_decision_is_one_row(name: str) -> None:
    rows, cell = ONE_CAUSE[name]
    assert cells(changed(*rows)) == [cell]


def test_a_role_from_a_day_on_is_one_row_although_its_flows_begin_anew() -> None:
    flows = (("d1", "contact.phone"), ("d2", "identity.name"))
    new = [row for row in sample_tables([recipient("courier", "Example Courier", role="processor")])
           if getattr(row, "disclosure_id", "") not in ("d1", "d2")]  # fmt: skip
    new += [
        disclosure(f"{key} since", "courier", category, recipient_role="processor", valid_from=date(2026, 4, 2))
        for key, category in flows
    ]
    assert cells(compare(OLD, Tables(new), "s2")) == [("recipients", "role")]


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (activity("orders", "Sending orders", retention=("P3Y",),
                  data_categories=("contact.email", "contact.phone", "identity.name")),
         ("processing_activities", "retention")),
        (result(adherence="yes"), ("retention_results", "adherence")),
        (disclosure("d1", "courier", "contact.phone", recipient_role="processor"), ("disclosures", "recipient_role")),
        (altered(LegalBasis, {"activity_id": "orders"}, origin="observed"), ("legal_bases", "origin")),
        (altered(RetentionRule, {}, amount=8), ("retention_rules", "amount")),
    ],
    ids=["a rendering", "adherence", "one role", "an origin", "an amount"],
)  # fmt: skip
def test_what_follows_from_nothing_listed_is_listed(row: Row, cell: tuple[str, str]) -> None:
    assert cells(changed(row)) == [cell]


def test_another_activitys_rule_explains_no_rendering() -> None:
    other = activity("newsletter", "Newsletter", owner="Head of marketing", reviewed_by="Head of marketing",
                     reviewed_on=date(2026, 1, 15), next_review=date(2027, 1, 15), retention=("P3Y",))  # fmt: skip
    assert cells(changed(RULE, other)) == [("processing_activities", "retention"), ("retention_rules", "period")]


def test_a_shorter_period_is_told_with_both_periods() -> None:
    (sentence,) = told(RULE)
    assert sentence.text == "retention of orders and invoices in Sending orders: 10 years → 8 years"
    assert (sentence.actor, "Sending orders" in sentence.who) == (Actor.CONTROLLER, True)


def test_a_new_recipient_is_one_sentence_with_what_it_gets() -> None:
    new = (recipient("venipak", "Venipak"), disclosure("d8", "venipak", "contact.phone"),
           disclosure("d9", "venipak", "identity.name"))  # fmt: skip
    (sentence,) = told(*new)
    assert sentence.text.startswith("new recipient Venipak (Lithuania (LT)), role controller, gets Telephone number, ")
    assert (sentence.actor, len(sentence.cells)) == (Actor.PRIVACY, 3)


def test_the_owner_of_an_activity_acts_where_one_is_named() -> None:
    (sentence,) = told(*ONE_CAUSE["an owner"][0])
    assert (sentence.actor, sentence.who) == (Actor.OWNER, "The owner of Newsletter (Head of sales)")
    assert sentence.text == "Newsletter, owner: Head of marketing → Head of sales"


def test_a_new_table_is_one_sentence() -> None:
    columns = [
        altered(ClassifiedColumn, {}, table_name="ps_club", column_name=name, data_category=category)
        for name, category in (("phone", "contact.phone"), ("name", "identity.name"))
    ]
    (sentence,) = told(*columns)
    assert sentence.text == "2 new columns in prestashop:ps_club, which hold: Name, Telephone number"
    assert (sentence.actor, len(sentence.cells)) == (Actor.SYSTEMS, 2)


def test_changed_columns_are_told_by_table() -> None:
    tags = [altered(ClassifiedColumn, {}, column_name=name) for name in ("a", "b", "c")]
    old = sample_tables(tags)
    new = sample_tables(tag.model_copy(update={"data_category": "contact.phone"}) for tag in tags)
    (sentence,) = sentences(compare(old, new, "s2"), old, new, LABELS)
    assert sentence.text.startswith("columns of prestashop:ps_customer, data category: a: E-mail address → Telephone n")
    explained = sample_tables(tag.model_copy(update={"explanation": "another"}) for tag in tags)
    (sentence,) = sentences(compare(old, explained, "s2"), old, explained, LABELS)
    assert sentence.text == "columns of prestashop:ps_customer, explanation: changed for 3"


def test_a_sentence_of_the_law_is_no_list() -> None:
    (sentence,) = told(altered(RetentionRule, {}, scope="orders; invoices"))
    assert sentence.text.endswith("scope: orders and invoices → orders; invoices")


def test_a_transfer_a_basis_and_new_data_are_told() -> None:
    texts = [
        sentence.text
        for sentence in told(
            the(Transfer).model_copy(update={"country": "IN", "mechanism": "NOT STATED"}),
            altered(LegalBasis, {"activity_id": "orders"}, basis="6(1)(b)"),
            the(ActivityData).model_copy(update={"data_category": "device.ip", "activity_id": "newsletter"}),
        )
    ]
    assert "new transfer to India (IN): Example Mailer in Newsletter, mechanism NOT STATED" in texts
    assert any(text.startswith("legal basis of Sending orders (whole activity): ") for text in texts)
    assert "Newsletter now processes IP address (Customers)" in texts


def test_every_cell_stands_below_exactly_one_sentence() -> None:
    new = Tables([])
    changes = compare(OLD, new, "s2")
    found = [cell for sentence in sentences(changes, OLD, new, LABELS) for cell in sentence.cells]
    assert sorted(found, key=lambda cell: cell.row_id) == list(changes)


def test_lithuanian_says_the_same() -> None:
    (sentence,) = told(RULE, language="lt")
    assert sentence.text == "saugojimo terminas, orders and invoices, Sending orders: 10 metų → 8 metai"
    assert PHRASES["lt"].keys() == PHRASES["en"].keys()
    with pytest.raises(UnknownLanguage):
        told(RULE, language="xx")
