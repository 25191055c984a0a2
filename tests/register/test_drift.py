"""Notice, register and systems, each against the others: each comparison finds what it is for, and nothing else."""

from collections.abc import Callable
from datetime import date

import pytest

from ropa_pipeline.model.base import NOT_STATED_LIST, Row
from ropa_pipeline.model.controller import (
    Activities,
    Cookies,
    DeclaredBasis,
    DeclaredCookie,
    DeclaredRecipient,
    DeclaredRetention,
)
from ropa_pipeline.model.finding import Drift, Evidence, Statement
from ropa_pipeline.model.inventory import System, TableReading
from ropa_pipeline.model.register import ActivityData, Cookie, Disclosure, ProcessingActivity, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    ConsentCategory,
    Depth,
    DriftKind,
    EvidenceKind,
    LifeStatus,
    Origin,
    Severity,
    StatementKind,
)
from ropa_pipeline.register.drift import COMPARISONS, drift
from tests.register.builders import DELIVERY, ORDERS, STATEMENTS, column, folder, inputs, make, reading, statement


def data(category: str, origin: Origin, activity: str = "orders", systems: tuple[str, ...] = ()) -> ActivityData:
    return make(
        ActivityData,
        activity_id=activity,
        data_subject="customer",
        data_category=category,
        origin=origin,
        systems=systems,
    )


def recipient(key: str, origin: Origin, *systems: str, status: LifeStatus = LifeStatus.ACTIVE) -> Recipient:
    return make(Recipient, recipient_id=key, brand=key.upper(), origin=origin, systems=systems, status=status)


def disclosure(category: str, origin: Origin) -> Disclosure:
    return make(Disclosure, disclosure_id=category, recipient_id="courier", data_category=category, origin=origin)


def cookie(status: str) -> Cookie:
    return make(Cookie, name="_id", provider="Adverts", status=status, lifetime_observed="P1Y")


SHOP_READ = make(System, system_id="shop", source_id="shop", depth=Depth.ROWS)
IN_SYSTEM, IN_NOTICE = DriftKind.SYSTEM_NOT_IN_NOTICE, DriftKind.NOTICE_NOT_IN_SYSTEMS
SEEN = data("contact.phone", Origin.OBSERVED, systems=("shop",))
HELD = data("contact.email", Origin.STATED, systems=("shop",))

Case = tuple[tuple[Row, ...], set[tuple[DriftKind, str, Severity]]]
CASES: dict[str, Case] = {
    "data seen and nowhere stated": ((SEEN,), {(IN_SYSTEM, "data:contact.phone", Severity.WARNING)}),
    "data seen and stated for another purpose": (
        (SEEN, data("contact.phone", Origin.STATED, "delivery", ("shop",))),
        {(IN_SYSTEM, "data:contact.phone", Severity.INFO)},
    ),
    "data seen and stated": ((data("contact.phone", Origin.STATED, systems=("shop",)),), set()),
    "data of the standing list, which a notice need not name": (
        (data("contact.phone", Origin.OBSERVED, "standing.staff", ("shop",)),),
        set(),
    ),
    "data stated and in no system read": (
        (SHOP_READ, HELD, data("device.ip", Origin.STATED)),
        {(IN_NOTICE, "data:device.ip", Severity.CHECK)},
    ),
    "data stated, and no system was read": ((data("device.ip", Origin.STATED),), set()),
    "data stated, a finer category seen": (
        (SHOP_READ, HELD, data("contact", Origin.STATED), data("contact.phone", Origin.STATED, systems=("shop",))),
        set(),
    ),
    "a recipient seen and not named": (
        (recipient("adverts", Origin.OBSERVED, "cookies"),),
        {(IN_SYSTEM, "recipient:adverts", Severity.WARNING)},
    ),
    "a recipient seen in the past": (
        (recipient("adverts", Origin.OBSERVED, "cookies", status=LifeStatus.ENDED),),
        set(),
    ),
    "a recipient seen and named": ((recipient("adverts", Origin.STATED, "cookies"),), set()),
    "a recipient named and never seen": (
        (recipient("courier", Origin.STATED),),
        {(IN_NOTICE, "recipient:courier", Severity.INFO)},
    ),
    "a recipient named whose system has nothing to read": (
        (recipient("courier", Origin.STATED), make(System, system_id="courier", depth=Depth.DOCUMENTED)),
        set(),
    ),
    "a recipient that gets more than the notice says": (
        (disclosure("contact.phone", Origin.OBSERVED), disclosure("contact.address", Origin.STATED)),
        {(IN_SYSTEM, "disclosure:courier", Severity.WARNING)},
    ),
    "a recipient that gets what the notice says": ((disclosure("contact.address", Origin.OBSERVED),), set()),
    "a cookie not declared": ((cookie("not declared"),), {(IN_SYSTEM, "cookie:_id (Adverts)", Severity.WARNING)}),
    "a cookie with another life": (
        (cookie("differs"),),
        {(DriftKind.NOTICE_AGAINST_RECORD, "cookie:_id (Adverts)", Severity.CHECK)},
    ),
    "a cookie declared and not seen": (
        (cookie("not observed"),),
        {(IN_NOTICE, "cookie:_id (Adverts)", Severity.INFO)},
    ),
    "a cookie that agrees": ((cookie("agrees"),), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_drift_of(name: str) -> None:
    rows, expected = CASES[name]
    found = drift(inputs(), Tables(rows), None, False)
    assert {(row.kind, row.subject, row.severity) for row in found} == expected


def test_without_a_notice_no_recipient_is_missing_in_it() -> None:
    assert not drift(inputs(statements=()), Tables([recipient("adverts", Origin.OBSERVED, "cookies")]), None, False)


TABLE_ROW = statement("row", StatementKind.COOKIE, "_id", "P1Y", 20).model_copy(update={"line_to": 24})
IN_TABLE = statement("named", StatementKind.RECIPIENT, "adverts", "sets a cookie", 22)
IN_LIST = statement("listed", StatementKind.RECIPIENT, "adverts", "advertises", 9)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        pytest.param((TABLE_ROW,), True, id="named nowhere else"),
        pytest.param((TABLE_ROW, IN_TABLE), True, id="named within the cookie's own lines"),
        pytest.param((TABLE_ROW, IN_TABLE, IN_LIST), False, id="named among the recipients too"),
    ],
)
def test_a_recipient_that_only_the_cookie_table_names(statements: tuple[Statement, ...], found: bool) -> None:
    declared = DeclaredCookie(
        name="_id",
        category=ConsentCategory.MARKETING,
        provider="Adverts",
        system="adverts",
        purpose="ads",
        lifetime="P1Y",
    )
    given = inputs(statements=(*STATEMENTS, *statements), folder=folder(cookies=Cookies(cookies=(declared,))))
    subjects = {row.subject for row in drift(given, Tables(), None, False)}
    assert ("recipient:adverts" in subjects) is found


