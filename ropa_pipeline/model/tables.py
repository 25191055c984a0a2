"""The list of published tables, in reading order, and the typed container that carries their rows.

Belongs here: which tables there are. Does not belong here: what a table's columns are (the row classes).
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from ropa_pipeline.model.base import Row, TableSpec, table_spec
from ropa_pipeline.model.finding import Coverage, Drift, Evidence, Finding, Proposal, Statement, SuggestedClause
from ropa_pipeline.model.history import Change, Snapshot
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount, Source, System, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Assessment,
    Contract,
    Controller,
    Cookie,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import Hold, RetentionResult, RetentionRule

RowT = TypeVar("RowT", bound=Row)

ROW_CLASSES: tuple[type[Row], ...] = (
    Controller,
    Party,
    Source,
    System,
    ProcessingActivity,
    LegalBasis,
    ActivityData,
    Recipient,
    Disclosure,
    Contract,
    Transfer,
    RetentionRule,
    RetentionResult,
    Hold,
    Column,
    ClassifiedColumn,
    TableReading,
    RowCount,
    Cookie,
    SecurityMeasure,
    Assessment,
    ProcessorActivity,
    Statement,
    Proposal,
    Drift,
    Finding,
    SuggestedClause,
    Evidence,
    Coverage,
    Snapshot,
    Change,
)

TABLES: tuple[TableSpec, ...] = tuple(table_spec(row_class) for row_class in ROW_CLASSES)
TABLE_BY_NAME: dict[str, TableSpec] = {spec.name: spec for spec in TABLES}
PUBLISHED_COLUMNS: frozenset[str] = frozenset(f"{spec.name}.{name}" for spec in TABLES for name in spec.column_names)


class Tables:
    """Rows of published tables, by row class. Immutable from outside; absent tables are empty.

    >>> from ropa_pipeline.model.inventory import Source
    >>> Tables().rows(Source)
    ()
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        grouped: dict[type[Row], list[Row]] = {}
        for row in rows:
            grouped.setdefault(type(row), []).append(row)
        self._rows: dict[type[Row], tuple[Any, ...]] = {
            row_class: tuple(sorted(items, key=lambda row: row.row_id)) for row_class, items in grouped.items()
        }

    def rows(self, row_class: type[RowT]) -> tuple[RowT, ...]:
        """The rows of one table, sorted by key."""
        return self._rows.get(row_class, ())

    def with_rows(self, rows: Iterable[Row]) -> "Tables":
        """A new container in which the tables of the given rows are replaced."""
        made = Tables(rows)
        made._rows = {**self._rows, **made._rows}
        return made

    def __iter__(self) -> Iterator[Row]:
        for row_class in ROW_CLASSES:
            yield from self.rows(row_class)
