"""Superseded snapshots go when a person decided how long they are kept; the chain verifies all the same."""

import shutil
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from sample_tables import context, contract, sample_tables
from typer.testing import CliRunner

from ropa_pipeline.cli import app
from ropa_pipeline.model.controller import Activities, ControllerFolder, DeclaredActivity, DeclaredRetention
from ropa_pipeline.model.decisions import Decisions, HoldDecision
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.terms import Effect, StartEvent
from ropa_pipeline.publish.approval import approve, diff, facts_on, verify
from ropa_pipeline.publish.backup import backup, restore
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places, PublishError
from ropa_pipeline.publish.prune import OwnRule, due, hold_in_force, own_rules
from ropa_pipeline.publish.prune import prune as prune_function
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.release import read_published, recover, release
from tests.register.builders import DECIDED, folder

LATER = date(2026, 6, 1)
LOG_CREATED = StartEvent.LOG_CREATED
OWN_ENTRY = DeclaredActivity(id="own", name="This record", purpose="keeping the record", covers=("this_tool",))
RULE = DeclaredRetention(rule_id="own_history", activities=("own",), period="P1M", decision="d1")


def without_workbooks(patch: pytest.MonkeyPatch) -> None:
    """What stands in workbooks is tested elsewhere."""
    patch.setattr("ropa_pipeline.publish.build.audit_book", record_book)
    patch.setattr("ropa_pipeline.publish.build.write_workbook", lambda path, book: path.write_text(book.banner))


def declared(*rules: DeclaredRetention, **decided: object) -> ControllerFolder:
    decisions = Decisions.model_validate({"decisions": (DECIDED,), **decided})
    return folder(activities=Activities(activities=(OWN_ENTRY,), retention=rules), decisions=decisions)


