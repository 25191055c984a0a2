# ruff: noqa: PT017  (an input may be read or refused, so pytest.raises does not fit)
"""Every broken input of a connector ends in a clear message or is read, in bounded time, and repeats no value."""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import broken_documents
import broken_dumps
import broken_exports
import broken_workbooks
import pytest
from broken import EITHER, MARKER, READ, UNAVAILABLE, Broken, at_most

from connectors import registry
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.observation import SourceObservation, SourceProblem, SourceRequest, SourceUnavailable

MODULES = (broken_dumps, broken_exports, broken_workbooks, broken_documents)
CASES: tuple[Broken, ...] = tuple(case for module in MODULES for make in module.GENERATORS for case in make())
TIMES = 60


def observe(path: Path, connector: str, options: tuple[tuple[str, str], ...] = ()) -> SourceObservation:
    request = SourceRequest(
        controller_id="small",
        source_id="source",
        system="system",
        connector=connector,
        location=str(path),
        shown_location=path.name,
        as_of=date(2026, 11, 1),
        timezone="Europe/Vilnius",
        options=options,
        scratch=str(path.parent),
    )
    return registry.observe(request, profile_values)


def must_be_clear(problems: Iterable[SourceProblem], file: str) -> None:
    for problem in problems:
        assert file in problem.message or "option" in problem.message
        assert problem.remedy
        assert "Traceback" not in problem.message
        assert MARKER not in problem.model_dump_json()


def test_there_are_at_least_three_hundred_and_no_two_of_a_name() -> None:
    names = [(case.connector, case.name) for case in CASES]
    assert len(set(names)) == len(names) >= 300


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.connector}: {case.name}")
def test_a_broken_input_ends_in_a_clear_message_or_is_read(tmp_path: Path, case: Broken) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.data)
    with at_most(TIMES):
        try:
            found = observe(path, case.connector, case.options)
        except SourceUnavailable as error:
            assert case.ends in (UNAVAILABLE, EITHER), error.problem.message
            must_be_clear([error.problem], case.file)
            # nothing of what failed below may be shown with it, above all no quoted value
            assert MARKER not in str(error)
        else:
            rules = {problem.rule_id for problem in found.problems}
            assert case.ends == EITHER or case.ends in rules or (case.ends == READ and not rules), rules
            must_be_clear(found.problems, case.file)
            assert set(case.columns) <= {column.name for table in found.tables for column in table.columns}
            # All of a file without headings was read; only what its columns hold is not known.
            assert not rules - {"source.no_headings"} or not found.complete
            assert MARKER not in found.model_dump_json(
                exclude={"tables": {"__all__": {"columns": {"__all__": {"comment"}}}}}
            )


@pytest.mark.parametrize("name", [b"pirk\xebjai.csv", b"a\xff.sql", b"\xfe.json"], ids=["export", "dump", "JSON"])
@pytest.mark.parametrize("connector", ["table_export", "sql_dump", "json_schema", "column_list"])
def test_a_file_whose_name_is_no_text_is_named_and_the_rest_is_read(
    tmp_path: Path, name: bytes, connector: str
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (Path(os.fsdecode(os.fsencode(inbox) + b"/" + name))).write_bytes(b"table,column\na,b\n")
    (inbox / "good.csv").write_bytes(b"table,column\ncustomer,email\n")
    (inbox / "good.json").write_bytes(b'[{"email": 1}]')
    (inbox / "good.sql").write_bytes(b"CREATE TABLE `a` (`email` int);\n")
    found = observe(inbox, connector)
    assert "email" in found.model_dump_json() or "column" in found.model_dump_json()
