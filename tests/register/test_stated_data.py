"""What the notice says of a kind of data counts wherever it says it, and the opposite is never read into it.

A notice often lists data in one place and purposes in another. Then no activity carries the category, and it is
stated all the same: drift that says "none of its statements says so" is false.
"""

import pytest

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.finding import Drift, Evidence, Statement
from ropa_pipeline.model.inventory import System
from ropa_pipeline.model.register import ActivityData, ProcessingActivity
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Depth, EvidenceKind, Origin, Severity, StatementKind
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.drift import drift
from ropa_pipeline.register.stated_data import denies
from tests.register.builders import STATEMENTS, column, inputs, make, reading, source, statement

SHOP_READ = make(System, system_id="shop", source_id="shop", depth=Depth.ROWS)


def said(category: str, value: str = "collected=yes; purposes=NOT STATED", line: int = 7) -> Statement:
    special = category.startswith("special")
    kind = StatementKind.SPECIAL_CATEGORY if special else StatementKind.DATA_CATEGORY
    return statement(f"says_{category}_{line}", kind, category, value, line)


def data(category: str, origin: Origin = Origin.OBSERVED, activity: str = "orders") -> ActivityData:
    systems = ("shop",) if origin is Origin.OBSERVED else ()
    return make(ActivityData, activity_id=activity, data_category=category, origin=origin, systems=systems)


def found(rows: tuple[ActivityData, ...], *statements: Statement) -> list[Drift]:
    return list(drift(inputs(statements=(*STATEMENTS, *statements)), Tables(rows), None, False))


def test_what_the_notice_states_without_a_purpose_is_not_missing_in_it() -> None:
    (row,) = found((data("contact.phone"),), said("contact.phone"))
    assert (row.notice_value, row.severity) == ("stated, in no activity", Severity.INFO)
    assert row.notice_evidence == ("says_contact.phone_7 (1, line 7)",)


def test_what_is_stated_for_another_purpose_shows_where() -> None:
    rows = (data("contact.phone"), data("contact.phone", Origin.STATED, "delivery"))
    (row,) = found(rows, said("contact.phone"))
    assert row.notice_value == "stated for another purpose only"
    assert row.notice_evidence == ("says_contact.phone_7 (1, line 7)",)


def test_a_row_of_the_register_that_rests_on_another_kind_of_statement_shows_it() -> None:
    stated = data("contact.phone", Origin.STATED, "delivery")
    support = make(
        Evidence, record="activity_data", record_id=stated.row_id, field="data_category", kind=EvidenceKind.STATEMENT,
        locator="delivery (1, line 3)",
    )  # fmt: skip
    (row,) = drift(inputs(), Tables((data("contact.phone"), stated, support)), None, False)
    assert row.notice_evidence == ("delivery (1, line 3)",)


def test_a_family_that_is_stated_is_not_silence_about_its_members() -> None:
    (row,) = found((data("contact.phone"), data("contact", Origin.STATED)), said("contact"))
    assert (row.notice_value, row.severity) == ("stated only as contact", Severity.INFO)


def test_who_states_an_address_states_its_postal_code() -> None:
    assert not found((data("contact.postal_code"), data("contact.address", Origin.STATED)))
    (row,) = found((data("contact.postal_code"),))
    assert (row.notice_value, row.severity) == (NOT_STATED, Severity.WARNING)


def test_an_address_stated_for_delivery_is_silent_about_a_place_that_analytics_infers() -> None:
    rows = (data("contact.postal_code", activity="analytics"), data("contact.address", Origin.STATED, "delivery"))
    (row,) = found(rows, said("contact.address"))
    assert (row.notice_value, row.severity) == (NOT_STATED, Severity.WARNING)
    (row,) = found(rows[:1], said("contact.address"))
    assert (row.notice_value, row.severity) == ("stated only as contact.address", Severity.INFO)


@pytest.mark.parametrize(
    "denial",
    [
        pytest.param(said("special.health", "collected=no; purposes=NOT STATED"), id="of this category"),
        pytest.param(said("special", "collected=no; purposes=NOT STATED"), id="of special categories"),
        pytest.param(said("special categories", "not collected: health and others"), id="in a person's words"),
    ],
)
def test_what_the_notice_denies_and_a_system_holds_says_so(denial: Statement) -> None:
    (row,) = found((data("special.health"),), denial)
    assert (row.notice_value, row.severity) == ("says that it is not collected", Severity.WARNING)
    assert denial.statement_id in row.notice_evidence[0]


def test_what_the_notice_states_for_no_activity_is_looked_for_in_the_systems_too() -> None:
    given = inputs(statements=(said("special.health"),))
    (row,) = drift(given, Tables((SHOP_READ,)), None, False)
    assert (row.subject, row.record_value) == ("data:special.health", "in no activity")
    assert row.notice_evidence == ("says_special.health_7 (1, line 7)",)


def test_a_stated_category_in_a_table_of_no_activity_is_told_of_the_table_alone() -> None:
    phone = column("phone", "contact.phone", table="extra")
    subjects = {
        row.subject
        for row in drift(inputs((phone,), statements=(said("contact.phone"),)), Tables([phone]), None, False)
    }
    assert subjects == {"table:shop:extra"}


# --- special categories in the register (Art. 9, 30(1)(c))


def special_of_orders(*statements: Statement) -> tuple[tuple[str, ...], list[Evidence]]:
    given = inputs(
        (column("email", "contact.email"),),
        (reading("orders", ("order_fulfilment",)),),
        statements=(*STATEMENTS, *statements),
        sources=(source(),),
    )
    tables = assemble(given)
    (row,) = (item for item in tables.rows(ProcessingActivity) if item.activity_id == "orders")
    evidence = [
        item for item in tables.rows(Evidence) if item.record_id == "orders" and item.field == "special_categories"
    ]
    return row.special_categories, evidence


def test_special_categories_that_the_notice_denies_are_not_applicable() -> None:
    value, evidence = special_of_orders(said("special", "collected=no; purposes=NOT STATED"))
    assert value == (NOT_APPLICABLE,)
    assert "says_special_7 (1, line 7)" in {item.locator for item in evidence}


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param((said("special.health"),), id="health is collected"),
        pytest.param((said("special.health"), said("special", "collected=no", 9)), id="health is, the others are not"),
        pytest.param((said("special"),), id="special categories are collected"),
        pytest.param((said("special.health", "collected=no"),), id="health is not; nothing is said of the others"),
    ],
)
def test_a_notice_that_collects_special_categories_never_makes_them_not_applicable(
    statements: tuple[Statement, ...],
) -> None:
    value, evidence = special_of_orders(*statements)
    assert value == NOT_STATED_LIST
    if "collected=yes" in statements[0].value:
        assert evidence[0].locator.endswith(f"{statements[0].statement_id} (1, line 7)")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("collected=no; purposes=NOT STATED", True),
        ("collected=if volunteered; purposes=NOT STATED", True),
        ("collected=yes; purposes=NOT STATED", False),
        ("not collected: health and others", True),
        ("we do not ask for it", True),
        ("nerenkami", True),
        ("exception: what a person volunteers in a message", False),
        ("people are asked to leave out what is not needed", False),
        ("contact details; which ones is not said", False),
        ("names (services and goods)", False),
    ],
)
def test_a_denial_is_told_from_what_is_said_of_the_data(value: str, expected: bool) -> None:
    assert denies(said("contact.phone", value)) is expected
