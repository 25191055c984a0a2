"""The audit file's retention sheet: each rule beside the age of the real rows (GDPR Art. 5(1)(e), 30(1)(f)).

Belongs here: rule, law, observed age, overdue rows, adherence and reason. Does not belong here: measuring
(``register.retention``). "In accordance with our policy" was rejected by inspectors, so each period is written out.
"""

from ropa_pipeline.model.base import table_spec
from ropa_pipeline.model.retention import Hold, RetentionResult, RetentionRule
from ropa_pipeline.model.terms import Adherence
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.overdue_rows import overdue_block
from ropa_pipeline.publish.sections import table_block
from ropa_pipeline.publish.words import NOTHING
from ropa_pipeline.publish.workbook import Block, Heading, Sheet, Shown

_FIELDS: tuple[tuple[str, int], ...] = (
    ("system", 14), ("table_name", 18), ("adherence", 12), ("reason", 34), ("rows", 11), ("oldest", 13),
    ("rows_within", 11), ("rows_kept_by_law", 12), ("rows_on_hold", 11), ("rows_undecided", 11), ("rows_overdue", 11),
    ("rows_without_date", 11), ("clock", 22), ("not_measured", 20),
)  # fmt: skip
_RULE_FIELDS = (
    "activity_id", "data_category", "period", "qualifier", "starts_at", "effect", "kind", "scope", "condition",
    "exception", "disposal", "law", "verified", "applicability", "origin",
)  # fmt: skip
_STYLES = {Adherence.YES: "observed", Adherence.NO: "error"}


def retention_sheet(parts: AuditParts) -> Sheet:
    """Rule and what the rows show, side by side; below, overdue rows over time, and what is on hold."""
    words, language = parts.words, parts.language
    rules = {rule.rule_id: rule for rule in parts.tables.rows(RetentionRule)}
    rows = [_row(parts, rules, item) for item in _ordered(parts)]
    held = tuple(name for name in table_spec(Hold).column_names if name != "hold_id")
    blocks = (
        Block(_headings(parts), rows, empty=language.phrase("no age")),
        overdue_block(parts.facts.overdue, parts.view, rules),
        table_block(
            parts.tables.rows(Hold), Hold, words, held, language.phrase("holds"), empty=language.phrase("no hold")
        ),
    )
    return Sheet(language.sheet("Retention"), language.phrase("about retention"), blocks)


def all_rules_sheet(parts: AuditParts) -> Sheet:
    """Every rule: stated, decided, of the law, proposed. A sheet of its own, or its pages would be headed as others."""
    language = parts.language
    block = table_block(
        parts.tables.rows(RetentionRule), RetentionRule, parts.words, _RULE_FIELDS,
        empty=language.phrase("no rule"), proof=parts.proof,
    )  # fmt: skip
    return Sheet(language.sheet("Retention rules"), language.phrase("about all rules"), (block,))


def _ordered(parts: AuditParts) -> list[RetentionResult]:
    """What is overdue first, the most rows first."""
    return sorted(parts.tables.rows(RetentionResult), key=lambda row: (-(row.rows_overdue or 0), row.row_id))


def _headings(parts: AuditParts) -> tuple[Heading, ...]:
    words = parts.words
    return (
        words.said("activity", widest=20),
        words.said("rule", "30(1)(f)", widest=32),
        words.said("law", widest=18),
        *(words.heading(RetentionResult, name, widest=widest) for name, widest in _FIELDS),
    )


def _row(parts: AuditParts, rules: dict[str, RetentionRule], result: RetentionResult) -> tuple[Shown, ...]:
    words, rule = parts.words, rules.get(result.rule_id)
    cells = {name: words.shown(result, name) for name, _ in _FIELDS}
    adherence = cells["adherence"].value
    cells["adherence"] = Shown(adherence, _STYLES.get(result.adherence, "warning"))
    if rule is None:
        return (Shown(NOTHING, "strong"), Shown(result.rule_id), Shown(NOTHING), *cells.values())
    activity = words.one("activity_id", rule.activity_id) or parts.language.phrase("several")
    return (
        Shown(activity, "strong"),
        words.marked([parts.view.rule_line(rule)]),
        words.text(rule.law),
        *cells.values(),
    )
