"""Change one thing in a system: exactly the matching drift and findings appear, and when undone they resolve."""

import sys
from datetime import date

import pytest

from ropa_pipeline.model.finding import Drift, Finding
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import FindingStatus, LifeStatus
from ropa_pipeline.policy.findings import findings
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.drift import drift
from tests.register.builders import column, context, inputs, observation, reading

Shop = tuple[tuple[ClassifiedColumn, ...], tuple[TableReading, ...]]
BASE: Shop = (
    (column("email", "contact.email"), column("total", "payment.amount")),
    (reading("orders", ("order_fulfilment",)),),
)


@pytest.fixture(autouse=True)
def no_table_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[findings.__module__], "contract_breaches", lambda tables: ())


def night(shop: Shop, previous: Tables, day: int) -> Tables:
    columns, readings = shop
    seen = (observation("shop", *sorted({item.table_name for item in readings})),)
    as_of = date(2026, 11, day)
    given = inputs(columns, readings, observations=seen, previous=previous, as_of=as_of)
    tables = Tables([*assemble(given), *given.sources, *given.statements, *readings])
    tables = tables.with_rows(drift(given, tables, None, same_text=True))
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
        {"in a system, not in the notice|recipient:adverts"},
        {
            "change.new_personal_column|shop:adverts_event",
            "change.new_recipient|adverts",
            "columns.in_no_activity|shop:adverts_event",
            "disclosure.undeclared_recipient|adverts",
            "disclosure.recipient_in_no_activity|adverts",
            "disclosure.role_not_stated|adverts",
            "disclosure.contract_if_processor|adverts",
            "disclosure.transfer_not_stated|adverts",
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


def test_a_table_that_is_dropped_is_found_once_it_is_gone_and_back_again_as_new() -> None:
    whole = adding(column("note", "contact.phone", table="notes"), tables=(reading("notes", ("order_fulfilment",)),))
    first = night(whole, Tables(), 1)
    dropped = night(BASE, first, 2)
    assert opened(dropped) - opened(first) == {"change.table_gone|shop:notes"}
    assert "change.table_gone|shop:notes" in opened(night(BASE, dropped, 3)), "until somebody approves"
    back = night(whole, dropped, 3)
    assert opened(back) - opened(first) == {"change.new_personal_column|shop:notes"}


def test_an_advertiser_that_was_removed_stays_on_the_record_as_ended() -> None:
    shop = CHANGES["a module of an advertiser that nobody names"][0]
    undone = night(BASE, night(shop, night(BASE, Tables(), 1), 2), 3)
    assert {row.recipient_id: row.status for row in undone.rows(Recipient)}["adverts"] is LifeStatus.ENDED
