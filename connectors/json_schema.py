"""Schemas and data written as JSON: BigQuery, lists of fields, JSON Schema documents, JSON and NDJSON rows.

Belongs here: recognising which of these a document is and walking it to dotted column names. Does not
belong here: what a field means. The forms are tried in the order of :data:`FORMS`; what none of them
takes is JSON data, whose keys are the columns. Sources: BigQuery's schema JSON (GA4's export), Cloudflare's
Logpush field lists, json-schema.org. Observes for GDPR Art. 30(1)(c).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from connectors.file_tables import Notes, RowTable, observe_files
from connectors.nested import MAX_DEPTH, MAX_DOCUMENT, Flat, as_rows, flatten, headings_of, records
from connectors.text_files import UnreadableFile, bounded_lines, detect_encoding, text_of
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, ValueProfiler

SUFFIXES: tuple[str, ...] = (".json", ".ndjson", ".jsonl")

RECOGNISED: tuple[tuple[str, frozenset[str]], ...] = (
    ("events", frozenset({"event_date", "event_timestamp", "event_name"})),
    ("pseudonymous_users", frozenset({"pseudo_user_id"})),
    ("http_requests", frozenset({"ClientIP", "ClientRequestURI", "RayID"})),
)
"""Table names that fields give away: GA4's export and Cloudflare's log of requests."""


@dataclass(frozen=True)
class Field:
    """One column of a described schema."""

    name: str
    native_type: str = ""
    nullable: bool | None = None
    comment: str = ""


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per file: from a schema without rows, from JSON data with row counts and profiles.

    Raises SourceUnavailable where nothing is readable.
    """
    return observe_files(request, profiler, read=_read, suffixes=SUFFIXES)


def _read(path: Path, request: SourceRequest, notes: Notes) -> Iterator[RowTable]:
    document = _document(path)
    if document is None:
        headings = headings_of(_lines(path, []))
        yield RowTable(table_name(headings, path.stem), headings, as_rows(_lines(path, notes.partial), headings))
        return
    fields = described(document)
    if fields is not None:
        names = tuple(dict.fromkeys(field.name for field in fields))
        yield RowTable(
            table_name(names, path.stem),
            names,
            None,
            types={field.name: field.native_type for field in fields},
            nullable={field.name: field.nullable for field in fields if field.nullable is not None},
            comments={field.name: field.comment for field in fields if field.comment},
        )
        return
    rows = [flatten(item) for item in records(document)]
    headings = headings_of(rows)
    if not headings:
        raise UnreadableFile(f"{path.name}: the JSON holds no named field", "export a schema, or records with keys")
    yield RowTable(table_name(headings, path.stem), headings, as_rows(rows, headings))


def table_name(fields: tuple[str, ...], default: str) -> str:
    """The table that fields are known to be of, else the given name."""
    present = set(fields)
    return next((name for name, needed in RECOGNISED if needed <= present), default)


def _document(path: Path) -> object | None:
    """The parsed document; None where the file is NDJSON (one document per line)."""
    encoding = detect_encoding(path)
    first = [line for _, line in zip(range(3), bounded_lines(path, encoding), strict=False) if line.strip()]
    if len(first) >= 2 and all(_parses_as_object(line) for line in first[:2]):
        return None
    try:
        document: object = json.loads(text_of(path, MAX_DOCUMENT))
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"{path.name}: no valid JSON at line {error.lineno}, column {error.colno}", "export the file again"
        ) from error
    return document if document is not None else {}


def _parses_as_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def _lines(path: Path, partial: list[str]) -> Iterator[Flat]:
    broken = 0
    for line in bounded_lines(path, detect_encoding(path)):
        if not line.strip():
            continue
        try:
            yield flatten(json.loads(line))
        except (json.JSONDecodeError, RecursionError):
            broken += 1
    if broken:
        partial.append(f"{broken} line(s) are no valid JSON and were left out")


def described(document: object) -> tuple[Field, ...] | None:
    """The fields of a document that describes a schema; None where it is data."""
    return next((fields for form in FORMS if (fields := form(document)) is not None), None)


def _bigquery(document: object) -> tuple[Field, ...] | None:
    """``[{"name", "type", "mode", "fields"}]``, also inside ``schema.fields`` of a table's description."""
    if isinstance(document, Mapping):
        document = document.get("schema", document)
    if isinstance(document, Mapping):
        document = document.get("fields")
    if not isinstance(document, list) or not document:
        return None
    if not all(isinstance(item, Mapping) and {"name", "type"} <= set(item) for item in document):
        return None
    if not all(isinstance(item["type"], str) and item["type"].upper() in _BIGQUERY_TYPES for item in document):
        return None
    return tuple(_bigquery_fields(document, "", 0))


_BIGQUERY_TYPES = frozenset(
    {"STRING", "BYTES", "INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOLEAN", "BOOL", "JSON"}
    | {"TIMESTAMP", "DATE", "TIME", "DATETIME", "GEOGRAPHY", "RECORD", "STRUCT", "INTERVAL", "RANGE"}
)


