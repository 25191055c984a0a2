"""A second opinion on tables overrules only what labelled tables speak clearly against, and says so."""

import csv
from pathlib import Path
from typing import Any

import pytest

from benchmarks import classification_second_opinion as learning
from benchmarks.classification_holdout import PARTS, read_holdout
from benchmarks.classification_score import measure
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify.second_opinion import weights
from ropa_pipeline.classify.table_opinion import Weights, weighed
from ropa_pipeline.classify.table_opinion import weights as table_weights
from ropa_pipeline.model.inventory import ClassifiedColumn


def _with(part: str, catalogue: Catalogue, tables: Weights) -> list[ClassifiedColumn]:
    return learning.tags_with(read_holdout(part), catalogue, weights(), tables)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        pytest.param("street register", ["street_code", "street_name", "district", "postal_code", "residents_count"],
                     id="a register of streets, where nobody lives by name"),
        pytest.param("greetings", ["id", "title", "gender", "sort_order", "is_default"],
                     id="forms of address to choose from"),
        pytest.param("icd10", ["code", "disease_name", "gender_restriction", "age_from", "valid_to"],
                     id="a classification of illnesses"),
    ],
)  # fmt: skip
def test_a_list_whose_words_are_those_of_persons_is_nobodys(table: str, columns: list[str], tag: Any) -> None:
    rows = tag(table, columns).columns
    assert {row.data_category for row in rows} == {"none"}, [row.explanation for row in rows]


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        pytest.param("residents", ["street_code", "street_name", "first_name", "last_name", "postal_code"],
                     id="who lives there"),
        pytest.param("patient_diagnoses", ["patient_id", "code", "disease_name", "diagnosed_at"], id="who is ill"),
        pytest.param("letters", ["id", "title", "gender", "full_name", "email"], id="who is addressed"),
    ],
)  # fmt: skip
def test_with_a_person_beside_them_the_same_words_are_that_persons(table: str, columns: list[str], tag: Any) -> None:
    assert "none" not in {row.data_category for row in tag(table, columns).columns[1:]}


def test_a_table_of_two_keys_is_left_to_the_keys(tag: Any) -> None:
    """The weights see no keys, and two columns say too little."""
    rows = tag("cart_discount", ["cart_id", "discount_id"]).columns
    assert [row.data_category for row in rows] == ["order.reference", "order.history"]


def test_a_firms_own_address_and_account_are_not_made_a_persons(tag: Any) -> None:
    rows = tag("company_settings", ["company_name", "vat_number", "iban", "phone", "email", "logo"]).columns
    assert {row.data_category for row in rows} == {"none"}


def test_a_table_that_was_overruled_says_so(catalogue: Catalogue) -> None:
    from benchmarks.classification import as_inputs
    from ropa_pipeline.classify import classify

    read = classify(
        as_inputs(read_holdout("fresh6"), ""), taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={}
    ).tables
    told = [table for table in read if "labelled tables with such columns" in table.explanation]
    assert told
    assert all(table.role == "lookup" or table.purposes for table in told)


def test_labels_of_the_other_parts_take_little_from_the_parts(catalogue: Catalogue) -> None:
    """A part's own tables are left out, with its fold; the rules were made to fit them, so no gain is asked for."""
    known = {name: learning.table_examples(read_holdout(name), catalogue) for name in learning.TABLES_LEARNT_FROM}
    rows, alone, asked = [], [], []
    for left_out in learning.folds():
        others = [item for part, found in known.items() if part not in left_out for item in found]
        for name in left_out:
            rows += read_holdout(name)
            alone += _with(name, catalogue, {})
        weights_of_others = learning.learn_tables(others)
        asked += [tag for name in left_out for tag in _with(name, catalogue, weights_of_others)]
    assert measure(rows, asked).mcc >= measure(rows, alone).mcc - 0.002


def test_tables_of_the_parts_are_told_apart_by_the_labels_of_the_others(catalogue: Catalogue) -> None:
    """Nineteen of twenty tables, by the meanings of their names and columns alone."""
    known = {name: learning.table_examples(read_holdout(name), catalogue) for name in PARTS}
    right = total = 0
    for left_out in learning.folds():
        others = learning.learn_tables([item for part in PARTS if part not in left_out for item in known[part]])
        for name in left_out:
            right += sum((weighed(found, others) > 0) == (place == 0) for found, place in known[name])
            total += len(known[name])
    assert total > 1000
    assert right >= 0.95 * total


def test_the_shipped_weights_are_those_that_the_labels_give(catalogue: Catalogue, tmp_path: Path) -> None:
    """``python -m benchmarks.classification_second_opinion --write`` after words, meanings or labels changed."""
    parts = [learning.table_examples(read_holdout(part), catalogue) for part in learning.TABLES_LEARNT_FROM]
    fresh = learning.learn_tables([item for part in parts for item in part])
    learning.write(learning.TABLES_HEADING, {mark: (weight,) for mark, weight in fresh.items()}, tmp_path / "w.csv")
    with (tmp_path / "w.csv").open(encoding="utf-8") as handle:
        assert next(csv.reader(handle)) == learning.TABLES_HEADING.split(",")
    known = table_weights()
    same = sum(abs(known[mark] - fresh[mark]) <= 4 for mark in known.keys() & fresh.keys())
    assert same >= 0.95 * len(known.keys() | fresh.keys())


def test_weights_are_for_meanings_and_shares_never_for_names() -> None:
    kinds = {mark.partition(" ")[0] for mark in table_weights()}
    assert kinds == {"pair", "alone", "has", "several", "share", "name", "head", "nameless", "key", "columns",
                     "unknown", "identifying"}  # fmt: skip
