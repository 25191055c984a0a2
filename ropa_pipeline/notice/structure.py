"""Finds the sections, lists and paragraphs of a notice in its lines.

Belongs here: headings (marked, numbered, or short lines whose wording gives them away), lists and the lead-in
sentence that their items inherit, labels whose value stands on the next line, wrapped lines. Does not belong here:
tables (``tables``) and what a passage says (the readers).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ropa_pipeline.notice.documents import Line
from ropa_pipeline.notice.list_leads import list_topics
from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.words import Words

_BULLET = re.compile(r"^\s*(?:[•◦▪●○‣·∙■□➢✓✔]|[-*+–—](?=\s)|o(?=\s{2,}))\s*")
_NUMBER = re.compile(
    r"^\s*(?:(\d{1,2})(?:((?:\.\d{1,2})+)[.)]?|[.)])|([IVX]{1,5}|[a-z])[.)]|\(([ivx]{1,5}|[a-z]|\d{1,2})\))\s+(?=\S)"
)
_SECTION = re.compile(
    r"^(?:[^\w\s\"„“(*#§.-]+\s*|(?:section|part|chapter|article|§)\s*\d{1,2}\s*[-–—.:]*\s+|\d{1,2}\.?\s+(?:skyrius|dalis)[.:]?\s+)",
    re.IGNORECASE,
)
"""What stands before a heading's words: a picture sign, "Section 3 -", "2 skyrius."."""
_ASKS = re.compile(r"(?:what|how|why|who|whom|where|when|which|kok|kaip|kam|kiek|kod|kas|ko|iki kada|kur|su kuo)")
_ENTRY = re.compile(r"[\"'“„`]?(?:[\w.*-]*[_\d*#][\w.*#-]*|[A-Z]{5,})[\"'”“`]?\s*(?:[–—:(,]|-\s)")
_END = re.compile(r"[.;!:,]\s*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|art|arts|no|nr|st|str|g|d|p|pr|al|pl|k|m|mr|mrs|ms|dr|inc|ltd|co|corp|vs|etc|approx|tel|el|pan|pvz"
    r"|t\.y|t\. y|vol|sec|para|lit|kt|mob|fax|plg|proc|r|min|val|s\.a|u\.s|atn|im|reg)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?…])[\"”“)]?\s+(?=[\"„“(]?[A-ZĄČĘĖĮŠŲŪŽ0-9])|(?<=[a-ząčęėįšųūž]\.)(?=[A-ZĄČĘĖĮŠŲŪŽ][a-z])")
