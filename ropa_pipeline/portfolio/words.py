"""Cells of the portfolio's workbooks in the words of one language.

Belongs here: what a cell shows. Does not belong here: the words themselves (``words_en``, ``words_lt``), those that the
controllers' workbooks have too (``publish.language``), and which cells a sheet has (``book``).
"""

from collections.abc import Mapping
from enum import StrEnum

from ropa_pipeline.model.base import ColumnSpec, Row, table_spec
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.portfolio import words_en, words_lt
from ropa_pipeline.publish.language import Language, language_of
from ropa_pipeline.publish.sheet_cells import CellValue
from ropa_pipeline.publish.words import NOTHING, Words
from ropa_pipeline.publish.workbook import Heading, Shown

_SHOWN_NAMES = 12

_WORDS: Mapping[str, Mapping[str, str]] = {"en": words_en.WORDS, "lt": words_lt.WORDS}
_OWN_CHOICES = "ropa_pipeline.model.portfolio"


class PortfolioWords:
    """Cells of the portfolio in the words of one language."""

    def __init__(self, code: str, labels: Mapping[str, str]) -> None:
        self.language: Language = language_of(code)
        self._own = _WORDS[self.language.code]
        self.labels = labels
        self._words = Words(Tables(), labels, self.language)

    def say(self, key: str, **values: object) -> str:
        """A fixed sentence. KeyError for a key that has none."""
        return self._own[key].format(**values) if values else self._own[key]

    def choice(self, text: str) -> str:
        """A word of the portfolio's own vocabularies; English ones are the words themselves."""
        return self._own.get(f"c.{text}", text)

    def heading(self, name: str, article: str = "") -> Heading:
        said = self.say(f"h.{name}")
        return Heading(f"{said}\n{self.language.article(article)}" if article else said)

    def cell(self, row: Row, name: str) -> Shown:
        """One cell of a row: in words, never blank."""
        column = _column(type(row), name)
        value = getattr(row, name)
        if isinstance(value, tuple) and value and type(value[0]).__module__ == _OWN_CHOICES:
            return Shown("\n".join(self.choice(str(item)) for item in value), "warning")
        if isinstance(value, StrEnum) and type(value).__module__ == _OWN_CHOICES:
            return Shown(self.choice(value.value))
        if value is None or value in ((), ""):
            return Shown(NOTHING)
        if name == "capacity":
            return Shown(self.language.terms.get(str(value), str(value)), "strong")
        shown = self._words.cell(column, value)
        if name == "severity" and str(value) in ("error", "warning"):
            return Shown(shown, str(value))
        return Shown(shown, self._words.style_of(shown))

    def plain(self, value: CellValue, style: str = "") -> Shown:
        return Shown(value, style or self._words.style_of(value))

    def keys(self, keys: tuple[str, ...]) -> str:
        """Keys of the taxonomy in words."""
        return ", ".join(self._words.key(key) for key in keys) or NOTHING

    def names(self, names: tuple[str, ...]) -> str:
        """Names of controllers: the first dozen, and how many more."""
        first = ", ".join(names[:_SHOWN_NAMES])
        rest = len(names) - _SHOWN_NAMES
        return f"{first} {self.say('c.more', count=self.language.number(rest))}" if rest > 0 else first or NOTHING


def _column(row_class: type[Row], name: str) -> ColumnSpec:
    return next(item for item in table_spec(row_class).columns if item.name == name)
