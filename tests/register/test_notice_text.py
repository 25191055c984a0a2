"""Another notice text: what of substance changed gives a row each, what did not gives none."""

from datetime import date
from pathlib import Path

import pytest

from ropa_pipeline.catalogue import load_controller, load_shared
from ropa_pipeline.model.controller import Activities, Cookies, DeclaredCookie, DeclaredRetention
from ropa_pipeline.model.finding import Drift, Statement
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import ConsentCategory, DriftKind, StatementKind
from ropa_pipeline.notice import read_notice
from ropa_pipeline.notice_state import declared_statements
from ropa_pipeline.register.drift import drift
from ropa_pipeline.register.inputs import RegisterInputs
from ropa_pipeline.register.notice_text import COMPARISONS, differences
from ropa_pipeline.settings import load_settings
from tests.register.builders import ORDERS, STATEMENTS, folder, inputs, statement

DECLARED = inputs(
    statements=(*STATEMENTS, statement("access", StatementKind.RIGHT, "access", "to see one's data")),
    folder=folder(
        activities=Activities(
            activities=(ORDERS,),
            retention=(
                DeclaredRetention(rule_id="accounting", activities=("orders",), period="P10Y", statements=("orders",)),
            ),
        ),
        cookies=Cookies(
            cookies=(
                DeclaredCookie(
                    name="_id_*",
                    category=ConsentCategory.MARKETING,
                    provider="Adverts",
                    purpose="ads",
                    lifetime="P3M",
                ),
            )
        ),
    ),
)
READ: dict[str, Statement] = {
    "name": statement("r1", StatementKind.CONTROLLER, "name", "Example Shop UAB"),
    "basis": statement("r2", StatementKind.LEGAL_BASIS, "order_fulfilment", "basis=6(1)(b); layer=gdpr"),
    "email": statement("r3", StatementKind.DATA_CATEGORY, "contact.email", "collected=yes"),
    "courier": statement("r4", StatementKind.RECIPIENT, "courier", "category=courier"),
    "access": statement("r5", StatementKind.RIGHT, "access", "stated"),
    "period": statement("r6", StatementKind.RETENTION, "accounting", "period=P10Y; qualifier=up to"),
    "cookie": statement("r7", StatementKind.COOKIE, "_id_XXXX", "provider=Adverts; lifetime=P90D"),
    "group": statement("r8", StatementKind.COOKIE, "marketing cookies", "provider=Adverts; lifetime=P90D"),
}


def reading(*, without: str = "", **replaced: Statement) -> NoticeReading:
    kept = {name: item for name, item in {**READ, **replaced}.items() if name != without}
    return NoticeReading(sha256="1" * 64, lines=9, language="en", statements=tuple(kept.values()))


def test_the_same_substance_in_other_words_gives_nothing() -> None:
    assert differences(DECLARED, reading()) == ()