_COMPANY = re.compile(r"(?:^|\s)(?:UAB|MB|AB|LLC|Ltd\.?|Limited|LLP|PLC|GmbH|Inc\.?|OÜ|SIA|B\.V\.)(?:$|\s|[\"„“])")
_ABOUT_NAME_ABOVE = re.compile(r"this (?:data )?(?:processor|controller|company|organi[sz]ation|provider|recipient)\b")
_LABELS = frozenset({"name", "company_code", "vat_code", "address", "email", "phone", "website"})
MAX_SENTENCE = 1500
"""A longer one is no sentence: it is cut, so that the time to read a text grows with its length alone."""
MAX_LEAD = 300
WRAPPED_FROM = 50
"""A line shorter than this was not broken by a page's width."""


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table cell, with what it stands under.

    ``lead``: the sentence that introduces the list; ``parent``: the item that introduces a list within the list;
    ``topics``: what the section is about; ``label``: the words before a colon, a dash or the first full stop.
    ``purposes``: the purposes of the table row that a cell belongs to.
    """

    kind: str
    text: str
    line_from: int
    line_to: int
    section: str
    topics: frozenset[str] = frozenset()
    lead: str = ""
    parent: str = ""
    label: str = ""
    purposes: tuple[str, ...] = ()
    first: bool = False

    @property
    def is_lead(self) -> bool:
        return self.text.rstrip().endswith(":")

    @property
    def body(self) -> str:
        """The text without its label."""
        return self.text[len(self.label) :].lstrip(" .:-–—\t") if self.label else self.text


def sentences(text: str) -> list[str]:
    """Split into sentences; abbreviations of both languages do not end one.

    >>> sentences("See Art. 6(1)(b) GDPR, e.g. Order data. We keep it.")
    ['See Art. 6(1)(b) GDPR, e.g. Order data.', 'We keep it.']
    """
    found: list[str] = []
    start = 0
    for match in _BREAK.finditer(text):
        piece = text[start : match.start()]
        if _ABBREVIATION.search(piece[-12:]):
            continue
        found.append(piece.strip())
        start = match.end()
    found.append(text[start:].strip())
    return [part for piece in found if piece for part in _bounded(piece)]


def _bounded(piece: str) -> list[str]:
    """A sentence in parts of bounded length: what is said within one is compared with all else in it."""
    parts: list[str] = []
    while len(piece) > MAX_SENTENCE:
        end = max(piece.rfind(mark, 0, MAX_SENTENCE) for mark in ("; ", ", ", " "))
        end = end + 1 if end > 0 else MAX_SENTENCE
        parts.append(piece[:end].strip())
        piece = piece[end:].strip()
    return [part for part in (*parts, piece) if part]


_LABEL = re.compile(r"^([^:.;]{2,80}?)(?::\s|\s[-–—]\s|\.\s(?=[A-ZĄČĘĖĮŠŲŪŽ]))")


def label_of(text: str) -> str:
    """The words before a colon, a dash or a first short "sentence" without a verb; empty where there is none.

    >>> label_of("Contact data: e-mail, phone")
    'Contact data'
    """
    match = _LABEL.match(text)
    return match[1].strip() if match and len(match[1].split()) <= 9 else ""


@dataclass
class _State:
    section: str = ""
    topics: frozenset[str] = frozenset()
    parents: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    lead: str = ""
    parent: str = ""
    had_items: bool = False
    in_numbers: int = 0
    lead_depth: int = 0
    indent: int = 0
    parent_indent: int = 0
    lead_topics: frozenset[str] = frozenset()
    blocks: list[Block] = field(default_factory=list)


def blocks_of(lines: Sequence[Line], words: Words, taken: frozenset[int] = frozenset()) -> tuple[Block, ...]:
    """All blocks in order. ``taken``: numbers of lines that belong to tables and are read elsewhere."""
    state = _State()
    rows = [line for line in lines if line.number not in taken]
    index = 0
    while index < len(rows):
        line = rows[index]
        text = " ".join(line.text.split())
        if not text:
            index += 1
            continue
        following = _next_text(rows, index)
        merged = _label_and_value(line, text, rows, index, words)
        if merged is not None:
            index, value = merged
            if words["sections"].is_whole(text) == "dated" or words.cues["dated"].is_whole(text):
                state.section, state.topics, state.lead = text, frozenset({"dated"}), ""
            _add(state, words, "paragraph", f"{text.rstrip(': ')}: {value.text.strip()}", line.number, value.number)
            continue
        if not _runs_on(rows, index, words) and _is_heading(line, text, following, state, words):
            _open_section(state, line, text, words)
            index += 1
            continue
        if words["labels"].is_whole(text.partition(":")[0]) == "organisation":
            content, last = _record(rows, index)
            _add(state, words, "item", content, line.number, rows[last].number)
            index = last + 1
            continue
        is_item, content = _item(line, text, state)
        state.indent = len(line.text) - len(line.text.lstrip())
        if text.endswith(":") and not is_item:
            numbered = _NUMBER.match(text)
            state.lead_depth = (numbered[2] or "").count(".") if numbered else 0
        last = index
        while last + 1 < len(rows) and _continues(rows, last, words):
            last += 1
            content += " " + " ".join(rows[last].text.split())
        _add(state, words, "item" if is_item else "paragraph", content, line.number, rows[last].number)
        index = last + 1
    return tuple(state.blocks)


def _record(rows: Sequence[Line], index: int) -> tuple[str, int]:
    """ "Organisation name: X", "Country: Y", ... on lines of their own: one record, joined."""
    parts: list[str] = []
    last = index
    for place in range(index, min(index + 14, len(rows))):
        text = " ".join(rows[place].text.split())
        if not text:
            continue
        if not re.match(r"[^:]{2,90}:\s*\S", text) or (parts and text.split(":")[0] == parts[0].split(":")[0]):
            break
        parts.append(text.rstrip(" ."))
        last = place
    return "; ".join(parts), last


def _next_text(rows: Sequence[Line], index: int) -> str:
    return next((" ".join(row.text.split()) for row in rows[index + 1 : index + 8] if row.text.strip()), "")


def _label_and_value(line: Line, text: str, rows: Sequence[Line], index: int, words: Words) -> tuple[int, Line] | None:
    """A label alone on its line ("Email"), and the line that holds its value."""
    if line.level or line.is_item or len(text) > 40 or _BULLET.match(text) or re.match(r"\d", text):
        return None
    is_label = words["labels"].is_whole(text) in _LABELS
    is_date = words["sections"].is_whole(text) == "dated" or bool(words.cues["dated"].is_whole(text))
    if not (is_label or is_date):
        return None
    for place in range(index + 1, min(index + 5, len(rows))):
        value = rows[place].text.strip()
        if not value:
            continue
        # Labels one below another are a list of what is collected, not labels with values.
        if words["labels"].is_whole(value) or words["data_categories"].is_whole(value):
            return None
        is_value = not value.endswith(":") and (re.search(r"\d{4}", value) if is_date else len(value) <= 120)
        # A sentence under a short heading ("Address") is no value of it.
        is_sentence = len(value.split()) > 6 and value.endswith(".")
        return (place + 1, rows[place]) if is_value and not is_sentence and not rows[place].level else None
    return None


def _is_heading(line: Line, text: str, following: str, state: _State, words: Words) -> bool:
    if line.level:
        return True
    if (
        line.is_item
        or line.cells
        or _BULLET.match(line.text)
        or len(text) > 110
        or re.search(r"@|https?:|www\.|\|", text)
    ):
        return False
    numbered = _NUMBER.match(text)
    bare = text[numbered.end() :] if numbered else text
    if not numbered and bare[:1].isalpha() and _prefix(bare):
        return True  # "Section 4 - Sellers"
    bare = bare[_prefix(bare) :]
    if not numbered and (_ENTRY.match(bare) or re.search(r"[–—]\s[^,]*,", bare)):
        return False  # "PHPSESSID – session, necessary" is an entry of a list
    if bare.endswith(":") and not _ASKS.match(fold(bare)) and {"use", "collect"} & words.cues_in(fold(bare)):
        return False  # "Our shop uses these cookies:" introduces a list
    if _END.search(bare) and not (bare.endswith(":") and len(bare.split()) <= 5 and words["sections"].first(bare)):
        return False
    if numbered and state.in_numbers and numbered[1] and int(numbered[1]) == state.in_numbers + 1 and not numbered[2]:
        return False
    if bare.endswith(":") and (words["labels"].is_whole(bare) or not following or _BULLET.match(following)):
        return (
            bool(words["sections"].first(bare)) and not words.cues_in(fold(bare)) and not words["labels"].is_whole(bare)
        )
    if not bare[:1].isupper() and not bare[:1].isdigit():
        return False
    if len(bare.split()) > 14 or (re.search(r"\b20\d\d\b", bare) and words.cues["dated"].first(bare)):
        return False
    if numbered and numbered[1] and not _expects_items(state):
        return True
    if (
        re.search(r"\(.*\)$", bare)
        and _COMPANY.search(bare.replace("(", " ").replace(")", " "))
        and words["systems"].found(bare)
    ):
        return False  # "PayPal (PayPal Inc.)": a service on a line of its own
    if _ABOUT_NAME_ABOVE.match(fold(following)):
        return False
    if "recipients" in state.topics and (words["systems"].is_whole(bare) or _COMPANY.search(bare)):
        return False  # a recipient named on a line of its own
    if words["sections"].first(bare):
        return not re.search(r":\s", bare) and (not re.search(r"[–—]\s", bare) or len(bare.split()) <= 8)
    if following and len(bare.split()) > 1 and bare.upper() == bare and re.search(r"[^\W\d]{3}", bare):
        return not _expects_items(state) and not re.search(r"\d{4}", bare)
    # Wording says nothing: a short line above a sentence is a heading, above another short line it is a value.
    is_sentence = len(following) > 60 or (following.endswith((".", ":")) and len(following.split()) > 5)
    return (
        len(bare.split()) <= 8 and is_sentence and not _expects_items(state) and not re.search(r"\d{4}|https?:", bare)
    )


def _prefix(text: str) -> int:
    """How much of a heading stands before its words."""
    match = _SECTION.match(text)
    return match.end() if match else 0


def _expects_items(state: _State) -> bool:
    """Whether the last thing said was a lead-in that still waits for its list."""
    return bool(state.blocks) and state.blocks[-1].is_lead and state.blocks[-1].kind != "heading"


def _item(line: Line, text: str, state: _State) -> tuple[bool, str]:
    bullet = _BULLET.match(text)
    if bullet:
        state.in_numbers = 0
        return True, text[bullet.end() :].strip()
    numbered = _NUMBER.match(text)
    if numbered is None:
        return line.is_item, text
    content = text[numbered.end() :].strip()
    if numbered[2]:
        # "2.1.3." below "2.1. We process:" is an item of it; "2.2." after it is not.
        is_deeper = bool(state.lead) and numbered[2].count(".") > state.lead_depth
        return line.is_item or (is_deeper and not content.endswith(":")) or content.endswith(";"), content
    if numbered[4] or (numbered[3] and numbered[3].islower() and (state.lead or content.endswith((";", ",")))):
        return True, content
    number = int(numbered[1]) if numbered[1] else 0
    is_item = _expects_items(state) or (number > 1 and number == state.in_numbers + 1)
    state.in_numbers = number if is_item else 0
    return is_item or line.is_item, content


def _continues(rows: Sequence[Line], index: int, words: Words) -> bool:
    """Whether the next line goes on with this one: wrapped by a page's width, not ended by its writer."""
    current, following = rows[index], rows[index + 1]
    before, after = current.text.rstrip(), following.text.strip()
    if ":" in after and label_of(after):
        return False
    if not after or not before or following.number != current.number + 1 or len(before.strip()) < WRAPPED_FROM:
        return False
    if following.level or following.is_item or following.cells or current.cells or _BULLET.match(following.text):
        return False
    if re.search(r"[.:;!?]$", before) or _NUMBER.match(after):
        return False
    if after[:1].islower():
        return True
    if before.endswith(","):
        return not _BULLET.match(current.text)
    # A page's width breaks a line only where the next word does not fit.
    width = max(len(row.text.rstrip()) for row in rows[max(0, index - 12) : index + 12] if not row.cells)
    if len(before) + len(after.split()[0]) < min(width, 130):
        return False
    return not words["sections"].first(after) and (len(after) > 30 or after.endswith(".")) and len(before) < 130


