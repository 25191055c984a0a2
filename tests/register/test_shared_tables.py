"""A purpose takes from a shared table only what it can need (GDPR Art. 5(1)(b), (c))."""

import pytest

from ropa_pipeline.model.terms import Origin
from ropa_pipeline.register.activities import attribute
from ropa_pipeline.register.shared_tables import ordered_purposes, purposes_of_column
from tests.register.builders import SYSTEMS, column, inputs, reading

ORDER_TABLE = ("order_fulfilment", "accounting", "delivery")


@pytest.mark.parametrize(
    ("category", "subject", "purposes"),
    [
        pytest.param("payment.amount", "customer", ORDER_TABLE, id="an amount serves all three"),
        pytest.param(
            "contact.phone", "customer", ("order_fulfilment", "delivery"), id="a phone number is no bookkeeping"
        ),
        pytest.param("identity.government_id", "customer", ("accounting",), id="a tax number is bookkeeping alone"),
        pytest.param("account.credential_secret", "customer", ("order_fulfilment",), id="what fits none: main purpose"),
        pytest.param("account.username_or_id", "employee", ("shop_administration", "staff"), id="a reference to staff"),
        pytest.param("identity.name", "employee", ORDER_TABLE, id="an employee's name is no bare reference"),
    ],
)
def test_a_column_of_a_shared_table_serves(category: str, subject: str, purposes: tuple[str, ...]) -> None:
    assert purposes_of_column(column("c", category, subject=subject), "customer", ORDER_TABLE) == purposes


def test_a_table_of_one_purpose_gives_it_every_column() -> None:
    assert purposes_of_column(column("c", "device.ip"), "customer", ("accounting",)) == ("accounting",)


def test_the_mapping_says_which_purpose_is_the_main_one() -> None:
    assert ordered_purposes(reading("orders", ORDER_TABLE), SYSTEMS["shop"]) == ORDER_TABLE
    assert ordered_purposes(reading("orders", ORDER_TABLE), None) == tuple(sorted(ORDER_TABLE))


def test_a_purpose_that_no_activity_covers_loses_no_column() -> None:
    tax = column("vat", "identity.government_id")
    given = inputs([tax], [reading("orders", ORDER_TABLE)])
    assert attribute(given).of_column(tax) == ("delivery", "orders")


def test_a_reference_to_staff_belongs_to_no_order() -> None:
    by = column("id_employee", "account.username_or_id", subject="employee")
    given = inputs([by], [reading("orders", ORDER_TABLE)])
    assert attribute(given).of_column(by) == ()


@pytest.mark.parametrize("origin", [Origin.OBSERVED, Origin.DECIDED, Origin.PROPOSED])
def test_a_column_that_was_seen_belongs_to_its_tables_activity(origin: Origin) -> None:
    seen = column("email", "contact.email", origin=origin)
    assert attribute(inputs([seen], [reading("orders", ("order_fulfilment",))])).of_column(seen) == ("orders",)


def test_a_documented_field_belongs_to_no_activity() -> None:
    field = column("email", "contact.email", origin=Origin.DOCUMENTED)
    assert attribute(inputs([field], [reading("orders", ("order_fulfilment",))])).of_column(field) == ()
