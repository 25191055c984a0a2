"""Live databases give the same schema as their dumps, read only, with one clear message for each failure."""

import gzip
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connectors.fingerprint import normal_type
from connectors.registry import observe
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, SourceUnavailable
from ropa_pipeline.model.terms import About, SourceKind
from tests.live import LiveServer, free_port


def request_for(location: str, connector: str = "sql_database", **options: str) -> SourceRequest:
    return SourceRequest(
        controller_id="example",
        source_id="shop",
        system="prestashop",
        connector=connector,
        location=location,
        shown_location="the shop's database",
        as_of=date(2026, 11, 22),
        options=tuple(sorted({"attempts": "1", **options}.items())),
    )


def columns_of(observation: SourceObservation) -> set[tuple[object, ...]]:
    return {
        (table.name, column.name, normal_type(column.native_type), column.nullable, column.key, column.position)
        for table in observation.tables
        for column in table.columns
    }


FEATURES = """
CREATE TABLE `plain` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `grade` float unsigned DEFAULT NULL,
  `kind` enum('One','two, three','it''s') NOT NULL DEFAULT 'One' COMMENT 'a; comment, ''quoted''',
  `code` varchar(32) DEFAULT NULL,
  `place` point DEFAULT NULL,
  `address` inet6 DEFAULT NULL,
  `key` varchar(10) NOT NULL,
  `total` decimal(20,6) GENERATED ALWAYS AS (`grade` * 1.5) STORED,
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `prefix` (`key`(4),`kind`)
);
CREATE TABLE `no primary` (`a` int NOT NULL, `b` int, UNIQUE KEY `u` (`a`), UNIQUE KEY `two` (`b`,`a`));
CREATE TABLE `hostile ``name; -- "x"` (`line
break` int, `semi;colon` text, `quote'` text);
CREATE TABLE `child` (`id` int NOT NULL, `parent` int(11) NOT NULL, PRIMARY KEY (`id`), KEY `parent` (`parent`),
  CONSTRAINT `to_parent` FOREIGN KEY (`parent`) REFERENCES `plain` (`id`) ON DELETE CASCADE);
CREATE TABLE `parts` (`id` int NOT NULL, `day` date NOT NULL, PRIMARY KEY (`id`,`day`))
  PARTITION BY RANGE (year(`day`)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
CREATE VIEW `v_plain` AS SELECT `id` AS `plain_id`, `code`, concat(`code`, '*/ ;') AS `made` FROM `plain`;
"""


@pytest.mark.slow
def test_the_real_dump_and_the_same_dump_loaded_into_mariadb_give_identical_columns(
    shared: Path, mariadb: LiveServer, mariadb_database: str
) -> None:
    dump = shared / "samples" / "prestashop_8_1_2_mysqldump.sql.gz"
    mariadb.load(mariadb_database, dump)

    from_file = observe(request_for(str(dump), "prestashop"))
    from_server = observe(request_for(mariadb.url(mariadb_database), "prestashop"))

    assert len(columns_of(from_file)) == 1828
    assert columns_of(from_file) == columns_of(from_server)
    assert from_file.fingerprint == from_server.fingerprint
    assert [table.stem for table in from_file.tables] == [table.stem for table in from_server.tables]
    assert (from_server.kind, from_server.prefix) == (SourceKind.LIVE, "ps_")


