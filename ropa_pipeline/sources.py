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

from pydantic import ConfigDict, Field

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import ControllerFolder, DeclaredSource
from ropa_pipeline.model.observation import SourceProblem
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import About, Severity, SourceKind
from ropa_pipeline.secret_reference import SecretUnavailable, has_reference, resolve
from ropa_pipeline.settings import Settings
from ropa_pipeline.source_variable import source_variable

# up to the last @, because a password may hold anything that somebody forgot to write as a URL needs it
_USERINFO = re.compile(r"(?<=://).*@", re.DOTALL)
_SECRET_PARAMETER = re.compile(r"(?i)(?<=[?&])([^=&#]*(?:pass|pwd|secret|token|key)[^=&#]*)=[^&#]*")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_DUMP_CONNECTORS = frozenset({"prestashop", "sql_dump"})


class ResolvedSource(Frozen):
    """One source with its location. ``problem`` is set where no location could be made.

    ``warnings`` are about the declaration itself; the source is read all the same.
    """

    # an error about a value must not repeat the value: a location may hold a password
    model_config = ConfigDict(hide_input_in_errors=True)

    source_id: str
    system: str
    connector: str
    kind: SourceKind
    location: str = ""
    shown_location: str = ""
    timezone: str
    options: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
    sample_values: bool = True
    problem: SourceProblem | None = None
    warnings: tuple[SourceProblem, ...] = ()

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
    variable = source_variable(controller_id, source.id)
    mapping = systems.get(source.system)
    zone = source.timezone or (mapping.timezone if mapping else "") or timezone
    base: dict[str, object] = {
        "source_id": source.id,
        "system": source.system,
        "connector": source.connector,
        "timezone": zone,
        "sample_values": source.sample_values,
    }
    try:
        base["options"] = tuple(sorted((name, _option(name, source, settings.home)) for name in source.options))
    except SecretUnavailable as error:
        return _without_secret(base, error, "an option in sources.yaml", source.location)
    place = settings.inbox / controller_id / source.id
    sample = settings.samples / controller_id / source.sample if source.sample else None
    if given:
        return _located(base, given, settings.home, given_by="--source")
    if os.environ.get(variable):
        return _located(base, f"env:{variable}", settings.home, given_by=variable)
    try:
        inbox = _inbox(place, source.connector)
    except _Unusable as error:
        return _unusable(base, "data/inbox", place.name, error)
    if inbox is not None:
        return ResolvedSource(**base, kind=SourceKind.FILE, location=str(inbox), shown_location=inbox.name)
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


class _Unusable(Exception):
    """A place that cannot be read from. The text says why; ``remedy`` what a person can do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def _inbox(folder: Path, connector: str) -> Path | None:
    """What lies in a source's inbox: its one file, the newest dump, or the folder itself; None for nothing.

    Raises _Unusable where something lies there of which nothing can be read.
    """
    try:
        if not folder.is_dir():
            if not os.path.lexists(folder):
                return None
            raise _Unusable("this is no folder", "Make a folder of that name and put the file into it.")
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        files = [path for path in found if path.is_file()]
        unnamed = [path for path in files if not _is_text(str(path))]
        files = [path for path in files if path not in unnamed]
        dumps = [(path.stat().st_mtime, path.name, path) for path in files if path.name.endswith((".sql", ".sql.gz"))]
    except OSError as error:
        raise _Unusable(
            f"it cannot be looked into ({error.strerror})", "Let the account that runs the pipeline read this folder."
        ) from None
    if not found:
        return None
    if unnamed and not files:
        raise _Unusable(
            f"the name of the file {_escaped(unnamed[0].name)} is no text in UTF-8", "Give the file another name."
        )
    if not files and not any(path.is_dir() for path in found):
        raise _Unusable(
            f"{_escaped(found[0].name)} is no file (a link to nothing, a pipe, a device)", "Put the file itself there."
        )
    if len(files) == 1:
        return files[0]
    return max(dumps)[2] if connector in _DUMP_CONNECTORS and dumps else folder


def _is_text(name: str) -> bool:
    """Whether a name or an address can be written down: bytes that are no UTF-8 come as halves of pairs."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _escaped(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _option(name: str, source: DeclaredSource, home: Path) -> str:
    value = resolve(source.options[name])
    return str(home / value) if name == "tls_ca" and value else value


