"""Runs the rules and gives each finding its life: first seen, accepted, resolved, not re-checked.

Belongs here: the ordered list of rule families, and the state of findings over time. Does not belong here:
any rule, and what becomes of earlier findings (``life``).
"""

from collections.abc import Iterable, Iterator, Mapping

from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.terms import About, FindingStatus, Severity
from ropa_pipeline.policy import (
    change,
    disclosure,
    lawfulness,
    notice_claims,
    notice_consent,
    notice_content,
    notice_cookies,
    notice_law,
    notice_periods,
    notice_recipients,
    record,
    record_quality,
    retention,
    transparency,
)
from ropa_pipeline.policy.evaluate import ContractBreach, contract_breaches
from ropa_pipeline.policy.life import WITHOUT_FINDING, accepted, assigned, closed, without_finding
from ropa_pipeline.policy.retention_suite import reported_as
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule, applies, weighed

NOTICE_FAMILIES: tuple[Rule, ...] = (
    *notice_content.RULES,
    *notice_consent.RULES,
    *notice_claims.RULES,
    *notice_cookies.RULES,
    *notice_law.RULES,
    *notice_periods.RULES,
    *notice_recipients.RULES,
)
"""The rules that are about a notice alone, in order; ``notice_lint`` runs them without a register."""
RULES: tuple[Rule, ...] = (
    *record.RULES,
    *record_quality.RULES,
    *lawfulness.RULES,
    *disclosure.RULES,
    *retention.RULES,
    *transparency.RULES,
    *NOTICE_FAMILIES,
    *change.RULES,
)
CONTRACT_FAMILY = "tables_valid"
FAMILIES: tuple[str, ...] = tuple(
    dict.fromkeys((*(rule.family for rule in RULES), WITHOUT_FINDING.family, CONTRACT_FAMILY))
)


def findings(context: PolicyContext) -> tuple[Finding, ...]:
    """All findings of tonight, and those of the last release that are resolved or could not be re-checked."""
    earlier = {row.finding_id: row for row in context.previous.rows(Finding)}
    found = {row.finding_id: row for row in found_by(RULES, context)}
    for breach in _unreported(context, contract_breaches(context.tables), found):
        row = _of_breach(context, breach, earlier)
        found[row.finding_id] = row
    for hit in without_finding(context, found):
        row = _finding(context, WITHOUT_FINDING, hit, earlier)
        found[row.finding_id] = row
    for finding_id, old in earlier.items():
        if finding_id not in found and old.status is not FindingStatus.RESOLVED:
            found[finding_id] = closed(context, old, depends_of(old.rule_id))
    return tuple(found[key] for key in sorted(found))


def found_by(rules: Iterable[Rule], context: PolicyContext) -> tuple[Finding, ...]:
    """What some rules find tonight, one row per finding; rules that a person decided not to apply are left out."""
    earlier = {row.finding_id: row for row in context.previous.rows(Finding)}
    found: dict[str, Finding] = {}
    for rule in rules:
        for hit in rule.find(context) if applies(context, rule.rule_id) else ():
            row = _finding(context, rule, hit, earlier)
            found.setdefault(row.finding_id, row)
    return tuple(found.values())


def _unreported(
    context: PolicyContext, breaches: Iterable[ContractBreach], found: Mapping[str, Finding]
) -> Iterator[ContractBreach]:
    """The breaches that are a fault of the tool: not those about a rule of the controller's which a finding reports.

    Nor those that nobody wants reported: a person decided that the rule of the finding does not apply.
    """

    def answered(column: str, key: str) -> bool:
        finding_id = reported_as(column, key)
        return finding_id in found or not applies(context, finding_id.partition("|")[0])

    for breach in breaches:
        silent = tuple(key for key in breach.keys if not answered(breach.column, key))
        if breach.could_not_run or not breach.keys or silent:
            yield breach.model_copy(update={"keys": silent})


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


_DEPENDS_OF_PREFIX = (
    ("table.", Depends.DECLARED),
    ("retention.", Depends.DECLARED),
    ("notice.", Depends.DECLARED),
    (WITHOUT_FINDING.rule_id, Depends.DECLARED),
)
_FAMILY_OF_PREFIX = (
    ("table.", CONTRACT_FAMILY),
    ("retention.", "retention_lawful"),
    (WITHOUT_FINDING.rule_id, WITHOUT_FINDING.family),
)


def _finding(context: PolicyContext, rule: Rule, hit: Hit, earlier: dict[str, Finding]) -> Finding:
    rule_id = hit.rule_id or rule.rule_id
    finding_id = f"{rule_id}|{hit.subject}"
    old = earlier.get(finding_id)
    reopened = old is None or old.status is FindingStatus.RESOLVED
    legal = weighed(context, rule, hit)
    row = Finding(
        finding_id=finding_id,
        rule_id=rule_id,
        about=hit.about or rule.about,
        severity=legal.severity,
        subject=hit.subject,
        message=legal.message,
        remedy=hit.remedy or rule.remedy,
        law=legal.law,
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
        found_in=hit.evidence,
        law_source=legal.law_source,
        law_verified=legal.law_verified,
        law_condition=legal.law_condition,
        confirmed_by=legal.confirmed_by,
    )
    return accepted(context, assigned(context, row))


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
