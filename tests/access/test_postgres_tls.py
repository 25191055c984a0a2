"""A connection to PostgreSQL is as encrypted as the source asks for: tried on a server with its own certificate."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from certificates import Certificates, made_in
from private_postgres import PrivatePostgres, private_postgres
from whole_runs import call, small_controller

from connectors.registry import observe
from ropa_pipeline.model.observation import SourceObservation, SourceProblem, SourceRequest, SourceUnavailable

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return made_in(tmp_path_factory.mktemp("pems"))


@pytest.fixture(scope="module")
def server(pems: Certificates) -> Iterator[PrivatePostgres]:
    """A PostgreSQL whose certificate is for ``localhost``, and accounts that can only read."""
    with private_postgres(pems) as running:
        running.execute(
            "CREATE TABLE customer (id int PRIMARY KEY, email varchar(90))",
            "CREATE ROLE reader LOGIN", "GRANT SELECT ON customer TO reader",
            "CREATE ROLE in_clear LOGIN", "GRANT SELECT ON customer TO in_clear",
            "REVOKE TEMPORARY, CREATE ON DATABASE postgres FROM PUBLIC",
        )  # fmt: skip
        yield running


def read(
    server: PrivatePostgres, host: str = "localhost", account: str = "reader", **options: str
) -> SourceObservation:
    request = SourceRequest(
        controller_id="example", source_id="shop", system="web_shop", connector="sql_database",
        location=server.url(host, account=account), shown_location="the shop's database", as_of=date(2026, 11, 22),
        options=tuple(sorted({"attempts": "1", **options}.items())),
    )  # fmt: skip
    return observe(request)


def refused(server: PrivatePostgres, host: str = "localhost", account: str = "reader", **options: str) -> SourceProblem:
    with pytest.raises(SourceUnavailable) as caught:
        read(server, host, account, **options)
    return caught.value.problem


@pytest.mark.parametrize("mode", ["required", "verify-ca", "verify-full"])
def test_the_right_authority_passes_in_every_degree(server: PrivatePostgres, pems: Certificates, mode: str) -> None:
    seen = read(server, tls=mode, tls_ca=str(pems.authority))
    assert [table.name for table in seen.tables] == ["customer"]
    assert seen.problems == ()


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full"])
def test_a_wrong_authority_is_refused_with_a_clear_message(
    server: PrivatePostgres, pems: Certificates, mode: str
) -> None:
    problem = refused(server, tls=mode, tls_ca=str(pems.stranger))
    assert problem.rule_id == "source.tls"
    assert "certificate" in problem.message
    assert "tls_ca" in problem.remedy
    assert "reader" not in problem.message


def test_a_name_that_the_certificate_does_not_hold_is_refused_where_names_are_checked(
    server: PrivatePostgres, pems: Certificates
) -> None:
    known = str(pems.authority)
    problem = refused(server, "127.0.0.1", tls="verify-full", tls_ca=known)
    assert problem.rule_id == "source.tls"
    assert "for another name" in problem.message
    assert read(server, "127.0.0.1", tls="verify-ca", tls_ca=known).tables


def test_without_an_authority_the_systems_own_are_asked_and_do_not_know_it(server: PrivatePostgres) -> None:
    assert refused(server, tls="verify-full").rule_id == "source.tls"


def test_encryption_that_nobody_checks_needs_no_authority(server: PrivatePostgres, pems: Certificates) -> None:
    assert read(server, tls="required").tables
    assert read(server, tls="required", tls_ca=str(pems.stranger)).tables


def test_a_server_that_takes_nothing_in_clear_says_so(server: PrivatePostgres) -> None:
    assert read(server, account="in_clear", tls="off").tables
    problem = refused(server, tls="off")
    assert (problem.rule_id, "in clear" in problem.message) == ("source.tls", True)


def test_a_server_that_changed_its_certificate_is_a_stale_source_of_a_whole_run(
    server: PrivatePostgres, pems: Certificates, tmp_path: Path
) -> None:
    folder = small_controller(tmp_path)
    shutil.copyfile(pems.authority, tmp_path / "ca.pem")
    source = (
        f"  - {{source_id: live, system: web_shop, connector: sql_database, location: '{server.url(account='reader')}',"
        " options: {tls: verify-full, tls_ca: ca.pem, attempts: '1'}}\n"
    )
    sources = folder / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + source, "utf-8")
    run = ("run", "small", "--no-dagster", "--quiet", "--home", str(tmp_path))
    assert call(*run, "--as-of", "2026-11-01").code == 0
    shutil.copyfile(pems.stranger, tmp_path / "ca.pem")
    answer = call(*run, "--as-of", "2026-11-02", "--force")
    assert answer.code == 0, answer.said
    assert "live (stale)" in answer.err
    assert "certificate" in answer.err
    assert "Traceback" not in answer.said
