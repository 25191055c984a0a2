"""Runs ``ropa`` in a process that keeps a copy of every file it removes, overwrites or empties below given folders.

Belongs here: the audit hook, and three ways to make a night go wrong with a marker in the error's text. Does not
belong here: the search (``markers``). Used as ``python watched.py KEEP FOLDERS FAULT CODES ARGUMENTS ...``; several
commands are parted by ``//`` and run one after the other, and how each ended is written to the file ``CODES``.
"""

import os
import shutil
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

MARKED = "Qzvxkanas Qzvxkanaitis, qzvxkan.one@qzvxkan.example"


def keep_what_goes(keep: Path, roots: tuple[str, ...]) -> None:
    """From now on every file below the roots is copied before it goes; its old path stands in the copy's name."""
    busy = [False]
    number = [0]

    def copy(path: object) -> None:
        text = os.path.abspath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
        if not text.startswith(roots) or text.startswith(str(keep)) or os.path.islink(text):
            return
        files = [text] if os.path.isfile(text) else []
        for folder, _, names in os.walk(text) if os.path.isdir(text) else ():
            files += [os.path.join(folder, name) for name in names]
        for file in files:
            number[0] += 1
            if os.path.isfile(file) and os.path.getsize(file):
                mode = os.stat(os.path.dirname(file)).st_mode & 0o777
                shutil.copyfile(file, keep / f"{os.getpid()}-{number[0]}-{mode:o}-{file.replace(os.sep, '=')[-180:]}")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if busy[0] or event not in ("os.remove", "os.rename", "shutil.rmtree", "os.truncate", "open"):
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & os.O_TRUNC):
            return
        path = arguments[1] if event == "os.rename" else arguments[0]
        if isinstance(path, int) or (event == "os.remove" and not os.path.isabs(os.fsdecode(path))):
            return  # a file of a folder that rmtree told of already
        busy[0] = True
        try:
            copy(path)
        finally:
            busy[0] = False

    sys.addaudithook(hook)


def connector_raises() -> None:
    """A fault of ours in a connector whose text quotes what it read."""
    module = import_module("connectors.table_export")

    def broken(*_: object, **__: object) -> object:
        raise ValueError(f"cannot make a date of {MARKED}")

    module.observe = broken  # type: ignore[attr-defined]


def database_quotes() -> None:
    """A driver's error that quotes a row."""
    import sqlalchemy

    @sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "before_cursor_execute")
    def broken(_: object, __: object, statement: str, *___: object) -> None:
        # The schema can still be read, so that the error comes from among the rows.
        if "count" in statement.lower():
            cause = Exception(1292, f"Incorrect datetime value: '{MARKED}' for column `email` at row 1")
            raise sqlalchemy.exc.DataError(f"SELECT '{MARKED}'", {"value": MARKED}, cause)


def metric_fails() -> None:
    """A metric of Great Expectations that raises with a value in its text."""
    from great_expectations.execution_engine import PandasExecutionEngine

    def broken(*_: object, **__: object) -> object:
        raise ValueError(f"cannot compare {MARKED}")

    PandasExecutionEngine.get_domain_records = broken  # type: ignore[method-assign,assignment]
    PandasExecutionEngine.get_compute_domain = broken  # type: ignore[method-assign,assignment]


def stage_raises() -> None:
    """A fault of ours outside every connector."""
    import_module("ropa_pipeline.register.assemble")
    stages = import_module("ropa_pipeline.stages")

    def broken(*_: object) -> object:
        raise RuntimeError(f"no activity for {MARKED}")

    stages.assemble = broken  # type: ignore[attr-defined]


FAULTS = {
    "none": lambda: None,
    "connector": connector_raises,
    "database": database_quotes,
    "metric": metric_fails,
    "stage": stage_raises,
}


def main() -> None:
    keep, roots, fault, ended, *words = sys.argv[1:]
    keep_what_goes(Path(keep), tuple(roots.split(":")))
    FAULTS[fault]()
    from ropa_pipeline.cli import main as ropa

    commands: list[list[str]] = [[]]
    for word in words:
        if word == "//":
            commands.append([])
        else:
            commands[-1].append(word)
    with Path(ended).open("w", encoding="utf-8") as codes:
        for arguments in commands:
            sys.argv = ["ropa", *arguments]
            code: object = 0
            try:
                ropa()
            except SystemExit as end:
                code = end.code or 0
            except BaseException:
                traceback.print_exc()  # with ROPA_DEBUG the command shows where; a person may keep that
                code = 1
            codes.write(f"{code}\n")
            codes.flush()


if __name__ == "__main__":
    main()
