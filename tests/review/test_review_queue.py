"""Which columns wait for a person, why, and which stands first."""

from typing import Any

import pytest

from ropa_pipeline.model.decisions import ColumnDecision, Decision, Decisions, ProposalDecision
from ropa_pipeline.model.finding import Proposal
from ropa_pipeline.model.inventory import CONTRADICTED, ClassifiedColumn, Column, RowCount
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import Identifiability, Origin, ProposalStatus
from ropa_pipeline.review import ReviewReason, lost_decisions, open_proposals, review_items


def tagged(table: str = "customer", column: str = "note", **more: Any) -> ClassifiedColumn:
    values: dict[str, Any] = {
        "system": "web_shop", "source_id": "web_shop", "table_name": f"ps_{table}", "table_stem": table,
        "column_name": column, "data_category": "contact.email", "data_subject": "customer",
        "identifiability": Identifiability.DIRECT, "special_category": False, "confidence": 0.95,
        "origin": Origin.OBSERVED, "rule": "some_rule", "explanation": "why", "activities": (),
    }  # fmt: skip
    return ClassifiedColumn(**{**values, **more})


def typed(row: ClassifiedColumn, native_type: str = "text") -> Column:
    return Column(
        system=row.system, source_id=row.source_id, table_name=row.table_name, table_stem=row.table_stem,
        column_name=row.column_name, native_type=native_type, nullable=None, key="", position=1, observed_at=None,
    )  # fmt: skip


def decided(column: str = "note", table: str = "customer", **more: str) -> Decisions:
    entry = {"category": "contact.email", "subject": "customer", "decision": "d1", **more}
    return Decisions(
        decisions=(Decision(id="d1", by="office manager", on="2026-03-02", reason="seen"),),
        columns=(ColumnDecision(system="web_shop", table=table, column=column, **entry),),
    )


def reasons(
    row: ClassifiedColumn,
    *,
    approved: Tables | None = None,
    decisions: Decisions | None = None,
    seen: ClassifiedColumn | None = None,
    native_type: str = "text",
) -> tuple[ReviewReason, ...]:
    tables = Tables([row, typed(row, native_type)])
    (item,) = review_items(tables, approved, decisions or Decisions(), (seen or row,))
    return item.reasons


UNSURE = {"origin": Origin.PROPOSED, "confidence": 0.5}


def test_a_sure_column_does_not_wait() -> None:
    assert reasons(tagged()) == ()


def test_an_unsure_tag_waits() -> None:
    assert reasons(tagged(**UNSURE)) == (ReviewReason.UNSURE,)


def test_a_mapping_that_inference_denies_waits() -> None:
    assert reasons(tagged(rule=f"mapping{CONTRADICTED}")) == (ReviewReason.CONTRADICTED,)


def test_before_the_first_approval_nothing_is_new() -> None:
    assert reasons(tagged(), approved=None) == ()


def test_a_column_that_the_approved_release_lacks_is_new() -> None:
    assert reasons(tagged(), approved=Tables([tagged(column="other")])) == (ReviewReason.NEW,)


@pytest.mark.parametrize("change", [{"data_category": "contact.phone"}, {"data_subject": "visitor"}], ids=str)
def test_a_tag_that_differs_from_the_approved_one_waits(change: dict[str, str]) -> None:
    assert reasons(tagged(), approved=Tables([tagged(**change)])) == (ReviewReason.CHANGED,)


def test_a_decision_in_force_ends_the_waiting() -> None:
    assert reasons(tagged(**UNSURE), decisions=decided()) == ()


@pytest.mark.parametrize("table", ["customer", "ps_customer", "PS_CUSTOMER"])
def test_a_decision_is_found_by_stem_or_name_without_case(table: str) -> None:
    assert reasons(tagged(**UNSURE), decisions=decided(table=table)) == ()


def test_another_type_re_opens_a_decision() -> None:
    found = reasons(tagged(**UNSURE), decisions=decided(native_type="varchar(255)"), native_type="json")
    assert found == (ReviewReason.REOPENED_TYPE, ReviewReason.UNSURE)


