"""Retention: what a rule may do, which rows it is put to, and what the answers mean."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ropa_pipeline.model.clock import AgeAnswer, AgeQuestion, KeepReason, TableAges
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.law import Reference
from ropa_pipeline.model.observation import ObservedColumn, ObservedTable, SourceObservation
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.system import SystemMapping
from ropa_pipeline.model.terms import Adherence, Applicability, Effect, Origin, RuleKind
from ropa_pipeline.register.erasure_plan import plan
from ropa_pipeline.register.erasure_text import plan_text
from ropa_pipeline.register.retention import questions, results, rules
from ropa_pipeline.register.rule_conflicts import ConflictKind, conflicts

AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, tzinfo=UTC)

SYSTEMS = {
    "shop": SystemMapping.model_validate(
        {
            "system": "shop",
            "name": "Shop",
            "kind": "shop platform",
            "tables": [
                {
                    "table": "invoice",
                    "purposes": ["accounting"],
                    "columns": [{"name": "who", "category": "identity.name"}],
                },
                {"table": "log", "purposes": ["security"], "columns": [{"name": "ip", "category": "device.ip"}]},
                {"table": "absent", "purposes": ["accounting"], "columns": [{"name": "x", "category": "device.ip"}]},
            ],
            "clocks": [
                {"table": "invoice", "events": ["invoice_issued"], "clock": {"kind": "column", "columns": ["issued"]}},
                {"table": "absent", "events": ["invoice_issued"], "clock": {"kind": "column", "columns": ["issued"]}},
                {"table": "log", "events": ["log_created"], "clock": {"kind": "column", "columns": ["made"]}},
            ],
        }
    )
}
LAW = {
    "rule_id": "lt_law",
    "jurisdiction": "lt",
    "title": "Accounting documents",
    "period": "P10Y",
    "qualifier": "at least",
    "starts_at": "calendar_year_end",
    "kind": "statutory minimum",
    "effect": "keep_until",
    "purposes": ["accounting"],
    "law": "An act",
    "source": "a gazette",
    "verified": True,
}
LIMITATION = LAW | {"rule_id": "lt_limit", "kind": "limitation period", "effect": "keep_until", "period": "P30Y"}
STATED = {
    "rule_id": "five_years",
    "activities": ["accounts"],
    "period": "P5Y",
    "qualifier": "up to",
    "starts_at": "invoice_issued",
    "statements": ["s1"],
}
DECISION = {"id": "d1", "by": "A. Owner", "on": date(2026, 1, 1), "reason": "checked"}
APPLIES = {"rule_id": "lt_law", "applicability": "applies", "verified": True, "decision": "d1"}


def folder(*retention: dict[str, Any], clocks: tuple[Any, ...] = (), **decisions: Any) -> ControllerFolder:
    return ControllerFolder.model_validate(
        {
            "facts": {
                "controller_id": "c",
                "timezone": "Europe/Vilnius",
                "jurisdiction": "lt",
                "name": {"value": "Controller"},
            },
            "notice": {
                "notice": {"language": "en", "sha256": "0" * 64, "lines": 1},
                "statements": [{"id": "s1", "kind": "retention", "section": "1", "lines": (1, 1)}],
            },
            "activities": {
                "activities": [
                    {"id": "accounts", "name": "Accounts", "purpose": "Accounts", "covers": ["accounting"]},
                    {"id": "safety", "name": "Safety", "purpose": "Safety", "covers": ["security"]},
                ],
                "retention": retention,
            },
            "sources": {"sources": [{"system": "shop", "connector": "sql_database"}], "clocks": clocks},
            "cookies": {},
            "decisions": {"decisions": [DECISION], **decisions},
        }
    )


def reference(*law: dict[str, Any]) -> Reference:
    return Reference.model_validate({"rules": law, "adequacy": (), "eea": (), "cookies": (), "questionnaires": ()})


def ask(declared: ControllerFolder, *law: dict[str, Any]) -> dict[str, AgeQuestion]:
    found = questions(
        "shop", folder=declared, reference=reference(*law), systems=SYSTEMS, as_of=AS_OF, timezone="Europe/Vilnius"
    )
    return {question.question_id: question for table in found for question in table.questions}


def observation(*answers: AgeAnswer, table: str = "invoice", **more: Any) -> SourceObservation:
    return SourceObservation.model_validate(
        {
            "source_id": "shop",
            "system": "shop",
            "connector": "sql_database",
            "kind": "live",
            "has_rows": True,
            "tables": [
                ObservedTable(
                    name=table, stem=table, columns=(ObservedColumn(name="placed_at", native_type="text", position=1),)
                )
            ],
            "ages": [TableAges(table=table, answers=answers)] if answers else [],
            **more,
        }
    )


def judged(declared: ControllerFolder, *law: dict[str, Any], **counts: Any) -> RetentionResult:
    answer = AgeAnswer(question_id="five_years@invoice", rule_id="five_years", **counts)
    found = results(
        rules(declared, reference(*law), SYSTEMS, AS_OF),
        (observation(answer),),
        folder=declared,
        reference=reference(*law),
        systems=SYSTEMS,
        as_of=AS_OF,
        measured_at=NOW,
    )
    assert len(found) == 1
    return found[0]


def test_a_stated_rule_carries_its_statement_and_applies() -> None:
    (rule,) = rules(folder(STATED), reference(), SYSTEMS, AS_OF)
    assert (rule.kind, rule.origin, rule.statement_id) == (RuleKind.STATED, Origin.STATED, "s1")
    assert (rule.period, rule.amount, rule.unit) == ("P5Y", 5, "years")
    assert rule.verified
    assert rule.applicability is Applicability.APPLIES


def test_a_rule_with_neither_statement_nor_decision_only_informs() -> None:
    declared = folder({**STATED, "statements": []})
    (rule,) = rules(declared, reference(), SYSTEMS, AS_OF)
    assert (rule.kind, rule.effect, rule.origin) == (RuleKind.PROPOSED, Effect.INFORMS, Origin.PROPOSED)
    assert ask(declared)["five_years@invoice"].cutoff is None


@pytest.mark.parametrize(
    ("law", "decisions", "shown", "applicability"),
    [
        ({}, {}, False, Applicability.NOT_STATED),
        ({}, {"rules": [APPLIES]}, True, Applicability.APPLIES),
        ({"verified": False}, {"rules": [APPLIES]}, False, Applicability.APPLIES),
        ({}, {"rules": [{**APPLIES, "verified": False}]}, False, Applicability.APPLIES),
    ],
    ids=["undecided", "confirmed", "mapping unverified", "person did not verify"],
)
def test_law_is_verified_only_by_mapping_and_person(
    law: dict[str, Any], decisions: dict[str, Any], shown: bool, applicability: Applicability
) -> None:
    (rule,) = rules(folder(**decisions), reference(LAW | law), SYSTEMS, AS_OF)
    assert (rule.verified, rule.applicability) == (shown, applicability)


@pytest.mark.parametrize(
    "law",
    [{"jurisdiction": "uk"}, {"valid_to": date(2020, 1, 1)}, {"valid_from": date(2030, 1, 1)}, {"systems": ["other"]}],
    ids=["another country", "no longer in force", "not yet in force", "a system not in use"],
)
def test_law_that_cannot_concern_the_controller_is_left_out(law: dict[str, Any]) -> None:
    assert rules(folder(), reference(LAW | law), SYSTEMS, AS_OF) == ()


def test_a_rule_is_asked_of_the_tables_that_serve_its_activities() -> None:
    asked = ask(folder(STATED))
    assert set(asked) == {"five_years@absent", "five_years@invoice"}
    cutoff = asked["five_years@invoice"].cutoff
    assert cutoff is not None
    assert cutoff.date() == date(2021, 11, 22)


def keeps(declared: ControllerFolder, *law: dict[str, Any]) -> list[tuple[str, KeepReason]]:
    return [(keep.rule_id, keep.reason) for keep in ask(declared, *law)["five_years@invoice"].keeps]


def test_a_duty_keeps_only_when_it_is_verified_and_applies() -> None:
    assert keeps(folder(STATED), LAW) == [("lt_law", KeepReason.UNDECIDED)]
    assert keeps(folder(STATED, rules=[APPLIES]), LAW) == [("lt_law", KeepReason.LAW)]
    assert keeps(folder(STATED, rules=[{**APPLIES, "applicability": "not applicable"}]), LAW) == []


def test_limitation_periods_keep_nothing() -> None:
    assert keeps(folder(STATED), LIMITATION) == []


@pytest.mark.parametrize(
    "law", [{"purposes": ["security"]}, {"categories": ["contact.phone"]}], ids=["purpose", "category"]
)
def test_a_duty_for_other_data_keeps_nothing(law: dict[str, Any]) -> None:
    assert keeps(folder(STATED, rules=[APPLIES]), LAW | law) == []


@pytest.mark.parametrize(
    ("categories", "kept"),
    [(["payment.amount"], True), (["payment"], True), (["content.user_file"], False)],
    ids=["the same", "a wider one", "another"],
)
def test_a_duty_keeps_nothing_from_a_rule_about_other_categories(categories: list[str], kept: bool) -> None:
    declared = folder({**STATED, "categories": categories, "tables": ["shop:invoice"]}, rules=[APPLIES])
    assert bool(keeps(declared, LAW | {"categories": ["payment.amount", "identity.name"]})) is kept


def test_a_decided_hold_keeps_from_its_first_day_to_its_last() -> None:
    hold = {
        "hold_id": "h1",
        "kind": "claim",
        "tables": ["shop:invoice"],
        "valid_from": date(2026, 1, 1),
        "review_on": date(2026, 6, 1),
        "decision": "d1",
    }
    assert keeps(folder(STATED, holds=[hold])) == [("h1", KeepReason.HOLD)]
    assert keeps(folder(STATED, holds=[{**hold, "valid_to": date(2026, 2, 1)}])) == []
    assert keeps(folder(STATED, holds=[{**hold, "tables": ["shop:log"]}])) == []


def test_an_exception_that_no_row_shows_leaves_rows_undecided() -> None:
    excepted = {**STATED, "exception": "unless the setting was changed"}
    assert keeps(folder(excepted)) == [("the exception of five_years", KeepReason.UNDECIDED)]
    assert keeps(folder({**excepted, "exception_shown_by": "hold"})) == []
    confirmed = {"rule_id": "five_years", "applicability": "applies", "decision": "d1"}
    assert keeps(folder(excepted, rules=[confirmed])) == []


def test_a_rule_without_a_start_event_runs_from_the_end_of_the_calendar_year() -> None:
    unstarted = {key: value for key, value in STATED.items() if key != "starts_at"}
    cutoff = ask(folder(unstarted))["five_years@invoice"].cutoff
    assert cutoff is not None
    assert cutoff.date() == date(2021, 1, 1)


def test_a_start_event_that_no_clock_stands_for_is_cannot_tell() -> None:
    declared = folder({**STATED, "starts_at": "goods_delivered"})
    (row,) = results(
        rules(declared, reference(), SYSTEMS, AS_OF),
        (observation(),),
        folder=declared,
        reference=reference(),
        systems=SYSTEMS,
        as_of=AS_OF,
        measured_at=NOW,
    )
    assert row.adherence is Adherence.CANNOT_TELL
    assert "goods_delivered" in row.reason
    assert row.rows is None


@pytest.mark.parametrize(
    ("counts", "adherence", "says"),
    [
        ({"rows": 9, "within": 9}, Adherence.YES, "within"),
        ({"rows": 9, "within": 8, "overdue": 1, "deciding_rule": "five_years"}, Adherence.NO, "past the period"),
        ({"rows": 9, "overdue": 1, "undecided": 8}, Adherence.NO, "undecided"),
        ({"rows": 9, "undecided": 9, "deciding_rule": "lt_law"}, Adherence.UNDECIDED, "lt_law"),
        ({"rows": 9, "kept_by_law": 9}, Adherence.YES, "duty"),
        ({"rows": 9, "on_hold": 9}, Adherence.YES, "hold"),
        ({"rows": 9, "without_date": 9}, Adherence.CANNOT_TELL, "usable date"),
        ({"rows": 9, "without_date": 1, "within": 8}, Adherence.YES, "could not be judged"),
        ({}, Adherence.CANNOT_TELL, "no rows"),
        ({"not_measured": "the account may not read it"}, Adherence.CANNOT_TELL, "may not read"),
    ],
)
def test_what_counts_mean(counts: dict[str, Any], adherence: Adherence, says: str) -> None:
    row = judged(folder(STATED), LAW, **counts)
    assert row.adherence is adherence
    assert says in row.reason
    assert not any(letter.isdigit() for letter in row.reason.replace("five_years", ""))
    assert "backups" in row.not_measured


def test_a_rule_that_informs_never_calls_rows_compliant() -> None:
    row = judged(folder({**STATED, "effect": "informs"}), rows=9, within=9)
    assert row.adherence is Adherence.CANNOT_TELL
    assert row.rows == 9


@pytest.mark.parametrize(("rows", "shown"), [(4, date(2020, 5, 1)), (5, date(2020, 5, 17))])
def test_the_oldest_date_of_few_rows_is_only_a_month(rows: int, shown: date) -> None:
    assert judged(folder(STATED), rows=rows, within=rows, oldest=date(2020, 5, 17)).oldest == shown


def test_a_table_without_a_clock_names_a_column_that_could_be_one() -> None:
    declared = folder({**STATED, "tables": ["shop:purchases"]})
    (row,) = results(
        rules(declared, reference(), SYSTEMS, AS_OF),
        (observation(table="purchases"),),
        folder=declared,
        reference=reference(),
        systems=SYSTEMS,
        as_of=AS_OF,
        measured_at=NOW,
    )
    assert row.adherence is Adherence.CANNOT_TELL
    assert "placed_at" in row.reason
    clock = {
        "table": "shop:purchases",
        "events": ["invoice_issued"],
        "clock": {"kind": "column", "columns": ["placed_at"]},
    }
    asked = ask(folder({**STATED, "tables": ["shop:purchases"]}, clocks=(clock,)))
    assert asked["five_years@purchases"].clock.columns == ("placed_at",)


def found_conflicts(declared: ControllerFolder, *law: dict[str, Any]) -> dict[ConflictKind, str]:
    return {item.kind: item.message for item in conflicts(declared, reference(*law), SYSTEMS, AS_OF)}


def test_a_period_below_a_duty_appears_so_until_the_duty_is_confirmed() -> None:
    assert "appears below" in found_conflicts(folder(STATED), LAW)[ConflictKind.BELOW_MINIMUM]
    assert "is below" in found_conflicts(folder(STATED, rules=[APPLIES]), LAW)[ConflictKind.BELOW_MINIMUM]
    assert ConflictKind.BELOW_MINIMUM not in found_conflicts(folder({**STATED, "period": "P10Y"}), LAW)
    assert ConflictKind.BELOW_MINIMUM not in found_conflicts(folder(STATED), LIMITATION)


@pytest.mark.parametrize(
    ("event", "meant"),
    [("dispute_closed", True), ("complaint_received", True), ("NOT STATED", True), ("last_contact", False)],
)
def test_a_duty_to_keep_files_of_disputes_is_about_no_other_records(event: str, meant: bool) -> None:
    law = LAW | {"starts_at": "dispute_closed"}
    found = found_conflicts(folder({**STATED, "starts_at": event}), law)
    assert (ConflictKind.BELOW_MINIMUM in found) is meant


def test_of_a_vendors_settings_any_may_be_chosen() -> None:
    two = LAW | {
        "rule_id": "v2",
        "kind": "vendor setting",
        "effect": "erase_after",
        "period": "P2M",
        "systems": ["shop"],
    }
    fourteen = two | {"rule_id": "v14", "period": "P14M"}
    assert ConflictKind.ABOVE_MAXIMUM in found_conflicts(folder(STATED), two, fourteen)
    assert ConflictKind.ABOVE_MAXIMUM not in found_conflicts(folder({**STATED, "period": "P14M"}), two, fourteen)


def test_gaps_and_contradictions_are_found() -> None:
    other = {**STATED, "rule_id": "three_years", "period": "P3Y"}
    found = found_conflicts(folder(STATED, other))
    assert set(found) == {ConflictKind.TWO_PERIODS, ConflictKind.ACTIVITY_WITHOUT_RULE}
    unstarted = {**STATED, "starts_at": "NOT STATED"}
    assert ConflictKind.NO_START_EVENT in found_conflicts(folder(unstarted))
    assert ConflictKind.OPEN_ENDED in found_conflicts(folder({**STATED, "period": "OPEN ENDED"}))
    assert ConflictKind.UNREADABLE_PERIOD in found_conflicts(folder({**STATED, "period": "five years"}))


def planned(declared: ControllerFolder, *law: dict[str, Any]) -> Any:
    row = judged(declared, *law, rows=9, within=2, overdue=4, undecided=3, deciding_rule="five_years")
    return plan(
        (row,),
        rules(declared, reference(*law), SYSTEMS, AS_OF),
        conflicts(declared, reference(*law), SYSTEMS, AS_OF),
        (observation(),),
        folder=declared,
        reference=reference(*law),
        systems=SYSTEMS,
        as_of=AS_OF,
    )


def test_a_plan_counts_only_overdue_rows_and_says_what_stays() -> None:
    found = planned(folder(STATED))
    (step,) = found.steps
    assert (step.table, step.rows, step.undecided) == ("invoice", 4, 3)
    text = plan_text(found, lambda _: ())
    assert "issued; that date is before 2021-11-22" in text
    assert "deletes nothing" in text


@pytest.mark.parametrize(
    ("stated", "law"),
    [
        pytest.param(STATED, (LAW,), id="below a duty"),
        pytest.param({**STATED, "starts_at": "NOT STATED"}, (), id="no start event"),
        pytest.param({**STATED, "statements": ["unknown"]}, (), id="unverified"),
        pytest.param({**STATED, "statements": []}, (), id="proposed"),
    ],
)
def test_no_plan_is_written_from_a_rule_that_is_not_settled(stated: dict[str, Any], law: tuple[Any, ...]) -> None:
    found = planned(folder(stated), *law)
    assert found.steps == ()
    assert len(found.left_out) == 1
    assert "Nothing may be erased" in plan_text(found, lambda _: ())


def test_what_a_duty_names_stays_and_what_stands_beside_it_does_not() -> None:
    named = LAW | {"categories": ["identity.name"], "period": "P5Y", "starts_at": "invoice_issued"}
    declared = folder({**STATED, "period": "P5Y"}, rules=[APPLIES])
    row = judged(declared, named, rows=9, within=2, kept_by_law=7, deciding_rule="lt_law")
    columns = tuple(
        ClassifiedColumn.model_validate(
            {
                "system": "shop",
                "source_id": "shop",
                "table_name": "invoice",
                "table_stem": "invoice",
                "column_name": name,
                "data_category": category,
                "data_subject": "customer",
                "identifiability": "direct",
                "special_category": False,
                "confidence": 1.0,
                "origin": "observed",
                "rule": "r",
                "explanation": "e",
                "activities": (),
            }
        )
        for name, category in (("who", "identity.name"), ("phone", "contact.phone"), ("issued", "order.history"))
    )
    found = plan(
        (row,),
        rules(declared, reference(named), SYSTEMS, AS_OF),
        (),
        (observation(),),
        folder=declared,
        reference=reference(named),
        systems=SYSTEMS,
        as_of=AS_OF,
        columns=columns,
    )
    (step,) = found.steps
    assert (step.rows, step.keep_columns, step.blank_columns) == (0, ("who",), ("phone",))
