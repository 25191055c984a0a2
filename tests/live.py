"""Live databases for tests: a private MariaDB, and the PostgreSQL of this machine.

Belongs here: starting and stopping servers, and empty databases in them. Does not belong here: any schema or row.
The MariaDB server is started for one test session in a temporary folder, listens on its own socket and on a
loopback port, and is ended by its process id. Where the binary is missing the test says so and is skipped (in CI
it fails).
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy

IN_CI = os.environ.get("CI", "").lower() == "true"
START_SECONDS = 90


def skip_or_fail(reason: str) -> None:
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


def _binary(*names: str) -> str:
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"))
    return next((found for name in names if (found := shutil.which(name, path=places))), "")


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def mariadb() -> Iterator[LiveServer]:
    """A private MariaDB (or MySQL) server with an administrator who needs no password."""
    server, install = _binary("mariadbd", "mysqld"), _binary("mariadb-install-db", "mysql_install_db")
    client = _binary("mariadb", "mysql")
    if not server or not install or not client:
        skip_or_fail("no MariaDB server on this machine: install mariadb-server to run the live tests")
    # a short path: a socket's name has about a hundred characters at most
    folder = Path(tempfile.mkdtemp(prefix="ropa-db-", dir="/tmp" if Path("/tmp").is_dir() else None))
    process: subprocess.Popen[bytes] | None = None
    try:
        process, live = _start(folder, server, install, client)
        yield live
    finally:
        if process is not None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, server: str, install: str, client: str) -> tuple[subprocess.Popen[bytes], LiveServer]:
    data, name, port = folder / "data", folder / "s", free_port()
    user = getpass.getuser()
    made = subprocess.run(
        [
            install, "--no-defaults", f"--datadir={data}", f"--user={user}", "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    if made.returncode:
        pytest.fail(f"mariadb-install-db failed: {(made.stderr or made.stdout)[-400:]}")
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                server, "--no-defaults", f"--datadir={data}", f"--socket={name}", f"--port={port}",
                "--bind-address=127.0.0.1", f"--user={user}", f"--pid-file={folder / 'pid'}", "--skip-name-resolve",
                "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--innodb-buffer-pool-size=256M",
                "--performance-schema=OFF", "--sql-mode=", "--lower-case-table-names=0",
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    live = LiveServer("mysql", "root", port, str(name), client)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"the private MariaDB ended at once: {log.read_text(errors='replace')[-600:]}")
        try:
            live.execute("SELECT 1")
            return process, live
        except sqlalchemy.exc.SQLAlchemyError:
            time.sleep(0.2)
    process.kill()
    pytest.fail(f"the private MariaDB did not answer within {START_SECONDS} s")


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
