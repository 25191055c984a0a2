"""``ropa export``: which snapshot it takes, what it says, and that nothing but the history is needed."""

import csv
import io
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exports import SHARED
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from sample_tables import activity, context, sample_tables
from typer.testing import CliRunner

from ropa_pipeline.cli import app
from ropa_pipeline.publish import approve, release
from ropa_pipeline.publish.places import Places, published_path


@dataclass(frozen=True)
class Answer:
    """What the command said and how it ended."""

    code: int
    out: str
    err: str


def call(*arguments: str) -> Answer:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


DAY = datetime(2026, 3, 2).date()


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One snapshot that nobody approved."""
    place = tmp_path_factory.mktemp("draft")
    release(sample_tables(), context(place, DAY))
    return place


@pytest.fixture(scope="module")
def home(draft: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two snapshots: the first approved on 3 March, the second, of 4 March, a draft."""
    place = tmp_path_factory.mktemp("export") / "home"
    shutil.copytree(draft, place, symlinks=True)
    approve(place, "shop", "R. Example", "director", datetime(2026, 3, 3, 9, tzinfo=UTC))
    release(sample_tables([activity("later", "A later activity")]), context(place, DAY.replace(day=4)))
    return place


@pytest.fixture(autouse=True)
def mappings_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mappings themselves are read by other tests; half a second for each command adds up."""
    monkeypatch.setattr("ropa_pipeline.commands.export.load_shared", lambda settings: SHARED)


def export(home: Path, *arguments: str) -> Answer:
    return call("export", "shop", "--home", str(home), *arguments)


def test_the_newest_approved_record_is_taken_although_a_newer_draft_is_there(home: Path, tmp_path: Path) -> None:
    said = export(home, "--format", "json", "--out", str(tmp_path / "r.json"))
    assert said.code == 0, said.err
    assert "APPROVED by R. Example (director), in force from 3 March 2026." in said.out
    document = json.loads((tmp_path / "r.json").read_bytes())
    assert Draft202012Validator(json.loads((tmp_path / document["$schema"]).read_bytes())).is_valid(document)
    assert "later" not in {row["activity_id"] for row in document["tables"]["processing_activities"]}


def test_without_an_approval_it_is_a_draft_and_says_so_on_the_screen_and_in_the_file(
    draft: Path, tmp_path: Path
) -> None:
    for arguments in ((), ("--profile", "dpc")):
        said = export(draft, *arguments, "--out", str(tmp_path / "r.xlsx"))
        assert said.code == 0, said.err
        assert "DRAFT: not yet approved by anybody." in said.out
        assert all("DRAFT" in str(sheet["A2"].value) for sheet in load_workbook(tmp_path / "r.xlsx").worksheets)
    for kind in ("turtle", "fides"):
        assert export(draft, "--format", kind, "--out", str(tmp_path / "x")).code == 0
        assert "DRAFT: not yet approved by anybody." in (tmp_path / "x").read_text("utf-8")


def test_a_date_before_any_approval_is_answered_with_the_snapshots_there_are(home: Path, tmp_path: Path) -> None:
    said = export(home, "--on", "2026-03-02", "--out", str(tmp_path / "r.xlsx"))
    assert said.code == 2
    assert "no approved record was in force on 2026-03-02" in said.err
    assert "2026-03-04-" in said.err
    assert not (tmp_path / "r.xlsx").exists()


def test_a_snapshot_is_taken_exactly_and_its_date_gives_the_approved_one(home: Path, tmp_path: Path) -> None:
    newest = published_path(home, "shop")
    assert newest is not None
    said = export(home, "--snapshot", newest.name, "--format", "json", "--out", str(tmp_path / "r.json"))
    assert newest.name in said.out
    assert "later" in (tmp_path / "r.json").read_text("utf-8")
    said = export(home, "--on", "2026-03-10", "--format", "json", "--out", str(tmp_path / "r.json"))
    assert "APPROVED by R. Example" in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "icoo"), "there is no profile 'icoo'; there are: art30_minimal, cnil_simplified"),
        (("--lang", "fr"), "there is no language 'fr'"),
        (("--snapshot", "2020-01-01-x"), "no snapshot '2020-01-01-x'"),
        (("--on", "yesterday"), "--on 'yesterday' is no date"),
        (("--on", "2026-03-10", "--snapshot", "x"), "give one of them"),
        (("--format", "csv", "--out", "-"), "csv is several files"),
        (("--out", "/proc/nowhere/r.xlsx"), "choose another place with --out"),
    ],
)
def test_wrong_use_ends_with_two_and_the_remedy(home: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = export(home, *arguments)
    assert answer.code == 2
    assert said in answer.err


def test_a_controller_that_was_never_released_is_wrong_use(tmp_path: Path) -> None:
    answer = call("export", "nobody", "--home", str(tmp_path))
    assert answer.code == 2
    assert "run it first: ropa run nobody" in answer.err


def test_a_form_says_how_far_it_is_filled_and_speaks_the_language_asked_for(home: Path, tmp_path: Path) -> None:
    said = export(home, "--profile", "vdai_2024", "--lang", "lt", "--format", "csv", "--out", str(tmp_path / "csv"))
    assert said.code == 0, said.err
    assert "Of 18 columns: " in said.out
    rows = list(csv.reader(io.StringIO((tmp_path / "csv" / "irasai.csv").read_text("utf-8-sig"), newline="")))
    assert rows[0][0] == "Numeris"
    assert "NENURODYTA" in rows[1]


def test_a_machine_format_is_the_whole_register_whatever_the_profile(home: Path, tmp_path: Path) -> None:
    said = export(home, "--profile", "dpc", "--format", "turtle", "--out", str(tmp_path / "r.ttl"))
    assert "turtle holds the whole register" in said.out
    export(home, "--format", "turtle", "--out", str(tmp_path / "s.ttl"))
    assert (tmp_path / "r.ttl").read_bytes() == (tmp_path / "s.ttl").read_bytes()


def test_csv_without_a_profile_is_a_file_per_table(home: Path, tmp_path: Path) -> None:
    assert export(home, "--format", "csv", "--out", str(tmp_path / "all")).code == 0
    assert {"recipients.csv", "transfers.csv"} <= {path.name for path in (tmp_path / "all").iterdir()}
    assert not (tmp_path / "all" / "proposals.csv").exists()


def test_a_damaged_release_is_no_obstacle_the_history_is_enough(draft: Path, tmp_path: Path) -> None:
    folder = published_path(draft, "shop")
    assert folder is not None
    database = folder / "ropa_shop.duckdb"
    kept = database.read_bytes()
    database.write_bytes(b"not a database")
    try:
        said = export(draft, "--profile", "edps_two_part", "--out", str(tmp_path / "r.xlsx"))
    finally:
        database.write_bytes(kept)
    assert said.code == 0, said.err
    how = load_workbook(tmp_path / "r.xlsx")["How filled"]
    notes = {str(row[1].value): str(row[6].value) for row in how.iter_rows(min_row=4)}
    assert notes["Points that are open"].startswith("Findings and drift are kept for the newest release only")


def test_a_snapshot_whose_facts_are_gone_is_said_by_name(home: Path, tmp_path: Path) -> None:
    folder = next(path for path in Places(home, "shop").snapshots.iterdir() if path.name.startswith("2026-03-02"))
    folder.rename(tmp_path / "away")
    try:
        answer = export(home, "--out", str(tmp_path / "r.xlsx"))
    finally:
        (tmp_path / "away").rename(folder)
    assert answer.code == 2
    assert "restore the history from a backup" in answer.err


def test_neither_dagster_nor_a_graph_library_is_loaded_for_a_workbook() -> None:
    program = "import sys, ropa_pipeline.commands.export; print([n for n in ('dagster', 'rdflib') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
