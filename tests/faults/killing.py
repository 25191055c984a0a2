"""Fault points without a line in the product: every change of the disk is counted, and the n-th one goes wrong.

Belongs here: counting (an audit hook, and a few patched calls that have no audit event), the ways to go wrong, forked
children. Does not belong here: what is run (``scenarios``) and what must hold afterwards (``campaign``). An audit hook
cannot be taken back, so :func:`forked` installs it in a child process that ends with the test.
"""

import builtins
import errno
import io
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

_OPEN_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEW_NAMES = ("os.mkdir", "os.link", "os.symlink")
_OTHER = ("os.rename", "os.remove", "os.rmdir", "os.truncate")
_OURS = (f"{os.sep}ropa_pipeline{os.sep}", f"{os.sep}connectors{os.sep}")


class Fault(Enum):
    """What happens at a point: nothing (the points are written down), the end, or a disk that takes no more."""

    NONE = "none"
    KILL = "kill"
    FULL = "full"
    READ_ONLY = "read-only"


class FaultPoints:
    """The changes that this process makes below ``roots``, numbered from 1; ``fault`` happens at number ``at``.

    A kill ends the process. A full or read-only disk stays so: every later change fails as well, on a full one only
    what needs room.
    """

    def __init__(self, roots: tuple[Path, ...], fault: Fault = Fault.NONE, at: int = 0) -> None:
        self.roots = tuple(os.path.realpath(root) for root in roots)
        self.fault, self.at = fault, at
        self.seen: list[str] = []
        self._busy = False

    def install(self) -> None:
        """From now on, until the process ends."""
        sys.addaudithook(self._audit)
        real_fsync, real_write, real_open = os.fsync, os.write, io.open

        def fsync(number: int) -> None:
            self._reached("flush")
            real_fsync(number)

        def write(number: int, data: bytes) -> int:
            if not self._inside(_path_of(number)):
                return real_write(number, data)
            # What was written before a kill or a full disk is half of it: the next reader finds a torn end.
            if self._would_go_wrong():
                real_write(number, data[: len(data) // 2])
            self._reached("half-written")
            return real_write(number, data)

        def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
            handle = real_open(file, mode, *more, **named)
            if set(mode) & set("wax+") and isinstance(file, str | os.PathLike) and self._inside(os.fspath(file)):
                self._reached("opened, still empty")
            return handle

        os.fsync, os.write = fsync, write  # type: ignore[assignment]
        io.open = builtins.open = opened

    def _inside(self, path: object) -> bool:
        if not isinstance(path, str | bytes):
            return False
        text = os.path.abspath(os.fsdecode(path))
        return text.startswith(self.roots) or os.path.realpath(os.path.dirname(text)).startswith(self.roots)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._busy or event not in ("open", *_NEW_NAMES, *_OTHER):
            return
        path = arguments[1] if event in ("os.link", "os.symlink", "os.rename") else arguments[0]
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _OPEN_FOR_WRITING):
            return
        # rmtree names files relative to a folder it holds open: those are below a root because nothing else is removed.
        relative = event in ("os.remove", "os.rmdir") and isinstance(path, str) and not os.path.isabs(path)
        if relative or self._inside(path):
            self._reached(event.removeprefix("os."))

    def _would_go_wrong(self) -> bool:
        return self.fault is not Fault.NONE and len(self.seen) + 1 >= self.at

    def _reached(self, what: str) -> None:
        self._busy = True
        try:
            wrong = self._would_go_wrong()
            self.seen.append(f"{what} {_site()}" if self.fault is Fault.NONE else what)
        finally:
            self._busy = False
        if not wrong:
            return
        if self.fault is Fault.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.fault is Fault.READ_ONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        elif what in ("open", "flush", "half-written", "opened, still empty", *(n[3:] for n in _NEW_NAMES)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _site() -> str:
    """Our own line that made the change."""
    frame = sys._getframe(2)
    while frame is not None and not any(ours in frame.f_code.co_filename for ours in _OURS):
        frame = frame.f_back  # type: ignore[assignment]
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame is not None else "library"


def _path_of(number: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


class Child:
    """A forked child that does one thing; its answer comes back through a file, none where it was killed."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._answer = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._work(work)

    def _work(self, work: Callable[[], object]) -> NoReturn:
        code = 0
        try:
            answer = {"answer": work()}
        except BaseException as error:
            answer, code = {"fault": "".join(traceback.format_exception(error))[-3000:]}, 1
        try:
            os.pwrite(self._answer.fileno(), json.dumps(answer, default=str).encode(), 0)
        finally:
            os._exit(code)

    def kill(self, after: float) -> None:
        time.sleep(after)
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, at_most: float = 120) -> tuple[bool, Any]:
        """Whether it was killed, and its answer. Raises RuntimeError for a child that raised or hangs."""
        ends = time.monotonic() + at_most
        while True:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                break
            if time.monotonic() > ends:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise RuntimeError("the child hangs")
            time.sleep(0.003)
        with self._answer:
            self._answer.seek(0)
            text = self._answer.read()
        if os.WIFSIGNALED(status):
            return True, None
        held = json.loads(text)
        if "fault" in held:
            raise RuntimeError(held["fault"])
        return False, held["answer"]


def forked(work: Callable[[], object]) -> Any:
    """What ``work`` answers in a child process of its own."""
    killed, answer = Child(work).wait()
    if killed:
        raise RuntimeError("the child was killed")
    return answer
