"""The register from tiny hand-made inputs: precedence of origins, evidence for every cell, nothing proposed in it."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST
from ropa_pipeline.model.controller import (
    Activities,
    DeclaredActivity,
    DeclaredBasis,
    DeclaredData,
    DeclaredProposal,
    DeclaredRecipient,
    DeclaredTransferFact,
    Sourced,
    StandingAnswer,
)
from ropa_pipeline.model.decisions import Decisions, RoleDecision
from ropa_pipeline.model.finding import Evidence, Proposal
from ropa_pipeline.model.inventory import ClassifiedColumn, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Contract,
    Controller,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    ActivityStatus,
    Capacity,
    EvidenceKind,
    Origin,
    RecipientKind,
    Role,
    SourceKind,
)
from ropa_pipeline.policy.record import ART_30_CELLS
from ropa_pipeline.register.assemble import assemble
from tests.register.builders import (
    DECIDED,
    DELIVERY,
    ORDERS,
    column,
    folder,
    inputs,
    observation,
    reading,
    source,
)

ADVERTS = DeclaredActivity(
    id="advertising",
    name="Advertising",
    purpose="to advertise",
    covers=("advertising",),
    statements=("orders",),
    recipients=(DeclaredRecipient(system="adverts", statements=("orders",)),),
)


def activity(tables: Tables, key: str) -> ProcessingActivity:
    return next(row for row in tables.rows(ProcessingActivity) if row.activity_id == key)


def evidence_of(tables: Tables, record: str, record_id: str, field: str) -> set[EvidenceKind]:
    return {
        row.kind
        for row in tables.rows(Evidence)
        if (row.record, row.record_id) == (record, record_id) and row.field in (field, "*")
    }


def advertising(**given: object) -> Tables:
    return assemble(inputs(folder=folder(activities=Activities(activities=(ADVERTS,))), **given))


def test_a_stated_category_that_was_also_seen_is_stated_and_has_both_sides_as_evidence() -> None:
    tables = assemble(inputs([column("email", "contact.email")], [reading("orders", ("order_fulfilment",))]))
    row = next(row for row in tables.rows(ActivityData) if row.data_category == "contact.email")
    assert (row.origin, row.systems) == (Origin.STATED, ("shop",))
    assert evidence_of(tables, row.TABLE, row.row_id, "data_category") == {EvidenceKind.STATEMENT, EvidenceKind.COLUMN}


def test_a_category_that_was_only_seen_is_observed() -> None:
    tables = assemble(inputs([column("ip", "device.ip")], [reading("orders", ("order_fulfilment",))]))
    assert {row.origin for row in tables.rows(ActivityData) if row.data_category == "device.ip"} == {Origin.OBSERVED}
    assert "device.ip" in activity(tables, "orders").data_categories


def test_an_unsure_tag_is_a_proposal_and_no_data_of_the_activity() -> None:
    unsure = column("note", "special.health", origin=Origin.PROPOSED)
    tables = assemble(inputs([unsure], [reading("orders", ("order_fulfilment",))]))
    assert "special.health" not in activity(tables, "orders").data_categories
    assert [row.proposed_value for row in tables.rows(Proposal) if row.record == ClassifiedColumn.TABLE] == [
        "special.health"
    ]


def test_documented_fields_are_neither_data_of_an_activity_nor_disclosures_but_a_proposal() -> None:
    field = column("phone", "contact.phone", source_id="adverts", table="event", origin=Origin.DOCUMENTED,
                   system_id="adverts")  # fmt: skip
    tables = advertising(
        columns=[field],
        tables=[reading("event", ("advertising",), source_id="adverts", system_id="adverts", recipient="adverts")],
        observations=(observation("adverts", "event", kind=SourceKind.DOCUMENTED, has_rows=False),),
        sources=(source("adverts", kind=SourceKind.DOCUMENTED),),
    )
    assert "contact.phone" not in {row.data_category for row in tables.rows(ActivityData)}
    assert "contact.phone" not in {row.data_category for row in tables.rows(Disclosure)}
    assert next(row.activities for row in tables.rows(ClassifiedColumn)) == ()
    recipient = next(iter(tables.rows(Recipient)))
    assert (recipient.data_categories, recipient.systems) == (NOT_STATED_LIST, ())
    proposed = [row for row in tables.rows(Proposal) if (row.record, row.field) == ("recipients", "data_categories")]
    assert [row.proposed_value for row in proposed] == ["contact.phone"]


def test_what_an_unknown_table_is_for_is_said_to_be_inferred() -> None:
    inferred = reading("orders", ("order_fulfilment",), origin=Origin.PROPOSED)
    tables = assemble(inputs([column("ip", "device.ip")], [inferred]))
    methods = [row.method for row in tables.rows(Evidence) if row.record == ActivityData.TABLE]
    assert any("inferred" in method for method in methods)
    assert any(row.record == TableReading.TABLE for row in tables.rows(Proposal))


# --- roles, recipients, contracts, transfers


def test_a_role_that_nobody_decided_or_stated_is_not_stated_and_each_documented_period_is_proposed() -> None:
    tables = advertising()
    assert {row.recipient_role for row in tables.rows(Disclosure)} == {Role.NOT_STATED}
    proposed = {row.proposed_value: row.verified for row in tables.rows(Proposal) if row.field == "role"}
    assert proposed == {
        "controller until 2026-04-01 in advertising": False,
        "processor from 2026-04-02 in advertising": True,
    }


def test_a_stated_role_stands() -> None:
    stated = ADVERTS.model_copy(
        update={"recipients": (DeclaredRecipient(system="adverts", role=Role.PROCESSOR, statements=("orders",)),)}
    )
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(stated,)))))
    assert {row.role for row in tables.rows(Recipient)} == {Role.PROCESSOR}
    assert not [row for row in tables.rows(Proposal) if row.field == "role"]


def test_decided_role_periods_make_a_disclosure_each_and_the_recipient_has_several() -> None:
    change = date(2026, 4, 2)
    decided = Decisions(
        decisions=(DECIDED,),
        roles=(
            RoleDecision(system="adverts", role=Role.CONTROLLER, valid_to=date(2026, 4, 1), decision="d1"),
            RoleDecision(system="adverts", role=Role.PROCESSOR, valid_from=change, decision="d1"),
        ),
    )
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(ADVERTS,)), decisions=decided)))
    rows = {(row.recipient_role, row.valid_from) for row in tables.rows(Disclosure)}
    assert rows == {(Role.CONTROLLER, None), (Role.PROCESSOR, change)}
    assert {row.role for row in tables.rows(Recipient)} == {Role.SEVERAL}


def test_a_decision_for_one_activity_beats_the_one_for_all() -> None:
    decided = Decisions(
        decisions=(DECIDED,),
        roles=(
            RoleDecision(system="adverts", role=Role.CONTROLLER, decision="d1"),
            RoleDecision(system="adverts", activity="advertising", role=Role.PROCESSOR, decision="d1"),
        ),
    )
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(ADVERTS,)), decisions=decided)))
    assert {row.recipient_role for row in tables.rows(Disclosure)} == {Role.PROCESSOR}


def test_terms_that_a_provider_offers_are_documented_and_their_acceptance_is_proposed() -> None:
    tables = advertising()
    contract = next(iter(tables.rows(Contract)))
    assert (contract.evidence_status, contract.origin) == ("offered by the provider", Origin.DOCUMENTED)
    assert {row.contract_id for row in tables.rows(Disclosure)} == {NOT_STATED}
    assert [row.field for row in tables.rows(Proposal) if row.record == "contracts"] == ["evidence_status"]


def test_a_transfer_that_only_the_providers_terms_name_is_a_proposal() -> None:
    tables = advertising()
    assert activity(tables, "advertising").transfers == NOT_STATED_LIST
    assert not tables.rows(Transfer)
    proposed = [row.proposed_value for row in tables.rows(Proposal) if row.field == "transfers"]
    assert proposed == ["adverts: US: adequacy decision"]


def test_a_stated_transfer_keeps_the_unknown_country_and_gets_proposals_beside_it() -> None:
    stated = ADVERTS.model_copy(update={"transfers": (DeclaredTransferFact(system="adverts", statements=("orders",)),)})
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(stated,)))))
    row = next(iter(tables.rows(Transfer)))
    assert (row.country, row.mechanism) == (NOT_STATED, NOT_STATED)
    proposed = {item.field: item.proposed_value for item in tables.rows(Proposal) if item.record == "transfers"}
    assert proposed == {"country": "US", "mechanism": "adequacy decision", "path": "direct"}


def test_a_category_of_recipients_is_category_only_with_an_unknown_role() -> None:
    vague = ORDERS.model_copy(
        update={"recipients": (DeclaredRecipient(category="Hosting providers", statements=("orders",)),)}
    )
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(vague,)))))
    row = next(iter(tables.rows(Recipient)))
    assert (row.recipient_id, row.kind, row.role) == ("hosting_providers", RecipientKind.CATEGORY_ONLY, Role.NOT_STATED)
    assert evidence_of(tables, row.TABLE, row.row_id, "role") == {EvidenceKind.NOT_STATED}


def test_a_recipient_that_fits_no_activity_is_kept_with_activities_not_stated() -> None:
    seen = reading("adverts_event", ("advertising",), recipient="adverts")
    tables = assemble(inputs([column("id", "device.ip", table="adverts_event")], [seen]))
    row = next(row for row in tables.rows(Recipient) if row.recipient_id == "adverts")
    assert (row.activities, row.origin) == (NOT_STATED_LIST, Origin.OBSERVED)


# --- legal bases, the standing list


def test_a_ground_for_storing_on_the_device_is_no_basis_for_the_processing() -> None:
    device = ORDERS.model_copy(
        update={"legal_bases": (DeclaredBasis(layer="eprivacy", basis="6(1)(f)", statements=("basis",)),)}
    )
    tables = assemble(inputs(folder=folder(activities=Activities(activities=(device,)))))
    assert activity(tables, "orders").legal_basis.startswith("NOT STATED for the processing")
    assert {(row.layer, row.basis) for row in tables.rows(LegalBasis) if row.activity_id == "orders"} == {
        ("eprivacy", "6(1)(f)"),
        ("gdpr", NOT_STATED),
    }


def test_an_item_of_the_standing_list_is_unanswered_until_something_answers_it() -> None:
    assert activity(assemble(inputs()), "standing.staff").status is ActivityStatus.NOT_YET_ANSWERED


@pytest.mark.parametrize(
    ("exists", "status"), [(True, ActivityStatus.ACTIVE), (False, ActivityStatus.DOES_NOT_EXIST)], ids=["yes", "no"]
)
def test_a_decision_answers_it(exists: bool, status: ActivityStatus) -> None:
    answer = StandingAnswer(item="staff", exists=exists, decision="d1")
    declared = Activities(activities=(ORDERS,), standing=(answer,))
    row = activity(assemble(inputs(folder=folder(activities=declared))), "standing.staff")
    assert (row.status, row.origin) == (status, Origin.DECIDED)


def test_tables_that_serve_it_answer_it_and_its_purpose_is_proposed() -> None:
    staff = column("email", "contact.email", table="employee", subject="employee")
    tables = assemble(inputs([staff], [reading("employee", ("shop_administration",), subject="employee")]))
    row = activity(tables, "standing.shop_administration")
    assert (row.status, row.origin, row.purpose) == (ActivityStatus.ACTIVE, Origin.OBSERVED, NOT_STATED)
    assert [item.proposed_value for item in tables.rows(Proposal) if item.record_id == row.row_id] == [
        "Shop administration"
    ]


def test_the_controllers_unknown_facts_are_not_stated_and_the_authority_is_proposed() -> None:
    tables = assemble(inputs())
    row = next(iter(tables.rows(Controller)))
    assert (row.name, row.address, row.supervisory_authority) == ("Example Shop UAB", NOT_STATED, NOT_STATED)
    assert {"supervisory_authority", "art30_5_assessment"} <= {item.field for item in tables.rows(Proposal)}
    assert len(tables.rows(Party)) == 4


def test_an_arrangement_is_asked_of_joint_controllers_alone() -> None:
    """Art. 26 concerns them; of an officer or the controller itself it would be a question without an answer."""
    tables = assemble(inputs())
    told = {row.capacity: row.arrangement for row in tables.rows(Party)}
    assert told.pop(Capacity.JOINT_CONTROLLER) == NOT_STATED
    assert set(told.values()) == {NOT_APPLICABLE}
    shown = {row.record_id: row.kind for row in tables.rows(Evidence) if row.field == "arrangement"}
    assert shown == {
        "controller": EvidenceKind.NOT_APPLICABLE,
        "data_protection_officer": EvidenceKind.NOT_APPLICABLE,
        "representative": EvidenceKind.NOT_APPLICABLE,
        "joint_controller": EvidenceKind.NOT_STATED,
    }


# --- properties

_STATEMENT = st.sampled_from([(), ("orders",)])
_ACTIVITIES = st.lists(
    st.builds(
        DeclaredActivity,
        id=st.sampled_from(["orders", "delivery", "advertising"]),
        name=st.just("An activity"),
        purpose=st.just("a purpose"),
        covers=st.lists(
            st.sampled_from(["order_fulfilment", "delivery", "advertising"]), min_size=1, max_size=2, unique=True
        ).map(tuple),
        statements=st.just(("orders",)),
        legal_bases=st.lists(
            st.builds(DeclaredBasis, basis=st.sampled_from(["6(1)(b)", "6(1)(a)"]), statements=_STATEMENT), max_size=1
        ).map(tuple),
        data=st.lists(
            st.builds(
                DeclaredData,
                subject=st.just("customer"),
                categories=st.just(("contact.email",)),
                statements=st.just(("email",)),
            ),
            max_size=1,
        ).map(tuple),
        recipients=st.lists(
            st.builds(
                DeclaredRecipient, system=st.sampled_from(["courier", "adverts"]), statements=st.just(("courier",))
            ),
            max_size=2,
        ).map(tuple),
        automated_decisions=st.sampled_from([None, Sourced(value="none", statements=("orders",))]),
        proposals=st.lists(
            st.builds(
                DeclaredProposal,
                field=st.sampled_from(["legal_basis", "retention", "recipients"]),
                value=st.just("a proposed value"),
                reason=st.just("a reason"),
            ),
            max_size=2,
        ).map(tuple),
    ),
    max_size=3,
    unique_by=lambda item: item.id,
).map(tuple)
_COLUMNS = st.lists(
    st.builds(
        column,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["contact.email", "device.ip", "account.username_or_id", "none"]),
        table=st.sampled_from(["orders", "courier_parcel"]),
        origin=st.sampled_from([Origin.OBSERVED, Origin.PROPOSED, Origin.DOCUMENTED]),
    ),
    max_size=4,
    unique_by=lambda item: (item.table_name, item.column_name),
)
_TABLES = [
    reading("orders", ("order_fulfilment", "accounting")),
    reading("courier_parcel", ("delivery",), recipient="courier"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ACTIVITIES, _COLUMNS)
def test_whatever_is_declared_and_seen_every_cell_has_evidence_and_none_holds_a_proposal(
    declared: tuple[DeclaredActivity, ...], columns: list[ClassifiedColumn]
) -> None:
    given_inputs = inputs(columns, _TABLES, folder=folder(activities=Activities(activities=declared)))
    tables = assemble(given_inputs)
    assert list(tables) == list(assemble(given_inputs)), "the same inputs, the same rows"
    supported = {(row.record, row.record_id, row.field) for row in tables.rows(Evidence)}
    rows_with_evidence = {key[:2] for key in supported}
    for row in tables:
        if hasattr(row, "origin"):
            assert (row.TABLE, row.row_id) in rows_with_evidence, row
    for row in tables.rows(ProcessingActivity):
        for name in ART_30_CELLS:
            cell = getattr(row, name)
            assert cell not in ("", (), ("",))
            assert {(row.TABLE, row.row_id, name), (row.TABLE, row.row_id, "*")} & supported
            assert "a proposed value" not in str(cell)
        assert "a proposed value" not in row.legal_basis
    assert not [row for row in tables.rows(ActivityData) if row.origin is Origin.PROPOSED]
    assert not [row for row in tables.rows(Disclosure) if row.recipient_role is not Role.NOT_STATED]


def test_no_activity_is_a_product_of_its_lists() -> None:
    tables = assemble(inputs([column("ip", "device.ip")], [reading("orders", ("order_fulfilment",))]))
    ids = [row.activity_id for row in tables.rows(ProcessingActivity)]
    assert len(ids) == len(set(ids))
    assert {"orders", "delivery"} < set(ids)
    assert DELIVERY.id in ids
