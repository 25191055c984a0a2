"""Reads a published privacy notice into statements.

Belongs here: the order of the readers, ids, and the account of what was not understood. Does not belong here: the
comparison with the declared notice, the register or reality (``register``). GDPR Art. 12 to 14.
Every sentence either gives a statement, introduces a list, or is listed as not understood.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import NoticeLexicon, NoticeReading, RecipientStatement
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.cookies import read_consent, read_cookie_row, read_cookies
from ropa_pipeline.notice.data import (
    read_data_categories,
    read_data_sources,
    read_data_subjects,
    read_special_categories,
)
from ropa_pipeline.notice.declarations import (
    read_automated_decisions,
    read_breaches,
    read_changes,
    read_children,
    read_claims,
    read_laws,
    read_measures,
)
from ropa_pipeline.notice.documents import Document, numbered_lines
from ropa_pipeline.notice.identity import read_contacts, read_controller, read_notice_date
from ropa_pipeline.notice.passage import Draft, Passage, Reader, purposes_in
from ropa_pipeline.notice.periods import find_periods
from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.purposes import (
    cited_bases,
    read_heading_purposes,
    read_legal_bases,
    read_legitimate_interests,
    read_purposes,
)
from ropa_pipeline.notice.recipients import (
    read_named_recipients,
    read_recipient_categories,
    read_unknown_recipients,
)
from ropa_pipeline.notice.retention import read_retention
from ropa_pipeline.notice.rights import read_authorities, read_rights
from ropa_pipeline.notice.structure import MAX_LEAD, Block, blocks_of, label_of, sentences
from ropa_pipeline.notice.tables import Table, find_tables
from ropa_pipeline.notice.transfers import read_transfers
from ropa_pipeline.notice.unnamed import CONFIDENCE, OTHER
from ropa_pipeline.notice.words import Words, compile_words

READERS: tuple[Reader, ...] = (
    read_notice_date,
    read_controller,
    read_contacts,
    read_data_categories,
    read_special_categories,
    read_data_subjects,
    read_data_sources,
    read_purposes,
    read_legal_bases,
    read_legitimate_interests,
    read_named_recipients,
    read_recipient_categories,
    read_unknown_recipients,
    read_transfers,
    read_retention,
    read_cookies,
    read_consent,
    read_rights,
    read_authorities,
    read_measures,
    read_automated_decisions,
    read_children,
    read_breaches,
    read_changes,
    read_laws,
    read_claims,
)
"""All readers, in the order in which their statements stand within a sentence. None depends on another."""


def read_notice(
    path: Path,
    *,
    systems: Mapping[str, SystemMapping],
    taxonomy: Taxonomy,
    lexicon: NoticeLexicon,
    entities: Mapping[str, Entity] | None = None,
) -> NoticeReading:
    """Read a notice: text, HTML, Markdown, PDF or DOCX, in English or Lithuanian.

    Returns statements with section, lines and confidence, one row per statement, in the order of the text; sentences
    that gave none are statements of kind ``not_understood``. ``entities`` lets a provider be known by its legal entity
    too. Raises NoticeUnreadable (``documents``).
    """
    document = numbered_lines(path)
    words = compile_words(lexicon, systems, taxonomy, entities)
    statements = _numbered(read_document(document, words))
    return NoticeReading(
        sha256=document.sha256,
        lines=len(document.lines),
        language=language_of(" ".join(line.text for line in document.lines), words),
        statements=statements,
        not_understood=_ranges(statements),
        notice_date=_notice_date(statements),
        address=next((row.value for row in statements if row.subject == "website"), ""),
    )


def language_of(text: str, words: Words) -> str:
    """The language whose function words are the most frequent; English where none is found."""
    counts = Counter(re.findall(r"[^\W\d_]+", text.lower()[:200_000]))
    scores = {name: sum(counts[word] for word in wanted) for name, wanted in words.function_words.items()}
    return (
        max(sorted(scores, reverse=True), key=lambda name: scores[name], default="en") if any(scores.values()) else "en"
    )


HEADING_READERS: tuple[Reader, ...] = (read_notice_date, read_controller, read_data_subjects, read_heading_purposes)
_COOKIES = re.compile(r"\bcookies\b|\bslapuk")
Read = tuple[Draft, str, int, int]


def read_document(document: Document, words: Words) -> list[Read]:
    """Drafts with section and lines, in the order of the text; what :func:`read_notice` makes statements of."""
    tables = find_tables(document.lines, words)
    taken = frozenset(number for table in tables for number in table.lines)
    blocks = blocks_of(document.lines, words, taken)
    found: list[Read] = []
    drafts = _Drafts()
    carried = _Carried(drafts)
    for index, block in enumerate(blocks):
        found.extend(_read_block(block, words, carried))
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if following is not None and _heads_a_basis(block, following, words):
            draft = Draft(StatementKind.PURPOSE, OTHER + block.text[:60], "stated", CONFIDENCE)
            found.append((draft, block.section, block.line_from, block.line_to))
    for table in tables:
        first = min(table.lines)
        place = max((block for block in blocks if block.line_from < first), key=lambda b: b.line_from, default=None)
        section = place.section if place else ""
        found.extend(_read_table(table, section, words, drafts))
        for heading in table.not_read:
            draft = Draft(StatementKind.NOT_UNDERSTOOD, f"column {heading}", "gave no statement", 1.0)
            found.append((draft, section, min(table.lines), max(table.lines)))
    found.extend(_only_in_tables(found, tables, words))
    found.extend(_changes_in_other_words(found, blocks))
    return sorted(found, key=lambda item: item[2])


def _only_in_tables(found: Iterable[Read], tables: Iterable[Table], words: Words) -> list[Read]:
    """Recipients that nothing but a cookie table names, by the provider or domain that it gives."""
    named = {draft.subject for draft, *_ in found if draft.kind is StatementKind.RECIPIENT}
    sections = {item[2]: item[1] for item in found}
    extra: list[Read] = []
    for table in tables:
        for row in table.rows if table.is_cookies else ():
            for key in words["systems"].found(f"{row.cell('provider')} | {row.cell('name')}"):
                if key not in named and words.systems[key].is_recipient:
                    named.add(key)
                    value = RecipientStatement(category=("only in the cookie table",)).render()
                    draft = Draft(StatementKind.RECIPIENT, key, value, 0.7)
                    extra.append((draft, sections.get(row.line_from, ""), row.line_from, row.line_to))
    return extra


_HEAD = 12
"""Readers look at the place of a line in its first lines alone."""


def _heads_a_basis(block: Block, following: Block, words: Words) -> bool:
    """A heading that no lexicon knows, over a paragraph that cites a basis: it names what that is for."""
    if block.kind != "heading" or following.kind == "heading" or not cited_bases(following.text):
        return False
    known = ("sections", "purposes", "legal_bases", "recipients", "data_categories", "systems")
    return len(block.text.split()) <= 9 and not any(words[name].first(block.text) for name in known)


def _changes_in_other_words(found: Iterable[Read], blocks: Iterable[Block]) -> list[Read]:
    """A section about changes whose sentences no phrase fits says something of them all the same."""
    told = {section for draft, section, _, _ in found if draft.kind is StatementKind.CHANGE}
    extra: dict[str, Read] = {}
    for block in blocks:
        if block.kind != "heading" and block.topics == {"changes"} and block.section not in told:
            draft = Draft(StatementKind.CHANGE, "notice", "described in other words", 0.5)
            extra.setdefault(block.section, (draft, block.section, block.line_from, block.line_to))
    return list(extra.values())


class _Drafts:
    """What each sentence in its place is read as. Long notices repeat themselves: the same is read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[object, ...], tuple[Draft, ...]] = {}

    def of(self, passage: Passage) -> tuple[Draft, ...]:
        place = replace(passage.block, line_from=min(passage.block.line_from, _HEAD + 1), line_to=0)
        # Readers ask whether a sentence is its block's first, never which of the others it is.
        key = (passage.text, place, passage.index > 0, passage.carried)
        if key not in self._read:
            self._read[key] = tuple(dict.fromkeys(draft for reader in READERS for draft in reader(passage)))
        return self._read[key]


