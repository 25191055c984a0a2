"""Reads a DOCX document into lines: one per paragraph or table row.

Belongs here: the bounds of the archive, its paragraphs and tables. Does not belong here: other office formats.
"""

import io
import zipfile
from pathlib import Path

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from ropa_pipeline.notice.documents import MAX_TEXT_CHARS, Line, NoticeUnreadable

MAX_PARTS = 2000
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200
"""Text packs ten- to twentyfold; a part that packs two hundredfold was made to fill memory."""


def read_docx(path: Path, data: bytes) -> list[Line]:
    """Lines of the document's body in order. Raises NoticeUnreadable for a broken or hostile archive."""
    try:
        _check_archive(path, data)
        document = docx.Document(io.BytesIO(data))
        lines: list[Line] = []
        total = 0
        for item in document.iter_inner_content():
            for line in _lines(item, len(lines) + 1):
                lines.append(line)
                total += len(line.text)
            if total > MAX_TEXT_CHARS:
                raise NoticeUnreadable(path, f"line {len(lines)}", "is too long", "Give the notice alone")
    except NoticeUnreadable:
        raise
    except Exception as error:
        # python-docx and lxml raise errors of many kinds for broken files.
        remedy = "Open it in a word processor and save it again, or save it as text"
        raise NoticeUnreadable(path, "file", f"is no readable DOCX ({type(error).__name__})", remedy) from error
    return lines


def _check_archive(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if "word/document.xml" not in {part.filename for part in parts}:
            raise NoticeUnreadable(path, "archive", "is no DOCX", "Give text, HTML, Markdown, PDF or DOCX")
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            raise NoticeUnreadable(
                path, "archive", f"unpacks to {len(parts)} parts and {unpacked} bytes", "Give the notice alone, as text"
            )
        for part in parts:
            # zipfile never hands out more than the declared size, so the declared size is a bound.
            if part.file_size > 1024 * 1024 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                raise NoticeUnreadable(path, part.filename, "unpacks far beyond its size", "Save the document again")
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    head = stream.read(65_536).upper()
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise NoticeUnreadable(path, part.filename, "declares entities", "Save the document again")


def _lines(item: Paragraph | Table, number: int) -> list[Line]:
    if isinstance(item, Table):
        rows = [tuple(" ".join(cell.text.split()) for cell in row.cells) for row in item.rows]
        return [Line(number=number + index, text="\t".join(cells), cells=cells) for index, cells in enumerate(rows)]
    style = (item.style.style_id or "") if item.style is not None else ""
    level = int(style[-1]) if style.lower().startswith(("heading", "antrat")) and style[-1] in "123456" else 0
    level = 1 if style.lower() == "title" else level
    properties = item._p.pPr
    is_item = style.lower().startswith("list") or (properties is not None and properties.numPr is not None)
    return [
        Line(number=number + index, text=text, level=level, is_item=is_item and not level)
        for index, text in enumerate(item.text.split("\n"))
    ]
