"""What a further controller of 200 columns costs the core: from what was read to the assembled register.

Belongs here: the five stages up to the register, in a process that has done the same for others before. Does not
belong here: reading sources, findings and releases (``scale``), Dagster (``cold_demo``).
Run: ``python -m benchmarks.core``. Processor time, of each of several controllers; the median counts, because other
programs lengthen single ones.

The core knows no files: what it takes is each stage without the working store, and that has a limit of its own. What
the store adds is compared with bare DuckDB writes of the same rows to as many Parquet files, made in the same run.
"""

import gzip
import json
import logging
import re
import statistics
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.generated_controllers import write_controllers
from benchmarks.scale import AS_OF
from ropa_pipeline import stages
from ropa_pipeline.model.base import Row, table_spec
from ropa_pipeline.model.inventory import Column
from ropa_pipeline.night import Night
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.store import Store, private_database, text_literal

CONTROLLERS, COLUMNS = 12, 200
MOST_SECONDS = 0.050
MOST_TIMES_BARE_WRITES = 1.5
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


class _TimedStore(Store):
    """The working store, with what its writes took and what they were given."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.seconds = 0.0
        self.written: list[tuple[type[Row], tuple[Row, ...]]] = []

    def write(self, controller_id: str, row_class: type[Row], rows: Iterable[Row]) -> None:
        held = tuple(rows)
        started = time.process_time()
        super().write(controller_id, row_class, held)
        self.seconds += time.process_time() - started
        self.written.append((row_class, held))


@dataclass
class Spent:
    """Seconds of processor for one controller: the core by stage, the working store, the bare writes."""

    core: dict[str, float] = field(default_factory=dict)
    store: float = 0.0
    bare: float = 0.0
    files: int = 0
    columns: int = 0


def core(settings: Settings, name: str) -> Spent:
    """What one controller takes. Its sources are read before."""
    night = Night(settings, name, AS_OF)
    spent = Spent()
    with private_database():
        for system in sorted({source.system for source in night.sources}):
            stages.observe_system(night, system)
        night.__dict__["store"] = store = _TimedStore(settings.build)
        for stage in STAGES:
            before = store.seconds
            started = time.process_time()
            stage(night)
            spent.core[stage.__name__] = time.process_time() - started - (store.seconds - before)
        spent.store = store.seconds
        filled = [(row_class, rows) for row_class, rows in store.written if rows]
        spent.bare, spent.files = bare_writes(filled), len(filled)
    spent.columns = len(night.read(Column))
    return spent


def bare_writes(written: list[tuple[type[Row], tuple[Row, ...]]]) -> float:
    """Processor seconds of DuckDB for the same rows as JSON lines to one Parquet file a table, and nothing else."""
    texts = [(row_class, [row.model_dump(mode="json") for row in rows]) for row_class, rows in written]
    with private_database() as (database, scratch):
        started = time.process_time()
        for row_class, rows in texts:
            columns = {column.name: column.sql_type for column in table_spec(row_class).columns}
            source = scratch / "bare.jsonl"
            source.write_text("\n".join(map(json.dumps, rows)), "utf-8")
            database.execute(
                f"COPY (FROM read_json({text_literal(str(source))}, columns={columns}, format='newline_delimited')) "
                f"TO {text_literal(str(scratch / 'bare.parquet'))} (FORMAT parquet, COMPRESSION zstd)"
            )
        return time.process_time() - started


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
        print(f"  {stage.__name__:<20} {statistics.median(one.core[stage.__name__] for one in measured) * 1e3:6.1f} ms")
    took = statistics.median(sum(one.core.values()) for one in measured)
    columns = statistics.median(one.columns for one in measured)
    said(
        f"the core, a further controller of {columns:.0f} columns up to the register: {took * 1e3:.0f} ms of processor",
        took <= MOST_SECONDS,
        f"{MOST_SECONDS * 1e3:.0f} ms",
    )
    store = statistics.median(one.store for one in measured)
    ratio = statistics.median(one.store / one.bare for one in measured)
    said(
        f"its store, {measured[0].files} Parquet files: {store * 1e3:.0f} ms, {ratio:.2f} of bare DuckDB writes",
        ratio <= MOST_TIMES_BARE_WRITES,
        f"{MOST_TIMES_BARE_WRITES}",
    )
    print(f"both: {(took + store) * 1e3:.0f} ms")


def said(what: str, kept: bool, limit: str) -> None:
    print(f"{what}\n  limit {limit}: {'kept' if kept else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
