# ruff: noqa: E501  (long lines are data)
"""Review workbooks that come back torn, altered, locked, as bombs, or with what nobody was asked for.

Belongs here: the kinds of damage, each a function of the sound workbook's bytes. Does not belong here: the sound
workbook and what must hold (``test_broken_reviews``). ``REFUSED``: nothing of it can be used; ``EITHER``: it may be
read, with a message for each cell, or refused.
"""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from broken import MARKER

Make = Callable[[bytes], bytes]
_STRINGS, _BOOK, _TYPES = "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"
_DTD = '<!DOCTYPE a [<!ENTITY a0 "xxxxxxxxxx">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


@dataclass(frozen=True)
class Damage:
    """``says``: words of the message where the workbook must be refused; empty where it may also be read."""

    make: Make
    says: str = ""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(held: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _part(name: str, change: Callable[[bytes], bytes]) -> Make:
    return lambda data: zipped({**parts(data), name: change(parts(data).get(name, b""))})


def _without(name: str) -> Make:
    return lambda data: zipped({part: held for part, held in parts(data).items() if part != name})


def _more(name: str, content: bytes) -> Make:
    return lambda data: zipped({**parts(data), name: content})


def sheet(number: int, change: Callable[[str], str]) -> Make:
    return _part(f"xl/worksheets/sheet{number}.xml", lambda xml: change(xml.decode()).encode())


def _cut(tenths: int) -> Make:
    return lambda data: data[: len(data) * tenths // 10]


def _noise(seed: int) -> Make:
    def make(data: bytes) -> bytes:
        chance, held = random.Random(seed), bytearray(data)
        for _ in range(1 + seed % 5):
            held[chance.randrange(len(held))] ^= 1 + chance.randrange(255)
        return bytes(held)

    return make


def _field(offset: int, value: bytes) -> Make:
    """Every part's entry in the list of parts says something else."""

    def make(data: bytes) -> bytes:
        held, at = bytearray(data), 0
        while (at := held.find(b"PK\x01\x02", at)) >= 0:
            held[at + offset : at + offset + len(value)] = value
            at += 4
        return bytes(held)

    return make


def _last(data: bytes, offset: int, value: bytes) -> bytes:
    end = data.rindex(b"PK\x05\x06")
    return data[: end + offset] + value + data[end + offset + len(value) :]


def _cell(text: str, kind: str = "inlineStr") -> Callable[[str], str]:
    """A text in the last cells of the first row below the headings."""
    inner = f"<is><t>{text}</t></is>" if kind == "inlineStr" else text
    return lambda xml: re.sub(r'<c r="([O-R])4"[^>]*?(?:/>|>.*?</c>)', rf'<c r="\g<1>4" t="{kind}">{inner}</c>', xml)


def _prolog(text: str) -> Callable[[bytes], bytes]:
    return lambda xml: re.sub(rb"^(<\?xml.*?\?>)?", lambda found: found[0] + text.encode(), xml, count=1)


_NO_WORKBOOK = "not an Excel workbook"
_AGAIN = "Export again"

TORN: Mapping[str, Damage] = {
    **{f"cut at {tenths} tenths": Damage(_cut(tenths), _NO_WORKBOOK) for tenths in (1, 3, 5, 7, 9)},
    "nothing": Damage(lambda _: b"", _NO_WORKBOOK),
    "four bytes": Damage(lambda data: data[:4], _NO_WORKBOOK),
    "without its last byte": Damage(lambda data: data[:-1], _NO_WORKBOOK),
    "without its list of parts": Damage(lambda data: data[: data.index(b"PK\x01\x02")], _NO_WORKBOOK),
    "a list of parts elsewhere": Damage(lambda data: _last(data, 16, struct.pack("<I", 7)), _NO_WORKBOOK),
    "more parts than there are": Damage(lambda data: _last(data, 8, b"\xff\xff\xff\xff")),
    "a list that is longer": Damage(lambda data: _last(data, 12, struct.pack("<I", 1 << 31)), _NO_WORKBOOK),
    "text": Damage(lambda _: f"source,table,{MARKER}\n".encode(), _NO_WORKBOOK),
    "noise": Damage(lambda _: random.Random(1).randbytes(4000), _NO_WORKBOOK),
    "noise after a first block": Damage(lambda data: data[:60] + random.Random(2).randbytes(4000), _NO_WORKBOOK),
    "an old workbook": Damage(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, _NO_WORKBOOK),
    "parts that are encrypted": Damage(_field(8, b"\x01\x00"), _NO_WORKBOOK),
    "a way to compress that nobody knows": Damage(_field(10, b"\x63\x00"), _NO_WORKBOOK),
    "LZMA that is none": Damage(_field(10, b"\x0e\x00"), _NO_WORKBOOK),
    "bzip2 that is none": Damage(_field(10, b"\x0c\x00"), _NO_WORKBOOK),
    "stored that is deflated": Damage(_field(10, b"\x00\x00"), _NO_WORKBOOK),
    "sums that do not fit": Damage(_field(16, b"abcd"), _NO_WORKBOOK),
    "sizes of nothing": Damage(_field(24, b"\0\0\0\0"), _NO_WORKBOOK),
    "sizes beyond everything": Damage(_field(24, b"\xfe\xff\xff\xff"), "unpacks to more"),
    "parts that begin elsewhere": Damage(_field(42, b"\x07\0\0\0"), _NO_WORKBOOK),
    **{f"flipped bytes {seed}": Damage(_noise(seed)) for seed in range(60)},
}
PARTS: Mapping[str, Damage] = {
    "an empty archive": Damage(lambda _: zipped({}), _NO_WORKBOOK),
    "another kind of document": Damage(lambda _: zipped({"word/document.xml": b"<a/>"}), _NO_WORKBOOK),
    **{f"without {name}": Damage(_without(name)) for name in (
        _BOOK, _TYPES, _STRINGS, "xl/styles.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "docProps/custom.xml",
        "docProps/core.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml")},
    **{f"{what} for {name}": Damage(_part(name, lambda _, held=held: held))  # type: ignore[misc]
       for name in (_BOOK, _TYPES, _STRINGS, "xl/styles.xml", "xl/worksheets/sheet2.xml", "docProps/custom.xml")
       for what, held in (("noise", random.Random(3).randbytes(700)), ("nothing", b""), ("another root", b"<a><b/></a>"),
                          ("half a tag", b"<?xml version='1.0'?><worksh"))},
    **{f"a half of {name}": Damage(_part(name, lambda held: held[: len(held) // 2]))
       for name in (_BOOK, _TYPES, _STRINGS, "xl/styles.xml", "xl/worksheets/sheet2.xml")},
    "macros": Damage(_more("xl/vbaProject.bin", b"x"), "holds macros"),
    "more parts than a workbook has": Damage(
        lambda data: zipped({**parts(data), **{f"xl/media/{number}.png": b"" for number in range(600)}}), "500 parts"),
    "links to other workbooks": Damage(_more("xl/externalLinks/externalLink1.xml", b"<externalLink/>")),
    "a part called after a place": Damage(_more("../../../../tmp/evil", b"x")),
    "a part twice": Damage(lambda data: data[: data.index(b"PK\x01\x02")] + zipped(parts(data))),
}  # fmt: skip
CELLS: Mapping[str, Damage] = {
    "a formula": Damage(sheet(2, _cell(f"<f>HYPERLINK(&quot;http://evil.example.net/{MARKER}&quot;)</f><v>1</v>", "str"))),
    "a formula as a text": Damage(sheet(2, _cell("=1+1"))),
    "an error": Damage(sheet(2, _cell("<v>#REF!</v>", "e"))),
    "a text of 100,000 letters": Damage(sheet(2, _cell("x" * 100_000))),
    "control characters": Damage(sheet(2, _cell("a_x0007__x001B_[2J"))),
    "a character that XML forbids": Damage(sheet(2, _cell("a\x07b")), _AGAIN),
    "an entity that nobody declared": Damage(sheet(2, _cell("&other;")), _AGAIN),
    "half a pair": Damage(sheet(2, _cell("&#xD800;")), _AGAIN),
    "a boolean that is none": Damage(sheet(2, _cell("<v>perhaps</v>", "b"))),
    "a number that is none": Damage(sheet(2, _cell("<v>1e999</v>", "n"))),
    "not a number": Damage(sheet(2, _cell("<v>NaN</v>", "n"))),
    "a date beyond time": Damage(sheet(2, _cell("<v>99999999999999</v>", "d"))),
    "a string that is not there": Damage(sheet(2, _cell("<v>999999</v>", "s"))),
    "a string below nothing": Damage(sheet(2, _cell("<v>-5</v>", "s"))),
    "a kind that nobody knows": Damage(sheet(2, _cell("<v>1</v>", "zz"))),
    "cells at no place": Damage(sheet(2, lambda xml: re.sub(r'<c r="[A-Z]+\d+"', "<c", xml))),
    "cells at an impossible place": Damage(sheet(2, lambda xml: xml.replace('r="A4"', 'r="ZZZZZZ9999999"'))),
    "a row of the number nothing": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="0"'))),
    "a row below nothing": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="-4"'))),
    "a row that is no number": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="four"'))),
    "a row far below": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="1048576"'))),
    "a row beyond the sheet": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="999999999999"'))),
    "rows that run backwards": Damage(sheet(2, lambda xml: xml.replace('<row r="4"', '<row r="2"'))),
    "a dimension of everything": Damage(
        sheet(2, lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml))),
    "a dimension of nothing": Damage(sheet(2, lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="x"', xml))),
    "no rows": Damage(sheet(2, lambda xml: re.sub(r"<sheetData>.*</sheetData>", "<sheetData/>", xml, flags=re.S)), _AGAIN),
    "a hidden sheet without a word": Damage(
        _part(_BOOK, lambda xml: xml.replace(b'name="_ropa"', b'name="_rop"')), "hidden sheet was removed"),
    "two sheets of one name": Damage(
        _part(_BOOK, lambda xml: xml.replace(b'name="Proposals"', b'name="Columns"')), "is missing"),
}  # fmt: skip
_LONG = b" " * 5_000
ENTITIES: Mapping[str, Damage] = {
    "a billion laughs": Damage(_part("xl/worksheets/sheet2.xml", _prolog(_DTD)), "XML entities"),
    "a billion laughs in the strings": Damage(_part(_STRINGS, _prolog(_DTD)), "XML entities"),
    "a billion laughs in the list of sheets": Damage(_part(_BOOK, _prolog(_DTD)), "XML entities"),
    "a billion laughs far behind": Damage(
        lambda data: _part("xl/worksheets/sheet2.xml", _prolog(f"<!--{'x' * 5_000}-->{_DTD}"))(
            sheet(2, lambda xml: xml.replace(">Columns<", ">&a9;<"))(data)), _AGAIN),
    "an entity from a file": Damage(
        _part("xl/worksheets/sheet2.xml", _prolog('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>')), "XML entities"),
    "an entity from a file, far behind": Damage(
        lambda data: _part("xl/worksheets/sheet2.xml", _prolog(
            f'<!--{"x" * 5_000}--><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'))(
            sheet(2, _cell("&b;"))(data)), _AGAIN),
    "entities in UTF-16": Damage(
        _part("xl/worksheets/sheet2.xml", lambda xml: _prolog(_DTD)(xml[xml.index(b"<worksheet"):]).decode().encode("utf-16")),
        "XML entities"),
}  # fmt: skip


def _repeated(piece: bytes, megabytes: int) -> bytes:
    return piece * (megabytes * 1_000_000 // len(piece))


def _rows(piece: bytes, megabytes: int) -> Callable[[bytes], bytes]:
    return lambda xml: xml.replace(b"</sheetData>", _repeated(piece, megabytes) + b"</sheetData>")


BOMBS: Mapping[str, Damage] = {
    "a picture of 150 megabytes": Damage(_more("xl/media/a.png", _repeated(b"\0", 150)), "unpacks to more"),
    "strings without number": Damage(
        _part(_STRINGS, lambda _: b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
              + _repeated(b"<si><t>a</t></si>", 250) + b"</sst>"), "unpacks to more"),
    "styles without number": Damage(
        _part("xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", _repeated(b"<xf/>", 200) + b"</cellXfs>")), "unpacks to more"),
    "rows without number": Damage(_part("xl/worksheets/sheet2.xml", _rows(b"<row><c><v>1</v></c></row>", 50)), "more than"),
    "cells without number": Damage(_part("xl/worksheets/sheet2.xml", _rows(b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>", 50))),
    "empty rows without number": Damage(_part("xl/worksheets/sheet2.xml", _rows(b"<row/>", 50))),
    "tags without number": Damage(_part("xl/worksheets/sheet2.xml", _rows(b"<x/>", 50))),
    "hidden words without number": Damage(
        lambda data: zipped({name: (_rows(b'<row><c t="str"><v>x</v></c></row>', 50)(held)
                                    if name.startswith("xl/worksheets/") else held) for name, held in parts(data).items()}),
        "unpacks to more"),
    "one text of 50 megabytes": Damage(sheet(2, _cell("x" * 50_000_000))),
    "tags in tags": Damage(_part("xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", b"<x>" * 200_000 + b"</x>" * 200_000 + b"</sheetData>"))),
}  # fmt: skip
DAMAGES: Mapping[str, Damage] = {**TORN, **PARTS, **CELLS, **ENTITIES}
