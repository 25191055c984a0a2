"""Reads what ``ropa init --source`` was given: each once, so that it can be recognised.

Belongs here: options of a source, the connector's call, what cannot be read or recognised. Does not belong here:
recognising (``ropa_pipeline.onboarding``). An address is never shown or written where it holds a secret (Art. 32).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connectors.detect import detect
from connectors.registry import observe
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.commands.terminal import complain, stop
from ropa_pipeline.model.controller import DeclaredSource
from ropa_pipeline.model.observation import SourceObservation, SourceRequest, SourceUnavailable
from ropa_pipeline.model.providers import known_parties
from ropa_pipeline.onboarding import kept_location, recognise
from ropa_pipeline.scratch import private_folder
from ropa_pipeline.secret_reference import SecretUnavailable, resolve
from ropa_pipeline.settings import Settings


@dataclass(frozen=True)
class GivenSource:
    """One ``--source``: the id and system it was given, if any, and where to read. The location is never shown."""

    source_id: str
    location: str = field(repr=False)
    shown: str


@dataclass(frozen=True)
class ReadSource:
    """A source that goes into the draft: how it is declared, what was seen, and the variable that its address needs.

    ``observation`` is None for a named system that could not be read today: later nights try again.
    """

    declared: DeclaredSource
    observation: SourceObservation | None
    because: str
    location: str = field(repr=False)
    variable: str


def given_source(text: str) -> GivenSource:
    """``SYSTEM=LOCATION`` or a location alone; ``=`` inside an address or a path is part of it."""
    named = re.match(r"([a-z][a-z0-9_]*)=(.+)$", text)
    source_id, location = (named[1], named[2]) if named else ("", text)
    if not location.strip():
        raise stop("--source takes a file, a folder or an address, or SYSTEM=it")
    shown = source_id or ("the given address" if "://" in location else Path(location).name)
    return GivenSource(source_id, location, shown)


def read_sources(
    given: list[GivenSource],
    name: str,
    settings: Settings,
    catalogue: Catalogue,
    say: Callable[[str], None] = complain,
) -> tuple[tuple[ReadSource, ...], tuple[tuple[str, str], ...]]:
    """Every source that can be read and recognised; the others with the reason, so that none is lost in silence."""
    read: list[ReadSource] = []
    unread: list[tuple[str, str]] = []
    used: set[str] = set()
    for item in given:
        try:
            one = _read_source(item, name, settings, catalogue, used)
        except SourceUnavailable as error:
            say(f"{item.shown}: {error.problem.message}. {error.problem.remedy}")
            if item.source_id not in catalogue.systems:
                unread.append((item.shown, error.problem.message))
                continue
            one = _declared_only(item, name, settings, catalogue, used)
        if isinstance(one, str):
            unread.append((item.shown, one))
            say(f"{item.shown}: not recognised, {one}; say which system it is: --source SYSTEM={item.shown}")
            continue
        used.add(one.declared.id)
        read.append(one)
    return tuple(read), tuple(unread)


def _read_source(
    item: GivenSource, name: str, settings: Settings, catalogue: Catalogue, used: set[str]
) -> ReadSource | str:
    location = _resolved(item.location)
    if item.source_id and item.source_id not in catalogue.systems:
        return f"there is no system {item.source_id!r} in mappings/systems"
    connector = detect(location)
    with private_folder("ropa-init-") as scratch:
        observation = observe(
            SourceRequest(
                controller_id=name,
                source_id=item.source_id or "source",
                system=item.source_id,
                connector=connector,
                location=location,
                shown_location=item.shown,
                as_of=datetime.now(UTC).date(),
                known_parties=known_parties(catalogue.entities) if connector == "bank_statement" else (),
                scratch=str(scratch),
            ),
            profile_values,
        )
    found = recognise(observation, connector, location, catalogue.systems)
    system = item.source_id or found.system
    if not system:
        return found.because
    uses = "prestashop" if system == "prestashop" else found.connector
    declared, variable = _declared(item, system, uses, name, settings, used)
    seen = observation.model_copy(update={"source_id": declared.id, "system": system})
    because = "the given name" if item.source_id else found.because
    return ReadSource(declared, seen, because, location, variable)


def _declared_only(
    item: GivenSource, name: str, settings: Settings, catalogue: Catalogue, used: set[str]
) -> ReadSource:
    connector = catalogue.systems[item.source_id].connector or "table_export"
    declared, variable = _declared(item, item.source_id, connector, name, settings, used)
    return ReadSource(declared, None, "the given name; it could not be read", _resolved(item.location), variable)


def _declared(
    item: GivenSource, system: str, connector: str, name: str, settings: Settings, used: set[str]
) -> tuple[DeclaredSource, str]:
    """The entry of sources.yaml, and the environment variable that must hold its address where that is a secret."""
    source_id = next(one for one in (system, *(f"{system}_{n}" for n in range(2, 1000))) if one not in used)
    kept = kept_location(item.location, name, source_id, settings.home)
    declared = DeclaredSource(
        source_id=source_id if source_id != system else "", system=system, connector=connector, location=kept.written
    )
    return declared, kept.variable


def _resolved(location: str) -> str:
    """The location with its secrets; one that cannot be had stays a reference, and then nothing is found there."""
    try:
        return resolve(location)
    except SecretUnavailable:
        return location
