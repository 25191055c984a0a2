"""Notices that are no texts, are torn, locked or endless, or were made to keep a reader busy.

Belongs here: small generators; ``ends`` is the word of the message, or "read". Does not belong here: reading them.
"""

import io
import random
import zipfile
from collections.abc import Iterator
from functools import cache

import docx
from broken import MARKER
from pypdf import PdfWriter

Notice = tuple[str, str, bytes, bool]
"""Name, file, content, and whether it may be read."""


@cache
def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(f"We keep orders of {MARKER} for five years.")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _docx_with(part: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_docx())) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename != part:
                new.writestr(item.filename, old.read(item))
        new.writestr(part, content)
    return stream.getvalue()


@cache
def _pdf(locked: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    if locked:
        writer.encrypt("secret")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def texts() -> Iterator[Notice]:
    yield "nothing", "notice.txt", b"", False
    yield "blanks", "notice.txt", b" \n\t\n" * 100, False
    yield "noise", "notice.txt", random.Random(1).randbytes(5000), False
    yield "zeros", "notice.txt", b"\0" * 5000, False
    yield "a line of a million letters", "notice.txt", b"x" * 1_000_000, False
    yield "a text of a million letters", "notice.txt", b"We keep orders.\n" * 70_000, False
    yield "nine megabytes", "notice.txt", b"x" * 9_000_000, False
    yield "UTF-16 with a mark", "notice.txt", f"We keep orders of {MARKER}.".encode("utf-16"), True
    yield "UTF-16 without a mark", "notice.txt", "We keep orders.".encode("utf-16-le"), False
    yield "UTF-8 cut in a letter", "notice.txt", "Saugome užsakymus š".encode()[:-1], True
    yield "undefined bytes", "notice.txt", b"We keep orders \x81\x8d\x8f.", True
    yield "control characters", "notice.txt", b"We keep \x1b[31morders\x07 for 5 years.\r\r\n", True
    yield "RTF", "notice.rtf", b"{\\rtf1 We keep orders}", False
    yield "an old Word file", "notice.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, False


def busy_texts() -> Iterator[Notice]:
    for name, piece in {
        "brackets": "(" * 300, "stars": "**" * 150, "links": "[a](" * 75, "numbers": "9" * 300, "commas": "a, " * 100,
        "dots": "1.1." * 75, "dates": "2026-" * 60, "at signs": "a@" * 150, "marks of direction": "\u202e\u200b" * 150,
        "periods": "5 years or " * 27, "headings": "#" * 300, "cookies": "_ga " * 75, "quotes": "\"'" * 150,
        "blanks": " \u00a0" * 150, "accents": "e\u0301" * 150,
    }.items():  # fmt: skip
        yield f"lines of {name}", "notice.md", (piece + "\n").encode() * 12, True
        yield f"one line of {name}", "notice.txt", (piece * 4).encode(), True


def pages() -> Iterator[Notice]:
    start = f"<html><body><p>We keep orders of {MARKER}.</p>"
    for name, text, may in (
        ("unclosed tags", start + "<div>" * 50_000, True),
        ("unclosed cells", start + "<table><tr><td>" * 20_000, True),
        ("an unclosed script", "<html><script>" + "x" * 100_000, False),
        ("an unclosed comment", start + "<!--" + "x" * 100_000, True),
        ("many unclosed comments", start + "<!-- " * 50_000, True),
        ("many openings of CDATA", start + "<![CDATA[" * 30_000, True),
        ("many unclosed end tags", start + "</a" * 50_000, True),
        ("many unclosed starts", start + "<a " * 50_000, True),
        ("many lone brackets", start + "<" * 200_000, True),
        ("many attributes", start + "<a " + "b=c " * 50_000, True),
        ("many entities", start + "&" * 100_000, True),
        ("many questions", start + "<?" * 50_000, True),
        ("entities of its own", '<!DOCTYPE html [<!ENTITY a "b">]><html>&a;</html>', False),
        ("no text", "<html><body><img src=x></body></html>", False),
        ("impossible letters", start + "&#xD800;&#0;&#x110000;&#99999999999;</body></html>", True),
    ):
        yield f"a page with {name}", "notice.html", text.encode(), may


def documents() -> Iterator[Notice]:
    data = _docx()
    for tenths in (1, 4, 7, 9):
        yield f"a DOCX cut at {tenths} tenths", "notice.docx", data[: len(data) * tenths // 10], False
    body = "word/document.xml"
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]>'
    yield "a DOCX with noise for its text", "notice.docx", _docx_with(body, random.Random(2).randbytes(300)), False
    yield "a DOCX with nothing for its text", "notice.docx", _docx_with(body, b""), False
    yield "a DOCX with entities", "notice.docx", _docx_with(body, bomb + b"<a>&b;</a>"), False
    yield "a DOCX with a part of 80 megabytes", "notice.docx", _docx_with("word/x.xml", b"0" * 80_000_000), False
    yield (
        "a workbook as a notice",
        "notice.docx",
        _docx_with("xl/workbook.xml", b"<a/>").replace(b"word/document", b"word/Document"),
        False,
    )
    for seed in range(5):
        flipped = bytearray(data)
        for place in range(8):
            flipped[random.Random(seed * 50 + place).randrange(len(data))] ^= 0x55
        yield f"a DOCX with flipped bytes {seed}", "notice.docx", bytes(flipped), True
    pdf = _pdf()
    yield "a PDF without text", "notice.pdf", pdf, False
    yield "a locked PDF", "notice.pdf", _pdf(locked=True), False
    yield "a PDF of a first line", "notice.pdf", b"%PDF-1.7\n", False
    for tenths in (2, 5, 8):
        yield f"a PDF cut at {tenths} tenths", "notice.pdf", pdf[: len(pdf) * tenths // 10], False
    yield "a PDF of noise", "notice.pdf", b"%PDF-1.7\n" + random.Random(3).randbytes(4000), False
    turning = pdf.replace(b"/Type /Pages", b"/Type /Pages /Parent 2 0 R /X 1")
    yield (
        "a PDF whose pages hold themselves",
        "notice.pdf",
        turning.replace(b"/Kids [ 4 0 R ]", b"/Kids [ 1 0 R ]"),
        False,
    )
    yield "a PDF of a billion pages", "notice.pdf", pdf.replace(b"/Count 1", b"/Count 999999999"), False


GENERATORS = (texts, busy_texts, pages, documents)
