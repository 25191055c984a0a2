"""Exchange files: one CSV per table, and the register as one JSON document with its JSON Schema.

Belongs here: writing ``exchange/``. Does not belong here: workbooks, the database. Everything is derived from the
table specifications. Rows of origin ``proposed`` and the table of proposals stay out: an exchange file says what
the record says, never what we infer.
"""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from ropa_pipeline.model.base import ColumnSpec, Row, TableKind, TableSpec
from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.content import as_text, plain
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.store import write_bytes

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_JSON_TYPES = {
    "VARCHAR": {"type": "string"},
    "BOOLEAN": {"type": "boolean"},
    "BIGINT": {"type": "integer"},
    "DOUBLE": {"type": "number"},
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string", "format": "date-time"},
}


def write_exchange(folder: Path, tables: Tables, facts: ReleaseFacts, snapshot_id: str, content: str) -> None:
    """Write ``csv/<table>.csv``, ``register.json``, ``register.schema.json`` and ``labels.json`` into a folder."""
    for spec in TABLES:
        if spec.row_class is not Proposal:
            write_bytes(folder / "csv" / f"{spec.name}.csv", csv_bytes(spec, exchanged(tables, spec)))
    document = {
        "$schema": "register.schema.json",
        "controller_id": facts.controller_id,
        "controller_name": facts.controller_name,
        "as_of": facts.as_of.isoformat(),
        "snapshot_id": snapshot_id,
        "content_hash": content,
        "tool_version": facts.tool_version,
        "built_on_samples": facts.built_on_samples,
        "tables": {
            spec.name: [
                {name: plain(getattr(row, name)) for name in spec.column_names} for row in exchanged(tables, spec)
            ]
            for spec in _register_specs()
        },
    }
    write_bytes(folder / "register.json", _json(document))
    write_bytes(folder / "register.schema.json", _json(register_schema()))
    write_bytes(folder / "labels.json", _json(dict(sorted(facts.labels.items()))))


def exchanged(tables: Tables, spec: TableSpec) -> tuple[Row, ...]:
    """The rows of a table that may leave: none whose origin is ``proposed``."""
    return tuple(row for row in tables.rows(spec.row_class) if getattr(row, "origin", None) is not Origin.PROPOSED)


def csv_bytes(spec: TableSpec, rows: Iterable[Row]) -> bytes:
    """One table as CSV: UTF-8 with a mark (so that spreadsheets keep letters), lists joined by ``; ``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(spec.column_names)
    for row in rows:
        writer.writerow([csv_text(as_text(plain(getattr(row, name)))) for name in spec.column_names])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def csv_text(value: str) -> str:
    """A cell that no spreadsheet takes for a formula (a leading apostrophe), without control characters.

    >>> csv_text("=1+1"), csv_text("plain"), csv_text("a\\x00b")
    ("'=1+1", 'plain', 'ab')
    """
    escaped = "'" + value if value.startswith(FORMULA_STARTS) else value
    return "".join(letter for letter in escaped if letter >= " " or letter in "\t\n\r")


def register_schema() -> dict[str, object]:
    """JSON Schema (2020-12) of ``register.json``."""
    tables = {
        spec.name: {
            "title": spec.title,
            "description": f"One row per {spec.one_row_per}",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": list(spec.column_names),
                "properties": {column.name: _column_schema(column) for column in spec.columns},
            },
        }
        for spec in _register_specs()
    }
    head = ("controller_id", "controller_name", "as_of", "snapshot_id", "content_hash", "tool_version")
    properties: dict[str, object] = {name: {"type": "string"} for name in ("$schema", *head)}
    properties["as_of"] = {"type": "string", "format": "date"}
    properties["built_on_samples"] = {"type": "boolean"}
    properties["tables"] = {
        "type": "object",
        "additionalProperties": False,
        "required": list(tables),
        "properties": tables,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Record of processing activities (GDPR Art. 30)",
        "type": "object",
        "additionalProperties": False,
        "required": [*head, "built_on_samples", "tables"],
        "properties": properties,
    }


def _register_specs() -> tuple[TableSpec, ...]:
    """The document carries the facts; judgement and evidence are in the CSV files and the database."""
    return tuple(spec for spec in TABLES if spec.kind is TableKind.FACT)


def _column_schema(column: ColumnSpec) -> dict[str, object]:
    base: dict[str, object] = dict(_JSON_TYPES[column.sql_type.removesuffix("[]")])
    if column.terms:
        base["enum"] = list(column.terms)
    if column.is_list:
        base = {"type": "array", "items": base}
    if column.is_optional:
        base = {"anyOf": [base, {"type": "null"}]}
    described = column.description + (f" (Art. {column.article})" if column.article else "")
    return {**base, "description": described}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
