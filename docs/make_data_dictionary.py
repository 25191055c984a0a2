"""The data dictionary: every table and column of a register and of the portfolio, from their row classes.

Belongs here: turning table specifications into markdown. Does not belong here: descriptions (the row classes).
"""

from collections.abc import Iterable
from pathlib import Path

from ropa_pipeline.model.base import ColumnSpec, TableSpec
from ropa_pipeline.model.portfolio import PORTFOLIO_TABLES
from ropa_pipeline.model.tables import TABLES

PAGE = Path(__file__).with_name("data_dictionary.md")


def generated() -> dict[Path, dict[str, str]]:
    """Two blocks, each: a list of tables, then a section per table with one line per column."""
    of_a_register = {spec.name for spec in TABLES}
    portfolio = [spec for spec in PORTFOLIO_TABLES if spec.name not in of_a_register]
    return {PAGE: {"tables": _block(TABLES, ""), "portfolio": _block(portfolio, "portfolio.")}}


def _block(specs: Iterable[TableSpec], schema: str) -> str:
    anchor = schema.replace(".", "")
    overview = "\n".join(f"* [`{spec.name}`](#{anchor}{spec.name}): one row per {spec.one_row_per}" for spec in specs)
    return "\n\n".join([overview, *(_section(spec, schema) for spec in specs)])


def _section(spec: TableSpec, schema: str) -> str:
    about = f"{spec.title}: one row per {spec.one_row_per}. Key: {', '.join(f'`{name}`' for name in spec.key)}."
    if spec.article:
        about += f" {spec.article}."
    lines = [f"## {schema}{spec.name}", "", about, "", "| column | type | what it says | kind |", "|---|---|---|---|"]
    lines += [_line(column) for column in spec.columns]
    return "\n".join(lines)


def _line(column: ColumnSpec) -> str:
    said = column.description
    if column.terms:
        said += f" One of: {', '.join(column.terms)}."
    if column.article:
        said += f" ({column.article})"
    said = said.replace("|", "\\|")
    return f"| {column.name} | {column.sql_type} | {said} | {column.kind.value} |"
