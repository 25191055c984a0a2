"""The data dictionary: every published table and column, from ``ropa_pipeline.model.tables``.

Belongs here: turning table specifications into markdown. Does not belong here: descriptions (the row classes).
"""

from pathlib import Path

from ropa_pipeline.model.base import ColumnSpec, TableSpec
from ropa_pipeline.model.tables import TABLES

PAGE = Path(__file__).with_name("data_dictionary.md")


def generated() -> dict[Path, dict[str, str]]:
    """One block: a list of tables, then a section per table with one line per column."""
    overview = "\n".join(f"* [`{spec.name}`](#{spec.name}): one row per {spec.one_row_per}" for spec in TABLES)
    return {PAGE: {"tables": "\n\n".join([overview, *(_section(spec) for spec in TABLES)])}}


def _section(spec: TableSpec) -> str:
    about = f"{spec.title}: one row per {spec.one_row_per}. Key: {', '.join(f'`{name}`' for name in spec.key)}."
    if spec.article:
        about += f" {spec.article}."
    lines = [f"## {spec.name}", "", about, "", "| column | type | what it says | kind |", "|---|---|---|---|"]
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
