"""No value leaves a source: markers in every source, then a search through every byte of everything that was written.

The everyday part runs a night with all kinds of sources; the slow part adds Dagster, Great Expectations, a live
database, faults whose text quotes a value, every other command, and the files that were removed while it ran.
"""
# ruff: noqa: S608  (only the tests' own values are put into SQL)

import base64
import gzip
import json
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
from markers import CORE, EMAIL, NAME, NOTE, VALUES, find, hits
from openpyxl import Workbook
from sources import CREATE_CUSTOMERS, CREATE_ORDERS, canary, customers
from whole_runs import AS_OF, clean_environment, results, run_small

WATCHED = Path(__file__).with_name("watched.py")
PRIVATE = ("=data=scratch=read-", "=ropa-classify-", "=ropa-init-")
"""Where rows of a source may be written: folders of one account, removed at the end."""


def written(home: Path) -> list[Path]:
    return [path for path in (home / "data").rglob("*") if path.is_file()]


class TestTheSearchFindsWhatIsThere:
    """Otherwise "nothing found" would prove nothing."""

    @pytest.mark.parametrize("value", VALUES)
    def test_every_value(self, value: str) -> None:
        assert find(f'"x": "{value}"'.encode())

    @pytest.mark.parametrize(
        "disguise",
        [
            str.upper,
            str.lower,
            lambda text: text.encode("utf-16-le"),
            lambda text: text.encode("utf-16-be"),
            lambda text: text.encode().hex(),
            lambda text: text.encode().hex().upper(),
            lambda text: base64.b64encode(text.encode()),
            lambda text: base64.b64encode(b"x" + text.encode()),
            lambda text: base64.b64encode(b"xy" + text.encode()),
            lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
        ],
        ids=["upper", "lower", "utf-16", "utf-16-be", "hex", "HEX", "base64", "base64+1", "base64+2", "percent"],
    )
    def test_in_every_disguise(self, disguise: Callable[[str], str | bytes]) -> None:
        said = disguise(f"{NAME} again")
        assert find(b"#" + (said if isinstance(said, bytes) else said.encode()) + b"#")

    def test_nothing_in_what_holds_none(self) -> None:
        assert find(b"names, types and counts: 61 937 482, 2037-04-19") == []

    @pytest.mark.parametrize("kind", ["parquet", "duckdb", "sqlite", "deflated cell", "xlsx", "gz", "tar.gz", "name"])
    def test_in_every_container(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / f"held.{kind.replace(' ', '_')}"
        filler = "".join(chr(97 + place % 26) for place in range(4000))
        if kind == "parquet":
            duckdb.execute(
                f"COPY (SELECT '{filler}{EMAIL}' || i AS x FROM range(3000) t(i)) TO '{path}' (FORMAT parquet)"
            )
        elif kind == "duckdb":
            with duckdb.connect(str(path)) as database:
                database.execute(f"CREATE TABLE t AS SELECT '{EMAIL}' || i AS x FROM range(20000) r(i)")
        elif kind in ("sqlite", "deflated cell"):
            with sqlite3.connect(path) as held:
                held.execute("CREATE TABLE t (x)")
                cell = zlib.compress(EMAIL.encode()) if kind != "sqlite" else filler[:3990] + EMAIL + filler
                held.execute("INSERT INTO t VALUES (?)", (cell,))
        elif kind == "xlsx":
            workbook = Workbook()
            workbook.active["A1"] = EMAIL
            workbook.save(path)
        elif kind == "gz":
            path.write_bytes(gzip.compress(EMAIL.encode()))
        elif kind == "tar.gz":
            (tmp_path / "inner.json").write_text(EMAIL, "utf-8")
            with tarfile.open(path, "w:gz") as tar:
                tar.add(tmp_path / "inner.json", arcname="inner.json")
            (tmp_path / "inner.json").unlink()
        else:
            (tmp_path / f"{CORE}.txt").write_text("nothing", "utf-8")
        assert hits(tmp_path.rglob("*"))

    def test_in_what_a_run_wrote(self, quiet_home: Path) -> None:
        """One marker in each kind of file that a run writes is found; the files are put back."""
        kinds = {
            path.suffix: path for path in written(quiet_home) if path.suffix in (".json", ".parquet", ".xlsx", ".csv")
        }
        assert len(kinds) == 4
        for path in kinds.values():
            before = path.read_bytes()
            path.write_bytes(before + EMAIL.encode())
            assert find(path.read_bytes()), path.name
            path.write_bytes(before)


@pytest.fixture(scope="module")
def quiet_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night with all kinds of sources, without Dagster and Great Expectations."""
    home = tmp_path_factory.mktemp("canary")
    canary(home)
    with pytest.MonkeyPatch.context() as patch:
        # By import_module: the package has a function of the module's name.
        patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())
        answer = run_small(home)
    assert answer.code == 0, answer.said
    assert results(answer)[0]["sources_read"] == "13 of 15", answer.said
    assert find(answer.said.encode()) == []
    return home


def test_no_value_of_any_source_is_in_what_a_night_wrote(quiet_home: Path) -> None:
    assert len(written(quiet_home)) > 80
    assert hits(written(quiet_home)) == []


class Watch:
    """Runs commands with everything kept: what they print, what they write, what they remove."""

    def __init__(self, folder: Path) -> None:
        self.home, self.kept, self.temporary = folder / "home", folder / "kept", folder / "tmp"
        for made in (self.home, self.kept, self.temporary):
            made.mkdir()
        self.leaks: list[str] = []

    def run(self, *arguments: str, fault: str = "none", codes: tuple[int, ...] = (0,), **more: str) -> str:
        home = () if arguments[0] == "version" else ("--home", str(self.home))
        done = subprocess.run(
            [sys.executable, str(WATCHED), str(self.kept), f"{self.home}:{self.temporary}", fault, *arguments, *home],
            capture_output=True,
            env={**clean_environment(), "TMPDIR": str(self.temporary), "ROPA_DEBUG": "1", **more},
            cwd=self.temporary,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode in codes, f"{arguments}: {done.returncode}\n{said.decode()[-3000:]}"
        self.leaks += [f"{arguments} said {text}" for text in find(said)]
        return done.stdout.decode()

    def found(self) -> list[str]:
        """Markers in what was said, written, left in the folder for temporary files, or removed meanwhile."""
        removed = [path for path in self.kept.iterdir() if not any(place in path.name for place in PRIVATE)]
        mappings = [path for path in (self.home / "mappings").rglob("*") if path.is_file()]
        return self.leaks + hits(written(self.home)) + hits(self.temporary.rglob("*")) + hits(removed) + hits(mappings)


def load(database: str, url: str) -> None:
    """The shop's tables in a live database, with a column's comment that quotes a person."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(url.replace("mysql://", "mysql+pymysql://", 1))
    text = CREATE_CUSTOMERS.replace(
        "email VARCHAR(90)", f"email VARCHAR(90) DEFAULT '{EMAIL}' COMMENT 'of {NAME}: {NOTE}'"
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(text)
        connection.exec_driver_sql(CREATE_ORDERS)
        places = ",".join(["%s"] * 11)
        for row in customers():
            connection.exec_driver_sql(f"INSERT INTO customers VALUES ({places})", row)
        connection.exec_driver_sql(
            f"INSERT INTO orders VALUES (1, 1, '{NOTE}', '2015-01-02'), (2, 1, '{NOTE}', '{NAME}')"
        )
    engine.dispose()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_value_leaves_whatever_command_is_run_and_whatever_goes_wrong(
    tmp_path: Path, mariadb: object, mariadb_database: str
) -> None:
    live = mariadb.url(mariadb_database)  # type: ignore[attr-defined]
    load(mariadb_database, live)
    watch = Watch(tmp_path)
    canary(watch.home, "  - {source_id: live, system: web_shop, connector: sql_database, location: 'env:LIVE_SHOP'}\n")
    inputs, out = watch.home / "inputs", watch.home / "data" / "said"
    out.mkdir(parents=True)
    secret = {"LIVE_SHOP": live}
    watch.run("check", codes=(0, 2))
    watch.run("sources", "small", **secret)
    watch.run("run", "small", "--as-of", AS_OF, **secret)
    assert json.loads(watch.run("run", "small", "--as-of", AS_OF, "--json", **secret))[0]["exit_code"] == 0
    for fault in ("connector", "database", "metric"):
        watch.run("run", "small", "--as-of", AS_OF, "--force", fault=fault, codes=(0, 1, 3), **secret)
    watch.run("run", "small", "--as-of", AS_OF, "--force", fault="stage", codes=(1,), **secret)
    watch.run(
        "run", "small", "--as-of", AS_OF, "--force", "--no-dagster", "--json", fault="stage", codes=(1,), **secret
    )
    for path in sorted(inputs.iterdir()):
        if path.suffix not in (".txt", ".har"):
            watch.run("classify", str(path), "--format", "json", codes=(0, 2))
    watch.run("classify", live, "--format", "csv", codes=(0, 2))
    watch.run("explain", "small", "zz_customer")
    watch.run("plan", "small", codes=(0, 2))
    watch.run("approve", "small", "--by", "Example Approver", "--role", "owner")
    watch.run("verify", "small")
    watch.run("diff", "small")
    watch.run("review", "export", "small", "--all-columns", "--out", str(out / "review.xlsx"))
    watch.run("backup", str(out / "backup.tar.gz"))
    watch.run("init", "drafted", "--source", f"prestashop={inputs / 'shop.sql'}", "--source",
              f"omniva={inputs / 'parcels.csv'}", codes=(0, 2, 3), **secret)  # fmt: skip
    assert watch.found() == []
    assert any(True for _ in watch.kept.iterdir()), "nothing that was removed was kept: the watch does not watch"
    assert not list((watch.home / "data" / "scratch").iterdir())
    assert not list(watch.temporary.glob("ropa-*"))
    storage = [path for path in (watch.home / "data" / "dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in storage)
    for place in (path.name for path in watch.kept.iterdir() if any(part in path.name for part in PRIVATE)):
        assert place.split("-")[2] == "700", place
