"""``ropa init --table``: thirty made-up shops, whole or not at all, and a second time adds nothing."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.onboarding.many import TableUnusable, read_shops
from ropa_pipeline.settings import load_settings

from .conftest import Said, ropa

COUNT = 30
BROKEN = {4: "source", 9: "notice", 14: "country", 19: "controller_id", 24: "timezone", 29: "controller_id"}
"""Rows of the table that cannot be brought in, and the column that is to blame."""

_NOTICE = """\
# Privacy notice

The controller is Example Shop {number} UAB, e-mail privacy@shop{number}.example.com.

## Orders

We process your name, e-mail address and telephone number to fulfil your order. The legal basis is the performance of
a contract (Art. 6(1)(b) GDPR). We keep order data for {years} years. Parcels are delivered by {courier}.
"""
_DUMP = """\
CREATE TABLE `ps_configuration` (`id_configuration` int NOT NULL, `name` varchar(64), PRIMARY KEY (`id_configuration`));
CREATE TABLE `ps_shop_url` (`id_shop_url` int NOT NULL, `domain` varchar(64), PRIMARY KEY (`id_shop_url`));
CREATE TABLE `ps_customer` (`id_customer` int NOT NULL, `email` varchar(255), `firstname` varchar(255),
  PRIMARY KEY (`id_customer`));
