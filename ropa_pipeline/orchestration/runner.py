"""Runs the same Dagster job in this process, against the instance of the home.

Belongs here: the instance, its configuration file, one run. Does not belong here: messages for people
(``commands``). What the command line did is visible in the UI, because both share ``<home>/data/dagster``.
"""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import dagster as dg

from ropa_pipeline import stages
from ropa_pipeline.light import systems_of
from ropa_pipeline.night import Night
from ropa_pipeline.orchestration.build import build_definitions
from ropa_pipeline.orchestration.jobs import JOB_NAME, LAST_VERIFIED, selection_for
from ropa_pipeline.orchestration.kept_sqlite import kept_instance
from ropa_pipeline.orchestration.partitions import register_controllers
from ropa_pipeline.orchestration.resources import HeldNight
from ropa_pipeline.publish import ReleaseResult
from ropa_pipeline.quiet import is_quiet
from ropa_pipeline.settings import Settings
from ropa_pipeline.store import DiskTrouble, private_database

_OPEN = threading.local()
_BATCH = "DAGSTER_EVENT_BATCH_SIZE"
INSTANCE_CONFIG = """\
# Dagster's instance of this home. Telemetry is off: this is a privacy tool.
telemetry:
  enabled: false
# No invitation to leave an e-mail address with the makers of Dagster.
nux:
  enabled: false
# One run per controller at a time; a second one waits in the queue.
concurrency:
  runs:
    max_concurrent_runs: 2
    tag_concurrency_limits:
      - key: "dagster/partition"
        value:
          applyLimitPerUniqueValue: true
        limit: 1
      # Never two scans of one database at once: controllers that share one have the same tag.
      - key: "ropa/databases"
        value:
          applyLimitPerUniqueValue: true
        limit: 1
# A run whose process died starts anew, as often as its tag says; a step that failed is a fault to be looked at.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
# A run whose process died is marked failed, so that the next one may start.
run_monitoring:
  enabled: true
"""


class RunFailed(Exception):
    """A step failed by a fault of ours. The text names steps and classes of errors, never an error's own text."""


def prepare_instance(settings: Settings) -> Path:
    """Make the instance's folder with its configuration; an existing configuration is left as it is."""
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    if not config.exists():
        config.write_text(INSTANCE_CONFIG, "utf-8")
    return folder


@contextmanager
def instance_of(settings: Settings) -> Generator[dg.DagsterInstance, None, None]:
    """The home's instance, or the one that this thread has open already; the environment is put back afterwards."""
    folder = prepare_instance(settings)
    held: tuple[Path, dg.DagsterInstance] | None = getattr(_OPEN, "held", None)
    if held is not None and held[0] == folder:
        yield held[1]
        return
    before = {name: os.environ.get(name) for name in ("DAGSTER_HOME", _BATCH)}
    os.environ["DAGSTER_HOME"] = str(folder)
    # Dagster stores what it intends to do in one piece where the storage can (PostgreSQL; ours for SQLite).
    os.environ.setdefault(_BATCH, "100")
    try:
        with kept_instance(folder) as instance:
            _OPEN.held = (folder, instance)
            yield instance
    finally:
        _OPEN.held = held
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_in_dagster(night: Night, more_systems: tuple[str, ...] = ()) -> ReleaseResult:
    """One run of one controller by the caller, who holds the run's lock.

    A release that findings hold is an answer (``refused``), not an error. Raises RunFailed for a fault of ours, and
    DiskTrouble where a step says that a disk takes no more.
    """
    settings = night.settings
    quiet = is_quiet(night)
    job, held = _job(settings, tuple(sorted({*systems_of(settings, night.controller_id), *more_systems})))
    held.hold(night)
    stages.forget_release(night)
    with instance_of(settings) as instance, private_database():
        register_controllers(instance, (night.controller_id,))
        result = job.execute_in_process(
            partition_key=night.controller_id,
            asset_selection=(
                [dg.AssetKey(LAST_VERIFIED)] if quiet else selection_for(settings, night.controller_id, more_systems)
            ),
            instance=instance,
            raise_on_error=False,
            tags={
                "ropa/controller": night.controller_id,
                "ropa/as_of": night.as_of.isoformat(),
                "ropa/started_by": "command line",
            },
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    released = stages.last_release(night)
    if released is not None:
        return released
    failed = [event for event in result.all_events if event.is_step_failure]
    if failed and all(_is_held(event) for event in failed):
        return stages.released(night)
    full = next((event for event in failed if _error_class(event) == DiskTrouble.__name__), None)
    if full is not None:
        raise DiskTrouble(_error_text(full))
    raise RunFailed(", ".join(sorted(f"{event.step_key}: {_error_class(event)}" for event in failed)) or "no step ran")


@lru_cache(maxsize=8)
def _job(settings: Settings, systems: tuple[str, ...]) -> tuple[dg.JobDefinition, HeldNight]:
    """The job, made once for the controllers of a process with those systems, and what hands it each one's night."""
    held = HeldNight(settings)
    return build_definitions(settings, systems, held).resolve_job_def(JOB_NAME), held


def _is_held(event: dg.DagsterEvent) -> bool:
    """Whether a step failed only because a blocking check did."""
    return _error_class(event) == "DagsterAssetCheckFailedError"


def _error_text(event: dg.DagsterEvent) -> str:
    """The text of a message that was written for people, as Dagster keeps it: after the name of its class."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.partition(": ")[2].strip() if error is not None else ""


def _error_class(event: dg.DagsterEvent) -> str:
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return (error.cls_name or "unknown") if error is not None else "unknown"
