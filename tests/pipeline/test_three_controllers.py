"""What must be true of the three example controllers after one run (GDPR Art. 30(1))."""

import json
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from whole_runs import EXAMPLES, ROOT, Home, all_text, sums

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.finding import Drift, Evidence, Finding, Proposal
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, Source
from ropa_pipeline.model.register import Cookie, ProcessingActivity, Recipient
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.tables import ROW_CLASSES, TABLES, Tables
from ropa_pipeline.model.terms import EvidenceKind, FindingStatus, Origin, SourceKind, SourceStatus

ART_30 = (
    "purpose", "data_subjects", "data_categories", "recipients", "transfers", "retention", "security_measures",
)  # fmt: skip
SILENT = {EvidenceKind.NOT_STATED, EvidenceKind.NOT_APPLICABLE}
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def rule_ids(tables: Tables, subject: str = "") -> set[str]:
    """Rules with an open finding whose subject holds the word."""
    return {
        row.rule_id
        for row in tables.rows(Finding)
        if row.status is FindingStatus.OPEN and subject in f"{row.subject} {row.message}"
    }


def test_one_command_publishes_all_three(demo: Home) -> None:
    assert demo.answer.code == 0, demo.answer.said
    for name in EXAMPLES:
        files = {path.name for path in demo.release(name).iterdir()}
        assert {f"ropa_{name}.duckdb", f"ropa_{name}_record.xlsx", f"ropa_{name}_audit.xlsx", "manifest.json"} <= files
        assert name in demo.answer.out


