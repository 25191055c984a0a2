"""Systems in use, read and not read, with the reason why no deeper (``systems``, ``columns``, ``row_counts``).

Belongs here: what was read tonight and what was not. Does not belong here: reading (``connectors``).
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount, Source, System, TableReading
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.terms import Depth, EvidenceKind, Origin, SourceKind, SourceStatus
from ropa_pipeline.register.activities import Attribution
from ropa_pipeline.register.activity_data import column_locator
from ropa_pipeline.register.flows import Flow
from ropa_pipeline.register.inputs import Ledger, RegisterInputs


def systems(inputs: RegisterInputs, flows: tuple[Flow, ...], ledger: Ledger) -> tuple[System, ...]:
    """One row per system and source; systems known only from the notice or a table are not connected."""
    observed = {item.source_id: item for item in inputs.observations}
    rows = [_of_source(inputs, source, observed.get(source.source_id), ledger) for source in inputs.sources]
    covered = {row.system_id for row in rows}
    for entry in inputs.folder.sources.not_connected:
        if entry.system not in covered:
            covered.add(entry.system)
            row = _row(inputs, entry.system, "", Depth.NOT_CONNECTED, entry.reason, Origin.STATED, None, None)
            ledger.sourced(row, "*", entry.statements, "", "sources.yaml")
            rows.append(row)
    for flow in flows:
        if flow.system and flow.system not in covered:
            covered.add(flow.system)
            origin = Origin.STATED if flow.statements else Origin.OBSERVED
            row = _row(inputs, flow.system, "", Depth.NOT_CONNECTED, "no source is declared", origin, None, None)
            ledger.statements(row, "*", sorted(flow.statements))
            for kind, locator in sorted(flow.seen):
                ledger.note(row, "*", kind, locator, "seen in use")
            rows.append(row)
    return tuple(rows)


def _of_source(inputs: RegisterInputs, source: Source, observation: SourceObservation | None, ledger: Ledger) -> System:
    if observation is None:
        depth, reason = Depth.NOT_CONNECTED, source.reason or "it could not be read"
    elif observation.kind is SourceKind.DOCUMENTED:
        depth, reason = Depth.DOCUMENTED, "the system has no file to read; its documented fields are shown"
    elif observation.has_rows:
        depth, reason = Depth.ROWS, ""
    else:
        depth, reason = Depth.SCHEMA, "the source holds a schema without rows"
    row = _row(inputs, source.system, source.source_id, depth, reason, Origin.OBSERVED, source, observation)
    kind = EvidenceKind.DOCUMENTATION if depth is Depth.DOCUMENTED else EvidenceKind.ROWS
    if depth is Depth.NOT_CONNECTED:
        locator = f"mappings/controllers/{inputs.controller_id}/sources.yaml#{source.source_id}"
        ledger.note(row, "*", EvidenceKind.MAPPING, locator, "declared, not read")
    else:
        ledger.note(row, "*", kind, f"{source.source_id}:*", f"connector {source.connector}")
    return row


def _row(
    inputs: RegisterInputs,
    system: str,
    source_id: str,
    depth: Depth,
    reason: str,
    origin: Origin,
    source: Source | None,
    observation: SourceObservation | None,
) -> System:
    mapping = inputs.systems.get(system)
    entity = inputs.entities.get(mapping.operator) if mapping and mapping.operator else None
    return System(
        system_id=system,
        source_id=source_id,
        name=mapping.name if mapping else system,
        operator_recipient_id=system if mapping and mapping.is_recipient else "",
        location=(entity.country if entity else "") or NOT_STATED,
        connector=source.connector if source else "",
        depth=depth,
        reason=reason,
        data_as_of=observation.data_as_of if observation else None,
        last_good=source.last_success if source else None,
        stale=source is not None and source.status is SourceStatus.STALE,
        origin=Origin.DOCUMENTED if depth is Depth.DOCUMENTED else origin,
    )


def column_inventory(
    observations: tuple[SourceObservation, ...], sources: tuple[Source, ...]
) -> tuple[tuple[Column, ...], tuple[RowCount, ...]]:
    """One row per observed column, and one per counted table."""
    read_at = {source.source_id: source.last_success for source in sources}
    columns: list[Column] = []
    counts: list[RowCount] = []
    for observation in observations:
        at = read_at.get(observation.source_id)
        for table in observation.tables:
            columns.extend(
                Column(
                    system=observation.system,
                    source_id=observation.source_id,
                    table_name=table.name,
                    table_stem=table.stem,
                    column_name=column.name,
                    native_type=column.native_type,
                    nullable=column.nullable,
                    key=column.key,
                    position=column.position,
                    observed_at=at,
                )
                for column in table.columns
            )
            if table.rows is not None:
                counts.append(
                    RowCount(
                        source_id=observation.source_id,
                        system=observation.system,
                        table_name=table.name,
                        rows=table.rows,
                        measured_at=at,
                        oldest=None,
                    )
                )
    return tuple(columns), tuple(counts)


def with_activities(columns: tuple[ClassifiedColumn, ...], attribution: Attribution) -> tuple[ClassifiedColumn, ...]:
    """The classified columns with the activities they belong to; a documented field belongs to none."""
    return tuple(
        column.model_copy(
            update={"activities": attribution.of_column(column) if column.data_category != "none" else ()}
        )
        for column in columns
    )


def column_evidence(columns: tuple[ClassifiedColumn, ...], tables: tuple[TableReading, ...], ledger: Ledger) -> None:
    """One entry per classified column and per table reading: where it was seen and which rule spoke.

    What waits for a person stands in ``proposals``: an unsure tag, and the inferred purposes of a table that no
    mapping knows.
    """
    for column in columns:
        kind = EvidenceKind.DOCUMENTATION if column.origin is Origin.DOCUMENTED else EvidenceKind.COLUMN
        ledger.note(column, "data_category", kind, column_locator(column), column.rule, column.confidence)
        if column.origin is Origin.PROPOSED and column.data_category != "none":
            reason = f"{column.explanation} (sure to {column.confidence:.0%})"
            ledger.propose(column, "data_category", column.data_category, reason, "GDPR Art. 4(1), 30(1)(c)")
    for table in tables:
        ledger.note(
            table, "role", EvidenceKind.ROWS, f"{table.source_id}:{table.table_name}", "columns and name of the table"
        )
        if table.origin is Origin.PROPOSED and table.purposes:
            ledger.propose(table, "purposes", ", ".join(table.purposes), table.explanation, "GDPR Art. 30(1)(b)")
