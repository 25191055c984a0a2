"""Kinds of editable cells: how a value is shown, what a drop-down offers, and how what a person typed is read.

Belongs here: one class per kind. Does not belong here: which cells there are (``entries``) and the merge
(``cell_merge``). A choice is read as its key or as its word in either language, whatever the case and the blanks;
unknown is NOT STATED and never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.publish.language import LANGUAGES, Language
from ropa_pipeline.review.form import as_shown

Value = str | bool | date | tuple[str, ...] | None
"""What a cell says, as the YAML says it; None: nothing is known."""

_ISO_PERIOD = re.compile(r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?", re.I)
_NAMED_PERIOD = re.compile(r"(\d{1,4}) ?(\w+)\.?")
_UNITS = (
    ("Y", ("year", "years", "y", "metai", "metų", "metus", "m")),
    ("M", ("month", "months", "mėnuo", "mėnesiai", "mėnesių", "mėnesius", "mėnesį", "mėn")),
    ("W", ("week", "weeks", "savaitė", "savaitės", "savaičių", "savaites", "savaitę", "sav")),
    ("D", ("day", "days", "d", "diena", "dienos", "dienų", "dienas", "dieną")),
)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-./ ](?P<month>\d{1,2})[-./ ](?P<day>\d{1,2})\.?"),
    re.compile(r"(?P<year>\d{4}) m\. ?(?P<name>\w+) (?P<day>\d{1,2}) d\."),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2}) (?P<name>[^\W\d]+) (?P<year>\d{4})"),
)
_MONTHS = (
    ("january", "sausio"), ("february", "vasario"), ("march", "kovo"), ("april", "balandžio"), ("may", "gegužės"),
    ("june", "birželio"), ("july", "liepos"), ("august", "rugpjūčio"), ("september", "rugsėjo"),
    ("october", "spalio"), ("november", "lapkričio"), ("december", "gruodžio"),
)  # fmt: skip
_ARTICLE = r"(?:6\(1\)\([a-z]{1,2}\)|9\(2\)\([a-z]\))"
_BASIS = re.compile(rf"{_ARTICLE}(?: (?:or|and) {_ARTICLE})*")
_JOINT = re.compile(r"( or | and )")
_LAW = re.compile(r"^(?:uk )?(?:gdpr )?(?:art\. ?)?")
_DATE_HELP = "write it as 2026-12-31"


class CellRefused(Exception):
    """What was typed cannot be used. The message says why and what to write instead; it never repeats the cell."""


@dataclass(frozen=True)
class Option:
    """One entry of a drop-down: its key in the YAML, and its words by language."""

    key: str
    words: tuple[tuple[str, str], ...]

    def shown(self, language: Language) -> str:
        """The word and, where it is another one, the key in brackets."""
        word = dict(self.words)[language.code]
        return word if word == self.key else f"{word} ({self.key})"

    def spellings(self) -> Iterable[str]:
        yield from (self.key, *(word for _, word in self.words), *(f"{word} ({self.key})" for _, word in self.words))


def option_of(member: StrEnum) -> Option:
    """The option of a member of a controlled vocabulary."""
    return Option(member.value, tuple((code, language.term(member)) for code, language in LANGUAGES.items()))


@dataclass(frozen=True)
class Text:
    """Words as typed. ``contact``: the record's own contact details, which may be an address or a number."""

    contact: bool = False

    def show(self, value: Value, language: Language) -> str:
        return as_shown(str(value or ""))

    def read(self, typed: str) -> Value:
        return typed

    def offers(self, language: Language) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Day:
    """A date: a date cell, or text in the usual forms of Europe; 1/2/2026 is refused, because it is two dates."""

    def show(self, value: Value, language: Language) -> str:
        return value.isoformat() if isinstance(value, date) else ""

    def read(self, typed: str) -> Value:
        for form in _DATES:
            match = form.fullmatch(typed.casefold())
            if match is None:
                continue
            parts = match.groupdict()
            month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
            try:
                return date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                raise CellRefused(f"there is no such day; {_DATE_HELP}") from None
        raise CellRefused(f"it is no date that reads one way only; {_DATE_HELP}")

    def offers(self, language: Language) -> tuple[str, ...]:
        return ()


