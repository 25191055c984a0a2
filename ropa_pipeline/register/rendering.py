"""The register's readable rows: one processing activity, one line, every Art. 30(1) cell answered.

Belongs here: rendering the finer tables into ``processing_activities`` and the evidence of its cells.
Does not belong here: the finer tables themselves. A row is never a cartesian product: lists stand in cells.
"""

from dataclasses import dataclass

from ropa_pipeline.model.base import NOT_APPLICABLE, NOT_STATED, NOT_STATED_LIST, Row
from ropa_pipeline.model.controller import Sourced
from ropa_pipeline.model.register import (
    ActivityData,
    Disclosure,
    LegalBasis,
    ProcessingActivity,
    SecurityMeasure,
    Transfer,
)
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.terms import ActivityStatus, EvidenceKind, LifeStatus, Role, RuleKind
from ropa_pipeline.register.activities import EXISTING, THIS_TOOL, Activity, Attribution
from ropa_pipeline.register.flows import Flow
from ropa_pipeline.register.inputs import Ledger, RegisterInputs, statement_locator
from ropa_pipeline.register.stated_data import StatedData
from ropa_pipeline.register.transfers import documented_transfers

_LOOKED = "notice, decisions and systems read"


@dataclass(frozen=True)
class Parts:
    """The finer tables that a register row renders."""

    data: tuple[ActivityData, ...]
    bases: tuple[LegalBasis, ...]
    disclosures: tuple[Disclosure, ...]
    transfers: tuple[Transfer, ...]
    rules: tuple[RetentionRule, ...]
    measures: tuple[SecurityMeasure, ...]
    flows: tuple[Flow, ...]


def processing_activities(
    inputs: RegisterInputs, attribution: Attribution, parts: Parts, ledger: Ledger
) -> tuple[ProcessingActivity, ...]:
    """One row per purpose, declared activities and the standing list alike."""
    rows = []
    for activity in attribution.activities:
        row = _row(inputs, activity, parts)
        _evidence(inputs, activity, row, parts, ledger)
        rows.append(row)
    return tuple(rows)


def _row(inputs: RegisterInputs, activity: Activity, parts: Parts) -> ProcessingActivity:
    declared = activity.declared
    exists = activity.status in EXISTING
    unknown = NOT_STATED if activity.status is not ActivityStatus.DOES_NOT_EXIST else NOT_APPLICABLE
    unknown_list = (unknown,)
    data = [row for row in parts.data if row.activity_id == activity.activity_id]
    bases = [row for row in parts.bases if row.activity_id == activity.activity_id and row.basis != NOT_STATED]
    recipients = {
        row.recipient_id
        for row in parts.disclosures
        if row.activity_id == activity.activity_id and row.status is LifeStatus.ACTIVE
    }
    special = {item.key for item in inputs.taxonomy.data_categories if item.special_category}
    return ProcessingActivity(
        activity_id=activity.activity_id,
        controller_id=inputs.controller_id,
        name=activity.name,
        purpose=activity.purpose if exists or activity.purpose != NOT_STATED else unknown,
        role=Role.CONTROLLER if exists else Role.NOT_STATED,
        status=activity.status,
        started_on=declared.started_on if declared else None,
        ended_on=declared.ended_on if declared else None,
        legal_basis=_bases_text(inputs, bases) or unknown,
        data_subjects=tuple(sorted({row.data_subject for row in data})) or unknown_list,
        data_categories=tuple(sorted({row.data_category for row in data})) or unknown_list,
        special_categories=_special(inputs, data, special, unknown_list),
        recipients=tuple(sorted(recipients)) or unknown_list,
        transfers=tuple(
            sorted(_transfer_text(row) for row in parts.transfers if row.activity_id == activity.activity_id)
        )
        or unknown_list,
        retention=tuple(sorted(retention_text(rule) for rule in _rules_of(activity, parts.rules))) or unknown_list,
        security_measures=(tuple(sorted(row.measure for row in parts.measures)) if exists else ()) or unknown_list,
        source_of_data=_value(declared.source_of_data if declared else None, unknown),
        automated_decisions=_value(declared.automated_decisions if declared else None, unknown),
        owner=_value(declared.owner if declared else None, unknown),
        reviewed_by=(declared.reviewed_by if declared else "") or unknown,
        reviewed_on=declared.reviewed_on if declared else None,
        next_review=declared.next_review if declared else None,
        origin=activity.origin,
    )


