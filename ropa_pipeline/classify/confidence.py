"""How sure a tag is: additive evidence on the log-odds scale, calibrated.

Belongs here: what each rule is worth and what adds or takes away. Does not belong here: the rules. The figures are
the mean, on the log-odds scale, of each rule's accuracy on the hold-out's ``dev`` half before and after building on
it (columns nobody had seen, and columns seen), rounded. ``benchmarks/classification.py`` prints the reliability table
(of tags with 0.9, nine in ten are right). They change how sure a tag is called, never what it says.
"""

from functools import lru_cache
from math import exp

SURE = 0.738
"""A tag published at or above this is shown as observed; below it waits for review."""
FIRST_SIGHT = -0.35
"""The worths below were found on columns whose words were known since. On 1,615 columns of schemas and exports that
nobody had looked at, tags called 0.9 were right in 0.88 of cases; with this on the log-odds scale in 0.90."""

_WORTH: dict[str, float] = {
    "validator": 3.5,
    "told_by_its_type": 2.6,
    "word_in_its_place": 1.8,
    "entry_of_a_book": 2.0,
    "found_by_a_check": 2.0,
    "written_of_a_patient": 1.8,
    "number_of_a_case": 2.0,
    "words_for_a_picture": 2.0,
    "unit_of_a_measure": 1.8,
    "numbered_field": 1.6,
    "structure_in_a_persons_row": 1.2,
    "address_by_its_length": 2.0,
    "print_of_a_device": 2.0,
    "secret_by_its_length": 2.0,
    "national_code_by_its_length": 2.2,
    "tax_number_by_its_type": 1.8,
    "paid_out_to": 1.8,
    "line_of_an_address": 2.4,
    "end_of_a_card": 1.8,
    "value_among_secrets": 2.2,
    "wallet_by_its_length": 2.0,
    "request_of_a_visitor": 2.0,
    "correspondent": 2.2,
    "value_of_an_order": 2.0,
    "number_of_a_line": 2.6,
    "group_of_a_person": 1.8,
    "level_of_loyalty": 1.8,
    "of_an_animal": 2.2,
    "found_by_an_examination": 1.8,
    "of_an_eye": 2.0,
    "name_of_an_illness": 1.8,
    "address_of_a_mailbox": 2.4,
    "affix_of_a_name": 2.6,
    "done_by": 3.0,
    "led_by": 2.2,
    "heading_of_a_message": 1.8,
    "post_of_a_person": 1.8,
    "card_of_a_member": 1.8,
    "signature_of_a_person": 1.8,
    "agent_of_a_visitor": 2.6,
    "name_of_an_order": 2.0,
    "known_by_a_code": 1.8,
    "told_of_work": 1.8,
    "counted": 1.5,
    "chosen_by_a_person": 2.4,
    "known_by_a_name": 2.0,
    "key_without_number_sign": 2.2,
    "mark_of_a_visit": 2.0,
    "link_to_a_person": 1.8,
    "account_or_invoice": 1.8,
    "handled_by": 2.2,
    "merchants_account": 2.0,
    "keys_to_persons": 2.4,
    "how_many_persons": 1.8,
    "number_of_a_document": 1.8,
    "sender_of_a_parcel": 1.6,
    "tenant_of_a_home": 1.8,
    "name_of_a_company": 1.8,
    "payee": 0.6,
    "key_to_observed_table": 2.0,
    "state_of_an_address": 2.6,
    "key_to_person": 4.0,
    "other_key": 2.8,
    "person_number": 2.2,
    "reference_of_flow": 2.2,
    "turned_away": 2.5,
    "special_category": 2.6,
    "place_of_a_sale": 1.6,
    "system_secret": 2.0,
    "yes_or_no": 1.6,
    "dated_datum": 1.1,
    "of_a_thing": 2.6,
    "nobodys_row": 3.2,
    "personal_by_itself": 3.4,
    "personal_in_its_row": 2.1,
    "free_text": 1.6,
    "bare_party": 2.2,
    "fact_of_the_row": 1.6,
    "technical": 1.5,
    "what_was_done": 1.6,
    "rest_of_a_persons_row": -1.0,
    "not_personal": 2.0,
    "words_of_the_comment": 1.2,
}
_NEEDS_TABLE = frozenset(
    {"personal_in_its_row", "free_text", "fact_of_the_row", "rest_of_a_persons_row", "yes_or_no", "dated_datum"}
)
WEAK = -1.2
"""One word that is personal only by its row, in a table that was guessed from its columns: for review."""
VALUES_AGREE = 1.5
VALUES_DISAGREE = -1.2


@lru_cache(maxsize=10_000)
def at_first_sight(sure: float) -> float:
    """How sure a tag is called where the columns are new to everybody.

    >>> at_first_sight(0.9), at_first_sight(1.0)
    (0.864, 1.0)
    """
    if not 0.0 < sure < 1.0:
        return sure
    return round(1.0 / (1.0 + (1.0 - sure) / sure * exp(-FIRST_SIGHT)), 3)


@lru_cache(maxsize=10_000)
def confidence(
    rule: str, table_sure: float, unknown_words: int, inflected: bool, values: float = 0.0, weak: bool = False
) -> float:
    """A probability from the rule's worth, how sure the table was read, words nobody knew, and values.

    >>> confidence("key_to_person", 0.9, 0, False) > confidence("rest_of_a_persons_row", 0.5, 1, False)
    True
    """
    score = _WORTH[rule] + values - 0.3 * min(unknown_words, 3) - (0.2 if inflected else 0.0) + (WEAK if weak else 0.0)
    if rule in _NEEDS_TABLE:
        score += 2.0 * (table_sure - 0.8)
    return round(1.0 / (1.0 + exp(-score)), 3)
