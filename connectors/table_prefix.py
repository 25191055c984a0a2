"""The prefix that a PrestaShop installation gives its tables.

Belongs here: finding the prefix from table names and taking it off. Does not belong here: reading tables. No
connector; shared by those that read SQL. A prefix is chosen at installation, may be empty, and one database can
hold several shops with one prefix each.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Three core tables that exist together in every PrestaShop since 1.5, and hardly in anything else.
_SIGNS = ("configuration", "shop_url", "customer")
# Core tables of which a part is enough: an export of a few tables has the prefix of its shop too.
_CORE = frozenset(
    {"address", "cart", "cart_product", "configuration", "customer", "employee", "guest", "orders", "product", "shop"}
)
_OWN = frozenset({"cart_rule", "connections", "customer_thread", "order_detail", "order_invoice", "order_payment",
                  "order_slip", "order_state", "shop_url"})  # fmt: skip
"""Of these at least one: other shops call theirs otherwise."""
_ENOUGH = 3


def detect_prefixes(table_names: Iterable[str]) -> tuple[str, ...]:
    """All prefixes X for which X_configuration, X_shop_url and X_customer exist together, or, where none has them,
    for which three core tables do, one of them this software's own; sorted.

    >>> detect_prefixes(["a_configuration", "a_shop_url", "a_customer", "customer"])
    ('a_',)
    >>> detect_prefixes(["zz_orders", "zz_order_detail", "zz_customer"]), detect_prefixes(["x_orders", "x_customer"])
    (('zz_',), ())
    """
    names = {name.lower(): name for name in table_names}
    first = _SIGNS[0]
    whole = tuple(
        sorted(
            original[: len(original) - len(first)]
            for lower, original in names.items()
            if lower.endswith(first) and all(lower[: -len(first)] + sign in names for sign in _SIGNS)
        )
    )
    return whole or _of_a_part(names)


def _of_a_part(names: dict[str, str]) -> tuple[str, ...]:
    found: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for lower, original in sorted(names.items()):
        place = lower.find("_")
        while place > 0:
            if lower[place + 1 :] in _CORE or lower[place + 1 :] in _OWN:
                prefix = lower[: place + 1]
                found.setdefault(prefix, set()).add(lower[place + 1 :])
                spelled.setdefault(prefix, original[: place + 1])
            place = lower.find("_", place + 1)
    return tuple(
        sorted(
            spelled[prefix] for prefix, stems in found.items() if len(stems) >= _ENOUGH and not stems.isdisjoint(_OWN)
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
