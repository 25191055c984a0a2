"""Fixtures every test may use. Inputs outside the repository are found through ``ROPA_SHARED``."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ["tests.live"]
IN_CI = os.environ.get("CI", "").lower() == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write golden files anew instead of comparing")


def skip_or_fail(reason: str) -> None:
    """Skip with a reason; in CI a skip is a failure, so fail there instead."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs (notices, dumps, labels) that are not part of the repository."""
    folder = Path(os.environ.get("ROPA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        skip_or_fail(f"no shared inputs at {folder}; set ROPA_SHARED")
    return folder


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden"))
