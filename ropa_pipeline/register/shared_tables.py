"""Which of a table's purposes a column serves, where one table serves several purposes.

Belongs here: the rule that a purpose takes from a shared table only what it can need (GDPR Art. 5(1)(b), (c)),
and that a bare reference to another kind of person is about that person. Does not belong here: which purposes
a table serves (``classify``, from the system mapping) and which activity covers a purpose (``activities``).

An order's row serves the order, its delivery, its payment and the books. Its customer's telephone number is not
thereby bookkeeping data, nor is its login secret delivery data. A column that fits none of the purposes goes to
the table's main purpose, so nothing is lost.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache

from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.system import SystemMapping

_WHO = ("identity.name", "identity.company")
_WHERE = ("contact.address", "contact.postal_code", "contact.city_region_country")
_ORDER = ("order", "payment")
_BOOKS = (*_WHO, "identity.government_id", *_WHERE, *_ORDER)

NEEDS: Mapping[str, tuple[str, ...]] = {
    "accounting": _BOOKS,
    "bookkeeping": _BOOKS,
    "legal_compliance": _BOOKS,
    "payment": (*_WHO, "identity.government_id", *_ORDER, "communication.content"),
    "delivery": (*_WHO, "contact", "order", "delivery", "payment.amount", "communication", "location"),
    "order_fulfilment": (*_WHO, "identity.title_gender", "contact", *_ORDER, "delivery", "communication", "content"),
    "guest_checkout": (*_WHO, "identity.title_gender", "contact", *_ORDER, "delivery", "communication"),
    "returns_warranty": (*_WHO, "contact", *_ORDER, "delivery", "communication", "content"),
    "order_communication": (*_WHO, "contact", "order", "delivery", "communication", "content.user_file"),
    "file_upload": ("content", "order"),
    "preferences": ("account.preferences", "account.username_or_id", "device", "contact.city_region_country"),
    "server_logs": ("device", "behaviour", "account.username_or_id", "employee", "communication"),
}
"""Category prefixes that a purpose can need from a shared table. A purpose that is not named takes every column.

Identifiers of an account tie rows of one person together; with the main purpose they are kept once.
"""

SUBJECT_PURPOSES: Mapping[str, tuple[str, ...]] = {
    "employee": ("shop_administration", "staff"),
    "supplier_contact": ("supplier_contacts",),
}
"""Whose references in other people's tables belong to the activities about them alone."""


def serves(category: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a category is one of the prefixes or below one.

    >>> serves("contact.phone", ("contact",)), serves("contact.phone", ("contact.email",))
    (True, False)
    """
    return any(category == prefix or category.startswith(prefix + ".") for prefix in prefixes)


def ordered_purposes(table: TableReading, mapping: SystemMapping | None) -> tuple[str, ...]:
    """The table's purposes, the main one first as the system mapping lists them; else in the reading's order."""
    declared = (
        purpose
        for item in (mapping.tables if mapping else ())
        if fnmatchcase(table.table_stem, item.table)
        for purpose in item.purposes
    )
    return tuple(dict.fromkeys((*(purpose for purpose in declared if purpose in table.purposes), *table.purposes)))


def purposes_of_column(column: ClassifiedColumn, table_subject: str, purposes: tuple[str, ...]) -> tuple[str, ...]:
    """The purposes that one column serves, out of its table's (main one first).

    A bare reference to an employee or supplier in a table about somebody else serves the purposes about that
    person, whether or not an activity covers them: where none does, a finding says so.
    """
    theirs = SUBJECT_PURPOSES.get(column.data_subject)
    reference = column.data_category == "account.username_or_id" and table_subject not in (column.data_subject, "none")
    if theirs and reference and not set(theirs) & set(purposes):
        return theirs
    return _fitting(column.data_category, purposes) if len(purposes) > 1 else purposes


@lru_cache(maxsize=4096)  # the columns of a shop say few different things, and those of another shop the same
def _fitting(category: str, purposes: tuple[str, ...]) -> tuple[str, ...]:
    fitting = tuple(item for item in purposes if item not in NEEDS or serves(category, NEEDS[item]))
    return fitting or purposes[:1]
