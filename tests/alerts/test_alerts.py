"""One message per new problem and none for an old one, through log, mail and webhook; a dead server spoils nothing."""

import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import dagster as dg
import pytest
from local_servers import Hook, Smtp, port, served
from whole_runs import Answer, call, change, run_small, small_controller

from ropa_pipeline import alerts
from ropa_pipeline.alerts import AlertKind, AlertSettings, Problem
from ropa_pipeline.alerts.memory import path_of
from ropa_pipeline.orchestration.jobs import sensors, tell_failure
from ropa_pipeline.publish import published_path
from ropa_pipeline.publish.places import Places
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.yaml_files import MappingError
from tests.live import free_port

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.fixture
def smtp() -> Iterator[Smtp]:
    yield from served(Smtp())


@pytest.fixture
def hook() -> Iterator[Hook]:
    yield from served(Hook())


def alerts_yaml(home: Path, smtp: Smtp | None = None, hook: Hook | None = None, more: str = "") -> None:
    text = "log: false\n" + more
    if smtp is not None:
        text += (
            f"mail: {{host: 127.0.0.1, port: {port(smtp)}, security: none, sender: ropa@shop.example.com, "
            "recipients: [officer@shop.example.com]}\n"
        )
    if hook is not None:
        text += f"webhook: {{url: 'http://127.0.0.1:{port(hook)}/hook', authorization: env:ALERTS_TOKEN}}\n"
    (home / "alerts.yaml").write_text(text, "utf-8")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ALERTS_TOKEN", "Bearer 4711")
    return load_settings(tmp_path)


def problem(subject: str = "", kind: AlertKind = AlertKind.SOURCE_NOT_READ, controller: str = "small") -> Problem:
    return Problem(kind=kind, controller=controller, subject=subject, text="is not read", remedy="look")


def tell(settings: Settings, *problems: Problem, looked_at: tuple[AlertKind, ...] = tuple(AlertKind)) -> alerts.Told:
    return alerts.tell(settings, "small", problems, looked_at, alerts.load_alert_settings(settings.home), NOW)


# -- new, old, gone -----------------------------------------------------------------------------------------------


def test_a_new_problem_is_told_once_and_again_only_after_it_was_gone(
    settings: Settings, smtp: Smtp, hook: Hook
) -> None:
    alerts_yaml(settings.home, smtp, hook)
    assert tell(settings, problem("shop")).told == ("small/source_not_read/shop",)
    assert tell(settings, problem("shop")).told == ()
    assert (len(smtp.messages), len(hook.bodies)) == (1, 1)
    assert tell(settings, problem("shop"), problem("bank")).told == ("small/source_not_read/bank",)
    assert tell(settings, problem("bank")).gone == ("small/source_not_read/shop",)
    assert (len(smtp.messages), len(hook.bodies)) == (2, 2)
    assert tell(settings, problem("shop"), problem("bank")).told == ("small/source_not_read/shop",)
    assert (len(smtp.messages), len(hook.bodies)) == (3, 3)


def test_a_kind_that_was_not_looked_at_is_not_forgotten_nor_another_controllers(settings: Settings, hook: Hook) -> None:
    alerts_yaml(settings.home, hook=hook)
    tell(settings, problem(kind=AlertKind.HISTORY_BROKEN), problem("x", controller="other"))
    assert tell(settings, looked_at=(AlertKind.SOURCE_NOT_READ,)).gone == ()
    assert tell(settings).gone == ("small/history_broken/",)
    tell(settings, problem("x", controller="other"))
    assert len(hook.bodies) == 2


def test_that_it_is_over_is_told_only_where_that_is_asked_for(settings: Settings, hook: Hook) -> None:
    alerts_yaml(settings.home, hook=hook)
    tell(settings, problem("shop"))
    tell(settings)
    alerts_yaml(settings.home, hook=hook, more="resolved: true\n")
    tell(settings, problem("shop"))
    tell(settings)
    assert [body["state"] for body in hook.bodies] == ["new", "new", "resolved"]