def _value(sourced: Sourced | None, unknown: str) -> str:
    return sourced.value if sourced else unknown


def _special(
    inputs: RegisterInputs, data: list[ActivityData], special: set[str], unknown: tuple[str, ...]
) -> tuple[str, ...]:
    """Special categories found, else "not applicable" where the notice says that none are collected.

    A notice that says of some that they are collected denies nothing: which activity they belong to is open.
    """
    found = tuple(sorted({row.data_category for row in data} & special))
    if found:
        return found
    notice = StatedData(inputs.statements, inputs.taxonomy)
    denied = notice.special_denials and not notice.special_stated
    return (NOT_APPLICABLE,) if denied and data else unknown


def _looked_for_special(inputs: RegisterInputs) -> str:
    """What stands behind NOT STATED: special categories that the notice names for no activity, or nothing found."""
    stated = StatedData(inputs.statements, inputs.taxonomy).special_stated
    return "stated, for no activity: " + ", ".join(map(statement_locator, stated)) if stated else _LOOKED


def _bases_text(inputs: RegisterInputs, bases: list[LegalBasis]) -> str:
    """All bases, readable. A ground for storing on the device is none for the processing that follows."""
    shown = "; ".join(_basis_text(inputs, row) for row in bases)
    if bases and all(row.layer != "gdpr" for row in bases):
        return f"{NOT_STATED} for the processing; {shown}"
    return shown


def _basis_text(inputs: RegisterInputs, row: LegalBasis) -> str:
    law = "UK GDPR" if inputs.folder.facts.jurisdiction == "uk" else "GDPR"
    text = f"{law} Art. {row.basis}"
    if row.law != NOT_STATED:
        text += f" ({row.law})"
    if row.layer != "gdpr":
        text += f" [{row.layer}: storing on the device]"
    return text if row.part in ("", "whole activity") else f"{row.part}: {text}"


def _transfer_text(row: Transfer) -> str:
    country = "third country NOT STATED" if row.country == NOT_STATED else row.country
    return f"{row.recipient_id}: {country}; mechanism {row.mechanism}"


def _rules_of(activity: Activity, rules: tuple[RetentionRule, ...]) -> list[RetentionRule]:
    """Stated and decided rules of an activity: law and proposals do not fill Art. 30(1)(f)."""
    return [
        rule
        for rule in rules
        if rule.kind in (RuleKind.STATED, RuleKind.DECIDED)
        and activity.activity_id in (part.strip() for part in rule.activity_id.split(","))
    ]


def retention_text(rule: RetentionRule) -> str:
    """A rule as people read it: period, start and scope; what is missing is said.

    The period stays as written (P13M is never turned into days).
    """
    period = rule.period if rule.qualifier.value in (NOT_STATED, "exactly") else f"{rule.qualifier.value} {rule.period}"
    start = (
        f"from {rule.starts_at.value.replace('_', ' ')}" if rule.starts_at.value != NOT_STATED else "start NOT STATED"
    )
    text = f"{period}, {start}"
    if rule.scope not in ("", NOT_STATED):
        text += f": {rule.scope}"
    if rule.condition not in ("", NOT_STATED):
        text += f" (if {rule.condition})"
    if rule.exception not in ("", NOT_STATED):
        text += f" (except {rule.exception})"
    return f"{text} [{rule.rule_id}]"


