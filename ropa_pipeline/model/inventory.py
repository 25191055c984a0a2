"""Published tables of what was read: sources, systems, columns, classified columns.

Belongs here: row classes of the inventory. Does not belong here: how they are observed (``connectors``)
or classified (``classify``).
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Row, measured, run_stamp
from ropa_pipeline.model.terms import Depth, Identifiability, Origin, SourceKind, SourceStatus

CONTRADICTED = "+contradicted"
"""Ends the ``rule`` of a tag that a curated mapping gave although the column itself clearly says otherwise."""


class Source(Row):
    TABLE: ClassVar[str] = "sources"
    TITLE: ClassVar[str] = "Sources"
    ONE_ROW_PER: ClassVar[str] = "source of a controller"
    KEY: ClassVar[tuple[str, ...]] = ("source_id",)

    source_id: Annotated[str, Col("The source's name, unique within the controller")]
    system: Annotated[str, Col("The system it belongs to")]
    connector: Annotated[str, Col("Which connector reads it")]
    kind: Annotated[SourceKind, Col("Live system, file, documented fields, or a sample")]
    status: Annotated[SourceStatus, run_stamp("Whether tonight's read succeeded")]
    last_attempt: Annotated[datetime | None, run_stamp("When it was last tried (UTC)")]
    last_success: Annotated[datetime | None, run_stamp("When it was last read (UTC)")]
    fingerprint: Annotated[str, Col("Hash of the schema: names, types, keys")]
    tables: Annotated[int | None, Col("Number of tables, views, sheets or message types")]
    columns: Annotated[int | None, Col("Number of columns")]
    reason: Annotated[str, run_stamp("Why it was not read, or what to know about the read")]


class System(Row):
    TABLE: ClassVar[str] = "systems"
    TITLE: ClassVar[str] = "Systems read and not read"
    ONE_ROW_PER: ClassVar[str] = "system in use, read or not"
    KEY: ClassVar[tuple[str, ...]] = ("system_id", "source_id")

    system_id: Annotated[str, Col("The system")]
    source_id: Annotated[str, Col("Its source, empty where it has none")]
    name: Annotated[str, Col("The system's name for people")]
    operator_recipient_id: Annotated[str, Col("The recipient that operates it", article="30(1)(d)")]
    location: Annotated[str, Col("Country where it is operated, as far as known")]
    connector: Annotated[str, Col("Which connector reads it, empty where none")]
    depth: Annotated[Depth, Col("Rows, schema, documented fields, or not connected")]
    reason: Annotated[str, Col("Why it was read no deeper")]
    data_as_of: Annotated[datetime | None, run_stamp("The newest moment its data can be from (UTC)")]
    last_good: Annotated[datetime | None, run_stamp("Last successful read (UTC)")]
    stale: Annotated[bool, run_stamp("Tonight's figures come from an older read")]
    origin: Annotated[Origin, Col("How we know that the system is in use")]


class Column(Row):
    TABLE: ClassVar[str] = "columns"
    TITLE: ClassVar[str] = "Columns observed"
    ONE_ROW_PER: ClassVar[str] = "observed column"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "table_name", "column_name")

    system: Annotated[str, Col("The system")]
    source_id: Annotated[str, Col("The source")]
    table_name: Annotated[str, Col("Table, view, sheet, file or message type, as the source names it")]
    table_stem: Annotated[str, Col("The same without the prefix that the installation chose")]
    column_name: Annotated[str, Col("Column, as the source names it")]
    native_type: Annotated[str, Col("Type, as the source names it")]
    nullable: Annotated[bool | None, Col("Whether it may be empty, where the source says so")]
    key: Annotated[str, Col("PRI, UNI, MUL or empty")]
    position: Annotated[int, Col("Place in its table, from 1")]
    observed_at: Annotated[datetime | None, run_stamp("When it was seen (UTC)")]


class ClassifiedColumn(Row):
    TABLE: ClassVar[str] = "classified_columns"
    TITLE: ClassVar[str] = "Columns"
    ONE_ROW_PER: ClassVar[str] = "observed column"
    ARTICLE: ClassVar[str] = "4(1), 30(1)(c)"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "table_name", "column_name")

    system: Annotated[str, Col("The system")]
    source_id: Annotated[str, Col("The source")]
    table_name: Annotated[str, Col("Table, as the source names it")]
    table_stem: Annotated[str, Col("The same without the detected prefix")]
    column_name: Annotated[str, Col("Column; column.key for a key inside a structured cell")]
    data_category: Annotated[str, Col("Category of personal data, or none", article="30(1)(c)")]
    data_subject: Annotated[str, Col("Whom a row is about, or none", article="30(1)(c)")]
    identifiability: Annotated[Identifiability, Col("Direct, indirect (through the row's key) or none", article="4(1)")]
    special_category: Annotated[bool, Col("Special category or criminal data", article="9, 10")]
    confidence: Annotated[float, Col("How sure, 0 to 1")]
    origin: Annotated[
        Origin,
        Col("Decided, observed (seen, tag sure), documented (not seen) or proposed (waits for review)"),
    ]
    rule: Annotated[str, Col("The rule or mapping that decided")]
    explanation: Annotated[str, Col("Why, in words; never a value")]
    activities: Annotated[tuple[str, ...], Col("Processing activities the column belongs to")]


class RowCount(Row):
    """Row counts are measurements, so they stand apart from the columns, which are facts."""

    TABLE: ClassVar[str] = "row_counts"
    TITLE: ClassVar[str] = "Row counts"
    ONE_ROW_PER: ClassVar[str] = "counted table"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "table_name")

    source_id: Annotated[str, Col("The source")]
    system: Annotated[str, Col("The system")]
    table_name: Annotated[str, Col("Table, as the source names it")]
    rows: Annotated[int | None, measured("Number of rows")]
    measured_at: Annotated[datetime | None, run_stamp("When it was counted (UTC)")]
    oldest: Annotated[
        date | None,
        measured("Oldest usable date of the table's first clock; first of the month where few rows are meant"),
    ]


class TableReading(Row):
    """What a whole table is about, as classification read it."""

    TABLE: ClassVar[str] = "table_readings"
    TITLE: ClassVar[str] = "Tables read"
    ONE_ROW_PER: ClassVar[str] = "observed table"
    KEY: ClassVar[tuple[str, ...]] = ("source_id", "table_name")

    source_id: Annotated[str, Col("The source")]
    system: Annotated[str, Col("The system")]
    table_name: Annotated[str, Col("Table, as the source names it")]
    table_stem: Annotated[str, Col("The same without the detected prefix")]
    role: Annotated[
        str, Col("Role: person, order, payment, delivery, session, message, consent, catalogue, lookup, ...")
    ]
    data_subject: Annotated[str, Col("Whom a row is about, or none", article="30(1)(c)")]
    purposes: Annotated[tuple[str, ...], Col("Purpose keys its personal columns serve")]
    module: Annotated[str, Col("The shop module it belongs to, where known")]
    recipient_system: Annotated[str, Col("The system whose use the table shows", article="30(1)(d)")]
    origin: Annotated[Origin, Col("Observed (curated mapping) or proposed (inferred)")]
    explanation: Annotated[str, Col("Why")]
