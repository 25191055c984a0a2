"""A database account that may write is found out, and a connection is as encrypted as the source asks for."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy
from certificates import Certificates, made_in
from sqlalchemy.engine import make_url

from benchmarks.private_mariadb import NoServer, PrivateServer, private_mariadb
from connectors.database_access import TlsOptionError, granted, is_remote, tls_arguments, writing_rights
from connectors.registry import observe
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, SourceUnavailable
from ropa_pipeline.model.terms import About, Severity
from tests.live import LiveServer, skip_or_fail


def request_for(location: str, **options: str) -> SourceRequest:
    return SourceRequest(
        controller_id="example",
        source_id="shop",
        system="prestashop",
        connector="sql_database",
        location=location,
        shown_location="the shop's database",
        as_of=date(2026, 11, 22),
        options=tuple(sorted({"attempts": "1", **options}.items())),
    )


# -- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grant", "rights"),
    [
        ("GRANT SELECT ON `shop`.* TO `a`@`%`", ()),
        ("GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*DROP ON x TO y'", ()),
        ("GRANT SELECT, SHOW VIEW, LOCK TABLES ON `DELETE ON`.* TO `INSERT`@`%`", ()),
        ("GRANT SELECT (`a`, `b`), INSERT (`c`) ON `s`.`t` TO `a`@`%`", ("INSERT",)),
        ("GRANT SELECT, INSERT, UPDATE ON `s`.* TO `a`@`%`", ("INSERT", "UPDATE")),
        ("GRANT ALL PRIVILEGES ON `s`.* TO `a`@`%` WITH GRANT OPTION", ("ALL PRIVILEGES", "GRANT OPTION")),
        ("GRANT SELECT, EXECUTE, EVENT ON `s`.* TO `a`@`%`", ("EVENT", "EXECUTE")),
        ("GRANT SYSTEM_VARIABLES_ADMIN,ROLE_ADMIN ON *.* TO `a`@`%`", ("ROLE_ADMIN", "SYSTEM_VARIABLES_ADMIN")),
        ("GRANT SELECT, DELETE HISTORY ON `s`.* TO `a`@`%`", ("DELETE HISTORY",)),
    ],
)
def test_a_line_of_show_grants_is_read(grant: str, rights: tuple[str, ...]) -> None:
    assert granted(grant) == rights


@pytest.mark.parametrize(
    ("url", "remote"),
    [
        ("mysql://a@localhost/x", False),
        ("mysql://a@127.3.2.1/x", False),
        ("postgresql://a@[::1]/x", False),
        ("postgresql://a@/x?host=/var/run/postgresql", False),
        ("mysql://a@localhost/x?unix_socket=/run/mysqld.sock", False),
        ("mysql://a@192.0.2.7/x", True),
        ("postgresql://a@[2001:db8::1]/x", True),
        ("mysql://a@no-such-host.invalid/x", True),
    ],
)
def test_loopback_is_not_remote(url: str, remote: bool) -> None:
    assert is_remote(make_url(url)) is remote


def test_tls_options_become_the_drivers_own(tmp_path: Path) -> None:
    assert tls_arguments("mysql", "", "") == tls_arguments("postgres", "", "") == {}
    assert tls_arguments("mysql", "off", "") == {"ssl_disabled": True}
    assert tls_arguments("postgres", "off", "") == {"sslmode": "disable"}
    assert tls_arguments("postgres", "required", "") == {"sslmode": "require"}
    assert tls_arguments("postgres", "verify-full", "")["sslmode"] == "verify-full"
    full, only_ca = (tls_arguments("mysql", mode, "")["ssl"] for mode in ("verify-full", "verify-ca"))
    assert (full.check_hostname, full.verify_mode.name) == (True, "CERT_REQUIRED")
    assert (only_ca.check_hostname, only_ca.verify_mode.name) == (False, "CERT_REQUIRED")
    for wanted, authorities in (("yes", ""), ("", str(tmp_path)), ("verify-ca", str(tmp_path / "no.pem"))):
        with pytest.raises(TlsOptionError):
            tls_arguments("mysql", wanted, authorities)
    (tmp_path / "not.pem").write_text("nothing", "utf-8")
    with pytest.raises(SourceUnavailable, match="no PEM file"):
        observe(request_for("mysql://a@127.0.0.1/x", tls="verify-ca", tls_ca=str(tmp_path / "not.pem")))


# -- MariaDB ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return made_in(tmp_path_factory.mktemp("pems"))


@pytest.fixture(scope="module")
def encrypted(pems: Certificates) -> Iterator[PrivateServer]:
    """A MariaDB that offers TLS with a certificate for localhost."""
    options = (f"--ssl-cert={pems.certificate}", f"--ssl-key={pems.key}", f"--ssl-ca={pems.authority}")
    try:
        with private_mariadb("64M", options) as server:
            server.new_database("tls")
            server.sql("CREATE TABLE customer (id int PRIMARY KEY, email varchar(90))", "tls")
            yield server
    except NoServer as error:
        skip_or_fail(str(error))


def read(server: PrivateServer, host: str = "localhost", **options: str) -> SourceObservation:
    return observe(request_for(f"mysql://reader@{host}:{server.port}/tls", **options))


def rules(seen: SourceObservation) -> list[str]:
    return [problem.rule_id for problem in seen.problems]


def refused(server: PrivateServer, host: str = "localhost", **options: str) -> str:
    with pytest.raises(SourceUnavailable) as caught:
        read(server, host, **options)
    return caught.value.problem.rule_id


@pytest.mark.slow
def test_every_degree_of_encryption_is_what_it_says(encrypted: PrivateServer, pems: Certificates) -> None:
    known, unknown = str(pems.authority), str(pems.stranger)
    encrypted.sql("CREATE USER 'tls_only'@'%' REQUIRE SSL; GRANT SELECT ON tls.* TO 'tls_only'@'%'")
    for mode in ("required", "verify-ca", "verify-full"):
        assert rules(read(encrypted, tls=mode, tls_ca=known)) == []
    secure = f"mysql://tls_only@localhost:{encrypted.port}/tls"
    assert observe(request_for(secure, tls="required")).tables
    with pytest.raises(SourceUnavailable):
        observe(request_for(secure, tls="off"))
    # another authority, and a name that the certificate does not hold
    assert refused(encrypted, tls="verify-ca", tls_ca=unknown) == "source.tls"
    assert refused(encrypted, tls="verify-full", tls_ca=unknown) == "source.tls"
    assert refused(encrypted, "127.0.0.1", tls="verify-full", tls_ca=known) == "source.tls"
    assert rules(read(encrypted, "127.0.0.1", tls="verify-ca", tls_ca=known)) == []


@pytest.mark.slow
def test_in_clear_is_a_finding_where_it_leaves_this_machine(
    encrypted: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rules(read(encrypted, tls="off")) == []
    monkeypatch.setattr("connectors.sql_database.is_remote", lambda _: True)
    (problem,) = read(encrypted, tls="off").problems
    assert (problem.rule_id, problem.severity, problem.about) == (
        "source.not_encrypted", Severity.WARNING, About.COMPLIANCE,
    )  # fmt: skip
    assert rules(read(encrypted)) == []


@pytest.mark.slow
def test_a_server_without_tls_is_not_read_where_tls_is_asked_for(mariadb: LiveServer, mariadb_database: str) -> None:
    mariadb.execute("CREATE TABLE t (id int PRIMARY KEY)", database=mariadb_database)
    for mode in ("required", "verify-full"):
        with pytest.raises(SourceUnavailable) as caught:
            observe(request_for(mariadb.url(mariadb_database), tls=mode))
        assert caught.value.problem.rule_id == "source.tls"


@pytest.mark.slow
def test_rights_through_roles_are_found_in_mariadb(mariadb: LiveServer, mariadb_database: str) -> None:
    base = mariadb_database
    mariadb.execute("CREATE TABLE t (id int PRIMARY KEY)", database=base)
    mariadb.execute(
        "CREATE OR REPLACE USER only_reads@'%'", f"GRANT SELECT, SHOW VIEW ON {base}.* TO only_reads@'%'",
        "CREATE OR REPLACE USER takes_role@'%'", f"GRANT SELECT ON {base}.* TO takes_role@'%'",
        "CREATE OR REPLACE ROLE writes", f"GRANT UPDATE ON {base}.* TO writes", "GRANT writes TO takes_role@'%'",
        "CREATE OR REPLACE USER creates@'%'", f"GRANT SELECT, CREATE ON {base}.* TO creates@'%'",
    )  # fmt: skip
    assert rules(observe(request_for(mariadb.url(base, "only_reads")))) == []
    mariadb.execute(
        "CREATE OR REPLACE USER looks@'%'", f"GRANT SELECT ON {base}.* TO looks@'%'",
        "CREATE OR REPLACE ROLE only_looks", f"GRANT SELECT ON {base}.* TO only_looks", "GRANT only_looks TO looks@'%'",
        "SET DEFAULT ROLE only_looks FOR looks@'%'",
    )  # fmt: skip
    assert rules(observe(request_for(mariadb.url(base, "looks")))) == []
    for account, right in (("takes_role", "UPDATE"), ("creates", "CREATE")):
        (problem,) = observe(request_for(mariadb.url(base, account))).problems
        assert (problem.rule_id, f"({right})" in problem.message) == ("source.account_can_write", True)


# -- PostgreSQL ---------------------------------------------------------------------------------------------------


@pytest.fixture
def accounts(postgres: LiveServer, postgres_database: str) -> Iterator[str]:
    """Accounts and roles of this test alone, named after its database."""
    base = postgres_database
    names = [f"{base}_{name}" for name in ("reads", "column", "member", "maker", "owner", "writers")]
    _, column, member, maker, owner, writers = names
    postgres.execute(
        *(f"CREATE ROLE {name} LOGIN PASSWORD 'x'" for name in names),
        f"ALTER ROLE {maker} CREATEDB",
        "CREATE TABLE t (id int PRIMARY KEY, email text)",
        "CREATE TABLE o (id int PRIMARY KEY)",
        f"GRANT USAGE ON SCHEMA public TO {', '.join(names)}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {', '.join(names)}",
        f"GRANT UPDATE (email) ON t TO {column}",
        f"GRANT DELETE ON t TO {writers}",
        f"ALTER ROLE {member} NOINHERIT",
        f"GRANT {writers} TO {member}",
        f"ALTER TABLE o OWNER TO {owner}",
        database=base,
    )
    yield base
    postgres.execute(*(f"DROP OWNED BY {name} CASCADE" for name in names), database=base)
    postgres.execute(*(f"DROP ROLE {name}" for name in names))


@pytest.mark.slow
def test_rights_are_found_in_postgresql(postgres: LiveServer, accounts: str) -> None:
    def rights(name: str) -> tuple[str, ...]:
        url = postgres.url(accounts, f"{accounts}_{name}", "x").replace("postgresql://", "postgresql+psycopg://")
        with sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool).connect() as connection:
            return writing_rights(connection, "postgres")

    assert rights("reads") == ()
    assert rights("column") == ("UPDATE",)
    assert rights("member") == ("DELETE",)
    assert rights("maker") == ("CREATEDB",)
    assert "owner of tables" in rights("owner")
    (problem,) = observe(request_for(postgres.url(accounts))).problems
    assert "SUPERUSER" in problem.message
