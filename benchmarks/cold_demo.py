"""How long the demonstration takes from a cold start, beside importing its libraries and a bare Dagster run.

Belongs here: ``ropa run --all`` of the three example controllers in a fresh process, and its floor: a fresh process
that imports the same libraries and runs, for each controller, a Dagster job of the same shape (steps, assets, checks)
that does nothing, with SQLite storage. Does not belong here: further controllers (``scale``).
Run: ``python -m benchmarks.cold_demo``. Processor time of the child processes; wall time beside it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from ropa_pipeline.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
LARGEST_RATIO = 1.5
LIBRARIES = ("dagster", "duckdb", "pandas", "great_expectations", "openpyxl", "sqlglot")
_CONFIG = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
_FLOOR = f"""
import json, sys
import {", ".join(LIBRARIES)}, great_expectations.expectations
import dagster as dg

def bare(name, specs, checks):
    @dg.multi_asset(
        name=name,
        specs=[dg.AssetSpec(dg.AssetKey(key), deps=[dg.AssetKey(dep) for dep in deps]) for key, deps in specs],
        check_specs=[dg.AssetCheckSpec(check, asset=dg.AssetKey(key)) for key, check in checks],
    )
    def step():
        for key, _ in specs:
            yield dg.MaterializeResult(asset_key=dg.AssetKey(key))
        for key, check in checks:
            yield dg.AssetCheckResult(asset_key=dg.AssetKey(key), check_name=check, passed=True)
    return step

events = 0
for steps in json.loads(sys.stdin.read()):
    made = dg.Definitions(
        assets=[bare(*step) for step in steps],
        jobs=[dg.define_asset_job("bare", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    )
    with dg.DagsterInstance.get() as instance:
        done = made.resolve_job_def("bare").execute_in_process(
            instance=instance, run_config={{"loggers": {{"console": {{"config": {{"log_level": "CRITICAL"}}}}}}}}
        )
    assert done.success
    events += len(done.all_events)
print(events)
"""


def shapes(home: Path, names: list[str]) -> str:
    """Steps, assets and checks of each controller's run, as JSON for the bare process."""
    from ropa_pipeline.light import systems_of
    from ropa_pipeline.orchestration.assets import table_assets
    from ropa_pipeline.orchestration.source_assets import schema_asset

    settings = load_settings(home)
    found = []
    for name in names:
        systems = tuple(sorted(systems_of(settings, name)))
        found.append(
            [
                (
                    step.node_def.name,
                    [(key.path, sorted(list(dep.path) for dep in step.asset_deps[key])) for key in sorted(step.keys)],
                    [(check.asset_key.path, check.name) for check in step.check_specs],
                )
                for step in (*(schema_asset(system) for system in systems), *table_assets(systems))
            ]
        )
    return json.dumps(found)


def timed(command: list[str], environment: dict[str, str], given: str = "") -> tuple[float, float, str]:
    """Seconds of processor and by the clock of one child process, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the run failed: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.perf_counter() - started, done.stdout.strip()


def _both(measured: tuple[float, float, str]) -> str:
    return f"{measured[0]:.1f} s of processor, {measured[1]:.1f} s by the clock"


def main() -> None:
    as_of = (ROOT / "data" / "samples" / "as_of.txt").read_text("utf-8").strip()
    names = sorted(path.name for path in (ROOT / "mappings" / "controllers").iterdir() if path.is_dir())
    print(", ".join(f"{library} {version(library)}" for library in LIBRARIES))
    with tempfile.TemporaryDirectory(prefix="ropa-cold-") as folder:
        home, bare = Path(folder) / "home", Path(folder) / "bare"
        home.mkdir()
        bare.mkdir()
        (bare / "dagster.yaml").write_text(_CONFIG, "utf-8")
        environment = {**os.environ, "GX_ANALYTICS_ENABLED": "false", "PYTHONPATH": str(ROOT)}
        alone = {**environment, "DAGSTER_HOME": str(bare)}
        floor = timed([sys.executable, "-c", _FLOOR], alone, shapes(home, names))
        run = "from ropa_pipeline.cli import main; main()"
        ours = timed(
            [sys.executable, "-c", run, "run", "--all", "--as-of", as_of, "--home", str(home), "--quiet"], environment
        )
    print(f"imports and {len(names)} bare Dagster runs, {floor[2]} events: {_both(floor)}")
    print(f"ropa run --all, {len(names)} controllers: {_both(ours)}")
    ratio = ours[0] / floor[0]
    print(f"ratio {ratio:.2f}, goal at most {LARGEST_RATIO}: {'kept' if ratio <= LARGEST_RATIO else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