def test_what_a_message_says(settings: Settings, smtp: Smtp, hook: Hook) -> None:
    alerts_yaml(settings.home, smtp, hook)
    tell(settings, problem("shop"))
    (mail,) = smtp.messages
    for line in (
        "Subject: [ropa] small: source not read shop",
        "From: ropa@shop.example.com",
        "To: officer@shop.example.com",
        "Auto-Submitted: auto-generated",
        "What to do: look",
    ):
        assert line in mail
    (body,) = hook.bodies
    assert (body["kind"], body["controller"], body["subject"]) == ("source_not_read", "small", "shop")
    assert body["text"].startswith("[ropa] small: source not read shop\n")
    assert hook.authorizations == ["Bearer 4711"]


def test_without_settings_the_log_is_told(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ropa.alerts"):
        assert tell(settings, problem("shop")).told
    assert "[ropa] small: source not read shop | small: is not read | What to do: look" in caplog.text


# -- servers that fail --------------------------------------------------------------------------------------------


def test_a_dead_server_is_no_error_and_the_message_goes_out_when_it_lives(settings: Settings, hook: Hook) -> None:
    dead = free_port()
    more = f"mail: {{host: 127.0.0.1, port: {dead}, security: none, sender: a@b.example, recipients: [c@b.example]}}\n"
    alerts_yaml(settings.home, hook=hook, more=more)
    answer = tell(settings, problem("shop"))
    assert answer.told == ("small/source_not_read/shop",)
    assert answer.failures == ("mail: the mail server did not take the message (ConnectionRefusedError)",)
    reborn = Smtp()
    try:
        alerts_yaml(settings.home, reborn, hook)
        threading.Thread(target=reborn.serve_forever, args=(0.02,), daemon=True).start()
        assert tell(settings, problem("shop")).failures == ()
    finally:
        reborn.shutdown()
        reborn.server_close()
    assert (len(reborn.messages), len(hook.bodies)) == (1, 1)


def test_a_servers_own_words_are_not_repeated(settings: Settings, smtp: Smtp, hook: Hook) -> None:
    alerts_yaml(settings.home, smtp, hook)
    smtp.refuses, hook.status = True, 500
    failures = tell(settings, problem("shop")).failures
    assert failures == (
        "mail: the mail server did not take the message (SMTPRecipientsRefused)",
        "webhook: the webhook's server answered with status 500",
    )


def test_a_redirect_is_not_followed(settings: Settings, hook: Hook) -> None:
    alerts_yaml(settings.home, hook=hook)
    hook.status = 302
    assert tell(settings, problem("shop")).failures == ("webhook: the webhook's server answered with status 302",)
    assert len(hook.bodies) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mail: {host: mail.example.com, security: none, sender: a, recipients: [b]}\n", "sends mail in clear"),
        ("webhook: {url: 'http://hooks.example.com/x'}\n", "in clear over the network"),
        ("webhook: {url: env:NO_SUCH_VARIABLE}\n", "NO_SUCH_VARIABLE is not set"),
        ("webhook: {url: 'ftp://x'}\n", "no web address"),
        ("recipient: x\n", "recipient"),
        ("mail: {host: x, sender: a, recipients: []}\n", "mail.recipients"),
    ],
)
def test_settings_that_cannot_be_used_are_told_and_stop_nothing(settings: Settings, text: str, told: str) -> None:
    (settings.home / "alerts.yaml").write_text(text, "utf-8")
    with pytest.raises(MappingError, match=told):
        tell(settings, problem("shop"))
    (failure,) = alerts.run_failed(settings, "small", "KeyError").failures
    assert told in failure


