"""What Dagster loads. Assembly is in :mod:`ropa_pipeline.orchestration.build`."""

from ropa_pipeline.file_modes import private_from_now_on
from ropa_pipeline.orchestration.build import build_definitions

private_from_now_on()
defs = build_definitions()
