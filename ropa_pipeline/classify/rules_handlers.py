"""Rules on who handled a row: who made, changed, approved or looks after it.

Belongs here: keys to staff, and headings under which a name stands. Does not belong here: persons who are the matter of
the row (:mod:`...rules_people`, :mod:`...rules_keys`). GDPR Art. 4(1): staff are persons, too.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.types import TypeFamily
from ropa_pipeline.classify.verdicts import DIRECT, INDIRECT
from ropa_pipeline.model.lexicon import ConceptKind

_ORDERING = frozenset({"sort", "order", "group", "filter", "search", "divide", "rank", "segment", "paid"})
_WHO_HANDLES = (
    "assignee", "submitter", "approver", "responsible", "moderator", "inspector", "adjuster", "handler", "auditor",
    "examiner", "grader", "prescriber", "owner", "officer", "underwriter", "advisor", "adviser", "csm", "housekeeper",
    "representative", "watcher", "collaborator", "bearbeiter", "zustandig", "verantwortlich", "responsable",
    "responsabile", "incaricato", "vastutaja", "koostaja", "createur", "atsaking", "vykdytoj", "atbildig",
    "odpowiedzialn", "otvetstvenn", "ispolnitel",
)  # fmt: skip
"""Beginnings of nouns for who looks after a row: written out, they hold a name ("created by" is a mark)."""


def handled_by(ctx: ColumnContext) -> Verdict | None:
    """Marks of who made or changed a row: a key to staff."""
    if ctx.party is None or ctx.party.concept.key != "actor" or ctx.thing is not None or ctx.text is not None:
        return None
    if ctx.datum is not None and ctx.datum.concept.strong:
        return None
    if ctx.table.nobody and len(ctx.reading.hits) == 1 and ctx.reading.tokens[-1] in {"watchers", "collaborators"}:
        return None
    if ctx.table.nobody and ctx.reading.tokens[-1] in {"group", "team", "role", "queue"}:
        return None
    if ctx.reading.has(ConceptKind.DATE) or ctx.family in (TypeFamily.DATE, TypeFamily.BOOLEAN):
        return None
    if ctx.family is TypeFamily.UNKNOWN and ctx.person_row and _is_heading(ctx):
        return Verdict("identity.name", DIRECT, "a heading that names who handled the row", "employee")
    noun = (
        any(word.startswith(_WHO_HANDLES) for word in ctx.party.words)
        and len(ctx.reading.hits) == 1
        and not ctx.reading.unknown
    )
    if noun and ctx.family in (TypeFamily.TEXT, TypeFamily.UNKNOWN):
        return Verdict("identity.name", DIRECT, "the name of who handles the row", "employee")
    return Verdict("account.username_or_id", INDIRECT, "it names who handled the row", "employee")


def done_by(ctx: ColumnContext) -> Verdict | None:
    """``<verb> by`` names who did something with the row."""
    tokens = ctx.reading.tokens
    if tokens and tokens[-1] == "id":
        tokens = tokens[:-1]
    if len(tokens) < 2 or tokens[-1] != "by" or _ORDERING & set(tokens) or ctx.reading.has(ConceptKind.DATUM):
        return None
    if ctx.family in (TypeFamily.DATE, TypeFamily.BOOLEAN, TypeFamily.DECIMAL) or ctx.party is not None:
        return None
    if ctx.family is TypeFamily.UNKNOWN and ctx.person_row and _is_heading(ctx):
        return Verdict("identity.name", DIRECT, "a heading that names who handled the row", "employee")
    return Verdict("account.username_or_id", INDIRECT, "it names who handled the row", "employee")


_LEADS = ("manager", "supervisor", "director", "leader", "vadov", "vadit", "juhataj", "kierownik", "dyrektor", "leiter",
          "directeur", "gerente", "direttor", "rukovodit")  # fmt: skip


def led_by(ctx: ColumnContext) -> Verdict | None:
    """The key of who leads a shop, a store or a department: that row is nobody's, this key is a person's."""
    tokens = ctx.reading.tokens
    if not ctx.table.nobody or len(tokens) != len(("manager", "id")) or tokens[-1] != "id":
        return None
    if not tokens[0].startswith(_LEADS):
        return None
    return Verdict("account.username_or_id", INDIRECT, "it names who leads this", "employee")


def _is_heading(ctx: ColumnContext) -> bool:
    """Whether a name was written for readers ("Assigned to"), who want a name under it and no key."""
    name = ctx.column.name
    return (
        name[:1].isupper()
        and "_" not in name
        and (" " in name or name[1:].islower())
        and not ctx.reading.has(ConceptKind.REF)
    )
