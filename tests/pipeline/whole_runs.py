"""Whole runs that the tests of the pipeline, the command line and Dagster share.

Belongs here: one run of the three example controllers for all workers of a test session, a small synthetic
controller that a test may break as it likes, and the ``ropa`` command in this process or its own. Does not belong
here: any rule. The runs cost seconds (Great Expectations alone), so there are as few as can be.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from ropa_pipeline.cli import app
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.night import Night
from ropa_pipeline.publish import published_path, read_published
from ropa_pipeline.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
AS_OF = (ROOT / "data" / "samples" / "as_of.txt").read_text("utf-8").strip()
EXAMPLES = ("ak3d", "akore", "komoda")


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without any source, home or instance of somebody else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ROPA_") and name not in ("DAGSTER_HOME", "PYTEST_CURRENT_TEST")
    }
    return {**kept, "PYTHONPATH": str(ROOT), **(more or {})}


def ropa(*arguments: str, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Answer:
    """The command in a process of its own, as people start it."""
    done = subprocess.run(
        [sys.executable, "-c", "from ropa_pipeline.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        env=clean_environment(environment),
        cwd=folder or ROOT,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def call(*arguments: str) -> Answer:
    """The command in this process: quick, and an exception that nobody caught fails the test."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


@dataclass(frozen=True)
class Home:
    """A home folder after a run, with what the command said."""

    path: Path
    answer: Answer

    def tables(self, controller: str) -> Tables:
        return read_published(self.path, controller)

    def release(self, controller: str) -> Path:
        folder = published_path(self.path, controller)
        assert folder is not None, f"{controller} is not published; the run said: {self.answer.said}"
        return folder


def shared_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Answer]) -> Home:
    """One run for all workers: the first makes it, the others wait for it and use what it left."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    home, said = base / f"home_{name}", base / f"home_{name}.json"
    with FileLock(base / f"home_{name}.lock"):
        if not said.is_file():
            home.mkdir()
            answer = make(home)
            said.write_text(json.dumps([answer.code, answer.out, answer.err]), "utf-8")
    code, out, err = json.loads(said.read_text("utf-8"))
    return Home(home, Answer(code, out, err))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The three example controllers, run as ``make demo`` runs them."""
    return shared_run(
        tmp_path_factory, "demo", lambda home: ropa("run", "--all", "--as-of", AS_OF, "--home", str(home))
    )


@pytest.fixture(scope="session")
def demo_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, in another folder, later, in another zone of the machine, without Dagster."""
    unlike = {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "LC_ALL": "C", "ROPA_DEBUG": ""}
    return shared_run(
        tmp_path_factory,
        "another place",
        lambda home: ropa(
            "run", "--all", "--as-of", AS_OF, "--home", str(home), "--no-dagster", "--json", environment=unlike
        ),
    )


def sums(folder: Path, pattern: str = "*") -> dict[str, str]:
    """SHA-256 of every file below a folder, by relative name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob(pattern))
        if path.is_file()
    }


