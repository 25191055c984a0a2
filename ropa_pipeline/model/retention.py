"""Published tables of retention: rules, results, holds (Art. 5(1)(e), 17, 30(1)(f)).

Belongs here: row classes, and how overdue rows became fewer or more over time. Does not belong here: clocks
(``clock``), judgement (``register.retention``), the file that keeps figures (``measurements``).
"""

from datetime import date, datetime
from typing import Annotated, ClassVar

from ropa_pipeline.model.base import Col, Frozen, Row, measured, run_stamp
from ropa_pipeline.model.terms import Adherence, Applicability, Effect, Origin, Qualifier, RuleKind, StartEvent


class RetentionRule(Row):
    TABLE: ClassVar[str] = "retention_rules"
    TITLE: ClassVar[str] = "Retention rules"
    ONE_ROW_PER: ClassVar[str] = "rule"
    ARTICLE: ClassVar[str] = "30(1)(f)"
    KEY: ClassVar[tuple[str, ...]] = ("rule_id",)

    rule_id: Annotated[str, Col("Key of the rule")]
    activity_id: Annotated[str, Col("The activity, or several with commas; empty: none in particular")]
    data_category: Annotated[str, Col("What it is about: a category, a kind of record, or all")]
    period: Annotated[str, Col("ISO 8601 as written, OPEN ENDED, SESSION or NOT STATED", article="30(1)(f)")]
    amount: Annotated[int | None, Col("The number in the period, where it has one")]
    unit: Annotated[str, Col("years, months, weeks, days, hours, minutes; empty where there is none")]
    qualifier: Annotated[Qualifier, Col("Exactly, up to, typically, at least, as long as")]
    starts_at: Annotated[StartEvent, Col("The event the period runs from")]
    effect: Annotated[Effect, Col("erase_after, keep_until or informs")]
    kind: Annotated[RuleKind, Col("Stated, statutory, limitation, guidance, vendor, decided, proposed")]
    scope: Annotated[str, Col("Which records, in words")]
    condition: Annotated[str, Col("When it applies")]
    exception: Annotated[str, Col("When it does not")]
    disposal: Annotated[str, Col("Erase, anonymise, or NOT STATED")]
    law: Annotated[str, Col("Law or document")]
    verified: Annotated[bool, Col("Whether the source was verified by a person")]
    applicability: Annotated[Applicability, Col("Whether it applies to this controller")]
    valid_from: Annotated[date | None, Col("In force from")]
    valid_to: Annotated[date | None, Col("In force until")]
    statement_id: Annotated[str, Col("The notice's statement")]
    origin: Annotated[Origin, Col("Where the rule comes from")]


class RetentionResult(Row):
    TABLE: ClassVar[str] = "retention_results"
    TITLE: ClassVar[str] = "Retention"
    ONE_ROW_PER: ClassVar[str] = "rule + table"
    ARTICLE: ClassVar[str] = "5(1)(e), 30(1)(f)"
    KEY: ClassVar[tuple[str, ...]] = ("rule_id", "source_id", "table_name")

    rule_id: Annotated[str, Col("The rule")]
    system: Annotated[str, Col("The system")]
    source_id: Annotated[str, Col("The source")]
    table_name: Annotated[str, Col("The table, without prefix")]
    clock: Annotated[str, Col("How a row's age is told")]
    rows: Annotated[int | None, measured("Rows in scope")]
    oldest: Annotated[
        date | None, measured("Oldest usable date; first of its month where fewer than five rows are meant")
    ]
    rows_within: Annotated[int | None, measured("Not due")]
    rows_kept_by_law: Annotated[int | None, measured("Due, but a verified duty that applies keeps them")]
    rows_on_hold: Annotated[int | None, measured("Due, but on a decided hold")]
    rows_undecided: Annotated[int | None, measured("Due, but a duty is unverified or unconfirmed")]
    rows_overdue: Annotated[int | None, measured("Due and not kept: overdue for erasure")]
    rows_without_date: Annotated[int | None, measured("No usable date: NULL, zero or in the future")]
    deciding_rule: Annotated[str, measured("The rule that decided for the rows that were due")]
    adherence: Annotated[Adherence, Col("yes, no, undecided or cannot tell", article="5(1)(e)")]
    reason: Annotated[str, Col("Why, in words without counts")]
    not_measured: Annotated[str, Col("What was not looked at: backups, copies at recipients, tables without rows")]
    measured_at: Annotated[datetime | None, run_stamp("When (UTC)")]
    data_as_of: Annotated[datetime | None, run_stamp("The newest moment the data can be from (UTC)")]


class Hold(Row):
    TABLE: ClassVar[str] = "holds"
    TITLE: ClassVar[str] = "Holds"
    ONE_ROW_PER: ClassVar[str] = "decided hold"
    ARTICLE: ClassVar[str] = "17(3), 18"
    KEY: ClassVar[tuple[str, ...]] = ("hold_id",)

    hold_id: Annotated[str, Col("Key of the hold")]
    kind: Annotated[str, Col("claim, restriction, objection, inspection")]
    activity_id: Annotated[str, Col("The activity")]
    system: Annotated[str, Col("The system")]
    scope: Annotated[str, Col("Which tables or records; never a person's key")]
    law: Annotated[str, Col("The provision")]
    valid_from: Annotated[date | None, Col("From")]
    review_on: Annotated[date | None, Col("To be reviewed on")]
    valid_to: Annotated[date | None, Col("Until")]
    decided_by: Annotated[str, Col("Who decided")]
    reason: Annotated[str, Col("Why; without personal data")]
    origin: Annotated[Origin, Col("Always decided")]


class OverduePoint(Frozen):
    """How many rows were overdue from a day on; None: it could not be measured."""

    on: date
    overdue: int | None

    @property
    def in_words(self) -> str:
        return "not measured" if self.overdue is None else f"{self.overdue:,}"


class OverdueTrend(Frozen):
    """The overdue rows of one rule and table over time, oldest first; two neighbours always differ."""

    rule_id: str
    source_id: str
    table: str
    points: tuple[OverduePoint, ...]

    def in_words(self, last: int = 5) -> str:
        """The newest figures, as the analyst reads them.

        >>> points = (OverduePoint(on=date(2026, 11, 1), overdue=1204), OverduePoint(on=date(2026, 11, 9), overdue=0))
        >>> OverdueTrend(rule_id="r", source_id="s", table="t", points=points).in_words()
        'overdue: 1,204 → 0'
        """
        return "overdue: " + " → ".join(point.in_words for point in self.points[-last:])
