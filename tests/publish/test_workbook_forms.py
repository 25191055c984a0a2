"""Both workbooks in both languages: words, origin by colour and by text, links, protection, pictures, the notice."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sample_tables import context, sample_tables

from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.audit import audit_book
from ropa_pipeline.publish.context import NoticeFacts
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.workbook import (
    FIRST_ROW,
    Block,
    Book,
    Heading,
    Picture,
    Sheet,
    Shown,
    text_of,
    write_workbook,
)
from ropa_pipeline.publish.workbook_layout import wish_of
from ropa_pipeline.publish.workbook_styles import FILLS, looks

LABELS_LT = {
    "contact.email": "El. pašto adresas",
    "contact.phone": "Telefono numeris",
    "identity.name": "Vardas ir pavardė",
    "customer": "Pirkėjai",
    "access_control": "Prieigos kontrolė",
}
ORIGINS = ("stated", "observed", "documented", "decided", "proposed")
NOTICE = NoticeFacts(
    address="https://shop.example.com/privacy", language="en", sha256="ab" * 32, lines=2, as_recorded=True,
    text=("=Privacy notice", "Orders are kept for ten years."),
)  # fmt: skip
_EMPTY = {name: None if "None" in str(field.annotation) else "" for name, field in Snapshot.model_fields.items()}


def snapshot(snapshot_id: str, day: int, **changes: object) -> Snapshot:
    values = {**_EMPTY, "snapshot_id": snapshot_id, "created_at": datetime(2026, 3, day, tzinfo=UTC), "state": "draft"}
    return Snapshot.model_validate({**values, "content_hash": "a" * 64, "tool_version": "0.1.0", **changes})


FIRST, LAST = snapshot("2026-03-01-first", 1), snapshot("2026-03-02-last", 2)
APPROVED = FIRST.model_copy(update={"approved_by": "Example Approver", "in_force_from": date(2026, 3, 1)})


def change(snapshot_id: str, **changes: object) -> Change:
    values: dict[str, object] = {
        "snapshot_id": snapshot_id, "record": "retention_rules", "record_id": "orders_10y", "field": "period",
        "old_value": "P10Y", "new_value": "P8Y", "act": "changed",
    }  # fmt: skip
    return Change.model_validate({**values, **changes})


def book(kind: str, language: str = "en", tables: Tables | None = None, **changes: object) -> Book:
    if language == "lt":
        changes.setdefault("labels", LABELS_LT)
    facts = context(Path("/nowhere"), language=language, **changes).facts()  # type: ignore[arg-type]
    make = audit_book if kind == "audit" else record_book
    return make(tables or Tables([*sample_tables(), FIRST, LAST]), facts, LAST)


def sheet(made: Book, name: str) -> Sheet:
    wanted = language_of(made.language).sheet(name)
    return next(item for item in made.sheets if item.name == wanted)


def cells(made: Book) -> Iterator[Shown]:
    for item in made.sheets:
        for block in item.blocks:
            for row in block.rows:
                yield from row


def words(made: Sheet) -> str:
    return "\n".join(str(cell.value) for block in made.blocks for row in block.rows for cell in row)


@pytest.mark.parametrize("kind", ["record", "audit"])
def test_no_heading_title_or_sentence_falls_through_to_english(kind: str) -> None:
    english, lithuanian = book(kind), book(kind, "lt")
    assert len(english.sheets) == len(lithuanian.sheets)
    for one, other in zip(english.sheets, lithuanian.sheets, strict=True):
        assert one.name != other.name
        assert not one.about or one.about != other.about
        for left, right in zip(one.blocks, other.blocks, strict=True):
            assert not left.title or left.title != right.title
            assert not left.empty or left.empty != right.empty
            for here, there in zip(left.headings, right.headings, strict=True):
                assert here.text.split("\n")[0] != there.text.split("\n")[0], (one.name, here.text)
    for name in ("title", "subject", "banner", "marking", "keywords"):
        assert getattr(english, name) != getattr(lithuanian, name)


def test_the_lithuanian_register_speaks_lithuanian() -> None:
    register = words(sheet(book("record", "lt"), "Register"))
    for part in (
        "6 str. 1 d. b p. sutartis arba 6 str. 1 d. f p. teisėtas interesas [nurodyta pranešime]",
        "Pirkėjai: Telefono numeris, Vardas ir pavardė [nurodyta pranešime]",
        "Example Courier (duomenų valdytojas) [nurodyta pranešime]",
        "10 metų (ne ilgiau kaip) nuo sąskaitos faktūros išrašymo",
        "NENURODYTA",
    ):
        assert part in register
    assert "NOT STATED" not in register


def test_what_stays_in_its_own_language_is_said_on_the_first_sheet() -> None:
    assert "ropa run --lang" in words(sheet(book("audit"), "Read me"))
    assert "anglų" in words(sheet(book("audit", "lt"), "Read me"))
    assert "anglų kalba" in sheet(book("audit", "lt"), "Findings").about


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("kind", ["record", "audit"])
def test_an_origin_is_shown_by_colour_and_by_text(kind: str, language: str) -> None:
    say = language_of(language).phrase
    coloured = [cell for cell in cells(book(kind, language)) if cell.style in ORIGINS]
    assert coloured
    marks = {name: say(f"mark {name}") for name in ORIGINS if name != "proposed"}
    for cell in coloured:
        text = str(cell.value)
        if cell.style in marks and text not in (say("yes"), say("no")):
            assert marks[cell.style] in text or cell.style in ("observed", "decided"), text


@pytest.mark.parametrize("language", ["en", "lt"])
def test_dates_have_the_format_of_the_language(tmp_path: Path, language: str) -> None:
    write_workbook(tmp_path / "a.xlsx", book("audit", language))
    approvals = load_workbook(tmp_path / "a.xlsx")[language_of(language).sheet("Approvals")]
    formats = {cell.number_format for row in approvals.iter_rows() for cell in row if isinstance(cell.value, datetime)}
    assert formats == {language_of(language).time_format}


@pytest.mark.parametrize("language", ["en", "lt"])
@pytest.mark.parametrize("kind", ["record", "audit"])
def test_the_same_content_gives_the_same_bytes_in_both_languages(tmp_path: Path, kind: str, language: str) -> None:
    made = book(kind, language)
    write_workbook(tmp_path / "one.xlsx", made)
    write_workbook(tmp_path / "two.xlsx", book(kind, language))
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    properties = load_workbook(tmp_path / "one.xlsx").properties
    assert (properties.language, properties.title, properties.subject) == (language, made.title, made.subject)
    assert properties.created == properties.modified == datetime(2026, 3, 2)


def test_every_link_leads_to_a_row_that_is_there(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", book("audit", "lt"))
    workbook = load_workbook(tmp_path / "a.xlsx")
    links = 0
    for worksheet in workbook.worksheets:
        for row in worksheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    name, _, place = str(cell.hyperlink.location).strip("'").partition("'!A")
                    assert workbook[name].cell(int(place), 1).value is not None
                    assert cell.hyperlink.target is None
                    links += 1
    assert links > 30


def test_a_register_cell_leads_to_the_first_row_of_its_own_evidence() -> None:
    made = book("audit")
    register, evidence = sheet(made, "Register").blocks[0], sheet(made, "Evidence").blocks[0]
    texts = [heading.text for heading in register.headings]
    row = next(row for row in register.rows if row[0].value == "Sending orders")
    for heading, record, field in (
        ("Evidence:\npurpose of the processing", "Register", "Purpose"),
        ("Evidence:\ntime limits for erasure", "Register", "Retention"),
    ):
        place = int(row[texts.index(heading)].link.split("!A")[1]) - FIRST_ROW
        found = [[cell.value for cell in evidence.rows[place + step]][:3] for step in (0, -1) if place + step >= 0]
        assert found[0] == [record, "orders", field]
        assert [record, "orders", field] not in found[1:], "it is the first row of this evidence"


def test_a_link_counts_all_pieces_of_evidence() -> None:
    more = [
        Evidence.model_validate(
            {"record": "processing_activities", "record_id": "orders", "field": "purpose", "kind": "column",
             "locator": f"shop:t.{number}", "observed_at": None, "confidence": 1.0, "method": "read"}
        )
        for number in range(4)
    ]  # fmt: skip
    register = sheet(book("audit", tables=Tables([*sample_tables(), *more])), "Register").blocks[0]
    row = next(row for row in register.rows if row[0].value == "Sending orders")
    place = [heading.text for heading in register.headings].index("Evidence:\npurpose of the processing")
    assert str(row[place].value).endswith("(5)")


def test_the_audit_file_is_guarded_and_can_be_filtered(tmp_path: Path) -> None:
    for kind in ("audit", "record"):
        write_workbook(tmp_path / f"{kind}.xlsx", book(kind))
        for worksheet in load_workbook(tmp_path / f"{kind}.xlsx").worksheets:
            guard = worksheet.protection
            assert guard.sheet == (kind == "audit")
            assert not guard.password
            if kind == "audit":
                assert not any((guard.autoFilter, guard.sort, guard.formatColumns))
            for table in worksheet.tables.values():
                assert worksheet[table.ref.split(":")[0]].value == table.tableColumns[0].name
        with zipfile.ZipFile(tmp_path / f"{kind}.xlsx") as archive:
            names = [match for entry in archive.namelist() if entry.startswith("xl/tables/")
                     for match in re.findall(rb'displayName="([^"]+)"', archive.read(entry))]  # fmt: skip
        assert len(names) > 10
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", ["en", "lt"])
def test_every_text_can_be_read_on_its_colour(language: str) -> None:
    for name, look in looks(language_of(language)).items():
        assert _contrast(look.colour, look.fill or "FFFFFF") >= 4.5, name
    assert set(ORIGINS) <= set(FILLS)


def test_a_picture_stands_under_its_title_with_its_words_and_the_same_bytes(tmp_path: Path) -> None:
    base = book("record")
    picture = Picture(_png(40, 20), 'People, systems & recipients: "three" flows', "Data flows")
    made = replace(base, sheets=(*base.sheets, Sheet("Flows", "", (), pictures=(picture,))))
    write_workbook(tmp_path / "one.xlsx", made)
    write_workbook(tmp_path / "two.xlsx", made)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    worksheet = load_workbook(tmp_path / "one.xlsx")["Flows"]
    assert "Data flows" in [row[0].value for row in worksheet.iter_rows()]
    with zipfile.ZipFile(tmp_path / "one.xlsx") as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert archive.read("xl/media/image1.png") == picture.png
    assert "People, systems &amp; recipients" in drawing


def test_the_notice_is_named_by_address_date_and_hash_and_shown_only_when_supplied() -> None:
    held = sheet(book("audit", notice=NOTICE, notice_supplied=True), "Notice as read")
    for part in (NOTICE.address, NOTICE.sha256, "1 May 2025", "=Privacy notice", "Orders are kept for ten years."):
        assert part in words(held)
    assert [row[0].value for row in held.blocks[2].rows] == ["1", "2"]
    recorded = NOTICE.model_copy(update={"text": (), "as_recorded": False})
    absent = sheet(book("audit", notice=recorded, notice_supplied=False), "Notice as read")
    assert "is not held" in absent.about
    assert len(absent.blocks) == 2
    assert NOTICE.sha256 in words(absent)
    assert "Not held" in words(absent)


def questions(made: Book) -> dict[str, str]:
    block: Block = sheet(made, "Read me").blocks[1]
    return {str(row[0].value): str(row[1].value) for row in block.rows}


def test_the_first_sheet_answers_what_an_auditor_asks() -> None:
    tables = Tables(
        [*sample_tables(), APPROVED, LAST, change(LAST.snapshot_id), change(FIRST.snapshot_id, field="law")]
    )
    phone, longest, changed, unknown = questions(book("audit", tables=tables)).values()
    assert "Example Courier: Lithuania (LT); controller; of Customers; for Sending orders [stated]" in phone
    assert "Example Mailer" not in phone
    assert "orders and invoices: up to 10 years from invoice issued" in longest
    assert "contract" in longest
    assert "1 May 2013" in longest
    assert "40 rows are overdue" in longest
    assert "by Example Approver" in changed
    assert "10 years → 8 years" in changed
    assert changed.count("\n") == 1, "the change before the approval is not new"
    assert "Staff and pay" in unknown
    assert "Register: transfers (Art. 30(1)(e)): 2" in unknown


def test_changes_before_the_approval_stand_apart() -> None:
    tables = Tables(
        [*sample_tables(), APPROVED, LAST, change(LAST.snapshot_id), change(FIRST.snapshot_id, field="law")]
    )
    new, old = sheet(book("audit", tables=tables), "Changes").blocks
    assert [row[6].value for row in new.rows] == ["Period"]
    assert [row[6].value for row in old.rows] == ["Law"]
    never = sheet(book("audit"), "Changes")
    assert "No release was approved" in never.about


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2: the ratio of the relative luminances."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _png(width: int, height: int) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress((b"\x00" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_columns_wish_does_not_depend_on_the_order_of_its_values() -> None:
    values = ["abcdefghijk lm", "abcdefghijkl", "a\nb"]
    heading = Heading("A")
    assert len({wish_of(heading, order) for order in permutations(values)}) == 1


@pytest.mark.parametrize("letter", ["\x07", "\ufffe", "\uffff", "\ud800"], ids=ascii)
def test_a_letter_that_no_file_can_hold_is_left_out_and_others_stay(letter: str) -> None:
    assert text_of(f"a{letter}b\n\u0117\U0001f4e6") == "ab\n\u0117\U0001f4e6"
