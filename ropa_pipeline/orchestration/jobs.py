"""The nightly job, its schedules (one per time zone), its sensors and its failure hook.

Belongs here: when runs start and what is written when one fails. Does not belong here: what a run does.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from ropa_pipeline import alerts, storage
from ropa_pipeline.catalogue import controller_names
from ropa_pipeline.light import locations_of, systems_of, timezone_of, timezones
from ropa_pipeline.limits import shared_databases
from ropa_pipeline.model.tables import TABLE_BY_NAME
from ropa_pipeline.night_mark import quiet_expected
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.orchestration.source_assets import schema_key
from ropa_pipeline.settings import Settings, load_settings

JOB_NAME = "nightly"
NIGHT = "0 2 * * *"
LAST_VERIFIED = "last_verified"
PORTFOLIO = "portfolio"
"""The one asset that is not of one controller: no night makes it."""
_HELD = ("Failure", "DagsterAssetCheckFailedError")
_HISTORY_TABLES = ("snapshots", "changes")


@dg.failure_hook(name="write_failure_note", required_resource_keys={"ropa"})
def write_failure_note(context: dg.HookContext) -> None:
    """Write what an operator needs beside the working tables: step, run, kind of error; never its text.

    An exception's text may hold a value from a source, so only its type is kept; the run page has our own logs.
    """
    settings = load_settings(Path(context.resources.ropa.home) if context.resources.ropa.home else None)
    folder = settings.build / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    error = context.op_exception
    note = {
        "step": context.step_key,
        "run": context.run_id,
        "error": type(error).__name__ if error else "unknown",
        "what to do": "Open the run in the UI, correct the cause, and run the controller again: ropa run CONTROLLER.",
        "published": "The last release stays as it was.",
    }
    path = folder / f"{context.run_id}_{context.step_key}.json"
    path.write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", "utf-8")
    context.log.error("step %s failed; note written to %s", context.step_key, path.name)
    run = context.instance.get_run_by_id(context.run_id)
    tell_failure(settings, run.tags.get("dagster/partition", "") if run else "", note["error"])


def tell_failure(settings: Settings, controller_id: str, kind_of_error: str) -> None:
    """Alert whoever is to hear of it. A release that findings hold back is an answer, not a fault."""
    if not controller_id:
        return
    if kind_of_error in _HELD:
        alerts.release_held(settings, controller_id)
    else:
        alerts.run_failed(settings, controller_id, kind_of_error)


def nightly_job() -> Any:
    """All assets of one controller."""
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(PORTFOLIO),
        partitions_def=CONTROLLERS,
        hooks={write_failure_note},
        # a run that lost its worker begins anew: another machine does not have the dead one's working tables
        tags={"dagster/retry_strategy": "ALL_STEPS"},
        description="Reads a controller's systems and publishes its register.",
    )


def selection_for(settings: Settings, controller_id: str, more: tuple[str, ...] = ()) -> list[dg.AssetKey]:
    """The assets of one controller's run: its own systems and every table."""
    systems = sorted({*systems_of(settings, controller_id), *more})
    tables = [dg.AssetKey(name) for name in TABLE_BY_NAME if name not in _HISTORY_TABLES]
    return [*(schema_key(system) for system in systems), *tables, dg.AssetKey("today"), dg.AssetKey("release")]


def request_for(settings: Settings, controller_id: str, as_of: str, run_key: str) -> dg.RunRequest:
    """One run request; ``as_of`` is the tick's date in the controller's zone.

    Whether anything changed is decided here, before a run is launched: a controller with nothing new gets one step.
    """
    quiet = _quiet(settings, controller_id, date.fromisoformat(as_of))
    return dg.RunRequest(
        run_key=run_key,
        partition_key=controller_id,
        asset_selection=[dg.AssetKey(LAST_VERIFIED)] if quiet else selection_for(settings, controller_id),
        run_config={"resources": {"ropa": {"config": {"home": str(settings.home), "as_of": as_of}}}},
        tags={"ropa/controller": controller_id, "ropa/as_of": as_of, **limit_tags(settings, controller_id)},
    )