def test_the_environment_wins_over_the_file(settings: Settings, smtp: Smtp, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.home / "alerts.yaml").write_text("webhook: {url: 'https://hooks.example.com/x'}\n", "utf-8")
    monkeypatch.setenv("ROPA_ALERTS_WEBHOOK", "https://hooks.example.org/y")
    monkeypatch.setenv("ROPA_ALERTS_SMTP", "smtps://a%40b:word@mail.example.com")
    monkeypatch.setenv("ROPA_ALERTS_TO", "one@example.com, two@example.com")
    found = alerts.load_alert_settings(settings.home)
    assert found.mail is not None
    assert found.webhook is not None
    assert (found.webhook.url, found.mail.account, found.mail.password) == (
        "https://hooks.example.org/y", "a@b", "word",
    )  # fmt: skip
    assert found.mail.recipients == ("one@example.com", "two@example.com")
    assert "word" not in repr(found)
    assert "example.org" not in repr(found)
    monkeypatch.setenv("ROPA_ALERTS_TO", "")
    with pytest.raises(MappingError, match="ROPA_ALERTS_TO"):
        alerts.load_alert_settings(settings.home)


# -- what is wrong with a home ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small controller, published and approved."""
    home = tmp_path_factory.mktemp("ran") / "home"
    home.mkdir()
    small_controller(home)
    (home / "alerts.yaml").write_text("log: false\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        without_contract(patch)
        assert run_small(home).code == 0
    assert call("approve", "small", "--by", "Test Approver", "--home", str(home)).code == 0
    return home


def without_contract(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


@pytest.fixture
def home(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_contract(monkeypatch)
    shutil.copytree(ran, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def wrong(home: Path, now: datetime | None = None, **more: object) -> list[tuple[str, str]]:
    settings = AlertSettings.model_validate({"log": False, **more})
    found = alerts.look(load_settings(home), "small", settings, now or datetime.now(UTC))
    return sorted((item.kind.value, item.subject) for items in found.values() for item in items)


def test_nothing_is_wrong_after_a_good_night(home: Path) -> None:
    assert wrong(home) == []
    assert call("alerts", "check", "--strict", "--home", str(home)).out == "small: nothing is wrong\n"


def test_a_register_that_no_night_verified_is_told_after_the_days_that_were_set(home: Path) -> None:
    today = datetime.now(UTC)
    assert wrong(home, today + timedelta(days=1)) == []
    assert wrong(home, today + timedelta(days=2)) == [("register_stale", "")]
    assert wrong(home, today + timedelta(days=6), stale_register_days=7) == []


def test_a_broken_history_is_told(home: Path) -> None:
    change(Places(home, "small").chain, "Test Approver", "Somebody Else")
    assert ("history_broken", "") in wrong(home)


def test_a_source_that_was_not_read_is_told_by_the_run_and_not_again_by_the_timer(home: Path, hook: Hook) -> None:
    alerts_yaml(home, hook=hook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALERTS_TOKEN", "Bearer 4711")
        (home / "inputs" / "parcels.csv").unlink()
        run_small(home, as_of="2026-11-23")
        assert [body["subject"] for body in hook.bodies] == ["omniva"]
        answer = call("alerts", "check", "--strict", "--home", str(home))
    assert (answer.code, answer.out) == (2, "small/source_not_read/omniva\n")
    assert len(hook.bodies) == 1
    assert wrong(home, stale_source_nights=100) == []


@pytest.mark.slow
def test_a_refused_release_is_told(home: Path) -> None:
    change(home / "inputs" / "shop.sql", "CREATE TABLE `zz_guest` (", "CREATE TABLE `zz_guest` (((,,")
    assert run_small(home, as_of="2026-11-23").code == 3
    assert ("release_refused", "") in wrong(home)
    standing = json.loads(call("alerts", "check", "--json", "--home", str(home)).out)["small"]["standing"]
    assert "small/release_refused/" in standing


@pytest.mark.slow
def test_a_finding_that_was_not_open_at_the_approval_is_told_by_its_rule(home: Path) -> None:
    path = home / "mappings" / "controllers" / "small" / "activities.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('    legal_bases:\n      - {basis: "6(1)(b)", statements: [basis]}\n', ""), "utf-8")
    assert run_small(home, as_of="2026-11-23").code == 0
    told = wrong(home)
    assert told
    assert {kind for kind, _ in told} == {"new_finding"}
    assert all("legal_basis" in rule or "." in rule for _, rule in told)
    assert wrong(home, new_findings="none") == []


def test_a_fault_of_ours_is_told_without_its_text_and_forgotten_after_a_good_night(
    home: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts_yaml(home, hook=hook)
    monkeypatch.setenv("ALERTS_TOKEN", "Bearer 4711")

    def fault(_: object) -> None:
        raise RuntimeError("Ona Onaite, ona@example.com")

    with monkeypatch.context() as broken:
        broken.setattr("ropa_pipeline.commands.run.make_night", fault)
        for _ in range(2):
            assert run_small(home, as_of="2026-11-23").code == 1
    (body,) = hook.bodies
    assert (body["kind"], "RuntimeError" in body["text"], "Ona" in json.dumps(body)) == ("run_failed", True, False)
    assert "run_failed" in path_of(home).read_text("utf-8")
    assert run_small(home, as_of="2026-11-23").code == 0
    assert "run_failed" not in path_of(home).read_text("utf-8")


@pytest.mark.slow
def test_broken_settings_do_not_change_a_runs_answer(home: Path) -> None:
    (home / "alerts.yaml").write_text("recipient: x\n", "utf-8")
    assert run_small(home, as_of="2026-11-23").code == 0
    answer = call("alerts", "check", "--home", str(home))
    assert (answer.code, "alerts.yaml, line 1" in answer.err) == (2, True)


# -- the commands and Dagster -------------------------------------------------------------------------------------


def try_out(home: Path) -> Answer:
    return call("alerts", "test", "--home", str(home))


def test_a_test_message_goes_through_every_channel(
    tmp_path: Path, smtp: Smtp, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTS_TOKEN", "Bearer 4711")
    alerts_yaml(tmp_path, smtp, hook)
    assert try_out(tmp_path) == Answer(0, "mail: sent\nwebhook: sent\n", "")
    hook.status = 404
    assert try_out(tmp_path).code == 2
    (tmp_path / "alerts.yaml").write_text("log: false\n", "utf-8")
    assert "no channel is set up" in try_out(tmp_path).err


@pytest.mark.parametrize(
    ("error", "kind"),
    [("KeyError", "run_failed"), ("DagsterAssetCheckFailedError", "release_refused"), ("Failure", "release_refused")],
)
def test_a_failed_step_is_told_as_what_it_is(home: Path, error: str, kind: str) -> None:
    tell_failure(load_settings(home), "small", error)
    assert f"small/{kind}/" in path_of(home).read_text("utf-8")


@pytest.mark.slow
def test_a_held_release_stays_told_until_a_night_has_come_to_its_end(home: Path) -> None:
    settings = load_settings(home)
    alerts.release_held(settings, "small")
    assert alerts.check(settings, "small").standing == ("small/release_refused/",)
    assert run_small(home, as_of="2026-11-23").code == 0
    assert alerts.check(settings, "small").standing == ()


def test_the_sensors_tell_what_stands_and_what_died(home: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts_yaml(home, hook=hook)
    monkeypatch.setenv("ALERTS_TOKEN", "Bearer 4711")
    found = {item.name: item for item in sensors(load_settings(home))}
    folder = published_path(home, "small")
    assert folder is not None
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["last_verified"] = "2026-01-01T00:00:00Z"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    evaluate: Callable[[], object] = lambda: found["alerts"](dg.build_sensor_context())  # noqa: E731
    assert "small/register_stale/" in str(evaluate())
    assert "nothing new" in str(evaluate())
    assert [body["kind"] for body in hook.bodies] == ["register_stale"]
    assert isinstance(found["failed_runs"], dg.SensorDefinition)
