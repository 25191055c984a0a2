# ruff: noqa: S608
# The tests make their own tables: no name in their SQL comes from outside.
"""The statements of an erasure plan, run in a transaction on MariaDB and PostgreSQL: what was planned goes, no more."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
import sqlalchemy

from connectors.erasure_sql import SqlDialect, SqlDraft
from connectors.sql_database import observe
from ropa_pipeline.model.clock import (
    ActivityPart,
    AgeAnswer,
    AgeQuestion,
    Clock,
    Condition,
    Keep,
    KeepReason,
    TableClocks,
)
from ropa_pipeline.model.observation import SourceObservation, SourceRequest
from tests.live import LiveServer

pytestmark = pytest.mark.slow

CUTOFF, LATEST = datetime(2018, 1, 1), datetime(2026, 11, 23)
ZERO = {"mysql": "'0000-00-00 00:00:00'", "postgres": "NULL"}
MOMENT = {"mysql": "DATETIME", "postgres": "TIMESTAMP"}
CREATE = (
    "CREATE TABLE customer (id INT PRIMARY KEY, mail VARCHAR(80), joined {moment})",
    "CREATE TABLE orders (id INT PRIMARY KEY, id_customer INT, invoiced {moment}, placed {moment} NOT NULL, "
    "phone VARCHAR(20) NOT NULL, kind VARCHAR(9) NOT NULL)",
    "CREATE TABLE line (id_order INT, place INT, what VARCHAR(20), PRIMARY KEY (id_order, place))",
)
DAYS = (
    "2008-02-29 10:00:00",
    "2012-12-31 23:59:59",
    "2016-06-06 00:00:00",
    "2017-12-31 23:59:59",
    "2018-01-01",
    "2024-05-05",
)
PLACED = Clock.model_validate({"kind": "fallback", "columns": ["invoiced", "placed"]})
OF_ORDER = PLACED.model_copy(
    update={"kind": "inherited", "parent_table": "orders", "parent_key": "id", "own_key": "id_order"}
)
LAST = Clock(
    kind="last_activity",
    columns=("joined",),
    parts=(ActivityPart(table="orders", column="placed", key="id_customer", own_key="id"),),
)
DUTY = Keep(rule_id="duty", reason=KeepReason.LAW, clock=PLACED, cutoff=datetime(2015, 1, 1))
DOUBT = Keep(rule_id="maybe", reason=KeepReason.UNDECIDED, clock=PLACED, cutoff=datetime(2012, 1, 1))
HOLD = Keep(rule_id="claim", reason=KeepReason.HOLD)


def asked(clock: Clock, *keeps: Keep, condition: Condition | None = None) -> AgeQuestion:
    return AgeQuestion(question_id="q", rule_id="r", clock=clock, condition=condition, cutoff=CUTOFF, keeps=keeps)


CASES = [
    pytest.param("orders", asked(PLACED), id="a fallback clock"),
    pytest.param("orders", asked(PLACED, DUTY), id="a duty keeps some"),
    pytest.param("orders", asked(PLACED, DUTY, DOUBT), id="a duty keeps some, others are in doubt"),
    pytest.param("orders", asked(PLACED, condition=Condition(column="kind", not_equals="claim")), id="a condition"),
    pytest.param("line", asked(OF_ORDER), id="a parent's clock, a key of two columns"),
    pytest.param("customer", asked(LAST), id="the newest of two tables"),
    pytest.param(
        "customer",
        asked(LAST, condition=Condition(not_exists_table="orders", key="id_customer", own_key="id")),
        id="only without a row elsewhere",
    ),
]


@dataclass(frozen=True)
class Shop:
    """A seeded shop in a live database: 120 orders, 40 customers, some dates missing or zero."""

    server: LiveServer
    dialect: SqlDialect
    database: str

    @property
    def engine(self) -> sqlalchemy.Engine:
        driver = {"mysql": "mysql+pymysql", "postgres": "postgresql+psycopg"}[self.dialect]
        address = self.server.url(self.database).replace(f"{self.server.scheme}://", f"{driver}://", 1)
        return sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool)

    def seed(self) -> None:
        zero = ZERO[self.dialect]
        orders = [
            f"({number}, {number % 30 + 1}, {zero if number % 4 else repr(DAYS[number % 6])}, "
            f"'{DAYS[(number * 7 + number // 6) % 6]}', '+3706000{number:04d}', '{'shop' if number % 11 else 'claim'}')"
            for number in range(1, 121)
        ]
        customers = [
            f"({number}, 'c{number}@example.com', {zero if number % 9 == 0 else repr(DAYS[number % 6])})"
            for number in range(1, 41)
        ]
        lines = [f"({number}, {place}, 'x')" for number in range(1, 121) for place in range(number % 3)]
        rows = {"customer": customers, "orders": orders, "line": lines}
        mode = ["SET SESSION sql_mode = ''"] if self.dialect == "mysql" else []
        with self.engine.begin() as live:
            for statement in (
                *mode,
                *(text.format(moment=MOMENT[self.dialect]) for text in CREATE),
                *(f"INSERT INTO {table} VALUES {', '.join(values)}" for table, values in rows.items()),
            ):
                live.exec_driver_sql(statement)

    def read(self, table: str, question: AgeQuestion) -> tuple[SourceObservation, AgeAnswer]:
        observed = observe(
            SourceRequest(
                controller_id="c",
                source_id="s",
                system="shop",
                connector="sql_database",
                location=self.server.url(self.database),
                shown_location="shop",
                as_of=date(2026, 11, 22),
                clocks=(TableClocks(table=table, questions=(question,), latest=LATEST),),
            )
        )
        return observed, observed.ages[0].answers[0]

    def run(self, *statements: str) -> list[int]:
        """Run statements in one transaction; the rows that each changed or counted."""
        found = []
        with self.engine.begin() as live:
            for statement in statements:
                result = live.exec_driver_sql(statement.rstrip(";"))
                found.append(int(result.scalar_one()) if result.returns_rows else result.rowcount)
        return found


@pytest.fixture
def mariadb_shop(mariadb: LiveServer, mariadb_database: str) -> Shop:
    return Shop(mariadb, "mysql", mariadb_database)


@pytest.fixture
def postgres_shop(postgres: LiveServer, postgres_database: str) -> Shop:
    return Shop(postgres, "postgres", postgres_database)


@pytest.fixture(params=["mariadb", "postgres"])
def shop(request: pytest.FixtureRequest) -> Shop:
    made: Shop = request.getfixturevalue(f"{request.param}_shop")
    made.seed()
    return made


@pytest.mark.parametrize(("table", "question"), CASES)
def test_the_planned_rows_go_and_all_others_stay(table: str, question: AgeQuestion, shop: Shop) -> None:
    observed, before = shop.read(table, question)
    assert 0 < before.overdue < before.rows
    drafted = SqlDraft(shop.dialect, observed.tables, "UTC").erase(table, question, LATEST, before.overdue)
    assert shop.run(drafted.count, drafted.change, drafted.count) == [before.overdue, before.overdue, 0]
    _, after = shop.read(table, question)
    same = ("within", "kept_by_law", "on_hold", "undecided", "without_date")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert (after.overdue, after.rows) == (0, before.rows - before.overdue)


def test_nothing_goes_where_the_count_changed_since_the_plan(shop: Shop) -> None:
    observed, before = shop.read("orders", asked(PLACED))
    drafted = SqlDraft(shop.dialect, observed.tables, "UTC").erase("orders", asked(PLACED), LATEST, before.overdue)
    one_more = f"INSERT INTO orders VALUES (999, 1, NULL, '{DAYS[0]}', '', 'shop')"
    assert shop.run(one_more, drafted.change) == [1, 0]
    _, after = shop.read("orders", asked(PLACED))
    assert (after.overdue, after.rows) == (before.overdue + 1, before.rows + 1)


def test_rows_on_hold_are_none_of_the_planned(shop: Shop) -> None:
    question = asked(PLACED, HOLD)
    observed, before = shop.read("orders", question)
    assert (before.overdue, before.on_hold > 0) == (0, True)
    drafted = SqlDraft(shop.dialect, observed.tables, "UTC").erase("orders", question, LATEST, 0)
    assert shop.run(drafted.count, drafted.change) == [0, 0]


def test_of_kept_rows_what_the_duty_does_not_name_is_blanked(shop: Shop) -> None:
    question = asked(PLACED, DUTY)
    observed, before = shop.read("orders", question)
    draft = SqlDraft(shop.dialect, observed.tables, "UTC")
    drafted = draft.blank_kept("orders", question, LATEST, before.kept_by_law, ("phone",))
    blank = "SELECT COUNT(*) FROM orders WHERE phone = ''"
    assert shop.run(drafted.count, drafted.change, blank) == [before.kept_by_law] * 3
    assert before.kept_by_law > 0
    assert shop.read("orders", question)[1] == before
