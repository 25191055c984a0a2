"""A fault of ours in a step, without its text: Dagster keeps and shows what an exception says.

Belongs here: putting an exception of the same name, and the place in our code, in the stead of one whose text may hold
a value from a source. Does not belong here: messages that were written for people; they pass as they are. GDPR
Art. 5(1)(f): the event log, the run storage and the page of a run are read by more people than the source is.
"""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import dagster as dg

from ropa_pipeline.limits import DatabaseBusy
from ropa_pipeline.publish import PublishError
from ropa_pipeline.run_lock import RunUnderWay
from ropa_pipeline.sources import UnknownSource
from ropa_pipeline.storage.errors import StorageError
from ropa_pipeline.store import StoreError
from ropa_pipeline.yaml_files import MappingError

FOR_PEOPLE = (
    MappingError,
    UnknownSource,
    RunUnderWay,
    PublishError,
    StoreError,
    StorageError,
    DatabaseBusy,
    dg.Failure,
    dg.RetryRequested,
)
OURS = Path(__file__).resolve().parents[2]
Made = TypeVar("Made")


def guarded(make: Callable[[], Made]) -> Made:
    """What ``make`` makes. A fault is raised anew under its own name, with a place instead of its text."""
    try:
        return make()
    except FOR_PEOPLE:
        raise
    except Exception as error:
        told = _without_text(error)
    # Outside the handler, so that the first exception does not travel along as its context.
    raise told


def _without_text(error: Exception) -> Exception:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(OURS)]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "a library"
    told: type[Exception] = type(type(error).__name__, (Exception,), {})
    return told(f"at {place}; its text is kept back, it may hold a value")
