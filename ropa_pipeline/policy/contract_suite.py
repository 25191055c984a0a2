"""The contract of all published tables as one suite: one frame, and one expectation per kind of promise.

Belongs here: laying the cells of all tables under one another, so that one expectation asks all of them. Does not
belong here: running it (``evaluate``), which also asks each table by itself where this suite is not met.

An expectation costs about 10 ms whatever the rows. One per table and column is 150 of them; these four say together
whether all of those hold. They may only be stricter: what is not met here is asked again in detail, what is met is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from ropa_pipeline.model.base import ColumnSpec, TableSpec

KEYS, GIVEN, WORDS, SHARES = "keys", "given", "words", "shares"
"""Columns of the frame: keys are there once, asked-for cells are given, words are known, shares lie in 0 to 1."""

_GIVEN = "given"


@dataclass(frozen=True, eq=False)
class ContractSuite:
    """The frame, and the words of all vocabularies, each with its table and column."""

    data: pd.DataFrame
    words: tuple[str, ...]


def contract_suite(frames: Iterable[tuple[TableSpec, pd.DataFrame]]) -> ContractSuite | None:
    """All cells about which a table promises something. None where a frame has other columns than its table."""
    keys: list[pd.Series] = []
    given: list[pd.Series] = []
    words: list[pd.Series] = []
    shares: list[pd.Series] = []
    known: list[str] = []
    for spec, data in frames:
        if tuple(data.columns) != spec.column_names:
            return None
        keys.append(_keys(spec, data))
        given += [data[name].where(data[name].isna(), _GIVEN) for name in asked_for(spec)]
        for column in worded(spec):
            words.append(data[column.name].map(partial(_word, spec, column), "ignore"))
            known += [_word(spec, column, term) for term in column.terms]
        shares += [data[name] for name in spec.column_names if name == "confidence"]
    cells = {KEYS: keys, GIVEN: given, WORDS: words, SHARES: shares}
    columns = {name: _under_one_another(found) for name, found in cells.items()}
    whole = pd.DataFrame(columns)
    # Where another column is longer nothing is missing here: only cells of tables count.
    whole.loc[len(columns[GIVEN]) :, GIVEN] = _GIVEN
    return ContractSuite(whole, tuple(known))


def asked_for(spec: TableSpec) -> tuple[str, ...]:
    """The columns that must hold something: keys, and what the Regulation asks for."""
    return tuple(
        column.name
        for column in spec.columns
        if (column.name in spec.key or column.article.startswith("30(1)")) and not column.is_optional
    )


def worded(spec: TableSpec) -> tuple[ColumnSpec, ...]:
    """The columns that hold one word of a vocabulary."""
    return tuple(column for column in spec.columns if column.terms and not column.is_list)


def _keys(spec: TableSpec, data: pd.DataFrame) -> pd.Series:
    parts = zip(*(data[name] for name in spec.key), strict=True)
    return pd.Series(["\x1f".join((spec.name, *map(str, key))) for key in parts], dtype="object")


def _word(spec: TableSpec, column: ColumnSpec, cell: object) -> str:
    return f"{spec.name}.{column.name}={cell!r}"


def _under_one_another(found: Sequence[pd.Series]) -> pd.Series:
    filled = [series.astype("object") for series in found if len(series)]
    return pd.concat(filled, ignore_index=True) if filled else pd.Series([], dtype="object")
