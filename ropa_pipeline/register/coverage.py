"""How far the register answers regulators' questionnaires: computed, never typed (``coverage``).

Belongs here: counting filled cells behind each question. Does not belong here: the questions
(``mappings/reference/questionnaires``). A cell that is NOT STATED does not count as filled; a row of origin
``proposed`` and an activity that does not exist do not count at all.
"""

from ropa_pipeline.model.finding import Coverage
from ropa_pipeline.model.law import Question, Questionnaire, is_answer, rows_meant
from ropa_pipeline.model.tables import TABLE_BY_NAME, Tables
from ropa_pipeline.model.terms import Origin

FILLED = ("full", "decided by a person", "partial", "not stated", "not held")
"""What ``filled`` may say, best first."""


def coverage(tables: Tables, questionnaires: tuple[Questionnaire, ...]) -> tuple[Coverage, ...]:
    """One row per question of each questionnaire.

    ``filled``: full (every cell behind it), partial, decided by a person (full, and all of it decided),
    not stated (cells exist, none filled), not held (the register has no such column or no row).
    """
    return tuple(_answer(tables, form, question) for form in questionnaires for question in form.questions)


def _answer(tables: Tables, form: Questionnaire, question: Question) -> Coverage:
    filled = total = 0
    decided = True
    shown = []
    for name in question.columns:
        table, _, column = name.partition(".")
        spec = TABLE_BY_NAME.get(table)
        if spec is None or column not in spec.column_names:
            continue
        rows = rows_meant(tables.rows(spec.row_class), question.only)
        stated = [row for row in rows if is_answer(getattr(row, column))]
        filled += len(stated)
        total += len(rows)
        decided = decided and bool(stated) and all(getattr(row, "origin", None) is Origin.DECIDED for row in stated)
        shown.append(f"{name}: {len(stated)} of {len(rows)}")
    if total == 0:
        status = "not held"
    elif filled == 0:
        status = "not stated"
    elif filled < total:
        status = "partial"
    else:
        status = "decided by a person" if decided else "full"
    return Coverage(
        profile=form.profile,
        question_id=question.question_id,
        question=question.question,
        article=question.article,
        filled=status,
        how="; ".join(shown),
    )
