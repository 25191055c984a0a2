"""The published tables' own contract, checked with Great Expectations: keys, vocabularies, required cells.

Belongs here: suites derived from the :class:`~ropa_pipeline.model.base.TableSpec` of each table, running them, the one
of all tables together (``contract_suite``) and those made of rules (``retention_suite``), and reading their results.
Does not belong here: rules about what the tables say (one file per family). This is the only module that imports Great
Expectations, and it does so inside a function: the import costs seconds. Results name offending keys of rows and
columns, never values.
"""

import atexit
import gc
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from ropa_pipeline.model.base import Frozen, TableSpec
from ropa_pipeline.model.tables import TABLES, Tables
from ropa_pipeline.paused_collector import paused_collector
from ropa_pipeline.policy.contract_suite import GIVEN, KEYS, SHARES, WORDS, asked_for, contract_suite, worded
from ropa_pipeline.policy.retention_suite import EACH_KIND, RULE, Expected, StageSuite, cells_of_rules, retention_suite
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
    listed = list(frames)
    with _quiet():
        looking = _Looking(*_great_expectations())
        asked: list[_Asked] = []
        if listed and not looking.all_well(listed):
            asked += [
                _Asked(spec.name, spec.key, data, list(_expectations(looking.gxe, spec))) for spec, data in listed
            ]
        for suite in suites:
            rules = looking.doubtful(suite)
            if rules:
                asked.append(_Asked(suite.stage, suite.key, suite.data, list(_of_rules(looking.gxe, rules))))
        found = [breach for item in asked for breach in looking.breaches(item)]
    return tuple(sorted(found, key=lambda item: (item.table, item.column, item.expectation)))


class _Asked(NamedTuple):
    """One table or stage, and what is expected of it."""

    name: str
    key: tuple[str, ...]
    data: pd.DataFrame
    expectations: list[Any]


class _Looking:
    """The library, ready to look at frames. An expectation costs about 10 ms, so many questions are asked as one."""

    def __init__(self, gx: Any, gxe: Any) -> None:
        self.gx, self.gxe = gx, gxe
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = _no_progress()
        asset = context.data_sources.add_pandas("tables").add_dataframe_asset("tables")
        self._whole = asset.add_batch_definition_whole_dataframe("all")

    def all_well(self, frames: Sequence[tuple[TableSpec, pd.DataFrame]]) -> bool:
        """Whether all tables keep their contract, asked of all together; False also where that cannot be told."""
        suite = contract_suite(frames)
        if suite is None:
            return False
        expectations = [
            self.gxe.ExpectColumnValuesToBeUnique(column=KEYS),
            self.gxe.ExpectColumnValuesToNotBeNull(column=GIVEN),
            self.gxe.ExpectColumnValuesToBeInSet(column=WORDS, value_set=list(suite.words)),
            self.gxe.ExpectColumnValuesToBeBetween(column=SHARES, min_value=0.0, max_value=1.0),
        ]
        return bool(self._validated("all tables", suite.data, expectations).success)

    def doubtful(self, suite: StageSuite) -> tuple[Expected, ...]:
        """The rules of a suite that are unmet or could not be evaluated, told by one expectation of each kind."""
        if not suite.rules:
            return ()
        data = cells_of_rules(suite)
        expectations = list(_of_rules(self.gxe, EACH_KIND))
        told = {"result_format": "COMPLETE", "unexpected_index_column_names": [RULE]}
        unmet = [item for item in self._validated(suite.stage, data, expectations, told).results if not item.success]
        if any(_raised(item.exception_info) for item in unmet):
            return suite.rules
        named = {place[RULE] for item in unmet for place in item.result["unexpected_index_list"]}
        return tuple(rule for rule in suite.rules if rule.column in named)

    def breaches(self, asked: _Asked) -> Iterator[ContractBreach]:
        """Which expectations are unmet, and by which rows: that costs several times the question whether any are."""
        quick = self._validated(asked.name, asked.data, asked.expectations)
        unmet = [
            item.expectation_config.to_domain_obj()
            for item in quick.results
            if not item.success and item.expectation_config is not None
        ]
        if unmet:
            told = {"result_format": "COMPLETE", "unexpected_index_column_names": list(asked.key)}
            yield from _read(asked.name, asked.key, self._validated(f"{asked.name}, unmet", asked.data, unmet, told))

    def _validated(self, name: str, data: pd.DataFrame, expectations: list[Any], told: object = "BOOLEAN_ONLY") -> Any:
        batch = self._whole.get_batch(batch_parameters={"dataframe": data})
        return batch.validate(self.gx.ExpectationSuite(name=name, expectations=expectations), result_format=told)


@cache
def _great_expectations() -> tuple[Any, Any]:
    """The library, imported once.

    It leaves some 400,000 objects that stay until the process ends. The garbage collector would go through them again
    and again, a fifth of all time, so it neither runs during the import nor looks at what stands afterwards.
    """
    with paused_collector():
        import great_expectations as gx
        import great_expectations.expectations as gxe
    gc.freeze()
    # At the end libraries look for what was not given back, and would report all that is still frozen.
    atexit.register(gc.unfreeze)
    return gx, gxe


def _no_progress() -> Any:
    from great_expectations.data_context.types.base import ProgressBarsConfig

    return ProgressBarsConfig(globally=False, metric_calculations=False)


def _expectations(gxe: Any, spec: TableSpec) -> Iterable[Any]:
    """Columns in order, keys present and unique, words from their vocabulary, asked-for cells present.

    What the row classes already guarantee (types, no NULL in a required text) is not asked a second time, save for
    keys and for what the Regulation asks for.
    """
    yield gxe.ExpectTableColumnsToMatchOrderedList(column_list=list(spec.column_names))
    if len(spec.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=spec.key[0])
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(spec.key))
    for name in asked_for(spec):
        yield gxe.ExpectColumnValuesToNotBeNull(column=name)
    for column in worded(spec):
        yield gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.terms))
    if "confidence" in spec.column_names:
        yield gxe.ExpectColumnValuesToBeBetween(column="confidence", min_value=0.0, max_value=1.0)


def _of_rules(gxe: Any, rules: Iterable[Expected]) -> Iterable[Any]:
    for rule in rules:
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
