"""The reader measured on notices of other styles, each with the facts that a person noted before the reader ran.

A file of ``fixtures/styles`` is a notice with marks before its lines: ``=> kind subject | part of the value`` is said
by the next line and must be read; ``~> kind subject`` may be read; whatever else is read there was invented. Without
a subject any is meant.
"""

import io
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import NoticeReading, RetentionStatement
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.documents import numbered_lines
from ropa_pipeline.notice.structure import blocks_of
from ropa_pipeline.notice.tables import find_tables
from ropa_pipeline.notice.words import Words

Read = Callable[..., NoticeReading]
STYLES = Path(__file__).parent / "fixtures" / "styles"
NAMES = tuple(sorted(path.name for path in STYLES.iterdir()))


@dataclass(frozen=True)
class Mark:
    """One fact: ``line`` counts from 1 in the text without marks."""

    line: int
    kind: str
    subject: str
    part: str
    must: bool

    def fits(self, row: Statement) -> bool:
        if row.kind.value != self.kind or not (row.line_from or 0) <= self.line <= (row.line_to or 0):
            return False
        names = {_plain(row.subject)}
        if row.kind is StatementKind.RETENTION:
            names |= {_plain(key) for key in RetentionStatement.parse(row.value).scope}
        return (not self.subject or _plain(self.subject) in names) and self.part in row.value


def _plain(subject: str) -> str:
    return re.sub(r"[\W_]+", "", subject.lower()) or subject


def marked(path: Path) -> tuple[str, tuple[Mark, ...]]:
    """The notice without its marks, and the marks."""
    rows: list[str] = []
    marks: list[Mark] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([=~])> (\w+) ?([^|]*?)(?: \| (.*))?$", row)
        if found is None:
            rows.append(row)
            continue
        marks.append(Mark(len(rows) + 1, found[2], found[3], found[4] or "", found[1] == "="))
    return "\n".join(rows) + "\n", tuple(marks)


def misses(marks: Iterable[Mark], reading: NoticeReading) -> list[Mark]:
    return [mark for mark in marks if mark.must and not any(mark.fits(row) for row in reading.statements)]


def inventions(marks: Iterable[Mark], reading: NoticeReading) -> list[Statement]:
    known = tuple(marks)
    return [
        row
        for row in reading.statements
        if row.kind is not StatementKind.NOT_UNDERSTOOD
        and not any(Mark(mark.line, mark.kind, mark.subject, "", False).fits(row) for mark in known)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_facts_are_read_and_nothing_is_invented(read_text_notice: Read, name: str) -> None:
    text, marks = marked(STYLES / name)
    must = [mark for mark in marks if mark.must]
    reading = read_text_notice(text, name)
    missed = misses(marks, reading)
    assert len(missed) <= 0.05 * len(must), missed
    assert inventions(marks, reading) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_read_introduces_something_or_is_listed(
    read_text_notice: Read, words: Words, tmp_path: Path, name: str
) -> None:
    text, _marks = marked(STYLES / name)
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    lines = numbered_lines(path).lines
    in_tables = frozenset(number for table in find_tables(lines, words) for number in table.lines)
    blocks = blocks_of(lines, words, in_tables)
    known = {block.line_from for block in blocks if block.kind == "heading" or block.is_lead}
    for row in read_text_notice(text, name).statements:
        known.update(range(row.line_from or 0, (row.line_to or 0) + 1))
    silent = [line for line in lines if re.search(r"\w", line.text) and line.number not in known | in_tables]
    assert silent == []


def _as_html(text: str) -> bytes:
    rows = ["<html><body>"]
    for line in text.splitlines():
        if line.startswith("#"):
            level = len(line.split()[0])
            rows.append(f"<h{level}>{line.lstrip('# ')}</h{level}>")
        elif line.startswith("|"):
            if set(line) - set("|- "):
                cells = "".join(f"<td>{cell.strip(' `')}</td>" for cell in line.strip("|").split("|"))
                rows.append(f"<tr>{cells}</tr>")
        elif re.match(r"\s*[-•]\s", line):
            rows.append("<li>" + line.lstrip(" \t•-") + "</li>")
        elif line.strip():
            rows.append(f"<p>{line}</p>")
    return "\n".join([*rows, "</body></html>"]).encode()


def _as_docx(text: str) -> bytes:
    document = docx.Document()
    grid: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            if set(line) - set("|- "):
                grid.append([cell.strip(" `") for cell in line.strip("|").split("|")])
            continue
        if grid:
            table = document.add_table(rows=len(grid), cols=len(grid[0]))
            for row, cells in zip(table.rows, grid, strict=True):
                for cell, content in zip(row.cells, cells, strict=True):
                    cell.text = content
            grid = []
        if line.startswith("#"):
            document.add_heading(line.lstrip("# "), level=len(line.split()[0]))
        elif re.match(r"\s*[-•]\s", line):
            document.add_paragraph(line.lstrip(" \t•-"), style="List Bullet")
        elif line.strip():
            document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _as_wrapped_text(text: str) -> bytes:
    """As a page's width breaks it, which is what the text layer of a PDF holds."""
    rows = [row for line in text.splitlines() for row in (textwrap.wrap(line, 92) or [""])]
    return "\n".join(rows).encode()


FORMS: dict[str, Callable[[str], bytes]] = {"html": _as_html, "docx": _as_docx, "txt": _as_wrapped_text}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["generator_lists.md", "small_shop.txt", "purposes_numbered_lt.txt"])
def test_another_form_of_the_same_notice_says_the_same(read_text_notice: Read, name: str, form: str) -> None:
    text, marks = marked(STYLES / name)
    if form == "txt" and name.endswith(".md"):
        text = re.sub(r"(?m)^#+ ", "", text)
    reading = read_text_notice(FORMS[form](text), f"notice.{form}")
    must = [mark for mark in marks if mark.must]
    anywhere = [row.model_copy(update={"line_from": 1, "line_to": 10_000}) for row in reading.statements]
    missed = [mark for mark in must if not any(mark.fits(row) for row in anywhere)]
    assert len(missed) <= 0.05 * len(must), missed
    stated = {(mark.kind, _plain(mark.subject)) for mark in marks}
    of_kinds = {mark.kind for mark in marks if not mark.subject}
    invented = [
        row
        for row in reading.statements
        if row.kind in HARD_KINDS
        and row.kind.value not in of_kinds
        and (row.kind.value, _plain(row.subject)) not in stated
    ]
    assert invented == []


