"""Where in our code an exception arose, without what it says: its text may hold a value from a source.

Belongs here: the words that stand for an exception in a finding, a log, a run's page, a file of a fault. Does not
belong here: who may read which (``reading``, ``orchestration.faults``, ``commands.run``). GDPR Art. 5(1)(f).
"""

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
OURS = (_PACKAGE, _PACKAGE.parent / "connectors")


def fault_place(error: BaseException) -> str:
    """The last line of ours that an exception passed through, as ``file.py:line``; ``a library`` where none is."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(folder) for folder in OURS)
    ]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "a library"


def fault_words(error: BaseException) -> str:
    """The kind of an exception and where it arose.

    >>> fault_words(ValueError("a value"))
    'ValueError at a library'
    """
    return f"{type(error).__name__} at {fault_place(error)}"


def fault_stack(error: BaseException) -> str:
    """The kind of an exception and every line it passed through, one below the other, without the source's text."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([type(error).__name__, *lines]) + "\n"
