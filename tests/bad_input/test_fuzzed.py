# ruff: noqa: PT017, E501  (an input may be read or refused, so pytest.raises does not fit)
"""Whatever bytes or words a file holds, a reader ends in an observation or in its one declared error.

Small numbers of examples, the same ones every time (``derandomize``): the corpus beside this file names the damage that
is known; these look for damage that nobody thought of.
"""

import random
from pathlib import Path

import broken_documents
import broken_dumps
import broken_workbooks
import pytest
from broken import MARKER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_broken_sources import observe

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.model.controller import Sources
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.observation import SourceUnavailable
from ropa_pipeline.notice import NoticeUnreadable, read_notice
from ropa_pipeline.yaml_files import MappingError, read_yaml

BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SOUND: dict[str, tuple[str, str, bytes]] = {
    "mysqldump": ("sql_dump", "a.sql", broken_dumps.TOOLS["mysqldump"].encode()),
    "pg_dump": ("sql_dump", "a.sql", broken_dumps.TOOLS["pg_dump"].encode()),
    "workbook": ("table_export", "a.xlsx", broken_workbooks.workbook()),
    "export": ("table_export", "a.csv", f"Name;Email\n1;{MARKER}\n".encode() * 5),
    "JSON": ("json_schema", "a.json", f'[{{"name": "{MARKER}", "a": {{"b": [1, null]}}}}]'.encode()),
    "HAR": ("cookies", "a.har", b'{"log": {"entries": [{"request": {"url": "https://x.example/"}, "response": '
            b'{"headers": [{"name": "Set-Cookie", "value": "a=b; Max-Age=60"}]}}]}}'),
    "SQLite": ("sql_database", "a.sqlite", broken_documents._sqlite()),
}  # fmt: skip


def mutated(data: bytes, seed: int) -> bytes:
    """The same with a few bytes changed, a piece taken out, and a piece twice."""
    chosen = random.Random(seed)
    held = bytearray(data)
    for _ in range(chosen.randrange(1, 9)):
        held[chosen.randrange(len(held))] = chosen.randrange(256)
    start = chosen.randrange(len(held))
    piece = held[start : start + chosen.randrange(60)]
    return bytes(held[:start] + piece * chosen.randrange(3) + held[start + len(piece) :])


@pytest.mark.parametrize("kind", SOUND)
@BOUNDED
@given(seed=st.integers(0, 2**32))
def test_changed_bytes_end_in_an_observation_or_the_declared_error(tmp_path: Path, kind: str, seed: int) -> None:
    connector, file, data = SOUND[kind]
    path = tmp_path / file
    path.write_bytes(mutated(data, seed))
    try:
        observe(path, connector).model_dump_json()
    except SourceUnavailable as error:
        assert file in str(error)
        assert error.problem.remedy


WORDS = st.lists(
    st.sampled_from([
        "CREATE TABLE ", "`a`", '"b"', "(", ")", ",", ";", "\n", "int", "varchar(9)", "'", "INSERT INTO ", " VALUES ",
        "-- ", "/*", "*/", "/*!40101 ", "COPY ", " FROM stdin", "\\.", "$$", "DELIMITER ;;\n", "\\", "\0", "é", "NULL", "1",
        "ALTER TABLE ", "CREATE VIEW ", "DROP TABLE ", "PRIMARY KEY", "ENUM('x','y')", "REFERENCES ", "PARTITION BY ",
    ]),
    max_size=60,
)  # fmt: skip


@BOUNDED
@given(words=WORDS)
def test_any_words_of_sql(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "a.sql"
    path.write_text("".join(words), "utf-8")
    try:
        observe(path, "sql_dump").model_dump_json()
    except SourceUnavailable as error:
        assert "a.sql" in str(error)


@BOUNDED
@given(
    text=st.text(max_size=300), connector=st.sampled_from(["table_export", "bank_statement", "column_list", "cookies"])
)
def test_any_text_as_a_table(tmp_path: Path, text: str, connector: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8", errors="replace")
    try:
        observe(path, connector).model_dump_json()
    except SourceUnavailable as error:
        assert "a.csv" in str(error)


@pytest.mark.parametrize("model", [Sources, Decisions])
@BOUNDED
@given(text=st.one_of(st.text(max_size=200), st.text("sources:- {}[]'\"\n&*!|>a1#", max_size=80)))
def test_any_text_as_a_mapping(tmp_path: Path, text: str, model: type) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8", errors="replace")
    try:
        read_yaml(path, model, "a.yaml")
    except MappingError as error:
        assert all(problem.file == "a.yaml" and problem.remedy for problem in error.problems)


@BOUNDED
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_as_a_notice(tmp_path: Path, catalogue: Catalogue, data: bytes) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(data)
    try:
        read_notice(path, systems=catalogue.systems, taxonomy=catalogue.taxonomy, lexicon=catalogue.notice_lexicon)
    except NoticeUnreadable as error:
        assert "notice.txt" in str(error)
