"""The periods of the three notices, as recorded: amounts as written, and no event that the text does not name."""

from datetime import date
from functools import cache

import pytest

from ropa_pipeline.model.clock import KeepReason
from ropa_pipeline.model.controller import DeclaredRetention
from ropa_pipeline.model.terms import Effect, Qualifier, StartEvent
from ropa_pipeline.night import Night
from ropa_pipeline.register import retention
from ropa_pipeline.register.periods import OPEN_ENDED
from ropa_pipeline.register.rule_conflicts import ConflictKind, conflicts
from ropa_pipeline.settings import load_settings

AS_OF = date(2026, 11, 1)
NOWHERE = StartEvent.NOT_STATED


@cache
def night(controller: str) -> Night:
    return Night(load_settings(), controller, AS_OF)


def rule(rule_id: str) -> DeclaredRetention:
    declared = night(rule_id.partition("_")[0]).folder.activities.retention
    return next(item for item in declared if item.rule_id == rule_id)


@pytest.mark.parametrize(
    ("rule_id", "period", "qualifier", "starts_at", "effect"),
    [
        ("akore_active_order", "P30D", Qualifier.TYPICALLY, StartEvent.GOODS_DELIVERED, Effect.INFORMS),
        ("akore_accounting", "P5Y", Qualifier.UP_TO, NOWHERE, Effect.ERASE_AFTER),
        ("akore_model_files", "P90D", Qualifier.EXACTLY, StartEvent.ORDER_COMPLETED, Effect.ERASE_AFTER),
        ("akore_analytics", "P14M", Qualifier.UP_TO, NOWHERE, Effect.ERASE_AFTER),
        ("ak3d_account_closed", OPEN_ENDED, None, StartEvent.ACCOUNT_CLOSED, Effect.ERASE_AFTER),
        ("komoda_accounting", "P10Y", Qualifier.UP_TO, NOWHERE, Effect.ERASE_AFTER),
        ("komoda_general_inquiries", "P12M", Qualifier.UP_TO, StartEvent.LAST_CONTACT, Effect.ERASE_AFTER),
        ("komoda_order_communications", "P3Y", Qualifier.UP_TO, StartEvent.DISPUTE_CLOSED, Effect.ERASE_AFTER),
        ("komoda_consents", OPEN_ENDED, Qualifier.AS_LONG_AS, NOWHERE, Effect.ERASE_AFTER),
        ("komoda_consents_withdrawn", OPEN_ENDED, None, StartEvent.CONSENT_WITHDRAWN, Effect.ERASE_AFTER),
        ("komoda_security_logs", OPEN_ENDED, Qualifier.AS_LONG_AS, NOWHERE, Effect.ERASE_AFTER),
    ],
)
def test_a_period_is_recorded_as_it_is_written(
    rule_id: str, period: str, qualifier: Qualifier | None, starts_at: StartEvent, effect: Effect
) -> None:
    found = rule(rule_id)
    assert (found.period, found.starts_at, found.effect) == (period, starts_at, effect)
    assert qualifier is None or found.qualifier is qualifier
    assert found.statements


def test_what_ends_a_period_early_or_late_is_recorded_with_it() -> None:
    assert rule("akore_model_files").exception
    assert rule("komoda_order_communications").exception
    assert rule("ak3d_account_closed").exception
    assert "anonymise" in rule("ak3d_account_closed").disposal


@pytest.mark.parametrize("controller", ["akore", "ak3d", "komoda"])
def test_every_open_end_and_missing_event_is_a_conflict_and_no_cut_off(controller: str) -> None:
    tonight = night(controller)
    catalogue = tonight.catalogue
    found = conflicts(tonight.folder, catalogue.reference, catalogue.systems, AS_OF)
    for declared in tonight.folder.activities.retention:
        kinds = {item.kind for item in found if item.rule_id == declared.rule_id}
        assert (ConflictKind.OPEN_ENDED in kinds) is (declared.period == OPEN_ENDED), declared.rule_id
        unstarted = declared.period != OPEN_ENDED and declared.starts_at is NOWHERE
        assert (ConflictKind.NO_START_EVENT in kinds) is unstarted, declared.rule_id


def test_five_years_for_accounting_appear_below_the_duty_and_erase_nothing() -> None:
    tonight = night("akore")
    catalogue = tonight.catalogue
    below = [
        item
        for item in conflicts(tonight.folder, catalogue.reference, catalogue.systems, AS_OF)
        if item.kind is ConflictKind.BELOW_MINIMUM
    ]
    assert {item.rule_id for item in below} == {"akore_accounting"}
    assert {"LT-VAT-INV", "LT-ACC-DOC"} <= {item.other_rule_id for item in below}
    assert not any(item.verified for item in below)
    assert all("appears below" in item.message for item in below)


def test_no_row_can_be_overdue_by_what_describes_an_active_order() -> None:
    tonight = night("akore")
    catalogue = tonight.catalogue
    asked = [
        question
        for system in {source.system for source in tonight.sources}
        for table in retention.questions(
            system,
            folder=tonight.folder,
            reference=catalogue.reference,
            systems=catalogue.systems,
            as_of=AS_OF,
            timezone="Europe/Vilnius",
        )
        for question in table.questions
    ]
    described = [item for item in asked if item.rule_id == "akore_active_order"]
    assert described
    assert not [item for item in described if item.cutoff is not None]
    # and what the accounting duty may keep is undecided until a person says that it applies
    kept = {keep.reason for item in asked if item.rule_id == "akore_accounting" for keep in item.keeps}
    assert kept == {KeepReason.UNDECIDED}


def test_of_the_notice_s_inquiries_only_the_law_on_correspondence_says_otherwise() -> None:
    tonight = night("komoda")
    catalogue = tonight.catalogue
    found = conflicts(tonight.folder, catalogue.reference, catalogue.systems, AS_OF)
    below = {(item.rule_id, item.other_rule_id) for item in found if item.kind is ConflictKind.BELOW_MINIMUM}
    assert below == {("komoda_general_inquiries", "LT-CORR"), ("komoda_order_communications", "LT-DISPUTE")}
