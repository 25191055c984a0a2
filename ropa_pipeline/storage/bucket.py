"""Objects below one address, through fsspec: read, write, list, and switch one of them conditionally.

Belongs here: the one place that imports fsspec (late), how an object is switched on each kind of server, translation
of the library's errors. Does not belong here: what the objects mean (``head``, ``working_copy``).

Switching compares and replaces in one step: S3 by ``If-Match`` and ``If-None-Match``, a shared folder under a file
lock. A server that accepts a condition and does not keep it is found out by a probe; there, and for every other kind
of storage, a lock object with a lease does, which is as good as the clocks of the machines.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from ropa_pipeline.storage.errors import StateMoved, StorageError
from ropa_pipeline.store import write_bytes

T = TypeVar("T")
LEASE_SECONDS = 60.0
LOCK_SECONDS = 30.0
_BATCH_FILES, _BATCH_BYTES = 16, 32 << 20
_REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


@dataclass(frozen=True)
class Stored:
    """One object as a listing shows it. ``token`` changes whenever its content does."""

    size: int
    modified: datetime
    token: str


class Bucket:
    """Objects by key below ``address``. Any kind of storage that fsspec knows; a lease guards the switch."""

    def __init__(self, address: str) -> None:
        import fsspec  # type: ignore[import-untyped]

        self.address = address
        scheme, _, rest = address.partition("://")
        self.root = rest.rstrip("/")
        self.sent = 0
        self.received = 0
        try:
            # No instance and no listing is shared: a worker forks, and other machines write.
            self.fs: Any = fsspec.filesystem(scheme, skip_instance_cache=True, use_listings_cache=False)
        except ImportError:
            raise StorageError(f"{address}: {scheme}:// needs a package: pip install 'ropa-pipeline[scale]'") from None
        except ValueError:
            raise StorageError(f"{address}: {scheme}:// is unknown: use s3://bucket/prefix or file:///folder") from None

    def path(self, key: str) -> str:
        return f"{self.root}/{key}"

    def read(self, key: str) -> bytes | None:
        """The object, None where there is none."""
        with self._translated(key):
            try:
                content: bytes = self.fs.cat_file(self.path(key))
            except FileNotFoundError:
                return None
        self.received += len(content)
        return content

    def read_many(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The objects that are there, at once where the library can."""
        found = {}
        for place in range(0, len(keys), _BATCH_FILES):
            batch = keys[place : place + _BATCH_FILES]
            with self._translated(batch[0]):
                answers = self.fs.cat([self.path(key) for key in batch], on_error="return")
            for key in batch:
                answer = answers.get(self.path(key), answers.get(self.fs._strip_protocol(self.path(key))))
                if isinstance(answer, bytes):
                    found[key] = answer
                    self.received += len(answer)
                elif isinstance(answer, Exception) and not isinstance(answer, FileNotFoundError):
                    with self._translated(key):
                        raise answer
        return found

    def write_many(self, objects: Mapping[str, Callable[[], bytes]]) -> None:
        """Write objects whole, a few at a time; each is made when its turn comes."""
        batch: dict[str, bytes] = {}
        for key, make in objects.items():
            batch[key] = make()
            if len(batch) >= _BATCH_FILES or sum(map(len, batch.values())) >= _BATCH_BYTES:
                self._write(batch)
                batch = {}
        if batch:
            self._write(batch)

    def _write(self, batch: Mapping[str, bytes]) -> None:
        with self._translated(next(iter(batch))):
            self.fs.pipe({self.path(key): content for key, content in batch.items()})
        self.sent += sum(map(len, batch.values()))

    def get(self, key: str, target: Path) -> None:
        """Copy an object of any size into a file. Raises StorageError where it is gone."""
        with self._translated(key):
            self.fs.get_file(self.path(key), str(target))
        self.received += target.stat().st_size

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            with self._translated(key):
                try:
                    self.fs.rm_file(self.path(key))
                except FileNotFoundError:
                    continue

    def listed(self, prefix: str) -> dict[str, Stored]:
        """Objects below a prefix by the rest of their key; empty where there is none."""
        folder = self.path(prefix)
        with self._translated(prefix):
            try:
                found = self.fs.find(folder, detail=True)
            except FileNotFoundError:
                found = {}
        start = len(str(self.fs._strip_protocol(folder)).rstrip("/")) + 1
        return {name[start:]: _stored(self.fs, name, info) for name, info in sorted(found.items())}

    def folders(self, prefix: str) -> list[str]:
        """What stands directly below a prefix, sorted; empty where there is nothing."""
        with self._translated(prefix):
            try:
                found = self.fs.ls(self.path(prefix), detail=False)
            except FileNotFoundError:
                return []
        return sorted(str(name).rstrip("/").rpartition("/")[2] for name in found)

    def read_to_switch(self, key: str) -> tuple[bytes | None, str]:
        """The object and the token that :meth:`switch` compares; token first, so that an old token never wins."""
        content = self.read(key)
        return content, _token_of(content)

    def switch(self, key: str, content: bytes, token: str) -> None:
        """Replace the object if it is still the one that was read. Raises StateMoved where it is another."""
        with self._lease(key):
            now = self.read(key)
            if _token_of(now) != token:
                raise StateMoved(f"{self.address}/{key}: another machine put a newer state meanwhile")
            self._write({key: content})

    @contextmanager
    def _lease(self, key: str) -> Iterator[None]:
        """A lock object with an owner and an end; an expired one is taken over."""
        lock, mine = f"{key}.lock", secrets.token_hex(8)
        until = time.monotonic() + LOCK_SECONDS
        while True:
            held = self.read(lock)
            ends = json.loads(held)["until"] if held else 0.0
            if ends < time.time():
                self._write({lock: json.dumps({"owner": mine, "until": time.time() + LEASE_SECONDS}).encode()})
                time.sleep(0.2)  # long enough for whoever wrote at the same moment to be seen
                taken = self.read(lock)
                if taken and json.loads(taken)["owner"] == mine:
                    break
            if time.monotonic() > until:
                raise StorageError(f"{self.address}/{lock}: held for {LOCK_SECONDS:.0f} seconds; run again later")
            time.sleep(0.5)
        try:
            yield
        finally:
            self.delete([lock])

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        """Errors of the library, which quote requests, become one line with the address and the kind."""
        try:
            yield
        except (StorageError, FileNotFoundError):
            raise
        except Exception as error:
            raise StorageError(
                f"{self.address}/{key}: the storage does not answer as it should ({_code(error)}); check address, "
                "credentials and network (ropa storage status)"
            ) from None


