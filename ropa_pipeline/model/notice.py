"""What is read from a published privacy notice, and the words by which it is read.

Belongs here: the typed form of ``mappings/lexicon/notice`` (phrases by language), the result of reading a
notice, and the typed values of statements that drift compares (``parse`` and ``render`` are inverse).
Does not belong here: reading (:mod:`ropa_pipeline.notice`). GDPR Art. 12 to 14.

A *phrase* is matched word by word, without regard to case or accents. ``*`` at the end of a word stands
for the rest of the word, ``-`` for a hyphen, a space or nothing, ``~`` for up to four words between.
"""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import Field

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.terms import ConsentCategory, Qualifier, StartEvent

Phrases = Mapping[str, tuple[str, ...]]


class LanguageLexicon(Frozen):
    """One file of ``mappings/lexicon/notice``: phrases by the key they stand for, one mapping per question.

    ``months`` and ``numbers`` give numbers as strings (``"7"``); ``units`` the letters Y, M, W, D, H and MIN.
    ``cues`` are the words that set a sentence's subject matter: collect, share, use, keep, delete, negation ...
    ``records`` are plain nouns that only a sentence about keeping uses for a kind of data ("order data, invoices").
    ``ordinary`` are capitalised words that are no brand.
    """

    language: str
    function_words: tuple[str, ...]
    sections: Phrases
    cues: Phrases
    labels: Phrases
    data_categories: Phrases
    data_subjects: Phrases
    purposes: Phrases
    legal_bases: Phrases
    interests: Phrases
    recipients: Phrases
    countries: Phrases
    safeguards: Phrases
    units: Phrases
    numbers: Phrases
    months: Phrases
    qualifiers: Phrases
    open_ended: Phrases
    start_events: Phrases
    conditions: Phrases
    disposals: Phrases
    cookie_columns: Phrases
    cookie_categories: Phrases
    consent: Phrases
    rights: Phrases
    authorities: Phrases
    measures: Phrases
    special_categories: Phrases
    data_sources: Phrases
    laws: Phrases
    claims: Phrases
    changes: Phrases
    automated: Phrases
    records: Phrases = Field(default_factory=dict)
    ordinary: tuple[str, ...] = ()


class NoticeLexicon(Frozen):
    """The phrases of all languages. All are applied to every notice: shops mix languages."""

    languages: tuple[LanguageLexicon, ...]


class NoticeReading(Frozen):
    """A notice as read. The text itself is not kept.

    ``not_understood`` are the line ranges (counted from 1) in which at least one sentence gave no statement.
    """

    sha256: str
    lines: int
    language: str
    statements: tuple[Statement, ...]
    not_understood: tuple[tuple[int, int], ...] = ()
    notice_date: date | None = None
    address: str = ""


class StatementValue(Frozen):
    """A statement's value as ``name=value`` pairs. What is NOT STATED is written, so that it can be compared.

    >>> RetentionStatement.parse("period=P10Y; qualifier=up to").render()
    'period=P10Y; qualifier=up to; starts_at=NOT STATED; scope=NOT STATED; condition=NOT STATED; disposal=NOT STATED'
    """

    @classmethod
    def parse(cls, value: str) -> Self:
        """Read a rendered value. Raises ValueError (pydantic) for a name or word that is not declared."""
        given: dict[str, object] = {}
        for part in filter(None, (piece.strip() for piece in value.split(";"))):
            name, _, text = part.partition("=")
            field = cls.model_fields.get(name)
            if text == NOT_STATED and field is not None and field.annotation is not str:
                continue
            is_list = field is not None and str(field.annotation).startswith("tuple")
            given[name] = tuple(text.split(",")) if is_list else text
        return cls.model_validate(given)

    def render(self) -> str:
        """All fields in declared order."""
        return "; ".join(f"{name}={_shown(getattr(self, name))}" for name in type(self).model_fields)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or NOT_STATED
    return str(value) or NOT_STATED


class RetentionStatement(StatementValue):
    """A period as worded. ``period``: ISO 8601 as written, ``OPEN ENDED``, ``SESSION`` or ``NOT STATED``.

    ``scope``: keys of data categories and purposes it is about. ``condition``: keys of what prolongs or limits it.
    """

    period: str = NOT_STATED
    qualifier: Qualifier = Qualifier.NOT_STATED
    starts_at: StartEvent = StartEvent.NOT_STATED
    scope: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    disposal: tuple[str, ...] = ()


class CookieStatement(StatementValue):
    """A cookie as declared. ``purposes``: keys of purposes recognised in its description."""

    category: ConsentCategory = ConsentCategory.NOT_STATED
    provider: str = NOT_STATED
    lifetime: str = NOT_STATED
    purposes: tuple[str, ...] = ()


class TransferStatement(StatementValue):
    """A transfer. ``modality``: transfers, may transfer, does not transfer."""

    modality: str = NOT_STATED
    countries: tuple[str, ...] = ()
    safeguards: tuple[str, ...] = ()


class BasisStatement(StatementValue):
    """A legal basis of a purpose: ``6(1)(b)``, ``6(1)(b) and 6(1)(c)``, ``6(1)(b) or 6(1)(f)``."""

    basis: str = NOT_STATED
    layer: str = "gdpr"


class RecipientStatement(StatementValue):
    """A recipient. ``category``: what it is said to do; ``purposes``: what the sentence gives it data for."""

    category: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


class DataStatement(StatementValue):
    """A data category. ``purposes``: those it is said to serve; ``collected``: yes, no, if volunteered."""

    collected: str = "yes"
    purposes: tuple[str, ...] = ()
