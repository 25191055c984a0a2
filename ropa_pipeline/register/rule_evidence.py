"""Evidence for retention rules: the notice's statement, the law's source, or the decision.

Belongs here: evidence rows of ``retention_rules``. Does not belong here: the rules (``retention``).
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.terms import EvidenceKind, Origin
from ropa_pipeline.register.inputs import Ledger, RegisterInputs


def rule_evidence(inputs: RegisterInputs, ledger: Ledger) -> None:
    """One entry or more for the period of every rule, and one for a start event that nobody stated."""
    declared = {rule.rule_id: rule for rule in inputs.folder.activities.retention}
    statutory = {rule.rule_id: rule for rule in inputs.reference.rules}
    for row in inputs.rules:
        own = declared.get(row.rule_id)
        if own is not None:
            ledger.sourced(row, "period", own.statements, own.decision, "notice and decisions")
        elif row.rule_id in statutory:
            law = statutory[row.rule_id]
            confidence = 1.0 if law.verified else 0.6
            ledger.note(row, "period", EvidenceKind.LAW, f"{law.law} ({law.source})", "mappings/retention", confidence)
        else:
            ledger.note(row, "period", EvidenceKind.MAPPING, f"rule {row.rule_id}", row.origin.value)
        if row.starts_at.value == NOT_STATED and row.origin in (Origin.STATED, Origin.DECIDED):
            ledger.not_stated(row, "starts_at", "notice and decisions")
