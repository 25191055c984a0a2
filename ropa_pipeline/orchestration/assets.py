"""The published tables as assets, grouped in reading order; one step per stage.

Belongs here: wrapping each stage of :mod:`ropa_pipeline.stages` as one step that materialises its tables.
Does not belong here: what a stage does. Checks are declared on the assets that compute them and judge
exactly the partition just made; their verdict per controller also stands in ``findings``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from ropa_pipeline import policy, stages
from ropa_pipeline.model.base import Row, table_spec
from ropa_pipeline.model.finding import Coverage, Drift, Finding, Statement, SuggestedClause
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount, Source, TableReading
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, Severity
from ropa_pipeline.night import Night
from ropa_pipeline.orchestration.faults import guarded
from ropa_pipeline.orchestration.metadata import definition_metadata, one_line, result_metadata
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.orchestration.resources import Ropa
from ropa_pipeline.orchestration.source_assets import OWNER, schema_key
from ropa_pipeline.publish import Outcome, ReleaseResult

FAMILY_HELP = {
    "sources_read": "Every source was read, whole and fresh.",
    "evidence_complete": "Every row and every Art. 30(1) cell has evidence.",
    "cells_answered": "Every Art. 30(1) cell holds a value, NOT STATED or a reason; none is blank.",
    "columns_classified": "Every observed column is classified, reviewed and belongs to an activity.",
    "standing_list": "The standing list is answered.",
    "legal_basis": "Every activity has a legal basis for its processing.",
    "special_categories": "Special categories and national identifiers have their condition.",
    "purposes": "Every activity has a purpose and data categories.",
    "recipients_declared": "Every recipient seen is named in the notice or decided.",
    "roles_decided": "Every recipient's role is stated or decided.",
    "contracts_seen": "Every processor's contract was seen.",
    "transfers_described": "Every transfer names country and mechanism.",
    "retention_kept": "No row is past its period.",
    "retention_lawful": "Every activity has a period with a start; none conflicts with a duty or a limit.",
    "erasure_complete": "Erasure left nothing behind.",
    "notice_complete": "The notice says what Art. 13 asks for.",
    "record_quality": "The record shows none of the anti-patterns that inspections found.",
    "claims_true": "What the notice promises is not contradicted by what was seen.",
    "parties_answered": "Joint controller, representative and data protection officer are answered.",
    "cookies_declared": "Every cookie seen is declared, with its life.",
    "measures_evidenced": "Claimed measures are evidenced.",
    "notice_matches": "Notice, record and systems agree.",
    "changes_reviewed": "What changed since the last release was reviewed.",
    "decisions_used": "Every decision about a finding is about one that there is.",
    "tables_valid": "The published tables meet their own declaration (Great Expectations).",
}

_MOST_SUBJECTS = 20
_BLOCKING = frozenset({rule.family for rule in policy.RULES if rule.blocks} | {"tables_valid", "sources_read"})


def _spec(row_class: type[Row], group: str, deps: Sequence[str | dg.AssetKey]) -> dg.AssetSpec:
    spec = table_spec(row_class)
    return dg.AssetSpec(
        key=spec.name,
        deps=deps,
        group_name=group,
        description=f"{spec.title}: one row per {spec.one_row_per}.",
        owners=[OWNER],
        kinds={"parquet"},
        metadata=definition_metadata(spec),
        partitions_def=CONTROLLERS,
    )


def _step(
    name: str,
    group: str,
    row_classes: Sequence[type[Row]],
    deps: Sequence[str | dg.AssetKey],
    stage: Callable[[Night], Tables],
) -> dg.AssetsDefinition:
    """One step that runs a stage and reports each of its tables."""

    @dg.multi_asset(name=name, specs=[_spec(row_class, group, deps) for row_class in row_classes])
    def step(context: dg.AssetExecutionContext, ropa: Ropa) -> Iterator[dg.MaterializeResult[None]]:
        tables = guarded(lambda: stage(ropa.night(context.partition_key)))
        for row_class in row_classes:
            rows = tables.rows(row_class)
            yield dg.MaterializeResult(asset_key=table_spec(row_class).name, metadata=result_metadata(row_class, rows))

    return step


def _judgement() -> dg.AssetsDefinition:
    """Drift, coverage, findings and suggested clauses, with one check per family of rules."""
    row_classes: tuple[type[Row], ...] = (Drift, Coverage, Finding, SuggestedClause)
    deps = [table_spec(row_class).name for row_class in (*stages.REGISTER_ROWS, RetentionResult)]
    checks = [
        dg.AssetCheckSpec(family, asset="findings", description=FAMILY_HELP[family], blocking=family in _BLOCKING)
        for family in policy.FAMILIES
    ]

    @dg.multi_asset(
        name="judgement",
        specs=[*(_spec(row_class, "f_judgement", deps) for row_class in row_classes), _today_spec(deps)],
        check_specs=checks,
    )
    def step(
        context: dg.AssetExecutionContext, ropa: Ropa
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        night = ropa.night(context.partition_key)
        tables = guarded(lambda: stages.judged(night))
        for row_class in row_classes:
            rows = tables.rows(row_class)
            yield dg.MaterializeResult(asset_key=table_spec(row_class).name, metadata=result_metadata(row_class, rows))
        # Before the checks: a held release must not take the analyst's first screen away.
        yield dg.MaterializeResult(
            asset_key="today", metadata={"today": dg.MetadataValue.md(guarded(lambda: stages.today(night)))}
        )
        yield from check_results(context.partition_key, tables.rows(Finding))

    return step


def _today_spec(deps: Sequence[str | dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key="today",
        deps=deps,
        group_name="f_judgement",
        description="The first screen: sources read, what is new, decisions waiting, what ends soon.",
        owners=[OWNER],
        kinds={"markdown"},
        partitions_def=CONTROLLERS,
    )


def check_results(controller_id: str, findings: tuple[Finding, ...]) -> Iterator[dg.AssetCheckResult]:
    """Exactly one result per family. Severity ERROR only for what makes the record untrustworthy.

    A check's page shows the last run's result, whichever controller that was of: each result says whose it is.

    Dagster stops what is downstream of a failed blocking check only where its severity is ERROR, so a
    compliance finding never holds a release.
    """
    for family in policy.FAMILIES:
        rows = [row for row in findings if policy.family_of(row.rule_id) == family and row.status is FindingStatus.OPEN]
        blocks = any(row.blocks for row in rows)
        counted = [row for row in rows if row.severity is not Severity.INFO]
        yield dg.AssetCheckResult(
            asset_key="findings",
            check_name=family,
            passed=not counted,
            severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
            metadata={
                "controller": controller_id,
                "open findings": len(rows),
                **dict(sorted(Counter(row.rule_id for row in rows).items())),
                **_offending(counted),
            },
        )


def _offending(rows: list[Finding]) -> dict[str, str]:
    """What the findings of a family are about: keys of rules, tables and columns, never values."""
    subjects = sorted({row.subject for row in rows})
    more = f"; {len(subjects) - _MOST_SUBJECTS} more" if len(subjects) > _MOST_SUBJECTS else ""
    return {"offending": one_line("; ".join(subjects[:_MOST_SUBJECTS]) + more)} if subjects else {}


def _release() -> dg.AssetsDefinition:
    @dg.asset(
        name="release",
        deps=["today", "findings", "coverage", "evidence", "classified_columns", "row_counts", "statements"],
        partitions_def=CONTROLLERS,
        group_name="g_release",
        owners=[OWNER],
        kinds={"duckdb", "excel"},
        description="The published database, the two workbooks and the history: all or nothing.",
    )
    def release(context: dg.AssetExecutionContext, ropa: Ropa) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads it, and takes none with an argument
        return release_result(guarded(lambda: ropa.kept(context.partition_key, stages.released)))

    return release


def release_result(result: ReleaseResult) -> dg.MaterializeResult[None]:
    """What the UI shows of a release. Raises Failure where it was refused: a retry would be refused as well."""
    if result.outcome is Outcome.REFUSED:
        raise dg.Failure(
            description="release refused: " + "; ".join(result.reasons),
            metadata={"reasons": "\n".join(result.reasons)},
            allow_retries=False,
        )
    return dg.MaterializeResult(
        metadata={
            "outcome": result.outcome.value,
            "snapshot": result.snapshot_id,
            "content hash": result.content_hash,
            "changed cells": result.changes,
            "files": dg.MetadataValue.path(str(result.folder or "")),
        }
    )


def table_assets(systems: tuple[str, ...]) -> list[dg.AssetsDefinition]:
    """All assets after the sources, in reading order."""
    schemas = [schema_key(system) for system in systems]
    return [
        _step("inventory", "b_inventory", (Source, Column, RowCount), schemas, stages.inventory),
        _step("classification", "b_inventory", (ClassifiedColumn, TableReading), ["columns"], stages.classified),
        _step("notice", "c_notice", (Statement,), [], stages.statements),
        _step(
            "retention",
            "d_retention",
            (RetentionRule, RetentionResult),
            ["table_readings", "row_counts"],
            stages.retention_tested,
        ),
        _step(
            "register",
            "e_register",
            stages.REGISTER_ROWS,
            ["classified_columns", "table_readings", "statements", "retention_rules", "sources"],
            stages.register,
        ),
        _judgement(),
        _release(),
    ]
