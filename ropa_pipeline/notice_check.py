"""A notice held against the law on its own: read, drafted into a folder in memory, judged by the rules about notices.

Belongs here: what stands in for a controller's folder where there is none. Does not belong here: reading (``notice``),
drafting (``onboarding``), rules (``policy``). GDPR Art. 12 to 14.
Nothing is written, no system is looked at, and nobody has decided anything: each finding says "appears".
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.from_catalogue import known_of
from ropa_pipeline.model.finding import Finding, Statement
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.model.template import Place
from ropa_pipeline.notice_state import declared_statements
from ropa_pipeline.onboarding import draft
from ropa_pipeline.policy import PolicyContext
from ropa_pipeline.policy.notice_lint import lint
from ropa_pipeline.register import retention
from ropa_pipeline.register.assemble import assemble
from ropa_pipeline.register.drift import drift
from ropa_pipeline.register.inputs import RegisterInputs

NAME = "notice"


@dataclass(frozen=True)
class NoticeCheck:
    """What the rules found, where the law was taken from, and the statements that findings point at."""

    findings: tuple[Finding, ...]
    jurisdiction: str
    because: str
    statements: tuple[Statement, ...]

    def lines(self, finding: Finding) -> tuple[tuple[int, int], ...]:
        """The lines of the text that a finding points at; empty for an omission."""
        named = {locator.partition(" (")[0] for locator in finding.found_in}
        found = {(row.line_from, row.line_to) for row in self.statements if row.statement_id in named}
        return tuple(sorted((first, last) for first, last in found if first is not None and last is not None))


def check_notice(reading: NoticeReading, catalogue: Catalogue, as_of: date, chosen: Place | None = None) -> NoticeCheck:
    """Judge a notice by the law of the place it points at, or of the chosen one, as of a day."""
    made = draft(NAME, known_of(catalogue), reading, chosen=chosen)
    statements = declared_statements(made.folder)
    inputs = RegisterInputs(
        controller_id=NAME,
        folder=made.folder,
        taxonomy=catalogue.taxonomy,
        systems=catalogue.systems,
        entities=catalogue.entities,
        reference=catalogue.reference,
        observations=(),
        sources=(),
        columns=(),
        tables=(),
        statements=statements,
        rules=retention.rules(made.folder, catalogue.reference, catalogue.systems, as_of),
        as_of=as_of,
        run_time=datetime.combine(as_of, time(), UTC),
    )
    tables = Tables([*assemble(inputs), *statements])
    tables = tables.with_rows(drift(inputs, tables, None, same_text=True))
    context = PolicyContext(
        controller_id=NAME,
        folder=made.folder,
        taxonomy=catalogue.taxonomy,
        systems=catalogue.systems,
        reference=catalogue.reference,
        tables=tables,
        previous=Tables(),
        problems=(),
        observations=(),
        as_of=as_of,
    )
    told = {item.id for item in made.folder.activities.activities if item.statements}
    found = tuple(row for row in lint(context) if not _of_the_register(row, told))
    return NoticeCheck(found, made.folder.facts.jurisdiction, made.place_because, statements)


def _of_the_register(finding: Finding, told: Container[str]) -> bool:
    """Whether a finding is about what only a register has: the notice need not speak of it."""
    if finding.rule_id == "retention.category_without_rule":
        return True
    return finding.rule_id.startswith("lawfulness.") and finding.subject.partition(":")[0] not in told