class Folder(Bucket):
    """A folder that several machines share. Files are renamed into place; the switch is under a lock."""

    def _write(self, batch: Mapping[str, bytes]) -> None:
        for key, content in batch.items():
            with self._translated(key):
                write_bytes(Path(self.path(key)), content)
            self.sent += len(content)

    @contextmanager
    def _lease(self, key: str) -> Iterator[None]:
        """The operating system frees the lock of a killed process; on NFS it needs a lock service, as usual."""
        path = Path(self.path(key) + ".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(path, timeout=LOCK_SECONDS):
                yield
        except Timeout:
            raise StorageError(f"{path}: locked for {LOCK_SECONDS:.0f} seconds; run again later") from None


class S3(Bucket):
    """An S3-compatible server. Endpoint, region and credentials come from the environment, as s3fs reads them."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.conditional: bool | None = None

    def read_to_switch(self, key: str) -> tuple[bytes | None, str]:
        with self._translated(key):
            try:
                token = str(self.fs.info(self.path(key), refresh=True)["ETag"])
            except FileNotFoundError:
                token = ""
        content = self.read(key) if token else None
        if not self._keeps_conditions():
            token = _token_of(content)
        return content, token

    def switch(self, key: str, content: bytes, token: str) -> None:
        if not self._keeps_conditions():
            super().switch(key, content, token)
            return
        if not self._put_if(key, content, {"IfMatch": token} if token else {"IfNoneMatch": "*"}):
            # The library repeats a request whose answer was lost: then our own object refuses us.
            if self.read(key) == content:
                return
            raise StateMoved(f"{self.address}/{key}: another machine put a newer state meanwhile")
        self.sent += len(content)

    def _keeps_conditions(self) -> bool:
        """Whether the server refuses what it must refuse; asked once per process."""
        if self.conditional is None:
            self._write({"probe": b"1"})
            self.conditional = not (
                self._put_if("probe", b"2", {"IfNoneMatch": "*"})
                or self._put_if("probe", b"2", {"IfMatch": '"00000000000000000000000000000000"'})
            )
        return self.conditional

    def _put_if(self, key: str, content: bytes, condition: Mapping[str, str]) -> bool:
        bucket, _, name = self.path(key).partition("/")
        with self._translated(key):
            try:
                self.fs.call_s3("put_object", Bucket=bucket, Key=name, Body=content, **condition)
            except FileNotFoundError:
                return False
            except OSError as error:
                if _code(error) in _REFUSED:
                    return False
                raise
        return True


def open_bucket(address: str) -> Bucket:
    """The storage at an address. Raises StorageError where its library is missing; connects to nothing yet."""
    scheme = address.partition("://")[0]
    if scheme in ("file", "local"):
        return Folder(address)
    return S3(address) if scheme in ("s3", "s3a") else Bucket(address)


def _stored(fs: Any, name: str, info: Mapping[str, Any]) -> Stored:
    modified = fs.modified(name) if "LastModified" not in info else info["LastModified"]
    token = info.get("ETag") or f"{info['size']}-{modified.timestamp()}"
    return Stored(size=int(info["size"]), modified=modified, token=str(token))


def _token_of(content: bytes | None) -> str:
    import hashlib

    return "" if content is None else hashlib.sha256(content).hexdigest()


def _code(error: BaseException) -> str:
    """The server's code where it sent one, else the kind of error."""
    for item in (error, error.__cause__):
        response = getattr(item, "response", None)
        if isinstance(response, Mapping):
            return str(response.get("Error", {}).get("Code", ""))
    return type(error).__name__
