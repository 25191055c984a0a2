"""What a file of ``deploy/`` names is there in another or in the code: variables, images, secrets, claims, services."""

import re
from pathlib import Path
from typing import Any

import dagster
import yaml
from whole_runs import ROOT

from tests.deploy.installation import DEPLOY, example_environment

FILES = {path: path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file()}
COMPOSE = yaml.safe_load(FILES[DEPLOY / "compose" / "compose.yaml"])
MANIFESTS = list(yaml.safe_load_all(FILES[DEPLOY / "kubernetes" / "ropa.yaml"]))
SECRET = yaml.safe_load(FILES[DEPLOY / "kubernetes" / "secret.example.yaml"])


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {item["metadata"]["name"]: item for item in MANIFESTS if item["kind"] == kind}


def every(item: Any, key: str) -> list[Any]:
    """Everything that stands below a key, wherever it is."""
    if isinstance(item, list):
        return [found for value in item for found in every(value, key)]
    if not isinstance(item, dict):
        return []
    return [found for name, value in item.items() for found in ([value] if name == key else every(value, key))]


def instance() -> dict[str, Any]:
    return dict(yaml.safe_load(named("ConfigMap")["ropa-instance"]["data"]["dagster.yaml"]))


def test_every_variable_is_read_by_somebody() -> None:
    """By our code, by Dagster, or by a file that is filled with it."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "ropa_pipeline").rglob("*.py"))
    scripts = "".join(text for path, text in FILES.items() if path.suffix in (".sh", ".template", ".service"))
    configuration = FILES[DEPLOY / "dagster.yaml"] + FILES[DEPLOY / "workspace.yaml"]
    theirs = "".join(path.read_text("utf-8") for path in (Path(dagster.__file__).parent).rglob("*.py"))
    names = {name for text in FILES.values() for name in re.findall(r"\b(?:ROPA|DAGSTER)_[A-Z_]+\b", text)}
    assert len(names) > 12
    unread = [
        name
        for name in sorted(names)
        if f'"{name}"' not in code
        and not re.search(rf"\$\{{?{name}\b", scripts)
        and not re.search(rf"env: {name}\b", configuration)
        and f'"{name}"' not in theirs
    ]
    assert unread == []


def test_every_variable_that_configuration_asks_for_is_given_on_every_scale() -> None:
    wanted = set(every(yaml.safe_load(FILES[DEPLOY / "dagster.yaml"]), "env"))
    wanted |= set(every(yaml.safe_load(FILES[DEPLOY / "workspace.yaml"]), "env"))
    assert wanted <= set(example_environment())
    entrypoint = set(re.findall(r"\b(ROPA_[A-Z_]+)=", FILES[DEPLOY / "compose" / "entrypoint.sh"]))
    for name in ("code", "webserver", "daemon", "worker"):
        assert wanted <= entrypoint | set(COMPOSE["services"][name]["environment"]), name
    of_pods = set(named("ConfigMap")["ropa-environment"]["data"]) | set(SECRET["stringData"])
    asked = set(every(instance(), "env")) | set(every(yaml.safe_load(FILES[DEPLOY / "workspace.yaml"]), "env"))
    assert asked <= of_pods


def test_the_image_is_one_and_is_built_from_files_that_it_may_have() -> None:
    of_ours = {service["image"] for service in COMPOSE["services"].values() if "ropa" in service["image"]}
    assert of_ours == {COMPOSE["services"]["code"]["image"]}
    build = COMPOSE["services"]["code"]["build"]
    context = (DEPLOY / "compose" / build["context"]).resolve()
    assert (context, (context / build["dockerfile"]).is_file()) == (ROOT, True)
    given = re.findall(r"^!(\S+)$", FILES[DEPLOY / "compose" / "Dockerfile.dockerignore"], re.MULTILINE)
    assert [path for path in given if not (ROOT / path).exists()] == []
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", FILES[DEPLOY / "compose" / "Dockerfile"], re.MULTILINE)
    sources = {path for words in copied for path in words.split()} - {"."}
    assert sources == {path for path in given if path.startswith(("deploy/", "requirements"))}
    images = {*every(MANIFESTS, "image"), instance()["run_launcher"]["config"]["job_image"]}
    assert len(images) == 1
    chart = yaml.safe_load(FILES[DEPLOY / "kubernetes" / "values.yaml"])
    (image,) = every(chart["dagster-user-deployments"], "image")
    assert images == {f"{image['repository']}:{image['tag']}"}
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version is not None
    assert image["tag"] == version[1]


def test_images_of_others_name_a_version() -> None:
    for name, service in COMPOSE["services"].items():
        repository, _, tag = service["image"].partition(":")
        assert re.search(r"\d", tag) or repository == "ropa", name


def test_containers_reach_only_secrets_files_and_services_that_there_are() -> None:
    services, readme = COMPOSE["services"], FILES[DEPLOY / "README.md"]
    for name, service in services.items():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert set(service.get("depends_on", ())) <= set(services), name
        for mounted in service.get("volumes", ()):
            source = mounted.partition(":")[0]
            if source.startswith("./secrets"):
                assert source.removeprefix("./") in readme, source
            elif source.startswith("."):
                assert (DEPLOY / "compose" / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source
    for name in COMPOSE["secrets"]:
        assert name in readme
        assert f"secret {name}" in FILES[DEPLOY / "compose" / "entrypoint.sh"] or name == "sources_env"
    for item in COMPOSE["configs"].values():
        assert (DEPLOY / "compose" / item["file"]).is_file()
    environment = services["worker"]["environment"]
    for key in ("ROPA_POSTGRES_HOST", "ROPA_RABBITMQ_HOST", "ROPA_CODE_HOST"):
        assert environment[key] in services, key


def test_pods_reach_only_claims_secrets_accounts_and_services_that_there_are() -> None:
    launcher = instance()["run_launcher"]["config"]
    claims = {*every(MANIFESTS, "claimName"), *every(launcher, "claimName")}
    assert claims == set(named("PersistentVolumeClaim"))
    maps = {item["name"] for item in (*every(MANIFESTS, "configMapRef"), *every(MANIFESTS, "configMap"))}
    assert {*maps, launcher["instance_config_map"], *launcher["env_config_maps"]} <= set(named("ConfigMap"))
    secrets = {item["name"] for item in every(MANIFESTS, "secretRef")} | set(launcher["env_secrets"])
    assert secrets == {SECRET["metadata"]["name"]}
    accounts = {*every(MANIFESTS, "serviceAccountName"), launcher["service_account_name"]}
    assert accounts == set(named("ServiceAccount"))
    labels = [item["spec"]["template"]["metadata"]["labels"] for item in named("Deployment").values()]
    for name, service in named("Service").items():
        assert service["spec"]["selector"] in labels, name
    environment = named("ConfigMap")["ropa-environment"]["data"]
    (port,) = named("Service")[environment["ROPA_CODE_HOST"]]["spec"]["ports"]
    assert environment["ROPA_CODE_PORT"] == str(port["port"])


def test_pods_find_their_instance_outside_the_claim() -> None:
    """The cluster makes missing folders of a mount as root: below the claim nobody could write beside them."""
    home = named("ConfigMap")["ropa-environment"]["data"]["DAGSTER_HOME"]
    assert instance()["run_launcher"]["config"]["dagster_home"] == home
    for name, item in named("Deployment").items():
        (container,) = item["spec"]["template"]["spec"]["containers"]
        mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        assert mounts["instance"] == f"{home}/dagster.yaml", name
        assert not home.startswith(mounts["home"]), name


def test_the_chart_has_the_same_limits_as_the_other_instances() -> None:
    values = yaml.safe_load(FILES[DEPLOY / "kubernetes" / "values.yaml"])
    daemon = values["dagsterDaemon"]
    queue = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]
    runs, retries = instance()["concurrency"]["runs"], instance()["run_retries"]
    assert queue["maxConcurrentRuns"] == runs["max_concurrent_runs"]
    assert queue["tagConcurrencyLimits"] == runs["tag_concurrency_limits"]
    assert daemon["runRetries"]["maxRetries"] == retries["max_retries"]
    assert daemon["runRetries"]["retryOnAssetOrOpFailure"] is retries["retry_on_asset_or_op_failure"] is False
    assert daemon["runMonitoring"]["maxResumeRunAttempts"] == instance()["run_monitoring"]["max_resume_run_attempts"]
