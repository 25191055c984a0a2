"""What Dagster itself costs of a controller's night, beside a bare Dagster run of the same shape.

Belongs here: ``ropa run`` around stages that hand out what they made before, so that only Dagster is left; a job with
the same steps, assets, checks, partition and metadata that does nothing, with Dagster's own SQLite storage; and real
nights, of which a quiet one must stay small. Does not belong here: the stages (``scale``) and imports (``cold_demo``).
Processor time, the median of several rounds, after one that warms up.

    python -m benchmarks.dagster_share
    python -m benchmarks.dagster_share --postgres postgresql+psycopg2://account:password@host/database
"""

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import yaml

from benchmarks.generated_controllers import write_controllers
from ropa_pipeline import stages
from ropa_pipeline.light import systems_of
from ropa_pipeline.night import Night
from ropa_pipeline.orchestration import runner
from ropa_pipeline.orchestration.assets import table_assets
from ropa_pipeline.orchestration.jobs import selection_for
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.orchestration.runner import instance_of, prepare_instance, run_in_dagster
from ropa_pipeline.orchestration.source_assets import schema_asset
from ropa_pipeline.quiet import make_night
from ropa_pipeline.settings import Settings, load_settings

AS_OF = date(2026, 11, 1)
SHARE, QUIET = 1.2, 0.15
_QUIETLY = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_STAGES = ("inventory", "classified", "statements", "retention_tested", "register", "judged")


@dataclass(frozen=True)
class Measured:
    """Processor seconds of a run (median), and the events that one run left."""

    seconds: float
    events: int

    def __str__(self) -> str:
        return (
            f"{self.seconds:.2f} s of processor, {self.events} events, {1000 * self.seconds / self.events:.1f} ms each"
        )


def median(work: Callable[[], object], rounds: int) -> float:
    """Processor seconds of one call, the first not counted."""
    found = []
    for _ in range(rounds + 1):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found[1:])


@contextmanager
def stages_made_before(settings: Settings, name: str) -> Iterator[None]:
    """Stages that hand out what the controller's last night made, at no cost."""
    night = Night(settings, name, AS_OF)
    tables, today, released = stages.stored(night), stages.today(night), stages.last_release(night)
    assert released is not None
    states = {system: stages.observe_system(night, system) for system in systems_of(settings, name)}
    with ExitStack() as stack:
        for stage in _STAGES:
            stack.enter_context(patch.object(stages, stage, lambda night: tables))
        stack.enter_context(patch.object(stages, "observe_system", lambda night, system: states[system]))
        stack.enter_context(patch.object(stages, "today", lambda night: today))
        stack.enter_context(patch.object(stages, "released", lambda night: stages.keep_result(night, released)))
        stack.enter_context(patch.object(runner, "is_quiet", lambda night: False))
        # The job holds the stages that there were when it was made.
        runner._job.cache_clear()
        stack.callback(runner._job.cache_clear)
        yield


def events_of(settings: Settings) -> int:
    """How many events the newest run left."""
    with instance_of(settings) as instance:
        (run,) = instance.get_runs(limit=1)
        return len(instance.all_logs(run.run_id))


def ours(settings: Settings, name: str, rounds: int) -> Measured:
    """Dagster's share of ``ropa run``."""
    with stages_made_before(settings, name), instance_of(settings):
        spent = median(lambda: run_in_dagster(Night(settings, name, AS_OF, force=True)), rounds)
        return Measured(spent, events_of(settings))


def bare_step(made: dg.AssetsDefinition, metadata: dict[dg.AssetKey, dict[str, Any]]) -> dg.AssetsDefinition:
    """A step with the same assets, dependencies and checks that does nothing."""
    checks = sorted(made.check_specs, key=lambda check: check.name)

    @dg.multi_asset(
        name=made.node_def.name,
        specs=[
            dg.AssetSpec(key, deps=sorted(made.asset_deps[key]), partitions_def=CONTROLLERS)
            for key in sorted(made.keys)
        ],
        check_specs=[dg.AssetCheckSpec(check.name, asset=check.asset_key) for check in checks],
    )
    def step() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:  # type: ignore[type-arg]
        for key in sorted(made.keys):
            yield dg.MaterializeResult(asset_key=key, metadata=metadata.get(key, {}))
        for check in checks:
            yield dg.AssetCheckResult(asset_key=check.asset_key, check_name=check.name, passed=True)

    return step