def limit_tags(settings: Settings, controller_id: str) -> dict[str, str]:
    """What bounds a run: its time and retries, which Dagster keeps, and the group that reads one database with it.

    Runs with the same ``ropa/databases`` wait for each other, on whichever machine (``tag_concurrency_limits``).
    """
    limits = settings.limits
    tags = {"dagster/max_retries": str(limits.run_retries)}
    if limits.run_seconds:
        tags["dagster/max_runtime"] = str(limits.run_seconds)
    group = _groups(settings, int(time.monotonic() // 60)).get(controller_id)
    return {**tags, "ropa/databases": group} if group else tags


@lru_cache(maxsize=1)
def _groups(settings: Settings, _minute: int) -> dict[str, str]:
    """Read once a minute: a tick asks for every controller."""
    return shared_databases({name: locations_of(settings, name) for name in controller_names(settings)})


def _quiet(settings: Settings, controller_id: str, as_of: date) -> bool:
    """Of a shared state, one small object and one listing tell. Where the storage is silent the run will say so."""
    if not settings.storage:
        return quiet_expected(settings, controller_id, as_of)
    try:
        stored = storage.glance(settings, controller_id)
    except storage.StorageError:
        return False
    return stored is not None and quiet_expected(settings, controller_id, as_of, stored=stored)


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """One schedule per time zone found, at 02:00 there, on by default."""
    return [_schedule(settings, zone) for zone in timezones(settings)]


def _schedule(settings: Settings, zone: str) -> dg.ScheduleDefinition:
    name = "nightly_" + "".join(char if char.isalnum() else "_" for char in zone).lower()

    @dg.schedule(
        name=name,
        job_name=JOB_NAME,
        cron_schedule=NIGHT,
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Every night at 02:00 {zone}: one run for each controller there.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        day = context.scheduled_execution_time.astimezone(ZoneInfo(zone)).date().isoformat()
        known = set(context.instance.get_dynamic_partitions(str(CONTROLLERS.name)))
        for controller_id in timezones(settings).get(zone, ()):
            if controller_id in known:
                yield request_for(settings, controller_id, day, f"{controller_id}:{day}")

    return nightly


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """New controllers become partitions; new files in an inbox start a run; what went wrong is told."""

    @dg.sensor(
        name="controllers",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Adds a partition for every new folder under mappings/controllers.",
        job_name=JOB_NAME,
    )
    def controllers(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        known = set(context.instance.get_dynamic_partitions(str(CONTROLLERS.name)))
        new = [name for name in controller_names(settings) if name not in known]
        if not new:
            return dg.SkipReason("no new controller")
        return dg.SensorResult(dynamic_partitions_requests=[CONTROLLERS.build_add_request(new)])

    @dg.sensor(
        name="inbox",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run of a controller when a file arrives in its inbox.",
        job_name=JOB_NAME,
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
        known = set(context.instance.get_dynamic_partitions(str(CONTROLLERS.name)))
        names = [name for name in controller_names(settings) if name in known]
        stored = storage.inbox_states(settings) if settings.storage else None
        now = {name: _inbox_state(settings, name) if stored is None else stored.get(name, "") for name in names}
        requests = []
        for name, state in sorted(now.items()):
            if state and state != seen.get(name):
                zone = ZoneInfo(timezone_of(settings, name))
                day = datetime.now(UTC).astimezone(zone).date().isoformat()
                requests.append(request_for(settings, name, day, f"{name}:inbox:{state}"))
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(now, sort_keys=True))

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=900,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells once of every source not read, release refused, register gone stale or new finding.",
        job_name=JOB_NAME,
    )
    def tell_standing(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        told = [key for name in controller_names(settings) for key in alerts.check(settings, name, False).told]
        return dg.SkipReason(f"told now: {', '.join(told)}" if told else "nothing new to tell")

    @dg.run_failure_sensor(
        name="failed_runs",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells of a run that failed, also where its process was killed and no hook could speak.",
    )
    def failed_runs(context: dg.RunFailureSensorContext) -> None:
        kinds = sorted({error_class(event) for event in context.get_step_failure_events()})
        # one kind: a held release is only that where nothing else failed
        kind = ", ".join(kinds) or "its process ended"
        tell_failure(settings, context.dagster_run.tags.get("dagster/partition", ""), kind)

    return [controllers, inbox, tell_standing, failed_runs]


def error_class(event: dg.DagsterEvent) -> str:
    """The class of what a step failed with; never its text, which may hold a value from a source."""
    error = event.step_failure_data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return (error.cls_name or "unknown") if error is not None else "unknown"


def _inbox_state(settings: Settings, controller_id: str) -> str:
    """A fingerprint of the inbox by time and size; names of files are not kept, they may be values."""
    folder = settings.inbox / controller_id
    newest, size, count = 0, 0, 0
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            stat = path.stat()
            newest, size, count = max(newest, stat.st_mtime_ns), size + stat.st_size, count + 1
    return f"{count}-{size}-{newest}" if count else ""