@pytest.mark.slow
def test_a_dump_of_views_foreign_keys_partitions_and_hostile_names_equals_the_server(
    mariadb: LiveServer, mariadb_database: str, tmp_path: Path
) -> None:
    import subprocess

    script = tmp_path / "features.sql"
    script.write_text(FEATURES, encoding="utf-8")
    mariadb.load(mariadb_database, script)
    dump = tmp_path / "dump.sql"
    command = ["mysqldump", "--no-defaults", f"--socket={mariadb.socket}", "--user=root", mariadb_database]
    dump.write_bytes(subprocess.run(command, check=True, capture_output=True).stdout)

    from_file = observe(request_for(str(dump), "sql_dump"))
    from_server = observe(request_for(mariadb.url(mariadb_database)))

    def without_computed(found: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
        # the type of an expression is known to the server alone; a view's keys and emptiness too
        return {row if row[0] != "v_plain" else (row[0], row[1], row[5]) for row in found}

    assert from_file.problems == ()
    assert from_file.complete
    assert without_computed(columns_of(from_file)) == without_computed(columns_of(from_server))
    by_name = {table.name: table for table in from_file.tables}
    assert by_name["v_plain"].kind == "view"
    assert by_name["child"].foreign_keys == {t.name: t for t in from_server.tables}["child"].foreign_keys
    comments = {c.name: c.comment for c in by_name["plain"].columns}
    assert comments == {c.name: c.comment for c in {t.name: t for t in from_server.tables}["plain"].columns}


@pytest.mark.slow
def test_a_select_only_account_is_enough_and_a_writing_one_is_a_warning_about_compliance(
    mariadb: LiveServer, mariadb_database: str
) -> None:
    mariadb.execute("CREATE TABLE t (id int PRIMARY KEY)", database=mariadb_database)
    mariadb.execute(
        "CREATE OR REPLACE USER reader@'%' IDENTIFIED BY 'reads only'",
        f"GRANT SELECT ON {mariadb_database}.* TO reader@'%'",
    )
    reading = observe(request_for(mariadb.url(mariadb_database, "reader", "reads only")))
    writing = observe(request_for(mariadb.url(mariadb_database)))

    assert reading.problems == ()
    assert [(p.rule_id, p.about) for p in writing.problems] == [("source.account_can_write", About.COMPLIANCE)]


FAILURES = [
    pytest.param("wrong password", "source.access_denied", id="wrong password"),
    pytest.param("unknown database", "source.unknown_database", id="unknown database"),
    pytest.param("nobody listens", "source.unreachable", id="nobody listens"),
    pytest.param("unknown host", "source.unknown_host", id="unknown host"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("failure", "rule"), FAILURES)
def test_each_failure_of_mariadb_is_one_message_with_a_remedy_and_without_the_password(
    mariadb: LiveServer, failure: str, rule: str
) -> None:
    mariadb.execute("CREATE OR REPLACE USER known@'%' IDENTIFIED BY 'right'")
    location = {
        "wrong password": mariadb.url("mysql", "known", "s3cret-wrong"),
        "unknown database": mariadb.url("no_such_database"),
        "nobody listens": f"mysql://root:s3cret-wrong@127.0.0.1:{free_port()}/shop",
        "unknown host": "mariadb://root:s3cret-wrong@no-such-host.invalid/shop",
    }[failure]
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(location))
    problem = raised.value.problem
    assert problem.rule_id == rule
    assert problem.remedy
    assert "s3cret" not in problem.message + problem.remedy
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.slow
def test_postgres_schema_keys_views_and_foreign_keys(postgres: LiveServer, postgres_database: str) -> None:
    postgres.execute(
        "CREATE TABLE customers (id bigserial PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, note text)",
        "CREATE TABLE orders (id int PRIMARY KEY, customer_id bigint REFERENCES customers (id), made timestamptz)",
        "CREATE INDEX by_customer ON orders (customer_id)",
        "CREATE VIEW newest AS SELECT id, made FROM orders",
        "CREATE SCHEMA extra",
        "CREATE TABLE extra.log (id int, text text)",
        "COMMENT ON COLUMN customers.note IS 'free text'",
        database=postgres_database,
    )
    observed = observe(request_for(postgres.url(postgres_database)))
    by_name = {table.name: table for table in observed.tables}
    assert sorted(by_name) == ["customers", "extra.log", "newest", "orders"]
    email = by_name["customers"].columns[1]
    assert (email.native_type, email.nullable, email.key, email.max_length) == (
        "character varying(255)",
        False,
        "UNI",
        255,
    )
    assert [column.key for column in by_name["orders"].columns] == ["PRI", "MUL", ""]
    assert by_name["orders"].foreign_keys[0].references_table == "customers"
    assert by_name["newest"].kind == "view"
    assert by_name["customers"].columns[2].comment == "free text"


@pytest.mark.slow
def test_a_pg_dump_gives_the_columns_of_the_server(
    postgres: LiveServer, postgres_database: str, tmp_path: Path
) -> None:
    import shutil
    import subprocess

    from tests.live import skip_or_fail

    if not shutil.which("pg_dump"):
        skip_or_fail("pg_dump is not installed")
    postgres.execute(
        "CREATE TABLE customers (id bigserial PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, note text DEFAULT ';')",
        'CREATE TABLE "Odd ""name; x" (id int, "a,b" text, made timestamp(3) with time zone)',
        "CREATE TABLE orders (id int PRIMARY KEY, customer_id bigint REFERENCES customers (id))",
        "CREATE VIEW newest AS SELECT id, customer_id FROM orders",
        "INSERT INTO customers (email, note) VALUES ('a@example.com', E'tab\\there\\nline'), ('b@example.com', NULL)",
        database=postgres_database,
    )
    dump = tmp_path / "dump.sql"
    address = postgres.url(postgres_database)
    dump.write_bytes(subprocess.run(["pg_dump", address], check=True, capture_output=True).stdout)
    from_file = observe(request_for(str(dump), "sql_dump"))
    from_server = observe(request_for(address))
    assert from_file.problems == ()
    assert columns_of(from_file) - {row for row in columns_of(from_file) if row[0] == "newest"} == columns_of(
        from_server
    ) - {row for row in columns_of(from_server) if row[0] == "newest"}
    assert {table.name: table.rows for table in from_file.tables}["customers"] == 2
    assert {t.name: t.foreign_keys for t in from_file.tables} == {t.name: t.foreign_keys for t in from_server.tables}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("location", "rule"),
    [
        pytest.param(lambda live: live.url("no_such_database"), "source.unknown_database", id="unknown database"),
        pytest.param(
            lambda live: f"postgresql://a@127.0.0.1:{free_port()}/x", "source.unreachable", id="nobody listens"
        ),
        pytest.param(lambda _: "postgres://a@no-such-host.invalid/x", "source.unknown_host", id="unknown host"),
    ],
)
def test_each_failure_of_postgres_is_one_message(
    postgres: LiveServer, location: Callable[[LiveServer], str], rule: str
) -> None:
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(location(postgres)))
    assert raised.value.problem.rule_id == rule


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop file.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(255) NOT NULL UNIQUE, born DATE);"
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id));"
            "CREATE VIEW v AS SELECT id, email FROM customers;"
            "INSERT INTO customers VALUES (1, 'a@example.com', NULL);"
        )
    return path


