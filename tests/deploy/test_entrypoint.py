"""The image's entry point, run by the shell of this machine: what it makes of secrets and of a mounted instance."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.deploy.installation import DEPLOY


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """The folders of a container, and the entry point with their places in place of the container's."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "dagster.yaml").write_text("of the image\n", "utf-8")
    script = (DEPLOY / "compose" / "entrypoint.sh").read_text("utf-8")
    script = script.replace("/run/secrets", f"{tmp_path}/secrets").replace("/etc/ropa", f"{tmp_path}/etc")
    (tmp_path / "entrypoint.sh").write_text(script, "utf-8")
    return tmp_path


def started(container: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(container / "entrypoint.sh"), *command],
        env={"PATH": os.environ["PATH"], "DAGSTER_HOME": str(container / "instance"), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_secrets_become_addresses_and_sources_passwords(container: Path) -> None:
    (container / "secrets" / "postgres_password").write_text("one\n", "utf-8")
    (container / "secrets" / "rabbitmq_password").write_text("two\r\n", "utf-8")
    (container / "secrets" / "sources_env").write_text("# of the shops\nSHOP_PASSWORD=a=b c$d\n", "utf-8")
    done = started(container, "env", ROPA_POSTGRES_HOST="postgres", ROPA_RABBITMQ_HOST="rabbitmq")
    said = done.stdout.splitlines()
    assert "ROPA_DAGSTER_POSTGRES=postgresql+psycopg2://ropa:one@postgres:5432/ropa_dagster" in said
    assert "ROPA_CELERY_RESULTS=db+postgresql+psycopg2://ropa:one@postgres:5432/ropa_dagster" in said
    assert "ROPA_CELERY_BROKER=amqp://ropa:two@rabbitmq:5672/ropa" in said
    assert "SHOP_PASSWORD=a=b c$d" in said
    assert (container / "instance" / "dagster.yaml").read_text("utf-8") == "of the image\n"
    assert [path.name for path in (container / "instance").iterdir()] == ["dagster.yaml"]


def test_a_missing_secret_is_one_line_that_names_it(container: Path) -> None:
    done = started(container, "env", ROPA_POSTGRES_HOST="postgres")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"the secret {container}/secrets/postgres_password is missing: see deploy/README.md\n"


def test_in_kubernetes_the_mounted_instance_stays_and_nothing_need_be_writable(container: Path) -> None:
    """A mounted file cannot be moved over, and a read-only root has no folder to make: either ended every pod."""
    mounted = container / "instance" / "dagster.yaml"
    mounted.parent.mkdir()
    mounted.write_text("of the cluster\n", "utf-8")
    done = started(container, "echo", "started", KUBERNETES_SERVICE_HOST="10.0.0.1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")
    assert mounted.read_text("utf-8") == "of the cluster\n"
    nowhere = started(
        container, "echo", "started", KUBERNETES_SERVICE_HOST="10.0.0.1", DAGSTER_HOME="/proc/no/such/folder"
    )
    assert (nowhere.returncode, nowhere.stdout) == (0, "started\n")