@pytest.mark.parametrize("name", EXAMPLES)
def test_tables_and_columns_of_the_database_are_those_of_the_model(demo: Home, name: str) -> None:
    with duckdb.connect(str(demo.release(name) / f"ropa_{name}.duckdb"), read_only=True) as database:
        seen = database.sql(
            "SELECT table_name, list(column_name ORDER BY ordinal_position), list(data_type ORDER BY ordinal_position) "
            "FROM information_schema.columns WHERE table_schema = 'ropa' GROUP BY 1"
        ).fetchall()
    declared = {spec.name: ([c.name for c in spec.columns], [c.sql_type for c in spec.columns]) for spec in TABLES}
    assert {table: (columns, types) for table, columns, types in seen} == declared


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_art_30_cell_has_a_value_or_a_reason_and_evidence(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    support: dict[tuple[str, str], set[EvidenceKind]] = {}
    for item in tables.rows(Evidence):
        if item.record == "processing_activities":
            support.setdefault((item.record_id, item.field), set()).add(item.kind)
    activities = tables.rows(ProcessingActivity)
    assert activities
    for row in activities:
        for field in ART_30:
            # An unanswered item of the standing list is a whole row of NOT STATED, so its evidence is about the row.
            kinds = support.get((row.row_id, field), set()) or support.get((row.row_id, "*"), set())
            value = getattr(row, field)
            assert value not in ("", (), ("",)), f"{row.activity_id}.{field} is blank"
            assert kinds, f"{row.activity_id}.{field} has no evidence"
            silent = value in (NOT_STATED, NOT_APPLICABLE, NOT_STATED_LIST, (NOT_APPLICABLE,))
            assert (kinds <= SILENT) == silent, f"{row.activity_id}.{field}: {value!r} rests on {kinds}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_row_with_an_origin_has_evidence(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    supported = {(item.record, item.record_id) for item in tables.rows(Evidence)}
    bare = [f"{row.TABLE}/{row.row_id}" for row in tables if hasattr(row, "origin")
            and (row.TABLE, row.row_id) not in supported]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_evidence_points_at_cells_that_exist(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    rows = {(row.TABLE, row.row_id) for row in tables}
    fields = {spec.name: {"*", *spec.column_names} for spec in TABLES}
    lost = {
        f"{item.record}/{item.record_id}.{item.field}"
        for item in tables.rows(Evidence)
        if (item.record, item.record_id) not in rows or item.field not in fields.get(item.record, set())
    }
    assert sorted(lost)[:10] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_activity_is_one_row(demo: Home, name: str) -> None:
    rows = demo.tables(name).rows(ProcessingActivity)
    assert [key for key, times in Counter(row.activity_id for row in rows).items() if times > 1] == []
    assert [key for key, times in Counter((row.name, row.purpose) for row in rows).items() if times > 1] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_keys_are_unique_in_every_table(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    for row_class in ROW_CLASSES:
        keys = Counter(row.row_id for row in tables.rows(row_class))
        assert [key for key, times in keys.items() if times > 1] == [], row_class.TABLE


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_art_30_cell_rests_on_a_proposal(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    kinds = (
        ProcessingActivity,
        *(c for c in ROW_CLASSES if c.TABLE in ("activity_data", "legal_bases", "disclosures")),
    )
    assert [row.row_id for c in kinds for row in tables.rows(c) if getattr(row, "origin", "") is Origin.PROPOSED] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_observed_column_is_classified_once(demo: Home, name: str) -> None:
    tables = demo.tables(name)
    seen = {row.row_id for row in tables.rows(Column)}
    assert seen
    assert seen <= {row.row_id for row in tables.rows(ClassifiedColumn)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_release_on_samples_says_so(demo: Home, name: str) -> None:
    manifest = json.loads((demo.release(name) / "manifest.json").read_text("utf-8"))
    assert manifest["release"]["built_on_samples"] is True
    kinds = {row.kind for row in demo.tables(name).rows(Source)}
    assert SourceKind.SAMPLE in kinds
    assert {row.status for row in demo.tables(name).rows(Source)} == {SourceStatus.FRESH}


def declared_addresses() -> set[str]:
    """E-mail addresses that the mappings declare: a controller's own contacts."""
    folders = (ROOT / "mappings" / "controllers").rglob("*.yaml")
    return {mail.lower() for mail in MAIL.findall(all_text(folders))}


def sample_values(name: str) -> set[str]:
    """Addresses and personal codes in a controller's readable samples."""
    texts = all_text(path for path in (ROOT / "data" / "samples" / name).iterdir() if path.suffix in (".csv", ".acc"))
    codes = set(re.findall(r"(?<!\d)[1-6]\d{10}(?!\d)", texts)) | set(re.findall(r"LT\d{18}", texts))
    return {mail.lower() for mail in MAIL.findall(texts)} | codes


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_personal_value_leaves_the_sources(demo: Home, name: str) -> None:
    """Not into the store, the database, the history, the exchange files, nor Dagster's own storage."""
    values = sample_values(name) - declared_addresses()
    assert values or name == "ak3d"
    readable = [
        path for path in demo.path.rglob("*") if path.suffix in (".json", ".jsonl", ".csv", ".md", ".yaml", ".db")
    ]
    text = all_text(readable).lower() + "\n".join(row.model_dump_json() for row in demo.tables(name)).lower()
    assert sorted(value for value in values if value.lower() in text) == []
    assert {mail for mail in MAIL.findall(text) if re.search(r"@(?:[\w-]+\.)*example\.(?:com|org|net)$", mail)} == set()


class TestPlantedProblems:
    """What data/samples holds on purpose is found, by the rule that is about it."""

    def test_rows_past_their_period(self, demo: Home) -> None:
        tables = demo.tables("komoda")
        overdue = {row.table_name: row.rows_overdue for row in tables.rows(RetentionResult) if row.rows_overdue}
        assert {"orders", "order_invoice", "customer_thread", "neopay"} <= set(overdue)
        assert "retention.rows_overdue" in rule_ids(tables, "prestashop")

    def test_the_six_counts_add_up_to_the_rows(self, demo: Home) -> None:
        for name in EXAMPLES:
            for row in demo.tables(name).rows(RetentionResult):
                parts = (
                    row.rows_within, row.rows_kept_by_law, row.rows_on_hold,
                    row.rows_undecided, row.rows_overdue, row.rows_without_date,
                )  # fmt: skip
                if row.rows is not None:
                    assert sum(part or 0 for part in parts) == row.rows, row.row_id

    def test_a_zero_date_is_no_date_and_never_old(self, demo: Home) -> None:
        results = demo.tables("komoda").rows(RetentionResult)
        assert any(row.rows_without_date for row in results)
        assert all(row.oldest is None or row.oldest.year > 1990 for row in results)

    def test_a_recipient_that_the_notice_does_not_name(self, demo: Home) -> None:
        tables = demo.tables("komoda")
        found = {row.subject for row in tables.rows(Finding) if row.rule_id == "disclosure.undeclared_recipient"}
        assert len(found) >= 2
        named = {row.recipient_id for row in tables.rows(Recipient) if row.origin is Origin.OBSERVED}
        assert found & named

    def test_a_table_that_no_mapping_knows(self, demo: Home) -> None:
        tables = demo.tables("komoda")
        assert "columns.in_no_activity" in rule_ids(tables, "birthday_club")
        tags = {row.data_category for row in tables.rows(ClassifiedColumn) if "birthday_club" in row.table_name}
        assert "identity.birth_date" in tags

    @pytest.mark.parametrize("name", ["akore", "komoda"])
    def test_a_personal_code_in_a_payment_file(self, demo: Home, name: str) -> None:
        tables = demo.tables(name)
        tagged = {
            row.source_id for row in tables.rows(ClassifiedColumn) if row.data_category == "identity.government_id"
        }
        assert tagged & {"bank", "neopay", "opay"}
        assert "lawfulness.national_identifier_not_stated" in rule_ids(tables)

    def test_an_undeclared_cookie(self, demo: Home) -> None:
        for name in EXAMPLES:
            tables = demo.tables(name)
            assert "transparency.cookie_not_declared" in rule_ids(tables), name
            assert any(row.origin is Origin.OBSERVED for row in tables.rows(Cookie))

    def test_the_merchants_own_account_is_not_the_customers(self, demo: Home) -> None:
        """Courier files hold the merchant's IBAN for cash on delivery: nobody's personal data."""
        rows = [
            row
            for row in demo.tables("komoda").rows(ClassifiedColumn)
            if row.source_id in ("omniva", "dpd", "venipak", "lp_express")
            and re.search(r"iban|account|sąskait|saskait", row.column_name, re.IGNORECASE)
        ]
        assert rows
        assert [row.row_id for row in rows if row.data_subject in ("customer", "payer", "recipient")] == []

    def test_what_the_notice_says_and_no_system_shows_is_drift(self, demo: Home) -> None:
        assert {row.kind.value for row in demo.tables("komoda").rows(Drift)} >= {"in a system, not in the notice"}


def test_proposals_stand_apart_from_the_record(demo: Home) -> None:
    tables = demo.tables("komoda")
    cells: dict[tuple[str, str], Row] = {(row.TABLE, row.row_id): row for row in tables}
    for item in tables.rows(Proposal):
        row = cells.get((item.record, item.record_id))
        assert row is not None, f"{item.proposal_id} is about a row that is not there"


def test_same_inputs_give_the_same_bytes_elsewhere_and_later(demo: Home, demo_elsewhere: Home) -> None:
    assert demo_elsewhere.answer.code == 0, demo_elsewhere.answer.said
    for name in EXAMPLES:
        here, there = demo.release(name), demo_elsewhere.release(name)
        assert here.name == there.name
        hashes = [json.loads((folder / "manifest.json").read_text("utf-8"))["content_hash"] for folder in (here, there)]
        assert hashes[0] == hashes[1]
        for pattern in ("*.xlsx", "exchange/**/*"):
            assert sums(here, pattern) == sums(there, pattern), f"{name}: {pattern}"
    for folder in ("data/history", "data/build"):
        first, second = (sums(home.path / folder, "*.parquet") for home in (demo, demo_elsewhere))
        assert first
        assert first == second


def test_the_home_holds_nothing_but_its_runtime_folders(demo: Home) -> None:
    assert {path.name for path in demo.path.iterdir()} == {"data"}
    scratch = demo.path / "data" / "scratch"
    assert not scratch.exists() or list(scratch.iterdir()) == []


def test_the_command_leaves_the_repository_alone(demo: Home) -> None:
    assert demo.path not in Path(ROOT).parents
    assert str(ROOT / "data" / "published") not in demo.answer.said
