"""Pictures: the same bytes for the same rows, readable with many recipients, and words where nothing can be drawn."""

import hashlib
import subprocess
import sys
from datetime import date

import pytest
from sample_tables import AS_OF, context, recipient, sample_tables

from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.register import Disclosure, Recipient
from ropa_pipeline.model.retention import OverduePoint, OverdueTrend
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.flows import MOST, NO_SYSTEM, OTHERS, Layer, Link, Names, in_order, links, passages
from ropa_pipeline.publish.picture_sheets import flows_sheet, trends_sheet
from ropa_pipeline.publish.picture_words import WORDS
from ropa_pipeline.publish.pictures import Line, chart_picture
from ropa_pipeline.publish.workbook import Sheet
from tests.register.builders import make

PNG = b"\x89PNG\r\n"
NAMES = Names(str, str, str, "no system", "no country", "no third country", lambda count: f"{count} others")
TREND = OverdueTrend(rule_id="r", source_id="prestashop", table="orders",
                     points=(OverduePoint(on=date(2026, 2, 1), overdue=40),
                             OverduePoint(on=date(2026, 2, 20), overdue=None)))  # fmt: skip


def snapshot(day: int, **given: object) -> Snapshot:
    values = {"created_at": f"2026-02-{day:02}T10:00:00Z", "open_findings": 9, "open_errors": 2, "open_warnings": 3}
    return make(Snapshot, snapshot_id=f"2026-02-{day:02}-aa", **{**values, "open_checks": 4, **given})


def parts(tables: Tables, tmp_path: object = None, **given: object) -> AuditParts:
    facts = context("/nowhere", **given).facts()  # type: ignore[arg-type]
    rows = tables.rows(Snapshot)
    return AuditParts(tables, facts, rows[-1] if rows else snapshot(2))


def many(count: int) -> Tables:
    rows = [recipient(f"r{number}", f"Recipient {number} $with$ signs") for number in range(count)]
    flows = [
        make(Disclosure, disclosure_id=f"d{number}", recipient_id=f"r{number}", data_category=f"c{number % 7}",
             data_subject="customer", status="active", origin="stated")
        for number in range(count)
    ]  # fmt: skip
    return Tables([*rows, *flows])


def shown(sheet: Sheet) -> str:
    return " ".join(str(cell.value) for block in sheet.blocks for row in block.rows for cell in row)


def layer(found: tuple[Link, ...], wanted: Layer) -> set[str]:
    return {node.key for link in found for node in (link.source, link.target) if node.layer is wanted}


def test_the_flow_picture_goes_from_people_to_countries() -> None:
    found = links(sample_tables(), NAMES)
    assert layer(found, Layer.PEOPLE) == {"customer"}
    assert layer(found, Layer.RECIPIENTS) == {"courier", "mailer"}
    assert layer(found, Layer.COUNTRIES) == {"LT", "US"}
    third = {node.key: node.third for link in found for node in (link.target,) if node.layer is Layer.COUNTRIES}
    assert third == {"LT": False, "US": True}


def test_what_is_only_proposed_or_has_ended_does_not_flow() -> None:
    rows = sample_tables([recipient("courier", "Example Courier", origin="proposed"),
                          recipient("mailer", "Example Mailer", status="ended")])  # fmt: skip
    assert passages(rows) == ()
    assert layer(links(rows, NAMES), Layer.RECIPIENTS) == set()
    assert "visitor" not in layer(links(sample_tables(), NAMES), Layer.PEOPLE)


def test_a_recipient_seen_in_no_system_comes_from_a_box_that_says_so() -> None:
    rows = Tables([recipient("r", "R", systems=("NOT STATED",), country="NOT STATED")])
    (first, second) = links(rows, NAMES)
    assert (first.source.key, first.source.unknown) == (NO_SYSTEM, True)
    assert (second.target.label, second.target.unknown) == ("no country", True)


