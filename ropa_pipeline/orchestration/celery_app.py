"""The Celery application of a worker: ``celery -A ropa_pipeline.orchestration.celery_app worker``.

Belongs here: what a worker process needs to execute whole runs that the instance's Celery run launcher hands out
(``deploy/dagster.yaml``, docs/adr/0012-a-run-is-one-task.md). Does not belong here: addresses and passwords, which the
launcher of ``$DAGSTER_HOME/dagster.yaml`` reads from the environment. Nothing imports this module: the embedded
default neither needs nor loads Celery.

A worker that dies in the middle of a run loses its connection, and RabbitMQ gives the same task to the next worker.
Dagster leaves such a second start alone, because it expects the cluster to say that the first one is gone; nobody
would. So the run is marked as lost here, and Dagster's own run retries start it anew.

Redis knows no connections: it gives a task out again when it was not acknowledged for so long, whether its worker is
dead or busy. So that time is made longer than any run may take, and a worker that is started again first looks which
run its own predecessor left.
"""

from typing import Any

import dagster as dg

# Celery ships no types; what is used of it here is one decorator and the task's own attributes.
from celery import signals  # type: ignore[import-untyped]
from dagster._core.events import JobFailureData, RunFailureReason
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import unpack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task

from ropa_pipeline.settings import load_settings

LOST = "The worker that executed this run is gone; the run is marked as failed and started anew."
WORKER_TAG = "ropa/worker"
HOUR, WEEK = 3600, 604800


def _launcher() -> CeleryRunLauncher:
    with dg.DagsterInstance.get() as instance:
        launcher = instance.run_launcher
    if not isinstance(launcher, CeleryRunLauncher):
        raise SystemExit("$DAGSTER_HOME/dagster.yaml names no CeleryRunLauncher: copy deploy/dagster.yaml there")
    return launcher


# dagster-celery types neither these two functions nor what goes on to Celery's own task decorator.
app = make_app(app_args=_launcher().app_args())  # type: ignore[no-untyped-call]
# Acknowledged when done, not when taken: a task of a dead worker goes back into the queue.
execute_job = create_execute_job_task(app, acks_late=True)  # type: ignore[arg-type]


def _longer_than_any_run() -> int:
    """Seconds after which Redis may take a task for a lost one: no run is that long, and none is ended at once."""
    return (load_settings().limits.run_seconds or WEEK) + HOUR


# What dagster.yaml says under config_source wins. RabbitMQ has no use for it.
app.conf.broker_transport_options = {
    "visibility_timeout": _longer_than_any_run(),
    **app.conf.broker_transport_options,
}


def _report_lost(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    reason = RunFailureReason.RUN_WORKER_RESTART
    instance.report_run_failed(run, LOST, JobFailureData(error=None, failure_reason=reason))


@signals.task_prerun.connect  # type: ignore[untyped-decorator]  # Celery has no types
def mark_lost(task: Any, kwargs: dict[str, Any], **_: object) -> None:
    """Write down which worker has a run; mark it as failed where its task comes again while it counts as started."""
    if task.name != TASK_EXECUTE_JOB_NAME:
        return
    run_id = unpack_value(kwargs["execute_job_args_packed"], as_type=ExecuteRunArgs).run_id
    with dg.DagsterInstance.get() as instance:
        if not task.request.delivery_info.get("redelivered"):
            instance.add_run_tags(run_id, {WORKER_TAG: task.request.hostname})
            return
        run = instance.get_run_by_id(run_id)
        if run is not None and run.status is dg.DagsterRunStatus.STARTED:
            _report_lost(instance, run)


@signals.celeryd_after_setup.connect  # type: ignore[untyped-decorator]  # Celery has no types
def mark_own_lost(sender: str, **_: object) -> None:
    """Mark the run as failed that an earlier process of this worker's name left: it is not executing any more.

    Called before the worker takes its first task. Two workers of one name would end each other's runs; units and
    containers give each its own.
    """
    left = dg.RunsFilter(tags={WORKER_TAG: sender}, statuses=[dg.DagsterRunStatus.STARTED])
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs(left):
            _report_lost(instance, run)
