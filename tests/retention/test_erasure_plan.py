"""An erasure plan: its statements mean exactly the rows that were counted, and it changes nothing by itself."""

import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.erasure_sql import SqlDraft
from connectors.sql_database import observe
from ropa_pipeline.cli import app
from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, Clock, Condition, Keep, KeepReason, TableClocks
from ropa_pipeline.model.observation import SourceObservation, SourceRequest
from ropa_pipeline.night import Night
from ropa_pipeline.settings import load_settings
from ropa_pipeline.stages import classified, inventory, observe_system, retention_tested

LATEST = datetime(2026, 11, 23)
SHOP = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, invoiced TEXT, placed TEXT, phone TEXT, kind TEXT NOT NULL);
CREATE TABLE line (id_order INTEGER, place INTEGER, what TEXT NOT NULL, PRIMARY KEY (id_order, place));
CREATE TABLE log (made TEXT, note TEXT);
INSERT INTO orders VALUES
  (1, '2012-01-01 10:00:00', '2012-01-01', '+37060000001', 'shop'),
  (2, '0000-00-00 00:00:00', '2011-05-05', '+37060000002', 'shop'),
  (3, '2019-05-05 10:00:00', '2011-05-05', '+37060000003', 'shop'),
  (4, NULL, NULL, '+37060000004', 'shop'),
  (5, '2012-01-01 10:00:00', '2012-01-01', '+37060000005', 'claim'),
  (6, '2016-06-06 10:00:00', '2016-06-06', '+37060000006', 'shop');
INSERT INTO line VALUES (1, 1, 'a'), (1, 2, 'b'), (3, 1, 'c');
INSERT INTO log VALUES ('2010-01-01', 'x'), ('2024-01-01', 'y');
"""
PLACED = Clock.model_validate({"kind": "fallback", "columns": ["invoiced", "placed"]})
OF_ORDER = Clock.model_validate(
    {
        "kind": "inherited",
        "columns": ["invoiced", "placed"],
        "parent_table": "orders",
        "parent_key": "id",
        "own_key": "id_order",
    }
)
DUTY = Keep(rule_id="duty", reason=KeepReason.LAW, clock=PLACED, cutoff=datetime(2015, 1, 1))


def asked(clock: Clock, *keeps: Keep, condition: Condition | None = None) -> AgeQuestion:
    return AgeQuestion(
        question_id="q", rule_id="r", clock=clock, condition=condition, cutoff=datetime(2018, 1, 1), keeps=keeps
    )


def read(path: Path, table: str, question: AgeQuestion) -> tuple[SourceObservation, AgeAnswer]:
    observed = observe(
        SourceRequest(
            controller_id="c",
            source_id="s",
            system="shop",
            connector="sql_database",
            location=f"sqlite:///{path}",
            shown_location="shop",
            as_of=date(2026, 11, 22),
            clocks=(TableClocks(table=table, questions=(question,), latest=LATEST),),
        )
    )
    return observed, observed.ages[0].answers[0]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SHOP)
    return path


CASES = [
    pytest.param("orders", asked(PLACED), 4, id="a fallback clock"),
    pytest.param("orders", asked(PLACED, DUTY), 3, id="a duty keeps some"),
    pytest.param(
        "orders", asked(PLACED, condition=Condition(column="kind", not_equals="claim")), 3, id="a condition of the row"
    ),
    pytest.param("line", asked(OF_ORDER), 2, id="a parent's clock and a key of two columns"),
]


@pytest.mark.parametrize(("table", "question", "overdue"), CASES)
def test_the_count_and_the_erasure_mean_the_rows_that_were_measured(
    table: str, question: AgeQuestion, overdue: int, shop: Path
) -> None:
    observed, before = read(shop, table, question)
    drafted = SqlDraft("sqlite", observed.tables, "UTC").erase(table, question, LATEST, overdue)
    assert before.overdue == overdue
    with sqlite3.connect(shop) as connection:
        assert connection.execute(drafted.count).fetchone() == (overdue,)
        connection.execute(drafted.change)
    _, after = read(shop, table, question)
    assert after == before.model_copy(
        update={
            "rows": before.rows - overdue,
            "overdue": 0,
            "oldest": after.oldest,
            "deciding_rule": after.deciding_rule,
        }
    )


def test_a_change_of_other_than_the_planned_number_of_rows_changes_nothing(shop: Path) -> None:
    question = asked(PLACED, DUTY)
    draft = SqlDraft("sqlite", read(shop, "orders", question)[0].tables, "UTC")
    with sqlite3.connect(shop) as connection:
        for drafted in (
            draft.erase("orders", question, LATEST, 4),
            draft.blank_overdue("orders", question, LATEST, 2, ("phone",)),
            draft.blank_kept("orders", question, LATEST, 0, ("phone",)),
        ):
            assert connection.execute(drafted.change).rowcount == 0
        assert connection.execute("SELECT COUNT(phone) FROM orders").fetchone() == (6,)


def test_of_rows_that_a_duty_keeps_only_what_it_does_not_name_is_blanked(shop: Path) -> None:
    question = asked(PLACED, DUTY)
    observed, before = read(shop, "orders", question)
    drafted = SqlDraft("sqlite", observed.tables, "UTC").blank_kept("orders", question, LATEST, 1, ("phone",))
    with sqlite3.connect(shop) as connection:
        assert connection.execute(drafted.count).fetchone() == (before.kept_by_law,) == (1,)
        connection.execute(drafted.change)
        assert connection.execute("SELECT id FROM orders WHERE phone IS NULL").fetchall() == [(6,)]
    assert read(shop, "orders", question)[1] == before


def test_a_table_without_a_primary_key_gets_a_count_and_no_statement(shop: Path) -> None:
    question = asked(Clock.model_validate({"kind": "column", "columns": ["made"]}))
    observed, _ = read(shop, "log", question)
    drafted = SqlDraft("sqlite", observed.tables, "UTC").erase("log", question, LATEST, 1)
    assert drafted.count
    assert drafted.change == ""
    assert "primary key" in drafted.not_drafted


@pytest.mark.parametrize("dialect", ["mysql", "postgres"])
def test_statements_are_written_in_the_source_s_own_dialect(dialect: str, shop: Path) -> None:
    observed, _ = read(shop, "orders", asked(PLACED))
    drafted = SqlDraft(dialect, observed.tables, "UTC").erase("orders", asked(PLACED), LATEST, 4)  # type: ignore[arg-type]
    quote = "`" if dialect == "mysql" else '"'
    assert drafted.change.startswith(f"DELETE FROM {quote}orders{quote}")  # noqa: S608
    assert "Ona" not in drafted.change


# -- the command --------------------------------------------------------------------------------------------------

FILES = {
    "controller.yaml": """
