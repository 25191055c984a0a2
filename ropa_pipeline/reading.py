"""Reads one source tonight; what a source does wrong becomes a problem, never an exception.

Belongs here: calling a connector, falling back to the last good observation, the state of each source.
Does not belong here: connectors, and what is made of observations (:mod:`ropa_pipeline.stages`).
The last good observation stands in only for a source of the same kind: a sample never stands in for real
input, nor real input for a sample.
"""

import hashlib
import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from connectors.registry import ask_again, observe
from ropa_pipeline.classify import without_unknown_words
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.fault_place import fault_words
from ropa_pipeline.limits import DatabaseBusy, database_turn
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.observation import SourceObservation, SourceProblem, SourceRequest, SourceUnavailable
from ropa_pipeline.model.providers import known_parties
from ropa_pipeline.model.terms import About, Severity, SourceKind, SourceStatus
from ropa_pipeline.night import Night
from ropa_pipeline.night_mark import source_key
from ropa_pipeline.register import retention
from ropa_pipeline.scratch import READING, private_folder
from ropa_pipeline.sources import ResolvedSource
from ropa_pipeline.store import StoreError, disk_trouble, write_bytes

_LOG = logging.getLogger(__name__)


class SourceState(Frozen):
    """One source after tonight's attempt: its row and what went wrong. The observation is kept apart.

    ``read_key`` is what the observation rests on, empty where only a read can tell; ``skipped``: tonight that had not
    changed, so the source was not read again.
    """

    row: Source
    problems: tuple[SourceProblem, ...] = ()
    has_observation: bool = False
    read_key: str = ""
    skipped: bool = False


def read_source(night: Night, source: ResolvedSource) -> SourceState:
    """Observe one source and keep what was seen; on failure keep the last good observation, marked stale.

    A source whose files, mappings, rules and cut-offs are those of its last good read is not read again; where only
    cut-offs moved, only the ages of its rows are asked again.
    """
    earlier = _earlier(night, source)
    observation: SourceObservation | None = None
    problems: tuple[SourceProblem, ...]
    request = _request(night, source)
    key = _read_key(night, source, request)
    if earlier is not None and _still_holds(night, earlier, key):
        return _keep(night, source, _not_read_again(night, earlier.state))
    if source.problem is not None:
        problems = (source.problem,)
    else:
        unchanged = earlier.observation if earlier is not None and _same_file(night, earlier, key) else None
        observation, problems = _observe(night, source, request, unchanged)
        problems = (*source.warnings, *problems)
    if observation is not None:
        night.store.write_observation(night.controller_id, observation)
        state = _state(night, source, observation, SourceStatus.FRESH, problems).model_copy(update={"read_key": key})
    elif earlier is not None and earlier.observation is not None:
        state = _state(night, source, earlier.observation, SourceStatus.STALE, problems, earlier.state.row)
    else:
        _forget(night, source)
        status = SourceStatus.FAILED if source.location else SourceStatus.NEVER
        state = _state(night, source, None, status, problems)
    return _keep(night, source, state)


def _keep(night: Night, source: ResolvedSource, state: SourceState) -> SourceState:
    write_bytes(_state_path(night, source.source_id), state.model_dump_json(indent=1).encode() + b"\n")
    night.kept.clear()
    return state


def _read_key(night: Night, source: ResolvedSource, request: SourceRequest) -> str:
    """What an observation rests on: the file with all that is asked of it but its rows, then what is asked of those."""
    of_rows = {"clocks", "residue"}
    whole = request.model_dump_json(exclude={"as_of", "location", *of_rows})
    file = source_key(night, source.kind, source.location, whole)
    asked = hashlib.sha256(request.model_dump_json(include=of_rows).encode()).hexdigest()
    return f"{file} {asked}" if file else ""


def _still_holds(night: Night, earlier: "_Earlier", key: str) -> bool:
    return _same_file(night, earlier, key) and earlier.state.read_key == key


def _same_file(night: Night, earlier: "_Earlier", key: str) -> bool:
    fresh = earlier.observation is not None and earlier.state.row.status is SourceStatus.FRESH
    known = earlier.state.read_key.partition(" ")[0]
    return bool(key) and not night.force and fresh and known == key.partition(" ")[0]


def _not_read_again(night: Night, state: SourceState) -> SourceState:
    row = state.row.model_copy(update={"last_attempt": night.run_time})
    return state.model_copy(update={"row": row, "skipped": True})


def states(night: Night) -> tuple[SourceState, ...]:
    """The states of all sources that the controller has tonight, sorted; one never read has status ``never``."""
    return night.once(_states)


def _states(night: Night) -> tuple[SourceState, ...]:
    found = []
    for source in night.sources:
        path = _state_path(night, source.source_id)
        if path.is_file():
            found.append(SourceState.model_validate_json(path.read_bytes()))
        else:
            problems = (source.problem,) if source.problem else ()
            found.append(_state(night, source, None, SourceStatus.NEVER, problems))
    return tuple(found)


def observations(night: Night) -> tuple[SourceObservation, ...]:
    """Observations of the controller's present sources, fresh or stale."""
    return night.once(_observations)


def _observations(night: Night) -> tuple[SourceObservation, ...]:
    usable = {state.row.source_id for state in states(night) if state.has_observation}
    found = (night.store.read_observation(night.controller_id, source_id) for source_id in sorted(usable))
    return tuple(item for item in found if item is not None)


class _Earlier(Frozen):
    state: SourceState
    observation: SourceObservation | None


