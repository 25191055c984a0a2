"""The command: what came back is merged with what is true now, and written whole or not at all."""

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ropa_pipeline import publish, review, settings
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.terms import Origin

Small = Any  # of conftest: importlib mode adds no path
Fill = Callable[..., None]

DECIDED: Mapping[str, object] = {
    "Decided category": "contact.phone",
    "Decided data subject": "Customers",
    "Decided by": "office manager",
    "Reason": "the shop's own field for a second number",
}
COLUMN = "customer.xq7"


def other(**more: object) -> dict[str, object]:
    names = {"category": "Decided category", "subject": "Decided data subject", "why": "Reason"}
    return {**DECIDED, **{names[name]: value for name, value in more.items()}}


def nobodys(why: str) -> dict[str, object]:
    return other(category="none", subject=None, why=why)


def test_an_untouched_workbook_changes_nothing(small: Small) -> None:
    before = small.decisions
    answer = small.bring_back("--apply")
    assert (answer.code, small.decisions) == (0, before)
    assert "nothing to write" in answer.out


def test_without_apply_nothing_is_written(small: Small, fill: Fill) -> None:
    before = small.decisions
    fill(small.review, {COLUMN: DECIDED})
    answer = small.bring_back()
    assert (answer.code, small.decisions) == (0, before)
    assert "accepted  Columns!O4 (Decided category): web_shop:customer.xq7: contact.phone of customer" in answer.out


def test_decisions_are_written_with_who_when_and_why(small: Small, fill: Fill) -> None:
    before = small.decisions.splitlines()
    tag = next(row for row in small.night().read(ClassifiedColumn) if row.column_name == "xq7")
    inferred = f"{tag.data_category}/{tag.data_subject}"
    fill(small.review, {COLUMN: DECIDED, "product.zzk": nobodys("a colour"), "parcel.ref": DECIDED})
    answer = small.bring_back("--apply", "--date", "2026-11-02")
    assert answer.code == 0, answer.said
    found = small.decided()
    assert [(item.id, item.by, item.on, item.reason) for item in found.decisions[1:]] == [
        ("review-2026-11-02-1", "office manager", date(2026, 11, 2), "the shop's own field for a second number"),
        ("review-2026-11-02-2", "office manager", date(2026, 11, 2), "a colour"),
    ]
    assert [item.model_dump() for item in found.columns if item.column == "xq7"] == [
        {
            "system": "web_shop", "table": "customer", "column": "xq7", "category": "contact.phone",
            "subject": "customer", "native_type": "VARCHAR(64)", "seen_as": inferred,
            "decision": "review-2026-11-02-1",
        }
    ]  # fmt: skip
    assert {item.column: item.decision for item in found.columns} == {
        "xq7": "review-2026-11-02-1",
        "ref": "review-2026-11-02-1",
        "zzk": "review-2026-11-02-2",
    }
    after = small.decisions.splitlines()
    assert [line for line in after if line in before] == [line for line in before if line != "columns: []"]
    assert [line.split(":")[0] for line in after if line[:1].isalpha()] == [
        "decisions",
        "columns",
        "holds",
        "proposals",
    ]


def test_the_next_release_shows_exactly_the_decisions(small: Small, fill: Fill) -> None:
    before = {row.row_id: row for row in small.night().read(ClassifiedColumn)}
    fill(small.review, {COLUMN: DECIDED, "product.zzk": nobodys("a colour code")})
    assert small.bring_back("--apply").code == 0
    written = small.decisions
    after = {row.row_id: row for row in small.run(date(2026, 11, 3))}
    assert after.keys() == before.keys()
    decided = {"web_shop/customer/xq7", "web_shop/product/zzk"}
    assert {key for key in after if after[key] != before[key]} == decided
    told = after["web_shop/customer/xq7"]
    assert (told.data_category, told.origin, told.confidence) == ("contact.phone", Origin.DECIDED, 1.0)
    changes = publish.diff(small.home, "small")
    assert {change.record_id for change in changes if change.record == "classified_columns"} == decided
    assert {change.record for change in changes} <= {"classified_columns", "activity_data", "processing_activities"}
    # The same workbook again: everything in it is decided already.
    again = small.bring_back("--apply")
    assert (again.code, small.decisions) == (0, written), again.said
    assert "2 unchanged" in again.out
    assert ": 0 columns" in small.export().out


