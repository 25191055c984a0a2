"""How a process bears many controllers: 1, 10, 30 or more, each a PrestaShop dump of 300 tables.

Belongs here: cost per controller, memory, the quiet night after it, two processes beside one, and the bare writes of
the same cells. Does not belong here: Dagster's own share (``dagster_share``), making the controllers
(``generated_controllers``). Processor time is what is compared, because other programs may use the cores, in pieces of
a fixed work that is timed around each night, because a machine is faster in one hour than in another; wall time is
printed beside it.

    python -m benchmarks.scale                  # 1, 10 and 30 controllers
    python -m benchmarks.scale --most 100       # 1, 10 and 100; 1000 takes two hours
    python -m benchmarks.scale --dagster        # each night as a Dagster run, as ``ropa run`` makes it
    python -m benchmarks.scale --two            # also two processes beside one; on a quiet machine

``TMPDIR`` says where the controllers are made; docs/benchmarks.md says how much they need there.
"""

import argparse
import csv
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from openpyxl import Workbook, load_workbook

from benchmarks.generated_controllers import write_controllers
from ropa_pipeline import stages
from ropa_pipeline.model.tables import TABLES
from ropa_pipeline.night import Night
from ropa_pipeline.publish import published_path, read_published
from ropa_pipeline.publish.build import audit_name, record_name
from ropa_pipeline.quiet import make_night
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.store import private_database

AS_OF = date(2026, 11, 1)
LIBRARIES = ("duckdb", "openpyxl", "great_expectations", "sqlglot", "pandas")
EVEN, FLAT_MB, QUIET, TWICE, WRITES = 1.2, 60, 0.15, 1.7, 1.5
_UP_TO_REGISTER = (stages.inventory, stages.classified, stages.statements, stages.retention_tested, stages.register)


@dataclass(frozen=True)
class Cost:
    """Of one controller's night: seconds of processor, seconds by the clock, resident megabytes after it.

    ``reference``: seconds of processor of a fixed piece of work before and after it. A long run meets a machine that
    is now faster and now slower, and seconds alone would call that a growing cost.
    """

    processor: float
    wall: float
    memory: float
    reference: float

    @property
    def work(self) -> float:
        """The night in pieces of the fixed work: the same on a slow hour as on a fast one."""
        return self.processor / self.reference


def reference_work() -> float:
    """Processor seconds of a fixed piece of work: numbers, texts and a sort, as a night is made of them."""
    started = time.process_time()
    found: dict[str, int] = {}
    for number in range(60_000):
        found[f"{number * 7919 % 60_013:x}"] = number
    assert len(sorted(found)) == len(found)
    return time.process_time() - started


def cost_of(work: Callable[[], object]) -> Cost:
    before = reference_work()
    wall, processor = time.perf_counter(), time.process_time()
    work()
    spent, by_the_clock = time.process_time() - processor, time.perf_counter() - wall
    return Cost(spent, by_the_clock, resident(), (before + reference_work()) / 2)


def resident() -> float:
    """Megabytes that this process holds now (Linux), else the most it ever held."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def nights(
    settings: Settings, names: tuple[str, ...], day: date, make: Callable[[Night], object] = make_night
) -> list[Cost]:
    """A night of each controller, one after the other in this process."""
    # mypy infers no type for a function whose parameter has a default from the loop; without it all were the last night
    return [cost_of(lambda name=name: make(Night(settings, name, day))) for name in names]  # type: ignore[misc]


def megabytes(folder: Path) -> float:
    """What the files below a folder hold."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def mean(costs: list[Cost]) -> float:
    return sum(cost.processor for cost in costs) / len(costs)


def mean_work(costs: list[Cost]) -> float:
    return sum(cost.work for cost in costs) / len(costs)


