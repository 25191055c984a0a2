"""Change one thing in a system: exactly the matching drift and findings appear, and when undone they resolve."""

import sys
from datetime import date
from typing import Any

import pytest

from ropa_pipeline.model.controller import Activities, DeclaredRetention
from ropa_pipeline.model.finding import Drift, Finding
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, LifeStatus, StartEvent, StatementKind
from ropa_pipeline.policy.findings import findings
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.drift import drift
from tests.register.builders import (
    DELIVERY,
    ORDERS,
    STATEMENTS,
    column,
    context,
    folder,
    inputs,
    observation,
    reading,
    statement,
)

Shop = tuple[tuple[ClassifiedColumn, ...], tuple[TableReading, ...]]
BASE: Shop = (
    (column("email", "contact.email"), column("total", "payment.amount")),
    (reading("orders", ("order_fulfilment",)),),
)


@pytest.fixture(autouse=True)
def no_table_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[findings.__module__], "contract_breaches", lambda tables: ())


def night(shop: Shop, previous: Tables, day: int, text: NoticeReading | None = None, **declared: Any) -> Tables:
    """One night of a shop; ``text`` is what the reader finds in a supplied notice."""
    columns, readings = shop
    seen = (observation("shop", *sorted({item.table_name for item in readings})),)
    as_of = date(2026, 11, day)
    given = inputs(columns, readings, observations=seen, previous=previous, as_of=as_of, **declared)
    tables = Tables([*assemble(given), *given.sources, *given.statements, *readings])
    tables = tables.with_rows(drift(given, tables, text, same_text=text is None))
    found = findings(context(tables, folder=given.folder, previous=previous, observations=seen, as_of=as_of))
    return Tables([*tables, *found])


def adding(*columns: ClassifiedColumn, tables: tuple[TableReading, ...] = ()) -> Shop:
    return ((*BASE[0], *columns), (*BASE[1], *tables))


CHANGES: dict[str, tuple[Shop, set[str], set[str]]] = {
    "a column with a birthday": (
        adding(column("birthday", "identity.birth_date")),
        {"in a system, not in the notice|data:identity.birth_date|orders"},
        {
            "change.new_personal_column|shop:orders.birthday",
            "transparency.drift|in a system, not in the notice|data:identity.birth_date",
        },
    ),
    "a module of an advertiser that nobody names": (
        adding(
            column("visitor", "device.cookie_or_session", table="adverts_event", subject="visitor"),
            tables=(reading("adverts_event", ("advertising",), recipient="adverts", subject="visitor"),),
        ),
        {
            "in a system, not in the notice|recipient:adverts",
            "in a system, not in the notice|data:device.cookie_or_session",
            "record and system differ|table:shop:adverts_event",
        },
        {
            "change.new_personal_column|shop:adverts_event",
            "change.new_recipient|adverts",
            "columns.in_no_activity|shop:adverts_event",
            "transparency.drift|in a system, not in the notice|data:device.cookie_or_session",
            "disclosure.undeclared_recipient|adverts",
            "disclosure.recipient_in_no_activity|adverts",
            "disclosure.role_not_stated|adverts",
            "disclosure.contract_if_processor|adverts",
            "disclosure.transfer_not_stated|adverts",
        },
    ),
    "a courier's module that sends a telephone number where the notice says the address only": (
        adding(
            column("phone", "contact.phone", table="courier_parcel"),
            tables=(reading("courier_parcel", ("delivery",), recipient="courier"),),
        ),
        {
            "in a system, not in the notice|disclosure:courier",
            "in a system, not in the notice|data:contact.phone|delivery",
        },
        {
            "change.new_personal_column|shop:courier_parcel",
            "transparency.drift|in a system, not in the notice|disclosure:courier",
            "transparency.drift|in a system, not in the notice|data:contact.phone",
        },
    ),
    "a newsletter module whose purpose the notice does not state": (
        adding(
            column("email", "contact.email", table="emailsubscription"),
            tables=(
                reading("emailsubscription", ("newsletter",)).model_copy(update={"module": "ps_emailsubscription"}),
            ),
        ),
        {
            "in a system, not in the notice|module:ps_emailsubscription",
            "record and system differ|table:shop:emailsubscription",
        },
        {
            "change.new_personal_column|shop:emailsubscription",
            "columns.in_no_activity|shop:emailsubscription",
            "transparency.drift|in a system, not in the notice|module:ps_emailsubscription",
        },
    ),
    "a column that is not personal": (adding(column("colour", "none")), set(), set()),
}


def opened(tables: Tables) -> set[str]:
    return {row.finding_id for row in tables.rows(Finding) if row.status is FindingStatus.OPEN}


