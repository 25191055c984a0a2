"""Backup and restore of the history: the one thing that cannot be computed again.

Belongs here: one archive of ``data/history``, and putting it back. Does not belong here: releases (a run builds
them anew). A restore never overwrites a longer or different history: losing history is worse than being late.
"""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ropa_pipeline.publish.history import History, settle_restore, verify_chain
from ropa_pipeline.publish.places import (
    BUILDING,
    Places,
    PublishError,
    discard,
    flush_file,
    flush_folder,
    flush_tree,
    lock,
)
from ropa_pipeline.publish.release import recover
from ropa_pipeline.publish.unpacking import unpack
from ropa_pipeline.publish.versions import NewerRegister
from ropa_pipeline.scratch import private_folder


def backup(home: Path, archive: Path) -> tuple[str, ...]:
    """Write the verified histories of all controllers to a tar.gz. Returns the controllers in it.

    Raises PublishError where a history is broken (a backup of it would hide that) or none is there, and where the
    archive cannot be written.
    """
    controllers = known_controllers(home)
    if not controllers:
        raise PublishError(f"{home / 'data' / 'history'}: no history yet; run a controller first")
    if not archive.name or archive.is_dir():
        raise PublishError(f"{archive}: this is a folder; name a file in it, such as {archive / 'ropa.tar.gz'}")
    with _in_words(archive, "no backup was written; make room or let this account write there, then try again"):
        _write(home, controllers, archive)
    return controllers


def _write(home: Path, controllers: tuple[str, ...], archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    temporary = archive.with_name(f".{archive.name}{BUILDING}")
    try:
        # an archive of histories is as private as they are, whatever the umask
        temporary.touch(mode=0o600)
        with tarfile.open(temporary, "w:gz") as target:
            for controller_id in controllers:
                with lock(home, controller_id):
                    places = Places(home, controller_id)
                    recover(home, controller_id)
                    _must_verify(places)
                    for path in sorted(places.history.rglob("*")):
                        if path.is_file():
                            target.add(path, arcname=path.relative_to(home / "data" / "history").as_posix())
        flush_file(temporary)
        os.replace(temporary, archive)
        flush_folder(archive.parent)
    finally:
        temporary.unlink(missing_ok=True)


def restore(home: Path, archive: Path) -> tuple[str, ...]:
    """Put the histories of an archive back, all or none. Returns the controllers restored.

    Every history is verified before anything is replaced. Raises PublishError where the archive is unreadable or
    broken, or where a controller already has lines that the archive does not hold.
    """
    with _in_words(home, "make room or let this account write there, then restore again: what was there still is"):
        return _restored(home, archive)


def _restored(home: Path, archive: Path) -> tuple[str, ...]:
    root = home / "data" / "history"
    root.mkdir(parents=True, exist_ok=True)
    with private_folder(".restore-", root) as folder:
        unpacked = folder / "data" / "history"
        unpacked.mkdir(parents=True)
        unpack(archive, unpacked, home)
        controllers = known_controllers(folder)
        if not controllers:
            raise PublishError(f"{archive}: holds no history; use a file that ropa backup wrote, nothing was restored")
        for controller_id in controllers:
            with lock(home, controller_id):
                settle_restore(Places(home, controller_id))
            _must_be_whole(archive, Places(folder, controller_id))
            _must_extend(Places(home, controller_id), Places(folder, controller_id))
        for controller_id in controllers:
            with lock(home, controller_id):
                # Again: a run may have added lines since.
                _must_extend(Places(home, controller_id), Places(folder, controller_id))
                _replace(Places(folder, controller_id).history, Places(home, controller_id))
    for controller_id in controllers:
        _must_verify(Places(home, controller_id))
    return controllers


@contextmanager
def _in_words(place: Path, remedy: str) -> Iterator[None]:
    """A disk that is full or closed to us is for a person to put right, not a fault."""
    try:
        yield
    except OSError as error:
        raise PublishError(f"{error.filename or place}: {error.strerror or 'cannot be used'}; {remedy}") from None


def known_controllers(home: Path) -> tuple[str, ...]:
    """The controllers that have a history, sorted."""
    return tuple(sorted(path.parent.name for path in (home / "data" / "history").glob("[!.]*/history.jsonl")))


def _must_verify(places: Places) -> None:
    problems = verify_chain(places).problems
    if problems:
        first = problems[0]
        raise PublishError(f"{places.history / first.file}, line {first.line} of the history: {first.reason}")


def _must_be_whole(archive: Path, unpacked: Places) -> None:
    """As :func:`_must_verify`, in words about the archive: what was unpacked is gone when a person reads them."""
    try:
        problems = verify_chain(unpacked).problems
    except NewerRegister as error:
        raise PublishError(f"{archive}: {str(error).replace(str(unpacked.history), unpacked.controller_id)}") from None
    if problems:
        first = problems[0]
        raise PublishError(
            f"{archive}: {unpacked.controller_id}/{first.file}, line {first.line} of the history: {first.reason}; "
            "use another backup, nothing was restored"
        )


def _must_extend(here: Places, there: Places) -> None:
    """What is here must be the beginning of what is restored. A history that is broken here may be replaced."""
    if not here.chain.is_file() or verify_chain(here).problems:
        return
    mine, theirs = History(here).lines, History(there).lines
    if [line.line_hash for line in theirs[: len(mine)]] != [line.line_hash for line in mine]:
        raise PublishError(
            f"{here.chain}: holds {len(mine)} lines that the backup does not continue; move the folder "
            f"{here.history} aside first if the backup is the one to trust"
        )


def _replace(source: Path, places: Places) -> None:
    """What stood there is kept aside until the new one stands (``history.settle_restore`` finishes a killed one)."""
    flush_tree(source)
    if places.history.exists():
        os.replace(places.history, places.before_restore)
    os.replace(source, places.history)
    flush_folder(places.history.parent)
    discard(places.before_restore)
