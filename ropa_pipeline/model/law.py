"""Statutory rules, adequacy decisions, cookies and regulators' questions as dated data.

Belongs here: the typed form of ``mappings/retention`` and ``mappings/reference``. Does not belong here:
applying them (``register``, ``policy``). What no primary source confirmed has ``verified`` False and
never decides anything (DESIGN, idea 1).
"""

from datetime import date

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.terms import ConsentCategory, Effect, Qualifier, RuleKind, StartEvent


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


class Question(Frozen):
    """One question of a regulator's questionnaire, in our words, and the columns that answer it.

    ``columns`` are ``table.column``; ``per``: activity or controller.
    """

    question_id: str
    question: str
    article: str = ""
    columns: tuple[str, ...] = ()
    per: str = "activity"


class Questionnaire(Frozen):
    profile: str
    title: str
    authority: str
    source: str = ""
    verified: bool = False
    questions: tuple[Question, ...]


class Reference(Frozen):
    """Everything under ``mappings/retention`` and ``mappings/reference``."""

    rules: tuple[StatutoryRule, ...]
    adequacy: tuple[Adequacy, ...]
    eea: tuple[str, ...]
    cookies: tuple[CatalogueCookie, ...]
    questionnaires: tuple[Questionnaire, ...]
