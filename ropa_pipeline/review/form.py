"""The form of the review workbook: its sheets, headings and marks, written once for writing and reading back.

Belongs here: names and how a choice is worded. Does not belong here: writing (``sheet``) or reading (``read_back``).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from ropa_pipeline.model.taxonomy import DataCategory, DataSubject
from ropa_pipeline.publish.workbook import text_of

FORM = "ropa review 2"
"""Stands in the hidden sheet; another number is another form."""

README, COLUMNS, PROPOSALS, HIDDEN, EXPORTED = "Read me", "Columns", "Proposals", "_ropa", "_exported"
MARKS = {"form": "B1", "controller": "B2", "snapshot": "B3", "language": "B4", "sheets": "B5"}
PROPERTIES = {"controller": "ropa_controller", "snapshot": "ropa_snapshot"}
NONE = "none"


class ColumnHeading(StrEnum):
    """The headings of the sheet of columns, in order; those from ``DECIDED_CATEGORY`` on are typed by a person."""

    WHY = "Why it waits"
    SOURCE = "Source"
    SYSTEM = "System"
    TABLE = "Table"
    COLUMN = "Column"
    TYPE = "Type"
    CATEGORY = "Category now"
    SUBJECT = "Data subject now"
    LEVEL = "Identifies"
    CONFIDENCE = "Confidence"
    RULE = "Rule"
    EXPLANATION = "Explanation"
    ROWS = "Rows"
    DECISION = "Decision now"
    DECIDED_CATEGORY = "Decided category"
    DECIDED_SUBJECT = "Decided data subject"
    DECIDED_BY = "Decided by"
    REASON = "Reason"


class ProposalHeading(StrEnum):
    """The headings of the sheet of proposals, in order; those from ``ANSWER`` on are typed by a person."""

    PROPOSAL = "Proposal"
    RECORD = "Table of the record"
    RECORD_ID = "Row"
    FIELD = "Cell"
    VALUE = "Proposed value"
    WHY = "Why"
    LAW = "Law"
    VERIFIED = "Source verified"
    ANSWER = "Accept or reject"
    OTHER = "Other value"
    DECIDED_BY = "Decided by"
    REASON = "Reason"


TYPED_COLUMNS = (
    ColumnHeading.DECIDED_CATEGORY,
    ColumnHeading.DECIDED_SUBJECT,
    ColumnHeading.DECIDED_BY,
    ColumnHeading.REASON,
)
TYPED_PROPOSALS = (
    ProposalHeading.ANSWER,
    ProposalHeading.OTHER,
    ProposalHeading.DECIDED_BY,
    ProposalHeading.REASON,
)
ACCEPT, REJECT, OTHER = "accept", "reject", "other value"


def as_shown(name: str) -> str:
    """A name as it reads back from a cell: control characters gone, blanks single.

    >>> as_shown("a\\x07  b ")
    'a b'
    """
    return " ".join(text_of(name).split())


def mark_of(sheet: str, entry: str, field: str, shown: str) -> str:
    """The hash of a cell as it was exported: which cell it is, and what it said.

    >>> mark_of("Activities", "orders", "owner", "a") == mark_of("Activities", "orders", "owner", "b")
    False
    """
    return hashlib.sha256("\0".join((sheet, entry, field, shown)).encode()).hexdigest()[:20]


def choice(item: DataCategory | DataSubject, language: str) -> str:
    """What a drop-down offers: the label and, in brackets, the key."""
    return f"{item.label.lt if language == 'lt' else item.label.en} ({item.key})"


def choices(items: Iterable[DataCategory | DataSubject]) -> Mapping[str, str]:
    """Every way to write each item, lower-case, and its key: key, label in either language, or both as offered.

    A label that two items share names neither.
    """
    found: dict[str, set[str]] = {}
    for item in items:
        for label in (item.label.en, item.label.lt):
            found.setdefault(_plain(label), set()).add(item.key)
            found.setdefault(_plain(f"{label} ({item.key})"), set()).add(item.key)
        found[_plain(item.key)] = {item.key}
    return {word: next(iter(keys)) for word, keys in found.items() if len(keys) == 1}


def chosen(text: str, known: Mapping[str, str]) -> str:
    """The key that a typed choice names; empty where it names none."""
    return known.get(_plain(text), "")


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()
