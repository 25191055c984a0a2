"""History can be verified, compared, approved, exported for a past date, backed up and restored."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from sample_tables import context, contract, sample_tables

from ropa_pipeline.model.finding import Coverage
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.publish.approval import approve, diff, verify, write_record
from ropa_pipeline.publish.backup import backup, restore
from ropa_pipeline.publish.chain import hash_line
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.publish.places import Places, PublishError, published_path
from ropa_pipeline.publish.release import read_published, release
from ropa_pipeline.publish.workbook import Book

MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def three_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A baseline on the 2nd, changed on the 3rd and on the 4th of March."""
    home = tmp_path_factory.mktemp("three")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ropa_pipeline.publish.build.write_workbook", bare_workbook)
        for day, document in ((2, "first"), (3, "second"), (4, "third")):
            release(sample_tables([contract(document=document)]), context(home, date(2026, 3, day)))
    return home


@pytest.fixture
def home(three_releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of its own for each test; what stands in workbooks is tested elsewhere."""
    monkeypatch.setattr("ropa_pipeline.publish.build.write_workbook", bare_workbook)
    shutil.copytree(three_releases, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def bare_workbook(path: Path, book: Book) -> None:
    path.write_text(book.banner)


def chain(home: Path) -> Path:
    return Places(home, "shop").chain


def alter(home: Path, number: int, rehash: bool = False) -> None:
    lines = chain(home).read_text().splitlines()
    body = json.loads(lines[number - 1])
    body["entry"]["snapshot_id"] = "forged"
    if rehash:
        body["line_hash"] = hash_line(body)
    lines[number - 1] = json.dumps(body)
    chain(home).write_text("\n".join(lines) + "\n")


def test_an_untouched_history_verifies(home: Path) -> None:
    checked = verify(home, "shop")
    assert (checked.ok, checked.lines, checked.snapshots) == (True, 5, 3)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_an_altered_line_is_named(home: Path, number: int) -> None:
    alter(home, number)
    first = verify(home, "shop").problems[0]
    assert (first.line, first.reason) == (number, "its content does not match its hash")


def test_an_altered_line_with_a_new_hash_breaks_the_next_link(home: Path) -> None:
    alter(home, 2, rehash=True)
    first = verify(home, "shop").problems[0]
    assert (first.line, first.reason) == (3, "does not follow the line before it")


def test_a_line_taken_out_is_named(home: Path) -> None:
    lines = chain(home).read_text().splitlines(keepends=True)
    chain(home).write_text("".join(lines[:1] + lines[2:]))
    assert verify(home, "shop").problems[0].line == 2


def test_lines_cut_off_the_end_show_against_the_manifest(home: Path) -> None:
    lines = chain(home).read_text().splitlines(keepends=True)
    chain(home).write_text("".join(lines[:3]))
    assert "another end of the history" in verify(home, "shop").problems[0].reason


@pytest.mark.parametrize("act", ["missing", "changed"])
def test_a_snapshot_file_that_is_not_what_it_was_is_named(home: Path, act: str) -> None:
    path = next(Places(home, "shop").snapshots.glob("2026-03-03*")) / "contracts.parquet"
    if act == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"x")
    (problem,) = verify(home, "shop").problems
    assert (problem.line, "contracts.parquet" in problem.file) == (3, True)
    assert act in problem.reason


def test_a_published_file_that_was_changed_is_named(home: Path) -> None:
    folder = published_path(home, "shop")
    assert folder is not None
    (folder / "ropa_shop_record.xlsx").write_text("edited")
    assert [problem.file for problem in verify(home, "shop").problems] == ["ropa_shop_record.xlsx"]


def test_nothing_is_released_on_a_broken_history(home: Path) -> None:
    alter(home, 1)
    answer = release(sample_tables(), context(home, date(2026, 3, 9)))
    assert answer.outcome == "refused"
    assert "line 1" in answer.reasons[0]


def test_a_torn_last_line_is_dropped_at_the_next_start(home: Path) -> None:
    whole = chain(home).read_bytes()
    chain(home).write_bytes(whole + b'{"entry": {"kind": "snap')
    assert not verify(home, "shop").ok
    release(sample_tables([contract(document="third")]), context(home, date(2026, 3, 9)))
    assert chain(home).read_bytes() == whole


def test_diff_is_against_the_last_approved_snapshot_else_the_one_before(home: Path) -> None:
    ids = [entry.snapshot_id for entry in History(Places(home, "shop")).taken]
    assert [(item.old_value, item.new_value) for item in diff(home, "shop")] == [("second", "third")]
    assert [(item.old_value, item.new_value) for item in diff(home, "shop", ids[0], ids[2])] == [("first", "third")]
    assert diff(home, "shop", ids[1], ids[1]) == ()
    with pytest.raises(PublishError, match="no snapshot 'other'"):
        diff(home, "shop", "other")


def test_an_approval_is_a_line_and_shows_in_every_published_file(home: Path) -> None:
    row = approve(home, "shop", "Example Approver", "owner", MORNING)
    assert (row.state, row.in_force_from) == ("approved", date(2026, 3, 4))
    folder = published_path(home, "shop")
    assert folder is not None
    assert read_manifest(folder).state == "approved"
    assert "APPROVED by Example Approver" in (folder / "ropa_shop_record.xlsx").read_text()
    assert read_published(home, "shop").rows(Snapshot)[-1].approved_by == "Example Approver"
    assert verify(home, "shop").ok
    with pytest.raises(PublishError, match="already approved"):
        approve(home, "shop", "Somebody Else", "", MORNING)


def test_an_approval_needs_a_name(home: Path) -> None:
    with pytest.raises(PublishError, match="needs a name"):
        approve(home, "shop", "  ", "", MORNING)


def test_an_approved_record_stays_in_force_while_a_later_draft_waits(home: Path) -> None:
    approve(home, "shop", "Example Approver", "owner", MORNING)
    release(sample_tables([contract(document="fourth")]), context(home, date(2026, 3, 5)))
    states = [row.state for row in read_published(home, "shop").rows(Snapshot)]
    assert states == ["superseded", "superseded", "approved", "draft"]


def test_the_record_of_a_past_date_is_the_one_in_force_then(home: Path, tmp_path: Path) -> None:
    approve(home, "shop", "Example Approver", "owner", MORNING)
    release(sample_tables([contract(document="fourth")]), context(home, date(2026, 3, 9)))
    approve(home, "shop", "Example Approver", "owner", datetime(2026, 3, 10, 8, tzinfo=UTC))
    target = tmp_path / "record.xlsx"
    for on, day in (
        (date(2026, 3, 5), "2026-03-04"),
        (date(2026, 3, 9), "2026-03-04"),
        (date(2026, 3, 10), "2026-03-09"),
    ):
        assert write_record(home, "shop", target, on=on).snapshot_id.startswith(day)
    assert "in force from 10 March 2026" in load_workbook(target)["Register"]["A2"].value
    with pytest.raises(PublishError, match="no approved record was in force on 2026-03-01"):
        write_record(home, "shop", target, on=date(2026, 3, 1))


def test_the_same_past_record_has_the_same_bytes(home: Path, tmp_path: Path) -> None:
    first = History(Places(home, "shop")).taken[0].snapshot_id
    write_record(home, "shop", tmp_path / "a.xlsx", snapshot_id=first)
    write_record(home, "shop", tmp_path / "b.xlsx", snapshot_id=first)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_home_of_an_earlier_version_is_still_readable(home: Path) -> None:
    folder = published_path(home, "shop")
    assert folder is not None
    before = read_published(home, "shop")
    with duckdb.connect(str(folder / "ropa_shop.duckdb")) as database:
        database.execute("CREATE TABLE ropa.old AS SELECT * EXCLUDE (signature, pruned_on) FROM ropa.snapshots")
        database.execute("DROP TABLE ropa.snapshots")
        database.execute("ALTER TABLE ropa.old RENAME TO snapshots")
        database.execute("DROP TABLE ropa.coverage")
    read = read_published(home, "shop")
    assert read.rows(Snapshot) == before.rows(Snapshot)
    assert (read.rows(Coverage), bool(before.rows(Coverage))) == ((), True)


def test_a_backup_restores_into_an_empty_home(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "history.tar.gz"
    assert backup(home, archive) == ("shop",)
    assert restore(tmp_path / "new", archive) == ("shop",)
    assert verify(tmp_path / "new", "shop").ok
    answer = release(sample_tables([contract(document="third")]), context(tmp_path / "new", date(2026, 3, 9)))
    assert answer.outcome == "unchanged"


def test_a_restore_mends_a_broken_history_and_never_shortens_a_sound_one(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "history.tar.gz"
    backup(home, archive)
    alter(home, 2)
    restore(home, archive)
    assert verify(home, "shop").ok
    release(sample_tables([contract(document="fourth")]), context(home, date(2026, 3, 9)))
    with pytest.raises(PublishError, match="does not continue"):
        restore(home, archive)


def test_a_broken_history_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    alter(home, 2)
    with pytest.raises(PublishError, match="line 2"):
        backup(home, tmp_path / "history.tar.gz")
    assert not (tmp_path / "history.tar.gz").exists()


def test_a_file_that_is_no_backup_changes_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"nonsense")
    with pytest.raises(PublishError, match="not a readable backup"):
        restore(home, tmp_path / "x.tar.gz")
    assert verify(home, "shop").ok
