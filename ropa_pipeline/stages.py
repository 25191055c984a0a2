"""The stages of a night, one function per asset group, without Dagster.

Belongs here: reading the store, calling one pure function, writing the store. Does not belong here: any rule
(``classify``, ``register``, ``policy``), anything of Dagster (``orchestration``). The Dagster assets and
``ropa run --no-dagster`` call the same functions in the same order.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ropa_pipeline import __version__, measurements, night_mark, policy
from ropa_pipeline.classify import ClassifyInput, classify
from ropa_pipeline.model.base import Row
from ropa_pipeline.model.finding import Coverage, Drift, Evidence, Finding, Proposal, Statement, SuggestedClause
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount, Source, System, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Assessment,
    Contract,
    Controller,
    Cookie,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import Hold, OverdueTrend, RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose
from ropa_pipeline.model.terms import SourceKind
from ropa_pipeline.night import Night
from ropa_pipeline.notice_state import declared_statements, notice_state
from ropa_pipeline.notice_text_facts import notice_facts
from ropa_pipeline.publish import Outcome, ReleaseContext, ReleaseResult, published_path, release
from ropa_pipeline.publish.content import content_hash
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.reading import SourceState, observations, read_source, states
from ropa_pipeline.register import retention
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.clauses import suggested_clauses
from ropa_pipeline.register.coverage import coverage
from ropa_pipeline.register.drift import drift
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.register.systems import column_inventory
from ropa_pipeline.store import private_database, write_bytes
from ropa_pipeline.yaml_files import decided_at

REGISTER_ROWS: tuple[type[Row], ...] = (
    Controller,
    Party,
    System,
    ProcessingActivity,
    LegalBasis,
    ActivityData,
    Recipient,
    Disclosure,
    Contract,
    Transfer,
    Hold,
    Cookie,
    SecurityMeasure,
    Assessment,
    ProcessorActivity,
    Evidence,
    Proposal,
)
"""The tables that :func:`register` writes, besides the classified columns' activities."""
JUDGED_ROWS: tuple[type[Row], ...] = (Drift, Coverage, Finding, SuggestedClause)
"""The tables that :func:`judged` writes."""


def observe_system(night: Night, system: str) -> tuple[SourceState, ...]:
    """Read every source of one system. One state per source; never raises for what a source does wrong."""
    return tuple(read_source(night, source) for source in night.sources if source.system == system)


def inventory(night: Night) -> Tables:
    """``sources``, ``columns`` and ``row_counts``: one row per source, observed column and counted table."""
    rows = tuple(state.row for state in states(night))
    columns, counts = column_inventory(observations(night), rows)
    return _write(night, Tables([*rows, *columns, *counts]), (Source, Column, RowCount))


def classified(night: Night) -> Tables:
    """``classified_columns`` (one row per observed column) and ``table_readings``."""
    seen = observations(night)
    catalogue = night.catalogue
    result = classify(
        [ClassifyInput(system=item.system, source_id=item.source_id, tables=item.tables) for item in seen],
        taxonomy=catalogue.taxonomy,
        lexicon=catalogue.lexicon,
        systems=catalogue.systems,
        decisions=night.folder.decisions.columns,
    )
    return _write(night, Tables([*result.columns, *result.tables]), (ClassifiedColumn, TableReading))


def statements(night: Night) -> Tables:
    """``statements``: the declared reading of the notice, else what the reader found in the supplied text."""
    declared = declared_statements(night.folder)
    if not declared:
        state = notice_state(night)
        declared = state.reading.statements if state.reading else ()
    return _write(night, Tables(declared), (Statement,))


def retention_tested(night: Night) -> Tables:
    """``retention_rules`` and ``retention_results``: rules in force, and rows measured against them."""
    return _write(night, retention_rows(night), (RetentionRule, RetentionResult))


