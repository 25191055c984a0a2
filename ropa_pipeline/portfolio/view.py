"""What the portfolio keeps of one published register: a few small rows, never the register itself.

Belongs here: reading one release, read-only, and boiling it down, so that a thousand registers fit into memory. Does
not belong here: comparing controllers (``differences``, ``changes``). A release that is missing or broken is an answer,
never an error: one sick controller must not hide the others.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ropa_pipeline.model.base import NOT_STATED, Frozen, Row, is_filled, table_spec
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.history import Snapshot
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.portfolio import Attention, LateSource, OpenFinding, OverdueTable, RecipientUse, RegisterState
from ropa_pipeline.model.register import (
    Contract,
    Controller,
    Disclosure,
    LegalBasis,
    Party,
    ProcessingActivity,
    Recipient,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionResult, RetentionRule
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.terms import (
    Applicability,
    Capacity,
    FindingStatus,
    LifeStatus,
    Role,
    Severity,
    SnapshotState,
    SourceStatus,
)
from ropa_pipeline.portfolio.said import Said, said_in
from ropa_pipeline.publish.build import database_name
from ropa_pipeline.publish.database import read_database
from ropa_pipeline.publish.manifest import Manifest, read_manifest
from ropa_pipeline.publish.places import PublishError, published_path

READ: tuple[type[Row], ...] = (
    Controller, Party, Source, ProcessingActivity, LegalBasis, Recipient, Disclosure, Contract, Transfer, RetentionRule,
    RetentionResult, Finding, Snapshot,
)  # fmt: skip
_SPECS = tuple(table_spec(row_class) for row_class in READ)
_CONTRACT_ORDER = ("seen", "offered by the vendor", "missing")


class Declared(Frozen):
    """What the release does not hold and the controller's folder says: purpose keys by activity, the jurisdiction."""

    purposes: Mapping[str, tuple[str, ...]] = {}
    jurisdiction: str = ""


class Limits(Frozen):
    """After how many days a register, or its approval, counts as stale."""

    verified_within_days: int = 7
    approved_within_days: int = 365


@dataclass(frozen=True)
class Touchable:
    """What a change of law or of a provider may touch, by activity; and when each activity was last looked at."""

    jurisdiction: str = ""
    purposes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    systems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    transfers: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    looked_at: Mapping[str, date | None] = field(default_factory=dict)
    approved_on: date | None = None


@dataclass(frozen=True)
class View:
    """One controller, as far as the portfolio looks at it. ``problem``: why nothing is known of it."""

    controller_id: str
    state: RegisterState
    attention: tuple[Attention, ...]
    problem: str = ""
    name: str = NOT_STATED
    contact: str = NOT_STATED
    country: str = NOT_STATED
    law: str = NOT_STATED
    snapshot_id: str = ""
    verified_on: date | None = None
    approved_on: date | None = None
    on_samples: bool = False
    findings: tuple[OpenFinding, ...] = ()
    overdue: tuple[OverdueTable, ...] = ()
    late: tuple[LateSource, ...] = ()
    uses: tuple[RecipientUse, ...] = ()
    said: tuple[Said, ...] = ()
    touchable: Touchable = field(default_factory=Touchable)

    @property
    def is_read(self) -> bool:
        return self.state in (RegisterState.APPROVED, RegisterState.DRAFT)


def view_of(home: Path, controller_id: str, as_of: date, limits: Limits, declared: Callable[[str], Declared]) -> View:
    """One controller's published register, boiled down; where it cannot be read, why. Raises nothing for that."""
    problem = ""
    for _ in range(2):  # a night may put a new release in place between the pointer and the file
        folder = published_path(home, controller_id)
        if folder is None:
            break
        try:
            manifest = read_manifest(folder)
            tables = read_database(folder / database_name(controller_id), _SPECS)
        except PublishError as error:
            problem = str(error)
            continue
        own = {row.controller_id for row in tables.rows(Controller)}
        if own != {controller_id}:
            problem = f"{folder}: the database is not this controller's; run it again: ropa run {controller_id}"
            break
        return _view(controller_id, tables, manifest, as_of, limits, declared(controller_id))
    if problem:
        return unreadable(controller_id, _within(problem, home))
    missing = f"nothing is published; run it first: ropa run {controller_id}"
    return View(controller_id, RegisterState.NOT_PUBLISHED, (Attention.NOT_PUBLISHED,), missing)