def test_sqlite_tables_views_and_foreign_keys(sqlite_file: Path) -> None:
    observed = observe(request_for(str(sqlite_file)))
    by_name = {table.name: table for table in observed.tables}
    assert {name: table.kind for name, table in by_name.items()} == {
        "customers": "table",
        "orders": "table",
        "v": "view",
    }
    assert [(c.name, c.nullable, c.key) for c in by_name["customers"].columns] == [
        ("id", False, "PRI"),
        ("email", False, "UNI"),
        ("born", True, ""),
    ]
    assert by_name["orders"].foreign_keys[0].references_table == "customers"


def test_reading_sqlite_changes_no_byte_and_leaves_no_file_beside_it(sqlite_file: Path) -> None:
    before = sqlite_file.read_bytes()
    observe(request_for(f"sqlite:///{sqlite_file}"))
    assert sqlite_file.read_bytes() == before
    assert [item.name for item in sqlite_file.parent.iterdir()] == [sqlite_file.name]


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("sqlite:////no/such/file.sqlite", id="missing file"),
        pytest.param("oracle://a:s3cret@host/x", id="no driver"),
        pytest.param("mysql://a:s3cret@host", id="no database named"),
        pytest.param("mysql://a:s3cret@host:port/x", id="no number for a port"),
    ],
)
def test_a_location_that_cannot_be_is_refused_with_a_remedy(location: str) -> None:
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(location))
    assert raised.value.problem.remedy
    assert "s3cret" not in str(raised.value)


def test_a_text_file_named_like_a_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_text("no database at all, and long enough to be taken for a page" * 40, encoding="utf-8")
    with pytest.raises(SourceUnavailable):
        observe(request_for(str(path)))


def test_values_are_looked_at_only_on_request(sqlite_file: Path) -> None:
    from ropa_pipeline.model.observation import ValueProfile

    def profiler(values: object) -> ValueProfile:
        return ValueProfile(looked_at=len(list(values)))  # type: ignore[call-overload]

    plain = observe(request_for(str(sqlite_file)), profiler)
    sampled = observe(request_for(str(sqlite_file), sample_values="yes"), profiler)
    assert all(column.profile is None for table in plain.tables for column in table.columns)
    profiles = {column.name: column.profile for column in sampled.tables[0].columns}
    assert profiles["email"] == ValueProfile(looked_at=1)


def test_a_gzip_file_without_its_suffix_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_bytes(gzip.compress(b"CREATE TABLE `a` (`id` int);\n"))
    assert [table.name for table in observe(request_for(str(path), "prestashop")).tables] == ["a"]
