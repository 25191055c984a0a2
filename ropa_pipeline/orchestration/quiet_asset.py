"""``last_verified``: the one step of a night about which nothing is new, in place of the whole graph.

Belongs here: the asset that the schedule selects alone for a controller whose inputs are those of its last whole
night. Does not belong here: what counts as new (``night_mark``) and the short night itself (``quiet``). A source that
turns out to have changed makes the whole night in this step, so that no night is lost; its tables are reported all the
same.
"""

import dagster as dg

from ropa_pipeline import quiet, stages
from ropa_pipeline.model.base import table_spec
from ropa_pipeline.night import Night
from ropa_pipeline.orchestration.assets import release_result
from ropa_pipeline.orchestration.faults import guarded
from ropa_pipeline.orchestration.jobs import LAST_VERIFIED
from ropa_pipeline.orchestration.metadata import result_metadata
from ropa_pipeline.orchestration.partitions import CONTROLLERS
from ropa_pipeline.orchestration.resources import Ropa
from ropa_pipeline.orchestration.source_assets import OWNER
from ropa_pipeline.publish import ReleaseResult


def last_verified() -> dg.AssetsDefinition:
    """The asset; it has no inputs in the graph, because it is made instead of the graph."""

    @dg.asset(
        key=dg.AssetKey(LAST_VERIFIED),
        partitions_def=CONTROLLERS,
        group_name="g_release",
        owners=[OWNER],
        kinds={"python"},
        description="The published release, verified again: no input changed, and rows are as old as they were.",
    )
    def verify(context: dg.AssetExecutionContext, ropa: Ropa) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads it, and takes none with an argument
        shorts: list[quiet.ShortNight] = []

        def make(night: Night) -> ReleaseResult:
            short = quiet.short_night(night)
            if short is None:
                return stages.run_night(night)
            shorts.append(short)
            return short.result

        result = guarded(lambda: ropa.kept(context.partition_key, make))
        night = ropa.night(context.partition_key)
        if shorts and shorts[-1].result is result:
            short = shorts[-1]
            return dg.MaterializeResult(
                metadata={
                    "outcome": "verified",
                    "snapshot": short.result.snapshot_id,
                    "as of": night.as_of.isoformat(),
                    "sources asked again": ", ".join(short.asked) or "none",
                    "sources unchanged, not read": ", ".join(short.skipped) or "none",
                }
            )
        tables = stages.stored(night)
        for row_class in stages.PUBLISHED_ROWS:
            context.log_event(
                dg.AssetMaterialization(
                    asset_key=table_spec(row_class).name,
                    partition=context.partition_key,
                    metadata=result_metadata(row_class, tables.rows(row_class)),
                )
            )
        made = release_result(result)
        context.log_event(
            dg.AssetMaterialization(asset_key="release", partition=context.partition_key, metadata=made.metadata)
        )
        return dg.MaterializeResult(metadata={"outcome": "whole night: something had changed", **(made.metadata or {})})

    return verify