def retention_rows(night: Night) -> Tables:
    """The rows of :func:`retention_tested`, not yet written."""
    catalogue = night.catalogue
    rules = retention.rules(night.folder, catalogue.reference, catalogue.systems, night.as_of)
    results = retention.results(
        rules,
        observations(night),
        folder=night.folder,
        reference=catalogue.reference,
        systems=catalogue.systems,
        as_of=night.as_of,
        measured_at=night.run_time,
        readings=night.read(TableReading),
    )
    return Tables([*rules, *results])


def register_inputs(night: Night) -> RegisterInputs:
    """Everything the register is assembled from, out of the store."""
    return RegisterInputs(
        controller_id=night.controller_id,
        folder=night.folder,
        taxonomy=night.catalogue.taxonomy,
        systems=night.catalogue.systems,
        entities=night.catalogue.entities,
        reference=night.catalogue.reference,
        observations=observations(night),
        sources=night.read(Source),
        columns=night.read(ClassifiedColumn),
        tables=night.read(TableReading),
        statements=night.read(Statement),
        rules=night.read(RetentionRule),
        as_of=night.as_of,
        run_time=night.run_time,
        previous=night.previous,
    )


def register(night: Night) -> Tables:
    """The register proper, with evidence and proposals (:data:`REGISTER_ROWS`)."""
    tables = assemble(register_inputs(night))
    return _write(night, tables, (*REGISTER_ROWS, ClassifiedColumn))


def judged(night: Night) -> Tables:
    """``drift``, ``findings``, ``coverage``, ``suggested_clauses``: the register against notice, systems and law."""
    state = notice_state(night)
    # Not those of an earlier night that are made here.
    tables = Tables(row for kind in PUBLISHED_ROWS if kind not in JUDGED_ROWS for row in night.read(kind))
    disagreements = drift(register_inputs(night), tables, state.reading, state.same_text, state.as_declared)
    tables = tables.with_rows(disagreements)
    covered = coverage(tables, night.catalogue.reference.questionnaires)
    tables = tables.with_rows(covered)
    problems = [problem for item in states(night) for problem in item.problems]
    if state.problem is not None:
        problems.append(state.problem)
    found = policy.findings(
        policy.PolicyContext(
            controller_id=night.controller_id,
            folder=night.folder,
            taxonomy=night.catalogue.taxonomy,
            systems=night.catalogue.systems,
            reference=night.catalogue.reference,
            tables=tables,
            previous=night.previous,
            problems=tuple(problems),
            observations=observations(night),
            as_of=night.as_of,
            named_at=partial(decided_at, night.settings.controllers / night.controller_id),
        )
    )
    catalogue = night.catalogue
    clauses = suggested_clauses(tables.with_rows(found), night.folder, catalogue.taxonomy, catalogue.clauses)
    made = Tables([*disagreements, *covered, *found, *clauses])
    written = _write(night, made, JUDGED_ROWS)
    write_bytes(_judged_path(night), content_hash(stored(night)).encode())
    return written


def today(night: Night) -> str:
    """The analyst's first screen, as markdown; also kept beside the working tables."""
    tables = stored(night)
    text = policy.today(tables, night.previous, night.folder, night.as_of, _overdue(night, tables))
    write_bytes(night.settings.build / night.controller_id / "today.md", text.encode())
    return text


def released(night: Night) -> ReleaseResult:
    """Publish, or refuse: findings are read again here, because a check in another run cannot hold this one."""
    sources = night.read(Source)
    tables, notice = stored(night), notice_state(night)
    context = ReleaseContext(
        home=night.settings.home,
        controller_id=night.controller_id,
        controller_name=night.folder.facts.name.value,
        run_time=night.run_time,
        as_of=night.as_of,
        timezone=night.folder.facts.timezone,
        language=night.language or night.folder.facts.language,
        tool_version=__version__,
        built_on_samples=any(source.kind is SourceKind.SAMPLE for source in sources),
        notice_supplied=night.notice_file is not None,
        labels=labels(night),
        overdue=_overdue(night, tables),
        notice=notice_facts(night, notice.reading, notice.same_text),
    )
    judged_hash = _judged_path(night).read_text("utf-8") if _judged_path(night).is_file() else ""
    result = _not_judged(night, tables) if judged_hash != content_hash(tables) else release(tables, context)
    if result.outcome in (Outcome.PUBLISHED, Outcome.UNCHANGED):
        # A night without a changed fact makes no snapshot; its figures would be lost without this list.
        measurements.add(_history(night), tables.rows(RetentionResult), night.as_of)
        night_mark.remember(night)
    return keep_result(night, result)


