"""Rules on what is told of a thing or an animal in the row of whoever owns it.

Belongs here: words that would be a person's if they were not said of something else. Does not belong here: tables of
things that are nobody's (:mod:`...kinds_of_things`). GDPR Art. 4(1), 9(1): the breed of a dog is no ethnic origin, and
its vaccination no data concerning health; through the row's key both are facts of its owner.
"""

from functools import lru_cache

from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.classify.table_columns import begin_so
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.classify.verdicts import fact

SAID_OF_BOTH = frozenset({"first_name", "full_name", "name", "gender", "birth_date", "age", "ethnicity", "health"})
_WHO = frozenset({"last_name", "email", "phone", "street", "government_id", "occupation", "patient"})
"""Where one of these stands, the row tells of a person, too, and it cannot be said whose name it is."""
_OF_PETS = ("breed", "species", "microchip", "veisl", "augintin", "gatunek", "rasse", "espece", "especie", "specie",
            "mascot", "poroda", "klichk", "порода", "кличк", "skirne", "toug")  # fmt: skip


def of_an_animal(ctx: ColumnContext) -> Verdict | None:
    """Name, sex, birth, breed and vaccination in the row of an animal that a key leads from to its owner."""
    if not ctx.person_row or ctx.datum is None or ctx.datum.concept.key not in SAID_OF_BOTH or ctx.party is not None:
        return None
    if not ctx.table.person_keys or ctx.table.says & _WHO or not _of_a_pet(ctx.table.words):
        return None
    return fact(ctx, ctx.table.role.fact, "told of an animal, whose owner is a person")


@lru_cache(maxsize=MOST_REMEMBERED)
def _of_a_pet(words: frozenset[str]) -> bool:
    """Whether the columns of a table have such a word."""
    return begin_so(tuple(sorted(words)), _OF_PETS)
