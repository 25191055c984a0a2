"""What the portfolio is made from, read out of a home: controllers, their folders, the operator's declaration.

Belongs here: finding and reading those files. Does not belong here: the portfolio itself (``portfolio``) and messages
for people (``commands``). A controller's folder is read leniently: a broken one costs its purposes, not the portfolio.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

from ropa_pipeline import __version__
from ropa_pipeline.catalogue import Catalogue, controller_names
from ropa_pipeline.model.controller import Activities, ControllerFacts
from ropa_pipeline.model.operator import Operator
from ropa_pipeline.model.taxonomy import DataCategory, DataSubject, Measure, Purpose
from ropa_pipeline.portfolio import Declared, Limits, PortfolioInputs
from ropa_pipeline.publish import PublishError
from ropa_pipeline.publish.build import database_name
from ropa_pipeline.publish.manifest import MANIFEST
from ropa_pipeline.settings import Settings
from ropa_pipeline.storage import StorageError, stored_names, stored_part
from ropa_pipeline.yaml_files import MappingError, MappingProblem, line_of, read_yaml

OPERATOR_FILE = "mappings/operator.yaml"
_ABSENT = object()


def portfolio_folder(settings: Settings) -> Path:
    """Where the portfolio stands unless it is told otherwise."""
    return settings.home / "data" / "portfolio"


def portfolio_inputs(
    settings: Settings, catalogue: Catalogue, as_of: date, limits: Limits | None = None
) -> PortfolioInputs:
    """Everything the portfolio is made from. An operator's file that cannot be used is handed on as the reason why."""
    standing = {f"standing.{item.key}": item.purposes for item in catalogue.taxonomy.standing_list}

    def declared(controller_id: str) -> Declared:
        folder = settings.controllers / controller_id
        shown = f"mappings/controllers/{controller_id}"
        try:
            facts: ControllerFacts = read_yaml(folder / "controller.yaml", ControllerFacts, shown)
            activities: Activities = read_yaml(folder / "activities.yaml", Activities, shown)
        except (MappingError, OSError):
            return Declared(purposes=standing)
        own = {item.id: item.covers for item in activities.activities}
        return Declared(purposes={**standing, **own}, jurisdiction=facts.jurisdiction)

    operator, unreadable = None, ""
    try:
        operator = load_operator(settings, catalogue)
    except MappingError as error:
        unreadable = "; ".join(str(problem) for problem in error.problems)
    return PortfolioInputs(
        home=settings.home,
        as_of=as_of,
        controllers=controllers_of(settings),
        declared=declared,
        systems=catalogue.systems,
        reference=catalogue.reference,
        tool_version=__version__,
        operator=operator,
        unreadable=unreadable,
        limits=limits or Limits(),
        opened=partial(_stored_release, settings) if settings.storage else None,
    )


@contextmanager
def _stored_release(settings: Settings, controller_id: str) -> Generator[Path]:
    """A private home with what the portfolio reads of a stored release, and nothing else of it. Raises PublishError."""
    names = {MANIFEST, database_name(controller_id)}
    try:
        with stored_part(settings, controller_id, lambda path: _is_of_a_release(path, names)) as home:
            yield home
    except StorageError as error:
        raise PublishError(str(error)) from None


def _is_of_a_release(path: str, names: set[str]) -> bool:
    folder, _, name = path.rpartition("/")
    return folder.startswith("releases/") and name in names


def controllers_of(settings: Settings) -> tuple[str, ...]:
    """Controllers with a folder, and those of which something is published (or stored) although their folder is gone.

    Raises StorageError where a storage is set and does not answer.
    """
    published = settings.published
    if settings.storage:
        there = set(stored_names(settings))
    else:
        there = {item.name for item in published.iterdir()} if published.is_dir() else set()
    return tuple(sorted({*controller_names(settings), *(name for name in there if not name.startswith("."))}))


def load_operator(settings: Settings, catalogue: Catalogue) -> Operator | None:
    """The operator's declaration; None where there is none. Raises MappingError with file, line, key and remedy."""
    path = settings.home / OPERATOR_FILE
    found = read_yaml(path, Operator, OPERATOR_FILE, _ABSENT)
    if found is _ABSENT:
        return None
    operator: Operator = found
    problems = tuple(_misfits(path, operator, catalogue))
    if problems:
        raise MappingError(problems)
    return operator


def _misfits(path: Path, operator: Operator, catalogue: Catalogue) -> Iterable[MappingProblem]:
    """Names that nothing stands behind, and names that stand twice."""

    def problem(key: str, name: str, message: str, remedy: str) -> MappingProblem:
        return MappingProblem(OPERATOR_FILE, line_of(path, name, key), key, message, remedy)

    subs = [item.id for item in operator.sub_processors]
    contracts = [item.id for item in operator.contracts]
    for key, names in (("sub_processors", subs), ("contracts", contracts)):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield problem(key, name, f"{name!r} stands twice", "Give each an id of its own.")
    for item in operator.contracts:
        for name in sorted(set(item.sub_processors) - set(subs)):
            where = f"contracts[{item.id}].sub_processors"
            yield problem(where, name, f"there is no sub-processor {name!r}", "Use an id of sub_processors.")
        if item.controller in operator.own_controllers:
            where = f"contracts[{item.id}].controller"
            yield problem(where, item.controller, "it is one of own_controllers", "Remove it from one of the two.")
    pairs = [(item.importer, item.country) for item in operator.transfers]
    for importer, country in sorted({pair for pair in pairs if pairs.count(pair) > 1}):
        yield problem("transfers", importer, f"{importer!r} with {country} stands twice", "Keep one of the two.")
    measures = {item.key for item in catalogue.taxonomy.measures}
    for name in operator.security_measures:
        if "_" in name and " " not in name and name not in measures:
            yield problem(
                "security_measures", name, f"there is no measure {name!r}",
                "Use a key of mappings/taxonomy/measures.yaml, or words.",
            )  # fmt: skip


def labels_in(catalogue: Catalogue, language: str) -> dict[str, str]:
    """Words of a language for the keys of the taxonomy."""
    taxonomy = catalogue.taxonomy
    items: tuple[DataCategory | DataSubject | Purpose | Measure, ...] = (
        *taxonomy.data_categories,
        *taxonomy.data_subjects,
        *taxonomy.purposes,
        *taxonomy.measures,
    )
    return {item.key: item.label.lt if language == "lt" else item.label.en for item in items}
