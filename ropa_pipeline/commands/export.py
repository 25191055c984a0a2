"""``ropa export``: the record of a snapshot as a workbook, a regulator's form, CSV, JSON, DPV or fideslang.

Belongs here: options, names of files, wording. Does not belong here: how a form is filled or written (``publish``).
Reads the history and the mappings alone: sources and Dagster may be down.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ropa_pipeline.catalogue import Catalogue, load_controller, load_shared
from ropa_pipeline.commands.terminal import Controller, Home, day, expected, stop
from ropa_pipeline.model.profile import Profile
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose
from ropa_pipeline.publish import PublishError
from ropa_pipeline.publish.chosen import Chosen, choose
from ropa_pipeline.publish.language import language_of
from ropa_pipeline.settings import Settings, load_settings
from ropa_pipeline.store import write_bytes
from ropa_pipeline.yaml_files import MappingError


class Format(StrEnum):
    """What is written. The last four hold the whole register, whatever the profile."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONLD = "jsonld"
    TURTLE = "turtle"
    FIDES = "fides"


_ENDINGS = {Format.XLSX: ".xlsx", Format.CSV: "_csv", Format.JSON: ".json", Format.JSONLD: ".jsonld",
            Format.TURTLE: ".ttl", Format.FIDES: ".yml"}  # fmt: skip


