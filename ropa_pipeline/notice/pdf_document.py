"""Reads the text layer of a PDF into lines.

Belongs here: pages, encryption, bounds of time. Does not belong here: text recognition of scanned pages.
"""

import io
import logging
import time
from pathlib import Path

from pypdf import PdfReader

from ropa_pipeline.notice.documents import MAX_TEXT_CHARS, Line, NoticeUnreadable
from ropa_pipeline.notice.text_document import split_lines

MAX_PAGES = 200
MAX_SECONDS = 60.0


def read_pdf(path: Path, data: bytes) -> list[Line]:
    """Lines of all pages in order. Raises NoticeUnreadable for a broken, encrypted, endless or textless file."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    place = "file"
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise NoticeUnreadable(path, place, "is encrypted", "Save it without a password")
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise NoticeUnreadable(path, place, f"{pages} pages, more than {MAX_PAGES}", "Give the notice alone")
        rows: list[str] = []
        started = time.monotonic()
        for index in range(pages):
            place = f"page {index + 1}"
            rows.extend(split_lines(reader.pages[index].extract_text() or ""))
            if time.monotonic() - started > MAX_SECONDS or sum(map(len, rows)) > MAX_TEXT_CHARS:
                raise NoticeUnreadable(path, place, "takes too long to read", "Save the notice as text")
    except NoticeUnreadable:
        raise
    except Exception as error:
        # pypdf raises errors of many kinds for broken files; none of its texts helps the reader of ours.
        remedy = "Open it in a viewer and save it again, or save it as text"
        raise NoticeUnreadable(path, place, f"is a broken PDF ({type(error).__name__})", remedy) from error
    return [Line(number=number, text=row) for number, row in enumerate(rows, start=1)]
