"""The one resource: which home a run works in, and as of when.

Belongs here: turning run configuration into a :class:`~ropa_pipeline.night.Night`. Does not belong here:
secrets: locations of sources come from the environment, because run configuration is stored and shown.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import PrivateAttr

from ropa_pipeline.light import timezone_of
from ropa_pipeline.limits import memory_limit
from ropa_pipeline.night import Night, night_day
from ropa_pipeline.publish import ReleaseResult
from ropa_pipeline.quiet import make_night
from ropa_pipeline.run_lock import run_lock
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.storage import TRIES, StateMoved, WorkingCopy
from ropa_pipeline.storage.working_copy import put_what_there_is


class Ropa(dg.ConfigurableResource["Ropa"]):
    """``home``: the folder worked in (empty: ``ROPA_HOME`` or the current one). ``as_of``: ISO date, empty: today.

    ``force``: read and make everything anew, although nothing changed.
    """

    home: str = ""
    as_of: str = ""
    notice: str = ""
    force: bool = False

    _night: Night | None = PrivateAttr(default=None)
    _copy: WorkingCopy | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator["Ropa", None, None]:
        """Hold the controller's run lock: two runs of one controller never write at the same time.

        With ``ROPA_STORAGE`` the controller's state is fetched first; the step that publishes puts it back
        (:meth:`kept`), and where no step came so far, what there is is put at the end.
        """
        run = context.dagster_run
        controller_id = run.tags.get("dagster/partition", "") if run else ""
        if not controller_id:
            yield self
            return
        settings = load_settings(Path(self.home) if self.home else None)
        with run_lock(settings.home, controller_id), memory_limit(settings.limits.memory_mb):
            if settings.storage:
                self._copy = WorkingCopy(settings, controller_id)
                self._copy.fetch()
            try:
                yield self
            finally:
                if self._copy is not None:
                    put_what_there_is(self._copy)

    def kept(self, controller_id: str, make: Callable[[Night], ReleaseResult]) -> ReleaseResult:
        """Make a release and put the state into the storage, if there is one.

        Where another machine was quicker, its state is fetched and the night is made again on it, a few times at most;
        then StateMoved. Raises StorageError.
        """
        result = make(self.night(controller_id))
        for attempt in range(TRIES):
            if self._copy is None:
                return result
            try:
                self._copy.put()
                return result
            except StateMoved:
                if attempt + 1 == TRIES:
                    raise
                time.sleep(2**attempt)
                self._copy.fetch()
                self._night = None
                result = make_night(self.night(controller_id))
        return result

    def night(self, controller_id: str) -> Night:
        """The run's night; one object per run, so that mappings are read once."""
        if self._night is None or self._night.controller_id != controller_id:
            settings = load_settings(Path(self.home) if self.home else None)
            if self.as_of:
                day = night_day(self.as_of)
            else:
                day = datetime.now(UTC).astimezone(ZoneInfo(timezone_of(settings, controller_id))).date()
            notice = Path(self.notice) if self.notice else None
            self._night = Night(settings, controller_id, day, notice=notice, force=self.force)
        return self._night


class HeldNight:
    """Stands in for :class:`Ropa` where the command line has already made the night and holds its lock.

    Handed over as an object, not through run configuration: locations may hold secrets, and run
    configuration is stored.
    """

    def __init__(self, settings: Settings) -> None:
        self.home = str(settings.home)
        self._night: Night | None = None

    def hold(self, night: Night) -> None:
        """The night of the run that comes next."""
        self._night = night

    def night(self, controller_id: str) -> Night:
        assert self._night is not None
        assert controller_id == self._night.controller_id
        return self._night

    def kept(self, controller_id: str, make: Callable[[Night], ReleaseResult]) -> ReleaseResult:
        """The command puts the state when the run has ended."""
        return make(self.night(controller_id))
