"""What an auditor who opens a workbook reads: words for codes, alphabetical order, times by the controller's clock.

Each case is something that stood in a demo workbook and made a reader stumble.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sample_tables import LABELS, RUN_TIME, activity, context, disclosure, finding, recipient, sample_tables

from ropa_pipeline.model.base import NOT_STATED, Row
from ropa_pipeline.model.finding import Drift, Evidence, Proposal
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Controller, SecurityMeasure, Transfer
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.workbook import FIRST_ROW, Block, Book, Heading, Sheet, Shown, write_workbook
from ropa_pipeline.publish.workbook_layout import LINE_POINTS

_EMPTY = {name: None if "None" in str(field.annotation) else "" for name, field in Snapshot.model_fields.items()}
SNAPSHOT = Snapshot.model_validate(
    {
        **_EMPTY, "snapshot_id": "2026-03-02-aaaaaaaa", "created_at": RUN_TIME, "content_hash": "a" * 64,
        "state": "draft", "tool_version": "0.1.0",
    }
)  # fmt: skip


def made(tables: Tables, kind: str = "record", language: str = "en") -> Book:
    facts = context(Path("/nowhere"), language=language, labels={**LABELS, "aaa": "Zebra guard"}).facts()
    return (audit_book if kind == "audit" else record_book)(Tables([*tables, SNAPSHOT]), facts, SNAPSHOT)


def sheet(book: Book, name: str) -> Sheet:
    return next(item for item in book.sheets if item.name == language_of(book.language).sheet(name))


def rows_of(book: Book, name: str) -> list[list[str]]:
    return [[str(cell.value) for cell in row] for row in sheet(book, name).blocks[0].rows]


def replaced(row_class: type[Row], **changes: object) -> Tables:
    """The sample register, the first row of one table changed and its others left out."""
    first, *_ = sample_tables().rows(row_class)
    return Tables([*(row for row in sample_tables() if type(row) is not row_class), first.model_copy(update=changes)])


def added(*rows: Row) -> Tables:
    return Tables([*sample_tables(), *rows])


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        pytest.param("contact.email", "E-mail address", id="one category"),
        pytest.param("contact.phone, contact.email", "E-mail address, Telephone number", id="several"),
        pytest.param("all", "All data", id="all of them"),
        pytest.param("contact.email, kyc_file", "E-mail address, kyc file", id="one without a label"),
        pytest.param("letters, and what is like them", "letters, and what is like them", id="a text of its own"),
    ],
)
def test_the_categories_of_a_rule_are_words(stored: str, read: str) -> None:
    assert rows_of(made(replaced(RetentionRule, data_category=stored)), "Retention rules")[0][1] == read


def test_a_recipient_of_whom_nothing_is_known_says_so_once() -> None:
    tables = added(recipient("host", "Example Host"), disclosure("d9", "host", NOT_STATED, data_subject=NOT_STATED))
    row = next(row for row in rows_of(made(tables), "Recipients") if row[0] == "Example Host")
    assert row[8] == "NOT STATED"


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        pytest.param({}, "Example Mailer: United States (US); adequacy decision (DPF) (in force)", id="all known"),
        pytest.param({"country": NOT_STATED}, "Example Mailer: country NOT STATED; adequacy", id="no country"),
        pytest.param({"mechanism": NOT_STATED}, "(US); mechanism NOT STATED (in force)", id="no mechanism"),
        pytest.param({"mechanism_status": NOT_STATED}, "adequacy decision (DPF) [documented]", id="no state"),
    ],
)
def test_a_transfer_says_what_is_not_stated(changes: dict[str, str], read: str) -> None:
    row = next(row for row in rows_of(made(replaced(Transfer, **changes)), "Register") if row[0] == "Newsletter")
    assert read in row[7]


@pytest.mark.parametrize("name", ["Transfers", "Security measures", "Not yet answered"])
def test_a_sheet_is_in_the_order_of_its_words_and_not_of_its_keys(name: str) -> None:
    moved, measure = sample_tables().rows(Transfer)[0], sample_tables().rows(SecurityMeasure)[0]
    tables = added(
        activity("aaa", "Zebra crossing"),
        moved.model_copy(update={"activity_id": "aaa", "importer": NOT_STATED}),
        measure.model_copy(update={"measure": "aaa"}),
    )
    column = 1 if name == "Not yet answered" else 0
    told = [row[column] for row in rows_of(made(tables), name) if name != "Not yet answered" or row[0] == "Register"]
    assert told == sorted(told, key=language_of("en").sort_key)
    assert len(set(told)) > 1
    assert told[-1].startswith("Zebra")


def test_times_are_those_of_the_controllers_zone_and_the_first_sheet_says_so() -> None:
    book = made(sample_tables(), "audit")
    told = {row[0]: row[1] for row in rows_of(book, "Read me")}
    assert told["Snapshot taken"] == "2 March 2026 00:00"  # 22:00 UTC of the evening before
    assert told["As of"] == "2 March 2026 (all times in this file: Europe/Vilnius)"
    assert rows_of(book, "Approvals")[0][2] == "2026-03-02 00:00:00"


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        pytest.param("data:contact.email", "data: E-mail address", id="a category"),
        pytest.param("disclosure:courier", "disclosure: Example Courier", id="a recipient"),
        pytest.param("table:prestashop:contact.email", "table:prestashop:contact.email", id="a column called so"),
    ],
)
def test_a_disagreement_is_about_something_with_a_name(subject: str, read: str) -> None:
    assert rows_of(made(replaced(Drift, subject=subject), "audit"), "Drift")[0][2] == read


def test_a_disagreement_speaks_of_categories_and_periods_in_words() -> None:
    tables = replaced(Drift, record_value="contact.email in orders (observed)", observed_value="P180D")
    row = rows_of(made(tables, "audit"), "Drift")[0]
    assert row[4:6] == ["E-mail address in orders (observed)", "180 days"]


def test_a_finding_about_a_transfer_names_activity_recipient_and_country() -> None:
    tables = added(finding(subject="newsletter/mailer/NOT STATED", message="nothing says how long P2Y is"))
    row = next(row for row in rows_of(made(tables, "audit"), "Findings") if " / " in row[9])
    assert row[9] == "Newsletter / Example Mailer / NOT STATED"
    assert row[1] == "nothing says how long 2 years is"


@pytest.mark.parametrize(
    ("field", "proposed", "read"),
    [
        pytest.param("legal_basis", "6(1)(a)", "Art. 6(1)(a) consent", id="legal basis"),
        pytest.param("data_categories", "contact.email, contact.phone", "E-mail address, Telephone number", id="data"),
        pytest.param("retention", "P3Y from the last order", "3 years from the last order", id="period"),
    ],
)
def test_a_proposal_is_in_words(field: str, proposed: str, read: str) -> None:
    tables = replaced(
        Proposal, record="processing_activities", record_id="orders", field=field, proposed_value=proposed
    )
    assert rows_of(made(tables, "audit"), "Proposals")[0][1:4:2] == ["Sending orders", read]


def test_the_evidence_names_cells_by_their_headings() -> None:
    tables = replaced(Evidence, record="controllers", record_id="shop", field="art30_5_assessment")
    assert rows_of(made(tables, "audit"), "Evidence")[0][2] == "Exemption of Art. 30(5)"


@pytest.mark.parametrize("kind", ["record", "audit"])
def test_no_two_columns_of_a_block_are_called_alike(kind: str) -> None:
    for item in made(sample_tables(), kind).sheets:
        for block in item.blocks:
            names = [heading.text for heading in block.headings]
            assert len(set(names)) == len(names), f"{item.name}: {names}"


def test_a_heading_is_as_high_as_its_bold_letters_need(tmp_path: Path) -> None:
    """Bold letters are wider: a word that only fits as a plain one would go over to a line that is not shown."""
    first = made(sample_tables())
    block = Block((Heading("Law condition", width=12), Heading("Law", width=12)), [(Shown("a"), Shown("b"))])
    write_workbook(tmp_path / "book.xlsx", replace(first, sheets=(Sheet("One", "", (block,)),)))
    worksheet = load_workbook(tmp_path / "book.xlsx")["One"]
    assert worksheet.row_dimensions[FIRST_ROW - 1].height >= 2 * LINE_POINTS


def test_the_law_that_applies_is_told_in_lithuanian() -> None:
    tables = replaced(Controller, law="EU GDPR; Lithuanian law")
    told = {row[0]: row[1] for row in rows_of(made(tables, language="lt"), "Controller")}
    assert told["Taikoma teisė"] == "ES BDAR; Lietuvos teisė"


def test_the_wording_of_rules_stands_apart_and_leaves_the_counts_of_rows_narrow(tmp_path: Path) -> None:
    scope = "orders, invoices and whatever else the law asks to be kept, in all its forms and copies"
    book = made(replaced(RetentionRule, scope=scope), "audit")
    assert scope in {row[7] for row in rows_of(book, "Retention rules")}
    write_workbook(tmp_path / "book.xlsx", book)
    retention = load_workbook(tmp_path / "book.xlsx")["Retention"]
    counts = {cell.value: retention.column_dimensions[cell.column_letter].width for cell in retention[3]}
    assert counts["Rows"] < counts["Reason"]