class _Carried:
    """The purposes that were last named in a section: its next sentences may go on about them."""

    def __init__(self, drafts: _Drafts) -> None:
        self.purposes: tuple[str, ...] = ()
        self.drafts = drafts

    def of(self, block: Block, words: Words) -> tuple[str, ...]:
        if block.kind == "heading":
            self.purposes = purposes_in(block.text, words)
            return ()
        return self.purposes if block.kind == "paragraph" else ()

    def note(self, drafts: Iterable[Draft]) -> None:
        named = tuple(draft.subject for draft in drafts if draft.kind is StatementKind.PURPOSE)
        self.purposes = named or self.purposes


_NOTE_TOPICS = ("security", "changes", "children", "automated", "complaint", "transfers", "breach")
"""A paragraph "Security. ..." or an item "Changes: ..." is about that, whatever stands above it."""
_SHORT = {
    "who": "controller",
    "what": "data",
    "why": "purposes",
    "with whom": "recipients",
    "how long": "retention",
    "kas": "controller",
    "kas tvarko": "controller",
    "ka": "data",
    "ka tvarko": "data",
    "ka tvarkome": "data",
    "kam": "purposes",
    "kodel": "purposes",
    "kam perduoda": "recipients",
    "kam perduodame": "recipients",
    "kiek": "retention",
}
"""One-word questions that head a paragraph; in a heading they would mean too many things."""
_ROW_WORD = re.compile(
    r"(?:personal )?(?:data|information|purposes?|legal bas[ei]s|basis|kept|retention|storage(?: period)?|stored"
    r"|how long|recipients?|shared with|asmens duomenys|duomenys|tiksla[si]"
    r"|(?:teisinis )?pagrindas|(?:saugojimo )?terminas|saugoma"
    r"|gavejai?)"
)
"""Words that head a part of a record and nothing else: "Data: ...", "Kept: ..."."""
_LAYERED = ("controller", "contact", "data", "purposes", "legal_basis", "recipients", "retention", "rights", "sources")
"""The same in a short notice without headings: "What we hold. ...", "Kam. ..."."""
_ROW_TOPICS = ("legal_basis", "retention", "recipients", "data", "purposes")


