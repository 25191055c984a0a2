"""What is no longer seen: ended, corrected, or simply not looked at (Art. 30(1)(d) covers the past)."""

from datetime import date
from typing import Any

import pytest

from ropa_pipeline.model.controller import Activities
from ropa_pipeline.model.decisions import Decisions, RoleDecision
from ropa_pipeline.model.finding import Evidence
from ropa_pipeline.model.register import Disclosure, Recipient
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import EvidenceKind, LifeStatus, Role, SourceKind, SourceStatus
from ropa_pipeline.register.assemble import assemble
from tests.register.builders import DECIDED, DELIVERY, ORDERS, column, folder, inputs, observation, reading, source

PARCEL = [column("phone", "contact.phone", table="courier_parcel")]
PARCEL_TABLE = [reading("courier_parcel", ("delivery",), recipient="courier")]
NO_RECIPIENT = folder(activities=Activities(activities=(ORDERS, DELIVERY.model_copy(update={"recipients": ()}))))


def first_night(**given: Any) -> Tables:
    """The courier is known from its module's table alone."""
    made = inputs(PARCEL, PARCEL_TABLE, **{"folder": NO_RECIPIENT, **given})
    return Tables([*assemble(made), *made.sources])


def later(previous: Tables, *columns: Any, **given: Any) -> Tables:
    values = {"folder": NO_RECIPIENT, "previous": previous, "as_of": date(2026, 11, 2), **given}
    made = inputs(columns, **values)
    return Tables([*assemble(made), *made.sources])


def courier(tables: Tables) -> Recipient | None:
    return next((row for row in tables.rows(Recipient) if row.recipient_id == "courier"), None)


def test_a_recipient_no_longer_seen_ends_with_its_disclosures_and_keeps_its_evidence_every_night() -> None:
    tables = later(later(first_night()))
    row = courier(tables)
    assert row is not None
    assert (row.status, row.first_seen, row.last_seen) == (LifeStatus.ENDED, date(2026, 11, 1), date(2026, 11, 1))
    assert {item.status for item in tables.rows(Disclosure)} == {LifeStatus.ENDED}
    kept = {item.locator for item in tables.rows(Evidence) if item.kind is EvidenceKind.COLUMN}
    assert "shop:courier_parcel.phone" in kept


def test_one_that_returns_is_active_again_since_its_first_night() -> None:
    previous = later(first_night())
    made = inputs(PARCEL, PARCEL_TABLE, folder=NO_RECIPIENT, previous=previous, as_of=date(2026, 11, 3))
    row = courier(assemble(made))
    assert row is not None
    assert (row.status, row.first_seen, row.last_seen) == (LifeStatus.ACTIVE, date(2026, 11, 1), date(2026, 11, 3))


def test_one_whose_source_could_not_be_read_stays_as_it_was() -> None:
    row = courier(later(first_night(), sources=(source(status=SourceStatus.FAILED),), observations=()))
    assert row is not None
    assert row.status is LifeStatus.ACTIVE


def test_what_only_a_sample_showed_goes_with_the_sample() -> None:
    sampled = first_night(
        sources=(source(kind=SourceKind.SAMPLE),), observations=(observation("shop", kind=SourceKind.SAMPLE),)
    )
    tables = later(sampled)
    assert courier(tables) is None
    assert not tables.rows(Disclosure)


def test_a_column_that_is_read_otherwise_corrects_the_disclosure_instead_of_ending_it() -> None:
    corrected = column("phone", "identity.name", table="courier_parcel")
    made = inputs([corrected], PARCEL_TABLE, folder=NO_RECIPIENT, previous=first_night())
    rows = {(row.data_category, row.status) for row in assemble(made).rows(Disclosure)}
    assert rows == {("identity.name", LifeStatus.ACTIVE)}


def test_a_column_that_is_gone_ends_its_disclosure_although_the_recipient_goes_on() -> None:
    other = column("name", "identity.name", table="courier_parcel")
    made = inputs([other], PARCEL_TABLE, folder=NO_RECIPIENT, previous=first_night())
    rows = {(row.data_category, row.status) for row in assemble(made).rows(Disclosure)}
    assert rows == {("identity.name", LifeStatus.ACTIVE), ("contact.phone", LifeStatus.ENDED)}


@pytest.mark.parametrize("since", [None, date(2026, 5, 1)], ids=["for all time", "from a day on"])
def test_a_role_that_was_decided_since_ends_no_disclosure(since: date | None) -> None:
    decided = Decisions(
        decisions=(DECIDED,),
        roles=(RoleDecision(system="courier", role=Role.CONTROLLER, valid_from=since, decision="d1"),),
    )
    changed = folder(activities=NO_RECIPIENT.activities, decisions=decided)
    made = inputs(PARCEL, PARCEL_TABLE, folder=changed, previous=first_night())
    assert {(row.recipient_role, row.status) for row in assemble(made).rows(Disclosure)} == {
        (Role.CONTROLLER, LifeStatus.ACTIVE)
    }