def test_a_recipient_without_a_stated_limit_gets_nothing_too_much() -> None:
    vague = DELIVERY.model_copy(update={"recipients": (DeclaredRecipient(system="courier", statements=("courier",)),)})
    given = inputs(folder=folder(activities=Activities(activities=(vague,))))
    assert not drift(given, Tables([disclosure("contact.phone", Origin.OBSERVED)]), None, False)


def test_a_disagreement_keeps_the_night_it_was_first_seen() -> None:
    first = drift(inputs(), Tables([SEEN]), None, False)
    again = drift(inputs(previous=Tables(first), as_of=date(2026, 12, 1)), Tables([SEEN]), None, False)
    assert [row.first_seen for row in again] == [date(2026, 11, 1)]


def test_every_disagreement_has_three_values_and_a_remedy() -> None:
    rows: list[Drift] = [row for case, _ in CASES.values() for row in drift(inputs(), Tables(case), None, False)]
    assert len(rows) >= 8
    assert all(row.notice_value and row.record_value and row.observed_value and row.remedy for row in rows)
    assert {row.severity for row in rows} <= {Severity.WARNING, Severity.CHECK, Severity.INFO}


def test_each_comparison_says_what_it_compares() -> None:
    documented: list[Callable[..., object]] = [item for item in COMPARISONS if item.__doc__]
    assert len(documented) == len(COMPARISONS)
    assert NOT_STATED_LIST == ("NOT STATED",)


# --- the register against the systems and the notice


def module(table: str, *purposes: str, **given: object) -> TableReading:
    return reading(table, purposes).model_copy(update={"module": "reviews_module", **given})


RATING = column("grade", "identity.birth_date", table="product_comment")


@pytest.mark.parametrize(
    ("table", "found"),
    [
        pytest.param(module("product_comment", "reviews"), True, id="a purpose that the notice does not state"),
        pytest.param(module("product_comment", "delivery"), False, id="a purpose that it states"),
        pytest.param(module("product_comment", "staff"), False, id="a matter of the standing list"),
        pytest.param(
            module("product_comment", "reviews", recipient_system="courier"), False, id="told as its recipient"
        ),
        pytest.param(module("product_comment", "reviews", origin=Origin.PROPOSED), False, id="only inferred"),
        pytest.param(module("other", "reviews"), False, id="without personal columns"),
    ],
)
def test_a_module_whose_purpose_is_not_in_the_notice(table: TableReading, found: bool) -> None:
    rows = drift(inputs((RATING,), (table,)), Tables(), None, False)
    assert ("module:reviews_module" in {row.subject for row in rows}) is found


