"""An erasure plan as a text to read, sign and run by hand.

Belongs here: the wording, and where statements stand in it. Does not belong here: what may be planned
(``erasure_plan``) and the statements themselves (``connectors.erasure_sql``). GDPR Art. 5(2), 17, 19.

The text is a valid SQL script as far as it has statements: every line that is not a count to be repeated is a comment,
so that running the whole file changes nothing.
"""

from collections.abc import Callable, Iterator

from ropa_pipeline.model.base import NOT_STATED, Frozen
from ropa_pipeline.register.erasure_plan import ErasurePlan, ErasureStep


class Statements(Frozen):
    """What stands under a step: ``count`` to be run again, ``change`` shown as a comment; ``about`` in words."""

    about: str
    count: str = ""
    change: str = ""
    missing: str = ""


Write = Callable[[ErasureStep], tuple[Statements, ...]]


def plan_text(plan: ErasurePlan, write: Write) -> str:
    """The plan. ``write`` gives the statements of a step, none where its source is no SQL database."""
    lines = [*_head(plan)]
    for step in plan.steps:
        lines += ["", *(_comment(line) for line in _step(step))]
        for statements in write(step):
            lines += _statements(statements)
    if not plan.steps:
        lines += ["", _comment("Nothing may be erased under this plan.")]
    lines += ["", *(_comment(line) for line in _foot(plan))]
    return "\n".join(lines) + "\n"


def _head(plan: ErasurePlan) -> Iterator[str]:
    yield _comment(f"ERASURE PLAN (draft) · {plan.controller_id} · as of {plan.as_of.isoformat()}")
    if plan.approver == NOT_STATED:
        yield _comment(f"Approver: {NOT_STATED}. Nobody may act on this plan before a person is named and signs it.")
    else:
        yield _comment(f"Approver: {plan.approver}    Signed on: ____________")
    yield _comment(
        "This tool deletes nothing and connects read-only. Each count below may be run as it is; each change is a"
    )
    yield _comment(
        "comment for a person to run, and changes nothing where its rows are not as many as counted here. Count again"
    )
    yield _comment("first: another count, or a new hold, means that the plan is out of date, so write a new one.")
    yield _comment("Make a backup first, and work in a transaction.")


def _step(step: ErasureStep) -> Iterator[str]:
    yield f"{step.position}. {step.source_id} · table {step.table} · rule {step.rule_id} ({step.period})"
    for condition in step.conditions:
        yield f"   Condition: {condition}"
    yield f"   Rows overdue: {step.rows}. Disposal: {step.disposal}"
    yield (
        f"   Stays: kept by law {step.kept_by_law}, on hold {step.on_hold}, undecided {step.undecided}, "
        f"without date {step.without_date}"
    )
    if step.kept_for:
        yield f"   Never erase what is kept for: {', '.join(step.kept_for)}"
    if step.keep_columns:
        yield f"   In the kept rows the duty names: {', '.join(step.keep_columns)}"
    if step.blank_columns:
        yield f"   In the kept rows it does not name, so nothing keeps: {', '.join(step.blank_columns)}"


def _statements(statements: Statements) -> Iterator[str]:
    yield _comment(f"   {statements.about}")
    if statements.count:
        yield statements.count
    if statements.change:
        yield from (_comment(f"   {line}") for line in statements.change.splitlines())
    if statements.missing:
        yield _comment(f"   No statement: {statements.missing}")


def _foot(plan: ErasurePlan) -> Iterator[str]:
    if plan.left_out:
        yield "Left out:"
        for item in plan.left_out:
            yield f"- {item.source_id} · {item.table} · {item.rule_id}: {item.reason}"
    yield f"Holds in force: {'; '.join(plan.holds) or 'none recorded'}"
    yield f"Recipients to be told (GDPR Art. 19): {', '.join(plan.recipients) or NOT_STATED}"
    yield "Backups: erase on their own schedule; not seen. Do not restore erased rows from them."


def _comment(line: str) -> str:
    # A name of a source may hold a line end, and what stands after it would be run.
    return f"-- {''.join(char if char.isprintable() else ' ' for char in line)}".rstrip()
