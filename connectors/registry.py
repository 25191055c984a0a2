"""Which connector reads which source: the one list of connectors.

Belongs here: the explicit table of connector names and the call that dispatches to one of them.
Does not belong here: reading anything. Connectors are imported when they are first asked for, so that
loading the pipeline does not load every file reader and database driver.
"""

import importlib
from typing import cast

from connectors.unavailable import unavailable
from ropa_pipeline.model.observation import (
    Connector,
    SourceObservation,
    SourceRequest,
    ValueProfiler,
)

CONNECTORS: dict[str, str] = {
    "bank_statement": "connectors.bank_statement",
    "column_list": "connectors.column_list",
    "cookies": "connectors.cookies",
    "documented": "connectors.documented",
    "file_listing": "connectors.file_listing",
    "json_schema": "connectors.json_schema",
    "payment_messages": "connectors.payment_messages",
    "prestashop": "connectors.prestashop",
    "sql_database": "connectors.sql_database",
    "sql_dump": "connectors.sql_dump",
    "table_export": "connectors.table_export",
    "webservice": "connectors.webservice",
}


def connector_names() -> tuple[str, ...]:
    """The names that ``connector:`` in a mapping or ``sources.yaml`` may hold, sorted.

    >>> "prestashop" in connector_names()
    True
    """
    return tuple(sorted(CONNECTORS))


def connector(name: str) -> Connector:
    """The ``observe`` function of that connector, imported now.

    Raises KeyError naming the known connectors where there is none of that name.
    """
    if name not in CONNECTORS:
        raise KeyError(f"no connector {name!r}; known: {', '.join(connector_names())}")
    return cast(Connector, importlib.import_module(CONNECTORS[name]).observe)


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Observe one source with the connector that the request names.

    Inputs: the request and, where values may be looked at, the profiler. Output: one observation.
    Errors: :class:`SourceUnavailable` alone, with a message for people.
    """
    if request.connector not in CONNECTORS:
        raise unavailable(
            request,
            f"source {request.source_id}: there is no connector {request.connector!r}",
            f"name one of: {', '.join(connector_names())}",
            "source.connector_unknown",
        )
    return connector(request.connector)(request, profiler)


def ask_again(request: SourceRequest, earlier: SourceObservation) -> SourceObservation | None:
    """What :func:`observe` would give for the unchanged file of an earlier observation, by asking only row ages again.

    None where the connector has no such short way, or cannot go it here. Errors: as :func:`observe`.
    """
    module = CONNECTORS.get(request.connector)
    short_way = getattr(importlib.import_module(module), "ask_again", None) if module else None
    return cast(SourceObservation | None, short_way(request, earlier)) if short_way is not None else None
