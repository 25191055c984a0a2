"""How sure a tag is: additive evidence on the log-odds scale, calibrated.

Belongs here: what each rule is worth and what adds or takes away. Does not belong here: the rules. The figures are
rounded from the reliability table that ``benchmarks/classification.py`` prints (of tags with 0.9, nine in ten are
right); they change how sure a tag is called, never what it says.
"""

from functools import lru_cache
from math import exp

SURE = 0.8
"""A tag at or above this is shown as observed; below it waits for review."""

_WORTH: dict[str, float] = {
    "validator": 3.5,
    "account_or_invoice": 1.8,
    "handled_by": 3.0,
    "merchants_account": 2.0,
    "payee": 1.2,
    "key_to_observed_table": 2.0,
    "state_of_an_address": 2.6,
    "key_to_person": 4.0,
    "other_key": 2.8,
    "person_number": 2.2,
    "reference_of_flow": 2.6,
    "turned_away": 2.4,
    "special_category": 2.6,
    "system_secret": 2.0,
    "yes_or_no": 1.8,
    "dated_datum": 2.0,
    "of_a_thing": 2.8,
    "nobodys_row": 3.4,
    "personal_by_itself": 3.4,
    "personal_in_its_row": 2.4,
    "free_text": 2.2,
    "bare_party": 2.0,
    "bookkeeping": 1.2,
    "fact_of_the_row": 2.2,
    "technical": 2.2,
    "rest_of_a_persons_row": 0.2,
    "not_personal": 3.0,
}
_NEEDS_TABLE = frozenset(
    {"personal_in_its_row", "free_text", "fact_of_the_row", "rest_of_a_persons_row", "yes_or_no", "dated_datum"}
)
VALUES_AGREE = 1.5
VALUES_DISAGREE = -1.2


@lru_cache(maxsize=10_000)
def confidence(rule: str, table_sure: float, unknown_words: int, inflected: bool, values: float = 0.0) -> float:
    """A probability from the rule's worth, how sure the table was read, words nobody knew, and values.

    >>> confidence("key_to_person", 0.9, 0, False) > confidence("rest_of_a_persons_row", 0.5, 1, False)
    True
    """
    score = _WORTH[rule] + values - 0.3 * min(unknown_words, 3) - (0.2 if inflected else 0.0)
    if rule in _NEEDS_TABLE:
        score += 2.0 * (table_sure - 0.8)
    return round(1.0 / (1.0 + exp(-score)), 3)
