"""Change one thing in a whole shop, or in its notice: exactly the matching drift and findings appear, and go again.

The shops are the examples with all their sample sources and the notice they publish. Three nights each: as it is (once
for all changes), changed, undone. The stages are those of a run; writing the workbooks is left out.
"""

import gzip
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from ropa_pipeline import stages
from ropa_pipeline.model.finding import Drift, Finding
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus
from ropa_pipeline.night import Night
from ropa_pipeline.settings import load_settings, shipped_root

SYSTEM = "in a system, not in the notice"
TEXT = "notice text changed"


@dataclass
class Shop:
    """One example controller in a home of its own, with copies of its sources and its notice."""

    home: Path
    controller: str
    notice: Path
    base: Tables = field(default_factory=Tables)

    @property
    def inputs(self) -> Path:
        return self.home / "inputs"

    def restore(self) -> None:
        shutil.rmtree(self.inputs, ignore_errors=True)
        shutil.copytree(shipped_root() / "data" / "samples" / self.controller, self.inputs)
        shutil.copy(self.notice, self.inputs / "notice.txt")

    def night(self, day: int, previous: Tables) -> Tables:
        """All stages up to the findings, with ``previous`` as the last release."""
        settings = load_settings(self.home)
        declared = Night(settings, self.controller, date(2026, 11, day)).folder.sources.sources
        given = {item.id: str(self.inputs / item.sample) for item in declared if item.sample}
        tonight = Night(settings, self.controller, date(2026, 11, day), given, self.inputs / "notice.txt")
        tonight.__dict__["previous"] = previous  # what the last release would have held
        for system in sorted({source.system for source in tonight.sources}):
            stages.observe_system(tonight, system)
        for stage in stages.STAGES[: stages.STAGES.index(stages.judged) + 1]:
            stage(tonight)
        return stages.stored(tonight)


@pytest.fixture(scope="module")
def shops(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Shop]:
    """The night before the change, made once per controller."""
    made: dict[str, Shop] = {}

    def shop(controller: str) -> Shop:
        if controller not in made:
            found = Shop(tmp_path_factory.mktemp(controller), controller, shared / "notices" / f"{controller}.txt")
            found.restore()
            found.base = found.night(1, Tables())
            made[controller] = found
        return made[controller]

    return shop


@pytest.fixture(autouse=True, scope="module")
def without_great_expectations() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())
        yield


Make = Callable[[Path], None]


def sql(*statements: str) -> Make:
    """Statements for the shop's own database."""

    def make(inputs: Path) -> None:
        with closing(sqlite3.connect(inputs / "web_shop.sqlite")) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return make


def dump(change: Callable[[str], str]) -> Make:
    """The PrestaShop dump, written anew."""

    def make(inputs: Path) -> None:
        path = inputs / "prestashop.sql.gz"
        before = gzip.decompress(path.read_bytes()).decode()
        after = change(before)
        assert after != before
        path.write_bytes(gzip.compress(after.encode()))

    return make


def without_table(name: str) -> Make:
    definition = re.compile(rf"CREATE TABLE `{name}`.*?\n\) ENGINE[^\n]*;\n", re.DOTALL)
    rows = re.compile(rf"LOCK TABLES `{name}` WRITE;.*?UNLOCK TABLES;\n", re.DOTALL)
    return dump(lambda text: rows.sub("", definition.sub("", text)))


def with_table(name: str, *columns: str) -> Make:
    lines = ",\n  ".join(("`id` int(10) unsigned NOT NULL", *columns, "PRIMARY KEY (`id`)"))
    table = f"CREATE TABLE `{name}` (\n  {lines}\n) ENGINE=InnoDB;\n"
    return dump(lambda text: text.replace("-- Dump completed", f"{table}-- Dump completed"))


def unknown_cookie(inputs: Path) -> None:
    path = inputs / "cookies.har"
    archive = json.loads(path.read_bytes())
    cookie = "zz_tracker=a; Path=/; Domain=.tracker.example; Max-Age=3600"
    archive["log"]["entries"][0]["response"]["headers"].append({"name": "set-cookie", "value": cookie})
    path.write_text(json.dumps(archive), "utf-8")


