"""Turns a notice file into numbered lines, whatever its format, within bounds of size and time.

Belongs here: recognising the format, the bounds, the encoding, the one error. Does not belong here: what the
lines mean. One reader per format: ``text_document``, ``html_document``, ``pdf_document``, ``docx_document``.
Lines are numbered in the extracted text; for text and Markdown these are the file's own lines.
"""

import hashlib
import stat
from pathlib import Path

from bs4.dammit import EncodingDetector
from pydantic import ConfigDict

from ropa_pipeline.model.base import Frozen

MAX_FILE_BYTES = 8 * 1024 * 1024
"""A notice with pictures may be some megabytes; a text of that size is none."""
MAX_TEXT_CHARS = 200_000
"""About thirty thousand words: more than any notice, little enough to read within half a minute."""
MAX_LINE_CHARS = 60_000


class NoticeUnreadable(Exception):
    """A file that cannot be read as a notice. The message names the file, the place and the remedy."""

    def __init__(self, path: Path, place: str, matter: str, remedy: str) -> None:
        self.path, self.place, self.matter, self.remedy = path, place, matter, remedy
        super().__init__(f"{path} ({place}): {matter}. {remedy}")


class Line(Frozen):
    """One line of extracted text. ``number`` counts from 1.

    ``level``: 1 to 6 where the format says that it is a heading, else 0. ``is_item``: the format says that it is
    a list item. ``cells``: the cells where the format says that it is a table row.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    number: int
    text: str
    level: int = 0
    is_item: bool = False
    cells: tuple[str, ...] = ()


class Document(Frozen):
    """The extracted text of one file. ``sha256`` is of the file's bytes."""

    sha256: str
    lines: tuple[Line, ...]


def numbered_lines(path: Path) -> Document:
    """Read a file into numbered lines.

    Raises :class:`NoticeUnreadable` for a missing, empty, oversized, encrypted or broken file, for one without
    text, and for a document with external entities.
    """
    from ropa_pipeline.notice.docx_document import read_docx
    from ropa_pipeline.notice.html_document import read_html
    from ropa_pipeline.notice.pdf_document import read_pdf
    from ropa_pipeline.notice.text_document import read_text

    data = _read_bytes(path)
    if data.startswith(b"%PDF"):
        lines = read_pdf(path, data)
    elif data.startswith(b"PK\x03\x04"):
        lines = read_docx(path, data)
    elif data.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise NoticeUnreadable(path, "file", "an old Word or RTF document", "Save it as DOCX, PDF or text")
    elif _looks_like_html(path, data):
        lines = read_html(path, decode(path, data, is_html=True))
    else:
        lines = read_text(decode(path, data), is_markdown=path.suffix.lower() in (".md", ".markdown"))
    _check_bounds(path, lines)
    return Document(sha256=hashlib.sha256(data).hexdigest(), lines=tuple(lines))


def _read_bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            # A pipe would be waited for, and some devices never end.
            raise NoticeUnreadable(path, "file", "this is no file", "Check the path")
        size = found.st_size
        if size > MAX_FILE_BYTES:
            raise NoticeUnreadable(
                path, "file", f"{size} bytes, more than {MAX_FILE_BYTES}", "Give the notice alone, without pictures"
            )
        data = path.read_bytes()
    except OSError as error:
        raise NoticeUnreadable(path, "file", error.strerror or "cannot be opened", "Check the path") from error
    if not data.strip():
        raise NoticeUnreadable(path, "file", "is empty", "Save the notice again")
    return data


def _looks_like_html(path: Path, data: bytes) -> bool:
    head = data[:4096].lower()
    if path.suffix.lower() in (".html", ".htm", ".xhtml", ".mhtml"):
        return True
    return b"<html" in head or b"<!doctype html" in head or (b"<body" in head and b"<div" in head)


def decode(path: Path, data: bytes, is_html: bool = False) -> str:
    """Decode text: byte order mark, declared encoding, UTF-8, then the Baltic and Western code pages.

    Raises :class:`NoticeUnreadable` for binary data.
    """
    if b"\x00" in data[:2048] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NoticeUnreadable(path, "first bytes", "is no text", "Give text, HTML, Markdown, PDF or DOCX")
    stripped, marked = EncodingDetector.strip_byte_order_mark(data)
    declared = EncodingDetector.find_declared_encoding(data, is_html=True) if is_html else None
    for encoding in (marked, "utf-8", declared, "cp1257", "cp1252"):
        if encoding is None:
            continue
        try:
            return stripped.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    # cp1252 leaves five bytes undefined; a text with one of them is still worth reading.
    return stripped.decode("cp1252", errors="replace")


def _check_bounds(path: Path, lines: list[Line]) -> None:
    total = 0
    for line in lines:
        if len(line.text) > MAX_LINE_CHARS:
            raise NoticeUnreadable(
                path,
                f"line {line.number}",
                f"the line has {len(line.text)} characters, more than {MAX_LINE_CHARS}",
                "Give the notice with its paragraphs on lines of their own",
            )
        total += len(line.text)
    if total > MAX_TEXT_CHARS:
        raise NoticeUnreadable(
            path, "text", f"{total} characters, more than {MAX_TEXT_CHARS}", "Give the notice alone, not the whole site"
        )
    if not any(line.text.strip() for line in lines):
        raise NoticeUnreadable(
            path, "text", "holds no text", "If the pages are pictures, run text recognition (OCR) first"
        )