def _in_its_topic(block: Block, words: Words, carried: _Carried) -> Block:
    """A block whose label says what it is about, below a purpose ("Legal basis: consent"), and one about cookies."""
    topic = words["sections"].is_whole(block.label) if block.label else ""
    bare = block.label.strip(" *_")
    named = (words["sections"].is_whole(bare) or _SHORT.get(fold(bare), "")) if bare else ""
    if named in _NOTE_TOPICS and not block.topics & {"data", "purposes", "legal_basis", "recipients", named}:
        return replace(block, topics=frozenset({named}), lead="")
    if named in _LAYERED and not block.topics - {"intro"}:
        return replace(block, kind="cell" if named in _ROW_TOPICS else block.kind, topics=frozenset({named}), lead="")
    alone = not block.topics - {"intro", "purposes", "data"} or bool(
        _ROW_WORD.fullmatch(fold(block.label.strip(" *_")))
    )
    is_row = carried.purposes or (alone and block.text[len(block.label) :].lstrip("*_").startswith(":"))
    if topic in _ROW_TOPICS and is_row and topic not in block.topics - {"purposes", "data"}:
        return replace(block, kind="cell", topics=frozenset({topic}), purposes=carried.purposes, lead="")
    if not block.topics - {"intro"} and _COOKIES.search(fold(block.text)):
        return replace(block, topics=frozenset({"cookies"}))
    return block


