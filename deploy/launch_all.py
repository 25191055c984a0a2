"""Put one run of every controller (or of those named) into the queue now, as the schedule does at night.

    python deploy/launch_all.py [--as-of DATE] [--url http://127.0.0.1:3000] [CONTROLLER ...]

Belongs here: asking the webserver for the runs that :func:`request_for` describes. Does not belong here: what a run
is. Waits for nothing: the pages, or ``--wait``, show how the runs end. Ends with 1 where a run could not be launched
or, with ``--wait``, where one did not succeed, its own retries included.
"""

import argparse
import sys
import time
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dagster as dg
import requests
from dagster_graphql import DagsterGraphQLClient, DagsterGraphQLClientError

from ropa_pipeline.catalogue import controller_names
from ropa_pipeline.light import timezone_of
from ropa_pipeline.orchestration.jobs import JOB_NAME, request_for
from ropa_pipeline.orchestration.partitions import register_controllers
from ropa_pipeline.settings import Settings, load_settings

LOCATION = "ropa_pipeline"
REPOSITORY = "__repository__"
LOCATIONS = """{ workspace: workspaceOrError { ... on Workspace { entries: locationEntries {
  name locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Put one run of every controller into the queue now.")
    parser.add_argument("controllers", nargs="*", metavar="CONTROLLER", help="default: all of $ROPA_HOME")
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: today in the controller's time zone")
    parser.add_argument("--url", default="http://127.0.0.1:3000", help="the webserver, before the proxy")
    parser.add_argument("--wait", type=int, default=0, metavar="SECONDS", help="wait so long for all to end well")
    return parser.parse_args()


def connected(url: str, seconds: int = 180) -> DagsterGraphQLClient:
    """The webserver, once it answers and its code location has loaded: services that were just started take their time.

    Raises DagsterGraphQLClientError with what was last said.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            answer = requests.post(f"{url}/graphql", json={"query": LOCATIONS}, timeout=60).json()
            entries = {entry["name"]: entry["locationOrLoadError"] for entry in answer["data"]["workspace"]["entries"]}
            found = entries.get(LOCATION) or {"__typename": "it is still loading"}
            if found["__typename"] == "RepositoryLocation":
                place = urlsplit(url)
                return DagsterGraphQLClient(place.hostname or "", place.port, use_https=place.scheme == "https")
            said = f"the code location {LOCATION} is not loaded: {found.get('message', found['__typename'])}"
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            said = str(error)
        if time.monotonic() > until:
            raise DagsterGraphQLClientError(first_line(said))
        time.sleep(2)


def first_line(error: object) -> str:
    """What went wrong without the trace of it, which the services' own logs have."""
    return str(error).replace("\\n", "\n").splitlines()[0][:300]


def launch(client: DagsterGraphQLClient, settings: Settings, name: str, as_of: date | None) -> str:
    """One run, by the schedule's own request; its id. Raises DagsterGraphQLClientError where it is refused."""
    now = datetime.now(UTC)
    day = as_of or now.astimezone(ZoneInfo(timezone_of(settings, name))).date()
    request = request_for(settings, name, day.isoformat(), f"{name}:{now.isoformat()}")
    return client.submit_job_execution(
        JOB_NAME,
        repository_location_name=LOCATION,
        repository_name=REPOSITORY,
        run_config=request.run_config,
        tags={**request.tags, "dagster/partition": name, "ropa/started_by": "launch_all"},
        asset_selection=request.asset_selection,
    )


def unfinished(instance: dg.DagsterInstance, runs: dict[str, str]) -> dict[str, str]:
    """Controllers none of whose runs succeeded yet, with the state of the last one."""
    states = {}
    for name, run_id in runs.items():
        group = instance.get_run_group(run_id)
        tried = list(group[1]) if group else []
        if not any(run.status is dg.DagsterRunStatus.SUCCESS for run in tried):
            states[name] = tried[-1].status.value if tried else "GONE"
    return states


def main() -> int:
    chosen, settings = arguments(), load_settings()
    names = tuple(chosen.controllers) or controller_names(settings)
    unknown = sorted(set(names) - set(controller_names(settings)))
    if unknown:
        print(f"no such controller in {settings.controllers}: {', '.join(unknown)}", file=sys.stderr)
        return 2
    try:
        client = connected(chosen.url)
    except DagsterGraphQLClientError as error:
        print(f"{chosen.url} is not ready: {error}. Look into the logs of webserver and code server.", file=sys.stderr)
        return 1
    failed, runs = 0, {}
    with dg.DagsterInstance.get() as instance:
        register_controllers(instance, names)
        for name in names:
            try:
                runs[name] = launch(client, settings, name, chosen.as_of)
                print(f"{name}: queued as {runs[name]}", flush=True)
            except DagsterGraphQLClientError as error:
                failed += 1
                print(f"{name}: not queued: {first_line(error)}", file=sys.stderr)
        until = time.monotonic() + chosen.wait
        left = unfinished(instance, runs) if chosen.wait else {}
        while left and time.monotonic() < until:
            time.sleep(2)
            left = unfinished(instance, {name: runs[name] for name in left})
    for name, state in left.items():
        print(f"{name}: {state.lower()}", file=sys.stderr)
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main())
