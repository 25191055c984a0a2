"""Finds the sections, lists and paragraphs of a notice in its lines.

Belongs here: headings (marked, numbered, or short lines whose wording gives them away), lists and the lead-in
sentence that their items inherit, labels whose value stands on the next line, wrapped lines. Does not belong here:
tables (``tables``) and what a passage says (the readers).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ropa_pipeline.notice.bare_lists import below_heading, below_lead
from ropa_pipeline.notice.documents import Line
from ropa_pipeline.notice.list_leads import list_topics
from ropa_pipeline.notice.marks import BULLET, NUMBER, WRAPPED_FROM, hangs
from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.sentences import MAX_SENTENCE as MAX_SENTENCE
from ropa_pipeline.notice.sentences import sentences as sentences
from ropa_pipeline.notice.words import Words

_SECTION = re.compile(
    r"^(?:[^\w\s\"„“(*#§.-]+\s*|(?:section|part|chapter|article|§)\s*\d{1,2}\s*[-–—.:]*\s+|\d{1,2}\.?\s+(?:skyrius|dalis)[.:]?\s+)",
    re.IGNORECASE,
)
"""What stands before a heading's words: a picture sign, "Section 3 -", "2 skyrius."."""
_ASKS = re.compile(r"(?:what|how|why|who|whom|where|when|which|kok|kaip|kam|kiek|kod|kas|ko|iki kada|kur|su kuo)")
_ENTRY = re.compile(r"[\"'“„`]?(?:[\w.*-]*[_\d*#][\w.*#-]*|[A-Z]{5,})[\"'”“`]?\s*(?:[–—:(,]|-\s)")
_END = re.compile(r"[.;!:,]\s*$")
_COMPANY = re.compile(r"(?:^|\s)(?:UAB|MB|AB|LLC|Ltd\.?|Limited|LLP|PLC|GmbH|Inc\.?|OÜ|SIA|B\.V\.)(?:$|\s|[\"„“])")
_ABOUT_NAME_ABOVE = re.compile(r"this (?:data )?(?:processor|controller|company|organi[sz]ation|provider|recipient)\b")
_LABELS = frozenset({"name", "company_code", "vat_code", "address", "email", "phone", "website"})
MAX_LEAD = 300


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
        return self.text[len(self.label) :].lstrip(" .:-–—*_\t") if self.label else self.text


_LABEL = re.compile(r"^([^:.;]{2,80}?)(?::[*_]{0,3}\s|\s[-–—]\s|\.[*_]{0,3}\s(?=[A-ZĄČĘĖĮŠŲŪŽ]))")


