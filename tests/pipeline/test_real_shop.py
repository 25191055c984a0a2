"""KOMODA's register on the schema of a real PrestaShop 8.1.2: as a dump, and loaded into a live MariaDB."""

from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from whole_runs import AS_OF, Answer, Home, all_text, ropa, shared_run, sums

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, Source
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.terms import SourceKind, SourceStatus
from tests.live import LiveServer

DUMP = "prestashop_8_1_2_mysqldump.sql.gz"
COUNTS = (
    "rows", "rows_within", "rows_kept_by_law", "rows_on_hold", "rows_undecided", "rows_overdue", "rows_without_date",
)  # fmt: skip


def run_komoda(home: Path, location: str) -> Answer:
    return ropa("run", "komoda", "--source", f"prestashop={location}", "--as-of", AS_OF, "--home", str(home))


@pytest.fixture(scope="session")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    dump = shared / "samples" / DUMP
    return shared_run(tmp_path_factory, "real", lambda home: run_komoda(home, str(dump)))


def columns(home: Home) -> set[tuple[str, str]]:
    return {
        (row.table_name, row.column_name) for row in home.tables("komoda").rows(Column) if row.system == "prestashop"
    }


def counts(home: Home) -> dict[str, tuple[object, ...]]:
    rows = [row for row in home.tables("komoda").rows(RetentionResult) if row.system == "prestashop"]
    return {row.row_id: tuple(getattr(row, name) for name in COUNTS) for row in rows}


def test_the_dump_gives_every_table_and_column(real: Home) -> None:
    assert real.answer.code == 0, real.answer.said
    found = columns(real)
    assert (len({table for table, _ in found}), len(found)) == (297, 1828)
    source = {row.source_id: row for row in real.tables("komoda").rows(Source)}["prestashop"]
    assert (source.kind, source.status, source.tables, source.columns) == (
        SourceKind.FILE, SourceStatus.FRESH, 297, 1828,
    )  # fmt: skip


def test_every_column_of_the_dump_is_classified(real: Home) -> None:
    tagged = {
        (row.table_name, row.column_name): row.data_category
        for row in real.tables("komoda").rows(ClassifiedColumn)
        if row.system == "prestashop"
    }
    assert columns(real) <= set(tagged)
    assert {tagged["ps_customer", "email"], tagged["ps_customer", "passwd"]} == {
        "contact.email",
        "account.credential_secret",
    }
    assert 100 < sum(category != "none" for category in tagged.values()) < 900


def test_no_finding_says_that_a_table_was_lost(real: Home) -> None:
    lost = Counter(row.rule_id for row in real.tables("komoda").rows(Finding) if row.rule_id.startswith("record.table"))
    assert lost == {}


@pytest.fixture(scope="module")
def live(mariadb: LiveServer, shared: Path) -> str:
    name = mariadb.new_database()
    mariadb.load(name, shared / "samples" / DUMP)
    mariadb.execute(
        "CREATE USER IF NOT EXISTS reader@'127.0.0.1' IDENTIFIED BY 'hunter2secret'",
        f"GRANT SELECT ON {name}.* TO reader@'127.0.0.1'",
    )
    return name


@pytest.mark.slow
class TestLiveDatabase:
    """The same shop through a database address gives the same register."""

    def test_it_is_the_same_register(self, mariadb: LiveServer, live: str, real: Home, tmp_path: Path) -> None:
        home = Home(tmp_path, run_komoda(tmp_path, mariadb.url(live, "reader", "hunter2secret")))
        assert home.answer.code == 0, home.answer.said
        assert columns(home) == columns(real)
        assert len(columns(home)) == 1828
        assert counts(home) == counts(real)
        source = {row.source_id: row for row in home.tables("komoda").rows(Source)}["prestashop"]
        assert (source.kind, source.status) == (SourceKind.LIVE, SourceStatus.FRESH)
        assert "hunter2secret" not in home.answer.said + all_text(tmp_path.rglob("*"))

    def test_a_wrong_password_is_a_finding_that_names_no_password(
        self, mariadb: LiveServer, live: str, tmp_path: Path
    ) -> None:
        home = Home(tmp_path, run_komoda(tmp_path, mariadb.url(live, "reader", "not_hunter3")))
        assert home.answer.code == 0, home.answer.said
        assert "prestashop" in home.answer.err
        assert "Traceback" not in home.answer.said
        rows = [row for row in home.tables("komoda").rows(Finding) if row.subject == "prestashop"]
        assert {"source.unreadable", "record.source_not_fresh"} & {row.rule_id for row in rows}
        assert "not_hunter3" not in home.answer.said + all_text(tmp_path.rglob("*"))
        assert quote("not_hunter3") not in home.answer.said
        assert sums(home.release("komoda"))
