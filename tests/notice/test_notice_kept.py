"""The reading of the declared text is kept, so that another text is compared with it as the same reader read it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ropa_pipeline.night import Night
from ropa_pipeline.notice_state import NoticeState, notice_state
from ropa_pipeline.settings import load_settings
from tests.pipeline.whole_runs import change, small_controller

TEXT = """Privacy policy

Purposes and legal bases

- Order processing: performance of a contract (Article 6(1)(b)).
- Newsletter: your consent (Article 6(1)(a)).
"""
OTHER = TEXT.replace("- Newsletter: your consent (Article 6(1)(a)).\n", "")


@dataclass(frozen=True)
class Declared:
    """A home whose controller declared :data:`TEXT`, the night with that text, and the file that it left."""

    home: Path
    state: NoticeState
    left: str


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declared:
    home = tmp_path_factory.mktemp("home")
    folder = small_controller(home)
    change(folder / "notice.yaml", 'sha256: "00"', f'sha256: "{hashlib.sha256(TEXT.encode()).hexdigest()}"')
    first = state(home, TEXT)
    return Declared(home, first, kept(home).read_text("utf-8"))


def state(home: Path, text: str) -> NoticeState:
    path = home / "notice.txt"
    path.write_text(text, "utf-8")
    return notice_state(Night(load_settings(home), "small", date(2026, 11, 1), notice=path))


def kept(home: Path) -> Path:
    return home / "data" / "build" / "small" / "notice_reading.json"


def later(declared: Declared, left: str | None) -> NoticeState:
    """A night with another text, after one that left this file, or none."""
    kept(declared.home).unlink(missing_ok=True)
    if left is not None:
        kept(declared.home).write_text(left, "utf-8")
    return state(declared.home, OTHER)


def test_another_text_comes_with_the_reading_of_the_declared_one(declared: Declared) -> None:
    assert (declared.state.same_text, declared.state.as_declared) == (True, None)
    other = later(declared, declared.left)
    assert other.same_text is False
    assert other.as_declared == declared.state.reading
    assert other.reading != declared.state.reading


def test_without_the_declared_text_ever_supplied_there_is_no_reading_of_it(declared: Declared) -> None:
    assert later(declared, None).as_declared is None
    assert not kept(declared.home).exists()


@pytest.mark.parametrize("field", ["reader", "reading.sha256"])
def test_a_reading_by_another_reader_or_of_another_text_is_not_compared(declared: Declared, field: str) -> None:
    content = json.loads(declared.left)
    holder = content["reading"] if "." in field else content
    holder[field.rpartition(".")[2]] = "0" * 64
    assert later(declared, json.dumps(content)).as_declared is None


@pytest.mark.parametrize("content", ["", "{}", "[1"], ids=["empty", "no fields", "cut off"])
def test_a_broken_file_is_as_good_as_none(declared: Declared, content: str) -> None:
    assert later(declared, content).as_declared is None


def test_statements_are_kept_and_the_text_is_not(declared: Declared) -> None:
    assert "newsletter" in declared.left
    assert "performance of a contract" not in declared.left
