"""An installation as ``deploy/`` describes it, on loopback, for one test.

Belongs here: a private RabbitMQ or Redis, the services of ``deploy/systemd`` started by the very command lines of their
units, and which of them executes a run. Does not belong here: what they must show. Names of machines and passwords are
the test's own.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from tests.live import free_port, skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 120) -> None:
    """Until something listens there; the log where the process ended first."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"nothing listens on {port}: {log.read_text('utf-8', 'replace')[-3000:]}")


def end(process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Ask a process and its children to stop; insist where it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(seconds)


@contextmanager
def private_rabbitmq(folder: Path) -> Iterator[str]:
    """The address of a RabbitMQ of our own, in a folder of our own."""
    binary = SERVER if SERVER.is_file() else shutil.which("rabbitmq-server")
    if binary is None:
        skip_or_fail("no rabbitmq-server on this machine: install it to run these tests")
    folder.mkdir(parents=True)
    (folder / "plugins").write_text("[].\n", "utf-8")
    port, distribution = free_port(), free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "RABBITMQ_NODENAME": f"ropa-test-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }
    log = folder / "out.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(binary)], env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_for_port(port, process, log)
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        end(process)


@contextmanager
def private_redis(folder: Path) -> Iterator[str]:
    """The address of a Redis of our own, in a folder of our own, which keeps what it holds as deploy/README.md asks."""
    binary = shutil.which("redis-server")
    if binary is None:
        skip_or_fail("no redis-server on this machine: install it to run these tests")
    folder.mkdir(parents=True)
    port, log = free_port(), folder / "out.log"
    settings = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--appendonly", "yes", "--save", "")
    with log.open("wb") as out:
        process = subprocess.Popen([binary, *settings], stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        wait_for_port(port, process, log)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(process)


def process_of(instance: dg.DagsterInstance, run_id: str) -> int:
    """The process that a run was started in, where it is still alive (a worker's process outlives its runs); else 0."""
    for record in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        found = re.search(r"Started process for run \(pid: (\d+)\)", record.user_message or record.message)
        if found and Path(f"/proc/{found[1]}/status").is_file():
            return int(found[1])
    return 0


def status_of(process: int, line: str) -> str:
    """What ``/proc`` says of a process under that heading; empty where the process is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        found = re.search(rf"^{line}:\s*(\S+)", Path(f"/proc/{process}/status").read_text("utf-8"), re.MULTILINE)
        return found[1] if found else ""
    return ""


@contextmanager
def held_still(process: int) -> Iterator[None]:
    """Stop a process where it is, so that what is seen of it stays true until it is killed or goes on."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGSTOP)
    while status_of(process, "State") not in ("T", "Z", ""):
        time.sleep(0.001)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def kill_in_the_middle(
    instance: dg.DagsterInstance, workers: dict[int, str], kill: Callable[[int], object], seconds: float
) -> str:
    """Kill the worker of a run whose steps have begun and whose end has not come; the run's id.

    ``workers`` are names by process. The run's process is held still while its state is read again and its worker is
    killed: a small run may end between any two looks, and then nothing would be lost.
    """
    until = time.monotonic() + seconds
    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
    while time.monotonic() < until:
        for run in instance.get_runs(started):
            began = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
            process = process_of(instance, run.run_id) if began else 0
            worker = int(status_of(process, "PPid") or 0)
            if worker not in workers:
                continue
            with held_still(process):
                now = instance.get_run_by_id(run.run_id)
                if now is not None and now.status is dg.DagsterRunStatus.STARTED:
                    kill(worker)
                    return run.run_id
        time.sleep(0.05)
    raise AssertionError(f"no run of {', '.join(workers.values())} was ever in the middle")


def command_of(unit: str) -> str:
    """What a unit starts."""
    text = (DEPLOY / "systemd" / unit).read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    return str(line)


def example_environment() -> dict[str, str]:
    """The variables of ``deploy/ropa.env.example``."""
    lines = (DEPLOY / "ropa.env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@dataclass
class Installation:
    """One installation: its home, its environment, and the services that were started."""

    home: Path
    broker: str
    storage: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dagster_home = self.home / "data" / "dagster"
        dagster_home.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEPLOY / "dagster.yaml", dagster_home / "dagster.yaml")
        self.web_port = free_port()
        ours = {
            "ROPA_HOME": str(self.home),
            "DAGSTER_HOME": str(dagster_home),
            "ROPA_DAGSTER_POSTGRES": self.storage,
            "ROPA_CELERY_BROKER": self.broker,
            "ROPA_CELERY_RESULTS": self.storage.replace("postgresql", "db+postgresql", 1),
            "ROPA_CODE_PORT": str(free_port()),
            "ROPA_WEB_PORT": str(self.web_port),
        }
        example = example_environment()
        assert set(ours) <= set(example), "deploy/ropa.env.example names every variable"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROPA_", "DAGSTER_"))}
        self.environment = {**kept, **example, **ours, "PYTHONPATH": str(ROOT)}

    def log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    def start(self, unit: str, instance: str = "") -> subprocess.Popen[bytes]:
        """Start a unit's own command line, with this installation's folders in place of those of a machine."""
        words = command_of(unit).replace("%i", instance).replace("%H", "test")
        words = words.replace("/opt/ropa/venv/bin", str(Path(sys.executable).parent)).replace("/etc/ropa", str(DEPLOY))
        words = re.sub(r"\$\{(\w+)\}", lambda found: self.environment[found[1]], words)
        name = unit.replace("@.", f"@{instance}.")
        self.log(name).parent.mkdir(exist_ok=True)
        with self.log(name).open("wb") as out:
            process = subprocess.Popen(
                words.split(), env=self.environment, cwd=self.home, stdout=out, stderr=out, start_new_session=True
            )
        self.running[name] = process
        return process

    def serve(self) -> None:
        """Code server, webserver, daemon and two workers, each when the one that it needs answers."""
        code = self.start("ropa-code.service")
        self.start("ropa-worker@.service", "1")
        self.start("ropa-worker@.service", "2")
        port = int(self.environment["ROPA_CODE_PORT"])
        wait_for_port(port, code, self.log("ropa-code.service"), 240)
        web = self.start("ropa-webserver.service")
        self.start("ropa-daemon.service")
        wait_for_port(self.web_port, web, self.log("ropa-webserver.service"), 240)

    def launch_command(self, as_of: str, *more: str) -> list[str]:
        """The command line that puts one run of every controller into the queue."""
        address = f"http://127.0.0.1:{self.web_port}"
        return [sys.executable, str(DEPLOY / "launch_all.py"), "--as-of", as_of, "--url", address, *more]

    def stop(self) -> None:
        """Stop everything that was started: children first, so that none is left."""
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            end(process)