def test_another_reading_asks_about_the_decision_again_and_leaves_it_in_force() -> None:
    row = tagged(origin=Origin.DECIDED, rule="decision")
    decisions = decided(seen_as="contact.email/customer")
    assert reasons(row, decisions=decisions) == ()
    assert reasons(row, decisions=decisions, seen=tagged(data_category="special.health")) == (
        ReviewReason.REOPENED_MEANING,
    )


def test_a_decision_without_a_kept_reading_is_not_asked_about_again() -> None:
    assert reasons(tagged(origin=Origin.DECIDED), decisions=decided(), seen=tagged(data_subject="visitor")) == ()


def test_a_renamed_table_re_opens_its_decisions() -> None:
    old, new = tagged("customer"), tagged("client")
    decisions = decided()
    assert reasons(new, approved=Tables([old]), decisions=decisions) == (
        ReviewReason.REOPENED_TABLE,
        ReviewReason.NEW,
    )
    assert lost_decisions(Tables([new]), decisions) == decisions.columns
    assert lost_decisions(Tables([old]), decisions) == ()


def test_a_table_that_was_there_already_is_no_renamed_one() -> None:
    assert reasons(tagged("client"), approved=Tables([tagged("client")]), decisions=decided()) == ()


def test_before_the_first_approval_a_renamed_table_must_be_the_only_candidate() -> None:
    rows = [tagged("client"), tagged("guest")]
    found = review_items(Tables(rows), None, decided(), rows)
    assert [item.reasons for item in found] == [(), ()]
    assert reasons(tagged("client"), decisions=decided()) == (ReviewReason.REOPENED_TABLE,)


def test_the_most_valuable_stands_first() -> None:
    indirect = {"identifiability": Identifiability.INDIRECT, **UNSURE}
    rows = [
        tagged("a", "nobody", identifiability=Identifiability.NONE, data_category="none", **UNSURE),
        tagged("a", "indirect", **indirect),
        tagged("b", "indirect_many_rows", **indirect),
        tagged("a", "direct_sure", origin=Origin.PROPOSED, confidence=0.8),
        tagged("a", "direct_unsure", origin=Origin.PROPOSED, confidence=0.3),
        tagged("a", "health", special_category=True, origin=Origin.PROPOSED, confidence=0.8),
        tagged("b", "direct_many_rows", origin=Origin.PROPOSED, confidence=0.9),
        tagged("a", "does_not_wait"),
    ]
    counts = [
        RowCount(source_id="web_shop", system="web_shop", table_name=name, rows=rows, measured_at=None, oldest=None)
        for name, rows in (("ps_a", 10), ("ps_b", 100_000))
    ]
    found = review_items(Tables([*rows, *counts]), None, Decisions(), rows)
    assert [item.column_name for item in found] == [
        "health",
        "direct_many_rows",
        "direct_unsure",
        "direct_sure",
        "indirect_many_rows",
        "indirect",
        "nobody",
        "does_not_wait",
    ]


def test_only_proposals_that_nobody_answered_wait() -> None:
    def proposal(name: str, **more: Any) -> Proposal:
        values: dict[str, Any] = {
            "proposal_id": name, "record": "activities", "record_id": "selling", "field": name,
            "proposed_value": "v", "reason": "r", "law": "", "verified": False, "status": ProposalStatus.OPEN,
            "decided_by": "", "decided_at": None, "decision_reason": "",
        }  # fmt: skip
        return Proposal(**{**values, **more})

    tables = Tables(
        [
            proposal("a"),
            proposal("b", status=ProposalStatus.REJECTED),
            proposal("c", verified=True),
            proposal("d"),
            proposal("e", record="classified_columns"),  # the column itself waits
        ]
    )
    decisions = Decisions(proposals=(ProposalDecision(proposal_id="d", accepted=True, decision="d1"),))
    assert [item.proposal_id for item in open_proposals(tables, decisions)] == ["c", "a"]