def _runs_on(rows: Sequence[Line], index: int, words: Words) -> bool:
    """Whether the line's sentence goes on in the next line, which no heading does."""
    if rows[index].level or index + 1 >= len(rows):
        return False
    return rows[index + 1].text.strip()[:1].islower() and _continues(rows, index, words)


def _open_section(state: _State, line: Line, text: str, words: Words) -> None:
    text = text.strip(" *_#")
    numbered = _NUMBER.match(text)
    depth = line.level or (1 + (numbered[2] or "").count(".") if numbered and numbered[1] else 0)
    bare = text[numbered.end() :] if numbered else text
    topics = frozenset(words["sections"].found(bare[_prefix(bare) :]))
    if len(topics) > 1:
        topics -= {"intro"}
    is_title = not state.blocks
    if depth:
        while state.parents and state.parents[-1][0] >= depth:
            state.parents.pop()
        inherited = state.parents[-1][1] if state.parents else frozenset()
        if not topics or topics == {"intro"}:
            topics = (inherited - {"intro"}) | topics if state.parents and depth > 1 else topics
        # What the title names ("privacy and cookie policy") is no topic of a section without one of its own.
        state.parents.append((depth, frozenset() if is_title else topics))
    elif not topics and len(text.split()) <= 4 and not _SPEAKS.search(fold(text)):
        topics = state.topics
    state.section, state.topics, state.lead, state.parent, state.had_items = text[:MAX_LEAD], topics, "", "", False
    state.in_numbers, state.lead_depth, state.lead_topics = 0, 0, frozenset()
    state.blocks.append(
        Block("heading", text[:MAX_SENTENCE], line.number, line.number, state.section, topics, first=not state.blocks)
    )


