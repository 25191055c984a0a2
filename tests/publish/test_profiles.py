"""Regulators' forms: complete, honest about what they cannot fill, and the same in both languages."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from exports import SHARED, SNAPSHOT, book, exports, facts, sample_exports
from openpyxl import load_workbook
from sample_tables import activity, sample_tables

from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.model.law import unknown_columns
from ropa_pipeline.model.profile import Audience, Profile, RowOf, Wording
from ropa_pipeline.model.register import LegalBasis, Party
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Applicability
from ropa_pipeline.publish.profile_words import SAYS
from ropa_pipeline.publish.profiles import filled_form, form_book
from ropa_pipeline.publish.workbook import write_workbook
from ropa_pipeline.settings import Settings, shipped_root
from ropa_pipeline.yaml_files import MappingError

PROFILES = sorted(SHARED.profiles)
PARTS = [(name, part.part) for name in PROFILES for part in SHARED.profiles[name].parts]


def columns(name: str) -> list:
    return [column for part in SHARED.profiles[name].parts for column in part.columns]


def test_the_forms_are_the_ones_that_regulators_have() -> None:
    assert PROFILES == [
        "art30_minimal", "cnil_simplified", "dpc", "dsk", "edps_two_part", "ico_controller", "ico_processor", "vdai",
    ]  # fmt: skip


@pytest.mark.parametrize("name", PROFILES)
def test_every_column_of_a_form_resolves_to_published_columns(name: str) -> None:
    assert not [bad for column in columns(name) for bad in unknown_columns(column.columns, column.only)]


@pytest.mark.parametrize("name", PROFILES)
def test_every_question_of_the_regulator_has_a_column(name: str) -> None:
    form = next(item for item in SHARED.reference.questionnaires if item.profile == SHARED.profiles[name].questionnaire)
    answered = {question for column in columns(name) for question in column.questions}
    assert answered == {question.question_id for question in form.questions}
    for question in form.questions:
        held = {name for column in columns(name) if question.question_id in column.questions for name in column.columns}
        assert held & set(question.columns) or not question.columns, question.question_id


def test_the_thirty_headings_of_the_ico_stand_in_their_order() -> None:
    record = SHARED.profiles["ico_controller"].parts[1]
    own = [column.heading.en for column in record.columns if column.wording is Wording.FORM]
    assert len(own) == 30
    assert (own[0], own[1], own[19]) == ("Business function", "Purpose of processing", "Location of personal data")
    assert own[-1].startswith("Reasons for not adhering")


@pytest.mark.parametrize("name", ["vdai", "dsk", "edps_two_part"])
def test_a_form_whose_wording_was_not_seen_says_what_must_be_compared(name: str) -> None:
    assert any(column.wording is Wording.CHECK for column in columns(name))
    assert SHARED.profiles[name].checked


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("recipients.brand", "recipients.brandd", "no published table has a column 'recipients.brandd'"),
        ("dpc.06_capacity", "dpc.06_capasity", "there is no question 'dpc.06_capasity'"),
        ("questionnaire: dpc", "questionnaire: dpp", "there is no questionnaire 'dpp'"),
    ],
)
def test_a_slip_in_a_form_is_found_when_the_mappings_are_read(tmp_path: Path, old: str, new: str, said: str) -> None:
    own = tmp_path / "mappings" / "profiles" / "dpc.yaml"
    own.parent.mkdir(parents=True)
    text = (shipped_root() / "mappings" / "profiles" / "dpc.yaml").read_text("utf-8")
    own.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(MappingError) as raised:
        load_shared(Settings(home=tmp_path, shipped=shipped_root()))
    assert said in str(raised.value)
    assert "mappings/profiles/dpc.yaml, line " in str(raised.value)


def test_a_column_that_nothing_fills_needs_a_reason() -> None:
    heading = {"en": "Anything", "lt": "Bet kas"}
    part = {"part": "p", "title": heading, "row": "controller", "columns": [{"heading": heading, "wording": "ours"}]}
    form = {"profile": "x", "title": heading, "authority": "", "language": "en", "questionnaire": "dpc", "source": "",
            "checked": "", "parts": [part]}  # fmt: skip
    with pytest.raises(ValueError, match="needs a note"):
        Profile.model_validate(form)


def test_a_column_that_the_register_has_not_stays_and_says_so() -> None:
    form = filled_form(SHARED.profiles["ico_controller"], sample_tables(), facts())
    item = next(item for item in form.columns if item.column.heading.en.startswith("Data Protection Act 2018"))
    assert (item.how, item.stated, item.rows) == ("not held", 0, 2)
    rows = list(csv.reader(io.StringIO(sample_exports()["ico_controller/record.csv"].decode("utf-8-sig"),
                                       newline="")))  # fmt: skip
    place = next(number for number, text in enumerate(rows[0]) if text.startswith("Data Protection Act 2018"))
    assert [row[place] for row in rows[1:]] == ["NOT STATED", "NOT STATED"]
    how = sample_exports()["ico_controller/how_filled.csv"].decode("utf-8-sig")
    assert "Schedule 1 of the Data Protection Act 2018." in how


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("name", PROFILES)
def test_no_cell_of_a_form_is_blank(name: str, language: str) -> None:
    for sheet in book(name, sample_tables(), language).sheets:
        for block in sheet.blocks:
            assert all(cell.value not in (None, "") for row in block.rows for cell in row), sheet.name


def cells(name: str, part: str, about: str, *more: object) -> dict[str, str]:
    made = exports(sample_tables(more))[f"{name}/{part}.csv"].decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(made, newline="")))
    return next(dict(zip(rows[0], row, strict=True)) for row in rows[1:] if about in row)


def test_a_record_says_what_the_register_says() -> None:
    row = cells("art30_minimal", "record", "Sending orders")
    assert (
        row["Categories of personal data"]
        == "Customers: IP address [observed]\nCustomers: Name, Telephone number [stated]"
    )
    assert row["Envisaged time limits for erasure"].startswith("orders and invoices: up to 10 years; ")
    assert row["Categories of recipients"] == (
        "Example Courier, Example Courier UAB, Lithuania (LT), controller [stated]"
    )
    assert row["Third countries or international organisations"] == "NOT STATED"
    news = cells("dpc", "record", "Newsletter")
    assert news["Contract with processors"].startswith("Example Mailer: Data processing agreement of Example Mailer")
    assert news["Third countries or international organisations"].startswith("United States (US), Example Mailer")
    assert "(eprivacy)" in news["Legal basis"]


def test_a_basis_that_only_allows_storing_on_a_device_does_not_count_as_an_answer() -> None:
    def basis(tables: Tables) -> tuple[int, int]:
        form = filled_form(SHARED.profiles["vdai"], tables, facts())
        item = next(item for item in form.columns if item.column.heading.en == "Legal basis")
        return item.stated, item.rows

    assert basis(sample_tables()) == (1, 2)
    own = LegalBasis(activity_id="newsletter", part="whole activity", layer="gdpr", basis="6(1)(a)", law="",
                     interest_text="", statement_id="", origin="decided", assessment_id="")  # fmt: skip
    both = [*sample_tables().rows(LegalBasis), own]
    assert basis(sample_tables().with_rows(both)) == (2, 2)


def test_a_party_that_does_not_apply_says_why() -> None:
    officer = next(iter(sample_tables().rows(Party)))
    applies = officer.model_copy(
        update={"applicability": Applicability.NOT_APPLICABLE, "reason": "No core activity needs one"}
    )
    for row, said in ((officer, "NOT STATED: The notice names none"), (applies, "NOT APPLICABLE: No core activity")):
        made = exports(sample_tables([row]))["dpc/controller.csv"].decode("utf-8-sig")
        assert said in made


def test_what_waits_for_an_answer_is_no_row_but_is_named() -> None:
    made = book("dpc", sample_tables())
    record = next(sheet for sheet in made.sheets if sheet.name == "Record")
    titles = [block.title for block in record.blocks]
    assert titles == ["Newsletter", "Sending orders", "Not yet answered", "Does not exist here"]
    assert "Staff and pay" not in sample_exports()["dpc/record.csv"].decode("utf-8-sig")


def test_the_public_part_of_the_edps_form_holds_nothing_internal() -> None:
    parts = {part.part: part for part in SHARED.profiles["edps_two_part"].parts}
    public = [part for part in parts.values() if part.audience is Audience.PUBLIC]
    held = {name.partition(".")[0] for part in public for column in part.columns for name in column.columns}
    assert not held & {"findings", "drift", "assessments", "retention_results"}
    tables = sample_tables()
    assert "two legal bases as alternatives" not in exports(tables)["edps_two_part/part1.csv"].decode("utf-8-sig")
    assert "two legal bases as alternatives" in exports(tables)["edps_two_part/checks.csv"].decode("utf-8-sig")


def test_a_draft_says_so_and_an_approval_names_the_person() -> None:
    approved = SNAPSHOT.model_copy(update={"approved_by": "R. Example", "in_force_from": date(2026, 3, 3)})
    for snapshot, said in ((SNAPSHOT, "DRAFT"), (approved, "APPROVED by R. Example, in force from 3 March 2026")):
        assert said in form_book(SHARED.profiles["vdai"], sample_tables(), facts(), snapshot).banner


def test_both_languages_say_the_same_things() -> None:
    assert SAYS["en"].keys() == SAYS["lt"].keys()
    made = sample_exports("lt")
    assert "NENURODYTA" in made["vdai/irasai.csv"].decode("utf-8-sig")
    assert "NOT STATED" not in made["vdai/irasai.csv"].decode("utf-8-sig")
    # The regulator's own words stay, with the reader's beside them.
    assert "Finalité principale\n(Duomenų tvarkymo tikslai)" in made["cnil_simplified/fiche.csv"].decode("utf-8-sig")


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_every_part_has_its_file_with_a_row_per_subject(name: str, part: str) -> None:
    kind = next(item.row for item in SHARED.profiles[name].parts if item.part == part)
    rows = list(csv.reader(io.StringIO(sample_exports()[f"{name}/{part}.csv"].decode("utf-8-sig"), newline="")))
    assert len(rows) - 1 == {RowOf.CONTROLLER: 1, RowOf.ACTIVITY: 2, RowOf.SERVED: 1}[kind]


@pytest.mark.parametrize("name", PROFILES)
def test_the_workbook_of_a_form_opens_and_is_the_same_bytes(tmp_path: Path, name: str) -> None:
    tables = sample_tables([activity("long", "x" * 400)])
    write_workbook(tmp_path / "a.xlsx", book(name, tables))
    write_workbook(tmp_path / "b.xlsx", book(name, Tables(reversed(list(tables)))))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheets = load_workbook(tmp_path / "a.xlsx").worksheets
    assert sheets[0].title == "Read me"
    assert sheets[-1].title == "How filled"
    assert all("DRAFT" in str(sheet["A2"].value) for sheet in sheets)