def _month(name: str) -> int:
    """The number of a month; 0, which no date has, for no month's name."""
    return next((number for number, (en, lt) in enumerate(_MONTHS, start=1) if name in (en, en[:3], lt)), 0)


@dataclass(frozen=True)
class Choice:
    """One of a fixed list. ``boolean``: the keys ``yes`` and ``no`` stand for true and false in the YAML."""

    options: tuple[Option, ...]
    boolean: bool = False

    def show(self, value: Value, language: Language) -> str:
        key = ("yes" if value else "no") if isinstance(value, bool) else str(value or "")
        return next((item.shown(language) for item in self.options if item.key == key), as_shown(key))

    def read(self, typed: str) -> Value:
        found = {item.key for item in self.options for word in item.spellings() if plain(word) == plain(typed)}
        if len(found) != 1:
            known = ", ".join(item.key for item in self.options[:12])
            more = ", ..." if len(self.options) > 12 else ""
            raise CellRefused(f"it is none of the drop-down's words; choose one ({known}{more})")
        key = found.pop()
        return key == "yes" if self.boolean else key

    def offers(self, language: Language) -> tuple[str, ...]:
        return tuple(item.shown(language) for item in self.options)


@dataclass(frozen=True)
class Several:
    """A list, its parts divided by semicolons; with ``options`` each part is one of them."""

    options: tuple[Option, ...] = ()

    def show(self, value: Value, language: Language) -> str:
        parts = value if isinstance(value, tuple) else ()
        one = Choice(self.options)
        return "; ".join(one.show(part, language) if self.options else as_shown(part) for part in parts)

    def read(self, typed: str) -> Value:
        parts = [part.strip() for part in typed.split(";")]
        known = Choice(self.options)
        read = tuple(str(known.read(part)) if self.options else part for part in parts if part)
        return read or None

    def offers(self, language: Language) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class PeriodOf:
    """A period: ISO 8601 (P10Y), a number and a unit in English or Lithuanian, OPEN ENDED or SESSION."""

    def show(self, value: Value, language: Language) -> str:
        return str(value or "")

    def read(self, typed: str) -> Value:
        for word in ("OPEN ENDED", "SESSION"):
            if plain(typed) in {plain(word), *(plain(item.period(word)) for item in LANGUAGES.values())}:
                return word
        if _ISO_PERIOD.fullmatch(typed):
            return typed.upper()
        named = _NAMED_PERIOD.fullmatch(plain(typed))
        unit = next((sign for sign, words in _UNITS if named and named.group(2) in words), "")
        if named is None or not unit:
            raise CellRefused("it is no period; write P10Y, P90D, 10 years or OPEN ENDED")
        return f"P{int(named.group(1))}{unit}"

    def offers(self, language: Language) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Basis:
    """A legal basis of Art. 6(1) or 9(2): articles, joined by or/and; a word such as "consent" names its article."""

    def show(self, value: Value, language: Language) -> str:
        return as_shown(str(value or ""))

    def read(self, typed: str) -> Value:
        text, named = plain(typed), {}
        for item in LANGUAGES.values():
            for article, word in sorted(item.bases.items()):
                if article.startswith("6"):
                    named[plain(word)] = article
                for form in (f"{article} {word}", f"{item.article(article)} {word}", item.article(article)):
                    text = text.replace(plain(form), article)
            for joint in ("or", "and"):
                text = text.replace(f" {plain(item.phrase(joint))} ", f" {joint} ")
        parts = [_LAW.sub("", part) for part in _JOINT.split(text)]
        read = "".join(named.get(part, part) for part in parts)
        if not _BASIS.fullmatch(read):
            raise CellRefused("it names no article of Art. 6(1) or 9(2); write for example 6(1)(b)")
        return read

    def offers(self, language: Language) -> tuple[str, ...]:
        return tuple(f"{article} {word}" for article, word in language.bases.items() if article.startswith("6"))


Kind = Text | Day | Choice | Several | PeriodOf | Basis


def plain(text: str) -> str:
    """A text as two spellings are compared: blanks single, without case."""
    return as_shown(text).casefold()


def is_unknown(text: str) -> bool:
    """Whether a cell says that nothing is known: empty, or NOT STATED in either language."""
    return not text or plain(text) in {plain(item.mark(NOT_STATED)) for item in LANGUAGES.values()}
