"""Rules on the group or level that a person is put into.

Belongs here: words that list kinds elsewhere and say something of a person in that person's row. Does not belong here:
lists of groups themselves (:mod:`...kinds_of_nobody`). GDPR Art. 4(1), 4(4): a group is what was made of a person.
Beginnings of words in ten languages, diacritics folded.
"""

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.tokens import letters_of
from ropa_pipeline.classify.verdicts import fact

GROUPED = frozenset({"person", "subscription"})
GROUPS = ("group", "grup", "ruhm")
LEVELS = ("level", "lygi", "lygm", "stufe", "poziom", "niveau", "nivel", "livell", "limeni", "tase", "uroven")
_MOST_LETTERS = 3
"""So much longer than its beginning may a word be: a grupper or a groupage is no group."""


def group_of_a_person(ctx: ColumnContext) -> Verdict | None:
    """A bare group in a person's own row: whoever is in it is known through the row's key."""
    if not ctx.person_row or ctx.table.role.key not in GROUPED or not _is_one(ctx, GROUPS):
        return None
    return fact(ctx, "account.preferences", "the group that a person is put into")


def level_of_loyalty(ctx: ColumnContext) -> Verdict | None:
    """A bare level beside points is what a person's loyalty has earned."""
    beside = ctx.table.role.key == "loyalty" or "loyalty" in ctx.table.says
    if not ctx.person_row or not beside or not _is_one(ctx, LEVELS):
        return None
    return fact(ctx, "loyalty.points", "the level that a person's points have reached")


def _is_one(ctx: ColumnContext, beginnings: tuple[str, ...]) -> bool:
    """Whether a name is one word of these and nothing else."""
    words = letters_of(ctx.column.name)
    return len(words) == 1 and any(
        words[0].startswith(start) and len(words[0]) <= len(start) + _MOST_LETTERS for start in beginnings
    )
