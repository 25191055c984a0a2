"""Where each source of a controller is read from tonight.

Belongs here: the order of precedence of DESIGN.md ("Sources") and the handling of secrets in locations.
Does not belong here: reading (``connectors``). Order: option ``--source ID=PATH_OR_URL``, environment
``ROPA_SOURCE_<CONTROLLER>_<ID>``, ``data/inbox/<controller>/<id>/``, ``sources.yaml``, the sample.
A sample is never mixed with real input of the same source.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import ControllerFolder, DeclaredSource
from ropa_pipeline.model.observation import SourceProblem
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import About, Severity, SourceKind
from ropa_pipeline.settings import Settings

_ENV = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_PASSWORD = re.compile(r"(?<=://)([^/@:\s]*):[^/@\s]*@")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_DUMP_CONNECTORS = frozenset({"prestashop", "sql_dump"})


class ResolvedSource(Frozen):
    """One source with its location. ``problem`` is set where no location could be made."""

    source_id: str
    system: str
    connector: str
    kind: SourceKind
    location: str = ""
    shown_location: str = ""
    timezone: str
    options: tuple[tuple[str, str], ...] = ()
    sample_values: bool = True
    problem: SourceProblem | None = None

    @property
    def is_sample(self) -> bool:
        return self.kind is SourceKind.SAMPLE

    def __repr__(self) -> str:
        """Without the location: a URL may hold a password, and reprs end up in logs."""
        return f"ResolvedSource({self.source_id!r}, {self.shown_location!r})"

    __str__ = __repr__


class UnknownSource(Exception):
    """An option names a source that the controller does not have and that is no system either."""


def resolve_sources(
    controller_id: str,
    folder: ControllerFolder,
    systems: Mapping[str, SystemMapping],
    settings: Settings,
    given: Mapping[str, str],
) -> tuple[ResolvedSource, ...]:
    """All sources of a controller, sorted by id. ``given`` are the options ``ID -> PATH_OR_URL``.

    Raises UnknownSource for a given id that is neither a declared source nor a system's name.
    """
    declared = {source.id: source for source in folder.sources.sources}
    for source_id in given:
        if source_id not in declared:
            if source_id not in systems:
                known = ", ".join(sorted(declared)) or "none"
                raise UnknownSource(f"{controller_id} has no source {source_id!r}; its sources: {known}")
            connector = systems[source_id].connector or "auto"
            declared[source_id] = DeclaredSource(system=source_id, connector=connector)
    return tuple(
        _resolve(controller_id, source, systems, folder.facts.timezone, settings, given.get(source.id, ""))
        for source in sorted(declared.values(), key=lambda item: item.id)
    )


def _resolve(
    controller_id: str,
    source: DeclaredSource,
    systems: Mapping[str, SystemMapping],
    timezone: str,
    settings: Settings,
    given: str,
) -> ResolvedSource:
    variable = "ROPA_SOURCE_" + re.sub(r"[^A-Za-z0-9]", "_", f"{controller_id}_{source.id}").upper()
    mapping = systems.get(source.system)
    zone = source.timezone or (mapping.timezone if mapping else "") or timezone
    base: dict[str, object] = {
        "source_id": source.id,
        "system": source.system,
        "connector": source.connector,
        "timezone": zone,
        "options": tuple(sorted(source.options.items())),
        "sample_values": source.sample_values,
    }
    inbox = _inbox(settings.inbox / controller_id / source.id, source.connector)
    sample = settings.samples / controller_id / source.sample if source.sample else None
    if given:
        return _located(base, given, settings.home, given_by="--source")
    if os.environ.get(variable):
        return _located(base, f"env:{variable}", settings.home, given_by=variable)
    if inbox is not None:
        return _located(base, str(inbox), settings.home, given_by="data/inbox")
    if source.location:
        return _located(base, source.location, settings.home, given_by="sources.yaml")
    if source.connector == "documented":
        return ResolvedSource(**base, kind=SourceKind.DOCUMENTED, shown_location="documented fields")
    if sample is not None:
        shown = f"data/samples/{controller_id}/{source.sample}"
        return ResolvedSource(**base, kind=SourceKind.SAMPLE, location=str(sample), shown_location=shown)
    problem = SourceProblem(
        rule_id="source.no_location",
        subject=source.id,
        message=f"source {source.id!r} has no location: nothing was read",
        remedy=f"Put a file into data/inbox/{controller_id}/{source.id}/ or give --source {source.id}=PATH_OR_URL.",
        severity=Severity.WARNING,
        about=About.RECORD,
    )
    return ResolvedSource(**base, kind=SourceKind.FILE, problem=problem)


def _inbox(folder: Path, connector: str) -> Path | None:
    """What lies in a source's inbox: its one file, the newest dump, or the folder itself."""
    if not folder.is_dir():
        return None
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not files and not any(folder.iterdir()):
        return None
    if len(files) == 1:
        return files[0]
    dumps = [path for path in files if path.name.endswith((".sql", ".sql.gz"))]
    if connector in _DUMP_CONNECTORS and dumps:
        return max(dumps, key=lambda path: (path.stat().st_mtime, path.name))
    return folder


def _located(base: dict[str, object], written: str, home: Path, given_by: str) -> ResolvedSource:
    missing = [name for name in _ENV.findall(written) if not os.environ.get(name)]
    if missing:
        problem = SourceProblem(
            rule_id="source.missing_secret",
            subject=str(base["source_id"]),
            message=f"source {base['source_id']!r} ({given_by}) needs the environment variable {', '.join(missing)}",
            remedy="Set the variable for the process that runs the pipeline.",
            severity=Severity.ERROR,
            about=About.RECORD,
        )
        return ResolvedSource(**base, kind=SourceKind.LIVE, shown_location=written, problem=problem)
    location = _ENV.sub(lambda match: os.environ[match.group(1)], written)
    is_url = bool(_URL.match(location)) and not location.lower().startswith("file://")
    if not is_url:
        path = Path(location.removeprefix("file://")).expanduser()
        location = str(path if path.is_absolute() or path.exists() else home / path)
    if _ENV.search(written):
        shown = written
    elif is_url:
        shown = _PASSWORD.sub(r"\1:***@", location)
    else:
        shown = Path(location).name if given_by == "data/inbox" else written
    kind = SourceKind.LIVE if is_url else SourceKind.FILE
    return ResolvedSource(**base, kind=kind, location=location, shown_location=shown)
