"""How a database may be reached, and what the account may do there beyond reading.

Belongs here: the TLS options and what they mean to each driver, whether a connection is encrypted, and the account's
rights to write, by what the server says of them. Does not belong here: connecting (``connectors.sql_database``), the
schema (``connectors.database_schema``). No connector. GDPR Art. 32(1)(a) and (b), Art. 5(1)(f).

Options of a source: ``tls`` (``required``: encrypted, nobody checked; ``verify-ca``: the certificate too;
``verify-full``: and that it is this server's; ``off``) and ``tls_ca`` (a PEM file; default: the system's authorities).
Without ``tls`` the driver encrypts where the server offers it, and a remote connection in clear is a finding.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import exc
from sqlalchemy.engine import URL


class Tls(StrEnum):
    """The values of option ``tls``."""

    OFF = "off"
    REQUIRED = "required"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


class TlsOptionError(ValueError):
    """An option that cannot be used; the text says which and what it may be."""


def tls_arguments(dialect: str, wanted: str, authorities: str) -> dict[str, Any]:
    """What the driver is told. Empty where option ``tls`` is not given.

    Raises TlsOptionError for an unknown word, and for a file of authorities that is missing or no PEM file.
    """
    if not wanted:
        if authorities:
            raise TlsOptionError("option 'tls_ca' says whom to trust; add option 'tls': verify-full")
        return {}
    try:
        mode = Tls(wanted)
    except ValueError:
        raise TlsOptionError(f"option 'tls' is one of {', '.join(Tls)}") from None
    context = _context(mode, authorities)
    if dialect == "mysql":
        return {"ssl": context} if mode is not Tls.OFF else {"ssl_disabled": True}
    if dialect == "postgres":
        found: dict[str, Any] = {"sslmode": {Tls.OFF: "disable", Tls.REQUIRED: "require"}.get(mode, mode.value)}
        if mode in (Tls.VERIFY_CA, Tls.VERIFY_FULL):
            found["sslrootcert"] = authorities or ssl.get_default_verify_paths().cafile or "system"
        return found
    return {}


def _context(mode: Tls, authorities: str) -> ssl.SSLContext:
    """Always made, so that a broken file of authorities is told before anything is sent."""
    if authorities and not Path(authorities).is_file():
        raise TlsOptionError(f"option 'tls_ca': there is no file {Path(authorities).name}")
    try:
        context = ssl.create_default_context(cafile=authorities or None)
    except (ssl.SSLError, OSError):
        raise TlsOptionError(f"option 'tls_ca': {Path(authorities).name} is no PEM file of certificates") from None
    # servers make their own certificates without the extensions that strict checking asks for
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = mode is Tls.VERIFY_FULL
    if mode in (Tls.OFF, Tls.REQUIRED):
        context.verify_mode = ssl.CERT_NONE
    return context


def is_remote(url: URL) -> bool:
    """Whether what is sent leaves this machine. A name counts as local where all its addresses are loopback.

    >>> is_remote(URL.create("mysql", host="127.0.0.1")), is_remote(URL.create("mysql", host="192.0.2.7"))
    (False, True)
    """
    host = url.host or str(url.query.get("host", ""))
    if not host or host.startswith("/") or "unix_socket" in url.query:
        return False
    try:
        return not ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        pass
    try:
        found = {str(item[4][0]) for item in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return True
    return not all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found)


def is_encrypted(connection: sqlalchemy.Connection, dialect: str) -> bool:
    """Whether this very connection is encrypted. SQLite has none."""
    if dialect == "mysql":
        row = connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Ssl_cipher'").first()
        return bool(row and row[1])
    if dialect == "postgres":
        driver = connection.connection.driver_connection
        return bool(driver is not None and driver.pgconn.ssl_in_use)
    return True


# -- rights -------------------------------------------------------------------------------------------------------

# What changes rows, tables, accounts or files. CREATE TEMPORARY TABLES changes nothing that lasts; SHOW VIEW reads.
_READING = frozenset({
    "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "SHOW CREATE ROUTINE", "PROCESS", "REPLICATION CLIENT",
    "BINLOG MONITOR", "SLAVE MONITOR", "REPLICA MONITOR", "LOCK TABLES", "CREATE TEMPORARY TABLES", "SHOW_ROUTINE",
    "CONNECTION ADMIN", "READ ONLY ADMIN",
})  # fmt: skip
_GRANTS = re.compile(r"GRANT\s+(?P<what>.+?)\s+ON\s+(?P<where>.+?)\s+TO\s", re.IGNORECASE | re.DOTALL)
_ROLES = re.compile(r"GRANT\s+(?P<roles>.+?)\s+TO\s", re.IGNORECASE | re.DOTALL)
_MOST_ROLES = 20


def writing_rights(connection: sqlalchemy.Connection, dialect: str) -> tuple[str, ...]:
    """What the account could change, in the server's words, sorted; empty for an account that only reads.

    Roles granted to the account count, also where it would have to take them on first. Raises SQLAlchemyError.
    """
    if dialect == "mysql":
        return _mysql_rights(connection)
    if dialect == "postgres":
        return _postgres_rights(connection)
    return ()


def _mysql_rights(connection: sqlalchemy.Connection) -> tuple[str, ...]:
    grants = _grants(connection, "SHOW GRANTS")
    found = {right for grant in grants for right in granted(grant)}
    asked: set[str] = set()
    waiting = [role for grant in grants for role in granted_roles(grant)]
    while waiting and len(asked) < _MOST_ROLES:
        role = waiting.pop()
        if role in asked:
            continue
        asked.add(role)
        of_role = _grants_of_role(connection, role)
        if of_role is None:
            found.add("a role whose rights cannot be seen")
            continue
        found |= {right for grant in of_role for right in granted(grant)}
        waiting += [other for grant in of_role for other in granted_roles(grant)]
    return tuple(sorted(found))


def _grants_of_role(connection: sqlalchemy.Connection, role: str) -> list[str] | None:
    """What a role may do: asked outright, as MySQL answers a member, as MariaDB answers one who took it on."""
    for statement in (f"SHOW GRANTS FOR {role}", f"SHOW GRANTS FOR CURRENT_USER() USING {role}"):
        try:
            return _grants(connection, statement)
        except exc.SQLAlchemyError:
            connection.rollback()
    try:
        before = connection.exec_driver_sql("SELECT CURRENT_ROLE()").scalar()
        connection.exec_driver_sql(f"SET ROLE {role}")
        try:
            return _grants(connection, "SHOW GRANTS FOR CURRENT_ROLE")
        finally:
            quoted = "`" + str(before).replace("`", "``") + "`"
            connection.exec_driver_sql(f"SET ROLE {quoted if before else 'NONE'}")
    except exc.SQLAlchemyError:
        connection.rollback()
        return None


def _grants(connection: sqlalchemy.Connection, statement: str) -> list[str]:
    return [str(row[0]) for row in connection.exec_driver_sql(statement, execution_options={"no_parameters": True})]


def granted(grant: str) -> tuple[str, ...]:
    """The rights to change something in one line of SHOW GRANTS (MariaDB, MySQL 5.7, MySQL 8 with dynamic rights).

    >>> granted("GRANT SELECT, SHOW VIEW ON `shop`.* TO `a`@`b`")
    ()
    >>> granted("GRANT SELECT, UPDATE (`x`, `insert`) ON `s`.`t` TO `a`"), granted("GRANT ALL PRIVILEGES ON *.* TO a")
    (('UPDATE',), ('ALL PRIVILEGES',))
    >>> granted("GRANT SELECT ON *.* TO `a`@`%` WITH GRANT OPTION"), granted("GRANT BACKUP_ADMIN ON *.* TO `a`@`%`")
    (('GRANT OPTION',), ('BACKUP_ADMIN',))
    >>> granted("REVOKE INSERT ON `mysql`.* FROM `a`@`%`"), granted("GRANT `writer`@`%` TO `a`@`%`")
    ((), ())
    """
    read = _GRANTS.match(_without_quoted(grant))
    if read is None:
        return ()
    rights = {" ".join(right.split()).upper() for right in re.sub(r"\([^)]*\)", "", read["what"]).split(",")}
    found = rights - _READING
    if re.search(r"WITH\s+GRANT\s+OPTION", grant, re.IGNORECASE):
        found.add("GRANT OPTION")
    return tuple(sorted(found - {""}))


def granted_roles(grant: str) -> tuple[str, ...]:
    """The roles that one line of SHOW GRANTS hands out, quoted as the server quotes them.

    >>> granted_roles("GRANT `reads`@`%`,`writes`@`%` TO `a`@`%`"), granted_roles("GRANT SELECT ON *.* TO `a`@`%`")
    (('`reads`@`%`', '`writes`@`%`'), ())
    """
    if _GRANTS.match(_without_quoted(grant)) or not grant.upper().startswith("GRANT"):
        return ()
    read = _ROLES.match(grant)
    if read is None:
        return ()
    # only names that the server quoted are put back into a statement
    return tuple(re.findall(r"`(?:[^`]|``)+`(?:@`(?:[^`]|``)*`)?", read["roles"]))


def _without_quoted(text: str) -> str:
    """Names in quotes may hold any word."""
    return re.sub(r"`(?:[^`]|``)*`|'(?:[^']|'')*'", "x", text)


_POSTGRES_ROLES = """
SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles
WHERE pg_has_role(oid, 'MEMBER') OR rolname = current_user"""
_POSTGRES_TABLES = """
SELECT bool_or(has_table_privilege(r.oid, c.oid, 'INSERT') OR has_any_column_privilege(r.oid, c.oid, 'INSERT')),
       bool_or(has_table_privilege(r.oid, c.oid, 'UPDATE') OR has_any_column_privilege(r.oid, c.oid, 'UPDATE')),
       bool_or(has_table_privilege(r.oid, c.oid, 'DELETE')), bool_or(has_table_privilege(r.oid, c.oid, 'TRUNCATE')),
       bool_or(has_table_privilege(r.oid, c.oid, 'TRIGGER')), bool_or(c.relowner = r.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN pg_roles r
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (pg_has_role(r.oid, 'MEMBER') OR r.rolname = current_user)"""


def _postgres_rights(connection: sqlalchemy.Connection) -> tuple[str, ...]:
    found: set[str] = set()
    roles = list(connection.exec_driver_sql(_POSTGRES_ROLES))
    if any(role[1] for role in roles):
        # a superuser is a member of every role: nothing more can be said
        return ("SUPERUSER",)
    found |= _named(("CREATEDB", "CREATEROLE", "REPLICATION"), (any(role[n] for role in roles) for n in (2, 3, 4)))
    row = connection.exec_driver_sql(_POSTGRES_TABLES, execution_options={"no_parameters": True}).first()
    if row is not None:
        found |= _named(("INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "owner of tables"), row)
    return tuple(sorted(found))


def _named(names: Iterable[str], held: Iterable[object]) -> set[str]:
    return {name for name, has in zip(names, held, strict=True) if has}
