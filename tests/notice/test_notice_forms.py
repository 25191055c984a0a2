"""Forms in which generators and law firms write: what is read of them, and what beside it must not be."""

from collections.abc import Callable

import pytest

from ropa_pipeline.model.notice import LanguageLexicon, NoticeLexicon, NoticeReading
from ropa_pipeline.model.terms import StatementKind

Read = Callable[..., NoticeReading]
ROWS = ("Name:|_kept_basket", "Purpose:|Keeps the basket", "Provider:|Own shop", "Expires in:|2 weeks")


def said(reading: NoticeReading, kind: StatementKind) -> list[str]:
    return [row.value for row in reading.statements if row.kind is kind]


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def test_a_table_of_two_columns_for_each_cookie(read_text_notice: Read) -> None:
    other = tuple(row.replace("_kept_basket", "_seen_before").replace("2 weeks", "1 year") for row in ROWS)
    page = f"<h2>Cookies</h2>{table(*ROWS)}{table(*other)}"
    found = [row for row in read_text_notice(page, "notice.html").statements if row.kind is StatementKind.COOKIE]
    assert [(row.subject, "lifetime=" + row.value.split("lifetime=")[1].split(";")[0]) for row in found] == [
        ("_kept_basket", "lifetime=P2W"),
        ("_seen_before", "lifetime=P1Y"),
    ]


def test_a_table_of_two_columns_about_the_company_is_no_cookie(read_text_notice: Read) -> None:
    page = "<h2>Who we are</h2>" + table("Name:|Plain Shop Ltd", "Provider:|Plain Shop Ltd")
    assert said(read_text_notice(page, "notice.html"), StatementKind.COOKIE) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        pytest.param("Privacy policy\nIn effect from 3 May 2026.\n", ["2026-05-03"], id="a date of the notice"),
        pytest.param(
            "Privacy policy\nUpdated under Regulation (EU) 2016/679 of the European Parliament and of the Council of "
            "27 April 2016.\n",
            [],
            id="a regulation's, after it",
        ),
        pytest.param(
            "PRIVATUMO POLITIKA\n1.1. Politikos redakcija parengta vadovaujantis 2016 m. balandžio 27 d. Europos "
            "Parlamento ir Tarybos reglamentu (ES) 2016/679.\n",
            [],
            id="a regulation's, before it",
        ),
    ],
)
def test_the_date_of_a_law_is_not_that_of_the_notice(read_text_notice: Read, text: str, dates: list[str]) -> None:
    assert said(read_text_notice(text), StatementKind.NOTICE_DATE) == dates


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Your rights\nWe do not make any decisions about you by automated means alone.\n", ["made=no"]),
        ("Your rights\nYou have the right not to be subject to automated decisions.\n", []),
        (
            "10. Kitos nuostatos\n10.1. Bendrovė nepriima vien automatizuotu tvarkymu grindžiamų sprendimų.\n",
            ["made=no"],
        ),
    ],
)
def test_decisions_denied_in_passing(read_text_notice: Read, text: str, answers: list[str]) -> None:
    assert said(read_text_notice(text), StatementKind.AUTOMATED_DECISION) == answers


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("Plain Yarns Limited is the controller of data collected through www.yarns.example.\n", ["www.yarns.example"]),
        ("Plain Yarns Limited is the controller. Its supplier publishes prices at www.wool.example.\n", []),
    ],
)
def test_the_site_that_a_controller_runs(read_text_notice: Read, text: str, sites: list[str]) -> None:
    reading = read_text_notice("Who we are\n" + text)
    assert [row.value for row in reading.statements if row.subject == "website"] == sites


def test_no_phrase_stands_twice_in_one_list(notice_lexicon: NoticeLexicon) -> None:
    twice = [
        f"{language.language}: {name}: {phrase}"
        for language in notice_lexicon.languages
        for name, phrases in _lists(language)
        for phrase in {item for item in phrases if phrases.count(item) > 1}
    ]
    assert twice == []


def _lists(language: LanguageLexicon) -> list[tuple[str, list[str]]]:
    """The lists of phrases by name. Ordinary words are compared with their capitals, so "It" and "IT" are two."""
    found = []
    for name, question in language.model_dump(exclude={"ordinary"}).items():
        for key, phrases in (question if isinstance(question, dict) else {"": question}).items():
            if not isinstance(phrases, str):
                found.append((f"{name} {key}".strip(), [phrase.casefold() for phrase in phrases]))
    return found