def text(old: str, new: str) -> Make:
    def make(inputs: Path) -> None:
        path = inputs / "notice.txt"
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new), "utf-8")

    return make


def without_lines(first: int, last: int) -> Make:
    def make(inputs: Path) -> None:
        path = inputs / "notice.txt"
        lines = path.read_text("utf-8").split("\n")
        path.write_text("\n".join([*lines[: first - 1], *lines[last:]]), "utf-8")

    return make


@dataclass(frozen=True)
class Change:
    """``drift`` and ``found`` appear; the change settles ``gone`` and ``gone_drift``; undoing brings ``news``."""

    controller: str
    make: Make
    drift: frozenset[str] = frozenset()
    found: frozenset[str] = frozenset()
    gone_drift: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    news: frozenset[str] = frozenset()


def of_text(controller: str, make: Make, *subjects: str) -> Change:
    """A change of the notice's text: one row of drift and one finding for each subject."""
    rows = frozenset(f"{TEXT}|{subject}" for subject in subjects)
    return Change(controller, make, rows, frozenset(f"transparency.drift|{row}" for row in rows))


def new_recipient(controller: str, make: Make, recipient: str, *tables: str, more: tuple[str, ...] = ()) -> Change:
    """A module's tables: its provider is a recipient that the notice does not name."""
    found = {
        f"change.new_recipient|{recipient}",
        f"disclosure.role_not_stated|{recipient}",
        f"disclosure.undeclared_recipient|{recipient}",
        *(f"change.new_personal_column|{table}" for table in tables),
    }
    return Change(controller, make, frozenset({f"{SYSTEM}|recipient:{recipient}", *more}), frozenset(found))


