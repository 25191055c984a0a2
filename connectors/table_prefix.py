"""The prefix that a PrestaShop installation gives its tables.

Belongs here: finding the prefix from table names and taking it off. Does not belong here: reading tables. No
connector; shared by those that read SQL. A prefix is chosen at installation, may be empty, and one database can
hold several shops with one prefix each.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Three core tables that exist together in every PrestaShop since 1.5, and hardly in anything else.
_SIGNS = ("configuration", "shop_url", "customer")


def detect_prefixes(table_names: Iterable[str]) -> tuple[str, ...]:
    """All prefixes X for which X_configuration, X_shop_url and X_customer exist together, sorted.

    >>> detect_prefixes(["a_configuration", "a_shop_url", "a_customer", "customer"])
    ('a_',)
    """
    names = {name.lower(): name for name in table_names}
    first = _SIGNS[0]
    return tuple(
        sorted(
            original[: len(original) - len(first)]
            for lower, original in names.items()
            if lower.endswith(first) and all(lower[: -len(first)] + sign in names for sign in _SIGNS)
        )
    )


def detect_prefix(table_names: Iterable[str]) -> str | None:
    """The prefix of the only or first PrestaShop among these tables; None where there is none.

    >>> detect_prefix(["ps_configuration", "ps_shop_url", "ps_customer"]), detect_prefix(["orders"])
    ('ps_', None)
    """
    return next(iter(detect_prefixes(table_names)), None)


@dataclass(frozen=True)
class Prefix:
    """The prefix in use: ``found`` False where none was given and none detected. ``others`` are further shops."""

    text: str
    found: bool
    others: tuple[str, ...] = ()

    def stem(self, name: str) -> str:
        """The table's name without the prefix; a table that does not have it keeps its name."""
        if self.found and self.text and name.lower().startswith(self.text.lower()) and len(name) > len(self.text):
            return name[len(self.text) :]
        return name

    @property
    def notes(self) -> tuple[str, ...]:
        if not self.others:
            return ()
        shown = ", ".join(repr(prefix) for prefix in (self.text, *self.others))
        return (
            f"several shops in one database, with table prefixes {shown}: read here is {self.text!r}; "
            "declare a source with option 'prefix' for each of the others",
        )


def choose_prefix(table_names: Iterable[str], given: str | None) -> Prefix:
    """The prefix to take off: the given one (option ``prefix``), else the detected one.

    >>> choose_prefix(["x_configuration", "x_shop_url", "x_customer"], None).stem("x_orders")
    'orders'
    """
    detected = detect_prefixes(table_names)
    if given is not None:
        return Prefix(given, True, tuple(prefix for prefix in detected if prefix != given))
    if not detected:
        return Prefix("", False)
    return Prefix(detected[0], True, detected[1:])
