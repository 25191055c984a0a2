"""Change one thing in a notice: exactly the matching statements change."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ropa_pipeline.model.notice import NoticeReading, RetentionStatement
from ropa_pipeline.model.terms import StatementKind

Read = Callable[..., NoticeReading]
FIXTURES = Path(__file__).parent / "fixtures"


def content(reading: NoticeReading) -> Counter[tuple[str, str, str]]:
    return Counter((row.kind.value, row.subject, row.value) for row in reading.statements)


@pytest.fixture
def lithuanian() -> str:
    return (FIXTURES / "example_shop_lt.txt").read_text(encoding="utf-8")


@pytest.fixture
def english() -> str:
    return (FIXTURES / "example_shop_en.md").read_text(encoding="utf-8")


def test_a_changed_period_changes_exactly_that_statement(read_text_notice: Read, lithuanian: str) -> None:
    before, after = (
        content(read_text_notice(text))
        for text in (lithuanian, lithuanian.replace("saugome 10 metų", "saugome 8 metus"))
    )
    gone, new = list((before - after).elements()), list((after - before).elements())
    assert [(kind, subject) for kind, subject, _ in gone] == [("retention", "accounting")]
    assert [RetentionStatement.parse(value).period for *_, value in gone + new] == ["P10Y", "P8Y"]


def test_a_swapped_provider_changes_exactly_that_recipient(read_text_notice: Read, lithuanian: str) -> None:
    before, after = (content(read_text_notice(text)) for text in (lithuanian, lithuanian.replace("Omniva", "Venipak")))
    assert [subject for _, subject, _ in (before - after).elements()] == ["omniva"]
    assert [subject for _, subject, _ in (after - before).elements()] == ["venipak"]


def test_an_unknown_provider_in_its_place_is_named(read_text_notice: Read, lithuanian: str) -> None:
    after = read_text_notice(lithuanian.replace("Omniva", "Sparnuotasis Kurjeris"))
    assert "Sparnuotasis Kurjeris" in {row.subject for row in after.statements if row.kind is StatementKind.RECIPIENT}


def test_sections_in_another_order_say_the_same(read_text_notice: Read, english: str) -> None:
    head, *sections = re.split(r"(?m)^(?=## )", english)
    reordered = head + "".join(reversed([section.rstrip("\n") + "\n\n" for section in sections]))
    assert content(read_text_notice(reordered, "notice.md")) == content(read_text_notice(english, "notice.md"))


def test_other_line_ends_and_blank_lines_say_the_same(read_text_notice: Read, lithuanian: str) -> None:
    expected = content(read_text_notice(lithuanian))
    assert content(read_text_notice(lithuanian.replace("\n", "\r\n"))) == expected
    assert content(read_text_notice(lithuanian.encode("cp1257"))) == expected
    assert content(read_text_notice(lithuanian.encode("utf-16"))) == expected


def test_html_and_text_of_one_notice_say_the_same(read_text_notice: Read, english: str) -> None:
    """The Markdown notice as a page: headings, lists and tables by their tags."""
    rows: list[str] = ["<html><body>"]
    for line in english.splitlines():
        if line.startswith("#"):
            level = len(line.split()[0])
            rows.append(f"<h{level}>{line.lstrip('# ')}</h{level}>")
        elif line.startswith("|") and "---" not in line:
            rows.append(
                "<tr>" + "".join(f"<td>{cell.strip(' `')}</td>" for cell in line.strip("|").split("|")) + "</tr>"
            )
        elif line.startswith("- "):
            rows.append(f"<li>{line[2:]}</li>")
        elif line.strip() and not line.startswith("|"):
            rows.append(f"<p>{line}</p>")
    page = read_text_notice("\n".join([*rows, "</body></html>"]), "notice.html")
    assert content(page) == content(read_text_notice(english, "notice.md"))


def test_reading_twice_gives_the_same(read_text_notice: Read, lithuanian: str) -> None:
    assert read_text_notice(lithuanian, "once.txt") == read_text_notice(lithuanian, "twice.txt")


def test_statement_ids_are_unique_and_lines_exist(read_text_notice: Read, english: str) -> None:
    reading = read_text_notice(english, "notice.md")
    ids = [row.statement_id for row in reading.statements]
    assert len(ids) == len(set(ids))
    assert all(1 <= (row.line_from or 0) <= (row.line_to or 0) <= reading.lines for row in reading.statements)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("komoda", "up to 10 years", "up to 8 years", id="ten years to eight"),
        pytest.param("komoda", "up to 12 months", "up to 6 months", id="twelve months to six"),
        pytest.param("akore", "up to 14 months", "up to 26 months", id="analytics"),
    ],
)
def test_a_changed_period_in_a_published_notice_changes_one_statement(
    shared: Path, read_text_notice: Read, name: str, old: str, new: str
) -> None:
    text = (shared / "notices" / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count(old) == 1
    before, after = content(read_text_notice(text)), content(read_text_notice(text.replace(old, new)))
    assert [kind for kind, *_ in (before - after).elements()] == ["retention"]
    assert [kind for kind, *_ in (after - before).elements()] == ["retention"]
