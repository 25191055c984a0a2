"""What a person does to a register, on its newest state: an approval, a pruning, a restored history, a decision.

Belongs here: fetching before, putting after, and taking back here what another machine was quicker than. Does not
belong here: the change itself (``publish``, ``review``), nights (``working_copy``). A night that loses a race is made
again; what a person decided is not, because it was decided on what stood there before. GDPR Art. 5(2).
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from ropa_pipeline.run_lock import run_lock
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage.errors import StateMoved, StorageError
from ropa_pipeline.storage.glance import read_head
from ropa_pipeline.storage.working_copy import WorkingCopy

Made = TypeVar("Made")


def on_newest(settings: Settings, controllers: Iterable[str], change: Callable[[], Made]) -> Made:
    """Fetch the newest state of each controller, make the change, put it. Without ``ROPA_STORAGE`` only the change.

    Raises what the change raises, and then puts nothing. Raises StateMoved where another machine put a newer state
    meanwhile: that controller's home then holds that state, and what was changed here stands aside. Raises StorageError
    where the storage does not answer: before the change nothing was changed, after it the change stands here alone.
    """
    if not settings.storage:
        return change()
    with ExitStack() as stack:
        copies = [_fetched(stack, settings, name) for name in sorted(set(controllers))]
        made = change()
        lost = [copy for copy in copies if not _put(copy)]
        for copy in lost:
            _take_back(copy)
    if lost:
        names = ", ".join(copy.controller_id for copy in lost)
        raise StateMoved(
            f"{names}: another machine put a newer state meanwhile, so nothing was changed there; this home now holds "
            "the newer state. Look at it, then give the command again"
        )
    return made


@contextmanager
def newest(settings: Settings, controller_id: str) -> Generator[Callable[[], None]]:
    """Fetch the newest state to read it; gives a check that raises StateMoved once it is not the newest any more."""
    if not settings.storage:
        yield lambda: None
        return
    with ExitStack() as stack:
        copy = _fetched(stack, settings, controller_id)

        def still() -> None:
            if read_head(copy.bucket, controller_id) != copy.base:
                raise StateMoved(
                    f"{controller_id}: another machine put a newer state meanwhile; nothing was written. Give the "
                    "command again"
                )

        yield still


def _fetched(stack: ExitStack, settings: Settings, controller_id: str) -> WorkingCopy:
    stack.enter_context(run_lock(settings.home, controller_id))
    copy = WorkingCopy(settings, controller_id)
    copy.fetch()
    return copy


def _put(copy: WorkingCopy) -> bool:
    """Whether it was put. Raises StorageError in words for whoever made the change."""
    try:
        copy.put()
    except StateMoved:
        return False
    except StorageError as error:
        raise StorageError(
            f"{error}. The change stands in this home alone; when the storage answers: "
            f"ropa storage put {copy.controller_id}"
        ) from None
    return True


def _take_back(copy: WorkingCopy) -> None:
    """Make the home hold the newest state; the history with the change is moved aside, never removed."""
    history = copy.places.history
    aside = aside_of(copy)
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    if history.exists():
        os.replace(history, aside)
    copy.fetch()


def aside_of(copy: WorkingCopy) -> Path:
    """Where a change that came too late is kept."""
    return copy.places.home / "data" / "storage" / "aside" / f"{copy.controller_id}-too-late"
