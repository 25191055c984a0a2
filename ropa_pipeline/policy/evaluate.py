"""The published tables' own contract, checked with Great Expectations: keys, vocabularies, required cells.

Belongs here: suites derived from the :class:`~ropa_pipeline.model.base.TableSpec` of each table, running them and those
made of rules (``retention_suite``), and reading their results. Does not belong here: rules about what the tables say
(one file per family). This is the only module that imports Great Expectations, and it does so inside a function: the
import costs seconds. Results name offending keys of rows and columns, never values.
"""

import atexit
import gc
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import pandas as pd

from ropa_pipeline.model.base import Frozen, TableSpec
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.policy.retention_suite import StageSuite, retention_suite
from ropa_pipeline.store import frame

_MOST_KEYS = 20


class ContractBreach(Frozen):
    """One expectation that a published table does not meet. ``keys``: up to 20 row keys, never values."""

    table: str
    column: str
    expectation: str
    message: str
    keys: tuple[str, ...] = ()
    could_not_run: bool = False


def contract_breaches(tables: Tables) -> tuple[ContractBreach, ...]:
    """Check every non-empty table against its own declaration, and the retention results against the rules.

    Empty where all is well. An expectation that could not be evaluated is a breach too, marked so: silence must mean
    "checked".
    """
    rows = ((spec, tables.rows(spec.row_class)) for spec in TABLES)
    return frame_breaches(
        [(spec, frame(found, spec.row_class)) for spec, found in rows if found], retention_suite(tables)
    )


def frame_breaches(frames: Iterable[tuple[TableSpec, pd.DataFrame]], *suites: StageSuite) -> tuple[ContractBreach, ...]:
    """The same for frames, as they are about to be published, and suites. Never raises for what is in a frame."""
    with _quiet():
        gx, gxe = _great_expectations()
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = _no_progress()
        asset = context.data_sources.add_pandas("tables").add_dataframe_asset("tables")
        whole = asset.add_batch_definition_whole_dataframe("all")
        asked = [(spec.name, spec.key, data, list(_expectations(gxe, spec))) for spec, data in frames]
        asked += [(suite.stage, suite.key, suite.data, list(_of_suite(gxe, suite))) for suite in suites if suite.rules]
        found: list[ContractBreach] = []
        for name, key, data, expectations in asked:
            batch = whole.get_batch(batch_parameters={"dataframe": data})
            quick = batch.validate(
                gx.ExpectationSuite(name=name, expectations=expectations), result_format="BOOLEAN_ONLY"
            )
            # Which rows are meant costs several times the question whether there are any.
            unmet = [
                item.expectation_config.to_domain_obj()
                for item in quick.results
                if not item.success and item.expectation_config is not None
            ]
            if unmet:
                shown = {"result_format": "COMPLETE", "unexpected_index_column_names": list(key)}
                again = gx.ExpectationSuite(name=f"{name}, unmet", expectations=unmet)
                found.extend(_read(name, key, batch.validate(again, result_format=shown)))
    return tuple(sorted(found, key=lambda item: (item.table, item.column, item.expectation)))


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The library, imported once.

    It leaves some 400,000 objects that stay until the process ends. The garbage collector would go through them again
    and again, a fifth of all time, so it neither runs during the import nor looks at what stands afterwards.
    """
    ran = gc.isenabled()
    gc.disable()
    try:
        import great_expectations as gx
        import great_expectations.expectations as gxe
    finally:
        if ran:
            gc.enable()
    gc.freeze()
    # At the end libraries look for what was not given back, and would report all that is still frozen.
    atexit.register(gc.unfreeze)
    return gx, gxe


def _no_progress() -> Any:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    return ProgressBarsConfig(globally=False, metric_calculations=False)


def _expectations(gxe: Any, spec: TableSpec) -> Iterable[Any]:
    """Columns in order, keys present and unique, words from their vocabulary, asked-for cells present.

    An expectation costs about 20 ms whatever the rows, so what the row classes already guarantee (types, no
    NULL in a required text) is not asked a second time, save for keys and for what the Regulation asks for.
    """
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=list(spec.column_names))
    if len(spec.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=spec.key[0])
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(spec.key))
    for column in spec.columns:
        asked_for = column.name in spec.key or column.article.startswith("30(1)")
        if asked_for and not column.is_optional:
            yield gxe.ExpectColumnValuesToNotBeNull(column=column.name)
        if column.terms and not column.is_list:
            yield gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.terms))
        if column.name == "confidence":
            yield gxe.ExpectColumnValuesToBeBetween(column=column.name, min_value=0.0, max_value=1.0)


def _of_suite(gxe: Any, suite: StageSuite) -> Iterable[Any]:
    for rule in suite.rules:
        if rule.equals:
            yield gxe.ExpectColumnPairValuesToBeEqual(
                column_A=rule.column, column_B=rule.equals, ignore_row_if="either_value_is_missing"
            )
        else:
            yield gxe.ExpectColumnValuesToBeBetween(column=rule.column, min_value=rule.least, max_value=rule.most)


def _read(name: str, key: Sequence[str], result: Any) -> Iterator[ContractBreach]:
    for item in result.results:
        if item.success:
            continue
        config = item.expectation_config
        raised = _raised(item.exception_info)
        detail = item.result or {}
        keys = tuple(
            "/".join("" if row.get(part) is None else str(row[part]) for part in key)
            for row in (detail.get("unexpected_index_list") or [])[:_MOST_KEYS]
            if isinstance(row, dict)
        )
        yield ContractBreach(
            table=name,
            column=str(config.kwargs.get("column", config.kwargs.get("column_A", ""))),
            expectation=config.type,
            message="could not be evaluated" if raised else "is not met",
            keys=keys,
            could_not_run=raised,
        )


def _raised(info: Any) -> bool:
    """Great Expectations 1.24 gives two shapes: flat when fine, nested per metric when a metric raised."""
    if not isinstance(info, dict):
        return False
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(isinstance(part, dict) and part.get("raised_exception") for part in info.values())


@contextmanager
def _quiet() -> Iterator[None]:
    """Analytics off before the import, and its loggers silent: they print frames when a metric raises."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
