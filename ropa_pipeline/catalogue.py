"""Reads ``mappings/`` into model objects; an error names file, line and key path.

Belongs here: which files there are, how the home's files replace shipped ones, and references between
files (a statement, entity, category or system that does not exist). Does not belong here: parsing
(:mod:`ropa_pipeline.yaml_files`) and the meaning of what is read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ropa_pipeline.journal import WriteInterrupted, settle
from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.controller import (
    Activities,
    ControllerFacts,
    ControllerFolder,
    Cookies,
    Notice,
    Sources,
)
from ropa_pipeline.model.decisions import Decisions
from ropa_pipeline.model.law import Adequacy, CatalogueCookie, Questionnaire, Reference, StatutoryRule, unknown_columns
from ropa_pipeline.model.lexicon import ConceptFile, Lexicon, RoleFile, WordFile
from ropa_pipeline.model.notice import LanguageLexicon, NoticeLexicon
from ropa_pipeline.model.profile import Profile
from ropa_pipeline.model.system import Entity, SystemMapping, TableMapping
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose, StandingItem, Taxonomy
from ropa_pipeline.model.template import ClauseTemplates, Templates
from ropa_pipeline.model.timezones import known_timezones
from ropa_pipeline.settings import Settings
from ropa_pipeline.yaml_files import MappingError, MappingProblem, line_of, read_yaml


class AdequacyFile(Frozen):
    """The shape of ``mappings/reference/adequacy.yaml``."""

    eea: tuple[str, ...]
    decisions: tuple[Adequacy, ...]


@dataclass(frozen=True)
class Catalogue:
    """Everything under the shared mappings, read and checked once."""

    taxonomy: Taxonomy
    systems: Mapping[str, SystemMapping]
    entities: Mapping[str, Entity]
    reference: Reference
    lexicon: Lexicon
    notice_lexicon: NoticeLexicon
    templates: Templates
    profiles: Mapping[str, Profile]
    clauses: ClauseTemplates = field(default_factory=ClauseTemplates)


def controller_names(settings: Settings) -> tuple[str, ...]:
    """The controllers' folder names, sorted; read leniently, so that loading never fails on a broken one."""
    folder = settings.controllers
    if not folder.is_dir():
        return ()
    return tuple(sorted(child.name for child in folder.iterdir() if child.is_dir() and not child.name.startswith(".")))


def load_shared(settings: Settings) -> Catalogue:
    """The shared mappings. Raises MappingError with every problem found in every file."""
    files = _Files(settings)
    taxonomy = Taxonomy(
        data_categories=files.read("taxonomy/data_categories.yaml", tuple[DataCategory, ...]),
        data_subjects=files.read("taxonomy/data_subjects.yaml", tuple[DataSubject, ...]),
        purposes=files.read("taxonomy/purposes.yaml", tuple[Purpose, ...]),
        measures=files.read("taxonomy/measures.yaml", tuple[Measure, ...]),
        standing_list=files.read("taxonomy/standing_list.yaml", tuple[StandingItem, ...]),
    )
    adequacy: AdequacyFile = files.read("reference/adequacy.yaml", AdequacyFile, AdequacyFile(eea=(), decisions=()))
    rules = [rule for name in files.names("retention") for rule in files.read(name, tuple[StatutoryRule, ...])]
    questionnaires = [files.read(name, Questionnaire) for name in files.names("reference/questionnaires")]
    reference = Reference(
        rules=tuple(rules),
        adequacy=adequacy.decisions,
        eea=adequacy.eea,
        cookies=files.read("reference/cookies.yaml", tuple[CatalogueCookie, ...]),
        questionnaires=tuple(item for item in questionnaires if isinstance(item, Questionnaire)),
    )
    entities = {item.entity_id: item for item in files.read("reference/entities.yaml", tuple[Entity, ...])}
    systems = {item.system: item for item in _systems(files)}
    lexicon = _lexicon(files)
    phrases = [files.read(name, LanguageLexicon, None) for name in files.names("lexicon/notice")]
    notice_lexicon = NoticeLexicon(languages=tuple(item for item in phrases if item is not None))
    templates = files.read("templates/activities.yaml", Templates, Templates(activities=(), places=()))
    clauses = files.read("templates/clauses.yaml", ClauseTemplates, ClauseTemplates())
    read_profiles = [files.read(name, Profile, None) for name in files.names("profiles")]
    profiles = {item.profile: item for item in read_profiles if item is not None}
    found = (
        *_broken_references(taxonomy, systems, entities),
        *_broken_templates(templates, taxonomy),
        *_broken_forms(profiles.values(), reference.questionnaires),
    )
    files.problems.extend(problem.placed(files.path(problem.file.removeprefix("mappings/"))) for problem in found)
    files.raise_problems()
    return Catalogue(taxonomy, systems, entities, reference, lexicon, notice_lexicon, templates, profiles, clauses)


