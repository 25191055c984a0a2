"""The key tables of ``docs/mappings.md``: every key of every YAML file, from the models that read it.

Belongs here: turning models into markdown. Does not belong here: what a key is for (prose in the page) and the
models themselves (``ropa_pipeline.model``).
"""

from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from ropa_pipeline.catalogue import AdequacyFile
from ropa_pipeline.model.controller import Activities, ControllerFacts, Cookies, Notice, Sources
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.law import CatalogueCookie, Questionnaire, StatutoryRule
from ropa_pipeline.model.lexicon import ConceptFile, RoleFile, WordFile
from ropa_pipeline.model.operator import Operator
from ropa_pipeline.model.profile import Profile
from ropa_pipeline.model.system import Entity, SystemMapping, TableMapping
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose, StandingItem
from ropa_pipeline.model.template import ActivityTemplate, ClauseTemplates

PAGE = Path(__file__).with_name("mappings.md")
# block: (model of the file, or of one entry of its list)
FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("controller.yaml", ControllerFacts),
    ("notice.yaml", Notice),
    ("activities.yaml", Activities),
    ("sources.yaml", Sources),
    ("cookies.yaml", Cookies),
    ("decisions.yaml", Decisions),
    ("operator.yaml", Operator),
    ("systems", SystemMapping),
    ("systems tables", TableMapping),
    ("retention", StatutoryRule),
    ("reference entities", Entity),
    ("reference adequacy", AdequacyFile),
    ("reference cookies", CatalogueCookie),
    ("reference questionnaires", Questionnaire),
    ("profiles", Profile),
    ("taxonomy data_categories", DataCategory),
    ("taxonomy data_subjects", DataSubject),
    ("taxonomy purposes", Purpose),
    ("taxonomy measures", Measure),
    ("taxonomy standing_list", StandingItem),
    ("templates activities", ActivityTemplate),
    ("templates clauses", ClauseTemplates),
    ("lexicon concepts", ConceptFile),
    ("lexicon roles", RoleFile),
    ("lexicon words", WordFile),
)


def generated() -> dict[Path, dict[str, str]]:
    """One block per kind of file: its keys, and those of the parts in it that no other file has."""
    seen: set[type[BaseModel]] = set()
    return {PAGE: {name: _described(model, seen) for name, model in FILES}}


def _described(model: type[BaseModel], seen: set[type[BaseModel]]) -> str:
    parts = []
    queue = [model]
    while queue:
        current = queue.pop(0)
        if current in seen:
            continue
        seen.add(current)
        parts.append(_table(current, is_file=current is model))
        for field in current.model_fields.values():
            queue.extend(_models_in(field.annotation))
    return "\n\n".join(parts) or "Its keys are described above."


def _table(model: type[BaseModel], is_file: bool) -> str:
    lines = [] if is_file else [f"**{model.__name__}**", ""]
    lines += ["| key | holds | required |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        lines.append(f"| `{name}` | {_words(field.annotation)} | {'yes' if field.is_required() else ''} |")
    return "\n".join(lines)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def _words(annotation: Any) -> str:
    """A type in words: what stands in the YAML."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(_words(item) for item in inner if item is not type(None))
    if origin is tuple:
        return f"list of {_words(inner[0])}" if Ellipsis in inner else f"{len(inner)} values ({_words(inner[0])})"
    if origin in (dict, Mapping):
        return f"mapping to {_words(inner[1])}"
    if origin is not None:  # Literal
        return "one of " + ", ".join(f"`{item}`" for item in inner if item != "")
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"*{annotation.__name__}*"
    terms = getattr(annotation, "__members__", None)
    if terms:
        return "one of " + ", ".join(f"`{item.value}`" for item in terms.values())
    return {"str": "text", "int": "number", "float": "number", "bool": "true or false", "date": "date"}.get(
        getattr(annotation, "__name__", ""), str(annotation)
    )
