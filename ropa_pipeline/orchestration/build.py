"""Assembles the Dagster definitions explicitly, with overrides for tests and the command line.

Belongs here: which assets, jobs, schedules, sensors and resources there are. Does not belong here: any of them.
"""

import dagster as dg

from ropa_pipeline.light import all_systems
from ropa_pipeline.orchestration.assets import table_assets
from ropa_pipeline.orchestration.jobs import nightly_job, schedules, sensors
from ropa_pipeline.orchestration.portfolio_asset import portfolio_asset, portfolio_job, portfolio_schedule
from ropa_pipeline.orchestration.quiet_asset import last_verified
from ropa_pipeline.orchestration.resources import HeldNight, Ropa
from ropa_pipeline.orchestration.source_assets import schema_asset
from ropa_pipeline.settings import Settings, load_settings


def build_definitions(
    settings: Settings | None = None, more_systems: tuple[str, ...] = (), ropa: HeldNight | None = None
) -> dg.Definitions:
    """The code location. ``more_systems`` adds systems that only an option of the command line names."""
    settings = settings or load_settings()
    systems = tuple(sorted({*all_systems(settings), *more_systems}))
    return dg.Definitions(
        assets=[
            *(schema_asset(system) for system in systems),
            *table_assets(systems),
            last_verified(),
            portfolio_asset(settings),
        ],
        jobs=[nightly_job(), portfolio_job()],
        schedules=[*schedules(settings), portfolio_schedule()],
        sensors=sensors(settings),
        resources={"ropa": ropa or Ropa(home=str(settings.home))},
        executor=dg.in_process_executor,
    )
