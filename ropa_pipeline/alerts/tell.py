"""Tells what is new, keeps silent about what was told, forgets what is gone.

Belongs here: the comparison with the memory, and the three occasions: after a run, after a failure, on a timer. Does
not belong here: finding problems, sending. Nothing here raises for what a channel, a file or a wrong setting does: an
alert that cannot be sent must never spoil a night. What could not be sent is tried again on the next occasion.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from filelock import Timeout

from ropa_pipeline.alerts import memory
from ropa_pipeline.alerts.memory import Entry, Memory
from ropa_pipeline.alerts.problem import AlertKind, Channel, Message, NotSent, Problem
from ropa_pipeline.alerts.problems import answered_at, is_looked_at, look, refusal
from ropa_pipeline.alerts.settings import AlertSettings, channels, load_alert_settings
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage import StorageError, stored_part
from ropa_pipeline.yaml_files import MappingError

_LOG = logging.getLogger(__name__)


class Told(Frozen):
    """What came of it: keys of problems told now, of those that stand, of those that are gone, and what failed."""

    told: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def tell(
    settings: Settings,
    controller: str,
    problems: Iterable[Problem],
    looked_at: Collection[AlertKind],
    alerts: AlertSettings,
    now: datetime,
    ways: tuple[Channel, ...] | None = None,
) -> Told:
    """Tell the problems that are new. A problem of a kind that was looked at and is not there any more is forgotten.

    Raises MappingError for settings that cannot be used; ``after_run``, ``run_failed`` and ``check`` report it instead.
    """
    ways = channels(alerts) if ways is None else ways
    present = {problem.key: problem for problem in problems}
    failed: dict[str, str] = {}
    told: list[str] = []
    with memory.locked(settings.home):
        entries = dict(memory.read(settings.home).entries)
        gone = [
            key
            for key, entry in sorted(entries.items())
            if entry.problem.controller == controller and entry.problem.kind in looked_at and key not in present
        ]
        for key in gone:
            old = entries.pop(key)
            if alerts.resolved and old.told:
                for way in ways:
                    _send(way, Message(problem=old.problem, state="resolved"), failed)
        for key, problem in sorted(present.items()):
            entry = entries.get(key) or Entry(problem=problem, since=now)
            waiting = [way for way in ways if way.name not in entry.told]
            sent = [way.name for way in waiting if _send(way, Message(problem=problem), failed)]
            if sent and not entry.told:
                told.append(key)
            entries[key] = entry.model_copy(update={"problem": problem, "told": tuple(sorted({*entry.told, *sent}))})
        memory.write(settings.home, Memory(entries=entries))
        standing = [key for key, entry in entries.items() if entry.problem.controller == controller]
    return Told(
        told=tuple(told),
        standing=tuple(sorted(standing)),
        gone=tuple(gone),
        failures=tuple(f"{name}: {reason}" for name, reason in sorted(failed.items())),
    )


def _send(way: Channel, message: Message, failed: dict[str, str]) -> bool:
    """Whether it went out. A channel that failed once is not asked again on this occasion: each try costs seconds."""
    if way.name in failed:
        return False
    try:
        way.send(message)
    except NotSent as error:
        failed[way.name] = str(error)
        _LOG.warning("an alert could not be sent by %s: %s", way.name, error)
        return False
    return True


def after_run(settings: Settings, controller: str, failed_with: str = "", now: datetime | None = None) -> Told:
    """After a night came to its end, or failed with a fault (``failed_with``: the kind of error). Never raises."""
    now = now or datetime.now(UTC)
    if failed_with:
        return _careful(settings, controller, (_fault(controller, failed_with),), (), now)
    return _careful(settings, controller, (), (AlertKind.RUN_FAILED,), now, looks=True, with_history=False)


def run_failed(settings: Settings, controller: str, kind_of_error: str, now: datetime | None = None) -> Told:
    """A run ended with a fault. Never raises."""
    return after_run(settings, controller, kind_of_error or "unknown", now)


def release_held(settings: Settings, controller: str, now: datetime | None = None) -> Told:
    """A blocking check held the release back before it answered by itself. Never raises."""
    return _careful(settings, controller, (refusal(controller),), (), now or datetime.now(UTC))


def check(settings: Settings, controller: str, with_history: bool = True, now: datetime | None = None) -> Told:
    """On a timer: whatever is wrong by now, also where no run began at all. Never raises.

    With ``ROPA_STORAGE`` the few files that tell are read there, whichever machine made the last night; every file of
    the history is checked by ``ropa storage verify``.
    """
    now = now or datetime.now(UTC)
    ended = (AlertKind.RUN_FAILED,) if _answered_since(settings, _fault(controller, "")) else ()
    return _careful(settings, controller, (), ended, now, True, with_history, stored=bool(settings.storage))


def _careful(
    settings: Settings,
    controller: str,
    problems: tuple[Problem, ...],
    looked_at: tuple[AlertKind, ...],
    now: datetime,
    looks: bool = False,
    with_history: bool = False,
    stored: bool = False,
) -> Told:
    try:
        alerts = load_alert_settings(settings.home)
        found = {}
        if looks and stored:
            with stored_part(settings, controller, is_looked_at) as home:
                found = look(settings, controller, alerts, now, with_history=False, home=home)
        elif looks:
            found = look(settings, controller, alerts, now, with_history)
        if not found.get(AlertKind.RELEASE_REFUSED) and not _answered_since(settings, refusal(controller)):
            found.pop(AlertKind.RELEASE_REFUSED, None)
        all_problems = [*problems, *(problem for items in found.values() for problem in items)]
        return tell(settings, controller, all_problems, (*looked_at, *found), alerts, now)
    except MappingError as error:
        _LOG.warning("no alert could be sent: %s", error)
        return Told(failures=(str(error),))
    except StorageError as error:
        _LOG.warning("%s: nothing could be looked at: %s", controller, error)
        return Told(failures=(str(error),))
    except (OSError, Timeout) as error:
        _LOG.warning("no alert could be sent (%s)", type(error).__name__)
        return Told(failures=(type(error).__name__,))


def _answered_since(settings: Settings, problem: Problem) -> bool:
    """Whether a night has come to its end since that problem was found, so that the problem may be gone."""
    entry = memory.read(settings.home).entries.get(problem.key)
    return entry is None or answered_at(settings.build / problem.controller) > entry.since.timestamp()


def _fault(controller: str, kind_of_error: str) -> Problem:
    return Problem(
        kind=AlertKind.RUN_FAILED,
        controller=controller,
        text=f"the run ended with a fault of the tool ({kind_of_error}); the last release stays",
        remedy=f"See data/build/failures and the run's page, correct the cause, and run again: ropa run {controller}.",
    )
