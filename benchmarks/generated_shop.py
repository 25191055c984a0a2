"""A seeded shop as a MySQL dump, for measuring: many columns, few of them clocks.

Belongs here: the synthetic tables and rows of the retention benchmarks, and the questions put to them. Does not belong
here: measuring. Values are drawn from counters and word lists of our own; no person is meant, e-mail addresses are in
``example.com``. The tables have the columns of a PrestaShop of the same names, with its indexes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from ropa_pipeline.model.clock import ActivityPart, AgeQuestion, Clock, ClockKind, TableClocks

STATEMENT_BYTES = 1 << 20
FIRST_DAY = date(2012, 1, 1)
DAYS = 5000
CUTOFF = datetime(2016, 11, 23)
LATEST = datetime(2026, 11, 24)


@dataclass(frozen=True)
class Size:
    """How many rows. Customers and guests follow from the orders."""

    orders: int
    connections: int

    @property
    def customers(self) -> int:
        return max(10, self.orders // 4)

    @property
    def guests(self) -> int:
        return self.customers * 2


_AMOUNTS = [
    *(f"total_{what}" for what in ("discounts", "paid", "products", "shipping", "wrapping")),
    *(f"total_{what}_tax_{side}cl" for what in ("discounts", "paid", "shipping", "wrapping") for side in ("in", "ex")),
    "total_paid_real",
    "total_products_wt",
]
_KEYS = [f"id_{what}" for what in ("shop_group", "shop", "carrier", "lang", "customer", "cart", "currency")]
_KEYS.append("id_address_delivery")
_ORDERS = ", ".join(
    [
        "`id_order` int unsigned NOT NULL AUTO_INCREMENT",
        "`reference` varchar(9) DEFAULT NULL",
        *(f"`{name}` int unsigned NOT NULL" for name in (*_KEYS, "id_address_invoice", "current_state")),
        "`secure_key` varchar(32) NOT NULL",
        "`payment` varchar(255) NOT NULL",
        "`module` varchar(255) DEFAULT NULL",
        "`gift_message` text DEFAULT NULL",
        *(f"`{name}` decimal(20,6) NOT NULL DEFAULT 0.000000" for name in _AMOUNTS),
        "`invoice_number` int unsigned NOT NULL DEFAULT 0",
        "`delivery_number` int unsigned NOT NULL DEFAULT 0",
        *(f"`{name}` datetime NOT NULL" for name in ("invoice_date", "delivery_date")),
        "`valid` int unsigned NOT NULL DEFAULT 0",
        *(f"`{name}` datetime NOT NULL" for name in ("date_add", "date_upd")),
        "`note` text DEFAULT NULL",
        "PRIMARY KEY (`id_order`)",
        *(
            f"KEY `{name}` (`{name}`)"
            for name in (*_KEYS[1:], "reference", "invoice_number", "current_state", "date_add")
        ),
    ]
)
TABLES = {
    "ps_configuration": "`id_configuration` int unsigned NOT NULL, `name` varchar(254) NOT NULL",
    "ps_shop_url": "`id_shop_url` int unsigned NOT NULL, `domain` varchar(150) NOT NULL",
    "ps_customer": "`id_customer` int unsigned NOT NULL AUTO_INCREMENT, `id_lang` int unsigned, "
    "`firstname` varchar(255) NOT NULL, `lastname` varchar(255) NOT NULL, `email` varchar(255) NOT NULL, "
    "`passwd` varchar(255) NOT NULL, `birthday` date DEFAULT NULL, `note` text, `date_add` datetime NOT NULL, "
    "`date_upd` datetime NOT NULL, PRIMARY KEY (`id_customer`), KEY `email` (`email`)",
    "ps_guest": "`id_guest` int unsigned NOT NULL AUTO_INCREMENT, `id_operating_system` int unsigned, "
    "`id_web_browser` int unsigned, `id_customer` int unsigned, `accept_language` varchar(8), "
    "PRIMARY KEY (`id_guest`), KEY `id_customer` (`id_customer`)",
    "ps_orders": _ORDERS,
    "ps_connections": "`id_connections` int unsigned NOT NULL AUTO_INCREMENT, `id_shop_group` int unsigned NOT NULL, "
    "`id_shop` int unsigned NOT NULL, `id_guest` int unsigned NOT NULL, `id_page` int unsigned NOT NULL, "
    "`ip_address` bigint DEFAULT NULL, `date_add` datetime NOT NULL, `http_referer` varchar(255) DEFAULT NULL, "
    "PRIMARY KEY (`id_connections`), KEY `id_guest` (`id_guest`), KEY `date_add` (`date_add`), "
    "KEY `id_page` (`id_page`)",
}


def write_dump(path: Path, size: Size, seed: int = 1) -> None:
    """Write the shop as ``mysqldump`` would: one statement per megabyte, all rows of it on one line."""
    with path.open("w", encoding="utf-8") as file:
        file.write("-- MySQL dump 10.13  Distrib 8.0.40, for Linux (x86_64)\n--\n/*!40101 SET NAMES utf8mb4 */;\n")
        for table, definition in TABLES.items():
            file.write(f"DROP TABLE IF EXISTS `{table}`;\nCREATE TABLE `{table}` ({definition}) ENGINE=InnoDB;\n")
            file.write(f"LOCK TABLES `{table}` WRITE;\n/*!40000 ALTER TABLE `{table}` DISABLE KEYS */;\n")
            for statement in _statements(_rows(table, size, random.Random(f"{seed}{table}"))):
                file.write(f"INSERT INTO `{table}` VALUES {statement};\n")  # noqa: S608
            file.write(f"/*!40000 ALTER TABLE `{table}` ENABLE KEYS */;\nUNLOCK TABLES;\n")
        file.write("\n-- Dump completed on 2026-11-23  0:00:00\n")


def _statements(rows: Iterator[str]) -> Iterator[str]:
    waiting: list[str] = []
    length = 0
    for row in rows:
        waiting.append(row)
        length += len(row) + 1
        if length > STATEMENT_BYTES:
            yield ",".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield ",".join(waiting)


def _rows(table: str, size: Size, chance: random.Random) -> Iterator[str]:
    days = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS)]
    times = [f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(0, 86400, 37)]

    def moment() -> str:
        return f"{days[int(chance.random() * DAYS)]} {times[int(chance.random() * len(times))]}"

    if table == "ps_configuration":
        yield "(1,'PS_VERSION_DB')"
    elif table == "ps_shop_url":
        yield "(1,'shop.example.com')"
    elif table == "ps_customer":
        for number in range(1, size.customers + 1):
            note = "NULL" if number % 9 else "'said \\'later\\',\\n(twice), and left'"
            yield (
                f"({number},1,'Given{number}','Family{number}','c{number}@example.com','$2y$10$abcdefghijklmnopqrstuv',"
                f"'0000-00-00',{note},'{moment()}','{moment()}')"
            )
    elif table == "ps_guest":
        for number in range(1, size.guests + 1):
            yield f"({number},6,11,{number % (size.customers * 2) if number % 2 else 0},'lt')"
    elif table == "ps_orders":
        amounts = ",".join(["12.340000"] * len(_AMOUNTS))
        for number in range(1, size.orders + 1):
            placed = moment()
            invoiced = placed if number % 5 else "0000-00-00 00:00:00"
            gift = "''" if number % 50 else "'it\\'s for you (a \\\"surprise\\\"), keep it'"
            yield (
                f"({number},'R{number:08d}',1,1,2,1,{int(chance.random() * size.customers) + 1},{number},1,{number},"
                f"{number},5,'abcdefabcdefabcdefabcdefabcdef12','Bank transfer','ps_wirepayment',{gift},{amounts},"
                f"{number},0,'{invoiced}','0000-00-00 00:00:00',1,'{placed}','{moment()}',NULL)"
            )
    else:
        for number in range(1, size.connections + 1):
            referer = "NULL" if number % 3 else "'https://shop.example.com/lt/search?s=a(b),c'"
            guest = int(chance.random() * size.guests) + 1
            yield f"({number},1,1,{guest},{number % 40},3221225985,'{moment()}',{referer})"


def _asked(table: str, clock: Clock) -> TableClocks:
    question = AgeQuestion(question_id=table, rule_id="ten years", clock=clock, cutoff=CUTOFF)
    return TableClocks(table=table, questions=(question,), latest=LATEST)


LAST_SEEN = Clock(
    kind=ClockKind.LAST_ACTIVITY,
    columns=("date_add",),
    parts=(
        ActivityPart(table="orders", column="date_add", key="id_customer", own_key="id_customer"),
        ActivityPart(
            table="connections",
            column="date_add",
            key="id_guest",
            own_key="id_customer",
            via="guest",
            via_key="id_customer",
            via_link="id_guest",
        ),
    ),
)
"""A customer's newest date in three tables of the shop."""
QUESTIONS = (
    _asked("connections", Clock(kind=ClockKind.COLUMN, columns=("date_add",))),
    _asked("customer", LAST_SEEN),
    _asked("orders", Clock(kind=ClockKind.FALLBACK, columns=("invoice_date", "date_add"))),
)
"""One clock of each kind that costs: a column of the largest table, a fallback, the newest of three tables."""
