"""The reader measured against the readings that a person made of the three published notices.

A declared statement counts as found when the reader has one of the same kind (controller and contact count as one),
on an overlapping line and, where the kind has keys, about the same key. Thresholds are a floor below what was measured.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ropa_pipeline.model.controller import DeclaredStatement, Notice
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import CookieStatement, NoticeReading, RetentionStatement
from ropa_pipeline.model.terms import StatementKind

K = StatementKind
CONTROLLERS = Path(__file__).resolve().parents[2] / "mappings" / "controllers"
NAMES = ("ak3d", "akore", "komoda")
KEYED = {K.DATA_CATEGORY, K.PURPOSE, K.LEGAL_BASIS, K.RECIPIENT, K.COOKIE}
SAME_WORD = {"essential": "necessary", "preference": "functional", "marketing and advertising": "marketing"}


@pytest.fixture(params=NAMES)
def pair(
    request: pytest.FixtureRequest, shared: Path, read_text_notice: Callable[..., NoticeReading]
) -> tuple[Notice, NoticeReading]:
    path = CONTROLLERS / request.param / "notice.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    declared = Notice.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    return declared, read_text_notice((shared / "notices" / f"{request.param}.txt").read_bytes())


def _word(subject: str) -> str:
    plain = subject.lower().replace("-", "").replace("_", " ").replace(" cookies", "").strip()
    return SAME_WORD.get(plain, plain)


def _agree(declared: DeclaredStatement, read: Statement, with_key: bool = True) -> bool:
    kinds = {declared.kind, read.kind}
    if len(kinds) > 1 and kinds != {K.CONTROLLER, K.CONTACT}:
        return False
    if not (declared.lines[0] <= (read.line_to or 0) and (read.line_from or 0) <= declared.lines[1]):
        return False
    is_keyed = with_key and declared.kind in KEYED
    return not is_keyed or _word(declared.subject) == _word(read.subject) or read.subject.startswith("category: ")


def test_the_same_text_is_read(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    assert declared.notice.sha256 == reading.sha256
    assert declared.notice.lines == reading.lines
    assert declared.notice.dated == reading.notice_date


def test_nine_of_ten_declared_statements_are_found(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    found = [item for item in declared.statements if any(_agree(item, row) for row in reading.statements)]
    assert len(found) >= 0.9 * len(declared.statements)


def test_four_of_five_read_statements_are_declared(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    rows = [row for row in reading.statements if row.kind is not K.NOT_UNDERSTOOD]
    agreed = [row for row in rows if any(_agree(item, row) for item in declared.statements)]
    assert len(agreed) >= 0.8 * len(rows)


def test_every_declared_basis_period_and_contact_is_found(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    wanted = [
        item for item in declared.statements if item.kind in (K.LEGAL_BASIS, K.RETENTION, K.CONTROLLER, K.NOTICE_DATE)
    ]
    missing = [item.id for item in wanted if not any(_agree(item, row) for row in reading.statements)]
    assert missing == []


def test_every_declared_period_is_read_with_its_amount(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    for item in declared.statements:
        period = re.match(r"P[T\d][\dYMWDHT]*", item.value)
        if item.kind is K.RETENTION and period:
            rows = [row for row in reading.statements if row.kind is K.RETENTION and row.line_to == item.lines[1]]
            assert period[0] in {RetentionStatement.parse(row.value).period for row in rows}, item.id


def test_every_row_of_the_cookie_table_is_read_with_its_lifetime(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    rows = {row.subject: CookieStatement.parse(row.value) for row in reading.statements if row.kind is K.COOKIE}
    for item in declared.statements:
        lifetime = re.search(r"; (P[T\d]\w*|SESSION);", item.value)
        if item.kind is K.COOKIE and lifetime:
            assert rows[item.subject].lifetime == lifetime[1], item.id


def test_every_named_recipient_is_read(pair: tuple[Notice, NoticeReading]) -> None:
    declared, reading = pair
    read = {row.subject for row in reading.statements if row.kind is K.RECIPIENT}
    systems = {
        item.subject for item in declared.statements if item.kind is K.RECIPIENT and "not named" not in item.value
    }
    assert systems - read == set()
