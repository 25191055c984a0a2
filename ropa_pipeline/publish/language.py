"""The languages the workbooks are written in: headings, terms, fixed sentences, dates, numbers, collation.

Belongs here: turning a column, an enum member, an article, a period, a country or a date into the words of one
language. Does not belong here: the words themselves (``words_en``, ``words_lt*``) and what stands in a cell
(``words``). Labels of taxonomy keys come with the release; what people or sources wrote is never translated.
Lithuanian terms follow the official Lithuanian text of the GDPR; collation follows the CLDR order for Lithuanian.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED
from ropa_pipeline.model.tables import TABLE_BY_NAME
from ropa_pipeline.publish import words_en, words_lt, words_lt_headings, words_lt_terms
from ropa_pipeline.publish.places import PublishError

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")
_ARTICLE = re.compile(r"(\d+)((?:\(\w{1,2}\))*)")
_BASE = re.compile(r"(?:Art\. ?)?\b(6\(1\)\([a-z]{1,2}\)|9\(2\)\([a-z]\))")
_JOINED = re.compile(r" (or|and) (?=(?:Art\. ?)?[69]\()")

SortKey = tuple[str, str, str]


class UnknownLanguage(PublishError):
    """A language that no workbook is written in. The message names those there are."""


@dataclass(frozen=True)
class Language:
    """One language. Get it from :func:`language_of`; every method answers in its words, never in another's."""

    code: str
    headings: Mapping[str, str]
    terms: Mapping[str, str]
    values: Mapping[str, str]
    phrases: Mapping[str, str]
    bases: Mapping[str, str]
    units: tuple[tuple[str, ...], ...]
    date_format: str
    time_format: str
    number_format: str
    decimal_format: str
    thousands: str
    decimal_mark: str
    _plural: Callable[[int], int] = field(repr=False)
    _article: Callable[[str], str] = field(repr=False)
    _date: Callable[[date], str] = field(repr=False)
    _letters: Mapping[str, str] = field(default_factory=dict, repr=False)

    def heading(self, table_name: str, column_name: str) -> str:
        """A column's heading in words, without its provision. KeyError for a column that has none."""
        own = self.headings.get(f"{table_name}.{column_name}") or self.headings.get(column_name)
        if own is not None:
            return own
        if self.code != "en":
            raise KeyError(f"no heading in {self.code!r} for {table_name}.{column_name}")
        return column_name.removesuffix("_id").replace("_", " ").capitalize()

    def titled(self, table_name: str, column_name: str) -> str:
        """A column's heading with the provision that asks for it on a second line."""
        column = next(item for item in TABLE_BY_NAME[table_name].columns if item.name == column_name)
        words = self.heading(table_name, column_name)
        return f"{words}\n{self.article(column.article)}" if column.article else words

    def table(self, table_name: str) -> str:
        """The name of a published table; what is no table stays as it is."""
        spec = TABLE_BY_NAME.get(table_name)
        return self.sheet(spec.title) if spec else table_name

    def sheet(self, name: str) -> str:
        """The name of a sheet or table, given by its English name. KeyError for one that has none."""
        return name if self.code == "en" else self.phrases[f"sheet: {name}"]

    def term(self, member: StrEnum) -> str:
        """The word for a member of a controlled vocabulary. KeyError for one that has none."""
        if member.value in (NOT_STATED, NOT_APPLICABLE):
            return self.mark(member.value)
        own = self.terms.get(f"{type(member).__name__}.{member.value}") or self.terms.get(member.value)
        if own is not None:
            return own
        if self.code != "en":
            raise KeyError(f"no word in {self.code!r} for {type(member).__name__}.{member.value}")
        return member.value.replace("_", " ")

    def value(self, text: str) -> str:
        """The word for a value that columns without a fixed choice usually hold; another value stays as it is."""
        return self.values.get(text, text)

    def mark(self, text: str) -> str:
        """NOT STATED and NOT APPLICABLE in this language; another text stays as it is."""
        if text == NOT_STATED:
            return self.phrases["not stated"]
        return self.phrases["not applicable"] if text == NOT_APPLICABLE else text

    def phrase(self, key: str, **values: object) -> str:
        """A fixed sentence with its values. KeyError for a key that has none."""
        return self.phrases[key].format(**values) if values else self.phrases[key]

    def counted(self, key: str, count: int, **values: object) -> str:
        """A fixed sentence about a number; its forms (one, few, many) are divided by ``|``."""
        forms = self.phrases[key].split("|")
        return forms[min(self._plural(count), len(forms) - 1)].format(count=self.number(count), **values)

    def date(self, value: date) -> str:
        """A date in a sentence: ``1 November 2026``, ``2026-11-01``. A time keeps its hours and minutes."""
        shown = self._date(value)
        return f"{shown} {value:%H:%M}" if isinstance(value, datetime) else shown

    def number(self, value: float) -> str:
        """A number in a sentence: ``1,234.5`` or ``1 234,5``.

        >>> language_of("en").number(1234), language_of("lt").number(0.5)
        ('1,234', '0,5')
        """
        whole, _, rest = f"{value:,}".partition(".")
        whole = whole.replace(",", self.thousands)
        return f"{whole}{self.decimal_mark}{rest}" if rest else whole

    def period(self, value: str) -> str:
        """An ISO 8601 duration in words; what is no duration stays as it is.

        >>> language_of("en").period("P1Y6M"), language_of("lt").period("P10Y"), language_of("lt").period("P21D")
        ('1 year 6 months', '10 metų', '21 diena')
        >>> language_of("en").period("OPEN ENDED"), language_of("en").period("until deleted")
        ('open-ended', 'until deleted')
        """
        if value in ("OPEN ENDED", "SESSION"):
            return self.phrases[value]
        match = _PERIOD.match(value)
        if not match or not any(match.groups()):
            return self.mark(value)
        found = [(int(number), unit) for number, unit in zip(match.groups(), self.units, strict=True) if number]
        return " ".join(f"{number} {unit[min(self._plural(number), len(unit) - 1)]}" for number, unit in found)

    def article(self, provision: str) -> str:
        """A provision of the GDPR as it is cited in this language.

        >>> language_of("en").article("30(1)(b)"), language_of("lt").article("30(1)(b)")
        ('Art. 30(1)(b)', '30 str. 1 d. b p.')
        """
        return self._article(provision)

    def legal_basis(self, value: str) -> str:
        """Articles with what they mean; alternatives stay alternatives.

        >>> language_of("en").legal_basis("6(1)(b) or 6(1)(f)")
        'Art. 6(1)(b) contract or Art. 6(1)(f) legitimate interests'
        >>> language_of("lt").legal_basis("6(1)(a)")
        '6 str. 1 d. a p. sutikimas'
        """

        def explained(match: re.Match[str]) -> str:
            meaning = self.bases.get(match.group(1), "")
            cited = self.article(match.group(1))
            return f"{cited} {meaning}".strip() if meaning not in value else cited

        joined = _JOINED.sub(lambda match: f" {self.phrases[match.group(1)]} ", value)
        return self.mark(_BASE.sub(explained, joined))

    def country(self, code: str) -> str:
        """The name of a country with its code; what is no code stays as it is."""
        name = _country_name(self.code, code) if len(code) == 2 else ""
        return f"{name} ({code})" if name else self.mark(code)

    def sort_key(self, text: str) -> SortKey:
        """Orders texts as this language does: letters first, then accents, then capitals."""
        letters, accents = [], []
        for sign in unicodedata.normalize("NFC", text.casefold()):
            plain = unicodedata.normalize("NFD", sign)
            letter = self._letters.get(sign, plain[:1])
            letters.append(letter)
            accents.append("" if len(letter) > 1 else sign if sign in self._letters else plain[1:])
        return "".join(letters), "\0".join(accents), text.swapcase()


