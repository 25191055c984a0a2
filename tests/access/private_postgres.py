"""A PostgreSQL of its own for a test, on loopback, with TLS, in a folder that is removed.

Belongs here: starting and stopping it. Does not belong here: any test, and the PostgreSQL of this machine
(``tests/live.py``). The server refuses to run as root, so root starts it as another account.
"""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy
from certificates import Certificates

from benchmarks.private_mariadb import end
from tests.live import free_port, skip_or_fail

_ACCOUNTS = ("postgres", "nobody")
ACCESS = """\
local   all all                trust
hostnossl all in_clear 127.0.0.1/32 trust
hostssl all all     127.0.0.1/32 trust
hostssl all all     ::1/128      trust
"""


@dataclass(frozen=True)
class PrivatePostgres:
    """``account`` is its administrator. Nobody but ``in_clear`` may come without TLS."""

    port: int
    account: str = "admin"

    def url(self, host: str = "localhost", database: str = "postgres", account: str = "") -> str:
        return f"postgresql://{account or self.account}@{host}:{self.port}/{database}"

    def execute(self, *statements: str) -> None:
        address = self.url("127.0.0.1").replace("postgresql://", "postgresql+psycopg://") + "?sslmode=require"
        engine = sqlalchemy.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.pool.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def _program(name: str) -> str:
    places = os.pathsep.join(
        [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    )
    found = shutil.which(name, path=places)
    if not found:
        skip_or_fail(f"no {name} on this machine: install PostgreSQL (apt install postgresql) to run these tests")
    return found


def _account() -> str:
    if os.geteuid():
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)


@contextmanager
def private_postgres(pems: Certificates) -> Iterator[PrivatePostgres]:
    """Start a server with that certificate; it ends, and its folder goes, whatever happens."""
    initdb, server = _program("initdb"), _program("postgres")
    who = _account()
    folder = Path(tempfile.mkdtemp(prefix="ropa-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))
    process: subprocess.Popen[bytes] | None = None
    as_account = {"user": who} if os.geteuid() == 0 else {}
    try:
        data = folder / "data"
        for source, name in ((pems.certificate, "cert.pem"), (pems.key, "key.pem")):
            shutil.copyfile(source, folder / name)
            (folder / name).chmod(0o600)
        if as_account:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, who)
        made = [
            initdb,
            f"--pgdata={data}",
            "--username=admin",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--no-locale",
        ]
        done = subprocess.run(made, capture_output=True, text=True, cwd=folder, check=False, **as_account)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr
        (data / "pg_hba.conf").write_text(ACCESS, "utf-8")
        port = free_port()
        options = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off",
            "ssl": "on", "ssl_cert_file": folder / "cert.pem", "ssl_key_file": folder / "key.pem",
        }  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [server, "-D", str(data), *(f"--{name}={value}" for name, value in options.items())],
                stdout=log, stderr=subprocess.STDOUT, cwd=folder, **as_account,  # type: ignore[call-overload]
            )  # fmt: skip
        running = PrivatePostgres(port)
        _wait(running, process, folder / "log")
        yield running
    finally:
        if process is not None:
            end(process, 30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(running: PrivatePostgres, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(errors="replace")[-800:]
        try:
            running.execute("SELECT 1")
            return
        except sqlalchemy.exc.OperationalError:
            time.sleep(0.2)
    raise AssertionError(f"PostgreSQL did not answer within {seconds:.0f} s: {log.read_text(errors='replace')[-800:]}")
