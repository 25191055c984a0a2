"""Whole runs on live servers whose tables and columns have hostile names: nothing is done, nothing is lost.

One run through Dagster for each server, with an account that can only read; then everything it left is looked at.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
import rdflib
import sqlalchemy
import yaml
from live_shop import ROWS, Named, fill, forget
from openpyxl import load_workbook
from whole_runs import Answer, call, ropa, small_controller

from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.orchestration.runner import instance_of
from ropa_pipeline.publish import published_path, read_published
from ropa_pipeline.settings import load_settings
from tests.live import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
EVIL = re.compile(r"(?<!\\)(?:<script|<img|!\[a\]\(|\]\(https|https?://evil)")
"""What a page would obey: tags, links and pictures that are not escaped."""
SAFE_NAME = re.compile(r"[\w .=@+-]+\Z")
FORMATS = ("xlsx", "csv", "json", "jsonld", "turtle", "fides")


@dataclass(frozen=True)
class Ran:
    """A home after its run, the tables that were there, and what the servers hold."""

    home: Path
    answer: Answer
    tables: tuple[Named, ...]
    server: LiveServer
    database: str

    def held(self) -> dict[str, int]:
        """The rows of every table, asked by the administrator."""
        scheme = "mysql+pymysql" if self.server.scheme == "mysql" else "postgresql+psycopg"
        address = self.server.url(self.database).replace(f"{self.server.scheme}://", f"{scheme}://", 1)
        engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool)
        with engine.connect() as connection:
            table = sqlalchemy.table
            names = sqlalchemy.inspect(engine).get_table_names()
            return {name: connection.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(table(name)))
                    for name in names}  # fmt: skip


def declare(home: Path, tables: tuple[Named, ...]) -> None:
    """The source, a clock for each table, and the rule that its rows are kept five years."""
    folder = small_controller(home)
    sources = yaml.safe_load((folder / "sources.yaml").read_text("utf-8"))
    sources["sources"].append(
        {"source_id": "live", "system": "web_shop", "connector": "sql_database", "location": "env:LIVE_SHOP",
         "options": {"sample_values": "yes", "attempts": "1"}}
    )  # fmt: skip
    sources["clocks"] = [
        {"table": f"web_shop:{item.table}", "events": ["document_created"],
         "clock": {"kind": "column", "columns": [item.at]}} for item in tables
    ]  # fmt: skip
    (folder / "sources.yaml").write_text(yaml.safe_dump(sources, allow_unicode=False), "utf-8")
    activities = yaml.safe_load((folder / "activities.yaml").read_text("utf-8"))
    activities["retention"][0]["tables"] = [f"web_shop:{item.table}" for item in tables]
    (folder / "activities.yaml").write_text(yaml.safe_dump(activities, allow_unicode=False), "utf-8")


@pytest.fixture(scope="module", params=["mariadb", "postgres"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    server: LiveServer = request.getfixturevalue(request.param)
    database = server.new_database()
    tables = fill(server, database)
    home = tmp_path_factory.mktemp("hostile")
    declare(home, tables)
    url = server.url(database, "reads_only", "" if server.scheme == "mysql" else "x")
    try:
        answer = ropa("run", "small", "--as-of", "2026-11-01", "--home", str(home), environment={"LIVE_SHOP": url})
        yield Ran(home, answer, tables, server, database)
    finally:
        forget(server, database)
        server.drop_database(database)


def test_the_run_ends_well_and_says_nothing_that_a_terminal_obeys(ran: Ran) -> None:
    assert ran.answer.code == 0, ran.answer.said
    assert len(ran.tables) > 35
    assert "account_can_write" not in ran.answer.said
    assert all(char.isprintable() or char == "\n" for char in ran.answer.said)


def test_nothing_was_done_that_a_name_says(ran: Ran) -> None:
    assert ran.held() == {"canary": 1, **{item.table: len(ROWS) for item in ran.tables}}
    assert not Path("/tmp/evil").exists()
    names = {path.name for path in (ran.home / "data").rglob("*")}
    assert [name for name in names if not SAFE_NAME.match(name)] == []


def test_every_table_and_column_is_in_the_register_as_it_is_called(ran: Ran) -> None:
    tables = read_published(ran.home, "small")
    seen: dict[str, set[str]] = {}
    for row in tables.rows(Column):
        if row.source_id == "live":
            seen.setdefault(row.table_name, set()).add(row.column_name)
    assert seen == {
        "canary": {"id", "email"},
        **{item.table: {"id", item.text, "email", item.at} for item in ran.tables},
    }
    counted = {row.table_name: row.rows for row in tables.rows(RowCount) if row.source_id == "live"}
    # rows are counted where there is a question about them
    assert counted == {item.table: len(ROWS) for item in ran.tables}
    tagged = {(row.table_name, row.column_name) for row in tables.rows(ClassifiedColumn) if row.source_id == "live"}
    assert tagged == {(name, column) for name, columns in seen.items() for column in columns}


def test_the_age_of_every_tables_rows_is_computed(ran: Ran) -> None:
    found = {
        row.table_name: (row.rows, row.rows_within, row.rows_without_date)
        for row in read_published(ran.home, "small").rows(RetentionResult)
        if row.source_id == "live" and row.rule_id == "orders_five_years"
    }
    # one row is due and one is not; whether a duty of law keeps the first depends on what the table holds
    assert found == {item.table: (len(ROWS), 1, 0) for item in ran.tables}


# -- Dagster ------------------------------------------------------------------------------------------------------


def values(metadata: object) -> Iterator[dg.MetadataValue[object]]:
    if isinstance(metadata, dict):
        yield from metadata.values()


def test_what_dagster_keeps_and_shows_obeys_no_name(ran: Ran) -> None:
    """Markdown is escaped, descriptions and log lines are one line of printable signs, nothing is a link."""
    shown: dict[str, int] = {"markdown": 0, "text": 0, "description": 0, "message": 0}
    with instance_of(load_settings(ran.home)) as instance:
        for run in instance.get_runs():
            for entry in instance.all_logs(run.run_id):
                shown["message"] += 1
                must_be_inert(entry.user_message, "message")
                event = entry.dagster_event
                if event is None:
                    continue
                must_be_inert(event.message or "", "message")
                data = event.event_specific_data
                of = [data, getattr(data, "materialization", None), getattr(data, "asset_check_evaluation", None)]
                for item in of:
                    description = getattr(item, "description", None)
                    if description:
                        shown["description"] += 1
                        must_be_inert(description, "description")
                    for value in values(getattr(item, "metadata", None)):
                        if isinstance(value, dg.MarkdownMetadataValue):
                            shown["markdown"] += 1
                            must_be_inert(value.value or "", "markdown")
                        elif isinstance(value, dg.TextMetadataValue):
                            shown["text"] += 1
                            must_be_inert(value.value or "", "text")
                        elif isinstance(value, dg.PathMetadataValue):
                            assert Path(str(value.value)).is_relative_to(ran.home)
                            assert SAFE_NAME.match(Path(str(value.value)).name)
                        else:
                            assert not isinstance(value, dg.UrlMetadataValue)
    # a check that passed has no description
    assert all(shown[kind] > 5 for kind in ("markdown", "text", "message")), shown


def must_be_inert(text: str, kind: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in text), ascii(text[:400])
    if kind in ("markdown", "description"):
        assert not EVIL.search(text), text[:400]


def test_the_search_for_markup_finds_what_a_page_would_obey() -> None:
    for text in ("<script>", "a ![a](https://x)", "[a](https://x)", "see https://evil.example.net/x"):
        assert EVIL.search(text)
    with pytest.raises(AssertionError):
        must_be_inert("a\u202eb", "message")


# -- files for Excel and machines ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every workbook and every form of export of the run."""
    out = tmp_path_factory.mktemp("exports")
    where = ("--home", str(ran.home))
    for kind in FORMATS:
        answer = call("export", "small", "--format", kind, "--out", str(out / f"register_{kind}"), *where)
        assert answer.code == 0, answer.said
    for profile in ("vdai", "art30_minimal"):
        assert call("export", "small", "--profile", profile, "--out", str(out / f"{profile}.xlsx"), *where).code == 0
    answer = call("review", "export", "small", "--all-columns", "--out", str(out / "review.xlsx"), *where)
    assert answer.code == 0, answer.said
    assert call("portfolio", "--as-of", "2026-11-01", "--out", str(out / "portfolio"), *where).code == 0
    return out


