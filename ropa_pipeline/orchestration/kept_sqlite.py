"""Dagster's SQLite storage with connections that stay open: the same files, a fraction of the cost.

Belongs here: how this process writes Dagster's diary of the home. Does not belong here: its form, which is Dagster's
own; the pages, the daemon and an older version read and write the same files. Dagster opens each file anew for every
statement and waits for the disk after every event, which made up most of a run of short steps
(docs/adr/0014-what-dagster-costs.md). With a write-ahead log, ``synchronous=NORMAL`` can lose the last events when the
machine loses power, never damage a file; the register does not rest on them.
"""

from collections import OrderedDict
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from dagster._config.config_schema import UserConfigSchema
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import (
    DagsterSqliteStorage,
    _event_logs_directory,
    _runs_directory,
    _schedule_directory,
)
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text

_MOST_RUNS = 2
"""Files of so many runs stay open: a process writes one run at a time."""


def _engine(address: str) -> Engine:
    engine = create_engine(
        address, poolclass=QueuePool, pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
    )
    event.listen(engine, "connect", _in_no_hurry)
    return engine


def _in_no_hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


class KeptEventLog(SqliteEventLogStorage):
    """The event log; the index and the newest runs stay open until :meth:`dispose`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._kept: OrderedDict[str, Engine] = OrderedDict()
        self._form: tuple[str, ...] = ()
        self._version = ""
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._kept_engine(shard)
            if shard not in self._initialized_dbs:
                self._prepare(shard, engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def has_table(self, table_name: str) -> bool:
        """Asked for every event; a table that is there does not go away."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def _kept_engine(self, shard: str) -> Engine:
        if shard not in self._kept:
            self._kept[shard] = _engine(self.conn_string_for_shard(shard))
            runs = [name for name in self._kept if name != INDEX_SHARD_NAME]
            for name in runs[:-_MOST_RUNS]:
                self._kept.pop(name).dispose()
        return self._kept[shard]

    def _prepare(self, shard: str, engine: Engine) -> None:
        """A new run's file gets the form that Dagster gave to the first one; asking Alembic each time costs more."""
        with engine.connect() as connection:
            is_new = not connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar()
        if is_new and self._form:
            with engine.connect() as connection:
                connection.execute(text("PRAGMA journal_mode=WAL"))
                connection.commit()
                for statement in self._form:
                    connection.execute(text(statement))
                connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": self._version})
                connection.commit()
            return
        self._initdb(engine)
        if shard != INDEX_SHARD_NAME:
            with engine.connect() as connection:
                made = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"))
                tables = [
                    str(statement) for (statement,) in made if not str(statement).startswith("CREATE TABLE sqlite_")
                ]
                stamps = connection.execute(text("SELECT version_num FROM alembic_version"))
                self._version = str(stamps.scalar_one())
            self._form = tuple(tables)

    def dispose(self) -> None:
        with self._db_lock:
            for engine in self._kept.values():
                engine.dispose()
            self._kept.clear()
        super().dispose()


class KeptRuns(SqliteRunStorage):
    """The list of runs; its file stays open."""

    _kept: Engine | None = None

    @contextmanager
    def connect(self) -> Generator[Connection, None, None]:
        if self._kept is None:
            self._kept = _engine(self._conn_string)
        with self._kept.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        if self._kept is not None:
            self._kept.dispose()
            self._kept = None
        super().dispose()


class KeptSqliteStorage(DagsterSqliteStorage):
    """Both, and the schedules as they are. ``base_dir`` is the folder of the instance."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super(DagsterSqliteStorage, self).__init__()  # type: ignore[no-untyped-call]
        self.base_dir = base_dir
        self._run_storage = KeptRuns.from_local(_runs_directory(base_dir))
        self._event_log_storage = KeptEventLog(_event_logs_directory(base_dir))
        self._schedule_storage = SqliteScheduleStorage.from_local(_schedule_directory(base_dir))
        self._inst_data = inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return DagsterSqliteStorage.config_type()

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> "KeptSqliteStorage":
        return cls(config_value["base_dir"], inst_data)


def kept_instance(folder: Path) -> dg.DagsterInstance:
    """The instance of a folder, with this storage unless the folder's own ``dagster.yaml`` names another one."""
    given = yaml.safe_load((folder / "dagster.yaml").read_text("utf-8")) or {}
    if any(key in ("storage", "instance_class") or key.endswith("_storage") for key in given):
        return dg.DagsterInstance.get()
    kept = {"module": KeptSqliteStorage.__module__, "class": KeptSqliteStorage.__name__}
    overrides = {"storage": {"custom": {**kept, "config": {"base_dir": str(folder)}}}}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(folder), overrides=overrides))
