"""Measures how long the ages of rows take in a live MariaDB: ``python -m benchmarks.retention``.

Belongs here: a seeded shop in a private server, the floor, our questions, and their ratio. Does not belong here: the
questions' SQL (``connectors.row_ages``). The floor is what nobody can do with less: per table used one
``SELECT COUNT(*), MIN(clock), MAX(clock)``, and for a clock over several tables the join written by hand. Both are run
alternately over the same account, which has SELECT alone; each shows its best time of ``--rounds``.
``--full`` is the shop of 2 million orders and 10 million connections.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import sqlalchemy

from benchmarks.generated_shop import QUESTIONS, Size, write_dump
from benchmarks.private_mariadb import NoServer, PrivateServer, private_mariadb
from connectors.sql_database import observe
from ropa_pipeline.model.clock import TableAges
from ropa_pipeline.model.observation import SourceRequest

SMALL, FULL = Size(100_000, 500_000), Size(2_000_000, 10_000_000)
TARGET = 1.3
FLOOR = {
    "connections": "SELECT COUNT(*), MIN(date_add), MAX(date_add) FROM ps_connections",
    "customer": """
        SELECT COUNT(*), MIN(last), MAX(last) FROM (
          SELECT GREATEST(c.date_add, IFNULL(o.newest, '1000-01-01'), IFNULL(v.newest, '1000-01-01')) AS last
          FROM ps_customer c
          LEFT JOIN (SELECT id_customer, MAX(date_add) AS newest FROM ps_orders GROUP BY id_customer) o
            ON o.id_customer = c.id_customer
          LEFT JOIN (SELECT g.id_customer, MAX(n.date_add) AS newest
                     FROM ps_guest g JOIN ps_connections n ON n.id_guest = g.id_guest GROUP BY g.id_customer) v
            ON v.id_customer = c.id_customer) ages""",
    "orders": "SELECT COUNT(*), MIN(invoice_date), MAX(invoice_date) FROM ps_orders",
}


def request_for(location: str, connector: str, scratch: str = "") -> SourceRequest:
    """The request of a night for the generated shop."""
    return SourceRequest(
        controller_id="bench",
        source_id="shop",
        system="shop",
        connector=connector,
        location=location,
        shown_location="the generated shop",
        as_of=date(2026, 11, 23),
        timezone="UTC",
        clocks=QUESTIONS,
        scratch=scratch,
    )


def floor_seconds(server: PrivateServer, database: str) -> dict[str, float]:
    """How long each floor query takes, by table."""
    engine = sqlalchemy.create_engine(server.url(database).replace("mysql://", "mysql+pymysql://", 1))
    taken = {}
    with engine.connect() as connection:
        for table, statement in FLOOR.items():
            begun = time.perf_counter()
            connection.exec_driver_sql(statement).all()
            taken[table] = time.perf_counter() - begun
    engine.dispose()
    return taken


def ask(server: PrivateServer, database: str) -> tuple[float, tuple[TableAges, ...]]:
    """Our connector, as a night calls it: schema, counts and all questions; seconds and answers."""
    begun = time.perf_counter()
    observed = observe(request_for(server.url(database), "sql_database"))
    return time.perf_counter() - begun, observed.ages


def shown(size: Size) -> str:
    """Hardware and versions, without which a figure says nothing."""
    return (
        f"{size.orders:,} orders, {size.connections:,} connections; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}, duckdb {version('duckdb')}, "
        f"numpy {version('numpy')}"
    )


def size_of(arguments: argparse.Namespace, small: Size) -> Size:
    if arguments.full:
        return FULL
    return Size(arguments.orders or small.orders, arguments.connections or small.connections)


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options that the benchmarks of retention share."""
    found = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    found.add_argument("--full", action="store_true", help="2 million orders and 10 million connections")
    found.add_argument("--orders", type=int, default=0)
    found.add_argument("--connections", type=int, default=0)
    found.add_argument("--rounds", type=int, default=3)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratio; exit code 1 where it is above the target."""
    given = parser(__doc__).parse_args(arguments)
    size = size_of(given, SMALL)
    try:
        with tempfile.TemporaryDirectory(prefix="ropa-bench-") as folder, private_mariadb() as server:
            dump = Path(folder) / "shop.sql"
            write_dump(dump, size)
            server.new_database("shop")
            loading = server.load("shop", dump)
            dump.unlink()
            floors, ours = [], []
            for _ in range(given.rounds):
                floors.append(floor_seconds(server, "shop"))
                ours.append(ask(server, "shop")[0])
            versions = server.sql("SELECT VERSION()")
    except NoServer as error:
        print(f"skipped: {error}", file=sys.stderr)
        return 0
    floor = min(sum(item.values()) for item in floors)
    ratio = min(ours) / floor
    print(f"live ages: {shown(size)}, MariaDB {versions}; loaded in {loading:.1f} s")
    for table in FLOOR:
        print(f"  floor {table:12} {min(item[table] for item in floors):8.3f} s")
    print(f"  floor in all {floor:8.3f} s   ours {min(ours):8.3f} s   ratio {ratio:.2f} (at most {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
