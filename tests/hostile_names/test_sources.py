# ruff: noqa: S608  (the names are the point of the test)
"""Tables and columns with hostile names are read like any other, and nothing that a name says is done."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hostile import NAMES

from connectors import registry
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.observation import SourceObservation, SourceRequest

HOSTILE = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


def observe(path: Path, connector: str, **options: str) -> SourceObservation:
    request = SourceRequest(
        controller_id="small", source_id="s", system="x", connector=connector, location=str(path),
        shown_location=path.name, as_of=date(2026, 11, 1), options=tuple(options.items()), scratch=str(path.parent),
    )  # fmt: skip
    return registry.observe(request, profile_values)


@HOSTILE
def test_in_a_live_database(tmp_path: Path, name: str) -> None:
    path = tmp_path / "shop.sqlite"
    quoted = '"' + name.replace('"', '""') + '"'
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE canary (id INTEGER PRIMARY KEY)")
        connection.execute(f"CREATE TABLE {quoted} (id INTEGER PRIMARY KEY, {quoted} TEXT)")
        connection.execute(f"INSERT INTO {quoted} VALUES (1, 'x')")
    found = {table.name: table for table in observe(path, "sql_database", sample_values="yes").tables}
    # blanks at the ends of a name are not kept
    assert set(found) == {"canary", name.strip()}
    assert [column.name for column in found[name.strip()].columns] == ["id", name.strip()]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM canary").fetchone() == (0,)


@HOSTILE
def test_in_a_dump(tmp_path: Path, name: str) -> None:
    path = tmp_path / "shop.sql"
    quoted = "`" + name.replace("`", "``") + "`"
    text = f"CREATE TABLE `canary` (`id` int);\nCREATE TABLE {quoted} (`id` int, {quoted} text);\n"
    path.write_bytes(f"{text}INSERT INTO {quoted} VALUES (1,'x');\n".encode())
    observation = observe(path, "sql_dump", dialect="mysql")
    assert observation.problems == ()
    assert {table.name for table in observation.tables} == {"canary", name.strip()}


@HOSTILE
def test_in_headings_sheets_and_keys(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{name: 1, "email": {name: "x"}}]), "utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Email", "".join(char for char in name if char >= " ")])
    book.save(tmp_path / "b.xlsx")
    assert observe(tmp_path / "a.json", "json_schema").tables
    columns = observe(tmp_path / "b.xlsx", "table_export").tables[0].columns
    assert columns[0].name == "Email"
    # a formula without a stored result is an empty cell
    assert len(columns) == (1 if name.strip().startswith("=") else 2)
