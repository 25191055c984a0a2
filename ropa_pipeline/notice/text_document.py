"""Reads plain text and Markdown into lines.

Belongs here: what the characters of a line say about its form. Does not belong here: headings that only their
wording gives away (``structure``).
"""

import re

from ropa_pipeline.notice.documents import Line

_NEWLINE = re.compile(r"\r\n|\n|\r")
_ATX = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\(([^()\s]{0,500})[^()]{0,100}\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")


def split_lines(text: str) -> list[str]:
    """Split at line ends only: ``str.splitlines`` also splits at form feeds, which no editor counts.

    >>> split_lines("a\\r\\nb\\x0cc\\n")
    ['a', 'b\\x0cc']
    """
    lines = _NEWLINE.split(text)
    return lines[:-1] if lines and lines[-1] == "" else lines


def read_text(text: str, is_markdown: bool) -> list[Line]:
    """One :class:`Line` per line. Marks of Markdown are taken off where the file is Markdown."""
    rows = split_lines(text)
    if not is_markdown:
        is_markdown = any(_ATX.match(row) for row in rows[:400])
    lines = []
    for number, row in enumerate(rows, start=1):
        level = 0
        if is_markdown:
            heading = _ATX.match(row)
            if heading:
                level, row = len(heading[1]), heading[2]
            elif number < len(rows) and row.strip() and re.fullmatch(r"\s{0,3}(={3,}|-{3,})\s*", rows[number]):
                level = 1 if "=" in rows[number] else 2
            elif re.fullmatch(r"\s{0,3}(={3,}|-{3,}|\*{3,}|_{3,})\s*", row):
                row = ""
            row = _STRONG.sub(r"\2", _LINK.sub(_link_text, row[:20_000]) + row[20_000:])
        lines.append(Line(number=number, text=row, level=level))
    return lines


def _link_text(match: re.Match[str]) -> str:
    text, target = match[1], match[2].removeprefix("mailto:")
    return text if not target or target.startswith("#") or text.strip() == target else f"{text} ({target})"