def bare(settings: Settings, name: str, folder: Path, rounds: int) -> Measured:
    """A run that does nothing, with as many steps, assets, checks and metadata, in plain SQLite storage."""
    systems = tuple(sorted(systems_of(settings, name)))
    with instance_of(settings) as instance:
        (run,) = instance.get_runs(limit=1)
        shown: dict[dg.AssetKey, dict[str, Any]] = {
            event.asset_materialization.asset_key: dict(event.asset_materialization.metadata)
            for event in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
            if event.asset_materialization is not None
        }
    steps = [*(schema_asset(system) for system in systems), *table_assets(systems)]
    job = dg.Definitions(
        assets=[bare_step(step, shown) for step in steps],
        jobs=[dg.define_asset_job("bare", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    ).resolve_job_def("bare")
    folder.mkdir()
    config = yaml.safe_load(runner.INSTANCE_CONFIG)
    (folder / "dagster.yaml").write_text(yaml.safe_dump(config), "utf-8")
    with patch.dict(os.environ, DAGSTER_HOME=str(folder)), dg.DagsterInstance.get() as instance:
        instance.add_dynamic_partitions(str(CONTROLLERS.name), [name])

        def run_once() -> None:
            done = job.execute_in_process(
                partition_key=name, instance=instance, run_config=_QUIETLY,
                asset_selection=selection_for(settings, name),
            )  # fmt: skip
            assert done.success

        spent = median(run_once, rounds)
        (last,) = instance.get_runs(limit=1)
        return Measured(spent, len(instance.all_logs(last.run_id)))


def nights(settings: Settings, names: tuple[str, ...]) -> tuple[float, float, float]:
    """Processor seconds a controller: a first night through Dagster, a quiet one after it, a quiet one without it."""

    def each(day: date, through: Callable[[Night], object]) -> float:
        found = []
        for name in names:
            started = time.process_time()
            through(Night(settings, name, day))
            found.append(time.process_time() - started)
        return statistics.mean(found)

    with instance_of(settings):
        first = each(AS_OF, run_in_dagster)
        quiet = each(AS_OF + timedelta(days=1), run_in_dagster)
    return first, quiet, each(AS_OF + timedelta(days=2), make_night)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--postgres", default="", help="keep our instance there instead of in SQLite files")
    parser.add_argument("--controllers", type=int, default=4, help="controllers of the real nights (default: 4)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of which the median is taken (default: 7)")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    print(f"dagster {version('dagster')}, {'PostgreSQL' if options.postgres else 'SQLite'}, in one process")
    with tempfile.TemporaryDirectory(prefix="ropa-dagster-") as scratch:
        settings = load_settings(Path(scratch) / "home")
        names = write_controllers(settings.home, options.controllers + 1)
        if options.postgres:
            config = yaml.safe_load((prepare_instance(settings) / "dagster.yaml").read_text("utf-8"))
            pooled = {"module": "ropa_pipeline.orchestration.pooled_postgres", "class": "PooledPostgresStorage"}
            config["storage"] = {"custom": {**pooled, "config": {"postgres_url": options.postgres}}}
            (settings.dagster_home / "dagster.yaml").write_text(yaml.safe_dump(config), "utf-8")
        make_night(Night(settings, names[0], AS_OF))
        own = ours(settings, names[0], options.rounds)
        plain = bare(settings, names[0], Path(scratch) / "bare", options.rounds)
        print(f"Dagster's share of a whole night: {own}")
        print(f"a bare run of the same shape:     {plain}")
        ratio = own.seconds / plain.seconds
        print(f"ratio {ratio:.2f}, goal at most {SHARE}: {'kept' if ratio <= SHARE else 'NOT KEPT'}", flush=True)
        first, quiet, alone = nights(settings, names[1:])
        print(f"a first night through Dagster {first:.2f} s, a quiet one {quiet:.2f} s, without Dagster {alone:.2f} s")
        print(f"ratio {quiet / first:.2f}, goal at most {QUIET}: {'kept' if quiet / first <= QUIET else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
