"""A fault of ours in a step, without its text: Dagster keeps and shows what an exception says.

Belongs here: putting an exception of the same name, and the place in our code, in the stead of one whose text may hold
a value from a source. Does not belong here: messages that were written for people; they pass as they are. GDPR
Art. 5(1)(f): the event log, the run storage and the page of a run are read by more people than the source is.
"""

from collections.abc import Callable
from typing import TypeVar

import dagster as dg

from ropa_pipeline.fault_place import fault_place
from ropa_pipeline.limits import DatabaseBusy
from ropa_pipeline.publish import PublishError
from ropa_pipeline.run_lock import RunUnderWay
from ropa_pipeline.sources import UnknownSource
from ropa_pipeline.storage.errors import StorageError
from ropa_pipeline.store import DiskTrouble, StoreError, disk_trouble
from ropa_pipeline.yaml_files import MappingError

FOR_PEOPLE = (
    MappingError,
    UnknownSource,
    RunUnderWay,
    PublishError,
    StoreError,
    StorageError,
    DatabaseBusy,
    DiskTrouble,
    dg.Failure,
    dg.RetryRequested,
)
Made = TypeVar("Made")


def guarded(make: Callable[[], Made]) -> Made:
    """What ``make`` makes. A fault is raised anew under its own name, with a place instead of its text.

    A disk that takes no more is DiskTrouble, which says what to do.
    """
    try:
        return make()
    except FOR_PEOPLE:
        raise
    except Exception as error:
        disk = disk_trouble(error)
        told = DiskTrouble(disk) if disk else _without_text(error)
    # Outside the handler, so that the first exception does not travel along as its context.
    raise told


def _without_text(error: Exception) -> Exception:
    told: type[Exception] = type(type(error).__name__, (Exception,), {})
    return told(f"at {fault_place(error)}; its text is kept back, it may hold a value")
