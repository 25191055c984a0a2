"""What the Dagster UI shows of a table: column schema, lineage, counts, a small preview.

Belongs here: everything derived from :class:`~ropa_pipeline.model.base.TableSpec` for Dagster. Does not belong
here: values of personal data: previews show keys, categories and words of our own vocabularies only.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import dagster as dg

from ropa_pipeline.model.base import Row, TableSpec, table_spec
from ropa_pipeline.policy.today import plain

_MOST_ROWS = 12

PREVIEWS: dict[str, tuple[str, ...]] = {
    "controllers": ("controller_id", "country", "law", "notice_date"),
    "parties": ("party_id", "applicability"),
    "sources": ("source_id", "kind", "status", "tables", "columns"),
    "systems": ("name", "depth", "reason"),
    "processing_activities": ("name", "legal_basis", "recipients"),
    "legal_bases": ("activity_id", "layer", "basis", "origin"),
    "activity_data": ("activity_id", "data_subject", "data_category", "origin"),
    "recipients": ("brand", "role", "country", "origin"),
    "disclosures": ("activity_id", "recipient_id", "data_category", "origin"),
    "transfers": ("activity_id", "recipient_id", "country", "mechanism"),
    "retention_rules": ("rule_id", "period", "starts_at", "effect", "origin"),
    "retention_results": ("rule_id", "table_name", "adherence", "rows_overdue"),
    "classified_columns": ("table_name", "column_name", "data_category", "data_subject", "confidence"),
    "cookies": ("name", "provider", "lifetime_declared", "lifetime_observed", "status"),
    "findings": ("severity", "rule_id", "subject", "status"),
    "drift": ("kind", "subject", "severity"),
    "coverage": ("profile", "question", "filled"),
}

GROUPED: dict[str, str] = {
    "classified_columns": "data_category",
    "evidence": "kind",
    "findings": "severity",
    "retention_results": "adherence",
    "coverage": "filled",
    "recipients": "role",
    "statements": "kind",
    "proposals": "field",
}

LINEAGE: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "classified_columns": {
        "data_category": (("columns", "column_name"), ("columns", "table_name"), ("columns", "native_type")),
        "data_subject": (("columns", "table_name"),),
        "activities": (("processing_activities", "activity_id"),),
    },
    "processing_activities": {
        "purpose": (("statements", "value"),),
        "legal_basis": (("legal_bases", "basis"),),
        "data_subjects": (("activity_data", "data_subject"),),
        "data_categories": (("activity_data", "data_category"),),
        "recipients": (("disclosures", "recipient_id"),),
        "transfers": (("transfers", "country"), ("transfers", "mechanism")),
        "retention": (("retention_rules", "period"), ("retention_rules", "starts_at")),
        "security_measures": (("security_measures", "measure"),),
    },
    "activity_data": {
        "data_category": (("statements", "subject"), ("classified_columns", "data_category")),
        "data_subject": (("statements", "subject"), ("classified_columns", "data_subject")),
    },
    "disclosures": {
        "recipient_id": (("statements", "subject"), ("table_readings", "recipient_system")),
        "data_category": (("classified_columns", "data_category"),),
    },
    "recipients": {
        "role": (("disclosures", "recipient_role"),),
        "data_categories": (("disclosures", "data_category"),),
    },
    "retention_results": {
        "rows_overdue": (("retention_rules", "period"), ("sources", "source_id")),
        "adherence": (("retention_rules", "effect"),),
    },
    "findings": {
        "subject": (("retention_results", "table_name"), ("drift", "subject"), ("recipients", "recipient_id"))
    },
}


def definition_metadata(spec: TableSpec) -> dict[str, object]:
    """Metadata of the asset itself: its column schema with descriptions, types and constraints, and lineage."""
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.sql_type.lower(),
            description=column.description + (f" (Art. {column.article})" if column.article else ""),
            constraints=dg.TableColumnConstraints(
                nullable=column.is_optional, unique=spec.key == (column.name,), other=list(_words(column.terms))
            ),
            tags={"kind": column.kind.value},
        )
        for column in spec.columns
    ]
    found: dict[str, object] = {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "one row per": spec.one_row_per,
    }
    if spec.article:
        found["article"] = spec.article
    if spec.name in LINEAGE:
        found["dagster/column_lineage"] = dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(asset_key=dg.AssetKey(table), column_name=name) for table, name in deps]
                for column, deps in LINEAGE[spec.name].items()
            }
        )
    return found


def _words(terms: tuple[str, ...]) -> Iterable[str]:
    if terms:
        yield "one of: " + ", ".join(terms)


def result_metadata(row_class: type[Row], rows: tuple[Row, ...]) -> dict[str, Any]:
    """Metadata of one materialisation: row count, counts by the telling column, a small preview."""
    spec = table_spec(row_class)
    found: dict[str, Any] = {"dagster/partition_row_count": len(rows)}
    grouped = GROUPED.get(spec.name)
    if grouped and rows:
        counts = Counter(str(getattr(row, grouped)) for row in rows)
        body = "".join(f"| {plain(word)} | {count} |\n" for word, count in sorted(counts.items(), key=_by_count))
        found[f"by {grouped}"] = dg.MetadataValue.md(f"| {grouped} | rows |\n|---|---|\n{body}")
    if rows and spec.name in PREVIEWS:
        found["preview"] = dg.MetadataValue.md(preview(rows, PREVIEWS[spec.name]))
    return found


def one_line(text: str) -> str:
    """Text as a page and a log may have it: what would turn the direction of writing or break the line is spelled out.

    >>> one_line(chr(0x202E) + "b") == chr(92) + "u202eb"
    True
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def preview(rows: tuple[Row, ...], names: tuple[str, ...]) -> str:
    """The first rows of the named columns as a markdown table."""
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    shown = ([plain(_cell(getattr(row, name))) for name in names] for row in rows[:_MOST_ROWS])
    lines += ["| " + " | ".join(cells) + " |" for cells in shown]
    if len(rows) > _MOST_ROWS:
        lines.append(f"\n{len(rows) - _MOST_ROWS} more rows")
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)[:120]
