"""Runs the rules and gives each finding its life: first seen, accepted, resolved, not re-checked.

Belongs here: the ordered list of rule families, and the state of findings over time. Does not belong here:
any rule, and what becomes of earlier findings (``life``).
"""

from collections.abc import Iterable

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import About, FindingStatus, Severity
from ropa_pipeline.policy import change, disclosure, lawfulness, record, retention, transparency
from ropa_pipeline.policy.evaluate import ContractBreach, contract_breaches
from ropa_pipeline.policy.life import accepted, closed
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule

RULES: tuple[Rule, ...] = (
    *record.RULES,
    *lawfulness.RULES,
    *disclosure.RULES,
    *retention.RULES,
    *transparency.RULES,
    *change.RULES,
)
CONTRACT_FAMILY = "tables_valid"
FAMILIES: tuple[str, ...] = tuple(dict.fromkeys((*(rule.family for rule in RULES), CONTRACT_FAMILY)))


def findings(context: PolicyContext) -> tuple[Finding, ...]:
    """All findings of tonight, and those of the last release that are resolved or could not be re-checked."""
    earlier = {row.finding_id: row for row in context.previous.rows(Finding)}
    found: dict[str, Finding] = {}
    for rule in RULES:
        for hit in rule.find(context):
            row = _finding(context, rule, hit, earlier)
            found.setdefault(row.finding_id, row)
    for breach in contract_breaches(context.tables):
        row = _of_breach(context, breach, earlier)
        found[row.finding_id] = row
    for finding_id, old in earlier.items():
        if finding_id not in found and old.status is not FindingStatus.RESOLVED:
            found[finding_id] = closed(context, old, depends_of(old.rule_id))
    return tuple(found[key] for key in sorted(found))


def family_of(rule_id: str) -> str:
    """The family (the check in the UI) of a rule id, also of ids that connectors and conflicts name themselves."""
    for rule in RULES:
        if rule.rule_id == rule_id:
            return rule.family
    return next((family for prefix, family in _FAMILY_OF_PREFIX if rule_id.startswith(prefix)), "sources_read")


def depends_of(rule_id: str) -> Depends:
    """What must be looked at again before a finding of this rule is resolved."""
    for rule in RULES:
        if rule.rule_id == rule_id:
            return rule.depends
    return next((depends for prefix, depends in _DEPENDS_OF_PREFIX if rule_id.startswith(prefix)), Depends.SCHEMA)


_DEPENDS_OF_PREFIX = (("table.", Depends.DECLARED), ("retention.", Depends.DECLARED), ("notice.", Depends.DECLARED))
_FAMILY_OF_PREFIX = (("table.", CONTRACT_FAMILY), ("retention.", "retention_lawful"))


def _finding(context: PolicyContext, rule: Rule, hit: Hit, earlier: dict[str, Finding]) -> Finding:
    rule_id = hit.rule_id or rule.rule_id
    finding_id = f"{rule_id}|{hit.subject}"
    old = earlier.get(finding_id)
    reopened = old is None or old.status is FindingStatus.RESOLVED
    row = Finding(
        finding_id=finding_id,
        rule_id=rule_id,
        about=hit.about or rule.about,
        severity=hit.severity or rule.severity,
        subject=hit.subject,
        message=hit.message,
        remedy=hit.remedy or rule.remedy,
        law=hit.law or rule.law,
        blocks=rule.blocks if hit.blocks is None else hit.blocks,
        status=FindingStatus.OPEN,
        owner="",
        due_on=None,
        accepted_by="",
        accepted_until=None,
        accepted_reason="",
        root_cause=hit.root_cause or rule.root_cause or hit.subject,
        first_seen=context.as_of if reopened or old is None else old.first_seen,
        last_seen=context.as_of,
    )
    return accepted(context, row)


def _of_breach(context: PolicyContext, breach: ContractBreach, earlier: dict[str, Finding]) -> Finding:
    rule = Rule(
        "table.contract",
        CONTRACT_FAMILY,
        About.RECORD,
        Severity.ERROR,
        "GDPR Art. 5(2)",
        "This is a fault of the tool: report it.",
        _nothing,
        blocks=True,
    )
    where = f"{breach.table}.{breach.column}" if breach.column else breach.table
    shown = f" ({', '.join(breach.keys)})" if breach.keys else ""
    hit = Hit(f"{where}:{breach.expectation}", f"{breach.expectation} of {where} {breach.message}{shown}")
    return _finding(context, rule, hit, earlier)


def _nothing(_: PolicyContext) -> Iterable[Hit]:
    return ()
