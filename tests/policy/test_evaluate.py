"""The published tables' contract: each kind of breach is found, keys are named, values never."""

import logging
from typing import Any

import pandas as pd
import pytest

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.controller import Activities
from ropa_pipeline.model.decisions import Decisions, RuleDecision
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.register import ActivityData, Recipient
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Adherence, Effect
from ropa_pipeline.policy import evaluate, findings
from ropa_pipeline.policy.evaluate import ContractBreach, contract_breaches, frame_breaches
from ropa_pipeline.policy.retention_suite import retention_suite
from ropa_pipeline.store import frame
from tests.register.builders import column, context, folder, make, observation

COUNTS = (
    "rows", "rows_within", "rows_kept_by_law", "rows_on_hold", "rows_undecided", "rows_overdue", "rows_without_date",
)  # fmt: skip
SECRET = "a value that must not be shown"


def recipients(count: int = 2) -> tuple[Recipient, ...]:
    return tuple(make(Recipient, recipient_id=f"r{number}", brand=SECRET) for number in range(count))


def breaches(row_class: type, data: pd.DataFrame) -> tuple[ContractBreach, ...]:
    return frame_breaches([(table_spec(row_class), data)])


def test_sound_tables_have_no_breach() -> None:
    rows = [*recipients(), column("email", "contact.email"), make(ActivityData)]
    assert contract_breaches(Tables(rows)) == ()


def test_sound_tables_are_asked_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_itself(*_: object) -> list[object]:
        raise AssertionError("a table was asked by itself")

    monkeypatch.setattr(evaluate, "_expectations", by_itself)
    rows = [*recipients(), column("email", "contact.email"), make(ActivityData), KEPT, *RULES]
    assert contract_breaches(Tables(rows)) == ()
    with pytest.raises(AssertionError, match="by itself"):
        breaches(Recipient, changed("role", SECRET))


def test_a_breach_in_one_of_many_tables_is_found() -> None:
    sound = frame([column("email", "contact.email")], ClassifiedColumn)
    found = frame_breaches([(table_spec(ClassifiedColumn), sound), (table_spec(Recipient), changed("role", SECRET))])
    assert [(item.table, item.column, item.keys) for item in found] == [("recipients", "role", ("r0",))]


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


# --- the suite made of retention rules

KEPT = make(
    RetentionResult,
    rule_id="ten_years", source_id="shop", table_name="orders", clock="date_add", adherence=Adherence.YES, rows=9,
    rows_within=5, rows_kept_by_law=2, rows_on_hold=1, rows_undecided=0, rows_overdue=0, rows_without_date=1,
)  # fmt: skip
OVERDUE = KEPT.model_copy(update={"table_name": "cart", "adherence": Adherence.NO, "rows_within": 2, "rows_overdue": 3})
RULES = tuple(
    make(RetentionRule, rule_id=rule_id, effect=effect)
    for rule_id, effect in (("ten_years", Effect.ERASE_AFTER), ("limitation", Effect.INFORMS))
)


def unsound(*results: RetentionResult) -> list[tuple[str, tuple[str, ...]]]:
    """Columns and keys of the unmet expectations of the retention suite."""
    found = frame_breaches([], retention_suite(Tables([*RULES, *results])))
    assert all(item.table == "retention" and not item.could_not_run for item in found)
    return [(item.column, item.keys) for item in found]


def test_sound_results_meet_every_expectation_of_the_rules() -> None:
    unmeasured = KEPT.model_copy(
        update={"table_name": "guest", "adherence": Adherence.CANNOT_TELL, "clock": "none", **dict.fromkeys(COUNTS)}
    )
    assert unsound(KEPT, unmeasured) == []
    assert contract_breaches(Tables([*RULES, KEPT])) == ()


def test_an_unmet_expectation_names_the_rule_and_its_tables() -> None:
    mail = OVERDUE.model_copy(update={"table_name": "mail"})
    assert unsound(KEPT, OVERDUE, mail) == [("overdue under ten_years", ("ten_years/shop/cart", "ten_years/shop/mail"))]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        pytest.param({"rows": 10}, "rows", id="counts that do not add up"),
        pytest.param(dict.fromkeys(COUNTS, 0), "rows_of_compliant", id="compliant without rows"),
        pytest.param(dict.fromkeys(COUNTS), "rows_of_compliant", id="compliant and not measured"),
        pytest.param(
            {**dict.fromkeys(COUNTS, 0), "rows": 9, "rows_without_date": 9}, "dated_rows_of_compliant",
            id="compliant and no row has a date",
        ),
        pytest.param({"clock": "none"}, "clock_of_compliant", id="compliant without a clock"),
        pytest.param({"rows_undecided": 1, "rows_within": 4}, "due_rows_of_compliant", id="compliant and undecided"),
        pytest.param(
            {"rule_id": "limitation", "adherence": Adherence.CANNOT_TELL, "rows_within": 4, "rows_overdue": 1},
            "overdue_under_what_sets_no_end", id="overdue under a rule that only informs",
        ),
    ],
)  # fmt: skip
def test_a_result_that_says_more_than_its_counts_show_is_found(wrong: dict[str, object], column: str) -> None:
    row = KEPT.model_copy(update=wrong)
    assert (column, (f"{row.rule_id}/shop/orders",)) in unsound(row)


def test_overdue_rows_that_a_finding_reports_are_no_fault_of_the_tool_and_others_are() -> None:
    def faults(*results: RetentionResult, **given: Any) -> list[str]:
        seen = (observation("shop", "orders", "cart"),)
        made = findings(context([*RULES, *results], observations=seen, **given))
        return [row.message for row in made if row.rule_id == "table.contract" and ".overdue under" in row.message]

    assert faults(KEPT, OVERDUE) == []
    silent = OVERDUE.model_copy(update={"adherence": Adherence.UNDECIDED})
    assert len(faults(KEPT, silent)) == 1
    assert faults(KEPT, silent)[0].endswith("is not met (ten_years/shop/cart)")
    unwanted = RuleDecision(rule_id="retention.rows_overdue", applicability="not applicable", decision="d1")
    decided = folder(activities=Activities(activities=()), decisions=Decisions(rules=(unwanted,)))
    assert faults(KEPT, OVERDUE, folder=decided) == []