def load_controller(settings: Settings, controller_id: str, catalogue: Catalogue | None = None) -> ControllerFolder:
    """One controller's folder. Raises MappingError; a broken folder concerns that controller alone."""
    folder = settings.controllers / controller_id
    if not folder.is_dir():
        known = ", ".join(controller_names(settings)) or "none"
        raise MappingError(
            (
                MappingProblem(
                    f"mappings/controllers/{controller_id}",
                    1,
                    "",
                    "there is no such controller",
                    f"Known: {known}. Make one with: ropa init {controller_id}",
                ),
            )
        )
    try:
        settle(folder)
    except (WriteInterrupted, OSError) as error:
        message = f"a write to this folder was interrupted and could not be completed: {error}"
        problem = MappingProblem(f"mappings/controllers/{controller_id}", 1, "", message, "See docs/reliability.md.")
        raise MappingError((problem,)) from None
    problems: list[MappingProblem] = []

    def part(name: str, model: Any, empty: Any = None) -> Any:
        try:
            return read_yaml(folder / name, model, f"mappings/controllers/{controller_id}/{name}", empty)
        except MappingError as error:
            problems.extend(error.problems)
            return None

    parts = {
        "facts": part("controller.yaml", ControllerFacts),
        "notice": part("notice.yaml", Notice | None, _ABSENT),
        "activities": part("activities.yaml", Activities),
        "sources": part("sources.yaml", Sources, Sources()),
        "cookies": part("cookies.yaml", Cookies, Cookies()),
        "decisions": part("decisions.yaml", Decisions, Decisions()),
    }
    if parts["notice"] is _ABSENT:
        parts["notice"] = None
    if problems:
        raise MappingError(tuple(problems))
    loaded = ControllerFolder(**parts)
    found = _controller_references(controller_id, loaded, catalogue)
    problems = [problem.placed(folder / Path(problem.file).name) for problem in found]
    if problems:
        raise MappingError(tuple(problems))
    return loaded


_ABSENT = object()
_LONGEST_SOURCE = 100


class _Files:
    """The shared mapping files: shipped ones, replaced by the home's of the same relative path."""

    def __init__(self, settings: Settings) -> None:
        self._roots = (settings.home / "mappings", settings.shipped / "mappings")
        self.problems: list[MappingProblem] = []

    def path(self, name: str) -> Path:
        return next((root / name for root in self._roots if (root / name).is_file()), self._roots[-1] / name)

    def names(self, folder: str) -> list[str]:
        """Relative names of the YAML files in a folder of either root, sorted; subfolders are not entered."""
        found = {f"{folder}/{path.name}" for root in self._roots for path in (root / folder).glob("*.yaml")}
        return sorted(found)

    def read(self, name: str, model: Any, otherwise: Any = ()) -> Any:
        """One file; a problem is noted and ``otherwise`` returned, so that all problems are found in one go."""
        try:
            return read_yaml(self.path(name), model, f"mappings/{name}")
        except MappingError as error:
            self.problems.extend(error.problems)
            return otherwise

    def raise_problems(self) -> None:
        if self.problems:
            raise MappingError(tuple(self.problems))


def _lexicon(files: _Files) -> Lexicon:
    """``concepts.yaml``, ``roles.yaml`` and one ``words_<language>.yaml`` per language."""
    concepts = files.read("lexicon/concepts.yaml", ConceptFile, ConceptFile(concepts=()))
    roles = files.read("lexicon/roles.yaml", RoleFile, RoleFile(roles=()))
    words = [files.read(name, WordFile, None) for name in files.names("lexicon") if "/words_" in name]
    languages = tuple(item for item in words if item is not None)
    return Lexicon(concepts=concepts.concepts, roles=roles.roles, languages=languages)


def _systems(files: _Files) -> Iterable[SystemMapping]:
    """Each ``systems/<system>.yaml``, with the tables of ``systems/<system>/*.yaml`` appended in name order."""
    for name in files.names("systems"):
        mapping = files.read(name, SystemMapping, None)
        if mapping is None:
            continue
        more: list[TableMapping] = []
        for part in files.names(name.removesuffix(".yaml")):
            more.extend(files.read(part, tuple[TableMapping, ...]))
        yield mapping.model_copy(update={"tables": (*mapping.tables, *more)}) if more else mapping


