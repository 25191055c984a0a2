"""What the onboarding tests share: the command in this process, the shared mappings, and two whole drafts."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.cli import app
from ropa_pipeline.from_catalogue import known_of
from ropa_pipeline.notice import read_notice
from ropa_pipeline.onboarding import Draft, Known, draft
from ropa_pipeline.settings import load_settings

NOTICES = ("ak3d", "akore", "komoda")
AS_OF = "2026-11-22"


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    text: str


def ropa(*arguments: str | Path) -> Said:
    """The command in this process; an exception that nobody caught fails the test."""
    result = CliRunner().invoke(app, [str(item) for item in arguments], catch_exceptions=False)
    return Said(result.exit_code, result.stdout + result.stderr)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_shared(load_settings(tmp_path_factory.mktemp("empty_home")))


@pytest.fixture(scope="session")
def known(catalogue: Catalogue) -> Known:
    return known_of(catalogue)


def drafted(path: Path, known: Known, name: str = "shop") -> Draft:
    """A draft out of a notice alone."""
    reading = read_notice(path, systems=known.systems, taxonomy=known.taxonomy, lexicon=known.lexicon)
    return draft(name, known, reading)


@pytest.fixture(scope="session")
def real_drafts(shared: Path, known: Known) -> dict[str, Draft]:
    """Drafts out of the three real notices."""
    return {name: drafted(shared / "notices" / f"{name}.txt", known) for name in NOTICES}


@dataclass(frozen=True)
class RealHome:
    path: Path
    said: Said

    @property
    def folder(self) -> Path:
        return self.path / "mappings" / "controllers" / "myshop"


@pytest.fixture(scope="session")
def real_home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> RealHome:
    """A first release of a shop out of a real notice and the dump of a real installation."""
    home = tmp_path_factory.mktemp("real_home")
    said = ropa(
        "init", "myshop", "--notice", shared / "notices" / "komoda.txt",
        "--source", shared / "samples" / "prestashop_8_1_2_mysqldump.sql.gz",
        "--as-of", AS_OF, "--no-dagster", "--home", home,
    )  # fmt: skip
    return RealHome(home, said)
