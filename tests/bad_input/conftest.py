# ruff: noqa: E402  (the path comes first)
"""What every test of broken input shares: its modules by name, and the shipped mappings read once."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / "pipeline"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.settings import load_settings


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_shared(load_settings(tmp_path_factory.mktemp("home")))
