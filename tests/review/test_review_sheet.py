"""The review workbook: safe, locked where nothing is to be typed, and the same byte for byte."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import Identifiability, Origin
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.review import ReviewItem, ReviewReason, ReviewSheet, read_review, write_review
from ropa_pipeline.review.form import choices, chosen
from ropa_pipeline.settings import load_settings

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\ry", "a\x07b", "#N/A", "<b>&amp;", "_x0041_")


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Taxonomy:
    return shared_catalogue(load_settings(tmp_path_factory.mktemp("nothing"))).taxonomy


def item(**more: Any) -> ReviewItem:
    values: dict[str, Any] = {
        "source_id": "web_shop", "system": "web_shop", "table_name": "customer", "table_stem": "customer",
        "column_name": "note", "native_type": "text", "data_category": "communication.content",
        "data_subject": "customer", "identifiability": Identifiability.DIRECT, "special_category": False,
        "confidence": 0.6, "origin": Origin.PROPOSED, "rule": "free_text", "explanation": "why", "rows": 3,
        "decision": "", "in_force": False, "seen_as": "communication.content/customer",
        "reasons": (ReviewReason.UNSURE,),
    }  # fmt: skip
    return ReviewItem(**{**values, **more})


def sheet(taxonomy: Taxonomy, *items: ReviewItem, language: str = "en") -> ReviewSheet:
    return ReviewSheet(
        controller_id="small",
        controller_name="Small Shop",
        snapshot_id="2026-11-01-00000000",
        created=datetime(2026, 11, 1, tzinfo=UTC),
        language=language,
        columns=items,
        proposals=(),
        taxonomy=taxonomy,
    )


def test_the_same_queue_gives_the_same_bytes(tmp_path: Path, taxonomy: Taxonomy) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_review(tmp_path / name, sheet(taxonomy, item(), item(column_name="other")))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_names_from_sources_are_text_whatever_they_begin_with(tmp_path: Path, taxonomy: Taxonomy) -> None:
    items = [item(table_name=name, column_name=name, native_type=name, explanation=name) for name in HOSTILE]
    write_review(tmp_path / "a.xlsx", sheet(taxonomy, *items))
    cells = [cell for row in load_workbook(tmp_path / "a.xlsx")["Columns"].iter_rows(min_row=4) for cell in row]
    assert not {cell.coordinate for cell in cells if cell.data_type in ("f", "e")}
    assert len({cell.value for cell in cells if cell.column == 4}) == len(HOSTILE)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")


def test_a_column_with_a_hostile_name_reads_back_as_itself(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write_review(tmp_path / "a.xlsx", sheet(taxonomy, *(item(column_name=name) for name in HOSTILE)))
    workbook = load_workbook(tmp_path / "a.xlsx")
    for row in range(4, 4 + len(HOSTILE)):
        workbook["Columns"].cell(row, 18).value = "a reason"
    workbook.save(tmp_path / "a.xlsx")
    found = [edit.column_name for edit in read_review(tmp_path / "a.xlsx").columns]
    assert found == ["=1+1", "+1", "-1", "@SUM(A1)", "x", "y", "ab", "#N/A", "<b>&amp;", "_x0041_"]


def test_only_the_cells_to_fill_in_are_open(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write_review(tmp_path / "a.xlsx", sheet(taxonomy, item()))
    workbook = load_workbook(tmp_path / "a.xlsx")
    worksheet = workbook["Columns"]
    opened = [worksheet.cell(3, cell.column).value for cell in worksheet[4] if not cell.protection.locked]
    assert opened == ["Decided category", "Decided data subject", "Decided by", "Reason"]
    assert all(page.protection.sheet for page in workbook.worksheets)
    assert workbook["_ropa"].sheet_state == "veryHidden"
    assert [page.title for page in workbook.worksheets if page.sheet_state == "visible"] == [
        "Read me",
        "Columns",
        "Proposals",
    ]


def test_drop_downs_offer_the_whole_taxonomy_in_the_controllers_language(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write_review(tmp_path / "a.xlsx", sheet(taxonomy, item(), language="lt"))
    workbook = load_workbook(tmp_path / "a.xlsx")
    lists = {rule.formula1: str(rule.sqref) for rule in workbook["Stulpeliai"].data_validations.dataValidation}
    assert lists == {"=ropa_categories": "O4", "=ropa_subjects": "P4"}
    offered = [cell.value for cell in workbook["_ropa"]["D"] if cell.value]
    assert len(offered) == len(taxonomy.data_categories)
    assert "Telefono numeris (contact.phone)" in offered
    assert workbook.defined_names["ropa_categories"].attr_text == f"'_ropa'!$D$1:$D${len(offered)}"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("contact.phone", "contact.phone"),
        ("CONTACT.PHONE", "contact.phone"),
        ("Telephone number", "contact.phone"),
        ("telefono  numeris", "contact.phone"),
        ("Telephone number (contact.phone)", "contact.phone"),
        ("phone", ""),
        ("Telephone number (contact.email)", ""),
        ("", ""),
    ],
)
def test_a_category_may_be_written_as_key_label_or_both(taxonomy: Taxonomy, written: str, key: str) -> None:
    assert chosen(written, choices(taxonomy.data_categories)) == key


def test_every_offered_word_names_its_own_key(taxonomy: Taxonomy) -> None:
    for items in (taxonomy.data_categories, taxonomy.data_subjects):
        known = choices(items)
        for entry in items:
            assert {chosen(f"{entry.label.en} ({entry.key})", known), chosen(entry.key, known)} == {entry.key}


def test_an_empty_queue_is_a_workbook_that_says_so(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write_review(tmp_path / "a.xlsx", sheet(taxonomy))
    assert load_workbook(tmp_path / "a.xlsx")["Columns"]["A4"].value == "No column waits for review."
    assert read_review(tmp_path / "a.xlsx").left_empty == 0
