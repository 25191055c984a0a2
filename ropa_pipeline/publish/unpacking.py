"""Unpacks an archive of histories that may be cut off, altered, foreign, or made to do harm.

Belongs here: what an archive may hold and how much of it, and the words for what is wrong with one. Does not belong
here: whether the histories in it are whole and which may be replaced (``backup``). GDPR Art. 5(2), 32(1)(c): a backup
is opened on a bad day, by whoever is there; it must end in the history as it was or in words.

The library's own unpacking stops in silence at a damaged heading, as if the archive ended there, and believes every
size it reads. Here the end must be the end that was written, the check sum of the whole must fit, and nothing but plain
files with plain names is taken; of their modes only whether the group may read.
"""

import gzip
import os
import re
import tarfile
from pathlib import Path
from typing import IO, BinaryIO

from ropa_pipeline.publish.places import PublishError
from ropa_pipeline.store import disk_trouble

ALWAYS_ALLOWED = 100_000_000
"""Bytes that any archive may unpack to, however small it is."""
MOST_TIMES = 60
"""An archive may unpack to so many times its own size more; histories of long texts come to less than 20."""
MOST_NAMES = 2_000
"""Names that any archive may hold, and one more for every ``BYTES_OF_A_NAME`` of its size."""
BYTES_OF_A_NAME = 200
_LARGEST_READ = 1 << 20  # a heading is read in one go, and says itself how long it is
_PIECE = 1 << 16
_LONGEST_NAME = 200
_DEEPEST = 5
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_REMEDY = "use a file that ropa backup wrote; nothing was restored"


class _Damaged(Exception):
    """What is wrong, and where in the archive; the archive's own name is put before it."""


def unpack(archive: Path, folder: Path, home: Path) -> None:
    """Unpack an archive of ``ropa backup`` into an empty folder: all of it, or an error.

    Raises PublishError with the archive's name, the place in it and the remedy; also where the disk takes no more.
    """
    if not archive.is_file():
        what = "this is no file" if archive.exists() else "there is no such file"
        raise PublishError(f"{archive}: {what}; {_REMEDY}")
    size = archive.stat().st_size
    try:
        handle = archive.open("rb")
    except OSError as error:
        raise PublishError(f"{archive}: cannot be opened ({error.strerror}); let this account read it") from None
    with handle:
        try:
            with gzip.GzipFile(fileobj=handle, mode="rb") as unpacked:
                _unpack(_Bounded(unpacked, ALWAYS_ALLOWED + MOST_TIMES * size), folder, size)
            return
        except _Damaged as error:
            told = f"{archive}: {error}; {_REMEDY}"
        except Exception as error:
            # the libraries raise whatever their parts raise, and a text of theirs may hold what they read
            told = disk_trouble(error, home) or f"{archive}: not a readable backup, or a damaged one; {_REMEDY}"
    raise PublishError(told)


class _Bounded:
    """What tarfile reads from: forward alone, so much in all, and so much at a time."""

    def __init__(self, source: gzip.GzipFile, most: int) -> None:
        self._source, self._most, self._place = source, most, 0
        self.last = b""

    def tell(self) -> int:
        return self._place

    def seek(self, place: int) -> int:
        """Raises _Damaged for a place that lies behind: a size below nothing would be read for ever."""
        if place < self._place:
            raise _Damaged("it says of a file that it has no size or one below nothing")
        while self._place < place and self.read(min(place - self._place, _PIECE)):
            pass
        return self._place

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _LARGEST_READ:
            raise _Damaged(f"it has a heading of more than {_LARGEST_READ // 1_000_000} MB, which no backup has")
        data = self.last = self._source.read(size)
        self._place += len(data)
        if self._place > self._most:
            raise _Damaged(f"it unpacks to more than {self._most // 1_000_000} MB, which no backup of its size does")
        return data


def _unpack(source: _Bounded, folder: Path, size: int) -> None:
    reader: IO[bytes] = source  # type: ignore[assignment]  # tarfile asks for these three methods and no other
    last = "its beginning"
    with tarfile.open(fileobj=reader, mode="r:") as tar:
        names: set[str] = set()
        for member in tar:
            name = _name(member, last)
            if name.casefold() in names:
                raise _Damaged(f"it holds {name!r} twice")
            names.add(name.casefold())
            if len(names) > MOST_NAMES + size // BYTES_OF_A_NAME:
                raise _Damaged(f"it holds more than {len(names) - 1} files, which no backup of its size does")
            last = repr(name)
            if member.isdir():
                continue
            target = folder.joinpath(*name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            mode = 0o600 | (member.mode & 0o040)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as written:
                _copy(source, written, member)
        _must_end(source, tar.offset, last)


def _name(member: tarfile.TarInfo, last: str) -> str:
    """A name that stays below the folder. Raises _Damaged for what a backup never holds."""
    parts = member.name.removeprefix("./").rstrip("/").split("/")
    shown = ascii(member.name[:_LONGEST_NAME])
    if member.isdir() and member.name in (".", "./"):
        return "."
    if not (member.isdir() or (member.isreg() and not member.issparse())):
        raise _Damaged(f"after {last} it holds {shown}, which is no plain file (a link, a device or the like)")
    if len(member.name) > _LONGEST_NAME or len(parts) > _DEEPEST or not all(_PART.match(part) for part in parts):
        raise _Damaged(f"after {last} it holds {shown}, which is no name of a file of a history")
    if member.isreg() and len(parts) < 2:
        raise _Damaged(f"after {last} it holds {shown}, which is in no controller's folder")
    return "/".join(parts)


def _copy(source: _Bounded, written: BinaryIO, member: tarfile.TarInfo) -> None:
    missing = member.size
    while missing > 0:
        data = source.read(min(missing, _PIECE))
        if not data:
            raise _Damaged(f"it ends in the middle of {member.name!a}")
        written.write(data)
        missing -= len(data)


def _must_end(source: _Bounded, offset: int, last: str) -> None:
    """The two empty blocks, then nothing but empty ones; reading on to the end also compares the check sum of all."""
    # tarfile has read one block more: an empty one, or a heading that is none, at which it stops just the same
    empty, data = source.tell() - offset, source.last
    while data:
        if data.strip(b"\0"):
            raise _Damaged(f"after {last} it is damaged")
        data = source.read(_PIECE)
        empty += len(data)
    if empty < 2 * tarfile.BLOCKSIZE:
        raise _Damaged(f"it ends after {last}, before its end")
