"""A connection cut in mid-answer, a clock that jumps, and two runs of one controller at once."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC
from importlib import import_module
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from whole_runs import AS_OF, call, change, clean_environment, night, results, run_small, small_controller

from ropa_pipeline import publish
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.orchestration.build import build_definitions
from ropa_pipeline.orchestration.jobs import JOB_NAME, request_for
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places
from ropa_pipeline.run_lock import run_lock
from ropa_pipeline.settings import load_settings


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small_controller(tmp_path)
    assert run_small(tmp_path).code == 0
    return tmp_path


class CuttingProxy:
    """Passes bytes between a client and a server, and cuts both off after so many bytes of answer."""

    def __init__(self, port: int, after: int) -> None:
        self.port, self.after, self.cuts = port, after, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.own_port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        passed = 0
        try:
            while data := source.recv(2048):
                passed += len(data)
                if counts and passed > self.after:
                    target.sendall(data[: len(data) // 2])
                    self.cuts += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for side in (source, target):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def proxies() -> Iterator[list[CuttingProxy]]:
    made: list[CuttingProxy] = []
    yield made
    for proxy in made:
        proxy.close()


@pytest.mark.slow
@pytest.mark.parametrize("after", [40, 700, 3000])
def test_a_database_that_goes_away_in_mid_answer_is_a_stale_source(
    home: Path, mariadb: Any, mariadb_database: str, proxies: list[CuttingProxy], after: int
) -> None:
    mariadb.execute(
        "CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(90), registered_at DATETIME)",
        *(f"CREATE TABLE more_{number} (id INT PRIMARY KEY, email VARCHAR(90))" for number in range(40)),
        "INSERT INTO customers VALUES (1, 'ona@example.com', '2020-01-02')",
        database=mariadb_database,
    )
    more = "  - {source_id: live, system: web_shop, connector: sql_database, location: 'env:LIVE_SHOP'}\n"
    sources = home / "mappings" / "controllers" / "small" / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + more, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVE_SHOP", mariadb.url(mariadb_database))
        assert run_small(home).code == 0
    proxy = CuttingProxy(mariadb.port, after)
    proxies.append(proxy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVE_SHOP", mariadb.url(mariadb_database).replace(str(mariadb.port), str(proxy.own_port)))
        answer = run_small(home, as_of="2026-11-02")
    assert proxy.cuts
    assert answer.code == 0, answer.said
    assert "Traceback" not in answer.said
    state = {row.source_id: row for row in night(home).read(Source)}
    assert state["live"].status.value == "stale"
    assert state["live"].tables == 41
    assert state["prestashop"].status.value == "fresh"


@pytest.mark.slow
def test_a_clock_that_goes_back_computes_and_publishes_nothing_and_the_next_right_night_goes_on(home: Path) -> None:
    change(home / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
    lines = len(History(Places(home, "small")).lines)
    back = run_small(home, as_of="2026-10-25")
    assert (back.code, results(back)[0]["outcome"]) == (0, "not_published")
    assert len(History(Places(home, "small")).lines) == lines
    assert results(run_small(home, as_of="2026-11-02"))[0]["outcome"] == "published"
    assert publish.verify(home, "small").ok


@pytest.mark.parametrize("zone", ["Europe/Vilnius", "America/Havana", "Australia/Lord_Howe"])
def test_days_on_which_clocks_are_changed_are_one_night_each(tmp_path: Path, zone: str) -> None:
    """In Havana midnight is skipped in spring and comes twice in autumn."""
    folder = small_controller(tmp_path)
    change(folder / "controller.yaml", "Europe/Vilnius", zone)
    times = []
    for as_of in ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"):
        made = night(tmp_path, as_of=as_of)
        assert made.run_time.tzinfo is UTC
        times.append(made.run_time)
    assert times == sorted(set(times))


def test_two_runs_of_one_controller_at_once_publish_once(tmp_path: Path) -> None:
    small_controller(tmp_path)
    command = [sys.executable, "-c", "from ropa_pipeline.cli import main; main()", "run", "small", "--as-of", AS_OF,
               "--no-dagster", "--json", "--home", str(tmp_path)]  # fmt: skip
    with run_lock(tmp_path, "small"):
        late = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
    assert late.returncode == 2
    assert "under way" in json.loads(late.stdout)[0]["message"]
    assert publish.published_path(tmp_path, "small") is None


@pytest.mark.slow
def test_two_processes_started_together_leave_one_whole_release(tmp_path: Path) -> None:
    small_controller(tmp_path)
    command = [sys.executable, "-c", "from ropa_pipeline.cli import main; main()", "run", "small", "--as-of", AS_OF,
               "--no-dagster", "--json", "--home", str(tmp_path)]  # fmt: skip
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) for _ in range(2)]
    said = [json.loads(process.communicate()[0])[0]["outcome"] for process in both]
    assert sorted(said) in (["not run", "published"], ["published", "unchanged"])
    assert len(History(Places(tmp_path, "small")).lines) == 1
    assert publish.verify(tmp_path, "small").ok


@pytest.mark.slow
def test_a_schedule_tick_while_a_run_is_under_way_changes_nothing_and_says_so(home: Path) -> None:
    """What the tick asks for is executed while another process would hold the run's lock."""
    settings = load_settings(home)
    job = build_definitions(settings).resolve_job_def(JOB_NAME)
    request = request_for(settings, "small", "2026-11-03", "small:2026-11-03")
    before = publish.published_path(home, "small")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(str(CONTROLLERS.name), ["small"])

        def execute() -> dg.ExecuteInProcessResult:
            return job.execute_in_process(
                partition_key=request.partition_key, asset_selection=request.asset_selection, instance=instance,
                raise_on_error=False, run_config={**request.run_config,
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )  # fmt: skip

        held, freed = threading.Event(), threading.Event()

        def other() -> None:
            with run_lock(home, "small"):
                held.set()
                freed.wait(60)

        thread = threading.Thread(target=other)
        thread.start()
        held.wait(10)
        try:
            late = execute()
        finally:
            freed.set()
            thread.join()
        assert not late.success
        assert publish.published_path(home, "small") == before
        assert execute().success
    assert publish.verify(home, "small").ok
    assert call("verify", "small", "--home", str(home)).code == 0
