"""Both languages say everything: no heading, term or sentence falls through to the other one."""

import inspect
import string
from datetime import date, datetime
from enum import StrEnum

import pytest

from ropa_pipeline.model import terms
from ropa_pipeline.model.tables import TABLES
from ropa_pipeline.model.terms import ActivityStatus, LifeStatus, Origin, Role
from ropa_pipeline.publish.language import LANGUAGES, UnknownLanguage, language_of
from ropa_pipeline.publish.words_en import read_words

EN, LT = language_of("en"), language_of("lt")
VOCABULARIES = [
    item for _, item in inspect.getmembers(terms, inspect.isclass) if issubclass(item, StrEnum) and item is not StrEnum
]
COLUMNS = [(spec.name, column.name) for spec in TABLES for column in spec.columns]
# Words that both languages share; every other one must differ, or it fell through.
SHARED_TERMS = {"schema"}


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_has_a_heading_in_both_languages(table: str, column: str) -> None:
    assert LT.heading(table, column) != EN.heading(table, column)


def test_every_term_has_a_word_in_both_languages() -> None:
    for vocabulary in VOCABULARIES:
        for member in vocabulary:
            assert LT.term(member) != EN.term(member) or member.value in SHARED_TERMS, member


def test_every_table_and_sheet_has_a_name_that_a_sheet_can_have() -> None:
    for spec in TABLES:
        for language in LANGUAGES.values():
            name = language.sheet(spec.title)
            assert len(name) <= 31
            assert not set(name) & set("[]:*?/\\'")
        assert LT.sheet(spec.title) != spec.title


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    own = {key for key in LT.phrases if not key.startswith("sheet: ")}
    assert own == set(EN.phrases)
    for key in own:
        for form in LT.phrases[key].split("|"):
            assert _blanks(form) == _blanks(EN.phrases[key].split("|")[0]), key


def test_a_sentence_about_a_number_has_all_forms_of_its_language() -> None:
    counted = [key for key, text in EN.phrases.items() if "|" in text]
    assert counted
    assert all(LT.phrases[key].count("|") == 2 for key in counted)


def test_the_lithuanian_terms_are_those_of_the_regulation() -> None:
    assert LT.term(Role.CONTROLLER) == "duomenų valdytojas"
    assert LT.term(Role.PROCESSOR) == "duomenų tvarkytojas"
    assert LT.heading("processing_activities", "legal_basis") == "Teisinis pagrindas"
    assert LT.heading("retention_rules", "period") == "Saugojimo terminas"
    assert (LT.term(ActivityStatus.ACTIVE), LT.term(LifeStatus.ACTIVE)) == ("vykdoma", "aktyvus")
    assert LT.term(Origin.NOT_STATED) == "NENURODYTA"


@pytest.mark.parametrize(
    ("provision", "cited"),
    [
        ("30(1)(b)", "30 str. 1 d. b p."),
        ("6, 9", "6, 9 str."),
        ("4(1), 30(1)(c)", "4 str. 1 d., 30 str. 1 d. c p."),
        ("30(1)(e), 44-49", "30 str. 1 d. e p., 44–49 str."),
        ("ePrivacy 5(3)", "E. privatumo direktyvos 5 str. 3 d."),
        ("26, 28(3)", "26 str., 28 str. 3 d."),
    ],
)
def test_provisions_are_cited_as_lithuanian_law_does(provision: str, cited: str) -> None:
    assert LT.article(provision) == cited


@pytest.mark.parametrize(
    ("value", "english", "lithuanian"),
    [
        ("P1Y", "1 year", "1 metai"),
        ("P10Y", "10 years", "10 metų"),
        ("P21D", "21 days", "21 diena"),
        ("P11M", "11 months", "11 mėnesių"),
        ("P2W", "2 weeks", "2 savaitės"),
        ("PT30M", "30 minutes", "30 minučių"),
        ("SESSION", "until the browser is closed", "kol uždaroma naršyklė"),
        ("NOT STATED", "NOT STATED", "NENURODYTA"),
    ],
)
def test_periods_are_declined(value: str, english: str, lithuanian: str) -> None:
    assert (EN.period(value), LT.period(value)) == (english, lithuanian)


def test_dates_numbers_and_countries_follow_the_language() -> None:
    assert (EN.date(date(2026, 11, 1)), LT.date(date(2026, 11, 1))) == ("1 November 2026", "2026-11-01")
    assert EN.date(datetime(2026, 11, 1, 9, 5)) == "1 November 2026 09:05"
    assert (EN.number(1234.5), LT.number(1234.5)) == ("1,234.5", "1\u00a0234,5")
    assert (EN.country("US"), LT.country("US")) == ("United States (US)", "Jungtinės Amerikos Valstijos (US)")
    assert LT.country("NOT STATED") == "NENURODYTA"


def test_collation_is_the_lithuanian_one() -> None:
    words = ["Šaltinis", "Sutartis", "Ypatinga", "Jonas", "Čekija", "Cukrus", "Danija", "Įmonė", "ėda", "Eda", "Žuvis",
             "Zebras", "Imbieras"]  # fmt: skip
    assert sorted(words, key=LT.sort_key) == [
        "Cukrus", "Čekija", "Danija", "Eda", "ėda", "Imbieras", "Įmonė", "Ypatinga", "Jonas", "Sutartis", "Šaltinis",
        "Zebras", "Žuvis",
    ]  # fmt: skip
    assert sorted(["zebra", "Émile", "eagle", "Zoo"], key=EN.sort_key) == ["eagle", "Émile", "zebra", "Zoo"]


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match=r"'xx'.*en, lt"):
        language_of("xx")


def test_a_column_without_a_word_is_an_error_and_never_english() -> None:
    with pytest.raises(KeyError, match=r"no heading in 'lt' for recipients\.colour"):
        LT.heading("recipients", "colour")


@pytest.mark.parametrize("text", ["a", "a = ", "a = b\na = c"])
def test_a_broken_list_of_words_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a line of its own"):
        read_words(text)


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
