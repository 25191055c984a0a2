"""The rules that a notice can be held against on its own, without a controller's folder or any system.

Belongs here: which rules these are, and running them alone. Does not belong here: the rules (``notice_*``,
``transparency``, ``lawfulness``, ``retention``) and rules that compare with systems, contracts or decisions.
GDPR Art. 5, 6, 7, 12 to 14.
"""

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import Severity
from ropa_pipeline.policy import lawfulness, retention, transparency
from ropa_pipeline.policy.findings import NOTICE_FAMILIES, found_by
from ropa_pipeline.policy.rule import PolicyContext, Rule

_OF_A_NOTICE = frozenset(
    {
        "transparency.controller_identity",
        "transparency.right_not_mentioned",
        "transparency.no_complaint_authority",
        "transparency.no_notice_date",
        "lawfulness.no_legal_basis",
        "lawfulness.device_basis_only",
        "lawfulness.alternatives_left_open",
        "lawfulness.device_storage_on_interest",
        "lawfulness.marketing_on_interest_alone",
        "lawfulness.obligation_without_law",
        "lawfulness.offences_without_law",
        "retention.rules_conflict",
    }
)
"""Of the families that also judge a register: what can be seen in a notice's text alone."""

NOTICE_RULES: tuple[Rule, ...] = (
    *(rule for rule in (*transparency.RULES, *lawfulness.RULES, *retention.RULES) if rule.rule_id in _OF_A_NOTICE),
    *NOTICE_FAMILIES,
)


def lint(context: PolicyContext) -> tuple[Finding, ...]:
    """What the rules about notices find, the most severe first, then by rule and subject."""
    ranks = tuple(Severity)
    rows = found_by(NOTICE_RULES, context)
    return tuple(sorted(rows, key=lambda row: (ranks.index(row.severity), row.rule_id, row.subject)))
