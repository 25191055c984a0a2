"""The error of a source of which nothing can be read, as every connector raises it.

Belongs here: the one way to make it. Does not belong here: what went wrong, which only a connector knows, and problems
that leave something readable (``SourceObservation.problems``).
"""

from ropa_pipeline.model.observation import SourceProblem, SourceRequest, SourceUnavailable
from ropa_pipeline.model.terms import Severity

UNREADABLE = "source.unreadable"


def unavailable(
    request: SourceRequest, message: str, remedy: str, rule_id: str = UNREADABLE, *, retryable: bool = False
) -> SourceUnavailable:
    """The error to raise.

    Inputs: ``message`` names the file or server and the place in it, never a value; ``remedy`` says what a person can
    do; ``retryable`` where another attempt may go well. The problem's subject is the source.
    """
    problem = SourceProblem(
        rule_id=rule_id, subject=request.source_id, message=message, remedy=remedy, severity=Severity.ERROR
    )
    return SourceUnavailable(problem, retryable)