def test_a_decided_column_waits_again_when_its_type_changed(small: Small, fill: Fill) -> None:
    fill(small.review, {COLUMN: DECIDED})
    assert small.bring_back("--apply").code == 0
    assert ": 0 columns" in small.export().out
    small.change_schema("ALTER TABLE customer DROP COLUMN xq7; ALTER TABLE customer ADD COLUMN xq7 INTEGER;")
    small.run(date(2026, 11, 4))
    assert ": 1 columns" in small.export().out
    assert str(load_workbook(small.review)["Columns"]["A4"].value).startswith("decided, but its type changed")
    fill(small.review, {COLUMN: other(category="account.preferences", why="a number of points now")})
    assert small.bring_back("--apply").code == 0
    (entry,) = small.decided().columns
    assert (entry.category, entry.native_type) == ("account.preferences", "INTEGER")
    assert len(small.decided().decisions) == 3, "who decided before stays as history"


def test_a_newer_night_conflicts_only_where_the_same_column_changed(small: Small, fill: Fill) -> None:
    before = small.decisions
    small.change_schema(
        "ALTER TABLE customer DROP COLUMN xq7; ALTER TABLE customer ADD COLUMN xq7 INTEGER;"
        "ALTER TABLE product DROP COLUMN zzk; ALTER TABLE product ADD COLUMN colour VARCHAR(20);"
    )
    small.run(date(2026, 11, 3))
    untouched = small.review.with_name("untouched.xlsx")
    shutil.copy(small.review, untouched)
    fill(small.review, {COLUMN: DECIDED, "product.zzk": nobodys("a colour"), "parcel.ref": DECIDED})
    answer = small.bring_back("--apply")
    assert (answer.code, small.decisions) == (2, before)
    assert "merged cell by cell" in answer.out
    assert "its type was VARCHAR(64) and is INTEGER now" in answer.out
    assert "product.zzk: the column is not in the newest release any more" in answer.out
    assert "1 accepted, 0 unchanged, 2 conflict, 0 invalid" in answer.out
    fill(untouched, {"parcel.ref": DECIDED})
    assert small.bring_back("--apply", path=untouched).code == 0
    assert [item.column for item in small.decided().columns] == ["ref"]


def test_another_decision_since_the_export_is_a_conflict(small: Small, fill: Fill) -> None:
    theirs = small.review.with_name("theirs.xlsx")
    shutil.copy(small.review, theirs)
    fill(small.review, {COLUMN: DECIDED})
    fill(theirs, {COLUMN: other(category="contact.email")})
    assert small.bring_back("--apply", "--date", "2026-11-02", path=theirs).code == 0
    before = small.decisions
    answer = small.bring_back("--apply")
    assert (answer.code, small.decisions) == (2, before)
    assert "another decision exists now: review-2026-11-02-1" in answer.out


def test_a_proposal_is_answered_once(small: Small, fill: Fill) -> None:
    fill(small.review, {"legal_basis": {"Accept or reject": "reject", "Reason": "it is consent"}}, "Proposals")
    answer = small.bring_back("--apply", "--by", "office manager", "--date", "2026-11-02")
    assert answer.code == 0, answer.said
    (entry,) = small.decided().proposals
    assert (entry.accepted, entry.decision) == (False, "review-2026-11-02-1")
    assert "legal_basis" in entry.proposal_id
    assert "1 unchanged" in small.bring_back("--by", "office manager").out
    fill(small.review, {"legal_basis": {"Accept or reject": "accept"}}, "Proposals")
    again = small.bring_back("--by", "office manager", "--apply")
    assert again.code == 2
    assert "it was decided otherwise meanwhile: review-2026-11-02-1" in again.out