@pytest.fixture(scope="module")
def history_of_five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drafts of 2 and 3 March, approved on the 4th, a draft of the 5th, approved again on the 6th."""
    home = tmp_path_factory.mktemp("five")
    with pytest.MonkeyPatch.context() as patch:
        without_workbooks(patch)
        for day in (2, 3, 4, 5, 6):
            release(sample_tables([contract(document=f"of day {day}")]), context(home, date(2026, 3, day)))
            if day in (4, 6):
                approve(home, "shop", "Example Approver", "", datetime(2026, 3, day, 8, tzinfo=UTC))
    return home


@pytest.fixture
def home(history_of_five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_workbooks(monkeypatch)
    shutil.copytree(history_of_five, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture
def own() -> OwnRule:
    (found,) = own_rules(declared(RULE))
    return found


def days(found: object) -> list[int]:
    return [int(item.snapshot_id[8:10]) for item in found]  # type: ignore[attr-defined]


def facts_kept(home: Path) -> list[int]:
    return sorted(int(path.name[8:10]) for path in Places(home, "shop").snapshots.iterdir())


def test_what_was_superseded_before_the_cut_off_is_due_and_what_is_in_force_never(home: Path) -> None:
    assert days(due(home, "shop", date(2026, 3, 4))) == [2]
    assert days(due(home, "shop", date(2026, 3, 5))) == [2, 3]
    assert days(due(home, "shop", date(2026, 3, 6))) == [2, 3]
    assert days(due(home, "shop", date(2099, 1, 1))) == [2, 3, 4, 5]


def test_an_approved_record_stays_while_later_drafts_come_and_go(home: Path) -> None:
    release(sample_tables([contract(document="of day 9")]), context(home, date(2026, 3, 9)))
    release(sample_tables([contract(document="of day 10")]), context(home, date(2026, 3, 10)))
    assert days(due(home, "shop", date(2099, 1, 1))) == [2, 3, 4, 5, 9]


def test_pruning_leaves_hash_and_note_and_the_chain_verifies(home: Path, own: OwnRule) -> None:
    assert days(prune_function(home, "shop", date(2026, 3, 6), own, LATER)) == [2, 3]
    checked = verify(home, "shop")
    assert (checked.ok, checked.pruned, checked.snapshots) == (True, 2, 5)
    assert facts_kept(home) == [4, 5, 6]
    assert not any(
        path.name.startswith(("2026-03-02", "2026-03-03")) for path in Places(home, "shop").releases.iterdir()
    )
    note = next(iter(History(Places(home, "shop")).pruned.values()))
    assert (note.rule_id, note.period, note.decided_by) == ("own_history", "P1M", DECIDED.by)
    rows = read_published(home, "shop").rows(Snapshot)
    assert [row.pruned_on for row in rows] == [LATER, LATER, None, None, None]
    assert all(len(row.content_hash) == 64 for row in rows)


def test_a_second_time_there_is_nothing_left_to_remove(home: Path, own: OwnRule) -> None:
    prune_function(home, "shop", date(2026, 3, 6), own, LATER)
    lines = len(History(Places(home, "shop")).lines)
    assert prune_function(home, "shop", date(2026, 3, 6), own, LATER) == ()
    assert len(History(Places(home, "shop")).lines) == lines


def test_a_pruned_past_says_so_and_every_other_date_is_still_there(home: Path, own: OwnRule) -> None:
    before = facts_on(home, "shop", on=date(2026, 3, 7))[1]
    prune_function(home, "shop", date(2099, 1, 1), own, LATER)
    with pytest.raises(PublishError, match=r"removed on 2026-06-01 under the retention rule own_history \(P1M"):
        facts_on(home, "shop", on=date(2026, 3, 4))
    assert list(facts_on(home, "shop", on=date(2026, 3, 7))[1]) == list(before)
    assert diff(home, "shop") == ()


def test_the_next_night_goes_on_from_a_pruned_history(home: Path, own: OwnRule) -> None:
    prune_function(home, "shop", date(2099, 1, 1), own, LATER)
    answer = release(sample_tables([contract(document="new")]), context(home, date(2026, 6, 2)))
    assert (answer.outcome, answer.changes) == ("published", 1)
    assert verify(home, "shop").ok


class Killed(BaseException):
    """Stands for a process that ended: nothing may catch it."""


@pytest.mark.parametrize("step", ["append", "recover", "discard", "reissue"])
def test_a_killed_pruning_is_finished_or_was_never_begun(
    home: Path, own: OwnRule, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "append":
            patch.setattr(History, "append", kill)
        elif step == "recover":
            patch.setattr(sys.modules[prune_function.__module__], "recover", _second_time(kill))
        else:
            patch.setattr(sys.modules[release.__module__], step, kill)
        with pytest.raises(Killed):
            prune_function(home, "shop", date(2026, 3, 6), own, LATER)
    recover(home, "shop")
    begun = step != "append"
    assert facts_kept(home) == ([4, 5, 6] if begun else [2, 3, 4, 5, 6])
    checked = verify(home, "shop")
    assert (checked.problems, checked.pruned) == ((), 2 if begun else 0)


def _second_time(kill: object) -> object:
    calls = []

    def recovering(home: Path, controller_id: str) -> object:
        calls.append(1)
        return recover(home, controller_id) if len(calls) == 1 else kill()  # type: ignore[operator]

    return recovering


def test_a_backup_of_a_pruned_history_restores(home: Path, own: OwnRule, tmp_path: Path) -> None:
    prune_function(home, "shop", date(2026, 3, 6), own, LATER)
    backup(home, tmp_path / "history.tar.gz")
    restore(tmp_path / "new", tmp_path / "history.tar.gz")
    assert verify(tmp_path / "new", "shop").ok


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ((), 0),
        ((RULE,), 1),
        ((RULE.model_copy(update={"decision": ""}),), 0),
        ((RULE.model_copy(update={"decision": "", "statements": ("s",)}),), 0),
        ((RULE.model_copy(update={"activities": ("orders",)}),), 0),
        ((RULE.model_copy(update={"effect": Effect.KEEP_UNTIL}),), 0),
        ((RULE, RULE.model_copy(update={"rule_id": "duty", "effect": Effect.KEEP_UNTIL})), 2),
    ],
    ids=["none", "decided", "proposed", "stated", "of another activity", "only a duty to keep", "rule and duty"],
)
def test_only_a_decided_rule_about_the_own_entry_removes(rules: tuple[DeclaredRetention, ...], found: int) -> None:
    assert len(own_rules(declared(*rules))) == found


def test_a_rule_that_a_machine_cannot_judge_removes_nothing() -> None:
    with pytest.raises(PublishError, match="only a person can judge"):
        own_rules(declared(RULE.model_copy(update={"exception": "a claim is pending"})))


def test_a_hold_keeps_the_history() -> None:
    hold = HoldDecision(hold_id="h1", kind="claim", activity="own", valid_from=date(2026, 1, 1),
                        review_on=date(2026, 12, 1), decision="d1")  # fmt: skip
    assert hold_in_force(declared(RULE, holds=(hold,)), LATER) == "h1"
    ended = hold.model_copy(update={"valid_to": date(2026, 2, 1)})
    assert hold_in_force(declared(RULE, holds=(ended,)), LATER) == ""
    other = hold.model_copy(update={"activity": "orders"})
    assert hold_in_force(declared(RULE, holds=(other,)), LATER) == ""


def command(home: Path, given: ControllerFolder, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    monkeypatch.setattr("ropa_pipeline.commands.history.load_controller", lambda *_: given)
    return CliRunner().invoke(app, ["prune", "shop", "--home", str(home), *options])


def test_the_command_shows_first_and_removes_only_when_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--as-of", "2026-04-05")
    shown = command(home, declared(RULE.model_copy(update={"starts_at": LOG_CREATED})), monkeypatch, *options)
    assert (shown.exit_code, "add --apply" in shown.output) == (0, True)
    assert [line[8:10] for line in shown.output.splitlines() if "superseded on" in line] == ["02", "03"]
    assert facts_kept(home) == [2, 3, 4, 5, 6]
    done = command(home, declared(RULE.model_copy(update={"starts_at": LOG_CREATED})), monkeypatch, *options, "--apply")
    assert "2 snapshots removed" in done.output
    assert facts_kept(home) == [4, 5, 6]


def test_without_a_start_event_the_period_runs_from_the_year_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = command(home, declared(RULE), monkeypatch, "--as-of", "2026-11-01")
    assert "0 snapshots past the period" in shown.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (declared(), "so nothing is removed"),
        (declared(RULE.model_copy(update={"period": "OPEN ENDED"})), "never ends"),
        (declared(RULE.model_copy(update={"period": "ten years"})), "is no period"),
    ],
    ids=["no rule", "open-ended", "no period"],
)
def test_the_command_says_why_nothing_is_removed(
    home: Path, given: ControllerFolder, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = command(home, given, monkeypatch, "--apply")
    assert said in answer.output
    assert facts_kept(home) == [2, 3, 4, 5, 6]


def test_the_command_never_acts_for_a_day_that_is_not_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = command(home, declared(RULE), monkeypatch, "--as-of", "2999-01-01", "--apply")
    assert (answer.exit_code, facts_kept(home)) == (2, [2, 3, 4, 5, 6])
