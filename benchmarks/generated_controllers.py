"""Made-up controllers in any number: each a folder of mappings and a PrestaShop dump of about 300 tables.

Belongs here: the folders and dumps that the benchmarks of scale and the tests of many controllers run on. Does not
belong here: running them. Nothing in them is anybody's: names are numbers, rows are those of the project's own sample
shop (``data/samples/komoda``), further tables are modules with made-up names. Controllers differ in their periods
and in their modules, so that no result of one can stand for another's; the same number gives the same bytes.
"""

import gzip
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLES = 300
SEED = 20261101

_WORDS = (
    "banner", "block", "bundle", "category", "combination", "configuration", "counter", "discount", "feature", "filter",
    "group", "hook", "image", "index", "layer", "link", "menu", "option", "page", "position", "price", "queue", "rule",
    "scene", "shop", "slide", "sort", "stock", "tag", "tax", "theme", "widget", "zone",
)  # fmt: skip
_PERSONAL = ("customer", "subscriber", "request", "message", "review", "parcel")
_NEUTRAL_COLUMNS = ("name", "position", "active", "value", "quantity", "id_lang", "id_shop", "price", "type", "code")
_PERSONAL_COLUMNS = ("id_customer", "email", "firstname", "lastname", "phone", "ip_address", "message", "date_add")

_CONTROLLER = """\
controller_id: {name}
timezone: Europe/Vilnius
jurisdiction: lt
language: en
name: {{value: "Example Shop {number}", statements: [who]}}
email: {{value: "privacy@shop{number}.example.com", statements: [who]}}
"""
_NOTICE = """\
notice: {{language: en, dated: 2026-01-02, sha256: "00", lines: 9}}
statements:
  - {{id: who, kind: controller, section: Who we are, lines: [1, 1], subject: name, value: "the shop"}}
  - {{id: selling, kind: purpose, section: Purposes, lines: [3, 3], subject: order_fulfilment, value: "selling goods"}}
  - {{id: basis, kind: legal_basis, section: Purposes, lines: [4, 4], subject: order_fulfilment, value: "a contract"}}
  - {{id: kept, kind: retention, section: Periods, lines: [6, 6], subject: order.history, value: "{years} years"}}
"""
_ACTIVITIES = """\
activities:
  - id: selling
    name: Selling goods
    purpose: Selling goods and delivering them
    covers: [order_fulfilment, payment, delivery, account_administration, accounting]
    statements: [selling]
    legal_bases:
      - {{basis: "6(1)(b)", statements: [basis]}}
retention:
  - rule_id: orders_kept
    activities: [selling]
    categories: [order.history]
    period: P{years}Y
    qualifier: up to
    starts_at: document_created
    statements: [kept]
"""
_SOURCES = """\
sources:
  - {{system: prestashop, connector: prestashop, location: inputs/{name}.sql.gz}}
"""


def write_controllers(home: Path, count: int, first: int = 1) -> tuple[str, ...]:
    """Write controllers ``first`` to ``first + count - 1`` into a home; their ids. What is there is replaced."""
    return tuple(write_controller(home, number) for number in range(first, first + count))


def write_controller(home: Path, number: int) -> str:
    """One controller: its mappings folder and its dump in ``<home>/inputs/``."""
    name = f"shop_{number:04d}"
    chance = random.Random(f"{SEED}-{number}")
    years = chance.choice((3, 5, 8, 10))
    folder = home / "mappings" / "controllers" / name
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in (
        ("controller.yaml", _CONTROLLER.format(name=name, number=number)),
        ("notice.yaml", _NOTICE.format(years=years)),
        ("activities.yaml", _ACTIVITIES.format(years=years)),
        ("sources.yaml", _SOURCES.format(name=name)),
    ):
        (folder / file).write_text(text, "utf-8")
    inputs = home / "inputs"
    inputs.mkdir(exist_ok=True)
    head, _, tail = _shop_dump().rpartition("-- Dump completed")
    dump = (
        f"{head}{''.join(_module_tables(chance, TABLES - _shop_dump().count('CREATE TABLE')))}-- Dump completed{tail}"
    )
    with gzip.GzipFile(inputs / f"{name}.sql.gz", "wb", mtime=0) as stream:
        stream.write(dump.encode())
    return name


@cache
def _shop_dump() -> str:
    """The dump of the project's own made-up shop, as text."""
    return gzip.decompress((ROOT / "data" / "samples" / "komoda" / "prestashop.sql.gz").read_bytes()).decode()


def _module_tables(chance: random.Random, count: int) -> Iterator[str]:
    """Tables of modules that no mapping knows; about one in eight holds personal columns."""
    seen: set[str] = set()
    while len(seen) < count:
        personal = chance.random() < 0.12
        words = [chance.choice(_WORDS), chance.choice(_PERSONAL if personal else _WORDS), str(chance.randrange(100))]
        table = "ps_" + "_".join(words)
        if table in seen:
            continue
        seen.add(table)
        columns = chance.sample(_PERSONAL_COLUMNS if personal else _NEUTRAL_COLUMNS, 5)
        lines = [f"  `{column}` {_type(column)}" for column in columns]
        key = f"id_{table.removeprefix('ps_')}"
        yield (
            f"CREATE TABLE `{table}` (\n  `{key}` int(10) unsigned NOT NULL AUTO_INCREMENT,\n"
            + ",\n".join([*lines, f"  PRIMARY KEY (`{key}`)"])
            + "\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
        )


def _type(column: str) -> str:
    if column.startswith("id_") or column in ("position", "quantity"):
        return "int(10) unsigned NOT NULL"
    if column == "active":
        return "tinyint(1) NOT NULL DEFAULT 0"
    if column == "price":
        return "decimal(20,6) NOT NULL DEFAULT 0.000000"
    return "datetime NOT NULL" if column == "date_add" else "varchar(255) DEFAULT NULL"