def test_one_invalid_cell_and_nothing_is_written(small: Small, fill: Fill) -> None:
    before = small.decisions
    fill(
        small.review,
        {
            COLUMN: other(why='=HYPERLINK("http://example.com")'),
            "parcel.ref": DECIDED,
            "parcel.id": other(why="x" * 1_000_000),
            "product.zzk": other(why="asked ona@example.com"),
        },
    )
    answer = small.bring_back("--apply")
    assert (answer.code, small.decisions) == (2, before)
    assert "it holds a formula" in answer.out
    assert "longer than 1000 characters" in answer.out
    assert "it holds an e-mail address" in answer.out
    assert "1 accepted, 0 unchanged, 0 conflict, 3 invalid" in answer.out
    assert "nothing was written" in answer.err
    assert "ona@example.com" not in answer.said, "a refused value is not repeated"
    assert len(answer.said) < 5_000


@pytest.mark.parametrize(("day", "words"), [("2.11.2026", "is no date"), ("2999-01-01", "in the future")])
def test_a_date_that_is_none_or_to_come_is_refused(small: Small, day: str, words: str) -> None:
    assert words in small.bring_back("--date", day).err


# ---- hostile workbooks


def test_rows_in_another_order_still_name_their_columns(small: Small, fill: Fill) -> None:
    fill(small.review, {COLUMN: DECIDED})
    workbook = load_workbook(small.review)
    worksheet = workbook["Columns"]
    rows = [[cell.value for cell in row] for row in worksheet.iter_rows(min_row=4)]
    for number, values in enumerate(reversed(rows), start=4):
        for place, value in enumerate(values, start=1):
            worksheet.cell(number, place).value = value
    worksheet.row_dimensions[5].hidden = True
    workbook.save(small.review)
    assert small.bring_back("--apply").code == 0
    assert [item.column for item in small.decided().columns] == ["xq7"]


def marks(path: Path, **values: str) -> None:
    """Write other marks into the hidden sheet, and into the properties likewise."""
    workbook = load_workbook(path)
    for name, value in values.items():
        workbook["_ropa"]["B2" if name == "controller" else "B3"] = value
        for item in workbook.custom_doc_props.props:
            if item.name == f"ropa_{name}":
                item.value = value
    workbook.save(path)


def test_a_workbook_of_another_controller_is_refused(small: Small) -> None:
    marks(small.review, controller="other")
    answer = small.bring_back("--apply")
    assert answer.code == 2
    assert "it is a review of 'other', not of 'small'" in answer.err


def test_a_snapshot_that_this_home_does_not_know_is_refused(small: Small) -> None:
    marks(small.review, snapshot="2020-01-01-ffffffff")
    answer = small.bring_back()
    assert answer.code == 2
    assert "cannot be merged" in answer.err


def other_mark(workbook: Any) -> None:
    workbook["_ropa"]["B3"] = "2020-01-01-ffffffff"


def other_form(workbook: Any) -> None:
    workbook["_ropa"]["B1"] = "ropa review 99"


def without_hidden(workbook: Any) -> None:
    del workbook["_ropa"]


def renamed(workbook: Any) -> None:
    workbook["Columns"].title = "Mine"


def without_reason(workbook: Any) -> None:
    workbook["Columns"].delete_cols(18)