def _located(base: dict[str, object], written: str, home: Path, given_by: str) -> ResolvedSource:
    try:
        location = resolve(written)
        is_url = bool(_URL.match(location)) and not location.lower().startswith("file://")
        location = location if is_url else _path(location.removeprefix("file://"), home)
        _must_be_text(location)
    except SecretUnavailable as error:
        return _without_secret(base, error, given_by, written)
    except _Unusable as error:
        return _unusable(base, given_by, "", error)
    if has_reference(written):
        # what a reference stands for is never shown; beside it a part of the URL may still be a secret
        shown = without_secrets(written) if _holds_secret(written) else written
    elif is_url:
        shown = without_secrets(location)
    else:
        shown = written
    kind = SourceKind.LIVE if is_url else SourceKind.FILE
    warnings = (_in_clear(base),) if given_by == "sources.yaml" and _holds_secret(written) else ()
    return ResolvedSource(**base, kind=kind, location=location, shown_location=shown, warnings=warnings)


def _path(written: str, home: Path) -> str:
    """A path as it stands, or below the home where there is none. Raises _Unusable for one that no disk can have."""
    if not written:
        raise _Unusable("the location names no file", "Write the path of a file.")
    try:
        path = Path(written).expanduser()
        return str(path if path.is_absolute() or path.exists() else home / path)
    except RuntimeError:
        raise _Unusable("the location begins with ~ and the name of no account", "Write the whole path.") from None
    except OSError as error:
        raise _Unusable(f"the location can be no path ({error.strerror})", "Write the path of a file.") from None


def _must_be_text(location: str) -> None:
    if not _is_text(location):
        raise _Unusable("the location is no text in UTF-8", "Give the file another name, or write its name in UTF-8.")


def _refused(
    base: Mapping[str, object], rule_id: str, place: str, error: "_Unusable | SecretUnavailable"
) -> SourceProblem:
    """Why nothing of a source can be read, with the place that gave its location."""
    return SourceProblem(
        rule_id=rule_id,
        subject=str(base["source_id"]),
        message=f"source {base['source_id']!r} ({place}): {error}",
        remedy=error.remedy,
        severity=Severity.ERROR,
        about=About.RECORD,
    )


def _unusable(base: Mapping[str, object], given_by: str, where: str, error: _Unusable) -> ResolvedSource:
    """A source whose place is known and of which nothing can be read."""
    place = f"{given_by}/.../{where}" if where else given_by
    problem = _refused(base, "source.unusable_location", place, error)
    return ResolvedSource(**base, kind=SourceKind.FILE, shown_location=where or given_by, problem=problem)


def without_secrets(url: str) -> str:
    """A URL as it may be shown: the account of a database stays, its password and every key do not.

    >>> without_secrets("mysql://reader:a@b@db/shop?ssl_key_password=x"), without_secrets("https://KEY@shop.example/api")
    ('mysql://reader:***@db/shop?ssl_key_password=***', 'https://***@shop.example/api')
    """
    is_web = url.lower().startswith(("http://", "https://"))

    def shown(found: re.Match[str]) -> str:
        account, colon, _ = found[0][:-1].partition(":")
        if is_web or not account:
            return "***@"
        return f"{account}:***@" if colon else f"{account}@"

    return _SECRET_PARAMETER.sub(r"\1=***", _USERINFO.sub(shown, url))


def _holds_secret(written: str) -> bool:
    """Whether a secret stands in a location in clear, where a reference to it should."""
    if not _URL.match(written) or written.lower().startswith("file://"):
        return False
    userinfo = _USERINFO.search(written)
    account, colon, password = userinfo[0][:-1].partition(":") if userinfo else ("", "", "")
    is_web = written.lower().startswith(("http://", "https://"))
    candidates = [password if colon else "", account if is_web else ""]
    candidates += [found[0].partition("=")[2] for found in _SECRET_PARAMETER.finditer(written)]
    return any(text and not has_reference(text) for text in candidates)


def _in_clear(base: Mapping[str, object]) -> SourceProblem:
    return SourceProblem(
        rule_id="source.secret_in_clear",
        subject=str(base["source_id"]),
        message=f"source {base['source_id']!r}: sources.yaml holds a password or a key in clear",
        remedy="Put it into a variable or a file of mode 0600, and write env:NAME or file:/path in its place.",
        severity=Severity.WARNING,
        about=About.COMPLIANCE,
    )


def _without_secret(base: dict[str, object], error: SecretUnavailable, given_by: str, written: str) -> ResolvedSource:
    problem = _refused(base, "source.missing_secret", given_by, error)
    shown = without_secrets(written) if _holds_secret(written) else written
    return ResolvedSource(**base, kind=SourceKind.LIVE, shown_location=shown, problem=problem)
