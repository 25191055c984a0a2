"""Measures the classifier on labelled columns: ``python -m benchmarks.classification --labels ../shared/labels``.

Belongs here: reading label files, scoring and printing. Does not belong here: the classifier. Labels follow the guide
beside them: rows marked ambiguous do not count, alternatives (``also_ok``, ``alt:``) are accepted. ``direct``
compares personal-by-itself with not personal; ``any`` compares either kind with not personal.
"""

import argparse
import csv
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.classification_crossval import Held, Tagger, print_crossval
from benchmarks.classification_holdout import PARTS, print_holdout, read_holdout
from benchmarks.classification_score import Labelled, errors, measure, print_reliability, print_score
from benchmarks.peers.values import cells
from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.classify import ClassifyInput, classify
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.lexicon import Lexicon
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable
from ropa_pipeline.settings import Settings, shipped_root

HEADINGS = f"{'set':44}{'rows':>6}{'direct F1':>11}{'recall':>9}{'MCC':>7}{'any F1':>9}{'category':>10}\n"
_LEVELS = {"yes": "direct", "indirect": "indirect", "no": "none"}


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


def speed(rows: Sequence[Labelled], catalogue: Catalogue, repeat: int = 5) -> float:
    """Columns a second of processor time on one core, names and context; the lexicon is already compiled."""
    inputs = as_inputs(rows, "")
    started = time.process_time()
    for _ in range(repeat):
        classify(inputs, taxonomy=catalogue.taxonomy, lexicon=catalogue.lexicon, systems={}, use_mappings=False)
    return repeat * len(rows) / (time.process_time() - started)


def speed_with_values(catalogue: Catalogue) -> float:
    """The same with twenty made-up cells in each column, whose profiling is counted."""
    rows = read_holdout("test")
    drawn = [
        cells(row.table, row.column, row.native_type, min(row.categories - {"none"}, default="none"),
              personal=row.level != "none")
        for row in rows
    ]  # fmt: skip
    started = time.process_time()
    profiles = [profile_values(values) for values in drawn]
    profiled = len(rows) / (time.process_time() - started)
    assert len(profiles) == len(rows)
    return 1 / (1 / profiled + 1 / speed(rows, catalogue))


def _tagger(system: str, catalogue: Catalogue) -> Tagger:
    def tagged(rows: Sequence[Labelled], lexicon: Lexicon) -> list[ClassifiedColumn]:
        return tags_of(rows, system, replace(catalogue, lexicon=lexicon), use_mappings=False)

    return tagged


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; with ``--errors`` also every wrong row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="folder with the label files")
    parser.add_argument("--errors", action="store_true", help="list wrong rows")
    options = parser.parse_args(arguments)
    catalogue = load_shared(Settings(home=Path.cwd(), shipped=shipped_root()))
    shop, exports = read_prestashop(options.labels), read_exports(options.labels)
    out = sys.stdout
    out.write(HEADINGS)
    everything: list[tuple[Labelled, ClassifiedColumn]] = []
    for title, rows, system, use in (
        ("PrestaShop 8.1.2, with mappings", shop, "prestashop", True),
        ("PrestaShop 8.1.2, --no-mappings", shop, "prestashop", False),
        ("exports, names only, --no-mappings", exports, "", False),
    ):
        tags = tags_of(rows, system, catalogue, use_mappings=use)
        print_score(out, title, measure(rows, tags))
        if not use:
            everything.extend(zip(rows, tags, strict=True))
            if options.errors:
                out.writelines(f"    {line}\n" for line in errors(rows, tags))
            for group in sorted({row.group for row in rows}):
                part = [(row, tag) for row, tag in zip(rows, tags, strict=True) if row.group == group]
                score = measure([row for row, _ in part], [tag for _, tag in part])
                if score.rows >= 10:
                    print_score(out, f"    {group} alone", score)
    out.write("\n")
    for name in PARTS:
        rows = read_holdout(name)
        tags = tags_of(rows, "", catalogue, use_mappings=False)
        pairs = list(zip(rows, tags, strict=True))
        print_holdout(out, f"hold-out, {name}", pairs)
        if options.errors and name == "dev":
            out.writelines(f"    {line}\n" for line in errors(rows, tags))
        print_reliability(out, name, pairs)
    print_reliability(out, "shared labels", everything)
    out.write(f"speed on one core, names and context: {speed(shop, catalogue):,.0f} columns a second\n")
    out.write(f"speed on one core, with 20 values a column: {speed_with_values(catalogue):,.0f} columns a second\n\n")
    out.write("held out whole (nothing is trained: what is held out is words, or the other tables)\n")
    out.write(HEADINGS)
    sets = [Held("PrestaShop 8.1.2, --no-mappings", shop, _tagger("prestashop", catalogue))]
    sets.extend(Held(f"hold-out, {name}", read_holdout(name), _tagger("", catalogue)) for name in PARTS)
    print_crossval(out, sets, catalogue.lexicon)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
