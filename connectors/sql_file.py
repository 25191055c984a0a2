"""Opening a file of SQL text: compressed or not, in any Unicode encoding, as UTF-8-compatible bytes.

Belongs here: gzip, bzip2, xz, UTF-16, the byte order mark. Does not belong here: what the text says
(``connectors.sql_text``). No connector.
"""

import bz2
import codecs
import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, cast

HEAD = 1 << 16


def open_sql(path: Path) -> BinaryIO:
    """Open SQL text for reading as UTF-8-compatible bytes. The caller closes it.

    Compression is recognised by the file's first bytes, not by its name; UTF-16 (what a Windows shell writes
    when output is redirected) becomes UTF-8, a byte order mark is dropped. Raises OSError.
    """
    source: BinaryIO = path.open("rb")
    magic = source.read(6)
    source.seek(0)
    unpack = next((make for sign, make in _PACKED if magic.startswith(sign)), None)
    raw = io.BufferedReader(_Unpacked(source, unpack), 1 << 20) if unpack else source
    buffered = cast(io.BufferedReader, raw)
    head = buffered.peek(4)[:4]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return cast(BinaryIO, io.BufferedReader(_AsUtf8(buffered), 1 << 20))
    if head.startswith(codecs.BOM_UTF8):
        buffered.read(3)
    return cast(BinaryIO, buffered)


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


_PACKED: tuple[tuple[bytes, Callable[[], _Decompressor]], ...] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ", lzma.LZMADecompressor),
)


class _Converted(io.RawIOBase):
    """A raw stream that hands out what is made of another, piece by piece; a subclass makes the pieces."""

    def __init__(self, source: BinaryIO | io.BufferedReader) -> None:
        self._source = source
        self._ready = b""

    def _next(self) -> bytes | None:
        """The next piece, which may be empty; None after the last."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    # the library declares any buffer; io hands in these two, and the narrower type keeps len() and slices checked
    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            piece = self._next()
            if piece is None:
                return 0
            self._ready = piece
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()


class _Unpacked(_Converted):
    """A compressed file's content, several members included.

    Unlike the standard library's files it hands out everything that comes before a damaged place.
    """

    def __init__(self, source: BinaryIO, make: Callable[[], _Decompressor]) -> None:
        super().__init__(source)
        self._make = make
        self._engine = make()

    def _next(self) -> bytes | None:
        data = self._source.read(1 << 16)
        if self._engine.eof:
            data = (self._engine.unused_data + data).lstrip(b"\0")
            if not data:
                return None
            self._engine = self._make()
        elif not data:
            raise EOFError("the compressed file ends early")
        return self._engine.decompress(data)


class _AsUtf8(_Converted):
    """UTF-16 text as UTF-8."""

    def __init__(self, source: BinaryIO | io.BufferedReader) -> None:
        super().__init__(source)
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")

    def _next(self) -> bytes | None:
        piece = self._source.read(1 << 16)
        text = self._decoder.decode(piece, final=not piece).encode("utf-8", "surrogatepass")
        return text if text or piece else None


def head_of(path: Path) -> bytes:
    """The first bytes of a text, for :func:`detect_dialect`. Raises OSError and what a damaged archive raises."""
    with open_sql(path) as stream:
        return cast(io.BufferedReader, stream).read1(HEAD)
