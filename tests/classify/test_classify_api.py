"""What the classifier promises whoever calls it: every column, in order, whatever its name."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify import ClassifyInput, classify, explain
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.decisions import ColumnDecision
from ropa_pipeline.model.inventory import CONTRADICTED
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable
from ropa_pipeline.model.system import ColumnMapping, SystemMapping, TableMapping
from ropa_pipeline.model.terms import Origin, SystemKind


def _input(table: str, *columns: ObservedColumn, kind: str = "table") -> ClassifyInput:
    made = ObservedTable(name="ps_" + table, stem=table, kind=kind, columns=columns)
    return ClassifyInput(system="shop", source_id="shop", tables=(made,))


def _column(name: str, native: str = "", **more: Any) -> ObservedColumn:
    return ObservedColumn(name=name, native_type=native, position=1, **more)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    names=st.lists(st.text(max_size=80), min_size=1, max_size=6),
    table=st.text(max_size=64),
    native=st.text(max_size=20),
)
def test_no_name_or_type_makes_it_fail_or_lose_a_column(
    names: list[str], table: str, native: str, catalogue: Catalogue
) -> None:
    given_input = _input(table, *(ObservedColumn(name=name, native_type=native, position=1) for name in names))
    result = classify(
        [given_input], taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={}, use_mappings=False
    )
    assert [row.column_name for row in result.columns] == [column.name for column in given_input.tables[0].columns]
    assert len(result.tables) == 1
    assert all(0.0 <= row.confidence <= 1.0 for row in result.columns)


@pytest.mark.parametrize(
    "name", ["select", "from", "key", "order", "a" * 64, "id" * 32, "名前", "…", "_" * 64, "a.b..c", "."]
)
def test_odd_names_are_read(name: str, tag: Any) -> None:
    assert tag("group", [name]).columns[0].column_name == name


def test_time_grows_no_faster_than_the_name(tag: Any) -> None:
    def took(length: int) -> float:
        started = time.perf_counter()
        tag("t", ["customeremailaddressphone" * length + str(length), "x" * (25 * length)])
        return time.perf_counter() - started

    took(1)
    assert took(4000) < 0.5


def test_every_row_passes_the_published_models_own_checks(tag: Any) -> None:
    result = tag("customer", ["id_customer", "email", "note", "date_add"])
    for row in (*result.columns, *result.tables):
        assert type(row).model_validate(row.model_dump()) == row


def test_a_decision_beats_everything_until_the_type_changes(catalogue: Catalogue) -> None:
    decision = ColumnDecision(
        system="shop", table="customer", column="email", category="none", subject="none",
        native_type="varchar(255)", decision="D-1",
    )  # fmt: skip

    def decided(native: str) -> Origin:
        result = classify(
            [_input("customer", _column("email", native))], taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon,
            systems={}, decisions=[decision],
        )  # fmt: skip
        return result.columns[0].origin

    assert decided("varchar(255)") is Origin.DECIDED
    assert decided("text") is not Origin.DECIDED


def test_a_mapping_beats_inference_and_a_contradiction_is_noted(catalogue: Catalogue) -> None:
    phone = ColumnMapping(name="x*", category="contact.phone")
    mapping = SystemMapping(
        system="shop", name="Shop", kind=SystemKind.SHOP_PLATFORM,
        tables=(TableMapping(table="cust*", subject="customer", columns=(phone,)),),
    )  # fmt: skip
    rows = classify(
        [_input("customer", _column("xyz"), _column("email"))], taxonomy=catalogue.taxonomy,
        lexicon=catalogue.lexicon, systems={"shop": mapping},
    ).columns  # fmt: skip
    assert (rows[0].rule, rows[0].data_category, rows[0].origin) == ("mapping", "contact.phone", Origin.OBSERVED)
    assert rows[1].data_category == "none"
    assert rows[1].rule.endswith(CONTRADICTED)


def test_documented_fields_say_so(catalogue: Catalogue) -> None:
    rows = classify(
        [_input("order", _column("email"), kind="documented")], taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon,
        systems={},
    ).columns  # fmt: skip
    assert rows[0].origin is Origin.DOCUMENTED


def test_values_rescue_an_opaque_name_and_open_structured_cells(tag: Any) -> None:
    codes = _column("f7", profile=profile_values([f"person{n}@example.com" for n in range(20)]))
    cells = _column("data", profile=profile_values(['{"email": "a@example.com", "qty": 1}'] * 5))
    rows = tag("t1", [codes, cells]).columns
    assert rows[0].data_category == "contact.email"
    assert [row.column_name for row in rows] == ["f7", "data", "data.email", "data.qty"]
    assert rows[2].data_category == "contact.email"


def test_values_of_a_column_named_like_an_address_can_deny_it(tag: Any) -> None:
    rows = tag("customer", ["lastname", _column("email", profile=profile_values(range(20)))]).columns
    assert rows[1].rule == "values_deny"


def test_explain_tells_tag_certainty_rule_and_reason(tag: Any) -> None:
    text = explain(tag("customer", ["email"]).columns[0])
    assert "contact.email (direct), of customer" in text
    assert "personal_by_itself" in text