def export(
    controller: Controller,
    profile: Annotated[str, typer.Option("--profile", help="A regulator's form; default: our own record.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="en or lt; default: the controller's language.")] = "",
    kind: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.XLSX,
    on: Annotated[str, typer.Option("--on", help="The approved record in force on that date.")] = "",
    snapshot: Annotated[str, typer.Option("--snapshot", help="That snapshot, approved or not.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The file, or for csv the folder; - for stdout.")] = None,
    home: Home = None,
) -> None:
    """Write the approved record of a controller in another form; a draft where nothing is approved."""
    if on and snapshot:
        raise stop("--on and --snapshot choose in two ways; give one of them")
    settings = load_settings(home)
    with expected(PublishError, MappingError):
        catalogue = load_shared(settings)
        form = _form(catalogue, profile)
        chosen = choose(settings.home, controller, day(on, "--on") if on else None, snapshot)
        spoken = _in_language(chosen, catalogue, lang)
        files = _files(spoken, form, kind, catalogue, settings)
    shown_form = form if kind in (Format.XLSX, Format.CSV) else None
    name = f"{shown_form.profile}_{spoken.facts.language}" if shown_form else _PLAIN.get(kind, "register")
    path = out or Path(f"ropa_{controller}_{name}{_ENDINGS[kind]}")
    _write(files, kind, path)
    if str(out) != "-":
        _say(controller, path, spoken, form, kind)


_PLAIN = {Format.XLSX: "record"}


def _form(catalogue: Catalogue, name: str) -> Profile | None:
    """A form by its name or its questionnaire's; None where none is asked for."""
    found = catalogue.profiles.get(name) or next(
        (item for item in catalogue.profiles.values() if item.questionnaire == name), None
    )
    if name and found is None:
        raise stop(f"there is no profile {name!r}; there are: {', '.join(sorted(catalogue.profiles))}")
    return found


def _in_language(chosen: Chosen, catalogue: Catalogue, lang: str) -> Chosen:
    """The snapshot with the words of a language: labels of keys come from the taxonomy, names from the snapshot."""
    code = language_of(lang or chosen.facts.language).code
    taxonomy = catalogue.taxonomy
    items: tuple[DataCategory | DataSubject | Purpose | Measure, ...] = (
        *taxonomy.data_categories,
        *taxonomy.data_subjects,
        *taxonomy.purposes,
        *taxonomy.measures,
    )
    labels = {**chosen.facts.labels, **{item.key: item.label.lt if code == "lt" else item.label.en for item in items}}
    facts = chosen.facts.model_copy(update={"language": code, "labels": labels})
    return Chosen(chosen.snapshot, chosen.tables, facts)


def _files(
    chosen: Chosen, form: Profile | None, kind: Format, catalogue: Catalogue, settings: Settings
) -> Mapping[str, bytes]:
    """The files of an export by name; the one with an empty name is called as the person says."""
    from ropa_pipeline.publish.exchange import SCHEMA_NAME, csv_files, register_json, schema_bytes

    tables, facts, snapshot = chosen.tables, chosen.facts, chosen.snapshot
    if kind is Format.XLSX:
        return {"": _workbook(chosen, form)}
    if kind is Format.CSV and form:
        from ropa_pipeline.publish.profiles import form_files

        return form_files(form, tables, facts, snapshot)
    if kind is Format.CSV:
        return csv_files(tables)
    if kind is Format.JSON:
        document = register_json(tables, facts, snapshot.snapshot_id, snapshot.content_hash)
        return {"": document, SCHEMA_NAME: schema_bytes()}
    purposes = _purposes(catalogue, settings, facts.controller_id)
    if kind is Format.FIDES:
        from ropa_pipeline.publish.fides import manifests

        return {"": manifests(tables, facts, snapshot, catalogue.taxonomy, purposes)}
    from ropa_pipeline.publish.dpv import json_ld, turtle

    write = turtle if kind is Format.TURTLE else json_ld
    return {"": write(tables, facts, snapshot, catalogue.taxonomy, purposes)}


def _workbook(chosen: Chosen, form: Profile | None) -> bytes:
    from ropa_pipeline.publish.profiles import form_book
    from ropa_pipeline.publish.record import record_book
    from ropa_pipeline.publish.workbook import workbook_bytes

    tables, facts, snapshot = chosen.tables, chosen.facts, chosen.snapshot
    book = form_book(form, tables, facts, snapshot) if form else record_book(tables, facts, snapshot)
    return workbook_bytes(book)


def _purposes(catalogue: Catalogue, settings: Settings, controller_id: str) -> dict[str, tuple[str, ...]]:
    """Purpose keys by activity, as declared today; a controller whose folder is broken or gone has none."""
    found = {f"standing.{item.key}": item.purposes for item in catalogue.taxonomy.standing_list}
    try:
        folder = load_controller(settings, controller_id, catalogue)
    except MappingError:
        return found
    return {**found, **{item.id: item.covers for item in folder.activities.activities}}


def _write(files: Mapping[str, bytes], kind: Format, path: Path) -> None:
    try:
        if str(path) == "-":
            if kind is Format.CSV:
                raise stop("csv is several files; give --out a folder")
            sys.stdout.buffer.write(files[""])
        elif kind is Format.CSV:
            for name, content in files.items():
                write_bytes(path.absolute() / name, content)
        else:
            for name, content in files.items():
                write_bytes(path.absolute().with_name(name) if name else path.absolute(), content)
    except OSError as error:
        raise stop(f"{path}: {error.strerror or 'it cannot be written'}; choose another place with --out") from None


def _say(controller: str, path: Path, chosen: Chosen, form: Profile | None, kind: Format) -> None:
    from ropa_pipeline.publish.profiles import filled_form, state_words

    state = state_words(chosen.snapshot, language_of("en"))
    typer.echo(f"{controller}: {path}, snapshot {chosen.snapshot.snapshot_id} as of {chosen.facts.as_of}. {state}")
    if form and kind in (Format.XLSX, Format.CSV):
        how = [item.how for item in filled_form(form, chosen.tables, chosen.facts).columns]
        counted = ", ".join(f"{how.count(key)} {words}" for key, words in _HOW.items() if key in how)
        typer.echo(f"Of {len(how)} columns: {counted}. How each was filled stands in the file.")
    elif form:
        typer.echo(f"A profile changes workbooks and CSV only: {kind.value} holds the whole register.")


_HOW = {
    "full": "in full",
    "partial": "in part",
    "not stated": "NOT STATED",
    "not held": "without a column in the register",
    "no rows": "without a row",
}
