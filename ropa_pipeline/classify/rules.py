"""The rules, in the order in which they are asked: the first that knows an answer gives it.

Belongs here: the order. Does not belong here: the rules themselves (``rules_*``: small functions from one column in
its table to a :class:`Verdict`), words (``mappings/lexicon``), curated systems, values and confidence. The order is
the reasoning of a careful reader: keys first, then words that turn a meaning away, then what is personal on its own,
then what is personal because of the row, then facts of the row. GDPR Art. 4(1); which error is worse: missing
personal data.
"""

from collections.abc import Callable
from functools import lru_cache

from ropa_pipeline.classify import rules_data, rules_facts, rules_keys, rules_people, rules_turns
from ropa_pipeline.classify.context import ColumnContext, Verdict
from ropa_pipeline.model.lexicon import ConceptKind

Rule = Callable[[ColumnContext], Verdict | None]

RULES: tuple[Rule, ...] = (
    rules_keys.validator,
    rules_people.correspondent,
    rules_people.value_of_an_order,
    rules_people.address_of_a_mailbox,
    rules_people.affix_of_a_name,
    rules_people.done_by,
    rules_people.heading_of_a_message,
    rules_people.post_of_a_person,
    rules_people.card_of_a_member,
    rules_people.counted,
    rules_people.chosen_by_a_person,
    rules_people.known_by_a_name,
    rules_people.key_without_number_sign,
    rules_people.link_to_a_person,
    rules_keys.account_or_invoice,
    rules_keys.handled_by,
    rules_keys.merchants_account,
    rules_keys.payee,
    rules_keys.state_of_an_address,
    rules_keys.key_to_observed_table,
    rules_keys.key_to_person,
    rules_keys.other_key,
    rules_keys.person_number,
    rules_keys.reference_of_flow,
    rules_turns.turned_away,
    rules_turns.special_category,
    rules_turns.system_secret,
    rules_turns.yes_or_no,
    rules_turns.dated_datum,
    rules_turns.of_a_thing,
    rules_turns.nobodys_row,
    rules_data.personal_by_itself,
    rules_data.personal_in_its_row,
    rules_data.free_text,
    rules_data.bare_party,
    rules_facts.fact_of_the_row,
    rules_facts.technical,
    rules_facts.rest_of_a_persons_row,
)
"""Asked in this order; ``rules_facts.not_personal`` answers where none of them does."""

_ASKED_FOR: dict[Rule, frozenset[ConceptKind]] = {
    **dict.fromkeys(
        (
            rules_people.address_of_a_mailbox,
            rules_people.heading_of_a_message,
            rules_people.post_of_a_person,
            rules_people.card_of_a_member,
            rules_people.chosen_by_a_person,
            rules_keys.merchants_account,
            rules_turns.special_category,
            rules_turns.system_secret,
            rules_data.personal_by_itself,
            rules_data.personal_in_its_row,
        ),
        frozenset({ConceptKind.DATUM}),
    ),
    **dict.fromkeys(
        (
            rules_people.known_by_a_name,
            rules_keys.handled_by,
            rules_keys.payee,
            rules_keys.key_to_person,
            rules_keys.person_number,
            rules_data.bare_party,
        ),
        frozenset({ConceptKind.PARTY}),
    ),
    **dict.fromkeys(
        (rules_keys.other_key, rules_keys.reference_of_flow, rules_people.link_to_a_person),
        frozenset({ConceptKind.REF}),
    ),
    rules_people.counted: frozenset({ConceptKind.QUANTITY}),
    rules_people.key_without_number_sign: frozenset({ConceptKind.FLOW}),
    rules_keys.account_or_invoice: frozenset({ConceptKind.FLOW}),
    rules_turns.turned_away: frozenset({ConceptKind.HEAD}),
    rules_turns.dated_datum: frozenset({ConceptKind.DATUM, ConceptKind.TEXT}),
    rules_turns.of_a_thing: frozenset({ConceptKind.THING}),
    rules_data.free_text: frozenset({ConceptKind.TEXT}),
    rules_facts.technical: frozenset({ConceptKind.TECHNICAL}),
}
"""Rules that can answer only where a name has a meaning of one of these kinds; the others are always asked."""


@lru_cache(maxsize=10_000)
def rules_for(kinds: frozenset[ConceptKind]) -> tuple[Rule, ...]:
    """The rules worth asking about a name with meanings of these kinds, in order. Saves time, changes no answer."""
    return tuple(rule for rule in RULES if rule not in _ASKED_FOR or _ASKED_FOR[rule] & kinds)
