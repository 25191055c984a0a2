"""The short night of a controller about which nothing is new: row ages are asked again, nothing else is made again.

Belongs here: deciding between the short night and the whole one, and doing the short one. Does not belong here: the
stages (:mod:`ropa_pipeline.stages`), what counts as an input (:mod:`ropa_pipeline.night_mark`).

Time passes although nothing changes, so the sources that can age are asked (and live ones are read, because only a
read can tell). Where all answers are those of the last whole night, the release stands as it is, and its manifest
says that it was verified again. Anything else makes the whole night, which then finds its sources read already.
"""

from ropa_pipeline import stages
from ropa_pipeline.model.base import ColumnKind, Frozen, Row, table_spec
from ropa_pipeline.model.observation import SourceObservation
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.night import Night
from ropa_pipeline.night_mark import given_of, quiet_expected
from ropa_pipeline.publish import PublishError, ReleaseResult, confirm
from ropa_pipeline.reading import SourceState, observations, states
from ropa_pipeline.store import StoreError, private_database


class ShortNight(Frozen):
    """What a short night did: sources asked, and sources whose files, mappings and rules had not changed."""

    result: ReleaseResult
    asked: tuple[str, ...]
    skipped: tuple[str, ...]


def make_night(night: Night) -> ReleaseResult:
    """The short night where it suffices, else the whole one. The caller holds the run's lock."""
    short = short_night(night)
    return short.result if short is not None else stages.run_night(night)


def is_quiet(night: Night) -> bool:
    """Whether a short night may be tried: no input differs and no date of the mappings was reached."""
    return not night.force and night.once(_nothing_new)


def _nothing_new(night: Night) -> bool:
    return quiet_expected(night.settings, night.controller_id, night.as_of, given_of(night))


def short_night(night: Night) -> ShortNight | None:
    """The short night, or None where a source or an age differs: then the whole night must follow."""
    if not is_quiet(night):
        return None
    try:
        # One database for all the small files of the night: opening one costs more than reading or writing a table.
        with private_database():
            return _tried(night)
    except (StoreError, ValueError):
        # A damaged file of the working store: the whole night writes all of them anew.
        night.kept.clear()
        return None


def _tried(night: Night) -> ShortNight | None:
    before = {state.row.source_id: state for state in states(night)}
    seen = {item.source_id: item for item in observations(night)}
    for system in sorted({source.system for source in night.sources}):
        stages.observe_system(night, system)
    now = states(night)
    after = {item.source_id: item for item in observations(night)}
    if any(not _same_state(before.get(state.row.source_id), state) for state in now):
        return None
    if seen.keys() != after.keys() or any(not _same_schema(seen[key], after[key]) for key in seen):
        return None
    if not _same_results(night, stages.retention_rows(night)):
        return None
    try:
        result = confirm(night.settings.home, night.controller_id, night.as_of, night.run_time)
    except PublishError:
        # The whole night puts the files right, or says what a person must do.
        return None
    stages.keep_result(night, result)
    return ShortNight(
        result=result,
        asked=tuple(state.row.source_id for state in now if not state.skipped),
        skipped=tuple(state.row.source_id for state in now if state.skipped),
    )


def _same_state(old: SourceState | None, new: SourceState) -> bool:
    return old is not None and old.problems == new.problems and _facts(old.row) == _facts(new.row)


def _same_schema(old: SourceObservation, new: SourceObservation) -> bool:
    """All that was seen but the ages, which are compared as results."""
    unaged = {"ages": (), "data_as_of": None}
    return old.model_copy(update=unaged) == new.model_copy(update=unaged)


def _same_results(night: Night, tables: Tables) -> bool:
    return all(
        {row.row_id: _facts(row) for row in night.read(row_class)}
        == {row.row_id: _facts(row) for row in tables.rows(row_class)}
        for row_class in (RetentionRule, RetentionResult)
    )


def _facts(row: Row) -> tuple[object, ...]:
    """A row's cells without those of the run itself (when it was looked at)."""
    spec = table_spec(type(row))
    return tuple(getattr(row, column.name) for column in spec.columns if column.kind is not ColumnKind.RUN)
