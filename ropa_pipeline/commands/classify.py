"""``ropa classify``: tag the columns of anything a connector reads, or of a column list.

Belongs here: reading the paths, input order, output formats. Does not belong here: classification.
One output row per input column, in input order, none missing.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connectors.detect import detect
from connectors.registry import observe
from connectors.table_prefix import detect_prefix
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify import ClassifyInput
from ropa_pipeline.classify import classify as classify_columns
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.commands.terminal import WRONG_USE, Home, cell, complain, expected, stop
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.observation import ObservedTable, SourceObservation, SourceRequest, SourceUnavailable
from ropa_pipeline.model.providers import Providers
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.scratch import private_folder
from ropa_pipeline.settings import load_settings
from ropa_pipeline.yaml_files import MappingError

HEADINGS = (
    "system",
    "table",
    "column",
    "data_category",
    "data_subject",
    "identifiability",
    "special_category",
    "confidence",
    "origin",
    "rule",
    "explanation",
    "table_stem",
)
_COLUMN_LIST = "column_list"


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    TABLE = "table"


class _Read(Frozen):
    """One path's tables with the system each belongs to."""

    column_list: bool
    systems: tuple[str, ...]
    tables: tuple[ObservedTable, ...]


def classify(
    paths: Annotated[list[str], typer.Argument(help="Dumps, exports, folders, column lists, database URLs.")],
    dialect: Annotated[str, typer.Option("--dialect", help="SQL dialect of a dump: mysql, postgres, sqlite.")] = "",
    no_mappings: Annotated[bool, typer.Option("--no-mappings", help="Leave the curated mappings out.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write the rows.")] = Format.CSV,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
    home: Home = None,
) -> None:
    """Tag columns with GDPR data categories, and say why."""
    settings = load_settings(home)
    with expected(MappingError):
        catalogue = shared_catalogue(settings)
    rows: list[dict[str, str]] = []
    failed = False
    for path in paths:
        try:
            rows.extend(_rows(_read(path, dialect, catalogue), catalogue, not no_mappings))
        except SourceUnavailable as error:
            complain(f"{error.problem.message}. {error.problem.remedy}")
            failed = True
    text = _written(rows, form)
    if out is not None:
        try:
            out.write_text(text, "utf-8", newline="")
        except OSError as error:
            raise stop(
                f"--out {out}: cannot be written ({error.strerror}); name a file in a folder that is there"
            ) from None
    else:
        typer.echo(text, nl=False)
    if failed:
        raise typer.Exit(WRONG_USE)


def _read(path: str, dialect: str, catalogue: Catalogue) -> _Read:
    connector = detect(path)
    with private_folder("ropa-classify-") as scratch:
        observation = observe(
            SourceRequest(
                controller_id="",
                source_id="",
                system="",
                connector=connector,
                location=path,
                shown_location=path if "://" not in path else "the database",
                as_of=date(1970, 1, 1),
                options=(("dialect", dialect),) if dialect else (),
                scratch=str(scratch),
            ),
            profile_values,
        )
    for problem in observation.problems:
        complain(f"{problem.message}. {problem.remedy}")
    for note in observation.notes:
        complain(note)
    return _Read(
        column_list=connector == _COLUMN_LIST,
        systems=_systems(observation, connector, path, catalogue.systems),
        tables=_stemmed(observation.tables),
    )


def _stemmed(tables: tuple[ObservedTable, ...]) -> tuple[ObservedTable, ...]:
    """Tables of a PrestaShop without the prefix its installation chose."""
    prefix = detect_prefix(table.name for table in tables)
    if not prefix:
        return tables
    return tuple(
        table.model_copy(update={"stem": table.name[len(prefix) :]})
        if table.stem == table.name and table.name.lower().startswith(prefix.lower())
        else table
        for table in tables
    )


def _systems(
    observation: SourceObservation, connector: str, path: str, systems: Mapping[str, SystemMapping]
) -> tuple[str, ...]:
    """The system of each table: what a column list names, a recognised PrestaShop, or the file's name."""
    names = [table.name for table in observation.tables]
    is_prestashop = connector == "webservice" or detect_prefix(names) is not None
    providers = Providers(systems)
    found = []
    for table in observation.tables:
        named = table.kind if connector == _COLUMN_LIST and table.kind != "column list" else ""
        guess = providers.by_name(named or Path(path).name.partition(".")[0])
        found.append(guess.system if guess else named or ("prestashop" if is_prestashop else ""))
    return tuple(found)


def _rows(read: _Read, catalogue: Catalogue, use_mappings: bool) -> Iterable[dict[str, str]]:
    """One row per input column in input order; keys inside structured cells follow their column."""
    inputs = [
        ClassifyInput(
            system=system,
            source_id=system,
            tables=tuple(table for table, of in zip(read.tables, read.systems, strict=True) if of == system),
        )
        for system in dict.fromkeys(read.systems)
    ]
    result = classify_columns(
        inputs,
        taxonomy=catalogue.taxonomy,
        lexicon=catalogue.lexicon,
        systems=catalogue.systems,
        use_mappings=use_mappings,
    )
    shown = {system: _shown_system(read, system) for system in read.systems}
    ordered = _in_input_order(read, result.columns) if read.column_list else list(result.columns)
    return [_row(column, shown[column.system]) for column in ordered]


def _shown_system(read: _Read, system: str) -> str:
    """The system as the input named it, where it did."""
    for table, of in zip(read.tables, read.systems, strict=True):
        if of == system and read.column_list and table.kind != "column list":
            return table.kind
    return system


def _in_input_order(read: _Read, columns: tuple[ClassifiedColumn, ...]) -> list[ClassifiedColumn]:
    """Rows of one table may stand apart in a column list: each row goes back to its own place."""
    order = [
        column.position
        for system in dict.fromkeys(read.systems)
        for table, of in zip(read.tables, read.systems, strict=True)
        if of == system
        for column in table.columns
    ]
    return [column for _, column in sorted(zip(order, columns, strict=True), key=lambda item: item[0])]


def _row(column: ClassifiedColumn, system: str) -> dict[str, str]:
    values = (
        system,
        column.table_name,
        column.column_name,
        column.data_category,
        column.data_subject,
        column.identifiability.value,
        str(column.special_category).lower(),
        f"{column.confidence:.2f}",
        column.origin.value,
        column.rule,
        column.explanation,
        column.table_stem,
    )
    return dict(zip(HEADINGS, values, strict=True))


def _written(rows: list[dict[str, str]], form: Format) -> str:
    buffer = io.StringIO()
    if form is Format.JSON:
        return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    if form is Format.CSV:
        writer = csv.DictWriter(buffer, HEADINGS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue()
    table = Table()
    for heading in HEADINGS[:8]:
        table.add_column(heading)
    for row in rows:
        table.add_row(*(cell(row[heading]) for heading in HEADINGS[:8]))
    Console(file=buffer, width=160).print(table)
    return buffer.getvalue()
