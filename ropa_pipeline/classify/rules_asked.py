"""Which rules are worth asking about a column: most can answer only where a name, a row or a table has something.

Belongs here: what each rule needs, so that it is not asked in vain. Does not belong here: the rules and their order
(:mod:`ropa_pipeline.classify.rules`). It saves time and changes no answer: a test asks every rule of every column.
"""

from collections.abc import Hashable, Mapping
from functools import lru_cache

from ropa_pipeline.classify import (
    rules_bare,
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
from ropa_pipeline.classify.name_reading import NameReading
from ropa_pipeline.classify.rules import RULES, Rule
from ropa_pipeline.classify.table_roles import ADDRESSED
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.classify.verdicts import FLOW_ROLES
from ropa_pipeline.model.lexicon import ConceptKind

_ASKED_FOR: dict[Rule, frozenset[ConceptKind]] = {
    **dict.fromkeys(
        (
            rules_people.chosen_by_a_person,
            rules_turns.special_category,
            rules_shapes.print_of_a_device,
            rules_data.personal_by_itself,
            rules_data.personal_in_its_row,
        ),
        frozenset({ConceptKind.DATUM}),
    ),
    **dict.fromkeys(
        (
            rules_people.known_by_a_name,
            rules_people.how_many_persons,
            rules_handlers.handled_by,
            rules_keys.key_to_person,
            rules_keys.person_number,
            rules_data.bare_party,
        ),
        frozenset({ConceptKind.PARTY}),
    ),
    **dict.fromkeys(
        (rules_handlers.led_by, rules_keys.other_key, rules_keys.reference_of_flow, rules_people.link_to_a_person),
        frozenset({ConceptKind.REF}),
    ),
    rules_people.counted: frozenset({ConceptKind.QUANTITY}),
    rules_people.key_without_number_sign: frozenset({ConceptKind.FLOW}),
    rules_keys.account_or_invoice: frozenset({ConceptKind.FLOW}),
    rules_facts.what_was_done: frozenset({ConceptKind.FLOW}),
    rules_turns.turned_away: frozenset({ConceptKind.HEAD}),
    rules_turns.dated_datum: frozenset({ConceptKind.DATUM, ConceptKind.TEXT}),
    rules_turns.of_a_thing: frozenset({ConceptKind.THING}),
    rules_bare.written_of_a_patient: frozenset({ConceptKind.THING}),
    rules_data.free_text: frozenset({ConceptKind.TEXT}),
    rules_bare.number_of_a_case: frozenset({ConceptKind.TEXT, ConceptKind.DATUM}),
    rules_facts.technical: frozenset({ConceptKind.TECHNICAL}),
}
"""Rules that can answer only where a name has a meaning of one of these kinds."""

_IN_A_PERSONS_ROW: frozenset[Rule] = frozenset(
    {
        rules_shapes.told_by_its_type,
        rules_bare.word_in_its_place,
        rules_bare.entry_of_a_book,
        rules_bare.found_by_a_check,
        rules_bare.written_of_a_patient,
        rules_bare.number_of_a_case,
        rules_shapes.numbered_field,
        rules_things.of_an_animal,
        rules_membership.group_of_a_person,
        rules_membership.level_of_loyalty,
        rules_people.name_of_a_company,
        rules_shapes.structure_in_a_persons_row,
        rules_shapes.address_by_its_length,
        rules_shapes.print_of_a_device,
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
        rules_people.key_without_number_sign,
        rules_people.mark_of_a_visit,
        rules_people.link_to_a_person,
        rules_keys.state_of_an_address,
        rules_facts.fact_of_the_row,
        rules_facts.what_was_done,
        rules_facts.rest_of_a_persons_row,
    }
)
"""Rules that can answer only where the row leads to a person."""

_WORDS: dict[Rule, frozenset[str]] = {
    rules_bare.word_in_its_place: rules_bare.BARE_WORDS,
    rules_bare.entry_of_a_book: rules_bare.BOOKED,
    rules_bare.found_by_a_check: rules_bare.FOUND,
    rules_bare.unit_of_a_measure: rules_bare.UNITS,
    rules_bare.words_for_a_picture: frozenset({"alt"}),
    rules_facts.number_of_a_line: frozenset({word for words in rules_facts.NUMBERS_OF_LINES for word in words}),
    rules_people.keys_to_persons: frozenset({"ids"}),
    rules_people.tenant_of_a_home: frozenset({"tenant"}),
    rules_people.name_of_a_company: frozenset({"name", "title"}),
    rules_people.correspondent: ADDRESSED,
    rules_turns.place_of_a_sale: frozenset({"location", "locations"}),
    rules_people.value_of_an_order: rules_people.VALUES | rules_people.SENT,
    rules_health.of_an_eye: rules_health.EYES,
    rules_people.affix_of_a_name: frozenset({"prefix", "suffix"}),
    rules_handlers.done_by: frozenset({"by"}),
    rules_people.signature_of_a_person: frozenset({"signature", "sig"}),
    rules_people.agent_of_a_visitor: frozenset({"agent"}),
    rules_people.name_of_an_order: frozenset({"name"}),
    rules_people.known_by_a_code: frozenset(word for code in rules_people.CODES for word in code),
    rules_people.link_to_a_person: frozenset({"parent"}),
    rules_keys.state_of_an_address: frozenset({"state", "zone"}),
    rules_shapes.secret_by_its_length: rules_shapes.HASH_WORDS,
    rules_shapes.national_code_by_its_length: rules_shapes.CODE_WORDS,
    rules_shapes.tax_number_by_its_type: frozenset({"tax"}),
    rules_shapes.paid_out_to: rules_shapes.PAID_OUT,
    rules_shapes.line_of_an_address: frozenset({"line"}),
    rules_shapes.end_of_a_card: rules_shapes.END_OF_CARD,
    rules_shapes.wallet_by_its_length: rules_shapes.WALLET_WORDS,
    rules_shapes.value_among_secrets: rules_shapes.BARE_VALUES,  # each of several words ends or begins with one
    rules_shapes.request_of_a_visitor: rules_shapes.REQUESTS,
}
"""Rules that can answer only where a name has one of these words."""

_MEANINGS: dict[Rule, frozenset[str]] = {
    rules_things.of_an_animal: rules_things.SAID_OF_BOTH,
    rules_health.name_of_an_illness: frozenset({"name", "title"}),
    rules_people.heading_of_a_message: frozenset({"name", "title"}),
    rules_people.address_of_a_mailbox: frozenset({"address"}),
    rules_people.post_of_a_person: frozenset({"title"}),
    rules_people.card_of_a_member: frozenset({"card"}),
    rules_keys.merchants_account: frozenset({"bank_account", "wallet", "bank"}),
    rules_keys.number_of_a_document: frozenset({"government_id"}),
    rules_keys.sender_of_a_parcel: frozenset({"sender"}),
    rules_keys.payee: frozenset({"recipient", "payee"}),
    rules_turns.system_secret: rules_turns.SECRETS,
}
"""Rules that can answer only where a name has one of these meanings, which says of what kind they are."""

_ROLES: dict[Rule, frozenset[str]] = {
    rules_shapes.numbered_field: rules_shapes.FILLED_IN,
    rules_membership.group_of_a_person: rules_membership.GROUPED,
    rules_shapes.structure_in_a_persons_row: rules_shapes.KEPT_IN,
    rules_shapes.address_by_its_length: rules_shapes.SEEN_ONLINE | {"marketing"},
    rules_bare.written_of_a_patient: frozenset({"health"}),
    rules_health.found_by_an_examination: frozenset({"health"}),
    rules_health.name_of_an_illness: frozenset({"health"}),
    rules_people.told_of_work: frozenset({"employee"}),
    rules_people.heading_of_a_message: frozenset({"message"}),
    rules_people.mark_of_a_visit: rules_people.OF_VISITS,
    rules_keys.number_of_a_document: FLOW_ROLES,
    rules_keys.sender_of_a_parcel: frozenset({"delivery"}),
}
"""Rules that can answer only in tables of one of these roles."""


def _needed(needs: Mapping[Rule, frozenset[Hashable]]) -> tuple[int, Mapping[Hashable, int]]:
    """One bit a rule: the rules that need nothing of this sort, and those that each thing is enough for."""
    free = sum(1 << place for place, rule in enumerate(RULES) if rule not in needs)
    enough: dict[Hashable, int] = {}
    for place, rule in enumerate(RULES):
        for item in needs.get(rule, ()):
            enough[item] = enough.get(item, 0) | 1 << place
    return free, enough


_BY_KINDS, _BY_WORDS, _BY_MEANINGS = _needed(_ASKED_FOR), _needed(_WORDS), _needed(_MEANINGS)
_ANY_ROW = sum(1 << place for place, rule in enumerate(RULES) if rule not in _IN_A_PERSONS_ROW)


@lru_cache(maxsize=MOST_REMEMBERED)
def rules_for(reading: NameReading, person_row: bool) -> tuple[tuple[Rule, frozenset[str] | None], ...]:
    """The rules worth asking about such a name, in order, each with the roles of tables it needs."""
    bits = -1 if person_row else _ANY_ROW
    for (free, enough), has in ((_BY_KINDS, reading.kinds), (_BY_WORDS, reading.words), (_BY_MEANINGS, reading.keys)):
        bits &= free | _sum_of(enough, has)
    return _chosen(bits)


def _sum_of(enough: Mapping[Hashable, int], has: frozenset[Hashable]) -> int:
    bits = 0
    for item in has:
        bits |= enough.get(item, 0)
    return bits


@lru_cache(maxsize=MOST_REMEMBERED)
def _chosen(bits: int) -> tuple[tuple[Rule, frozenset[str] | None], ...]:
    return tuple((rule, _ROLES.get(rule)) for place, rule in enumerate(RULES) if bits >> place & 1)
