"""Excel and back: what a person edits in the workbook is what the YAML says and what the next release shows."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from openpyxl import load_workbook

from ropa_pipeline import publish
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.review import words

CONTRACTS = """\
contracts:
  # who takes the money
  - {system: opay, document: "Terms of service", version: "2024-01", decision: d1}  # on paper
"""
SIGNED = ("--by", "office manager", "--date", "2026-11-03")
EXPORTED_ON = date(2026, 11, 2)
ACTIVITY, BASIS, CONTRACT = "selling", "selling/whole activity/gdpr/0", "opay/28/0"


class Home(Protocol):
    """The small controller's home (``conftest``)."""

    home: Path
    folder: Path
    review: Path

    def run(self, as_of: date = ...) -> Any: ...
    def export(self, *more: object) -> Any: ...
    def bring_back(self, *more: object, path: Path | None = None) -> Any: ...
    def night(self, as_of: date = ...) -> Any: ...
    def decided(self) -> Any: ...


Edits = Mapping[tuple[str, str], Mapping[str, object]]


def edit(path: Path, cells: Edits, row_id: str = "Row id") -> None:
    """Type into rows that their hidden id names, as a person would into the rows they see."""
    workbook = load_workbook(path)
    for (sheet, row), values in cells.items():
        worksheet = workbook[sheet]
        heads = {cell.value: cell.column for cell in worksheet[3]}
        at = next(cells[0].row for cells in worksheet.iter_rows(min_row=4) if cells[heads[row_id] - 1].value == row)
        for heading, value in values.items():
            worksheet.cell(at, heads[heading]).value = value
    workbook.save(path)


