"""Answers to questions about rows that could not be asked, each with the reason.

Belongs here: the form of such answers. Does not belong here: the reasons (each reader's own). No connector.
Serves GDPR Art. 5(1)(e) and 30(1)(f).
"""

from ropa_pipeline.model.clock import AgeAnswer, TableAges, TableClocks


def not_measured(clocks: tuple[TableClocks, ...], reason: str) -> tuple[TableAges, ...]:
    """One answer for each question: that it was not measured, and why."""
    return tuple(
        TableAges(
            table=table.table,
            answers=tuple(
                AgeAnswer(question_id=question.question_id, rule_id=question.rule_id, not_measured=reason)
                for question in table.questions
            ),
        )
        for table in clocks
    )
