"""Measures the classifier on labelled columns: ``python -m benchmarks.classification --labels ../shared/labels``.

Belongs here: reading label files, scoring and printing. Does not belong here: the classifier. Labels follow the guide
beside them: rows marked ambiguous do not count, alternatives (``also_ok``, ``alt:``) are accepted. ``direct``
compares personal-by-itself with not personal; ``any`` compares either kind with not personal.
"""

import argparse
import csv
import math
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.classify import ClassifyInput, classify
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable
from ropa_pipeline.model.terms import Identifiability
from ropa_pipeline.settings import Settings, shipped_root

_LEVELS = {"yes": "direct", "indirect": "indirect", "no": "none"}


@dataclass(frozen=True)
class Labelled:
    """One labelled column. ``group`` is what a hold-out leaves out whole: a module, a provider."""

    group: str
    table: str
    column: str
    level: str
    categories: frozenset[str]
    ambiguous: bool
    native_type: str = ""
    key: str = ""


@dataclass(frozen=True)
class Score:
    """Figures over the unambiguous rows of one set."""

    rows: int
    direct_f1: float
    direct_recall: float
    mcc: float
    any_f1: float
    category: float


def read_prestashop(folder: Path) -> list[Labelled]:
    """The labelled columns of a PrestaShop installation, with the types that the facts file lists."""
    types = {}
    schema = folder.parent / "facts" / "prestashop_schema.csv"
    if schema.is_file():
        with schema.open(encoding="utf-8") as handle:
            types = {(row["table"], row["column"]): (row["type"], row["key"]) for row in csv.DictReader(handle)}
    rows = []
    with (folder / "prestashop_8_1_2.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            native, key = types.get((row["table"], row["column"]), ("", ""))
            accepted = frozenset({row["category"], *filter(None, row["also_ok"].split("|"))})
            rows.append(
                Labelled(
                    row["module"], row["table"], row["column"], _LEVELS[row["is_personal"]], accepted,
                    row["ambiguous"] == "yes", native, key,
                )
            )  # fmt: skip
    return rows


def read_exports(folder: Path) -> list[Labelled]:
    """The labelled fields of exports and interfaces, names only."""
    rows = []
    with (folder / "exports_dev.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            accepted = {row["category"]}
            for note in row["notes"].split(";"):
                if note.strip().startswith("alt:"):
                    accepted.update(part.strip() for part in note.strip()[4:].replace(",", "|").split("|"))
            rows.append(
                Labelled(
                    row["provider"], row["artifact"], row["column"], _LEVELS[row["is_personal"]],
                    frozenset(accepted), row["ambiguous"] == "yes",
                )
            )  # fmt: skip
    return rows


def as_inputs(rows: Sequence[Labelled], system: str) -> list[ClassifyInput]:
    """One source per group, one table per labelled table, columns in file order."""
    grouped: dict[str, dict[str, list[Labelled]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        grouped["" if system == "prestashop" else row.group][row.table].append(row)
    return [
        ClassifyInput(
            system=system or group,
            source_id=group or system,
            tables=tuple(_table(name, columns) for name, columns in tables.items()),
        )
        for group, tables in grouped.items()
    ]


def _table(name: str, rows: Sequence[Labelled]) -> ObservedTable:
    columns = tuple(
        ObservedColumn(name=row.column, native_type=row.native_type, key=row.key, position=place)
        for place, row in enumerate(rows, 1)
    )
    stem = name.removeprefix("ps_")
    return ObservedTable(name=name, stem=stem, columns=columns)


def measure(rows: Sequence[Labelled], tags: Sequence[ClassifiedColumn]) -> Score:
    """The figures of one set; rows and tags in the same order."""
    pairs = [(row, tag) for row, tag in zip(rows, tags, strict=True) if not row.ambiguous]
    direct = [(row.level == "direct", tag.identifiability is Identifiability.DIRECT) for row, tag in pairs
              if row.level != "indirect"]  # fmt: skip
    either = [(row.level != "none", tag.identifiability is not Identifiability.NONE) for row, tag in pairs]
    found = [tag.data_category in row.categories for row, tag in pairs
             if row.level != "none" and tag.data_category != "none"]  # fmt: skip
    direct_f1, recall, mcc = _binary(direct)
    return Score(len(pairs), direct_f1, recall, mcc, _binary(either)[0], sum(found) / max(1, len(found)))


def _binary(pairs: Iterable[tuple[bool, bool]]) -> tuple[float, float, float]:
    tp = fp = fn = tn = 0
    for truth, said in pairs:
        tp += truth and said
        fp += said and not truth
        fn += truth and not said
        tn += not truth and not said
    f1 = 2 * tp / (2 * tp + fp + fn) if tp else 0.0
    below = math.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    return f1, tp / max(1, tp + fn), (tp * tn - fp * fn) / below if below else 0.0


def tags_of(
    rows: Sequence[Labelled], system: str, catalogue: Catalogue, *, use_mappings: bool
) -> list[ClassifiedColumn]:
    """Tags in the order of the rows."""
    result = classify(
        as_inputs(rows, system),
        taxonomy=catalogue.taxonomy,
        lexicon=catalogue.lexicon,
        systems=catalogue.systems,
        use_mappings=use_mappings,
    )
    by_key: dict[tuple[str, str, str], list[ClassifiedColumn]] = defaultdict(list)
    for tag in result.columns:
        by_key[(tag.source_id, tag.table_name, tag.column_name)].append(tag)
    group = (lambda row: "prestashop") if system == "prestashop" else (lambda row: row.group)
    return [by_key[(group(row), row.table, row.column)].pop(0) for row in rows]


def reliability(pairs: Iterable[tuple[Labelled, ClassifiedColumn]]) -> list[tuple[str, int, float, float]]:
    """Of tags in each band of confidence: how many, how sure on average, how many right (kind and category)."""
    bands: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row, tag in pairs:
        if row.ambiguous:
            continue
        right = (tag.data_category == "none") == (row.level == "none") and (
            row.level == "none" or tag.data_category in row.categories
        )
        bands[min(9, int(tag.confidence * 10))].append((tag.confidence, right))
    return [
        (f"{band / 10:.1f}-{band / 10 + 0.1:.1f}", len(items), sum(sure for sure, _ in items) / len(items),
         sum(right for _, right in items) / len(items))
        for band, items in sorted(bands.items())
    ]  # fmt: skip


def speed(rows: Sequence[Labelled], catalogue: Catalogue, repeat: int = 5) -> float:
    """Columns a second of processor time on one core, names and context; the lexicon is already compiled."""
    inputs = as_inputs(rows, "")
    started = time.process_time()
    for _ in range(repeat):
        classify(inputs, taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={}, use_mappings=False)
    return repeat * len(rows) / (time.process_time() - started)


def errors(rows: Sequence[Labelled], tags: Sequence[ClassifiedColumn]) -> Iterable[str]:
    """One line per unambiguous row that is wrong."""
    for row, tag in zip(rows, tags, strict=True):
        if row.ambiguous:
            continue
        said = tag.identifiability.value
        kind = (row.level == "none") != (said == "none") or (row.level == "direct" and said != "direct")
        if kind or (row.level != "none" and tag.data_category not in row.categories):
            wanted = "|".join(sorted(row.categories))
            yield (f"{row.table}.{row.column}: {row.level} {wanted} -> {said} {tag.data_category} "
                   f"[{tag.rule} {tag.confidence:.2f}] {tag.explanation[:140]}")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; with ``--errors`` also every wrong row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="folder with the label files")
    parser.add_argument("--errors", action="store_true", help="list wrong rows")
    options = parser.parse_args(arguments)
    catalogue = load_shared(Settings(home=Path.cwd(), shipped=shipped_root()))
    shop, exports = read_prestashop(options.labels), read_exports(options.labels)
    out = sys.stdout
    out.write(f"{'set':44}{'rows':>6}{'direct F1':>11}{'recall':>9}{'MCC':>7}{'any F1':>9}{'category':>10}\n")
    everything: list[tuple[Labelled, ClassifiedColumn]] = []
    for title, rows, system, use in (
        ("PrestaShop 8.1.2, with mappings", shop, "prestashop", True),
        ("PrestaShop 8.1.2, --no-mappings", shop, "prestashop", False),
        ("exports, names only, --no-mappings", exports, "", False),
    ):
        tags = tags_of(rows, system, catalogue, use_mappings=use)
        _print(out, title, measure(rows, tags))
        if not use:
            everything.extend(zip(rows, tags, strict=True))
            if options.errors:
                out.writelines(f"    {line}\n" for line in errors(rows, tags))
            for group in sorted({row.group for row in rows}):
                part = [(row, tag) for row, tag in zip(rows, tags, strict=True) if row.group == group]
                score = measure([row for row, _ in part], [tag for _, tag in part])
                if score.rows >= 10:
                    _print(out, f"    {group} alone", score)
    out.write("\nreliability (kind and category right)\nconfidence   rows   said   right\n")
    for band, count, said, right in reliability(everything):
        out.write(f"{band:10}{count:>7}{said:>7.2f}{right:>8.2f}\n")
    out.write(f"\nspeed, names and context: {speed(shop, catalogue):,.0f} columns a second\n")
    return 0


def _print(out: TextIO, title: str, score: Score) -> None:
    out.write(f"{title:44}{score.rows:>6}{score.direct_f1:>11.3f}{score.direct_recall:>9.3f}{score.mcc:>7.3f}"
              f"{score.any_f1:>9.3f}{score.category:>10.3f}\n")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
