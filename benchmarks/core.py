"""What a further controller of 200 columns costs the core: from what was read to the assembled register.

Belongs here: the five stages up to the register, in a process that has done the same for others before. Does not
belong here: reading sources, findings and releases (``scale``), Dagster (``cold_demo``).
Run: ``python -m benchmarks.core``. Processor time, of each of several controllers; the median counts, because other
programs lengthen single ones.
"""

import gzip
import logging
import re
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.generated_controllers import write_controllers
from benchmarks.scale import AS_OF
from ropa_pipeline import stages
from ropa_pipeline.model.inventory import Column
from ropa_pipeline.night import Night
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.store import private_database

CONTROLLERS, COLUMNS = 12, 200
MOST_SECONDS = 0.050
STAGES = (stages.inventory, stages.classified, stages.statements, stages.retention_tested, stages.register)
FIRST_TABLES = ("customer", "address", "orders", "cart", "order_invoice", "order_payment", "customer_thread")
"""What every shop has; tables in the order of the dump follow until there are as many columns as wanted."""

_TABLE = re.compile(r"--\n-- Table structure for table `ps_(\w+)`\n.*?(?=--\n-- Table structure for table|\Z)", re.S)


def cut_down(dump: Path) -> int:
    """Keep whole tables of a dump, with their rows, up to :data:`COLUMNS` columns; how many columns it has then."""
    text = gzip.decompress(dump.read_bytes()).decode()
    tables = {match[1]: match[0] for match in _TABLE.finditer(text)}
    kept: list[str] = []
    columns = 0
    for name in dict.fromkeys((*FIRST_TABLES, *tables)):
        own = len(re.findall(r"^  `", tables[name].partition("\n)")[0], re.M))
        if columns + own <= COLUMNS:
            kept.append(tables[name])
            columns += own
    head = text.partition("--\n-- Table structure")[0]
    with gzip.GzipFile(dump, "wb", mtime=0) as stream:
        stream.write(f"{head}{''.join(kept)}\n-- Dump completed on 2026-10-31  2:00:00\n".encode())
    return columns


def core(settings: Settings, name: str) -> tuple[dict[str, float], int]:
    """Seconds of processor for each stage of one controller, and its columns. Its sources are read before."""
    night = Night(settings, name, AS_OF)
    with private_database():
        for system in sorted({source.system for source in night.sources}):
            stages.observe_system(night, system)
        spent = {}
        for stage in STAGES:
            started = time.process_time()
            stage(night)
            spent[stage.__name__] = time.process_time() - started
    return spent, len(night.read(Column))


def main() -> None:
    logging.disable(logging.WARNING)
    print(f"duckdb {version('duckdb')}, pydantic {version('pydantic')}; {CONTROLLERS} controllers after one other")
    with tempfile.TemporaryDirectory(prefix="ropa-core-") as folder:
        settings = load_settings(Path(folder))
        names = write_controllers(settings.home, CONTROLLERS + 1)
        for name in names:
            cut_down(settings.home / "inputs" / f"{name}.sql.gz")
        measured = [core(settings, name) for name in names][1:]
    for stage in STAGES:
        print(
            f"  {stage.__name__:<20} {statistics.median(spent[stage.__name__] for spent, _ in measured) * 1e3:6.1f} ms"
        )
    took = statistics.median(sum(spent.values()) for spent, _ in measured)
    columns = statistics.median(found for _, found in measured)
    print(f"a further controller of {columns:.0f} columns up to the register: {took * 1e3:.0f} ms of processor")
    print(f"limit {MOST_SECONDS * 1e3:.0f} ms: {'kept' if took <= MOST_SECONDS else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