@pytest.mark.parametrize(
    ("changed", "subject", "new", "old"),
    [
        pytest.param(
            {"period": statement("r6", StatementKind.RETENTION, "accounting", "period=P8Y")},
            "retention:accounting", "P8Y", "P10Y", id="ten years become eight",
        ),
        pytest.param(
            {"period": statement("r6", StatementKind.RETENTION, "accounting", "period=OPEN ENDED")},
            "retention:accounting", "NOT STATED", "P10Y", id="a period becomes open-ended",
        ),
        pytest.param(
            {"more": statement("r9", StatementKind.RETENTION, "cv", "period=P6M", 7)},
            "retention:line 7", "P6M", "NOT STATED", id="a period more",
        ),
        pytest.param({"without": "courier"}, "recipient:courier", "NOT STATED", "stated", id="a recipient less"),
        pytest.param(
            {"more": statement("r9", StatementKind.RECIPIENT, "adverts", "")},
            "recipient:adverts", "stated", "NOT STATED", id="a recipient more",
        ),
        pytest.param(
            {"more": statement("r9", StatementKind.RECIPIENT, "Unheard-of Ltd", "")},
            "recipient:Unheard-of Ltd", "stated", "NOT STATED", id="a recipient that nobody knows",
        ),
        pytest.param({"without": "access"}, "right:access", "NOT STATED", "stated", id="a right less"),
        pytest.param({"without": "cookie"}, "cookie:_id_*", "NOT STATED", "P3M", id="a cookie less"),
        pytest.param(
            {"cookie": statement("r7", StatementKind.COOKIE, "_id_9", "lifetime=P2Y")},
            "cookie:_id_*", "P2Y", "P3M", id="a cookie that lives longer",
        ),
        pytest.param(
            {"more": statement("r9", StatementKind.COOKIE, "_new", "lifetime=P1D")},
            "cookie:_new", "P1D", "NOT STATED", id="a cookie more",
        ),
        pytest.param(
            {"basis": statement("r2", StatementKind.LEGAL_BASIS, "orders", "basis=6(1)(b) and 6(1)(f)")},
            "legal_basis:6(1)(f)", "stated", "NOT STATED", id="a basis more",
        ),
        pytest.param({"without": "email"}, "data_category:contact.email", "NOT STATED", "stated", id="a category less"),
        pytest.param(
            {"more": statement("r9", StatementKind.DATA_CATEGORY, "special.health", "")},
            "data_category:special.health", "stated", "NOT STATED", id="a category more",
        ),
        pytest.param(
            {"name": statement("r1", StatementKind.CONTROLLER, "name", "Other Shop UAB")},
            "controller:name", "Other Shop UAB", "Example Shop UAB", id="another controller",
        ),
        pytest.param(
            {"more": statement("r9", StatementKind.CONTACT, "e-mail", "help@example.org")},
            "controller:email", "help@example.org", "NOT STATED", id="another e-mail address",
        ),
        pytest.param(
            {"more": statement("r9", StatementKind.TRANSFER, "adverts", "modality=may transfer")},
            "subject:transfer", "stated", "NOT STATED", id="transfers are spoken of",
        ),
    ],
)  # fmt: skip
def test_one_change_gives_exactly_its_own_row(changed: dict[str, str], subject: str, new: str, old: str) -> None:
    found = differences(DECLARED, reading(**changed))  # type: ignore[arg-type]
    assert [(item.subject, item.new, item.old) for item in found] == [(subject, new, old)]


def test_another_date_is_a_difference() -> None:
    later = reading().model_copy(update={"notice_date": date(2026, 10, 1)})
    assert [item.subject for item in differences(DECLARED, later)] == ["notice date"]


@pytest.mark.parametrize(("same_text", "rows"), [(True, 0), (False, 1)], ids=["the very text", "another text"])
def test_only_another_text_is_compared(same_text: bool, rows: int) -> None:
    found = drift(DECLARED, Tables(), reading(without="access"), same_text)
    assert sum(row.kind is DriftKind.NOTICE_TEXT_CHANGED for row in found) == rows


def test_each_comparison_can_find_something() -> None:
    assert len(COMPARISONS) == 9


# --- the reading of the declared text was kept: two readings are compared


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            statement("b", StatementKind.LEGAL_BASIS, "newsletter", "basis=6(1)(a); layer=gdpr"),
            statement("b", StatementKind.LEGAL_BASIS, "newsletter", "basis=6(1)(b); layer=gdpr"),
            {("legal_basis:newsletter", "basis=6(1)(b); layer=gdpr", "basis=6(1)(a); layer=gdpr")},
            id="another basis for one purpose, both named in the notice before",
        ),
        pytest.param(
            statement("p", StatementKind.PURPOSE, "newsletter", "stated"),
            None,
            {("purpose:newsletter", "NOT STATED", "stated")},
            id="a purpose less",
        ),
        pytest.param(
            statement("r9", StatementKind.RECIPIENT, "Somebody whom the person who declared left out", ""),
            statement("r9", StatementKind.RECIPIENT, "Somebody whom the person who declared left out", ""),
            set(),
            id="what only the reader saw in both",
        ),
        pytest.param(
            statement("c", StatementKind.CLAIM, "never sold", "about=NOT STATED", 3),
            statement("c", StatementKind.CLAIM, "never sold", "about=NOT STATED", 30),
            set(),
            id="the same in another place",
        ),
    ],
)
def test_two_readings_are_compared_statement_by_statement(
    old: Statement, new: Statement | None, expected: set[tuple[str, str, str]]
) -> None:
    before = reading(more=old)
    after = reading(more=new) if new is not None else reading()
    found = differences(DECLARED, after, before)
    assert {(item.subject, item.new, item.old) for item in found} == expected
    assert differences(DECLARED, before, before) == ()


