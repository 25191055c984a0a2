"""Schemas from a live database's own catalogue, in a few queries whatever the number of tables.

Belongs here: the catalogue queries of MySQL/MariaDB, PostgreSQL and SQLite and how their rows become tables.
Does not belong here: connecting, problems and clocks (``connectors.sql_database``). No connector. Nothing but the
catalogue is read: no table's rows.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy

from connectors.ddl_tables import max_length
from ropa_pipeline.model.observation import ForeignKey, ObservedColumn, ObservedTable

Rows = Sequence[Sequence[Any]]

_MYSQL_TABLES = """
SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE'"""
_MYSQL_COLUMNS = """
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, ORDINAL_POSITION, COLUMN_COMMENT
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"""
_MYSQL_FOREIGN_KEYS = """
SELECT TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL"""

_POSTGRES_NAME = "CASE WHEN n.nspname = 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END"
_POSTGRES_OURS = (
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' "
    "AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
)
_POSTGRES_TABLES = f"""
SELECT {_POSTGRES_NAME}, CASE WHEN c.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'BASE TABLE' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_POSTGRES_OURS}"""  # noqa: S608
_POSTGRES_COLUMNS = f"""
SELECT {_POSTGRES_NAME}, a.attname::text, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END,
       CASE WHEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                         AND a.attnum = ANY (i.indkey)) THEN 'PRI'
            WHEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1
                         AND i.indkey[0] = a.attnum) THEN 'UNI'
            WHEN EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum) THEN 'MUL'
            ELSE '' END,
       row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), coalesce(col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE {_POSTGRES_OURS}"""  # noqa: S608
_POSTGRES_FOREIGN_KEYS = f"""
SELECT {_POSTGRES_NAME}, a.attname::text,
       CASE WHEN fn.nspname = 'public' THEN f.relname::text ELSE fn.nspname || '.' || f.relname END, fa.attname::text
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair(own, other)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = pair.own
JOIN pg_attribute fa ON fa.attrelid = f.oid AND fa.attnum = pair.other
WHERE k.contype = 'f' AND {_POSTGRES_OURS}"""  # noqa: S608

_SQLITE_TABLES = """
SELECT name, CASE type WHEN 'view' THEN 'VIEW' ELSE 'BASE TABLE' END FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"""
_SQLITE_COLUMNS = """
SELECT m.name, p.name, p.type, CASE WHEN p."notnull" OR p.pk THEN 'NO' ELSE 'YES' END,
       CASE WHEN p.pk THEN 'PRI'
            WHEN EXISTS (SELECT 1 FROM pragma_index_list(m.name) l WHERE l."unique" AND
                         (SELECT count(*) FROM pragma_index_info(l.name)) = 1 AND
                         (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = p.name) THEN 'UNI'
            WHEN EXISTS (SELECT 1 FROM pragma_index_list(m.name) l WHERE
                         (SELECT i.name FROM pragma_index_info(l.name) i WHERE i.seqno = 0) = p.name) THEN 'MUL'
            ELSE '' END,
       p.cid + 1, ''
FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p
WHERE m.type IN ('table', 'view') AND p.hidden <> 1"""
_SQLITE_FOREIGN_KEYS = """
SELECT m.name, f."from", f."table", coalesce(f."to", '')
FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"""

_QUERIES: dict[str, tuple[str, str, str]] = {
    "mysql": (_MYSQL_TABLES, _MYSQL_COLUMNS, _MYSQL_FOREIGN_KEYS),
    "postgres": (_POSTGRES_TABLES, _POSTGRES_COLUMNS, _POSTGRES_FOREIGN_KEYS),
    "sqlite": (_SQLITE_TABLES, _SQLITE_COLUMNS, _SQLITE_FOREIGN_KEYS),
}


def read_tables(connection: sqlalchemy.Connection, dialect: str) -> tuple[ObservedTable, ...]:
    """All tables and views that the account may see, sorted by name; the stem is the name.

    Inputs: an open connection and ``mysql``, ``postgres`` or ``sqlite``. Raises SQLAlchemyError.
    """
    tables, columns, foreign_keys = (_fetch(connection, query) for query in _QUERIES[dialect])
    columns_of: dict[str, list[ObservedColumn]] = defaultdict(list)
    for table, name, native_type, nullable, key, position, comment in columns:
        columns_of[_text(table)].append(
            ObservedColumn(
                name=_text(name),
                native_type=_text(native_type),
                nullable=_text(nullable) == "YES",
                key=_text(key),
                position=int(position),
                max_length=max_length(_text(native_type)),
                comment=_text(comment),
            )
        )
    keys_of: dict[str, list[ForeignKey]] = defaultdict(list)
    for table, column, parent, parent_column in foreign_keys:
        keys_of[_text(table)].append(
            ForeignKey(column=_text(column), references_table=_text(parent), references_column=_text(parent_column))
        )
    return tuple(
        ObservedTable(
            name=_text(name),
            stem=_text(name),
            kind="view" if "VIEW" in _text(kind) else "table",
            columns=tuple(sorted(columns_of[_text(name)], key=lambda column: column.position)),
            foreign_keys=tuple(sorted(keys_of[_text(name)], key=lambda key: (key.column, key.references_table))),
        )
        for name, kind in sorted(tables, key=lambda row: _text(row[0]))
    )


def _fetch(connection: sqlalchemy.Connection, query: str) -> Rows:
    result = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
    return [tuple(row) for row in result]


def _text(value: object) -> str:
    # some servers hand out catalogue texts as bytes
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
