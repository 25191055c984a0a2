"""A release is whole or not at all: published, unchanged, refused, and what a killed run leaves."""

import contextlib
import importlib
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sample_tables import AS_OF, blocking_finding, context, contract, disclosure, finding, result, sample_tables

from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.inventory import RowCount
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus
from ropa_pipeline.publish.approval import approve, verify
from ropa_pipeline.publish.context import Outcome
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.publish.places import Busy, Places, lock, published_path
from ropa_pipeline.publish.release import (
    STEPS,
    Work,
    last_snapshot,
    previous_tables,
    read_published,
    recover,
    release,
)
from ropa_pipeline.publish.workbook import Book

# The package offers the function of the same name, so the module is fetched by its full name.
release_module = importlib.import_module("ropa_pipeline.publish.release")

NEXT = date(2026, 3, 3)
CHANGED = contract(document="Another agreement")


class Killed(BaseException):
    """Stands for a process that ended: nothing may catch it."""


def published_files(home: Path) -> set[str]:
    folder = published_path(home, "shop")
    assert folder is not None
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_first_release_is_a_baseline_with_all_its_files(tmp_path: Path) -> None:
    answer = release(sample_tables(), context(tmp_path))
    assert (answer.outcome, answer.changes) == (Outcome.PUBLISHED, 0)
    assert {
        "ropa_shop.duckdb", "ropa_shop_record.xlsx", "ropa_shop_audit.xlsx", "manifest.json",
        "exchange/register.json", "exchange/register.schema.json", "exchange/csv/recipients.csv",
    } <= published_files(tmp_path)  # fmt: skip
    assert (tmp_path / "data/published/shop").is_symlink()
    assert verify(tmp_path, "shop").ok


def test_published_rows_are_the_released_rows(tmp_path: Path) -> None:
    tables = sample_tables()
    release(tables, context(tmp_path))
    read = read_published(tmp_path, "shop")
    assert [row for row in read if not isinstance(row, Snapshot)] == list(tables)


def test_a_changed_decision_makes_exactly_one_change(released: Path) -> None:
    answer = release(sample_tables([CHANGED]), context(released, NEXT))
    assert (answer.outcome, answer.changes) == (Outcome.PUBLISHED, 1)
    (change,) = read_published(released, "shop").rows(Change)
    assert (change.record, change.field, change.new_value) == ("contracts", "document", "Another agreement")


def test_a_new_row_is_one_change(released: Path) -> None:
    release(sample_tables([disclosure("d9", "courier", "contact.email")]), context(released, NEXT))
    (change,) = read_published(released, "shop").rows(Change)
    assert (change.record, change.record_id, change.field, change.act) == ("disclosures", "d9", "*", "added")


def test_a_night_without_changed_facts_makes_no_snapshot_but_fresh_measurements(tmp_path: Path) -> None:
    first = release(sample_tables(), context(tmp_path))
    before = read_manifest(first.folder or tmp_path)
    answer = release(sample_tables([result(rows=1300, rows_within=1200)]), context(tmp_path, NEXT))
    assert (answer.outcome, answer.snapshot_id) == (Outcome.UNCHANGED, first.snapshot_id)
    assert len(History(Places(tmp_path, "shop")).lines) == 1
    assert read_published(tmp_path, "shop").rows(RetentionResult)[0].rows == 1300
    after = read_manifest(answer.folder or tmp_path)
    assert after.last_verified > before.last_verified
    assert after.release.as_of == NEXT
    assert verify(tmp_path, "shop").ok


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (result(rows_overdue=41, rows_undecided=59), Outcome.UNCHANGED),
        (RowCount(source_id="prestashop", system="prestashop", table_name="ps_customer", rows=1, measured_at=None,
                  oldest=None), Outcome.UNCHANGED),
        (finding(message="Another wording"), Outcome.UNCHANGED),
        (result(adherence="yes"), Outcome.PUBLISHED),
        (CHANGED, Outcome.PUBLISHED),
    ],
    ids=["counts", "row counts", "a finding", "adherence", "a decision"],
)  # fmt: skip
def test_only_facts_and_adherence_make_a_snapshot(released: Path, row: RowCount, outcome: Outcome) -> None:
    assert release(sample_tables([row]), context(released, NEXT)).outcome is outcome


