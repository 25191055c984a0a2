"""The shared mappings are read once per process, and again when any file of them came, went or changed."""

import os
import shutil
from pathlib import Path

import pytest

from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.settings import load_settings, shipped_root

RULES = "retention/lt.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a copy of one shared file, which stands in place of the shipped one."""
    own = tmp_path / "own" / "mappings" / RULES
    own.parent.mkdir(parents=True)
    shutil.copyfile(shipped_root() / "mappings" / RULES, own)
    return tmp_path / "own"


def test_homes_without_shared_mappings_of_their_own_have_one_catalogue(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    (one / "mappings" / "controllers" / "small").mkdir(parents=True)
    (one / "mappings" / "controllers" / "small" / "controller.yaml").write_text("{}")
    assert shared_catalogue(load_settings(one)) is shared_catalogue(load_settings(other))


def test_a_home_with_a_file_of_its_own_has_its_own_catalogue(home: Path, tmp_path: Path) -> None:
    (home / "mappings" / RULES).write_text("[]\n")
    own, shipped = shared_catalogue(load_settings(home)), shared_catalogue(load_settings(tmp_path / "other"))
    assert len(own.reference.rules) < len(shipped.reference.rules)


def test_an_older_file_put_in_place_is_read(home: Path) -> None:
    """A copy from a backup keeps its old time, so the newest time of all files does not tell."""
    before = shared_catalogue(load_settings(home))
    (home / "mappings" / RULES).write_text("[]\n")
    os.utime(home / "mappings" / RULES, (1, 1))
    assert len(shared_catalogue(load_settings(home)).reference.rules) < len(before.reference.rules)


def test_a_file_taken_away_is_noticed(home: Path) -> None:
    (home / "mappings" / RULES).write_text("[]\n")
    os.utime(home / "mappings" / RULES, (1, 1))
    before = shared_catalogue(load_settings(home))
    (home / "mappings" / RULES).unlink()
    assert len(shared_catalogue(load_settings(home)).reference.rules) > len(before.reference.rules)