def keep_result(night: Night, result: ReleaseResult) -> ReleaseResult:
    """Keep what came of the night for :func:`last_release`."""
    write_bytes(_release_path(night), result.model_dump_json(indent=1).encode() + b"\n")
    return result


def _history(night: Night) -> Path:
    return night.settings.home / "data" / "history" / night.controller_id


def _overdue(night: Night, tables: Tables) -> tuple[OverdueTrend, ...]:
    """The overdue rows over time, with tonight's."""
    return measurements.overdue_trends(_history(night), tables.rows(RetentionResult), night.as_of)


def _not_judged(night: Night, tables: Tables) -> ReleaseResult:
    """A night that died between assembling and judging leaves tables that no finding is about: refuse them."""
    return ReleaseResult(
        outcome=Outcome.REFUSED,
        snapshot_id="",
        content_hash=content_hash(tables),
        changes=0,
        reasons=("the working tables are newer than the findings about them: run the controller again",),
        folder=published_path(night.settings.home, night.controller_id),
    )


def _judged_path(night: Night) -> Path:
    return night.settings.build / night.controller_id / "judged.sha256"


def last_release(night: Night) -> ReleaseResult | None:
    """What came of :func:`released` in this run; None where the run did not get there."""
    path = _release_path(night)
    return ReleaseResult.model_validate_json(path.read_bytes()) if path.is_file() else None


def forget_release(night: Night) -> None:
    """Forget the result of an earlier run, so that it is never taken for this one's."""
    _release_path(night).unlink(missing_ok=True)


def _release_path(night: Night) -> Path:
    return night.settings.build / night.controller_id / "release.json"


def labels(night: Night, language: str = "") -> dict[str, str]:
    """Words for keys, in ``language`` or tonight's: what the workbooks show instead of keys."""
    taxonomy = night.catalogue.taxonomy
    code = language_of(language or night.language or night.folder.facts.language).code
    items: tuple[DataCategory | DataSubject | Purpose | Measure, ...] = (
        *taxonomy.data_categories,
        *taxonomy.data_subjects,
        *taxonomy.purposes,
        *taxonomy.measures,
    )
    words = {item.key: getattr(item.label, code) for item in items}
    words.update({f"standing.{item.key}": getattr(item.label, code) for item in taxonomy.standing_list})
    words.update({system.system: system.name for system in night.catalogue.systems.values()})
    words.update({activity.id: activity.name for activity in night.folder.activities.activities})
    return words


PUBLISHED_ROWS: tuple[type[Row], ...] = (
    Source,
    Column,
    RowCount,
    ClassifiedColumn,
    TableReading,
    Statement,
    RetentionRule,
    RetentionResult,
    *REGISTER_ROWS,
    *JUDGED_ROWS,
)


def stored(night: Night) -> Tables:
    """All working tables of tonight; one object until a stage writes, so that its hash is taken once."""
    return night.once(_stored)


def _stored(night: Night) -> Tables:
    return Tables(row for row_class in PUBLISHED_ROWS for row in night.read(row_class))


def _write(night: Night, tables: Tables, row_classes: tuple[type[Row], ...]) -> Tables:
    for row_class in row_classes:
        night.write(row_class, tables.rows(row_class))
    night.kept.pop(_stored, None)
    return tables


STAGES: tuple[Callable[[Night], object], ...] = (
    inventory,
    classified,
    statements,
    retention_tested,
    register,
    judged,
    today,
)
"""The stages between reading the sources and releasing, in order."""


def run_night(night: Night) -> ReleaseResult:
    """A whole night of one controller without Dagster."""
    with private_database():
        for system in sorted({source.system for source in night.sources}):
            observe_system(night, system)
        for stage in STAGES:
            stage(night)
        return released(night)