def test_a_change_that_the_declared_notice_shows_is_told_once() -> None:
    after = reading(basis=statement("r2", StatementKind.LEGAL_BASIS, "orders", "basis=6(1)(b) and 6(1)(f)"))
    assert [item.subject for item in differences(DECLARED, after, reading())] == ["legal_basis:6(1)(f)"]


# --- the real notices, read and compared with what was declared of them


class Real:
    """The three controllers' own declarations, and the reader over a changed copy of their notice."""

    def __init__(self, shared: Path, folder_for_copies: Path) -> None:
        self._shared = shared
        self._folder = folder_for_copies
        self._settings = load_settings(folder_for_copies)
        self._catalogue = load_shared(self._settings)

    def changes(self, controller: str, *replaced: tuple[str, str]) -> tuple[Drift, ...]:
        text = (self._shared / "notices" / f"{controller}.txt").read_text("utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        copy = self._folder / f"{controller}.txt"
        copy.write_text(text + "\n", "utf-8")
        catalogue = self._catalogue
        read = read_notice(
            copy, systems=catalogue.systems, taxonomy=catalogue.taxonomy, lexicon=catalogue.notice_lexicon
        )
        declared = load_controller(self._settings, controller, catalogue)
        given: RegisterInputs = inputs(
            folder=declared,
            taxonomy=catalogue.taxonomy,
            systems=catalogue.systems,
            reference=catalogue.reference,
            statements=declared_statements(declared),
        )
        found = drift(given, Tables(), read, same_text=False)
        return tuple(row for row in found if row.kind is DriftKind.NOTICE_TEXT_CHANGED)


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    return Real(shared, tmp_path_factory.mktemp("copies"))


@pytest.mark.parametrize("controller", ["akore", "ak3d", "komoda"])
def test_an_unchanged_notice_with_a_blank_line_more_differs_in_nothing(real: Real, controller: str) -> None:
    assert [row.subject for row in real.changes(controller)] == []


@pytest.mark.parametrize(
    ("controller", "old", "new", "expected"),
    [
        ("komoda", "10 years", "8 years", {("retention:komoda_accounting", "P8Y", "P10Y")}),
        ("akore", "5 years", "10 years", {("retention:akore_accounting", "P10Y", "P5Y")}),
        ("komoda", "Venipak", "Omniva", {("recipient:venipak", "NOT STATED", "stated")}),
        (
            "akore",
            "Omniva",
            "Venipak",
            {("recipient:omniva", "NOT STATED", "stated"), ("recipient:venipak", "stated", "NOT STATED")},
        ),
        (
            "akore",
            "support@akore.lt",
            "help@example.org",
            {("controller:email", "help@example.org", "support@akore.lt")},
        ),
    ],
    ids=["ten years to eight", "five years to ten", "a courier removed", "a courier swapped", "another contact"],
)
def test_one_change_of_a_real_notice_is_one_change(
    real: Real, controller: str, old: str, new: str, expected: set[tuple[str, str, str]]
) -> None:
    found = {(row.subject, row.notice_value, row.record_value) for row in real.changes(controller, (old, new))}
    assert found == expected


def test_what_left_the_notice_is_looked_for_in_the_new_text() -> None:
    """The statements that are declared do say it; it is the new text that is silent."""
    found = drift(DECLARED, Tables(), reading(without="access"), False)
    (row,) = (item for item in found if item.kind is DriftKind.NOTICE_TEXT_CHANGED)
    assert row.notice_evidence == (f"new text: none of its {len(READ) - 1} statements says so",)
