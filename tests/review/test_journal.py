"""Several files are written as one: all or none, whenever the process ends."""

import os
from pathlib import Path

import pytest

from ropa_pipeline import journal
from ropa_pipeline.journal import JOURNAL, WriteInterrupted, settle, write_files

BEFORE = {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"}
AFTER = {"a.yaml": "a: 2\n", "b.yaml": "b: 2\n", "c.yaml": "c: 2\n"}
WRITTEN = {name: (BEFORE.get(name, ""), text) for name, text in AFTER.items()}


class Killed(BaseException):
    """Ends the process, as far as the code under test can tell."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BEFORE.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def says(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix == ".yaml"}


def test_all_files_are_replaced_and_nothing_else_is_left(folder: Path) -> None:
    write_files(folder, WRITTEN)
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == AFTER


@pytest.mark.parametrize("steps", range(12))
def test_a_write_that_is_killed_anywhere_is_all_or_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Killed before the nth call that changes the disk; then somebody reads the folder."""
    left = [steps]

    def counted(name: str) -> None:
        real = getattr(journal, name) if hasattr(journal, name) else getattr(os, name)

        def once(*arguments: object) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*arguments)

        monkeypatch.setattr(journal if hasattr(journal, name) else os, name, once)

    with monkeypatch.context():
        counted("_write")
        counted("replace")
        counted("_flush")
        killed = False
        try:
            write_files(folder, WRITTEN)
        except Killed:
            killed = True
        monkeypatch.undo()
    settle(folder)
    assert says(folder) in (BEFORE, AFTER)
    assert killed == (steps < 10), "a step more or less is a change of the protocol"
    write_files(folder, {name: (says(folder).get(name, ""), text) for name, text in AFTER.items()})
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == AFTER, "leftovers are gone"


def test_a_file_that_somebody_changed_meanwhile_is_never_overwritten(folder: Path) -> None:
    (folder / "b.yaml").write_text("b: mine\n", "utf-8")
    with pytest.raises(WriteInterrupted, match="meanwhile; nothing was written"):
        write_files(folder, WRITTEN)
    assert says(folder) == {**BEFORE, "b.yaml": "b: mine\n"}


def test_a_file_changed_after_the_interruption_is_for_a_person(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "settle", lambda _: ())
        write_files(folder, WRITTEN)
    (folder / "b.yaml").write_text("b: mine\n", "utf-8")
    with pytest.raises(WriteInterrupted, match=r"b\.yaml: a write to this folder was interrupted"):
        settle(folder)
    assert says(folder) == {**BEFORE, "b.yaml": "b: mine\n"}, "none of the files was put in place"
    (folder / JOURNAL).unlink()
    assert settle(folder) == ()
