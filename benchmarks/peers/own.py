"""Runs this project's classifier on the sets: names, types and table context, without curated mappings.

Belongs here: the row of the comparison that is ours. Does not belong here: labels, scoring.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classification import as_inputs
from benchmarks.peers.labelled import LabelledSet, as_peer_column
from benchmarks.peers.scoring import Said
from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.classify import Classification, ClassifyInput, classify
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.observation import ObservedTable
from ropa_pipeline.model.terms import Identifiability
from ropa_pipeline.settings import Settings, shipped_root


@dataclass(frozen=True)
class OwnAnswers:
    """Answers by set in the order of its rows, and the processor time of all of them."""

    said: tuple[tuple[Said, ...], ...]
    seconds: float


def own_answers(sets: Sequence[LabelledSet], *, values: bool) -> OwnAnswers:
    """Classify every set; with ``values`` from the same cells as the peers, whose profiling is timed too."""
    catalogue = load_shared(Settings(home=Path.cwd(), shipped=shipped_root()))
    _classify([], catalogue)  # compiles the lexicon, as loading a model does elsewhere
    seconds = 0.0
    said = []
    for one in sets:
        inputs = as_inputs(one.rows, one.system)
        drawn = {(row.table, row.column): as_peer_column(row).values for row in one.rows} if values else {}
        started = time.process_time()
        if values:
            inputs = [_with_profiles(item, drawn) for item in inputs]
        result = _classify(inputs, catalogue)
        seconds += time.process_time() - started
        said.append(_in_order(one, result))
    return OwnAnswers(tuple(said), seconds)


def _classify(inputs: Sequence[ClassifyInput], catalogue: Catalogue) -> Classification:
    return classify(
        inputs, taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={}, use_mappings=False
    )  # fmt: skip


def _with_profiles(item: ClassifyInput, drawn: dict[tuple[str, str], tuple[str, ...]]) -> ClassifyInput:
    def profiled(table: ObservedTable) -> ObservedTable:
        columns = tuple(
            column.model_copy(update={"profile": profile_values(drawn[(table.name, column.name)])})
            for column in table.columns
        )
        return table.model_copy(update={"columns": columns})

    return item.model_copy(update={"tables": tuple(profiled(table) for table in item.tables)})


def _in_order(one: LabelledSet, result: Classification) -> tuple[Said, ...]:
    by_key: dict[tuple[str, str, str], list[ClassifiedColumn]] = defaultdict(list)
    for tag in result.columns:
        by_key[(tag.source_id, tag.table_name, tag.column_name)].append(tag)
    tags = (by_key[(one.system or row.group, row.table, row.column)].pop(0) for row in one.rows)
    return tuple(
        Said(
            direct=tag.identifiability is Identifiability.DIRECT,
            flagged=tag.identifiability is not Identifiability.NONE,
            categories=frozenset({tag.data_category}) - {"none"},
        )
        for tag in tags
    )
