"""What the last whole night of a controller rested on, so that the next one knows whether anything is new.

Belongs here: the fingerprint of all inputs that are not rows (code, mappings, the controller's folder, its inbox,
the files of its sources, its history) and the first day on which the calendar alone changes something. Does not
belong here: what a night without news does (:mod:`ropa_pipeline.quiet`).

Files are known by size and times, never by content: a copied or touched file is read again, which costs time and
loses nothing. Where the state is shared by several machines (``ROPA_STORAGE``) times differ from one to the next, so
there a file is known by its content, the inbox by the storage's own listing, and paths count from home and package.
The fingerprint is keyed with a random salt, because a location may hold a password.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ropa_pipeline import __version__
from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import SourceKind
from ropa_pipeline.night import Night
from ropa_pipeline.policy.record_quality import TEN_DAYS, waiting_since
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places
from ropa_pipeline.settings import Settings
from ropa_pipeline.source_variable import source_variable
from ropa_pipeline.storage.glance import Glance
from ropa_pipeline.storage.inbox import inbox_lines
from ropa_pipeline.storage.local_state import local_chain
from ropa_pipeline.store import write_bytes

_DAY = timedelta(days=1)
_HOME, _SHIPPED = "home:", "shipped:"
_SOON = timedelta(days=30)
"""The first screen warns this long before something ends (``policy.today``)."""


class NightMark(Frozen):
    """``watched``: configured paths; ``next_change``: the first day on which a date in the mappings counts."""

    as_of: date
    salt: str
    inputs: str
    watched: tuple[str, ...]
    next_change: date | None


def quiet_expected(
    settings: Settings, controller_id: str, as_of: date, given: Iterable[str] = (), stored: Glance | None = None
) -> bool:
    """Whether nothing but rows and the calendar can have changed since the last whole night.

    Cheap enough for a thousand controllers: it reads no mapping, only sizes and times of files. ``given``: what the
    command line added (sources, notice), which counts as an input. ``stored``: what a tick saw in the storage, in place
    of mark, history and inbox of this home.
    """
    mark = read_mark(settings, controller_id) if stored is None else _parsed(stored.mark.encode())
    if mark is None or as_of < mark.as_of or (mark.next_change is not None and as_of >= mark.next_change):
        return False
    return mark.inputs == _inputs(settings, controller_id, mark.salt, mark.watched, given, stored)


def remember(night: Night) -> None:
    """Keep the mark of a night that was judged and released whole."""
    salt = secrets.token_hex(16)
    watched = tuple(sorted(_watched(night)))
    moments = sorted({*_shared_moments(night.catalogue), *_moments(night.folder), *_approval_due(night)})
    mark = NightMark(
        as_of=night.as_of,
        salt=salt,
        inputs=_inputs(night.settings, night.controller_id, salt, watched, given_of(night)),
        watched=watched,
        next_change=next((moment for moment in moments if moment > night.as_of), None),
    )
    write_bytes(_path(night.settings, night.controller_id), mark.model_dump_json(indent=1).encode() + b"\n")


def forget(night: Night) -> None:
    """A night has begun that may end anywhere: until it is whole, nothing is known of the controller."""
    _path(night.settings, night.controller_id).unlink(missing_ok=True)


def source_key(night: Night, kind: SourceKind, location: str, asked: str) -> str:
    """Of one source as it would be read now: its files, the code, the mappings and what is asked of it.

    Empty for a live source: only reading it tells whether it changed.
    """
    if kind is SourceKind.LIVE:
        return ""
    settings, shared = night.settings, bool(night.settings.storage)
    files = files_below(Path(location), shared) if _is_file(kind, location) else ()
    place = _portable(settings, location)
    return _digest((code_fingerprint(shared), shared_fingerprint(settings), place, asked, *files))


def read_mark(settings: Settings, controller_id: str) -> NightMark | None:
    """None where there is none, or one of another version."""
    try:
        return _parsed(_path(settings, controller_id).read_bytes())
    except OSError:
        return None


def _parsed(content: bytes) -> NightMark | None:
    try:
        return NightMark.model_validate_json(content)
    except ValidationError:
        return None


def given_of(night: Night) -> tuple[str, ...]:
    """What the command line added to the inputs, in words for the fingerprint."""
    shared = bool(night.settings.storage)
    notice = () if night.notice is None else (f"notice={night.notice}", *files_below(night.notice, shared))
    language = (f"lang={night.language}",) if night.language else ()
    return (*(f"{key}={value}" for key, value in sorted(night.given_sources.items())), *notice, *language)


def files_below(path: Path, by_content: bool = False) -> tuple[str, ...]:
    """A line per file at or below a path, of its size and times (or its content); sorted. Empty where nothing is.

    What cannot be looked into is one line that says so: whoever reads it says what is wrong.
    """
    line = _content_line if by_content else _line
    try:
        if path.is_file():
            return (line(path, path.name),)
        return tuple(sorted(line(item, str(item.relative_to(path))) for item in path.rglob("*") if item.is_file()))
    except OSError as error:
        return (f"{path.name}|errno {error.errno}",)


@cache
def code_fingerprint(by_content: bool = False) -> str:
    """Of the program itself: a changed rule must never be mistaken for a quiet night."""
    package = Path(__file__).resolve().parent
    roots = [package, package.parent / "connectors"]
    lines = (line for root in roots for line in files_below(root, by_content))
    return _digest(line for line in lines if line.split("|", 1)[0].endswith(".py"))


def shared_fingerprint(settings: Settings) -> str:
    """Of the shared mappings, shipped and of the home."""
    shared = bool(settings.storage)
    return _digest(f"{place.name}/{line}" for place in settings.shared_mappings for line in files_below(place, shared))


def _inputs(
    settings: Settings,
    controller_id: str,
    salt: str,
    watched: tuple[str, ...],
    given: Iterable[str],
    stored: Glance | None = None,
) -> str:
    shared = bool(settings.storage)
    places = [settings.controllers / controller_id, *(_placed(settings, name) for name in watched)]
    if shared:
        inbox = inbox_lines(settings, controller_id) if stored is None else stored.inbox
        head = local_chain(settings.home, controller_id).head if stored is None else stored.chain_head
        more: tuple[str, ...] = (f"history={head}", *inbox)
    else:
        history = settings.home / "data" / "history" / controller_id / "history.jsonl"
        places += [settings.inbox / controller_id, history]
        more = ()
    prefix = source_variable(controller_id)
    environment = (f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(prefix))
    lines = (
        __version__,
        code_fingerprint(shared),
        shared_fingerprint(settings),
        *(line for place in places for line in (_portable(settings, str(place)), *files_below(place, shared))),
        *more,
        *environment,
        *given,
    )
    return _digest(lines, salt)


def _digest(lines: Iterable[str], salt: str = "") -> str:
    digest = hashlib.blake2b(key=salt.encode(), digest_size=32)
    for line in lines:
        digest.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()


def _line(path: Path, name: str) -> str:
    stat = path.stat()
    return f"{name}|{stat.st_size}|{stat.st_mtime_ns}|{stat.st_ctime_ns}"


def _content_line(path: Path, name: str) -> str:
    return f"{name}|{_content_hash(path, *_line(path, name).split('|')[-3:])}"


@lru_cache(maxsize=4096)
def _content_hash(path: Path, *_state: str) -> str:
    """Of a file whose size and times are ``_state``: a process reads it once as long as those stay."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _watched(night: Night) -> set[str]:
    """The files that sources are read from. Of a shared inbox the listing counts, so its files are not watched."""
    settings = night.settings
    paths = {source.location for source in night.sources if _is_file(source.kind, source.location)}
    inbox = str(settings.inbox / night.controller_id) + os.sep
    return {_portable(settings, path) for path in paths if not (settings.storage and path.startswith(inbox))}


