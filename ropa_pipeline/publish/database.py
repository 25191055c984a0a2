"""The published DuckDB database: one file per controller, schema ``ropa``, every table of the register.

Belongs here: building the file from rows, and reading it back. Does not belong here: which tables there are
(:mod:`ropa_pipeline.model.tables`). Types, comments, keys and order come from the specifications. The file is
built in one transaction and with an old storage version, because auditors' tools (DuckDB 1.x) cannot open files
of the newest one. DuckDB files are not byte-identical for identical rows: hash Parquet and JSON instead.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ropa_pipeline.model.base import Row, TableSpec
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.publish.places import PublishError
from ropa_pipeline.store import fresh_database, rows_from, rows_query, text_literal

SCHEMA = "ropa"
_STORAGE_VERSION = "v1.0.0"
_BLOCK_SIZE = 16_384  # thirty small tables with keys: 2 MB instead of 16; DuckDB 1.1, 1.2 and 1.4 open it

_OPTIONS = f"STORAGE_VERSION '{_STORAGE_VERSION}', BLOCK_SIZE {_BLOCK_SIZE}"


def write_database(path: Path, tables: Tables, specs: Sequence[TableSpec] = TABLES, schema: str = SCHEMA) -> None:
    """Write the tables of ``specs`` to a new file at ``path``; on an error nothing is left there."""
    try:
        with fresh_database() as (database, scratch):
            database.execute(f"ATTACH {text_literal(str(path))} AS register ({_OPTIONS})")
            database.execute("BEGIN")
            database.execute(f"CREATE SCHEMA register.{schema}")
            for spec in specs:
                for statement in _declare(spec, schema):
                    database.execute(statement)
                rows = tables.rows(spec.row_class)
                if rows:
                    query = rows_query(scratch, rows, spec)
                    database.execute(f"INSERT INTO register.{schema}.{_name(spec.name)} {query}")
            database.execute("COMMIT")
            database.execute("DETACH register")
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_database(path: Path, specs: Sequence[TableSpec] = TABLES) -> Tables:
    """All rows of a published database, or those of the tables ``specs``.

    A table that an earlier version did not have is empty, so that the night after an upgrade knows the one before it.
    Raises PublishError where the file is missing or damaged.
    """
    rows: list[Row] = []
    try:
        with fresh_database() as (database, _):
            # Attached by a fixed name: a file called ropa.duckdb would make "ropa.recipients" ambiguous.
            database.execute(f"ATTACH {text_literal(str(path))} AS register (READ_ONLY)")
            tables = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'register' AND schema_name = ?"
            there = {name for (name,) in database.execute(tables, [SCHEMA]).fetchall()}
            for spec in specs:
                if spec.name not in there:
                    continue
                found = database.execute(f"FROM register.{SCHEMA}.{_name(spec.name)}")
                names = [column[0] for column in found.description or ()]
                rows += rows_from(names, found.fetchall(), spec.row_class)
    except (duckdb.Error, OSError, ValueError):
        raise PublishError(f"{path}: not a readable database of this version; run again to build it anew") from None
    return Tables(rows)


def _declare(spec: TableSpec, schema: str) -> list[str]:
    """DDL of one table: typed columns, primary key, comments."""
    name = f"register.{schema}.{_name(spec.name)}"
    lines = [
        f"{_name(column.name)} {column.sql_type}{'' if column.is_optional else ' NOT NULL'}" for column in spec.columns
    ]
    lines.append(f"PRIMARY KEY ({', '.join(_name(key) for key in spec.key)})")
    about = f"{spec.title}: one row per {spec.one_row_per}" + (f" (GDPR Art. {spec.article})" if spec.article else "")
    statements = [f"CREATE TABLE {name} ({', '.join(lines)})", f"COMMENT ON TABLE {name} IS {text_literal(about)}"]
    for column in spec.columns:
        meaning = column.description + (f" (Art. {column.article})" if column.article else "")
        statements.append(f"COMMENT ON COLUMN {name}.{_name(column.name)} IS {text_literal(meaning)}")
    return statements


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
