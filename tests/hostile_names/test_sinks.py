# ruff: noqa: S608  (the statement is shown, never run)
"""Each place that shows or writes a name shows it as it is: it is no markup, no formula, no statement, no path."""

import csv
import io
import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import sqlglot
import yaml
from hostile import NAMES
from rich.console import Console
from rich.table import Table

from ropa_pipeline.commands.terminal import cell, shown
from ropa_pipeline.onboarding.write import flow, scalar
from ropa_pipeline.policy.today import plain
from ropa_pipeline.publish.exchange import csv_table
from ropa_pipeline.register.erasure_plan import ErasurePlan, ErasureStep, LeftOut
from ropa_pipeline.register.erasure_text import Statements, plan_text

HOSTILE = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


@HOSTILE
def test_markdown_shows_it_and_makes_no_link_tag_or_cell(name: str) -> None:
    text = plain(name)
    assert "\n" not in text
    assert all(char.isprintable() for char in text)
    # every sign that opens something is escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>\[\]|`*#]", text)
    assert not re.search(r"(?<!\\)://", text)
    assert not re.search(r"&#?\w+;", text.replace("\\&", ""))


@HOSTILE
def test_the_terminal_shows_it_and_obeys_nothing(name: str) -> None:
    assert all(char.isprintable() or char == "\n" for char in shown(name))
    table = Table()
    table.add_column("a", no_wrap=True)
    table.add_row(cell(name))
    buffer = io.StringIO()
    Console(file=buffer, width=500, force_terminal=False).print(table)
    written = buffer.getvalue()
    assert "\x1b" not in written
    for line in shown(name).splitlines():
        assert line.strip() in written


@HOSTILE
def test_csv_gives_it_back_and_no_cell_is_a_formula(name: str) -> None:
    written = csv_table([name, "next"], [[name, "b"]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert [len(row) for row in rows] == [2, 2]
    for row in rows:
        assert row[0].removeprefix("'") == "".join(char for char in name if char >= " " or char in "\t\r\n")
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@HOSTILE
def test_yaml_of_a_draft_reads_back_as_the_same(name: str) -> None:
    assert yaml.safe_load(f"a: {scalar(name)}  # note") == {"a": name}
    assert yaml.safe_load(f"- {flow({'a': (name, name)})}") == [{"a": [name, name]}]


@HOSTILE
def test_an_erasure_plan_runs_nothing_that_a_name_says(name: str) -> None:
    step = ErasureStep(
        position=1, source_id=name, system="shop", table=name, rule_id=name, period="P5Y", conditions=(name,), rows=1,
        kept_by_law=0, on_hold=0, undecided=0, without_date=0, kept_for=(name,), disposal=name, keep_columns=(name,),
    )  # fmt: skip
    plan = ErasurePlan(
        controller_id="small", as_of=date(2026, 11, 1), approver=name, steps=(step,), recipients=(name,), holds=(name,),
        left_out=(LeftOut(source_id=name, table=name, rule_id=name, reason=name),),
    )  # fmt: skip
    text = plan_text(plan, lambda _: (Statements(about=name, change=f"DELETE FROM {name}", missing=name),))
    # MySQL ends a comment at a line feed, PostgreSQL also at a carriage return
    assert all(not line.strip() or line.startswith("--") for line in re.split(r"[\r\n]", text))


@pytest.mark.parametrize("dialect", ["mysql", "postgres", "sqlite"])
@HOSTILE
def test_a_drafted_statement_is_one_statement(name: str, dialect: str) -> None:
    from connectors.erasure_sql import SqlDraft
    from ropa_pipeline.model.clock import AgeQuestion, Clock
    from ropa_pipeline.model.observation import ObservedColumn, ObservedTable

    columns = (
        ObservedColumn(name="id", native_type="int", key="PRI", position=1),
        ObservedColumn(name=name, native_type="datetime", position=2),
    )
    table = ObservedTable(name=name, stem=name, columns=columns)
    question = AgeQuestion.model_validate(
        {
            "question_id": "q",
            "rule_id": "r",
            "clock": Clock(kind="fallback", columns=(name,)),
            "cutoff": "2024-01-01T00:00",
        }
    )
    drafted = SqlDraft(dialect, [table], "UTC").erase(name, question, question.cutoff, 1)  # type: ignore[arg-type]
    assert drafted.change or drafted.not_drafted
    for text in (drafted.count, drafted.change):
        statements = [item for item in sqlglot.parse(text, dialect=dialect) if item is not None]
        assert len(statements) <= 1
        assert not any(item.find(sqlglot.exp.Drop) for item in statements)


@HOSTILE
def test_a_store_writes_nothing_outside_its_folder(tmp_path: Path, name: str) -> None:
    from ropa_pipeline.model.observation import SourceObservation
    from ropa_pipeline.model.terms import SourceKind
    from ropa_pipeline.store import Store, StoreError

    root = tmp_path / "a" / "b" / "c" / "build"
    seen = SourceObservation(source_id=name, system="s", connector="c", kind=SourceKind.FILE, tables=())
    with suppress(StoreError):  # refused is as good as written inside
        Store(root).write_observation(name, seen)
    assert all(root in path.parents for path in tmp_path.rglob("*") if path.is_file())
    assert not Path("/tmp/evil").exists()