def _portable(settings: Settings, path: str) -> str:
    """A path that means the same on every machine where it lies below the home or the package's own files."""
    for name, root in ((_HOME, settings.home), (_SHIPPED, settings.shipped)):
        if path == str(root) or path.startswith(str(root) + os.sep):
            return name + path[len(str(root)) :]
    return path


def _placed(settings: Settings, name: str) -> Path:
    for start, root in ((_HOME, settings.home), (_SHIPPED, settings.shipped)):
        if name.startswith(start):
            return Path(str(root) + name.removeprefix(start))
    return Path(name)


def _is_file(kind: SourceKind, location: str) -> bool:
    return bool(location) and kind in (SourceKind.FILE, SourceKind.SAMPLE)


_SHARED: list[tuple[Catalogue, frozenset[date]]] = []


def _shared_moments(catalogue: Catalogue) -> frozenset[date]:
    """Those of the shared mappings, looked through once: they are one object for all controllers of a process."""
    if not _SHARED or _SHARED[0][0] is not catalogue:
        _SHARED[:] = [(catalogue, frozenset(_moments(catalogue)))]
    return _SHARED[0][1]


def _moments(value: object) -> Iterator[date]:
    """Every day on which a date in a model begins, stops or comes near to counting."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        # year 9999 stands for "no end" and has no day after it
        if value.year < 9000:
            yield from (value, value + _DAY, value - _SOON, value - _SOON + _DAY)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _moments(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _moments(item)
    elif isinstance(value, tuple | list | frozenset | set):
        for item in value:
            yield from _moments(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _moments(getattr(value, name))


def _approval_due(night: Night) -> Iterator[date]:
    """The day from which an unapproved release is a finding (``policy.record_quality``)."""
    rows = History(Places(night.settings.home, night.controller_id)).snapshot_rows()
    since, _ = waiting_since(rows, night.folder.facts.timezone)
    if since is not None:
        yield since + TEN_DAYS + _DAY


def _path(settings: Settings, controller_id: str) -> Path:
    return settings.build / controller_id / "night.json"
