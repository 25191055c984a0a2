"""Workbooks and exchange files are safe, readable, complete and the same byte for byte."""

import csv
import io
import json
import shutil
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sample_tables import LABELS, context, finding, recipient, sample_rows, sample_tables

from benchmarks.workbook import LARGEST_RATIO, measure, rows
from ropa_pipeline.model.base import NOT_STATED, Row, table_spec
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.database import read_database, write_database
from ropa_pipeline.publish.exchange import register_schema, write_exchange
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.sections import open_cells
from ropa_pipeline.publish.workbook import Book, write_workbook

_EMPTY = {name: None if "None" in str(field.annotation) else "" for name, field in Snapshot.model_fields.items()}
SNAPSHOT = Snapshot.model_validate(
    {
        **_EMPTY, "snapshot_id": "2026-03-02-aaaaaaaa", "created_at": datetime(2026, 3, 2, tzinfo=UTC),
        "content_hash": "a" * 64, "state": "draft", "tool_version": "0.1.0",
    }
)  # fmt: skip


def book(kind: str, tables: Tables, **changes: object) -> Book:
    facts = context(Path("/nowhere"), **changes).facts()  # type: ignore[arg-type]
    return (audit_book if kind == "audit" else record_book)(tables, facts, SNAPSHOT)


def opened(tmp_path: Path, kind: str, tables: Tables, **changes: object) -> dict[str, Worksheet]:
    write_workbook(tmp_path / "book.xlsx", book(kind, tables, **changes))
    return {sheet.title: sheet for sheet in load_workbook(tmp_path / "book.xlsx").worksheets}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Worksheet]]:
    """Both workbooks of the sample register, written and opened once; tests only read them."""
    return {kind: opened(tmp_path_factory.mktemp(kind), kind, sample_tables()) for kind in ("record", "audit")}


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def row_of(sheet: Worksheet, name: str) -> list[str]:
    return next([str(cell.value) for cell in row] for row in sheet.iter_rows() if row[0].value == name)


@pytest.mark.parametrize("kind", ["record", "audit"])
def test_same_content_same_bytes_across_a_clock_tick(tmp_path: Path, kind: str) -> None:
    write_workbook(tmp_path / "one" / "a.xlsx", book(kind, sample_tables()))
    time.sleep(1.1)
    write_workbook(tmp_path / "two" / "b.xlsx", book(kind, Tables(reversed(list(sample_tables())))))
    assert (tmp_path / "one" / "a.xlsx").read_bytes() == (tmp_path / "two" / "b.xlsx").read_bytes()


def test_the_record_holds_no_finding_drift_or_proposal(shown: dict[str, dict[str, Worksheet]]) -> None:
    sheets = shown["record"]
    assert list(sheets) == [
        "Read me", "Controller", "Register", "Data by activity", "Recipients", "Processor inventory", "Transfers",
        "Retention rules", "Security measures", "Processing for others", "Not yet answered", "Approval",
    ]  # fmt: skip
    everything = "\n".join(text for sheet in sheets.values() for text in texts(sheet))
    for word in ("two legal bases as alternatives", "erase", "proposed", "ps_connections"):
        assert word not in everything


def test_the_audit_file_holds_every_part_and_is_marked_internal(shown: dict[str, dict[str, Worksheet]]) -> None:
    sheets = shown["audit"]
    assert {
        "Read me", "Controller", "Register", "Not yet answered", "Data by activity", "Processor inventory",
        "Recipients", "Transfers", "Retention", "Retention rules", "Cookies", "Security measures", "Findings", "Drift",
        "Proposals",
        "Changes", "Evidence", "Coverage", "Columns", "Systems read and not read", "Assessments", "Notice as read",
        "Approvals", "Glossary and dictionary",
    } <= set(sheets)  # fmt: skip
    for sheet in sheets.values():
        assert "INTERNAL" in str(sheet["A2"].value)
        assert "DRAFT" in str(sheet["A2"].value)
        assert sheet.freeze_panes
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 8)
        assert sheet.print_title_rows


def test_a_release_on_samples_says_so_on_every_sheet(tmp_path: Path) -> None:
    for sheet in opened(tmp_path, "record", sample_tables(), built_on_samples=True).values():
        assert "SAMPLE DATA" in str(sheet["A2"].value)


