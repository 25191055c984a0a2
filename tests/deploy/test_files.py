"""The files of ``deploy/`` without running them: each against its own linter or schema, and against the code.

The schema of Compose files is the Compose specification's own (Apache-2.0, 2021); the one key that is younger is taken
out first.
"""

import json
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from whole_runs import ROOT, clean_environment

from ropa_pipeline.orchestration.runner import INSTANCE_CONFIG
from tests.deploy.installation import DEPLOY, command_of, example_environment
from tests.live import skip_or_fail

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").iterdir() if path.name != "values.yaml")


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


def compose() -> dict[str, Any]:
    return dict(documents(DEPLOY / "compose" / "compose.yaml")[0])


def kubernetes_instance() -> dict[str, Any]:
    """The ``dagster.yaml`` inside the manifests."""
    (found,) = [
        item for item in documents(DEPLOY / "kubernetes" / "ropa.yaml") if item["metadata"]["name"] == "ropa-instance"
    ]
    return dict(yaml.safe_load(found["data"]["dagster.yaml"]))


def problems_of(kind: str, text: str) -> list[str]:
    """What Dagster's own schema says of an instance's or a launcher's configuration. In a process of its own: the
    libraries of the ``scale`` extra are not loaded into the tests."""
    code = (
        "import sys, yaml\n"
        "from dagster._config import resolve_to_config_type, validate_config\n"
        "from dagster._core.instance.config import dagster_instance_config_schema\n"
        "from dagster_celery.launcher import CeleryRunLauncher\n"
        "from dagster_k8s import K8sRunLauncher\n"
        "config = yaml.safe_load(sys.stdin)\n"
        "launchers = {'CeleryRunLauncher': CeleryRunLauncher, 'K8sRunLauncher': K8sRunLauncher}\n"
        "launcher = config['run_launcher']\n"
        "checks = [(dagster_instance_config_schema(), config),\n"
        "    (launchers[launcher['class']].config_type(), launcher['config'])]\n"
        "for schema, value in checks:\n"
        "    for error in validate_config(resolve_to_config_type(schema), value).errors or []:\n"
        "        print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, env=clean_environment(), check=False
    )
    assert done.returncode == 0, f"{kind}: {done.stderr[-2000:]}"
    return done.stdout.splitlines()


@pytest.mark.slow
def test_dagsters_own_schema_accepts_both_instances() -> None:
    assert problems_of("one host", (DEPLOY / "dagster.yaml").read_text("utf-8")) == []
    assert problems_of("Kubernetes", yaml.safe_dump(kubernetes_instance())) == []
    assert problems_of("a mistake", yaml.safe_dump({**kubernetes_instance(), "run_que": {}})) != []


