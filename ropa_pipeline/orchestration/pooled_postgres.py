"""Dagster's PostgreSQL storage with a connection that stays open: the same tables, a fraction of the cost.

Belongs here: how a worker, the daemon or ``ropa run`` talks to the database that ``deploy/dagster.yaml`` names. Does
not belong here: addresses and passwords, which come from the environment. Dagster opens a connection for every
statement, unless it runs its webserver; what that does there is done everywhere here
(docs/adr/0014-what-dagster-costs.md). Needs ``ropa-pipeline[scale]``; the embedded default does not import it.
"""

from collections.abc import Mapping
from typing import Any

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import pg_url_from_config

_STATEMENT_MS = 300_000
_RECYCLE_SECONDS = 1800
_MORE = 20
"""Connections beyond the one that stays, for threads that ask at once; they are closed afterwards."""


class PooledPostgresStorage(DagsterPostgresStorage):
    """Runs, events and schedules; each keeps one connection. Configured as ``storage.postgres`` is."""

    def __init__(self, postgres_url: str, should_autocreate_tables: bool = True, inst_data: Any = None) -> None:
        super().__init__(postgres_url, should_autocreate_tables, inst_data)
        for part in (self._run_storage, self._event_log_storage, self._schedule_storage):
            part.optimize_for_webserver(_STATEMENT_MS, _RECYCLE_SECONDS, _MORE)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PooledPostgresStorage":
        return cls(pg_url_from_config(config_value), config_value.get("should_autocreate_tables", True), inst_data)
