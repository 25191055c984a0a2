"""Archives of a history that are none, are torn, are altered, lead elsewhere, or are bombs.

Belongs here: one small generator per kind of damage, made from a sound archive. Does not belong here: the sound archive
(``conftest``) and what must hold (``test_broken_archives``).
"""

import copy
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_BLOCK = tarfile.BLOCKSIZE


@dataclass(frozen=True)
class BrokenArchive:
    """An archive, and words that the message must hold."""

    name: str
    data: bytes
    says: str


@dataclass(frozen=True)
class Sound:
    """A sound archive of one controller: as it is, without gzip, and its files by name."""

    packed: bytes
    tar: bytes
    files: dict[str, bytes]

    @classmethod
    def of(cls, packed: bytes) -> "Sound":
        tar = gzip.decompress(packed)
        with tarfile.open(fileobj=io.BytesIO(tar)) as held:
            files = {item.name: (held.extractfile(item) or io.BytesIO()).read() for item in held.getmembers()}
        return cls(packed, tar, files)

    @property
    def offsets(self) -> tuple[int, ...]:
        """Where the heading of each file begins; a further one before it tells the time to a part of a second."""
        with tarfile.open(fileobj=io.BytesIO(self.tar)) as held:
            return tuple(item.offset_data - _BLOCK for item in held.getmembers())


ArchiveGenerator = Callable[[Sound], Iterator[BrokenArchive]]


def packed(tar: bytes) -> bytes:
    return gzip.compress(tar, compresslevel=1, mtime=0)


def with_members(sound: Sound, *members: tuple[tarfile.TarInfo, bytes], first: bool = False) -> bytes:
    """The sound archive with members of a kind that no backup holds."""
    stream = io.BytesIO()
    own = [(_file(name, len(data)), data) for name, data in sound.files.items()]
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for info, data in (*members, *own) if first else (*own, *members):
            tar.addfile(info, io.BytesIO(data))
    return packed(stream.getvalue())