def _evidence(
    inputs: RegisterInputs, activity: Activity, row: ProcessingActivity, parts: Parts, ledger: Ledger
) -> None:
    if activity.status is ActivityStatus.NOT_YET_ANSWERED:
        ledger.not_stated(row, "*", "standing list: nobody has answered yet")
        return
    if activity.status is ActivityStatus.DOES_NOT_EXIST:
        ledger.sourced(row, "status", activity.statements, activity.decision, _LOOKED)
        ledger.note(row, "*", EvidenceKind.NOT_APPLICABLE, "the activity does not exist", "stated or decided")
        return
    for name in ("name", "purpose", "status"):
        if row.purpose == NOT_STATED and name == "purpose":
            ledger.not_stated(row, name, _LOOKED)
            continue
        ledger.statements(row, name, activity.statements)
        if activity.decision:
            ledger.decision(row, name, activity.decision)
        for table in activity.seen_in:
            ledger.note(row, name, EvidenceKind.ROWS, table, "tables that serve it were seen")
        if activity.declared is not None and not (activity.statements or activity.decision or activity.seen_in):
            locator = f"mappings/controllers/{inputs.controller_id}/activities.yaml#{activity.activity_id}"
            ledger.note(row, name, EvidenceKind.MAPPING, locator, "proposed: nothing states or shows it")
        elif not (activity.statements or activity.decision or activity.seen_in):
            ledger.note(row, name, EvidenceKind.DERIVED, "this release", "the record is kept with this tool")
    facts = inputs.folder.facts
    ledger.sourced(row, "role", facts.name.statements, facts.name.decision, _LOOKED)
    derived: tuple[tuple[str, str, bool], ...] = (
        ("legal_basis", "legal_bases", row.legal_basis.startswith(NOT_STATED)),
        ("data_subjects", "activity_data", row.data_subjects == NOT_STATED_LIST),
        ("data_categories", "activity_data", row.data_categories == NOT_STATED_LIST),
        ("special_categories", "activity_data and the notice", row.special_categories == NOT_STATED_LIST),
        ("recipients", "disclosures", row.recipients == NOT_STATED_LIST),
        ("transfers", "transfers", row.transfers == NOT_STATED_LIST),
        ("retention", "retention_rules", row.retention == NOT_STATED_LIST),
        ("security_measures", "security_measures", row.security_measures == NOT_STATED_LIST),
    )
    for name, table, unknown in derived:
        if unknown:
            ledger.not_stated(row, name, _looked_for_special(inputs) if name == "special_categories" else _LOOKED)
        else:
            ledger.note(row, name, EvidenceKind.DERIVED, f"{table}: {row.activity_id}", "rendered from the finer table")
    if row.special_categories == (NOT_APPLICABLE,):
        denials = StatedData(inputs.statements, inputs.taxonomy).special_denials
        ledger.statements(row, "special_categories", [item.statement_id for item in denials])
    declared = activity.declared
    for name in ("source_of_data", "automated_decisions", "owner"):
        sourced: Sourced | None = getattr(declared, name) if declared else None
        ledger.sourced(row, name, sourced.statements if sourced else (), sourced.decision if sourced else "", _LOOKED)
    for name in ("reviewed_by", "reviewed_on", "next_review", "started_on", "ended_on"):
        if getattr(row, name) in (NOT_STATED, None):
            ledger.not_stated(row, name, "activities.yaml records none")
        elif declared is not None and declared.review_decision and "review" in name:
            ledger.decision(row, name, declared.review_decision)
    _proposals(inputs, activity, row, parts, ledger)


def _proposals(inputs: RegisterInputs, activity: Activity, row: Row, parts: Parts, ledger: Ledger) -> None:
    for proposal in activity.declared.proposals if activity.declared else ():
        ledger.propose(row, proposal.field, proposal.value, proposal.reason, proposal.law, proposal.verified)
    if activity.declared is None:
        _propose_for_standing(activity, row, ledger)
    if any(item.activity_id == activity.activity_id for item in parts.transfers):
        return
    for flow in parts.flows:
        if flow.activity_id == activity.activity_id:
            for text in documented_transfers(inputs, flow, activity.covers):
                reason = f"the own terms of {flow.recipient_id} name this country"
                ledger.propose(row, "transfers", f"{flow.recipient_id}: {text}", reason, "GDPR Art. 30(1)(e), 44-49")


def _propose_for_standing(activity: Activity, row: Row, ledger: Ledger) -> None:
    """An activity of the standing list that was seen: its name is a purpose to confirm."""
    if activity.activity_id == f"standing.{THIS_TOOL}":
        reason = "the record is a duty of the controller"
        ledger.propose(row, "legal_basis", "6(1)(c)", reason, "GDPR Art. 6(1)(c), 30(1)")
    elif activity.purpose == NOT_STATED:
        reason = (
            f"tables that serve it were seen: {', '.join(activity.seen_in[:3])}" if activity.seen_in else "declared"
        )
        ledger.propose(row, "purpose", activity.name, reason, "GDPR Art. 30(1)(b)")
