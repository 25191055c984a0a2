"""Reads HTML into lines: one line per block, list item or table row.

Belongs here: the form of a page. Does not belong here: encodings (``documents``). The page is read as a stream of
events: a tree of a page with a hundred thousand unclosed tags would overflow the stack.
"""

import re
import time
from html.parser import HTMLParser
from pathlib import Path

from ropa_pipeline.notice.documents import MAX_TEXT_CHARS, Line, NoticeUnreadable

_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "nav", "select", "iframe", "object", "title"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "ul",
        "caption",
        "br",
        "li",
        "tr",
    ]
)
MAX_SECONDS = 10.0
_PIECE = 4_096
_SPACE = re.compile(r"\s+")


_INLINE = frozenset({"b", "i", "em", "strong", "span", "small", "label"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._text: list[str] = []
        self._cells: list[str] | None = None
        self._in_cell = False
        self._level = 0
        self._closed = ""
        self._is_item = False
        self._skip = ""
        self._skip_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skip:
            self._skip_depth += tag == self._skip
        elif tag in _SKIPPED:
            self._skip, self._skip_depth = tag, 1
        elif tag == "tr":
            self._end_line()
            self._cells = []
        elif tag in ("td", "th"):
            self._end_cell()
            self._cells = self._cells if self._cells is not None else []
            self._in_cell = True
            self._text.clear()
        elif self._cells is not None:
            self._text.append(" ")
        elif re.fullmatch(r"h[1-6]|summary", tag):
            self._end_line()
            self._level = int(tag[1]) if tag[1].isdigit() else 6
        elif tag in _INLINE and self._closed in _INLINE:
            # "<b>Example Ltd</b><i>Ireland</i>": a page's style keeps apart what its text does not.
            self._text.append(", ")
        elif tag in _BLOCKS:
            self._end_line()
            self._is_item = tag == "li" or (self._is_item and tag == "p")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            if href.startswith("mailto:") and "@" in href:
                self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._closed = tag
        if self._skip:
            self._skip_depth -= tag == self._skip
            if not self._skip_depth:
                self._skip = ""
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
        elif self._cells is not None:
            self._text.append(" ")
        elif tag in _BLOCKS or re.fullmatch(r"h[1-6]", tag):
            self._end_line()

    def handle_data(self, data: str) -> None:
        self._closed = ""
        if not self._skip:
            self._text.append(data)

    def _taken(self) -> str:
        text = _SPACE.sub(" ", "".join(self._text)).strip()
        self._text.clear()
        return text

    def _end_line(self) -> None:
        self._end_row()
        text = self._taken()
        if text:
            self.lines.append(
                Line(
                    number=len(self.lines) + 1, text=text, level=self._level, is_item=self._is_item and not self._level
                )
            )
            self._is_item = False
        self._level = 0

    def _end_cell(self) -> None:
        if self._cells is not None and self._in_cell:
            self._cells.append(self._taken())
        self._in_cell = False

    def _end_row(self) -> None:
        if self._cells is None:
            return
        self._end_cell()
        cells, self._cells = tuple(self._cells), None
        self._text.clear()
        if any(cells):
            self.lines.append(Line(number=len(self.lines) + 1, text="\t".join(cells), cells=cells))


def read_html(path: Path, text: str) -> list[Line]:
    """Lines of a page. Scripts, styles and navigation are left out. Raises NoticeUnreadable for an endless page."""
    if "<!ENTITY" in text[:200_000].upper():
        raise NoticeUnreadable(path, "head", "declares entities", "Save the page as plain HTML or text")
    page = _Page()
    started = time.monotonic()
    for start in range(0, len(text), _PIECE):
        page.feed(text[start : start + _PIECE])
        # Python's reader of tags takes quadratic time over a tag that is never closed.
        if time.monotonic() - started > MAX_SECONDS:
            raise NoticeUnreadable(path, f"after line {len(page.lines)}", "a tag without end", "Repair the page")
        if sum(len(part) for part in page._text) > MAX_TEXT_CHARS:
            raise NoticeUnreadable(path, f"after line {len(page.lines)}", "a block without end", "Repair the page")
    if len(page.rawdata) > _PIECE:
        raise NoticeUnreadable(path, f"after line {len(page.lines)}", "a tag or comment without end", "Repair the page")
    page.close()
    page._end_line()
    return page.lines
