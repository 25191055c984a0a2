# ruff: noqa: S608
# The tests make their own tables: no name in their SQL comes from outside.
"""MariaDB and PostgreSQL give the answers of the plain reading in Python that DuckDB and SQLite give, for any rows."""

from typing import Literal

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings

from connectors.row_ages import answer_with_sqlalchemy
from tests.live import LiveServer
from tests.retention.test_row_ages import (
    ALL_CLOCKS,
    COLUMNS,
    SHOPS,
    ZONE,
    Shop,
    answer_plainly,
    known,
)

pytestmark = pytest.mark.slow


def agree(live: sqlalchemy.Connection, dialect: Literal["mysql", "postgres"]) -> None:
    for name, columns in COLUMNS.items():
        live.exec_driver_sql(f"CREATE TABLE {name} ({', '.join(f'{item} VARCHAR(40)' for item in columns)})")

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SHOPS)
    def for_any(shop: Shop) -> None:
        for name, rows in shop.items():
            live.exec_driver_sql(f"DELETE FROM {name}")
            marks = ", ".join("%s" for _ in COLUMNS[name])
            for row in rows:
                values = tuple(row[item] for item in COLUMNS[name])
                live.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", values)
        expected = (answer_plainly(ALL_CLOCKS[0], shop),)
        assert answer_with_sqlalchemy(live, dialect, ALL_CLOCKS, (), *known(shop), ZONE)[0] == expected

    for_any()


def test_mariadb(mariadb: LiveServer, mariadb_database: str) -> None:
    address = mariadb.url(mariadb_database).replace("mysql://", "mysql+pymysql://", 1)
    with sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool).connect() as live:
        agree(live, "mysql")


def test_postgres(postgres: LiveServer, postgres_database: str) -> None:
    address = postgres.url(postgres_database).replace("postgresql://", "postgresql+psycopg://", 1)
    with sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool).connect() as live:
        agree(live, "postgres")