def test_the_register_has_one_row_per_activity_and_the_unanswered_below(shown: dict[str, dict[str, Worksheet]]) -> None:
    register = shown["record"]["Register"]
    first = [str(row[0].value) for row in register.iter_rows(min_row=3) if row[0].value]
    assert first == [
        "Processing activity", "Newsletter", "Sending orders", "Does not exist here", "Processing activity",
        "Video surveillance", "Not yet answered", "Processing activity", "Staff and pay",
    ]  # fmt: skip
    assert [table.ref for table in register.tables.values()] == ["A3:L5", "A8:D9", "A12:D13"]


def test_cells_speak_in_words_with_their_origin(shown: dict[str, dict[str, Worksheet]]) -> None:
    cells = row_of(shown["record"]["Register"], "Sending orders")
    assert "Art. 6(1)(b) contract or Art. 6(1)(f) legitimate interests [stated]" in cells[3]
    assert cells[4] == "Customers: IP address [observed]\nCustomers: Name, Telephone number [stated]"
    assert cells[6] == "Example Courier (controller) [stated]"
    assert cells[7] == "NOT STATED"
    assert cells[8] == "orders and invoices: up to 10 years from invoice issued [stated]"


def test_no_row_of_origin_proposed_enters_the_record(shown: dict[str, dict[str, Worksheet]]) -> None:
    data = shown["record"]["Data by activity"]
    assert "Visitors" not in texts(data)


def test_the_inventory_holds_processors_only_and_what_binds_them(shown: dict[str, dict[str, Worksheet]]) -> None:
    inventory = shown["audit"]["Processor inventory"]
    assert "Example Courier" not in texts(inventory)
    cells = " | ".join(row_of(inventory, "Example Mailer"))
    for part in ("Example Mailer UAB", "United States (US)", "processor from 3 February 2025",
                 "accepted 3 February 2025; seen", "Example Cloud [decided]", "Customers: E-mail address [stated]",
                 "Newsletter", "prestashop:ps_newsletter.email"):  # fmt: skip
        assert part in cells


def test_what_nobody_answered_stands_together_with_its_proposal(shown: dict[str, dict[str, Worksheet]]) -> None:
    gaps = texts(shown["audit"]["Not yet answered"])
    assert "Phone" in gaps
    assert "the notice, all sections" in gaps


def test_a_law_without_a_number_is_no_question_to_the_controller(tmp_path: Path) -> None:
    (stated,) = sample_tables().rows(RetentionRule)
    law = stated.model_copy(
        update={"rule_id": "LAW", "activity_id": "", "period": NOT_STATED, "origin": Origin.DOCUMENTED}
    )
    own = law.model_copy(update={"rule_id": "cookies", "origin": Origin.STATED})
    tables = sample_tables([law, own])
    assert [row.row_id for row, name, _ in open_cells(tables) if name == "period"] == ["cookies"]
    gaps = texts(opened(tmp_path, "record", tables)["Not yet answered"])
    assert [item for item in gaps if "All data" in item] == ["cookies: All data, NOT STATED"]


def test_no_cell_of_a_table_is_blank(shown: dict[str, dict[str, Worksheet]]) -> None:
    for name in ("Register", "Recipients", "Transfers", "Retention rules", "Data by activity"):
        sheet = shown["record"][name]
        width = sum(cell.value is not None for cell in sheet[3])
        assert all(cell.value not in (None, "") for cell in sheet[4][:width])


PLANTED = ("=1+1", "+1", "-1", "@cmd", "\ttab", "\rreturn", "#N/A", "bell\x07", '=HYPERLINK("x")')


def planted() -> list[Row]:
    """Every row of the sample once per planted text, with that text in every column of plain text that is no key.

    ``model_copy`` does not validate, so that a tab or return stays at the very beginning.
    """
    rows: list[Row] = list(sample_rows())
    for number, text in enumerate(PLANTED):
        for row in sample_rows():
            spec = table_spec(type(row))
            plain = [item for item in spec.columns if item.python_type is str and item.name not in spec.key]
            changes: dict[str, object] = {item.name: (text,) if item.is_list else text for item in plain}
            changes |= {
                name: f"{text}{getattr(row, name)}{number}"
                for name in spec.key[:1]
                if isinstance(getattr(row, name), str) and not isinstance(getattr(row, name), StrEnum)
            }
            rows.append(row.model_copy(update=changes))  # fmt: skip
    return rows


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("kind", ["record", "audit"])
def test_planted_strings_stay_text_in_every_cell(tmp_path: Path, kind: str, language: str) -> None:
    found: Counter[str] = Counter()
    for sheet in opened(tmp_path, kind, Tables(planted()), language=language).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type not in ("f", "e"), (sheet.title, cell.coordinate)
                if isinstance(cell.value, str):
                    assert not {sign for sign in cell.value if ord(sign) < 32} - set("\t\n\r")
                    found.update(text for text in PLANTED if text.replace("\x07", "") in cell.value)
    assert all(found[text] >= 20 for text in PLANTED), found


