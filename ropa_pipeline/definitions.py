"""What Dagster loads. Assembly is in :mod:`ropa_pipeline.orchestration.build`."""

from ropa_pipeline.orchestration.build import build_definitions

defs = build_definitions()
