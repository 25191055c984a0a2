"""Documentation that rots is worse than none: what can be checked is checked."""

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from ropa_pipeline.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ADRS = sorted((DOCS / "adr").glob("*.md"))


def _generate():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_generate"] = module
    spec.loader.exec_module(module)
    return module


def test_generated_parts_are_up_to_date() -> None:
    module = _generate()
    assert not module.stale(module.documents()), "run: make docs"


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))
def test_every_command_has_a_section(command: str) -> None:
    assert f"\n## ropa {command}\n" in (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))
def test_every_command_has_help(command: str) -> None:
    assert typer.main.get_command(app).commands[command].help


def test_no_section_describes_a_command_that_is_not_there() -> None:
    described = re.findall(r"^## ropa (\w+)$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE)
    assert set(described) == set(typer.main.get_command(app).commands)


def _wanted_packages() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    every = [*project["dependencies"], *(item for extra in project["optional-dependencies"].values() for item in extra)]
    names = {re.match(r"[A-Za-z0-9._-]+", item).group() for item in every}  # type: ignore[union-attr]
    return sorted(names - {project["name"]})  # an extra may name the project itself, with another extra


def test_every_direct_dependency_has_a_line_saying_why_and_no_other_has() -> None:
    text = (DOCS / "dependencies.md").read_text("utf-8")
    lines = dict(re.findall(r"^\| ([A-Za-z0-9._-]+) \| (.+) \|$", text, re.MULTILINE))
    lines.pop("package", None)
    lines.pop("---", None)
    assert sorted(lines) == _wanted_packages()
    assert all(len(why) > 8 for why in lines.values())


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_a_decision_record_has_its_parts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.match(rf"# {path.stem[:4]}\. \S", text)
    for part in ("Context", "Decision", "Alternatives", "Consequences", "How to undo"):
        assert f"**{part}.**" in text


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [path.stem[:4] for path in ADRS] == [f"{number:04d}" for number in range(1, len(ADRS) + 1)]


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text("utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda path: str(path.relative_to(DOCS)))
def test_paths_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:ropa_pipeline|mappings|docs|tests|connectors)/[A-Za-z0-9_./-]+)`", page.read_text("utf-8")
    )
    missing = [name for name in named if "controllers/my_shop" not in name and not (ROOT / name.rstrip("/")).exists()]
    assert not missing


def test_the_mappings_page_describes_every_kind_of_file() -> None:
    text = (DOCS / "mappings.md").read_text("utf-8")
    for folder in sorted(path.name for path in (ROOT / "mappings").iterdir() if path.is_dir()):
        assert f"mappings/{folder}/" in text
    for name in sorted({path.name for path in (ROOT / "mappings" / "controllers").rglob("*.yaml")}):
        assert f"### {name}" in text


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony
    documented = set(re.findall(r"^([a-z-]+):[^#\n]*## ", text, re.MULTILINE))
    assert set(phony.group(1).split()) == documented
