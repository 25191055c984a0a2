"""Bad input gives one clear message, loses nothing that was good, and stops nothing that is not concerned."""

import gzip
import random
from importlib import import_module
from pathlib import Path

import pytest
from whole_runs import SHOP_SQL, Answer, Home, all_text, call, change, night, results, run_small, small_controller, sums

from ropa_pipeline import stages
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.inventory import Column, Source
from ropa_pipeline.model.terms import FindingStatus, SourceKind, SourceStatus
from ropa_pipeline.publish import Outcome


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    """These nights are about input; the tables' own contract costs seconds and is checked in the other runs."""
    # By import_module: the package has a function of the module's name.
    monkeypatch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    small_controller(tmp_path)
    return Home(tmp_path, Answer(0, "", ""))


def one(answer: Answer) -> dict[str, object]:
    assert "Traceback" not in answer.said
    return results(answer)[0]


def open_rules(home: Home, subject: str) -> set[str]:
    rows = home.tables("small").rows(Finding)
    return {row.rule_id for row in rows if row.status is FindingStatus.OPEN and row.subject == subject}


class TestConfiguration:
    def test_a_broken_controller_stops_alone_and_keeps_its_release(self, home: Home) -> None:
        broken = small_controller(home.path, "broken")
        first = call("run", "--all", "--as-of", "2026-11-01", "--home", str(home.path), "--no-dagster", "--json")
        assert first.code == 0, first.said
        before = sums(home.release("broken"))
        change(broken / "activities.yaml", "    purpose:", "    porpuse:")
        answer = call("run", "--all", "--as-of", "2026-11-02", "--home", str(home.path), "--no-dagster", "--json")
        assert answer.code == 2
        outcomes = {str(row["controller"]): row for row in results(answer)}
        assert outcomes["small"]["exit_code"] == 0
        assert outcomes["broken"]["outcome"] == "not run"
        message = str(outcomes["broken"]["message"])
        assert "mappings/controllers/broken/activities.yaml, line 4 at activities[0].porpuse" in message
        assert "docs/mappings.md" in message
        assert "Traceback" not in answer.said
        assert sums(home.release("broken")) == before

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("controller.yaml", "jurisdiction: lt", "jurisdiktion: lt", "jurisdiktion"),
            ("sources.yaml", "system: omniva", "system: omnivva", "omnivva"),
            ("activities.yaml", "statements: [basis]", "statements: [basic]", "basic"),
        ],
        ids=["unknown key", "unknown system", "unknown statement"],
    )
    def test_a_mapping_error_names_file_and_key(self, home: Home, file: str, old: str, new: str, said: str) -> None:
        change(home.path / "mappings" / "controllers" / "small" / file, old, new)
        answer = run_small(home.path)
        assert answer.code == 2
        assert file in str(one(answer)["message"])
        assert said in str(one(answer)["message"])

    def test_a_missing_required_file_is_named(self, home: Home) -> None:
        (home.path / "mappings" / "controllers" / "small" / "activities.yaml").unlink()
        answer = run_small(home.path)
        assert answer.code == 2
        assert "activities.yaml" in str(one(answer)["message"])
        assert "missing" in str(one(answer)["message"])

    def test_broken_shared_mappings_stop_the_run_and_keep_every_release(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        before = sums(home.release("small"))
        replaced = home.path / "mappings" / "reference" / "adequacy.yaml"
        replaced.parent.mkdir(parents=True)
        replaced.write_text("eea: [LT]\ndecisions: nothing\n", "utf-8")
        answer = run_small(home.path)
        assert answer.code == 2
        assert "mappings/reference/adequacy.yaml, line 2" in answer.err
        assert "Traceback" not in answer.said
        assert sums(home.release("small")) == before


class TestSources:
    """A source that fails is a finding; the run goes on."""

    @pytest.mark.parametrize(
        ("source", "location"),
        [
            ("omniva", "inputs/nowhere.csv"),
            ("omniva", "inputs/noise.xlsx"),
            ("prestashop", "inputs/noise.sql.gz"),
            ("prestashop", "mysql://reader@127.0.0.1:1/shop"),
            ("prestashop", "mysql://reader:hunter2secret@127.0.0.1:1/shop"),
            ("prestashop", "nosuchscheme://127.0.0.1/shop"),
        ],
        ids=["missing", "random xlsx", "random gz", "no database", "with password", "scheme"],
    )
    def test_a_failed_source_is_a_finding(self, home: Home, source: str, location: str) -> None:
        noise = random.Random(4).randbytes(4000)
        (home.path / "inputs" / "noise.xlsx").write_bytes(noise)
        (home.path / "inputs" / "noise.sql.gz").write_bytes(noise)
        answer = run_small(home.path, "--source", f"{source}={location}")
        assert answer.code == 0, answer.said
        row = one(answer)
        assert row["outcome"] == "published"
        assert row["sources_read"] == "1 of 2"
        assert source in str(row["message"])
        assert "hunter2secret" not in answer.said
        assert open_rules(home, source) & {"source.unreadable", "record.source_not_fresh"}
        finding = next(item for item in home.tables("small").rows(Finding) if item.subject == source)
        assert finding.remedy
        state = {item.source_id: item for item in home.tables("small").rows(Source)}[source]
        assert (state.status, state.kind is SourceKind.SAMPLE) == (SourceStatus.FAILED, False)
        assert "hunter2secret" not in all_text(home.path.rglob("*"))

    def test_strict_makes_it_an_exit_code(self, home: Home) -> None:
        answer = run_small(home.path, "--strict", "--source", "omniva=inputs/nowhere.csv")
        assert answer.code == 2
        assert "omniva" in str(one(answer)["message"])

    def test_a_stale_source_keeps_its_last_good_observation(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        seen = {row.row_id for row in home.tables("small").rows(Column) if row.source_id == "omniva"}
        (home.path / "inputs" / "parcels.csv").unlink()
        answer = run_small(home.path, as_of="2026-11-02")
        assert answer.code == 0
        tables = home.tables("small")
        state = {row.source_id: row for row in tables.rows(Source)}["omniva"]
        assert state.status is SourceStatus.STALE
        assert state.last_success is not None
        assert state.last_attempt is not None
        assert state.last_success < state.last_attempt
        assert {row.row_id for row in tables.rows(Column) if row.source_id == "omniva"} == seen
        assert "record.source_not_fresh" in open_rules(home, "omniva")

    def test_a_source_that_comes_back_resolves_its_finding(self, home: Home) -> None:
        parcels = home.path / "inputs" / "parcels.csv"
        text = parcels.read_text("utf-8")
        parcels.unlink()
        run_small(home.path)
        parcels.write_text(text, "utf-8")
        run_small(home.path, as_of="2026-11-02")
        rows = [row for row in home.tables("small").rows(Finding) if row.rule_id == "record.source_not_fresh"]
        assert {row.status for row in rows} == {FindingStatus.RESOLVED}

    def test_a_sample_never_stands_in_for_real_input(self, home: Home) -> None:
        """A declared location that fails leaves the source unread, although a sample is there too."""
        folder = small_controller(home.path, "komoda")
        (folder / "sources.yaml").write_text(
            "sources:\n  - {system: dpd, connector: table_export, location: inputs/nowhere.csv, sample: dpd.csv}\n",
            "utf-8",
        )
        answer = run_small(home.path, name="komoda")
        assert answer.code == 0
        (row,) = home.tables("komoda").rows(Source)
        assert (row.status, row.kind) == (SourceStatus.FAILED, SourceKind.FILE)
        assert home.tables("komoda").rows(Column) == ()

    def test_a_sample_seen_yesterday_never_stands_in_for_real_input_today(self, home: Home) -> None:
        folder = small_controller(home.path, "komoda")
        (folder / "sources.yaml").write_text(
            "sources:\n  - {system: dpd, connector: table_export, sample: dpd.csv}\n", "utf-8"
        )
        assert run_small(home.path, name="komoda").code == 0
        assert home.tables("komoda").rows(Column)
        answer = run_small(home.path, "--source", "dpd=inputs/nowhere.csv", name="komoda", as_of="2026-11-02")
        assert answer.code == 0
        assert home.tables("komoda").rows(Column) == ()

    def test_a_fault_in_a_connector_is_a_finding_without_the_text_of_the_error(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fault(*_: object) -> None:
            raise RuntimeError("Ona Onaite, ona@example.com")

        monkeypatch.setattr("connectors.table_export.observe", fault)
        answer = run_small(home.path)
        assert answer.code == 0
        assert "source.connector_fault" in open_rules(home, "omniva")
        assert "ona@example.com" not in answer.said + all_text((home.path / "data").rglob("*"))


class TestBlockingFindings:
    """A record that cannot be trusted is not published, tonight or in a later run that only releases."""

    BROKEN = SHOP_SQL.replace("CREATE TABLE `zz_guest` (`id_guest` int", "CREATE TABLE `zz_guest` ((( `id_guest` ,,,")

    def test_a_table_that_vanished_refuses_the_release(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        before = sums(home.release("small"))
        (home.path / "inputs" / "shop.sql").write_text(self.BROKEN, "utf-8")
        answer = run_small(home.path, as_of="2026-11-02")
        assert answer.code == 3, answer.said
        assert "zz_guest" in str(one(answer)["message"])
        assert sums(home.release("small")) == before
        later = stages.released(night(home.path, as_of="2026-11-03"))
        assert later.outcome is Outcome.REFUSED
        assert sums(home.release("small")) == before

    def test_the_next_good_night_is_published(self, home: Home) -> None:
        (home.path / "inputs" / "shop.sql").write_text(self.BROKEN, "utf-8")
        assert run_small(home.path).code == 3
        assert home.tables("small").rows(Source) == ()
        (home.path / "inputs" / "shop.sql").write_text(SHOP_SQL, "utf-8")
        assert run_small(home.path, as_of="2026-11-02").code == 0

    def test_it_cannot_be_accepted_away(self, home: Home) -> None:
        (home.path / "inputs" / "shop.sql").write_text(self.BROKEN, "utf-8")
        (home.path / "mappings" / "controllers" / "small" / "decisions.yaml").write_text(
            "decisions:\n  - {id: d1, by: the owner, on: 2026-10-01, reason: it is only a table}\n"
            "acceptances:\n"
            "  - {finding_id: record.table_unread|zz_guest, until: 2027-01-01, decision: d1}\n",
            "utf-8",
        )
        assert run_small(home.path).code == 3

    def test_tables_that_no_finding_is_about_are_not_released(self, home: Home) -> None:
        """A night killed between assembling and judging leaves new tables beside the old findings."""
        assert run_small(home.path).code == 0
        before = sums(home.release("small"))
        declared = home.path / "mappings" / "controllers" / "small" / "activities.yaml"
        change(declared, "    purpose: ", "    purpose: now ")
        died = night(home.path, as_of="2026-11-02")
        stages.register(died)
        later = stages.released(night(home.path, as_of="2026-11-02"))
        assert later.outcome is Outcome.REFUSED
        assert "run the controller again" in later.reasons[0]
        assert sums(home.release("small")) == before
        assert run_small(home.path, as_of="2026-11-02").code == 0


class TestHistory:
    def test_a_night_without_a_changed_fact_makes_no_snapshot(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        answer = run_small(home.path, as_of="2026-11-05")
        assert one(answer)["outcome"] == "unchanged"
        tables = home.tables("small")
        assert len(tables.rows(Snapshot)) == 1
        assert tables.rows(Change) == ()

    def test_more_rows_are_no_changed_fact(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        shop = home.path / "inputs" / "shop.sql"
        change(shop, "(2,1,12.0,", "(3,1,9.0,'2026-05-05 10:00:00','2026-05-05 10:00:00'),\n(2,1,12.0,")
        assert one(run_small(home.path, as_of="2026-11-02"))["outcome"] == "unchanged"

    def test_a_changed_fact_makes_exactly_its_changes(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        activities = home.path / "mappings" / "controllers" / "small" / "activities.yaml"
        change(activities, "period: P5Y", "period: P6Y")
        assert one(run_small(home.path, as_of="2026-11-02"))["outcome"] == "published"
        tables = home.tables("small")
        assert len(tables.rows(Snapshot)) == 2
        found = {(row.record, row.record_id, row.field) for row in tables.rows(Change)}
        # the number of years and the register's rendering follow from the period, and are not said again
        assert found == {("retention_rules", "orders_five_years", "period")}
        periods = {row.field: (row.old_value, row.new_value) for row in tables.rows(Change)}
        assert periods["period"] == ("P5Y", "P6Y")

    def test_a_run_as_of_an_earlier_day_is_computed_and_not_published(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        before = sums(home.release("small"))
        change(home.path / "mappings/controllers/small/activities.yaml", "period: P5Y", "period: P6Y")
        answer = run_small(home.path, as_of="2026-10-01")
        assert answer.code == 0
        assert one(answer)["outcome"] == "not_published"
        assert sums(home.release("small")) == before

    def test_a_new_column_in_the_shop_is_a_change(self, home: Home) -> None:
        assert run_small(home.path).code == 0
        change(
            home.path / "inputs" / "shop.sql",
            "`id_customer` int DEFAULT NULL,",
            "`id_customer` int DEFAULT NULL, `ip` int,",
        )
        assert one(run_small(home.path, as_of="2026-11-02"))["outcome"] == "published"
        added = {(row.record, row.record_id) for row in home.tables("small").rows(Change) if row.field == "*"}
        assert ("columns", "prestashop/zz_guest/ip") in added


class TestPrecedence:
    """Option, environment, inbox, sources.yaml, sample: the first that is there is read, and nothing else."""

    OTHER = SHOP_SQL.replace("zz_", "yy_")

    def prefix(self, home: Home) -> str:
        tables = {row.table_name for row in night(home.path).read(Column) if row.source_id == "prestashop"}
        (found,) = {name[:3] for name in tables}
        return found

    def test_the_inbox_comes_before_sources_yaml(self, home: Home) -> None:
        inbox = home.path / "data" / "inbox" / "small" / "prestashop"
        inbox.mkdir(parents=True)
        (inbox / "backup.sql.gz").write_bytes(gzip.compress(self.OTHER.encode()))
        assert run_small(home.path).code == 0
        assert self.prefix(home) == "yy_"

    def test_the_environment_comes_before_the_inbox(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        inbox = home.path / "data" / "inbox" / "small" / "prestashop"
        inbox.mkdir(parents=True)
        (inbox / "shop.sql").write_text(SHOP_SQL, "utf-8")
        (home.path / "elsewhere.sql").write_text(self.OTHER, "utf-8")
        monkeypatch.setenv("ROPA_SOURCE_SMALL_PRESTASHOP", str(home.path / "elsewhere.sql"))
        assert run_small(home.path).code == 0
        assert self.prefix(home) == "yy_"

    def test_the_option_comes_before_the_environment(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        (home.path / "elsewhere.sql").write_text(self.OTHER, "utf-8")
        monkeypatch.setenv("ROPA_SOURCE_SMALL_PRESTASHOP", str(home.path / "inputs" / "shop.sql"))
        assert run_small(home.path, "--source", f"prestashop={home.path / 'elsewhere.sql'}").code == 0
        assert self.prefix(home) == "yy_"

    def test_the_newest_of_several_dumps_in_the_inbox_is_read(self, home: Home) -> None:
        import os

        inbox = home.path / "data" / "inbox" / "small" / "prestashop"
        inbox.mkdir(parents=True)
        (inbox / "a.sql").write_text(self.OTHER, "utf-8")
        (inbox / "b.sql").write_text(SHOP_SQL, "utf-8")
        os.utime(inbox / "b.sql", (1, 1))
        assert run_small(home.path).code == 0
        assert self.prefix(home) == "yy_"


class TestSecrets:
    def test_a_password_in_the_environment_is_never_written_or_said(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SHOP_PASSWORD", "hunter2secret")
        location = "mysql://reader:env:SHOP_PASSWORD@127.0.0.1:1/shop"
        change(home.path / "mappings/controllers/small/sources.yaml", "inputs/shop.sql", f'"{location}"')
        answer = run_small(home.path)
        assert answer.code == 0
        assert "prestashop" in str(one(answer)["message"])
        shown = call("sources", "small", "--home", str(home.path))
        assert "env:SHOP_PASSWORD" in shown.out.replace("\n", "")
        assert "hunter2secret" not in answer.said + shown.said + all_text(home.path.rglob("*"))

    def test_a_missing_variable_is_named(self, home: Home) -> None:
        change(home.path / "mappings/controllers/small/sources.yaml", "inputs/shop.sql", '"mysql://r:env:NO_SUCH@h/d"')
        answer = run_small(home.path)
        assert answer.code == 0
        assert "NO_SUCH" in str(one(answer)["message"])


class TestNotice:
    def test_an_unreadable_notice_is_a_finding_and_the_declared_statements_stand(self, home: Home) -> None:
        file = home.path / "notice.pdf"
        file.write_bytes(random.Random(5).randbytes(3000))
        answer = run_small(home.path, "--notice", str(file))
        assert answer.code == 0, answer.said
        assert "notice.unreadable" in {row.rule_id for row in home.tables("small").rows(Finding)}

    def test_a_missing_notice_is_wrong_use(self, home: Home) -> None:
        answer = run_small(home.path, "--notice", str(home.path / "no.txt"))
        assert answer.code == 2
        assert "no.txt" in answer.err


def test_a_controller_is_run_once_at_a_time(home: Home) -> None:
    from ropa_pipeline.run_lock import run_lock

    with run_lock(home.path, "small"):
        answer = run_small(home.path)
    assert answer.code == 2
    assert "under way" in str(one(answer)["message"])


def test_what_to_know_about_a_read_stands_at_its_source(home: Home) -> None:
    """A second shop in the same database is not read; nobody would look for it if nothing said so."""
    dump = home.path / "inputs" / "shop.sql"
    signs = ("configuration", "shop_url", "customer")
    more = "".join(f"CREATE TABLE `{p}_{sign}` (`id` int);\n" for p in "xy" for sign in signs)
    dump.write_text(SHOP_SQL + more, "utf-8")
    assert run_small(home.path).code == 0
    reasons = " ".join(row.reason for row in home.tables("small").rows(Source))
    assert "declare a source with option 'prefix'" in reasons