def test_planted_strings_stay_text_in_every_csv_cell(tmp_path: Path) -> None:
    write_exchange(tmp_path, Tables(planted()), context(tmp_path).facts(), "s", "h")
    found = 0
    for path in sorted((tmp_path / "csv").glob("*.csv")):
        for row in csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")):
            for cell in row:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (path.name, cell)
                found += any(text in cell for text in PLANTED)
    assert found >= 100


def test_a_text_longer_than_a_cell_says_that_it_was_cut(tmp_path: Path) -> None:
    sheets = opened(tmp_path, "audit", sample_tables([finding(message="x" * 40_000)]))
    assert any("cut off here" in text for text in texts(sheets["Findings"]))


def test_exchange_files_escape_formulas_and_leave_proposals_out(tmp_path: Path) -> None:
    tables = sample_tables([recipient("mailer", "=1+1"), recipient("courier", "@x", origin="proposed")])
    write_exchange(tmp_path, tables, context(tmp_path).facts(), "s", "h")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "csv/recipients.csv").read_bytes().decode("utf-8-sig"))))
    assert [row["brand"] for row in rows] == ["'=1+1"]
    assert not (tmp_path / "csv/proposals.csv").exists()
    document = json.loads((tmp_path / "register.json").read_bytes())
    assert [row["brand"] for row in document["tables"]["recipients"]] == ["=1+1"]


def test_the_json_document_fits_its_schema(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    write_exchange(tmp_path, sample_tables(), context(tmp_path).facts(), "s", "h")
    jsonschema.validate(json.loads((tmp_path / "register.json").read_bytes()), register_schema())


def test_the_database_has_every_table_with_types_comments_and_keys(tmp_path: Path) -> None:
    path = tmp_path / "ropa.duckdb"
    write_database(path, sample_tables())
    assert list(read_database(path)) == list(sample_tables())
    with duckdb.connect(str(path), read_only=True) as database:
        found = database.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = 'ropa' "
            "ORDER BY table_name, column_index"
        ).fetchall()
        keys = database.execute("SELECT count(*) FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'")
        assert keys.fetchall() == [(len(TABLES),)]
    expected = [(spec.name, column.name, column.sql_type) for spec in sorted(TABLES, key=lambda item: item.name)
                for column in spec.columns]  # fmt: skip
    assert [row[:3] for row in found] == expected
    assert all(row[3] for row in found)


def test_a_failed_database_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        write_database(tmp_path / "x.duckdb", Tables([*sample_tables(), finding()]))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_audit_workbook_costs_at_most_half_as_much_again_as_the_bare_cells(tmp_path: Path) -> None:
    """About 15 s: 20 activities, 60 recipients, 3,000 columns, 50,000 evidence rows, and the links between them."""
    ours, bare, cells = measure(Tables(rows()), tmp_path)
    assert cells > 400_000
    assert ours <= LARGEST_RATIO * bare


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["record", "audit"])
def test_libreoffice_opens_and_prints_every_sheet(tmp_path: Path, kind: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    write_workbook(tmp_path / "book.xlsx", book(kind, sample_tables()))
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")], check=True, timeout=180,
                   capture_output=True)  # fmt: skip
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")


def test_labels_are_words_in_the_dictionary_only(shown: dict[str, dict[str, Worksheet]]) -> None:
    sheets = shown["audit"]
    for name, sheet in sheets.items():
        if name not in ("Glossary and dictionary", "Evidence", "Changes", "Proposals"):
            assert not set(LABELS) & {text for text in texts(sheet) if "." in text}
    assert "contact.email" in texts(sheets["Glossary and dictionary"])
