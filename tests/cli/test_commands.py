"""The commands around a run: looking, explaining, approving, verifying, keeping; and how each one ends."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from whole_runs import Home, call, change, ropa, run_small, small_controller

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.terms import SnapshotState


@pytest.fixture
def own(demo: Home, tmp_path: Path) -> Home:
    """A copy of the demo's smallest controller that a test may change."""
    for part in ("releases", "published", "history"):
        shutil.copytree(demo.path / "data" / part, tmp_path / "data" / part, symlinks=True)
    return Home(tmp_path, demo.answer)


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        ["run", "sources", "classify", "check", "diff", "explain", "notice", "approve", "verify", "backup", "restore"],
    )
    def test_every_command_explains_itself(self, command: str) -> None:
        answer = call(command, "--help")
        assert answer.code == 0
        assert "Usage" in answer.out

    def test_without_a_command_the_list_is_shown(self) -> None:
        answer = ropa()
        assert "classify" in answer.said
        assert "Traceback" not in answer.said


class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("run", "nobody"),
            ("run",),
            ("run", "akore", "--as-of", "tomorrow"),
            ("run", "akore", "--as-of", "2026-02-30"),
            ("run", "akore", "--source", "prestashop"),
            ("run", "akore", "--source", "=a.csv"),
            ("run", "akore", "komoda", "--source", "dpd=a.csv"),
            ("run", "akore", "--source", "no_such_source=a.csv", "--no-dagster"),
            ("run", "akore", "--source", "no_such_source=a.csv"),
            ("run", "akore", "--notice", "nowhere.txt"),
            ("sources", "nobody"),
            ("explain", "nobody", "email"),
            ("verify", "nobody"),
            ("approve", "nobody", "--by", "Somebody"),
            ("approve", "akore"),
            ("diff", "nobody"),
            ("restore", "nowhere.tar.gz"),
            ("notice", "read", "nowhere.txt"),
            ("classify",),
            ("nonsense",),
        ],
        ids=" ".join,
    )
    def test_it_ends_with_two_and_one_message(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        needs_home = arguments[0] not in ("nonsense",) and arguments != ("classify",)
        answer = call(*arguments, *(("--home", str(tmp_path)) if needs_home else ()))
        assert answer.code == 2, answer.said
        assert "Traceback" not in answer.said
        assert answer.err.strip()

    def test_a_controller_that_is_not_there_is_answered_with_those_that_are(self, tmp_path: Path) -> None:
        answer = call("run", "nobody", "--home", str(tmp_path))
        assert "ak3d, akore, komoda" in answer.err

    def test_a_fault_of_ours_is_one_line_and_code_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        small_controller(tmp_path)

        def fault(*_: object, **__: object) -> None:
            raise RuntimeError("Ona Onaite")

        monkeypatch.setattr("ropa_pipeline.stages.classify", fault)
        answer = run_small(tmp_path)
        assert answer.code == 1
        assert "RuntimeError" in answer.said
        assert "Onaite" not in answer.said
        (note,) = (tmp_path / "data" / "build" / "failures").iterdir()
        assert "stages.py" in note.read_text("utf-8")
        assert "Onaite" not in note.read_text("utf-8")


class TestLooking:
    def test_check_names_every_controller(self) -> None:
        answer = call("check")
        assert answer.code == 0
        assert answer.out.split("\n")[:3] == ["ak3d: ok", "akore: ok", "komoda: ok"]

    def test_check_names_the_broken_one_and_goes_on(self, tmp_path: Path) -> None:
        small_controller(tmp_path)
        broken = small_controller(tmp_path, "broken")
        change(broken / "controller.yaml", "jurisdiction", "jurisdiktion")
        answer = call("check", "--home", str(tmp_path))
        assert answer.code == 2
        assert "small: ok" in answer.out
        assert "mappings/controllers/broken/controller.yaml, line 3 at jurisdiktion" in answer.err

    def test_sources_says_where_each_is_read(self, tmp_path: Path) -> None:
        answer = call("sources", "komoda", "--home", str(tmp_path))
        assert answer.code == 0
        assert "data/samples/komoda/prestashop.sql.gz" in answer.out

    def test_sources_of_a_nameless_column_never_opens_anything(self, tmp_path: Path) -> None:
        small_controller(tmp_path)
        answer = call("sources", "small", "--home", str(tmp_path))
        assert "inputs/shop.sql" in answer.out
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize(
        ("subject", "said"),
        [
            ("customer.email", "contact.email"),
            ("ps_customer.email", "contact.email"),
            ("omniva", "evidence for"),
            ("komoda_accounting", "period"),
            ("disclosure.undeclared_recipient|bank_statement", "finding"),
        ],
        ids=["stem", "table", "recipient", "rule", "finding"],
    )
    def test_explain_shows_why(self, demo: Home, subject: str, said: str) -> None:
        answer = call("explain", "komoda", subject, "--home", str(demo.path))
        assert answer.code == 0, answer.err
        assert said in answer.out

    def test_explain_of_something_unknown_is_wrong_use(self, demo: Home) -> None:
        answer = call("explain", "komoda", "no.such_thing", "--home", str(demo.path))
        assert answer.code == 2
        assert "no.such_thing" in answer.err

    def test_explain_before_the_first_run_says_so(self, tmp_path: Path) -> None:
        answer = call("explain", "komoda", "customer.email", "--home", str(tmp_path))
        assert answer.code == 2
        assert "run" in answer.err

    def test_notice_read(self, tmp_path: Path) -> None:
        notice = tmp_path / "notice.txt"
        notice.write_text(
            "Privacy policy\n\nWe keep invoices for 10 years.\nWe use Omniva to deliver parcels.\n", "utf-8"
        )
        answer = call("notice", "read", str(notice))
        assert answer.code == 0, answer.err
        assert "statements from 4 lines" in answer.out
        read = json.loads(call("notice", "read", str(notice), "--json").out)
        assert {item["kind"] for item in read["statements"]} >= {"retention", "recipient"}


class TestSignOff:
    def test_a_fresh_release_is_a_draft(self, demo: Home) -> None:
        assert {row.state for row in demo.tables("ak3d").rows(Snapshot)} == {SnapshotState.DRAFT}

    def test_approval_stands_in_the_database_and_on_the_workbook(self, own: Home) -> None:
        answer = call("approve", "ak3d", "--by", "The Owner", "--role", "owner", "--home", str(own.path))
        assert answer.code == 0, answer.err
        (row,) = own.tables("ak3d").rows(Snapshot)
        assert (row.state, row.approved_by, row.approved_role) == (SnapshotState.APPROVED, "The Owner", "owner")
        book = openpyxl.load_workbook(own.release("ak3d") / "ropa_ak3d_record.xlsx", read_only=True)
        text = "\n".join(
            str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if cell
        )
        assert "The Owner" in text
        assert "approved" in text.lower()
        assert call("verify", "ak3d", "--home", str(own.path)).code == 0

    def test_verify_finds_a_touched_history(self, own: Home) -> None:
        assert call("verify", "akore", "--home", str(own.path)).code == 0
        chain = own.path / "data" / "history" / "akore" / "history.jsonl"
        text = chain.read_text("utf-8")
        chain.write_text(text.replace("2026-11-01", "2026-11-02", 1), "utf-8")
        answer = call("verify", "akore", "--home", str(own.path))
        assert answer.code == 3
        assert "history.jsonl" in answer.err

    def test_the_history_comes_back_from_a_backup(self, own: Home, tmp_path: Path) -> None:
        archive = tmp_path / "kept.tar.gz"
        assert call("backup", str(archive), "--home", str(own.path)).code == 0
        before = (own.path / "data" / "history" / "komoda" / "history.jsonl").read_bytes()
        shutil.rmtree(own.path / "data" / "history" / "komoda")
        assert call("verify", "komoda", "--home", str(own.path)).code != 0
        answer = call("restore", str(archive), "--home", str(own.path))
        assert answer.code == 0, answer.err
        assert (own.path / "data" / "history" / "komoda" / "history.jsonl").read_bytes() == before
        assert call("verify", "komoda", "--home", str(own.path)).code == 0

    def test_diff_shows_the_changed_cells(self, tmp_path: Path) -> None:
        folder = small_controller(tmp_path)
        assert run_small(tmp_path).code == 0
        change(folder / "activities.yaml", "period: P5Y", "period: P6Y")
        assert run_small(tmp_path, as_of="2026-11-02").code == 0
        answer = call("diff", "small", "--home", str(tmp_path))
        assert answer.code == 0
        assert "retention_rules/orders_five_years.period: P5Y -> P6Y" in answer.out


class TestRunOutput:
    def test_quiet_says_nothing(self, tmp_path: Path) -> None:
        small_controller(tmp_path)
        answer = run_small(tmp_path)
        assert json.loads(answer.out)[0]["controller"] == "small"
        again = call("run", "small", "--as-of", "2026-11-01", "--home", str(tmp_path), "--no-dagster", "--quiet")
        assert (again.code, again.said) == (0, "")

    def test_the_home_may_come_from_the_environment(self, tmp_path: Path) -> None:
        small_controller(tmp_path)
        answer = ropa("check", environment={"ROPA_HOME": str(tmp_path)})
        assert answer.out.strip() == "small: ok"
