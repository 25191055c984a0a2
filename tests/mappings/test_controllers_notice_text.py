"""The statements against the published texts themselves: right text, right lines, own words.

The texts are not part of the repository; they are found through the ``shared`` fixture.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

import pytest

from ropa_pipeline.model.controller import DeclaredStatement, Notice
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
CONTROLLERS = ("akore", "ak3d", "komoda")
LONGEST_COMMON_RUN = 7
# How the notices call a system.
CALLED = {
    "google_analytics_4": "google analytics|ga4|google",
    "google_ads": "google ads",
    "meta_pixel": "pixel",
    "recaptcha": "recaptcha",
    "google_login": "google login",
    "facebook_login": "facebook login",
    "lp_express": "lp express",
}
# Periods that a notice writes in words.
IN_WORDS = {"P1M": "one calendar month", "SESSION": "during the session"}
each_controller = pytest.mark.parametrize("name", CONTROLLERS)


@cache
def notice(name: str) -> Notice:
    path = ROOT / "mappings" / "controllers" / name / "notice.yaml"
    loaded: Notice = read_yaml(path, Notice, f"{name}/notice.yaml")
    return loaded


def passage(shared: Path, name: str, statement: DeclaredStatement) -> str:
    """The lines of the text that a statement points at, in lower case."""
    lines = (shared / "notices" / f"{name}.txt").read_text("utf-8").splitlines()
    first, last = statement.lines
    return " ".join(lines[first - 1 : last]).lower()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    length = LONGEST_COMMON_RUN + 1
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


@each_controller
def test_the_record_names_the_text_that_was_read(shared: Path, name: str) -> None:
    content = (shared / "notices" / f"{name}.txt").read_bytes()
    record = notice(name).notice
    assert record.sha256 == hashlib.sha256(content).hexdigest()
    assert record.lines == len(content.decode("utf-8").splitlines())


@each_controller
def test_every_statement_points_at_lines_that_hold_text(shared: Path, name: str) -> None:
    for statement in notice(name).statements:
        first, last = statement.lines
        assert 1 <= first <= last <= notice(name).notice.lines, statement.id
        assert words(passage(shared, name, statement)), statement.id


@each_controller
def test_no_run_of_eight_words_of_a_notice_stands_in_a_mapping(shared: Path, name: str) -> None:
    published = set().union(*(runs((shared / "notices" / f"{each}.txt").read_text("utf-8")) for each in CONTROLLERS))
    for path in sorted((ROOT / "mappings" / "controllers" / name).glob("*.yaml")):
        assert [" ".join(run) for run in runs(path.read_text("utf-8")) & published] == [], path.name


@each_controller
def test_every_period_s_figure_stands_in_its_lines(shared: Path, name: str) -> None:
    for statement in notice(name).statements:
        text = passage(shared, name, statement)
        for period in re.findall(r"\b(?:P[0-9TYMDH]+|SESSION)\b", statement.value):
            if period in IN_WORDS:
                assert IN_WORDS[period] in text, statement.id
            else:
                assert set(re.findall(r"\d+", period)) <= set(re.findall(r"\d+", text)), statement.id


@each_controller
def test_every_number_code_and_address_stands_in_its_lines(shared: Path, name: str) -> None:
    exact = {StatementKind.CONTACT, StatementKind.CONTROLLER, StatementKind.AUTHORITY}
    for statement in notice(name).statements:
        if statement.kind not in exact:
            continue
        text = passage(shared, name, statement)
        for token in re.findall(r"\S*(?:@|www\.)\S+|\d{4,}|[\w-]+\.lt", statement.value.lower()):
            assert token in text, statement.id


@each_controller
def test_every_named_recipient_is_called_by_name_in_its_lines(shared: Path, name: str) -> None:
    for statement in notice(name).statements:
        if statement.kind is not StatementKind.RECIPIENT:
            continue
        called = CALLED.get(statement.subject, statement.subject.lower())
        assert re.search(called, passage(shared, name, statement)), statement.id


@each_controller
def test_every_article_stands_in_its_lines(shared: Path, name: str) -> None:
    in_words = {"a": "consent", "b": "contract", "c": "legal obligation", "f": "legitimate interest"}
    for statement in notice(name).statements:
        if statement.kind is not StatementKind.LEGAL_BASIS:
            continue
        text = passage(shared, name, statement)
        for letter in re.findall(r"6\(1\)\(([a-f])\)", statement.value):
            assert f"6(1)({letter})" in text or in_words[letter] in text, statement.id


@each_controller
def test_quoted_words_are_the_notice_s(shared: Path, name: str) -> None:
    for statement in notice(name).statements:
        for quoted in re.findall(r'"([^"]+)"', statement.value):
            assert quoted.lower() in passage(shared, name, statement), statement.id


def test_each_cookie_s_lines_hold_its_row_of_the_table(shared: Path) -> None:
    rows = [item for item in notice("komoda").statements if re.match(r"cookie_", item.id)]
    assert len(rows) == 14
    assert [item.lines for item in rows] == sorted(item.lines for item in rows)
    for row in rows:
        assert passage(shared, "komoda", row).split()[0] == row.subject.lower()


LAST_LINES = [("akore", 71), ("ak3d", 137), ("komoda", 353)]


@pytest.mark.parametrize(("name", "last"), LAST_LINES, ids=CONTROLLERS)
def test_the_whole_text_is_read_down_to_its_last_line(name: str, last: int) -> None:
    assert max(item.lines[1] for item in notice(name).statements) == last


def untouched(shared: Path, name: str) -> list[int]:
    """Numbers of lines with a sentence, bullet or address that no statement points at."""
    lines = (shared / "notices" / f"{name}.txt").read_text("utf-8").splitlines()
    covered = {n for item in notice(name).statements for n in range(item.lines[0], item.lines[1] + 1)}
    return [n for n, line in enumerate(lines, 1) if words(line) and n not in covered]


# Titles, headings, the table's column names and sentences that only introduce a list.
INTRODUCTIONS = {
    "akore": {1, 3, 6, 13, 14, 21, 22, 26, 28, 33, 35, 41, 47, 48, 54, 55, 61, 62, 67, 69},
    "ak3d": {1, 15, 49, 84, 94, 96, 116},
    "komoda": {1, 3, 11, 33, 63, 81, 85, 99, 101, 103, 105, 107, 249, 271, 273, 295, 321, 329, 335, 339, 343},
}


@each_controller
def test_no_line_of_the_notice_is_passed_over(shared: Path, name: str) -> None:
    assert set(untouched(shared, name)) <= INTRODUCTIONS[name]
