"""Measures reading a dump against loading it into MariaDB and asking there: ``python -m benchmarks.dump_reading``.

Belongs here: a seeded dump, both ways with the same questions, their ratio and the memory. Does not belong here: the
reading (``connectors.sql_dump``). Both ways must give the same answers, or the run fails. The dump is read in a process
of its own, so that its memory is measured alone and its start is counted. ``--full`` is the dump of 2 million orders
and 10 million connections.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generated_shop import Size, write_dump
from benchmarks.private_mariadb import NoServer, private_mariadb
from benchmarks.retention import ask, parser, request_for, shown, size_of
from connectors.sql_dump import observe

SMALL = Size(100_000, 500_000)
TARGET, MOST_MEGABYTES = 10.0, 500


def read_here(dump: str, scratch: str) -> None:
    """Read the dump in this process, and print what came of it as JSON."""
    begun = time.perf_counter()
    observed = observe(request_for(dump, "sql_dump", scratch))
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - begun,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "complete": observed.complete,
                "ages": [table.model_dump(mode="json") for table in observed.ages],
            }
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print ratio and memory; exit code 1 where one misses its target or the answers differ."""
    given = parser(__doc__).parse_args(arguments)
    size = size_of(given, SMALL)
    try:
        with tempfile.TemporaryDirectory(prefix="ropa-bench-") as folder, private_mariadb() as server:
            dump = Path(folder) / "shop.sql"
            write_dump(dump, size)
            megabytes = dump.stat().st_size / 1e6
            found = []
            for _ in range(given.rounds):
                begun = time.perf_counter()
                command = [sys.executable, "-m", "benchmarks.dump_reading", "--read", str(dump), folder]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found.append({**json.loads(done.stdout), "with_start": time.perf_counter() - begun})
            server.new_database("shop")
            loading = server.load("shop", dump)
            asking, ages = ask(server, "shop")
            versions = server.sql("SELECT VERSION()")
    except NoServer as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    best = min(item["seconds"] for item in found)
    memory = max(item["megabytes"] for item in found)
    same = all(item["complete"] and item["ages"] == [table.model_dump(mode="json") for table in ages] for item in found)
    ratio = (loading + asking) / best
    print(f"dump: {megabytes:,.0f} MB, {shown(size)}, MariaDB {versions}")
    print(f"  loaded in {loading:.2f} s, then asked in {asking:.2f} s: {loading + asking:.2f} s")
    started = min(item["with_start"] for item in found)
    print(
        f"  read in {best:.2f} s ({megabytes / best:,.0f} MB/s; {started:.2f} s with the start of Python), "
        f"{memory:.0f} MB of memory (at most {MOST_MEGABYTES})"
    )
    print(f"  ratio {ratio:.1f} (at least {TARGET:.0f}); answers {'the same' if same else 'DIFFER'}")
    return 0 if same and ratio >= TARGET and memory <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read_here(sys.argv[2], sys.argv[3])
    else:
        sys.exit(main())
