# ruff: noqa: E501  (long lines are data)
"""Workbooks that are none, are torn, are locked, are bombs, or hold what a sheet of rows should not.

Belongs here: one small generator per kind of damage. Does not belong here: bombs of gigabytes (``test_heavy``).
"""

import io
import random
import struct
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache

import openpyxl
from broken import EITHER, MARKER, READ, UNAVAILABLE, Broken, Generator

_SHEET = "xl/worksheets/sheet1.xml"
_COLUMNS = ("Order number", "Customer name", "Email")


@cache
def workbook() -> bytes:
    """A sound workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(_COLUMNS))
    sheet.append([1, MARKER, f"{MARKER}@example.net"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_parts(parts: Mapping[str, bytes], without: str = "") -> bytes:
    """The sound workbook with parts replaced or added, and without one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename not in parts and item.filename != without:
                new.writestr(item.filename, old.read(item))
        for name, data in parts.items():
            new.writestr(name, data)
    return stream.getvalue()


def sheet_xml() -> str:
    """The sound workbook's sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        return archive.read(_SHEET).decode()


def _book(name: str, data: bytes, ends: str, columns: tuple[str, ...] = (), file: str = "a.xlsx") -> Broken:
    return Broken(name, "table_export", file, data, ends, columns)


def torn() -> Iterator[Broken]:
    data = workbook()
    for tenths in (0, 1, 3, 5, 7, 9):
        yield _book(
            f"a workbook cut at {tenths} tenths", data[: len(data) * tenths // 10 + 4 * (tenths == 0)], UNAVAILABLE
        )
    yield _book("a workbook without its last byte", data[:-1], EITHER)
    end = data.rindex(b"PK\x05\x06")
    yield _book("a workbook whose list of parts is gone", data[:end], UNAVAILABLE)
    moved = data[: end + 16] + struct.pack("<I", 7) + data[end + 20 :]
    yield _book("a workbook whose list of parts is elsewhere", moved, UNAVAILABLE)
    many = data[: end + 8] + struct.pack("<HH", 60_000, 60_000) + data[end + 12 :]
    yield _book("a workbook with a wrong count of parts", many, EITHER)
    for seed in range(8):
        noisy = bytearray(data)
        for _ in range(6):
            noisy[random.Random(seed * 100 + _).randrange(len(noisy))] ^= 0x55
        yield _book(f"a workbook with flipped bytes {seed}", bytes(noisy), EITHER)


def parts_gone() -> Iterator[Broken]:
    for part in ("xl/workbook.xml", _SHEET, "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"):
        yield _book(f"a workbook without {part}", with_parts({}, part), EITHER)
    for part in ("xl/workbook.xml", _SHEET, "xl/sharedStrings.xml", "xl/styles.xml"):
        yield _book(f"a workbook with noise for {part}", with_parts({part: random.Random(8).randbytes(500)}), EITHER)
        yield _book(f"a workbook with nothing for {part}", with_parts({part: b""}), EITHER)
    cut = sheet_xml()
    yield _book("a sheet cut in its middle", with_parts({_SHEET: cut[: len(cut) * 2 // 3].encode()}), EITHER)


def locked() -> Iterator[Broken]:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + random.Random(9).randbytes(4000)
    yield _book("a protected workbook, damaged", ole, UNAVAILABLE)
    yield _book("an old workbook, damaged", ole, UNAVAILABLE, (), "a.xls")
    encrypted = bytearray(workbook())
    at = 0
    while (at := bytes(encrypted).find(b"PK\x01\x02", at)) >= 0:
        encrypted[at + 8] |= 1
        at += 4
    yield _book("a workbook whose parts say that they are encrypted", bytes(encrypted), EITHER)


def misnamed() -> Iterator[Broken]:
    yield _book("XLSX named .xls", workbook(), READ, _COLUMNS, "a.xls")
    yield _book("XLSX named .ods", workbook(), READ, _COLUMNS, "a.ods")
    yield _book("XLSX named .xlsb", workbook(), READ, _COLUMNS, "a.xlsb")
    yield _book("text named .xlsx", f"Name;Email\n{MARKER};x\n".encode(), UNAVAILABLE)
    yield _book("a web page named .xls", f"<html><table><tr><td>{MARKER}</table>".encode(), UNAVAILABLE, (), "a.xls")
    yield _book("nothing named .xlsx", b"", UNAVAILABLE)
    yield _book("a DOCX named .xlsx", _zip({"word/document.xml": b"<a/>"}), UNAVAILABLE)
    yield _book("an empty archive named .xlsx", _zip({}), UNAVAILABLE)
    for ending in ("xlsx", "xls", "ods", "xlsb", "xlsm"):
        for seed in range(3):
            yield _book(
                f"noise {seed} named .{ending}", random.Random(seed).randbytes(6000), UNAVAILABLE, (), f"a.{ending}"
            )


def _zip(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def what_a_sheet_should_not_hold() -> Iterator[Broken]:
    xml = sheet_xml()
    row = xml.index("<row")
    yield _book("formulas and links to elsewhere",
                with_parts({_SHEET: xml.replace("</row>", f'<c r="D1"><f>[1]x!A1&amp;"{MARKER}"</f><v>1</v></c></row>', 1).encode(),
                            "xl/externalLinks/externalLink1.xml": b'<externalLink><externalBook r:id="rId1"/></externalLink>'}),
                READ, _COLUMNS)  # fmt: skip
    yield _book("macros", with_parts({"xl/vbaProject.bin": random.Random(1).randbytes(2000)}), READ, _COLUMNS, "a.xlsm")
    bomb = (
        '<!DOCTYPE a [<!ENTITY a0 "x">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
    )
    yield _book(
        "a billion laughs in the sheet",
        with_parts({_SHEET: xml.replace("<worksheet", bomb + "<worksheet", 1).replace("Email", "&a9;").encode()}),
        EITHER,
    )
    strings = f'{bomb}<sst count="1"><si><t>&a9;</t></si></sst>'.encode()
    yield _book("a billion laughs in the strings", with_parts({"xl/sharedStrings.xml": strings}), EITHER)
    yield _book("an entity from a file",
                with_parts({_SHEET: xml.replace("<worksheet", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet', 1)
                            .replace("Email", "&b;").encode()}), EITHER)  # fmt: skip
    yield _book("a sheet that says it has a million rows",
                with_parts({_SHEET: xml.replace('<dimension ref="A1:C2"', '<dimension ref="A1:XFD1048576"').encode()}),
                READ, _COLUMNS)  # fmt: skip
    yield _book(
        "cells without places", with_parts({_SHEET: xml.replace(' r="A1"', "").replace(' r="1"', "").encode()}), EITHER
    )
    yield _book(
        "cells at impossible places",
        with_parts({_SHEET: xml.replace('r="B2"', 'r="ZZZZZZ99999999999"').encode()}),
        EITHER,
    )
    yield _book(
        "strings that are not there", with_parts({_SHEET: xml.replace('t="s"><v>0', 't="s"><v>99999').encode()}), EITHER
    )
    yield _book("no rows", with_parts({_SHEET: (xml[:row] + xml[xml.index("</sheetData>") :]).encode()}), UNAVAILABLE)
    yield _book(
        "a date of the year 99999",
        with_parts({_SHEET: xml.replace("<v>1</v>", "<v>99999999999</v>").encode()}),
        READ,
        _COLUMNS,
    )


def small_bombs() -> Iterator[Broken]:
    zeros = b"0" * 80_000_000
    yield _book("a part that unpacks to 80 megabytes", with_parts({"xl/worksheets/sheet9.xml": zeros}), UNAVAILABLE)
    xml = sheet_xml()
    far = xml.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    yield _book("two cells at the far corners", with_parts({_SHEET: far.encode()}), UNAVAILABLE)


GENERATORS: tuple[Generator, ...] = (
    torn, parts_gone, locked, misnamed, what_a_sheet_should_not_hold, small_bombs,
)  # fmt: skip