CREATE TABLE `ps_orders` (`id_order` int NOT NULL, `id_customer` int, `date_add` datetime, PRIMARY KEY (`id_order`));
{module}"""
_MODULE = "CREATE TABLE `ps_omniva_order` (`id` int NOT NULL, `id_order` int, `tracking_numbers` varchar(255));\n"


def rows_of_table(folder: Path) -> Iterator[list[str]]:
    """Thirty rows; the files they name are written beside the table."""
    for number in range(2, COUNT + 2):
        notice, dump = f"notice_{number}.md", f"shop_{number}.sql"
        courier = ("Omniva", "DPD", "Venipak")[number % 3]
        text = _NOTICE.format(number=number, years=(3, 5, 10)[number % 3], courier=courier)
        (folder / notice).write_text(text, "utf-8")
        (folder / dump).write_text(_DUMP.format(module=_MODULE if number % 2 else ""), "utf-8")
        wrong = BROKEN.get(number, "")
        yield [
            f"Example Shop {number}",
            "missing.sql" if wrong == "source" else dump,
            "missing.md" if wrong == "notice" else notice,
            {19: "Shop!", 29: "example_shop_2"}.get(number, ""),
            "Europe/Nowhere" if wrong == "timezone" else ("Europe/Riga" if number == 3 else ""),
            "XX" if wrong == "country" else ("LT" if number % 5 == 0 else ""),
            "agreement 7" if number == 7 else "",
        ]


HEADINGS = ["Name", "Source", "Notice", "Controller id", "Timezone", "Country", "Contract"]


@dataclass(frozen=True)
class Brought:
    home: Path
    table: Path
    said: Said
    report: Path

    @property
    def rows(self) -> dict[int, dict[str, str]]:
        with self.report.open(encoding="utf-8-sig", newline="") as stream:
            return {int(row["row"]): row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Brought:
    folder, home = tmp_path_factory.mktemp("shops"), tmp_path_factory.mktemp("many_home")
    table, report = folder / "shops.csv", folder / "report.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADINGS, *rows_of_table(folder)])
    said = ropa("init", "--table", table, "--report", report, "--no-run", "--home", home)
    return Brought(home, table, said, report)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_good_row_is_a_folder_that_loads_and_no_broken_one_is(thirty: Brought, catalogue: Catalogue) -> None:
    good = {f"example_shop_{number}" for number in range(2, COUNT + 2) if number not in BROKEN}
    controllers = thirty.home / "mappings" / "controllers"
    assert {path.name for path in controllers.iterdir()} == good
    for name in sorted(good):
        assert load_controller(load_settings(thirty.home), name, catalogue).notice is not None


def test_a_broken_row_says_row_column_and_remedy_and_ends_with_two(thirty: Brought) -> None:
    assert thirty.said.code == 2
    failed = {number: row for number, row in thirty.rows.items() if row["outcome"] == "failed"}
    assert {number: row["column"] for number, row in failed.items()} == BROKEN
    assert all(row["problem"] and row["remedy"] for row in failed.values())
    assert "example_shop_2 is the shop of row 2" in failed[29]["problem"]
    for number, column in BROKEN.items():
        assert f"row {number}, column {column}: " in thirty.said.text


def test_the_report_says_what_was_recognised(thirty: Brought) -> None:
    row = thirty.rows[3]
    assert row["platform"] == "prestashop"
    assert "omniva" in row["recipients"].split(", ")
    assert row["modules"] != ""
    assert thirty.rows[2]["modules"] == ""
    assert all(int(row[name]) > 0 for name in ("statements", "activities", "periods", "questions"))
    assert len(thirty.rows) == COUNT


def test_what_the_table_says_beside_is_kept(thirty: Brought) -> None:
    controllers = thirty.home / "mappings" / "controllers"
    assert "Europe/Riga" in (controllers / "example_shop_3" / "controller.yaml").read_text("utf-8")
    assert "jurisdiction: lt" in (controllers / "example_shop_5" / "controller.yaml").read_text("utf-8")
    assert thirty.rows[7]["contract"] == "agreement 7"
    assert "example_shop_7: agreement 7" in thirty.said.text


def test_a_second_time_adds_nothing(thirty: Brought) -> None:
    before = tree(thirty.home)
    said = ropa("init", "--table", thirty.table, "--json", "--no-run", "--home", thirty.home)
    assert tree(thirty.home) == before
    outcomes = {row["row"]: row["outcome"] for row in json.loads(said.text)}
    assert {number for number, outcome in outcomes.items() if outcome == "failed"} == set(BROKEN)
    assert set(outcomes.values()) == {"failed", "already there"}


def test_a_workbook_does_as_well_and_a_corrected_row_is_brought_in_alone(thirty: Brought, tmp_path: Path) -> None:
    home = tmp_path / "home"
    table = thirty.table.with_name("shops.xlsx")
    workbook = openpyxl.Workbook()
    rows = [["name", "source", "notice"], ["One", "shop_2.sql", ""], [], ["=Two", "shop_3.sql", "missing.md"]]
    for row in rows:
        workbook.active.append(row)
    workbook.active.cell(4, 1).data_type = "s"
    workbook.save(table)
    report = tmp_path / "report.xlsx"
    assert ropa("init", "--table", table, "--no-run", "--report", report, "--home", home).code == 2
    shown = openpyxl.load_workbook(report)["Shops"]
    assert [cell.value for cell in shown["A"]][-2:] == [2, 4]
    assert shown.cell(shown.max_row, 2).data_type == "s"
    first = tree(home)
    workbook.active.cell(4, 3).value = "notice_3.md"
    workbook.save(table)
    assert ropa("init", "--table", table, "--no-run", "--home", home).code == 0
    assert first.items() <= tree(home).items()
    assert {path.name for path in (home / "mappings" / "controllers").iterdir()} == {"one", "two"}


def test_an_address_with_a_secret_is_not_written(tmp_path: Path) -> None:
    table = tmp_path / "shops.csv"
    address = "mysql://reader:geheimnis@127.0.0.1:1/shop"
    table.write_text(f"name,source,system\nOne,{address},prestashop\n", "utf-8")
    said = ropa("init", "--table", table, "--no-run", "--home", tmp_path / "home")
    assert said.code == 0, said.text
    assert "ROPA_SOURCE_ONE_PRESTASHOP" in said.text
    assert "geheimnis" not in said.text
    assert b"geheimnis" not in b"".join(tree(tmp_path / "home").values())


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        pytest.param(["source", "notice"], "name is missing", id="no name"),
        pytest.param(["name", "sauce"], "sauce is not known", id="a typing error"),
        pytest.param(["name", "source", "source"], "source stands twice", id="twice"),
        pytest.param([""], "the table is empty", id="empty"),
    ],
)
def test_a_table_that_cannot_be_used_names_its_columns(headings: list[str], message: str, catalogue: Catalogue) -> None:
    with pytest.raises(TableUnusable, match=f"{message}.*controller_id"):
        read_shops([headings], catalogue.templates)


def test_a_table_that_cannot_be_used_writes_nothing(tmp_path: Path) -> None:
    table = tmp_path / "shops.csv"
    table.write_text("shop\nOne\n", "utf-8")
    said = ropa("init", "--table", table, "--no-run", "--home", tmp_path / "home")
    assert said.code == 2
    assert "name is missing" in said.text
    assert not (tmp_path / "home").exists()


def test_several_sources_of_a_shop_and_a_system_of_the_first(catalogue: Catalogue) -> None:
    shops, failed = read_shops([["name", "source", "system"], ["A", "a.sql; b.csv", "prestashop"]], catalogue.templates)
    assert not failed
    assert shops[0].sources == ("prestashop=a.sql", "b.csv")


def test_a_name_beside_a_table_is_refused(tmp_path: Path) -> None:
    assert ropa("init", "shop", "--table", tmp_path / "t.csv", "--home", tmp_path).code == 2
    assert ropa("init", "--home", tmp_path).code == 2
