"""Manifests against fideslang's own models, in a virtual environment of their own (it wants an older pydantic)."""

import hashlib
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml
from exports import SHARED, sample_exports
from filelock import FileLock

from ropa_pipeline.publish.fides import as_yaml, fides_key

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "benchmarks" / "peers" / "requirements-fideslang.txt"
CHECK = ROOT / "benchmarks" / "peers" / "fides_check.py"


@pytest.fixture(scope="session")
def fides_python() -> Path:
    """Python with fideslang. Made once and kept for later runs, under a name that follows from the requirements."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ropa-pipeline"
    cache.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder, done = cache / f"fideslang-{name}", cache / f"fideslang-{name}.done"
    python = folder / "bin" / "python"
    with FileLock(cache / f"fideslang-{name}.lock"):
        if not done.is_file() or not python.is_file():
            venv.create(folder, clear=True, with_pip=True)
            command = [python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", REQUIREMENTS]
            subprocess.run(command, check=True, capture_output=True, text=True)
            done.write_text("installed\n", "utf-8")
    return python


def checked(python: Path, keys: str = "", *manifest: Path) -> dict[str, object]:
    done = subprocess.run([python, CHECK, *manifest], input=keys, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
def test_fideslangs_own_models_accept_the_manifest(fides_python: Path, tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_bytes(sample_exports()["register.yml"])
    answer = checked(fides_python, "", tmp_path / "m.yml")
    assert answer == {"unknown": [], "undeclared": [], "accepted": {"organization": 1, "system": 1, "dataset": 1}}


@pytest.mark.slow
def test_fideslangs_own_models_refuse_a_broken_manifest(fides_python: Path, tmp_path: Path) -> None:
    broken = yaml.safe_load(sample_exports()["register.yml"])
    del broken["system"][0]["privacy_declarations"][0]["data_use"]
    (tmp_path / "m.yml").write_text(yaml.safe_dump(broken), "utf-8")
    done = subprocess.run([fides_python, CHECK, tmp_path / "m.yml"], input="", capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert "data_use" in done.stderr


@pytest.mark.slow
def test_every_key_of_the_cross_walk_is_one_of_fideslang(fides_python: Path) -> None:
    taxonomy = SHARED.taxonomy
    keys = {item.fides for item in (*taxonomy.data_categories, *taxonomy.data_subjects, *taxonomy.purposes)} - {""}
    assert len(keys) > 50
    assert checked(fides_python, "\n".join(sorted(keys)))["unknown"] == []
    assert checked(fides_python, "user.nothing_of_the_kind")["unknown"] == ["user.nothing_of_the_kind"]


def test_every_category_subject_and_purpose_has_a_key() -> None:
    taxonomy = SHARED.taxonomy
    items = (*taxonomy.data_categories, *taxonomy.data_subjects, *taxonomy.purposes)
    assert [item.key for item in items if not item.fides] == ["none", "none"]


@pytest.mark.parametrize("text", ["Klientai/1", "a  b", "", "///", "ąž", "ok.key-1"])
def test_a_key_is_always_one_that_fideslang_allows(text: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_.<>-]+", fides_key(text))


@pytest.mark.parametrize("value", [{"a": {"b": [{"c": "1", "d": []}, {}]}}, {"x": "yes", "y": True, "z": {}},
                                   {"d": "2026-01-01", "n": "~"}], ids=str)  # fmt: skip
def test_what_is_written_reads_back(value: dict[str, object]) -> None:
    assert yaml.safe_load(as_yaml(value)) == value
