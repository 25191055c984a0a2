"""Connector: a PrestaShop, by whatever way it can be reached.

Belongs here: choosing between a dump, a live database and the Webservice by the form of the location, and saying
so when the tables do not look like a PrestaShop. Does not belong here: any reading. Which columns are personal is
the classifier's and ``mappings/systems/prestashop.yaml``'s business.

Options: those of the connector chosen, above all ``prefix`` (may be empty: ``prefix=``).
"""

from connectors import sql_database, sql_dump, webservice
from connectors.table_prefix import detect_prefix, detect_prefixes
from ropa_pipeline.model.observation import SourceObservation, SourceProblem, SourceRequest, ValueProfiler
from ropa_pipeline.model.terms import About, Severity

__all__ = ["ask_again", "detect_prefix", "detect_prefixes", "observe"]


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Observe the shop. Output: tables with ``stem`` free of the installation's prefix.

    A prefix that can be neither detected nor is given leaves the names as they are and is a problem, because no
    curated mapping will fit. Raises :class:`SourceUnavailable`.
    """
    if sql_database.is_database_location(request.location):
        observation = sql_database.observe(request, profiler)
    elif webservice.is_webservice_location(request.location):
        return webservice.observe(request, profiler)
    else:
        observation = sql_dump.observe(request, profiler)
    if "prefix" in dict(request.options) or detect_prefixes(table.name for table in observation.tables):
        return observation
    return observation.model_copy(update={"problems": (*observation.problems, _prefix_unknown(request))})


def ask_again(request: SourceRequest, earlier: SourceObservation) -> SourceObservation | None:
    """The ages of an unchanged dump; None where the shop has to be observed whole."""
    if sql_database.is_database_location(request.location) or webservice.is_webservice_location(request.location):
        return None
    return sql_dump.ask_again(request, earlier)


def _prefix_unknown(request: SourceRequest) -> SourceProblem:
    return SourceProblem(
        rule_id="record.prefix_unknown",
        subject=request.source_id,
        message=(
            f"{request.shown_location}: no table prefix X_ for which X_configuration, X_shop_url and X_customer exist; "
            "table names are taken as they are"
        ),
        remedy="set option 'prefix' of the source (database_prefix in app/config/parameters.php), or check that this "
        "is the shop's database",
        severity=Severity.WARNING,
        about=About.RECORD,
    )
