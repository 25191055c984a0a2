"""Tables of tests that stand one a line: a name, the table, its columns, and where wanted columns of those.

Belongs here: reading such lines into parameters. Does not belong here: the tables and what is asked of them.
"""

from typing import Any

import pytest


def tables_in(lines: str, before: str = "") -> list[Any]:
    """One parameter a line; ``before`` stands before each name in the test's id."""
    found = []
    for line in lines.strip().splitlines():
        name, table, *rest = (part.strip() for part in line.split("|"))
        lists = ([item.strip() for item in part.split(",")] for part in rest)
        found.append(pytest.param(table, *lists, id=f"{before}{name}"))
    return found
