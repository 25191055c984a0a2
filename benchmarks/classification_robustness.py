"""The held-out columns written in other ways: ``python -m benchmarks.classification_robustness``.

Belongs here: ways in which programs write the same names (capitals, prefixes, words cut short, tables called by a
number) and what each costs. Does not belong here: the labels (:mod:`benchmarks.classification_holdout`). Nothing of a
label changes with the way a name is written, so what is lost is lost by the reading alone.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.classification import HEADINGS, tags_of
from benchmarks.classification_holdout import PARTS, read_holdout
from benchmarks.classification_score import Labelled, measure, print_score
from ropa_pipeline.catalogue import load_shared
from ropa_pipeline.settings import Settings, shipped_root

Way = Callable[[Labelled], Labelled]
_WORD = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
MIN_CUT = 5
"""Shorter words are not cut: nobody cuts them."""


def _words(name: str) -> list[str]:
    return [word.lower() for word in _PARTS.findall(name)] or [name]


def _snake(name: str) -> str:
    return "_".join(_words(name))


def _camel(name: str) -> str:
    first, *rest = _words(name)
    return first + "".join(word.capitalize() for word in rest)


def _without_vowels(name: str) -> str:
    """Words of five letters and more lose the vowels behind their first letter ("customer" becomes "cstmr")."""
    return _WORD.sub(
        lambda word: word[0] if len(word[0]) < MIN_CUT else word[0][0] + re.sub("[aeiouy]", "", word[0][1:]), name
    )


def _cut(name: str) -> str:
    """Words of six letters and more keep their first four ("customer" becomes "cust")."""
    return _WORD.sub(lambda word: word[0] if len(word[0]) <= MIN_CUT else word[0][:4], name)


def _of_columns(change: Callable[[str], str]) -> Way:
    return lambda row: replace(row, column=change(row.column))


def _of_tables(change: Callable[[str], str]) -> Way:
    return lambda row: replace(row, table=change(row.table))


WAYS: tuple[tuple[str, Way], ...] = (
    ("as they are written", lambda row: row),
    ("columns as snake_case", _of_columns(_snake)),
    ("columns in camelCase", _of_columns(_camel)),
    ("columns and tables in CAPITALS", lambda row: replace(row, table=row.table.upper(), column=row.column.upper())),
    ("columns without their underscores and spaces", _of_columns(lambda name: "".join(_words(name)))),
    ("tables behind tbl_", _of_tables(lambda name: f"tbl_{name}")),
    ("tables behind app_", _of_tables(lambda name: f"app_{name}")),
    ("tables behind a mark of the software (xk_)", _of_tables(lambda name: f"xk_{name}")),
    ("tables behind a word of the software (core_)", _of_tables(lambda name: f"core_{name}")),
    ("columns behind a mark (c_)", _of_columns(lambda name: f"c_{name}")),
    ("columns without vowels", _of_columns(_without_vowels)),
    ("columns cut to four letters a word", _of_columns(_cut)),
    ("tables called by a number", lambda row: replace(row, table=f"t{abs(hash_of(row.group, row.table)) % 10_000}")),
)


def hash_of(*parts: str) -> int:
    """A number for a table that is the same in every process."""
    found = 0
    for char in "/".join(parts):
        found = (found * 131 + ord(char)) % 1_000_000_007
    return found


def written(rows: Sequence[Labelled], way: Way) -> list[Labelled]:
    """The rows with their names written in another way; a way that makes nothing of a name leaves it."""
    changed = [way(row) for row in rows]
    return [new if new.column and new.table else old for old, new in zip(rows, changed, strict=True)]


def main() -> int:
    """One row a way, over all parts together."""
    catalogue = load_shared(Settings(home=Path.cwd(), shipped=shipped_root()))
    rows = [replace(row, group=f"{part} {row.group}") for part in PARTS for row in read_holdout(part)]
    sys.stdout.write(HEADINGS)
    for title, way in WAYS:
        changed = written(rows, way)
        print_score(sys.stdout, title, measure(changed, tags_of(changed, "", catalogue, use_mappings=False)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
