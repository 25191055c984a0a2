"""The wheel works on its own: installed, not editable, in an empty folder, without the checkout."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ("ak3d", "akore", "komoda")


def _run(command: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROPA_", "DAGSTER_", "PYTHON"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done


def _install(python: Path, folder: Path, wheel: Path) -> None:
    """With uv where there is one (seconds), else with pip; hashes are checked either way."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    install = (
        [uv, "pip", "install", "--quiet", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    )
    _run([*install, "--require-hashes", "-r", str(ROOT / "requirements.lock")], folder)
    _run([*install, "--no-deps", str(wheel)], folder)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_wheel_in_an_empty_folder_publishes_all_controllers_and_loads_in_dagster(tmp_path: Path) -> None:
    built, place, home = tmp_path / "built", tmp_path / "venv", tmp_path / "home"
    home.mkdir()
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)], tmp_path)
    (wheel,) = built.glob("*.whl")
    venv.create(place, with_pip=True)
    _install(place / "bin" / "python", home, wheel)

    path = os.pathsep.join((str(place / "bin"), os.environ["PATH"]))
    where = _run([str(place / "bin" / "python"), "-c", "import ropa_pipeline; print(ropa_pipeline.__file__)"], home)
    assert str(place) in where.stdout
    as_of = (ROOT / "data" / "samples" / "as_of.txt").read_text("utf-8").strip()
    _run([str(place / "bin" / "ropa"), "run", "--all", "--home", ".", "--as-of", as_of], home, PATH=path)
    for controller in PUBLISHED:
        assert (home / "data" / "published" / controller / f"ropa_{controller}.duckdb").is_file()
    dagster = str(place / "bin" / "dagster")
    _run([dagster, "definitions", "validate", "-m", "ropa_pipeline.definitions"], home, PATH=path)
    assert {entry.name for entry in home.iterdir()} == {"data"}, "only the home's data folder is written to"
