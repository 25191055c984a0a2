# ruff: noqa: UP031  (the child is a text with braces)
"""Inputs that were made to fill memory or to end the process: refused in bounded memory and time.

Each is read in a process of its own under a limit of memory; what it said and how much it took is compared.
"""

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from broken_workbooks import sheet_xml, with_parts

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
