"""The little that must be known to load the code location: folder names, time zones, source ids.

Belongs here: lenient reading that never fails on a broken controller. Does not belong here: validation
(:mod:`ropa_pipeline.catalogue`), which happens inside the run and stops that controller alone.
"""

import os
import re

from ropa_pipeline.catalogue import controller_names
from ropa_pipeline.model.timezones import known_timezones
from ropa_pipeline.secret_reference import SecretUnavailable, has_reference, resolve
from ropa_pipeline.settings import Settings
from ropa_pipeline.source_variable import source_variable

_TIMEZONE = re.compile(r"^timezone:\s*['\"]?([A-Za-z_/+-]+)", re.MULTILINE)
_SYSTEM = re.compile(r"\bsystem:\s*['\"]?([a-z0-9_]+)")
_LOCATION = re.compile(r"\blocation:\s*['\"]?((?:env|file):[^\s'\",}]+|[A-Za-z][A-Za-z0-9+.-]*://[^\s'\",}]+)")
_DEFAULT_TIMEZONE = "UTC"


def timezone_of(settings: Settings, controller_id: str) -> str:
    """The controller's time zone; UTC where its file is missing or broken."""
    found = _TIMEZONE.search(_text(settings, controller_id, "controller.yaml"))
    name = found.group(1) if found else ""
    return name if name in known_timezones() else _DEFAULT_TIMEZONE


def timezones(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Controllers by time zone, both sorted."""
    grouped: dict[str, list[str]] = {}
    for name in controller_names(settings):
        grouped.setdefault(timezone_of(settings, name), []).append(name)
    return {zone: tuple(sorted(names)) for zone, names in sorted(grouped.items())}


def systems_of(settings: Settings, controller_id: str) -> tuple[str, ...]:
    """Systems that a controller's sources name, sorted."""
    text = _text(settings, controller_id, "sources.yaml").partition("not_connected:")[0]
    return tuple(sorted(set(_SYSTEM.findall(_without_comments(text)))))


def locations_of(settings: Settings, controller_id: str) -> tuple[str, ...]:
    """Addresses of live sources, from the environment and ``sources.yaml``, to know who shares a database; not shown.

    A reference that this process cannot resolve stands as it is written: the same reference is the same database.
    """
    prefix = source_variable(controller_id)
    given = [value for name, value in sorted(os.environ.items()) if name.startswith(prefix)]
    text = _text(settings, controller_id, "sources.yaml").partition("not_connected:")[0]
    written = _LOCATION.findall(_without_comments(text))
    found = [_resolved(item) for item in [*given, *written]]
    return tuple(item for item in found if has_reference(item) or ("://" in item and not item.startswith("file://")))


def _resolved(written: str) -> str:
    try:
        return resolve(written)
    except SecretUnavailable:
        return written


def all_systems(settings: Settings) -> tuple[str, ...]:
    """Systems of all controllers, sorted."""
    return tuple(sorted({system for name in controller_names(settings) for system in systems_of(settings, name)}))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _text(settings: Settings, controller_id: str, name: str) -> str:
    try:
        return (settings.controllers / controller_id / name).read_text("utf-8", errors="replace")
    except OSError:
        return ""