def drifted(tables: Tables) -> set[str]:
    return {row.drift_id for row in tables.rows(Drift)}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_brings_exactly_its_own_rows_and_they_go_when_it_is_undone(name: str) -> None:
    shop, drift_ids, finding_ids = CHANGES[name]
    first = night(BASE, Tables(), 1)
    changed = night(shop, first, 2)
    assert drifted(changed) - drifted(first) == drift_ids
    assert opened(changed) - opened(first) == finding_ids
    undone = night(BASE, changed, 3)
    assert drifted(undone) == drifted(first)
    assert opened(undone) == opened(first)
    resolved = {row.finding_id for row in undone.rows(Finding) if row.status is FindingStatus.RESOLVED}
    assert finding_ids <= resolved
    forgotten = night(BASE, undone, 4)
    assert not [row for row in forgotten.rows(Finding) if row.status is FindingStatus.RESOLVED]


BOOKS = DeclaredRetention(
    rule_id="books",
    activities=("orders", "delivery"),
    period="P10Y",
    starts_at=StartEvent.INVOICE_ISSUED,
    statements=("books",),
)
KEPT = folder(activities=Activities(activities=(ORDERS, DELIVERY), retention=(BOOKS,)))


def read_as(period: str, *left_out: str, **added: str) -> NoticeReading:
    """What the reader finds in a text: that of notice.yaml, but for a period, what is left out and who is added."""
    books = statement("r", StatementKind.RETENTION, "orders", f"period={period}; starts_at=invoice_issued", 7)
    more = [statement(key, StatementKind.RECIPIENT, key, value, 8) for key, value in added.items()]
    kept = [item for item in STATEMENTS if item.subject not in left_out]
    return NoticeReading(sha256="1" * 64, lines=9, language="en", statements=(*kept, books, *more))


TEXTS: dict[str, tuple[NoticeReading, set[str]]] = {
    "ten years become eight": (read_as("P8Y"), {"notice text changed|retention:books"}),
    "a recipient is taken out": (read_as("P10Y", "courier"), {"notice text changed|recipient:courier"}),
    "a recipient is added": (read_as("P10Y", adverts="advertises"), {"notice text changed|recipient:adverts"}),
    "a kind of data is taken out": (
        read_as("P10Y", "contact.email"),
        {"notice text changed|data_category:contact.email"},
    ),
    "nothing but the file's bytes": (read_as("P10Y"), set()),
}


@pytest.mark.parametrize("name", TEXTS)
def test_one_change_of_the_notice_brings_exactly_its_own_rows_and_they_go_when_it_is_undone(name: str) -> None:
    text, expected = TEXTS[name]
    first = night(BASE, Tables(), 1, folder=KEPT)
    changed = night(BASE, first, 2, text, folder=KEPT)
    assert drifted(changed) - drifted(first) == expected
    assert opened(changed) - opened(first) == {f"transparency.drift|{drift_id}" for drift_id in expected}
    row = next((row for row in changed.rows(Drift) if row.drift_id in expected), None)
    assert row is None or (row.notice_value, row.record_value) != ("", "")
    undone = night(BASE, changed, 3, folder=KEPT)
    assert (drifted(undone), opened(undone)) == (drifted(first), opened(first))


def test_the_new_period_stands_beside_the_old_one_with_the_line_that_gives_it() -> None:
    changed = night(BASE, Tables(), 1, read_as("P8Y"), folder=KEPT)
    (row,) = [row for row in changed.rows(Drift) if row.subject == "retention:books"]
    assert (row.notice_value, row.record_value) == ("P8Y", "P10Y")
    assert row.notice_evidence == ("r (1, line 7)",)
    assert row.first_seen == date(2026, 11, 1)


def test_a_table_that_is_dropped_is_found_once_it_is_gone_and_back_again_as_new() -> None:
    whole = adding(column("note", "contact.phone", table="notes"), tables=(reading("notes", ("order_fulfilment",)),))
    first = night(whole, Tables(), 1)
    dropped = night(BASE, first, 2)
    assert opened(dropped) - opened(first) == {"change.table_gone|shop:notes"}
    assert "change.table_gone|shop:notes" in opened(night(BASE, dropped, 3)), "until somebody approves"
    back = night(whole, dropped, 3)
    assert opened(back) - opened(first) == {"change.new_personal_column|shop:notes"}


def test_stated_data_whose_column_is_dropped_are_in_the_notice_and_in_no_system() -> None:
    first = night(BASE, Tables(), 1)
    dropped = night((BASE[0][1:], BASE[1]), first, 2)
    assert drifted(dropped) - drifted(first) == {"in the notice, in no system|data:contact.email"}
    found = {"transparency.drift|in the notice, in no system|data:contact.email"}
    assert opened(dropped) - opened(first) == found
    undone = night(BASE, dropped, 3)
    assert drifted(undone) == drifted(first)
    assert not opened(undone) & found


def test_an_advertiser_that_was_removed_stays_on_the_record_as_ended() -> None:
    shop = CHANGES["a module of an advertiser that nobody names"][0]
    undone = night(BASE, night(shop, night(BASE, Tables(), 1), 2), 3)
    assert {row.recipient_id: row.status for row in undone.rows(Recipient)}["adverts"] is LifeStatus.ENDED