def test_a_blocking_finding_refuses_and_the_last_release_stays(tmp_path: Path) -> None:
    first = release(sample_tables(), context(tmp_path))
    answer = release(sample_tables([CHANGED, blocking_finding()]), context(tmp_path, NEXT))
    assert answer.outcome is Outcome.REFUSED
    assert "table_vanished" in answer.reasons[0]
    assert answer.folder == first.folder
    assert read_manifest(first.folder or tmp_path).release.as_of == AS_OF
    assert verify(tmp_path, "shop").ok


def test_a_refusal_before_the_first_release_publishes_nothing(tmp_path: Path) -> None:
    answer = release(sample_tables([blocking_finding()]), context(tmp_path))
    assert (answer.outcome, answer.folder) == (Outcome.REFUSED, None)


def test_an_accepted_or_resolved_finding_does_not_block(tmp_path: Path) -> None:
    accepted = blocking_finding().model_copy(update={"status": FindingStatus.RESOLVED})
    assert release(sample_tables([accepted]), context(tmp_path)).outcome is Outcome.PUBLISHED


def test_two_rows_of_one_key_refuse_the_release(tmp_path: Path) -> None:
    answer = release(Tables([*sample_tables(), CHANGED]), context(tmp_path))
    assert answer.outcome is Outcome.REFUSED
    assert "contracts: mailer_dpa" in answer.reasons[0]


def test_an_earlier_as_of_is_computed_and_never_published(tmp_path: Path) -> None:
    release(sample_tables(), context(tmp_path, NEXT))
    answer = release(sample_tables([CHANGED]), context(tmp_path, AS_OF))
    assert answer.outcome is Outcome.NOT_PUBLISHED
    assert len(History(Places(tmp_path, "shop")).lines) == 1


def test_content_that_comes_back_on_the_same_day_gets_its_own_snapshot(tmp_path: Path) -> None:
    ids = [release(tables, context(tmp_path)).snapshot_id
           for tables in (sample_tables(), sample_tables([CHANGED]), sample_tables())]  # fmt: skip
    assert len(set(ids)) == 3
    assert verify(tmp_path, "shop").ok


def test_controllers_do_not_touch_each_other(tmp_path: Path) -> None:
    release(sample_tables(), context(tmp_path))
    release(sample_tables([blocking_finding()]), context(tmp_path, controller_id="other"))
    assert published_path(tmp_path, "other") is None
    assert published_path(tmp_path, "shop") is not None


def test_another_holder_of_the_lock_keeps_a_release_out(tmp_path: Path) -> None:
    seen: list[str] = []

    def try_it() -> None:
        try:
            release(sample_tables(), context(tmp_path))
        except Busy as error:
            seen.append(str(error))

    with lock(tmp_path, "shop"):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert "another run is at work" in seen[0]


def test_previous_tables_carry_first_seen(tmp_path: Path) -> None:
    assert previous_tables(tmp_path, "shop").rows(Recipient) == ()
    release(sample_tables(), context(tmp_path))
    assert previous_tables(tmp_path, "shop").rows(Recipient)[0].first_seen == date(2026, 3, 1)


def test_a_pointer_file_stands_in_where_links_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(self: Path, target: str, target_is_directory: bool = False) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", no_links)
    answer = release(sample_tables(), context(tmp_path))
    assert (tmp_path / "data/published/shop").is_file()
    assert published_path(tmp_path, "shop") == answer.folder
    assert release(sample_tables([result(rows=1)]), context(tmp_path, NEXT)).outcome is Outcome.UNCHANGED


