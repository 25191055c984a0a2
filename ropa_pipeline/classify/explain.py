"""Why a column has its tag, in words.

Belongs here: clauses about the table and the lines that ``ropa explain`` prints. Does not belong here: the tag.
"""

from functools import lru_cache

from ropa_pipeline.classify.context import NONE
from ropa_pipeline.classify.table_context import TableContext
from ropa_pipeline.model.inventory import ClassifiedColumn


@lru_cache(maxsize=10_000)
def _role_words(role: str, path: str, linked: bool, language: str) -> str:
    words = f"; table read as {role}" if role != NONE else "; the table's role is unknown"
    if linked and path:
        words += f", its rows lead to a person through {path}"
    return words + (f"; names read in '{language}'" if language != "en" else "")


def context_words(context: TableContext) -> str:
    """A clause about the table: its role, the way to a person, the language."""
    return _role_words(context.role.key, context.path, context.personal, context.language)


def explain(column: ClassifiedColumn) -> str:
    """Why a column has its tag, in lines for people.

    One line each: what, about whom, how sure, which rule, why. Never a value.
    """
    level = column.identifiability.value
    what = (
        "not personal"
        if column.data_category == NONE
        else f"{column.data_category} ({level}), of {column.data_subject}"
    )
    lines = [
        f"{column.system}: {column.table_name}.{column.column_name}",
        f"  tag         {what}" + (", special category (Art. 9, 10)" if column.special_category else ""),
        f"  how sure    {column.confidence:.2f} ({column.origin.value})",
        f"  rule        {column.rule}",
        *(
            f"  {'why' if place == 0 else '   '}         {part}"
            for place, part in enumerate(column.explanation.split("; "))
        ),
    ]
    return "\n".join(lines)