def unreadable(controller_id: str, problem: str) -> View:
    """A register that cannot be read, and why."""
    return View(controller_id, RegisterState.CANNOT_BE_READ, (Attention.CANNOT_BE_READ,), problem)


def _within(problem: str, home: Path) -> str:
    return problem.replace(f"{home}/", "")


def _view(
    controller_id: str, tables: Tables, manifest: Manifest, as_of: date, limits: Limits, declared: Declared
) -> View:
    controller = tables.rows(Controller)[0]
    approvals = [row.approved_at.date() for row in tables.rows(Snapshot) if row.approved_at is not None]
    approved_on = max(approvals, default=None)
    state = RegisterState.APPROVED if manifest.state is SnapshotState.APPROVED else RegisterState.DRAFT
    verified_on = manifest.release.as_of
    active = tuple(row for row in tables.rows(Disclosure) if _is_active(row, as_of))
    return View(
        controller_id=controller_id,
        state=state,
        attention=tuple(_attention(state, approved_on, verified_on, as_of, limits)),
        name=controller.name,
        contact=_contact(controller, tables.rows(Party)),
        country=controller.country,
        law=controller.law,
        snapshot_id=manifest.snapshot_id,
        verified_on=verified_on,
        approved_on=approved_on,
        on_samples=manifest.release.built_on_samples,
        findings=_open_findings(controller_id, tables.rows(Finding)),
        overdue=_overdue(controller_id, tables.rows(RetentionResult)),
        late=_late(controller_id, tables.rows(Source)),
        uses=_uses(controller_id, tables, active),
        said=said_in(tables, active, declared.purposes),
        touchable=_touchable(tables, active, declared, approved_on),
    )


def _attention(
    state: RegisterState, approved_on: date | None, verified_on: date, as_of: date, limits: Limits
) -> Iterable[Attention]:
    if approved_on is None:
        yield Attention.NOT_APPROVED
    elif state is RegisterState.DRAFT:
        yield Attention.CHANGED_SINCE
    if approved_on is not None and approved_on < as_of - timedelta(days=limits.approved_within_days):
        yield Attention.APPROVAL_OLD
    if verified_on < as_of - timedelta(days=limits.verified_within_days):
        yield Attention.NOT_VERIFIED


def _contact(controller: Controller, parties: Iterable[Party]) -> str:
    """Art. 30(2)(a): the controller's contact details, and its representative and officer where there are any."""
    own = [item for item in (controller.address, controller.email, controller.phone) if is_filled(item)]
    for party in parties:
        said = [item for item in (party.name, party.address, party.email, party.phone) if is_filled(item)]
        if party.capacity in _ALSO_NAMED and party.applicability is Applicability.APPLIES and said:
            own.append(f"{party.capacity.value}: {', '.join(said)}")
    return "; ".join(own) or NOT_STATED


_ALSO_NAMED = (Capacity.REPRESENTATIVE, Capacity.DATA_PROTECTION_OFFICER)


def _open_findings(controller_id: str, findings: Iterable[Finding]) -> tuple[OpenFinding, ...]:
    grouped: dict[tuple[str, Severity], list[Finding]] = defaultdict(list)
    for row in findings:
        if row.status is FindingStatus.OPEN:
            grouped[row.rule_id, row.severity].append(row)
    return tuple(
        OpenFinding(
            controller_id=controller_id,
            rule_id=rule_id,
            severity=severity,
            about=rows[0].about,
            findings=len(rows),
            law=rows[0].law,
            oldest=min((row.first_seen for row in rows if row.first_seen), default=None),
        )
        for (rule_id, severity), rows in sorted(grouped.items())
    )


