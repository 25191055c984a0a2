"""One night of one controller: what a run is about, fixed before it begins.

Belongs here: the run's one time, what was asked for, and the loading of what all stages need. Does not
belong here: the stages (:mod:`ropa_pipeline.stages`).
The run's time is 00:00 of ``as_of`` in the controller's zone; the real clock stands only in the manifest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from ropa_pipeline import catalogue as mappings
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.model.base import Row
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.tables import RowT, Tables
from ropa_pipeline.publish import previous_tables
from ropa_pipeline.settings import Settings
from ropa_pipeline.sources import ResolvedSource, resolve_sources
from ropa_pipeline.store import Store

Made = TypeVar("Made")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
"""Days that a night can have: periods of decades before and after them are still dates everywhere."""


def night_day(text: str) -> date:
    """The day of a night as it is written. Raises ValueError, in words, for one that no night can have."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write YYYY-MM-DD") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text!r} is no day of a night; write one from {FIRST_DAY} to {LAST_DAY}")
    return day


@dataclass(frozen=True)
class Night:
    """What stages work with. Cheap to make: nothing is read before it is needed."""

    settings: Settings
    controller_id: str
    as_of: date
    given_sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    notice: Path | None = None
    language: str = ""
    """Of the workbooks; empty: the one the controller chose."""
    force: bool = False
    """Read every source and make every stage anew, although nothing changed."""

    @cached_property
    def catalogue(self) -> Catalogue:
        return shared_catalogue(self.settings)

    @cached_property
    def folder(self) -> ControllerFolder:
        return mappings.load_controller(self.settings, self.controller_id, self.catalogue)

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.build)

    @cached_property
    def _rows(self) -> dict[type[Row], tuple[Any, ...]]:
        return {}

    def read(self, row_class: type[RowT]) -> tuple[RowT, ...]:
        """Tonight's rows of a table: those this run wrote, else the store's (another process may have run)."""
        if row_class not in self._rows:
            self._rows[row_class] = self.store.read(self.controller_id, row_class)
        return self._rows[row_class]

    def write(self, row_class: type[Row], rows: tuple[Row, ...]) -> None:
        """Keep rows in the store and at hand for the later stages of this run."""
        self.store.write(self.controller_id, row_class, rows)
        self._rows[row_class] = rows

    @cached_property
    def kept(self) -> dict[object, Any]:
        """What several stages ask for and is costly to make; emptied whenever a source is read."""
        return {}

    def once(self, make: Callable[["Night"], Made]) -> Made:
        """The answer of ``make``, made once between two reads of a source."""
        if make not in self.kept:
            self.kept[make] = make(self)
        return cast(Made, self.kept[make])

    @cached_property
    def sources(self) -> tuple[ResolvedSource, ...]:
        return resolve_sources(
            self.controller_id, self.folder, self.catalogue.systems, self.settings, self.given_sources
        )

    @cached_property
    def previous(self) -> Tables:
        """The last published register, empty before the first release."""
        return previous_tables(self.settings.home, self.controller_id)

    @cached_property
    def run_time(self) -> datetime:
        """00:00 of ``as_of`` in the controller's zone, in UTC."""
        zone = ZoneInfo(self.folder.facts.timezone)
        return datetime.combine(self.as_of, time(), zone).astimezone(UTC)

    @cached_property
    def notice_file(self) -> Path | None:
        """The notice's text: the given file, else the newest in the controller's inbox, else none."""
        if self.notice is not None:
            return self.notice
        folder = self.settings.inbox / self.controller_id / "notice"
        files = [path for path in sorted(folder.glob("*")) if path.is_file() and not path.name.startswith(".")]
        return max(files, key=lambda path: (path.stat().st_mtime, path.name)) if files else None


_SHARED: dict[frozenset[tuple[str, int, int]], Catalogue] = {}


def shared_catalogue(settings: Settings) -> Catalogue:
    """The shared mappings, read once per process and again when any of their files came, went or changed.

    Homes without shared mappings of their own have the same catalogue: it is the files that tell, not the home.
    """
    files = set()
    for place in settings.shared_mappings:
        for path in (place,) if place.suffix == ".yaml" else place.rglob("*.yaml"):
            seen = path.stat()
            files.add((str(path), seen.st_mtime_ns, seen.st_size))
    key = frozenset(files)
    if key not in _SHARED:
        _SHARED.clear()
        _SHARED[key] = mappings.load_shared(settings)
    return _SHARED[key]
