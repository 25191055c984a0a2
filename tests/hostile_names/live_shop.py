# ruff: noqa: S608  (the names are the point of the test)
"""A live database in which every table and column is called so that a careless reader of the name does harm.

Belongs here: which names a server can have, its tables and rows, an account that can only read. Does not belong here:
what must hold. Next to them stands the table ``canary``, which a name that is taken for a statement would drop.
"""

import unicodedata
from dataclasses import dataclass

from hostile import NAMES

from tests.live import LiveServer

ROWS = ((1, "ona@example.org", "2010-05-06 07:08:09"), (2, "jonas@example.org", "2026-10-01 00:00:00"))
_LONGEST = {"mysql": 64, "postgresql": 63}  # characters; bytes


@dataclass(frozen=True)
class Named:
    """One hostile table: its name, and the names of its columns for a text and a date."""

    table: str
    text: str
    at: str


def fitting(name: str, scheme: str) -> str:
    """The name as the server can have it: in its length, MariaDB without what lies beyond the basic plane."""
    if scheme == "mysql":
        kept = "".join(char for char in name if ord(char) < 0x10000 and char != "\x00")
        return kept[: _LONGEST[scheme]].strip()
    return name.encode()[: _LONGEST[scheme]].decode("utf-8", "ignore").strip()


def hostile_tables(scheme: str) -> tuple[Named, ...]:
    """One table for every name that is another than those before it also where case and form do not count."""
    found: dict[str, Named] = {}
    for name in NAMES.values():
        table = fitting(name, scheme)
        key = unicodedata.normalize("NFKC", table).casefold()
        if table and key not in found and key != "canary":
            found[key] = Named(table, fitting(f"x{name}", scheme), fitting(f"at {name}", scheme))
    return tuple(found.values())


def quoted(name: str, scheme: str) -> str:
    sign = "`" if scheme == "mysql" else '"'
    return sign + name.replace(sign, sign * 2) + sign


def fill(server: LiveServer, database: str) -> tuple[Named, ...]:
    """Make the tables with two rows each, old and new, and the account ``reads_only``."""
    tables = hostile_tables(server.scheme)
    moment = "datetime" if server.scheme == "mysql" else "timestamp"
    statements = ["CREATE TABLE canary (id int PRIMARY KEY, email varchar(90))", "INSERT INTO canary VALUES (1, 'x')"]
    for item in tables:
        table, text, at = (quoted(name, server.scheme) for name in (item.table, item.text, item.at))
        rows = ", ".join(f"({number}, '{email}', '{email}', '{when}')" for number, email, when in ROWS)
        statements += [
            f"CREATE TABLE {table} (id int PRIMARY KEY, {text} varchar(90), email varchar(90), {at} {moment})",
            f"INSERT INTO {table} VALUES {rows}",
        ]
    if server.scheme == "mysql":
        statements += ["CREATE OR REPLACE USER reads_only@'%'", f"GRANT SELECT ON {database}.* TO reads_only@'%'"]
    else:
        statements += [
            "DROP ROLE IF EXISTS reads_only", "CREATE ROLE reads_only LOGIN PASSWORD 'x'",
            "GRANT USAGE ON SCHEMA public TO reads_only", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reads_only",
        ]  # fmt: skip
    server.execute(*statements, database=database)
    return tables


def forget(server: LiveServer, database: str) -> None:
    if server.scheme == "postgresql":
        server.execute("DROP OWNED BY reads_only CASCADE", database=database)
        server.execute("DROP ROLE reads_only")
