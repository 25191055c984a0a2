"""Live databases for tests: a private MariaDB, and the PostgreSQL of this machine.

Belongs here: starting and stopping servers, and empty databases in them. Does not belong here: any schema or row.
The MariaDB server (``benchmarks.private_mariadb``) is started for one test session. Where the binary is missing the
test says so and is skipped (in CI it fails).
"""

import os
import socket
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import pytest
import sqlalchemy

from benchmarks.private_mariadb import NoServer, free_port, private_mariadb

__all__ = [
    "LiveServer", "free_port", "mariadb", "mariadb_database", "postgres", "postgres_database", "skip_or_fail",
]  # fmt: skip
IN_CI = os.environ.get("CI", "").lower() == "true"


def skip_or_fail(reason: str) -> NoReturn:
    """Skip with a reason; in CI a skip is a failure, so fail there instead."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class LiveServer:
    """A server for one test session. ``url(database)`` is the address for its administrator."""

    scheme: str
    account: str
    port: int
    socket: str = ""
    client: str = ""
    password: str = ""

    def url(self, database: str = "", account: str = "", password: str = "") -> str:
        """The address of a database, for the administrator or for another account."""
        who = quote(account or self.account)
        secret = quote(password if account else self.password)
        return f"{self.scheme}://{who}{':' + secret if secret else ''}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "") -> None:
        """Run statements as the administrator, each on its own."""
        driver = "mysql+pymysql" if self.scheme == "mysql" else "postgresql+psycopg"
        home = database or ("" if self.scheme == "mysql" else "postgres")
        address = self.url(home).replace(f"{self.scheme}://", f"{driver}://", 1)
        engine = sqlalchemy.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.pool.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name}")

    def load(self, database: str, dump: Path) -> None:
        """Load a MySQL dump (``.sql`` or ``.sql.gz``) with the server's own client."""
        reader = ["gzip", "-dc", str(dump)] if dump.suffix == ".gz" else ["cat", str(dump)]
        with subprocess.Popen(reader, stdout=subprocess.PIPE) as source:
            command = [self.client, "--no-defaults", f"--socket={self.socket}", f"--user={self.account}", database]
            subprocess.run(command, stdin=source.stdout, check=True, capture_output=True)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[LiveServer]:
    """A private MariaDB (or MySQL) server with an administrator who needs no password."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(private_mariadb("256M"))
        except NoServer as error:
            skip_or_fail(str(error))
        yield LiveServer("mysql", "root", server.port, str(server.socket), server.client)


@pytest.fixture
def mariadb_database(mariadb: LiveServer) -> Iterator[str]:
    """The name of an empty database in the private MariaDB, dropped after the test."""
    name = mariadb.new_database()
    yield name
    mariadb.drop_database(name)


@pytest.fixture(scope="session")
def postgres() -> LiveServer:
    """The PostgreSQL server of this machine (``ROPA_TEST_POSTGRES``: account[:password]@host:port)."""
    address = os.environ.get("ROPA_TEST_POSTGRES", "postgres@127.0.0.1:5432")
    account, _, place = address.rpartition("@")
    user, _, password = account.partition(":")
    live = LiveServer("postgresql", user, int(place.rpartition(":")[2]), password=password)
    try:
        with socket.create_connection(("127.0.0.1", live.port), timeout=2):
            pass
        live.execute("SELECT 1")
    except (OSError, sqlalchemy.exc.SQLAlchemyError):
        skip_or_fail("no PostgreSQL at 127.0.0.1:5432 for account postgres: set ROPA_TEST_POSTGRES to run these tests")
    return live


@pytest.fixture
def postgres_database(postgres: LiveServer) -> Iterator[str]:
    """The name of an empty database in PostgreSQL, dropped after the test."""
    name = postgres.new_database()
    yield name
    postgres.drop_database(name)