def test_personal_data_in_a_table_that_no_activity_covers() -> None:
    covered = RATING.model_copy(update={"activities": ("orders",)})
    for row, found in ((RATING, True), (covered, False)):
        rows = drift(inputs((row,)), Tables([row]), None, False)
        assert ({item.subject for item in rows} == {"table:shop:product_comment", f"data:{row.data_category}"}) is found


DECIDED_ACTIVITY = make(ProcessingActivity, activity_id="club", purpose="to run a club", origin=Origin.DECIDED)


@pytest.mark.parametrize(
    ("row", "subject"),
    [
        (DECIDED_ACTIVITY, "activity:club"),
        (recipient("courier", Origin.DECIDED), "decided recipient:courier"),
    ],
)
def test_what_people_decided_and_the_notice_does_not_say(row: Row, subject: str) -> None:
    (found,) = drift(inputs(), Tables([row]), None, False)
    assert (found.kind, found.subject) == (DriftKind.NOTICE_AGAINST_RECORD, subject)
    stated = row.model_copy(update={"origin": Origin.STATED})
    assert not [item for item in drift(inputs(), Tables([stated]), None, False) if item.subject == subject]


def test_a_basis_and_a_period_that_people_decided_otherwise_than_the_notice_says() -> None:
    bases = (*ORDERS.legal_bases, DeclaredBasis(part="the rest", basis="6(1)(f)", decision="d1"))
    rules = [
        DeclaredRetention(rule_id="said", activities=("orders",), period="P5Y", statements=("orders",)),
        DeclaredRetention(rule_id="decided", activities=("orders",), period="P10Y", decision="d1"),
    ]
    activities = (ORDERS.model_copy(update={"legal_bases": bases}),)
    given = inputs(folder=folder(activities=Activities(activities=activities, retention=tuple(rules))))
    found = {row.subject: row for row in drift(given, Tables(), None, False)}
    assert set(found) == {"legal basis:orders", "retention:said"}
    assert (found["retention:said"].notice_value, found["retention:said"].record_value[:4]) == ("P5Y", "P10Y")
    assert found["legal basis:orders"].notice_evidence == ("basis (1, line 4)",)
    rules[1] = rules[1].model_copy(update={"period": "P60M"})
    agreed = inputs(folder=folder(activities=Activities(activities=(ORDERS,), retention=tuple(rules))))
    assert not drift(agreed, Tables(), None, False)


ADDRESS = statement("address", StatementKind.DATA_CATEGORY, "contact.address", "needed for delivery", 6)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        pytest.param(("only necessary data shared", "about=courier", 6), True, id="in the reader's words"),
        pytest.param(("delivery", "couriers get the address and nothing else", 6), True, id="in a person's words"),
        pytest.param(("only necessary data shared", "about=courier", 9), False, id="in other lines"),
        pytest.param(("values privacy", "about=NOT STATED", 6), False, id="another claim"),
    ],
)
def test_only_the_necessary_address_against_a_courier_export(claim: tuple[str, str, int], found: bool) -> None:
    """The notice limits what couriers get in one sentence; their export holds a telephone number as well."""
    vague = DELIVERY.model_copy(update={"recipients": (DeclaredRecipient(system="courier", statements=("courier",)),)})
    said = statement("claim", StatementKind.CLAIM, *claim)
    given = inputs(folder=folder(activities=Activities(activities=(vague,))), statements=(*STATEMENTS, ADDRESS, said))
    rows = drift(given, Tables([disclosure("contact.phone", Origin.OBSERVED)]), None, False)
    assert ({row.subject for row in rows} == {"disclosure:courier"}) is found


def test_each_side_of_a_disagreement_has_its_evidence() -> None:
    seen = make(
        Evidence, record="activity_data", record_id=SEEN.row_id, field="data_category", kind=EvidenceKind.COLUMN,
        locator="shop:orders.phone",
    )  # fmt: skip
    (row,) = drift(inputs(), Tables([SEEN, seen]), None, False)
    assert row.notice_evidence == (f"notice: none of its {len(STATEMENTS)} statements says so",)
    assert row.record_evidence == (f"activity_data: {SEEN.row_id}",)
    assert row.observed_evidence == ("shop:orders.phone",)


def test_long_evidence_is_cut_and_says_so() -> None:
    pieces = [
        make(
            Evidence, record="activity_data", record_id=SEEN.row_id, field="data_category", kind=EvidenceKind.COLUMN,
            locator=f"shop:orders.phone{number}",
        )
        for number in range(12)
    ]  # fmt: skip
    (row,) = drift(inputs(), Tables([SEEN, *pieces]), None, False)
    assert len(row.observed_evidence) == 9
    assert row.observed_evidence[-1] == "and 4 more"
