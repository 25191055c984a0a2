"""``portfolio``: the view across controllers, made once a day after the nights.

Belongs here: the asset, its job and its schedule. Does not belong here: what the portfolio holds
(``ropa_pipeline.portfolio``). It has no partition, because it is the operator's and not one controller's: no
controller's run makes it, and nothing of it goes into a release. GDPR Art. 28, 30(2).
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from ropa_pipeline.model.portfolio import ChangeTouches, OperatorFinding, PortfolioRun, RegisterStatus, ReviewState
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.orchestration.jobs import PORTFOLIO
from ropa_pipeline.orchestration.source_assets import OWNER
from ropa_pipeline.portfolio import build_portfolio, write_portfolio
from ropa_pipeline.portfolio_inputs import labels_in, portfolio_folder, portfolio_inputs
from ropa_pipeline.settings import Settings

JOB = "portfolio_daily"
AFTER_THE_NIGHTS = "0 6 * * *"


def portfolio_asset(settings: Settings) -> dg.AssetsDefinition:
    """The asset: it reads what is published in the home, and fails for nothing that is wrong with one controller."""

    @dg.asset(
        key=dg.AssetKey(PORTFOLIO),
        deps=["release"],
        group_name="h_portfolio",
        owners=[OWNER],
        kinds={"duckdb", "excel"},
        description="The operator's view across all controllers, and its own Art. 30(2) record; in no one's release.",
    )
    def portfolio(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads it, and takes none with an argument
        catalogue = shared_catalogue(settings)
        inputs = portfolio_inputs(settings, catalogue, datetime.now(UTC).date())
        tables = build_portfolio(inputs)
        written = write_portfolio(portfolio_folder(settings), tables, labels_in(catalogue, "en"))
        if inputs.unreadable:
            context.log.warning("the operator's declaration cannot be used; see the operator's findings")
        (run,) = tables.rows(PortfolioRun)
        waiting = [row for row in tables.rows(ChangeTouches) if row.state is ReviewState.TO_REVIEW]
        return dg.MaterializeResult(
            metadata={
                "as of": run.as_of.isoformat(),
                "controllers": run.controllers,
                "registers read": run.registers_read,
                "registers to look at": sum(bool(row.attention) for row in tables.rows(RegisterStatus)),
                "reviews waiting for changes": len(waiting),
                "operator's findings": len(tables.rows(OperatorFinding)),
                "workbook": dg.MetadataValue.path(str(written.workbook)),
            }
        )

    return portfolio


def portfolio_job() -> Any:
    """The asset alone."""
    return dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(PORTFOLIO),
        description="Makes the view across all controllers, and the operator's own record.",
    )


def portfolio_schedule() -> dg.ScheduleDefinition:
    """Once a day at 06:00 UTC, when the nights of all European time zones are over; on by default."""
    return dg.ScheduleDefinition(
        name=JOB,
        job_name=JOB,
        cron_schedule=AFTER_THE_NIGHTS,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every morning at 06:00 UTC: the view across all controllers.",
    )
