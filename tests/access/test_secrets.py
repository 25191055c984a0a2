"""A password comes from the environment or from a private file, and is repeated nowhere."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from whole_runs import call, ropa, small_controller

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.observation import SourceRequest
from ropa_pipeline.night import Night
from ropa_pipeline.publish import read_published
from ropa_pipeline.secret_reference import SecretUnavailable, resolve
from ropa_pipeline.settings import load_settings
from ropa_pipeline.sources import ResolvedSource, without_secrets

MARKER = "Zx9-marker-Q7"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(MARKER + "\n", "utf-8")
    path.chmod(0o600)
    return path


def source(home: Path, location: str, more: str = "") -> ResolvedSource:
    """The one database source of a small controller, with that location in sources.yaml."""
    folder = small_controller(home)
    (folder / "sources.yaml").write_text(
        f"sources:\n  - {{system: prestashop, connector: sql_database, location: '{location}'{more}}}\n", "utf-8"
    )
    (found,) = Night(load_settings(home), "small", date(2026, 11, 22)).sources
    return found


class TestFiles:
    def test_a_private_file_gives_the_password(self, secret: Path) -> None:
        assert resolve(f"mysql://reader:file:{secret}@db/shop") == f"mysql://reader:{MARKER}@db/shop"
        assert resolve(f"file:{secret}") == MARKER

    def test_what_would_end_a_password_early_is_written_as_a_url_needs_it(
        self, secret: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret.write_text("a@b/c:d 50%", "utf-8")
        monkeypatch.setenv("WORD", "p%40q")
        assert resolve(f"mysql://reader:file:{secret}@db/shop") == "mysql://reader:a%40b%2Fc%3Ad%2050%@db/shop"
        assert resolve("mysql://reader:env:WORD@db/shop") == "mysql://reader:p%40q@db/shop"
        assert resolve(f"file:{secret}") == "a@b/c:d 50%"

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o601, 0o622])
    def test_a_file_that_others_may_use_is_refused(self, secret: Path, mode: int) -> None:
        secret.chmod(mode)
        with pytest.raises(SecretUnavailable, match=f"mode {mode:04o}") as caught:
            resolve(f"file:{secret}")
        assert caught.value.remedy == f"Run: chmod 600 {secret}"
        assert MARKER not in str(caught.value)

    def test_the_group_may_read_where_that_was_decided(self, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ROPA_GROUP_READABLE", "1")
        secret.chmod(0o440)
        assert resolve(f"file:{secret}") == MARKER
        secret.chmod(0o460)
        with pytest.raises(SecretUnavailable):
            resolve(f"file:{secret}")

    def test_another_accounts_file_is_refused(self, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 4711)
        real = os.fstat

        def of_somebody(number: int) -> os.stat_result:
            found = list(real(number))
            found[stat.ST_UID] = 4712
            return os.stat_result(found)

        monkeypatch.setattr("os.fstat", of_somebody)
        with pytest.raises(SecretUnavailable, match="belongs to another account"):
            resolve(f"file:{secret}")

    @pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"x" * 5000, b"\xff\xfe", b"a\0b"])
    def test_a_file_that_is_no_secret_is_refused(self, secret: Path, content: bytes) -> None:
        secret.write_bytes(content)
        with pytest.raises(SecretUnavailable, match="one line of text"):
            resolve(f"file:{secret}")

    def test_a_missing_file_and_variable_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(SecretUnavailable, match=r"nothing cannot be read \(FileNotFoundError\)"):
            resolve(f"mysql://a:file:{tmp_path}/nothing@db/shop")
        with pytest.raises(SecretUnavailable, match="NOT_THERE_AT_ALL is not set"):
            resolve("env:NOT_THERE_AT_ALL")

    def test_an_address_of_a_file_is_no_reference(self) -> None:
        assert resolve("file:///dumps/shop.sql") == "file:///dumps/shop.sql"


class TestShown:
    @pytest.mark.parametrize(
        "location",
        [
            f"mysql://reader:{MARKER}@db.example.com/shop",
            f"mysql://reader:{MARKER}@x/y@db.example.com/shop",
            f"mysql://reader:a/{MARKER}@db.example.com/shop",
            f"mysql://reader:a@{MARKER} b@db.example.com/shop",
            f"https://{MARKER}@shop.example.com/api",
            f"https://shop.example.com/api?ws_key={MARKER}&x=1",
            f"postgresql://reader@db.example.com/shop?sslpassword={MARKER}",
        ],
    )
    def test_a_secret_in_clear_is_hidden_and_a_finding(self, tmp_path: Path, location: str) -> None:
        found = source(tmp_path, location)
        assert found.location == location
        assert MARKER not in found.shown_location
        assert MARKER not in repr(found)
        assert [problem.rule_id for problem in found.warnings] == ["source.secret_in_clear"]
        assert MARKER not in str(found.warnings)

    @pytest.mark.parametrize("location", ["mysql://reader@db/shop", "mysql://reader:env:WORD@db/shop", "env:WHOLE"])
    def test_a_reference_is_shown_as_it_is_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
    ) -> None:
        monkeypatch.setenv("WORD", MARKER)
        monkeypatch.setenv("WHOLE", f"mysql://reader:{MARKER}@db/shop")
        found = source(tmp_path, location)
        assert (found.shown_location, found.warnings, MARKER in repr(found)) == (location, (), False)

    def test_an_option_may_name_a_secret_and_its_file_is_found_in_the_home(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WORD", MARKER)
        found = source(tmp_path, "mysql://reader@db/shop", ", options: {key: env:WORD, tls_ca: ca.pem}")
        assert dict(found.options) == {"key": MARKER, "tls_ca": str(tmp_path / "ca.pem")}
        assert MARKER not in repr(found)
        found = source(tmp_path / "b", "mysql://reader@db/shop", ", options: {key: env:NO_WORD}")
        assert found.problem is not None
        assert found.problem.rule_id == "source.missing_secret"

    def test_a_request_repeats_no_secret_in_its_repr_nor_in_an_error_about_it(self) -> None:
        known = {
            "controller_id": "x", "source_id": "x", "system": "x", "connector": "x", "shown_location": "x",
            "as_of": date(2026, 1, 1), "location": f"mysql://a:{MARKER}@db/x", "options": (("key", MARKER),),
        }  # fmt: skip
        assert MARKER not in repr(SourceRequest.model_validate(known))
        with pytest.raises(ValidationError) as caught:
            SourceRequest.model_validate({**known, "location": {"x": MARKER}})
        assert MARKER not in str(caught.value)

    def test_a_night_does_not_repeat_what_the_command_line_gave(self, tmp_path: Path) -> None:
        given = {"prestashop": f"mysql://a:{MARKER}@db/x"}
        assert MARKER not in repr(Night(load_settings(tmp_path), "small", date(2026, 1, 1), given_sources=given))

    def test_what_is_no_secret_stays(self) -> None:
        assert without_secrets("mysql://reader@db/shop?charset=utf8") == "mysql://reader@db/shop?charset=utf8"


def test_the_sources_command_shows_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source(tmp_path, f"mysql://reader:{MARKER}@db.example.com/shop")
    answer = call("sources", "small", "--home", str(tmp_path))
    assert (answer.code, MARKER in answer.said, "reader:***@db.example.com" in answer.out) == (0, False, True)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_no_byte_that_a_run_through_dagster_leaves_holds_a_password(tmp_path: Path, secret: Path) -> None:
    """Three ways to give it, none reachable: sources.yaml in clear, a file, a variable. The search would find one."""
    home = tmp_path / "home"
    folder = small_controller(home)
    refused = "127.0.0.1:9"
    (folder / "sources.yaml").write_text(
        "sources:\n"
        f"  - {{system: prestashop, connector: prestashop, location: 'mysql://reader:{MARKER}@{refused}/shop', "
        "options: {attempts: '1'}}\n"
        f"  - {{system: omniva, connector: sql_database, location: 'postgresql://reader:file:{secret}@{refused}/x', "
        "options: {attempts: '1'}}\n"
        "  - {system: dpd, connector: sql_database, location: 'env:WHOLE', options: {attempts: '1'}}\n",
        "utf-8",
    )
    environment = {"WHOLE": f"mysql://reader:{MARKER}@{refused}/shop", "TMPDIR": str(tmp_path)}
    answers = [
        ropa("run", "small", "--as-of", "2026-11-22", "--home", str(home), environment=environment),
        ropa("sources", "small", "--home", str(home), environment=environment),
        ropa("plan", "small", "--home", str(home), environment=environment),
    ]
    written = [path for path in home.rglob("*") if path.is_file()]
    assert any("dagster" in path.parts for path in written)
    holding = [str(path.relative_to(home)) for path in written if MARKER.encode() in path.read_bytes()]
    assert holding == ["mappings/controllers/small/sources.yaml"]
    assert MARKER not in "".join(answer.said for answer in answers)
    found = {row.rule_id for row in read_published(home, "small").rows(Finding)}
    assert {"source.secret_in_clear", "source.unreachable"} <= found