def _file(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname, info.mode = size, kind, target, 0o600
    return info


def with_header(sound: Sound, number: int, change: Callable[[bytearray], None], sum_fits: bool = True) -> bytes:
    """The sound archive with a change in the heading of its file ``number``; its check sum is made anew, or not."""
    data = bytearray(sound.tar)
    at = sound.offsets[number]
    block = data[at : at + _BLOCK]
    change(block)
    if sum_fits:
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    data[at : at + _BLOCK] = block
    return packed(bytes(data))


def with_history(sound: Sound, line: bytes) -> bytes:
    """The sound archive whose list of releases is this one line."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, data in sound.files.items():
            content = line if name.endswith("history.jsonl") else data
            tar.addfile(_file(name, len(content)), io.BytesIO(content))
    return packed(stream.getvalue())


def no_archives(sound: Sound) -> Iterator[BrokenArchive]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("small/history.jsonl", sound.files["small/history.jsonl"])
    for name, data in {
        "nothing": b"",
        "two bytes": b"\x1f\x8b",
        "text": b"not an archive\n" * 40,
        "noise": random.Random(1).randbytes(5000),
        "zeros": b"\0" * 5000,
        "a tar that is not compressed": sound.tar,
        "a ZIP": zipped.getvalue(),
        "xz for gzip": lzma.compress(sound.tar),
        "gzip in gzip": gzip.compress(sound.packed),
        "gzip of text": gzip.compress(b"select 1;\n" * 900),
        "gzip of noise": gzip.compress(random.Random(2).randbytes(9000)),
        "gzip of nothing": gzip.compress(b""),
        "a heading of gzip alone": sound.packed[:10],
        "a reserved way to compress": sound.packed[:2] + b"\x07" + sound.packed[3:],
        "flags that nobody uses": sound.packed[:3] + b"\xff" + sound.packed[4:],
        "a first block that is none": sound.packed[:10] + b"\xff" * 40 + sound.packed[50:],
    }.items():
        yield BrokenArchive(name, data, "nothing was restored")
    yield BrokenArchive("an archive without a file", packed(b"\0" * 10240), "holds no history")


def torn(sound: Sound) -> Iterator[BrokenArchive]:
    for tenths in range(1, 10):
        cut = sound.packed[: len(sound.packed) * tenths // 10]
        yield BrokenArchive(f"cut at {tenths} tenths", cut, "nothing was restored")
    yield BrokenArchive("without its last byte", sound.packed[:-1], "nothing was restored")
    yield BrokenArchive("without its check sum", sound.packed[:-8], "nothing was restored")
    yield BrokenArchive(
        "with a wrong check sum", sound.packed[:-8] + b"\0\0\0\0" + sound.packed[-4:], "nothing was restored"
    )
    middle = sound.offsets[len(sound.offsets) // 2]
    for name, place in {
        "before a file": middle,
        "in a heading": middle + 100,
        "after a heading": middle + _BLOCK,
        "in a file": middle + _BLOCK + 7,
        "in its last file": sound.offsets[-1] + _BLOCK + 1,
        "in its end": len(sound.tar.rstrip(b"\0")) + 20,
    }.items():
        yield BrokenArchive(f"compressed whole and cut {name}", packed(sound.tar[:place]), "nothing was restored")
    end = sound.offsets[-1] + _BLOCK + -(-len(sound.files[list(sound.files)[-1]]) // _BLOCK) * _BLOCK
    yield BrokenArchive("with one empty block at its end", packed(sound.tar[: end + _BLOCK]), "before its end")
    yield BrokenArchive("with a word after its end", packed(sound.tar + b"more".ljust(_BLOCK, b"\0")), "damaged")


def altered(sound: Sound) -> Iterator[BrokenArchive]:
    middle = len(sound.offsets) // 2

    def write(start: int, text: bytes) -> Callable[[bytearray], None]:
        def change(block: bytearray) -> None:
            block[start : start + len(text)] = text

        return change

    noisy = with_header(sound, middle, write(20, b"x"), sum_fits=False)
    yield BrokenArchive("a heading whose sum is wrong", noisy, "damaged")
    first = with_header(sound, 0, write(20, b"x"), sum_fits=False)
    yield BrokenArchive("a first heading whose sum is wrong", first, "nothing was restored")
    for name, field in {
        "below nothing": b"\xff" * 12,
        "far below nothing": b"\xff" + struct.pack(">q", -(1 << 40)).rjust(11, b"\xff"),
        "of eight terabytes": b"77777777777\0",
        "beyond every disk": b"\x80" + b"\x7f" * 11,
        "that is no number": b"size of all\0",
        "of nothing": b"00000000000\0",
        "of one byte": b"00000000001\0",
    }.items():
        yield BrokenArchive(f"a size {name}", with_header(sound, middle, write(124, field)), "nothing was restored")
    for name, kind in {"a link": b"2", "a fixed link": b"1", "a character device": b"3", "a block device": b"4",
                       "a pipe": b"6", "a sparse file": b"S", "an unknown kind": b"Z"}.items():  # fmt: skip
        changed = with_header(sound, middle, write(156, kind))
        yield BrokenArchive(f"a file that is {name} now", changed, "nothing was restored")
    chain = sound.files["small/history.jsonl"]
    other = chain.replace(b'"content_hash":"', b'"content_hash":"0', 1)
    yield BrokenArchive("a changed history", with_history(sound, other), "line 1")
    yield BrokenArchive("half a history", with_history(sound, chain[: len(chain) // 2]), "of the history")
    yield BrokenArchive("a history of noise", with_history(sound, random.Random(3).randbytes(3000)), "line 1")
    yield BrokenArchive("a history of brackets", with_history(sound, b"[" * 100_000 + b"\n"), "line 1")
    yield BrokenArchive("half a pair", with_history(sound, b'{"number": 1, "a": "\\ud800"}\n'), "line 1")
    yield BrokenArchive("a huge number", with_history(sound, b'{"number": ' + b"9" * 6000 + b"}\n"), "line 1")
    for target in ("/etc/passwd", "../../../../../etc/passwd", "/dev/zero", "x" * 400, "a\0b", ""):
        hostile = with_history(sound, _naming(chain, target))
        yield BrokenArchive(f"a history that vouches for {target[:30]!r}", hostile, "outside of the history")


def _naming(chain: bytes, target: str) -> bytes:
    """The first snapshot's line with another name for its first file, and its own hash right."""
    from ropa_pipeline.publish.chain import canonical, hash_line

    lines = [json.loads(raw) for raw in chain.splitlines()]
    body = copy.deepcopy(next(line for line in lines if line["entry"]["kind"] == "snapshot"))
    body["entry"]["files"][0]["name"] = target
    body["number"], body["previous_hash"] = 1, ""
    body["line_hash"] = hash_line(body)
    return canonical(body).encode() + b"\n"


def leading_elsewhere(sound: Sound) -> Iterator[BrokenArchive]:
    for name in ("../evil", "../../evil/x", "/tmp/evil", "small/../../evil", "small/./x", "small//x", "..", "small/..",
                 "small/snapshots/\\..\\x", "C:\\evil", "small/a\nb", "small/a b", "small/\x1b[2J", "small/.hidden",
                 ".hidden/history.jsonl", "-rf/history.jsonl", "history.jsonl", "small/a/b/c/d/e", "small/" + "x" * 300,
                 "small/\u202egpj", "small/" + "x/" * 60 + "x"):  # fmt: skip
        evil = with_members(sound, (_file(name, 3), b"qzq"), first=len(name) % 2 == 0)
        yield BrokenArchive(f"a file called {name[:30]!r}", evil, "nothing was restored")
    for name, kind, target in (
        ("a link to elsewhere", tarfile.SYMTYPE, "/etc"),
        ("a link upwards", tarfile.SYMTYPE, "../.."),
        ("a link within", tarfile.SYMTYPE, "history.jsonl"),
        ("a fixed link to elsewhere", tarfile.LNKTYPE, "/etc/passwd"),
        ("a fixed link within", tarfile.LNKTYPE, "small/history.jsonl"),
        ("a character device", tarfile.CHRTYPE, ""),
        ("a block device", tarfile.BLKTYPE, ""),
        ("a pipe", tarfile.FIFOTYPE, ""),
    ):
        info = _file("small/snapshots/other", 0, kind, target)
        yield BrokenArchive(name, with_members(sound, (info, b"")), "no plain file")
    through = with_members(
        sound, (_file("small/out", 0, tarfile.SYMTYPE, "/tmp"), b""), (_file("small/out/evil", 3), b"qzq"), first=True
    )
    yield BrokenArchive("a file through a link", through, "no plain file")
    again = (_file("small/history.jsonl", 3), b"qzq")
    yield BrokenArchive("a file twice", with_members(sound, again), "twice")
    capital = (_file("small/History.jsonl", 3), b"qzq")
    yield BrokenArchive("a file twice where letters are one", with_members(sound, capital), "twice")
    upon = (_file("small/history.jsonl/x", 3), b"qzq")
    yield BrokenArchive("a file below a file", with_members(sound, upon), "nothing was restored")


def bombs(sound: Sound) -> Iterator[BrokenArchive]:
    """Small files that say they are large, or become so."""
    zeros = gzip.compress(b"\0" * 10_000_000, compresslevel=9)
    heading = _file("small/history.jsonl", 2_000_000_000).tobuf()
    yield BrokenArchive("a file of two gigabytes of nothing", gzip.compress(heading) + zeros * 200, "unpacks to more")
    yield BrokenArchive("two gigabytes after its end", sound.packed + zeros * 200, "unpacks to more")
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 1_500_000_000
    yield BrokenArchive("a name of a gigabyte", gzip.compress(long.tobuf()) + zeros * 150, "heading of more than")
    pax = tarfile.TarInfo("pax")
    pax.type, pax.size = tarfile.XHDTYPE, 1_500_000_000
    yield BrokenArchive("a gigabyte about a file", gzip.compress(pax.tobuf()) + zeros * 150, "heading of more than")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for number in range(20_000):
            tar.addfile(_file(f"small/snapshots/a/f{number}"))
    yield BrokenArchive("twenty thousand empty files", gzip.compress(stream.getvalue(), 9), "more than")
    sparse = _file("small/history.jsonl", 0)
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 50),
                          "GNU.sparse.name": "small/history.jsonl"}  # fmt: skip
    yield BrokenArchive("a file of holes", with_members(sound, (sparse, b""), first=True), "nothing was restored")


GENERATORS: tuple[ArchiveGenerator, ...] = (no_archives, torn, altered, leading_elsewhere, bombs)