HARD_KINDS = (StatementKind.RECIPIENT, StatementKind.DATA_CATEGORY, StatementKind.COOKIE, StatementKind.AUTHORITY)


def _sections(text: str) -> tuple[str, list[str]]:
    head, *sections = re.split(r"(?m)^(?=\d{1,2}\. [A-Z]{3})", text)
    return head, [section.rstrip("\n") + "\n\n" for section in sections]


def test_reordered_sections_say_the_same(read_text_notice: Read) -> None:
    text, _marks = marked(STYLES / "long_legal.txt")
    head, sections = _sections(text)
    other = read_text_notice(head + "".join(reversed(sections)))
    assert _content(other) == _content(read_text_notice(head + "".join(sections)))


def _content(reading: NoticeReading) -> Counter[tuple[str, str, str]]:
    return Counter((row.kind.value, row.subject, row.value) for row in reading.statements)


@pytest.mark.parametrize(
    ("name", "old", "new", "kind", "before", "after"),
    [
        ("long_legal.txt", "seven years", "six years", "retention", "P7Y", "P6Y"),
        ("long_legal.txt", "Omniva, DPD", "Omniva, Venipak", "recipient", "dpd", "venipak"),
        ("shop_lt_numbered.txt", "saugomi 3 metus", "saugomi 5 metus", "retention", "P3Y", "P5Y"),
        ("shop_lt_numbered.txt", "„LP EXPRESS“", "„Venipak“", "recipient", "lp_express", "venipak"),
        ("eshop_lt_page.md", "| 90 dienų |", "| 30 dienų |", "cookie", "P90D", "P30D"),
        ("generator_lists.md", "Mollie B.V. (payments)", "Adyen (payments)", "recipient", "mollie", "adyen"),
    ],
)
def test_one_change_changes_that_statement_alone(
    read_text_notice: Read, name: str, old: str, new: str, kind: str, before: str, after: str
) -> None:
    text, _marks = marked(STYLES / name)
    assert text.count(old) == 1
    gone, came = (
        _content(read_text_notice(text, name)) - _content(read_text_notice(text.replace(old, new), name)),
        _content(read_text_notice(text.replace(old, new), name)) - _content(read_text_notice(text, name)),
    )
    assert [item[0] for item in gone.elements()] == [item[0] for item in came.elements()] == [kind]
    assert before in " ".join(next(iter(gone)))
    assert after in " ".join(next(iter(came)))