def _earlier(night: Night, source: ResolvedSource) -> _Earlier | None:
    """The last attempt and its observation, if it was of the same kind (sample or real)."""
    path = _state_path(night, source.source_id)
    if not path.is_file():
        return None
    try:
        state = SourceState.model_validate_json(path.read_bytes())
        kept = night.store.read_observation(night.controller_id, source.source_id) if state.has_observation else None
    except (ValueError, StoreError):
        # Working files can be made again: damaged ones are as good as none.
        return None
    if (state.row.kind is SourceKind.SAMPLE) != source.is_sample:
        return None
    return _Earlier(state=state, observation=kept)


def _request(night: Night, source: ResolvedSource) -> SourceRequest:
    """What the connector is asked, all but the folder for its temporary files."""
    mapping = night.catalogue.systems.get(source.system)
    return SourceRequest(
        controller_id=night.controller_id,
        source_id=source.source_id,
        system=source.system,
        connector=source.connector,
        location=source.location,
        shown_location=source.shown_location,
        is_sample=source.is_sample,
        as_of=night.as_of,
        timezone=source.timezone,
        options=source.options,
        clocks=retention.questions(
            source.system,
            folder=night.folder,
            reference=night.catalogue.reference,
            systems=night.catalogue.systems,
            as_of=night.as_of,
            timezone=source.timezone,
            source_id=source.source_id,
        ),
        residue=mapping.residue if mapping else (),
        documented=mapping.documented if mapping else (),
        known_parties=known_parties(night.catalogue.entities) if source.connector == "bank_statement" else (),
        sample_values=source.sample_values,
    )


def _observe(
    night: Night, source: ResolvedSource, request: SourceRequest, unchanged: SourceObservation | None
) -> tuple[SourceObservation | None, tuple[SourceProblem, ...]]:
    """What is seen tonight. ``unchanged``: what was seen of the same file before, so that only its rows are asked."""
    # Rows of a source may be written there: private, and removed whatever happens.
    with private_folder(READING, night.settings.scratch) as scratch:
        try:
            with _turn(night, source):
                asked = request.model_copy(update={"scratch": str(scratch)})
                again = ask_again(asked, unchanged) if unchanged is not None else None
                observation = observe(asked, profile_values) if again is None else again
        except SourceUnavailable as error:
            return None, (error.problem,)
        except DatabaseBusy:
            return None, (_busy(night, source),)
        except Exception as error:
            # A fault of ours in one connector must not stop the other sources. The exception's text may hold
            # a value from the source, so only its type and our own line are kept.
            _LOG.error("connector %s failed on source %s: %s", source.connector, source.source_id, fault_words(error))
            return None, (_fault(night, source, error),)
    kept: dict[str, object] = {"tables": without_unknown_words(observation.tables, night.catalogue.lexicon)}
    if source.is_sample:
        kept["kind"] = SourceKind.SAMPLE
    return observation.model_copy(update=kept), observation.problems


def _turn(night: Night, source: ResolvedSource) -> AbstractContextManager[None]:
    """Never two scans of one shop's database at once, whichever controllers they are for."""
    return database_turn(night.settings, source.location) if source.kind is SourceKind.LIVE else nullcontext()


def _busy(night: Night, source: ResolvedSource) -> SourceProblem:
    return SourceProblem(
        rule_id="source.busy",
        subject=source.source_id,
        message=f"{source.shown_location} was still being read by another run after "
        f"{night.settings.limits.database_wait_seconds} seconds",
        remedy="Run again later; ROPA_DATABASE_WAIT_SECONDS says how long to wait for a turn.",
        severity=Severity.WARNING,
        about=About.RECORD,
    )


def _fault(night: Night, source: ResolvedSource, error: Exception) -> SourceProblem:
    disk = disk_trouble(error, night.settings.home)
    if disk:
        return SourceProblem(
            rule_id="source.connector_fault",
            subject=source.source_id,
            message=f"{source.shown_location} could not be read: the disk takes no temporary file",
            remedy=disk,
            severity=Severity.ERROR,
            about=About.RECORD,
        )
    return SourceProblem(
        rule_id="source.connector_fault",
        subject=source.source_id,
        message=f"connector {source.connector} failed on {source.shown_location} ({fault_words(error)})",
        remedy="Report this as a fault of the tool, with the kind of file; the other sources were read.",
        severity=Severity.ERROR,
        about=About.RECORD,
    )


def _state(
    night: Night,
    source: ResolvedSource,
    observation: SourceObservation | None,
    status: SourceStatus,
    problems: tuple[SourceProblem, ...],
    earlier: Source | None = None,
) -> SourceState:
    last_success = night.run_time if status is SourceStatus.FRESH else (earlier.last_success if earlier else None)
    row = Source(
        source_id=source.source_id,
        system=source.system,
        connector=source.connector,
        kind=observation.kind if observation else source.kind,
        status=status,
        last_attempt=night.run_time,
        last_success=last_success,
        fingerprint=observation.fingerprint if observation else "",
        tables=len(observation.tables) if observation else None,
        columns=sum(len(table.columns) for table in observation.tables) if observation else None,
        reason="; ".join([*(problem.message for problem in problems), *(observation.notes if observation else ())]),
    )
    return SourceState(row=row, problems=problems, has_observation=observation is not None)


def _state_path(night: Night, source_id: str) -> Path:
    return night.settings.build / night.controller_id / "attempts" / f"{source_id}.json"


def _forget(night: Night, source: ResolvedSource) -> None:
    """Drop an observation of another kind (a sample where real input is now declared)."""
    night.store.forget_observation(night.controller_id, source.source_id)