@pytest.fixture(autouse=True)
def bare_workbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Crash tests are about folders and lines; what stands in the workbooks is tested elsewhere."""
    monkeypatch.setattr("ropa_pipeline.publish.build.write_workbook", bare_workbook)


def bare_workbook(path: Path, book: Book) -> None:
    path.write_text(book.banner)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("baseline")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ropa_pipeline.publish.build.write_workbook", bare_workbook)
        release(sample_tables(), context(home))
    return home


@pytest.fixture
def released(baseline: Path, tmp_path: Path) -> Path:
    """A home of its own with one release in it."""
    shutil.copytree(baseline, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def killed_at(step: Callable[[Work], None], before: bool) -> tuple[Callable[[Work], None], ...]:
    def killed(work: Work) -> None:
        if not before:
            step(work)
        raise Killed

    return tuple(killed if item is step else item for item in STEPS)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS, ids=lambda item: item.__name__)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_release_whole(
    released: Path, monkeypatch: pytest.MonkeyPatch, step: Callable[[Work], None], before: bool
) -> None:
    old = last_snapshot(released, "shop")
    assert old is not None
    with monkeypatch.context() as patch:
        patch.setattr(release_module, "STEPS", killed_at(step, before))
        with pytest.raises(Killed):
            release(sample_tables([CHANGED]), context(released, NEXT))
    shown = published_path(released, "shop")
    assert shown is not None
    read_published(released, "shop")
    recover(released, "shop")
    newest = last_snapshot(released, "shop")
    shown = published_path(released, "shop")
    assert newest is not None
    assert shown is not None
    assert shown.name == newest.snapshot_id
    assert verify(released, "shop").ok
    assert not list((released / "data").rglob("*.tmp"))
    again = release(sample_tables([CHANGED]), context(released, NEXT))
    committed = newest.snapshot_id != old.snapshot_id
    assert again.outcome is (Outcome.UNCHANGED if committed else Outcome.PUBLISHED)
    assert verify(released, "shop").ok


REFRESH_CALLS = (
    ("_build", 1), ("flush_tree", 1), ("flush_tree", 2), ("discard", 1), ("discard", 2), ("discard", 3),
    ("switch", 1), ("switch", 2), ("_settle", 1),
)  # fmt: skip


@pytest.mark.parametrize(("name", "call"), REFRESH_CALLS)
def test_a_kill_during_a_refresh_keeps_a_whole_release(
    released: Path, monkeypatch: pytest.MonkeyPatch, name: str, call: int
) -> None:
    original, calls = getattr(release_module, name), []

    def killed(*given: object) -> object:
        calls.append(given)
        if len(calls) == call:
            raise Killed
        return original(*given)

    with monkeypatch.context() as patch:
        patch.setattr(release_module, name, killed)
        with contextlib.suppress(Killed):
            release(sample_tables([result(rows=1300)]), context(released, NEXT))
    assert read_published(released, "shop").rows(RetentionResult)[0].rows in (1200, 1300)
    recover(released, "shop")
    shown = published_path(released, "shop")
    assert shown is not None
    assert not shown.name.endswith(".new")
    assert [path.name for path in shown.parent.iterdir()] == [shown.name]
    assert verify(released, "shop").ok


def test_an_approval_that_was_not_issued_is_issued_at_the_next_start(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def killed(*given: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("ropa_pipeline.publish.approval.reissue", killed)
        with pytest.raises(Killed):
            approve(released, "shop", "Example Approver", "owner", datetime(2026, 3, 4, tzinfo=UTC))
    assert not verify(released, "shop").ok
    assert recover(released, "shop")
    assert verify(released, "shop").ok
    assert read_published(released, "shop").rows(Snapshot)[0].approved_by == "Example Approver"


def test_a_lost_history_refuses_and_removes_nothing(tmp_path: Path) -> None:
    first = release(sample_tables(), context(tmp_path))
    shutil.rmtree(tmp_path / "data/history/shop")
    answer = release(sample_tables([CHANGED]), context(tmp_path, NEXT))
    assert answer.outcome is Outcome.REFUSED
    assert "restore" in answer.reasons[0]
    assert first.folder is not None
    assert (first.folder / "ropa_shop.duckdb").is_file()
