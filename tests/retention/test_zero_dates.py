# ruff: noqa: S608
# The names in the SQL are those of the dump that is read.
"""The zero dates of a real dump are no old rows: not one of them has an age, in any date column of any table."""

import gzip
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors.sql_dump import observe
from connectors.sql_rows import load_columns
from connectors.sql_text import Dialect
from ropa_pipeline.model.clock import AgeQuestion, Clock, TableClocks
from ropa_pipeline.model.observation import SourceObservation, SourceRequest

AFTER_ALL, LATEST = datetime(2099, 1, 1), datetime(2100, 1, 1)


def read(file: Path, scratch: Path, clocks: tuple[TableClocks, ...] = ()) -> SourceObservation:
    return observe(
        SourceRequest(
            controller_id="c",
            source_id="s",
            system="prestashop",
            connector="sql_dump",
            location=str(file),
            shown_location=file.name,
            as_of=date(2026, 11, 22),
            options=(("prefix", "ps_"),),
            clocks=clocks,
            scratch=str(scratch),
        )
    )


def asked(column: str) -> AgeQuestion:
    clock = Clock.model_validate({"kind": "column", "columns": [column]})
    return AgeQuestion(question_id=column, rule_id="r", clock=clock, cutoff=AFTER_ALL)


@pytest.mark.parametrize(
    ("dump", "zeros"),
    [("prestashop_8_1_2_mysqldump.sql.gz", 837), ("prestashop_8_1_2_aged_after_erasure.sql.gz", 829)],
)
def test_every_row_with_a_zero_date_is_without_date_and_every_other_has_its_age(
    dump: str, zeros: int, shared: Path, tmp_path: Path
) -> None:
    file = shared / "samples" / dump
    text = gzip.decompress(file.read_bytes())
    in_definitions = sum(line.count(b"'0000-00-00") for line in text.splitlines() if b" DEFAULT '0000-00-00" in line)
    assert len(re.findall(rb"'0000-00-00[^']*'", text)) == zeros
    seen = read(file, tmp_path).tables
    dated = {
        table: [column.name for column in table.columns if column.native_type.startswith(("date", "timestamp"))]
        for table in seen
    }
    clocks = tuple(
        TableClocks(table=table.stem, questions=tuple(map(asked, columns)), latest=LATEST)
        for table, columns in dated.items()
        if columns and table.rows
    )
    answers = [answer for table in read(file, tmp_path, clocks).ages for answer in table.answers]
    wanted = {table.name: frozenset(columns) for table, columns in dated.items() if columns and table.rows}
    orders = {table.name: [column.name for column in table.columns] for table in seen}
    with load_columns(file, wanted, orders, scratch=tmp_path, dialect=Dialect.MYSQL) as loaded:
        empty = sum(
            loaded.connection.execute(f'SELECT COUNT(*) - COUNT("{name}") FROM "{table}"').fetchall()[0][0]
            for table, names in wanted.items()
            for name in names
        )
    assert all(answer.overdue + answer.without_date == answer.rows for answer in answers)
    assert sum(answer.without_date for answer in answers) == zeros - in_definitions + empty
    assert min(answer.oldest for answer in answers if answer.oldest) > date(1000, 1, 1)
