"""The rules, in the order in which they are asked: the first that knows an answer gives it.

Belongs here: the order. Does not belong here: the rules themselves (``rules_*``: small functions from one column in
its table to a :class:`Verdict`), which of them are worth asking (:mod:`...rules_asked`), words (``mappings/lexicon``),
curated systems, values and confidence. The order is the reasoning of a careful reader: keys first, then words that
turn a meaning away, then what is personal on its own, then what is personal because of the row, then facts of the row.
GDPR Art. 4(1); which error is worse: missing
personal data.
"""

from collections.abc import Callable

from ropa_pipeline.classify import (
    rules_data,
    rules_facts,
    rules_handlers,
    rules_health,
    rules_keys,
    rules_membership,
    rules_people,
    rules_shapes,
    rules_things,
    rules_turns,
)
from ropa_pipeline.classify.context import ColumnContext, Verdict

Rule = Callable[[ColumnContext], Verdict | None]

RULES: tuple[Rule, ...] = (
    rules_keys.validator,
    rules_facts.number_of_a_line,
    rules_things.of_an_animal,
    rules_shapes.numbered_field,
    rules_membership.group_of_a_person,
    rules_membership.level_of_loyalty,
    rules_people.keys_to_persons,
    rules_people.how_many_persons,
    rules_people.tenant_of_a_home,
    rules_people.name_of_a_company,
    rules_shapes.structure_in_a_persons_row,
    rules_shapes.address_by_its_length,
    rules_shapes.secret_by_its_length,
    rules_shapes.national_code_by_its_length,
    rules_shapes.tax_number_by_its_type,
    rules_shapes.paid_out_to,
    rules_shapes.line_of_an_address,
    rules_shapes.end_of_a_card,
    rules_shapes.value_among_secrets,
    rules_shapes.wallet_by_its_length,
    rules_shapes.request_of_a_visitor,
    rules_people.correspondent,
    rules_people.value_of_an_order,
    rules_health.found_by_an_examination,
    rules_health.of_an_eye,
    rules_health.name_of_an_illness,
    rules_people.address_of_a_mailbox,
    rules_people.affix_of_a_name,
    rules_handlers.done_by,
    rules_people.heading_of_a_message,
    rules_people.post_of_a_person,
    rules_people.card_of_a_member,
    rules_people.signature_of_a_person,
    rules_people.agent_of_a_visitor,
    rules_people.name_of_an_order,
    rules_people.known_by_a_code,
    rules_people.told_of_work,
    rules_people.counted,
    rules_people.chosen_by_a_person,
    rules_people.known_by_a_name,
    rules_people.key_without_number_sign,
    rules_people.mark_of_a_visit,
    rules_people.link_to_a_person,
    rules_keys.account_or_invoice,
    rules_handlers.handled_by,
    rules_keys.merchants_account,
    rules_keys.number_of_a_document,
    rules_keys.sender_of_a_parcel,
    rules_keys.payee,
    rules_keys.state_of_an_address,
    rules_keys.key_to_observed_table,
    rules_keys.key_to_person,
    rules_keys.other_key,
    rules_keys.person_number,
    rules_keys.reference_of_flow,
    rules_turns.turned_away,
    rules_turns.special_category,
    rules_turns.place_of_a_sale,
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
    rules_facts.what_was_done,
    rules_facts.rest_of_a_persons_row,
)
"""Asked in this order; ``rules_facts.not_personal`` answers where none of them does."""