def without_headings(workbook: Any) -> None:
    workbook["Columns"].delete_rows(3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_mark, "name different ones"),
        (other_form, "not that of this version"),
        (without_hidden, "hidden sheet was removed"),
        (renamed, "'Columns' is missing; there are: Read me, Mine, Proposals"),
        (without_reason, "lacks the column(s) Reason"),
        (without_headings, "has no row of headings"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_workbook_that_lost_a_part_is_refused_with_the_remedy(
    small: Small, change: Callable[[Any], None], words: str
) -> None:
    workbook = load_workbook(small.review)
    change(workbook)
    workbook.save(small.review)
    answer = small.bring_back("--apply")
    assert answer.code == 2
    assert words in answer.err
    assert len(answer.err.splitlines()) == 1


def zip_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as handle,
    ):
        for _ in range(32):
            handle.write(b"\0" * 10_000_000)


def with_entities(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/extra.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def with_macros(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def text(path: Path) -> None:
    path.write_text("source,table,column\n", "utf-8")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (zip_bomb, "unpacks to more than 60 MB"),
        (with_entities, "declares XML entities"),
        (with_macros, "holds macros"),
        (cut_off, "not an Excel workbook"),
        (no_workbook, "not an Excel workbook"),
        (text, "not an Excel workbook"),
        (nothing, "not an Excel workbook"),
        (missing, "there is no such file"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_is_no_workbook_is_refused(small: Small, spoil: Callable[[Path], None], words: str) -> None:
    spoil(small.review)
    answer = small.bring_back("--apply")
    assert answer.code == 2
    assert words in answer.err


# ---- the command


def test_no_value_of_the_source_stands_in_the_workbook_and_the_same_state_gives_the_same_bytes(small: Small) -> None:
    first = small.review.read_bytes()
    with zipfile.ZipFile(small.review) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    for value in (b"ona@example.com", b"planted note", b"planted code"):
        assert value not in everything
    small.export("--all-columns")
    assert small.review.read_bytes() == first


def test_the_preview_as_json_is_json(small: Small, fill: Fill) -> None:
    fill(small.review, {COLUMN: DECIDED})
    preview = json.loads(small.bring_back("--json").out)
    assert [cell["verdict"] for cell in preview["cells"]] == ["accepted"]


def test_before_the_first_release_there_is_nothing_to_review(small: Small) -> None:
    shutil.rmtree(small.home / "data")
    answer = small.bring_back()
    assert answer.code == 2
    assert "nothing is published yet; run it first: ropa run small" in answer.err


def test_a_folder_that_would_not_load_is_never_written(
    small: Small, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.decisions
    fill(small.review, {COLUMN: DECIDED})
    monkeypatch.setattr(review, "changed_files", lambda *_: {"decisions.yaml": "decisions: [{id: x}]\n"})
    answer = small.bring_back("--apply")
    assert (answer.code, small.decisions) == (2, before)
    assert "a required key is missing" in answer.err


def test_shipped_controllers_are_copied_into_the_home_first(
    small: Small, fill: Fill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped"
    own = small.folder.parent
    (shipped / "mappings").mkdir(parents=True)
    for child in (settings.shipped_root() / "mappings").iterdir():
        if child.name != "controllers":
            (shipped / "mappings" / child.name).symlink_to(child, target_is_directory=True)
    shutil.move(own, shipped / "mappings" / "controllers")
    shutil.copytree(shipped / "mappings" / "controllers" / "small", shipped / "mappings" / "controllers" / "other")
    monkeypatch.setattr(settings, "shipped_root", lambda: shipped)
    before = (shipped / "mappings" / "controllers" / "small" / "decisions.yaml").read_text("utf-8")
    fill(small.review, {COLUMN: DECIDED})
    assert small.bring_back().code == 0
    assert not own.exists(), "a preview copies nothing"
    answer = small.bring_back("--apply")
    assert answer.code == 0, answer.said
    assert "were copied to" in answer.err
    assert sorted(child.name for child in own.iterdir()) == ["other", "small"], "none is hidden by the first"
    assert [item.column for item in small.decided().columns] == ["xq7"]
    assert (shipped / "mappings" / "controllers" / "small" / "decisions.yaml").read_text("utf-8") == before
