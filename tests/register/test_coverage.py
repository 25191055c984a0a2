"""Coverage is counted, and never better than the register is."""

import pytest

from ropa_pipeline.model.law import Only, Question, Questionnaire
from ropa_pipeline.model.register import ActivityData, Party, ProcessingActivity
from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.register.coverage import FILLED, coverage


def filled(tables: Tables, *columns: str, only: Only | None = None) -> tuple[str, str]:
    question = Question(question_id="q", question="?", columns=columns, only=only)
    row = coverage(tables, (Questionnaire(profile="p", title="", authority="", questions=(question,)),))[0]
    assert row.filled in FILLED
    return row.filled, row.how


def data(category: str, origin: str) -> ActivityData:
    return ActivityData.model_validate(
        {"activity_id": "a", "data_subject": "customer", "data_category": category, "origin": origin, "systems": ()}
    )


def test_a_proposed_row_counts_neither_as_filled_nor_as_open() -> None:
    told = "activity_data.data_category"
    assert filled(Tables([data("contact.email", "proposed")]), told) == ("not held", f"{told}: 0 of 0")
    both = Tables([data("contact.email", "proposed"), data("contact.phone", "stated")])
    assert filled(both, told) == ("full", f"{told}: 1 of 1")


def party(capacity: str, name: str) -> Party:
    return Party.model_validate(
        {"party_id": capacity, "controller_id": "c", "capacity": capacity, "applicability": "applies", "reason": "",
         "decided_by": "", "name": name, "address": "", "email": "", "phone": "", "arrangement": "",
         "origin": "decided"}
    )  # fmt: skip


def test_a_question_about_one_capacity_counts_that_one_alone() -> None:
    tables = Tables([party("controller", "Example UAB"), party("data protection officer", "NOT STATED")])
    officer = Only(column="capacity", values=("data protection officer",))
    assert filled(tables, "parties.name", only=officer)[0] == "not stated"
    assert filled(tables, "parties.name")[0] == "partial"


def result(table: str, adherence: str) -> RetentionResult:
    fields = {
        column: None if "None" in str(field.annotation) else ""
        for column, field in RetentionResult.model_fields.items()
    }
    return RetentionResult.model_validate({**fields, "rule_id": "r", "table_name": table, "adherence": adherence})


@pytest.mark.parametrize(("adherence", "answer"), [("yes", "full"), ("no", "full"), ("cannot tell", "not stated")])
def test_that_nobody_can_tell_is_no_answer(adherence: str, answer: str) -> None:
    assert filled(Tables([result("orders", adherence)]), "retention_results.adherence")[0] == answer


def activity(activity_id: str, status: str, owner: str) -> ProcessingActivity:
    fields = {
        name: None if "None" in str(field.annotation) else () if "tuple" in str(field.annotation) else ""
        for name, field in ProcessingActivity.model_fields.items()
    }
    told = {"activity_id": activity_id, "status": status, "owner": owner, "role": "controller", "origin": "decided"}
    return ProcessingActivity.model_validate({**fields, **told})


def test_what_was_decided_not_to_exist_is_no_gap_and_what_waits_for_an_answer_is_one() -> None:
    going = activity("orders", "active", "Head of sales")
    told = "processing_activities.owner"
    absent = activity("video", "does not exist", "NOT STATED")
    assert filled(Tables([going, absent]), told) == ("decided by a person", f"{told}: 1 of 1")
    waiting = activity("staff", "not yet answered", "NOT STATED")
    assert filled(Tables([going, waiting]), told)[0] == "partial"
