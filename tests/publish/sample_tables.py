"""A small, realistic register for tests of publishing: synthetic, every fact table filled at least once."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.finding import Coverage, Drift, Evidence, Finding, Proposal, Statement
from ropa_pipeline.model.inventory import ClassifiedColumn, Column, RowCount, Source, System, TableReading
from ropa_pipeline.model.register import (
    ActivityData,
    Assessment,
    Contract,
    Controller,
    Cookie,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    ProcessorActivity,
    Recipient,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import Hold, RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.publish.context import ReleaseContext

AS_OF = date(2026, 3, 2)
RUN_TIME = datetime(2026, 3, 1, 22, tzinfo=UTC)

LABELS = {
    "contact.email": "E-mail address",
    "contact.phone": "Telephone number",
    "contact.address": "Postal address",
    "identity.name": "Name",
    "order.history": "Order history",
    "device.ip": "IP address",
    "customer": "Customers",
    "visitor": "Visitors",
    "access_control": "Access control",
    "backup": "Backups",
}


def context(home: Path, as_of: date = AS_OF, controller_id: str = "shop", **changes: object) -> ReleaseContext:
    values: dict[str, object] = {
        "home": home,
        "controller_id": controller_id,
        "controller_name": "Example Shop UAB",
        "run_time": datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC),
        "as_of": as_of,
        "timezone": "Europe/Vilnius",
        "language": "en",
        "tool_version": "0.1.0",
        "built_on_samples": False,
        "notice_supplied": True,
        "labels": LABELS,
    }
    return ReleaseContext.model_validate({**values, **changes})


def activity(activity_id: str, name: str, **changes: object) -> ProcessingActivity:
    values: dict[str, object] = {
        "activity_id": activity_id,
        "controller_id": "shop",
        "name": name,
        "purpose": f"{name}: doing what the customer asked for",
        "role": "controller",
        "status": "active",
        "started_on": None,
        "ended_on": None,
        "legal_basis": NOT_STATED,
        "data_subjects": ("customer",),
        "data_categories": ("contact.email", "identity.name"),
        "special_categories": (),
        "recipients": NOT_STATED_LIST,
        "transfers": NOT_STATED_LIST,
        "retention": NOT_STATED_LIST,
        "security_measures": ("access_control",),
        "source_of_data": "the data subject",
        "automated_decisions": NOT_STATED,
        "owner": NOT_STATED,
        "reviewed_by": NOT_STATED,
        "reviewed_on": None,
        "next_review": None,
        "origin": "stated",
    }
    return ProcessingActivity.model_validate({**values, **changes})


def finding(finding_id: str = "no_legal_basis/orders", **changes: object) -> Finding:
    values: dict[str, object] = {
        "finding_id": finding_id,
        "rule_id": "no_legal_basis",
        "about": "compliance",
        "severity": "warning",
        "subject": "Sending orders",
        "message": "The notice gives two legal bases as alternatives.",
        "remedy": "Decide which of them applies, in decisions.yaml.",
        "law": "GDPR Art. 6(1), 13(1)(c)",
        "blocks": False,
        "status": "open",
        "owner": NOT_STATED,
        "due_on": None,
        "accepted_by": "",
        "accepted_until": None,
        "accepted_reason": "",
        "root_cause": "orders",
        "first_seen": date(2026, 3, 1),
        "last_seen": AS_OF,
    }
    return Finding.model_validate({**values, **changes})


def blocking_finding() -> Finding:
    return finding("table_vanished/ps_orders", rule_id="table_vanished", about="record", severity="error", blocks=True)


def result(**changes: object) -> RetentionResult:
    values: dict[str, object] = {
        "rule_id": "orders_10y",
        "system": "prestashop",
        "source_id": "prestashop",
        "table_name": "orders",
        "clock": "date_add",
        "rows": 1200,
        "oldest": date(2013, 5, 1),
        "rows_within": 1100,
        "rows_kept_by_law": 0,
        "rows_on_hold": 0,
        "rows_undecided": 60,
        "rows_overdue": 40,
        "rows_without_date": 0,
        "deciding_rule": "orders_10y",
        "adherence": "no",
        "reason": "Rows are older than the period and no duty keeps them.",
        "not_measured": "backups",
        "measured_at": RUN_TIME,
        "data_as_of": RUN_TIME,
    }
    return RetentionResult.model_validate({**values, **changes})


def contract(**changes: object) -> Contract:
    values: dict[str, object] = {
        "contract_id": "mailer_dpa",
        "recipient_id": "mailer",
        "article": "28",
        "document": "Data processing agreement of Example Mailer, kept with the bookkeeping",
        "version": "2025-01",
        "accepted_on": date(2025, 2, 3),
        "sub_processors": ("Example Cloud", "Example Support"),
        "end_of_contract": "deleted within 90 days",
        "evidence_status": "seen",
        "origin": "decided",
    }
    return Contract.model_validate({**values, **changes})


def recipient(recipient_id: str, brand: str, **changes: object) -> Recipient:
    values: dict[str, object] = {
        "recipient_id": recipient_id,
        "brand": brand,
        "legal_entity": f"{brand} UAB",
        "company_code": "300000000",
        "country": "LT",
        "kind": "named",
        "role": "controller",
        "origin": "stated",
        "activities": ("orders",),
        "data_categories": ("contact.phone", "identity.name"),
        "systems": ("prestashop",),
        "first_seen": date(2026, 3, 1),
        "last_seen": AS_OF,
        "status": "active",
    }
    return Recipient.model_validate({**values, **changes})


def disclosure(disclosure_id: str, recipient_id: str, category: str, **changes: object) -> Disclosure:
    values: dict[str, object] = {
        "disclosure_id": disclosure_id,
        "activity_id": "orders",
        "recipient_id": recipient_id,
        "data_subject": "customer",
        "data_category": category,
        "recipient_role": "controller",
        "role_reason": "A courier decides on its own how to deliver.",
        "contract_id": "",
        "valid_from": None,
        "valid_to": None,
        "status": "active",
        "origin": "stated",
    }
    return Disclosure.model_validate({**values, **changes})


def evidence(record: str, record_id: str, field: str, kind: str = "statement", locator: str = "s1 (2, lines 10-12)",
             observed_at: datetime | None = RUN_TIME) -> Evidence:  # fmt: skip
    return Evidence.model_validate(
        {
            "record": record,
            "record_id": record_id,
            "field": field,
            "kind": kind,
            "locator": locator,
            "observed_at": observed_at,
            "confidence": 1.0,
            "method": "read",
        }
    )


def sample_rows() -> list[Row]:
    """One controller with a courier (controller), a mailer (processor), answered and unanswered activities."""
    return [
        Controller(controller_id="shop", name="Example Shop UAB", company_code="300000001", address="Example st. 1",
                   email="privacy@example.com", phone=NOT_STATED, website="https://shop.example.com", country="LT",
                   supervisory_authority="VDAI", notice_date=date(2025, 5, 1), law="EU GDPR",
                   art30_5_assessment="Not occasional: a record is kept"),
        Party(party_id="dpo", controller_id="shop", capacity="data protection officer", applicability="NOT STATED",
              reason="The notice names none", decided_by=NOT_STATED, name=NOT_STATED, address=NOT_STATED,
              email=NOT_STATED, phone=NOT_STATED, arrangement="NOT APPLICABLE", origin="NOT STATED"),
        Source(source_id="prestashop", system="prestashop", connector="prestashop", kind="file", status="fresh",
               last_attempt=RUN_TIME, last_success=RUN_TIME, fingerprint="ab12", tables=3, columns=9, reason=""),
        System(system_id="prestashop", source_id="prestashop", name="PrestaShop", operator_recipient_id="",
               location="LT", connector="prestashop", depth="rows", reason="", data_as_of=RUN_TIME,
               last_good=RUN_TIME, stale=False, origin="observed"),
        activity("orders", "Sending orders", data_categories=("contact.email", "contact.phone", "identity.name")),
        activity("newsletter", "Newsletter", owner="Head of marketing", reviewed_by="Head of marketing",
                 reviewed_on=date(2026, 1, 15), next_review=date(2027, 1, 15)),
        activity("payroll", "Staff and pay", status="not yet answered", purpose=NOT_STATED, origin="NOT STATED",
                 data_subjects=NOT_STATED_LIST, data_categories=NOT_STATED_LIST, security_measures=NOT_STATED_LIST),
        activity("video", "Video surveillance", status="does not exist", origin="decided"),
        LegalBasis(activity_id="orders", part="whole activity", layer="gdpr", basis="6(1)(b) or 6(1)(f)", law="",
                   interest_text="", statement_id="s1", origin="stated", assessment_id=""),
        LegalBasis(activity_id="newsletter", part="sending", layer="eprivacy", basis="6(1)(a)", law="",
                   interest_text="", statement_id="s2", origin="stated", assessment_id=""),
        ActivityData(activity_id="orders", data_subject="customer", data_category="contact.phone", origin="stated",
                     systems=("prestashop",)),
        ActivityData(activity_id="orders", data_subject="customer", data_category="identity.name", origin="stated",
                     systems=("prestashop",)),
        ActivityData(activity_id="orders", data_subject="customer", data_category="device.ip", origin="observed",
                     systems=("prestashop",)),
        ActivityData(activity_id="newsletter", data_subject="customer", data_category="contact.email",
                     origin="stated", systems=("prestashop",)),
        ActivityData(activity_id="newsletter", data_subject="visitor", data_category="contact.phone",
                     origin="proposed", systems=()),
        recipient("courier", "Example Courier"),
        recipient("mailer", "Example Mailer", role="several", country="US", activities=("newsletter",),
                  data_categories=("contact.email",)),
        disclosure("d1", "courier", "contact.phone"),
        disclosure("d2", "courier", "identity.name"),
        disclosure("d3", "mailer", "contact.email", activity_id="newsletter", recipient_role="processor",
                   contract_id="mailer_dpa", valid_from=date(2025, 2, 3),
                   role_reason="It sends on instruction only."),
        contract(),
        Transfer(activity_id="newsletter", recipient_id="mailer", country="US", regime="EU GDPR",
                 importer="Example Mailer Inc.", path="direct", mechanism="adequacy decision (DPF)",
                 mechanism_status="in force", safeguard_document=NOT_STATED, as_of=AS_OF, verified_on=None,
                 fallback="standard contractual clauses", origin="documented"),
        RetentionRule(rule_id="orders_10y", activity_id="orders", data_category="all", period="P10Y", amount=10,
                      unit="years", qualifier="up to", starts_at="invoice_issued", effect="erase_after",
                      kind="stated", scope="orders and invoices", condition="", exception="", disposal=NOT_STATED,
                      law="", verified=False, applicability="applies", valid_from=None, valid_to=None,
                      statement_id="s3", origin="stated"),
        result(),
        Hold(hold_id="claim_1", kind="claim", activity_id="orders", system="prestashop", scope="orders", law="17(3)(e)",
             valid_from=date(2026, 1, 1), review_on=date(2026, 6, 1), valid_to=None, decided_by="Head of sales",
             reason="A pending claim", origin="decided"),
        Column(system="prestashop", source_id="prestashop", table_name="ps_customer", table_stem="customer",
               column_name="email", native_type="varchar(255)", nullable=False, key="", position=1,
               observed_at=RUN_TIME),
        ClassifiedColumn(system="prestashop", source_id="prestashop", table_name="ps_customer", table_stem="customer",
                         column_name="email", data_category="contact.email", data_subject="customer",
                         identifiability="direct", special_category=False, confidence=0.98, origin="observed",
                         rule="mapping", explanation="The system's mapping names it.", activities=("orders",)),
        TableReading(source_id="prestashop", system="prestashop", table_name="ps_customer", table_stem="customer",
                     role="person", data_subject="customer", purposes=("orders",), module="", recipient_system="",
                     origin="observed", explanation="Named in the mapping"),
        RowCount(source_id="prestashop", system="prestashop", table_name="ps_customer", rows=1200,
                 measured_at=RUN_TIME, oldest=date(2013, 5, 1)),
        Cookie(name="_ga", category="analytics", provider="Example Analytics", purpose="statistics",
               lifetime_declared="P2Y", lifetime_catalogue="P2Y", lifetime_observed=NOT_STATED, origin="stated",
               status="agrees"),
        SecurityMeasure(measure="access_control", wording="Access by named accounts", dpv="dpv:AccessControlMethod",
                        claimed_in="section 7", evidenced=NOT_STATED, origin="stated"),
        Assessment(assessment_id="lia_1", kind="LIA", activity_id="newsletter", status="needed", result=NOT_STATED,
                   document=NOT_STATED, dated=None, owner=NOT_STATED, next_review=None, decided_by=NOT_STATED,
                   origin="NOT STATED"),
        ProcessorActivity(processor_activity_id="p1", served_controller="Example Partner MB",
                          served_contact="partner@example.org", processing_categories=("printing",),
                          transfers=("NOT APPLICABLE",), sub_processors=NOT_STATED_LIST,
                          security_measures=("access_control",), contract_id="", origin="decided"),
        Statement(statement_id="s1", kind="retention", section="2", line_from=10, line_to=12, subject="orders",
                  value="orders are kept for ten years", confidence=1.0),
        Proposal(proposal_id="p1", record="contracts", record_id="mailer_dpa", field="disposal",
                 proposed_value="erase", reason="usual", law="28(3)(g)", verified=False, status="open",
                 decided_by="", decided_at=None, decision_reason=""),
        Drift(drift_id="x1", kind="in a system, not in the notice", subject="IP address", notice_value=NOT_STATED,
              record_value="IP address", observed_value="ps_connections.ip_address", activity_id="orders",
              severity="warning", remedy="Name it in the notice.", first_seen=AS_OF),
        finding(),
        Coverage(profile="art30_minimal", question_id="a", question="Who is the controller?", article="30(1)(a)",
                 filled="partial", how="controllers.name and four more"),
        evidence("processing_activities", "orders", "purpose"),
        evidence("processing_activities", "orders", "retention", locator="s3 (5, lines 40-41)"),
        evidence("recipients", "mailer", "brand", "column", "prestashop:ps_newsletter.email"),
        evidence("controllers", "shop", "phone", "not_stated", "the notice, all sections"),
    ]  # fmt: skip


def sample_tables(replace: Iterable[Row] = ()) -> Tables:
    """The sample, with rows of the same key replaced and new ones added."""
    rows = {(type(row), row.row_id): row for row in sample_rows()}
    rows.update({(type(row), row.row_id): row for row in replace})
    return Tables(rows.values())