controller_id: small
timezone: Europe/Vilnius
jurisdiction: lt
name: {value: Small Shop, statements: [kept]}
""",
    "notice.yaml": """
notice: {language: en, sha256: "00", lines: 9}
statements:
  - {id: kept, kind: retention, section: Periods, lines: [6, 6], subject: device.ip, value: visits for a year}
""",
    "activities.yaml": """
activities:
  - id: visits
    name: Statistics of visits
    purpose: Statistics
    covers: [analytics]
    statements: [kept]
    recipients: [{system: omnisend, statements: [kept]}]
retention:
  - {rule_id: visits_one_year, activities: [visits], period: P1Y, qualifier: up to, starts_at: log_created,
     disposal: erase or anonymise, tables: ["prestashop:connections"], statements: [kept]}
  - {rule_id: messages_proposed, activities: [visits], period: P1Y, starts_at: document_created,
     tables: ["prestashop:message"]}
""",
    "sources.yaml": "sources: [{system: prestashop, connector: prestashop, location: inputs/shop.sql}]\n",
    "decisions.yaml": """
decisions: [{id: d1, by: office manager, on: 2026-03-02, reason: a claim is open}]
holds:
  - {hold_id: claim_1, kind: claim, tables: ["prestashop:mail"], valid_from: 2026-03-02, review_on: 2027-03-02,
     decision: d1}
""",
}
DUMP = """-- MySQL dump 10.13  Distrib 8.0.36
CREATE TABLE `zz_configuration` (`id_configuration` int NOT NULL, PRIMARY KEY (`id_configuration`));
CREATE TABLE `zz_shop_url` (`id_shop_url` int NOT NULL, PRIMARY KEY (`id_shop_url`));
CREATE TABLE `zz_customer` (`id_customer` int NOT NULL, PRIMARY KEY (`id_customer`));
CREATE TABLE `zz_connections` (`id_connections` int unsigned NOT NULL, `id_guest` int NOT NULL,
 `ip_address` bigint DEFAULT NULL, `date_add` datetime NOT NULL, PRIMARY KEY (`id_connections`));
INSERT INTO `zz_connections` VALUES (1,1,3221225985,'2020-01-02 10:00:00'),(2,1,3221225986,'2026-10-02 10:00:00');
CREATE TABLE `zz_message` (`id_message` int NOT NULL, `message` text, `date_add` datetime NOT NULL,
 PRIMARY KEY (`id_message`));
INSERT INTO `zz_message` VALUES (1,'said','2010-01-02 10:00:00');
-- Dump completed on 2026-10-31  2:00:00
"""


def _controller(path: Path) -> Path:
    folder = path / "mappings" / "controllers" / "small"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    (path / "inputs").mkdir()
    (path / "inputs" / "shop.sql").write_text(DUMP, "utf-8")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A controller whose rows were measured; nothing is published."""
    path = _controller(tmp_path_factory.mktemp("plan"))
    night = Night(load_settings(path), "small", date(2026, 11, 22))
    observe_system(night, "prestashop")
    for stage in (inventory, classified, retention_tested):
        stage(night)
    return path


def plan(home: Path, *more: str) -> "tuple[int, str, str]":
    result = CliRunner().invoke(app, ["plan", "small", "--home", str(home), *more], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def test_before_the_first_run_the_plan_says_what_to_do(tmp_path: Path) -> None:
    code, out, err = plan(_controller(tmp_path))
    assert (code, out) == (2, "")
    assert "ropa run small" in err


def test_a_plan_names_condition_approver_recipients_holds_and_backups(home: Path) -> None:
    out_file = home / "plan.sql"
    code, said, _ = plan(home, "--approver", "the owner", "--out", str(out_file))
    text = out_file.read_text("utf-8")
    assert code == 0
    assert "nothing was deleted" in said
    assert "as of 2026-11-22" in text
    assert "Approver: the owner" in text
    assert "date_add; that date is before 2025-11-22" in text
    assert "-- Recipients to be told (GDPR Art. 19): omnisend" in text
    assert "Holds in force: claim_1" in text
    assert "Backups" in text
    assert "messages_proposed" not in text
    assert "`zz_message`" not in text
    assert "3221225985" not in text
    runs = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert "SELECT" in runs
    assert not any(word in runs for word in ("DELETE", "UPDATE"))
    assert "DELETE FROM `zz_connections`" in text
    assert "`ip_address` = NULL" in text


def test_without_an_approver_nobody_may_act_on_it(home: Path) -> None:
    code, text, _ = plan(home)
    assert code == 0
    assert "Approver: NOT STATED. Nobody may act" in text
