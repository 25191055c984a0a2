"""No value leaves a source: markers in every source, then a search through every byte of everything that was written.

The everyday part runs a night with all kinds of sources; the slow part adds Dagster, Great Expectations, a live
database, faults whose text quotes a value, every other command, and the files that were removed while it ran.
"""
# ruff: noqa: S608  (only the tests' own values are put into SQL)

import base64
import email
import gzip
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
from local_servers import Hook, Smtp, port, served
from markers import CORE, EMAIL, NAME, NOTE, PHONE, SURNAME, VALUES, find, hits
from openpyxl import Workbook, load_workbook
from sources import CREATE_CUSTOMERS, CREATE_ORDERS, canary, customers
from whole_runs import AS_OF, ROOT, clean_environment, results, run_small

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
            made.mkdir(parents=True)
        self.leaks: list[str] = []
        self.more: dict[str, str] = {}

    def run(self, *commands: Sequence[str], fault: str = "none", codes: tuple[int, ...] = (0,), **more: str) -> str:
        """Commands one after the other in one process; ``codes`` are those that each may end with."""
        words: list[str] = []
        for arguments in commands:
            words += [*(["//"] if words else []), *arguments, "--home", str(self.home)]
        ended = self.kept.with_name("codes")
        done = subprocess.run(
            [sys.executable, str(WATCHED), str(self.kept), f"{self.home}:{self.temporary}", fault, str(ended), *words],
            capture_output=True,
            env={**clean_environment(), "TMPDIR": str(self.temporary), "ROPA_DEBUG": "1", **self.more, **more},
            cwd=self.temporary,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said.decode()[-3000:]
        found = [int(code) for code in ended.read_text("utf-8").split()]
        wrong = [(list(command), code) for command, code in zip(commands, found, strict=True) if code not in codes]
        assert not wrong, f"{wrong}\n{said.decode()[-3000:]}"
        self.leaks += [f"{commands} said {text}" for text in find(said)]
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


FORMATS = ("xlsx", "csv", "json", "jsonld", "turtle", "fides")
PROFILES = sorted(path.stem for path in (ROOT / "mappings" / "profiles").glob("*.yaml"))
PLAIN = (".txt", ".har")


def filled(path: Path) -> None:
    """A person quotes what they saw in the shop: in a reason, in a choice, in a sheet of their own."""
    workbook = load_workbook(path)
    sheet = workbook["Columns"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    typed = {"Decided category": EMAIL, "Decided data subject": f"{NAME} {SURNAME}", "Decided by": "office manager",
             "Reason": f"she is called {NAME} {SURNAME}, {EMAIL}, {PHONE}"}  # fmt: skip
    for heading, value in typed.items():
        sheet.cell(4, heads[heading]).value = value
    workbook.create_sheet("mine").append([NOTE])
    workbook.save(path)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[str, Hook, Smtp]]:
    """``alerts.yaml`` with a web address and a mail server that keep what they are sent."""
    hook, smtp = Hook(), Smtp()
    with ExitStack() as stack:
        for server in (hook, smtp):
            stack.enter_context(contextmanager(served)(server))
        yield (
            (
                f"log: true\nresolved: true\nnew_findings: warning\nwebhook: {{url: 'http://127.0.0.1:{port(hook)}/'}}\n"
                f"mail: {{host: 127.0.0.1, port: {port(smtp)}, security: none, sender: ropa@shop.example,"
                " recipients: [officer@shop.example]}\n"
            ),
            hook,
            smtp,
        )


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_value_leaves_whatever_command_is_run_and_whatever_goes_wrong(
    tmp_path: Path, mariadb: object, mariadb_database: str, told: tuple[str, Hook, Smtp]
) -> None:
    live = mariadb.url(mariadb_database)  # type: ignore[attr-defined]
    load(mariadb_database, live)
    watch = Watch(tmp_path / "watch")
    canary(watch.home, "  - {source_id: live, system: web_shop, connector: sql_database, location: 'env:LIVE_SHOP'}\n")
    alerts, hook, smtp = told
    (watch.home / "alerts.yaml").write_text(alerts, "utf-8")
    inputs, out, bucket = watch.home / "inputs", watch.home / "data" / "said", tmp_path / "bucket"
    for made in (out, bucket):
        made.mkdir(parents=True)
    watch.more = {"LIVE_SHOP": live}
    night = ("run", "small", "--as-of", AS_OF)
    watch.run(("check",), codes=(0, 2))
    watch.run(("sources", "small"), night)
    assert json.loads(watch.run((*night, "--json")))[0]["exit_code"] == 0
    for fault in ("connector", "database", "metric"):
        watch.run((*night, "--force"), fault=fault, codes=(0, 1, 3))
    watch.run((*night, "--force"), (*night, "--force", "--no-dagster", "--json"), fault="stage", codes=(1,))
    files = [str(path) for path in sorted(inputs.iterdir()) if path.suffix not in PLAIN]
    watch.run(*(("classify", path, "--format", "json") for path in files), ("classify", live, "--format", "csv"),
              ("plan", "small"), codes=(0, 2))  # fmt: skip
    review = str(out / "review.xlsx")
    watch.run(
        ("explain", "small", "zz_customer"), ("approve", "small", "--by", "Example Approver", "--role", "owner"),
        ("verify", "small"), ("diff", "small"), ("review", "export", "small", "--all-columns", "--out", review),
        ("review", "import", "small", review), ("review", "import", "small", review, "--apply", "--json"),
        ("backup", str(out / "backup.tar.gz")), ("restore", str(out / "backup.tar.gz")),
        *(("export", "small", "--format", kind, "--out", str(out / f"register_{kind}")) for kind in FORMATS),
        *(("export", "small", "--profile", one, "--lang", "lt", "--out", str(out / f"{one}.xlsx")) for one in PROFILES),
        ("export", "small", "--format", "csv", "--profile", PROFILES[0], "--out", str(out / "profile_csv")),
        *(("export", "small", "--format", kind, "--out", "-") for kind in FORMATS if kind not in ("xlsx", "csv")),
        ("portfolio", "--as-of", AS_OF),
        ("portfolio", "--as-of", AS_OF, "--lang", "lt", "--json", "--out", str(out / "lt")),
        ("alerts", "test"), ("alerts", "check"), ("alerts", "check", "--json"), ("prune", "small"),
    )  # fmt: skip
    filled(out / "review.xlsx")
    (inputs / "returned.xlsx").write_bytes((out / "review.xlsx").read_bytes())
    (out / "review.xlsx").unlink()  # what a person typed into it is theirs; what is made of it is not
    returned = str(inputs / "returned.xlsx")
    watch.run(("review", "import", "small", returned), ("review", "import", "small", returned, "--apply"),
              ("review", "import", "small", returned, "--apply", "--json"), codes=(2,))  # fmt: skip
    watch.run(("init", "drafted", "--source", f"prestashop={inputs / 'shop.sql'}", "--source",
               f"omniva={inputs / 'parcels.csv'}"), codes=(0, 2, 3))  # fmt: skip
    stored = {"ROPA_STORAGE": bucket.as_uri()}
    watch.run(("storage", "put", "small"), (*night, "--force", "--no-dagster"), ("storage", "status", "small"),
              ("storage", "fetch", "small"), **stored)  # fmt: skip
    assert watch.found() == []
    kept = [path for path in bucket.rglob("*") if path.is_file()]
    assert len(kept) > 5
    assert hits(kept) == []
    assert len(hook.bodies) > 3
    assert len(smtp.messages) > 3
    assert find(json.dumps(hook.bodies, ensure_ascii=False).encode()) == []
    assert [text for message in smtp.messages for text in find(message_text(message))] == []
    must_have_been_made(out)
    assert any(True for _ in watch.kept.iterdir()), "nothing that was removed was kept: the watch does not watch"
    assert not list((watch.home / "data" / "scratch").iterdir())
    assert not list(watch.temporary.glob("ropa-*"))
    storage = [path for path in (watch.home / "data" / "dagster").rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in storage)
    for place in (path.name for path in watch.kept.iterdir() if any(part in path.name for part in PRIVATE)):
        assert place.split("-")[2] == "700", place


def message_text(message: str) -> bytes:
    """A mail as it is sent, and as it is read."""
    read = email.message_from_string(message)
    parts = [part.get_payload(decode=True) for part in read.walk() if not part.is_multipart()]
    return message.encode() + b"".join(part for part in parts if isinstance(part, bytes))


def must_have_been_made(out: Path) -> None:
    """The search proves nothing about a form that was not written, or one that it cannot look into."""
    for kind in FORMATS:
        made = out / f"register_{kind}"
        files = [made] if made.is_file() else sorted(path for path in made.rglob("*") if path.is_file())
        assert files, kind
        for path in files:
            before = path.read_bytes()
            if kind == "xlsx":
                workbook = load_workbook(io.BytesIO(before))
                workbook.worksheets[-1].cell(1, 1).value = NOTE
                workbook.save(path)
            else:
                path.write_bytes(before + EMAIL.encode())
            assert hits([path]), path.name
            path.write_bytes(before)
    assert len(list(out.iterdir())) >= len(FORMATS) + len(PROFILES) + 3
