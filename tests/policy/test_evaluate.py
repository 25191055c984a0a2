"""The published tables' contract: each kind of breach is found, keys are named, values never."""

import logging

import pandas as pd
import pytest

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import ActivityData, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.policy import findings
from ropa_pipeline.policy.evaluate import ContractBreach, contract_breaches, frame_breaches
from ropa_pipeline.store import frame
from tests.register.builders import column, context, make

SECRET = "a value that must not be shown"


def recipients(count: int = 2) -> tuple[Recipient, ...]:
    return tuple(make(Recipient, recipient_id=f"r{number}", brand=SECRET) for number in range(count))


def breaches(row_class: type, data: pd.DataFrame) -> tuple[ContractBreach, ...]:
    return frame_breaches([(table_spec(row_class), data)])


def test_sound_tables_have_no_breach() -> None:
    rows = [*recipients(), column("email", "contact.email"), make(ActivityData)]
    assert contract_breaches(Tables(rows)) == ()


def changed(name: str, value: object) -> pd.DataFrame:
    data = frame(recipients(), Recipient)
    data[name] = data[name].astype(object)
    data.loc[0, name] = value
    return data


@pytest.mark.parametrize(
    ("data", "where", "expectation", "keys"),
    [
        pytest.param(
            changed("role", SECRET), "role", "expect_column_values_to_be_in_set", ("r0",), id="a word not in its list"
        ),
        pytest.param(
            changed("recipient_id", "r1"), "recipient_id", "expect_column_values_to_be_unique", ("r1", "r1"),
            id="a key twice",
        ),
        pytest.param(
            changed("recipient_id", None), "recipient_id", "expect_column_values_to_not_be_null", ("",), id="no key"
        ),
        pytest.param(
            frame(recipients(), Recipient)[list(reversed(table_spec(Recipient).column_names))],
            "", "expect_table_columns_to_match_ordered_list", (), id="columns in another order",
        ),
    ],
)  # fmt: skip
def test_a_breach_names_table_column_and_keys(
    data: pd.DataFrame, where: str, expectation: str, keys: tuple[str, ...]
) -> None:
    found = breaches(Recipient, data)
    assert [(item.table, item.column, item.expectation, item.could_not_run) for item in found] == [
        ("recipients", where, expectation, False)
    ]
    assert found[0].keys == keys
    assert SECRET not in str(found)


def test_a_compound_key_twice_is_found() -> None:
    row = make(ActivityData, activity_id="orders", data_subject="customer", data_category="contact.email")
    found = breaches(ActivityData, frame([row, row], ActivityData))
    assert [item.expectation for item in found] == ["expect_compound_columns_to_be_unique"]
    assert found[0].keys == ("orders/customer/contact.email",) * 2


def test_a_confidence_beyond_one_is_found() -> None:
    data = frame([column("email", "contact.email")], ClassifiedColumn)
    data["confidence"] = 1.5
    found = breaches(ClassifiedColumn, data)
    assert [(item.column, item.keys) for item in found] == [("confidence", ("shop/orders/email",))]


def test_an_expectation_that_could_not_run_is_a_breach_and_prints_nothing(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = breaches(Recipient, frame(recipients(), Recipient).drop(columns=["role"]))
    unrun = [item for item in found if item.could_not_run]
    assert {item.column for item in unrun} == {"role"}
    assert any(item.expectation == "expect_table_columns_to_match_ordered_list" for item in found)
    shown = capfd.readouterr()
    assert SECRET not in caplog.text + shown.out + shown.err


def test_at_most_twenty_keys_are_listed() -> None:
    data = frame(recipients(30), Recipient)
    data["role"] = SECRET
    assert len(breaches(Recipient, data)[0].keys) == 20


def test_a_breach_is_a_blocking_finding_about_the_record() -> None:
    broken = make(Recipient, recipient_id="r0").model_copy(update={"role": SECRET})
    found = [row for row in findings(context([broken])) if row.rule_id == "table.contract"]
    assert [(row.blocks, row.about.value, row.subject) for row in found] == [
        (True, "record", "recipients.role:expect_column_values_to_be_in_set")
    ]
    assert SECRET not in found[0].message
