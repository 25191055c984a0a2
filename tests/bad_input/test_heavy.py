# ruff: noqa: UP031  (the child is a text with braces)
"""Inputs that were made to fill memory or to end the process: refused in bounded memory and time.

Each is read in a process of its own under a limit of memory; what it said and how much it took is compared.
"""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from broken_workbooks import sheet_xml, with_parts

from connectors.workbook_text import text_held

_SHEET = "xl/worksheets/sheet1.xml"
_LIMIT = 1_500_000_000
_CHILD = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (%d, %d))
from datetime import date
from connectors import registry
from ropa_pipeline.classify.values import profile_values
from ropa_pipeline.model.observation import SourceRequest, SourceUnavailable
path, connector = sys.argv[1:]
request = SourceRequest(controller_id="a", source_id="s", system="x", connector=connector, location=path,
                        shown_location=path.rpartition("/")[2], as_of=date(2026, 11, 1))
started = time.process_time()
try:
    told = [problem.message for problem in registry.observe(request, profile_values).problems]
except SourceUnavailable as error:
    told = [error.problem.message]
# ru_maxrss only where there is no /proc: on Linux it keeps, across exec, the size of the process that started this one
try:
    taken = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
except OSError:
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"told": told, "megabytes": taken // 1024, "seconds": time.process_time() - started}))
""" % (_LIMIT, _LIMIT)


def read(path: Path, connector: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), connector],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert "panicked" not in done.stderr
    assert "Traceback" not in done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ99999", "A1048576"])
def test_cells_far_apart_do_not_end_the_process(tmp_path: Path, place: str) -> None:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = sheet_xml().replace("</sheetData>", f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>')
    path = tmp_path / "far.xlsx"
    path.write_bytes(with_parts({_SHEET: far.encode()}))
    found = read(path, "table_export")
    assert bool(found["told"]) == (place != "A1048576")
    assert all("too far apart" in str(text) for text in found["told"])  # type: ignore[attr-defined]


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def pointing(length: int, cells: int) -> bytes:
    """XLSX: one shared text, and many cells that point to it."""
    row = '<row r="{0}"><c r="A{0}" t="s"><v>0</v></c></row>'
    rows = "".join(row.format(place) for place in range(1, cells + 1))
    return with_parts(
        {
            _SHEET: f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>".encode(),
            "xl/sharedStrings.xml": f"<sst {_MAIN}><si><t>{'x' * length}</t></si></sst>".encode(),
        }
    )


def repeating(length: int, rows: int) -> bytes:
    """ODS: one cell, and how often its row is repeated."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )

    def row(text: str, times: int) -> str:
        cell = f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        return f'<table:table-row table:number-rows-repeated="{times}">{cell}</table:table-row>'

    # the last row is how every office program ends a sheet
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">'
        f"{row('Name', 1)}{row('x' * length, rows)}"
        '<table:table-row table:number-rows-repeated="1030000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("file", "make"), [("a.xlsx", pointing), ("a.ods", repeating)], ids=["cells that point", "rows that repeat"]
)
def test_a_text_kept_once_for_many_cells_does_not_end_the_process(
    tmp_path: Path, file: str, make: Callable[[int, int], bytes]
) -> None:
    """Fifty kilobytes that a reader of sheets copies into ten gigabytes; the same file with a short text is read."""
    path = tmp_path / file
    path.write_bytes(make(9, 10_000))
    sound = read(path, "table_export")
    assert sound["told"] == []
    path.write_bytes(make(1_000_000, 10_000))
    assert path.stat().st_size < 100_000
    found = read(path, "table_export")
    assert "more than 500,000,000 bytes of text" in str(found["told"])
    assert int(str(found["megabytes"])) < 2 * int(str(sound["megabytes"]))


def test_the_text_of_xlsb_is_counted_as_well() -> None:
    text = b"\x13\x64" + bytes(100)  # record 19, a shared text of a hundred bytes
    cell = b"\x07\x0c" + bytes(12)  # record 7, a cell that points to the first one
    parts = {"xl/sharedStrings.bin": text, "xl/worksheets/sheet1.bin": cell * 50}
    pieces = {name: partial(iter, (data,)) for name, data in parts.items()}
    sizes = {name: len(data) for name, data in parts.items()}
    assert text_held(pieces, sizes, 1_000) == 5_000
    assert text_held(pieces, sizes, 10_000) == 0, "a glance at the sizes is enough"


@pytest.mark.parametrize(
    "line", [lambda count: ";".join(["Name"] * count), lambda count: "Name" + ";" * count], ids=["one name", "no names"]
)
def test_twice_the_headings_take_about_twice_the_time(tmp_path: Path, line: Callable[[int], str]) -> None:
    def took(count: int) -> float:
        path = tmp_path / f"{count}.csv"
        path.write_text(line(count) + "\n", "utf-8")
        return float(str(read(path, "table_export")["seconds"]))

    once, twice = took(6_000), took(12_000)
    # What is quadratic takes four times as long; a tenth of a second is noise.
    assert twice < 3 * once + 0.1


@pytest.mark.slow
def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The list of parts says a kilobyte; the part unpacks to two gigabytes."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = b"".join(engine.compress(b" " * 10_000_000) for _ in range(200)) + engine.flush()
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(with_parts({"xl/worksheets/sheet2.xml": b"x" * 1000}))
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet2.xml")
        start, names = archive.start_dir, [part for part in archive.infolist() if part.filename != info.filename]
    data = path.read_bytes()
    head = info.header_offset + 30 + len(info.filename)
    body = data[:head] + packed
    lists = data[start:]
    at = lists.index(b"xl/worksheets/sheet2.xml") - 46
    lists = lists[: at + 20] + struct.pack("<I", len(packed)) + lists[at + 24 :]
    end = lists.rindex(b"PK\x05\x06")
    lists = lists[: end + 16] + struct.pack("<I", len(body)) + lists[end + 20 :]
    assert names
    path.write_bytes(body + lists)
    found = read(path, "table_export")
    assert "longer than the workbook says" in str(found["told"])
    assert int(str(found["megabytes"])) < 600


@pytest.mark.slow
@pytest.mark.parametrize("connector", ["table_export", "sql_dump"])
def test_a_line_of_a_gigabyte_is_left_out_or_refused(tmp_path: Path, connector: str) -> None:
    path = tmp_path / ("line.csv" if connector == "table_export" else "line.sql")
    piece = b"x" * (1 << 20)
    with path.open("wb") as stream:
        stream.write(b"Name;Email\n1;2\n" if connector == "table_export" else b"CREATE TABLE `a` (`b` int);\nINSERT '")
        for _ in range(1024):
            stream.write(piece)
    found = read(path, connector)
    path.unlink()
    assert found["told"]
    assert path.name in str(found["told"])
    assert int(str(found["megabytes"])) < 1200
