"""Writing the samples so that the same rows are the same bytes.

Belongs here: text tables, workbooks, SQLite databases and gzip without the clock's time and without a
library's version in them. Does not belong here: what stands in the rows.
"""

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

Rows = Iterable[Sequence[object]]
_STAMP = datetime(2026, 11, 1)


def text_table(
    path: Path, headings: Sequence[str], rows: Rows, *, delimiter: str = ";", encoding: str = "utf-8", title: str = ""
) -> None:
    """A delimited text file; ``title`` stands on a row of its own above the headings."""
    stream = io.StringIO()
    if title:
        stream.write(title + "\r\n")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows([headings, *rows])
    path.write_bytes(stream.getvalue().encode(encoding))


def tab_rows(path: Path, rows: Rows, encoding: str) -> None:
    """Rows of tab separated cells without headings, as banks write LITAS-ESIS."""
    lines = ("\t".join(str(cell) for cell in row) + "\r\n" for row in rows)
    path.write_bytes("".join(lines).encode(encoding))


def document(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def compressed(path: Path, text: str) -> None:
    """gzip without a time and a file name in its head."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as out:
        out.write(text.encode("utf-8"))


def workbook(path: Path, sheets: Sequence[tuple[str, Sequence[str], Rows]]) -> None:
    """A workbook with one fixed time in all of its parts."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, headings, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.append(list(headings))
        for row in rows:
            sheet.append(list(row))
    book.properties.creator = "samples"
    book.properties.created = book.properties.modified = _STAMP
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                # saving stamps the clock's time over the one set above
                content = _fixed_times(content)
            member = zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            target.writestr(member, content)


def _fixed_times(core: bytes) -> bytes:
    text = core.decode("utf-8")
    for tag in ("created", "modified"):
        start = text.index(">", text.index(f"<dcterms:{tag}")) + 1
        text = text[:start] + f"{_STAMP:%Y-%m-%dT%H:%M:%SZ}" + text[text.index("<", start) :]
    return text.encode("utf-8")


def database(path: Path, schema: str, tables: Sequence[tuple[str, Rows]]) -> None:
    """A SQLite database without the library's version in its head."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript(schema)
        for name, rows in tables:
            filled = [tuple(row) for row in rows]
            marks = ", ".join("?" * len(filled[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", filled)  # noqa: S608  (our own names)
    connection.execute("VACUUM")
    connection.close()
    content = bytearray(path.read_bytes())
    # bytes 24-27 and 92-95 count changes, 96-99 name the library's version (SQLite file format, 1.3)
    content[24:28] = content[92:96] = (1).to_bytes(4, "big")
    content[96:100] = (3_040_000).to_bytes(4, "big")
    path.write_bytes(bytes(content))
