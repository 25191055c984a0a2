"""Every command that a unit, a container, a pod or the README of ``deploy/`` starts is one that its program has."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from whole_runs import ROOT, clean_environment

from tests.deploy.installation import DEPLOY, command_of

# Programs of the images and of Debian, which are not ours to look into.
FOREIGN = {"pg_isready", "rabbitmq-diagnostics", "sh", "wget", "docker-entrypoint.sh"}
README = (DEPLOY / "README.md").read_text("utf-8")


def of_units() -> Iterator[tuple[str, list[str]]]:
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        yield unit.name, shlex.split(command_of(unit.name).replace("/opt/ropa/venv/bin/", ""))


def of_compose() -> Iterator[tuple[str, list[str]]]:
    content = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text("utf-8"))
    for name, service in content["services"].items():
        if "command" in service:
            yield f"compose {name}", [str(word) for word in service["command"]]
        kind, *test = map(str, service["healthcheck"]["test"])
        yield f"compose {name} healthcheck", test if kind == "CMD" else shlex.split(test[0].partition("|")[0])


def of_the_image() -> Iterator[tuple[str, list[str]]]:
    text = (DEPLOY / "compose" / "Dockerfile").read_text("utf-8")
    for words in re.findall(r"^(?:CMD|ENTRYPOINT) (\[.+\])$", text, re.MULTILINE):
        yield "Dockerfile", json.loads(words)


def of_kubernetes() -> Iterator[tuple[str, list[str]]]:
    def walk(item: Any, name: str) -> Iterator[tuple[str, list[str]]]:
        if isinstance(item, dict):
            for key, value in item.items():
                if key in ("args", "command") and isinstance(value, list):
                    yield f"kubernetes {name}", [str(word) for word in value]
                else:
                    yield from walk(value, name)
        elif isinstance(item, list):
            for value in item:
                yield from walk(value, name)

    for document in yaml.safe_load_all((DEPLOY / "kubernetes" / "ropa.yaml").read_text("utf-8")):
        yield from walk(document, document["metadata"]["name"])
    values = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text("utf-8"))
    for deployment in values["dagster-user-deployments"]["deployments"]:
        # the chart puts these words after the first three
        yield "values.yaml", ["dagster", "api", "grpc", *deployment["dagsterApiGrpcArgs"]]


def of_the_readme() -> Iterator[tuple[str, list[str]]]:
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", README, re.DOTALL))
    lines = re.findall(r"\b(?:ropa_do|ropa-entrypoint) (?!\()([^`;\n]+)", blocks)
    words_in_text = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
    lines += [word.removeprefix("ropa_do ") for word in words_in_text]
    for line in lines:
        if re.match(r"(ropa|dagster|dagster-\w+|celery|python) ", line):
            yield "README.md", shlex.split(line, comments=True)


def every_command() -> Iterator[tuple[str, list[str]]]:
    """Where a command stands, and its words behind the entry point of the image."""
    for part in (of_units, of_compose, of_the_image, of_kubernetes, of_the_readme):
        for where, words in part():
            command = words[1:] if words[0] == "ropa-entrypoint" else words
            if command:
                yield where, command


def problems(lines: list[list[str]]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.deploy.command_lines"], input=json.dumps(lines), cwd=ROOT,
        env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


@pytest.mark.slow
def test_every_command_is_one_that_its_program_has() -> None:
    ours = [(where, words) for where, words in every_command() if words[0] not in FOREIGN | {"python"}]
    seen = {words[0] for _, words in ours}
    assert seen == {"ropa", "dagster", "dagster-daemon", "dagster-webserver", "celery"}
    assert {where.partition(" ")[0] for where, _ in ours} >= {"compose", "kubernetes", "README.md", "values.yaml"}
    said = problems([words for _, words in ours])
    assert [(where, text) for (where, _), text in zip(ours, said, strict=True) if text] == []


@pytest.mark.slow
def test_a_command_that_is_not_there_would_be_found() -> None:
    wrong = {
        "ropa alerts chek": "ropa alerts: no command chek",
        "ropa portfolio --jsn": "ropa portfolio: no option --jsn",
        "ropa backup": "ropa backup: an argument is missing",
        "dagster-daemon run --workspac x": "dagster-daemon run: no option --workspac",
        "dagster code-server start -m ropa_pipeline.nowhere": "-m ropa_pipeline.nowhere: no such module",
        "celery -A ropa_pipeline.orchestration.celery_app worker -n": "-n has no value",
        "dagit -p 3000": "dagit: no such program",
    }
    said = problems([line.split() for line in wrong])
    assert [text for text, wanted in zip(said, wrong.values(), strict=True) if wanted not in text] == []


def test_python_is_started_only_with_what_is_there() -> None:
    scripts = 0
    for where, (program, *left) in every_command():
        if program == "python" and left[0] == "-c":
            compile(left[1], where, "exec")
        elif program == "python":
            scripts += 1
            script = DEPLOY / Path(left[0]).name
            assert script.is_file(), where
            options = [word for word in left if word.startswith("--")]
            assert [word for word in options if f'"{word}"' not in script.read_text("utf-8")] == [], where
    assert scripts >= 2


def test_configuration_below_etc_ropa_is_put_there_by_the_readme_and_by_the_image() -> None:
    text = "".join(path.read_text("utf-8", "replace") for path in DEPLOY.rglob("*") if path.is_file())
    for name in set(re.findall(r"/etc/ropa/([\w.-]+\.(?:yaml|py))", text)):
        assert (DEPLOY / name).is_file(), name
        assert f"deploy/{name}" in README, name
        assert f"deploy/{name} " in (DEPLOY / "compose" / "Dockerfile").read_text("utf-8"), name


def test_whether_the_night_was_made_is_asked_on_every_scale_without_the_daemon() -> None:
    asked = [where for where, words in every_command() if words == ["ropa", "alerts", "check", "--strict"]]
    assert {where.partition(" ")[0] for where in asked} == {"ropa-alerts.service", "kubernetes", "README.md"}
    assert "docker compose exec daemon ropa-entrypoint ropa alerts check --strict" in README
