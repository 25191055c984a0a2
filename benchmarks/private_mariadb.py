"""A private MariaDB for measuring and for tests: started in a temporary folder, ended by its process id.

Belongs here: starting, loading a dump with the server's own client, an account with SELECT alone. Does not belong here:
what is measured or tested. The settings are those of a small shop's server, with durability relaxed so that loading is
fast: what we compare with should not be slowed down.
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READER = "reader"


class NoServer(Exception):
    """There is no MariaDB on this machine, or it did not start; the message says what to do."""


@dataclass(frozen=True)
class PrivateServer:
    """A running server. ``url`` is for an account that may only SELECT."""

    folder: Path
    port: int
    client: str

    @property
    def socket(self) -> Path:
        return self.folder / "s"

    @property
    def _admin(self) -> list[str]:
        return [self.client, "--no-defaults", f"--socket={self.socket}", "-uroot"]

    def sql(self, text: str, database: str = "") -> str:
        """Run statements as the administrator; the output as the client prints it, without headings."""
        command = [*self._admin, "-N", "-B", "-e", text, *([database] if database else [])]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def new_database(self, name: str) -> None:
        """An empty database that the reading account may read."""
        self.sql(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}; GRANT SELECT ON {name}.* TO '{READER}'@'%'")

    def load(self, database: str, dump: Path) -> float:
        """Load a dump as people do (``mariadb < dump``); seconds taken."""
        begun = time.perf_counter()
        with dump.open("rb") as text:
            subprocess.run([*self._admin, "--max-allowed-packet=64M", database], check=True, stdin=text)
        return time.perf_counter() - begun

    def url(self, database: str) -> str:
        """The address of a database for the reading account."""
        return f"mysql://{READER}@127.0.0.1:{self.port}/{database}"


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_mariadb(buffer_pool: str = "1G", options: tuple[str, ...] = ()) -> Iterator[PrivateServer]:
    """Start a server, with more options where given, and end it whatever happens. Raises :class:`NoServer`."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"))
    server, install, client = (
        next((found for name in names if (found := shutil.which(name, path=places))), "")
        for names in (("mariadbd", "mysqld"), ("mariadb-install-db", "mysql_install_db"), ("mariadb", "mysql"))
    )
    if not (server and install and client):
        raise NoServer("no MariaDB on this machine: apt install mariadb-server, or measure without it")
    # a short path: a socket's name has about a hundred characters at most
    folder = Path(tempfile.mkdtemp(prefix="ropa-db-", dir="/tmp" if Path("/tmp").is_dir() else None))
    user = getpass.getuser()
    process: subprocess.Popen[bytes] | None = None
    try:
        made = [install, "--no-defaults", f"--datadir={folder / 'data'}", f"--user={user}", "--skip-test-db"]
        done = subprocess.run([*made, "--auth-root-authentication-method=normal"], capture_output=True, text=True)
        if done.returncode:
            raise NoServer(f"mariadb-install-db failed: {(done.stderr or done.stdout)[-400:]}")
        port = free_port()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    server, "--no-defaults", f"--datadir={folder / 'data'}", f"--socket={folder / 's'}",
                    f"--port={port}", "--bind-address=127.0.0.1", f"--user={user}", f"--pid-file={folder / 'pid'}",
                    "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
                    f"--innodb-buffer-pool-size={buffer_pool}", "--innodb-log-file-size=512M", "--sql-mode=",
                    "--innodb-doublewrite=OFF", "--max-allowed-packet=64M", "--performance-schema=OFF", *options,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        running = PrivateServer(folder, port, client)
        _wait(running, process)
        running.sql(f"CREATE USER '{READER}'@'%'")
        yield running
    finally:
        if process is not None:
            end(process, 60)
        shutil.rmtree(folder, ignore_errors=True)


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Stop a server that was started; one that does not stop within ``seconds`` is killed."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _wait(running: PrivateServer, process: "subprocess.Popen[bytes]", seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            said = (running.folder / "log").read_text(errors="replace")[-600:]
            raise NoServer(f"MariaDB ended at once: {said}")
        try:
            running.sql("SELECT 1")
            return
        except subprocess.CalledProcessError:
            time.sleep(0.2)
    raise NoServer(f"MariaDB did not answer within {seconds:.0f} s")
