"""Exchange files: one CSV per table, and the register as one JSON document with its JSON Schema.

Belongs here: writing ``exchange/`` and reading the document back. Does not belong here: workbooks, the database, and
what rests on the shared mappings (``dpv``, ``fides``, ``profiles``), which is made on request. All follows from the
table specifications. Rows of origin ``proposed`` and the table of proposals stay out: an exchange file says what
the record says, never what we infer.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ropa_pipeline.model.base import ColumnSpec, Row, TableKind, TableSpec
from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.publish.content import as_text, plain
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.places import PublishError
from ropa_pipeline.store import write_bytes

SCHEMA_NAME = "register.schema.json"
_ANYTHING: TypeAdapter[object] = TypeAdapter(object)
"""Writes the same JSON as Python's own module does, several times as fast where it is indented."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_JSON_TYPES = {
    "VARCHAR": {"type": "string"},
    "BOOLEAN": {"type": "boolean"},
    "BIGINT": {"type": "integer"},
    "DOUBLE": {"type": "number"},
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string", "format": "date-time"},
}


class UnreadableRegister(PublishError):
    """A document that is no register of this version. The message names the place."""


def write_exchange(folder: Path, tables: Tables, facts: ReleaseFacts, snapshot_id: str, content: str) -> None:
    """Write ``csv/<table>.csv``, ``register.json``, ``register.schema.json`` and ``labels.json`` into a folder."""
    for name, written in csv_files(tables).items():
        write_bytes(folder / "csv" / name, written)
    write_bytes(folder / "register.json", register_json(tables, facts, snapshot_id, content))
    write_bytes(folder / SCHEMA_NAME, schema_bytes())
    write_bytes(folder / "labels.json", _json(dict(sorted(facts.labels.items()))))


def csv_files(tables: Tables) -> Mapping[str, bytes]:
    """One CSV per table by its name; proposals stay out."""
    specs = [spec for spec in TABLES if spec.row_class is not Proposal]
    return {f"{spec.name}.csv": csv_bytes(spec, exchanged(tables, spec)) for spec in specs}


def register_json(tables: Tables, facts: ReleaseFacts, snapshot_id: str, content: str) -> bytes:
    """The facts of a register as one JSON document; :func:`read_register` gives the same rows back."""
    return _json(
        {
            "$schema": SCHEMA_NAME,
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
    )


def read_register(content: bytes) -> Tables:
    """The rows of a register document. Raises UnreadableRegister naming table, row and field; never a value."""
    try:
        listed = json.loads(content)["tables"]
        found = {name: list(rows) for name, rows in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableRegister("not a register document: it must be JSON with the rows of each table") from None
    specs = {spec.name: spec for spec in _register_specs()}
    unknown = sorted(found.keys() - specs.keys())
    if unknown:
        raise UnreadableRegister(f"there is no table {unknown[0]!r} in a register of this version")
    rows: list[Row] = []
    for name, entries in found.items():
        for number, entry in enumerate(entries, start=1):
            try:
                rows.append(specs[name].row_class.model_validate(entry))
            except ValidationError as error:
                field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the row"
                reason = error.errors()[0]["type"].replace("_", " ")
                raise UnreadableRegister(f"{name}, row {number}, {field}: {reason}") from None
    return Tables(rows)


def exchanged(tables: Tables, spec: TableSpec) -> tuple[Row, ...]:
    """The rows of a table that may leave: none whose origin is ``proposed``."""
    return tuple(row for row in tables.rows(spec.row_class) if getattr(row, "origin", None) is not Origin.PROPOSED)


def csv_bytes(spec: TableSpec, rows: Iterable[Row]) -> bytes:
    """One table as CSV, lists joined by ``; ``."""
    return csv_table(
        spec.column_names, ([as_text(plain(getattr(row, name))) for name in spec.column_names] for row in rows)
    )


def csv_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a mark (so that spreadsheets keep letters); no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([csv_text(heading) for heading in headings])
    writer.writerows([csv_text(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def csv_text(value: str) -> str:
    """A cell that no spreadsheet takes for a formula (a leading apostrophe), without control characters.

    >>> csv_text("=1+1"), csv_text("plain"), csv_text("a\\x00b")
    ("'=1+1", 'plain', 'ab')
    """
    escaped = "'" + value if value.startswith(FORMULA_STARTS) else value
    if escaped.isprintable():
        return escaped
    return "".join(letter for letter in escaped if letter >= " " or letter in "\t\n\r")


def schema_bytes() -> bytes:
    """The JSON Schema as it stands beside a document."""
    return _json(register_schema())


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
    return _ANYTHING.dump_json(value, indent=1) + b"\n"
