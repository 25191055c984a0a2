# ruff: noqa: S608
# The tests make their own tables: no name in their SQL comes from outside.
"""Row ages in live databases equal those of the same rows elsewhere, and hand-written SQL on the same server."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy

from benchmarks.generated_shop import LAST_SEEN
from connectors import row_ages, sql_database, sql_dump
from connectors.row_ages import answer_in_duckdb, answer_with_sqlalchemy
from connectors.row_columns import needed_columns, value_columns
from connectors.sql_rows import load_columns
from connectors.sql_text import Dialect
from ropa_pipeline.model.clock import (
    AgeAnswer,
    AgeQuestion,
    Clock,
    ClockKind,
    Condition,
    Keep,
    KeepReason,
    TableClocks,
)
from ropa_pipeline.model.observation import SourceObservation, SourceRequest
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.system import ResidueCheck
from ropa_pipeline.night import Night
from ropa_pipeline.register import retention
from ropa_pipeline.settings import load_settings
from tests.live import LiveServer

pytestmark = pytest.mark.slow

CUTOFF, LATEST = datetime(2024, 1, 1), datetime(2026, 11, 23)
DUMPS = ["prestashop_8_1_2_mysqldump.sql.gz", "prestashop_8_1_2_aged_after_erasure.sql.gz"]


def ask(table: str, clock: Clock, condition: Condition | None = None) -> TableClocks:
    question = AgeQuestion(question_id=table, rule_id="r", clock=clock, condition=condition, cutoff=CUTOFF)
    return TableClocks(table=table, questions=(question,), latest=LATEST)


def own(*columns: str, **more: object) -> Clock:
    kind = ClockKind.FALLBACK if len(columns) > 1 else ClockKind.COLUMN
    return Clock.model_validate({"kind": kind, "columns": columns, **more})


SHOP = (
    ask("orders", own("invoice_date", "date_add")),
    ask(
        "order_detail",
        Clock(
            kind="inherited",
            columns=("invoice_date", "date_add"),
            parent_table="orders",
            parent_key="id_order",
            own_key="id_order",
        ),
    ),
    ask("cart", own("date_upd"), Condition(not_exists_table="orders", key="id_cart", own_key="id_cart")),
    ask("emailsubscription", own("newsletter_date_add")),
    ask("customer", LAST_SEEN),
)
GONE = (
    *tuple(
        ResidueCheck(
            check_id=table,
            table=table,
            column="id_customer",
            parent_table="customer",
            parent_column="id_customer",
            grade="left behind",
            remedy="erase",
        )
        for table in ("address", "guest", "orders", "customer_session")
    ),
    ResidueCheck(
        check_id="mail",
        table="mail",
        column="recipient",
        parent_table="customer",
        parent_column="email",
        compares_values=True,
        grade="left behind",
        remedy="erase",
    ),
)

INVOICED = "IF(invoice_date > '1000-01-01', invoice_date, date_add)"
BY_HAND = {
    "orders": f"SELECT COUNT(*), SUM({INVOICED} < '2024-01-01'), DATE(MIN({INVOICED})) FROM ps_orders",
    "order_detail": "SELECT COUNT(*), "
    "SUM(IF(o.invoice_date > '1000-01-01', o.invoice_date, o.date_add) < '2024-01-01'), "
    "DATE(MIN(IF(o.invoice_date > '1000-01-01', o.invoice_date, o.date_add))) "
    "FROM ps_order_detail d LEFT JOIN ps_orders o USING (id_order)",
    "cart": "SELECT COUNT(*), SUM(date_upd < '2024-01-01'), DATE(MIN(date_upd)) FROM ps_cart c "
    "WHERE NOT EXISTS (SELECT 1 FROM ps_orders o WHERE o.id_cart = c.id_cart)",
    "customer": "SELECT COUNT(*), SUM(last < '2024-01-01'), DATE(MIN(last)) FROM (SELECT GREATEST(c.date_add, "
    "IFNULL((SELECT MAX(date_add) FROM ps_orders o WHERE o.id_customer = c.id_customer), '1000-01-01'), "
    "IFNULL((SELECT MAX(n.date_add) FROM ps_guest g JOIN ps_connections n USING (id_guest) "
    "WHERE g.id_customer = c.id_customer), '1000-01-01')) AS last FROM ps_customer c) ages",
}
GONE_BY_HAND = {
    check.check_id: f"SELECT COUNT(*) FROM ps_{check.table} t WHERE t.{check.column} <> '0' AND t.{check.column} <> '' "
    f"AND NOT EXISTS (SELECT 1 FROM ps_customer c WHERE c.{check.parent_column} = t.{check.column})"
    for check in GONE
}


@pytest.mark.parametrize("dump", DUMPS)
def test_a_real_shop_as_a_file_and_in_mariadb_and_by_hand(
    dump: str, shared: Path, mariadb: LiveServer, mariadb_database: str, tmp_path: Path
) -> None:
    file = shared / "samples" / dump
    mariadb.load(mariadb_database, file)
    needed = needed_columns(SHOP, GONE)
    tables = {stem: f"ps_{stem}" for stem in needed}
    engine = sqlalchemy.create_engine(
        mariadb.url(mariadb_database).replace("mysql://", "mysql+pymysql://", 1), poolclass=sqlalchemy.pool.NullPool
    )
    with engine.connect() as live:
        orders = {
            name: [column["name"] for column in sqlalchemy.inspect(live).get_columns(name)] for name in tables.values()
        }
        columns = {stem: frozenset(orders[name]) for stem, name in tables.items()}
        found = answer_with_sqlalchemy(live, "mysql", SHOP, GONE, tables, columns, "Europe/Vilnius")
        answers = {table.table: table.answers[0] for table in found[0]}
        for stem, statement in BY_HAND.items():
            rows, overdue, oldest = live.exec_driver_sql(statement).one()
            answer = answers[stem]
            assert (answer.rows, answer.overdue, answer.oldest) == (rows, overdue or 0, oldest), stem
        for check in found[1]:
            assert check.rows == live.exec_driver_sql(GONE_BY_HAND[check.check_id]).scalar_one(), check.check_id
    loaded = load_columns(
        file,
        {tables[stem]: frozenset(names) for stem, names in needed.items()},
        orders,
        scratch=tmp_path,
        dialect=Dialect.MYSQL,
        hashed={tables[stem]: frozenset(names) for stem, names in value_columns(GONE).items()},
    )
    in_file = dict(tables.items())
    kept = {stem: frozenset(names) for stem, names in needed.items()}
    assert answer_in_duckdb(loaded.connection, SHOP, GONE, in_file, kept, "Europe/Vilnius") == found


@pytest.mark.parametrize("controller", ["komoda", "akore"])
@pytest.mark.parametrize("dump", DUMPS)
def test_every_result_and_all_residue_of_a_controller_are_the_same_from_a_file_and_live(
    dump: str, controller: str, shared: Path, mariadb: LiveServer, mariadb_database: str, tmp_path: Path
) -> None:
    night = Night(load_settings(), controller, date(2026, 11, 22))
    mapping = night.catalogue.systems["prestashop"]
    asked = retention.questions(
        "prestashop",
        folder=night.folder,
        reference=night.catalogue.reference,
        systems=night.catalogue.systems,
        as_of=night.as_of,
        timezone="Europe/Vilnius",
    )
    file = shared / "samples" / dump
    mariadb.load(mariadb_database, file)
    mariadb.execute(
        # a name of its own: other tests of the session make readers with passwords on the same server
        "CREATE OR REPLACE USER reads_ages@'%'",
        f"GRANT SELECT ON {mariadb_database}.* TO reads_ages@'%'",
        "FLUSH PRIVILEGES",
    )

    def seen(connector: str, location: str) -> SourceObservation:
        request = SourceRequest(
            controller_id=controller,
            source_id="prestashop",
            system="prestashop",
            connector=connector,
            location=location,
            shown_location=connector,
            as_of=night.as_of,
            timezone="Europe/Vilnius",
            clocks=asked,
            residue=mapping.residue,
            scratch=str(tmp_path),
        )
        return sql_dump.observe(request) if connector == "sql_dump" else sql_database.observe(request)

    def judged(observation: SourceObservation) -> tuple[RetentionResult, ...]:
        found = retention.results(
            retention.rules(night.folder, night.catalogue.reference, night.catalogue.systems, night.as_of),
            (observation,),
            folder=night.folder,
            reference=night.catalogue.reference,
            systems=night.catalogue.systems,
            as_of=night.as_of,
            measured_at=datetime(2026, 11, 22, tzinfo=UTC),
        )
        # a file says when it was made; a live database is of now
        return tuple(row.model_copy(update={"data_as_of": None}) for row in found)

    in_file = seen("sql_dump", str(file))
    live = seen("sql_database", mariadb.url(mariadb_database, account="reads_ages"))
    assert not [problem.rule_id for problem in (*in_file.problems, *live.problems)]
    assert in_file.ages == live.ages
    assert in_file.residue == live.residue
    assert in_file.residue
    assert judged(in_file) == judged(live)
    assert any(row.rows for row in judged(live))
    assert {table.stem: table.rows for table in live.tables if table.rows is not None}.items() <= {
        table.stem: table.rows for table in in_file.tables
    }.items()


STEPS = (
    AgeQuestion(question_id="plain", rule_id="r", clock=own("at"), cutoff=CUTOFF),
    AgeQuestion(question_id="informs", rule_id="i", clock=own("at")),
    AgeQuestion(
        question_id="kept",
        rule_id="k",
        clock=own("at"),
        cutoff=CUTOFF,
        keeps=(
            Keep(rule_id="duty", reason=KeepReason.LAW, clock=own("at"), cutoff=datetime(2020, 1, 1)),
            Keep(rule_id="maybe", reason=KeepReason.UNDECIDED, cutoff=datetime(2015, 1, 1)),
        ),
    ),
    AgeQuestion(
        question_id="held",
        rule_id="h",
        clock=own("at"),
        cutoff=CUTOFF,
        keeps=(Keep(rule_id="claim", reason=KeepReason.HOLD),),
    ),
)


@pytest.mark.parametrize("worst", ["NULL", "'0000-00-00 00:00:00'", "'2031-01-01 00:00:00'", "'2026-11-23 00:00:00'"])
@pytest.mark.parametrize("kind", ["DATETIME", "DATE"])
def test_the_quick_way_gives_what_the_general_way_gives(
    kind: str, worst: str, mariadb: LiveServer, mariadb_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = ("2010-01-01", "2014-12-31 23:59:59", "2015-01-01", "2019-12-31", "2020-01-01", "2023-12-31 23:59:59")
    rows = ", ".join([*(f"('{day}')" for day in (*days, "2024-01-01", "2024-06-01")), f"({worst})"])
    engine = sqlalchemy.create_engine(
        mariadb.url(mariadb_database).replace("mysql://", "mysql+pymysql://", 1), poolclass=sqlalchemy.pool.NullPool
    )
    clocks = (TableClocks(table="t", questions=STEPS, latest=LATEST),)
    with engine.connect() as live:
        live.exec_driver_sql("SET SESSION sql_mode = ''")
        live.exec_driver_sql(f"CREATE TABLE t (at {kind})")
        live.exec_driver_sql(f"INSERT INTO t VALUES {rows}")

        def answers() -> object:
            return answer_with_sqlalchemy(live, "mysql", clocks, (), {"t": "t"}, {"t": frozenset({"at"})}, "UTC")

        quick = answers()
        monkeypatch.setattr(row_ages, "groups_by_steps", lambda *_: None)
        assert answers() == quick


TYPED = {
    "mysql": {
        "moment": "DATETIME",
        "day": "DATE",
        "instant": "TIMESTAMP NULL",
        "text": "VARCHAR(30)",
        "seconds": "BIGINT",
    },
    "postgres": {
        "moment": "TIMESTAMP",
        "day": "DATE",
        "instant": "TIMESTAMPTZ",
        "text": "TEXT",
        "seconds": "BIGINT",
    },
}
CLOCKS = (
    ("moment", own("moment")),
    ("day", own("day")),
    ("instant", own("instant")),
    ("text", own("text")),
    ("seconds", own("seconds", epoch_seconds=True)),
    ("text_seconds", own("text", epoch_seconds=True)),
    ("mixed", own("text", "instant", "moment")),
    ("newest", Clock(kind=ClockKind.LAST_ACTIVITY, columns=("moment", "day"))),
)
QUESTIONS = tuple(
    AgeQuestion(question_id=name, rule_id="r", clock=clock, cutoff=datetime(2020, 3, 1)) for name, clock in CLOCKS
)
# Midnight of the first of March in Vilnius is 22:00 UTC of the day before, 1583013600 seconds.
ROWS = (
    ("'2020-02-29 23:59:59'", "'2020-02-29'", "21:59:59", "'2020-02-29T23:59'", "1583013599"),
    ("'2020-03-01 00:00:00'", "'2020-03-01'", "22:00:00", "'2020-03-01'", "1583013600"),
    ("NULL", "NULL", "NULL", "'2019-02-29'", "0"),
    ("'2031-01-01 00:00:00'", "'2031-01-01'", "21:00:00", "'0000-00-00 00:00:00'", "NULL"),
)


def check_typed(answers: dict[str, AgeAnswer]) -> None:
    def counts(name: str) -> tuple[int, int, int]:
        answer = answers[name]
        assert answer.not_measured == "", name
        return answer.overdue, answer.within, answer.without_date

    assert counts("moment") == counts("day") == counts("newest") == (1, 1, 2)
    assert counts("text") == counts("seconds") == (1, 1, 2)
    assert counts("instant") == (2, 1, 1)
    assert counts("text_seconds") == (0, 0, 4)
    assert counts("mixed") == (2, 1, 1)


@pytest.mark.parametrize(
    "mode", ["", "NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES", "ANSI_QUOTES,PAD_CHAR_TO_FULL_LENGTH"]
)
def test_mariadb_types_and_zero_dates_in_every_mode(mode: str, mariadb: LiveServer, mariadb_database: str) -> None:
    columns = ", ".join(f"`{name}` {kind}" for name, kind in TYPED["mysql"].items())
    rows = ", ".join(
        f"({moment}, {day}, {'NULL' if at == 'NULL' else repr(f'2020-02-29 {at}')}, {text}, {seconds})"
        for moment, day, at, text, seconds in ROWS
    )
    zero = "INSERT INTO `zero``rows` VALUES ('0000-00-00 00:00:00', '0000-00-00', NULL, '0000-00-00', 0)"
    engine = sqlalchemy.create_engine(
        mariadb.url(mariadb_database).replace("mysql://", "mysql+pymysql://", 1), poolclass=sqlalchemy.pool.NullPool
    )
    with engine.connect() as live:
        live.exec_driver_sql("SET SESSION time_zone = '+00:00', sql_mode = ''")
        live.exec_driver_sql(f"CREATE TABLE aged ({columns})")
        live.exec_driver_sql(f"CREATE TABLE `zero``rows` ({columns})")
        live.exec_driver_sql(f"INSERT INTO aged VALUES {rows}")
        live.exec_driver_sql(zero)
        # The answer must not depend on the zone of the session.
        live.exec_driver_sql(f"SET SESSION time_zone = '+05:00', sql_mode = '{mode}'")
        clocks = tuple(TableClocks(table=stem, questions=QUESTIONS, latest=LATEST) for stem in ("aged", "zero"))
        names = frozenset(TYPED["mysql"])
        found, _ = answer_with_sqlalchemy(
            live,
            "mysql",
            clocks,
            (),
            {"aged": "aged", "zero": "zero`rows"},
            {"aged": names, "zero": names},
            "Europe/Vilnius",
        )
    check_typed({answer.question_id: answer for answer in found[0].answers})
    assert {(answer.overdue, answer.without_date) for answer in found[1].answers} == {(0, 1)}


def test_postgres_types_with_and_without_a_zone(postgres: LiveServer, postgres_database: str) -> None:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPED["postgres"].items())
    rows = ", ".join(
        f"({moment}, {day}, {'NULL' if at == 'NULL' else repr(f'2020-02-29 {at}+00')}, {text}, {seconds})"
        for moment, day, at, text, seconds in ROWS
    )
    name = 'ag"ed; DROP TABLE x; --%s'
    quoted = '"' + name.replace('"', '""') + '"'
    engine = sqlalchemy.create_engine(
        postgres.url(postgres_database).replace("postgresql://", "postgresql+psycopg://", 1),
        poolclass=sqlalchemy.pool.NullPool,
    )
    plain = {"no_parameters": True}
    with engine.connect() as live:
        live.exec_driver_sql("SET TIME ZONE 'Asia/Tokyo'")
        live.exec_driver_sql("SET datestyle = 'German'")
        live.exec_driver_sql(f"CREATE TABLE {quoted} ({columns})", execution_options=plain)
        live.exec_driver_sql(f"INSERT INTO {quoted} VALUES {rows}", execution_options=plain)
        clocks = (TableClocks(table="t", questions=QUESTIONS, latest=LATEST),)
        found, _ = answer_with_sqlalchemy(
            live, "postgres", clocks, (), {"t": name}, {"t": frozenset(TYPED["postgres"])}, "Europe/Vilnius"
        )
    answers = {answer.question_id: answer for answer in found[0].answers}
    check_typed(answers)
    assert str(answers["moment"].oldest) == "2020-02-29"