@cache
def _country_name(language: str, code: str) -> str:
    import gettext  # late, as the tables of countries: both cost time to load

    import pycountry

    found = pycountry.countries.get(alpha_2=code)
    name = str(getattr(found, "common_name", None) or getattr(found, "name", ""))
    if language == "en" or not name:
        return name
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext(name)


def _english_plural(count: int) -> int:
    return 0 if count == 1 else 1


def _lithuanian_plural(count: int) -> int:
    """0 for 1, 21, 31 (metai, diena); 1 for 2 to 9, 22 to 29; 2 for 0, 10 to 20, 30 (metų, dienų)."""
    if count % 10 == 0 or 11 <= count % 100 <= 19:
        return 2
    return 0 if count % 10 == 1 else 1


def _english_article(provision: str) -> str:
    return f"Art. {provision}" if provision[:1].isdigit() else provision


def _lithuanian_article(provision: str) -> str:
    """``30(1)(b)`` as ``30 str. 1 d. b p.``; an article that follows bare numbers is cited once."""

    def cited(match: re.Match[str]) -> str:
        inner = re.findall(r"\w+", match.group(2))
        words = [f"{match.group(1)} str."]
        words += [f"{item} d." if item.isdigit() else f"{item} p." for item in inner]
        return " ".join(words)

    text = re.sub(r"(\d+)-(\d+)", r"\1–\2", provision.removeprefix("ePrivacy ").removeprefix("GDPR "))
    law = "E. privatumo direktyvos " if provision.startswith("ePrivacy ") else ""
    if not re.search(r"\(", text):
        return f"{law}{text} str." if text[:1].isdigit() else text
    return law + re.sub(r"(\d+)–(\d+)|" + _ARTICLE.pattern, lambda match: _range_or(match, cited), text)