@dataclass(frozen=True)
class _Misfit:
    """Something that a file names and that is not there; its line is looked for once the file is known."""

    file: str
    key: str
    name: str
    message: str
    remedy: str

    def placed(self, path: Path) -> MappingProblem:
        return MappingProblem(self.file, line_of(path, self.name, self.key), self.key, self.message, self.remedy)


def _broken_references(
    taxonomy: Taxonomy, systems: Mapping[str, SystemMapping], entities: Mapping[str, Entity]
) -> Iterable[_Misfit]:
    categories = {item.key for item in taxonomy.data_categories}
    subjects = {item.key for item in taxonomy.data_subjects}
    purposes = {item.key for item in taxonomy.purposes}
    for item in taxonomy.data_categories:
        if item.part_of and item.part_of not in categories:
            file = "mappings/taxonomy/data_categories.yaml"
            yield _unknown(file, f"{item.key}.part_of", "data category", item.part_of, "taxonomy/data_categories.yaml")
    for mapping in systems.values():
        file = f"mappings/systems/{mapping.system}.yaml"
        tagged = [
            *((f"receives.{item.name}", item.category, item.subject) for item in mapping.receives),
            *(
                (f"tables.{table.table}.{column.name}", column.category, column.subject or table.subject)
                for table in mapping.tables
                for column in table.columns
            ),
        ]
        for key, category, subject in tagged:
            if category not in categories:
                yield _unknown(file, key, "data category", category, "taxonomy/data_categories.yaml")
            if subject and subject not in subjects:
                yield _unknown(file, key, "data subject", subject, "taxonomy/data_subjects.yaml")
        for key in {*mapping.purposes, *(item for table in mapping.tables for item in table.purposes)} - purposes:
            yield _unknown(file, "purposes", "purpose", key, "taxonomy/purposes.yaml")
        if mapping.operator and mapping.operator not in entities:
            yield _unknown(file, "operator", "entity", mapping.operator, "reference/entities.yaml")
        for table in mapping.tables:
            if table.recipient and table.recipient not in systems:
                yield _unknown(file, f"tables.{table.table}.recipient", "system", table.recipient, "systems/")


def _broken_templates(templates: Templates, taxonomy: Taxonomy) -> Iterable[_Misfit]:
    file = "mappings/templates/activities.yaml"
    purposes = {item.key for item in taxonomy.purposes}
    categories = {item.key for item in taxonomy.data_categories}
    subjects = {item.key for item in taxonomy.data_subjects}
    for item in templates.activities:
        where = f"activities.{item.activity}"
        for name in sorted({item.purpose, item.joins or item.purpose} - purposes):
            yield _unknown(file, where, "purpose", name, "taxonomy/purposes.yaml")
        for name in sorted(set(item.owns) - categories):
            yield _unknown(file, where, "data category", name, "taxonomy/data_categories.yaml")
        if item.subject not in subjects:
            yield _unknown(file, where, "data subject", item.subject, "taxonomy/data_subjects.yaml")


def _broken_forms(profiles: Iterable[Profile], questionnaires: Iterable[Questionnaire]) -> Iterable[_Misfit]:
    """Columns that no published table has, which would be NOT STATED for ever, and questions that are not asked."""
    remedy = "Use table.column of docs/data_dictionary.md."
    asked = {form.profile: {item.question_id for item in form.questions} for form in questionnaires}
    for form in questionnaires:
        file = f"mappings/reference/questionnaires/{form.profile}.yaml"
        for question in form.questions:
            for name in unknown_columns(question.columns, question.only):
                yield _Misfit(file, question.question_id, name, f"no published table has a column {name!r}", remedy)
    for profile in profiles:
        file, where = f"mappings/profiles/{profile.profile}.yaml", "reference/questionnaires/"
        if profile.questionnaire not in asked:
            yield _unknown(file, "questionnaire", "questionnaire", profile.questionnaire, where)
        for column in (column for part in profile.parts for column in part.columns):
            for name in unknown_columns(column.columns, column.only):
                yield _Misfit(file, column.heading.en, name, f"no published table has a column {name!r}", remedy)
            for name in sorted(set(column.questions) - asked.get(profile.questionnaire, set(column.questions))):
                yield _unknown(file, column.heading.en, "question", name, where)


def _unknown(file: str, key: str, what: str, name: str, where: str) -> _Misfit:
    return _Misfit(file, key, name, f"there is no {what} {name!r}", f"Use one that stands in mappings/{where}.")


