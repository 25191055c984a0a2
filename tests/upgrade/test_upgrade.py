"""A register that an older version wrote opens in this one; one that a newer version wrote is left alone."""

import json
import shutil
import tarfile
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from whole_runs import Answer, call, change, results, run_small, sums

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import ProcessingActivity
from ropa_pipeline.model.terms import SnapshotState
from ropa_pipeline.publish import published_path, read_published, verify
from ropa_pipeline.publish.context import SCHEMA_VERSION
from ropa_pipeline.publish.history import History, read_context, read_facts
from ropa_pipeline.publish.manifest import read_manifest
from ropa_pipeline.publish.places import Places

FROZEN = Path(__file__).parent / "data" / "home_0_1_0.tar.xz"
OLD, NEWER = "2026-11-01-d19b8489", "2026-11-02-ce360239"


def unpacked(folder: Path) -> Path:
    folder.mkdir()
    with tarfile.open(FROZEN) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the older version left it; tests that write use a copy."""
    return unpacked(tmp_path_factory.mktemp("frozen") / "home")


@pytest.fixture(scope="module")
def next_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The first night of this version on top of the old register."""
    home = unpacked(tmp_path_factory.mktemp("next") / "home")
    with pytest.MonkeyPatch.context() as patch:
        without_contract(patch)
        return home, run_small(home, as_of="2026-11-03")


def without_contract(patch: pytest.MonkeyPatch) -> None:
    """The tables' contract costs seconds and is tested elsewhere."""
    patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


def ropa(home: Path, *arguments: str) -> Answer:
    return call(*arguments, "--home", str(home))


def test_the_old_history_verifies_and_says_what_it_said(old_home: Path) -> None:
    before = sums(old_home / "data" / "history")
    answer = ropa(old_home, "verify", "small")
    assert (answer.code, answer.err) == (0, "")
    assert verify(old_home, "small").snapshots == 2
    places = Places(old_home, "small")
    assert read_context(places, NEWER).schema_version == 1
    approval = History(places).approvals[0]
    assert (approval.snapshot_id, approval.open, approval.signature) == (OLD, (), None)
    assert sums(old_home / "data" / "history") == before


def test_columns_that_the_old_facts_lack_are_filled_from_their_defaults(old_home: Path) -> None:
    tables = read_facts(Places(old_home, "small"), OLD)
    published = read_published(old_home, "small")
    assert {row.activity_id for row in tables.rows(ProcessingActivity)} >= {"selling"}
    old = {row.snapshot_id: row for row in published.rows(Snapshot)}[OLD]
    assert (old.state, old.pruned_on, old.signature) == (SnapshotState.APPROVED, None, "")


def test_what_changed_between_two_old_releases_is_told_in_words(old_home: Path) -> None:
    answer = ropa(old_home, "diff", "small")
    assert answer.code == 0
    assert f"from {OLD} to {NEWER}" in answer.out
    assert "5 years" in answer.out
    assert "6 years" in answer.out


def test_an_old_snapshot_is_written_out_again(old_home: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.xlsx"
    answer = ropa(old_home, "export", "small", "--on", "2026-11-22", "--out", str(record))
    assert answer.code == 0, answer.said
    assert record.stat().st_size > 5000
    forms = tmp_path / "form.json"
    assert ropa(old_home, "export", "small", "--snapshot", NEWER, "--format", "json", "--out", str(forms)).code == 0
    assert "P6Y" in forms.read_text("utf-8")


def test_an_old_draft_can_be_approved(old_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(old_home, home, symlinks=True)
    answer = ropa(home, "approve", "small", "--by", "Test Approver")
    assert answer.code == 0, answer.said
    assert verify(home, "small").ok
    assert History(Places(home, "small")).approvals[-1].snapshot_id == NEWER


def test_the_next_night_goes_on_where_the_old_version_stopped(next_night: tuple[Path, Answer]) -> None:
    home, answer = next_night
    assert answer.code == 0, answer.said
    assert results(answer)[0]["outcome"] in ("published", "unchanged")
    assert verify(home, "small").ok
    history = History(Places(home, "small"))
    assert [entry.snapshot_id for entry in history.taken][:2] == [OLD, NEWER]
    folder = published_path(home, "small")
    assert folder is not None
    manifest = read_manifest(folder)
    assert manifest.release.schema_version == SCHEMA_VERSION
    assert manifest.release.as_of == date(2026, 11, 3)
    assert ropa(home, "diff", "small").code == 0
    assert ropa(home, "export", "small", "--on", "2026-11-22", "--out", str(home / "old.xlsx")).code == 0


def test_the_night_after_is_unchanged(next_night: tuple[Path, Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    home, _ = next_night
    without_contract(monkeypatch)
    answer = run_small(home, as_of="2026-11-04")
    assert (answer.code, results(answer)[0]["outcome"]) == (0, "unchanged"), answer.said


class TestNewer:
    """A register of a later form than this version knows."""

    @pytest.fixture
    def newer(self, old_home: Path, tmp_path: Path) -> Path:
        home = tmp_path / "home"
        shutil.copytree(old_home, home, symlinks=True)
        for path in (home / "data").rglob("*.json"):
            if path.name in ("manifest.json", "context.json"):
                body = json.loads(path.read_bytes())
                body.get("release", body).update(schema_version=SCHEMA_VERSION + 1, tool_version="9.0.0", unheard_of=1)
                path.write_text(json.dumps(body), "utf-8")
        return home

    @pytest.mark.parametrize(
        "arguments",
        [
            ("run", "small", "--as-of", "2026-11-03", "--no-dagster"),
            ("approve", "small", "--by", "Test Approver"),
            ("verify", "small"),
            ("diff", "small"),
            ("export", "small"),
        ],
        ids=lambda arguments: arguments[0],
    )
    def test_it_is_refused_with_the_version_to_install_and_nothing_is_touched(
        self, newer: Path, arguments: tuple[str, ...]
    ) -> None:
        before = sums(newer / "data")
        answer = ropa(newer, *arguments)
        assert answer.code == 2, answer.said
        assert f"version 9.0.0 of this tool (schema {SCHEMA_VERSION + 1})" in answer.said
        assert "Install that version" in answer.said
        after = sums(newer / "data")
        assert {name: after[name] for name in before} == before
        assert {name for name in after if not name.endswith(".lock")} == {
            name for name in before if not name.endswith(".lock")
        }

    def test_a_number_in_the_history_alone_is_enough(self, newer: Path) -> None:
        shutil.rmtree(newer / "data" / "releases")
        (newer / "data" / "published" / "small").unlink()
        answer = ropa(newer, "run", "small", "--as-of", "2026-11-03", "--no-dagster")
        assert (answer.code, "schema" in answer.said) == (2, True)

    def test_a_number_of_this_version_is_not_refused(self, newer: Path) -> None:
        for path in (newer / "data").rglob("*.json"):
            if path.name in ("manifest.json", "context.json"):
                change(path, f'"schema_version": {SCHEMA_VERSION + 1}', f'"schema_version": {SCHEMA_VERSION}')
                change(path, ', "unheard_of": 1', "")
        assert ropa(newer, "diff", "small").code == 0
