"""Rules about retention: rows against rules, rules against rules, residue (GDPR Art. 5(1)(e), 17, 30(1)(f)).

Belongs here: findings made of retention results, conflicts and residue counts. Does not belong here:
measuring (``connectors.row_ages``) and judging single rows (``register.retention``). A message names no
count: counts change every night and stand in ``retention_results``.
"""

from collections import defaultdict
from collections.abc import Iterable

from ropa_pipeline.model.retention import RetentionResult
from ropa_pipeline.model.terms import About, Adherence, Severity
from ropa_pipeline.policy.notice_view import NoticeView
from ropa_pipeline.policy.rule import Depends, Hit, PolicyContext, Rule
from ropa_pipeline.register.rule_conflicts import ConflictKind, conflicts


def _overdue(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(RetentionResult):
        if row.adherence is Adherence.NO:
            yield Hit(
                f"{row.rule_id}:{row.source_id}:{row.table_name}",
                f"rows of {row.source_id}:{row.table_name} are past {row.rule_id}",
                root_cause=f"rule:{row.rule_id}",
            )


def _undecided(context: PolicyContext) -> Iterable[Hit]:
    for row in context.tables.rows(RetentionResult):
        if row.adherence is Adherence.UNDECIDED:
            yield Hit(
                f"{row.rule_id}:{row.source_id}:{row.table_name}",
                f"whether rows of {row.source_id}:{row.table_name} past {row.rule_id} must be kept is undecided",
                root_cause=f"rule:{row.rule_id}",
            )


def _cannot_tell(context: PolicyContext) -> Iterable[Hit]:
    tables: dict[str, set[str]] = defaultdict(set)
    for row in context.tables.rows(RetentionResult):
        if row.adherence is Adherence.CANNOT_TELL:
            tables[row.rule_id].add(f"{row.source_id}:{row.table_name}")
    for rule_id in sorted(tables):
        shown = sorted(tables[rule_id])
        more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
        yield Hit(
            rule_id,
            f"{rule_id} cannot be tested on {', '.join(shown[:5])}{more}",
        )


_SEVERITIES: dict[ConflictKind, Severity] = {
    ConflictKind.BELOW_MINIMUM: Severity.ERROR,
    ConflictKind.UNREADABLE_PERIOD: Severity.ERROR,
    ConflictKind.NO_START_EVENT: Severity.CHECK,
    ConflictKind.CATEGORY_WITHOUT_RULE: Severity.CHECK,
}


def _conflicts(context: PolicyContext) -> Iterable[Hit]:
    """Rule against rule. What rests on an unverified or unconfirmed duty is at most "check"."""
    for item in conflicts(context.folder, context.reference, context.systems, context.as_of):
        severity = _SEVERITIES.get(item.kind, Severity.WARNING) if item.verified else Severity.CHECK
        subject = ":".join(part for part in (item.rule_id, item.other_rule_id, item.subject) if part)
        duty = next((rule for rule in context.reference.rules if rule.rule_id == item.other_rule_id), None)
        yield Hit(
            subject or ",".join(item.activities),
            item.message,
            root_cause=f"rule:{item.rule_id}" if item.rule_id else item.kind.value,
            law=item.law,
            severity=severity,
            rule_id="retention." + item.kind.name.lower(),
            evidence=_said(context, item.rule_id),
            source=duty.source if duty else "",
            duty=duty.rule_id if duty else "",
            verified=duty.verified or item.verified if duty else None,
            condition=(duty.condition or "the duty applies to this controller") if duty and not item.verified else None,
        )


def _said(context: PolicyContext, rule_id: str) -> tuple[str, ...]:
    own = next((rule for rule in context.folder.activities.retention if rule.rule_id == rule_id), None)
    return NoticeView(context).places(own.statements) if own else ()


def _residue(context: PolicyContext) -> Iterable[Hit]:
    for observation in context.observations:
        mapping = context.systems.get(observation.system)
        checks = {check.check_id: check for check in (mapping.residue if mapping else ())}
        for item in observation.residue:
            check = checks.get(item.check_id)
            if check is None or item.rows == 0:
                continue
            yield Hit(
                f"{observation.source_id}:{item.check_id}",
                f"{observation.source_id}:{item.table} holds rows of persons who are gone ({check.grade})",
                remedy=check.remedy,
                severity=Severity.ERROR if check.grade == "left behind" else Severity.CHECK,
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "retention.rows_overdue",
        "retention_kept",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 5(1)(e)",
        "Review the rows and erase or anonymise them; ropa plan drafts the steps.",
        _overdue,
        depends=Depends.ROWS,
    ),
    Rule(
        "retention.rows_undecided",
        "retention_kept",
        About.COMPLIANCE,
        Severity.WARNING,
        "GDPR Art. 5(1)(e), 17(3)(b)",
        "Decide under rules in decisions.yaml whether the duty applies.",
        _undecided,
        depends=Depends.ROWS,
    ),
    Rule(
        "retention.cannot_tell",
        "retention_kept",
        About.RECORD,
        Severity.CHECK,
        "GDPR Art. 5(2)",
        "Declare a clock for the table, or connect its rows; retention_results gives the reason.",
        _cannot_tell,
        depends=Depends.ROWS,
        root_cause="tables that cannot be aged",
    ),
    Rule(
        "retention.rules_conflict",
        "retention_lawful",
        About.LAW,
        Severity.CHECK,
        "GDPR Art. 5(1)(e), 13(2)(a), 30(1)(f)",
        "Confirm which duty applies; then decide the period, its start and its scope.",
        _conflicts,
    ),
    Rule(
        "retention.erasure_residue",
        "erasure_complete",
        About.COMPLIANCE,
        Severity.ERROR,
        "GDPR Art. 17",
        "Erase what no other rule keeps.",
        _residue,
        depends=Depends.ROWS,
        root_cause="erasure residue",
    ),
)