CONTROLLER_YAML = """\
controller_id: {name}
timezone: Europe/Vilnius
jurisdiction: lt
language: en
name: {{value: Small Shop, statements: [who]}}
email: {{value: privacy@shop.example.com, statements: [who]}}
"""
NOTICE_YAML = """\
notice: {language: en, dated: 2026-01-02, sha256: "00", lines: 9}
statements:
  - {id: who, kind: controller, section: Who we are, lines: [1, 1], subject: name, value: the shop}
  - {id: selling, kind: purpose, section: Purposes, lines: [3, 3], subject: order_fulfilment, value: selling goods}
  - {id: basis, kind: legal_basis, section: Purposes, lines: [4, 4], subject: order_fulfilment, value: a contract}
  - {id: kept, kind: retention, section: Periods, lines: [6, 6], subject: order.history, value: orders for five years}
"""
ACTIVITIES_YAML = """\
activities:
  - id: selling
    name: Selling goods
    purpose: Selling goods and delivering them
    covers: [order_fulfilment, payment, delivery, account_administration, accounting]
    statements: [selling]
    legal_bases:
      - {basis: "6(1)(b)", statements: [basis]}
retention:
  - rule_id: orders_five_years
    activities: [selling]
    categories: [order.history]
    period: P5Y
    qualifier: up to
    starts_at: document_created
    statements: [kept]
"""
SOURCES_YAML = """\
sources:
  - {system: prestashop, connector: prestashop, location: inputs/shop.sql}
  - {system: omniva, connector: table_export, location: inputs/parcels.csv}
"""
SHOP_SQL = """\
-- MySQL dump 10.13  Distrib 8.0.36
CREATE TABLE `zz_customer` (
  `id_customer` int unsigned NOT NULL AUTO_INCREMENT,
  `firstname` varchar(255) NOT NULL,
  `email` varchar(255) NOT NULL,
  `birthday` date DEFAULT NULL,
  `date_add` datetime NOT NULL,
  PRIMARY KEY (`id_customer`)
) ENGINE=InnoDB;
INSERT INTO `zz_customer` VALUES (1,'Ona','ona@example.com','1850-01-01','2025-01-02 10:00:00');
CREATE TABLE `zz_orders` (
  `id_order` int unsigned NOT NULL AUTO_INCREMENT,
  `id_customer` int unsigned NOT NULL,
  `total_paid` decimal(20,6) NOT NULL,
  `invoice_date` datetime NOT NULL,
  `date_add` datetime NOT NULL,
  PRIMARY KEY (`id_order`)
) ENGINE=InnoDB;
INSERT INTO `zz_orders` VALUES (1,1,10.0,'0000-00-00 00:00:00','2026-01-02 10:00:00'),
(2,1,12.0,'2019-01-02 10:00:00','2019-01-02 10:00:00');
CREATE TABLE `zz_guest` (`id_guest` int NOT NULL, `id_customer` int DEFAULT NULL, PRIMARY KEY (`id_guest`));
-- Dump completed on 2026-10-31  2:00:00
"""
PARCELS_CSV = "Barcode,Receiver name,Receiver mobile\nCC000000000EE,Ona Onaite,+37060000001\n"


def small_controller(home: Path, name: str = "small") -> Path:
    """A synthetic controller with a dump and an export in the home; returns its mappings folder."""
    folder = home / "mappings" / "controllers" / name
    folder.mkdir(parents=True)
    for file, text in (
        ("controller.yaml", CONTROLLER_YAML.format(name=name)),
        ("notice.yaml", NOTICE_YAML),
        ("activities.yaml", ACTIVITIES_YAML),
        ("sources.yaml", SOURCES_YAML),
    ):
        (folder / file).write_text(text, "utf-8")
    inputs = home / "inputs"
    inputs.mkdir(exist_ok=True)
    (inputs / "shop.sql").write_text(SHOP_SQL, "utf-8")
    (inputs / "parcels.csv").write_text(PARCELS_CSV, "utf-8")
    return folder


def run_small(home: Path, *more: str, as_of: str = AS_OF, name: str = "small") -> Answer:
    """A run of the small controller without Dagster."""
    return call("run", name, "--as-of", as_of, "--home", str(home), "--no-dagster", "--json", *more)


def night(home: Path, name: str = "small", as_of: str = AS_OF) -> Night:
    return Night(load_settings(home), name, date.fromisoformat(as_of))


def results(answer: Answer) -> list[dict[str, object]]:
    """The rows of ``--json``."""
    rows: list[dict[str, object]] = json.loads(answer.out)
    return rows


def change(path: Path, old: str, new: str) -> None:
    """Replace words in a file; the words must be there."""
    text = path.read_text("utf-8")
    assert old in text, f"{path} does not say {old!r}"
    path.write_text(text.replace(old, new), "utf-8")


def all_text(paths: Iterable[Path]) -> str:
    """The bytes of files as text, whatever they are."""
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in paths if path.is_file())
