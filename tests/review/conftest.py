"""A small published controller whose one source is an SQLite file; copied for every test that changes it.

Belongs here: making and running it, filling in a workbook as a person would. Nothing in it is real.
"""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from ropa_pipeline import stages
from ropa_pipeline.cli import app
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.night import Night
from ropa_pipeline.publish import Outcome
from ropa_pipeline.settings import load_settings
from ropa_pipeline.yaml_files import read_yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pipeline"))

from whole_runs import demo

__all__ = ["demo"]

NAME = "small"
AS_OF = date(2026, 11, 1)
FILES = {
    "controller.yaml": """\
controller_id: small
timezone: Europe/Vilnius
jurisdiction: lt
language: en
name: {value: Small Shop, statements: [who]}
""",
    "notice.yaml": """\
notice:
  language: en
  sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  lines: 9
statements:
  - {id: who, kind: controller, section: Who we are, lines: [1, 1], subject: name, value: the shop}
  - {id: selling, kind: purpose, section: Purposes, lines: [3, 3], subject: order_fulfilment, value: selling goods}
""",
    "activities.yaml": """\
activities:
  - id: selling
    name: Selling goods
    purpose: Selling goods and delivering them
    covers: [order_fulfilment, payment, delivery, account_administration]
    statements: [selling]
    proposals:
      - {field: legal_basis, value: "6(1)(b)", reason: "orders are contracts", law: "GDPR Art. 6(1)(b)"}
""",
    "sources.yaml": """\
sources:
  - {system: web_shop, connector: sql_database, location: inputs/shop.sqlite}
""",
    "decisions.yaml": """\
# Who decided what. This comment stays.
decisions:
  - {id: d1, by: "office manager", on: 2026-03-02, reason: "seen in the shop"}  # the first one
# Columns that a person looked at.
columns: []
holds: []  # none so far
proposals: []
""",
}
SCHEMA = """\
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(255), note TEXT, xq7 VARCHAR(64));
CREATE TABLE product (id INTEGER PRIMARY KEY, title VARCHAR(80), zzk VARCHAR(20));
CREATE TABLE parcel (id INTEGER PRIMARY KEY, customer_id INTEGER, ref VARCHAR(32), weight REAL);
INSERT INTO customer VALUES (1, 'ona@example.com', 'planted note of a person', 'planted code');
"""


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def ropa(*arguments: object) -> Answer:
    """The command in this process; an exception that nobody caught fails the test."""
    result = CliRunner().invoke(app, [str(item) for item in arguments], catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


@dataclass(frozen=True)
class Small:
    """A home with the small controller."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "mappings" / "controllers" / NAME

    @property
    def decisions(self) -> str:
        return (self.folder / "decisions.yaml").read_text("utf-8")

    def night(self, as_of: date = AS_OF) -> Night:
        return Night(load_settings(self.home), NAME, as_of)

    def run(self, as_of: date = AS_OF) -> tuple[ClassifiedColumn, ...]:
        """A night and its release; the tables' own contract (Great Expectations, seconds) is checked elsewhere."""
        night = self.night(as_of)
        stages.observe_system(night, "web_shop")
        for stage in (stages.inventory, stages.classified, stages.statements, stages.retention_tested, stages.register):
            stage(night)
        with pytest.MonkeyPatch.context() as patch:
            # By import_module: the package has a function of the module's name.
            patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())
            stages.judged(night)
        result = stages.released(night)
        assert result.outcome is not Outcome.REFUSED, result.reasons
        return night.read(ClassifiedColumn)

    @property
    def review(self) -> Path:
        """The workbook of all columns that was exported after the first night."""
        return self.home / "review.xlsx"

    def decided(self) -> Decisions:
        """decisions.yaml as the catalogue reads it."""
        found: Decisions = read_yaml(self.folder / "decisions.yaml", Decisions, "decisions.yaml")
        return found

    def change_schema(self, script: str) -> None:
        with sqlite3.connect(self.home / "inputs" / "shop.sqlite") as database:
            database.executescript(script)

    def export(self, *more: object) -> Answer:
        answer = ropa("review", "export", NAME, "--out", self.review, "--home", self.home, *more)
        assert answer.code == 0, answer.said
        return answer

    def bring_back(self, *more: object, path: Path | None = None) -> Answer:
        return ropa("review", "import", NAME, path or self.review, "--home", self.home, *more)


def make_small(home: Path) -> Small:
    small = Small(home)
    small.folder.mkdir(parents=True)
    for file, text in FILES.items():
        (small.folder / file).write_text(text, "utf-8")
    (home / "inputs").mkdir()
    small.change_schema(SCHEMA)
    return small


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Small, Path]:
    """A published home with a review of all columns, and the folder to bring it back from."""
    folder = tmp_path_factory.mktemp("review")
    small = make_small(folder / "home")
    small.run()
    small.export("--all-columns")
    shutil.copytree(small.home, folder / "kept", symlinks=True)
    return small, folder / "kept"


@pytest.fixture
def small(pristine: tuple[Small, Path]) -> Small:
    """The home as it was when it was published, at the same place: the shared mappings are read once for all tests."""
    home, kept = pristine
    shutil.rmtree(home.home)
    shutil.copytree(kept, home.home, symlinks=True)
    return home


@pytest.fixture(name="ropa")
def ropa_command() -> Callable[..., Answer]:
    """The command, for tests that need no small controller."""
    return ropa


Fill = Callable[..., None]


@pytest.fixture
def fill() -> Fill:
    """Type into the row of a column (``table.column``) or of a proposal (its cell), as a person would."""

    def typed(path: Path, cells: Mapping[str, Mapping[str, object]], sheet: str = "Columns") -> None:
        workbook = load_workbook(path)
        worksheet = workbook[sheet]
        heads = {cell.value: cell.column for cell in worksheet[3]}
        left = dict(cells)
        for row in range(4, worksheet.max_row + 1):
            if sheet == "Columns":
                name = f"{worksheet.cell(row, heads['Table']).value}.{worksheet.cell(row, heads['Column']).value}"
            else:
                name = str(worksheet.cell(row, heads["Cell"]).value)
            for heading, value in left.pop(name, {}).items():
                worksheet.cell(row, heads[heading]).value = value
        assert not left, f"no rows for {sorted(left)}"
        workbook.save(path)

    return typed