def test_a_hundred_recipients_share_the_last_box_and_lose_no_flow_in_the_rows() -> None:
    tables = many(100)
    found = links(tables, NAMES)
    kept = layer(found, Layer.RECIPIENTS)
    assert (len(kept), OTHERS in kept) == (MOST[Layer.RECIPIENTS], True)
    assert any(link.target.label == "75 others" for link in found)
    sheet = flows_sheet(parts(tables))
    assert len(sheet.blocks[0].rows) == 100
    assert sheet.pictures[0].png.startswith(PNG)


def test_each_box_stands_in_its_column_once() -> None:
    found = links(many(30), NAMES)
    for column, nodes in in_order(found).items():
        assert len(nodes) == len(set(nodes)) == len(layer(found, column))


def test_the_same_rows_give_the_same_bytes_in_any_order() -> None:
    tables = sample_tables()
    png = flows_sheet(parts(tables)).pictures[0].png
    assert flows_sheet(parts(Tables(reversed(list(tables))))).pictures[0].png == png
    assert b"Software" not in png


@pytest.mark.slow
def test_the_same_rows_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys, hashlib; sys.path[:0] = ['tests/publish', '.'];"
        "from test_pictures import flows_sheet, parts, sample_tables;"
        "print(hashlib.sha256(flows_sheet(parts(sample_tables())).pictures[0].png).hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == hashlib.sha256(flows_sheet(parts(sample_tables())).pictures[0].png).hexdigest()


def test_no_flow_is_said_in_words() -> None:
    sheet = flows_sheet(parts(Tables([])))
    assert (sheet.pictures, sheet.blocks[0].empty) == ((), WORDS["en"]["no flows"])


def test_the_first_night_has_no_trend_and_says_so() -> None:
    sheet = trends_sheet(parts(sample_tables()))
    assert sheet.pictures == ()
    assert WORDS["en"]["one release"] in sheet.about
    assert WORDS["en"]["no overdue"] in sheet.about


def test_findings_and_overdue_rows_over_time_are_drawn_and_listed() -> None:
    rows = Tables([*sample_tables(), snapshot(1), snapshot(20)])
    sheet = trends_sheet(parts(rows, overdue=(TREND,)))
    assert [picture.title for picture in sheet.pictures] == [
        WORDS["en"][key] for key in ("findings title", "overdue title")
    ]
    assert all(picture.png.startswith(PNG) for picture in sheet.pictures)
    assert [row[0].value for row in sheet.blocks[0].rows] == [date(2026, 2, 1), date(2026, 2, 20), AS_OF]
    assert "1 February 2026" in sheet.pictures[0].text


def test_a_release_of_an_earlier_version_has_no_severities() -> None:
    old = snapshot(1, open_errors=None, open_warnings=None, open_checks=None)
    sheet = trends_sheet(parts(Tables([*sample_tables(), old])))
    assert [cell.value for cell in sheet.blocks[0].rows[0]][2:] == [9, *["not counted"] * 3]


def test_the_sheets_are_written_in_lithuanian_too() -> None:
    sheet = flows_sheet(parts(sample_tables(), language="lt"))
    assert (sheet.name, sheet.pictures[0].title) == ("Duomenų srautai", "Duomenų srautai")
    assert "Lietuva (LT)" in shown(sheet)
    assert WORDS["lt"].keys() == WORDS["en"].keys()


def test_gaps_and_equal_ends_can_be_drawn() -> None:
    days = {date(2026, 1, day): str(day) for day in range(1, 11)}
    lines = [Line(f"line {number}", tuple((day, None if number == 3 else 5) for day in days)) for number in range(6)]
    assert chart_picture(lines, "rows", days).startswith(PNG)


def test_a_recipient_row_says_what_the_picture_shows() -> None:
    text = shown(flows_sheet(parts(sample_tables())))
    for word in ("Example Courier", "Telephone number", "Customers", "PrestaShop", "United States (US)"):
        assert word in text
    assert all(row.brand in text for row in sample_tables().rows(Recipient))
