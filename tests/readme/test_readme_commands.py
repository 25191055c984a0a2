"""The README's commands are executed as they stand, and their output is what the page shows."""

import json
import re
from pathlib import Path

import duckdb
import pytest
from readme_blocks import ROOT, blocks, execute, shape

REAL_DUMP = "samples/prestashop_8_1_2_mysqldump.sql.gz"
REAL_TABLES, REAL_COLUMNS = 297, 1828
# One worker runs the demo once for all tests that look at what it published (pytest --dist loadgroup).
pytestmark = pytest.mark.xdist_group("readme")
ADDRESS = "mysql://READER:PASSWORD@HOST/DATABASE"


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo's command ran; later blocks look at what it published."""
    home = tmp_path_factory.mktemp("readme")
    done = execute(blocks()["demo"], home)
    assert done.returncode == 0, done.stderr[-3000:]
    (home / "output.txt").write_text(done.stdout, "utf-8")
    return home


def test_the_demo_shows_the_table_of_the_page(demo_home: Path) -> None:
    assert shape((demo_home / "output.txt").read_text("utf-8")) == shape(blocks()["demo"].output)


def test_the_demos_date_is_the_samples_date() -> None:
    as_of = (ROOT / "data" / "samples" / "as_of.txt").read_text("utf-8").strip()
    assert f"--as-of {as_of}" in blocks()["demo"].commands[0]


@pytest.mark.parametrize("controller", ["ak3d", "akore", "komoda"])
def test_the_demo_publishes_what_the_page_lists(demo_home: Path, controller: str) -> None:
    folder = demo_home / "data" / "published" / controller
    names = {path.name for path in folder.iterdir()}
    wanted = {f"ropa_{controller}.duckdb", f"ropa_{controller}_record.xlsx", f"ropa_{controller}_audit.xlsx"}
    assert wanted | {"manifest.json", "exchange"} <= names
    json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["explain", "query", "classify"])
def test_a_command_of_the_page_prints_what_the_page_shows(demo_home: Path, name: str) -> None:
    done = execute(blocks()[name], demo_home)
    assert done.returncode == 0, done.stderr[-3000:]
    assert shape(done.stdout) == shape(blocks()[name].output)


def test_the_page_says_that_samples_are_synthetic_and_that_it_is_no_advice() -> None:
    text = (ROOT / "README.md").read_text("utf-8").lower()
    assert "synthetic" in text
    assert "not legal advice" in text
    assert "not stated" in text


def test_links_of_the_page_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing


def _columns_read(home: Path) -> tuple[int, int]:
    database = home / "data" / "published" / "komoda" / "ropa_komoda.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select count(distinct table_name), count(*) from ropa.columns where source_id = 'prestashop'"
        ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


@pytest.mark.slow
def test_the_dump_command_reads_every_column_of_a_real_shop(tmp_path: Path, shared: Path) -> None:
    done = execute(blocks()["dump"], tmp_path, {"YOUR_DUMP.sql.gz": str(shared / REAL_DUMP)})
    assert done.returncode == 0, done.stderr[-3000:]
    assert _columns_read(tmp_path) == (REAL_TABLES, REAL_COLUMNS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["database", "environment"])
def test_the_database_commands_read_the_same_columns_live(name, tmp_path, shared, mariadb, mariadb_database) -> None:
    mariadb.load(mariadb_database, shared / REAL_DUMP)
    account, password = f"reader_{name}", "only-for-this-test"
    mariadb.execute(
        f"CREATE USER '{account}'@'127.0.0.1' IDENTIFIED BY '{password}'",
        f"GRANT SELECT, SHOW VIEW ON {mariadb_database}.* TO '{account}'@'127.0.0.1'",
    )
    address = mariadb.url(mariadb_database, account, password)
    done = execute(blocks()[name], tmp_path, {ADDRESS: address})
    assert done.returncode == 0, done.stderr[-3000:]
    assert password not in done.stdout + done.stderr
    assert _columns_read(tmp_path) == (REAL_TABLES, REAL_COLUMNS)
