"""Statutory rules, adequacy decisions, cookies and regulators' questions as dated data.

Belongs here: the typed form of ``mappings/retention`` and ``mappings/reference``. Does not belong here:
applying them (``register``, ``policy``). What no primary source confirmed has ``verified`` False and
never decides anything (DESIGN, idea 1).
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from ropa_pipeline.model.base import Frozen, Row, is_filled
from ropa_pipeline.model.tables import PUBLISHED_COLUMNS
from ropa_pipeline.model.terms import (
    ActivityStatus,
    Adherence,
    ConsentCategory,
    Effect,
    Origin,
    Qualifier,
    RuleKind,
    StartEvent,
)

RowT = TypeVar("RowT", bound=Row)


class StatutoryRule(Frozen):
    """A dated rule of law, guidance or a vendor's setting.

    ``jurisdiction``: eu, lt, uk. ``purposes``: purpose keys of activities it can concern; ``categories``:
    data-category keys (a prefix counts) that the duty names, empty for all. ``records``: kinds of record it
    names (invoice, accounting_document, consent_proof, contract, ...).
    """

    rule_id: str
    jurisdiction: str
    title: str
    period: str
    qualifier: Qualifier
    starts_at: StartEvent
    kind: RuleKind
    effect: Effect
    purposes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    scope: str = ""
    condition: str = ""
    exception: str = ""
    law: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    verified: bool = False


class Adequacy(Frozen):
    """An adequacy decision. ``regime`` is EU GDPR or UK GDPR; ``country`` ISO 3166."""

    country: str
    regime: str
    decision: str
    scope: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    verified: bool = False


class CatalogueCookie(Frozen):
    """A cookie as its vendor documents it. ``name`` may hold ``*``; matched together with the provider."""

    name: str
    system: str
    category: ConsentCategory
    lifetime: str
    purpose: str
    also_named: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False


class Only(Frozen):
    """The rows of a table that are meant: those whose ``column`` holds one of ``values``."""

    column: str
    values: tuple[str, ...]


def rows_meant(rows: Iterable[RowT], only: Only | None = None) -> tuple[RowT, ...]:
    """The rows that a question or a form is about: none that is only proposed, none of what does not exist."""
    return tuple(
        row
        for row in rows
        if getattr(row, "origin", None) is not Origin.PROPOSED
        and getattr(row, "status", None) is not ActivityStatus.DOES_NOT_EXIST
        and (only is None or str(getattr(row, only.column)) in only.values)
    )


def is_answer(value: object) -> bool:
    """Whether a cell answers a regulator: it says something, and more than that nobody can tell."""
    return is_filled(value) and value is not Adherence.CANNOT_TELL


def unknown_columns(columns: tuple[str, ...], only: Only | None = None) -> tuple[str, ...]:
    """Names of ``table.column`` that no published table has; ``only`` chooses rows of the first table."""
    named = [*columns, f"{columns[0].partition('.')[0]}.{only.column}"] if only and columns else columns
    return tuple(name for name in named if name not in PUBLISHED_COLUMNS)


class Question(Frozen):
    """One question of a regulator's questionnaire, in our words, and the columns that answer it.

    ``columns`` are ``table.column``; ``per``: activity or controller.
    """

    question_id: str
    question: str
    article: str = ""
    columns: tuple[str, ...] = ()
    only: Only | None = None
    per: str = "activity"


class PeerClaim(Frozen):
    """What another tool says of itself about its own questions of the same form: filled in full, in part, not."""

    tool: str
    questions: int
    full: int
    partial: int
    none: int
    source: str


class Questionnaire(Frozen):
    profile: str
    title: str
    authority: str
    source: str = ""
    verified: bool = False
    peer: PeerClaim | None = None
    questions: tuple[Question, ...]


class Reference(Frozen):
    """Everything under ``mappings/retention`` and ``mappings/reference``."""

    rules: tuple[StatutoryRule, ...]
    adequacy: tuple[Adequacy, ...]
    eea: tuple[str, ...]
    cookies: tuple[CatalogueCookie, ...]
    questionnaires: tuple[Questionnaire, ...]