def _bigquery_fields(fields: list[Mapping[str, object]], prefix: str, depth: int) -> Iterator[Field]:
    for field in fields:
        name = prefix + str(field.get("name", ""))
        mode = str(field.get("mode") or "NULLABLE").upper()
        native = str(field.get("type", "")).upper()
        inner = field.get("fields")
        repeated = mode == "REPEATED"
        if not inner or repeated:
            yield Field(
                name,
                f"{native} REPEATED" if repeated else native,
                None if repeated else mode != "REQUIRED",
                str(field.get("description") or ""),
            )
        if isinstance(inner, list) and depth < MAX_DEPTH:
            yield from _bigquery_fields([item for item in inner if isinstance(item, Mapping)], f"{name}.", depth + 1)


def _field_list(document: object) -> tuple[Field, ...] | None:
    """``["ClientIP", ...]``, ``[{"name": ...}]``, or such a list under ``fields``, ``field_names`` and the like."""
    if isinstance(document, Mapping):
        options = document.get("output_options")
        document = next(
            (
                place[key]
                for place in (document, options if isinstance(options, Mapping) else {})
                for key in ("field_names", "fields", "result", "columns")
                if key in place
            ),
            None,
        )
        if isinstance(document, Mapping):
            return _described_names(document)
    if not isinstance(document, list) or not document:
        return None
    if all(isinstance(item, str) and _FIELD_NAME.fullmatch(item) for item in document):
        return tuple(Field(str(item)) for item in document)
    described_keys = {"name", "type", "description", "mode", "nullable", "comment", "dataset", "deprecated", "label"}
    if all(isinstance(item, Mapping) and "name" in item and set(item) <= described_keys for item in document):
        return tuple(
            Field(str(item["name"]), str(item.get("type") or ""), None, str(item.get("description") or ""))
            for item in document
        )
    return None


_FIELD_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}")
_LOGPUSH_TYPE = re.compile(r"(string|int|bool|float|array\[\w+\]|object|map\[.*?\])\b\s*[;:]?\s*(.*)", re.IGNORECASE)


def _described_names(document: Mapping[str, object]) -> tuple[Field, ...] | None:
    """``{"ClientIP": "string; IP address of the client"}``: what Logpush answers when asked for its fields."""
    found = []
    for name, text in document.items():
        match = _LOGPUSH_TYPE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            return None
        found.append(Field(str(name), match[1], None, match[2]))
    return tuple(found) or None


def _json_schema(document: object) -> tuple[Field, ...] | None:
    """A JSON Schema document: properties, items and local references."""
    if not isinstance(document, Mapping):
        return None
    if not (
        "$schema" in document or (document.get("type") == "object" and isinstance(document.get("properties"), dict))
    ):
        return None
    return tuple(_properties(document, document, "", 0, False, iter(range(_MOST_NODES))))


_MOST_NODES = 40_000
"""A schema whose parts refer to each other unfolds to more than any file could say."""


def _properties(
    root: Mapping[str, object], node: object, name: str, depth: int, required: bool, left: Iterator[int]
) -> Iterator[Field]:
    node = _resolved(root, node)
    if not isinstance(node, Mapping) or depth > 12:
        return
    if next(left, None) is None:
        raise UnreadableFile(
            f"the schema unfolds to more than {_MOST_NODES:,} parts: its references go round in circles",
            "write the schema without references to itself",
        )
    parts = [node, *(part for key in ("allOf", "anyOf", "oneOf") for part in _listed(node.get(key)))]
    inner = False
    for part in (_resolved(root, item) for item in parts):
        properties = part.get("properties") if isinstance(part, Mapping) else None
        if isinstance(part, Mapping) and isinstance(properties, Mapping):
            inner = True
            needed = {str(item) for item in _listed(part.get("required"))}
            for key, value in properties.items():
                inside = f"{name}.{key}" if name else str(key)
                yield from _properties(root, value, inside, depth + 1, key in needed, left)
    items = _resolved(root, node.get("items"))
    if isinstance(items, Mapping):
        inner = True
        yield from _properties(root, items, name, depth + 1, False, left)
    if name and not inner:
        kind = node.get("type", "")
        native = "|".join(str(item) for item in kind) if isinstance(kind, list) else str(kind)
        form = f" ({node['format']})" if isinstance(node.get("format"), str) else ""
        yield Field(name, native + form, not required, str(node.get("description") or ""))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _resolved(root: Mapping[str, object], node: object) -> object:
    for _ in range(MAX_DEPTH):
        if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
            return node
        target: object = root
        for step in str(node["$ref"]).lstrip("#/").split("/"):
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        node = target
    return None


FORMS: tuple[Callable[[object], tuple[Field, ...] | None], ...] = (_bigquery, _json_schema, _field_list)