CHANGES: dict[str, Change] = {
    "a personal table is dropped": Change(
        "akore",
        sql("DROP TABLE messages"),
        found=frozenset({"change.table_gone|web_shop:messages"}),
        gone_drift=frozenset(
            f"{SYSTEM}|data:{category}|order_communication"
            for category in ("account.username_or_id", "communication.content", "order.reference")
        ),
        news=frozenset({"change.new_personal_column|web_shop:messages"}),
    ),
    "a module's table is dropped with the rows that outlived their person": Change(
        "komoda",
        without_table("ps_wishlist"),
        found=frozenset({"change.table_gone|prestashop:ps_wishlist"}),
        gone_drift=frozenset(
            f"{SYSTEM}|data:{category}|wishlist"
            for category in ("account.credential_secret", "account.username_or_id", "content.user_generated")
        ),
        gone=frozenset({"retention.erasure_residue|prestashop:wishlist_of_erased_customer"}),
        news=frozenset({"change.new_personal_column|prestashop:ps_wishlist"}),
    ),
    "a column birthday": Change(
        "akore",
        sql("ALTER TABLE clients ADD COLUMN birthday TEXT"),
        frozenset({f"{SYSTEM}|data:identity.birth_date"}),
        frozenset(
            {
                "change.new_personal_column|web_shop:clients.birthday",
                f"transparency.drift|{SYSTEM}|data:identity.birth_date",
            }
        ),
    ),
    "a column that is nobody's": Change("akore", sql("ALTER TABLE materials ADD COLUMN density NUMERIC")),
    "a courier's tables in a shop of one's own": new_recipient(
        "akore",
        sql(
            "CREATE TABLE venipak_shipment (id INTEGER, order_id INTEGER, recipient_name TEXT, tracking_number TEXT)",
            "CREATE TABLE venipak_warehouse (id INTEGER, city TEXT)",
        ),
        "venipak",
        "web_shop:venipak_shipment",
    ),
    "the tables of a courier that the notice names": Change(
        "akore",
        sql("CREATE TABLE dpd_shipment (id INTEGER, order_id INTEGER, recipient_name TEXT, tracking_number TEXT)"),
        found=frozenset({"change.new_personal_column|web_shop:dpd_shipment"}),
    ),
    "a payment module in a shop of one's own": new_recipient(
        "akore",
        sql("CREATE TABLE mollie_payments (transaction_id TEXT, order_id INTEGER, method TEXT, created_at TEXT)"),
        "mollie",
        "web_shop:mollie_payments",
    ),
    "a payment module in PrestaShop": new_recipient(
        "komoda",
        with_table("ps_paypal_order", "`id_cart` int(11) NOT NULL", "`id_transaction` varchar(55) NOT NULL"),
        "paypal",
        "prestashop:ps_paypal_order",
    ),
    "a courier's module that no mapping describes": new_recipient(
        "komoda",
        with_table("ps_itella_cart", "`id_cart` int(11) NOT NULL", "`tracking_number` varchar(255) DEFAULT NULL"),
        "smartposti",
        "prestashop:ps_itella_cart",
        more=(f"{SYSTEM}|data:delivery.tracking|orders",),
    ),
    "a cookie that nobody knows": Change(
        "akore",
        unknown_cookie,
        frozenset({f"{SYSTEM}|cookie:zz_tracker (tracker.example (no known provider))"}),
        frozenset({"transparency.cookie_not_declared|zz_tracker/tracker.example (no known provider)"}),
    ),
    "ten years become eight": of_text("komoda", text("up to 10 years", "up to 8 years"), "retention:komoda_accounting"),
    "analytics are kept longer": of_text(
        "akore", text("up to 14 months", "up to 26 months"), "retention:akore_analytics"
    ),
    "a recipient is taken out": of_text(
        "akore", text("LP Express, DPD, Omniva", "LP Express, Omniva"), "recipient:dpd"
    ),
    "a courier takes the place of another": of_text(
        "akore",
        text("LP Express, DPD, Omniva", "LP Express, DPD, Venipak"),
        "recipient:omniva",
        "recipient:venipak",
    ),
    "the authority is taken out": of_text("komoda", without_lines(290, 291), "authority:vdai", "right:complaint"),
    "a row of the cookie table is taken out": of_text("komoda", without_lines(199, 208), "cookie:test_cookie"),
}


def opened(tables: Tables) -> dict[str, date | None]:
    return {row.finding_id: row.first_seen for row in tables.rows(Finding) if row.status is FindingStatus.OPEN}


def drifted(tables: Tables) -> dict[str, date | None]:
    return {row.drift_id: row.first_seen for row in tables.rows(Drift)}


QUICK = {
    "a column birthday",
    "a payment module in a shop of one's own",
    "a cookie that nobody knows",
    "a recipient is taken out",
}
"""One change of each kind, in the smallest shop; two nights of every other take minutes together."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in CHANGES]
)
def test_one_change_of_a_whole_shop_brings_exactly_its_own_rows_and_they_go_when_it_is_undone(
    name: str, shops: Callable[[str], Shop]
) -> None:
    change = CHANGES[name]
    shop = shops(change.controller)
    base = shop.base
    try:
        change.make(shop.inputs)
        changed = shop.night(2, base)
    finally:
        shop.restore()
    before, after = drifted(base), drifted(changed)
    assert (after.keys() - before.keys(), before.keys() - after.keys()) == (change.drift, change.gone_drift)
    found, now = opened(base), opened(changed)
    assert (now.keys() - found.keys(), found.keys() - now.keys()) == (change.found, change.gone)
    first_seen = {key: seen for key, seen in {**after, **now}.items() if seen != date(2026, 11, 1)}
    assert first_seen == dict.fromkeys((*change.drift, *change.found), date(2026, 11, 2))
    undone = shop.night(3, changed)
    assert drifted(undone).keys() == before.keys()
    assert opened(undone).keys() == found.keys() | change.news
    resolved = {row.finding_id for row in undone.rows(Finding) if row.status is FindingStatus.RESOLVED}
    assert change.found <= resolved