def bare_writes(home: Path, name: str, folder: Path) -> float:
    """Processor seconds for the same cells with nothing else: openpyxl, a DuckDB table, Parquet and CSV each once."""
    tables, release = read_published(home, name), published_path(home, name)
    assert release is not None
    books = []
    for file in (record_name(name), audit_name(name)):
        read = load_workbook(release / file, read_only=True)
        books.append([(sheet.title, [tuple(row) for row in sheet.iter_rows(values_only=True)]) for sheet in read])
    rows = [(spec, [row.model_dump(mode="json") for row in tables.rows(spec.row_class)]) for spec in TABLES]
    started = time.process_time()
    for number, sheets in enumerate(books):
        book = Workbook()
        for title, cells in sheets:
            sheet = book.create_sheet(title)
            for line in cells:
                sheet.append(line)
        book.save(folder / f"{number}.xlsx")
    with private_database() as (database, scratch):
        database.execute(f"ATTACH '{folder / 'bare.duckdb'}' AS bare")
        for spec, found in rows:
            if found:
                source = scratch / f"{spec.name}.json"
                source.write_text("\n".join(map(json.dumps, found)), "utf-8")
                relation = database.read_json(str(source), format="newline_delimited")
                relation.write_parquet(str(folder / f"{spec.name}.parquet"), compression="zstd")
                relation.create(f"bare.{spec.name}")
            with (folder / f"{spec.name}.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream)
                writer.writerow(spec.column_names)
                writer.writerows(list(row.values()) for row in found)
        database.execute("DETACH bare")
    return time.process_time() - started


def parts(settings: Settings, name: str) -> tuple[float, float, float]:
    """Processor seconds of a further controller: reading its dump, the core up to the register, writing the release."""
    night = Night(settings, name, AS_OF, force=True)
    with private_database():
        read = cost_of(lambda: [stages.observe_system(night, item.system) for item in night.sources]).processor
        core = cost_of(lambda: [stage(night) for stage in _UP_TO_REGISTER]).processor
        stages.judged(night)
        stages.today(night)
        written = cost_of(lambda: stages.released(night)).processor
    if published_path(settings.home, name) is None:
        raise SystemExit(f"{name} was not published: nothing was measured")
    return read, core, written


def two_processes(home: Path, names: tuple[str, ...]) -> float:
    """How many times as many controllers two processes do by the clock as one does.

    Workers live long, so what each does once (importing libraries, its first controller) is over before the clock
    starts: ten controllers a process would otherwise measure mostly that.
    """
    return _pace(home, [names[::2], names[1::2]]) / _pace(home, [names])


def _pace(home: Path, groups: list[tuple[str, ...]]) -> float:
    """Controllers a second of one process a group, which run beside each other; the first of each is not counted."""
    command = [sys.executable, "-m", "benchmarks.scale", "--worker", str(home)]
    workers = [
        subprocess.Popen([*command, *group], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for group in groups
    ]
    _await(workers)
    started = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    _await(workers)
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.communicate()
    return sum(len(group) - 1 for group in groups) / seconds


def _await(workers: list[subprocess.Popen[str]]) -> None:
    """Until each has said a line. Ends the benchmark where one failed."""
    for worker in workers:
        assert worker.stdout is not None
        if not worker.stdout.readline():
            raise SystemExit("a process of the benchmark failed")


def work(home: Path, names: list[str]) -> None:
    """What a process of :func:`two_processes` does: every night made anew, the first of them to get warm."""
    settings = load_settings(home)
    for part in (names[:1], names[1:]):
        for name in part:
            stages.run_night(Night(settings, name, AS_OF, force=True))
        print("done", flush=True)
        if part == names[:1]:
            sys.stdin.readline()


def _way(dagster: bool) -> Callable[[Night], object]:
    if not dagster:
        return make_night
    from ropa_pipeline.orchestration.runner import run_in_dagster

    return run_in_dagster


def _instance(settings: Settings, dagster: bool) -> AbstractContextManager[object]:
    if not dagster:
        return nullcontext()
    from ropa_pipeline.orchestration.runner import instance_of

    return instance_of(settings)


def said(what: str, value: str, kept: bool, limit: str) -> None:
    print(f"  {what:<58} {value:>18}   {'kept' if kept else 'NOT KEPT'}: {limit}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--most", type=int, default=30, help="controllers of the largest part (default: 30)")
    parser.add_argument("--dagster", action="store_true", help="each night as a Dagster run")
    parser.add_argument("--two", action="store_true", help="also two processes beside one")
    parser.add_argument("--worker", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    if options.worker:
        work(Path(options.worker[0]), options.worker[1:])
        return
    print(", ".join(f"{library} {version(library)}" for library in LIBRARIES))
    print(f"300 tables a controller, {'through Dagster' if options.dagster else 'without Dagster'}", flush=True)
    with tempfile.TemporaryDirectory(prefix="ropa-scale-") as folder:
        home = Path(folder)
        settings = load_settings(home)
        *many, further = write_controllers(home, options.most + 2)
        names = tuple(many)
        make = _way(options.dagster)
        # The first night of a process also imports libraries and reads the shared mappings: it counts apart.
        with _instance(settings, options.dagster):
            first = nights(settings, names[:1], AS_OF, make)
            print(
                f"first one of a process: {first[0].processor:.2f} s of processor, {first[0].wall:.1f} s by the clock"
            )
            costs = []
            for start in range(1, len(names), 100):
                costs += nights(settings, names[start : start + 100], AS_OF, make)
                if len(names) > 101:
                    # a long run that is interrupted has told what it knew
                    last = costs[-10:]
                    print(
                        f"{len(costs):>7} done: the last {len(last)} {mean(last):.2f} s each, "
                        f"{mean_work(last):.0f} pieces of fixed work, {last[-1].memory:.0f} MB",
                        flush=True,
                    )
        used, inputs = megabytes(home / "data"), megabytes(home / "inputs")
        print(f"disk for each: {used / len(names):.1f} MB, and {inputs / len(names):.2f} MB for its dump", flush=True)
        some = max(1, min(10, len(costs) // 3))
        for count in sorted({1, min(10, options.most), options.most}):
            part = costs[:count]
            wall = sum(item.wall for item in part) / count
            print(
                f"{count:>5} controllers: {mean(part):.2f} s of processor each, {wall:.2f} s by the clock, "
                f"{mean_work(part):.0f} pieces of fixed work, "
                f"{part[-1].memory:.0f} MB",
                flush=True,
            )
        even = mean_work(costs[-some:]) / mean_work(costs[:some])
        said(f"cost of the last {some} against the first {some}", f"{even:.2f}", even <= EVEN, f"at most {EVEN}")
        early = min(5, max(1, len(costs) // 3))
        grown = costs[-1].memory - costs[early - 1].memory
        said(
            f"memory after the last against after number {early}",
            f"{grown:+.0f} MB",
            grown <= FLAT_MB,
            f"at most {FLAT_MB} MB",
        )
        with _instance(settings, options.dagster):
            quiet = nights(settings, names[1:], AS_OF + timedelta(days=1), make)
        ratio = mean_work(quiet) / mean_work(costs)
        said("a quiet night against the first", f"{mean(quiet):.2f} s, {ratio:.2f}", ratio <= QUIET, f"at most {QUIET}")
        read, core, written = parts(settings, further)
        bare_folder = home / "bare"
        bare_folder.mkdir()
        bare = bare_writes(home, further, bare_folder)
        print(f"  one further controller: reading {read:.2f} s, up to the register {core:.2f} s")
        said("writing the release against bare writes of its cells", f"{written:.2f}/{bare:.2f} = {written / bare:.2f}",
             written / bare <= WRITES, f"at most {WRITES}")  # fmt: skip
        if options.two:
            speed = two_processes(home, names[:20])
            said("two processes against one, by the clock", f"{speed:.2f}", speed >= TWICE, f"at least {TWICE}")


if __name__ == "__main__":
    main()
