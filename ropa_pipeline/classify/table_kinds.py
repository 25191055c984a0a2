"""Kinds of tables that only all their columns together tell: the order in which they are asked.

Belongs here: the order. Does not belong here: the kinds themselves (:mod:`...kinds_of_nobody`,
:mod:`...kinds_of_people`, :mod:`...kinds_of_things`), what the name of a table or its single words say
(:mod:`...table_roles`), keys between tables (:mod:`...tables`).
"""

from collections.abc import Callable

from ropa_pipeline.classify import kinds_of_nobody, kinds_of_people, kinds_of_things
from ropa_pipeline.classify.table_columns import Columns, Known

KINDS: tuple[Callable[[Known, Columns], Known | None], ...] = (
    kinds_of_nobody.the_company_itself,
    kinds_of_people.allowed_flow,
    kinds_of_people.answered,
    kinds_of_people.mailed,
    kinds_of_people.of_a_family,
    kinds_of_people.at_the_desk,
    kinds_of_people.given_away,
    kinds_of_people.secrets_of_somebody,
    kinds_of_people.kept_of_a_person,
    kinds_of_people.written_to,
    kinds_of_people.spoken,
    kinds_of_people.filled_in,
    kinds_of_nobody.accounts_at_banks,
    kinds_of_nobody.vacancies,
    kinds_of_nobody.insurers,
    kinds_of_nobody.mailbox,
    kinds_of_nobody.templates,
    kinds_of_people.lent,
    kinds_of_nobody.cookies_listed,
    kinds_of_nobody.tariff,
    kinds_of_nobody.catalogue,
    kinds_of_nobody.numbering,
    kinds_of_nobody.ways,
    kinds_of_nobody.stages,
    kinds_of_nobody.names_of_things,
    kinds_of_nobody.activities,
    kinds_of_people.visits,
    kinds_of_nobody.settings,
    kinds_of_people.payroll,
    kinds_of_people.admissions,
    kinds_of_people.appointments,
    kinds_of_people.calls,
    kinds_of_people.subscribed,
    kinds_of_people.passed,
    kinds_of_people.sent,
    kinds_of_people.followed,
    kinds_of_people.pushed,
    kinds_of_people.searches,
    kinds_of_people.lodging,
    kinds_of_nobody.buildings,
    kinds_of_things.thing,
)
"""In this order; the first that speaks decides."""


def kind_of(known: Known, columns: Columns) -> Known:
    """The role by the first rule that speaks, else what was known."""
    for rule in KINDS:
        told = rule(known, columns)
        if told is not None:
            return told
    return known
