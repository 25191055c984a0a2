"""Rows found by arrays of bytes are the rows that the pattern finds; what is not plain is refused, never guessed."""

import timeit
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.insert_scan import marks_of, plain_rows
from connectors.registry import observe
from connectors.sql_values import row_pattern
from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, Clock, TableClocks
from ropa_pipeline.model.observation import SourceRequest
from ropa_pipeline.model.system import ResidueCheck

TEXTS = st.text(alphabet="a'\\\"(),;\n-#/ é", max_size=9).map(
    lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
)
DOUBLED = st.text(alphabet="a'(),\n\t", max_size=9).map(lambda text: "'" + text.replace("'", "''") + "'")
VALUES = st.one_of(TEXTS, DOUBLED, st.sampled_from(["NULL", "0", "-1.5", "1e-7", "''"]))


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=9), st.sampled_from([",", ",\n", " , "]))
@example([("'\\\\'", "'),('", "'\\''")], ",")
def test_plain_rows_are_those_of_the_pattern(rows: "list[tuple[str, str, str]]", between: str) -> None:
    body = between.join(f"({','.join(row)})" for row in rows).encode()
    marks = marks_of(body, 0, len(body), backslash=True)
    assert marks is not None
    found = plain_rows(marks, 3)
    assert found is not None
    assert found.count == len(rows)
    expected = row_pattern(True, 3, (0, 2)).findall(body)
    assert found.values((0, 2)) == b"\n".join(first + b"," + last for first, last, _ in expected)
    assert plain_rows(marks, 4) is None or len(rows) * 3 % 4 == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"(1,'never closed)", id="a quote left open"),
        pytest.param(b'(1,"a,b")', id="double quotes"),
        pytest.param(b"(1,2) -- (3,4)\n,(5,6)", id="a comment to the line's end"),
        pytest.param(b"(1,/*2),(3*/4)", id="a comment inside"),
        pytest.param(b"(1,`a`)", id="a quoted name"),
        pytest.param(b"(1,UNHEX('00'))", id="a function"),
        pytest.param(b"(1,2),(3)", id="rows of different width"),
        pytest.param(b"(1,2) ON DUPLICATE KEY UPDATE a=2", id="more than rows"),
        pytest.param(b"(1,2)(3,4)", id="no comma between rows"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_not_plain_is_refused(body: bytes) -> None:
    marks = marks_of(body, 0, len(body), backslash=True)
    assert marks is None or plain_rows(marks, 2) is None


def test_without_escapes_a_backslash_is_refused_because_it_may_mean_either() -> None:
    assert marks_of(b"(1,'a\\')", 0, 8, backslash=False) is None


# -- through the connector ----------------------------------------------------------------------------------------

TABLE = "CREATE TABLE `x_visit` (`id` int, `who` varchar(99), `note` text, `seen` datetime, `mail` varchar(99));\n"
PEOPLE = "CREATE TABLE `x_people` (`mail` varchar(99));\nINSERT INTO `x_people` VALUES ('KNOWN@example.com');\n"
SIGNS = "".join(f"CREATE TABLE `x_{sign}` (`id` int);\n" for sign in ("configuration", "shop_url", "customer"))
CLOCKS = (
    TableClocks(
        table="visit",
        questions=(
            AgeQuestion(
                question_id="q",
                rule_id="r",
                clock=Clock.model_validate({"kind": "column", "columns": ["seen"]}),
                cutoff=datetime(2020, 1, 1),
            ),
        ),
        latest=datetime(2026, 11, 23),
    ),
)
UNKNOWN = (
    ResidueCheck(
        check_id="unknown",
        table="visit",
        column="mail",
        parent_table="people",
        parent_column="mail",
        compares_values=True,
        grade="left behind",
        remedy="erase",
    ),
)


def measured(text: str, tmp_path: Path) -> "tuple[AgeAnswer, int, int | None]":
    path = tmp_path / "dump.sql"
    path.write_text("-- MySQL dump 10.13\n" + text + "-- Dump completed on 2026-11-22 10:00:00\n", "utf-8")
    observed = observe(
        SourceRequest(
            controller_id="c",
            source_id="s",
            system="shop",
            connector="sql_dump",
            location=str(path),
            shown_location="dump",
            as_of=date(2026, 11, 22),
            clocks=CLOCKS,
            residue=UNKNOWN,
            scratch=str(tmp_path / "scratch"),
        )
    )
    assert observed.complete
    assert observed.problems == ()
    assert not any((tmp_path / "scratch").iterdir())
    rows = {table.stem: table.rows for table in observed.tables}
    return observed.ages[0].answers[0], observed.residue[0].rows, rows["visit"]


def inserts(rows_each: int, columns: str = "") -> str:
    """400 rows: 100 before the cut-off, 100 without a date, and every tenth with an address that nobody has."""
    dates = ("'2019-01-01 10:00:00'", "NULL", "'2021-01-01 10:00:00'", "'2022-01-01'")
    rows = [
        f"({number},'O\\'Neil ({number}), \\\\','x;\\ny',{dates[number % 4]},"
        f"'{'nobody' if number % 10 == 0 else 'known'}@example.com')"
        for number in range(400)
    ]
    return "".join(
        f"INSERT INTO `x_visit` {columns}VALUES {','.join(rows[at : at + rows_each])};\n"
        for at in range(0, 400, rows_each)
    )


@pytest.mark.parametrize(
    "dump",
    [
        pytest.param(SIGNS + TABLE + PEOPLE + inserts(400), id="one long statement"),
        pytest.param(SIGNS + TABLE + PEOPLE + inserts(1), id="a statement per row"),
        pytest.param(TABLE + PEOPLE + inserts(400) + SIGNS, id="the prefix is known only at the end"),
        pytest.param(
            SIGNS + TABLE + PEOPLE + inserts(400, "(`id`,`who`,`note`,`seen`,`mail`) "), id="with a column list"
        ),
        pytest.param(SIGNS + PEOPLE + inserts(400) + TABLE, id="rows before their table"),
        pytest.param((SIGNS + TABLE + PEOPLE + inserts(400)).replace("'),(", "'),\n("), id="a row per line"),
    ],
)
def test_however_rows_are_written_the_answers_are_the_same(dump: str, tmp_path: Path) -> None:
    answer, unknown, rows = measured(dump, tmp_path)
    assert (answer.rows, answer.overdue, answer.without_date, answer.within) == (400, 100, 100, 200)
    assert (unknown, rows) == (40, 400)


def _time_of_short_rows(width: int) -> float:
    """Seconds at best to look for rows of ``width`` values, all captured, where every row has one value less."""
    body = b",".join([b"(" + b",".join([b"1"] * (width - 1)) + b")"] * 64)
    pattern = row_pattern(True, width, tuple(range(width)))
    assert all(row[-1] for row in pattern.findall(body)), "no row has enough values, so nothing is taken"
    return min(timeit.repeat(lambda: pattern.findall(body), number=1, repeat=3))


def test_rows_with_too_few_values_do_not_cost_twice_as_much_for_every_column() -> None:
    """A column that a person added by hand to the definition of a dumped table made the reading endless."""
    assert _time_of_short_rows(18) < 20 * _time_of_short_rows(9)