@pytest.fixture(scope="module")
def exported(pristine: tuple[Home, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published home with a contract decided, and its workbook; to be copied back for each test."""
    small, kept = pristine
    shutil.rmtree(small.home)
    shutil.copytree(kept, small.home, symlinks=True)
    with (small.folder / "decisions.yaml").open("a", encoding="utf-8") as handle:
        handle.write(CONTRACTS)
    small.run(EXPORTED_ON)
    small.export("--all-columns")
    folder = tmp_path_factory.mktemp("exported") / "kept"
    shutil.copytree(small.home, folder, symlinks=True)
    return folder


@pytest.fixture
def shop(pristine: tuple[Home, Path], exported: Path) -> Home:
    small, _ = pristine
    shutil.rmtree(small.home)
    shutil.copytree(exported, small.home, symlinks=True)
    return small


def texts(home: Home) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(home.folder.iterdir())}


def test_the_next_release_shows_exactly_what_was_edited(shop: Home, fill: Callable[..., None]) -> None:
    before = texts(shop)
    finding = next(row for row in shop.night().read(Finding) if row.rule_id == "disclosure.no_recipient_stated")
    edit(
        shop.review,
        {
            ("Findings", finding.finding_id): {
                "Owner": "office manager", "Due on": "1.12.2026", "Accepted until": datetime(2027, 6, 1),
                words.WHY: "the notice is being rewritten",
            },
            ("Activities", ACTIVITY): {
                "Owner": "shop manager", "Next review": datetime(2027, 3, 1), words.WHY: "agreed at the meeting",
            },
            ("Legal bases", BASIS): {"Basis": "Sutartis", words.WHY: "orders are contracts"},
            ("Contracts", CONTRACT): {"Version": "2026-02", words.WHY: "the new terms"},
        },
    )  # fmt: skip
    phone = {"Decided category": "contact.phone", "Decided data subject": "customer", "Reason": "a second number"}
    fill(shop.review, {"customer.xq7": phone})
    answer = shop.bring_back("--apply", *SIGNED)
    assert answer.code == 0, answer.said
    assert (
        "(Owner): Selling goods / Selling goods and delivering them: 'NOT STATED' becomes 'shop manager'" in answer.out
    )
    after = texts(shop)
    assert {name for name in after if after[name] != before[name]} == {"activities.yaml", "decisions.yaml"}
    old, new = before["activities.yaml"].splitlines(), after["activities.yaml"].splitlines()
    assert [line for line in new if line in old] == old, "no line of the file was touched or moved"
    assert [line.strip() for line in new if line not in old] == [
        'owner: {value: "shop manager", decision: review-2026-11-03-2}',
        "next_review: 2027-03-01",
        "review_decision: review-2026-11-03-2",
        "legal_bases:",
        '- {part: "whole activity", layer: gdpr, basis: "6(1)(b)", decision: review-2026-11-03-3}',
    ]
    lost = [line for line in before["decisions.yaml"].splitlines() if line not in after["decisions.yaml"]]
    assert lost == ["columns: []", CONTRACTS.splitlines()[2]]
    assert "# who takes the money" in after["decisions.yaml"]
    assert "# on paper" in after["decisions.yaml"]
    shop.run(date(2026, 11, 4))
    assert sorted(
        (change.record, change.record_id, change.field, change.new_value) for change in publish.diff(shop.home, "small")
    ) == [
        ("activity_data", "selling/customer/contact.phone", "*", "selling/customer/contact.phone"),
        ("classified_columns", "web_shop/customer/xq7", "data_category", "contact.phone"),
        ("contracts", "opay.art28", "version", "2026-02"),
        ("legal_bases", "selling/whole activity/gdpr", "basis", "6(1)(b)"),
        ("processing_activities", "selling", "next_review", "2027-03-01"),
        ("processing_activities", "selling", "owner", "shop manager"),
    ]
    found = next(row for row in shop.night().read(Finding) if row.finding_id == finding.finding_id)
    assert (found.owner, found.due_on, found.status.value) == ("office manager", date(2026, 12, 1), "accepted")
    assert (found.accepted_by, found.accepted_until) == ("office manager", date(2027, 6, 1))
    again = shop.bring_back("--apply", *SIGNED)
    assert (again.code, texts(shop)) == (0, after), again.said
    assert "0 accepted, 8 unchanged" in again.out


def test_the_same_cell_changed_by_hand_is_a_conflict_and_nothing_is_written(shop: Home) -> None:
    path = shop.folder / "decisions.yaml"
    path.write_text(path.read_text("utf-8").replace('"2024-01"', '"2025-07"'), "utf-8")
    changes = {"Version": "2026-02", "Document": "Terms of use", words.WHY: "the new terms"}
    edit(shop.review, {("Contracts", CONTRACT): changes})
    before = texts(shop)
    answer = shop.bring_back("--apply", *SIGNED)
    assert (answer.code, texts(shop)) == (2, before)
    assert "conflict  Contracts!G4 (Version): opay" in answer.out
    assert "says '2025-07' now; export again" in answer.out
    assert "1 accepted, 0 unchanged, 1 conflict" in answer.out
    edit(shop.review, {("Contracts", CONTRACT): {"Version": "2024-01"}})
    assert shop.bring_back("--apply", *SIGNED).code == 0
    (contract,) = shop.decided().contracts
    assert (contract.document, contract.version) == ("Terms of use", "2025-07"), "both changes stand"


def test_rows_sorted_hidden_or_deleted_and_sheets_and_columns_added_do_no_harm(shop: Home) -> None:
    workbook = load_workbook(shop.review)
    findings, laws = workbook["Findings"], workbook["Rules of law"]
    heads = {cell.value: cell.column for cell in laws[3]}
    rows = [[cell.value for cell in row] for row in laws.iter_rows(min_row=4)]
    for number, values in enumerate(reversed(rows), start=4):
        for place, value in enumerate(values, start=1):
            laws.cell(number, place).value = value
    laws.row_dimensions[5].hidden = True
    laws.cell(4, heads["Applicability"]).value = "Taikoma"
    laws.cell(4, heads[words.WHY]).value = "the bookkeeper says so"
    rule = laws.cell(4, heads["Row id"]).value
    findings.delete_rows(4, 3)
    findings.cell(3, 40).value = "My notes"
    workbook.create_sheet("My own")["A1"].value = "=1+1"
    workbook.save(shop.review)
    answer = shop.bring_back("--apply", *SIGNED)
    assert answer.code == 0, answer.said
    assert "not read  Findings!AN: this column is not one of the sheet's" in answer.out
    assert "not read  My own: this sheet is not one of the review's" in answer.out
    assert [(item.rule_id, item.applicability.value) for item in shop.decided().rules] == [(rule, "applies")]


def test_a_formula_is_refused_with_its_cell(shop: Home) -> None:
    before = texts(shop)
    edit(shop.review, {("Activities", ACTIVITY): {"Owner": '=HYPERLINK("http://example.com")', words.WHY: "agreed"}})
    answer = shop.bring_back("--apply", *SIGNED)
    assert (answer.code, texts(shop)) == (2, before)
    assert "invalid   Activities!C4 (Owner)" in answer.out
    assert "it holds a formula; type the words themselves" in answer.out


def test_who_and_why_are_needed(shop: Home) -> None:
    edit(shop.review, {("Activities", ACTIVITY): {"Owner": "shop manager"}})
    answer = shop.bring_back()
    assert answer.code == 2
    assert "who decided is missing (or give --by)" in answer.out
    assert "the reason is missing (or give --reason)" in answer.out
    assert shop.bring_back("--apply", *SIGNED, "--reason", "agreed at the meeting").code == 0
    assert shop.decided().decisions[-1].reason == "agreed at the meeting"


def test_an_answered_proposal_fills_its_cell(shop: Home, fill: Callable[..., None]) -> None:
    reason = {"Reason": "talked about it"}
    fill(shop.review, {"legal_basis": {"Accept or reject": "priimti", **reason}}, "Proposals")
    answer = shop.bring_back("--apply", *SIGNED)
    assert answer.code == 0, answer.said
    assert "its cell becomes '6(1)(b)'" in answer.out
    assert [item.accepted for item in shop.decided().proposals] == [True]
    assert 'basis: "6(1)(b)", decision: review-2026-11-03-1' in texts(shop)["activities.yaml"]


def test_a_proposal_may_be_answered_with_another_value(shop: Home, fill: Callable[..., None]) -> None:
    other = {"Accept or reject": "Other value", "Reason": "it is asked for"}
    fill(shop.review, {"legal_basis": {**other, "Other value": "because we like it"}}, "Proposals")
    assert "it names no article of Art. 6(1)" in shop.bring_back(*SIGNED).out
    fill(shop.review, {"legal_basis": {**other, "Other value": "consent"}}, "Proposals")
    answer = shop.bring_back("--apply", *SIGNED)
    assert answer.code == 0, answer.said
    assert [item.accepted for item in shop.decided().proposals] == [False]
    assert 'basis: "6(1)(a)"' in texts(shop)["activities.yaml"]
    edit(shop.review, {("Legal bases", BASIS): {"Basis": "6(1)(f)", words.WHY: "no"}})
    assert "it was changed since the export and says '6(1)(a)' now" in shop.bring_back(*SIGNED).out


def test_the_workbook_follows_the_language_and_reads_back_in_it(shop: Home) -> None:
    shop.export("--lang", "lt")
    workbook = load_workbook(shop.review)
    shown = [sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    assert shown[:5] == ["Skaitykite pirmiausia", "Stulpeliai", "Pasiūlymai", "Veiklos", "Teisiniai pagrindai"]
    assert "nothing to write" in shop.bring_back("--apply").out
    edit(
        shop.review,
        {
            ("Veiklos", ACTIVITY): {
                language_of("lt").heading("processing_activities", "owner"): "vadovė",
                "Pakeitimo priežastis": "taip sutarta susirinkime",
            }
        },
        row_id="Eilutės žyma",
    )
    answer = shop.bring_back("--apply", *SIGNED)
    assert answer.code == 0, answer.said
    assert 'owner: {value: "vadovė"' in texts(shop)["activities.yaml"]


def test_only_the_cells_to_edit_are_open_and_every_choice_is_offered(shop: Home) -> None:
    workbook = load_workbook(shop.review)
    worksheet = workbook["Contracts"]
    opened = [worksheet.cell(3, cell.column).value for cell in worksheet[4] if not cell.protection.locked]
    assert opened[0] == "Document"
    assert opened[-2:] == [words.BY, words.WHY]
    assert worksheet.column_dimensions["M"].hidden, "the id is there and not seen"
    assert worksheet["G4"].number_format == "@", 'a version such as "2.0" stays text'
    assert worksheet["H4"].number_format == "yyyy-mm-dd"
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in workbook.worksheets)
    offered = {
        str(rule.sqref)[:1]: rule.formula1 for rule in workbook["Parties"].data_validations.dataValidation
        if rule.type == "list"
    }  # fmt: skip
    place = workbook.defined_names[offered["C"].removeprefix("=")].attr_text.replace("$", "").split("!")[1]
    assert [cell.value for (cell,) in workbook["_ropa"][place]] == ["applies", "not applicable"]


def test_an_import_that_was_cut_off_is_completed_by_the_next_reader(
    shop: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ropa_pipeline import journal

    edit(shop.review, {("Activities", ACTIVITY): {"Owner": "shop manager", words.WHY: "agreed"}})
    with monkeypatch.context() as patch:
        patch.setattr(journal, "settle", lambda folder: ())
        assert shop.bring_back("--apply", *SIGNED).code == 0, "killed once the journal stands"
    assert "shop manager" not in texts(shop)["activities.yaml"]
    assert shop.night().folder.activities.activities[0].owner.value == "shop manager"
    assert all(name.endswith(".yaml") for name in texts(shop)), "nothing is left over"
    assert shop.decided().decisions[-1].reason == "agreed", "both files, or none"


@pytest.mark.slow  # 15 s: LibreOffice opens the workbook and saves it as its own
def test_a_workbook_that_libreoffice_saved_comes_back(shop: Home, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    edit(shop.review, {("Activities", ACTIVITY): {"Next review": datetime(2027, 3, 1), words.WHY: "agreed"}})
    for kind in ("ods", "xlsx"):
        source = shop.review if kind == "ods" else tmp_path / "review.ods"
        subprocess.run(
            [program, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    answer = shop.bring_back("--apply", *SIGNED, path=tmp_path / "review.xlsx")
    assert answer.code == 0, answer.said
    assert "1 accepted, 0 unchanged, 0 conflict, 0 invalid" in answer.out
    assert "next_review: 2027-03-01" in texts(shop)["activities.yaml"]


@pytest.mark.slow  # 20 s beside the shared run of the demo: exported in both languages and imported
@pytest.mark.parametrize("controller", ["ak3d", "akore", "komoda"])
def test_a_demo_controller_that_nobody_edits_does_not_change(
    demo: Any, ropa: Callable[..., Any], tmp_path: Path, controller: str
) -> None:
    for language in ("en", "lt"):
        out = tmp_path / f"{language}.xlsx"
        options = ("--all-columns", "--lang", language, "--out", out, "--home", demo.path)
        assert ropa("review", "export", controller, *options).code == 0
        answer = ropa("review", "import", out, controller, "--apply", *SIGNED, "--home", demo.path)
        assert answer.code == 0, answer.said
        assert "0 accepted, 0 unchanged, 0 conflict, 0 invalid" in answer.out
        assert "nothing to write" in answer.out
    assert not (demo.path / "mappings").exists(), "nothing was copied, as nothing was written"
