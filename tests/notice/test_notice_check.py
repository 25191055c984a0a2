"""``ropa notice check``: a bare notice held against the law, with article, severity, line and remedy."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ropa_pipeline.catalogue import Catalogue, load_shared
from ropa_pipeline.cli import app
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.terms import Severity
from ropa_pipeline.notice_check import NoticeCheck, check_notice
from ropa_pipeline.settings import load_settings

AS_OF = date(2026, 11, 1)
ENGLISH = """Privacy policy

Last updated: 1 March 2026

Who we are

Example Shop Ltd, 1 Sample Street, London, SW1A 1AA, company number 01234567, hello@example.org.

What we use your data for

- Order processing and delivery: performance of a contract (Article 6(1)(b)).
  You have to give us your address, or we cannot deliver.
- Newsletter: your consent (Article 6(1)(a)).

Who receives your data

- Royal Mail (delivery)

Your rights

You have the right of access, to rectification, to erasure, to restriction, to object, to data portability, and to
withdraw consent at any time. You may complain to us, and to the Information Commissioner's Office (ICO).
"""
LITHUANIAN = """Privatumo politika

Atnaujinta 2026-03-01

Duomenų valdytojas

UAB „Pavyzdys“, įmonės kodas 123456789, Pavyzdžio g. 1, LT-01234 Vilnius, el. paštas info@example.org.

Tikslai ir teisiniai pagrindai

- Užsakymų vykdymas ir pristatymas: sutarties vykdymas (6 str. 1 d. b p.).
  Adresą pateikti būtina, nes be jo nepristatysime.
- Naujienlaiškis: jūsų sutikimas (6 str. 1 d. a p.).
- Buhalterinė apskaita: teisinė prievolė (6 str. 1 d. c p.).

Gavėjai

- UAB „DPD Lietuva“ (pristatymas)

Saugojimas

Sąskaitas faktūras saugome 10 metų.

Jūsų teisės

Turite teisę susipažinti su duomenimis, juos ištaisyti, ištrinti, apriboti jų tvarkymą, nesutikti, perkelti duomenis
ir bet kada atšaukti sutikimą. Skundą galite pateikti Valstybinei duomenų apsaugos inspekcijai.
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_shared(load_settings(None))


@pytest.fixture
def checked(read_text_notice: Callable[..., NoticeReading], catalogue: Catalogue) -> Callable[[str], NoticeCheck]:
    return lambda text: check_notice(read_text_notice(text), catalogue, AS_OF)


def found(check: NoticeCheck) -> set[tuple[str, str]]:
    return {(row.rule_id, row.subject) for row in check.findings}


CHANGES = [
    pytest.param(
        ENGLISH, "Newsletter: your consent (Article 6(1)(a)).", "Newsletter.",
        {("lawfulness.no_legal_basis", "newsletter")}, id="a purpose without its basis",
    ),
    pytest.param(
        ENGLISH, "(Article 6(1)(b))", "(Article 6(1)(b) or (f))",
        {("lawfulness.alternatives_left_open", "orders:whole activity"),
         ("transparency.interest_not_described", "orders:whole activity"),
            ("lawfulness.alternatives_left_open", "delivery:whole activity"),
            ("transparency.interest_not_described", "delivery:whole activity")}, id="alternatives",
    ),
    pytest.param(
        ENGLISH, "to erasure, ", "", {("transparency.right_not_mentioned", "right.erasure")}, id="a right left out",
    ),
    pytest.param(
        ENGLISH, ", and to the Information Commissioner's Office (ICO)", "",
        {("transparency.no_complaint_authority", "complaint")}, id="no authority",
    ),
    pytest.param(
        ENGLISH, "Last updated: 1 March 2026\n\n", "", {("transparency.no_notice_date", "notice date")}, id="no date",
    ),
    pytest.param(
        LITHUANIAN, "faktūras saugome 10 metų", "faktūras saugome 5 metus",
        {
            ("retention.below_minimum", "notice_order_reference:LT-ACC-DOC"),
            ("retention.below_minimum", "notice_order_reference:LT-CONTRACT"),
            ("retention.below_minimum", "notice_order_reference:LT-VAT-INV"),
        }, id="Lithuanian: below the minimum",
    ),
    pytest.param(
        LITHUANIAN, ", nesutikti", "", {("transparency.right_not_mentioned", "right.objection")},
        id="Lithuanian: a right left out",
    ),
    pytest.param(
        LITHUANIAN, "Gavėjai\n\n- UAB „DPD Lietuva“ (pristatymas)\n\n", "",
        {("disclosure.no_recipient_stated", "recipients")}, id="Lithuanian: no recipient",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "expected"), CHANGES)
def test_what_is_taken_out_of_a_good_notice_is_found_and_nothing_else(
    checked: Callable[[str], NoticeCheck], text: str, old: str, new: str, expected: set[tuple[str, str]]
) -> None:
    assert text.count(old) == 1
    assert found(checked(text.replace(old, new))) - found(checked(text)) == expected


@pytest.mark.parametrize(("text", "law"), [(ENGLISH, "uk"), (LITHUANIAN, "lt")], ids=["English", "Lithuanian"])
def test_a_good_notice_has_no_error_and_the_law_of_its_place(
    checked: Callable[[str], NoticeCheck], text: str, law: str
) -> None:
    result = checked(text)
    assert result.jurisdiction == law
    assert [row.rule_id for row in result.findings if row.severity is Severity.ERROR] == []


def test_nothing_is_said_of_activities_that_a_notice_need_not_mention(checked: Callable[[str], NoticeCheck]) -> None:
    assert [row for row in checked(ENGLISH).findings if "standing" in row.subject] == []


def test_the_command_shows_article_severity_line_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(ENGLISH.replace("(Article 6(1)(b))", "(Article 6(1)(b) or (f))"), encoding="utf-8")
    shown = CliRunner().invoke(app, ["notice", "check", str(file), "--as-of", AS_OF.isoformat()])
    assert shown.exit_code == 0
    block = shown.stdout.partition("lawfulness.alternatives_left_open")[2]
    assert "[UK GDPR Art. 5(2), 13(1)(c)]" in block.splitlines()[0]
    assert "- Order processing and delivery: performance of a contract" in block
    assert "do: Decide which basis covers which part." in block
    as_json = CliRunner().invoke(app, ["notice", "check", str(file), "--as-of", AS_OF.isoformat(), "--json"])
    rows = {row["finding_id"]: row for row in json.loads(as_json.stdout)}
    assert rows["lawfulness.alternatives_left_open|orders:whole activity"]["lines"][0][0] == 11


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--jurisdiction", "atlantis"), "no such place"), (("--as-of", "soon"), "soon")],
    ids=["place", "day"],
)
def test_wrong_use_ends_with_a_message(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(ENGLISH, encoding="utf-8")
    shown = CliRunner().invoke(app, ["notice", "check", str(file), *arguments])
    assert shown.exit_code == 2
    assert words in shown.output


def test_a_file_that_is_no_notice_ends_with_a_message(tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(b"%PDF-1.4 broken")
    shown = CliRunner().invoke(app, ["notice", "check", str(file)])
    assert shown.exit_code == 2