def test_loading_the_code_location_imports_nothing_of_the_scale_extra() -> None:
    code = (
        "import sys, ropa_pipeline.definitions, ropa_pipeline.orchestration.runner; "
        "names = ('celery', 'kombu', 'dagster_celery', 'dagster_postgres', 'dagster_k8s', 'dagster_celery_k8s', "
        "'kubernetes', 'psycopg2', 'redis', 's3fs'); "
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_module_of_the_embedded_default_imports_the_celery_application() -> None:
    ours = [*(ROOT / "ropa_pipeline").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")]
    found = [
        path.name for path in ours if re.search(r"^\s*(from|import) .*\bcelery", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert found == ["celery_app.py"]


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.name))
def test_manifests_keep_kubernetes_own_schema(path: Path) -> None:
    for item in documents(path):
        kubernetes_validate.validate(item, kubernetes_validate.latest_version(), strict=True)


def pod_specs() -> Iterator[tuple[str, dict[str, Any]]]:
    for item in documents(DEPLOY / "kubernetes" / "ropa.yaml"):
        spec = item.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield item["metadata"]["name"], template["spec"]


def test_every_pod_is_unprivileged() -> None:
    seen = dict(pod_specs())
    assert set(seen) == {"ropa-code", "ropa-webserver", "ropa-daemon", "ropa-alerts"}
    launcher = kubernetes_instance()["run_launcher"]["config"]
    containers = [(name, container) for name, spec in seen.items() for container in spec["containers"]]
    for name, container in containers:
        limits = container["securityContext"]
        assert limits["readOnlyRootFilesystem"], name
        assert not limits["allowPrivilegeEscalation"], name
        assert limits["capabilities"] == {"drop": ["ALL"]}, name
        assert container["resources"]["limits"]["memory"], name
    assert launcher["security_context"] == containers[0][1]["securityContext"]
    assert all(spec["securityContext"]["runAsNonRoot"] for spec in seen.values())
    assert launcher["run_k8s_config"]["pod_spec_config"]["security_context"]["run_as_non_root"]


def test_one_run_per_controller_at_a_time_on_every_scale() -> None:
    limit = yaml.safe_load(INSTANCE_CONFIG)["concurrency"]["runs"]["tag_concurrency_limits"]
    for instance in (yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8")), kubernetes_instance()):
        assert instance["concurrency"]["runs"]["tag_concurrency_limits"] == limit
        assert instance["telemetry"] == {"enabled": False}
        assert instance["run_monitoring"]["enabled"]
        assert instance["run_retries"]["enabled"]


def test_the_compose_file_keeps_the_specification() -> None:
    schema = json.loads((Path(__file__).parent / "data" / "compose_spec.json").read_text("utf-8"))
    content = compose()
    assert content.pop("name") == "ropa"
    assert [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(content)] == []


def test_services_of_ours_are_unprivileged_and_only_the_proxy_is_reachable() -> None:
    services = compose()["services"]
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("healthcheck"), name
        words = [key for key in service.get("environment", {}) if re.search("PASS|SECRET|KEY", key)]
        assert set(words) <= {"POSTGRES_PASSWORD_FILE", "ROPA_PASSWORDS"}, name
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["worker"]["deploy"]["replicas"] == 2


def test_containers_and_units_start_the_same_things() -> None:
    services = compose()["services"]
    for unit, name in (
        ("ropa-webserver.service", "webserver"),
        ("ropa-daemon.service", "daemon"),
        ("ropa-worker@.service", "worker"),
    ):
        words = command_of(unit).replace("/opt/ropa/venv/bin/", "").split()
        mine = [str(word) for word in services[name]["command"]]
        same = [word for word in words if not re.search(r"127\.0\.0\.1|\$\{|@", word)]
        assert [word for word in mine if word in same] == same, name


def test_units_are_sound() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        skip_or_fail("no systemd-analyze on this machine")
    done = subprocess.run(
        [program, "verify", *map(str, UNITS)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    said = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert said == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: str(path.name))
def test_a_unit_is_hardened_and_names_only_variables_that_the_example_has(unit: Path) -> None:
    text = unit.read_text("utf-8")
    for line in (
        "User=ropa",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "PrivateTmp=yes",
    ):
        assert f"\n{line}\n" in text, line
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(example_environment())
    assert "0.0.0.0" not in text


def test_secrets_stand_in_one_file_alone() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix in (".yaml", ".service", ".conf", ".py", ".sh"):
            found = re.findall(r"://\w+:([^@\s$\"']+)@", path.read_text("utf-8", errors="replace"))
            assert set(found) <= {"CHANGE_ME"}, path


def test_every_file_is_explained() -> None:
    said = (DEPLOY / "README.md").read_text("utf-8")
    for path in DEPLOY.iterdir():
        assert path.name in said or path.name == "README.md", path.name


def test_the_lock_holds_the_embedded_defaults_packages_in_the_same_versions() -> None:
    def versions(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text("utf-8")
        return dict(re.findall(r"^([a-z0-9][a-z0-9_.-]*)==(\S+)", text, re.MULTILINE))

    core, scale = versions("requirements.lock"), versions("requirements-scale.lock")
    assert {name: scale.get(name) for name in core} == core
    assert {"dagster-postgres", "dagster-celery", "dagster-k8s", "hatchling"} <= set(scale) - set(core)


def commands_of(heading: str) -> list[str]:
    """The commands of one part of the README, block by block."""
    part = (DEPLOY / "README.md").read_text("utf-8").split(heading)[1]
    part = re.split(r"^(?:## |### |\* \*\*|\*\*\d)", part, maxsplit=1, flags=re.MULTILINE)[0]
    return [textwrap.dedent(block) for block in re.findall(r"```bash\n(.*?)```", part, re.DOTALL)]


STEPS = ("**1. ", "**2. ", "**3. ", "**4. ", "**5. ", "**6. ", "* **Add shops:**", "* **Remove it:**", "## Redis")


@pytest.mark.parametrize("heading", STEPS)
def test_commands_of_the_installation_are_bash_and_name_files_that_are_there(heading: str) -> None:
    (commands,) = commands_of(heading)
    done = subprocess.run(["bash", "-n"], input=commands, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for named in re.findall(r"\bdeploy/[\w./-]+|\brequirements\S+\.lock", commands):
        assert (ROOT / named).exists(), named


def test_every_unit_is_started_and_what_is_put_on_the_machine_can_be_removed() -> None:
    (configuration,), (start,), (removal,) = map(commands_of, ("**4. ", "**5. ", "* **Remove it:**"))
    timed = {unit.name.replace(".timer", ".service") for unit in UNITS if unit.suffix == ".timer"}
    for unit in UNITS:
        if unit.name not in timed:
            name = unit.name.removesuffix(".service").replace("@", "@1")
            assert f" {name}" in start, name
            assert f" {name}" in removal, name
    gone = re.findall(r" (/(?:etc|opt)/\S+)", removal)
    put = [path for path in re.findall(r" (/etc/\S+)", configuration) if not path.endswith("/")]
    put += [f"/etc/systemd/system/{unit.name}" for unit in UNITS]
    assert "/etc/rabbitmq/conf.d/21-ropa-loopback.conf" in put
    assert {"/etc/ropa", "/opt/ropa"} <= set(gone)
    for path in put:
        assert any(fnmatch(path, pattern) for pattern in gone), path


def test_the_one_file_of_secrets_is_filled_and_no_command_line_or_comment_holds_the_password() -> None:
    (commands,) = commands_of("**3. ")
    (line,) = [line for line in commands.splitlines() if "ropa.env.example" in line]
    made = subprocess.run(
        ["bash", "-c", line.split(" | ")[0]], env={**clean_environment(), "PASSWORD": "0a1b2c"}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    values = "\n".join(row for row in made.splitlines() if not row.startswith("#"))
    assert (values.count("0a1b2c"), made.count("0a1b2c"), "CHANGE_ME" in values) == (3, 3, False)
    # whoever may list processes sees arguments of programs; echo and <<< are the shell's own
    told = [row for row in commands.splitlines() if "$PASSWORD" in row]
    assert all(re.search(r"<<< \S*.*\$PASSWORD|<\(echo .*\$PASSWORD", row) for row in told)
    for heading in STEPS:
        for row in commands_of(heading)[0].splitlines():
            # it reads its input whether it needs it or not: what was pasted after it would be gone
            assert "rabbitmqctl" not in row or "<" in row, row


def test_the_commands_for_redis_change_the_address_alone_and_give_redis_the_same_password(tmp_path: Path) -> None:
    (commands,) = commands_of("## Redis")
    secrets, server = tmp_path / "ropa.env", tmp_path / "redis.conf"
    before = (DEPLOY / "ropa.env.example").read_text("utf-8").replace("CHANGE_ME", "0a1b2c")
    secrets.write_text(before, "utf-8")
    server.write_text("appendonly no\n", "utf-8")
    edits = "\n".join(row for row in commands.splitlines() if " sed " in row).replace("sudo ", "")
    edits = edits.replace("/etc/ropa/ropa.env", str(secrets)).replace("/etc/redis/redis.conf", str(server))
    for _ in ("once", "the address is changed but once"):
        subprocess.run(["bash", "-euc", edits.splitlines()[0]], check=True)
    subprocess.run(["bash", "-euc", edits.splitlines()[1]], check=True)
    broker = "amqp://ropa:0a1b2c@127.0.0.1:5672/ropa"
    assert secrets.read_text("utf-8") == before.replace(broker, "redis://:0a1b2c@127.0.0.1:6379/0") != before
    assert server.read_text("utf-8") == "appendonly no\nrequirepass 0a1b2c\nappendonly yes\n"
