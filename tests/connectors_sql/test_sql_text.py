"""Cutting SQL text into statements: nothing is lost, and nothing in quotes or comments cuts."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sql_text import Dialect, Part, Splitter, detect_dialect
from connectors.sql_values import count_rows, row_pattern, value_of
from connectors.sql_words import decode, without_comments

MYSQL_PIECES = [
    b"SELECT 1;", b"\n", b" ", b"'", b"\\'", b"''", b"\\\\", b'"', b"`", b";", b";\n", b"-- it's; a comment\n", b"--1",
    b"# it's\n", b"/* ; ' */", b"/*!40101 SET x='*/;' */;", b"/*M!100000 y */", b"/*", b"*/", b"DELIMITER ;;\n",
    b"DELIMITER ;\n", b";;", b"INSERT INTO `a` VALUES (1,'it\\'s; ok\\\\');\n", b"INSERT INTO a VALUES (1),\n(2);\n",
    b"CREATE TABLE `a;b` (`c` int);", b"\xff\xfe", "ąž".encode(), b"(", b")", b",", b"VALUES", b"a",
]  # fmt: skip
POSTGRES_PIECES = [
    b"$$ ; ' $$", b"$x$ ; $$ $x$", b"E'\\';'", b"'\\'", b"COPY t (a) FROM stdin;\n1\tx;'\n\\.\n", b"\\connect x\n",
    b";",
    b"\n", b"-- ; '\n", b'"a;b"', b"'", b"$", b"e", b"CREATE TABLE a (b int);", b"/* ; */", b"\\.\n", b"1\t2\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(MYSQL_PIECES), max_size=30), st.integers(1, 40))
def test_the_pieces_of_any_mysql_text_joined_are_the_text(pieces: list[bytes], chunk: int) -> None:
    text = b"".join(pieces)
    assert b"".join(part.raw for part in Splitter(io.BytesIO(text), Dialect.MYSQL, chunk)) == text


@given(st.lists(st.sampled_from(POSTGRES_PIECES), max_size=30), st.integers(1, 40))
def test_the_pieces_of_any_postgres_text_joined_are_the_text(pieces: list[bytes], chunk: int) -> None:
    text = b"".join(pieces)
    assert b"".join(part.raw for part in Splitter(io.BytesIO(text), Dialect.POSTGRES, chunk)) == text


@given(st.lists(st.sampled_from(MYSQL_PIECES), max_size=25), st.integers(1, 60))
def test_where_statements_end_does_not_depend_on_how_much_is_read_at_once(pieces: list[bytes], chunk: int) -> None:
    text = b"".join(pieces)
    whole = [(part.raw, part.part, part.terminated) for part in Splitter(io.BytesIO(text), Dialect.MYSQL)]
    bits = [(part.raw, part.part, part.terminated) for part in Splitter(io.BytesIO(text), Dialect.MYSQL, chunk)]
    assert bits == whole


VALUES = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12).map(lambda number: str(number).encode()),
    st.text(alphabet=st.sampled_from("a'\"\\;,()`#-\n\0 ą/*"), max_size=12).map(lambda text: text.encode()),
)


def _written(value: "bytes | None", number: bool) -> bytes:
    """A value as a client library escapes it."""
    if value is None:
        return b"NULL"
    if number:
        return value
    for plain, escaped in ((b"\\", b"\\\\"), (b"\0", b"\\0"), (b"\n", b"\\n"), (b"'", b"\\'"), (b'"', b'\\"')):
        value = value.replace(plain, escaped)
    return b"'" + value + b"'"


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=8), st.sampled_from([b",", b",\n", b",\t"]))
def test_rows_are_read_back_as_they_were_written_and_counted(
    rows: "list[tuple[bytes | None, bytes | None, bytes | None]]", between: bytes
) -> None:
    body = between.join(b"(" + b",".join(_written(value, False) for value in row) + b")" for row in rows)
    text = b"INSERT INTO `t` VALUES\n" + body + b";\nSELECT 1;"
    first = next(iter(Splitter(io.BytesIO(text), Dialect.MYSQL)))
    assert first.raw == text[: -len(b"\nSELECT 1;")]
    assert first.part is Part.INSERT
    assert count_rows(first, Dialect.MYSQL) == len(rows)
    if between != b",\t":  # what mysqldump never writes between rows
        assert count_rows(first, Dialect.MYSQL, newlines_escaped=True) == len(rows)
    found = row_pattern(True, 3, (0, 1, 2)).findall(body)
    assert [tuple(value_of(token) for token in row[:-1]) for row in found] == rows


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (rb"'O\'Neil'", b"O'Neil"),
        (b"'two''quotes'", b"two'quotes"),
        (rb"'a\nb\\'", b"a\nb\\"),
        (rb"'\%'", b"%"),
        (b"0x6162", b"ab"),
        (b"X'6162'", b"ab"),
        (b"_binary 'ab'", b"ab"),
        (b"_binary 0x6162", b"ab"),
        (b"_utf8mb4'ab'", b"ab"),
        (b"N'ab'", b"ab"),
        (b"b'101'", b"5"),
        (b"NULL", None),
        (b"'NULL'", b"NULL"),
        (b"-1.5e3", b"-1.5e3"),
        (b'"double"', b"double"),
    ],
)
def test_a_literal_means_what_the_server_takes_it_for(literal: bytes, value: "bytes | None") -> None:
    assert value_of(literal) == value


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        (b"-- MariaDB dump 10.19\n", Dialect.MYSQL),
        (b"-- Adminer 4.8.1 MySQL 8.0.30 dump\n", Dialect.MYSQL),
        (b"--\n-- PostgreSQL database dump\n--\n", Dialect.POSTGRES),
        (b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;", Dialect.SQLITE),
        (b"CREATE TABLE a (b bigserial);", Dialect.POSTGRES),
        (b"CREATE TABLE a (b int AUTO_INCREMENT);", Dialect.MYSQL),
        (b"CREATE TABLE a (b int);", Dialect.ANSI),
    ],
)
def test_the_dialect_is_told_from_the_text(head: bytes, dialect: Dialect) -> None:
    assert detect_dialect(head) is dialect


def test_the_delimiter_changes_and_changes_back() -> None:
    text = b"DELIMITER ;;\nCREATE TRIGGER a BEGIN x; y; END;;\nDELIMITER ;\nSELECT 1; SELECT 2;"
    found = [part.body for part in Splitter(io.BytesIO(text), Dialect.MYSQL) if part.part is Part.STATEMENT]
    assert found == [b"CREATE TRIGGER a BEGIN x; y; END;;", b"SELECT 1;", b"SELECT 2;"]


def test_copy_data_ends_at_its_own_line_whatever_it_holds() -> None:
    text = b"COPY public.t (a, b) FROM stdin;\n1\tit's; x\n2\t\\N\n\\.\n\nSELECT 1;"
    parts = list(Splitter(io.BytesIO(text), Dialect.POSTGRES, 7))
    assert b"".join(part.raw for part in parts if part.part is Part.COPY_DATA) == b"\n1\tit's; x\n2\t\\N\n\\.\n"
    assert parts[-1].body == b"SELECT 1;"


def test_a_last_statement_without_its_end_is_not_terminated() -> None:
    parts = list(Splitter(io.BytesIO(b"SELECT 1;\nINSERT INTO a VALUES (1,'never clo"), Dialect.MYSQL))
    assert [part.terminated for part in parts] == [True, False]


def test_conditional_comments_are_opened_and_comments_taken_out_but_never_in_strings() -> None:
    text = "/*!50001 CREATE VIEW `v` AS SELECT '/* x */ -- y' */ -- z"
    assert without_comments(text, Dialect.MYSQL) == "CREATE VIEW `v` AS SELECT '/* x */ -- y'"


def test_a_statement_that_is_no_utf8_is_read_by_the_charset_that_the_dump_names() -> None:
    assert decode("ąžuolas".encode("iso8859-13"), "iso8859-13") == "ąžuolas"