def _read_block(block: Block, words: Words, carried: _Carried) -> Iterable[Read]:
    if block.kind == "heading":
        passage = Passage(block.text, block, words, 0, carried.of(block, words))
        # A short sentence without a full stop may look like a heading; one with a period of time says something.
        says_more = bool(find_periods(block.text, words))
        for reader in READERS if says_more else HEADING_READERS:
            for draft in reader(passage):
                yield draft, block.section, block.line_from, block.line_to
        return
    block = _in_its_topic(block, words, carried)
    for index, sentence in enumerate(sentences(block.text)):
        passage = Passage(sentence, block, words, index, carried.of(block, words))
        drafts = list(carried.drafts.of(passage))
        carried.note(drafts)
        if not drafts and not _needs_no_statement(passage):
            drafts = [Draft(StatementKind.NOT_UNDERSTOOD, f"sentence {index + 1}", "gave no statement", 1.0)]
        for draft in drafts:
            yield draft, block.section, block.line_from, block.line_to


def _needs_no_statement(passage: Passage) -> bool:
    """Lead-ins are read with their list; a bare label ("Necessary:") or a lone mark says nothing."""
    if re.match(r"(?:©|\(c\)|copyright\b)", passage.folded):
        return True
    return passage.text.endswith(":") or len(passage.text.strip(" .,;:-–—*•|")) < 3


def _read_table(table: Table, section: str, words: Words, drafts: _Drafts) -> Iterable[Read]:
    for row in table.rows:
        if table.is_cookies:
            yield read_cookie_row(row, words, section), section, row.line_from, row.line_to
            continue
        purposes = purposes_in(row.cell("purposes"), words)
        for topic, text in row.cells:
            if topic == "purposes" and row.cells[0][0] != "purposes" and not purposes:
                continue  # what a recipient does, or why a period is as long, in words that no purpose has
            if topic == "transfers":
                # "USA" in the column of countries is said of the recipient of the row.
                text = f"{row.cell('recipients')}: {text}"
            block = Block(
                "cell",
                text,
                row.line_from,
                row.line_to,
                section,
                frozenset({topic}),
                label=label_of(text),
                purposes=purposes,
                lead=row.cell("data")[:MAX_LEAD] if topic == "retention" and row.cells[0][0] == "data" else "",
            )
            yield from _read_block(block, words, _Carried(drafts))


def _numbered(found: Iterable[Read]) -> tuple[Statement, ...]:
    """Give each statement an id that another place of its section does not change: kind, subject, occurrence."""
    seen: Counter[tuple[str, str]] = Counter()
    rows: dict[tuple[str, str, str, int, int], Statement] = {}
    for draft, section, line_from, line_to in found:
        key = (draft.kind.value, draft.subject, draft.value, line_from, line_to)
        if key in rows:
            continue
        slug = re.sub(r"[^\w.*#-]+", "_", draft.subject.lower()).strip("_") or "none"
        seen[draft.kind.value, slug] += 1
        rows[key] = Statement(
            statement_id=f"{draft.kind.value}.{slug}.{seen[draft.kind.value, slug]}",
            kind=draft.kind,
            section=section,
            line_from=line_from,
            line_to=line_to,
            subject=draft.subject,
            value=draft.value,
            confidence=draft.confidence,
        )
    return tuple(rows.values())


def _ranges(statements: Iterable[Statement]) -> tuple[tuple[int, int], ...]:
    ranges = {(row.line_from or 0, row.line_to or 0) for row in statements if row.kind is StatementKind.NOT_UNDERSTOOD}
    return tuple(sorted(ranges))


def _notice_date(statements: Iterable[Statement]) -> date | None:
    for row in sorted(statements, key=lambda row: -row.confidence):
        if row.kind is StatementKind.NOTICE_DATE and len(row.value) == 10:
            return date.fromisoformat(row.value)
    return None
