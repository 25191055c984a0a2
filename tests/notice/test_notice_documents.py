"""Formats, encodings, and hostile documents: a clear message, within bounds of time and memory."""

import contextlib
import io
import time
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from ropa_pipeline.notice import NoticeUnreadable, numbered_lines
from ropa_pipeline.notice.text_document import split_lines


def _docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    document.add_heading("Retention", level=1)
    for text in paragraphs:
        document.add_paragraph(text)
    document.add_paragraph("Invoices", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Name", "Duration", "_ga", "2 years"), strict=True
    ):
        cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _with_part(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_docx("x"))) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, content if part.filename == name else old.read(part))
    return stream.getvalue()


def _archive(name: str, content: bytes, more: int = 0) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
        for number in range(more):
            archive.writestr(f"word/part{number}.bin", b"")
    return stream.getvalue()


def _blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _text_pdf(*rows: str) -> bytes:
    """A minimal PDF with one page of text."""
    body = b"BT /F1 12 Tf 20 700 Td 14 TL " + b" ".join(f"({row}) Tj T*".encode() for row in rows) + b" ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(body), body),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def _write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_docx_keeps_headings_items_and_table_rows(tmp_path: Path) -> None:
    lines = numbered_lines(_write(tmp_path, "notice.docx", _docx("Kept for 10 years."))).lines
    assert [(line.text, line.level, line.is_item, line.cells) for line in lines] == [
        ("Retention", 1, False, ()),
        ("Kept for 10 years.", 0, False, ()),
        ("Invoices", 0, True, ()),
        ("Name\tDuration", 0, False, ("Name", "Duration")),
        ("_ga\t2 years", 0, False, ("_ga", "2 years")),
    ]


def test_pdf_text_is_read_line_by_line(tmp_path: Path) -> None:
    lines = numbered_lines(
        _write(tmp_path, "notice.pdf", _text_pdf("Retention", "Invoices are kept for 10 years."))
    ).lines
    assert [line.text.strip() for line in lines if line.text.strip()] == [
        "Retention",
        "Invoices are kept for 10 years.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_lithuanian_letters_survive_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = _write(tmp_path, "notice.txt", "Sąskaitų saugojimas: 10 metų, šį kartą".encode(encoding))
    assert numbered_lines(path).lines[0].text == "Sąskaitų saugojimas: 10 metų, šį kartą"


def test_an_html_page_may_declare_its_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="windows-1257"></head><body><p>Sąskaitų ž</p></body></html>'.encode("cp1257")
    assert [line.text for line in numbered_lines(_write(tmp_path, "a.html", page)).lines] == ["Sąskaitų ž"]


HOSTILE = {
    "a missing file": (None, "notice.txt", "No such file"),
    "an empty file": (b"  \n", "notice.txt", "empty"),
    "a line of 10 MB": (b"a" * 10_000_000, "notice.txt", "more than"),
    "a line of 1 MB": (b"word " * 200_000, "notice.txt", "line 1"),
    "binary data": (b"\x01\x00\x02" * 100, "notice.txt", "no text"),
    "an old Word document": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "notice.doc", "old Word"),
    "a PDF without text": (_blank_pdf(), "notice.pdf", "no text"),
    "an encrypted PDF": (_encrypted_pdf(), "notice.pdf", "encrypted"),
    "an archive that is no document": (_archive("other/part.xml", b"<a/>"), "notice.docx", "DOCX"),
    "an archive of many parts": (_archive("word/document.xml", b"<a/>", more=2_100), "notice.docx", "parts"),
    "XML nested too deep": (
        _with_part("word/document.xml", b"<a>" * 100_000 + b"</a>" * 100_000),
        "notice.docx",
        "no readable DOCX",
    ),
    "comments that do not end": (b"<html><body>" + b"<!-- " * 20_000, "notice.html", "no"),
    "a broken PDF": (b"%PDF-1.7\nnothing", "notice.pdf", "broken PDF"),
    "a broken archive": (b"PK\x03\x04nothing", "notice.docx", "DOCX"),
    "a zip bomb": (_with_part("word/document.xml", b"<a>" + b" " * 30_000_000), "notice.docx", "far beyond"),
    "external entities": (
        _with_part("word/document.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'),
        "notice.docx",
        "entities",
    ),
    "entities in HTML": (b'<!DOCTYPE html [<!ENTITY x "y">]><html><p>&x;</p></html>', "notice.html", "entities"),
    "an HTML page without text": (b"<html><body><script>1</script></body></html>", "notice.html", "no text"),
}


@pytest.fixture(scope="module")
def long_notice_takes(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds of processor time in which a long but honest notice is read."""
    page = b"<html><body>" + b"<p>Invoices are kept for 10 years</p>" * 5_000 + b"</body></html>"
    path = _write(tmp_path_factory.mktemp("long"), "long.html", page)
    started = time.process_time()
    numbered_lines(path)
    return time.process_time() - started


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_documents_end_in_a_clear_message(tmp_path: Path, case: str, long_notice_takes: float) -> None:
    data, name, expected = HOSTILE[case]
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    started = time.process_time()
    with pytest.raises(NoticeUnreadable) as caught:
        numbered_lines(path)
    assert time.process_time() - started < 10 * long_notice_takes
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)
    assert caught.value.remedy


def test_deeply_nested_unclosed_html_is_read(tmp_path: Path) -> None:
    page = b"<html><body>" + b"<div><b>" * 50_000 + b"Invoices are kept for 10 years"
    assert [line.text for line in numbered_lines(_write(tmp_path, "a.html", page)).lines] == [
        "Invoices are kept for 10 years"
    ]


@given(st.text(max_size=200))
def test_lines_and_line_ends_together_are_the_text(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert "\n".join(split_lines(text)) == plain.removesuffix("\n")


@given(data=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = _write(tmp_path, "any.txt", data)
    with contextlib.suppress(NoticeUnreadable):
        assert numbered_lines(path).lines