_SPEAKS = re.compile(r"\?|\b(?:we|you|i|our|your|me|my|us|mes|jus|jusu|musu|do|does|is|are|can|ar|kas|kaip)\b")


def _add(state: _State, words: Words, kind: str, text: str, line_from: int, line_to: int) -> None:
    text = text.strip(" *")
    if not text:
        return
    is_item = kind == "item"
    topics = state.lead_topics if is_item and state.lead else state.topics
    if not is_item and (state.had_items or text.endswith(":")):
        state.lead, state.parent, state.had_items = "", "", False
    bases = words["legal_bases"]
    is_nested = (
        is_item
        and bool(state.parent)
        and (
            state.in_numbers > 0
            or state.indent > state.parent_indent
            # Pages lose the depth of their lists when copied: "Legitimate interests:" goes on until the next basis.
            or (bool(bases.found(state.parent)) and not bases.found(text[:60]))
        )
    )
    if is_item and not is_nested:
        state.parent = ""
    state.blocks.append(
        Block(kind, text, line_from, line_to, state.section, topics, state.lead, state.parent, label_of(text))
    )
    state.had_items = state.had_items or is_item
    if text.endswith(":"):
        if is_item:
            state.parent, state.parent_indent = text[-MAX_LEAD:], state.indent
        else:
            state.lead = sentences(text)[-1][-MAX_SENTENCE:]
            state.lead_topics = list_topics(state.lead, state.topics, words)
    if not is_item:
        state.in_numbers = 0