def _controller_references(
    controller_id: str, folder: ControllerFolder, catalogue: Catalogue | None
) -> Iterable[_Misfit]:
    """Statements, decisions, activities, systems, categories that a folder points at but nobody declared."""
    base = f"mappings/controllers/{controller_id}"
    if folder.facts.controller_id != controller_id:
        yield _Misfit(
            f"{base}/controller.yaml",
            "controller_id",
            folder.facts.controller_id,
            f"it says {folder.facts.controller_id!r} but the folder is {controller_id!r}",
            "Make both the same.",
        )
    zones = [("controller.yaml", "timezone", folder.facts.timezone)]
    zones += [("sources.yaml", f"sources.{item.id}.timezone", item.timezone) for item in folder.sources.sources]
    for file, key, zone in zones:
        if zone not in known_timezones() and (zone or file == "controller.yaml"):
            remedy = "Use a name such as Europe/Vilnius."
            yield _Misfit(f"{base}/{file}", key, zone, f"there is no time zone {zone!r}", remedy)
    for source in folder.sources.sources:
        if len(source.id) > _LONGEST_SOURCE:
            yield _Misfit(
                f"{base}/sources.yaml",
                "sources.source_id",
                source.id,
                f"the source's name has more than {_LONGEST_SOURCE} letters",
                "Shorten it: files are named after it.",
            )
    statements = {item.id for item in folder.notice.statements} if folder.notice else set()
    decisions = {item.id for item in folder.decisions.decisions}
    checks: list[tuple[str, str, set[str], Callable[[Any], Iterable[str]]]] = [
        ("statements", "statement", statements, lambda value: value),
        ("decision", "decision", decisions, lambda value: (value,) if value else ()),
        ("review_decision", "decision", decisions, lambda value: (value,) if value else ()),
    ]
    for file, part in (
        ("controller.yaml", folder.facts),
        ("activities.yaml", folder.activities),
        ("cookies.yaml", folder.cookies),
        ("sources.yaml", folder.sources),
        ("decisions.yaml", folder.decisions),
    ):
        for key, what, known, names in checks:
            for path, value in _walk(part, key):
                for name in names(value):
                    if name not in known:
                        yield _Misfit(
                            f"{base}/{file}",
                            path,
                            name,
                            f"there is no {what} {name!r}",
                            f"Declare it or correct {key}.",
                        )
    activity_ids = {item.id for item in folder.activities.activities}
    for rule in folder.activities.retention:
        for name in rule.activities:
            if name not in activity_ids:
                yield _Misfit(
                    f"{base}/activities.yaml",
                    f"retention.{rule.rule_id}.activities",
                    name,
                    f"there is no activity {name!r}",
                    "Use the id of an activity in this file.",
                )
    if catalogue is not None:
        yield from _against_catalogue(base, folder, catalogue)


def _against_catalogue(base: str, folder: ControllerFolder, catalogue: Catalogue) -> Iterable[_Misfit]:
    categories = {item.key for item in catalogue.taxonomy.data_categories}
    subjects = {item.key for item in catalogue.taxonomy.data_subjects}
    purposes = {item.key for item in catalogue.taxonomy.purposes}
    file = f"{base}/activities.yaml"
    for activity in folder.activities.activities:
        for name in set(activity.covers) - purposes:
            yield _unknown(file, f"activities.{activity.id}.covers", "purpose", name, "taxonomy/purposes.yaml")
        for group in activity.data:
            where = f"activities.{activity.id}.data"
            for name in set(group.categories) - categories:
                yield _unknown(file, where, "data category", name, "taxonomy/data_categories.yaml")
            if group.subject not in subjects and group.subject != NOT_STATED:
                yield _unknown(file, where, "data subject", group.subject, "taxonomy/data_subjects.yaml")
        for recipient in activity.recipients:
            if recipient.system and recipient.system not in catalogue.systems:
                yield _unknown(file, f"activities.{activity.id}.recipients", "system", recipient.system, "systems/")
    for source in folder.sources.sources:
        if source.system not in catalogue.systems:
            yield _unknown(f"{base}/sources.yaml", f"sources.{source.id}", "system", source.system, "systems/")


def _walk(part: Any, field: str, path: str = "") -> Iterable[tuple[str, Any]]:
    """Every value of a field of that name in a tree of models, with its path."""
    if isinstance(part, Frozen):
        for name in type(part).model_fields:
            value = getattr(part, name)
            here = f"{path}.{name}" if path else name
            if name == field and field in type(part).model_fields and not isinstance(part, Decisions):
                yield here, value
            else:
                yield from _walk(value, field, here)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            label = getattr(item, "id", "") or getattr(item, "rule_id", "") or str(index)
            yield from _walk(item, field, f"{path}[{label}]")
