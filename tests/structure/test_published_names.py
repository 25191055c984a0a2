"""Names of published tables and columns are a public interface: this list is the one that readers build on."""

import re

import pytest

from ropa_pipeline.model.base import Col
from ropa_pipeline.model.tables import ROW_CLASSES, TABLE_BY_NAME, TABLES

REQUIRED = {
    "controllers": (
        "controller_id name company_code address email phone website country supervisory_authority "
        "notice_date law art30_5_assessment"
    ),
    "parties": ("party_id controller_id capacity applicability reason decided_by name address email phone arrangement"),
    "sources": ("source_id system connector kind status last_attempt last_success fingerprint tables columns reason"),
    "systems": ("system_id name operator_recipient_id location connector depth reason data_as_of last_good stale"),
    "processing_activities": (
        "activity_id controller_id name purpose role status started_on ended_on legal_basis data_subjects "
        "data_categories special_categories recipients transfers retention security_measures source_of_data "
        "automated_decisions owner reviewed_by reviewed_on next_review"
    ),
    "legal_bases": "activity_id part layer basis law interest_text statement_id origin assessment_id",
    "activity_data": "activity_id data_subject data_category origin systems",
    "recipients": (
        "recipient_id brand legal_entity company_code country kind role origin activities data_categories "
        "systems first_seen last_seen status"
    ),
    "disclosures": (
        "disclosure_id activity_id recipient_id data_subject data_category recipient_role role_reason "
        "contract_id valid_from valid_to status origin"
    ),
    "contracts": (
        "contract_id recipient_id article document version accepted_on sub_processors end_of_contract evidence_status"
    ),
    "transfers": (
        "activity_id recipient_id country regime importer path mechanism mechanism_status safeguard_document "
        "as_of verified_on fallback origin"
    ),
    "retention_rules": (
        "rule_id activity_id data_category period amount unit qualifier starts_at effect kind scope condition "
        "disposal law verified applicability valid_from valid_to statement_id origin"
    ),
    "retention_results": (
        "rule_id system table_name clock rows oldest rows_within rows_kept_by_law rows_on_hold rows_undecided "
        "rows_overdue rows_without_date deciding_rule adherence reason not_measured measured_at data_as_of"
    ),
    "holds": "hold_id kind activity_id system scope law valid_from review_on valid_to decided_by reason",
    "columns": "system table_name column_name native_type nullable key position observed_at",
    "classified_columns": (
        "system table_name column_name data_category data_subject identifiability special_category confidence "
        "origin rule explanation activities"
    ),
    "cookies": ("name category provider purpose lifetime_declared lifetime_catalogue lifetime_observed origin status"),
    "security_measures": "measure wording dpv claimed_in evidenced",
    "assessments": "assessment_id kind activity_id status result document dated owner next_review decided_by",
    "processor_activities": (
        "processor_activity_id served_controller served_contact processing_categories transfers "
        "sub_processors security_measures contract_id origin"
    ),
    "statements": "statement_id kind section line_from line_to subject value",
    "proposals": (
        "proposal_id record record_id field proposed_value reason law verified status decided_by decided_at "
        "decision_reason"
    ),
    "drift": "drift_id kind notice_value record_value observed_value activity_id severity first_seen",
    "findings": (
        "finding_id rule_id about severity subject message remedy law status owner due_on accepted_by "
        "accepted_until accepted_reason root_cause first_seen last_seen"
    ),
    "suggested_clauses": "finding_id drift_id language clause built_from",
    "evidence": "record record_id field kind locator observed_at confidence method",
    "coverage": "profile question_id question article filled",
    "snapshots": (
        "snapshot_id created_at content_hash previous_hash state in_force_from in_force_until approved_by "
        "approved_role approved_at open_findings open_proposals tool_version"
    ),
    "changes": "snapshot_id record record_id field old_value new_value act",
}
WITH_SOURCE = ("columns", "classified_columns", "retention_results", "systems")
KEY = re.compile(r"[a-z][a-z0-9_]*")


@pytest.mark.parametrize("table", REQUIRED)
def test_a_published_table_has_its_columns(table: str) -> None:
    assert table in TABLE_BY_NAME, f"the table {table} is published no more"
    missing = set(REQUIRED[table].split()) - set(TABLE_BY_NAME[table].column_names)
    assert not missing, f"{table} lost {sorted(missing)}: readers need a changelog entry, and this list a change"


@pytest.mark.parametrize("table", WITH_SOURCE)
def test_tables_that_name_a_system_name_the_source_too(table: str) -> None:
    assert "source_id" in TABLE_BY_NAME[table].column_names


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_a_table_says_what_it_is(spec) -> None:
    assert spec.title
    assert spec.one_row_per
    assert spec.key
    assert set(spec.key) <= set(spec.column_names)
    assert KEY.fullmatch(spec.name)


@pytest.mark.parametrize("row_class", ROW_CLASSES, ids=lambda row_class: row_class.TABLE)
def test_every_field_of_a_row_is_described(row_class) -> None:
    for name, field in row_class.model_fields.items():
        described = [item for item in field.metadata if isinstance(item, Col)]
        assert len(described) == 1, f"{row_class.__name__}.{name} needs exactly one Col(...)"
        assert described[0].description.strip(), f"{row_class.__name__}.{name} has an empty description"
        assert KEY.fullmatch(name)


def test_tables_stand_once() -> None:
    assert len({spec.name for spec in TABLES}) == len(TABLES) == len(ROW_CLASSES)


def test_the_same_column_has_the_same_type_everywhere() -> None:
    """``rows`` or ``origin`` must not mean two things; a list and a single value of one name are told apart."""
    seen: dict[str, dict[str, str]] = {}
    for spec in TABLES:
        for column in spec.columns:
            seen.setdefault(column.name, {}).setdefault(column.sql_type.removesuffix("[]"), spec.name)
    different = {name: types for name, types in seen.items() if len(types) > 1}
    assert not different, different
