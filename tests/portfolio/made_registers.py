"""Made-up published registers in any number: small tables that differ in what the portfolio compares.

Belongs here: writing releases as they stand on disk, without a run. Does not belong here: any expectation. Names are
numbers; nothing is anybody's. What is varied: periods, roles, mechanisms, findings, approvals, late sources.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ropa_pipeline.model.base import NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.register import Controller, Disclosure, LegalBasis, ProcessingActivity, Recipient, Transfer
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    About,
    ActivityStatus,
    Adherence,
    Applicability,
    Effect,
    FindingStatus,
    LifeStatus,
    Origin,
    Qualifier,
    RecipientKind,
    Role,
    RuleKind,
    Severity,
    SnapshotState,
    SourceKind,
    SourceStatus,
    StartEvent,
    TransferRegime,
)
from ropa_pipeline.publish.build import database_name
from ropa_pipeline.publish.context import ReleaseFacts
from ropa_pipeline.publish.database import write_database
from ropa_pipeline.publish.manifest import Manifest, write_manifest
from ropa_pipeline.publish.places import Places, switch

AS_OF = date(2026, 11, 2)
CHANGED = date(2026, 4, 2)
_NIGHT = datetime(2026, 11, 1, 22, tzinfo=UTC)
_ALL = {"law": NOT_STATED, "origin": Origin.STATED}


@dataclass(frozen=True)
class Shop:
    """What is told of one made-up controller. ``marker`` stands in its name and nowhere else."""

    name: str
    years: int = 5
    start: StartEvent = StartEvent.ORDER_COMPLETED
    role: Role = Role.PROCESSOR
    mechanism: str = "standard contractual clauses"
    basis: str = "6(1)(b)"
    law: str = "EU GDPR; Lithuanian law"
    jurisdiction: str = "lt"
    errors: int = 1
    overdue: int = 0
    late: bool = False
    captcha: bool = False
    approved_on: date | None = None
    reviewed_on: date | None = None
    verified_on: date = AS_OF - timedelta(days=1)
    marker: str = ""

    @property
    def state(self) -> SnapshotState:
        return SnapshotState.APPROVED if self.approved_on else SnapshotState.DRAFT


def publish(home: Path, shop: Shop, with_folder: bool = True) -> Path:
    """Write one controller's release and, where asked, its mappings folder; the release's folder."""
    places = Places(home, shop.name)
    folder = places.release_folder("2026-11-01-00000000")
    folder.mkdir(parents=True)
    write_database(folder / database_name(shop.name), Tables(rows_of(shop)))
    facts = ReleaseFacts(
        controller_id=shop.name,
        controller_name=shop.name,
        run_time=_NIGHT,
        as_of=shop.verified_on,
        timezone="Europe/Vilnius",
        tool_version="0",
        built_on_samples=False,
        notice_supplied=False,
    )
    manifest = Manifest(
        snapshot_id=folder.name, content_hash="0", state=shop.state, history_head="0", release=facts,
        notice_text="", open_findings=shop.errors, open_proposals=0, sources=(), files=(), written_at=_NIGHT,
        last_verified=_NIGHT,
    )  # fmt: skip
    write_manifest(folder, manifest)
    switch(places, folder)
    if with_folder:
        mappings = home / "mappings" / "controllers" / shop.name
        mappings.mkdir(parents=True)
        (mappings / "controller.yaml").write_text(
            f"controller_id: {shop.name}\ntimezone: Europe/Vilnius\njurisdiction: {shop.jurisdiction}\n"
            f"name: {{value: {shop.name}}}\n",
            "utf-8",
        )
        (mappings / "activities.yaml").write_text(
            "activities:\n"
            "  - {id: selling, name: Selling, purpose: Selling, covers: [order_fulfilment, payment]}\n"
            "  - {id: guarding, name: Guarding, purpose: Guarding, covers: [security]}\n",
            "utf-8",
        )
    return folder


def rows_of(shop: Shop) -> Iterator[Row]:
    """The rows of a small register."""
    yield Controller(
        controller_id=shop.name, name=f"{shop.name} {shop.marker}".strip(), company_code=NOT_STATED,
        address=NOT_STATED, email=f"privacy@{shop.name}.example.com", phone=NOT_STATED, website=NOT_STATED,
        country=NOT_STATED, supervisory_authority=NOT_STATED, notice_date=None, law=shop.law,
        art30_5_assessment=NOT_STATED,
    )  # fmt: skip
    yield _activity(shop, "selling")
    yield LegalBasis(
        activity_id="selling", part="whole activity", layer="gdpr", basis=shop.basis, interest_text="",
        statement_id=NOT_STATED, assessment_id="", **_ALL,
    )  # fmt: skip
    yield from _recipient(shop, "mailer", "selling", shop.role)
    yield Transfer(
        activity_id="selling", recipient_id="mailer", country="US",
        regime=TransferRegime.UK if shop.law.startswith("UK") else TransferRegime.EU, importer=NOT_STATED,
        path="direct", mechanism=shop.mechanism, mechanism_status=NOT_STATED, safeguard_document=NOT_STATED,
        as_of=None, verified_on=None, fallback=NOT_STATED, origin=Origin.STATED,
    )  # fmt: skip
    if shop.captcha:
        yield _activity(shop, "guarding")
        yield from _recipient(shop, "recaptcha", "guarding", Role.CONTROLLER, until=CHANGED - timedelta(days=1))
        yield from _recipient(shop, "recaptcha", "guarding", Role.PROCESSOR, since=CHANGED, again=True)
    yield RetentionRule(
        rule_id="orders_kept", activity_id="selling", data_category="order.history, payment.amount",
        period=f"P{shop.years}Y", amount=shop.years, unit="years", qualifier=Qualifier.UP_TO, starts_at=shop.start,
        effect=Effect.ERASE_AFTER, kind=RuleKind.STATED, scope=NOT_STATED, condition=NOT_STATED, exception=NOT_STATED,
        disposal=NOT_STATED, verified=True, applicability=Applicability.APPLIES, valid_from=None, valid_to=None,
        statement_id="kept", **_ALL,
    )  # fmt: skip
    yield RetentionResult(
        rule_id="orders_kept", system="prestashop", source_id="prestashop", table_name="orders", clock="date_add",
        rows=100, oldest=date(2014, 1, 1), rows_within=100 - shop.overdue, rows_kept_by_law=0, rows_on_hold=0,
        rows_undecided=0, rows_overdue=shop.overdue, rows_without_date=0, deciding_rule="orders_kept",
        adherence=Adherence.NO if shop.overdue else Adherence.YES, reason="", not_measured="", measured_at=_NIGHT,
        data_as_of=_NIGHT,
    )  # fmt: skip
    for number in range(shop.errors):
        yield _finding(f"missing_basis|{number}", Severity.ERROR, FindingStatus.OPEN)
    yield _finding("quiet|0", Severity.WARNING, FindingStatus.ACCEPTED)
    yield Source(
        source_id="prestashop", system="prestashop", connector="prestashop", kind=SourceKind.FILE,
        status=SourceStatus.STALE if shop.late else SourceStatus.FRESH, last_attempt=_NIGHT,
        last_success=_NIGHT - timedelta(days=9 if shop.late else 0), fingerprint="", tables=1, columns=1,
        reason="the address does not answer" if shop.late else "",
    )  # fmt: skip
    yield Snapshot(
        snapshot_id="2026-11-01-00000000", created_at=_NIGHT, content_hash="0", previous_hash="", state=shop.state,
        in_force_from=shop.approved_on, in_force_until=None, approved_by="the office" if shop.approved_on else "",
        approved_role="", approved_at=_at(shop.approved_on), open_findings=1, open_proposals=0, tool_version="0",
    )  # fmt: skip


def _at(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) if day else None


def _activity(shop: Shop, activity_id: str) -> ProcessingActivity:
    return ProcessingActivity(
        activity_id=activity_id, controller_id=shop.name, name=activity_id.title(), purpose=activity_id,
        role=Role.CONTROLLER, status=ActivityStatus.ACTIVE, started_on=None, ended_on=None, legal_basis=shop.basis,
        data_subjects=NOT_STATED_LIST, data_categories=NOT_STATED_LIST, special_categories=NOT_STATED_LIST,
        recipients=NOT_STATED_LIST, transfers=NOT_STATED_LIST, retention=NOT_STATED_LIST,
        security_measures=NOT_STATED_LIST, source_of_data=NOT_STATED, automated_decisions=NOT_STATED, owner=NOT_STATED,
        reviewed_by="", reviewed_on=shop.reviewed_on, next_review=None, origin=Origin.STATED,
    )  # fmt: skip


def _recipient(
    shop: Shop, key: str, activity: str, role: Role, since: date | None = None, until: date | None = None,
    again: bool = False,
) -> Iterator[Row]:  # fmt: skip
    if not again:
        yield Recipient(
            recipient_id=key, brand=key.title(), legal_entity=f"{key.title()} Ltd", company_code=NOT_STATED,
            country="IE", kind=RecipientKind.NAMED, role=role, origin=Origin.OBSERVED, activities=(activity,),
            data_categories=("contact.email",), systems=(key,), first_seen=None, last_seen=None,
            status=LifeStatus.ACTIVE,
        )  # fmt: skip
    yield Disclosure(
        disclosure_id=f"{activity}|{key}|{since or ''}", activity_id=activity, recipient_id=key,
        data_subject="customer", data_category="contact.email", recipient_role=role, role_reason="",
        contract_id=NOT_STATED, valid_from=since, valid_to=until, status=LifeStatus.ACTIVE, origin=Origin.OBSERVED,
    )  # fmt: skip


def _finding(key: str, severity: Severity, status: FindingStatus) -> Finding:
    return Finding(
        finding_id=key, rule_id=key.partition("|")[0], about=About.COMPLIANCE, severity=severity, subject="selling",
        message="made up", remedy="none", law="6(1)", blocks=False, status=status, owner="", due_on=None,
        accepted_by="", accepted_until=None, accepted_reason="", root_cause="", first_seen=date(2026, 10, 1),
        last_seen=AS_OF,
    )  # fmt: skip
