"""Tables of tests that stand one a line: a name, the table, its columns, and where wanted columns of those.

Belongs here: reading such lines into parameters, and what is looked at of a tagged table. Does not belong
here: the tables, and what is asked of them.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from ropa_pipeline.model.inventory import ClassifiedColumn


def tables_in(lines: str, before: str = "") -> list[Any]:
    """One parameter a line; ``before`` stands before each name in the test's id."""
    found = []
    for line in lines.strip().splitlines():
        name, table, *rest = (part.strip() for part in line.split("|"))
        lists = ([item.strip() for item in part.split(",")] for part in rest)
        found.append(pytest.param(table, *lists, id=f"{before}{name}"))
    return found


def tagged(rows: Iterable[ClassifiedColumn]) -> list[str]:
    """The columns that were called personal, each with the reason."""
    return [f"{row.column_name}: {row.explanation}" for row in rows if row.data_category != "none"]


def levels_of(rows: Iterable[ClassifiedColumn]) -> dict[str, str]:
    """Whether each column is personal by itself, through its row or not at all, by its name."""
    return {row.column_name: row.identifiability.value for row in rows}
