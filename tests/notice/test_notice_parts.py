"""The parts of the reader: phrases, periods, dates, structure, typed values, lexicons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropa_pipeline.model.notice import NoticeLexicon, RetentionStatement
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.model.terms import Qualifier, StartEvent
from ropa_pipeline.notice.dates import find_dates
from ropa_pipeline.notice.documents import Document, Line
from ropa_pipeline.notice.periods import find_periods
from ropa_pipeline.notice.phrases import Vocabulary, fold
from ropa_pipeline.notice.purposes import cited_bases
from ropa_pipeline.notice.read import read_document
from ropa_pipeline.notice.structure import blocks_of, sentences
from ropa_pipeline.notice.words import Words, lexicon_problems


def test_every_key_of_the_lexicons_is_in_the_taxonomy(notice_lexicon: NoticeLexicon, taxonomy: Taxonomy) -> None:
    assert lexicon_problems(notice_lexicon, taxonomy) == ()


def test_both_languages_know_the_same_topics_and_rights(notice_lexicon: NoticeLexicon) -> None:
    english, lithuanian = notice_lexicon.languages
    assert set(english.sections) == set(lithuanian.sections)
    assert set(english.rights) == set(lithuanian.rights)
    assert set(english.units) == set(lithuanian.units)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for 10 years", ["P10Y"]),
        ("1 year 1 month", ["P1Y1M"]),
        ("1 year and 24 days", ["P1Y24D"]),
        ("480 hours", ["PT480H"]),
        ("thirty (30) days", ["P30D"]),
        ("a 14-month period", ["P14M"]),
        ("for a year", ["P1Y"]),
        ("two years or 6 weeks", ["P2Y", "P6W"]),
        ("one calendar month", ["P1M"]),
        ("10-ies metų", ["P10Y"]),
        ("dešimt metų", ["P10Y"]),
        ("trejus metus", ["P3Y"]),
        ("24 mėn.", ["P24M"]),
        ("30 dienų", ["P30D"]),
        ("30d", ["P30D"]),
        ("in 2026 m. and 3D models", []),
        ("BDAR 6 str. 1 d. b p.", []),
        ("24 of our 7 shops", []),
    ],
)
def test_periods_are_found_as_worded(words: Words, text: str, expected: list[str]) -> None:
    assert [period.iso for period in find_periods(text, words)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("April 14, 2026", "2026-04-14"),
        ("14 April 2026", "2026-04-14"),
        ("the 14th of April 2026", "2026-04-14"),
        ("2026-04-14", "2026-04-14"),
        ("2026.04.14", "2026-04-14"),
        ("14/04/2026", "2026-04-14"),
        ("14.04.2026", "2026-04-14"),
        ("2026 m. balandžio 14 d.", "2026-04-14"),
        ("March 2025", "2025-03"),
        ("31 February 2025", None),
        ("in May we moved", None),
    ],
)
def test_dates_are_found_in_many_forms(words: Words, text: str, expected: str | None) -> None:
    assert next((item.text for item in find_dates(text, words)), None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Article 6(1)(b) GDPR", ["6(1)(b)"]),
        ("Art. 6 (1) (f)", ["6(1)(f)"]),
        ("Article 6(1)(b) and Article 6(1)(c)", ["6(1)(b)", "6(1)(c)"]),
        ("Art. 6 para. 1 lit. a GDPR", ["6(1)(a)"]),
        ("BDAR 6 straipsnio 1 dalies c punktas", ["6(1)(c)"]),
        ("BDAR 6 str. 1 d. b p.", ["6(1)(b)"]),
        ("Article 9(2)(a)", ["9(2)(a)"]),
        ("paragraph 6 of 1 a letter", []),
    ],
)
def test_cited_bases_are_found(text: str, expected: list[str]) -> None:
    assert [basis for basis, _, _ in cited_bases(text)] == expected


def test_the_longest_phrase_wins_and_words_are_whole() -> None:
    words = Vocabulary({"a": ("account",), "b": ("account history",), "c": ("count",)})
    assert words.found("Account history and accounts") == ("b",)


def test_a_phrase_with_a_gap_leaves_room_for_another() -> None:
    words = Vocabulary({"order": ("process* ~ order*",), "delivery": ("deliver* ~ order*",)})
    assert set(words.found("processing and delivering your order")) == {"order", "delivery"}


def test_a_phrase_may_be_of_two_keys() -> None:
    words = Vocabulary({"name": ("names and contact details",), "contact": ("names and contact details",)})
    assert words.found("Names and contact details") == ("contact", "name")


@given(st.text(max_size=120))
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=200))
def test_sentences_lose_no_word(text: str) -> None:
    assert (
        "".join("".join(sentences(text)).split()) == "".join(c for c in "".join(text.split()))
        or '"' in text
        or ")" in text
        or "”" in text
        or "“" in text
    )


def test_items_inherit_their_lead_in_and_nested_items_their_parent(words: Words) -> None:
    rows = [
        "Lawful bases",
        "Our lawful bases to sell are:",
        "",
        "• Legitimate interest:",
        "1. Because we must.",
        "",
        "Rights",
    ]
    blocks = blocks_of([Line(number=n, text=row) for n, row in enumerate(rows, start=1)], words)
    assert [(block.kind, block.lead, block.parent) for block in blocks if block.kind == "item"] == [
        ("item", "Our lawful bases to sell are:", ""),
        ("item", "Our lawful bases to sell are:", "Legitimate interest:"),
    ]


TABLE_WORDS = ("Name", "Purpose", "Expiry", "Provider", "Cookies", "_ga", "2 years", "Name: _ga", "a;b;c", "x\ty\tz")
LIST_WORDS = ("", "Retention", "We keep invoices for 10 years.", "- item:", "1. Title", "What we collect:", "| a | b |")
LABEL_WORDS = ("Email", "Address", "Organisation name: X", "Last updated", "2025-01-01", "Art. 6(1)(b)")
ANY_LINES = st.lists(
    st.one_of(st.sampled_from((*TABLE_WORDS, *LIST_WORDS, *LABEL_WORDS)), st.text(max_size=40)), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(rows=ANY_LINES)
def test_any_lines_are_read_without_an_error(words: Words, rows: list[str]) -> None:
    document = Document(sha256="", lines=tuple(Line(number=n, text=row) for n, row in enumerate(rows, start=1)))
    assert all(1 <= first <= last <= len(rows) for _, _, first, last in read_document(document, words))


def test_wrapped_lines_are_one_block(words: Words) -> None:
    rows = ["We keep the invoices that we issue to our customers for a", "period of 10 years after the year's end."]
    blocks = blocks_of([Line(number=n, text=row) for n, row in enumerate(rows, start=1)], words)
    assert [(block.line_from, block.line_to) for block in blocks] == [(1, 2)]


@given(
    st.builds(
        RetentionStatement,
        period=st.sampled_from(["P10Y", "PT480H", "OPEN ENDED", "NOT STATED"]),
        qualifier=st.sampled_from(list(Qualifier)),
        starts_at=st.sampled_from(list(StartEvent)),
        scope=st.lists(st.sampled_from(["accounting", "order.history"]), unique=True).map(tuple),
        condition=st.lists(st.sampled_from(["required by law", "settings changed"]), unique=True).map(tuple),
    )
)
def test_a_typed_value_survives_rendering(value: RetentionStatement) -> None:
    assert RetentionStatement.parse(value.render()) == value
