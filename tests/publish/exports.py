"""Every form in which a register leaves: for tests of what all of them must keep."""

import dataclasses
from collections.abc import Mapping
from functools import cache

from sample_tables import LABELS, context, sample_tables

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.dpv import json_ld, turtle
from ropa_pipeline.publish.exchange import csv_files, register_json
from ropa_pipeline.publish.fides import manifests
from ropa_pipeline.publish.profiles import form_book, form_files
from ropa_pipeline.publish.workbook import Book
from ropa_pipeline.settings import load_settings, shipped_root

SHARED: Catalogue = load_shared(dataclasses.replace(load_settings(shipped_root()), home=shipped_root()))
PURPOSES = {"orders": ("order_fulfilment",), "newsletter": ("newsletter",)}
SNAPSHOT = Snapshot.model_validate(
    {
        name: None if "None" in str(field.annotation) else "draft" if name == "state" else ""
        for name, field in Snapshot.model_fields.items()
    }
    | {"snapshot_id": "2026-03-02-aaaaaaaa", "content_hash": "a" * 64}
)


def facts(language: str = "en", **changes: object) -> ReleaseFacts:
    return context(shipped_root(), language=language, labels=LABELS, **changes).facts()  # type: ignore[arg-type]


def exports(tables: Tables, language: str = "en") -> Mapping[str, bytes]:
    """Every machine format and every form as CSV, by name."""
    told = facts(language)
    made = {f"csv/{name}": content for name, content in csv_files(tables).items()}
    made["register.json"] = register_json(tables, told, "s", "h")
    made["register.ttl"] = turtle(tables, told, SNAPSHOT, SHARED.taxonomy, PURPOSES)
    made["register.jsonld"] = json_ld(tables, told, SNAPSHOT, SHARED.taxonomy, PURPOSES)
    made["register.yml"] = manifests(tables, told, SNAPSHOT, SHARED.taxonomy, PURPOSES)
    for profile in SHARED.profiles.values():
        for name, content in form_files(profile, tables, told, SNAPSHOT).items():
            made[f"{profile.profile}/{name}"] = content
    return made


@cache
def sample_exports(language: str = "en") -> Mapping[str, bytes]:
    """The forms of the plain sample, made once."""
    return exports(sample_tables(), language)


def book(profile: str, tables: Tables, language: str = "en") -> Book:
    return form_book(SHARED.profiles[profile], tables, facts(language), SNAPSHOT)


def book_text(made: Book) -> str:
    """All cells of a workbook, one a line."""
    cells = [cell.value for sheet in made.sheets for block in sheet.blocks for row in block.rows for cell in row]
    return "\n".join(str(cell) for cell in cells)