def files(ran: Ran, written: Path, *endings: str) -> list[Path]:
    release = published_path(ran.home, "small")
    assert release is not None
    found = [path for folder in (release, written) for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if path.name.endswith(endings))


def test_no_cell_of_any_workbook_is_a_formula_or_a_link(ran: Ran, written: Path) -> None:
    paths = files(ran, written, ".xlsx", "_xlsx")
    assert len(paths) >= 6
    hostile = {item.table for item in ran.tables if item.table[:1] in "=+-@"}
    assert hostile
    shown: set[str] = set()
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                part = archive.read(name)
                assert b"evil.example.net" not in part or not name.endswith(".rels"), f"{path.name}: {name}"
                if name.startswith("xl/worksheets/"):
                    formulas = re.findall(rb"<f[ >].*?</f>", part)
                    assert not [text for text in formulas if b"evil" in text or b"1+1" in text or b"SUM(A1)" in text]
        for sheet in load_workbook(io.BytesIO(path.read_bytes())).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", f"{path.name}, {sheet.title}!{cell.coordinate}: {cell.value!r}"
                    shown |= {name for name in hostile if isinstance(cell.value, str) and name in cell.value}
    assert shown == hostile


def test_no_cell_of_any_csv_is_a_formula(ran: Ran, written: Path) -> None:
    paths = files(ran, written, ".csv")
    assert len(paths) > 10
    cells = 0
    for path in paths:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
        assert len({len(row) for row in rows}) == 1, path.name
        for row in rows:
            for cell in row:
                cells += cell.startswith("'")
                risky = cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"-?\d+(?:\.\d+)?", cell)
                assert not risky, f"{path.name}: {cell!r}"
    assert cells, "no name stood where a formula could"


def test_every_machine_readable_export_can_be_read_and_names_no_foreign_address(ran: Ran, written: Path) -> None:
    assert json.loads((written / "register_json").read_text("utf-8"))
    assert json.loads((written / "register_jsonld").read_text("utf-8"))
    assert yaml.safe_load((written / "register_fides").read_text("utf-8"))
    for kind, form in (("register_turtle", "turtle"), ("register_jsonld", "json-ld")):
        graph = rdflib.Graph().parse(data=(written / kind).read_text("utf-8"), format=form)
        assert len(graph) > 50
        nodes = [str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)]
        assert not [node for node in nodes if "evil" in node]
    for path in files(ran, written, ".md", ".html", ".svg", ".ttl", ".json"):
        text = path.read_text("utf-8")
        assert "\x1b" not in text