def _overdue(controller_id: str, results: Iterable[RetentionResult]) -> tuple[OverdueTable, ...]:
    return tuple(
        OverdueTable(
            controller_id=controller_id,
            rule_id=row.rule_id,
            source_id=row.source_id,
            table_name=row.table_name,
            rows_overdue=row.rows_overdue,
            oldest=row.oldest,
        )
        for row in results
        if row.rows_overdue
    )


def _late(controller_id: str, sources: Iterable[Source]) -> tuple[LateSource, ...]:
    return tuple(
        LateSource(
            controller_id=controller_id,
            source_id=row.source_id,
            system=row.system,
            kind=row.kind,
            status=row.status,
            last_success=row.last_success.date() if row.last_success else None,
            reason=row.reason,
        )
        for row in sources
        if row.status is not SourceStatus.FRESH
    )


def _is_active(row: Disclosure, as_of: date) -> bool:
    """A flow that goes on, in the role that it has on the day."""
    begun = row.valid_from is None or row.valid_from <= as_of
    return row.status is not LifeStatus.ENDED and begun and (row.valid_to is None or row.valid_to >= as_of)


def _uses(controller_id: str, tables: Tables, active: Iterable[Disclosure]) -> tuple[RecipientUse, ...]:
    recipients = {row.recipient_id: row for row in tables.rows(Recipient)}
    contracts: dict[str, set[str]] = defaultdict(set)
    for contract in tables.rows(Contract):
        contracts[contract.recipient_id].add(contract.evidence_status)
    flows: dict[tuple[str, Role], set[str]] = defaultdict(set)
    for row in active:
        flows[row.recipient_id, row.recipient_role].add(row.activity_id)
    return tuple(
        RecipientUse(
            controller_id=controller_id,
            recipient_id=recipient_id,
            recipient_role=role,
            brand=recipients[recipient_id].brand,
            legal_entity=recipients[recipient_id].legal_entity,
            country=recipients[recipient_id].country,
            activities=tuple(sorted(activities)),
            contract=_best(contracts[recipient_id]),
        )
        for (recipient_id, role), activities in sorted(flows.items())
        if recipient_id in recipients
    )


def _best(statuses: set[str]) -> str:
    return next((item for item in _CONTRACT_ORDER if item in statuses), min(statuses, default=NOT_STATED))


def _touchable(tables: Tables, active: Iterable[Disclosure], declared: Declared, approved_on: date | None) -> Touchable:
    systems = {row.recipient_id: {row.recipient_id, *row.systems} for row in tables.rows(Recipient)}
    used: dict[str, set[str]] = defaultdict(set)
    for row in active:
        for system in systems.get(row.recipient_id, {row.recipient_id}):
            used[system].add(row.activity_id)
    transfers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in tables.rows(Transfer):
        transfers[item.regime.value, item.country].add(item.activity_id)
    looked_at = {
        row.activity_id: max((day for day in (approved_on, row.reviewed_on) if day), default=None)
        for row in tables.rows(ProcessingActivity)
    }
    return Touchable(
        jurisdiction=declared.jurisdiction,
        purposes={name: declared.purposes.get(name, ()) for name in looked_at},
        systems={system: tuple(sorted(names)) for system, names in used.items()},
        transfers={key: tuple(sorted(names)) for key, names in transfers.items()},
        not_applicable=frozenset(
            row.rule_id for row in tables.rows(RetentionRule) if row.applicability is Applicability.NOT_APPLICABLE
        ),
        looked_at=looked_at,
        approved_on=approved_on,
    )


def counted(findings: Iterable[OpenFinding]) -> Counter[Severity]:
    """Open findings by severity."""
    found: Counter[Severity] = Counter()
    for row in findings:
        found[row.severity] += row.findings
    return found