def label_of(text: str) -> str:
    """The words before a colon, a dash or a first short "sentence" without a verb; empty where there is none.

    >>> label_of("Contact data: e-mail, phone")
    'Contact data'
    """
    match = _LABEL.match(text)
    if match is None or len(match[1].split()) > 9 or match[1].count("(") > match[1].count(")"):
        return ""
    return match[1].strip()


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
    bare: frozenset[int] = frozenset()
    loose: frozenset[str] = frozenset()
    last_number: int = 0
    had_title: bool = False
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
        if index in state.bare:
            state.indent = len(line.text) - len(line.text.lstrip())
            _add(state, words, "item", text, line.number, line.number)
            index += 1
            continue
        if not _runs_on(rows, index, words) and _is_heading(line, text, following, state, words):
            _open_section(state, line, text, words)
            index += 1
            state.bare = below_heading(rows, index, words, state.topics)
            continue
        if words["labels"].is_whole(text.partition(":")[0]) == "organisation":
            content, last = _record(rows, index)
            _add(state, words, "item", content, line.number, rows[last].number)
            index = last + 1
            continue
        is_item, content = _item(line, text, state)
        if line.cells and "recipients" in state.topics and index and rows[index - 1].cells:
            # A row of a table whose headings nobody knows, below a heading about recipients.
            is_item, content = True, " – ".join(cell for cell in line.cells if cell)
        is_unread_head = bool(line.cells) and not is_item and index + 1 < len(rows) and bool(rows[index + 1].cells)
        state.indent = len(line.text) - len(line.text.lstrip())
        if text.endswith(":") and not is_item:
            numbered = NUMBER.match(text)
            state.lead_depth = (numbered[2] or "").count(".") if numbered else 0
        last = index
        while last + 1 < len(rows) and (hangs(rows, index, last + 1) or _continues(rows, last, words)):
            last += 1
            content += " " + " ".join(rows[last].text.split())
        _add(state, words, "item" if is_item else "paragraph", content, line.number, rows[last].number)
        if is_unread_head and state.blocks:
            state.blocks[-1] = replace(state.blocks[-1], topics=frozenset())
        index = last + 1
        if content.endswith(":") and not is_item:
            state.bare = below_lead(rows, index, words, state.lead_topics | state.topics)
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
    if line.level or line.is_item or len(text) > 40 or BULLET.match(text) or re.match(r"\d", text):
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
        or BULLET.match(line.text)
        or len(text) > 110
        or re.search(r"@|https?:|www\.|\|", text)
    ):
        return False
    numbered = NUMBER.match(text)
    bare = text[numbered.end() :] if numbered else text
    if not numbered and bare[:1].isalpha() and _prefix(bare):
        return True  # "Section 4 - Sellers"
    bare = bare[_prefix(bare) :]
    if not numbered and (_ENTRY.match(bare) or re.search(r"[–—]\s[^,]*,", bare)):
        return False  # "PHPSESSID – session, necessary" is an entry of a list
    if bare.endswith(":") and not _ASKS.match(fold(bare)) and {"use", "collect", "share"} & words.cues_in(fold(bare)):
        return False  # "Our shop uses these cookies:" introduces a list
    if _END.search(bare) and not (bare.endswith(":") and len(bare.split()) <= 5 and words["sections"].first(bare)):
        return False
    if numbered and state.in_numbers and numbered[1] and int(numbered[1]) == state.in_numbers + 1 and not numbered[2]:
        return False
    if bare.endswith(":") and (words["labels"].is_whole(bare) or not following or BULLET.match(following)):
        return (
            bool(words["sections"].first(bare)) and not words.cues_in(fold(bare)) and not words["labels"].is_whole(bare)
        )
    if not bare[:1].isupper() and not bare[:1].isdigit():
        return False
    if len(bare.split()) > 14 or (re.search(r"\b20\d\d\b", bare) and words.cues["dated"].first(bare)):
        return False
    if numbered and re.search(r"\b(?:or|and|ir|arba)$", bare):
        return False  # an item of a list that goes on
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
    if "rights" in state.topics and words["rights"].is_whole(bare):
        return False  # "Rectification", with what it means on the next line
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
    bullet = BULLET.match(text)
    if bullet:
        state.in_numbers = 0
        return True, text[bullet.end() :].strip()
    numbered = NUMBER.match(text)
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
    below_heading = bool(state.blocks) and state.blocks[-1].kind == "heading"
    opens = number == 1 and below_heading and bool(state.topics & {"recipients", "rights", "data", "purposes"})
    is_item = _expects_items(state) or opens or (number > 1 and number == state.in_numbers + 1)
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
    if following.level or following.is_item or following.cells or current.cells or BULLET.match(following.text):
        return False
    if re.search(r"[.:;!?]$", before) or NUMBER.match(after):
        return False
    if after[:1].islower():
        return True
    if before.endswith(","):
        return not BULLET.match(current.text)
    # A page's width breaks a line only where the next word does not fit.
    width = max(len(row.text.rstrip()) for row in rows[max(0, index - 12) : index + 12] if not row.cells)
    if len(before) + len(after.split()[0]) < min(width, 130):
        return False
    opens = words["sections"].first(after) and len(after.split()) <= 6
    return not opens and (len(after) > 30 or after.endswith(".")) and len(before) < 130


def _runs_on(rows: Sequence[Line], index: int, words: Words) -> bool:
    """Whether the line's sentence goes on in the next line, which no heading does."""
    if rows[index].level or index + 1 >= len(rows):
        return False
    if hangs(rows, index, index + 1):
        return True
    return rows[index + 1].text.strip()[:1].islower() and _continues(rows, index, words)


def _open_section(state: _State, line: Line, text: str, words: Words) -> None:
    text = text.strip(" *_#")
    numbered = NUMBER.match(text)
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
        is_title = is_title or (line.level == 1 and not state.had_title)
        state.had_title = state.had_title or line.level == 1
        state.parents.append((depth, frozenset() if is_title else topics))
    elif not topics and len(text.split()) <= 4 and not _SPEAKS.search(fold(text)):
        topics = state.topics
    number = int(numbered[1]) if numbered and numbered[1] and not numbered[2] and not line.level else 0
    if not number:
        state.loose, state.last_number = (frozenset() if is_title else topics), 0
    elif number == 1 and not (state.blocks and state.blocks[-1].kind == "heading"):
        state.loose, state.last_number = frozenset(), 1
    elif number == state.last_number + 1:
        # "How we use it" over "1. For services", "2. For marketing": parts of what it is about.
        topics = topics if topics - {"intro"} else state.loose or topics
        state.last_number = number
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
