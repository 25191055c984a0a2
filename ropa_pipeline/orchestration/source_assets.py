"""One asset per system: ``schema/<system>``, made by a factory.

Belongs here: the factory. Does not belong here: reading (``reading``, ``connectors``). A source asset never
raises for what a source can do wrong: the last good observation stands in, marked stale, with a finding and
a failed, non-blocking check; a raise would stop everything downstream of that controller.
"""

import dagster as dg

from ropa_pipeline import stages
from ropa_pipeline.model.terms import SourceStatus
from ropa_pipeline.orchestration.faults import guarded
from ropa_pipeline.orchestration.metadata import one_line
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.orchestration.resources import Ropa

GROUP = "a_sources"
OWNER = "team:compliance"


def schema_key(system: str) -> dg.AssetKey:
    """The asset key of a system: the same words as in tables and files."""
    return dg.AssetKey(["schema", system])


def schema_asset(system: str) -> dg.AssetsDefinition:
    """The asset that reads every source of one system for the partition's controller."""
    key = schema_key(system)
    check = dg.AssetCheckSpec(
        "sources_read",
        asset=key,
        description="Every source of this system was read tonight; a stale one keeps its last good observation.",
    )

    @dg.asset(
        key=key,
        partitions_def=CONTROLLERS,
        group_name=GROUP,
        owners=[OWNER],
        kinds={"python"},
        description=f"What tonight's read of {system} showed: tables, columns, counts and ages; never a value.",
        check_specs=[check],
        output_required=False,
    )
    def read(context: dg.AssetExecutionContext, ropa: Ropa) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads it, and takes none with an argument
        night = ropa.night(context.partition_key)
        states = guarded(lambda: stages.observe_system(night, system))
        late = [state for state in states if state.row.status is not SourceStatus.FRESH]
        for state in late:
            context.log.warning(
                "source %s is %s: %s", state.row.source_id, state.row.status.value, one_line(state.row.reason)
            )
        return dg.MaterializeResult(
            metadata={
                "sources": len(states),
                "tables": sum(state.row.tables or 0 for state in states),
                "columns": sum(state.row.columns or 0 for state in states),
                "status": ", ".join(f"{state.row.source_id}: {state.row.status.value}" for state in states),
                "problems": sum(len(state.problems) for state in states),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=check.name,
                    passed=not late,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={
                        "controller": context.partition_key,
                        "not read": ", ".join(state.row.source_id for state in late) or "none",
                    },
                )
            ],
        )

    return read
