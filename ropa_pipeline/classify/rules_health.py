"""Rules on the rows of patients: what an examination found, and what a person is ill with.

Belongs here: words that mean health only by the table they stand in. Does not belong here: words that mean it anywhere
(``rules_turns.special_category``). GDPR Art. 4(15) and 9(1): a result is data concerning health, whatever its type.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.verdicts import DIRECT, WRITTEN_DOWN
from ropa_pipeline.model.lexicon import ConceptKind

_FOUND = ("value", "result", "finding", "reiksm", "rezult", "wynik", "wert", "befund", "ergebnis", "valeur",
          "resultado", "valor", "risultat", "znachen", "tulemus", "vaartus", "vertib")  # fmt: skip
_PEOPLE = frozenset({"patient", "first_name", "last_name", "full_name", "email", "phone", "doctor", "employee"})


def found_by_an_examination(ctx: ColumnContext) -> Verdict | None:
    """A value or result in a patient's row is what was found, as text, number, date or yes/no."""
    tokens = ctx.reading.tokens
    if ctx.table.role.key != "health" or not ctx.person_row or not tokens or not tokens[0].startswith(_FOUND):
        return None
    if ctx.reading.has(ConceptKind.REF) and "id" in ctx.reading.keys:
        return None
    if ctx.party is not None or ctx.reading.kinds & {ConceptKind.AMOUNT, ConceptKind.HEAD}:
        return None
    return Verdict("special.health", DIRECT, "what an examination of a person found", ctx.subject)


EYES = frozenset({"os", "od", "ou"})
"""The left eye, the right one, both."""


def of_an_eye(ctx: ColumnContext) -> Verdict | None:
    """ "sph_os" in a patient's row is the left eye's, and no operating system."""
    if ctx.table.role.key != "health" or not ctx.person_row or not EYES & ctx.reading.words:
        return None
    if len(ctx.reading.tokens) < len(("sph", "os")):
        return None
    return Verdict("special.health", DIRECT, "a measure of an eye", ctx.subject)


def name_of_an_illness(ctx: ColumnContext) -> Verdict | None:
    """In a table called after an illness or a treatment, beside nobody's name, the bare name is that illness's."""
    if ctx.table.role.key != "health" or not ctx.person_row or ctx.family not in WRITTEN_DOWN:
        return None
    hits = ctx.table.name.hits
    if not hits or hits[-1].concept.key != "health" or ctx.table.says & _PEOPLE:
        return None
    if ctx.datum is None or ctx.datum.concept.key not in {"name", "title"} or len(ctx.reading.hits) != 1:
        return None
    return Verdict("special.health", DIRECT, "the name of what a person is ill with or treated for", ctx.subject)