def _range_or(match: re.Match[str], cited: Callable[[re.Match[str]], str]) -> str:
    if match.group(1):
        return f"{match.group(0)} str."
    return cited(re.match(_ARTICLE, match.group(0)) or match)


_ENGLISH = Language(
    code="en",
    headings=words_en.HEADINGS,
    terms=words_en.TERMS,
    values={},
    phrases=words_en.PHRASES,
    bases=words_en.BASES,
    units=tuple((unit, unit + "s") for unit in ("year", "month", "week", "day", "hour", "minute", "second")),
    date_format="[$-809]d mmm yyyy",
    time_format="[$-809]d mmm yyyy hh:mm",
    number_format="#,##0",
    decimal_format="0.00",
    thousands=",",
    decimal_mark=".",
    _plural=_english_plural,
    _article=_english_article,
    _date=lambda value: f"{value.day} {words_en.MONTHS[value.month - 1]} {value.year}",
)
_LITHUANIAN = Language(
    code="lt",
    headings=words_lt_headings.HEADINGS,
    terms=words_lt_terms.TERMS,
    values=words_lt_terms.VALUES,
    phrases=words_lt.PHRASES,
    bases=words_lt_terms.BASES,
    units=words_lt.UNITS,
    date_format="[$-427]yyyy-mm-dd",
    time_format="[$-427]yyyy-mm-dd hh:mm",
    number_format="[$-427]#,##0",
    decimal_format="[$-427]0.00",
    thousands="\u00a0",
    decimal_mark=",",
    _plural=_lithuanian_plural,
    _article=_lithuanian_article,
    _date=lambda value: f"{value:%Y-%m-%d}",
    # CLDR: č, š and ž are letters of their own after c, s and z; y stands with i, the other accents with their letter.
    _letters={"č": "c\uffff", "š": "s\uffff", "ž": "z\uffff", "y": "i"},
)
LANGUAGES: Mapping[str, Language] = {item.code: item for item in (_ENGLISH, _LITHUANIAN)}


def language_of(code: str) -> Language:
    """The language of that code. Raises UnknownLanguage, which names the languages there are."""
    if code not in LANGUAGES:
        raise UnknownLanguage(f"there is no language {code!r}; the workbooks are written in: {', '.join(LANGUAGES)}")
    return LANGUAGES[code]
