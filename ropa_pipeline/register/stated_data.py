"""What the notice says of a kind of data, wherever it says it: that it is collected, or that it is not.

Belongs here: statements about data categories and special categories by the category that they are about. Does not
belong here: reading a notice (``notice``), which activity a category belongs to (``activities``). GDPR Art. 9, 13, 14.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import StatementKind

_KINDS = (StatementKind.DATA_CATEGORY, StatementKind.SPECIAL_CATEGORY)
_READ = re.compile(r"\bcollected=(yes|no|if volunteered)\b")
_DENIED = re.compile(
    r"^\W*(?:none|no data)\b|\b(?:not|never) (?:be )?(?:collect|process|ask|request|gather)\w*"
    r"|\bne(?:renka|tvarko|prašo|reikalau)\w*",
    re.IGNORECASE,
)


def denies(statement: Statement) -> bool:
    """Whether it says that the data are not collected, or not unless a person volunteers them.

    The reader writes ``collected=no``; a person who wrote the statement uses words of their own.
    """
    read = _READ.search(statement.value)
    return read[1] != "yes" if read else _DENIED.search(statement.value) is not None


class StatedData:
    """The notice's statements about data, found by category."""

    def __init__(self, statements: Iterable[Statement], taxonomy: Taxonomy) -> None:
        self._statements = tuple(item for item in statements if item.kind in _KINDS)
        self._special = {item.key for item in taxonomy.data_categories if item.special_category}
        self._known = {item.key for item in taxonomy.data_categories}
        self._whole: Mapping[str, str] = {item.key: item.part_of for item in taxonomy.data_categories if item.part_of}

    def wider(self, category: str) -> tuple[str, ...]:
        """The words that cover a category without being it: its family, and the whole that it is a part of."""
        whole = self._whole.get(category, "")
        parts = category.split(".")
        families = tuple(".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
        return (whole, *families) if whole else families

    def is_part(self, category: str, wider: str) -> bool:
        """Whether whoever states the wider word has stated this: a postal code is part of an address."""
        return self._whole.get(category) == wider

    def collected(self, category: str) -> tuple[Statement, ...]:
        """Statements that this category, or a wider word for it, is collected."""
        about = {category, *self.wider(category)}
        return tuple(item for item in self._statements if item.subject in about and not denies(item))

    def denied(self, category: str) -> tuple[Statement, ...]:
        """Statements that this category is not collected; special categories are denied all together too."""
        about = {category, *self.wider(category)}
        general = self.special_denials if category in self._special else ()
        own = tuple(item for item in self._statements if item.subject in about and denies(item))
        return tuple(dict.fromkeys((*own, *general)))

    @cached_property
    def categories(self) -> Mapping[str, tuple[Statement, ...]]:
        """Categories of the taxonomy that the notice says are collected, by name."""
        found: dict[str, list[Statement]] = {}
        for item in self._statements:
            if item.subject in self._known and not denies(item):
                found.setdefault(item.subject, []).append(item)
        return {key: tuple(items) for key, items in sorted(found.items())}

    @cached_property
    def special_stated(self) -> tuple[Statement, ...]:
        """Statements that data of a special category are collected."""
        named = {item.statement_id for key, items in self.categories.items() if key in self._special for item in items}
        return tuple(
            item
            for item in self._statements
            if item.statement_id in named
            or (item.kind is StatementKind.SPECIAL_CATEGORY and "collected=yes" in item.value)
        )

    @cached_property
    def special_denials(self) -> tuple[Statement, ...]:
        """Statements that no special categories are collected; one about a single kind says nothing of the others."""
        of_special = [item for item in self._statements if item.kind is StatementKind.SPECIAL_CATEGORY]
        return tuple(item for item in of_special if denies(item) and item.subject not in self._known)
