"""Security measures, linked assessments and legal bases as declared (Art. 6, 30(1)(g), 32, 35).

Belongs here: rows of ``security_measures``, ``assessments``, ``legal_bases``, ``holds``. Does not belong
here: rendering them into the register (``rendering``).
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.register import Assessment, LegalBasis, SecurityMeasure
from ropa_pipeline.model.retention import Hold
from ropa_pipeline.model.terms import Origin
from ropa_pipeline.register.activities import EXISTING, Activity, Attribution
from ropa_pipeline.register.inputs import Ledger, RegisterInputs

_LOOKED = "notice and decisions"


def _origin(statements: tuple[str, ...], decision: str) -> Origin:
    if decision:
        return Origin.DECIDED
    return Origin.STATED if statements else Origin.NOT_STATED


def security_measures(inputs: RegisterInputs, ledger: Ledger) -> tuple[SecurityMeasure, ...]:
    """One row per measure; a measure claimed twice keeps both wordings' evidence."""
    known = {item.key: item for item in inputs.taxonomy.measures}
    rows: dict[str, SecurityMeasure] = {}
    for declared in inputs.folder.activities.measures:
        taxon = known.get(declared.measure)
        earlier = rows.get(declared.measure)
        wording = declared.wording if earlier is None else f"{earlier.wording}; {declared.wording}"
        row = SecurityMeasure(
            measure=declared.measure,
            wording=wording,
            dpv=taxon.dpv if taxon and taxon.dpv else NOT_STATED,
            claimed_in="published notice" if declared.statements else "decision",
            evidenced=declared.evidenced or NOT_STATED,
            origin=_origin(declared.statements, declared.decision),
        )
        rows[declared.measure] = row
        ledger.sourced(row, "measure", declared.statements, declared.decision, _LOOKED)
        if row.evidenced == NOT_STATED:
            ledger.not_stated(row, "evidenced", "nothing shows that the measure is in place")
    return tuple(rows.values())


def assessments(inputs: RegisterInputs, ledger: Ledger) -> tuple[Assessment, ...]:
    """One row per linked document or register; linked and counted, never copied."""
    rows = []
    for linked in inputs.folder.decisions.assessments:
        row = Assessment(
            assessment_id=linked.assessment_id,
            kind=linked.kind,
            activity_id=linked.activity,
            status=linked.status,
            result=linked.result or NOT_STATED,
            document=linked.document or NOT_STATED,
            dated=linked.dated,
            owner=linked.owner or NOT_STATED,
            next_review=linked.next_review,
            decided_by=next(
                (item.by for item in inputs.folder.decisions.decisions if item.id == linked.decision), NOT_STATED
            ),
            origin=Origin.DECIDED,
        )
        ledger.decision(row, "*", linked.decision)
        rows.append(row)
    return tuple(rows)


def holds(inputs: RegisterInputs, ledger: Ledger) -> tuple[Hold, ...]:
    """One row per decided hold; its scope names tables, never a person's key."""
    rows = []
    for declared in inputs.folder.decisions.holds:
        decision = next((item for item in inputs.folder.decisions.decisions if item.id == declared.decision), None)
        row = Hold(
            hold_id=declared.hold_id,
            kind=declared.kind,
            activity_id=declared.activity,
            system=declared.system,
            scope=", ".join(declared.tables) or "all tables of the activity",
            law=declared.law,
            valid_from=declared.valid_from,
            review_on=declared.review_on,
            valid_to=declared.valid_to,
            decided_by=decision.by if decision else NOT_STATED,
            reason=decision.reason if decision else "",
            origin=Origin.DECIDED,
        )
        ledger.decision(row, "*", declared.decision)
        rows.append(row)
    return tuple(rows)


def legal_bases(inputs: RegisterInputs, attribution: Attribution, ledger: Ledger) -> tuple[LegalBasis, ...]:
    """One row per activity, part and layer; an existing activity without a basis for processing gets NOT STATED.

    A basis for storing on the device (layer ``eprivacy``) is not one for the processing that follows.
    """
    rows: list[LegalBasis] = []
    for activity in attribution.activities:
        if activity.status not in EXISTING:
            continue
        declared = [_basis(activity, index, ledger) for index in range(_count(activity))]
        rows.extend(declared)
        if not any(row.layer == "gdpr" for row in declared):
            row = LegalBasis(
                activity_id=activity.activity_id,
                part="whole activity",
                layer="gdpr",
                basis=NOT_STATED,
                law=NOT_STATED,
                interest_text=NOT_STATED,
                statement_id="",
                origin=Origin.NOT_STATED,
                assessment_id="",
            )
            ledger.not_stated(row, "basis", _LOOKED)
            rows.append(row)
    return tuple(rows)


def _count(activity: Activity) -> int:
    return len(activity.declared.legal_bases) if activity.declared else 0


def _basis(activity: Activity, index: int, ledger: Ledger) -> LegalBasis:
    assert activity.declared is not None
    declared = activity.declared.legal_bases[index]
    row = LegalBasis(
        activity_id=activity.activity_id,
        part=declared.part,
        layer=declared.layer,
        basis=declared.basis,
        law=declared.law or NOT_STATED,
        interest_text=declared.interest_text or NOT_STATED,
        statement_id=", ".join(declared.statements),
        origin=_origin(declared.statements, declared.decision),
        assessment_id=declared.assessment_id,
    )
    ledger.sourced(row, "basis", declared.statements, declared.decision, _LOOKED)
    return row
